//! What the endpoints of protocols on datagrams share: the names of their sessions, the datagrams
//! that they give out, and when which session has something to do.

use core::fmt;
use core::net::SocketAddr;
use std::collections::BTreeSet;

use crate::time::Instant;

/// Names one session of an endpoint; never used again for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub(crate) u64);

impl SessionId {
    /// The session's number, counted from 0 in the order in which sessions began.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "session {}", self.0)
    }
}

/// A datagram to put on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// Where it goes.
    pub to: SocketAddr,
    /// The datagram.
    pub octets: Vec<u8>,
}

/// When which session has something to do; a session is here at most once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda(BTreeSet<(Instant, SessionId)>);

impl Agenda {
    /// When the first of them is due.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.0.first().map(|(due, _)| *due)
    }

    /// The session that is served next, if one is due by now. Serving it has to move its timer.
    pub(crate) fn due(&self, now: Instant) -> Option<Timer> {
        let (due, id) = self.0.first().copied()?;
        (due <= now).then_some(Timer { due, id })
    }

    /// Whether the timer stands where it stood.
    pub(crate) fn has(&self, timer: Timer) -> bool {
        self.0.contains(&(timer.due, timer.id))
    }

    /// Moves the timer of a session; `armed` is where it stands.
    pub(crate) fn set(&mut self, id: SessionId, armed: &mut Option<Instant>, due: Option<Instant>) {
        if due == *armed {
            return;
        }
        if let Some(armed) = *armed {
            self.0.remove(&(armed, id));
        }
        if let Some(due) = due {
            self.0.insert((due, id));
        }
        *armed = due;
    }

    /// Whether no session has anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The timer of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    pub(crate) due: Instant,
    pub(crate) id: SessionId,
}
