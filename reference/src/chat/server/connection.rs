//! What a server knows of one connection.

use std::collections::BTreeSet;

use super::long::Drafts;
use super::receipts::Receipts;
use crate::Role;
use crate::chat::{Deframer, RoomId};
use crate::time::Instant;
use crate::wire::ByteOrder;

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::chat) enum Phase {
    /// Requests are answered.
    Open,
    /// Nothing more is taken; FIN goes after what waits.
    Finishing,
    /// FIN has gone; the client's is awaited.
    Finished,
}

/// One connection.
#[derive(Clone, Debug)]
pub(in crate::chat) struct Connection {
    pub(in crate::chat) phase: Phase,
    pub(in crate::chat) deframer: Deframer,
    /// Who is logged in.
    pub(in crate::chat) user: Option<Vec<u8>>,
    /// Empty at first (CHAT-ROOM-5).
    pub(in crate::chat) alias: Vec<u8>,
    /// The order of numbers, as U2 says (CHAT-NUM-2).
    pub(in crate::chat) order: ByteOrder,
    pub(in crate::chat) rooms: BTreeSet<RoomId>,
    /// Short messages that were delivered here.
    pub(in crate::chat) short: Receipts,
    /// Long messages that were delivered here.
    pub(in crate::chat) long: Receipts,
    pub(in crate::chat) drafts: Drafts,
    /// Output that waits.
    pub(in crate::chat) queue: Vec<u8>,
    /// Nothing can be sent for now.
    pub(in crate::chat) blocked: bool,
    /// It is in the server's list of those with something to send.
    pub(super) is_ready: bool,
    /// The client has sent FIN.
    pub(super) peer_finished: bool,
    /// When it is let go, once it has ended.
    pub(super) deadline: Option<Instant>,
}

impl Connection {
    pub(super) fn new(deframer: Deframer) -> Self {
        Self {
            phase: Phase::Open,
            deframer,
            user: None,
            alias: Vec::new(),
            order: ByteOrder::Big,
            rooms: BTreeSet::new(),
            short: Receipts::default(),
            long: Receipts::default(),
            drafts: Drafts::default(),
            queue: Vec::new(),
            blocked: false,
            is_ready: false,
            peer_finished: false,
            deadline: None,
        }
    }

    /// Lets go of what an ended connection no longer needs.
    pub(super) fn release(&mut self) {
        self.deframer = Deframer::new(Role::Connector);
        self.short = Receipts::default();
        self.long = Receipts::default();
        self.drafts = Drafts::default();
    }
}
