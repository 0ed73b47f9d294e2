//! Which dialect fits best what a subject sent: whoever names the wrong one in a profile is told so.
//!
//! What the subject sent is read and watched again in every other dialect. A dialect fits better when far less is wrong in it;
//! that says nothing of the subject, and changes no verdict.

use crate::journal::{Journal, Party, What};
use crate::profile::DialectChoice;
use crate::protocol::{Monitor, Protocol};

/// How many times less must be wrong in another dialect.
const BETTER: usize = 4;
/// Entries of a journal that are looked at: the first are enough to tell a dialect.
const ENTRIES_MAX: usize = 2_000;

/// Makes the monitor of one dialect.
pub type MakeMonitor<'a> = dyn Fn(&DialectChoice) -> Box<dyn Monitor> + 'a;

/// The dialects that fit what the subject sent much better than the one of the journal: the best, or several that fit alike.
pub fn better(
    protocol: &dyn Protocol,
    journal: &Journal,
    monitor: &MakeMonitor<'_>,
) -> Vec<DialectChoice> {
    let own = &journal.header.dialect;
    let wrong = |dialect: &DialectChoice| wrong(protocol, journal, dialect, &mut *monitor(dialect));
    let now = wrong(own);
    if now == 0 {
        return Vec::new();
    }
    let differs = |dialect: &DialectChoice| {
        dialect.iter().filter(|(option, value)| own.value(option) != Some(*value)).count()
    };
    let others: Vec<((usize, usize), DialectChoice)> = DialectChoice::all(protocol)
        .into_iter()
        .filter(|dialect| dialect != own)
        .map(|dialect| ((wrong(&dialect), differs(&dialect)), dialect))
        .collect();
    let best = others.iter().map(|(badness, _)| *badness).min();
    let is_best = |badness: &(usize, usize)| Some(*badness) == best && badness.0 * BETTER <= now;
    others.into_iter().filter(|(badness, _)| is_best(badness)).map(|(_, dialect)| dialect).collect()
}

/// The options of dialects that differ from another's: `tags=receiver or tags=init`.
pub fn changes(from: &DialectChoice, to: &[DialectChoice]) -> String {
    let changed = |to: &DialectChoice| {
        let options = to.iter().filter(|(option, value)| from.value(option) != Some(*value));
        options.map(|(option, value)| format!("{option}={value}")).collect::<Vec<_>>().join(" ")
    };
    to.iter().map(changed).collect::<Vec<_>>().join(" or ")
}

/// How much of what the subject sent is wrong in a dialect: what is no packet, and what a monitor objects to.
pub fn wrong(
    protocol: &dyn Protocol,
    journal: &Journal,
    dialect: &DialectChoice,
    monitor: &mut dyn Monitor,
) -> usize {
    let mut wrong = 0;
    for entry in journal.entries.iter().take(ENTRIES_MAX) {
        match &entry.what {
            What::Sent(sent) if sent.by == Party::Subject => {
                let message = protocol.decode(dialect, &sent.octets);
                wrong += usize::from(message.problem.is_some());
                wrong += monitor.sent(entry.at, sent.from, sent.to, &message).len();
            }
            What::Received(received) if received.by == Party::Subject => {
                let octets = received.octets.as_deref().or_else(|| journal.octets(received.number));
                let message = protocol.decode(dialect, octets.unwrap_or_default());
                // What the suite sent is not the subject's fault in any dialect.
                monitor.received(entry.at, received.from, received.to, &message);
            }
            What::Told(command) => drop(monitor.told(entry.at, command)),
            _ => {}
        }
    }
    wrong
}
