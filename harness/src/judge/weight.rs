//! How much a finding counts.

use super::Hearing;
use crate::profile::Grade;
use crate::scenario::ShownLevel;
use crate::spec::{ClauseId, Level, Source};
use crate::verdict::Verdict;

/// What a broken clause amounts to: by its level, and by the grade that is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// A MUST that the subject claims to keep.
    Full,
    /// A clause that is no MUST.
    Advice,
    /// A SHOULD within a MUST: the MUST is kept.
    AdviceWithin,
    /// A MUST that is beyond the claim.
    Unclaimed,
    /// A ruling within a MUST of the text, which is kept, by a subject that claims the text alone.
    UnclaimedWithin,
}

impl Weight {
    /// The verdict of a finding that weighs so much.
    pub(super) const fn verdict(self) -> Verdict {
        if matches!(self, Self::Full) { Verdict::Fail } else { Verdict::Warn }
    }

    /// Whether the finding is held against its clause, which it otherwise only touches.
    pub(super) const fn is_of_the_clause(self) -> bool {
        !matches!(self, Self::AdviceWithin | Self::UnclaimedWithin)
    }

    /// Whether it would be a failure if more were claimed.
    pub(super) const fn is_unclaimed(self) -> bool {
        matches!(self, Self::Unclaimed | Self::UnclaimedWithin)
    }
}

impl Hearing {
    /// What this clause weighs when it is broken; `grade` is the finding's own word on whether that is a ruling.
    pub(super) fn weight(&self, clause: Option<&ClauseId>, grade: Grade) -> Weight {
        let Some(clause) = clause.and_then(|clause| self.catalogue.get(clause)) else {
            return Weight::Full;
        };
        let text_alone = self.claims == Grade::Text;
        let is_ruling = self.grade == Grade::Edition || grade == Grade::Edition;
        match clause.level {
            Level::Must if text_alone && clause.source != Source::Text => Weight::Unclaimed,
            Level::Must if text_alone && is_ruling => Weight::UnclaimedWithin,
            Level::Must if self.level == Some(ShownLevel::Should) => Weight::AdviceWithin,
            Level::Must => Weight::Full,
            Level::Should | Level::May => Weight::Advice,
        }
    }
}
