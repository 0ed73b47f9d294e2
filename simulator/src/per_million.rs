//! Probabilities as parts per million: `15 %`, `0.5 %`.

use core::fmt;
use core::str::FromStr;

use crate::parse::{ParseError, decimal, print_decimal, split_unit, written_as_string};

/// A probability in parts per million, from never to always.
///
/// Written in per cent with up to four places: `15 %`, `0.5 %`, `0.0001 %`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PerMillion(u32);

/// Parts per million in one per cent.
const PERCENT: u32 = 10_000;

impl PerMillion {
    /// It does not happen.
    pub const NEVER: Self = Self(0);
    /// It happens every time.
    pub const ALWAYS: Self = Self(1_000_000);

    /// That many parts per million; none above 1,000,000.
    pub const fn new(parts: u32) -> Option<Self> {
        if parts <= Self::ALWAYS.0 { Some(Self(parts)) } else { None }
    }

    /// That many per cent; none above 100.
    pub const fn percent(percent: u32) -> Option<Self> {
        if percent <= 100 { Some(Self(percent * PERCENT)) } else { None }
    }

    /// Parts per million, 0 to 1,000,000.
    pub const fn parts(self) -> u32 {
        self.0
    }

    /// Whether it happens to a word drawn evenly from all words.
    pub(crate) fn hits(self, word: u32) -> bool {
        // The high half of word × 10^6 is even in 0..10^6 but for one part in 4,000.
        (u64::from(word) * u64::from(Self::ALWAYS.0)) >> u32::BITS < u64::from(self.0)
    }
}

impl fmt::Display for PerMillion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_decimal(f, u64::from(self.0), u64::from(PERCENT))?;
        f.write_str(" %")
    }
}

impl FromStr for PerMillion {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = split_unit(text);
        decimal(number, u64::from(PERCENT))
            .filter(|_| unit == "%")
            .and_then(|parts| Self::new(u32::try_from(parts).ok()?))
            .ok_or_else(|| ParseError::new(text, "a probability such as `15 %` or `0.5 %`"))
    }
}

written_as_string!(PerMillion, r"^\s*\d+(\.\d{1,4}0*)?\s*%\s*$", "A probability, such as `15 %`.");
