//! Nothing passes against a program that is silent, that echoes, or that answers with random octets.

use harness::exceptions::is_reason;
use harness::profile::DialectChoice;
use harness::protocol;
use harness::runner::SubjectChoice;
use harness::subject::null;
use harness::verdict::Verdict;
use rstest::rstest;

use crate::support::{described, exceptions, play_with, select};

#[rstest]
#[case::silent("silent")]
#[case::echo("echo")]
#[case::random("random")]
fn nothing_passes_against_what_is_no_implementation(#[case] name: &str) {
    let subject = SubjectChoice::Null(name.to_owned());
    let dialects = protocol::ALL.into_iter().flat_map(DialectChoice::all).collect();
    let results = play_with(&select(&[]), subject, dialects, None).results;
    let excepted: Vec<String> = protocol::ALL
        .into_iter()
        .flat_map(|protocol| exceptions(protocol).null_subjects)
        .map(|entry| entry.scenario.value)
        .collect();
    let should: Vec<String> = select(&[])
        .scenarios
        .iter()
        .filter(|entry| entry.scenario.level.is_some())
        .map(|entry| entry.id.to_string())
        .collect();
    let satisfied: Vec<String> = results
        .cases
        .iter()
        .filter(|case| {
            !matches!(
                case.judgement.verdict,
                Verdict::Fail | Verdict::Error | Verdict::Inconclusive
            )
        })
        .filter(|case| !excepted.contains(&case.scenario))
        // What shows no more than a SHOULD warns, of silence too.
        .filter(|case| case.judgement.verdict != Verdict::Warn || !should.contains(&case.scenario))
        .map(described)
        .collect();
    assert_eq!(satisfied, Vec::<String>::new());
    assert!(!results.grades.is_empty() && results.grades.iter().all(|grade| !grade.reached));
}

#[test]
fn an_exception_names_a_scenario_and_says_why() {
    for entry in protocol::ALL.into_iter().flat_map(|protocol| exceptions(protocol).null_subjects) {
        let scenario = &entry.scenario.value;
        assert_eq!(select(&[scenario]).scenarios.len(), 1, "{scenario}");
        assert!(is_reason(&entry.reason), "{scenario} has no reason");
    }
}

#[test]
fn every_null_subject_is_tried() {
    assert_eq!(null::ALL, ["silent", "echo", "random"]);
}
