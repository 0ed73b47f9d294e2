//! Weather: probabilities of faults for one direction of a link.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::draws::{Draws, Word, link_number};
use crate::{DelayRange, Fate, MessageKey, PerMillion, Span};

/// Most datagrams that weather lets pass one that it holds back.
pub const HOLD_COUNT_MAX: u8 = 3;

/// Most repetitions that weather makes of one datagram.
pub const REPEAT_COUNT_MAX: u8 = 2;

/// How likely each fault is in one direction of a link.
///
/// Each kind of fault has its own words of chance: switching one off leaves the others as they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Weather {
    /// How long the link takes.
    pub delay: DelayRange,
    /// How often a datagram is lost.
    #[serde(skip_serializing_if = "is_never")]
    pub lose: PerMillion,
    /// How often a datagram arrives more than once.
    #[serde(skip_serializing_if = "is_never")]
    pub repeat: PerMillion,
    /// How often a datagram is held back until one to three later ones have passed it.
    #[serde(skip_serializing_if = "is_never")]
    pub reorder: PerMillion,
    /// How often one bit of a datagram is turned over.
    #[serde(skip_serializing_if = "is_never")]
    pub damage: PerMillion,
    /// How often a datagram loses its end.
    #[serde(skip_serializing_if = "is_never")]
    pub cut: PerMillion,
    /// How often in a row a message may be lost, damaged or cut.
    ///
    /// With 3, its fourth, eighth, twelfth occurrence comes through whole. A rule by number and not
    /// by history, so that a fate depends on nothing but its own datagram.
    #[serde(skip_serializing_if = "is_default_in_a_row")]
    pub lose_in_a_row_max: u32,
    /// How long a datagram is held back at most, if too few others come.
    #[serde(skip_serializing_if = "is_default_hold")]
    pub hold_max: Span,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_never(probability: &PerMillion) -> bool {
    *probability == PerMillion::NEVER
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_default_in_a_row(times: &u32) -> bool {
    *times == Weather::CALM.lose_in_a_row_max
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_default_hold(span: &Span) -> bool {
    *span == Weather::HOLD_MAX
}

impl Default for Weather {
    fn default() -> Self {
        Self::CALM
    }
}

impl Weather {
    /// No faults and no delay.
    pub const CALM: Self = Self {
        delay: DelayRange::exactly(Span::ZERO),
        lose: PerMillion::NEVER,
        repeat: PerMillion::NEVER,
        reorder: PerMillion::NEVER,
        damage: PerMillion::NEVER,
        cut: PerMillion::NEVER,
        lose_in_a_row_max: 3,
        hold_max: Self::HOLD_MAX,
    };

    /// How long a datagram is held back at most, unless weather says otherwise.
    pub const HOLD_MAX: Span = Span::from_millis(100);

    /// The fate of one datagram: a pure function of (seed, link, key, occurrence).
    ///
    /// The occurrence counts from 1. The length, in octets, only places cuts and damage. The fate
    /// is [settled](Fate::settled).
    pub fn fate(
        &self,
        seed: u64,
        link: &str,
        key: MessageKey,
        occurrence: u64,
        length: usize,
    ) -> Fate {
        self.fate_on(seed, link_number(link), key, occurrence, length)
    }

    /// The same with the link's name as a number.
    pub(crate) fn fate_on(
        &self,
        seed: u64,
        link: u64,
        key: MessageKey,
        occurrence: u64,
        length: usize,
    ) -> Fate {
        if self.is_usual() {
            return Fate::USUAL;
        }
        let draws = Draws::new(seed, link, key, occurrence);
        let hits = |word, probability: PerMillion| probability.hits(draws.word(word));
        let spared = occurrence.is_multiple_of(u64::from(self.lose_in_a_row_max) + 1);

        let lose = !spared && hits(Word::Lose, self.lose);
        let mut fate = Fate { lose, ..Fate::USUAL };
        if hits(Word::Repeat, self.repeat) {
            fate.repeat = one_to(REPEAT_COUNT_MAX, &draws, Word::RepeatCount);
            fate.repeat_after =
                self.part_of_jitter(&draws, Word::RepeatAfterHigh, Word::RepeatAfterLow);
        }
        if hits(Word::Reorder, self.reorder) {
            fate.hold = one_to(HOLD_COUNT_MAX, &draws, Word::HoldCount);
        }
        fate.delay = self.part_of_jitter(&draws, Word::DelayHigh, Word::DelayLow);
        if !spared && hits(Word::Damage, self.damage) {
            fate.flip = Some(draws.word(Word::DamagePlace));
        }
        if !spared && hits(Word::Cut, self.cut) {
            let length = u16::try_from(length).unwrap_or(u16::MAX);
            fate.cut = u16::try_from(draws.below(Word::CutPlace, u32::from(length))).ok();
        }
        fate.settled(length)
    }

    /// Whether no fate can be anything but usual, so that nothing need be drawn.
    fn is_usual(&self) -> bool {
        let faults = [self.lose, self.repeat, self.reorder, self.damage, self.cut];
        self.delay.jitter().is_zero() && faults.iter().all(is_never)
    }

    fn part_of_jitter(&self, draws: &Draws, high: Word, low: Word) -> Span {
        Span::from_nanos(draws.up_to(high, low, self.delay.jitter().as_nanos()))
    }
}

/// Evenly from 1 to `max`, which is at least 1.
fn one_to(max: u8, draws: &Draws, word: Word) -> u8 {
    1 + u8::try_from(draws.below(word, u32::from(max))).unwrap_or(0)
}
