//! What mutants change in the datagrams that come in, and what they answer.

use core::net::SocketAddr;

use crate::paperclip::context::Context;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::inbound::{is_auth, is_error};
use crate::paperclip::mutant::Mutant;
use crate::paperclip::session::{Session, State};
use crate::paperclip::{
    Body, DATA_MAX, DecodeError, ErrorCode, Event, Failure, Flags, Fragment, Packet, SessionId,
    Widths,
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
        let mut octets = octets.to_vec();
        overlook(mutant, self.settings.config.widths, &mut octets);
        let config = &self.settings.config;
        let problem = Packet::read(&octets, config.widths, config.flags).err();
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
            (Mutant::BadPacketEndsSession, Some(_)) if !is_error(&octets) => {
                if let Some(id) = open {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::GivenUp);
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
            (Mutant::AuthTakenWithoutHandshake, _)
                if is_auth(&octets) && !self.settings.config.handshake =>
            {
                self.answer(now, open, ErrorCode::CONNECTION);
            }
            _ => {}
        }
        if let Some(octets) = self.misread(mutant, now, from, octets) {
            self.take_datagram(now, from, &octets);
        }
    }

    fn answer(&mut self, now: Instant, id: Option<SessionId>, code: ErrorCode) {
        if let Some(id) = id {
            self.with_session(now, id, |session, context| session.send_error(context, code));
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
                    (Mutant::LongDataCut, DecodeError::TooLong { data }) => {
                        octets.truncate(length - (data - DATA_MAX));
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
        let padded;
        match (mutant, packet.fragment, packet.body) {
            (Mutant::DataOf988Refused, None, _) if packet.data.len() == DATA_MAX => {
                octets.push(0);
                return Some(octets);
            }
            (Mutant::AckBitsReadReversed, _, Body::Ack { id, bits }) => {
                changed.body = Body::Ack { id, bits: bits.reverse_bits() };
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

/// Overlooks what a mutant does not check in a header.
fn overlook(mutant: Mutant, widths: Widths, octets: &mut Vec<u8>) {
    let length = octets.len();
    let Some(first) = octets.first_mut() else { return };
    let (version, code) = (*first >> 4, *first & 0x0f);
    match mutant {
        Mutant::VersionUnchecked => *first = code,
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
    if endpoint.settings.is(Mutant::PingOfStrangerAnswered)
        && let Body::Heartbeat { value: 0 } = packet.body
    {
        let sequence = endpoint.settings.config.first_sequence;
        let pong = Packet::new(sequence, Body::Heartbeat { value: 1 });
        endpoint.context(now).transmit(from, &pong);
    }
}
