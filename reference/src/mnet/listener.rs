//! How a listener opens sessions: it keeps nothing until a cookie comes back (RFC 9260 §5.1.3).

use core::net::SocketAddr;

use crate::Role;
use crate::mnet::cookie::Cookie;
use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::session::State;
use crate::mnet::{Event, MAGIC, Packet, SessionId, Tag, VERSION};
use crate::time::Instant;

/// The seconds by which [`Mutant::ExpirationAnHourAhead`] is ahead.
const HOUR: u64 = 3_600;

impl Endpoint {
    /// INIT is answered with COOKIE, as often as it comes (MNET-INIT-1, MNET-INIT-3).
    pub(super) fn on_init(
        &mut self,
        now: Instant,
        from: SocketAddr,
        magic: [u8; 4],
        version: u8,
        x: Tag,
    ) {
        if !self.settings.listen || magic != MAGIC || version != VERSION {
            return;
        }
        let y = self.draw_tag();
        let expiration = self.expiration(now);
        let cookie = self.jar.bake(&self.settings, self.local, from.ip(), x, y, expiration);
        self.context(now).transmit(from, &cookie.packet());
    }

    /// When a cookie given now is void: whole seconds since 1970 (MNET-COOKIE-3).
    fn expiration(&self, now: Instant) -> u32 {
        let lifetime = self.settings.timers.cookie_lifetime;
        let void = self.unix_time(now).saturating_add(lifetime);
        let seconds = match self.settings.mutant {
            Some(Mutant::ExpirationInMilliseconds) => void.as_millis() & u128::from(u32::MAX),
            Some(Mutant::ExpirationSinceTheStart) => {
                u128::from(now.since_start().saturating_add(lifetime).as_secs())
            }
            Some(Mutant::ExpirationAnHourAhead) => u128::from(void.as_secs() + HOUR),
            _ => u128::from(void.as_secs()),
        };
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }

    /// Now in whole seconds since 1970.
    pub(super) fn seconds(&self, now: Instant) -> u32 {
        u32::try_from(self.unix_time(now).as_secs()).unwrap_or(u32::MAX)
    }

    fn is_expired(&self, now: Instant, expiration: u32) -> bool {
        match self.settings.mutant {
            Some(Mutant::ExpirationNotChecked | Mutant::ExpirationInMilliseconds) => false,
            Some(Mutant::ExpiredCookiesTakenBesideASession) if !self.sessions.is_empty() => false,
            Some(Mutant::SecretDrawnAnewEachSecond) => {
                let lifetime = self.settings.timers.cookie_lifetime.as_secs();
                self.seconds(now) > expiration
                    || u64::from(self.output.memory.asked) + lifetime > u64::from(expiration)
            }
            Some(Mutant::ExpirationSinceTheStart) => {
                now.since_start().as_secs() > u64::from(expiration)
            }
            Some(Mutant::CookieLivesTwice) => {
                let lifetime = self.settings.timers.cookie_lifetime;
                let lifetime = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
                self.seconds(now) > expiration.saturating_add(lifetime)
            }
            Some(Mutant::CookieLivesASecondLonger) => {
                self.seconds(now) > expiration.saturating_add(1)
            }
            Some(Mutant::ExpirationAnHourAhead) => {
                u64::from(self.seconds(now)) + HOUR > u64::from(expiration)
            }
            Some(Mutant::CookieDiesAtHalfOfItsLifetime) => {
                let half = self.settings.timers.cookie_lifetime.as_secs() / 2;
                u64::from(self.seconds(now)) + half > u64::from(expiration)
            }
            Some(Mutant::LowestOctetOfTheExpirationCompared) => {
                self.seconds(now) & 0xff > expiration & 0xff
            }
            Some(Mutant::CookieExpiresWithItsLastSecond) => self.seconds(now) >= expiration,
            Some(Mutant::CookieExpiresEarly) => {
                let lifetime = self.settings.timers.cookie_lifetime.as_secs();
                let early = lifetime.saturating_sub(1).min(3);
                u64::from(self.seconds(now)) + early > u64::from(expiration)
            }
            _ => self.seconds(now) > expiration,
        }
    }

    /// COOKIE-ECHO opens a session if it brings back one of our cookies (MNET-ECHO-2 to -8).
    #[expect(clippy::too_many_arguments, reason = "the fields of the packet")]
    pub(super) fn on_echo(
        &mut self,
        now: Instant,
        from: SocketAddr,
        tag: Tag,
        peer_tag: Tag,
        version: u8,
        expiration: u32,
        hmac: [u8; 20],
    ) {
        let cookie = Cookie { tag, peer_tag, version, expiration, hmac };
        if !self.settings.listen
            || !self.jar.is_genuine(&self.settings, self.local, from.ip(), &cookie)
        {
            return;
        }
        let key = (from, self.tags().stamp(Role::Connector, peer_tag, tag));
        let expired = self.is_expired(now, expiration);
        if let Some(&id) = self.index.get(&key) {
            return self.on_repeated_echo(now, id, &cookie, expired);
        }
        if expired && self.settings.is(Mutant::AnExpiredEchoShutsOut) {
            self.output.memory.note_early(from, &[]);
        }
        if expired || self.sessions.len() >= self.settings.limits.sessions {
            return;
        }
        let seconds = self.seconds(now);
        if !self.jar.spend(&self.settings, &cookie, seconds) && !self.spends_twice(now, &cookie) {
            return;
        }
        let state = State::Established;
        let id = self.add(now, from, Role::Listener, (peer_tag, tag), state);
        let early = self.output.memory.early(self.settings.mutant, from);
        self.with_session(now, id, |session, context| {
            if context.is(Mutant::DataBeforeCookieAck) {
                session.acknowledge_bare(context);
            }
            session.transmit(context, |tag| Packet::CookieAck { tag });
            context.tell(id, Event::Opened { peer: from, role: Role::Listener });
            if context.is(Mutant::LaterSessionsCountOn)
                && let Some(before) = context.output.memory.counted.get(&from)
            {
                session.receive.take(0, &vec![0; *before as usize], context.settings);
            }
            if context.is(Mutant::OutstandingOctetsOutliveTheirSession)
                && let Some(octets) = context.output.memory.outlived(from)
            {
                session.send.write(&octets, context.settings);
                session.flush(context);
            }
            if let Some(early) = early
                && let Ok(packet) = Packet::decode(&early, context.settings.dialect)
            {
                if context.is(Mutant::EarlyDataKeptInPart) {
                    session.lose_what_came_before(context, &packet);
                    return session.on_packet(context, &packet);
                }
                session.on_packet(context, &packet);
                session.receive.on_acknowledged();
            }
        });
    }

    /// An echo that cannot be told from a live session by address and tag (MNET-ECHO-6).
    fn on_repeated_echo(&mut self, now: Instant, id: SessionId, cookie: &Cookie, expired: bool) {
        self.with_session(now, id, |session, context| {
            let known = session.role == Role::Listener
                && session.x == cookie.peer_tag
                && session.y == cookie.tag;
            if !known {
                if context.is(Mutant::EchoWithAnotherTagOverridesAnAcknowledgement) {
                    session.receive.on_acknowledged();
                }
                if context.is(Mutant::EchoWithAnotherTagReplacesTheSession) {
                    (session.x, session.y) = (cookie.peer_tag, cookie.tag);
                    session.reset_streams(context);
                    session.transmit(context, |tag| Packet::CookieAck { tag });
                }
                return;
            }
            let ignored = context.is(Mutant::RepeatedEchoNotAnswered)
                || (expired && context.is(Mutant::RepeatedEchoNotAnsweredAfterExpiry));
            if context.is(Mutant::RepeatedEchoSkipsAGap) {
                session.receive.skip_gap();
            }
            if context.is(Mutant::RepeatedEchoResetsTheStream) {
                session.reset_streams(context);
            }
            if context.is(Mutant::RepeatedEchoOverridesAnAcknowledgement) {
                session.receive.on_acknowledged();
            }
            let closing = matches!(session.state, State::ShutdownReceived { .. });
            if closing && context.is(Mutant::RepeatedEchoForgetsTheClose) {
                session.state = State::Established;
            }
            let closed = matches!(session.state, State::ShutdownSent { .. });
            if closed && context.is(Mutant::RepeatedEchoTakesShutdownBack) {
                session.state = State::Established;
            }
            if context.is(Mutant::RepeatedEchoEmptiesTheBuffer) {
                session.send.forget_unsent();
                let sent = session.send.sent();
                if sent > session.send.acknowledged() {
                    session.send.on_acknowledged(context.now, sent, context.settings);
                }
            }
            if !ignored {
                session.transmit(context, |tag| Packet::CookieAck { tag });
            }
        });
    }

    /// Whether a mutant opens a session with a cookie that was used.
    fn spends_twice(&self, now: Instant, cookie: &Cookie) -> bool {
        let live = || {
            self.sessions
                .values()
                .any(|session| session.x == cookie.peer_tag && session.y == cookie.tag)
        };
        match self.settings.mutant {
            Some(Mutant::CookieOpensTwoSessions) => live(),
            Some(Mutant::EchoOfAnEndedSessionReopens) => !live(),
            Some(
                Mutant::ARepeatedInitForgetsSpentCookies | Mutant::CookieOfASessionGivenUpIsGood,
            ) => !live() && self.output.memory.had_session,
            Some(Mutant::SpentCookiesForgottenAfterASecond) => {
                let lifetime = self.settings.timers.cookie_lifetime.as_secs();
                !live()
                    && u64::from(self.seconds(now)) + lifetime > u64::from(cookie.expiration) + 1
            }
            _ => false,
        }
    }
}
