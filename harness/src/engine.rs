//! Engines: where a script meets a subject. They carry out and record; they judge nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use simulator::{Fate, Fates, Schedule, StreamEntry, StreamFates};

use crate::journal::Journal;
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::{Protocol, Role};
use crate::scenario::{Application, PeerPlace};
use crate::script::{Script, Stage};
use crate::subject::control::ControlError;
use crate::subject::process::Waited;

mod network;
pub mod sim;
pub mod socket;
mod streams;
pub mod turmoil;

/// One run, as every engine understands it.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// The scenario's identity.
    pub scenario: &'a str,
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// The role of the subject.
    pub role: Role,
    /// What the profile says of the subject, or the reference is to be.
    pub options: &'a OptionChoice,
    /// What the subject's application does.
    pub application: Application,
    /// What the scenario gives, to be handed to the subject.
    pub given: &'a BTreeMap<String, serde_json::Value>,
    /// The peers by name and place; the first is `peer`.
    pub peers: &'a [(String, PeerPlace)],
    /// What the network does to datagrams from peers to the subject.
    pub to_subject: &'a Fates,
    /// What the network does to datagrams from the subject to peers.
    pub to_peer: &'a Fates,
    /// What the network does to streams to the subject, and from it.
    pub streams: &'a (StreamFates, StreamFates),
    /// Fates of the first datagrams that are sent, in virtual time, before all others.
    pub decreed: &'a [Fate],
    /// The seed of everything that is drawn.
    pub seed: u64,
    /// The limits of the run.
    pub limits: Limits,
}

/// Limits of one run; reaching one ends it and is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time of the run (virtual or real) after which it is ended.
    pub time: Duration,
    /// Datagrams in both directions.
    pub datagrams: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_hours(1), datagrams: 200_000 }
    }
}

/// What a run leaves behind.
#[derive(Debug)]
pub struct Recording {
    /// The journal.
    pub journal: Journal,
    /// Every fate that was not "delivered as usual".
    pub schedule: Schedule,
    /// Entries of a replayed schedule that never happened.
    pub unbitten: Vec<simulator::Entry>,
    /// Every fate of a stream that was not usual.
    pub streams: Vec<StreamEntry>,
    /// Entries of a replayed schedule of streams that never happened.
    pub unbitten_streams: Vec<StreamEntry>,
    /// How long the machine kept subject or suite waiting, when that was longer than the tolerance for times.
    pub starved: Option<Waited>,
    /// What the subject printed on its standard error (and output), when it is a program.
    pub printed: Vec<u8>,
    /// Whether anything at all came from the subject, in the run or before it when it was asked whether it is up.
    pub reached: bool,
}

/// Makes the script once the addresses are known.
pub type MakeScript<'a> = dyn Fn(&Stage) -> Box<dyn Script + 'a> + 'a;

/// Why a run could not take place. It says nothing about the subject.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A socket of the suite.
    #[error("cannot open a socket at {address}: {error}")]
    Socket {
        /// The address.
        address: std::net::IpAddr,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The subject's program could not be started.
    #[error("cannot start `{command}`: {error}")]
    Start {
        /// The command line.
        command: String,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The subject was gone before the scenario began.
    #[error("the subject ended before the scenario began ({status}){printed}")]
    Died {
        /// Exit status or signal, in words.
        status: String,
        /// The last lines that it printed, or nothing.
        printed: String,
    },
    /// Nobody listens at the subject's address.
    #[error(
        "nobody listens at {address} (ICMP port unreachable); is the subject running, and does its profile name this address?"
    )]
    Closed {
        /// The address.
        address: std::net::SocketAddr,
    },
    /// The subject does not keep to the control lines that its profile promises.
    #[error("{error}{printed}")]
    Control {
        /// What it did instead.
        error: ControlError,
        /// The last lines that it printed on its standard error, or nothing.
        printed: String,
        /// The scenario had begun.
        begun: bool,
    },
    /// Somebody asked the suite to end (Ctrl-C); its subject has been killed.
    #[error("interrupted")]
    Interrupted,
    /// Anything else that the operating system refused.
    #[error("{doing}: {error}")]
    Io {
        /// What the suite was doing.
        doing: String,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// Asynchronous code cannot be run here.
    #[error("`{subject}` is asynchronous code: {why}")]
    Asynchronous {
        /// The subject.
        subject: String,
        /// Why not.
        why: &'static str,
    },
    /// It took place up to here, and then it could not go on.
    #[error("{error}")]
    Halfway {
        /// Why.
        error: Box<Self>,
        /// What had happened until then.
        journal: Box<Journal>,
    },
    /// The simulated network ran into one of its own limits.
    #[error("the simulation stopped: {0}")]
    Simulation(String),
}

impl EngineError {
    /// The error itself, and what had happened until then, when the run had begun.
    pub fn split(self) -> (Self, Option<Journal>) {
        match self {
            Self::Halfway { error, journal } => (*error, Some(*journal)),
            error => (error, None),
        }
    }
}
