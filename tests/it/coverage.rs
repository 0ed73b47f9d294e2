//! Every clause has a scenario, every MUST and SHOULD a mutant, or else an exception with a reason.

use std::collections::BTreeSet;

use harness::spec::{Catalogue, Clause, ClauseId, Level};

use crate::support::{REFERENCE, exceptions, is_reason, mnet, play, select};

#[test]
fn every_clause_has_a_scenario_and_a_mutant_or_a_reason_why_not() {
    let selection = select(&[]);
    let play = play(&selection, REFERENCE);
    let mutants = mnet().mutants();
    let broken: BTreeSet<&ClauseId> = mutants.iter().map(|mutant| &mutant.clause).collect();
    // Monitors give evidence for clauses that no scenario cites.
    let watched = play.results.cases.iter().flat_map(|case| case.judgement.clauses.keys());
    let cited: BTreeSet<&ClauseId> = selection
        .scenarios
        .iter()
        .flat_map(|entry| entry.scenario.cites())
        .chain(watched)
        .collect();
    let catalogue = Catalogue::of(mnet());
    let excepted = exceptions().clauses;
    let is_excepted = |id: &ClauseId| excepted.iter().any(|entry| entry.clause == id.to_string());
    // What a MAY allows cannot be violated.
    let is_shown = |clause: &Clause| {
        cited.contains(&clause.id) && (clause.level == Level::May || broken.contains(&clause.id))
    };
    let bare: Vec<String> = catalogue
        .iter()
        .filter(|clause| !is_shown(clause) && !is_excepted(&clause.id))
        .map(|clause| clause.id.to_string())
        .collect();
    assert_eq!(bare, Vec::<String>::new(), "without a scenario or a mutant");

    for entry in &excepted {
        let id: ClauseId = entry.clause.parse().unwrap();
        let clause = catalogue.get(&id).unwrap_or_else(|| panic!("there is no clause {id}"));
        assert!(!is_shown(clause), "{id} needs no exception");
        assert!(is_reason(&entry.reason), "{id} has no reason");
    }
}

#[test]
fn mutants_break_clauses_that_there_are() {
    let catalogue = Catalogue::of(mnet());
    for mutant in mnet().mutants() {
        assert!(
            catalogue.get(&mutant.clause).is_some(),
            "{} breaks {}",
            mutant.name,
            mutant.clause
        );
    }
}
