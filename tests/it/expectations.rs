//! A file of known failures makes them pass, and polices itself: what is not true any more fails the run.

use harness::report::json;

use crate::support::{Scratch, assert_shown, wireproof_in};

/// A scenario that the mutant below fails, in one role; and its mutant.
const SCENARIO: &str = "mnet/data/a-repeat-is-acknowledged-again-and-delivered-once";
const MUTANT: &str = "delivers-a-repeat-again";

fn run(scratch: &Scratch, text: &str, more: &str) -> crate::support::Output {
    scratch.write("known.yaml", text);
    let line = format!("run {SCENARIO} --role listener --expect known.yaml {more}");
    wireproof_in(scratch.path(), line.split_whitespace())
}

fn entry(more: &str) -> String {
    format!("expect:\n  - scenario: {SCENARIO}\n    verdict: fail\n{more}")
}

#[test]
fn a_known_failure_does_not_fail_the_run_and_is_told_in_every_report() {
    let scratch = Scratch::new("known");
    let text = entry("    reason: issue 12, to be mended\n    link: https://example.org/12\n");
    let output = run(&scratch, &text, &format!("--mutant {MUTANT} --out results"));
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    assert_shown!("known", output);

    let file = std::fs::File::open(scratch.path().join("results/results.json")).unwrap();
    let results = json::read(file).unwrap();
    let known = results.cases[0].known.as_ref().unwrap();
    assert_eq!(known.to_string(), "issue 12, to be mended (https://example.org/12)");
    let junit = std::fs::read_to_string(scratch.path().join("results/junit.xml")).unwrap();
    assert!(junit.contains("skipped=\"1\"") && junit.contains("known: issue 12"), "{junit}");
    assert!(junit.contains("failures=\"0\""), "{junit}");
}

#[test]
fn an_entry_that_is_not_true_fails_the_run_with_its_place() {
    let scratch = Scratch::new("unmet");
    let passes = run(&scratch, &entry("    reason: issue 12\n"), "");
    assert_eq!(passes.code, Some(1));
    assert_shown!("passes-now", passes);

    let mutant = format!("--mutant {MUTANT}");
    for (name, text) in [
        ("no-reason", entry("")),
        ("expired", entry("    reason: issue 12\n    expires: 2026-01-31\n")),
        (
            "no-scenario",
            format!(
                "{}\n  - {{ scenario: mnet/data/a-repeat-is-acknowledged-again, verdict: fail, reason: old }}\n",
                entry("    reason: issue 12\n")
            ),
        ),
    ] {
        let output = run(&scratch, &text, &mutant);
        assert_eq!(output.code, Some(1), "{name}: {}{}", output.out, output.err);
        assert!(output.err.contains("known.yaml:"), "{name}: {}", output.err);
        assert_shown!(name, output);
    }
}

#[test]
fn a_wrong_file_ends_before_anything_is_run() {
    let scratch = Scratch::new("wrong");
    let wrong = run(&scratch, "expect:\n  - scenario: a\n    verdict: good\n", "");
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(wrong.err.contains("known.yaml:3:14"), "{}", wrong.err);
    let line = format!("run {SCENARIO} --expect none.yaml");
    assert_eq!(wireproof_in(scratch.path(), line.split_whitespace()).code, Some(2));
    let line = format!("run {SCENARIO} --update-expect");
    assert_eq!(wireproof_in(scratch.path(), line.split_whitespace()).code, Some(2));
}

#[test]
fn an_update_writes_what_fails_and_wants_a_reason_from_people() {
    let scratch = Scratch::new("update");
    let line = format!("run {SCENARIO} --role listener --mutant {MUTANT} --expect new.yaml");
    let with = |more: &str| {
        let line = format!("{line} {more}");
        wireproof_in(scratch.path(), line.split_whitespace())
    };
    let written = with("--update-expect");
    assert_eq!(written.code, Some(1), "no reason is given yet\n{}", written.err);
    let file = scratch.path().join("new.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let expected =
        format!("expect:\n  - scenario: {SCENARIO}\n    verdict: fail\n    reason: ''\n");
    assert_eq!(text, expected);

    let text = format!("# ours\n{}", text.replace("''", "issue 12"));
    scratch.write("new.yaml", &text);
    assert_eq!(with("").code, Some(0));
    assert_eq!(with("--update-expect").code, Some(0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "nothing had changed");

    let mended = format!("run {SCENARIO} --role listener --expect new.yaml --update-expect");
    let mended = wireproof_in(scratch.path(), mended.split_whitespace());
    assert_eq!(mended.code, Some(0), "{}", mended.err);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "# ours\nexpect:\n");
}
