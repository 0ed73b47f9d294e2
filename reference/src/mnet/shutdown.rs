//! How a session closes: SHUTDOWN, SHUTDOWN-ACK, SHUTDOWN-COMPLETE (RFC 9260 §9.2).

use crate::mnet::context::Context;
use crate::mnet::mutant::Mutant;
use crate::mnet::session::{Session, State};
use crate::mnet::{Event, Failure, Packet};
use crate::retry::Retry;

impl Session {
    /// The application closes: what it wrote is brought through, then SHUTDOWN goes
    /// (MNET-SHUT-1). Closing again changes nothing.
    pub(super) fn close(&mut self, context: &mut Context<'_>) {
        match &mut self.state {
            // Nothing but the echo may go before COOKIE-ACK (MNET-ACK-5).
            State::CookieWait { close, .. } | State::CookieEchoed { close, .. } => *close = true,
            State::Established => {
                if context.is(Mutant::CloseOverridesAnAcknowledgement) && !self.send.is_drained() {
                    self.receive.on_acknowledged();
                }
                if context.is(Mutant::CloseLosesWhatWaits) {
                    self.send.forget_unsent();
                }
                context.output.memory.stopped |= context.is(Mutant::ACloseStopsTheRetransmissions);
                let drain = context.now + context.settings.timers.drain;
                self.state = State::ShutdownPending { drain };
                self.advance_close(context);
            }
            State::ShutdownPending { .. }
            | State::ShutdownSent { .. }
            | State::ShutdownReceived { .. }
            | State::ShutdownAckSent { .. }
            | State::Ended { .. } => {}
        }
    }

    /// Takes the next step of the close, if everything before it is through.
    pub(super) fn advance_close(&mut self, context: &mut Context<'_>) {
        let drained = self.send.is_drained();
        let whole = !self.receive.has_gap() || context.is(Mutant::ShutdownAckWithAGap);
        match self.state {
            State::ShutdownPending { .. }
                if self.receive.has_gap() && context.is(Mutant::ShutdownWaitsForThePeersOctets) => {
            }
            State::ShutdownPending { .. }
                if drained || context.is(Mutant::ShutdownBeforeAcknowledged) =>
            {
                let retry = Retry::start(context.now, context.settings.shutdown_plan());
                self.state = State::ShutdownSent { retry, peer_done: false };
                self.send_shutdown(context);
                if context.output.memory.has_ack(self.id) {
                    self.on_shutdown_ack(context);
                }
            }
            State::ShutdownReceived { .. }
                if whole && (drained || context.is(Mutant::ShutdownAckBeforeOwnData)) =>
            {
                self.start_shutdown_ack(context);
            }
            State::ShutdownSent { peer_done: true, .. }
                if whole || context.is(Mutant::ShutdownAckWithAGapWhenBothClose) =>
            {
                self.start_shutdown_ack(context);
            }
            State::CookieWait { .. }
            | State::CookieEchoed { .. }
            | State::Established
            | State::ShutdownPending { .. }
            | State::ShutdownSent { .. }
            | State::ShutdownReceived { .. }
            | State::ShutdownAckSent { .. }
            | State::Ended { .. } => {}
        }
    }

    /// New octets came or were acknowledged: whatever counts or waits starts again (MNET-SHUT-6).
    pub(super) fn note_progress(&mut self, context: &Context<'_>) {
        match &mut self.state {
            State::ShutdownPending { drain } | State::ShutdownReceived { drain } => {
                *drain = context.now + context.settings.timers.drain;
            }
            State::ShutdownSent { retry, .. } if !context.is(Mutant::ShutdownTriesGoOn) => {
                retry.restart(context.now);
            }
            State::CookieWait { .. }
            | State::CookieEchoed { .. }
            | State::Established
            | State::ShutdownSent { .. }
            | State::ShutdownAckSent { .. }
            | State::Ended { .. } => {}
        }
    }

    pub(super) fn send_shutdown(&mut self, context: &mut Context<'_>) {
        let acknowledged = self.acknowledged_number(context);
        self.transmit(context, |tag| Packet::Shutdown { tag, acknowledged });
        self.receive.on_acknowledged();
        if context.is(Mutant::DataAfterShutdown) {
            let sequence = context.settings.counter.number(self.send.sent() + 1);
            let data = b"!";
            self.transmit(context, |tag| Packet::Data { tag, sequence, acknowledged, data });
        }
    }

    /// All octets are through in both directions.
    pub(super) fn start_shutdown_ack(&mut self, context: &mut Context<'_>) {
        let retry = Retry::start(context.now, context.settings.shutdown_ack_plan());
        self.state = State::ShutdownAckSent { retry };
        self.receive.on_acknowledged();
        self.transmit(context, |tag| Packet::ShutdownAck { tag });
        if context.output.memory.has_ack(self.id) {
            self.on_shutdown_ack(context);
        }
    }

    /// SHUTDOWN: the peer sends nothing new any more.
    pub(super) fn on_shutdown(&mut self, context: &mut Context<'_>, acknowledged: u32) {
        if !self.is_open() {
            // Repeated, as SHUTDOWN-ACK did not arrive (MNET-SHUT-6).
            if matches!(self.state, State::ShutdownAckSent { .. })
                && !context.is(Mutant::RepeatedShutdownNotAnswered)
            {
                self.transmit(context, |tag| Packet::ShutdownAck { tag });
            }
            return;
        }
        if !context.is(Mutant::ShutdownAcknowledgementIgnored)
            && !self.on_acknowledgement(
                context,
                acknowledged,
                !context.is(Mutant::RepeatedShutdownsNotCounted),
            )
        {
            return;
        }
        self.send.on_heard(context.settings);
        match &mut self.state {
            State::Established | State::ShutdownPending { .. } => {
                if context.is(Mutant::ShutdownLosesWhatWaits) {
                    self.send.forget_unsent();
                }
                let drain = context.now + context.settings.timers.drain;
                self.state = State::ShutdownReceived { drain };
            }
            // Both sides closed at once (MNET-SHUT-8).
            State::ShutdownSent { peer_done, .. } => {
                if context.is(Mutant::CrossingShutdownsAbort) {
                    return self.give_up(context, Failure::ShutdownGivenUp);
                }
                *peer_done = !context.settings.is(Mutant::CrossingShutdownIgnored);
            }
            State::ShutdownReceived { .. }
                if self.receive.has_gap() && context.is(Mutant::RepeatedShutdownForgetsAGap) =>
            {
                return self.start_shutdown_ack(context);
            }
            State::ShutdownReceived { .. } => {}
            State::CookieWait { .. }
            | State::CookieEchoed { .. }
            | State::ShutdownAckSent { .. }
            | State::Ended { .. } => unreachable!("the session is open"),
        }
        self.flush(context);
        self.advance_close(context);
    }

    /// SHUTDOWN-ACK in answer to SHUTDOWN or SHUTDOWN-ACK ends the session (MNET-SHUT-5); in other
    /// states it changes nothing (MNET-SHUT-9).
    pub(super) fn on_shutdown_ack(&mut self, context: &mut Context<'_>) {
        match self.state {
            State::ShutdownSent { .. } | State::ShutdownAckSent { .. } => {
                self.transmit(context, |tag| Packet::ShutdownComplete { tag });
                self.state = State::Ended { complete: true };
                context.tell(self.id, Event::Closed);
            }
            _ if context.is(Mutant::UnaskedShutdownAckAcknowledges) => {
                let sent = self.send.sent();
                if sent > self.send.acknowledged() {
                    self.send.on_acknowledged(context.now, sent, context.settings);
                }
            }
            _ if context.is(Mutant::UnaskedShutdownAckRemembered) => {
                context.output.memory.note_ack(self.id);
            }
            // Before COOKIE-ACK, MNET-ACK-5 forbids more than SHUTDOWN-ACK asks for.
            State::Established | State::ShutdownPending { .. } | State::ShutdownReceived { .. }
                if context.is(Mutant::UnaskedShutdownAckAnswered) =>
            {
                self.transmit(context, |tag| Packet::ShutdownComplete { tag });
            }
            State::CookieWait { .. }
            | State::CookieEchoed { .. }
            | State::Established
            | State::ShutdownPending { .. }
            | State::ShutdownReceived { .. }
            | State::Ended { .. } => {}
        }
    }

    /// SHUTDOWN-COMPLETE ends a session that has sent SHUTDOWN-ACK.
    pub(super) fn on_shutdown_complete(&mut self, context: &mut Context<'_>) {
        let asked = matches!(self.state, State::ShutdownAckSent { .. });
        if asked || context.is(Mutant::UnaskedShutdownCompleteEnds) {
            self.state = State::Ended { complete: false };
            context.tell(self.id, Event::Closed);
        }
    }

    /// SHUTDOWN or SHUTDOWN-ACK went unanswered: once more, or the end (MNET-SHUT-6).
    pub(super) fn on_shutdown_timeout(&mut self, context: &mut Context<'_>) {
        match &mut self.state {
            State::ShutdownSent { retry, peer_done } => {
                if retry.again(context.now) {
                    let stops = context.is(Mutant::ShutdownNotRepeated)
                        || (*peer_done
                            && context.is(Mutant::AShutdownBeforeAGapEndsTheRepetitions))
                        || (retry.sent() > 2 && context.is(Mutant::ShutdownRepeatedOnce));
                    if !stops {
                        self.send_shutdown(context);
                    }
                } else if context.is(Mutant::ShutdownGivenUpAsClean)
                    || context.is(Mutant::ShutdownGivenUpAsCleanAfterOctets)
                        && self.receive.received() > 0
                {
                    self.end_clean(context);
                } else {
                    self.give_up(context, Failure::ShutdownGivenUp);
                }
            }
            State::ShutdownAckSent { retry } => {
                if retry.again(context.now) {
                    self.transmit(context, |tag| Packet::ShutdownAck { tag });
                } else if context.is(Mutant::ShutdownAckGivenUpAsFailure)
                    || context.is(Mutant::ShutdownAckGivenUpAsFailureAfterOctets)
                        && self.receive.received() > 0
                        && self.send.sent() > 0
                {
                    self.give_up(context, Failure::ShutdownGivenUp);
                } else {
                    // All octets are through: only the last word is missing.
                    self.end_clean(context);
                }
            }
            _ => unreachable!("only these two states have this timer"),
        }
    }

    fn end_clean(&mut self, context: &mut Context<'_>) {
        self.state = State::Ended { complete: false };
        context.tell(self.id, Event::Closed);
    }
}
