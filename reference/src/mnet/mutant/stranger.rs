//! What mutants do with packets of no session that they know, and with the sessions beside one.

use core::net::SocketAddr;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::session::Session;
use crate::mnet::{Packet, SessionId};
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
            | (Mutant::AnswersUnknownShutdownComplete, Packet::ShutdownComplete { tag })
            | (Mutant::AnswersUnknownCookie, Packet::Cookie { peer_tag: tag, .. }) => {
                self.context(now).transmit(from, &Packet::Abort { tag });
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
