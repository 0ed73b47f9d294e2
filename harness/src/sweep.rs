//! A sweep: the same transfers under the weather of many seeds, until one fails.

use crate::corpus::{Entry, Selection};
use crate::engine::EngineError;
use crate::protocol;
use crate::runner::{Setting, Trial};
use crate::scenario::SeedRange;
use crate::search::{self, Ran, Searched};
use crate::spec::Catalogue;
use crate::variant::Variant;
use crate::verdict::Verdict;

mod swarm;

/// Where the weather of a sweep comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeatherSource {
    /// It is drawn from each seed.
    #[default]
    Swarm,
    /// It is the scenario's own; the seeds differ.
    Scenario,
}

/// One machine's part of a sweep or of a run: every `of`-th, from the `number`-th on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub number: usize,
    /// How many parts there are.
    pub of: usize,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Reads `2/8`.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let unlike = || format!("`{text}` is not a shard such as `2/8`, the second of eight");
        let (number, of) = text.split_once('/').ok_or_else(unlike)?;
        let number: usize = number.parse().map_err(|_| unlike())?;
        let of: usize = of.parse().map_err(|_| unlike())?;
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(unlike()) }
    }

    /// Leaves of a selection only the scenarios of this part.
    pub fn part_of(self, selection: &mut Selection) {
        let all = std::mem::take(&mut selection.scenarios);
        let before = all.len();
        selection.scenarios = all.into_iter().skip(self.number - 1).step_by(self.of).collect();
        selection.deselected += before - selection.scenarios.len();
    }
}

/// What is swept, and how.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seeds.
    pub seeds: SeedRange,
    /// Where the weather comes from.
    pub weather: WeatherSource,
    /// The part of it that is run here.
    pub shard: Shard,
    /// How many runs go on at the same time.
    pub jobs: usize,
}

/// What came of a sweep.
#[derive(Debug)]
pub struct Swept<'g> {
    /// How many runs were made and judged; with a failure, those before it and some of those after it.
    pub runs: usize,
    /// How many of those ended without a judgement.
    pub inconclusive: usize,
    /// The first run that failed, in the order of seeds, then scenarios.
    pub failure: Option<Failure<'g>>,
}

/// A run that failed.
pub struct Failure<'g> {
    /// The scenario with role and dialect.
    pub setting: Setting<'g>,
    /// The scenario with the weather of the run.
    pub variant: Entry,
    /// The seed.
    pub seed: u64,
    /// The run.
    pub trial: Trial,
}

impl std::fmt::Debug for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Failure").field("scenario", &self.variant.id).finish_non_exhaustive()
    }
}

/// The number of runs that a plan means for so many settings.
pub fn count(plan: &Plan, settings: usize) -> usize {
    let seeds = usize::try_from(plan.seeds.last - plan.seeds.first + 1).unwrap_or(usize::MAX);
    let all = seeds.saturating_mul(settings);
    (all + plan.shard.of - plan.shard.number) / plan.shard.of
}

/// Runs a plan; the observer is told how many runs are done, each time one more is.
///
/// Seeds come before scenarios in the order, so that every scenario has its turn early. The first failure in that order is
/// found, however many runs go on at the same time.
///
/// # Errors
///
/// When a run could not take place.
pub fn sweep<'g>(
    settings: &[Setting<'g>],
    plan: &Plan,
    observer: &mut dyn FnMut(usize),
) -> Result<Swept<'g>, EngineError> {
    let total = count(plan, settings.len());
    let judged = |index: usize| {
        let Some(run) = run(settings, plan, index) else { return Ok(Ran::Good) };
        let run = run?;
        Ok(match run.trial.judgement.verdict {
            Verdict::Inconclusive => Ran::Unjudged,
            verdict if verdict < Verdict::Error => Ran::Good,
            _ => Ran::Found(run),
        })
    };
    let Searched { runs, unjudged: inconclusive, first: failure, .. } =
        search::first(total, plan.jobs, judged, observer)?;
    Ok(Swept { runs, inconclusive, failure })
}

/// The run with this number, of those of the shard.
fn run<'g>(
    settings: &[Setting<'g>],
    plan: &Plan,
    index: usize,
) -> Option<Result<Failure<'g>, EngineError>> {
    let number = index * plan.shard.of + plan.shard.number - 1;
    let setting = settings.get(number % settings.len().max(1))?;
    let seed = plan.seeds.first + u64::try_from(number / settings.len()).ok()?;
    let entry = setting.entry();
    let catalogue = Catalogue::of(protocol::by_name(entry.id.protocol())?);
    let variant = match plan.weather {
        WeatherSource::Scenario => entry.clone(),
        WeatherSource::Swarm => {
            let mut variant = Variant::of(entry, catalogue);
            variant.weather(swarm::weather(seed));
            variant.entry().expect("weather that was drawn is weather that a scenario may have")
        }
    };
    let trial = setting.trial(&variant, seed);
    Some(trial.map(|trial| Failure { setting: setting.clone(), variant, seed, trial }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_written_as_fractions() {
        assert_eq!(Shard::parse("2/8"), Ok(Shard { number: 2, of: 8 }));
        for text in ["", "2", "0/8", "9/8", "a/b", "1/0"] {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_shards_of_a_sweep_make_up_the_whole() {
        let seeds = SeedRange { first: 1, last: 10 };
        let plan = |number| Plan {
            seeds,
            weather: WeatherSource::Swarm,
            shard: Shard { number, of: 4 },
            jobs: 1,
        };
        let parts: usize = (1..=4).map(|number| count(&plan(number), 7)).sum();
        assert_eq!(parts, 70);
    }
}
