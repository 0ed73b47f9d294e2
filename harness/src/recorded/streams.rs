//! The programs that speak with one another on the connections of a capture.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::reading::{Seen, connector, read};
use super::{SIDES_MAX, Side, Sides, header};
use crate::capture::{Connection, Segment, connections};
use crate::journal::{Entry, Journal, Party, Streamed, What};
use crate::judge::watch;
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::{Protocol, Role};

/// The programs of a capture: of each connection that was seen from its beginning the one that made it and the one that took it,
/// which is one program for all its connections.
pub(super) fn sides(
    protocol: &'static dyn Protocol,
    segments: &[Segment],
    listener: Option<SocketAddr>,
) -> Sides {
    let all = connections(segments);
    let first = segments.iter().map(|segment| segment.frame.at).min().unwrap_or(0);
    let mut order: Vec<(SocketAddr, Role)> = Vec::new();
    let mut by_program: BTreeMap<(SocketAddr, Role), Vec<&Connection>> = BTreeMap::new();
    let mut others = 0;
    for connection in &all {
        let ends = ends(connection).filter(|[_, taker]| match listener {
            Some(listener) => *taker == listener,
            None => speaks(protocol, connection),
        });
        let Some([maker, taker]) = ends else {
            others += 1;
            continue;
        };
        for program in [(maker, Role::Connector), (taker, Role::Listener)] {
            if !by_program.contains_key(&program) && order.len() < SIDES_MAX {
                order.push(program);
            }
            by_program.entry(program).or_default().push(connection);
        }
    }
    let all = order.into_iter().filter_map(|(address, role)| {
        let connections = near(address, &by_program.remove(&(address, role))?);
        Some(side(protocol, address, role, &connections, first))
    });
    Sides { all: all.collect(), others }
}

/// The side that made a connection, and the other one; nothing when its beginning is not in the capture.
fn ends(connection: &Connection) -> Option<[SocketAddr; 2]> {
    let maker = connection.connector?;
    let [first, second] = connection.ends;
    Some([maker, if first == maker { second } else { first }])
}

/// Whether something of what passes on a connection is a packet, in some dialect.
fn speaks(protocol: &'static dyn Protocol, connection: &Connection) -> bool {
    let nobody = BTreeSet::new();
    DialectChoice::all(protocol).iter().any(|dialect| {
        let maker = connector(protocol, dialect, connection, &nobody);
        let is_packet = |seen: &Seen| matches!(seen, Seen::Packet(it) if it.problem.is_none());
        read(protocol, dialect, connection, maker).iter().any(|read| is_packet(&read.what))
    })
}

/// Of connections that were seen at several interfaces, what was seen at the one nearest to a program: where what it sends is seen
/// first.
fn near<'a>(address: SocketAddr, connections: &[&'a Connection]) -> Vec<&'a Connection> {
    let mut nearest: BTreeMap<[SocketAddr; 2], (u128, &Option<String>)> = BTreeMap::new();
    let key = |connection: &Connection| {
        let mut ends = connection.ends;
        ends.sort_unstable();
        ends
    };
    for connection in connections {
        let own = connection.events.iter().find(|event| event.from == address);
        let at = own.map_or(u128::MAX, |event| event.at);
        let known = nearest.entry(key(connection)).or_insert((at, &connection.interface));
        if at < known.0 {
            *known = (at, &connection.interface);
        }
    }
    let is_near = |connection: &&&Connection| {
        nearest.get(&key(connection)).is_some_and(|(_, near)| **near == connection.interface)
    };
    connections.iter().filter(is_near).copied().collect()
}

/// One program with its journal.
fn side(
    protocol: &'static dyn Protocol,
    address: SocketAddr,
    role: Role,
    connections: &[&Connection],
    first: u128,
) -> Side {
    let other = |connection: &Connection| {
        connection.ends.into_iter().find(|end| *end != address).unwrap_or(address)
    };
    let peers: BTreeSet<SocketAddr> =
        connections.iter().map(|connection| other(connection)).collect();
    let header = header(protocol, address, role, &peers, first);
    let mut journal = Journal::new(header);
    let mut happened = Vec::new();
    for (number, connection) in (1..).zip(connections) {
        let peer = peers.iter().position(|peer| *peer == other(connection)).unwrap_or(0);
        happened.extend(connection.events.iter().map(|event| (event, number, peer)));
    }
    // A stable order: what one packet shows of a connection stays as it was.
    happened.sort_by_key(|(event, ..)| (event.at, event.number));
    let mut numbers = Vec::new();
    for (event, connection, peer) in happened {
        let streamed = Streamed {
            connection,
            peer,
            by: Party::Subject,
            offset: event.offset,
            part: event.part.clone(),
            fates: Vec::new(),
        };
        let is_own = event.from == address;
        let what = if is_own { What::StreamSent(streamed) } else { What::StreamReceived(streamed) };
        journal.entries.push(Entry { at: super::since(first, event.at), what });
        numbers.push(event.number);
    }
    Side { role, address, peers, journal, numbers, overheard: true }
}

/// Finds the dialect, and the options, in which the least is wrong with what all programs of a capture sent, and takes them for
/// theirs; of several that fit alike, the first. A dialect that is given is left as it is.
pub fn assume(
    protocol: &'static dyn Protocol,
    sides: &mut Sides,
    given: Option<&DialectChoice>,
) -> DialectChoice {
    let dialects = given.map_or_else(|| DialectChoice::all(protocol), |given| vec![given.clone()]);
    let mut best: Option<(usize, DialectChoice, OptionChoice)> = None;
    for dialect in dialects {
        for options in options(protocol) {
            let wrong = sides.all.iter_mut().map(|side| wrong(protocol, side, &dialect, &options));
            let wrong = wrong.sum();
            if best.as_ref().is_none_or(|(least, ..)| wrong < *least) {
                best = Some((wrong, dialect.clone(), options));
            }
        }
    }
    let Some((_, dialect, options)) = best else { return DialectChoice::default_for(protocol) };
    for side in &mut sides.all {
        side.journal.header.options = options.clone();
    }
    dialect
}

/// Every choice of the options that are one word each.
fn options(protocol: &'static dyn Protocol) -> Vec<OptionChoice> {
    let mut all = vec![OptionChoice::default_for(protocol)];
    for option in protocol.options().iter().filter(|option| !option.several) {
        let with = |choice: &OptionChoice| {
            let choice = choice.clone();
            option.words.iter().map(move |word| {
                let mut choice = choice.clone();
                choice.state(option.name, vec![(*word).to_owned()]);
                choice
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

/// How much is wrong with what a program sent.
fn wrong(
    protocol: &'static dyn Protocol,
    side: &mut Side,
    dialect: &DialectChoice,
    options: &OptionChoice,
) -> usize {
    side.journal.header.dialect = dialect.clone();
    side.journal.header.options = options.clone();
    let mut monitor = side.monitor(protocol, dialect);
    watch(protocol, &mut *monitor, &side.journal).len()
}
