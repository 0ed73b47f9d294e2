//! Tests of the files of known failures: what is known, what is wrong with an entry, and what an update changes.

use rstest::rstest;

use super::*;
use crate::report::samples::case_of;

const SCENARIO: &str = "mnet/wire/tags-are-random";
const OTHER: &str = "mnet/wire/a-longer-INIT-is-discarded";

fn read(text: &str) -> Expectations {
    Expectations::parse("known.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn case(scenario: &str, role: &str, verdict: Verdict) -> Case {
    Case { scenario: scenario.to_owned(), role: role.to_owned(), ..case_of(verdict) }
}

fn said(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |said: &Diagnostic| format!("{}:{}: {}", said.line, said.column, said.message);
    diagnostics.iter().map(line).collect()
}

fn today() -> Date {
    "2026-06-01".parse().unwrap()
}

#[test]
fn a_case_with_the_expected_verdict_is_known() {
    let text = format!(
        "expect:\n  - scenario: {SCENARIO}\n    verdict: fail\n    role: listener\n    reason: known\n    link: https://example.org/1\n"
    );
    let expectations = read(&text);
    let known = expectations.known(&case(SCENARIO, "listener", Verdict::Fail)).unwrap();
    assert_eq!(known.to_string(), "known (https://example.org/1)");
    for other in [
        case(SCENARIO, "connector", Verdict::Fail),
        case(SCENARIO, "listener", Verdict::Inconclusive),
        case(OTHER, "listener", Verdict::Fail),
    ] {
        assert_eq!(expectations.known(&other), None, "{other:?}");
    }
    assert_eq!(expectations.faults(&Corpus::embedded(), today()), []);
    assert_eq!(expectations.unmet(&[case(SCENARIO, "listener", Verdict::Fail)]), []);
}

#[test]
fn an_entry_that_is_not_true_any_more_says_so_with_its_place() {
    let text = format!("expect:\n  - scenario: {SCENARIO}\n    verdict: fail\n    reason: known\n");
    let cases =
        [case(SCENARIO, "listener", Verdict::Pass), case(SCENARIO, "connector", Verdict::Error)];
    let dialect = "byte_order=little tags=sender";
    assert_eq!(
        said(&read(&text).unmet(&cases)),
        [
            format!("3:14: `{SCENARIO}` passes now (listener, {dialect})"),
            format!("3:14: `{SCENARIO}` is error now, expected was fail (connector, {dialect})"),
        ]
    );
}

#[rstest]
#[case::no_scenario(
    "expect:\n  - scenario: mnet/wire/tags-are-rondom\n    verdict: fail\n    reason: known\n",
    "2:15: there is no scenario `mnet/wire/tags-are-rondom`"
)]
#[case::no_reason(
    "expect:\n  - scenario: mnet/wire/tags-are-random\n    verdict: fail\n",
    "2:5: no reason is given for the failure of `mnet/wire/tags-are-random`"
)]
#[case::an_empty_reason(
    "expect:\n  - scenario: mnet/wire/tags-are-random\n    verdict: fail\n    reason: ' '\n",
    "4:13: no reason is given for the failure of `mnet/wire/tags-are-random`"
)]
#[case::expired(
    "expect:\n  - { scenario: mnet/wire/tags-are-random, verdict: fail, reason: known, expires: 2026-05-31 }\n",
    "2:83: the expectation expired on 2026-05-31"
)]
#[case::said_before(
    "expect:\n  - { scenario: mnet/wire/tags-are-random, verdict: fail, reason: known }\n  - { scenario: mnet/wire/tags-are-random, verdict: warn, reason: known }\n",
    "3:5: line 2 already speaks of this case"
)]
fn an_entry_is_at_fault_by_itself(#[case] text: &str, #[case] what: &str) {
    assert_eq!(said(&read(text).faults(&Corpus::embedded(), today())), [what]);
}

#[test]
fn the_last_day_counts() {
    let text = format!(
        "expect:\n  - {{ scenario: {SCENARIO}, verdict: fail, reason: known, expires: 2026-06-01 }}\n"
    );
    assert_eq!(read(&text).faults(&Corpus::embedded(), today()), []);
}

#[rstest]
#[case::a_good_verdict("expect:\n  - { scenario: a, verdict: pass, reason: b }\n", 2)]
#[case::an_unknown_key("expect:\n  - { scenario: a, verdict: fail, why: b }\n", 2)]
#[case::no_day("expect:\n  - { scenario: a, verdict: fail, reason: b, expires: soon }\n", 2)]
fn a_wrong_file_is_refused(#[case] text: &str, #[case] line: usize) {
    assert_eq!(Expectations::parse("known.yaml", text).unwrap_err().line, line);
}

#[test]
fn an_update_keeps_comments_order_and_layout_of_what_stays() {
    let text = format!(
        "# Known failures.\nexpect:\n# the first\n  - verdict: fail   # for long\n    scenario: {SCENARIO}\n    reason: known\n\n  - scenario: {OTHER}\n    verdict: fail\n    reason: |\n      on two\n      lines\n\n  # the last\n  - {{ scenario: mnet/gone, verdict: fail, reason: known }}\n# the end\n"
    );
    let cases = [
        case(SCENARIO, "listener", Verdict::Inconclusive),
        case(OTHER, "listener", Verdict::Pass),
        case("mnet/wire/a-malformed-datagram-is-discarded", "listener", Verdict::Fail),
        case("mnet/wire/DATA-of-1472-octets-is-accepted", "listener", Verdict::Error),
    ];
    let update = read(&text).updated(&Corpus::embedded(), &cases).unwrap();
    assert_eq!(
        update.text,
        format!(
            "# Known failures.\nexpect:\n# the first\n  - verdict: inconclusive   # for long\n    scenario: {SCENARIO}\n    reason: known\n\n\n  # the last\n  - scenario: mnet/wire/a-malformed-datagram-is-discarded\n    verdict: fail\n    reason: ''\n# the end\n"
        )
    );
    assert_eq!((update.added, update.removed, update.changed), (1, 2, 1));
    let again = read(&update.text).updated(&Corpus::embedded(), &cases).unwrap();
    assert_eq!(again.text, update.text, "a second update changes nothing");
}

#[test]
fn an_update_narrows_an_entry_that_is_true_in_one_role_only() {
    let text = format!(
        "expect:\n- scenario: {SCENARIO}\n  verdict: fail\n  reason: 'known: a bug'\n  link: https://example.org/1\n"
    );
    let cases =
        [case(SCENARIO, "listener", Verdict::Pass), case(SCENARIO, "connector", Verdict::Fail)];
    let update = read(&text).updated(&Corpus::embedded(), &cases).unwrap();
    assert_eq!(
        update.text,
        format!(
            "expect:\n- scenario: {SCENARIO}\n  verdict: fail\n  role: connector\n  reason: \"known: a bug\"\n  link: \"https://example.org/1\"\n"
        )
    );
}

#[rstest]
#[case::nothing("")]
#[case::comments("# none yet\n")]
#[case::an_empty_list("expect: []\n")]
#[case::no_list("expect:\n")]
fn an_update_begins_a_file(#[case] text: &str) {
    let cases = [
        case(SCENARIO, "listener", Verdict::Fail),
        case(SCENARIO, "connector", Verdict::Fail),
        case(OTHER, "listener", Verdict::Pass),
    ];
    let update = read(text).updated(&Corpus::embedded(), &cases).unwrap();
    let entry = format!("expect:\n  - scenario: {SCENARIO}\n    verdict: fail\n    reason: ''\n");
    assert!(update.text.ends_with(&entry), "{}", update.text);
}

#[test]
fn a_list_in_brackets_is_left_alone() {
    let text = format!("expect: [{{ scenario: {SCENARIO}, verdict: fail, reason: known }}]\n");
    let cases = [case(SCENARIO, "listener", Verdict::Pass)];
    assert!(read(&text).updated(&Corpus::embedded(), &cases).is_err());
}
