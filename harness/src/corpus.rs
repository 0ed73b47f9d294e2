//! The corpus: all scenarios, embedded in the program or read from a folder, and the selection of some.
//!
//! A file is parsed only when it is selected, so that a start is fast.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, render_all};
use crate::protocol::{self, Protocol};
use crate::scenario::Scenario;
use crate::seal;
use crate::spec::{Catalogue, ClauseId};

mod select;
mod walk;

pub(crate) use select::glob;

/// The files of the embedded corpus: path below `scenarios`, text; sorted.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

/// Where the embedded corpus lies in the repository, to be shown in errors.
const EMBEDDED_FOLDER: &str = "scenarios";

/// What the name of a scenario's file ends with.
const EXTENSION: &str = ".yaml";

/// The identity of a scenario: its path in the corpus without the extension, such as `mnet/data/a-repeat-is-acknowledged`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScenarioId(String);

impl ScenarioId {
    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the protocol: the first folder.
    pub fn protocol(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The folder within the protocol, without the file: `data`; empty when the file is in no folder.
    pub fn area(&self) -> &str {
        let inside = self.0.split_once('/').map_or("", |(_, inside)| inside);
        inside.rsplit_once('/').map_or("", |(area, _)| area)
    }

    /// The identity of a file, by the part of its path that begins with the last folder named like a protocol.
    fn of_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_suffix(EXTENSION)?.split('/').collect();
        let folders = parts.len().saturating_sub(1);
        let start =
            parts.iter().take(folders).rposition(|part| protocol::by_name(part).is_some())?;
        Some(Self(parts.get(start..)?.join("/")))
    }
}

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A file of the corpus, not yet parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, to be shown in errors and reports.
    pub name: String,
    /// Its text.
    pub text: Cow<'static, str>,
}

/// All scenarios there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corpus {
    files: BTreeMap<ScenarioId, File>,
}

/// A scenario that was selected, parsed and checked.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its identity.
    pub id: ScenarioId,
    /// What it says.
    pub scenario: Arc<Scenario>,
    /// The name of its file.
    pub file: String,
    /// The text of its file.
    pub text: Arc<str>,
}

impl Entry {
    /// The mark of what it says of a run: of all its keys but the title and the mutants that it kills, without remarks.
    pub fn mark(&self) -> String {
        let mut is_told = true;
        let mut told = String::new();
        for line in self.text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            // A key stands in the first column; what is below it is indented or an item of its list.
            if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
                is_told = !line.starts_with("title:") && !line.starts_with("kills:");
            }
            if is_told {
                told.push_str(line.trim_end());
                told.push('\n');
            }
        }
        seal::mark(&told)
    }
}

/// Some scenarios of a corpus.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The scenarios in the order of their identities.
    pub scenarios: Vec<Entry>,
    /// How many scenarios of the same protocols were not selected.
    pub deselected: usize,
}

/// Why a corpus could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file or a folder.
    #[error("cannot read scenarios from `{path}`: {error}")]
    Read {
        /// The file or folder.
        path: String,
        /// What the operating system says.
        error: io::Error,
    },
    /// A file whose protocol its path does not tell.
    #[error(
        "`{path}` is in no folder with a protocol's name; scenarios lie in folders like `mnet/data`"
    )]
    NoProtocol {
        /// The file.
        path: String,
    },
    /// A folder without scenarios.
    #[error("there is no scenario (`.yaml`) in `{path}`")]
    Empty {
        /// The folder.
        path: String,
    },
}

/// Why nothing was selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsageError {
    /// A selector that names no scenario.
    Unknown {
        /// What is wrong with it.
        message: String,
        /// What was probably meant.
        help: Option<String>,
    },
    /// There are no scenarios to select from.
    Empty,
    /// Files that were selected are wrong.
    Invalid(Vec<Diagnostic>),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { message, help: None } => f.write_str(message),
            Self::Unknown { message, help: Some(help) } => write!(f, "{message}\n  help: {help}"),
            Self::Empty => f.write_str("there are no scenarios to select from"),
            Self::Invalid(diagnostics) => f.write_str(&render_all(diagnostics)),
        }
    }
}

impl std::error::Error for UsageError {}

impl Corpus {
    /// The corpus that is part of the program.
    pub fn embedded() -> Self {
        let file = |&(path, text): &(&str, &'static str)| {
            let name = format!("{EMBEDDED_FOLDER}/{path}");
            Some((ScenarioId::of_path(path)?, File { name, text: Cow::Borrowed(text) }))
        };
        Self { files: EMBEDDED.iter().filter_map(file).collect() }
    }

    /// The scenarios of a folder, or of one file.
    ///
    /// # Errors
    ///
    /// When something cannot be read, or a file lies in no folder that has a protocol's name.
    pub fn read(path: &Path) -> Result<Self, CorpusError> {
        let shown = path.display().to_string();
        let unreadable = |error| CorpusError::Read { path: shown.clone(), error };
        let paths = if path.is_file() {
            vec![path.to_path_buf()]
        } else {
            walk::scenarios(path).map_err(unreadable)?
        };
        let mut files = BTreeMap::new();
        for path in paths {
            let name = path.display().to_string();
            let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
            let id = ScenarioId::of_path(&absolute.display().to_string())
                .ok_or_else(|| CorpusError::NoProtocol { path: name.clone() })?;
            let text = std::fs::read_to_string(&path)
                .map_err(|error| CorpusError::Read { path: name.clone(), error })?;
            files.insert(id, File { name, text: Cow::Owned(text) });
        }
        if files.is_empty() { Err(CorpusError::Empty { path: shown }) } else { Ok(Self { files }) }
    }

    /// The SHA-256 digest of all files: of each its identity, how long it is, and its text.
    pub fn digest(&self) -> String {
        let mut all = Vec::new();
        for (id, file) in &self.files {
            all.extend(format!("{id} {}\n", file.text.len()).into_bytes());
            all.extend(file.text.as_bytes());
        }
        seal::digest(&all)
    }

    /// The files in the order of their identities; nothing of them is parsed.
    pub fn files(&self) -> impl Iterator<Item = (&ScenarioId, &File)> {
        self.files.iter()
    }

    /// How many scenarios there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Parses and checks the scenarios with these identities, on all processors.
    fn parse(&self, ids: &[&ScenarioId]) -> Result<Vec<Entry>, Vec<Diagnostic>> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let share = ids.len().div_ceil(processors).max(1);
        let parsed: Vec<Result<Entry, Vec<Diagnostic>>> = std::thread::scope(|scope| {
            let shares = ids.chunks(share).map(|ids| {
                scope.spawn(move || -> Vec<_> {
                    ids.iter().filter_map(|id| self.parse_one(id)).collect()
                })
            });
            let threads: Vec<_> = shares.collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        });
        let mut scenarios = Vec::with_capacity(parsed.len());
        let mut errors = Vec::new();
        for one in parsed {
            match one {
                Ok(entry) => scenarios.push(entry),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() { Ok(scenarios) } else { Err(errors) }
    }

    /// Parses and checks one scenario, if it is there and its protocol is known.
    fn parse_one(&self, id: &ScenarioId) -> Option<Result<Entry, Vec<Diagnostic>>> {
        let file = self.files.get(id)?;
        let protocol = protocol::by_name(id.protocol())?;
        let catalogue = Catalogue::of(protocol);
        let scenario = Scenario::parse(&file.name, &file.text, protocol, catalogue);
        Some(scenario.map(|scenario| Entry {
            id: id.clone(),
            scenario: Arc::new(scenario),
            file: file.name.clone(),
            text: Arc::from(&*file.text),
        }))
    }

    /// The scenarios of a protocol; there may be none.
    ///
    /// # Errors
    ///
    /// What is wrong in them.
    pub fn of_protocol(&self, protocol: &dyn Protocol) -> Result<Vec<Entry>, Vec<Diagnostic>> {
        let is_its = |id: &&ScenarioId| id.protocol() == protocol.name();
        let ids: Vec<&ScenarioId> = self.files.keys().filter(is_its).collect();
        self.parse(&ids)
    }

    /// The scenarios that cite a clause.
    ///
    /// # Errors
    ///
    /// When one that may cite it cannot be parsed.
    pub fn citing(&self, clause: &ClauseId) -> Result<Vec<Entry>, Vec<Diagnostic>> {
        // A file that does not hold the identity's text cannot cite it: most need not be parsed.
        let name = clause.to_string();
        let candidates: Vec<&ScenarioId> = self
            .files
            .iter()
            .filter(|(_, file)| file.text.contains(&name))
            .map(|(id, _)| id)
            .collect();
        let mut entries = self.parse(&candidates)?;
        entries.retain(|entry| entry.scenario.cites().contains(clause));
        Ok(entries)
    }
}

#[cfg(test)]
mod tests;
