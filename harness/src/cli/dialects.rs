//! Options that choose protocols and dialects, shared by the commands.

use super::CommandError;
use crate::diagnostic::suggest;
use crate::profile::DialectChoice;
use crate::protocol::{self, Protocol};

/// The protocol with this name.
pub(super) fn protocol(name: &str) -> Result<&'static dyn Protocol, CommandError> {
    protocol::by_name(name).ok_or_else(|| {
        let help = suggest(name, protocol::ALL.iter().map(|protocol| protocol.name()));
        CommandError::usage_with_help(&format!("there is no protocol `{name}`"), help)
    })
}

/// Whether there is this mutant of a protocol's reference.
pub(super) fn check_mutant(
    protocol: &dyn Protocol,
    name: Option<&str>,
) -> Result<(), CommandError> {
    let Some(name) = name else { return Ok(()) };
    let mutants = protocol.mutants();
    if mutants.iter().any(|mutant| mutant.name == name) {
        return Ok(());
    }
    let help = suggest(name, mutants.iter().map(|mutant| mutant.name));
    Err(CommandError::usage_with_help(&format!("there is no mutant `{name}`"), help))
}

/// A dialect changed by options such as `byte_order=big`.
pub(super) fn changed(
    protocol: &dyn Protocol,
    dialect: DialectChoice,
    changes: &[String],
) -> Result<DialectChoice, CommandError> {
    changes.iter().try_fold(dialect, |dialect, change| {
        let (option, value) = change.split_once('=').ok_or_else(|| {
            let help = "a dialect option is written like `byte_order=big`".to_owned();
            CommandError::usage_with_help(&format!("`{change}` is no dialect option"), Some(help))
        })?;
        dialect
            .with(protocol, option, value)
            .map_err(|error| CommandError::usage_with_help(&error.message, error.help))
    })
}
