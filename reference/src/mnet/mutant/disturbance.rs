//! What mutants lose because of packets that must change nothing: each takes one thing from sessions whose packets those
//! are not.

use core::net::SocketAddr;
use core::time::Duration;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::session_tag;
use crate::mnet::session::State;
use crate::mnet::{Packet, SessionId};
use crate::time::Instant;

/// Later than anything that a scenario waits for.
const NEVER: Duration = Duration::from_hours(1);

/// What comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// A packet with a tag that no session has, from the peer's address.
    Stray,
    /// A packet with the session's tag, from another port or address.
    Foreign,
    /// Something malformed, from the peer's address.
    Rubbish,
    /// A packet of another session with the same address.
    Neighbour,
    /// An INIT from the peer's address.
    Init,
}

/// What the session loses.
#[derive(Clone, Copy)]
enum Loss {
    /// What is outstanding is not sent again.
    Timers,
    /// That its application has closed.
    OwnClose,
    /// That its peer has closed.
    PeersClose,
    /// That it has ended, and its peer may not know.
    End,
}

const fn disturbance(mutant: Mutant) -> Option<(Cause, Loss)> {
    Some(match mutant {
        Mutant::StraysStopTheTimers => (Cause::Stray, Loss::Timers),
        Mutant::StraysTakeACloseBack => (Cause::Stray, Loss::OwnClose),
        Mutant::StraysTakeThePeersCloseBack => (Cause::Stray, Loss::PeersClose),
        Mutant::StraysForgetEnds => (Cause::Stray, Loss::End),
        Mutant::OtherPortsStopTheTimers => (Cause::Foreign, Loss::Timers),
        Mutant::OtherPortsTakeACloseBack => (Cause::Foreign, Loss::OwnClose),
        Mutant::OtherPortsTakeThePeersCloseBack => (Cause::Foreign, Loss::PeersClose),
        Mutant::RubbishStopsTheTimersOfAClose => (Cause::Rubbish, Loss::Timers),
        Mutant::RubbishTakesACloseBack => (Cause::Rubbish, Loss::OwnClose),
        Mutant::RubbishTakesThePeersCloseBack => (Cause::Rubbish, Loss::PeersClose),
        Mutant::RubbishForgetsEnds => (Cause::Rubbish, Loss::End),
        Mutant::NeighboursStopTheTimers => (Cause::Neighbour, Loss::Timers),
        Mutant::NeighboursTakeACloseBack => (Cause::Neighbour, Loss::OwnClose),
        Mutant::NeighboursTakeThePeersCloseBack => (Cause::Neighbour, Loss::PeersClose),
        Mutant::InitStopsTheTimers => (Cause::Init, Loss::Timers),
        _ => return None,
    })
}

impl Endpoint {
    /// Something malformed has come.
    pub(super) fn disturb_by_rubbish(&mut self, mutant: Mutant, now: Instant, from: SocketAddr) {
        self.disturb(mutant, now, from, Cause::Rubbish, |_| true);
    }

    /// A packet has come, which is taken afterwards.
    pub(super) fn disturb_by_packet(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
    ) {
        if matches!(packet, Packet::Init { .. }) {
            return self.disturb(mutant, now, from, Cause::Init, |_| true);
        }
        let Some(tag) = session_tag(packet) else { return };
        let owner = self.index.get(&(from, tag)).copied();
        if owner.is_some() {
            return self.disturb(mutant, now, from, Cause::Neighbour, |id| Some(id) != owner);
        }
        let elsewhere = self.index.iter().find(|((_, known), _)| *known == tag);
        match elsewhere.map(|((peer, _), id)| (*peer, *id)) {
            Some((peer, id)) => {
                self.disturb(mutant, now, peer, Cause::Foreign, |other| other == id);
            }
            None if self.ended.stamp(now, &(from, tag)).is_some() => {}
            None => self.disturb(mutant, now, from, Cause::Stray, |_| true),
        }
    }

    /// Takes what a mutant takes from those sessions with a peer that are `touched`.
    fn disturb(
        &mut self,
        mutant: Mutant,
        now: Instant,
        peer: SocketAddr,
        cause: Cause,
        touched: impl Fn(SessionId) -> bool,
    ) {
        let Some((of, loss)) = disturbance(mutant) else { return };
        if of != cause {
            return;
        }
        if matches!(loss, Loss::End) {
            return self.ended.forget_all_of(peer);
        }
        let of_peer =
            self.sessions.iter().filter(|(id, session)| session.peer == peer && touched(**id));
        let ids: Vec<SessionId> = of_peer.map(|(id, _)| *id).collect();
        for id in ids {
            self.with_session(now, id, |session, context| match (loss, &mut session.state) {
                (
                    Loss::Timers,
                    State::ShutdownSent { retry, .. } | State::ShutdownAckSent { retry },
                ) => retry.put_off(now + NEVER),
                (Loss::Timers, _) if cause == Cause::Neighbour => {}
                (
                    Loss::Timers,
                    State::CookieWait { retry, .. } | State::CookieEchoed { retry, .. },
                ) => retry.put_off(now + NEVER),
                (Loss::OwnClose, State::ShutdownPending { .. })
                | (Loss::PeersClose, State::ShutdownReceived { .. }) => {
                    session.state = State::Established;
                }
                (Loss::Timers, _) => session.send.put_off(now + NEVER, context.settings),
                _ => {}
            });
        }
    }
}
