//! A conversation as engines and judges drive it.

use simulator::Instant;

use super::Conversation;
use super::plan::Planned;
use crate::profile::Grade;
use crate::protocol::clause;
use crate::script::{Action, FindingKind, Input, Script, ScriptFinding};
use crate::spec::ClauseId;
use crate::verdict::{Ending, Reason};

impl Conversation<'_> {
    /// What ends a subject is no answer that a step has missed.
    fn blame_survival(&mut self) {
        let survival = self.setup.protocol.survival().map(clause);
        if let (Some(survival), Some(found)) = (survival, self.findings.last_mut()) {
            found.clauses = vec![survival];
        }
    }

    /// What was found last is no more than a ruling.
    pub(super) fn weigh_as_ruling(&mut self) {
        if let Some(found) = self.findings.last_mut() {
            found.grade = Grade::Edition;
        }
    }
}

impl Script for Conversation<'_> {
    fn handle(&mut self, now: Instant, input: Input<'_>) {
        if self.finished {
            return;
        }
        match input {
            Input::Start => self.advance(now),
            Input::Datagram { peer, from, octets } => {
                self.datagram(now, self.peer_at(peer), from, octets);
            }
            Input::Stream { peer, part } => self.on_line(now, peer, part),
            Input::Event { event, .. } => {
                self.react(event);
                match event.octets() {
                    Some(octets) => {
                        self.delivered.extend(octets.iter());
                        if self.asks_for_deliveries {
                            self.events.push_back(event.clone());
                        }
                    }
                    None => self.events.push_back(event.clone()),
                }
                if self.waiting.is_some() {
                    self.look(now);
                }
            }
            Input::Restarted => {
                let waits = |planned: &Planned<'_>| planned.step.restart.is_some();
                if self.waiting.is_some() && self.current().as_ref().is_some_and(waits) {
                    self.next();
                    self.advance(now);
                }
            }
            Input::Timeout => {
                if self.waiting.is_some_and(|waiting| waiting.until <= now) {
                    self.timeout(now);
                }
            }
            // A connector may end when its session is over; what is still due will show by its absence.
            Input::SubjectEnded(Ending::Clean) => {}
            Input::SubjectEnded(ending) => {
                if let Some(planned) = self.current() {
                    // A port that was never its own says nothing about the subject.
                    if *ending == Ending::Reset && !self.heard {
                        let kind = FindingKind::Inconclusive(Reason::PeerUnreachable);
                        let what = "nobody listens at the subject's address: it was not up when \
                                    the scenario began";
                        let ending = Some(ending.clone());
                        self.found(planned, kind, what.to_owned(), Vec::new(), ending);
                    } else {
                        let what = format!("the subject ended: {ending}");
                        let allowed = Self::allowed(planned.step);
                        self.broken(planned, what, allowed, Some(ending.clone()));
                        self.blame_survival();
                    }
                }
            }
        }
    }

    fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.waiting.map(|waiting| waiting.until)
    }

    fn is_finished(&self) -> bool {
        self.finished
    }

    fn findings(&self) -> &[ScriptFinding] {
        &self.findings
    }

    fn finish(&mut self, _now: Instant) {
        if !self.finished
            && let Some(planned) = self.current()
        {
            let kind = FindingKind::Inconclusive(Reason::OutOfBudget);
            let what = "the run was ended before the scenario was over".to_owned();
            self.found(planned, kind, what, Vec::new(), None);
        }
    }

    fn progress(&self) -> Option<usize> {
        Some(self.steps.iter().take(self.place).filter(|planned| planned.checks()).count())
    }

    fn transcript(&self) -> Vec<String> {
        self.transcript.lines().to_vec()
    }

    fn shown(&self) -> Vec<ClauseId> {
        self.steps
            .iter()
            .take(self.place)
            .filter(|planned| planned.checks())
            .flat_map(|planned| planned.clauses().cloned())
            .collect()
    }
}
