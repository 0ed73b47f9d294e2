//! Transcripts kept from run to run, in the format of insta: what a subject did, beside what the verdicts say of it.
//!
//! ```text
//! DIR/<subject>/<scenario>.<role>.<dialect>.snap        how it went when it was last accepted
//! DIR/<subject>/<scenario>.<role>.<dialect>.snap.new    how it went in this run, where that is not the same
//! ```
//!
//! `cargo insta review` shows the two side by side and accepts or rejects the new one; so does renaming or removing the file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::journal::{Journal, Party, What};
use crate::protocol::{Protocol, Transport};
use crate::report::folder::{file_name, in_file_name};
use crate::report::in_packets;
use crate::runner::{Case, EngineChoice};
use crate::verdict::Verdict;

/// The name that a snapshot's file ends with.
const SNAPSHOT: &str = "snap";
/// The name that a snapshot's file ends with that nobody has accepted yet.
const NEW: &str = "snap.new";
/// Stands before and after what insta keeps about a snapshot.
const RULE: &str = "---\n";

/// A folder with the transcripts of one subject.
#[derive(Clone, Debug)]
pub struct Snapshots {
    path: PathBuf,
}

/// What became of one transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There was none before; this one is kept.
    Written,
    /// It is what it was.
    Same,
    /// It is not what it was; the new one lies beside the old.
    Changed {
        /// The new one's file.
        file: PathBuf,
        /// Where they part: the line from 1, what it was, what it is.
        at: (usize, String, String),
    },
}

impl Snapshots {
    /// The folder of this subject, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// When there is something else with this name, or it cannot be made.
    pub fn open(path: &Path, subject: &str) -> io::Result<Self> {
        let path = path.join(in_file_name(subject));
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    /// Compares a case's transcript with the one that is kept, and keeps it if there is none.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn keep(&self, case: &Case, file: &str, lines: &[String]) -> io::Result<Kept> {
        let name = file_name(case);
        let old = self.path.join(format!("{name}.{SNAPSHOT}"));
        let new = self.path.join(format!("{name}.{NEW}"));
        let text = written(case, file, lines);
        let known = match fs::read_to_string(&old) {
            Ok(known) => known,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::write(&old, text)?;
                return Ok(Kept::Written);
            }
            Err(error) => return Err(error),
        };
        let known: Vec<&str> = contents(&known).lines().collect();
        if known == lines {
            // What an earlier run found is not so any more.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => return Ok(Kept::Same),
            }
        }
        fs::write(&new, text)?;
        let place = known.iter().zip(lines).take_while(|(was, is)| *was == *is).count();
        let end = || "(its end)".to_owned();
        let was = known.get(place).map_or_else(end, |line| (*line).to_owned());
        let is = lines.get(place).cloned().unwrap_or_else(end);
        Ok(Kept::Changed { file: new, at: (place + 1, was, is) })
    }
}

/// Whether there is something to keep of a case: it was judged.
pub fn is_kept(case: &Case) -> bool {
    matches!(case.judgement.verdict, Verdict::Pass | Verdict::Warn | Verdict::Fail)
}

/// The transcript of a run: how the script went, and in virtual time, where that is the same every time, how many packets of
/// each kind the subject has sent.
pub fn transcript(
    script: Vec<String>,
    journal: &Journal,
    protocol: &'static dyn Protocol,
) -> Vec<String> {
    let mut lines = script;
    let engine = EngineChoice::by_name(&journal.header.engine);
    if engine.is_some_and(EngineChoice::is_virtual) {
        let (journal, _) = in_packets(journal, protocol, None);
        let journal = &*journal;
        let mut sent: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &journal.entries {
            if let What::Sent(datagram) = &entry.what
                && datagram.by == Party::Subject
            {
                let name = match protocol.transport() {
                    Transport::Stream => datagram.message.as_str(),
                    Transport::Datagrams => {
                        protocol.decode(&journal.header.dialect, &datagram.octets).name()
                    }
                };
                *sent.entry(name).or_default() += 1;
            }
        }
        lines.extend(sent.iter().map(|(name, count)| format!("sent in all: {count} {name}")));
    }
    lines
}

/// A snapshot as insta writes it.
fn written(case: &Case, file: &str, lines: &[String]) -> String {
    // A text of JSON is one of YAML.
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let expression = format!("{}, {}", case.role, case.dialect);
    let (source, title, expression) = (text(file), text(&case.title), text(&expression));
    let mut all =
        format!("{RULE}source: {source}\ndescription: {title}\nexpression: {expression}\n{RULE}");
    for line in lines {
        all.push_str(line);
        all.push('\n');
    }
    all
}

/// What a snapshot holds behind what insta keeps about it.
fn contents(text: &str) -> &str {
    let head = text.strip_prefix(RULE).and_then(|rest| rest.split_once(&format!("\n{RULE}")));
    head.map_or(text, |(_, contents)| contents).trim_end_matches('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    /// A folder of this test alone; removed at the end.
    struct Scratch(PathBuf);

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _best_effort = fs::remove_dir_all(&self.0);
        }
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|&line| line.to_owned()).collect()
    }

    #[test]
    fn a_first_run_writes_and_a_change_lies_beside_until_it_is_gone_or_accepted() {
        let path = std::env::temp_dir().join(format!("wireproof-{}-snapshots", std::process::id()));
        let scratch = Scratch(path.clone());
        let snapshots = Snapshots::open(&path, "ours 1.0").unwrap();
        let case = samples::case_of(Verdict::Pass);
        let keep = |all: &[&str]| snapshots.keep(&case, "a.yaml", &lines(all)).unwrap();
        assert_eq!(keep(&["step 1: sends INIT", "step 2: COOKIE"]), Kept::Written);
        assert_eq!(keep(&["step 1: sends INIT", "step 2: COOKIE"]), Kept::Same);
        let changed = keep(&["step 1: sends INIT"]);
        let Kept::Changed { file, at } = changed else { panic!("{changed:?}") };
        assert_eq!(at, (2, "step 2: COOKIE".to_owned(), "(its end)".to_owned()));
        assert!(file.starts_with(path.join("ours-1.0")), "{file:?}");
        assert_eq!(keep(&["step 1: sends INIT", "step 2: COOKIE"]), Kept::Same);
        assert!(!file.exists(), "what is the same again needs no review");
        assert!(matches!(keep(&["step 1: sends INIT"]), Kept::Changed { .. }));
        fs::rename(&file, file.with_extension("")).unwrap();
        assert_eq!(keep(&["step 1: sends INIT"]), Kept::Same);
        drop(scratch);
    }
}
