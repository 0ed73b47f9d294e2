//! What the subject sends: numbers, flags, coding, fragments, and whether it may speak at all.

use std::net::SocketAddr;
use std::time::Duration;

use reference::paperclip::{Body, DATA_MAX, ErrorCode, Flags, Packet, Widths, carried, checksum};
use simulator::Instant;

use super::errors::text_sent;
use super::handshake::FINISHED;
use super::numbers::{Changed, Numbers, Place};
use super::overlooked::Overlooked;
use super::receipts::{self, Receipt};
use super::session::Session;
use super::{ClipMonitor, ERROR, Frame, violation};
use crate::protocol::Violation;

/// How many sets of numbers an address has at once: an old session, one that may replace it.
const NUMBERS_MAX: usize = 4;
/// How long a subject may go on after something that ends it, beside what it may not have read.
pub(super) const GRACE: Duration = Duration::from_millis(250);
/// How long an answer may take that no clause times.
pub(super) const ANSWER: Duration = Duration::from_secs(1);
/// How long a program may take to read what has reached it, and to send what it has made, where time is its own.
const UNDER_WAY: Duration = Duration::from_millis(100);
/// How long a subject that was held up takes to catch up with what it had not read.
const RECOVERY: Duration = Duration::from_millis(20);
/// How far a Sequence ID may be past the oldest that no ACK has named (CLIP-REL-7).
const WINDOW: u16 = 1 << 14;

impl Frame {
    /// Octets of Sequence ID.
    pub(super) fn sequence_width(&self) -> usize {
        if self.widths == Widths::Table { 2 } else { 4 }
    }

    /// Octets of Init Vector.
    pub(super) fn vector_width(&self) -> usize {
        if self.widths == Widths::Table { 2 } else { 16 }
    }

    /// Octets of the checksum.
    pub(super) fn checksum_width(&self) -> usize {
        if self.widths == Widths::Table { 2 } else { 4 }
    }
}

impl ClipMonitor {
    /// The subject has sent a packet.
    pub(super) fn packet_sent(
        &mut self,
        at: Instant,
        to: SocketAddr,
        packet: &Packet<'_>,
        octets: &[u8],
    ) -> Vec<Violation> {
        let frame = self.frame;
        self.exercised.insert("CLIP-HEAD-5");
        let mut violations = Vec::new();
        if packet.body == (Body::Error { code: ErrorCode::NO_SPACE })
            && frame.capacity.is_some_and(|capacity| self.others() < capacity)
        {
            let what = format!("ERROR {} is sent, and there is room", ErrorCode::NO_SPACE);
            violations.push(violation("CLIP-AUTH-5", what, "an answer to AUTH"));
        }
        let session = self.session(to);
        if frame.handshake && frame.server && session.peer_auths.is_empty() {
            return session.stranger_sent(packet, octets).into_iter().collect();
        }
        let anew = !frame.server && matches!(packet.body, Body::Auth { .. });
        if session.ended.is_some() && !anew {
            return session.end_sent(&frame, at, packet).into_iter().collect();
        }
        if session.is_of_before(&frame, at, packet, octets) {
            return violations;
        }
        let again = session.is_sent_again(packet);
        violations.extend(session.hasty_sent(&frame, packet));
        violations.extend(session.number_sent(&frame, at, packet, octets));
        if let Body::Auth { .. } = packet.body {
            violations.extend(self.auth_sent(at, to, packet, octets));
            return violations;
        }
        let session = self.session(to);
        violations.extend(session.early_sent(&frame, packet));
        violations.extend(session.fragment_sent(&frame, packet));
        violations.extend(session.vector_sent(&frame, packet));
        match packet.body {
            Body::Ack { id, bits } => {
                session.ack_pays(at, id, bits);
                violations.extend(session.ack_sent(packet, id, bits));
                if let Some(proof) = session.proof(&frame, packet) {
                    violations.extend(session.proof_sent(&frame, proof));
                }
            }
            Body::Heartbeat { .. } if again => {}
            Body::Heartbeat { value } => {
                violations.extend(session.heartbeat_sent(&frame, at, value));
            }
            Body::Error { code } => {
                violations.extend(session.error_sent(&frame, code));
                violations.extend(session.answers_error(&frame, at, code));
                violations.extend(session.unearned(&frame, at, code));
                if matches!((code.major, code.minor), (1 | 2, 0)) {
                    violations.extend(session.gave_up(&frame, at));
                }
            }
            Body::Default | Body::Auth { .. } => {}
        }
        violations.extend(session.content_sent(&frame, at, packet));
        session.owes = false;
        violations
    }
}

impl Session {
    /// The server has answered an address that has no session (CLIP-HEAD-8, CLIP-AUTH-6).
    fn stranger_sent(&self, packet: &Packet<'_>, octets: &[u8]) -> Option<Violation> {
        let name = packet.spec().name;
        let answered = self.overlooked.last().filter(|_| matches!(packet.body, Body::Auth { .. }));
        if let Some(auth) = answered {
            return Some(auth.violation("an AUTH is answered with AUTH"));
        }
        if !matches!(packet.body, Body::Error { .. }) {
            let what = format!("{name} is sent to an address without session");
            return Some(violation("CLIP-AUTH-6", what, "silence, or an ERROR"));
        }
        let (sent, got) = (octets.len(), self.longest);
        (sent > got).then(|| {
            let what = format!("an address without session that sent {got} octets gets {sent}");
            violation("CLIP-HEAD-8", what, "never more octets than it sent")
        })
    }

    /// Whether the session is over for the subject.
    fn end_sent(&self, frame: &Frame, at: Instant, packet: &Packet<'_>) -> Option<Violation> {
        let ended = self.ended?;
        let is_of_handshake = matches!(packet.body, Body::Auth { .. })
            || matches!(packet.body, Body::Ack { .. }) && packet.data.len() == FINISHED;
        if self.own_auths.len() > self.rivals_from && is_of_handshake {
            // A handshake beside the session may go on.
            return None;
        }
        let name = packet.spec().name;
        let is_its_answer =
            matches!(packet.body, Body::Ack { id, .. } if self.ended_by.map(u32::from) == Some(id));
        let grace = if is_its_answer { ANSWER } else { GRACE };
        let late = at - ended > grace + frame.unread + frame.tolerance;
        late.then(|| {
            let what = format!("{name} is sent in a session that the peer has ended");
            violation("CLIP-ERR-1", what, "silence, for 10 s at least")
        })
    }

    /// Compares the Sequence ID with what was sent before.
    fn number_sent(
        &mut self,
        frame: &Frame,
        at: Instant,
        packet: &Packet<'_>,
        octets: &[u8],
    ) -> Option<Violation> {
        let is_auth = matches!(packet.body, Body::Auth { .. });
        let new_auth = matches!(packet.body, Body::Auth { key, .. }
            if !self.own_auths.iter().any(|auth| auth.key == key));
        let newest = self.numbers.last();
        let proof = self.proof(frame, packet);
        let proves = proof.is_some();
        let fits = |numbers: &Numbers| numbers.fits(packet);
        let known = self.numbers.iter().any(fits);
        let outside = self.is_outside(packet);
        if outside && !known {
            // An address without session is answered under any number.
            return None;
        }
        let again = !frame.handshake && packet.sequence == frame.base;
        // The session of a new key counts from the first number again, or goes on where its address was.
        let goes_on = newest.is_some_and(|numbers| numbers.next() == packet.sequence);
        let anew = newest.is_none_or(|numbers| numbers.auth && !goes_on);
        let begins = new_auth && anew || !known && (proves || again);
        if begins || self.numbers.is_empty() {
            self.numbers.push(Numbers::new(frame.base));
            if self.numbers.len() > NUMBERS_MAX
                && let Some(oldest) = self.numbers.iter().position(|numbers| !numbers.open)
            {
                self.numbers.remove(oldest);
            }
        }
        let index = self.numbers_of(packet, octets, proof.as_deref());
        let numbers = self.numbers.get_mut(index)?;
        if numbers.finished.is_none() {
            numbers.finished = proof;
        }
        let next = numbers.next();
        let split = numbers.is_split(packet);
        let before = numbers.get(packet.sequence).map(|sent| sent.flags);
        let changed = numbers.changed(packet, octets);
        let place = numbers.note(at, packet, octets);
        let (name, sequence) = (packet.spec().name, packet.sequence);
        let oldest = numbers.oldest_waiting(|it| self.acknowledged.contains_key(&it));
        self.waits = oldest.is_some();
        if let (Some((oldest, last)), Place::New) = (oldest, &place) {
            let past = sequence.wrapping_sub(oldest);
            // Nothing waits any more when the session ends.
            let ends = matches!(packet.body, Body::Error { code } if code.major == 2);
            if !ends && (WINDOW + 1..1 << 15).contains(&past) && self.told.insert("window") {
                let what = format!(
                    "Sequence ID {sequence} is {past} past {oldest}, which no ACK has named"
                );
                return Some(violation(
                    "CLIP-REL-7",
                    what,
                    "no Sequence ID more than 16384 past it",
                ));
            }
            let patience = frame.given_up + frame.tolerance + frame.unread;
            let goes_on = !matches!(packet.body, Body::Error { .. }) && frame.handshake;
            if goes_on
                && last.is_some_and(|last| at - last > patience)
                && self.told.insert("forgotten")
            {
                let what = format!(
                    "{name} is sent, and packet {oldest}, which no ACK has named, is sent no more"
                );
                return Some(violation(
                    "CLIP-REL-3",
                    what,
                    "that packet again, or the end of the session",
                ));
            }
        }
        let allowed = format!("Sequence ID {next}");
        let reversed = sequence.swap_bytes() == next && sequence != next;
        // What answers another PING is a packet of its own.
        let pong = matches!(packet.body, Body::Heartbeat { value: 1 });
        match place {
            Place::New if split => {
                let what = "a fragment has a Sequence ID of its own";
                Some(violation("CLIP-HEAD-5", what, "the Sequence ID of its packet"))
            }
            Place::New
            | Place::Impossible(..)
            | Place::Again { same: false, reliable: false, auth: false, .. }
                if reversed && !outside && frame.widths == Widths::Table =>
            {
                let what = format!("{name} has the Sequence ID {sequence}");
                Some(violation("CLIP-HEAD-1", what, "big-endian integers"))
            }
            Place::New | Place::Fragment => None,
            Place::Impossible(what, allowed) => Some(violation("CLIP-HEAD-5", what, &allowed)),
            Place::Again { auth: true, .. } => None,
            Place::Again { .. } if outside => None,
            Place::Again { other_kind: true, .. } => {
                let what = format!("{name} has the Sequence ID {sequence} of another packet");
                Some(violation("CLIP-HEAD-5", what, &allowed))
            }
            Place::Again { reliable: false, same, .. } if !is_auth => {
                let (clause, what) = if proves {
                    ("CLIP-AUTH-4", format!("the ACK of AUTH has the Sequence ID {sequence} again"))
                } else if same && !(pong && self.owed.owes_pong()) {
                    ("CLIP-REL-5", format!("{name} without RELIABLE is sent again"))
                } else {
                    ("CLIP-HEAD-5", format!("another {name} has the Sequence ID {sequence}"))
                };
                Some(violation(clause, what, &allowed))
            }
            Place::Again { .. } => {
                let fell = before.is_some_and(|flags| flags.has(Flags::RELIABLE))
                    && !packet.flags.has(Flags::RELIABLE);
                if fell {
                    let what = format!("{name} is sent again without RELIABLE");
                    return Some(violation("CLIP-REL-3", what, "the same flags again"));
                }
                if let Some(changed) = changed {
                    let (clause, what) = match changed {
                        Changed::InPart => (
                            "CLIP-REL-3",
                            format!("{name} {sequence} is sent again with other octets"),
                        ),
                        Changed::Wholly => (
                            "CLIP-HEAD-5",
                            format!("another {name} has the Sequence ID {sequence}"),
                        ),
                    };
                    return Some(violation(clause, what, &allowed));
                }
                self.again_sent(frame, at, packet)
            }
        }
    }

    /// A reliable packet is sent again: only until an ACK has named it.
    ///
    /// A program that the machine has held up may run its timers before it reads what has come meanwhile: what it does once is
    /// not held against it where time is the machine's.
    fn again_sent(&mut self, frame: &Frame, at: Instant, packet: &Packet<'_>) -> Option<Violation> {
        let (named, clause) = self.acknowledged.get(&packet.sequence)?;
        let at_once = frame.unread.is_zero();
        let grace = if at_once { UNDER_WAY } else { GRACE + frame.unread };
        if at - *named <= grace + frame.tolerance || packet.fragment.is_some() {
            return None;
        }
        let first = *self.sent_late.entry(packet.sequence).or_insert(at);
        (at_once || at - first > RECOVERY).then(|| {
            let name = packet.spec().name;
            let what = format!("{name} {} is sent again though an ACK named it", packet.sequence);
            violation(clause, what, "silence about it")
        })
    }

    /// Packets of an open session before it is open (CLIP-AUTH-1, CLIP-AUTH-6).
    fn early_sent(&self, frame: &Frame, packet: &Packet<'_>) -> Option<Violation> {
        let pong = matches!(packet.body, Body::Heartbeat { value: 1 });
        if self.open || !(pong || matches!(packet.body, Body::Default)) {
            return None;
        }
        let what = format!("{} is sent before the session is open", packet.spec().name);
        if let Some(ack) = self.overlooked.iter().rev().find(|it| it.is_finished(&self.keys)) {
            return Some(ack.violation(&format!("{what}, after a finished")));
        }
        let clause = match (self.wrong_finished, self.unproven) {
            (true, _) => "CLIP-AUTH-5",
            // Before the server has said anything a client can only have taken what came too early.
            (false, false) if frame.server || self.peer_auths.is_empty() => "CLIP-AUTH-6",
            // Nor does it take the session for open that answers a PING and proves nothing.
            (false, _) if !frame.server && pong && !self.has_proved => "CLIP-AUTH-6",
            (false, _) => "CLIP-AUTH-1",
        };
        Some(violation(clause, what, "nothing but AUTH, ACK and ERROR"))
    }

    /// Fragments: their length, and what all of a packet share (CLIP-FRAG-1).
    fn fragment_sent(&mut self, frame: &Frame, packet: &Packet<'_>) -> Option<Violation> {
        let fragment = packet.fragment?;
        let last = fragment.id + 1 == fragment.total;
        if packet.data.len() < DATA_MAX && !last {
            let what = format!(
                "fragment {} of {} has {} octets",
                fragment.id,
                fragment.total,
                packet.data.len()
            );
            return Some(violation("CLIP-FRAG-1", what, "988 octets in all but the last"));
        }
        let head = receipts::head(packet, frame.widths);
        if fragment.id == 0 {
            self.heads.insert(packet.sequence, head);
            return None;
        }
        let first = self.heads.entry(packet.sequence).or_insert_with(|| head.clone());
        if *first == head {
            return None;
        }
        let checksum_of_first =
            Packet::decode(first, frame.widths, frame.flags).ok().and_then(|first| first.checksum);
        let otherwise = Packet { checksum: checksum_of_first, ..*packet };
        let own = carried(checksum(packet.data), frame.widths);
        if packet.checksum == Some(own)
            && checksum_of_first.is_some()
            && receipts::head(&otherwise, frame.widths) == *first
        {
            let what = format!("fragment {} has the checksum of its own octets", fragment.id);
            return Some(violation("CLIP-SUM-1", what, "that of the whole data in each fragment"));
        }
        let what = format!("fragment {} differs from the first in its header", fragment.id);
        let allowed = "the same type, flags, numbers, vector and checksum";
        Some(violation("CLIP-FRAG-1", what, allowed))
    }

    /// A HEARTBEAT of the subject: a PONG for each PING at most.
    fn heartbeat_sent(&mut self, frame: &Frame, at: Instant, value: u8) -> Option<Violation> {
        match value {
            0 => self.beats.ping_sent(at, frame.unread),
            1 => {
                self.pongs += 1;
                self.owed.pong_sent();
                let asked = self.pings.saturating_add(u32::from(!frame.handshake));
                if self.pongs <= asked || !self.open {
                    return None;
                }
                if self.beats.others > 0 {
                    let what = "a PONG is sent for a HEARTBEAT that is no PING";
                    let allowed = "nothing, or ERROR 3.0";
                    return Some(violation("CLIP-BEAT-4", what, allowed));
                }
                let ping = self.overlooked.iter().rev().find(|overlooked| overlooked.ping);
                let what = "a PONG is sent that no PING asked for";
                Some(ping.map_or_else(
                    || {
                        let found = violation("CLIP-BEAT-1", what, "one PONG for each PING");
                        found.by_ruling_if(self.pinged_otherwise)
                    },
                    |ping| ping.violation("a PING is answered with PONG"),
                ))
            }
            _ => {
                let what = format!("HEARTBEAT has the value {value}");
                // The source document says True, and gives it no number.
                Some(violation("CLIP-BEAT-1", what, "0, PING, or 1, PONG").by_ruling())
            }
        }
    }

    /// What a packet carries, once it is whole.
    fn content_sent(
        &mut self,
        frame: &Frame,
        at: Instant,
        packet: &Packet<'_>,
    ) -> Option<Violation> {
        if packet.flags.has(Flags::ENCRYPTED) && self.keys.is_empty() {
            return None;
        }
        let receipt = self.outgoing.note(packet, frame.widths, &self.keys, false)?.clone();
        if let Some(clause) = receipt.refused {
            return Some(self.undecodable_sent(frame, packet, clause));
        }
        if receipt.kind == ERROR {
            return text_sent(receipt.data.as_deref()?);
        }
        if frame.echo && receipt.kind == 0 {
            let flags = receipt.flags;
            return self.deliver(at, receipt.data.as_deref()?, Some(flags));
        }
        None
    }

    /// The application was given this.
    pub(super) fn delivered(&mut self, at: Instant, data: &[u8]) -> Option<Violation> {
        self.deliver(at, data, None)
    }

    /// Data that was delivered, or came back: it must be that of a packet, each once.
    fn deliver(&mut self, at: Instant, data: &[u8], flags: Option<Flags>) -> Option<Violation> {
        let mask = !Flags::FRAG;
        let fits = |receipt: &Receipt| {
            receipt.kind == 0
                // What was taken unread may be anything.
                && receipt.data.as_deref().is_none_or(|known| known == data)
                && flags.is_none_or(|flags| receipt.flags & mask == flags & mask)
        };
        if let Some(receipt) = self.incoming.undelivered(fits) {
            receipt.delivered += 1;
            let (sequence, flags) = (receipt.sequence, receipt.flags);
            if receipt.is_reliable() && !receipt.acknowledged {
                self.delivered_owes(at, sequence, flags);
            }
            return None;
        }
        let Some(receipt) = self.incoming.iter_mut().rev().find(|receipt| fits(receipt)) else {
            let alike = |overlooked: &&Overlooked| overlooked.kind == 0 && overlooked.data == data;
            if let Some(overlooked) = self.overlooked.iter().rev().find(alike) {
                return Some(overlooked.violation("data is delivered"));
            }
            let beats =
                |receipt: &Receipt| receipt.kind == 3 && receipt.data.as_deref() == Some(data);
            return self.incoming.iter().any(beats).then(|| {
                let what = "data is delivered that came in a HEARTBEAT";
                violation("CLIP-BEAT-1", what, "PONG for PING, and nothing for PONG")
            });
        };
        receipt.delivered += 1;
        let (clause, what) = match receipt {
            Receipt { refused: Some(clause), .. } => {
                (*clause, "data is delivered that does not decode")
            }
            Receipt { early: true, .. } => {
                ("CLIP-AUTH-6", "data is delivered that came before the session")
            }
            _ if receipt.times < receipt.delivered
                && flags.is_some_and(|it| it.has(Flags::RELIABLE)) =>
            {
                let what = "a reliable packet comes again under another Sequence ID";
                return Some(violation("CLIP-HEAD-5", what, "a retransmission keeps its ID"));
            }
            _ if receipt.times < receipt.delivered => return None,
            _ if receipt.is_reliable() => ("CLIP-REL-4", "a repeated packet is delivered again"),
            _ if receipt.flags.has(Flags::FRAG) => {
                let what = "a packet of fragments is delivered again";
                // The source document says nothing of repeats.
                return Some(violation("CLIP-FRAG-2", what, "each packet once").by_ruling());
            }
            _ => ("CLIP-REL-5", "a repeated packet is delivered again"),
        };
        Some(violation(clause, what, "each packet once"))
    }
}
