//! A journal of streams as one of packets, so that reports show both in the same way.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};

use simulator::Fate;

use crate::assembly::Assembly;
use crate::journal::{HexOctets, Journal, Party, Received, Sent, StreamPart, Streamed, Told, What};
use crate::protocol::{Protocol, Role, Transport};
use crate::script::{AppEvent, Fields, Notice};

/// The address of a peer whose connections have one of their own each.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// The journal with a datagram in the place of each packet of a stream; `entry` is a place in it, and becomes one in the other.
pub(crate) fn in_packets<'a>(
    journal: &'a Journal,
    protocol: &'static dyn Protocol,
    entry: Option<usize>,
) -> (Cow<'a, Journal>, Option<usize>) {
    if protocol.transport() == Transport::Datagrams {
        return (Cow::Borrowed(journal), entry);
    }
    let role = protocol.role(&journal.header.role).unwrap_or(Role::Listener);
    let mut view = View {
        protocol,
        journal,
        role,
        out: Journal::new(journal.header.clone()),
        sent: BTreeMap::new(),
        received: BTreeMap::new(),
        numbers: 0,
    };
    let mut place = None;
    for (index, line) in journal.entries.iter().enumerate() {
        match &line.what {
            What::StreamSent(streamed) => view.sent(line.at, streamed),
            What::StreamReceived(streamed) => view.received(line.at, streamed),
            other => view.out.push(line.at, other.clone()),
        }
        if entry == Some(index) {
            place = view.out.entries.len().checked_sub(1);
        }
    }
    (Cow::Owned(view.out), place)
}

/// A direction of a connection: its number, and whether it leads to the subject.
type Way = (u64, bool);

/// A journal that is being made.
struct View<'a> {
    protocol: &'static dyn Protocol,
    journal: &'a Journal,
    role: Role,
    out: Journal,
    /// What was sent each way, and the numbers of packets that have not arrived.
    sent: BTreeMap<Way, (Assembly, VecDeque<u64>)>,
    received: BTreeMap<Way, Assembly>,
    numbers: u64,
}

impl View<'_> {
    fn address(&self, party: Party) -> SocketAddr {
        let header = &self.journal.header;
        match party {
            Party::Subject => header.address.unwrap_or(NOWHERE),
            Party::Peer(peer) => header.peers.get(peer).map_or(NOWHERE, |(_, address)| *address),
        }
    }

    fn sender(&self, to_subject: bool) -> Role {
        if to_subject { self.role.peer() } else { self.role }
    }

    fn sent(&mut self, at: simulator::Instant, streamed: &Streamed) {
        let to_subject = streamed.by != Party::Subject;
        let sender = self.sender(to_subject);
        let way = (streamed.connection, to_subject);
        let (protocol, dialect) = (self.protocol, &self.journal.header.dialect);
        let (assembly, under_way) = self.sent.entry(way).or_default();
        let mut packets = Vec::new();
        match &streamed.part {
            StreamPart::Octets(octets) => {
                assembly.push(octets);
                while let Some((_, packet)) = assembly.next(protocol, dialect, sender) {
                    packets.push(packet);
                }
            }
            StreamPart::Finished | StreamPart::Reset => {
                let (_, rest) = assembly.rest();
                packets.extend((!rest.is_empty()).then(|| rest.to_vec()));
            }
            StreamPart::Opened => {}
        }
        let numbers: Vec<u64> = (self.numbers..).take(packets.len()).collect();
        self.numbers += numbers.len() as u64;
        under_way.extend(&numbers);
        let other = if to_subject { Party::Subject } else { Party::Peer(streamed.peer) };
        let (from, to) = (self.address(streamed.by), self.address(other));
        for (number, octets) in numbers.into_iter().zip(packets) {
            let message = protocol.decode_from(dialect, sender, &octets).name().to_owned();
            let (fate, octets) = (Fate::USUAL, HexOctets(octets));
            let by = streamed.by;
            let sent =
                Sent { number, by, from, to, message, occurrence: 1, fate, reason: None, octets };
            self.out.push(at, What::Sent(Box::new(sent)));
        }
        let ends = match streamed.part {
            StreamPart::Finished => "FIN",
            StreamPart::Reset => "RST",
            StreamPart::Opened | StreamPart::Octets(_) => return,
        };
        let notice = Notice { event: format!("{ends} ({other})"), fields: Fields::default() };
        let told = Told { by: streamed.by, session: 0, event: AppEvent::Told(notice) };
        self.out.push(at, What::Event(told));
    }

    fn received(&mut self, at: simulator::Instant, streamed: &Streamed) {
        let StreamPart::Octets(octets) = &streamed.part else { return };
        let to_subject = streamed.by == Party::Subject;
        let sender = self.sender(to_subject);
        let way = (streamed.connection, to_subject);
        let (protocol, dialect) = (self.protocol, &self.journal.header.dialect);
        let assembly = self.received.entry(way).or_default();
        assembly.push(octets);
        let mut count = 0;
        while assembly.next(protocol, dialect, sender).is_some() {
            count += 1;
        }
        let other = if to_subject { Party::Peer(streamed.peer) } else { Party::Subject };
        let (from, to) = (self.address(other), self.address(streamed.by));
        for _ in 0..count {
            let under_way = self.sent.get_mut(&way).map(|(_, under_way)| under_way);
            let Some(number) = under_way.and_then(VecDeque::pop_front) else { return };
            let by = streamed.by;
            self.out.push(at, What::Received(Received { number, by, from, to, octets: None }));
        }
    }
}
