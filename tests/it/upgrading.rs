//! What newer scenarios change for old results is said: by scenario, clause, case and grade.

use std::fs;
use std::path::PathBuf;

use harness::corpus::Corpus;
use harness::report::json;
use harness::runner::Results;
use harness::verdict::Verdict;
use serde_json::Value;

use crate::support::{Output, Scratch, wireproof_in};

/// A scenario of both roles, and one of the listener alone.
const BOTH: &str = "mnet/data/one-octet-is-enough";
const LISTENER: &str = "mnet/open/an-INIT-is-answered-with-a-COOKIE";

/// Results in a folder, which can be made older.
struct Old(Scratch);

impl Old {
    fn new(name: &str, run: &str) -> Self {
        let old = Self(Scratch::new(name));
        let output = old.wireproof(&format!("run {run} --out old"));
        assert!(matches!(output.code, Some(0 | 1)), "{}", output.shown());
        old
    }

    fn wireproof(&self, line: &str) -> Output {
        wireproof_in(self.0.path(), line.split_whitespace())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("old/results.json")
    }

    /// Changes what the results say, with another corpus than that of this program.
    fn edit(&self, edit: impl FnOnce(&mut Results)) {
        let mut results = json::read(&*fs::read(self.path()).unwrap()).unwrap();
        results.basis.corpus = "0".repeat(64);
        edit(&mut results);
        results.complete = results.cases.len();
        fs::write(self.path(), serde_json::to_vec(&results).unwrap()).unwrap();
    }

    /// The upgrade in words, which ends like this.
    fn explained(&self, code: i32) -> Output {
        let output = self.wireproof("explain-upgrade old");
        assert_eq!(output.code, Some(code), "{}", output.shown());
        // Wherever its lines are broken.
        let words: Vec<&str> = output.out.split_whitespace().collect();
        Output { out: words.join(" "), ..output }
    }

    /// The same for programs.
    fn of_mnet(&self) -> Value {
        let output = self.wireproof("explain-upgrade old/results.json --json");
        let value: Value = serde_json::from_str(&output.out).unwrap();
        value["protocols"][0].clone()
    }
}

#[test]
fn the_same_scenarios_change_nothing_and_what_is_new_or_changed_must_be_run() {
    let old = Old::new("upgrade", "mnet");
    let same = old.explained(0);
    assert!(same.out.contains("the scenarios are the very same"), "{}", same.shown());
    assert!(same.out.contains("was reached, and stands its scenarios: 0 new"), "{}", same.shown());
    assert_eq!(old.of_mnet()["to-run"], Value::Array(Vec::new()));

    // Other scenarios than these were there, and all of these were as they are.
    old.edit(|_| ());
    assert_eq!(
        old.explained(0).out.matches("was reached, and stands its scenarios: 0 new").count(),
        2
    );

    old.edit(|results| {
        results.basis.scenarios.insert(BOTH.to_owned(), "another".to_owned());
        results.basis.scenarios.remove(LISTENER);
        for case in results.cases.iter_mut().filter(|case| case.scenario == LISTENER) {
            case.scenario = "mnet/open/what-is-gone".to_owned();
        }
        let first = results.basis.clauses.keys().next().unwrap().clone();
        results.basis.clauses.remove(&first);
        let last = results.basis.clauses.values_mut().next_back().unwrap();
        *last = "another".to_owned();
    });
    let explained = old.explained(1);
    for says in [
        "1 new, 1 gone, 1 changed",
        "gone: mnet/open/what-is-gone",
        "new: MNET-ABORT-1",
        "with other words: MNET-WIRE-",
        "to run, new: mnet/open/an-INIT-is-answered-with-a-COOKIE",
        "to run, changed: mnet/data/one-octet-is-enough",
        "stands for the old scenarios alone: 3 cases to run",
    ] {
        assert!(explained.out.contains(says), "no {says:?} in {}", explained.shown());
    }
    let mnet = old.of_mnet();
    let roles: Vec<&str> = mnet["to-run"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["listener", "listener", "connector"], "{mnet:#}");
    assert_eq!(mnet["grades"][1]["claim"], "open");
}

#[test]
fn a_scenario_has_changed_when_it_says_something_else_of_a_run() {
    let scratch = Scratch::new("upgrade-mark");
    let mark = |text: &str| {
        scratch.write("mnet/data/one.yaml", text);
        let corpus = Corpus::read(scratch.path()).unwrap();
        corpus.select(&[]).unwrap().scenarios[0].mark()
    };
    let text = "title: one\nclauses: [MNET-DATA-3]\nbegin: established\nsteps:\n  - send: { DATA: { data: hello } }\n";
    let old = mark(text);
    let retold = format!(
        "# a remark\n{}kills:\n  - delivers-out-of-order\n",
        text.replace("one", "another")
    );
    assert_eq!(mark(&retold), old);
    for (from, to) in
        [("hello", "hellO"), ("MNET-DATA-3", "MNET-DATA-6"), ("begin: established\n", "")]
    {
        assert_ne!(mark(&text.replace(from, to)), old, "{from}");
    }
}

#[test]
fn a_journal_that_is_judged_otherwise_is_named_and_its_grade_falls() {
    let scenario = "mnet/data/a-repeat-is-acknowledged-again-and-delivered-once";
    let run = format!("{scenario} --role listener --mutant delivers-a-repeat-again");
    let old = Old::new("upgrade-otherwise", &run);
    // As if nobody had seen it then.
    old.edit(|results| {
        results.cases[0].judgement.verdict = Verdict::Pass;
        results.grades.iter_mut().for_each(|grade| grade.reached = true);
    });
    let explained = old.explained(1);
    for says in
        ["was pass, and its journal is fail now", "MNET-DATA-6", "show as broken MNET-DATA-6"]
    {
        assert!(explained.out.contains(says), "no {says:?} in {}", explained.shown());
    }
    fs::remove_dir_all(old.0.path().join("old/journals")).unwrap();
    let mnet = old.of_mnet();
    let why: Vec<&Value> =
        mnet["to-run"].as_array().unwrap().iter().map(|case| &case["why"]).collect();
    assert!(why.contains(&&Value::from("no-journal")), "{mnet:#}");
}

#[test]
fn results_that_do_not_say_what_they_are_of_count_as_changed() {
    let old = Old::new("upgrade-early", &format!("{BOTH} {LISTENER}"));
    old.edit(|results| {
        results.basis.scenarios.clear();
        results.basis.clauses.clear();
    });
    let explained = old.explained(0);
    for says in ["so that all count as changed", "scenarios were left out, and count as new"] {
        assert!(explained.out.contains(says), "no {says:?} in {}", explained.shown());
    }
    let mnet = old.of_mnet();
    assert_eq!(mnet["changed"], serde_json::json!([BOTH, LISTENER]));
    assert_eq!(mnet["new-clauses"], Value::Array(Vec::new()), "nobody can say");
}

#[test]
fn a_certificate_that_was_changed_is_found_before_anything_is_believed() {
    let old = Old::new("upgrade-sealed", BOTH);
    assert_eq!(old.wireproof("seal old --partial").code, Some(0));
    let sealed = old.wireproof("explain-upgrade old/seal.json");
    assert_eq!(sealed.code, Some(0), "{}", sealed.shown());
    assert!(sealed.out.contains("nothing was changed since: root "), "{}", sealed.shown());
    old.edit(|_| ());
    let broken = old.explained(1);
    let says = "broken: results.json: it was changed after it was sealed";
    assert!(broken.out.contains(says), "{}", broken.shown());
}

#[test]
fn what_is_no_results_folder_is_refused_with_what_to_do() {
    let scratch = Scratch::new("upgrade-nothing");
    scratch.write("broken/results.json", "{}");
    scratch.write("empty/file", "");
    for (old, says) in [
        ("nowhere", "`nowhere` holds no results"),
        ("empty", "`wireproof run --out DIR`"),
        ("broken", "broken/results.json"),
    ] {
        let output = wireproof_in(scratch.path(), ["explain-upgrade", old]);
        assert_eq!(output.code, Some(2), "{}", output.shown());
        assert!(output.err.contains(says), "{}", output.shown());
    }
}
