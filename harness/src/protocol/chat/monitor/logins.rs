//! Answers to logins and registrations.

use super::codes::{all_okay, code, unchecked};
use super::line::Line;
use super::{ChatMonitor, number, octets, text, violation};
use crate::protocol::chat::octets::order_of;
use crate::protocol::{Message, Violation};

/// The length of an S7 in the layout of its packet format line.
const S7_WITH_A_SEPARATOR: usize = 7;

/// The codes of S7.
const S7_CODES: [&str; 3] = ["user-code", "password-code", "email-code"];

impl ChatMonitor {
    pub(super) fn login(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        self.world.learn_login(asked, answer);
        let line = self.lines.get(&connection)?;
        let (user, password) = (octets(asked, "user"), octets(asked, "password"));
        let endianness = number(asked, "endianness");
        let known = self.world.users.get(user);
        let stored = known.and_then(Option::as_ref);
        let user_code = match known {
            _ if line.user.is_some() => text::LOGGED_IN,
            _ if user.is_empty() => text::EMPTY,
            None => text::INVALID,
            Some(_) => text::OKAY,
        };
        let password_code = if user_code != text::OKAY {
            text::UNCHECKED
        } else if password.is_empty() {
            text::EMPTY
        } else if stored.is_some() && text::decode(password).as_ref() == stored {
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
        let elsewhere = self.is_elsewhere(connection, user);
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
        // The text does not say whether another user may log in where one has, nor whether names are compared letter for letter.
        let is_other = line.user.as_deref().is_some_and(|own| own != user);
        let is_alike = |name: &Vec<u8>| name.eq_ignore_ascii_case(user);
        let user_ruled =
            is_other || user_code == text::INVALID && self.world.users.keys().any(is_alike);
        // It has `01 05 03` for a name that is empty, and no example of one that is unknown or of a password that is wrong.
        let password_ruled = is_other
            || endianness_code != text::OKAY
                && number(answer, "password-code") == Some(text::UNCHECKED)
            || user_code == text::INVALID
            || user_code == text::EMPTY && password.is_empty();
        let endianness_ruled = is_other
            || number(answer, "endianness-code") == Some(text::UNCHECKED)
                && (user_code, password_code) != (text::OKAY, text::OKAY)
                && (user_code, endianness_code) != (text::EMPTY, text::OKAY);
        let judged = code(answer, "user-code", &[user_code], id)
            .map(|found| found.by_ruling_if(user_ruled))
            .or_else(|| {
                let nearly = password_code == text::INVALID && text::is_nearly_base64(password);
                let is_lenient = nearly && text::decode(password).is_none();
                let is_plain = stored.is_some_and(|stored| password == stored);
                let otherwise = match number(answer, "password-code") {
                    Some(text::OKAY) if is_lenient && !is_plain => "CHAT-TEXT-2",
                    Some(text::INVALID | text::OKAY) if self.is_registered_or_refused(user) => {
                        "CHAT-AUTH-6"
                    }
                    _ => "CHAT-AUTH-3",
                };
                let id = unchecked(answer, "password-code", password_code, otherwise);
                code(answer, "password-code", &[password_code], id)
                    .map(|found| found.by_ruling_if(password_ruled))
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
                    .map(|found| found.by_ruling_if(endianness_ruled))
            });
        if judged.is_some() || !all_okay(answer, &["user-code", "password-code", "endianness-code"])
        {
            let line = self.lines.get_mut(&connection)?;
            if line.user.is_none() {
                line.login = "CHAT-AUTH-2";
                return judged;
            }
            // It answers 06, and changes nothing.
            line.login = "CHAT-AUTH-3";
            if is_other {
                line.refused_users.insert(user.to_vec());
            }
            return judged;
        }
        let is_of_user = |other: &Line| other.was_user(user);
        if elsewhere && !self.world.several && !self.may_be_let_go(is_of_user) {
            let what = "a user who is logged in elsewhere is authenticated";
            return Some(violation("CHAT-AUTH-5", what, &["S5"]));
        }
        let is_own_way = self.is_of_dialect(endianness);
        let line = self.lines.get_mut(&connection)?;
        line.user = Some(user.to_vec());
        line.login = "CHAT-AUTH-2";
        line.order_clause = if is_own_way { "CHAT-NUM-2" } else { "CHAT-NUM-3" };
        line.order = order?;
        line.is_order_ruled = false;
        None
    }

    /// Whether a registration of this user was tried: whose password is another now, or not the one that was registered, is to
    /// blame on that.
    fn is_registered_or_refused(&self, user: &[u8]) -> bool {
        self.registered.contains(user) || self.unregistered.contains(user)
    }

    /// Whether a user is logged in on another connection.
    fn is_elsewhere(&self, connection: u64, user: &[u8]) -> bool {
        let is_it = |other: &Line| !other.has_parted && other.was_user(user);
        self.lines.iter().any(|(number, other)| *number != connection && is_it(other))
    }

    /// Whether this is a login that is right, of a user who may not log in once more.
    pub(super) fn is_second_endpoint(&self, connection: u64, asked: &Message) -> bool {
        let (user, password) = (octets(asked, "user"), octets(asked, "password"));
        let stored = self.world.users.get(user).and_then(Option::as_ref);
        asked.name() == "U2"
            && self.is_elsewhere(connection, user)
            && !self.world.several
            && number(asked, "endianness").and_then(order_of).is_some()
            && stored.is_some()
            && text::decode(password).as_ref() == stored
    }

    pub(super) fn second_endpoint(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        if octets(answer, "text") != b"BAD" {
            self.variants.insert("S5 does not say BAD, as its bytes line does and no clause");
        }
        self.world.learn_login(asked, answer);
        let user = octets(asked, "user");
        let of_user = |other: &&Line| other.user.as_deref() == Some(user);
        let is_anywhere = self.lines.values().filter(of_user).any(|other| !other.is_over);
        let was_somewhere = self.lines.values().any(|other| of_user(&other) && other.is_over);
        let was_let_go = self.may_be_let_go(|other| of_user(&other) && other.was_let_go);
        let has_said_bye = self.lines.values().filter(of_user).any(|other| other.has_said_bye);
        if let Some(line) = self.lines.get_mut(&connection) {
            line.login = "CHAT-AUTH-5";
        }
        let stored = self.world.users.get(user).and_then(Option::as_ref);
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
        (!is_anywhere && was_somewhere && !self.may_be_unseen(user)).then(|| {
            let id = match () {
                () if has_said_bye => "CHAT-AUTH-10",
                () if was_let_go => "CHAT-OUT-1",
                () => "CHAT-AUTH-5",
            };
            violation(id, what, &["S3"]).by_ruling()
        })
    }

    pub(super) fn registration(
        &mut self,
        connection: u64,
        asked: &Message,
        answer: &Message,
    ) -> Option<Violation> {
        if answer.octets.len() == S7_WITH_A_SEPARATOR {
            self.variants.insert("S7 has a separator before E, as in its packet format line");
        }
        self.world.learn_registration(asked, answer);
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
            let has_login = line.user.is_some();
            // Its one example of codes that are unchecked is `07 05 05`.
            let password_ruled = has_login || matches!(user_code, text::EMPTY | text::INVALID);
            let email_ruled = has_login
                || number(answer, "email-code") == Some(text::UNCHECKED)
                    && (user_code, password_code) != (text::OKAY, text::OKAY);
            let judged = code(answer, "user-code", &[user_code], id)
                .map(|found| found.by_ruling_if(has_login))
                .or_else(|| {
                    let got = number(answer, "password-code");
                    let id = text::base64_clause(password, got, "CHAT-AUTH-6");
                    let id = unchecked(answer, "password-code", password_code, id);
                    code(answer, "password-code", &[password_code], id)
                        .map(|found| found.by_ruling_if(password_ruled))
                })
                .or_else(|| {
                    let id = if email.is_empty() { "CHAT-AUTH-6" } else { "CHAT-AUTH-8" };
                    code(
                        answer,
                        "email-code",
                        &[email_code],
                        unchecked(answer, "email-code", email_code, id),
                    )
                    .map(|found| found.by_ruling_if(email_ruled))
                });
            if judged.is_some() {
                if has_login && all_okay(answer, &S7_CODES) {
                    self.world.users.insert(user.to_vec(), Some(text::decode(password)?));
                }
                return judged;
            }
        }
        if !all_okay(answer, &S7_CODES) {
            self.unregistered.insert(user.to_vec());
            return None;
        }
        self.world.users.insert(user.to_vec(), Some(text::decode(password)?));
        self.registered.insert(user.to_vec());
        if self.world.authenticates {
            let line = self.lines.get_mut(&connection)?;
            line.user = Some(user.to_vec());
            line.order = reference::wire::ByteOrder::Big;
            line.is_order_ruled = true;
        }
        None
    }

    /// Whether an octet is an E of the run's own dialect.
    fn is_of_dialect(&self, endianness: Option<u64>) -> bool {
        endianness.is_some_and(|octet| match self.dialect.endianness {
            reference::chat::Endianness::Letter => octet >= 0x20,
            reference::chat::Endianness::Number => octet < 0x20,
        })
    }
}
