//! The retransmission interval, from measured round trips (RFC 6298).

use core::time::Duration;

/// The clock granularity G of RFC 6298 §2: the least variance that counts.
const GRANULARITY: Duration = Duration::from_millis(1);

/// More doublings than this exceed every sensible cap; it keeps the shift in range.
const BACKOFF_MAX: u32 = 16;

/// Bounds of the interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Before a round trip was measured.
    pub(crate) initial: Duration,
    /// The shortest.
    pub(crate) min: Duration,
    /// The longest.
    pub(crate) max: Duration,
}

/// Smoothed round-trip time and the interval that follows from it.
#[derive(Clone, Debug)]
pub(crate) struct RoundTrip {
    /// Smoothed time and its variation, once there was a measurement.
    smoothed: Option<(Duration, Duration)>,
    /// How often the interval was doubled since the peer last acknowledged something.
    backoff: u32,
}

impl RoundTrip {
    pub(crate) const fn new() -> Self {
        Self { smoothed: None, backoff: 0 }
    }

    /// Takes one measurement (RFC 6298 §2.2 and §2.3). By Karn's rule (§3), only of octets that
    /// were sent once.
    pub(crate) fn measure(&mut self, sample: Duration) {
        self.smoothed = Some(match self.smoothed {
            None => (sample, sample / 2),
            Some((smoothed, variation)) => {
                let error = smoothed.abs_diff(sample);
                (smoothed / 8 * 7 + sample / 8, variation / 4 * 3 + error / 4)
            }
        });
    }

    /// Doubles the interval after a timeout (RFC 6298 §5.5).
    pub(crate) fn back_off(&mut self) {
        self.backoff = (self.backoff + 1).min(BACKOFF_MAX);
    }

    /// Takes the doublings back, as octets come through again.
    pub(crate) const fn recover(&mut self) {
        self.backoff = 0;
    }

    /// From a send to its retransmission.
    pub(crate) fn interval(&self, bounds: &Bounds) -> Duration {
        let base = match self.smoothed {
            None => bounds.initial,
            Some((smoothed, variation)) => smoothed + GRANULARITY.max(variation * 4),
        };
        let base = base.max(bounds.min);
        base.saturating_mul(1 << self.backoff).min(bounds.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_follows_the_measurements_and_doubles_after_timeouts() {
        let bounds = Bounds {
            initial: Duration::from_millis(200),
            min: Duration::from_millis(100),
            max: Duration::from_secs(4),
        };
        let mut trip = RoundTrip::new();
        assert_eq!(trip.interval(&bounds), Duration::from_millis(200));
        trip.measure(Duration::from_millis(80));
        assert_eq!(trip.interval(&bounds), Duration::from_millis(80 + 4 * 40));
        trip.back_off();
        assert_eq!(trip.interval(&bounds), Duration::from_millis(480));
        trip.recover();
        for _ in 0..100 {
            trip.measure(Duration::from_millis(8));
        }
        assert_eq!(trip.interval(&bounds), bounds.min);
        for _ in 0..100 {
            trip.back_off();
        }
        assert_eq!(trip.interval(&bounds), bounds.max);
    }
}
