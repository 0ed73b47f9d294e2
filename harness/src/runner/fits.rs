//! The monitors of a case, in its own dialect and in others: whether another one fits better what a subject sent.

use std::time::Duration;

use super::EngineChoice;
use super::case::Job;
use crate::fit;
use crate::journal::{Header, Journal};
use crate::profile::DialectChoice;
use crate::protocol::{Monitor, MonitorSetup};
use crate::verdict::{Judgement, Verdict};

impl Job<'_> {
    /// The monitors of a run, as if it had been in this dialect.
    pub(super) fn monitor(&self, dialect: &DialectChoice, header: &Header) -> Box<dyn Monitor> {
        let scenario = self.scenario();
        let engine = EngineChoice::by_name(&header.engine);
        let is_virtual = engine.is_some_and(EngineChoice::is_virtual);
        self.protocol.monitor(&MonitorSetup {
            dialect,
            subject: self.role,
            options: &self.options,
            application: Some(scenario.application),
            tolerance: header.tolerance,
            unread: if is_virtual { Duration::ZERO } else { header.tolerance },
            given: &scenario.given,
            epoch: header.epoch,
            timers: &header.timers,
            overheard: false,
        })
    }

    /// Other dialects that fit much better what the subject sent, when it failed.
    pub(super) fn fits(&self, judgement: &Judgement, journal: &Journal) -> Vec<DialectChoice> {
        if !matches!(judgement.verdict, Verdict::Fail | Verdict::Warn) {
            return Vec::new();
        }
        fit::better(self.protocol, journal, &|dialect| self.monitor(dialect, &journal.header))
    }
}
