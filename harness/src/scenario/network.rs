//! The network between the suite and the subject, and the seeds of its faults.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use simulator::{
    Burst, DelayRange, Distribution, Entry, Later, PerMillion, Preset, Rate, Schedule, Span,
    Weather,
};

use crate::yaml::Located;

/// Declares a struct with the keys of weather, and others before and after them.
///
/// The two that need them cannot share a flattened struct: what is read through one has lost its place in the file.
macro_rules! with_weather {
    ($(#[$attribute:meta])* pub struct $name:ident { $($(#[$own:meta])* pub $key:ident: $type:ty,)* }) => {
        $(#[$attribute])*
        pub struct $name {
            /// A familiar network, whose numbers stand for what is left out: `wifi`, `dsl`, `3g`, `lte`, `satellite`.
            pub preset: Option<Preset>,
            /// How long a datagram takes, such as `20 ms` or `5..40 ms`; with a schedule, always the same.
            pub delay: Option<DelayRange>,
            /// How delays are spread over their range: `uniform`, `normal`, `pareto`.
            pub distribution: Option<Distribution>,
            /// How often a datagram is lost.
            pub lose: Option<PerMillion>,
            /// Losses in bursts: how often one starts, how often it ends, how often it loses a datagram.
            pub burst: Option<Burst>,
            /// How often a datagram arrives more than once.
            pub repeat: Option<PerMillion>,
            /// How often a datagram arrives twenty times more.
            pub storm: Option<PerMillion>,
            /// How often a datagram is held back until later ones have passed it.
            pub reorder: Option<PerMillion>,
            /// How often one bit of a datagram is turned over.
            pub damage: Option<PerMillion>,
            /// How often a datagram loses its end.
            pub cut: Option<PerMillion>,
            /// How many bits the link takes in a second, such as `1.6 Mbit/s`.
            pub rate: Option<Rate>,
            /// How many datagrams wait at most for a link with a rate; 100 when left out.
            pub queue: Option<u16>,
            /// Nothing passes at all.
            pub down: Option<bool>,
            /// How often in a row one message may be lost, damaged or cut; 3 when left out.
            pub lose_in_a_row_max: Option<u32>,
            /// How long a datagram is held back at most, if too few others come; `100 ms` when left out.
            pub hold_max: Option<Span>,
            $($(#[$own])* pub $key: $type,)*
        }

        impl From<&$name> for Direction {
            /// The keys that all have.
            fn from(other: &$name) -> Self {
                Self {
                    preset: other.preset,
                    delay: other.delay,
                    distribution: other.distribution,
                    lose: other.lose,
                    burst: other.burst,
                    repeat: other.repeat,
                    storm: other.storm,
                    reorder: other.reorder,
                    damage: other.damage,
                    cut: other.cut,
                    rate: other.rate,
                    queue: other.queue,
                    down: other.down,
                    lose_in_a_row_max: other.lose_in_a_row_max,
                    hold_max: other.hold_max,
                }
            }
        }
    };
}

with_weather! {
    /// The network between the suite and the subject: weather, or a schedule of faults.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Network {
        /// What is different from the suite's peers to the subject.
        pub to_subject: Option<Direction>,
        /// What is different from the subject to the suite's peers.
        pub to_peer: Option<Direction>,
        /// What changes within the run, in the order of time.
        pub later: Vec<Change>,
        /// Exactly these faults instead of weather; what is not named arrives as usual.
        pub schedule: Option<Located<Vec<Entry>>>,
    }
}

with_weather! {
    /// The weather of one direction; what is left out is as in both directions.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Direction {}
}

impl Direction {
    /// The weather with what is stated here instead.
    fn over(&self, base: &Weather) -> Weather {
        let preset = self.preset.map(Preset::weather);
        let base = preset.as_ref().unwrap_or(base);
        Weather {
            delay: self.delay.unwrap_or(base.delay),
            distribution: self.distribution.unwrap_or(base.distribution),
            lose: self.lose.unwrap_or(base.lose),
            burst: self.burst.or(base.burst),
            repeat: self.repeat.unwrap_or(base.repeat),
            storm: self.storm.unwrap_or(base.storm),
            reorder: self.reorder.unwrap_or(base.reorder),
            damage: self.damage.unwrap_or(base.damage),
            cut: self.cut.unwrap_or(base.cut),
            rate: self.rate.or(base.rate),
            queue: self.queue.unwrap_or(base.queue),
            down: self.down.unwrap_or(base.down),
            lose_in_a_row_max: self.lose_in_a_row_max.unwrap_or(base.lose_in_a_row_max),
            hold_max: self.hold_max.unwrap_or(base.hold_max),
            later: Vec::new(),
        }
    }

    /// Whether something is stated that a schedule has no use for: all but how long the way and holding take.
    fn states_faults(&self) -> bool {
        *self != Self { delay: self.delay, hold_max: self.hold_max, ..Self::default() }
    }
}

with_weather! {
    /// What the weather is from some time on; what is left out is as it was before.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Change {
        /// How long after the run began.
        pub after: Span,
        /// What is different from the suite's peers to the subject.
        pub to_subject: Option<Direction>,
        /// What is different from the subject to the suite's peers.
        pub to_peer: Option<Direction>,
    }
}

impl Network {
    /// The weather from the suite's peers to the subject.
    pub fn weather_to_subject(&self) -> Weather {
        self.weather(self.to_subject.as_ref(), |change| change.to_subject.as_ref())
    }

    /// The weather from the subject to the suite's peers.
    pub fn weather_to_peer(&self) -> Weather {
        self.weather(self.to_peer.as_ref(), |change| change.to_peer.as_ref())
    }

    /// The schedule, when there is one instead of weather.
    pub fn schedule(&self) -> Option<Schedule> {
        self.schedule.as_ref().map(|entries| Schedule(entries.value.clone()))
    }

    /// How long a datagram takes at least.
    pub fn latency(&self) -> Span {
        self.delay.map_or(Span::ZERO, |delay| delay.min())
    }

    /// Whether faults are stated as weather, in either direction.
    pub fn states_weather(&self) -> bool {
        let both = Direction::from(self);
        let directions = [Some(&both), self.to_subject.as_ref(), self.to_peer.as_ref()];
        !self.later.is_empty() || directions.into_iter().flatten().any(Direction::states_faults)
    }

    /// Whether the changes are in the order of time.
    pub(super) fn is_in_order(&self) -> bool {
        self.later.is_sorted_by(|before, behind| before.after < behind.after)
    }

    fn weather<'a>(
        &'a self,
        own: Option<&Direction>,
        of_change: impl Fn(&'a Change) -> Option<&'a Direction>,
    ) -> Weather {
        let mut now = Direction::from(self).over(&Weather::CALM);
        if let Some(own) = own {
            now = own.over(&now);
        }
        let mut weather = now.clone();
        for change in &self.later {
            now = Direction::from(change).over(&now);
            if let Some(own) = of_change(change) {
                now = own.over(&now);
            }
            weather.later.push(Later { after: change.after, weather: now.clone() });
        }
        weather
    }
}

/// Seeds from the first to the last, such as `1..16`, or one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedRange {
    /// The first seed.
    pub first: u64,
    /// The last seed, included.
    pub last: u64,
}

impl SeedRange {
    /// Most seeds of one range.
    pub const COUNT_MAX: u64 = 10_000;

    /// The seeds in order.
    pub const fn iter(&self) -> RangeInclusive<u64> {
        self.first..=self.last
    }

    /// Reads `1..16` or `7`.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| {
            text.trim().parse().map_err(|_| {
                format!("`{text}` is not a seed; seeds are written like `1..16` or `7`")
            })
        };
        let (first, last): (u64, u64) = (number(first)?, number(last)?);
        if first > last {
            return Err(format!("the first seed, {first}, is after the last, {last}"));
        }
        if last - first >= Self::COUNT_MAX {
            return Err(format!("more than {} seeds", Self::COUNT_MAX));
        }
        Ok(Self { first, last })
    }
}

impl IntoIterator for &SeedRange {
    type Item = u64;
    type IntoIter = RangeInclusive<u64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'de> Deserialize<'de> for SeedRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for SeedRange {
    fn schema_name() -> Cow<'static, str> {
        "SeedRange".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "pattern": "^\\s*[0-9]+\\s*(\\.\\.\\s*[0-9]+\\s*)?$",
            "minimum": 0,
            "description": "Seeds, first and last, such as `1..16`, or one seed.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn a_direction_changes_only_what_it_states() {
        let network: Network = yaml::read(
            "n.yaml",
            "{ delay: 5..40 ms, lose: 15 %, to-subject: { lose: 0 %, repeat: 2.5 % } }",
        )
        .unwrap();
        let peer = network.weather_to_peer();
        assert_eq!(peer.lose.to_string(), "15 %");
        assert_eq!(peer.repeat, PerMillion::NEVER);
        let subject = network.weather_to_subject();
        assert_eq!(subject.lose, PerMillion::NEVER);
        assert_eq!(subject.repeat.to_string(), "2.5 %");
        assert_eq!(subject.delay, peer.delay);
        assert_eq!(subject.delay.to_string(), "5..40 ms");
        assert!(network.schedule().is_none());
        assert!(network.states_weather());
    }

    #[test]
    fn what_changes_later_changes_only_that() {
        let network: Network = yaml::read(
            "n.yaml",
            "preset: 3g\nlose: 0 %\nlater:\n  - { after: 2 s, to-peer: { down: true } }\n  \
             - { after: 5 s, down: false, delay: 7 ms }\n",
        )
        .unwrap();
        let (subject, peer) = (network.weather_to_subject(), network.weather_to_peer());
        assert_eq!(subject.delay.to_string(), "80..400 ms");
        assert_eq!(subject.lose, PerMillion::NEVER);
        assert_eq!(subject.rate.unwrap().to_string(), "1.6 Mbit/s");
        assert_eq!(subject.later[0].weather, Weather { later: Vec::new(), ..subject.clone() });
        let down: Vec<bool> = peer.later.iter().map(|later| later.weather.down).collect();
        assert_eq!(down, [true, false]);
        assert_eq!(peer.later[1].weather.delay.to_string(), "7 ms");
        assert!(network.states_weather() && network.is_in_order());
    }

    #[test]
    fn a_schedule_stands_instead_of_weather() {
        let network: Network = yaml::read(
            "n.yaml",
            "delay: 20 ms\nschedule:\n  - { link: peer>subject, message: DATA 5, lose: true }\n",
        )
        .unwrap();
        assert_eq!(network.schedule().unwrap().0[0].message, "DATA 5");
        assert_eq!(network.latency(), Span::from_millis(20));
        assert!(!network.states_weather());
    }

    #[test]
    fn seeds_are_a_range_or_one() {
        assert_eq!(SeedRange::parse("1..16"), Ok(SeedRange { first: 1, last: 16 }));
        assert_eq!(SeedRange::parse("7"), Ok(SeedRange { first: 7, last: 7 }));
        assert_eq!(SeedRange { first: 3, last: 5 }.iter().collect::<Vec<_>>(), [3, 4, 5]);
    }

    #[test]
    fn other_seeds_are_refused() {
        for text in ["", "1..", "5..1", "a", "-1", "1..99999", "0..18446744073709551615"] {
            assert!(SeedRange::parse(text).is_err(), "{text}");
        }
    }
}
