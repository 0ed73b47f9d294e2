//! What the parts of an endpoint are handed at each call: the time, the settings, the outputs.

use std::collections::VecDeque;

use core::net::SocketAddr;

use crate::mnet::mutant::{self, Memory, Mutant};
use crate::mnet::settings::Settings;
use crate::mnet::{Event, Packet, SessionId, Transmit};
use crate::time::Instant;

/// What waits for the caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    pub(super) transmits: VecDeque<Transmit>,
    pub(super) events: VecDeque<(SessionId, Event)>,
    /// What a mutant has to remember; empty without one.
    pub(super) memory: Memory,
}

/// One call's surroundings.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) now: Instant,
    pub(super) settings: &'a Settings,
    pub(super) output: &'a mut Output,
}

impl Context<'_> {
    /// Whether this deliberate violation is switched on.
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.settings.is(mutant)
    }

    /// Sends `packet` in a datagram of its own (MNET-WIRE-1).
    pub(super) fn transmit(&mut self, to: SocketAddr, packet: &Packet<'_>) {
        let transmit = Transmit { to, octets: packet.to_octets(self.settings.dialect) };
        match self.settings.mutant {
            None => self.output.transmits.push_back(transmit),
            Some(mutant) => mutant::outgoing(mutant, self, packet, transmit),
        }
    }

    /// Tells the session's application.
    pub(super) fn tell(&mut self, id: SessionId, event: Event) {
        match self.settings.mutant {
            Some(mutant) => mutant::telling(mutant, self.output, id, event),
            None => self.output.events.push_back((id, event)),
        }
    }
}
