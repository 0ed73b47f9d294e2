//! Schedule: the fates of one run that were not usual, as data that people read and edit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fate, Span};

/// All fates of one run that were not [usual](Fate::USUAL), in the order of sending.
///
/// A schedule is itself an input: what it does not name is delivered as usual. Loss, repetition,
/// holding, damage and cuts replay wherever the same messages are sent. Delays replay exactly where
/// time is virtual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Schedule(pub Vec<Entry>);

impl Schedule {
    /// Entries for links that are not among these names: they can never do anything.
    pub fn strangers<'a>(&'a self, links: &'a [&str]) -> impl Iterator<Item = &'a Entry> {
        self.0.iter().filter(move |entry| !links.contains(&entry.link.as_str()))
    }
}

/// The fate of one occurrence of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The link's name, such as `peer>subject`.
    pub link: String,
    /// The message's name, as the link's classifier gives it.
    pub message: String,
    /// Which of the message's occurrences on the link is meant, from 1.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub occurrence: u64,
    /// It never arrives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lose: bool,
    /// How often it arrives in addition.
    #[serde(default, skip_serializing_if = "is_default")]
    pub repeat: u8,
    /// How long after the arrival before it each repetition comes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub repeat_after: Span,
    /// How many later datagrams pass it before it goes on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hold: u8,
    /// How much later than the link's latency it arrives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delay: Span,
    /// The bit that is turned over, from the highest bit of the first octet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub flip: Option<u32>,
    /// How many octets are kept, from the first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cut: Option<u16>,
    /// From it on its sender's datagrams come from another port; what only a proxy does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rebind: bool,
}

impl Entry {
    /// The entry that gives one occurrence of a message this fate.
    pub fn new(link: String, message: String, occurrence: u64, fate: Fate) -> Self {
        let Fate { lose, repeat, repeat_after, hold, delay, flip, cut, rebind } = fate;
        Self {
            link,
            message,
            occurrence,
            lose,
            repeat,
            repeat_after,
            hold,
            delay,
            flip,
            cut,
            rebind,
        }
    }

    /// What happens to the datagram.
    pub const fn fate(&self) -> Fate {
        let Self { lose, repeat, repeat_after, hold, delay, flip, cut, rebind, .. } = *self;
        Fate { lose, repeat, repeat_after, hold, delay, flip, cut, rebind }
    }
}

fn first() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_first(occurrence: &u64) -> bool {
    *occurrence == first()
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
