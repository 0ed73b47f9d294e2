//! Watching one session: the counters of octets, the acknowledgements, the close.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use reference::mnet::{DATAGRAM_MAX, Packet, Role, Tag};
use simulator::Instant;

use super::super::stream::{Piece, Stream, unwrap};
use super::violation;
use crate::conversation::{show_duration, show_octets};
use crate::protocol::Violation;

/// Octets received are acknowledged within this time (MNET-DATA-4).
const ACKNOWLEDGEMENT_MAX: Duration = Duration::from_millis(500);

/// The most octets of data in one DATA (MNET-WIRE-11).
const DATA_MAX: usize = DATAGRAM_MAX - 14;

/// What surrounds one packet.
pub(super) struct Context {
    pub(super) at: Instant,
    pub(super) base: u32,
    pub(super) echo: bool,
    pub(super) subject: Role,
    pub(super) suspect: Option<&'static str>,
}

/// One session, seen from the subject's side of the network.
pub(super) struct Session {
    pub(super) peer: SocketAddr,
    pub(super) x: Tag,
    pub(super) y: Tag,
    subject: Role,
    /// Echoes received and not answered yet (the subject listens).
    echoes: u32,
    open: bool,
    /// What reached the subject, with what lies beyond gaps.
    pub(super) incoming: Stream,
    /// What a subject has at least that drops whatever does not come in order.
    in_order: u64,
    /// The most that the subject has acknowledged.
    acknowledged: u64,
    /// Octets that must be acknowledged by a time.
    due: Option<(Instant, u64)>,
    /// DATA with payload that reached the subject, and bare ones that it sent.
    payloads: u64,
    bare: u64,
    last_was_bare: bool,
    /// What the subject has sent.
    outgoing: Stream,
    /// How much of it its peer has acknowledged.
    confirmed: u64,
    shutdown_sent: bool,
    shutdown_received: bool,
    shutdown_ack_sent: bool,
    shutdown_ack_received: bool,
    complete_sent: bool,
    over: Option<Over>,
    pub(super) exercised: BTreeSet<&'static str>,
}

/// How a session ended, as far as the subject can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// SHUTDOWN-COMPLETE was sent or received.
    Closed,
    /// The subject sent ABORT.
    AbortSent,
    /// The subject received ABORT.
    AbortReceived,
}

impl Session {
    pub(super) fn new(peer: SocketAddr, x: Tag, y: Tag, subject: Role) -> Self {
        Self {
            peer,
            x,
            y,
            subject,
            echoes: 0,
            open: false,
            incoming: Stream::default(),
            in_order: 0,
            acknowledged: 0,
            due: None,
            payloads: 0,
            bare: 0,
            last_was_bare: false,
            outgoing: Stream::default(),
            confirmed: 0,
            shutdown_sent: false,
            shutdown_received: false,
            shutdown_ack_sent: false,
            shutdown_ack_received: false,
            complete_sent: false,
            over: None,
            exercised: BTreeSet::new(),
        }
    }

    pub(super) const fn is_over(&self) -> bool {
        self.over.is_some()
    }

    pub(super) const fn completed_by_subject(&self) -> bool {
        self.complete_sent
    }

    pub(super) const fn echo_received(&mut self) {
        self.echoes += 1;
    }

    pub(super) const fn asked_for_ack(&self) -> bool {
        self.echoes > 0
    }

    /// A COOKIE-ACK was sent. Whether an echo asked for it.
    pub(super) const fn answer_echo(&mut self) -> bool {
        let asked = self.echoes > 0;
        self.echoes = self.echoes.saturating_sub(1);
        self.open |= asked;
        asked
    }

    /// A COOKIE-ACK reached the connector.
    pub(super) const fn opened(&mut self) {
        self.open |= matches!(self.subject, Role::Connector);
    }

    /// DATA reached the subject. The error is the clause that says that it must not be taken.
    pub(super) fn data_received(
        &mut self,
        at: Instant,
        base: u32,
        sequence: u32,
        acknowledged: u32,
        data: &[u8],
    ) -> Result<Piece, &'static str> {
        let sent = self.outgoing.end();
        match unwrap(base, sent, acknowledged) {
            Some(acknowledged) if acknowledged > sent => return Err("MNET-DATA-10"),
            Some(acknowledged) => self.confirmed = self.confirmed.max(acknowledged),
            // Before the start: neither older nor newer than anything.
            None => return Err("MNET-DATA-11"),
        }
        let end = unwrap(base, self.incoming.end(), sequence);
        let Some(offset) = end.and_then(|end| end.checked_sub(data.len() as u64)) else {
            self.last_was_bare = data.is_empty();
            return if data.is_empty() { Ok(Piece::Empty) } else { Err("MNET-DATA-1") };
        };
        self.last_was_bare = data.is_empty();
        let piece = self.incoming.relation(offset, data);
        self.incoming.insert(offset, data);
        self.payloads += u64::from(!data.is_empty());
        if offset == self.in_order && !data.is_empty() && data.len() <= DATA_MAX && self.open {
            self.in_order += data.len() as u64;
            self.due.get_or_insert((at + ACKNOWLEDGEMENT_MAX, self.in_order));
        }
        Ok(piece)
    }

    pub(super) fn shutdown_received(&mut self, base: u32, acknowledged: u32) {
        self.shutdown_received = true;
        let sent = self.outgoing.end();
        if let Some(acknowledged) = unwrap(base, sent, acknowledged)
            && acknowledged <= sent
        {
            self.confirmed = self.confirmed.max(acknowledged);
        }
    }

    pub(super) const fn shutdown_ack_received(&mut self) {
        self.shutdown_ack_received = true;
    }

    pub(super) const fn complete_received(&mut self) {
        if self.shutdown_ack_sent {
            self.over = Some(Over::Closed);
        }
    }

    pub(super) const fn abort_received(&mut self, _at: Instant) {
        self.over = Some(Over::AbortReceived);
    }

    /// An ABORT with the subject's own stamp: it may take it as its peer's.
    pub(super) const fn abort_reflected(&mut self) {
        self.over = Some(Over::AbortReceived);
    }

    pub(super) const fn abort_sent(&mut self, _at: Instant) {
        self.over = Some(Over::AbortSent);
    }

    /// Octets that should have been acknowledged before now.
    pub(super) fn overdue(&mut self, at: Instant, tolerance: Duration) -> Option<Violation> {
        let (due, octets) = self.due?;
        if self.over.is_some() || self.shutdown_ack_sent {
            self.due = None;
            return None;
        }
        if at <= due + tolerance {
            return None;
        }
        self.due = None;
        let missing = octets - self.acknowledged.min(octets);
        Some(violation(
            "MNET-DATA-4",
            format!("{missing} octets were not acknowledged within {}", show_duration(ACKNOWLEDGEMENT_MAX)),
            vec![format!("AcknowledgedBytes of {octets} or more within 500 ms")],
        ))
    }

    /// The subject sent a packet of this session.
    pub(super) fn sent(
        &mut self,
        context: &Context,
        packet: &Packet<'_>,
        swapped: &str,
    ) -> Vec<Violation> {
        if let Some(over) = self.over {
            return self.sent_after(over, packet);
        }
        match *packet {
            Packet::Data { sequence, acknowledged, data, .. } => {
                self.data_sent(context, sequence, acknowledged, data, swapped)
            }
            Packet::Shutdown { acknowledged, .. } => {
                let mut violations = self.before_open(context, "SHUTDOWN");
                violations.extend(self.acknowledges(context, acknowledged, swapped));
                self.exercised.insert("MNET-SHUT-1");
                let (sent, confirmed) = (self.outgoing.end(), self.confirmed);
                if confirmed < sent {
                    violations.push(violation(
                        "MNET-SHUT-1",
                        format!("SHUTDOWN is sent when {confirmed} of {sent} octets are acknowledged"),
                        vec!["SHUTDOWN once all octets are acknowledged".to_owned()],
                    ));
                }
                self.shutdown_sent = true;
                violations
            }
            Packet::ShutdownAck { .. } => self.shutdown_ack(context),
            Packet::ShutdownComplete { .. } => {
                self.complete_sent = true;
                self.over = Some(Over::Closed);
                if self.shutdown_ack_received && (self.shutdown_sent || self.shutdown_ack_sent) {
                    self.exercised.insert("MNET-SHUT-5");
                    return Vec::new();
                }
                vec![violation(
                    "MNET-SHUT-5",
                    "SHUTDOWN-COMPLETE is sent without a SHUTDOWN-ACK before it".to_owned(),
                    vec!["SHUTDOWN-COMPLETE in answer to SHUTDOWN-ACK".to_owned()],
                )]
            }
            Packet::Abort { .. } => {
                self.over = Some(Over::AbortSent);
                Vec::new()
            }
            Packet::Init { .. }
            | Packet::Cookie { .. }
            | Packet::CookieEcho { .. }
            | Packet::CookieAck { .. } => Vec::new(),
        }
    }

    fn sent_after(&self, over: Over, packet: &Packet<'_>) -> Vec<Violation> {
        let name = packet.name();
        let (id, what) = match over {
            Over::AbortReceived if matches!(packet, Packet::Abort { .. }) => {
                ("MNET-ABORT-2", "ABORT is answered with ABORT".to_owned())
            }
            Over::AbortReceived => {
                ("MNET-ABORT-1", format!("{name} is sent after the peer's ABORT"))
            }
            Over::AbortSent => ("MNET-ABORT-3", format!("{name} is sent after the subject's own ABORT")),
            // Whoever sent SHUTDOWN-COMPLETE repeats it for a repeated SHUTDOWN-ACK (MNET-SHUT-7).
            Over::Closed if matches!(packet, Packet::ShutdownComplete { .. }) => return Vec::new(),
            Over::Closed => ("MNET-SHUT-5", format!("{name} is sent after the session has ended")),
        };
        vec![violation(id, what, vec!["nothing in this session".to_owned()])]
    }

    /// What may not be sent before COOKIE-ACK.
    fn before_open(&self, context: &Context, name: &str) -> Vec<Violation> {
        if self.open || context.subject == Role::Listener {
            return Vec::new();
        }
        vec![violation(
            "MNET-ACK-5",
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
                violations.push(violation("MNET-ACK-3", what, vec!["COOKIE-ACK first".to_owned()]));
            }
        }
        if data.len() > DATA_MAX {
            let what = format!("DATA of {} octets in all is sent", data.len() + 14);
            violations.push(violation("MNET-WIRE-11", what, vec!["1472 octets at most".to_owned()]));
        }
        if self.shutdown_ack_sent {
            let what = "DATA is sent after SHUTDOWN-ACK".to_owned();
            violations.push(violation("MNET-SHUT-10", what, vec!["nothing, or SHUTDOWN-ACK again".to_owned()]));
        }
        violations.extend(self.acknowledges(context, acknowledged, swapped));
        if data.is_empty() {
            violations.extend(self.bare_sent(context, sequence, swapped));
        } else {
            violations.extend(self.payload_sent(context, sequence, data, swapped));
        }
        violations
    }

    fn bare_sent(&mut self, context: &Context, sequence: u32, swapped: &str) -> Option<Violation> {
        self.exercised.insert("MNET-DATA-5");
        self.bare += 1;
        let sent = self.outgoing.end();
        if unwrap(context.base, sent, sequence) != Some(sent) {
            let fits = unwrap(context.base, sent, sequence.swap_bytes()) == Some(sent);
            let id = if fits { "MNET-WIRE-2" } else { "MNET-DATA-5" };
            let what = format!(
                "a bare DATA carries OutgoingSequence {}",
                sequence.wrapping_sub(context.base)
            );
            return Some(violation(id, said(what, fits, swapped), vec![format!("{sent}, the highest count sent so far")]));
        }
        // One bare acknowledgement for each DATA that came is enough for whatever timers there are.
        if self.last_was_bare && self.bare > self.payloads && !self.shutdown_received {
            let what = "a bare acknowledgement is acknowledged".to_owned();
            return Some(violation("MNET-DATA-5", what, vec!["silence".to_owned()]));
        }
        None
    }

    fn payload_sent(
        &mut self,
        context: &Context,
        sequence: u32,
        data: &[u8],
        swapped: &str,
    ) -> Option<Violation> {
        self.exercised.insert("MNET-DATA-1");
        let sent = self.outgoing.end();
        let place = |sequence: u32| {
            let end = unwrap(context.base, sent, sequence)?;
            end.checked_sub(data.len() as u64).filter(|offset| *offset <= sent)
        };
        let Some(offset) = place(sequence) else {
            let fits = place(sequence.swap_bytes()).is_some();
            let id = if fits { "MNET-WIRE-2" } else { "MNET-DATA-1" };
            let what = format!(
                "DATA of {} octets carries OutgoingSequence {} when {sent} octets had been sent",
                data.len(),
                sequence.wrapping_sub(context.base)
            );
            return Some(violation(id, said(what, fits, swapped), vec![
                format!("{}, this payload included", sent + data.len() as u64),
                "a lower one that repeats octets".to_owned(),
            ]));
        };
        let end = offset + data.len() as u64;
        if self.shutdown_sent && end > sent {
            let what = "DATA with new octets is sent after SHUTDOWN".to_owned();
            return Some(violation("MNET-SHUT-2", what, vec!["no new octets".to_owned()]));
        }
        if !self.outgoing.agrees(offset, data) {
            let what = format!("the octets at offset {offset} are repeated as others: {}", show_octets(data));
            return Some(violation("MNET-DATA-1", what, vec!["the same octets at the same offset".to_owned()]));
        }
        self.outgoing.insert(offset, data);
        let echoed = self.incoming.whole();
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let due = echoed.get(start..).unwrap_or(&[]);
        if context.echo && !due.starts_with(data) {
            let id = context.suspect.unwrap_or("MNET-DATA-3");
            let what = format!("the echo at offset {offset} is {}", show_octets(data));
            let due = due.get(..data.len()).unwrap_or(due);
            return Some(violation(id, what, vec![format!(
                "{}, what the application has received there",
                show_octets(due)
            )]));
        }
        if context.echo {
            self.exercised.insert("MNET-DATA-3");
        }
        None
    }

    /// The acknowledgement of a DATA or SHUTDOWN that the subject sent.
    fn acknowledges(
        &mut self,
        context: &Context,
        acknowledged: u32,
        swapped: &str,
    ) -> Option<Violation> {
        self.exercised.insert("MNET-DATA-2");
        let whole = self.incoming.whole_len();
        let fits = |acknowledged: u32| {
            unwrap(context.base, self.incoming.end(), acknowledged)
                .filter(|count| (self.acknowledged..=whole).contains(count))
        };
        if let Some(count) = fits(acknowledged) {
            self.acknowledged = count;
            if self.due.is_some_and(|(_, octets)| octets <= count) {
                self.exercised.insert("MNET-DATA-4");
                // What came since is due as long after it came; a little later does no harm here.
                self.due = (self.in_order > count)
                    .then(|| (context.at + ACKNOWLEDGEMENT_MAX, self.in_order));
            }
            return None;
        }
        let relative = acknowledged.wrapping_sub(context.base);
        let swaps = fits(acknowledged.swap_bytes()).is_some();
        let beyond = u64::from(relative) > whole;
        let id = match (swaps, beyond, context.suspect) {
            (true, _, _) => "MNET-WIRE-2",
            (false, true, Some(suspect)) if !self.incoming.has_gap() => suspect,
            _ => "MNET-DATA-2",
        };
        let what = if beyond {
            format!("AcknowledgedBytes is {relative}, {whole} octets have come without a gap")
        } else {
            format!("AcknowledgedBytes goes back from {} to {relative}", self.acknowledged)
        };
        Some(violation(id, said(what, swaps, swapped), vec![format!("{} to {whole}", self.acknowledged)]))
    }

    fn shutdown_ack(&mut self, context: &Context) -> Vec<Violation> {
        let mut violations = self.before_open(context, "SHUTDOWN-ACK");
        self.exercised.insert("MNET-SHUT-4");
        let (sent, confirmed) = (self.outgoing.end(), self.confirmed);
        if !self.shutdown_received {
            violations.push(violation(
                "MNET-SHUT-4",
                "SHUTDOWN-ACK is sent without a SHUTDOWN before it".to_owned(),
                vec!["SHUTDOWN-ACK in answer to SHUTDOWN".to_owned()],
            ));
        } else if self.incoming.has_gap() {
            violations.push(violation(
                "MNET-SHUT-1",
                "SHUTDOWN-ACK is sent though octets are missing".to_owned(),
                vec!["the missing octets first".to_owned()],
            ));
        } else if confirmed < sent {
            violations.push(violation(
                "MNET-SHUT-4",
                format!("SHUTDOWN-ACK is sent when {confirmed} of {sent} octets are acknowledged"),
                vec!["SHUTDOWN-ACK once all octets are through".to_owned()],
            ));
        }
        self.shutdown_ack_sent = true;
        violations
    }
}

/// A sentence about a number that would be right in the other byte order.
fn said(what: String, fits: bool, swapped: &str) -> String {
    if fits { format!("{what}; it would be right with byte_order={swapped}") } else { what }
}
