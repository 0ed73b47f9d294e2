//! Runs scenarios against a subject and collects what the judge says of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::corpus::{Corpus, Selection};
use crate::engine::{socket, turmoil};
use crate::expect::Known;
use crate::profile::{DialectChoice, Grade, Profile};
use crate::protocol::{Role, SubjectSetup};
use crate::report::Again;
use crate::report::folder::Folder;
use crate::snapshots::Snapshots;
use crate::spec::ClauseId;
use crate::subject::Subject;
use crate::verdict::{Judgement, Verdict};

mod case;
mod execute;
mod fits;
mod grades;
mod lacking;
mod look;
mod merge;
mod record;
mod repeat;
mod starved;
mod trial;

pub(crate) use execute::run_cases;
pub use execute::{RESULTS_VERSION, RunError, judge_again, run};
pub(crate) use grades::grades;
pub use look::{Look, look, reach};
pub use merge::{MergeError, merge};
pub use starved::RUN_AGAIN;
pub use trial::{Ground, Setting, Trial};

/// One scenario against one subject in one role, dialect and seed: the unit that has a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// The scenario's identity.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The clauses that it cites.
    pub cites: Vec<ClauseId>,
    /// The role of the subject.
    pub role: String,
    /// The dialect.
    pub dialect: DialectChoice,
    /// The seeds that were run; the judgement is that of the worst.
    pub seeds: Vec<u64>,
    /// The seed that decided, whose journal is kept.
    pub seed: u64,
    /// What is said of it.
    pub judgement: Judgement,
    /// Wall time.
    #[schemars(with = "u64")]
    pub took: Duration,
    /// The journal's file in the results folder, when one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<String>,
    /// How often it was run and passed, when it was to be run several times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// What is known of it, when its verdict is the one that a file of known failures expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
}

/// Several runs of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Repeats {
    /// How often it was run.
    pub runs: u32,
    /// How many of these passed.
    pub passed: u32,
}

/// The clauses that failed in these cases, with the number of cases: first what most of them show, for the others are
/// more often its consequences.
pub fn broken_clauses(cases: &[Case]) -> Vec<(&ClauseId, usize)> {
    // Of two that equally many cases show, the one that decides more of them.
    let mut broken: BTreeMap<&ClauseId, (usize, usize)> = BTreeMap::new();
    for case in cases {
        let decisive = case.judgement.decisive().and_then(|finding| finding.clause.as_ref());
        for (clause, verdict) in &case.judgement.clauses {
            if *verdict == Verdict::Fail {
                let (shown, decided) = broken.entry(clause).or_default();
                *shown += 1;
                *decided += usize::from(decisive == Some(clause));
            }
        }
    }
    let mut broken: Vec<_> = broken.into_iter().collect();
    broken.sort_by_key(|(_, counts)| Reverse(*counts));
    broken.into_iter().map(|(clause, (shown, _))| (clause, shown)).collect()
}

/// All cases of one run, with what was claimed and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Results {
    /// The version of this format.
    pub results: u32,
    /// The version of wireproof.
    pub wireproof: String,
    /// The edition of the specification.
    pub edition: String,
    /// The subject's name.
    pub subject: String,
    /// The protocol of each case is the first part of its scenario; these are all that were run.
    pub protocols: Vec<String>,
    /// The engine.
    pub engine: String,
    /// What the results rest on beside the subject itself.
    #[serde(default)]
    pub basis: Basis,
    /// The grade that the profile claims.
    pub claims: Grade,
    /// The command line, as far as each case depends on it.
    #[serde(default)]
    pub again: Again,
    /// The scenarios that were left out by the selection: a run with some is partial.
    pub deselected: usize,
    /// Those of them that were left out because they take real minutes.
    #[serde(default)]
    pub long: usize,
    /// What was run.
    pub cases: Vec<Case>,
    /// Cases of each verdict.
    pub totals: BTreeMap<Verdict, usize>,
    /// The two grades.
    pub grades: Vec<GradeResult>,
    /// What a file of known failures says that is not true, each with its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<String>,
    /// Transcripts that are not what they were, each with the first line that differs and the file of the new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// What stopped the run before its end, if anything did: said once, not for each scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// The number of cases again: the last key, so that a file that was cut short shows.
    pub complete: usize,
}

impl Results {
    /// The wall time of all cases together; where several ran at a time, the run took less.
    pub fn took(&self) -> Duration {
        self.cases.iter().map(|case| case.took).sum()
    }
}

/// What results rest on: which scenarios there were, how the subject was described, what the command line chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Basis {
    /// The SHA-256 digest of all scenarios that there were.
    pub corpus: String,
    /// The SHA-256 digest of the profile's file; nothing for what is in this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The SHA-256 digest of each file that the profile's command names, by the word that names it: the program and its parts,
    /// without what is looked up in `PATH`. Nothing for a subject that runs already.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub program: BTreeMap<String, String>,
    /// The mark of each scenario that has a case, which shows whether it has changed since: the beginning of the digest of what it
    /// says of a run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scenarios: BTreeMap<String, String>,
    /// The mark of each clause of the protocols that were run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clauses: BTreeMap<ClauseId, String>,
    /// The only role that was run, when one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The one seed that every scenario was run with, when one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// How far a grade is reached: a fraction of the MUST clauses that apply to the subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct GradeResult {
    /// The protocol.
    pub protocol: String,
    /// The grade.
    pub grade: Grade,
    /// MUST clauses that apply: by source, role and capabilities.
    pub applicable: usize,
    /// Those for which there is evidence.
    pub judged: usize,
    /// Those that are broken.
    pub broken: Vec<ClauseId>,
    /// Those without evidence.
    pub unjudged: Vec<ClauseId>,
    /// Whole, and none broken.
    pub reached: bool,
}

/// What is to be run, against what, and how.
#[derive(Clone, Debug)]
pub struct RunOptions<'a> {
    /// All scenarios.
    pub corpus: &'a Corpus,
    /// Those of them that are to be run.
    pub selection: &'a Selection,
    /// What is judged.
    pub subject: SubjectChoice,
    /// Where scenario and subject meet.
    pub engine: EngineChoice,
    /// One seed for every scenario, in the place of those that it names itself.
    pub seed: Option<u64>,
    /// How many cases run at the same time, at least one.
    pub jobs: usize,
    /// Where evidence is written as it comes; results come from the caller, when all has been judged.
    pub out: Option<&'a Folder>,
    /// Where transcripts are kept and compared.
    pub snapshots: Option<&'a Snapshots>,
    /// The grade that is claimed, in the place of the profile's.
    pub grade: Option<Grade>,
    /// The dialects to run in; none means the one of the profile. One that is not of a scenario's protocol is passed over.
    pub dialects: Vec<DialectChoice>,
    /// Only this role of the subject.
    pub role: Option<Role>,
    /// Runs scenarios of class `long` over sockets, too.
    pub long: bool,
    /// How often each case is run.
    pub repeat: NonZeroU32,
    /// Whether the observer is shown the journals of cases that pass, too; otherwise they are let go as soon as they are judged,
    /// unless evidence is written.
    pub shows_passed: bool,
}

impl<'a> RunOptions<'a> {
    /// Each case once, one at a time, in the dialect of the profile and in both roles, without evidence.
    pub fn of(
        corpus: &'a Corpus,
        selection: &'a Selection,
        subject: SubjectChoice,
        engine: EngineChoice,
    ) -> Self {
        Self {
            corpus,
            selection,
            subject,
            engine,
            seed: None,
            jobs: 1,
            out: None,
            snapshots: None,
            grade: None,
            dialects: Vec::new(),
            role: None,
            long: false,
            repeat: NonZeroU32::MIN,
            shows_passed: true,
        }
    }

    /// Whether nobody wants to see what happened in a case once it is judged. Cases wait for those before them, so that what
    /// happened in them takes room until then.
    fn lets_go(&self, case: &Case) -> bool {
        let unread = !self.shows_passed && case.judgement.verdict == Verdict::Pass;
        unread && self.out.is_none() && self.snapshots.is_none()
    }
}

/// What is judged.
#[derive(Clone, Debug)]
pub enum SubjectChoice {
    /// The reference.
    Reference {
        /// The name of the mutant that it is, or none.
        mutant: Option<String>,
    },
    /// A program that is no implementation, by its name.
    Null(String),
    /// An implementation in this process, without sockets.
    InProcess(InProcess),
    /// An implementation in this process that has sockets, in the engine `turmoil`.
    Asynchronous(Asynchronous),
    /// Somebody's program.
    Profile(Box<Profile>),
}

impl SubjectChoice {
    /// The subject's name in reports.
    pub fn name(&self) -> &str {
        match self {
            Self::Reference { mutant: None } => "reference",
            Self::Reference { mutant: Some(name) } | Self::Null(name) => name,
            Self::InProcess(implementation) => &implementation.name,
            Self::Asynchronous(implementation) => &implementation.name,
            Self::Profile(profile) => &profile.name,
        }
    }

    /// The profile of somebody's program; what is in this process has none.
    pub fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Profile(profile) => Some(profile),
            Self::Reference { .. } | Self::Null(_) | Self::InProcess(_) | Self::Asynchronous(_) => {
                None
            }
        }
    }
}

/// An implementation in Rust that fulfils [`Subject`], judged like the reference: in every role and dialect, with all capabilities.
#[derive(Clone)]
pub struct InProcess {
    /// Its name in reports.
    pub name: String,
    /// Makes one for each run.
    pub make: Arc<MakeInProcess>,
}

/// Makes an implementation for one run.
pub type MakeInProcess = dyn Fn(&SubjectSetup<'_>) -> Box<dyn Subject> + Send + Sync;

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An implementation in Rust written against sockets like tokio's, judged like the reference: in every role and dialect, with all
/// capabilities.
#[derive(Clone)]
pub struct Asynchronous {
    /// Its name in reports.
    pub name: String,
    /// Makes what runs on its host, for each run.
    pub make: Arc<MakeAsynchronous>,
}

/// Makes asynchronous code for one run.
pub type MakeAsynchronous = dyn Fn(&SubjectSetup<'_>) -> turmoil::Software + Send + Sync;

impl fmt::Debug for Asynchronous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asynchronous").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where scenario and subject meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineChoice {
    /// The simulated network, in virtual time.
    Sim,
    /// Asynchronous code on simulated sockets, in virtual time.
    Turmoil,
    /// Real sockets, in real time.
    Socket,
}

impl EngineChoice {
    /// Its name, as in commands and journals.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Turmoil => turmoil::NAME,
            Self::Socket => socket::NAME,
        }
    }

    /// The one with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Sim, Self::Turmoil, Self::Socket].into_iter().find(|engine| engine.name() == name)
    }

    /// Whether time passes only as the run needs it, so that nothing is ever late by the machine's fault.
    pub const fn is_virtual(self) -> bool {
        match self {
            Self::Sim | Self::Turmoil => true,
            Self::Socket => false,
        }
    }
}
