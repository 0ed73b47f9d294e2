//! The peer that the suite plays in chat: a client of a server, or the server of a client.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reference::chat::Dialect;
use reference::wire::{ByteOrder, PacketSpec};
use simulator::Instant;

use super::octets::{build, message_of, order_of};
use super::{dialect_of, world};
use crate::protocol::{Message, Peer, PeerSetup, Reception, Role, Value};
use crate::scenario::Application;
use crate::script::{AppEvent, Request};

/// The number of a client's first message; each has the next one.
const FIRST_MESSAGE: u32 = 0x6161_6161;

/// How often one part is sent again at most.
const AGAIN_MAX: u32 = 4;

/// Fields of a packet with their values.
type Fields = Vec<(String, Value)>;

/// A peer of the suite.
pub(super) struct ChatPeer {
    dialect: Dialect,
    /// The role of the peer.
    role: Role,
    user: String,
    password: String,
    /// The order of 4-octet numbers.
    order: ByteOrder,
    /// Those that logins and registrations ask for which are not answered, in their order.
    asked: VecDeque<ByteOrder>,
    messages: u32,
    /// What the newest packet of the other side said, by field: a reply repeats it.
    heard: BTreeMap<&'static str, Value>,
    /// The client's identifier of the newest long message.
    head: Option<Value>,
    /// What was sent of long messages, by identifier and part, the head by none: the server may ask for it again.
    long: BTreeMap<(Vec<u8>, Option<u64>), Fields>,
    /// How often each of them was sent because the server asked for it again.
    again: BTreeMap<(Vec<u8>, Option<u64>), u32>,
    /// Long messages whose head the server has: it need not ask for that again.
    heads_taken: BTreeSet<Vec<u8>>,
    /// How many parts wait for their answer.
    parts_asked: u32,
    /// Identifiers that the server has given.
    identifiers: u64,
    /// The application of the client under test says back what it hears.
    echoes: bool,
}

impl ChatPeer {
    pub(super) fn new(setup: &PeerSetup<'_>) -> Self {
        let named = setup.user.or_else(|| world::password_of(setup.name).map(|_| setup.name));
        let by_place = world::USERS.get(setup.place).map_or("alice", |(user, _)| user);
        let user = named.unwrap_or(by_place);
        Self {
            dialect: dialect_of(setup.dialect),
            role: setup.subject.peer(),
            user: user.to_owned(),
            password: world::password_of(user).unwrap_or("wonderland").to_owned(),
            order: ByteOrder::Big,
            asked: VecDeque::new(),
            messages: 0,
            heard: BTreeMap::new(),
            head: None,
            long: BTreeMap::new(),
            again: BTreeMap::new(),
            heads_taken: BTreeSet::new(),
            parts_asked: 0,
            identifiers: 0,
            echoes: setup.application == Application::Echo,
        }
    }

    fn text(text: &str) -> Value {
        Value::Octets(text.as_bytes().to_vec())
    }

    fn coded(text: &str) -> Value {
        Value::Octets(STANDARD.encode(text).into_bytes())
    }

    /// The identifier of the next message of a client.
    fn next_message(&mut self) -> Value {
        self.messages += 1;
        Value::Octets((FIRST_MESSAGE + self.messages - 1).to_be_bytes().to_vec())
    }

    /// The identifier that a server gives its next message: a counter, and a time. It is of digits, as a client that loses
    /// identifiers with a 00 or an FF is to be shown by the scenarios about them alone.
    fn next_identifier(&mut self, now: Instant) -> Value {
        self.identifiers += 1;
        let milliseconds = now.as_nanos() / 1_000_000 % 100_000_000;
        Value::Octets(format!("{:08}{milliseconds:08}", self.identifiers).into_bytes())
    }

    /// What a conforming peer would put into a field that the scenario leaves out.
    fn default_of(&mut self, now: Instant, packet: &str, field: &str) -> Option<Value> {
        let heard = self.heard.get(field).cloned();
        Some(match (packet, field) {
            ("S1", "user") => Self::text("guest-1"),
            ("S5", "text") => Self::text("BAD"),
            ("U2" | "U6", "user") => Self::text(&self.user),
            ("U2" | "U6", "password") => Self::coded(&self.password),
            ("U2", "endianness") => {
                Value::Number(self.dialect.endianness.octet(ByteOrder::Little).into())
            }
            ("U6", "email") => Self::text("somebody@example.org"),
            ("U80" | "U87", "message-id") => self.next_message(),
            ("U91", "message-id") => self.head.clone()?,
            ("U80" | "U87" | "U91" | "S83" | "S95" | "S91", "message") => Self::coded("hello"),
            ("U87", "parts") | ("U91" | "S91", "part") => Value::Number(1),
            ("U160", "password") | ("U163", "message") | ("U169" | "S169", "alias") => {
                Self::text("")
            }
            ("U169", "user") => Self::text("bob"),
            ("U166", "alias") => Self::text("ali"),
            ("S253" | "U254", "packets") => Value::Octets(vec![80, 0xFF, 83]),
            ("S83" | "S95", "id") => self.next_identifier(now),
            ("S83" | "S169", "user") => Self::text("bob"),
            ("S162" | "S165" | "S168", "user") => heard.unwrap_or_else(|| Self::text(&self.user)),
            ("S83" | "S162" | "S165", "alias") | ("S168", "old") => Self::text(""),
            ("S168", "new") => heard_alias(&self.heard),
            (_, "room") => match self.role {
                Role::Listener => heard.unwrap_or_else(|| Self::text("ROOM0001")),
                Role::Connector => Self::text("ROOM0001"),
            },
            ("U84" | "U96", "id") | ("U99", "id-start") => heard?,
            (_, "message-id" | "id" | "id-start") if self.role == Role::Listener => heard?,
            (_, name) if name == "code" || name.ends_with("-code") => Value::Number(3),
            _ => return None,
        })
    }

    /// The order that a login asks for, by what a packet says.
    fn note_login(&mut self, message: &Message) {
        match message.name() {
            "U2" => {
                let order = message.number("endianness").and_then(order_of);
                self.asked.push_back(order.unwrap_or(ByteOrder::Big));
            }
            // A registration has no such field (CHAT-NUM-2).
            "U6" => self.asked.push_back(ByteOrder::Big),
            "S3" => {
                let asked = self.asked.pop_front();
                if is_okay(message, &["user-code", "password-code", "endianness-code"]) {
                    self.order = asked.unwrap_or(self.order);
                }
            }
            "S7" => {
                self.asked.pop_front();
                if is_okay(message, &["user-code", "password-code", "email-code"]) {
                    self.order = ByteOrder::Big;
                }
            }
            "S4" | "S5" | "S8" => {
                self.asked.pop_front();
            }
            _ => {}
        }
    }

    fn note_heard(&mut self, message: &Message) {
        for field in &message.fields {
            self.heard.insert(field.name, field.value.clone());
        }
        if let Some(id) = message.octets_of("id") {
            let start = id.get(..8).unwrap_or(id).to_vec();
            self.heard.insert("id-start", Value::Octets(start));
        }
    }

    /// What the server asks for again (CHAT-LONG-3). One that never stops asking is not heard.
    fn again(&mut self, message: &Message) -> Option<(String, Fields)> {
        let id = message.octets_of("message-id")?.to_vec();
        let (packet, part) = match message.name() {
            // A head that comes behind the last part would begin another message.
            "S90" if self.heads_taken.contains(&id) => return None,
            "S90" => ("U87", None),
            "S94" => ("U91", Some(message.number("part")?)),
            _ => return None,
        };
        let fields = self.long.get(&(id.clone(), part))?.clone();
        let times = self.again.entry((id, part)).or_default();
        *times += 1;
        (*times <= AGAIN_MAX).then(|| (packet.to_owned(), fields))
    }

    /// Whether this answers a head or a part that was sent because the server had asked for it again.
    fn answers_again(&self, message: &Message) -> bool {
        let is_head = match message.name() {
            "S88" => true,
            "S92" => false,
            _ => return false,
        };
        let id = message.octets_of("message-id").unwrap_or_default();
        self.again.keys().any(|(known, part)| known == id && part.is_none() == is_head)
    }

    /// Whether this belongs to a long message that comes back to its sender before the answer to its last part: no clause
    /// orders the two.
    fn is_early_echo(&self, message: &Message) -> bool {
        let is_echo = match message.name() {
            "S95" => message.octets_of("room") == Some(b"0000ECHO"),
            name => name == "S91",
        };
        is_echo && self.parts_asked > 0
    }
}

fn heard_alias(heard: &BTreeMap<&'static str, Value>) -> Value {
    heard.get("alias").cloned().unwrap_or(Value::Octets(Vec::new()))
}

/// Whether all of these codes are 03.
fn is_okay(message: &Message, codes: &[&str]) -> bool {
    message.problem.is_none() && codes.iter().all(|code| message.number(code) == Some(3))
}

impl Peer for ChatPeer {
    fn compose(
        &mut self,
        now: Instant,
        spec: &PacketSpec,
        given: &[(String, Value)],
    ) -> Vec<Vec<u8>> {
        let mut fields = given.to_vec();
        for field in spec.fields {
            if !fields.iter().any(|(name, _)| name == field.name)
                && let Some(value) = self.default_of(now, spec.name, field.name)
            {
                fields.push((field.name.to_owned(), value));
            }
        }
        let value = |name: &str| {
            fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
        };
        let part = match (spec.name, value("part")) {
            ("U87", _) => {
                self.head = value("message-id");
                Some(None)
            }
            ("U91", Some(Value::Number(part))) => Some(Some(part)),
            _ => None,
        };
        if let (Some(part), Some(Value::Octets(id))) = (part, value("message-id")) {
            let is_other = self.long.get(&(id.clone(), part)) != Some(&fields);
            if part.is_none() && is_other {
                // Another head: the parts of the one before are no parts of it.
                self.long.retain(|(known, _), _| *known != id);
                self.heads_taken.remove(&id);
            }
            self.long.insert((id, part), fields.clone());
        }
        vec![build(self.dialect, self.order, spec, &fields)]
    }

    fn sent(&mut self, _now: Instant, message: &Message) {
        self.note_login(message);
        if message.name() == "U91" {
            self.parts_asked += 1;
        }
    }

    fn reads(&self, octets: &[u8]) -> Option<Message> {
        Some(message_of(self.dialect, self.role, self.order, octets))
    }

    fn received(&mut self, _now: Instant, octets: &[u8]) -> (Message, Reception) {
        let message = message_of(self.dialect, self.role.peer(), self.order, octets);
        self.note_login(&message);
        self.note_heard(&message);
        let name = message.name();
        let background = message.problem.is_none()
            && match self.role {
                // Receipts come when they come, parts in any order and more than once (CHAT-LONG-2), and who was sent a part
                // may ask for it again (CHAT-LONG-6); capabilities may be told at any time.
                Role::Listener if ["U84", "U91", "U96", "U99", "U252", "U254"].contains(&name) => {
                    true
                }
                // A client that acts by itself says back what it hears.
                Role::Listener => self.echoes && name == "U80",
                // Invitations are shown by the monitors (CHAT-ROOM-6 is a MAY).
                Role::Connector => {
                    ["S90", "S94", "S169"].contains(&name)
                        || self.answers_again(&message)
                        || self.is_early_echo(&message)
                }
            };
        if name == "S88"
            && is_okay(&message, &["parts-code", "room-code", "message-code"])
            && let Some(id) = message.octets_of("message-id")
        {
            self.heads_taken.insert(id.to_vec());
        }
        if matches!(name, "S92" | "S93") {
            self.parts_asked = self.parts_asked.saturating_sub(1);
        }
        let answers = self.again(&message).into_iter().collect();
        (message, Reception { background, answers })
    }

    fn reacts(&self, event: &AppEvent) -> Option<Request> {
        let AppEvent::Told(notice) = event else { return None };
        let field = |name: &str| notice.fields.get(name).and_then(serde_json::Value::as_str);
        // A long message names no user, and is not said back; a room of other octets is no text to say it in.
        let is_short = notice.event == "message"
            && field("user").is_some_and(|it| !it.is_empty())
            && field("room").is_some_and(|it| it.bytes().all(|octet| octet.is_ascii_graphic()));
        let parameters = ["room", "text"].map(|name| Some((name, field(name)?.into())));
        is_short.then_some(Request {
            verb: "say".to_owned(),
            parameters: parameters.into_iter().flatten().collect(),
        })
    }

    fn is_background_event(&self, _: &AppEvent) -> bool {
        // Whoever looks at one kind of event is not disturbed by those of the others.
        true
    }

    fn relative(&self, _packet: &str, _field: &str, wire: u64) -> u64 {
        wire
    }

    fn absolute(&self, _packet: &str, _field: &str, relative: u64) -> u64 {
        relative
    }

    fn echoed(&self) -> &[u8] {
        &[]
    }

    fn farewell(&mut self) -> Vec<(String, Vec<(String, Value)>)> {
        // The end of the connection says it.
        Vec::new()
    }
}
