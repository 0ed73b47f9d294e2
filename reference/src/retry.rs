//! Packets that are sent again until they are answered, in intervals that double.

use core::time::Duration;

use crate::time::Instant;

/// How often one packet is sent, and in what intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// From the first send to the second; it doubles each time.
    pub(crate) interval: Duration,
    /// The longest interval.
    pub(crate) interval_max: Duration,
    /// Sends in all, the first included.
    pub(crate) tries: u32,
}

/// Where a packet stands in its plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retry {
    plan: Plan,
    /// Sends so far.
    sent: u32,
    interval: Duration,
    due: Instant,
}

impl Retry {
    /// The packet is sent for the first time now.
    pub(crate) fn start(now: Instant, plan: Plan) -> Self {
        Self { plan, sent: 1, interval: plan.interval, due: now + plan.interval }
    }

    /// How often the packet has been sent.
    pub(crate) const fn sent(&self) -> u32 {
        self.sent
    }

    /// When the next send, or giving up, is due.
    pub(crate) const fn due(&self) -> Instant {
        self.due
    }

    /// Whether the packet is to be sent again now; `false`: it was sent often enough.
    pub(crate) fn again(&mut self, now: Instant) -> bool {
        if self.sent >= self.plan.tries {
            return false;
        }
        self.sent += 1;
        self.interval = self.interval.saturating_mul(2).min(self.plan.interval_max);
        self.due = now + self.interval;
        true
    }

    /// The next send is put off by a whole interval: what mutants do that start a timer again.
    pub(crate) fn put_off(&mut self, now: Instant) {
        self.due = now + self.interval;
    }

    /// The peer shows that it is there: the count starts again.
    pub(crate) fn restart(&mut self, now: Instant) {
        *self = Self::start(now, self.plan);
    }
}
