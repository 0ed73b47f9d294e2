//! The dialects of MNET: byte order, and whose tag a packet carries.
//!
//! The source document leaves the first open and contradicts itself on the second (MNET-WIRE-2,
//! MNET-WIRE-8), so both are options, and everything else is the same in all six.

use core::fmt;
use core::str::FromStr;

use crate::Role;
pub use crate::wire::ByteOrder;
use crate::wire::UnknownWord;

/// A connection tag: three opaque octets (MNET-WIRE-2); every value is legal (MNET-WIRE-9).
pub type Tag = [u8; 3];

/// Whose tag the packets of a session carry (MNET-WIRE-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tags {
    /// Each side stamps its own tag.
    #[default]
    Sender,
    /// Each side stamps the tag that it learnt from the other.
    Receiver,
    /// Both sides stamp the INIT's tag.
    Init,
}

impl Tags {
    /// All three, the default first.
    pub const ALL: [Self; 3] = [Self::Sender, Self::Receiver, Self::Init];

    /// The option's word in profiles: `sender`, `receiver`, `init`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Receiver => "receiver",
            Self::Init => "init",
        }
    }

    /// The tag on packets that `sender` sends, where `x` is the connector's tag and `y` the
    /// listener's.
    #[must_use]
    pub const fn stamp(self, sender: Role, x: Tag, y: Tag) -> Tag {
        match (self, sender) {
            (Self::Sender, Role::Connector) | (Self::Receiver, Role::Listener) => x,
            (Self::Sender, Role::Listener) | (Self::Receiver, Role::Connector) => y,
            (Self::Init, Role::Connector | Role::Listener) => x,
        }
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Tags {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|tags| tags.word() == word)
            .ok_or_else(|| UnknownWord::new(word, "sender, receiver, init"))
    }
}

/// How the octets of MNET are read. The default is what the protocol's author does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dialect {
    /// The order of the octets of every number.
    pub byte_order: ByteOrder,
    /// Whose tag packets carry.
    pub tags: Tags,
}

impl Dialect {
    /// All six dialects, the default first.
    pub const ALL: [Self; 6] = [
        Self { byte_order: ByteOrder::Little, tags: Tags::Sender },
        Self { byte_order: ByteOrder::Little, tags: Tags::Receiver },
        Self { byte_order: ByteOrder::Little, tags: Tags::Init },
        Self { byte_order: ByteOrder::Big, tags: Tags::Sender },
        Self { byte_order: ByteOrder::Big, tags: Tags::Receiver },
        Self { byte_order: ByteOrder::Big, tags: Tags::Init },
    ];
}

/// `little/sender`.
impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.byte_order, self.tags)
    }
}

impl FromStr for Dialect {
    type Err = UnknownWord;

    fn from_str(words: &str) -> Result<Self, UnknownWord> {
        let (byte_order, tags) = words
            .split_once('/')
            .ok_or_else(|| UnknownWord::new(words, "BYTE_ORDER/TAGS, such as little/sender"))?;
        Ok(Self { byte_order: byte_order.parse()?, tags: tags.parse()? })
    }
}
