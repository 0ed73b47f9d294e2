//! How octets flow: order, repeats, gaps, acknowledgements, retransmissions.

use super::*;
use rstest::rstest;

/// A pair in which only what a test injects reaches the other end.
fn isolated() -> Pair {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    pair
}

#[test]
fn data_is_delivered_in_order_and_every_second_one_is_acknowledged_at_once() {
    let mut pair = isolated();
    let first = pair.data(Connector, 5, 0, b"hello");
    let second = pair.data(Connector, 11, 0, b" world");
    assert_eq!(pair.inject(Connector, &first), [""; 0]);
    assert_eq!(pair.inject(Connector, &second), ["DATA 0 11 0"]);
    assert_eq!(pair.at_listener.heard, b"hello world");
}

#[test]
fn a_single_data_is_acknowledged_within_twenty_milliseconds() {
    let mut pair = isolated();
    let packet = pair.data(Connector, 5, 0, b"hello");
    pair.inject(Connector, &packet);
    let before = pair.log.len();
    pair.run_for(millis(19));
    assert_eq!(pair.names(before), [""; 0]);
    pair.run_for(millis(1));
    assert_eq!(pair.names(before), ["DATA 0 5 0"]);
}

#[test]
fn an_acknowledgement_rides_on_data_of_the_other_direction() {
    let mut pair = isolated();
    let packet = pair.data(Connector, 5, 0, b"hello");
    pair.inject(Connector, &packet);
    let before = pair.log.len();
    pair.write(Listener, b"hi");
    pair.run_for(millis(50));
    assert_eq!(pair.names(before), ["DATA 2 5 2"]);
}

#[test]
fn a_bare_acknowledgement_is_not_acknowledged() {
    let mut pair = isolated();
    for sequence in [0, 3, 9_999, u32::MAX] {
        let packet = pair.data(Connector, sequence, 0, b"");
        assert_eq!(pair.inject(Connector, &packet), [""; 0]);
    }
    let before = pair.log.len();
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.names(before), [""; 0]);
}

#[test]
fn a_repeat_is_acknowledged_at_once_and_delivered_once() {
    let mut pair = isolated();
    let packet = pair.data(Connector, 5, 0, b"hello");
    assert_eq!(pair.inject(Connector, &packet), [""; 0]);
    assert_eq!(pair.inject(Connector, &packet), ["DATA 0 5 0"]);
    assert_eq!(pair.at_listener.heard, b"hello");
}

#[test]
fn of_an_overlap_only_what_is_new_is_delivered() {
    let mut pair = isolated();
    for (sequence, data) in [(5, &b"hello"[..]), (8, b"lo wo"), (11, b"hello world")] {
        let packet = pair.data(Connector, sequence, 0, data);
        pair.inject(Connector, &packet);
    }
    assert_eq!(pair.at_listener.heard, b"hello world");
}

#[test]
fn data_beyond_a_gap_waits_and_is_answered_with_the_unchanged_count() {
    let mut pair = isolated();
    let [first, second, third] = [(3, &b"abc"[..]), (6, b"def"), (9, b"ghi")]
        .map(|(sequence, data)| pair.data(Connector, sequence, 0, data));
    assert_eq!(pair.inject(Connector, &third), ["DATA 0 0 0"]);
    assert_eq!(pair.inject(Connector, &second), ["DATA 0 0 0"]);
    assert_eq!(pair.at_listener.heard, b"");
    assert_eq!(pair.inject(Connector, &first), ["DATA 0 9 0"]);
    assert_eq!(pair.at_listener.heard, b"abcdefghi");
}

#[test]
fn octets_beyond_a_gap_are_kept_within_their_limits() {
    let mut pair = isolated();
    for number in 1..5_000 {
        let packet = pair.data(Connector, 100 * number + 50, 0, &[7; 50]);
        assert_eq!(pair.inject(Connector, &packet), ["DATA 0 0 0"]);
    }
    let id = pair.listener_session.unwrap();
    let waiting = format!("{:?}", pair.listener.sessions[&id].receive).len();
    assert!(waiting < 65_536 * 4, "{waiting}");
    assert_eq!(pair.at_listener.heard, b"");
}

#[test]
fn data_that_would_begin_before_offset_zero_is_dropped() {
    let mut pair = isolated();
    let packet = pair.data(Connector, 2, 0, b"hello");
    assert_eq!(pair.inject(Connector, &packet), [""; 0]);
    assert_eq!(pair.at_listener.heard, b"");
}

#[rstest]
#[case(6)]
#[case(1_000)]
#[case(u32::MAX)]
fn a_packet_that_acknowledges_what_was_never_sent_is_not_taken(#[case] acknowledged: u32) {
    let mut pair = isolated();
    pair.write(Listener, b"hello");
    let packet = pair.data(Connector, 3, acknowledged, b"abc");
    assert_eq!(pair.inject(Connector, &packet), [""; 0]);
    assert_eq!(pair.at_listener.heard, b"");
    let packet = pair.data(Connector, 3, 5, b"abc");
    pair.inject(Connector, &packet);
    assert_eq!(pair.at_listener.heard, b"abc");
}

#[test]
fn beside_an_older_acknowledgement_the_payload_counts() {
    let mut pair = isolated();
    pair.write(Listener, b"hello");
    let newer = pair.data(Connector, 0, 5, b"");
    let older = pair.data(Connector, 3, 0, b"abc");
    pair.inject(Connector, &newer);
    pair.inject(Connector, &older);
    assert_eq!(pair.at_listener.heard, b"abc");
    let before = pair.log.len();
    pair.run_for(Duration::from_secs(10));
    assert_eq!(pair.names(before), ["DATA 5 3 0"], "nothing is sent again");
}

#[test]
fn unacknowledged_octets_go_twelve_times_in_growing_intervals_and_then_abort() {
    let mut pair = isolated();
    let began = pair.now.since_start();
    pair.write(Connector, b"hello");
    pair.run_for(Duration::from_mins(2));
    let times: Vec<_> = pair
        .times_of(Connector, "DATA")
        .iter()
        .map(|at| (*at).checked_sub(began).unwrap().as_millis())
        .collect();
    assert_eq!(times[..6], [0, 200, 600, 1_400, 3_000, 6_200]);
    assert_eq!(times.len(), 12);
    assert_eq!(pair.times_of(Connector, "ABORT").len(), 1);
    assert_eq!(pair.at_connector.end, Some(Err(Failure::DataGivenUp)));
}

#[test]
fn a_peer_that_answers_without_progress_is_not_given_up() {
    let mut pair = isolated();
    pair.write(Connector, b"hello");
    let nothing_new = pair.data(Listener, 0, 0, b"");
    for _ in 0..60 {
        pair.run_for(Duration::from_secs(5));
        pair.inject(Listener, &nothing_new);
    }
    assert_eq!(pair.state(Connector), Some(StateName::Established));
}

#[test]
fn three_repeated_acknowledgements_bring_a_retransmission_before_the_timer() {
    let mut pair = isolated();
    pair.write(Connector, &[1; 4_374]);
    assert_eq!(pair.times_of(Connector, "DATA").len(), 3);
    let repeated = pair.data(Listener, 0, 0, b"");
    assert_eq!(pair.inject(Listener, &repeated), [""; 0]);
    assert_eq!(pair.inject(Listener, &repeated), [""; 0]);
    assert_eq!(pair.inject(Listener, &repeated), ["DATA 1458 0 1458"]);
    // The acknowledgement of a part shows the next gap (RFC 6582).
    let partial = pair.data(Listener, 0, 1_458, b"");
    assert_eq!(pair.inject(Listener, &partial)[0], "DATA 2916 0 1458");
}

#[test]
fn the_window_bounds_what_is_outstanding_and_grows() {
    let mut pair = isolated();
    pair.write(Connector, &vec![1; 60_000]);
    assert_eq!(pair.times_of(Connector, "DATA").len(), 3);
    let acknowledgement = pair.data(Listener, 0, 2_916, b"");
    assert_eq!(pair.inject(Listener, &acknowledgement).len(), 3);
    assert!(pair.log.iter().all(|(_, _, octets)| octets.len() <= 1_472));
}

#[test]
fn an_application_that_writes_too_much_is_told_when_there_is_room() {
    let mut pair = Pair::established(&Config::default());
    let (now, id) = (pair.now, pair.session);
    assert_eq!(pair.connector.write(now, id, &vec![1; 100_000]), Ok(65_536));
    assert_eq!(pair.connector.write(now, id, &[1; 10]), Ok(0));
    pair.application(Connector).to_write = vec![1; 34_464];
    pair.run_for(Duration::from_secs(5));
    assert_eq!(pair.at_listener.heard, vec![1; 100_000]);
}

#[test]
fn a_packet_from_another_address_or_with_another_tag_changes_nothing() {
    let mut pair = isolated();
    let good = pair.data(Connector, 5, 0, b"hello").to_octets(pair.config.dialect);
    for from in ["192.0.2.1:4001", "192.0.2.3:4000"] {
        pair.listener.handle_datagram(pair.now, address(from), &good);
        pair.settle(Listener);
    }
    let mut other = good.clone();
    other[1] ^= 1;
    pair.deliver(Connector, &other);
    assert_eq!(pair.at_listener.heard, b"");
    pair.deliver(Connector, &good);
    assert_eq!(pair.at_listener.heard, b"hello");
}

#[test]
fn an_idle_session_lives_for_ever_unless_configured() {
    let mut pair = Pair::established(&Config::default());
    pair.run_for(Duration::from_secs(1_000_000));
    assert_eq!(pair.state(Connector), Some(StateName::Established));
    let idle = Some(Duration::from_secs(30));
    let mut pair = Pair::with(&Config { idle, ..Config::default() }, &Config::default());
    pair.run_for(Duration::from_secs(31));
    assert_eq!(pair.at_connector.end, Some(Err(Failure::Idle)));
    assert_eq!(pair.at_listener.end, Some(Err(Failure::PeerAborted)));
}
