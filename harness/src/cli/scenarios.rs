//! Which scenarios a command is about: selectors, and the folder that they are sought in.

use std::path::{Path, PathBuf};

use super::CommandError;
use crate::corpus::{Corpus, Entry, Selection};
use crate::protocol;

/// Options that choose scenarios.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Choice {
    /// A protocol, a folder (`mnet/data`), a scenario, a clause, a pattern with `*`; or a folder or `.yaml` file on disk.
    /// All scenarios when left out
    #[arg(value_name = "SELECTOR")]
    pub(super) selectors: Vec<String>,
    /// Takes scenarios from this folder, in the place of those within the program
    #[arg(long, value_name = "DIR")]
    pub(super) scenarios: Option<PathBuf>,
}

/// Scenarios that a command is about, with those that there are.
pub(super) struct Chosen {
    pub(super) corpus: Corpus,
    pub(super) selection: Selection,
}

impl Choice {
    /// The only selector is a path.
    pub(super) fn is_on_disk(&self) -> bool {
        self.scenarios.is_none() && matches!(&*self.selectors, [path] if is_on_disk(path))
    }

    /// Reads and checks what is chosen; without selectors, the scenarios of one protocol when it is named, or else all.
    pub(super) fn read(&self, protocol: Option<&str>) -> Result<Chosen, CommandError> {
        let (corpus, selectors) = match (self.selectors.as_slice(), &self.scenarios) {
            (selectors, Some(folder)) => (read(folder)?, selectors.to_vec()),
            ([path], None) if is_on_disk(path) => (read(Path::new(path))?, Vec::new()),
            (selectors, None) => {
                if let Some(path) = selectors.iter().find(|selector| is_on_disk(selector)) {
                    let what = format!("`{path}` is a path, and does not go with other selectors");
                    let help =
                        "name the folder with `--scenarios DIR`, and select within it".to_owned();
                    return Err(CommandError::usage_with_help(&what, Some(help)));
                }
                (Corpus::embedded(), selectors.to_vec())
            }
        };
        let selectors = match protocol {
            Some(protocol)
                if selectors.is_empty()
                    && self.scenarios.is_none()
                    && self.selectors.is_empty() =>
            {
                vec![protocol.to_owned()]
            }
            _ => selectors,
        };
        let selection = corpus.select(&selectors).map_err(CommandError::selection)?;
        Ok(Chosen { corpus, selection })
    }
}

/// A path, and no selector of the scenarios within the program.
fn is_on_disk(selector: &str) -> bool {
    let path = Path::new(selector);
    let is_yaml =
        path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let first = selector.split('/').next().unwrap_or(selector);
    is_yaml || (protocol::by_name(first).is_none() && path.is_dir())
}

/// The scenarios of a folder or of one file.
pub(super) fn read(path: &Path) -> Result<Corpus, CommandError> {
    Corpus::read(path).map_err(|error| CommandError::usage(&error))
}

/// The transfer of a protocol that a selector names; its first one without a selector.
pub(super) fn transfer(
    corpus: &Corpus,
    protocol: &str,
    selector: Option<&str>,
) -> Result<Entry, CommandError> {
    let selector = selector.map_or_else(|| format!("{protocol}/transfer"), str::to_owned);
    let selected = corpus.select(&[selector]).map_err(CommandError::selection)?.scenarios;
    let of_protocol =
        |entry: &Entry| entry.scenario.transfer.is_some() && entry.id.protocol() == protocol;
    selected.into_iter().find(of_protocol).ok_or_else(|| {
        let help = format!("`wireproof list {protocol}/transfer` lists some");
        let what = format!("this takes a transfer of {protocol}");
        CommandError::usage_with_help(&what, Some(help))
    })
}

/// The role of a scenario's subject, as its file says it.
pub(super) fn role(entry: &Entry) -> &str {
    entry.scenario.subject.as_ref().map_or("either", |word| word.value.as_str())
}
