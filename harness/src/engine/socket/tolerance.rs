//! How late this machine is: measured once, so that a busy one does not make a correct subject look late.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use simulator::Instant;
use tokio::runtime;

use crate::clock::Clock;

/// The least tolerance: room for the way there and back and for both schedulers, even where timers are exact.
const TOLERANCE_MIN: Duration = Duration::from_millis(50);

/// The most: on a machine that is later than this, no judgement of times means anything.
const TOLERANCE_MAX: Duration = Duration::from_secs(2);

/// How often it is measured, and for how long each time.
const TRIES: u32 = 8;
const NAP: Duration = Duration::from_millis(5);

/// How much later than due something may be seen over sockets: twice the worst lateness of a timer, from 50 ms to 2 s.
///
/// Measured at the first call, which takes about 50 ms; the same for all runs of the program.
pub fn tolerance() -> Duration {
    static MEASURED: OnceLock<Duration> = OnceLock::new();
    // A thread of its own: a runtime cannot be started within another.
    let measured = MEASURED.get_or_init(|| {
        let worst = thread::spawn(worst_lateness).join().unwrap_or(TOLERANCE_MAX);
        worst.saturating_mul(2).clamp(TOLERANCE_MIN, TOLERANCE_MAX)
    });
    *measured
}

/// How much too late the latest of some timers was.
fn worst_lateness() -> Duration {
    let Ok(runtime) = runtime::Builder::new_current_thread().enable_time().build() else {
        return TOLERANCE_MAX;
    };
    runtime.block_on(async {
        let mut worst = Duration::ZERO;
        for _ in 0..TRIES {
            let clock = Clock::start();
            tokio::time::sleep(NAP).await;
            worst = worst.max(clock.now().duration_since(Instant::START + NAP));
        }
        worst
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tolerance_is_measured_once_and_within_its_bounds() {
        let first = tolerance();
        assert!((TOLERANCE_MIN..=TOLERANCE_MAX).contains(&first));
        let clock = Clock::start();
        assert_eq!(tolerance(), first);
        assert!(clock.now() < Instant::START + NAP, "the second call measures nothing");
    }
}
