//! Weather drawn from a seed: which faults there are at all, how likely each is, and in which direction.
//!
//! Swarm testing (Groce and others, 2012): a run with a few kinds of fault finds what a run with all of them hides, as one fault
//! masks another. So each kind is there in half of the seeds only.

use serde_yaml::{Mapping, Value};

use crate::chance::Chance;

/// The kinds of fault that a correct implementation of any protocol bears, each with its highest probability in per cent.
/// Damage is not among them: without a checksum of its own, a protocol cannot see it.
const FAULTS: [(&str, u32); 3] = [("lose", 30), ("repeat", 30), ("reorder", 30)];
/// How long a link takes at least, in milliseconds.
const DELAYS: [u32; 4] = [1, 5, 20, 60];
/// How much longer it may take.
const JITTERS: [u32; 4] = [0, 0, 15, 120];

/// The weather of this seed, as a scenario says it.
pub(super) fn weather(seed: u64) -> Mapping {
    let mut chance = Chance::of(b"the weather of a sweep..........", &[seed]);
    let mut weather = Mapping::new();
    let delay = chance.pick(&DELAYS).copied().unwrap_or(1);
    let jitter = chance.pick(&JITTERS).copied().unwrap_or(0);
    let delay =
        if jitter == 0 { format!("{delay} ms") } else { format!("{delay}..{} ms", delay + jitter) };
    weather.insert("delay".into(), delay.into());
    let drawn = FAULTS.map(|(name, most)| {
        let there = chance.below(2) == 0;
        let percent = 1 + chance.below(most);
        let both = chance.below(2) == 0;
        (name, if there { percent } else { 0 }, both)
    });
    let calm = drawn.iter().all(|(_, percent, _)| *percent == 0);
    let calm_side = if chance.below(2) == 0 { "to-subject" } else { "to-peer" };
    let mut other = Mapping::new();
    for (name, percent, both) in drawn {
        // A sweep without any fault shows nothing.
        let percent = if calm { 10 } else { percent };
        if percent == 0 {
            continue;
        }
        weather.insert(name.into(), format!("{percent} %").into());
        if !both && !calm {
            other.insert(name.into(), "0 %".into());
        }
    }
    if !other.is_empty() {
        weather.insert(calm_side.into(), Value::from(other));
    }
    weather
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_weather_and_seeds_differ() {
        assert_eq!(weather(7), weather(7));
        let mut known = Vec::new();
        for seed in 0..100 {
            let weather = weather(seed);
            assert!(
                FAULTS.iter().any(|(name, _)| weather.contains_key(*name)),
                "seed {seed} has no fault"
            );
            if !known.contains(&weather) {
                known.push(weather);
            }
        }
        assert!(known.len() > 80, "{} different ones", known.len());
    }

    #[test]
    fn every_kind_of_fault_is_there_in_about_half_of_the_seeds() {
        for (name, _) in FAULTS {
            let there = (0..1000).filter(|seed| weather(*seed).contains_key(name)).count();
            assert!((400..700).contains(&there), "{name} in {there} of 1000");
        }
    }
}
