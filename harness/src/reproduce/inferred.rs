//! Faults from one end: what was sent again tells of what was lost.

use std::collections::{BTreeMap, BTreeSet};

use simulator::{Fate, MessageKey, Span};

use super::views::waits;
use super::{Faults, JITTER, Seen, span};
use crate::protocol::Role;

/// What comes again within this comes from the network, not from its sender's timer, in nanoseconds: shorter than any timer.
const AT_ONCE: i128 = 50_000_000;
/// A message that is so far behind the newest of its kind belongs to a later round of its numbers.
const BEHIND_MAX: u64 = 1 << 15;

/// An answer is among so many datagrams behind its question.
const NEAR_MAX: usize = 64;

/// A sending of the other side, as far as it can be told.
struct Sending {
    at: i128,
    key: MessageKey,
    fate: Fate,
}

/// Puts the faults that can be inferred into the schedule; `awaits` says whether a datagram is sent again until it is answered.
/// The answer is how long the way takes: half of the time that the first answer took.
pub(super) fn faults(
    at: Role,
    seen: &[Seen],
    awaits: &dyn Fn(&[u8]) -> bool,
    schedule: &mut Faults,
) -> Span {
    let round_trip = waits(seen, at);
    // To be sent again it has to be missed there and here: a message that is overtaken comes sooner.
    let overtaken_within = round_trip.clamp(i128::from(JITTER.as_nanos()), AT_ONCE);
    let (incoming, unanswered) = theirs(at, seen, awaits, overtaken_within, schedule);
    let own: Vec<(usize, &Seen)> =
        seen.iter().enumerate().filter(|(_, seen)| seen.by == at).collect();
    let last_answer = seen.iter().rposition(|seen| seen.by != at);
    let keys: Vec<MessageKey> = own.iter().map(|(_, seen)| schedule.key(&seen.octets)).collect();
    let mut latest: BTreeMap<MessageKey, usize> = BTreeMap::new();
    for (number, key) in keys.iter().enumerate() {
        latest.insert(*key, number);
    }
    let mut sent_before: BTreeSet<MessageKey> = BTreeSet::new();
    for (number, ((index, seen), key)) in own.iter().zip(keys).enumerate() {
        let is_last = latest.get(&key) == Some(&number);
        let is_again = !sent_before.insert(key);
        // Of a message that was given up, nothing has come at all.
        let is_lost = if is_last { is_again && last_answer < Some(*index) } else { true };
        let is_lost = (is_lost && awaits(&seen.octets)) || unanswered.contains(index);
        schedule.sent(seen.at, at, key, if is_lost { Fate::LOST } else { Fate::USUAL });
    }
    for sending in incoming {
        schedule.sent(sending.at, at.peer(), sending.key, sending.fate);
    }
    span(round_trip / 2)
}

/// What the other side sent, and which datagrams of this side were answers that it did not get.
fn theirs(
    at: Role,
    seen: &[Seen],
    awaits: &dyn Fn(&[u8]) -> bool,
    overtaken_within: i128,
    schedule: &Faults,
) -> (Vec<Sending>, BTreeSet<usize>) {
    let mut sendings: Vec<Sending> = Vec::new();
    let mut unanswered = BTreeSet::new();
    // Of each message: its last sending, and where in the capture it came last.
    let mut known: BTreeMap<MessageKey, (usize, usize)> = BTreeMap::new();
    let mut kinds: BTreeMap<u16, Newest> = BTreeMap::new();
    for (index, datagram) in seen.iter().enumerate().filter(|(_, seen)| seen.by != at) {
        let key = schedule.key(&datagram.octets);
        let mut fate = Fate::USUAL;
        if awaits(&datagram.octets) {
            let newest = kinds.entry(key.kind).or_default();
            if let Some((sending, before)) = known.get(&key).copied() {
                let since = seen.get(before).map_or(0, |before| datagram.at - before.at);
                if since <= AT_ONCE {
                    if let Some(sending) = sendings.get_mut(sending) {
                        sending.fate.repeat = sending.fate.repeat.saturating_add(1);
                        let is_apart = since > i128::from(JITTER.as_nanos());
                        sending.fate.repeat_after = if is_apart { span(since) } else { Span::ZERO };
                    }
                    known.insert(key, (sending, index));
                    continue;
                }
                let between = seen.iter().enumerate().take(index).skip(before + 1).take(NEAR_MAX);
                let mut own = between.filter(|(_, seen)| seen.by == at && !awaits(&seen.octets));
                unanswered.extend(own.next().map(|(answer, _)| answer));
            } else if let Some(first) = newest.overtook(key.id).filter(|_| newest.is_near(key.id)) {
                let since = seen.get(first).map_or(0, |first| datagram.at - first.at);
                if since < overtaken_within {
                    let passed = seen.iter().take(index).skip(first).filter(|seen| seen.by != at);
                    fate.hold = u8::try_from(passed.count()).unwrap_or(u8::MAX);
                } else {
                    let at = datagram.at - since;
                    sendings.push(Sending { at, key, fate: Fate::LOST });
                }
            }
            newest.came(key.id, index);
        }
        known.insert(key, (sendings.len(), index));
        sendings.push(Sending { at: datagram.at, key, fate });
    }
    (sendings, unanswered)
}

/// Of a kind of message, each that was newer than all before it when it came, with its place in the capture.
#[derive(Default)]
struct Newest(Vec<(u64, usize)>);

impl Newest {
    /// Where the first datagram came that overtook this message, if any did.
    fn overtook(&self, id: u64) -> Option<usize> {
        let newer = self.0.partition_point(|(newer, _)| *newer <= id);
        self.0.get(newer).map(|(_, place)| *place)
    }

    fn came(&mut self, id: u64, place: usize) {
        let newest = self.0.last().map(|(id, _)| *id);
        if newest.is_some_and(|newest| newest.abs_diff(id) > BEHIND_MAX) {
            self.0.clear();
        } else if newest >= Some(id) {
            return;
        }
        self.0.push((id, place));
    }

    /// Whether a message belongs to the same round of numbers as the newest.
    fn is_near(&self, id: u64) -> bool {
        self.0.last().is_some_and(|(newest, _)| newest.abs_diff(id) <= BEHIND_MAX)
    }
}
