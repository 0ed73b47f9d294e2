//! The single door of these tests: plays scenarios in this process, runs the program, keeps scratch folders.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::corpus::{Corpus, Entry, Selection};
use harness::exceptions::Exceptions;
use harness::journal::Journal;
use harness::kills::{self, Breadth, Trial, Tried};
use harness::profile::{DialectChoice, Profile};
use harness::protocol::{self, MutantSpec, Protocol};
use harness::runner::{self, Case, EngineChoice, Results, RunOptions, SubjectChoice};
use harness::spec::{Catalogue, Level};
use harness::verdict::Judgement;

/// What became of every mutant of every protocol, found out once for all tests.
pub(crate) static TRIED: LazyLock<BTreeMap<&'static str, Vec<Tried>>> = LazyLock::new(|| {
    let corpus = Corpus::embedded();
    let tried = |protocol: &'static dyn Protocol| {
        let scenarios = select(&[protocol.name()]).scenarios;
        let of_breadth = |breadth, mutants: &[MutantSpec]| {
            let trial = Trial {
                protocol,
                corpus: &corpus,
                scenarios: &scenarios,
                dialects: &[],
                engine: EngineChoice::Sim,
                breadth,
                jobs: kills::processors(),
            };
            kills::try_all(&trial, mutants).unwrap_or_else(|error| panic!("{error}"))
        };
        let (whole, likely): (Vec<_>, Vec<_>) =
            protocol.mutants().into_iter().partition(|mutant| is_tried_whole(protocol, mutant));
        let mut tried = of_breadth(Breadth::EnoughAndAllForClauses, &whole);
        tried.extend(of_breadth(Breadth::Enough, &likely));
        let names: Vec<_> = protocol.mutants().iter().map(|mutant| mutant.name).collect();
        tried.sort_by_key(|one| names.iter().position(|name| *name == one.mutant.name));
        (protocol.name(), tried)
    };
    protocol::ALL.into_iter().map(tried).collect()
});

/// Whether all scenarios are played against a mutant, which takes minutes, so that it is known which clauses they name: where
/// only advice is left aside, none may, and of MNET each must name its own.
fn is_tried_whole(protocol: &dyn Protocol, mutant: &MutantSpec) -> bool {
    protocol.name() == "mnet" || !is_of_must(protocol, mutant)
}

/// Whether the clause of a mutant is a MUST.
pub(crate) fn is_of_must(protocol: &dyn Protocol, mutant: &MutantSpec) -> bool {
    let catalogue = Catalogue::of(protocol);
    catalogue.get(&mutant.clause).is_some_and(|clause| clause.level == Level::Must)
}

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The protocol that the corpus is about.
pub(crate) fn mnet() -> &'static dyn Protocol {
    protocol::by_name("mnet").unwrap()
}

/// The reference without a mutant.
pub(crate) const REFERENCE: SubjectChoice = SubjectChoice::Reference { mutant: None };

/// The reference with a mutant.
pub(crate) fn mutant(name: &str) -> SubjectChoice {
    SubjectChoice::Reference { mutant: Some(name.to_owned()) }
}

/// The scenarios that the selectors name; all, when there is none.
pub(crate) fn select(selectors: &[&str]) -> Selection {
    let selectors: Vec<String> = selectors.iter().map(|&selector| selector.to_owned()).collect();
    Corpus::embedded().select(&selectors).unwrap_or_else(|error| panic!("{error}"))
}

/// Exactly these scenarios.
pub(crate) fn these(scenarios: Vec<Entry>) -> Selection {
    Selection { scenarios, deselected: 0 }
}

/// A run in this process, in virtual time.
pub(crate) struct Play {
    /// What there is to say of it.
    pub(crate) results: Results,
    /// The journal of each case.
    pub(crate) journals: Vec<Journal>,
}

impl Play {
    /// Each case with its journal.
    pub(crate) fn cases(&self) -> impl Iterator<Item = (&Case, &Journal)> {
        self.results.cases.iter().zip(&self.journals)
    }
}

/// Plays scenarios in the default dialect, with the seeds that they name.
pub(crate) fn play(selection: &Selection, subject: SubjectChoice) -> Play {
    play_with(selection, subject, Vec::new(), None)
}

/// Plays scenarios in these dialects and with one seed, or with those of the profile and of the scenarios.
pub(crate) fn play_with(
    selection: &Selection,
    subject: SubjectChoice,
    dialects: Vec<DialectChoice>,
    seed: Option<u64>,
) -> Play {
    play_in(EngineChoice::Sim, selection, subject, dialects, seed)
}

/// The same in this engine.
pub(crate) fn play_in(
    engine: EngineChoice,
    selection: &Selection,
    subject: SubjectChoice,
    dialects: Vec<DialectChoice>,
    seed: Option<u64>,
) -> Play {
    let corpus = Corpus::embedded();
    let options = RunOptions {
        seed,
        jobs: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        dialects,
        ..RunOptions::of(&corpus, selection, subject, engine)
    };
    let mut journals = Vec::new();
    let results = runner::run(&options, &mut |_, journal| journals.push(journal.clone()))
        .unwrap_or_else(|error| panic!("{error}"));
    Play { results, journals }
}

/// Judges a journal again, with nothing beside it but the scenario and the profile of the reference.
pub(crate) fn judge_again(entry: &Entry, journal: &Journal) -> Judgement {
    let profile = Profile::reference(mnet());
    runner::judge_again(entry, &profile, profile.claims, journal)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A journal as the file that a results folder would hold.
pub(crate) fn written(journal: &Journal) -> Vec<u8> {
    let mut octets = Vec::new();
    journal.write(&mut octets).unwrap();
    octets
}

/// A case in one line, for the message of an assertion.
pub(crate) fn described(case: &Case) -> String {
    let judgement = &case.judgement;
    let what = judgement.decisive().map_or("", |finding| finding.what.as_str());
    format!("{} {} {} {}: {what}", judgement.verdict, case.scenario, case.role, case.dialect)
}

/// How the program ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Output {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Output {
    /// All of it for a snapshot.
    pub(crate) fn shown(&self) -> String {
        let code = self.code.map_or_else(|| "none".to_owned(), |code| code.to_string());
        format!(
            "exit code: {code}\n----- stdout -----\n{}----- stderr -----\n{}",
            self.out, self.err
        )
    }
}

/// Where the program is.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_wireproof");

/// The program, to be run in a folder and without anything that changes what it prints.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the program in a folder.
pub(crate) fn wireproof_in<W: AsRef<OsStr>>(
    folder: &Path,
    words: impl IntoIterator<Item = W>,
) -> Output {
    let output = program(folder).args(words).output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    Output { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs the program in the folder of the workspace; the command line is split at spaces.
pub(crate) fn wireproof(line: &str) -> Output {
    wireproof_in(root(), line.split_whitespace())
}

/// Asserts a snapshot of what the program printed, without what differs from run to run.
///
/// How much of the corpus was run, and what it leaves unjudged, is the matter of the snapshot `summary` alone, and how many
/// names there are beyond those shown is no matter of any: else every new scenario and mutant would change them all.
macro_rules! assert_shown {
    ($name:expr, $output:expr) => {{
        $crate::support::assert_shown!($name, $output, [
            (r"(?m)^  mnet (text|edition) .*\n( {16}.*\n)*", ""),
            (r"of \d+ scenarios were selected", "of [all] scenarios were selected"),
        ])
    }};
    ($name:expr, $output:expr, [$($filter:expr),* $(,)?]) => {{
        insta::with_settings!({
            filters => [
                (r"(edition \d+\.\d+), [\d.]+ m?s\)", "$1, [time])"),
                (r"(127\.0\.0\.1|\[::1\]):\d+", "$1:[port]"),
                (r", and \d+ more", ", and [n] more"),
                $($filter),*
            ],
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $output.shown()) });
    }};
}
pub(crate) use assert_shown;

/// A folder of one test alone; removed at its end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder; the name is for whoever looks at what a broken test left behind.
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("wireproof-it-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _absent_is_fine = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it, with the folders that lead there.
    pub(crate) fn write(&self, name: &str, octets: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, octets).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _best_effort = fs::remove_dir_all(&self.0);
    }
}

/// What a protocol's corpus does not show, with reasons.
pub(crate) fn exceptions(protocol: &dyn Protocol) -> Exceptions {
    Exceptions::of(protocol).unwrap_or_else(|error| panic!("{error}"))
}

/// All files below a folder of the workspace with one of these extensions, sorted.
pub(crate) fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = files_in(&root().join(folder));
    found.retain(|path| {
        let extension = path.extension().and_then(OsStr::to_str);
        extension.is_some_and(|extension| extensions.contains(&extension))
    });
    found
}

/// All files below any folder, sorted.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // What no commit holds is not part of the tree.
            if name.starts_with('.') && name != ".ci"
                || name.starts_with("target")
                || name == "__pycache__"
            {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
