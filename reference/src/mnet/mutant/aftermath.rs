//! What mutants do with packets for which it is late: after a close has begun, after the end, after a repeat.

use core::net::SocketAddr;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::amid::is_opening;
use crate::mnet::mutant::stranger::{session_tag, with_tag};
use crate::mnet::session::{Session, State};
use crate::mnet::{DATA_HEADER, DecodeError, Failure, MAGIC, Packet, Tag};
use crate::time::Instant;

/// Seconds after which [`Mutant::InitReplacesAnIdleSession`] takes a session for a dead one.
const IDLE: u32 = 5;

impl Endpoint {
    /// What a mutant takes a packet for that comes late; `None`: for nothing.
    pub(super) fn misread_late<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<Packet<'a>> {
        let tags = self.tags();
        let is_known =
            session_tag(&packet).is_some_and(|tag| self.index.contains_key(&(from, tag)));
        match (mutant, packet) {
            (Mutant::AnInitForgetsEnds, Packet::Init { .. }) if self.output.memory.had_session => {
                self.output.memory.counted.insert(from, 0);
            }
            (Mutant::AnInitForgetsEnds, Packet::ShutdownAck { .. })
                if !is_known && self.output.memory.counted.contains_key(&from) =>
            {
                return None;
            }
            (Mutant::ASessionForgetsEnds, Packet::ShutdownAck { .. })
                if !is_known && self.session_where(|session| session.peer == from).is_some() =>
            {
                return None;
            }
            (Mutant::OneEndOfAnAddressRemembered, Packet::ShutdownAck { tag: [a, b, c] }) => {
                let tag = u32::from_be_bytes([0, a, b, c]);
                let counted = &mut self.output.memory.counted;
                if is_known {
                    counted.insert(from, tag);
                } else if counted.get(&from).is_some_and(|newest| *newest != tag) {
                    return None;
                }
            }
            (Mutant::AnyPortAbortsAClose, Packet::Abort { tag }) if !is_known => {
                let its = |session: &Session| {
                    session.key(tags).1 == tag
                        && session.peer.ip() == from.ip()
                        && is_closing(session)
                };
                if let Some(id) = self.session_where(its) {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::PeerAborted);
                    });
                    return None;
                }
            }
            (Mutant::AnyPortAnswersShutdown, Packet::ShutdownAck { tag })
            | (Mutant::AnyPortAcknowledges, Packet::Data { tag, data: [], .. })
                if !is_known =>
            {
                let its = |session: &Session| {
                    session.key(tags).1 == tag && session.peer.ip() == from.ip()
                };
                return self.takes_as_its_peers(now, packet, its);
            }
            (
                Mutant::AnyPortTakenAfterItsOwnShutdown,
                Packet::Data { tag, .. } | Packet::Shutdown { tag, .. },
            ) if !is_known => {
                let its = |session: &Session| {
                    session.key(tags).1 == tag
                        && session.peer.ip() == from.ip()
                        && matches!(session.state, State::ShutdownSent { .. })
                };
                return self.takes_as_its_peers(now, packet, its);
            }
            (
                Mutant::AnyTagTakenAfterItsOwnClose,
                Packet::Data { .. } | Packet::Shutdown { .. } | Packet::Abort { .. },
            ) if !is_known => {
                let its = |session: &Session| {
                    let state = &session.state;
                    session.peer == from
                        && matches!(
                            state,
                            State::ShutdownSent { .. } | State::ShutdownAckSent { .. }
                        )
                };
                let id = self.session_where(its);
                if let Some(session) = id.and_then(|id| self.sessions.get(&id)) {
                    return Some(with_tag(packet, session.key(tags).1));
                }
            }
            (Mutant::CookieFromAnyPortTakenAfterARepeat, Packet::Cookie { peer_tag, .. }) => {
                let its = |session: &Session| {
                    session.x == peer_tag
                        && session.peer.ip() == from.ip()
                        && matches!(&session.state, State::CookieWait { retry, .. } if retry.sent() > 1)
                };
                return self.takes_as_its_peers(now, packet, its);
            }
            (Mutant::LateCookieAborted, Packet::Cookie { peer_tag: tag, .. })
                if !is_known
                    && self.output.memory.had_session
                    && self
                        .session_where(|session| session.peer == from || is_opening(session))
                        .is_none() =>
            {
                self.context(now).transmit(from, &Packet::Abort { tag });
                return None;
            }
            (Mutant::AnotherMagicTakenInARepeat, Packet::Init { version, tag, .. })
                if !self.output.memory.is_first(from, tag, &packet) =>
            {
                return Some(Packet::Init { magic: MAGIC, version, tag });
            }
            (Mutant::InitReplacesAnIdleSession, _) => {
                let seconds = self.seconds(now);
                let heard = core::mem::replace(&mut self.output.memory.asked, seconds);
                if matches!(packet, Packet::Init { .. }) && seconds > heard.saturating_add(IDLE) {
                    self.end_all_of(now, from);
                }
            }
            (Mutant::EchoIgnoredBesideAClose, Packet::CookieEcho { peer_tag, .. }) => {
                let beside = |session: &Session| {
                    session.peer == from && session.x != peer_tag && is_closing(session)
                };
                return self.session_where(beside).is_none().then_some(packet);
            }
            _ => {}
        }
        Some(packet)
    }

    /// Takes a packet as if the peer of this session had sent it; without such a session it is what it was.
    fn takes_as_its_peers<'a>(
        &mut self,
        now: Instant,
        packet: Packet<'a>,
        its: impl Fn(&Session) -> bool,
    ) -> Option<Packet<'a>> {
        let id = self.session_where(its);
        let Some(peer) = id.and_then(|id| self.sessions.get(&id)).map(|session| session.peer)
        else {
            return Some(packet);
        };
        self.take_datagram(now, peer, &packet.to_octets(self.settings.dialect));
        None
    }

    /// Cuts off what a mutant does not mind behind the last octet of a packet; `true`: it takes the rest.
    pub(super) fn takes_cut(
        &self,
        mutant: Mutant,
        from: SocketAddr,
        octets: &mut Vec<u8>,
        error: DecodeError,
    ) -> bool {
        let tag = octets.get(1..4).and_then(|tag| Tag::try_from(tag).ok());
        let id = tag.and_then(|tag| self.index.get(&(from, tag)));
        let Some(session) = id.and_then(|id| self.sessions.get(id)) else { return false };
        let length = match (mutant, error) {
            (
                Mutant::TakesALongerAbortWhileSending,
                DecodeError::Trailing { packet: "ABORT", expected, .. },
            ) if !session.send.is_drained() => expected,
            (
                Mutant::TakesALongerAbortWhileOpening,
                DecodeError::Trailing { packet: "ABORT", expected, .. },
            ) if is_opening(session) => expected,
            (
                Mutant::DeliversTooLongDataWhileClosing,
                DecodeError::LengthMismatch { announced, found },
            ) if announced < found && is_closing(session) => DATA_HEADER + announced,
            _ => return false,
        };
        octets.truncate(length);
        true
    }
}

const fn is_closing(session: &Session) -> bool {
    matches!(
        session.state,
        State::ShutdownPending { .. }
            | State::ShutdownSent { .. }
            | State::ShutdownReceived { .. }
            | State::ShutdownAckSent { .. }
    )
}
