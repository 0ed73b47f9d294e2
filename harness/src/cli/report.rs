//! `wireproof report`: a results folder, rendered.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, compare};
use crate::report::folder::Folder;
use crate::report::layout::count;
use crate::report::text::summary;
use crate::report::{badge, folder, github, json, junit, markdown, tap};
use crate::runner::{Results, merge};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The results folder of a run; with `--merge` those of all its parts
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Makes one results folder of those of several shards, or of runs over different scenarios
    #[arg(long, requires = "out", conflicts_with = "format")]
    merge: bool,
    /// The folder that is made
    #[arg(long, value_name = "DIR", requires = "merge")]
    out: Option<PathBuf>,
    /// Prints this, in the place of writing `report.html` and `junit.xml` into the folder anew
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(
        ["html", "junit", "tap", "github", "markdown", "badge", "text", "json"]))]
    format: Option<String>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    if let Some(out) = arguments.out.as_deref().filter(|_| arguments.merge) {
        return whole(&arguments.folders, out, console);
    }
    let [path] = arguments.folders.as_slice() else {
        let help = "`--merge --out DIR` makes one folder of those of several parts".to_owned();
        let what = "a report is of one results folder";
        return Err(CommandError::usage_with_help(&what, Some(help)));
    };
    let results = compare::read(path)?;
    let folder = holding(path);
    let width = console.width;
    match arguments.format.as_deref() {
        None => {
            folder::write_reports(folder, &results).map_err(|error| {
                CommandError::Failed(format!("cannot write to {}: {error}", folder.display()))
            })?;
            writeln!(console.out, "{}", folder.join(folder::REPORT).display())?;
            writeln!(console.out, "{}", folder.join(folder::JUNIT).display())?;
        }
        Some("html") => folder::write_html(folder, &results, &mut console.out)?,
        Some("junit") => junit::write(&results, &mut console.out)?,
        Some("tap") => tap::write(&results, &mut console.out)?,
        Some("github") => github::write(&results, &mut console.out)?,
        Some("markdown") => markdown::write(&results, &mut console.out)?,
        Some("badge") => badge::write(&results, &mut console.out)?,
        Some("json") => json::write(&results, &mut console.out)?,
        Some(_) => console.lines(&summary(&results, results.took(), width))?,
    }
    Ok(Exit::Success)
}

/// The results folder that a path means: that of `results.json` is the folder that it is in.
fn holding(path: &Path) -> &Path {
    if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) }
}

/// Makes one results folder of several.
fn whole(folders: &[PathBuf], out: &Path, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let parts: Vec<Results> =
        folders.iter().map(|path| compare::read(path)).collect::<Result<_, _>>()?;
    let merged = merge(&parts).map_err(|error| {
        let part = error.part().and_then(|part| folders.get(part));
        let part = part.map_or_else(String::new, |part| format!("`{}`: ", part.display()));
        let help = "parts of one run are of one version, corpus, subject, engine and command line, each with other cases";
        CommandError::usage_with_help(&format!("{part}{error}"), Some(help.to_owned()))
    })?;
    if let Some(part) = folders.iter().find(|path| is_same(holding(path), out)) {
        let what = format!("`{}` is one of the parts; name a new folder", part.display());
        return Err(CommandError::usage(&what));
    }
    let folder = Folder::open(out).map_err(|error| CommandError::usage(&error))?;
    let failed = |error: std::io::Error| {
        CommandError::Failed(format!("cannot merge into {}: {error}", out.display()))
    };
    for (path, part) in folders.iter().zip(&parts) {
        for case in &part.cases {
            folder.adopt(case, holding(path)).map_err(failed)?;
        }
    }
    folder.finish(&merged).map_err(failed)?;
    let cases = count(merged.cases.len(), "case", "cases");
    writeln!(console.out, "{}: {cases} of {} parts", out.display(), parts.len())?;
    Ok(Exit::Success)
}

/// Whether two paths are of one folder that is there.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one| Some(one) == real(other))
}
