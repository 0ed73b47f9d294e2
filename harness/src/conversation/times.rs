//! How long steps wait.

use std::time::Duration;

use super::Conversation;
use crate::scenario::{Step, Within};

/// How long a subject may take to be up again: longer than an engine waits for it.
pub(super) const RESTART_MAX: Duration = Duration::from_mins(10);

impl Conversation<'_> {
    /// How long a step waits for what it expects.
    pub(super) fn budget(&self, step: &Step) -> Duration {
        let wait = match &step.within {
            None if step.delivered.is_some() => self.setup.reply * 2,
            None => self.setup.reply,
            Some(within) => self.time(&within.value),
        };
        wait + self.setup.tolerance
    }

    /// Whether it is a repeat that a step waits for.
    pub(super) fn awaits_a_repeat(&self, step: &Step) -> bool {
        let timer = step.within.as_ref().and_then(|within| within.value.timer());
        let mut timers = self.setup.protocol.timers().iter();
        timer.is_some_and(|name| timers.any(|spec| spec.name == name && spec.repeats()))
    }

    /// A time, or one in which a timer has fired for certain.
    pub(super) fn time(&self, within: &Within) -> Duration {
        // A timer may be a little coarse, and the first try may have been under way.
        let timer = |name: &str| self.setup.timers.duration(name).unwrap_or(self.setup.reply) * 2;
        match within {
            Within::Time(span) => (*span).into(),
            Within::Timer(name) => timer(name),
            Within::Longer(span, name) => timer(name).max((*span).into()),
        }
    }
}
