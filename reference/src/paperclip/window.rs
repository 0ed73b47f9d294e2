//! Sequence IDs that have come: duplicates, and the bits of ACK (CLIP-REL-2, CLIP-REL-7).

use std::collections::BTreeMap;

/// Sequence IDs that one word notes.
const WORD: u16 = 64;

/// Words that are kept behind the newest: half the range of Sequence IDs.
const WORDS_MAX: u16 = 511;

/// Whether Sequence ID `one` is newer than `other`: by half the range (RFC 1982).
#[must_use]
pub const fn is_newer(one: u16, other: u16) -> bool {
    let ahead = one.wrapping_sub(other);
    ahead != 0 && ahead < 1 << 15
}

/// The Sequence IDs of one peer that have come, up to half the range behind the newest.
#[derive(Clone, Debug, Default)]
pub struct Window {
    newest: Option<u16>,
    /// For 64 Sequence IDs each: those that have come, and those that were RELIABLE.
    words: BTreeMap<u16, (u64, u64)>,
}

impl Window {
    /// Notes that a packet has come.
    pub fn note(&mut self, sequence: u16, reliable: bool) {
        if self.newest.is_none_or(|newest| is_newer(sequence, newest)) {
            self.advance(sequence);
        }
        if self.is_within(sequence) {
            let (came, was_reliable) = self.words.entry(sequence / WORD).or_default();
            let bit = 1 << (sequence % WORD);
            *came |= bit;
            if reliable {
                *was_reliable |= bit;
            }
        }
    }

    /// Forgets that a packet has come, as a mutant has it.
    pub(super) fn forget(&mut self, sequence: u16) {
        if let Some((came, was_reliable)) = self.words.get_mut(&(sequence / WORD)) {
            let bit = 1 << (sequence % WORD);
            *came &= !bit;
            *was_reliable &= !bit;
        }
    }

    /// Whether a packet with this Sequence ID has come.
    #[must_use]
    pub fn has(&self, sequence: u16) -> bool {
        self.is_within(sequence) && self.bit(sequence, |(came, _)| *came)
    }

    /// The newest Sequence ID that has come.
    #[must_use]
    pub const fn newest(&self) -> Option<u16> {
        self.newest
    }

    /// The ACK Bits for an ACK ID: the most significant is the one before it (CLIP-REL-2).
    #[must_use]
    pub fn bits(&self, id: u16) -> u16 {
        (1..=16).fold(0, |bits, back| {
            let sequence = id.wrapping_sub(back);
            let was_reliable =
                self.is_within(sequence) && self.bit(sequence, |(_, reliable)| *reliable);
            bits << 1 | u16::from(was_reliable)
        })
    }

    fn bit(&self, sequence: u16, of: impl Fn(&(u64, u64)) -> u64) -> bool {
        let word = self.words.get(&(sequence / WORD)).map_or(0, of);
        word >> (sequence % WORD) & 1 == 1
    }

    /// Whether the window reaches back to here.
    fn is_within(&self, sequence: u16) -> bool {
        self.newest.is_some_and(|newest| {
            !is_newer(sequence, newest) && words_behind(newest, sequence) <= WORDS_MAX
        })
    }

    fn advance(&mut self, sequence: u16) {
        if self.newest.is_none_or(|newest| newest / WORD != sequence / WORD) {
            self.words.retain(|word, _| words_behind(sequence, word * WORD) <= WORDS_MAX);
            // What the word held one round before is over.
            if self.newest.is_some() {
                self.words.remove(&(sequence / WORD));
            }
        }
        self.newest = Some(sequence);
    }
}

/// How many words the one of `sequence` lies behind that of `newest`.
const fn words_behind(newest: u16, sequence: u16) -> u16 {
    (newest / WORD).wrapping_sub(sequence / WORD) % (u16::MAX / WORD + 1)
}
