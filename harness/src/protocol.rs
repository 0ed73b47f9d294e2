//! What the harness knows of a protocol, behind one door: a protocol is one module here and one in `reference`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;

use reference::wire::{FieldSpec, Layout, PacketSpec};
use simulator::{Classifier, Instant};

use crate::journal::HexOctets;
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::scenario::Step;
use crate::script::{AppEvent, Command, Request, Secret};
use crate::spec::ClauseId;
use crate::subject::{Keeper, Subject};
use crate::yaml::Located;

mod beginnings;
pub mod chat;
mod declared;
mod encounter;
pub mod mnet;
pub mod paperclip;
mod seen;
mod sessions;
mod setup;
mod stream_event;
mod table;
mod violation;

pub use reference::Role;

pub use beginnings::Beginnings;
pub use declared::{
    ABORT, CLOSE, DialectOption, EventSpec, MutantSpec, OCTETS, OPEN, OptionSpec, ParameterKind,
    ParameterSpec, PlotFields, TimerSpec, VerbSpec, WRITE,
};
pub use encounter::{Encounter, Errand, Outcome};
pub use seen::{Marks, Reception};
pub use setup::{MonitorSetup, PeerSetup, SubjectSetup};
pub use stream_event::StreamEvent;
pub use table::{decode_by_table, encode_by_table};
pub use violation::Violation;

/// Every protocol that this program knows.
pub const ALL: [&dyn Protocol; 3] = [&mnet::Mnet, &paperclip::PaperClip, &chat::Chat];

/// A clause that this program names itself.
pub(crate) fn clause(id: &str) -> ClauseId {
    id.parse().unwrap_or_else(|error| panic!("in the program's own tables: {error}"))
}

/// The protocol with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Protocol> {
    ALL.into_iter().find(|protocol| protocol.name() == name)
}

/// A protocol: its packets, its peers, its monitors, its reference.
pub trait Protocol: Sync {
    /// Its name, as in commands, folders and profiles.
    fn name(&self) -> &'static str;
    /// Its words for the side that begins and for the side that answers.
    fn role_words(&self) -> [&'static str; 2];
    /// The clauses, as Markdown.
    fn clauses(&self) -> &'static str;
    /// The options of its dialects, each with its values; the first value is the default.
    fn dialect_options(&self) -> &'static [DialectOption];
    /// The options that a profile may state beside its dialect.
    fn options(&self) -> &'static [OptionSpec] {
        &[]
    }
    /// What a subject's application can be told to do.
    fn verbs(&self) -> &'static [VerbSpec];
    /// What a subject's application tells of, beside what every application does.
    fn events(&self) -> &'static [EventSpec] {
        &[]
    }
    /// Its timers: name, what it is, the default of a profile (the author's).
    fn timers(&self) -> &'static [TimerSpec];
    /// Its packets with their fields.
    fn packets(&self) -> &'static [PacketSpec];
    /// Fields of packets that only scenarios know, and the peer makes others of.
    fn own_fields(&self) -> &'static [FieldSpec] {
        &[]
    }
    /// Which fields show how far the streams of its sessions have come, if it has streams.
    fn plot(&self) -> Option<PlotFields> {
        None
    }
    /// Whether a field that is no random octets differs from run to run by nature: a clock, what happened before.
    fn varies(&self, _packet: &str, _field: &str) -> bool {
        false
    }
    /// What an encrypted packet of a dialect carries, if one of these keys opens its octets; the newest is the last.
    fn opened(&self, _: &DialectChoice, _: &[u8], _keys: &[Vec<u8>]) -> Option<Vec<u8>> {
        None
    }
    /// What a packet of a connector says of the session that it is of.
    fn marks(&self, _message: &Message) -> Marks {
        Marks::default()
    }
    /// The clause that is broken by octets of a stream that stay without the rest of their packet; none if it is the awaited one's.
    fn broken_off(&self, _octets: &[u8]) -> Option<ClauseId> {
        None
    }
    /// Whether its sender sends a packet again by itself until it is answered.
    fn awaits_answer(&self, _message: &Message) -> bool {
        false
    }
    /// The names of the capabilities that a profile may declare.
    fn capabilities(&self) -> &'static [&'static str];
    /// What every subject under test has, whether a scenario gives it or not; handed to a program beside what that gives.
    fn world(&self, _options: &OptionChoice) -> BTreeMap<String, serde_json::Value> {
        BTreeMap::new()
    }
    /// Shows octets field by field, whatever they are.
    fn decode(&self, dialect: &DialectChoice, octets: &[u8]) -> Message;
    /// Builds a packet from fields by name; fields that are not given are zero, or counted.
    fn encode(
        &self,
        dialect: &DialectChoice,
        spec: &PacketSpec,
        fields: &[(String, Value)],
    ) -> Vec<u8>;
    /// How a dialect lays out the fields of the tables.
    fn layout(&self, _dialect: &DialectChoice) -> Layout {
        Layout::default()
    }
    /// A function `check(packet, values, lengths)` of Lua, which says what is wrong with a packet beside what the tables say.
    fn dissector_checks(&self) -> Option<&'static str> {
        None
    }
    /// For a stream: functions of Lua that find packets in it and what they bring about: `take`, `only_sender`, `code_of`,
    /// `changed_order` and `greets`.
    fn dissector_framing(&self) -> Option<String> {
        None
    }
    /// The clause by which a subject lives on whatever comes: one that ends within a scenario has broken it.
    fn survival(&self) -> Option<&'static str> {
        None
    }
    /// Whether nothing that comes later can be otherwise because this clause was broken: it is about a value that no peer reads.
    fn is_bystander(&self, _clause: &ClauseId) -> bool {
        false
    }
    /// Whether the source document never says when this packet may come, so that it is a ruling if it may not.
    fn is_unregulated(&self, _message: &Message) -> bool {
        false
    }
    /// How its packets travel.
    fn transport(&self) -> Transport {
        Transport::Datagrams
    }
    /// The number that a word stands for in a field of numbers, if it is one.
    fn number_of(&self, _dialect: &DialectChoice, _field: &str, _word: &str) -> Option<u64> {
        None
    }
    /// For a stream: what is at the front of the octets that `sender` has sent and nobody has taken yet.
    fn take(&self, _dialect: &DialectChoice, _sender: Role, octets: &[u8]) -> Taken {
        Taken::Packet(octets.len())
    }
    /// Shows one packet of a stream field by field, sent by this side.
    fn decode_from(&self, dialect: &DialectChoice, _sender: Role, octets: &[u8]) -> Message {
        self.decode(dialect, octets)
    }
    /// What gives datagrams their message keys.
    fn classifier(&self, dialect: &DialectChoice) -> Arc<dyn Classifier>;
    /// How conversations with a subject of these options begin; those of the default have all names.
    fn beginnings(&self, options: &OptionChoice) -> &'static Beginnings;
    /// Over streams: what a peer sees of another one that is brought to the same beginning after it.
    fn witnessed(&self, _name: &str, _role: Role) -> &'static [Located<Step>] {
        &[]
    }
    /// Whether the suite plays the application of a subject in this role that should act by itself and can be told what to do.
    fn is_played(&self, _role: Role) -> bool {
        false
    }
    /// The scenario with which a subject of this role is looked at before all others: one that asks for as little as can be.
    fn first_look(&self, role: Role) -> &'static str;
    /// A packet that every listener answers, which asks whether it is up: also one that claims no more than this.
    fn opening(
        &self,
        dialect: &DialectChoice,
        options: &OptionChoice,
        claims: Grade,
        seed: [u8; 32],
    ) -> Question;
    /// A peer as the suite plays it.
    fn peer(&self, setup: &PeerSetup<'_>) -> Box<dyn Peer>;
    /// The monitors of one run.
    fn monitor(&self, setup: &MonitorSetup<'_>) -> Box<dyn Monitor>;
    /// The reference as a subject, with one mutant or none.
    fn reference(&self, setup: &SubjectSetup<'_>) -> Box<dyn Subject>;
    /// The reference as a server that is served for longer than one run, and what it must not forget goes to `keeper`.
    fn server(&self, setup: &SubjectSetup<'_>, _keeper: Box<dyn Keeper>) -> Box<dyn Subject> {
        self.reference(setup)
    }
    /// What two programs do when they are brought together and no scenario says what: the application of `talker` is the one that
    /// is told something, if one is; `options` are those of the side that begins, and of the other.
    fn encounter(&self, talker: Role, options: [&OptionChoice; 2]) -> Encounter;
    /// What the application does with a line that somebody has typed: it writes it, with the end of the line.
    fn says(&self, line: &str) -> Command {
        Command::Write(HexOctets(format!("{line}\n").into_bytes()))
    }
    /// What an application does first once its session is open, so that somebody who types lines can go on.
    fn introduces_itself(&self) -> Vec<Command> {
        Vec::new()
    }
    /// The mutants of the reference.
    fn mutants(&self) -> Vec<MutantSpec>;
}

/// How the packets of a protocol travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Each in a datagram of UDP.
    Datagrams,
    /// One after the other in a connection of TCP.
    Stream,
}

/// What is at the front of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nothing that is whole.
    More,
    /// So many octets that mean nothing.
    Ignored(usize),
    /// A packet of so many octets, perhaps a malformed one.
    Packet(usize),
}

/// A packet that asks a listener whether it is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The packet.
    pub packet: Vec<u8>,
    /// What is sent when it was answered, so that nothing of it is left behind.
    pub thanks: Option<Vec<u8>>,
}

/// Octets seen as a packet, as far as they are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The packet's type, if there is one with this code.
    pub spec: Option<&'static PacketSpec>,
    /// The fields that are there, in the order of the wire.
    pub fields: Vec<Field>,
    /// The field in whose middle the octets end.
    pub cut_short: Option<&'static FieldSpec>,
    /// Why it is not a packet of the protocol.
    pub problem: Option<String>,
    /// All its octets.
    pub octets: Vec<u8>,
}

/// A field of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Where it lies.
    pub range: Range<usize>,
    /// Its value.
    pub value: Value,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An integer.
    Number(u64),
    /// Opaque octets, or a payload.
    Octets(Vec<u8>),
}

impl Message {
    /// The packet's name, or `?`.
    pub fn name(&self) -> &'static str {
        self.spec.map_or("?", |spec| spec.name)
    }

    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// The value of a field that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.field(name) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The value of a field that is octets.
    pub fn octets_of(&self, name: &str) -> Option<&[u8]> {
        match self.field(name) {
            Some(Value::Octets(octets)) => Some(octets),
            _ => None,
        }
    }
}

/// A peer as the suite plays it: knows what a conforming peer would send next, and what is background.
pub trait Peer {
    /// Builds a packet, of one datagram or more: `given` are the fields that the scenario names, others as a conforming peer's.
    fn compose(
        &mut self,
        now: Instant,
        spec: &PacketSpec,
        given: &[(String, Value)],
    ) -> Vec<Vec<u8>>;
    /// The peer has sent this.
    fn sent(&mut self, now: Instant, message: &Message);
    /// This has come for the peer. Gives the packet as the peer understands it, whether it is background, and what it answers.
    fn received(&mut self, now: Instant, octets: &[u8]) -> (Message, Reception);
    /// How a datagram that has come for the peer reads by now, when that depends on what has come since.
    fn reads_now(&self, _octets: &[u8]) -> Option<Message> {
        None
    }
    /// How a packet of its own reads, when that depends on what has passed.
    fn reads(&self, _octets: &[u8]) -> Option<Message> {
        None
    }
    /// What the application of a subject in its part does when it is told this.
    fn reacts(&self, _event: &AppEvent) -> Option<Request> {
        None
    }
    /// Whether the subject's application may be told this between any two steps.
    fn is_background_event(&self, _event: &AppEvent) -> bool {
        false
    }
    /// The next thing that the peer knows and nobody who only watches can, without which what passes cannot be understood.
    fn secret(&mut self) -> Option<Secret> {
        None
    }
    /// Flags that a sender may set as it likes: a pattern that does not name one does not look at it.
    fn free_flags(&self) -> u64 {
        0
    }
    /// What a number on the wire is in a scenario's words: counted from the start of the stream, say.
    fn relative(&self, packet: &str, field: &str, wire: u64) -> u64;
    /// The reverse of [`relative`](Self::relative).
    fn absolute(&self, packet: &str, field: &str, relative: u64) -> u64;
    /// What the subject has echoed to this peer so far, in order and whole.
    fn echoed(&self) -> &[u8];
    /// What ends the peer's session, so that a subject that lives on is left tidy: packets to send at the end of a run.
    fn farewell(&mut self) -> Vec<(String, Vec<(String, Value)>)>;
}

/// Watches every packet at the subject's side of the network, and every event of its application.
pub trait Monitor {
    /// The subject has received this.
    fn received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation>;
    /// The subject has sent this.
    fn sent(
        &mut self,
        at: Instant,
        from: SocketAddr,
        to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation>;
    /// The subject's application was told this, in one of its sessions.
    fn event(&mut self, at: Instant, session: u64, event: &AppEvent) -> Vec<Violation>;
    /// The subject's application has done this.
    fn told(&mut self, at: Instant, command: &Command) -> Vec<Violation>;
    /// Something happened on a connection, at the subject's side of the network; connections are numbered from 1.
    fn stream(
        &mut self,
        _at: Instant,
        _connection: u64,
        _event: StreamEvent<'_>,
    ) -> Vec<Violation> {
        Vec::new()
    }
    /// A peer at this address, or its own end, knows this of what passes between it and the subject.
    fn secret(&mut self, _at: Instant, _peer: SocketAddr, _secret: &Secret) -> Vec<Violation> {
        Vec::new()
    }
    /// So much time has passed: what was due until now and did not come, before a step says that it has waited in vain.
    fn passed(&mut self, _at: Instant) -> Vec<Violation> {
        Vec::new()
    }
    /// The subject was killed and started again: nothing that it kept in memory binds it any more.
    fn restarted(&mut self) {}
    /// What the subject may do and is worth a remark: the variant of a layout that it has chosen.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
    /// The run is over: what was due until now and did not come.
    fn finish(&mut self, at: Instant) -> Vec<Violation>;
    /// The clauses that were put to the test at least once.
    fn exercised(&self) -> Vec<ClauseId>;
}
