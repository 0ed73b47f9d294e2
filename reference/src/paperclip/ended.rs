//! Sessions that have ended, whose late packets are ignored for a while (CLIP-ERR-1).

use core::net::SocketAddr;
use std::collections::{BTreeMap, BTreeSet};

use crate::time::Instant;

/// Sessions that are remembered for a while after their end, by their peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    /// Until when, and the peer's public key, where there was a handshake.
    sessions: BTreeMap<SocketAddr, (Instant, Option<Vec<u8>>)>,
    /// The same in the order in which they are forgotten.
    order: BTreeSet<(Instant, SocketAddr)>,
}

impl Ended {
    /// Remembers a session; the first to be forgotten makes room.
    pub(super) fn remember(
        &mut self,
        now: Instant,
        peer: SocketAddr,
        until: Instant,
        key: Option<Vec<u8>>,
        limit: usize,
    ) {
        self.forget(now);
        self.forget_one(peer);
        while self.sessions.len() >= limit.max(1) {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            self.sessions.remove(&oldest);
        }
        self.sessions.insert(peer, (until, key));
        self.order.insert((until, peer));
    }

    /// Whether a packet from this address belongs to a session that has ended; of an AUTH, its
    /// key tells.
    pub(super) fn is_known(&mut self, now: Instant, peer: SocketAddr, key: Option<&[u8]>) -> bool {
        self.forget(now);
        self.sessions.get(&peer).is_some_and(|(_, known)| known.as_deref() == key)
    }

    /// Whether a session with this address has ended a short while ago.
    pub(super) fn has(&mut self, now: Instant, peer: SocketAddr) -> bool {
        self.forget(now);
        self.sessions.contains_key(&peer)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Forgets the session with this peer.
    pub(super) fn forget_one(&mut self, peer: SocketAddr) {
        if let Some((until, _)) = self.sessions.remove(&peer) {
            self.order.remove(&(until, peer));
        }
    }

    /// Forgets the sessions whose time is over.
    pub(super) fn forget(&mut self, now: Instant) {
        while let Some((until, peer)) = self.order.first().copied()
            && until <= now
        {
            self.order.pop_first();
            self.sessions.remove(&peer);
        }
    }
}
