//! The receiving half of a stream: order, repeats, gaps, and the acknowledgement that is owed.

use std::collections::BTreeMap;

use crate::mnet::mutant::Mutant;
use crate::mnet::settings::Settings;
use crate::time::Instant;

/// What a payload was to the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It went on where the stream was: these octets are next for the application.
    Next(Vec<u8>),
    /// Every octet was there before.
    Repeat,
    /// Octets are missing before it; it waits, or was dropped.
    Gap,
}

/// Octets received of one session.
#[derive(Clone, Debug, Default)]
pub(super) struct ReceiveStream {
    /// Octets received without a gap, all of them delivered.
    received: u64,
    /// Pieces beyond a gap, by the offset of their first octet. They may overlap.
    waiting: BTreeMap<u64, Vec<u8>>,
    /// Octets in `waiting`.
    waiting_octets: usize,
    /// DATA with payload since the last acknowledgement.
    unacknowledged: u32,
    /// When the acknowledgement that is owed must go.
    due: Option<Instant>,
}

impl ReceiveStream {
    /// Octets received without a gap (MNET-DATA-2).
    pub(super) const fn received(&self) -> u64 {
        self.received
    }

    /// What this side says that it has received: [`received`](Self::received), but for a mutant.
    pub(super) fn acknowledged(&self, settings: &Settings) -> u64 {
        if settings.is(Mutant::AcknowledgesBeyondAGap) {
            let ends = self.waiting.iter().map(|(start, piece)| start + piece.len() as u64);
            return ends.max().unwrap_or(0).max(self.received);
        }
        self.received
    }

    /// Whether octets are known to be missing.
    pub(super) fn has_gap(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes a payload that begins at offset `start`.
    pub(super) fn take(&mut self, start: u64, data: &[u8], settings: &Settings) -> Arrival {
        let end = start + data.len() as u64;
        if end <= self.received {
            if settings.is(Mutant::DeliversARepeatAgain) {
                return Arrival::Next(data.to_vec());
            }
            return Arrival::Repeat;
        }
        if start > self.received {
            let kept = self.keep(start, data, settings);
            if kept && settings.is(Mutant::DeliversOutOfOrder) {
                return Arrival::Next(data.to_vec());
            }
            return Arrival::Gap;
        }
        let mut octets = Vec::with_capacity(data.len());
        if settings.is(Mutant::OverlapDeliveredTwice) {
            octets.extend_from_slice(data);
            self.received = end;
        } else {
            self.append(start, data, &mut octets);
        }
        while let Some(entry) = self.waiting.first_entry()
            && *entry.key() <= self.received
        {
            let covered = entry.key() + entry.get().len() as u64 <= self.received;
            if covered && settings.is(Mutant::ACoveredPieceStays) {
                break;
            }
            let (start, piece) = entry.remove_entry();
            self.waiting_octets -= piece.len();
            let before = octets.len();
            self.append(start, &piece, &mut octets);
            if settings.is(Mutant::LosesReassembledOctets)
                || settings.is(Mutant::DeliversOutOfOrder)
            {
                octets.truncate(before);
            }
            if settings.is(Mutant::OnePieceLetOutOfAGap) {
                break;
            }
        }
        Arrival::Next(octets)
    }

    /// Appends what is new in `data` (MNET-DATA-7). It begins where the stream is, or before.
    fn append(&mut self, start: u64, data: &[u8], octets: &mut Vec<u8>) {
        let known = usize::try_from(self.received - start).unwrap_or(usize::MAX);
        let new = data.get(known..).unwrap_or_default();
        octets.extend_from_slice(new);
        self.received += new.len() as u64;
    }

    /// Lets `data` wait beyond a gap, if there is room; says whether it is new and was kept.
    fn keep(&mut self, start: u64, data: &[u8], settings: &Settings) -> bool {
        let limits = &settings.limits;
        let start = if settings.is(Mutant::SixteenBitsOfAGap) {
            self.received + (start - self.received) % (1 << 16)
        } else {
            start
        };
        let end = start + data.len() as u64;
        let known = self.waiting.get(&start).map_or(0, Vec::len);
        let octets = self.waiting_octets - known + data.len();
        let fits = end - self.received <= limits.reassembly as u64
            && octets <= limits.reassembly
            && (known > 0 || self.waiting.len() < limits.reassembly_pieces);
        if !fits || data.len() <= known {
            return false;
        }
        self.waiting.insert(start, data.to_vec());
        self.waiting_octets = octets;
        true
    }

    /// Takes what lies beyond a gap for received, as a mutant does.
    pub(super) fn skip_gap(&mut self) {
        let waiting = core::mem::take(&mut self.waiting);
        let ends = waiting.iter().map(|(start, piece)| start + piece.len() as u64);
        self.received = ends.max().unwrap_or(0).max(self.received);
        self.waiting_octets = 0;
    }

    /// A payload came that may be acknowledged with the next.
    pub(super) fn owe(&mut self, now: Instant, settings: &Settings) {
        self.unacknowledged += 1;
        if self.due.is_none() {
            self.due = Some(now + settings.timers.acknowledgement);
        }
    }

    /// Whether so much is unacknowledged that an acknowledgement goes at once.
    pub(super) const fn owes_much(&self, settings: &Settings) -> bool {
        self.unacknowledged >= settings.acknowledge_every
    }

    /// When the acknowledgement that is owed must go.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// A packet went that carries the acknowledgement.
    pub(super) const fn on_acknowledged(&mut self) {
        self.unacknowledged = 0;
        self.due = None;
    }
}
