//! What the hosts of a run share: the journal, the links with their fates, and what the script has still to hear.
//!
//! Turmoil carries every datagram, in order, and loses none. What became of it was decided by its link when it was sent, and
//! is done to it where it arrives.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use simulator::{DRAINED_MAX, FatesError, Instant};

use crate::engine::Plan;
use crate::engine::network::{Arrival, Heading, Network, Ticket};
use crate::journal::{Journal, Party, Told, What};
use crate::script::AppEvent;
use crate::verdict::Ending;

/// Source and destination.
type Way = (SocketAddr, SocketAddr);

/// All of it, for each host and the suite. Tasks of a host may be spawned, so it can be sent; only one thread ever locks it.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<Wire>>);

impl Shared {
    pub(super) fn new(wire: Wire) -> Self {
        Self(Arc::new(Mutex::new(wire)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Wire> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of it, once every host is gone.
    pub(super) fn into_inner(self) -> Option<Wire> {
        Some(Arc::into_inner(self.0)?.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is shared.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) journal: Journal,
    /// What the script has to hear, in the order of the journal.
    pub(super) heard: VecDeque<Heard>,
    pub(super) network: Network,
    subject: SocketAddr,
    peers: Vec<SocketAddr>,
    /// What turmoil carries on each way.
    carried: BTreeMap<Way, VecDeque<(u64, Vec<u8>)>>,
    /// The last datagram that turmoil has brought to the end of each way.
    brought: BTreeMap<Way, u64>,
    /// What the subject has done at one moment.
    done: (Instant, usize),
    /// It does not come to an end.
    pub(super) endless: bool,
}

/// Something that the script hears of.
#[derive(Debug)]
pub(super) enum Heard {
    Datagram { peer: usize, from: SocketAddr, octets: Vec<u8> },
    Event { session: u64, event: AppEvent },
    Restarted,
    Ended(Ending),
}

impl Wire {
    pub(super) fn new(
        plan: &Plan<'_>,
        journal: Journal,
        subject: SocketAddr,
        peers: &[SocketAddr],
    ) -> Result<Self, FatesError> {
        Ok(Self {
            journal,
            heard: VecDeque::new(),
            network: Network::new(plan)?,
            subject,
            peers: peers.to_vec(),
            carried: BTreeMap::new(),
            brought: BTreeMap::new(),
            done: (Instant::START, 0),
            endless: false,
        })
    }

    /// Counts what the subject does: whether it may go on. One that does not come to an end would never let time pass.
    pub(super) fn may_go_on(&mut self, now: Instant) -> bool {
        if self.done.0 != now {
            self.done = (now, 0);
        }
        self.done.1 += 1;
        self.endless |= self.done.1 > DRAINED_MAX;
        !self.endless
    }

    /// Decides what becomes of a datagram; turmoil carries it next.
    pub(super) fn send(&mut self, now: Instant, by: Party, way: Way, octets: &[u8]) {
        let heading = match by {
            Party::Peer(peer) => (way.1 == self.subject).then_some(Heading::ToSubject(peer)),
            Party::Subject => {
                self.peers.iter().position(|peer| *peer == way.1).map(Heading::ToPeer)
            }
        };
        let sent = heading.and_then(|heading| self.network.send(now, heading, way, octets));
        let sent = match sent {
            Some(sent) => {
                let carried = self.carried.entry(way).or_default();
                carried.push_back((sent.number, octets.to_vec()));
                sent
            }
            None => self.network.unroutable(by, way, octets),
        };
        self.journal.push(now, What::Sent(Box::new(sent)));
    }

    /// Turmoil has brought a datagram to the end of its way.
    ///
    /// # Panics
    ///
    /// It is not the next one that was sent on this way.
    pub(super) fn bring(&mut self, way: Way, octets: &[u8]) {
        let next = self.carried.get_mut(&way).and_then(VecDeque::pop_front);
        let (number, sent) = next.expect("nothing comes that was not sent");
        assert_eq!(sent, octets, "turmoil keeps the order of datagrams on one way");
        self.brought.insert(way, number);
    }

    /// The next datagram that reaches this address now, by way of turmoil and of its link.
    pub(super) fn arrive(&mut self, now: Instant, by: Party, here: SocketAddr) -> Option<Arrival> {
        let Self { network, brought, .. } = self;
        let arrival = network.next_arrival_of(now, |ticket| is_there(brought, here, ticket))?;
        self.journal.push(now, arrival.received(by));
        Some(arrival)
    }

    /// When the next datagram will reach this address, of those that turmoil has brought there.
    pub(super) fn due(&self, here: SocketAddr) -> Option<Instant> {
        self.network.poll_timeout_of(|ticket| is_there(&self.brought, here, ticket))
    }

    /// The subject's application was told something.
    pub(super) fn told(&mut self, now: Instant, session: u64, event: AppEvent) {
        let told = Told { by: Party::Subject, session, event: event.clone() };
        self.journal.push(now, What::Event(told));
        self.heard.push_back(Heard::Event { session, event });
    }

    /// The subject has ended by itself, unless it was stopped.
    pub(super) fn ended(&mut self, now: Instant, status: String) {
        if self.endless {
            return;
        }
        let ending = Ending::Crashed { status };
        self.journal.push(now, What::Ended(ending.clone()));
        self.heard.push_back(Heard::Ended(ending));
    }
}

fn is_there(brought: &BTreeMap<Way, u64>, here: SocketAddr, ticket: &Ticket) -> bool {
    let last = brought.get(&(ticket.from, ticket.to));
    ticket.to == here && last.is_some_and(|last| ticket.number <= *last)
}
