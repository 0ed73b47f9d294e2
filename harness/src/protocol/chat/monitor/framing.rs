//! Framing: which clause is broken when a server takes a packet for another, or finds one where none is.
//!
//! What such a server answers names no clause: S251 comes for a 00 that is not ignored, for the rest of a packet that
//! was not skipped, and for a packet that was taken apart. What had come just before does.

use std::collections::BTreeSet;

use reference::chat::{Dialect, Ending, Layout, View};
use reference::wire::ByteOrder;
use simulator::Instant;

use super::line::{Ask, Line, Question};
use super::{PACKET_MAX, octets};
use crate::protocol::chat::octets::message_of;
use crate::protocol::{Message, Role, Value, Violation, clause};

/// The packet length that a server must take in any case, and that a shorter buffer does not.
const SHORT_PACKET: usize = 4096;

/// The fields of fixed width.
const FIXED: [&str; 6] = ["message-id", "room", "id", "id-start", "parts", "part"];

/// The fields of free length, which may hold all octets but two.
const FREE: [&str; 5] = ["user", "password", "email", "alias", "message"];

/// Whether a server says with this packet that it could not read another.
pub(super) fn is_refusal(name: &str) -> bool {
    matches!(name, "S4" | "S8" | "S82" | "S86" | "S89" | "S93" | "S98" | "S102" | "S251")
}

/// The clause that is about skipping or ignoring what this packet is, if it is no ordinary one.
pub(super) fn oddity(ask: Ask, message: &Message) -> Option<&'static str> {
    match ask {
        Ask::Packet => None,
        Ask::Broken if message.octets.len() > PACKET_MAX => Some("CHAT-FRAME-5"),
        Ask::Broken => Some("CHAT-FRAME-4"),
        Ask::Unknown if message.octets.first() == Some(&0xFF) => Some("CHAT-FRAME-1"),
        Ask::Unknown => Some("CHAT-FRAME-6"),
    }
}

/// The clause of a 00 that follows this packet and is not ignored.
pub(super) fn stray(before: Option<&Message>) -> &'static str {
    let has_no_endianness = |message: &Message| {
        message.name() == "U2" && message.problem.is_none() && message.field("endianness").is_none()
    };
    if before.is_some_and(has_no_endianness) { "CHAT-FRAME-2" } else { "CHAT-FRAME-1" }
}

/// What is wrong with an answer, when it is right to the packet in one piece: the cut is what the server did not bear.
pub(super) fn of_a_cut(
    question: &Question,
    whole: &mut BTreeSet<&'static str>,
    found: Option<Violation>,
) -> Option<Violation> {
    if !question.is_cut {
        if found.is_none() {
            whole.insert(question.name());
        }
        return found;
    }
    let is_cut_alone =
        whole.contains(question.name()) && question.message.octets.len() <= SHORT_PACKET;
    found.map(|found| {
        if !is_cut_alone {
            return found;
        }
        let what = format!("{}, as it came in pieces", found.what);
        Violation { clause: clause("CHAT-FRAME-3"), what, ..found }
    })
}

/// Whether octets begin with a field of fixed width as who searches for its end reads it: up to its first 00 or FF.
pub(super) fn is_found_by_search(field: &[u8], octets: &[u8]) -> bool {
    let is_mark = |octet: &u8| matches!(octet, 0 | 0xFF);
    field.iter().position(is_mark).is_some_and(|place| {
        let (found, behind) = octets.split_at_checked(place).unwrap_or_default();
        // What is behind it is the next field, or the end of the packet.
        field.starts_with(found) && matches!(behind, [0] | [0xFF, ..])
    })
}

/// The clause that is broken by an answer which cannot be read, for what it answers; none if it is the answer's own.
pub(super) fn misread(line: &Line, answer: &Message) -> Option<&'static str> {
    let question = line.questions.front()?;
    let (answers, _) = question.answers(line.user.is_some());
    if !answers.contains(&answer.name()) {
        return None;
    }
    let begun = answer.octets.get(2..)?;
    let is_cut = |name: &&str| is_found_by_search(octets(&question.message, name), begun);
    FIXED.iter().any(is_cut).then_some("CHAT-FRAME-2")
}

/// The clause that is broken when a good packet is refused as one that cannot be read; none if it is the packet's own.
pub(super) fn refused(question: &Question) -> Option<&'static str> {
    if let Some(id) = question.after {
        return Some(id);
    }
    if question.message.octets.len() > SHORT_PACKET {
        return Some("CHAT-FRAME-5");
    }
    if question.is_cut {
        return Some("CHAT-FRAME-3");
    }
    // E that is missing, or that is an FF.
    let is_odd_login =
        question.name() == "U2" && !matches!(question.message.number("endianness"), Some(1..=0xFE));
    let is_high = |name: &&str| octets(&question.message, name).iter().any(|octet| *octet > 0x7F);
    if is_odd_login || holds_marks(&question.message) || FREE.iter().any(is_high) {
        return Some("CHAT-FRAME-2");
    }
    question.is_joined.then_some("CHAT-FRAME-3")
}

/// Whether a field of fixed width holds a 00 or an FF: that it does not end there is a ruling (CHAT-FRAME-2).
pub(super) fn holds_marks(message: &Message) -> bool {
    let is_mark = |octet: &u8| matches!(octet, 0 | 0xFF);
    FIXED.iter().any(|name| match message.field(name) {
        Some(Value::Octets(octets)) => octets.iter().any(is_mark),
        // Small numbers hold a 00 in any case.
        Some(Value::Number(_)) => true,
        None => false,
    })
}

/// The clause that is broken by a refusal that answers nothing.
pub(super) fn unasked(line: &Line, otherwise: &'static str) -> &'static str {
    if let Some(id) = line.after.or(line.recent) {
        return id;
    }
    // What has come of a packet is no reason to answer.
    if line.waits.is_some() { "CHAT-FRAME-3" } else { otherwise }
}

/// Whether this answers a packet of which not all has come.
pub(super) fn is_early(line: &Line, dialect: Dialect, answer: &str) -> bool {
    line.waits.is_some_and(|code| {
        let begun = message_of(dialect, Role::Connector, ByteOrder::Big, &[code]);
        let question = Question::new(Instant::START, Ask::Packet, begun);
        question.answers(line.user.is_some()).0.contains(&answer)
    })
}

/// The clause that is broken by who answers a packet that is within another that was to be skipped.
pub(super) fn read_on(line: &Line, dialect: Dialect, answer: &str) -> Option<&'static str> {
    let skipped = line.answered.as_ref()?;
    let is_skipped = skipped.problem.is_some() || skipped.octets.len() > PACKET_MAX;
    let holds = |start: usize| {
        let octets = skipped.octets.get(start..).unwrap_or_default();
        let is_known =
            octets.first().is_some_and(|code| Layout::of(Role::Connector, *code).is_some());
        is_known && {
            let within = message_of(dialect, Role::Connector, ByteOrder::Big, octets);
            let question = Question::new(Instant::START, Ask::Packet, within);
            question.message.problem.is_none() && question.answers(true).0.contains(&answer)
        }
    };
    line.recent.filter(|_| is_skipped && (1..skipped.octets.len()).any(holds))
}

/// The clause that is broken when U84, U96 or U99 is refused as one that cannot be read; it is due if it names a message that came
/// to this connection and was not acknowledged before.
pub(super) fn receipt_refused(question: &Question, is_due: bool) -> &'static str {
    // Every ID holds a 00, but not every one an FF.
    let name = if question.name() == "U99" { "id-start" } else { "id" };
    let is_separated = octets(&question.message, name).contains(&0xFF);
    // What answers U84 with another ID is advice.
    let is_left = question.name() == "U84" || !is_separated;
    match refused(question) {
        Some("CHAT-FRAME-2") if !is_due && is_left => question.clause(true),
        Some(id) => id,
        None => question.clause(true),
    }
}

/// What octets are that are no whole packet yet, if that can be told already (CHAT-FRAME-4, -6).
pub(super) fn told_early(octets: &[u8]) -> Option<Ask> {
    match View::of(Role::Connector, octets).ending {
        Ending::Unknown => Some(Ask::Unknown),
        Ending::Broken(_) => Some(Ask::Broken),
        Ending::Unfinished if octets.len() >= PACKET_MAX => Some(Ask::Broken),
        Ending::Unfinished | Ending::Whole => None,
    }
}

/// The client's identifier of a packet.
pub(super) fn client_id(message: &Message) -> Option<&[u8]> {
    let id = octets(message, "message-id");
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_was_read_to_its_first_00_or_ff_is_recognized() {
        let id = b"ROOM\x0001\xFF";
        assert!(is_found_by_search(id, b"ROOM\xFF\x03\x00"), "the next field follows");
        assert!(is_found_by_search(id, b"ROOM\x00"), "the packet ends");
        assert!(!is_found_by_search(id, b"ROOM\x0001\xFF\xFF\x03\x00"), "it is whole");
        assert!(!is_found_by_search(id, b"ROO\xFF\x03\x00"), "it ends elsewhere");
        assert!(!is_found_by_search(b"ROOM0001", b"ROOM\xFF\x03\x00"), "it has no such octet");
        assert!(!is_found_by_search(id, b"ROOM"), "nothing ends it");
    }
}
