//! The journal: the ordered record of a run, one JSON line per entry.
//!
//! Engines write it and judges read it; a verdict is a function of scenario, profile and journal alone. Every datagram has a
//! unique number that its `sent` entry and each of its `received` entries share. A faulty link lies between the two: monitors
//! look at the subject's side of it (what the subject sent, what reached it), steps at the suite's side.

use std::fmt;
use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Fate, Instant, Part, StreamEntry};

use crate::profile::{DialectChoice, OptionChoice, Timers};
use crate::script::{AppEvent, Command, Secret};
use crate::verdict::Ending;

mod faults;
mod mirror;
mod octets;

pub use octets::{HexOctets, parse_hex};

/// The version of the journal's format.
pub const VERSION: u32 = 1;

/// The message name of a datagram that nobody has the address of.
pub const UNROUTABLE: &str = "unroutable";

/// A whole journal in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// What was run, and how.
    pub header: Header,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

/// The first line: everything that a judge needs beside scenario and entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Header {
    /// The version of this format, [`VERSION`].
    pub journal: u32,
    /// The scenario's identity: its path in the corpus without the extension.
    pub scenario: String,
    /// The protocol's name.
    pub protocol: String,
    /// The role of the subject, in the protocol's words.
    pub role: String,
    /// The dialect, option by option.
    pub dialect: DialectChoice,
    /// What the profile says of the subject, or the reference was made to be.
    #[serde(default, skip_serializing_if = "OptionChoice::is_empty")]
    pub options: OptionChoice,
    /// The engine: `sim`, `turmoil` or `socket`.
    pub engine: String,
    /// The seed of everything that was drawn.
    pub seed: u64,
    /// Unix time when the run began.
    pub epoch: Duration,
    /// The subject's name.
    pub subject: String,
    /// The subject's address (a connector's is known from its first datagram on).
    pub address: Option<SocketAddr>,
    /// The peers of the scenario with their addresses; the first is `peer`.
    pub peers: Vec<(String, SocketAddr)>,
    /// The subject's application events are in this journal (control lines, or in process).
    pub events: bool,
    /// How much later than due something may be seen: clocks, scheduling, the way there and back.
    pub tolerance: Duration,
    /// How long a reply may take that no clause times.
    pub reply: Duration,
    /// The timers that the profile states, by name.
    pub timers: Timers,
}

/// One line after the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, in nanoseconds since the run began.
    #[serde(rename = "t")]
    pub at: Instant,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A party sent a datagram; its fate is beside it. (Boxed: it is much larger than all else that happens.)
    Sent(Box<Sent>),
    /// A datagram reached a party.
    Received(Received),
    /// A party did something on a connection: made it, sent octets, ended it.
    StreamSent(Streamed),
    /// It reached the other party.
    StreamReceived(Streamed),
    /// The subject's application was told to do something.
    Told(Command),
    /// An application was told something by its protocol.
    Event(Told),
    /// A peer of the suite came to know something without which what passes cannot be understood.
    Secret(Known),
    /// A step of the script began; the number is its place, the beginning's steps included.
    Step(usize),
    /// The script began.
    Start,
    /// The script's own timer was due.
    Timeout,
    /// The suite has killed the subject and started it again.
    Restarted,
    /// The subject could not be reached, died, hung, or left something behind.
    Ended(Ending),
    /// A limit of the run was reached, which ended it; which one, in words.
    Limit(String),
    /// Something worth knowing that no judge reads.
    Note(String),
}

/// A datagram as it left a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Its unique number.
    pub number: u64,
    /// The sender.
    pub by: Party,
    /// Its source address.
    pub from: SocketAddr,
    /// Its destination.
    pub to: SocketAddr,
    /// Its message key, by name.
    pub message: String,
    /// How many times a datagram with this key has been sent in this direction, from 1.
    pub occurrence: u64,
    /// What the network does with it.
    #[serde(default, skip_serializing_if = "Fate::is_usual")]
    pub fate: Fate,
    /// Who decided so, where that is not plain from the header: a proxy obeys weather, a schedule and selectors at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its octets.
    pub octets: HexOctets,
}

/// A datagram as it reached a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The number of its `sent` entry.
    pub number: u64,
    /// The receiver.
    pub by: Party,
    /// Its source address.
    pub from: SocketAddr,
    /// The address that it reached.
    pub to: SocketAddr,
    /// Its octets, when they are not those of its `sent` entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub octets: Option<HexOctets>,
}

/// Something on a connection, as it left a party or reached one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streamed {
    /// The connection's number in the run, from 1.
    pub connection: u64,
    /// The peer whose connection it is, by its index in [`Header::peers`].
    pub peer: usize,
    /// The sender, or the receiver.
    pub by: Party,
    /// Octets that went this way before.
    pub offset: u64,
    /// What it was.
    pub part: StreamPart,
    /// What the network does to these octets, when it is not usual.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fates: Vec<StreamEntry>,
}

/// What travels on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StreamPart {
    /// It is made.
    Opened,
    /// Octets.
    Octets(HexOctets),
    /// No more octets follow this way (FIN).
    Finished,
    /// The connection is broken (RST), or could not be made.
    Reset,
}

impl From<&Part> for StreamPart {
    fn from(part: &Part) -> Self {
        match part {
            Part::Opened => Self::Opened,
            Part::Octets(octets) => Self::Octets(HexOctets::from(&octets[..])),
            Part::Finished => Self::Finished,
            Part::Reset => Self::Reset,
        }
    }
}

impl From<&StreamPart> for Part {
    fn from(part: &StreamPart) -> Self {
        match part {
            StreamPart::Opened => Self::Opened,
            StreamPart::Octets(octets) => Self::Octets(octets.to_vec()),
            StreamPart::Finished => Self::Finished,
            StreamPart::Reset => Self::Reset,
        }
    }
}

/// An event of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Whose application.
    pub by: Party,
    /// Which of its sessions, numbered by the application.
    pub session: u64,
    /// What it was told.
    #[serde(flatten)]
    pub event: AppEvent,
}

/// What a party knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Who knows it.
    pub by: Party,
    /// What it is.
    #[serde(flatten)]
    pub secret: Secret,
}

/// A party of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The implementation that is judged.
    Subject,
    /// A peer that the suite plays, by its index in [`Header::peers`].
    Peer(usize),
}

/// The last line: shows that the journal is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trailer {
    /// The number of entries between the first line and this one.
    entries: usize,
}

/// Why a file is not a journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file could not be read.
    #[error("cannot read the journal: {0}")]
    Read(#[from] io::Error),
    /// A line is not what it should be.
    #[error("line {line} of the journal: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The file is of another version.
    #[error("the journal has format {found}, this program reads format {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The trailer is missing or does not count right.
    #[error("the journal is not whole: {0}")]
    Truncated(String),
}

impl Journal {
    /// A journal without entries.
    pub const fn new(header: Header) -> Self {
        Self { header, entries: Vec::new() }
    }

    /// Adds an entry; its number is the count of entries before it.
    pub fn push(&mut self, at: Instant, what: What) {
        self.entries.push(Entry { at, what });
    }

    /// The octets of a datagram as they were sent.
    pub fn octets(&self, number: u64) -> Option<&[u8]> {
        self.entries.iter().find_map(|entry| match &entry.what {
            What::Sent(sent) if sent.number == number => Some(&*sent.octets),
            _ => None,
        })
    }

    /// Writes it as JSON lines, with the trailer.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut writer = JournalWriter::new(out, &self.header)?;
        self.entries.iter().try_for_each(|entry| writer.push(entry))?;
        writer.finish()
    }

    /// Reads it back, and refuses one that is not whole.
    pub fn read(input: impl BufRead) -> Result<Self, JournalError> {
        let mut lines = Vec::new();
        for line in input.lines() {
            lines.push(line?);
        }
        let parse = |line: usize, error| JournalError::Line { line, error };
        let last = lines.pop().ok_or_else(|| JournalError::Truncated("it is empty".into()))?;
        let trailer: Trailer = serde_json::from_str(&last)
            .map_err(|_| JournalError::Truncated("its last line is not a trailer".into()))?;
        let mut lines = lines.iter().enumerate();
        let (_, first) =
            lines.next().ok_or_else(|| JournalError::Truncated("it has no header".into()))?;
        let header: Header = serde_json::from_str(first).map_err(|error| parse(1, error))?;
        if header.journal != VERSION {
            return Err(JournalError::Version { found: header.journal });
        }
        let entries = lines
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|error| parse(index + 1, error))
            })
            .collect::<Result<Vec<Entry>, _>>()?;
        if entries.len() != trailer.entries {
            return Err(JournalError::Truncated(format!(
                "the trailer counts {} entries, there are {}",
                trailer.entries,
                entries.len()
            )));
        }
        Ok(Self { header, entries })
    }
}

/// Writes a journal while it happens, line by line.
#[derive(Debug)]
pub struct JournalWriter<W> {
    out: W,
    entries: usize,
}

impl<W: Write> JournalWriter<W> {
    /// Begins with the header.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn new(mut out: W, header: &Header) -> io::Result<Self> {
        serde_json::to_writer(&mut out, header)?;
        writeln!(out)?;
        Ok(Self { out, entries: 0 })
    }

    /// Writes the next line.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        self.entries += 1;
        serde_json::to_writer(&mut self.out, entry)?;
        writeln!(self.out)
    }

    /// Hands on what was written so far.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes the trailer, without which the journal is not whole.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn finish(mut self) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &Trailer { entries: self.entries })?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject => f.write_str("subject"),
            Self::Peer(0) => f.write_str("peer"),
            Self::Peer(index) => write!(f, "peer {index}"),
        }
    }
}
