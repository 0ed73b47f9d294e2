//! MNET, as the harness knows it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use reference::entropy::Entropy;
use reference::mnet::{Dialect, MAGIC, Mutant, PACKETS, Packet, Tags, VERSION};
use reference::wire::{ByteOrder, Layout, PacketSpec};
use simulator::{Classifier, MessageKey};

use super::beginnings::Beginnings;
use super::{
    ABORT, CLOSE, DialectOption, Encounter, Errand, Marks, Message, Monitor, MonitorSetup,
    MutantSpec, OPEN, Peer, PeerSetup, PlotFields, Protocol, Question, Role, SubjectSetup,
    TimerSpec, Value, VerbSpec, WRITE, decode_by_table, encode_by_table,
};
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::script::Command;
use crate::spec::ClauseId;
use crate::subject::Subject;

mod monitor;
mod peer;
mod stream;
mod subject;

/// The MNET protocol.
#[derive(Clone, Copy, Debug)]
pub struct Mnet;

const OPTIONS: &[DialectOption] = &[
    DialectOption { name: "byte_order", values: &["little", "big"] },
    DialectOption { name: "tags", values: &["sender", "receiver", "init"] },
];

const TIMERS: &[TimerSpec] = &[
    TimerSpec {
        name: "start",
        what: "a connector sends its first INIT this long after it was started",
        default_ms: 5_000,
        reference_ms: 1_000,
    },
    TimerSpec {
        name: "open-again",
        what: "INIT and COOKIE-ECHO are sent again after this long at most",
        default_ms: 300,
        reference_ms: 300,
    },
    TimerSpec {
        name: "open-given-up",
        what: "opening has failed after this long without an answer",
        default_ms: 1_500,
        reference_ms: 13_100,
    },
    TimerSpec {
        name: "data-again",
        what: "unacknowledged DATA is sent again after this long at most",
        default_ms: 200,
        reference_ms: 400,
    },
    TimerSpec {
        name: "data-given-up",
        what: "a peer that acknowledges nothing is given up after this long",
        default_ms: 3_200,
        reference_ms: 48_000,
    },
    TimerSpec {
        name: "shutdown-again",
        what: "SHUTDOWN and SHUTDOWN-ACK are sent again after this long at most",
        default_ms: 400,
        reference_ms: 400,
    },
    TimerSpec {
        name: "shutdown-given-up",
        what: "a close that nobody answers is given up after this long",
        default_ms: 2_000,
        reference_ms: 18_000,
    },
    TimerSpec {
        name: "cookie-lifetime",
        what: "a cookie opens a session for this long",
        default_ms: 5_000,
        reference_ms: 60_000,
    },
];

const CAPABILITIES: &[&str] = &["start-offset", "cookie-lifetime-ms"];

impl Protocol for Mnet {
    fn name(&self) -> &'static str {
        "mnet"
    }

    fn role_words(&self) -> [&'static str; 2] {
        ["connector", "listener"]
    }

    fn varies(&self, _packet: &str, field: &str) -> bool {
        field == "expiration"
    }

    fn verbs(&self) -> &'static [VerbSpec] {
        const { &[OPEN, WRITE, CLOSE, ABORT] }
    }

    fn clauses(&self) -> &'static str {
        crate::spec::MNET
    }

    fn dialect_options(&self) -> &'static [DialectOption] {
        OPTIONS
    }

    fn timers(&self) -> &'static [TimerSpec] {
        TIMERS
    }

    fn packets(&self) -> &'static [PacketSpec] {
        PACKETS
    }

    fn plot(&self) -> Option<PlotFields> {
        Some(PlotFields { packet: "DATA", end: "sequence", acknowledged: "acknowledged" })
    }

    fn awaits_answer(&self, message: &Message) -> bool {
        match message.name() {
            "DATA" => message.octets_of("data").is_some_and(|data| !data.is_empty()),
            name => ["INIT", "COOKIE-ECHO", "SHUTDOWN", "SHUTDOWN-ACK"].contains(&name),
        }
    }

    fn capabilities(&self) -> &'static [&'static str] {
        CAPABILITIES
    }

    fn decode(&self, dialect: &DialectChoice, octets: &[u8]) -> Message {
        let dialect = dialect_of(dialect);
        let code = octets.first();
        let spec = code.and_then(|code| PACKETS.iter().find(|spec| spec.code == *code));
        let mut message = decode_by_table(spec, layout_of(dialect), octets);
        message.problem = Packet::decode(octets, dialect).err().map(|error| error.to_string());
        message
    }

    fn marks(&self, message: &Message) -> Marks {
        // X first: a peer may give the same Y again.
        let tags = ["peer-tag", "tag"].into_iter().filter_map(|field| message.octets_of(field));
        Marks { begins: message.name() == "INIT", tags: tags.map(<[u8]>::to_vec).collect() }
    }

    fn encode(
        &self,
        dialect: &DialectChoice,
        spec: &PacketSpec,
        fields: &[(String, Value)],
    ) -> Vec<u8> {
        encode_by_table(spec, layout_of(dialect_of(dialect)), fields)
    }

    fn classifier(&self, dialect: &DialectChoice) -> Arc<dyn Classifier> {
        Arc::new(ByPacket(dialect_of(dialect)))
    }

    fn beginnings(&self, _options: &OptionChoice) -> &'static Beginnings {
        &BEGINNINGS
    }

    fn layout(&self, dialect: &DialectChoice) -> Layout {
        layout_of(dialect_of(dialect))
    }

    fn is_bystander(&self, clause: &ClauseId) -> bool {
        // Connectors do not read when a cookie expires.
        *clause == super::clause("MNET-COOKIE-3")
    }

    fn first_look(&self, _role: Role) -> &'static str {
        "mnet/data/one-octet-is-enough"
    }

    fn opening(
        &self,
        dialect: &DialectChoice,
        _options: &OptionChoice,
        _claims: Grade,
        seed: [u8; 32],
    ) -> Question {
        let tag = Entropy::from_seed(seed).octets();
        let mut octets = Vec::new();
        Packet::Init { magic: MAGIC, version: VERSION, tag }
            .encode(dialect_of(dialect), &mut octets);
        // An INIT leaves nothing behind.
        Question { packet: octets, thanks: None }
    }

    fn peer(&self, setup: &PeerSetup<'_>) -> Box<dyn Peer> {
        Box::new(peer::MnetPeer::new(setup))
    }

    fn monitor(&self, setup: &MonitorSetup<'_>) -> Box<dyn Monitor> {
        Box::new(monitor::MnetMonitor::new(setup))
    }

    fn reference(&self, setup: &SubjectSetup<'_>) -> Box<dyn Subject> {
        Box::new(subject::ReferenceSubject::new(setup))
    }

    fn encounter(&self, _talker: Role, _options: [&OptionChoice; 2]) -> Encounter {
        // One octet, less than a packet takes, and more than the window of a small implementation.
        const WRITTEN: [usize; 3] = [1, 700, 20_000];
        let echoes = WRITTEN.map(|length| Errand::echo(Command::Write, length));
        Encounter {
            packets: const {
                &[
                    (Role::Connector, "INIT"),
                    (Role::Listener, "COOKIE"),
                    (Role::Connector, "COOKIE-ECHO"),
                    (Role::Listener, "COOKIE-ACK"),
                ]
            },
            refusals: const { &["ABORT"] },
            errands: echoes.into_iter().chain([Errand::close()]).collect(),
            resent: true,
        }
    }

    fn mutants(&self) -> Vec<MutantSpec> {
        MutantSpec::all(Mutant::ALL, |it| [it.name(), it.clause(), it.what()])
    }
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    Beginnings::read(&Mnet, "mnet/beginnings.yaml", include_str!("mnet/beginnings.yaml"))
});

/// The reference's dialect for what a profile says; profiles are checked when they are read.
fn dialect_of(choice: &DialectChoice) -> Dialect {
    let value = |option: &str| choice.value(option);
    Dialect {
        byte_order: value("byte_order").and_then(|word| word.parse().ok()).unwrap_or_default(),
        tags: value("tags").and_then(|word| word.parse().ok()).unwrap_or_default(),
    }
}

/// How fields lie in this dialect.
const fn layout_of(dialect: Dialect) -> Layout {
    Layout { order: dialect.byte_order, widths: 0 }
}

/// Where both counters of octets start (capability `start-offset`, MNET-DATA-12).
fn start_offset(given: &BTreeMap<String, serde_json::Value>) -> u32 {
    given
        .get("start-offset")
        .and_then(serde_json::Value::as_u64)
        .and_then(|offset| u32::try_from(offset).ok())
        .unwrap_or(0)
}

/// Message keys of MNET: the type, and for DATA the stream offset; tags and acknowledgements leave the key as it is.
#[derive(Debug)]
struct ByPacket(Dialect);

/// The kind of a bare acknowledgement, which is DATA on the wire.
const BARE: u16 = 0x100;
/// The kind of an empty datagram.
const EMPTY: u16 = 0x101;
/// The kind of DATA that is not whole.
const MALFORMED: u16 = 0x102;

impl Classifier for ByPacket {
    fn key(&self, octets: &[u8], _ordinal: u64) -> MessageKey {
        let Some(code) = octets.first() else { return MessageKey { kind: EMPTY, id: 0 } };
        let kind = u16::from(*code);
        match Packet::decode(octets, self.0) {
            Ok(Packet::Data { sequence, data: [], .. }) => {
                MessageKey { kind: BARE, id: sequence.into() }
            }
            Ok(Packet::Data { sequence, data, .. }) => {
                let length = u32::try_from(data.len()).unwrap_or(0);
                MessageKey { kind, id: sequence.wrapping_sub(length).into() }
            }
            Err(_) if kind == 0 => MessageKey { kind: MALFORMED, id: octets.len() as u64 },
            _ => MessageKey { kind, id: 0 },
        }
    }

    fn name(&self, key: MessageKey) -> String {
        match key.kind {
            BARE => format!("DATA ack@{}", key.id),
            EMPTY => "empty".to_owned(),
            MALFORMED => format!("DATA malformed {}", key.id),
            0 => format!("DATA @{}", key.id),
            code => PACKETS
                .iter()
                .find(|spec| u16::from(spec.code) == code)
                .map_or_else(|| format!("type {code}"), |spec| spec.name.to_owned()),
        }
    }

    fn parse(&self, name: &str) -> Option<MessageKey> {
        let key = |kind, id: &str| id.parse().ok().map(|id| MessageKey { kind, id });
        if let Some(id) = name.strip_prefix("DATA ack@") {
            return key(BARE, id);
        }
        if let Some(id) = name.strip_prefix("DATA malformed ") {
            return key(MALFORMED, id);
        }
        if let Some(id) = name.strip_prefix("DATA @") {
            return key(0, id);
        }
        if name == "empty" {
            return Some(MessageKey { kind: EMPTY, id: 0 });
        }
        let code = match name.strip_prefix("type ") {
            Some(code) => code.parse::<u8>().ok()?,
            None => PACKETS.iter().find(|spec| spec.name == name && spec.code != 0)?.code,
        };
        Some(MessageKey { kind: code.into(), id: 0 })
    }
}

/// All dialects of the reference agree with the words of profiles.
const _: () = assert!(ByteOrder::ALL.len() * Tags::ALL.len() == Dialect::ALL.len());
