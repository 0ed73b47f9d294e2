//! What a monitor sees of a connection.

use simulator::StreamEnd;

use super::Message;

/// What happens on a connection, as a monitor sees it.
#[derive(Clone, Copy, Debug)]
pub enum StreamEvent<'a> {
    /// It is made.
    Opened,
    /// A packet has reached the subject.
    Received {
        /// The packet.
        message: &'a Message,
        /// It came in more than one piece.
        is_cut: bool,
    },
    /// Octets have reached the subject that stand for nothing.
    Ignored,
    /// Octets have reached the subject that are no whole packet yet.
    Waiting(&'a [u8]),
    /// The subject has sent a packet.
    Sent(&'a Message),
    /// The subject's stream has ended within these octets, which are no packet.
    Unfinished(&'a [u8]),
    /// Octets of either side were not seen: what follows is not known to follow from anything.
    Missing,
    /// The peer has ended its side, or broken the connection, and the subject could know.
    PeerEnded(StreamEnd),
    /// The subject has ended its side, or broken the connection.
    Ended(StreamEnd),
}
