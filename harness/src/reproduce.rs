//! From captures of one or both ends of a conversation to the faults of its network, as a schedule that runs again.
//!
//! Of both ends, each datagram is sought where it should have come: what never came was lost, what came twice was repeated, what came
//! behind later ones was overtaken or late. Of one end, faults are inferred from what was sent again; see [`Reproduced::inferred`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use simulator::{Classifier, Entry as Fault, Fate, MessageKey, Span};

use crate::profile::DialectChoice;
use crate::protocol::{Protocol, Role};
use crate::report::layout::count;

mod inferred;
mod matched;
mod views;
mod written;

pub use matched::Strangers;
pub use views::{
    Conversation, ConversationError, Recording, Seen, Views, Wanted, conversation, views,
};
pub use written::{Written, written};

/// What comes so close together comes at once.
const JITTER: Span = Span::from_millis(1);

/// What the network did in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reproduced {
    /// Every fate that was not usual, in the order of sending.
    pub faults: Vec<Fault>,
    /// How long a datagram takes that meets no fault.
    pub latency: Span,
    /// How many datagrams were sent.
    pub datagrams: usize,
    /// Datagrams that came and were not sent as they came: changed beyond what a schedule can say, or missed by a capture.
    pub strays: usize,
    /// The faults were inferred from one end: a message that its sender sent again was lost, an answer whose question came again was
    /// lost, a message that came a round trip behind later ones was lost once. Delays cannot be seen so, nor whether it was the message or its
    /// answer.
    pub inferred: bool,
}

/// What the network of a conversation did to the side that is the subject and to its peer.
///
/// # Errors
///
/// When two captures have no datagram in common.
pub fn reproduce(
    protocol: &'static dyn Protocol,
    dialect: &DialectChoice,
    subject: Role,
    views: &Views,
) -> Result<Reproduced, Strangers> {
    let mut schedule = Faults::new(protocol.classifier(dialect), subject);
    let (latency, strays, inferred) = match views {
        Views::Both { connector, listener, one_clock } => {
            let (latency, strays) =
                matched::faults([connector, listener], *one_clock, &mut schedule)?;
            (latency, strays, false)
        }
        Views::One { at, seen } => {
            let awaits = |octets: &[u8]| protocol.awaits_answer(&protocol.decode(dialect, octets));
            (inferred::faults(*at, seen, &awaits, &mut schedule), 0, true)
        }
    };
    let datagrams = schedule.datagrams;
    Ok(Reproduced { faults: schedule.finish(), latency, datagrams, strays, inferred })
}

/// Gathers faults: counts every datagram of each direction, and keeps those whose fate was not usual.
struct Faults {
    classifier: Arc<dyn Classifier>,
    subject: Role,
    occurrences: BTreeMap<(Role, MessageKey), u64>,
    datagrams: usize,
    found: Vec<(i128, Fault)>,
}

impl Faults {
    const fn new(classifier: Arc<dyn Classifier>, subject: Role) -> Self {
        let occurrences = BTreeMap::new();
        Self { classifier, subject, occurrences, datagrams: 0, found: Vec::new() }
    }

    /// The message that a datagram is.
    fn key(&self, octets: &[u8]) -> MessageKey {
        // Only protocols that are unknown count datagrams, and theirs are not reproduced.
        self.classifier.key(octets, 0)
    }

    /// A message was sent at this time, by this side, and met this fate. Those of one side come in the order of sending.
    fn sent(&mut self, at: i128, by: Role, key: MessageKey, fate: Fate) {
        self.datagrams += 1;
        let occurrence = self.occurrences.entry((by, key)).or_insert(0);
        *occurrence += 1;
        if !fate.is_usual() {
            let link = if by == self.subject { "subject>peer" } else { "peer>subject" };
            let name = self.classifier.name(key);
            self.found.push((at, Fault::new(link.to_owned(), name, *occurrence, fate)));
        }
    }

    fn finish(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|(at, _)| *at);
        self.found.into_iter().map(|(_, fault)| fault).collect()
    }
}

impl Reproduced {
    /// How many datagrams met each kind of fault: `3 lost, 1 repeated of 41 datagrams`.
    pub fn sum(&self) -> String {
        let of =
            |met: fn(&Fate) -> bool| self.faults.iter().filter(|fault| met(&fault.fate())).count();
        let kinds = [
            (of(|fate| fate.lose), "lost"),
            (of(|fate| fate.repeat > 0), "repeated"),
            (of(|fate| fate.hold > 0), "overtaken"),
            (of(|fate| !fate.delay.is_zero()), "late"),
            (of(|fate| fate.flip.is_some() || fate.cut.is_some()), "damaged"),
        ];
        let met: Vec<String> = kinds
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, kind)| format!("{number} {kind}"))
            .collect();
        let datagrams = count(self.datagrams, "datagram", "datagrams");
        if met.is_empty() {
            format!("no fault in {datagrams}")
        } else {
            format!("{} of {datagrams}", met.join(", "))
        }
    }
}

impl fmt::Display for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connector, listener, datagrams } = self;
        let datagrams = count(*datagrams, "datagram", "datagrams");
        write!(f, "{connector} with {listener}, {datagrams}")
    }
}

/// A time in nanoseconds as a span; one that is negative is none.
fn span(nanoseconds: i128) -> Span {
    Span::from_nanos(u64::try_from(nanoseconds.max(0)).unwrap_or(u64::MAX))
}
