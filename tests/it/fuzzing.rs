//! A subject that does not bear a wrong packet is found, what is found fails again, and a conforming one is never accused.

use std::fs;

use rstest::rstest;

use crate::support::{Output, Scratch, root, wireproof_in};

/// A subject that bears everything but a DATA that counts more octets than it has.
const FRAGILE: &str = r#"
import json, os, subprocess, sys

how, command = sys.argv[1], [sys.executable, sys.argv[2]]
sound = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
deaf = False
for line in sys.stdin:
    said = json.loads(line)
    deaf = deaf and said["type"] != "begin"
    if said["type"] == "datagram":
        octets = bytes.fromhex(said["octets"])
        if octets[:1] == b"\0" and int.from_bytes(octets[12:14], "little") > len(octets[14:]):
            if how == "crash":
                os._exit(3)
            deaf = True
    sound.stdin.write(line)
    sound.stdin.flush()
    answer = sound.stdout.readline()
    print("{}" if deaf else answer.strip(), flush=True)
"#;

/// Writes the subject that breaks in this way, with its profile.
fn fragile(scratch: &Scratch, how: &str) {
    let sound = root().join("tests/subjects/mnet_subject.py");
    let command = format!("[python3, fragile.py, {how}, \"{}\"]", sound.display());
    let profile = format!(
        "name: fragile\nprotocol: mnet\nroles: [listener]\ncommand: {command}\nvirtual-time: true\n"
    );
    scratch.write("fragile.py", FRAGILE);
    scratch.write("fragile.yaml", profile);
}

/// Runs the line again that a failure names.
fn run_again(scratch: &Scratch, output: &Output) -> Output {
    let again = output.out.lines().find_map(|line| line.trim().strip_prefix("again"));
    let words = again.unwrap_or_default().split_whitespace().skip(1);
    wireproof_in(scratch.path(), words)
}

#[rstest]
#[case("mnet")]
#[case("paperclip")]
#[case("chat")]
fn the_reference_bears_every_input(#[case] protocol: &str) {
    let scratch = Scratch::new("fuzzing-reference");
    let output = wireproof_in(scratch.path(), ["fuzz", protocol, "--inputs", "2000"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(output.out.contains("2,000 inputs, none fails"), "{}", output.shown());
}

#[rstest]
#[case("crash", "found by a crash", "exit status 3")]
#[case("deaf", "MNET-WIRE-4, found by a monitor", "no COOKIE after a malformed datagram")]
fn a_subject_that_breaks_is_found_and_reduced(
    #[case] how: &str,
    #[case] found: &str,
    #[case] what: &str,
) {
    let scratch = Scratch::new("fuzzing-fragile");
    fragile(&scratch, how);
    let output = wireproof_in(scratch.path(), ["fuzz", "mnet", "--subject", "fragile.yaml"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    for part in [found, what, "steps are enough", "the reference   pass"] {
        assert!(output.out.contains(part), "no `{part}`: {}", output.shown());
    }
    let written = fs::read_dir(scratch.path().join("found/mnet/found")).unwrap();
    assert_eq!(written.count(), 2, "the scenario and its journal");
    let again = run_again(&scratch, &output);
    assert_eq!(again.code, Some(1), "{}\n{}", output.shown(), again.shown());
    assert!(again.out.contains(what), "{}", again.shown());
}

#[test]
fn the_first_failure_depends_on_the_seed_alone() {
    let scratch = Scratch::new("fuzzing-jobs");
    fragile(&scratch, "crash");
    let found = |jobs: &str| {
        let words = ["fuzz", "mnet", "--subject", "fragile.yaml", "--seed", "7", "--jobs", jobs];
        let output = wireproof_in(scratch.path(), words);
        let from = output.out.find("\ninput ").unwrap_or_else(|| panic!("{}", output.shown()));
        output.out[from..].to_owned()
    };
    assert_eq!(found("1"), found("3"));
}

#[test]
fn wrong_arguments_end_with_2_and_say_what_to_do() {
    let scratch = Scratch::new("fuzzing-arguments");
    fragile(&scratch, "crash");
    for (words, says) in [
        (&["fuzz", "mnat"][..], "mnet"),
        (&["fuzz", "mnet", "--mutant", "never-retransmit"], "never-retransmits"),
        (&["fuzz", "chat", "--subject", "fragile.yaml"], "is of mnet, not chat"),
        (&["fuzz", "mnet", "--for", "soon"], "--for"),
        (&["fuzz", "mnet", "--for", "1s", "--inputs", "3"], "cannot be used with"),
    ] {
        let output = wireproof_in(scratch.path(), words.iter().copied());
        assert_eq!(output.code, Some(2), "{words:?}: {}", output.shown());
        assert!(output.shown().contains(says), "{words:?}: {}", output.shown());
    }
}
