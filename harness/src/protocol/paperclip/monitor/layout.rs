//! What the subject sends that cannot be read: datagrams that are no packets, data that does not decode.

use reference::paperclip::{Body, DATA_MAX, DecodeError, Flags, Packet, Widths};

use super::session::Session;
use super::{Frame, violation};
use crate::protocol::Violation;

/// The fixed octets before Sequence ID.
const FIXED: usize = 2;

/// Whether the octets that are too many in a fragment are those that the Checksum of `deployed` has more than that of `table`.
fn is_wide(frame: &Frame, octets: &[u8], data: usize) -> bool {
    let both = Flags::CHECKSUM | Flags::FRAG;
    let flags = octets.get(1).map_or(Flags::NONE, |flags| Flags::from_bits(*flags));
    frame.widths == Widths::Table && flags.has(both) && data == DATA_MAX + 2
}

impl Session {
    /// The subject has sent what cannot be read.
    pub(super) fn malformed_sent(
        &mut self,
        frame: &Frame,
        octets: &[u8],
        error: DecodeError,
    ) -> Violation {
        let what = format!("a datagram is sent that is no packet: {error}");
        let layout = "the fields of the table, in its order, big-endian";
        // Counted from 1, the last fragment is one of so many, whatever other order its octets happen to fit.
        let counts_from_one =
            matches!(error, DecodeError::FragmentBeyond { id, total } if id == total);
        if !counts_from_one && self.fits_otherwise(frame, octets) {
            let what = format!("{what}; with fields in another order it is one");
            return violation("CLIP-HEAD-1", what, layout);
        }
        match error {
            DecodeError::OtherVersion { .. } => violation("CLIP-HEAD-2", what, "version 0"),
            DecodeError::ReservedFlags { flags } if (flags & Flags::ALL).is_empty() => {
                violation("CLIP-HEAD-4", what, "no reserved flag")
            }
            DecodeError::ReservedFlags { .. } => {
                violation("CLIP-HEAD-6", what, "the flags that the profile declares")
            }
            DecodeError::TooLong { data } if is_wide(frame, octets, data) => {
                let what = format!("{what}; with a Checksum of 4 octets it is one");
                violation("CLIP-HEAD-1", what, "a Checksum of 2 octets")
            }
            DecodeError::TooLong { .. } => {
                violation("CLIP-HEAD-10", what, "988 octets at most, or fragments")
            }
            DecodeError::SequenceBeyond { .. } => {
                violation("CLIP-HEAD-5", what, "Sequence IDs from 0 to 65535")
            }
            DecodeError::NoFragments | DecodeError::FragmentBeyond { .. } => {
                violation("CLIP-FRAG-1", what, "Fragment IDs from 0, below Fragment Number")
            }
            DecodeError::EmptyCertificate => {
                violation("CLIP-AUTH-7", what, "a certificate, or neither it nor its size")
            }
            DecodeError::Empty
            | DecodeError::UnknownType { .. }
            | DecodeError::Truncated { .. }
            | DecodeError::Trailing { .. } => violation("CLIP-HEAD-1", what, layout),
        }
    }

    /// Whether octets are a likely packet once two fields change places, or one its byte order.
    fn fits_otherwise(&self, frame: &Frame, octets: &[u8]) -> bool {
        let number = frame.sequence_width();
        let swapped = |edit: &dyn Fn(&mut Vec<u8>)| {
            let mut other = octets.to_vec();
            edit(&mut other);
            other
        };
        let nibbles = swapped(&|other| {
            if let Some(first) = other.first_mut() {
                *first = first.rotate_left(4);
            }
        });
        if let Ok(packet) = Packet::decode(&nibbles, frame.widths, frame.flags) {
            let likely = match packet.body {
                Body::Default => false,
                Body::Ack { id, .. } => self.is_acknowledgeable(id),
                Body::Auth { key, .. } => !key.is_empty(),
                Body::Heartbeat { value } => value <= 1,
                Body::Error { code } => code.major <= 3,
            };
            if likely {
                return true;
            }
        }
        let reversed = swapped(&|other| {
            if let Some(sequence) = other.get_mut(FIXED..FIXED + number) {
                sequence.reverse();
            }
        });
        let next = self.numbers.last().map_or(0, super::numbers::Numbers::next);
        if Packet::decode(&reversed, frame.widths, frame.flags)
            .is_ok_and(|packet| packet.sequence == next)
        {
            return true;
        }
        let has = |flag: Flags| octets.get(1).is_some_and(|flags| flags & flag.bits() != 0);
        if !has(Flags::FRAG) {
            return false;
        }
        let at = FIXED + number;
        let fits = |other: &[u8]| {
            Packet::decode(other, frame.widths, frame.flags)
                .ok()
                .and_then(|packet| packet.fragment)
                .is_some_and(|fragment| fragment.total > 1)
        };
        let exchanged = swapped(&|other| {
            if let Some(fields) = other.get_mut(at..at + 2) {
                fields.reverse();
            }
        });
        let behind = usize::from(has(Flags::ENCRYPTED)) * frame.vector_width()
            + usize::from(has(Flags::CHECKSUM)) * frame.checksum_width();
        let moved = swapped(&|other| {
            if let Some(fields) = other.get_mut(at..at + behind + 2) {
                fields.rotate_right(2);
            }
        });
        // Fields at their own place that only count wrongly fit once they are exchanged, too.
        let counted = octets.get(at).zip(octets.get(at + 1)).is_some_and(|(id, total)| id == total);
        behind > 0 && fits(&moved) || fits(&exchanged) && !counted
    }

    /// Data that does not decode: what was done wrong.
    pub(super) fn undecodable_sent(
        &self,
        frame: &Frame,
        packet: &Packet<'_>,
        clause: &str,
    ) -> Violation {
        let what = format!("the data of {} cannot be decoded", packet.spec().name);
        let exchanged = || {
            let at = 2 + frame.sequence_width() + 2 * usize::from(packet.fragment.is_some());
            let mut octets = packet.to_octets(frame.widths);
            let (vector, checksum) = (frame.vector_width(), frame.checksum_width());
            octets.get_mut(at..at + vector + checksum)?.rotate_left(checksum);
            let other = Packet::decode(&octets, frame.widths, frame.flags).ok()?;
            self.keys.iter().find(|key| {
                let (vector, checksum) = (other.init_vector, other.checksum);
                reference::paperclip::decode(
                    other.flags,
                    frame.widths,
                    Some(key),
                    vector,
                    checksum,
                    other.data,
                )
                .is_ok()
            })
        };
        if packet.flags.has(Flags::ENCRYPTED | Flags::CHECKSUM) && exchanged().is_some() {
            let what = format!("{what}; with Checksum before Init Vector it can");
            return violation("CLIP-HEAD-1", what, "Init Vector, then Checksum");
        }
        match clause {
            "CLIP-ENC-2" if self.may_prove(packet) => {
                violation("CLIP-AUTH-1", what, "finished, which the peer can read")
            }
            "CLIP-ENC-2" => violation("CLIP-ENC-1", what, "AES-256-CBC under the session key"),
            "CLIP-ZIP-2" if self.incoming.iter().any(|receipt| receipt.refused == Some(clause)) => {
                let what = format!("{what}, nor could what it may bring back");
                violation(clause, what, "ERROR 3.8 for what does not inflate within its bounds")
            }
            "CLIP-ZIP-2" => violation("CLIP-ZIP-1", what, "raw DEFLATE"),
            _ => violation("CLIP-SUM-1", what, "the CRC-32 of the data alone"),
        }
    }
}
