//! What reaches the subject in a session: octets, acknowledgements, the close.

use simulator::Instant;

use super::super::super::stream::{Piece, unwrap};
use super::habits::REPEATS_FEW;
use super::{ACKNOWLEDGEMENT_MAX, AT_ONCE, DATA_MAX, Due, Freed, Over, Session};

/// More octets of data than this are many for one DATA: who drops it may do so for its size.
const LARGE: usize = 1000;

/// Octets so far beyond a gap lie beyond it, however numbers are compared.
const NEAR: u64 = 1 << 16;

impl Session {
    /// DATA that came before the session was there, and may have been kept (MNET-ACK-4).
    pub(in super::super) fn early(&mut self, base: u32, sequence: u32, data: &[u8]) {
        let end = unwrap(base, self.incoming.end(), sequence);
        if let Some(offset) = end.and_then(|end| end.checked_sub(data.len() as u64)) {
            self.incoming.insert(offset, data);
            self.early = self.incoming.whole_len();
        }
    }

    /// DATA reached the subject. The error is the clause that says that it must not be taken.
    pub(in super::super) fn data_received(
        &mut self,
        at: Instant,
        base: u32,
        sequence: u32,
        acknowledged: u32,
        data: &[u8],
    ) -> Result<Piece, &'static str> {
        let sent = self.outgoing.end();
        self.tries.clear();
        // What came with it has reached the subject at the same moment, and may be what it answers.
        let stale_beside = self
            .goes_on
            .take()
            .filter(|(came, clause)| *clause == "MNET-DATA-11" && at < *came + AT_ONCE);
        self.acked_otherwise |= !self.open;
        let confirmed = self.confirmed;
        let stale = unwrap(base, sent, acknowledged).is_some_and(|count| count < confirmed);
        match unwrap(base, sent, acknowledged) {
            Some(acknowledged) if acknowledged > sent => return Err("MNET-DATA-10"),
            Some(acknowledged) => self.confirm(at, "MNET-DATA-9", acknowledged),
            // Before the start: neither older nor newer than anything.
            None => return Err("MNET-DATA-11"),
        }
        let end = unwrap(base, self.incoming.end(), sequence);
        let Some(offset) = end.and_then(|end| end.checked_sub(data.len() as u64)) else {
            self.bare_at = data.is_empty().then_some(at);
            if data.is_empty() {
                return Ok(Piece::Empty);
            }
            self.stretched = true;
            return Err("MNET-DATA-1");
        };
        self.bare_at = data.is_empty().then_some(at);
        if data.is_empty() {
            self.answerable += 1;
        } else {
            (self.answerable, self.answered) = (0, 0);
        }
        self.ends.insert(offset + data.len() as u64);
        let piece = self.incoming.relation(offset, data);
        self.goes_on = match piece {
            _ if self.shutdown_ack_sent => Some("MNET-SHUT-10"),
            _ if stale => Some("MNET-DATA-11"),
            Piece::Repeat => Some("MNET-DATA-6"),
            Piece::Overlap => Some("MNET-DATA-7"),
            Piece::Gap => Some("MNET-DATA-8"),
            // What lies between its number and the count is missing, or was there before.
            Piece::Empty if offset != self.incoming.whole_len() => Some("MNET-DATA-5"),
            Piece::Empty | Piece::Next => None,
        }
        .map(|clause| (at, clause))
        .or(stale_beside);
        if self.open
            && !self.shutdown_ack_sent
            && data.len() <= DATA_MAX
            && matches!(piece, Piece::Empty | Piece::Next)
        {
            let id = if self.confirms_past_wrap(base) { "MNET-DATA-12" } else { "MNET-DATA-9" };
            self.free(at, id, confirmed, self.confirmed);
        }
        let reply = match piece {
            Piece::Repeat if offset + data.len() as u64 <= self.in_order => Some("MNET-DATA-6"),
            Piece::Gap if offset - self.incoming.whole_len() < NEAR => Some("MNET-DATA-8"),
            _ => None,
        };
        if let Some(id) = reply.filter(|_| self.open && data.len() <= DATA_MAX)
            && !self.shutdown_received
            && self.over.is_none()
        {
            self.reply_due.get_or_insert((at, id));
        }
        if self.shutdown_ack_sent {
            let before = self.data_after_end.replace(at);
            if before.is_some() {
                // It brought nothing.
                self.answered_after_end = 0;
            }
        }
        let known = self.incoming.whole_len().saturating_sub(offset).min(data.len() as u64);
        if !data.is_empty() {
            self.again = known;
            self.repeats |= known > 0;
            if !self.open {
                self.early = self.early.max(offset + data.len() as u64);
            }
        }
        let certain = usize::try_from(self.in_order.saturating_sub(offset)).unwrap_or(usize::MAX);
        let open = data.get(certain..).unwrap_or(&[]);
        self.contested |= !self.incoming.agrees(offset.max(self.in_order), open);
        self.incoming.insert(offset, data);
        self.payloads += u64::from(!data.is_empty());
        if offset == self.in_order && !data.is_empty() && data.len() <= DATA_MAX && self.open {
            let before = self.in_order;
            self.in_order += data.len() as u64;
            self.fresh.get_or_insert((at, self.in_order));
            // Who drops what lies beyond a gap knows of none when SHUTDOWN comes, and need take nothing more.
            if self.in_order > self.acknowledged && (!self.shutdown_received || self.keeps) {
                let particular = if self.shutdown_received {
                    // It closes a gap that SHUTDOWN waits for.
                    Some("MNET-SHUT-1")
                } else if u64::from(base) + self.in_order >= 1 << 32 {
                    Some("MNET-DATA-12")
                } else if stale {
                    Some("MNET-DATA-11")
                } else if data.len() > LARGE {
                    Some("MNET-WIRE-11")
                } else {
                    None
                };
                let (by, octets) = (at + ACKNOWLEDGEMENT_MAX, self.in_order);
                self.due.get_or_insert(Due { by, octets, before, particular });
            }
        }
        Ok(piece)
    }

    /// SHUTDOWN reached the subject. Whether it acknowledges no more than was sent.
    pub(in super::super) fn shutdown_received(
        &mut self,
        at: Instant,
        base: u32,
        acknowledged: u32,
    ) -> bool {
        self.shutdown_received = true;
        self.bare_at = None;
        self.tries.clear();
        self.acked_otherwise |= !self.open;
        self.data_after_end = None;
        self.shutdowns += 1;
        self.shutdown_at.get_or_insert(at);
        self.unanswered += 1;
        self.goes_on = None;
        let sent = self.outgoing.end();
        let count = unwrap(base, sent, acknowledged);
        if let Some(acknowledged) = count.filter(|count| *count <= sent) {
            let id = if self.confirms_past_wrap(base) { "MNET-DATA-12" } else { "MNET-SHUT-3" };
            self.free(at, id, self.confirmed, acknowledged);
            self.confirm(at, "MNET-SHUT-3", acknowledged);
        }
        count.is_none_or(|count| count <= sent)
    }

    /// So many octets are acknowledged, as a clause says: another one may be the lowest that is not.
    fn confirm(&mut self, at: Instant, clause: &'static str, count: u64) {
        if count > self.confirmed {
            self.confirmed = count;
            self.partly = (count < self.outgoing.end()).then_some((at, clause));
            let is_outstanding = count < self.outgoing.end() && self.sent_again <= REPEATS_FEW;
            self.lowest_since = is_outstanding.then_some(at);
        }
    }

    const fn confirms_past_wrap(&self, base: u32) -> bool {
        base > 0 && base as u64 + self.confirmed >= 1 << 32
    }

    /// Octets are acknowledged, and need not be sent again.
    fn free(&mut self, at: Instant, clause: &'static str, from: u64, to: u64) {
        if to <= from {
            return;
        }
        self.freed = match self.freed {
            Some(freed) if freed.clause == clause => Some(Freed { at, to, ..freed }),
            _ => Some(Freed { at, clause, from, to, again: 0 }),
        };
    }

    /// Whether it answers something.
    pub(in super::super) const fn shutdown_ack_received(&mut self) -> bool {
        self.shutdown_ack_received = true;
        self.uncompleted += 1;
        self.shutdown_sent || self.shutdown_ack_sent
    }

    /// Whether it answers something.
    pub(in super::super) fn complete_received(&mut self, at: Instant) -> bool {
        if self.shutdown_ack_sent && self.over.is_none() {
            self.over = Some(Over::Closed);
            self.over_at = Some(at);
        }
        self.shutdown_ack_sent
    }

    /// The peer's ABORT, or a reflected one.
    pub(in super::super) fn abort_received(&mut self, at: Instant) {
        self.over = Some(Over::AbortReceived);
        self.over_at = Some(at);
    }
}
