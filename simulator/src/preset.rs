//! Presets: familiar networks by name, as weather with numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Burst, DelayRange, Distribution, PerMillion, Rate, Span, Weather};

/// A familiar network. Its numbers are typical ones, round, and the same for ever: they are part of what a seed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Preset {
    /// A busy wireless network: 2..30 ms, most of them short; 0.5 % lost, and bursts.
    #[serde(rename = "wifi")]
    Wifi,
    /// A line of copper: 10..15 ms, 16 Mbit/s.
    #[serde(rename = "dsl")]
    Dsl,
    /// A mobile network, third generation: 80..400 ms, most of them short; 1 % lost, 1.6 Mbit/s.
    #[serde(rename = "3g")]
    ThirdGeneration,
    /// A mobile network, fourth generation: 30..80 ms; 0.1 % lost, 12 Mbit/s.
    #[serde(rename = "lte")]
    Lte,
    /// A geostationary satellite: 270..300 ms; bursts when it rains; 10 Mbit/s.
    #[serde(rename = "satellite")]
    Satellite,
}

impl Preset {
    /// Its weather, for one direction.
    pub fn weather(self) -> Weather {
        match self {
            Self::Wifi => Weather {
                delay: milliseconds(2, 30),
                distribution: Distribution::Pareto,
                lose: parts(5_000),
                reorder: parts(5_000),
                burst: Some(bursts(2_000, 300_000, 700_000)),
                ..Weather::CALM
            },
            Self::Dsl => Weather {
                delay: milliseconds(10, 15),
                rate: Rate::new(16_000_000),
                ..Weather::CALM
            },
            Self::ThirdGeneration => Weather {
                delay: milliseconds(80, 400),
                distribution: Distribution::Pareto,
                lose: parts(10_000),
                reorder: parts(10_000),
                rate: Rate::new(1_600_000),
                ..Weather::CALM
            },
            Self::Lte => Weather {
                delay: milliseconds(30, 80),
                distribution: Distribution::Normal,
                lose: parts(1_000),
                rate: Rate::new(12_000_000),
                ..Weather::CALM
            },
            Self::Satellite => Weather {
                delay: milliseconds(270, 300),
                burst: Some(bursts(1_000, 100_000, 900_000)),
                rate: Rate::new(10_000_000),
                queue: 200,
                ..Weather::CALM
            },
        }
    }
}

const fn parts(parts: u32) -> PerMillion {
    match PerMillion::new(parts) {
        Some(probability) => probability,
        None => panic!("a preset has a probability above one"),
    }
}

const fn bursts(start: u32, end: u32, lose: u32) -> Burst {
    Burst { start: parts(start), end: parts(end), lose: parts(lose) }
}

const fn milliseconds(min: u64, max: u64) -> DelayRange {
    match DelayRange::new(Span::from_millis(min), Span::from_millis(max)) {
        Some(range) => range,
        None => panic!("a preset has its shortest delay after its longest"),
    }
}
