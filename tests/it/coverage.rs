//! Every clause has a scenario, every MUST and SHOULD a mutant, or else an exception with a reason.

use std::collections::BTreeSet;

use harness::exceptions::is_reason;
use harness::protocol::{self, Protocol};
use harness::spec::{Catalogue, Clause, ClauseId, Level};

use crate::support::{REFERENCE, exceptions, play, select};

#[test]
fn every_clause_has_a_scenario_and_a_mutant_or_a_reason_why_not() {
    protocol::ALL.into_iter().for_each(is_covered);
}

fn is_covered(protocol: &dyn Protocol) {
    let selection = select(&[protocol.name()]);
    let play = play(&selection, REFERENCE);
    let mutants = protocol.mutants();
    let broken: BTreeSet<&ClauseId> = mutants.iter().map(|mutant| &mutant.clause).collect();
    // Monitors give evidence for clauses that no scenario cites.
    let watched = play.results.cases.iter().flat_map(|case| case.judgement.clauses.keys());
    let cited: BTreeSet<&ClauseId> = selection
        .scenarios
        .iter()
        .flat_map(|entry| entry.scenario.cites())
        .chain(watched)
        .collect();
    let catalogue = Catalogue::of(protocol);
    let excepted = exceptions(protocol).clauses;
    let is_excepted = |id: &ClauseId| excepted.iter().any(|entry| entry.clause.value == *id);
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
        let id = &entry.clause.value;
        let clause = catalogue.get(id).unwrap_or_else(|| panic!("there is no clause {id}"));
        assert!(!is_shown(clause), "{id} needs no exception");
        assert!(is_reason(&entry.reason), "{id} has no reason");
    }
}

#[test]
fn mutants_break_clauses_that_there_are() {
    for protocol in protocol::ALL {
        let catalogue = Catalogue::of(protocol);
        for mutant in protocol.mutants() {
            let clause = catalogue.get(&mutant.clause);
            assert!(clause.is_some(), "{} breaks {}", mutant.name, mutant.clause);
        }
    }
}
