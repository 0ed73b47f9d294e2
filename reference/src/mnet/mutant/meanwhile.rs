//! What mutants put off, forget or answer because something else comes meanwhile, and what they remember of sessions that
//! ended without SHUTDOWN-COMPLETE.

use core::net::SocketAddr;

use crate::mnet::endpoint::Endpoint;
use crate::mnet::mutant::Mutant;
use crate::mnet::mutant::stranger::session_tag;
use crate::mnet::session::{Session, State};
use crate::mnet::{Event, Failure, Packet, SessionId, Transmit};
use crate::retry::Retry;
use crate::time::Instant;

/// After so many packets of no session nothing more of their sender is heard by
/// [`Mutant::DeafToWhoHasSentAHundredStrays`].
const STRAYS_MAX: u32 = 100;

/// Whether what a session has outstanding is not sent again, for how often that was done.
pub(in crate::mnet) fn is_tired(mutant: Option<Mutant>, session: &Session) -> bool {
    let limit = match mutant {
        Some(Mutant::TriesEndBeforeTheGivingUp) => 4,
        Some(Mutant::AShutdownEndsTheTries)
            if matches!(session.state, State::ShutdownReceived { .. }) =>
        {
            2
        }
        _ => return false,
    };
    session.send.tries() > limit
}

impl Endpoint {
    /// What a mutant takes a packet for that comes while something is to be sent again; `None`: for nothing.
    pub(super) fn misread_meanwhile<'a>(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: Packet<'a>,
    ) -> Option<Packet<'a>> {
        let key = session_tag(&packet).map(|tag| (from, tag));
        let id = key.and_then(|key| self.index.get(&key)).copied();
        match (mutant, packet) {
            (
                Mutant::AcknowledgementOnARepeatIgnored,
                Packet::Data { tag, sequence, data: data @ [_, ..], .. },
            ) => {
                let session = id.and_then(|id| self.sessions.get(&id));
                if let Some(session) = session {
                    let received = session.receive.received();
                    let counter = self.settings.counter;
                    if counter.offset(sequence, received) <= Some(received) {
                        let acknowledged = counter.number(session.send.acknowledged());
                        return Some(Packet::Data { tag, sequence, acknowledged, data });
                    }
                }
            }
            (Mutant::ABareDataOverridesAnAcknowledgement, Packet::Data { data: [], .. }) => {
                if let Some(session) = id.and_then(|id| self.sessions.get_mut(&id)) {
                    session.receive.on_acknowledged();
                }
            }
            (Mutant::DeafToWhoHasSentAHundredStrays, _) => {
                let strays = self.output.memory.counted.entry(from).or_default();
                *strays += u32::from(key.is_some() && id.is_none());
                return (*strays < STRAYS_MAX).then_some(packet);
            }
            (Mutant::AnEndHidesTheNextSession, Packet::Data { .. }) => {
                let hides = key.is_some_and(|key| self.ended.stamp(now, &key).is_some());
                return (!hides).then_some(packet);
            }
            (Mutant::ABareDataPutsShutdownOff, Packet::Data { data: [], .. }) => {
                self.put_off(now, id, |state| match state {
                    State::ShutdownSent { retry, .. } => Some(retry),
                    _ => None,
                });
            }
            (Mutant::DataPutsShutdownAckOff, Packet::Data { data: [_, ..], .. }) => {
                self.put_off(now, id, |state| match state {
                    State::ShutdownAckSent { retry } => Some(retry),
                    _ => None,
                });
            }
            (Mutant::ALateCookieAckPutsShutdownOff, Packet::CookieAck { .. }) => {
                self.put_off(now, id, |state| match state {
                    State::ShutdownSent { retry, .. } => Some(retry),
                    _ => None,
                });
            }
            (Mutant::ARepeatedEchoPutsDataOff, Packet::CookieEcho { .. })
            | (Mutant::ALateCookieAckPutsDataOff, Packet::CookieAck { .. })
            | (Mutant::CookiesPutDataOff, Packet::Cookie { .. }) => {
                let id = self.session_where(|session| session.peer == from);
                self.put_data_off(now, id);
            }
            (Mutant::AnyCookiePutsInitOff, Packet::Cookie { .. }) => {
                let id = self.session_where(|session| session.peer == from);
                self.put_off(now, id, |state| match state {
                    State::CookieWait { retry, .. } => Some(retry),
                    _ => None,
                });
            }
            (Mutant::OtherPacketsPutTheEchoOff, Packet::Cookie { .. } | Packet::Data { .. }) => {
                let id = self.session_where(|session| session.peer == from);
                self.put_off(now, id, |state| match state {
                    State::CookieEchoed { retry, .. } => Some(retry),
                    _ => None,
                });
            }
            (
                Mutant::AcknowledgesBehindAnAbort
                | Mutant::AcknowledgesBehindItsOwnAbort
                | Mutant::AcknowledgesBehindAGivingUp,
                Packet::Data { data: [_, ..], .. },
            ) if id.is_none() => {
                let answer = key.and_then(|key| self.output.memory.last_word(key));
                if let Some(octets) = answer {
                    self.output.transmits.push_back(Transmit { to: from, octets });
                    return None;
                }
            }
            _ => {}
        }
        Some(packet)
    }

    /// What is outstanding is sent again a whole interval later than now.
    fn put_data_off(&mut self, now: Instant, id: Option<SessionId>) {
        let Some(id) = id else { return };
        self.with_session(now, id, |session, context| session.send.put_off(now, context.settings));
    }

    /// What waits in a state is sent a whole interval later than now.
    fn put_off(
        &mut self,
        now: Instant,
        id: Option<SessionId>,
        waits: impl FnOnce(&mut State) -> Option<&mut Retry>,
    ) {
        let Some(id) = id else { return };
        self.with_session(now, id, |session, _| {
            if let Some(retry) = waits(&mut session.state) {
                retry.put_off(now);
            }
        });
    }

    /// Takes note of a session that has ended, and does what a mutant does then.
    pub(in crate::mnet) fn note_end(&mut self, mutant: Mutant, now: Instant, session: &Session) {
        match mutant {
            Mutant::AnEndStopsTheTimersBesideIt => {
                let beside = self.session_where(|other| other.peer == session.peer);
                self.output.memory.stopped |= beside.is_some();
            }
            Mutant::AnEndStopsTheDataOfOthers => {
                self.output.memory.stopped |= !self.sessions.is_empty();
            }
            Mutant::AnEndStopsTheShutdownAcksOfOthers => {
                self.output.memory.noted |= !self.sessions.is_empty();
            }
            Mutant::AnEndOverridesTheAcknowledgementsBesideIt => {
                self.override_acknowledgement(session.peer);
            }
            _ => {}
        }
        let told = self.output.events.back().filter(|(id, _)| *id == session.id);
        let remembers = match (mutant, told.map(|(_, event)| event)) {
            (Mutant::AcknowledgesBehindAnAbort, Some(Event::Failed(Failure::PeerAborted)))
            | (Mutant::AcknowledgesBehindAGivingUp, Some(Event::Failed(Failure::DataGivenUp))) => {
                true
            }
            (Mutant::AcknowledgesBehindItsOwnAbort, event) => {
                !matches!(event, Some(Event::Closed | Event::Failed(_)))
            }
            (
                Mutant::AFailedOpeningEndsTheSessionsBesideIt,
                Some(Event::Failed(Failure::NoCookie)),
            ) => {
                while let Some(id) = self.session_where(|other| other.peer == session.peer) {
                    self.with_session(now, id, Session::abort);
                }
                false
            }
            (Mutant::AGivingUpStopsTheDataOfOthers, Some(Event::Failed(Failure::DataGivenUp))) => {
                self.output.memory.stopped |= !self.sessions.is_empty();
                false
            }
            _ => false,
        };
        if remembers {
            let counter = self.settings.counter;
            let answer = Packet::Data {
                tag: session.stamp(&self.settings),
                sequence: counter.number(session.send.sent()),
                acknowledged: counter.number(session.receive.received()),
                data: &[],
            };
            let octets = answer.to_octets(self.settings.dialect);
            self.output.memory.note_last_word(session.key(self.tags()), octets);
        }
    }
}
