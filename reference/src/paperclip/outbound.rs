//! What a session sends: Sequence IDs, what waits for its ACK, fragments in bursts.
//!
//! A packet is encoded once; its repetitions are the same octets (CLIP-HEAD-5). Numbers count
//! packets without end; their low 16 bits, from the first Sequence ID on, are the Sequence IDs.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Role;
use crate::paperclip::context::Context;
use crate::paperclip::mutant::{self, Mutant};
use crate::paperclip::{
    Body, DATA_MAX, Encoded, FRAGMENTS_MAX, Flags, Fragment, Misuse, Packet, SessionKey, Widths,
    encode,
};
use crate::rtt::RoundTrip;
use crate::time::Instant;

/// How far back an ACK ID may lie: half the range (CLIP-REL-7).
const ACKNOWLEDGED_MAX: u64 = 1 << 15;

/// A packet that is sent, whole or in fragments, once or until it is acknowledged.
#[derive(Clone, Debug)]
struct Parcel {
    flags: Flags,
    body: Body<'static>,
    init_vector: Option<Vec<u8>>,
    encoded: Encoded,
    /// Its number, once it has one.
    number: Option<u64>,
    /// Octets of one fragment.
    piece: usize,
    /// Fragments sent in this round.
    sent: usize,
    /// Rounds so far, the first included (CLIP-REL-3).
    tries: u32,
    interval: Duration,
    sent_at: Instant,
    due: Instant,
}

impl Parcel {
    /// How many datagrams it takes.
    fn pieces(&self) -> usize {
        self.encoded.data.len().div_ceil(self.piece).max(1)
    }

    /// Sends the next fragment, or the whole packet.
    fn send_piece(&mut self, context: &mut Context<'_>, to: SocketAddr, sequence: u16) {
        let start = self.sent * self.piece;
        let end = self.encoded.data.len().min(start.saturating_add(self.piece));
        let fragment = self.flags.has(Flags::FRAG).then(|| Fragment {
            id: u8::try_from(self.sent).unwrap_or(u8::MAX),
            total: u8::try_from(self.pieces()).unwrap_or(u8::MAX),
        });
        let packet = Packet {
            flags: self.flags,
            sequence,
            fragment,
            init_vector: self.init_vector.as_deref(),
            checksum: self.encoded.checksum,
            body: self.body,
            data: self.encoded.data.get(start..end).unwrap_or_default(),
        };
        context.transmit(to, &packet);
        self.sent += 1;
        self.sent_at = context.now;
    }

    /// All of it is sent: its repetition, or giving up, is due after its interval.
    fn rest(&mut self) -> Instant {
        self.due = self.sent_at + self.interval;
        self.due
    }
}

/// What a session sends.
#[derive(Clone, Debug)]
pub(super) struct Outbound {
    role: Role,
    first_sequence: u16,
    /// Packets that have got a number.
    pub(super) given: u64,
    pub(super) init_vectors_used: u32,
    trip: RoundTrip,
    /// What is not wholly sent yet.
    queue: VecDeque<Parcel>,
    /// Reliable packets that wait for their ACK, by number.
    outstanding: BTreeMap<u64, Parcel>,
    /// When those are to be sent again that are not in `again`.
    dues: BTreeSet<(Instant, u64)>,
    /// Those that are to be sent again now.
    again: VecDeque<u64>,
    /// Octets of all that waits.
    octets: usize,
    /// When the next burst may begin, and what is left of this one (CLIP-FRAG-4).
    burst_at: Instant,
    burst_left: usize,
}

impl Outbound {
    pub(super) const fn new(role: Role, first_sequence: u16) -> Self {
        Self {
            role,
            first_sequence,
            given: 0,
            init_vectors_used: 0,
            trip: RoundTrip::new(),
            queue: VecDeque::new(),
            outstanding: BTreeMap::new(),
            dues: BTreeSet::new(),
            again: VecDeque::new(),
            octets: 0,
            burst_at: Instant::START,
            burst_left: 0,
        }
    }

    /// The Sequence ID of a number.
    pub(super) fn sequence(&self, number: u64) -> u16 {
        let [.., high, low] = number.to_be_bytes();
        self.first_sequence.wrapping_add(u16::from_be_bytes([high, low]))
    }

    /// Whether a reliable packet waits for its ACK.
    pub(super) fn has_outstanding(&self) -> bool {
        !self.outstanding.is_empty()
    }

    /// What waits for its ACK is not sent again, as a mutant has it.
    pub(super) fn forget_outstanding(&mut self) {
        self.outstanding.clear();
    }

    /// What waits for its ACK is sent again that much later, as a mutant has it.
    pub(super) fn put_off(&mut self, now: Instant) {
        for (_, number) in core::mem::take(&mut self.dues) {
            if let Some(parcel) = self.outstanding.get_mut(&number) {
                parcel.due = now + parcel.interval;
                self.dues.insert((parcel.due, number));
            }
        }
    }

    /// A number for a new packet; `None` while it would be too far past the oldest that waits for
    /// its ACK (CLIP-REL-7).
    pub(super) fn next_number(&mut self, context: &Context<'_>) -> Option<u64> {
        let begun = self.queue.front().filter(|parcel| parcel.flags.has(Flags::RELIABLE));
        let oldest = self.outstanding.keys().next().copied();
        let oldest = oldest.or(begun.and_then(|parcel| parcel.number));
        oldest.is_none_or(|oldest| self.is_near(context, oldest)).then(|| {
            self.given += 1;
            self.given - 1
        })
    }

    /// Whether the next number is near enough to the oldest that waits for its ACK (CLIP-REL-7).
    fn is_near(&self, context: &Context<'_>, oldest: u64) -> bool {
        self.given - oldest <= context.settings.sequences_max
            || context.is(Mutant::RangeOfPlainNumbers)
                && self.sequence(self.given) < self.sequence(oldest)
    }

    /// A Sequence ID for a new packet, as [`next_number`](Self::next_number) gives it.
    pub(super) fn next_sequence(&mut self, context: &Context<'_>) -> Option<u16> {
        let number = self.next_number(context)?;
        Some(self.sequence(number))
    }

    /// Takes data for the peer; it goes at once, unless much is under way.
    pub(super) fn send(
        &mut self,
        context: &mut Context<'_>,
        to: SocketAddr,
        key: Option<&SessionKey>,
        body: Body<'static>,
        mut flags: Flags,
        data: &[u8],
    ) -> Result<(), Misuse> {
        let config = &context.settings.config;
        let limit = config.limits.queue;
        if self.octets > limit {
            return Err(Misuse::QueueFull { limit });
        }
        if !config.flags.has(flags) {
            return Err(Misuse::Flags { flags });
        }
        let mut init_vector = None;
        if flags.has(Flags::ENCRYPTED) {
            key.ok_or(Misuse::Flags { flags })?;
            init_vector = Some(self.next_init_vector(context)?);
        }
        let sealing = key.zip(init_vector.as_deref());
        let widths = context.settings.config.widths;
        let encoded = match context.settings.config.mutant {
            None => encode(flags, widths, sealing, data),
            Some(mutant) => {
                let data = context.output.memory.encoded(mutant, flags, data);
                mutant::encode(mutant, flags, widths, sealing, data)
            }
        };
        let octets = encoded.data.len();
        let piece = mutant::piece(context.settings.config.mutant);
        if octets > piece {
            let supported = context.settings.config.flags.has(Flags::FRAG);
            if !supported || octets > FRAGMENTS_MAX * DATA_MAX {
                return Err(Misuse::TooLong { octets });
            }
            flags = flags | Flags::FRAG;
        }
        if context.is(Mutant::WritesPutOffRepeats) {
            self.put_off(context.now);
        }
        self.octets += octets;
        self.queue.push_back(Parcel {
            flags,
            body,
            init_vector,
            encoded,
            number: None,
            piece,
            sent: 0,
            tries: 1,
            interval: Duration::ZERO,
            sent_at: context.now,
            due: context.now,
        });
        self.flush(context, to);
        Ok(())
    }

    /// The Init Vector of a new packet (CLIP-ENC-1).
    fn next_init_vector(&mut self, context: &mut Context<'_>) -> Result<Vec<u8>, Misuse> {
        if context.settings.config.widths == Widths::Deployed {
            let random = context.entropy.octets::<16>();
            if context.is(Mutant::VectorsFollowFromSequenceIds) {
                let number = self.given + self.queue.len() as u64;
                let sequence = self.sequence(number);
                return Ok(u128::from(sequence).to_be_bytes().to_vec());
            }
            return Ok(context.output.memory.init_vector(context.settings.config.mutant, random));
        }
        let is_spent = self.init_vectors_used >= context.settings.config.limits.init_vectors;
        if is_spent && context.is(Mutant::VectorsBeginAnew) {
            self.init_vectors_used = 0;
        } else if is_spent {
            return Err(Misuse::InitVectorsSpent);
        }
        let from_server = (self.role == Role::Listener) != context.is(Mutant::VectorsOfOtherSide);
        let used = match context.settings.config.mutant {
            Some(Mutant::VectorReused) => self.init_vectors_used / 2,
            Some(Mutant::VectorsOfOneOctet) => self.init_vectors_used % 256,
            Some(Mutant::VectorsOfSequenceIds) => {
                let number = self.given + self.queue.len() as u64;
                u32::from(self.sequence(number)) % super::settings::INIT_VECTORS_MAX
            }
            _ => self.init_vectors_used,
        };
        self.init_vectors_used += 1;
        let number = if from_server { used + super::settings::INIT_VECTORS_MAX } else { used };
        let [.., high, low] = number.to_be_bytes();
        Ok(vec![high, low])
    }

    /// Sends what can be sent now.
    pub(super) fn flush(&mut self, context: &mut Context<'_>, to: SocketAddr) {
        while self.has_work(context) && self.is_in_burst(context) {
            if let Some(number) = self.again.front().copied() {
                let sequence = self.sequence(number);
                let Some(parcel) = self.outstanding.get_mut(&number) else {
                    self.again.pop_front();
                    continue;
                };
                parcel.send_piece(context, to, sequence);
                if parcel.sent >= parcel.pieces() {
                    self.dues.insert((parcel.rest(), number));
                    self.again.pop_front();
                }
            } else if let Some(mut parcel) = self.queue.pop_front() {
                let Some(number) = parcel.number.or_else(|| self.next_number(context)) else {
                    self.queue.push_front(parcel);
                    return;
                };
                parcel.number = Some(number);
                let sequence = context.output.memory.fragment_sequence(
                    context.settings.config.mutant,
                    self.sequence(number),
                    parcel.sent,
                );
                parcel.send_piece(context, to, sequence);
                self.sent_first(context, parcel, number);
            }
            self.burst_left -= 1;
        }
    }

    /// A part of a packet was sent for the first time.
    fn sent_first(&mut self, context: &Context<'_>, mut parcel: Parcel, number: u64) {
        if parcel.sent < parcel.pieces() {
            return self.queue.push_front(parcel);
        }
        if parcel.pieces() > 1 && context.is(Mutant::NumberLeftOutBehindFragments) {
            self.given += 1;
        }
        let mutant = context.settings.config.mutant;
        let sequence = self.sequence(number);
        let once = mutant::is_sent_once(mutant, sequence, parcel.flags, &parcel.encoded.data);
        if parcel.flags.has(Flags::RELIABLE) && !once {
            parcel.interval = self.trip.interval(&context.settings.config.timers.reliable());
            self.dues.insert((parcel.rest(), number));
            self.outstanding.insert(number, parcel);
        } else {
            self.octets -= parcel.encoded.data.len();
        }
    }

    /// Whether anything can be sent.
    fn has_work(&self, context: &Context<'_>) -> bool {
        if !self.again.is_empty() {
            return true;
        }
        let oldest = self.outstanding.keys().next();
        self.queue.front().is_some_and(|parcel| {
            parcel.number.is_some() || oldest.is_none_or(|oldest| self.is_near(context, *oldest))
        })
    }

    /// Whether the burst has room for one more datagram; begins a new one when it is time.
    fn is_in_burst(&mut self, context: &Context<'_>) -> bool {
        if self.burst_left == 0 && self.burst_at <= context.now {
            self.burst_left = if context.is(Mutant::FragmentsAllAtOnce) {
                usize::MAX
            } else {
                context.settings.config.limits.burst
            };
            self.burst_at = context.now + context.settings.config.timers.pace;
        }
        self.burst_left > 0
    }

    /// When there is something to do.
    pub(super) fn due(&self, context: &Context<'_>) -> Option<Instant> {
        let again = self.dues.first().map(|(due, _)| *due);
        let burst = self.has_work(context).then_some(self.burst_at);
        [again, burst].into_iter().flatten().min()
    }

    /// Does what is due; `false`: a packet was sent often enough, and the peer is given up.
    pub(super) fn on_timeout(&mut self, context: &mut Context<'_>, to: SocketAddr) -> bool {
        while let Some((due, number)) = self.dues.first().copied()
            && due <= context.now
        {
            self.dues.pop_first();
            if context.is(Mutant::DroppedClientSettlesOthers) && context.output.memory.dropped {
                self.outstanding.remove(&number);
            }
            let newest = self.sequence(self.given.saturating_sub(1));
            if mutant::forgets(context, to, self.sequence(number), newest) {
                self.outstanding.remove(&number);
            }
            let Some(parcel) = self.outstanding.get_mut(&number) else { continue };
            if parcel.tries >= context.settings.config.timers.reliable_tries {
                if context.is(Mutant::ForgottenAtLast) {
                    self.outstanding.remove(&number);
                    continue;
                }
                return false;
            }
            if context.is(Mutant::RetransmissionsUseNumbers) {
                self.given += 1;
            }
            if context.is(Mutant::CutWhenSentAgain) {
                parcel.encoded.data.pop();
            }
            parcel.tries += 1;
            parcel.sent = 0;
            let longest = context.settings.config.timers.reliable_max;
            parcel.interval = parcel.interval.saturating_mul(2).min(longest);
            if context.is(Mutant::TriesEndEarly) && parcel.tries > mutant::FEW_TRIES {
                self.dues.insert((parcel.rest(), number));
                continue;
            }
            self.again.push_back(number);
        }
        if self.burst_left > 0 || self.burst_at <= context.now {
            self.flush(context, to);
        }
        true
    }

    /// Takes an ACK; `false`: its ACK ID was never sent, so it is void (CLIP-REL-8).
    pub(super) fn acknowledge(&mut self, context: &Context<'_>, id: u32, bits: u16) -> bool {
        let Some(number) = self.number_of(context, id) else { return false };
        if context.is(Mutant::OldAcksIgnored) && number + 256 < self.given {
            return true;
        }
        if context.is(Mutant::Acks1024BehindIgnored) && number + 1024 < self.given {
            return true;
        }
        if !context.is(Mutant::AckIdsIgnored) && !self.is_left(context, number) {
            self.settle(context, number, true);
        }
        if context.is(Mutant::AcksTakenAsCumulative) {
            for before in
                self.outstanding.range(..number).map(|(before, _)| *before).collect::<Vec<_>>()
            {
                self.settle(context, before, false);
            }
        }
        if context.is(Mutant::LastAckBitNamesTwo)
            && bits & 1 == 1
            && let Some(number) = number.checked_sub(17)
        {
            self.settle(context, number, false);
        }
        if !context.is(Mutant::AckBitsIgnored) {
            for back in 1..=16_u8 {
                let is_set = bits >> (16 - back) & 1 == 1;
                if is_set
                    && let Some(number) = number.checked_sub(back.into())
                    && !self.overlooks(context, number)
                {
                    if context.is(Mutant::BitsMakeNoRoom) {
                        self.dues.retain(|(_, other)| *other != number);
                        continue;
                    }
                    self.settle(context, number, false);
                }
            }
        }
        true
    }

    /// Whether a mutant does not let a bit name this packet.
    fn overlooks(&self, context: &Context<'_>, number: u64) -> bool {
        let is_cut = |parcel: &Parcel| parcel.pieces() > 1;
        context.is(Mutant::AckBitsIgnoredForFragments)
            && self.outstanding.get(&number).is_some_and(is_cut)
    }

    /// Whether a mutant does not let an ACK ID name this packet.
    fn is_left(&self, context: &Context<'_>, number: u64) -> bool {
        let Some(parcel) = self.outstanding.get(&number) else { return false };
        let mutant = if parcel.pieces() > 1 {
            Mutant::FragmentsNeedTwoAcks
        } else {
            Mutant::SentOnceMoreAfterItsAck
        };
        parcel.tries == 1 && context.is(mutant)
    }

    /// The number of a Sequence ID that was sent.
    fn number_of(&self, context: &Context<'_>, id: u32) -> Option<u64> {
        let ahead = u64::from(context.is(Mutant::NextNumberAcknowledged));
        let newest = (self.given + ahead).checked_sub(1)?;
        let id = u16::try_from(id).ok()?;
        let back = u64::from(self.sequence(newest).wrapping_sub(id));
        let sent = (back < ACKNOWLEDGED_MAX).then(|| newest.checked_sub(back)).flatten();
        let wrapped = self.sequence(newest) < self.first_sequence;
        if sent.is_none() && wrapped && context.is(Mutant::VoidAcksCountAfterTheWrap) {
            return Some(newest + u64::from(id.wrapping_sub(self.sequence(newest))));
        }
        sent
    }

    /// A packet has come; by Karn's rule, one that was sent once measures the round trip.
    fn settle(&mut self, context: &Context<'_>, number: u64, measures: bool) {
        let Some(parcel) = self.outstanding.remove(&number) else { return };
        self.dues.remove(&(parcel.due, number));
        self.octets -= parcel.encoded.data.len();
        if measures && parcel.tries == 1 {
            self.trip.measure(context.now.saturating_duration_since(parcel.sent_at));
        }
    }

    /// How many packets wait for their ACK, or to be sent.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len() + self.outstanding.len()
    }
}
