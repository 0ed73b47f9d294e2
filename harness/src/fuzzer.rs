//! Fuzzing of a subject: conversations of the corpus up to some step, and then something that is wrong.
//!
//! An input is a scenario like every other: legal steps that bring the subject into a state, one packet that no conforming peer
//! would send, time for whatever comes of it, and the probe. So the runner, the judge and the reduction need to know nothing of
//! fuzzing, and what was found is a file that fails again. A subject may answer as it likes; it may not end, hang, send without
//! end, or do what a monitor knows to be wrong.

use std::time::Duration;

use crate::chance::Chance;
use crate::conversation::PEER;
use crate::corpus::Entry;
use crate::engine::EngineError;
use crate::protocol::{Protocol, Role, Transport};
use crate::runner::{Setting, Trial};
use crate::scenario::{NOTHING, Probe, Scenario, Step, Within};
use crate::search::{self, Ran, Searched};
use crate::shrink::Fingerprint;
use crate::spec::Catalogue;
use crate::verdict::Verdict;

mod input;
mod wrong;

use input::Input;

/// The seed of every run: an input differs from the next by its steps, so that its file needs no seed to fail again.
pub const RUN_SEED: u64 = 1;

/// The longest pause of a conversation that is worth its time, in seconds.
const PAUSE_MAX_S: u64 = 2;

/// How often a conversation may send one packet; more are about capacity.
const TIMES_MAX: u32 = 100;

/// What is fuzzed, and how much.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What the inputs are drawn from.
    pub seed: u64,
    /// The number of the first input.
    pub first: u64,
    /// How many inputs there are.
    pub inputs: usize,
    /// How many runs go on at the same time.
    pub jobs: usize,
}

/// A conversation, and where something else can follow.
pub struct Base<'g> {
    setting: &'g Setting<'g>,
    /// How many of its steps may be played before.
    cuts: Vec<usize>,
}

/// An input that a subject did not bear.
pub struct Failure<'g> {
    /// The conversation that it comes from, with role and dialect.
    pub setting: &'g Setting<'g>,
    /// The scenario with what is wrong.
    pub input: Entry,
    /// The number of the input.
    pub number: u64,
    /// The run.
    pub trial: Trial,
}

/// The conversations that inputs can be drawn from.
pub fn bases<'g>(settings: &'g [Setting<'g>], protocol: &dyn Protocol) -> Vec<Base<'g>> {
    let base = |setting: &'g Setting<'g>| {
        let scenario = &setting.entry().scenario;
        let is_plain = scenario.network.is_none() && scenario.probe != Probe::Never;
        let role = protocol.role(setting.role()).filter(|_| is_plain)?;
        let cuts = cuts(scenario, role, protocol.transport());
        (!cuts.is_empty()).then_some(Base { setting, cuts })
    };
    settings.iter().filter_map(base).collect()
}

/// After how many of its steps a peer has somebody to send to.
fn cuts(scenario: &Scenario, role: Role, transport: Transport) -> Vec<usize> {
    let begun = scenario.begin.as_ref().is_some_and(|name| name.value != NOTHING);
    let on_streams = transport == Transport::Stream;
    let mut can_send = begun || (role == Role::Listener && !on_streams);
    let mut cuts = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        if can_send {
            cuts.push(index);
        }
        let Step { connect, expect, finish, reset, stop_reading, ended, .. } = &step.value;
        let parts = finish.is_some() || reset.is_some() || stop_reading.is_some();
        if parts || ended.is_some() || !is_short(step) {
            return cuts;
        }
        can_send |= connect.as_ref().is_some_and(|peer| peer.value == PEER);
        can_send |= expect.is_some() && !on_streams;
    }
    if can_send {
        cuts.push(scenario.steps.len());
    }
    cuts
}

/// Whether a step takes little time.
fn is_short(step: &Step) -> bool {
    let wait = match step.wait.as_ref().map(|wait| &wait.value) {
        None => None,
        Some(Within::Time(wait)) => Some(*wait),
        Some(Within::Timer(_) | Within::Longer(..)) => return false,
    };
    let pauses = [&step.quiet, &step.silence];
    let pauses = pauses.into_iter().flatten().map(|pause| pause.value).chain(wait);
    pauses.map(Duration::from).sum::<Duration>().as_secs() < PAUSE_MAX_S
        && step.times.as_ref().is_none_or(|times| times.value <= TIMES_MAX)
}

/// Plays the inputs of a plan until one is not borne; the observer is told how many are done, each time one more is.
///
/// # Errors
///
/// When a run could not take place.
pub fn fuzz<'g>(
    bases: &'g [Base<'g>],
    protocol: &'static dyn Protocol,
    catalogue: &Catalogue,
    plan: &Plan,
    observer: &mut dyn FnMut(usize),
) -> Result<Searched<Failure<'g>>, EngineError> {
    let run = |index: usize| {
        let number = plan.first + index as u64;
        let mut chance = Chance::of(b"what is wrong in a fuzzed packet", &[number, plan.seed]);
        let Some(base) = chance.pick(bases) else { return Ok(Ran::Good) };
        let Some(input) = Input::draw(base, protocol, catalogue, &mut chance) else {
            return Ok(Ran::Good);
        };
        look(base, input, number)
    };
    search::first(plan.inputs, plan.jobs, run, observer)
}

/// Plays one input.
fn look<'g>(base: &Base<'g>, input: Input, number: u64) -> Result<Ran<Failure<'g>>, EngineError> {
    let setting = base.setting;
    let trial = setting.trial(&input.wrong, RUN_SEED)?;
    let Some(fingerprint) = Fingerprint::of(&trial.judgement) else {
        let unjudged = trial.judgement.verdict == Verdict::Inconclusive;
        return Ok(if unjudged { Ran::Unjudged } else { Ran::Good });
    };
    // What a step misses may be missed for the wrong packet's sake, which a subject need not answer like a legal one.
    if fingerprint.is_of_a_step() {
        return Ok(Ran::Excused);
    }
    let fails = |entry| {
        let trial = setting.trial(entry, RUN_SEED)?;
        Ok::<_, EngineError>(Fingerprint::of(&trial.judgement))
    };
    // What fails without anything wrong is for `run` to say, and what does not fail again helps nobody.
    let is_of_a_monitor = fingerprint.is_of_a_monitor();
    if fails(&input.legal)?.is_some() || fails(&input.wrong)? != Some(fingerprint) {
        return Ok(Ran::Excused);
    }
    // A monitor that blames the reference as well has not understood what passed: several answers may be due at one instant.
    if is_of_a_monitor {
        let reference = setting.of_the_reference(&input.wrong, RUN_SEED)?;
        if Fingerprint::of(&reference.judgement).is_some() {
            return Ok(Ran::Excused);
        }
    }
    Ok(Ran::Found(Failure { setting, input: input.wrong, number, trial }))
}
