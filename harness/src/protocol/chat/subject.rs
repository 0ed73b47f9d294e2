//! The reference as a subject: a chat server, with the standard world.

use std::collections::{BTreeMap, VecDeque};

use reference::chat::{
    Account, Action, Config, ConnectionId, Cost, Mutant, Password, Room, Server,
};
use reference::entropy::Entropy;
use simulator::{Instant, Part, Transmit};

use super::client::ClientSubject;
use super::{ENDPOINTS, REGISTRATION, UNKNOWN_ROOM, dialect_of, world};
use crate::protocol::{Role, SubjectSetup};
use crate::script::{AppEvent, Command};
use crate::subject::Subject;

/// The reference in the role that is asked for.
pub(super) fn reference(setup: &SubjectSetup<'_>) -> Box<dyn Subject> {
    match setup.role {
        Role::Listener => Box::new(ServerSubject::new(setup)),
        Role::Connector => Box::new(ClientSubject::new(setup)),
    }
}

/// The reference's server.
#[derive(Clone)]
struct ServerSubject {
    server: Server,
    /// The connections by the numbers that the run gives them, and the other way.
    by_number: BTreeMap<u64, ConnectionId>,
    numbers: BTreeMap<ConnectionId, u64>,
    parts: VecDeque<(u64, Part)>,
}

impl ServerSubject {
    fn new(setup: &SubjectSetup<'_>) -> Self {
        let account = |(name, password): &(&str, &str)| {
            // A fresh salt for each user would cost a hash for each of them in each run, and show nothing on the wire.
            let password = Password::new(password.as_bytes(), [0; 16], Cost::LEAST);
            Account::new(name, password)
        };
        let room = |(id, password): &(&str, Option<&str>)| {
            let id = id.as_bytes().try_into().ok()?;
            Some(Room { id, password: password.map(str::to_owned) })
        };
        let options = setup.options;
        let config = Config {
            dialect: dialect_of(setup.dialect),
            several_endpoints: options.has(ENDPOINTS, "several"),
            registration_authenticates: !options.has(REGISTRATION, "registers"),
            creates_rooms: options.has(UNKNOWN_ROOM, "created"),
            accounts: world::USERS.iter().filter_map(account).collect(),
            rooms: world::ROOMS.iter().filter_map(room).collect(),
            cost: Cost::LEAST,
            mutant: setup.mutant.and_then(Mutant::from_name),
            ..Config::default()
        };
        Self {
            server: Server::new(config, setup.epoch, Entropy::from_seed(setup.seed)),
            by_number: BTreeMap::new(),
            numbers: BTreeMap::new(),
            parts: VecDeque::new(),
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
        // Accounts and mails are for whoever keeps them.
        while self.server.poll_event().is_some() {}
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
        self.server.poll_timeout().map(|at| Instant::from_nanos(at.as_nanos()))
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_stream(&mut self) -> Option<(u64, Part)> {
        self.parts.pop_front()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        None
    }
}

const fn instant(now: Instant) -> reference::time::Instant {
    reference::time::Instant::from_nanos(now.as_nanos())
}
