//! The results folder: whole or not valid, in agreement with itself, and never somebody else's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use harness::corpus::Corpus;
use harness::journal::Journal;
use harness::report::folder::Folder;
use harness::report::json;
use harness::runner::{self, EngineChoice, RunOptions, SubjectChoice};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Output, Scratch, wireproof, wireproof_in};

/// A run with failures, warnings and passes.
fn run(scratch: &Scratch, out: &str) -> Output {
    let line = "run mnet/data mnet/wire --mutant stale-acknowledgement-drops-the-payload --out";
    wireproof_in(scratch.path(), line.split(' ').chain([out]))
}

fn results(scratch: &Scratch, out: &str) -> Value {
    let text = fs::read_to_string(scratch.path().join(out).join("results.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn totals_agree_with_cases_and_complete_is_the_last_key() {
    let scratch = Scratch::new("totals");
    assert_eq!(run(&scratch, "out").code, Some(1));
    let results = results(&scratch, "out");
    let cases = results["cases"].as_array().unwrap();
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for case in cases {
        *counted.entry(case["judgement"]["verdict"].as_str().unwrap()).or_default() += 1;
    }
    let totals: BTreeMap<&str, u64> = results["totals"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(verdict, count)| (verdict.as_str(), count.as_u64().unwrap()))
        .collect();
    assert_eq!(counted, totals);
    assert!(counted["fail"] > 0 && counted["pass"] > 0, "{counted:?}");
    let last = results.as_object().unwrap().iter().next_back().unwrap();
    assert_eq!((last.0.as_str(), last.1.as_u64()), ("complete", Some(cases.len() as u64)));
}

#[test]
fn results_are_what_the_schema_says() {
    let scratch = Scratch::new("schema");
    run(&scratch, "out");
    let schema: Value = serde_json::from_str(&wireproof("schema results").out).unwrap();
    let results = results(&scratch, "out");
    agree(&schema, &schema, &results, "results");
    let case = &results["cases"][0];
    assert!(case["journal"].is_string() && case["judgement"]["clauses"].is_object(), "{case:#}");
}

/// Asserts what a schema says of keys: those that are required are there, and all that are there are known.
fn agree(root: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return agree(root, &root["$defs"][name], value, place);
    }
    if let (Some(items), Some(elements)) = (schema.get("items"), value.as_array()) {
        for (index, element) in elements.iter().enumerate() {
            agree(root, items, element, &format!("{place}[{index}]"));
        }
    }
    let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object())
    else {
        return;
    };
    for key in schema["required"].as_array().into_iter().flatten() {
        assert!(object.contains_key(key.as_str().unwrap()), "{place} has no {key}");
    }
    for (key, value) in object {
        let known = properties.get(key).unwrap_or_else(|| panic!("{place}.{key} is in no schema"));
        agree(root, known, value, &format!("{place}.{key}"));
    }
}

#[test]
fn what_a_subject_may_leave_undone_ends_the_case_and_shows_no_more() {
    let scratch = Scratch::new("freedom");
    let scenario = "mnet/open/a-COOKIE-ACK-after-the-last-try-opens-nothing";
    let judged = |mutant: &[&str], folder: &str| {
        let words = ["run", scenario, "--verbose", "--out", folder];
        let output = wireproof_in(scratch.path(), words.iter().chain(mutant).copied());
        assert_eq!(output.code, Some(0), "{}", output.shown());
        let judgement = results(&scratch, folder)["cases"][0]["judgement"].clone();
        assert_eq!(judgement["verdict"], "pass", "{judgement}");
        (judgement["clauses"].as_object().unwrap().clone(), output)
    };
    let (whole, output) = judged(&[], "whole");
    assert!(whole.contains_key("MNET-WIRE-10") && whole.contains_key("MNET-ACK-1"));
    assert!(!output.out.contains("not played"), "{}", output.shown());
    let (left, output) = judged(&["--mutant", "no-abort-after-the-last-echo"], "left");
    assert!(output.out.contains("not played from step 1 on: "), "{}", output.shown());
    assert!(!left.contains_key("MNET-WIRE-10") && !left.contains_key("MNET-ACK-1"), "{left:?}");
}

#[test]
fn junit_counts_what_results_count() {
    let scratch = Scratch::new("junit");
    run(&scratch, "out");
    let results = results(&scratch, "out");
    let xml = fs::read_to_string(scratch.path().join("out/junit.xml")).unwrap();
    let head = xml.lines().find(|line| line.starts_with("<testsuites ")).unwrap();
    let attribute = |name: &str| -> u64 {
        let (_, rest) = head.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let total = |verdicts: &[&str]| -> u64 {
        verdicts.iter().filter_map(|verdict| results["totals"][verdict].as_u64()).sum()
    };
    assert_eq!(attribute("tests"), results["complete"].as_u64().unwrap());
    assert_eq!(attribute("failures"), total(&["fail"]));
    assert_eq!(attribute("errors"), total(&["error", "inconclusive", "flaky"]));
    assert_eq!(xml.matches("<testcase ").count() as u64, attribute("tests"));
    assert_eq!(xml.matches("<failure ").count() as u64, attribute("failures"));
}

#[test]
fn there_is_one_whole_journal_for_each_case() {
    let scratch = Scratch::new("journals");
    run(&scratch, "out");
    let results = results(&scratch, "out");
    let mut named = BTreeSet::new();
    for case in results["cases"].as_array().unwrap() {
        let file = case["journal"].as_str().unwrap();
        assert!(named.insert(file.to_owned()), "{file} belongs to two cases");
        let octets = fs::read(scratch.path().join("out").join(file)).unwrap();
        let journal = Journal::read(&*octets).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(Some(journal.header.scenario.as_str()), case["scenario"].as_str());
        assert_eq!(Some(journal.header.seed), case["seed"].as_u64());
        assert!(!journal.entries.is_empty(), "{file} is empty");
    }
    let there = fs::read_dir(scratch.path().join("out/journals")).unwrap().count();
    assert_eq!(there, named.len(), "a journal of no case");
}

#[test]
fn results_that_were_cut_short_are_not_valid() {
    let scratch = Scratch::new("cut-short");
    run(&scratch, "out");
    let octets = fs::read(scratch.path().join("out/results.json")).unwrap();
    json::read(&*octets).unwrap();
    let text = String::from_utf8(octets.clone()).unwrap();
    let end = text.trim_end().len();
    for kept in (0..end).step_by(101).chain([end - 1]) {
        assert!(json::read(&octets[..kept]).is_err(), "{kept} of {end} octets");
    }
    // A whole case less, in text that is still JSON.
    let mut fewer: Value = serde_json::from_str(&text).unwrap();
    fewer["cases"].as_array_mut().unwrap().pop();
    assert!(json::read(fewer.to_string().as_bytes()).is_err());
}

#[test]
fn a_second_run_replaces_the_first_and_a_foreign_folder_is_refused() {
    let scratch = Scratch::new("foreign");
    assert_eq!(run(&scratch, "out").code, Some(1));
    assert_eq!(run(&scratch, "out").code, Some(1), "its own folder is used again");

    scratch.write("home/letters.txt", "dear reader");
    let refused = run(&scratch, "home");
    assert_eq!(refused.code, Some(2), "{}", refused.shown());
    assert!(refused.err.contains("home is not empty"), "{}", refused.shown());
    let kept: Vec<_> = fs::read_dir(scratch.path().join("home")).unwrap().collect();
    assert_eq!(kept.len(), 1, "nothing was added or taken away");

    scratch.write("file", "no folder");
    let refused = run(&scratch, "file");
    assert_eq!(refused.code, Some(2), "{}", refused.shown());
}

#[test]
fn a_run_that_was_stopped_says_so_in_all_its_reports() {
    let scratch = Scratch::new("stopped");
    scratch.write("p.yaml", "name: gone\nprotocol: mnet\ncommand: [no-such-program-anywhere]\n");
    let output = wireproof_in(scratch.path(), ["run", "--subject", "p.yaml", "--out", "out"]);
    assert_eq!(output.code, Some(4), "{}", output.shown());
    let results = results(&scratch, "out");
    assert!(results["stopped"].as_str().unwrap().starts_with("cannot start"), "{results:#}");
    let xml = fs::read_to_string(scratch.path().join("out/junit.xml")).unwrap();
    assert!(xml.contains("errors=\"1\"") && xml.contains("cannot start"), "{xml}");
}

#[test]
fn where_evidence_cannot_be_written_the_run_stops_and_says_what_it_has_found() {
    let scratch = Scratch::new("unwritable");
    let folder = Folder::open(&scratch.path().join("out")).unwrap();
    fs::remove_dir_all(folder.path().join("journals")).unwrap();
    let corpus = Corpus::embedded();
    let selection = corpus.select(&["mnet/data".to_owned()]).unwrap();
    let subject = SubjectChoice::Reference { mutant: None };
    let options = RunOptions {
        out: Some(&folder),
        ..RunOptions::of(&corpus, &selection, subject, EngineChoice::Sim)
    };
    let mut seen = 0;
    let results = runner::run(&options, &mut |_, _| seen += 1).unwrap();
    assert_eq!((seen, results.cases.len(), results.complete), (1, 1, 1));
    let stopped = results.stopped.unwrap();
    assert!(stopped.starts_with("cannot write the evidence: "), "{stopped}");
}

#[test]
fn what_json_prints_is_what_the_folder_holds() {
    let scratch = Scratch::new("json");
    let words = ["run", "mnet/open", "--format", "json", "--out", "out"];
    let printed = wireproof_in(scratch.path(), words);
    let file = fs::read_to_string(scratch.path().join("out/results.json")).unwrap();
    assert_eq!(printed.out, file);
}

#[test]
fn a_case_that_left_its_course_is_no_evidence_for_what_comes_after() {
    let scratch = Scratch::new("left");
    // No session comes about, which only a ruling holds against it: what the scenario is for was never seen.
    let line = "run paperclip/fragments/a-PING-in-fragments-is-answered --role server \
                --mutant server-sends-no-finished --grade text --out out";
    let output = wireproof_in(scratch.path(), line.split_whitespace());
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let results = results(&scratch, "out");
    let judgement = &results["cases"][0]["judgement"];
    assert_eq!(judgement["verdict"], "warn", "{judgement}");
    let clauses = judgement["clauses"].as_object().unwrap();
    assert_eq!(clauses["CLIP-AUTH-1"], "warn");
    assert!(!clauses.contains_key("CLIP-FRAG-2"), "{clauses:?}");
}

#[rstest]
#[case::text("text", 0, "warn")]
#[case::edition("edition", 1, "fail")]
fn what_only_a_ruling_forbids_fails_nobody_who_claims_the_text(
    #[case] grade: &str,
    #[case] code: i32,
    #[case] verdict: &str,
) {
    let scratch = Scratch::new("ruling");
    // That a server also tells the joiner who is there already is no part of the text, but the edition says who hears what.
    let words = ["run", "chat/rooms", "--mutant", "joiner-told-who-is-there", "--out", "out"];
    let output = wireproof_in(scratch.path(), words.into_iter().chain(["--grade", grade]));
    assert_eq!(output.code, Some(code), "{}", output.shown());
    let results = results(&scratch, "out");
    let judgements = results["cases"].as_array().unwrap().iter().map(|case| &case["judgement"]);
    let other: Vec<_> = judgements.filter(|judgement| judgement["verdict"] != "pass").collect();
    assert!(!other.is_empty());
    for judgement in other {
        assert_eq!(judgement["verdict"], verdict, "{judgement}");
        assert_eq!(judgement["findings"][0]["clause"], "CHAT-ROOM-2", "{judgement}");
    }
    let grades = results["grades"].as_array().unwrap();
    let broken = |name: &str| &grades.iter().find(|it| it["grade"] == name).unwrap()["broken"];
    let has = |name: &str| broken(name).as_array().unwrap().contains(&json!("CHAT-ROOM-2"));
    assert_eq!((has("text"), has("edition")), (grade == "edition", true));
}

#[test]
fn a_packet_that_came_before_the_step_that_it_breaks_is_the_one_that_is_shown() {
    let output = wireproof(
        "run chat/rooms/membership-belongs-to-the-connection --mutant joiner-told-who-is-there --grade text",
    );
    // It is the end of the scenario that finds that nothing had asked for it.
    assert!(output.out.contains("which nothing had asked for"), "{}", output.shown());
    assert!(output.out.contains("the packet      S162"), "{}", output.shown());
}
