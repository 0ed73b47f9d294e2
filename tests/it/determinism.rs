//! One seed, one journal, octet for octet: twice in a process, and in two processes.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use crate::support::{REFERENCE, Scratch, play_with, select, wireproof_in, written};

/// The journals of a run with seed 7, which every test here compares with others.
static SEVEN: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| journals(7));

/// The journals of one run of the whole corpus, as files, by scenario and role.
fn journals(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let play = play_with(&select(&[]), REFERENCE, Vec::new(), Some(seed));
    play.cases()
        .map(|(case, journal)| (format!("{} {}", case.scenario, case.role), written(journal)))
        .collect()
}

#[test]
fn one_seed_gives_the_same_journals_twice_in_one_process() {
    let second = journals(7);
    assert!(SEVEN.len() > 60, "{} journals", SEVEN.len());
    for (case, octets) in SEVEN.iter() {
        assert!(second[case] == *octets, "{case} differs from one run to the next");
    }
}

#[test]
fn another_seed_gives_other_journals() {
    let eight = journals(8);
    // Every session of MNET draws tags; what is said in other protocols may hold nothing that is drawn.
    let seven: BTreeMap<_, _> =
        SEVEN.iter().filter(|(case, _)| case.starts_with("mnet/")).collect();
    assert!(seven.len() > 60, "{} journals", seven.len());
    for (case, octets) in seven {
        let entries = |octets: &[u8]| {
            let text = String::from_utf8(octets.to_vec()).unwrap();
            // The header holds the seed itself.
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        assert!(
            entries(octets) != entries(&eight[case.as_str()]),
            "{case} does not depend on the seed"
        );
    }
}

#[test]
fn one_seed_gives_the_same_journals_in_two_processes() {
    let scratch = Scratch::new("determinism");
    for (out, jobs) in [("one", "1"), ("two", "3")] {
        let words = ["run", "--seed", "7", "--jobs", jobs, "--out", out];
        let output = wireproof_in(scratch.path(), words);
        assert_eq!(output.code, Some(0), "{}", output.shown());
    }
    let mut names: Vec<_> = fs::read_dir(scratch.path().join("one/journals"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names.len(), SEVEN.len());
    for name in &names {
        let read =
            |out: &str| fs::read(scratch.path().join(out).join("journals").join(name)).unwrap();
        let octets = read("one");
        assert!(octets == read("two"), "{name:?} differs between two processes");
        assert!(SEVEN.values().any(|known| *known == octets), "{name:?} differs from this process");
    }
}
