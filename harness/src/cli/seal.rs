//! `wireproof seal`: binds a results folder to one digest, and signs it.

use std::path::PathBuf;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, verify};
use crate::clock;
use crate::report::layout::count;
use crate::report::paint::{DOUBTFUL, paint};
use crate::seal::{SEAL, SecretKey, make};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The results folder of a whole run
    #[arg(value_name = "DIR", required_unless_present = "new_key")]
    folder: Option<PathBuf>,
    /// Signs with the secret key in this file
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Makes a secret key in this new file, and its public key in FILE.pub
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folder", "key", "partial"])]
    new_key: Option<PathBuf>,
    /// Also seals what is no whole run; the seal says so
    #[arg(long)]
    partial: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    if let Some(path) = &arguments.new_key {
        let key = clock::fresh_seed().ok().and_then(SecretKey::from_seed).ok_or_else(|| {
            CommandError::Failed("the operating system has no chance to give for a key".to_owned())
        })?;
        let public = key.write(path).map_err(|error| CommandError::usage(&error))?;
        let (secret, public) = (path.display(), public.display());
        writeln!(
            console.out,
            "wrote the secret key {secret} (keep it) and {public} (hand it out)"
        )?;
        return Ok(Exit::Success);
    }
    let Some(folder) = &arguments.folder else {
        return Err(CommandError::usage(&"name a results folder"));
    };
    let key = arguments.key.as_deref().map(SecretKey::read).transpose();
    let key = key.map_err(|error| CommandError::usage(&error))?;
    let mut seal = make(folder, arguments.partial).map_err(|error| verify::usage(&error))?;
    if let Some(key) = &key {
        seal.sign(key);
    }
    let path = folder.join(SEAL);
    seal.write(folder).map_err(|error| {
        CommandError::Failed(format!("cannot write `{}`: {error}", path.display()))
    })?;
    for reason in &seal.partial {
        writeln!(console.out, "{} {reason}", paint(DOUBTFUL, "partial:"))?;
    }
    let files = count(seal.files.len(), "file", "files");
    writeln!(console.out, "sealed {files} of {} in {}", seal.subject, path.display())?;
    writeln!(console.out, "root {}", seal.root)?;
    match &seal.signature {
        Some(signed) => writeln!(console.out, "signed by {}", signed.public_key)?,
        None => writeln!(console.out, "{}", verify::UNSIGNED)?,
    }
    Ok(Exit::Success)
}
