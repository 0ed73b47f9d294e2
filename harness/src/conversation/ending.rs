//! How a conversation comes to its end: what is left over, and farewell.

use simulator::Instant;

use super::plan::{Phase, Planned};
use super::{Conversation, show_event, show_octets};
use crate::profile::Grade;
use crate::script::{FindingKind, ScriptFinding};
use crate::verdict::FoundBy;

impl Conversation<'_> {
    /// The subject has used a freedom: the scenario's other steps cannot be played with it.
    pub(super) fn leave(&mut self, now: Instant, planned: Planned<'_>, why: &str) {
        self.findings.push(ScriptFinding {
            kind: FindingKind::Left,
            clauses: Vec::new(),
            grade: Grade::default(),
            by: FoundBy::Step { number: planned.number, line: planned.line },
            what: format!("not played from step {} on: {why}", planned.number),
            allowed: Vec::new(),
            ending: None,
            place: None,
        });
        self.saw(format!("does not come: {why}"));
        self.write_down();
        let mut place = 0;
        self.steps.retain(|planned| {
            place += 1;
            place <= self.place || planned.phase != Phase::Steps
        });
        self.waiting = None;
        self.matched = 0;
        self.has_left = true;
        self.advance(now);
    }

    /// All steps are played.
    pub(super) fn end(&mut self, _now: Instant) {
        if self.has_left {
            return self.close();
        }
        let surplus = self.delivered.get(self.asked..).unwrap_or(&[]);
        let asks = self.steps.iter().rev().find(|planned| planned.step.delivered.is_some());
        if let (Some(planned), true, false) = (asks.copied(), self.setup.events, surplus.is_empty())
        {
            let what = format!("the application received {} more", show_octets(surplus));
            return self.broken(planned, what, vec!["nothing more".to_owned()], None);
        }
        let asks = self.steps.iter().rev().find(|planned| planned.step.event.is_some()).copied();
        if self.end_of_lines() {
            return;
        }
        let surplus = self.events.iter().find(|event| !self.is_background_event(event));
        if let (Some(planned), Some(event)) = (asks, surplus) {
            let what = format!("the application was told as well: {}", show_event(event));
            return self.broken(planned, what, vec!["nothing more".to_owned()], None);
        }
        self.close();
    }

    /// Leaves the subject tidy, and is done.
    pub(super) fn close(&mut self) {
        for peer in 0..self.peers.len() {
            let packets = self.with_peer(peer, |peer| peer.farewell()).unwrap_or_default();
            for (name, fields) in packets {
                self.answer(Instant::START, peer, &name, &fields);
            }
        }
        self.part();
        self.finished = true;
        self.waiting = None;
    }
}
