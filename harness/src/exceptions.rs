//! What a protocol's corpus does not show, each with its reason: `scenarios/<protocol>/exceptions.yaml`.

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::protocol::Protocol;
use crate::spec::ClauseId;
use crate::yaml::{self, Located};

/// The files that are part of the program: path below `scenarios`, text; sorted.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/exceptions.rs"));

/// Words that a reason has at least.
const REASON_WORDS_MIN: usize = 4;

/// What a protocol's corpus does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Exceptions {
    /// Mutants that no scenario kills.
    pub mutants: Vec<ExceptedMutant>,
    /// Clauses without a scenario or without a mutant.
    pub clauses: Vec<ExceptedClause>,
    /// Scenarios that pass against a program that is no implementation.
    pub null_subjects: Vec<ExceptedScenario>,
}

/// A mutant that no scenario kills.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptedMutant {
    /// Its name.
    pub mutant: Located<String>,
    /// Why it lives.
    pub reason: String,
}

/// A clause without a scenario or without a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptedClause {
    /// Its identity.
    pub clause: Located<ClauseId>,
    /// Why it cannot be tested.
    pub reason: String,
}

/// A scenario that passes against a program that is no implementation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptedScenario {
    /// Its identity.
    pub scenario: Located<String>,
    /// Why nothing can be done about it.
    pub reason: String,
}

impl Exceptions {
    /// The exceptions of a protocol; none when there is no file.
    ///
    /// # Errors
    ///
    /// What is wrong in the file.
    pub fn of(protocol: &dyn Protocol) -> Result<Self, Diagnostic> {
        let path = format!("{}/exceptions.yaml", protocol.name());
        match EMBEDDED.iter().find(|(name, _)| *name == path) {
            Some((_, text)) => Self::parse(&format!("scenarios/{path}"), text),
            None => Ok(Self::default()),
        }
    }

    /// Reads them from the text of a file.
    ///
    /// # Errors
    ///
    /// What is wrong in the file.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostic> {
        yaml::read(file, text)
    }

    /// Why this mutant lives, when that is excepted.
    pub fn mutant(&self, name: &str) -> Option<&str> {
        let found = self.mutants.iter().find(|entry| entry.mutant.value == name);
        found.map(|entry| entry.reason.as_str())
    }

    /// Why this clause cannot be shown, when that is excepted.
    pub fn clause(&self, id: &ClauseId) -> Option<&str> {
        let found = self.clauses.iter().find(|entry| entry.clause.value == *id);
        found.map(|entry| entry.reason.as_str())
    }
}

/// Whether a text says why: more than a word or two.
pub fn is_reason(text: &str) -> bool {
    text.split_whitespace().count() >= REASON_WORDS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol;

    #[test]
    fn the_exceptions_of_every_protocol_can_be_read() {
        for protocol in protocol::ALL {
            let exceptions = Exceptions::of(protocol).unwrap_or_else(|error| panic!("{error}"));
            for entry in &exceptions.clauses {
                assert_eq!(exceptions.clause(&entry.clause.value), Some(entry.reason.as_str()));
            }
        }
    }

    #[test]
    fn a_key_that_is_not_known_is_refused_with_its_place() {
        let error = Exceptions::parse("e.yaml", "mutants:\n  - mutants: a\n").unwrap_err();
        assert_eq!((error.file.as_str(), error.line), ("e.yaml", 2));
    }
}
