//! Every row of the table of exit codes, by the program itself: code, output and errors together.

use std::net::UdpSocket;

use rstest::rstest;

use crate::support::{Output, Scratch, assert_shown, root, wireproof, wireproof_in};

/// A profile with these lines beside its name and protocol.
fn profile(lines: &str) -> String {
    format!("name: a subject\nprotocol: mnet\n{lines}\n")
}

/// Runs one scenario against the subject of a profile.
fn run_profile(name: &str, lines: &str) -> Output {
    let scratch = Scratch::new(name);
    scratch.write("profile.yaml", profile(lines));
    wireproof_in(scratch.path(), ["run", "mnet/open", "--subject", "profile.yaml"])
}

/// A port of the loopback interface at which nobody listens.
fn closed_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[rstest]
#[case::zero_when_everything_passes(
    "0-pass",
    "run mnet/close/a-SHUTDOWN-is-answered-with-SHUTDOWN-ACK",
    0
)]
#[case::zero_when_only_a_should_is_broken(
    "0-warn",
    "run mnet/wire/a-malformed-datagram-is-discarded --mutant aborts-on-a-malformed-packet",
    0
)]
#[case::zero_when_a_must_outside_the_claimed_grade_is_broken(
    "0-grade",
    "run mnet/data/a-repeat-is-acknowledged-again-and-delivered-once --mutant repeat-not-acknowledged --grade text",
    0
)]
#[case::one_when_a_must_is_broken(
    "1-fail",
    "run mnet/open/a-valid-echo-opens-the-session --mutant no-cookie-ack --format json --seed 3",
    1
)]
#[case::two_for_an_unknown_folder("2-unknown-folder", "run mnet/date", 2)]
#[case::two_for_an_unknown_scenario(
    "2-unknown-scenario",
    "run mnet/data/a-repeat-is-acknowledged-agian",
    2
)]
#[case::two_for_an_unknown_clause("2-unknown-clause", "run MNET-DATA-99", 2)]
#[case::two_for_a_pattern_without_a_match("2-unknown-pattern", "run *no-such-scenario*", 2)]
#[case::two_for_an_unknown_mutant("2-unknown-mutant", "run --mutant repeat-not-acknowleged", 2)]
#[case::two_for_an_unknown_option("2-unknown-option", "run --sed 1", 2)]
#[case::two_for_a_role_that_the_selection_does_not_have(
    "2-nothing-to-run",
    "run mnet/open/an-INIT-is-answered-with-a-COOKIE --role connector",
    2
)]
#[case::two_for_a_missing_profile("2-missing-profile", "run --subject no-such-profile.yaml", 2)]
#[case::two_for_a_missing_folder("2-missing-folder", "run --scenarios no-such-folder", 2)]
#[case::two_for_no_command("2-no-command", "", 2)]
#[case::three_when_nothing_can_be_judged(
    "3-silent",
    "run mnet/open/an-INIT-is-repeated-with-the-same-tag --null silent",
    3
)]
fn the_exit_code_is(#[case] name: &str, #[case] line: &str, #[case] code: i32) {
    let output = wireproof(line);
    assert_eq!(output.code, Some(code), "{}", output.shown());
    if name == "1-fail" {
        // The format is the matter of `evidence`.
        return;
    }
    assert_shown!(name, output);
}

#[rstest]
#[case::a_closed_port("4-closed-port", &format!("address: 127.0.0.1:{}", closed_port()))]
#[case::a_command_that_does_not_exist("4-no-such-command", "command: [no-such-program-anywhere]")]
#[case::a_command_that_dies_at_once(
    "4-dies-at-once",
    "command: [sh, -c, 'echo out of cheese; exit 3']"
)]
fn the_exit_code_is_4_and_the_reason_is_said_once(#[case] name: &str, #[case] lines: &str) {
    let output = run_profile(name, lines);
    assert_eq!(output.code, Some(4), "{}", output.shown());
    let reasons = ["nobody listens", "cannot start", "the subject ended before"];
    let said: usize = reasons
        .iter()
        .map(|reason| output.out.matches(reason).count() + output.err.matches(reason).count())
        .sum();
    assert_eq!(said, 1, "{}", output.shown());
    assert_shown!(name, output);
}

#[test]
fn the_exit_code_is_3_when_the_profile_offers_nothing_of_what_is_selected() {
    let scratch = Scratch::new("unsupported");
    scratch.write("profile.yaml", profile("command: [no-such-program-anywhere]"));
    let selector = "mnet/close/a-close-ends-cleanly-on-both-sides";
    let output = wireproof_in(scratch.path(), ["run", selector, "--subject", "profile.yaml"]);
    assert_eq!(output.code, Some(3), "{}", output.shown());
    assert_shown!("3-unsupported", output);
}

#[test]
fn the_exit_code_is_2_for_a_broken_scenario_though_others_are_whole() {
    let scratch = Scratch::new("one-broken");
    let whole = root().join("scenarios/mnet/data/DATA-before-the-start-is-dropped.yaml");
    scratch.write("mnet/data/whole.yaml", std::fs::read(whole).unwrap());
    scratch.write("mnet/data/broken.yaml", "title: a\nclauses: [MNET-DATA-1]\nstep: []\n");
    let output = wireproof_in(scratch.path(), ["run", "--scenarios", "."]);
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert_shown!("2-broken-scenario", output);
}

#[test]
fn many_failures_still_end_with_1() {
    let output = wireproof("run --null random --all-dialects --format json");
    let results: serde_json::Value = serde_json::from_str(&output.out).unwrap();
    let failures = results["totals"]["fail"].as_u64().unwrap();
    assert!(failures > 256 && output.code == Some(1), "{failures} failures: {:?}", output.code);
}

#[rstest]
#[case::a_clause("explain MNET-DATA-6", 0)]
#[case::a_packet("explain cookie-echo", 0)]
#[case::a_scenario("explain mnet/open/a-valid-echo-opens-the-session", 0)]
#[case::nothing_of_that_name("explain MNET-DATE-6", 2)]
#[case::a_packet_from_digits("decode mnet 04aabbcc", 0)]
#[case::a_packet_that_is_cut_short("decode mnet 04aabb", 1)]
#[case::digits_that_are_none("decode mnet 04zz", 2)]
#[case::no_digits("decode mnet", 2)]
#[case::no_such_protocol("decode mnat 00", 2)]
#[case::the_scenarios_of_a_clause("list MNET-DATA-6", 0)]
#[case::no_scenarios("list mnet/nothing", 2)]
#[case::a_schema("schema scenario", 0)]
#[case::no_such_schema("schema weather", 2)]
#[case::help("--help", 0)]
#[case::version("--version", 0)]
#[case::an_address_that_is_none("serve mnet --listen nowhere", 2)]
#[case::no_such_command("sing", 2)]
fn other_commands_end_with(#[case] line: &str, #[case] code: i32) {
    let output = wireproof(line);
    assert_eq!(output.code, Some(code), "{}", output.shown());
    // What was asked for is on standard output; why it was not given, on standard error.
    assert_eq!(output.err.is_empty(), code < 2, "{}", output.shown());
    assert_eq!(output.out.is_empty(), code == 2, "{}", output.shown());
}

#[test]
fn an_address_that_is_taken_ends_serve_with_4() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = wireproof_in(root(), ["serve", "mnet", "--listen", &address]);
    assert_eq!(output.code, Some(4), "{}", output.shown());
}
