//! The chat packet protocol, as the harness knows it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use reference::chat::{Deframer, Dialect, Frame, Layout, Mutant, PACKETS};
use reference::wire::{ByteOrder, PacketSpec};
use simulator::{ByOrdinal, Classifier};

use self::octets::message_of;
use super::beginnings::Beginnings;
use super::{
    CLOSE, DialectOption, Encounter, EventSpec, Message, Monitor, MonitorSetup, MutantSpec, OPEN,
    OptionSpec, ParameterKind, ParameterSpec, Peer, PeerSetup, Protocol, Question, Role,
    SubjectSetup, Taken, TimerSpec, Transport, Value, VerbSpec, clause,
};
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::scenario::Step;
use crate::script::Command;
use crate::spec::ClauseId;
use crate::subject::{Keeper, Subject};
use crate::yaml::Located;

mod client;
mod dissector;
mod monitor;
mod octets;
mod peer;
mod subject;
mod world;

/// The chat packet protocol.
#[derive(Clone, Copy, Debug)]
pub struct Chat;

const DIALECT: &[DialectOption] = &[
    DialectOption { name: "endianness", values: &["letter", "number"] },
    DialectOption { name: "codes", values: &["decimal", "hex"] },
];

/// The option that says on how many connections a user may be logged in.
pub(super) const ENDPOINTS: &str = "endpoints";
/// The option that says what a registration does.
pub(super) const REGISTRATION: &str = "registration";
/// The option that says what becomes of an unknown room.
pub(super) const UNKNOWN_ROOM: &str = "unknown-room";

const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: ENDPOINTS,
        what: "on how many connections at once a user may be logged in",
        words: &["one", "several"],
        several: false,
        shared: false,
    },
    OptionSpec {
        name: REGISTRATION,
        what: "whether a registration authenticates its connection, too",
        words: &["authenticates", "registers"],
        several: false,
        shared: false,
    },
    OptionSpec {
        name: UNKNOWN_ROOM,
        what: "what becomes of a request to join a room that does not exist",
        words: &["refused", "created"],
        several: false,
        shared: false,
    },
];

const TEXT: ParameterKind = ParameterKind::Text;
const ROOM: ParameterSpec = ParameterSpec::required("room", TEXT);
const USER: ParameterSpec = ParameterSpec::required("user", TEXT);
const ALIAS: ParameterSpec = ParameterSpec::required("alias", TEXT);
const PASSWORD: ParameterSpec = ParameterSpec::required("password", TEXT);

const VERBS: &[VerbSpec] = &[
    OPEN,
    VerbSpec {
        name: "login",
        parameters: &[
            USER,
            PASSWORD,
            ParameterSpec::optional("endianness", ParameterKind::Word(&["little", "big"])),
        ],
    },
    VerbSpec {
        name: "register",
        parameters: &[USER, PASSWORD, ParameterSpec::required("email", TEXT)],
    },
    VerbSpec { name: "join", parameters: &[ROOM, ParameterSpec::optional("password", TEXT)] },
    VerbSpec { name: "part", parameters: &[ROOM, ParameterSpec::optional("text", TEXT)] },
    VerbSpec { name: "say", parameters: &[ROOM, ParameterSpec::required("text", TEXT)] },
    VerbSpec {
        name: "say-long",
        parameters: &[ROOM, ParameterSpec::required("parts", ParameterKind::Texts)],
    },
    VerbSpec { name: "alias", parameters: &[ALIAS] },
    VerbSpec { name: "invite", parameters: &[ROOM, USER, ALIAS] },
    CLOSE,
];

const EVENTS: &[EventSpec] = &[
    EventSpec {
        name: "replied",
        fields: &[
            ParameterSpec::required("to", TEXT),
            ParameterSpec::required("codes", ParameterKind::Numbers),
        ],
    },
    EventSpec {
        name: "message",
        fields: &[ParameterSpec::required("text", TEXT), ROOM, USER, ALIAS],
    },
    EventSpec { name: "joined", fields: &[USER, ROOM, ALIAS] },
    EventSpec { name: "parted", fields: &[USER, ROOM, ALIAS] },
    EventSpec { name: "invited", fields: &[USER, ROOM, ALIAS] },
    EventSpec {
        name: "renamed",
        fields: &[USER, ParameterSpec::required("old", TEXT), ParameterSpec::required("new", TEXT)],
    },
];

const TIMERS: &[TimerSpec] = &[TimerSpec {
    name: "start",
    what: "a client connects this long after it was started",
    default_ms: 5_000,
    reference_ms: 1_000,
}];

impl Protocol for Chat {
    fn name(&self) -> &'static str {
        "chat"
    }

    fn role_words(&self) -> [&'static str; 2] {
        ["client", "server"]
    }

    fn clauses(&self) -> &'static str {
        crate::spec::CHAT
    }

    fn dialect_options(&self) -> &'static [DialectOption] {
        DIALECT
    }

    fn options(&self) -> &'static [OptionSpec] {
        OPTIONS
    }

    fn varies(&self, packet: &str, field: &str) -> bool {
        // The name of a guest, of whom there may have been others.
        (packet, field) == ("S1", "user")
    }

    fn verbs(&self) -> &'static [VerbSpec] {
        VERBS
    }

    fn events(&self) -> &'static [EventSpec] {
        EVENTS
    }

    fn timers(&self) -> &'static [TimerSpec] {
        TIMERS
    }

    fn packets(&self) -> &'static [PacketSpec] {
        PACKETS
    }

    fn capabilities(&self) -> &'static [&'static str] {
        &[]
    }

    fn world(&self, options: &OptionChoice) -> BTreeMap<String, serde_json::Value> {
        world::given(options)
    }

    fn decode(&self, dialect: &DialectChoice, octets: &[u8]) -> Message {
        let code = octets.first().copied().unwrap_or(0);
        let by_client = Layout::of(Role::Connector, code).is_some();
        let sender = if by_client { Role::Connector } else { Role::Listener };
        message_of(dialect_of(dialect), sender, ByteOrder::Big, octets)
    }

    fn decode_from(&self, dialect: &DialectChoice, sender: Role, octets: &[u8]) -> Message {
        message_of(dialect_of(dialect), sender, ByteOrder::Big, octets)
    }

    fn encode(
        &self,
        dialect: &DialectChoice,
        spec: &PacketSpec,
        fields: &[(String, Value)],
    ) -> Vec<u8> {
        octets::build(dialect_of(dialect), ByteOrder::Big, spec, fields)
    }

    fn transport(&self) -> Transport {
        Transport::Stream
    }

    fn dissector_framing(&self) -> Option<String> {
        Some(dissector::framing())
    }

    fn number_of(&self, dialect: &DialectChoice, field: &str, word: &str) -> Option<u64> {
        octets::number_of(dialect_of(dialect), field, word)
    }

    fn take(&self, _dialect: &DialectChoice, sender: Role, octets: &[u8]) -> Taken {
        let ignored = octets.iter().take_while(|octet| **octet == 0).count();
        if ignored > 0 {
            return Taken::Ignored(ignored);
        }
        let mut rest = octets;
        let frame = Deframer::new(sender).next_frame(&mut rest);
        let taken = octets.len() - rest.len();
        match frame {
            None => Taken::More,
            Some(Frame::Packet { .. } | Frame::Unknown { .. }) => Taken::Packet(taken),
            // It goes on to the first 00, which may be the very octet that cannot stand there (CHAT-FRAME-4).
            Some(Frame::Broken { .. }) => {
                let from = taken.saturating_sub(1);
                let skipped = octets.get(from..).unwrap_or_default();
                match skipped.iter().position(|octet| *octet == 0) {
                    Some(length) => Taken::Packet(from + length + 1),
                    None => Taken::More,
                }
            }
        }
    }

    fn classifier(&self, _dialect: &DialectChoice) -> Arc<dyn Classifier> {
        // Streams have offsets, not messages.
        Arc::new(ByOrdinal)
    }

    fn beginnings(&self, _options: &OptionChoice) -> &'static Beginnings {
        &BEGINNINGS
    }

    fn witnessed(&self, name: &str, role: Role) -> &'static [Located<Step>] {
        WITNESSED.steps(name, role).unwrap_or(&[])
    }

    fn is_played(&self, role: Role) -> bool {
        // A client that takes control lines does only what it is told.
        role == Role::Connector
    }

    fn first_look(&self, role: Role) -> &'static str {
        match role {
            Role::Listener => "chat/login/three-okays-mean-authenticated",
            Role::Connector => "chat/client/a-client-logs-in-with-base64",
        }
    }

    fn opening(
        &self,
        _dialect: &DialectChoice,
        _options: &OptionChoice,
        _claims: Grade,
        _seed: [u8; 32],
    ) -> Question {
        // A server speaks first.
        Question { packet: Vec::new(), thanks: None }
    }

    fn peer(&self, setup: &PeerSetup<'_>) -> Box<dyn Peer> {
        Box::new(peer::ChatPeer::new(setup))
    }

    fn broken_off(&self, octets: &[u8]) -> Option<ClauseId> {
        monitor::broken_off(octets).map(clause)
    }

    fn monitor(&self, setup: &MonitorSetup<'_>) -> Box<dyn Monitor> {
        Box::new(monitor::ChatMonitor::new(setup))
    }

    fn reference(&self, setup: &SubjectSetup<'_>) -> Box<dyn Subject> {
        subject::reference(setup)
    }

    fn server(&self, setup: &SubjectSetup<'_>, keeper: Box<dyn Keeper>) -> Box<dyn Subject> {
        subject::server(setup, keeper)
    }

    fn says(&self, line: &str) -> Command {
        client::says(line)
    }

    fn introduces_itself(&self) -> Vec<Command> {
        client::introduction()
    }

    fn encounter(&self, talker: Role, _options: [&OptionChoice; 2]) -> Encounter {
        Encounter {
            packets: const {
                &[
                    (Role::Listener, "S1"),
                    (Role::Connector, "U2"),
                    (Role::Listener, "S3"),
                    (Role::Connector, "U160"),
                    (Role::Listener, "S161"),
                    (Role::Connector, "U80"),
                    (Role::Listener, "S81"),
                ]
            },
            refusals: &[],
            // A server just serves.
            errands: if talker == Role::Connector { client::errands() } else { Vec::new() },
            resent: true,
        }
    }

    fn mutants(&self) -> Vec<MutantSpec> {
        MutantSpec::all(Mutant::ALL, |it| [it.name(), it.clause(), it.what()])
    }
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    Beginnings::read(&Chat, "chat/beginnings.yaml", include_str!("chat/beginnings.yaml"))
});

/// What a peer sees of another one that is brought to the same beginning after it.
static WITNESSED: LazyLock<Beginnings> = LazyLock::new(|| {
    Beginnings::read(&Chat, "chat/witnessed.yaml", include_str!("chat/witnessed.yaml"))
});

/// The word for a role.
fn word(role: Role) -> &'static str {
    <dyn Protocol>::word(&Chat, role)
}

/// The reference's dialect for what a profile says; profiles are checked when they are read.
fn dialect_of(choice: &DialectChoice) -> Dialect {
    let value = |option: &str| choice.value(option);
    Dialect {
        endianness: value("endianness").and_then(|word| word.parse().ok()).unwrap_or_default(),
        codes: value("codes").and_then(|word| word.parse().ok()).unwrap_or_default(),
    }
}
