//! Whatever octets come, no reader of foreign octets panics or hangs: the targets of the fuzzers, with a bounded number of inputs.
//!
//! `WIREPROOF_FUZZ_INPUTS=1000000` makes it a million for each target.

use std::fs;

use harness::fuzz::TARGETS;
use reference::entropy::Entropy;
use rstest::rstest;

use crate::support::{Scratch, files, root, select, wireproof_in};

/// Inputs of each target, unless the environment says otherwise.
const INPUTS: u64 = 300;
/// Octets that mean something in YAML.
const SIGNS: &[u8] = b"{}[]:,-#&*!|>'\"%@\t\n ?~";
/// The longest input, in octets.
const OCTETS_MAX: usize = 20_000;

/// Right inputs of a target, to be damaged.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let texts = |paths: Vec<std::path::PathBuf>| -> Vec<Vec<u8>> {
        paths.iter().map(|path| fs::read(path).unwrap()).collect()
    };
    match name {
        "scenario" => {
            select(&[]).scenarios.into_iter().map(|entry| entry.text.as_bytes().to_vec()).collect()
        }
        "profile" => texts(files("tests/subjects", &["yaml"])),
        "expectations" => {
            let scenario = "mnet/wire/tags-are-random";
            vec![format!("# ours\nexpect:\n  # one\n  - scenario: {scenario}\n    verdict: fail\n    reason: known\n    expires: 2026-12-31\n  - {{ scenario: {scenario}, verdict: warn, role: listener, reason: a }}\n").into_bytes()]
        }
        "journal" | "capture" => {
            let scratch = Scratch::new("fuzz");
            let folders = ["mnet/open", "mnet/data", "paperclip/session", "chat/login"];
            wireproof_in(scratch.path(), ["run"].into_iter().chain(folders).chain(["--out", "r"]));
            let folder = if name == "journal" { "r/journals" } else { "r/captures" };
            let entries = fs::read_dir(scratch.path().join(folder)).unwrap();
            texts(entries.map(|entry| entry.unwrap().path()).collect())
        }
        _ => packets(),
    }
}

/// Packets of every kind, with octets before them that a listener takes for address, pause and length.
fn packets() -> Vec<Vec<u8>> {
    let hex = [
        "01 4d4e4554 01 aaaaaa",
        "03 bbbbbb aaaaaa 01 3c000000 000102030405060708090a0b0c0d0e0f10111213",
        "00 aaaaaa 05000000 00000000 0500 68656c6c6f",
        "05 aaaaaa 00000000",
        "08 aaaaaa",
        "00 00 0000",
        "02 00 0000 00 00 0001",
        "02ff616c696365ff776f6e6465726c616e64ff4c00",
        "a0ff524f4f4d30303031ff00",
    ];
    let octets = |hex: &&str| harness::journal::parse_hex(hex).unwrap();
    let with_head = |octets: Vec<u8>| {
        let length = u8::try_from(octets.len()).unwrap();
        [vec![0, 1, length], octets].concat()
    };
    let plain: Vec<Vec<u8>> = hex.iter().map(octets).collect();
    let headed: Vec<Vec<u8>> = plain.iter().cloned().map(with_head).collect();
    let together = headed.concat();
    plain.into_iter().chain(headed).chain([together]).collect()
}

/// Damages an input in a few places.
fn damaged(seeds: &[Vec<u8>], chance: &mut Entropy) -> Vec<u8> {
    let below = |chance: &mut Entropy, limit: usize| {
        usize::try_from(chance.next_u64()).unwrap() % limit.max(1)
    };
    let mut octets = seeds[below(chance, seeds.len())].clone();
    for _ in 0..below(chance, 9) {
        let place = below(chance, octets.len() + 1).min(octets.len());
        match below(chance, 6) {
            0 => octets.truncate(place),
            1 => octets.insert(place, chance.octets::<1>()[0]),
            2 => octets.insert(place, SIGNS[below(chance, SIGNS.len())]),
            3 if place < octets.len() => octets[place] ^= 1 << below(chance, 8),
            4 => {
                let other = &seeds[below(chance, seeds.len())];
                octets.splice(place..place, other.iter().copied());
            }
            _ => {
                let piece = octets[place..].to_vec();
                octets.extend(piece);
            }
        }
        octets.truncate(OCTETS_MAX);
    }
    octets
}

#[rstest]
#[case("decode")]
#[case("listener")]
#[case("connector")]
#[case("scenario")]
#[case("profile")]
#[case("journal")]
#[case("capture")]
#[case("expectations")]
fn no_octets_do_harm(#[case] name: &str) {
    let (_, target) = TARGETS.into_iter().find(|(known, _)| *known == name).unwrap();
    let seeds = seeds(name);
    assert!(!seeds.is_empty());
    let asked = std::env::var("WIREPROOF_FUZZ_INPUTS").ok().and_then(|text| text.parse().ok());
    let mut chance = Entropy::from_seed([42; 32]);
    for _ in 0..asked.unwrap_or(INPUTS) {
        target(&damaged(&seeds, &mut chance));
    }
    target(&[]);
}

#[test]
fn every_target_is_tried_and_has_a_file_for_the_fuzzer() {
    for (name, _) in TARGETS {
        let file = root().join(format!("fuzz/fuzz_targets/{name}.rs"));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(text.contains("harness::fuzz::"), "{name}");
    }
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml: {name}");
    }
}
