//! A sweep finds what only a bad network shows, and what it finds is reduced to a scenario that fails in the same way.

use std::fs;

use crate::support::{Scratch, wireproof_in};

/// Mutants that nothing shows but a fault, each with how many faults are enough, and the clause.
const NEED_FAULTS: [(&str, usize, &str); 22] = [
    ("answers-a-second-cookie", 1, "MNET-COOKIE-1"),
    ("newest-cookie-voids-older", 2, "MNET-INIT-3"),
    ("new-tag-at-each-try", 1, "MNET-INIT-4"),
    ("init-not-repeated", 1, "MNET-ACK-1"),
    ("takes-a-second-cookie", 1, "MNET-COOKIE-1"),
    ("repeated-echo-not-answered", 2, "MNET-ECHO-6"),
    ("repeated-echo-resets-the-stream", 2, "MNET-SHUT-1"),
    ("echo-not-repeated", 1, "MNET-ACK-1"),
    ("second-cookie-ack-resets-counters", 1, "MNET-SHUT-1"),
    ("early-data-opens", 1, "MNET-ACK-4"),
    ("early-data-lost", 1, "MNET-ACK-4"),
    ("acknowledges-beyond-a-gap", 1, "MNET-DATA-2"),
    ("acknowledgement-goes-down", 2, "MNET-DATA-2"),
    ("retransmits-with-an-old-acknowledgement", 1, "MNET-DATA-2"),
    ("delivers-out-of-order", 1, "MNET-DATA-3"),
    ("loses-reassembled-octets", 1, "MNET-DATA-3"),
    ("bare-acknowledgement-with-old-sequence", 1, "MNET-DATA-5"),
    ("delivers-a-repeat-again", 1, "MNET-DATA-6"),
    ("never-retransmits", 1, "MNET-DATA-9"),
    ("stale-acknowledgement-aborts", 1, "MNET-DATA-11"),
    ("shutdown-ack-not-repeated", 1, "MNET-SHUT-4"),
    ("shutdown-not-repeated", 1, "MNET-SHUT-5"),
];

#[test]
fn the_reference_bears_the_weather_of_every_seed() {
    let scratch = Scratch::new("sweep-reference");
    let output = wireproof_in(scratch.path(), ["sweep", "mnet", "--seeds", "1..100"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(output.out.contains("runs, none fails"), "{}", output.shown());
}

#[test]
fn a_sweep_finds_each_mutant_and_reduces_it_to_its_minimum() {
    let scratch = Scratch::new("sweep-mutants");
    let mut wrong = Vec::new();
    for (mutant, most, clause) in NEED_FAULTS {
        let output =
            wireproof_in(scratch.path(), ["sweep", "mnet", "--mutant", mutant, "--out", mutant]);
        let enough = output.out.lines().find_map(|line| {
            let (enough, rest) = line.split_once(" of ")?;
            rest.contains("faults are enough").then(|| enough.parse::<usize>().ok())?
        });
        let folder = scratch.path().join(mutant).join("mnet/found");
        let written = fs::read_dir(&folder).map_or(0, Iterator::count);
        let good = output.code == Some(1)
            && enough.is_some_and(|enough| (1..=most).contains(&enough))
            && output.out.contains(&format!("; {clause}, found by a"))
            && output.out.contains("the reference   pass")
            && written == 2;
        if !good {
            wrong.push(format!("{mutant}, {most} faults, {clause}:\n{}", output.shown()));
        }
    }
    assert!(wrong.is_empty(), "{} are not as they should be:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_a_sweep_writes_fails_in_the_same_way_when_it_is_run() {
    let scratch = Scratch::new("sweep-again");
    let mutant = "never-retransmits";
    let swept =
        wireproof_in(scratch.path(), ["sweep", "mnet", "--mutant", mutant, "--out", "found"]);
    let again =
        swept.out.lines().find_map(|line| line.split_once(" again ")?.1.split_once("wireproof "));
    let words: Vec<&str> = again.unwrap_or_default().1.split_whitespace().collect();
    let output = wireproof_in(scratch.path(), words);
    assert_eq!(output.code, Some(1), "{}\n{}", swept.shown(), output.shown());
    assert!(output.out.contains("MNET-DATA-9 (MUST"), "{}", output.shown());
}

#[test]
fn a_journal_that_failed_is_reduced_and_one_that_passed_is_not() {
    let scratch = Scratch::new("shrink");
    let transfer = "mnet/transfer/64-KiB-come-back-whole-through-loss";
    for (mutant, code, says) in [
        ("delivers-a-repeat-again", 0, "faults are enough"),
        ("", 2, "the run did not fail: its verdict is `pass`"),
    ] {
        let mut words = vec!["run", transfer, "--out", "results"];
        if !mutant.is_empty() {
            words.extend(["--mutant", mutant]);
        }
        wireproof_in(scratch.path(), words);
        let journal = fs::read_dir(scratch.path().join("results/journals"))
            .unwrap()
            .map(|entry| entry.unwrap().path().display().to_string())
            .next()
            .unwrap();
        let output = wireproof_in(scratch.path(), ["shrink", journal.as_str(), "--out", "less"]);
        assert_eq!(output.code, Some(code), "{}", output.shown());
        assert!(output.shown().contains(says), "{}", output.shown());
    }
}

#[test]
fn all_shards_together_find_what_the_whole_finds() {
    let scratch = Scratch::new("sweep-shards");
    let found = |shard: &str| {
        let words = [
            "sweep",
            "mnet",
            "--seeds",
            "1..40",
            "--mutant",
            "delivers-a-repeat-again",
            "--shard",
            shard,
        ];
        wireproof_in(scratch.path(), words).code == Some(1)
    };
    assert!(found("1/1"));
    assert!(["1/3", "2/3", "3/3"].into_iter().any(found));
}

#[test]
fn a_sweep_says_what_is_wrong_with_its_arguments() {
    let scratch = Scratch::new("sweep-arguments");
    for (words, says) in [
        (&["sweep", "mnet/data"][..], "needs transfers"),
        (&["sweep", "--seeds", "9..1"], "after the last"),
        (&["sweep", "--shard", "4/3"], "is not a shard"),
        (&["sweep", "--mutant", "never-retransmit"], "never-retransmits"),
        (&["shrink", "nowhere.jsonl"], "cannot open"),
    ] {
        let output = wireproof_in(scratch.path(), words.iter().copied());
        assert_eq!(output.code, Some(2), "{words:?}: {}", output.shown());
        assert!(output.shown().contains(says), "{words:?}: {}", output.shown());
    }
}
