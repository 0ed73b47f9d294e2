//! The only source of chance: a seeded generator, handed in by the caller.
//!
//! Tags and secrets come from here and from nowhere else, so that two runs of one seed are equal.
//! Behind real sockets the seed comes from the operating system.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of random octets, fixed by its seed. A clone goes on with the same octets.
#[derive(Clone, Debug)]
pub struct Entropy(ChaCha8Rng);

impl Entropy {
    /// The stream of this seed.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Fills `octets` with the next octets of the stream.
    pub fn fill(&mut self, octets: &mut [u8]) {
        self.0.fill_bytes(octets);
    }

    /// The next `N` octets of the stream.
    pub fn octets<const N: usize>(&mut self) -> [u8; N] {
        let mut octets = [0; N];
        self.fill(&mut octets);
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream() {
        let mut first = Entropy::from_seed([7; 32]);
        let mut second = Entropy::from_seed([7; 32]);
        let mut other = Entropy::from_seed([8; 32]);
        let drawn = first.octets::<32>();
        assert_eq!(drawn, second.octets());
        assert_ne!(drawn, other.octets());
    }
}
