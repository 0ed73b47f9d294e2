//! Runs repeat: from their seed, and from their schedule.

use super::support::{percent, play, storm};
use crate::toy::Toy;
use crate::{Entry, Fate, Fates, Outcome, Schedule, Span, Weather};

fn pingers() -> [Toy; 2] {
    [Toy::pinger(200), Toy::echo()]
}

#[test]
fn one_seed_gives_one_run() {
    let play = |seed| play(&Fates::Weather { seed, weather: storm() }, &mut pingers());
    let first = play(1);
    assert_eq!(first.1, Ok(Outcome::Quiet));
    assert_eq!(first, play(1));
    assert_ne!(first.0, play(2).0);
}

#[test]
fn a_recorded_schedule_gives_the_recorded_run() {
    let still = Weather { delay: "20 ms".parse().unwrap(), ..storm() };
    for (seed, weather) in (0..20).flat_map(|seed| [(seed, storm()), (seed, still.clone())]) {
        let fates = Fates::Weather { seed, weather };
        let (lines, outcome, schedule, _) = play(&fates, &mut pingers());
        let replay = play(&fates.replaying(schedule.clone()), &mut pingers());
        assert_eq!(replay, (lines, outcome, schedule, Schedule::default()));
    }
}

#[test]
fn a_flood_replays_too() {
    let weather = Weather { reorder: percent(40), ..storm() };
    let fates = Fates::Weather { seed: 9, weather };
    let flood = || [Toy::flood(500), Toy::sink()];
    let (lines, outcome, schedule, _) = play(&fates, &mut flood());
    let replay = play(&fates.replaying(schedule.clone()), &mut flood());
    assert_eq!(replay, (lines, outcome, schedule, Schedule::default()));
}

#[test]
fn entries_that_did_not_bite_are_told() {
    let entry = |message: &str, occurrence, fate| {
        Entry::new("left>right".to_owned(), message.to_owned(), occurrence, fate)
    };
    let bites = entry("PING 3", 1, Fate::LOST);
    let never_sent = entry("PING 9000", 1, Fate::LOST);
    let never_again = entry("PING 4", 2, Fate::LOST);
    let cuts_nothing = entry("PING 5", 1, Fate { cut: Some(100), ..Fate::USUAL });
    let stranger = Entry { link: "left>nobody".to_owned(), ..bites.clone() };
    let dull = [never_sent, never_again, cuts_nothing].to_vec();

    let schedule = Schedule([vec![bites.clone(), stranger.clone()], dull.clone()].concat());
    let strangers: Vec<_> = schedule.strangers(&["left>right", "right>left"]).cloned().collect();
    assert_eq!(strangers, [stranger]);
    let fates = Fates::usual(Span::from_millis(20)).replaying(schedule);
    let (_, _, recorded, unbitten) = play(&fates, &mut pingers());
    assert_eq!(recorded, Schedule(vec![bites]));
    assert_eq!(unbitten, Schedule(dull));
}

#[test]
fn a_schedule_reads_as_it_is_written() {
    let fate = Fate {
        repeat: 1,
        repeat_after: Span::from_micros(1_500),
        hold: 2,
        delay: Span::from_millis(7),
        flip: Some(17),
        cut: Some(4),
        ..Fate::USUAL
    };
    let schedule = Schedule(vec![
        Entry::new("peer>subject".to_owned(), "DATA 4".to_owned(), 2, Fate::LOST),
        Entry::new("subject>peer".to_owned(), "#5".to_owned(), 1, fate),
    ]);
    let text = serde_yaml::to_string(&schedule).unwrap();
    insta::assert_snapshot!(text, @r"
    - link: peer>subject
      message: DATA 4
      occurrence: 2
      lose: true
    - link: subject>peer
      message: '#5'
      repeat: 1
      repeat_after: 1.5 ms
      hold: 2
      delay: 7 ms
      flip: 17
      cut: 4
    ");
    assert_eq!(serde_yaml::from_str::<Schedule>(&text).unwrap(), schedule);
    let text = serde_json::to_string(&schedule).unwrap();
    assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule);
    assert!(serde_yaml::from_str::<Schedule>("- {link: a, message: b, loose: true}").is_err());
}
