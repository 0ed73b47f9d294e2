//! What mutants let last too long: from one handshake or session to the next, beyond an end, from one peer to others.

use core::net::SocketAddr;
use std::collections::{BTreeMap, BTreeSet};

use crate::Role;
use crate::paperclip::context::Context;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::handshake::Handshake;
use crate::paperclip::inbound::is_error;
use crate::paperclip::mutant::{Memory, Mutant, NEVER};
use crate::paperclip::session::{Session, State};
use crate::paperclip::{
    Body, ErrorCode, Event, Failure, Flags, Packet, Reassembly, SessionId, SessionKey, Transmit,
    Widths,
};
use crate::retry::Plan;
use crate::time::Instant;

/// What is left of handshakes and sessions that are over.
#[derive(Clone, Debug, Default)]
pub(super) struct Lasting {
    /// The session with each address that opened last, and the first address of all.
    opened: BTreeMap<SocketAddr, SessionId>,
    first: Option<SocketAddr>,
    /// The key of the first session with each address.
    keys: BTreeMap<SocketAddr, SessionKey>,
    /// *Finished* of the session that opened last.
    finished: Option<Vec<u8>>,
    /// The public key that was shown first.
    shown: Option<Vec<u8>>,
    /// How often AUTH was repeated so far.
    repeats: u32,
    /// When a silent client was dropped.
    dropped: Option<Instant>,
    /// Addresses that are not heard any more.
    gone: BTreeSet<SocketAddr>,
    /// Addresses that have opened more than one session.
    later: BTreeSet<SocketAddr>,
    /// A handshake has come to its end, good or bad.
    settled: bool,
    /// When the first session with each address has opened.
    begun: BTreeMap<SocketAddr, Instant>,
    /// When something came last from each address after the end of its session.
    late: BTreeMap<SocketAddr, Instant>,
    /// The key of the first session of each address that has ended.
    ended: BTreeMap<SocketAddr, Option<Vec<u8>>>,
    /// The last reliable packet to each address.
    outstanding: BTreeMap<SocketAddr, Vec<u8>>,
}

impl Memory {
    /// What a new handshake has for an early *finished*.
    pub(in crate::paperclip) fn finished(&self) -> Option<Vec<u8>> {
        self.lasting.finished.clone()
    }

    /// The plan of a new handshake, where `plan` is the reference's.
    pub(in crate::paperclip) fn auth_plan(&self, mutant: Option<Mutant>, plan: Plan) -> Plan {
        let repeats = self.lasting.repeats;
        match mutant {
            Some(Mutant::AuthIntervalsGoOn) => {
                let grown = plan.interval.saturating_mul(2_u32.saturating_pow(repeats));
                Plan { interval: grown.min(plan.interval_max), ..plan }
            }
            Some(Mutant::AuthTriesGoOn) => {
                Plan { tries: plan.tries.saturating_sub(repeats), ..plan }
            }
            _ => plan,
        }
    }

    /// The key by which the AUTH of a session that has ended is known, where `key` is the reference's.
    pub(in crate::paperclip) fn ended_key(
        &mut self,
        mutant: Option<Mutant>,
        peer: SocketAddr,
        key: Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        if mutant != Some(Mutant::FirstEndedKeyKept) {
            return key;
        }
        self.lasting.ended.entry(peer).or_insert(key).clone()
    }

    /// Whether an address has opened a session before the one that it has.
    pub(super) fn is_later(&self, peer: SocketAddr) -> bool {
        self.lasting.later.contains(&peer)
    }

    /// Changes a packet that goes out, and whom it goes to.
    pub(super) fn redirect(
        &mut self,
        mutant: Mutant,
        widths: Widths,
        to: SocketAddr,
        packet: &mut Packet<'_>,
    ) -> SocketAddr {
        let lasting = &mut self.lasting;
        match (mutant, packet.body) {
            (Mutant::CertificateInTheFirstSessionAlone, Body::Auth { key, .. }) => {
                if lasting.shown.get_or_insert_with(|| key.to_vec()) != key {
                    packet.body = Body::Auth { key, certificate: None };
                }
                to
            }
            (
                Mutant::CloseToldToTheFirstClient,
                Body::Error { code: ErrorCode::SERVER_DISCONNECT },
            ) => lasting.first.unwrap_or(to),
            (Mutant::OutstandingOutlivesItsSession, Body::Default)
                if packet.flags.has(Flags::RELIABLE) =>
            {
                lasting.outstanding.insert(to, packet.to_octets(widths));
                to
            }
            _ => to,
        }
    }
}

/// A session has opened.
pub(in crate::paperclip) fn opened(context: &mut Context<'_>, session: &mut Session) {
    let Some(mutant) = context.settings.config.mutant else { return };
    let memory = &mut context.output.memory;
    let (peer, lasting) = (session.peer, &mut memory.lasting);
    if lasting.opened.insert(peer, session.id).is_some() {
        lasting.later.insert(peer);
    }
    lasting.first.get_or_insert(peer);
    match (mutant, session.key) {
        (Mutant::FirstKeyKept, Some(key)) => {
            session.key = Some(*lasting.keys.entry(peer).or_insert(key));
        }
        (Mutant::LastFinishedKept, Some(key)) => lasting.finished = Some(key.finished().to_vec()),
        (Mutant::AnOpeningStopsOtherHandshakes, _) => lasting.settled = true,
        (Mutant::UnusedKeyKept, _) => memory.forget_pair(),
        (Mutant::SilenceCountsFromTheFirstSession, _) => {
            session.heard(*lasting.begun.entry(peer).or_insert(context.now));
        }
        (Mutant::OutstandingOutlivesItsSession, _) => {
            if let Some(octets) = lasting.outstanding.remove(&peer) {
                context.output.transmits.push_back(Transmit { to: peer, octets });
            }
        }
        _ => {}
    }
}

/// AUTH is sent again.
pub(in crate::paperclip) fn repeats_auth(context: &mut Context<'_>) {
    if context.settings.config.mutant.is_some() {
        context.output.memory.lasting.repeats += 1;
    }
}

/// Whether a handshake that was refused with this code goes on, and hears nothing.
pub(in crate::paperclip) fn goes_on_deaf(
    context: &mut Context<'_>,
    session: &Session,
    code: ErrorCode,
) -> bool {
    let goes_on = context.is(Mutant::RefusedHandshakeRepeatsAuth)
        && session.role == Role::Connector
        && code == ErrorCode::FINISH_INVALID;
    if goes_on {
        context.output.memory.deaf = true;
        context.tell(session.id, Event::Failed(Failure::Handshake(code)));
    }
    goes_on
}

/// Whether a handshake stays that nobody has answered; its timer does not.
pub(in crate::paperclip) fn keeps_given_up(
    context: &Context<'_>,
    handshake: &mut Handshake,
) -> bool {
    let stays = context.is(Mutant::GivenUpHandshakeOpens);
    if stays {
        handshake.restart(context.now + NEVER);
    }
    stays
}

/// When a silent client is dropped, where `drop_at` is right.
pub(in crate::paperclip) fn drop_at(
    context: &Context<'_>,
    id: SessionId,
    drop_at: Instant,
) -> Instant {
    let config = &context.settings.config;
    match (config.mutant, context.output.memory.lasting.dropped) {
        (Some(Mutant::LaterClientsNeverDropped), _) if id.0 > 0 => context.now + NEVER,
        (Some(Mutant::ADropRestartsEverySilence), Some(dropped)) => {
            drop_at.max(dropped + config.timers.drop_after)
        }
        _ => drop_at,
    }
}

/// A session or a handshake has failed.
pub(super) fn failed(context: &mut Context<'_>, session: &Session, failure: Failure) {
    let lasting = &mut context.output.memory.lasting;
    if failure == Failure::Silent {
        lasting.dropped = Some(context.now);
    }
    match context.settings.config.mutant {
        Some(Mutant::RefusedServerUnheard)
            if session.role == Role::Connector && matches!(failure, Failure::Handshake(_)) =>
        {
            lasting.gone.insert(session.peer);
        }
        Some(Mutant::AFailureStopsOtherHandshakes) => {
            lasting.settled |= session.state == State::Opening;
        }
        _ => {}
    }
}

impl Endpoint {
    /// Tells the peers of all sessions but this one that a side has ended it.
    pub(in crate::paperclip) fn tell_all(&mut self, now: Instant, closed: SessionId) {
        let others: Vec<_> = self.sessions.keys().copied().filter(|id| *id != closed).collect();
        for id in others {
            self.with_session(now, id, |session, context| {
                session.send_error(context, ErrorCode::SERVER_DISCONNECT);
            });
        }
    }

    /// Whether a mutant leaves a packet aside, for what is over.
    pub(super) fn outlasts(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
    ) -> bool {
        let bounds = self.settings.config.limits.fragments;
        let last = self.output.memory.lasting.opened.get(&from).copied();
        let session = self.session_with(from).and_then(|id| self.sessions.get(&id));
        let is_open = session.is_some_and(|session| session.state == State::Open);
        let ends = matches!(packet.body, Body::Error { code } if code.major == 2);
        match mutant {
            Mutant::PeerOfEndedSessionUnheard => {
                last.is_some()
                    && session
                        .is_some_and(|it| it.role == Role::Connector && it.state != State::Open)
            }
            Mutant::DisconnectIgnoredWhileAPacketIsHalfThere => {
                ends && session.is_some_and(|session| session.reassembly.due(&bounds).is_some())
            }
            Mutant::EndToldAgain => {
                if let Some(last) = last
                    && ends
                    && session.is_none()
                {
                    self.context(now).tell(last, Event::Closed);
                }
                false
            }
            Mutant::TimersOutliveTheirSession => {
                if let Some(last) = last
                    && ends
                    && is_open
                    && self.settings.config.listen
                    && self.output.memory.lasting.gone.insert(from)
                {
                    self.context(now).tell(last, Event::Closed);
                }
                self.output.memory.lasting.gone.contains(&from)
            }
            Mutant::EndedHostIgnored => {
                let mut opened = self.output.memory.lasting.opened.keys();
                session.is_none()
                    && opened.any(|it| it.ip() == from.ip() && self.session_with(*it).is_none())
            }
            Mutant::RefusedServerUnheard => self.output.memory.lasting.gone.contains(&from),
            Mutant::LatePacketsProlongTheEnd if session.is_none() && last.is_some() => {
                let before = self.output.memory.lasting.late.insert(from, now);
                before.is_some_and(|at| now < at + self.settings.config.timers.ended_memory)
            }
            Mutant::OutstandingOutlivesItsSession => {
                if matches!(packet.body, Body::Ack { .. }) && is_open {
                    self.output.memory.lasting.outstanding.remove(&from);
                }
                false
            }
            _ => false,
        }
    }

    /// What a datagram of one peer costs others.
    pub(super) fn costs_others(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) {
        if core::mem::take(&mut self.output.memory.lasting.settled) {
            for id in self.sessions.keys().copied().collect::<Vec<_>>() {
                self.put_off_auth(now + NEVER, Some(id));
            }
        }
        if !is_error(octets) || self.session_with(from).is_some() {
            return;
        }
        for session in self.sessions.values_mut() {
            match mutant {
                Mutant::AnEndSettlesOtherSessions => session.outbound.forget_outstanding(),
                Mutant::AnEndCostsTheFragmentsOfOthers => {
                    session.reassembly = Reassembly::default();
                }
                _ => {}
            }
        }
    }

    /// What comes during a handshake restarts its timer.
    pub(super) fn put_off_auth(&mut self, now: Instant, session: Option<SessionId>) {
        let Some(id) = session else { return };
        self.with_session(now, id, |session, _| {
            if let Some(handshake) = &mut session.handshake
                && session.state == State::Opening
            {
                handshake.restart(now);
            }
        });
    }
}
