//! What mutants do with packets that come between two others that a session has to do with.

use core::net::SocketAddr;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::session_tag;
use crate::mnet::session::{Session, State};
use crate::mnet::{DATA_HEADER, Event, Packet, SessionId, VERSION};
use crate::time::Instant;

impl Endpoint {
    /// What a mutant takes a packet for that comes at a moment that it handles badly; `None`: for nothing.
    pub(super) fn confuse<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<Packet<'a>> {
        let counter = self.settings.counter;
        let id = self.session_named_by(from, &packet);
        let session = id.and_then(|id| self.sessions.get_mut(&id));
        match (mutant, packet, session) {
            (
                Mutant::RepeatOverridesAnAcknowledgement,
                Packet::Data { sequence, data: [_, ..], .. },
                Some(session),
            ) if session.receive.due().is_some() => {
                let received = session.receive.received();
                if counter.offset(sequence, received) <= Some(received) {
                    session.receive.on_acknowledged();
                    return None;
                }
            }
            (
                Mutant::CookieAckOverridesAnAcknowledgement,
                Packet::CookieAck { .. },
                Some(session),
            ) => {
                session.receive.on_acknowledged();
            }
            (
                Mutant::ShutdownOverridesAnAcknowledgement,
                Packet::Shutdown { .. },
                Some(session),
            ) if !session.send.is_drained() => {
                session.receive.on_acknowledged();
            }
            (
                Mutant::TheFutureTakenAfterShutdown | Mutant::TheFutureTakenAmidOutstandingOctets,
                Packet::Data { tag, sequence, acknowledged, data },
                Some(session),
            ) if match mutant {
                Mutant::TheFutureTakenAfterShutdown => has_closed(session),
                _ => !session.send.is_drained(),
            } =>
            {
                let known = session.send.acknowledged();
                let future = counter.offset(acknowledged, known) > Some(session.send.sent());
                let acknowledged = if future { counter.number(known) } else { acknowledged };
                return Some(Packet::Data { tag, sequence, acknowledged, data });
            }
            (
                Mutant::APartAcrossTheWrapFreesNothing,
                Packet::Data { tag, sequence, acknowledged, data },
                Some(session),
            ) => {
                let known = session.send.acknowledged();
                let is_part = counter.offset(acknowledged, known) < Some(session.send.sent());
                let is_beyond = acknowledged < counter.number(0);
                let acknowledged =
                    if is_part && is_beyond { counter.number(known) } else { acknowledged };
                return Some(Packet::Data { tag, sequence, acknowledged, data });
            }
            (
                Mutant::TheFutureTakenOnARepeat,
                Packet::Data { tag, sequence, acknowledged, data: data @ [_, ..] },
                Some(session),
            ) => {
                let received = session.receive.received();
                let known = session.send.acknowledged();
                let future = counter.offset(acknowledged, known) > Some(session.send.sent());
                if future && counter.offset(sequence, received) <= Some(received) {
                    let acknowledged = counter.number(session.send.sent());
                    return Some(Packet::Data { tag, sequence, acknowledged, data });
                }
            }
            (
                Mutant::TheFutureTakenInASecondShutdown,
                Packet::Shutdown { tag, acknowledged },
                Some(session),
            ) if matches!(session.state, State::ShutdownReceived { .. }) => {
                let known = session.send.acknowledged();
                if counter.offset(acknowledged, known) > Some(session.send.sent()) {
                    let acknowledged = counter.number(session.send.sent());
                    return Some(Packet::Shutdown { tag, acknowledged });
                }
            }
            (
                Mutant::StaleAcknowledgementDropsThePayloadWhileSending,
                Packet::Data { acknowledged, data: [_, ..], .. },
                Some(session),
            ) if !session.send.is_drained() => {
                let known = session.send.acknowledged();
                if counter.offset(acknowledged, known) < Some(known) {
                    return None;
                }
            }
            (Mutant::DropsLargeDataAfterShutdown, Packet::Data { data, .. }, Some(session))
                if has_closed(session) && DATA_HEADER + data.len() > 1024 =>
            {
                return None;
            }
            (
                Mutant::GapNotAnsweredAfterItsOwnShutdown,
                Packet::Data { sequence, data: data @ [_, ..], .. },
                Some(session),
            ) if has_closed(session) => {
                let received = session.receive.received();
                if counter.offset(sequence, received) > Some(received + data.len() as u64) {
                    let octets = packet.to_octets(self.settings.dialect);
                    let before = self.output.transmits.len();
                    self.take_datagram(now, from, &octets);
                    self.output.transmits.truncate(before);
                    return None;
                }
            }
            (
                Mutant::AnyVersionOfCookieTakenAfterARepeat,
                Packet::Cookie { tag, peer_tag, expiration, hmac, .. },
                Some(session),
            ) => {
                if matches!(&session.state, State::CookieWait { retry, .. } if retry.sent() > 1) {
                    let version = VERSION;
                    return Some(Packet::Cookie { tag, peer_tag, version, expiration, hmac });
                }
            }
            (Mutant::AbortIgnoredOnceInitWasRepeated, Packet::Abort { .. }, _) => {
                let waits = |session: &Session| {
                    session.peer == from
                        && matches!(&session.state, State::CookieWait { retry, .. } if retry.sent() > 1)
                };
                return self.session_where(waits).is_none().then_some(packet);
            }
            (Mutant::InitWithTheListenersTagIgnored, Packet::Init { tag, .. }, _) => {
                let is_known = self.session_where(|session| session.y == tag).is_some();
                return (!is_known).then_some(packet);
            }
            (Mutant::CookieWithinACloseAborted, Packet::Cookie { .. }, Some(session))
                if has_closed(session) =>
            {
                let tag = session.stamp(&self.settings);
                self.context(now).transmit(from, &Packet::Abort { tag });
            }
            (Mutant::OpensByCookieAckBeforeCookie, Packet::CookieAck { .. }, Some(session))
                if matches!(session.state, State::CookieWait { .. }) =>
            {
                self.with_session(now, id?, |session, context| {
                    session.state = State::Established;
                    let event = Event::Opened { peer: session.peer, role: session.role };
                    context.tell(session.id, event);
                });
                return None;
            }
            (
                Mutant::RefusedShutdownCloses,
                Packet::Shutdown { acknowledged, .. },
                Some(session),
            ) => {
                let known = session.send.acknowledged();
                if counter.offset(acknowledged, known) > Some(session.send.sent()) {
                    self.with_session(now, id?, Session::close);
                    return None;
                }
            }
            (
                Mutant::ShutdownsPartIgnored,
                Packet::Shutdown { tag, acknowledged },
                Some(session),
            ) => {
                let known = session.send.acknowledged();
                let part = counter.offset(acknowledged, known) < Some(session.send.sent());
                let acknowledged = if part { counter.number(known) } else { acknowledged };
                return Some(Packet::Shutdown { tag, acknowledged });
            }
            (Mutant::NoCookieWhereASessionHasEnded, Packet::ShutdownAck { .. }, Some(_)) => {
                self.output.memory.note_early(from, &[]);
            }
            (Mutant::NoCookieWhereASessionHasEnded, Packet::Init { .. }, _)
                if self.output.memory.was_early(from) =>
            {
                return None;
            }
            (
                Mutant::AnotherCookieOpensASessionBesideAClose,
                Packet::CookieEcho { tag, peer_tag, .. },
                _,
            ) => {
                let id = self.session_where(|session| {
                    session.peer == from
                        && session.x == peer_tag
                        && session.y != tag
                        && matches!(session.state, State::ShutdownAckSent { .. })
                });
                if let Some(id) = id {
                    self.with_session(now, id, |session, _| {
                        session.state = State::Ended { complete: false };
                    });
                }
            }
            (Mutant::CookieAckStopsShutdownAck, Packet::CookieAck { .. }, Some(session)) => {
                let closing = matches!(session.state, State::ShutdownAckSent { .. });
                self.output.memory.stopped = closing;
            }
            (Mutant::SecondShutdownStopsShutdownAck, Packet::Shutdown { .. }, Some(session))
                if matches!(session.state, State::ShutdownAckSent { .. }) =>
            {
                let tag = session.stamp(&self.settings);
                self.output.memory.stopped = false;
                self.context(now).transmit(from, &Packet::ShutdownAck { tag });
                self.output.memory.stopped = true;
                return None;
            }
            _ => {}
        }
        Some(packet)
    }

    /// The session that a packet with this tag from there belongs to.
    fn session_named_by(&self, from: SocketAddr, packet: &Packet<'_>) -> Option<SessionId> {
        match *packet {
            Packet::Cookie { peer_tag, .. } => {
                self.session_where(|session| session.peer == from && session.x == peer_tag)
            }
            _ => session_tag(packet).and_then(|tag| self.index.get(&(from, tag)).copied()),
        }
    }
}

/// Whether the session has sent SHUTDOWN.
const fn has_closed(session: &Session) -> bool {
    matches!(session.state, State::ShutdownSent { .. })
}
