//! A deterministic network: loses, repeats, reorders, delays and damages datagrams by seed.
//!
//! The same seed gives the same run, event for event, on every machine. Four parts, each usable
//! without the next:
//!
//! * **Fates.** What happens to a datagram is a pure function of (seed, link, message key,
//!   occurrence): [`Weather`] makes a [`Fate`] of them. A [`Classifier`] says which datagrams are
//!   the same message, so that one retransmission more moves no other fate.
//! * **Links.** A [`Link`] is one direction between two parties. It deals the fates, by weather or
//!   by a [`Schedule`], and holds back what is to be reordered. It knows no loop and no clock, so a
//!   proxy on real sockets uses the very same one.
//! * **Streams.** A [`StreamLink`] is one direction of a connection: octets arrive in order, and faults
//!   ([`StreamFate`]) happen at offsets: cut, joined, stalled, finished, reset.
//! * **Simulation.** A [`Simulation`] moves datagrams over links between [`Node`]s in virtual time,
//!   one event after the other, and shows all of it to an [`Observer`].
//!
//! Every fate that is not [usual](Fate::USUAL) can be written down as an [`Entry`]. A schedule of
//! them is itself an input, and a run that obeys it is the recorded run again.
//!
//! ```
//! use std::sync::Arc;
//! use simulator::{ByOrdinal, Fates, Instant, Link, Schedule, Weather};
//!
//! let weather = Weather { lose: "40 %".parse()?, delay: "20 ms".parse()?, ..Weather::CALM };
//! let fates = Fates::Weather { seed: 1, weather };
//! let arrivals = |fates| -> Result<_, simulator::FatesError> {
//!     let mut link = Link::new("peer>subject", fates, Arc::new(ByOrdinal))?;
//!     let mut arrivals = Vec::new();
//!     let mut schedule = Schedule::default();
//!     for octet in 0..8 {
//!         let decision = link.send(Instant::START, vec![octet], (), &mut arrivals);
//!         schedule.0.extend(link.entry(&decision));
//!     }
//!     Ok((arrivals, schedule))
//! };
//! let (drawn, schedule) = arrivals(fates.clone())?;
//! let (replayed, _) = arrivals(fates.replaying(schedule))?;
//! assert_eq!(drawn, replayed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is absent: no packet, only octets; no clock; no socket; no floating point; no map without
//! an order; no source of chance but the seed.

mod agenda;
mod chacha;
mod distribution;
mod draws;
mod fate;
mod fates;
mod limits;
mod link;
mod message;
mod node;
mod parse;
mod per_million;
mod preset;
mod rate;
mod schedule;
mod simulation;
mod span;
mod stream;
mod tally;
mod time;
mod topology;
mod weather;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;

pub use agenda::Agenda;
pub use distribution::Distribution;
pub use fate::Fate;
pub use fates::{Fates, FatesError};
pub use limits::{DRAINED_MAX, Exceeded, Limits, Outcome, RECORDED_MAX, Step};
pub use link::{Decision, Delivery, HELD_MAX, Link};
pub use message::{ByOrdinal, Classifier, MessageKey};
pub use node::{LinkId, Node, NodeId, Observed, Observer, Transmit};
pub use parse::ParseError;
pub use per_million::PerMillion;
pub use preset::Preset;
pub use rate::Rate;
pub use schedule::{Entry, Schedule};
pub use simulation::Simulation;
pub use span::{DelayRange, Span};
pub use stream::{
    CUT_APART, JOIN_MAX, JOINED_MAX, Part, Piece, StreamEnd, StreamEntry, StreamFate, StreamFates,
    StreamLink, StreamWeather,
};
pub use tally::MESSAGES_MAX;
pub use time::Instant;
pub use topology::TopologyError;
pub use weather::{Burst, HOLD_COUNT_MAX, Later, REPEAT_COUNT_MAX, STORM_COUNT, Weather};
