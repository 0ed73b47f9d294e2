//! What mutants do with packets that come amid something else: an opening, a close, another session.

use core::net::SocketAddr;
use std::collections::VecDeque;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::with_tag;
use crate::mnet::session::{Session, State};
use crate::mnet::{DATAGRAM_MAX, Failure, Packet, Tag, Transmit};
use crate::time::Instant;

/// INITs in a second that mutants answer.
const INITS_MAX: u64 = 1_000;

impl Endpoint {
    /// What a mutant takes a packet for that comes amid something else; `None`: for nothing.
    pub(super) fn misread_amid<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<Packet<'a>> {
        match (mutant, packet) {
            (
                Mutant::StaleAcknowledgementLeavesThePayloadUnacknowledged,
                Packet::Data { tag, acknowledged, data: [_, ..], .. },
            ) if self.acknowledges(from, tag, acknowledged).is_some_and(is_stale) => {
                let octets = packet.to_octets(self.settings.dialect);
                self.take_datagram(now, from, &octets);
                self.override_acknowledgement(from);
                return None;
            }
            (
                Mutant::RefusedAcknowledgementBecomesTheNewest,
                Packet::Data { tag, sequence, acknowledged, data },
            ) => {
                if let Some((count, known, sent)) = self.acknowledges(from, tag, acknowledged) {
                    if count > sent {
                        self.output.memory.noted = true;
                    } else if self.output.memory.noted {
                        let acknowledged = self.settings.counter.number(known);
                        return Some(Packet::Data { tag, sequence, acknowledged, data });
                    }
                }
            }
            (Mutant::RefusedShutdownIsRemembered, Packet::Shutdown { tag, acknowledged }) => {
                let counts = self.acknowledges(from, tag, acknowledged);
                self.output.memory.noted |= counts.is_some_and(|(count, _, sent)| count > sent);
            }
            (
                Mutant::DataBeforeTheStartCountsAsAGap,
                Packet::Data { tag, sequence, data: data @ [_, ..], .. },
            ) => {
                if let Some(session) = self.session_of(from, tag) {
                    let end = self.settings.counter.offset(sequence, session.receive.received());
                    self.output.memory.noted |= end < Some(data.len() as u64);
                }
            }
            (Mutant::DataBeforeTheStartCountsAsAGap, Packet::Shutdown { .. })
                if self.output.memory.noted =>
            {
                return None;
            }
            (Mutant::ShutdownAmidACloseForgotten, Packet::Shutdown { tag, .. })
                if self.session_of(from, tag).is_some_and(is_pending) =>
            {
                return None;
            }
            (Mutant::AnyAbortEndsAnOpening, Packet::Abort { tag })
                if self.session_of(from, tag).is_none() =>
            {
                let opens = |session: &Session| session.peer == from && is_opening(session);
                if let Some(id) = self.session_where(opens) {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::PeerAborted);
                    });
                    return None;
                }
            }
            (Mutant::AnAbortEndsTheNewestSession, Packet::Abort { .. }) => {
                let newest = self.sessions.values().rev().find(|session| session.peer == from);
                return Some(with_tag(packet, newest?.key(self.tags()).1));
            }
            (Mutant::AShutdownClosesTheOldestSession, Packet::Shutdown { tag, .. })
                if self.session_of(from, tag).is_some() =>
            {
                let is_open = |state: &State| matches!(state, State::Established);
                return Some(self.for_the_oldest(from, packet, is_open));
            }
            (Mutant::AShutdownCompleteEndsTheOldestSession, Packet::ShutdownComplete { tag })
                if self.session_of(from, tag).is_some() =>
            {
                let is_last = |state: &State| matches!(state, State::ShutdownAckSent { .. });
                return Some(self.for_the_oldest(from, packet, is_last));
            }
            (Mutant::ACookieAckOpensTheOldestOpening, Packet::CookieAck { .. }) => {
                let waits = |state: &State| matches!(state, State::CookieEchoed { .. });
                return Some(self.for_the_oldest(from, packet, waits));
            }
            (
                Mutant::AnExpiredEchoEndsTheSessionsOfItsAddress,
                Packet::CookieEcho { peer_tag, expiration, .. },
            ) if self.seconds(now) > expiration => {
                let its = |session: &Session| session.peer == from && session.x == peer_tag;
                if self.session_where(its).is_none() {
                    self.end_all_of(now, from);
                }
            }
            (Mutant::InitsOfAllCountedTogether, Packet::Init { .. }) => {
                let seconds = self.seconds(now);
                let memory = &mut self.output.memory;
                if memory.asked != seconds {
                    (memory.asked, memory.data_sent) = (seconds, 0);
                }
                memory.data_sent += 1;
                return (memory.data_sent <= INITS_MAX).then_some(packet);
            }
            (Mutant::AFloodShutsOut, Packet::Init { .. }) => {
                let count = self.output.memory.counted.entry(from).or_default();
                *count += 1;
                return (u64::from(*count) <= INITS_MAX).then_some(packet);
            }
            _ => {}
        }
        Some(packet)
    }

    /// What falls due for one address at one moment goes in one datagram, as a mutant sends it.
    pub(in crate::mnet) fn join(&mut self) {
        let mut joined: VecDeque<Transmit> = VecDeque::new();
        for transmit in self.output.transmits.drain(..) {
            match joined.back_mut() {
                Some(last)
                    if last.to == transmit.to
                        && last.octets.len() + transmit.octets.len() <= DATAGRAM_MAX =>
                {
                    last.octets.extend(transmit.octets);
                }
                _ => joined.push_back(transmit),
            }
        }
        self.output.transmits = joined;
    }

    /// Forgets all sessions of an address.
    pub(super) fn end_all_of(&mut self, now: Instant, from: SocketAddr) {
        while let Some(id) = self.session_where(|session| session.peer == from) {
            self.with_session(now, id, |session, _| {
                session.state = State::Ended { complete: false };
            });
        }
    }

    /// The session that a packet with this tag is of.
    fn session_of(&self, from: SocketAddr, tag: Tag) -> Option<&Session> {
        let id = self.index.get(&(from, tag))?;
        self.sessions.get(id).map(|session| &**session)
    }

    /// What `AcknowledgedBytes` counts, what was acknowledged before, and what was sent.
    fn acknowledges(&self, from: SocketAddr, tag: Tag, number: u32) -> Option<(u64, u64, u64)> {
        let send = &self.session_of(from, tag)?.send;
        let known = send.acknowledged();
        Some((self.settings.counter.offset(number, known)?, known, send.sent()))
    }

    /// The same packet for the oldest session of its address in a state.
    fn for_the_oldest<'a>(
        &self,
        from: SocketAddr,
        packet: Packet<'a>,
        holds: impl Fn(&State) -> bool,
    ) -> Packet<'a> {
        let id = self.session_where(|session| session.peer == from && holds(&session.state));
        let oldest = id.and_then(|id| self.sessions.get(&id));
        oldest.map_or(packet, |session| with_tag(packet, session.key(self.tags()).1))
    }
}

const fn is_stale((count, known, _): (u64, u64, u64)) -> bool {
    count < known
}

const fn is_pending(session: &Session) -> bool {
    matches!(session.state, State::ShutdownPending { .. })
}

pub(super) const fn is_opening(session: &Session) -> bool {
    matches!(session.state, State::CookieWait { .. } | State::CookieEchoed { .. })
}
