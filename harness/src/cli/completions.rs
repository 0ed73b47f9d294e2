//! `wireproof completions` and `wireproof man`: what shells and `man` want to know of the commands.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use crate::report::layout::count;

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArguments {
    /// The folder to write to, such as `~/.local/share/man/man1`; it is made when it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the completions of a shell.
pub(super) fn completions(
    arguments: CompletionsArguments,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let mut command = super::Arguments::command();
    let name = command.get_name().to_owned();
    // The generator cannot be told that its writer fails, so the text comes first.
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut text);
    console.out.write_all(&text)?;
    Ok(Exit::Success)
}

/// Writes a manual page for the program and for each of its commands.
pub(super) fn man(
    arguments: &ManArguments,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let failed = |error: std::io::Error| {
        let folder = arguments.folder.display();
        CommandError::Failed(format!("cannot write manual pages to `{folder}`: {error}"))
    };
    fs::create_dir_all(&arguments.folder).map_err(failed)?;
    let program = super::Arguments::command();
    let pages = 1 + program.get_subcommands().count();
    clap_mangen::generate_to(program, &arguments.folder).map_err(failed)?;
    let pages = count(pages, "manual page", "manual pages");
    writeln!(console.out, "wrote {pages} to {}", arguments.folder.display())?;
    Ok(Exit::Success)
}
