//! `wireproof init`: writes a profile and a starter adapter.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::init::{Language, PROFILE, Starter, files};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol
    #[arg(value_name = "PROTOCOL", default_value = "mnet")]
    protocol: String,
    /// The language of the adapter; `shell` is for a program in any language that has options of its own
    #[arg(long, value_name = "LANGUAGE", default_value = "python",
          value_parser = PossibleValuesParser::new(Language::ALL.map(word)).try_map(|word| language(&word)))]
    language: Language,
    /// The folder to write to; it is made when it is not there, and no file in it is ever overwritten
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
}

fn word(language: Language) -> PossibleValue {
    PossibleValue::new(language.word()).aliases(language.other_word())
}

fn language(word: &str) -> Result<Language, String> {
    Language::by_word(word).ok_or_else(|| format!("there is no adapter in {word}"))
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let language = arguments.language;
    let files = files(protocol, language);
    let folder = &arguments.into;
    // Both or none.
    for file in &files {
        let path = folder.join(file.name);
        if fs::symlink_metadata(&path).is_ok() {
            let what = format!("`{}` is there already, and is left as it is", path.display());
            let help = "name another folder with `--into DIR`".to_owned();
            return Err(CommandError::usage_with_help(&what, Some(help)));
        }
    }
    for file in &files {
        write(folder, file).map_err(|error| {
            CommandError::Failed(format!(
                "cannot write `{}`: {error}",
                folder.join(file.name).display()
            ))
        })?;
        writeln!(console.out, "wrote {}", folder.join(file.name).display())?;
    }
    let profile = folder.join(PROFILE);
    writeln!(console.out, "\nnext:")?;
    let mut steps = Vec::new();
    if let Some(build) = language.build() {
        let enter = if folder == Path::new(".") {
            String::new()
        } else {
            format!("cd {} && ", folder.display())
        };
        steps.push(format!("{enter}{build}"));
    }
    steps.push(format!("put your implementation into {}", folder.join(language.file()).display()));
    steps.push(format!("wireproof doctor {}", profile.display()));
    for (number, step) in steps.iter().enumerate() {
        writeln!(console.out, "  {}. {step}", number + 1)?;
    }
    Ok(Exit::Success)
}

/// Writes a file that is not there yet.
fn write(folder: &Path, file: &Starter) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join(file.name);
    let mut out = File::create_new(&path)?;
    out.write_all(file.text.as_bytes())?;
    if file.executable {
        const PROGRAM: u32 = 0o755;
        fs::set_permissions(&path, Permissions::from_mode(PROGRAM))?;
    }
    Ok(())
}
