//! Checking what the subject sends in a session: sequence, acknowledgement, close.

use memchr::memmem;
use reference::mnet::Packet;
use simulator::Instant;

use super::super::super::stream::{unwrap, wrap};
use super::super::violation;
use super::{
    ACKNOWLEDGEMENT_MAX, AT_ONCE, BESIDE, Context, DATA_MAX, DISTURBANCES, Due, Freed, Over,
    Session,
};
use crate::conversation::show_octets;
use crate::protocol::{Role, Violation, clause};

/// A conforming sender may have had so many packets under way when their acknowledgement came.
const FREED_TRIES: u32 = 3;

/// Nobody gives up after so few tries.
pub(super) const TRIES_FEW: usize = 2;

/// Octets so far beyond a gap that a receiver may drop them as too many to keep.
pub(super) const KEPT_MAX: u64 = 1 << 16;

/// What may bring octets to an application that are not of its session's stream.
pub(super) const FOREIGN: [&str; 5] =
    ["MNET-WIRE-4", "MNET-WIRE-10", "MNET-WIRE-12", "MNET-DATA-1", "MNET-DATA-10"];

impl Session {
    /// The subject sent a packet of this session.
    pub(in super::super) fn sent(
        &mut self,
        context: &Context,
        packet: &Packet<'_>,
        swapped: &str,
    ) -> Vec<Violation> {
        if self.is_unclear() {
            return Vec::new();
        }
        self.uncompleted -= i64::from(matches!(packet, Packet::ShutdownComplete { .. }));
        if let Some(over) = self.over {
            // What was under way when the end reached the subject's socket is no answer to it.
            let answers = matches!(packet, Packet::Abort { .. });
            // Who has received nothing owes nothing.
            let bare = matches!(packet, Packet::Data { data: [], .. });
            let unread = !answers
                && (self.payloads > 0 || !bare)
                && self.over_at.is_some_and(|over_at| context.at < over_at + context.unread);
            let repeat = over == Over::Closed && matches!(packet, Packet::ShutdownAck { .. });
            let answers_echo = answers && self.echoed_over;
            if unread || answers_echo || (repeat && self.crosses(context.unread)) {
                return Vec::new();
            }
            return self.sent_after(over, context, packet);
        }
        // What was under way when its application was told is no answer to that.
        let aborts = self.aborting.is_some_and(|told| context.at >= told + context.unread);
        if aborts && !matches!(packet, Packet::Abort { .. }) {
            let what = format!("{} is sent when the application aborts", packet.name());
            let allowed = vec!["ABORT, and nothing after it".to_owned()];
            // The text speaks of what comes after ABORT alone.
            return vec![violation("MNET-ABORT-3", what, allowed).by_ruling()];
        }
        if matches!(packet, Packet::Data { .. } | Packet::Shutdown { .. }) {
            self.reply_due = None;
        }
        match *packet {
            Packet::Data { sequence, acknowledged, data, .. } => {
                self.data_sent(context, sequence, acknowledged, data, swapped)
            }
            Packet::Shutdown { acknowledged, .. } => {
                let mut violations = self.before_open(context, "SHUTDOWN");
                self.bare += 1;
                violations.extend(self.answers_bare(context.at));
                let wrong = self.acknowledges(context, acknowledged, swapped);
                // What is wrong in DATA, or in a repeat alone, is not the SHUTDOWN's own.
                let is_first = self.closing_tries == 0;
                violations.extend(wrong.map(|mut wrong| {
                    if is_first && wrong.clause == clause("MNET-DATA-2") {
                        wrong.clause = clause("MNET-SHUT-3");
                    }
                    wrong
                }));
                self.exercised.insert("MNET-SHUT-1");
                let (sent, confirmed) = (self.outgoing.end(), self.confirmed);
                if confirmed < sent {
                    violations.push(violation(
                        self.took_for_all(context.at).unwrap_or("MNET-SHUT-1"),
                        format!(
                            "SHUTDOWN is sent when {confirmed} of {sent} octets are acknowledged"
                        ),
                        vec!["SHUTDOWN once all octets are acknowledged".to_owned()],
                    ));
                }
                if self.shutdown_ack_sent {
                    violations.extend(self.answers_after_end(context.at, "SHUTDOWN"));
                }
                self.shutdown_sent = true;
                self.shutdown_at.get_or_insert(context.at);
                self.closing_tries += 1;
                violations
            }
            Packet::ShutdownAck { .. } => self.shutdown_ack(context),
            Packet::ShutdownComplete { .. } => {
                self.complete_sent = true;
                self.over = Some(Over::Closed);
                let early = self.before_open(context, "SHUTDOWN-COMPLETE");
                if !early.is_empty() {
                    return early;
                }
                if self.shutdown_ack_received && (self.shutdown_sent || self.shutdown_ack_sent) {
                    self.exercised.insert("MNET-SHUT-5");
                    return Vec::new();
                }
                let foreign = context.suspect.filter(|suspect| FOREIGN.contains(suspect));
                let id = match (self.shutdown_sent, self.shutdown_received) {
                    _ if self.shutdown_ack_received => "MNET-SHUT-9",
                    // In the place of the SHUTDOWN-ACK that is due again.
                    _ if self.shutdown_ack_sent && self.shutdowns > 1 => "MNET-SHUT-6",
                    _ if foreign.is_some() || self.shutdown_ack_sent => {
                        foreign.unwrap_or("MNET-SHUT-5")
                    }
                    // In the place of the SHUTDOWN-ACK, or of the SHUTDOWN, that is due.
                    (true, true) => "MNET-SHUT-8",
                    (false, true) => "MNET-SHUT-4",
                    (false, false) if self.closing_at.is_some() => "MNET-SHUT-1",
                    (_, false) => "MNET-SHUT-5",
                };
                vec![violation(
                    id,
                    "SHUTDOWN-COMPLETE is sent without a SHUTDOWN before it, or without a SHUTDOWN-ACK before it".to_owned(),
                    vec!["SHUTDOWN-COMPLETE in answer to SHUTDOWN-ACK".to_owned()],
                )]
            }
            Packet::Abort { .. } => {
                self.over = Some(Over::AbortSent);
                self.abort_at_once(context.at)
                    .or_else(|| self.gave_up(context.at))
                    .or_else(|| self.gave_up_early(context))
                    .or_else(|| self.gave_up_nothing(context))
                    .into_iter()
                    .collect()
            }
            Packet::Init { .. }
            | Packet::Cookie { .. }
            | Packet::CookieEcho { .. }
            | Packet::CookieAck { .. } => Vec::new(),
        }
    }

    /// An ABORT that comes at once behind a packet after which the session goes on.
    fn abort_at_once(&self, at: Instant) -> Option<Violation> {
        // Who has tried so often may give up at any moment.
        let opening_tries = if self.open { 0 } else { self.opening_tries };
        let tries = [self.tries.len(), opening_tries, self.closing_tries];
        let may_give_up = tries.into_iter().any(|tries| tries > TRIES_FEW);
        let (received, id) = self.goes_on.filter(|_| self.aborting.is_none() && !may_give_up)?;
        (at < received + AT_ONCE).then(|| {
            let what = "ABORT answers a packet that is no reason for it".to_owned();
            let found = violation(id, what, vec!["a session that goes on".to_owned()]);
            // The text says what COOKIE and COOKIE-ACK do, not that a second one does nothing.
            found.by_ruling_if(["MNET-ACK-1", "MNET-COOKIE-1"].contains(&id))
        })
    }

    /// What may not be sent before COOKIE-ACK.
    pub(super) fn before_open(&self, context: &Context, name: &str) -> Vec<Violation> {
        // Until it has read COOKIE-ACK, it sends as before, unless somebody has asked for a close.
        let unread = |opened| context.at < opened + context.unread;
        let asked = self.closing_at.is_some() || self.shutdown_received;
        let open = self.open && (asked || !self.opened_at.is_some_and(unread));
        if open || context.subject == Role::Listener {
            return Vec::new();
        }
        // DATA that has overtaken COOKIE-ACK was taken for it.
        let id = if self.early > 0 && name == "SHUTDOWN-ACK" { "MNET-ACK-4" } else { "MNET-ACK-5" };
        vec![violation(
            id,
            format!("{name} is sent between COOKIE-ECHO and COOKIE-ACK"),
            vec!["COOKIE-ECHO, DATA, a final ABORT".to_owned()],
        )]
    }

    fn data_sent(
        &mut self,
        context: &Context,
        sequence: u32,
        acknowledged: u32,
        data: &[u8],
        swapped: &str,
    ) -> Vec<Violation> {
        let mut violations = Vec::new();
        if context.subject == Role::Listener {
            self.exercised.insert("MNET-ACK-3");
            if !self.open {
                let what = "DATA is sent before COOKIE-ACK".to_owned();
                let found = violation("MNET-ACK-3", what, vec!["COOKIE-ACK first".to_owned()]);
                violations.push(if self.acked_otherwise { found.by_ruling() } else { found });
            }
        }
        if data.len() > DATA_MAX {
            let what = format!("DATA of {} octets in all is sent", data.len() + 14);
            violations.push(violation(
                "MNET-WIRE-11",
                what,
                vec!["1472 octets at most".to_owned()],
            ));
        }
        if self.shutdown_ack_sent {
            let what = "DATA is sent after SHUTDOWN-ACK".to_owned();
            violations.push(violation(
                "MNET-SHUT-10",
                what,
                vec!["nothing, or SHUTDOWN-ACK again".to_owned()],
            ));
        }
        let sent = self.outgoing.end();
        let repeats =
            !data.is_empty() && unwrap(context.base, sent, sequence).is_some_and(|it| it <= sent);
        // What was delivered wrongly comes before how it is counted.
        if data.is_empty() {
            violations.extend(self.bare_sent(context, sequence, swapped));
        } else {
            violations.extend(self.payload_sent(context, sequence, acknowledged, data, swapped));
        }
        // The text does not say that what is sent again carries another count than at first.
        let wrong = self.acknowledges(context, acknowledged, swapped);
        let is_old = u64::from(acknowledged.wrapping_sub(context.base)) < self.acknowledged;
        violations.extend(wrong.map(|wrong| wrong.by_ruling_if(repeats && is_old)));
        violations
    }

    /// It has waited for its octets, and what ends the wait acknowledges a part of them: what was left was not sent again.
    pub(super) fn took_for_all(&self, at: Instant) -> Option<&'static str> {
        let (came, clause) = self.partly.filter(|(came, _)| at < *came + AT_ONCE)?;
        let waited = self.sent_new_at.is_some_and(|sent| sent < came);
        let asked = self.closing_at.max(self.shutdown_at).is_none_or(|asked| asked < came);
        (waited && asked).then_some(clause)
    }

    fn bare_sent(&mut self, context: &Context, sequence: u32, swapped: &str) -> Option<Violation> {
        self.exercised.insert("MNET-DATA-5");
        let sent = self.outgoing.end();
        if unwrap(context.base, sent, sequence) != Some(sent) {
            let fits = unwrap(context.base, sent, sequence.swap_bytes()) == Some(sent);
            let relative = sequence.wrapping_sub(context.base);
            let id = match (fits, sent) {
                (true, _) => "MNET-WIRE-2",
                // As wrong as the count of DATA with octets would be.
                (false, 0) if relative == 1 => "MNET-DATA-1",
                (false, _) if self.is_cut(context, sequence, &[]) => "MNET-DATA-12",
                (false, _) => "MNET-DATA-5",
            };
            let what = format!("a bare DATA carries OutgoingSequence {relative}");
            return Some(violation(
                id,
                said(what, fits, swapped),
                vec![format!("{sent}, the highest count sent so far")],
            ));
        }
        self.bare += 1;
        self.answers_bare(context.at)
    }

    fn payload_sent(
        &mut self,
        context: &Context,
        sequence: u32,
        acknowledged: u32,
        data: &[u8],
        swapped: &str,
    ) -> Option<Violation> {
        self.exercised.insert("MNET-DATA-1");
        let sent = self.outgoing.end();
        // The acknowledgement may have made room for these: what is bare among them answers nothing.
        self.bare_at = None;
        let place = |sequence: u32| {
            let end = unwrap(context.base, sent, sequence)?;
            end.checked_sub(data.len() as u64).filter(|offset| *offset <= sent)
        };
        let Some(offset) = place(sequence) else {
            let fits = place(sequence.swap_bytes()).is_some();
            let id = if fits {
                "MNET-WIRE-2"
            } else if context.suspect == Some("MNET-DATA-10") {
                // It goes on from where its peer has never been.
                "MNET-DATA-10"
            } else if self.wraps(context, data) || self.is_cut(context, sequence, data) {
                "MNET-DATA-12"
            } else {
                "MNET-DATA-1"
            };
            let what = format!(
                "DATA of {} octets carries OutgoingSequence {} when {sent} octets had been sent",
                data.len(),
                sequence.wrapping_sub(context.base)
            );
            return Some(violation(
                id,
                said(what, fits, swapped),
                vec![
                    format!("{}, this payload included", sent + data.len() as u64),
                    "a lower one that repeats octets".to_owned(),
                ],
            ));
        };
        let end = offset + data.len() as u64;
        if end > sent {
            (self.answerable, self.answered) = (0, 0);
        }
        if self.shutdown_sent && end > sent {
            let what = "DATA with new octets is sent after SHUTDOWN".to_owned();
            return Some(violation("MNET-SHUT-2", what, vec!["no new octets".to_owned()]));
        }
        if context.written.is_some_and(|written| end > written) {
            let id = if self.wraps(context, data) { "MNET-DATA-12" } else { "MNET-DATA-1" };
            let what = format!("OutgoingSequence counts {end} octets, which were never written");
            let allowed = context.written.map(|written| format!("{written} at most"));
            return Some(violation(id, what, allowed.into_iter().collect()));
        }
        if !self.outgoing.agrees(offset, data) {
            let what = format!(
                "the octets at offset {offset} are repeated as others: {}",
                show_octets(data)
            );
            let id = match end <= sent {
                // The octets are right, their number is not.
                true if end == sent && self.tried_before(data) => "MNET-DATA-1",
                true => "MNET-DATA-9",
                false if self.wraps(context, data) => "MNET-DATA-12",
                false => "MNET-DATA-1",
            };
            return Some(violation(
                id,
                what,
                vec!["the same octets at the same offset".to_owned()],
            ));
        }
        let is_freed = |freed: &&mut Freed| {
            freed.from == offset && end <= freed.to && context.at >= freed.at + context.unread
        };
        if let Some(freed) = self.freed.as_mut().filter(is_freed) {
            freed.again += 1;
            if freed.again == FREED_TRIES {
                let by = if freed.clause == "MNET-SHUT-3" { "SHUTDOWN" } else { "DATA" };
                let what =
                    format!("{} octets are sent again that {by} has acknowledged", data.len());
                let allowed = vec!["octets that are not acknowledged".to_owned()];
                // Who hears nothing any more since something malformed came has a reason of its own.
                let deaf = context.suspect.filter(|suspect| *suspect == "MNET-WIRE-4");
                let id = deaf.filter(|_| freed.clause == "MNET-DATA-9").unwrap_or(freed.clause);
                return Some(violation(id, what, allowed));
            }
        }
        let retried = (offset <= self.confirmed && end > self.confirmed)
            .then(|| self.tried(context.at, acknowledged))
            .flatten();
        let tried_before = self.tried_before(data);
        let soon = self.sent_new_at.is_some_and(|before| context.at < before + BESIDE);
        if end > sent {
            self.sent_new_at = Some(context.at);
        }
        self.holds(context.at, offset, end);
        self.outgoing.insert(offset, data);
        let echoed = self.incoming.whole();
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let due = echoed.get(start..).unwrap_or(&[]);
        if context.echo && !due.starts_with(data) {
            // What is outstanding, sent again with another sequence; what is sent at once was delivered twice.
            let shifted = due.is_empty() && self.again == 0 && tried_before && !soon;
            let id = if shifted { "MNET-DATA-1" } else { self.blame(data, context.suspect) };
            let what = format!("the echo at offset {offset} is {}", show_octets(data));
            let allowed = match due.get(..data.len()).unwrap_or(due) {
                [] => "no new octets: the application has received no more".to_owned(),
                due => format!("{}, which the application has received there", show_octets(due)),
            };
            return Some(violation(id, what, vec![allowed]));
        }
        if context.echo {
            self.exercised.insert("MNET-DATA-3");
        }
        retried.or_else(|| self.floods())
    }

    /// These are the lowest octets that are outstanding.
    fn tried_before(&self, data: &[u8]) -> bool {
        let outstanding = self.outgoing.whole().get(usize::try_from(self.confirmed).unwrap_or(0)..);
        outstanding.is_some_and(|octets| octets.starts_with(data))
    }

    /// New octets cross the highest number on the wire.
    fn wraps(&self, context: &Context, data: &[u8]) -> bool {
        let start = u64::from(context.base);
        start > 0 && start + self.outgoing.end() + data.len() as u64 > u64::from(u32::MAX)
    }

    /// The number of new octets has lost its highest bits.
    fn is_cut(&self, context: &Context, sequence: u32, data: &[u8]) -> bool {
        let right = wrap(context.base, self.outgoing.end() + data.len() as u64);
        sequence != right && [16, 24, 31].iter().any(|bits| sequence == right & ((1 << bits) - 1))
    }

    /// The acknowledgement of a DATA or SHUTDOWN that the subject sent.
    fn acknowledges(
        &mut self,
        context: &Context,
        acknowledged: u32,
        swapped: &str,
    ) -> Option<Violation> {
        self.exercised.extend(["MNET-DATA-2", "MNET-WIRE-2"]);
        let whole = self.incoming.whole_len();
        let fits = |acknowledged: u32| {
            unwrap(context.base, self.incoming.end(), acknowledged)
                .filter(|count| (self.acknowledged..=whole).contains(count))
        };
        if let Some(count) = fits(acknowledged) {
            self.acknowledged = count;
            if let Some((came, _)) = self.fresh.take_if(|(_, end)| *end <= count) {
                self.counted_since = Some(came);
            }
            self.keeps |= count > self.in_order;
            if self.due.is_some_and(|due| due.octets <= count) {
                self.exercised.insert("MNET-DATA-4");
                if count <= self.early && context.subject == Role::Listener {
                    self.exercised.insert("MNET-ACK-6");
                }
                // What came since is due as long after it came; a little later does no harm here.
                self.due = (self.in_order > count).then(|| Due {
                    by: context.at + ACKNOWLEDGEMENT_MAX,
                    octets: self.in_order,
                    before: count,
                    particular: None,
                });
            }
            return None;
        }
        let relative = acknowledged.wrapping_sub(context.base);
        let swaps = fits(acknowledged.swap_bytes()).is_some();
        let beyond = u64::from(relative) > whole;
        let twice = beyond && u64::from(relative) - whole == self.again;
        let suspect = context.suspect.filter(|suspect| {
            let counted_twice = twice && ["MNET-DATA-6", "MNET-DATA-7"].contains(suspect);
            FOREIGN.contains(suspect) || counted_twice
        });
        let id = match (swaps, beyond) {
            (true, _) => "MNET-WIRE-2",
            (false, true) if !self.incoming.has_gap() => suspect.unwrap_or("MNET-DATA-2"),
            (false, false) => self.disturbed(context).unwrap_or("MNET-DATA-2"),
            // Beyond a gap, too, what counts may be what is no packet, or lies before the start.
            (false, _) => suspect
                .filter(|id| ["MNET-WIRE-4", "MNET-DATA-1"].contains(id))
                .unwrap_or("MNET-DATA-2"),
        };
        let what = if beyond {
            format!("AcknowledgedBytes is {relative}, {whole} octets have come without a gap")
        } else {
            format!("AcknowledgedBytes goes back from {} to {relative}", self.acknowledged)
        };
        Some(violation(
            id,
            said(what, swaps, swapped),
            vec![format!("{} to {whole}", self.acknowledged)],
        ))
    }

    /// The clause of what came last and may have made it lose its state, unless it has counted what came in order since.
    pub(super) fn disturbed(&self, context: &Context) -> Option<&'static str> {
        let counts_on = self.counted_since > context.suspected_at;
        context.suspect.filter(|suspect| DISTURBANCES.contains(suspect) && !counts_on)
    }

    /// The clause that is broken when the application is given octets that are not due.
    pub(in super::super) fn blame(
        &self,
        octets: &[u8],
        suspect: Option<&'static str>,
    ) -> &'static str {
        let whole = self.incoming.whole();
        let place = memmem::find(whole, octets).filter(|_| !octets.is_empty());
        let again = place.is_some() && self.repeats;
        let early = place.is_some_and(|place| ((place + octets.len()) as u64) <= self.early);
        let foreign = suspect.filter(|suspect| FOREIGN.contains(suspect));
        match (self.incoming.beyond_holds(octets), again, foreign) {
            (true, _, _) => "MNET-DATA-3",
            (false, _, _) if early => "MNET-ACK-4",
            (false, true, _) if suspect == Some("MNET-DATA-7") => "MNET-DATA-7",
            (false, true, _) => "MNET-DATA-6",
            (false, false, Some(foreign)) => foreign,
            (false, false, None) if suspect == Some("MNET-DATA-7") => "MNET-DATA-7",
            (false, false, None) => "MNET-DATA-3",
        }
    }
}

/// A sentence about a number that would be right in the other byte order.
fn said(what: String, fits: bool, swapped: &str) -> String {
    if fits { format!("{what}; it would be right with byte_order={swapped}") } else { what }
}
