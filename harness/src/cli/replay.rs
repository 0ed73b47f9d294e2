//! `wireproof replay`: the run of a journal again, or only its verdict.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exit::Exit;
use super::scenarios::{Choice, Chosen};
use super::{CommandError, subject};
use crate::corpus::{Corpus, Entry, Selection};
use crate::journal::Journal;
use crate::profile::{Grade, Profile};
use crate::protocol::{self, Protocol, Role};
use crate::replay::divergence;
use crate::report::Again;
use crate::report::text::{Context, screen};
use crate::runner::{self, Case, EngineChoice, RunOptions, SubjectChoice};
use crate::spec::Catalogue;
use crate::subject::null;
use crate::subject::process::guard;
use crate::variant::Variant;
use crate::verdict::{Judgement, Verdict};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The journal of a run
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,
    /// Only gives the verdict again, from the journal alone; the subject need not be there
    #[arg(long)]
    judge: bool,
    /// Plays against the implementation that this profile describes, with the faults that the journal records
    #[arg(long, value_name = "PROFILE")]
    subject: Option<PathBuf>,
    /// Takes the scenario from this folder or file, in the place of those within the program
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// The grade that is claimed, in the place of the profile's
    #[arg(long, value_name = "GRADE",
          value_parser = PossibleValuesParser::new(["text", "edition"]).map(|word| grade(&word)))]
    grade: Option<Grade>,
}

fn grade(word: &str) -> Grade {
    if word == "text" { Grade::Text } else { Grade::Edition }
}

/// A journal with what it is of.
struct Recorded {
    journal: Journal,
    path: String,
    protocol: &'static dyn Protocol,
    corpus: Corpus,
    entry: Entry,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let recorded = read(arguments)?;
    let profile = arguments.subject.as_deref().map(subject::profile).transpose()?;
    if arguments.judge {
        return judge(&recorded, profile.as_ref(), arguments.grade, console);
    }
    let before = judgement(&recorded, profile.as_ref(), arguments.grade)?;
    let live = profile.is_some();
    let engine = EngineChoice::by_name(&recorded.journal.header.engine);
    let engine = engine.filter(|engine| engine.is_virtual());
    let is_virtual = engine.is_some();
    let subject = match profile {
        Some(profile) => SubjectChoice::Profile(Box::new(profile)),
        None if is_virtual => of_journal(&recorded)?,
        None => SubjectChoice::Reference { mutant: None },
    };
    // In virtual time the seed gives the same faults again; elsewhere those that were recorded are asked for.
    let entry = if is_virtual && !live { recorded.entry.clone() } else { with_faults(&recorded)? };
    let engine = if live { EngineChoice::Socket } else { engine.unwrap_or(EngineChoice::Sim) };
    let (case, journal) = play(&recorded, &entry, subject, engine, arguments.grade)?;
    show(&recorded, &case, &journal, console)?;
    let was = before.verdict;
    let now = case.judgement.verdict;
    if is_virtual && !live {
        return match divergence(&recorded.journal, &journal) {
            None => {
                let entries = journal.entries.len();
                writeln!(console.out, "the same run, octet for octet: {entries} entries, {now}")?;
                Ok(exit(now))
            }
            Some(divergence) => {
                writeln!(console.out, "the run diverges at {divergence}")?;
                writeln!(console.out, "verdict: was {was}, is {now}")?;
                Ok(Exit::Inconclusive)
            }
        };
    }
    let faults = recorded.journal.faults().len();
    if !live {
        let subject = &recorded.journal.header.subject;
        writeln!(
            console.out,
            "played with the reference: `--subject PROFILE` plays it with {subject} again"
        )?;
    }
    writeln!(console.out, "replayed with {faults} recorded faults; verdict: was {was}, is {now}")?;
    Ok(exit(now))
}

/// The exit code of one verdict.
const fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Fail => Exit::Failure,
        Verdict::Error => Exit::Error,
        Verdict::Inconclusive | Verdict::Flaky | Verdict::Unsupported => Exit::Inconclusive,
        Verdict::Warn | Verdict::Pass => Exit::Success,
    }
}

fn read(arguments: &Arguments) -> Result<Recorded, CommandError> {
    let path = arguments.journal.display().to_string();
    let file = File::open(&arguments.journal)
        .map_err(|error| CommandError::usage(&format!("cannot open `{path}`: {error}")))?;
    let journal = Journal::read(BufReader::new(file))
        .map_err(|error| CommandError::usage(&format!("`{path}`: {error}")))?;
    let name = &journal.header.protocol;
    let protocol = protocol::by_name(name).ok_or_else(|| {
        CommandError::usage(&format!("`{path}` is of the protocol `{name}`, which is not known"))
    })?;
    // One file is the scenario itself, whatever it was called when it was run.
    let alone = arguments.scenarios.as_deref().is_some_and(Path::is_file);
    let selectors = if alone { Vec::new() } else { vec![journal.header.scenario.clone()] };
    let choice = Choice { selectors, scenarios: arguments.scenarios.clone() };
    let Chosen { corpus, selection } = choice.read(None)?;
    let entry = selection.scenarios.into_iter().next().ok_or_else(|| {
        CommandError::usage(&format!("there is no scenario `{}`", journal.header.scenario))
    })?;
    Ok(Recorded { journal, path, protocol, corpus, entry })
}

/// The subject of a simulated run.
fn of_journal(recorded: &Recorded) -> Result<SubjectChoice, CommandError> {
    let name = recorded.journal.header.subject.as_str();
    if name == (SubjectChoice::Reference { mutant: None }).name() {
        return Ok(SubjectChoice::Reference { mutant: None });
    }
    if null::ALL.contains(&name) {
        return Ok(SubjectChoice::Null(name.to_owned()));
    }
    if recorded.protocol.mutants().iter().any(|mutant| mutant.name == name) {
        return Ok(SubjectChoice::Reference { mutant: Some(name.to_owned()) });
    }
    let what =
        format!("`{}` is of the subject `{name}`, which this program does not hold", recorded.path);
    let help = "`--judge` gives the verdict again without the subject".to_owned();
    Err(CommandError::usage_with_help(&what, Some(help)))
}

/// The scenario with exactly the faults of the journal as its network.
fn with_faults(recorded: &Recorded) -> Result<Entry, CommandError> {
    let mut variant = Variant::of(&recorded.entry, Catalogue::of(recorded.protocol));
    variant.faults(recorded.journal.latency(), &recorded.journal.faults());
    variant.entry().map_err(|errors| CommandError::files(&errors))
}

fn play(
    recorded: &Recorded,
    entry: &Entry,
    subject: SubjectChoice,
    engine: EngineChoice,
    grade: Option<Grade>,
) -> Result<(Case, Journal), CommandError> {
    let header = &recorded.journal.header;
    let selection = Selection { scenarios: vec![entry.clone()], deselected: 0 };
    let options = RunOptions {
        seed: Some(header.seed),
        grade,
        dialects: vec![header.dialect.clone()],
        role: role(recorded),
        long: true,
        ..RunOptions::of(&recorded.corpus, &selection, subject, engine)
    };
    if engine == EngineChoice::Socket {
        guard::start();
    }
    let mut played = None;
    let results = runner::run(&options, &mut |case, journal| {
        played.get_or_insert_with(|| (case.clone(), journal.clone()));
    });
    let results = results.map_err(|error| CommandError::usage(&error))?;
    played.ok_or_else(|| {
        let stopped = results.stopped.unwrap_or_else(|| "nothing was run".to_owned());
        CommandError::Failed(stopped)
    })
}

fn role(recorded: &Recorded) -> Option<Role> {
    let word = &recorded.journal.header.role;
    [Role::Connector, Role::Listener].into_iter().find(|role| recorded.protocol.word(*role) == word)
}

fn judgement(
    recorded: &Recorded,
    profile: Option<&Profile>,
    grade: Option<Grade>,
) -> Result<Judgement, CommandError> {
    let reference = Profile::reference(recorded.protocol);
    let profile = profile.unwrap_or(&reference);
    let claims = grade.unwrap_or(profile.claims);
    runner::judge_again(&recorded.entry, profile, claims, &recorded.journal)
        .map_err(|error| CommandError::usage(&error))
}

fn judge(
    recorded: &Recorded,
    profile: Option<&Profile>,
    grade: Option<Grade>,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let judgement = judgement(recorded, profile, grade)?;
    let verdict = judgement.verdict;
    let header = &recorded.journal.header;
    let case = Case {
        scenario: recorded.entry.id.to_string(),
        title: recorded.entry.scenario.title.value.clone(),
        cites: recorded.entry.scenario.cites().into_iter().cloned().collect(),
        role: header.role.clone(),
        dialect: header.dialect.clone(),
        seeds: vec![header.seed],
        seed: header.seed,
        judgement,
        took: std::time::Duration::ZERO,
        journal: None,
        repeats: None,
        known: None,
    };
    show(recorded, &case, &recorded.journal, console)?;
    writeln!(console.out, "judged again from the journal: {verdict}")?;
    Ok(exit(verdict))
}

/// The screen of what did not pass.
fn show(
    recorded: &Recorded,
    case: &Case,
    journal: &Journal,
    console: &mut Console<'_>,
) -> Result<(), CommandError> {
    if case.judgement.verdict == Verdict::Pass {
        return Ok(());
    }
    let context = Context {
        protocol: recorded.protocol,
        catalogue: Catalogue::of(recorded.protocol),
        file: &recorded.entry.file,
        folder: None,
        again: &Again::default(),
        width: console.width,
    };
    console.lines(&screen(case, journal, &context))?;
    Ok(writeln!(console.out)?)
}
