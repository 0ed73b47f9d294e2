//! The file of known failures of a run: read before it, compared with it, brought up to date after it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::CommandError;
use super::super::console::Console;
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::expect::{Date, Expectations};
use crate::report::layout::count;
use crate::runner::Results;

/// A file of known failures.
pub(super) struct Expected {
    path: PathBuf,
    expectations: Expectations,
    update: bool,
}

impl Expected {
    /// Reads the file; one that is to be written need not be there yet.
    pub(super) fn read(path: &Path, update: bool) -> Result<Self, CommandError> {
        let name = path.display().to_string();
        let expectations = match fs::read_to_string(path) {
            Ok(text) => {
                Expectations::parse(&name, &text).map_err(|error| CommandError::files(&[error]))?
            }
            Err(error) if update && error.kind() == ErrorKind::NotFound => {
                Expectations::none(&name)
            }
            Err(error) => {
                return Err(CommandError::usage(&format!("cannot read `{name}`: {error}")));
            }
        };
        Ok(Self { path: path.to_owned(), expectations, update })
    }

    pub(super) const fn expectations(&self) -> &Expectations {
        &self.expectations
    }

    /// Notes in the results what is known, and what the file says that is not true; brings it up to date before, when asked.
    pub(super) fn apply(
        mut self,
        corpus: &Corpus,
        results: &mut Results,
        now: Duration,
        console: &mut Console<'_>,
    ) -> Result<(), CommandError> {
        if self.update {
            self.write(corpus, results, console)?;
        }
        let mut unmet = self.expectations.faults(corpus, Date::of_unix_time(now));
        unmet.extend(self.expectations.unmet(&results.cases));
        for error in &unmet {
            writeln!(console.err, "{}\n", error.render(true))?;
        }
        let line = |error: &Diagnostic| {
            format!("{}:{}:{}: {}", error.file, error.line, error.column, error.message)
        };
        results.unmet = unmet.iter().map(line).collect();
        for case in &mut results.cases {
            case.known = self.expectations.known(case);
        }
        Ok(())
    }

    fn write(
        &mut self,
        corpus: &Corpus,
        results: &Results,
        console: &mut Console<'_>,
    ) -> Result<(), CommandError> {
        let update = self
            .expectations
            .updated(corpus, &results.cases)
            .map_err(|error| CommandError::usage(&error))?;
        let name = self.path.display().to_string();
        if update.added + update.removed + update.changed > 0 {
            fs::write(&self.path, &update.text)
                .map_err(|error| CommandError::Failed(format!("cannot write `{name}`: {error}")))?;
            self.expectations = Expectations::parse(&name, &update.text)
                .map_err(|error| CommandError::files(&[error]))?;
        }
        writeln!(
            console.err,
            "{name}: {} added, {} removed, {} changed",
            count(update.added, "entry", "entries"),
            update.removed,
            update.changed
        )?;
        Ok(())
    }
}
