//! Answers about long messages: heads, parts, and requests to send parts again.

use std::time::Duration;

use simulator::Instant;

use super::codes::{all_okay, code, message_id, same};
use super::deliveries::Whole;
use super::line::swapped;
use super::line::{Head, Line};
use super::{ChatMonitor, number, octets, text, violation};
use crate::protocol::{Message, Violation};

/// The codes of S88.
const HEAD_CODES: [&str; 3] = ["parts-code", "room-code", "message-code"];
/// The codes of S92.
const PART_CODES: [&str; 3] = ["part-code", "room-code", "message-code"];
/// Octets of unfinished messages from which on a part that is refused was refused for their size.
const MANY_OCTETS: usize = 64 * 1024;
/// How long a server may take from one part of a message to the next.
const PART_LATE: Duration = Duration::from_secs(1);
/// RID of S88 and S92: not authorized, or not in that room.
const ABSENT: u64 = 4;

/// Whether a room that the sender is not in is called invalid: the text's tables have no code for it.
fn is_invalid_for_absent(answer: &Message, rooms: &[u64]) -> bool {
    number(answer, "room-code") == Some(text::INVALID) && rooms.contains(&ABSENT)
}

impl ChatMonitor {
    pub(super) fn head_answer(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        self.world.learn_of(octets(asked, "room"), answer, &[ABSENT]);
        let line = self.lines.get_mut(&connection)?;
        if let Some(found) = message_id(line, asked, answer, "CHAT-LONG-1") {
            return Some(found);
        }
        let (cid, room, message) =
            (octets(asked, "message-id"), octets(asked, "room"), octets(asked, "message"));
        let read = number(asked, "parts")?;
        let total = line.number(read);
        let is_first = !std::mem::replace(&mut line.has_sent_head, true);
        let fits = line.heads.len() < 4 || line.heads.contains_key(cid);
        let totals: &[u64] = match total {
            0 => &[text::INVALID],
            1..=64 if fits => &[text::OKAY],
            0x7000_0000.. => &[text::INVALID],
            _ => &[text::OKAY, text::INVALID],
        };
        let refused = number(answer, "parts-code") == Some(text::INVALID);
        let id = match total {
            // The same head again, or another in its place.
            1..=64 if refused && line.heads.contains_key(cid) => "CHAT-LONG-1",
            1..=16 if is_first && refused => line.order_clause,
            1..=64 if refused && (total > 16 || line.has_heads()) => "CHAT-LONG-7",
            0x7000_0000.. => "CHAT-LONG-7",
            _ => "CHAT-LONG-1",
        };
        let rooms = line.room_code(room, self.world.rooms.contains_key(room), ABSENT);
        let message_code = text::long_code(message, true);
        // Where the other codes say that it is refused, nothing in the text asks for more; nor for repeated heads to be taken.
        let got = |name: &str| number(answer, name);
        let is_known = self.world.rooms.contains_key(room);
        let is_left_out =
            |name: &str| got(name) == Some(text::OKAY) && !all_okay(answer, &HEAD_CODES);
        let is_repeat = refused && (1..=64).contains(&total) && line.heads.contains_key(cid);
        let parts_ruled = is_repeat || id == line.order_clause && line.is_order_ruled;
        let room_ruled = is_left_out("room-code")
            || !is_known && got("room-code") != Some(text::OKAY)
            || is_invalid_for_absent(answer, &rooms);
        let message_ruled = is_left_out("message-code")
            || got("message-code").is_some_and(|got| text::is_ruled(message_code, got, message));
        let judged = code(answer, "parts-code", totals, id)
            .map(|found| found.by_ruling_if(parts_ruled))
            .or_else(|| {
                let is_of_all = room == super::EVERYBODY || room == super::ECHO;
                let id = if is_of_all { "CHAT-MSG-4" } else { "CHAT-LONG-1" };
                code(answer, "room-code", &rooms, id).map(|found| found.by_ruling_if(room_ruled))
            })
            .or_else(|| {
                code(
                    answer,
                    "message-code",
                    &text::long_codes(message, true),
                    text::base64_clause(message, got("message-code"), "CHAT-LONG-1"),
                )
                .map(|found| found.by_ruling_if(message_ruled))
            });
        if judged.is_none() && all_okay(answer, &HEAD_CODES) {
            let same =
                |head: &Head| head.total == total && head.room == room && head.message == message;
            if !line.heads.get(cid).is_some_and(same) {
                let head = Head {
                    total,
                    room: room.to_vec(),
                    message: message.to_vec(),
                    parts: std::collections::BTreeMap::new(),
                    again: Vec::new(),
                    has_odd_parts: false,
                    was_left: false,
                    rival_refused: false,
                    suspect: None,
                };
                let others = line.heads.iter_mut().filter(|(other, _)| *other != cid);
                others.for_each(|(_, other)| other.suspect = Some("CHAT-LONG-7"));
                let old = line.heads.insert(cid.to_vec(), head);
                line.replaced.extend(old.map(|old| (cid.to_vec(), old)));
                line.heads_done.remove(cid);
            }
        } else if let Some(head) = line.heads.get_mut(cid) {
            head.rival_refused = true;
        }
        judged
    }

    pub(super) fn part_answer(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        let line = self.lines.get_mut(&connection)?;
        if let Some(found) = message_id(line, asked, answer, "CHAT-LONG-2") {
            return Some(found);
        }
        let (cid, message) = (octets(asked, "message-id"), octets(asked, "message"));
        let part = line.number(number(asked, "part")?);
        let Some(head) = line.heads.get(cid) else {
            // A part repeated after the whole may be answered either way.
            if line.heads_done.contains(cid) {
                return None;
            }
            let outlives = |other: &Line| other.has_parted && other.heads.contains_key(cid);
            let id = if self.lines.values().any(outlives) { "CHAT-LONG-7" } else { "CHAT-LONG-2" };
            // That it is the number that is wrong is a ruling: RID and M may say so, too.
            let is_ruling = !all_okay(answer, &PART_CODES);
            return code(answer, "part-code", &[text::INVALID], id)
                .map(|found| found.by_ruling_if(is_ruling));
        };
        let is_in = (1..=head.total).contains(&part);
        if is_in && head.rival_refused && number(answer, "part-code") == Some(text::INVALID) {
            // Whether a refused head ends the message is not of the part's clause: a scenario judges it.
            return None;
        }
        let is_known = self.world.rooms.contains_key(&head.room);
        let mut rooms = line.room_code(&head.room, is_known, ABSENT);
        let is_outside = !rooms.contains(&text::OKAY);
        if is_outside {
            // The room was looked at when the head came: no clause says that it is again.
            rooms.push(text::OKAY);
        }
        let may_be_dropped = is_outside || head.was_left;
        if may_be_dropped && number(answer, "part-code") == Some(text::INVALID) {
            // Its unfinished messages may end when a room is left.
            return None;
        }
        let message_code = text::long_code(message, false);
        let part_code = if is_in { text::OKAY } else { text::INVALID };
        let next = u64::try_from(head.parts.len()).map_or(0, |parts| parts + 1);
        // The text does not say from which number parts are counted, that they may come in any order, or again.
        let part_ruled = matches!(part, 0 | 1)
            || part == head.total
            || part == head.total + 1
            || is_in && part != next;
        let got = number(answer, "message-code");
        let message_ruled = got.is_some_and(|got| text::is_ruled(message_code, got, message))
            || got == Some(text::OKAY) && !all_okay(answer, &PART_CODES);
        let is_lost = is_in && number(answer, "part-code") == Some(text::INVALID);
        // Right behind its head, and of the parts that it was sent it has taken none: it may read their numbers in the other order.
        let is_first = part == 1
            && line.is_behind_head
            && line.heads_done.is_empty()
            && line.replaced.is_empty()
            && line.heads.values().all(|head| head.parts.is_empty());
        let of_replaced = line.replaced.iter().rev().find(|(other, _)| other == cid);
        let was_in = of_replaced.is_some_and(|(_, old)| (1..=old.total).contains(&part));
        let is_of_old = of_replaced.is_some() && was_in != is_in;
        // Held against the total of another message, it is not lost.
        let is_beyond = line.heads.values().any(|other| part > other.total);
        let part_id = match head.suspect {
            Some("CHAT-LONG-7") if is_lost && is_beyond => "CHAT-LONG-2",
            Some(suspect) if is_lost => suspect,
            _ if is_of_old => "CHAT-LONG-1",
            _ if line.octets_of_parts() >= MANY_OCTETS && is_lost => "CHAT-LONG-7",
            _ if is_lost && is_first => line.order_clause,
            _ => "CHAT-LONG-2",
        };
        let judged = code(answer, "part-code", &[part_code], part_id)
            .map(|found| found.by_ruling_if(part_ruled || part_id == "CHAT-FRAME-1"))
            .or_else(|| {
                let judged = is_in.then(|| code(answer, "room-code", &rooms, "CHAT-LONG-2"))?;
                judged.map(|found| found.by_ruling_if(is_invalid_for_absent(answer, &rooms)))
            })
            .or_else(|| {
                code(
                    answer,
                    "message-code",
                    &text::long_codes(message, false),
                    text::base64_clause(message, got, "CHAT-LONG-2"),
                )
                .map(|found| found.by_ruling_if(message_ruled))
            });
        if judged.is_none() && all_okay(answer, &PART_CODES) {
            self.part_taken(connection, cid, part, message);
        } else if judged.is_none()
            && let Some(line) = self.lines.get_mut(&connection)
            && let Some(head) = line.heads.get_mut(cid)
        {
            head.has_odd_parts = true;
            if head.parts.get(&part).is_some_and(|first| first != message) {
                head.again.push(message.to_vec());
            }
        }
        judged
    }

    /// S90 or S94 asks for the head or a part of a message again, which is never wrong.
    pub(super) fn asked_again(&mut self, connection: u64, message: &Message) -> Option<Violation> {
        let cid = octets(message, "message-id");
        for question in &mut self.lines.get_mut(&connection)?.questions {
            let is_part = question.name() == "U91";
            question.asks_again |= is_part && octets(&question.message, "message-id") == cid;
        }
        None
    }

    pub(super) fn resend_answer(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        if let Some(found) = same(asked, answer, "id-start", "CHAT-LONG-6") {
            return Some(found);
        }
        let line = self.lines.get(&connection)?;
        let start = octets(asked, "id-start");
        let known = line.long_heard.iter().find(|(id, _)| id.starts_with(start));
        let allowed = number(answer, "allowed")?;
        let part = line.number(number(asked, "part")?);
        match known {
            None if line.has_strange_long || line.is_unsure_of_long => None,
            None if allowed != 0 => {
                let what = "parts are promised to who was not sent the message";
                Some(violation("CHAT-LONG-6", what, &["S100 with A 00"]))
            }
            Some((_, long)) if !line.has_parted => {
                let holds = |part: u64| usize::try_from(part).is_ok_and(|part| part <= long.parts);
                let is_in = holds(part);
                let expected = if is_in { text::OKAY } else { text::INVALID };
                // Who knows the message and not its part has read another number, or has dropped the parts with their sender.
                let of_whole =
                    |whole: &&Whole| whole.id.as_ref().is_some_and(|id| id.starts_with(start));
                let is_orphan = self.wholes.iter().find(of_whole).is_none_or(|whole| {
                    self.lines.get(&whole.by).is_none_or(|sender| sender.has_parted)
                });
                let fits_swapped = allowed == 1 && !is_orphan && is_in != holds(swapped(part));
                // Who refuses the last of several has counted them from another number.
                let is_last =
                    long.parts > 1 && usize::try_from(part).is_ok_and(|it| it == long.parts);
                let id = if fits_swapped && !is_last { line.order_clause } else { "CHAT-LONG-6" };
                code(answer, "part-code", &[expected], id).or_else(|| {
                    // Whether that holds for who has left the room is open.
                    let whole = self.wholes.iter().find(of_whole);
                    let is_there = whole.is_none_or(|whole| hears(line, &whole.room));
                    let refused = is_in && allowed != 1 && is_there;
                    refused.then(|| {
                        violation(
                            "CHAT-LONG-6",
                            "who was sent the message may ask for its parts",
                            &[],
                        )
                    })
                })
            }
            _ => None,
        }
    }

    /// Parts that have not come behind the head of a message, in whatever layout and order a server sends them (CHAT-LONG-4).
    pub(super) fn missing_part(&self, at: Instant) -> Option<Violation> {
        let judge = |whole: &Whole| {
            let id = whole.id.as_ref()?;
            let parts = whole.texts.len().checked_sub(1)?;
            let hearers = whole.heard_by.iter().filter_map(|hearer| self.lines.get(hearer));
            let heard = hearers.filter_map(|line| {
                let is_there = !line.is_lost && !line.has_parted && !line.is_doubted;
                let long = line.long_heard.get(id)?;
                let is_over = at - long.last >= PART_LATE;
                let counts =
                    is_there && hears(line, &whole.room) && is_over && !line.is_unsure_of_long;
                counts.then_some(long.heard)
            });
            let least = heard.min().filter(|heard| *heard < parts)?;
            let what = format!("{least} of {parts} parts of a long message come");
            // That a server passes on a part that nobody asks for, the text does not say.
            Some(violation("CHAT-LONG-4", what, &["all of them, to each"]).by_ruling())
        };
        self.wholes.iter().find_map(judge)
    }
}

/// Whether a connection is in a room, or needs not be there.
fn hears(line: &Line, room: &[u8]) -> bool {
    line.rooms.contains(room) || [super::EVERYBODY, super::ECHO].contains(&room)
}
