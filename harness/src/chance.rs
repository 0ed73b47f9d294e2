//! Draws: what sweeps and fuzzing choose by lot, the same again for the same seed.

use reference::entropy::Entropy;

/// A row of draws.
#[derive(Clone, Debug)]
pub(crate) struct Chance(Entropy);

impl Chance {
    /// The draws for this purpose and these numbers. The numbers take the place of the purpose's last octets.
    pub(crate) fn of(purpose: &[u8; 32], numbers: &[u64]) -> Self {
        let mut key = *purpose;
        let octets = numbers.iter().flat_map(|number| number.to_le_bytes());
        for (place, octet) in key.iter_mut().rev().zip(octets) {
            *place = octet;
        }
        Self(Entropy::from_seed(key))
    }

    /// Evenly from 0 to below `limit`, but for one part in a hundred million.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        let high = (u64::from(self.0.next_u32()) * u64::from(limit)) >> u32::BITS;
        u32::try_from(high).unwrap_or(0)
    }

    /// True in one of so many draws.
    pub(crate) fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }

    /// One of these, if there is any.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(u32::try_from(from.len()).unwrap_or(u32::MAX));
        from.get(usize::try_from(place).unwrap_or(usize::MAX))
    }

    /// Any number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// So many octets.
    pub(crate) fn octets(&mut self, count: usize) -> Vec<u8> {
        let mut octets = vec![0; count];
        self.0.fill(&mut octets);
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_draw_the_same_and_others_do_not() {
        let purpose = b"what a test of draws is made of.";
        let drawn = |numbers: &[u64]| {
            let mut chance = Chance::of(purpose, numbers);
            (0..8).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(&[1, 2]), drawn(&[1, 2]));
        assert_ne!(drawn(&[1, 2]), drawn(&[2, 1]));
    }

    #[test]
    fn every_item_has_its_turn() {
        let mut chance = Chance::of(b"what a test of draws is made of.", &[7]);
        let mut seen = [false; 5];
        for _ in 0..200 {
            let place = *chance.pick(&[0_usize, 1, 2, 3, 4]).unwrap();
            seen[place] = true;
        }
        assert_eq!(seen, [true; 5]);
        assert_eq!(chance.pick::<u8>(&[]), None);
    }
}
