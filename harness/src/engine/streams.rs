//! Connections of a run: the faulty links of each, and what is under way on them.

use std::collections::BTreeMap;

use simulator::{Instant, Part, Piece, StreamEntry, StreamFates, StreamLink};

use crate::journal::{Party, Streamed};

/// Most connections of one run.
pub(super) const CONNECTIONS_MAX: usize = 20_000;

/// Which way something goes on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    /// From a peer to the subject.
    ToSubject,
    /// From the subject to a peer.
    ToPeer,
}

/// Something at the end of its way.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub(super) connection: u64,
    pub(super) peer: usize,
    pub(super) heading: Heading,
    pub(super) offset: u64,
    pub(super) part: Part,
}

/// All connections.
#[derive(Debug)]
pub(super) struct Streams {
    to_subject: StreamFates,
    to_peer: StreamFates,
    names: Vec<String>,
    connections: BTreeMap<u64, Connection>,
    /// How many connections each peer has had.
    had: Vec<u32>,
    under_way: BTreeMap<(Instant, u64), Arrival>,
    arrivals: u64,
    schedule: Vec<StreamEntry>,
}

#[derive(Debug)]
struct Connection {
    peer: usize,
    to_subject: StreamLink,
    to_peer: StreamLink,
}

impl Connection {
    const fn link(&mut self, heading: Heading) -> &mut StreamLink {
        match heading {
            Heading::ToSubject => &mut self.to_subject,
            Heading::ToPeer => &mut self.to_peer,
        }
    }
}

impl Streams {
    /// No connection yet; `names` are those of the peers.
    pub(super) fn new(names: Vec<String>, to_subject: StreamFates, to_peer: StreamFates) -> Self {
        let had = vec![0; names.len()];
        Self {
            to_subject,
            to_peer,
            names,
            connections: BTreeMap::new(),
            had,
            under_way: BTreeMap::new(),
            arrivals: 0,
            schedule: Vec::new(),
        }
    }

    /// A new connection of a peer: its links have the names that schedules know, `bob>subject`, `bob#2>subject`, …
    ///
    /// Gives its number; nothing for a peer that does not exist, or when there are too many.
    pub(super) fn open(&mut self, peer: usize) -> Option<u64> {
        if self.connections.len() >= CONNECTIONS_MAX {
            return None;
        }
        let name = self.names.get(peer)?;
        let had = self.had.get_mut(peer)?;
        *had += 1;
        let name = if *had == 1 { name.clone() } else { format!("{name}#{had}") };
        let number = self.connections.len() as u64 + 1;
        let connection = Connection {
            peer,
            to_subject: StreamLink::new(&format!("{name}>subject"), &self.to_subject),
            to_peer: StreamLink::new(&format!("subject>{name}"), &self.to_peer),
        };
        self.connections.insert(number, connection);
        Some(number)
    }

    /// Takes what a party does on a connection; gives what the journal says of it.
    pub(super) fn send(
        &mut self,
        now: Instant,
        connection: u64,
        heading: Heading,
        part: Part,
    ) -> Option<Streamed> {
        let known = self.connections.get_mut(&connection)?;
        let peer = known.peer;
        let by = match heading {
            Heading::ToSubject => Party::Peer(peer),
            Heading::ToPeer => Party::Subject,
        };
        let link = known.link(heading);
        let (offset, shown) = (link.offset(), (&part).into());
        let mut pieces = Vec::new();
        let fates = link.send(now, part, &mut pieces);
        self.schedule.extend(fates.iter().cloned());
        self.put_under_way(connection, peer, heading, pieces);
        Some(Streamed { connection, peer, by, offset, part: shown, fates })
    }

    /// The next thing that has come to the end of its way.
    pub(super) fn next_arrival(&mut self, now: Instant) -> Option<Arrival> {
        let mut released = Vec::new();
        for (number, connection) in &mut self.connections {
            for heading in [Heading::ToSubject, Heading::ToPeer] {
                let mut pieces = Vec::new();
                connection.link(heading).handle_timeout(now, &mut pieces);
                if !pieces.is_empty() {
                    released.push((*number, connection.peer, heading, pieces));
                }
            }
        }
        for (number, peer, heading, pieces) in released {
            self.put_under_way(number, peer, heading, pieces);
        }
        let first = self.under_way.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// When something will be due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let links = self.connections.values().flat_map(|it| [&it.to_subject, &it.to_peer]);
        let held = links.filter_map(StreamLink::poll_timeout);
        held.chain(self.under_way.keys().next().map(|(at, _)| *at)).min()
    }

    /// Every fate that was not usual, and the entries of a schedule that have done nothing.
    pub(super) fn schedules(&self) -> (Vec<StreamEntry>, Vec<StreamEntry>) {
        let links = self.connections.values().flat_map(|it| [&it.to_subject, &it.to_peer]);
        (self.schedule.clone(), links.flat_map(StreamLink::unbitten).collect())
    }

    fn put_under_way(&mut self, connection: u64, peer: usize, heading: Heading, all: Vec<Piece>) {
        for Piece { at, offset, part } in all {
            self.arrivals += 1;
            let arrival = Arrival { connection, peer, heading, offset, part };
            self.under_way.insert((at, self.arrivals), arrival);
        }
    }
}

/// The journal's entry for something that has come to the end of its way.
pub(super) fn arrived(arrival: &Arrival) -> Streamed {
    let by = match arrival.heading {
        Heading::ToSubject => Party::Subject,
        Heading::ToPeer => Party::Peer(arrival.peer),
    };
    Streamed {
        connection: arrival.connection,
        peer: arrival.peer,
        by,
        offset: arrival.offset,
        part: (&arrival.part).into(),
        fates: Vec::new(),
    }
}

/// The journal's entry for what a peer does without a connection, or on a broken one: it goes nowhere.
pub(super) fn nowhere(peer: usize, connection: Option<u64>, part: &Part) -> Streamed {
    Streamed {
        connection: connection.unwrap_or(0),
        peer,
        by: Party::Peer(peer),
        offset: 0,
        part: part.into(),
        fates: Vec::new(),
    }
}
