//! Limits: how far a simulation may go, and how it ends.

use crate::NodeId;

/// Most datagrams and events together that a node may give after one input.
pub const DRAINED_MAX: usize = 65_536;

/// Most fates that a simulation records.
pub const RECORDED_MAX: usize = 1 << 20;

/// How far a simulation may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most arrivals, releases and timeouts.
    pub events: u64,
    /// Most datagrams under way at once.
    pub queued: usize,
}

impl Default for Limits {
    /// Ten million events, 65,536 datagrams under way.
    fn default() -> Self {
        Self { events: 10_000_000, queued: 65_536 }
    }
}

/// Why a simulation stopped for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Exceeded {
    /// More than [`Limits::events`].
    #[error("too many events")]
    Events,
    /// More than [`Limits::queued`].
    #[error("too many datagrams under way")]
    Queued,
    /// A node gave more than [`DRAINED_MAX`] datagrams and events after one input.
    #[error("node {} does not come to an end", .0.0)]
    Drained(NodeId),
    /// More than [`RECORDED_MAX`] fates to record.
    #[error("too many fates to record")]
    Recorded,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One event happened.
    Advanced,
    /// Nothing is under way, and no node waits for anything.
    Quiet,
}

/// How a longer run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is under way, and no node waits for anything.
    Quiet,
    /// What comes next comes after the deadline.
    Deadline,
}
