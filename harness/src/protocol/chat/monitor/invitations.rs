//! Invitations: to whom they are passed on, and whom they name (CHAT-ROOM-6).

use super::{ChatMonitor, octets, shown, violation};
use crate::protocol::{Message, Violation};

impl ChatMonitor {
    /// S169 has come to a connection.
    pub(super) fn invitation_heard(
        &mut self,
        connection: u64,
        heard: &Message,
    ) -> Option<Violation> {
        let id = "CHAT-ROOM-6";
        self.passes_invitations_on = true;
        let line = self.lines.get(&connection)?;
        let Some(user) = &line.user else {
            return Some(violation(id, "an invitation comes to a guest", &[]));
        };
        if self.may_be_unseen(octets(heard, "user")) {
            return None;
        }
        let is_for = |asked: &Message| {
            let (wanted, alias) = (octets(asked, "user"), octets(asked, "alias"));
            if alias.is_empty() { wanted == user } else { line.aliases.contains(alias) }
        };
        let is_by = |by: &u64| {
            self.lines.get(by).is_some_and(|inviter| {
                inviter.was_user(octets(heard, "user"))
                    && inviter.aliases.contains(octets(heard, "alias"))
            })
        };
        let room = octets(heard, "room");
        let mut of_room =
            self.invited.iter().filter(|(_, asked)| octets(asked, "room") == room).peekable();
        if of_room.peek().is_none() {
            let what = format!("an invitation to {} comes that nobody sent", shown(room));
            return Some(violation(id, what, &[]));
        }
        let mine: Vec<_> = of_room.filter(|(_, asked)| is_for(asked)).collect();
        if mine.is_empty() {
            return Some(violation(id, "an invitation comes to somebody else", &[]));
        }
        let named = mine.iter().any(|(by, _)| is_by(by));
        (!named).then(|| violation(id, "an invitation does not name who invites", &[]))
    }
}
