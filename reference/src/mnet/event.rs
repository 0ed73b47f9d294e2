//! What an endpoint tells its caller: events, misuse.

use core::net::SocketAddr;

use crate::Role;
use crate::sessions::SessionId;

/// Something that the application of a session is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The session is open: COOKIE-ACK came, or a good COOKIE-ECHO.
    Opened {
        /// The other side's address.
        peer: SocketAddr,
        /// This side's role.
        role: Role,
    },
    /// The next octets of the peer's stream. Borders of writes are not kept.
    Delivered(Vec<u8>),
    /// The send buffer has room again, after a write that it took only in part.
    Writable,
    /// The session has ended, and everything written on both sides came through. Last event.
    Closed,
    /// The session has ended otherwise. Last event.
    Failed(Failure),
}

/// Who ended a session that did not close, and why. An application that aborts gets no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Failure {
    /// The peer sent ABORT (MNET-ABORT-1).
    #[error("the peer aborted")]
    PeerAborted,
    /// No COOKIE came (MNET-INIT-4).
    #[error("no COOKIE came")]
    NoCookie,
    /// No COOKIE-ACK came (MNET-ECHO-7).
    #[error("no COOKIE-ACK came")]
    NoCookieAck,
    /// Octets were sent as often as is allowed (MNET-DATA-9).
    #[error("octets stayed unacknowledged")]
    DataGivenUp,
    /// SHUTDOWN was sent as often as is allowed (MNET-SHUT-6).
    #[error("no SHUTDOWN-ACK came")]
    ShutdownGivenUp,
    /// Before the close, octets made no progress for too long.
    #[error("octets did not come through before the close")]
    DrainGivenUp,
    /// Nothing came for the time that the configuration allows.
    #[error("the peer was idle for too long")]
    Idle,
}

/// A mistake of the endpoint's caller; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// There is no such session, or no longer.
    #[error("{id} does not exist, or has ended")]
    UnknownSession {
        /// The session named.
        id: SessionId,
    },
    /// The session takes no more octets: it was closed, or the peer sent SHUTDOWN (MNET-SHUT-11).
    #[error("{id} is closing")]
    Closing {
        /// The session named.
        id: SessionId,
    },
    /// There are as many sessions as the limits allow.
    #[error("no more than {limit} sessions at once")]
    TooManySessions {
        /// The limit.
        limit: usize,
    },
    /// No tag was found that the sessions with this peer leave free.
    #[error("no free tag towards {peer}")]
    NoFreeTag {
        /// The peer.
        peer: SocketAddr,
    },
}
