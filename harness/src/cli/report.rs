//! `wireproof report`: a results folder, rendered.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, compare};
use crate::report::text::summary;
use crate::report::{badge, folder, github, json, junit, markdown, tap};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The results folder of a run
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Prints this, in the place of writing `report.html` and `junit.xml` into the folder anew
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(
        ["html", "junit", "tap", "github", "markdown", "badge", "text", "json"]))]
    format: Option<String>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let results = compare::read(&arguments.folder)?;
    // A path to `results.json` means the folder that it is in.
    let folder = if arguments.folder.is_dir() {
        arguments.folder.as_path()
    } else {
        arguments.folder.parent().unwrap_or(Path::new("."))
    };
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
