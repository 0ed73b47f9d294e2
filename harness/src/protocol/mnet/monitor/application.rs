//! Watching what the subject's application is told.

use simulator::Instant;

use super::opening::SECOND_ECHOES;
use super::session::Session;
use super::{MnetMonitor, violation};
use crate::conversation::show_octets;
use crate::protocol::{Role, Violation};

impl MnetMonitor {
    /// The application is told that a session is open.
    pub(super) fn opened_told(&mut self) -> Option<Violation> {
        self.told_open += 1;
        let opened = |session: &&Session| self.subject == Role::Listener || session.is_open();
        let there = self.sessions.iter().filter(opened).count() + self.doubtful_opens;
        if self.told_open <= there {
            return None;
        }
        // DATA may follow COOKIE-ECHO at once (MNET-ACK-2): the text does not say that an application that may write is not told.
        let may_write = self.subject == Role::Connector && self.told_open <= self.sessions.len();
        // One too many is told once.
        self.told_open = there;
        let id = match self.subject {
            // It is told again.
            Role::Connector if self.told_open > 0 && self.suspect == Some("MNET-ACK-1") => {
                "MNET-ACK-1"
            }
            Role::Connector if self.sessions.iter().any(Session::has_early) => "MNET-ACK-4",
            // What opened it came from elsewhere.
            Role::Connector if self.suspect == Some("MNET-WIRE-12") => "MNET-WIRE-12",
            Role::Connector => "MNET-ACK-1",
            Role::Listener => {
                let again = self.suspect.filter(|suspect| *suspect == "MNET-ECHO-6");
                self.bad_echoes.values().next().copied().or(again).unwrap_or("MNET-ECHO-5")
            }
        };
        let what = "the application is told of a session that nothing has opened".to_owned();
        let allowed = match self.subject {
            Role::Connector => "one session for each first COOKIE-ACK with the right tag",
            Role::Listener => "one session for each cookie that is echoed",
        };
        let found = violation(id, what, vec![allowed.to_owned()]);
        // That DATA or SHUTDOWN must not stand for COOKIE-ACK is a ruling (MNET-ACK-4, -5).
        let inferred = self.sessions.iter().any(|session| session.acked_otherwise);
        let is_ruling = inferred || may_write || self.has_several_cookies();
        Some(found.by_ruling_if(is_ruling))
    }

    /// The application is told of a clean end right behind the first SHUTDOWN, when nothing has ended.
    pub(super) fn closed_told(&self, at: Instant) -> Option<Violation> {
        let [session] = &self.sessions[..] else { return None };
        // Over sockets there is no order between what is told and what is sent.
        (self.unread.is_zero() && session.begins_to_close(at)).then(|| {
            let what = "the application is told of a clean end with the first SHUTDOWN".to_owned();
            let allowed = "a session that goes on until SHUTDOWN-COMPLETE".to_owned();
            violation("MNET-SHUT-5", what, vec![allowed]).by_ruling()
        })
    }

    /// The application is given octets: they are those of one session's stream, in order.
    pub(super) fn delivered_told(
        &mut self,
        at: Instant,
        number: u64,
        octets: &[u8],
    ) -> Option<Violation> {
        if self.sessions.is_empty() {
            return None;
        }
        self.exercised.insert("MNET-DATA-3");
        if self.sessions.iter().any(Session::is_unclear) {
            return None;
        }
        let given = self.delivered.entry(number).or_default();
        let start = given.len() as u64;
        given.extend(octets);
        // Which number of the application's is which session is not said: any that fits will do.
        let mut fits =
            self.sessions.iter_mut().filter(|session| session.incoming.whole().starts_with(given));
        if let Some(session) = fits.next() {
            if fits.next().is_none() {
                session.delivered(at, given.len() as u64);
            }
            return None;
        }
        let last = self.sessions.last()?;
        let there = last.incoming.whole_len();
        let second = self.bad_echoes.values().find(|id| SECOND_ECHOES.contains(id)).copied();
        let aborted = last.is_aborted().then_some("MNET-ABORT-1");
        let id = second.or(aborted).unwrap_or_else(|| last.blame(octets, self.suspect));
        let found = violation(
            id,
            format!("the application is given {} at offset {start}", show_octets(octets)),
            vec![format!("the peer's octets in order, of which {there} are there")],
        );
        Some(found.by_ruling_if(self.sessions.iter().any(Session::is_stretched)))
    }
}
