//! `doctor` says of a profile what works, what is wrong and what to do; its exit code can be trusted.

use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::process::{Child, Stdio};

use rstest::rstest;

use crate::support::{Output, Scratch, program, root, wireproof_in};

/// The doctor's word on a profile of MNET with these lines.
fn doctor(name: &str, lines: &str) -> Output {
    let scratch = Scratch::new(name);
    scratch.write("no-script", "neither a program nor a script\n");
    scratch.write("p.yaml", format!("name: a subject\nprotocol: mnet\n{lines}\n"));
    wireproof_in(scratch.path(), ["doctor", "p.yaml"])
}

#[rstest]
#[case::there_is_no_such_program("missing", "command: [./no-such-program]", 4, "there is no `")]
#[case::it_is_no_program("not-executable", "command: [./no-script]", 4, "-> chmod +x")]
#[case::it_ends_by_itself(
    "dies",
    "command: [sh, -c, 'echo out of cheese; exit 3']",
    4,
    "-> the command must stay until it is asked to end"
)]
#[case::nobody_listens(
    "closed",
    "address: 127.0.0.1:9",
    4,
    "-> start the listener, or correct `address` in p.yaml"
)]
#[case::nothing_comes(
    "silent",
    "command: [sh, -c, 'exec sleep 30']\nstart: { within: 100 ms }",
    3,
    "WIREPROOF_ADDRESS"
)]
#[case::it_does_not_end(
    "hung",
    "command: [sh, -c, 'trap \"\" TERM; while :; do sleep 1; done']\nstart: { within: 100 ms }\nstop: { within: 200 ms }",
    1,
    "does not end within 200 ms of SIGTERM"
)]
#[case::it_does_not_flush(
    "unflushed",
    "control: true\nstart: { within: 500 ms }\ncommand: [sh, -c, 'cat >/dev/null; echo \"{\\\"type\\\":\\\"ready\\\"}\"']",
    4,
    "-> it says `ready` only when its standard input has ended: flush"
)]
#[case::it_does_not_read(
    "deaf",
    "control: true\nstart: { within: 500 ms }\ncommand: [sh, -c, 'exec sleep 30']",
    4,
    "-> read standard input line by line"
)]
#[case::it_prints_among_its_lines(
    "prints",
    "control: true\ncommand: [sh, -c, 'echo Listening; exec sleep 30']",
    4,
    "-> print nothing but control lines on standard output"
)]
#[case::the_profile_is_wrong("bad-profile", "comand: [x]", 2, "")]
fn what_is_wrong_is_said_with_what_to_do(
    #[case] name: &str,
    #[case] lines: &str,
    #[case] code: i32,
    #[case] says: &str,
) {
    let output = doctor(name, lines);
    assert_eq!(output.code, Some(code), "{}", output.shown());
    // Lines are broken at the width of the page.
    let text = output.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(says), "{}", output.shown());
}

/// The reference behind a socket; ended when it is dropped.
struct Served(Child, String);

impl Served {
    fn new(options: &[&str]) -> Self {
        let mut command = program(root());
        command.args(["serve", "mnet", "--listen", "127.0.0.1:0"]).args(options);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().find(|word| word.starts_with("127.0.0.1:"));
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}"));
        let address = address.trim_end_matches(|last: char| !last.is_ascii_digit()).to_owned();
        Self(child, address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _status = self.0.wait();
    }
}

#[rstest]
#[case::beyond_the_claim("text", 0, "works, with a warning: COOKIE expires at ")]
#[case::within_the_claim("edition", 1, "does not work: COOKIE expires at ")]
fn what_is_beyond_the_claim_is_a_warning(
    #[case] claims: &str,
    #[case] code: i32,
    #[case] says: &str,
) {
    let served = Served::new(&["--mutant", "expiration-in-milliseconds"]);
    let output = doctor(claims, &format!("address: {}\nclaims: {claims}", served.1));
    assert_eq!(output.code, Some(code), "{}", output.shown());
    let text = output.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(says) && text.contains("MNET-COOKIE-3"), "{}", output.shown());
}

#[test]
fn a_listener_that_conforms_is_well_and_its_reach_is_counted() {
    let served = Served::new(&[]);
    let output = doctor("well", &format!("address: {}", served.1));
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(output.out.contains("ok      1 address, listener"), "{}", output.shown());
    assert!(output.out.contains("all is well; next: wireproof run --subject p.yaml"));
    let number = |row: &str| -> usize {
        let line = output.out.lines().find(|line| line.trim_start().starts_with(row)).unwrap();
        line.trim_start()[row.len()..].split_whitespace().next().unwrap().parse().unwrap()
    };
    let rungs = ["1 address", "2 command", "3 control", "4 virtual time"].map(number);
    assert!(rungs.is_sorted() && rungs[0] > 50 && rungs[3] > rungs[2], "{rungs:?}");
}

#[test]
fn another_dialect_is_recognised() {
    let served = Served::new(&["--dialect", "byte_order=big"]);
    let output = doctor("dialect", &format!("address: {}", served.1));
    assert!(output.code == Some(1) || output.code == Some(3), "{}", output.shown());
    assert!(output.out.contains("`dialect: { byte_order: big }`"), "{}", output.shown());
}

#[test]
fn a_port_of_somebody_else_is_told_from_a_closed_one() {
    let somebody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = somebody.local_addr().unwrap();
    let output = doctor("somebody", &format!("address: {address}"));
    assert_eq!(output.code, Some(3), "{}", output.shown());
    assert!(output.out.contains(&format!("does it serve mnet at UDP {address}?")));
}
