//! Weather that comes in bursts, fills queues, changes within a run or stops everything; and what it leaves as it was.

use std::sync::Arc;

use super::support::{percent, storm};
use crate::toy::ToyMessages;
use crate::{
    Burst, ByOrdinal, Delivery, Distribution, Fate, Fates, Instant, Later, Link, MessageKey,
    PerMillion, Preset, STORM_COUNT, Schedule, Span, Weather,
};

/// What a link decides about so many datagrams of 100 octets, one each so often.
fn fates(weather: Weather, count: u32, apart: Span) -> Vec<Fate> {
    let fates = Fates::Weather { seed: 3, weather };
    let mut link = Link::<()>::new("a>b", fates, Arc::new(ByOrdinal)).unwrap();
    (0..count)
        .map(|number| {
            let now = Instant::START + apart.saturating_mul(number.into());
            link.decide(now, &[0; 100]).fate
        })
        .collect()
}

/// Lengths of the runs of losses.
fn bursts(fates: &[Fate]) -> Vec<usize> {
    fates.split(|fate| !fate.lose).map(<[Fate]>::len).filter(|&length| length > 0).collect()
}

#[test]
fn losses_come_in_bursts_as_long_as_they_should() {
    let burst = Burst { start: percent(1), end: percent(25), lose: PerMillion::ALWAYS };
    let weather = Weather { burst: Some(burst), ..Weather::CALM };
    let fates = fates(weather, 20_000, Span::ZERO);
    let bursts = bursts(&fates);
    let lost: usize = bursts.iter().sum();
    // On average one in 100 starts a burst of four: 1 / (1 + 25) of all.
    assert!((550..=990).contains(&lost), "{lost}");
    let mean = 100 * lost / bursts.len();
    assert!((320..=480).contains(&mean), "{mean} hundredths of a datagram");
}

#[test]
fn a_burst_takes_nothing_from_other_faults() {
    let burst = Burst { start: percent(5), end: percent(30), lose: percent(80) };
    let without = fates(storm(), 2_000, Span::ZERO);
    let with = fates(Weather { burst: Some(burst), ..storm() }, 2_000, Span::ZERO);
    let more = with.iter().filter(|fate| fate.lose).count();
    let fewer = without.iter().filter(|fate| fate.lose).count();
    assert!(more > fewer + 100, "{more} and {fewer}");
    for (with, without) in with.iter().zip(&without) {
        assert!(with == without || *with == Fate::LOST, "{with} and {without}");
    }
}

#[test]
fn a_storm_repeats_and_takes_nothing_from_other_faults() {
    let without = fates(storm(), 2_000, Span::ZERO);
    let with = fates(Weather { storm: percent(2), ..storm() }, 2_000, Span::ZERO);
    let storms = with.iter().filter(|fate| fate.repeat == STORM_COUNT).count();
    assert!((20..=60).contains(&storms), "{storms}");
    for (with, without) in with.iter().zip(&without) {
        let same = Fate { repeat: without.repeat, repeat_after: without.repeat_after, ..*with };
        assert_eq!(same, *without);
    }
}

#[test]
fn a_busy_link_lets_wait_and_loses_what_finds_no_room() {
    // 100 octets take 10 ms.
    let rate = Some("80 kbit/s".parse().unwrap());
    let weather = Weather { rate, queue: 3, ..Weather::CALM };
    let at_once = fates(weather.clone(), 5, Span::ZERO);
    let waits = |milliseconds| Fate { delay: Span::from_millis(milliseconds), ..Fate::USUAL };
    assert_eq!(at_once, [waits(10), waits(20), waits(30), Fate::LOST, Fate::LOST]);
    let in_time = fates(weather, 5, Span::from_millis(10));
    assert_eq!(in_time, [waits(10); 5]);
}

#[test]
fn what_a_busy_link_did_is_replayed_by_its_schedule() {
    let rate = Some("80 kbit/s".parse().unwrap());
    let weather = Weather { rate, queue: 4, ..storm() };
    let drawn = Fates::Weather { seed: 9, weather };
    let play = |fates: Fates| -> (Vec<Delivery<()>>, Schedule) {
        let mut link = Link::new("a>b", fates, Arc::new(ByOrdinal)).unwrap();
        let (mut out, mut schedule) = (Vec::new(), Schedule::default());
        for number in 0..200 {
            let now = Instant::START + Span::from_millis(4).saturating_mul(number);
            let decision = link.send(now, vec![0; 100], (), &mut out);
            schedule.0.extend(link.entry(&decision));
        }
        (out, schedule)
    };
    let (deliveries, schedule) = play(drawn.clone());
    assert!(deliveries.len() < 200);
    assert_eq!(play(drawn.replaying(schedule)).0, deliveries);
}

#[test]
fn weather_changes_when_it_says_and_a_link_that_is_down_spares_nothing() {
    let base = Weather { delay: "20 ms".parse().unwrap(), ..Weather::CALM };
    let later = |after, weather| Later { after: Span::from_millis(after), weather };
    let weather = Weather {
        later: vec![
            later(10, Weather { down: true, ..base.clone() }),
            later(30, Weather { delay: "50 ms".parse().unwrap(), ..Weather::CALM }),
            later(40, Weather { delay: "5 ms".parse().unwrap(), ..Weather::CALM }),
        ],
        ..base
    };
    let fates = Fates::Weather { seed: 1, weather };
    assert_eq!(fates.latency(), Span::from_millis(5));
    let mut link = Link::<()>::new("a>b", fates, Arc::new(ToyMessages)).unwrap();
    let fates: Vec<Fate> = (0..9)
        .map(|number| {
            let now = Instant::START + Span::from_millis(5).saturating_mul(number);
            // The same message over and over: four losses in a row, which weather alone never does.
            link.decide(now, &[1, 0, 0, 0, 7]).fate
        })
        .collect();
    let late = |milliseconds| Fate { delay: Span::from_millis(milliseconds), ..Fate::USUAL };
    let down = [Fate::LOST; 4];
    let expected = [&[late(15); 2][..], &down, &[late(45); 2], &[Fate::USUAL]].concat();
    assert_eq!(fates, expected);
}

#[test]
fn another_distribution_moves_delays_only() {
    let without = fates(storm(), 500, Span::ZERO);
    for distribution in [Distribution::Normal, Distribution::Pareto] {
        let with = fates(Weather { distribution, ..storm() }, 500, Span::ZERO);
        let moved = with.iter().zip(&without).filter(|(with, without)| with != without).count();
        assert!(moved > 300, "{moved}");
        for (with, without) in with.iter().zip(&without) {
            assert_eq!(Fate { delay: without.delay, ..*with }, *without);
            assert!(with.delay <= storm().delay.jitter());
        }
    }
}

#[test]
fn every_preset_bears_traffic() {
    let presets =
        [Preset::Wifi, Preset::Dsl, Preset::ThirdGeneration, Preset::Lte, Preset::Satellite];
    for preset in presets {
        let fates = fates(preset.weather(), 2_000, Span::from_millis(10));
        let lost = fates.iter().filter(|fate| fate.lose).count();
        assert!(lost < 100, "{preset:?} loses {lost} of 2,000");
        let late = fates.iter().filter(|fate| !fate.delay.is_zero()).count();
        assert!(late > 1_000, "{preset:?} is late with {late} of 2,000");
    }
}

#[test]
fn new_faults_leave_what_a_seed_means() {
    let plain = fates(storm(), 200, Span::ZERO);
    let same: Vec<Fate> =
        (1..=200).map(|id| storm().fate(3, "a>b", MessageKey { kind: 0, id }, 1, 100)).collect();
    assert_eq!(plain, same);
}
