//! The timers of a run: how long the subject takes before it does something by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use simulator::Span;

use crate::protocol::{Protocol, TimerSpec};

/// A time for each timer of a protocol, by the timer's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Timers(BTreeMap<String, Span>);

impl Timers {
    /// What a profile means that states no timers: the values of the protocol's author.
    pub fn defaults(protocol: &dyn Protocol) -> Self {
        Self::of(protocol, |timer| timer.default_ms)
    }

    /// The values of the reference.
    pub fn reference(protocol: &dyn Protocol) -> Self {
        Self::of(protocol, |timer| timer.reference_ms)
    }

    fn of(protocol: &dyn Protocol, milliseconds: impl Fn(&TimerSpec) -> u64) -> Self {
        let named =
            |timer: &TimerSpec| (timer.name.to_owned(), Span::from_millis(milliseconds(timer)));
        Self(protocol.timers().iter().map(named).collect())
    }

    /// The time of a timer; none if the protocol has no such timer.
    pub fn duration(&self, name: &str) -> Option<Duration> {
        self.0.get(name).copied().map(Duration::from)
    }

    /// The timers with their times, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Duration)> {
        self.0.iter().map(|(name, span)| (name.as_str(), Duration::from(*span)))
    }

    /// States one timer; the caller knows that the protocol has it.
    pub(super) fn state(&mut self, name: &str, span: Span) {
        self.0.insert(name.to_owned(), span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::mnet::Mnet;

    #[test]
    fn every_timer_of_the_protocol_has_a_time() {
        let defaults = Timers::defaults(&Mnet);
        let reference = Timers::reference(&Mnet);
        for timer in Mnet.timers() {
            let milliseconds = Duration::from_millis;
            assert_eq!(defaults.duration(timer.name), Some(milliseconds(timer.default_ms)));
            assert_eq!(reference.duration(timer.name), Some(milliseconds(timer.reference_ms)));
        }
        assert_eq!(defaults.duration("tea"), None);
        assert_eq!(defaults.iter().count(), Mnet.timers().len());
    }

    #[test]
    fn json_holds_times_as_people_write_them() {
        let mut timers = Timers::default();
        timers.state("data-again", Span::from_millis(1500));
        let json = serde_json::to_string(&timers).unwrap();
        assert_eq!(json, r#"{"data-again":"1.5 s"}"#);
        assert_eq!(serde_json::from_str::<Timers>(&json).unwrap(), timers);
    }
}
