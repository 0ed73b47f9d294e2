//! The monitors of MNET: what a passive observer at the subject's side of the network can say of every packet.
//!
//! They know what has reached the subject and what it has sent, in order. Where a clause leaves a choice, both are taken: an
//! upper bound of what the subject may have (data beyond a gap kept) and a lower one (dropped).

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use reference::mnet::{Dialect, Packet, Tag};
use reference::wire::ByteOrder;
use simulator::Instant;

use super::stream::Piece;
use super::{dialect_of, start_offset};
use crate::protocol::{Message, Monitor, MonitorSetup, Role, Violation, clause};
use crate::scenario::Application;
use crate::script::{AppEvent, Command};
use crate::spec::ClauseId;

mod application;
mod lag;
mod malformed;
mod opening;
mod overdue;
mod session;
mod stray;

use lag::Lag;
use session::{Session, Timers};
use stray::{Early, tag_of};

/// What is watched, and what was seen.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub(super) struct MnetMonitor {
    dialect: Dialect,
    subject: Role,
    echo: bool,
    timers: Timers,
    tolerance: Duration,
    unread: Duration,
    lag: Lag,
    /// Whether the subject's clock is that of this machine.
    on_this_machine: bool,
    epoch: Duration,
    base: u32,
    /// How long cookies live, where the subject was told.
    cookie_lifetime: Option<Duration>,
    /// INITs that reached the listener, by where they came from and their tag.
    inits: BTreeMap<(SocketAddr, Tag), opening::Asked>,
    /// INITs that must not be answered, with the clause that says so.
    refused: BTreeMap<(SocketAddr, Tag), &'static str>,
    /// Those of them that carry a version after the first.
    newer: BTreeSet<(SocketAddr, Tag)>,
    /// Cookies of the listener, or those that reached the connector, with the address.
    cookies: Vec<opening::Cookie>,
    /// Where echoes came from that open nothing, with the clause that says so.
    bad_echoes: BTreeMap<SocketAddr, &'static str>,
    /// Where echoes of cookies came from that had expired: these may be answered with ABORT.
    late_echoes: BTreeSet<SocketAddr>,
    /// The tags of the connector's INITs, by where they went.
    opening: BTreeMap<SocketAddr, Vec<Tag>>,
    sessions: Vec<Session>,
    /// ABORTs that may be sent for sessions that nobody knows: address and tag, with how many.
    reflectable: BTreeMap<(SocketAddr, Tag), u32>,
    /// Packets for sessions that nobody knows which must not be answered at all.
    unanswerable: BTreeSet<(SocketAddr, Tag)>,
    /// ABORTs that reached the subject.
    aborts: BTreeSet<(SocketAddr, Tag)>,
    /// DATA that overtook the echo of its session, which the listener may have kept.
    early: Vec<Early>,
    /// The listener's tags, of one connector's tag each.
    tags: Vec<(Tag, Tag)>,
    /// The clause of the latest oddity that reached the subject: what goes wrong after it, goes wrong by it.
    suspect: Option<&'static str>,
    /// When that was.
    suspected_at: Option<Instant>,
    /// When something last reached the subject.
    heard_at: Option<Instant>,
    /// If that is not to be taken: from whom it was, its tag if that is what it may be answered with, and the clause.
    untaken: Option<(SocketAddr, Option<Tag>, &'static str)>,
    /// A datagram that is no packet has reached the subject.
    malformed: bool,
    /// What follows the type in COOKIEs of another length than theirs.
    odd_cookies: Vec<Vec<u8>>,
    /// What follows the type in datagrams that would be a COOKIE or its echo but for their type.
    of_unknown_type: Vec<(SocketAddr, Vec<u8>)>,
    /// How often the connector's application was told to open a session, and whether the INIT of the last time is still to come.
    told_to_open: usize,
    opens: bool,
    /// What the application was given, by its own numbers of sessions.
    delivered: BTreeMap<u64, Vec<u8>>,
    /// How much the application was told to write, where there is one session alone to write in.
    written: Option<u64>,
    /// A count that takes in what lies beyond a gap: wrong by itself, unless the application is told at the same instant that such
    /// octets were delivered.
    held: Option<(Instant, Violation)>,
    /// How many sessions the application was told of, and how many may be open by what no clause forbids.
    told_open: usize,
    doubtful_opens: usize,
    /// Where the subject sends from. What comes from elsewhere and is no packet is somebody else's.
    subject_at: Option<SocketAddr>,
    /// The subject has sent something that is no packet, or has given two sessions one tag: what it has said since cannot be
    /// followed.
    lost: bool,
    exercised: BTreeSet<&'static str>,
}

impl MnetMonitor {
    pub(super) fn new(setup: &MonitorSetup<'_>) -> Self {
        Self {
            dialect: dialect_of(setup.dialect),
            subject: setup.subject,
            echo: setup.application == Some(Application::Echo),
            timers: Timers::new(setup),
            tolerance: setup.tolerance,
            unread: setup.unread,
            lag: Lag::default(),
            on_this_machine: false,
            epoch: setup.epoch,
            base: start_offset(setup.given),
            cookie_lifetime: setup
                .given
                .get("cookie-lifetime-ms")
                .and_then(serde_json::Value::as_u64)
                .map(Duration::from_millis),
            inits: BTreeMap::new(),
            refused: BTreeMap::new(),
            newer: BTreeSet::new(),
            cookies: Vec::new(),
            bad_echoes: BTreeMap::new(),
            late_echoes: BTreeSet::new(),
            opening: BTreeMap::new(),
            sessions: Vec::new(),
            reflectable: BTreeMap::new(),
            unanswerable: BTreeSet::new(),
            aborts: BTreeSet::new(),
            early: Vec::new(),
            tags: Vec::new(),
            suspect: None,
            suspected_at: None,
            heard_at: None,
            untaken: None,
            malformed: false,
            odd_cookies: Vec::new(),
            of_unknown_type: Vec::new(),
            told_to_open: 0,
            opens: false,
            delivered: BTreeMap::new(),
            written: (setup.application == Some(Application::Control)).then_some(0),
            held: None,
            told_open: 0,
            doubtful_opens: 0,
            subject_at: None,
            lost: false,
            exercised: BTreeSet::new(),
        }
    }

    /// The tag that the peer of a session stamps.
    fn peer_stamp(&self, session: &Session) -> Tag {
        self.dialect.tags.stamp(self.subject.peer(), session.x, session.y)
    }

    /// The tag that the subject stamps in a session.
    fn own_stamp(&self, session: &Session) -> Tag {
        self.dialect.tags.stamp(self.subject, session.x, session.y)
    }

    /// The newest session with this address whose tag is as `stamp` says.
    fn find(&self, peer: SocketAddr, tag: Tag, stamp: impl Fn(&Session) -> Tag) -> Option<usize> {
        let fits = |session: &Session| session.peer == peer && stamp(session) == tag;
        self.sessions
            .iter()
            .rposition(|session| fits(session) && !session.is_over())
            .or_else(|| self.sessions.iter().rposition(fits))
    }

    /// A packet of a session that the subject has received.
    fn session_received(&mut self, at: Instant, from: SocketAddr, packet: &Packet<'_>) {
        let tag = tag_of(packet);
        let found = self.find(from, tag, |session| self.peer_stamp(session));
        let Some(index) = found.filter(|index| self.is_live(*index, packet)) else {
            return self.stray_received(at, from, tag, packet);
        };
        let base = self.base;
        let tag = self.sessions.get(index).map(|session| self.own_stamp(session));
        let Some(session) = self.sessions.get_mut(index) else { return };
        match packet {
            Packet::Data { sequence, acknowledged, data, .. } => {
                let piece = session.data_received(at, base, *sequence, *acknowledged, data);
                match piece {
                    Ok(Piece::Repeat) if session.has_answered_shutdown() => {
                        self.suspect = Some("MNET-SHUT-10");
                    }
                    Ok(Piece::Repeat) => self.suspect = Some("MNET-DATA-6"),
                    Ok(Piece::Overlap) => self.suspect = Some("MNET-DATA-7"),
                    Ok(Piece::Empty | Piece::Next | Piece::Gap) => {}
                    Err(clause) => {
                        self.suspect = Some(clause);
                        // An impossible acknowledgement may end the session with ABORT (MNET-DATA-10).
                    }
                }
            }
            Packet::Shutdown { acknowledged, .. } => {
                if !session.shutdown_received(at, base, *acknowledged) {
                    self.suspect = Some("MNET-DATA-10");
                }
            }
            Packet::ShutdownAck { .. } => {
                if !session.shutdown_ack_received() {
                    self.suspect = Some("MNET-SHUT-9");
                }
            }
            Packet::ShutdownComplete { .. } => {
                if !session.complete_received(at) {
                    self.suspect = Some("MNET-SHUT-9");
                } else if self.sessions.iter().any(|other| !other.is_over()) {
                    // Those beside it go on.
                    self.suspect = Some("MNET-SHUT-5");
                }
            }
            Packet::Abort { .. } => {
                session.abort_received(at);
                self.aborts.insert((from, tag_of(packet)));
                // An ABORT is never answered, not even as one of no session.
                self.unanswerable.extend(tag.map(|tag| (from, tag)));
                if self.sessions.iter().any(|other| !other.is_over()) {
                    self.suspect = Some("MNET-ABORT-1");
                }
            }
            Packet::Init { .. }
            | Packet::Cookie { .. }
            | Packet::CookieEcho { .. }
            | Packet::CookieAck { .. } => {}
        }
    }

    /// Whether a session still takes this packet, or it counts as one of no session.
    fn is_live(&self, index: usize, packet: &Packet<'_>) -> bool {
        self.sessions.get(index).is_some_and(|session| {
            !session.is_over()
                || (matches!(packet, Packet::ShutdownAck { .. }) && session.completed_by_subject())
        })
    }

    /// A packet of a session that the subject has sent.
    fn session_sent(&mut self, at: Instant, to: SocketAddr, packet: &Packet<'_>) -> Vec<Violation> {
        let tag = tag_of(packet);
        if let Packet::Abort { .. } = packet
            && let Some(count) = self.reflectable.get_mut(&(to, tag))
            && *count > 0
        {
            *count -= 1;
            self.exercised.insert("MNET-WIRE-10");
            let index = self.find(to, tag, |session| self.own_stamp(session));
            let own_only = index
                .and_then(|index| self.sessions.get(index))
                .is_some_and(|session| self.peer_stamp(session) != tag);
            if let Some(session) = index.and_then(|index| self.sessions.get_mut(index))
                && !session.is_over()
            {
                if own_only {
                    // It was reflected to who had sent the subject's own tag: whether that ends the session is left open.
                    session.doubt();
                } else {
                    // The same octets end a session that lives under this tag.
                    session.abort_sent(at);
                }
            }
            return Vec::new();
        }
        let Some(index) = self.find(to, tag, |session| self.own_stamp(session)) else {
            return self.stray_sent(to, tag, packet);
        };
        if let Some(found) = self.answers_other_than_the_session(at, to, tag, packet, index) {
            return vec![found];
        }
        let alike = |session: &&Session| session.peer == to && self.own_stamp(session) == tag;
        if self.sessions.iter().filter(alike).filter(|session| !session.is_over()).count() > 1 {
            // In the dialect `receiver` two sessions of one address may have the same stamp.
            return Vec::new();
        }
        self.exercised.insert("MNET-WIRE-8");
        let context = session::Context {
            at,
            base: self.base,
            echo: self.echo,
            subject: self.subject,
            written: self.written.filter(|_| self.sessions.len() == 1),
            answers_untaken: self.answers_untaken(at, to),
            suspect: self.suspect,
            suspected_at: self.suspected_at,
            unread: self.unread.max(self.lag.allowance()),
            heard_at: self.heard_at,
            timers: self.timers,
            aborted: self.aborts.iter().any(|(peer, _)| *peer == to),
        };
        let swapped = match self.dialect.byte_order {
            ByteOrder::Little => "big",
            ByteOrder::Big => "little",
        };
        // The text knows sessions by their tags, which are random: that an address belongs to them is a ruling (MNET-WIRE-12).
        let heard_by = self.sessions.get(index).map(|session| self.peer_stamp(session));
        let is_shared = self.sessions.iter().any(|session| {
            let is_like =
                self.own_stamp(session) == tag || Some(self.peer_stamp(session)) == heard_by;
            session.peer != to && !session.is_over() && is_like
        });
        let Some(session) = self.sessions.get_mut(index) else { return Vec::new() };
        let violations = session.sent(&context, packet, swapped).into_iter();
        self.exercised.append(&mut session.exercised);
        let is_ruling = is_shared || session.is_stretched();
        let weigh = |mut violation: Violation| {
            let counts = ["MNET-DATA-2", "MNET-DATA-3"].map(clause);
            if is_shared && counts.contains(&violation.clause) {
                // Octets of one of them were taken for the other's.
                violation.clause = clause("MNET-WIRE-12");
            }
            violation.by_ruling_if(is_ruling)
        };
        let violations = violations.map(weigh).collect();
        if self.unread.is_zero() { self.hold(at, violations) } else { violations }
    }
}

impl Monitor for MnetMonitor {
    fn restarted(&mut self) {
        // A secret that it keeps elsewhere may make its cookies good for longer; tags are new all the same.
        self.sessions.clear();
        self.inits.clear();
        self.cookies.iter_mut().for_each(opening::Cookie::forget);
        self.reflectable.clear();
        self.unanswerable.clear();
        self.aborts.clear();
        self.early.clear();
        self.delivered.clear();
        (self.told_open, self.doubtful_opens) = (0, 0);
        self.written = None;
    }

    fn received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation> {
        self.on_this_machine = to.ip().is_loopback();
        let overdue = self.overdue(at, None);
        self.heard_at = Some(at);
        self.untaken = None;
        let suspected = self.suspect.take();
        match Packet::decode(&message.octets, self.dialect) {
            Err(_) => {
                self.suspect = Some("MNET-WIRE-4");
                self.malformed = true;
                self.malformed_received(at, from, message);
            }
            Ok(Packet::Init { magic, version, tag }) => {
                self.lag.heard(at);
                self.init_received(at, from, magic, version, tag);
            }
            Ok(packet @ Packet::Cookie { .. }) => {
                self.lag.heard(at);
                self.cookie_received(at, from, &packet, message);
            }
            Ok(packet @ Packet::CookieEcho { .. }) => {
                self.lag.heard(at);
                self.echo_received(at, from, &packet, message);
            }
            Ok(packet @ Packet::CookieAck { tag }) => {
                if !self.cookie_ack_received(at, from, tag) {
                    self.session_received(at, from, &packet);
                }
            }
            Ok(packet) => self.session_received(at, from, &packet),
        }
        match self.suspect {
            Some(_) => self.suspected_at = Some(at),
            None => self.suspect = suspected,
        }
        overdue
    }

    fn sent(
        &mut self,
        at: Instant,
        from: SocketAddr,
        to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation> {
        self.exercised.extend(["MNET-WIRE-1", "MNET-WIRE-3"]);
        if message.problem.is_none() {
            self.subject_at.get_or_insert(from);
        }
        let decoded = Packet::decode(&message.octets, self.dialect);
        if let Ok(Packet::Cookie { .. } | Packet::CookieEcho { .. } | Packet::CookieAck { .. }) =
            decoded
        {
            self.lag.answered(at);
        }
        // Before the packet is looked at: an acknowledgement that comes too late does not heal it.
        let mut violations = self.overdue(at, decoded.as_ref().ok().map(|packet| (to, packet)));
        violations.extend(match decoded {
            Err(_) if self.subject_at.is_some_and(|known| known != from) => Vec::new(),
            Err(error) => {
                let violation = self.malformed_sent(message, &error.to_string());
                let is_copy = self.is_odd_echo(&message.octets);
                self.lost |= !is_copy;
                vec![violation.by_ruling_if(is_copy)]
            }
            Ok(_) if self.lost => Vec::new(),
            Ok(Packet::Init { magic, version, tag }) => self.init_sent(at, to, magic, version, tag),
            Ok(packet @ Packet::Cookie { .. }) => self.cookie_sent(at, to, &packet, message),
            Ok(Packet::CookieEcho { .. }) => self.echo_sent(at, to, message),
            Ok(Packet::CookieAck { tag }) => self.cookie_ack_sent(to, tag),
            Ok(packet) => self.session_sent(at, to, &packet),
        });
        violations
    }

    fn event(&mut self, at: Instant, session: u64, event: &AppEvent) -> Vec<Violation> {
        match event {
            _ if self.lost => Vec::new(),
            AppEvent::Opened => self.opened_told().into_iter().collect(),
            AppEvent::Delivered(octets) => {
                let found = self.delivered_told(at, session, octets);
                if found.is_some() {
                    self.held = None;
                }
                found.into_iter().collect()
            }
            AppEvent::Failed(_) => {
                self.sessions.iter_mut().for_each(Session::failure_told);
                Vec::new()
            }
            AppEvent::Closed => self.closed_told(at).into_iter().collect(),
            AppEvent::Told(_) => Vec::new(),
        }
    }

    fn told(&mut self, at: Instant, command: &Command) -> Vec<Violation> {
        if matches!(command, Command::Open(_)) {
            self.told_to_open += 1;
            self.opens = true;
        }
        if let Command::Write(octets) = command {
            let is_one = self.sessions.len() == 1;
            self.written = self.written.filter(|_| is_one).map(|all| all + octets.len() as u64);
        }
        if let Some(session) = self.sessions.iter_mut().rfind(|session| !session.is_over()) {
            match command {
                Command::Abort => session.abort_told(at),
                Command::Close => session.close_told(at),
                _ => {}
            }
        }
        Vec::new()
    }

    fn passed(&mut self, at: Instant) -> Vec<Violation> {
        self.overdue(at, None)
    }

    fn finish(&mut self, at: Instant) -> Vec<Violation> {
        let mut found = self.overdue(at, None);
        found.extend(self.held.take().map(|(_, found)| found));
        found
    }

    fn exercised(&self) -> Vec<ClauseId> {
        self.exercised.iter().map(|id| clause(id)).collect()
    }
}

fn violation(id: &str, what: String, allowed: Vec<String>) -> Violation {
    Violation::new(clause(id), what, allowed)
}

fn hex(octets: &[u8]) -> String {
    crate::journal::HexOctets::from(octets).to_string()
}
