//! What a session makes of the datagrams that come for it, in the order of CLIP-HEAD-8.

use crate::Role;
use crate::paperclip::coding::decode;
use crate::paperclip::context::Context;
use crate::paperclip::mutant::{self, Mutant};
use crate::paperclip::session::{Session, State};
use crate::paperclip::{
    Body, DATA_MAX, DecodeError, ErrorCode, Event, Failure, Flags, Fragment, Packet, Taken,
};

/// Whether octets are an ERROR, whatever else they are: none is answered (CLIP-HEAD-8).
pub(super) fn is_error(octets: &[u8]) -> bool {
    octets.first().is_some_and(|first| first & 0x0f == 4)
}

/// Whether octets are an AUTH, whatever else they are.
pub(super) fn is_auth(octets: &[u8]) -> bool {
    octets.first().is_some_and(|first| first & 0x0f == 2)
}

impl Session {
    /// Takes a datagram for an open session.
    pub(super) fn on_datagram(&mut self, context: &mut Context<'_>, octets: &[u8]) {
        let config = &context.settings.config;
        if !config.handshake && is_auth(octets) {
            return;
        }
        let packet = Packet::read(octets, config.widths, config.flags);
        let taken = packet.map_err(DecodeError::code).and_then(|packet| {
            if mutant::is_heard(context.settings.config.mutant, &packet) {
                self.heard(context.now);
            }
            self.on_packet(context, &packet)
        });
        if let Err(code) = taken
            && (!is_error(octets) || context.is(Mutant::BadErrorsAnswered))
        {
            self.send_error(context, code);
        }
    }

    /// Takes a packet; the error is the code of the ERROR that answers it.
    fn on_packet(
        &mut self,
        context: &mut Context<'_>,
        packet: &Packet<'_>,
    ) -> Result<(), ErrorCode> {
        if matches!(packet.body, Body::Auth { .. }) {
            return Ok(());
        }
        let reliable = packet.flags.has(Flags::RELIABLE);
        let is_known = mutant::is_known(context.settings.config.mutant, &self.window, packet);
        let again = mutant::begins_anew(context.settings.config.mutant, packet);
        if is_known && packet.fragment.is_some() && !again {
            return self.on_known_fragment(context, packet);
        }
        if is_known && !reliable && context.is(Mutant::RepeatsNotChecked) {
            return Ok(());
        }
        if let Some(fragment) = packet.fragment
            && context.is(Mutant::RepeatedFragmentReplaces)
        {
            self.reassembly.forget_piece(packet.sequence, fragment.id);
        }
        let bounds = &context.settings.config.limits.fragments;
        let taken = self.reassembly.take(context.now, bounds, packet);
        if let Err(ErrorCode::FRAGMENT_ID | ErrorCode::FRAGMENT_NUMBER) = &taken
            && reliable
            && context.is(Mutant::RefusedFragmentsAcknowledged)
        {
            self.send_ack(context, packet.sequence);
        }
        if let Err(code) = &taken
            && mutant::drops_unfinished(context.settings.config.mutant, *code)
        {
            self.reassembly.forget(packet.sequence);
        }
        let whole = match taken? {
            Taken::Waits => return Ok(()),
            Taken::Whole(whole) if context.is(Mutant::FragmentsSortedAsText) => {
                mutant::sorted_as_text(&whole)
            }
            Taken::Whole(whole) => whole,
        };
        let widths = context.settings.config.widths;
        let key = self.key;
        let decoded = match context.settings.config.mutant {
            None => decode(
                packet.flags,
                widths,
                key.as_ref(),
                packet.init_vector,
                packet.checksum,
                &whole,
            ),
            Some(mutant) => mutant::decode(mutant, packet, widths, key.as_ref(), &whole),
        };
        if decoded.is_err() {
            mutant::on_undecoded(context, self, packet);
        }
        if let Err(code) = decoded
            && mutant::acknowledges_failed(context.settings.config.mutant, code)
            && reliable
        {
            self.send_ack(context, packet.sequence);
        }
        if let Err(code) = decoded
            && mutant::receives_failed(context.settings.config.mutant, code)
        {
            self.window.note(packet.sequence, reliable);
        }
        let data = decoded?;
        if mutant::is_stale(context.settings.config.mutant, &self.window, packet) {
            return Ok(());
        }
        if let Body::Ack { id, bits } = packet.body
            && !self.outbound.acknowledge(context, id, bits)
        {
            if context.is(Mutant::VoidAcksPutOffRepeats) {
                self.outbound.put_off(context.now);
            }
            if context.is(Mutant::VoidAcksEndTheSession) && context.output.memory.seen.is_enough() {
                self.fail(context, Failure::GivenUp);
                return Ok(());
            }
            // A void ACK changes nothing (CLIP-REL-8, CLIP-REL-9).
            return Err(ErrorCode::SEQUENCE_ID);
        }
        let mutant = context.settings.config.mutant;
        self.window.note(packet.sequence, reliable && mutant::sets_bit(mutant, packet));
        if mutant::acknowledges(mutant, &self.window, packet, is_known) {
            self.send_ack(context, packet.sequence);
        }
        let peer = self.peer;
        let memory = &mut context.output.memory;
        if mutant::handles(mutant, memory, peer, packet, &data, is_known) {
            self.on_data(context, packet, data);
        }
        Ok(())
    }

    /// A fragment of a packet that was finished before: what may be lost is its ACK (CLIP-FRAG-4).
    fn on_known_fragment(
        &mut self,
        context: &mut Context<'_>,
        packet: &Packet<'_>,
    ) -> Result<(), ErrorCode> {
        match packet.fragment {
            Some(Fragment { total: 0, .. }) => return Err(ErrorCode::FRAGMENT_NUMBER),
            Some(Fragment { id, total }) if id >= total => return Err(ErrorCode::FRAGMENT_ID),
            _ => {}
        }
        let mutant = context.settings.config.mutant;
        let is_silent = context.output.memory.is_left(mutant, self.peer, packet);
        if packet.flags.has(Flags::RELIABLE) && !is_silent {
            self.send_ack(context, packet.sequence);
        }
        Ok(())
    }

    /// Acknowledges a packet (CLIP-REL-1, CLIP-REL-2).
    pub(super) fn send_ack(&mut self, context: &mut Context<'_>, id: u16) {
        let bits = mutant::ack_bits(context, self, id);
        if let Some(sequence) = self.outbound.next_sequence(context) {
            let body = Body::Ack { id: id.into(), bits };
            context.transmit(self.peer, &Packet::new(sequence, body));
        }
    }

    /// Handles a packet whose data is decoded.
    fn on_data(&mut self, context: &mut Context<'_>, packet: &Packet<'_>, data: Vec<u8>) {
        match packet.body {
            Body::Default => {
                context.tell(self.id, Event::Delivered { data, flags: packet.flags });
            }
            Body::Heartbeat { value: 0 } => self.send_pong(context, packet.flags, &data),
            Body::Error { code } => {
                mutant::on_error(context, self, code, &data);
                self.on_error(context, code);
            }
            Body::Heartbeat { value: 1 } if context.is(Mutant::PongAnsweredWithPing) => {
                if let Some(sequence) = self.outbound.next_sequence(context) {
                    let ping = Packet::new(sequence, Body::Heartbeat { value: 0 });
                    context.transmit(self.peer, &Packet { data: &data, ..ping });
                }
            }
            Body::Heartbeat { value: 1 } if context.is(Mutant::PongAnswered) => {
                self.send_pong(context, Flags::NONE, &data);
            }
            // PONG, or another value that is taken for it (CLIP-BEAT-4).
            Body::Heartbeat { .. } | Body::Ack { .. } | Body::Auth { .. } => {}
        }
    }

    /// Answers PING with its own data, as it came but for RELIABLE (CLIP-BEAT-1, CLIP-BEAT-2).
    pub(super) fn send_pong(&mut self, context: &mut Context<'_>, flags: Flags, data: &[u8]) {
        let body = Body::Heartbeat { value: 1 };
        let data = mutant::pong(context.settings.config.mutant, flags, data);
        let flags = flags & !(Flags::RELIABLE | Flags::FRAG);
        let key = self.key;
        let lost = flags.has(Flags::ENCRYPTED) && context.is(Mutant::EncryptedPongWithoutData);
        let data = if lost { &[] } else { data };
        let sent = self.outbound.send(context, self.peer, key.as_ref(), body, flags, data);
        // What cannot go back with its flags is answered without its data.
        if sent.is_err()
            && let Some(sequence) = self.outbound.next_sequence(context)
        {
            context.transmit(self.peer, &Packet::new(sequence, body));
        }
    }

    /// ERROR: it ends the session, or changes nothing (CLIP-ERR-1, CLIP-ERR-2).
    fn on_error(&mut self, context: &mut Context<'_>, code: ErrorCode) {
        let own = match self.role.peer() {
            Role::Connector => ErrorCode::CLIENT_DISCONNECT,
            Role::Listener => ErrorCode::SERVER_DISCONNECT,
        };
        let deaf = context.is(Mutant::DisconnectIgnoredWhileAPacketIsOutstanding)
            && self.outbound.has_outstanding();
        let ends = (code == own || code == ErrorCode::DISCONNECT) && !deaf;
        if mutant::ends(context.settings.config.mutant, code, ends) {
            if context.is(Mutant::DisconnectAnswered) {
                self.send_error(context, ErrorCode::DISCONNECT);
            }
            self.state = State::Ended { ignored: !context.is(Mutant::EndedSessionAnswers) };
            context.tell(self.id, Event::Closed);
        }
    }

    /// Takes a datagram while the session is being opened: only AUTH, ACK and ERROR count
    /// (CLIP-AUTH-6).
    pub(super) fn on_early_datagram(&mut self, context: &mut Context<'_>, octets: &[u8]) {
        let config = &context.settings.config;
        let Ok(packet) = Packet::decode(octets, config.widths, config.flags) else { return };
        if packet.data.len() > DATA_MAX {
            return;
        }
        match packet.body {
            Body::Auth { key, certificate } if is_plain(packet.flags) => {
                self.on_auth(context, packet.sequence, key, certificate);
            }
            Body::Ack { id, .. } if (!(Flags::RELIABLE | Flags::FRAG)).has(packet.flags) => {
                let (flags, checksum) = (packet.flags, packet.checksum);
                let (key, vector) = (self.key.as_ref(), packet.init_vector);
                let data = decode(flags, config.widths, key, vector, checksum, packet.data);
                let data = match data {
                    Ok(data) => data,
                    Err(_) if context.is(Mutant::ChecksumOfFinishedUnchecked) => {
                        packet.data.to_vec()
                    }
                    Err(_) => return,
                };
                self.window.note(packet.sequence, false);
                self.on_ack_of_auth(context, id, &data);
            }
            Body::Error { code }
                if code.major == 1
                    || code.major == 2
                    || context.is(Mutant::UnknownErrorEndsHandshake) =>
            {
                self.on_early_error(context, code);
            }
            _ => mutant::early(context, self, &packet),
        }
    }

    /// ERROR 1.x refuses the handshake; 2.x ends it before it has begun.
    fn on_early_error(&mut self, context: &mut Context<'_>, code: ErrorCode) {
        let is_own = code == ErrorCode::SERVER_DISCONNECT && self.role == Role::Listener
            || code == ErrorCode::CLIENT_DISCONNECT && self.role == Role::Connector;
        if (code.name().is_some() || context.is(Mutant::UnknownErrorEndsHandshake))
            && (!is_own || context.is(Mutant::OwnDisconnectEndsHandshake))
            && !context.is(Mutant::HandshakeErrorIgnored)
        {
            if context.is(Mutant::HandshakeErrorAnswered) {
                self.send_error(context, ErrorCode::CONNECTION);
            }
            self.fail(context, Failure::Refused(code));
        }
    }
}

/// Whether AUTH with these flags is taken: it has none, and RELIABLE does no harm (CLIP-AUTH-4).
pub(super) fn is_plain(flags: Flags) -> bool {
    Flags::RELIABLE.has(flags)
}
