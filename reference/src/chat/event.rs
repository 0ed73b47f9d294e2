//! What a server and a client tell their caller: octets to send, ends, events.

use core::fmt;

use crate::chat::{Account, RoomId, ServerId};

/// Names one connection of a server; never used again for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(super) u64);

impl ConnectionId {
    /// The connection's number, counted from 0 in the order in which connections came.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "connection {}", self.0)
    }
}

/// What to do with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send these octets.
    Send(Vec<u8>),
    /// Send FIN after what was sent; nothing is sent after it. What still comes is to be read, so
    /// that it causes no RST.
    Finish,
    /// Let the connection go, whatever is under way.
    Abort,
}

/// Something that whoever runs a server is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// A user has registered; the server knows him from now on (CHAT-AUTH-6).
    Registered(Account),
    /// A mail is to be sent (CHAT-AUTH-8).
    Mail(Mail),
}

/// A mail with which a registration is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address that the user has given.
    pub to: String,
    /// The user.
    pub user: String,
    /// What confirms the registration: 32 hexadecimal digits.
    pub token: String,
}

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// U2.
    Login,
    /// U6.
    Register,
    /// U160.
    Join,
    /// U163.
    Part,
    /// U80.
    Say,
    /// U87 or U91.
    SayLong,
    /// U166.
    Alias,
}

impl Request {
    /// The request's word in control lines: `say-long`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Register => "register",
            Self::Join => "join",
            Self::Part => "part",
            Self::Say => "say",
            Self::SayLong => "say-long",
            Self::Alias => "alias",
        }
    }
}

/// Something that the application of a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// The server has greeted: S1.
    Opened {
        /// The guest's name.
        guest: Vec<u8>,
    },
    /// A reply.
    Replied {
        /// What it answers.
        to: Request,
        /// The codes as they travel, in their order; of a packet that only says BAD, its number.
        codes: Vec<u8>,
    },
    /// Somebody said something: S83.
    Message {
        /// The server's identifier.
        id: ServerId,
        /// The room.
        room: RoomId,
        /// Who.
        user: Vec<u8>,
        /// His alias.
        alias: Vec<u8>,
        /// What, decoded.
        text: Vec<u8>,
    },
    /// A long message is whole: S95 of its head and of all its parts. It names no sender.
    LongMessage {
        /// The server's identifier.
        id: ServerId,
        /// The room.
        room: RoomId,
        /// What, decoded: the head and the parts one after the other.
        text: Vec<u8>,
    },
    /// Somebody joined a room: S162.
    Joined {
        /// The room.
        room: RoomId,
        /// Who.
        user: Vec<u8>,
        /// His alias.
        alias: Vec<u8>,
    },
    /// Somebody left a room: S165.
    Parted {
        /// The room.
        room: RoomId,
        /// Who.
        user: Vec<u8>,
        /// His alias.
        alias: Vec<u8>,
    },
    /// Somebody has another alias: S168.
    Renamed {
        /// Who.
        user: Vec<u8>,
        /// The alias before.
        old: Vec<u8>,
        /// The alias from now on.
        new: Vec<u8>,
    },
    /// Somebody invites: S169.
    Invited {
        /// The room.
        room: RoomId,
        /// Who invites.
        user: Vec<u8>,
        /// The alias of who invites.
        alias: Vec<u8>,
    },
    /// The connection has ended. Last event.
    Closed,
    /// The connection was reset. Last event.
    Failed,
}
