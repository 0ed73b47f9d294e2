//! How octets flow: DATA in, DATA out, acknowledgements, retransmissions.

use crate::mnet::context::Context;
use crate::mnet::mutant::{self, Mutant};
use crate::mnet::receive::{Arrival, ReceiveStream};
use crate::mnet::send::{Acknowledgement, SendStream};
use crate::mnet::session::{Session, State};
use crate::mnet::{Event, Failure, Packet};

impl Session {
    /// DATA, with a payload or bare.
    pub(super) fn on_data(
        &mut self,
        context: &mut Context<'_>,
        sequence: u32,
        acknowledged: u32,
        data: &[u8],
    ) {
        match self.state {
            // It has overtaken COOKIE-ACK; the peer will send it again (MNET-ACK-4).
            State::CookieWait { .. } | State::CookieEchoed { .. } => {
                if context.is(Mutant::EarlyDataOpens) {
                    self.on_cookie_ack(context);
                } else if context.is(Mutant::EarlyDataLost) {
                    self.receive.take(0, data, context.settings);
                }
                return;
            }
            // All octets are through: it can only be a repeat (MNET-SHUT-10).
            State::ShutdownAckSent { .. } => {
                let count = context.settings.counter.offset(sequence, self.receive.received());
                let gap = count > Some(self.receive.received() + data.len() as u64);
                if context.is(Mutant::DataAnsweredAfterShutdownAck)
                    || (gap && !data.is_empty() && context.is(Mutant::GapAnsweredAfterShutdownAck))
                {
                    self.acknowledge_bare(context);
                } else if context.is(Mutant::DataAfterShutdownAckEnds) {
                    self.state = State::Ended { complete: false };
                } else if context.is(Mutant::DataBringsShutdownAckAgain) {
                    self.transmit(context, |tag| Packet::ShutdownAck { tag });
                } else if context.is(Mutant::DataBringsShutdownAgain) {
                    self.send_shutdown(context);
                }
                return;
            }
            State::Ended { .. } => return,
            State::ShutdownSent { .. } if context.is(Mutant::DeafAfterShutdown) => return,
            State::Established
            | State::ShutdownPending { .. }
            | State::ShutdownSent { .. }
            | State::ShutdownReceived { .. } => {}
        }
        let bare = data.is_empty();
        let end = context.settings.counter.offset(sequence, self.receive.received());
        let start = end.and_then(|end| end.checked_sub(data.len() as u64));
        let start = match start {
            Some(start) => start,
            // Nobody reads the sequence of a bare one (MNET-DATA-5).
            None if bare => self.receive.received(),
            None if context.is(Mutant::TakesDataBeforeOffsetZero) => self.receive.received(),
            // It would begin before offset 0 (MNET-DATA-1).
            None => return,
        };
        let is_unheard = context.is(Mutant::UselessDataRestartsNoTries) && {
            let known = self.send.acknowledged();
            let is_old = context.settings.counter.offset(acknowledged, known) < Some(known);
            is_old || (!bare && start != self.receive.received())
        };
        if !self.on_acknowledgement(context, acknowledged, bare) {
            let waits = context.is(Mutant::TheFutureWaitsBeyondAGap);
            if waits && start > self.receive.received() {
                self.receive.take(start, data, context.settings);
            }
            return;
        }
        if !is_unheard {
            self.send.on_heard(context.settings);
        }
        if bare {
            self.flush(context);
        } else {
            self.on_payload(context, start, data);
        }
        let beyond = start > self.receive.received();
        if bare
            && (context.is(Mutant::AcknowledgesBareAcknowledgements)
                || (beyond && context.is(Mutant::AnswersABareAcknowledgementBehindAGap)))
        {
            self.acknowledge(context);
        }
        let waits = bare && matches!(self.state, State::ShutdownReceived { .. });
        if !(waits && context.is(Mutant::ShutdownAckWaitsForAnotherShutdown)) {
            self.advance_close(context);
        }
    }

    fn on_payload(&mut self, context: &mut Context<'_>, start: u64, data: &[u8]) {
        let had_gap = self.receive.has_gap();
        let arrival = self.receive.take(start, data, context.settings);
        let new = matches!(arrival, Arrival::Next(_));
        match arrival {
            Arrival::Next(octets) => context.tell(self.id, Event::Delivered(octets)),
            Arrival::Repeat if context.is(Mutant::RepeatNotAcknowledged) => return,
            Arrival::Repeat if had_gap && context.is(Mutant::RepeatNotAcknowledgedBesideAGap) => {
                return;
            }
            Arrival::Gap if context.is(Mutant::GapNotAnswered) => return,
            Arrival::Gap
                if matches!(self.state, State::ShutdownReceived { .. })
                    && context.is(Mutant::GapNotAnsweredAfterShutdown) =>
            {
                return;
            }
            Arrival::Repeat | Arrival::Gap => {}
        }
        if new {
            self.note_progress(context);
        }
        let shutdown_sent = matches!(self.state, State::ShutdownSent { .. });
        if new && !had_gap && !shutdown_sent {
            self.receive.owe(context.now, context.settings);
            // DATA that can go now carries the acknowledgement.
            self.flush(context);
            if self.receive.owes_much(context.settings) {
                self.acknowledge(context);
            }
        } else if !(new
            && self.receive.has_gap()
            && context.is(Mutant::OctetsBeforeAnOpenGapUnacknowledged))
        {
            // A gap or a repeat is answered at once and by itself, so that it counts as a
            // repeated acknowledgement (MNET-DATA-13).
            self.acknowledge(context);
            self.flush(context);
        }
    }

    /// Takes the `AcknowledgedBytes` of DATA or SHUTDOWN. `false`: the packet is not to be taken
    /// (MNET-DATA-10).
    pub(super) fn on_acknowledgement(
        &mut self,
        context: &mut Context<'_>,
        number: u32,
        bare: bool,
    ) -> bool {
        let settings = context.settings;
        if let Some(mutant) = settings.mutant {
            let known = settings.counter.number(self.send.acknowledged());
            if mutant::overlooks(mutant, number, known) {
                return true;
            }
        }
        let count = settings.counter.offset(number, self.send.acknowledged());
        match (self.send.judge(count), count) {
            (Acknowledgement::Impossible, Some(count))
                if context.is(Mutant::AcknowledgementOfWhatIsWrittenCounts)
                    && self.send.counts_as_sent(count) =>
            {
                self.on_new_acknowledgement(context, count);
                true
            }
            (Acknowledgement::Impossible, _) => {
                if context.is(Mutant::AcknowledgementOfTheFutureFreesTheBuffer)
                    && self.send.sent() > self.send.acknowledged()
                {
                    let sent = self.send.sent();
                    self.on_new_acknowledgement(context, sent);
                }
                context.is(Mutant::TakesDataWithAnAcknowledgementOfTheFuture)
                    || context.is(Mutant::AcknowledgementOfTheFutureFreesTheBuffer)
            }
            (Acknowledgement::Stale, _) => {
                if context.is(Mutant::StaleAcknowledgementAborts) {
                    self.give_up(context, Failure::DataGivenUp);
                }
                !context.is(Mutant::StaleAcknowledgementDropsThePayload)
                    && !context.is(Mutant::StaleAcknowledgementAborts)
            }
            (Acknowledgement::Unchanged, _) => {
                if bare {
                    self.send.on_repeated(settings);
                }
                if context.is(Mutant::RepeatedAcknowledgementsAbort) && self.send.repeated() > 9 {
                    self.give_up(context, Failure::DataGivenUp);
                    return false;
                }
                true
            }
            (Acknowledgement::New, _)
                if !bare && context.is(Mutant::AcknowledgementOnDataIgnored) =>
            {
                true
            }
            (Acknowledgement::New, count) => {
                let count = count.expect("a new acknowledgement has a count");
                self.on_new_acknowledgement(context, count);
                true
            }
        }
    }

    fn on_new_acknowledgement(&mut self, context: &mut Context<'_>, count: u64) {
        self.send.on_acknowledged(context.now, count, context.settings);
        self.note_progress(context);
        if self.wants_room && matches!(self.state, State::Established) {
            self.wants_room = false;
            context.tell(self.id, Event::Writable);
        }
    }

    /// Sends what the window allows.
    pub(super) fn flush(&mut self, context: &mut Context<'_>) {
        match self.state {
            State::Established | State::ShutdownPending { .. } | State::ShutdownReceived { .. } => {
            }
            State::CookieWait { .. }
            | State::CookieEchoed { .. }
            | State::ShutdownSent { .. }
            | State::ShutdownAckSent { .. }
            | State::Ended { .. } => return,
        }
        let settings = context.settings;
        while let Some(range) = self.send.next_segment(context.now, settings) {
            let packet = Packet::Data {
                tag: self.stamp(settings),
                sequence: settings.counter.number(range.end),
                acknowledged: self.acknowledged_number(context),
                data: self.send.octets(&range),
            };
            context.transmit(self.peer, &packet);
            self.receive.on_acknowledged();
        }
    }

    /// What this side has received, as a number on the wire.
    pub(super) fn acknowledged_number(&self, context: &Context<'_>) -> u32 {
        context.settings.counter.number(self.receive.acknowledged(context.settings))
    }

    /// Sends an acknowledgement by itself: after SHUTDOWN a new SHUTDOWN (MNET-SHUT-2), else a
    /// bare DATA.
    pub(super) fn acknowledge(&mut self, context: &mut Context<'_>) {
        if matches!(self.state, State::ShutdownSent { .. }) {
            self.send_shutdown(context);
        } else {
            self.acknowledge_bare(context);
        }
    }

    pub(super) fn acknowledge_bare(&mut self, context: &mut Context<'_>) {
        let counted = if context.is(Mutant::BareAcknowledgementWithOldSequence) {
            self.send.acknowledged()
        } else {
            self.send.sent()
        };
        let packet = Packet::Data {
            tag: self.stamp(context.settings),
            sequence: context.settings.counter.number(counted),
            acknowledged: self.acknowledged_number(context),
            data: &[],
        };
        context.transmit(self.peer, &packet);
        self.receive.on_acknowledged();
    }

    /// Octets stayed unacknowledged: they go again, or the session is given up (MNET-DATA-9).
    pub(super) fn on_retransmission_timeout(&mut self, context: &mut Context<'_>) {
        if !self.send.on_timeout(context.now, context.settings) {
            self.give_up(context, Failure::DataGivenUp);
        } else if !context.is(Mutant::NeverRetransmits)
            && !context.output.memory.stopped
            && !mutant::is_tired(context.settings.mutant, self)
        {
            self.flush(context);
            let answers = context.is(Mutant::OctetsSentAgainAreThrough);
            if answers && matches!(self.state, State::ShutdownReceived { .. }) {
                self.start_shutdown_ack(context);
            }
        }
    }

    /// Counts what lies before this DATA as received, and delivers none of it: what a mutant does.
    pub(super) fn lose_what_came_before(&mut self, context: &Context<'_>, packet: &Packet<'_>) {
        if let Packet::Data { sequence, data, .. } = packet
            && let Some(end) = context.settings.counter.offset(*sequence, 0)
            && let Some(before) =
                usize::try_from(end).ok().and_then(|end| end.checked_sub(data.len()))
        {
            self.receive.take(0, &vec![0; before], context.settings);
        }
    }

    /// Begins both streams anew: what mutants do that take a repeated packet for a first one.
    pub(super) fn reset_streams(&mut self, context: &Context<'_>) {
        self.send = SendStream::new(context.now, context.settings);
        self.receive = ReceiveStream::default();
    }
}
