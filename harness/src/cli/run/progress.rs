//! What a run shows while it goes on: the screens of what fails, and for those who watch one line that is rewritten.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::Console;
use crate::expect::Expectations;
use crate::journal::Journal;
use crate::protocol;
use crate::report::Again;
use crate::report::layout::shorten;
use crate::report::text::{Context, case_line, screen};
use crate::runner::Case;
use crate::spec::Catalogue;
use crate::verdict::Verdict;

/// How many failures have a screen of their own; of later ones there is a line.
const SCREENS_MAX: usize = 10;
/// How many warnings have one.
const WARNINGS_MAX: usize = 3;
/// Goes to the beginning of a terminal's line and clears it.
const CLEAR: &str = "\r\u{1b}[K";

/// Shows cases as they are judged.
pub(super) struct Progress<'a, 'b> {
    /// The file of each scenario.
    pub(super) files: &'a BTreeMap<&'a str, &'a str>,
    /// The results folder.
    pub(super) folder: Option<String>,
    /// How the run was begun.
    pub(super) again: &'a Again,
    /// What is known to fail.
    pub(super) expectations: Option<&'a Expectations>,
    /// Screens are printed, not only counted.
    pub(super) text: bool,
    /// A line is printed for each case.
    pub(super) verbose: bool,
    /// What has been seen so far.
    pub(super) seen: Seen,
    /// Where all of this goes.
    pub(super) console: &'a mut Console<'b>,
    /// The first error of writing.
    pub(super) result: io::Result<()>,
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    cases: usize,
    failures: usize,
    /// The scenarios that failed: in another role or dialect, they most often fail in the same way.
    failed: BTreeSet<String>,
    /// The scenarios that warned.
    warned: BTreeSet<String>,
}

impl Progress<'_, '_> {
    /// A case has been judged.
    pub(super) fn observe(&mut self, case: &Case, journal: &Journal) {
        if self.result.is_ok() {
            self.result = self.show(case, journal);
        }
    }

    /// Clears the line of those who watch.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { console, result, .. } = self;
        result?;
        if console.progress {
            write!(console.err, "{CLEAR}")?;
            console.err.flush()?;
        }
        Ok(())
    }

    fn show(&mut self, case: &Case, journal: &Journal) -> io::Result<()> {
        self.seen.cases += 1;
        let known = self.expectations.and_then(|expectations| expectations.known(case));
        let verdict = case.judgement.verdict;
        let fails = matches!(verdict, Verdict::Fail | Verdict::Flaky) && known.is_none();
        let warns = verdict == Verdict::Warn
            && known.is_none()
            && self.seen.warned.insert(case.scenario.clone())
            && self.seen.warned.len() <= WARNINGS_MAX;
        self.seen.failures += usize::from(fails);
        if self.text && (fails || warns || self.verbose) {
            if self.console.progress {
                write!(self.console.err, "{CLEAR}")?;
                self.console.err.flush()?;
            }
            if fails || warns {
                self.failure(case, journal)?;
            } else {
                let case = Case { known, ..case.clone() };
                writeln!(self.console.out, "{}", case_line(&case))?;
                for remark in &case.judgement.info {
                    writeln!(self.console.out, "  {}", shorten(remark, self.console.width - 2))?;
                }
            }
            self.console.out.flush()?;
        }
        if self.console.progress {
            let Seen { cases, failures, .. } = self.seen;
            let line = format!("{cases} cases, {failures} failed: {}", case.scenario);
            write!(self.console.err, "{CLEAR}{}", shorten(&line, self.console.width - 1))?;
            self.console.err.flush()?;
        }
        Ok(())
    }

    /// A screen for the first failure of a scenario, a line for further ones.
    fn failure(&mut self, case: &Case, journal: &Journal) -> io::Result<()> {
        let warns = case.judgement.verdict == Verdict::Warn;
        let is_new = warns || self.seen.failed.insert(case.scenario.clone());
        let name = case.scenario.split('/').next().unwrap_or_default();
        let known = protocol::by_name(name);
        let Some(protocol) = known.filter(|_| is_new && self.seen.failed.len() <= SCREENS_MAX)
        else {
            let what =
                case.judgement.decisive().map(|finding| finding.what.as_str()).unwrap_or_default();
            writeln!(self.console.out, "{}", case_line(case))?;
            return writeln!(self.console.out, "  {}", shorten(what, self.console.width - 2));
        };
        let context = Context {
            protocol,
            catalogue: Catalogue::of(protocol),
            file: self.files.get(case.scenario.as_str()).copied().unwrap_or(&case.scenario),
            folder: self.folder.as_deref(),
            again: self.again,
            width: self.console.width,
        };
        self.console.lines(&screen(case, journal, &context))?;
        writeln!(self.console.out)
    }
}
