//! What mutants change in the datagrams that come in, and what they answer.

use core::net::SocketAddr;

use crate::Role;
use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::{session_tag, with_tag, xor};
use crate::mnet::session::{Session, State};
use crate::mnet::{DATA_HEADER, Failure, MAGIC, Packet, SessionId, VERSION};
use crate::time::Instant;

/// Places in the table of [`Mutant::HalfOpenTable`].
const HALF_OPEN_MAX: usize = 1_000;

/// The sessions of [`Mutant::AtMostEightSessions`].
const SESSIONS_MAX: usize = 8;

/// A Unix time that is long past.
const LONG_AGO: u32 = 1_000;

impl Endpoint {
    /// Takes a datagram as a mutant would.
    pub(in crate::mnet) fn take_datagram_as(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) {
        if self.output.memory.deaf {
            return;
        }
        let mut octets = octets.to_vec();
        let decoded = Packet::decode(&octets, self.settings.dialect);
        let packet = match decoded {
            Ok(packet) => packet,
            Err(error) => {
                self.disturb_by_rubbish(mutant, now, from);
                if self.takes_malformed(mutant, now, from, &mut octets, error) {
                    self.take_datagram(now, from, &octets);
                }
                return;
            }
        };
        self.mishandle(mutant, from, &packet);
        self.disturb_by_packet(mutant, now, from, &packet);
        let Some(packet) = self.misread_amid(mutant, now, from, packet) else { return };
        let Some(packet) = self.misread_late(mutant, now, from, packet) else { return };
        let Some(packet) = self.confuse(mutant, now, from, packet) else { return };
        let Some(packet) = self.misread_meanwhile(mutant, now, from, packet) else { return };
        let Some((from, packet)) = self.misread_at_an_edge(mutant, now, from, packet) else {
            return;
        };
        let Some((from, packet)) = self.misread(mutant, now, from, packet) else {
            return;
        };
        let octets = packet.to_octets(self.settings.dialect);
        self.take_datagram(now, from, &octets);
        if mutant == Mutant::OctetsBeyondAGapAreShared {
            self.share(now, from, &packet);
        }
        if mutant == Mutant::EndsWhatIsThrough {
            self.end_what_is_through(now, from);
        }
    }

    /// What a mutant takes a packet for; `None`: for nothing.
    fn misread<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<(SocketAddr, Packet<'a>)> {
        let tags = self.tags();
        match (mutant, packet) {
            (Mutant::CookieForAnotherMagic, Packet::Init { version, tag, .. }) => {
                return Some((from, Packet::Init { magic: MAGIC, version, tag }));
            }
            (Mutant::CookieForAnotherVersion, Packet::Init { magic, tag, .. }) => {
                return Some((from, Packet::Init { magic, version: VERSION, tag }));
            }
            (Mutant::AnotherVersionEndsTheSessionWithItsTag, Packet::Init { version, tag, .. })
                if version != VERSION =>
            {
                let its = |session: &Session| session.peer == from && session.x == tag;
                let id = self.session_where(its)?;
                self.with_session(now, id, Session::abort);
            }
            (Mutant::InitOverridesAnAcknowledgement, Packet::Init { .. }) => {
                let id = self.session_where(|session| session.peer == from);
                if let Some(session) = id.and_then(|id| self.sessions.get_mut(&id)) {
                    session.receive.on_acknowledged();
                }
            }
            (Mutant::InitLosesWhatWaits, Packet::Init { .. }) => {
                let id = self.session_where(|session| session.peer == from);
                if let Some(session) = id.and_then(|id| self.sessions.get_mut(&id)) {
                    session.send.forget_unsent();
                }
            }
            (Mutant::GapsComparedSigned, Packet::Data { sequence, data: data @ [_, ..], .. }) => {
                let counter = &self.settings.counter;
                let id = self.session_where(|session| session.peer == from);
                if let Some(session) = id.and_then(|id| self.sessions.get(&id)) {
                    let here = session.receive.received();
                    let gap = counter.offset(sequence, here) > Some(here + data.len() as u64);
                    if gap && sequence.cast_signed() < counter.number(here).cast_signed() {
                        return None;
                    }
                }
            }
            (Mutant::AnyVersionWhereASessionLives, Packet::Init { magic, tag, .. })
                if self.session_where(|session| session.peer == from).is_some() =>
            {
                return Some((from, Packet::Init { magic, version: VERSION, tag }));
            }
            (Mutant::HalfOpenTable, Packet::Init { tag, .. }) => {
                let full = self.output.memory.seen() >= HALF_OPEN_MAX;
                if full || !self.output.memory.is_first(from, tag, &packet) {
                    return (!full).then_some((from, packet));
                }
            }
            (Mutant::HalfOpenTable, Packet::CookieEcho { peer_tag, .. }) => {
                self.output.memory.forget_init(from, peer_tag);
            }
            (Mutant::IgnoresARepeatedInit, Packet::Init { tag, .. })
                if !self.output.memory.is_first(from, tag, &packet) =>
            {
                return None;
            }
            (Mutant::NoCookieForTheTagZero, Packet::Init { tag: [0, 0, 0], .. })
            | (Mutant::NoCookieForTheHighestTag, Packet::Init { tag: [0xff, 0xff, 0xff], .. }) => {
                return None;
            }
            (Mutant::ReadsTheExpirationOfACookie, Packet::Cookie { expiration, .. })
                if expiration < LONG_AGO =>
            {
                return None;
            }
            (Mutant::EarlyCookieAckEndsTheOpening, Packet::CookieAck { .. }) => {
                let waits = |session: &Session| is_waiting(session) && session.peer == from;
                if let Some(id) = self.session_where(waits) {
                    self.with_session(now, id, |session, _| {
                        session.state = State::Ended { complete: false };
                    });
                    return None;
                }
            }
            (Mutant::InitResetsALiveSession, Packet::Init { .. }) => {
                while let Some(id) = self.session_where(|session| session.peer == from) {
                    self.with_session(now, id, |session, _| {
                        session.state = State::Ended { complete: false };
                    });
                }
            }
            (Mutant::InitWithALiveTagIgnored, Packet::Init { tag, .. })
                if self.session_where(|session| session.x == tag).is_some() =>
            {
                return None;
            }
            (Mutant::InitWithALiveTagEndsItsSession, Packet::Init { tag, .. }) => {
                let twin = |session: &Session| session.x == tag && session.peer != from;
                if let Some(id) = self.session_where(twin) {
                    self.with_session(now, id, |session, _| {
                        session.state = State::Ended { complete: false };
                    });
                }
            }
            (Mutant::CookieWithTheFirstTag, Packet::Init { magic, version, tag }) => {
                let tag = self.output.memory.first_tag(from, tag);
                return Some((from, Packet::Init { magic, version, tag }));
            }
            (Mutant::CookieToTheSessionWithItsTag, Packet::Init { tag, .. }) => {
                let id = self.session_where(|session| session.x == tag);
                let peer = id.and_then(|id| self.sessions.get(&id)).map(|session| session.peer);
                return Some((peer.unwrap_or(from), packet));
            }
            (Mutant::AnOpeningVoidsTheCookiesThatAreOut, Packet::CookieEcho { tag, .. })
                if !self.output.memory.is_current(from, tag)
                    && self.session_where(|session| session.y == tag).is_none() =>
            {
                return None;
            }
            (
                Mutant::EchoOfALiveSessionAcknowledgedToAnybody,
                Packet::CookieEcho { tag, peer_tag, .. },
            ) => {
                let elsewhere = |session: &Session| {
                    session.x == peer_tag && session.y == tag && session.peer.ip() != from.ip()
                };
                if let Some(session) = self.sessions.values().find(|session| elsewhere(session)) {
                    let tag = session.stamp(&self.settings);
                    self.context(now).transmit(from, &Packet::CookieAck { tag });
                    return None;
                }
            }
            (Mutant::NoSessionOpensWhileOneCloses, Packet::CookieEcho { .. })
                if self
                    .session_where(|session| {
                        session.peer != from
                            && matches!(
                                session.state,
                                State::ShutdownSent { .. } | State::ShutdownAckSent { .. }
                            )
                    })
                    .is_some() =>
            {
                return None;
            }
            (Mutant::NewestCookieVoidsOlder, Packet::CookieEcho { tag, .. })
                if !self.output.memory.is_newest(from, tag) =>
            {
                return None;
            }
            (Mutant::EarlyDataShutsOut, Packet::CookieEcho { .. })
                if self.output.memory.was_early(from) =>
            {
                return None;
            }
            (
                Mutant::TakesCookieForAnEcho,
                Packet::Cookie { tag, peer_tag, version, expiration, hmac },
            ) if self.settings.listen => {
                return Some((
                    from,
                    Packet::CookieEcho { tag, peer_tag, version, expiration, hmac },
                ));
            }
            (
                Mutant::EchoesACookieAfterTheLastTry,
                Packet::Cookie { tag, peer_tag, version, expiration, hmac },
            ) if self.sessions.is_empty() => {
                let echo = Packet::CookieEcho { tag, peer_tag, version, expiration, hmac };
                self.context(now).transmit(from, &echo);
                return None;
            }
            (Mutant::AnswersUnknownCookieAckWithData, Packet::CookieAck { tag })
                if self.sessions.is_empty() =>
            {
                let (sequence, acknowledged) = (0, 0);
                let bare = Packet::Data { tag, sequence, acknowledged, data: &[] };
                self.context(now).transmit(from, &bare);
                return None;
            }
            (Mutant::AWrongInitShutsOut | Mutant::AnExpiredEchoShutsOut, Packet::Init { .. })
                if self.output.memory.was_early(from) =>
            {
                return None;
            }
            (Mutant::AWrongInitShutsOut, Packet::Init { magic, .. }) if magic != MAGIC => {
                self.output.memory.note_early(from, &[]);
            }
            (Mutant::MagicInAnyOrder, Packet::Init { mut magic, version, tag }) => {
                magic.sort_unstable();
                let magic = if magic == *b"EMNT" { MAGIC } else { magic };
                return Some((from, Packet::Init { magic, version, tag }));
            }
            (Mutant::AbortEndsSessionsWithItsTag, Packet::Abort { tag }) => {
                self.end_twins(now, from, tag);
            }
            (Mutant::OutstandingOctetsOutliveTheirSession, Packet::Abort { .. }) => {
                let waits = |session: &Session| session.peer == from && !session.send.is_drained();
                if self.session_where(waits).is_some() {
                    self.output.memory.note_early(from, b"!");
                }
            }
            (Mutant::ACloseEndsTheSessionsBesideIt, Packet::ShutdownComplete { .. }) => {
                let beside =
                    |session: &Session| session.peer.ip() == from.ip() && session.peer != from;
                while let Some(id) = self.session_where(beside) {
                    self.with_session(now, id, |session, _| {
                        session.state = State::Ended { complete: false };
                    });
                }
            }
            (Mutant::AtMostEightSessions, Packet::CookieEcho { .. })
                if self.sessions.len() >= SESSIONS_MAX =>
            {
                return None;
            }
            (Mutant::OneSessionAtATime, Packet::CookieEcho { .. })
                if self.session_where(|session| session.peer != from).is_some() =>
            {
                return None;
            }
            (
                Mutant::TakesASecondCookie,
                Packet::Cookie { tag, peer_tag, version, expiration, hmac },
            ) if self
                .session_where(|session| {
                    session.peer == from && session.x == peer_tag && !is_waiting(session)
                })
                .is_some() =>
            {
                let echo = Packet::CookieEcho { tag, peer_tag, version, expiration, hmac };
                self.context(now).transmit(from, &echo);
                return None;
            }
            (Mutant::FirstCookieAckIgnored, Packet::CookieAck { tag })
                if self.output.memory.is_first(from, tag, &packet) =>
            {
                return None;
            }
            (Mutant::DropsDataOfOneOctet, Packet::Data { data: [_], .. }) => return None,
            (Mutant::DropsDataOfWholePages, Packet::Data { data: data @ [_, ..], .. })
                if data.len().is_multiple_of(256) =>
            {
                return None;
            }
            (Mutant::AcknowledgementStandsStill, Packet::Shutdown { .. }) => {
                self.output.memory.shutdown = true;
            }
            (Mutant::UnaskedCookieAckAborts, Packet::CookieAck { tag }) if self.settings.listen => {
                let tags = self.settings.dialect.tags;
                let id = self.session_where(|session| session.key(tags) == (from, tag))?;
                self.with_session(now, id, |session, context| {
                    session.give_up(context, Failure::PeerAborted);
                });
                return None;
            }
            (
                Mutant::TakesAShutdownWithAnAcknowledgementOfTheFuture,
                Packet::Shutdown { tag, acknowledged },
            ) => {
                let id = self.session_where(|session| session.key(tags) == (from, tag));
                let send = &self.sessions.get(&id?)?.send;
                let counter = &self.settings.counter;
                let known = send.acknowledged();
                let future = counter.offset(acknowledged, known) > Some(send.sent());
                let acknowledged = if future { counter.number(known) } else { acknowledged };
                return Some((from, Packet::Shutdown { tag, acknowledged }));
            }
            (Mutant::SecretDrawnAnewEachSecond, Packet::Init { .. }) => {
                self.output.memory.asked = self.seconds(now);
            }
            (
                Mutant::AnyCookieTakenAfterARepeat,
                Packet::Cookie { tag, version, expiration, hmac, .. },
            ) => {
                let id = self.session_where(|session| match &session.state {
                    State::CookieWait { retry, .. } => session.peer == from && retry.sent() > 1,
                    _ => false,
                });
                if let Some(session) = id.and_then(|id| self.sessions.get(&id)) {
                    let peer_tag = session.x;
                    return Some((
                        from,
                        Packet::Cookie { tag, peer_tag, version, expiration, hmac },
                    ));
                }
            }
            (Mutant::LaterSessionsCountOn, Packet::Data { sequence, .. })
                if self.session_where(|session| session.peer == from).is_some() =>
            {
                self.output.memory.counted.insert(from, sequence);
            }
            (
                Mutant::TakesCookieWithAnotherPeerTag | Mutant::CookiesTagComparedByItsXor,
                Packet::Cookie { tag, peer_tag: given, version, expiration, hmac },
            ) => {
                let alike =
                    |x| mutant != Mutant::CookiesTagComparedByItsXor || xor(x) == xor(given);
                let id = self.session_where(|session| {
                    is_waiting(session) && session.peer == from && alike(session.x)
                });
                let peer_tag = self.sessions.get(&id?)?.x;
                return Some((from, Packet::Cookie { tag, peer_tag, version, expiration, hmac }));
            }
            (
                Mutant::TakesCookieOfAnotherVersion,
                Packet::Cookie { tag, peer_tag, expiration, hmac, .. },
            ) => {
                let version = VERSION;
                return Some((from, Packet::Cookie { tag, peer_tag, version, expiration, hmac }));
            }
            (Mutant::TakesCookieFromAnotherAddress, Packet::Cookie { peer_tag, .. }) => {
                let id = self.session_where(|session| is_waiting(session) && session.x == peer_tag);
                return Some((self.sessions.get(&id?)?.peer, packet));
            }
            (Mutant::AbortIgnored, Packet::Abort { .. }) => return None,
            (Mutant::AbortAnswered, Packet::Abort { tag }) => {
                self.context(now).transmit(from, &Packet::Abort { tag });
            }
            (Mutant::TakesCookieAckWithAnyTag, Packet::CookieAck { .. })
            | (Mutant::AcceptsAnyTag, _) => {
                let id = self.session_where(|session| session.peer == from);
                if let Some(session) = id.and_then(|id| self.sessions.get(&id)) {
                    let (_, tag) = session.key(tags);
                    return Some((from, with_tag(packet, tag)));
                }
            }
            (Mutant::ComparesTwoOctetsOfATag | Mutant::TagsComparedByTheirXor, _) => {
                let Some(tag) = session_tag(&packet) else { return Some((from, packet)) };
                let id = self.session_where(|session| {
                    let (peer, known) = session.key(tags);
                    peer == from
                        && match mutant {
                            Mutant::TagsComparedByTheirXor => xor(known) == xor(tag),
                            _ => known.first_chunk::<2>() == tag.first_chunk::<2>(),
                        }
                });
                if let Some(session) = id.and_then(|id| self.sessions.get(&id)) {
                    let (_, tag) = session.key(tags);
                    return Some((from, with_tag(packet, tag)));
                }
            }
            (Mutant::TakesEitherStamp, _) => {
                let Some(tag) = session_tag(&packet) else { return Some((from, packet)) };
                let own = |session: &Session| session.stamp(&self.settings) == tag;
                let id = self.session_where(|session| session.peer == from && own(session));
                if let Some(session) = id.and_then(|id| self.sessions.get(&id)) {
                    let (_, tag) = session.key(tags);
                    return Some((from, with_tag(packet, tag)));
                }
            }
            (
                Mutant::TakesPacketsFromAnotherPort
                | Mutant::TakesPacketsFromAnotherAddress
                | Mutant::TakesPacketsFromTheSamePort,
                _,
            ) => {
                let Some(tag) = session_tag(&packet) else { return Some((from, packet)) };
                let near = |peer: SocketAddr| match mutant {
                    Mutant::TakesPacketsFromAnotherPort => peer.ip() == from.ip(),
                    Mutant::TakesPacketsFromTheSamePort => peer.port() == from.port(),
                    _ => true,
                };
                let id =
                    self.session_where(|session| session.key(tags).1 == tag && near(session.peer));
                let peer = id.and_then(|id| self.sessions.get(&id)).map(|session| session.peer);
                return Some((peer.unwrap_or(from), packet));
            }
            (Mutant::FollowsItsPeer | Mutant::EndsWhenItsTagComesFromElsewhere, _) => {
                let Some(tag) = session_tag(&packet) else { return Some((from, packet)) };
                let of_another =
                    |session: &Session| session.key(tags).1 == tag && session.peer != from;
                let is_taken = self.index.contains_key(&(from, tag));
                if let Some(id) = self.session_where(of_another).filter(|_| !is_taken) {
                    self.with_session(now, id, |session, context| match mutant {
                        Mutant::FollowsItsPeer => session.peer = from,
                        _ => session.give_up(context, Failure::PeerAborted),
                    });
                }
            }
            (Mutant::EchoFromElsewhereSpendsTheCookie, Packet::CookieEcho { hmac, .. })
                if !self.output.memory.echoes_first(hmac, from.ip()) =>
            {
                return None;
            }
            (Mutant::DropsDataOver1024, Packet::Data { data, .. })
                if DATA_HEADER + data.len() > 1024 =>
            {
                return None;
            }
            _ if session_tag(&packet).is_none_or(|tag| self.index.contains_key(&(from, tag))) => {}
            _ => return self.misread_stranger(mutant, now, from, packet),
        }
        Some((from, packet))
    }

    pub(super) fn session_where(&self, holds: impl Fn(&Session) -> bool) -> Option<SessionId> {
        self.sessions.values().find(|session| holds(session)).map(|session| session.id)
    }
}

fn is_waiting(session: &Session) -> bool {
    session.role == Role::Connector && matches!(session.state, State::CookieWait { .. })
}
