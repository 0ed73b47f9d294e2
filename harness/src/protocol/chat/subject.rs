//! The reference as a subject: a chat server, with the standard world.

use std::collections::{BTreeMap, VecDeque};

use reference::chat::{
    Account, Action, Config, ConnectionId, Cost, Mutant, Password, Room, Server, ServerEvent,
};
use reference::entropy::Entropy;
use serde_json::Value;
use simulator::{Instant, Part, Transmit};

use super::client::ClientSubject;
use super::{ENDPOINTS, REGISTRATION, UNKNOWN_ROOM, dialect_of, world};
use crate::protocol::sessions::{instant, moment};
use crate::protocol::{Role, SubjectSetup};
use crate::script::{AppEvent, Command, Notice};
use crate::subject::{Keeper, Subject};

/// The reference in the role that is asked for.
pub(super) fn reference(setup: &SubjectSetup<'_>) -> Box<dyn Subject> {
    match setup.role {
        Role::Listener => Box::new(ServerSubject::new(setup)),
        Role::Connector => Box::new(ClientSubject::new(setup)),
    }
}

/// A server whose accounts and mails go to `keeper`; its users and rooms are those that it is given.
pub(super) fn server(setup: &SubjectSetup<'_>, keeper: Box<dyn Keeper>) -> Box<dyn Subject> {
    let mut server = ServerSubject::with_cost(setup, Cost::default());
    server.keeper = Some(keeper);
    Box::new(server)
}

/// The reference's server.
struct ServerSubject {
    server: Server,
    /// The connections by the numbers that the run gives them, and the other way.
    by_number: BTreeMap<u64, ConnectionId>,
    numbers: BTreeMap<ConnectionId, u64>,
    parts: VecDeque<(u64, Part)>,
    /// Who keeps accounts and sends mails; a run forgets both.
    keeper: Option<Box<dyn Keeper>>,
    events: VecDeque<(u64, AppEvent)>,
}

impl ServerSubject {
    fn new(setup: &SubjectSetup<'_>) -> Self {
        // Nothing is secret in a run.
        Self::with_cost(setup, Cost::LEAST)
    }

    /// A server that stores the passwords of those who register at this cost.
    fn with_cost(setup: &SubjectSetup<'_>, cost: Cost) -> Self {
        let world = world::given(setup.options);
        let list = |name: &str| {
            let list = setup.given.get(name).or_else(|| world.get(name)).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        };
        let options = setup.options;
        let config = Config {
            dialect: dialect_of(setup.dialect),
            several_endpoints: options.has(ENDPOINTS, "several"),
            registration_authenticates: !options.has(REGISTRATION, "registers"),
            creates_rooms: options.has(UNKNOWN_ROOM, "created"),
            accounts: list("users").iter().filter_map(account).collect(),
            rooms: list("rooms").iter().filter_map(room).collect(),
            cost,
            mutant: setup.mutant.and_then(Mutant::from_name),
            ..Config::default()
        };
        Self {
            server: Server::new(config, setup.epoch, Entropy::from_seed(setup.seed)),
            by_number: BTreeMap::new(),
            numbers: BTreeMap::new(),
            parts: VecDeque::new(),
            keeper: None,
            events: VecDeque::new(),
        }
    }

    /// Takes what the server wants done with its connections.
    fn settle(&mut self) {
        while let Some((id, action)) = self.server.poll_transmit() {
            let Some(number) = self.numbers.get(&id).copied() else { continue };
            let part = match action {
                Action::Send(octets) => Part::Octets(octets),
                Action::Finish => Part::Finished,
                Action::Abort => Part::Reset,
            };
            self.parts.push_back((number, part));
        }
        while let Some(event) = self.server.poll_event() {
            let Some(keeper) = &mut self.keeper else { continue };
            if let Err(why) = keeper.keep(&notice(event)) {
                self.events.push_back((0, AppEvent::Failed(why)));
            }
        }
    }
}

impl Subject for ServerSubject {
    fn handle_datagram(&mut self, _: Instant, _: std::net::SocketAddr, _: &[u8]) {}

    fn handle_stream(&mut self, now: Instant, connection: u64, part: &Part) {
        let now = instant(now);
        if *part == Part::Opened {
            let id = self.server.connected();
            self.by_number.insert(connection, id);
            self.numbers.insert(id, connection);
        }
        let Some(id) = self.by_number.get(&connection).copied() else { return };
        match part {
            Part::Opened => {}
            Part::Octets(octets) => self.server.handle_octets(now, id, octets),
            Part::Finished => self.server.handle_finished(now, id),
            Part::Reset => self.server.handle_reset(id),
        }
        self.settle();
    }

    fn handle_blocked(&mut self, _: Instant, connection: u64, blocked: bool) {
        let Some(id) = self.by_number.get(&connection).copied() else { return };
        if blocked {
            self.server.handle_blocked(id);
        } else {
            self.server.handle_writable(id);
        }
        self.settle();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.server.handle_timeout(instant(now));
        self.settle();
    }

    fn handle_command(&mut self, _: Instant, _: &Command) {}

    fn poll_timeout(&self) -> Option<Instant> {
        self.server.poll_timeout().map(moment)
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_stream(&mut self) -> Option<(u64, Part)> {
        self.parts.pop_front()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.events.pop_front()
    }
}

/// A user as a server is given one: with a password, or with what is stored of it.
fn account(user: &Value) -> Option<Account> {
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    let password = match (text("hash"), text("password")) {
        (Some(hash), _) => hash.parse().ok()?,
        // It is known in plain anyway: a fresh salt for each user, and time, would protect nothing.
        (None, Some(plain)) => Password::new(plain.as_bytes(), [0; 16], Cost::LEAST),
        (None, None) => return None,
    };
    Account::new(text("name")?, password)
}

/// A room as a server is given one.
fn room(room: &Value) -> Option<Room> {
    let text = |name: &str| room.get(name).and_then(Value::as_str);
    let id = text("id")?.as_bytes().try_into().ok()?;
    Some(Room { id, password: text("password").map(str::to_owned) })
}

/// What is to be kept or sent.
fn notice(event: ServerEvent) -> Notice {
    let of = |event: &str, fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(name, text)| (*name, Value::from(*text)));
        Notice { event: event.to_owned(), fields: fields.collect() }
    };
    match event {
        ServerEvent::Registered(account) => {
            let hash = account.password().to_string();
            of("registered", &[("user", account.name()), ("hash", &hash)])
        }
        ServerEvent::Mail(mail) => {
            of("mail", &[("to", &mail.to), ("user", &mail.user), ("token", &mail.token)])
        }
    }
}
