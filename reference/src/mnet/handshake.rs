//! How a connector opens a session: INIT, COOKIE, COOKIE-ECHO, COOKIE-ACK.
//!
//! The listener's half needs no session and is in `listener`.

use crate::mnet::context::Context;
use crate::mnet::cookie::Cookie;
use crate::mnet::mutant::Mutant;
use crate::mnet::session::{Session, State};
use crate::mnet::{Event, Failure, MAGIC, Packet, VERSION};
use crate::retry::Retry;

impl Session {
    /// Sends INIT; the same one each time (MNET-INIT-4).
    pub(super) fn send_init(&self, context: &mut Context<'_>) {
        let packet = Packet::Init { magic: MAGIC, version: VERSION, tag: self.x };
        context.transmit(self.peer, &packet);
    }

    /// COOKIE with X in its `PeerConnectionTag`, from where INIT went (MNET-COOKIE-1).
    pub(super) fn on_cookie(&mut self, context: &mut Context<'_>, cookie: Cookie) {
        let State::CookieWait { close, retry: tried } = self.state else {
            return;
        };
        if cookie.version != VERSION {
            return;
        }
        self.y = cookie.tag;
        context.transmit(self.peer, &cookie.echo());
        if close && context.is(Mutant::ShutdownRightBehindTheEcho) {
            self.send_shutdown(context);
        }
        let mut retry = Retry::start(context.now, context.settings.open_plan());
        if context.is(Mutant::EchoInheritsTheTriesOfInit) {
            while retry.sent() < tried.sent() && retry.again(context.now) {}
        }
        self.state = State::CookieEchoed { cookie, retry, close };
        if context.is(Mutant::OpensWithoutCookieAck) {
            self.on_cookie_ack(context);
        }
    }

    /// COOKIE-ACK opens the session while it is waited for (MNET-ACK-1).
    pub(super) fn on_cookie_ack(&mut self, context: &mut Context<'_>) {
        let State::CookieEchoed { close, .. } = self.state else {
            if context.is(Mutant::SecondCookieAckResetsCounters) && self.is_open() {
                self.reset_streams(context);
            }
            if context.is(Mutant::OpenedAgainByALateCookieAck) && self.is_open() {
                context.tell(self.id, Event::Opened { peer: self.peer, role: self.role });
            }
            return;
        };
        self.state = State::Established;
        context.tell(self.id, Event::Opened { peer: self.peer, role: self.role });
        if close {
            self.close(context);
        }
        self.flush(context);
    }

    /// INIT or COOKIE-ECHO went unanswered: once more, or the end.
    pub(super) fn on_open_timeout(&mut self, context: &mut Context<'_>) {
        match &mut self.state {
            State::CookieWait { retry, .. } => {
                if retry.again(context.now) {
                    if context.is(Mutant::NewTagAtEachTry) {
                        self.x = self.x.map(|octet| octet.wrapping_add(1));
                        self.y = self.x;
                    }
                    let is_once = context.is(Mutant::LaterInitsSentOnce)
                        || context.is(Mutant::InitsAfterAFailureSentOnce);
                    if !is_once || !context.output.memory.had_session {
                        self.send_init(context);
                    }
                } else if context.is(Mutant::InitForEver) {
                    retry.restart(context.now);
                    self.send_init(context);
                } else {
                    self.fail(context, Failure::NoCookie);
                }
            }
            State::CookieEchoed { retry, cookie, .. } => {
                if retry.again(context.now) {
                    context.transmit(self.peer, &cookie.echo());
                } else if context.is(Mutant::EchoForEver) {
                    retry.restart(context.now);
                    context.transmit(self.peer, &cookie.echo());
                } else {
                    // The listener may hold the session open (MNET-ECHO-7).
                    self.give_up(context, Failure::NoCookieAck);
                }
            }
            _ => unreachable!("only these two states have this timer"),
        }
    }
}
