//! What wire formats are declared with: tables of fields, a reader, a writer.
//!
//! A protocol declares each packet once. From the declaration come its typed packets with their
//! encoding and decoding, and a static [`PacketSpec`] by which others build and show any packet,
//! also a malformed one, by the names of its fields.

mod place;

use core::fmt;
use core::str::FromStr;

pub use place::{Place, Places};

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

/// One packet of a protocol: its type code, its name, its fields in the order of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketSpec {
    /// The packet's type.
    pub code: u8,
    /// The packet's name in the specification: `COOKIE-ECHO`.
    pub name: &'static str,
    /// Octets before the first field: the type, where it is no field itself. `None`: something
    /// stands between the fields, so that only the protocol itself finds them.
    pub start: Option<usize>,
    /// The fields.
    pub fields: &'static [FieldSpec],
}

impl PacketSpec {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Octets before the field of this name, where that is the same in every packet.
    #[must_use]
    pub fn offset(&self, name: &str) -> Option<usize> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        self.fixed_until(index)
    }

    /// Octets before the field with this index, if each field before it is always there and has a
    /// fixed width.
    const fn fixed_until(&self, index: usize) -> Option<usize> {
        let Some(mut offset) = self.start else { return None };
        let mut bits = 0;
        let (mut before, mut fields) = (0, self.fields);
        while before < index {
            let [field, rest @ ..] = fields else { return None };
            match (field.presence, field.width) {
                (Presence::Always, Width::Fixed(octets)) => offset += octets,
                (Presence::Always, Width::Bits(more)) => bits += more,
                _ => return None,
            }
            before += 1;
            fields = rest;
        }
        Some(offset + bits as usize / 8)
    }

    /// Whether the fields have these offsets, and at most the last one takes the rest.
    pub(crate) const fn has_offsets(&self, mut expected: &[usize]) -> bool {
        let mut index = 0;
        while let [offset, rest @ ..] = expected {
            match self.fixed_until(index) {
                Some(found) if found == *offset => {}
                _ => return false,
            }
            index += 1;
            expected = rest;
        }
        index == self.fields.len()
    }
}

/// One field of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The name in scenarios and reports: `peer-tag`.
    pub name: &'static str,
    /// The name in the source document: `PeerConnectionTag`.
    pub source_name: &'static str,
    /// When it is there.
    pub presence: Presence,
    /// How much it takes.
    pub width: Width,
    /// What its octets mean.
    pub kind: Kind,
}

/// When a field is there. A field that is absent takes no octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In every packet of its type.
    Always,
    /// When this bit is set in the [`Kind::Flags`] field before it.
    Flag(u8),
    /// When the datagram goes on after the field before it.
    IfMore,
}

/// How much of a packet a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// So many bits, beside others in one octet, the most significant first.
    Bits(u32),
    /// Always so many octets.
    Fixed(usize),
    /// So many octets in the layout with this index in [`Layout::widths`]; 0: it is absent there.
    ByLayout([usize; 2]),
    /// As many octets as the [`Kind::Length`] field before it says; absent when that is.
    Counted,
    /// All that are left in the datagram.
    Rest,
    /// Up to a separator, which only the protocol itself knows.
    Delimited,
}

impl Width {
    /// The most octets that a field of this width can have, where there is such a limit.
    #[must_use]
    pub const fn octets_max(self) -> Option<usize> {
        match self {
            Self::Bits(_) => Some(1),
            Self::Fixed(octets) => Some(octets),
            Self::ByLayout([one, other]) => Some(if one > other { one } else { other }),
            Self::Counted | Self::Rest | Self::Delimited => None,
        }
    }

    /// How many bits a number of this width has, at most 64.
    #[must_use]
    pub const fn bits_max(self) -> usize {
        match (self, self.octets_max()) {
            (Self::Bits(bits), _) => bits as usize,
            (_, Some(octets @ 0..8)) => 8 * octets,
            _ => 64,
        }
    }
}

/// What the octets of a field mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An unsigned number in the dialect's byte order.
    Number,
    /// Octets without further meaning.
    Octets,
    /// A number, as above, that counts the octets of the [`Width::Counted`] or [`Width::Rest`]
    /// field after it.
    Length,
    /// A number, as above, that is the packet's type.
    Code,
    /// An octet of flags: the name of each, and its bit.
    Flags(&'static [(&'static str, u8)]),
}

impl Kind {
    /// Whether the value is a number.
    #[must_use]
    pub const fn is_number(self) -> bool {
        !matches!(self, Self::Octets)
    }
}

/// How one dialect lays out fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layout {
    /// The order of the octets of every number.
    pub order: ByteOrder,
    /// Which of the widths of [`Width::ByLayout`] is meant.
    pub widths: usize,
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
