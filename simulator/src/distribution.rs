//! Distributions of delays over their range, in integers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DelayRange, Span};

/// How delays are spread over their range, from the shortest to the longest.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Every length is equally likely.
    #[default]
    Uniform,
    /// Most are near the middle: the mean of four even draws, whose standard deviation is a seventh of the range.
    Normal,
    /// Most are short, and few are very long: a Pareto distribution of shape 1 whose longest is 16 times its shortest, so
    /// that more than half are in the first sixteenth of the range.
    Pareto,
}

/// How many times its scale the longest delay of [`Distribution::Pareto`] is.
const PARETO_LONGEST: u64 = 16;

impl Distribution {
    /// How much longer than the shortest the delay is, for a word drawn evenly from all words.
    pub(crate) fn jitter(self, range: DelayRange, word: u64) -> Span {
        let max = range.jitter().as_nanos();
        let part = match self {
            Self::Uniform => word,
            Self::Normal => mean_of_quarters(word),
            Self::Pareto => pareto(word),
        };
        let (_, high) = part.carrying_mul(max, part);
        Span::from_nanos(high)
    }
}

/// The mean of the four quarters of a word, spread over all words.
const fn mean_of_quarters(word: u64) -> u64 {
    let mask = 0xffff;
    let sum = (word & mask) + (word >> 16 & mask) + (word >> 32 & mask) + (word >> 48);
    // At most 4 × 65,535, which is 2^18 − 4.
    sum << 46
}

/// The inverse of the distribution: 1 / (1 − u × 15/16) is from 1 to 16; what is above 1, in fifteenths.
const fn pareto(word: u64) -> u64 {
    const ONE: u64 = 1 << 32;
    let below_one = word >> 32;
    let rest = ONE - below_one * (PARETO_LONGEST - 1) / PARETO_LONGEST;
    // At most 16 × 2^32, so that nothing overflows; both ends included.
    let times = (ONE << 31) / rest * 2;
    let above = (times - ONE) / (PARETO_LONGEST - 1);
    if above >= ONE { u64::MAX } else { above << 32 }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Millionths of a range of one millisecond in nanoseconds: the quantiles of words at these hundredths.
    #[rstest]
    #[case::uniform(Distribution::Uniform, [0, 250_000, 500_000, 750_000, 999_999])]
    #[case::pareto(Distribution::Pareto, [0, 20_408, 58_823, 157_894, 999_999])]
    fn quantiles_are_those_of_the_distribution(
        #[case] distribution: Distribution,
        #[case] expected: [u64; 5],
    ) {
        let range = DelayRange::new(Span::ZERO, Span::from_millis(1)).unwrap();
        let words = [0, 1 << 62, 1 << 63, 3 << 62, u64::MAX];
        let quantiles = words.map(|word| distribution.jitter(range, word).as_nanos());
        for (quantile, expected) in quantiles.into_iter().zip(expected) {
            assert!(quantile.abs_diff(expected) <= 1, "{quantiles:?}");
        }
    }

    #[test]
    fn a_normal_delay_is_near_the_middle() {
        let range = DelayRange::new(Span::ZERO, Span::from_millis(1)).unwrap();
        let at = |word| Distribution::Normal.jitter(range, word).as_nanos();
        assert_eq!(at(0), 0);
        assert!(at(u64::MAX).abs_diff(999_985) <= 1, "{}", at(u64::MAX));
        let half = at(0xffff_0000_ffff_0000);
        assert!(half.abs_diff(499_992) <= 1, "{half}");
        // Of the four quarters it does not matter which one is large.
        assert_eq!(at(0xffff), at(0xffff_0000_0000_0000));
    }
}
