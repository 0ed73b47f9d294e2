//! The IDs of messages: unique, growing, and with the time (CHAT-MSG-5).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use simulator::Instant;

use super::violation;
use crate::protocol::Violation;

/// How far a server's clock may be from ours: less than any two time zones are apart.
const CLOCK_OFF_MAX: Duration = Duration::from_mins(14);

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
    /// The greatest counters that had come by a time, read from the first octet and from the last.
    greatest: Vec<(Instant, [u64; 2])>,
    /// Whether the octets of the counter grow when they are read from the first, and from the last.
    grows: [bool; 2],
}

/// The whole part of an IEEE 754 double that is 1 or more.
fn whole_of_double(bits: u64) -> Option<u64> {
    const MANTISSA: u64 = 1 << 52;
    let exponent = (bits >> 52).checked_sub(1023).filter(|exponent| *exponent <= 52)?;
    Some((MANTISSA | bits & (MANTISSA - 1)) >> (52 - exponent))
}

impl Identifiers {
    pub(super) const fn new(epoch: Duration) -> Self {
        Self {
            epoch,
            seen: BTreeSet::new(),
            first: None,
            last: BTreeMap::new(),
            greatest: Vec::new(),
            grows: [true, true],
        }
    }

    /// Whether a message had this ID before.
    pub(super) fn is_known(&self, id: &[u8]) -> bool {
        self.seen.contains(id)
    }

    /// A message that is new to the connection has come there with this ID; if it is known, when it was said.
    pub(super) fn come(
        &mut self,
        at: Instant,
        said_at: Option<Instant>,
        connection: u64,
        id: &[u8],
    ) -> Option<Violation> {
        let counter: [u8; 8] = id.get(..8)?.try_into().ok()?;
        let time: [u8; 8] = id.get(8..)?.try_into().ok()?;
        if self.seen.len() < IDS_MAX {
            self.seen.insert(id.to_vec());
        }
        let now = self.epoch + at.duration_since(Instant::START);
        let near = |millis: u64| Duration::from_millis(millis).abs_diff(now) <= CLOCK_OFF_MAX;
        if !near(u64::from_be_bytes(time)) && !near(u64::from_le_bytes(time)) {
            let what = "the second half of the ID is not the time in milliseconds";
            // The function that the text names gives a number with a fraction: it does not say that the octets are an integer's.
            let doubles = [u64::from_be_bytes(time), u64::from_le_bytes(time)];
            let is_double = doubles.into_iter().filter_map(whole_of_double).any(near);
            return Some(violation("CHAT-MSG-5", what, &[]).by_ruling_if(is_double));
        }
        let both = |counter| [u64::from_be_bytes(counter), u64::from_le_bytes(counter)];
        let now = both(counter);
        let last = self.last.insert(connection, counter).map(both);
        // What was said after another message had come, wherever that was, is a later one.
        let earlier = said_at.and_then(|said_at| {
            let before = self.greatest.partition_point(|(come_at, _)| *come_at < said_at);
            self.greatest.get(before.checked_sub(1)?).map(|(_, counters)| *counters)
        });
        self.has_come(at, now);
        for before in [last, earlier].into_iter().flatten() {
            for (grows, (now, before)) in self.grows.iter_mut().zip(now.into_iter().zip(before)) {
                *grows &= now > before;
            }
        }
        let grows = self.grows.contains(&true);
        let what = "the first half of the ID does not grow";
        (!grows).then(|| violation("CHAT-MSG-5", what, &[]))
    }

    /// Remembers the greatest counters by their time; what comes at one instant is one entry.
    fn has_come(&mut self, at: Instant, counters: [u64; 2]) {
        let [from_first, from_last] = counters;
        let greatest = match self.greatest.last() {
            Some((_, [first, last])) => [from_first.max(*first), from_last.max(*last)],
            None => counters,
        };
        let has_room = self.greatest.len() < IDS_MAX;
        match self.greatest.last_mut() {
            Some((latest, known)) if *latest == at || *known == greatest => *known = greatest,
            _ if has_room => self.greatest.push((at, greatest)),
            _ => {}
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_part_of_a_double_is_read() {
        for millis in [1.0, 2.5, 1_700_000_000_123.0, 1_700_000_000_123.75_f64] {
            let whole = whole_of_double(millis.to_bits()).map(|whole| whole.to_string());
            assert_eq!(whole, Some(format!("{:.0}", millis.floor())));
        }
        assert_eq!(whole_of_double((-1.0_f64).to_bits()), None, "negative");
        assert_eq!(whole_of_double(1_700_000_000_123), None, "an integer");
    }
}
