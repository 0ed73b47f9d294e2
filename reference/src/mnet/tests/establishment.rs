//! How sessions open.

use super::*;
use crate::Role;
use crate::mnet::{ByteOrder, MAGIC, Misuse, VERSION};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rstest::rstest;
use sha1::Sha1;

fn init(tag: Tag) -> Packet<'static> {
    Packet::Init { magic: MAGIC, version: VERSION, tag }
}

/// The datagrams of this name that `end` has sent.
fn sent(pair: &Pair, end: Role, name: &str) -> Vec<Vec<u8>> {
    let is_it = |octets: &[u8]| Packet::decode(octets, pair.config.dialect).unwrap().name() == name;
    let of_end = pair.log.iter().filter(|(_, by, _)| *by == end);
    of_end.map(|(_, _, octets)| octets.clone()).filter(|octets| is_it(octets)).collect()
}

#[rstest]
fn a_session_opens_with_four_packets_in_every_dialect(#[values(0, 1, 2, 3, 4, 5)] dialect: usize) {
    let config = Config { dialect: Dialect::ALL[dialect], ..Config::default() };
    let pair = Pair::established(&config);
    assert_eq!(pair.names(0), ["INIT", "COOKIE", "COOKIE-ECHO", "COOKIE-ACK"]);
    let x = pair.connector.sessions[&pair.session].x;
    let y = pair.connector.sessions[&pair.session].y;
    assert_ne!(x, y);
    for end in Role::ALL {
        assert_eq!(pair.stamp(end), config.dialect.tags.stamp(end, x, y), "{end:?}");
    }
}

#[test]
fn without_an_answer_the_same_init_goes_six_times_and_then_the_application_is_told() {
    let mut pair = Pair::new(&Config::default());
    pair.network = silence();
    pair.run_for(Duration::from_mins(1));
    let inits = sent(&pair, Connector, "INIT");
    assert_eq!(inits.len(), 6);
    assert!(inits.iter().all(|octets| *octets == inits[0]));
    let times = pair.times_of(Connector, "INIT");
    assert_eq!(times, [0, 300, 900, 2_100, 4_500, 8_500].map(millis));
    assert_eq!(pair.at_connector.end, Some(Err(Failure::NoCookie)));
    assert_eq!(pair.log.len(), 6, "a listener that was never heard is sent no ABORT");
}

#[test]
fn without_a_cookie_ack_the_same_echo_goes_six_times_and_then_an_abort() {
    let mut pair = Pair::new(&Config::default());
    pair.network = Box::new(|_, _, octets| if octets[0] == 3 { vec![] } else { vec![LATENCY] });
    pair.run_for(Duration::from_mins(1));
    let echoes = sent(&pair, Connector, "COOKIE-ECHO");
    assert_eq!(echoes.len(), 6);
    assert!(echoes.iter().all(|octets| *octets == echoes[0]));
    assert_eq!(pair.at_connector.end, Some(Err(Failure::NoCookieAck)));
    assert_eq!(sent(&pair, Connector, "ABORT").len(), 1);
    let cookie = &sent(&pair, Listener, "COOKIE")[0];
    assert_eq!(cookie[1..], echoes[0][1..]);
}

#[rstest]
fn the_hmac_of_a_cookie_covers_what_the_specification_lists(#[values(0, 3)] dialect: usize) {
    let dialect = Dialect::ALL[dialect];
    let pair = Pair::established(&Config { dialect, ..Config::default() });
    let cookie = &sent(&pair, Listener, "COOKIE")[0];
    let [y, x, expiration, hmac] = [1..4, 4..7, 8..12, 12..32].map(|at| &cookie[at]);
    let seconds = u32::try_from(EPOCH.as_secs() + 60).unwrap();
    let void = match dialect.byte_order {
        ByteOrder::Little => seconds.to_le_bytes(),
        ByteOrder::Big => seconds.to_be_bytes(),
    };
    assert_eq!(expiration, void);
    let secret: [u8; 32] = Entropy::from_seed([2; 32]).octets();
    let mut mac = Hmac::<Sha1>::new_from_slice(&secret).unwrap();
    mac.update(&[expiration, &[192, 0, 2, 1], &5000_u16.to_be_bytes(), y, x].concat());
    assert_eq!(mac.finalize().into_bytes()[..], *hmac);
}

#[test]
fn a_repeated_echo_is_answered_again_even_after_its_cookie_has_expired() {
    let mut pair = Pair::established(&Config::default());
    let echo = sent(&pair, Connector, "COOKIE-ECHO")[0].clone();
    pair.write(Connector, b"hello");
    pair.run_for(Duration::from_mins(2));
    let before = pair.log.len();
    pair.deliver(Connector, &echo);
    assert_eq!(pair.names(before), ["COOKIE-ACK"]);
    pair.run_for(millis(100));
    pair.write(Connector, b" world");
    pair.run_for(millis(100));
    assert_eq!(pair.at_listener.heard, b"hello world");
    assert_eq!(pair.at_listener.opened, 1);
}

#[test]
fn an_echo_with_any_bit_changed_opens_nothing_and_stays_unanswered() {
    let mut pair = Pair::new(&Config::default());
    pair.network = Box::new(|_, _, octets| if octets[0] == 3 { vec![] } else { vec![LATENCY] });
    pair.run_for(millis(50));
    let echo = sent(&pair, Connector, "COOKIE-ECHO")[0].clone();
    let before = pair.log.len();
    for bit in 8..echo.len() * 8 {
        let mut changed = echo.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        pair.deliver(Connector, &changed);
        assert_eq!(pair.names(before), [""; 0], "bit {bit}");
    }
    pair.listener.handle_datagram(pair.now, address("192.0.2.9:4000"), &echo);
    pair.settle(Listener);
    assert_eq!(pair.names(before), [""; 0], "another address");
    pair.deliver(Connector, &echo);
    assert_eq!(pair.names(before), ["COOKIE-ACK"]);
}

#[rstest]
#[case(60, true)]
#[case(61, false)]
fn a_cookie_is_good_through_its_last_second(#[case] age: u64, #[case] good: bool) {
    let mut pair = Pair::new(&Config::default());
    pair.network = Box::new(|_, _, octets| if octets[0] == 3 { vec![] } else { vec![LATENCY] });
    pair.run_for(millis(50));
    let echo = sent(&pair, Connector, "COOKIE-ECHO")[0].clone();
    pair.now = Instant::START + Duration::from_secs(age);
    pair.deliver(Connector, &echo);
    assert_eq!(pair.at_listener.opened, u32::from(good));
}

#[test]
fn a_cookie_opens_one_session_however_often_and_from_whichever_port_it_comes_back() {
    let mut pair = Pair::established(&Config::default());
    let echo = sent(&pair, Connector, "COOKIE-ECHO")[0].clone();
    let before = pair.log.len();
    pair.listener.handle_datagram(pair.now, address("192.0.2.1:4001"), &echo);
    pair.settle(Listener);
    assert_eq!(pair.names(before), [""; 0]);
    let id = pair.listener_session.unwrap();
    pair.listener.abort(pair.now, id).unwrap();
    assert_eq!(pair.listener.sessions(), 0);
    pair.deliver(Connector, &echo);
    assert_eq!(pair.listener.sessions(), 0);
    assert_eq!(pair.at_listener.opened, 1);
}

#[test]
fn ten_thousand_inits_leave_nothing_behind_and_keep_nobody_out() {
    let mut pair = Pair::new(&Config::default());
    for number in 0..10_000_u16 {
        let [high, low] = number.to_be_bytes();
        let from = SocketAddr::new([198, 51, high, low].into(), 9);
        let octets = init([1, high, low]).to_octets(pair.config.dialect);
        pair.listener.handle_datagram(pair.now, from, &octets);
        assert!(pair.listener.poll_transmit().is_some());
        assert_eq!(pair.listener.poll_transmit(), None);
    }
    assert_eq!((pair.listener.sessions(), pair.listener.poll_timeout()), (0, None));
    pair.run_for(millis(100));
    assert_eq!(pair.at_connector.opened, 1);
}

#[test]
fn an_init_from_a_live_session_is_answered_and_disturbs_nothing() {
    let mut pair = Pair::established(&Config::default());
    let tag = pair.connector.sessions[&pair.session].x;
    for tag in [tag, [9, 9, 9]] {
        assert_eq!(pair.inject(Connector, &init(tag)), ["COOKIE"]);
    }
    pair.write(Connector, b"still here");
    pair.run_for(millis(100));
    assert_eq!(pair.at_listener.heard, b"still here");
}

#[test]
fn another_magic_or_version_gets_no_cookie() {
    let mut pair = Pair::new(&Config::default());
    let tag = [1, 2, 3];
    let version = VERSION;
    let magic = Packet::Init { magic: *b"MNEU", version, tag };
    assert_eq!(pair.inject(Connector, &magic), [""; 0]);
    assert_eq!(pair.inject(Connector, &Packet::Init { magic: MAGIC, version: 2, tag }), [""; 0]);
}

#[test]
fn a_cookie_counts_only_from_the_listener_with_our_tag_and_version_one() {
    let mut pair = Pair::new(&Config::default());
    pair.network = silence();
    pair.settle(Connector);
    let x = pair.connector.sessions[&pair.session].x;
    let cookie = |peer_tag, version| {
        let hmac = [7; 20];
        Packet::Cookie { tag: [5, 5, 5], peer_tag, version, expiration: 0, hmac }
    };
    assert_eq!(pair.inject(Listener, &cookie([0, 0, 0], 1)), [""; 0]);
    assert_eq!(pair.inject(Listener, &cookie(x, 2)), [""; 0]);
    let octets = cookie(x, 1).to_octets(pair.config.dialect);
    pair.connector.handle_datagram(pair.now, address("192.0.2.2:5001"), &octets);
    assert_eq!(pair.connector.poll_transmit(), None);
    assert_eq!(pair.state(Connector), Some(StateName::CookieWait));
    assert_eq!(pair.inject(Listener, &cookie(x, 1)), ["COOKIE-ECHO"]);
    assert_eq!(pair.inject(Listener, &cookie(x, 1)), [""; 0]);
}

#[test]
fn what_is_written_before_the_session_opens_goes_after_cookie_ack() {
    let mut pair = Pair::new(&Config::default());
    pair.write(Connector, b"early");
    pair.close(Connector);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.names(0)[2..5], ["COOKIE-ECHO", "COOKIE-ACK", "DATA 5 0 5"]);
    assert_eq!(pair.at_listener.heard, b"early");
    assert_eq!(pair.at_connector.end, Some(Ok(())));
}

#[test]
fn data_that_overtakes_its_echo_is_dropped_without_harm() {
    let mut pair = Pair::new(&Config::default());
    let early = Packet::Data { tag: [1, 2, 3], sequence: 1, acknowledged: 0, data: b"x" };
    assert_eq!(pair.inject(Connector, &early), [""; 0]);
    pair.run_for(millis(100));
    assert_eq!(pair.at_connector.opened, 1);
}

#[rstest]
#[case(Packet::Data { tag: [1, 2, 3], sequence: 9, acknowledged: 7, data: b"x" }, true)]
#[case(Packet::CookieAck { tag: [1, 2, 3] }, true)]
#[case(Packet::Shutdown { tag: [1, 2, 3], acknowledged: 0 }, true)]
#[case(Packet::ShutdownAck { tag: [1, 2, 3] }, true)]
#[case(Packet::ShutdownComplete { tag: [1, 2, 3] }, false)]
#[case(Packet::Abort { tag: [1, 2, 3] }, false)]
#[case(Packet::Cookie { tag: [4; 3], peer_tag: [1, 2, 3], version: 1, expiration: 0,
    hmac: [0; 20] }, false)]
fn a_packet_of_no_session_changes_nothing(#[case] packet: Packet<'_>, #[case] answered: bool) {
    let mut pair = Pair::established(&Config::default());
    let answers = pair.inject(Connector, &packet);
    assert_eq!(answers.len(), usize::from(answered));
    if answered {
        let (_, _, octets) = pair.log.last().unwrap();
        assert_eq!(octets, &Packet::Abort { tag: [1, 2, 3] }.to_octets(pair.config.dialect));
    }
    assert_eq!(pair.state(Listener), Some(StateName::Established));
}

#[test]
fn misuse_is_an_error() {
    let config = Config {
        limits: crate::mnet::Limits { sessions: 1, ..Default::default() },
        ..Config::default()
    };
    let mut pair = Pair::new(&config);
    let now = pair.now;
    let again = pair.connector.open(now, address(LISTENER));
    assert_eq!(again, Err(Misuse::TooManySessions { limit: 1 }));
    let id = SessionId(77);
    assert_eq!(pair.connector.write(now, id, b"x"), Err(Misuse::UnknownSession { id }));
    assert_eq!(pair.connector.close(now, id), Err(Misuse::UnknownSession { id }));
    assert_eq!(pair.connector.abort(now, id), Err(Misuse::UnknownSession { id }));
    let id = pair.session;
    pair.close(Connector);
    assert_eq!(pair.connector.write(now, id, b"x"), Err(Misuse::Closing { id }));
}
