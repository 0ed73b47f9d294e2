//! The sending half of a stream: what was written, what is outstanding, when it is sent again.
//!
//! Loss is repaired by the retransmission timer (RFC 6298) and by repeated acknowledgements
//! (RFC 5681, RFC 6582); the congestion window bounds what is outstanding. After a timeout
//! everything outstanding is sent again as the window opens, cut as it comes.

use core::ops::Range;

use crate::mnet::congestion::Congestion;
use crate::mnet::mutant::Mutant;
use crate::mnet::settings::Settings;
use crate::rtt::RoundTrip;
use crate::time::Instant;

/// What an acknowledgement was to the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acknowledgement {
    /// It counts octets that were never sent (MNET-DATA-10).
    Impossible,
    /// A newer one came before it (MNET-DATA-11).
    Stale,
    /// It says what the last one said.
    Unchanged,
    /// It takes octets off the buffer.
    New,
}

/// Octets written into one session.
#[derive(Clone, Debug)]
pub(super) struct SendStream {
    /// Octets from offset `acknowledged` on, behind `head` octets that are done with.
    buffer: Vec<u8>,
    head: usize,
    /// Octets that the peer has acknowledged.
    acknowledged: u64,
    /// Where sending goes on: back at `acknowledged` after a timeout.
    next: u64,
    /// The highest count sent so far.
    sent: u64,
    /// Whether the segment at `acknowledged` is to be sent again before anything else.
    resend: bool,
    /// Repeated acknowledgements in a row.
    repeated: u32,
    /// While a fast retransmission is under way: what was sent when it began.
    recovering: Option<u64>,
    /// What was sent at the last timeout or fast retransmission: repeated acknowledgements below
    /// it may come from the retransmissions themselves (RFC 6582 §3.2).
    recovered_from: u64,
    congestion: Congestion,
    trip: RoundTrip,
    /// The round trip being measured: the count that ends it, and when it began.
    timed: Option<(u64, Instant)>,
    /// When the retransmission timer runs out; set while octets are outstanding.
    due: Option<Instant>,
    /// Sends of the octets at `acknowledged` since the peer was last heard.
    tries: u32,
    last_sent: Instant,
}

impl SendStream {
    pub(super) const fn new(now: Instant, settings: &Settings) -> Self {
        Self {
            buffer: Vec::new(),
            head: 0,
            acknowledged: 0,
            next: 0,
            sent: 0,
            resend: false,
            repeated: 0,
            recovering: None,
            recovered_from: 0,
            congestion: Congestion::new(settings.segment_max as u64),
            trip: RoundTrip::new(),
            timed: None,
            due: None,
            tries: 1,
            last_sent: now,
        }
    }

    /// Takes as many octets as the buffer has room for; says how many.
    pub(super) fn write(&mut self, octets: &[u8], settings: &Settings) -> usize {
        let room = settings.limits.send_buffer.saturating_sub(self.pending());
        let taken = octets.get(..room).unwrap_or(octets);
        if self.head > 0 && self.buffer.capacity() - self.buffer.len() < taken.len() {
            self.buffer.drain(..self.head);
            self.head = 0;
        }
        self.buffer.extend_from_slice(taken);
        if settings.is(Mutant::AWriteForgetsRepeatedAcknowledgements) {
            self.repeated = 0;
        }
        if settings.is(Mutant::AWriteForgetsTheInterval) {
            self.trip.recover();
        }
        taken.len()
    }

    /// Forgets what was written and not sent: what a mutant does.
    pub(super) fn forget_unsent(&mut self) {
        let sent = usize::try_from(self.outstanding()).expect("the buffer fits the memory");
        self.buffer.truncate(self.head + sent);
    }

    /// Takes what was only written for sent, up to a count: what a mutant does. `false`: not so much was written.
    pub(super) fn counts_as_sent(&mut self, count: u64) -> bool {
        let written = count <= self.acknowledged + self.pending() as u64;
        if written {
            (self.next, self.sent) = (count, count);
        }
        written
    }

    /// Octets written and not acknowledged.
    pub(super) const fn pending(&self) -> usize {
        self.buffer.len() - self.head
    }

    /// Whether everything written is acknowledged.
    pub(super) const fn is_drained(&self) -> bool {
        self.pending() == 0
    }

    /// The highest count sent so far (MNET-DATA-5).
    pub(super) const fn sent(&self) -> u64 {
        self.sent
    }

    /// Octets that the peer has acknowledged.
    pub(super) const fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// When the retransmission timer runs out.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// How often the first octets outstanding were sent since the peer was last heard.
    pub(super) const fn tries(&self) -> u32 {
        self.tries
    }

    /// Repeated acknowledgements in a row.
    pub(super) const fn repeated(&self) -> u32 {
        self.repeated
    }

    const fn outstanding(&self) -> u64 {
        self.sent - self.acknowledged
    }

    /// The octets at `range`, which must have been returned by [`next_segment`](Self::next_segment).
    pub(super) fn octets(&self, range: &Range<u64>) -> &[u8] {
        let at = |offset: u64| usize::try_from(offset - self.acknowledged).ok();
        let octets = at(range.start)
            .zip(at(range.end))
            .and_then(|(start, end)| self.buffer.get(self.head + start..self.head + end));
        octets.expect("a segment lies in the buffer")
    }

    /// The octets to send next, as far as the window allows; they count as sent.
    pub(super) fn next_segment(&mut self, now: Instant, settings: &Settings) -> Option<Range<u64>> {
        let segment = settings.segment_max as u64;
        if self.resend {
            self.resend = false;
            self.timed = None;
            let end = self.sent.min(self.acknowledged + segment);
            self.due = Some(now + self.trip.interval(&settings.timers.retransmission()));
            return Some(self.acknowledged..end);
        }
        let written = self.acknowledged + self.pending() as u64;
        let wanted = (written - self.next).min(segment);
        let in_flight = self.next - self.acknowledged;
        let one = settings.is(Mutant::OneDataOutstanding)
            || (self.acknowledged > 0 && settings.is(Mutant::OneDataOutstandingLater));
        if wanted == 0 || (in_flight > 0 && one) {
            return None;
        }
        if in_flight == 0 && self.next == self.sent {
            if now.saturating_duration_since(self.last_sent)
                > self.trip.interval(&settings.timers.retransmission())
            {
                self.congestion.on_idle();
            }
            self.tries = 1;
        }
        // A segment is not cut by the window: it waits for the whole of it (RFC 1122 §4.2.3.4).
        if in_flight > 0
            && in_flight + wanted > self.congestion.window()
            && !settings.is(Mutant::NoCongestionWindow)
        {
            return None;
        }
        let range = self.next..self.next + wanted;
        if self.timed.is_none() && range.start >= self.sent {
            self.timed = Some((range.end, now));
        }
        self.next = range.end;
        self.sent = self.sent.max(range.end);
        self.last_sent = now;
        if self.due.is_none() {
            self.due = Some(now + self.trip.interval(&settings.timers.retransmission()));
        }
        Some(range)
    }

    /// What is outstanding is sent again a whole interval later than now: what mutants do that start the timer again.
    pub(super) fn put_off(&mut self, now: Instant, settings: &Settings) {
        if self.due.is_some() {
            self.due = Some(now + self.trip.interval(&settings.timers.retransmission()));
        }
    }

    /// The peer was heard: the count of tries starts again (MNET-DATA-9).
    pub(super) fn on_heard(&mut self, settings: &Settings) {
        if !settings.is(Mutant::TriesNotRestarted) {
            self.tries = 1;
        }
    }

    /// Judges the acknowledgement without taking it; `None` counts below offset 0.
    pub(super) const fn judge(&self, acknowledged: Option<u64>) -> Acknowledgement {
        match acknowledged {
            None => Acknowledgement::Impossible,
            Some(count) if count > self.sent => Acknowledgement::Impossible,
            Some(count) if count < self.acknowledged => Acknowledgement::Stale,
            Some(count) if count == self.acknowledged => Acknowledgement::Unchanged,
            Some(_) => Acknowledgement::New,
        }
    }

    /// Takes an acknowledgement that [`judge`](Self::judge) calls new.
    pub(super) fn on_acknowledged(&mut self, now: Instant, count: u64, settings: &Settings) {
        assert!(count > self.acknowledged && count <= self.sent, "the acknowledgement is not new");
        let octets = count - self.acknowledged;
        self.head += usize::try_from(octets).expect("the buffer fits the memory");
        if self.head == self.buffer.len() {
            self.buffer.clear();
            self.head = 0;
        }
        self.acknowledged = count;
        self.next = self.next.max(count);
        if !settings.is(Mutant::RepeatedAcknowledgementsCountOn) {
            self.repeated = 0;
        }
        self.resend = false;
        self.tries = 1;
        if let Some((end, began)) = self.timed
            && count >= end
        {
            self.trip.measure(now.saturating_duration_since(began));
            self.timed = None;
        }
        self.trip.recover();
        match self.recovering {
            Some(until) if count < until => {
                self.congestion.on_partial(octets);
                self.resend = true;
            }
            Some(_) => {
                self.congestion.on_recovered();
                self.recovering = None;
            }
            None => self.congestion.on_acknowledged(octets),
        }
        self.due = (self.outstanding() > 0)
            .then(|| now + self.trip.interval(&settings.timers.retransmission()));
    }

    /// Takes a repeated acknowledgement: a bare one that is unchanged (MNET-DATA-13).
    pub(super) fn on_repeated(&mut self, settings: &Settings) {
        if self.outstanding() == 0 {
            return;
        }
        self.repeated = self.repeated.saturating_add(1);
        if self.recovering.is_some() {
            self.congestion.on_repeated_acknowledgement();
        } else if self.repeated == settings.repeated_acknowledgements
            && self.acknowledged >= self.recovered_from
            && !(self.recovered_from > 0 && settings.is(Mutant::OneFastRetransmitASession))
        {
            self.congestion.on_fast_retransmit(self.outstanding());
            self.recovering = Some(self.sent);
            self.recovered_from = self.sent;
            self.resend = true;
        }
    }

    /// The retransmission timer ran out. Says whether to go on; `false`: it was tried often enough.
    pub(super) fn on_timeout(&mut self, now: Instant, settings: &Settings) -> bool {
        assert!(self.outstanding() > 0, "the timer runs only while octets are outstanding");
        let is_early = self.tries >= 3 && settings.is(Mutant::GivesUpAfterThreeTries);
        if self.tries >= settings.timers.data_tries || is_early {
            return false;
        }
        self.congestion.on_timeout(self.outstanding(), self.tries == 1);
        self.tries += 1;
        let grown = self.tries > 2 && settings.is(Mutant::IntervalGrowsOnce);
        if !settings.is(Mutant::ConstantInterval) && !grown {
            self.trip.back_off();
        }
        if self.tries == 5 && settings.is(Mutant::TheFifthTryBeginsAnew) {
            self.trip.recover();
        }
        self.next = self.acknowledged;
        self.recovered_from = self.sent;
        self.recovering = None;
        self.repeated = 0;
        self.resend = false;
        self.timed = None;
        self.due = Some(now + self.trip.interval(&settings.timers.retransmission()));
        true
    }
}
