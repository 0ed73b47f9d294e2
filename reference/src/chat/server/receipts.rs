//! Which messages were delivered to an endpoint, and which of them it has acknowledged.

use std::collections::{BTreeMap, VecDeque};

use crate::chat::{IdStart, ServerId};

/// The newest identifiers that were delivered to one endpoint (CHAT-MSG-6, CHAT-LONG-6).
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Receipts {
    /// Whether each was acknowledged.
    acknowledged: BTreeMap<ServerId, bool>,
    order: VecDeque<ServerId>,
}

impl Receipts {
    /// A message was delivered; the oldest of more than `limit` is forgotten.
    pub(in crate::chat) fn delivered(&mut self, id: ServerId, limit: usize) {
        if self.acknowledged.insert(id, false).is_none() {
            self.order.push_back(id);
        }
        while self.order.len() > limit.max(1) {
            if let Some(oldest) = self.order.pop_front() {
                self.acknowledged.remove(&oldest);
            }
        }
    }

    /// Takes an acknowledgement; `None` if nothing with this identifier was delivered, and
    /// otherwise whether it was the first one.
    pub(in crate::chat) fn acknowledge(&mut self, id: &ServerId) -> Option<bool> {
        let acknowledged = self.acknowledged.get_mut(id)?;
        Some(!core::mem::replace(acknowledged, true))
    }

    /// Whether a message with this identifier was delivered.
    pub(in crate::chat) fn has(&self, id: &ServerId) -> bool {
        self.acknowledged.contains_key(id)
    }

    /// Whether a message whose identifier begins like this was delivered.
    pub(in crate::chat) fn begins(&self, start: IdStart) -> bool {
        let is_it = |id: &ServerId| id.first_chunk() == Some(&start);
        self.order.iter().any(is_it)
    }
}
