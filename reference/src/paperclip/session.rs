//! One session: its state, what it sends, what has come, its timers.
//!
//! How it opens is in `handshake`, what it makes of packets in `inbound`, what it sends in
//! `outbound`.

use core::net::SocketAddr;

use crate::Role;
use crate::paperclip::context::Context;
use crate::paperclip::handshake::Handshake;
use crate::paperclip::mutant::{self, Mutant};
use crate::paperclip::outbound::Outbound;
use crate::paperclip::{
    Body, ErrorCode, Event, Failure, Flags, Misuse, Packet, Reassembly, SessionId, SessionKey,
    Window,
};
use crate::time::Instant;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// AUTH was sent.
    Opening,
    /// Packets flow both ways.
    Open,
    /// It is over; `ignored`: what still comes from the peer is ignored for a while (CLIP-ERR-1).
    Ended { ignored: bool },
}

/// One session of an endpoint.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) peer: SocketAddr,
    pub(super) role: Role,
    pub(super) state: State,
    pub(super) handshake: Option<Handshake>,
    pub(super) key: Option<SessionKey>,
    pub(super) outbound: Outbound,
    pub(super) window: Window,
    pub(super) reassembly: Reassembly,
    /// What the application wrote before the session was open.
    pub(super) early: Vec<(Vec<u8>, Flags)>,
    /// When something last came from the peer.
    heard_at: Instant,
    /// When the next PING is due.
    ping_at: Option<Instant>,
    /// For when the endpoint has set a timer.
    pub(super) armed: Option<Instant>,
}

impl Session {
    /// A session without a handshake, or before its handshake.
    pub(super) fn new(
        context: &Context<'_>,
        id: SessionId,
        peer: SocketAddr,
        role: Role,
        first_sequence: u16,
    ) -> Self {
        Self {
            id,
            peer,
            role,
            state: State::Opening,
            handshake: None,
            key: None,
            outbound: Outbound::new(role, first_sequence),
            window: Window::default(),
            reassembly: Reassembly::default(),
            early: Vec::new(),
            heard_at: context.now,
            ping_at: None,
            armed: None,
        }
    }

    /// Begins as a client: with AUTH, or with a PING where there is no handshake.
    pub(super) fn begin(&mut self, context: &mut Context<'_>) {
        let Some(sequence) = self.outbound.next_sequence(context) else { return };
        if context.settings.config.handshake {
            self.handshake = Some(Handshake::start(context, sequence));
            self.send_auth(context);
        } else {
            self.become_open(context);
            context.transmit(self.peer, &Packet::new(sequence, Body::Heartbeat { value: 0 }));
        }
    }

    /// Begins as a server with a client's AUTH; the error is the code that refuses it.
    pub(super) fn accept(
        &mut self,
        context: &mut Context<'_>,
        sequence: u16,
        key: &[u8],
        certificate: Option<&[u8]>,
    ) -> Result<(), ErrorCode> {
        let own = self.outbound.sequence(0);
        self.handshake = Some(Handshake::start(context, own));
        self.take_key(context, sequence, key, certificate)?;
        self.outbound.given = 1;
        self.send_auth(context);
        if context.is(Mutant::OpenWithoutFinished) {
            self.become_open(context);
        }
        if !context.is(Mutant::ServerSendsNoFinished) {
            self.send_finished(context);
        }
        Ok(())
    }

    /// Takes data from the application.
    pub(super) fn write(
        &mut self,
        context: &mut Context<'_>,
        data: &[u8],
        flags: Flags,
    ) -> Result<(), Misuse> {
        if self.state == State::Opening {
            let limit = context.settings.config.limits.queue;
            if self.early.iter().map(|(data, _)| data.len() + 1).sum::<usize>() > limit {
                return Err(Misuse::QueueFull { limit });
            }
            self.early.push((data.to_vec(), flags));
            return Ok(());
        }
        let key = self.key;
        self.outbound.send(context, self.peer, key.as_ref(), Body::Default, flags, data)
    }

    /// The application ends the session (CLIP-ERR-1).
    pub(super) fn close(&mut self, context: &mut Context<'_>) {
        let is_server = (self.role == Role::Listener) != context.is(Mutant::ClosesAsOtherSide);
        let code =
            if is_server { ErrorCode::SERVER_DISCONNECT } else { ErrorCode::CLIENT_DISCONNECT };
        if !context.is(Mutant::ClosesSilently) {
            self.send_error(context, code);
        }
        if !context.is(Mutant::ClosedSessionGoesOn) {
            self.state = State::Ended { ignored: true };
        }
        if context.is(Mutant::ClosedTakesRoom) {
            context.output.memory.unfinished += 1;
        }
        context.tell(self.id, Event::Closed);
    }

    /// Sends an ERROR of this session.
    pub(super) fn send_error(&mut self, context: &mut Context<'_>, code: ErrorCode) {
        if mutant::is_unanswered(context.settings.config.mutant, code) {
            return;
        }
        if let Some(sequence) = self.outbound.next_sequence(context) {
            context.transmit(self.peer, &Packet::new(sequence, Body::Error { code }));
        }
        if context.is(Mutant::ErrorsUseTwoNumbers) {
            self.outbound.given += 1;
        }
    }

    /// Ends the session otherwise. A server's application hears only of sessions that were open.
    pub(super) fn fail(&mut self, context: &mut Context<'_>, failure: Failure) {
        let is_known = self.role == Role::Connector || self.state == State::Open;
        mutant::on_failure(context, self, failure);
        let never_served = context.is(Mutant::DroppedClientNeverServed);
        let ignored = failure == Failure::GivenUp || failure == Failure::Silent && never_served;
        self.state = State::Ended { ignored };
        if is_known {
            context.tell(self.id, Event::Failed(failure));
        }
    }

    /// Something has come from the peer.
    pub(super) const fn heard(&mut self, now: Instant) {
        self.heard_at = now;
        self.ping_at = None;
    }

    /// When a silent client is pinged, and when it is dropped (CLIP-BEAT-3).
    fn silence(&self, context: &Context<'_>) -> Option<(Instant, Instant)> {
        if self.role == Role::Connector || self.state != State::Open {
            return None;
        }
        let timers = &context.settings.config.timers;
        let drop_at = mutant::drop_at(context, self.id, self.heard_at + timers.drop_after);
        if context.is(Mutant::PingWaitsForAcks) && self.outbound.waiting() > 0 {
            return Some((drop_at, drop_at));
        }
        Some((self.ping_at.unwrap_or(self.heard_at + timers.ping_after), drop_at))
    }

    /// The earliest moment at which something is to be done.
    pub(super) fn due(&self, context: &Context<'_>) -> Option<Instant> {
        if let State::Ended { .. } = self.state {
            return None;
        }
        let auth = self.handshake.as_ref().filter(|_| self.state == State::Opening);
        let silence = self.silence(context).map(|(ping, drop)| ping.min(drop));
        [
            auth.map(|handshake| handshake.retry().due()),
            self.outbound.due(context),
            self.reassembly.due(&context.settings.config.limits.fragments),
            silence,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Does what is due.
    pub(super) fn on_timeout(&mut self, context: &mut Context<'_>) {
        let now = context.now;
        mutant::give_up(context, &mut self.reassembly);
        if self.state == State::Opening
            && self.handshake.as_ref().is_some_and(|handshake| handshake.retry().due() <= now)
        {
            self.on_auth_timeout(context);
        }
        if !self.outbound.on_timeout(context, self.peer) {
            let is_other = context.is(Mutant::GivesUpWithError30);
            let code = if is_other { ErrorCode::PACKET } else { ErrorCode::DISCONNECT };
            self.send_error(context, code);
            return self.fail(context, Failure::GivenUp);
        }
        let Some((ping_at, drop_at)) = self.silence(context) else { return };
        if drop_at <= now {
            self.fail(context, Failure::Silent);
        } else if ping_at <= now {
            self.ping_at = Some(now + context.settings.config.timers.ping_after);
            if let Some(sequence) = self.outbound.next_sequence(context) {
                let ping = Packet::new(sequence, Body::Heartbeat { value: 0 });
                context.transmit(self.peer, &ping);
            }
        }
    }
}
