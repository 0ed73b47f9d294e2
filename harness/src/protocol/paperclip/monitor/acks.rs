//! The ACKs of the subject: which packet they name, and what their bits say (CLIP-REL-1, -2, -5).

use reference::paperclip::{Body, Flags, Packet, decode};

use super::handshake::FINISHED;
use super::overlooked::Overlooked;
use super::receipts::Receipt;
use super::session::Session;
use super::{Frame, violation};
use crate::protocol::Violation;

/// How many numbers before the ACK ID the ACK Bits name (CLIP-REL-2).
const BITS: u16 = 16;

/// The bits of those numbers before this one that are named.
fn named_before(sequence: u16, is_named: &dyn Fn(u16) -> bool) -> u16 {
    let named = (1..=BITS).filter(|back| is_named(sequence.wrapping_sub(*back)));
    named.fold(0, |all, back| all | 1 << (BITS - back))
}

impl Session {
    /// Whether something has come that an ACK may name.
    pub(super) fn is_acknowledgeable(&self, id: u32) -> bool {
        let Ok(id) = u16::try_from(id) else { return false };
        self.peer_auths.iter().any(|auth| auth.sequence == id)
            || self.incoming.iter().any(|receipt| receipt.sequence == id && receipt.is_reliable())
    }

    /// The subject has sent an ACK.
    pub(super) fn ack_sent(&mut self, packet: &Packet<'_>, id: u32, bits: u16) -> Vec<Violation> {
        let mut violations = Vec::new();
        if packet.flags.has(Flags::RELIABLE) {
            violations.push(violation("CLIP-REL-8", "an ACK is RELIABLE", "ACK without RELIABLE"));
        }
        let Ok(sequence) = u16::try_from(id) else {
            let reversed = self.is_acknowledgeable(id.swap_bytes());
            let clause = if reversed { "CLIP-HEAD-1" } else { "CLIP-REL-1" };
            let what = format!("an ACK has the ACK ID {id}");
            let allowed = "the Sequence ID of a reliable packet";
            // Only the author's widths have room for such a number.
            violations.push(violation(clause, what, allowed).by_ruling());
            return violations;
        };
        let named = |receipt: &&Receipt| receipt.sequence == sequence;
        let reliable = |receipt: &&Receipt| receipt.is_reliable() && receipt.refused.is_none();
        let of_auth = self.peer_auths.iter().any(|auth| auth.sequence == sequence);
        let known = |receipt: &&Receipt| named(receipt) && reliable(receipt) && !receipt.early;
        if self.incoming.iter().rev().any(|receipt| known(&receipt)) {
            violations.extend(self.bits_sent(sequence, bits));
            for receipt in self.incoming.iter_mut().filter(|receipt| known(&&**receipt)) {
                receipt.acknowledged = true;
                receipt.acks += 1;
            }
            return violations;
        }
        if of_auth {
            violations.extend(self.bits_after_auth(sequence, bits));
            return violations;
        }
        // What is remembered no more may still be acknowledged.
        if !self.incoming.is_shared(sequence) && !self.incoming.was_forgotten(sequence) {
            violations.push(self.strange_ack(packet, id, bits, sequence));
        }
        violations
    }

    /// An ACK that names nothing that is to be acknowledged.
    fn strange_ack(&self, packet: &Packet<'_>, id: u32, bits: u16, sequence: u16) -> Violation {
        let named = |receipt: &&Receipt| receipt.sequence == sequence;
        let allowed = "an ACK of a reliable packet that was received";
        if self.incoming.is_unfinished(sequence) {
            if self.opening.contains(&sequence) {
                let what = "a packet is acknowledged that came before the session";
                return violation("CLIP-AUTH-6", what, "nothing, as it is dropped");
            }
            let what = "a packet is acknowledged of which fragments are missing";
            return violation("CLIP-FRAG-4", what, "an ACK when the last fragment is there");
        }
        let of = |overlooked: &&Overlooked| overlooked.sequence == sequence;
        if let Some(overlooked) = self.overlooked.iter().rev().find(of) {
            return overlooked.violation("a packet is acknowledged");
        }
        let other = sequence.swap_bytes();
        let reversed = sequence != other && self.is_acknowledgeable(other.into());
        // Exchanged, its bits must be right as well.
        let exchanged = id != u32::from(bits)
            && self.is_acknowledgeable(bits.into())
            && self.bits_sent(bits, sequence).is_none();
        if packet.data.len() == FINISHED && !reversed && !exchanged {
            let what = format!("the ACK with finished has the ACK ID {sequence}");
            return violation("CLIP-AUTH-1", what, "the Sequence ID of the peer's AUTH");
        }
        let awaited = |receipt: &Receipt| {
            let good = receipt.refused.is_none() && !receipt.early && receipt.acks < receipt.times;
            good && receipt.is_reliable() && receipt.sequence != sequence
        };
        if let Some(receipt) = self.incoming.iter().rev().find(named) {
            let (clause, why) = match receipt {
                Receipt { early: true, .. } => ("CLIP-AUTH-6", "one that came before the session"),
                Receipt { refused: Some(clause), .. } => (*clause, "one that does not decode"),
                _ if self.incoming.iter().any(awaited) => {
                    ("CLIP-REL-1", "one without RELIABLE, where another one waits for its ACK")
                }
                _ => ("CLIP-REL-5", "one without RELIABLE"),
            };
            let found = violation(clause, format!("a packet is acknowledged: {why}"), allowed);
            // The text asks for ACKs of reliable packets, and forbids no others.
            return found.by_ruling_if(clause == "CLIP-REL-1");
        }
        let clause = if reversed || exchanged { "CLIP-HEAD-1" } else { "CLIP-REL-1" };
        let what = format!("an ACK has the ACK ID {sequence}, which no reliable packet has");
        violation(clause, what, allowed)
    }

    /// The bits that must be set of the numbers before this one, and those that may be.
    fn bits_before(&self, sequence: u16) -> (u16, u16) {
        let (mut least, mut most) = (0_u16, 0_u16);
        for receipt in self.incoming.before(sequence, BITS) {
            let bit = 1 << (BITS - sequence.wrapping_sub(receipt.sequence));
            if self.incoming.is_shared(receipt.sequence) {
                most |= bit;
            } else if receipt.is_reliable() && receipt.refused.is_none() {
                most |= bit;
                least |= if receipt.acknowledged { bit } else { 0 };
            }
        }
        (least, most)
    }

    /// The bits of an ACK: what was acknowledged before is named, what has not come is not.
    fn bits_sent(&self, sequence: u16, bits: u16) -> Option<Violation> {
        let (least, most) = self.bits_before(sequence);
        let right = |bits: u16| bits & least == least && bits & !most == 0;
        if right(bits) {
            return None;
        }
        let what = format!("the ACK of {sequence} has the ACK Bits {bits:#06x}");
        let bits_of = |named: &dyn Fn(u16) -> bool| named_before(sequence, named);
        // The source document says neither what is recorded nor at which end the list begins, and gives 17 numbers 16 bits.
        let may_be = |bits: u16, before: u16| {
            let (least, most) = self.bits_before(before);
            // A record of the newest numbers knows nothing of those far behind them.
            let least = if self.incoming.is_behind(before, BITS) { 0 } else { least };
            let came = |id| self.came(id) || self.incoming.was_forgotten(id);
            let came = named_before(before, &came);
            bits & least == least && bits & !(most | came) == 0
        };
        let is_ruling = may_be(bits, sequence)
            || may_be(bits.reverse_bits(), sequence)
            || may_be(bits, sequence.wrapping_sub(1));
        let weighed = |found: Violation| found.by_ruling_if(is_ruling);
        if right(bits.swap_bytes()) && bits != bits.swap_bytes() && least.count_ones() > 0 {
            return Some(weighed(violation("CLIP-HEAD-1", what, "big-endian integers")));
        }
        let wrong = bits & !most;
        let only = |named: u16| wrong != 0 && wrong & !named == 0 && bits & least == least;
        let auths = bits_of(&|id| self.peer_auths.iter().any(|auth| auth.sequence == id));
        if only(auths) {
            if self.peer_auths.iter().any(|auth| auth.reliable) {
                return None;
            }
            return Some(violation("CLIP-AUTH-4", what, "no bit for an AUTH"));
        }
        let stale = bits_of(&|id| self.incoming.was_forgotten(id));
        // What fails a check is not acknowledged, by a bit neither.
        let failed = bits_of(&|id| {
            let fails =
                |it: &Receipt| it.sequence == id && it.is_reliable() && it.refused.is_some();
            self.incoming.iter().any(fails)
        });
        let clause = match () {
            () if only(stale) => "CLIP-REL-7",
            () if only(failed) => "CLIP-HEAD-8",
            () => "CLIP-REL-2",
        };
        let allowed = if least == most {
            format!("{least:#06x}")
        } else {
            format!("{least:#06x}, of {most:#06x} any")
        };
        Some(weighed(violation(clause, what, &allowed)))
    }

    /// Whether anything of this number has come, whatever it was.
    fn came(&self, sequence: u16) -> bool {
        self.opening.contains(&sequence)
            || self.incoming.iter().any(|receipt| receipt.sequence == sequence)
            || self.incoming.is_unfinished(sequence)
            || self.peer_auths.iter().any(|auth| auth.sequence == sequence)
            || self.overlooked.iter().any(|overlooked| overlooked.sequence == sequence)
    }

    /// The bits of an ACK of AUTH: an AUTH sets none, and nothing else has come before the session.
    fn bits_after_auth(&self, sequence: u16, bits: u16) -> Option<Violation> {
        let reliable = |receipt: &Receipt| receipt.is_reliable();
        if bits == 0 || self.incoming.iter().any(reliable) {
            return None;
        }
        if self.peer_auths.iter().any(|auth| auth.reliable) {
            return None;
        }
        let what = format!("the ACK of AUTH {sequence} has the ACK Bits {bits:#06x}");
        // One bit may stand for an AUTH; more of them tell of packets that have never come.
        let clause = if bits.count_ones() > 1 { "CLIP-REL-2" } else { "CLIP-AUTH-4" };
        let found = violation(clause, what, "ACK Bits 0, as only an AUTH was received");
        let named = |back: &u16| bits & 1 << (16 - back) != 0;
        let is_record = (1..=16).filter(named).all(|back| self.came(sequence.wrapping_sub(back)));
        Some(found.by_ruling_if(is_record))
    }

    /// Whether this is the place of *finished*: an ACK of the peer's AUTH before the session is open.
    pub(super) fn may_prove(&self, packet: &Packet<'_>) -> bool {
        let of = |id: u32| self.peer_auths.iter().any(|auth| u32::from(auth.sequence) == id);
        !self.open && matches!(packet.body, Body::Ack { id, .. } if of(id))
    }

    /// What an ACK of the peer's AUTH carries, through its flags; `None` for every other packet, and where there is nothing.
    pub(super) fn proof(&self, frame: &Frame, packet: &Packet<'_>) -> Option<Vec<u8>> {
        let Body::Ack { id, .. } = packet.body else { return None };
        if !self.peer_auths.iter().any(|auth| u32::from(auth.sequence) == id) {
            return None;
        }
        // After the wrap its number may be that of a packet of the session.
        let of_packet = |receipt: &Receipt| {
            !receipt.early && receipt.is_reliable() && u32::from(receipt.sequence) == id
        };
        if self.incoming.iter().any(of_packet) {
            return None;
        }
        let (vector, sum) = (packet.init_vector, packet.checksum);
        let keys = self.keys.iter().map(Some).chain([None]);
        let mut read = keys.filter_map(|key| {
            decode(packet.flags, frame.widths, key, vector, sum, packet.data).ok()
        });
        read.next().filter(|data| !data.is_empty())
    }
}
