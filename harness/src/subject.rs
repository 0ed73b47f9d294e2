//! Subjects that run in this process: the trait that an implementation in Rust fulfils, and those that are no implementation at all.

use std::net::SocketAddr;

use simulator::{Instant, Part, Transmit};

use crate::script::{AppEvent, Command, Notice, Secret};
use crate::verdict::Ending;

pub mod control;
pub mod null;
pub mod process;
pub mod virtual_time;

/// An implementation of a protocol in this process, without sockets or a clock.
///
/// The caller hands in one input with the time, then drains [`poll_transmit`](Self::poll_transmit) and
/// [`poll_event`](Self::poll_event), then hands in the next.
pub trait Subject {
    /// A datagram has come.
    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]);
    /// Something has come on a connection; they are numbered from 1 in the order in which they are made.
    fn handle_stream(&mut self, _now: Instant, _connection: u64, _part: &Part) {}
    /// A connection takes no more octets for now, or takes some again.
    fn handle_blocked(&mut self, _now: Instant, _connection: u64, _blocked: bool) {}
    /// The time of [`poll_timeout`](Self::poll_timeout) has come.
    fn handle_timeout(&mut self, now: Instant);
    /// The application does something.
    fn handle_command(&mut self, now: Instant, command: &Command);
    /// When to call [`handle_timeout`](Self::handle_timeout).
    fn poll_timeout(&self) -> Option<Instant>;
    /// Whether what the application has written waits for room: who can wait writes nothing more for now.
    fn is_behind(&self) -> bool {
        false
    }
    /// The next datagram to send.
    fn poll_transmit(&mut self) -> Option<Transmit>;
    /// What to do next on a connection; a client opens the next one with [`Part::Opened`].
    fn poll_stream(&mut self) -> Option<(u64, Part)> {
        None
    }
    /// The next thing that the application is told, and in which of its sessions.
    fn poll_event(&mut self) -> Option<(u64, AppEvent)>;
    /// The next thing that it knows of what passes and nobody who only watches can; asked of the suite's own end of a transfer.
    fn poll_secret(&mut self) -> Option<Secret> {
        None
    }
    /// How it has ended by itself, once; whoever is a part of this process does not.
    fn poll_ending(&mut self) -> Option<Ending> {
        None
    }
}

/// Whoever keeps what a server must not forget.
pub trait Keeper {
    /// Keeps it before anybody is told that it has happened.
    ///
    /// # Errors
    ///
    /// Why it could not be kept.
    fn keep(&mut self, notice: &Notice) -> Result<(), String>;
}
