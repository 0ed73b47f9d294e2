//! The flags of a packet: an octet, whose first five bits have names.

use core::fmt;
use core::ops::{BitAnd, BitOr, Not};
use core::str::FromStr;

use crate::wire::UnknownWord;

/// The names of the flags, in the order of their bits and of encoding.
pub(super) const NAMES: &[(&str, u8)] = &[
    ("RELIABLE", Flags::RELIABLE.0),
    ("CHECKSUM", Flags::CHECKSUM.0),
    ("COMPRESSED", Flags::COMPRESSED.0),
    ("ENCRYPTED", Flags::ENCRYPTED.0),
    ("FRAG", Flags::FRAG.0),
];

/// A set of flags.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(any(test, feature = "arbitrary"), derive(arbitrary::Arbitrary))]
pub struct Flags(u8);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// The packet is acknowledged, and sent again until it is.
    pub const RELIABLE: Self = Self(0x80);
    /// The packet carries a checksum of its data.
    pub const CHECKSUM: Self = Self(0x40);
    /// The data is compressed.
    pub const COMPRESSED: Self = Self(0x20);
    /// The data is encrypted.
    pub const ENCRYPTED: Self = Self(0x10);
    /// The packet is one fragment of a longer one.
    pub const FRAG: Self = Self(0x08);
    /// All five.
    pub const ALL: Self = Self(0xf8);

    /// The flags with these bits, reserved ones included.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The bits, as they stand in the packet.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `others` are set.
    #[must_use]
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether no flag is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The words of the flags that are set, in the order of their bits: `reliable`, `frag`.
    pub fn words(self) -> impl Iterator<Item = String> {
        NAMES
            .iter()
            .filter(move |(_, bit)| self.0 & bit != 0)
            .map(|(name, _)| name.to_ascii_lowercase())
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Flags {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Flags {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// `RELIABLE+FRAG`; bits without a name in hexadecimal.
impl fmt::Display for Flags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = NAMES.iter().filter(|(_, bit)| self.0 & bit != 0);
        let mut words: Vec<String> = named.map(|(name, _)| (*name).to_owned()).collect();
        let unnamed = self.0 & !Self::ALL.0;
        if unnamed != 0 || words.is_empty() {
            words.push(format!("{unnamed:#04x}"));
        }
        formatter.write_str(&words.join("+"))
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Flags({self})")
    }
}

/// One flag by its word: `reliable`, `checksum`, `compressed`, `encrypted`, `frag`.
impl FromStr for Flags {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        NAMES
            .iter()
            .find(|(name, _)| name.to_ascii_lowercase() == word)
            .map(|(_, bit)| Self(*bit))
            .ok_or_else(|| {
                UnknownWord::new(word, "reliable, checksum, compressed, encrypted, frag")
            })
    }
}
