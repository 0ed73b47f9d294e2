//! Rooms and aliases: the answers to joining, parting and renaming, and what others are told of them.

use simulator::Instant;

use super::codes::{code, same};
use super::{ChatMonitor, Door, number, octets, shown, text, violation};
use crate::protocol::{Message, Violation};

/// Letters and digits that no reading of the clauses refuses in an alias, as long as there are no more of them.
const PLAIN_MAX: usize = 16;

impl ChatMonitor {
    pub(super) fn join_answer(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        if let Some(found) = same(asked, answer, "room", "CHAT-ROOM-1") {
            return Some(found);
        }
        self.world.learn_join(asked, answer);
        let line = self.lines.get_mut(&connection)?;
        let (room, field) = (octets(asked, "room"), octets(asked, "password"));
        let password = text::decode(field);
        let allowed: &[u64] = if line.rooms.contains(room) {
            &[text::JOINED]
        } else if room.iter().all(|octet| *octet == 0) {
            &[text::EMPTY, text::INVALID]
        } else if room == super::EVERYBODY || room == super::ECHO {
            // No clause says whether these can be joined.
            &[text::EMPTY, text::INVALID, text::OKAY, text::NOT_AUTHORIZED, text::JOINED]
        } else {
            match self.world.rooms.get(room) {
                None if self.world.creates && password.is_none() => {
                    &[text::OKAY, text::NOT_AUTHORIZED]
                }
                None if self.world.creates => &[text::OKAY],
                None => &[text::INVALID],
                Some(Door::Open) if password.is_none() => &[text::OKAY, text::NOT_AUTHORIZED],
                Some(Door::Open) => &[text::OKAY],
                Some(Door::Unknown) => &[text::OKAY, text::NOT_AUTHORIZED],
                Some(Door::Locked(wanted))
                    if !field.is_empty() && password.as_ref() == Some(wanted) =>
                {
                    &[text::OKAY]
                }
                Some(Door::Locked(_)) => &[text::NOT_AUTHORIZED],
            }
        };
        // Who is still in a room that was left has not left it.
        let stays = number(answer, "room-code") == Some(text::JOINED);
        let id = line.suspects.get(room).copied().filter(|_| stays).unwrap_or("CHAT-ROOM-1");
        let got = number(answer, "room-code");
        // S161 has no code for bad base64; nor is it said what is looked at first.
        let is_ruling = room.iter().all(|octet| *octet == 0)
            || password.is_none() && got == Some(text::INVALID)
            || line.rooms.contains(room) && got == Some(text::NOT_AUTHORIZED)
            // Nor whether a room that is not there is told from one that keeps its guests to itself.
            || !self.world.rooms.contains_key(room)
                && matches!(got, Some(text::NOT_AUTHORIZED | text::NOT_IN_ROOM));
        let judged = code(answer, "room-code", allowed, id).map(|it| it.by_ruling_if(is_ruling));
        if judged.is_none() && number(answer, "room-code") == Some(text::OKAY) {
            for other in &line.rooms {
                line.suspects.insert(other.clone(), "CHAT-ROOM-1");
            }
            line.suspects.remove(room);
            line.rooms.insert(room.to_vec());
            line.left.remove(room);
            line.newest_heard.clear();
            line.rooms_ever.insert(room.to_vec());
            *line.joins.entry(room.to_vec()).or_default() += 1;
            self.world.rooms.entry(room.to_vec()).or_insert(Door::Open);
        }
        judged
    }

    pub(super) fn part_room_answer(
        &mut self,
        at: Instant,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        if let Some(found) = same(asked, answer, "room", "CHAT-ROOM-3") {
            return Some(found);
        }
        let line = self.lines.get_mut(&connection)?;
        let room = octets(asked, "room");
        let allowed: &[u64] = if line.rooms.contains(room) {
            &[text::OKAY]
        } else if self.world.rooms.contains_key(room) {
            &[text::NOT_IN_ROOM]
        } else {
            &[text::EMPTY, text::INVALID, text::NOT_IN_ROOM]
        };
        let is_lost = line.rooms.contains(room);
        let id = line.suspects.get(room).copied().filter(|_| is_lost).unwrap_or("CHAT-ROOM-3");
        let judged = code(answer, "room-code", allowed, id);
        if judged.is_none() && number(answer, "room-code") == Some(text::OKAY) {
            line.rooms.remove(room);
            line.left.insert(room.to_vec(), at);
            let heads = line.heads.values_mut().filter(|head| head.room == room);
            heads.for_each(|head| head.was_left = true);
            for other in &line.rooms {
                line.suspects.insert(other.clone(), "CHAT-ROOM-3");
            }
            line.suspects.insert(room.to_vec(), "CHAT-ROOM-3");
            line.login = super::replies::PARTING;
        }
        judged
    }

    pub(super) fn alias_answer(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        let alias = octets(asked, "alias");
        let line = self.lines.get(&connection)?;
        let mut others = self.lines.iter().filter(|(number, _)| **number != connection);
        let is_used = others.any(|(_, other)| !other.has_parted && other.alias == alias);
        let was_used =
            self.lines.values().any(|other| other.aliases.contains(alias) && other.has_parted);
        let (allowed, id): (&[u64], _) = match text::is_name(alias) {
            _ if alias.is_empty() => (&[text::EMPTY], "CHAT-ROOM-5"),
            Some(false) => (&[text::INVALID], "CHAT-TEXT-1"),
            // Whether a space is viewable is open.
            None => (&[text::OKAY, text::INVALID, text::IN_USE], "CHAT-ROOM-5"),
            _ if is_used => (&[text::IN_USE], "CHAT-ROOM-5"),
            _ if line.alias == alias || was_used || self.world.is_open => {
                (&[text::OKAY, text::IN_USE], "CHAT-ROOM-5")
            }
            _ => (&[text::OKAY], "CHAT-ROOM-5"),
        };
        let refused =
            number(answer, "code") == Some(text::INVALID) && allowed.contains(&text::OKAY);
        // Where an alias is in use, the text does not say.
        let is_ruling = !self.lines.values().any(|other| {
            other.alias == alias && !other.has_parted && !other.rooms.is_disjoint(&line.rooms)
        }) && allowed == [text::IN_USE];
        let is_own = line.alias == alias;
        // Nor what it is to take one's own again.
        let is_ruling = is_ruling || is_own && refused;
        // Where plain letters were refused behind another alias, it is not for the letters.
        let is_plain = alias.len() <= PLAIN_MAX && alias.iter().all(u8::is_ascii_alphanumeric);
        let is_for_its_text = refused && !is_own && (line.renames.is_empty() || !is_plain);
        let id = if is_for_its_text { "CHAT-TEXT-1" } else { id };
        let judged = code(answer, "code", allowed, id).map(|found| found.by_ruling_if(is_ruling));
        if (judged.is_none() || is_ruling) && number(answer, "code") == Some(text::OKAY) {
            let line = self.lines.get_mut(&connection)?;
            let old = std::mem::replace(&mut line.alias, alias.to_vec());
            line.renames.push((old, alias.to_vec()));
            line.alias_suspect = None;
        } else if judged.is_none() {
            // One that was refused leaves the old one.
            self.lines.get_mut(&connection)?.alias_suspect = Some("CHAT-ROOM-5");
        }
        judged
    }

    /// U160 has reached the server: who is in the room already has been told of before.
    pub(super) fn join_asked(&mut self, connection: u64, room: &[u8]) {
        let others = self.lines.iter().filter(|(number, _)| **number != connection);
        let there = others.filter(|(_, other)| other.rooms.contains(room));
        let there = there.filter_map(|(_, other)| other.user.clone()).collect();
        let Some(line) = self.lines.get_mut(&connection) else { return };
        let user = line.user.clone();
        if !line.rooms_ever.contains(room) {
            line.there_before.insert(room.to_vec(), there);
        }
        let known = self.lines.values_mut().filter_map(|other| other.there_before.get_mut(room));
        for there in known {
            there.retain(|it| Some(it) != user.as_ref());
        }
    }

    /// S162 has come to a connection.
    pub(super) fn joined_heard(&mut self, connection: u64, message: &Message) -> Option<Violation> {
        let id = "CHAT-ROOM-2";
        let (room, user, alias) =
            (octets(message, "room"), octets(message, "user"), octets(message, "alias"));
        let line = self.lines.get(&connection)?;
        if !line.rooms.contains(room) {
            let is_own = line.user.as_deref() == Some(user);
            if line.asks("U160", room) && is_own {
                return Some(violation(id, "S162 comes before the S161", &[]).by_ruling());
            }
            let has_left = line.rooms_ever.contains(room) && is_own;
            let has_twin = self.lines.iter().any(|(number, other)| {
                *number != connection && other.user == line.user && other.rooms.contains(room)
            });
            // Notices may follow their replies at a distance: what tells of its own joining was due before it left.
            if has_left && !self.is_told_again(connection, room, user) {
                return None;
            }
            let id = match () {
                () if has_left => "CHAT-ROOM-3",
                () if has_twin => "CHAT-ROOM-1",
                () => id,
            };
            return Some(violation(id, "S162 comes to who is not in the room", &[]));
        }
        // Many servers tell who joins of those who are there; the text speaks of a user who joins alone.
        if line.there_before.get(room).is_some_and(|there| there.contains(user)) {
            let what = format!("S162 tells of {}, who was in the room before", shown(user));
            let of_user =
                |other: &&super::Line| other.was_user(user) && other.rooms_ever.contains(room);
            let ended = self.lines.values().filter(of_user).any(|other| other.has_parted);
            let left = self.lines.values().filter(of_user).all(|other| !other.rooms.contains(room));
            let id = match () {
                // In the place of the S165 that is due.
                () if ended => "CHAT-ROOM-4",
                () if left => "CHAT-ROOM-3",
                () => id,
            };
            return Some(violation(id, what, &["nothing"]).by_ruling());
        }
        if !self.may_be_unseen(user) && self.is_told_again(connection, room, user) {
            return Some(violation(id, "S162 comes twice for one join", &[]).by_ruling());
        }
        let mut joiners = self.lines.values().filter(|other| {
            other.may_be_user(user) && (other.rooms_ever.contains(room) || other.asks("U160", room))
        });
        let is_unnamed = joiners.clone().any(super::Line::is_without_alias);
        if joiners.any(|other| other.aliases.contains(alias)) || self.may_be_unseen(user) {
            return None;
        }
        let what = format!(
            "S162 tells of {} with the alias {:?}, who did not join",
            shown(user),
            shown(alias)
        );
        // The alias is empty at first.
        let id = if is_unnamed && !alias.is_empty() { "CHAT-ROOM-5" } else { id };
        Some(violation(id, what, &[]).by_ruling_if(is_unnamed))
    }

    /// Whether it was told more often that a user has joined a room than the user has done so, or may have.
    fn is_told_again(&mut self, connection: u64, room: &[u8], user: &[u8]) -> bool {
        let of_user = || self.lines.values().filter(|other| other.may_be_user(user));
        if of_user().any(|other| other.is_lost) {
            return false;
        }
        let joined = of_user().map(|other| other.joins.get(room).copied().unwrap_or(0));
        let asked = of_user().flat_map(|other| &other.questions);
        let asked = asked.filter(|question| question.is_for("U160", room)).count();
        let most = joined.sum::<usize>() + asked;
        let Some(line) = self.lines.get_mut(&connection) else { return false };
        let told = line.joins_told.entry((room.to_vec(), user.to_vec())).or_default();
        *told += 1;
        *told > most
    }

    /// S165 has come to a connection.
    pub(super) fn parted_heard(&self, connection: u64, message: &Message) -> Option<Violation> {
        let (room, user, alias) =
            (octets(message, "room"), octets(message, "user"), octets(message, "alias"));
        let line = self.lines.get(&connection)?;
        let of_user =
            |other: &&super::Line| other.was_user(user) && other.rooms_ever.contains(room);
        let ended = self.lines.values().filter(of_user).any(|other| other.has_parted);
        let id = if ended { "CHAT-ROOM-4" } else { "CHAT-ROOM-3" };
        if !line.rooms_ever.contains(room) {
            return Some(violation(id, "S165 comes to who was never in the room", &[]));
        }
        if line.asks("U163", room)
            && line.rooms.contains(room)
            && line.user.as_deref() == Some(user)
        {
            let alone = self.lines.values().filter(of_user).count() == 1;
            if alone {
                let found = violation("CHAT-ROOM-3", "S165 comes before the S164", &[]);
                return Some(found.by_ruling());
            }
        }
        let mut leavers = self.lines.values().filter(of_user).filter(|other| {
            other.has_parted || !other.rooms.contains(room) || other.asks("U163", room)
        });
        // The server may have closed a connection on which something came that is no packet.
        let is_ruling = leavers.clone().any(super::Line::is_without_alias)
            || self.lines.values().filter(of_user).any(super::Line::has_asked_nothing_good);
        if leavers.any(|other| other.aliases.contains(alias))
            || self.may_be_let_go(|other| of_user(&other))
            || self.may_be_unseen(user)
        {
            return None;
        }
        let what = format!(
            "S165 tells of {} with the alias {:?}, who did not leave",
            shown(user),
            shown(alias)
        );
        let told = line.joins_told.get(&(room.to_vec(), user.to_vec())).copied().unwrap_or(0);
        let joined = self.lines.values().filter(of_user).filter_map(|other| other.joins.get(room));
        let suspect =
            self.lines.values().filter(of_user).find_map(|other| other.suspects.get(room).copied());
        // In the place of the S162 that is due; or what came last has put the user out.
        let was_there = line.there_before.get(room).is_some_and(|there| there.contains(user));
        let is_due = told < joined.sum() && !was_there;
        let id = if is_due { "CHAT-ROOM-2" } else { suspect.unwrap_or(id) };
        Some(violation(id, what, &[]).by_ruling_if(is_ruling))
    }

    /// S168 has come to a connection.
    pub(super) fn renamed_heard(
        &mut self,
        connection: u64,
        message: &Message,
    ) -> Option<Violation> {
        let id = "CHAT-ROOM-5";
        let (user, old, new) =
            (octets(message, "user"), octets(message, "old"), octets(message, "new"));
        let line = self.lines.get(&connection)?;
        if line.user.is_none() {
            return Some(violation(id, "S168 comes to a guest", &[]).by_ruling());
        }
        let is_it = |change: &&(Vec<u8>, Vec<u8>)| change.0 == old && change.1 == new;
        let of_user = self.lines.values().filter(|other| other.was_user(user));
        let made = of_user.flat_map(|other| other.renames.iter().filter(is_it)).count();
        let pending = |other: &super::Line| {
            other.was_user(user)
                && other.aliases.contains(old)
                && other.questions.iter().any(|question| {
                    question.name() == "U166" && octets(&question.message, "alias") == new
                })
        };
        let under_way = self.lines.values().filter(|other| pending(other)).count();
        let change = [user, old, new].map(<[u8]>::to_vec);
        if made > 0 {
            let is_seen = !self.may_be_unseen(user);
            let told = self.lines.get_mut(&connection)?.renames_told.entry(change).or_default();
            *told += 1;
            let again = *told > made + under_way && is_seen;
            // That each hears of a change once, whatever rooms he shares, the text does not say.
            return again
                .then(|| violation(id, "S168 comes twice for one change", &[]).by_ruling());
        }
        let own = pending(line);
        let is_first = |other: &super::Line| {
            other.was_user(user)
                && (other.renames.first().is_some_and(|change| change.1 == new)
                    || other.is_without_alias() && other.aliases.contains(new))
        };
        let is_ruling = own || self.lines.values().any(is_first);
        let is_asked =
            self.lines.iter().any(|(number, other)| *number != connection && pending(other));
        if is_asked || self.may_be_unseen(user) {
            return None;
        }
        let what = if own {
            "S168 comes before the S167"
        } else {
            "S168 tells of a change that nobody made"
        };
        Some(violation(id, what, &[]).by_ruling_if(is_ruling))
    }
}
