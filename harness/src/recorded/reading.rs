//! The packets of a recorded connection, as its sides understand them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use simulator::Instant;

use crate::assembly::Assembly;
use crate::capture::{BETWEEN_REMARKS, Connection, Happened};
use crate::journal::StreamPart;
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::protocol::{Message, Peer, PeerSetup, Protocol, Role};
use crate::scenario::Application;

/// Events that are looked at to find out which side of a connection made it, if that is not in the capture.
const LOOKED_AT_MAX: usize = 64;

/// Something on a connection.
#[derive(Clone, Debug)]
pub struct Read {
    /// The number of the packet of the capture with which it was known.
    pub number: usize,
    /// When, in nanoseconds since 1970.
    pub at: u128,
    /// Whose it is.
    pub by: Role,
    /// What it is.
    pub what: Seen,
    /// What the capture says of it.
    pub comment: Option<String>,
}

/// What can be seen of one side of a connection.
#[derive(Clone, Debug)]
pub enum Seen {
    /// It makes the connection, or takes it.
    Opened,
    /// The capture begins in the middle: what it sent before is not known.
    Middle,
    /// So many octets are not in the capture.
    Missing(u64),
    /// So many octets between what is missing and the next packet.
    PassedOver(u64),
    /// A packet.
    Packet(Message),
    /// It ends with octets that are no whole packet.
    Unfinished(Vec<u8>),
    /// It says no more.
    Finished,
    /// It breaks the connection.
    Reset,
}

/// The address of the side that made a connection: as it was seen; or not the one of `listeners`; or that with which more of what
/// passed makes sense.
pub fn connector(
    protocol: &'static dyn Protocol,
    dialect: &DialectChoice,
    connection: &Connection,
    listeners: &BTreeSet<SocketAddr>,
) -> SocketAddr {
    let [first, second] = connection.ends;
    if let Some(connector) = connection.connector {
        return connector;
    }
    if listeners.contains(&first) != listeners.contains(&second) {
        return if listeners.contains(&first) { second } else { first };
    }
    let looked_at = connection.events.len().min(LOOKED_AT_MAX);
    let events = connection.events.get(..looked_at).unwrap_or_default();
    let sense = |connector: SocketAddr| {
        let mut reader = Reader::new(protocol, dialect, connector, false);
        let read = events.iter().flat_map(|event| reader.take(event));
        let is_good = |seen: &Seen| matches!(seen, Seen::Packet(it) if it.problem.is_none());
        read.filter(|read| is_good(&read.what)).count()
    };
    // Alike, the higher port is that of who begins.
    let rank = |end: SocketAddr| (sense(end), end.port());
    if rank(first) >= rank(second) { first } else { second }
}

/// What passed on a connection that this side made.
pub fn read(
    protocol: &'static dyn Protocol,
    dialect: &DialectChoice,
    connection: &Connection,
    connector: SocketAddr,
) -> Vec<Read> {
    let is_whole = connection.connector.is_some();
    let mut reader = Reader::new(protocol, dialect, connector, is_whole);
    let mut read: Vec<Read> =
        connection.events.iter().flat_map(|event| reader.take(event)).collect();
    if let Some(last) = connection.events.last() {
        for by in Role::ALL {
            read.extend(reader.rest(by).map(|what| Read {
                number: last.number,
                at: last.at,
                by,
                what,
                comment: None,
            }));
        }
    }
    read
}

/// Reads a connection, event by event.
struct Reader {
    protocol: &'static dyn Protocol,
    dialect: DialectChoice,
    connector: SocketAddr,
    is_whole: bool,
    /// Understands both sides, as the connector does.
    understanding: Box<dyn Peer>,
    ways: BTreeMap<Role, Way>,
}

/// One direction.
#[derive(Default)]
struct Way {
    assembly: Assembly,
    /// Octets so far, those included that are missing.
    offset: u64,
    /// Where the octets begin behind those that are missing.
    resumed: Option<u64>,
    is_begun: bool,
    is_over: bool,
    /// What the capture has said of octets that were no whole packet yet.
    said: Vec<String>,
}

impl Reader {
    fn new(
        protocol: &'static dyn Protocol,
        dialect: &DialectChoice,
        connector: SocketAddr,
        is_whole: bool,
    ) -> Self {
        let understanding = protocol.peer(&PeerSetup {
            dialect,
            subject: Role::Listener,
            options: &OptionChoice::default_for(protocol),
            claims: Grade::Edition,
            application: Application::Echo,
            acknowledges: false,
            given: &BTreeMap::new(),
            name: "peer",
            user: None,
            place: 0,
            seed: [0; 32],
        });
        let ways = Role::ALL.into_iter().map(|role| (role, Way::default())).collect();
        Self { protocol, dialect: dialect.clone(), connector, is_whole, understanding, ways }
    }

    fn take(&mut self, event: &Happened) -> Vec<Read> {
        let by = if event.from == self.connector { Role::Connector } else { Role::Listener };
        let mut seen = Vec::new();
        let Some(way) = self.ways.get_mut(&by) else { return Vec::new() };
        way.said.extend(event.comment.clone());
        let begins = !std::mem::replace(&mut way.is_begun, true);
        let missing = event.offset.saturating_sub(way.offset);
        let in_the_middle = begins && !self.is_whole;
        if in_the_middle || missing > 0 {
            way.assembly.miss(event.offset);
            way.offset = event.offset;
            way.resumed = Some(event.offset);
            seen.push(if in_the_middle { Seen::Middle } else { Seen::Missing(missing) });
        }
        match &event.part {
            StreamPart::Opened => seen.push(Seen::Opened),
            StreamPart::Octets(octets) => {
                way.offset += octets.len() as u64;
                way.assembly.push(octets);
                self.packets(by, &mut seen);
            }
            StreamPart::Finished | StreamPart::Reset => {
                seen.extend(self.rest(by));
                let is_reset = event.part == StreamPart::Reset;
                seen.push(if is_reset { Seen::Reset } else { Seen::Finished });
            }
        }
        let said = match self.ways.get_mut(&by) {
            Some(way) if !seen.is_empty() => std::mem::take(&mut way.said),
            _ => Vec::new(),
        };
        let mut comment = (!said.is_empty()).then(|| said.join(BETWEEN_REMARKS));
        let read = seen.into_iter().map(|what| Read {
            number: event.number,
            at: event.at,
            by,
            what,
            comment: comment.take(),
        });
        read.collect()
    }

    /// The packets that are whole by now.
    fn packets(&mut self, by: Role, seen: &mut Vec<Seen>) {
        let Some(way) = self.ways.get_mut(&by) else { return };
        while let Some((offset, octets)) = way.assembly.next(self.protocol, &self.dialect, by) {
            let passed = way.resumed.take().map_or(0, |from| offset.saturating_sub(from));
            if passed > 0 {
                seen.push(Seen::PassedOver(passed));
            }
            let message = match by {
                Role::Listener => self.understanding.received(Instant::START, &octets).0,
                Role::Connector => {
                    let plain = || self.protocol.decode_from(&self.dialect, by, &octets);
                    let message = self.understanding.reads(&octets).unwrap_or_else(plain);
                    self.understanding.sent(Instant::START, &message);
                    message
                }
            };
            seen.push(Seen::Packet(message));
        }
    }

    /// What is left at the end of one side and is no whole packet.
    fn rest(&mut self, by: Role) -> Option<Seen> {
        let way = self.ways.get_mut(&by)?;
        let (_, rest) = way.assembly.rest();
        let is_new = !std::mem::replace(&mut way.is_over, true);
        (is_new && !rest.is_empty()).then(|| Seen::Unfinished(rest.to_vec()))
    }
}
