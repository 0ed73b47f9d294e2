//! What a monitor finds.

use crate::profile::Grade;
use crate::spec::ClauseId;

/// A clause that a monitor saw broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The clause.
    pub clause: ClauseId,
    /// `Edition` if what is broken is a ruling within a clause of the text: a subject that claims the text is warned.
    pub grade: Grade,
    /// What happened, as a sentence without a full stop.
    pub what: String,
    /// What was allowed instead.
    pub allowed: Vec<String>,
}

impl Violation {
    /// A clause that is broken as its source says it.
    pub const fn new(clause: ClauseId, what: String, allowed: Vec<String>) -> Self {
        Self { clause, grade: Grade::Text, what, allowed }
    }

    /// What the text of the source document does not say, though the clause is its own.
    #[must_use]
    pub const fn by_ruling(mut self) -> Self {
        self.grade = Grade::Edition;
        self
    }

    /// [`Self::by_ruling`] where that is so.
    #[must_use]
    pub const fn by_ruling_if(self, is_ruling: bool) -> Self {
        if is_ruling { self.by_ruling() } else { self }
    }
}
