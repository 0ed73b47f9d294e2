//! How sessions close, and how they are aborted.

use super::*;
use rstest::rstest;

fn shutdown(pair: &Pair, end: Role, acknowledged: u32) -> Packet<'static> {
    Packet::Shutdown { tag: pair.stamp(end), acknowledged }
}

fn shutdown_ack(pair: &Pair, end: Role) -> Packet<'static> {
    Packet::ShutdownAck { tag: pair.stamp(end) }
}

#[rstest]
fn closing_brings_through_what_was_written_and_ends_both_sides(
    #[values(Connector, Listener)] end: Role,
) {
    let mut pair = Pair::established(&Config::default());
    let before = pair.log.len();
    pair.write(end, b"last words");
    pair.close(end);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(
        pair.names(before),
        ["DATA 10 0 10", "DATA 0 10 0", "SHUTDOWN 0", "SHUTDOWN-ACK", "SHUTDOWN-COMPLETE"]
    );
    assert_eq!(pair.at_connector.end, Some(Ok(())));
    assert_eq!(pair.at_listener.end, Some(Ok(())));
    assert_eq!((pair.connector.sessions(), pair.listener.sessions()), (0, 0));
    assert_eq!((pair.connector.poll_timeout(), pair.listener.poll_timeout()), (None, None));
}

#[test]
fn the_receiver_of_shutdown_brings_its_own_octets_through_first() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    pair.write(Listener, b"reply");
    let packet = shutdown(&pair, Connector, 0);
    assert_eq!(pair.inject(Connector, &packet), [""; 0]);
    assert_eq!(pair.state(Listener), Some(StateName::ShutdownReceived));
    let id = pair.listener_session.unwrap();
    let more = pair.listener.write(pair.now, id, b"too late");
    assert_eq!(more, Err(crate::mnet::Misuse::Closing { id }));
    let packet = shutdown(&pair, Connector, 5);
    assert_eq!(pair.inject(Connector, &packet), ["SHUTDOWN-ACK"]);
    assert_eq!(pair.inject(Connector, &packet), ["SHUTDOWN-ACK"], "repeated, answered at once");
    let data = pair.data(Connector, 3, 5, b"abc");
    assert_eq!(pair.inject(Connector, &data), [""; 0], "DATA is not answered any more");
}

#[test]
fn shutdown_over_a_gap_is_answered_when_the_gap_is_closed() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    let beyond = pair.data(Connector, 6, 0, b"def");
    pair.inject(Connector, &beyond);
    let packet = shutdown(&pair, Connector, 0);
    assert_eq!(pair.inject(Connector, &packet), [""; 0]);
    let missing = pair.data(Connector, 3, 0, b"abc");
    let answer = pair.inject(Connector, &missing);
    assert_eq!(answer.last().unwrap(), "SHUTDOWN-ACK");
    assert_eq!(pair.at_listener.heard, b"abcdef");
}

#[test]
fn after_shutdown_data_is_taken_and_acknowledged_by_a_new_shutdown() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    pair.close(Connector);
    let packet = pair.data(Listener, 3, 0, b"abc");
    assert_eq!(pair.inject(Listener, &packet), ["SHUTDOWN 3"]);
    assert_eq!(pair.inject(Listener, &packet), ["SHUTDOWN 3"]);
    assert_eq!(pair.at_connector.heard, b"abc");
}

#[test]
fn crossing_shutdowns_end_cleanly_on_both_sides() {
    let mut pair = Pair::established(&Config::default());
    let before = pair.log.len();
    pair.close(Connector);
    pair.close(Listener);
    pair.run_for(Duration::from_secs(1));
    assert_eq!(
        pair.names(before)[..4],
        ["SHUTDOWN 0", "SHUTDOWN 0", "SHUTDOWN-ACK", "SHUTDOWN-ACK"]
    );
    assert_eq!(pair.at_connector.end, Some(Ok(())));
    assert_eq!(pair.at_listener.end, Some(Ok(())));
}

#[test]
fn shutdown_goes_six_times_and_then_abort_and_a_failure() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    let began = pair.now.since_start();
    pair.close(Connector);
    pair.run_for(Duration::from_mins(1));
    let times: Vec<_> = pair
        .times_of(Connector, "SHUTDOWN")
        .iter()
        .map(|at| (*at).checked_sub(began).unwrap().as_millis())
        .collect();
    assert_eq!(times, [0, 400, 1_200, 2_800, 6_000, 10_000]);
    assert_eq!(pair.times_of(Connector, "ABORT").len(), 1);
    assert_eq!(pair.at_connector.end, Some(Err(Failure::ShutdownGivenUp)));
}

#[test]
fn giving_up_on_shutdown_ack_is_a_clean_end() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    let packet = shutdown(&pair, Connector, 0);
    pair.inject(Connector, &packet);
    pair.run_for(Duration::from_mins(1));
    assert_eq!(pair.times_of(Listener, "SHUTDOWN-ACK").len(), 6);
    assert_eq!(pair.times_of(Listener, "ABORT").len(), 0);
    assert_eq!(pair.at_listener.end, Some(Ok(())));
}

#[test]
fn a_repeated_shutdown_ack_is_answered_for_fifteen_seconds_from_the_last() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    pair.close(Connector);
    let packet = shutdown_ack(&pair, Listener);
    assert_eq!(pair.inject(Listener, &packet), ["SHUTDOWN-COMPLETE"]);
    assert_eq!(pair.at_connector.end, Some(Ok(())));
    for _ in 0..3 {
        pair.run_for(Duration::from_secs(14));
        assert_eq!(pair.inject(Listener, &packet), ["SHUTDOWN-COMPLETE"]);
    }
    pair.run_for(Duration::from_secs(16));
    assert_eq!(pair.inject(Listener, &packet), ["ABORT"], "by now it is of no session");
}

#[test]
fn packets_that_fit_no_state_change_nothing() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    let tag = pair.stamp(Listener);
    for packet in
        [Packet::CookieAck { tag }, Packet::ShutdownAck { tag }, Packet::ShutdownComplete { tag }]
    {
        assert_eq!(pair.inject(Listener, &packet), [""; 0], "{packet:?}");
        assert_eq!(pair.state(Connector), Some(StateName::Established), "{packet:?}");
    }
}

#[rstest]
fn an_abort_ends_the_session_on_both_sides_and_is_not_answered(
    #[values(0, 1, 2, 3, 4, 5)] dialect: usize,
) {
    let config = Config { dialect: Dialect::ALL[dialect], ..Config::default() };
    let mut pair = Pair::established(&config);
    pair.write(Listener, b"never read");
    let before = pair.log.len();
    let (now, id) = (pair.now, pair.session);
    pair.connector.abort(now, id).unwrap();
    pair.settle(Connector);
    pair.run_for(millis(15));
    assert_eq!(pair.names(before)[..1], ["ABORT"]);
    assert_eq!(pair.at_connector.end, None);
    assert_eq!(pair.at_connector.heard, b"");
    assert_eq!(pair.at_listener.end, Some(Err(Failure::PeerAborted)));
    pair.run_for(Duration::from_secs(30));
    assert_eq!(pair.listener.sessions() + pair.connector.sessions(), 0);
}

#[rstest]
fn a_reflected_abort_ends_the_session(#[values(0, 1, 2)] dialect: usize) {
    let config = Config { dialect: Dialect::ALL[dialect], ..Config::default() };
    let mut pair = Pair::established(&config);
    let reflected = Packet::Abort { tag: pair.stamp(Connector) };
    assert_eq!(pair.inject(Listener, &reflected), [""; 0]);
    assert_eq!(pair.at_connector.end, Some(Err(Failure::PeerAborted)));
}

#[test]
fn a_connector_that_waits_for_cookie_takes_an_abort_with_its_own_tag() {
    let mut pair = Pair::new(&Config::default());
    pair.settle(Connector);
    let tag = pair.connector.sessions[&pair.session].x;
    assert_eq!(pair.inject(Listener, &Packet::Abort { tag }), [""; 0]);
    assert_eq!(pair.at_connector.end, Some(Err(Failure::PeerAborted)));
}

#[test]
fn octets_that_make_no_progress_before_the_close_are_given_up_after_ten_seconds() {
    let mut pair = Pair::established(&Config::default());
    pair.network = silence();
    pair.write(Connector, b"hello");
    pair.close(Connector);
    let began = pair.now.since_start();
    pair.run_for(Duration::from_mins(1));
    assert_eq!(pair.times_of(Connector, "ABORT"), [began + Duration::from_secs(10)]);
    assert_eq!(pair.at_connector.end, Some(Err(Failure::DrainGivenUp)));
}
