//! A step of a conversation.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use simulator::Span;

use super::{Call, FieldValue, OneOrMany, PacketPattern, PacketTemplate};
use crate::diagnostic::Place;
use crate::profile::Grade;
use crate::spec::ClauseId;
use crate::yaml::Located;

/// One step: exactly one verb, and what goes with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Sends a packet; fields that are not named are what a conforming peer would send.
    pub send: Option<Located<PacketTemplate>>,
    /// Sends a datagram that was sent before (`last`, or a label given by `as`) again, octet for octet.
    pub repeat: Option<Located<String>>,
    /// Waits for one of these packets; any other but background is a failure.
    pub expect: Option<Located<OneOrMany<PacketPattern>>>,
    /// Nothing but background comes for this long.
    pub quiet: Option<Located<Span>>,
    /// Nothing at all comes for this long (after what may have been under way).
    pub silence: Option<Located<Span>>,
    /// Lets time pass, or as much as a timer of the profile takes; whatever comes is judged by the monitors only.
    pub wait: Option<Located<Within>>,
    /// The subject's application has received exactly these octets since the last such step.
    pub delivered: Option<Located<FieldValue>>,
    /// Tells the subject's application to do something.
    pub tell: Option<Located<Call>>,
    /// The subject's application is told this.
    pub event: Option<Located<Call>>,
    /// From now on the peer sends from where this peer is, and hears what comes there; this one takes its place.
    pub rebind: Option<Located<String>>,
    /// The subject crashes, whatever it does, and is started again: what it kept in memory is lost.
    pub restart: Option<Located<Restarted>>,
    /// A connection of this peer is made: by the suite to a server, by the subject when it is a client.
    pub connect: Option<Located<String>>,
    /// This peer sends no more octets (FIN), and goes on reading.
    pub finish: Option<Located<String>>,
    /// This peer breaks its connection (RST).
    pub reset: Option<Located<String>>,
    /// This peer stops reading.
    pub stop_reading: Option<Located<String>>,
    /// This peer reads again.
    pub read: Option<Located<String>>,
    /// The subject ends its side of the connection, and nothing else comes before it does.
    pub ended: Option<Located<EndPattern>>,

    /// Names the packet that this step sends or matches, for `repeat` and `{ of: … }`.
    #[serde(rename = "as")]
    pub label: Option<Located<String>>,
    /// The peer that sends, or that the packet must reach; `peer` when not named.
    pub by: Option<Located<String>>,
    /// The peer whose session a forged packet pretends to belong to.
    pub session: Option<Located<String>>,
    /// How long an `expect`, `delivered` or `event` waits: a time, or a timer of the profile.
    pub within: Option<Located<Within>>,
    /// Why what an `expect` waits for need not come: the conversation ends here then, and shows no more.
    pub otherwise: Option<Located<String>>,
    /// Packets that may come besides while this step waits.
    pub allow: Vec<Located<PacketPattern>>,
    /// Changes to the octets of what is sent, in this order.
    pub damage: Vec<Located<Damage>>,
    /// Which of the datagrams that the packet becomes are sent, counted from 1, in this order.
    pub datagrams: Option<Located<Vec<usize>>>,
    /// Where the octets are cut, which are then sent piece by piece.
    pub pieces: Option<Located<Pieces>>,
    /// The octets wait, and go in one piece with those of the peer's next `send`.
    pub joined: Option<Located<bool>>,
    /// Sends it this many times, or expects it so often.
    pub times: Option<Located<u32>>,
    /// The time from one of them to the next; without it they are sent as fast as a receive buffer can take them.
    pub every: Option<Located<Span>>,
    /// The clauses that this step shows; by default those of the scenario.
    pub clauses: Vec<Located<ClauseId>>,
    /// `edition` if what the step shows is a ruling, though its clauses are the text's.
    pub grade: Option<Located<Grade>>,
    /// A remark for the reader of a report.
    pub note: Option<String>,
}

/// The verbs of steps, as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Send,
    Repeat,
    Expect,
    Quiet,
    Silence,
    Wait,
    Delivered,
    Tell,
    Event,
    Rebind,
    Restart,
    Connect,
    Finish,
    Reset,
    StopReading,
    Read,
    Ended,
}

impl Kind {
    /// All verbs, in the order of the documentation.
    pub(super) const ALL: [Self; 17] = [
        Self::Send,
        Self::Repeat,
        Self::Expect,
        Self::Quiet,
        Self::Silence,
        Self::Wait,
        Self::Delivered,
        Self::Tell,
        Self::Event,
        Self::Rebind,
        Self::Restart,
        Self::Connect,
        Self::Finish,
        Self::Reset,
        Self::StopReading,
        Self::Read,
        Self::Ended,
    ];

    /// Whether it is for protocols on streams only.
    pub(super) const fn is_for_streams(self) -> bool {
        use Kind::{Connect, Ended, Finish, Read, Reset, StopReading};
        matches!(self, Connect | Finish | Reset | StopReading | Read | Ended)
    }

    /// The key in the file.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Repeat => "repeat",
            Self::Expect => "expect",
            Self::Quiet => "quiet",
            Self::Silence => "silence",
            Self::Wait => "wait",
            Self::Delivered => "delivered",
            Self::Tell => "tell",
            Self::Event => "event",
            Self::Rebind => "rebind",
            Self::Restart => "restart",
            Self::Connect => "connect",
            Self::Finish => "finish",
            Self::Reset => "reset",
            Self::StopReading => "stop-reading",
            Self::Read => "read",
            Self::Ended => "ended",
        }
    }
}

impl Step {
    /// The verbs that are there, each with the place of its value; a correct step has one.
    pub(super) fn verbs(&self) -> Vec<(Kind, Place)> {
        let place_of = |kind| match kind {
            Kind::Send => self.send.as_ref().map(Located::place),
            Kind::Repeat => self.repeat.as_ref().map(Located::place),
            Kind::Expect => self.expect.as_ref().map(Located::place),
            Kind::Quiet => self.quiet.as_ref().map(Located::place),
            Kind::Silence => self.silence.as_ref().map(Located::place),
            Kind::Wait => self.wait.as_ref().map(Located::place),
            Kind::Delivered => self.delivered.as_ref().map(Located::place),
            Kind::Tell => self.tell.as_ref().map(Located::place),
            Kind::Event => self.event.as_ref().map(Located::place),
            Kind::Rebind => self.rebind.as_ref().map(Located::place),
            Kind::Restart => self.restart.as_ref().map(Located::place),
            Kind::Connect => self.connect.as_ref().map(Located::place),
            Kind::Finish => self.finish.as_ref().map(Located::place),
            Kind::Reset => self.reset.as_ref().map(Located::place),
            Kind::StopReading => self.stop_reading.as_ref().map(Located::place),
            Kind::Read => self.read.as_ref().map(Located::place),
            Kind::Ended => self.ended.as_ref().map(Located::place),
        };
        Kind::ALL.into_iter().filter_map(|kind| Some((kind, place_of(kind)?))).collect()
    }

    /// The keys beside the verb that are there, with their places and the verbs that they go with.
    pub(super) fn modifiers(&self) -> Vec<(&'static str, Place, &'static [Kind])> {
        use Kind::{
            Connect, Delivered, Ended, Event, Expect, Quiet, Rebind, Repeat, Send, Silence,
        };
        let all: [(&'static str, Option<Place>, &'static [Kind]); 14] = [
            ("as", self.label.as_ref().map(Located::place), &[Send, Expect]),
            (
                "by",
                self.by.as_ref().map(Located::place),
                &[Send, Repeat, Expect, Quiet, Silence, Delivered, Rebind, Ended],
            ),
            ("session", self.session.as_ref().map(Located::place), &[Send]),
            (
                "within",
                self.within.as_ref().map(Located::place),
                &[Expect, Delivered, Event, Connect, Ended],
            ),
            ("otherwise", self.otherwise.as_ref().map(Located::place), &[Expect]),
            (
                "allow",
                self.allow.first().map(Located::place),
                &[Send, Repeat, Expect, Quiet, Silence, Delivered, Event, Ended],
            ),
            ("damage", self.damage.first().map(Located::place), &[Send, Repeat]),
            ("datagrams", self.datagrams.as_ref().map(Located::place), &[Send, Repeat]),
            ("pieces", self.pieces.as_ref().map(Located::place), &[Send, Repeat]),
            ("joined", self.joined.as_ref().map(Located::place), &[Send, Repeat]),
            ("times", self.times.as_ref().map(Located::place), &[Send, Repeat, Expect]),
            ("every", self.every.as_ref().map(Located::place), &[Send, Repeat]),
            (
                "clauses",
                self.clauses.first().map(Located::place),
                &[Expect, Quiet, Silence, Delivered, Event, Connect, Ended],
            ),
            (
                "grade",
                self.grade.as_ref().map(Located::place),
                &[Expect, Quiet, Silence, Delivered, Event, Connect, Ended],
            ),
        ];
        all.into_iter().filter_map(|(key, place, verbs)| Some((key, place?, verbs))).collect()
    }

    /// How long it may wait.
    pub fn waits(&self) -> impl Iterator<Item = &Within> {
        [&self.wait, &self.within].into_iter().flatten().map(|within| &within.value)
    }
}

/// How long to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// A time, such as `500 ms`.
    Time(Span),
    /// A timer of the profile, such as `data-again`, as long as the subject may take to let it fire.
    Timer(String),
    /// The longer of the two: `3 s or reliable-again`.
    Longer(Span, String),
}

impl Within {
    /// The timer that it names.
    #[must_use]
    pub fn timer(&self) -> Option<&str> {
        match self {
            Self::Time(_) => None,
            Self::Timer(name) | Self::Longer(_, name) => Some(name),
        }
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(span) => write!(f, "{span}"),
            Self::Timer(name) => f.write_str(name),
            Self::Longer(span, name) => write!(f, "{span} or {name}"),
        }
    }
}

/// Who is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Restarted {
    /// The subject.
    Subject,
}

/// How the subject ends its side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndPattern {
    /// In good order (FIN).
    Finished,
    /// By breaking the connection (RST).
    Reset,
    /// In either way.
    Either,
}

/// Where the octets of a `send` are cut.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Pieces {
    /// By a rule.
    Rule(PiecesRule),
    /// At these octets, counted from 0; of several packets, from the beginning of the first.
    At(Vec<usize>),
}

/// A rule by which octets are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PiecesRule {
    /// Each octet by itself.
    EachOctet,
    /// With `times`: the first packet behind its first octet, the second behind its second, and so on.
    ByTurns,
}

/// A change to the octets of a datagram.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Damage {
    /// Keeps only this many octets.
    Cut(usize),
    /// Puts octets behind the last one.
    Append(FieldValue),
    /// Inverts one bit of a field: octet within the field, bit 0 the least significant.
    Flip {
        /// The field's name.
        field: Located<String>,
        /// The octet within the field, from 0.
        #[serde(default)]
        octet: usize,
        /// The bit within the octet, 0 the least significant.
        #[serde(default)]
        bit: u8,
    },
    /// Replaces the octet at an offset of the datagram.
    Set {
        /// The offset, from 0.
        offset: usize,
        /// The new value.
        value: u8,
    },
}

impl<'de> Deserialize<'de> for Within {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // A time begins with a digit, the name of a timer with a letter.
        if text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Ok(Self::Timer(text));
        }
        match text.split_once(" or ") {
            Some((time, timer)) => time.parse().map(|time| Self::Longer(time, timer.to_owned())),
            None => text.parse().map(Self::Time),
        }
        .map_err(de::Error::custom)
    }
}

impl JsonSchema for Within {
    fn schema_name() -> Cow<'static, str> {
        "Within".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A time, such as `500 ms`, the name of a timer of the profile, such as `data-again`, or the longer of the two, `3 s or data-again`.",
        })
    }
}
