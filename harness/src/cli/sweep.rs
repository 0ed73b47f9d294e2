//! `wireproof sweep`: transfers under the weather of many seeds, until one fails; then the smallest scenario that fails so.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exit::Exit;
use super::progress::Progress;
use super::reduced;
use super::run::role;
use super::scenarios::{Choice, Chosen};
use super::{CommandError, dialects, subject};
use crate::corpus::Entry;
use crate::profile::DialectChoice;
use crate::protocol::{self, Role};
use crate::runner::{EngineChoice, Ground, RunOptions};
use crate::scenario::SeedRange;
use crate::spec::Catalogue;
use crate::sweep::{self, Plan, Shard, Swept, WeatherSource};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    choice: Choice,
    /// Sweeps over the implementation that this profile describes, which has to know virtual time
    #[arg(long, value_name = "PROFILE")]
    subject: Option<PathBuf>,
    /// Sweeps over a mutant of the reference: one deliberate violation
    #[arg(long, value_name = "NAME", conflicts_with = "subject")]
    mutant: Option<String>,
    /// The seeds, first and last
    #[arg(long, value_name = "FIRST..LAST", default_value = "1..1000", value_parser = SeedRange::parse)]
    seeds: SeedRange,
    /// Draws the weather from each seed (`swarm`), or keeps that of the scenarios and changes the seed alone
    #[arg(long, value_name = "WEATHER", default_value = "swarm",
          value_parser = PossibleValuesParser::new(["swarm", "scenario"]))]
    weather: String,
    /// Runs one part of the sweep, such as `2/8`: the same command with `1/8` to `8/8` on eight machines is the whole
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = Shard::parse)]
    shard: Shard,
    /// Runs that go on at the same time; by default as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Sweeps in every dialect of the protocol
    #[arg(long, conflicts_with = "dialect")]
    all_dialects: bool,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// Only this role of the subject
    #[arg(long, value_name = "ROLE",
          value_parser = PossibleValuesParser::new(["listener", "connector"]).map(|word| role(&word)))]
    role: Option<Role>,
    /// Where the reduced scenario and the journal of a failure are written
    #[arg(long, value_name = "DIR", default_value = "found")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let (profile, mutant) = (arguments.subject.as_deref(), arguments.mutant.as_deref());
    let subject = subject::in_virtual_time(profile, mutant)?;
    let of_protocol = subject.profile().map(|profile| profile.protocol.as_str());
    let Chosen { corpus, mut selection } = arguments.choice.read(of_protocol)?;
    selection.scenarios.retain(|entry| entry.scenario.transfer.is_some());
    if selection.scenarios.is_empty() {
        let help = "`wireproof list mnet/transfer` lists some".to_owned();
        let what = "a sweep needs transfers, and the selection has none";
        return Err(CommandError::usage_with_help(&what, Some(help)));
    }
    let options = RunOptions {
        dialects: chosen_dialects(arguments, &selection.scenarios)?,
        role: arguments.role,
        long: true,
        ..RunOptions::of(&corpus, &selection, subject, EngineChoice::Sim)
    };
    let ground = Ground::new(&options).map_err(|error| CommandError::usage(&error))?;
    let settings = ground.settings();
    if settings.is_empty() {
        return Err(CommandError::usage(&"no selected transfer is for this role and subject"));
    }
    let processors = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let plan = Plan {
        seeds: arguments.seeds,
        weather: if arguments.weather == "swarm" {
            WeatherSource::Swarm
        } else {
            WeatherSource::Scenario
        },
        shard: arguments.shard,
        jobs: arguments.jobs.map_or_else(processors, NonZeroUsize::get),
    };
    let total = sweep::count(&plan, settings.len());
    let mut progress = Progress::new(total);
    let swept = sweep::sweep(&settings, &plan, &mut |done| {
        progress.show(done, console);
    })
    .map_err(|error| CommandError::Failed(error.to_string()))?;
    Progress::clear(console)?;
    let Swept { runs, inconclusive, failure } = swept;
    let SeedRange { first, last } = plan.seeds;
    let kinds = settings.len();
    let head = format!(
        "{}: seeds {first}..{last} of {kinds} transfers{}, {} ms",
        options.subject.name(),
        if plan.shard == Shard::WHOLE {
            String::new()
        } else {
            format!(" (shard {}/{})", plan.shard.number, plan.shard.of)
        },
        progress.took()
    );
    let Some(failure) = failure else {
        writeln!(console.out, "{head}")?;
        writeln!(console.out, "{runs} runs, none fails")?;
        if inconclusive > 0 {
            writeln!(console.out, "{inconclusive} of them came to no judgement")?;
            return Ok(Exit::Inconclusive);
        }
        return Ok(Exit::Success);
    };
    writeln!(console.out, "{head}")?;
    writeln!(
        console.out,
        "seed {} fails: {}, {}",
        failure.seed,
        failure.variant.id,
        failure.setting.role()
    )?;
    let catalogue = protocol::by_name(failure.variant.id.protocol())
        .map(Catalogue::of)
        .ok_or_else(|| CommandError::usage(&"the scenario is of no protocol"))?;
    reduced::show(
        &failure.setting,
        catalogue,
        &failure.trial,
        &format!("seed-{}", failure.trial.journal.header.seed),
        &arguments.out,
        &again(profile, mutant),
        console,
    )?;
    Ok(Exit::Failure)
}

/// The options of `run` that name the subject.
pub(super) fn again(profile: Option<&Path>, mutant: Option<&str>) -> Vec<String> {
    let profile = profile.map(|path| ["--subject".to_owned(), path.display().to_string()]);
    let mutant = mutant.map(|name| ["--mutant".to_owned(), name.to_owned()]);
    profile.into_iter().chain(mutant).flatten().collect()
}

/// The dialects that were asked for, of all protocols of the selection.
fn chosen_dialects(
    arguments: &Arguments,
    scenarios: &[Entry],
) -> Result<Vec<DialectChoice>, CommandError> {
    let mut names: Vec<&str> = scenarios.iter().map(|entry| entry.id.protocol()).collect();
    names.dedup();
    let protocols = names.into_iter().filter_map(protocol::by_name);
    if arguments.all_dialects {
        return Ok(protocols.flat_map(DialectChoice::all).collect());
    }
    if arguments.dialect.is_empty() {
        return Ok(Vec::new());
    }
    protocols
        .map(|protocol| {
            let base = DialectChoice::default_for(protocol);
            dialects::changed(protocol, base, &arguments.dialect)
        })
        .collect()
}
