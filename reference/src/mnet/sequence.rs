//! Stream offsets and their numbers on the wire.
//!
//! Inside, an offset has 64 bits and never wraps. On the wire it has 32, and is read as the offset
//! nearest to where the stream is (MNET-DATA-12, RFC 1982).

/// How the offsets of a session become numbers on the wire, and come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counter {
    /// The number of offset 0.
    pub(super) start: u32,
    /// Whether numbers are compared modulo 2^32. Only a mutant says no.
    pub(super) modular: bool,
}

impl Counter {
    /// The number of `offset`.
    pub(super) const fn number(self, offset: u64) -> u32 {
        let [a, b, c, d, ..] = offset.to_le_bytes();
        self.start.wrapping_add(u32::from_le_bytes([a, b, c, d]))
    }

    /// The offset nearest to `near` that has this number; `None` if it lies before offset 0.
    pub(super) fn offset(self, number: u32, near: u64) -> Option<u64> {
        let here = self.number(near);
        let distance = if self.modular {
            i64::from(number.wrapping_sub(here).cast_signed())
        } else {
            i64::from(number) - i64::from(here)
        };
        near.checked_add_signed(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM_ZERO: Counter = Counter { start: 0, modular: true };

    #[test]
    fn numbers_wrap_and_offsets_do_not() {
        let near = (1 << 32) - 10;
        assert_eq!(FROM_ZERO.number(near + 15), 5);
        assert_eq!(FROM_ZERO.offset(5, near), Some(near + 15));
        assert_eq!(FROM_ZERO.offset(u32::MAX, near + 15), Some((1 << 32) - 1));
    }

    #[test]
    fn a_number_before_the_first_offset_is_none() {
        assert_eq!(FROM_ZERO.offset(u32::MAX, 3), None);
        let late = Counter { start: u32::MAX - 1, modular: true };
        assert_eq!(late.offset(u32::MAX - 2, 0), None);
        assert_eq!(late.offset(3, 0), Some(5));
    }
}
