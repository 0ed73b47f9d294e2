//! Many sessions behind one socket: who a datagram is for, whose timer is due.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::BTreeMap;

use crate::Role;
use crate::entropy::Entropy;
use crate::paperclip::context::{Context, Output};
use crate::paperclip::ended::Ended;
use crate::paperclip::inbound::{is_auth, is_error, is_plain};
use crate::paperclip::mutant::{self, Mutant};
use crate::paperclip::session::{Session, State};
use crate::paperclip::settings::Settings;
use crate::paperclip::{
    Body, Config, ErrorCode, Event, Failure, Flags, Misuse, Packet, SessionId, SessionKey, Transmit,
};
use crate::sessions::Agenda;
use crate::time::Instant;

/// A PaperClip endpoint: both roles, many sessions, one address.
///
/// Its methods are of three kinds. Inputs, each with the time: [`open`](Self::open),
/// [`write`](Self::write), [`close`](Self::close), [`handle_datagram`](Self::handle_datagram),
/// [`handle_timeout`](Self::handle_timeout). Outputs, to be drained after each input:
/// [`poll_transmit`](Self::poll_transmit), [`poll_event`](Self::poll_event),
/// [`poll_secret`](Self::poll_secret), then [`poll_timeout`](Self::poll_timeout). And questions,
/// such as [`sessions`](Self::sessions). A clone goes on by itself, with the same keys and chance.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(super) settings: Settings,
    local: SocketAddr,
    /// Unix time at [`Instant::START`].
    epoch: Duration,
    entropy: Entropy,
    /// Boxed, as a clone of the endpoint copies whole nodes of the map.
    pub(super) sessions: BTreeMap<SessionId, Box<Session>>,
    /// The session with each peer.
    pub(super) index: BTreeMap<SocketAddr, SessionId>,
    /// Sessions that would replace the open one of the same peer (CLIP-AUTH-4).
    pub(super) rivals: BTreeMap<SocketAddr, SessionId>,
    agenda: Agenda,
    ended: Ended,
    pub(super) output: Output,
    sessions_begun: u64,
}

impl Endpoint {
    /// An endpoint at the address `local`, where `epoch` is the Unix time at [`Instant::START`].
    #[must_use]
    pub fn new(config: Config, local: SocketAddr, epoch: Duration, entropy: Entropy) -> Self {
        Self {
            settings: Settings::new(config),
            local,
            epoch,
            entropy,
            sessions: BTreeMap::new(),
            index: BTreeMap::new(),
            rivals: BTreeMap::new(),
            agenda: Agenda::default(),
            ended: Ended::default(),
            output: Output::default(),
            sessions_begun: 0,
        }
    }

    /// Begins a session with the server at `peer`.
    ///
    /// Packets may be written at once; they go when the session has opened.
    pub fn open(&mut self, now: Instant, peer: SocketAddr) -> Result<SessionId, Misuse> {
        if self.index.contains_key(&peer) {
            return Err(Misuse::AddressInUse { peer });
        }
        let limit = self.settings.config.limits.sessions;
        if self.index.len() >= limit {
            return Err(Misuse::TooManySessions { limit });
        }
        self.ended.forget_one(peer);
        let id = self.add(now, peer, Role::Connector);
        self.index.insert(peer, id);
        self.with_session(now, id, Session::begin);
        Ok(id)
    }

    /// Sends one packet with this data and these flags. FRAG is added when the data needs it; with it, data that would
    /// fit goes as one fragment.
    pub fn write(
        &mut self,
        now: Instant,
        id: SessionId,
        data: &[u8],
        flags: Flags,
    ) -> Result<(), Misuse> {
        if mutant::is_lost(self, id) {
            return Ok(());
        }
        self.with_session(now, id, |session, context| session.write(context, data, flags))
            .unwrap_or(Err(Misuse::UnknownSession { id }))
    }

    /// Ends the session at once (CLIP-ERR-1). [`Event::Closed`] follows.
    pub fn close(&mut self, now: Instant, id: SessionId) -> Result<(), Misuse> {
        if self.settings.is(Mutant::CloseToldToAllClients) {
            self.tell_all(now, id);
        }
        self.with_session(now, id, Session::close).ok_or(Misuse::UnknownSession { id })
    }

    /// Takes a datagram that came from `from`.
    pub fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        match self.settings.config.mutant {
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

    /// The next key that a session has agreed on with its peer: for captures and journals.
    pub fn poll_secret(&mut self) -> Option<(SessionId, SocketAddr, SessionKey)> {
        self.output.secrets.pop_front()
    }

    /// The address that the endpoint stands at.
    #[must_use]
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// How many sessions there are, with those that are being opened.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// How many packets of a session wait to be sent or acknowledged; `None` if there is no such
    /// session, or no longer.
    #[must_use]
    pub fn waiting(&self, id: SessionId) -> Option<usize> {
        self.sessions.get(&id).map(|session| session.outbound.waiting())
    }

    /// Whether nothing is kept of any session, past or present.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
            && self.index.is_empty()
            && self.rivals.is_empty()
            && self.agenda.is_empty()
            && self.ended.is_empty()
            && self.output.transmits.is_empty()
            && self.output.events.is_empty()
            && self.output.secrets.is_empty()
    }

    /// Forgets the ended sessions whose time is over. Datagrams do so too, as they come.
    pub fn forget_ended(&mut self, now: Instant) {
        self.ended.forget(now);
    }

    pub(super) fn take_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        let Some(id) = self.index.get(&from).copied() else {
            return self.on_stranger(now, from, octets);
        };
        let is_open = self.sessions.get(&id).is_some_and(|session| session.state == State::Open);
        if !self.settings.config.handshake {
            self.with_session(now, id, |session, context| session.on_datagram(context, octets));
        } else if !is_open {
            self.on_early(now, from, id, octets);
        } else if !self.is_for_rival(now, from, id, octets) {
            self.with_session(now, id, |session, context| session.on_datagram(context, octets));
        }
    }

    /// A datagram for a session that is being opened. Another key begins anew (CLIP-AUTH-4).
    fn on_early(&mut self, now: Instant, from: SocketAddr, id: SessionId, octets: &[u8]) {
        let config = &self.settings.config;
        let packet = Packet::decode(octets, config.widths, config.flags);
        let session = self.sessions.get(&id);
        if let Ok(Packet { flags, body: Body::Auth { key, .. }, .. }) = packet
            && is_plain(flags)
            && let Some(session) = session
            && session.role == Role::Listener
            && !session.handshake.as_ref().is_some_and(|handshake| handshake.has_key(key))
        {
            self.with_session(now, id, |session, _| {
                session.state = State::Ended { ignored: false };
            });
            return self.on_stranger(now, from, octets);
        }
        self.with_session(now, id, |session, context| session.on_early_datagram(context, octets));
    }

    /// Whether a datagram from the peer of an open session belongs to the handshake of another
    /// (CLIP-AUTH-4).
    fn is_for_rival(
        &mut self,
        now: Instant,
        from: SocketAddr,
        id: SessionId,
        octets: &[u8],
    ) -> bool {
        let config = &self.settings.config;
        let Ok(packet) = Packet::decode(octets, config.widths, config.flags) else { return false };
        let Some(session) = self.sessions.get(&id) else { return false };
        let has_key = |session: &Session, key: &[u8]| {
            session.handshake.as_ref().is_some_and(|handshake| handshake.has_key(key))
        };
        let rival = self.rivals.get(&from).copied();
        match packet.body {
            Body::Auth { .. } if !is_plain(packet.flags) => true,
            Body::Auth { key, .. } if session.role == Role::Connector || has_key(session, key) => {
                if self.settings.is(Mutant::OwnAuthEndsTheRival) {
                    self.end_rival(now, from);
                }
                self.with_session(now, id, |session, context| {
                    session.on_early_datagram(context, octets);
                });
                true
            }
            Body::Auth { key, .. } => {
                let known = rival.and_then(|rival| self.sessions.get(&rival));
                let anew = self.settings.is(Mutant::RepeatedRivalGetsNewKey);
                if known.is_some_and(|rival| has_key(rival, key) && !anew) {
                    self.pass_to_rival(now, from, octets);
                } else {
                    self.end_rival(now, from);
                    self.begin_rival(now, from, &packet, id);
                }
                true
            }
            Body::Ack { .. } if rival.is_some() && !packet.data.is_empty() => {
                let is_ours = session.key.is_some_and(|key| key.is_finished(packet.data));
                if !is_ours {
                    self.pass_to_rival(now, from, octets);
                }
                !is_ours
            }
            _ => false,
        }
    }

    /// An AUTH with another key from the address of an open session.
    fn begin_rival(
        &mut self,
        now: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
        open: SessionId,
    ) {
        if self.settings.is(Mutant::NewKeyUnanswered) {
            return;
        }
        if let Some(rival) = self.accept(now, from, packet) {
            self.rivals.insert(from, rival);
            mutant::preempt(self, now, open, rival);
            if self.settings.is(Mutant::NewKeyReplacesAtOnce) {
                self.replace(now, from, open, rival);
            }
        } else if self.settings.is(Mutant::RefusedRivalEndsSession) {
            self.with_session(now, open, |session, context| {
                session.fail(context, Failure::Replaced);
            });
        }
    }

    /// Hands a datagram to the session that would replace the open one; replaces it when it opens.
    fn pass_to_rival(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        let Some(rival) = self.rivals.get(&from).copied() else { return };
        self.with_session(now, rival, |session, context| {
            session.on_early_datagram(context, octets);
        });
        let Some(open) = self.index.get(&from).copied() else { return };
        match self.sessions.get(&rival).map(|session| session.state) {
            Some(State::Open) => self.replace(now, from, open, rival),
            Some(_) => {}
            None if self.settings.is(Mutant::BadRivalEndsSession) => {
                self.with_session(now, open, |session, context| {
                    session.fail(context, Failure::Replaced);
                });
            }
            None => {}
        }
    }

    fn replace(&mut self, now: Instant, from: SocketAddr, open: SessionId, rival: SessionId) {
        mutant::inherit(self, now, open, rival);
        self.with_session(now, open, |session, context| session.fail(context, Failure::Replaced));
        self.rivals.remove(&from);
        self.index.insert(from, rival);
    }

    fn end_rival(&mut self, now: Instant, from: SocketAddr) {
        if let Some(rival) = self.rivals.get(&from).copied() {
            self.with_session(now, rival, |session, _| {
                session.state = State::Ended { ignored: false };
            });
        }
    }

    /// A datagram from an address without a session. Only what can open one is answered.
    fn on_stranger(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        let answers_errors = self.settings.is(Mutant::BadErrorsAnswered);
        if !self.settings.config.listen || is_error(octets) && !answers_errors {
            return;
        }
        let config = &self.settings.config;
        let packet = Packet::decode(octets, config.widths, config.flags);
        if self.settings.config.handshake {
            let packet = match packet {
                Ok(packet) => packet,
                Err(error) => return self.on_malformed_stranger(now, from, octets, error.code()),
            };
            match packet.body {
                Body::Auth { key, .. } if is_plain(packet.flags) => {
                    let deaf = (self.settings.is(Mutant::NewKeyAfterEndUnanswered)
                        || self.settings.is(Mutant::DroppedClientNeverServed))
                        && self.ended.has(now, from);
                    if !deaf
                        && !self.ended.is_known(now, from, Some(key))
                        && self.has_room(now, from)
                        && let Some(id) = self.accept(now, from, &packet)
                    {
                        self.index.insert(from, id);
                    }
                }
                _ => mutant::stranger(self, now, from, &packet),
            }
            return;
        }
        if is_auth(octets) || self.ended.is_known(now, from, None) {
            return;
        }
        if self.index.len() < self.settings.config.limits.sessions {
            // Every address is a session from its first packet on.
            let id = self.add(now, from, Role::Listener);
            self.index.insert(from, id);
            self.with_session(now, id, |session, context| {
                session.become_open(context);
                if !context.is(Mutant::FirstPacketSwallowed) {
                    session.on_datagram(context, octets);
                }
            });
        }
    }

    /// What is no packet is answered when the answer is not longer (CLIP-HEAD-8).
    fn on_malformed_stranger(
        &mut self,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
        code: ErrorCode,
    ) {
        let answer = Packet::new(self.settings.config.first_sequence, Body::Error { code });
        let length = answer.to_octets(self.settings.config.widths).len();
        if self.ended.has(now, from) {
            return;
        }
        if length <= octets.len() || self.settings.is(Mutant::StrangersAnsweredAtLength) {
            self.answer_stranger(now, from, code);
        }
    }

    /// Whether there is room for one more session; if not, says so (CLIP-AUTH-5).
    fn has_room(&mut self, now: Instant, from: SocketAddr) -> bool {
        let room = match self.settings.config.mutant {
            Some(Mutant::CapacityIgnored) => usize::MAX,
            Some(Mutant::CapacityOneMore) => self.settings.config.limits.sessions + 1,
            // Nothing takes room but sessions; a mutant may have it otherwise.
            _ => self.settings.config.limits.sessions.saturating_sub(self.output.memory.unfinished),
        };
        if self.index.len() < room {
            return true;
        }
        if self.settings.is(Mutant::NoSpaceSaidOnce)
            && core::mem::replace(&mut self.output.memory.refused, true)
        {
            return false;
        }
        if self.settings.is(Mutant::RefusedTakeRoom) {
            self.output.memory.unfinished += 1;
        }
        self.answer_stranger(now, from, ErrorCode::NO_SPACE);
        false
    }

    /// An ERROR for an address without a session.
    pub(super) fn answer_stranger(&mut self, now: Instant, to: SocketAddr, code: ErrorCode) {
        let packet = Packet {
            data: mutant::text(self.settings.config.mutant),
            ..Packet::new(self.settings.config.first_sequence, Body::Error { code })
        };
        self.context(now).transmit(to, &packet);
    }

    /// Begins a session with the AUTH of a client.
    fn accept(&mut self, now: Instant, from: SocketAddr, packet: &Packet<'_>) -> Option<SessionId> {
        let Body::Auth { key, certificate } = packet.body else { return None };
        let id = self.add(now, from, Role::Listener);
        self.with_session(now, id, |session, context| {
            if let Err(code) = session.accept(context, packet.sequence, key, certificate) {
                session.refuse(context, code);
            }
        });
        mutant::begun(self, now, id);
        self.sessions.contains_key(&id).then_some(id)
    }

    pub(super) fn context(&mut self, now: Instant) -> Context<'_> {
        let unix_time = self.epoch.saturating_add(now.since_start());
        let Self { settings, entropy, output, .. } = self;
        Context { now, unix_time, settings, entropy, output }
    }

    fn add(&mut self, now: Instant, peer: SocketAddr, role: Role) -> SessionId {
        let id = SessionId(self.sessions_begun);
        self.sessions_begun += 1;
        let open = self.session_with(peer).filter(|_| self.settings.is(Mutant::RivalNumbersGoOn));
        let first = open
            .and_then(|open| self.sessions.get(&open))
            .map_or(self.settings.config.first_sequence, |open| {
                open.outbound.sequence(open.outbound.given)
            });
        let session = Session::new(&self.context(now), id, peer, role, first);
        self.sessions.insert(id, Box::new(session));
        id
    }

    /// The session with this peer.
    pub(super) fn session_with(&self, peer: SocketAddr) -> Option<SessionId> {
        self.index.get(&peer).copied()
    }

    /// Lets a session act, and takes note of what it has become: its timer, its end.
    pub(super) fn with_session<R>(
        &mut self,
        now: Instant,
        id: SessionId,
        act: impl FnOnce(&mut Session, &mut Context<'_>) -> R,
    ) -> Option<R> {
        let mut session = self.sessions.remove(&id)?;
        let mut context = self.context(now);
        let result = act(&mut session, &mut context);
        let due = session.due(&context);
        self.agenda.set(id, &mut session.armed, due);
        if let State::Ended { ignored } = session.state {
            let peer = session.peer;
            for sessions in [&mut self.index, &mut self.rivals] {
                if sessions.get(&peer) == Some(&id) {
                    sessions.remove(&peer);
                }
            }
            if ignored {
                let key = session.handshake.and_then(|handshake| handshake.peer);
                let timers = &self.settings.config.timers;
                let until = now + timers.ended_memory;
                let limit = self.settings.config.limits.ended_sessions;
                let mutant = self.settings.config.mutant;
                let key = self.output.memory.ended_key(mutant, peer, key.map(|(key, _)| key));
                self.ended.remember(now, peer, until, key, limit);
            }
        } else {
            self.sessions.insert(id, session);
        }
        Some(result)
    }
}
