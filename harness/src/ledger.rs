//! The ledger of a protocol: every clause with what tests it, and every line of the source document with what it became.

use std::collections::BTreeSet;

use crate::corpus::{Corpus, Entry};
use crate::diagnostic::Diagnostic;
use crate::exceptions::{Exceptions, is_reason};
use crate::kills::{self, Breadth, Trial, Tried};
use crate::protocol::Protocol;
use crate::runner::EngineChoice;
use crate::spec::{Catalogue, Clause, ClauseId, Level};

mod markdown;
mod scores;
mod source;

pub use markdown::markdown;
pub use scores::scores;
pub use source::{Part, SourceDocument};

/// All that is known of the clauses of one protocol.
#[derive(Clone)]
pub struct Ledger {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// Its clauses, in order.
    pub rows: Vec<Row>,
    /// How many scenarios it has.
    pub scenarios: usize,
    /// How many cases they are of the reference, in one dialect: one for each role.
    pub cases: usize,
    /// Its source document, when the program holds it.
    pub source: Option<SourceDocument>,
}

/// One clause with what tests it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The clause.
    pub clause: Clause,
    /// The scenarios that cite it.
    pub scenarios: Vec<String>,
    /// A monitor objects by it.
    pub monitor: bool,
    /// The mutants that break it, with what became of them.
    pub mutants: Vec<Tried>,
    /// Why it cannot be tested as others are.
    pub exception: Option<String>,
    /// Why mutants of it survive.
    pub survivors: Vec<(String, Option<String>)>,
}

impl Row {
    /// What is missing without a reason, in words.
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        let killed = self.mutants.iter().any(|tried| !tried.survives());
        if self.exception.is_none() {
            if self.scenarios.is_empty() && !self.monitor {
                gaps.push("no scenario and no monitor tests it".to_owned());
            }
            // What a MAY allows cannot be violated.
            if !killed && self.clause.level != Level::May {
                gaps.push("no mutant of it is killed".to_owned());
            }
        }
        let unexplained = self.survivors.iter().filter(|(_, reason)| reason.is_none());
        gaps.extend(unexplained.map(|(name, _)| format!("`{name}` survives without a reason")));
        gaps
    }
}

impl Ledger {
    /// The ledger of a protocol; its mutants are tried for it.
    ///
    /// # Errors
    ///
    /// What is wrong in scenarios, exceptions or the map of the source document.
    pub fn of(protocol: &'static dyn Protocol, corpus: &Corpus) -> Result<Self, Vec<Diagnostic>> {
        let scenarios = corpus.of_protocol(protocol)?;
        let trial = Trial {
            protocol,
            corpus,
            scenarios: &scenarios,
            dialects: &[],
            engine: EngineChoice::Sim,
            breadth: Breadth::Enough,
            jobs: kills::processors(),
        };
        let tried = match kills::try_all(&trial, &protocol.mutants()) {
            Ok(tried) => tried,
            // A protocol without scenarios has nothing that could kill.
            Err(_) if scenarios.is_empty() => Vec::new(),
            Err(error) => return Err(vec![Diagnostic::of_file("scenarios", error.to_string())]),
        };
        Self::with(protocol, corpus, &tried)
    }

    /// The same of mutants that have been tried already.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn with(
        protocol: &'static dyn Protocol,
        corpus: &Corpus,
        tried: &[Tried],
    ) -> Result<Self, Vec<Diagnostic>> {
        let exceptions = Exceptions::of(protocol).map_err(|error| vec![error])?;
        let source = SourceDocument::of(protocol)?;
        let scenarios = corpus.of_protocol(protocol)?;
        let watched: BTreeSet<&ClauseId> = tried.iter().flat_map(|one| &one.watched).collect();
        let rows = Catalogue::of(protocol)
            .iter()
            .map(|clause| row(clause, &scenarios, &watched, tried, &exceptions))
            .collect();
        let cases = scenarios.iter().map(|entry| entry.scenario.roles(protocol).len()).sum();
        Ok(Self { protocol, rows, scenarios: scenarios.len(), cases, source })
    }

    /// Everything that is missing without a reason, in words.
    pub fn gaps(&self) -> Vec<String> {
        let of_clauses = self
            .rows
            .iter()
            .flat_map(|row| row.gaps().into_iter().map(|gap| format!("{}: {gap}", row.clause.id)));
        of_clauses.collect()
    }
}

fn row(
    clause: &Clause,
    scenarios: &[Entry],
    watched: &BTreeSet<&ClauseId>,
    tried: &[Tried],
    exceptions: &Exceptions,
) -> Row {
    let citing = scenarios.iter().filter(|entry| entry.scenario.cites().contains(&clause.id));
    let mutants: Vec<Tried> =
        tried.iter().filter(|one| one.mutant.clause == clause.id).cloned().collect();
    let reason = |name: &str| exceptions.mutant(name).filter(|reason| is_reason(reason));
    let survivors = mutants
        .iter()
        .filter(|one| one.survives())
        .map(|one| (one.mutant.name.to_owned(), reason(one.mutant.name).map(str::to_owned)))
        .collect();
    Row {
        clause: clause.clone(),
        scenarios: citing.map(|entry| entry.id.to_string()).collect(),
        monitor: watched.contains(&clause.id),
        mutants,
        exception: exceptions.clause(&clause.id).map(str::to_owned),
        survivors,
    }
}
