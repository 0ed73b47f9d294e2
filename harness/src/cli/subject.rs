//! Which implementation in this process a command is about: the reference, or a mutant of it.

use std::path::Path;

use super::CommandError;
use crate::diagnostic::suggest;
use crate::profile::Profile;
use crate::protocol::{self, Protocol};
use crate::runner::SubjectChoice;

/// The subject of commands that are at home in virtual time: of a profile, or the reference, or the mutant with this name.
pub(super) fn in_virtual_time(
    profile: Option<&Path>,
    mutant: Option<&str>,
) -> Result<SubjectChoice, CommandError> {
    let Some(path) = profile else { return reference(mutant) };
    let profile = Profile::load(path).map_err(|diagnostics| CommandError::files(&diagnostics))?;
    if profile.knows_virtual_time() {
        return Ok(SubjectChoice::Profile(Box::new(profile)));
    }
    let what = format!("{} describes a program that does not know virtual time", path.display());
    let help = "docs/testing-your-implementation.md, Virtual time, says what such a program does";
    Err(CommandError::usage_with_help(&what, Some(help.to_owned())))
}

/// The profile of a file.
pub(super) fn profile(path: &Path) -> Result<Profile, CommandError> {
    Profile::load(path).map_err(|diagnostics| CommandError::files(&diagnostics))
}

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
