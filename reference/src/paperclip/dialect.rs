//! The dialects of PaperClip: how wide some fields are; and the two roles.
//!
//! The tables of the source document and the code of its author differ in these widths, so both are
//! dialects, and everything else is the same in both.

use core::fmt;
use core::str::FromStr;

use crate::wire::{ByteOrder, Layout, UnknownWord};

/// How wide Sequence ID, Init Vector, checksum and the fields of ACK are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Widths {
    /// As the tables of the source document say.
    #[default]
    Table,
    /// As the author's code has it.
    Deployed,
}

impl Widths {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Table, Self::Deployed];

    /// The option's word in profiles: `table`, `deployed`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Deployed => "deployed",
        }
    }

    /// How fields lie in this dialect.
    #[must_use]
    pub const fn layout(self) -> Layout {
        Layout { order: ByteOrder::Big, widths: self as usize }
    }

    /// Which of the widths of both dialects holds in this one.
    pub(super) const fn of(self, [table, deployed]: [usize; 2]) -> usize {
        match self {
            Self::Table => table,
            Self::Deployed => deployed,
        }
    }
}

impl fmt::Display for Widths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Widths {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|widths| widths.word() == word)
            .ok_or_else(|| UnknownWord::new(word, "table, deployed"))
    }
}
