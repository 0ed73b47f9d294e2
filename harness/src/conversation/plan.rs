//! All steps of a conversation in one row: the probe before, the beginning, the scenario's own, the probe after.

use crate::profile::OptionChoice;
use crate::protocol::{Protocol, Role};
use crate::scenario::{Probe, Scenario, Step};
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

    /// Whether the step checks something.
    pub(super) fn checks(&self) -> bool {
        let step = self.step;
        self.phase != Phase::ProbeBefore
            && (step.expect.is_some()
                || step.quiet.is_some()
                || step.silence.is_some()
                || step.delivered.is_some()
                || step.event.is_some())
    }
}

/// The steps of a scenario for a subject of this role.
pub(super) fn plan<'a>(
    protocol: &'static dyn Protocol,
    scenario: &'a Scenario,
    role: Role,
    options: &OptionChoice,
) -> Vec<Planned<'a>> {
    let probe = protocol.beginning(super::PROBE, role, options).unwrap_or(&[]);
    let begin = scenario
        .begin
        .as_ref()
        .and_then(|name| protocol.beginning(&name.value, role, options))
        .unwrap_or(&[]);
    let of_suite = |steps: &'static [Located<Step>], phase| {
        steps.iter().map(move |step| Planned {
            step: &step.value,
            phase,
            number: 0,
            line: 0,
            inherited: &scenario.clauses,
        })
    };
    let before = scenario.probe == Probe::Both;
    let after = scenario.probe != Probe::Never;
    let own = scenario.steps.iter().enumerate().map(|(index, step)| Planned {
        step: &step.value,
        phase: Phase::Steps,
        number: index + 1,
        line: step.line,
        inherited: &scenario.clauses,
    });
    of_suite(if before { probe } else { &[] }, Phase::ProbeBefore)
        .chain(of_suite(begin, Phase::Begin))
        .chain(own)
        .chain(of_suite(if after { probe } else { &[] }, Phase::ProbeAfter))
        .collect()
}
