//! The retransmission interval, from measured round trips (RFC 6298).

use core::time::Duration;

use crate::mnet::Timers;

/// The clock granularity G of RFC 6298 §2: the least variance that counts.
const GRANULARITY: Duration = Duration::from_millis(1);

/// More doublings than this exceed every sensible cap; it keeps the shift in range.
const BACKOFF_MAX: u32 = 16;

/// Smoothed round-trip time and the interval that follows from it.
#[derive(Clone, Debug)]
pub(super) struct RoundTrip {
    /// Smoothed time and its variation, once there was a measurement.
    smoothed: Option<(Duration, Duration)>,
    /// How often the interval was doubled since the peer last acknowledged something.
    backoff: u32,
}

impl RoundTrip {
    pub(super) const fn new() -> Self {
        Self { smoothed: None, backoff: 0 }
    }

    /// Takes one measurement (RFC 6298 §2.2 and §2.3). By Karn's rule (§3), only of octets that
    /// were sent once.
    pub(super) fn measure(&mut self, sample: Duration) {
        self.smoothed = Some(match self.smoothed {
            None => (sample, sample / 2),
            Some((smoothed, variation)) => {
                let error = smoothed.abs_diff(sample);
                (smoothed / 8 * 7 + sample / 8, variation / 4 * 3 + error / 4)
            }
        });
    }

    /// Doubles the interval after a timeout (RFC 6298 §5.5, MNET-DATA-14).
    pub(super) fn back_off(&mut self) {
        self.backoff = (self.backoff + 1).min(BACKOFF_MAX);
    }

    /// Takes the doublings back, as octets come through again.
    pub(super) const fn recover(&mut self) {
        self.backoff = 0;
    }

    /// From a send to its retransmission.
    pub(super) fn interval(&self, timers: &Timers) -> Duration {
        let base = match self.smoothed {
            None => timers.retransmission_initial,
            Some((smoothed, variation)) => smoothed + GRANULARITY.max(variation * 4),
        };
        let base = base.max(timers.retransmission_min);
        base.saturating_mul(1 << self.backoff).min(timers.retransmission_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_follows_the_measurements_and_doubles_after_timeouts() {
        let timers = Timers::default();
        let mut trip = RoundTrip::new();
        assert_eq!(trip.interval(&timers), Duration::from_millis(200));
        trip.measure(Duration::from_millis(80));
        assert_eq!(trip.interval(&timers), Duration::from_millis(80 + 4 * 40));
        trip.back_off();
        assert_eq!(trip.interval(&timers), Duration::from_millis(480));
        trip.recover();
        for _ in 0..100 {
            trip.measure(Duration::from_millis(8));
        }
        assert_eq!(trip.interval(&timers), timers.retransmission_min);
        for _ in 0..100 {
            trip.back_off();
        }
        assert_eq!(trip.interval(&timers), timers.retransmission_max);
    }
}
