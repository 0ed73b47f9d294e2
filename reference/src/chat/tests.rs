//! Tests of chat: a server, and connections that a test speaks on.

mod clients;
mod login;
mod long;
mod messages;
mod mutants;
mod packets;
mod streams;

use core::fmt::Write as _;
use core::time::Duration;
use std::collections::BTreeMap;

use crate::Role;
use crate::chat::text::encode_base64;
use crate::chat::*;
use crate::entropy::Entropy;
use crate::time::Instant;
use crate::wire::ByteOrder;

const EPOCH: Duration = Duration::from_secs(1_700_000_000);
const ROOM: RoomId = *b"ROOM0001";

/// The world of the specification's tests.
fn world() -> Config {
    let account = |(name, plain): (&str, &str)| {
        Account::new(name, Password::new(plain.as_bytes(), [7; 16], Cost::LEAST)).unwrap()
    };
    let users = [("alice", "wonderland"), ("bob", "builder"), ("carol", "christmas")];
    let room = |id: &[u8; 8]| Room { id: *id, password: None };
    let secret = Room { id: *b"SECRET01", password: Some("sesame".to_owned()) };
    Config {
        accounts: users.map(account).into(),
        rooms: vec![room(b"ROOM0001"), room(b"ROOM0002"), secret],
        cost: Cost::LEAST,
        ..Config::default()
    }
}

/// A server, and what it has sent on each connection.
struct Stage {
    now: Instant,
    server: Server,
    orders: BTreeMap<ConnectionId, ByteOrder>,
    inboxes: BTreeMap<ConnectionId, Vec<u8>>,
    ends: BTreeMap<ConnectionId, Action>,
    events: Vec<ServerEvent>,
}

impl Stage {
    fn new(config: Config) -> Self {
        Self {
            now: Instant::START,
            server: Server::new(config, EPOCH, Entropy::from_seed([1; 32])),
            orders: BTreeMap::new(),
            inboxes: BTreeMap::new(),
            ends: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    fn connect(&mut self) -> ConnectionId {
        let id = self.server.connected();
        self.orders.insert(id, ByteOrder::Big);
        self.drain();
        id
    }

    /// A connection on which a user is logged in, in little-endian order.
    fn user(&mut self, name: &str, password: &str) -> ConnectionId {
        let id = self.connect();
        assert_eq!(self.heard(id), "S1 user=guest-{}".replace("{}", &id.number().to_string()));
        assert_eq!(self.login(id, name, password, Some(b'L')), "S3 3 3 3");
        self.orders.insert(id, ByteOrder::Little);
        id
    }

    fn alice(&mut self) -> ConnectionId {
        self.user("alice", "wonderland")
    }

    fn bob(&mut self) -> ConnectionId {
        self.user("bob", "builder")
    }

    fn login(&mut self, id: ConnectionId, user: &str, plain: &str, e: Option<u8>) -> String {
        let password = encode_base64(plain.as_bytes());
        self.ask(id, &Packet::U2 { user: user.as_bytes(), password: &password, endianness: e })
    }

    /// Sends a packet, and returns what comes back on the same connection.
    fn ask(&mut self, id: ConnectionId, packet: &Packet<'_>) -> String {
        let octets = packet.to_octets(self.orders[&id]);
        self.put(id, &octets)
    }

    fn put(&mut self, id: ConnectionId, octets: &[u8]) -> String {
        self.server.handle_octets(self.now, id, octets);
        self.drain();
        self.heard(id)
    }

    fn drain(&mut self) {
        while let Some((id, action)) = self.server.poll_transmit() {
            match action {
                Action::Send(octets) => self.inboxes.entry(id).or_default().extend(octets),
                end => assert_eq!(self.ends.insert(id, end), None, "{id} ends twice"),
            }
        }
        while let Some(event) = self.server.poll_event() {
            self.events.push(event);
        }
    }

    /// What has come on a connection: names, codes and texts.
    fn heard(&mut self, id: ConnectionId) -> String {
        let order = self.orders[&id];
        let octets = self.inboxes.remove(&id).unwrap_or_default();
        let mut lines = Vec::new();
        let mut deframer = Deframer::new(Role::Listener);
        let mut input = octets.as_slice();
        while let Some(frame) = deframer.next_frame(&mut input) {
            let Frame::Packet { octets, .. } = frame else { panic!("{frame:?}") };
            lines.push(shown(&Packet::decode(Role::Listener, order, &octets).unwrap(), &octets));
        }
        assert!(deframer.is_between(), "an unfinished packet");
        lines.join("; ")
    }
}

/// A packet in one line: codes bare, texts with their names, identifiers left out.
fn shown(packet: &Packet<'_>, octets: &[u8]) -> String {
    let view = View::of(Role::Listener, octets);
    let mut line = packet.name().to_owned();
    for (field, range) in view.fields {
        let value = &octets[range];
        let text = String::from_utf8_lossy(value);
        match field.name {
            "word" | "id" | "message-id" | "id-start" | "packets" => {}
            "parts" | "part" => {
                write!(line, " {}={}", field.name, value.iter().max().unwrap()).unwrap();
            }
            name if name.ends_with("code") || name == "allowed" => {
                write!(line, " {}", value[0]).unwrap();
            }
            name => write!(line, " {name}={text}").unwrap(),
        }
    }
    line
}
