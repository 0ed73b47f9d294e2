//! All cases of a run: which there are, several at a time, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::case::{Done, Job};
use super::grades::grades;
use super::{Basis, Case, EngineChoice, Results, RunOptions, SubjectChoice};
use crate::corpus::Entry;
use crate::engine::EngineError;
use crate::journal::Journal;
use crate::profile::{DialectChoice, Grade, Profile, WayIn};
use crate::protocol::{self, Protocol};
use crate::report::Again;
use crate::snapshots::{self, Kept, Snapshots};
use crate::spec::{Catalogue, EDITION};
use crate::verdict::{Judgement, Verdict};

/// The version of the results' format.
pub const RESULTS_VERSION: u32 = 1;

/// How long a listener may take to answer after it did not answer at all before.
const START_AFTER_SILENCE: Duration = Duration::from_secs(1);

/// Why nothing could be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A scenario of a protocol that this program does not know.
    #[error("scenario {scenario}: `{protocol}` is not a protocol of this program")]
    Protocol {
        /// The scenario.
        scenario: String,
        /// The first part of its path.
        protocol: String,
    },
    /// Nothing is left to run.
    #[error("nothing to run: {0}")]
    Nothing(String),
}

/// Runs what was selected, for its cases alone.
///
/// # Errors
///
/// When nothing can be run.
pub(crate) fn run_cases(options: &RunOptions<'_>) -> Result<Vec<Case>, RunError> {
    let profiles = profiles(options)?;
    let Jobs { all: jobs, .. } = jobs(options, &profiles);
    Ok(play(options, &jobs, &mut |_, _| ()).cases)
}

/// Runs what was selected; the observer sees each case in the order of the selection, as soon as those before it are done.
///
/// # Errors
///
/// When nothing can be run. A subject that fails is not an error, but a verdict; and where evidence cannot be written the run
/// stops, and says so in its results.
pub fn run(
    options: &RunOptions<'_>,
    observer: &mut dyn FnMut(&Case, &Journal),
) -> Result<Results, RunError> {
    let profiles = profiles(options)?;
    let Jobs { all: jobs, deselected, long } = jobs(options, &profiles);
    if jobs.is_empty() {
        return Err(RunError::Nothing(
            "no selected scenario is for this subject, role and engine".to_owned(),
        ));
    }
    let Played { cases, changed, stopped } = play(options, &jobs, observer);
    let mut totals: BTreeMap<Verdict, usize> = BTreeMap::new();
    for case in &cases {
        *totals.entry(case.judgement.verdict).or_default() += 1;
    }
    let claims = options
        .grade
        .unwrap_or_else(|| profiles.first().map(|(_, profile)| profile.claims).unwrap_or_default());
    let mut protocols: Vec<&'static dyn Protocol> = Vec::new();
    for job in &jobs {
        if !protocols.iter().any(|known| known.name() == job.protocol.name()) {
            protocols.push(job.protocol);
        }
    }
    let grades = protocols
        .iter()
        .filter_map(|protocol| {
            let profile = profiles.iter().find(|(known, _)| known.name() == protocol.name());
            profile.map(|(_, profile)| grades(*protocol, profile, options.role, &cases))
        })
        .flatten()
        .collect();
    Ok(Results {
        results: RESULTS_VERSION,
        wireproof: env!("CARGO_PKG_VERSION").to_owned(),
        edition: EDITION.to_owned(),
        subject: options.subject.name().to_owned(),
        protocols: protocols.iter().map(|protocol| protocol.name().to_owned()).collect(),
        engine: options.engine.name().to_owned(),
        basis: basis(options, &profiles, &cases),
        claims,
        again: Again::default(),
        deselected,
        long,
        totals,
        grades,
        unmet: Vec::new(),
        changed,
        stopped,
        complete: cases.len(),
        cases,
    })
}

/// What was played.
struct Played {
    cases: Vec<Case>,
    /// Cases that differ from what was kept of them.
    changed: Vec<String>,
    /// Why it was not played to the end.
    stopped: Option<String>,
}

/// Runs the jobs, the first by itself.
fn play(
    options: &RunOptions<'_>,
    jobs: &[Job<'_>],
    observer: &mut dyn FnMut(&Case, &Journal),
) -> Played {
    let mut cases = Vec::with_capacity(jobs.len());
    let mut stopped = None;
    let mut changed = Vec::new();
    let mut take = |mut done: Done| -> io::Result<()> {
        let ran = done.case.judgement.verdict != Verdict::Unsupported;
        let kept = match options.out.filter(|_| ran) {
            Some(folder) => folder.evidence(&mut done.case, &done.journal, &done.printed),
            None => Ok(()),
        };
        let difference = match options.snapshots.filter(|_| snapshots::is_kept(&done.case)) {
            Some(snapshots) => keep(snapshots, options, &done),
            None => Ok(None),
        };
        observer(&done.case, &done.journal);
        cases.push(done.case);
        changed.extend(difference?);
        kept
    };
    let unwritten = |error: io::Error| format!("cannot write the evidence: {error}");
    let mut rest = jobs;
    let mut start_within = None;
    // The first case alone shows whether there is anybody to be judged.
    while let Some((job, others)) = rest.split_first() {
        rest = others;
        let done = run_job(job, options, None);
        if let Some(error) = done.error.as_ref().filter(|error| says_it_once(error)) {
            stopped = Some(error.to_string());
            rest = &[];
            break;
        }
        let ran = job.unsupported.is_none();
        let is_silent = options.engine == EngineChoice::Socket && !done.reached;
        start_within = (ran && is_silent).then_some(START_AFTER_SILENCE);
        if let Err(error) = take(done) {
            stopped = Some(unwritten(error));
            rest = &[];
        }
        if ran {
            break;
        }
    }
    if let Err(error) = run_all(rest, options, start_within, &mut take) {
        stopped = Some(unwritten(error));
    }
    Played { cases, changed, stopped }
}

/// What the results of a run rest on.
fn basis(
    options: &RunOptions<'_>,
    profiles: &[(&'static dyn Protocol, Profile)],
    cases: &[Case],
) -> Basis {
    let word = |role| profiles.first().map(|(protocol, _)| protocol.word(role).to_owned());
    let with_case: BTreeSet<&str> = cases.iter().map(|case| case.scenario.as_str()).collect();
    let scenarios = options.selection.scenarios.iter();
    let clauses = profiles.iter().flat_map(|(protocol, _)| {
        let catalogue = Catalogue::of(*protocol);
        catalogue.iter().map(|clause| (clause.id.clone(), clause.mark())).collect::<Vec<_>>()
    });
    Basis {
        corpus: options.corpus.digest(),
        profile: options.subject.profile().and_then(|profile| profile.digest.clone()),
        program: options.subject.profile().map(Profile::program).unwrap_or_default(),
        scenarios: scenarios
            .filter(|entry| with_case.contains(entry.id.as_str()))
            .map(|entry| (entry.id.to_string(), entry.mark()))
            .collect(),
        clauses: clauses.collect(),
        role: options.role.and_then(word),
        seed: options.seed,
    }
}

/// Judges a saved journal again, without the subject: the same judgement as when it was made.
///
/// # Errors
///
/// When the journal is of another protocol or role than this program, the scenario or the profile know.
pub fn judge_again(
    entry: &Entry,
    profile: &Profile,
    claims: Grade,
    journal: &Journal,
) -> Result<Judgement, RunError> {
    let header = &journal.header;
    let unknown = || RunError::Protocol {
        scenario: header.scenario.clone(),
        protocol: header.protocol.clone(),
    };
    let protocol = protocol::by_name(&header.protocol).ok_or_else(unknown)?;
    let role = protocol.role(&header.role).ok_or_else(unknown)?;
    let dialect = header.dialect.clone();
    let options = header.options.clone();
    let job = Job {
        entry,
        protocol,
        profile,
        role,
        dialect,
        options,
        unsupported: None,
        decreed: Vec::new(),
    };
    Ok(job.judge(claims, journal))
}

/// Compares a case's transcript with the one that is kept; what has changed, in words.
fn keep(
    snapshots: &Snapshots,
    options: &RunOptions<'_>,
    done: &Done,
) -> io::Result<Option<String>> {
    let (case, journal) = (&done.case, &done.journal);
    let Some(protocol) = protocol::by_name(&journal.header.protocol) else { return Ok(None) };
    let entries = &options.selection.scenarios;
    let entry = entries.iter().find(|entry| entry.id.as_str() == case.scenario);
    let file = entry.map_or(case.scenario.as_str(), |entry| entry.file.as_str());
    let lines = snapshots::transcript(done.transcript.clone(), journal, protocol);
    Ok(match snapshots.keep(case, file, &lines)? {
        Kept::Written | Kept::Same => None,
        Kept::Changed { file, at: (line, was, is) } => Some(format!(
            "{} ({}, {}): line {line} was `{was}`, is `{is}`; {}",
            case.scenario,
            case.role,
            case.dialect,
            file.display()
        )),
    })
}

/// An error of the first case that concerns them all.
const fn says_it_once(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Interrupted
            | EngineError::Start { .. }
            | EngineError::Died { .. }
            | EngineError::Closed { .. }
    ) || matches!(error, EngineError::Control { begun: false, error, .. } if error.concerns_every_run())
}

pub(super) fn run_job(
    job: &Job<'_>,
    options: &RunOptions<'_>,
    start_within: Option<Duration>,
) -> Done {
    if let Some(why) = &job.unsupported {
        return Done {
            case: job.not_run(why),
            journal: job.empty_journal(options),
            printed: Vec::new(),
            transcript: Vec::new(),
            reached: false,
            error: None,
        };
    }
    let granted = job.start_within();
    let start = start_within.map_or(granted, |start| start.min(granted));
    let mut done = job.run_repeatedly(options, start);
    if options.lets_go(&done.case) {
        done.journal.entries = Vec::new();
        done.transcript = Vec::new();
    }
    done
}

/// Runs jobs on as many threads as asked for, and hands over what they leave in the order of the jobs.
pub(super) fn run_all<E>(
    jobs: &[Job<'_>],
    options: &RunOptions<'_>,
    start_within: Option<Duration>,
    take: &mut dyn FnMut(Done) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let threads = options.jobs.clamp(1, jobs.len().max(1));
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { break };
                    if sender.send((index, run_job(job, options, start_within))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (index, done) in receiver {
            waiting.insert(index, done);
            while let Some(done) = waiting.remove(&due) {
                due += 1;
                take(done)?;
            }
        }
        Ok(())
    })
}

/// The profile for each protocol of the selection: somebody's, or that of the reference.
pub(super) fn profiles(
    options: &RunOptions<'_>,
) -> Result<Vec<(&'static dyn Protocol, Profile)>, RunError> {
    let mut profiles: Vec<(&'static dyn Protocol, Profile)> = Vec::new();
    for entry in &options.selection.scenarios {
        let name = entry.id.protocol();
        if profiles.iter().any(|(protocol, _)| protocol.name() == name) {
            continue;
        }
        let protocol = protocol::by_name(name).ok_or_else(|| RunError::Protocol {
            scenario: entry.id.to_string(),
            protocol: name.to_owned(),
        })?;
        match &options.subject {
            SubjectChoice::Profile(profile) => {
                if profile.protocol == name {
                    let profile = (**profile).clone();
                    profiles.push((
                        protocol,
                        match options.engine {
                            EngineChoice::Sim => profile.in_virtual_time(),
                            EngineChoice::Turmoil | EngineChoice::Socket => profile,
                        },
                    ));
                }
            }
            SubjectChoice::Reference { .. }
            | SubjectChoice::Null(_)
            | SubjectChoice::InProcess(_)
            | SubjectChoice::Asynchronous(_) => {
                profiles.push((protocol, Profile::reference(protocol)));
            }
        }
    }
    Ok(profiles)
}

/// All cases in the order of the selection.
pub(super) struct Jobs<'a> {
    pub(super) all: Vec<Job<'a>>,
    /// How many scenarios are left out.
    deselected: usize,
    /// How many of those because they take real minutes.
    long: usize,
}

/// What is to be run of the selection.
pub(super) fn jobs<'a>(
    options: &RunOptions<'a>,
    profiles: &'a [(&'static dyn Protocol, Profile)],
) -> Jobs<'a> {
    let mut jobs = Vec::new();
    let mut deselected = options.selection.deselected;
    let mut long = 0;
    for entry in &options.selection.scenarios {
        let found = profiles.iter().find(|(known, _)| known.name() == entry.id.protocol());
        let Some((protocol, profile)) = found else {
            continue;
        };
        let scenario = &entry.scenario;
        if Job::takes_minutes(scenario, &profile.timers, options) {
            deselected += 1;
            long += 1;
            continue;
        }
        let roles = scenario.roles(*protocol);
        let either = scenario.is_for_either();
        let wanted = match profile.way {
            WayIn::Reference => scenario.wanted(*protocol, &profile.options),
            WayIn::Address(_) | WayIn::Command(_) | WayIn::VirtualTime(_) => {
                profile.options.clone()
            }
        };
        let before = jobs.len();
        for role in roles.iter().filter(|role| options.role.is_none_or(|only| only == **role)) {
            if either && !profile.roles.contains(role) {
                continue;
            }
            let unsupported = Job::lacking(*protocol, scenario, profile, *role);
            let of_protocol = DialectChoice::all(*protocol);
            let asked = options.dialects.iter().filter(|dialect| of_protocol.contains(dialect));
            let mut dialects: Vec<_> = asked.cloned().collect();
            if dialects.is_empty() {
                dialects.push(profile.dialect.clone());
            }
            let is_for = |dialect: &DialectChoice| scenario.is_for_dialect(dialect);
            if dialects.iter().any(is_for) {
                dialects.retain(is_for);
            } else if matches!(profile.way, WayIn::Reference) {
                dialects = of_protocol.into_iter().filter(is_for).take(1).collect();
            }
            for dialect in dialects {
                let other = || format!("it is for another dialect than {dialect}");
                let unsupported = unsupported.clone().or_else(|| (!is_for(&dialect)).then(other));
                let (protocol, role, options) = (*protocol, *role, wanted.clone());
                jobs.push(Job {
                    entry,
                    protocol,
                    profile,
                    role,
                    dialect,
                    options,
                    unsupported,
                    decreed: Vec::new(),
                });
            }
        }
        if jobs.len() == before {
            deselected += 1;
        }
    }
    Jobs { all: jobs, deselected, long }
}
