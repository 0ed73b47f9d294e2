//! `wireproof dissector`: a dissector for Wireshark.

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::dissector::lua;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let Some(text) = lua(protocol) else {
        let what =
            format!("there is no dissector of {}: only of protocols over UDP", protocol.name());
        return Err(CommandError::usage(&what));
    };
    write!(console.out, "{text}")?;
    Ok(Exit::Success)
}
