//! The ERRORs of the subject: whether something has earned them, and what they carry.

use reference::paperclip::ErrorCode;
use simulator::Instant;

use super::numbers::Numbers;
use super::receipts::Receipt;
use super::sent::GRACE;
use super::session::Session;
use super::{Frame, violation};
use crate::protocol::Violation;

/// Whether octets may be text, whatever its encoding: nothing in it controls but what breaks lines, and zeros that end it.
fn is_text(octets: &[u8]) -> bool {
    let end = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
    let text = octets.get(..end).unwrap_or_default();
    text.iter().all(|octet| *octet >= b' ' || octet.is_ascii_whitespace())
}

/// Whether the source document's table has this code.
fn is_of_table(code: ErrorCode) -> bool {
    matches!((code.major, code.minor), (1, 0..=3) | (2, 0..=2) | (3, 0..=9))
}

/// The data of an ERROR.
pub(super) fn text_sent(data: &[u8]) -> Option<Violation> {
    let found = || violation("CLIP-ERR-2", "an ERROR carries what is no text", "text, or nothing");
    // The source document says "message", and nothing of its form.
    (!is_text(data)).then(|| found().by_ruling())
}

impl Session {
    /// An ERROR of the subject.
    pub(super) fn error_sent(&mut self, frame: &Frame, code: ErrorCode) -> Option<Violation> {
        self.note_error(code);
        let other =
            if frame.server { ErrorCode::CLIENT_DISCONNECT } else { ErrorCode::SERVER_DISCONNECT };
        (code == other).then(|| {
            let what = format!("ERROR {code} is sent, which is the other side's");
            violation("CLIP-ERR-1", what, "2.1 from a server, 2.2 from a client, 2.0")
        })
    }

    /// An ERROR 3.x that nothing can have earned: all that has come is as it should be, but for ERRORs.
    pub(super) fn unearned(
        &self,
        frame: &Frame,
        at: Instant,
        code: ErrorCode,
    ) -> Option<Violation> {
        let other = ErrorCode { major: code.minor, minor: code.major };
        if !is_of_table(code) && is_of_table(other) {
            let what = format!("ERROR {code} is sent, which no table has");
            // Exchanged, it would say what is wrong with a packet: where none was wrong, it is a way of ending.
            return Some(if code.major == 2 && !self.questionable {
                violation("CLIP-ERR-1", what, "2.0, 2.1 from a server, 2.2 from a client")
            } else {
                violation("CLIP-HEAD-1", what, "Error Major, then Error Minor")
            });
        }
        if self.questionable || !self.open || self.left || code.major != 3 {
            return None;
        }
        let patience = GRACE + frame.unread + frame.tolerance;
        let (clause, what) = match code.minor {
            _ if self.waits && self.heard.is_some_and(|heard| at - heard > patience) => {
                ("CLIP-REL-3", "where nothing has come for it to answer, and a packet waits")
            }
            _ if self.errors > 0 => ("CLIP-HEAD-8", "where nothing but an ERROR can have drawn it"),
            0 => ("CLIP-HEAD-6", "though every packet could be read"),
            1 => ("CLIP-HEAD-2", "though every packet was of version 0"),
            2 => ("CLIP-HEAD-3", "though every packet was of a known type"),
            3 => ("CLIP-HEAD-4", "though no packet had a reserved flag"),
            4 if self.numbers.iter().any(Numbers::has_wrapped) => {
                ("CLIP-REL-7", "though every ACK ID was sent, before the wrap or after it")
            }
            5 | 6 => ("CLIP-FRAG-3", "though every fragment was one of its packet"),
            7 => ("CLIP-ENC-1", "though every packet could be decrypted"),
            8 if self.incoming.iter().any(Receipt::is_large) => {
                ("CLIP-ZIP-2", "though nothing inflates beyond 251,940 octets")
            }
            8 => ("CLIP-ZIP-1", "though every packet could be inflated"),
            9 => ("CLIP-SUM-1", "though every checksum was right"),
            _ => return None,
        };
        Some(violation(clause, format!("ERROR {code} is sent {what}"), "no ERROR"))
    }

    /// An ERROR that ends a handshake in answer to one that has ended it: everything else had its answer (CLIP-HEAD-8).
    pub(super) fn answers_error(
        &self,
        frame: &Frame,
        at: Instant,
        code: ErrorCode,
    ) -> Option<Violation> {
        let answers = self.refused_at.is_some_and(|refused| at - refused <= GRACE);
        (answers && frame.handshake && !self.open && code.major == 1).then(|| {
            let what = format!("ERROR {code} is sent in answer to an ERROR");
            violation("CLIP-HEAD-8", what, "silence")
        })
    }
}
