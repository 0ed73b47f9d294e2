//! Short messages and their receipts (CHAT-MSG-1 to -6).

use super::rooms::{ECHO, GLOBAL, NONE};
use crate::chat::code::{
    Asked, BAD_BASE64, EMPTY, EMPTY_MESSAGE, INVALID, NOT_IN_ROOM, OKAY, TOO_LONG,
};
use crate::chat::mutant;
use crate::chat::{ConnectionId, MessageId, Mutant, Packet, RoomId, Server, ServerId};
use crate::time::Instant;

impl Server {
    /// U80 is answered with S81, and brings S83 to those who hear it (CHAT-MSG-1 to -4).
    pub(super) fn on_short(
        &mut self,
        now: Instant,
        from: ConnectionId,
        message_id: MessageId,
        room: RoomId,
        message: &[u8],
    ) {
        let settings = &self.settings;
        let mut room_code =
            settings.code(Asked::ShortRoom, self.judge_room(from, room, NOT_IN_ROOM));
        let mut message_code = settings.code(Asked::ShortMessage, self.judge_message(message));
        let is_bad = |code: u8| {
            code != OKAY && !message.is_empty() && settings.is(Mutant::DeliversBadMessages)
        };
        let is_good = room_code == OKAY && (message_code == OKAY || is_bad(message_code));
        match settings.mutant {
            Some(Mutant::MessageUncheckedInABadRoom) if room_code != OKAY => message_code = OKAY,
            Some(Mutant::RoomUncheckedForABadMessage) if message_code != OKAY => room_code = OKAY,
            _ => {}
        }
        let [room_octet, message_octet] =
            [room_code, message_code].map(|code| settings.octet(code));
        let reply = Packet::S81 { message_id, room_code: room_octet, message_code: message_octet };
        let late = settings.is(Mutant::ShortMessageAnsweredLast);
        let is_lost = is_good && mutant::answer_waits(self, from, room);
        if !late && !is_lost {
            self.send(from, &reply);
        }
        if is_good {
            self.deliver_short(now, from, room, message);
        }
        if late {
            self.send(from, &reply);
        }
    }

    fn deliver_short(&mut self, now: Instant, from: ConnectionId, room: RoomId, message: &[u8]) {
        let Some((user, alias)) = self.who(from) else { return };
        let id = self.next_id(now);
        let mut id = id;
        let changed = mutant::passed_on(self.settings.mutant, message);
        let message = changed.as_deref().unwrap_or(message);
        for hearer in self.hearers(from, room, false) {
            self.send(hearer, &Packet::S83 { id, room, user: &user, alias: &alias, message });
            let one = self.settings.is(Mutant::OneReceiptRemembered);
            let limit = if one { 1 } else { mutant::receipts_kept(self) };
            let forgotten = room == GLOBAL
                && self.settings.is(Mutant::GlobalMessagesAreNotRemembered)
                || room == ECHO && self.settings.is(Mutant::EchoesAreNotRemembered);
            if let Some(connection) = self.connections.get_mut(&hearer).filter(|_| !forgotten) {
                connection.short.delivered(id, limit);
            }
            if self.settings.is(Mutant::IdsDifferByHearer) {
                id = self.next_id(now);
            }
        }
    }

    /// The identifier of the next message: counter, then time (CHAT-MSG-5).
    pub(super) fn next_id(&mut self, now: Instant) -> ServerId {
        self.counter += 1;
        let (counter, millis) =
            mutant::numbers(self.settings.mutant, self.counter, self.unix_millis(now));
        let mut id = [0; 16];
        let (first, second) = id.split_at_mut(8);
        first.copy_from_slice(&counter.to_be_bytes());
        second.copy_from_slice(&millis.to_be_bytes());
        id
    }

    /// Whether one may say something in a room; `outside` is the code for who is not in it.
    pub(super) fn judge_room(&self, from: ConnectionId, room: RoomId, outside: u8) -> u8 {
        match room {
            NONE => EMPTY,
            GLOBAL if self.settings.is(Mutant::GlobalNeedsJoining) => outside,
            ECHO if self.settings.is(Mutant::EchoNeedsJoining) => outside,
            GLOBAL | ECHO => OKAY,
            _ if !self.rooms.is_known(room) => INVALID,
            _ if !self.rooms.has(room, from) => outside,
            _ => OKAY,
        }
    }

    /// U84: an acknowledgement of nothing is answered (CHAT-MSG-6).
    pub(super) fn on_short_receipt(&mut self, from: ConnectionId, id: ServerId) {
        let Some(connection) = self.connections.get_mut(&from) else { return };
        let acknowledged = connection.short.acknowledge(&id);
        if self.settings.is(Mutant::ReceiptCountsForAll) {
            for other in self.connections.values_mut() {
                other.short.acknowledge(&id);
            }
        }
        let first =
            acknowledged == Some(true) || mutant::takes_receipt(self, id, acknowledged.is_some());
        if first == self.settings.is(Mutant::ReceiptsTakenTheOtherWay) {
            self.send(from, &Packet::S85 { id });
        }
    }

    /// The first that applies (CHAT-MSG-2).
    fn judge_message(&self, message: &[u8]) -> u8 {
        let settings = &self.settings;
        let text = settings.decode_base64(message);
        if message.is_empty() {
            return EMPTY;
        }
        if text.is_none() && settings.is(Mutant::TooLongIsJudgedLast) {
            return BAD_BASE64;
        }
        if message.len() > settings.message_max {
            return TOO_LONG;
        }
        match text {
            None => BAD_BASE64,
            Some(text) if mutant::is_blank(settings.mutant, &text) => EMPTY_MESSAGE,
            Some(_) => OKAY,
        }
    }
}
