//! `wireproof matrix`: several subjects, each as client and as server against each other.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use simulator::{Span, StreamFates};

use super::console::Console;
use super::exit::Exit;
use super::weather::{self, WeatherArguments};
use super::{CommandError, dialects};
use crate::engine::EngineError;
use crate::matrix::{self, Cell, Evidence, Options};
use crate::profile::Profile;
use crate::protocol::Transport;
use crate::report::matrix::{MatrixFolder, line, screen, table, totals};
use crate::scenario::Network;
use crate::subject::process::guard;
use crate::verdict::Verdict;

/// Most subjects of one matrix: they make a hundred times as many cells.
const SUBJECTS_MAX: usize = 32;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The profiles of the subjects; of one alone, its client meets its own server
    #[arg(value_name = "PROFILE", required = true)]
    profiles: Vec<PathBuf>,
    /// An option of the dialect for all of them, in the place of what their profiles say, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// What all faults are drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How long two may take for all that they have to do
    #[arg(long, value_name = "TIME", default_value = "20 s")]
    within: Span,
    /// Writes `matrix.json`, `matrix.html`, `matrix.md` and the evidence of each cell to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    weather: WeatherArguments,
}

/// Why a matrix came to no end.
enum Stopped {
    Engine(EngineError),
    Command(CommandError),
}

impl From<EngineError> for Stopped {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Command(error.into())
    }
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let subjects = subjects(arguments)?;
    let network = arguments.weather.over(Network::default())?;
    let uses = |transport| {
        let of = |profile: &Profile| {
            crate::protocol::by_name(&profile.protocol).map(crate::protocol::Protocol::transport)
        };
        subjects.iter().any(|(_, profile)| of(profile) == Some(transport))
    };
    if !uses(Transport::Stream) {
        arguments.weather.for_datagrams()?;
    }
    let streams = if uses(Transport::Stream) {
        arguments.weather.for_streams(&network, &[], false, arguments.seed)?
    } else {
        [StreamFates::usual(Span::ZERO), StreamFates::usual(Span::ZERO)]
    };
    let folder = arguments.out.as_deref().map(MatrixFolder::open).transpose();
    let mut folder = folder.map_err(|error| CommandError::usage(&error))?;
    guard::start();
    let options = Options {
        subjects: &subjects,
        datagrams: weather::datagrams(&network, arguments.seed),
        streams,
        weather: arguments.weather.words(),
        seed: arguments.seed,
        within: Duration::from(arguments.within),
    };
    let mut observer = |cell: &mut Cell, evidence: Option<&Evidence>| -> Result<(), Stopped> {
        if let Some(folder) = &mut folder {
            folder.keep(cell, evidence)?;
        }
        match evidence {
            Some(evidence) if cell.verdict != Verdict::Pass => {
                console.lines(&screen(cell, evidence, console.width))?;
                let places = arguments.out.as_ref().zip(cell.journal.as_ref());
                if let Some((out, journal)) = places {
                    writeln!(console.out, "  {:<16}{}/{journal}", "journal", out.display())?;
                }
                writeln!(console.out)?;
            }
            _ => writeln!(console.out, "{}", line(cell))?,
        }
        Ok(console.out.flush()?)
    };
    let matrix = matrix::run(&options, &mut observer).map_err(|stopped| match stopped {
        Stopped::Engine(error) => CommandError::Failed(error.to_string()),
        Stopped::Command(error) => error,
    })?;
    if let (Some(folder), Some(out)) = (&folder, &arguments.out) {
        folder.finish(&matrix).map_err(|error| {
            CommandError::Failed(format!("cannot write the matrix to {}: {error}", out.display()))
        })?;
    }
    writeln!(console.out)?;
    console.lines(&table(&matrix, console.width))?;
    writeln!(console.out, "\n{}", totals(&matrix))?;
    let verdicts: Vec<Verdict> = matrix.cells.iter().map(|cell| cell.verdict).collect();
    Ok(Exit::of_verdicts(&verdicts))
}

/// The subjects in the dialect that was asked for, by names that differ.
fn subjects(arguments: &Arguments) -> Result<Vec<(String, Profile)>, CommandError> {
    if arguments.profiles.len() > SUBJECTS_MAX {
        let what =
            format!("{} profiles are too many: at most {SUBJECTS_MAX}", arguments.profiles.len());
        return Err(CommandError::usage(&what));
    }
    let mut profiles = Vec::new();
    for path in &arguments.profiles {
        let mut profile = super::subject::profile(path)?;
        let protocol = dialects::protocol(&profile.protocol)?;
        profile.dialect = dialects::changed(protocol, profile.dialect, &arguments.dialect)?;
        profiles.push((path.display().to_string(), profile));
    }
    let named = |name: &str| profiles.iter().filter(|(_, profile)| profile.name == name).count();
    let names: Vec<String> = profiles
        .iter()
        .map(|(path, profile)| match named(&profile.name) {
            1 => profile.name.clone(),
            _ => format!("{} ({path})", profile.name),
        })
        .collect();
    let twice = names
        .iter()
        .enumerate()
        .find(|(place, name)| names.iter().take(*place).any(|it| it == *name));
    if let Some((_, name)) = twice {
        let help = "a subject meets itself without being named twice".to_owned();
        return Err(CommandError::usage_with_help(&format!("{name} is named twice"), Some(help)));
    }
    Ok(names.into_iter().zip(profiles.into_iter().map(|(_, profile)| profile)).collect())
}
