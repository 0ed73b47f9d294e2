//! Watching packets of no session: those that reach the subject, and those that it sends.

use std::net::SocketAddr;

use reference::mnet::{Packet, Tag};
use simulator::Instant;

use super::session::{AT_ONCE, Session};
use super::{MnetMonitor, hex, opening, violation};
use crate::protocol::{Role, Violation};

/// How much DATA of no session is remembered, in packets.
const EARLY_MAX: usize = 256;

/// DATA that came before its session.
pub(super) struct Early {
    pub(super) from: SocketAddr,
    pub(super) tag: Tag,
    pub(super) sequence: u32,
    pub(super) data: Vec<u8>,
}

impl MnetMonitor {
    /// A packet for no session that the subject knows (MNET-WIRE-10), or from the wrong address (MNET-WIRE-12).
    pub(super) fn stray_received(
        &mut self,
        at: Instant,
        from: SocketAddr,
        tag: Tag,
        packet: &Packet<'_>,
    ) {
        let reflects = matches!(packet, Packet::Abort { .. });
        let elsewhere = self.sessions.iter().any(|session| {
            let of_session = self.peer_stamp(session) == tag;
            session.peer != from && (of_session || reflects && self.own_stamp(session) == tag)
        });
        let of_peer = self.sessions.iter().any(|session| session.peer == from);
        self.suspect = Some(match packet {
            _ if elsewhere => "MNET-WIRE-12",
            Packet::Abort { .. } if of_peer => "MNET-ABORT-1",
            _ => "MNET-WIRE-10",
        });
        if let Packet::Data { sequence, data, .. } = packet
            && self.early.len() < EARLY_MAX
        {
            self.early.push(Early { from, tag, sequence: *sequence, data: data.to_vec() });
        }
        match packet {
            Packet::Data { .. }
            | Packet::CookieAck { .. }
            | Packet::Shutdown { .. }
            | Packet::ShutdownAck { .. } => {
                *self.reflectable.entry((from, tag)).or_default() += 1;
                self.unanswerable.remove(&(from, tag));
            }
            Packet::Abort { .. } => {
                // A reflected ABORT carries the receiver's own stamp, and is right too.
                self.aborts.insert((from, tag));
                let reflected = self.find(from, tag, |session| self.own_stamp(session));
                match reflected.and_then(|index| self.sessions.get_mut(index)) {
                    Some(session) => session.abort_received(at),
                    None => {
                        self.unanswerable.insert((from, tag));
                    }
                }
            }
            Packet::ShutdownComplete { .. }
            | Packet::Cookie { .. }
            | Packet::Init { .. }
            | Packet::CookieEcho { .. } => {
                self.unanswerable.insert((from, tag));
                self.untaken = Some((from, Some(tag), "MNET-WIRE-10"));
            }
        }
    }

    /// Whether the packets of a session go elsewhere since somebody else has spoken with its tag (MNET-WIRE-12).
    fn moves(&self, to: SocketAddr, tag: Tag) -> bool {
        let elsewhere = |session: &&Session| session.peer != to && self.own_stamp(session) == tag;
        self.suspect == Some("MNET-WIRE-12")
            && !self.reflectable.contains_key(&(to, tag))
            && !self.sessions.iter().any(|session| session.peer == to)
            && self.sessions.iter().any(|session| elsewhere(&session))
    }

    /// What was heard last is not to be taken, and what goes there now may answer it.
    pub(super) fn answers_untaken(&self, at: Instant, to: SocketAddr) -> bool {
        let is_at_once = self.heard_at.is_some_and(|heard| at <= heard + AT_ONCE);
        is_at_once && self.untaken.is_some_and(|(from, _, _)| from == to)
    }

    /// An ABORT with the stamp of a session that answers what was heard last, a forged echo or a packet that is never answered and
    /// carried this stamp: whether that ends the session is left open.
    pub(super) fn answers_other_than_the_session(
        &mut self,
        at: Instant,
        to: SocketAddr,
        tag: Tag,
        packet: &Packet<'_>,
        index: usize,
    ) -> Option<Violation> {
        let (_, stray, id) = self.untaken?;
        // The stamp of the session's peer is what ends the session as well.
        let is_own = |session: &Session| self.peer_stamp(session) != tag;
        let is_own = self.sessions.get(index).is_some_and(is_own);
        let is_returned = stray.is_none_or(|stray| stray == tag && is_own);
        if !matches!(packet, Packet::Abort { .. }) || !self.answers_untaken(at, to) || !is_returned
        {
            return None;
        }
        let session = self.sessions.get_mut(index)?;
        if session.is_over() || session.is_told_to_abort() {
            return None;
        }
        session.doubt();
        let what = "ABORT answers what is never taken".to_owned();
        Some(violation(id, what, vec!["silence".to_owned()]).by_ruling())
    }

    /// A packet with a tag that no session with that address has.
    pub(super) fn stray_sent(
        &mut self,
        to: SocketAddr,
        tag: Tag,
        packet: &Packet<'_>,
    ) -> Vec<Violation> {
        let live = self.sessions.iter().rfind(|session| session.peer == to && !session.is_over());
        let name = packet.name();
        let is_abort = matches!(packet, Packet::Abort { .. });
        if is_abort && self.aborts.contains(&(to, tag)) {
            let what = "ABORT is answered with ABORT".to_owned();
            return vec![violation("MNET-ABORT-2", what, vec!["silence".to_owned()])];
        }
        let is_ack = matches!(packet, Packet::CookieAck { .. });
        let of_cookie = self.cookies.iter().any(|cookie| cookie.concerns(to, tag));
        if is_abort && of_cookie && self.late_echoes.contains(&to) {
            // An echo that had expired may be answered so, beside a session that lives, too (MNET-ECHO-2).
            return Vec::new();
        }
        let refused = self.bad_echoes.get(&to).filter(|id| !opening::SECOND_ECHOES.contains(id));
        if let Some(id) = refused.filter(|_| (is_abort || is_ack) && of_cookie) {
            let what = format!("{name} answers an echo that opens nothing");
            // The text says that it opens nothing, and of no answer to it.
            let found = violation(id, what, vec!["silence".to_owned()]);
            return vec![found.by_ruling_if(is_abort)];
        }
        let answers_stray =
            self.reflectable.contains_key(&(to, tag)) || self.unanswerable.contains(&(to, tag));
        let stamps_other = |session: &&Session| {
            session.peer == to
                && self.peer_stamp(session) == tag
                && self.own_stamp(session) != tag
                && (!session.is_over()
                    || (session.completed_by_subject()
                        && matches!(packet, Packet::ShutdownComplete { .. })))
        };
        let second = self.bad_echoes.get(&to).copied();
        let second = second.filter(|id| opening::SECOND_ECHOES.contains(id));
        if let Some(id) = second.filter(|_| !answers_stray && of_cookie) {
            // An answer is not yet a session.
            let empty = matches!(packet, Packet::Data { data: [], .. });
            if is_ack || is_abort || empty {
                return Vec::new();
            }
            let what = format!("{name} is sent in a session that a further echo has opened");
            return vec![violation(id, what, vec!["no second session".to_owned()])];
        }
        if is_abort && self.unanswerable.contains(&(to, tag)) {
            let what = "ABORT answers a packet that is never answered".to_owned();
            return vec![violation("MNET-WIRE-10", what, vec!["silence".to_owned()])];
        }
        if self.moves(to, tag) {
            let what = format!("{name} of a session goes to {to}, which is not its peer");
            return vec![violation("MNET-WIRE-12", what, vec!["the session's peer".to_owned()])];
        }
        let waits = |((peer, _), count): (&(SocketAddr, Tag), &u32)| *peer == to && *count > 0;
        if is_abort
            && live.is_some_and(|session| self.peer_stamp(session) != tag)
            && self.reflectable.iter().any(waits)
        {
            let what = format!("a reflected ABORT carries the tag {}", hex(&tag));
            return vec![violation("MNET-WIRE-10", what, vec!["the tag as received".to_owned()])];
        }
        if !is_abort && let Some(session) = self.sessions.iter().rfind(stamps_other) {
            return vec![violation(
                "MNET-WIRE-8",
                format!("{name} carries the tag {} of the other side", hex(&tag)),
                vec![format!("the tag {}", hex(&self.own_stamp(session)))],
            )];
        }
        if let Some(session) = live
            && !answers_stray
        {
            if is_abort && self.subject == Role::Listener && !session.is_open() {
                // An expired echo may be answered so (MNET-ECHO-2).
                return Vec::new();
            }
            let opened = |known: &Session| known.peer == to && known.x == tag;
            let is_opening = self.opening.get(&to).is_some_and(|tags| tags.contains(&tag));
            if is_abort && is_opening && !self.sessions.iter().any(opened) {
                // An opening that got no COOKIE is given up beside a session that lives.
                return Vec::new();
            }
            if is_abort && session.has_answered_shutdown() && self.peer_stamp(session) == tag {
                // Who gives up on SHUTDOWN-ACK ends without a word (MNET-SHUT-6), and may reflect what comes later.
                return Vec::new();
            }
            let has_ended = |ended: &Session| {
                ended.peer == to && ended.is_over() && self.peer_stamp(ended) == tag
            };
            if is_abort && self.sessions.iter().any(has_ended) {
                // Who does not remember an ended session reflects what comes late in it.
                return Vec::new();
            }
            if is_abort && self.peer_stamp(session) == tag {
                // It answers its own peer as a stranger: the session is lost.
                let id = self.suspect.unwrap_or("MNET-WIRE-8");
                let what = "ABORT answers a packet of a session that lives".to_owned();
                return vec![violation(id, what, vec!["a session that goes on".to_owned()])];
            }
            return vec![violation(
                "MNET-WIRE-8",
                format!("{name} carries the tag {}", hex(&tag)),
                vec![format!("the tag {}", hex(&self.own_stamp(session)))],
            )];
        }
        if is_ack && !answers_stray {
            let clause = self.bad_echoes.get(&to).copied().unwrap_or("MNET-ECHO-5");
            let what = "COOKIE-ACK answers an echo that opens nothing".to_owned();
            return vec![violation(clause, what, vec!["silence".to_owned()])];
        }
        if is_abort && self.inits.keys().any(|(from, init)| *from == to && *init == tag) {
            // An expired echo, or an INIT of another version, may be answered so (MNET-ECHO-2, MNET-WIRE-7).
            return Vec::new();
        }
        let refused = |cookie: &opening::Cookie| cookie.is_refused() && cookie.concerns(to, tag);
        if is_abort
            && self.subject == Role::Connector
            && self.cookies.iter().any(refused)
            && !self.opening.values().flatten().any(|x| *x == tag)
        {
            let what = "ABORT answers a COOKIE".to_owned();
            return vec![violation("MNET-WIRE-10", what, vec!["silence".to_owned()])];
        }
        if is_abort && (of_cookie || self.opening.get(&to).is_some_and(|tags| tags.contains(&tag)))
        {
            return Vec::new();
        }
        if self.subject == Role::Listener
            && matches!(packet, Packet::Data { .. })
            && self.inits.keys().any(|(from, _)| *from == to)
            && !(answers_stray && self.early.iter().any(|early| early.from == to))
        {
            let what = format!("DATA with the tag {} is sent before COOKIE-ACK", hex(&tag));
            return vec![violation("MNET-ACK-3", what, vec!["COOKIE-ACK first".to_owned()])];
        }
        let what = format!("{name} with the tag {} is sent in no session", hex(&tag));
        let reflected = "one ABORT that carries the tag as received, for DATA, COOKIE-ACK, SHUTDOWN, SHUTDOWN-ACK";
        vec![violation("MNET-WIRE-10", what, vec!["silence".to_owned(), reflected.to_owned()])]
    }
}

/// The tag of a packet that has one at octet 1.
pub(super) fn tag_of(packet: &Packet<'_>) -> Tag {
    match packet {
        Packet::Data { tag, .. }
        | Packet::Init { tag, .. }
        | Packet::Cookie { tag, .. }
        | Packet::CookieEcho { tag, .. }
        | Packet::CookieAck { tag }
        | Packet::Shutdown { tag, .. }
        | Packet::ShutdownAck { tag }
        | Packet::ShutdownComplete { tag }
        | Packet::Abort { tag } => *tag,
    }
}
