//! `wireproof run`: runs scenarios, shows what fails, sums up.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exit::Exit;
use super::scenarios::{Choice, Chosen};
use super::{CommandError, dialects};
use crate::clock::Clock;
use crate::profile::{DialectChoice, Grade, Profile, WayIn};
use crate::protocol::{self, Protocol, Role};
use crate::report::folder::{Folder, FolderError};
use crate::report::text::summary;
use crate::report::{Again, json};
use crate::runner::{self, EngineChoice, RunOptions, SubjectChoice};
use crate::snapshots::Snapshots;
use crate::subject::null;
use crate::subject::process::guard;
use crate::sweep::Shard;

mod expected;
mod progress;

use expected::Expected;
use progress::Progress;

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct Arguments {
    #[command(flatten)]
    choice: Choice,
    /// Judges the implementation that this profile describes
    #[arg(long, value_name = "PROFILE")]
    subject: Option<PathBuf>,
    /// Judges a mutant of the reference: one deliberate violation
    #[arg(long, value_name = "NAME", conflicts_with = "subject")]
    mutant: Option<String>,
    /// Judges a program that is no implementation, of which no scenario may say that it passes
    #[arg(long, value_name = "NAME", conflicts_with_all = ["subject", "mutant"],
          value_parser = PossibleValuesParser::new(null::ALL))]
    null: Option<String>,
    /// Where scenario and subject meet: `sim` and `turmoil` in virtual time (`turmoil` runs the reference's socket code), or over sockets; by default over sockets for a profile without `virtual-time`
    #[arg(long, value_name = "ENGINE",
          value_parser = PossibleValuesParser::new(["sim", "turmoil", "socket"]).map(|word| engine(&word)))]
    engine: Option<EngineChoice>,
    /// One seed for every scenario, in the place of those that it names
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Cases that run at the same time; by default as many as there are processors, over sockets four; always one where the subject is an address
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Writes results and evidence to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Keeps a transcript of each case in this folder, and fails where it is not what it was
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// The grade that is claimed, in the place of the profile's
    #[arg(long, value_name = "GRADE",
          value_parser = PossibleValuesParser::new(["text", "edition"]).map(|word| grade(&word)))]
    grade: Option<Grade>,
    /// Runs in every dialect of the protocol
    #[arg(long, conflicts_with = "dialect")]
    all_dialects: bool,
    /// An option of the dialect, such as `byte_order=big`, in the place of the profile's; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// Only this role of the subject
    #[arg(long, value_name = "ROLE",
          value_parser = PossibleValuesParser::new(role_words()).map(|word| role(&word)))]
    role: Option<Role>,
    /// Runs each case so many times; what passes in some of them only is flaky
    #[arg(long, value_name = "N", default_value = "1")]
    repeat: NonZeroU32,
    /// Known failures: a YAML file that says which verdict is expected of which scenario, and why
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Brings the file of known failures up to date with this run
    #[arg(long, requires = "expect")]
    update_expect: bool,
    /// Runs one part of the selected scenarios, such as `2/8`; `report --merge` makes one of the results of all parts
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = Shard::parse)]
    shard: Shard,
    /// Over sockets, also runs scenarios that need minutes
    #[arg(long)]
    long: bool,
    /// What is printed
    #[arg(long, value_name = "FORMAT", default_value = "text",
          value_parser = PossibleValuesParser::new(["text", "json"]))]
    format: String,
    /// Puts the keys that sessions agree on into the captures, as comments: whoever has a capture can decrypt it
    #[arg(long, requires = "out")]
    keys: bool,
    /// Prints a line for each case, whatever its verdict
    #[arg(long, short)]
    verbose: bool,
}

/// The engine of this name, which is one of those that the option allows.
pub(super) fn engine(word: &str) -> EngineChoice {
    EngineChoice::by_name(word).unwrap_or(EngineChoice::Sim)
}

fn grade(word: &str) -> Grade {
    if word == "text" { Grade::Text } else { Grade::Edition }
}

/// The words of all protocols for roles.
pub(super) fn role_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for word in protocol::ALL.iter().flat_map(|protocol| protocol.role_words()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

pub(super) fn role(word: &str) -> Role {
    let meant = protocol::ALL.iter().find_map(|protocol| protocol.role(word));
    meant.unwrap_or(Role::Listener)
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let clock = Clock::start();
    let subject = subject(arguments)?;
    let of_protocol = subject.profile().map(|profile| profile.protocol.as_str());
    let Chosen { corpus, mut selection } = arguments.choice.read(of_protocol)?;
    arguments.shard.part_of(&mut selection);
    let engine = chosen_engine(arguments, &subject)?;
    let expected =
        arguments.expect.as_deref().map(|path| Expected::read(path, arguments.update_expect));
    let expected = expected.transpose()?;
    let names: BTreeSet<&str> =
        selection.scenarios.iter().map(|entry| entry.id.protocol()).collect();
    let protocols: Vec<&dyn Protocol> = names.into_iter().filter_map(protocol::by_name).collect();
    let dialects = chosen_dialects(arguments, &subject, &protocols)?;
    let folder =
        arguments.out.as_deref().map(Folder::open).transpose().map_err(|error| match error {
            // Nothing was run yet: another folder is all that it takes.
            FolderError::Foreign { .. }
            | FolderError::Sealed { .. }
            | FolderError::InUse { .. }
            | FolderError::Io { .. } => CommandError::usage(&error),
        })?;
    let folder = folder.map(|folder| folder.with_keys(arguments.keys));
    // A profile's file keeps its name when the implementation's version is another one.
    let of_profile = arguments.subject.as_deref().and_then(Path::file_stem);
    let name = of_profile
        .map_or_else(|| subject.name().to_owned(), |name| name.to_string_lossy().into_owned());
    let snapshots = arguments.snapshots.as_deref().map(|path| {
        let cannot = |error| format!("cannot keep snapshots in {}: {error}", path.display());
        Snapshots::open(path, &name).map_err(|error| CommandError::usage(&cannot(error)))
    });
    let snapshots = snapshots.transpose()?;
    if engine == EngineChoice::Socket {
        guard::start();
    }
    let again = again(arguments);
    let jobs = jobs(arguments.jobs, engine, &subject);
    let options = RunOptions {
        corpus: &corpus,
        selection: &selection,
        subject,
        engine,
        seed: arguments.seed,
        jobs,
        out: folder.as_ref(),
        snapshots: snapshots.as_ref(),
        grade: arguments.grade,
        dialects,
        role: arguments.role,
        long: arguments.long,
        repeat: arguments.repeat,
        shows_passed: false,
    };
    let files: BTreeMap<&str, &str> =
        selection.scenarios.iter().map(|entry| (entry.id.as_str(), entry.file.as_str())).collect();
    let text = arguments.format == "text";
    let mut progress = Progress {
        files: &files,
        folder: arguments.out.as_ref().map(|path| path.display().to_string()),
        again: &again,
        expectations: expected.as_ref().map(Expected::expectations),
        text,
        verbose: arguments.verbose,
        seen: progress::Seen::default(),
        console,
        result: Ok(()),
    };
    let results = runner::run(&options, &mut |case, journal| progress.observe(case, journal));
    progress.finish()?;
    let mut results = results.map_err(|error| CommandError::usage(&error))?;
    results.again = again.clone();
    if let Some(expected) = expected {
        expected.apply(&corpus, &mut results, clock.epoch(), console)?;
    }
    if let Some(folder) = &folder
        && let Err(error) = folder.finish(&results)
    {
        // What was found is said all the same.
        let unwritten = format!("cannot write results to {}: {error}", folder.path().display());
        console.error(&unwritten)?;
        results.stopped.get_or_insert(unwritten);
    }
    if text {
        let took = clock.now().duration_since(simulator::Instant::START);
        console.lines(&summary(&results, took, console.width))?;
    } else {
        json::write(&results, &mut console.out)?;
    }
    Ok(Exit::of(&results))
}

/// What is judged.
fn subject(arguments: &Arguments) -> Result<SubjectChoice, CommandError> {
    if let Some(path) = &arguments.subject {
        return Ok(SubjectChoice::Profile(Box::new(super::subject::profile(path)?)));
    }
    if let Some(name) = &arguments.null {
        return Ok(SubjectChoice::Null(name.clone()));
    }
    super::subject::reference(arguments.mutant.as_deref())
}

/// Programs are reached over sockets, unless they know virtual time; what is in this process runs in virtual time.
fn chosen_engine(
    arguments: &Arguments,
    subject: &SubjectChoice,
) -> Result<EngineChoice, CommandError> {
    let known = subject.profile().map(Profile::knows_virtual_time);
    let by_default = if known == Some(false) { EngineChoice::Socket } else { EngineChoice::Sim };
    let engine = arguments.engine.unwrap_or(by_default);
    let in_process = known.is_none() && engine.is_virtual();
    let program = known == Some(true) && engine != EngineChoice::Turmoil;
    if engine == by_default || in_process || program {
        return Ok(engine);
    }
    let (what, help) = match engine {
        EngineChoice::Sim => (
            "a profile describes a program, which the engine `sim` cannot reach",
            Some("unless the program speaks virtual time: `virtual-time: true`".to_owned()),
        ),
        EngineChoice::Turmoil => (
            "a profile describes a program, which the engine `turmoil` cannot reach",
            Some("without `--subject` it runs the reference".to_owned()),
        ),
        EngineChoice::Socket => (
            "the engine `socket` needs a profile",
            Some(
                "`wireproof serve` offers the reference at an address that a profile can name"
                    .to_owned(),
            ),
        ),
    };
    Err(CommandError::usage_with_help(&what, help))
}

/// The dialects that were asked for; none when nothing was said.
fn chosen_dialects(
    arguments: &Arguments,
    subject: &SubjectChoice,
    protocols: &[&dyn Protocol],
) -> Result<Vec<DialectChoice>, CommandError> {
    if arguments.all_dialects {
        return Ok(protocols.iter().flat_map(|protocol| DialectChoice::all(*protocol)).collect());
    }
    if arguments.dialect.is_empty() {
        return Ok(Vec::new());
    }
    let changed = |protocol: &&dyn Protocol| {
        let base = subject.profile().map_or_else(
            || DialectChoice::default_for(*protocol),
            |profile| profile.dialect.clone(),
        );
        dialects::changed(*protocol, base, &arguments.dialect)
    };
    protocols.iter().map(changed).collect()
}

/// Over sockets a case mostly waits: several at a time, each with a program of its own. A listener that is there already is
/// asked one thing at a time, so that no scenario disturbs another.
const LIVE_JOBS: usize = 4;

/// How many cases run at the same time, when this many were asked for or nothing was said.
pub(super) fn jobs(
    wanted: Option<NonZeroUsize>,
    engine: EngineChoice,
    subject: &SubjectChoice,
) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let way = subject.profile().map(|profile| &profile.way);
    let wanted = wanted.map(NonZeroUsize::get);
    match (engine, way) {
        (EngineChoice::Sim | EngineChoice::Turmoil, _) => wanted.unwrap_or_else(processors),
        (EngineChoice::Socket, Some(WayIn::Command(_))) => wanted.unwrap_or(LIVE_JOBS),
        // Whatever was asked for.
        (EngineChoice::Socket, Some(WayIn::Address(_))) => 1,
        (EngineChoice::Socket, _) => wanted.unwrap_or(1),
    }
}

/// What the command line said that a case depends on, beside its scenario, role, dialect and seed.
fn again(arguments: &Arguments) -> Again {
    let mut options = Vec::new();
    let mut add = |option: &str, value: Option<String>| {
        if let Some(value) = value {
            options.extend([format!("--{option}"), value]);
        }
    };
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let on_disk = arguments.choice.selectors.first().filter(|_| arguments.choice.is_on_disk());
    add("scenarios", path(&arguments.choice.scenarios).or_else(|| on_disk.cloned()));
    add("subject", path(&arguments.subject));
    add("engine", arguments.engine.map(|engine| engine.name().to_owned()));
    add("mutant", arguments.mutant.clone());
    add("null", arguments.null.clone());
    add("grade", arguments.grade.map(|grade| grade.to_string()));
    if arguments.long {
        options.push("--long".to_owned());
    }
    Again { options, dialect: arguments.all_dialects || !arguments.dialect.is_empty() }
}
