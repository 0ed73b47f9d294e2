//! What changed between two runs: cases are compared by scenario, role and dialect.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::profile::DialectChoice;
use crate::runner::{Case, Results};
use crate::spec::ClauseId;
use crate::verdict::Verdict;

/// What became of a case between two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is worse than it was.
    Worse,
    /// It was not there before, and is not good.
    NewAndBad,
    /// It fails as before, by another clause.
    OtherClause,
    /// It is not there any more.
    Gone,
    /// It is better than it was.
    Better,
    /// It was not there before, and is good.
    NewAndGood,
}

/// A case that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    /// What became of it.
    pub change: Change,
    /// The scenario.
    pub scenario: String,
    /// The role of the subject.
    pub role: String,
    /// The dialect.
    pub dialect: DialectChoice,
    /// Its verdict in the old run.
    pub old: Option<Verdict>,
    /// Its verdict in the new run.
    pub new: Option<Verdict>,
    /// What decides in the run that has it, the new one before the old one.
    pub what: Option<String>,
}

/// What changed between two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// The cases that are not what they were, the worst changes first.
    pub differences: Vec<Difference>,
    /// How many are what they were.
    pub same: usize,
    /// How many of these are not good.
    pub still_bad: usize,
    /// What the two runs are of, where that differs: subject, engine, edition, version.
    pub conditions: Vec<String>,
    /// The new run was stopped before its end, by this.
    pub stopped: Option<String>,
}

impl Comparison {
    /// Whether anything got worse: a failure that is new, a good case that is gone, a run that was stopped.
    pub fn is_worse(&self) -> bool {
        let worse = |difference: &Difference| {
            matches!(difference.change, Change::Worse | Change::NewAndBad)
        };
        self.stopped.is_some() || self.differences.iter().any(worse)
    }

    /// The differences of one kind.
    pub fn of(&self, change: Change) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(move |difference| difference.change == change)
    }
}

type Key<'a> = (&'a str, &'a str, &'a DialectChoice);

/// Compares two runs.
pub fn compare(old: &Results, new: &Results) -> Comparison {
    let before = by_key(old);
    let after = by_key(new);
    let mut comparison = Comparison {
        differences: Vec::new(),
        same: 0,
        still_bad: 0,
        conditions: conditions(old, new),
        stopped: new.stopped.clone(),
    };
    for (key, case) in &after {
        let known = before.get(key).copied();
        if let Some(change) = change(known, case) {
            comparison.differences.push(difference(change, known, Some(case)));
        } else {
            comparison.same += 1;
            comparison.still_bad += usize::from(!is_good(case.judgement.verdict));
        }
    }
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
    comparison.differences.extend(gone.map(|(_, case)| difference(Change::Gone, Some(case), None)));
    comparison.differences.sort_by_key(|difference| difference.change);
    comparison
}

fn by_key(results: &Results) -> BTreeMap<Key<'_>, &Case> {
    results
        .cases
        .iter()
        .map(|case| ((case.scenario.as_str(), case.role.as_str(), &case.dialect), case))
        .collect()
}

const fn is_good(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Warn | Verdict::Unsupported)
}

/// What became of a case of the new run; none when it is what it was.
fn change(old: Option<&Case>, new: &Case) -> Option<Change> {
    let is = new.judgement.verdict;
    let Some(old) = old else {
        return Some(if is_good(is) { Change::NewAndGood } else { Change::NewAndBad });
    };
    let was = old.judgement.verdict;
    if is > was {
        return Some(Change::Worse);
    }
    if is < was {
        return Some(Change::Better);
    }
    (!is_good(is) && clause(old) != clause(new)).then_some(Change::OtherClause)
}

fn clause(case: &Case) -> Option<&ClauseId> {
    case.judgement.decisive().and_then(|finding| finding.clause.as_ref())
}

fn difference(change: Change, old: Option<&Case>, new: Option<&Case>) -> Difference {
    let Some(case) = new.or(old) else { unreachable!("a difference is of a case") };
    let said = |finding: &crate::verdict::Finding| {
        let clause = finding.clause.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
        format!("{clause}{}", finding.what)
    };
    let good = is_good(case.judgement.verdict);
    Difference {
        change,
        scenario: case.scenario.clone(),
        role: case.role.clone(),
        dialect: case.dialect.clone(),
        old: old.map(|case| case.judgement.verdict),
        new: new.map(|case| case.judgement.verdict),
        what: case.judgement.decisive().filter(|_| !good).map(said),
    }
}

fn conditions(old: &Results, new: &Results) -> Vec<String> {
    let pairs = [
        ("subject", &old.subject, &new.subject),
        ("engine", &old.engine, &new.engine),
        ("edition", &old.edition, &new.edition),
        ("wireproof", &old.wireproof, &new.wireproof),
    ];
    let differs = pairs.into_iter().filter(|(_, old, new)| old != new);
    differs.map(|(what, old, new)| format!("{what} was {old}, is {new}")).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::report::samples::{case_of, results_of};

    fn run(scenario: &str, verdict: Verdict) -> Results {
        results_of(vec![Case { scenario: scenario.to_owned(), ..case_of(verdict) }])
    }

    #[rstest]
    #[case(Verdict::Pass, Verdict::Fail, Change::Worse, true)]
    #[case(Verdict::Pass, Verdict::Warn, Change::Worse, true)]
    #[case(Verdict::Warn, Verdict::Inconclusive, Change::Worse, true)]
    #[case(Verdict::Fail, Verdict::Pass, Change::Better, false)]
    #[case(Verdict::Flaky, Verdict::Unsupported, Change::Better, false)]
    fn a_verdict_that_changed_is_worse_or_better(
        #[case] old: Verdict,
        #[case] new: Verdict,
        #[case] change: Change,
        #[case] worse: bool,
    ) {
        let comparison = compare(&run("mnet/data/a", old), &run("mnet/data/a", new));
        let found: Vec<Change> =
            comparison.differences.iter().map(|difference| difference.change).collect();
        assert_eq!((found, comparison.is_worse()), (vec![change], worse));
    }

    #[test]
    fn what_is_the_same_is_counted() {
        let comparison =
            compare(&run("mnet/data/a", Verdict::Fail), &run("mnet/data/a", Verdict::Fail));
        assert_eq!(comparison.differences, []);
        assert_eq!((comparison.same, comparison.still_bad), (1, 1));
        assert!(!comparison.is_worse());
    }

    #[rstest]
    #[case(Verdict::Pass, Change::NewAndGood, false)]
    #[case(Verdict::Fail, Change::NewAndBad, true)]
    fn what_is_new_is_worse_when_it_is_bad(
        #[case] verdict: Verdict,
        #[case] change: Change,
        #[case] worse: bool,
    ) {
        let comparison = compare(&run("mnet/data/a", Verdict::Pass), &run("mnet/data/b", verdict));
        let found: Vec<(Change, &str)> = comparison
            .differences
            .iter()
            .map(|difference| (difference.change, difference.scenario.as_str()))
            .collect();
        assert!(found.contains(&(change, "mnet/data/b")), "{found:?}");
        assert!(found.contains(&(Change::Gone, "mnet/data/a")), "{found:?}");
        assert_eq!(comparison.is_worse(), worse);
    }

    #[test]
    fn another_clause_is_told_and_is_not_worse() {
        use crate::report::samples::{clause, failed_case};
        let old = results_of(vec![failed_case()]);
        let mut case = failed_case();
        for finding in &mut case.judgement.findings {
            finding.clause = Some(clause("MNET-DATA-1"));
        }
        let comparison = compare(&old, &results_of(vec![case]));
        assert_eq!(comparison.of(Change::OtherClause).count(), 1);
        assert!(!comparison.is_worse());
    }

    #[test]
    fn a_run_that_was_stopped_is_worse() {
        let old = run("mnet/data/a", Verdict::Pass);
        let new = Results { stopped: Some("the port was closed".into()), ..old.clone() };
        assert!(compare(&old, &new).is_worse());
    }

    #[test]
    fn other_conditions_are_told() {
        let old = run("mnet/data/a", Verdict::Pass);
        let new = Results { engine: "socket".into(), ..old.clone() };
        assert_eq!(compare(&old, &new).conditions, ["engine was sim, is socket"]);
    }
}
