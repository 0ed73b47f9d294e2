//! Agenda: what is still to come, in the one order that all runs keep.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::Instant;

/// Things that are due, taken in the order of (time, order of filing); no two of them tie.
///
/// It knows no clock: whoever drives it asks what is [`next`](Self::next), and takes it when its time has come.
#[derive(Clone, Debug)]
pub struct Agenda<T> {
    /// Time, sequence number, and the slot of the thing. Things are large, so that only their
    /// numbers move when the heap is sorted.
    order: BinaryHeap<Reverse<(Instant, u64, usize)>>,
    slots: Vec<Option<T>>,
    free: Vec<usize>,
    sequence: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Agenda<T> {
    /// Nothing is due.
    pub const fn new() -> Self {
        Self { order: BinaryHeap::new(), slots: Vec::new(), free: Vec::new(), sequence: 0 }
    }

    /// How many things are still due.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether nothing is due.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// When the next thing is due.
    pub fn next(&self) -> Option<Instant> {
        self.order.peek().map(|&Reverse((at, ..))| at)
    }

    /// Files a thing, after all that are due at the same time.
    ///
    /// # Panics
    ///
    /// Never: free places are empty.
    pub fn file(&mut self, at: Instant, thing: T) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        let place = self.slots.get_mut(slot).expect("free slots exist");
        assert!(place.replace(thing).is_none(), "free slots are empty");
        self.order.push(Reverse((at, self.sequence, slot)));
        self.sequence += 1;
    }

    /// Takes the next thing.
    ///
    /// # Panics
    ///
    /// Never: what is in order has its place.
    pub fn take(&mut self) -> Option<T> {
        let Reverse((_, _, slot)) = self.order.pop()?;
        self.free.push(slot);
        let thing = self.slots.get_mut(slot).and_then(Option::take);
        Some(thing.expect("what is in order has its slot"))
    }
}

/// One deadline each for a fixed number of owners, and the earliest of them.
///
/// Of several owners with the same deadline the lowest comes first.
#[derive(Clone, Debug)]
pub(crate) struct Deadlines {
    all: Vec<Option<Instant>>,
    first: Option<(Instant, usize)>,
}

impl Deadlines {
    pub(crate) fn new(owners: usize) -> Self {
        Self { all: vec![None; owners], first: None }
    }

    /// Makes room for one more owner, whose number is that of owners before.
    pub(crate) fn add_owner(&mut self) {
        self.all.push(None);
    }

    /// The earliest deadline and its owner.
    pub(crate) const fn first(&self) -> Option<(Instant, usize)> {
        self.first
    }

    /// Replaces an owner's deadline.
    pub(crate) fn set(&mut self, owner: usize, deadline: Option<Instant>) {
        let place = self.all.get_mut(owner).expect("owners have a place");
        if core::mem::replace(place, deadline) == deadline {
            return;
        }
        let new = deadline.map(|at| (at, owner));
        match (self.first, new) {
            // All of them are searched only if the earliest one went away.
            (Some((_, first)), _) if first == owner => self.first = self.search(),
            (Some(first), Some(new)) if new < first => self.first = Some(new),
            (None, Some(new)) => self.first = Some(new),
            (Some(_) | None, Some(_) | None) => {}
        }
    }

    fn search(&self) -> Option<(Instant, usize)> {
        let set = self.all.iter().enumerate().filter_map(|(owner, at)| at.map(|at| (at, owner)));
        set.min()
    }
}
