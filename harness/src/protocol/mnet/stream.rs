//! One direction of a stream as an observer sees it: octets by their offset, in whatever order they come.

use std::collections::BTreeMap;

use memchr::memmem;

/// Octets by offset; what is in order and whole is kept apart from what lies beyond a gap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    whole: Vec<u8>,
    beyond: BTreeMap<u64, Vec<u8>>,
}

/// How a piece of a stream relates to what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// It holds nothing.
    Empty,
    /// It begins where the whole part ends.
    Next,
    /// All of it was there before.
    Repeat,
    /// Some of it was there before, some is new.
    Overlap,
    /// It lies beyond a gap.
    Gap,
}

impl Stream {
    /// Octets that are in order and whole.
    pub(crate) fn whole(&self) -> &[u8] {
        &self.whole
    }

    /// How many octets are in order and whole.
    pub(crate) fn whole_len(&self) -> u64 {
        self.whole.len() as u64
    }

    /// One past the highest octet.
    pub(crate) fn end(&self) -> u64 {
        let beyond = self.beyond.iter().map(|(offset, octets)| offset + octets.len() as u64).max();
        beyond.unwrap_or(0).max(self.whole_len())
    }

    /// There are octets beyond a gap.
    pub(crate) fn has_gap(&self) -> bool {
        !self.beyond.is_empty()
    }

    /// There are octets beyond a gap, less than so many past it.
    pub(crate) fn has_gap_within(&self, distance: u64) -> bool {
        self.beyond.keys().next().is_some_and(|offset| offset - self.whole_len() < distance)
    }

    /// Whether these octets lie somewhere beyond a gap.
    pub(crate) fn beyond_holds(&self, octets: &[u8]) -> bool {
        !octets.is_empty()
            && self.beyond.values().any(|piece| memmem::find(piece, octets).is_some())
    }

    /// How a piece relates to what is there.
    pub(crate) fn relation(&self, offset: u64, octets: &[u8]) -> Piece {
        let end = offset + octets.len() as u64;
        if octets.is_empty() {
            Piece::Empty
        } else if end <= self.whole_len() {
            Piece::Repeat
        } else if offset == self.whole_len() {
            Piece::Next
        } else if offset < self.whole_len() {
            Piece::Overlap
        } else {
            Piece::Gap
        }
    }

    /// Whether a piece says the same as what is there, where both speak.
    pub(crate) fn agrees(&self, offset: u64, octets: &[u8]) -> bool {
        octets
            .iter()
            .zip(offset..)
            .all(|(octet, place)| self.at(place).is_none_or(|known| known == *octet))
    }

    /// Whether all of a piece is there, octet for octet.
    pub(crate) fn holds(&self, offset: u64, octets: &[u8]) -> bool {
        octets.iter().zip(offset..).all(|(octet, place)| self.at(place) == Some(*octet))
    }

    /// Takes a piece; where it overlaps, what was there first stays.
    pub(crate) fn insert(&mut self, offset: u64, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        if offset > self.whole_len() {
            let kept = self.beyond.entry(offset).or_default();
            if octets.len() > kept.len() {
                *kept = octets.to_vec();
            }
            return;
        }
        self.append(offset, octets);
        while let Some((offset, octets)) = self.beyond.pop_first() {
            if offset > self.whole_len() {
                self.beyond.insert(offset, octets);
                break;
            }
            self.append(offset, &octets);
        }
    }

    fn append(&mut self, offset: u64, octets: &[u8]) {
        let known = usize::try_from(self.whole_len() - offset).unwrap_or(usize::MAX);
        self.whole.extend(octets.get(known..).unwrap_or(&[]));
    }

    fn at(&self, place: u64) -> Option<u8> {
        let index = |place: u64| usize::try_from(place).ok();
        index(place).and_then(|place| self.whole.get(place).copied()).or_else(|| {
            self.beyond.range(..=place).rev().find_map(|(offset, octets)| {
                index(place - offset).and_then(|place| octets.get(place).copied())
            })
        })
    }
}

/// The offset in a stream that a 32-bit count on the wire stands for: the one nearest to `near`, which is counted from the
/// start of the stream like the answer. `None` when it would lie before the start. (MNET-DATA-12, RFC 1982)
pub(crate) fn unwrap(base: u32, near: u64, wire: u32) -> Option<u64> {
    let low = u32::try_from(near & u64::from(u32::MAX)).unwrap_or(0);
    let distance = wire.wrapping_sub(base.wrapping_add(low)).cast_signed();
    near.checked_add_signed(i64::from(distance))
}

/// The count on the wire of an offset.
pub(crate) fn wrap(base: u32, offset: u64) -> u32 {
    base.wrapping_add(u32::try_from(offset & u64::from(u32::MAX)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_together_in_any_order_and_the_first_word_stays() {
        let mut stream = Stream::default();
        stream.insert(5, b"fgh");
        assert_eq!((stream.whole_len(), stream.end(), stream.has_gap()), (0, 8, true));
        assert_eq!(stream.relation(2, b"c"), Piece::Gap);
        stream.insert(0, b"abc");
        assert_eq!(stream.relation(1, b"bc"), Piece::Repeat);
        assert_eq!(stream.relation(2, b"cd"), Piece::Overlap);
        stream.insert(2, b"XdeY");
        assert_eq!(stream.whole(), b"abcdeYgh");
        assert!(!stream.has_gap());
        assert!(stream.agrees(6, b"ghi") && !stream.agrees(6, b"gx"));
        assert!(stream.holds(6, b"gh") && !stream.holds(6, b"ghi"));
    }

    #[test]
    fn counts_unwrap_to_the_nearest_offset() {
        assert_eq!(unwrap(0, 10, 7), Some(7));
        assert_eq!(unwrap(0, 0, u32::MAX), None);
        assert_eq!(unwrap(u32::MAX, 0, 4), Some(5));
        assert_eq!(unwrap(0, 1 << 32, 5), Some((1 << 32) + 5));
        assert_eq!(unwrap(9, (1 << 32) + 3, wrap(9, (1 << 32) - 2)), Some((1 << 32) - 2));
    }
}
