//! Which implementation in this process a command is about: the reference, or a mutant of it.

use super::CommandError;
use crate::diagnostic::suggest;
use crate::protocol::{self, Protocol};
use crate::runner::SubjectChoice;

/// The reference, or the mutant with this name.
pub(super) fn reference(mutant: Option<&str>) -> Result<SubjectChoice, CommandError> {
    if let Some(name) = mutant {
        let mutants: Vec<&str> = protocol::ALL
            .into_iter()
            .flat_map(Protocol::mutants)
            .map(|mutant| mutant.name)
            .collect();
        if !mutants.contains(&name) {
            let help = suggest(name, mutants.iter().copied());
            return Err(CommandError::usage_with_help(
                &format!("there is no mutant `{name}`"),
                help,
            ));
        }
    }
    Ok(SubjectChoice::Reference { mutant: mutant.map(str::to_owned) })
}
