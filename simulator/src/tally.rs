//! Tally: how often each message was seen on a link, in bounded memory.

use std::collections::BTreeMap;

use crate::MessageKey;

/// Messages that a link certainly remembers: the 65,536 that it saw last.
///
/// A message that comes again after more than twice as many others counts as new.
pub const MESSAGES_MAX: usize = 65_536;

/// Counts the occurrences of each message.
///
/// There are two generations: when the younger is full it becomes the older, and the older is
/// forgotten. So what is forgotten was not seen for long, and no step costs much.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    younger: BTreeMap<MessageKey, u64>,
    older: BTreeMap<MessageKey, u64>,
}

impl Tally {
    /// Counts one more occurrence of a message; its number, from 1.
    pub(crate) fn count(&mut self, key: MessageKey) -> u64 {
        if let Some(count) = self.younger.get_mut(&key) {
            *count += 1;
            return *count;
        }
        let count = 1 + self.older.remove(&key).unwrap_or(0);
        if self.younger.len() >= MESSAGES_MAX {
            self.older = core::mem::take(&mut self.younger);
        }
        self.younger.insert(key, count);
        assert!(self.younger.len() <= MESSAGES_MAX);
        count
    }
}
