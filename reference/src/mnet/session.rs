//! One session: its state, its two streams, its timers.
//!
//! States have the names of RFC 9260 §4, and each owns what only it needs. How a session opens is
//! in `handshake`, how octets flow in `transfer`, how it closes in `shutdown`.

use core::net::SocketAddr;

use crate::Role;
use crate::mnet::context::Context;
use crate::mnet::cookie::Cookie;
use crate::mnet::ended::Key;
use crate::mnet::mutant::Mutant;
use crate::mnet::receive::ReceiveStream;
use crate::mnet::send::SendStream;
use crate::mnet::settings::Settings;
use crate::mnet::{Event, Failure, Misuse, Packet, SessionId, Tag, Tags};
use crate::retry::Retry;
use crate::time::Instant;

/// Where a session stands.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// INIT was sent.
    CookieWait { retry: Retry, close: bool },
    /// COOKIE came, and was sent back.
    CookieEchoed { cookie: Cookie, retry: Retry, close: bool },
    /// Octets flow both ways.
    Established,
    /// The application has closed; what it wrote is brought through.
    ShutdownPending { drain: Instant },
    /// SHUTDOWN was sent. The peer's own came while octets before it were missing: `peer_done`.
    ShutdownSent { retry: Retry, peer_done: bool },
    /// SHUTDOWN came; what is under way is brought through, in both directions.
    ShutdownReceived { drain: Instant },
    /// SHUTDOWN-ACK was sent.
    ShutdownAckSent { retry: Retry },
    /// The session is over; `complete`: with SHUTDOWN-COMPLETE from this side.
    Ended { complete: bool },
}

/// The name of a session's state (RFC 9260 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are RFC 9260's")]
pub enum StateName {
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownPending,
    ShutdownSent,
    ShutdownReceived,
    ShutdownAckSent,
}

/// One session of an endpoint.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) peer: SocketAddr,
    pub(super) role: Role,
    /// X, the connector's tag.
    pub(super) x: Tag,
    /// Y, the listener's tag; X while it is not known.
    pub(super) y: Tag,
    pub(super) state: State,
    pub(super) send: SendStream,
    pub(super) receive: ReceiveStream,
    /// The last write was taken only in part.
    pub(super) wants_room: bool,
    /// When the session is idle for too long.
    pub(super) idle_at: Option<Instant>,
    /// For when the endpoint has set a timer.
    pub(super) armed: Option<Instant>,
}

impl Session {
    pub(super) fn new(
        context: &Context<'_>,
        id: SessionId,
        peer: SocketAddr,
        role: Role,
        (x, y): (Tag, Tag),
        state: State,
    ) -> Self {
        Self {
            id,
            peer,
            role,
            x,
            y,
            state,
            send: SendStream::new(context.now, context.settings),
            receive: ReceiveStream::default(),
            wants_room: false,
            idle_at: context.settings.idle.map(|idle| context.now + idle),
            armed: None,
        }
    }

    /// Where the peer's packets come from, and the tag they carry (MNET-WIRE-12).
    pub(super) const fn key(&self, tags: Tags) -> Key {
        (self.peer, tags.stamp(self.role.peer(), self.x, self.y))
    }

    /// The tag on this side's packets (MNET-WIRE-8).
    pub(super) fn stamp(&self, settings: &Settings) -> Tag {
        let stamp = settings.dialect.tags.stamp(self.role, self.x, self.y);
        if settings.is(Mutant::StampsTheOtherTag) {
            return if stamp == self.x { self.y } else { self.x };
        }
        stamp
    }

    pub(super) fn transmit(
        &self,
        context: &mut Context<'_>,
        packet: impl FnOnce(Tag) -> Packet<'static>,
    ) {
        let packet = packet(self.stamp(context.settings));
        context.transmit(self.peer, &packet);
    }

    pub(super) const fn state_name(&self) -> Option<StateName> {
        Some(match self.state {
            State::CookieWait { .. } => StateName::CookieWait,
            State::CookieEchoed { .. } => StateName::CookieEchoed,
            State::Established => StateName::Established,
            State::ShutdownPending { .. } => StateName::ShutdownPending,
            State::ShutdownSent { .. } => StateName::ShutdownSent,
            State::ShutdownReceived { .. } => StateName::ShutdownReceived,
            State::ShutdownAckSent { .. } => StateName::ShutdownAckSent,
            State::Ended { .. } => return None,
        })
    }

    /// Takes a packet that carries the session's tag and comes from its peer.
    pub(super) fn on_packet(&mut self, context: &mut Context<'_>, packet: &Packet<'_>) {
        if let Some(idle) = context.settings.idle {
            self.idle_at = Some(context.now + idle);
        }
        match *packet {
            Packet::Data { sequence, acknowledged, data, .. } => {
                self.on_data(context, sequence, acknowledged, data);
            }
            Packet::Cookie { tag, peer_tag, version, expiration, hmac } => {
                let cookie = Cookie { tag, peer_tag, version, expiration, hmac };
                self.on_cookie(context, cookie);
            }
            Packet::CookieAck { .. } => self.on_cookie_ack(context),
            Packet::Shutdown { acknowledged, .. } => self.on_shutdown(context, acknowledged),
            Packet::ShutdownAck { .. } => self.on_shutdown_ack(context),
            Packet::ShutdownComplete { .. } => self.on_shutdown_complete(context),
            Packet::Abort { .. } => {
                if context.is(Mutant::AcknowledgesBeforeItsEnd) && self.receive.due().is_some() {
                    self.acknowledge_bare(context);
                }
                self.fail(context, Failure::PeerAborted);
            }
            Packet::Init { .. } | Packet::CookieEcho { .. } => {
                unreachable!("the listener answers these without a session");
            }
        }
    }

    /// Takes octets from the application; says how many.
    pub(super) fn write(
        &mut self,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Result<usize, Misuse> {
        match self.state {
            State::CookieWait { close: false, .. }
            | State::CookieEchoed { close: false, .. }
            | State::Established => {}
            _ => return Err(Misuse::Closing { id: self.id }),
        }
        if context.is(Mutant::AWriteOverridesAnAcknowledgement) && !self.send.is_drained() {
            self.receive.on_acknowledged();
        }
        if self.send.tries() > 1 && context.is(Mutant::AWriteAmidARetransmissionIsLost) {
            return Ok(octets.len());
        }
        let taken = self.send.write(octets, context.settings);
        self.wants_room = taken < octets.len();
        self.flush(context);
        Ok(taken)
    }

    /// The earliest moment at which something is to be done.
    pub(super) fn due(&self) -> Option<Instant> {
        let state = match &self.state {
            State::CookieWait { retry, .. }
            | State::CookieEchoed { retry, .. }
            | State::ShutdownSent { retry, .. }
            | State::ShutdownAckSent { retry } => Some(retry.due()),
            State::ShutdownPending { drain } | State::ShutdownReceived { drain } => Some(*drain),
            State::Established => None,
            State::Ended { .. } => return None,
        };
        let due = earlier(state, self.idle_at);
        if self.is_open() {
            return earlier(due, earlier(self.send.due(), self.receive.due()));
        }
        due
    }

    /// Does what is due.
    pub(super) fn on_timeout(&mut self, context: &mut Context<'_>) {
        let now = context.now;
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        if is_due(self.idle_at) {
            self.give_up(context, Failure::Idle);
        }
        if is_due(self.receive.due()) && self.is_open() {
            self.acknowledge(context);
        }
        if is_due(self.send.due()) && self.is_open() {
            self.on_retransmission_timeout(context);
        }
        match &self.state {
            State::CookieWait { retry, .. } | State::CookieEchoed { retry, .. }
                if retry.due() <= now =>
            {
                self.on_open_timeout(context);
            }
            State::ShutdownSent { retry, .. } | State::ShutdownAckSent { retry }
                if retry.due() <= now =>
            {
                self.on_shutdown_timeout(context);
            }
            State::ShutdownPending { drain } | State::ShutdownReceived { drain }
                if *drain <= now =>
            {
                self.give_up(context, Failure::DrainGivenUp);
            }
            _ => {}
        }
    }

    /// Whether octets may flow, in at least one direction.
    pub(super) const fn is_open(&self) -> bool {
        match self.state {
            State::Established
            | State::ShutdownPending { .. }
            | State::ShutdownSent { .. }
            | State::ShutdownReceived { .. } => true,
            State::CookieWait { .. }
            | State::CookieEchoed { .. }
            | State::ShutdownAckSent { .. }
            | State::Ended { .. } => false,
        }
    }

    /// The application aborts: ABORT, and nothing more (MNET-ABORT-3).
    pub(super) fn abort(&mut self, context: &mut Context<'_>) {
        let silent = match self.state {
            State::CookieWait { .. } => true,
            State::ShutdownAckSent { .. } => context.is(Mutant::NoAbortAfterShutdownAck),
            _ => false,
        };
        if context.is(Mutant::ShutdownInsteadOfAbort) {
            self.send_shutdown(context);
        } else if !silent {
            // A listener that was only asked for a cookie holds nothing that could be ended.
            self.transmit(context, |tag| Packet::Abort { tag });
            if context.is(Mutant::DataAfterAbort) {
                self.acknowledge_bare(context);
            }
        }
        self.state = State::Ended { complete: false };
    }

    /// Ends the session with ABORT, and tells the application why.
    pub(super) fn give_up(&mut self, context: &mut Context<'_>, failure: Failure) {
        let silent = match failure {
            Failure::DataGivenUp => context.is(Mutant::GivesUpWithoutAbort),
            Failure::NoCookieAck => context.is(Mutant::NoAbortAfterTheLastEcho),
            _ => false,
        };
        if !silent {
            self.abort(context);
        }
        let completes = context.is(Mutant::ACloseThatWasGivenUpIsCompleted)
            && failure == Failure::ShutdownGivenUp;
        self.fail(context, failure);
        if completes {
            self.state = State::Ended { complete: true };
        }
    }

    /// Ends the session, sends nothing, and tells the application why.
    pub(super) fn fail(&mut self, context: &mut Context<'_>, failure: Failure) {
        self.state = State::Ended { complete: false };
        context.tell(self.id, Event::Failed(failure));
    }
}

/// The earlier of two moments, of those there are.
fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
