//! What is seen of a packet that has come.

use super::Value;

/// What tells the sessions of a connector apart, which may have a port of its own for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// It is the first packet of a session, or a repeat of that.
    pub begins: bool,
    /// Octets that are those of one session.
    pub tags: Vec<Vec<u8>>,
}

/// What a peer makes of a packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// It may come between any two steps: a retransmission, a bare acknowledgement, the echo.
    pub background: bool,
    /// What the peer answers by itself: a packet's name with the fields that are not the default.
    pub answers: Vec<(String, Vec<(String, Value)>)>,
}
