//! What mutants make of what waits for its ACK, and of packets that are unfinished or were finished.

use core::net::SocketAddr;
use core::time::Duration;

use crate::paperclip::context::Context;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::mutant::Mutant;
use crate::paperclip::session::{Session, State};
use crate::paperclip::{Body, Bounds, DATA_MAX, Flags, Packet, Reassembly, Window, is_newer};
use crate::time::Instant;

/// How long a mutant remembers what has come.
const FINISHED_FOR: Duration = Duration::from_secs(10);

impl Endpoint {
    /// Whether a mutant leaves a packet aside, for what came before it in its session.
    pub(super) fn leaves_aside(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
    ) -> bool {
        let Some(id) = self.session_with(from) else { return false };
        let Some(session) = self.sessions.get_mut(&id) else { return false };
        let memory = &mut self.output.memory;
        let sequence = packet.sequence;
        let is_fragment = packet.fragment.is_some();
        let finished = memory
            .finished
            .get(&(id, sequence))
            .filter(|_| is_fragment != (mutant == Mutant::ReceivedForgottenAfterTenSeconds));
        match mutant {
            Mutant::AckBehindAVoidOneIgnored => {
                matches!(packet.body, Body::Ack { .. }) && core::mem::take(&mut memory.void)
            }
            Mutant::AcksOfZeroIgnored => {
                matches!(packet.body, Body::Ack { id: 0, .. }) && session.state == State::Open
            }
            Mutant::FinishedForgottenAfterTenSeconds | Mutant::ReceivedForgottenAfterTenSeconds => {
                if finished.is_some_and(|at| *at + FINISHED_FOR <= now) {
                    memory.finished.remove(&(id, sequence));
                    session.window.forget(sequence);
                }
                false
            }
            Mutant::WrapCostsTheUnfinished => {
                let newest = session.window.newest();
                if newest.is_some_and(|newest| is_newer(sequence, newest) && sequence < newest) {
                    session.reassembly = Reassembly::default();
                }
                false
            }
            Mutant::RoomMakersNeverPutTogether => {
                memory.unfinished_before = session.reassembly.sequences().collect();
                false
            }
            _ => false,
        }
    }

    /// What a mutant does to a session once a packet of it was taken.
    pub(super) fn after_packet(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) {
        let config = &self.settings.config;
        let bounds = config.limits.fragments;
        let Ok(packet) = Packet::read(octets, config.widths, config.flags) else { return };
        let Some(id) = self.session_with(from) else { return };
        let before = core::mem::take(&mut self.output.memory.unfinished_before);
        let sequence = packet.sequence;
        let is_ack = matches!(packet.body, Body::Ack { .. });
        if mutant == Mutant::AcksOfAcknowledgingPeersShared
            && let Body::Ack { id: named, .. } = packet.body
        {
            self.output.memory.acknowledging.insert(id);
            for other in self.output.memory.acknowledging.clone() {
                self.with_session(now, other, |session, context| {
                    session.outbound.acknowledge(context, named, 0)
                });
            }
        }
        let late_auth = matches!(packet.body, Body::Auth { .. });
        self.with_session(now, id, |session, context| match (mutant, packet.fragment) {
            (Mutant::LateAuthSetsItsBit, _) if late_auth && session.state == State::Open => {
                session.window.note(sequence, packet.flags.has(Flags::RELIABLE));
            }
            (Mutant::PacketsPutOffRepeats, _) => session.outbound.put_off(now),
            (Mutant::AcksPutOffRepeats, _) if is_ack => session.outbound.put_off(now),
            (Mutant::FinishedForgottenAfterTenSeconds, Some(_)) if session.window.has(sequence) => {
                context.output.memory.finished.entry((id, sequence)).or_insert(now);
            }
            (Mutant::ReceivedForgottenAfterTenSeconds, None) if session.window.has(sequence) => {
                context.output.memory.finished.entry((id, sequence)).or_insert(now);
            }
            (Mutant::LifeOfTheUnfinishedShared, Some(_)) => session.reassembly.renew(now),
            (Mutant::RefusedFragmentsTakePlaces, Some(fragment))
                if fragment.id >= fragment.total =>
            {
                let bounds = Bounds { packets: bounds.packets - 1, ..bounds };
                session.reassembly.make_room(&bounds, sequence);
            }
            (Mutant::RoomMakersNeverPutTogether, Some(_)) => {
                let after: Vec<_> = session.reassembly.sequences().collect();
                for gone in before {
                    if gone != sequence && !after.contains(&gone) {
                        session.window.note(gone, false);
                    }
                }
            }
            _ => {}
        });
    }
}

/// Whether what is due to be sent again is forgotten instead, where `newest` was given out last.
pub(in crate::paperclip) fn forgets(
    context: &mut Context<'_>,
    to: SocketAddr,
    sequence: u16,
    newest: u16,
) -> bool {
    match context.settings.config.mutant {
        Some(Mutant::OutstandingLostAtTheWrap) => sequence > newest,
        Some(Mutant::RepeatsForOnePeer) => {
            *context.output.memory.repeats_to.get_or_insert(to) != to
        }
        _ => false,
    }
}

/// Gives up the unfinished packets that have waited for too long.
pub(in crate::paperclip) fn give_up(context: &mut Context<'_>, reassembly: &mut Reassembly) {
    let room = reassembly.octets();
    if context.is(Mutant::UnfinishedGivenUpOnce) && context.output.memory.given_up {
        reassembly.renew(context.now);
    }
    reassembly.give_up(context.now, &context.settings.config.limits.fragments);
    if context.is(Mutant::UnfinishedGivenUpOnce) {
        context.output.memory.given_up |= reassembly.octets() < room;
    }
    if context.is(Mutant::GivenUpPacketsKeepTheirRoom) {
        reassembly.count(room);
    }
}

/// Whether a repeat is acknowledged for what had its Sequence ID.
pub(super) fn was_reliable(window: &Window, sequence: u16) -> bool {
    window.bits(sequence.wrapping_add(1)) >> 15 == 1
}

/// What a mutant makes of a packet that has failed its decoding.
pub(in crate::paperclip) fn on_undecoded(
    context: &mut Context<'_>,
    session: &mut Session,
    packet: &Packet<'_>,
) {
    if context.is(Mutant::FailedPingsAnswered) && packet.body == (Body::Heartbeat { value: 0 }) {
        session.send_pong(context, Flags::NONE, &[]);
    }
}

/// The data of the PONG to a PING with these flags and this data.
pub(in crate::paperclip) fn pong(mutant: Option<Mutant>, flags: Flags, data: &[u8]) -> &[u8] {
    match mutant {
        Some(Mutant::PongOfTheLastFragment) if flags.has(Flags::FRAG) => {
            data.chunks(DATA_MAX).last().unwrap_or_default()
        }
        _ => data,
    }
}
