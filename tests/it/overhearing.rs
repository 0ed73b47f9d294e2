//! `judge` finds what is wrong with either program of a recorded conversation, and nothing where nothing is.

use std::fs;

use crate::support::{Output, Scratch, wireproof_in};

/// A transfer of MNET between the subject and the reference, and what `judge` says of its capture.
fn overheard(scratch: &Scratch, scenario: &str, options: &str, judge: &str) -> Output {
    overheard_of("mnet", scratch, scenario, options, judge)
}

/// The same of any protocol.
fn overheard_of(
    protocol: &str,
    scratch: &Scratch,
    scenario: &str,
    options: &str,
    judge: &str,
) -> Output {
    let line = format!("run {protocol}/transfer/{scenario} --out r {options}");
    wireproof_in(scratch.path(), line.split_whitespace());
    let file = fs::read_dir(scratch.path().join("r/captures")).unwrap().next().unwrap().unwrap();
    let file = file.path().display().to_string();
    let line = format!("judge {file} --protocol {protocol} {judge}");
    wireproof_in(scratch.path(), line.split_whitespace())
}

#[test]
fn two_programs_that_conform_are_found_to_do_so_through_loss_and_in_their_own_dialect() {
    for role in ["listener", "connector"] {
        let scratch = Scratch::new("overheard");
        let options = format!("--role {role} --dialect byte_order=big --dialect tags=init");
        let scenario = "64-KiB-cross-both-ways-through-all-of-it";
        let output = overheard(&scratch, scenario, &options, "");
        assert_eq!(output.code, Some(0), "{role}: {}", output.shown());
        assert!(output.out.starts_with("mnet, byte_order=big tags=init (it fits best)\n"));
        assert_eq!(output.out.matches("put to the test, 0 broken").count(), 2, "{}", output.out);
    }
}

#[test]
fn what_is_encrypted_is_held_against_neither_program() {
    for role in ["server", "client"] {
        let scratch = Scratch::new("overheard-encrypted");
        let scenario = "all-flags-come-through-loss";
        let options = format!("--role {role}");
        let output = overheard_of("paperclip", &scratch, scenario, &options, "");
        assert_eq!(output.code, Some(0), "{role}: {}", output.shown());
        assert_eq!(output.out.matches("put to the test, 0 broken").count(), 2, "{}", output.out);
    }
}

#[test]
fn the_program_that_breaks_a_clause_is_named_and_the_other_is_not() {
    let scratch = Scratch::new("overheard-mutant");
    let scenario = "64-KiB-cross-both-ways-through-all-of-it";
    let options = "--role listener --mutant acknowledgement-goes-down";
    let output = overheard(&scratch, scenario, options, "");
    assert_eq!(output.code, Some(1), "{options}: {}", output.shown());
    let (before, listener) = output.out.split_once("\nlistener ").unwrap();
    assert!(listener.contains("fail MNET-DATA-2"), "{}", output.out);
    assert!(!before.contains("  fail "), "{}", output.out);
}

#[test]
fn the_listener_may_be_named_and_a_capture_of_something_else_is_refused() {
    let scratch = Scratch::new("overheard-listener");
    let scenario = "a-lost-INIT-does-no-harm-to-a-listener";
    let output = overheard(&scratch, scenario, "", "--listener 192.0.2.1:9");
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains("holds no conversation of mnet from its beginning"));
    let output = overheard(&scratch, scenario, "", "--dialect byte_order=big");
    assert_eq!(output.code, Some(1), "another dialect than theirs: {}", output.shown());
    let chat = wireproof_in(scratch.path(), ["judge", "r/results.json", "--protocol", "chat"]);
    assert_eq!(chat.code, Some(2), "{}", chat.shown());
}
