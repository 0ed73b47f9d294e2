//! The links of the simulator between the peers of a run and its subject, for engines that have their own sockets and time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use simulator::{Delivery, Entry, Fate, FatesError, Instant, Link, Schedule};

use crate::engine::Plan;
use crate::journal::{HexOctets, Party, Received, Sent, UNROUTABLE, What};

/// All links between the peers and the subject, and what is under way on them.
///
/// What is under way has no limit of its own: each datagram of it is in the journal, which has one.
#[derive(Debug)]
pub(super) struct Network {
    to_subject: Vec<Link<Ticket>>,
    to_peer: Vec<Link<Ticket>>,
    under_way: BTreeMap<(Instant, u64), Arrival>,
    arrivals: u64,
    datagrams: u64,
    schedule: Vec<Entry>,
}

/// Which way a datagram goes, and which peer has to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// From this peer to the subject.
    ToSubject(usize),
    /// From the subject to this peer.
    ToPeer(usize),
}

/// What travels with a datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    /// Its unique number in the run.
    pub(super) number: u64,
    /// Which way it goes.
    pub(super) heading: Heading,
    /// Its source.
    pub(super) from: SocketAddr,
    /// Its destination.
    pub(super) to: SocketAddr,
}

/// A datagram at the end of its link.
#[derive(Debug)]
pub(super) struct Arrival {
    /// What it is.
    pub(super) ticket: Ticket,
    /// What is left of its octets.
    pub(super) octets: Vec<u8>,
    /// Whether they are not those that were sent.
    pub(super) altered: bool,
}

impl Arrival {
    /// The journal's entry for it.
    pub(super) fn received(&self, by: Party) -> What {
        let Ticket { number, from, to, .. } = self.ticket;
        let octets = self.altered.then(|| HexOctets::from(&*self.octets));
        What::Received(Received { number, by, from, to, octets })
    }
}

impl Network {
    /// A link in each direction for each peer, named as in the simulation: `peer>subject`, `subject>peer`.
    pub(super) fn new(plan: &Plan<'_>) -> Result<Self, FatesError> {
        let classifier = plan.protocol.classifier(plan.dialect);
        let links = |fates: &simulator::Fates, name: &dyn Fn(&str) -> String| {
            let peers = plan.peers.iter();
            let link = |(peer, _): &(String, _)| {
                Link::new(&name(peer), fates.clone(), Arc::clone(&classifier))
            };
            peers.map(link).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            to_subject: links(plan.to_subject, &|peer| format!("{peer}>subject"))?,
            to_peer: links(plan.to_peer, &|peer| format!("subject>{peer}"))?,
            under_way: BTreeMap::new(),
            arrivals: 0,
            datagrams: 0,
            schedule: Vec::new(),
        })
    }

    /// Takes a datagram, decides its fate, and gives what the journal says of it; nothing for a peer that does not exist.
    pub(super) fn send(
        &mut self,
        now: Instant,
        heading: Heading,
        (from, to): (SocketAddr, SocketAddr),
        octets: &[u8],
    ) -> Option<Sent> {
        let (link, by) = match heading {
            Heading::ToSubject(peer) => (self.to_subject.get_mut(peer)?, Party::Peer(peer)),
            Heading::ToPeer(peer) => (self.to_peer.get_mut(peer)?, Party::Subject),
        };
        let number = self.datagrams;
        self.datagrams += 1;
        let mut out = Vec::new();
        let ticket = Ticket { number, heading, from, to };
        let decision = link.send(now, octets.to_vec(), ticket, &mut out);
        let message = link.message_name(decision.key);
        self.schedule.extend(link.entry(&decision));
        self.put_under_way(out);
        let (occurrence, fate) = (decision.occurrence, decision.fate);
        Some(Sent {
            number,
            by,
            from,
            to,
            message,
            occurrence,
            fate,
            reason: None,
            octets: HexOctets::from(octets),
        })
    }

    /// What the journal says of a datagram to an address that nobody has.
    pub(super) fn unroutable(
        &mut self,
        by: Party,
        (from, to): (SocketAddr, SocketAddr),
        octets: &[u8],
    ) -> Sent {
        let number = self.datagrams;
        self.datagrams += 1;
        Sent {
            number,
            by,
            from,
            to,
            message: UNROUTABLE.to_owned(),
            occurrence: 1,
            fate: Fate::LOST,
            reason: None,
            octets: HexOctets::from(octets),
        }
    }

    /// The next datagram that has come to the end of its link.
    pub(super) fn next_arrival(&mut self, now: Instant) -> Option<Arrival> {
        self.next_arrival_of(now, |_| true)
    }

    /// The next of those that are wanted.
    pub(super) fn next_arrival_of(
        &mut self,
        now: Instant,
        wanted: impl Fn(&Ticket) -> bool,
    ) -> Option<Arrival> {
        let mut out = Vec::new();
        for link in self.to_subject.iter_mut().chain(&mut self.to_peer) {
            link.handle_timeout(now, &mut out);
        }
        self.put_under_way(out);
        let mut due = self.under_way.iter().take_while(|((at, _), _)| *at <= now);
        let place = due.find(|(_, arrival)| wanted(&arrival.ticket)).map(|(place, _)| *place)?;
        self.under_way.remove(&place)
    }

    /// When something will be due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.poll_timeout_of(|_| true)
    }

    /// When one of those that are wanted will be due, or one that is held will go on.
    pub(super) fn poll_timeout_of(&self, wanted: impl Fn(&Ticket) -> bool) -> Option<Instant> {
        let held = self.to_subject.iter().chain(&self.to_peer).filter_map(Link::poll_timeout);
        let mut under_way = self.under_way.iter().filter(|(_, arrival)| wanted(&arrival.ticket));
        held.chain(under_way.next().map(|((at, _), _)| *at)).min()
    }

    /// Everything that is still under way to the subject, at once: the run is over.
    pub(super) fn let_go(&mut self) -> Vec<Arrival> {
        let mut out = Vec::new();
        for link in &mut self.to_subject {
            link.handle_timeout(Instant::MAX, &mut out);
        }
        self.put_under_way(out);
        let arrivals = std::mem::take(&mut self.under_way).into_values();
        arrivals.filter(|it| matches!(it.ticket.heading, Heading::ToSubject(_))).collect()
    }

    /// Datagrams that were sent so far, in both directions.
    pub(super) const fn datagrams(&self) -> u64 {
        self.datagrams
    }

    /// Every fate that was not "delivered as usual", and the entries of a replayed schedule that did nothing.
    pub(super) fn into_schedules(self) -> (Schedule, Vec<Entry>) {
        let links = self.to_subject.iter().chain(&self.to_peer);
        let unbitten = links.flat_map(Link::unbitten).cloned().collect();
        (Schedule(self.schedule), unbitten)
    }

    /// Takes back what could not be delivered yet.
    pub(super) fn later(&mut self, at: Instant, arrival: Arrival) {
        self.arrivals += 1;
        self.under_way.insert((at, self.arrivals), arrival);
    }

    fn put_under_way(&mut self, deliveries: Vec<Delivery<Ticket>>) {
        for Delivery { at, octets, tag: ticket, altered, .. } in deliveries {
            self.arrivals += 1;
            let key = (at, self.arrivals);
            let displaced = self.under_way.insert(key, Arrival { ticket, octets, altered });
            assert!(displaced.is_none(), "two arrivals share a place");
        }
    }
}
