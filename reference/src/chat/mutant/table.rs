//! The table of mutants: name, clause, what it does. Each is declared here once.

use core::fmt;

use crate::chat::mutant::message_rows::message_rows;
use crate::chat::mutant::stream_rows::stream_rows;

/// Declares the mutants: of each clause, variant, name, what it does in one sentence.
macro_rules! mutants {
    ($($clause:literal { $($variant:ident $name:literal $what:literal;)* })*) => {
        /// One deliberate violation of one clause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Mutant {
            $($(#[doc = $what] #[doc = concat!("Violates ", $clause, ".")] $variant,)*)*
        }

        impl Mutant {
            /// All mutants, in the order of their clauses.
            pub const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// The mutant's name: `sender-hears-himself`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$variant => $name,)*)*
                }
            }

            /// The clause that it violates: `CHAT-MSG-3`.
            #[must_use]
            pub const fn clause(self) -> &'static str {
                match self {
                    $($(Self::$variant => $clause,)*)*
                }
            }

            /// What it does, in one sentence.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $($(Self::$variant => $what,)*)*
                }
            }
        }
    };
}

impl Mutant {
    /// The mutant of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mutant| mutant.name() == name)
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

stream_rows!(message_rows mutants);
