//! What is sent again until its peer is given up, and not for the first part of that time alone (CLIP-REL-3, CLIP-AUTH-4).

use std::time::Duration;

use simulator::Instant;

use super::numbers::Sent;
use super::session::Session;
use super::{Frame, violation};
use crate::protocol::Violation;

/// Who gives up sooner has no time for tries that get rarer.
const SOON: Duration = Duration::from_secs(2);

impl Session {
    /// The peer may be given up now: how long before that what waits was sent last.
    pub(super) fn gave_up(&mut self, frame: &Frame, at: Instant) -> Option<Violation> {
        let (clause, name, sent) = if self.open {
            ("CLIP-REL-3", "a reliable packet", self.unacknowledged()?)
        } else {
            ("CLIP-AUTH-4", "AUTH", self.unanswered_auth(frame)?)
        };
        let (whole, rest) = (at - sent.first, at - sent.last);
        (whole > SOON && rest * 4 > whole * 3).then(|| {
            let what = format!(
                "{name} is given up {whole:.1?} after it was sent first and {rest:.1?} after it was sent last"
            );
            violation(clause, what, "sent again until it is given up, in intervals that may double")
        })
    }

    /// The AUTH of the one handshake that there was, when nothing has answered it.
    fn unanswered_auth(&self, frame: &Frame) -> Option<&Sent> {
        let [auth] = &self.own_auths[..] else { return None };
        let is_answered = self.unproven || self.wrong_finished || self.finished;
        // A server has its peer's AUTH from the start.
        let has_key = !frame.server && !self.peer_auths.is_empty();
        let numbers = self.numbers.iter().find(|numbers| numbers.auth)?;
        numbers.get(auth.sequence).filter(|_| !is_answered && !has_key)
    }

    /// The oldest reliable packet that no ACK has named.
    fn unacknowledged(&mut self) -> Option<&Sent> {
        let acknowledged = &self.acknowledged;
        let numbers = self.numbers.iter_mut().rfind(|numbers| numbers.open)?;
        let (oldest, _) = numbers.oldest_waiting(|it| acknowledged.contains_key(&it))?;
        numbers.get(oldest)
    }
}
