//! Link: one direction between two parties; deals the fates and holds back what is to be reordered.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::fates::Dealer;
use crate::tally::Tally;
use crate::{Classifier, Entry, Fate, Fates, FatesError, Instant, MessageKey, Span};

/// Most datagrams that a link holds back at once; a further one is not held.
pub const HELD_MAX: usize = 64;

/// One direction between two parties.
///
/// A link takes datagrams and says when each arrives, if it does. It neither waits nor reads a
/// clock: the caller keeps the deliveries until they are due, in virtual time or in real time.
/// `T` is what travels along with a datagram, such as its addresses.
#[derive(Clone, Debug)]
pub struct Link<T> {
    name: Arc<str>,
    classifier: Arc<dyn Classifier>,
    latency: Span,
    hold_max: Span,
    dealer: Dealer,
    ordinal: u64,
    tally: Tally,
    /// In the order of sending, which is also that of `until`.
    held: VecDeque<Held<T>>,
}

/// What a link decided about one datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The datagram's number on its link, from 1.
    pub ordinal: u64,
    /// Which message it is.
    pub key: MessageKey,
    /// How often that message was sent on this link, from 1.
    pub occurrence: u64,
    /// What happens to it; [settled](Fate::settled).
    pub fate: Fate,
}

/// A datagram that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery<T> {
    /// When it arrives.
    pub at: Instant,
    /// What arrives.
    pub octets: Vec<u8>,
    /// What travels along with it.
    pub tag: T,
    /// 0 for the datagram itself, from 1 for its repetitions.
    pub copy: u8,
    /// Whether the octets are not those that were sent.
    pub altered: bool,
}

/// A datagram that is held back.
#[derive(Clone, Debug)]
struct Held<T> {
    datagram: Datagram<T>,
    /// How many others must still pass it; at least 1.
    waits: u8,
    /// When it goes on in any case.
    until: Instant,
    /// When the last of those that passed it arrives: it must not arrive before them.
    after: Instant,
}

/// A datagram on its way, its octets already altered.
#[derive(Clone, Debug)]
struct Datagram<T> {
    octets: Vec<u8>,
    tag: T,
    fate: Fate,
    altered: bool,
}

impl<T: Clone> Link<T> {
    /// A link of this name, over which nothing was sent yet.
    ///
    /// The name is part of what a seed means.
    ///
    /// # Errors
    ///
    /// An entry of the schedule for this link names no message or no occurrence, or stands twice.
    pub fn new(
        name: &str,
        fates: Fates,
        classifier: Arc<dyn Classifier>,
    ) -> Result<Self, FatesError> {
        Ok(Self {
            name: name.into(),
            latency: fates.latency(),
            hold_max: fates.hold_max(),
            dealer: Dealer::new(name, fates, &*classifier)?,
            classifier,
            ordinal: 0,
            tally: Tally::default(),
            held: VecDeque::new(),
        })
    }

    /// Takes a datagram; its deliveries, and those of the held ones that it releases, go to `out`.
    pub fn send(
        &mut self,
        now: Instant,
        octets: Vec<u8>,
        tag: T,
        out: &mut Vec<Delivery<T>>,
    ) -> Decision {
        let decision = self.decide(now, &octets);
        self.carry(now, octets, tag, &decision, out);
        decision
    }

    /// The first half of [`send`](Self::send): counts a datagram and deals its fate. The time matters
    /// only to weather that changes, and to links that are busy.
    pub fn decide(&mut self, now: Instant, octets: &[u8]) -> Decision {
        let (key, occurrence) = self.count(octets);
        let fate = self.dealer.deal(now, key, occurrence, octets.len());
        self.decision(key, occurrence, fate)
    }

    /// The same with the fate that the caller wants.
    pub fn decree(&mut self, octets: &[u8], fate: Fate) -> Decision {
        let (key, occurrence) = self.count(octets);
        self.decision(key, occurrence, fate.settled(octets.len()))
    }

    /// The second half of [`send`](Self::send): does to the datagram what was decided.
    ///
    /// # Panics
    ///
    /// More decisions were made in advance than the link has room to hold: carry out each before
    /// the next is made.
    pub fn carry(
        &mut self,
        now: Instant,
        mut octets: Vec<u8>,
        tag: T,
        decision: &Decision,
        out: &mut Vec<Delivery<T>>,
    ) {
        let fate = decision.fate;
        if fate.lose {
            return;
        }
        let altered = fate.alter(&mut octets);
        let datagram = Datagram { octets, tag, fate, altered };
        if fate.hold > 0 {
            // A clock that goes back must not break the order of the queue.
            let until = self.held.back().map_or(Instant::START, |held| held.until);
            let until = until.max(now + self.hold_max);
            assert!(self.held.len() < HELD_MAX, "a full queue holds no more");
            self.held.push_back(Held { datagram, waits: fate.hold, until, after: Instant::START });
            return;
        }
        let at = now + self.latency + fate.delay;
        datagram.deliver(at, out);
        if !self.held.is_empty() {
            self.pass(now, at, out);
        }
    }

    /// When the next held datagram goes on even if no other passes it; call
    /// [`handle_timeout`](Self::handle_timeout) then.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.held.front().map(|held| held.until)
    }

    /// Lets go of every datagram that was held for long enough.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut Vec<Delivery<T>>) {
        while self.held.front().is_some_and(|held| held.until <= now) {
            if let Some(held) = self.held.pop_front() {
                held.release(now + self.latency, out);
            }
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of a message on this link.
    pub fn message_name(&self, key: MessageKey) -> String {
        self.classifier.name(key)
    }

    /// What a schedule must say so that this decision is taken again; nothing if it is usual.
    pub fn entry(&self, decision: &Decision) -> Option<Entry> {
        let Decision { key, occurrence, fate, .. } = *decision;
        let entry = || Entry::new(self.name().to_owned(), self.message_name(key), occurrence, fate);
        (!fate.is_usual()).then(entry)
    }

    /// Entries of the schedule that have done nothing to a datagram yet: they did not bite.
    pub fn unbitten(&self) -> impl Iterator<Item = &Entry> {
        self.dealer.unbitten()
    }

    fn count(&mut self, octets: &[u8]) -> (MessageKey, u64) {
        self.ordinal += 1;
        let key = self.classifier.key(octets, self.ordinal);
        let occurrence = if self.classifier.repeats() { self.tally.count(key) } else { 1 };
        (key, occurrence)
    }

    fn decision(&self, key: MessageKey, occurrence: u64, mut fate: Fate) -> Decision {
        if self.held.len() >= HELD_MAX {
            fate.hold = 0;
        }
        Decision { ordinal: self.ordinal, key, occurrence, fate }
    }

    /// Counts a datagram that arrives at `at` for all that are held, and lets go of those for which
    /// it was the last.
    fn pass(&mut self, now: Instant, at: Instant, out: &mut Vec<Delivery<T>>) {
        let earliest = now + self.latency;
        for held in &mut self.held {
            held.waits -= 1;
            held.after = held.after.max(at);
        }
        while let Some(place) = self.held.iter().position(|held| held.waits == 0) {
            if let Some(held) = self.held.remove(place) {
                held.release(earliest, out);
            }
        }
    }
}

impl<T: Clone> Held<T> {
    /// Delivers it `delay` after `earliest`, but not before those that passed it.
    fn release(self, earliest: Instant, out: &mut Vec<Delivery<T>>) {
        let at = (earliest + self.datagram.fate.delay).max(self.after);
        self.datagram.deliver(at, out);
    }
}

impl<T: Clone> Datagram<T> {
    /// Delivers it and its repetitions, the first at `at`.
    fn deliver(self, at: Instant, out: &mut Vec<Delivery<T>>) {
        let Self { octets, tag, fate, altered } = self;
        if fate.repeat == 0 {
            out.push(Delivery { at, octets, tag, copy: 0, altered });
            return;
        }
        for copy in 0..=fate.repeat {
            let at = at + fate.repeat_after.saturating_mul(u64::from(copy));
            let (octets, tag) = (octets.clone(), tag.clone());
            out.push(Delivery { at, octets, tag, copy, altered });
        }
    }
}
