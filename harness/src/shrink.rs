//! Reduction: from a run that failed to the smallest scenario that fails in the same way.
//!
//! The faults of the run are a list, and fates of single datagrams do not depend on each other, so any part of the list can
//! be tried: first delta debugging over the list, then what is left of each fault is made simpler, then there is less to
//! transfer. Of a conversation, steps are left out as well, unless a step noticed: what that one sees depends on those before it.
//! What must stay is the fingerprint: the clause that was broken, and who noticed.

use serde_yaml::Value;
use simulator::{Entry as Fault, Span};

use crate::corpus::Entry;
use crate::engine::EngineError;
use crate::runner::{Setting, Trial};
use crate::spec::{Catalogue, ClauseId};
use crate::variant::Variant;
use crate::verdict::{Ending, FoundBy, Judgement, Reason, Verdict};

mod confirm;
mod minimal;
mod parts;

pub use confirm::{Confirm, ConfirmError};
use minimal::minimal;
use parts::Part;

/// Most runs of one reduction.
const RUNS_MAX: usize = 20_000;

/// What notices when a step does, and when a monitor does.
const STEP: &str = "step";
const MONITOR: &str = "monitor";

/// The keys of a transfer that say how much is written.
const SIZES: [&str; 2] = ["peer-writes", "subject-writes"];

/// In which way a run fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The clause that is broken first.
    pub clause: Option<ClauseId>,
    /// Who noticed.
    pub kind: &'static str,
}

impl Fingerprint {
    /// The fingerprint of a judgement; none if it is no failure. A subject that sends without end has failed as well, though no
    /// clause can be judged by it.
    pub fn of(judgement: &Judgement) -> Option<Self> {
        let finding = judgement.decisive()?;
        let kind = match (judgement.verdict, &judgement.ending, &finding.by) {
            (Verdict::Inconclusive, ..) if finding.reason == Some(Reason::OutOfBudget) => "flood",
            (Verdict::Fail, Ending::Crashed { .. }, _) => "crash",
            (Verdict::Fail, Ending::Hung, FoundBy::Step { .. } | FoundBy::Probe) => "hang",
            (Verdict::Fail, _, FoundBy::Step { .. }) => STEP,
            (Verdict::Fail, _, FoundBy::Monitor) => MONITOR,
            (Verdict::Fail, _, FoundBy::Probe) => "probe",
            (Verdict::Fail, _, FoundBy::Runner) => "runner",
            _ => return None,
        };
        Some(Self { clause: finding.clause.clone(), kind })
    }

    /// Whether a monitor noticed.
    pub fn is_of_a_monitor(&self) -> bool {
        self.kind == MONITOR
    }

    /// Whether a step of the scenario noticed.
    pub fn is_of_a_step(&self) -> bool {
        self.kind == STEP
    }
}

/// What came of a reduction.
#[derive(Clone, Debug)]
pub struct Reduced {
    /// The smallest scenario that fails in the same way.
    pub variant: Entry,
    /// Its run.
    pub trial: Trial,
    /// In which way it fails.
    pub fingerprint: Fingerprint,
    /// How many faults the run had.
    pub faults_before: usize,
    /// Those of them that are enough.
    pub faults: Vec<Fault>,
    /// How many steps the scenario had, where some could be left out.
    pub steps_before: usize,
    /// How many of them are enough.
    pub steps: usize,
    /// How many runs it took.
    pub runs: usize,
}

impl Reduced {
    /// How much is enough of how much, as part of a sentence.
    pub fn enough(&self) -> String {
        let faults = format!("{} of {} faults", self.faults.len(), self.faults_before);
        let steps = format!("{} of {} steps", self.steps, self.steps_before);
        let enough = match (self.faults_before, self.steps_before) {
            (_, 0) => faults,
            (0, _) => steps,
            _ => format!("{faults} and {steps}"),
        };
        format!("{enough} are enough")
    }
}

/// Why a run cannot be reduced.
#[derive(Debug, thiserror::Error)]
pub enum ShrinkError {
    /// The run that the journal tells of did not fail.
    #[error("the run did not fail: its verdict is `{0}`")]
    NoFailure(Verdict),
    /// The same faults do not lead to the same failure.
    #[error("the same faults again do not fail in the same way, but give `{0}`")]
    NotRepeated(Verdict),
    /// A run could not take place.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Reduces a run of a setting.
///
/// # Errors
///
/// When it does not fail, or not again.
pub fn shrink(
    setting: &Setting<'_>,
    catalogue: &Catalogue,
    trial: &Trial,
) -> Result<Reduced, ShrinkError> {
    let verdict = trial.judgement.verdict;
    let fingerprint = Fingerprint::of(&trial.judgement).ok_or(ShrinkError::NoFailure(verdict))?;
    let all = trial.journal.faults();
    let mut search = Search {
        setting,
        catalogue,
        seed: trial.journal.header.seed,
        latency: if setting.is_live() {
            trial.journal.whole_latency()
        } else {
            trial.journal.latency()
        },
        fingerprint,
        sizes: sizes(setting.entry()),
        steps: Variant::of(setting.entry(), catalogue).steps(),
        parts: Vec::new(),
        runs: 0,
        smallest: None,
        error: None,
    };
    search.parts = parts::all(&search.steps);
    if !search.fails(&all) {
        let again = search.last_verdict(&all)?;
        return Err(ShrinkError::NotRepeated(again));
    }
    let mut faults = minimal(&all, &mut |part| search.fails(part));
    search.simplify(&mut faults);
    search.write_less(&faults);
    // With less to transfer, or simpler faults, fewer may do.
    faults = minimal(&faults, &mut |part| search.fails(part));
    search.leave_out_steps(&faults);
    search.finish(all.len(), faults)
}

/// How much the sides of a transfer write.
fn sizes(entry: &Entry) -> [u64; 2] {
    let transfer = entry.scenario.transfer.as_ref();
    let size = |size: &Option<crate::yaml::Located<crate::scenario::Size>>| {
        size.as_ref().map_or(0, |size| size.value.0)
    };
    transfer.map_or([0, 0], |transfer| {
        [size(&transfer.value.peer_writes), size(&transfer.value.subject_writes)]
    })
}

/// A reduction that goes on.
struct Search<'s, 'g> {
    setting: &'s Setting<'g>,
    catalogue: &'s Catalogue,
    seed: u64,
    latency: Span,
    fingerprint: Fingerprint,
    sizes: [u64; 2],
    /// The steps of the scenario, and what is left of them.
    steps: Vec<Value>,
    parts: Vec<Part>,
    runs: usize,
    /// The last variant that failed in the same way, with its run: each is smaller than the one before.
    smallest: Option<(Entry, Trial)>,
    error: Option<EngineError>,
}

impl Search<'_, '_> {
    /// The document with these faults, so much to write and what is left of the steps.
    fn document(&self, faults: &[Fault], sizes: [u64; 2]) -> Variant<'_> {
        let mut variant = Variant::of(self.setting.entry(), self.catalogue);
        variant.faults(self.latency, faults);
        if self.setting.entry().scenario.transfer.is_some() {
            for (key, size) in SIZES.into_iter().zip(sizes) {
                if size > 0 {
                    variant.writes(key, size);
                }
            }
            variant.seed(self.seed);
        } else {
            variant.head("steps", parts::only(&self.steps, &self.parts));
        }
        variant
    }

    /// The scenario with these faults, if it is one: a step may speak of another one that is left out.
    fn variant(&self, faults: &[Fault], sizes: [u64; 2]) -> Option<Entry> {
        self.document(faults, sizes).entry().ok()
    }

    /// Whether these faults lead to the same failure, as often as is asked for.
    fn fails(&mut self, faults: &[Fault]) -> bool {
        self.fails_with(faults, self.sizes)
    }

    fn fails_with(&mut self, faults: &[Fault], sizes: [u64; 2]) -> bool {
        if self.runs >= RUNS_MAX || self.error.is_some() {
            return false;
        }
        let Some(variant) = self.variant(faults, sizes) else { return false };
        let mut last = None;
        let holds = self.setting.confirm().holds(|| {
            if self.runs >= RUNS_MAX {
                return None;
            }
            self.runs += 1;
            match self.setting.trial(&variant, self.seed) {
                Err(error) => {
                    self.error = Some(error);
                    None
                }
                Ok(trial) => {
                    let found = Fingerprint::of(&trial.judgement);
                    let same = found.as_ref() == Some(&self.fingerprint);
                    if same {
                        last = Some(trial);
                    }
                    Some(same)
                }
            }
        });
        if let Some(trial) = last.filter(|_| holds) {
            self.smallest = Some((variant, trial));
        }
        holds
    }

    fn last_verdict(&mut self, faults: &[Fault]) -> Result<Verdict, EngineError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let whole = self.variant(faults, self.sizes);
        let variant = whole.as_ref().unwrap_or_else(|| self.setting.entry());
        Ok(self.setting.trial(variant, self.seed)?.judgement.verdict)
    }

    /// Makes each fault as simple as it can be: no delay, or a round one; one repetition; held for one.
    fn simplify(&mut self, faults: &mut [Fault]) {
        for place in 0..faults.len() {
            let Some(fault) = faults.get(place).cloned() else { break };
            let mut tries: Vec<Fault> = Vec::new();
            if fault.delay != Span::ZERO {
                tries.push(Fault { delay: Span::ZERO, ..fault.clone() });
                let round = round_spans(fault.delay);
                tries.extend(round.map(|delay| Fault { delay, ..fault.clone() }));
            }
            self.take_first(faults, place, tries);
            let Some(fault) = faults.get(place).cloned() else { break };
            let mut tries = Vec::new();
            if fault.repeat > 0 {
                tries.push(Fault { repeat: 1, repeat_after: Span::ZERO, ..fault.clone() });
                tries.push(Fault { repeat_after: Span::ZERO, ..fault.clone() });
                tries.push(Fault { repeat: 1, ..fault.clone() });
            }
            if fault.hold > 1 {
                tries.push(Fault { hold: 1, ..fault.clone() });
            }
            self.take_first(faults, place, tries);
        }
    }

    /// Puts the first of these that still fails in the place of a fault.
    fn take_first(&mut self, faults: &mut [Fault], place: usize, tries: Vec<Fault>) {
        for candidate in tries {
            let mut changed = faults.to_vec();
            if let Some(fault) = changed.get_mut(place) {
                *fault = candidate;
            }
            if self.fails(&changed) {
                faults.clone_from_slice(&changed);
                return;
            }
        }
    }

    /// Transfers less, as long as it still fails.
    fn write_less(&mut self, faults: &[Fault]) {
        for side in 0..SIZES.len() {
            let size = |sizes: &[u64; 2]| sizes.get(side).copied().unwrap_or(0);
            // The smallest of the powers of two that fails, then whatever a binary search finds below it.
            let mut step = size(&self.sizes) / 2;
            while step > 0 {
                let mut smaller = self.sizes;
                if let Some(place) = smaller.get_mut(side) {
                    *place = place.saturating_sub(step).max(1);
                }
                if smaller != self.sizes && self.fails_with(faults, smaller) {
                    self.sizes = smaller;
                    step = step.min(size(&self.sizes) / 2);
                } else {
                    step /= 2;
                }
            }
        }
    }

    /// Leaves out steps, and changes to what they send, as long as it still fails.
    fn leave_out_steps(&mut self, faults: &[Fault]) {
        if self.fingerprint.is_of_a_step() || self.parts.is_empty() {
            return;
        }
        let all = self.parts.clone();
        let left = minimal(&all, &mut |left| {
            self.parts = left.to_vec();
            self.fails(faults)
        });
        self.parts = left;
    }

    fn finish(mut self, faults_before: usize, faults: Vec<Fault>) -> Result<Reduced, ShrinkError> {
        if let Some(error) = self.error.take() {
            return Err(error.into());
        }
        let (base, trial) = self.smallest.take().expect("the first run of the reduction failed");
        let may_leave_out = !self.fingerprint.is_of_a_step();
        let mut reduced = Reduced {
            variant: base,
            trial,
            fingerprint: self.fingerprint.clone(),
            faults_before,
            steps_before: if may_leave_out { self.steps.len() } else { 0 },
            steps: parts::steps(&self.parts),
            faults,
            runs: self.runs,
        };
        let mut variant = self.document(&reduced.faults, self.sizes);
        variant.why(format!(
            "reduced from a run of {} with seed {}: {}",
            reduced.variant.id,
            self.seed,
            reduced.enough()
        ));
        if let Ok(variant) = variant.entry() {
            reduced.variant = variant;
        }
        Ok(reduced)
    }
}

/// Round times up to this one, shortest first.
fn round_spans(span: Span) -> impl Iterator<Item = Span> {
    [1, 2, 5, 10, 20, 50, 100, 200, 500]
        .into_iter()
        .map(Span::from_millis)
        .filter(move |round| *round < span)
}
