//! A script: what the suite does in one run, as a machine without sockets or a clock.
//!
//! Engines drive it: they hand in what reaches the suite's peers and what the subject's application is told, with the time, and
//! carry out what comes back. A [`Conversation`](crate::conversation::Conversation) is a script, and a
//! [transfer](crate::transfer) is one.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Instant, Part};

use crate::journal::HexOctets;
use crate::profile::Grade;
use crate::spec::ClauseId;
use crate::verdict::{Ending, FoundBy, Reason};

mod fields;

pub use fields::Fields;

/// What the suite does in one run.
pub trait Script {
    /// Takes one input. Then [`poll`](Self::poll) is called until it has nothing more.
    fn handle(&mut self, now: Instant, input: Input<'_>);
    /// The next thing to do, if there is one.
    fn poll(&mut self) -> Option<Action>;
    /// When to hand in [`Input::Timeout`], unless something comes before.
    fn poll_timeout(&self) -> Option<Instant>;
    /// There is nothing more to wait for.
    fn is_finished(&self) -> bool;
    /// What it has found so far, in order.
    fn findings(&self) -> &[ScriptFinding];
    /// What must hold once the run is over.
    fn finish(&mut self, now: Instant);
    /// The clauses of the checks that were passed so far.
    fn shown(&self) -> Vec<ClauseId>;
    /// How much of what was due has come so far; `None` where that is not counted.
    fn progress(&self) -> Option<usize> {
        None
    }
    /// How it went, without what differs from one run of the same subject to the next; nothing where nobody wants to read it.
    fn transcript(&self) -> Vec<String>;
}

/// Something that a script found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptFinding {
    /// Whether the subject broke something, or no judgement was possible.
    pub kind: FindingKind,
    /// The clauses that the step shows, the first of which is named.
    pub clauses: Vec<ClauseId>,
    /// `Edition` if what the step shows is a ruling, whatever the source of its clauses.
    pub grade: Grade,
    /// Who noticed.
    pub by: FoundBy,
    /// What happened, as a sentence without a full stop.
    pub what: String,
    /// What was allowed instead.
    pub allowed: Vec<String>,
    /// How the exchange ended by it, when it did.
    pub ending: Option<Ending>,
    /// Where what it is about began, when that came on a connection and may have come before.
    pub place: Option<StreamPlace>,
}

/// A place in what a subject has sent on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamPlace {
    /// The peer whose connection it is, by its index.
    pub peer: usize,
    /// Octets that came before.
    pub offset: u64,
}

/// What a script's finding amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The clauses are broken.
    Broken,
    /// An end gave up: the clauses are broken, unless the network had let nothing through.
    GivenUp,
    /// No judgement was possible.
    Inconclusive(Reason),
    /// Nothing is wrong: the subject has used a freedom, and what follows cannot be seen of it.
    Left,
}

/// The places of a run, known when it begins.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The subject's address; a connector's is known from its first datagram on.
    pub subject: Option<SocketAddr>,
    /// The addresses of the peers, in the order of the scenario; the first is `peer`.
    pub peers: Vec<SocketAddr>,
    /// Unix time when the run begins: what is never the same twice comes from it.
    pub epoch: Duration,
}

/// What happened at the suite's side.
#[derive(Debug)]
pub enum Input<'a> {
    /// The run begins.
    Start,
    /// A datagram reached a peer.
    Datagram {
        /// The peer's index in [`Stage::peers`].
        peer: usize,
        /// Where it came from.
        from: SocketAddr,
        /// Its octets.
        octets: &'a [u8],
    },
    /// Something reached a peer on its connection: it was made, octets came, it has ended.
    Stream {
        /// The peer's index in [`Stage::peers`].
        peer: usize,
        /// What it was. A connection that could not be made is [`Part::Reset`].
        part: &'a Part,
    },
    /// The subject's application was told something.
    Event {
        /// Which of its sessions, numbered by the application.
        session: u64,
        /// What it was told.
        event: &'a AppEvent,
    },
    /// The time of [`Script::poll_timeout`] has come.
    Timeout,
    /// The subject was started again, and is up.
    Restarted,
    /// The subject is gone.
    SubjectEnded(&'a Ending),
}

/// What the engine is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends a datagram from a peer.
    Send {
        /// The peer's index in [`Stage::peers`].
        peer: usize,
        /// Its destination.
        to: SocketAddr,
        /// Its octets.
        octets: Vec<u8>,
    },
    /// Does something on a peer's connection: makes it, writes octets, ends it.
    Stream {
        /// The peer's index in [`Stage::peers`].
        peer: usize,
        /// What.
        part: Part,
    },
    /// A peer stops reading from its connection, or reads again.
    Read {
        /// The peer's index in [`Stage::peers`].
        peer: usize,
        /// Whether it reads.
        reads: bool,
    },
    /// Tells the subject's application something.
    Tell(Command),
    /// Kills the subject and starts it again.
    Restart,
    /// A step begins.
    Step(usize),
    /// A peer has come to know something without which what passes cannot be understood.
    Secret {
        /// The peer's index in [`Stage::peers`].
        peer: usize,
        /// What it knows.
        secret: Secret,
    },
    /// The application of the suite's own peer was told something (a transfer's end).
    PeerEvent {
        /// Which of its sessions.
        session: u64,
        /// What it was told.
        event: AppEvent,
    },
}

/// What a subject's application can be told to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Opens a session with the peer at this address.
    Open(SocketAddr),
    /// Writes octets in the session.
    Write(HexOctets),
    /// Closes the session.
    Close,
    /// Aborts the session.
    Abort,
    /// Does in the session what only this protocol's applications do.
    Do(Request),
}

/// A verb of a protocol with its parameters, as the protocol declares them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The verb.
    pub verb: String,
    /// Its parameters as JSON, by name.
    pub parameters: Fields,
}

/// What an application is told by its protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppEvent {
    /// A session is open.
    Opened,
    /// Octets of the peer, in order.
    Delivered(HexOctets),
    /// The session has ended well.
    Closed,
    /// The session has failed, or could not be opened; why, in the subject's words.
    Failed(String),
    /// What only this protocol's applications are told.
    Told(Notice),
}

/// An event of a protocol with what it says, as the protocol declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The event.
    pub event: String,
    /// What it says as JSON, by name.
    pub fields: Fields,
}

/// The word for octets that an application was given.
pub const DELIVERED: &str = "delivered";

impl AppEvent {
    /// The event's word.
    pub fn name(&self) -> &str {
        match self {
            Self::Opened => "opened",
            Self::Delivered(_) => DELIVERED,
            Self::Closed => "closed",
            Self::Failed(_) => "failed",
            Self::Told(notice) => &notice.event,
        }
    }

    /// The octets that the application was given.
    pub fn octets(&self) -> Option<HexOctets> {
        match self {
            Self::Delivered(octets) => Some(octets.clone()),
            Self::Told(notice) if notice.event == DELIVERED => notice.fields.octets("octets"),
            Self::Opened | Self::Closed | Self::Failed(_) | Self::Told(_) => None,
        }
    }
}

/// Something that a party of the suite knows and nobody who only watches can: a key, say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// What it is.
    pub name: String,
    /// Its octets.
    pub octets: HexOctets,
}
