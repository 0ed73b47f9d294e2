//! What failed over sockets is reduced, though the subject does not fail every time.

use std::fs;

use crate::support::{Output, Scratch, root, wireproof_in};

/// Of three starts two deliver every repeated DATA again.
const FLAKY: &str = r#"
import os, sys
place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "started")
count = os.path.getsize(place) if os.path.exists(place) else 0
open(place, "a").write("x")
if count % 3 != 2:
    os.environ["MNET_BREAK"] = "delivers-repeats"
os.execv(sys.executable, [sys.executable, sys.argv[1]])
"#;

const LITTLE: &str = "\
title: a little comes back whole through repetition
clauses: [MNET-DATA-3]
subject: listener
transfer: { peer-writes: 8 KiB, delivered: [MNET-DATA-3], closed: [MNET-SHUT-5] }
network: { repeat: 40 % }
seeds: 3
";

/// A journal of the flaky subject's failure, within the folder.
fn failed(scratch: &Scratch) -> String {
    let sound = root().join("tests/subjects/mnet_listener.py");
    let command = format!("[python3, flaky.py, \"{}\"]", sound.display());
    scratch.write("flaky.py", FLAKY);
    scratch.write(
        "flaky.yaml",
        format!("name: flaky\nprotocol: mnet\nroles: [listener]\ncommand: {command}\n"),
    );
    scratch.write("own/mnet/transfer/little.yaml", LITTLE);
    let words = "run --scenarios own --subject flaky.yaml --out results --jobs 1";
    let output = wireproof_in(scratch.path(), words.split(' '));
    assert_eq!(output.code, Some(1), "{}", output.shown());
    "results/journals/mnet-transfer-little.listener.little-sender.jsonl".to_owned()
}

fn shrunk(scratch: &Scratch, journal: &str, confirm: &str) -> Output {
    let words = "--scenarios own --subject flaky.yaml --confirm";
    let words = ["shrink", journal].into_iter().chain(words.split(' ')).chain([confirm]);
    wireproof_in(scratch.path(), words)
}

#[test]
fn a_failure_of_two_runs_in_three_is_reduced_to_the_one_repetition_that_it_takes() {
    let scratch = Scratch::new("shrinking-live");
    let journal = failed(&scratch);
    let output = shrunk(&scratch, &journal, "2/3");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    for part in ["1 of ", " faults are enough", "MNET-DATA-6, found by a monitor", "1 more"] {
        assert!(output.out.contains(part), "no `{part}`: {}", output.shown());
    }
    let found = fs::read_dir(scratch.path().join("found/mnet/found")).unwrap();
    assert_eq!(found.count(), 2, "the scenario and its journal");
}

#[test]
fn a_failure_that_is_asked_for_more_often_than_it_comes_is_not_reduced() {
    let scratch = Scratch::new("shrinking-strict");
    let journal = failed(&scratch);
    let output = shrunk(&scratch, &journal, "3/3");
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains("do not fail in the same way"), "{}", output.shown());
    assert!(!scratch.path().join("found").exists());
}

#[test]
fn a_live_run_needs_its_subject_and_a_sensible_number() {
    let scratch = Scratch::new("shrinking-wrong");
    let journal = failed(&scratch);
    let without = wireproof_in(scratch.path(), ["shrink", &journal, "--scenarios", "own"]);
    assert_eq!(without.code, Some(2), "{}", without.shown());
    assert!(without.err.contains("--subject"), "{}", without.shown());
    let output = shrunk(&scratch, &journal, "4/3");
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains("2/3"), "{}", output.shown());
}
