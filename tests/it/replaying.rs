//! A journal's run is played again: octet for octet, or the first line and field that differ are named.

use std::fs;
use std::path::PathBuf;

use crate::support::{Scratch, wireproof_in};

const SCENARIO: &str = "mnet/transfer/64-KiB-come-back-whole-through-loss";

/// The journal of a run with these options.
fn journal(scratch: &Scratch, scenario: &str, more: &str) -> PathBuf {
    let line = format!("run {scenario} --role listener --out results {more}");
    wireproof_in(scratch.path(), line.split_whitespace());
    let folder = scratch.path().join("results/journals");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.next().unwrap()
}

fn replay(scratch: &Scratch, more: &[&str]) -> crate::support::Output {
    wireproof_in(scratch.path(), ["replay"].iter().chain(more))
}

#[test]
fn a_simulated_run_happens_again_octet_for_octet() {
    let scratch = Scratch::new("replay");
    let file = journal(&scratch, SCENARIO, "--seed 7");
    let again = replay(&scratch, &[file.to_str().unwrap()]);
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    assert!(again.out.contains("the same run, octet for octet"), "{}", again.out);
}

#[test]
fn a_failure_of_a_mutant_happens_again_with_its_screen() {
    let scratch = Scratch::new("replay-mutant");
    let scenario = "mnet/data/a-repeat-is-acknowledged-again-and-delivered-once";
    let file = journal(&scratch, scenario, "--mutant delivers-a-repeat-again");
    let again = replay(&scratch, &[file.to_str().unwrap()]);
    assert_eq!(again.code, Some(1), "{}", again.err);
    assert!(again.out.contains("MNET-DATA-6") && again.out.contains("the same run"));
    let judged = replay(&scratch, &[file.to_str().unwrap(), "--judge"]);
    assert_eq!(judged.code, Some(1), "{}", judged.err);
    assert!(judged.out.ends_with("judged again from the journal: fail\n"), "{}", judged.out);
    // In the grade that does not claim the clause, the same journal is a warning.
    let text = replay(&scratch, &[file.to_str().unwrap(), "--judge", "--grade", "text"]);
    assert_eq!(text.code, Some(0), "{}", text.out);
}

#[test]
fn a_journal_that_was_changed_diverges_at_the_line_and_field_that_was() {
    let scratch = Scratch::new("diverges");
    let file = journal(&scratch, "mnet/open/an-INIT-is-answered-with-a-COOKIE", "");
    let text = fs::read_to_string(&file).unwrap();
    let (line, _) =
        text.lines().enumerate().find(|(_, line)| line.contains(r#""by":"subject""#)).unwrap();
    let changed: String = text
        .lines()
        .enumerate()
        .map(|(index, text)| {
            let text =
                if index == line { text.replacen("\"t\":", "\"t\":1", 1) } else { text.to_owned() };
            text + "\n"
        })
        .collect();
    scratch.write("changed.jsonl", changed);
    let again = replay(&scratch, &["changed.jsonl"]);
    assert_eq!(again.code, Some(3), "{}{}", again.out, again.err);
    let place = format!("the run diverges at line {}, `t`: was 1", line + 1);
    assert!(again.out.contains(&place), "{}", again.out);
}

#[test]
fn what_is_no_journal_or_of_an_unknown_subject_is_refused() {
    let scratch = Scratch::new("no-journal");
    scratch.write("broken.jsonl", "{}\n");
    assert_eq!(replay(&scratch, &["broken.jsonl"]).code, Some(2));
    assert_eq!(replay(&scratch, &["none.jsonl"]).code, Some(2));
    let file = journal(&scratch, "mnet/open/an-INIT-is-answered-with-a-COOKIE", "");
    let text = fs::read_to_string(&file).unwrap();
    scratch
        .write("foreign.jsonl", text.replace(r#""subject":"reference""#, r#""subject":"theirs""#));
    let foreign = replay(&scratch, &["foreign.jsonl"]);
    assert_eq!(foreign.code, Some(2));
    assert!(foreign.err.contains("--judge"), "{}", foreign.err);
    assert_eq!(replay(&scratch, &["foreign.jsonl", "--judge"]).code, Some(0));
}

/// A journal that was recorded over sockets is played against the reference with the faults that it records.
#[test]
fn the_faults_of_a_live_run_are_played_against_the_reference() {
    let scratch = Scratch::new("replay-live");
    let file = journal(&scratch, SCENARIO, "--seed 7");
    let text = fs::read_to_string(&file).unwrap();
    let live = text.replace(r#""engine":"sim""#, r#""engine":"socket""#);
    scratch.write("live.jsonl", live);
    let again = replay(&scratch, &["live.jsonl"]);
    assert!(again.out.contains("recorded faults; verdict: was pass"), "{}{}", again.out, again.err);
}
