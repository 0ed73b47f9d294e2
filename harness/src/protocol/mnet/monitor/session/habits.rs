//! What a subject does again and again, where no single packet is wrong: tries, windows, answers that nobody asked for.

use std::time::Duration;

use simulator::Instant;

use super::super::violation;
use super::sent::TRIES_FEW;
use super::{AT_ONCE, Context, Moment, Session};
use crate::conversation::show_duration;
use crate::protocol::Violation;

/// An interval that has grown beyond this may be as long as it gets.
const GROWING_MAX: Duration = Duration::from_secs(1);

/// How much later than its intervals let expect a sender may give up.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Who gives up within this part of the time that its profile states does so early.
const EARLY: u32 = 3;

/// A profile states the interval between tries as long as it gets within three.
pub(super) const REPEATS_FEW: u32 = 2;

/// What comes later than this after a datagram does not answer it.
const SOON: Duration = Duration::from_millis(100);

/// Who hears nothing for so long may end a session for that.
const IDLE: Duration = Duration::from_secs(2);

/// So many bare acknowledgements may go out at once behind those that come, by chance: they are allowed at any time.
const ANSWERED_MAX: u64 = 4;

/// So many octets are more than any first congestion window (RFC 6928 allows 14,600).
const FIRST_WINDOW_MAX: u64 = 64 * 1024;

/// So many DATA that are answered at once are no coincidence with a timer.
const ANSWERED_AFTER_END: u32 = 3;

impl Session {
    /// An acknowledgement that answers a bare one: it goes out at once, and more of them than chance and what came explain.
    pub(super) fn answers_bare(&mut self, at: Instant) -> Option<Violation> {
        let answers = self.bare_at.take().is_some_and(|came| at < came + AT_ONCE);
        self.answered += u64::from(answers);
        let needless = self.answered > ANSWERED_MAX && self.bare > 2 * self.payloads;
        // A bare one at fixed intervals is a sign of life, and may go out beside one that comes as often as it likes.
        let regular = 2 * self.answered <= self.answerable;
        (answers && needless && !regular).then(|| {
            let what = "bare acknowledgements are acknowledged".to_owned();
            violation("MNET-DATA-5", what, vec!["silence".to_owned()])
        })
    }

    /// So much is outstanding before the first acknowledgement that no congestion window bounds it (MNET-DATA-13).
    pub(super) fn floods(&mut self) -> Option<Violation> {
        let outstanding = self.outgoing.end();
        if self.flooded || self.confirmed > 0 || outstanding < FIRST_WINDOW_MAX {
            return None;
        }
        self.flooded = true;
        let what = format!("{outstanding} octets are outstanding before any was acknowledged");
        Some(violation(
            "MNET-DATA-13",
            what,
            vec!["as many as a congestion window allows".to_owned()],
        ))
    }

    /// The lowest unacknowledged octet is sent, once more or for the first time: intervals grow (MNET-DATA-14).
    pub(super) fn tried(&mut self, at: Instant, acknowledged: u32) -> Option<Violation> {
        if self.tried_with != Some(acknowledged) {
            // It may have been sent for the sake of what it acknowledges.
            self.tries.clear();
            self.tried_with = Some(acknowledged);
        }
        // What leaves twice at once is one try.
        if self.tries.last().is_some_and(|before| at < *before + AT_ONCE) {
            return None;
        }
        self.tries.push(at);
        let [_, second, third, before, last] = self.tries[..] else { return None };
        let (early, late) = (third - second, last - before);
        if early > GROWING_MAX {
            return None;
        }
        self.exercised.insert("MNET-DATA-14");
        // A quarter is more than timers are coarse.
        (late <= early + early / 4).then(|| {
            let what = format!(
                "the interval between two tries was {} behind the second and is {} behind the fourth",
                show_duration(early),
                show_duration(late)
            );
            violation("MNET-DATA-14", what, vec!["intervals that grow".to_owned()])
        })
    }

    /// Octets are sent, once more or for the first time: which the lowest is that nobody has acknowledged, and since when.
    pub(super) fn holds(&mut self, at: Instant, offset: u64, end: u64) {
        let sent = self.outgoing.end();
        // What crosses its acknowledgement changes nothing.
        if offset <= self.confirmed && end > self.confirmed {
            let is_first = sent == self.confirmed && self.sent_again <= REPEATS_FEW;
            self.lowest_since = is_first.then_some(at);
        }
        self.sent_again += u32::from(offset < sent);
    }

    /// The lowest unacknowledged octet should have been sent again for the first time (MNET-DATA-9). `suspect` may be why not.
    pub(in super::super) fn unrepeated(&mut self, now: &Moment) -> Option<Violation> {
        let since = self.lowest_since?.max(now.heard_at?);
        let again = now.timers.again?;
        let ends = self.over.is_some() || self.aborting.is_some() || self.failed;
        let wraps = u64::from(now.base) + self.outgoing.end() >= 1 << 32;
        if ends || !self.open || self.is_unclear() || wraps || now.suspect.is_some() {
            self.lowest_since = None;
            return None;
        }
        // Timers are coarse, as they may be where a step waits for a repeat.
        if now.at <= since + again * 2 + now.tolerance {
            return None;
        }
        self.lowest_since = None;
        let what = format!(
            "the octet at offset {} has not been acknowledged for {}, and is not sent again",
            self.confirmed,
            show_duration(now.at - since)
        );
        let allowed = format!("DATA with it within {}", show_duration(again));
        Some(violation("MNET-DATA-9", what, vec![allowed]))
    }

    /// ABORT gives octets up long before the profile says so, though nobody closes (MNET-DATA-9).
    pub(super) fn gave_up_early(&self, context: &Context) -> Option<Violation> {
        let [first, _, rest @ ..] = &self.tries[..] else { return None };
        let (wait, given_up) = (context.at - *first, context.timers.given_up?);
        let is_few = rest.len() <= TRIES_FEW;
        let is_outstanding = self.confirmed < self.outgoing.end() && self.aborting.is_none();
        let closes = self.closing_at.is_some() || self.shutdown_sent || self.shutdown_received;
        (is_outstanding && is_few && !closes && wait < given_up / EARLY).then(|| {
            let what = format!("octets are given up that were sent {} ago", show_duration(wait));
            let allowed = format!("tries until {} have passed", show_duration(given_up));
            violation("MNET-DATA-9", what, vec![allowed])
        })
    }

    /// ABORT gives up octets that had not been sent for so long that the tries had ended before (MNET-DATA-9).
    pub(super) fn gave_up(&self, at: Instant) -> Option<Violation> {
        let [.., before, last] = self.tries[..] else { return None };
        let (interval, wait) = (last - before, at - last);
        let is_outstanding = self.confirmed < self.outgoing.end() && self.aborting.is_none();
        (is_outstanding && self.tries.len() > 3 && wait > PATIENCE + 4 * interval).then(|| {
            let what = format!(
                "octets are given up that were not sent for {}, {} after they had been sent before",
                show_duration(wait),
                show_duration(interval)
            );
            violation("MNET-DATA-9", what, vec!["octets that are sent again until then".to_owned()])
        })
    }

    /// ABORT comes a while after anything was heard, though all is acknowledged and nobody closes (MNET-DATA-9).
    pub(super) fn gave_up_nothing(&self, context: &Context) -> Option<Violation> {
        let wait = context.at.duration_since(context.heard_at?);
        let closes = self.closing_at.is_some()
            || self.shutdown_sent
            || self.shutdown_received
            || self.shutdown_ack_sent;
        let is_drained = self.confirmed == self.outgoing.end() && self.confirmed > 0;
        let by_itself = self.open && self.aborting.is_none() && !closes && is_drained;
        (by_itself && (SOON..IDLE).contains(&wait)).then(|| {
            let what = format!(
                "the session is given up {} after anything was heard, with nothing outstanding",
                show_duration(wait)
            );
            violation("MNET-DATA-9", what, vec!["a session that goes on".to_owned()])
        })
    }

    /// SHUTDOWN-ACK or SHUTDOWN, which a timer may repeat at any time, comes again each time that DATA has come, several in a row
    /// (MNET-SHUT-10).
    pub(super) fn answers_after_end(&mut self, at: Instant, name: &str) -> Option<Violation> {
        if at > self.data_after_end.take()? + AT_ONCE {
            self.answered_after_end = 0;
            return None;
        }
        self.answered_after_end += 1;
        (self.answered_after_end == ANSWERED_AFTER_END).then(|| {
            let what = format!("DATA after SHUTDOWN-ACK is answered with {name}, each time");
            violation("MNET-SHUT-10", what, vec!["silence".to_owned()])
        })
    }
}
