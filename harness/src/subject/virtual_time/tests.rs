//! Programs in virtual time, as far as a shell can play them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::protocol;
use crate::scenario::Application;

/// What comes of two datagrams for a program that is this shell script.
fn play(script: &str) -> (VirtualSubject, Trouble) {
    let line = CommandLine {
        program: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        environment: BTreeMap::new(),
        folder: PathBuf::from("."),
        control: false,
        virtual_time: true,
        start: Duration::from_secs(5),
        stop: Duration::from_secs(1),
    };
    let protocol = protocol::by_name("mnet").unwrap();
    let dialect = DialectChoice::default_for(protocol);
    let options = OptionChoice::default_for(protocol);
    let trouble = Trouble::default();
    let setup = SubjectSetup {
        dialect: &dialect,
        role: Role::Listener,
        options: &options,
        application: Application::Echo,
        given: &BTreeMap::new(),
        local: ([192, 0, 2, 1], 4000).into(),
        epoch: Duration::from_secs(1),
        seed: [1; 32],
        mutant: None,
    };
    let mut subject = VirtualSubject::begin(&line, protocol, "mnet/a/b", &setup, trouble.clone());
    for at in [1, 2] {
        let from = ([192, 0, 2, 2], 5000).into();
        subject.handle_datagram(Instant::from_nanos(at), from, &[1, 2, 3]);
    }
    (subject, trouble)
}

#[test]
fn each_line_is_answered_with_all_that_comes_of_it() {
    let answers = r#"read a; echo '{"timer":7000}'
        read b; echo '{"datagrams":[{"to":"192.0.2.2:5000","octets":"0a0b"}],"timer":9000}'
        read c; echo '{"datagrams":null,"events":[{"type":"opened","session":1}]}'; read d"#;
    let (mut subject, trouble) = play(answers);
    assert!(trouble.borrow().is_none());
    let sent = subject.poll_transmit().unwrap();
    assert_eq!((sent.to.port(), &*sent.octets), (5000, &[10, 11][..]));
    assert_eq!(subject.poll_event(), Some((1, AppEvent::Opened)));
    assert_eq!(subject.poll_timeout(), None);
    assert!(subject.poll_ending().is_none());
}

#[test]
fn a_program_that_ends_has_crashed_and_one_that_talks_nonsense_says_nothing() {
    let (mut subject, trouble) = play("read a; echo '{}'; read b; exit 3");
    assert_eq!(subject.poll_ending(), Some(Ending::Crashed { status: "exit status 3".to_owned() }));
    assert!(trouble.borrow().is_none());
    let wrong: BTreeSet<&str> = BTreeSet::from([
        "read a; echo hello; read b",
        r#"read a; echo '{"timer":"soon"}'; read b"#,
        r#"read a; echo '{"type":"unknown","got":"begin"}'; read b"#,
        r#"read a; echo '{"events":[{"type":"closed","session":4}]}'; read b"#,
    ]);
    for script in wrong {
        let (mut subject, trouble) = play(script);
        assert!(matches!(*trouble.borrow(), Some(EngineError::Control { .. })), "{script}");
        assert!(subject.poll_transmit().is_none());
    }
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let trouble = play("exec /nowhere/at/all").1;
    let trouble = trouble.borrow();
    // The shell starts, and ends before it has answered anything.
    assert!(matches!(*trouble, Some(EngineError::Died { .. })), "{trouble:?}");
}
