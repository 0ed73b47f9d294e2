//! `wireproof shrink`: from the journal of a run that failed to the smallest scenario that fails in the same way.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use super::console::Console;
use super::exit::Exit;
use super::scenarios::{Choice, Chosen};
use super::sweep::again;
use super::{CommandError, reduced, subject};
use crate::journal::Journal;
use crate::protocol::{self, Protocol};
use crate::runner::{EngineChoice, Ground, RunOptions, SubjectChoice, Trial};
use crate::shrink::Confirm;
use crate::spec::Catalogue;
use crate::subject::process::guard;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The journal of a run that failed
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,
    /// Takes the scenario from this folder, in the place of those within the program
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// The profile of the implementation that failed: of a run in virtual time one that knows it, of a live one that is met over
    /// sockets
    #[arg(long, value_name = "PROFILE")]
    subject: Option<PathBuf>,
    /// The mutant that failed; by default the one that the journal names
    #[arg(long, value_name = "NAME", conflicts_with = "subject")]
    mutant: Option<String>,
    /// How many of how many runs must fail in the same way before a step of the reduction counts, such as `2/3`; by default
    /// that over sockets, and `1/1` in virtual time
    #[arg(long, value_name = "K/N")]
    confirm: Option<Confirm>,
    /// Where the scenario that is left and its journal are written
    #[arg(long, value_name = "DIR", default_value = "found")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let path = arguments.journal.display();
    let file = File::open(&arguments.journal)
        .map_err(|error| CommandError::usage(&format!("cannot open {path}: {error}")))?;
    let journal = Journal::read(BufReader::new(file))
        .map_err(|error| CommandError::usage(&format!("{path}: {error}")))?;
    let header = &journal.header;
    let engine = EngineChoice::by_name(&header.engine)
        .filter(|engine| matches!(engine, EngineChoice::Sim | EngineChoice::Socket))
        .ok_or_else(|| {
            let what = format!("{path} is of the engine `{}`", header.engine);
            let help = "runs of the engines `sim` and `socket` can be reduced".to_owned();
            CommandError::usage_with_help(&what, Some(help))
        })?;
    let known = protocol::ALL.into_iter().flat_map(Protocol::mutants);
    let named = || known.map(|mutant| mutant.name).find(|name| *name == header.subject);
    let profile = arguments.subject.as_deref();
    let mutant = arguments.mutant.as_deref().or_else(named).filter(|_| profile.is_none());
    let choice =
        Choice { selectors: vec![header.scenario.clone()], scenarios: arguments.scenarios.clone() };
    let Chosen { corpus, selection } = choice.read(None)?;
    let subject = match (engine, profile) {
        (EngineChoice::Socket, Some(profile)) => {
            guard::start();
            SubjectChoice::Profile(Box::new(subject::profile(profile)?))
        }
        (EngineChoice::Socket, None) => {
            let what = format!("{path} is of a run over sockets, and no subject is named");
            let help = "--subject names the profile that it was run with".to_owned();
            return Err(CommandError::usage_with_help(&what, Some(help)));
        }
        _ => subject::in_virtual_time(profile, mutant)?,
    };
    let confirm = arguments.confirm.unwrap_or(match engine {
        EngineChoice::Socket => Confirm::LIVE,
        EngineChoice::Sim | EngineChoice::Turmoil => Confirm::ONCE,
    });
    let options = RunOptions {
        dialects: vec![header.dialect.clone()],
        role: protocol::by_name(&header.protocol).and_then(|protocol| protocol.role(&header.role)),
        long: true,
        ..RunOptions::of(&corpus, &selection, subject, engine)
    };
    let ground = Ground::new(&options).map_err(|error| CommandError::usage(&error))?;
    let settings = ground.settings();
    let setting = settings.first().ok_or_else(|| {
        CommandError::usage(&format!("no scenario of the corpus is what {path} tells of"))
    })?;
    let catalogue = protocol::by_name(&header.protocol)
        .map(Catalogue::of)
        .ok_or_else(|| CommandError::usage(&format!("`{}` is no protocol", header.protocol)))?;
    let judgement = setting.judge(&journal);
    let trial = Trial { judgement, journal };
    let again = again(profile, mutant);
    let name = format!("seed-{}", trial.journal.header.seed);
    reduced::show(
        &setting.confirmed(confirm),
        catalogue,
        &trial,
        &name,
        &arguments.out,
        &again,
        console,
    )?;
    Ok(Exit::Success)
}
