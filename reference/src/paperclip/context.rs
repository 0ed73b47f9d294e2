//! What a session has at hand while it acts: the time, the settings, chance, the endpoint's outputs.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::VecDeque;

use crate::entropy::Entropy;
use crate::paperclip::mutant::{self, Memory, Mutant};
use crate::paperclip::settings::Settings;
use crate::paperclip::{Event, Packet, SessionId, SessionKey, Transmit};
use crate::time::Instant;

/// What waits for the caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    pub(super) transmits: VecDeque<Transmit>,
    pub(super) events: VecDeque<(SessionId, Event)>,
    pub(super) secrets: VecDeque<(SessionId, SocketAddr, SessionKey)>,
    /// What a mutant has to remember; empty without one.
    pub(super) memory: Memory,
}

/// One call's surroundings.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) now: Instant,
    /// Unix time now.
    pub(super) unix_time: Duration,
    pub(super) settings: &'a Settings,
    pub(super) entropy: &'a mut Entropy,
    pub(super) output: &'a mut Output,
}

impl Context<'_> {
    /// Whether this deliberate violation is switched on.
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.settings.is(mutant)
    }

    /// Sends `packet` in a datagram of its own.
    pub(super) fn transmit(&mut self, to: SocketAddr, packet: &Packet<'_>) {
        match self.settings.config.mutant {
            None => {
                let octets = packet.to_octets(self.settings.config.widths);
                self.output.transmits.push_back(Transmit { to, octets });
            }
            Some(mutant) => mutant::outgoing(mutant, self, to, packet),
        }
    }

    /// Tells the session's application.
    pub(super) fn tell(&mut self, id: SessionId, event: Event) {
        match self.settings.config.mutant {
            None => self.output.events.push_back((id, event)),
            Some(mutant) => mutant::telling(mutant, self.output, id, event),
        }
    }
}
