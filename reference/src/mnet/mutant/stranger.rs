//! What mutants do with packets of no session that they know, and with the sessions beside one.

use core::net::SocketAddr;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::session::{Session, State};
use crate::mnet::{Packet, SessionId, Tag};
use crate::time::Instant;

impl Endpoint {
    /// What a mutant takes a packet of no known session for.
    pub(super) fn misread_stranger<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<(SocketAddr, Packet<'a>)> {
        match (mutant, packet) {
            (Mutant::AnswersUnknownDataWithCookieAck, Packet::Data { tag, .. }) => {
                self.context(now).transmit(from, &Packet::CookieAck { tag });
                return None;
            }
            (Mutant::AnswersUnknownDataTwice, Packet::Data { tag, .. }) => {
                for _ in 0..2 {
                    self.context(now).transmit(from, &Packet::Abort { tag });
                }
                return None;
            }
            (Mutant::AnswersUnknownAbort, Packet::Abort { tag })
            | (Mutant::AnswersUnknownShutdownComplete, Packet::ShutdownComplete { tag }) => {
                self.context(now).transmit(from, &Packet::Abort { tag });
            }
            (
                Mutant::AnswersUnknownCookie | Mutant::AnswersASecondCookie,
                Packet::Cookie { peer_tag: tag, .. },
            ) => {
                let second = mutant == Mutant::AnswersASecondCookie;
                let known = self.session_where(|session| {
                    let waits = matches!(session.state, State::CookieWait { .. });
                    session.peer == from && !(second && waits)
                });
                if known.is_some() == second {
                    self.context(now).transmit(from, &Packet::Abort { tag });
                }
            }
            (
                Mutant::EarlyDataShutsOut
                | Mutant::EarlyDataKeptUnacknowledged
                | Mutant::EarlyDataKeptInPart,
                Packet::Data { .. },
            ) if self.settings.listen => {
                let octets = packet.to_octets(self.settings.dialect);
                self.output.memory.note_early(from, &octets);
                return None;
            }
            _ => {}
        }
        Some((from, packet))
    }

    /// Takes what another session has kept beyond a gap for what follows this DATA, as a mutant does.
    pub(super) fn share(&mut self, now: Instant, from: SocketAddr, packet: &Packet<'_>) {
        let Packet::Data { tag, sequence, acknowledged, data: data @ [_, ..] } = *packet else {
            return;
        };
        let Some(session) = self.index.get(&(from, tag)).and_then(|id| self.sessions.get(id))
        else {
            return;
        };
        let received = self.settings.counter.number(session.receive.received());
        let length = u32::try_from(data.len()).unwrap_or(0);
        let gap = (received != sequence).then(|| (sequence.wrapping_sub(length), data));
        if let Some((sequence, data)) = self.output.memory.shared(from, sequence, gap) {
            let packet = Packet::Data { tag, sequence, acknowledged, data: &data };
            let octets = packet.to_octets(self.settings.dialect);
            self.take_datagram(now, from, &octets);
        }
    }

    /// Ends the sessions of others that have the X of the one with this tag, as a mutant does.
    pub(super) fn end_twins(&mut self, now: Instant, from: SocketAddr, tag: Tag) {
        let own = self.index.get(&(from, tag)).and_then(|id| self.sessions.get(id));
        let Some(x) = own.map(|session| session.x) else { return };
        let twin = |session: &Session| session.x == x && session.peer != from;
        while let Some(id) = self.session_where(twin) {
            self.with_session(now, id, |session, _| {
                session.state = State::Ended { complete: false };
            });
        }
    }

    /// Aborts the other sessions with the peer of this one, as a mutant does.
    pub(in crate::mnet) fn abort_beside(&mut self, now: Instant, id: SessionId) {
        let Some(peer) = self.sessions.get(&id).map(|session| session.peer) else { return };
        while let Some(other) =
            self.session_where(|session| session.peer == peer && session.id != id)
        {
            self.with_session(now, other, Session::abort);
        }
    }
}

/// The tag by which a packet finds its session; INIT and COOKIE-ECHO have none.
pub(super) const fn session_tag(packet: &Packet<'_>) -> Option<Tag> {
    match *packet {
        Packet::Init { .. } | Packet::CookieEcho { .. } => None,
        Packet::Cookie { peer_tag: tag, .. }
        | Packet::Data { tag, .. }
        | Packet::CookieAck { tag }
        | Packet::Shutdown { tag, .. }
        | Packet::ShutdownAck { tag }
        | Packet::ShutdownComplete { tag }
        | Packet::Abort { tag } => Some(tag),
    }
}

/// The same packet with another tag.
pub(super) const fn with_tag(packet: Packet<'_>, tag: Tag) -> Packet<'_> {
    match packet {
        Packet::Init { .. } | Packet::Cookie { .. } | Packet::CookieEcho { .. } => packet,
        Packet::Data { sequence, acknowledged, data, .. } => {
            Packet::Data { tag, sequence, acknowledged, data }
        }
        Packet::CookieAck { .. } => Packet::CookieAck { tag },
        Packet::Shutdown { acknowledged, .. } => Packet::Shutdown { tag, acknowledged },
        Packet::ShutdownAck { .. } => Packet::ShutdownAck { tag },
        Packet::ShutdownComplete { .. } => Packet::ShutdownComplete { tag },
        Packet::Abort { .. } => Packet::Abort { tag },
    }
}

/// What is left of the octets of a tag when they are exclusive-ored.
pub(super) fn xor(tag: Tag) -> u8 {
    tag.iter().fold(0, |all, octet| all ^ octet)
}
