//! What mutants make of repeats of AUTH, of room, and of a handshake beside an open session.

use core::net::SocketAddr;
use core::time::Duration;

use crate::Role;
use crate::paperclip::context::Context;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::handshake::Handshake;
use crate::paperclip::mutant::{Mutant, NEVER};
use crate::paperclip::session::{Session, State};
use crate::paperclip::{Body, ErrorCode, Failure, Packet, SessionId};
use crate::retry::Retry;
use crate::time::Instant;

/// So long after its last AUTH a session is old.
const OLD: Duration = Duration::from_secs(10);

impl Endpoint {
    /// Whether a mutant leaves a packet aside, for the handshake that its address has, or has had.
    pub(super) fn passes_over_by_handshake(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
    ) -> bool {
        let id = self.session_with(from);
        let session = id.and_then(|id| self.sessions.get(&id));
        let handshake = session.and_then(|session| session.handshake.as_ref());
        let has_rival = self.rivals.contains_key(&from);
        match (mutant, packet.body) {
            (Mutant::AcksUnreadBesideARival, Body::Ack { .. }) => {
                has_rival && packet.data.is_empty()
            }
            (Mutant::PingsUnansweredBesideARival, Body::Heartbeat { value: 0 }) => has_rival,
            (Mutant::AuthDeafensItsAddress, _) if !self.settings.config.handshake => {
                let deaf = &mut self.output.memory.refused_addresses;
                if let Body::Auth { .. } = packet.body {
                    deaf.insert(from);
                }
                deaf.contains(&from)
            }
            (Mutant::DisconnectIgnoredBesideARival, Body::Error { code }) => {
                has_rival && code.major == 2
            }
            (Mutant::OwnAuthUnansweredBesideARival, Body::Auth { key, .. }) => {
                has_rival && handshake.is_some_and(|handshake| handshake.has_key(key))
            }
            (
                Mutant::RefusedKeyRemembered | Mutant::GivenUpKeyRemembered,
                Body::Auth { key, .. },
            ) => self.output.memory.refused_keys.contains(key),
            (Mutant::SecondRivalUnanswered, Body::Auth { key, .. }) => {
                handshake.is_some_and(|handshake| !handshake.has_key(key))
                    && self.output.memory.refused_addresses.contains(&from)
            }
            (Mutant::ThirdKeyUnanswered, Body::Auth { key, .. }) => {
                let rival = self.rivals.get(&from).and_then(|rival| self.sessions.get(rival));
                let rival = rival.and_then(|rival| rival.handshake.as_ref());
                let is_other = |of: &Handshake| !of.has_key(key);
                rival.is_some_and(is_other) && handshake.is_some_and(is_other)
            }
            (Mutant::OldAuthUnanswered, Body::Auth { key, .. }) => {
                session.is_some_and(|session| session.state == State::Open)
                    && handshake.is_some_and(|handshake| {
                        handshake.has_key(key) && handshake.retry().due() + OLD < now
                    })
            }
            (Mutant::GivenUpClientUnanswered, Body::Auth { .. }) => {
                session.is_none() && self.output.memory.refused_addresses.contains(&from)
            }
            (Mutant::OtherKeyWaitsForTheFirst, Body::Auth { key, .. }) => {
                session.is_some_and(|session| session.state != State::Open)
                    && handshake.is_some_and(|handshake| {
                        handshake.peer.is_some() && !handshake.has_key(key)
                    })
            }
            (Mutant::FullRivalEndsSession, Body::Auth { key, .. }) => {
                let is_full = self.index.len() >= self.settings.config.limits.sessions;
                let is_other = session.is_some_and(|session| session.state == State::Open)
                    && handshake.is_some_and(|handshake| !handshake.has_key(key));
                if let Some(id) = id.filter(|_| is_full && is_other) {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::GivenUp);
                    });
                }
                is_full && is_other
            }
            (Mutant::RepeatedFinishedRefused, Body::Ack { id: ack, .. }) => {
                let is_open = session.is_some_and(|session| {
                    session.state == State::Open && session.role == Role::Listener
                });
                let is_of_auth =
                    handshake.is_some_and(|handshake| u32::from(handshake.sequence) == ack);
                let is_refused = is_open && is_of_auth && !has_rival && !packet.data.is_empty();
                if is_refused {
                    self.answer(now, id, ErrorCode::FINISH_INVALID);
                }
                is_refused
            }
            _ => false,
        }
    }
}

/// Whether what the application writes in a session is lost.
pub(in crate::paperclip) fn is_lost(endpoint: &Endpoint, id: SessionId) -> bool {
    let session = endpoint.sessions.get(&id);
    let has_rival = session.is_some_and(|session| endpoint.rivals.contains_key(&session.peer));
    endpoint.settings.is(Mutant::WritesLostBesideARival) && has_rival
}

/// The handshake `new` has begun.
pub(in crate::paperclip) fn begun(endpoint: &mut Endpoint, now: Instant, new: SessionId) {
    if !endpoint.settings.is(Mutant::OneAuthTimer) {
        return;
    }
    for id in endpoint.sessions.keys().copied().filter(|id| *id != new).collect::<Vec<_>>() {
        endpoint.with_session(now, id, stop_repeats);
    }
}

/// AUTH is repeated no more.
fn stop_repeats(session: &mut Session, context: &mut Context<'_>) {
    let never = Retry::start(context.now + NEVER, context.settings.auth_plan());
    if let Some(handshake) = &mut session.handshake {
        handshake.retry = never;
    }
}

/// The handshake `new` has begun beside an open session.
pub(super) fn begun_beside(endpoint: &mut Endpoint, now: Instant, new: SessionId) {
    if endpoint.settings.is(Mutant::RivalAuthSentOnce) {
        endpoint.with_session(now, new, stop_repeats);
    }
}

/// The AUTH of a session's handshake has come again.
pub(in crate::paperclip) fn on_repeated_auth(context: &mut Context<'_>, session: &mut Session) {
    match context.settings.config.mutant {
        Some(Mutant::RepeatedAuthStopsOwn)
            if session.role == Role::Listener && session.state == State::Opening =>
        {
            stop_repeats(session, context);
        }
        Some(Mutant::RepeatedAuthRestartsVectors) => session.outbound.init_vectors_used = 0,
        Some(Mutant::RepeatedAuthTakesRoom) => context.output.memory.unfinished += 1,
        _ => {}
    }
}

/// What a mutant keeps of a handshake, or of a session, that has failed.
pub(super) fn on_failure(context: &mut Context<'_>, session: &Session, failure: Failure) {
    let memory = &mut context.output.memory;
    let is_open = session.state == State::Open;
    let handshake = session.handshake.as_ref();
    match (context.settings.config.mutant, failure) {
        (Some(Mutant::ReplacedTakesRoom), Failure::Replaced) => memory.unfinished += 1,
        (Some(Mutant::GivenUpTakesRoom), Failure::GivenUp) if is_open => memory.unfinished += 1,
        (Some(Mutant::GivenUpClientUnanswered), Failure::GivenUp) if is_open => {
            memory.refused_addresses.insert(session.peer);
        }
        (Some(Mutant::GivenUpKeyRemembered), Failure::Handshake(ErrorCode::CONNECTION)) => {
            let key = handshake.and_then(|handshake| handshake.peer.as_ref());
            memory.refused_keys.extend(key.map(|(key, _)| key.clone()));
        }
        (Some(Mutant::SecondRivalUnanswered), _) if !is_open => {
            memory.refused_addresses.insert(session.peer);
        }
        _ => {}
    }
}
