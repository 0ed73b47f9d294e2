//! Fates: where a link's fates come from, weather or a schedule.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::sync::Arc;

use crate::draws::link_number;
use crate::rate::Queue;
use crate::{Classifier, Entry, Fate, Instant, MessageKey, Schedule, Span, Weather};

/// Where the fates of one link come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fates {
    /// They are drawn.
    Weather {
        /// What all chance of the run comes from.
        seed: u64,
        /// How likely each fault is.
        weather: Weather,
    },
    /// They were written down; what is not named is delivered as usual.
    Schedule {
        /// How long the link takes.
        latency: Span,
        /// How long a datagram is held back at most, if too few others come.
        hold_max: Span,
        /// The fates of this link, and perhaps of others, which are left alone.
        schedule: Schedule,
    },
}

impl Fates {
    /// Every datagram is delivered as usual, after this time.
    pub fn usual(latency: Span) -> Self {
        let hold_max = Weather::HOLD_MAX;
        Self::Schedule { latency, hold_max, schedule: Schedule::default() }
    }

    /// How long the link takes for a datagram that is delivered as usual.
    pub fn latency(&self) -> Span {
        match self {
            Self::Weather { weather, .. } => weather.latency(),
            Self::Schedule { latency, .. } => *latency,
        }
    }

    /// How long a datagram is held back at most.
    pub fn hold_max(&self) -> Span {
        match self {
            Self::Weather { weather, .. } => weather.hold_max,
            Self::Schedule { hold_max, .. } => *hold_max,
        }
    }

    /// The same link with what a schedule says instead.
    ///
    /// With the schedule that was recorded under these fates, the run is the same.
    #[must_use]
    pub fn replaying(&self, schedule: Schedule) -> Self {
        Self::Schedule { latency: self.latency(), hold_max: self.hold_max(), schedule }
    }
}

/// Why a link cannot obey a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FatesError {
    /// No message has this name.
    #[error("no message on the link `{link}` is called `{message}`")]
    Message {
        /// The link's name.
        link: String,
        /// The name that means nothing.
        message: String,
    },
    /// Occurrences count from 1.
    #[error("an entry for `{message}` on the link `{link}` has occurrence 0; the first one is 1")]
    Occurrence {
        /// The link's name.
        link: String,
        /// The message's name.
        message: String,
    },
    /// Two entries for one datagram.
    #[error("two entries for occurrence {occurrence} of `{message}` on the link `{link}`")]
    Twice {
        /// The link's name.
        link: String,
        /// The message's name.
        message: String,
        /// The occurrence they share.
        occurrence: u64,
    },
}

/// Fates made ready for one link.
#[derive(Clone, Debug)]
pub(crate) enum Dealer {
    Weather(Box<Drawn>),
    Schedule(Planned),
}

/// The weather of one link, and what of it depends on the datagrams before.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    seed: u64,
    link: u64,
    weather: Weather,
    /// How long the link takes, whatever the weather.
    latency: Span,
    /// Whether the link is in a burst of losses.
    bad: bool,
    queue: Queue,
}

impl Drawn {
    fn deal(&mut self, now: Instant, key: MessageKey, occurrence: u64, length: usize) -> Fate {
        let Self { seed, link, latency, bad, queue, .. } = self;
        let weather = self.weather.after(Span::from(now - Instant::START));
        let mut fate = weather.fate_on(*seed, *link, key, occurrence, length, bad);
        if !fate.lose {
            let longer = weather.delay.min().saturating_sub(*latency);
            fate.delay = fate.delay.saturating_add(longer);
        }
        match weather.rate {
            Some(rate) => queue.enter(now, rate, weather.queue, length, fate),
            None => fate,
        }
    }
}

/// The entries of one link, found by what they are for.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    places: Arc<BTreeMap<(MessageKey, u64), usize>>,
    entries: Arc<Vec<Entry>>,
    /// Which of the entries did something to a datagram.
    bit: Vec<bool>,
}

impl Dealer {
    pub(crate) fn new(
        link: &str,
        fates: Fates,
        classifier: &dyn Classifier,
    ) -> Result<Self, FatesError> {
        match fates {
            Fates::Weather { seed, weather } => {
                let (link, latency) = (link_number(link), weather.latency());
                let (bad, queue) = (false, Queue::default());
                Ok(Self::Weather(Box::new(Drawn { seed, link, weather, latency, bad, queue })))
            }
            Fates::Schedule { schedule, .. } => {
                Planned::new(link, schedule, classifier).map(Self::Schedule)
            }
        }
    }

    /// The settled fate of a datagram of `length` octets that is sent now.
    pub(crate) fn deal(
        &mut self,
        now: Instant,
        key: MessageKey,
        occurrence: u64,
        length: usize,
    ) -> Fate {
        match self {
            Self::Weather(drawn) => drawn.deal(now, key, occurrence, length),
            Self::Schedule(planned) => planned.deal(key, occurrence, length),
        }
    }

    /// Entries that have done nothing yet; none for weather.
    pub(crate) fn unbitten(&self) -> impl Iterator<Item = &Entry> {
        let (entries, bit) = match self {
            Self::Weather(_) => (&[][..], &[][..]),
            Self::Schedule(planned) => (&planned.entries[..], &planned.bit[..]),
        };
        entries.iter().zip(bit).filter(|&(_, &bit)| !bit).map(|(entry, _)| entry)
    }
}

impl Planned {
    fn new(
        link: &str,
        schedule: Schedule,
        classifier: &dyn Classifier,
    ) -> Result<Self, FatesError> {
        let mut places = BTreeMap::new();
        let entries: Vec<Entry> =
            schedule.0.into_iter().filter(|entry| entry.link == link).collect();
        for (place, Entry { link, message, occurrence, .. }) in entries.iter().enumerate() {
            let (link, message, occurrence) = (link.clone(), message.clone(), *occurrence);
            let Some(key) = classifier.parse(&message) else {
                return Err(FatesError::Message { link, message });
            };
            if occurrence == 0 {
                return Err(FatesError::Occurrence { link, message });
            }
            match places.entry((key, occurrence)) {
                btree_map::Entry::Vacant(vacant) => vacant.insert(place),
                btree_map::Entry::Occupied(_) => {
                    return Err(FatesError::Twice { link, message, occurrence });
                }
            };
        }
        let bit = vec![false; entries.len()];
        Ok(Self { places: Arc::new(places), entries: Arc::new(entries), bit })
    }

    fn deal(&mut self, key: MessageKey, occurrence: u64, length: usize) -> Fate {
        let Some(&place) = self.places.get(&(key, occurrence)) else { return Fate::USUAL };
        let (Some(entry), Some(bit)) = (self.entries.get(place), self.bit.get_mut(place)) else {
            unreachable!("every place is that of an entry");
        };
        let fate = entry.fate().settled(length);
        *bit |= !fate.is_usual();
        fate
    }
}
