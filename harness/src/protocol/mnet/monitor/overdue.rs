//! What the subject should have sent by now, in any of its sessions.

use std::net::SocketAddr;

use reference::mnet::Packet;
use simulator::Instant;

use super::MnetMonitor;
use super::session::Moment;
use crate::protocol::{Violation, clause};

impl MnetMonitor {
    /// Of what a packet breaks, keeps a wrong count back: that octets were delivered twice, or from beyond a gap, which the
    /// application may be told at the same instant, comes before how they are counted.
    pub(super) fn hold(&mut self, at: Instant, violations: Vec<Violation>) -> Vec<Violation> {
        let is_count = |found: &Violation| found.clause == clause("MNET-DATA-2");
        let (counts, mut violations): (Vec<_>, Vec<_>) = violations.into_iter().partition(is_count);
        match counts.into_iter().next() {
            Some(found) if violations.is_empty() => self.held = Some((at, found)),
            found => violations.extend(found),
        }
        violations
    }

    /// What should have been answered by now: octets (MNET-DATA-4), echoes of cookies that had always expired. `sent` is what the
    /// subject sends at this moment.
    pub(super) fn overdue(
        &mut self,
        at: Instant,
        sent: Option<(SocketAddr, &Packet<'_>)>,
    ) -> Vec<Violation> {
        if self.lost {
            return Vec::new();
        }
        let acknowledges = match sent {
            Some((
                to,
                Packet::Data { tag, acknowledged, .. } | Packet::Shutdown { tag, acknowledged },
            )) => self.find(to, *tag, |it| self.own_stamp(it)).map(|index| (index, *acknowledged)),
            _ => None,
        };
        let mut overdue = Vec::new();
        if let Some((_, found)) = self.held.take_if(|(held_at, _)| *held_at < at) {
            overdue.push(found);
        }
        for (index, session) in self.sessions.iter_mut().enumerate() {
            let now = Moment {
                at,
                tolerance: self.tolerance,
                suspect: self.suspect,
                echo: self.echo,
                subject: self.subject,
                heard_at: self.heard_at,
                timers: self.timers,
                base: self.base,
                acknowledges: acknowledges.filter(|(of, _)| *of == index).map(|(_, count)| count),
            };
            let late = session.unanswered(at).or_else(|| session.overdue(&now));
            let late = late.or_else(|| session.unreplied(at, self.tolerance));
            let late = late.or_else(|| session.unrepeated(&now));
            let is_ruling = session.is_stretched();
            overdue.extend(late.map(|violation| violation.by_ruling_if(is_ruling)));
        }
        overdue.extend(self.deaf(at));
        overdue
    }
}
