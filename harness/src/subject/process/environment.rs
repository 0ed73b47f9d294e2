//! What a program is told when it starts: environment variables, and a file with what the scenario gives.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::clock;
use crate::journal::HexOctets;
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::EventSpec;
use crate::scenario::Application;

/// What every variable's name begins with. Variables of such names that the suite itself was given are not handed on.
pub const PREFIX: &str = "WIREPROOF_";

/// What a program must know to play its part in one run.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The protocol's name.
    pub protocol: &'a str,
    /// The events of its applications.
    pub events: &'static [EventSpec],
    /// The scenario's identity.
    pub scenario: &'a str,
    /// The role, in the protocol's word.
    pub role: &'a str,
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// What the profile says that it has of the parts of its protocol.
    pub options: &'a OptionChoice,
    /// What the application does.
    pub application: Application,
    /// What the scenario gives.
    pub given: &'a BTreeMap<String, serde_json::Value>,
    /// The address that a listener binds.
    pub address: Option<SocketAddr>,
    /// The address that a connector connects to.
    pub peer: Option<SocketAddr>,
}

impl Part<'_> {
    /// The variables, with their values; `given` is where the file lies with what the scenario gives.
    pub fn variables(&self, given: Option<&Path>) -> Vec<(String, String)> {
        let mut variables = vec![
            ("PROTOCOL".to_owned(), self.protocol.to_owned()),
            ("ROLE".to_owned(), self.role.to_owned()),
            ("SCENARIO".to_owned(), self.scenario.to_owned()),
            ("APPLICATION".to_owned(), application(self.application).to_owned()),
        ];
        let address = |name: &str, address: SocketAddr| (name.to_owned(), address.to_string());
        variables.extend(self.address.map(|at| address("ADDRESS", at)));
        variables.extend(self.peer.map(|at| address("PEER", at)));
        variables.extend(given.map(|path| ("GIVEN".to_owned(), path.display().to_string())));
        let options = self.dialect.iter();
        variables.extend(options.map(|(option, value)| (option.to_uppercase(), value.to_owned())));
        let options = self.options.iter();
        variables.extend(
            options.map(|(name, words)| (name.to_uppercase().replace('-', "_"), words.join(","))),
        );
        variables.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect()
    }
}

/// The word for what an application does: `echo`, `control`.
pub(crate) const fn application(application: Application) -> &'static str {
    match application {
        Application::Echo => "echo",
        Application::Control => "control",
    }
}

/// A file with what a scenario gives, in a folder that only this user can read; both go when it is dropped.
#[derive(Debug)]
pub(crate) struct GivenFile {
    folder: PathBuf,
    file: PathBuf,
}

impl GivenFile {
    /// Writes it; nothing when nothing is given.
    pub(crate) fn write(given: &BTreeMap<String, serde_json::Value>) -> io::Result<Option<Self>> {
        if given.is_empty() {
            return Ok(None);
        }
        let name = HexOctets(clock::fresh_seed()?.iter().copied().take(NAME_OCTETS).collect());
        let folder = std::env::temp_dir().join(format!("wireproof-{name}"));
        // Fails if the folder is there: nobody else can have prepared it.
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let this = Self { file: folder.join("given.json"), folder };
        fs::write(&this.file, serde_json::to_vec_pretty(given)?)?;
        Ok(Some(this))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.file
    }
}

/// Octets of chance in the name of a folder.
const NAME_OCTETS: usize = 8;

impl Drop for GivenFile {
    fn drop(&mut self) {
        // Nothing is to be done about a folder that cannot be removed, and nothing depends on it.
        let _kept = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_a_file_that_goes_with_its_folder() {
        assert!(GivenFile::write(&BTreeMap::new()).unwrap().is_none());
        let given = BTreeMap::from([("cookie-lifetime-ms".to_owned(), serde_json::json!(1000))]);
        let file = GivenFile::write(&given).unwrap().unwrap();
        let folder = file.folder.clone();
        let text = fs::read_to_string(file.path()).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, serde_json::json!({ "cookie-lifetime-ms": 1000 }));
        drop(file);
        assert!(!folder.exists());
    }
}
