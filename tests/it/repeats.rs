//! A case that is run several times and passes in some of them only is flaky, and never hidden.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::cli::exit::Exit;
use harness::corpus::Corpus;
use harness::protocol::SubjectSetup;
use harness::runner::{self, EngineChoice, InProcess, Repeats, Results, RunOptions, SubjectChoice};
use harness::verdict::Verdict;

use crate::support::{mnet, select, wireproof};

const SCENARIO: &str = "mnet/data/a-repeat-is-acknowledged-again-and-delivered-once";

/// An implementation that is right in its first runs and then wrong.
fn turning(right: usize) -> SubjectChoice {
    let runs = AtomicUsize::new(0);
    let make = move |setup: &SubjectSetup<'_>| {
        let wrong = runs.fetch_add(1, Ordering::Relaxed) >= right;
        let mutant = wrong.then_some("delivers-a-repeat-again");
        mnet().reference(&SubjectSetup { mutant, ..*setup })
    };
    SubjectChoice::InProcess(InProcess { name: "turning".into(), make: Arc::new(make) })
}

fn run(subject: SubjectChoice, repeat: u32) -> Results {
    let corpus = Corpus::embedded();
    let selection = select(&[SCENARIO]);
    let options = RunOptions {
        role: Some(harness::protocol::Role::Listener),
        repeat: NonZeroU32::new(repeat).unwrap(),
        ..RunOptions::of(&corpus, &selection, subject, EngineChoice::Sim)
    };
    runner::run(&options, &mut |_, _| ()).unwrap()
}

#[test]
fn what_passes_in_some_runs_only_is_flaky_with_the_worst_run_as_evidence() {
    let results = run(turning(3), 5);
    let case = &results.cases[0];
    assert_eq!(case.judgement.verdict, Verdict::Flaky);
    assert_eq!(case.repeats, Some(Repeats { runs: 5, passed: 3 }));
    let decisive = case.judgement.decisive().unwrap();
    assert!(decisive.what.starts_with("3 of 5 runs passed"), "{}", decisive.what);
    assert_eq!(decisive.clause.as_ref().unwrap().to_string(), "MNET-DATA-6");
    assert_eq!(Exit::of(&results), Exit::Inconclusive);
    assert!(results.grades.iter().all(|grade| !grade.reached));
}

#[test]
fn what_passes_always_or_never_is_not_flaky() {
    let right = run(turning(9), 3);
    assert_eq!(right.cases[0].judgement.verdict, Verdict::Pass);
    assert_eq!(right.cases[0].repeats, Some(Repeats { runs: 3, passed: 3 }));
    let wrong = run(turning(0), 3);
    assert_eq!(wrong.cases[0].judgement.verdict, Verdict::Fail);
    assert_eq!(wrong.cases[0].repeats, Some(Repeats { runs: 3, passed: 0 }));
}

#[test]
fn the_command_runs_each_case_as_often_as_asked() {
    let output = wireproof(&format!("run {SCENARIO} --repeat 3 --format json"));
    assert_eq!(output.code, Some(0), "{}", output.err);
    let results: Results = serde_json::from_str(&output.out).unwrap();
    for case in &results.cases {
        assert_eq!(case.repeats, Some(Repeats { runs: 3, passed: 3 }));
    }
    assert_eq!(wireproof(&format!("run {SCENARIO} --repeat 0")).code, Some(2));
}
