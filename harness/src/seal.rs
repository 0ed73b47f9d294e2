//! Seals: a results folder whose every octet is bound to a digest, and perhaps signed.
//!
//! A seal is the file `seal.json` beside the results. It holds SHA-256 digests of the suite (its scenarios, the clauses), of the
//! subject's profile, and of every file of the folder, and one root over all of them, which may be signed. [`make`] refuses
//! what is no whole run; [`verify`](verify::verify) finds every difference, and judges the journals again.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::corpus::Corpus;
use crate::journal::HexOctets;
use crate::protocol;
use crate::report::folder::RESULTS;
use crate::report::json::{self, JsonError};
use crate::runner::Results;
use crate::verdict::Verdict;

pub mod keys;
pub mod verify;

pub use keys::{KeyError, PublicKey, SecretKey};

/// The file of a seal.
pub const SEAL: &str = "seal.json";

/// The version of the seal's format.
pub const SEAL_VERSION: u32 = 1;

/// How many files a sealed folder may hold.
const FILES_MAX: usize = 100_000;

/// A seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seal {
    /// The version of this format, [`SEAL_VERSION`].
    pub seal: u32,
    /// The version of wireproof that ran the scenarios.
    pub wireproof: String,
    /// The edition of the specification.
    pub edition: String,
    /// The subject's name.
    pub subject: String,
    /// The digest of all scenarios.
    pub corpus: String,
    /// The digests of the clauses of each protocol that was run.
    pub specification: BTreeMap<String, String>,
    /// The digest of the subject's profile; the reference has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Why it is no whole run, one reason each; nothing for a whole one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partial: Vec<String>,
    /// The digest of each file of the folder, by its path in it.
    pub files: BTreeMap<String, String>,
    /// The digest of all that stands above.
    pub root: String,
    /// Who vouches for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signed>,
}

/// A signature of a root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Signed {
    /// `ed25519`.
    pub algorithm: String,
    /// The public key, in hexadecimal digits.
    pub public_key: String,
    /// The signature, in hexadecimal digits.
    pub signature: String,
}

/// Why there is no seal.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A file or folder.
    #[error("cannot read `{}`: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The results are none, or not whole.
    #[error("`{}`: {error}", path.display())]
    Results {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: JsonError,
    },
    /// The results are of other scenarios than those of this program, which could not judge them again.
    #[error(
        "these results are not of the scenarios of this program (wireproof {}), which alone can be judged again by whoever has it",
        env!("CARGO_PKG_VERSION")
    )]
    OtherCorpus,
    /// It is no whole run.
    #[error("this is no whole run:{}", list(reasons))]
    Partial {
        /// Why, one reason each.
        reasons: Vec<String>,
    },
    /// The results do not fit together, or a part of them is missing.
    #[error("`{}` cannot be sealed, as it could not be verified:{}", path.display(), list(reasons))]
    Unsound {
        /// The folder.
        path: PathBuf,
        /// What is wrong, one reason each.
        reasons: Vec<String>,
    },
    /// The file of a seal is none.
    #[error("`{}` is no seal: {error}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
    /// The folder holds too much.
    #[error("`{}` holds more than {FILES_MAX} files", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

fn list(reasons: &[String]) -> String {
    reasons.iter().flat_map(|reason| ["\n  - ", reason]).collect()
}

/// The SHA-256 digest of octets, in hexadecimal digits.
pub fn digest(octets: &[u8]) -> String {
    HexOctets(Sha256::digest(octets).to_vec()).to_string()
}

/// Digits of a mark.
const MARK_DIGITS: usize = 16;

/// The beginning of a text's digest: enough to see that two texts differ, not to bind anybody to one.
pub fn mark(text: &str) -> String {
    let mut mark = digest(text.as_bytes());
    mark.truncate(MARK_DIGITS);
    mark
}

/// Makes the seal of a results folder; with `partial` also of one that is no whole run, which the seal then says.
///
/// # Errors
///
/// When the folder holds no results, or those of no whole run.
pub fn make(folder: &Path, partial: bool) -> Result<Seal, SealError> {
    let results = results(folder)?;
    let corpus = Corpus::embedded();
    if results.basis.corpus != corpus.digest() {
        return Err(SealError::OtherCorpus);
    }
    let reasons = lacks(&results, &corpus);
    if !partial && !reasons.is_empty() {
        return Err(SealError::Partial { reasons });
    }
    let files = files(folder)?;
    let reasons_against = verify::unsound(&results, &files);
    if !reasons_against.is_empty() {
        return Err(SealError::Unsound { path: folder.to_owned(), reasons: reasons_against });
    }
    let mut seal = Seal {
        seal: SEAL_VERSION,
        wireproof: results.wireproof.clone(),
        edition: results.edition.clone(),
        subject: results.subject.clone(),
        corpus: corpus.digest(),
        specification: specification(&results),
        profile: results.basis.profile.clone(),
        partial: reasons,
        files,
        root: String::new(),
        signature: None,
    };
    seal.root = seal.computed_root();
    Ok(seal)
}

impl Seal {
    /// Reads the seal of a folder.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn read(folder: &Path) -> Result<Self, SealError> {
        let path = folder.join(SEAL);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) => return Err(SealError::Read { path, error }),
        };
        let malformed = |error: String| SealError::Malformed { path: path.clone(), error };
        let seal: Self =
            serde_json::from_slice(&text).map_err(|error| malformed(error.to_string()))?;
        if seal.seal != SEAL_VERSION {
            return Err(malformed(format!(
                "it has format {}, this program reads format {SEAL_VERSION}",
                seal.seal
            )));
        }
        Ok(seal)
    }

    /// Writes it into the folder.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::write(folder.join(SEAL), self.to_text()?)
    }

    /// Whether the file of the folder is octet for octet what [`Self::write`] writes.
    fn is_as_written(&self, folder: &Path) -> Result<bool, SealError> {
        let path = folder.join(SEAL);
        let found = fs::read(&path).and_then(|found| Ok(found == self.to_text()?));
        found.map_err(|error| SealError::Read { path, error })
    }

    fn to_text(&self) -> io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Signs the root.
    pub fn sign(&mut self, key: &SecretKey) {
        self.signature = Some(Signed {
            algorithm: keys::ALGORITHM.to_owned(),
            public_key: key.public().to_string(),
            signature: key.sign(&self.message()),
        });
    }

    /// What is signed.
    fn message(&self) -> Vec<u8> {
        format!("wireproof seal {}\n{}\n", self.seal, self.root).into_bytes()
    }

    /// The digest of everything but root and signature: a line for each thing, its name before its value, in the order of the
    /// format. Names and values that come from outside are written as JSON, so that no line can look like two.
    fn computed_root(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let (name, value) = (serde_json::json!(name), serde_json::json!(value));
            text.extend([name.to_string(), " ".to_owned(), value.to_string(), "\n".to_owned()]);
        };
        line("seal", &self.seal.to_string());
        line("wireproof", &self.wireproof);
        line("edition", &self.edition);
        line("subject", &self.subject);
        line("corpus", &self.corpus);
        self.specification
            .iter()
            .for_each(|(protocol, digest)| line(&format!("specification/{protocol}"), digest));
        line("profile", self.profile.as_deref().unwrap_or_default());
        self.partial.iter().for_each(|reason| line("partial", reason));
        self.files.iter().for_each(|(path, digest)| line(&format!("files/{path}"), digest));
        digest(text.as_bytes())
    }
}

/// The results of a folder.
fn results(folder: &Path) -> Result<Results, SealError> {
    let path = folder.join(RESULTS);
    match fs::File::open(&path) {
        Ok(file) => {
            json::read(io::BufReader::new(file)).map_err(|error| SealError::Results { path, error })
        }
        Err(error) => Err(SealError::Read { path, error }),
    }
}

/// The digests of the clauses of the protocols that were run.
fn specification(results: &Results) -> BTreeMap<String, String> {
    let known = results.protocols.iter().filter_map(|name| protocol::by_name(name));
    known
        .map(|protocol| (protocol.name().to_owned(), digest(protocol.clauses().as_bytes())))
        .collect()
}

/// Why results are not those of a whole run.
fn lacks(results: &Results, corpus: &Corpus) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut check = |lacks: bool, reason: String| {
        if lacks {
            reasons.push(reason);
        }
    };
    let (deselected, long) = (results.deselected, results.long);
    let others = deselected.saturating_sub(long);
    check(
        others > 0,
        format!("{others} scenarios were left out: run without selectors and `--role`"),
    );
    check(long > 0, format!("{long} scenarios that need minutes were left out: run with `--long`"));
    if let Some(seed) = results.basis.seed {
        check(true, format!("every scenario was run with seed {seed} alone: run without `--seed`"));
    }
    if let Some(stopped) = &results.stopped {
        check(true, format!("it was stopped: {stopped}"));
    }
    for verdict in [Verdict::Error, Verdict::Inconclusive, Verdict::Flaky] {
        let number = results.totals.get(&verdict).copied().unwrap_or(0);
        let first = results.cases.iter().find(|case| case.judgement.verdict == verdict);
        let first = first.map_or("", |case| case.scenario.as_str());
        check(number > 0, format!("{number} cases are {verdict}, such as {first}: run again"));
    }
    // What was left out is said; what was taken away is not.
    let missing = verify::missing(results, corpus);
    if missing.len() != deselected {
        let number = missing.len();
        // Which of them were left out is not known, but if none were.
        let first = missing.first().filter(|_| deselected == 0);
        let first = first.map(|first| format!(", such as {first}")).unwrap_or_default();
        check(
            true,
            format!("{number} scenarios have no case, and {deselected} were left out{first}"),
        );
    }
    reasons
}

/// The digest of each file of a folder but the seal, by its path.
fn files(folder: &Path) -> Result<BTreeMap<String, String>, SealError> {
    let mut digests = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(within) = folders.pop() {
        let path = folder.join(&within);
        let unreadable = |error| SealError::Read { path: path.clone(), error };
        let mut is_empty = true;
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            is_empty = false;
            let name = within.join(entry.file_name());
            let shown = name.to_string_lossy().into_owned();
            // What a link leads to may be changed without the folder.
            if entry.path().is_symlink() {
                let to = fs::read_link(entry.path()).map_err(unreadable)?;
                digests.insert(shown, format!("a symbolic link to {}", to.display()));
                continue;
            }
            if entry.path().is_dir() {
                folders.push(name);
                continue;
            }
            if shown == SEAL {
                continue;
            }
            let octets = fs::read(entry.path())
                .map_err(|error| SealError::Read { path: entry.path(), error })?;
            digests.insert(shown, digest(&octets));
            if digests.len() > FILES_MAX {
                return Err(SealError::TooMany { path: folder.to_owned() });
            }
        }
        if is_empty {
            digests.insert(format!("{}/", within.display()), "an empty folder".to_owned());
        }
    }
    Ok(digests)
}
