//! How late the subject handles what has reached it.
//!
//! No clause times an answer to INIT, COOKIE or COOKIE-ECHO, and a program may read the network in ticks. Whoever answers these late
//! has, at any moment, not read what came last, so what it sends then does not answer that.

use std::time::Duration;

use simulator::Instant;

/// An opening packet that is answered sooner than this was read at once.
const AT_ONCE: Duration = Duration::from_millis(10);

/// What comes later than this is sent by a timer, and answers nothing.
const LAG_MAX: Duration = Duration::from_millis(150);

/// How much longer another packet may wait: ticks fall where they do.
const MARGIN: Duration = Duration::from_millis(50);

/// The longest time that the subject has taken to answer an opening packet.
#[derive(Debug, Default)]
pub(super) struct Lag {
    since: Option<Instant>,
    most: Duration,
}

impl Lag {
    /// An opening packet has reached the subject.
    pub(super) fn heard(&mut self, at: Instant) {
        self.since.get_or_insert(at);
    }

    /// The subject has sent what answers an opening packet.
    pub(super) fn answered(&mut self, at: Instant) {
        let lag = self.since.take().map(|since| at.duration_since(since));
        if let Some(lag) = lag.filter(|lag| (AT_ONCE..=LAG_MAX).contains(lag)) {
            self.most = self.most.max(lag + MARGIN);
        }
    }

    /// For how long the subject may not have read what has reached it.
    pub(super) const fn allowance(&self) -> Duration {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::START + Duration::from_millis(millis)
    }

    #[test]
    fn who_answers_in_ticks_may_be_late_again() {
        let mut lag = Lag::default();
        lag.heard(at(20));
        lag.answered(at(100));
        assert_eq!(lag.allowance(), Duration::from_millis(130));
        lag.heard(at(200));
        lag.answered(at(201));
        assert_eq!(lag.allowance(), Duration::from_millis(130), "the longest counts");
    }

    #[test]
    fn who_answers_at_once_or_by_a_timer_is_not_late() {
        let mut lag = Lag::default();
        lag.heard(at(0));
        lag.answered(at(0));
        lag.heard(at(100));
        lag.answered(at(1100));
        lag.answered(at(1120));
        assert_eq!(lag.allowance(), Duration::ZERO);
    }
}
