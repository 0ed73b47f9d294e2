//! The seeds of what a conversation draws by chance.

/// The seed of one of the conversation's own sources of chance.
pub(super) fn seed_of(seed: u64, purpose: u64) -> [u8; 32] {
    let mut octets = [0; 32];
    let words = [seed, purpose, u64::from_le_bytes(*b"converse")];
    for (place, octet) in octets.iter_mut().zip(words.iter().flat_map(|word| word.to_le_bytes())) {
        *place = octet;
    }
    octets
}
