//! What a session owes its peer by a time: acknowledgements, the answer to an echo.

use std::time::Duration;

use simulator::Instant;

use super::super::super::stream::unwrap;
use super::super::violation;
use super::{ACKNOWLEDGEMENT_MAX, ANSWER_MAX, DISTURBANCES, Due, Session, Timers};
use crate::conversation::show_duration;
use crate::protocol::{Role, Violation};

/// When it is asked what is overdue, and what surrounds that.
pub(in super::super) struct Moment {
    pub(in super::super) at: Instant,
    pub(in super::super) tolerance: Duration,
    pub(in super::super) suspect: Option<&'static str>,
    pub(in super::super) echo: bool,
    pub(in super::super) subject: Role,
    /// When something last came, from wherever.
    pub(in super::super) heard_at: Option<Instant>,
    pub(in super::super) timers: Timers,
    /// Where counters start.
    pub(in super::super) base: u32,
    /// What the session's own packet of this moment acknowledges.
    pub(in super::super) acknowledges: Option<u32>,
}

impl Session {
    /// The answer to an echo is due.
    pub(in super::super) fn unanswered(&mut self, at: Instant) -> Option<Violation> {
        let waits = self.echoes > 0 && self.over.is_none() && !self.acked_otherwise;
        let (came, id) = self.ack_due.filter(|_| waits)?;
        if at < came + ANSWER_MAX {
            return None;
        }
        self.ack_due = None;
        let (what, allowed) = match id {
            "MNET-COOKIE-3" => (
                "a COOKIE seems to have expired when it was given, and its echo opens nothing",
                "an expiration that lies ahead, and is read as that",
            ),
            "MNET-ECHO-6" => {
                ("a repeated echo of a session that lives gets no COOKIE-ACK", "COOKIE-ACK")
            }
            _ => ("the echo of a COOKIE that is good gets no COOKIE-ACK", "COOKIE-ACK"),
        };
        Some(violation(id, what.to_owned(), vec![allowed.to_owned()]))
    }

    /// The answer to DATA in which nothing is new is due.
    pub(in super::super) fn unreplied(
        &mut self,
        at: Instant,
        tolerance: Duration,
    ) -> Option<Violation> {
        let (came, id) = self.reply_due?;
        let ends = self.over.is_some() || self.shutdown_ack_sent || self.aborting.is_some();
        if ends || self.is_unclear() {
            self.reply_due = None;
            return None;
        }
        if at <= came + ANSWER_MAX + tolerance {
            return None;
        }
        self.reply_due = None;
        let what = match id {
            "MNET-DATA-8" => "DATA beyond a gap is not answered",
            _ => "DATA that came before is not acknowledged again",
        };
        Some(violation(id, what.to_owned(), vec!["the count as it stands".to_owned()]))
    }

    /// The application has been given so many octets: they were received in order, and are acknowledged.
    pub(in super::super) fn delivered(&mut self, at: Instant, octets: u64) {
        self.given = self.given.max(octets);
        if octets > self.acknowledged && self.due.is_none() {
            let before = self.acknowledged;
            self.due = Some(Due { by: at + ACKNOWLEDGEMENT_MAX, octets, before, particular: None });
        }
    }

    /// Octets that should have been acknowledged before now.
    pub(in super::super) fn overdue(&mut self, now: &Moment) -> Option<Violation> {
        let Moment { at, tolerance, suspect, echo, subject, base, acknowledges, .. } = *now;
        let Due { by, octets, before, particular } = self.due?;
        if self.over.is_some() || self.shutdown_ack_sent || self.doubtful {
            self.due = None;
            return None;
        }
        if at <= by + tolerance {
            return None;
        }
        self.due = None;
        let missing = octets - self.acknowledged.min(octets);
        // Acknowledged in part, they came through: it is the count that is slow, or wrong.
        let in_part = self.acknowledged > before;
        // It came through: the acknowledgement alone is late, or is not in the echo that shows that it came, or the
        // application has it.
        let late = acknowledges
            .and_then(|count| unwrap(base, self.incoming.end(), count))
            .is_some_and(|count| (octets..=self.incoming.whole_len()).contains(&count));
        let came = late || (echo && self.outgoing.end() >= octets) || self.given >= octets;
        let id = match suspect {
            _ if particular == Some("MNET-WIRE-11") && !came => "MNET-WIRE-11",
            _ if in_part && !self.ends.contains(&self.acknowledged) => "MNET-DATA-2",
            _ if octets <= self.early && subject == Role::Listener => "MNET-ACK-6",
            // It has given up, rather than forgotten to acknowledge.
            _ if self.failed => "MNET-SHUT-6",
            // After its own SHUTDOWN it goes on receiving, and acknowledges with another.
            _ if self.shutdown_sent => "MNET-SHUT-2",
            // It came through, and seems to be old with its acknowledgement.
            _ if !in_part && particular == Some("MNET-DATA-11") => "MNET-DATA-11",
            _ if in_part || came => "MNET-DATA-4",
            _ if particular.is_some() => particular.unwrap_or("MNET-DATA-4"),
            // The session is lost, rather than slow.
            Some("MNET-WIRE-4") if self.hit => "MNET-WIRE-5",
            Some(suspect) if DISTURBANCES.contains(&suspect) || suspect == "MNET-WIRE-4" => suspect,
            Some(_) | None => "MNET-DATA-4",
        };
        let found = violation(
            id,
            format!(
                "{missing} octets were not acknowledged within {}",
                show_duration(ACKNOWLEDGEMENT_MAX)
            ),
            vec![format!("AcknowledgedBytes of {octets} or more within 500 ms")],
        );
        // The text sets no time for what comes after SHUTDOWN either.
        Some(found.by_ruling_if(id == "MNET-SHUT-2"))
    }
}
