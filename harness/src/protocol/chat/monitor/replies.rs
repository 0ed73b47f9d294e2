//! Answers: which question each belongs to, and whether its codes are what the clauses say.

use super::codes::{all_okay, code, message_id, same, unchecked};
use super::line::{Ask, Line, Question};
use super::{ChatMonitor, framing, number, octets, text, violation};
use crate::protocol::chat::octets::order_of;
use crate::protocol::{Message, Violation};

/// The length of an S7 in the layout of its packet format line.
const S7_WITH_A_SEPARATOR: usize = 7;

/// What answers whatever is no packet.
const REFUSAL: &str = "S251";

impl ChatMonitor {
    /// The server has sent an answer.
    pub(super) fn reply(&mut self, connection: u64, message: &Message) -> Option<Violation> {
        let question = match self.question(connection, message) {
            Ok(question) => question,
            Err(found) => return Some(found),
        };
        if question.ask != Ask::Packet {
            return None;
        }
        match message.name() {
            "S3" => self.login(connection, &question.message, message),
            "S5" => self.second_endpoint(connection, &question.message),
            "S7" => self.registration(connection, &question.message, message),
            "S81" => self.short_answer(connection, &question, message),
            "S88" => self.head_answer(connection, &question.message, message),
            "S92" => self.part_answer(connection, &question.message, message),
            "S85" => same(&question.message, message, "id", "CHAT-MSG-6"),
            "S97" => {
                let asked = octets(&question.message, "id").get(..8).unwrap_or_default();
                let answered = octets(message, "id-start");
                (asked != answered).then(|| violation("CHAT-LONG-6", "S97 names another ID", &[]))
            }
            "S100" => self.resend_answer(connection, &question.message, message),
            "S161" => self.join_answer(connection, &question.message, message),
            "S251" if question.name() == "U169" => {
                // What is not supported is not passed on.
                self.invited.retain(|(by, asked)| {
                    *by != connection || asked.octets != question.message.octets
                });
                None
            }
            "S164" => self.part_room_answer(connection, &question.message, message),
            "S167" => self.alias_answer(connection, &question.message, message),
            _ => None,
        }
    }

    /// The question that an answer belongs to; those before it that need none are forgotten.
    fn question(&mut self, connection: u64, message: &Message) -> Result<Question, Violation> {
        let name = message.name();
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
            let id = if is_about_framing { framing::unasked(line, id) } else { id };
            violation(id, format!("{name} comes and nothing was asked that it answers"), &[])
        };
        let Some(line) = self.lines.get_mut(&connection) else {
            return Err(violation("CHAT-FRAME-1", "a connection that is not there speaks", &[]));
        };
        let has_login = line.user.is_some();
        while let Some(question) = line.questions.pop_front() {
            let (answers, needs_none) = question.answers(has_login);
            if answers.contains(&name) && !(needs_none && line.is_for_a_later(&question, message)) {
                if !needs_none {
                    line.spare_refusals = 0;
                } else if name == REFUSAL {
                    line.spare_refusals += 1;
                }
                line.recent = framing::oddity(question.ask, &question.message).or(question.after);
                line.answered = Some(question.message.clone());
                return Ok(question);
            }
            let is_own_refusal = matches!(
                (question.name(), name),
                ("U84", "S86") | ("U96", "S98") | ("U99", "S102")
            );
            if needs_none && is_own_refusal && question.ask == Ask::Packet {
                let id = octets(&question.message, "id");
                let is_due = line.long_ids.contains_key(id)
                    || self.said.iter().any(|said| {
                        said.id.as_deref() == Some(id) && said.heard_by.contains(&connection)
                    });
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
                return Err(violation(line.login, what, answers));
            }
            if question.ask == Ask::Packet
                && framing::is_refusal(name)
                && !line.is_of_no_head(&question)
                && let Some(id) = framing::refused(&question)
            {
                let what = format!("{name} comes in answer to {}", asked(&question));
                return Err(violation(id, what, answers));
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
            let id = match (question.name(), name) {
                _ if other => "CHAT-FRAME-3",
                // As the examples of the source have it.
                ("U6", "S3") => "CHAT-AUTH-7",
                _ => question.clause(has_login),
            };
            let what = format!("{name} comes in answer to {}", asked(&question));
            return Err(violation(id, what, answers));
        }
        Err(unasked(line))
    }

    fn login(&mut self, connection: u64, asked: &Message, answer: &Message) -> Option<Violation> {
        let line = self.lines.get(&connection)?;
        let (user, password) = (octets(asked, "user"), octets(asked, "password"));
        let endianness = number(asked, "endianness");
        let stored = self.world.users.get(user);
        let user_code = match stored {
            _ if line.user.is_some() => text::LOGGED_IN,
            _ if user.is_empty() => text::EMPTY,
            None => text::INVALID,
            Some(_) => text::OKAY,
        };
        let password_code = if user_code != text::OKAY {
            text::UNCHECKED
        } else if password.is_empty() {
            text::EMPTY
        } else if text::decode(password).as_ref() == stored {
            text::OKAY
        } else {
            text::INVALID
        };
        let order = endianness.and_then(order_of);
        let endianness_code = match endianness {
            _ if user_code == text::LOGGED_IN => text::UNCHECKED,
            None => text::EMPTY,
            Some(_) if order.is_some() => text::OKAY,
            Some(_) => text::INVALID,
        };
        let elsewhere = self.lines.iter().any(|(number, other)| {
            *number != connection && !other.has_parted && other.user.as_deref() == Some(user)
        });
        let is_right =
            [user_code, password_code, endianness_code].iter().all(|it| *it == text::OKAY);
        let id = match number(answer, "user-code") {
            _ if is_right && elsewhere && !self.world.several => "CHAT-AUTH-5",
            Some(text::LOGGED_IN) if line.user.is_none() && elsewhere => "CHAT-AUTH-5",
            Some(text::LOGGED_IN) if line.user.is_none() && line.login != "CHAT-AUTH-9" => {
                line.login
            }
            Some(text::INVALID) if self.registered.contains(user) => "CHAT-AUTH-6",
            Some(text::OKAY) if self.unregistered.contains(user) => "CHAT-AUTH-6",
            Some(text::OKAY) if text::is_name(user) == Some(false) => "CHAT-TEXT-1",
            _ => "CHAT-AUTH-3",
        };
        let got = ["user-code", "password-code", "endianness-code"].map(|it| number(answer, it));
        let expected = [user_code, password_code, endianness_code].map(Some);
        let [first, second, third] = expected;
        let exchanged = [[first, third, second], [second, first, third], [third, second, first]];
        if got != expected && exchanged.contains(&got) {
            return Some(violation("CHAT-AUTH-2", "S3 has its codes exchanged", &[]));
        }
        let judged = code(answer, "user-code", &[user_code], id)
            .or_else(|| {
                let nearly = password_code == text::INVALID && text::is_nearly_base64(password);
                let is_lenient = nearly && text::decode(password).is_none();
                let is_plain = stored.is_some_and(|stored| password == stored);
                let otherwise = match number(answer, "password-code") {
                    Some(text::OKAY) if is_lenient && !is_plain => "CHAT-TEXT-2",
                    Some(text::INVALID) if self.registered.contains(user) => "CHAT-AUTH-6",
                    _ => "CHAT-AUTH-3",
                };
                let id = unchecked(answer, "password-code", password_code, otherwise);
                code(answer, "password-code", &[password_code], id)
            })
            .or_else(|| {
                // Whoever takes one dialect alone may refuse the other.
                let lenient = endianness_code == text::OKAY && !self.is_of_dialect(endianness);
                let allowed =
                    [endianness_code, if lenient { text::INVALID } else { endianness_code }];
                let refused = number(answer, "endianness-code") == Some(text::INVALID);
                let id = if endianness_code == text::OKAY && refused {
                    "CHAT-NUM-3"
                } else {
                    "CHAT-AUTH-3"
                };
                let id = unchecked(answer, "endianness-code", endianness_code, id);
                code(answer, "endianness-code", &allowed, id)
            });
        if judged.is_some() || !all_okay(answer, &["user-code", "password-code", "endianness-code"])
        {
            let line = self.lines.get_mut(&connection)?;
            if line.user.is_none() {
                line.login = "CHAT-AUTH-2";
            }
            return judged;
        }
        if elsewhere && !self.world.several {
            let what = "a user who is logged in elsewhere is authenticated";
            return Some(violation("CHAT-AUTH-5", what, &["S5"]));
        }
        let line = self.lines.get_mut(&connection)?;
        line.user = Some(user.to_vec());
        line.login = "CHAT-AUTH-2";
        line.order = order?;
        None
    }

    fn second_endpoint(&mut self, connection: u64, asked: &Message) -> Option<Violation> {
        let user = octets(asked, "user");
        let of_user = |other: &&Line| other.user.as_deref() == Some(user);
        let is_anywhere = self.lines.values().filter(of_user).any(|other| !other.is_over);
        let was_somewhere = self.lines.values().any(|other| of_user(&other) && other.is_over);
        if let Some(line) = self.lines.get_mut(&connection) {
            line.login = "CHAT-AUTH-5";
        }
        let stored = self.world.users.get(octets(asked, "user"));
        let is_right =
            stored.is_some() && text::decode(octets(asked, "password")).as_ref() == stored;
        if !is_right {
            let what = "S5 comes for a login that would not have been okay";
            return Some(violation("CHAT-AUTH-5", what, &["S3"]));
        }
        let what = "S5 comes where a user may be logged in on several connections";
        if self.world.several {
            return Some(violation("CHAT-AUTH-5", what, &["S3"]));
        }
        let what = "S5 comes for a user whose connection the server has ended";
        (!is_anywhere && was_somewhere).then(|| violation("CHAT-AUTH-10", what, &["S3"]))
    }

    fn registration(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        if answer.octets.len() == S7_WITH_A_SEPARATOR {
            self.variants.insert("S7 has a separator before E, as in its packet format line");
        }
        let line = self.lines.get_mut(&connection)?;
        line.login = if line.user.is_none() { "CHAT-AUTH-6" } else { line.login };
        let (user, password, email) =
            (octets(asked, "user"), octets(asked, "password"), octets(asked, "email"));
        let name = text::is_name(user);
        let user_code = if line.user.is_some() {
            text::LOGGED_IN
        } else if user.is_empty() {
            text::EMPTY
        } else if name == Some(false) {
            text::INVALID
        } else if self.world.users.contains_key(user) {
            text::IN_USE
        } else {
            text::OKAY
        };
        let password_code = match password {
            _ if user_code != text::OKAY => text::UNCHECKED,
            [] => text::EMPTY,
            _ if text::decode(password).is_none() => text::BAD_BASE64,
            _ => text::OKAY,
        };
        let email_code = match email {
            _ if matches!(user_code, text::LOGGED_IN | text::IN_USE) => text::UNCHECKED,
            [] => text::EMPTY,
            _ if text::is_email(email) => text::OKAY,
            _ => text::INVALID,
        };
        if name.is_some() {
            let found = number(answer, "user-code");
            let is_text = user_code == text::INVALID
                || found == Some(text::INVALID) && user_code == text::OKAY;
            let id = if is_text { "CHAT-TEXT-1" } else { "CHAT-AUTH-6" };
            let judged = code(answer, "user-code", &[user_code], id)
                .or_else(|| {
                    let id = unchecked(answer, "password-code", password_code, "CHAT-AUTH-6");
                    let nearly =
                        password_code == text::BAD_BASE64 && text::is_nearly_base64(password);
                    let id = if nearly && id == "CHAT-AUTH-6" { "CHAT-TEXT-2" } else { id };
                    code(answer, "password-code", &[password_code], id)
                })
                .or_else(|| {
                    let id = if email.is_empty() { "CHAT-AUTH-6" } else { "CHAT-AUTH-8" };
                    code(
                        answer,
                        "email-code",
                        &[email_code],
                        unchecked(answer, "email-code", email_code, id),
                    )
                });
            if judged.is_some() {
                return judged;
            }
        }
        if !all_okay(answer, &["user-code", "password-code", "email-code"]) {
            self.unregistered.insert(user.to_vec());
            return None;
        }
        self.world.users.insert(user.to_vec(), text::decode(password)?);
        self.registered.insert(user.to_vec());
        if self.world.authenticates {
            let line = self.lines.get_mut(&connection)?;
            line.user = Some(user.to_vec());
            line.order = reference::wire::ByteOrder::Big;
        }
        None
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
        let is_known = self.world.rooms.contains_key(room);
        let rooms = line.room_code(room, is_known, text::NOT_IN_ROOM);
        let message_code = text::message_code(message);
        let message_codes = text::or_bad(message_code, message);
        let (got_room, got_message) =
            (number(answer, "room-code")?, number(answer, "message-code")?);
        if !rooms.contains(&got_room) && rooms.contains(&got_message) && got_room == message_code {
            return Some(violation("CHAT-MSG-1", "S81 has its codes exchanged", &[]));
        }
        let judged =
            code(answer, "room-code", &rooms, self.room_clause(connection, room, got_room))
                .or_else(|| {
                    let nearly =
                        message_code == text::BAD_BASE64 && text::is_nearly_base64(message);
                    let id = if nearly && got_message == text::OKAY {
                        "CHAT-TEXT-2"
                    } else {
                        "CHAT-MSG-2"
                    };
                    code(answer, "message-code", &message_codes, id)
                });
        if let Some(said) = question.said.and_then(|index| self.said.get_mut(index)) {
            said.is_answered = true;
            said.is_good &= got_room == text::OKAY;
            if said.is_early {
                let what = "S83 comes to the sender before the S81";
                let is_one_of_many = question.is_joined
                    || line.questions.front().is_some_and(|next| next.at == question.at);
                let id = if is_one_of_many { "CHAT-FRAME-3" } else { "CHAT-MSG-3" };
                return judged.or_else(|| Some(violation(id, what, &[])));
            }
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

    /// Whether an octet is an E of the run's own dialect.
    fn is_of_dialect(&self, endianness: Option<u64>) -> bool {
        endianness.is_some_and(|octet| match self.dialect.endianness {
            reference::chat::Endianness::Letter => octet >= 0x20,
            reference::chat::Endianness::Number => octet < 0x20,
        })
    }
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
