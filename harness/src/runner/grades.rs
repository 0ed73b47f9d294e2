//! Grades: how many of the MUST clauses that apply to a subject were judged, and which are broken.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, GradeResult};
use crate::profile::{Grade, Profile};
use crate::protocol::{self, Protocol, Role};
use crate::spec::{Catalogue, ClauseId};
use crate::verdict::Verdict;

/// Both grades of one protocol.
pub(crate) fn grades(
    protocol: &dyn Protocol,
    profile: &Profile,
    only: Option<Role>,
    cases: &[Case],
) -> Vec<GradeResult> {
    let catalogue = Catalogue::of(protocol);
    let roles: Vec<Role> = profile
        .roles
        .iter()
        .copied()
        .filter(|role| only.is_none_or(|only| only == *role))
        .collect();
    Grade::ALL
        .into_iter()
        .map(|grade| {
            let evidence = Evidence::of(protocol.name(), grade, cases);
            let applicable: Vec<&ClauseId> = catalogue
                .iter()
                .filter(|clause| grade.demands(clause))
                .filter(|clause| roles.iter().any(|role| clause.applies_to(*role)))
                .map(|clause| &clause.id)
                .collect();
            let pick = |wanted: &dyn Fn(&ClauseId) -> bool| -> Vec<ClauseId> {
                applicable.iter().copied().filter(|clause| wanted(clause)).cloned().collect()
            };
            let broken = pick(&|clause| evidence.is_broken(clause));
            let unjudged = pick(&|clause| !evidence.is_judged(clause));
            result(protocol.name(), grade, applicable.len(), broken, unjudged)
        })
        .collect()
}

/// The grades of several runs as if they had been one, with all their cases.
///
/// Whatever a clause is in all runs together it is in one of them, since the worst that is said of it counts.
pub(super) fn merged(parts: &[&[GradeResult]], cases: &[Case]) -> Vec<GradeResult> {
    let all = || parts.iter().flat_map(|grades| grades.iter());
    let mut merged: Vec<GradeResult> = Vec::new();
    for GradeResult { protocol, grade, applicable, .. } in all() {
        if merged.iter().any(|known| (&known.protocol, known.grade) == (protocol, *grade)) {
            continue;
        }
        let same = || all().filter(|other| (&other.protocol, other.grade) == (protocol, *grade));
        let evidence = Evidence::of(protocol, *grade, cases);
        let broken: BTreeSet<&ClauseId> = same()
            .flat_map(|part| &part.broken)
            .filter(|clause| evidence.is_broken(clause))
            .collect();
        let unjudged: BTreeSet<&ClauseId> = same()
            .flat_map(|part| &part.unjudged)
            .filter(|clause| !evidence.is_judged(clause))
            .collect();
        let in_order = |clauses: BTreeSet<&ClauseId>| -> Vec<ClauseId> {
            let catalogue = protocol::by_name(protocol).map(Catalogue::of);
            let known = catalogue.into_iter().flat_map(Catalogue::iter);
            known.map(|clause| &clause.id).filter(|id| clauses.contains(id)).cloned().collect()
        };
        merged.push(result(protocol, *grade, *applicable, in_order(broken), in_order(unjudged)));
    }
    merged
}

fn result(
    protocol: &str,
    grade: Grade,
    applicable: usize,
    broken: Vec<ClauseId>,
    unjudged: Vec<ClauseId>,
) -> GradeResult {
    let judged = applicable.saturating_sub(unjudged.len());
    let reached = unjudged.is_empty() && broken.is_empty() && applicable > 0;
    let protocol = protocol.to_owned();
    GradeResult { protocol, grade, applicable, judged, broken, unjudged, reached }
}

/// The worst that the cases of one protocol say of each clause, as far as a grade goes.
struct Evidence<'a>(BTreeMap<&'a ClauseId, Verdict>);

impl<'a> Evidence<'a> {
    fn of(protocol: &str, grade: Grade, cases: &'a [Case]) -> Self {
        let mut evidence: BTreeMap<&ClauseId, Verdict> = BTreeMap::new();
        for case in cases.iter().filter(|case| case.scenario.starts_with(protocol)) {
            let rulings = case.judgement.rulings.iter().filter(|_| grade == Grade::Edition);
            let rulings = rulings.map(|clause| (clause, &Verdict::Warn));
            for (clause, verdict) in case.judgement.clauses.iter().chain(rulings) {
                let known = evidence.entry(clause).or_insert(*verdict);
                *known = (*known).max(*verdict);
            }
        }
        Self(evidence)
    }

    fn is_broken(&self, clause: &ClauseId) -> bool {
        matches!(self.0.get(clause), Some(Verdict::Fail | Verdict::Warn | Verdict::Flaky))
    }

    fn is_judged(&self, clause: &ClauseId) -> bool {
        self.is_broken(clause) || self.0.get(clause) == Some(&Verdict::Pass)
    }
}
