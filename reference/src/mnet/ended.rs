//! Sessions that have ended with SHUTDOWN-COMPLETE, whose peer may not know it (MNET-SHUT-7).

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use crate::mnet::Tag;
use crate::time::Instant;

/// Where a session's packets come from, and the tag they carry.
pub(super) type Key = (SocketAddr, Tag);

/// Sessions that are remembered for a while after their end.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    /// Until when, and the tag that this side stamped.
    sessions: BTreeMap<Key, (Instant, Tag)>,
    /// The same in the order in which they are forgotten.
    order: BTreeSet<(Instant, Key)>,
}

impl Ended {
    /// Remembers a session for `memory`; the first to be forgotten makes room.
    pub(super) fn remember(
        &mut self,
        now: Instant,
        key: Key,
        stamp: Tag,
        memory: Duration,
        limit: usize,
    ) {
        self.forget(now);
        if let Some((until, _)) = self.sessions.remove(&key) {
            self.order.remove(&(until, key));
        }
        while self.sessions.len() >= limit.max(1) {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            self.sessions.remove(&oldest);
        }
        let until = now + memory;
        self.sessions.insert(key, (until, stamp));
        self.order.insert((until, key));
    }

    /// The tag that this side stamped in a session that is remembered.
    pub(super) fn stamp(&mut self, now: Instant, key: &Key) -> Option<Tag> {
        self.forget(now);
        self.sessions.get(key).map(|(_, stamp)| *stamp)
    }

    /// Forgets the sessions with one address: what mutants do.
    pub(super) fn forget_all_of(&mut self, peer: SocketAddr) {
        self.sessions.retain(|(of, _), _| *of != peer);
        self.order.retain(|(_, (of, _))| *of != peer);
    }

    fn forget(&mut self, now: Instant) {
        while let Some((until, key)) = self.order.first().copied()
            && until <= now
        {
            self.order.pop_first();
            self.sessions.remove(&key);
        }
    }
}
