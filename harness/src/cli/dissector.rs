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
    write!(console.out, "{}", lua(protocol))?;
    Ok(Exit::Success)
}
