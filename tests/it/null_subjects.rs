//! Nothing passes against a program that is silent, that echoes, or that answers with random octets.

use harness::profile::DialectChoice;
use harness::runner::SubjectChoice;
use harness::subject::null;
use harness::verdict::Verdict;
use rstest::rstest;

use crate::support::{described, exceptions, is_reason, mnet, play_with, select};

#[rstest]
#[case::silent("silent")]
#[case::echo("echo")]
#[case::random("random")]
fn nothing_passes_against_what_is_no_implementation(#[case] name: &str) {
    let subject = SubjectChoice::Null(name.to_owned());
    let results = play_with(&select(&[]), subject, DialectChoice::all(mnet()), None).results;
    let excepted = exceptions().null_subjects;
    let satisfied: Vec<String> = results
        .cases
        .iter()
        .filter(|case| {
            !matches!(
                case.judgement.verdict,
                Verdict::Fail | Verdict::Error | Verdict::Inconclusive
            )
        })
        .filter(|case| !excepted.iter().any(|entry| entry.scenario == case.scenario))
        .map(described)
        .collect();
    assert_eq!(satisfied, Vec::<String>::new());
    assert!(!results.grades.is_empty() && results.grades.iter().all(|grade| !grade.reached));
}

#[test]
fn an_exception_names_a_scenario_and_says_why() {
    for entry in exceptions().null_subjects {
        assert_eq!(select(&[&entry.scenario]).scenarios.len(), 1, "{}", entry.scenario);
        assert!(is_reason(&entry.reason), "{} has no reason", entry.scenario);
    }
}

#[test]
fn every_null_subject_is_tried() {
    assert_eq!(null::ALL, ["silent", "echo", "random"]);
}
