//! `wireproof verify`: whether a sealed folder is what was sealed, and says what its journals say.

use std::path::PathBuf;

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use crate::report::layout::count;
use crate::report::paint::{BAD, DOUBTFUL, GOOD, paint};
use crate::seal::verify::verify;
use crate::seal::{PublicKey, SealError};

/// What a seal without a signature cannot show.
pub(super) const UNSIGNED: &str = "not signed: whoever can change the folder can seal it anew, so keep the root where nobody can change it";

/// How many things that are broken are named.
const SHOWN_MAX: usize = 50;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The sealed results folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The public key that it must be signed with
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Why a folder has no seal, as an error of what was typed.
pub(super) fn usage(error: &SealError) -> CommandError {
    let help = match error {
        SealError::Partial { .. } => {
            Some("`--partial` seals it all the same, and the seal says so".to_owned())
        }
        SealError::OtherCorpus => Some(
            "run this program's scenarios: `wireproof run --subject PROFILE --out DIR`".to_owned(),
        ),
        _ => None,
    };
    CommandError::usage_with_help(error, help)
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let key = arguments.key.as_deref().map(PublicKey::read).transpose();
    let key = key.map_err(|error| CommandError::usage(&error))?;
    let found = verify(&arguments.folder, key.as_ref()).map_err(|error| usage(&error))?;
    let seal = &found.seal;
    writeln!(
        console.out,
        "{}, wireproof {}, edition {}, {}",
        seal.subject,
        seal.wireproof,
        seal.edition,
        count(seal.files.len(), "file", "files")
    )?;
    for what in found.broken.iter().take(SHOWN_MAX) {
        writeln!(console.out, "{} {what}", paint(BAD, "broken:"))?;
    }
    if let Some(more @ 1..) = found.broken.len().checked_sub(SHOWN_MAX) {
        writeln!(console.out, "and {more} more")?;
    }
    for reason in &seal.partial {
        writeln!(console.out, "{} {reason}", paint(DOUBTFUL, "partial:"))?;
    }
    if !found.broken.is_empty() {
        writeln!(console.out, "{}", paint(BAD, "this is not what was sealed"))?;
        return Ok(Exit::Failure);
    }
    let judged = count(found.judged, "journal", "journals");
    writeln!(console.out, "{judged} judged again: the same verdicts")?;
    match (&found.signer, key.is_some()) {
        (Some(signer), true) => writeln!(console.out, "signed by {signer}")?,
        (Some(signer), false) => writeln!(
            console.out,
            "signed by {signer}; `--key FILE` says whether that is the key that it should be"
        )?,
        (None, _) => writeln!(console.out, "{UNSIGNED}")?,
    }
    writeln!(console.out, "root {}", seal.root)?;
    let whole = if seal.partial.is_empty() { "a whole run" } else { "a partial run" };
    writeln!(console.out, "{}", paint(GOOD, format!("as it was sealed: {whole}")))?;
    Ok(Exit::Success)
}
