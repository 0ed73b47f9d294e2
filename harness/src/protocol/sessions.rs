//! What the application of a reference on datagrams keeps of its sessions.

use std::collections::{BTreeMap, VecDeque};

use reference::mnet::SessionId;
use simulator::Instant;

use crate::script::AppEvent;

/// The sessions of an application: their numbers, which one it is told to do something in, and what it was told.
#[derive(Clone, Default)]
pub(super) struct Sessions {
    /// In the order in which they came into being, from 1.
    numbers: BTreeMap<SessionId, u64>,
    /// The session that commands are for.
    pub(super) current: Option<SessionId>,
    told: VecDeque<(u64, AppEvent)>,
}

impl Sessions {
    /// The number of a session, which has none yet if this is the first that is heard of it.
    pub(super) fn number(&mut self, id: SessionId) -> u64 {
        let next = self.numbers.len() as u64 + 1;
        *self.numbers.entry(id).or_insert(next)
    }

    /// The application is told this of a session.
    pub(super) fn tell(&mut self, id: SessionId, event: AppEvent) {
        let number = self.number(id);
        if event == AppEvent::Opened {
            self.current = Some(id);
        }
        self.told.push_back((number, event));
    }

    /// It cannot do what it was told, for this reason.
    pub(super) fn refuse(&mut self, reason: impl Into<String>) {
        self.told.push_back((0, AppEvent::Failed(reason.into())));
    }

    /// What it was told next, and in which of its sessions.
    pub(super) fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.told.pop_front()
    }
}

/// A moment of a run, for a reference.
pub(super) const fn instant(now: Instant) -> reference::time::Instant {
    reference::time::Instant::from_nanos(now.as_nanos())
}

/// A moment of a reference, for a run.
pub(super) fn moment(at: reference::time::Instant) -> Instant {
    Instant::from_nanos(at.as_nanos())
}
