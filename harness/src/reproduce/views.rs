//! Which conversation of a capture is meant, and where it was recorded: at one end, or at both.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::capture::Frame;
use crate::journal::{Entry, What};
use crate::protocol::Role;
use crate::recorded::Sides;

/// A connector and a listener that speak with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The side that begins.
    pub connector: SocketAddr,
    /// The side that answers.
    pub listener: SocketAddr,
    /// How many datagrams of theirs are in the capture.
    pub datagrams: usize,
}

/// Which conversation is wanted; what is left out may be any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Its connector.
    pub connector: Option<SocketAddr>,
    /// Its listener.
    pub listener: Option<SocketAddr>,
}

/// Why there is no one conversation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConversationError {
    /// There is none that is wanted.
    #[error("it holds no such conversation from its beginning")]
    Missing,
    /// There are several.
    #[error("it holds {} conversations", .0.len())]
    Several(Vec<Conversation>),
}

/// A datagram as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When, in nanoseconds by the clock of its capture.
    pub at: i128,
    /// Its number in the capture.
    pub number: usize,
    /// Who had sent it.
    pub by: Role,
    /// What it carries.
    pub octets: Vec<u8>,
}

/// A capture with the conversation that is meant.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// All that it holds.
    pub frames: &'a [Frame],
    /// The one that is meant.
    pub conversation: Conversation,
}

/// What was recorded of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Views {
    /// At both ends.
    Both {
        /// What was seen at the connector's end.
        connector: Vec<Seen>,
        /// What was seen at the listener's.
        listener: Vec<Seen>,
        /// Both have their times from one clock.
        one_clock: bool,
    },
    /// At one place.
    One {
        /// Whose end it is.
        at: Role,
        /// What was seen there.
        seen: Vec<Seen>,
    },
}

/// The one conversation of a capture that is wanted.
///
/// # Errors
///
/// When there is none, or more than one.
pub fn conversation(sides: &Sides, wanted: Wanted) -> Result<Conversation, ConversationError> {
    let mut found = Vec::new();
    for side in sides.all.iter().filter(|side| side.role == Role::Connector) {
        for &listener in &side.peers {
            let ends = |entry: &&Entry| match &entry.what {
                What::Sent(sent) => sent.to == listener,
                What::Received(received) => received.from == listener,
                _ => false,
            };
            let datagrams = side.journal.entries.iter().filter(ends).count();
            found.push(Conversation { connector: side.address, listener, datagrams });
        }
    }
    found.retain(|found| {
        wanted.connector.is_none_or(|address| address == found.connector)
            && wanted.listener.is_none_or(|address| address == found.listener)
    });
    match *found.as_slice() {
        [] => Err(ConversationError::Missing),
        [one] => Ok(one),
        _ => Err(ConversationError::Several(found)),
    }
}

/// What one capture shows, or two of one conversation, whose addresses may differ where a router changes them.
pub fn views(first: &Recording<'_>, second: Option<&Recording<'_>>) -> Views {
    let Some(second) = second else {
        let places = first.places();
        let [connector, listener] = [Role::Connector, Role::Listener]
            .map(|role| places.iter().find(|(_, seen)| is_first(&places, role, seen)));
        return match (connector, listener) {
            (Some((here, connector)), Some((there, listener))) if here != there => Views::Both {
                connector: connector.clone(),
                listener: listener.clone(),
                one_clock: true,
            },
            (place, _) => {
                let seen = place.map(|(_, seen)| seen.clone()).unwrap_or_default();
                Views::One { at: nearest(&seen), seen }
            }
        };
    };
    let [first, second] = [first, second].map(|recording| {
        let places = recording.places();
        let near = places.iter().find(|(_, seen)| is_first(&places, Role::Connector, seen));
        near.map(|(_, seen)| seen.clone()).unwrap_or_default()
    });
    // The answer takes the way there and back at the connector's end only.
    let (connector, listener) = if waits(&first, Role::Connector) >= waits(&second, Role::Connector)
    {
        (first, second)
    } else {
        (second, first)
    };
    Views::Both { connector, listener, one_clock: false }
}

/// Whether of all places this is the one where what a side sends is seen first.
fn is_first(places: &[(Option<String>, Vec<Seen>)], role: Role, seen: &[Seen]) -> bool {
    let first =
        |seen: &[Seen]| seen.iter().find(|seen| seen.by == role).map(|seen| (seen.at, seen.number));
    let all = places.iter().filter_map(|(_, seen)| first(seen)).min();
    all.is_some() && first(seen) == all
}

/// Whose end a place is: the side that is the quicker to answer there.
fn nearest(seen: &[Seen]) -> Role {
    let connector_waits = waits(seen, Role::Connector);
    if connector_waits >= waits(seen, Role::Listener) { Role::Connector } else { Role::Listener }
}

/// How long it takes until the first datagram of a side is answered, from the last one before the answer on.
pub(super) fn waits(seen: &[Seen], role: Role) -> i128 {
    let mut asked = None;
    for seen in seen {
        match asked {
            _ if seen.by == role => asked = Some(seen.at),
            Some(at) => return seen.at - at,
            None => {}
        }
    }
    0
}

impl Recording<'_> {
    /// What was seen of the conversation at each interface, each with its name, in the order in which they saw something.
    fn places(&self) -> Vec<(Option<String>, Vec<Seen>)> {
        let Conversation { connector, listener, .. } = self.conversation;
        let mut order: Vec<Option<String>> = Vec::new();
        let mut places: BTreeMap<&Option<String>, Vec<Seen>> = BTreeMap::new();
        for frame in self.frames {
            let by = match (frame.from, frame.to) {
                ends if ends == (connector, listener) => Role::Connector,
                ends if ends == (listener, connector) => Role::Listener,
                _ => continue,
            };
            if !places.contains_key(&frame.interface) {
                order.push(frame.interface.clone());
            }
            let at = i128::try_from(frame.at).unwrap_or(i128::MAX);
            let octets = frame.payload.clone();
            places.entry(&frame.interface).or_default().push(Seen {
                at,
                number: frame.number,
                by,
                octets,
            });
        }
        order
            .into_iter()
            .map(|place| {
                let seen = places.remove(&place).unwrap_or_default();
                (place, seen)
            })
            .collect()
    }
}
