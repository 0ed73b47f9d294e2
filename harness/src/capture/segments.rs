//! The connections of a journal as segments of TCP, as they are seen where the subject is.
//!
//! Seen at both ends, every segment would be there twice, and whoever follows a connection would take it for sent again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use etherparse::TcpOptionElement;
use simulator::StreamEntry;

use super::BETWEEN_REMARKS;
use super::write::between;
use crate::journal::{Header, Party, StreamPart, Streamed};
use crate::protocol::{self, Role};

/// The most octets of one segment: what fits behind its headers into one IP packet, as on loopback.
const SEGMENT_MAX: usize = 65_483;
/// The window that both sides offer, and how far it is shifted: more than is ever under way.
const WINDOW: u16 = u16::MAX;
const WINDOW_SHIFT: u8 = 14;
/// From here on ports are given to connections of an address that has none, or that has had a connection before.
const PORT_MIN: u16 = 49_152;
/// How far the first sequence numbers of connections are apart.
const INITIAL_APART: u32 = 1_000_000;
/// The address of whom none is known of.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// All connections. Their sides are called by their roles: the connector makes them.
#[derive(Debug)]
pub(super) struct Segments {
    subject: Role,
    address: SocketAddr,
    peers: Vec<SocketAddr>,
    connections: BTreeMap<u64, Connection>,
    /// Addresses that connections came from.
    used: BTreeSet<SocketAddr>,
    next_port: u16,
}

/// One connection.
#[derive(Debug)]
struct Connection {
    addresses: Sides<SocketAddr>,
    /// The sequence number that each side begins with.
    initial: Sides<u32>,
    shown: Sides<Shown>,
    /// Sequence numbers of the subject's that have reached the peer.
    reached: u32,
    /// Those that had reached it when it sent what is under way, by the offset of that.
    acknowledged: VecDeque<(u64, u32)>,
    /// What the network does to octets of the peer's that are under way.
    fates: VecDeque<StreamEntry>,
}

/// One thing for each side.
#[derive(Clone, Copy, Debug, Default)]
struct Sides<T> {
    connector: T,
    listener: T,
}

impl<T> Sides<T> {
    const fn of(&self, role: Role) -> &T {
        match role {
            Role::Connector => &self.connector,
            Role::Listener => &self.listener,
        }
    }

    const fn of_mut(&mut self, role: Role) -> &mut T {
        match role {
            Role::Connector => &mut self.connector,
            Role::Listener => &mut self.listener,
        }
    }
}

/// What was shown of one side.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    /// Sequence numbers that were used up: its octets, and one each for SYN and FIN.
    used: u32,
    /// Nothing more can come of it.
    is_over: bool,
}

/// One segment.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    from: SocketAddr,
    to: SocketAddr,
    sequence: u32,
    acknowledged: Option<u32>,
    kind: Kind,
    payload: Vec<u8>,
    pub(super) comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Syn,
    Plain,
    Fin,
    Rst,
}

impl Segments {
    pub(super) fn new(header: &Header) -> Self {
        let role = protocol::by_name(&header.protocol).and_then(|it| it.role(&header.role));
        Self {
            subject: role.unwrap_or(Role::Listener),
            address: header.address.unwrap_or(NOWHERE),
            peers: header.peers.iter().map(|(_, address)| *address).collect(),
            connections: BTreeMap::new(),
            used: BTreeSet::new(),
            next_port: PORT_MIN,
        }
    }

    /// One more peer.
    pub(super) fn welcome(&mut self, address: SocketAddr) {
        self.peers.push(address);
    }

    /// What is seen of a part that leaves.
    pub(super) fn sent(&mut self, streamed: &Streamed) -> Vec<Segment> {
        let subject = self.subject;
        let Some(connection) = self.connection(streamed) else { return Vec::new() };
        if streamed.by != Party::Subject {
            connection.acknowledged.push_back((streamed.offset, connection.reached));
            connection.fates.extend(streamed.fates.iter().cloned());
            return Vec::new();
        }
        let acknowledged = connection.shown.of(subject.peer()).used;
        connection.show(subject, &streamed.part, acknowledged, &streamed.fates)
    }

    /// What is seen of a part that arrives, and what goes back at once.
    pub(super) fn received(&mut self, streamed: &Streamed) -> (Vec<Segment>, Option<Segment>) {
        let (subject, part) = (self.subject, &streamed.part);
        let Some(connection) = self.connection(streamed) else { return (Vec::new(), None) };
        if streamed.by != Party::Subject {
            connection.reached = match part {
                StreamPart::Opened => 1,
                StreamPart::Octets(octets) => {
                    connection.reached.max(1).wrapping_add(length(octets))
                }
                StreamPart::Finished => connection.reached.wrapping_add(1),
                StreamPart::Reset => connection.reached,
            };
            return (Vec::new(), None);
        }
        let sent = &mut connection.acknowledged;
        while sent.get(1).is_some_and(|(offset, _)| *offset <= streamed.offset) {
            sent.pop_front();
        }
        let acknowledged = sent.front().map_or(0, |(_, acknowledged)| *acknowledged);
        let end = match part {
            StreamPart::Octets(octets) => streamed.offset.saturating_add(length(octets).into()),
            StreamPart::Opened => 0,
            StreamPart::Finished | StreamPart::Reset => streamed.offset.saturating_add(1),
        };
        let here = connection.fates.iter().take_while(|entry| entry.offset < end).count();
        let fates: Vec<StreamEntry> = connection.fates.drain(..here).collect();
        let came = connection.show(subject.peer(), part, acknowledged, &fates);
        // The third segment of the handshake. All others that only acknowledge are left out.
        let completes = *part == StreamPart::Opened && subject == Role::Connector;
        let answer = (completes && !came.is_empty()).then(|| connection.acknowledgement(subject));
        (came, answer)
    }

    /// The connection that something happens on; one that was never made has no number.
    fn connection(&mut self, streamed: &Streamed) -> Option<&mut Connection> {
        let number = streamed.connection;
        if number == 0 {
            return None;
        }
        if !self.connections.contains_key(&number) {
            let peer = self.peers.get(streamed.peer).copied().unwrap_or(NOWHERE);
            let (connector, listener) = match self.subject {
                Role::Connector => (self.address, peer),
                Role::Listener => (peer, self.address),
            };
            let connector = self.free(connector);
            let initial = u32::try_from(number).unwrap_or(0).wrapping_mul(INITIAL_APART);
            let connection = Connection {
                addresses: Sides { connector, listener },
                initial: Sides {
                    connector: initial,
                    listener: initial.wrapping_add(INITIAL_APART / 2),
                },
                shown: Sides::default(),
                reached: 0,
                acknowledged: VecDeque::new(),
                fates: VecDeque::new(),
            };
            self.connections.insert(number, connection);
        }
        self.connections.get_mut(&number)
    }

    /// This address, or one beside it when it has no port, or has had a connection.
    fn free(&mut self, wanted: SocketAddr) -> SocketAddr {
        let mut free = wanted;
        // A capture of a proxy that runs for long may have more connections than there are ports.
        for _ in PORT_MIN..=u16::MAX {
            let is_others = free != wanted && self.peers.contains(&free);
            if free.port() != 0 && !is_others && !self.used.contains(&free) {
                break;
            }
            free.set_port(self.next_port);
            self.next_port = self.next_port.checked_add(1).unwrap_or(PORT_MIN);
        }
        self.used.insert(free);
        free
    }
}

impl Connection {
    /// A part of what a side sends; what the network does to it stands as a comment at the first segment.
    fn show(
        &mut self,
        role: Role,
        part: &StreamPart,
        acknowledged: u32,
        fates: &[StreamEntry],
    ) -> Vec<Segment> {
        let peer_has_begun = self.shown.of(role.peer()).used > 0;
        let own = self.shown.of_mut(role);
        let (kind, octets): (Kind, &[u8]) = match part {
            StreamPart::Opened => (Kind::Syn, &[]),
            StreamPart::Octets(octets) => (Kind::Plain, octets),
            StreamPart::Finished => (Kind::Fin, &[]),
            StreamPart::Reset => (Kind::Rst, &[]),
        };
        if own.is_over || (kind == Kind::Syn && own.used > 0) {
            return Vec::new();
        }
        if own.used == 0 && matches!(kind, Kind::Plain | Kind::Fin) {
            // That it was made is not in the journal.
            let made = self.show(role, &StreamPart::Opened, acknowledged, &[]);
            return made.into_iter().chain(self.show(role, part, acknowledged, fates)).collect();
        }
        own.is_over = kind == Kind::Fin;
        let acknowledges = peer_has_begun && (kind != Kind::Syn || role == Role::Listener);
        let theirs = *self.initial.of(role.peer());
        let acknowledged = acknowledges.then(|| theirs.wrapping_add(acknowledged.max(1)));
        let takes = u32::from(matches!(kind, Kind::Syn | Kind::Fin));
        let mut segments = Vec::new();
        let pieces = octets.chunks(SEGMENT_MAX).chain(octets.is_empty().then_some(octets));
        for piece in pieces {
            // Whoever refuses a connection has no sequence number yet.
            let is_refusal = kind == Kind::Rst && own.used == 0;
            let sequence = self.initial.of(role).wrapping_add(own.used);
            segments.push(Segment {
                from: *self.addresses.of(role),
                to: *self.addresses.of(role.peer()),
                sequence: if is_refusal { 0 } else { sequence },
                acknowledged,
                kind,
                payload: piece.to_vec(),
                comment: None,
            });
            own.used = own.used.wrapping_add(length(piece)).wrapping_add(takes);
        }
        if kind == Kind::Rst {
            // Nothing goes either way any more.
            for role in Role::ALL {
                self.shown.of_mut(role).is_over = true;
            }
        }
        let said: Vec<String> =
            fates.iter().map(|entry| format!("octet {}: {}", entry.offset, entry.fate())).collect();
        if let Some(first) = segments.first_mut().filter(|_| !said.is_empty()) {
            first.comment = Some(said.join(BETWEEN_REMARKS));
        }
        segments
    }

    /// A segment of this side's that only acknowledges.
    fn acknowledgement(&self, role: Role) -> Segment {
        let heard = self.shown.of(role.peer()).used;
        Segment {
            from: *self.addresses.of(role),
            to: *self.addresses.of(role.peer()),
            sequence: self.initial.of(role).wrapping_add(self.shown.of(role).used),
            acknowledged: Some(self.initial.of(role.peer()).wrapping_add(heard)),
            kind: Kind::Plain,
            payload: Vec::new(),
            comment: None,
        }
    }
}

impl Segment {
    /// The segment with the headers that it travels behind.
    pub(super) fn octets(&self) -> io::Result<Vec<u8>> {
        let Self { from, to, sequence, .. } = *self;
        let builder = between(from, to).tcp(from.port(), to.port(), sequence, WINDOW);
        let builder = match self.kind {
            Kind::Syn => {
                let scaled = builder.syn().options(&[TcpOptionElement::WindowScale(WINDOW_SHIFT)]);
                scaled.map_err(io::Error::other)?
            }
            Kind::Fin => builder.fin(),
            Kind::Rst => builder.rst(),
            Kind::Plain if self.payload.is_empty() => builder,
            Kind::Plain => builder.psh(),
        };
        let builder = match self.acknowledged {
            Some(acknowledged) => builder.ack(acknowledged),
            None => builder,
        };
        let mut octets = Vec::with_capacity(builder.size(self.payload.len()));
        builder.write(&mut octets, &self.payload).map_err(io::Error::other)?;
        Ok(octets)
    }
}

/// How many sequence numbers octets take.
fn length(octets: &[u8]) -> u32 {
    u32::try_from(octets.len()).unwrap_or(u32::MAX)
}
