//! The reference as a subject: a chat client that does what it is told.

use std::collections::VecDeque;

use reference::chat::{Action, Client, ClientConfig, ClientEvent, Mutant, RoomId};
use reference::wire::ByteOrder;
use serde_json::{Value, json};
use simulator::{Instant, Part, Transmit};

use super::{dialect_of, world};
use crate::protocol::{Errand, Outcome, SubjectSetup};
use crate::script::{AppEvent, Command, Notice, Request};
use crate::subject::Subject;

/// Who somebody at a terminal is, as clients without control are.
const USER: &str = "alice";
/// The room that such a client joins.
const ROOM: &str = "ROOM0001";
/// The room that gives back what is said in it.
const ECHO_ROOM: &str = "0000ECHO";

/// What a client has to send to a server that does not read; one that leaves more unread is left.
const WAITING_MAX: usize = 64 * 1024;

/// The reference's client, which has one connection at a time.
pub(super) struct ClientSubject {
    config: ClientConfig,
    connections: u64,
    client: Option<Client>,
    parts: VecDeque<(u64, Part)>,
    /// The connection takes no octets for now.
    blocked: bool,
    events: VecDeque<(u64, AppEvent)>,
}

impl ClientSubject {
    pub(super) fn new(setup: &SubjectSetup<'_>) -> Self {
        Self {
            config: ClientConfig {
                dialect: dialect_of(setup.dialect),
                mutant: setup.mutant.and_then(Mutant::from_name),
            },
            connections: 0,
            client: None,
            parts: VecDeque::new(),
            blocked: false,
            events: VecDeque::new(),
        }
    }

    /// Takes what the client tells and wants sent, until there is nothing left.
    fn settle(&mut self) {
        while let Some(client) = &mut self.client {
            if let Some(event) = client.poll_event() {
                self.events.push_back((self.connections, told(event)));
                continue;
            }
            let Some(action) = client.poll_transmit() else { return };
            let part = match action {
                Action::Send(octets) => Part::Octets(octets),
                Action::Finish => Part::Finished,
                Action::Abort => Part::Reset,
            };
            self.parts.push_back((self.connections, part));
            if self.parts.len() > WAITING_MAX {
                client.handle_reset();
                self.parts.push_back((self.connections, Part::Reset));
            }
        }
    }
}

/// What the application of a client is asked to do.
fn ask(client: &mut Client, request: &Request) {
    let text = |name: &str| request.parameters.get(name).and_then(Value::as_str).unwrap_or("");
    let room = || room_of(text("room"));
    match (request.verb.as_str(), room()) {
        ("login", _) => {
            let big = text("endianness") == "big";
            let order = if big { ByteOrder::Big } else { ByteOrder::Little };
            client.login(text("user").as_bytes(), text("password").as_bytes(), order);
        }
        ("register", _) => {
            let (user, password) = (text("user").as_bytes(), text("password").as_bytes());
            client.register(user, password, text("email").as_bytes());
        }
        ("alias", _) => client.alias(text("alias").as_bytes()),
        ("join", Some(room)) => client.join(room, text("password").as_bytes()),
        ("part", Some(room)) => client.part(room, text("text").as_bytes()),
        ("say", Some(room)) => {
            client.say(room, text("text").as_bytes());
        }
        ("say-long", Some(room)) => {
            let parts = request.parameters.get("parts").and_then(Value::as_array);
            let parts = parts.into_iter().flatten().filter_map(Value::as_str);
            let parts: Vec<&[u8]> = parts.map(str::as_bytes).collect();
            client.say_long(room, &parts);
        }
        ("invite", Some(room)) => {
            client.invite(room, text("user").as_bytes(), text("alias").as_bytes());
        }
        _ => {}
    }
}

/// A line that somebody has typed is said in the room that a client joins first.
pub(super) fn says(line: &str) -> Command {
    request("say", &[("room", ROOM), ("text", line)])
}

/// Logs in and joins a room, as clients without control do.
pub(super) fn introduction() -> Vec<Command> {
    let password = world::password_of(USER).unwrap_or_default();
    vec![
        request("login", &[("user", USER), ("password", password)]),
        request("join", &[("room", ROOM)]),
    ]
}

/// Introduces itself, says something in its room, and has the echo room say it back.
pub(super) fn errands() -> Vec<Errand> {
    const SAID: &str = "hello, whoever is there";
    let in_echo_room = [("room", json!(ECHO_ROOM)), ("text", json!(SAID))];
    let mut errands: Vec<Errand> = introduction()
        .into_iter()
        .chain([says(SAID)])
        .map(|does| Errand { until: Outcome::Told(granted(&does)), does })
        .collect();
    errands.push(Errand {
        does: request("say", &[("room", ECHO_ROOM), ("text", SAID)]),
        until: Outcome::Told(notice("message", &in_echo_room)),
    });
    errands.push(Errand::close());
    errands
}

/// The reply by which all of what was asked for is granted.
fn granted(does: &Command) -> Notice {
    const OKAY: u64 = 3;
    let verb = if let Command::Do(request) = does { request.verb.as_str() } else { "" };
    let codes = match verb {
        "login" => 3,
        "say" => 2,
        _ => 1,
    };
    notice("replied", &[("to", json!(verb)), ("codes", json!(vec![OKAY; codes]))])
}

fn request(verb: &str, parameters: &[(&str, &str)]) -> Command {
    let parameters = parameters.iter().map(|(name, text)| (*name, json!(text)));
    Command::Do(Request { verb: verb.to_owned(), parameters: parameters.collect() })
}

fn room_of(text: &str) -> Option<RoomId> {
    text.as_bytes().try_into().ok()
}

/// What the application is told, as an event.
fn told(event: ClientEvent) -> AppEvent {
    let text = |octets: &[u8]| json!(String::from_utf8_lossy(octets));
    let somebody = |event: &str, room: &[u8], user: &[u8], alias: &[u8]| {
        tells(event, &[("room", text(room)), ("user", text(user)), ("alias", text(alias))])
    };
    match event {
        ClientEvent::Opened { .. } => AppEvent::Opened,
        ClientEvent::Replied { to, codes } => {
            tells("replied", &[("to", json!(to.word())), ("codes", json!(codes))])
        }
        ClientEvent::Message { room, user, alias, text: said, .. } => tells(
            "message",
            &[
                ("room", text(&room)),
                ("user", text(&user)),
                ("alias", text(&alias)),
                ("text", text(&said)),
            ],
        ),
        ClientEvent::LongMessage { room, text: said, .. } => tells(
            "message",
            &[
                ("room", text(&room)),
                ("user", json!("")),
                ("alias", json!("")),
                ("text", text(&said)),
            ],
        ),
        ClientEvent::Joined { room, user, alias } => somebody("joined", &room, &user, &alias),
        ClientEvent::Parted { room, user, alias } => somebody("parted", &room, &user, &alias),
        ClientEvent::Invited { room, user, alias } => somebody("invited", &room, &user, &alias),
        ClientEvent::Renamed { user, old, new } => {
            let fields = [("user", text(&user)), ("old", text(&old)), ("new", text(&new))];
            tells("renamed", &fields)
        }
        ClientEvent::Closed => AppEvent::Closed,
        ClientEvent::Failed => AppEvent::Failed("the connection was reset".to_owned()),
    }
}

fn tells(event: &str, fields: &[(&str, Value)]) -> AppEvent {
    AppEvent::Told(notice(event, fields))
}

fn notice(event: &str, fields: &[(&str, Value)]) -> Notice {
    let fields = fields.iter().map(|(name, value)| (*name, value.clone()));
    Notice { event: event.to_owned(), fields: fields.collect() }
}

impl Subject for ClientSubject {
    fn handle_datagram(&mut self, _: Instant, _: std::net::SocketAddr, _: &[u8]) {}

    fn handle_stream(&mut self, _: Instant, connection: u64, part: &Part) {
        if connection != self.connections {
            return;
        }
        match (part, &mut self.client) {
            (Part::Opened, _) => self.client = Some(Client::new(self.config)),
            (Part::Octets(octets), Some(client)) => client.handle_octets(octets),
            (Part::Finished, Some(client)) => client.handle_finished(),
            (Part::Reset, Some(client)) => client.handle_reset(),
            (Part::Reset, None) => {
                let why = "the connection was refused".to_owned();
                self.events.push_back((connection, AppEvent::Failed(why)));
            }
            (Part::Octets(_) | Part::Finished, None) => {}
        }
        self.settle();
    }

    fn handle_blocked(&mut self, _: Instant, connection: u64, blocked: bool) {
        if connection == self.connections {
            self.blocked = blocked;
        }
    }

    fn handle_timeout(&mut self, _: Instant) {}

    fn handle_command(&mut self, _: Instant, command: &Command) {
        match (command, &mut self.client) {
            (Command::Open(_), _) => {
                self.connections += 1;
                self.blocked = false;
                self.client = None;
                self.parts.push_back((self.connections, Part::Opened));
            }
            (Command::Do(request), Some(client)) => ask(client, request),
            (Command::Close, Some(client)) => client.close(),
            _ => {}
        }
        self.settle();
    }

    fn is_behind(&self) -> bool {
        self.blocked
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_stream(&mut self) -> Option<(u64, Part)> {
        if self.blocked {
            // Nothing but a reset goes out before the octets that wait.
            let resets = self.parts.iter().position(|(_, part)| *part == Part::Reset)?;
            return self.parts.drain(..=resets).next_back();
        }
        self.parts.pop_front()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.events.pop_front()
    }
}
