//! The line that says how far many runs have come, for those who watch.

use super::console::Console;
use crate::clock::Clock;

/// How far runs have come.
pub(super) struct Progress {
    clock: Clock,
    total: usize,
    /// When the line was last written, in milliseconds.
    shown: u128,
}

impl Progress {
    pub(super) fn new(total: usize) -> Self {
        Self { clock: Clock::start(), total, shown: 0 }
    }

    /// How long it has taken, in milliseconds.
    pub(super) fn took(&self) -> u128 {
        self.clock.now().duration_since(simulator::Instant::START).as_millis()
    }

    /// So many are done.
    pub(super) fn show(&mut self, done: usize, console: &mut Console<'_>) {
        let took = self.took();
        // Ten times a second is often enough for those who watch.
        if !console.progress || took < self.shown + 100 {
            return;
        }
        self.shown = took;
        let rate = (done as u128 * 1000).checked_div(took).unwrap_or(0).max(1);
        let left = (self.total - done) as u128 / rate;
        // A line that cannot be written is not missed.
        let _nobody_watches = write!(
            console.err,
            "\r\u{1b}[K{done} of {} runs, {rate} a second, about {left} s left",
            self.total
        )
        .and_then(|()| console.err.flush());
    }

    /// Takes the line away.
    pub(super) fn clear(console: &mut Console<'_>) -> std::io::Result<()> {
        if console.progress {
            write!(console.err, "\r\u{1b}[K")?;
            console.err.flush()?;
        }
        Ok(())
    }
}
