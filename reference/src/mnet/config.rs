//! What can be set for an endpoint: dialect, timers, limits.
//!
//! The defaults are the reference's column of the timer table in the specification.

use core::time::Duration;

use crate::mnet::{Dialect, Mutant};
use crate::rtt::Bounds;

/// Settings of an [`Endpoint`](crate::mnet::Endpoint).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How octets are read.
    pub dialect: Dialect,
    /// Intervals and counts of tries.
    pub timers: Timers,
    /// Bounds of every table and buffer.
    pub limits: Limits,
    /// Whether INIT and COOKIE-ECHO are answered. Default: yes.
    pub listen: bool,
    /// A session that receives nothing for this long is aborted. Default: it lives for ever.
    pub idle: Option<Duration>,
    /// Where both counters of octets start, so that their wrap at 2^32 can be reached in a short
    /// run (MNET-DATA-12). Both sides must agree. Default: 0, as MNET-DATA-1 says.
    pub start_offset: u32,
    /// A deliberate violation of one clause. Default: none.
    pub mutant: Option<Mutant>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            timers: Timers::default(),
            limits: Limits::default(),
            listen: true,
            idle: None,
            start_offset: 0,
            mutant: None,
        }
    }
}

/// Intervals and counts of tries. A count includes the first send; intervals between two sends
/// are at least 1 ms, whatever is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// From INIT or COOKIE-ECHO to the next; doubles each time. Default: 300 ms.
    pub open_interval: Duration,
    /// The longest such interval. Default: 4 s.
    pub open_interval_max: Duration,
    /// How often INIT, and then COOKIE-ECHO, is sent (MNET-INIT-4, MNET-ECHO-7). Default: 6.
    pub open_tries: u32,
    /// From DATA to its retransmission before a round trip was measured. Default: 200 ms.
    pub retransmission_initial: Duration,
    /// The shortest retransmission interval. Default: 100 ms.
    pub retransmission_min: Duration,
    /// The longest retransmission interval. Default: 4 s.
    pub retransmission_max: Duration,
    /// How often DATA is sent before the session is aborted (MNET-DATA-9). Default: 12.
    pub data_tries: u32,
    /// From SHUTDOWN or SHUTDOWN-ACK to the next; doubles each time. Default: 400 ms.
    pub shutdown_interval: Duration,
    /// The longest such interval. Default: 4 s.
    pub shutdown_interval_max: Duration,
    /// How often SHUTDOWN is sent before the session is aborted (MNET-SHUT-6). Default: 6.
    pub shutdown_tries: u32,
    /// How often SHUTDOWN-ACK is sent before the session has ended (MNET-SHUT-6). Default: 6.
    pub shutdown_ack_tries: u32,
    /// How long bringing data through before the close may make no progress. Default: 10 s.
    pub drain: Duration,
    /// The longest wait of an acknowledgement for company (MNET-DATA-4). Default: 20 ms.
    pub acknowledgement: Duration,
    /// How long a cookie is good; counted in whole seconds (MNET-COOKIE-3). Default: 60 s.
    pub cookie_lifetime: Duration,
    /// How long a repeated SHUTDOWN-ACK is answered after the end (MNET-SHUT-7). Default: 15 s.
    pub complete_memory: Duration,
}

impl Timers {
    /// The bounds of the retransmission interval.
    pub(super) const fn retransmission(&self) -> Bounds {
        Bounds {
            initial: self.retransmission_initial,
            min: self.retransmission_min,
            max: self.retransmission_max,
        }
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            open_interval: Duration::from_millis(300),
            open_interval_max: Duration::from_secs(4),
            open_tries: 6,
            retransmission_initial: Duration::from_millis(200),
            retransmission_min: Duration::from_millis(100),
            retransmission_max: Duration::from_secs(4),
            data_tries: 12,
            shutdown_interval: Duration::from_millis(400),
            shutdown_interval_max: Duration::from_secs(4),
            shutdown_tries: 6,
            shutdown_ack_tries: 6,
            drain: Duration::from_secs(10),
            acknowledgement: Duration::from_millis(20),
            cookie_lifetime: Duration::from_mins(1),
            complete_memory: Duration::from_secs(15),
        }
    }
}

/// Bounds of every table and buffer that a peer could fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once, both roles together. Default: 16,384.
    pub sessions: usize,
    /// Octets of one session written and not yet acknowledged. Default: 64 KiB.
    pub send_buffer: usize,
    /// Octets of one session that wait beyond a gap, and how far beyond. Default: 64 KiB.
    pub reassembly: usize,
    /// Pieces of one session that wait beyond a gap. Default: 1,024.
    pub reassembly_pieces: usize,
    /// Cookies that have opened a session and have not expired. When they are this many, no
    /// further session is accepted (MNET-ECHO-4). Default: 65,536.
    pub remembered_cookies: usize,
    /// Ended sessions whose peer may repeat SHUTDOWN-ACK; beyond, the one that would be forgotten
    /// first is (MNET-SHUT-7). Default: 16,384.
    pub ended_sessions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 16_384,
            send_buffer: 65_536,
            reassembly: 65_536,
            reassembly_pieces: 1_024,
            remembered_cookies: 65_536,
            ended_sessions: 16_384,
        }
    }
}
