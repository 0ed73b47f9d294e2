//! `wireproof ledger`: every clause with what tests it, every line of the source document with what it became.

use std::fs;
use std::path::{Path, PathBuf};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::corpus::Corpus;
use crate::ledger::{Ledger, markdown, scores};
use crate::protocol::{self, Protocol};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol, such as `mnet`; all of them when left out
    #[arg(value_name = "PROTOCOL")]
    protocol: Option<String>,
    /// Writes a file for each protocol into this folder, in the place of printing; without PROTOCOL also the figures of all
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocols: Vec<&'static dyn Protocol> = match &arguments.protocol {
        Some(name) => vec![dialects::protocol(name)?],
        None => protocol::ALL.into_iter().collect(),
    };
    if let Some(folder) = &arguments.write {
        // Before the mutants are tried, which takes its time.
        fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
    }
    let corpus = Corpus::embedded();
    let mut ledgers = Vec::new();
    for protocol in protocols {
        let ledger =
            Ledger::of(protocol, &corpus).map_err(|errors| CommandError::files(&errors))?;
        let text = markdown(&ledger);
        match &arguments.write {
            Some(folder) => write(folder, protocol.name(), &text, console)?,
            None => write!(console.out, "{text}")?,
        }
        ledgers.push(ledger);
    }
    if let (Some(folder), None) = (&arguments.write, &arguments.protocol) {
        write(folder, "scores", &scores(&ledgers), console)?;
    }
    let gaps: Vec<String> = ledgers.iter().flat_map(Ledger::gaps).collect();
    for gap in &gaps {
        console.error(gap)?;
    }
    Ok(if gaps.is_empty() { Exit::Success } else { Exit::Failure })
}

/// Writes a page and names it.
fn write(
    folder: &Path,
    name: &str,
    text: &str,
    console: &mut Console<'_>,
) -> Result<(), CommandError> {
    let path = folder.join(format!("{name}.md"));
    fs::write(&path, text).map_err(|error| refused(&path, &error))?;
    writeln!(console.out, "{}", path.display())?;
    Ok(())
}

fn refused(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::usage(&format!("cannot write `{}`: {error}", path.display()))
}
