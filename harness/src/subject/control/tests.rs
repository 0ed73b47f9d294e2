//! Messages, numbers of sessions, and lines through pipes.

use std::os::fd::OwnedFd;

use insta::assert_snapshot;
use tokio::net::unix::pipe;

use super::lines::Lines;
use super::*;
use crate::protocol::{EventSpec, ParameterKind, ParameterSpec, Role, mnet::Mnet};
use crate::scenario::Application;
use crate::script::{Notice, Request};

const TOLD: &[EventSpec] = &[EventSpec {
    name: "message",
    fields: &[
        ParameterSpec::required("octets", ParameterKind::Octets),
        ParameterSpec::required("flags", ParameterKind::Words(&["reliable", "checksum"])),
    ],
}];

fn said(line: &str) -> Result<FromSubject, String> {
    FromSubject::parse(line.as_bytes(), TOLD)
}

#[test]
fn hello_says_everything_on_one_line() {
    let dialect = DialectChoice::default_for(&Mnet);
    let options = OptionChoice::default_for(&Mnet);
    let given = BTreeMap::from([("start-offset".to_owned(), serde_json::json!(7))]);
    let part = Part {
        protocol: "mnet",
        events: &[],
        scenario: "mnet/data/a",
        role: "listener",
        dialect: &dialect,
        options: &options,
        application: Application::Control,
        given: &given,
        address: Some("[::1]:40001".parse().unwrap()),
        peer: None,
    };
    let line =
        |part: &Part<'_>| String::from_utf8(ToSubject::Hello(Hello::of(part)).line()).unwrap();
    assert_eq!(
        line(&part),
        "{\"type\":\"hello\",\"version\":1,\"protocol\":\"mnet\",\"role\":\"listener\",\
         \"dialect\":{\"byte_order\":\"little\",\"tags\":\"sender\"},\"address\":\"[::1]:40001\",\
         \"application\":\"control\",\"given\":{\"start-offset\":7},\"scenario\":\"mnet/data/a\"}\n"
    );
    let connector = Part { role: "connector", address: None, ..part };
    assert!(!line(&connector).contains("address"));
}

#[test]
fn commands_are_lines_and_much_is_written_in_pieces() {
    let lines = |command: &Command| -> Vec<String> {
        let lines = ToSubject::of_command(command, 2);
        lines.iter().map(|line| String::from_utf8(line.line()).unwrap()).collect()
    };
    let peer = "127.0.0.1:5000".parse().unwrap();
    assert_eq!(lines(&Command::Open(peer)), ["{\"type\":\"open\",\"peer\":\"127.0.0.1:5000\"}\n"]);
    assert_eq!(
        lines(&Command::Write(HexOctets(b"hi".to_vec()))),
        ["{\"type\":\"write\",\"session\":2,\"octets\":\"6869\"}\n"]
    );
    assert_eq!(lines(&Command::Close), ["{\"type\":\"close\",\"session\":2}\n"]);
    assert_eq!(lines(&Command::Abort), ["{\"type\":\"abort\",\"session\":2}\n"]);
    let much = lines(&Command::Write(HexOctets(vec![7; 1_000_000])));
    assert_eq!(much.len(), 16);
    assert!(much.iter().all(|line| line.len() < LINE_MAX));
}

#[test]
fn what_a_subject_says_is_read_and_keys_that_are_not_known_are_passed_over() {
    assert_eq!(
        said(r#"{"type":"opened","session":1,"peer":"127.0.0.1:5000"}"#),
        Ok(FromSubject::Opened { session: 1 })
    );
    assert_eq!(
        said(r#"{"session":3,"octets":"6869","type":"delivered"}"#).unwrap().event(),
        Ok((3, AppEvent::Delivered(HexOctets(b"hi".to_vec()))))
    );
    assert_eq!(
        said(r#"{"type":"failed","session":1}"#).unwrap().event(),
        Ok((1, AppEvent::Failed(String::new())))
    );
    assert_eq!(
        said("{\"type\":\"ready\"}\r"),
        Ok(FromSubject::Ready { name: None, address: None })
    );
}

#[test]
fn every_other_line_is_refused_with_a_reason() {
    let refused = |line: &str| said(line).unwrap_err();
    assert_snapshot!(refused("Listening on port 4000"), @"this is not JSON (expected value at line 1 column 1)");
    assert_snapshot!(refused(""), @"this is not JSON (EOF while parsing a value at line 1 column 0)");
    assert_snapshot!(refused("[1]"), @"this is not a JSON object");
    assert_snapshot!(refused("{}"), @"missing field `type`");
    assert_snapshot!(refused(r#"{"type":"hello"}"#), @"unknown variant `hello`, expected one of `ready`, `unsupported`, `unknown`, `opened`, `delivered`, `closed`, `failed`, `log`");
    assert_snapshot!(refused(r#"{"type":"closed"}"#), @"missing field `session`");
    assert_snapshot!(refused(r#"{"type":"delivered","session":1,"octets":"6x"}"#), @"'x' at 1 is not a hexadecimal digit");
    assert!(refused(&"[".repeat(10_000)).contains("recursion limit"));
    assert!(FromSubject::parse(b"{\"type\":\"log\",\"text\":\"\xff\"}", &[]).is_err());
}

#[test]
fn a_listeners_sessions_are_numbered_as_they_open() {
    let mut sessions = Sessions::new(Role::Listener);
    assert_eq!(sessions.current(), None);
    assert_snapshot!(sessions.event(1, &AppEvent::Closed).unwrap_err(), @"there is no session 1: none has come into being");
    assert_snapshot!(sessions.event(0, &AppEvent::Opened).unwrap_err(), @"session 0 is opened, and the next one has number 1");
    sessions.event(1, &AppEvent::Opened).unwrap();
    sessions.event(2, &AppEvent::Opened).unwrap();
    sessions.event(1, &AppEvent::Closed).unwrap();
    assert_eq!(sessions.current(), Some(2));
    assert_snapshot!(sessions.event(3, &AppEvent::Closed).unwrap_err(), @"there is no session 3: the last one has number 2");
}

#[test]
fn verbs_and_events_of_a_protocol_carry_what_it_declares() {
    let parameters = [("octets", "6869".into())].into();
    let command = Command::Do(Request { verb: "write".to_owned(), parameters });
    let [line] = &ToSubject::of_command(&command, 2)[..] else { panic!("one line") };
    assert_eq!(line.line(), b"{\"type\":\"write\",\"session\":2,\"octets\":\"6869\"}\n");

    let told =
        said(r#"{"type":"message","session":1,"octets":"4A","flags":["reliable"],"more":1}"#);
    let fields = [("octets", "4a".into()), ("flags", vec!["reliable"].into())].into();
    let notice = Notice { event: "message".to_owned(), fields };
    assert_eq!(told, Ok(FromSubject::Told { session: 1, notice: notice.clone() }));
    assert_eq!(told.unwrap().event(), Ok((1, AppEvent::Told(notice))));
    let Ok(FromSubject::Told { notice, .. }) =
        said(r#"{"type":"message","session":1,"octets":"4a"}"#)
    else {
        panic!("a set of words that is left out is empty");
    };
    assert_eq!(notice.fields.get("flags"), Some(&serde_json::json!([])));
    let wrong = |line: &str| said(line).unwrap_err();
    assert_eq!(wrong(r#"{"type":"message","session":1,"flags":[]}"#), "`octets` is missing");
    assert_eq!(
        wrong(r#"{"type":"message","session":1,"octets":"4a","flags":["loud"]}"#),
        "`flags` is not a list of these words: reliable, checksum"
    );
}

#[test]
fn a_connectors_sessions_are_numbered_as_it_is_told_to_open_them() {
    let mut sessions = Sessions::new(Role::Connector);
    sessions.event(2, &AppEvent::Opened).unwrap_err();
    assert_eq!(sessions.open(), 1);
    assert_eq!(sessions.current(), None, "commands wait until the subject has told of it");
    sessions.event(1, &AppEvent::Failed("nobody".into())).unwrap();
    assert_eq!(sessions.current(), Some(1));
    sessions.event(3, &AppEvent::Opened).unwrap_err();
}

/// Lines with the subject's ends of their pipes.
fn pipes() -> (Lines, std::io::PipeReader, std::io::PipeWriter) {
    let (input, ours) = std::io::pipe().unwrap();
    let to = pipe::Sender::from_owned_fd(OwnedFd::from(ours)).unwrap();
    let (ours, output) = std::io::pipe().unwrap();
    let from = pipe::Receiver::from_owned_fd(OwnedFd::from(ours)).unwrap();
    (Lines::new(to, from, &[]), input, output)
}

#[tokio::test]
async fn lines_come_one_by_one_however_they_were_written() {
    use std::io::Write;
    let (mut lines, _input, mut output) = pipes();
    output.write_all(b"{\"type\":\"log\",\"text\":\"a\"}\n{\"type\":\"log\",\"te").unwrap();
    let log = |text: &str| Ok(FromSubject::Log { text: text.to_owned() });
    assert_eq!(lines.next().await, log("a"));
    assert_eq!(lines.try_next(), None);
    output.write_all(b"xt\":\"b\"}\noops\n{\"type\":").unwrap();
    assert_eq!(lines.next().await, log("b"));
    assert_eq!(
        lines.next().await.unwrap_err().to_string(),
        "control line 3: this is not JSON (expected value at line 1 column 1): `oops`"
    );
    drop(output);
    assert_eq!(lines.next().await, Err(ControlError::Closed { lines: 3 }));
    assert_eq!(lines.next().await, Err(ControlError::Closed { lines: 3 }));
}

#[tokio::test]
async fn a_line_without_an_end_is_refused_and_takes_no_more_than_its_limit() {
    use std::io::Write;
    let (mut lines, _input, mut output) = pipes();
    let writer = std::thread::spawn(move || while output.write_all(&[b'x'; 5000]).is_ok() {});
    let error = lines.next().await.unwrap_err();
    assert!(matches!(error, ControlError::TooLong { number: 1, .. }), "{error}");
    drop(lines);
    writer.join().unwrap();
}

#[tokio::test]
async fn what_is_not_read_waits_within_bounds_and_what_is_read_is_whole() {
    use std::io::{BufRead, BufReader};
    let (mut lines, input, output) = pipes();
    let line = ToSubject::Write { session: 1, octets: HexOctets(vec![0xab; 300_000]) };
    lines.say(&line).unwrap();
    lines.say_last(&ToSubject::Stop);
    let reader = std::thread::spawn(move || {
        // Keeps the output open until all is read.
        let _output = output;
        BufReader::new(input).lines().map(|line| line.unwrap().len()).collect::<Vec<_>>()
    });
    assert!(matches!(lines.next().await, Err(ControlError::Closed { .. })));
    assert_eq!(reader.join().unwrap(), [600_040, 15]);

    let (mut deaf, _input, _output) = pipes();
    let told = (0..200).find_map(|_| deaf.say(&line).err());
    assert!(matches!(told, Some(ControlError::Deaf { .. })));
}
