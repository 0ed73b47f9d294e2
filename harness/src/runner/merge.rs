//! Several results that are parts of one run, made whole again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::grades::merged;
use super::{Basis, Case, GradeResult, Results};

/// Why results are not parts of one run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There are none.
    #[error("there are no results to be merged")]
    Nothing,
    /// They differ in what they rest on.
    #[error("{what} of the parts differ: {one} and {other}")]
    Different {
        /// In what.
        what: &'static str,
        /// What the first has.
        one: String,
        /// What the other has.
        other: String,
        /// The place of the other among the parts, from 0.
        part: usize,
    },
    /// A case is in two of them.
    #[error("{scenario} ({role}, {dialect}) is in two of the parts")]
    Twice {
        /// Its scenario.
        scenario: String,
        /// Its role.
        role: String,
        /// Its dialect.
        dialect: String,
        /// The place of the second part among the parts, from 0.
        part: usize,
    },
    /// A part was stopped before its end.
    #[error("one of the parts was stopped before its end: {why}")]
    Stopped {
        /// By what.
        why: String,
        /// The place of the part among the parts, from 0.
        part: usize,
    },
}

impl MergeError {
    /// The place of the part that does not go with those before it, from 0.
    pub const fn part(&self) -> Option<usize> {
        match self {
            Self::Nothing => None,
            Self::Different { part, .. }
            | Self::Twice { part, .. }
            | Self::Stopped { part, .. } => Some(*part),
        }
    }
}

/// The results of one run from those of its parts: shards, or runs over different scenarios of one corpus.
///
/// # Errors
///
/// When they cannot be parts of one run: of different versions, corpora, subjects, engines or options, with a case in two of them, or
/// with one that was stopped.
pub fn merge(parts: &[Results]) -> Result<Results, MergeError> {
    let [first, others @ ..] = parts else { return Err(MergeError::Nothing) };
    for (part, other) in parts.iter().enumerate() {
        same(part, first, other)?;
        if let Some(why) = &other.stopped {
            return Err(MergeError::Stopped { why: why.clone(), part });
        }
    }
    let mut known = BTreeSet::new();
    let mut cases: Vec<Case> = Vec::new();
    for (part, results) in parts.iter().enumerate() {
        for case in &results.cases {
            let key = [case.scenario.clone(), case.role.clone(), case.dialect.to_string()];
            if !known.insert(key.clone()) {
                let [scenario, role, dialect] = key;
                return Err(MergeError::Twice { scenario, role, dialect, part });
            }
            cases.push(case.clone());
        }
    }
    // A run goes through its scenarios in this order; within one, each part has kept it.
    cases.sort_by(|one, other| one.scenario.cmp(&other.scenario));
    let mut totals = BTreeMap::new();
    for case in &cases {
        *totals.entry(case.judgement.verdict).or_default() += 1;
    }
    let grades: Vec<&[GradeResult]> = parts.iter().map(|part| part.grades.as_slice()).collect();
    let grades = merged(&grades, &cases);
    let all = |lines: fn(&Results) -> &Vec<String>| -> Vec<String> {
        let lines: BTreeSet<&String> = parts.iter().flat_map(lines).collect();
        lines.into_iter().cloned().collect()
    };
    let mut protocols = first.protocols.clone();
    protocols.extend(others.iter().flat_map(|part| part.protocols.iter().cloned()));
    protocols.sort();
    protocols.dedup();
    Ok(Results {
        basis: basis(parts, &first.basis),
        protocols,
        deselected: deselected(parts)?,
        long: parts.iter().map(|part| part.long).sum(),
        totals,
        grades,
        unmet: all(|part| &part.unmet),
        changed: all(|part| &part.changed),
        stopped: None,
        complete: cases.len(),
        cases,
        ..first.clone()
    })
}

/// What all parts together rest on.
fn basis(parts: &[Results], first: &Basis) -> Basis {
    let mut basis = first.clone();
    for Basis { program, scenarios, clauses, .. } in parts.iter().map(|part| &part.basis) {
        // Machines may have built the program each for itself: what is not the same everywhere is nobody's.
        basis.program.retain(|word, digest| program.get(word) == Some(digest));
        basis.scenarios.extend(scenarios.clone());
        basis.clauses.extend(clauses.clone());
    }
    basis
}

/// How many scenarios are in none of the parts: of those that there are of their protocols.
fn deselected(parts: &[Results]) -> Result<usize, MergeError> {
    let run = |part: &Results| -> BTreeSet<String> {
        part.cases.iter().map(|case| case.scenario.clone()).collect()
    };
    // Of the same protocols there are the same scenarios, whichever were selected.
    let mut by_protocols: BTreeMap<&[String], (usize, BTreeSet<String>)> = BTreeMap::new();
    for (part, results) in parts.iter().enumerate() {
        let own = run(results);
        let there = own.len() + results.deselected;
        let known = by_protocols.entry(&results.protocols);
        let (of_first, all) = known.or_insert_with(|| (there, BTreeSet::new()));
        differ(part, "the numbers of scenarios that there were", &*of_first, &there)?;
        all.extend(own);
    }
    Ok(by_protocols.into_values().map(|(there, run)| there.saturating_sub(run.len())).sum())
}

/// Checks that two results rest on the same.
fn same(part: usize, one: &Results, other: &Results) -> Result<(), MergeError> {
    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let options = |results: &Results| results.again.options.join(" ");
    let seed = |results: &Results| word(&results.basis.seed.map(|seed| seed.to_string()));
    differ(part, "the versions of the results", &one.results, &other.results)?;
    differ(part, "the versions of wireproof", &one.wireproof, &other.wireproof)?;
    differ(part, "the editions", &one.edition, &other.edition)?;
    differ(part, "the subjects", &one.subject, &other.subject)?;
    differ(part, "the engines", &one.engine, &other.engine)?;
    differ(part, "the corpora", &one.basis.corpus, &other.basis.corpus)?;
    differ(part, "the profiles", &word(&one.basis.profile), &word(&other.basis.profile))?;
    differ(part, "the roles", &word(&one.basis.role), &word(&other.basis.role))?;
    differ(part, "the seeds", &seed(one), &seed(other))?;
    differ(part, "the claimed grades", &one.claims, &other.claims)?;
    differ(part, "the options", &options(one), &options(other))
}

fn differ<T: PartialEq + Display>(
    part: usize,
    what: &'static str,
    one: &T,
    other: &T,
) -> Result<(), MergeError> {
    if one == other {
        return Ok(());
    }
    let (one, other) = (one.to_string(), other.to_string());
    Err(MergeError::Different { what, one, other, part })
}
