//! How far an encounter has come: what counts as done, and what is said where it is not.

use simulator::Fate;

use super::*;
use crate::journal::{HexOctets, Sent, Streamed};
use crate::protocol::by_name;
use crate::script::{Notice, Request};

fn progress(protocol: &str, talker: Option<Role>) -> Progress {
    let protocol = by_name(protocol).unwrap();
    let options = OptionChoice::default_for(protocol);
    let dialect = DialectChoice::default_for(protocol);
    Progress::new(protocol, &dialect, [&options, &options], talker)
}

/// A packet of this name, as the proxy sees it.
fn sent(progress: &Progress, by: Party, name: &str) -> What {
    let spec = progress.protocol.packets().iter().find(|spec| spec.name == name).unwrap();
    let octets = progress.protocol.encode(&progress.dialect, spec, &[]);
    let (from, to) = (([127, 0, 0, 1], 1).into(), ([127, 0, 0, 1], 2).into());
    What::Sent(Box::new(Sent {
        number: 1,
        by,
        from,
        to,
        message: name.to_owned(),
        occurrence: 1,
        fate: Fate::USUAL,
        reason: None,
        octets: HexOctets(octets),
    }))
}

fn delivered(octets: &[u8]) -> AppEvent {
    AppEvent::Delivered(HexOctets::from(octets))
}

#[test]
fn one_that_is_told_what_to_do_writes_has_all_of_it_back_in_any_pieces_and_closes() {
    let mut progress = progress("mnet", Some(Role::Connector));
    assert_eq!(progress.told(Role::Listener, &AppEvent::Opened), None, "the other side");
    let mut next = progress.told(Role::Connector, &AppEvent::Opened);
    let mut writes = 0;
    while let Some(Command::Write(octets)) = next {
        writes += 1;
        let (first, rest) = octets.split_at(octets.len() / 2);
        assert_eq!(progress.told(Role::Connector, &delivered(first)), None);
        next = progress.told(Role::Connector, &delivered(rest));
    }
    assert_eq!((writes, next), (3, Some(Command::Close)));
    assert_eq!(progress.state(), State::Going);
    assert_eq!(progress.told(Role::Connector, &AppEvent::Closed), None);
    assert_eq!(progress.state(), State::Done);
    assert_eq!(progress.conclude(), ("open, 4 of 4 done by the connector".to_owned(), None));
}

#[test]
fn what_comes_back_changed_or_not_at_all_is_said() {
    let mut changed = progress("mnet", Some(Role::Listener));
    changed.told(Role::Listener, &AppEvent::Opened);
    assert_eq!(changed.told(Role::Listener, &delivered(b"X")), None);
    assert_eq!(changed.state(), State::Failed);
    let (came, stopped) = changed.conclude();
    assert_eq!(came, "open, 0 of 4 done by the listener");
    assert_eq!(stopped.unwrap().1, "what came back differs from what was written at octet 0 of 1");

    let mut late = progress("mnet", Some(Role::Connector));
    late.told(Role::Connector, &AppEvent::Opened);
    late.late(Duration::from_secs(20));
    assert_eq!(
        late.conclude().1.unwrap().1,
        "the connector did not get its 1 octets back within 20 s"
    );

    let mut early = progress("mnet", Some(Role::Connector));
    early.told(Role::Connector, &AppEvent::Opened);
    early.told(Role::Connector, &AppEvent::Closed);
    let what = early.conclude().1.unwrap().1;
    assert_eq!(what, "the session was closed before the connector had its 1 octets back");
}

#[test]
fn two_that_cannot_be_told_anything_are_watched_until_a_session_is_open() {
    let (client, server) = (Party::Peer(0), Party::Subject);
    let mut watched = progress("mnet", None);
    for (by, name) in
        [(client, "INIT"), (server, "COOKIE"), (client, "INIT"), (client, "COOKIE-ECHO")]
    {
        watched.saw(&sent(&watched, by, name));
    }
    assert_eq!(watched.state(), State::Going);
    watched.saw(&sent(&watched, server, "COOKIE-ACK"));
    assert_eq!(watched.state(), State::Done);

    let mut refused = progress("mnet", None);
    refused.saw(&sent(&refused, client, "INIT"));
    refused.saw(&sent(&refused, server, "ABORT"));
    assert_eq!(refused.state(), State::Failed);
    let (side, what) = refused.conclude().1.unwrap();
    assert_eq!(side, Some(Role::Listener));
    assert_eq!(what, "the listener has sent ABORT after INIT of the connector");

    let mut silent = progress("mnet", None);
    silent.saw(&sent(&silent, client, "INIT"));
    silent.late(Duration::from_secs(2));
    let what = silent.conclude().1.unwrap().1;
    assert_eq!(what, "the listener sent no COOKIE after INIT of the connector within 2 s");
}

#[test]
fn packets_of_streams_are_seen_in_whatever_pieces_they_come() {
    let mut watched = progress("chat", None);
    for octets in [&b"\x01\xff"[..], &b"guest\0"[..]] {
        watched.saw(&What::StreamSent(Streamed {
            connection: 1,
            peer: 0,
            by: Party::Subject,
            offset: 0,
            part: StreamPart::Octets(HexOctets::from(octets)),
            fates: Vec::new(),
        }));
    }
    watched.late(Duration::from_secs(2));
    let what = watched.conclude().1.unwrap().1;
    assert_eq!(what, "the client sent no U2 after S1 of the server within 2 s");
}

#[test]
fn an_event_is_waited_for_with_its_values_and_others_are_told_of_when_it_does_not_come() {
    let mut chat = progress("chat", Some(Role::Connector));
    let Some(Command::Do(Request { verb, .. })) = chat.told(Role::Connector, &AppEvent::Opened)
    else {
        panic!("a client introduces itself");
    };
    assert_eq!(verb, "login");
    let replied = |codes: &[u64]| {
        let fields = [("to", serde_json::json!("login")), ("codes", serde_json::json!(codes))];
        AppEvent::Told(Notice { event: "replied".to_owned(), fields: fields.into() })
    };
    assert_eq!(chat.told(Role::Connector, &replied(&[3, 4, 3])), None);
    let mut granted = chat;
    assert!(granted.stopped.is_none());
    granted.late(Duration::from_secs(1));
    let what = granted.conclude().1.unwrap().1;
    assert!(
        what.contains("`replied` codes [3,3,3] to \"login\", but `replied` codes [3,4,3]"),
        "{what}"
    );

    let mut chat = progress("chat", Some(Role::Connector));
    chat.told(Role::Connector, &AppEvent::Opened);
    assert!(matches!(chat.told(Role::Connector, &replied(&[3, 3, 3])), Some(Command::Do(_))));
}

#[test]
fn a_client_that_has_nothing_more_to_do_may_end_and_a_crash_is_one_at_any_time() {
    use std::os::unix::process::ExitStatusExt;
    let (fine, crash) = (ExitStatus::from_raw(0), ExitStatus::from_raw(6));
    let mut watched = progress("mnet", None);
    for (by, name) in
        [(Party::Peer(0), "INIT"), (Party::Subject, "COOKIE"), (Party::Peer(0), "COOKIE-ECHO")]
    {
        watched.saw(&sent(&watched, by, name));
    }
    watched.saw(&sent(&watched, Party::Subject, "COOKIE-ACK"));
    assert_eq!(watched.ended(Role::Connector, fine, true), Ending::Clean);
    assert_eq!(watched.state(), State::Done);
    let crashed = Ending::Crashed { status: "signal 6 (SIGABRT)".to_owned() };
    assert_eq!(watched.ended(Role::Listener, crash, false), crashed);
    assert_eq!(watched.state(), State::Failed);

    let mut early = progress("mnet", None);
    assert_eq!(early.ended(Role::Connector, fine, true), Ending::Clean);
    let (side, what) = early.conclude().1.unwrap();
    assert_eq!(side, Some(Role::Connector));
    assert_eq!(what, "the connector has ended (exit status 0) before anything was said");
}
