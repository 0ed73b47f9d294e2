//! What mutants change in the packets that go out.

use core::net::SocketAddr;

use crate::paperclip::context::{Context, Output};
use crate::paperclip::mutant::Mutant;
use crate::paperclip::{
    Body, DATA_MAX, ErrorCode, Flags, Fragment, Packet, Transmit, Widths, carried, checksum,
};

/// What an ERROR carries that is no text.
const NO_TEXT: &[u8] = &[0, 1, 2, 3];

/// Sends a packet as a mutant would: changed, twice, or not at all.
pub(in crate::paperclip) fn outgoing(
    mutant: Mutant,
    context: &mut Context<'_>,
    to: SocketAddr,
    packet: &Packet<'_>,
) {
    let config = &context.settings.config;
    let widths = config.widths;
    let Output { transmits, memory, .. } = &mut *context.output;
    let mut packet = *packet;
    let to = memory.redirect(mutant, widths, to, &mut packet);
    match (mutant, packet.body) {
        (Mutant::NothingAcknowledged, Body::Ack { .. }) if packet.data.is_empty() => return,
        (Mutant::EverySecondAcknowledged, Body::Ack { .. }) if packet.data.is_empty() => {
            memory.acks += 1;
            if memory.acks.is_multiple_of(2) {
                return;
            }
        }
        (Mutant::LaterSessionsNotPinged, Body::Heartbeat { value: 0 }) if memory.is_later(to) => {
            return;
        }
        (Mutant::PingUnanswered, Body::Heartbeat { value: 1 }) => return,
        (Mutant::ChecksumOfEachFragment, _) if packet.fragment.is_some() => {
            packet.checksum = packet.checksum.map(|_| carried(checksum(packet.data), widths));
        }
        (Mutant::ErrorsCarryOctets, Body::Error { code }) if code.major == 3 => {
            packet.data = NO_TEXT;
        }
        (Mutant::LastFullFragmentMissing, _)
            if packet.data.len() == DATA_MAX
                && packet.fragment.is_some_and(|it| it.total > 1 && it.id + 1 == it.total) =>
        {
            return;
        }
        (Mutant::NeverPings, Body::Heartbeat { value: 0 })
            if packet.sequence != config.first_sequence =>
        {
            return;
        }
        (Mutant::CertificateOfPeerSent, Body::Auth { key, .. }) if config.listen => {
            if let Some(certificate) = memory.certificate.as_deref() {
                packet.body = Body::Auth { key, certificate: Some(certificate) };
            }
        }
        (Mutant::AckBehindAVoidOneIgnored, Body::Error { code: ErrorCode::SEQUENCE_ID }) => {
            memory.void = true;
        }
        (Mutant::DeafAfterUndecryptable, Body::Error { code: ErrorCode::INIT_VECTOR }) => {
            memory.deaf = true;
        }
        (Mutant::SentAgainWithoutReliable, Body::Default)
            if packet.fragment.is_none()
                && packet.flags.has(Flags::RELIABLE)
                && !memory.is_first(to, packet.sequence) =>
        {
            packet.flags = packet.flags & !Flags::RELIABLE;
        }
        (_, Body::Error { code }) => match answer(mutant, code) {
            Some(code) => packet.body = Body::Error { code },
            None => return,
        },
        _ => {}
    }
    change(mutant, config.first_sequence, &mut packet);
    let mut octets = packet.to_octets(widths);
    damage(mutant, &packet, widths, &mut octets);
    let transmit = Transmit { to, octets };
    if mutant == Mutant::UnreliableSentAgain
        && packet.body == Body::Default
        && !packet.flags.has(Flags::RELIABLE)
    {
        transmits.push_back(transmit.clone());
    }
    transmits.push_back(transmit);
}

/// Whether a mutant does not send this ERROR, which takes no number then.
pub(in crate::paperclip) fn is_unanswered(mutant: Option<Mutant>, code: ErrorCode) -> bool {
    mutant.is_some_and(|mutant| answer(mutant, code).is_none())
}

/// The code that a mutant sends in place of this one; `None`: it sends nothing.
fn answer(mutant: Mutant, code: ErrorCode) -> Option<ErrorCode> {
    let (of, instead) = match mutant {
        Mutant::VersionUnanswered => (ErrorCode::VERSION, None),
        Mutant::VersionError30 => (ErrorCode::VERSION, Some(ErrorCode::PACKET)),
        Mutant::TypeUnanswered => (ErrorCode::PACKET_TYPE, None),
        Mutant::TypeError30 => (ErrorCode::PACKET_TYPE, Some(ErrorCode::PACKET)),
        Mutant::FlagsUnanswered => (ErrorCode::FLAGS, None),
        Mutant::FlagsError30 => (ErrorCode::FLAGS, Some(ErrorCode::PACKET)),
        Mutant::UnreadablePacketUnanswered => (ErrorCode::PACKET, None),
        Mutant::UnreadablePacketError34 => (ErrorCode::PACKET, Some(ErrorCode::SEQUENCE_ID)),
        Mutant::VoidAckUnanswered => (ErrorCode::SEQUENCE_ID, None),
        Mutant::FragmentNumberUnanswered => (ErrorCode::FRAGMENT_NUMBER, None),
        Mutant::FragmentNumberError35 => (ErrorCode::FRAGMENT_NUMBER, Some(ErrorCode::FRAGMENT_ID)),
        Mutant::FragmentIdUnanswered => (ErrorCode::FRAGMENT_ID, None),
        Mutant::FragmentIdError36 => (ErrorCode::FRAGMENT_ID, Some(ErrorCode::FRAGMENT_NUMBER)),
        Mutant::DecryptionUnanswered => (ErrorCode::INIT_VECTOR, None),
        Mutant::DecryptionError30 => (ErrorCode::INIT_VECTOR, Some(ErrorCode::PACKET)),
        Mutant::InflationUnanswered => (ErrorCode::COMPRESSION, None),
        Mutant::InflationError30 => (ErrorCode::COMPRESSION, Some(ErrorCode::PACKET)),
        Mutant::ChecksumUnanswered => (ErrorCode::CHECKSUM, None),
        Mutant::ChecksumError30 => (ErrorCode::CHECKSUM, Some(ErrorCode::PACKET)),
        Mutant::NoSpaceUnanswered => (ErrorCode::NO_SPACE, None),
        Mutant::NoSpaceError10 => (ErrorCode::NO_SPACE, Some(ErrorCode::CONNECTION)),
        Mutant::FinishUnanswered => (ErrorCode::FINISH_INVALID, None),
        Mutant::FinishError10 => (ErrorCode::FINISH_INVALID, Some(ErrorCode::CONNECTION)),
        Mutant::BadHandshakeUnanswered => (ErrorCode::CONNECTION, None),
        Mutant::BadHandshakeError13 => (ErrorCode::CONNECTION, Some(ErrorCode::FINISH_INVALID)),
        Mutant::CertificateUnanswered => (ErrorCode::CERTIFICATE_INVALID, None),
        Mutant::CertificateError10 => (ErrorCode::CERTIFICATE_INVALID, Some(ErrorCode::CONNECTION)),
        _ => return Some(code),
    };
    if code == of { instead } else { Some(code) }
}

/// Changes fields of a packet.
fn change(mutant: Mutant, first_sequence: u16, packet: &mut Packet<'_>) {
    let is_later = packet.fragment.is_some_and(|fragment| fragment.id > 0);
    match (mutant, packet.body) {
        (Mutant::AckBitsBeforeId, Body::Ack { id, bits }) => {
            let [.., high, low] = id.to_be_bytes();
            packet.body = Body::Ack { id: bits.into(), bits: u16::from_be_bytes([high, low]) };
        }
        (Mutant::ErrorNibblesExchanged, Body::Error { code }) => {
            let code = ErrorCode { major: code.minor, minor: code.major };
            packet.body = Body::Error { code };
        }
        (Mutant::SetsReservedFlag, Body::Default) => {
            packet.flags = packet.flags | Flags::from_bits(1);
        }
        (Mutant::ErrorsNumberZero, Body::Error { .. }) => packet.sequence = first_sequence,
        (Mutant::SequenceWrapsAt32768, _) => packet.sequence &= 0x7fff,
        (Mutant::AckIdNextExpected, Body::Ack { id, bits }) if packet.data.is_empty() => {
            packet.body = Body::Ack { id: (id + 1) & 0xffff, bits };
        }
        (Mutant::FinishedNamesOwnAuth, Body::Ack { id, bits }) if !packet.data.is_empty() => {
            packet.body = Body::Ack { id: (id + 1) & 0xffff, bits };
        }
        (Mutant::AcksReliable, Body::Ack { .. }) if packet.data.is_empty() => {
            packet.flags = packet.flags | Flags::RELIABLE;
        }
        (Mutant::FragmentsDifferInFlags, _) if is_later => {
            packet.flags = Flags::from_bits(packet.flags.bits() ^ Flags::RELIABLE.bits());
        }
        (Mutant::FragmentsDifferInChecksum, _) if is_later => {
            packet.checksum = packet.checksum.map(|checksum| checksum ^ 1);
        }
        (Mutant::AuthReliable, Body::Auth { .. }) => packet.flags = Flags::RELIABLE,
        (Mutant::CertificateNotSent, Body::Auth { key, .. }) => {
            packet.body = Body::Auth { key, certificate: None };
        }
        (Mutant::SendsCertificateOfSizeZero, Body::Auth { key, certificate: None }) => {
            packet.body = Body::Auth { key, certificate: Some(&[]) };
        }
        (Mutant::KeyAsRawPoint, Body::Auth { key, certificate }) => {
            let key = key.last_chunk::<97>().map_or(key, |point| &point[..]);
            packet.body = Body::Auth { key, certificate };
        }
        (Mutant::PingAnsweredWithPing, Body::Heartbeat { value: 1 }) => {
            packet.body = Body::Heartbeat { value: 0 };
        }
        (Mutant::PongIs255, Body::Heartbeat { value: 1 }) => {
            packet.body = Body::Heartbeat { value: 255 };
        }
        (Mutant::PongWithoutData, Body::Heartbeat { value: 1 }) if packet.flags.is_empty() => {
            packet.data = &[];
        }
        (Mutant::PongOf64Octets, Body::Heartbeat { value: 1 }) if packet.flags.is_empty() => {
            packet.data = packet.data.get(..64).unwrap_or(packet.data);
        }
        (Mutant::PongDataCutAtZero, Body::Heartbeat { value: 1 }) if packet.flags.is_empty() => {
            packet.data = packet.data.split(|octet| *octet == 0).next().unwrap_or_default();
        }
        (Mutant::PongDataCut, Body::Heartbeat { value: 1 }) if packet.flags.is_empty() => {
            packet.data = packet.data.split_last().map_or(&[], |(_, rest)| rest);
        }
        _ => {}
    }
    if let Some(Fragment { id, total }) = &mut packet.fragment {
        match mutant {
            Mutant::FragmentFieldsExchanged => core::mem::swap(id, total),
            Mutant::FragmentIdsFromOne => *id = id.wrapping_add(1),
            Mutant::FragmentNumberIsLastId => *total = total.wrapping_sub(1),
            _ => {}
        }
    }
}

/// Changes octets of a packet.
fn damage(mutant: Mutant, packet: &Packet<'_>, widths: Widths, octets: &mut [u8]) {
    let places = |octets: &[u8], name: &str| {
        let place =
            packet.spec().places(widths.layout(), octets).find(|place| place.field.name == name);
        place.map_or(0..0, |place| place.range)
    };
    let reversed = match mutant {
        Mutant::SequenceLittleEndian => "sequence",
        Mutant::AckIdLittleEndian => "ack",
        Mutant::AckBitsLittleEndian => "ack-bits",
        Mutant::ChecksumLittleEndian => "checksum",
        _ => "",
    };
    let range = places(octets, reversed);
    if let Some(field) = octets.get_mut(range) {
        field.reverse();
    }
    let is_later = packet.fragment.is_some_and(|fragment| fragment.id > 0);
    match (mutant, octets.first_mut()) {
        (Mutant::TypeBeforeVersion, Some(first)) => *first = first.rotate_left(4),
        (Mutant::SendsVersion1, Some(first)) => *first |= 0x10,
        (Mutant::FragmentsDifferInVector, _) if is_later => {
            let range = places(octets, "init-vector");
            if let Some(last) = octets.get_mut(range).and_then(<[u8]>::last_mut) {
                *last ^= 1;
            }
        }
        (Mutant::ReservedOctetSet, _) => {
            let range = places(octets, "reserved");
            if let Some(field) = octets.get_mut(range) {
                field.fill(0xff);
            }
        }
        (Mutant::ChecksumBeforeVector, _) => {
            let (vector, checksum) = (places(octets, "init-vector"), places(octets, "checksum"));
            if !vector.is_empty()
                && !checksum.is_empty()
                && let Some(both) = octets.get_mut(vector.start..checksum.end)
            {
                both.rotate_left(vector.len());
            }
        }
        _ => {}
    }
}
