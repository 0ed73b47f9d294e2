//! Handshakes: in any order, through loss, and those that fail.

use rstest::rstest;

use super::*;
use crate::paperclip::{ErrorCode, KeyPair, Limits};

/// A certificate of the folder beside.
macro_rules! certificate {
    ($name:literal) => {
        include_bytes!(concat!("certificates/", $name, ".der")).to_vec()
    };
}

#[test]
fn a_handshake_takes_four_packets() {
    let pair = Pair::open(&Config::default());
    assert_eq!(pair.names(0), ["AUTH", "AUTH", "ACK 0 0000", "ACK 0 0000"]);
}

#[test]
fn a_handshake_comes_through_the_loss_of_any_packet() {
    for lost in 0..4 {
        let mut pair = Pair::new(&Config::default());
        pair.network =
            Box::new(
                move |_, number, _| {
                    if number / 2 == lost && number % 2 == 0 { vec![] } else { vec![LATENCY] }
                },
            );
        pair.run_for(Duration::from_secs(5));
        assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1), "{lost}");
    }
}

#[test]
fn a_handshake_comes_through_storms_and_in_any_order() {
    for seed in 0..20 {
        let mut pair = Pair::new(&Config::default());
        pair.network = storm(seed);
        pair.run_for(Duration::from_secs(20));
        assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1), "{seed}");
        assert_eq!(pair.elsewhere, []);
    }
}

#[test]
fn nobody_answers() {
    let mut pair = Pair::new(&Config::default());
    pair.network = silence();
    pair.run_for(Duration::from_mins(1));
    let mut expected = vec!["AUTH"; 6];
    expected.push("ERROR 1.0");
    assert_eq!(pair.names(0), expected);
    let failure = Failure::Handshake(ErrorCode::CONNECTION);
    assert_eq!(pair.at_connector.end, Some(Err(failure)));
}

#[test]
fn a_full_server_says_so() {
    let limits = Limits { sessions: 0, ..Limits::default() };
    let server = Config { limits, ..Config::default() };
    let mut pair = Pair::with(&Config::default(), &server);
    pair.run_for(millis(100));
    assert_eq!(pair.names(0), ["AUTH", "ERROR 1.1"]);
    assert_eq!(pair.at_connector.end, Some(Err(Failure::Refused(ErrorCode::NO_SPACE))));
}

#[rstest]
#[case::good(Some(certificate!("leaf-p256-sha256")), None)]
#[case::expired(Some(certificate!("leaf-expired")), Some(ErrorCode::CERTIFICATE_INVALID))]
#[case::untrusted(Some(certificate!("leaf-by-intermediate")), Some(ErrorCode::CERTIFICATE_INVALID))]
#[case::missing(None, Some(ErrorCode::CERTIFICATE_INVALID))]
fn a_side_with_anchors_looks_at_the_certificate(
    #[case] certificate: Option<Vec<u8>>,
    #[case] expected: Option<ErrorCode>,
) {
    let shows = Config { certificate, ..Config::default() };
    let looks = Config { anchors: vec![certificate!("anchor-p256")], ..Config::default() };
    let failure = expected.map(|code| Err(Failure::Refused(code)));
    let mut pair = Pair::with(&shows, &looks);
    pair.run_for(millis(100));
    assert_eq!(pair.at_connector.end, failure);
    let mut pair = Pair::with(&looks, &shows);
    pair.run_for(millis(100));
    assert_eq!(pair.at_connector.end, expected.map(|code| Err(Failure::Handshake(code))));
}

/// A client's AUTH with the key of another pair.
fn auth(key: &KeyPair) -> Packet<'_> {
    Packet::new(0, Body::Auth { key: key.public(), certificate: None })
}

#[test]
fn a_key_that_is_not_on_the_curve_ends_the_handshake() {
    let mut pair = Pair::new(&Config::default());
    pair.network = silence();
    let packet = Packet::new(0, Body::Auth { key: b"no key", certificate: None });
    assert_eq!(pair.inject_packet(Connector, &packet), ["ERROR 1.0"]);
    assert_eq!(pair.listener.sessions(), 0);
}

#[test]
fn a_wrong_finished_ends_the_handshake() {
    let mut pair = Pair::new(&Config::default());
    pair.network = silence();
    let key = KeyPair::generate(&mut Entropy::from_seed([8; 32]));
    assert_eq!(pair.inject_packet(Connector, &auth(&key)), ["AUTH", "ACK 0 0000"]);
    let ack = |data| Packet { data, ..Packet::new(1, Body::Ack { id: 0, bits: 0 }) };
    assert_eq!(pair.inject_packet(Connector, &ack(b"")), [""; 0]);
    assert_eq!(pair.inject_packet(Connector, &auth(&key)), ["AUTH", "ACK 0 0000"]);
    assert_eq!(pair.inject(Connector, &[3, 0, 0, 2, 0]), [""; 0]);
    assert_eq!(pair.inject_packet(Connector, &ack(b"wrong")), ["ERROR 1.3"]);
    assert_eq!(pair.listener.sessions(), 0);
    assert_eq!(pair.at_listener.opened, 0);
}

#[test]
fn a_repeated_auth_is_answered_after_the_session_is_open() {
    let mut pair = Pair::open(&Config::default());
    let (first, answer) = (pair.log[0].2.clone(), pair.log[1].2.clone());
    let before = pair.log.len();
    assert_eq!(pair.inject(Connector, &first), ["AUTH", "ACK 0 0000"]);
    assert_eq!(pair.log[before].2, answer);
    assert_eq!(pair.inject(Listener, &answer), ["ACK 0 0000"]);
    assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1));
}

#[test]
fn another_key_replaces_an_open_session_only_when_its_finished_is_good() {
    let mut pair = Pair::open(&Config::default());
    let key = KeyPair::generate(&mut Entropy::from_seed([8; 32]));
    pair.network = silence();
    let before = pair.log.len();
    assert_eq!(pair.inject_packet(Connector, &auth(&key)), ["AUTH", "ACK 0 0000"]);
    let widths = pair.config.widths;
    let answer = pair.log[before].2.clone();
    let Body::Auth { key: theirs, .. } = Packet::decode(&answer, widths, Flags::ALL).unwrap().body
    else {
        panic!("{answer:?} is no AUTH")
    };
    let finished = key.agree(theirs).unwrap().finished();
    let ack = |data| Packet { data, ..Packet::new(1, Body::Ack { id: 0, bits: 0 }) };
    // The old session goes on while a wrong one fails.
    assert_eq!(pair.inject_packet(Connector, &ack(b"wrong")), ["ERROR 1.3"]);
    let ping = Packet::new(40, Body::Heartbeat { value: 0 });
    assert_eq!(pair.inject_packet(Connector, &ping), ["HEARTBEAT 1"]);
    assert_eq!(pair.at_listener.end, None);
    assert_eq!(pair.inject_packet(Connector, &auth(&key)), ["AUTH", "ACK 0 0000"]);
    assert_eq!(pair.inject_packet(Connector, &ack(&finished)), ["ERROR 1.3"]);
    assert_eq!(pair.at_listener.end, None, "the proof was for another of the server's keys");
    let before = pair.log.len();
    pair.inject_packet(Connector, &auth(&key));
    let answer = pair.log[before].2.clone();
    let Body::Auth { key: theirs, .. } = Packet::decode(&answer, widths, Flags::ALL).unwrap().body
    else {
        panic!("{answer:?} is no AUTH")
    };
    let finished = key.agree(theirs).unwrap().finished();
    assert_eq!(pair.inject_packet(Connector, &ack(&finished)), [""; 0]);
    assert_eq!(pair.at_listener.end, Some(Err(Failure::Replaced)));
    assert_eq!(pair.elsewhere.len(), 1);
    assert_eq!(pair.listener.sessions(), 1);
}
