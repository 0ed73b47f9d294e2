//! Every schedule of a session's first datagrams is tried, the reference bears all of them, and a mutant's first failure is
//! reduced.

use std::fs;

use crate::support::{Scratch, wireproof_in};

#[test]
fn the_reference_bears_every_schedule() {
    let scratch = Scratch::new("exhaust-reference");
    for (words, says) in [
        (&["exhaust", "mnet", "--first", "4"][..], "512 schedules, none fails"),
        (&["exhaust", "mnet", "--first", "12", "--faults", "1"], "74 schedules, none fails"),
        (&["exhaust", "paperclip", "--first", "3"], "schedules, none fails"),
    ] {
        let output = wireproof_in(scratch.path(), words.iter().copied());
        assert_eq!(output.code, Some(0), "{words:?}: {}", output.shown());
        assert!(output.out.contains(says), "{words:?}: {}", output.shown());
    }
}

#[test]
fn a_mutant_fails_with_the_fewest_faults_and_is_reduced() {
    let scratch = Scratch::new("exhaust-mutants");
    for (mutant, clause) in
        [("delivers-a-repeat-again", "MNET-DATA-6"), ("never-retransmits", "MNET-DATA-9")]
    {
        let words = ["exhaust", "mnet", "--first", "8", "--faults", "2", "--mutant", mutant];
        let output = wireproof_in(scratch.path(), words.into_iter().chain(["--out", mutant]));
        assert_eq!(output.code, Some(1), "{}", output.shown());
        let reduced = "1 of 1 faults are enough (";
        assert!(output.out.contains(reduced), "{}", output.shown());
        assert!(output.out.contains(&format!("; {clause}, found by a")), "{}", output.shown());
        assert!(output.out.contains("the reference   pass"), "{}", output.shown());
        let written = fs::read_dir(scratch.path().join(mutant).join("mnet/found")).unwrap();
        assert_eq!(written.count(), 2);
    }
}

#[test]
fn the_first_failure_does_not_depend_on_how_many_run_at_once() {
    let scratch = Scratch::new("exhaust-jobs");
    let found = |jobs: &str| {
        let words = ["exhaust", "mnet", "--mutant", "delivers-a-repeat-again", "--jobs", jobs];
        let output = wireproof_in(scratch.path(), words);
        let from = output.out.find("one fails").unwrap_or_else(|| panic!("{}", output.shown()));
        output.out[from..].to_owned()
    };
    assert_eq!(found("1"), found("3"));
}

#[test]
fn wrong_arguments_end_with_2_and_say_what_to_do() {
    let scratch = Scratch::new("exhaust-arguments");
    for (words, says) in [
        (&["exhaust", "chat"][..], "no datagrams"),
        (&["exhaust", "mnat"], "mnet"),
        (&["exhaust", "mnet", "--first", "64"], "--faults 2"),
        (&["exhaust", "mnet", "--first", "0"], "--first"),
        (&["exhaust", "mnet", "--mutant", "never-retransmit"], "never-retransmits"),
        (&["exhaust", "mnet", "--scenario", "mnet/data"], "takes a transfer"),
    ] {
        let output = wireproof_in(scratch.path(), words.iter().copied());
        assert_eq!(output.code, Some(2), "{words:?}: {}", output.shown());
        assert!(output.shown().contains(says), "{words:?}: {}", output.shown());
    }
}
