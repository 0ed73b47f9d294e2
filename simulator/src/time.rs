//! Simulated time: whole nanoseconds since the run began.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use core::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;

/// A moment of a run, in nanoseconds since it began.
///
/// Arithmetic saturates: after some 584 years everything happens at [`Instant::MAX`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Instant(u64);

impl Instant {
    /// When every run begins.
    pub const START: Self = Self(0);
    /// The last moment there is.
    pub const MAX: Self = Self(u64::MAX);

    /// The moment that many nanoseconds after the beginning.
    pub const fn from_nanos(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// Nanoseconds since the beginning.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Add<Span> for Instant {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.as_nanos()))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

/// `20.000 ms` below one second, `12.345678 s` from there on; nanoseconds only where there are some.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECOND: u64 = 1_000_000_000;
        const MILLISECOND: u64 = 1_000_000;
        let exact = self.0.is_multiple_of(1_000);
        if self.0 >= SECOND {
            let (whole, rest) = (self.0 / SECOND, self.0 % SECOND);
            if exact {
                write!(f, "{whole}.{:06} s", rest / 1_000)
            } else {
                write!(f, "{whole}.{rest:09} s")
            }
        } else {
            let (whole, rest) = (self.0 / MILLISECOND, self.0 % MILLISECOND);
            if exact {
                write!(f, "{whole}.{:03} ms", rest / 1_000)
            } else {
                write!(f, "{whole}.{rest:06} ms")
            }
        }
    }
}
