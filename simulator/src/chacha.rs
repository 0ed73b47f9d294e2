//! `ChaCha8`: one block of random words for one key.
//!
//! The cipher of D. J. Bernstein with eight rounds, a 64-bit counter and a 64-bit stream number.
//! `rand_chacha` gives the same words, and a test says so, but it computes four blocks at a time.
//! Here one key is used for one block, which costs a third of that.

/// Words in a block.
pub(crate) const WORDS: usize = 16;

/// Rounds come in pairs, one over the columns and one over the diagonals.
const DOUBLE_ROUNDS: usize = 4;

/// One row of the state. Operations on whole rows become vector instructions.
type Row = [u32; 4];

/// "expand 32-byte k" in little-endian order.
const CONSTANTS: Row = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The first block of a stream under a key of four times 64 bits, each in little-endian order.
pub(crate) fn block(key: [u64; 4], stream: u64) -> [u32; WORDS] {
    const COUNTER: u64 = 0;
    let [k0, k1, k2, k3] = key;
    let start = [CONSTANTS, row(k0, k1), row(k2, k3), row(COUNTER, stream)];
    let mut state = start;
    for _ in 0..DOUBLE_ROUNDS {
        let [a, b, c, d] = quarter_rounds(state);
        // Turning the rows makes columns of the diagonals.
        let diagonals = [a, turn(b), turn(turn(c)), turn(turn(turn(d)))];
        let [a, b, c, d] = quarter_rounds(diagonals);
        state = [a, turn(turn(turn(b))), turn(turn(c)), turn(d)];
    }
    let mut words = [0; WORDS];
    let sums = state.as_flattened().iter().zip(start.as_flattened());
    for (word, (end, start)) in words.iter_mut().zip(sums) {
        *word = end.wrapping_add(*start);
    }
    words
}

/// A quarter round on each of the four columns.
#[inline]
fn quarter_rounds([mut a, mut b, mut c, mut d]: [Row; 4]) -> [Row; 4] {
    a = add(a, b);
    d = xor_rotated(d, a, 16);
    c = add(c, d);
    b = xor_rotated(b, c, 12);
    a = add(a, b);
    d = xor_rotated(d, a, 8);
    c = add(c, d);
    b = xor_rotated(b, c, 7);
    [a, b, c, d]
}

#[inline]
fn add(mut row: Row, other: Row) -> Row {
    for (word, other) in row.iter_mut().zip(other) {
        *word = word.wrapping_add(other);
    }
    row
}

#[inline]
fn xor_rotated(mut row: Row, other: Row, bits: u32) -> Row {
    for (word, other) in row.iter_mut().zip(other) {
        *word = (*word ^ other).rotate_left(bits);
    }
    row
}

#[inline]
const fn turn([first, second, third, fourth]: Row) -> Row {
    [second, third, fourth, first]
}

#[inline]
fn row(low: u64, high: u64) -> Row {
    let octets = (u128::from(high) << u64::BITS | u128::from(low)).to_le_bytes();
    let mut row = [0; 4];
    for (word, octets) in row.iter_mut().zip(octets.as_chunks().0) {
        *word = u32::from_le_bytes(*octets);
    }
    row
}
