//! The monitors of chat: what a passive observer beside the subject can say of every packet.
//!
//! The answers of a server are judged by what reached it on the same connection before, in order, and by the
//! memberships, logins and aliases that it has confirmed itself. What goes to several connections is judged by what
//! was said. Where another connection could have come first, every order is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use simulator::Instant;

use reference::chat::Dialect;
use reference::wire::ByteOrder;

use super::octets::message_of;
use super::{ENDPOINTS, REGISTRATION, UNKNOWN_ROOM, dialect_of, world};
use crate::profile::Grade;
use crate::protocol::{
    Message, Monitor, MonitorSetup, Role, StreamEvent, Value, Violation, clause,
};
use crate::script::{AppEvent, Command};
use crate::spec::ClauseId;

mod client;
mod codes;
mod deliveries;
mod framing;
mod identifiers;
mod invitations;
mod layouts;
mod line;
mod logins;
mod long_replies;
mod replies;
mod rooms;
mod text;
mod unknown;

use client::Client;
use identifiers::Identifiers;
pub(super) use layouts::broken_off;
use layouts::{clause_of, malformed};
use line::{Ask, Line, Question};

/// Most messages, and most connections, that are remembered.
const REMEMBERED_MAX: usize = 65_536;

/// The room that reaches everybody.
const EVERYBODY: &[u8] = b"00000000";
/// The room that gives messages back.
const ECHO: &[u8] = b"0000ECHO";

/// The longest packet that a server takes (CHAT-FRAME-5).
const PACKET_MAX: usize = 8192;

/// A short message that reached a server.
struct Said {
    by: u64,
    at: Instant,
    room: Vec<u8>,
    message: Vec<u8>,
    user: Vec<u8>,
    /// How many changes of its sender's alias were done before it for sure.
    renames: usize,
    /// It is to be delivered, as far as the message goes.
    is_good: bool,
    /// The server has taken it, as it may but for a ruling.
    is_taken: bool,
    /// The server has answered it.
    is_answered: bool,
    id: Option<Vec<u8>>,
    heard_by: BTreeSet<u64>,
}

/// What a server is known to have.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct World {
    /// Users with their passwords; of some it is known only that they exist.
    users: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    rooms: BTreeMap<Vec<u8>, Door>,
    several: bool,
    authenticates: bool,
    creates: bool,
    /// There may be more of everything, and others who speak with the server: what it says of them is believed.
    is_open: bool,
    /// There are others who speak with it.
    has_strangers: bool,
}

/// What one needs to join a room.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Door {
    /// Nothing.
    Open,
    /// This password.
    Locked(Vec<u8>),
    /// Nobody who watches can say.
    Unknown,
}

/// What is watched, and what was seen.
pub(super) struct ChatMonitor {
    subject: Role,
    dialect: Dialect,
    world: World,
    lines: BTreeMap<u64, Line>,
    client: Client,
    said: Vec<Said>,
    wholes: Vec<deliveries::Whole>,
    identifiers: Identifiers,
    /// Invitations with the connections that they came from, until they are refused.
    invited: Vec<(u64, Message)>,
    /// The server has passed an invitation on.
    passes_invitations_on: bool,
    /// Users who have registered in this run.
    registered: BTreeSet<Vec<u8>>,
    /// Users whose registration was refused.
    unregistered: BTreeSet<Vec<u8>>,
    /// Messages that came to a connection as those of somebody who is not seen, and that one who is seen has said, too.
    doubtful: Vec<(usize, u64, Vec<u8>)>,
    /// Texts of parts that came again, which changes nothing.
    again: Vec<Vec<u8>>,
    /// Long messages go out before all of their parts are there, and are not judged any more.
    delivers_early: bool,
    /// Packets that were answered as they should be when they came in one piece.
    whole: BTreeSet<&'static str>,
    /// Variants that the server has chosen.
    variants: BTreeSet<&'static str>,
    /// The clauses that were put to the test, where no scenario says so.
    tested: BTreeSet<&'static str>,
}

impl ChatMonitor {
    pub(super) fn new(setup: &MonitorSetup<'_>) -> Self {
        let users = world::USERS
            .iter()
            .map(|(name, password)| (octets_of(name), Some(octets_of(password))));
        let door = |password: Option<&str>| {
            password.map_or(Door::Open, |password| Door::Locked(octets_of(password)))
        };
        let rooms = world::ROOMS.iter().map(|(id, password)| (octets_of(id), door(*password)));
        let is_open = setup.overheard;
        let authenticates = !setup.options.has(REGISTRATION, "registers");
        Self {
            subject: setup.subject,
            dialect: dialect_of(setup.dialect),
            world: World {
                users: users.filter(|_| !is_open).collect(),
                rooms: rooms.filter(|_| !is_open).collect(),
                several: setup.options.has(ENDPOINTS, "several"),
                authenticates,
                creates: setup.options.has(UNKNOWN_ROOM, "created"),
                is_open,
                has_strangers: false,
            },
            lines: BTreeMap::new(),
            client: Client::new(authenticates),
            said: Vec::new(),
            wholes: Vec::new(),
            identifiers: Identifiers::new(setup.epoch),
            invited: Vec::new(),
            passes_invitations_on: false,
            registered: BTreeSet::new(),
            unregistered: BTreeSet::new(),
            doubtful: Vec::new(),
            again: Vec::new(),
            delivers_early: false,
            whole: BTreeSet::new(),
            variants: BTreeSet::new(),
            tested: BTreeSet::new(),
        }
    }

    /// A client's packet has reached the server.
    fn asked(&mut self, at: Instant, connection: u64, message: &Message, is_cut: bool) {
        let said = self.note_said(at, connection, message);
        if message.name() == "U160" && message.problem.is_none() {
            self.join_asked(connection, octets(message, "room"));
        }
        let Some(line) = self.lines.get_mut(&connection) else { return };
        if line.is_lost || line.has_parted || message.octets.first().is_none_or(|octet| *octet == 0)
        {
            return;
        }
        let ask = match (message.spec, &message.problem) {
            (None, _) => Ask::Unknown,
            (Some(_), Some(_)) => Ask::Broken,
            (Some(_), None) if message.octets.len() > PACKET_MAX => Ask::Broken,
            (Some(_), None) => Ask::Packet,
        };
        if std::mem::take(&mut line.was_refused_early) {
            return;
        }
        if std::mem::take(&mut line.was_told_early) && ask != Ask::Packet {
            line.complete(message);
            return;
        }
        if ask == Ask::Packet && message.name() == "U40" {
            line.has_parted = true;
            line.has_said_bye = true;
        }
        if ask == Ask::Packet && message.name() == "U169" {
            self.invited.push((connection, message.clone()));
        }
        line.ask(Question { said, is_cut, ..Question::new(at, ask, message.clone()) });
    }

    /// Octets that stand for nothing have reached the server.
    fn ignored(&mut self, connection: u64) {
        let Some(line) = self.lines.get_mut(&connection) else { return };
        let before = line.questions.back().map(|question| &question.message);
        line.after = Some(framing::stray(before.or(line.answered.as_ref())));
    }

    /// Octets that are no whole packet yet have reached the server.
    fn waiting(&mut self, at: Instant, connection: u64, octets: &[u8]) {
        let Some(line) = self.lines.get_mut(&connection) else { return };
        let early = framing::told_early(octets);
        line.waits = octets.first().copied().filter(|_| early.is_none());
        if let Some(ask) = early.filter(|_| !line.was_told_early && !line.has_parted) {
            let message = message_of(self.dialect, Role::Connector, ByteOrder::Big, octets);
            line.ask(Question::new(at, ask, message));
            line.was_told_early = true;
        }
    }

    /// Remembers a short message.
    fn note_said(&mut self, at: Instant, connection: u64, message: &Message) -> Option<usize> {
        let line = self.lines.get(&connection)?;
        if message.name() != "U80" || message.problem.is_some() || self.said.len() >= REMEMBERED_MAX
        {
            return None;
        }
        let text = octets(message, "message");
        self.said.push(Said {
            by: connection,
            at,
            room: octets(message, "room").to_vec(),
            message: text.to_vec(),
            user: line.user.clone().unwrap_or_default(),
            is_good: text::message_code(text) == text::OKAY,
            is_taken: false,
            is_answered: false,
            renames: line.renames_for_sure(),
            id: None,
            heard_by: BTreeSet::new(),
        });
        Some(self.said.len() - 1)
    }

    /// The server has sent a packet.
    fn answered(&mut self, at: Instant, connection: u64, message: &Message) -> Option<Violation> {
        let line = self.lines.get_mut(&connection)?;
        if line.is_lost {
            return None;
        }
        let (was_doubted, had_early_deliveries) = (line.is_doubted, self.delivers_early);
        let is_first = !std::mem::replace(&mut line.was_greeted, true);
        let name = message.name();
        if is_first && name == "S1" {
            line.guest = octets(message, "user").to_vec();
        }
        let found = match name {
            "S1" if is_first && message.problem.is_none() && octets(message, "user").is_empty() => {
                Some(violation("CHAT-AUTH-1", "S1 names nobody", &["S1 with a guest name"]))
            }
            "S1" if is_first && !octets(message, "user").iter().copied().all(is_shown) => {
                let what = "the guest name in S1 holds what is not viewable ASCII";
                Some(violation("CHAT-TEXT-1", what, &["viewable ASCII"]))
            }
            "S1" if is_first => None,
            // The second half of an ID, behind its first in S97, may begin as S1 does.
            "S1" if line.answered.as_ref().is_some_and(|asked| asked.name() == "U96") => {
                Some(violation("CHAT-LONG-6", "S97 holds more than the first 8 octets", &[]))
            }
            "S1" => Some(violation("CHAT-AUTH-1", "S1 comes again", &[])),
            _ if is_first => {
                Some(violation("CHAT-AUTH-1", format!("{name} comes before S1"), &["S1"]))
            }
            _ => match &message.problem {
                Some(problem) if message.spec.is_none() => {
                    Some(violation(foreign(line), problem.clone(), &[]))
                }
                Some(problem) => {
                    let mut found = malformed(message, problem);
                    if let Some(id) = framing::misread(line, message) {
                        found.clause = clause(id);
                    }
                    Some(found)
                }
                None => self.judge(at, connection, message),
            },
        };
        self.test(message);
        if let Some(found) = &found
            && name != "S253"
            && had_early_deliveries == self.delivers_early
            && let Some(line) = self.lines.get_mut(&connection)
        {
            // What follows is not judged again, unless it was a list of packets, on which nothing depends. Behind what only a ruling
            // forbids its answers count all the same.
            line.is_doubted |= found.grade == Grade::Edition;
            line.is_lost |= !line.is_doubted;
        }
        found.filter(|_| !was_doubted)
    }

    /// A packet that the subject has sent puts the clause of its layout to the test.
    fn test(&mut self, message: &Message) {
        if self.world.is_open && message.spec.is_some() {
            self.tested.insert(clause_of(message.name()));
        }
    }

    fn judge(&mut self, at: Instant, connection: u64, message: &Message) -> Option<Violation> {
        self.note_named(message);
        match message.name() {
            "S83" => self.short_heard(at, connection, message),
            "S95" | "S91" => self.long_heard(at, connection, message),
            "S162" => self.joined_heard(connection, message),
            "S165" => self.parted_heard(connection, message),
            "S168" => self.renamed_heard(connection, message),
            "S169" => self.invitation_heard(connection, message),
            "S90" | "S94" => self.asked_again(connection, message),
            _ => self.reply(at, connection, message),
        }
    }
}

impl Monitor for ChatMonitor {
    fn received(
        &mut self,
        _: Instant,
        _: SocketAddr,
        _: SocketAddr,
        _: &Message,
    ) -> Vec<Violation> {
        Vec::new()
    }

    fn sent(&mut self, _: Instant, _: SocketAddr, _: SocketAddr, _: &Message) -> Vec<Violation> {
        Vec::new()
    }

    fn event(&mut self, _: Instant, _: u64, _: &AppEvent) -> Vec<Violation> {
        Vec::new()
    }

    fn told(&mut self, _: Instant, command: &Command) -> Vec<Violation> {
        self.client.told(command);
        Vec::new()
    }

    fn stream(&mut self, at: Instant, connection: u64, event: StreamEvent<'_>) -> Vec<Violation> {
        if self.subject == Role::Connector {
            if let StreamEvent::Sent(message) = event {
                self.test(message);
            }
            let found = self.client.stream(at, connection, event);
            return found.into_iter().collect();
        }
        let found = match event {
            StreamEvent::Opened => {
                if self.lines.len() < REMEMBERED_MAX {
                    self.lines.insert(connection, Line::new());
                }
                None
            }
            StreamEvent::Received { message, is_cut } => {
                self.asked(at, connection, message, is_cut);
                None
            }
            StreamEvent::Ignored => {
                self.ignored(connection);
                None
            }
            StreamEvent::Waiting(octets) => {
                self.waiting(at, connection, octets);
                None
            }
            StreamEvent::Sent(message) => self.answered(at, connection, message),
            StreamEvent::Unfinished(_) => None,
            StreamEvent::Missing => {
                self.world.has_strangers = true;
                if let Some(line) = self.lines.get_mut(&connection) {
                    // Whether its client is logged in, in which rooms and by which alias, is not known any more.
                    line.is_lost = true;
                    line.has_parted = true;
                }
                None
            }
            StreamEvent::PeerEnded(_) | StreamEvent::Ended(_) => {
                if let Some(line) = self.lines.get_mut(&connection) {
                    let is_over = matches!(event, StreamEvent::Ended(_));
                    line.was_let_go |= is_over && !line.has_parted && line.user.is_some();
                    line.has_parted = true;
                    line.is_over |= is_over;
                }
                None
            }
        };
        found.into_iter().collect()
    }

    fn finish(&mut self, at: Instant) -> Vec<Violation> {
        let mut found = self.misnamed();
        found.extend(self.missing_part(at));
        found
    }

    fn remarks(&self) -> Vec<String> {
        self.variants.iter().map(|variant| (*variant).to_owned()).collect()
    }

    fn exercised(&self) -> Vec<ClauseId> {
        self.tested.iter().map(|id| clause(id)).collect()
    }
}

/// The clause of a packet that no server sends: that of what it stands for an answer to, if that is a MUST.
fn foreign(line: &Line) -> &'static str {
    match line.questions.front() {
        _ if line.has_parted => "CHAT-AUTH-10",
        Some(question) => match question.clause(line.user.is_some()) {
            "CHAT-MSG-6" | "CHAT-CAP-1" | "CHAT-ROOM-6" => "CHAT-FRAME-1",
            id => id,
        },
        None => "CHAT-FRAME-1",
    }
}

fn violation(id: &str, what: impl Into<String>, allowed: &[&str]) -> Violation {
    let allowed = allowed.iter().map(|text| (*text).to_owned()).collect();
    Violation::new(clause(id), what.into(), allowed)
}

/// Viewable ASCII. A space, which the suite sends nowhere, is borne.
const fn is_shown(octet: u8) -> bool {
    matches!(octet, b' '..=b'~')
}

/// The octets of a field; none where it is missing.
fn octets<'a>(message: &'a Message, name: &str) -> &'a [u8] {
    match message.field(name) {
        Some(Value::Octets(octets)) => octets,
        _ => &[],
    }
}

/// The number of a field.
fn number(message: &Message, name: &str) -> Option<u64> {
    match message.field(name) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

fn octets_of(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// Octets as a reader sees them.
fn shown(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}
