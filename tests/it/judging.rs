//! A verdict is a function of scenario, profile and journal: it can be given again from a saved journal.

use harness::journal::{Journal, JournalError};
use harness::verdict::{Reason, Verdict};
use rstest::rstest;

use crate::support::{REFERENCE, judge_again, mutant, play, select, these, written};

fn read_back(journal: &Journal) -> Journal {
    Journal::read(&*written(journal)).unwrap()
}

#[rstest]
#[case::the_reference(None)]
#[case::one_that_fails_in_steps(Some("repeat-not-acknowledged"))]
#[case::one_that_monitors_see(Some("data-trailing-octet"))]
#[case::one_that_is_silent(Some("no-cookie-ack"))]
fn a_saved_journal_gives_the_verdict_again(#[case] name: Option<&str>) {
    let selection = select(&[]);
    let scenarios = &selection.scenarios;
    let subject = name.map_or(REFERENCE, mutant);
    let play = play(&selection, subject);
    let mut failures = 0;
    for (case, journal) in play.cases() {
        let entry = scenarios.iter().find(|entry| entry.id.as_str() == case.scenario).unwrap();
        let again = judge_again(entry, &read_back(journal));
        assert_eq!(again, case.judgement, "{} {}", case.scenario, case.role);
        failures += usize::from(again.verdict == Verdict::Fail);
    }
    assert_eq!(failures > 0, name.is_some(), "{failures} failures");
}

#[test]
fn a_journal_that_was_cut_short_is_refused() {
    let play = play(&select(&["mnet/data/a-gap-is-answered-with-the-unchanged-count"]), REFERENCE);
    let octets = written(&play.journals[0]);
    let lines: Vec<&[u8]> = octets.split_inclusive(|octet| *octet == b'\n').collect();
    assert!(lines.len() > 10);
    for kept in 0..lines.len() {
        let refused = Journal::read(&*lines[..kept].concat());
        assert!(matches!(refused, Err(JournalError::Truncated(_))), "{kept} lines: {refused:?}");
    }
    for left_out in 1..lines.len() - 1 {
        let mut fewer = lines.clone();
        fewer.remove(left_out);
        let refused = Journal::read(&*fewer.concat());
        assert!(matches!(refused, Err(JournalError::Truncated(_))), "without {left_out}");
    }
    for kept in 0..octets.len() - 1 {
        assert!(Journal::read(&octets[..kept]).is_err(), "{kept} octets");
    }
}

#[test]
fn a_journal_of_another_version_is_refused() {
    let play = play(&select(&["mnet/data/DATA-before-the-start-is-dropped"]), REFERENCE);
    let mut journal = play.journals[0].clone();
    journal.header.journal += 1;
    let refused = Journal::read(&*written(&journal));
    assert!(matches!(refused, Err(JournalError::Version { found: 2 })), "{refused:?}");
}

#[test]
fn the_journal_of_another_scenario_is_inconclusive() {
    let scenarios = select(&[]).scenarios;
    let find = |name: &str| {
        scenarios
            .iter()
            .find(|entry| entry.id.as_str().ends_with(name))
            .unwrap_or_else(|| panic!("{name}"))
    };
    let played = find("a-repeat-is-acknowledged-again-and-delivered-once");
    let other = find("a-repeated-SHUTDOWN-is-answered-at-once");
    let play = play(&these(vec![played.clone()]), REFERENCE);
    let judgement = judge_again(other, &play.journals[0]);
    let reasons: Vec<Option<Reason>> =
        judgement.findings.iter().map(|finding| finding.reason).collect();
    assert!(reasons.contains(&Some(Reason::ReplayDiverged)), "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::Inconclusive, "{judgement:#?}");
}
