//! Grades: how many of the MUST clauses that apply to a subject were judged, and which are broken.

use std::collections::BTreeMap;

use super::{Case, GradeResult};
use crate::profile::{Grade, Profile};
use crate::protocol::{Protocol, Role};
use crate::spec::{Catalogue, ClauseId};
use crate::verdict::Verdict;

/// Both grades of one protocol.
pub(super) fn grades(
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
    let mut evidence: BTreeMap<&ClauseId, Verdict> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.scenario.starts_with(protocol.name())) {
        for (clause, verdict) in &case.judgement.clauses {
            let known = evidence.entry(clause).or_insert(*verdict);
            *known = (*known).max(*verdict);
        }
    }
    Grade::ALL
        .into_iter()
        .map(|grade| {
            let applicable: Vec<&ClauseId> = catalogue
                .iter()
                .filter(|clause| grade.demands(clause))
                .filter(|clause| roles.iter().any(|role| clause.applies_to(*role)))
                .map(|clause| &clause.id)
                .collect();
            let state = |clause: &&ClauseId| evidence.get(*clause).copied();
            let is_broken = |clause: &&ClauseId| {
                matches!(state(clause), Some(Verdict::Fail | Verdict::Warn | Verdict::Flaky))
            };
            let is_judged =
                |clause: &&ClauseId| is_broken(clause) || state(clause) == Some(Verdict::Pass);
            let pick = |wanted: &dyn Fn(&&ClauseId) -> bool| -> Vec<ClauseId> {
                applicable.iter().copied().filter(|clause| wanted(clause)).cloned().collect()
            };
            let broken = pick(&is_broken);
            let unjudged = pick(&|clause| !is_judged(clause));
            let judged = applicable.len() - unjudged.len();
            let reached = unjudged.is_empty() && broken.is_empty() && !applicable.is_empty();
            GradeResult {
                protocol: protocol.name().to_owned(),
                grade,
                applicable: applicable.len(),
                judged,
                broken,
                unjudged,
                reached,
            }
        })
        .collect()
}
