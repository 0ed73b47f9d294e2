//! All steps of a conversation in one row: the probe before, the beginning, the scenario's own, the probe after.

use super::Setup;
use crate::profile::{Grade, OptionChoice};
use crate::protocol::{Protocol, Role, Transport};
use crate::scenario::{Application, NOTHING, Probe, Scenario, Step};
use crate::spec::ClauseId;
use crate::yaml::Located;

/// A step with where it comes from.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    pub(super) step: &'a Step,
    pub(super) phase: Phase,
    /// Its number among the scenario's own steps, from 1; 0 for others.
    pub(super) number: usize,
    /// Its line in the scenario's file; 0 for others.
    pub(super) line: usize,
    /// The peer that it is about, whatever it says: the steps of a beginning are those of each peer.
    pub(super) peer: Option<usize>,
    /// What stands before its labels.
    prefix: Option<&'a str>,
    /// The clauses of the scenario, which a step shows that names none.
    inherited: &'a [Located<ClauseId>],
}

/// The part of the conversation that a step belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The subject is shown to be alive.
    ProbeBefore,
    /// The session is brought to where the scenario begins.
    Begin,
    /// The scenario's own steps.
    Steps,
    /// The subject is shown to be still alive.
    ProbeAfter,
}

impl Phase {
    pub(super) const fn is_probe(self) -> bool {
        matches!(self, Self::ProbeBefore | Self::ProbeAfter)
    }
}

impl<'a> Planned<'a> {
    /// The clauses that the step shows.
    pub(super) fn clauses(&self) -> impl Iterator<Item = &'a ClauseId> + use<'a> {
        let own = &self.step.clauses;
        let clauses = if own.is_empty() { self.inherited } else { own };
        clauses.iter().map(|clause| &clause.value)
    }

    /// The label that it gives.
    pub(super) fn label(&self) -> Option<String> {
        let label = &self.step.label.as_ref()?.value;
        Some(self.prefix.map_or_else(|| label.clone(), |name| format!("{name}-{label}")))
    }

    /// Whether the step checks something.
    pub(super) fn checks(&self) -> bool {
        let step = self.step;
        self.phase != Phase::ProbeBefore
            && (step.expect.is_some()
                || step.quiet.is_some()
                || step.silence.is_some()
                || step.delivered.is_some()
                || step.event.is_some()
                || step.connect.is_some()
                || step.ended.is_some())
    }
}

/// The steps of a scenario for a subject of this role.
pub(super) fn plan<'a>(setup: &Setup<'a>, played: bool) -> Vec<Planned<'a>> {
    let Setup { protocol, scenario, role, options, .. } = *setup;
    let plan = Plan { protocol, scenario, role, options, played };
    let probe = |phase| plan.of_suite(plan.probe(setup.claims), phase, None);
    let own = scenario.steps.iter().enumerate().map(|(index, step)| Planned {
        step: &step.value,
        phase: Phase::Steps,
        number: index + 1,
        line: step.line,
        peer: None,
        prefix: None,
        inherited: &scenario.clauses,
    });
    let mut steps = Vec::new();
    if scenario.probe == Probe::Both {
        steps.extend(probe(Phase::ProbeBefore));
    }
    steps.extend(plan.beginning());
    steps.extend(own);
    if scenario.probe != Probe::Never {
        steps.extend(probe(Phase::ProbeAfter));
    }
    steps
}

/// What the steps come from.
struct Plan<'a, 'b> {
    protocol: &'static dyn Protocol,
    scenario: &'a Scenario,
    role: Role,
    options: &'b OptionChoice,
    played: bool,
}

impl<'a> Plan<'a, '_> {
    fn steps_of(&self, name: &str) -> &'static [Located<Step>] {
        self.protocol.beginning(name, self.role, self.options).unwrap_or(&[])
    }

    /// What shows that the subject is alive.
    fn probe(&self, claims: Grade) -> &'static [Located<Step>] {
        let own = match claims {
            Grade::Text => self.protocol.beginning(super::TEXT_PROBE, self.role, self.options),
            Grade::Edition => None,
        };
        own.unwrap_or_else(|| self.steps_of(super::PROBE))
    }

    fn of_suite(
        &self,
        steps: &'static [Located<Step>],
        phase: Phase,
        peer: Option<(usize, Option<&'a str>)>,
    ) -> impl Iterator<Item = Planned<'a>> + use<'a> {
        let scenario = self.scenario;
        steps.iter().map(move |step| Planned {
            step: &step.value,
            phase,
            number: 0,
            line: 0,
            peer: peer.map(|(peer, _)| peer),
            prefix: peer.and_then(|(_, prefix)| prefix),
            inherited: &scenario.clauses,
        })
    }

    /// What brings the session to where the scenario begins; over streams, each peer's connection in turn.
    fn beginning(&self) -> Vec<Planned<'a>> {
        let common = self.scenario.begin.as_ref().map(|name| name.value.as_str());
        // An application that acts by itself is told nothing, and is not asked what it was told.
        let waits = self.played || self.scenario.application == Application::Control;
        let said = |planned: &Planned<'_>| {
            waits || (planned.step.tell.is_none() && planned.step.event.is_none())
        };
        if self.protocol.transport() == Transport::Datagrams {
            let steps = common.map_or(&[][..], |name| self.steps_of(name));
            return self.of_suite(steps, Phase::Begin, None).filter(said).collect();
        }
        let further = self.scenario.peers.iter().map(|(name, peer)| {
            let own = peer.value.begin().map(|name| name.value.as_str());
            (Some(name.value.as_str()), own.or(common))
        });
        let mut planned = Vec::new();
        let mut there: Vec<(usize, Option<&'a str>, &str)> = Vec::new();
        for (index, (prefix, begin)) in std::iter::once((None, common)).chain(further).enumerate() {
            let Some(begin) = begin.filter(|begin| *begin != NOTHING) else { continue };
            let steps = self.steps_of(begin);
            planned.extend(self.of_suite(steps, Phase::Begin, Some((index, prefix))).filter(said));
            // Those who are there already see the new one come.
            let witnessed = self.protocol.witnessed(begin, self.role);
            for (earlier, prefix, _) in there.iter().filter(|(_, _, of)| *of == begin) {
                planned.extend(self.of_suite(witnessed, Phase::Begin, Some((*earlier, *prefix))));
            }
            there.push((index, prefix, begin));
        }
        planned
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{PROBE, TEXT_PROBE};
    use crate::protocol;

    /// The last step of the probe of a server of PaperClip.
    fn farewell(name: &str) -> String {
        let paperclip = protocol::by_name("paperclip").unwrap();
        let options = OptionChoice::default_for(paperclip);
        let steps = paperclip.beginning(name, Role::Listener, &options).unwrap();
        format!("{:?}", steps.last().unwrap().value.send)
    }

    #[test]
    fn who_claims_the_text_is_left_with_an_error_that_the_text_knows() {
        let (edition, text) = (farewell(PROBE), farewell(TEXT_PROBE));
        assert!(edition.contains("Number(1)") && edition.contains("Number(0)"), "{edition}");
        assert!(text.contains("Number(2)") && !text.contains("Number(1)"), "{text}");
    }
}
