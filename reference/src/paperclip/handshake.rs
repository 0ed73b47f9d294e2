//! How a session opens: AUTH both ways, and *finished* both ways (CLIP-AUTH-1).

use core::time::Duration;
use std::sync::Arc;

use crate::Role;
use crate::paperclip::certificate::verify_with;
use crate::paperclip::context::Context;
use crate::paperclip::mutant::{self, Mutant};
use crate::paperclip::session::{Session, State};
use crate::paperclip::{Body, ErrorCode, Event, Failure, KeyPair, Packet};
use crate::retry::Retry;
use crate::time::Instant;

/// What a side keeps of its handshake; also when the session is open, to answer repetitions.
#[derive(Clone, Debug)]
pub(super) struct Handshake {
    pair: Arc<KeyPair>,
    /// The Sequence ID of this side's AUTH.
    pub(super) sequence: u16,
    pub(super) retry: Retry,
    /// The peer's public key, and the Sequence ID of its AUTH.
    pub(super) peer: Option<(Vec<u8>, u16)>,
    /// What claims to be *finished* and came before the key was known.
    early: Option<Vec<u8>>,
    /// *Finished* of the peer came, and was right.
    is_proven: bool,
}

impl Handshake {
    /// A handshake whose AUTH is sent now, with this Sequence ID.
    pub(super) fn start(context: &mut Context<'_>, sequence: u16) -> Self {
        let pair = context.output.memory.pair(&context.settings.config, context.entropy);
        let memory = &context.output.memory;
        let plan = context.settings.auth_plan();
        let plan = memory.auth_plan(context.settings.config.mutant, plan);
        let retry = Retry::start(context.now, plan);
        Self { pair, sequence, retry, peer: None, early: memory.finished(), is_proven: false }
    }

    pub(super) const fn retry(&self) -> &Retry {
        &self.retry
    }

    /// The time until the next AUTH begins anew.
    pub(super) fn restart(&mut self, now: Instant) {
        self.retry.restart(now);
    }

    /// Whether the peer has shown this public key.
    pub(super) fn has_key(&self, key: &[u8]) -> bool {
        self.peer.as_ref().is_some_and(|(known, _)| known == key)
    }
}

/// Whether a peer's certificate, or that it has none, is in order (CLIP-AUTH-7).
fn is_trusted(context: &Context<'_>, certificate: Option<&[u8]>) -> bool {
    let anchors = &context.settings.config.anchors;
    if anchors.is_empty() || context.is(Mutant::CertificatesUnchecked) {
        return true;
    }
    let Some(certificate) = certificate else {
        let once = context.is(Mutant::CertificateAskedOnce) && context.output.memory.certified;
        return once || context.is(Mutant::MissingCertificateTaken);
    };
    let time = (!context.is(Mutant::ExpiredCertificateTaken)).then_some(context.unix_time);
    let anchors = mutant::anchors(context.settings.config.mutant, anchors);
    verify_with(certificate, anchors, time).is_ok()
}

impl Session {
    /// Sends AUTH; the same one each time (CLIP-AUTH-4).
    pub(super) fn send_auth(&self, context: &mut Context<'_>) {
        let Some(handshake) = &self.handshake else { return };
        let is_again = context.is(Mutant::RepeatedAuthWithoutCertificate)
            && !context.output.memory.is_first(self.peer, handshake.sequence);
        let certificate = context.settings.config.certificate.clone().filter(|_| !is_again);
        let key = handshake.pair.public();
        let body = Body::Auth { key, certificate: certificate.as_deref() };
        context.transmit(self.peer, &Packet::new(handshake.sequence, body));
    }

    /// Sends the ACK of the peer's AUTH, with *finished*.
    pub(super) fn send_finished(&mut self, context: &mut Context<'_>) {
        let (Some(handshake), Some(key)) = (&self.handshake, &self.key) else { return };
        let Some((_, id)) = handshake.peer else { return };
        let finished = mutant::finished(context.settings.config.mutant, self.role, key);
        let Some(sequence) = self.outbound.next_sequence(context) else { return };
        let bits = if context.is(Mutant::AuthSetsAckBit) { 1 << 15 } else { 0 };
        let bits = self.window.bits(id) | bits;
        let packet =
            Packet { data: &finished, ..Packet::new(sequence, Body::Ack { id: id.into(), bits }) };
        context.transmit(self.peer, &packet);
    }

    /// AUTH has come. The session answers by itself when it is the one that it knows, or the first.
    pub(super) fn on_auth(
        &mut self,
        context: &mut Context<'_>,
        sequence: u16,
        key: &[u8],
        certificate: Option<&[u8]>,
    ) {
        let Some(handshake) = &self.handshake else { return };
        if handshake.has_key(key) {
            return self.on_repeated_auth(context);
        }
        // A server has got its peer's key when it began; another one is another session's.
        if let Some(first) = handshake.peer.as_ref().map(|(_, sequence)| *sequence) {
            if self.role == Role::Connector && context.is(Mutant::OtherServerKeyEnds) {
                self.fail(context, Failure::Replaced);
            }
            let takes = match context.settings.config.mutant {
                Some(Mutant::OtherServerKeyTaken) => Some(sequence),
                Some(Mutant::OtherServerKeyTakenUnsaid) => Some(first),
                _ => None,
            };
            if let Some(named) = takes.filter(|_| self.role == Role::Connector)
                && self.take_key(context, named, key, certificate).is_ok()
            {
                self.send_finished(context);
            }
            return;
        }
        if let Err(code) = self.take_key(context, sequence, key, certificate) {
            if self.role == Role::Connector && context.is(Mutant::RefusedAuthForgiven) {
                return self.send_error(context, code);
            }
            return self.refuse(context, code);
        }
        let early = self.handshake.as_mut().and_then(|handshake| handshake.early.take());
        if let Some(early) = early {
            self.on_finished(context, &early);
        }
    }

    /// Takes the peer's key and certificate; the error is the code that ends the handshake
    /// (CLIP-AUTH-5).
    pub(super) fn take_key(
        &mut self,
        context: &mut Context<'_>,
        sequence: u16,
        key: &[u8],
        certificate: Option<&[u8]>,
    ) -> Result<(), ErrorCode> {
        if !is_trusted(context, certificate) {
            return Err(ErrorCode::CERTIFICATE_INVALID);
        }
        if context.is(Mutant::CertificateAskedOnce) {
            context.output.memory.certified |= certificate.is_some();
        }
        let Some(handshake) = &mut self.handshake else { return Err(ErrorCode::CONNECTION) };
        let agreed = mutant::agree(&context.settings.config, &handshake.pair, key);
        let agreed = agreed.ok_or(ErrorCode::CONNECTION)?;
        handshake.peer = Some((key.to_vec(), sequence));
        self.key = Some(agreed);
        self.window.note(sequence, false);
        context.output.secrets.push_back((self.id, self.peer, agreed));
        Ok(())
    }

    /// The same AUTH again: the answer, or a part of it, was lost.
    fn on_repeated_auth(&mut self, context: &mut Context<'_>) {
        let is_open = matches!(self.state, State::Open);
        mutant::on_repeated_auth(context, self);
        match self.role {
            Role::Listener => {
                if context.is(Mutant::RepeatedAuthUnanswered)
                    || is_open && context.is(Mutant::LateRepeatedAuthUnanswered)
                {
                    return;
                }
                if context.is(Mutant::RepeatedAuthGetsNewKey)
                    && let Some(handshake) = &mut self.handshake
                {
                    handshake.pair =
                        (context.settings.config.key_agreement.generate)(context.entropy);
                }
                if !context.is(Mutant::RepeatedAuthGetsAckAlone) {
                    self.send_auth(context);
                }
                if !context.is(Mutant::RepeatedAuthGetsAuthAlone) {
                    self.send_finished(context);
                }
            }
            Role::Connector if is_open && !context.is(Mutant::RepeatedServerAuthUnanswered) => {
                self.send_finished(context);
            }
            Role::Connector => {}
        }
    }

    /// An ACK while the session is not open yet: *finished*, if it has data and is of this AUTH.
    pub(super) fn on_ack_of_auth(&mut self, context: &mut Context<'_>, id: u32, data: &[u8]) {
        let empty_will_do = context.is(Mutant::EmptyFinishedTaken);
        let Some(handshake) = &mut self.handshake else { return };
        let any_will_do = context.is(Mutant::FinishedOfAnyAckTaken);
        let is_other = id != handshake.sequence.into() && !any_will_do;
        if data.is_empty() && !is_other && context.is(Mutant::EmptyAckStopsAuth) {
            let never = context.now + Duration::from_secs(1 << 30);
            handshake.retry = Retry::start(never, context.settings.auth_plan());
        }
        if data.is_empty() && !empty_will_do || is_other {
            return;
        }
        if handshake.peer.is_some() {
            self.on_finished(context, data);
        } else if !context.is(Mutant::EarlyFinishedDropped) {
            handshake.early = Some(data.to_vec());
        }
    }

    /// What claims to be *finished*, and the key is known.
    fn on_finished(&mut self, context: &mut Context<'_>, proof: &[u8]) {
        let Some(key) = &self.key else { return };
        if context.output.memory.disproven.contains(&self.id) {
            return;
        }
        if !mutant::is_finished(context.settings.config.mutant, key, proof) {
            let forgives = match self.role {
                Role::Connector => Mutant::WrongFinishedForgiven,
                Role::Listener => Mutant::ServerForgivesWrongFinished,
            };
            if context.is(forgives) {
                return self.send_error(context, ErrorCode::FINISH_INVALID);
            }
            if self.role == Role::Listener && context.is(Mutant::AuthGoesOnAfterError13) {
                context.output.memory.disproven.insert(self.id);
                return self.send_error(context, ErrorCode::FINISH_INVALID);
            }
            return self.refuse(context, ErrorCode::FINISH_INVALID);
        }
        if let Some(handshake) = &mut self.handshake {
            handshake.is_proven = true;
        }
        if self.role == Role::Connector && !context.is(Mutant::ClientSendsNoFinished) {
            self.send_finished(context);
        }
        self.become_open(context);
    }

    /// The session is open now.
    pub(super) fn become_open(&mut self, context: &mut Context<'_>) {
        self.state = State::Open;
        self.heard(context.now);
        mutant::opened(context, self);
        context.tell(self.id, Event::Opened { peer: self.peer, role: self.role });
        for (data, flags) in core::mem::take(&mut self.early) {
            // What cannot be sent now was taken before it was known what the peer can do.
            let _unsent = self.write(context, &data, flags);
        }
    }

    /// AUTH went unanswered: once more, or the end.
    pub(super) fn on_auth_timeout(&mut self, context: &mut Context<'_>) {
        let Some(handshake) = &mut self.handshake else { return };
        if !handshake.retry.again(context.now) {
            if mutant::keeps_given_up(context, handshake) {
                return self.send_error(context, ErrorCode::CONNECTION);
            }
            return self.refuse(context, ErrorCode::CONNECTION);
        }
        if context.is(Mutant::AuthTriesEndEarly) && handshake.retry.sent() > mutant::FEW_TRIES {
            return;
        }
        mutant::repeats_auth(context);
        if context.is(Mutant::AuthRepeatsUseNumbers) {
            self.outbound.given += 1;
        }
        if context.is(Mutant::EarlyFinishedLostWithARepeat) {
            handshake.early = None;
        }
        if context.is(Mutant::AuthRepeatedWithNewKey) {
            handshake.pair = (context.settings.config.key_agreement.generate)(context.entropy);
        }
        if context.is(Mutant::AuthRepeatedWithNewNumber)
            && let Some(sequence) = self.outbound.next_sequence(context)
        {
            handshake.sequence = sequence;
        }
        self.send_auth(context);
    }

    /// Ends the handshake with an ERROR (CLIP-AUTH-5).
    pub(super) fn refuse(&mut self, context: &mut Context<'_>, code: ErrorCode) {
        self.send_error(context, code);
        if mutant::goes_on_deaf(context, self, code) {
            return;
        }
        self.fail(context, Failure::Handshake(code));
    }
}
