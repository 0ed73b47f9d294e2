//! Reference implementations of the protocols that wireproof certifies.
//!
//! Every protocol here is *sans-I/O*: it knows no socket, no clock, no task and no file. Whoever
//! drives it says what time it is and hands in all chance, so the same code runs in a simulated
//! network, behind real sockets, in fuzzers and in benchmarks, and two runs of one seed are equal.
//!
//! # Map
//!
//! - [`chat`]: the chat packet protocol; begin with [`chat::Packet`].
//! - [`mnet`]: MNET version 1; begin with [`mnet::Endpoint`].
//! - [`paperclip`]: the PaperClip packet protocol, version 0.
//! - [`wire`]: what wire formats are declared with.
//! - [`time`]: moments as integers. [`entropy`]: the only source of chance.
//!
//! # The contract
//!
//! Take **one** input with the time, drain **all** outputs, then take the next input:
//!
//! 1. an input is a datagram, a call of the application, or a timeout that is due;
//! 2. the outputs are the datagrams of `poll_transmit` and the events of `poll_event`, each until
//!    `None`;
//! 3. then `poll_timeout` says when the next timeout is due. Time never goes back.
//!
//! Nothing that comes from the wire panics. Mistakes of the caller are errors, and our own are
//! assertions. Every queue and table has a limit.
//!
//! # Example
//!
//! Two endpoints, and a network that is a loop:
//!
//! ```
//! use core::time::Duration;
//! use reference::entropy::Entropy;
//! use reference::mnet::{Config, Endpoint, Event};
//! use reference::time::Instant;
//!
//! let [a, b] = ["192.0.2.1:4000", "192.0.2.2:5000"].map(|address| address.parse().unwrap());
//! let epoch = Duration::from_secs(1_700_000_000);
//! let mut connector = Endpoint::new(Config::default(), a, epoch, Entropy::from_seed([1; 32]));
//! let mut listener = Endpoint::new(Config::default(), b, epoch, Entropy::from_seed([2; 32]));
//!
//! let now = Instant::START;
//! let session = connector.open(now, b)?;
//! assert_eq!(connector.write(now, session, b"hello")?, 5);
//!
//! let mut heard = Vec::new();
//! loop {
//!     while let Some((_, event)) = listener.poll_event() {
//!         if let Event::Delivered(octets) = event {
//!             heard.extend(octets);
//!         }
//!     }
//!     if let Some(datagram) = connector.poll_transmit() {
//!         listener.handle_datagram(now, a, &datagram.octets);
//!     } else if let Some(datagram) = listener.poll_transmit() {
//!         connector.handle_datagram(now, b, &datagram.octets);
//!     } else {
//!         break;
//!     }
//! }
//! assert_eq!(heard, b"hello");
//! # Ok::<(), reference::mnet::Misuse>(())
//! ```

pub mod chat;
pub mod entropy;
pub mod mnet;
mod mutants;
#[cfg(test)]
mod pair_for_tests;
pub mod paperclip;
mod retry;
mod role;
mod rtt;
mod sessions;
pub mod time;
pub mod wire;

pub use role::Role;
