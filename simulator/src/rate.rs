//! Rates of links, and what waits for them: `1.6 Mbit/s`.

use core::fmt;
use core::str::FromStr;
use std::collections::VecDeque;

use crate::parse::{ParseError, decimal, print_decimal, split_unit, written_as_string};
use crate::{Fate, Instant, Span};

/// How many bits a link takes in a second.
///
/// Written with its unit: `512 kbit/s`, `1.6 Mbit/s`, `1 Gbit/s`; at least 1 kbit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u64);

/// Units that are printed, largest first, each with its bits.
const UNITS: [(&str, u64); 3] =
    [("Gbit/s", 1_000_000_000), ("Mbit/s", 1_000_000), ("kbit/s", 1_000)];

/// Most bits in a second: so a datagram takes at least some nanoseconds, and no product overflows.
const BITS_MAX: u64 = 1_000_000_000_000;

impl Rate {
    /// That many bits in a second; none below 1,000 or above 10^12.
    pub const fn new(bits: u64) -> Option<Self> {
        if 1_000 <= bits && bits <= BITS_MAX { Some(Self(bits)) } else { None }
    }

    /// Bits in a second.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// How long so many octets take.
    fn takes(self, octets: usize) -> Span {
        let bits = u64::try_from(octets).unwrap_or(u64::MAX).saturating_mul(8);
        Span::from_nanos(bits.saturating_mul(1_000_000_000).div_ceil(self.0))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.into_iter().find(|&(_, bits)| self.0 >= bits);
        let (name, bits) = unit.unwrap_or(("kbit/s", 1_000));
        print_decimal(f, self.0, bits)?;
        write!(f, " {name}")
    }
}

impl FromStr for Rate {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = split_unit(text);
        UNITS
            .into_iter()
            .find(|&(name, _)| name == unit || name.strip_suffix("/s") == Some(unit))
            .and_then(|(_, bits)| decimal(number, bits))
            .and_then(Self::new)
            .ok_or_else(|| ParseError::new(text, "a rate such as `512 kbit/s` or `1.6 Mbit/s`"))
    }
}

written_as_string!(
    Rate,
    r"^\s*\d+(\.\d+)?\s*(k|M|G)bit(/s)?\s*$",
    "A rate, such as `512 kbit/s` or `1.6 Mbit/s`."
);

/// What waits at the beginning of a link for those before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// When each of those that wait will have left, in order.
    leaves: VecDeque<Instant>,
}

impl Queue {
    /// Lets a datagram wait for its turn, or loses it because too many wait already; that is added to its fate.
    pub(crate) fn enter(
        &mut self,
        now: Instant,
        rate: Rate,
        limit: u16,
        length: usize,
        mut fate: Fate,
    ) -> Fate {
        while self.leaves.front().is_some_and(|&leaves| leaves <= now) {
            self.leaves.pop_front();
        }
        if fate.lose {
            return fate;
        }
        if self.leaves.len() >= usize::from(limit) {
            return Fate::LOST;
        }
        let begins = self.leaves.back().copied().unwrap_or(now).max(now);
        let leaves = begins + rate.takes(length);
        self.leaves.push_back(leaves);
        fate.delay = fate.delay.saturating_add(Span::from(leaves - now));
        fate
    }
}
