//! What the subject owes for what it has taken: an ACK of each reliable packet that it delivered (CLIP-REL-1, -4, CLIP-FRAG-4),
//! a PONG for each PING (CLIP-BEAT-1).
//!
//! Nothing is owed for what may have been dropped for a reason that is not seen here: only what was delivered counts.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use reference::paperclip::{Body, Flags, Packet};
use simulator::Instant;

use super::receipts::Receipt;
use super::session::Session;
use super::{Frame, violation};
use crate::protocol::Violation;

/// How long an answer may take; a peer has sent its packet again by then.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take once a packet that came later has its ACK: ACKs that are delayed are so one like the other.
const OVERTAKEN: Duration = Duration::from_millis(400);
/// So many packets within a second may overflow the buffers of real sockets, and so may what answers them.
const FLOOD: usize = 200;

/// An ACK that is still to come.
#[derive(Clone, Copy, Debug)]
struct Debt {
    since: Instant,
    sequence: u16,
    clause: &'static str,
    /// A packet that came later has its ACK.
    overtaken: bool,
}

impl Debt {
    const fn patience(&self) -> Duration {
        if self.overtaken { OVERTAKEN } else { PATIENCE }
    }
}

/// What the subject owes in one session.
#[derive(Clone, Debug, Default)]
pub(super) struct Owed {
    acks: VecDeque<Debt>,
    /// What a bit has named already: nothing more is owed for it.
    by_bit: BTreeSet<u16>,
    /// The reliable packet that came last.
    newest: Option<(u16, Instant)>,
    pongs: VecDeque<Instant>,
    /// When the subject acknowledged something last: the session was still there.
    alive: Option<Instant>,
    /// When the packets of the last second came, up to as many as make a flood.
    arrivals: VecDeque<Instant>,
    /// So many have come that some answers may be lost, where sockets are real: nothing is missed any more.
    flooded: bool,
}

impl Owed {
    fn ack_due(&mut self, since: Instant, sequence: u16, clause: &'static str) {
        // Of a repeat it is owed again.
        self.by_bit.remove(&sequence);
        self.acks.push_back(Debt { since, sequence, clause, overtaken: false });
    }

    /// An ACK has named these numbers, one by its ID and others by its bits.
    fn named(&mut self, id: u16, bits: u16) {
        let set = (1..=16).filter(|back| bits & 1 << (16 - back) != 0);
        self.by_bit.extend(set.map(|back| id.wrapping_sub(back)));
        self.acks.retain(|debt| debt.sequence != id && !self.by_bit.contains(&debt.sequence));
    }

    /// A PING waits for its PONG.
    pub(super) fn owes_pong(&self) -> bool {
        !self.pongs.is_empty()
    }

    /// A PONG was sent.
    pub(super) fn pong_sent(&mut self) {
        self.pongs.pop_front();
    }

    /// Notes a packet at a real socket.
    fn arrived(&mut self, at: Instant) {
        self.arrivals.push_back(at);
        if self.arrivals.len() > FLOOD {
            self.arrivals.pop_front();
        }
        let first = self.arrivals.front().filter(|_| self.arrivals.len() == FLOOD);
        self.flooded |= first.is_some_and(|first| at - *first < Duration::from_secs(1));
    }
}

impl Session {
    /// A packet has come in the open session; it is `new`, or a repeat.
    pub(super) fn note_owed(&mut self, frame: &Frame, at: Instant, packet: &Packet<'_>, new: bool) {
        if !frame.unread.is_zero() {
            self.owed.arrived(at);
        }
        let whole = packet.fragment.is_none();
        if new {
            if packet.flags.has(Flags::RELIABLE) {
                self.owed.newest = Some((packet.sequence, at));
                self.owed.by_bit.remove(&packet.sequence);
            }
            // What the subject must not send any more, for the want of numbers or Init Vectors, is no PONG that it owes.
            let plain = !packet.flags.has(Flags::ENCRYPTED) && !self.waits;
            if whole && plain && packet.body == (Body::Heartbeat { value: 0 }) {
                self.owed.pongs.push_back(at);
            }
            return;
        }
        let again = |receipt: &Receipt| {
            receipt.sequence == packet.sequence && receipt.delivered > 0 && receipt.is_reliable()
        };
        let known = whole && packet.flags.has(Flags::RELIABLE);
        if known && self.owes_ack(packet.sequence) && self.incoming.iter().any(again) {
            self.owed.ack_due(at, packet.sequence, "CLIP-REL-4");
        }
    }

    /// Whether what has this number is known for certain: one packet, not long ago, and no AUTH.
    fn owes_ack(&self, sequence: u16) -> bool {
        !self.incoming.is_shared(sequence)
            && !self.incoming.is_behind(sequence, 256)
            && !self.peer_auths.iter().any(|auth| auth.sequence == sequence)
    }

    /// A reliable packet was delivered, or its data has come back, before its ACK.
    pub(super) fn delivered_owes(&mut self, at: Instant, sequence: u16, flags: Flags) {
        if self.owes_ack(sequence) && !self.owed.by_bit.contains(&sequence) {
            let in_fragments = flags.has(Flags::FRAG);
            let clause = if in_fragments { "CLIP-FRAG-4" } else { "CLIP-REL-1" };
            self.owed.ack_due(at, sequence, clause);
        }
    }

    /// The subject has sent an ACK.
    pub(super) fn ack_pays(&mut self, at: Instant, id: u32, bits: u16) {
        self.owed.alive = Some(at);
        if let Some((_, came)) = self.owed.newest.filter(|(newest, _)| u32::from(*newest) == id) {
            let before = self.owed.acks.iter_mut().filter(|debt| debt.since < came);
            before.for_each(|debt| debt.overtaken = true);
        }
        // An ACK ID of no packet names none by its bits either.
        if let Ok(id) = u16::try_from(id) {
            self.owed.named(id, bits);
        }
    }

    /// An answer that has not come in time.
    pub(super) fn unpaid(&mut self, frame: &Frame, at: Instant) -> Option<Violation> {
        if !self.open || self.left || self.ended.is_some() || self.may_begin_anew() {
            self.owed = Owed::default();
        }
        if self.owed.flooded {
            return None;
        }
        let grace = frame.tolerance + frame.unread;
        let is_late = |debt: &Debt| at - debt.since > debt.patience() + grace;
        if let Some(late) = self.owed.acks.iter().position(is_late)
            && let Some(debt) = self.owed.acks.remove(late)
        {
            let what = format!("packet {} was delivered, and no ACK names it", debt.sequence);
            return Some(violation(debt.clause, what, "an ACK with its Sequence ID"));
        }
        let alive = self.owed.alive;
        let is_late = |since: &&Instant| at - **since > PATIENCE + grace && alive > Some(**since);
        self.owed.pongs.front().filter(is_late)?;
        self.owed.pongs.pop_front();
        let unanswered =
            violation("CLIP-BEAT-1", "a PING is not answered", "one PONG for each PING");
        self.told.insert("pong").then_some(unanswered)
    }
}
