//! PaperClip, as the harness knows it.

use std::sync::{Arc, LazyLock};

use reference::entropy::Entropy;
use reference::paperclip::{
    Flags, KeyPair, Mutant, PACKETS, Packet, SessionKey, Widths, decode, spec_of,
};
use reference::wire::{FieldSpec, Kind, Layout, PacketSpec, Presence, Width};
use simulator::Classifier;

use super::beginnings::Beginnings;
use super::{
    CLOSE, DialectOption, Encounter, EventSpec, Marks, Message, Monitor, MonitorSetup, MutantSpec,
    OCTETS, OPEN, OptionSpec, ParameterKind, ParameterSpec, Peer, PeerSetup, PlotFields, Protocol,
    Question, Role, SubjectSetup, TimerSpec, Value, VerbSpec, decode_by_table, encode_by_table,
};
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::subject::Subject;

mod classifier;
mod encounter;
mod keys;
mod monitor;
mod peer;
mod subject;

/// The PaperClip protocol.
#[derive(Clone, Copy, Debug)]
pub struct PaperClip;

/// The words of the flags, in scenarios, profiles and control lines.
const FLAGS: &[&str] = &["reliable", "checksum", "compressed", "encrypted", "frag"];

/// The name of the session key among the secrets of a run.
const SESSION_KEY: &str = "session key";
/// The name of what it is derived from.
const SHARED_SECRET: &str = "shared secret";

const DIALECT: &[DialectOption] =
    &[DialectOption { name: "widths", values: &["table", "deployed"] }];

const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "handshake",
        what: "whether it has AUTH; without it, every address is a session from its first packet on",
        words: &["true", "false"],
        several: false,
        shared: true,
    },
    OptionSpec {
        name: "flags",
        what: "the flags that it knows",
        words: FLAGS,
        several: true,
        shared: false,
    },
];

const WRITE: VerbSpec = VerbSpec {
    name: "write",
    parameters: &[OCTETS, ParameterSpec::optional("flags", ParameterKind::Words(FLAGS))],
};

const EVENTS: &[EventSpec] = &[EventSpec {
    name: "delivered",
    fields: &[OCTETS, ParameterSpec::required("flags", ParameterKind::Words(FLAGS))],
}];

const TIMERS: &[TimerSpec] = &[
    TimerSpec {
        name: "start",
        what: "a client sends its first packet this long after it was started",
        default_ms: 5_000,
        reference_ms: 1_000,
    },
    TimerSpec {
        name: "reliable-again",
        what: "a reliable packet that nobody acknowledges is sent again after this long at most",
        default_ms: 100,
        reference_ms: 400,
    },
    TimerSpec {
        name: "reliable-given-up",
        what: "a peer that acknowledges nothing is given up after this long",
        default_ms: 20_000,
        reference_ms: 20_000,
    },
    TimerSpec {
        name: "auth-again",
        what: "AUTH that nobody answers is sent again after this long at most",
        default_ms: 300,
        reference_ms: 300,
    },
    TimerSpec {
        name: "auth-given-up",
        what: "a handshake that nobody answers has failed after this long",
        default_ms: 20_000,
        reference_ms: 20_000,
    },
    TimerSpec {
        name: "ping",
        what: "a client that says nothing is asked after this long whether it is there",
        default_ms: 30_000,
        reference_ms: 30_000,
    },
    TimerSpec {
        name: "drop",
        what: "a client that says nothing is given up after this long",
        default_ms: 120_000,
        reference_ms: 120_000,
    },
];

const CAPABILITIES: &[&str] =
    &["certificate", "anchors", "capacity", "ping-after-ms", "drop-after-ms", "sequence"];

/// What only scenarios know: data as it is on the wire, in the place of data that the peer encodes.
const WIRE: FieldSpec = FieldSpec {
    name: "wire",
    source_name: "",
    presence: Presence::Always,
    width: Width::Rest,
    kind: Kind::Octets,
};

impl Protocol for PaperClip {
    fn name(&self) -> &'static str {
        "paperclip"
    }

    fn role_words(&self) -> [&'static str; 2] {
        ["client", "server"]
    }

    fn clauses(&self) -> &'static str {
        crate::spec::PAPERCLIP
    }

    fn dialect_options(&self) -> &'static [DialectOption] {
        DIALECT
    }

    fn options(&self) -> &'static [OptionSpec] {
        OPTIONS
    }

    fn varies(&self, _packet: &str, field: &str) -> bool {
        // What was acknowledged by then, and sums of octets that hold keys.
        matches!(field, "ack" | "ack-bits" | "checksum")
    }

    fn opened(&self, dialect: &DialectChoice, octets: &[u8], keys: &[Vec<u8>]) -> Option<Vec<u8>> {
        let widths = widths_of(dialect);
        let packet = Packet::decode(octets, widths, Flags::ALL).ok()?;
        if !packet.flags.has(Flags::ENCRYPTED) || packet.fragment.is_some_and(|it| it.total > 1) {
            // A fragment alone is no whole number of blocks that could be opened.
            return None;
        }
        keys.iter().rev().find_map(|key| {
            let key = SessionKey(key.as_slice().try_into().ok()?);
            let (vector, sum) = (packet.init_vector, packet.checksum);
            decode(packet.flags, widths, Some(&key), vector, sum, packet.data).ok()
        })
    }

    fn verbs(&self) -> &'static [VerbSpec] {
        const { &[OPEN, WRITE, CLOSE] }
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

    fn own_fields(&self) -> &'static [FieldSpec] {
        const { &[WIRE] }
    }

    fn plot(&self) -> Option<PlotFields> {
        Some(PlotFields { packet: "DEFAULT", end: "sequence", acknowledged: "ack" })
    }

    fn awaits_answer(&self, message: &Message) -> bool {
        let reliable = u64::from(Flags::RELIABLE.bits());
        message.name() == "AUTH"
            || message.number("flags").is_some_and(|flags| flags & reliable != 0)
    }

    fn capabilities(&self) -> &'static [&'static str] {
        CAPABILITIES
    }

    fn decode(&self, dialect: &DialectChoice, octets: &[u8]) -> Message {
        let widths = widths_of(dialect);
        let spec = octets.first().and_then(|first| spec_of(*first));
        let mut message = decode_by_table(spec, widths.layout(), octets);
        let decoded = Packet::decode(octets, widths, Flags::ALL);
        message.problem = decoded.err().map(|error| error.to_string());
        message
    }

    fn marks(&self, message: &Message) -> Marks {
        Marks { begins: message.name() == "AUTH", tags: Vec::new() }
    }

    fn encode(
        &self,
        dialect: &DialectChoice,
        spec: &PacketSpec,
        fields: &[(String, Value)],
    ) -> Vec<u8> {
        encode_by_table(spec, widths_of(dialect).layout(), fields)
    }

    fn classifier(&self, dialect: &DialectChoice) -> Arc<dyn Classifier> {
        Arc::new(classifier::ByPacket(widths_of(dialect)))
    }

    fn beginnings(&self, options: &OptionChoice) -> &'static Beginnings {
        if has_handshake(options) { &BEGINNINGS } else { &BEGINNINGS_WITHOUT_HANDSHAKE }
    }

    fn layout(&self, dialect: &DialectChoice) -> Layout {
        widths_of(dialect).layout()
    }

    fn survival(&self) -> Option<&'static str> {
        Some("CLIP-HEAD-7")
    }

    fn is_unregulated(&self, message: &Message) -> bool {
        // The table names what ERROR 3.x means; what earns one is left open.
        message.name() == "ERROR" && message.field("major") == Some(&Value::Number(3))
    }

    fn dissector_checks(&self) -> Option<&'static str> {
        Some(include_str!("paperclip/checks.lua"))
    }

    fn first_look(&self, _role: Role) -> &'static str {
        "paperclip/session/a-PING-is-answered-with-PONG"
    }

    fn opening(
        &self,
        dialect: &DialectChoice,
        options: &OptionChoice,
        claims: Grade,
        seed: [u8; 32],
    ) -> Question {
        let number = |name: &str, number: u64| (name.to_owned(), Value::Number(number));
        let build = |name: &str, fields: &[(String, Value)]| {
            let spec = PACKETS.iter().find(|spec| spec.name == name);
            spec.map(|spec| self.encode(dialect, spec, fields)).unwrap_or_default()
        };
        let bye = |major, minor| {
            build("ERROR", &[number("sequence", 1), number("major", major), number("minor", minor)])
        };
        if has_handshake(options) {
            let key = KeyPair::generate(&mut Entropy::from_seed(seed)).public().to_vec();
            let packet = build("AUTH", &[("key".to_owned(), Value::Octets(key))]);
            // That 1.x ends a handshake is a ruling: who claims the text knows only that a client leaves with 2.2.
            let thanks = match claims {
                Grade::Edition => bye(1, 0),
                Grade::Text => bye(2, 2),
            };
            Question { packet, thanks: Some(thanks) }
        } else {
            Question { packet: build("HEARTBEAT", &[]), thanks: Some(bye(2, 2)) }
        }
    }

    fn peer(&self, setup: &PeerSetup<'_>) -> Box<dyn Peer> {
        Box::new(peer::ClipPeer::new(setup))
    }

    fn monitor(&self, setup: &MonitorSetup<'_>) -> Box<dyn Monitor> {
        Box::new(monitor::ClipMonitor::new(setup))
    }

    fn reference(&self, setup: &SubjectSetup<'_>) -> Box<dyn Subject> {
        Box::new(subject::ReferenceSubject::new(setup))
    }

    fn encounter(&self, _talker: Role, options: [&OptionChoice; 2]) -> Encounter {
        const OPENS: &[(Role, &str)] =
            &[(Role::Connector, "AUTH"), (Role::Listener, "AUTH"), (Role::Connector, "ACK")];
        const ASKS: &[(Role, &str)] =
            &[(Role::Connector, "HEARTBEAT"), (Role::Listener, "HEARTBEAT")];
        let handshake = has_handshake(options[0]);
        Encounter {
            packets: if handshake { OPENS } else { ASKS },
            refusals: const { &["ERROR"] },
            errands: encounter::errands(options),
            resent: encounter::knows(options, "reliable"),
        }
    }

    fn mutants(&self) -> Vec<MutantSpec> {
        MutantSpec::all(Mutant::ALL, |it| [it.name(), it.clause(), it.what()])
    }
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let text = include_str!("paperclip/beginnings.yaml");
    Beginnings::read(&PaperClip, "paperclip/beginnings.yaml", text)
});

static BEGINNINGS_WITHOUT_HANDSHAKE: LazyLock<Beginnings> = LazyLock::new(|| {
    let text = include_str!("paperclip/beginnings-without-handshake.yaml");
    Beginnings::read(&PaperClip, "paperclip/beginnings-without-handshake.yaml", text)
});

/// The reference's dialect for what a profile says; profiles are checked when they are read.
fn widths_of(choice: &DialectChoice) -> Widths {
    choice.value("widths").and_then(|word| word.parse().ok()).unwrap_or_default()
}

fn has_handshake(options: &OptionChoice) -> bool {
    !options.has("handshake", "false")
}

/// The flags that a profile declares.
fn flags_of(options: &OptionChoice) -> Flags {
    let known = FLAGS.iter().filter(|word| options.has("flags", word));
    known.filter_map(|word| word.parse().ok()).fold(Flags::NONE, |all, flag: Flags| all | flag)
}

/// The first Sequence ID of both sides in each session (capability `sequence`).
fn first_sequence(given: &std::collections::BTreeMap<String, serde_json::Value>) -> u16 {
    let given = given.get("sequence").and_then(serde_json::Value::as_u64);
    given.and_then(|first| u16::try_from(first).ok()).unwrap_or(0)
}
