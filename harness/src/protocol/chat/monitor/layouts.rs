//! Layouts: which clause is broken by a packet that is not laid out as it should be, or that breaks off.

use reference::chat::{Ending, View};

use super::violation;
use crate::protocol::{Message, Role, Value, Violation};

/// A packet of the server's that breaks its layout, or holds a code that is none.
pub(super) fn malformed(message: &Message, problem: &str) -> Violation {
    let is_code = problem.ends_with("no code of this dialect");
    let other = |field: &crate::protocol::Field| {
        field.name.ends_with("code")
            && matches!(field.value, Value::Number(10..=12 | 16..=18 | 121))
    };
    let id = match message.name() {
        _ if is_code && message.fields.iter().any(other) => "CHAT-NUM-1",
        "S1" | "S85" | "S169" => "CHAT-FRAME-1",
        name => clause_of(name),
    };
    violation(id, problem.to_owned(), &[])
}

/// The clause that lays a packet out.
pub(super) fn clause_of(name: &str) -> &'static str {
    match name {
        "S1" => "CHAT-AUTH-1",
        "U2" | "S3" => "CHAT-AUTH-2",
        "S5" => "CHAT-AUTH-5",
        "U6" => "CHAT-AUTH-6",
        "S7" => "CHAT-AUTH-7",
        "S9" => "CHAT-AUTH-9",
        "U40" => "CHAT-AUTH-10",
        "U80" | "S81" => "CHAT-MSG-1",
        "S83" => "CHAT-MSG-3",
        "S85" => "CHAT-MSG-6",
        "U84" => "CHAT-MSG-7",
        "U87" | "S88" => "CHAT-LONG-1",
        "U91" | "S92" => "CHAT-LONG-2",
        "S95" | "S91" => "CHAT-LONG-4",
        "U99" | "S97" | "S100" => "CHAT-LONG-6",
        "U96" => "CHAT-LONG-8",
        "U160" | "S161" => "CHAT-ROOM-1",
        "S162" => "CHAT-ROOM-2",
        "U163" | "S164" | "S165" => "CHAT-ROOM-3",
        "U166" | "S167" | "S168" => "CHAT-ROOM-5",
        "U169" | "S169" => "CHAT-ROOM-6",
        "S251" => "CHAT-FRAME-6",
        "U252" | "S253" | "U254" => "CHAT-CAP-1",
        "S4" | "S8" | "S82" | "S86" | "S89" | "S93" | "S98" | "S102" => "CHAT-FRAME-4",
        _ => "CHAT-FRAME-1",
    }
}

/// The clause that is broken by octets of a server that stay without the rest of their packet: an end that is missing
/// (CHAT-FRAME-1), or one that comes before all fields have.
pub(in crate::protocol::chat) fn broken_off(octets: &[u8]) -> Option<&'static str> {
    let view = View::of(Role::Listener, octets);
    let layout = view.layout.filter(|_| view.ending == Ending::Unfinished)?;
    if octets.ends_with(&[0]) {
        // No code is 00: it was to be the end.
        return Some(clause_of(layout.spec.name));
    }
    (view.fields.len() == layout.parts.len()).then_some("CHAT-FRAME-1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_without_its_end_and_one_that_ends_early_are_told_apart() {
        assert_eq!(broken_off(b"\x07\xFF\x03\x03\x03"), Some("CHAT-FRAME-1"), "no end");
        assert_eq!(broken_off(b"\x07\xFF\x03\x03\x00"), Some("CHAT-AUTH-7"), "no E");
        assert_eq!(broken_off(b"\x03\xFF\x03\x03\x00"), Some("CHAT-AUTH-2"), "two codes");
        assert_eq!(broken_off(b"\x07\xFF\x03"), None, "under way");
        assert_eq!(broken_off(b"\x07\xFF\x03\x03\x03\x00"), None, "whole");
    }
}
