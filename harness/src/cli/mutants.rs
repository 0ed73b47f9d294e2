//! `wireproof mutants`: which scenario kills which mutant, by which clause, and which mutants survive.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use super::run::engine;
use super::scenarios::read;
use crate::corpus::{Corpus, glob};
use crate::diagnostic::suggest;
use crate::exceptions::{Exceptions, is_reason};
use crate::kills::{self, Breadth, Killer, Trial, Tried};
use crate::profile::DialectChoice;
use crate::protocol::{self, MutantSpec, Protocol};
use crate::report::layout::{count, labelled};
use crate::report::paint::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, paint};
use crate::runner::EngineChoice;
use crate::spec::{Catalogue, ClauseId};
use crate::verdict::FoundBy;

/// How many killers of one mutant are named unless all are asked for.
const NAMED_MAX: usize = 3;
/// Columns before the text of a mutant.
const INDENT: usize = 6;

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct Arguments {
    /// A protocol, a mutant, a clause that mutants break, or a pattern with `*`. All mutants when left out
    #[arg(value_name = "SELECTOR")]
    selectors: Vec<String>,
    /// Takes scenarios from this folder, in the place of those within the program
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// Tries them in every dialect of the protocol
    #[arg(long)]
    all_dialects: bool,
    /// Where they are tried
    #[arg(long, value_name = "ENGINE", default_value = "sim",
          value_parser = PossibleValuesParser::new(["sim", "turmoil"]).map(|word| engine(&word)))]
    engine: EngineChoice,
    /// Tries every scenario, not only those that cite the clause or name the mutant
    #[arg(long)]
    thorough: bool,
    /// Mutants that are tried at the same time; by default as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Names all killers
    #[arg(long, short)]
    verbose: bool,
    /// Prints a JSON array in the place of lines
    #[arg(long)]
    json: bool,
}

/// A protocol with those of its mutants that were selected.
type Chosen = (&'static dyn Protocol, Vec<MutantSpec>);

/// The mutants of one protocol, tried.
struct Tally {
    protocol: &'static dyn Protocol,
    exceptions: Exceptions,
    tried: Vec<Tried>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let corpus = match &arguments.scenarios {
        Some(folder) => read(folder)?,
        None => Corpus::embedded(),
    };
    let mut tallies = Vec::new();
    for (protocol, mutants) in selected(&arguments.selectors)? {
        let exceptions = Exceptions::of(protocol).map_err(|error| CommandError::files(&[error]))?;
        let scenarios =
            corpus.of_protocol(protocol).map_err(|errors| CommandError::files(&errors))?;
        let dialects =
            if arguments.all_dialects { DialectChoice::all(protocol) } else { Vec::new() };
        let trial = Trial {
            protocol,
            corpus: &corpus,
            scenarios: &scenarios,
            dialects: &dialects,
            engine: arguments.engine,
            breadth: if arguments.thorough { Breadth::All } else { Breadth::Likely },
            jobs: arguments.jobs.map_or_else(kills::processors, NonZeroUsize::get),
        };
        let tried =
            kills::try_all(&trial, &mutants).map_err(|error| CommandError::usage(&error))?;
        tallies.push(Tally { protocol, exceptions, tried });
    }
    if arguments.json {
        let list: Vec<serde_json::Value> = tallies
            .iter()
            .flat_map(|tally| tally.tried.iter().map(|one| as_json(tally, one)))
            .collect();
        writeln!(console.out, "{:#}", serde_json::Value::Array(list))?;
    } else {
        for tally in &tallies {
            console.lines(&tally.lines(arguments.verbose, console.width))?;
        }
    }
    let unexplained = tallies.iter().any(Tally::is_unexplained);
    Ok(if unexplained { Exit::Failure } else { Exit::Success })
}

/// The mutants that any selector names, by protocol; all, when there is none.
fn selected(selectors: &[String]) -> Result<Vec<Chosen>, CommandError> {
    let of_all = || protocol::ALL.into_iter().map(|protocol| (protocol, protocol.mutants()));
    for selector in selectors {
        let named = |(protocol, mutants): (&dyn Protocol, Vec<MutantSpec>)| {
            mutants.iter().any(|mutant| names(selector, protocol, mutant))
        };
        if !of_all().any(named) {
            return Err(unknown(selector));
        }
    }
    let chosen = |protocol: &dyn Protocol, mutant: &MutantSpec| {
        selectors.is_empty() || selectors.iter().any(|selector| names(selector, protocol, mutant))
    };
    Ok(of_all()
        .map(|(protocol, mut mutants)| {
            mutants.retain(|mutant| chosen(protocol, mutant));
            (protocol, mutants)
        })
        .filter(|(_, mutants)| !mutants.is_empty())
        .collect())
}

fn names(selector: &str, protocol: &dyn Protocol, mutant: &MutantSpec) -> bool {
    let qualified = format!("{}/{}", protocol.name(), mutant.name);
    let clause = mutant.clause.to_string();
    let words = [protocol.name(), mutant.name, &qualified, &clause];
    if selector.contains('*') {
        return words.iter().any(|word| glob(selector.as_bytes(), word.as_bytes()));
    }
    words.iter().any(|word| word.eq_ignore_ascii_case(selector))
}

fn unknown(selector: &str) -> CommandError {
    let shown: String = selector.chars().take(80).collect();
    if let Ok(clause) = selector.to_uppercase().parse::<ClauseId>() {
        let mut catalogues = protocol::ALL.into_iter().map(Catalogue::of);
        if catalogues.any(|catalogue| catalogue.get(&clause).is_some()) {
            return CommandError::usage(&format!("no mutant breaks {clause}"));
        }
    }
    let mutants: Vec<&str> =
        protocol::ALL.into_iter().flat_map(Protocol::mutants).map(|mutant| mutant.name).collect();
    let help = suggest(selector, mutants.iter().copied());
    CommandError::usage_with_help(&format!("no mutant is named by `{shown}`"), help)
}

impl Tally {
    fn explained(&self, one: &Tried) -> Option<&str> {
        self.exceptions.mutant(one.mutant.name).filter(|reason| is_reason(reason))
    }

    /// A mutant survives without a reason, or is killed although its exception says that it survives.
    fn is_unexplained(&self) -> bool {
        self.tried.iter().any(|one| one.survives() != self.explained(one).is_some())
    }

    fn lines(&self, verbose: bool, width: usize) -> Vec<String> {
        let mut by_clause: BTreeMap<&ClauseId, Vec<&Tried>> = BTreeMap::new();
        for one in &self.tried {
            by_clause.entry(&one.mutant.clause).or_default().push(one);
        }
        let mut lines = Vec::new();
        for (clause, mutants) in by_clause {
            lines.push(paint(STRONG, clause));
            for one in mutants {
                lines.extend(self.mutant(one, verbose, width));
            }
        }
        lines.push(self.sum());
        lines
    }

    fn mutant(&self, one: &Tried, verbose: bool, width: usize) -> Vec<String> {
        let name = one.mutant.name;
        let mut lines = vec![format!("  {}", paint(if one.survives() { BAD } else { GOOD }, name))];
        let mut say = |text: &str| lines.extend(labelled("", INDENT, text, width));
        say(one.mutant.what);
        let scenarios = by_scenario(&one.killers);
        let named = if verbose { scenarios.len() } else { NAMED_MAX };
        for (scenario, killers) in scenarios.iter().take(named) {
            say(&format!("killed by {scenario} ({})", how(killers)));
        }
        if scenarios.len() > named {
            say(&format!("and by {} more", scenarios.len() - named));
        }
        let excepted = self.exceptions.mutant(name);
        match (one.survives(), excepted) {
            (false, None) => {}
            (false, Some(_)) => {
                say("is excepted as a survivor, but it is killed: remove the exception");
            }
            (true, Some(reason)) if is_reason(reason) => say(&format!("survives: {reason}")),
            (true, Some(_)) => say("survives, and its exception does not say why"),
            (true, None) => say("survives, and no exception says why"),
        }
        if one.survives() {
            for (verdict, clause) in &one.noticed {
                let clause =
                    clause.as_ref().map_or_else(String::new, |clause| format!(" by {clause}"));
                say(&format!("noticed: {verdict}{clause}"));
            }
        }
        lines
    }

    fn sum(&self) -> String {
        let survivors = self.tried.iter().filter(|one| one.survives());
        let (explained, unexplained): (Vec<&Tried>, Vec<&Tried>) =
            survivors.partition(|one| self.explained(one).is_some());
        let killed = self.tried.len() - explained.len() - unexplained.len();
        let mut parts =
            vec![format!("{killed} of {} killed", count(self.tried.len(), "mutant", "mutants"))];
        if !explained.is_empty() {
            let text = format!("{} with a reason", count(explained.len(), "survives", "survive"));
            parts.push(paint(DOUBTFUL, text));
        }
        if !unexplained.is_empty() {
            let names: Vec<&str> = unexplained.iter().map(|one| one.mutant.name).collect();
            let text = format!(
                "{} without a reason: {}",
                count(unexplained.len(), "survives", "survive"),
                names.join(", ")
            );
            parts.push(paint(BAD, text));
        }
        format!("{}: {}", paint(STRONG, self.protocol.name()), parts.join(", "))
    }
}

/// Killers by scenario, in order.
fn by_scenario(killers: &[Killer]) -> Vec<(&str, Vec<&Killer>)> {
    let mut scenarios: BTreeMap<&str, Vec<&Killer>> = BTreeMap::new();
    for killer in killers {
        scenarios.entry(&killer.scenario).or_default().push(killer);
    }
    scenarios.into_iter().collect()
}

/// In which roles, and who noticed, each said once.
fn how(killers: &[&Killer]) -> String {
    let mut words: Vec<String> = Vec::new();
    for killer in killers {
        let word = format!("{}: {}", killer.role, who(&killer.by));
        if !words.contains(&word) {
            words.push(word);
        }
    }
    paint(FAINT, words.join(", "))
}

/// Who noticed, in words.
pub(super) fn who(by: &FoundBy) -> String {
    match by {
        FoundBy::Step { number: 0, .. } => "the beginning".to_owned(),
        FoundBy::Step { number, .. } => format!("step {number}"),
        FoundBy::Monitor => "the monitor".to_owned(),
        FoundBy::Probe => "the probe".to_owned(),
        FoundBy::Runner => "the runner".to_owned(),
    }
}

fn as_json(tally: &Tally, one: &Tried) -> serde_json::Value {
    let killers: Vec<serde_json::Value> = one
        .killers
        .iter()
        .map(|killer| {
            json!({
                "scenario": killer.scenario,
                "role": killer.role,
                "dialect": killer.dialect,
                "by": killer.by,
            })
        })
        .collect();
    json!({
        "mutant": one.mutant.name,
        "protocol": tally.protocol.name(),
        "clause": one.mutant.clause,
        "what": one.mutant.what,
        "killers": killers,
        "survives": one.survives(),
        "exception": tally.exceptions.mutant(one.mutant.name),
    })
}
