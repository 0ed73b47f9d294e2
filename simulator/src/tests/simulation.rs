//! The loop: what happens at one instant, and what stops it.

use std::sync::Arc;

use super::support::{Lines, between, milliseconds, percent};
use crate::toy::{Toy, ToyMessages, address};
use crate::{
    Entry, Exceeded, Fate, Fates, Instant, Limits, NodeId, Outcome, Schedule, Simulation, Span,
    Step, TopologyError, Weather,
};

fn calm() -> Fates {
    Fates::usual(Span::from_millis(20))
}

#[test]
fn a_ping_and_its_answer_take_twice_the_latency() {
    let mut simulation = between(calm(), calm(), Limits::default());
    let mut nodes = [Toy::pinger(1), Toy::echo()];
    let mut lines = Lines::default();
    let outcome = simulation.run_until(Instant::MAX, &mut nodes, &mut lines);
    assert_eq!(outcome, Ok(Outcome::Quiet));
    assert_eq!(simulation.now(), milliseconds(40));
    insta::assert_snapshot!(lines.0.join("\n"), @r"
    0.000 ms node 0 sent 1 [1, 0, 0, 0, 0, 0] occurrence 1: as usual
    20.000 ms node 1 received 1.0 [1, 0, 0, 0, 0, 0]
    20.000 ms node 1 sent 2 [2, 0, 0, 0, 0, 0] occurrence 1: as usual
    40.000 ms node 0 received 2.0 [2, 0, 0, 0, 0, 0]
    ");
}

#[test]
fn a_datagram_comes_before_a_timer_of_the_same_instant() {
    // The answer comes exactly when the pinger's patience ends.
    let there = Fates::usual(Span::from_millis(130));
    let mut simulation = between(there, Fates::usual(Span::ZERO), Limits::default());
    let mut nodes = [Toy::pinger(1), Toy::echo()];
    let mut lines = Lines::default();
    simulation.run_until(Instant::MAX, &mut nodes, &mut lines).unwrap();
    assert_eq!(simulation.now(), milliseconds(130));
    assert_eq!(lines.0.iter().filter(|line| line.contains("node 0 sent")).count(), 1);
}

#[test]
fn datagrams_of_one_instant_arrive_in_the_order_of_sending() {
    let mut simulation = between(calm(), calm(), Limits::default());
    let mut lines = Lines::default();
    let mut nodes = [Toy::flood(5), Toy::sink()];
    simulation.run_until(Instant::MAX, &mut nodes, &mut lines).unwrap();
    let told: Vec<_> = lines.0.iter().filter_map(|line| line.split_once("tells ")).collect();
    assert_eq!(told.iter().map(|told| told.1).collect::<String>(), "12345");
}

#[test]
fn a_held_datagram_is_let_go_in_time() {
    let entry = Entry::new(
        "left>right".to_owned(),
        "PING 1".to_owned(),
        1,
        Fate { hold: 1, ..Fate::USUAL },
    );
    let there = calm().replaying(Schedule(vec![entry]));
    let mut simulation = between(there, calm(), Limits::default());
    let mut lines = Lines::default();
    let mut nodes = [Toy::flood(1), Toy::sink()];
    assert_eq!(simulation.step(&mut nodes, &mut lines), Ok(Step::Advanced));
    assert_eq!(simulation.now(), milliseconds(100));
    assert_eq!(simulation.step(&mut nodes, &mut lines), Ok(Step::Advanced));
    assert_eq!(simulation.now(), milliseconds(120));
    assert_eq!(simulation.step(&mut nodes, &mut lines), Ok(Step::Quiet));
}

#[test]
fn a_run_stops_at_its_deadline_and_goes_on_from_there() {
    let mut simulation = between(calm(), calm(), Limits::default());
    let mut nodes = [Toy::pinger(2), Toy::echo()];
    let deadline = milliseconds(39);
    assert_eq!(simulation.run_until(deadline, &mut nodes, &mut ()), Ok(Outcome::Deadline));
    assert_eq!((simulation.now(), simulation.next_time()), (deadline, Some(milliseconds(40))));
    let deadline = milliseconds(40);
    assert_eq!(simulation.run_until(deadline, &mut nodes, &mut ()), Ok(Outcome::Deadline));
    assert_eq!(simulation.now(), deadline);
    assert_eq!(simulation.run_until(Instant::MAX, &mut nodes, &mut ()), Ok(Outcome::Quiet));
    assert_eq!(simulation.now(), milliseconds(80));
}

#[test]
fn a_clone_goes_its_own_way_to_the_same_end() {
    let fates = Fates::Weather { seed: 1, weather: super::support::storm() };
    let mut simulation = between(fates.clone(), fates, Limits::default());
    let mut nodes = [Toy::pinger(50), Toy::echo()];
    simulation.run_until(milliseconds(500), &mut nodes, &mut ()).unwrap();
    let (mut other, mut other_nodes) = (simulation.clone(), nodes.clone());
    let (mut lines, mut other_lines) = (Lines::default(), Lines::default());
    simulation.run_until(Instant::MAX, &mut nodes, &mut lines).unwrap();
    other.run_until(Instant::MAX, &mut other_nodes, &mut other_lines).unwrap();
    assert_eq!(lines.0, other_lines.0);
}

#[test]
fn decreed_fates_replay_as_a_schedule() {
    let mut simulation = between(calm(), calm(), Limits::default());
    let mut nodes = [Toy::pinger(3), Toy::echo()];
    let mut lines = Lines::default();
    simulation.record(true);
    let twice = Fate { repeat: 1, ..Fate::USUAL };
    simulation.decree([Fate::USUAL, Fate::LOST, twice, Fate { cut: Some(99), ..Fate::USUAL }]);
    simulation.run_until(Instant::MAX, &mut nodes, &mut lines).unwrap();
    let schedule = simulation.recorded();
    let told: Vec<_> =
        schedule.0.iter().map(|entry| format!("{} {}", entry.message, entry.fate())).collect();
    assert_eq!(told, ["PONG 0 lost", "PING 0 1 more"]);
    let replay =
        super::support::play(&calm().replaying(schedule), &mut [Toy::pinger(3), Toy::echo()]);
    assert_eq!(replay.0, lines.0);
}

#[test]
fn a_node_to_which_something_was_done_is_woken() {
    let mut simulation = between(calm(), calm(), Limits::default());
    let mut nodes = [Toy::flood(0), Toy::sink()];
    assert_eq!(simulation.step(&mut nodes, &mut ()), Ok(Step::Quiet));
    simulation.advance_to(milliseconds(7));
    nodes[0] = Toy::flood(1);
    simulation.wake(NodeId(0), &mut nodes, &mut ()).unwrap();
    assert_eq!(simulation.next_time(), Some(milliseconds(27)));
}

#[test]
fn what_goes_nowhere_is_seen_and_lost() {
    let mut simulation = Simulation::new(2, Limits::default());
    let mut lines = Lines::default();
    let mut nodes = [Toy::flood(1), Toy::sink()];
    simulation.run_until(Instant::MAX, &mut nodes, &mut lines).unwrap();
    assert_eq!(lines.0, ["0.000 ms node 0 sent 1 to 10.0.0.1:7, which nobody has"]);
    // An address without a link to it is no better.
    nodes[0] = Toy::flood(1);
    simulation.attach(NodeId(1), address(1)).unwrap();
    simulation.wake(NodeId(0), &mut nodes, &mut lines).unwrap();
    assert_eq!(lines.0.len(), 2);
}

#[test]
fn a_node_that_never_waits_runs_out_of_events() {
    let limits = Limits { events: 100, ..Limits::default() };
    let mut simulation = between(calm(), calm(), limits);
    let mut nodes = [Toy::Restless { calls: 0 }, Toy::sink()];
    let outcome = simulation.run_until(Instant::MAX, &mut nodes, &mut ());
    assert_eq!(outcome, Err(Exceeded::Events));
    assert!(matches!(nodes[0], Toy::Restless { calls: 100 }));
}

#[test]
fn a_node_that_never_ends_is_stopped() {
    let mut simulation = between(calm(), calm(), Limits::default());
    let mut nodes = [Toy::sink(), Toy::Chatterbox];
    let outcome = simulation.step(&mut nodes, &mut ());
    assert_eq!(outcome, Err(Exceeded::Drained(NodeId(1))));
}

#[test]
fn the_queue_has_an_end() {
    let limits = Limits { queued: 10, ..Limits::default() };
    let mut simulation = between(calm(), calm(), limits);
    let outcome = simulation.step(&mut [Toy::flood(11), Toy::sink()], &mut ());
    assert_eq!(outcome, Err(Exceeded::Queued));
    let mut simulation = between(calm(), calm(), limits);
    let outcome = simulation.step(&mut [Toy::flood(10), Toy::sink()], &mut ());
    assert_eq!(outcome, Ok(Step::Advanced));
}

#[test]
fn what_cannot_be_put_together_is_refused() {
    let mut simulation = Simulation::new(2, Limits::default());
    let (left, right, nobody) = (NodeId(0), NodeId(1), NodeId(2));
    simulation.attach(left, address(0)).unwrap();
    simulation.attach(left, address(0)).unwrap();
    let address = address(0);
    assert_eq!(simulation.attach(right, address), Err(TopologyError::Address { address }));
    assert_eq!(simulation.attach(nobody, address), Err(TopologyError::Node { node: nobody }));
    let mut connect =
        |from, to, name| simulation.connect(from, to, name, calm(), Arc::new(ToyMessages));
    connect(left, right, "a").unwrap();
    assert!(matches!(connect(left, right, "b"), Err(TopologyError::Link { .. })));
    assert!(matches!(connect(right, left, "a"), Err(TopologyError::Name { .. })));
    assert!(matches!(connect(right, nobody, "c"), Err(TopologyError::Node { .. })));
    connect(right, left, "b").unwrap();
}

#[test]
fn a_conversation_survives_heavy_weather() {
    let weather = Weather { lose: percent(60), reorder: percent(30), ..super::support::storm() };
    for seed in 0..50 {
        let fates = Fates::Weather { seed, weather: weather.clone() };
        let mut simulation = between(fates.clone(), fates, Limits::default());
        let mut nodes = [Toy::pinger(20), Toy::echo()];
        let outcome = simulation.run_until(Instant::MAX, &mut nodes, &mut ());
        assert_eq!(outcome, Ok(Outcome::Quiet));
        assert!(matches!(nodes[0], Toy::Pinger { left: 0, .. }));
    }
}
