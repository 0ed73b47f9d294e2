//! `wireproof init`: writes a profile and a starter adapter; asks, at a terminal, what the command line does not say.

use std::fs::{self, File, Permissions};
use std::io::{self, IsTerminal as _, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::diagnostic::suggest;
use crate::init::{Language, PROFILE, Start, Starter, files};
use crate::protocol::{self, Protocol, Role};

mod questions;

use questions::Questions;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol [default: mnet]
    #[arg(value_name = "PROTOCOL")]
    protocol: Option<String>,
    /// The language of the adapter; `shell` is for a program in any language that has options of its own [default: python]
    #[arg(long, value_name = "LANGUAGE",
          value_parser = PossibleValuesParser::new(Language::ALL.map(word)).try_map(|word| language(&word)))]
    language: Option<Language>,
    /// The roles that the program can play, such as `listener`; both with a comma [default: the one that is connected to]
    #[arg(long, value_name = "ROLES", value_delimiter = ',')]
    roles: Vec<String>,
    /// The program's name and version, as reports show it [default: my-PROTOCOL 0.1]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The folder to write to; it is made when it is not there, and no file in it is ever overwritten [default: .]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

fn word(language: Language) -> PossibleValue {
    PossibleValue::new(language.word()).aliases(language.other_word())
}

fn language(word: &str) -> Result<Language, String> {
    Language::by_word(word).ok_or_else(|| format!("there is no adapter in {word}"))
}

/// What a command line leaves open: whoever sits at the terminal is asked, or else it is the default.
struct Open<'a>(Option<Questions<'a>>);

impl Open<'_> {
    /// What is given, or the answer to the question, or the default.
    fn settle<T>(
        &mut self,
        given: Option<Result<T, CommandError>>,
        question: &str,
        default: &str,
        understand: impl Fn(&str) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        match (given, &mut self.0) {
            (Some(given), _) => given,
            (None, Some(questions)) => questions.ask(question, default, understand),
            (None, None) => understand(default),
        }
    }
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let mut answers = io::stdin().lock();
    // Who neither sees a question nor can answer it is asked none.
    let asks = answers.is_terminal() && console.progress;
    let questions = Questions { answers: &mut answers, out: &mut *console.err };
    let mut open = Open(asks.then_some(questions));

    let given = arguments.protocol.as_deref().map(dialects::protocol);
    let names = protocol::ALL.map(Protocol::name).join(", ");
    let question = format!("Protocol ({names})");
    let protocol = open.settle(given, &question, "mnet", dialects::protocol)?;

    let words = Language::ALL.map(Language::word);
    let question = format!("Language of the adapter ({})", words.join(", "));
    let language = open.settle(arguments.language.map(Ok), &question, "python", |answer| {
        language(answer).map_err(|why| CommandError::usage_with_help(&why, suggest(answer, words)))
    })?;

    let given = Some(arguments.roles.join(",")).filter(|_| !arguments.roles.is_empty());
    let given = given.map(|words| roles(protocol, &words));
    let words = Role::ALL.map(|role| protocol.word(role)).join(", ");
    let question = format!("Roles that the program can play ({words}; both with a comma)");
    let default = protocol.word(Role::Listener);
    let roles = open.settle(given, &question, default, |words| roles(protocol, words))?;

    let default = format!("my-{} 0.1", protocol.name());
    let given = arguments.name.as_deref().map(name);
    let name = open.settle(given, "Name and version of the program", &default, name)?;

    let files = files(&Start { protocol, language, roles: &roles, name: &name });
    let given = arguments.into.as_ref().map(|folder| free(folder, &files));
    let question = "Folder to write to";
    let folder = open.settle(given, question, ".", |folder| free(Path::new(folder), &files))?;
    write_all(&folder, &files, language, console)
}

/// The roles with these words of a protocol.
fn roles(protocol: &dyn Protocol, words: &str) -> Result<Vec<Role>, CommandError> {
    let known = Role::ALL.map(|role| protocol.word(role));
    let mut roles = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let role = Role::ALL.into_iter().find(|role| protocol.word(*role) == word);
        let role = role.ok_or_else(|| {
            let what = format!("{} has no role `{word}`", protocol.name());
            CommandError::usage_with_help(&what, suggest(word, known))
        })?;
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    if roles.is_empty() {
        let help = format!("there are {}", known.join(" and "));
        return Err(CommandError::usage_with_help(&"no role is named", Some(help)));
    }
    Ok(roles)
}

/// A name that can stand in one line of reports.
fn name(text: &str) -> Result<String, CommandError> {
    let name = text.trim();
    if name.is_empty() || name.contains(char::is_control) {
        let what = format!("`{}` is no name", text.escape_debug());
        return Err(CommandError::usage(&what));
    }
    Ok(name.to_owned())
}

/// A folder in which none of the files is: both are written or none.
fn free(folder: &Path, files: &[Starter]) -> Result<PathBuf, CommandError> {
    for file in files {
        let path = folder.join(file.name);
        if fs::symlink_metadata(&path).is_ok() {
            let what = format!("`{}` is there already, and is left as it is", path.display());
            let help = "name another folder with `--into DIR`".to_owned();
            return Err(CommandError::usage_with_help(&what, Some(help)));
        }
    }
    Ok(folder.to_owned())
}

/// Writes the files, and says what to do next.
fn write_all(
    folder: &Path,
    files: &[Starter],
    language: Language,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    for file in files {
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
fn write(folder: &Path, file: &Starter) -> io::Result<()> {
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
