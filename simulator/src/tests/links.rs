//! One link: holding, repeating, cutting, turning bits over, counting.

use std::sync::Arc;

use super::support::{milliseconds, storm};
use crate::toy::ToyMessages;
use crate::{
    ByOrdinal, Delivery, Entry, Fate, Fates, FatesError, HELD_MAX, Instant, Link, MESSAGES_MAX,
    Schedule, Span,
};

const LATENCY: Span = Span::from_millis(20);

/// A link on which these datagrams have these fates.
fn link(fates: &[(u64, Fate)]) -> Link<()> {
    let entry =
        |&(number, fate): &(u64, Fate)| Entry::new("a>b".to_owned(), format!("#{number}"), 1, fate);
    let schedule = Schedule(fates.iter().map(entry).collect());
    Link::new("a>b", Fates::usual(LATENCY).replaying(schedule), Arc::new(ByOrdinal)).unwrap()
}

/// Sends datagrams of one octet, 1, 2, …, a millisecond apart.
fn send(link: &mut Link<()>, count: u8) -> Vec<Delivery<()>> {
    let mut out = Vec::new();
    for number in 1..=count {
        link.send(milliseconds(u64::from(number)), vec![number], (), &mut out);
    }
    out
}

/// What arrives, in order of time.
fn arrivals(mut out: Vec<Delivery<()>>) -> Vec<(u8, Instant)> {
    out.sort_by_key(|delivery| delivery.at);
    out.iter().map(|delivery| (delivery.octets[0], delivery.at)).collect()
}

fn hold(count: u8) -> Fate {
    Fate { hold: count, ..Fate::USUAL }
}

#[test]
fn a_held_datagram_arrives_directly_after_the_last_that_passed_it() {
    let out = send(&mut link(&[(1, hold(2))]), 4);
    let at = |sent: u64| milliseconds(sent + 20);
    assert_eq!(arrivals(out), [(2, at(2)), (3, at(3)), (1, at(3)), (4, at(4))]);
}

#[test]
fn two_held_datagrams_keep_their_order_and_do_not_count_for_each_other() {
    let out = send(&mut link(&[(1, hold(1)), (2, hold(1))]), 3);
    let at = milliseconds(23);
    assert_eq!(arrivals(out), [(3, at), (1, at), (2, at)]);
}

#[test]
fn a_lost_datagram_passes_nobody() {
    let out = send(&mut link(&[(1, hold(1)), (2, Fate::LOST)]), 3);
    assert_eq!(arrivals(out), [(3, milliseconds(23)), (1, milliseconds(23))]);
}

#[test]
fn a_held_datagram_does_not_overtake_a_slow_one_that_passed_it() {
    let slow = Fate { delay: Span::from_millis(30), ..Fate::USUAL };
    let out = send(&mut link(&[(1, hold(1)), (2, slow)]), 2);
    assert_eq!(arrivals(out), [(2, milliseconds(52)), (1, milliseconds(52))]);
}

#[test]
fn a_datagram_that_nobody_passes_is_held_for_its_time() {
    let mut link = link(&[(1, hold(1))]);
    let mut out = send(&mut link, 1);
    assert!(out.is_empty());
    let release = link.poll_timeout().unwrap();
    assert_eq!(release, milliseconds(101));
    link.handle_timeout(milliseconds(100), &mut out);
    assert!(out.is_empty());
    link.handle_timeout(release, &mut out);
    assert_eq!(arrivals(out), [(1, milliseconds(121))]);
    assert_eq!(link.poll_timeout(), None);
}

#[test]
fn a_full_link_holds_no_more_and_says_so() {
    let fates: Vec<_> = (1..=HELD_MAX as u64 + 1).map(|number| (number, hold(255))).collect();
    let mut link = link(&fates);
    let mut out = Vec::new();
    for _ in 0..HELD_MAX {
        assert_eq!(link.send(Instant::START, vec![1], (), &mut out).fate, hold(255));
    }
    assert!(link.send(Instant::START, vec![1], (), &mut out).fate.is_usual());
    assert_eq!(out.len(), 1);
}

#[test]
fn repetitions_follow_at_their_distance() {
    let fate = Fate { repeat: 2, repeat_after: Span::from_millis(7), ..Fate::USUAL };
    let out = send(&mut link(&[(1, fate)]), 1);
    let seen: Vec<_> = out.iter().map(|delivery| (delivery.copy, delivery.at)).collect();
    assert_eq!(seen, [(0, milliseconds(21)), (1, milliseconds(28)), (2, milliseconds(35))]);
}

#[test]
fn a_datagram_is_damaged_and_cut() {
    let mut link = link(&[(1, Fate { flip: Some(9), cut: Some(2), ..Fate::USUAL })]);
    let mut out = Vec::new();
    link.send(Instant::START, vec![0; 4], (), &mut out);
    link.send(Instant::START, vec![0; 4], (), &mut out);
    assert_eq!((&out[0].octets[..], out[0].altered), (&[0, 0x40][..], true));
    assert_eq!((&out[1].octets[..], out[1].altered), (&[0; 4][..], false));
}

#[test]
fn occurrences_are_counted_for_each_message() {
    let fates = Fates::usual(LATENCY);
    let mut link = Link::<()>::new("a>b", fates, Arc::new(ToyMessages)).unwrap();
    let occurrences: Vec<_> = [1, 2, 1, 1, 2]
        .map(|id| link.decide(Instant::START, &[1, 0, 0, 0, id, 9]))
        .iter()
        .map(|decision| (decision.key.id, decision.occurrence))
        .collect();
    assert_eq!(occurrences, [(1, 1), (2, 1), (1, 2), (1, 3), (2, 2)]);
}

#[test]
fn one_retransmission_more_moves_no_other_fate() {
    let fates = Fates::Weather { seed: 4, weather: storm() };
    let message = |id: u8, attempt| [1, 0, 0, 0, id, attempt];
    let mut plain = Link::<()>::new("a>b", fates.clone(), Arc::new(ToyMessages)).unwrap();
    let mut again = Link::<()>::new("a>b", fates, Arc::new(ToyMessages)).unwrap();
    for id in 0..=255 {
        let first = plain.decide(Instant::START, &message(id, 0));
        assert_eq!(again.decide(Instant::START, &message(id, 0)).fate, first.fate);
        if id % 3 == 0 {
            assert_eq!(again.decide(Instant::START, &message(id, 1)).occurrence, 2);
        }
    }
}

#[test]
fn the_messages_seen_last_are_remembered() {
    let fates = Fates::usual(LATENCY);
    let mut link = Link::<()>::new("a>b", fates, Arc::new(ToyMessages)).unwrap();
    let message = |id: usize| {
        let [a, b, c, d] = u32::try_from(id).unwrap().to_be_bytes();
        [1, a, b, c, d, 0]
    };
    for id in 0..3 * MESSAGES_MAX {
        assert_eq!(link.decide(Instant::START, &message(id)).occurrence, 1);
    }
    assert_eq!(link.decide(Instant::START, &message(2 * MESSAGES_MAX)).occurrence, 2);
    assert_eq!(link.decide(Instant::START, &message(0)).occurrence, 1);
}

#[test]
fn a_schedule_that_cannot_be_obeyed_is_refused() {
    let refuse = |entries: &[(&str, u64)]| {
        let entry = |&(message, occurrence): &(&str, u64)| {
            Entry::new("a>b".to_owned(), String::from(message), occurrence, Fate::LOST)
        };
        let schedule = Schedule(entries.iter().map(entry).collect());
        let fates = Fates::usual(LATENCY).replaying(schedule);
        Link::<()>::new("a>b", fates, Arc::new(ByOrdinal)).map(|_| ()).unwrap_err()
    };
    let (link, message) = ("a>b".to_owned(), "DATA 1".to_owned());
    assert_eq!(refuse(&[("DATA 1", 1)]), FatesError::Message { link, message });
    assert!(matches!(refuse(&[("#1", 0)]), FatesError::Occurrence { .. }));
    assert!(matches!(refuse(&[("#1", 1), ("#1", 1)]), FatesError::Twice { occurrence: 1, .. }));
}
