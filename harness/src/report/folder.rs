//! The results folder: evidence as it comes, results last, so that a folder with results is whole.
//!
//! ```text
//! results.json                                  everything, versioned; written last, in one move
//! junit.xml                                     the same for CI systems
//! report.html                                   the same for people, in one file
//! journals/<scenario>.<role>.<dialect>.jsonl    what happened, one line for each event
//! captures/<scenario>.<role>.<dialect>.pcapng   the same for Wireshark, with faults as comments
//! printed/<scenario>.<role>.<dialect>.txt       what the subject printed, if it did
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::view::Drawn;
use super::{html, json, junit};
use crate::capture;
use crate::journal::Journal;
use crate::runner::{Case, Results};
use crate::seal::SEAL;

/// The file with everything that is said of each case.
pub const RESULTS: &str = "results.json";
/// What [`RESULTS`] is called until it is whole; marks a folder of a run that was broken off.
const PART: &str = "results.json.part";
/// The results for CI systems.
pub const JUNIT: &str = "junit.xml";
/// The results for people.
pub const REPORT: &str = "report.html";
/// The folder of the journals.
pub const JOURNALS: &str = "journals";
const CAPTURES: &str = "captures";
const PRINTED: &str = "printed";

/// A folder that takes the evidence of one run.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether captures tell the keys of their sessions.
    keys: bool,
    /// What the page shows of each journal, by its file, so that none is read again.
    drawn: Mutex<BTreeMap<String, Drawn>>,
    /// Locked as long as the run writes into the folder.
    _claim: File,
}

/// Why a folder cannot take results.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds something that no run has written.
    #[error("{} is not empty and holds no results of an earlier run; name a new folder", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// It holds a certificate, which would be lost.
    #[error(
        "{} is sealed, and its certificate would be lost; name another folder, or remove its {SEAL}",
        path.display()
    )]
    Sealed {
        /// The folder.
        path: PathBuf,
    },
    /// Another run writes into it.
    #[error("another run writes its results to {}; name another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system refused something.
    #[error("cannot write results to {}: {error}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
}

impl Folder {
    /// Makes the folder, or empties that of an earlier run.
    ///
    /// # Errors
    ///
    /// For a folder with other contents, one that is sealed, and one that another run writes into: nothing of them is touched.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let claim = claim(path, PART, &[RESULTS, JUNIT, REPORT])?;
        Ok(Self { path: path.to_owned(), keys: false, drawn: Mutex::default(), _claim: claim })
    }

    /// Lets captures tell the keys of their sessions, or not.
    #[must_use]
    pub fn with_keys(self, keys: bool) -> Self {
        Self { keys, ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Drawn>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a case's journal, its capture and what its subject printed, and notes the journal's file in the case.
    ///
    /// # Errors
    ///
    /// What the operating system says; also when there is evidence of the same case already.
    pub fn evidence(&self, case: &mut Case, journal: &Journal, printed: &[u8]) -> io::Result<()> {
        let name = file_name(case);
        let file = keep(&self.path, &name, journal, self.keys)?;
        keep_printed(&self.path, &name, printed)?;
        if let Some(drawn) = Drawn::of(case, journal) {
            self.lock().insert(file.clone(), drawn);
        }
        case.journal = Some(file);
        Ok(())
    }

    /// Takes over the evidence that another results folder has of a case.
    ///
    /// # Errors
    ///
    /// What the operating system says; also when the case's journal is not there.
    pub fn adopt(&self, case: &Case, from: &Path) -> io::Result<()> {
        let Some(journal) = &case.journal else { return Ok(()) };
        let name = file_name(case);
        // Whatever the results say, nothing is written outside of the folder.
        if *journal != format!("{JOURNALS}/{name}.jsonl") {
            let what = format!("`{journal}` is not the journal of {}", case.scenario);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        fs::copy(from.join(journal), self.path.join(journal))?;
        for file in [capture_of(journal), format!("{PRINTED}/{name}.txt")] {
            absent_is_fine(fs::copy(from.join(&file), self.path.join(&file)).map(drop))?;
        }
        Ok(())
    }

    /// Writes the reports; the folder is whole once `results.json` is there.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn finish(&self, results: &Results) -> io::Result<()> {
        let kept = |case: &Case| self.lock().remove(case.journal.as_ref()?);
        let drawn = |case: &Case| kept(case).or_else(|| drawn_of(&self.path, case));
        write_reports_with(&self.path, results, &drawn)?;
        complete(&self.path, PART, RESULTS, |out| json::write(results, out))
    }
}

/// Makes a folder for evidence, or empties that of an earlier run, which has the first of these files, or `part` when it was broken
/// off.
pub(super) fn claim(path: &Path, part: &str, files: &[&str]) -> Result<File, FolderError> {
    let failed = |error| FolderError::Io { path: path.to_owned(), error };
    let is_empty = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(failed(error)),
    };
    let is_ours = files.iter().take(1).chain([&part]).any(|name| path.join(name).is_file());
    if !is_empty && !is_ours {
        return Err(FolderError::Foreign { path: path.to_owned() });
    }
    if path.join(SEAL).is_file() {
        return Err(FolderError::Sealed { path: path.to_owned() });
    }
    fs::create_dir_all(path).map_err(failed)?;
    // The mark comes before anything is taken away, so that a broken run never leaves a foreign folder behind.
    let mark = File::options().write(true).create(true).truncate(false).open(path.join(part));
    let mark = mark.map_err(failed)?;
    match mark.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(FolderError::InUse { path: path.to_owned() });
        }
        // Where a file system has no locks, a run goes without.
        Err(TryLockError::Error(_)) => {}
    }
    let begin = || {
        mark.set_len(0)?;
        for file in files {
            absent_is_fine(fs::remove_file(path.join(file)))?;
        }
        for folder in [JOURNALS, CAPTURES, PRINTED] {
            absent_is_fine(fs::remove_dir_all(path.join(folder)))?;
            fs::create_dir(path.join(folder))?;
        }
        Ok(())
    };
    begin().map_err(failed)?;
    Ok(mark)
}

/// Keeps a journal and its capture, with or without the keys of its sessions, under this name; gives the journal's file.
pub(super) fn keep(path: &Path, name: &str, journal: &Journal, keys: bool) -> io::Result<String> {
    let file = format!("{JOURNALS}/{name}.jsonl");
    let mut out = BufWriter::new(File::create_new(path.join(&file))?);
    journal.write(&mut out)?;
    out.flush()?;
    let mut out = BufWriter::new(File::create_new(path.join(capture_of(&file)))?);
    capture::write(journal, keys, &mut out)?;
    out.flush()?;
    Ok(file)
}

/// Keeps what was printed under this name, if anything was.
pub(super) fn keep_printed(path: &Path, name: &str, printed: &[u8]) -> io::Result<()> {
    if printed.is_empty() {
        return Ok(());
    }
    fs::write(path.join(format!("{PRINTED}/{name}.txt")), printed)
}

/// Writes the file that shows that a folder is whole, in one move.
pub(super) fn complete(
    path: &Path,
    part: &str,
    file: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path.join(part))?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    // A folder without anything printed is easier to read without an empty one in it.
    let _kept_when_not_empty = fs::remove_dir(path.join(PRINTED));
    fs::rename(path.join(part), path.join(file))
}

/// Writes the reports that are made from results and journals into their folder.
///
/// # Errors
///
/// What the operating system says.
pub fn write_reports(path: &Path, results: &Results) -> io::Result<()> {
    write_reports_with(path, results, &|case| drawn_of(path, case))
}

fn write_reports_with(
    path: &Path,
    results: &Results,
    drawn: &dyn Fn(&Case) -> Option<Drawn>,
) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path.join(JUNIT))?);
    junit::write(results, &mut out)?;
    out.flush()?;
    let mut out = BufWriter::new(File::create(path.join(REPORT))?);
    html::write(results, drawn, &mut out)?;
    out.flush()
}

/// Writes the page for people, with the journals of this folder.
///
/// # Errors
///
/// What the writer says.
pub fn write_html(path: &Path, results: &Results, out: &mut impl Write) -> io::Result<()> {
    html::write(results, &|case| drawn_of(path, case), out)
}

/// What is drawn of a case, from its journal in this folder, if that is there and whole.
fn drawn_of(path: &Path, case: &Case) -> Option<Drawn> {
    let file = File::open(path.join(case.journal.as_ref()?)).ok()?;
    Drawn::of(case, &Journal::read(io::BufReader::new(file)).ok()?)
}

/// The capture's file beside this journal's.
pub(super) fn capture_of(journal: &str) -> String {
    let name = journal.trim_start_matches(JOURNALS).trim_end_matches("jsonl");
    format!("{CAPTURES}{name}{}", capture::EXTENSION)
}

/// A case as a file name: scenario, role and the values of the dialect.
pub(crate) fn file_name(case: &Case) -> String {
    let dialect = case.dialect.to_string();
    let values =
        dialect.split_whitespace().map(|choice| choice.rsplit('=').next().unwrap_or(choice));
    let name = format!("{}.{}.{}", case.scenario, case.role, values.collect::<Vec<_>>().join("-"));
    in_file_name(&name)
}

/// A name as a part of a file's: what is no letter, digit, `_`, `-` or `.` becomes `-`.
pub(crate) fn in_file_name(name: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' }
    };
    name.chars().map(plain).collect()
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    /// A path of this test alone, with nothing there; removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("wireproof-{}-{name}", std::process::id()));
            absent_is_fine(fs::remove_dir_all(&path)).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _best_effort = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_run_leaves_results_junit_and_evidence_and_a_second_run_replaces_them() {
        let scratch = Scratch::new("replaced");
        for _ in 0..2 {
            let folder = Folder::open(&scratch.0).unwrap();
            let mut results = samples::results();
            folder
                .evidence(&mut results.cases[1], &samples::journal(), b"hello from the subject")
                .unwrap();
            assert!(!scratch.0.join(RESULTS).exists(), "results come last");
            folder.finish(&results).unwrap();

            let read = json::read(File::open(scratch.0.join(RESULTS)).unwrap()).unwrap();
            assert_eq!(read, results);
            let name = "mnet-data-a-repeat-is-acknowledged-again.listener.little-sender";
            assert_eq!(read.cases[1].journal.as_deref(), Some(&*format!("journals/{name}.jsonl")));
            let journal = File::open(scratch.0.join(format!("journals/{name}.jsonl"))).unwrap();
            assert_eq!(Journal::read(io::BufReader::new(journal)).unwrap(), samples::journal());
            assert!(scratch.0.join(format!("printed/{name}.txt")).is_file());
            assert!(scratch.0.join(format!("captures/{name}.pcapng")).is_file());
            assert!(scratch.0.join(JUNIT).is_file());
        }
    }

    #[test]
    fn a_folder_with_something_else_in_it_is_refused_and_left_alone() {
        let scratch = Scratch::new("foreign");
        fs::create_dir_all(scratch.0.join(JOURNALS)).unwrap();
        assert!(matches!(Folder::open(&scratch.0), Err(FolderError::Foreign { .. })));
        assert!(scratch.0.join(JOURNALS).is_dir());
    }

    #[test]
    fn the_folder_of_a_run_that_was_broken_off_can_be_used_again() {
        let scratch = Scratch::new("broken-off");
        drop(Folder::open(&scratch.0).unwrap());
        assert!(Folder::open(&scratch.0).is_ok());
    }
}
