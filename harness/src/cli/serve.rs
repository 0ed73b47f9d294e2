//! `wireproof serve`: the reference behind a real socket.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde_json::Value;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::clock::Clock;
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::Protocol;
use crate::serve::accounts::{Accounts, AccountsError, Books, Registered};
use crate::serve::mail::Mailer;
use crate::serve::{self, Options};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol, such as `mnet`
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
    /// The address to listen at; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// Is this mutant of the reference: one deliberate violation
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Prints a line for each packet, too
    #[arg(long)]
    packets: bool,
    /// Users and rooms of a chat server, and where mails go (YAML); without it, those of the standard world
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// Keeps those who register in this file; by default beside that of `--accounts`, with `.registered` behind its name
    #[arg(long, value_name = "FILE")]
    registered: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let default = DialectChoice::default_for(protocol);
    let dialect = dialects::changed(protocol, default, &arguments.dialect)?;
    dialects::check_mutant(protocol, arguments.mutant.as_deref())?;
    let (given, books) = world(arguments, protocol)?;
    let options = Options {
        protocol,
        dialect: &dialect,
        listen: arguments.listen,
        mutant: arguments.mutant.as_deref(),
        given: &given,
        packets: arguments.packets,
    };
    serve::run(&options, books, &mut *console.out)
        .map_err(|error| CommandError::Failed(error.to_string()))?;
    Ok(Exit::Success)
}

/// Why accounts are not read: a file that is not right is shown with the place.
fn unread(error: &AccountsError) -> CommandError {
    match error {
        AccountsError::Wrong(diagnostic) => CommandError::files(&[(**diagnostic).clone()]),
        AccountsError::Read { .. } => CommandError::usage(error),
    }
}

/// What the server is given, and what it keeps.
fn world(
    arguments: &Arguments,
    protocol: &dyn Protocol,
) -> Result<(BTreeMap<String, Value>, Books), CommandError> {
    let mut given = protocol.world(&OptionChoice::default_for(protocol));
    let mut books = Books::default();
    if arguments.accounts.is_none() && arguments.registered.is_none() {
        return Ok((given, books));
    }
    if !given.contains_key("users") {
        let what = format!("{} has no accounts", protocol.name());
        return Err(CommandError::usage_with_help(
            &what,
            Some("leave out `--accounts` and `--registered`".to_owned()),
        ));
    }
    if let Some(path) = &arguments.accounts {
        let accounts = Accounts::read(path).map_err(|error| unread(&error))?;
        given.extend(accounts.given());
        if let Some(post) = &accounts.mail {
            let (mailer, reports) = Mailer::start(post, Clock::start())
                .map_err(|why| CommandError::usage(&format!("{}: {why}", path.display())))?;
            (books.mailer, books.reports) = (Some(mailer), Some(reports));
        }
    }
    let beside = || {
        let mut path = arguments.accounts.clone()?.into_os_string();
        path.push(".registered");
        Some(PathBuf::from(path))
    };
    if let Some(path) = arguments.registered.clone().or_else(beside) {
        let registered = Registered::open(&path).map_err(|error| unread(&error))?;
        if let Some(Value::Array(users)) = given.get_mut("users") {
            users.extend(
                registered.users().iter().filter_map(|user| serde_json::to_value(user).ok()),
            );
        }
        books.registered = Some(registered);
    }
    Ok((given, books))
}
