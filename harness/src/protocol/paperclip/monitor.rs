//! The monitors of PaperClip: what a passive observer at the subject's side of the network can say of every packet.
//!
//! They know what has reached the subject and what it has sent, and the keys of sessions where a peer tells them. Where a clause
//! leaves a choice, both are taken.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use reference::paperclip::{Flags, Packet, SessionKey, Widths};
use simulator::Instant;

use crate::journal::parse_hex;
use crate::protocol::{Message, Monitor, MonitorSetup, Role, Violation, clause};
use crate::scenario::Application;
use crate::script::{AppEvent, Command, Secret};
use crate::spec::ClauseId;

mod acks;
mod beats;
mod errors;
mod handshake;
mod layout;
mod numbers;
mod overlooked;
mod owed;
mod receipts;
mod received;
mod sent;
mod session;
mod tries;
mod vectors;

use session::Session;

use super::{SESSION_KEY, SHARED_SECRET};

/// The type of ERROR.
const ERROR: u8 = 4;

/// What holds for all sessions of a run.
#[derive(Clone, Copy, Debug)]
struct Frame {
    widths: Widths,
    flags: Flags,
    handshake: bool,
    /// Whether the subject is the server.
    server: bool,
    /// The first Sequence ID of the subject in every session.
    base: u16,
    echo: bool,
    tolerance: Duration,
    unread: Duration,
    /// How long the subject takes to give up a peer that acknowledges nothing.
    given_up: Duration,
    /// How many sessions there is room for, where that was given.
    capacity: Option<usize>,
}

/// What is watched, and what was seen.
pub(super) struct ClipMonitor {
    frame: Frame,
    sessions: BTreeMap<SocketAddr, Session>,
    /// The public keys that the subject has sent, with the address.
    keys: Vec<(SocketAddr, Vec<u8>)>,
    /// The certificate that was given to the subject.
    certificate: Option<Vec<u8>>,
    /// The sessions, by the application's own numbers, of whose end it was told.
    ends_told: BTreeSet<u64>,
    exercised: BTreeSet<&'static str>,
}

impl ClipMonitor {
    pub(super) fn new(setup: &MonitorSetup<'_>) -> Self {
        let word = setup.dialect.value("widths").unwrap_or_default();
        let named = ["reliable", "checksum", "compressed", "encrypted", "frag"];
        let flags = named
            .into_iter()
            .filter(|name| setup.options.has("flags", name))
            .filter_map(|name| name.parse::<Flags>().ok())
            .fold(Flags::NONE, |all, flag| all | flag);
        let number = |name: &str| setup.given.get(name).and_then(serde_json::Value::as_u64);
        Self {
            frame: Frame {
                widths: word.parse().unwrap_or_default(),
                flags,
                handshake: setup.options.has("handshake", "true"),
                server: setup.subject == Role::Listener,
                base: number("sequence").and_then(|first| u16::try_from(first).ok()).unwrap_or(0),
                echo: setup.application == Some(Application::Echo),
                tolerance: setup.tolerance,
                unread: setup.unread,
                capacity: number("capacity").and_then(|it| usize::try_from(it).ok()),
                given_up: setup.timers.duration("reliable-given-up").unwrap_or_default(),
            },
            sessions: BTreeMap::new(),
            keys: Vec::new(),
            certificate: setup
                .given
                .get("certificate")
                .and_then(|given| parse_hex(given.as_str()?).ok()),
            ends_told: BTreeSet::new(),
            exercised: BTreeSet::new(),
        }
    }

    fn session(&mut self, peer: SocketAddr) -> &mut Session {
        let frame = self.frame;
        self.sessions.entry(peer).or_insert_with(|| Session::new(&frame))
    }

    /// How many sessions there may be at most beside the one that is refused: one for each key that was shown.
    fn others(&self) -> usize {
        let shown: usize = self.sessions.values().map(|session| session.peer_auths.len()).sum();
        shown.saturating_sub(1)
    }

    /// Numbers and answers that should have come by now.
    fn overdue(&mut self, at: Instant) -> Vec<Violation> {
        let frame = self.frame;
        let late = |session: &mut Session| {
            [session.overdue(at, frame.tolerance), session.unpaid(&frame, at)]
        };
        self.sessions.values_mut().flat_map(late).flatten().collect()
    }
}

impl Monitor for ClipMonitor {
    fn restarted(&mut self) {
        self.sessions.clear();
        self.ends_told.clear();
    }

    fn received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        _to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation> {
        let frame = self.frame;
        let overdue = self.overdue(at);
        self.session(from).received(&frame, at, &message.octets);
        if !frame.server {
            let servers = self.sessions.iter_mut().filter(|(server, _)| **server != from);
            servers.for_each(|(_, session)| session.stranger_received(&frame, &message.octets));
        }
        overdue
    }

    fn sent(
        &mut self,
        at: Instant,
        _from: SocketAddr,
        to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation> {
        let frame = self.frame;
        self.exercised.extend(["CLIP-HEAD-1", "CLIP-HEAD-2", "CLIP-HEAD-4", "CLIP-HEAD-10"]);
        let mut violations = match Packet::decode(&message.octets, frame.widths, frame.flags) {
            Err(error) => vec![self.session(to).malformed_sent(&frame, &message.octets, error)],
            Ok(packet) => self.packet_sent(at, to, &packet, &message.octets),
        };
        violations.extend(self.overdue(at));
        if frame.widths == Widths::Deployed {
            violations = violations.into_iter().map(of_author).collect();
        }
        violations
    }

    fn event(&mut self, at: Instant, session: u64, event: &AppEvent) -> Vec<Violation> {
        if matches!(event, AppEvent::Closed | AppEvent::Failed(_))
            && !self.ends_told.insert(session)
        {
            let what = "the application is told twice that a session has ended";
            return vec![violation("CLIP-ERR-1", what, "once")];
        }
        let frame = self.frame;
        if let (AppEvent::Failed(_), 1, Some(session)) =
            (event, self.sessions.len(), self.sessions.values_mut().next())
        {
            return session.gave_up(&frame, at).into_iter().collect();
        }
        // With several sessions nobody here knows which number is whose.
        let (Some(octets), 1) = (event.octets(), self.sessions.len()) else { return Vec::new() };
        let delivers = event.name() == "delivered" && !self.frame.echo;
        match self.sessions.values_mut().next().filter(|_| delivers) {
            Some(session) => session.delivered(at, &octets.0).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn told(&mut self, _at: Instant, _command: &Command) -> Vec<Violation> {
        Vec::new()
    }

    fn secret(&mut self, _at: Instant, peer: SocketAddr, secret: &Secret) -> Vec<Violation> {
        if secret.name == SHARED_SECRET {
            self.session(peer).shared.push(secret.octets.0.clone());
        }
        let Ok(key) = <[u8; 32]>::try_from(&secret.octets.0[..]) else { return Vec::new() };
        if secret.name != SESSION_KEY {
            return Vec::new();
        }
        self.exercised.extend(["CLIP-AUTH-2", "CLIP-AUTH-3"]);
        self.session(peer).learn(SessionKey(key))
    }

    fn finish(&mut self, at: Instant) -> Vec<Violation> {
        self.overdue(at)
    }

    fn exercised(&self) -> Vec<ClauseId> {
        self.exercised.iter().map(|id| clause(id)).collect()
    }
}

/// Where the fields lie in the widths of the author's code, no text says.
fn of_author(violation: Violation) -> Violation {
    let of_layout = [clause("CLIP-HEAD-1"), clause("CLIP-REL-2")];
    let is_of_layout = of_layout.contains(&violation.clause);
    if is_of_layout { violation.by_ruling() } else { violation }
}

fn violation(id: &str, what: impl Into<String>, allowed: &str) -> Violation {
    Violation::new(clause(id), what.into(), vec![allowed.to_owned()])
}
