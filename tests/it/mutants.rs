//! Every mutant is killed by a scenario that cites its clause, and every scenario kills one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use harness::corpus::Entry;
use harness::protocol::MutantSpec;
use harness::runner::Case;
use harness::verdict::{FoundBy, Verdict};

use crate::support::{exceptions, is_reason, mnet, mutant, play, select, these};

/// Who kills whom, found out once for all tests: each mutant against its candidates, then against all.
static KILLS: LazyLock<Kills> = LazyLock::new(Kills::find);

#[derive(Default)]
struct Kills {
    /// The scenarios that kill each mutant.
    by_mutant: BTreeMap<&'static str, BTreeSet<String>>,
    /// What was said of those that no scenario kills: where something failed, but by another clause.
    noticed: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Kills {
    fn find() -> Self {
        let all = select(&[]);
        let mut kills = Self::default();
        for spec in mnet().mutants() {
            let likely = candidates(&all.scenarios, &spec);
            if !likely.is_empty() {
                kills.note(&spec, &play(&these(likely), mutant(spec.name)).results.cases);
            }
            if kills.by_mutant.get(spec.name).is_none_or(BTreeSet::is_empty) {
                // A monitor watches every run: a clause may be shown where nobody has cited it.
                kills.note(&spec, &play(&all, mutant(spec.name)).results.cases);
            }
        }
        kills
    }

    fn note(&mut self, spec: &MutantSpec, cases: &[Case]) {
        let killers = self.by_mutant.entry(spec.name).or_default();
        for case in cases {
            if is_killed(spec, case) {
                killers.insert(case.scenario.clone());
            } else if case.judgement.verdict != Verdict::Pass {
                let clause = case.judgement.decisive().and_then(|finding| finding.clause.as_ref());
                let clause = clause.map_or_else(|| "none".to_owned(), ToString::to_string);
                let what = format!("{} {clause}", case.judgement.verdict);
                self.noticed.entry(spec.name).or_default().insert(what);
            }
        }
    }

    fn survivors(&self) -> impl Iterator<Item = &'static str> {
        self.by_mutant.iter().filter(|(_, by)| by.is_empty()).map(|(&name, _)| name)
    }
}

/// The scenarios that may kill a mutant: those that cite its clause, and those that say that they do.
fn candidates(scenarios: &[Entry], spec: &MutantSpec) -> Vec<Entry> {
    let mut candidates = scenarios.to_vec();
    candidates.retain(|Entry { scenario, .. }| {
        scenario.cites().contains(&spec.clause)
            || scenario.kills.iter().any(|name| name.value == spec.name)
    });
    candidates
}

/// A step, a monitor or a probe says that the mutant's own clause is broken, and nothing worse came before.
fn is_killed(spec: &MutantSpec, case: &Case) -> bool {
    let decisive = case.judgement.decisive();
    matches!(case.judgement.verdict, Verdict::Fail | Verdict::Warn)
        && decisive.is_some_and(|finding| {
            finding.clause.as_ref() == Some(&spec.clause) && finding.by != FoundBy::Runner
        })
}

#[test]
fn every_mutant_is_killed_by_its_clause_or_is_excepted_with_a_reason() {
    let excepted: BTreeSet<String> =
        exceptions().mutants.into_iter().map(|entry| entry.mutant).collect();
    let mut survivors = String::new();
    for name in KILLS.survivors().filter(|name| !excepted.contains(*name)) {
        let clause = mnet().mutants().into_iter().find(|spec| spec.name == name).unwrap().clause;
        let noticed = KILLS.noticed.get(name).map(|what| format!(", but: {what:?}"));
        writeln!(survivors, "{name} ({clause}){}", noticed.unwrap_or_default()).unwrap();
    }
    assert!(survivors.is_empty(), "no scenario kills:\n{survivors}");
}

#[test]
fn an_exception_names_a_mutant_that_lives_and_says_why() {
    for entry in exceptions().mutants {
        let killers = KILLS.by_mutant.get(entry.mutant.as_str());
        let killers = killers.unwrap_or_else(|| panic!("there is no mutant `{}`", entry.mutant));
        assert!(killers.is_empty(), "{} is killed by {killers:?}", entry.mutant);
        assert!(is_reason(&entry.reason), "{} has no reason", entry.mutant);
    }
}

#[test]
fn every_scenario_kills_a_mutant() {
    let killers: BTreeSet<&String> = KILLS.by_mutant.values().flatten().collect();
    let idle: Vec<String> = select(&[])
        .scenarios
        .iter()
        .map(|entry| entry.id.to_string())
        .filter(|id| !killers.contains(id))
        .collect();
    assert_eq!(idle, Vec::<String>::new(), "these kill nothing");
}

#[test]
fn every_scenario_kills_the_mutants_that_it_names() {
    for entry in select(&[]).scenarios {
        for name in &entry.scenario.kills {
            let killers = &KILLS.by_mutant[name.value.as_str()];
            assert!(
                killers.contains(entry.id.as_str()),
                "{} does not kill {}",
                entry.id,
                name.value
            );
        }
    }
}
