//! The clock and the system's chance: the only module that reads either.
//!
//! Everything else is handed times as [`Instant`]s of its run and seeds as octets, so that it does the same thing again when it is
//! handed the same.

use std::fs::File;
use std::io::{self, Read};
use std::time::{Duration, SystemTime};

use simulator::Instant;

/// How far away a moment is when the clock cannot say it: about 30 years, which timers still accept.
const FAR_AWAY: Duration = Duration::from_hours(30 * 365 * 24);

/// The clock of one live run.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: std::time::Instant,
    epoch: Duration,
}

impl Clock {
    /// A clock whose [`Instant::START`] is now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn start() -> Self {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self { start: std::time::Instant::now(), epoch: since_1970.unwrap_or(Duration::ZERO) }
    }

    /// How long the run has taken.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> Instant {
        Instant::START + std::time::Instant::now().saturating_duration_since(self.start)
    }

    /// Unix time when the clock was started.
    pub const fn epoch(&self) -> Duration {
        self.epoch
    }

    /// Unix time now.
    pub fn unix_time(&self) -> Duration {
        self.epoch + self.now().duration_since(Instant::START)
    }

    /// The moment of a run as the operating system's timers take it.
    pub fn deadline(&self, at: Instant) -> std::time::Instant {
        let after = at.duration_since(Instant::START).min(FAR_AWAY);
        self.start.checked_add(after).unwrap_or(self.start)
    }
}

/// A seed that nobody chose, from the operating system.
///
/// # Errors
///
/// If the operating system has no chance to give.
pub fn fresh_seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut seed)?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_forward_and_deadlines_come_back_as_the_times_they_were_made_of() {
        let clock = Clock::start();
        let (first, second) = (clock.now(), clock.now());
        assert!(first <= second);
        assert!(clock.epoch() > Duration::from_secs(1_700_000_000));
        let later = clock.deadline(Instant::START + Duration::from_millis(250));
        assert_eq!(later - clock.start, Duration::from_millis(250));
        assert_eq!(clock.deadline(Instant::MAX) - clock.start, FAR_AWAY);
    }

    #[test]
    fn two_fresh_seeds_differ() {
        assert_ne!(fresh_seed().unwrap(), fresh_seed().unwrap());
    }
}
