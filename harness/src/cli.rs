//! What people type: the commands, one module each, and how they end.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{Parser, Subcommand, ValueEnum};

pub mod console;
pub mod exit;

mod compare;
mod completions;
mod connect;
mod decode;
mod dialects;
mod dissector;
mod doctor;
mod exhaust;
mod explain;
mod explain_upgrade;
mod fuzz;
mod init;
mod judge;
mod ledger;
mod list;
mod matrix;
mod mutants;
mod progress;
mod proxy;
mod reduced;
mod replay;
mod report;
mod reproduce;
mod run;
mod scenarios;
mod schema;
mod seal;
mod serve;
mod shrink;
mod subject;
mod sweep;
mod verify;
mod weather;

use console::Console;
use exit::Exit;

use crate::corpus::UsageError;
use crate::diagnostic::Diagnostic;
use crate::subject::process::guard;

/// Certifies implementations of small network protocols, and makes network bugs happen again every time.
///
/// Exit codes: 0 all is well; 1 something fails; 2 wrong usage, nothing was run; 3 something could not be judged, or nothing
/// was; 4 the suite or its surroundings failed.
#[derive(Debug, Parser)]
#[command(name = "wireproof", version, max_term_width = 100)]
struct Arguments {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Colour,
    #[command(subcommand)]
    command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Colour {
    /// On terminals, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs scenarios and judges a subject: the reference, unless another is named
    Run(Box<run::Arguments>),
    /// Lists scenarios
    List(list::Arguments),
    /// Explains a clause, a scenario or a packet
    Explain(explain::Arguments),
    /// Shows every clause with what tests it, and every line of the source document with what it became
    Ledger(ledger::Arguments),
    /// Tries the mutants of the references: which scenario kills which, and which survive
    Mutants(mutants::Arguments),
    /// Shows the packet in hexadecimal digits, field by field
    Decode(decode::Arguments),
    /// Runs transfers under the weather of many seeds, until one fails, and reduces that
    Sweep(sweep::Arguments),
    /// Tries every schedule of the first datagrams of a session, until one fails, and reduces that
    Exhaust(exhaust::Arguments),
    /// Plays legal conversations with one thing wrong, until a subject does not bear one, and reduces that
    Fuzz(fuzz::Arguments),
    /// Reduces a run that failed to the smallest scenario that fails in the same way
    Shrink(shrink::Arguments),
    /// Says what changed between two results folders
    Compare(compare::Arguments),
    /// Renders a results folder: a page for people, `JUnit`, TAP, annotations for GitHub, Markdown, a badge
    Report(report::Arguments),
    /// Runs a journal's run again, or only judges it again
    Replay(replay::Arguments),
    /// Makes a scenario of a recorded conversation, with the faults that its network had
    Reproduce(reproduce::Arguments),
    /// Checks a recorded conversation of two programs against every clause that a passive observer can judge
    Judge(judge::Arguments),
    /// Checks a profile before a run: what works, what is wrong and what to do, what more could be run
    Doctor(doctor::Arguments),
    /// Writes a commented profile and a starter adapter
    Init(init::Arguments),
    /// Offers the reference at a real socket, to try an implementation against
    Serve(serve::Arguments),
    /// Prints a dissector for Wireshark, in Lua
    Dissector(dissector::Arguments),
    /// Binds the results folder of a whole run to one digest, and signs it
    Seal(seal::Arguments),
    /// Checks a sealed results folder: every octet, the signature, and every verdict
    Verify(verify::Arguments),
    /// Says what the scenarios of this program change for old results or an old certificate
    ExplainUpgrade(explain_upgrade::Arguments),
    /// Prints completions for a shell
    Completions(completions::CompletionsArguments),
    /// Writes manual pages
    Man(completions::ManArguments),
    /// Stands between any two programs, and does to their datagrams or streams what a bad network would
    Proxy(Box<proxy::Arguments>),
    /// Brings several subjects together through the proxy, each as client and as server against each other
    Matrix(Box<matrix::Arguments>),
    /// Connects the reference to an address: lines of standard input go out, what is delivered is printed
    Connect(connect::Arguments),
    /// Prints the JSON Schema of a file format
    Schema(schema::Arguments),
}

/// Why a command came to no result of its own.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    /// What was typed, or a file that it names, is wrong; nothing was run.
    #[error("{0}")]
    Usage(String),
    /// Files that people write are wrong; nothing was run. Rendered, each with its place.
    #[error("{0}")]
    Files(String),
    /// The suite or its surroundings failed.
    #[error("{0}")]
    Failed(String),
    /// The output could not be written.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl CommandError {
    fn usage(what: &impl ToString) -> Self {
        Self::Usage(what.to_string())
    }

    /// What is wrong, with what to do about it.
    fn usage_with_help(what: &impl ToString, help: Option<String>) -> Self {
        let help = help.map(|help| format!("\n  help: {help}")).unwrap_or_default();
        Self::Usage(format!("{}{help}", what.to_string()))
    }

    /// What is wrong in files, with colours where they are shown.
    fn files(diagnostics: &[Diagnostic]) -> Self {
        let rendered: Vec<String> =
            diagnostics.iter().map(|diagnostic| diagnostic.render(true)).collect();
        Self::Files(rendered.join("\n\n"))
    }

    /// Why a selection is none.
    fn selection(error: UsageError) -> Self {
        match error {
            UsageError::Invalid(diagnostics) => Self::files(&diagnostics),
            UsageError::Unknown { .. } | UsageError::Empty => Self::usage(&error),
        }
    }

    const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Files(_) => Exit::Usage,
            Self::Failed(_) | Self::Output(_) => Exit::Error,
        }
    }
}

/// Does what the arguments ask for; the first is the program's own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|word| word == guard::ARGUMENT) {
        guard::stand(io::stdin().lock());
        return Exit::Success.into();
    }
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(message) => {
            // Nothing is left to be told when even the usage cannot be printed.
            let _nobody_reads = message.print();
            let exit = if message.use_stderr() { Exit::Usage } else { Exit::Success };
            return exit.into();
        }
    };
    let choice = match arguments.color {
        Colour::Auto => ColorChoice::Auto,
        Colour::Always => ColorChoice::Always,
        Colour::Never => ColorChoice::Never,
    };
    perform(&arguments.command, &mut Console::standard(choice)).into()
}

/// Does what a command asks for, and says why when it cannot.
fn perform(command: &Command, console: &mut Console<'_>) -> Exit {
    let result = match command {
        Command::Run(arguments) => run::run(arguments, console),
        Command::List(arguments) => list::run(arguments, console),
        Command::Explain(arguments) => explain::run(arguments, console),
        Command::Ledger(arguments) => ledger::run(arguments, console),
        Command::Mutants(arguments) => mutants::run(arguments, console),
        Command::Decode(arguments) => decode::run(arguments, &mut io::stdin().lock(), console),
        Command::Sweep(arguments) => sweep::run(arguments, console),
        Command::Exhaust(arguments) => exhaust::run(arguments, console),
        Command::Fuzz(arguments) => fuzz::run(arguments, console),
        Command::Shrink(arguments) => shrink::run(arguments, console),
        Command::Compare(arguments) => compare::run(arguments, console),
        Command::Report(arguments) => report::run(arguments, console),
        Command::Replay(arguments) => replay::run(arguments, console),
        Command::Reproduce(arguments) => reproduce::run(arguments, console),
        Command::Judge(arguments) => judge::run(arguments, console),
        Command::Doctor(arguments) => doctor::run(arguments, console),
        Command::Init(arguments) => init::run(arguments, console),
        Command::Serve(arguments) => serve::run(arguments, console),
        Command::Dissector(arguments) => dissector::run(arguments, console),
        Command::Seal(arguments) => seal::run(arguments, console),
        Command::Verify(arguments) => verify::run(arguments, console),
        Command::ExplainUpgrade(arguments) => explain_upgrade::run(arguments, console),
        Command::Completions(arguments) => completions::completions(*arguments, console),
        Command::Man(arguments) => completions::man(arguments, console),
        Command::Proxy(arguments) => proxy::run(arguments, console),
        Command::Matrix(arguments) => matrix::run(arguments, console),
        Command::Connect(arguments) => connect::run(arguments, console),
        Command::Schema(arguments) => schema::run(*arguments, console),
    };
    let result = result.and_then(|exit| Ok(console.out.flush().map(|()| exit)?));
    result.unwrap_or_else(|error| {
        // Whoever cannot be told of the error still gets the exit code.
        let _nobody_reads = match &error {
            CommandError::Files(rendered) => writeln!(console.err, "{rendered}"),
            error => console.error(error),
        };
        error.exit()
    })
}

#[cfg(test)]
mod tests;
