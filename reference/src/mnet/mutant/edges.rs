//! What mutants do at the edges of what a session knows: far ahead, at the last octet, at the last state.

use core::net::SocketAddr;
use core::time::Duration;

use crate::Role;
use crate::mnet::cookie::Cookie;
use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::{session_tag, with_tag};
use crate::mnet::session::State;
use crate::mnet::{Failure, Packet, SessionId, Tag};
use crate::time::Instant;

/// Octets so far ahead are no gap to who ends a session for them.
const FAR: u64 = 1 << 16;

/// After so long mutants give up a session in which nothing is outstanding.
const SOON: Duration = Duration::from_millis(200);

/// The sessions of one address that [`Mutant::AtMostTwoSessionsOfAnAddress`] has.
const OF_ONE_ADDRESS_MAX: usize = 2;

impl Endpoint {
    /// What a mutant takes a packet for at an edge; `None`: for nothing.
    pub(super) fn misread_at_an_edge<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<(SocketAddr, Packet<'a>)> {
        let key = session_tag(&packet).map(|tag| (from, tag));
        let id = key.and_then(|key| self.index.get(&key)).copied();
        let counter = self.settings.counter;
        let known = id.and_then(|id| self.sessions.get(&id));
        match (mutant, packet) {
            (Mutant::AFarGapEndsTheSession, Packet::Data { sequence, data: [_, ..], .. })
            | (Mutant::AFarBareDataEndsTheSession, Packet::Data { sequence, data: [], .. }) => {
                let received = known.map_or(0, |session| session.receive.received());
                if counter.offset(sequence, received) > Some(received + FAR) {
                    self.with_session(now, id?, |session, context| {
                        session.give_up(context, Failure::PeerAborted);
                    });
                    return None;
                }
            }
            (
                Mutant::RepeatsOfOneOctetAreNew,
                Packet::Data { tag, sequence, acknowledged, data: data @ [_] },
            ) => {
                let received = known.map_or(0, |session| session.receive.received());
                if counter.offset(sequence, received) < Some(received) {
                    let sequence = counter.number(received + 1);
                    return Some((from, Packet::Data { tag, sequence, acknowledged, data }));
                }
            }
            (
                Mutant::AnAcknowledgementInPartEndsTheWait,
                Packet::Shutdown { tag, acknowledged },
            ) => {
                let session = known.filter(|session| {
                    let is_new = counter.offset(acknowledged, session.send.acknowledged())
                        > Some(session.send.acknowledged());
                    is_new && matches!(session.state, State::ShutdownReceived { .. })
                });
                if let Some(session) = session {
                    let acknowledged = counter.number(session.send.sent());
                    return Some((from, Packet::Shutdown { tag, acknowledged }));
                }
            }
            (Mutant::EchoIgnoredAfterShutdownAck, Packet::CookieEcho { peer_tag, .. }) => {
                let closed = self.session_where(|session| {
                    (session.peer, session.x) == (from, peer_tag)
                        && matches!(session.state, State::ShutdownAckSent { .. })
                });
                return closed.is_none().then_some((from, packet));
            }
            (
                Mutant::AcknowledgedOctetsStillTried,
                Packet::Data { sequence, acknowledged, data, .. },
            ) => {
                let soon = now + SOON;
                // Packets of no session have no number.
                let Some(id) = id else { return Some((from, packet)) };
                self.with_session(now, id, |session, _| {
                    let received = session.receive.received();
                    let next = received + data.len() as u64;
                    let is_next = counter.offset(sequence, received) == Some(next);
                    let sent = session.send.sent();
                    let is_last = counter.offset(acknowledged, sent) == Some(sent);
                    if is_last && !is_next && !session.send.is_drained() {
                        session.idle_at = Some(soon);
                    }
                });
            }
            (Mutant::AbortIgnoredWhileACloseWaits, Packet::Abort { .. }) => {
                let waits = known
                    .is_some_and(|session| matches!(session.state, State::ShutdownPending { .. }));
                return (!waits).then_some((from, packet));
            }
            (Mutant::TagsComparedUpToAZero, _) if known.is_none() => {
                let text = |tag: Tag| tag.into_iter().take_while(|octet| *octet != 0);
                let Some((_, own)) = key else { return Some((from, packet)) };
                let is_alike =
                    |(peer, tag): &&(SocketAddr, Tag)| *peer == from && text(*tag).eq(text(own));
                let alike = self.index.keys().find(is_alike).map(|(_, tag)| *tag);
                return Some((from, alike.map_or(packet, |tag| with_tag(packet, tag))));
            }
            (
                Mutant::HmacNotCheckedAfterACleanEnd,
                Packet::CookieEcho { tag, peer_tag, version, expiration, hmac },
            ) => {
                let stamp = self.tags().stamp(Role::Connector, peer_tag, tag);
                let (jar, settings) = (&self.jar, &self.settings);
                let echoed = Cookie { tag, peer_tag, version, expiration, hmac };
                let forged = !jar.is_genuine(settings, self.local, from.ip(), &echoed);
                if forged && self.ended.stamp(now, &(from, stamp)).is_some() {
                    // The session has ended, so that another one is what opens.
                    let tag = tag.map(|octet| !octet);
                    let baked =
                        jar.bake(settings, self.local, from.ip(), peer_tag, tag, expiration);
                    let hmac = baked.hmac;
                    let echo = Packet::CookieEcho { tag, peer_tag, version, expiration, hmac };
                    return Some((from, echo));
                }
            }
            (Mutant::AtMostTwoSessionsOfAnAddress, Packet::CookieEcho { .. }) => {
                let of_address = self.sessions.values().filter(|session| session.peer == from);
                return (of_address.count() < OF_ONE_ADDRESS_MAX).then_some((from, packet));
            }
            (Mutant::TheOldestSessionWithATagGetsAll, _) if known.is_some() => {
                let tag = key.map(|(_, tag)| tag);
                let of_tag = self.index.iter().filter(|((_, known), _)| Some(*known) == tag);
                let oldest = of_tag.min_by_key(|(_, id)| **id);
                return oldest.map(|((peer, _), _)| (*peer, packet));
            }
            _ => {}
        }
        Some((from, packet))
    }

    /// Sessions with this peer are to end soon if nothing is outstanding in them any more.
    pub(super) fn end_what_is_through(&mut self, now: Instant, from: SocketAddr) {
        let of_peer = self.sessions.iter().filter(|(_, session)| session.peer == from);
        let ids: Vec<SessionId> = of_peer.map(|(id, _)| *id).collect();
        for id in ids {
            self.with_session(now, id, |session, _| {
                let is_through = matches!(session.state, State::Established)
                    && session.send.is_drained()
                    && session.send.acknowledged() > 0;
                session.idle_at = is_through.then_some(now + SOON);
            });
        }
    }
}
