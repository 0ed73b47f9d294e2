//! Exit codes: the one place where a result becomes a number.

use std::process::ExitCode;

use crate::runner::{Case, Results};
use crate::verdict::Verdict;

/// How the program ends; of several, the first in this order that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 2: an unknown selector, an empty selection, a bad file: nothing was run.
    Usage,
    /// 1: something fails, or what was asked does not hold.
    Failure,
    /// 4: the suite or its surroundings failed; says nothing about the subject.
    Error,
    /// 3: something could not be judged, or nothing was.
    Inconclusive,
    /// 0: all is well.
    Success,
}

impl Exit {
    /// The exit code of a run.
    pub fn of(results: &Results) -> Self {
        let counted = |case: &Case| match case.known {
            Some(_) => Verdict::Pass,
            None => case.judgement.verdict,
        };
        let verdicts: Vec<Verdict> = results.cases.iter().map(counted).collect();
        match Self::of_verdicts(&verdicts) {
            _ if !results.unmet.is_empty() || !results.changed.is_empty() => Self::Failure,
            Self::Failure => Self::Failure,
            _ if results.stopped.is_some() => Self::Error,
            exit => exit,
        }
    }

    /// The exit code of these verdicts.
    pub fn of_verdicts(verdicts: &[Verdict]) -> Self {
        let any = |verdict| verdicts.contains(&verdict);
        let judged = any(Verdict::Pass) || any(Verdict::Warn);
        if any(Verdict::Fail) {
            Self::Failure
        } else if any(Verdict::Error) {
            Self::Error
        } else if any(Verdict::Inconclusive) || any(Verdict::Flaky) || !judged {
            Self::Inconclusive
        } else {
            Self::Success
        }
    }

    /// The number that the operating system is given.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Inconclusive => 3,
            Self::Error => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::expect::Known;
    use crate::report::samples::{case_of, results_of};
    use Verdict::{Error, Fail, Flaky, Inconclusive, Pass, Unsupported, Warn};

    #[rstest]
    #[case::all_pass(&[Pass, Pass], 0)]
    #[case::warnings_and_what_is_not_supported_do_not_fail(&[Pass, Warn, Unsupported], 0)]
    #[case::a_warning_is_a_judgement(&[Warn], 0)]
    #[case::a_failure_comes_before_everything(&[Pass, Error, Inconclusive, Flaky, Fail], 1)]
    #[case::an_error_comes_before_what_is_inconclusive(&[Pass, Inconclusive, Error], 4)]
    #[case::inconclusive(&[Pass, Inconclusive], 3)]
    #[case::flaky(&[Pass, Flaky], 3)]
    #[case::nothing_is_supported(&[Unsupported, Unsupported], 3)]
    #[case::nothing_was_run(&[], 3)]
    fn the_first_code_that_applies(#[case] verdicts: &[Verdict], #[case] code: u8) {
        let results = results_of(verdicts.iter().copied().map(case_of).collect());
        assert_eq!(Exit::of(&results).code(), code);
    }

    #[test]
    fn what_is_known_does_not_count_and_what_is_not_true_any_more_fails() {
        let mut results = results_of(vec![case_of(Fail), case_of(Inconclusive)]);
        for case in &mut results.cases {
            case.known = Some(Known { reason: "known".into(), link: None });
        }
        assert_eq!(Exit::of(&results), Exit::Success);
        results.unmet.push("known.yaml:3:5: passes now".into());
        assert_eq!(Exit::of(&results), Exit::Failure);
    }

    #[test]
    fn a_transcript_that_has_changed_fails_though_every_verdict_passes() {
        let mut results = results_of(vec![case_of(Pass)]);
        results.changed.push("mnet/open/a: line 2 was `COOKIE`, is `INIT`; a.snap.new".into());
        assert_eq!(Exit::of(&results), Exit::Failure);
    }

    #[test]
    fn a_run_that_was_stopped_is_an_error_unless_something_failed_before() {
        let mut results = results_of(vec![case_of(Pass)]);
        results.stopped = Some("the subject is gone".into());
        assert_eq!(Exit::of(&results), Exit::Error);
        results.cases.push(case_of(Fail));
        assert_eq!(Exit::of(&results), Exit::Failure);
    }
}
