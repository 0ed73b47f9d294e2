//! Nodes and observers: what the network drives, and who watches.

use std::net::SocketAddr;

use crate::{Fate, Instant, MessageKey};

/// A party of a simulation: a core without input and output of its own.
///
/// After each input the network takes what there is to transmit and to tell until there is nothing
/// left, and then asks for the next timeout.
pub trait Node {
    /// What the node tells its application.
    type Event;

    /// A datagram arrives at one of the node's addresses.
    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, octets: &[u8]);

    /// The time that [`poll_timeout`](Self::poll_timeout) gave has come.
    fn handle_timeout(&mut self, now: Instant);

    /// When the node wants to be called next; a time in the past means at once.
    fn poll_timeout(&self) -> Option<Instant>;

    /// The next datagram to send.
    fn poll_transmit(&mut self) -> Option<Transmit>;

    /// The next thing to tell the application.
    fn poll_event(&mut self) -> Option<Self::Event>;
}

impl<N: Node + ?Sized> Node for Box<N> {
    type Event = N::Event;

    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        (**self).handle_datagram(now, from, to, octets);
    }

    fn handle_timeout(&mut self, now: Instant) {
        (**self).handle_timeout(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (**self).poll_timeout()
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        (**self).poll_transmit()
    }

    fn poll_event(&mut self) -> Option<Self::Event> {
        (**self).poll_event()
    }
}

/// A datagram that a node sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// The address it claims to come from, which need not be the node's own.
    pub from: SocketAddr,
    /// Where it goes.
    pub to: SocketAddr,
    /// What is in it.
    pub octets: Vec<u8>,
}

/// A node's position among the nodes of its simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// A link's number in its simulation, in the order of connecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkId(pub usize);

/// Watches a simulation; `()` watches nothing, at no cost.
pub trait Observer<E> {
    /// Something happened.
    fn observe(&mut self, now: Instant, what: Observed<'_, E>);
}

impl<E> Observer<E> for () {
    fn observe(&mut self, _: Instant, _: Observed<'_, E>) {}
}

/// What an observer sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed<'a, E> {
    /// A node sent a datagram over a link.
    Sent {
        /// Who sent it.
        node: NodeId,
        /// The datagram's number in this run, from 1.
        number: u64,
        /// The address it claims to come from.
        from: SocketAddr,
        /// Where it goes.
        to: SocketAddr,
        /// What is in it.
        octets: &'a [u8],
        /// The link it goes over.
        link: LinkId,
        /// Which message it is.
        key: MessageKey,
        /// How often that message was sent over this link, from 1.
        occurrence: u64,
        /// What happens to it.
        fate: &'a Fate,
    },
    /// A datagram, or a repetition of one, reached a node.
    Received {
        /// Whom it reached.
        node: NodeId,
        /// The datagram's number in this run.
        number: u64,
        /// 0 for the datagram itself, from 1 for its repetitions.
        copy: u8,
        /// The address it claims to come from.
        from: SocketAddr,
        /// Where it went.
        to: SocketAddr,
        /// What is in it now.
        octets: &'a [u8],
        /// Whether that is not what was sent.
        altered: bool,
    },
    /// A node sent a datagram to an address that nobody has, or to which no link leads.
    Unroutable {
        /// Who sent it.
        node: NodeId,
        /// The datagram's number in this run.
        number: u64,
        /// The address it claims to come from.
        from: SocketAddr,
        /// Where it should have gone.
        to: SocketAddr,
        /// What is in it.
        octets: &'a [u8],
    },
    /// A node told its application something.
    Event {
        /// Whose application.
        node: NodeId,
        /// What it was told.
        event: E,
    },
}
