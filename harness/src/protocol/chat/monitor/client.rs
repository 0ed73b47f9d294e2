//! What a client sends: its own message IDs, base64, receipts, and numbers in the order that it asked for.

use std::collections::{BTreeMap, BTreeSet};

use reference::wire::ByteOrder;

use super::line::swapped;
use super::{number, octets, text, violation};
use crate::protocol::chat::octets::order_of;
use crate::protocol::{Message, StreamEvent, Violation};

/// Most things of one kind that are remembered.
const REMEMBERED_MAX: usize = 65_536;

/// Most parts that a number is believed to mean.
const PARTS_MAX: u64 = 4096;

/// A connection of the client's.
#[derive(Default)]
struct Session {
    wanted: Option<ByteOrder>,
    order: Option<ByteOrder>,
    message_ids: BTreeSet<Vec<u8>>,
    heads: BTreeMap<Vec<u8>, Vec<u8>>,
    short_ids: BTreeSet<Vec<u8>>,
    long_ids: BTreeSet<Vec<u8>>,
    has_said_goodbye: bool,
    is_lost: bool,
}

/// The subject as a client.
#[derive(Default)]
pub(super) struct Client {
    sessions: BTreeMap<u64, Session>,
}

impl Client {
    pub(super) fn stream(&mut self, connection: u64, event: StreamEvent<'_>) -> Option<Violation> {
        let session = self.sessions.entry(connection).or_default();
        if session.is_lost {
            return None;
        }
        let found = match event {
            StreamEvent::Received(message) => {
                session.heard(message);
                None
            }
            StreamEvent::Sent(message) => session.sent(message),
            _ => None,
        };
        session.is_lost = found.is_some();
        found
    }
}

impl Session {
    fn heard(&mut self, message: &Message) {
        let okay = |name| number(message, name) == Some(text::OKAY);
        match message.name() {
            "S3" if okay("user-code") && okay("password-code") && okay("endianness-code") => {
                self.order = self.wanted;
            }
            "S7" if okay("user-code") && okay("password-code") && okay("email-code") => {
                self.order = Some(ByteOrder::Big);
            }
            "S83" if self.short_ids.len() < REMEMBERED_MAX => {
                self.short_ids.insert(octets(message, "id").to_vec());
            }
            "S95" | "S91" if self.long_ids.len() < REMEMBERED_MAX => {
                self.long_ids.insert(octets(message, "id").to_vec());
            }
            _ => {}
        }
    }

    fn sent(&mut self, message: &Message) -> Option<Violation> {
        if self.has_said_goodbye {
            return Some(violation(
                "CHAT-AUTH-12",
                format!("{} comes after U40", message.name()),
                &[],
            ));
        }
        if let Some(problem) = &message.problem {
            return Some(violation("CHAT-FRAME-1", problem.clone(), &[]));
        }
        match message.name() {
            "U2" => {
                let order = number(message, "endianness").and_then(order_of);
                self.wanted = order;
                let none = violation("CHAT-NUM-3", "E is no endianness", &["4C or 42", "01 or 02"]);
                if order.is_none() { Some(none) } else { base64(message, "password") }
            }
            "U6" | "U160" => base64(message, "password"),
            "U40" => {
                self.has_said_goodbye = true;
                None
            }
            "U80" => {
                base64(message, "message").or_else(|| self.is_new(octets(message, "message-id")))
            }
            "U84" => self.receipt(message, "CHAT-MSG-7"),
            "U96" => self.receipt(message, "CHAT-LONG-8"),
            "U87" => base64(message, "message")
                .or_else(|| self.number(message, "parts"))
                .or_else(|| self.head(message)),
            "U91" => base64(message, "message").or_else(|| self.number(message, "part")),
            _ => None,
        }
    }

    /// A message ID may come once (CHAT-MSG-8).
    fn is_new(&mut self, id: &[u8]) -> Option<Violation> {
        if self.message_ids.len() < REMEMBERED_MAX && !self.message_ids.insert(id.to_vec()) {
            return Some(violation("CHAT-MSG-8", "a message ID comes a second time", &[]));
        }
        None
    }

    /// A head may come again as it was: it was asked for, or is repeated.
    fn head(&mut self, message: &Message) -> Option<Violation> {
        let id = octets(message, "message-id");
        match self.heads.get(id) {
            Some(before) if *before == message.octets => None,
            _ => {
                self.heads.insert(id.to_vec(), message.octets.clone());
                self.is_new(id)
            }
        }
    }

    fn number(&self, message: &Message, name: &str) -> Option<Violation> {
        let read = number(message, name)?;
        let meant = match self.order? {
            ByteOrder::Big => read,
            ByteOrder::Little => swapped(read),
        };
        let other = meant > PARTS_MAX && swapped(meant) <= PARTS_MAX;
        let what =
            format!("{} has {name} in the other byte order than U2 asks for", message.name());
        other.then(|| violation("CHAT-NUM-2", what, &[]))
    }

    fn receipt(&self, message: &Message, id: &str) -> Option<Violation> {
        let ids = if message.name() == "U84" { &self.short_ids } else { &self.long_ids };
        let full = ids.len() >= REMEMBERED_MAX;
        let what = format!("{} has an ID that no message had", message.name());
        (!full && !ids.contains(octets(message, "id"))).then(|| violation(id, what, &[]))
    }
}

/// A field must be base64 (CHAT-TEXT-2).
fn base64(message: &Message, name: &str) -> Option<Violation> {
    let octets = octets(message, name);
    let is_long = name == "message" && octets.len() > 4000;
    (is_long || text::decode(octets).is_none()).then(|| {
        violation(
            "CHAT-TEXT-2",
            format!("the {name} of {} is not base64 of 4000 octets at most", message.name()),
            &[],
        )
    })
}
