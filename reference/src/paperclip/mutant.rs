//! Deliberate violations, to show that a test can fail: each breaks one clause.
//!
//! The table of them is in `table`. Most bend a setting, or change what comes in or goes out, and
//! are in this module; the others are one `if` at the place they break.

mod client_rows;
mod handshake_rows;
mod handshakes;
mod incoming;
mod lasting;
mod memory;
mod outgoing;
mod proofs;
mod reliability;
mod reliability_rows;
mod replaced;
mod room;
mod session_rows;
mod situation;
mod table;
mod transforms;

use core::net::SocketAddr;
use core::time::Duration;

use crate::paperclip::context::{Context, Output};
use crate::paperclip::session::{Session, State};
use crate::paperclip::settings::Settings;
use crate::paperclip::{
    Body, DATA_MAX, ErrorCode, Event, Failure, Flags, Packet, SessionId, Window, is_newer,
};

pub(super) use handshakes::{begun, is_lost, on_repeated_auth};
pub(super) use incoming::{early, stranger};
pub(super) use lasting::{drop_at, goes_on_deaf, keeps_given_up, opened, repeats_auth};
pub(super) use memory::Memory;
pub(super) use outgoing::{is_unanswered, outgoing};
pub(super) use proofs::{agree, anchors, finished, is_finished};
pub(super) use reliability::{forgets, give_up, on_undecoded, pong};
pub(super) use replaced::{inherit, preempt};
pub use table::Mutant;
pub(super) use transforms::{decode, encode, sorted_as_text};

/// How often is sent what a mutant does not send until its peer is given up.
pub(super) const FEW_TRIES: u32 = 3;
/// Longer than any run.
const NEVER: Duration = Duration::from_secs(1 << 30);

/// More octets than whoever asks has sent.
const LONG_TEXT: &[u8] = &[b'!'; 900];

/// Changes the settings that a mutant goes by.
pub(super) fn bend(mutant: Mutant, settings: &mut Settings) {
    let config = &mut settings.config;
    let fragments = &mut config.limits.fragments;
    match mutant {
        Mutant::SequenceFromOne => config.first_sequence = config.first_sequence.wrapping_add(1),
        Mutant::UndeclaredFlagsTaken => config.flags = Flags::ALL,
        Mutant::NeverSentAgain => {
            config.timers.reliable_initial = NEVER;
            config.timers.reliable_min = NEVER;
            config.timers.reliable_max = NEVER;
        }
        Mutant::SequencesUnbounded => settings.sequences_max = u64::MAX,
        Mutant::SentAgainTwice => config.timers.reliable_tries = 3,
        Mutant::OneUnfinishedPacket => fragments.packets = 1,
        Mutant::ThirtyOneUnfinishedPackets => fragments.packets = 31,
        Mutant::UnfinishedUnbounded => {
            fragments.packets = usize::MAX;
            fragments.octets = usize::MAX;
        }
        Mutant::UnfinishedKeptForEver => fragments.patience = NEVER,
        Mutant::UnfinishedGivenUpEarly => fragments.patience = Duration::from_secs(1),
        Mutant::UnfinishedKeptForNineSeconds => fragments.patience = Duration::from_secs(9),
        Mutant::AuthSentOnce => config.timers.auth_interval = NEVER,
        Mutant::AuthRepeatedForEver => config.timers.auth_tries = u32::MAX,
        Mutant::NeverDrops => config.timers.drop_after = NEVER,
        Mutant::DropsEarly => config.timers.drop_after = config.timers.drop_after * 3 / 4,
        Mutant::EndedIgnoredForEver | Mutant::DroppedClientNeverServed => {
            config.timers.ended_memory = NEVER;
        }
        Mutant::EndedRememberedForNineSeconds => {
            config.timers.ended_memory = Duration::from_secs(9);
        }
        Mutant::LastEndAloneRemembered => config.limits.ended_sessions = 1,
        Mutant::DropCountsFromThePing => config.timers.drop_after += config.timers.ping_after,
        Mutant::DropsWithThePing => config.timers.drop_after = config.timers.ping_after,
        _ => {}
    }
}

/// Tells the application what a mutant would.
pub(super) fn telling(mutant: Mutant, output: &mut Output, id: SessionId, mut event: Event) {
    match (mutant, &mut event) {
        (Mutant::GivingUpNotTold, Event::Failed(Failure::GivenUp))
        | (Mutant::SilenceNotTold, Event::Failed(Failure::Silent))
        | (
            Mutant::BadHandshakeNotTold,
            Event::Failed(Failure::Handshake(_) | Failure::Refused(_)),
        )
        | (Mutant::EndNotTold, Event::Closed) => return,
        (Mutant::LaterEndsNotTold, Event::Closed) if id.0 > 0 => return,
        (Mutant::RefusalNotTold, Event::Failed(Failure::Refused(code))) if code.major == 1 => {
            return;
        }
        (Mutant::EndOfHandshakeNotTold, Event::Failed(Failure::Refused(code)))
            if code.major == 2 =>
        {
            return;
        }
        (Mutant::EndToldAsFailure, Event::Closed) => event = Event::Failed(Failure::GivenUp),
        (Mutant::DeliveredCutToOneFragment, Event::Delivered { data, .. }) => {
            data.truncate(DATA_MAX);
        }
        (Mutant::DeliveredToTheFirstZero, Event::Delivered { data, .. }) => {
            let text = data.iter().take_while(|octet| **octet != 0).count();
            data.truncate(text);
        }
        _ => {}
    }
    output.events.push_back((id, event));
}

/// Octets of one fragment.
pub(super) fn piece(mutant: Option<Mutant>) -> usize {
    match mutant {
        Some(Mutant::SendsLargePacketsWhole) => usize::MAX,
        Some(Mutant::Sends989OctetsWhole) => DATA_MAX + 1,
        Some(Mutant::FragmentsOf900Octets) => 900,
        _ => DATA_MAX,
    }
}

/// The text of an ERROR for an address without a session.
pub(super) fn text(mutant: Option<Mutant>) -> &'static [u8] {
    match mutant {
        Some(Mutant::StrangersAnsweredAtLength) => LONG_TEXT,
        _ => &[],
    }
}

/// The ACK Bits for an ACK ID.
pub(super) fn ack_bits(context: &mut Context<'_>, session: &Session, id: u16) -> u16 {
    let Session { window, reassembly, .. } = session;
    let bits = window.bits(id);
    match context.settings.config.mutant {
        Some(Mutant::AckBitsOfTheFirstAck) => {
            *context.output.memory.bits.entry((session.id, id)).or_insert(bits)
        }
        Some(Mutant::AckBitsEmpty) => 0,
        Some(Mutant::AckBitsOfTheLast32)
            if window.newest().is_some_and(|it| is_behind(it, id, 31)) =>
        {
            0
        }
        Some(Mutant::HalfAPacketSetsItsBit) => reassembly
            .sequences()
            .map(|sequence| id.wrapping_sub(sequence))
            .filter(|back| (1..=16).contains(back))
            .fold(bits, |bits, back| bits | 1 << (16 - back)),
        Some(Mutant::AckBitsAllSet) => u16::MAX,
        Some(Mutant::AckBitsReversed) => bits.reverse_bits(),
        Some(Mutant::AckBitsIncludeAckId) => window.bits(id.wrapping_add(1)),
        Some(Mutant::AckBitsOneLate) => window.bits(id.wrapping_sub(1)),
        Some(Mutant::AckBitsOfFifteen) => bits & !1,
        Some(Mutant::AckBitsFromNewest) => window.bits(window.newest().unwrap_or(id)),
        Some(Mutant::AckBitsOfUnreliable) => {
            (1..=16).fold(0, |bits, back| bits << 1 | u16::from(window.has(id.wrapping_sub(back))))
        }
        Some(Mutant::AckBitsStopAtWrap) => {
            let behind = 16_u16.saturating_sub(id);
            bits >> behind.min(15) << behind.min(15)
        }
        _ => bits,
    }
}

/// Whether a reliable packet sets a bit in later ACKs.
pub(super) fn sets_bit(mutant: Option<Mutant>, packet: &Packet<'_>) -> bool {
    let coded = [Flags::COMPRESSED, Flags::ENCRYPTED];
    match mutant {
        Some(Mutant::AcksSetNoBit) => !matches!(packet.body, Body::Ack { .. }),
        Some(Mutant::ErrorsSetNoBit) => !matches!(packet.body, Body::Error { .. }),
        Some(Mutant::CodedPacketsSetNoBit) => !coded.iter().any(|flag| packet.flags.has(*flag)),
        _ => true,
    }
}

/// Whether a packet that was decoded is acknowledged; `repeated`: it had come before.
pub(super) fn acknowledges(
    mutant: Option<Mutant>,
    window: &Window,
    packet: &Packet<'_>,
    repeated: bool,
) -> bool {
    let reliable = packet.flags.has(Flags::RELIABLE);
    let is_ack = matches!(packet.body, Body::Ack { .. });
    match mutant {
        Some(Mutant::EmptyPacketsUnacknowledged) => reliable && !packet.data.is_empty(),
        Some(Mutant::SequenceZeroUnacknowledged) => reliable && packet.sequence != 0,
        Some(Mutant::LastSequenceUnacknowledged) => reliable && packet.sequence != u16::MAX,
        Some(Mutant::LatePacketsUnacknowledged) => {
            reliable && (repeated || window.newest() == Some(packet.sequence))
        }
        Some(Mutant::RepeatsUnacknowledged) => reliable && !repeated,
        Some(Mutant::ReliableAcksUnacknowledged) => reliable && !is_ack,
        Some(Mutant::AcksWithDataAcknowledged) => reliable || is_ack && !packet.data.is_empty(),
        Some(Mutant::AcksAcknowledged) => reliable || is_ack,
        Some(Mutant::RepeatedPingsUnacknowledged) => {
            reliable && !(repeated && matches!(packet.body, Body::Heartbeat { .. }))
        }
        Some(Mutant::RepeatedAcksUnacknowledged) => reliable && !(repeated && is_ack),
        Some(Mutant::RepeatedErrorsUnacknowledged) => {
            reliable && !(repeated && matches!(packet.body, Body::Error { .. }))
        }
        Some(Mutant::EmptyPacketsAcknowledged) => {
            reliable || packet.body == Body::Default && packet.data.is_empty()
        }
        Some(Mutant::UnreliableAcknowledged) => reliable || packet.body == Body::Default,
        Some(Mutant::PlainRepeatsAcknowledged) => {
            reliable || repeated && reliability::was_reliable(window, packet.sequence)
        }
        _ => reliable,
    }
}

/// Whether a packet is acknowledged that is answered with this code.
pub(super) fn acknowledges_failed(mutant: Option<Mutant>, code: ErrorCode) -> bool {
    match mutant {
        Some(Mutant::AcknowledgesBeforeDecoding) => true,
        Some(Mutant::BadChecksumAcknowledged) => code == ErrorCode::CHECKSUM,
        Some(Mutant::UninflatableAcknowledged) => code == ErrorCode::COMPRESSION,
        Some(Mutant::UndecryptableAcknowledged) => code == ErrorCode::INIT_VECTOR,
        _ => false,
    }
}

/// Whether the Sequence ID of a packet counts as received that is answered with this code.
pub(super) fn receives_failed(mutant: Option<Mutant>, code: ErrorCode) -> bool {
    match mutant {
        Some(Mutant::FailedPacketsSetBits) => true,
        Some(Mutant::BadChecksumReceived) => code == ErrorCode::CHECKSUM,
        Some(Mutant::UninflatableReceived) => code == ErrorCode::COMPRESSION,
        Some(Mutant::UndecryptableReceived) => code == ErrorCode::INIT_VECTOR,
        _ => false,
    }
}

/// Whether a fragment that is answered with this code is given up with the rest of its packet.
pub(super) fn drops_unfinished(mutant: Option<Mutant>, code: ErrorCode) -> bool {
    match mutant {
        Some(Mutant::ShortFragmentDropsPacket) => code == ErrorCode::PACKET,
        Some(Mutant::BadNumberDropsPacket) => code != ErrorCode::PACKET,
        _ => false,
    }
}

/// Whether a Sequence ID is more than so many behind the newest.
const fn is_behind(newest: u16, sequence: u16, by: u16) -> bool {
    let behind = newest.wrapping_sub(sequence);
    behind > by && behind < 1 << 15
}

/// Whether a packet is dropped for its Sequence ID.
pub(super) fn is_stale(mutant: Option<Mutant>, window: &Window, packet: &Packet<'_>) -> bool {
    let Some(newest) = window.newest() else { return false };
    match mutant {
        Some(Mutant::OlderPacketsDropped) => {
            !window.has(packet.sequence) && is_newer(newest, packet.sequence)
        }
        Some(Mutant::ReliablePackets1024BehindDropped) => {
            packet.flags.has(Flags::RELIABLE) && is_behind(newest, packet.sequence, 1024)
        }
        Some(Mutant::Packets16BehindDropped) => {
            !packet.flags.has(Flags::RELIABLE) && is_behind(newest, packet.sequence, 16)
        }
        Some(Mutant::LateAcksIgnored) => {
            matches!(packet.body, Body::Ack { .. }) && is_newer(newest, packet.sequence)
        }
        Some(Mutant::OldDisconnectIgnored) => {
            matches!(packet.body, Body::Error { .. }) && is_newer(newest, packet.sequence)
        }
        Some(Mutant::NoWrap) => packet.sequence.abs_diff(newest) > 1 << 15,
        _ => false,
    }
}

/// Whether a packet counts as one that came before.
pub(super) fn is_known(mutant: Option<Mutant>, window: &Window, packet: &Packet<'_>) -> bool {
    let known = window.has(packet.sequence);
    let behind = window.newest().map_or(0, |newest| newest.wrapping_sub(packet.sequence));
    match mutant {
        Some(Mutant::OldRepeatsDelivered) => known && behind <= 256,
        _ => known,
    }
}

/// Whether a decoded packet is handled though it came before, or is not though it is new.
pub(super) fn handles(
    mutant: Option<Mutant>,
    memory: &mut Memory,
    peer: SocketAddr,
    packet: &Packet<'_>,
    data: &[u8],
    is_known: bool,
) -> bool {
    let reliable = packet.flags.has(Flags::RELIABLE);
    match mutant {
        Some(Mutant::RepeatsDelivered) => reliable || !is_known,
        Some(Mutant::CodedRepeatsDelivered) => {
            let coded = packet.flags.has(Flags::CHECKSUM) || packet.flags.has(Flags::COMPRESSED);
            reliable && coded || !is_known
        }
        Some(Mutant::EmptyRepeatsDelivered) => reliable && data.is_empty() || !is_known,
        Some(Mutant::UnreliableRepeatsDelivered) => !reliable || !is_known,
        Some(Mutant::EmptyUnreliableRepeatsDelivered) => !reliable && data.is_empty() || !is_known,
        Some(Mutant::EncryptedRepeatsDelivered) => {
            !reliable && packet.flags.has(Flags::ENCRYPTED) || !is_known
        }
        Some(Mutant::OneFragmentRepeatsDelivered) => {
            reliable && packet.fragment.is_some() || !is_known
        }
        Some(Mutant::ReceivedNeverForgotten) => !is_known && memory.is_first(peer, packet.sequence),
        Some(Mutant::ReceivedOutlivesItsSession) if !reliable => {
            !is_known && memory.is_first(peer, packet.sequence)
        }
        Some(Mutant::SameDataTakenForRepeat) if packet.body == Body::Default => {
            !memory.is_same(data) && !is_known
        }
        _ => !is_known,
    }
}

/// Whether a fragment of a packet that was finished begins the packet anew.
pub(super) fn begins_anew(mutant: Option<Mutant>, packet: &Packet<'_>) -> bool {
    let reliable = packet.flags.has(Flags::RELIABLE);
    match mutant {
        Some(Mutant::UnreliableRepeatsDelivered) => !reliable,
        Some(Mutant::OneFragmentRepeatsDelivered) => {
            reliable && packet.fragment.is_some_and(|fragment| fragment.total == 1)
        }
        _ => false,
    }
}

/// Whether a packet is a sign of life of the peer.
pub(super) fn is_heard(mutant: Option<Mutant>, packet: &Packet<'_>) -> bool {
    mutant != Some(Mutant::AcksAreSilence) || !matches!(packet.body, Body::Ack { .. })
}

/// What a mutant keeps of a session that fails.
pub(super) fn on_failure(context: &mut Context<'_>, session: &Session, failure: Failure) {
    handshakes::on_failure(context, session, failure);
    let memory = &mut context.output.memory;
    match context.settings.config.mutant {
        Some(Mutant::EndedHandshakesTakeRoom) if session.state != State::Open => {
            memory.unfinished += 1;
        }
        Some(Mutant::DroppedClientSettlesOthers) => memory.dropped |= failure == Failure::Silent,
        Some(_) => lasting::failed(context, session, failure),
        None => {}
    }
}

/// What a mutant makes of an ERROR in an open session, beside ending it.
pub(super) fn on_error(
    context: &mut Context<'_>,
    session: &mut Session,
    code: ErrorCode,
    data: &[u8],
) {
    match context.settings.config.mutant {
        Some(Mutant::PacketErrorsAcknowledge) if code.major == 3 => {
            let newest = session.outbound.sequence(session.outbound.given.saturating_sub(1));
            session.outbound.acknowledge(context, newest.into(), u16::MAX);
        }
        Some(Mutant::UnknownErrorDelivered) if code.major > 3 => {
            let data = data.to_vec();
            context.tell(session.id, Event::Delivered { data, flags: Flags::NONE });
        }
        _ => {}
    }
}

/// Whether a packet is sent once and forgotten though it is reliable.
pub(super) fn is_sent_once(
    mutant: Option<Mutant>,
    sequence: u16,
    flags: Flags,
    data: &[u8],
) -> bool {
    match mutant {
        Some(Mutant::LastSequenceSentOnce) => sequence == u16::MAX,
        Some(Mutant::SequenceZeroSentOnce) => sequence == 0,
        Some(Mutant::EmptyPacketsSentOnce) => data.is_empty(),
        Some(Mutant::EncryptedPacketsSentOnce) => flags.has(Flags::ENCRYPTED),
        _ => false,
    }
}

/// Whether an ERROR with this code ends an open session, where `ends` is what is right.
pub(super) fn ends(mutant: Option<Mutant>, code: ErrorCode, ends: bool) -> bool {
    let is_own_kind = code == ErrorCode::SERVER_DISCONNECT || code == ErrorCode::CLIENT_DISCONNECT;
    match mutant {
        Some(Mutant::DisconnectIgnored) => ends && !is_own_kind,
        Some(Mutant::Disconnect20Ignored) => ends && code != ErrorCode::DISCONNECT,
        Some(Mutant::OwnDisconnectTaken) => ends || is_own_kind,
        Some(Mutant::LateHandshakeErrorEnds) => ends || code.major == 1,
        Some(Mutant::PacketErrorEnds) => ends || code.major == 3,
        Some(Mutant::UnknownDisconnectEnds) => ends || code.major == 2 && code.minor > 2,
        Some(Mutant::ReservedErrorEnds) => ends || code.major > 3,
        _ => ends,
    }
}
