//! Fates are a pure function of (seed, link, key, occurrence), and each kind is on its own.

use core::fmt::Write;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rstest::rstest;

use super::support::{percent, storm};
use crate::chacha;
use crate::{DelayRange, Fate, MessageKey, PerMillion, Span, Weather};

const LENGTH: usize = 40;

fn key(id: u64) -> MessageKey {
    MessageKey { kind: 1, id }
}

/// The fates of 1,000 messages.
fn thousand(weather: &Weather) -> Vec<Fate> {
    (0..1_000).map(|id| weather.fate(7, "peer>subject", key(id), 1, LENGTH)).collect()
}

#[test]
fn the_words_are_those_of_chacha() {
    for number in 0..1_000 {
        let key = [number, number << 40, u64::MAX - number, number.wrapping_mul(number << 32)];
        let octets: Vec<u8> = key.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut chance = ChaCha8Rng::from_seed(octets.try_into().unwrap());
        chance.set_stream(number << 20);
        assert_eq!(chacha::block(key, number << 20), [(); 16].map(|()| chance.next_u32()));
    }
}

/// Changing these words changes what every seed means.
#[test]
fn the_fates_of_a_seed_are_these() {
    let weather = Weather { damage: percent(30), cut: percent(30), ..storm() };
    let mut lines = String::new();
    for (seed, link, id, occurrence) in
        [(0, "a>b", 0, 1), (1, "a>b", 0, 1), (1, "b>a", 0, 1), (1, "a>b", 9, 1), (1, "a>b", 9, 2)]
    {
        let fate = weather.fate(seed, link, key(id), occurrence, LENGTH);
        writeln!(lines, "{seed} {link} {id} {occurrence}: {fate}").unwrap();
    }
    insta::assert_snapshot!(lines, @r"
    0 a>b 0 1: cut to 29 octets, 2.432545 ms later
    1 a>b 0 1: bit 121 flipped, 13.975725 ms later
    1 b>a 0 1: bit 9 flipped, 678.239 us later
    1 a>b 9 1: lost
    1 a>b 9 2: cut to 7 octets, 34.942967 ms later
    ");
}

#[rstest]
#[case::lose(Weather { lose: PerMillion::NEVER, ..storm() }, |fate| Fate { lose: false, ..fate })]
#[case::repeat(
    Weather { repeat: PerMillion::NEVER, ..storm() },
    |fate| Fate { repeat: 0, repeat_after: Span::ZERO, ..fate }
)]
#[case::reorder(Weather { reorder: PerMillion::NEVER, ..storm() }, |fate| Fate { hold: 0, ..fate })]
#[case::damage(Weather { damage: PerMillion::NEVER, ..storm() }, |fate| Fate { flip: None, ..fate })]
#[case::cut(Weather { cut: PerMillion::NEVER, ..storm() }, |fate| Fate { cut: None, ..fate })]
#[case::jitter(
    Weather { delay: DelayRange::exactly(Span::from_millis(5)), ..storm() },
    |fate| Fate { delay: Span::ZERO, repeat_after: Span::ZERO, ..fate }
)]
fn switching_one_kind_off_leaves_every_other_fate(
    #[case] without: Weather,
    #[case] strip: fn(Fate) -> Fate,
) {
    let mut changed = 0;
    for (with, without) in thousand(&storm()).into_iter().zip(thousand(&without)) {
        // A lost datagram has no other fate.
        if !with.lose {
            assert_eq!(strip(with), without);
        }
        changed += u32::from(with != without);
    }
    assert!(changed > 10, "the kind that was switched off happened {changed} times");
}

#[test]
fn faults_are_as_frequent_as_they_say() {
    let fates = thousand(&storm());
    let count = |kind: fn(&Fate) -> bool| fates.iter().filter(|&fate| kind(fate)).count();
    assert!((110..190).contains(&count(|fate| fate.lose)));
    assert!((60..120).contains(&count(|fate| fate.repeat > 0)));
    assert!((60..120).contains(&count(|fate| fate.hold > 0)));
    assert!((25..70).contains(&count(|fate| fate.flip.is_some())));
    assert!((25..70).contains(&count(|fate| fate.cut.is_some())));
    assert!(fates.iter().all(|fate| fate.delay <= Span::from_millis(35)));
    assert!(count(|fate| fate.delay > Span::from_millis(30)) > 50);
    assert!(count(|fate| fate.delay < Span::from_millis(5)) > 50);
    assert!(fates.iter().all(|fate| fate.hold <= crate::HOLD_COUNT_MAX));
    assert!(count(|fate| fate.hold == crate::HOLD_COUNT_MAX) > 10);
    assert!(fates.iter().all(|fate| fate.repeat <= crate::REPEAT_COUNT_MAX));
}

#[test]
fn never_and_always_mean_it() {
    let always = Weather { repeat: PerMillion::ALWAYS, ..Weather::CALM };
    assert!(thousand(&always).iter().all(|fate| fate.repeat > 0 && !fate.lose));
    assert!(thousand(&Weather::CALM).iter().all(Fate::is_usual));
}

#[rstest]
#[case(3, 75)]
#[case(3, 100)]
#[case(1, 100)]
#[case(0, 100)]
fn no_message_is_lost_more_often_in_a_row_than_weather_may(#[case] max: u32, #[case] lose: u32) {
    let lose = percent(lose);
    let weather = Weather { lose, damage: lose, cut: lose, lose_in_a_row_max: max, ..storm() };
    let mut longest = 0;
    for id in 0..200 {
        let mut in_a_row = 0;
        for occurrence in 1..50 {
            let fate = weather.fate(3, "a>b", key(id), occurrence, LENGTH);
            let whole = !fate.lose && fate.cut.is_none() && fate.flip.is_none();
            in_a_row = if whole { 0 } else { in_a_row + 1 };
            longest = longest.max(in_a_row);
        }
    }
    assert_eq!(longest, max);
}

#[test]
fn a_settled_fate_is_what_it_does() {
    let everything =
        Fate { lose: true, repeat: 1, hold: 1, flip: Some(9), cut: Some(3), ..Fate::USUAL };
    assert_eq!(everything.settled(10), Fate::LOST);
    let beyond = Fate { cut: Some(10), repeat_after: Span::from_millis(1), ..Fate::USUAL };
    assert_eq!(beyond.settled(10), Fate::USUAL);
    let flip = Fate { flip: Some(81), ..Fate::USUAL };
    assert_eq!(flip.settled(10), Fate { flip: Some(1), ..Fate::USUAL });
    assert_eq!(flip.settled(0), Fate::USUAL);
}

#[test]
fn an_empty_datagram_and_a_huge_one_have_fates() {
    let weather = Weather { damage: percent(100), cut: percent(100), ..Weather::CALM };
    assert_eq!(weather.fate(1, "a>b", key(1), 1, 0), Fate::USUAL);
    assert!(weather.fate(1, "a>b", key(1), 1, usize::MAX).cut.is_some());
}

#[test]
fn fates_are_told_in_words() {
    let fate = Fate {
        repeat: 1,
        repeat_after: Span::from_micros(1_500),
        hold: 2,
        delay: Span::from_millis(7),
        flip: Some(17),
        cut: Some(4),
        ..Fate::USUAL
    };
    let told = "bit 17 flipped, cut to 4 octets, held for 2, 7 ms later, 1 more, 1.5 ms apart";
    assert_eq!(fate.to_string(), told);
    assert_eq!(Fate::USUAL.to_string(), "as usual");
    assert_eq!(Fate::LOST.to_string(), "lost");
}
