//! What a client sends: its own message IDs, base64, receipts, and numbers in the order that it asked for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use reference::wire::ByteOrder;
use simulator::Instant;

use super::line::swapped;
use super::{framing, number, octets, text, violation};
use crate::protocol::chat::octets::order_of;
use crate::protocol::{Message, StreamEvent, Violation};
use crate::script::Command;

/// Most things of one kind that are remembered.
const REMEMBERED_MAX: usize = 65_536;

/// How long a client may take to read the answer to its login.
const READ_LATE: Duration = Duration::from_secs(1);

/// Most parts that a number is believed to mean.
const PARTS_MAX: u64 = 4096;

/// A connection of the client's.
#[derive(Default)]
struct Session {
    /// The orders that the logins ask for which are not answered, in their order.
    wanted: VecDeque<Option<ByteOrder>>,
    order: Option<ByteOrder>,
    /// The order before the last login, and when that was answered: whoever reads late still writes in it.
    before: Option<(ByteOrder, Instant)>,
    /// The IDs of what has come since.
    heard_since: BTreeSet<Vec<u8>>,
    /// A ruling says which order that is: no login has.
    is_order_ruled: bool,
    message_ids: BTreeSet<Vec<u8>>,
    heads: BTreeMap<Vec<u8>, Vec<u8>>,
    short: Receipts,
    long: Receipts,
    /// The long messages that the application has asked for: the texts of those that have no head yet, and of those that have.
    wanted_texts: VecDeque<Vec<Vec<u8>>>,
    texts: BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
    has_said_goodbye: bool,
    is_lost: bool,
}

/// The subject as a client.
pub(super) struct Client {
    /// A registration logs in.
    registration_authenticates: bool,
    sessions: BTreeMap<u64, Session>,
}

impl Client {
    pub(super) const fn new(registration_authenticates: bool) -> Self {
        Self { registration_authenticates, sessions: BTreeMap::new() }
    }

    /// The application has been told to do something, on the newest connection.
    pub(super) fn told(&mut self, command: &Command) {
        let Command::Do(request) = command else { return };
        let parts = request.parameters.get("parts").and_then(serde_json::Value::as_array);
        if let (Some(mut session), Some(parts)) = (self.sessions.last_entry(), parts) {
            let texts = parts.iter().filter_map(serde_json::Value::as_str);
            let texts = texts.map(|text| text.as_bytes().to_vec()).collect();
            session.get_mut().wanted_texts.push_back(texts);
        }
    }

    pub(super) fn stream(
        &mut self,
        at: Instant,
        connection: u64,
        event: StreamEvent<'_>,
    ) -> Option<Violation> {
        let session = self.sessions.entry(connection).or_default();
        session.before = session.before.filter(|(_, since)| at - *since < READ_LATE);
        session.is_lost |= matches!(event, StreamEvent::Missing);
        if session.is_lost {
            return None;
        }
        let found = match event {
            StreamEvent::Received { message, .. } => {
                session.heard(at, message, self.registration_authenticates);
                None
            }
            StreamEvent::Sent(message) => session.sent(message),
            StreamEvent::Unfinished(_) => {
                Some(violation("CHAT-FRAME-1", "the client ends its stream within a packet", &[]))
            }
            _ => None,
        };
        session.is_lost = found.is_some();
        found
    }
}

impl Session {
    fn heard(&mut self, at: Instant, message: &Message, registration_authenticates: bool) {
        if matches!(message.name(), "S83" | "S91" | "S95") && self.before.is_some() {
            self.heard_since.insert(octets(message, "id").to_vec());
        }
        let okay = |name| number(message, name) == Some(text::OKAY);
        match message.name() {
            "S3" if okay("user-code") && okay("password-code") && okay("endianness-code") => {
                let wanted = self.wanted.pop_front();
                self.is_order_ruled = false;
                self.set_order(at, wanted.unwrap_or(self.order));
            }
            "S3" | "S4" | "S5" => {
                // What a login means for the order that is not okay, the text does not say.
                let wanted = self.wanted.pop_front().flatten();
                self.is_order_ruled |= wanted.is_some() && wanted != self.order;
            }
            "S7" if registration_authenticates
                && ["user-code", "password-code", "email-code"].into_iter().all(okay) =>
            {
                self.is_order_ruled = true;
                self.set_order(at, Some(ByteOrder::Big));
            }
            "S83" => self.short.heard(octets(message, "id")),
            "S95" | "S91" => self.long.heard(octets(message, "id")),
            _ => {}
        }
    }

    fn set_order(&mut self, at: Instant, order: Option<ByteOrder>) {
        self.before = self.order.filter(|before| Some(*before) != order).map(|it| (it, at));
        self.heard_since.clear();
        self.order = order;
    }

    fn sent(&mut self, message: &Message) -> Option<Violation> {
        if self.heard_since.contains(octets(message, "id")) {
            // It has read what came behind the answer to its login.
            self.before = None;
        }
        if self.has_said_goodbye {
            return Some(violation(
                "CHAT-AUTH-12",
                format!("{} comes after U40", message.name()),
                &[],
            ));
        }
        if let Some(problem) = &message.problem {
            // A receipt may be whole and have no end, or end within its ID.
            let is_cut_id = message.name() == "U84"
                && !message.octets.get(2..18).is_some_and(|id| self.short.open.contains_key(id));
            let begun = message.octets.get(2..).unwrap_or_default();
            let id = if self.short.has_begun(begun) || self.long.has_begun(begun) {
                "CHAT-FRAME-2"
            } else if is_cut_id {
                "CHAT-MSG-7"
            } else {
                "CHAT-FRAME-1"
            };
            return Some(violation(id, problem.clone(), &[]));
        }
        match message.name() {
            "U2" => {
                let order = number(message, "endianness").and_then(order_of);
                self.wanted.push_back(order);
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
            "U84" => self.short.acknowledged(message, &self.long, "CHAT-MSG-7", "CHAT-LONG-8"),
            "U96" => self.long.acknowledged(message, &self.short, "CHAT-LONG-8", "CHAT-MSG-7"),
            "U87" => base64(message, "message")
                .or_else(|| self.number(message, "parts"))
                .or_else(|| self.head(message))
                .or_else(|| self.total(message)),
            "U91" => base64(message, "message")
                .or_else(|| self.number(message, "part"))
                .or_else(|| self.part(message)),
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

    /// A 4-octet number in the order of this connection.
    fn meant(&self, read: u64) -> Option<u64> {
        let by = |order| if order == ByteOrder::Big { read } else { swapped(read) };
        let meant = by(self.order?);
        let before = self.before.map(|(before, _)| by(before));
        Some(before.filter(|before| meant > PARTS_MAX && *before <= PARTS_MAX).unwrap_or(meant))
    }

    /// TP is how many parts follow the head (CHAT-LONG-1).
    fn total(&mut self, message: &Message) -> Option<Violation> {
        let meant = self.meant(number(message, "parts")?)?;
        let id = octets(message, "message-id");
        if self.texts.contains_key(id) {
            return None;
        }
        let texts = self.wanted_texts.pop_front()?;
        let wanted = total_of(&texts);
        self.texts.insert(id.to_vec(), texts);
        let what = format!("U87 announces {meant} parts");
        // Whether the packets that remain are those behind the head, the text does not say.
        let counts_head = meant == wanted + 1;
        (meant != wanted).then(|| {
            let allowed = format!("{wanted} parts follow the head");
            violation("CHAT-LONG-1", what, &[&allowed]).by_ruling_if(counts_head)
        })
    }

    /// PN is from 1 to TP and that of its text, and the part has the message ID of its head (CHAT-LONG-2).
    fn part(&self, message: &Message) -> Option<Violation> {
        let meant = self.meant(number(message, "part")?)?;
        let Some(texts) = self.texts.get(octets(message, "message-id")) else {
            let what = "U91 has a message ID that no head had";
            let knows = !self.texts.is_empty() && self.texts.len() < REMEMBERED_MAX;
            return knows.then(|| violation("CHAT-LONG-2", what, &[]));
        };
        let total = total_of(texts);
        // From which number parts are counted, the text does not say.
        if !(1..=total).contains(&meant) {
            let what = format!("U91 has the number {meant}");
            let is_ruling = meant == 0 || meant == total + 1;
            return Some(
                violation("CHAT-LONG-2", what, &[&format!("1 to {total}")]).by_ruling_if(is_ruling),
            );
        }
        let text = text::decode(octets(message, "message"))?;
        let is_of = |number: u64| {
            usize::try_from(number).is_ok_and(|place| texts.get(place) == Some(&text))
        };
        let what = format!("U91 has the number {meant} and the text of another part");
        let is_ruling = is_of(meant - 1) || is_of(meant + 1);
        (!is_of(meant)).then(|| violation("CHAT-LONG-2", what, &[]).by_ruling_if(is_ruling))
    }

    fn number(&self, message: &Message, name: &str) -> Option<Violation> {
        let read = number(message, name)?;
        let meant = self.meant(read)?;
        let other = meant > PARTS_MAX && swapped(meant) <= PARTS_MAX;
        let what =
            format!("{} has {name} in the other byte order than U2 asks for", message.name());
        other.then(|| violation("CHAT-NUM-2", what, &[]).by_ruling_if(self.is_order_ruled))
    }
}

/// How many parts follow the head.
const fn total_of(texts: &[Vec<u8>]) -> u64 {
    (texts.len() as u64).saturating_sub(1)
}

/// The messages of one kind that have come, and their receipts.
#[derive(Default)]
struct Receipts {
    /// The IDs in the order in which they came, with those that came again.
    due: Vec<Vec<u8>>,
    /// Those that were not acknowledged yet, by their place.
    open: BTreeMap<Vec<u8>, VecDeque<usize>>,
    /// The place of the newest that was acknowledged.
    newest: Option<usize>,
}

impl Receipts {
    fn heard(&mut self, id: &[u8]) {
        if self.due.len() < REMEMBERED_MAX {
            self.open.entry(id.to_vec()).or_default().push_back(self.due.len());
            self.due.push(id.to_vec());
        }
    }

    /// Whether one of the IDs was read up to its first 00 or FF, where it has fixed width.
    fn has_begun(&self, octets: &[u8]) -> bool {
        self.open.keys().any(|id| framing::is_found_by_search(id, octets))
    }

    /// A receipt is sent; `id` is its clause, and `other_id` that of messages of the other kind.
    fn acknowledged(
        &mut self,
        receipt: &Message,
        other: &Self,
        id: &str,
        other_id: &str,
    ) -> Option<Violation> {
        if self.due.len() >= REMEMBERED_MAX {
            return None;
        }
        let name = receipt.name();
        let named = octets(receipt, "id");
        let Some(places) = self.open.get_mut(named) else {
            let is_others = other.open.contains_key(named);
            let what = format!("{name} has an ID that no message of its kind had");
            return Some(violation(if is_others { other_id } else { id }, what, &[]));
        };
        let Some(place) = places.pop_front() else {
            return Some(violation(id, format!("{name} comes twice for one message"), &[]));
        };
        if self.newest.is_some_and(|newest| place < newest) {
            let what = format!("{name} for an earlier message comes after that for a later one");
            return Some(violation("CHAT-FRAME-3", what, &[]));
        }
        self.newest = Some(place);
        None
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
