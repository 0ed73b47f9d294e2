//! What wire formats are declared with: tables of fields, a reader, a writer.
//!
//! A protocol declares each packet once. From the declaration come its typed packets with their
//! encoding and decoding, and a static [`PacketSpec`] by which others build and show any packet,
//! also a malformed one, by the names of its fields.

use core::fmt;
use core::str::FromStr;

/// The order of the octets of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ByteOrder {
    /// The least significant octet first.
    #[default]
    Little,
    /// The most significant octet first: the usual network order.
    Big,
}

impl ByteOrder {
    /// Both orders, the default first.
    pub const ALL: [Self; 2] = [Self::Little, Self::Big];

    /// The order's word in profiles: `little`, `big`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Little => "little",
            Self::Big => "big",
        }
    }
}

impl fmt::Display for ByteOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for ByteOrder {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|order| order.word() == word)
            .ok_or_else(|| UnknownWord::new(word, "little, big"))
    }
}

/// A word that names no value of an option.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is none of: {expected}")]
pub struct UnknownWord {
    /// The word as given.
    pub word: String,
    /// The words there are.
    pub expected: &'static str,
}

impl UnknownWord {
    /// The error for `word`, where `expected` lists the words there are.
    #[must_use]
    pub fn new(word: &str, expected: &'static str) -> Self {
        Self { word: word.to_owned(), expected }
    }
}

/// One packet of a protocol: its type code, its name, its fields in the order of their offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketSpec {
    /// The value of octet 0.
    pub code: u8,
    /// The packet's name in the specification: `COOKIE-ECHO`.
    pub name: &'static str,
    /// The fields after octet 0.
    pub fields: &'static [FieldSpec],
}

impl PacketSpec {
    /// Octets of the fixed part, octet 0 included.
    #[must_use]
    pub const fn fixed_length(&self) -> usize {
        let mut fields = self.fields;
        let mut length = 1;
        while let [field, rest @ ..] = fields {
            if let Width::Fixed(octets) = field.width {
                length += octets;
            }
            fields = rest;
        }
        length
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether the fields touch, begin at octet 1, and at most the last one takes the rest.
    pub(crate) const fn is_contiguous(&self) -> bool {
        let mut fields = self.fields;
        let mut offset = 1;
        while let [field, rest @ ..] = fields {
            if field.offset != offset {
                return false;
            }
            match field.width {
                Width::Fixed(octets) => offset += octets,
                Width::Rest if rest.is_empty() => {}
                Width::Rest => return false,
            }
            fields = rest;
        }
        true
    }
}

/// One field of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The name in scenarios and reports: `peer-tag`.
    pub name: &'static str,
    /// The name in the source document: `PeerConnectionTag`.
    pub source_name: &'static str,
    /// Octets before the field, octet 0 included.
    pub offset: usize,
    /// How many octets it takes.
    pub width: Width,
    /// What its octets mean.
    pub kind: Kind,
}

/// How many octets a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Always this many.
    Fixed(usize),
    /// All that are left in the datagram.
    Rest,
}

/// What the octets of a field mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An unsigned number in the dialect's byte order.
    Number,
    /// Octets without further meaning.
    Octets,
    /// A number, as above, that counts the octets of the [`Width::Rest`] field.
    Length,
}

/// Takes fields off the front of octets; never panics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    octets: &'a [u8],
    order: ByteOrder,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(octets: &'a [u8], order: ByteOrder) -> Self {
        Self { octets, order }
    }

    /// The next `N` octets, or `None` when fewer are left.
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.octets.split_first_chunk::<N>()?;
        self.octets = rest;
        Some(*taken)
    }

    /// All octets left.
    pub(crate) const fn rest(&mut self) -> &'a [u8] {
        let rest = self.octets;
        self.octets = &[];
        rest
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }
}

/// Puts fields one after the other into the fixed part of a packet.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    octets: &'a mut [u8],
    order: ByteOrder,
}

impl<'a> Writer<'a> {
    pub(crate) const fn new(octets: &'a mut [u8], order: ByteOrder) -> Self {
        Self { octets, order }
    }

    /// Puts the next `N` octets. There must be room: the declaration of a packet says how much.
    pub(crate) fn put<const N: usize>(&mut self, octets: [u8; N]) {
        let room = core::mem::take(&mut self.octets);
        let (field, rest) = room.split_first_chunk_mut::<N>().expect("the fixed part has room");
        *field = octets;
        self.octets = rest;
    }
}

/// A type that can be a field of fixed width.
pub(crate) trait Field: Sized {
    const OCTETS: usize;
    const KIND: Kind;

    /// Takes the field off `reader`; `None` when the octets end inside it.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
    fn write(&self, writer: &mut Writer<'_>);
}

impl<const N: usize> Field for [u8; N] {
    const OCTETS: usize = N;
    const KIND: Kind = Kind::Octets;

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.take()
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.put(*self);
    }
}

macro_rules! number_fields {
    ($($number:ty),*) => {$(
        impl Field for $number {
            const OCTETS: usize = size_of::<Self>();
            const KIND: Kind = Kind::Number;

            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                let octets = reader.take()?;
                Some(match reader.order {
                    ByteOrder::Little => Self::from_le_bytes(octets),
                    ByteOrder::Big => Self::from_be_bytes(octets),
                })
            }

            fn write(&self, writer: &mut Writer<'_>) {
                match writer.order {
                    ByteOrder::Little => writer.put(self.to_le_bytes()),
                    ByteOrder::Big => writer.put(self.to_be_bytes()),
                }
            }
        }
    )*};
}

number_fields!(u8, u16, u32);
