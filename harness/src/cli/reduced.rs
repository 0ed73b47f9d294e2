//! What `sweep`, `exhaust`, `fuzz` and `shrink` say of a failure: the smallest scenario of it, as a file, and the screen of its run.

use std::fs;
use std::path::{Path, PathBuf};

use simulator::Entry as Fault;

use super::CommandError;
use super::console::Console;
use crate::corpus::Entry;
use crate::journal::Journal;
use crate::protocol;
use crate::report::Again;
use crate::report::text::{Context, screen};
use crate::runner::{Setting, Trial};
use crate::shrink::{Fingerprint, Reduced, ShrinkError, shrink};
use crate::spec::Catalogue;
use crate::verdict::Verdict;

/// Reduces a run that failed, writes the scenario that is left, and shows both; `name` is what the scenario is called behind the
/// name of the one that it comes from.
pub(super) fn show(
    setting: &Setting<'_>,
    catalogue: &Catalogue,
    trial: &Trial,
    name: &str,
    out: &Path,
    subject: &[String],
    console: &mut Console<'_>,
) -> Result<(), CommandError> {
    let seed = trial.journal.header.seed;
    let reduced = match shrink(setting, catalogue, trial) {
        Ok(reduced) => reduced,
        Err(error @ (ShrinkError::NoFailure(_) | ShrinkError::NotRepeated(_))) => {
            return Err(CommandError::usage(&error));
        }
        Err(ShrinkError::Engine(error)) => return Err(CommandError::Failed(error.to_string())),
    };
    let Reduced { variant, trial, fingerprint, faults, runs, .. } = &reduced;
    let id = found_id(variant, name);
    let file = write(out, &id, &variant.text, &trial.journal)?;
    let Fingerprint { clause, kind } = fingerprint;
    let clause = clause.as_ref().map_or_else(|| "no clause".to_owned(), ToString::to_string);
    writeln!(console.out, "{} ({runs} runs; {clause}, found by a {kind}):", reduced.enough())?;
    console.lines(&faults.iter().map(line).collect::<Vec<_>>())?;
    writeln!(console.out)?;
    let mut options = vec!["--scenarios".to_owned(), out.display().to_string()];
    options.extend_from_slice(subject);
    let again = Again { options, dialect: true };
    let mut case = setting.case(variant, seed, trial);
    case.scenario = id;
    if let Some(protocol) = protocol::by_name(variant.id.protocol()) {
        let file = file.display().to_string();
        let context = Context {
            protocol,
            catalogue,
            file: &file,
            folder: None,
            again: &again,
            width: console.width,
        };
        console.lines(&screen(&case, &trial.journal, &context))?;
    }
    writeln!(console.out, "written         {}", file.display())?;
    if !subject.is_empty() {
        let verdict = of_the_reference(setting, variant, seed)?;
        writeln!(console.out, "the reference   {verdict}")?;
    }
    Ok(())
}

/// What the reference makes of the scenario that is left.
fn of_the_reference(
    setting: &Setting<'_>,
    variant: &Entry,
    seed: u64,
) -> Result<Verdict, CommandError> {
    setting
        .of_the_reference(variant, seed)
        .map(|trial| trial.judgement.verdict)
        .map_err(|error| CommandError::Failed(error.to_string()))
}

/// The identity of the scenario that is left: of the same protocol, in a folder of its own.
fn found_id(variant: &Entry, name: &str) -> String {
    let of = variant.id.as_str().rsplit('/').next().unwrap_or_default();
    format!("{}/found/{of}-{name}", variant.id.protocol())
}

/// A fault in a line: where, what, and what happens to it.
pub(super) fn line(fault: &Fault) -> String {
    let occurrence = match fault.occurrence {
        1 => String::new(),
        occurrence => format!(" number {occurrence}"),
    };
    format!("  {}  {}{occurrence}: {}", fault.link, fault.message, fault.fate())
}

/// Writes a scenario under its identity, and the journal of its run beside it.
pub(super) fn write(
    out: &Path,
    id: &str,
    text: &str,
    journal: &Journal,
) -> Result<PathBuf, CommandError> {
    let file = out.join(format!("{id}.yaml"));
    let failed = |error: std::io::Error| {
        CommandError::Failed(format!("cannot write {}: {error}", file.display()))
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&file, text).map_err(failed)?;
    let mut octets = Vec::new();
    journal.write(&mut octets).map_err(failed)?;
    fs::write(file.with_extension("jsonl"), octets).map_err(failed)?;
    Ok(file)
}
