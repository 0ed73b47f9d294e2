//! `wireproof fuzz`: legal conversations with one thing wrong, until a subject does not bear one; then the smallest such scenario.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exhaust::grouped;
use super::exit::Exit;
use super::progress::Progress;
use super::run::{jobs, role, role_words};
use super::sweep::again;
use super::{CommandError, dialects, reduced, subject};
use crate::corpus::{Corpus, Selection};
use crate::fuzzer::{self, Failure, Plan};
use crate::profile::{DialectChoice, Profile};
use crate::protocol::{Protocol, Role};
use crate::runner::{EngineChoice, Ground, RunOptions, SubjectChoice};
use crate::scenario::Class;
use crate::search::Searched;
use crate::spec::Catalogue;

/// Inputs when neither a number nor a time is given.
const INPUTS: usize = 1_000;

/// How many inputs are played between two looks at the clock, for each run that goes on at the same time.
const ROUND: usize = 8;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
    /// Fuzzes the implementation that this profile describes: in virtual time where it knows that, else over sockets
    #[arg(long, value_name = "PROFILE")]
    subject: Option<PathBuf>,
    /// Fuzzes a mutant of the reference: one deliberate violation
    #[arg(long, value_name = "NAME", conflicts_with = "subject")]
    mutant: Option<String>,
    /// What the inputs are drawn from: the same seed draws the same inputs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many inputs are played; 1,000 when left out
    #[arg(long, value_name = "N", conflicts_with = "for")]
    inputs: Option<NonZeroUsize>,
    /// How long inputs are played, such as `60s`, in the place of a number
    #[arg(long = "for", id = "for", value_name = "TIME", value_parser = time)]
    within: Option<Duration>,
    /// The number of the first input, counted from 1: goes on where an earlier command has ended
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    from: u64,
    /// Runs that go on at the same time; by default as `run` does it
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Only this role of the subject
    #[arg(long, value_name = "ROLE",
          value_parser = PossibleValuesParser::new(role_words()).map(|word| role(&word)))]
    role: Option<Role>,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// Where the reduced scenario and the journal of a failure are written
    #[arg(long, value_name = "DIR", default_value = "found")]
    out: PathBuf,
}

/// A time as people type it: with or without a space before its unit.
fn time(text: &str) -> Result<Duration, String> {
    let unit = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let span = format!("{} {unit}", number.trim()).parse::<simulator::Span>();
    span.map(Duration::from).map_err(|error| error.to_string())
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let catalogue = Catalogue::of(protocol);
    let subject = chosen_subject(arguments, protocol)?;
    let live = subject.profile().is_some_and(|profile| !profile.knows_virtual_time());
    let engine = if live { EngineChoice::Socket } else { EngineChoice::Sim };
    let corpus = Corpus::embedded();
    let of_protocol = [protocol.name().to_owned()];
    let Selection { mut scenarios, deselected } =
        corpus.select(&of_protocol).map_err(CommandError::selection)?;
    scenarios.retain(|entry| {
        let scenario = &entry.scenario;
        scenario.transfer.is_none() && scenario.class == Class::Ordinary
    });
    let selection = Selection { scenarios, deselected };
    let base = subject.profile().map(|profile| profile.dialect.clone());
    let base = base.unwrap_or_else(|| DialectChoice::default_for(protocol));
    let jobs = jobs(arguments.jobs, engine, &subject);
    let options = RunOptions {
        dialects: vec![dialects::changed(protocol, base, &arguments.dialect)?],
        role: arguments.role,
        ..RunOptions::of(&corpus, &selection, subject, engine)
    };
    let ground = Ground::new(&options).map_err(|error| CommandError::usage(&error))?;
    let settings = ground.settings();
    let bases = fuzzer::bases(&settings, protocol);
    if bases.is_empty() {
        return Err(CommandError::usage(
            &"no conversation of the corpus is for this role and subject",
        ));
    }
    let total = arguments.inputs.map_or(INPUTS, NonZeroUsize::get);
    let round = if arguments.within.is_some() { ROUND * jobs } else { total };
    let mut progress = Progress::new(total);
    let mut all = Searched { runs: 0, unjudged: 0, excused: 0, first: None };
    loop {
        let plan = Plan {
            seed: arguments.seed,
            first: arguments.from + all.runs as u64,
            inputs: round,
            jobs,
        };
        let so_far = all.runs;
        let Searched { runs, unjudged, excused, first } =
            fuzzer::fuzz(&bases, protocol, catalogue, &plan, &mut |done| {
                if arguments.within.is_none() {
                    progress.show(so_far + done, console);
                }
            })
            .map_err(|error| CommandError::Failed(error.to_string()))?;
        all.runs += runs;
        all.unjudged += unjudged;
        all.excused += excused;
        all.first = first;
        let over = arguments.within.is_none_or(|within| progress.took() >= within.as_millis());
        if all.first.is_some() || over {
            break;
        }
    }
    Progress::clear(console)?;
    writeln!(
        console.out,
        "{}: inputs of seed {} from {}, of {} conversations, {} ms",
        options.subject.name(),
        arguments.seed,
        arguments.from,
        bases.len(),
        progress.took()
    )?;
    let Some(failure) = &all.first else { return none_fails(&all, console) };
    let Failure { setting, input, number, trial } = failure;
    writeln!(console.out, "input {number} fails: {}, {}", input.id, setting.role())?;
    reduced::show(
        &setting.with(input),
        catalogue,
        trial,
        &format!("input-{}-{number}", arguments.seed),
        &arguments.out,
        &again(arguments.subject.as_deref(), arguments.mutant.as_deref()),
        console,
    )?;
    Ok(Exit::Failure)
}

/// What is to be fuzzed, which is of the protocol.
fn chosen_subject(
    arguments: &Arguments,
    protocol: &'static dyn Protocol,
) -> Result<SubjectChoice, CommandError> {
    let Some(path) = &arguments.subject else {
        dialects::check_mutant(protocol, arguments.mutant.as_deref())?;
        return Ok(SubjectChoice::Reference { mutant: arguments.mutant.clone() });
    };
    let profile: Profile = subject::profile(path)?;
    if profile.protocol != protocol.name() {
        let what =
            format!("{} is of {}, not {}", path.display(), profile.protocol, protocol.name());
        return Err(CommandError::usage(&what));
    }
    Ok(SubjectChoice::Profile(Box::new(profile)))
}

fn none_fails(
    all: &Searched<Failure<'_>>,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    writeln!(console.out, "{} inputs, none fails", grouped(all.runs))?;
    if all.excused > 0 {
        writeln!(
            console.out,
            "{} of them say nothing: a step missed what it asked for, or the conversation fails without them or with the reference too",
            grouped(all.excused)
        )?;
    }
    if all.unjudged > 0 {
        writeln!(console.out, "{} of them came to no judgement", grouped(all.unjudged))?;
        return Ok(Exit::Inconclusive);
    }
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_a_space() {
        for text in ["60s", "60 s", "1 min", "1min"] {
            assert_eq!(time(text), Ok(Duration::from_mins(1)), "{text}");
        }
        for text in ["", "60", "s", "60 parsecs"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
