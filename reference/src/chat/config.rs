//! What can be set for a server: its world, what it allows, its bounds.

use core::time::Duration;

use crate::chat::{Account, Cost, Dialect, Mutant, RoomId};

/// Settings of a [`Server`](crate::chat::Server).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How octets are read.
    pub dialect: Dialect,
    /// Whether a user may be logged in on several connections (CHAT-AUTH-5). Default: no.
    pub several_endpoints: bool,
    /// Whether a registration logs in, too (CHAT-AUTH-6). Default: yes.
    pub registration_authenticates: bool,
    /// Whether joining an unknown room creates it (CHAT-ROOM-1). Default: no.
    pub creates_rooms: bool,
    /// The users there are.
    pub accounts: Vec<Account>,
    /// The rooms there are.
    pub rooms: Vec<Room>,
    /// How slow the hash of a new password is.
    pub cost: Cost,
    /// How long an ended connection may take to be through. Default: 10 s.
    pub linger: Duration,
    /// Bounds of every table and buffer.
    pub limits: Limits,
    /// A deliberate violation of one clause. Default: none.
    pub mutant: Option<Mutant>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            several_endpoints: false,
            registration_authenticates: true,
            creates_rooms: false,
            accounts: Vec::new(),
            rooms: Vec::new(),
            cost: Cost::default(),
            linger: Duration::from_secs(10),
            limits: Limits::default(),
            mutant: None,
        }
    }
}

/// Settings of a [`Client`](crate::chat::Client).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientConfig {
    /// How octets are read.
    pub dialect: Dialect,
    /// A deliberate violation of one clause. Default: none.
    pub mutant: Option<Mutant>,
}

/// A room of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its identifier.
    pub id: RoomId,
    /// What one needs to join it.
    pub password: Option<String>,
}

/// Bounds of every table and buffer that a peer could fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once. Default: 16,384.
    pub connections: usize,
    /// Octets of output that wait for a client which does not read (CHAT-OUT-1). Default: 2 MiB.
    pub output: usize,
    /// Identifiers of messages that are remembered for an endpoint (CHAT-MSG-6). Default: 1,024.
    pub receipts: usize,
    /// Unfinished long messages of a connection (CHAT-LONG-7). Default: 8.
    pub drafts: usize,
    /// Parts of a long message (CHAT-LONG-7). Default: 1,024.
    pub parts: u32,
    /// Octets of the unfinished long messages of a connection (CHAT-LONG-7). Default: 2 MiB.
    pub draft_octets: usize,
    /// Octets of the long messages that were delivered and are kept to be asked for again
    /// (CHAT-LONG-6). Default: 16 MiB.
    pub kept_octets: usize,
    /// Rooms, those created on joining included. Default: 16,384.
    pub rooms: usize,
    /// Accounts, those registered at run time included. Default: 1,048,576.
    pub accounts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            output: 2 << 20,
            receipts: 1024,
            drafts: 8,
            parts: 1024,
            draft_octets: 2 << 20,
            kept_octets: 16 << 20,
            rooms: 16_384,
            accounts: 1 << 20,
        }
    }
}
