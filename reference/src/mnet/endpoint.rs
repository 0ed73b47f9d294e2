//! Many sessions behind one socket: who a datagram is for, whose timer is due.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::BTreeMap;

use crate::Role;
use crate::entropy::Entropy;
use crate::mnet::context::{Context, Output};
use crate::mnet::cookie::Jar;
use crate::mnet::ended::{Ended, Key};
use crate::mnet::mutant::Mutant;
use crate::mnet::session::{Session, State};
use crate::mnet::settings::Settings;
use crate::mnet::{Config, Event, Misuse, Packet, SessionId, StateName, Tag, Tags, Transmit};
use crate::retry::Retry;
use crate::sessions::Agenda;
use crate::time::Instant;

/// How often a tag is drawn anew because a session has it already. With fewer than 16,384 sessions
/// towards one peer, 64 draws fail with a chance below 2^-640.
const TAG_DRAWS_MAX: u32 = 64;

/// An MNET endpoint: both roles, many sessions, one address.
///
/// Its methods are of three kinds. Inputs, each with the time: [`open`](Self::open),
/// [`write`](Self::write), [`close`](Self::close), [`abort`](Self::abort),
/// [`handle_datagram`](Self::handle_datagram), [`handle_timeout`](Self::handle_timeout). Outputs,
/// to be drained after each input: [`poll_transmit`](Self::poll_transmit),
/// [`poll_event`](Self::poll_event), then [`poll_timeout`](Self::poll_timeout). And questions, such
/// as [`state`](Self::state). A clone goes on by itself, with the same secret and the same chance.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(super) settings: Settings,
    pub(super) local: SocketAddr,
    /// Unix time at [`Instant::START`].
    epoch: Duration,
    pub(super) entropy: Entropy,
    pub(super) jar: Jar,
    /// Boxed, as a clone of the endpoint copies whole nodes of the map.
    pub(super) sessions: BTreeMap<SessionId, Box<Session>>,
    /// Sessions by where their packets come from, and the tag these carry.
    pub(super) index: BTreeMap<Key, SessionId>,
    agenda: Agenda,
    pub(super) ended: Ended,
    pub(super) output: Output,
    sessions_begun: u64,
}

impl Endpoint {
    /// An endpoint at the address `local`, where `epoch` is the Unix time at [`Instant::START`].
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "an endpoint's settings never change")]
    pub fn new(config: Config, local: SocketAddr, epoch: Duration, mut entropy: Entropy) -> Self {
        Self {
            settings: Settings::new(&config),
            local,
            epoch,
            jar: Jar::new(&mut entropy),
            entropy,
            sessions: BTreeMap::new(),
            index: BTreeMap::new(),
            agenda: Agenda::default(),
            ended: Ended::default(),
            output: Output::default(),
            sessions_begun: 0,
        }
    }

    /// Begins a session with the listener at `peer`.
    ///
    /// Octets may be written at once; they go when the session has opened.
    pub fn open(&mut self, now: Instant, peer: SocketAddr) -> Result<SessionId, Misuse> {
        let limit = self.settings.limits.sessions;
        if self.sessions.len() >= limit {
            return Err(Misuse::TooManySessions { limit });
        }
        let tag = (0..TAG_DRAWS_MAX)
            .find_map(|_| {
                let tag = self.draw_tag();
                (!self.index.contains_key(&(peer, tag))).then_some(tag)
            })
            .ok_or(Misuse::NoFreeTag { peer })?;
        let retry = Retry::start(now, self.settings.open_plan());
        let state = State::CookieWait { retry, close: false };
        let id = self.add(now, peer, Role::Connector, (tag, tag), state);
        self.with_session(now, id, |session, context| session.send_init(context));
        Ok(id)
    }

    /// Takes octets for the peer, as many as the send buffer has room for, and says how many.
    ///
    /// [`Event::Writable`] follows when there is room again after a write that took fewer.
    pub fn write(&mut self, now: Instant, id: SessionId, octets: &[u8]) -> Result<usize, Misuse> {
        self.with_session(now, id, |session, context| session.write(context, octets))
            .unwrap_or(Err(Misuse::UnknownSession { id }))
    }

    /// Ends the session once everything written has come through. [`Event::Closed`] follows, or
    /// [`Event::Failed`]. Closing a session that is closing changes nothing.
    pub fn close(&mut self, now: Instant, id: SessionId) -> Result<(), Misuse> {
        self.with_session(now, id, Session::close).ok_or(Misuse::UnknownSession { id })
    }

    /// Ends the session at once. No event of it follows (MNET-ABORT-1).
    pub fn abort(&mut self, now: Instant, id: SessionId) -> Result<(), Misuse> {
        if self.settings.is(Mutant::AbortEndsAllSessions) {
            self.abort_beside(now, id);
        }
        self.with_session(now, id, Session::abort).ok_or(Misuse::UnknownSession { id })?;
        self.output.events.retain(|(of, _)| *of != id);
        Ok(())
    }

    /// Takes a datagram that came from `from`.
    pub fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        match self.settings.mutant {
            None => self.take_datagram(now, from, octets),
            Some(mutant) => self.take_datagram_as(mutant, now, from, octets),
        }
    }

    /// Does what is due by now.
    ///
    /// # Panics
    ///
    /// Never, unless a session has a bug and leaves a timer that was served.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.agenda.due(now) {
            self.with_session(now, timer.id, Session::on_timeout);
            assert!(!self.agenda.has(timer), "{timer:?} was served and stays");
            if self.settings.is(Mutant::ASecondTimerOfTheMomentIsLost) {
                self.output.memory.stopped = true;
            }
        }
        if self.settings.is(Mutant::ASecondTimerOfTheMomentIsLost) {
            self.output.memory.stopped = false;
        }
        if self.settings.is(Mutant::PacketsOfOneMomentInOneDatagram) {
            self.join();
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called next, unless an input comes
    /// before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.agenda.first()
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.output.transmits.pop_front()
    }

    /// The next thing that an application is told.
    pub fn poll_event(&mut self) -> Option<(SessionId, Event)> {
        self.output.events.pop_front()
    }

    /// The address that the endpoint stands at.
    #[must_use]
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// How many sessions have begun and not ended.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Where a session stands; `None` if there is no such session, or no longer.
    #[must_use]
    pub fn state(&self, id: SessionId) -> Option<StateName> {
        self.sessions.get(&id)?.state_name()
    }

    pub(super) fn take_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        // What is no packet is discarded, and no session suffers (MNET-WIRE-4, MNET-WIRE-5).
        let Ok(packet) = Packet::decode(octets, self.settings.dialect) else {
            return;
        };
        let tag = match packet {
            Packet::Init { magic, version, tag } => {
                return self.on_init(now, from, magic, version, tag);
            }
            Packet::CookieEcho { tag, peer_tag, version, expiration, hmac } => {
                return self.on_echo(now, from, tag, peer_tag, version, expiration, hmac);
            }
            Packet::Cookie { tag, peer_tag, .. } if self.would_collide(from, peer_tag, tag) => {
                return;
            }
            Packet::Cookie { peer_tag, .. } => peer_tag,
            Packet::Data { tag, .. }
            | Packet::CookieAck { tag }
            | Packet::Shutdown { tag, .. }
            | Packet::ShutdownAck { tag }
            | Packet::ShutdownComplete { tag }
            | Packet::Abort { tag } => tag,
        };
        match self.find(from, tag, &packet) {
            Some(id) => {
                self.with_session(now, id, |session, context| session.on_packet(context, &packet));
            }
            None => self.on_stranger(now, (from, tag), &packet),
        }
    }

    /// The session that a packet belongs to.
    fn find(&self, from: SocketAddr, tag: Tag, packet: &Packet<'_>) -> Option<SessionId> {
        let found = self.index.get(&(from, tag)).copied();
        if found.is_some() || !matches!(packet, Packet::Abort { .. }) {
            return found;
        }
        if self.settings.is(Mutant::ReflectedAbortIgnored) {
            return None;
        }
        // A reflected ABORT carries what this side stamps (MNET-ABORT-1).
        let all = (from, Tag::default())..=(from, [u8::MAX; 3]);
        let stamped = |id: &SessionId| {
            self.sessions.get(id).is_some_and(|session| session.stamp(&self.settings) == tag)
        };
        self.index.range(all).map(|(_, id)| *id).find(stamped)
    }

    /// Whether taking this COOKIE would give two sessions one key. The next try brings another Y.
    fn would_collide(&self, from: SocketAddr, x: Tag, y: Tag) -> bool {
        let key = (from, self.tags().stamp(Role::Listener, x, y));
        key != (from, x) && self.index.contains_key(&key)
    }

    /// A packet of no known session changes nothing (MNET-WIRE-10).
    fn on_stranger(&mut self, now: Instant, key: Key, packet: &Packet<'_>) {
        let (from, tag) = key;
        let unanswered = match *packet {
            Packet::Cookie { .. } | Packet::ShutdownComplete { .. } | Packet::Abort { .. } => true,
            // It may have overtaken its COOKIE-ECHO (MNET-ACK-4): a connector that speaks first
            // has nothing to acknowledge yet.
            Packet::Data { acknowledged, .. } => {
                self.settings.listen && acknowledged == self.settings.counter.number(0)
            }
            Packet::CookieAck { .. } | Packet::Shutdown { .. } | Packet::ShutdownAck { .. } => {
                false
            }
            Packet::Init { .. } | Packet::CookieEcho { .. } => unreachable!("answered before"),
        };
        if matches!(packet, Packet::Abort { .. })
            && self.settings.is(Mutant::AbortAnsweredAfterTheEnd)
            && let Some(tag) = self.ended.stamp(now, &key)
        {
            return self.context(now).transmit(from, &Packet::Abort { tag });
        }
        if unanswered {
            return;
        }
        if let Some(stamp) = self.ended.stamp(now, &key) {
            // The peer has not heard SHUTDOWN-COMPLETE (MNET-SHUT-7).
            let repeats = matches!(packet, Packet::Shutdown { .. })
                && self.settings.is(Mutant::ShutdownCompletedAfterTheEnd);
            if repeats || matches!(packet, Packet::ShutdownAck { .. }) {
                self.remember_end(now, key, stamp);
                self.context(now).transmit(from, &Packet::ShutdownComplete { tag: stamp });
            }
            return;
        }
        self.context(now).transmit(from, &Packet::Abort { tag });
    }

    fn remember_end(&mut self, now: Instant, key: Key, stamp: Tag) {
        let memory = self.settings.timers.complete_memory;
        self.ended.remember(now, key, stamp, memory, self.settings.limits.ended_sessions);
    }

    pub(super) const fn tags(&self) -> Tags {
        self.settings.dialect.tags
    }

    /// Unix time in whole seconds, as cookies count it (MNET-COOKIE-3).
    pub(super) fn unix_time(&self, now: Instant) -> Duration {
        self.epoch.saturating_add(now.since_start())
    }

    /// A random tag (MNET-WIRE-9).
    pub(super) fn draw_tag(&mut self) -> Tag {
        match self.settings.mutant {
            Some(mutant) => self.output.memory.tag(mutant, self.entropy.octets()),
            None => self.entropy.octets(),
        }
    }

    pub(super) const fn context(&mut self, now: Instant) -> Context<'_> {
        Context { now, settings: &self.settings, output: &mut self.output }
    }

    /// Adds a session; its key must be free.
    pub(super) fn add(
        &mut self,
        now: Instant,
        peer: SocketAddr,
        role: Role,
        tags: (Tag, Tag),
        state: State,
    ) -> SessionId {
        let id = SessionId(self.sessions_begun);
        self.sessions_begun += 1;
        let context = Context { now, settings: &self.settings, output: &mut self.output };
        let session = Session::new(&context, id, peer, role, tags, state);
        let before = self.index.insert(session.key(self.settings.dialect.tags), id);
        assert_eq!(before, None, "two sessions have one key");
        self.sessions.insert(id, Box::new(session));
        id
    }

    /// Lets a session act, and takes note of what it has become: its key, its timer, its end.
    pub(super) fn with_session<R>(
        &mut self,
        now: Instant,
        id: SessionId,
        act: impl FnOnce(&mut Session, &mut Context<'_>) -> R,
    ) -> Option<R> {
        let tags = self.settings.dialect.tags;
        let session = self.sessions.get_mut(&id)?;
        let before = session.key(tags);
        let mut context = Context { now, settings: &self.settings, output: &mut self.output };
        let result = act(session, &mut context);
        let after = session.key(tags);
        let due = session.due();
        self.agenda.set(id, &mut session.armed, due);
        if let State::Ended { complete } = session.state {
            let stamp = session.stamp(&self.settings);
            self.index.remove(&before);
            let session = self.sessions.remove(&id);
            if complete {
                self.remember_end(now, after, stamp);
            }
            if let (Some(mutant), Some(session)) = (self.settings.mutant, session) {
                self.note_end(mutant, now, &session);
            }
        } else if before != after {
            self.index.remove(&before);
            let other = self.index.insert(after, id);
            assert_eq!(other, None, "two sessions have one key");
        }
        Some(result)
    }
}
