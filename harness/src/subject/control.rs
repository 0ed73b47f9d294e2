//! Control lines: what suite and subject say to each other over the subject's standard input and output.
//!
//! One JSON object a line, in both directions. This module holds the messages, their limits and the numbering of sessions;
//! `lines` moves them through pipes. `docs/testing-your-implementation.md` describes them for the author of a subject.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::journal::HexOctets;
use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::EventSpec;
use crate::script::{AppEvent, Command, Fields, Notice, Request};
use crate::subject::process::{Part, application};

mod error;
pub(crate) mod lines;
mod notice;
mod sessions;
#[cfg(test)]
mod tests;

pub use error::ControlError;
pub(crate) use sessions::Sessions;

/// The version of the control lines, as `hello` names it.
pub const VERSION: u32 = 1;

/// Most octets of one line, its end included.
pub const LINE_MAX: usize = 1024 * 1024;

/// The type of the line that no subject knows: whether it says so shows that it will bear with later versions.
pub const CANARY: &str = "canary";

/// Most octets in one `write`; what is longer takes several lines.
const WRITE_MAX: usize = 64 * 1024;

/// What the suite says.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum ToSubject<'a> {
    /// The first line: the part that the subject plays in this run.
    Hello(Hello<'a>),
    /// [`CANARY`].
    Canary,
    /// Opens a session with this peer.
    Open {
        /// The peer's address.
        peer: SocketAddr,
    },
    /// Writes octets in a session.
    Write {
        /// The session's number.
        session: u64,
        /// The octets.
        octets: HexOctets,
    },
    /// Closes a session.
    Close {
        /// The session's number.
        session: u64,
    },
    /// Aborts a session.
    Abort {
        /// The session's number.
        session: u64,
    },
    /// Ends the program.
    Stop,
    /// Does what only this protocol's applications do.
    #[serde(untagged)]
    Do(Do<'a>),
}

/// A verb of a protocol with its parameters.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Do<'a> {
    /// The verb.
    r#type: &'a str,
    /// The session's number.
    session: u64,
    /// Its parameters.
    #[serde(flatten)]
    parameters: &'a Fields,
}

/// The part that a subject plays in one run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Hello<'a> {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// The protocol's name.
    pub(crate) protocol: &'a str,
    /// The role, in the protocol's words.
    pub(crate) role: &'a str,
    /// The dialect.
    pub(crate) dialect: &'a DialectChoice,
    /// What the profile says that it has of the parts of its protocol.
    #[serde(skip_serializing_if = "OptionChoice::is_empty")]
    pub(crate) options: &'a OptionChoice,
    /// Where a listener binds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<SocketAddr>,
    /// What the application does: `echo`, `control`.
    pub(crate) application: &'a str,
    /// What the scenario gives.
    pub(crate) given: &'a BTreeMap<String, serde_json::Value>,
    /// The scenario's identity.
    pub(crate) scenario: &'a str,
}

impl<'a> Hello<'a> {
    /// The same as a program is told in its environment, where a connector's peer comes with `open`.
    pub(crate) fn of(part: &Part<'a>) -> Self {
        Self {
            version: VERSION,
            protocol: part.protocol,
            role: part.role,
            dialect: part.dialect,
            options: part.options,
            address: part.address,
            application: application(part.application),
            given: part.given,
            scenario: part.scenario,
        }
    }
}

impl<'a> ToSubject<'a> {
    /// The line with its end.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("numbers, text and maps can be written");
        line.push(b'\n');
        line
    }

    /// The lines that tell a command to the session with this number.
    pub(crate) fn of_command(command: &'a Command, session: u64) -> Vec<Self> {
        match command {
            Command::Open(peer) => vec![Self::Open { peer: *peer }],
            Command::Write(octets) => octets
                .chunks(WRITE_MAX)
                .map(|octets| Self::Write { session, octets: HexOctets::from(octets) })
                .collect(),
            Command::Close => vec![Self::Close { session }],
            Command::Abort => vec![Self::Abort { session }],
            Command::Do(Request { verb, parameters }) => {
                vec![Self::Do(Do { r#type: verb, session, parameters })]
            }
        }
    }
}

/// What is `null` is as what is left out: some languages write a list without entries so.
pub(super) fn null_is_empty<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// What a subject says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum FromSubject {
    /// It is up: the answer to `hello`.
    Ready {
        /// What it calls itself.
        #[serde(default)]
        name: Option<String>,
        /// The address that it has bound; a connector's may be left out.
        #[serde(default)]
        address: Option<SocketAddr>,
    },
    /// It cannot do what `hello` asks: the other answer to it.
    Unsupported {
        /// What it cannot do, in its words.
        what: String,
    },
    /// It does not know a line of this type.
    Unknown {
        /// The type.
        got: String,
    },
    /// A session is open.
    Opened {
        /// The session's number.
        session: u64,
    },
    /// Octets of the peer.
    Delivered {
        /// The session's number.
        session: u64,
        /// The octets that come next in order.
        octets: HexOctets,
    },
    /// A session has ended well.
    Closed {
        /// The session's number.
        session: u64,
    },
    /// A session has failed, or could not be opened.
    Failed {
        /// The session's number.
        session: u64,
        /// Why, in the subject's words.
        #[serde(default, deserialize_with = "null_is_empty")]
        reason: String,
    },
    /// An event of the protocol's own.
    #[serde(skip)]
    Told {
        /// The session's number.
        session: u64,
        /// What it says.
        notice: Notice,
    },
    /// Something for the evidence.
    Log {
        /// The text.
        text: String,
    },
}

impl FromSubject {
    /// Reads a line without its end; `events` are the protocol's own.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as part of a sentence.
    pub(crate) fn parse(line: &[u8], events: &[EventSpec]) -> Result<Self, String> {
        let value: serde_json::Value =
            serde_json::from_slice(line).map_err(|error| format!("this is not JSON ({error})"))?;
        Self::of_value(&value, events)
    }

    /// Reads a line that is JSON already; `events` are the protocol's own.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as part of a sentence.
    pub(crate) fn of_value(
        value: &serde_json::Value,
        events: &[EventSpec],
    ) -> Result<Self, String> {
        let Some(object) = value.as_object() else {
            return Err("this is not a JSON object".to_owned());
        };
        let kind = object.get("type").and_then(serde_json::Value::as_str);
        if let Some(spec) = events.iter().find(|spec| Some(spec.name) == kind) {
            return notice::parse(spec, object);
        }
        Self::deserialize(value).map_err(|error| error.to_string())
    }

    /// The event that it tells of, with the session's number; the line itself when it tells of none.
    pub(crate) fn event(self) -> Result<(u64, AppEvent), Self> {
        Ok(match self {
            Self::Opened { session } => (session, AppEvent::Opened),
            Self::Delivered { session, octets } => (session, AppEvent::Delivered(octets)),
            Self::Closed { session } => (session, AppEvent::Closed),
            Self::Failed { session, reason } => (session, AppEvent::Failed(reason)),
            Self::Told { session, notice } => (session, AppEvent::Told(notice)),
            other @ (Self::Ready { .. }
            | Self::Unsupported { .. }
            | Self::Unknown { .. }
            | Self::Log { .. }) => return Err(other),
        })
    }
}
