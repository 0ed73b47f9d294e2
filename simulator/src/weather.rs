//! Weather: probabilities of faults for one direction of a link.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::draws::{Draws, Word, link_number};
use crate::schedule::is_default;
use crate::{DelayRange, Distribution, Fate, MessageKey, PerMillion, Rate, Span};

/// Most datagrams that weather lets pass one that it holds back.
pub const HOLD_COUNT_MAX: u8 = 3;

/// Most repetitions that weather makes of one datagram.
pub const REPEAT_COUNT_MAX: u8 = 2;

/// How often a datagram arrives in addition when a storm repeats it.
pub const STORM_COUNT: u8 = 20;

/// Losses that come in bursts (Gilbert and Elliott): the link is good or bad, and each datagram may turn it.
///
/// What turns it is drawn for the datagram, as its other faults are; what state it is in depends on the datagrams before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Burst {
    /// How often a datagram turns a good link bad (netem's `p`).
    pub start: PerMillion,
    /// How often a datagram turns a bad link good (netem's `r`); on average a burst has one in so many datagrams.
    pub end: PerMillion,
    /// How often a datagram is lost while the link is bad (netem's `1-h`); always when left out.
    #[serde(default = "always")]
    pub lose: PerMillion,
}

const fn always() -> PerMillion {
    PerMillion::ALWAYS
}

impl Burst {
    /// Whether the link is bad for a datagram, when it was or was not for the one before.
    fn turn(&self, bad: bool, word: u32) -> bool {
        if bad { !self.end.hits(word) } else { self.start.hits(word) }
    }
}

/// Weather from some time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Later {
    /// How long after the run began.
    pub after: Span,
    /// The weather from then on; its own [`later`](Weather::later) is not looked at.
    pub weather: Weather,
}

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
    /// How delays are spread over their range.
    #[serde(skip_serializing_if = "is_default")]
    pub distribution: Distribution,
    /// Losses in bursts, beside [`lose`](Self::lose).
    #[serde(skip_serializing_if = "is_default")]
    pub burst: Option<Burst>,
    /// How often a datagram arrives [`STORM_COUNT`] times more.
    #[serde(skip_serializing_if = "is_never")]
    pub storm: PerMillion,
    /// How many bits the link takes in a second; any number if there is none.
    #[serde(skip_serializing_if = "is_default")]
    pub rate: Option<Rate>,
    /// How many datagrams wait at most while the link is busy; a further one is lost. Only with a [`rate`](Self::rate).
    #[serde(skip_serializing_if = "is_default_queue")]
    pub queue: u16,
    /// Nothing passes at all.
    #[serde(skip_serializing_if = "is_default")]
    pub down: bool,
    /// What the weather changes to within a run, in the order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Later>,
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
fn is_default_queue(datagrams: &u16) -> bool {
    *datagrams == Weather::QUEUE
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
        distribution: Distribution::Uniform,
        burst: None,
        storm: PerMillion::NEVER,
        rate: None,
        queue: Self::QUEUE,
        down: false,
        later: Vec::new(),
    };

    /// How many datagrams wait for a link that is busy, unless weather says otherwise.
    pub const QUEUE: u16 = 100;

    /// How long a datagram is held back at most, unless weather says otherwise.
    pub const HOLD_MAX: Span = Span::from_millis(100);

    /// The fate of one datagram: a pure function of (seed, link, key, occurrence).
    ///
    /// The occurrence counts from 1. The length, in octets, only places cuts and damage. The fate
    /// is [settled](Fate::settled). It is that of a link which was good (see [`Burst`]) and is not busy; later weather is
    /// not looked at.
    pub fn fate(
        &self,
        seed: u64,
        link: &str,
        key: MessageKey,
        occurrence: u64,
        length: usize,
    ) -> Fate {
        self.fate_on(seed, link_number(link), key, occurrence, length, &mut false)
    }

    /// The weather so long after the run began.
    pub(crate) fn after(&self, time: Span) -> &Self {
        let now = self.later.iter().rev().find(|later| later.after <= time);
        now.map_or(self, |later| &later.weather)
    }

    /// How long the link takes at least, whenever that is.
    pub(crate) fn latency(&self) -> Span {
        let later = self.later.iter().map(|later| later.weather.delay.min());
        later.fold(self.delay.min(), Span::min)
    }

    /// The same with the link's name as a number; `bad` is the state of the link for bursts.
    pub(crate) fn fate_on(
        &self,
        seed: u64,
        link: u64,
        key: MessageKey,
        occurrence: u64,
        length: usize,
        bad: &mut bool,
    ) -> Fate {
        if self.down {
            return Fate::LOST;
        }
        if self.is_usual() {
            return Fate::USUAL;
        }
        let draws = Draws::new(seed, link, key, occurrence);
        let hits = |word, probability: PerMillion| probability.hits(draws.word(word));
        let spared = occurrence.is_multiple_of(u64::from(self.lose_in_a_row_max) + 1);

        let mut often = self.lose;
        if let Some(burst) = &self.burst {
            *bad = burst.turn(*bad, draws.word(Word::Burst));
            if *bad {
                often = often.max(burst.lose);
            }
        }
        let lose = !spared && hits(Word::Lose, often);
        let mut fate = Fate { lose, ..Fate::USUAL };
        if hits(Word::Repeat, self.repeat) {
            fate.repeat = one_to(REPEAT_COUNT_MAX, &draws, Word::RepeatCount);
            fate.repeat_after =
                self.part_of_jitter(&draws, Word::RepeatAfterHigh, Word::RepeatAfterLow);
        }
        if hits(Word::Storm, self.storm) {
            fate.repeat = fate.repeat.max(STORM_COUNT);
        }
        if hits(Word::Reorder, self.reorder) {
            fate.hold = one_to(HOLD_COUNT_MAX, &draws, Word::HoldCount);
        }
        let word = draws.both(Word::DelayHigh, Word::DelayLow);
        fate.delay = self.distribution.jitter(self.delay, word);
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
        let faults = [self.lose, self.repeat, self.reorder, self.damage, self.cut, self.storm];
        self.delay.jitter().is_zero() && self.burst.is_none() && faults.iter().all(is_never)
    }

    fn part_of_jitter(&self, draws: &Draws, high: Word, low: Word) -> Span {
        Span::from_nanos(draws.up_to(high, low, self.delay.jitter().as_nanos()))
    }
}

/// Evenly from 1 to `max`, which is at least 1.
fn one_to(max: u8, draws: &Draws, word: Word) -> u8 {
    1 + u8::try_from(draws.below(word, u32::from(max))).unwrap_or(0)
}
