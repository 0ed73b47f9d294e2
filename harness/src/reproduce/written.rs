//! How much each side of a conversation wrote, as a transfer says it.

use std::collections::{BTreeMap, BTreeSet};

use reference::wire::Kind;
use simulator::MessageKey;

use super::{Seen, Views};
use crate::profile::DialectChoice;
use crate::protocol::{Message, Protocol, Role};

/// The field that carries what an application writes.
const DATA: &str = "data";
/// What is cut into fragments is said by how much is written, not by whoever writes.
const CUT: &str = "FRAG";

/// What one side wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How far its stream came, in octets.
    pub stream: u64,
    /// The first octets of it.
    pub beginning: Vec<u8>,
    /// Where packets are written: the octets of all, as they were on the wire.
    pub octets: u64,
    /// The octets of the longest.
    pub longest: u64,
    /// The words of the flags of the first.
    pub flags: Vec<String>,
    /// Some were cut into fragments.
    pub cut: bool,
}

/// What a side wrote, as far as it is on the wire.
pub fn written(
    protocol: &dyn Protocol,
    dialect: &DialectChoice,
    views: &Views,
    side: Role,
) -> Written {
    let seen = match views {
        Views::Both { connector, listener, .. } => {
            if side == Role::Connector {
                connector
            } else {
                listener
            }
        }
        Views::One { seen, .. } => seen,
    };
    let Some(plot) = protocol.plot() else { return Written::default() };
    let classifier = protocol.classifier(dialect);
    let mut written = Written::default();
    let mut messages: BTreeSet<MessageKey> = BTreeSet::new();
    let mut packets: BTreeMap<u64, u64> = BTreeMap::new();
    let own = |seen: &&Seen| seen.by == side;
    for seen in seen.iter().filter(own) {
        let message = protocol.decode(dialect, &seen.octets);
        let Some(data) = message.octets_of(DATA).filter(|data| !data.is_empty()) else { continue };
        let is_new = messages.insert(classifier.key(&seen.octets, 0));
        if message.name() != plot.packet || message.problem.is_some() || !is_new {
            continue;
        }
        let Some(end) = message.number(plot.end) else { continue };
        let length = data.len() as u64;
        if end == length {
            written.beginning = data.to_vec();
        }
        if written.octets == 0 {
            let flags = flags(&message);
            written.cut = flags.contains(&CUT);
            let others = flags.into_iter().filter(|name| *name != CUT);
            written.flags = others.map(str::to_ascii_lowercase).collect();
        }
        written.stream = written.stream.max(end);
        written.octets += length;
        let packet = packets.entry(end).or_default();
        *packet += length;
        written.longest = written.longest.max(*packet);
    }
    written
}

/// The names of the flags that are set in a packet.
fn flags(message: &Message) -> Vec<&'static str> {
    let fields = message.spec.into_iter().flat_map(|spec| spec.fields);
    fields
        .filter_map(|field| match field.kind {
            Kind::Flags(names) => Some((names, message.number(field.name)?)),
            _ => None,
        })
        .flat_map(|(names, set)| names.iter().filter(move |(_, bit)| set & u64::from(*bit) != 0))
        .map(|(name, _)| *name)
        .collect()
}
