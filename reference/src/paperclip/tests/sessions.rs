//! Open sessions: data through every flag and through loss, errors, heartbeats, ends.

use rstest::rstest;

use super::fragments::pattern;
use super::*;
use crate::paperclip::{Misuse, Widths};

#[rstest]
#[case(Widths::Table, 1)]
#[case(Widths::Deployed, 2)]
fn every_combination_of_flags_comes_through_loss(#[case] widths: Widths, #[case] seed: u8) {
    let config = Config { widths, ..Config::default() };
    let lengths = [0, 1, 988, 989, 100_000];
    for bits in 0..32_u8 {
        // Without RELIABLE nothing brings back what is lost.
        let flags = Flags::from_bits(bits << 3);
        let mut pair = Pair::open(&config);
        if flags.has(Flags::RELIABLE) {
            pair.network = storm(seed + bits);
        }
        for length in lengths {
            pair.write(Connector, &pattern(length), flags);
            pair.write(Listener, &pattern(length), flags);
            pair.run_for(Duration::from_secs(20));
        }
        for end in [Connector, Listener] {
            let heard = &pair.application(end).heard;
            let found: Vec<_> = heard.iter().map(|(data, _)| data.len()).collect();
            assert_eq!(found, lengths, "{flags} at {end:?}");
            for (data, seen) in heard {
                assert_eq!(*data, pattern(data.len()));
                assert_eq!(*seen | Flags::FRAG, flags | Flags::FRAG);
                assert!(seen.has(flags), "{flags} came as {seen}");
            }
            let id = pair.id(end).unwrap();
            assert_eq!(pair.endpoint(end).waiting(id), Some(0));
        }
    }
}

#[rstest]
#[case(65_530)]
#[case(32_760)]
fn sequence_ids_wrap_without_loss(#[case] first_sequence: u16) {
    let mut pair = Pair::open(&Config { first_sequence, ..Config::default() });
    pair.network = storm(9);
    for round in 0..40_u8 {
        pair.write(Connector, &[round; 20], Flags::RELIABLE);
        pair.run_for(millis(30));
    }
    pair.run_for(Duration::from_secs(20));
    let mut heard: Vec<_> = pair.at_listener.heard.iter().map(|(data, _)| data[0]).collect();
    heard.sort_unstable();
    assert_eq!(heard, (0..40).collect::<Vec<_>>());
}

#[rstest]
#[case::version(&[0x10, 0, 0, 9], &["ERROR 3.1"])]
#[case::code(&[0x05, 0, 0, 9], &["ERROR 3.2"])]
#[case::flags(&[0, 1, 0, 9], &["ERROR 3.3"])]
#[case::short(&[0, 0, 0], &["ERROR 3.0"])]
#[case::empty(&[], &["ERROR 3.0"])]
#[case::no_fragments(&[0, 8, 0, 9, 0, 0], &["ERROR 3.6"])]
#[case::a_fragment_beyond(&[0, 8, 0, 9, 1, 1], &["ERROR 3.5"])]
#[case::short_fragment(&[0, 8, 0, 9, 0, 2, 1], &["ERROR 3.0"])]
#[case::undecryptable(&[0, 0x10, 0, 9, 0, 1, 7], &["ERROR 3.7"])]
#[case::uninflatable(&[0, 0x20, 0, 9, 0xff], &["ERROR 3.8"])]
#[case::checksum(&[0, 0xc0, 0, 9, 0, 1, 7], &["ERROR 3.9"])]
#[case::void_ack(&[1, 0, 0, 9, 0x40, 0, 0xff, 0xff], &["ERROR 3.4"])]
#[case::error_of_another_version(&[0x14, 0, 0, 9, 0x39], &[])]
#[case::short_error(&[4], &[])]
#[case::error(&[4, 0, 0, 9, 0x39], &[])]
#[case::auth_without_certificate(&[2, 0, 0, 9, 0, 0, 0, 0], &["ERROR 3.0"])]
#[case::ping(&[3, 0, 0, 9, 0, 7], &["HEARTBEAT 1"])]
#[case::pong(&[3, 0, 0, 9, 1, 7], &[])]
#[case::reliable(&[0, 0x80, 0, 9], &["ACK 9 0000"])]
fn a_packet_is_answered_with(#[case] octets: &[u8], #[case] expected: &[&str]) {
    let mut pair = Pair::open(&Config::default());
    assert_eq!(pair.inject(Connector, octets), expected);
    pair.write(Connector, b"still there", Flags::RELIABLE);
    pair.run_for(millis(100));
    assert_eq!(pair.at_listener.heard.last().unwrap().0, b"still there");
}

#[test]
fn a_repeated_packet_is_acknowledged_again_and_delivered_once() {
    let mut pair = Pair::open(&Config::default());
    let packet = |sequence, data| Packet {
        flags: Flags::RELIABLE,
        data,
        ..Packet::new(sequence, Body::Default)
    };
    assert_eq!(pair.inject_packet(Connector, &packet(5, b"five")), ["ACK 5 0000"]);
    assert_eq!(pair.inject_packet(Connector, &packet(7, b"seven")), ["ACK 7 4000"]);
    assert_eq!(pair.inject_packet(Connector, &packet(5, b"five")), ["ACK 5 0000"]);
    assert_eq!(pair.inject_packet(Connector, &packet(6, b"six")), ["ACK 6 8000"]);
    let heard: Vec<_> = pair.at_listener.heard.iter().map(|(data, _)| data.as_slice()).collect();
    assert_eq!(heard, [&b"five"[..], b"seven", b"six"]);
}

#[test]
fn a_peer_that_acknowledges_nothing_is_given_up() {
    let mut pair = Pair::open(&Config::default());
    pair.network = silence();
    let before = pair.log.len();
    pair.write(Connector, b"anyone?", Flags::RELIABLE);
    pair.run_for(Duration::from_secs(25));
    assert_eq!(pair.at_connector.end, Some(Err(Failure::GivenUp)));
    let names = pair.names(before);
    assert_eq!(names.iter().filter(|name| *name == "DEFAULT 7").count(), 12);
    assert_eq!(names.last().unwrap(), "ERROR 2.0");
}

#[test]
fn a_silent_client_is_pinged_and_then_dropped() {
    let mut pair = Pair::open(&Config::default());
    pair.run_for(Duration::from_secs(500));
    assert_eq!(pair.at_listener.end, None);
    pair.network = silence();
    pair.run_for(Duration::from_secs(200));
    assert_eq!(pair.at_listener.end, Some(Err(Failure::Silent)));
    let pings = pair.log.iter().filter(|(_, by, octets)| *by == Listener && octets[0] == 3);
    assert!((16..=20).contains(&pings.count()));
}

#[rstest]
#[case(Connector, [4, 0, 0, 50, 0x22])]
#[case(Listener, [4, 0, 0, 50, 0x21])]
#[case(Connector, [4, 0, 0, 50, 0x20])]
fn a_disconnect_ends_the_session_and_late_packets_are_ignored(
    #[case] from: Role,
    #[case] disconnect: [u8; 5],
) {
    let mut pair = Pair::open(&Config::default());
    assert_eq!(pair.inject(from, &disconnect), [""; 0]);
    let end = if from == Connector { Listener } else { Connector };
    assert_eq!(pair.application(end).end, Some(Ok(())));
    assert_eq!(pair.inject(from, &[0x10, 0, 0, 51]), [""; 0]);
    assert_eq!(pair.inject(from, &[3, 0, 0, 52, 0]), [""; 0]);
    assert_eq!(pair.inject(from, &[0x10, 0, 0, 53, 0, 0, 0, 0]), [""; 0]);
}

#[rstest]
#[case([4, 0, 0, 50, 0x21])]
#[case([4, 0, 0, 50, 0x10])]
#[case([4, 0, 0, 50, 0x31])]
#[case([4, 0, 0, 50, 0x23])]
#[case([4, 0, 0, 50, 0x51])]
fn other_errors_change_nothing(#[case] error: [u8; 5]) {
    let mut pair = Pair::open(&Config::default());
    assert_eq!(pair.inject(Connector, &error), [""; 0]);
    assert_eq!(pair.at_listener.end, None);
}

#[test]
fn an_application_that_closes_tells_the_peer() {
    for (end, other) in [(Connector, Listener), (Listener, Connector)] {
        let mut pair = Pair::open(&Config::default());
        pair.close(end);
        pair.run_for(millis(100));
        assert_eq!(pair.application(end).end, Some(Ok(())));
        assert_eq!(pair.application(other).end, Some(Ok(())));
    }
}

#[test]
fn without_a_handshake_every_address_is_a_session_from_its_first_packet() {
    let mut pair = Pair::open(&bare());
    let id = pair.session;
    let refused = pair.connector.write(pair.now, id, b"x", Flags::ENCRYPTED);
    assert_eq!(refused, Err(Misuse::Flags { flags: Flags::ENCRYPTED }));
    pair.write(Connector, &pattern(5_000), Flags::RELIABLE | Flags::COMPRESSED);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.at_listener.heard.len(), 1);
    let auth = Packet::new(60, Body::Auth { key: b"key", certificate: None });
    assert_eq!(pair.inject_packet(Connector, &auth), [""; 0]);
    assert_eq!(pair.inject(Connector, &[0, 0x10, 0, 61, 0, 0]), ["ERROR 3.3"]);
    pair.close(Connector);
    pair.run_for(millis(100));
    assert_eq!(pair.inject(Connector, &[3, 0, 0, 62, 0]), [""; 0]);
}

#[test]
fn init_vectors_are_used_once_and_then_nothing_is_encrypted() {
    let mut config = Config::default();
    config.limits.init_vectors = 3;
    let mut pair = Pair::open(&config);
    for _ in 0..3 {
        pair.write(Connector, b"secret", Flags::ENCRYPTED);
        pair.write(Listener, b"secret", Flags::ENCRYPTED);
    }
    let id = pair.session;
    let refused = pair.connector.write(pair.now, id, b"secret", Flags::ENCRYPTED);
    assert_eq!(refused, Err(Misuse::InitVectorsSpent));
    let vectors: Vec<_> = pair
        .log
        .iter()
        .filter(|(_, _, octets)| octets[1] == 0x10)
        .map(|(_, _, octets)| u16::from_be_bytes([octets[4], octets[5]]))
        .collect();
    assert_eq!(vectors, [0, 32_768, 1, 32_769, 2, 32_770]);
}

#[test]
fn fragments_go_in_bursts() {
    let mut pair = Pair::open(&Config::default());
    let before = pair.log.len();
    pair.write(Connector, &pattern(100_000), Flags::NONE);
    assert_eq!(pair.log.len() - before, 16);
    pair.run_for(millis(100));
    assert_eq!(pair.at_listener.heard.len(), 1);
}
