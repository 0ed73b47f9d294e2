//! Several runs of one case: what passes in some of them and not in others is flaky.

use std::time::Duration;

use super::case::{Done, Job};
use super::{Repeats, RunOptions};
use crate::verdict::{Judgement, Verdict};

impl Job<'_> {
    /// Runs the case as often as it was asked for. The worst run is kept; when some passed and some did not, it is flaky.
    pub(super) fn run_repeatedly(&self, options: &RunOptions<'_>, start_within: Duration) -> Done {
        let mut kept = self.run(options, start_within);
        let mut passed = u32::from(is_passed(&kept.case.judgement));
        let mut took = kept.case.took;
        let mut runs = 1;
        while runs < options.repeat.get() && kept.error.is_none() {
            let done = self.run(options, start_within);
            runs += 1;
            passed += u32::from(is_passed(&done.case.judgement));
            took += done.case.took;
            let (reached, judgement) = (kept.reached || done.reached, &done.case.judgement);
            if judgement.verdict > kept.case.judgement.verdict {
                kept = done;
            }
            kept.reached = reached;
        }
        kept.case.took = took;
        if options.repeat.get() > 1 {
            kept.case.repeats = Some(Repeats { runs, passed });
            if 0 < passed && passed < runs {
                flaky(&mut kept.case.judgement, passed, runs);
            }
        }
        kept
    }
}

/// A warning in some of the runs is a warning.
const fn is_passed(judgement: &Judgement) -> bool {
    matches!(judgement.verdict, Verdict::Pass | Verdict::Warn)
}

/// Makes the judgement of the worst run one of all runs: it says first how many passed, and what happened in the worst.
fn flaky(judgement: &mut Judgement, passed: u32, runs: u32) {
    let worst = judgement.verdict;
    let decisive = judgement.findings.iter_mut().find(|finding| finding.verdict == worst);
    if let Some(finding) = decisive {
        finding.verdict = Verdict::Flaky;
        finding.what = format!("{passed} of {runs} runs passed, another did not: {}", finding.what);
    }
    judgement.verdict = Verdict::Flaky;
    for verdict in judgement.clauses.values_mut() {
        // Where this run broke a clause, others did not.
        if *verdict > Verdict::Flaky {
            *verdict = Verdict::Flaky;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::failed_case;

    #[test]
    fn what_passes_in_some_runs_is_flaky_and_says_in_how_many() {
        let mut judgement = failed_case().judgement;
        let what = judgement.findings[0].what.clone();
        flaky(&mut judgement, 3, 5);
        assert_eq!(judgement.verdict, Verdict::Flaky);
        let decisive = judgement.decisive().unwrap();
        assert_eq!(decisive.what, format!("3 of 5 runs passed, another did not: {what}"));
        assert!(judgement.clauses.values().all(|verdict| *verdict == Verdict::Flaky));
    }
}
