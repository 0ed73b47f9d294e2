//! A profile: the YAML file that describes a subject, and how the suite reaches it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::protocol::{Protocol, Role};
use crate::scenario::{Application, Need};
use crate::seal;
use crate::spec::{Clause, Level, Source};

mod check;
mod dialect;
mod document;
mod options;
mod schema;
mod timers;

pub use dialect::{DialectChoice, UnknownDialect};
pub use document::Document;
pub use options::OptionChoice;
pub(crate) use options::wanted_word;
pub use schema::schema;
pub use timers::Timers;

/// How long a reply may take that no clause times, unless the profile says otherwise.
const REPLY: Duration = Duration::from_secs(1);

/// How long a started subject may take to answer, unless the profile says otherwise.
const START: Duration = Duration::from_secs(5);

/// How long a subject may take to end when asked to, unless the profile says otherwise.
const STOP: Duration = Duration::from_secs(1);

/// Capabilities that are not a protocol's: what is under `given:` can be handed to the subject.
pub(crate) const GIVEN: &str = "given";

/// How much of the specification a subject claims to fulfil.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The MUST clauses that the text of the source document states.
    Text,
    /// The MUST clauses of every source.
    #[default]
    Edition,
}

impl Grade {
    /// Both grades, the lesser first.
    pub const ALL: [Self; 2] = [Self::Text, Self::Edition];

    /// The word for it: `text`, `edition`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Edition => "edition",
        }
    }

    /// Whether breaking this clause breaks the grade.
    pub fn demands(self, clause: &Clause) -> bool {
        clause.level == Level::Must && (self == Self::Edition || clause.source == Source::Text)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A subject as the suite knows it; everything in it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The subject's name in reports.
    pub name: String,
    /// The name of its protocol.
    pub protocol: String,
    /// The roles that it can play, at least one, each once.
    pub roles: Vec<Role>,
    /// Its dialect.
    pub dialect: DialectChoice,
    /// What it has of the parts of its protocol that a subject may lack.
    pub options: OptionChoice,
    /// The grade that it claims.
    pub claims: Grade,
    /// How the suite reaches it.
    pub way: WayIn,
    /// The IP address at which the suite puts its sockets and the subjects that it starts.
    pub host: IpAddr,
    /// How long a reply may take that no clause times.
    pub reply: Duration,
    /// How long the suite rests between two scenarios.
    pub settle: Duration,
    /// Its timers.
    pub timers: Timers,
    /// What it can do beyond the ordinary, by name.
    pub capabilities: BTreeSet<String>,
    /// What its application does when nobody tells it anything.
    pub application: Application,
    /// The SHA-256 digest of the file that it was read from, if it was.
    pub digest: Option<String>,
}

/// How the suite reaches a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// The reference, in this process.
    Reference,
    /// A listener that is there already.
    Address(SocketAddr),
    /// A program that the suite starts for each scenario.
    Command(CommandLine),
    /// A program that the suite tells the time.
    VirtualTime(CommandLine),
}

/// A program with everything that starts and stops it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The program: a name to be looked up in `PATH`, or a path that does not depend on the working folder.
    pub program: String,
    /// Its arguments; relative paths among them are seen from [`folder`](Self::folder).
    pub arguments: Vec<String>,
    /// Environment variables beside those of the suite.
    pub environment: BTreeMap<String, String>,
    /// The working folder.
    pub folder: PathBuf,
    /// It speaks control lines on its standard input and output.
    pub control: bool,
    /// It can do without a network: it answers lines that tell it the time.
    pub virtual_time: bool,
    /// How long it may take to answer after it was started.
    pub start: Duration,
    /// How long it may take to end after it was asked to.
    pub stop: Duration,
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        self.arguments.iter().try_for_each(|argument| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
            if !argument.is_empty() && argument.chars().all(plain) {
                write!(f, " {argument}")
            } else {
                write!(f, " '{}'", argument.replace('\'', r"'\''"))
            }
        })
    }
}

impl Profile {
    /// Reads and checks the profile in a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the file.
    pub fn load(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![Diagnostic::of_file(&file, format!("cannot read the profile: {error}"))]
        })?;
        // The parent of a bare file name is an empty path, which is no folder to anybody.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut profile = Self::parse(&file, &text, folder.unwrap_or(Path::new(".")))?;
        profile.digest = Some(seal::digest(text.as_bytes()));
        Ok(profile)
    }

    /// Reads and checks a profile's text. The file's name is for errors; relative paths are seen from `folder`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the file.
    pub fn parse(file: &str, text: &str, folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        check::profile(file, text, folder)
    }

    /// The profile of the reference.
    pub fn reference(protocol: &dyn Protocol) -> Self {
        Self {
            name: "reference".into(),
            protocol: protocol.name().into(),
            roles: vec![Role::Listener, Role::Connector],
            dialect: DialectChoice::default_for(protocol),
            options: OptionChoice::default_for(protocol),
            claims: Grade::Edition,
            way: WayIn::Reference,
            host: Ipv4Addr::LOCALHOST.into(),
            reply: REPLY,
            settle: Duration::ZERO,
            timers: Timers::reference(protocol),
            capabilities: protocol
                .capabilities()
                .iter()
                .copied()
                .chain([GIVEN])
                .map(str::to_owned)
                .collect(),
            application: Application::Echo,
            digest: None,
        }
    }

    /// The SHA-256 digest of each file that its command names, by the word that names it; one that cannot be read is left out.
    pub fn program(&self) -> BTreeMap<String, String> {
        let (WayIn::Command(line) | WayIn::VirtualTime(line)) = &self.way else {
            return BTreeMap::new();
        };
        // A name without a folder is looked up in `PATH`: that is the interpreter, not the subject.
        let program = Some(Path::new(&line.program)).filter(|_| line.program.contains('/'));
        let program =
            program.map(|path| (path.strip_prefix(&line.folder).unwrap_or(path), path.to_owned()));
        let arguments = line.arguments.iter().map(|word| (Path::new(word), line.folder.join(word)));
        let files = program.into_iter().chain(arguments).filter(|(_, path)| path.is_file());
        files
            .filter_map(|(word, path)| {
                let octets = std::fs::read(path).ok()?;
                Some((word.display().to_string(), seal::digest(&octets)))
            })
            .collect()
    }

    /// The same subject in virtual time, if it can be there.
    #[must_use]
    pub fn in_virtual_time(mut self) -> Self {
        if let WayIn::Command(line) = &self.way
            && line.virtual_time
        {
            self.way = WayIn::VirtualTime(line.clone());
        }
        self
    }

    /// Whether it is a program that can do without a network.
    pub const fn knows_virtual_time(&self) -> bool {
        matches!(&self.way, WayIn::Command(line) if line.virtual_time)
            || matches!(self.way, WayIn::VirtualTime(_))
    }

    /// Whether this way in offers what a scenario needs.
    pub fn offers(&self, need: Need) -> bool {
        match need {
            Need::Control => match &self.way {
                WayIn::Reference | WayIn::VirtualTime(_) => true,
                WayIn::Command(line) => line.control,
                WayIn::Address(_) => false,
            },
            // Every address of 127.0.0.0/8 is this machine; ::1 is alone.
            Need::SecondAddress => match self.way {
                WayIn::Reference | WayIn::VirtualTime(_) => true,
                WayIn::Address(_) | WayIn::Command(_) => {
                    self.host.is_ipv4() && self.host.is_loopback()
                }
            },
            Need::Given => {
                !matches!(self.way, WayIn::Address(_)) && self.capabilities.contains(GIVEN)
            }
        }
    }
}

#[cfg(test)]
mod tests;
