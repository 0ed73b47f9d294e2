//! How many scenarios a subject can be given, as it is and with more of it declared.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::corpus::{Corpus, Selection};
use crate::profile::{CommandLine, Profile, WayIn};
use crate::protocol::{Protocol, Role};
use crate::runner::{self, EngineChoice, RunError, RunOptions, SubjectChoice};

/// A way in, each of which reaches more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// A listener that runs already.
    Address,
    /// A command that is started for each scenario.
    Command,
    /// A command that also speaks control lines.
    Control,
    /// A command that does without a network.
    VirtualTime,
}

impl Rung {
    /// All of them, the lowest first.
    pub const ALL: [Self; 4] = [Self::Address, Self::Command, Self::Control, Self::VirtualTime];

    /// Its number, from 1, with its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Address => "1 address",
            Self::Command => "2 command",
            Self::Control => "3 control",
            Self::VirtualTime => "4 virtual time",
        }
    }

    /// What a profile says that is on this rung.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Address => "address: 127.0.0.1:4000",
            Self::Command => "command: […]",
            Self::Control => "control: true",
            Self::VirtualTime => "virtual-time: true",
        }
    }

    /// The rung of a profile.
    pub const fn of(profile: &Profile) -> Self {
        match &profile.way {
            WayIn::Address(_) => Self::Address,
            WayIn::Command(line) if line.virtual_time => Self::VirtualTime,
            WayIn::Command(line) if line.control => Self::Control,
            WayIn::Command(_) => Self::Command,
            WayIn::Reference | WayIn::VirtualTime(_) => Self::VirtualTime,
        }
    }
}

/// What a subject can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The scenarios of its protocol.
    pub all: usize,
    /// Those that it can be given as its profile is.
    pub now: usize,
    /// Those that it could be given on each rung, with the rest of the profile as it is.
    pub rungs: Vec<(Rung, usize)>,
    /// Those that it could be given with one thing more in the profile, where that adds any.
    pub further: Vec<(String, usize)>,
}

/// Counts scenarios.
///
/// # Errors
///
/// When the corpus has none of this protocol.
pub fn reach(
    profile: &Profile,
    protocol: &'static dyn Protocol,
    corpus: &Corpus,
) -> Result<Reach, RunError> {
    let selection = corpus
        .select(&[protocol.name().to_owned()])
        .map_err(|error| RunError::Nothing(error.to_string()))?;
    let count = |profile: &Profile, long: bool| of(profile, corpus, &selection, long);
    let now = count(profile, false)?;
    let mut rungs = Vec::new();
    for rung in Rung::ALL {
        rungs.push((rung, count(&on(rung, profile), false)?));
    }
    let mut further = Vec::new();
    let mut add = |what: String, reached: usize| {
        if reached > now {
            further.push((what, reached));
        }
    };
    let is_command = Rung::of(profile) > Rung::Address;
    for role in Role::ALL.into_iter().filter(|role| is_command && !profile.roles.contains(role)) {
        let mut more = profile.clone();
        more.roles.push(role);
        add(format!("the role {}", protocol.word(role)), count(&more, false)?);
    }
    if is_command {
        let known = protocol.capabilities();
        for capability in known.iter().filter(|name| !profile.capabilities.contains(**name)) {
            let mut more = profile.clone();
            more.capabilities = with(&profile.capabilities, &["given", capability]);
            add(format!("capabilities: [given, {capability}]"), count(&more, false)?);
        }
        let mut more = profile.clone();
        more.capabilities = with(&profile.capabilities, known);
        more.capabilities.insert("given".to_owned());
        add("all capabilities".to_owned(), count(&more, false)?);
    }
    add("--long".to_owned(), count(profile, true)?);
    Ok(Reach { all: selection.scenarios.len(), now, rungs, further })
}

fn with(capabilities: &BTreeSet<String>, more: &[&str]) -> BTreeSet<String> {
    capabilities.iter().cloned().chain(more.iter().map(|name| (*name).to_owned())).collect()
}

/// The same subject on another rung.
fn on(rung: Rung, profile: &Profile) -> Profile {
    let mut profile = profile.clone();
    let line = match &profile.way {
        WayIn::Command(line) | WayIn::VirtualTime(line) => line.clone(),
        WayIn::Reference | WayIn::Address(_) => some_command(),
    };
    profile.way = match rung {
        Rung::Address => {
            profile.roles.retain(|role| *role == Role::Listener);
            WayIn::Address(SocketAddr::from((profile.host, 1)))
        }
        Rung::Command => {
            WayIn::Command(CommandLine { control: false, virtual_time: false, ..line })
        }
        Rung::Control => WayIn::Command(CommandLine { control: true, virtual_time: false, ..line }),
        Rung::VirtualTime => WayIn::Command(CommandLine { virtual_time: true, ..line }),
    };
    profile
}

/// A command that is counted with and never started.
fn some_command() -> CommandLine {
    CommandLine {
        program: String::new(),
        arguments: Vec::new(),
        environment: BTreeMap::new(),
        folder: PathBuf::new(),
        control: false,
        virtual_time: false,
        start: Duration::ZERO,
        stop: Duration::ZERO,
    }
}

fn of(
    profile: &Profile,
    corpus: &Corpus,
    selection: &Selection,
    long: bool,
) -> Result<usize, RunError> {
    if profile.roles.is_empty() {
        return Ok(0);
    }
    let engine =
        if profile.knows_virtual_time() { EngineChoice::Sim } else { EngineChoice::Socket };
    runner::reach(&RunOptions {
        long,
        ..RunOptions::of(
            corpus,
            selection,
            SubjectChoice::Profile(Box::new(profile.clone())),
            engine,
        )
    })
}
