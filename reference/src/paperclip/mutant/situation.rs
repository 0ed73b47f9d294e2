//! What mutants make of a datagram by what came before it.

use core::net::SocketAddr;

use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::inbound::is_auth;
use crate::paperclip::mutant::Mutant;
use crate::paperclip::session::State;
use crate::paperclip::{Body, ErrorCode, Failure, Flags, Packet, SessionId};
use crate::time::Instant;

impl Endpoint {
    /// Whether a mutant leaves a datagram aside, for what came before it.
    pub(super) fn passes_over(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) -> bool {
        let config = &self.settings.config;
        let Ok(packet) = Packet::decode(octets, config.widths, config.flags) else { return false };
        if self.passes_over_by_handshake(mutant, now, from, &packet)
            || self.leaves_aside(mutant, now, from, &packet)
        {
            return true;
        }
        let session = self.session_with(from);
        match mutant {
            Mutant::EncryptedRepeatsUnacknowledged | Mutant::ThirdRepeatUnacknowledged => {
                let least = if mutant == Mutant::ThirdRepeatUnacknowledged { 3 } else { 1 };
                let is_of_its_kind = least > 1 || packet.flags.has(Flags::ENCRYPTED);
                let times = &mut self.output.memory.came_again;
                let times = times.entry((from, packet.sequence)).or_default();
                *times += 1;
                *times > least && is_of_its_kind && packet.flags.has(Flags::RELIABLE)
            }
            Mutant::RefusedAddressRemembered => {
                is_auth(octets) && self.output.memory.refused_addresses.contains(&from)
            }
            Mutant::FullForItsOwnSessions => {
                let is_open = session.is_some_and(|id| self.is_in(id, State::Open));
                let is_full = self.index.len() >= self.settings.config.limits.sessions;
                let is_refused = is_auth(octets) && is_open && is_full;
                if is_refused {
                    self.answer(now, session, ErrorCode::NO_SPACE);
                }
                is_refused
            }
            Mutant::NumbersOutliveTheirSession if session.is_none() => {
                let memory = &mut self.output.memory;
                let first = &mut self.settings.config.first_sequence;
                let usual = *memory.first_sequence.get_or_insert(*first);
                *first = memory.next.get(&from).copied().unwrap_or(usual);
                false
            }
            Mutant::FailedHandshakeEndsOthers => {
                if let (Some(id), Body::Ack { .. }) = (session, packet.body) {
                    self.output.memory.shaking = self.is_in(id, State::Opening).then_some(id);
                }
                false
            }
            _ => self.outlasts(mutant, now, from, &packet),
        }
    }

    /// What a mutant does once a datagram was taken.
    pub(super) fn after_datagram(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) {
        self.after_packet(mutant, now, from, octets);
        self.keeps_room(mutant, now, from, octets);
        let session = self.session_with(from);
        if self.costs_the_outstanding(mutant, from, octets)
            && let Some(session) = session.and_then(|id| self.sessions.get_mut(&id))
        {
            session.outbound.forget_outstanding();
        }
        match mutant {
            Mutant::RefusedAddressRemembered | Mutant::RefusedClientAnswered
                if is_auth(octets) && session.is_none() =>
            {
                self.output.memory.refused_addresses.insert(from);
            }
            Mutant::RefusedKeyRemembered if session.is_none() => {
                let packet = Packet::decode(octets, self.settings.config.widths, Flags::ALL);
                if let Ok(Packet { body: Body::Auth { key, .. }, .. }) = packet {
                    self.output.memory.refused_keys.insert(key.to_vec());
                }
            }
            Mutant::NumbersOutliveTheirSession => {
                if let Some(session) = session.and_then(|id| self.sessions.get(&id)) {
                    let next = session.outbound.sequence(session.outbound.given);
                    self.output.memory.next.insert(from, next);
                }
            }
            Mutant::TrafficPutsOffAuth => self.put_off_auth(now, session),
            Mutant::AnyPacketEndsEverySilence => {
                for session in self.sessions.values_mut() {
                    session.heard(now);
                }
            }
            Mutant::FailedHandshakeEndsOthers => {
                let failed = self.output.memory.shaking.take();
                if failed.is_some_and(|id| !self.sessions.contains_key(&id)) {
                    for id in self.sessions.keys().copied().collect::<Vec<_>>() {
                        if self.is_in(id, State::Opening) {
                            self.with_session(now, id, |session, context| {
                                session.fail(context, Failure::GivenUp);
                            });
                        }
                    }
                }
            }
            _ => self.costs_others(mutant, now, from, octets),
        }
    }

    /// Whether with a datagram that changes nothing in a session a mutant forgets what waits for its ACK.
    fn costs_the_outstanding(&self, mutant: Mutant, from: SocketAddr, octets: &[u8]) -> bool {
        let config = &self.settings.config;
        let packet = Packet::decode(octets, config.widths, config.flags);
        match (mutant, packet.map(|packet| packet.body)) {
            (Mutant::ARivalCostsTheOutstanding, Ok(Body::Auth { .. })) => {
                self.rivals.contains_key(&from)
            }
            (Mutant::RepeatedAuthCostsTheOutstanding, Ok(Body::Auth { .. })) => {
                !self.rivals.contains_key(&from)
            }
            (Mutant::HandshakeErrorsCostTheOutstanding, Ok(Body::Error { code, .. })) => {
                code.major == 1
            }
            (Mutant::UnknownErrorsCostTheOutstanding, Ok(Body::Error { code, .. })) => {
                code.name().is_none()
            }
            _ => false,
        }
    }

    fn is_in(&self, id: SessionId, state: State) -> bool {
        self.sessions.get(&id).is_some_and(|session| session.state == state)
    }
}
