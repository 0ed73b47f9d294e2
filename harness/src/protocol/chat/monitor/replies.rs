//! Answers: which question each belongs to, and whether its codes are what the clauses say.

use simulator::Instant;

use super::codes::{code, message_id, same};
use super::line::{Ask, Line, Question};
use super::{ChatMonitor, Door, framing, number, octets, text, violation};
use crate::protocol::{Message, Violation};

/// What answers whatever is no packet.
const REFUSAL: &str = "S251";

/// The clause that is broken by who forgets a user together with a room.
pub(super) const PARTING: &str = "CHAT-ROOM-3";

impl ChatMonitor {
    /// The server has sent an answer.
    pub(super) fn reply(
        &mut self,
        at: Instant,
        connection: u64,
        message: &Message,
    ) -> Option<Violation> {
        if let Some(line) = self.lines.get_mut(&connection)
            && message.name() == REFUSAL
            && line.refuses_early()
        {
            line.was_refused_early = true;
            return None;
        }
        let question = match self.question(connection, message) {
            Ok(question) => question,
            Err(found) => return Some(found),
        };
        if question.ask != Ask::Packet {
            return None;
        }
        if let Some(line) = self.lines.get_mut(&connection).filter(|line| line.is_login_suspect()) {
            // It has answered since as one who knows the user.
            line.login = "CHAT-AUTH-2";
        }
        let found = self.answer(at, connection, &question, message);
        framing::of_a_cut(&question, &mut self.whole, found)
    }

    fn answer(
        &mut self,
        at: Instant,
        connection: u64,
        question: &Question,
        message: &Message,
    ) -> Option<Violation> {
        match message.name() {
            "S3" => self.login(connection, &question.message, message),
            "S5" => self.second_endpoint(connection, &question.message, message),
            "S7" => self.registration(connection, &question.message, message),
            "S81" => self.short_answer(connection, question, message),
            "S88" => self.head_answer(connection, &question.message, message),
            "S92" => self.part_answer(connection, &question.message, message),
            "S85" => same(&question.message, message, "id", "CHAT-MSG-6"),
            "S97" => {
                let asked = octets(&question.message, "id").get(..8).unwrap_or_default();
                let answered = octets(message, "id-start");
                (asked != answered).then(|| violation("CHAT-LONG-6", "S97 names another ID", &[]))
            }
            // The source's own slip: FE in its bytes line.
            "S253" if message.octets.first() == Some(&0xFE) => {
                Some(violation("CHAT-CAP-1", "S253 has the ID fe", &["fd"]))
            }
            "S100" => self.resend_answer(connection, &question.message, message),
            "S161" => self.join_answer(connection, &question.message, message),
            "S251" if question.name() == "U169" => {
                // What is not supported is not passed on.
                self.invited.retain(|(by, asked)| {
                    *by != connection || asked.octets != question.message.octets
                });
                let what = "S251 comes for an invitation, and others are passed on";
                self.passes_invitations_on.then(|| violation("CHAT-ROOM-6", what, &["nothing"]))
            }
            "S164" => self.part_room_answer(at, connection, &question.message, message),
            "S167" => self.alias_answer(connection, &question.message, message),
            _ => None,
        }
    }

    /// The question that an answer belongs to; those before it that need none are forgotten.
    fn question(&mut self, connection: u64, message: &Message) -> Result<Question, Violation> {
        let name = message.name();
        let dialect = self.dialect;
        let unasked = |line: &Line| {
            let id = match name {
                "S9" if line.user.is_none() => "CHAT-AUTH-9",
                _ if line.has_said_bye => "CHAT-AUTH-10",
                "S3" if line.login == "CHAT-AUTH-5" => "CHAT-AUTH-5",
                "S3" | "S5" => "CHAT-AUTH-2",
                "S7" => "CHAT-AUTH-7",
                "S9" => "CHAT-AUTH-9",
                "S81" => "CHAT-MSG-1",
                "S85" => "CHAT-MSG-6",
                "S88" => "CHAT-LONG-1",
                "S92" => "CHAT-LONG-2",
                "S97" | "S100" | "S101" => "CHAT-LONG-6",
                "S161" => "CHAT-ROOM-1",
                "S164" => "CHAT-ROOM-3",
                "S167" => "CHAT-ROOM-5",
                "S253" => "CHAT-CAP-1",
                "S251" if line.has_parted => "CHAT-AUTH-10",
                "S251" => "CHAT-FRAME-6",
                _ => "CHAT-FRAME-4",
            };
            let is_about_framing = !line.has_parted && (framing::is_refusal(name) || name == "S9");
            let is_of_skipped = framing::read_on(line, dialect, name);
            let id = match is_of_skipped {
                _ if is_about_framing => framing::unasked(line, id),
                Some(skipped) if !line.has_parted => skipped,
                _ if framing::is_early(line, dialect, name) => "CHAT-FRAME-3",
                _ => id,
            };
            // That a 00 is ignored, an FF is an unknown packet, or an ID goes on behind a 00 in it, is a ruling.
            let is_split = id == "CHAT-FRAME-3" && line.waits.is_some_and(|code| code >= 80);
            violation(id, format!("{name} comes and nothing was asked that it answers"), &[])
                .by_ruling_if(id == "CHAT-FRAME-1" || is_split)
        };
        let Some(line) = self.lines.get_mut(&connection) else {
            return Err(violation("CHAT-FRAME-1", "a connection that is not there speaks", &[]));
        };
        let has_login = line.user.is_some();
        // The text does not list U40 among what a client may begin with.
        let is_refused_goodbye = name == "S9"
            && !has_login
            && line.questions.back().is_some_and(|question| question.name() == "U40");
        let mut earlier: Option<Question> = None;
        let mut invites = false;
        while let Some(question) = line.questions.pop_front() {
            let (answers, needs_none) = question.answers(has_login);
            invites |= question.name() == "U169";
            if answers.contains(&name) && !(needs_none && line.is_for_a_later(&question, message)) {
                if !needs_none {
                    line.spare_refusals = 0;
                } else if name == REFUSAL {
                    line.spare_refusals += 1;
                }
                line.recent = framing::oddity(question.ask, &question.message).or(question.after);
                let before = line.answered.replace(question.message.clone());
                line.is_behind_head = before.is_some_and(|before| before.name() == "U87");
                return Ok(question);
            }
            let is_own_refusal = matches!(
                (question.name(), name),
                ("U84", "S86") | ("U96", "S98") | ("U99", "S102")
            );
            if needs_none && is_own_refusal && question.ask == Ask::Packet {
                let is_same = |other: &Question| other.message.octets == question.message.octets;
                // Of two receipts for one message the first may pass and the second be refused.
                if line.questions.iter().any(is_same) {
                    earlier = Some(question);
                    continue;
                }
                let id = octets(&question.message, "id");
                let was_sent = line.long_heard.contains_key(id)
                    || self.said.iter().any(|said| {
                        said.id.as_deref() == Some(id) && said.heard_by.contains(&connection)
                    });
                let is_due = was_sent && !earlier.as_ref().is_some_and(is_same);
                let what = format!("{name} comes in answer to {}", asked(&question));
                return Err(violation(framing::receipt_refused(&question, is_due), what, answers));
            }
            if needs_none {
                continue;
            }
            // What seemed to refuse a packet that needs no answer may have been for this one.
            if answers.contains(&REFUSAL) && line.spare_refusals > 0 {
                line.spare_refusals -= 1;
                continue;
            }
            // The answer tells whom the server takes for logged in.
            let as_if = question.answers(!has_login).0.contains(&name);
            if as_if && question.ask == Ask::Packet {
                let what = format!(
                    "{name} comes in answer to {}, as if the client were {}logged in",
                    asked(&question),
                    if has_login { "not " } else { "" }
                );
                // What answers a guest whose login has failed need not take him for the user.
                let is_guest = !has_login && line.login == "CHAT-AUTH-2";
                let id = if is_guest { "CHAT-AUTH-9" } else { line.login };
                // When packets may be asked for, the text does not say; it has that among its notes.
                let is_ruling = if has_login { question.name() == "U252" } else { name == "S253" };
                return Err(violation(id, what, answers).by_ruling_if(is_ruling));
            }
            if question.ask == Ask::Packet
                && framing::is_refusal(name)
                && !line.is_of_no_head(&question)
                && let Some(id) = framing::refused(&question)
            {
                let what = format!("{name} comes in answer to {}", asked(&question));
                // That a 00 before it is ignored is a ruling; and a password that is no base64 may break the format.
                let is_split = id == "CHAT-FRAME-3" && framing::holds_marks(&question.message);
                let is_ruling = id == "CHAT-FRAME-1"
                    || is_split
                    || is_bad_login(&question, name)
                    || is_short_part(&question, name);
                return Err(violation(id, what, answers).by_ruling_if(is_ruling));
            }
            // Asked at one instant, a later question may have been answered first.
            let other = line
                .questions
                .iter()
                .any(|other| other.at == question.at && other.answers(has_login).0.contains(&name));
            // Once the login is okay, what came behind it may be answered: before the login, it is out of order.
            let follows = matches!(question.name(), "U2" | "U6")
                && line.questions.iter().any(|other| other.answers(true).0.contains(&name));
            let other = other || follows && question.ask == Ask::Packet;
            let was_answered = line.answered.is_some();
            let is_of_no_head = line.is_of_no_head(&question);
            let is_refused_later = name == "S9"
                && !has_login
                && line.questions.iter().any(|other| other.answers(false).0.contains(&name));
            let id = match (question.name(), name) {
                _ if other => "CHAT-FRAME-3",
                // What was asked before is to be answered before.
                _ if is_refused_later => "CHAT-AUTH-9",
                // As the examples of the source have it.
                ("U6", "S3") => "CHAT-AUTH-7",
                _ if !has_login && self.is_second_endpoint(connection, &question.message) => {
                    "CHAT-AUTH-5"
                }
                _ => question.clause(has_login),
            };
            let what = format!("{name} comes in answer to {}", asked(&question));
            let is_ruling = match (question.ask, question.name()) {
                // What answers a registration on a connection that is authenticated, the text does not say.
                (Ask::Packet, "U6") => has_login,
                (Ask::Packet, "U2") => is_bad_login(&question, name),
                (Ask::Packet, "U163") => is_short_part(&question, name),
                // That a part without a head is 02, and not a broken packet, the text does not say.
                (Ask::Packet, "U91") => name == "S93" && is_of_no_head,
                (Ask::Broken, "U40") => true,
                (Ask::Unknown, _) if id == "CHAT-FRAME-1" => true,
                // S9 answers what a client begins with; what comes after a login that failed is another thing.
                _ => !has_login && was_answered,
            };
            return Err(violation(id, what, answers).by_ruling_if(is_ruling));
        }
        if invites && name == "S161" {
            let what = "S161 comes in answer to an invitation, which has no reply";
            return Err(violation("CHAT-ROOM-6", what, &["nothing"]));
        }
        Err(unasked(line).by_ruling_if(is_refused_goodbye))
    }

    fn short_answer(
        &mut self,
        connection: u64,
        question: &Question,
        answer: &Message,
    ) -> Option<Violation> {
        let asked = &question.message;
        let line = self.lines.get(&connection)?;
        if let Some(found) = message_id(line, asked, answer, "CHAT-MSG-1") {
            return Some(found);
        }
        let (room, message) = (octets(asked, "room"), octets(asked, "message"));
        self.world.learn_of(room, answer, &[text::NOT_AUTHORIZED, text::NOT_IN_ROOM]);
        let is_known = self.world.rooms.contains_key(room);
        let rooms = line.room_code(room, is_known, text::NOT_IN_ROOM);
        let message_code = text::message_code(message);
        let message_codes = text::or_bad(message_code, message);
        let (got_room, got_message) =
            (number(answer, "room-code")?, number(answer, "message-code")?);
        if !rooms.contains(&got_room) && rooms.contains(&got_message) && got_room == message_code {
            return Some(violation("CHAT-MSG-1", "S81 has its codes exchanged", &[]));
        }
        let is_left_out =
            |got: u64| got == text::OKAY && (got_room != text::OKAY || got_message != text::OKAY);
        // The text does not say that both are always looked at, nor which code an unknown or a protected room has.
        let is_protected = self.world.rooms.get(room).is_some_and(|door| *door != Door::Open);
        let room_ruled = is_left_out(got_room)
            || got_room != text::OKAY && !is_known
            || got_room == text::NOT_AUTHORIZED && is_protected && !line.rooms.contains(room);
        let message_ruled =
            is_left_out(got_message) || text::is_ruled(message_code, got_message, message);
        let judged =
            code(answer, "room-code", &rooms, self.room_clause(connection, room, got_room))
                .map(|found| found.by_ruling_if(room_ruled))
                .or_else(|| {
                    let id = text::base64_clause(message, Some(got_message), "CHAT-MSG-2");
                    code(answer, "message-code", &message_codes, id)
                        .map(|found| found.by_ruling_if(message_ruled))
                });
        if let Some(said) = question.said.and_then(|index| self.said.get_mut(index)) {
            said.is_answered = true;
            said.is_good &= got_room == text::OKAY;
            said.is_taken = (got_room, got_message) == (text::OKAY, text::OKAY);
        }
        judged
    }

    /// The clause that is broken by a wrong RID for a message to this room.
    fn room_clause(&self, connection: u64, room: &[u8], got: u64) -> &'static str {
        if room == super::EVERYBODY || room == super::ECHO {
            return "CHAT-MSG-4";
        }
        let Some(line) = self.lines.get(&connection) else { return "CHAT-MSG-2" };
        let is_outside = !line.rooms.contains(room);
        if is_outside && got != text::OKAY {
            return "CHAT-MSG-2";
        }
        let is_members = got == text::OKAY && is_outside;
        let twin = self.lines.values().any(|other| {
            line.user.is_some() && other.user == line.user && other.rooms.contains(room)
        });
        if is_members && twin && !line.rooms_ever.contains(room) {
            return "CHAT-ROOM-1";
        }
        line.suspects.get(room).copied().unwrap_or("CHAT-MSG-2")
    }
}

/// Whether this refuses a login whose password is no base64.
fn is_bad_login(question: &Question, name: &str) -> bool {
    let is_none = text::decode(octets(&question.message, "password")).is_none();
    question.name() == "U2" && name == "S4" && is_none
}

/// Whether this refuses a U163 without its part message: one line of the source has that in each, another in none.
fn is_short_part(question: &Question, name: &str) -> bool {
    let has_message = question.message.field("message").is_some();
    question.name() == "U163" && name == "S251" && !has_message
}

/// What was asked, in words.
fn asked(question: &Question) -> String {
    match question.ask {
        Ask::Packet => question.name().to_owned(),
        Ask::Broken => format!("a broken {}", question.name()),
        Ask::Unknown => format!(
            "an unknown packet with the ID {:02x}",
            question.message.octets.first().copied().unwrap_or(0)
        ),
    }
}
