//! The IDs of messages: unique, growing, and with the time (CHAT-MSG-5).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use simulator::Instant;

use super::violation;
use crate::protocol::Violation;

/// How far a server's clock may be from ours.
const CLOCK_OFF_MAX: Duration = Duration::from_hours(7 * 24);

/// How long after the first message one is said that has another time, whatever a server's clock can tell apart.
const CLOCK_STEP: Duration = Duration::from_secs(1);

/// Most IDs that are remembered.
const IDS_MAX: usize = 65_536;

/// The IDs that a server has given.
pub(super) struct Identifiers {
    epoch: Duration,
    seen: BTreeSet<Vec<u8>>,
    /// When the first one came, and its time.
    first: Option<(Instant, Vec<u8>)>,
    /// The counter of the last one on each connection.
    last: BTreeMap<u64, [u8; 8]>,
    /// Whether the octets of the counter grow when they are read from the first, and from the last.
    grows: [bool; 2],
}

impl Identifiers {
    pub(super) const fn new(epoch: Duration) -> Self {
        Self {
            epoch,
            seen: BTreeSet::new(),
            first: None,
            last: BTreeMap::new(),
            grows: [true, true],
        }
    }

    /// Whether a message had this ID before.
    pub(super) fn is_known(&self, id: &[u8]) -> bool {
        self.seen.contains(id)
    }

    /// A message that is new to the connection has come there with this ID.
    pub(super) fn come(&mut self, at: Instant, connection: u64, id: &[u8]) -> Option<Violation> {
        let counter: [u8; 8] = id.get(..8)?.try_into().ok()?;
        let time: [u8; 8] = id.get(8..)?.try_into().ok()?;
        if self.seen.len() < IDS_MAX {
            self.seen.insert(id.to_vec());
        }
        let now = self.epoch + at.duration_since(Instant::START);
        let near = |millis: u64| Duration::from_millis(millis).abs_diff(now) <= CLOCK_OFF_MAX;
        if !near(u64::from_be_bytes(time)) && !near(u64::from_le_bytes(time)) {
            return Some(violation(
                "CHAT-MSG-5",
                "the second half of the ID is not the time in milliseconds",
                &[],
            ));
        }
        let last = self.last.insert(connection, counter)?;
        let [from_first, from_last] = &mut self.grows;
        *from_first &= u64::from_be_bytes(counter) > u64::from_be_bytes(last);
        *from_last &= u64::from_le_bytes(counter) > u64::from_le_bytes(last);
        if *from_first || *from_last {
            return None;
        }
        Some(violation("CHAT-MSG-5", "the first half of the ID does not grow", &[]))
    }

    /// Whether a message that was said later than the first one came has that one's time.
    pub(super) fn stands(&mut self, at: Instant, said_at: Instant, id: &[u8]) -> Option<Violation> {
        let time = id.get(8..)?;
        let (first_at, first) = self.first.get_or_insert_with(|| (at, time.to_vec()));
        let is_later = said_at.duration_since(*first_at) >= CLOCK_STEP;
        let what =
            "the second half of the ID is the time of a message of more than a second before";
        (is_later && first == time).then(|| violation("CHAT-MSG-5", what, &[]))
    }
}
