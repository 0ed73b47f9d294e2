//! Every schedule of the first datagrams of a session: delivered, lost, repeated, or passed by the next one.
//!
//! Schedules are numbered, those with fewer faults before those with more. So what is found first has the fewest faults, and
//! the same numbers with at most one or two faults are a sweep over all positions.

use std::collections::BTreeMap;

use simulator::{Entry as Fault, Fate};

use crate::engine::EngineError;
use crate::runner::{Setting, Trial};
use crate::search::{self, Ran, Searched};
use crate::verdict::Verdict;

/// What may happen to a datagram beside that it is delivered.
const FAULTS: [Fate; 3] =
    [Fate::LOST, Fate { repeat: 1, ..Fate::USUAL }, Fate { hold: 1, ..Fate::USUAL }];

/// How often in a row one message may be lost; then giving up is no failure.
///
/// The same bound as in weather, for the same reason.
const LOST_IN_A_ROW_MAX: u64 = 3;

/// Most datagrams that can have a fault each.
pub const FIRST_MAX: usize = 64;

/// Which schedules there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedules {
    /// Of how many datagrams, from the first.
    pub first: usize,
    /// How many of these have a fault at most.
    pub faults: usize,
}

impl Schedules {
    /// How many there are; none if nobody could run so many.
    pub fn count(&self) -> Option<usize> {
        (0..=self.faults.min(self.first)).try_fold(0usize, |sum, faults| {
            sum.checked_add(choose(self.first, faults)?.checked_mul(kinds(faults)?)?)
        })
    }

    /// The schedule with this number, as the fates of the first datagrams; none behind the last.
    pub fn schedule(&self, mut number: usize) -> Option<Vec<Fate>> {
        for faults in 0..=self.faults.min(self.first) {
            let kinds = kinds(faults)?;
            let block = choose(self.first, faults)?.checked_mul(kinds)?;
            if number < block {
                return Some(self.with_faults(faults, number / kinds, number % kinds));
            }
            number -= block;
        }
        None
    }

    /// The schedule with so many faults, at the places and of the kinds with these numbers.
    fn with_faults(&self, faults: usize, mut places: usize, mut kinds: usize) -> Vec<Fate> {
        let mut schedule = vec![Fate::USUAL; self.first];
        let mut left = faults;
        for (place, fate) in schedule.iter_mut().enumerate() {
            // Places in the order of the alphabet: first those that have a fault here.
            let behind = self.first - place - 1;
            let here = left.checked_sub(1).and_then(|left| choose(behind, left)).unwrap_or(0);
            if places < here {
                if let Some(fault) = FAULTS.get(kinds % FAULTS.len()) {
                    *fate = *fault;
                }
                kinds /= FAULTS.len();
                left -= 1;
            } else {
                places -= here;
            }
        }
        schedule
    }
}

/// How many ways there are to choose so many out of all.
fn choose(all: usize, some: usize) -> Option<usize> {
    if some > all {
        return Some(0);
    }
    // Each step is a whole number: the product of so many numbers in a row.
    (0..some).try_fold(1usize, |ways, step| Some(ways.checked_mul(all - step)? / (step + 1)))
}

/// How many ways there are to give a kind to each of so many faults.
fn kinds(faults: usize) -> Option<usize> {
    FAULTS.len().checked_pow(u32::try_from(faults).ok()?)
}

/// A run that failed.
pub struct Failure<'s, 'g> {
    /// The scenario with role and dialect.
    pub setting: &'s Setting<'g>,
    /// The run.
    pub trial: Trial,
}

/// Runs every schedule for every setting, with one seed.
///
/// # Errors
///
/// When a run could not take place.
pub fn exhaust<'s, 'g>(
    settings: &'s [Setting<'g>],
    schedules: Schedules,
    seed: u64,
    jobs: usize,
    observer: &mut dyn FnMut(usize),
) -> Result<Searched<Failure<'s, 'g>>, EngineError> {
    let total = schedules.count().unwrap_or(usize::MAX).saturating_mul(settings.len());
    let run = |number: usize| {
        let kinds = settings.len().max(1);
        let (Some(setting), Some(fates)) =
            (settings.get(number % kinds), schedules.schedule(number / kinds))
        else {
            return Ok(Ran::Good);
        };
        let trial = setting.trial_under(setting.entry(), seed, fates)?;
        Ok(match trial.judgement.verdict {
            Verdict::Pass | Verdict::Warn => Ran::Good,
            _ if lost_too_often(&trial.journal.faults()) => Ran::Excused,
            Verdict::Fail | Verdict::Error => Ran::Found(Failure { setting, trial }),
            _ => Ran::Unjudged,
        })
    };
    search::first(total, jobs, run, observer)
}

/// Whether one message was lost more often in a row than an implementation has to bear.
fn lost_too_often(faults: &[Fault]) -> bool {
    let mut rows: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    faults.iter().filter(|fault| fault.lose).any(|fault| {
        let (last, row) = rows.entry((&fault.link, &fault.message)).or_default();
        *row = if fault.occurrence == *last + 1 { *row + 1 } else { 1 };
        *last = fault.occurrence;
        *row > LOST_IN_A_ROW_MAX
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all(4, 4, 256)]
    #[case::singles(10, 1, 31)]
    #[case::pairs(10, 2, 31 + 45 * 9)]
    #[case::none(5, 0, 1)]
    #[case::more_faults_than_datagrams(3, 9, 64)]
    fn every_schedule_has_one_number(
        #[case] first: usize,
        #[case] faults: usize,
        #[case] count: usize,
    ) {
        let schedules = Schedules { first, faults };
        assert_eq!(schedules.count(), Some(count));
        let shown: BTreeSet<String> =
            (0..count).map(|number| format!("{:?}", schedules.schedule(number))).collect();
        assert_eq!(shown.len(), count);
        assert_eq!(schedules.schedule(count), None);
    }

    #[test]
    fn fewer_faults_come_first() {
        let schedules = Schedules { first: 6, faults: 3 };
        let faults = |number| {
            let schedule: Vec<Fate> = schedules.schedule(number).unwrap();
            schedule.iter().filter(|fate| !fate.is_usual()).count()
        };
        let all: Vec<usize> = (0..schedules.count().unwrap()).map(faults).collect();
        assert!(all.is_sorted());
        assert_eq!((all.first(), all.last()), (Some(&0), Some(&3)));
    }

    #[test]
    fn ten_datagrams_have_a_million_schedules_and_too_many_have_none_that_anybody_could_run() {
        assert_eq!(Schedules { first: 10, faults: 10 }.count(), Some(1 << 20));
        assert_eq!(Schedules { first: FIRST_MAX, faults: FIRST_MAX }.count(), None);
    }

    #[test]
    fn four_losses_of_one_message_in_a_row_are_too_many() {
        let lost = |message: &str, occurrence| {
            Fault::new("peer>subject".into(), message.into(), occurrence, Fate::LOST)
        };
        let in_a_row: Vec<Fault> = (1..=4).map(|number| lost("INIT", number)).collect();
        assert!(lost_too_often(&in_a_row));
        assert!(!lost_too_often(&in_a_row[..3]));
        let apart = [1, 2, 3, 5].map(|number| lost("INIT", number));
        assert!(!lost_too_often(&apart));
        let others = ["A", "B", "C", "D"].map(|message| lost(message, 1));
        assert!(!lost_too_often(&others));
    }
}
