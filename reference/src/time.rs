//! Time as an integer: nanoseconds since the run began.
//!
//! `std::time::Instant` cannot be made without asking the clock, so nothing here uses it. Whoever
//! drives an endpoint says what time it is, in simulation and behind real sockets alike.

use core::fmt;
use core::ops::Add;
use core::time::Duration;

/// A moment, in nanoseconds since the run began. It reaches 584 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The beginning of every run.
    pub const START: Self = Self(0);

    /// The moment `nanos` nanoseconds after [`START`](Self::START).
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since [`START`](Self::START).
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Time since [`START`](Self::START).
    #[must_use]
    pub const fn since_start(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// This moment and `span` more, or `None` past the end of time.
    #[must_use]
    pub fn checked_add(self, span: Duration) -> Option<Self> {
        let nanos = u64::try_from(span.as_nanos()).ok()?;
        self.0.checked_add(nanos).map(Self)
    }

    /// This moment and `span` more, at most the end of time.
    #[must_use]
    pub fn saturating_add(self, span: Duration) -> Self {
        self.checked_add(span).unwrap_or(Self(u64::MAX))
    }

    /// Time from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Saturates, as [`Instant::saturating_add`] does.
impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        self.saturating_add(span)
    }
}

/// Seconds with six digits: `1.250000 s`.
impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0 / 1_000;
        write!(formatter, "{}.{:06} s", micros / 1_000_000, micros % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_past_the_end_of_time_stays_there() {
        let late = Instant::from_nanos(u64::MAX - 1);
        assert_eq!(late.checked_add(Duration::from_secs(1)), None);
        assert_eq!(late + Duration::MAX, Instant::from_nanos(u64::MAX));
    }

    #[test]
    fn a_moment_prints_as_seconds() {
        let moment = Instant::START + Duration::from_micros(1_250_001);
        assert_eq!(moment.to_string(), "1.250001 s");
    }

    #[test]
    fn time_since_a_later_moment_is_zero() {
        let later = Instant::START + Duration::from_secs(1);
        assert_eq!(Instant::START.saturating_duration_since(later), Duration::ZERO);
        assert_eq!(later.saturating_duration_since(Instant::START), Duration::from_secs(1));
    }
}
