//! Messages that a server passes on: to whom, whose, under which ID, and long ones part by part.

use simulator::Instant;

use super::line::{LongHeard, swapped};
use super::{ChatMonitor, number, octets, shown, violation};
use crate::protocol::{Message, Violation};

/// A long message whose parts are all there.
pub(super) struct Whole {
    pub(super) by: u64,
    pub(super) room: Vec<u8>,
    /// The head, and the parts.
    pub(super) texts: Vec<Vec<u8>>,
    pub(super) id: Option<Vec<u8>>,
    pub(super) heard_by: Vec<u64>,
}

/// What a server must hold at least for a client that does not read is twice as much (CHAT-OUT-1).
const MUCH_TO_READ: usize = 512 * 1024;
/// Most long messages that are remembered.
const WHOLE_MAX: usize = 4096;
/// Most messages that are remembered of which somebody who is not seen may have said the same.
const DOUBTFUL_MAX: usize = 4096;

impl ChatMonitor {
    /// S83 has come to a connection.
    pub(super) fn short_heard(
        &mut self,
        at: Instant,
        connection: u64,
        message: &Message,
    ) -> Option<Violation> {
        let (room, text, id) =
            (octets(message, "room"), octets(message, "message"), octets(message, "id"));
        let is_of_all = room == super::EVERYBODY || room == super::ECHO;
        let clause = if is_of_all { "CHAT-MSG-4" } else { "CHAT-MSG-3" };
        let line = self.lines.get(&connection)?;
        if line.user.is_none() {
            let found = violation("CHAT-MSG-4", "a message comes to a guest", &[]);
            return Some(found.by_ruling_if(room == super::EVERYBODY));
        }
        if !is_of_all && !line.rooms_ever.contains(room) {
            return Some(violation("CHAT-MSG-3", "a message comes to who is not in its room", &[]));
        }
        let fits = |said: &super::Said| {
            !said.heard_by.contains(&connection) && said.room == room && said.message == text
        };
        let mut fitting: Vec<usize> =
            (0..self.said.len()).filter(|index| self.said.get(*index).is_some_and(fits)).collect();
        let user = octets(message, "user");
        // What somebody else has said is not known, and may be the same.
        let is_of = |index: &usize| self.said.get(*index).is_some_and(|said| said.user == user);
        if !fitting.iter().any(is_of) && self.may_be_unseen(user) {
            let first = fitting.first().map(|index| (*index, connection, user.to_vec()));
            self.doubtful.extend(first.filter(|_| self.doubtful.len() < DOUBTFUL_MAX));
            return None;
        }
        if fitting.is_empty() {
            return Some(self.strange(room, text, clause));
        }
        let mut said = fitting.iter().filter_map(|index| self.said.get(*index));
        if !line.asks("U160", room)
            && line.left.get(room).is_some_and(|left| said.all(|said| said.at > *left))
        {
            let what = "a message comes to who had left its room before it was said";
            return Some(violation("CHAT-MSG-3", what, &[]));
        }
        // One that has this ID already comes first, then what its named sender said and what may be delivered.
        fitting.sort_by_key(|index| {
            let said = self.said.get(*index);
            (
                said.is_none_or(|said| said.id.as_deref() != Some(id)),
                said.is_none_or(|said| said.user != user),
                said.is_none_or(|said| !said.is_good),
            )
        });
        let may_hear = |said: &super::Said| (room == super::ECHO) == (said.by == connection);
        let Some(index) =
            fitting.iter().copied().find(|index| self.said.get(*index).is_some_and(may_hear))
        else {
            let what = if room == super::ECHO {
                "an echo comes to somebody else"
            } else {
                "a message comes to its sender"
            };
            return Some(violation(clause, what, &[]).by_ruling_if(room != super::ECHO));
        };
        let are_orders_mixed = self.are_orders_mixed();
        let is_new_id = !self.identifiers.is_known(id);
        let said = self.said.get_mut(index)?;
        let is_early = said.by == connection && !said.is_answered;
        if !said.is_good {
            let what = "a message that is not okay is delivered";
            let code = super::text::message_code(text);
            let is_ruled = super::text::is_ruled(code, super::text::OKAY, text);
            let is_ruling = said.is_taken || is_ruled && !said.is_answered;
            return Some(violation("CHAT-MSG-3", what, &[]).by_ruling_if(is_ruling));
        }
        let alias = octets(message, "alias");
        let sender = self.lines.get(&said.by)?;
        let was_asked_for = sender.aliases.contains(alias);
        let is_user = said.user == user || sender.may_be_user(user);
        if !is_user || !was_asked_for || !sender.may_have_alias(alias, said.renames) {
            let what = format!("S83 names {} with the alias {:?}", shown(user), shown(alias));
            let of_twin = self.lines.values().any(|other| {
                other.was_user(user) && !alias.is_empty() && other.aliases.contains(alias)
            });
            let is_lost = said.user == user && alias.is_empty();
            let id = match sender.alias_suspect {
                _ if of_twin => "CHAT-ROOM-5",
                Some(suspect) if is_lost => suspect,
                None if is_lost && sender.alias_was_told => "CHAT-ROOM-5",
                // One that was refused, or that was given up.
                _ if was_asked_for && !is_lost && said.user == user => "CHAT-ROOM-5",
                _ => sender.clause_of_name(user),
            };
            // Not said: what stands there where none was asked for, and whether another user may log in where one has.
            let is_ruling = is_user && sender.is_without_alias() || id == "CHAT-AUTH-3";
            return Some(violation(id, what, &[&shown(&said.user)]).by_ruling_if(is_ruling));
        }
        said.heard_by.insert(connection);
        let by = said.by;
        if let Some(sender) = self.lines.get_mut(&by).filter(|_| !alias.is_empty()) {
            sender.alias_was_told = true;
        }
        if self.misses_one(connection, index) {
            // Who does not read is to be let go, and not to miss some of it.
            let has_much = self.has_much_to_read(connection);
            let clause = if has_much { "CHAT-OUT-1" } else { clause };
            let what = "a message of the same sender and room before this one did not come";
            return Some(violation(
                clause,
                what,
                &["messages in the order in which they were said"],
            ));
        }
        let said = self.said.get_mut(index)?;
        match &said.id {
            Some(known) if known != id => {
                // An ID is unique; that all receivers are told the same one is not said.
                let what = "receivers of a message get different IDs";
                return Some(violation("CHAT-MSG-3", what, &[]).by_ruling());
            }
            None if !is_new_id => {
                let found = violation("CHAT-MSG-5", "two messages have the same ID", &[]);
                return Some(found.by_ruling_if(are_orders_mixed));
            }
            _ => said.id = Some(id.to_vec()),
        }
        let said_at = said.at;
        self.identifiers
            .come(at, Some(said_at), connection, id)
            .or_else(|| self.identifiers.stands(at, said_at, id))
            .or_else(|| is_early.then(|| self.comes_before_its_answer(connection, index))?)
    }

    /// An echo that comes before the S81 of what it brings back.
    fn comes_before_its_answer(&self, connection: u64, said: usize) -> Option<Violation> {
        let questions = &self.lines.get(&connection)?.questions;
        let asked = questions.iter().find(|question| question.said == Some(said))?;
        let at_once = questions.iter().filter(|question| question.at == asked.at).count();
        let is_one_of_many = asked.is_joined || at_once > 1;
        let id = if is_one_of_many { "CHAT-FRAME-3" } else { "CHAT-MSG-3" };
        Some(violation(id, "S83 comes to the sender before the S81", &[]).by_ruling())
    }

    /// Whether, with this message, one is passed over that was taken since the last one of its sender and room came there.
    fn misses_one(&mut self, connection: u64, index: usize) -> bool {
        let Some(now) = self.said.get(index) else { return false };
        let Some(line) = self.lines.get_mut(&connection) else { return false };
        let newest = line.newest_heard.entry((now.by, now.room.clone())).or_insert(index);
        let last = std::mem::replace(newest, index.max(*newest));
        let between = self.said.get(last.saturating_add(1)..index).unwrap_or_default();
        between.iter().any(|said| {
            said.by == now.by
                && said.room == now.room
                && said.is_good
                && said.is_taken
                && !said.heard_by.contains(&connection)
        })
    }

    /// Whether the server may have let go one of these connections, which others may be told before it is seen.
    pub(super) fn may_be_let_go(&self, is_one: impl Fn(&super::Line) -> bool) -> bool {
        let mut ones = self.lines.iter().filter(|(_, line)| is_one(line));
        ones.any(|(number, _)| self.has_much_to_read(*number))
    }

    /// Whether so much waits for a connection that the server may let it go.
    fn has_much_to_read(&self, connection: u64) -> bool {
        let Some(line) = self.lines.get(&connection) else { return false };
        let waits = |said: &&super::Said| {
            said.is_taken
                && said.by != connection
                && !said.heard_by.contains(&connection)
                && (said.room == super::EVERYBODY || line.rooms.contains(&said.room))
        };
        let octets = self.said.iter().filter(waits).map(|said| said.message.len());
        octets.sum::<usize>() >= MUCH_TO_READ
    }

    /// What is wrong with a message that nobody said.
    fn strange(&self, room: &[u8], text: &[u8], clause: &'static str) -> Violation {
        let unpadded = |octets: &[u8]| {
            octets.iter().filter(|octet| **octet != b'=').copied().collect::<Vec<_>>()
        };
        let in_room = |said: &&super::Said| said.room == room;
        if super::text::decode(text).is_none()
            && self
                .said
                .iter()
                .filter(in_room)
                .any(|said| unpadded(&said.message) == unpadded(text))
        {
            return violation("CHAT-TEXT-2", "a message is passed on as bad base64", &[]);
        }
        let mut elsewhere = self.said.iter().filter(|said| said.message == text);
        if let Some(said) = elsewhere.find(|said| said.room != room) {
            let is_of_all = said.room == super::EVERYBODY || said.room == super::ECHO;
            let id = if is_of_all { "CHAT-MSG-4" } else { "CHAT-MSG-3" };
            return violation(id, "S83 names another room than the message had", &[]);
        }
        let is_long =
            |whole: &Whole| whole.room == room && whole.texts.iter().any(|part| part == text);
        if self.wholes.iter().any(is_long) {
            return violation("CHAT-LONG-4", "a long message comes as S83", &["S95"]);
        }
        let repeated = self.said.iter().any(|said| said.room == room && said.message == text);
        let what = if repeated {
            "a message comes twice"
        } else {
            "a message comes that nobody said like this"
        };
        violation(if repeated { clause } else { "CHAT-MSG-3" }, what, &[])
    }

    /// A part of a long message was okay.
    pub(super) fn part_taken(&mut self, connection: u64, cid: &[u8], part: u64, message: &[u8]) {
        let Some(line) = self.lines.get_mut(&connection) else { return };
        let Some(head) = line.heads.get_mut(cid) else { return };
        head.suspect = None;
        match head.parts.get(&part) {
            None => {
                head.parts.insert(part, message.to_vec());
            }
            Some(first) => {
                head.has_odd_parts = true;
                if first != message {
                    head.again.push(message.to_vec());
                }
            }
        }
        if u64::try_from(head.parts.len()).is_ok_and(|parts| parts < head.total) {
            return;
        }
        let Some(head) = line.heads.remove(cid) else { return };
        self.again.extend(head.again);
        line.heads_done.insert(cid.to_vec());
        if self.wholes.len() < WHOLE_MAX {
            let texts = std::iter::once(head.message).chain(head.parts.into_values()).collect();
            self.wholes.push(Whole {
                by: connection,
                room: head.room,
                texts,
                id: None,
                heard_by: Vec::new(),
            });
        }
    }

    /// S95, or a part in the layout of U91, has come to a connection.
    pub(super) fn long_heard(
        &mut self,
        at: Instant,
        connection: u64,
        message: &Message,
    ) -> Option<Violation> {
        let id = octets(message, "id");
        let line = self.lines.get(&connection)?;
        if message.name() == "S91" {
            self.variants.insert("the parts of long messages come in the layout of U91");
        }
        if line.is_unsure_of_long {
            return None;
        }
        if self.delivers_early {
            let line = self.lines.get_mut(&connection)?;
            (line.is_unsure_of_long, line.has_strange_long) = (true, true);
            return None;
        }
        if line.user.is_none() {
            let found = violation("CHAT-LONG-4", "a long message comes to a guest", &[]);
            return Some(found.by_ruling_if(octets(message, "room") == super::EVERYBODY));
        }
        let text = octets(message, "message");
        if line.long_heard.contains_key(id) {
            let long = self.lines.get_mut(&connection)?.long_heard.get_mut(id)?;
            (long.heard, long.last) = (long.heard + 1, at);
            let heard = long.heard;
            return self.next_part(connection, id, message, heard);
        }
        let room = octets(message, "room");
        let named = message.name() == "S95";
        if named
            && room != super::EVERYBODY
            && room != super::ECHO
            && !line.rooms_ever.contains(room)
        {
            let elsewhere = self
                .wholes
                .iter()
                .any(|whole| whole.texts.first().is_some_and(|head| head == text));
            let what = "a long message comes to who is not in its room";
            return elsewhere.then(|| violation("CHAT-LONG-4", what, &[]));
        }
        let fits = |whole: &&mut Whole| {
            (whole.room == room || !named)
                && whole.texts.first().is_some_and(|head| head == text)
                && !whole.heard_by.contains(&connection)
                && (room == super::ECHO) == (whole.by == connection)
        };
        let are_orders_mixed = self.are_orders_mixed();
        let is_new_id = !self.identifiers.is_known(id);
        let Some(whole) = self.wholes.iter_mut().find(fits) else {
            // The answer to its last part may not have been seen yet on another connection.
            let under_way = self.lines.iter().any(|(number, other)| {
                // To its sender a message may come back before the answer to its last part.
                (*number != connection || room == super::ECHO) && other.may_have_completed_one()
            });
            if under_way {
                let line = self.lines.get_mut(&connection)?;
                line.is_unsure_of_long = true;
                line.has_strange_long = true;
                return None;
            }
            if self.world.is_open && !self.is_of_seen(text) {
                // Somebody else's; no packet says whose.
                let line = self.lines.get_mut(&connection)?;
                line.is_unsure_of_long = true;
                line.has_strange_long = true;
                return None;
            }
            let early = self.unfinished_head(room, text);
            self.delivers_early |= early.is_some();
            return early.or_else(|| Some(self.strange_head(connection, room, text)));
        };
        let parts = whole.texts.len() - 1;
        let total = line.number(number(message, "parts")?);
        let expected = u64::try_from(parts).ok()?;
        if total != expected {
            let is_swapped = swapped(total) == expected;
            let id = if is_swapped { "CHAT-NUM-2" } else { "CHAT-LONG-4" };
            let what = format!("the head of a message of {expected} parts has TP {total}");
            // "[1..X]" may mean that a packet counts itself.
            let is_ruling = if is_swapped { line.is_order_ruled } else { total == expected + 1 };
            return Some(violation(id, what, &[]).by_ruling_if(is_ruling));
        }
        whole.heard_by.push(connection);
        let known = whole.id.get_or_insert_with(|| id.to_vec());
        if known != id {
            let what = "receivers of a long message get different IDs";
            return Some(violation("CHAT-LONG-4", what, &[]).by_ruling());
        }
        if whole.heard_by.len() == 1 && !is_new_id {
            let found = violation("CHAT-MSG-5", "two messages have the same ID", &[]);
            return Some(found.by_ruling_if(are_orders_mixed));
        }
        let line = self.lines.get_mut(&connection)?;
        line.long_heard.insert(id.to_vec(), LongHeard { parts, heard: 0, last: at });
        self.identifiers.come(at, None, connection, id)
    }

    /// Whether one who is seen has sent this text as the head or a part of a long message.
    fn is_of_seen(&self, text: &[u8]) -> bool {
        let mut whole = self.wholes.iter().flat_map(|whole| &whole.texts);
        let heads = || self.lines.values().flat_map(|line| line.heads.values());
        let mut begun =
            heads().flat_map(|head| std::iter::once(&head.message).chain(head.parts.values()));
        let mut replaced = self.lines.values().flat_map(|line| &line.replaced);
        whole.any(|known| known == text)
            || begun.any(|known| known == text)
            || replaced.any(|(_, head)| head.message == text)
    }

    /// What is wrong with a head that fits no message.
    fn strange_head(&self, connection: u64, room: &[u8], text: &[u8]) -> Violation {
        let id = "CHAT-LONG-4";
        let of_head = |head: &super::line::Head| head.room == room && head.message == text;
        let mut replaced = self.lines.values().flat_map(|other| &other.replaced);
        if replaced.any(|(_, head)| of_head(head)) {
            let what = "a long message comes with a head that was replaced";
            return violation("CHAT-LONG-1", what, &[]);
        }
        let is_head = |whole: &&Whole| whole.texts.first().is_some_and(|head| head == text);
        if self
            .wholes
            .iter()
            .filter(is_head)
            .any(|whole| whole.by == connection && whole.room == room)
        {
            return violation(id, "a long message comes to its sender, or twice", &[]).by_ruling();
        }
        if self.wholes.iter().filter(is_head).any(|whole| whole.room == room) {
            return violation(id, "a long message comes twice, or to somebody else", &[]);
        }
        if self.wholes.iter().any(|whole| whole.texts.iter().skip(1).any(|part| part == text)) {
            return violation(id, "a part comes without its head", &[]);
        }
        violation(id, "a long message comes that nobody said like this", &[])
    }

    /// What is wrong with the head of a message that is not finished.
    fn unfinished_head(&self, room: &[u8], text: &[u8]) -> Option<Violation> {
        let what = "a long message is delivered before all of its parts are there";
        let is_asked = |question: &super::Question| {
            question.is_for("U87", room) && octets(&question.message, "message") == text
        };
        if self.lines.values().any(|other| other.questions.iter().any(is_asked)) {
            return Some(violation("CHAT-LONG-4", what, &[]).by_ruling());
        }
        let (by, cid, head) = self.lines.iter().find_map(|(number, other)| {
            let is_it = |(_, head): &(&Vec<u8>, &super::line::Head)| {
                head.room == room && head.message == text
            };
            other.heads.iter().find(is_it).map(|(cid, head)| (*number, cid, head))
        })?;
        let line = self.lines.get(&by)?;
        let shares = |(number, other): (&u64, &super::Line)| {
            *number != by && (other.heads.contains_key(cid) || other.heads_done.contains(cid))
        };
        let id = if head.has_odd_parts {
            "CHAT-LONG-2"
        } else if line.replaced.iter().any(|(other, _)| other == cid) {
            "CHAT-LONG-1"
        } else if self.lines.iter().any(shares) {
            "CHAT-LONG-7"
        } else {
            "CHAT-LONG-4"
        };
        // Nothing in the text keeps a server from passing parts on as they come.
        Some(violation(id, what, &[]).by_ruling())
    }

    /// Whether receivers write numbers in different orders, and so perhaps IDs.
    fn are_orders_mixed(&self) -> bool {
        let order = self.lines.values().map(|line| line.order).next();
        self.lines.values().any(|line| Some(line.order) != order)
    }

    fn next_part(
        &self,
        connection: u64,
        id: &[u8],
        message: &Message,
        heard: usize,
    ) -> Option<Violation> {
        let line = self.lines.get(&connection)?;
        let whole = self.wholes.iter().find(|whole| whole.id.as_deref() == Some(id))?;
        let parts = whole.texts.len() - 1;
        let text = octets(message, "message");
        let read =
            line.number(number(message, if message.name() == "S95" { "parts" } else { "part" })?);
        let place = |number: u64| {
            let number = usize::try_from(number).ok()?;
            if message.name() == "S95" { parts.checked_sub(number) } else { Some(number) }
        };
        let is_at = |number: u64| {
            place(number).filter(|place| *place >= 1).and_then(|place| whole.texts.get(place))
        };
        if is_at(read).is_some_and(|part| part == text) {
            return None;
        }
        if is_at(swapped(read)).is_some_and(|part| part == text) {
            let found =
                violation("CHAT-NUM-2", "a part has its number in the other byte order", &[]);
            return Some(found.by_ruling_if(line.is_order_ruled));
        }
        if whole.texts.iter().skip(1).any(|part| part == text) {
            if place(read) == Some(heard) {
                let what = format!("part {heard} of {parts} comes with the text of another");
                return Some(violation("CHAT-LONG-4", what, &["the parts in their order"]));
            }
            let what = format!("a part of {parts} comes with the number {read}");
            return Some(violation("CHAT-LONG-5", what, &["TP that counts down to 0"]));
        }
        let is_blank = |part: &Vec<u8>| {
            super::text::decode(part).is_some_and(|text| super::text::is_blank(&text))
        };
        let of_repeat = self.again.iter().any(|part| part == text);
        let of_blank = is_at(read).is_some_and(is_blank);
        let id = if of_repeat || of_blank { "CHAT-LONG-2" } else { "CHAT-LONG-4" };
        // What a part that comes again means, the text does not say.
        let found = violation(id, "a part comes that nobody sent like this", &[]);
        Some(found.by_ruling_if(of_repeat))
    }
}
