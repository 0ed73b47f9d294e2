//! Codes and identifiers in answers, compared with what they should be.

use super::line::{Ask, Line};
use super::{number, octets, shown, text, violation};
use crate::protocol::{Message, Violation};

/// The clause of a wrong code where 05 is expected or came.
pub(super) fn unchecked(
    answer: &Message,
    name: &str,
    expected: u64,
    otherwise: &'static str,
) -> &'static str {
    let got = number(answer, name);
    let is_about = expected == text::UNCHECKED || got == Some(text::UNCHECKED);
    // A wrong password that counts as unchecked is about the password.
    if is_about && !(name == "password-code" && expected != text::UNCHECKED) {
        "CHAT-AUTH-4"
    } else {
        otherwise
    }
}

/// Whether all of these codes are okay.
pub(super) fn all_okay(answer: &Message, names: &[&str]) -> bool {
    names.iter().all(|name| number(answer, name) == Some(text::OKAY))
}

/// Judges a code.
pub(super) fn code(answer: &Message, name: &str, allowed: &[u64], id: &str) -> Option<Violation> {
    let got = number(answer, name)?;
    if allowed.contains(&got) {
        return None;
    }
    let what = format!("{} has {name} {got:02}", answer.name());
    let allowed: Vec<String> = allowed.iter().map(|code| format!("{code:02}")).collect();
    Some(violation(id, what, &allowed.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Judges a field that must be the question's.
pub(super) fn same(asked: &Message, answer: &Message, name: &str, id: &str) -> Option<Violation> {
    let (wanted, got) = (octets(asked, name), octets(answer, name));
    (wanted != got).then(|| {
        violation(id, format!("{} has {name} {}", answer.name(), shown(got)), &[&shown(wanted)])
    })
}

/// Judges the client's message ID in an answer.
pub(super) fn message_id(
    line: &Line,
    asked: &Message,
    answer: &Message,
    id: &str,
) -> Option<Violation> {
    let (wanted, got) = (octets(asked, "message-id"), octets(answer, "message-id"));
    if wanted == got {
        return None;
    }
    let reversed: Vec<u8> = got.iter().rev().copied().collect();
    let later = line.questions.iter().any(|question| {
        question.ask == Ask::Packet
            && question.name() == asked.name()
            && octets(&question.message, "message-id") == got
    });
    let id = if reversed == wanted {
        "CHAT-NUM-2"
    } else if later {
        "CHAT-FRAME-3"
    } else {
        id
    };
    Some(violation(id, format!("{} has another message ID than its question", answer.name()), &[]))
}
