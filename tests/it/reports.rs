//! Every report is made from the same results, and counts the same.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Scratch, wireproof_in};

/// A run with failures, passes and what is not supported.
const RUN: &str = "run mnet/data mnet/close --mutant delivers-a-repeat-again --out out";

/// Counts of verdicts by the word for them.
type Counts = BTreeMap<String, usize>;

fn totals(scratch: &Scratch) -> Counts {
    let text = fs::read_to_string(scratch.path().join("out/results.json")).unwrap();
    let results: Value = serde_json::from_str(&text).unwrap();
    let totals = results["totals"].as_object().unwrap();
    totals
        .iter()
        .map(|(word, count)| (word.clone(), usize::try_from(count.as_u64().unwrap()).unwrap()))
        .collect()
}

#[test]
fn totals_agree_in_every_format() {
    let scratch = Scratch::new("formats");
    assert_eq!(wireproof_in(scratch.path(), RUN.split(' ')).code, Some(1));
    let totals = totals(&scratch);
    let (fail, pass) = (totals["fail"], totals["pass"]);
    let all: usize = totals.values().sum();
    assert!(fail > 0 && pass > 0, "{totals:?}");
    let report = |format: &str| {
        let output = wireproof_in(scratch.path(), ["report", "out", "--format", format]);
        assert_eq!(output.code, Some(0), "{}", output.err);
        output.out
    };

    let tap = report("tap");
    assert!(tap.contains(&format!("\n1..{all}\n")));
    assert_eq!(tap.lines().filter(|line| line.starts_with("not ok ")).count(), fail);
    assert_eq!(tap.lines().filter(|line| line.starts_with("ok ")).count(), all - fail);

    let github = report("github");
    assert_eq!(github.lines().filter(|line| line.starts_with("::error ")).count(), fail);

    let markdown = report("markdown");
    assert!(markdown.contains(&format!("**{fail} fail, {pass} pass**")), "{markdown}");

    let junit = report("junit");
    assert!(junit.contains(&format!("tests=\"{all}\" skipped=\"0\" failures=\"{fail}\"")));
    assert_eq!(junit, fs::read_to_string(scratch.path().join("out/junit.xml")).unwrap());

    let page = report("html");
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let data: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    let failed = |case: &&Value| case["verdict"] == "fail";
    assert_eq!(data["cases"].as_array().unwrap().iter().filter(failed).count(), fail);
    assert_eq!(page, fs::read_to_string(scratch.path().join("out/report.html")).unwrap());

    assert!(report("badge").contains("broken</title>"));
}

#[test]
fn reports_can_be_made_anew_from_the_folder_alone() {
    let scratch = Scratch::new("anew");
    wireproof_in(scratch.path(), RUN.split(' '));
    let page = scratch.path().join("out/report.html");
    let before = fs::read(&page).unwrap();
    fs::remove_file(&page).unwrap();
    let output = wireproof_in(scratch.path(), ["report", "out"]);
    assert_eq!(output.out, "out/report.html\nout/junit.xml\n");
    assert_eq!(fs::read(&page).unwrap(), before);
}

#[test]
fn a_folder_that_holds_no_whole_results_is_refused() {
    let scratch = Scratch::new("cut-short");
    wireproof_in(scratch.path(), RUN.split(' '));
    let path = scratch.path().join("out/results.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    let output = wireproof_in(scratch.path(), ["report", "out"]);
    assert_eq!(output.code, Some(2));
    assert!(output.err.contains("results.json"), "{}", output.err);
    assert_eq!(wireproof_in(scratch.path(), ["report", "nowhere"]).code, Some(2));
}
