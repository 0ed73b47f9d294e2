//! The numbers of a subject's sessions, and which of them a command is for.

use crate::protocol::Role;
use crate::script::AppEvent;

/// The sessions that a subject has, numbered from 1 in the order in which they come into being: a connector's when it is
/// told to open, a listener's when it opens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sessions {
    role: Role,
    count: u64,
    /// The latest that the subject has told of.
    reported: u64,
}

impl Sessions {
    /// None yet.
    pub(crate) const fn new(role: Role) -> Self {
        Self { role, count: 0, reported: 0 }
    }

    /// The session that commands are for: the latest, once the subject has told of it.
    pub(crate) fn current(self) -> Option<u64> {
        (self.count > 0 && self.reported >= self.count).then_some(self.count)
    }

    /// The subject is told to open one more; gives its number.
    pub(crate) fn open(&mut self) -> u64 {
        if self.role == Role::Connector {
            self.count += 1;
        }
        self.count
    }

    /// Takes note of an event.
    ///
    /// # Errors
    ///
    /// A session with this number cannot be told of this; as part of a sentence.
    pub(crate) fn event(&mut self, session: u64, event: &AppEvent) -> Result<(), String> {
        // That a session opens twice, or one that nobody asked for, is for the judge to say.
        let next = self.count + 1;
        if *event == AppEvent::Opened && session == next {
            self.count = next;
        }
        let known = (1..=self.count).contains(&session);
        if *event == AppEvent::Opened && self.role == Role::Listener && !known {
            return Err(format!("session {session} is opened, and the next one has number {next}"));
        }
        if known {
            self.reported = self.reported.max(session);
            return Ok(());
        }
        Err(match self.count {
            0 => format!("there is no session {session}: none has come into being"),
            last => format!("there is no session {session}: the last one has number {last}"),
        })
    }
}
