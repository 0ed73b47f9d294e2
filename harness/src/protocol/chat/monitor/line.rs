//! A connection of a server's as its monitor knows it: what was asked and what the server has confirmed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reference::wire::ByteOrder;
use simulator::Instant;

use super::{octets, text};
use crate::protocol::Message;

/// Most questions without an answer that are remembered.
const QUESTIONS_MAX: usize = 65_536;

/// What a packet is to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// A packet.
    Packet,
    /// A packet that breaks its layout.
    Broken,
    /// No packet of a client.
    Unknown,
}

/// Something that a server was asked.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Question {
    pub(super) at: Instant,
    pub(super) ask: Ask,
    pub(super) message: Message,
    /// Which of the short messages it is.
    pub(super) said: Option<usize>,
    /// It came in more than one piece.
    pub(super) is_cut: bool,
    /// It came together with another.
    pub(super) is_joined: bool,
    /// The clause about what came right before it and was to be skipped or ignored.
    pub(super) after: Option<&'static str>,
    /// A message before it had the same client's identifier.
    pub(super) is_repeated: bool,
    /// The server has asked for its head or a part, perhaps in the place of an answer: the text does not say that both are due.
    pub(super) asks_again: bool,
}

impl Question {
    /// Something that was asked, in one piece and by itself.
    pub(super) const fn new(at: Instant, ask: Ask, message: Message) -> Self {
        Self {
            at,
            ask,
            message,
            said: None,
            is_cut: false,
            is_joined: false,
            after: None,
            is_repeated: false,
            asks_again: false,
        }
    }

    /// The packet's name.
    pub(super) fn name(&self) -> &'static str {
        self.message.name()
    }

    /// Whether it is a request of this name for this room.
    pub(super) fn is_for(&self, name: &str, room: &[u8]) -> bool {
        self.ask == Ask::Packet && self.name() == name && octets(&self.message, "room") == room
    }

    /// What may answer it on a connection with a login or without, and whether nothing may.
    pub(super) fn answers(&self, has_login: bool) -> (&'static [&'static str], bool) {
        let name = self.name();
        let is_login = self.ask != Ask::Unknown && matches!(name, "U2" | "U6");
        if !has_login && !is_login {
            return if name == "U40" && self.ask == Ask::Packet {
                (&[], true)
            } else {
                (&["S9"], false)
            };
        }
        match (self.ask, name) {
            (Ask::Broken, "U2") => (&["S4"], false),
            (Ask::Broken, "U6") => (&["S8"], false),
            (Ask::Broken, "U80") => (&["S82"], false),
            (Ask::Broken, "U84") => (&["S86"], false),
            (Ask::Broken, "U87") => (&["S89"], false),
            (Ask::Broken, "U91") => (&["S93"], false),
            (Ask::Broken, "U96") => (&["S98"], false),
            (Ask::Broken, "U99") => (&["S102"], false),
            (Ask::Broken | Ask::Unknown, _) => (&["S251"], false),
            (Ask::Packet, "U2") => (&["S3", "S5"], false),
            (Ask::Packet, "U6") => (&["S7"], false),
            (Ask::Packet, "U80") if self.is_repeated => (&["S81", "S82"], false),
            (Ask::Packet, "U80") => (&["S81"], false),
            (Ask::Packet, "U84") => (&["S85"], true),
            (Ask::Packet, "U87") => (&["S88"], false),
            (Ask::Packet, "U91") => (&["S92"], self.asks_again),
            (Ask::Packet, "U96") => (&["S97"], true),
            (Ask::Packet, "U99") => (&["S100", "S101"], true),
            (Ask::Packet, "U160") => (&["S161"], false),
            (Ask::Packet, "U163") => (&["S164"], false),
            (Ask::Packet, "U166") => (&["S167"], false),
            (Ask::Packet, "U252") => (&["S253", "S251"], false),
            (Ask::Packet, "U254" | "U169") => (&["S251"], true),
            (Ask::Packet, _) => (&[], true),
        }
    }

    /// The clause that is broken when the answer is missing or another packet.
    pub(super) fn clause(&self, has_login: bool) -> &'static str {
        match (self.ask, self.name()) {
            (Ask::Broken, _) if self.message.octets.len() > super::PACKET_MAX => "CHAT-FRAME-5",
            (Ask::Broken, "U2" | "U6") => "CHAT-FRAME-4",
            (Ask::Packet, "U2") => "CHAT-AUTH-2",
            (Ask::Packet, "U6") => "CHAT-AUTH-6",
            _ if !has_login => "CHAT-AUTH-9",
            (Ask::Broken, "U40") => "CHAT-AUTH-9",
            (Ask::Broken, _) => "CHAT-FRAME-4",
            (Ask::Unknown, _) if self.message.octets.first() == Some(&0xFF) => "CHAT-FRAME-1",
            (Ask::Unknown, _) => "CHAT-FRAME-6",
            (Ask::Packet, "U80") => "CHAT-MSG-1",
            (Ask::Packet, "U84") => "CHAT-MSG-6",
            (Ask::Packet, "U87") => "CHAT-LONG-1",
            (Ask::Packet, "U91") => "CHAT-LONG-2",
            (Ask::Packet, "U96" | "U99") => "CHAT-LONG-6",
            (Ask::Packet, "U160") => "CHAT-ROOM-1",
            (Ask::Packet, "U163") => "CHAT-ROOM-3",
            (Ask::Packet, "U166") => "CHAT-ROOM-5",
            (Ask::Packet, "U252" | "U254") => "CHAT-CAP-1",
            (Ask::Packet, "U169") => "CHAT-ROOM-6",
            (Ask::Packet, _) => "CHAT-FRAME-1",
        }
    }
}

/// A head that the server has taken.
pub(super) struct Head {
    pub(super) total: u64,
    pub(super) room: Vec<u8>,
    pub(super) message: Vec<u8>,
    pub(super) parts: BTreeMap<u64, Vec<u8>>,
    /// Parts that came again with another text.
    pub(super) again: Vec<Vec<u8>>,
    /// A part came again, or was refused.
    pub(super) has_odd_parts: bool,
    /// Its sender has left its room since, and may have come back.
    pub(super) was_left: bool,
    /// Another head with its message ID was refused.
    pub(super) rival_refused: bool,
    /// The clause that is broken if it is forgotten, by what came since its newest part.
    pub(super) suspect: Option<&'static str>,
}

/// A long message that has come to a connection.
pub(super) struct LongHeard {
    /// How many parts it has, and how many of them have come.
    pub(super) parts: usize,
    pub(super) heard: usize,
    /// When its head or a part of it came last.
    pub(super) last: Instant,
}

/// A connection.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and none excludes another"
)]
pub(super) struct Line {
    pub(super) was_greeted: bool,
    /// What S1 calls it.
    pub(super) guest: Vec<u8>,
    /// Something was wrong here: what follows is not judged.
    pub(super) is_lost: bool,
    /// Something here was against a ruling: what follows is not judged, but noted.
    pub(super) is_doubted: bool,
    /// The client has said goodbye or ended its side, or the server has.
    pub(super) has_parted: bool,
    /// The client has said goodbye.
    pub(super) has_said_bye: bool,
    pub(super) order: ByteOrder,
    /// A ruling says which order that is: no login has.
    pub(super) is_order_ruled: bool,
    /// The clause that is broken by who reads numbers in the other order.
    pub(super) order_clause: &'static str,
    pub(super) user: Option<Vec<u8>>,
    /// Other users who were to log in here and were answered with 06.
    pub(super) refused_users: BTreeSet<Vec<u8>>,
    pub(super) alias: Vec<u8>,
    /// All aliases that it had or may have.
    pub(super) aliases: BTreeSet<Vec<u8>>,
    /// The clause that is broken if the alias is lost, by what came last.
    pub(super) alias_suspect: Option<&'static str>,
    /// A message of its user came with its alias.
    pub(super) alias_was_told: bool,
    /// Changes of alias that are asked for or done.
    pub(super) renames: Vec<(Vec<u8>, Vec<u8>)>,
    /// How often it was told of each change: user, old alias, new alias.
    pub(super) renames_told: BTreeMap<[Vec<u8>; 3], usize>,
    pub(super) rooms: BTreeSet<Vec<u8>>,
    /// Rooms that were joined at some time.
    pub(super) rooms_ever: BTreeSet<Vec<u8>>,
    /// When it was told that it has left a room, which it has not joined again.
    pub(super) left: BTreeMap<Vec<u8>, Instant>,
    /// How often each room was joined, and how often it was told that a user has joined one.
    pub(super) joins: BTreeMap<Vec<u8>, usize>,
    pub(super) joins_told: BTreeMap<(Vec<u8>, Vec<u8>), usize>,
    /// Who was in a room before this connection asked to join it for the first time, and has not joined it again since.
    pub(super) there_before: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>,
    /// The clause that is broken if a room is lost or kept, by what happened last.
    pub(super) suspects: BTreeMap<Vec<u8>, &'static str>,
    pub(super) questions: VecDeque<Question>,
    pub(super) heads: BTreeMap<Vec<u8>, Head>,
    pub(super) heads_done: BTreeSet<Vec<u8>>,
    pub(super) has_sent_head: bool,
    /// Long messages that came here, by their IDs.
    pub(super) long_heard: BTreeMap<Vec<u8>, LongHeard>,
    /// The clause about what came last and was to be skipped or ignored, and of what came before the newest answer.
    pub(super) after: Option<&'static str>,
    pub(super) recent: Option<&'static str>,
    /// The first octet of a packet of which not all has come.
    pub(super) waits: Option<u8>,
    /// Clients' identifiers that were used.
    pub(super) client_ids: BTreeSet<Vec<u8>>,
    /// The clause that is broken if the server takes the user for logged in, or no longer so, by what it answered last.
    pub(super) login: &'static str,
    /// Heads in whose place others have come.
    pub(super) replaced: Vec<(Vec<u8>, Head)>,
    /// The server has ended its side.
    pub(super) is_over: bool,
    /// It has ended it although the client was logged in and had not parted.
    pub(super) was_let_go: bool,
    /// The newest message of each connection and room that came here.
    pub(super) newest_heard: BTreeMap<(u64, Vec<u8>), usize>,
    /// The packet that is under way was asked already: it cannot be a good one any more.
    pub(super) was_told_early: bool,
    /// What was answered last.
    pub(super) answered: Option<Message>,
    /// What was answered before that was a head.
    pub(super) is_behind_head: bool,
    /// A long message has come here before it could be told whose it was.
    pub(super) has_strange_long: bool,
    /// Long messages may have come here that cannot be told apart: a part was asked for again, or came early.
    pub(super) is_unsure_of_long: bool,
    /// S251 has come for this many packets that need no answer, and nothing since: it may have been the next one's.
    pub(super) spare_refusals: u32,
    /// S251 has come for the packet that waits for its rest.
    pub(super) was_refused_early: bool,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            was_greeted: false,
            guest: Vec::new(),
            is_lost: false,
            is_doubted: false,
            has_parted: false,
            has_said_bye: false,
            order: ByteOrder::Big,
            is_order_ruled: false,
            order_clause: "CHAT-NUM-2",
            user: None,
            refused_users: BTreeSet::new(),
            alias: Vec::new(),
            aliases: BTreeSet::from([Vec::new()]),
            alias_suspect: None,
            alias_was_told: false,
            renames: Vec::new(),
            renames_told: BTreeMap::new(),
            rooms: BTreeSet::new(),
            rooms_ever: BTreeSet::new(),
            left: BTreeMap::new(),
            joins: BTreeMap::new(),
            joins_told: BTreeMap::new(),
            there_before: BTreeMap::new(),
            suspects: BTreeMap::new(),
            questions: VecDeque::new(),
            heads: BTreeMap::new(),
            heads_done: BTreeSet::new(),
            has_sent_head: false,
            long_heard: BTreeMap::new(),
            has_strange_long: false,
            is_unsure_of_long: false,
            after: None,
            recent: None,
            waits: None,
            client_ids: BTreeSet::new(),
            login: "CHAT-AUTH-9",
            replaced: Vec::new(),
            is_over: false,
            was_let_go: false,
            newest_heard: BTreeMap::new(),
            was_told_early: false,
            answered: None,
            is_behind_head: false,
            spare_refusals: 0,
            was_refused_early: false,
        }
    }

    /// Whether S251 refuses a packet of which the ID is there: who does not have it knows no layout that would have an end.
    pub(super) fn refuses_early(&self) -> bool {
        let has_login = self.user.is_some();
        let may_be_asked = |question: &Question| question.answers(has_login).0.contains(&"S251");
        has_login
            && !self.was_refused_early
            && self.waits.is_some_and(|id| matches!(id, 169 | 252 | 254))
            && !self.questions.iter().any(may_be_asked)
    }

    /// Something is asked.
    pub(super) fn ask(&mut self, mut question: Question) {
        if self.questions.len() >= QUESTIONS_MAX {
            self.is_lost = true;
            return;
        }
        question.is_joined = self.questions.back().is_some_and(|last| last.at == question.at);
        question.after = self.after.take();
        self.after = super::framing::oddity(question.ask, &question.message);
        self.waits = None;
        if question.ask == Ask::Packet
            && matches!(question.name(), "U80" | "U87")
            && let Some(id) = super::framing::client_id(&question.message)
        {
            question.is_repeated = !self.client_ids.insert(id.to_vec());
        }
        // Whoever is out of a room afterwards was put out by this.
        let disturbs = match (question.ask, question.name()) {
            (Ask::Broken | Ask::Unknown, _) => self.after,
            (Ask::Packet, "U2") if self.user.is_some() => Some("CHAT-AUTH-3"),
            (Ask::Packet, "U6") if self.user.is_some() => Some("CHAT-AUTH-6"),
            _ => None,
        };
        if let Some(clause) = disturbs {
            self.suspects.extend(self.rooms.iter().map(|room| (room.clone(), clause)));
            self.alias_suspect = Some(clause);
            self.heads.values_mut().for_each(|head| head.suspect = Some(clause));
            if self.user.is_some() && question.ask != Ask::Packet {
                self.login = clause;
            }
        }
        if question.ask == Ask::Packet {
            match question.name() {
                "U166" => {
                    self.aliases.insert(octets(&question.message, "alias").to_vec());
                }
                "U99" => self.is_unsure_of_long = true,
                _ => {}
            }
        }
        self.questions.push_back(question);
    }

    /// Whether what came last is to blame if the user is not known any more.
    pub(super) fn is_login_suspect(&self) -> bool {
        self.login == super::replies::PARTING
            || self.login == "CHAT-AUTH-3"
            || self.login.starts_with("CHAT-FRAME-")
    }

    /// All of a packet is there of which the beginning was enough to ask.
    pub(super) fn complete(&mut self, message: &Message) {
        let begun = self.questions.back_mut().map(|question| &mut question.message);
        let begun = begun.or(self.answered.as_mut());
        if let Some(begun) = begun.filter(|begun| message.octets.starts_with(&begun.octets)) {
            begun.octets.clone_from(&message.octets);
        }
    }

    /// Whether this is, or was, its user.
    pub(super) fn was_user(&self, user: &[u8]) -> bool {
        self.user.as_deref() == Some(user)
    }

    /// Whether this is its user, or becomes it by what has come and is not answered yet.
    pub(super) fn may_be_user(&self, user: &[u8]) -> bool {
        let becomes = |question: &Question| {
            question.ask == Ask::Packet
                && matches!(question.name(), "U2" | "U6")
                && octets(&question.message, "user") == user
        };
        self.was_user(user) || self.questions.iter().any(becomes)
    }

    /// The octets of all parts that have come of messages which are not complete.
    pub(super) fn octets_of_parts(&self) -> usize {
        self.heads.values().flat_map(|head| head.parts.values()).map(Vec::len).sum()
    }

    /// The clause that is broken when it speaks under this name.
    pub(super) fn clause_of_name(&self, user: &[u8]) -> &'static str {
        if self.refused_users.contains(user) {
            "CHAT-AUTH-3"
        } else if self.guest == user && self.login != "CHAT-AUTH-2" {
            self.login
        } else {
            "CHAT-MSG-3"
        }
    }

    /// How many changes of alias are done; 0 while another is under way, as it may be done or not.
    pub(super) fn renames_for_sure(&self) -> usize {
        let mut asked = self.questions.iter().map(Question::name);
        if asked.any(|name| name == "U166") { 0 } else { self.renames.len() }
    }

    /// Whether it may speak under an alias, behind so many changes: not one that was refused, or given up before them.
    pub(super) fn may_have_alias(&self, alias: &[u8], renames: usize) -> bool {
        let is_asked_for = |question: &Question| {
            question.name() == "U166" && octets(&question.message, "alias") == alias
        };
        let given_up = renames.saturating_sub(1);
        let mut taken = self.renames.iter().skip(given_up).map(|(_, new)| new);
        alias.is_empty() && renames == 0
            || taken.any(|new| new == alias)
            || self.questions.iter().any(is_asked_for)
    }

    /// Whether a request of this name for this room waits for its answer.
    pub(super) fn asks(&self, name: &str, room: &[u8]) -> bool {
        self.questions.iter().any(|question| question.is_for(name, room))
    }

    /// Whether an answer names the message of a later question and not of this one, which needs none.
    pub(super) fn is_for_a_later(&self, question: &Question, answer: &Message) -> bool {
        let named = |message: &Message, name: &str| {
            let id = octets(message, if name == "S85" { "id" } else { "id-start" });
            let id = if id.is_empty() { octets(message, "id") } else { id };
            id.get(..8).unwrap_or(id).to_vec()
        };
        let name = answer.name();
        let wanted = named(answer, name);
        let is_it = |other: &Question| named(&other.message, name) == wanted;
        let may_be = |other: &Question| other.answers(self.user.is_some()).0.contains(&name);
        matches!(name, "S85" | "S97" | "S100" | "S101")
            && !is_it(question)
            && self.questions.iter().any(|other| may_be(other) && is_it(other))
    }

    /// Whether something waits for its answer that is no packet.
    pub(super) fn has_asked_nothing_good(&self) -> bool {
        self.questions.iter().any(|question| question.ask != Ask::Packet)
    }

    /// Whether it never had an alias: what it is called then, the text does not say.
    pub(super) const fn is_without_alias(&self) -> bool {
        self.renames.is_empty()
    }

    /// A 4-octet number, read big-endian, in the order of this connection.
    pub(super) fn number(&self, read: u64) -> u64 {
        match self.order {
            ByteOrder::Big => read,
            ByteOrder::Little => swapped(read),
        }
    }

    /// Whether it is a part of a message that has no head here, which may be why it is refused.
    pub(super) fn is_of_no_head(&self, question: &Question) -> bool {
        question.name() == "U91"
            && !self.heads.contains_key(octets(&question.message, "message-id"))
    }

    /// Whether parts are under way that may be the last that their heads wait for.
    pub(super) fn may_have_completed_one(&self) -> bool {
        let parts = || self.questions.iter().filter(|question| question.name() == "U91");
        let cid = |part: &Question| octets(&part.message, "message-id").to_vec();
        parts().map(cid).any(|message| {
            let asked = parts().filter(|part| cid(part) == message).count();
            // A head that is under way itself is not known yet.
            self.heads.get(&message).is_none_or(|head| {
                u64::try_from(head.parts.len() + asked).is_ok_and(|parts| parts >= head.total)
            })
        })
    }

    /// Whether a head of this connection was okay already, whatever became of it.
    pub(super) fn has_heads(&self) -> bool {
        !self.heads.is_empty() || !self.heads_done.is_empty()
    }

    /// What RID must be in an answer to a message, where a room that was not joined is `absent`.
    pub(super) fn room_code(&self, room: &[u8], is_known: bool, absent: u64) -> Vec<u64> {
        if room == super::EVERYBODY || room == super::ECHO || self.rooms.contains(room) {
            return vec![text::OKAY];
        }
        if room.iter().all(|octet| *octet == 0) {
            return vec![text::EMPTY, text::INVALID];
        }
        vec![if is_known { absent } else { text::INVALID }]
    }
}

/// A 4-octet number in the other byte order.
pub(super) fn swapped(number: u64) -> u64 {
    u32::try_from(number).map_or(number, |number| number.swap_bytes().into())
}
