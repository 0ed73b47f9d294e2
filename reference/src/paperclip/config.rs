//! What can be set for an endpoint: dialect, timers, limits, certificates.
//!
//! The defaults are the reference's column of the timer table in the specification.

use core::time::Duration;

use crate::paperclip::{Bounds, Flags, KeyAgreement, Mutant, Widths};
use crate::rtt;

/// Settings of an [`Endpoint`](crate::paperclip::Endpoint).
#[derive(Clone, Debug)]
pub struct Config {
    /// How wide fields are.
    pub widths: Widths,
    /// Whether sessions begin with a handshake. Without, nothing can be encrypted. Default: yes.
    pub handshake: bool,
    /// The flags that are supported; others are reserved (CLIP-HEAD-6). Default: all.
    pub flags: Flags,
    /// Intervals and counts of tries.
    pub timers: Timers,
    /// Bounds of every table and buffer.
    pub limits: Limits,
    /// Whether datagrams open sessions, as at a server. Default: yes.
    pub listen: bool,
    /// The endpoint's own certificate, in DER. Default: none.
    pub certificate: Option<Vec<u8>>,
    /// The certificates of the trust anchors, in DER. With none, no certificate is looked at.
    pub anchors: Vec<Vec<u8>>,
    /// How keys are drawn and agreed on. Default: anew for each session, and kept nowhere.
    pub key_agreement: KeyAgreement,
    /// The first Sequence ID of every session, so that the wrap can be reached in a short run
    /// (CLIP-REL-7). Default: 0, as CLIP-HEAD-5 says.
    pub first_sequence: u16,
    /// A deliberate violation of one clause. Default: none.
    pub mutant: Option<Mutant>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            widths: Widths::default(),
            handshake: true,
            flags: Flags::ALL,
            timers: Timers::default(),
            limits: Limits::default(),
            listen: true,
            certificate: None,
            anchors: Vec::new(),
            key_agreement: KeyAgreement::default(),
            first_sequence: 0,
            mutant: None,
        }
    }
}

/// Intervals and counts of tries. A count includes the first send; intervals between two sends
/// are at least 1 ms, whatever is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// From AUTH to the next; doubles each time. Default: 300 ms.
    pub auth_interval: Duration,
    /// How often AUTH is sent (CLIP-AUTH-4). Default: 6.
    pub auth_tries: u32,
    /// From a reliable packet to its repetition before a round trip was measured. Default: 100 ms.
    pub reliable_initial: Duration,
    /// The shortest such interval. Default: 50 ms.
    pub reliable_min: Duration,
    /// The longest such interval. Default: 2 s.
    pub reliable_max: Duration,
    /// How often a reliable packet is sent before the peer is given up (CLIP-REL-3). Default: 12.
    pub reliable_tries: u32,
    /// After how long a silence a client is pinged (CLIP-BEAT-3). Default: 30 s.
    pub ping_after: Duration,
    /// After how long a silence a client is dropped (CLIP-BEAT-3). Default: 120 s.
    pub drop_after: Duration,
    /// How long packets of an ended session are ignored (CLIP-ERR-1). Default: 10 s.
    pub ended_memory: Duration,
    /// From one burst of datagrams to the next (CLIP-FRAG-4). Default: 5 ms.
    pub pace: Duration,
}

impl Timers {
    /// The bounds of the interval between two sends of a reliable packet.
    pub(super) const fn reliable(&self) -> rtt::Bounds {
        rtt::Bounds {
            initial: self.reliable_initial,
            min: self.reliable_min,
            max: self.reliable_max,
        }
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            auth_interval: Duration::from_millis(300),
            auth_tries: 6,
            reliable_initial: Duration::from_millis(100),
            reliable_min: Duration::from_millis(50),
            reliable_max: Duration::from_secs(2),
            reliable_tries: 12,
            ping_after: Duration::from_secs(30),
            drop_after: Duration::from_mins(2),
            ended_memory: Duration::from_secs(10),
            pace: Duration::from_millis(5),
        }
    }
}

/// Bounds of every table and buffer that a peer could fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once, with those that are being opened (CLIP-AUTH-5). Default: 16,384.
    pub sessions: usize,
    /// Octets of one session that wait to be sent or acknowledged. Default: 4 MiB.
    pub queue: usize,
    /// What may wait for fragments, for each session (CLIP-FRAG-5).
    pub fragments: Bounds,
    /// Datagrams of one burst (CLIP-FRAG-4). Default: 16.
    pub burst: usize,
    /// Init Vectors of one session and side in `table` (CLIP-ENC-1). Default, and most: 32,768.
    pub init_vectors: u32,
    /// Ended sessions that are remembered; beyond, the one that would be forgotten first is.
    /// Default: 16,384.
    pub ended_sessions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 16_384,
            queue: 4 << 20,
            fragments: Bounds::default(),
            burst: 16,
            init_vectors: 32_768,
            ended_sessions: 16_384,
        }
    }
}
