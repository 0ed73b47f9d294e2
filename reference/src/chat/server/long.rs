//! Long messages: a head, parts in any order, and what is kept of them (CHAT-LONG-1 to -7).

use std::collections::{BTreeMap, VecDeque};

use crate::chat::code::{
    Asked, BAD_BASE64, EMPTY, INVALID, LONG_EMPTY, LONG_NOT_AUTHORIZED, LONG_TOO_LONG, OKAY,
};
use crate::chat::mutant;
use crate::chat::{
    ConnectionId, IdStart, Limits, MessageId, Mutant, Packet, RoomId, Server, ServerId,
};
use crate::time::Instant;

/// A long message that is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::chat) struct Draft {
    pub(in crate::chat) parts: u32,
    pub(in crate::chat) room: RoomId,
    head: Vec<u8>,
    bodies: BTreeMap<u32, Vec<u8>>,
}

impl Draft {
    /// The highest part that is there; 0: none.
    pub(in crate::chat) fn highest(&self) -> u32 {
        self.bodies.keys().next_back().copied().unwrap_or(0)
    }

    pub(in crate::chat) fn has(&self, part: u32) -> bool {
        self.bodies.contains_key(&part)
    }

    /// Forgets a part.
    pub(in crate::chat) fn forget(&mut self, part: u32) {
        self.bodies.remove(&part);
    }

    /// Parts that are there.
    pub(in crate::chat) fn count(&self) -> u32 {
        u32::try_from(self.bodies.len()).unwrap_or(u32::MAX)
    }

    fn octets(&self) -> usize {
        self.head.len() + self.bodies.values().map(Vec::len).sum::<usize>()
    }

    /// The message, once all its parts are there.
    fn take_whole(&mut self) -> Vec<Vec<u8>> {
        let bodies = core::mem::take(&mut self.bodies).into_values();
        core::iter::once(core::mem::take(&mut self.head)).chain(bodies).collect()
    }
}

/// The long messages of a connection that are not whole.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Drafts {
    drafts: BTreeMap<MessageId, Draft>,
    octets: usize,
}

impl Drafts {
    /// Heads whose messages are not whole.
    pub(in crate::chat) fn count(&self) -> usize {
        self.drafts.len()
    }

    /// Whether a head fits beside the others, or in the place of the one with its number.
    fn has_room(&self, message_id: MessageId, octets: usize, limits: &Limits) -> bool {
        let replaced = self.drafts.get(&message_id).map_or(0, Draft::octets);
        let others = self.drafts.len() - usize::from(self.drafts.contains_key(&message_id));
        others < limits.drafts && self.octets - replaced + octets <= limits.draft_octets
    }

    /// Takes a head; the same again changes nothing (CHAT-LONG-1).
    fn begin(&mut self, message_id: MessageId, draft: Draft) {
        if let Some(before) = self.drafts.get(&message_id) {
            let is_same = (before.parts, before.room) == (draft.parts, draft.room)
                && before.head == draft.head;
            if is_same {
                return;
            }
            self.octets -= before.octets();
        }
        self.octets += draft.octets();
        self.drafts.insert(message_id, draft);
    }

    /// The IDs of their heads.
    pub(in crate::chat) fn ids(&self) -> Vec<MessageId> {
        self.drafts.keys().copied().collect()
    }

    pub(in crate::chat) fn get_mut(&mut self, message_id: MessageId) -> Option<&mut Draft> {
        self.drafts.get_mut(&message_id)
    }

    /// Takes a part; a repeated one changes nothing. `true` when the message is whole with it.
    fn add(&mut self, message_id: MessageId, part: u32, body: &[u8]) -> bool {
        let Some(draft) = self.drafts.get_mut(&message_id) else { return false };
        draft.bodies.entry(part).or_insert_with(|| {
            self.octets += body.len();
            body.to_vec()
        });
        draft.bodies.len() >= draft.parts as usize
    }

    pub(in crate::chat) fn remove(&mut self, message_id: MessageId) -> Option<Draft> {
        let draft = self.drafts.remove(&message_id)?;
        self.octets -= draft.octets();
        Some(draft)
    }
}

/// A long message that was delivered.
#[derive(Clone, Debug)]
struct Delivered {
    id: ServerId,
    room: RoomId,
    /// The head, then the parts.
    pieces: Vec<Vec<u8>>,
}

/// Long messages that were delivered, the newest ones, up to a bound.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Kept {
    messages: VecDeque<Delivered>,
    octets: usize,
}

impl Kept {
    fn keep(&mut self, message: Delivered, limit: usize) {
        let octets = |message: &Delivered| message.pieces.iter().map(Vec::len).sum::<usize>();
        self.octets += octets(&message);
        self.messages.push_back(message);
        while self.octets > limit
            && let Some(oldest) = self.messages.pop_front()
        {
            self.octets -= octets(&oldest);
        }
    }

    fn find(&self, start: IdStart) -> Option<&Delivered> {
        self.messages.iter().rev().find(|message| message.id.first_chunk() == Some(&start))
    }
}

impl Server {
    /// U87 is answered with S88, and begins a long message (CHAT-LONG-1).
    pub(super) fn on_head(
        &mut self,
        from: ConnectionId,
        parts: u32,
        message_id: MessageId,
        room: RoomId,
        message: &[u8],
    ) {
        let limits = &self.settings.limits;
        let key = mutant::draft_key(self.settings.mutant, message_id);
        let Some(connection) = self.connections.get(&from) else { return };
        let least = u32::from(!self.settings.is(Mutant::ZeroPartsIsOkay));
        let octets = message.len().min(self.settings.message_max);
        let is_negative = parts > u32::MAX / 2 && self.settings.is(Mutant::NegativeTotalsAreSmall);
        let fits = (is_negative || (least..=limits.parts).contains(&parts))
            && connection.drafts.has_room(key, octets, limits)
            && !mutant::has_had_its_heads(self, from);
        let parts_code = self.settings.code(Asked::HeadParts, if fits { OKAY } else { INVALID });
        let room_code = self.judge_room(from, room, LONG_NOT_AUTHORIZED);
        let mut room_code = self.settings.code(Asked::HeadRoom, room_code);
        let message_code = self.judge_piece(message, true);
        let mut message_code = self.settings.code(Asked::HeadMessage, message_code);
        let is_good = [parts_code, room_code, message_code] == [OKAY; 3];
        if parts_code != OKAY && self.settings.is(Mutant::HeadUncheckedWithBadParts) {
            (room_code, message_code) = (OKAY, OKAY);
        }
        let [parts_code, room_code, message_code] =
            [parts_code, room_code, message_code].map(|code| self.settings.octet(code));
        self.send(from, &Packet::S88 { message_id, parts_code, room_code, message_code });
        if is_good {
            mutant::after_a_good_head(self, from, room);
        }
        let draft = Draft { parts, room, head: message.to_vec(), bodies: BTreeMap::new() };
        let Some(connection) = self.connections.get_mut(&from) else { return };
        if !is_good {
            mutant::after_a_bad_head(self.settings.mutant, connection, key);
        } else if mutant::begins(self.settings.mutant, connection, key) {
            connection.drafts.begin(key, draft);
        }
    }

    /// U91 is answered with S92; with the last one the message is delivered (CHAT-LONG-2, -4).
    pub(super) fn on_part(
        &mut self,
        now: Instant,
        from: ConnectionId,
        part: u32,
        message_id: MessageId,
        message: &[u8],
    ) {
        let limit = self.settings.limits.draft_octets;
        let key = mutant::draft_key(self.settings.mutant, message_id);
        let Some(connection) = self.connections.get_mut(&from) else { return };
        let full = connection.drafts.octets + message.len() > limit;
        let draft = connection.drafts.get_mut(key).map(|draft| (draft.parts, draft.room));
        let repeated = connection.drafts.get_mut(key).is_some_and(|draft| draft.has(part));
        let part = mutant::part_number(self.settings.mutant, part);
        let numbered = draft.is_some_and(|(parts, _)| (1..=parts).contains(&part))
            && !(repeated && self.settings.is(Mutant::RepeatedPartIsInvalid));
        let part_code = if numbered { OKAY } else { INVALID };
        let part_code = self.settings.code(Asked::PartNumber, part_code);
        let room_code = match draft {
            Some((_, room)) => self.judge_room(from, room, LONG_NOT_AUTHORIZED),
            None => INVALID,
        };
        let room_code = self.settings.code(Asked::PartRoom, room_code);
        let message_code = if full { LONG_TOO_LONG } else { self.judge_piece(message, false) };
        let message_code = self.settings.code(Asked::PartMessage, message_code);
        let is_good = [part_code, room_code, message_code] == [OKAY; 3]
            || self.settings.is(Mutant::RefusedPartCounts)
                && [part_code, message_code] == [OKAY; 2];
        let [part_code, room_code, message_code] =
            [part_code, room_code, message_code].map(|code| self.settings.octet(code));
        self.send(from, &Packet::S92 { message_id, part_code, room_code, message_code });
        if is_good
            && let Some(connection) = self.connections.get_mut(&from)
            && mutant::takes_part(self.settings.mutant, connection, key, part)
            && connection.drafts.add(key, part, message)
            && let Some(mut draft) = connection.drafts.remove(key)
        {
            let pieces = mutant::pieces(self.settings.mutant, draft.take_whole());
            self.deliver_long(now, from, draft.room, pieces);
        }
    }

    fn deliver_long(
        &mut self,
        now: Instant,
        from: ConnectionId,
        room: RoomId,
        pieces: Vec<Vec<u8>>,
    ) {
        let id = self.next_id(now);
        let total = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        for hearer in self.hearers(from, room, true) {
            let mut own = id;
            for (parts, message) in (0..total).rev().zip(&pieces) {
                let parts = mutant::total(self, from, hearer, parts);
                self.send(hearer, &Packet::S95 { parts, id: own, room, message });
                if self.settings.is(Mutant::PartsHaveIdsOfTheirOwn) {
                    own = self.next_id(now);
                }
            }
            let limit = mutant::long_receipts_kept(&self.settings);
            if let Some(connection) = self.connections.get_mut(&hearer) {
                connection.long.delivered(id, limit);
            }
        }
        self.kept.keep(Delivered { id, room, pieces }, self.settings.limits.kept_octets);
    }

    /// U96: an acknowledgement of nothing is answered (CHAT-LONG-6).
    pub(super) fn on_long_receipt(&mut self, from: ConnectionId, id: ServerId) {
        let Some(connection) = self.connections.get_mut(&from) else { return };
        let start = id.first_chunk().copied();
        let is_known_by_its_start = self.settings.is(Mutant::LongReceiptsKnownByTheirFirstHalf)
            && start.is_some_and(|start| connection.long.begins(start));
        let known = connection.long.acknowledge(&id).is_some() || is_known_by_its_start;
        if known == self.settings.is(Mutant::LongReceiptsTakenTheOtherWay)
            && let Some(id_start) = start
        {
            self.send(from, &Packet::S97 { id_start });
        }
    }

    /// U99 is answered with S100, and with the part when that is good (CHAT-LONG-6).
    pub(super) fn on_again(&mut self, from: ConnectionId, part: u32, id_start: IdStart) {
        let Some(connection) = self.connections.get(&from) else { return };
        let kept = self.kept.find(id_start);
        let delivered = connection.long.begins(id_start)
            && !(self.settings.is(Mutant::EchoesMayNotBeAskedFor)
                && kept.is_some_and(|message| message.room == super::rooms::ECHO));
        let part = mutant::part_asked_for(self.settings.mutant, part);
        let head = self.settings.is(Mutant::AskedAgainBringsTheHead);
        let place = if head { 0 } else { usize::try_from(part).unwrap_or(usize::MAX) };
        let piece = kept.and_then(|message| {
            let piece = message.pieces.get(place)?;
            let left = u32::try_from(message.pieces.len() - 1 - place).unwrap_or(u32::MAX);
            Some((message.id, message.room, left, piece.clone()))
        });
        let part_code = if piece.is_some() { OKAY } else { INVALID };
        let part_code = self.settings.code(Asked::AgainPart, part_code);
        let allowed = self.settings.code(Asked::AgainAllowed, u8::from(delivered));
        let part_octet = self.settings.octet(part_code);
        let okay = self.settings.octet(if kept.is_some() { OKAY } else { INVALID });
        self.send(
            from,
            &Packet::S100 {
                id_start,
                part_code: part_octet,
                room_code: okay,
                message_code: okay,
                allowed,
            },
        );
        if part_code == OKAY
            && allowed == 1
            && !self.settings.is(Mutant::AskedAgainBringsNothing)
            && let Some((id, room, parts, message)) = piece
        {
            let parts = mutant::left_again(self, from, parts);
            self.send(from, &Packet::S95 { parts, id, room, message: &message });
        }
    }

    /// The first that applies (CHAT-LONG-1); a part of white space alone is one (CHAT-LONG-2).
    fn judge_piece(&self, message: &[u8], is_head: bool) -> u8 {
        let settings = &self.settings;
        if message.is_empty() {
            return EMPTY;
        }
        if message.len() > settings.message_max {
            return LONG_TOO_LONG;
        }
        let may_be_blank = !is_head && !settings.is(Mutant::BlankPartIsRefused);
        match settings.decode_base64(message) {
            None => BAD_BASE64,
            Some(text) if !may_be_blank && mutant::is_blank(settings.mutant, &text) => LONG_EMPTY,
            Some(_) => OKAY,
        }
    }
}
