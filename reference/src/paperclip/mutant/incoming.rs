//! What mutants change in the datagrams that come in, and what they answer.

use core::net::SocketAddr;

use crate::paperclip::context::Context;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::inbound::{is_auth, is_error};
use crate::paperclip::mutant::Mutant;
use crate::paperclip::session::{Session, State};
use crate::paperclip::{
    Body, DATA_MAX, DecodeError, ErrorCode, Event, Failure, Flags, Fragment, Packet, Reassembly,
    SessionId, Widths, inflate,
};
use crate::time::Instant;

impl Endpoint {
    /// Takes a datagram as a mutant would.
    pub(in crate::paperclip) fn take_datagram_as(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) {
        if self.output.memory.deaf {
            return;
        }
        let from = match mutant {
            Mutant::PeersKnownByPort => self.output.memory.first_of_port(from),
            Mutant::ClientHearsStrangers if !self.settings.config.listen => {
                self.index.first_key_value().map_or(from, |(server, _)| *server)
            }
            _ => from,
        };
        self.mistake_peer(mutant, now, from, octets);
        let mut octets = octets.to_vec();
        overlook(mutant, self.settings.config.widths, &mut octets);
        let config = &self.settings.config;
        let problem = Packet::read(&octets, config.widths, config.flags).err();
        if self.anticipates(mutant, now, from, &octets)
            || self.passes_over(mutant, now, from, &octets)
        {
            return;
        }
        let open = self
            .session_with(from)
            .filter(|id| self.sessions.get(id).is_some_and(|session| session.state == State::Open));
        match (mutant, problem) {
            (Mutant::DeafAfterEmpty, Some(DecodeError::Empty))
            | (Mutant::DeafAfterShort, Some(DecodeError::Truncated { .. }))
            | (Mutant::DeafAfterUnknownType, Some(DecodeError::UnknownType { .. })) => {
                self.output.memory.deaf = true;
                return;
            }
            (Mutant::RefusedNumbersReceived, Some(_)) => {
                let sequence = sequence_of(self.settings.config.widths, &octets);
                if let (Some(id), Some(sequence)) = (open, sequence) {
                    self.with_session(now, id, |session, _| session.window.note(sequence, false));
                }
            }
            (Mutant::UnknownTypesAcknowledged, Some(DecodeError::UnknownType { .. })) => {
                let reliable = octets.get(1).is_some_and(|it| it & Flags::RELIABLE.bits() != 0);
                let sequence = sequence_of(self.settings.config.widths, &octets);
                if let (Some(id), Some(sequence), true) = (open, sequence, reliable) {
                    self.with_session(now, id, |session, context| {
                        session.send_ack(context, sequence);
                    });
                }
            }
            (Mutant::MalformedEndsHandshake | Mutant::MalformedAuthEndsHandshake, Some(_))
                if !is_error(&octets)
                    && open.is_none()
                    && (mutant == Mutant::MalformedEndsHandshake || is_auth(&octets)) =>
            {
                if let Some(id) = self.session_with(from) {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::GivenUp);
                    });
                }
            }
            (Mutant::BadPacketEndsSession, Some(_)) if !is_error(&octets) => {
                if let Some(id) = open {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::GivenUp);
                    });
                }
            }
            (Mutant::BadPacketCostsFragments, Some(_)) if !is_error(&octets) => {
                if let Some(id) = open {
                    self.with_session(now, id, |session, _| {
                        session.reassembly = Reassembly::default();
                    });
                }
            }
            (Mutant::EndedFragmentsKept, None) => {
                let ends = is_error(&octets);
                if let Some(id) = open {
                    self.with_session(now, id, |session, context| {
                        let kept = &mut context.output.memory.reassembly;
                        if ends {
                            *kept = Some((id, session.reassembly.clone()));
                        } else if let Some((_, kept)) = kept.take_if(|(of, _)| *of != id) {
                            session.reassembly = kept;
                        }
                    });
                }
            }
            (Mutant::OtherErrorsAnswered, Some(DecodeError::OtherVersion { .. }))
                if is_error(&octets) =>
            {
                self.answer(now, open, ErrorCode::VERSION);
            }
            (Mutant::ErrorsAnswered, None) if is_error(&octets) => {
                self.answer(now, open, ErrorCode::PACKET);
            }
            (Mutant::FullForItsOwnHandshakes, None)
                if is_auth(&octets)
                    && open.is_none()
                    && self.session_with(from).is_some()
                    && self.index.len() >= self.settings.config.limits.sessions =>
            {
                self.answer_stranger(now, from, ErrorCode::NO_SPACE);
                return;
            }
            (Mutant::AuthTakenWithoutHandshake, _)
                if is_auth(&octets) && !self.settings.config.handshake =>
            {
                match open {
                    Some(_) => self.answer(now, open, ErrorCode::CONNECTION),
                    None => self.answer_stranger(now, from, ErrorCode::CONNECTION),
                }
            }
            (Mutant::DisconnectEndsAll, None) if is_error(&octets) => {
                self.end_others(now, open, &octets);
            }
            _ => {}
        }
        if let Some(octets) = self.misread(mutant, now, from, octets) {
            self.take_datagram(now, from, &octets);
            self.after_datagram(mutant, now, from, &octets);
        }
        if mutant == Mutant::SessionsShareNumbers {
            let given = self.sessions.values().map(|session| session.outbound.given).max();
            for session in self.sessions.values_mut() {
                session.outbound.given = given.unwrap_or(0);
            }
        }
    }

    /// Takes an address without a session for the peer of one, which has moved.
    fn mistake_peer(&mut self, mutant: Mutant, now: Instant, from: SocketAddr, octets: &[u8]) {
        if self.index.contains_key(&from) || is_auth(octets) || is_error(octets) {
            return;
        }
        let Some((peer, id)) = self.index.first_key_value().map(|(peer, id)| (*peer, *id)) else {
            return;
        };
        match mutant {
            Mutant::FollowsItsPeer => {
                self.with_session(now, id, |session, _| session.peer = from);
                self.index.remove(&peer);
                self.index.insert(from, id);
            }
            Mutant::EndsWhenHeardFromElsewhere => {
                self.with_session(now, id, |session, context| {
                    session.fail(context, Failure::GivenUp);
                });
            }
            _ => {}
        }
    }

    pub(super) fn answer(&mut self, now: Instant, id: Option<SessionId>, code: ErrorCode) {
        if let Some(id) = id {
            self.with_session(now, id, |session, context| session.send_error(context, code));
        }
    }

    /// Ends every session but this one when a datagram is a disconnect.
    fn end_others(&mut self, now: Instant, own: Option<SessionId>, octets: &[u8]) {
        let config = &self.settings.config;
        let packet = Packet::read(octets, config.widths, config.flags);
        let code = packet.ok().and_then(|packet| match packet.body {
            Body::Error { code } => Some(code),
            _ => None,
        });
        if code.is_none_or(|code| code.major != 2) {
            return;
        }
        for id in self.sessions.keys().copied().collect::<Vec<_>>() {
            if Some(id) != own {
                self.with_session(now, id, |session, context| {
                    session.fail(context, Failure::GivenUp);
                });
            }
        }
    }

    /// What a mutant takes a datagram for; `None`: for nothing.
    fn misread(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        mut octets: Vec<u8>,
    ) -> Option<Vec<u8>> {
        let config = &self.settings.config;
        let widths = config.widths;
        let length = octets.len();
        let packet = match Packet::read(&octets, widths, config.flags) {
            Ok(packet) => packet,
            Err(error) => {
                match (mutant, error) {
                    (_, DecodeError::TooLong { data }) if takes_long(mutant, &octets) => {
                        octets.truncate(length - (data - DATA_MAX));
                    }
                    (
                        Mutant::AuthWithAnOctetMoreTaken,
                        DecodeError::Truncated { packet: "AUTH", .. },
                    ) => octets.truncate(length - 1),
                    (Mutant::CutFieldTaken, DecodeError::Truncated { .. }) => octets.push(0),
                    (Mutant::AckWithoutBitsTaken, DecodeError::Truncated { packet: "ACK", .. }) => {
                        // The bits have the width of ACK ID, and of Sequence ID.
                        octets.resize(2 + length.saturating_sub(2) / 2 * 3, 0);
                    }
                    (
                        Mutant::OctetsAfterCertificateTaken,
                        DecodeError::Trailing { octets: count },
                    ) => octets.truncate(length - count),
                    (Mutant::CertificateOfSizeZeroTaken, DecodeError::EmptyCertificate) => {
                        octets.truncate(length - 2);
                    }
                    _ => {}
                }
                return Some(octets);
            }
        };
        let mut changed = packet;
        self.output.memory.came =
            packet.init_vector.and_then(|vector| vector.first_chunk().copied());
        let padded;
        match (mutant, packet.fragment, packet.body) {
            (Mutant::DataOf988Refused, None, _) if packet.data.len() == DATA_MAX => {
                octets.push(0);
                return Some(octets);
            }
            (Mutant::ReservedOctetRead, None, Body::Auth { .. })
                if widths == Widths::Table
                    && octets.get(4).is_some_and(|reserved| *reserved != 0) =>
            {
                return None;
            }
            (
                Mutant::CertificateOfPeerSent,
                _,
                Body::Auth { certificate: Some(certificate), .. },
            ) => self.output.memory.certificate = Some(certificate.to_vec()),
            (Mutant::DeafAfterReliableAuth, _, Body::Auth { .. }) if !packet.flags.is_empty() => {
                self.output.memory.deaf = true;
                return None;
            }
            (Mutant::ReliableAcksIgnored, _, Body::Ack { .. })
                if packet.flags.has(Flags::RELIABLE) =>
            {
                // It is acknowledged, and means nothing.
                changed.body = Body::Heartbeat { value: 1 };
            }
            (Mutant::PongAsItCame, None, Body::Heartbeat { value: 0 })
                if packet.flags == Flags::COMPRESSED && inflate(packet.data).is_ok() =>
            {
                changed.flags = Flags::NONE;
            }
            (Mutant::CodedPingsUnanswered, _, Body::Heartbeat { value: 0 })
                if !(packet.flags & (Flags::CHECKSUM | Flags::COMPRESSED | Flags::ENCRYPTED))
                    .is_empty() =>
            {
                return None;
            }
            (Mutant::FirstAckBitAlone, _, Body::Ack { id, bits }) => {
                let rest = u16::MAX.checked_shr(bits.leading_zeros() + 1).unwrap_or(0);
                changed.body = Body::Ack { id, bits: bits & !rest };
            }
            (Mutant::LastAckBitIgnored, _, Body::Ack { id, bits }) => {
                changed.body = Body::Ack { id, bits: bits & !1 };
            }
            (Mutant::WideAckIdTaken, _, Body::Ack { id, bits }) => {
                changed.body = Body::Ack { id: id & 0xffff, bits };
            }
            (
                Mutant::FragmentTypeUnchecked | Mutant::FragmentFieldsUnchecked,
                Some(_),
                Body::Ack { .. } | Body::Heartbeat { .. } | Body::Error { .. },
            ) => {
                let first = self.output.memory.first_body(from, packet.sequence, packet.body);
                if mutant == Mutant::FragmentTypeUnchecked || first.code() == packet.body.code() {
                    changed.body = first;
                }
            }
            (Mutant::FragmentCodingUnchecked, Some(_), _) => {
                let first = self.output.memory.first_flags(from, packet.sequence, packet.flags);
                if first.bits() ^ packet.flags.bits() == Flags::COMPRESSED.bits() {
                    changed.flags = first;
                }
            }
            (Mutant::AckBitsReadReversed, _, Body::Ack { id, bits }) => {
                changed.body = Body::Ack { id, bits: bits.reverse_bits() };
            }
            (Mutant::DisconnectWithFlagsIgnored, _, Body::Error { code })
                if code.major == 2 && !(packet.flags & !Flags::CHECKSUM).is_empty() =>
            {
                return None;
            }
            (
                Mutant::DisconnectInFragmentsIgnored,
                Some(Fragment { total: 2.., .. }),
                Body::Error { code },
            ) if code.major == 2 => {
                return None;
            }
            (Mutant::DisconnectOf988OctetsIgnored, _, Body::Error { code })
                if code.major == 2 && packet.data.len() == DATA_MAX =>
            {
                return None;
            }
            (Mutant::ManyFragmentsRefused, Some(Fragment { total: 65.., .. }), _) => return None,
            (Mutant::FragmentsOutOfOrderDropped, Some(fragment), _) => {
                let memory = &mut self.output.memory;
                if !memory.is_due(from, packet.sequence, fragment.id) {
                    return None;
                }
            }
            (Mutant::ShortFragmentTaken, Some(Fragment { id, total }), _)
                if id.saturating_add(1) < total && packet.data.len() < DATA_MAX =>
            {
                padded = [packet.data, &vec![0; DATA_MAX - packet.data.len()]].concat();
                changed.data = &padded;
            }
            (Mutant::FragmentNumberZeroTaken, Some(Fragment { total: 0, .. }), _) => {
                changed.fragment = Some(Fragment { id: 0, total: 1 });
            }
            (Mutant::HighFragmentIdTaken, Some(Fragment { id, total }), _)
                if id >= total && total > 0 =>
            {
                changed.fragment = Some(Fragment { id: total - 1, total });
            }
            (Mutant::FragmentIdCheckedFirst, Some(Fragment { total: 0, .. }), _) => {
                changed.fragment = Some(Fragment { id: 1, total: 1 });
            }
            (Mutant::EachFragmentAcknowledged, Some(_), _) if packet.flags.has(Flags::RELIABLE) => {
                if let Some(id) = self.session_with(from) {
                    let sequence = packet.sequence;
                    self.with_session(now, id, |session, context| {
                        session.send_ack(context, sequence);
                    });
                }
            }
            _ => {}
        }
        Some(changed.to_octets(widths))
    }
}

/// The Sequence ID of a datagram, whatever else is in it.
fn sequence_of(widths: Widths, octets: &[u8]) -> Option<u16> {
    let low = match widths {
        Widths::Table => 2,
        Widths::Deployed => 4,
    };
    octets.get(low..).and_then(<[u8]>::first_chunk).map(|low| u16::from_be_bytes(*low))
}

/// Whether a mutant takes a packet with too much data for one with less.
fn takes_long(mutant: Mutant, octets: &[u8]) -> bool {
    let [first, flags, ..] = octets else { return false };
    match mutant {
        Mutant::LongDataCut => true,
        Mutant::LongAcksTaken => *first == 1,
        Mutant::LongPingsTaken => *first == 3,
        Mutant::LongErrorsTaken => *first == 4,
        Mutant::LongFragmentsTaken => flags & Flags::FRAG.bits() != 0,
        _ => false,
    }
}

/// Overlooks what a mutant does not check in a header.
fn overlook(mutant: Mutant, widths: Widths, octets: &mut Vec<u8>) {
    let length = octets.len();
    let Some(first) = octets.first_mut() else { return };
    let (version, code) = (*first >> 4, *first & 0x0f);
    match mutant {
        Mutant::VersionUnchecked => *first = code,
        Mutant::VersionOfAuthUnchecked if code == 2 => *first = code,
        Mutant::VersionOfPingsUnchecked if code == 3 => *first = code,
        Mutant::VersionOfAcksUnchecked if code == 1 => *first = code,
        Mutant::VersionOfErrorsUnchecked if code == 4 => *first = code,
        Mutant::LongDataCheckedFirst if length > 1_100 && code != 4 => *octets = vec![0],
        Mutant::UnknownTypeAsDefault if version == 0 && code > 4 => *first = 0,
        Mutant::Type15AsDefault if version == 0 && code == 15 => *first = 0,
        Mutant::TypeCheckedBeforeVersion if code > 4 => *first = code,
        Mutant::LengthCheckedFirst if length < 4 && code != 4 => *octets = vec![0],
        Mutant::WideSequenceTaken if widths == Widths::Deployed => {
            if let Some(high) = octets.get_mut(2..4) {
                high.fill(0);
            }
        }
        _ => {}
    }
    if let [first, flags, ..] = octets.as_mut_slice() {
        match mutant {
            Mutant::ReservedFlagsUnchecked => *flags &= !7,
            Mutant::SequenceCheckedLast
                if widths == Widths::Deployed && *flags & Flags::FRAG.bits() != 0 =>
            {
                // Both fields lie behind the Sequence ID, of which the upper half is what is out of range.
                if let [_, _, high, higher, _, _, id, total, ..] = octets.as_mut_slice()
                    && id >= total
                {
                    (*high, *higher) = (0, 0);
                }
            }
            Mutant::FlagsOfAuthUnchecked if code == 2 => *flags &= !7,
            Mutant::FlagsOfPingsUnchecked if code == 3 => *flags &= !7,
            Mutant::FlagsOfAcksUnchecked if code == 1 => *flags &= !7,
            Mutant::FlagsOfErrorsUnchecked if code == 4 => *flags &= !7,
            Mutant::LowestReservedFlagUnchecked => *flags &= !1,
            Mutant::HighestReservedFlagUnchecked => *flags &= !4,
            Mutant::FlagsCheckedBeforeType if version == 0 && code > 4 && *flags & 7 != 0 => {
                *first = 0;
            }
            _ => {}
        }
    }
}

/// A packet that does not count while a session is being opened (CLIP-AUTH-6).
pub(in crate::paperclip) fn early(
    context: &mut Context<'_>,
    session: &mut Session,
    packet: &Packet<'_>,
) {
    let is_data = matches!(packet.body, Body::Default | Body::Heartbeat { .. });
    match (context.settings.config.mutant, packet.body) {
        (Some(Mutant::EarlyPingAnswered), Body::Heartbeat { value: 0 }) => {
            session.send_pong(context, Flags::NONE, packet.data);
        }
        (Some(Mutant::EarlyPacketsAcknowledged), _) if packet.flags.has(Flags::RELIABLE) => {
            session.send_ack(context, packet.sequence);
        }
        (Some(Mutant::EarlyFragmentsKept), Body::Default) if packet.fragment.is_some() => {
            let bounds = &context.settings.config.limits.fragments;
            // What is wrong with it is not said.
            let _taken = session.reassembly.take(context.now, bounds, packet);
        }
        (Some(Mutant::EarlyPacketsReceived), _) => {
            session.window.note(packet.sequence, packet.flags.has(Flags::RELIABLE));
        }
        (Some(Mutant::EarlyPacketsRefused), _) if is_data => {
            session.send_error(context, ErrorCode::CONNECTION);
        }
        (Some(Mutant::EarlyPacketsTaken), Body::Default) => {
            session.become_open(context);
            let (data, flags) = (packet.data.to_vec(), packet.flags);
            context.tell(session.id, Event::Delivered { data, flags });
        }
        _ => {}
    }
}

/// A packet of an address without a session that cannot open one (CLIP-AUTH-6).
pub(in crate::paperclip) fn stranger(
    endpoint: &mut Endpoint,
    now: Instant,
    from: SocketAddr,
    packet: &Packet<'_>,
) {
    let was_refused = endpoint.output.memory.refused_addresses.contains(&from);
    let answers = endpoint.settings.is(Mutant::PingOfStrangerAnswered)
        || endpoint.settings.is(Mutant::RefusedClientAnswered) && was_refused;
    if answers && let Body::Heartbeat { value: 0 } = packet.body {
        let sequence = endpoint.settings.config.first_sequence;
        let pong = Packet::new(sequence, Body::Heartbeat { value: 1 });
        endpoint.context(now).transmit(from, &pong);
    }
}
