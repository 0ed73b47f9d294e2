//! Faults from both ends: each datagram that left one is sought among those that came to the other.

use std::collections::BTreeMap;

use simulator::{Fate, Span};

use super::{Faults, JITTER, Seen, span};
use crate::protocol::Role;

/// Up to this much more than the shortest time on the way counts as no delay.
const STEADY: Span = Span::from_micros(100);
/// How many sendings are looked at: the last that could be what came, the next that could have overtaken one.
const LOOKED_AT_MAX: usize = 64;

/// The two captures have no datagram in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no datagram that left one end came to the other: the captures are of different conversations"
)]
pub struct Strangers;

/// How long datagrams are on their way, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Times {
    shortest: i128,
    longest: i128,
}

/// Puts the faults of both directions into the schedule. The answer is how long the way takes, and how many datagrams came that
/// nobody had sent.
pub(super) fn faults(
    [connector, listener]: [&[Seen]; 2],
    one_clock: bool,
    schedule: &mut Faults,
) -> Result<(Span, usize), Strangers> {
    let there = (of(connector, Role::Connector), of(listener, Role::Connector));
    let back = (of(listener, Role::Listener), of(connector, Role::Listener));
    let took = [&there, &back].map(|(left, came)| took(left, came));
    let shortest = took.each_ref().map(|took| took.iter().min().copied());
    // How much later it is at the listener's end by its clock: the quickest took as long there as back.
    let ahead = match shortest {
        [None, None] => return Err(Strangers),
        [Some(there), Some(back)] if !one_clock => (there - back) / 2,
        _ => 0,
    };
    let [there_took, back_took] = took;
    let all = there_took.iter().map(|took| took - ahead);
    let all: Vec<i128> = all.chain(back_took.iter().map(|took| took + ahead)).collect();
    let shortest = all.iter().min().copied().unwrap_or(0).max(0);
    let longest = all.iter().max().copied().unwrap_or(0).max(shortest);
    let times = Times { shortest, longest };
    let strays = direction(there, ahead, times, 0, schedule)
        + direction(back, -ahead, times, ahead, schedule);
    Ok((span(shortest), strays))
}

/// What one side sent, as it was seen at one end.
fn of(seen: &[Seen], by: Role) -> Vec<&Seen> {
    seen.iter().filter(|seen| seen.by == by).collect()
}

/// How long those datagrams took of which there is only one of its octets.
fn took(left: &[&Seen], came: &[&Seen]) -> Vec<i128> {
    let mut sent: BTreeMap<&[u8], (usize, i128)> = BTreeMap::new();
    for seen in left {
        let (times, at) = sent.entry(&seen.octets).or_default();
        (*times, *at) = (*times + 1, seen.at);
    }
    let mut first: BTreeMap<&[u8], i128> = BTreeMap::new();
    for seen in came {
        first.entry(&seen.octets).or_insert(seen.at);
    }
    let once = sent.into_iter().filter(|(_, (times, _))| *times == 1);
    once.filter_map(|(octets, (_, at))| Some(first.get(octets)? - at)).collect()
}

/// When a datagram came, and in which place among all that came: once or more often.
type Arrivals = Vec<(usize, i128)>;

/// The faults of one direction. By the clock of the receiver it is `ahead` later; `early` is what has to be taken off the sender's
/// clock for the order of the schedule.
fn direction(
    (left, came): (Vec<&Seen>, Vec<&Seen>),
    ahead: i128,
    times: Times,
    early: i128,
    schedule: &mut Faults,
) -> usize {
    let jitter = nanoseconds(JITTER);
    let mut sendings: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (index, seen) in left.iter().enumerate() {
        sendings.entry(&seen.octets).or_default().push(index);
    }
    let sent_by = |sendings: &[usize], at: i128| {
        let is_due = |index: &usize| left.get(*index).is_some_and(|sent| sent.at <= at);
        let until = sendings.partition_point(is_due);
        let recent = until.saturating_sub(LOOKED_AT_MAX)..until;
        sendings.get(recent).unwrap_or_default().to_vec()
    };
    let mut arrivals: Vec<Arrivals> = vec![Vec::new(); left.len()];
    let mut strays = Vec::new();
    for (place, seen) in came.iter().enumerate() {
        let at = seen.at - ahead;
        let same = sendings.get(&*seen.octets).map(Vec::as_slice).unwrap_or_default();
        // The same octets may have been sent several times: those first that can have come just now, and have not come yet.
        let can = sent_by(same, at + jitter - times.shortest);
        let in_time = |index: &usize| {
            arrivals.get(*index).is_some_and(Vec::is_empty)
                && left.get(*index).is_some_and(|sent| sent.at + times.longest + jitter >= at)
        };
        let chosen = can.iter().copied().find(in_time).or_else(|| can.last().copied());
        match chosen.and_then(|index| arrivals.get_mut(index)) {
            Some(arrivals) => arrivals.push((place, at)),
            None => strays.push((place, at, *seen)),
        }
    }
    let lost = arrivals.iter().enumerate().filter(|(_, arrivals)| arrivals.is_empty());
    let lost: Vec<usize> = lost.map(|(index, _)| index).collect();
    let mut altered: BTreeMap<usize, Fate> = BTreeMap::new();
    strays.retain(|(place, at, stray)| {
        let damaged = sent_by(&lost, at + jitter).into_iter().rev().find_map(|index| {
            let sent = left.get(index).filter(|_| !altered.contains_key(&index))?;
            Some((index, damage(&sent.octets, &stray.octets)?))
        });
        let Some((index, fate)) = damaged else { return true };
        altered.insert(index, fate);
        if let Some(arrivals) = arrivals.get_mut(index) {
            arrivals.push((*place, *at));
        }
        false
    });
    // Backwards, since what was held back itself has passed nobody.
    let mut fates: Vec<Fate> = Vec::new();
    for (index, sent) in left.iter().enumerate().rev() {
        let changed = altered.remove(&index).unwrap_or_default();
        let later = arrivals.iter().skip(index + 1).zip(fates.iter().rev());
        let later = later.filter(|(_, fate)| fate.hold == 0).map(|(arrivals, _)| arrivals);
        let own = arrivals.get(index).map(Vec::as_slice).unwrap_or_default();
        fates.push(fate(own, sent.at + times.shortest, later.take(LOOKED_AT_MAX), changed));
    }
    for (sent, fate) in left.iter().zip(fates.into_iter().rev()) {
        let key = schedule.key(&sent.octets);
        schedule.sent(sent.at - early, sent.by, key, fate);
    }
    strays.len()
}

/// What happened to a datagram that came like this and was due at `due`, beside what it was changed to; `later` are the arrivals of
/// those that were sent behind it.
fn fate<'a>(
    own: &[(usize, i128)],
    due: i128,
    later: impl Iterator<Item = &'a Arrivals>,
    changed: Fate,
) -> Fate {
    let [(place, at), more @ ..] = own else { return Fate::LOST };
    let jitter = nanoseconds(JITTER);
    let first = later.filter_map(|arrivals| arrivals.first());
    let overtakers = first.filter(|(other, _)| other < place);
    let (passed, last) = overtakers.fold((0_u8, None), |(passed, last), (_, at)| {
        (passed.saturating_add(1), last.max(Some(*at)))
    });
    let repeat = u8::try_from(more.len()).unwrap_or(u8::MAX);
    let apart = more.last().map_or(0, |(_, last)| (last - at) / i128::from(repeat.max(1)));
    let repeat_after = if apart > jitter { span(apart) } else { Span::ZERO };
    // What is held back comes right behind the last that passed it.
    let is_held = last.is_some_and(|last| at - last <= jitter);
    let hold = if is_held { passed } else { 0 };
    let delay =
        if !is_held && at - due > nanoseconds(STEADY) { span(at - due) } else { Span::ZERO };
    Fate { repeat, repeat_after, hold, delay, ..changed }
}

/// How the octets that were sent became those that came, if it was one bit or their end.
fn damage(sent: &[u8], came: &[u8]) -> Option<Fate> {
    if came.len() < sent.len() {
        let cut = u16::try_from(came.len()).ok()?;
        return sent.starts_with(came).then_some(Fate { cut: Some(cut), ..Fate::USUAL });
    }
    if came.len() > sent.len() {
        return None;
    }
    let mut differing = sent.iter().zip(came).enumerate().filter(|(_, (sent, came))| sent != came);
    let (place, (sent, came)) = differing.next()?;
    let bit = (sent ^ came).leading_zeros();
    let is_one = differing.next().is_none() && (sent ^ came).is_power_of_two();
    let flip = u32::try_from(place).ok()?.checked_mul(8)?.checked_add(bit)?;
    is_one.then_some(Fate { flip: Some(flip), ..Fate::USUAL })
}

fn nanoseconds(span: Span) -> i128 {
    i128::from(span.as_nanos())
}
