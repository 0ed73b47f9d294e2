//! What mutants do with packets that come in a situation that they handle badly.

use core::net::SocketAddr;

use crate::Role;
use crate::mnet::cookie::Jar;
use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::session_tag;
use crate::mnet::session::{Session, State};
use crate::mnet::{Packet, VERSION};

impl Endpoint {
    /// Does what a mutant does before a packet is taken.
    pub(super) fn mishandle(&mut self, mutant: Mutant, from: SocketAddr, packet: &Packet<'_>) {
        let known = session_tag(packet).is_none_or(|tag| self.index.contains_key(&(from, tag)));
        match (mutant, *packet) {
            (Mutant::AStrayPacketOverridesAnAcknowledgement, _) if !known => {
                self.override_acknowledgement(from);
            }
            (Mutant::ARefusedCookieStopsInit, Packet::Cookie { version, .. })
                if version != VERSION =>
            {
                self.output.memory.stopped = true;
            }
            (Mutant::SecretDrawnAnewWhenTheLastSessionEnds, Packet::Abort { .. })
                if known && self.sessions.len() == 1 =>
            {
                self.jar = Jar::new(&mut self.entropy);
            }
            (Mutant::ARepeatedInitForgetsSpentCookies, Packet::Init { tag, .. })
                if !self.output.memory.is_first(from, tag, packet) =>
            {
                self.output.memory.had_session = true;
            }
            (
                Mutant::SecondCookieAckTakesACloseBack
                | Mutant::SecondCookieAckTakesThePeersCloseBack,
                Packet::CookieAck { .. },
            ) if known => {
                let own = mutant == Mutant::SecondCookieAckTakesACloseBack;
                let closes = |session: &Session| {
                    let waits = match session.state {
                        State::ShutdownPending { .. } => own,
                        State::ShutdownReceived { .. } => !own,
                        _ => false,
                    };
                    session.peer == from && session.role == Role::Connector && waits
                };
                let id = self.session_where(closes);
                if let Some(session) = id.and_then(|id| self.sessions.get_mut(&id)) {
                    session.state = State::Established;
                }
            }
            (Mutant::UnaskedCookieAckStopsTheTimers, Packet::CookieAck { .. }) => {
                self.output.memory.stopped = known && self.settings.listen;
            }
            (Mutant::UnaskedCookieAckStopsTheTimers, Packet::Data { data: [_, ..], .. }) => {
                self.output.memory.stopped = false;
            }
            (Mutant::DataStopsShutdownAck, Packet::Shutdown { .. }) => {
                self.output.memory.stopped = false;
            }
            (Mutant::DataStopsShutdownAck, Packet::Data { .. }) if known => {
                let closes = |session: &Session| {
                    session.peer == from && matches!(session.state, State::ShutdownAckSent { .. })
                };
                self.output.memory.stopped = self.session_where(closes).is_some();
            }
            _ => {}
        }
    }

    /// An acknowledgement that is due to this address is forgotten.
    pub(super) fn override_acknowledgement(&mut self, from: SocketAddr) {
        let id = self.session_where(|session| session.peer == from);
        if let Some(session) = id.and_then(|id| self.sessions.get_mut(&id)) {
            session.receive.on_acknowledged();
        }
    }
}
