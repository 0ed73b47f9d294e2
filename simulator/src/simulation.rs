//! Simulation: the discrete-event loop that moves datagrams between nodes in virtual time.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::agenda::{Agenda, Deadlines};
use crate::limits::{DRAINED_MAX, Exceeded, Limits, Outcome, RECORDED_MAX, Step};
use crate::topology::Topology;
use crate::{
    Classifier, Decision, Delivery, Entry, Fate, Fates, Instant, Link, LinkId, MessageKey, Node,
    NodeId, Observed, Observer, Schedule, TopologyError, Transmit,
};

/// Nodes, links between them, and what is under way.
///
/// The nodes themselves stay with the caller, who hands in the same ones, in the same order, with
/// every call. A clone of both goes its own way from there.
///
/// One order for everything: what is due earlier comes first. At one instant, links first let go
/// of what they held for too long, in the order of links. Then datagrams arrive in the order in
/// which they were filed. Then timers run, in the order of nodes.
#[derive(Clone, Debug)]
pub struct Simulation {
    now: Instant,
    limits: Limits,
    nodes: usize,
    /// Shared by clones, which are made by the million.
    topology: Arc<Topology>,
    links: Vec<Link<Envelope>>,
    agenda: Agenda<Delivery<Envelope>>,
    timeouts: Deadlines,
    releases: Deadlines,
    started: bool,
    events: u64,
    datagrams: u64,
    recorded: Option<Vec<(LinkId, Decision)>>,
    /// Fates for the next datagrams, instead of those that their links deal.
    decreed: VecDeque<Fate>,
    /// Reused from one datagram to the next.
    deliveries: Vec<Delivery<Envelope>>,
}

/// What travels along with a datagram.
#[derive(Clone, Copy, Debug)]
struct Envelope {
    from: SocketAddr,
    to: SocketAddr,
    node: NodeId,
    number: u64,
}

/// What is due next. At one instant, in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Release(LinkId),
    Arrival,
    Timeout(NodeId),
}

impl Simulation {
    /// So many nodes, not connected.
    pub fn new(nodes: usize, limits: Limits) -> Self {
        Self {
            now: Instant::START,
            limits,
            nodes,
            topology: Arc::default(),
            links: Vec::new(),
            agenda: Agenda::new(),
            timeouts: Deadlines::new(nodes),
            releases: Deadlines::new(0),
            started: false,
            events: 0,
            datagrams: 0,
            recorded: None,
            decreed: VecDeque::new(),
            deliveries: Vec::new(),
        }
    }

    /// Gives a node an address; it may have several.
    ///
    /// # Errors
    ///
    /// There is no such node, or another one has the address.
    pub fn attach(&mut self, node: NodeId, address: SocketAddr) -> Result<(), TopologyError> {
        self.check(node)?;
        Arc::make_mut(&mut self.topology).attach(node, address)
    }

    /// Lays a link from one node to another; the way back is a link of its own.
    ///
    /// # Errors
    ///
    /// There is no such node, there is such a link already, its name is taken, or it cannot obey
    /// its schedule.
    pub fn connect(
        &mut self,
        from: NodeId,
        to: NodeId,
        name: &str,
        fates: Fates,
        classifier: Arc<dyn Classifier>,
    ) -> Result<LinkId, TopologyError> {
        self.check(from)?;
        self.check(to)?;
        if self.links.iter().any(|link| link.name() == name) {
            return Err(TopologyError::Name { name: name.to_owned() });
        }
        let link = Link::new(name, fates, classifier)?;
        let id = LinkId(self.links.len());
        Arc::make_mut(&mut self.topology).connect(from, to, id, name)?;
        self.links.push(link);
        self.releases.add_owner();
        Ok(id)
    }

    /// The time of the last event.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// When the next event happens, if there is one. Nodes are known only after the first step.
    pub fn next_time(&self) -> Option<Instant> {
        self.next().map(|(at, _)| at)
    }

    /// Lets time pass in which nothing happens.
    ///
    /// # Panics
    ///
    /// Something happens before that.
    pub fn advance_to(&mut self, at: Instant) {
        assert!(self.next_time().is_none_or(|next| at <= next), "an event must not be skipped");
        self.now = self.now.max(at);
    }

    /// Drains a node to which the caller did something directly.
    ///
    /// # Errors
    ///
    /// A limit is exceeded.
    pub fn wake<N: Node, O: Observer<N::Event>>(
        &mut self,
        node: NodeId,
        nodes: &mut [N],
        observer: &mut O,
    ) -> Result<(), Exceeded> {
        self.drain(node, nodes, observer)
    }

    /// Lets one event happen and drains the node to which it happened.
    ///
    /// Before the first event every node is drained once, in their order.
    ///
    /// # Errors
    ///
    /// A limit is exceeded. The event has not happened then, or only in part: there is no going on.
    ///
    /// # Panics
    ///
    /// The number of nodes is not that of [`new`](Self::new).
    pub fn step<N: Node, O: Observer<N::Event>>(
        &mut self,
        nodes: &mut [N],
        observer: &mut O,
    ) -> Result<Step, Exceeded> {
        self.start(nodes, observer)?;
        let Some((at, due)) = self.next() else { return Ok(Step::Quiet) };
        self.happen(at, due, nodes, observer)?;
        Ok(Step::Advanced)
    }

    /// Lets everything happen that happens until the deadline, the deadline included.
    ///
    /// It is then that time, unless the network has become quiet before.
    ///
    /// # Errors
    ///
    /// A limit is exceeded.
    ///
    /// # Panics
    ///
    /// The number of nodes is not that of [`new`](Self::new).
    pub fn run_until<N: Node, O: Observer<N::Event>>(
        &mut self,
        deadline: Instant,
        nodes: &mut [N],
        observer: &mut O,
    ) -> Result<Outcome, Exceeded> {
        self.start(nodes, observer)?;
        loop {
            match self.next() {
                None => return Ok(Outcome::Quiet),
                Some((at, _)) if at > deadline => {
                    self.now = self.now.max(deadline);
                    return Ok(Outcome::Deadline);
                }
                Some((at, due)) => self.happen(at, due, nodes, observer)?,
            }
        }
    }

    /// Begins to record all fates that are not usual, or stops and forgets them.
    pub fn record(&mut self, on: bool) {
        self.recorded = on.then(Vec::new);
    }

    /// Gives the next datagrams that are sent over any link these fates instead of their own, and
    /// forgets fates decreed before that came to nothing.
    ///
    /// With clones, this is how every schedule is tried: from one state, each fate in turn.
    pub fn decree(&mut self, fates: impl IntoIterator<Item = Fate>) {
        self.decreed.clear();
        self.decreed.extend(fates);
    }

    /// What was recorded, in the order of sending.
    pub fn recorded(&self) -> Schedule {
        let entry = |&(link, ref decision): &(LinkId, Decision)| self.link(link).entry(decision);
        Schedule(self.recorded.iter().flatten().filter_map(entry).collect())
    }

    /// Entries of the schedules that have done nothing to a datagram yet: they did not bite.
    pub fn unbitten(&self) -> impl Iterator<Item = &Entry> {
        self.links.iter().flat_map(Link::unbitten)
    }

    /// A link's name.
    ///
    /// # Panics
    ///
    /// The link is not one of this simulation.
    pub fn link_name(&self, link: LinkId) -> &str {
        self.link(link).name()
    }

    /// The name of a message on a link.
    ///
    /// # Panics
    ///
    /// The link is not one of this simulation.
    pub fn message_name(&self, link: LinkId, key: MessageKey) -> String {
        self.link(link).message_name(key)
    }

    fn check(&self, node: NodeId) -> Result<(), TopologyError> {
        if node.0 < self.nodes { Ok(()) } else { Err(TopologyError::Node { node }) }
    }

    fn link(&self, link: LinkId) -> &Link<Envelope> {
        self.links.get(link.0).expect("links are those of this simulation")
    }

    fn start<N: Node, O: Observer<N::Event>>(
        &mut self,
        nodes: &mut [N],
        observer: &mut O,
    ) -> Result<(), Exceeded> {
        assert_eq!(nodes.len(), self.nodes, "the caller hands in all nodes");
        if !self.started {
            self.started = true;
            for node in (0..self.nodes).map(NodeId) {
                self.drain(node, nodes, observer)?;
            }
        }
        Ok(())
    }

    /// The first of what is due; a time in the past is now.
    fn next(&self) -> Option<(Instant, Due)> {
        let release = self.releases.first().map(|(at, link)| (at, Due::Release(LinkId(link))));
        let arrival = self.agenda.next().map(|at| (at, Due::Arrival));
        let timeout = self.timeouts.first();
        let timeout = timeout.map(|(at, node)| (at.max(self.now), Due::Timeout(NodeId(node))));
        [release, arrival, timeout].into_iter().flatten().min()
    }

    fn happen<N: Node, O: Observer<N::Event>>(
        &mut self,
        at: Instant,
        due: Due,
        nodes: &mut [N],
        observer: &mut O,
    ) -> Result<(), Exceeded> {
        if self.events >= self.limits.events {
            return Err(Exceeded::Events);
        }
        self.events += 1;
        assert!(at >= self.now, "time does not go back");
        self.now = at;
        match due {
            Due::Release(link) => {
                let held = self.links.get_mut(link.0).expect("only links release");
                held.handle_timeout(at, &mut self.deliveries);
                self.file(link)
            }
            Due::Arrival => {
                let delivery = self.agenda.take().expect("an arrival was due");
                let Delivery { octets, tag, copy, altered, .. } = delivery;
                let Envelope { from, to, node, number } = tag;
                let octets = &octets[..];
                let what = Observed::Received { node, number, copy, from, to, octets, altered };
                observer.observe(at, what);
                node_of(nodes, node).handle_datagram(at, from, to, octets);
                self.drain(node, nodes, observer)
            }
            Due::Timeout(node) => {
                node_of(nodes, node).handle_timeout(at);
                self.drain(node, nodes, observer)
            }
        }
    }

    /// Takes what a node has to transmit and to tell until there is nothing left, and its timeout.
    fn drain<N: Node, O: Observer<N::Event>>(
        &mut self,
        id: NodeId,
        nodes: &mut [N],
        observer: &mut O,
    ) -> Result<(), Exceeded> {
        let node = node_of(nodes, id);
        let mut drained = 0;
        loop {
            let before = drained;
            while let Some(transmit) = node.poll_transmit() {
                drained += 1;
                self.transmit(id, transmit, observer)?;
                if drained > DRAINED_MAX {
                    return Err(Exceeded::Drained(id));
                }
            }
            while let Some(event) = node.poll_event() {
                drained += 1;
                observer.observe(self.now, Observed::Event { node: id, event });
                if drained > DRAINED_MAX {
                    return Err(Exceeded::Drained(id));
                }
            }
            if drained == before {
                break;
            }
        }
        self.timeouts.set(id.0, node.poll_timeout());
        Ok(())
    }

    fn transmit<E, O: Observer<E>>(
        &mut self,
        node: NodeId,
        transmit: Transmit,
        observer: &mut O,
    ) -> Result<(), Exceeded> {
        let Transmit { from, to, octets } = transmit;
        self.datagrams += 1;
        let number = self.datagrams;
        let Some((receiver, id)) = self.topology.route(node, to) else {
            let octets = &octets[..];
            observer.observe(self.now, Observed::Unroutable { node, number, from, to, octets });
            return Ok(());
        };
        let link = self.links.get_mut(id.0).expect("routes lead over links");
        let decision = match self.decreed.pop_front() {
            Some(fate) => link.decree(&octets, fate),
            None => link.decide(self.now, &octets),
        };
        observer.observe(
            self.now,
            Observed::Sent {
                node,
                number,
                from,
                to,
                octets: &octets,
                link: id,
                key: decision.key,
                occurrence: decision.occurrence,
                fate: &decision.fate,
            },
        );
        if let Some(recorded) = &mut self.recorded
            && !decision.fate.is_usual()
        {
            if recorded.len() >= RECORDED_MAX {
                return Err(Exceeded::Recorded);
            }
            recorded.push((id, decision));
        }
        let envelope = Envelope { from, to, node: receiver, number };
        link.carry(self.now, octets, envelope, &decision, &mut self.deliveries);
        self.file(id)
    }

    /// Files what a link delivers, and when it will let go of what it holds.
    fn file(&mut self, link: LinkId) -> Result<(), Exceeded> {
        for delivery in self.deliveries.drain(..) {
            if self.agenda.len() >= self.limits.queued {
                return Err(Exceeded::Queued);
            }
            self.agenda.file(delivery.at, delivery);
        }
        let release = self.links.get(link.0).and_then(Link::poll_timeout);
        self.releases.set(link.0, release);
        Ok(())
    }
}

fn node_of<N>(nodes: &mut [N], node: NodeId) -> &mut N {
    nodes.get_mut(node.0).expect("the caller hands in all nodes")
}
