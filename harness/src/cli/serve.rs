//! `wireproof serve`: the reference behind a real socket.

use std::net::SocketAddr;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::diagnostic::suggest;
use crate::profile::DialectChoice;
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
    /// Prints a line for each datagram, too
    #[arg(long)]
    packets: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let default = DialectChoice::default_for(protocol);
    let dialect = dialects::changed(protocol, default, &arguments.dialect)?;
    if let Some(name) = &arguments.mutant {
        let mutants = protocol.mutants();
        if !mutants.iter().any(|mutant| mutant.name == name) {
            let help = suggest(name, mutants.iter().map(|mutant| mutant.name));
            return Err(CommandError::usage_with_help(
                &format!("there is no mutant `{name}`"),
                help,
            ));
        }
    }
    let options = Options {
        protocol,
        dialect: &dialect,
        listen: arguments.listen,
        mutant: arguments.mutant.as_deref(),
        packets: arguments.packets,
    };
    serve::run(&options, &mut *console.out)
        .map_err(|error| CommandError::Failed(error.to_string()))?;
    Ok(Exit::Success)
}
