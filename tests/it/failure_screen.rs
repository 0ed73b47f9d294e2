//! What people see: the screens of failures, the summary, explanations, decoded packets, colours.

use std::fmt::Write as _;
use std::io::Read as _;
use std::process::Stdio;

use rstest::rstest;

use crate::support::{assert_shown, program, root, wireproof};

#[rstest]
#[case::a_step_that_waits_in_vain(
    "screen-of-a-step",
    "run mnet/data/a-repeat-is-acknowledged-again-and-delivered-once --mutant repeat-not-acknowledged --role listener"
)]
#[case::a_packet_that_may_not_come(
    "screen-of-a-packet",
    "run mnet/open/an-echo-with-a-changed-HMAC-opens-nothing --mutant hmac-not-checked"
)]
#[case::octets_that_a_monitor_sees(
    "screen-of-a-monitor",
    "run mnet/close/a-SHUTDOWN-is-answered-with-SHUTDOWN-ACK --mutant data-trailing-octet --role connector --dialect byte_order=big"
)]
#[case::what_the_application_receives(
    "screen-of-an-application",
    "run mnet/data/an-overlap-is-never-delivered-twice --mutant overlap-delivered-twice --role listener"
)]
#[case::a_transfer(
    "screen-of-a-transfer",
    "run mnet/transfer/64-KiB-come-back-whole-through-loss --mutant never-retransmits"
)]
#[case::further_failures_of_one_scenario(
    "screens-of-two-roles",
    "run mnet/data/DATA-before-the-start-is-dropped --mutant takes-data-before-offset-zero"
)]
fn a_failure_is_one_screen(#[case] name: &str, #[case] line: &str) {
    let output = wireproof(line);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    assert_shown!(name, output);
}

#[rstest]
#[case::the_summary_of_a_part(
    "summary-of-a-part",
    "run mnet/data/what-is-written-arrives-once-and-in-order mnet/data/an-overlap-is-never-delivered-twice --role listener --verbose"
)]
#[case::the_list("list", "list mnet/transfer")]
#[case::a_clause("explain-a-clause", "explain MNET-DATA-6")]
#[case::a_packet("explain-a-packet", "explain COOKIE")]
#[case::a_scenario("explain-a-scenario", "explain mnet/open/an-expired-echo-opens-nothing")]
fn what_is_asked_for_is_shown(#[case] name: &str, #[case] line: &str) {
    let output = wireproof(line);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert_shown!(name, output);
}

#[test]
fn a_run_ends_with_a_summary() {
    let output = wireproof("run");
    assert_eq!(output.code, Some(0), "{}", output.shown());
    // How many there are changes with every scenario; that all of them pass is in the exit code.
    assert_shown!(
        "summary",
        output,
        [
            (r"\d+ pass  \(\d+ cases of \d+ scenarios", "[n] pass  ([n] cases of [n] scenarios"),
            (r" +\d+ of +\d+ pass", "  [n] of [n] pass"),
        ]
    );
}

#[test]
fn every_packet_is_decoded_field_by_field() {
    let packets = [
        "00 aaaaaa 05000000 00000000 0500 68656c6c6f",
        "01 4d4e4554 01 aaaaaa",
        "02 bbbbbb aaaaaa 01 3c000000 000102030405060708090a0b0c0d0e0f10111213",
        "03 bbbbbb aaaaaa 01 3c000000 000102030405060708090a0b0c0d0e0f10111213",
        "04 bbbbbb",
        "05 aaaaaa 07000000",
        "06 bbbbbb",
        "07 aaaaaa",
        "08 aaaaaa",
        "00 aaaaaa 00000005 00000000 0005 68656c6c6f",
        "09 aaaaaa",
    ];
    let mut shown = packets.map(|packet| wireproof(&format!("decode mnet {packet}"))).into_iter();
    let mut all = shown.next().unwrap();
    for output in shown {
        write!(all.out, "exit code: {}\n{}", output.code.unwrap(), output.out).unwrap();
        all.err.push_str(&output.err);
    }
    assert_shown!("decode", all);
}

/// Standard output of the program with this variable and these options.
fn output_with(variable: Option<(&str, &str)>, line: &str) -> String {
    let mut command = program(root());
    command.args(line.split_whitespace()).envs(variable);
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[rstest]
#[case::not_into_a_pipe(None, "run mnet/wire", false)]
#[case::when_asked_for(None, "run mnet/wire --color always", true)]
#[case::not_when_forbidden(None, "run mnet/wire --color never", false)]
#[case::not_with_no_color(Some(("NO_COLOR", "1")), "run mnet/wire", false)]
#[case::what_is_typed_wins(Some(("NO_COLOR", "1")), "run mnet/wire --color always", true)]
fn output_is_coloured(
    #[case] variable: Option<(&str, &str)>,
    #[case] line: &str,
    #[case] coloured: bool,
) {
    let text = output_with(variable, line);
    assert_eq!(text.contains('\u{1b}'), coloured, "{text}");
    assert!(text.contains("reference"), "{text}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = program(root())
        .args(["run", "mnet/data", "--mutant", "repeat-not-acknowledged", "--verbose"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The pipe is closed before anything was read.
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "the verdict is still told");
    assert_eq!(err, "");
}
