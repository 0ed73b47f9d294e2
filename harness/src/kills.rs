//! Which scenario kills which mutant, found out by playing each mutant of the reference in virtual time.
//!
//! A scenario *kills* a mutant when it fails or warns, and what decides is a step, a monitor or a probe that names the
//! mutant's own clause. A failure by another clause is noticed, but it is no kill: it would send its reader to the wrong
//! sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::corpus::{Corpus, Entry, Selection};
use crate::profile::DialectChoice;
use crate::protocol::{MutantSpec, Protocol};
use crate::runner::{self, Case, EngineChoice, RunError, RunOptions, SubjectChoice};
use crate::scenario::Class;
use crate::spec::ClauseId;
use crate::verdict::{FoundBy, Verdict};

/// So many scenarios that kill a mutant are enough.
const ENOUGH: usize = 12;

/// So many scenarios are played before it is asked whether they are enough.
const PLAYED_AT_ONCE: usize = 16;

/// How mutants are tried.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// The protocol whose mutants are tried.
    pub protocol: &'static dyn Protocol,
    /// All scenarios.
    pub corpus: &'a Corpus,
    /// The scenarios of the protocol.
    pub scenarios: &'a [Entry],
    /// The dialects; none means the default one.
    pub dialects: &'a [DialectChoice],
    /// Where they are tried.
    pub engine: EngineChoice,
    /// Which scenarios are played.
    pub breadth: Breadth,
    /// How many mutants are tried at the same time, at least one.
    pub jobs: usize,
}

/// Which scenarios a mutant is tried against. Those that cite its clause or say that they kill it are *likely* to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// The likely ones; all, when these leave it alive.
    Likely,
    /// The likely ones, those first that say that they kill it, until a dozen have; all, when they leave it alive.
    Enough,
    /// All: any may kill it.
    All,
    /// All, to know which clauses they find broken; the others are noted as if enough of them had been played.
    EnoughAndAllForClauses,
}

/// What became of one mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The mutant.
    pub mutant: MutantSpec,
    /// Its killers: cases of scenarios, in the order of the corpus.
    pub killers: Vec<Killer>,
    /// Clauses that were found broken in its place, in cases that do not kill it, with the verdict.
    pub noticed: BTreeSet<(Verdict, Option<ClauseId>)>,
    /// Clauses that a monitor objected by, in any case.
    pub watched: BTreeSet<ClauseId>,
    /// The clauses that failed in all that was played, first what most cases show.
    pub broken: Vec<(ClauseId, usize)>,
}

/// A case that kills a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Killer {
    /// The scenario's identity.
    pub scenario: String,
    /// The role of the mutant.
    pub role: String,
    /// The dialect.
    pub dialect: DialectChoice,
    /// Who noticed.
    pub by: FoundBy,
}

impl Tried {
    const fn new(mutant: MutantSpec) -> Self {
        Self {
            mutant,
            killers: Vec::new(),
            noticed: BTreeSet::new(),
            watched: BTreeSet::new(),
            broken: Vec::new(),
        }
    }

    /// Whether no scenario kills it.
    pub const fn survives(&self) -> bool {
        self.killers.is_empty()
    }

    /// The scenarios that kill it, each once.
    pub fn scenarios(&self) -> BTreeSet<&str> {
        self.killers.iter().map(|killer| killer.scenario.as_str()).collect()
    }

    /// So many scenarios kill it that more would say nothing new.
    fn is_killed_enough(&self) -> bool {
        self.scenarios().len() >= ENOUGH
    }

    /// Counts the clauses that were found broken in all that was played.
    fn count(&mut self, cases: &[Case]) {
        let broken = runner::broken_clauses(cases).into_iter();
        self.broken = broken.map(|(clause, cases)| (clause.clone(), cases)).collect();
    }

    fn note(&mut self, cases: &[Case]) {
        for case in cases {
            let findings = case.judgement.findings.iter();
            let monitors = findings.filter(|finding| finding.by == FoundBy::Monitor);
            self.watched.extend(monitors.filter_map(|finding| finding.clause.clone()));
            let decisive = case.judgement.decisive();
            if let Some(by) = killed_by(&self.mutant, case) {
                let killer = Killer {
                    scenario: case.scenario.clone(),
                    role: case.role.clone(),
                    dialect: case.dialect.clone(),
                    by,
                };
                if !self.killers.contains(&killer) {
                    self.killers.push(killer);
                }
            } else if !matches!(case.judgement.verdict, Verdict::Pass | Verdict::Unsupported) {
                let clause = decisive.and_then(|finding| finding.clause.clone());
                self.noticed.insert((case.judgement.verdict, clause));
            }
        }
    }
}

/// Who says that the mutant's own clause is broken, when that decides the case.
pub fn killed_by(mutant: &MutantSpec, case: &Case) -> Option<FoundBy> {
    let decisive = case.judgement.decisive()?;
    let kills = matches!(case.judgement.verdict, Verdict::Fail | Verdict::Warn)
        && decisive.clause.as_ref() == Some(&mutant.clause)
        && decisive.by != FoundBy::Runner;
    kills.then(|| decisive.by.clone())
}

/// How many mutants are tried at the same time unless something else is said: as many as there are processors.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Whether a scenario is likely to kill a mutant.
fn is_likely(entry: &Entry, mutant: &MutantSpec) -> bool {
    entry.scenario.cites().contains(&mutant.clause) || names(entry, mutant)
}

/// Whether a scenario says that it kills a mutant.
fn names(entry: &Entry, mutant: &MutantSpec) -> bool {
    entry.scenario.kills.iter().any(|name| name.value == mutant.name)
}

/// Tries mutants; what became of each is in their order.
///
/// # Errors
///
/// When the scenarios cannot be run at all.
pub fn try_all(trial: &Trial<'_>, mutants: &[MutantSpec]) -> Result<Vec<Tried>, RunError> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..trial.jobs.clamp(1, mutants.len().max(1)) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutant) = mutants.get(index) else { break };
                    if sender.send((index, try_one(trial, mutant))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut tried = BTreeMap::new();
        for (index, one) in receiver {
            tried.insert(index, one?);
        }
        Ok(tried.into_values().collect())
    })
}

/// Tries one mutant.
fn try_one(trial: &Trial<'_>, mutant: &MutantSpec) -> Result<Tried, RunError> {
    let mut tried = Tried::new(mutant.clone());
    if trial.breadth == Breadth::All {
        let cases = play(trial, mutant, trial.scenarios.to_vec())?;
        tried.note(&cases);
        tried.count(&cases);
        return Ok(tried);
    }
    let (likely, others): (Vec<Entry>, Vec<Entry>) =
        trial.scenarios.iter().cloned().partition(|entry| is_likely(entry, mutant));
    let stops = trial.breadth != Breadth::Likely;
    let for_clauses = trial.breadth == Breadth::EnoughAndAllForClauses;
    let (naming, mut citing): (Vec<Entry>, Vec<Entry>) =
        likely.into_iter().partition(|entry| names(entry, mutant));
    // What takes long comes last.
    citing.sort_by_key(|entry| entry.scenario.class == Class::Long);
    let mut cases = Vec::new();
    for batch in [&naming[..]].into_iter().chain(citing.chunks(PLAYED_AT_ONCE)) {
        let is_enough = stops && tried.is_killed_enough();
        if is_enough && !for_clauses {
            break;
        }
        let played = play(trial, mutant, batch.to_vec())?;
        if !is_enough {
            tried.note(&played);
        }
        cases.extend(played);
    }
    // A monitor watches every run: a clause may be shown where nobody has cited it.
    let survives = tried.survives();
    if survives || for_clauses {
        let of_others = play(trial, mutant, others)?;
        if survives {
            tried.note(&of_others);
        }
        cases.extend(of_others);
    }
    tried.count(&cases);
    Ok(tried)
}

fn play(
    trial: &Trial<'_>,
    mutant: &MutantSpec,
    scenarios: Vec<Entry>,
) -> Result<Vec<Case>, RunError> {
    if scenarios.is_empty() {
        return Ok(Vec::new());
    }
    let selection = Selection { scenarios, deselected: 0 };
    let options = RunOptions {
        dialects: trial.dialects.to_vec(),
        shows_passed: false,
        ..RunOptions::of(
            trial.corpus,
            &selection,
            SubjectChoice::Reference { mutant: Some(mutant.name.to_owned()) },
            trial.engine,
        )
    };
    runner::run_cases(&options)
}
