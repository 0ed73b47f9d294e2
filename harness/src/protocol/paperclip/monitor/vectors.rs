//! The Init Vectors of what the subject encrypts (CLIP-ENC-1).

use reference::paperclip::{Packet, Widths};

use super::session::Session;
use super::{Frame, violation};
use crate::protocol::Violation;

/// From this Init Vector on they are the server's.
const SERVER_VECTORS: u8 = 0x80;
/// Random Init Vectors have so many octets in common less often than once in 2^64.
const VECTOR_ALIKE: usize = 12;
/// Init Vectors are compared octet by octet once there are so many.
const VECTORS_MIN: usize = 15;

impl Session {
    /// Init Vectors are used once, those of `table` by each side its own (CLIP-ENC-1).
    pub(super) fn vector_sent(&mut self, frame: &Frame, packet: &Packet<'_>) -> Option<Violation> {
        let vector = packet.init_vector?;
        let first = *vector.first()?;
        if frame.widths == Widths::Table && (first >= SERVER_VECTORS) != frame.server {
            let what = format!("the Init Vector begins with {first:#04x}");
            let own = if frame.server { "32768..65535" } else { "0..32767" };
            return Some(violation("CLIP-ENC-1", what, own));
        }
        if frame.widths == Widths::Deployed && vector.iter().all(|octet| *octet == 0) {
            return Some(violation("CLIP-ENC-1", "the Init Vector is 0", "a random one"));
        }
        if self.blocks.contains(vector) {
            let what =
                "the Init Vector is that of a packet of the peer, or the end of another's data";
            return Some(violation("CLIP-ENC-1", what, "a random one"));
        }
        if frame.widths == Widths::Deployed && !self.vectors.contains_key(vector) {
            let alike = |known: &Vec<u8>| known.iter().zip(vector).filter(|(a, b)| a == b).count();
            if self.vectors.keys().any(|known| alike(known) >= VECTOR_ALIKE) {
                let what = "the Init Vector is almost that of another packet";
                return Some(violation("CLIP-ENC-1", what, "a random one"));
            }
            // Random octets are the same in one place of so many less often than once in 2^116.
            let is_fixed = |place: usize| {
                self.vectors.keys().all(|known| known.get(place) == vector.get(place))
            };
            if self.vectors.len() >= VECTORS_MIN && (0..vector.len()).any(is_fixed) {
                let what = "the Init Vectors have an octet that is always the same";
                return Some(violation("CLIP-ENC-1", what, "random ones"));
            }
        }
        self.note_blocks(frame, packet, false);
        let of = *self.vectors.entry(vector.to_vec()).or_insert(packet.sequence);
        (of != packet.sequence).then(|| {
            let what = format!("packets {of} and {} have one Init Vector", packet.sequence);
            violation("CLIP-ENC-1", what, "another Init Vector for each packet")
        })
    }
}
