//! What a conversation makes of a datagram that has come.

use std::fmt::Write as _;
use std::net::SocketAddr;

use simulator::Instant;

use super::plan::Phase;
use super::{Conversation, PASSED_MAX};
use crate::protocol::Role;

impl Conversation<'_> {
    /// A datagram reached a peer.
    pub(super) fn datagram(&mut self, now: Instant, peer: usize, from: SocketAddr, octets: &[u8]) {
        let foreign = self.stage.subject.is_some_and(|known| known != from);
        if foreign && self.setup.protocol.decode(self.setup.dialect, octets).problem.is_some() {
            // Somebody else's, who takes this port for another.
            return;
        }
        self.heard = true;
        let known = *self.stage.subject.get_or_insert(from);
        let Some((message, reception)) = self.with_peer(peer, |peer| peer.received(now, octets))
        else {
            return;
        };
        let stranger = match self.setup.role {
            Role::Listener => foreign,
            Role::Connector => !self.homes.take(from, self.setup.protocol.marks(&message)),
        };
        self.learn(peer);
        for (name, fields) in &reception.answers {
            self.answer(now, peer, name, fields);
        }
        let Some(planned) = self.current().filter(|_| self.waiting.is_some()) else { return };
        let step = planned.step;
        if let Some(patterns) = &step.expect
            && peer == self.by(planned)
            && !stranger
            && patterns.value.0.iter().any(|pattern| self.matches(peer, pattern, &message))
        {
            self.saw_packet(peer, &message);
            if let Some(label) = planned.label() {
                self.labels.insert(label, vec![message]);
            }
            self.next();
            return self.advance(now);
        }
        let waiting_only =
            step.wait.is_some() || step.restart.is_some() || planned.phase == Phase::ProbeAfter;
        let under_way = step.silence.is_some()
            && self.waiting.is_some_and(|waiting| now - waiting.since <= self.setup.tolerance);
        let background = reception.background && (step.silence.is_none() || under_way);
        let allowed = step.allow.iter().any(|pattern| self.matches(peer, &pattern.value, &message))
            || self.is_late_answer(peer, &message);
        if !stranger && (waiting_only || background || allowed) {
            // Also what comes while a packet of many datagrams is still being sent.
            let kept = step.expect.is_some() || step.send.is_some() || step.repeat.is_some();
            if kept && self.passed.len() < PASSED_MAX {
                self.passed.push_back((peer, message));
            }
            // The echo may be what a step waits for.
            return self.look(now);
        }
        let mut what = format!("{} came", self.describe(peer, &message));
        if peer != 0 {
            let name = self.setup.peers.get(peer).map_or("?", String::as_str);
            let _ = write!(what, " to {name}");
        }
        if stranger {
            let _ = write!(what, " from {from}, which is not the subject's address {known}");
        }
        let allowed = Self::allowed(step);
        self.broken(planned, what, allowed, None);
        if self.setup.protocol.is_unregulated(&message) {
            self.weigh_as_ruling();
        }
    }
}
