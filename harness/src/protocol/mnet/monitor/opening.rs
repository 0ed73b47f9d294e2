//! Watching a session come about: INIT, COOKIE, COOKIE-ECHO, COOKIE-ACK.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use reference::mnet::{MAGIC, Packet, Tag, VERSION};
use simulator::Instant;

use super::session::{ANSWER_MAX, Session};
use super::{MnetMonitor, hex, violation};
use crate::protocol::{Message, Role, Violation};

mod given;

/// A cookie that is younger has just been given.
const FRESH: Duration = Duration::from_secs(1);

/// How far what a program takes for the time may lie behind the clock of its machine.
const CLOCK_LAG: Duration = Duration::from_millis(100);

/// How many connections in a row are looked at for random tags.
const TAGS: usize = 16;

/// Echoes that may be answered, but open no second session.
pub(super) const SECOND_ECHOES: [&str; 2] = ["MNET-ECHO-4", "MNET-ECHO-6"];

/// INITs of one address and tag.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    received: u32,
    answered: u32,
    /// When the oldest came that is not answered.
    since: Option<Instant>,
}

/// A cookie that the listener sent, or that reached the connector.
#[derive(Clone, Debug)]
pub(super) struct Cookie {
    peer: SocketAddr,
    x: Tag,
    y: Tag,
    /// The octets after the type.
    body: Vec<u8>,
    /// A connector must take it (right tag, right version, from where its INIT went).
    valid: bool,
    /// The Unix time when it expires, if what it says can be one.
    expiration: Option<u32>,
    /// The listener gave it with an expiration that had passed, as far as clocks agree.
    expired: bool,
    /// When it was given, and how often sessions had begun or ended by then; nothing if it need not be known any more.
    given: Option<(Instant, usize)>,
    /// Its echo has reached the listener.
    echoed: Cell<bool>,
}

impl Cookie {
    /// Who gave it has lost what it keeps in memory.
    pub(super) const fn forget(&mut self) {
        self.given = None;
    }

    /// It does not count: a connector must not take it.
    pub(super) const fn is_refused(&self) -> bool {
        !self.valid
    }

    /// An ABORT with this tag may be about this cookie.
    pub(super) fn concerns(&self, peer: SocketAddr, tag: Tag) -> bool {
        self.peer.ip() == peer.ip() && (self.x == tag || self.y == tag)
    }
}

impl MnetMonitor {
    pub(super) fn init_received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        magic: [u8; 4],
        version: u8,
        tag: Tag,
    ) {
        if magic != MAGIC {
            self.refused.insert((from, tag), "MNET-WIRE-6");
        } else if version != VERSION {
            self.refused.insert((from, tag), "MNET-WIRE-7");
            if self.sessions.iter().any(|session| session.peer == from && !session.is_over()) {
                self.suspect = Some("MNET-WIRE-7");
            }
            if version > VERSION {
                self.newer.insert((from, tag));
            }
            // An ABORT with its tag may be sent.
            *self.reflectable.entry((from, tag)).or_default() += 1;
        } else {
            let asked = self.inits.entry((from, tag)).or_default();
            asked.received += 1;
            asked.since.get_or_insert(at);
            let of_peer = |session: &Session| session.peer == from && !session.is_over();
            let of_tag = |session: &Session| session.x == tag && !session.is_over();
            if self.sessions.iter().any(of_peer) {
                self.suspect = Some("MNET-INIT-5");
                self.sessions_go_on(at, from, "MNET-INIT-5");
            } else if self.sessions.iter().any(of_tag) {
                self.suspect = Some("MNET-INIT-5");
            }
        }
    }

    /// The Unix time in whole seconds.
    fn unix_time(&self, at: Instant) -> u64 {
        (self.epoch + (at - Instant::START)).as_secs()
    }

    /// What the subject's clock shows at least; `None` where it may be another clock than this one.
    fn unix_time_at_least(&self, at: Instant) -> Option<u64> {
        if self.unread.is_zero() {
            return Some(self.unix_time(at));
        }
        let now = self.epoch + (at - Instant::START);
        self.on_this_machine.then(|| now.saturating_sub(CLOCK_LAG).as_secs())
    }

    /// An INIT that gets no COOKIE since something malformed has come (MNET-WIRE-4).
    pub(super) fn deaf(&mut self, at: Instant) -> Option<Violation> {
        if self.subject == Role::Connector || !self.malformed {
            return None;
        }
        let late = |asked: &&mut Asked| asked.since.is_some_and(|since| at >= since + ANSWER_MAX);
        self.inits.values_mut().find(late)?.since = None;
        let what = "an INIT gets no COOKIE after a malformed datagram".to_owned();
        Some(violation("MNET-WIRE-4", what, vec!["new sessions can be opened".to_owned()]))
    }

    pub(super) fn echo_received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
        message: &Message,
    ) {
        let Packet::CookieEcho { tag: y, peer_tag: x, .. } = *packet else { return };
        let body = message.octets.get(1..).unwrap_or(&[]);
        // An expired one may be answered with ABORT.
        self.unanswerable.retain(|(peer, tag)| *peer != from || (*tag != x && *tag != y));
        let given = self.cookies.iter().find(|cookie| cookie.body == body);
        let Some(cookie) = given else {
            return self.bad_echo(from, "MNET-ECHO-2");
        };
        if cookie.peer.ip() != from.ip() {
            return self.bad_echo(from, "MNET-ECHO-3");
        }
        let is_first = !cookie.echoed.replace(true);
        // A listener whose tags are not random may give those of an ended session to a new one.
        let known = self.sessions.iter_mut().rfind(|session| {
            let fits = session.peer == from && session.x == x && session.y == y;
            fits && !(is_first && session.is_over())
        });
        if let Some(session) = known {
            session.goes_on(at, "MNET-ECHO-6");
            session.echo_received();
            if self.unread.is_zero() && session.is_open() {
                session.expects_ack(at, "MNET-ECHO-6");
            }
            // The echo of a session that has ended should open nothing: steps see whether it does.
            self.doubtful_opens += usize::from(session.is_over());
            self.suspect = Some("MNET-ECHO-6");
            return;
        }
        let now = self.unix_time_at_least(at);
        let has_passed = |expiration| now.is_some_and(|now| u64::from(expiration) < now);
        if cookie.expiration.is_some_and(has_passed) && !cookie.expired {
            self.late_echoes.insert(from);
            return self.bad_echo(from, "MNET-ECHO-2");
        }
        let stamp = self.dialect.tags.stamp(Role::Connector, x, y);
        let live = self
            .find(from, stamp, |session| self.peer_stamp(session))
            .and_then(|index| self.sessions.get(index));
        let elsewhere = |session: &Session| {
            session.x == x && session.y == y && session.is_open() && session.peer != from
        };
        let ended = |session: &Session| elsewhere(session) && session.is_over();
        if self.sessions.iter().any(ended) {
            // It should open nothing (MNET-ECHO-8): steps see whether it does.
            self.doubtful_opens += 1;
            self.bad_echoes.insert(from, "MNET-ECHO-4");
        } else if self.sessions.iter().any(elsewhere) {
            // A cookie opens at most one session, from whatever port, and moves none.
            self.bad_echoes.insert(from, "MNET-ECHO-4");
            self.suspect = Some("MNET-WIRE-12");
        } else if live.is_some_and(|session| !session.is_over() && session.is_open()) {
            // It cannot be told from an echo of the session that lives.
            self.bad_echoes.insert(from, "MNET-ECHO-6");
            self.suspect = Some("MNET-ECHO-6");
        } else {
            let mut session = Session::new(from, x, y, Role::Listener);
            if cookie.expired {
                session.expects_ack(at, "MNET-COOKIE-3");
            } else if self.unread.is_zero()
                && cookie.peer == from
                && live.is_none_or(Session::is_over)
                && let Some((given, turns)) = cookie.given
                && (cookie.expiration.is_some() || at <= given + FRESH)
            {
                let newer = |other: &Cookie| {
                    other.peer == from && other.given.is_some_and(|(later, _)| later > given)
                };
                let outlived =
                    self.turns() > turns || at > given + FRESH || self.cookies.iter().any(newer);
                let id = if self.early.iter().any(|early| early.from == from) {
                    "MNET-ACK-4"
                } else if outlived {
                    "MNET-INIT-3"
                } else {
                    "MNET-ECHO-5"
                };
                session.expects_ack(at, id);
            }
            session.echo_received();
            for early in &self.early {
                if early.from == from && early.tag == stamp {
                    session.early(self.base, early.sequence, &early.data);
                }
            }
            self.sessions.push(session);
        }
    }

    /// How often a session has begun or ended.
    pub(super) fn turns(&self) -> usize {
        self.sessions.len() + self.sessions.iter().filter(|session| session.is_over()).count()
    }

    /// An echo that gets no COOKIE-ACK.
    fn bad_echo(&mut self, from: SocketAddr, clause: &'static str) {
        self.bad_echoes.insert(from, clause);
        self.untaken = Some((from, None, clause));
        for session in self.sessions.iter_mut().filter(|session| session.peer == from) {
            session.answered_all();
            if session.is_open() && !session.is_over() {
                self.suspect = Some(clause);
            }
        }
    }

    pub(super) fn cookie_ack_sent(&mut self, to: SocketAddr, tag: Tag) -> Vec<Violation> {
        let packet = Packet::CookieAck { tag };
        if self.subject == Role::Connector {
            let open = |session: &Session| session.peer == to && session.is_open();
            let id = match self.suspect {
                // It answers a COOKIE-ACK that changes nothing.
                Some("MNET-ACK-1") if self.sessions.iter().any(open) => "MNET-ACK-1",
                _ => "MNET-ACK-5",
            };
            let what = "COOKIE-ACK is sent by the connector".to_owned();
            let allowed = vec!["COOKIE-ECHO, DATA, a final ABORT".to_owned()];
            return vec![violation(id, what, allowed)];
        }
        let asked = |session: &Session| session.peer == to && session.asked_for_ack();
        let found = self
            .sessions
            .iter()
            .rposition(|session| asked(session) && self.own_stamp(session) == tag)
            .or_else(|| self.find(to, tag, |session| self.own_stamp(session)));
        let Some(session) = found.and_then(|index| self.sessions.get_mut(index)) else {
            for session in self.sessions.iter_mut().filter(|session| asked(session)) {
                session.acked_otherwise = true;
            }
            if let Some(found) = self.ack_of_unknown_type(to) {
                return vec![found];
            }
            return self.stray_sent(to, tag, &packet);
        };
        if session.answer_echo() {
            self.exercised.insert("MNET-ECHO-5");
            return Vec::new();
        }
        // To answer an echo that opens nothing more is not yet to open something.
        let bad = self.bad_echoes.get(&to).is_some_and(|id| !SECOND_ECHOES.contains(id));
        let shared = self.bad_echoes.contains_key(&to);
        if bad {
            self.bad_ack(to)
        } else if shared {
            Vec::new()
        } else {
            let what = "COOKIE-ACK is sent that no echo asked for".to_owned();
            vec![violation("MNET-ECHO-5", what, vec!["one COOKIE-ACK for each echo".to_owned()])]
        }
    }

    fn bad_ack(&self, to: SocketAddr) -> Vec<Violation> {
        let id = self.bad_echoes.get(&to).copied().unwrap_or("MNET-ECHO-2");
        let what = "COOKIE-ACK answers an echo that opens nothing".to_owned();
        vec![violation(id, what, vec!["silence".to_owned()])]
    }

    pub(super) fn init_sent(
        &mut self,
        at: Instant,
        to: SocketAddr,
        magic: [u8; 4],
        version: u8,
        tag: Tag,
    ) -> Vec<Violation> {
        self.exercised.insert("MNET-WIRE-6");
        let mut violations = Vec::new();
        if magic != MAGIC || version != VERSION {
            let what = format!("INIT carries magic {} and version {version}", hex(&magic));
            let allowed = vec!["magic 4d4e4554 and version 1".to_owned()];
            violations.push(violation("MNET-WIRE-6", what, allowed));
        }
        let waits = !self.sessions.iter().any(|session| session.peer == to);
        let tags = self.opening.entry(to).or_default();
        let before = tags.last().copied();
        if before != Some(tag) {
            tags.push(tag);
        }
        if std::mem::take(&mut self.opens) {
            if self.sessions.iter().any(|session| session.peer == to && session.x == tag) {
                // What is sent from now on may be of either session.
                self.lost = true;
                let what = format!("a session is opened with the tag of another: {}", hex(&tag));
                violations.push(violation("MNET-WIRE-9", what, vec!["a random tag".to_owned()]));
                return violations;
            }
            if self.tags.len() < TAGS {
                self.tags.push((Tag::default(), tag));
                violations.extend(self.tags_are_random());
            }
        }
        if self.told_to_open > 1 {
            // Which of them an INIT is of is not said.
            return violations;
        }
        let live = self.sessions.iter().rfind(|session| session.peer == to && !session.is_over());
        if let Some(session) = live.filter(|session| session.x == tag) {
            let what = "INIT is sent again though its COOKIE has come".to_owned();
            let allowed = vec!["COOKIE-ECHO, DATA, a final ABORT".to_owned()];
            violations.push(violation(session.init_again(at), what, allowed));
        }
        if let Some(before) = before.filter(|before| *before != tag && waits) {
            self.exercised.insert("MNET-INIT-4");
            let what = format!("INIT is repeated with another tag: {}", hex(&tag));
            let allowed = vec![format!("the tag {}", hex(&before))];
            violations.push(violation("MNET-INIT-4", what, allowed));
        }
        violations
    }

    pub(super) fn cookie_received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        packet: &Packet<'_>,
        message: &Message,
    ) {
        let Packet::Cookie { tag: y, peer_tag: x, version, expiration, .. } = *packet else {
            return;
        };
        if self.subject == Role::Listener {
            return self.stray_received(at, from, y, packet);
        }
        let valid = self.asked(from, x) && version == VERSION;
        let body = message.octets.get(1..).unwrap_or(&[]).to_vec();
        if self.sessions.iter().any(|session| self.is_of(session, from, x)) || !valid {
            self.suspect = Some("MNET-COOKIE-1");
            self.sessions_go_on(at, from, "MNET-COOKIE-1");
            // It is never answered (MNET-WIRE-10).
            self.unanswerable.insert((from, y));
        }
        let given = Some((at, self.turns()));
        let (expiration, expired) = (Some(expiration), false);
        self.cookies.push(Cookie {
            peer: from,
            x,
            y,
            body,
            valid,
            expiration,
            expired,
            given,
            echoed: Cell::new(false),
        });
    }

    pub(super) fn echo_sent(
        &mut self,
        at: Instant,
        to: SocketAddr,
        message: &Message,
    ) -> Vec<Violation> {
        self.exercised.extend(["MNET-ECHO-1", "MNET-ACK-5"]);
        let body = message.octets.get(1..).unwrap_or(&[]);
        let valid = self.cookies.iter().filter(|cookie| cookie.valid && cookie.peer == to);
        if let Some(cookie) = valid.clone().find(|cookie| cookie.body == body) {
            let (x, y) = (cookie.x, cookie.y);
            let is_newest = valid.clone().next_back().is_some_and(|newest| newest.body == body);
            let known = self.sessions.iter().rposition(|session| self.is_of(session, to, x));
            let Some(session) = known.and_then(|index| self.sessions.get_mut(index)) else {
                let mut session = Session::new(to, x, y, Role::Connector);
                session.echoed(at, self.unread);
                self.sessions.push(session);
                return Vec::new();
            };
            // A later session's cookie is the one that is due.
            let is_old = self.told_to_open > 1 && !is_newest;
            if is_old && session.is_over() && session.x == x && self.unread.is_zero() {
                let what = "COOKIE-ECHO is that of a session that has ended".to_owned();
                return vec![violation("MNET-ECHO-1", what, vec!["the newer COOKIE".to_owned()])];
            }
            if session.echoed(at, self.unread) && session.x == x {
                let id = self
                    .suspect
                    .filter(|suspect| *suspect == "MNET-COOKIE-1")
                    .or(is_old.then_some("MNET-ECHO-1"));
                let what = "COOKIE-ECHO is sent again though the session is open".to_owned();
                let allowed = vec!["no echo after COOKIE-ACK".to_owned()];
                let found = violation(id.unwrap_or("MNET-ACK-1"), what, allowed);
                return vec![if self.has_several_cookies() { found.by_ruling() } else { found }];
            }
            return Vec::new();
        }
        if let Some(found) = self.echo_of_unknown_type(body) {
            return vec![found];
        }
        let (id, what) = if self.cookies.iter().any(|cookie| cookie.body == body) {
            ("MNET-COOKIE-1", "COOKIE-ECHO answers a COOKIE that does not count".to_owned())
        } else if valid.count() > 0 {
            ("MNET-ECHO-1", "COOKIE-ECHO is not the COOKIE, octet for octet".to_owned())
        } else {
            ("MNET-COOKIE-1", "COOKIE-ECHO is sent though no COOKIE counts".to_owned())
        };
        let found = violation(id, what, vec!["octet 3 and octets 1..31 of the COOKIE".to_owned()]);
        // The text asks for the INIT's tag in PeerConnectionTag, and no more.
        let is_asked = |x| self.opening.keys().any(|peer| self.asked(*peer, x));
        let has_tag = |cookie: &Cookie| cookie.body == body && is_asked(cookie.x);
        vec![if self.cookies.iter().any(has_tag) { found.by_ruling() } else { found }]
    }

    /// Which of several cookies counts is a ruling.
    pub(super) fn has_several_cookies(&self) -> bool {
        self.cookies.iter().filter(|cookie| cookie.valid).count() > 1
    }

    /// Whether the INIT that went there has this tag: the latest, or of several that were asked for one that has opened nothing yet.
    fn asked(&self, to: SocketAddr, tag: Tag) -> bool {
        let Some(tags) = self.opening.get(&to) else { return false };
        let has_opened = |session: &Session| session.peer == to && session.x == tag;
        tags.last() == Some(&tag)
            || self.told_to_open > 1 && tags.contains(&tag) && !self.sessions.iter().any(has_opened)
    }

    /// A COOKIE with this X from there is about this session: it is the one that X opened, or it lives and no other was asked for.
    fn is_of(&self, session: &Session, peer: SocketAddr, x: Tag) -> bool {
        session.peer == peer && (session.x == x || self.told_to_open <= 1 && !session.is_over())
    }

    /// Whether it opened a session of the connector, or was one of it.
    pub(super) fn cookie_ack_received(&mut self, at: Instant, from: SocketAddr, tag: Tag) -> bool {
        let found = self.find(from, tag, |session| self.peer_stamp(session));
        let known = found.and_then(|index| self.sessions.get_mut(index));
        // To a session that is over it is a packet of no session.
        let live = known.filter(|session| !session.is_over());
        let first = live.map(|session| session.opened(at));
        if first == Some(false) {
            let clause = match self.subject {
                Role::Connector => "MNET-ACK-1",
                Role::Listener => "MNET-SHUT-9",
            };
            self.suspect = Some(clause);
            self.sessions_go_on(at, from, clause);
        }
        first.is_some()
    }

    /// The live sessions with this peer go on after this packet, as the clause says.
    fn sessions_go_on(&mut self, at: Instant, peer: SocketAddr, clause: &'static str) {
        for session in self.sessions.iter_mut().filter(|session| session.peer == peer) {
            session.goes_on(at, clause);
        }
    }
}
