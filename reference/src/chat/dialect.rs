//! The dialects of chat: how endianness is named, and how the codes above nine are counted.
//!
//! The source document says both in two ways each (CHAT-NUM-1, CHAT-NUM-3).

use core::fmt;
use core::str::FromStr;

use crate::wire::{ByteOrder, UnknownWord};

/// How a client names the byte order that it wants (CHAT-NUM-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endianness {
    /// `L`, `B`.
    #[default]
    Letter,
    /// 01, 02.
    Number,
}

impl Endianness {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Letter, Self::Number];

    /// The option's word in profiles: `letter`, `number`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Number => "number",
        }
    }

    /// The octet that names `order`.
    #[must_use]
    pub const fn octet(self, order: ByteOrder) -> u8 {
        match (self, order) {
            (Self::Letter, ByteOrder::Little) => b'L',
            (Self::Letter, ByteOrder::Big) => b'B',
            (Self::Number, ByteOrder::Little) => 1,
            (Self::Number, ByteOrder::Big) => 2,
        }
    }

    /// The byte order that `octet` names in either way; a server takes both.
    #[must_use]
    pub fn order(octet: u8) -> Option<ByteOrder> {
        let names = |order: &ByteOrder| Self::ALL.iter().any(|way| way.octet(*order) == octet);
        ByteOrder::ALL.into_iter().find(names)
    }
}

impl fmt::Display for Endianness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Endianness {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|way| way.word() == word)
            .ok_or_else(|| UnknownWord::new(word, "letter, number"))
    }
}

/// How the codes 10, 11 and 12 travel (CHAT-NUM-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codes {
    /// As 0A, 0B, 0C.
    #[default]
    Decimal,
    /// As 10, 11, 12.
    Hex,
}

impl Codes {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Decimal, Self::Hex];

    /// The option's word in profiles: `decimal`, `hex`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Hex => "hex",
        }
    }

    /// The octet in which the code `number` of the source's list travels.
    #[must_use]
    pub const fn octet(self, number: u8) -> u8 {
        match self {
            Self::Hex if number >= 10 => number + 6,
            Self::Decimal | Self::Hex => number,
        }
    }

    /// The code of the source's list that travels as `octet`, if it is one.
    #[must_use]
    pub fn number(self, octet: u8) -> Option<u8> {
        (0..=12).find(|number| self.octet(*number) == octet)
    }
}

impl fmt::Display for Codes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Codes {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|codes| codes.word() == word)
            .ok_or_else(|| UnknownWord::new(word, "decimal, hex"))
    }
}

/// How the octets of chat are read. The default is the later revision's reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dialect {
    /// How a client names its byte order.
    pub endianness: Endianness,
    /// How the codes above nine travel.
    pub codes: Codes,
}

impl Dialect {
    /// All four dialects, the default first.
    pub const ALL: [Self; 4] = [
        Self { endianness: Endianness::Letter, codes: Codes::Decimal },
        Self { endianness: Endianness::Letter, codes: Codes::Hex },
        Self { endianness: Endianness::Number, codes: Codes::Decimal },
        Self { endianness: Endianness::Number, codes: Codes::Hex },
    ];
}

/// `letter/decimal`.
impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.endianness, self.codes)
    }
}

impl FromStr for Dialect {
    type Err = UnknownWord;

    fn from_str(words: &str) -> Result<Self, UnknownWord> {
        let (endianness, codes) = words
            .split_once('/')
            .ok_or_else(|| UnknownWord::new(words, "ENDIANNESS/CODES, such as letter/decimal"))?;
        Ok(Self { endianness: endianness.parse()?, codes: codes.parse()? })
    }
}
