//! Every scenario of the corpus passes against the reference, in every dialect and role.

use harness::profile::DialectChoice;
use harness::protocol;
use harness::verdict::Verdict;

use crate::support::{REFERENCE, Scratch, described, mnet, play_with, select, wireproof_in};

#[test]
fn the_reference_passes_every_scenario_in_every_dialect_and_role() {
    let selection = select(&[]);
    let dialects: Vec<_> = protocol::ALL.into_iter().flat_map(DialectChoice::all).collect();
    assert_eq!(DialectChoice::all(mnet()).len(), 6, "two byte orders, three rules for tags");
    let results = play_with(&selection, REFERENCE, dialects.clone(), None).results;
    let other: Vec<String> = results
        .cases
        .iter()
        .filter(|case| {
            case.judgement.verdict != Verdict::Pass || !case.judgement.findings.is_empty()
        })
        .map(described)
        .collect();
    assert_eq!(other, Vec::<String>::new());
    assert_eq!((results.deselected, &results.stopped), (0, &None), "nothing was left out");

    for entry in &selection.scenarios {
        let of_its_protocol = protocol::by_name(entry.id.protocol()).map(DialectChoice::all);
        for dialect in of_its_protocol.iter().flatten() {
            let there = results
                .cases
                .iter()
                .any(|case| case.scenario == entry.id.as_str() && case.dialect == *dialect);
            let wanted = entry.scenario.is_for_dialect(dialect);
            assert_eq!(there, wanted, "{} in {dialect}", entry.id);
        }
    }
    for role in ["listener", "connector", "server", "client"] {
        assert!(results.cases.iter().any(|case| case.role == role), "no {role} was judged");
    }
}

#[test]
fn a_pass_is_evidence_for_every_clause_that_the_scenario_cites() {
    let results = play_with(&select(&[]), REFERENCE, Vec::new(), None).results;
    for case in &results.cases {
        for clause in &case.cites {
            let said = case.judgement.clauses.get(clause);
            assert_eq!(said, Some(&Verdict::Pass), "{clause} in {}", described(case));
        }
    }
}

#[test]
fn a_probe_that_was_sent_twice_may_have_two_answers_at_any_time() {
    let scratch = Scratch::new("probed-twice");
    // The first answer comes after the second question, the second while the session opens.
    scratch.write(
        "mnet/data/late.yaml",
        "title: late\nclauses: [MNET-DATA-3]\nsubject: listener\nbegin: established\nnetwork:\n  delay: 1 ms\n  \
         schedule:\n    - { link: subject>peer, message: COOKIE, delay: 1100 ms }\n    \
         - { link: subject>peer, message: COOKIE, occurrence: 2, delay: 85 ms }\nsteps:\n  \
         - send: { DATA: { data: hello } }\n  - expect: { DATA: { acknowledged: 5 } }\n",
    );
    let output = wireproof_in(scratch.path(), ["run", "--scenarios", ".", "--out", "out"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let journal = scratch.path().join("out/journals/mnet-data-late.listener.little-sender.jsonl");
    let journal = std::fs::read_to_string(journal).unwrap();
    let questions = journal.lines().filter(|line| line.contains("\"message\":\"INIT\"")).count();
    assert_eq!(questions, 4, "two of the probe before, one of the session, one of the probe after");
}
