//! The monitors of chat: what a passive observer at the subject's side of the network can say of every packet.

use std::net::SocketAddr;

use simulator::Instant;

use crate::protocol::{Message, Monitor, MonitorSetup, Violation};
use crate::script::{AppEvent, Command};
use crate::spec::ClauseId;

/// What is watched.
pub(super) struct ChatMonitor;

impl ChatMonitor {
    pub(super) const fn new(_setup: &MonitorSetup<'_>) -> Self {
        Self
    }
}

impl Monitor for ChatMonitor {
    fn received(
        &mut self,
        _: Instant,
        _: SocketAddr,
        _: SocketAddr,
        _: &Message,
    ) -> Vec<Violation> {
        Vec::new()
    }

    fn sent(&mut self, _: Instant, _: SocketAddr, _: SocketAddr, _: &Message) -> Vec<Violation> {
        Vec::new()
    }

    fn event(&mut self, _: Instant, _: u64, _: &AppEvent) -> Vec<Violation> {
        Vec::new()
    }

    fn told(&mut self, _: Instant, _: &Command) -> Vec<Violation> {
        Vec::new()
    }

    fn finish(&mut self, _: Instant) -> Vec<Violation> {
        Vec::new()
    }

    fn exercised(&self) -> Vec<ClauseId> {
        Vec::new()
    }
}
