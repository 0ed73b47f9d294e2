//! The results of the parts of a run are made into those of the whole, and what are no parts of one run is refused.

use std::fs;
use std::path::Path;
use std::time::Duration;

use harness::report::json;
use harness::runner::Results;

use crate::support::{Scratch, files_in, wireproof_in};

/// What is run: passes, failures and what other dialects leave out.
const RUN: &str = "run mnet/data mnet/wire --mutant delivers-a-repeat-again";

fn run(scratch: &Scratch, options: &str) {
    let line = format!("{RUN} {options}");
    let output = wireproof_in(scratch.path(), line.split_whitespace());
    assert!(matches!(output.code, Some(0 | 1)), "{}", output.shown());
}

/// The results of a folder, without the times that differ from run to run.
fn results(folder: &Path) -> Results {
    let file = fs::File::open(folder.join("results.json")).unwrap();
    let mut results = json::read(std::io::BufReader::new(file)).unwrap();
    for case in &mut results.cases {
        case.took = Duration::ZERO;
    }
    results
}

#[test]
fn the_shards_of_a_run_merged_are_the_run() {
    let scratch = Scratch::new("merged");
    run(&scratch, "--out whole");
    for shard in 1..=3 {
        run(&scratch, &format!("--shard {shard}/3 --out part-{shard}"));
    }
    // In whatever order they are named.
    let line = "report --merge part-3 part-1 part-2/results.json --out merged";
    let output = wireproof_in(scratch.path(), line.split_whitespace());
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let (whole, merged) = (scratch.path().join("whole"), scratch.path().join("merged"));
    assert_eq!(results(&merged), results(&whole));
    let names = |folder: &Path| -> Vec<String> {
        let files = files_in(folder);
        files.iter().map(|file| file.strip_prefix(folder).unwrap().display().to_string()).collect()
    };
    assert_eq!(names(&merged), names(&whole));
    for file in files_in(&merged.join("journals")) {
        let other = whole.join("journals").join(file.file_name().unwrap());
        assert!(fs::read(&file).unwrap() == fs::read(other).unwrap(), "{file:?}");
    }
}

#[test]
fn what_are_no_parts_of_one_run_is_refused() {
    let scratch = Scratch::new("not-merged");
    run(&scratch, "--shard 1/2 --out one");
    run(&scratch, "--shard 2/2 --out two");
    run(&scratch, "--shard 2/2 --engine turmoil --out turmoil");
    run(&scratch, "--shard 2/2 --seed 7 --out seed");
    let line = "run mnet/data mnet/wire --shard 2/2 --out reference";
    assert_eq!(wireproof_in(scratch.path(), line.split_whitespace()).code, Some(0));
    let refused = |folders: &str, wanted: &str| {
        let line = format!("report --merge {folders}");
        let output = wireproof_in(scratch.path(), line.split_whitespace());
        assert_eq!(output.code, Some(2), "{}", output.shown());
        assert!(output.err.contains(wanted), "{}", output.err);
    };
    refused("one reference --out m", "`reference`: the subjects of the parts differ");
    refused("one turmoil --out m", "the engines of the parts differ: sim and turmoil");
    refused("one seed --out m", "the seeds of the parts differ: none and 7");
    refused("one two one --out m", "is in two of the parts");
    refused("one nowhere --out m", "cannot read `nowhere`");
    refused("one two --out two", "`two` is one of the parts");
    refused("one two", "--out");
    assert!(!scratch.path().join("m").exists(), "nothing is made of what is refused");
    let output = wireproof_in(scratch.path(), ["report", "one", "two"]);
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains("`--merge --out DIR`"), "{}", output.err);
}
