//! Connections out of the segments of a capture: what each side sent, in order and once, whatever way it was captured.
//!
//! Segments may come in any order, again, and over one another. The whole capture is known, so that octets that never come are
//! known to be missing as soon as something behind them is seen.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Segment;
use crate::journal::{HexOctets, StreamPart};

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its two sides; the first is the one that was seen first.
    pub ends: [SocketAddr; 2],
    /// The side that made it, where that was seen.
    pub connector: Option<SocketAddr>,
    /// The interface at which it was seen, when that has a name.
    pub interface: Option<String>,
    /// What was seen of it, in order.
    pub events: Vec<Happened>,
}

/// Something on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// The number of the packet with which it was known.
    pub number: usize,
    /// When, in nanoseconds since 1970.
    pub at: u128,
    /// Whose it is.
    pub from: SocketAddr,
    /// Octets that went this way before, those included that the capture does not hold.
    pub offset: u64,
    /// What it is. Octets may be none at all, behind others that are missing.
    pub part: StreamPart,
    /// What is said of the packet.
    pub comment: Option<String>,
}

/// The connections of a capture, in the order in which they were seen first.
pub fn connections(segments: &[Segment]) -> Vec<Connection> {
    let mut all: Vec<Tracked<'_>> = Vec::new();
    let mut current: BTreeMap<(Option<&str>, [SocketAddr; 2]), usize> = BTreeMap::new();
    for segment in segments {
        let frame = &segment.frame;
        let mut ends = [frame.from, frame.to];
        ends.sort_unstable();
        let key = (frame.interface.as_deref(), ends);
        let place = current.get(&key).copied();
        let known = place.and_then(|place| all.get_mut(place));
        if let Some(tracked) = known.filter(|tracked| tracked.has(segment)) {
            tracked.add(segment);
            continue;
        }
        current.insert(key, all.len());
        let mut tracked = Tracked::new([frame.from, frame.to]);
        tracked.add(segment);
        all.push(tracked);
    }
    all.into_iter().map(Tracked::followed).collect()
}

/// A connection with its segments, before they are put in order.
struct Tracked<'a> {
    ends: [SocketAddr; 2],
    connector: Option<SocketAddr>,
    ways: [Way; 2],
    segments: Vec<Placed<'a>>,
}

/// One direction.
#[derive(Default)]
struct Way {
    /// The sequence number of its SYN.
    initial: Option<u32>,
    /// The place of the last segment in the stream, and its sequence number.
    last: Option<(i64, u32)>,
    /// The octets that the capture holds, from place to place.
    held: BTreeMap<i64, i64>,
    /// The place of its end.
    fin: Option<i64>,
}

/// A segment with the places of its octets in the stream.
struct Placed<'a> {
    segment: &'a Segment,
    way: usize,
    start: i64,
    acknowledged: Option<i64>,
}

impl Way {
    /// The place of a sequence number: the first octet behind the SYN, or the first that was seen, has place 0.
    fn place(&self, sequence: u32) -> i64 {
        match (self.last, self.initial) {
            (Some((place, last)), _) => place + i64::from(distance(last, sequence)),
            (None, Some(initial)) => i64::from(distance(initial.wrapping_add(1), sequence)),
            (None, None) => 0,
        }
    }

    /// The next place from here on that the capture holds.
    fn next_held(&self, from: i64) -> Option<i64> {
        let around = self.held.range(..=from).next_back().filter(|(_, end)| **end > from);
        let behind = || self.held.range(from..).next().map(|(start, _)| *start);
        around.map(|_| from).or_else(behind)
    }

    /// The capture holds these octets, too.
    fn hold(&mut self, mut start: i64, mut end: i64) {
        if end <= start {
            return;
        }
        while let Some((first, last)) = self.held.range(..=end).next_back().map(|it| (*it.0, *it.1))
        {
            if last < start {
                break;
            }
            self.held.remove(&first);
            (start, end) = (start.min(first), end.max(last));
        }
        self.held.insert(start, end);
    }
}

/// How far a sequence number is from another one, either way.
const fn distance(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}

impl<'a> Tracked<'a> {
    fn new(ends: [SocketAddr; 2]) -> Self {
        Self { ends, connector: None, ways: Default::default(), segments: Vec::new() }
    }

    fn way_of(&self, address: SocketAddr) -> usize {
        usize::from(self.ends.first() != Some(&address))
    }

    /// Whether a segment is one of this connection, and not the first of another between the same addresses.
    fn has(&self, segment: &Segment) -> bool {
        if !segment.syn {
            return true;
        }
        let number = self.way_of(segment.frame.from);
        let (own, other) = (self.ways.get(number), self.ways.get(1 - number));
        let initial = own.and_then(|way| way.initial);
        let is_answer = segment.acknowledged.is_some_and(|acknowledged| {
            let asked = other.and_then(|way| way.initial);
            asked.is_some_and(|asked| asked.wrapping_add(1) == acknowledged)
        });
        match initial {
            Some(initial) => initial == segment.sequence,
            None => is_answer || own.is_none_or(|way| way.last.is_none()),
        }
    }

    fn add(&mut self, segment: &'a Segment) {
        let from = segment.frame.from;
        let number = self.way_of(from);
        if segment.syn && self.connector.is_none() {
            let answers = segment.acknowledged.is_some();
            self.connector = Some(if answers { segment.frame.to } else { from });
        }
        // An acknowledgement tells of octets of the other side that may not be in the capture.
        let mut acknowledged = None;
        if let (Some(sequence), false) = (segment.acknowledged, segment.rst)
            && let Some(other) = self.ways.get_mut(1 - number)
        {
            if segment.syn && other.initial.is_none() && other.last.is_none() {
                other.initial = Some(sequence.wrapping_sub(1));
            }
            let place = other.place(sequence);
            if other.initial.is_none() && other.last.is_none() {
                other.last = Some((0, sequence));
            }
            acknowledged = Some(place);
        }
        let Some(own) = self.ways.get_mut(number) else { return };
        let mut sequence = segment.sequence;
        if segment.syn {
            own.initial = Some(sequence);
            sequence = sequence.wrapping_add(1);
        }
        // Who refuses a connection has no sequence number of its own.
        let start = own.place(sequence);
        if !segment.rst {
            own.last = Some((start, sequence));
        }
        own.hold(start, start + length(segment.frame.payload.len()));
        if segment.fin {
            own.fin = Some(start + length(segment.length));
        }
        self.segments.push(Placed { segment, way: number, start, acknowledged });
    }

    /// What happens on the connection, in order.
    fn followed(self) -> Connection {
        let Self { ends, connector, ways, segments } = self;
        let interface = segments.first().and_then(|it| it.segment.frame.interface.clone());
        let followers = ways.iter().map(Follower::new);
        let mut follow = Follow { ends, events: Vec::new(), followers: followers.collect() };
        for placed in &segments {
            follow.take(placed, connector);
        }
        Connection { ends, connector, interface, events: follow.events }
    }
}

fn length(octets: usize) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX / 2)
}

/// A connection that is gone through.
struct Follow<'a> {
    ends: [SocketAddr; 2],
    events: Vec<Happened>,
    followers: Vec<Follower<'a>>,
}

/// One direction that is gone through.
struct Follower<'a> {
    way: &'a Way,
    opened: bool,
    /// The place of the octet that is due.
    next: i64,
    /// Octets that came before their turn, by their place.
    early: BTreeMap<i64, &'a [u8]>,
    /// How far the stream is known to go.
    known: i64,
    fin: Option<i64>,
    over: bool,
}

impl<'a> Follower<'a> {
    const fn new(way: &'a Way) -> Self {
        Self {
            way,
            opened: false,
            next: 0,
            early: BTreeMap::new(),
            known: 0,
            fin: None,
            over: false,
        }
    }

    /// What is due now: octets with their place, as far as they are there or never will be.
    fn due(&mut self, out: &mut Vec<(i64, Vec<u8>)>) {
        loop {
            while let Some(entry) = self.early.first_entry().filter(|it| *it.key() <= self.next) {
                let start = *entry.key();
                let octets = entry.remove();
                let skipped = usize::try_from(self.next - start).unwrap_or(usize::MAX);
                let fresh = octets.get(skipped..).unwrap_or_default();
                if !fresh.is_empty() {
                    out.push((self.next, fresh.to_vec()));
                    self.next += length(fresh.len());
                }
            }
            // Octets that are nowhere in the capture: those behind them are next.
            let held = self.way.next_held(self.next).unwrap_or(self.known);
            let jump = held.min(self.known);
            if jump <= self.next {
                return;
            }
            self.next = jump;
            if !self.early.contains_key(&jump) {
                out.push((jump, Vec::new()));
            }
        }
    }
}

impl<'a> Follow<'a> {
    fn take(&mut self, placed: &Placed<'a>, connector: Option<SocketAddr>) {
        let segment = placed.segment;
        if let Some(acknowledged) = placed.acknowledged
            && let Some(other) = self.followers.get_mut(1 - placed.way)
        {
            // The last of them may be that of the FIN.
            let ends = other.way.fin.unwrap_or(i64::MAX);
            other.known = other.known.max(acknowledged.min(ends));
            if segment.syn && connector == Some(segment.frame.to) {
                self.open(1 - placed.way, segment);
            }
            self.go_on(1 - placed.way, segment);
        }
        if segment.syn {
            self.open(placed.way, segment);
        }
        let Some(own) = self.followers.get_mut(placed.way).filter(|own| !own.over) else { return };
        let end = placed.start + length(segment.length);
        if !segment.rst {
            own.known = own.known.max(end);
        }
        if segment.fin {
            own.fin = Some(end);
        }
        let payload = &*segment.frame.payload;
        if !payload.is_empty() {
            let kept = own.early.entry(placed.start).or_insert(payload);
            if payload.len() > kept.len() {
                *kept = payload;
            }
        }
        self.go_on(placed.way, segment);
        if segment.rst {
            self.happen(placed.way, StreamPart::Reset, segment);
            for follower in &mut self.followers {
                follower.over = true;
            }
        }
    }

    fn open(&mut self, way: usize, segment: &Segment) {
        let Some(follower) = self.followers.get_mut(way) else { return };
        if !std::mem::replace(&mut follower.opened, true) {
            self.happen(way, StreamPart::Opened, segment);
        }
    }

    /// Tells what is due in one direction.
    fn go_on(&mut self, way: usize, segment: &Segment) {
        let Some(follower) = self.followers.get_mut(way).filter(|it| !it.over) else { return };
        let mut due = Vec::new();
        follower.due(&mut due);
        let finishes = follower.fin.is_some_and(|fin| fin <= follower.next);
        follower.over = finishes;
        for (place, octets) in due {
            self.push(way, place, StreamPart::Octets(HexOctets(octets)), segment);
        }
        if finishes {
            self.happen(way, StreamPart::Finished, segment);
        }
    }

    fn happen(&mut self, way: usize, part: StreamPart, segment: &Segment) {
        let place = self.followers.get(way).map_or(0, |follower| follower.next);
        self.push(way, place, part, segment);
    }

    fn push(&mut self, way: usize, place: i64, part: StreamPart, segment: &Segment) {
        let Some(from) = self.ends.get(way).copied() else { return };
        let frame = &segment.frame;
        let is_first = self.events.last().is_none_or(|last| last.number != frame.number);
        self.events.push(Happened {
            number: frame.number,
            at: frame.at,
            from,
            offset: u64::try_from(place).unwrap_or(0),
            part,
            comment: frame.comment.clone().filter(|_| is_first),
        });
    }
}
