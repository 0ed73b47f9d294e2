//! The shape of a profile's file.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use simulator::Span;

use super::Grade;
use crate::scenario::Words;
use crate::yaml::{Located, Pairs};

/// Describes a subject: what it speaks, how it is started, and what may be asked of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "wireproof profile")]
pub struct Document {
    /// The subject's name in reports.
    pub name: Located<String>,
    /// The protocol that it speaks, such as `mnet`.
    pub protocol: Located<String>,
    /// The roles that it can play, in the protocol's words; the one that answers when left out.
    #[serde(default)]
    pub roles: Option<Located<Vec<Located<String>>>>,
    /// The dialect, option by option; what is left out has the protocol's default.
    #[serde(default)]
    pub dialect: Pairs<Located<String>>,
    /// The grade that it claims; `edition` when left out. A broken MUST outside of it is a warning.
    #[serde(default)]
    pub claims: Option<Grade>,
    /// Where a subject listens that the suite does not start, such as `127.0.0.1:4000`.
    #[serde(default)]
    pub address: Option<Located<String>>,
    /// The command line that starts the subject, one word each, such as `[python3, listener.py]`.
    #[serde(default)]
    pub command: Option<Located<CommandLine>>,
    /// Whether the command speaks control lines (JSON) on its standard input and output; `false` when left out.
    #[serde(default)]
    pub control: Option<bool>,
    /// Whether the command can do without a network: it answers lines (JSON) that tell it the time; `false` when left out.
    #[serde(default)]
    pub virtual_time: Option<bool>,
    /// The IP address at which the suite puts its sockets and, with `command`, the subject; `127.0.0.1` when left out.
    #[serde(default)]
    pub host: Option<Located<String>>,
    /// Environment variables for the command, beside those of the suite.
    #[serde(default)]
    pub environment: Pairs<String>,
    /// The command's working folder, relative to the profile's own; the profile's folder when left out.
    #[serde(default)]
    pub folder: Option<Located<String>>,
    /// How long the subject may take to answer after it was started.
    #[serde(default)]
    pub start: Option<Budget>,
    /// How long the subject may take to end after it was asked to.
    #[serde(default)]
    pub stop: Option<Budget>,
    /// How long a reply may take that no clause times; `1 s` when left out.
    #[serde(default)]
    pub reply: Option<Located<Span>>,
    /// How long the suite rests between two scenarios; `0 ms` when left out.
    #[serde(default)]
    pub settle: Option<Located<Span>>,
    /// The subject's timers, by name; what is left out has the value of the protocol's author.
    #[serde(default)]
    pub timers: Pairs<Located<Span>>,
    /// What the subject can do beyond the ordinary, by name.
    #[serde(default)]
    pub capabilities: Vec<Located<String>>,
    /// What its application does; `echo` is what there is.
    #[serde(default)]
    pub application: Option<ApplicationWord>,
    /// An option of paperclip: whether it knows the handshake; `true` when left out.
    #[serde(default)]
    pub handshake: Option<Located<Words>>,
    /// An option of paperclip: the flags that it knows; all when left out.
    #[serde(default)]
    pub flags: Option<Located<Words>>,
    /// An option of chat: whether a user may be logged in on `one` connection or on `several`; `one` when left out.
    #[serde(default)]
    pub endpoints: Option<Located<Words>>,
    /// An option of chat: whether a registration `authenticates` or only `registers`; `authenticates` when left out.
    #[serde(default)]
    pub registration: Option<Located<Words>>,
    /// An option of chat: whether a room that nobody knows is `refused` or `created`; `refused` when left out.
    #[serde(default)]
    pub unknown_room: Option<Located<Words>>,
}

impl Document {
    /// The options of protocols that are there, by name.
    pub(super) fn options(&self) -> impl Iterator<Item = (&'static str, &Located<Words>)> {
        let all = [
            ("handshake", &self.handshake),
            ("flags", &self.flags),
            ("endpoints", &self.endpoints),
            ("registration", &self.registration),
            ("unknown-room", &self.unknown_room),
        ];
        all.into_iter().filter_map(|(name, words)| Some((name, words.as_ref()?)))
    }
}

/// What the application on top of the subject does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApplicationWord {
    /// Writes back whatever it receives, and closes when its peer has closed.
    Echo,
}

/// The time for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The longest that it may take.
    pub within: Span,
}

/// A command line: one word each, or a single string, which is an error with a help of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandLine {
    /// The program and its arguments.
    Words(Vec<String>),
    /// One string; no shell reads it, so it is refused.
    Text(String),
}

impl<'de> Deserialize<'de> for CommandLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CommandLineVisitor)
    }
}

struct CommandLineVisitor;

impl<'de> Visitor<'de> for CommandLineVisitor {
    type Value = CommandLine;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of words, such as `[python3, listener.py]`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(CommandLine::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        Ok(CommandLine::Words(words))
    }
}

impl JsonSchema for CommandLine {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CommandLine".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Vec<String>>::json_schema(generator)
    }
}
