//! Draws: the sixteen random words of one datagram, each with a fixed job.

use crate::MessageKey;
use crate::chacha::{self, WORDS};

/// What a word of the block decides.
///
/// The numbers are part of what a seed means: a job keeps its word for ever, and a new job takes
/// the spare word, 15.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Lose = 0,
    Repeat = 1,
    RepeatCount = 2,
    RepeatAfterHigh = 3,
    RepeatAfterLow = 4,
    Reorder = 5,
    HoldCount = 6,
    DelayHigh = 7,
    DelayLow = 8,
    Damage = 9,
    DamagePlace = 10,
    Cut = 11,
    CutPlace = 12,
    Burst = 13,
    Storm = 14,
}

/// One block of `ChaCha8`, keyed by what it is drawn for.
///
/// Nothing is drawn in sequence, so no datagram's words depend on another's, and no job's word on
/// whether another job is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draws([u32; WORDS]);

impl Draws {
    /// The block with the key (seed, link, kind, id), each as 64 bits in little-endian order, and
    /// the occurrence as its stream.
    pub(crate) fn new(seed: u64, link: u64, key: MessageKey, occurrence: u64) -> Self {
        Self(chacha::block([seed, link, u64::from(key.kind), key.id], occurrence))
    }

    /// The word for a job.
    #[expect(clippy::indexing_slicing, reason = "every word's number is below 16")]
    pub(crate) const fn word(&self, word: Word) -> u32 {
        self.0[word as usize]
    }

    /// Two words as one, scaled evenly to `0..=max`.
    pub(crate) fn up_to(&self, high: Word, low: Word, max: u64) -> u64 {
        let draw = self.both(high, low);
        let (low, high) = draw.carrying_mul(max, draw);
        let _ = low;
        high
    }

    /// Two words as one.
    pub(crate) fn both(&self, high: Word, low: Word) -> u64 {
        u64::from(self.word(high)) << 32 | u64::from(self.word(low))
    }

    /// One word, scaled evenly to `0..bound`; 0 if the bound is 0.
    pub(crate) fn below(&self, word: Word, bound: u32) -> u32 {
        let (_, high) = self.word(word).carrying_mul(bound, 0);
        high
    }
}

/// One block of `ChaCha8` for one offset of a stream: its words have jobs of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamDraws([u32; WORDS]);

impl StreamDraws {
    /// A number that is no kind of message, in whose place it stands.
    const STREAM: u64 = 1 << 32;

    /// The block for one offset of a link.
    pub(crate) fn new(seed: u64, link: u64, offset: u64) -> Self {
        Self(chacha::block([seed, link, Self::STREAM, offset], 0))
    }

    /// Decides about a cut.
    pub(crate) const fn cut(&self) -> u32 {
        self.0[0]
    }

    /// Decides about joining.
    pub(crate) const fn join(&self) -> u32 {
        self.0[1]
    }

    /// Decides about stalling.
    pub(crate) const fn stall(&self) -> u32 {
        self.0[2]
    }

    /// How long it stalls, evenly from 0 to `max`.
    pub(crate) fn stall_for(&self, max: u64) -> u64 {
        let draw = u64::from(self.0[3]) << 32 | u64::from(self.0[4]);
        let (_, high) = draw.carrying_mul(max, draw);
        high
    }
}

/// A link's name as a number: FNV-1a over its octets, 64 bits.
///
/// Part of what a seed means, so it must not change.
pub(crate) fn link_number(name: &str) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    name.bytes().fold(OFFSET_BASIS, |hash, octet| (hash ^ u64::from(octet)).wrapping_mul(PRIME))
}
