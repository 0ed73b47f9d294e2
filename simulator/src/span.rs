//! Lengths of time as people write them: `5 ms`, `1.5 s`, and ranges of them: `5..40 ms`.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::parse::{ParseError, decimal, print_decimal, split_unit, written_as_string};

/// A length of time in whole nanoseconds, up to some 584 years.
///
/// Written with its unit: `250 us`, `5 ms`, `1.5 s`, `2 min`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

/// Units that are printed, largest first, each with its nanoseconds.
const UNITS: [(&str, u64); 4] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

/// What a span looks like, for errors.
const SPAN_EXPECTED: &str = "a time span such as `250 us`, `5 ms` or `1.5 s`";

/// What a range looks like, for errors.
const RANGE_EXPECTED: &str =
    "a delay such as `20 ms`, or a range, smaller end first, such as `5..40 ms`";

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// That many nanoseconds.
    pub const fn from_nanos(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// That many microseconds, or the longest span there is.
    pub const fn from_micros(microseconds: u64) -> Self {
        Self(microseconds.saturating_mul(1_000))
    }

    /// That many milliseconds, or the longest span there is.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds.saturating_mul(1_000_000))
    }

    /// That many seconds, or the longest span there is.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000))
    }

    /// Its length in nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whether it is no time at all.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// That many times this, or the longest span there is.
    #[must_use]
    pub const fn saturating_mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }

    /// This and another, or the longest span there is.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left of this without another; no time at all if that is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The largest unit in which this has a whole part; milliseconds for zero.
    fn unit(self) -> (&'static str, u64) {
        let whole = |&(_, nanoseconds): &(&str, u64)| self.0 >= nanoseconds;
        UNITS.into_iter().find(whole).unwrap_or(("ms", 1_000_000))
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        Self::from_nanos(span.0)
    }
}

/// The longest span there is, if the duration is longer.
impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, nanoseconds) = self.unit();
        print_decimal(f, self.0, nanoseconds)?;
        write!(f, " {name}")
    }
}

impl FromStr for Span {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = split_unit(text);
        unit_nanoseconds(unit)
            .and_then(|nanoseconds| decimal(number, nanoseconds))
            .map(Self)
            .ok_or_else(|| ParseError::new(text, SPAN_EXPECTED))
    }
}

fn unit_nanoseconds(unit: &str) -> Option<u64> {
    match unit {
        "ns" => Some(1),
        "us" | "µs" => Some(1_000),
        "ms" => Some(1_000_000),
        "s" => Some(1_000_000_000),
        "min" => Some(60_000_000_000),
        _ => None,
    }
}

/// How long a link takes: every length from the shortest to the longest is equally likely.
///
/// Written `20 ms`, `5..40 ms` or `500 us..5 ms`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DelayRange {
    min: Span,
    max: Span,
}

impl DelayRange {
    /// From `min` to `max`, both included; none if `min` is the longer one.
    pub const fn new(min: Span, max: Span) -> Option<Self> {
        if min.0 <= max.0 { Some(Self { min, max }) } else { None }
    }

    /// Always the same.
    pub const fn exactly(span: Span) -> Self {
        Self { min: span, max: span }
    }

    /// The shortest delay.
    pub const fn min(&self) -> Span {
        self.min
    }

    /// The longest delay.
    pub const fn max(&self) -> Span {
        self.max
    }

    /// How much longer than the shortest the longest is.
    pub const fn jitter(&self) -> Span {
        Span(self.max.0 - self.min.0)
    }
}

impl fmt::Display for DelayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max {
            return self.min.fmt(f);
        }
        if self.min.unit() == self.max.unit() {
            print_decimal(f, self.min.0, self.min.unit().1)?;
        } else {
            self.min.fmt(f)?;
        }
        write!(f, "..{}", self.max)
    }
}

impl FromStr for DelayRange {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let unlike = || ParseError::new(text, RANGE_EXPECTED);
        let Some((min, max)) = text.split_once("..") else {
            return text.parse().map(Self::exactly).map_err(|_| unlike());
        };
        let max_span = max.parse::<Span>().map_err(|_| unlike())?;
        // The first unit may be left out: it is then that of the second.
        let (number, unit) = split_unit(min);
        let unit = if unit.is_empty() { split_unit(max).1 } else { unit };
        let min_span = unit_nanoseconds(unit)
            .and_then(|nanoseconds| decimal(number, nanoseconds))
            .map(Span)
            .ok_or_else(unlike)?;
        Self::new(min_span, max_span).ok_or_else(unlike)
    }
}

written_as_string!(
    Span,
    r"^\s*\d+(\.\d+)?\s*(ns|us|µs|ms|s|min)\s*$",
    "A time span, such as `250 us`, `5 ms` or `1.5 s`."
);
written_as_string!(
    DelayRange,
    r"^\s*(\d+(\.\d+)?\s*(ns|us|µs|ms|s|min)?\s*\.\.\s*)?\d+(\.\d+)?\s*(ns|us|µs|ms|s|min)\s*$",
    "A delay, such as `20 ms`, or a range of delays, such as `5..40 ms`."
);
