//! What an endpoint tells its caller: events, misuse.

use core::net::SocketAddr;

use crate::Role;
use crate::paperclip::{ErrorCode, Flags};
use crate::sessions::SessionId;

/// Something that the application of a session is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The session is open.
    Opened {
        /// The other side's address.
        peer: SocketAddr,
        /// This side's role.
        role: Role,
    },
    /// The data of one packet of the peer.
    Delivered {
        /// The data, decoded.
        data: Vec<u8>,
        /// The flags that it came with.
        flags: Flags,
    },
    /// The session has ended: the peer has ended it, or this side's application. Last event.
    Closed,
    /// The session has ended otherwise, or was never opened. Last event.
    Failed(Failure),
}

/// Why a session was not opened, or has ended without either side ending it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Failure {
    /// The peer has refused the handshake with this code.
    #[error("the peer refused the handshake: {0}")]
    Refused(ErrorCode),
    /// This side has refused the handshake with this code (CLIP-AUTH-5).
    #[error("the handshake failed: {0}")]
    Handshake(ErrorCode),
    /// A packet was sent as often as is allowed (CLIP-REL-3).
    #[error("a reliable packet stayed unacknowledged")]
    GivenUp,
    /// Nothing came from the client for too long (CLIP-BEAT-3).
    #[error("the client was silent for too long")]
    Silent,
    /// The client has begun a new session from the same address (CLIP-AUTH-4).
    #[error("the client has begun a new session")]
    Replaced,
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
    /// There is a session with this peer already, and an address has one.
    #[error("there is a session with {peer}")]
    AddressInUse {
        /// The peer.
        peer: SocketAddr,
    },
    /// There are as many sessions as the limits allow.
    #[error("no more than {limit} sessions at once")]
    TooManySessions {
        /// The limit.
        limit: usize,
    },
    /// Flags that the configuration does not have, or that the application does not choose.
    #[error("packets cannot be sent with {flags}")]
    Flags {
        /// Those flags.
        flags: Flags,
    },
    /// The data does not fit into 255 fragments, or into one packet where FRAG is not supported.
    #[error("{octets} octets are too many for one packet")]
    TooLong {
        /// Octets on the wire.
        octets: usize,
    },
    /// Too much waits to be sent.
    #[error("no more than {limit} octets may wait to be sent")]
    QueueFull {
        /// The limit.
        limit: usize,
    },
    /// Every Init Vector was used (CLIP-ENC-1).
    #[error("every Init Vector of the session was used")]
    InitVectorsSpent,
}
