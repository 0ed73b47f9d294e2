//! `wireproof compare`: what changed between two results folders.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use crate::compare::{Change, Comparison, Difference, compare};
use crate::report::folder::RESULTS;
use crate::report::json;
use crate::report::layout::{count, labelled};
use crate::report::paint::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, paint};
use crate::runner::Results;
use crate::verdict::Verdict;

/// Columns before what decided.
const INDENT: usize = 6;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The results folder (or `results.json`) of the earlier run
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// That of the later run
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Prints JSON in the place of lines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let comparison = compare(&read(&arguments.old)?, &read(&arguments.new)?);
    if arguments.json {
        let value = serde_json::to_value(&comparison).map_err(std::io::Error::from)?;
        writeln!(console.out, "{value:#}")?;
    } else {
        console.lines(&lines(&comparison, console.width))?;
    }
    Ok(if comparison.is_worse() { Exit::Failure } else { Exit::Success })
}

/// The results of a folder, or of the file itself.
pub(super) fn read(path: &Path) -> Result<Results, CommandError> {
    let file = if path.is_dir() { path.join(RESULTS) } else { path.to_owned() };
    let shown = file.display();
    let opened = File::open(&file)
        .map_err(|error| CommandError::usage(&format!("cannot read `{shown}`: {error}")))?;
    json::read(BufReader::new(opened))
        .map_err(|error| CommandError::usage(&format!("`{shown}`: {error}")))
}

fn lines(comparison: &Comparison, width: usize) -> Vec<String> {
    let mut lines: Vec<String> =
        comparison.conditions.iter().map(|what| paint(DOUBTFUL, what)).collect();
    let sections = [
        (Change::Worse, "worse than before", BAD),
        (Change::NewAndBad, "new, and not good", BAD),
        (Change::OtherClause, "as before, by another clause", DOUBTFUL),
        (Change::Gone, "gone", DOUBTFUL),
        (Change::Better, "better than before", GOOD),
        (Change::NewAndGood, "new", GOOD),
    ];
    for (change, title, style) in sections {
        let number = comparison.of(change).count();
        if number > 0 {
            lines.push(paint(style, format!("{title}: {}", count(number, "case", "cases"))));
            lines.extend(comparison.of(change).flat_map(|difference| of(difference, width)));
        }
    }
    if let Some(stopped) = &comparison.stopped {
        lines.push(paint(BAD, format!("the new run was stopped: {stopped}")));
    }
    let bad = match comparison.still_bad {
        0 => String::new(),
        bad => format!(", {bad} of them not good"),
    };
    lines.push(paint(
        STRONG,
        format!("{} as before{bad}", count(comparison.same, "case is", "cases are")),
    ));
    lines
}

fn of(difference: &Difference, width: usize) -> Vec<String> {
    let word = |verdict: Option<Verdict>| verdict.map_or("absent", Verdict::word);
    let Difference { scenario, role, dialect, old, new, .. } = difference;
    let mut lines = vec![format!(
        "  {scenario}  {} → {}  {}",
        word(*old),
        word(*new),
        paint(FAINT, format!("{role}, {dialect}"))
    )];
    let what = difference.what.iter().flat_map(|what| labelled("", INDENT, what, width));
    lines.extend(what);
    lines
}
