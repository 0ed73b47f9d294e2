//! How long a subject may take to be up.

use std::time::Duration;

use simulator::Instant;
use tokio::time::sleep_until;

use crate::clock::Clock;
use crate::subject::process::{Group, Process};

/// How much longer than its profile says a program may take at most because the machine kept it waiting for a processor.
const LONGER_MAX: Duration = Duration::from_mins(1);

/// The time that a subject has to be up: what its profile says, and as long again as the machine kept its program from running.
#[derive(Debug)]
pub(super) struct Patience {
    clock: Clock,
    within: Duration,
    group: Option<Group>,
}

impl Patience {
    /// The time begins now.
    pub(super) fn new(within: Duration, process: Option<&Process>) -> Self {
        Self { clock: Clock::start(), within, group: process.and_then(Process::group) }
    }

    /// The clock of this waiting.
    pub(super) const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// When the time is over, as far as is known now.
    fn end(&self) -> Instant {
        let end = Instant::START + self.within;
        if self.clock.now() < end {
            return end;
        }
        end + self.group.map(Group::waited).unwrap_or_default().together.min(LONGER_MAX)
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        self.clock.now() >= self.end()
    }

    /// Waits until the time is over.
    pub(super) async fn over(&self) {
        while !self.is_over() {
            sleep_until(self.clock.deadline(self.end()).into()).await;
        }
    }
}
