//! Stream: one direction of a connection; deals faults at octet offsets, and keeps the order.

use core::fmt;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::draws::{StreamDraws, link_number};
use crate::schedule::is_default;
use crate::{DelayRange, Instant, PerMillion, Span};

/// How far apart two pieces of a stream that was cut arrive, so that nobody reads them as one.
pub const CUT_APART: Span = Span::from_millis(1);

/// Most octets that a stream holds back to join them with what follows.
pub const JOINED_MAX: usize = 64 * 1024;

/// How long octets are held back at most, if nothing follows.
pub const JOIN_MAX: Span = Span::from_millis(20);

/// How a stream ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StreamEnd {
    /// In good order, in the middle of whatever it was.
    Finished,
    /// The connection breaks.
    Reset,
}

/// What happens to a stream at one octet, counted from 0 at its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamFate {
    /// The octets before this one and those from it on arrive as two pieces.
    #[serde(skip_serializing_if = "is_default")]
    pub cut: bool,
    /// What was sent up to here waits for what follows, and arrives with it as one piece.
    #[serde(skip_serializing_if = "is_default")]
    pub join: bool,
    /// The octets from this one on arrive so much later.
    #[serde(skip_serializing_if = "is_default")]
    pub stall: Span,
    /// The stream ends before this octet.
    #[serde(skip_serializing_if = "is_default")]
    pub end: Option<StreamEnd>,
}

impl StreamFate {
    /// Nothing happens here.
    pub const USUAL: Self = Self { cut: false, join: false, stall: Span::ZERO, end: None };

    /// Whether nothing happens here.
    pub fn is_usual(&self) -> bool {
        *self == Self::USUAL
    }
}

/// `cut, 20 ms later`; `as usual` for [`StreamFate::USUAL`].
impl fmt::Display for StreamFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_usual() {
            return f.write_str("as usual");
        }
        let mut separator = "";
        let mut part = |part: fmt::Arguments<'_>| {
            let separator = core::mem::replace(&mut separator, ", ");
            write!(f, "{separator}{part}")
        };
        if self.cut {
            part(format_args!("cut"))?;
        }
        if self.join {
            part(format_args!("joined with what follows"))?;
        }
        if !self.stall.is_zero() {
            part(format_args!("{} later", self.stall))?;
        }
        match self.end {
            Some(StreamEnd::Finished) => part(format_args!("finished")),
            Some(StreamEnd::Reset) => part(format_args!("reset")),
            None => Ok(()),
        }
    }
}

/// The fate of a stream at one offset: an entry of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamEntry {
    /// The link's name, such as `peer>subject`.
    pub link: String,
    /// The octet, from 0.
    pub offset: u64,
    /// The octets before this one and those from it on arrive as two pieces.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cut: bool,
    /// What was sent up to here arrives with what follows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub join: bool,
    /// The octets from this one on arrive so much later.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stall: Span,
    /// The stream ends before this octet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub end: Option<StreamEnd>,
}

impl StreamEntry {
    /// The entry that gives a stream this fate at an offset.
    pub const fn new(link: String, offset: u64, fate: StreamFate) -> Self {
        let StreamFate { cut, join, stall, end } = fate;
        Self { link, offset, cut, join, stall, end }
    }

    /// What happens there.
    pub const fn fate(&self) -> StreamFate {
        let Self { cut, join, stall, end, .. } = *self;
        StreamFate { cut, join, stall, end }
    }
}

/// How likely each fault is, in one direction of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamWeather {
    /// How long the way takes.
    pub latency: Span,
    /// How often a stream is cut before an octet.
    pub cut: PerMillion,
    /// How often what was sent waits for what follows.
    pub join: PerMillion,
    /// How often a stream stalls before an octet.
    pub stall: PerMillion,
    /// For how long it stalls then.
    pub stall_for: DelayRange,
}

/// Where the fates of one direction come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamFates {
    /// They are drawn; a pure function of seed, link and offset.
    Weather {
        /// What all chance of the run comes from.
        seed: u64,
        /// How likely each fault is.
        weather: StreamWeather,
    },
    /// They were written down; elsewhere nothing happens.
    Schedule {
        /// How long the way takes.
        latency: Span,
        /// The entries, those of other links included.
        entries: Vec<StreamEntry>,
    },
}

impl StreamFates {
    /// Nothing ever happens; the way takes this long.
    pub const fn usual(latency: Span) -> Self {
        Self::Schedule { latency, entries: Vec::new() }
    }

    /// How long the way takes.
    pub const fn latency(&self) -> Span {
        match self {
            Self::Weather { weather, .. } => weather.latency,
            Self::Schedule { latency, .. } => *latency,
        }
    }
}

/// What travels over a connection, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The connection is made.
    Opened,
    /// The next octets.
    Octets(Vec<u8>),
    /// No more octets follow.
    Finished,
    /// The connection is broken: nothing goes either way any more.
    Reset,
}

/// A part that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// When.
    pub at: Instant,
    /// Octets that came before it.
    pub offset: u64,
    /// What arrives.
    pub part: Part,
}

/// One direction of one connection.
///
/// It neither waits nor reads a clock: the caller keeps the pieces until they are due.
#[derive(Clone, Debug)]
pub struct StreamLink {
    name: String,
    latency: Span,
    fates: Dealer,
    /// Octets sent so far.
    offset: u64,
    /// When the last piece arrives; none arrives before it.
    last: Instant,
    /// Octets that wait for what follows, and until when.
    joined: Vec<u8>,
    joined_until: Option<Instant>,
    over: bool,
}

#[derive(Clone, Debug)]
enum Dealer {
    Weather { seed: u64, link: u64, weather: StreamWeather },
    Schedule { fates: BTreeMap<u64, StreamFate>, bit: BTreeMap<u64, bool> },
}

impl StreamLink {
    /// A direction of this name, over which nothing was sent yet. The name is part of what a seed means.
    pub fn new(name: &str, fates: &StreamFates) -> Self {
        let latency = fates.latency();
        let fates = match fates {
            StreamFates::Weather { seed, weather } => {
                Dealer::Weather { seed: *seed, link: link_number(name), weather: weather.clone() }
            }
            StreamFates::Schedule { entries, .. } => {
                let own = entries.iter().filter(|entry| entry.link == name);
                let fates: BTreeMap<_, _> = own.map(|entry| (entry.offset, entry.fate())).collect();
                let bit = fates.keys().map(|offset| (*offset, false)).collect();
                Dealer::Schedule { fates, bit }
            }
        };
        Self {
            name: name.to_owned(),
            latency,
            fates,
            offset: 0,
            last: Instant::START,
            joined: Vec::new(),
            joined_until: None,
            over: false,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Octets sent so far.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes what is sent next; the pieces go to `out`, and what was not usual comes back.
    pub fn send(&mut self, now: Instant, part: Part, out: &mut Vec<Piece>) -> Vec<StreamEntry> {
        let mut entries = Vec::new();
        if self.over {
            return entries;
        }
        match part {
            Part::Opened => self.push(now, Part::Opened, Span::ZERO, out),
            Part::Octets(octets) => self.octets(now, &octets, out, &mut entries),
            Part::Finished | Part::Reset => {
                self.release(now, out);
                self.push(now, part, Span::ZERO, out);
                self.over = true;
            }
        }
        entries
    }

    /// When octets that wait for others go on alone.
    pub const fn poll_timeout(&self) -> Option<Instant> {
        self.joined_until
    }

    /// Lets go of octets that have waited for long enough.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut Vec<Piece>) {
        if self.joined_until.is_some_and(|until| until <= now) {
            self.release(now, out);
        }
    }

    /// Entries of the schedule that have done nothing.
    pub fn unbitten(&self) -> Vec<StreamEntry> {
        let Dealer::Schedule { fates, bit } = &self.fates else { return Vec::new() };
        let idle = fates.iter().filter(|(offset, _)| bit.get(offset) == Some(&false));
        idle.map(|(offset, fate)| StreamEntry::new(self.name.clone(), *offset, *fate)).collect()
    }

    fn octets(
        &mut self,
        now: Instant,
        octets: &[u8],
        out: &mut Vec<Piece>,
        entries: &mut Vec<StreamEntry>,
    ) {
        let mut whole = core::mem::take(&mut self.joined);
        self.joined_until = None;
        let mut late = Span::ZERO;
        let mut rest = octets;
        loop {
            let (usual, from_next) = rest.split_at(self.fates.usual_for(self.offset, rest.len()));
            whole.extend_from_slice(usual);
            self.offset += usual.len() as u64;
            let Some((octet, after)) = from_next.split_first() else { break };
            rest = after;
            let fate = self.fates.at(self.offset, false);
            if !fate.is_usual() {
                entries.push(StreamEntry::new(self.name.clone(), self.offset, fate));
            }
            if (fate.cut || !fate.stall.is_zero() || fate.end.is_some()) && !whole.is_empty() {
                self.push(now, Part::Octets(core::mem::take(&mut whole)), late, out);
                late = CUT_APART;
            }
            late = plus(late, fate.stall);
            if let Some(end) = fate.end {
                let part = match end {
                    StreamEnd::Finished => Part::Finished,
                    StreamEnd::Reset => Part::Reset,
                };
                self.push(now, part, late, out);
                self.over = true;
                return;
            }
            whole.push(*octet);
            self.offset += 1;
        }
        let fate = self.fates.at(self.offset, true);
        if fate.join && whole.len() < JOINED_MAX {
            entries.push(StreamEntry::new(self.name.clone(), self.offset, fate));
            self.joined = whole;
            self.joined_until = Some(now + JOIN_MAX);
        } else if !whole.is_empty() {
            self.push(now, Part::Octets(whole), late, out);
        }
    }

    fn release(&mut self, now: Instant, out: &mut Vec<Piece>) {
        self.joined_until = None;
        let waiting = core::mem::take(&mut self.joined);
        if !waiting.is_empty() {
            self.push(now, Part::Octets(waiting), Span::ZERO, out);
        }
    }

    /// A piece that arrives `late` after it could.
    fn push(&mut self, now: Instant, part: Part, late: Span, out: &mut Vec<Piece>) {
        let at = (now + self.latency).max(self.last) + late;
        self.last = at;
        let length = match &part {
            Part::Octets(octets) => octets.len() as u64,
            Part::Opened | Part::Finished | Part::Reset => 0,
        };
        out.push(Piece { at, offset: self.offset.saturating_sub(length), part });
    }
}

impl Dealer {
    /// How many of so many octets from `offset` on certainly follow each other as usual.
    fn usual_for(&self, offset: u64, octets: usize) -> usize {
        match self {
            Self::Weather { weather, .. } if weather.is_usual() => octets,
            Self::Weather { .. } => 0,
            Self::Schedule { fates, .. } => {
                let next = fates.range(offset..).next().map(|(next, _)| next - offset);
                next.and_then(|next| usize::try_from(next).ok())
                    .map_or(octets, |next| next.min(octets))
            }
        }
    }

    /// What happens before the octet at `offset`, or, at the end of what is sent, whether it waits.
    fn at(&mut self, offset: u64, end: bool) -> StreamFate {
        let fate = match self {
            Self::Weather { seed, link, weather } => weather.fate(*seed, *link, offset),
            Self::Schedule { fates, .. } => fates.get(&offset).copied().unwrap_or_default(),
        };
        let fate = StreamFate { join: fate.join && end, ..fate };
        let fate = if end { StreamFate { join: fate.join, ..StreamFate::USUAL } } else { fate };
        if let Self::Schedule { bit, .. } = self
            && !fate.is_usual()
            && let Some(bit) = bit.get_mut(&offset)
        {
            *bit = true;
        }
        fate
    }
}

impl StreamWeather {
    /// Whether nothing ever happens.
    fn is_usual(&self) -> bool {
        [self.cut, self.join, self.stall].iter().all(|fault| *fault == PerMillion::NEVER)
    }

    fn fate(&self, seed: u64, link: u64, offset: u64) -> StreamFate {
        if self.is_usual() {
            return StreamFate::USUAL;
        }
        let draws = StreamDraws::new(seed, link, offset);
        let stalls = self.stall.hits(draws.stall());
        let jitter = Span::from_nanos(draws.stall_for(self.stall_for.jitter().as_nanos()));
        StreamFate {
            cut: self.cut.hits(draws.cut()),
            join: self.join.hits(draws.join()),
            stall: if stalls { plus(self.stall_for.min(), jitter) } else { Span::ZERO },
            ..StreamFate::USUAL
        }
    }
}

/// Two times, one after the other.
const fn plus(first: Span, second: Span) -> Span {
    Span::from_nanos(first.as_nanos().saturating_add(second.as_nanos()))
}
