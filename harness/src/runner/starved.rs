//! Runs that say nothing of the subject, because the machine kept it waiting.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use super::case::Job;
use super::{EngineChoice, RunOptions};
use crate::engine::{EngineError, Recording};
use crate::journal::{Journal, What};
use crate::verdict::{Ending, Judgement, Reason, Verdict};

/// How often a case is run again because the machine was too busy to judge times.
const STARVED_MAX: usize = 2;

/// Held by every run over sockets; by one that is run again, alone.
static TURN: RwLock<()> = RwLock::new(());

impl Job<'_> {
    /// Runs one seed and judges it. A run in which the machine kept the subject waiting for a processor says nothing bad of the
    /// subject: it is run again, a few times at most and with nothing beside it, and the judgement says so.
    pub(super) fn attempt(
        &self,
        options: &RunOptions<'_>,
        seed: u64,
        start_within: Duration,
    ) -> Result<(Judgement, Vec<String>, Recording), EngineError> {
        let claims = options.grade.unwrap_or(self.profile.claims);
        let mut starved = Vec::new();
        loop {
            let recording = match (options.engine, starved.is_empty()) {
                (EngineChoice::Sim | EngineChoice::Turmoil, _) => {
                    self.record(options, seed, start_within)?
                }
                (EngineChoice::Socket, true) => {
                    let _beside_others = TURN.read().unwrap_or_else(PoisonError::into_inner);
                    self.record(options, seed, start_within)?
                }
                (EngineChoice::Socket, false) => {
                    let _alone = TURN.write().unwrap_or_else(PoisonError::into_inner);
                    self.record(options, seed, start_within)?
                }
            };
            let (mut judgement, transcript) =
                self.hear(claims, &recording.journal, options.snapshots.is_some());
            let waited = recording.starved.filter(|_| judgement.verdict > Verdict::Pass);
            if let Some(waited) = waited
                && starved.len() < STARVED_MAX
            {
                starved.push(waited.together);
                continue;
            }
            judgement.info.extend(starved.iter().map(|waited| {
                format!("{RUN_AGAIN}the machine had kept the subject waiting for {waited:.0?}")
            }));
            let silence = last_step(&recording.journal).max(self.profile.reply);
            if let Some(waited) = waited.filter(|waited| explains(waited.most, silence)) {
                excuse(&mut judgement, waited.most);
            }
            return Ok((judgement, transcript, recording));
        }
    }
}

/// How a remark begins that is about the runs before the one whose journal was kept, which that journal does not hold.
pub const RUN_AGAIN: &str = "run again: ";

/// Whether what a subject was kept waiting explains that it was silent for so long: less than a good part of it does not.
fn explains(waited: Duration, silence: Duration) -> bool {
    waited * 4 >= silence
}

/// How long the last step took that began.
fn last_step(journal: &Journal) -> Duration {
    let begun = journal.entries.iter().rfind(|entry| matches!(entry.what, What::Step(_)));
    let ended = journal.entries.last();
    begun.zip(ended).map_or(Duration::ZERO, |(begun, ended)| ended.at - begun.at)
}

/// That nothing came is no failure of a subject that could not run.
fn excuse(judgement: &mut Judgement, waited: Duration) {
    if judgement.verdict != Verdict::Fail || judgement.ending != Ending::Silent {
        return;
    }
    judgement.verdict = Verdict::Inconclusive;
    for verdict in judgement.clauses.values_mut().filter(|verdict| **verdict == Verdict::Fail) {
        *verdict = Verdict::Inconclusive;
    }
    for finding in &mut judgement.findings {
        if finding.verdict == Verdict::Fail {
            finding.verdict = Verdict::Inconclusive;
            finding.reason = Some(Reason::MachineBusy);
            let what = &finding.what;
            finding.what =
                format!("{what}, but the machine kept the subject waiting for {waited:.0?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_subject_that_could_not_run_is_not_blamed_for_its_silence() {
        let mut silent = samples::failed_case().judgement;
        silent.ending = Ending::Silent;
        excuse(&mut silent, Duration::from_millis(900));
        assert_eq!(silent.verdict, Verdict::Inconclusive);
        let reasons: Vec<_> = silent.findings.iter().map(|finding| finding.reason).collect();
        assert!(reasons.contains(&Some(Reason::MachineBusy)), "{reasons:?}");
        assert!(silent.findings.iter().all(|finding| finding.verdict != Verdict::Fail));
        // Nor does it break a clause, on which a grade would hang.
        assert!(silent.clauses.values().any(|verdict| *verdict == Verdict::Inconclusive));
        assert!(silent.clauses.values().all(|verdict| *verdict != Verdict::Fail));
    }

    #[test]
    fn a_second_of_waiting_explains_a_silence_of_three_and_none_of_seven() {
        let mut journal = samples::empty_journal(1);
        journal.push(samples::at(100), What::Step(1));
        journal.push(samples::at(500), What::Step(2));
        journal.push(samples::at(3_500), What::Timeout);
        let silence = last_step(&journal);
        assert_eq!(silence, Duration::from_secs(3));
        assert!(explains(Duration::from_secs(1), silence));
        assert!(!explains(Duration::from_secs(1), Duration::from_secs(7)));
        assert_eq!(last_step(&samples::empty_journal(1)), Duration::ZERO);
    }

    #[test]
    fn what_it_did_wrong_it_did_whoever_waited() {
        let mut wrong = samples::failed_case().judgement;
        wrong.ending = Ending::Clean;
        let before = wrong.clone();
        excuse(&mut wrong, Duration::from_millis(900));
        assert_eq!(wrong, before);
    }
}
