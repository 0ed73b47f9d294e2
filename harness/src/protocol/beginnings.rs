//! How conversations begin: named steps for each role of the subject, read from YAML that is part of the program.

use std::collections::BTreeMap;

use super::{Protocol, Role};
use crate::scenario::Step;
use crate::yaml::{self, Located, Pairs};

/// The names of the steps that show that a subject is alive, which no scenario begins with.
const PROBES: [&str; 2] = ["probe", "text-probe"];

/// The beginnings of a protocol, each for both roles.
#[derive(Debug)]
pub struct Beginnings(BTreeMap<String, BTreeMap<Role, Vec<Located<Step>>>>);

impl Beginnings {
    /// Reads them: each name has a list of steps for each of the protocol's words for roles.
    ///
    /// # Panics
    ///
    /// When they cannot be read: they are part of this program.
    pub(super) fn read(protocol: &dyn Protocol, file: &str, text: &str) -> Self {
        let read: Pairs<Pairs<Vec<Located<Step>>>> = yaml::read(file, text)
            .unwrap_or_else(|error| panic!("the program's own beginnings do not parse: {error}"));
        let by_role = |steps: Pairs<Vec<Located<Step>>>| {
            let role = |word: &str| {
                protocol.role(word).unwrap_or_else(|| panic!("{file}: there is no role `{word}`"))
            };
            steps.0.into_iter().map(|(word, steps)| (role(&word), steps)).collect()
        };
        Self(read.0.into_iter().map(|(name, steps)| (name.value, by_role(steps))).collect())
    }

    /// The steps of a beginning for a subject of this role.
    pub(super) fn steps(&self, name: &str, role: Role) -> Option<&[Located<Step>]> {
        self.0.get(name)?.get(&role).map(Vec::as_slice)
    }

    /// The names that a scenario may use.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).filter(|name| !PROBES.contains(name)).collect()
    }
}
