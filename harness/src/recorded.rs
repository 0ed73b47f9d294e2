//! A recorded conversation of two programs, neither of which is the suite's: both are checked by the monitors.
//!
//! A capture becomes a journal for each program in it, in which that program is the subject: what it sent, and what reached it.
//! No scenario says what should have happened, so that only what a clause forbids is found, and what it demands by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use simulator::{Fate, Instant};

use crate::capture::{Capture, Frame};
use crate::fit;
use crate::journal::{Entry, Header, HexOctets, Journal, Party, Received, Sent, VERSION, What};
use crate::judge::watch;
use crate::profile::{DialectChoice, Grade, OptionChoice, Timers};
use crate::protocol::{Monitor, MonitorSetup, Protocol, Role, Transport, Violation};
use crate::spec::ClauseId;

mod reading;
mod streams;

pub use reading::{Read, Seen, connector, read};
pub use streams::assume;

/// How much later than due something may be seen, and how long a program may not have read what has passed: it need not be where
/// the capture was made.
const TOLERANCE: Duration = Duration::from_millis(200);

/// The address of a program that has not spoken.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// How many programs of one capture are judged.
const SIDES_MAX: usize = 1_000;

/// One program in a capture.
#[derive(Clone, Debug)]
pub struct Side {
    /// Its role.
    pub role: Role,
    /// Its address.
    pub address: SocketAddr,
    /// Everybody that it speaks with.
    pub peers: BTreeSet<SocketAddr>,
    /// What it sent and what reached it.
    pub journal: Journal,
    /// For each entry of the journal, the number of its packet in the capture.
    pub numbers: Vec<usize>,
    /// What it was given is not known, nor who else speaks with it.
    overheard: bool,
}

/// The programs of a capture.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// The programs, in the order in which they came to speak.
    pub all: Vec<Side>,
    /// Datagrams of conversations whose beginning is not in the capture, or which are of another protocol; of a protocol on
    /// streams, such connections.
    pub others: usize,
}

/// What is said of one program.
#[derive(Clone, Debug)]
pub struct Found {
    /// Broken clauses: when, and the packet's number where one shows it.
    pub violations: Vec<(Instant, Option<usize>, Violation)>,
    /// The clauses that were put to the test.
    pub exercised: Vec<ClauseId>,
}

/// Finds the programs of a capture: those who speak with this listener, or those who begin a conversation as the protocol does
/// and those whom they begin it with.
pub fn sides(
    protocol: &'static dyn Protocol,
    capture: &Capture,
    listener: Option<SocketAddr>,
) -> Sides {
    match protocol.transport() {
        Transport::Datagrams => of_datagrams(protocol, &capture.frames, listener),
        Transport::Stream => streams::sides(protocol, &capture.segments, listener),
    }
}

fn of_datagrams(
    protocol: &'static dyn Protocol,
    frames: &[Frame],
    listener: Option<SocketAddr>,
) -> Sides {
    let mut listeners: BTreeSet<SocketAddr> = listener.into_iter().collect();
    let mut foreign: BTreeSet<(SocketAddr, SocketAddr)> = BTreeSet::new();
    let mut order: Vec<(SocketAddr, Role)> = Vec::new();
    let mut by_address: BTreeMap<SocketAddr, Vec<&Frame>> = BTreeMap::new();
    let mut others = 0;
    for frame in frames {
        let pair = (frame.from.min(frame.to), frame.from.max(frame.to));
        let is_known = listeners.contains(&frame.to) || listeners.contains(&frame.from);
        if !is_known && (listener.is_some() || foreign.contains(&pair) || !begins(protocol, frame))
        {
            foreign.insert(pair);
            others += 1;
            continue;
        }
        if !is_known {
            listeners.insert(frame.to);
        }
        for address in [frame.from, frame.to] {
            let role = if listeners.contains(&address) { Role::Listener } else { Role::Connector };
            if !by_address.contains_key(&address) && order.len() < SIDES_MAX {
                order.push((address, role));
            }
            by_address.entry(address).or_default().push(frame);
        }
    }
    let first = frames.iter().map(|frame| frame.at).min().unwrap_or(0);
    let all = order
        .into_iter()
        .map(|(address, role)| {
            let frames = near(address, by_address.remove(&address).unwrap_or_default());
            side(protocol, address, role, &frames, first)
        })
        .collect();
    Sides { all, others }
}

/// Of a capture at several interfaces, what was seen at the one nearest to a program: where what it sends is seen first.
fn near(address: SocketAddr, frames: Vec<&Frame>) -> Vec<&Frame> {
    let sent = frames.iter().filter(|frame| frame.from == address);
    let interface = sent.min_by_key(|frame| frame.at).map(|frame| frame.interface.clone());
    let is_near = |frame: &&Frame| interface.as_ref().is_none_or(|near| frame.interface == *near);
    frames.into_iter().filter(is_near).collect()
}

/// Whether a datagram is one that a conversation begins with, in some dialect.
fn begins(protocol: &dyn Protocol, frame: &Frame) -> bool {
    DialectChoice::all(protocol).iter().any(|dialect| {
        let name = |octets: &[u8]| {
            let message = protocol.decode(dialect, octets);
            message.problem.is_none().then(|| message.name())
        };
        let options = OptionChoice::default_for(protocol);
        let opening = protocol.opening(dialect, &options, Grade::Edition, [7; 32]).packet;
        let found = name(&frame.payload);
        found.is_some() && found == name(&opening)
    })
}

/// So long after the first packet of a capture.
fn since(first: u128, at: u128) -> Instant {
    let after = u64::try_from(at.saturating_sub(first)).unwrap_or(u64::MAX);
    Instant::START + Duration::from_nanos(after)
}

/// The header of a program's journal.
fn header(
    protocol: &'static dyn Protocol,
    address: SocketAddr,
    role: Role,
    peers: &BTreeSet<SocketAddr>,
    first: u128,
) -> Header {
    Header {
        journal: VERSION,
        scenario: "a recorded conversation".to_owned(),
        protocol: protocol.name().to_owned(),
        role: protocol.word(role).to_owned(),
        dialect: DialectChoice::default_for(protocol),
        options: OptionChoice::default_for(protocol),
        engine: "capture".to_owned(),
        seed: 0,
        epoch: Duration::from_nanos(u64::try_from(first).unwrap_or(0)),
        subject: address.to_string(),
        address: Some(address),
        peers: peers.iter().map(|peer| (peer.to_string(), *peer)).collect(),
        events: false,
        tolerance: TOLERANCE,
        reply: Duration::ZERO,
        timers: Timers::defaults(protocol),
    }
}

/// One program with its journal.
fn side(
    protocol: &'static dyn Protocol,
    address: SocketAddr,
    role: Role,
    frames: &[&Frame],
    first: u128,
) -> Side {
    let peers: BTreeSet<SocketAddr> = frames
        .iter()
        .map(|frame| if frame.from == address { frame.to } else { frame.from })
        .collect();
    let header = header(protocol, address, role, &peers, first);
    let mut journal = Journal::new(header);
    for (number, frame) in frames.iter().enumerate() {
        let (number, from, to) = (number as u64, frame.from, frame.to);
        let octets = HexOctets(frame.payload.clone());
        let what = if from == address {
            let (by, message) = (Party::Subject, String::new());
            What::Sent(Box::new(Sent {
                number,
                by,
                from,
                to,
                message,
                occurrence: 1,
                fate: Fate::USUAL,
                reason: None,
                octets,
            }))
        } else {
            What::Received(Received { number, by: Party::Subject, from, to, octets: Some(octets) })
        };
        journal.entries.push(Entry { at: since(first, frame.at), what });
    }
    let numbers = frames.iter().map(|frame| frame.number).collect();
    Side { role, address, peers, journal, numbers, overheard: true }
}

impl Side {
    /// The program whose journal this is, as somebody between it and the other one has written it.
    pub fn of(role: Role, journal: Journal) -> Self {
        let address = journal.header.address.unwrap_or(NOWHERE);
        let peers = journal.header.peers.iter().map(|(_, address)| *address).collect();
        let numbers = (0..journal.entries.len()).collect();
        Self { role, address, peers, journal, numbers, overheard: false }
    }

    /// The monitors of this program, as if it spoke this dialect.
    fn monitor(
        &self,
        protocol: &'static dyn Protocol,
        dialect: &DialectChoice,
    ) -> Box<dyn Monitor> {
        let header = &self.journal.header;
        protocol.monitor(&MonitorSetup {
            dialect,
            subject: self.role,
            options: &header.options,
            application: None,
            tolerance: header.tolerance,
            unread: header.tolerance,
            given: &BTreeMap::new(),
            epoch: header.epoch,
            timers: &header.timers,
            overheard: self.overheard,
        })
    }

    /// Checks everything that the program sent.
    pub fn judge(&mut self, protocol: &'static dyn Protocol, dialect: &DialectChoice) -> Found {
        self.journal.header.dialect = dialect.clone();
        let mut monitor = self.monitor(protocol, dialect);
        let number = |entry: Option<u64>| {
            entry.and_then(|entry| self.numbers.get(usize::try_from(entry).ok()?).copied())
        };
        let violations = watch(protocol, &mut *monitor, &self.journal)
            .into_iter()
            .map(|(at, entry, violation)| (at, number(entry), violation))
            .collect();
        Found { violations, exercised: monitor.exercised() }
    }
}

/// The dialect in which the least is wrong with what all of them sent; of several that fit alike, the first.
pub fn dialect(protocol: &'static dyn Protocol, sides: &Sides) -> DialectChoice {
    let wrong = |dialect: &DialectChoice| -> usize {
        let of = |side: &Side| {
            fit::wrong(protocol, &side.journal, dialect, &mut *side.monitor(protocol, dialect))
        };
        sides.all.iter().map(of).sum()
    };
    let all = DialectChoice::all(protocol);
    let best = all.into_iter().min_by_key(wrong);
    best.unwrap_or_else(|| DialectChoice::default_for(protocol))
}
