//! Of a recorded conversation: what a server has, and who else speaks with it, as far as it says so itself.
//!
//! The first thing that it says of a user or a room is believed; what it says later must fit. What another client may have done
//! that the capture does not hold is held against nobody.

use super::{ChatMonitor, Door, World, number, octets, shown, text, violation};
use crate::protocol::{Message, Violation};

impl World {
    /// What the answer to a login tells of the user.
    pub(super) fn learn_login(&mut self, asked: &Message, answer: &Message) {
        let (user, password) = (octets(asked, "user"), octets(asked, "password"));
        if !self.is_open || user.is_empty() || text::is_name(user) == Some(false) {
            return;
        }
        // S5 stands in the place of an S3 that would be all okay.
        let okay = |name| answer.name() == "S5" || number(answer, name) == Some(text::OKAY);
        let is_right = okay("password-code");
        if okay("user-code") {
            let known = self.users.entry(user.to_vec()).or_insert(None);
            if known.is_none() && is_right {
                *known = text::decode(password);
            }
        }
    }

    /// What the answer to a registration tells of the user.
    pub(super) fn learn_registration(&mut self, asked: &Message, answer: &Message) {
        let is_taken = number(answer, "user-code") == Some(text::IN_USE);
        if self.is_open && is_taken {
            self.users.entry(octets(asked, "user").to_vec()).or_insert(None);
        }
    }

    /// What the answer to a request to join tells of the room.
    pub(super) fn learn_join(&mut self, asked: &Message, answer: &Message) {
        let room = octets(asked, "room");
        let door = match number(answer, "room-code") {
            Some(text::OKAY) if octets(asked, "password").is_empty() => Door::Open,
            Some(text::OKAY | text::NOT_AUTHORIZED) => Door::Unknown,
            _ => return,
        };
        self.learn_room(room, door);
    }

    /// What the answer to a message tells of its room, where these codes mean that there is such a room.
    pub(super) fn learn_of(&mut self, room: &[u8], answer: &Message, codes: &[u64]) {
        if number(answer, "room-code").is_some_and(|code| codes.contains(&code)) {
            self.learn_room(room, Door::Unknown);
        }
    }

    fn learn_room(&mut self, room: &[u8], door: Door) {
        if self.is_open && room.iter().any(|octet| *octet != 0) {
            self.rooms.entry(room.to_vec()).or_insert(door);
        }
    }
}

impl ChatMonitor {
    /// Whether this user may speak with the server on a connection that is not seen, or no longer: nobody has seen him, or there
    /// are others like that, and he may be one of them now.
    pub(super) fn may_be_unseen(&self, user: &[u8]) -> bool {
        let is_there = || self.lines.values().any(|line| line.was_user(user) && !line.has_parted);
        let may_be_again = || self.world.has_strangers && (self.world.several || !is_there());
        let is_lost = || self.lines.values().any(|line| line.is_lost && line.was_user(user));
        let may_speak = || !self.was_seen(user) || may_be_again();
        self.world.is_open && !user.is_empty() && may_speak() || is_lost()
    }

    /// Whether this user was logged in on a connection that is seen.
    fn was_seen(&self, user: &[u8]) -> bool {
        self.lines.values().any(|line| line.was_user(user))
    }

    /// Takes note of whom a packet names.
    pub(super) fn note_named(&mut self, message: &Message) {
        let user = octets(message, "user");
        self.world.has_strangers |= !user.is_empty() && !self.was_seen(user);
    }

    /// Messages that came under the name of somebody who is not seen, where that of who said the same never came.
    pub(super) fn misnamed(&self) -> Vec<Violation> {
        let judge = |(said, connection, user): &(usize, u64, Vec<u8>)| {
            let said = self.said.get(*said)?;
            let line = self.lines.get(connection)?;
            let is_due = said.is_good
                && said.is_answered
                && said.by != *connection
                && !line.is_lost
                && !line.is_doubted
                && !said.heard_by.contains(connection);
            let what = format!("S83 names {}, and that of who said it never comes", shown(user));
            is_due.then(|| violation("CHAT-MSG-3", what, &[&shown(&said.user)]))
        };
        self.doubtful.iter().filter_map(judge).collect()
    }
}
