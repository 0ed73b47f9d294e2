//! What the mutants of every protocol are declared with: a table of name, clause, sentence.

/// Declares the mutants: variant, name, clause, what it does in one sentence.
macro_rules! mutants {
    ($(#[$attribute:meta])* $($variant:ident $name:literal $clause:literal $what:literal;)*) => {
        /// One deliberate violation of one clause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $(#[$attribute])*
        pub enum Mutant {
            $(#[doc = $what] #[doc = concat!("Violates ", $clause, ".")] $variant,)*
        }

        impl Mutant {
            /// All mutants, in the order of their clauses.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The mutant's name: `repeat-not-acknowledged`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The clause that it violates: `MNET-DATA-6`.
            #[must_use]
            pub const fn clause(self) -> &'static str {
                match self {
                    $(Self::$variant => $clause,)*
                }
            }

            /// What it does, in one sentence.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$variant => $what,)*
                }
            }

            /// The mutant of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|mutant| mutant.name() == name)
            }
        }

        impl core::fmt::Display for Mutant {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(self.name())
            }
        }
    };
}

pub(crate) use mutants;
