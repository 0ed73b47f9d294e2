//! `wireproof schema`: the JSON Schemas of the file formats.

use clap::ValueEnum;

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use crate::matrix::Matrix;
use crate::runner::Results;
use crate::{expect, profile, scenario};

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file format
    #[arg(value_enum)]
    format: Format,
}

/// A file format that has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A scenario (YAML)
    Scenario,
    /// The profile of a subject (YAML)
    Profile,
    /// A file of known failures (YAML)
    Expectations,
    /// `results.json`
    Results,
    /// `matrix.json`
    Matrix,
}

pub(super) fn run(arguments: Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let schema = match arguments.format {
        Format::Scenario => scenario::schema(),
        Format::Profile => profile::schema(),
        Format::Expectations => expect::schema(),
        Format::Results => schemars::schema_for!(Results).to_value(),
        Format::Matrix => schemars::schema_for!(Matrix).to_value(),
    };
    writeln!(console.out, "{schema:#}")?;
    Ok(Exit::Success)
}
