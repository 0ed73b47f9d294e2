//! Checking how the subject ends a session: SHUTDOWN-ACK, and what comes after the end.

use reference::mnet::Packet;

use super::super::violation;
use super::sent::{FOREIGN, KEPT_MAX};
use super::{Context, Over, Session};
use crate::protocol::Violation;

impl Session {
    pub(super) fn sent_after(
        &self,
        over: Over,
        context: &Context,
        packet: &Packet<'_>,
    ) -> Vec<Violation> {
        let name = packet.name();
        let (id, what) = match over {
            Over::AbortReceived | Over::Closed
                if matches!(packet, Packet::Abort { .. })
                    && (over == Over::AbortReceived || context.aborted) =>
            {
                ("MNET-ABORT-2", "ABORT is answered with ABORT".to_owned())
            }
            Over::AbortReceived => {
                ("MNET-ABORT-1", format!("{name} is sent after the peer's ABORT"))
            }
            // Only an application that aborts has said that nothing follows.
            Over::AbortSent
                if matches!(packet, Packet::Abort { .. }) && self.aborting.is_none() =>
            {
                return Vec::new();
            }
            Over::AbortSent => {
                ("MNET-ABORT-3", format!("{name} is sent after the subject's own ABORT"))
            }
            // Whoever sent SHUTDOWN-COMPLETE repeats it for a repeated SHUTDOWN-ACK (MNET-SHUT-7).
            Over::Closed
                if matches!(packet, Packet::ShutdownComplete { .. }) && self.complete_sent =>
            {
                if self.uncompleted >= 0 {
                    return Vec::new();
                }
                if context.answers_untaken {
                    let what = "SHUTDOWN-COMPLETE answers a packet that is never answered";
                    let allowed = vec!["silence".to_owned()];
                    return vec![violation("MNET-WIRE-10", what.to_owned(), allowed)];
                }
                // Somebody else may have asked for it.
                let foreign = context.suspect.filter(|suspect| *suspect == "MNET-WIRE-12");
                (
                    foreign.unwrap_or("MNET-SHUT-5"),
                    "SHUTDOWN-COMPLETE is sent that no SHUTDOWN-ACK asked for".to_owned(),
                )
            }
            Over::Closed => ("MNET-SHUT-5", format!("{name} is sent after the session has ended")),
        };
        let found = violation(id, what, vec!["nothing in this session".to_owned()]);
        // The text does not say that ABORT comes once, nor how late packets of an ended session are answered.
        let is_answer = matches!(
            packet,
            Packet::Abort { .. } | Packet::ShutdownAck { .. } | Packet::ShutdownComplete { .. }
        );
        let is_ruling = match over {
            Over::AbortSent => matches!(packet, Packet::Abort { .. }),
            Over::Closed => is_answer,
            // Nor what an ABORT does to a session that closes.
            Over::AbortReceived => self.shutdown_sent || self.shutdown_received,
        };
        vec![if is_ruling { found.by_ruling() } else { found }]
    }

    pub(super) fn shutdown_ack(&mut self, context: &Context) -> Vec<Violation> {
        let mut violations = self.before_open(context, "SHUTDOWN-ACK");
        self.exercised.insert("MNET-SHUT-4");
        let (sent, confirmed) = (self.outgoing.end(), self.confirmed);
        if !self.shutdown_received {
            let foreign = context.suspect.filter(|suspect| FOREIGN.contains(suspect));
            let id = match (self.shutdown_sent, self.shutdown_ack_received) {
                (true, true) => "MNET-SHUT-5",
                (false, false) if self.closing_at.is_some() => "MNET-SHUT-1",
                // In the place of the SHUTDOWN that is due again.
                (true, false) if !context.is_answer() => "MNET-SHUT-6",
                _ => foreign.unwrap_or("MNET-SHUT-4"),
            };
            violations.push(violation(
                id,
                "SHUTDOWN-ACK is sent without a SHUTDOWN before it".to_owned(),
                vec!["SHUTDOWN-ACK in answer to SHUTDOWN".to_owned()],
            ));
        } else if self.incoming.has_gap_within(KEPT_MAX) && self.keeps {
            let disturbed = self.disturbed(context).filter(|id| *id != "MNET-SHUT-9");
            let what = "SHUTDOWN-ACK is sent though octets before those that were kept are missing";
            let allowed = vec!["the missing octets first".to_owned()];
            let id = disturbed.unwrap_or("MNET-SHUT-1");
            // That a gap keeps SHUTDOWN-ACK back, the text does not say, whatever has come besides.
            violations.push(violation(id, what.to_owned(), allowed).by_ruling());
        } else if confirmed < sent {
            let taken = context.suspect.filter(|suspect| *suspect == "MNET-DATA-10");
            violations.push(violation(
                taken.unwrap_or("MNET-SHUT-4"),
                format!("SHUTDOWN-ACK is sent when {confirmed} of {sent} octets are acknowledged"),
                vec!["SHUTDOWN-ACK once all octets are through".to_owned()],
            ));
        }
        self.shutdown_ack_sent = true;
        self.closing_tries += 1;
        if self.unanswered > 0 {
            // A SHUTDOWN that came with the DATA is what is answered.
            self.unanswered -= 1;
            self.data_after_end = None;
        } else {
            violations.extend(self.answers_after_end(context.at, "SHUTDOWN-ACK"));
        }
        violations
    }
}
