//! The two roles of every protocol.

/// Which side of a session or connection. The connector is what a source document calls the client, and the listener what
/// it calls the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The side that begins.
    Connector,
    /// The side that answers.
    Listener,
}

impl Role {
    /// Both, the side that begins first.
    pub const ALL: [Self; 2] = [Self::Connector, Self::Listener];

    /// The other side.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Connector => Self::Listener,
            Self::Listener => Self::Connector,
        }
    }
}
