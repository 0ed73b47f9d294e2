//! HEARTBEATs that answer nothing: values that are neither PING nor PONG, and PINGs that answer PONGs (CLIP-BEAT-1).

use std::time::Duration;

use simulator::Instant;

use super::violation;
use crate::protocol::Violation;

/// A PING that comes so soon behind a PONG may be its answer.
const SOON: Duration = Duration::from_millis(60);
/// So many PONGs, each with a PING right behind it and none without, are no chance.
const ANSWERS_MIN: u32 = 3;

/// The PINGs of the subject beside the PONGs that it got.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beats {
    /// HEARTBEATs that are neither PING nor PONG.
    pub(super) others: u32,
    /// PINGs of the subject that no PONG has answered.
    waiting: u32,
    /// PONGs that no PING had asked for, and how many of them a PING followed at once.
    unasked: u32,
    followed: u32,
    /// When the last of them came, while nothing has followed it.
    last: Option<Instant>,
}

impl Beats {
    /// A PONG has reached the subject.
    pub(super) const fn pong_received(&mut self, at: Instant) {
        if self.waiting > 0 {
            self.waiting -= 1;
            return;
        }
        self.unasked += 1;
        self.last = Some(at);
    }

    /// The subject sends a PING, which it may do at any time; but not whenever a PONG has come.
    pub(super) fn ping_sent(&mut self, at: Instant, unread: Duration) -> Option<Violation> {
        let follows = self.last.take().is_some_and(|pong| at - pong <= SOON + unread);
        if !follows {
            self.waiting += 1;
            return None;
        }
        self.followed += 1;
        let answers = self.followed >= ANSWERS_MIN && self.followed == self.unasked;
        answers.then(|| {
            let what = format!("each of {} PONGs is answered with PING", self.followed);
            violation("CLIP-BEAT-1", what, "silence: a PONG is never answered")
        })
    }
}
