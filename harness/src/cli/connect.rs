//! `wireproof connect`: the reference as the side that begins, with lines of standard input as its application.

use std::io;
use std::net::SocketAddr;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::connect::{self, Options};
use crate::profile::DialectChoice;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol, such as `mnet`
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
    /// The address of the other side, such as `127.0.0.1:4000` or `[::1]:4000`
    #[arg(value_name = "ADDRESS")]
    to: SocketAddr,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// Is this mutant of the reference: one deliberate violation
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Prints a line for each packet, too
    #[arg(long)]
    packets: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let default = DialectChoice::default_for(protocol);
    let dialect = dialects::changed(protocol, default, &arguments.dialect)?;
    dialects::check_mutant(protocol, arguments.mutant.as_deref())?;
    if arguments.to.port() == 0 || arguments.to.ip().is_unspecified() {
        let what = format!("nobody can be at {}", arguments.to);
        let help = "an address and a port such as 127.0.0.1:4000".to_owned();
        return Err(CommandError::usage_with_help(&what, Some(help)));
    }
    let options = Options {
        protocol,
        dialect: &dialect,
        to: arguments.to,
        mutant: arguments.mutant.as_deref(),
        packets: arguments.packets,
    };
    connect::run(&options, io::BufReader::new(io::stdin()), &mut *console.out)
        .map_err(|error| CommandError::Failed(error.to_string()))?;
    Ok(Exit::Success)
}
