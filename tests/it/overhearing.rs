//! `judge` finds what is wrong with either program of a recorded conversation, and nothing where nothing is.

use std::fs;

use harness::protocol::{Role, by_name};
use harness::{capture, recorded};

use crate::support::{Output, REFERENCE, Scratch, play, root, select, wireproof_in};

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
fn how_long_a_program_waits_before_it_repeats_is_not_held_against_it() {
    // The listener sends its octets again after 1.5 s: what its profile would say of that is not in the capture.
    let capture = root().join("tests/captures/mnet-repeats-after-1500-ms.pcapng");
    let file = capture.display().to_string();
    let scratch = Scratch::new("overheard-slow");
    let output = wireproof_in(scratch.path(), ["judge", &file, "--protocol", "mnet"]);
    assert!(output.out.contains("\nlistener "), "{}", output.shown());
    assert!(!output.out.contains("MNET-DATA-9"), "{}", output.shown());
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
    let none = wireproof_in(scratch.path(), ["judge", "r/results.json", "--protocol", "chat"]);
    assert_eq!(none.code, Some(2), "{}", none.shown());
}

/// What `judge` says of the capture of a run of one scenario of chat.
fn chat(scratch: &Scratch, scenario: &str, options: &str) -> Output {
    let line = format!("run {scenario} --out r {options}");
    wireproof_in(scratch.path(), line.split_whitespace());
    let file = fs::read_dir(scratch.path().join("r/captures")).unwrap().next().unwrap().unwrap();
    let file = file.path().display().to_string();
    wireproof_in(scratch.path(), ["judge", &file, "--protocol", "chat"])
}

#[test]
fn a_server_and_its_clients_are_judged_by_what_they_say_to_one_another() {
    let scratch = Scratch::new("overheard-chat");
    let scenario =
        "chat/messages/a-message-to-a-room-reaches-every-other-endpoint-there-and-nobody-else";
    let output = chat(&scratch, scenario, "--dialect codes=hex");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let (_, server) = output.out.split_once("\nserver ").unwrap();
    assert!(server.contains("put to the test, 0 broken"), "{}", output.out);
    let output = chat(&scratch, scenario, "--mutant user-and-alias-swapped");
    assert_eq!(output.code, Some(1), "{}", output.shown());
    let (clients, server) = output.out.split_once("\nserver ").unwrap();
    assert!(server.contains("fail CHAT-MSG-3"), "{}", output.out);
    assert!(!clients.contains("  fail "), "{}", output.out);
}

#[test]
fn nothing_is_held_against_the_reference_in_any_conversation_of_chat() {
    let chat = by_name("chat").unwrap();
    let played = play(&select(&["chat"]), REFERENCE);
    let mut judged = 0;
    for (case, journal) in played.cases() {
        let mut octets = Vec::new();
        capture::write(journal, false, &mut octets).unwrap();
        let capture = capture::read(&octets).unwrap();
        let mut sides = recorded::sides(chat, &capture, None);
        let dialect = recorded::assume(chat, &mut sides, Some(&journal.header.dialect));
        let is_server = journal.header.role == chat.word(Role::Listener);
        let subject = journal.header.address.unwrap().ip();
        let is_subject = |side: &&mut recorded::Side| {
            (side.role == Role::Listener) == is_server && side.address.ip() == subject
        };
        for side in sides.all.iter_mut().filter(is_subject) {
            let found = side.judge(chat, &dialect);
            let said: Vec<String> = found
                .violations
                .iter()
                .map(|(_, packet, it)| format!("{packet:?} {}: {}", it.clause, it.what))
                .collect();
            assert_eq!(said, Vec::<String>::new(), "{}", case.scenario);
            judged += usize::from(!found.exercised.is_empty());
        }
    }
    assert!(judged > 300, "{judged}");
}
