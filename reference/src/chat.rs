//! The chat packet protocol: a server and its clients, over TCP.
//!
//! Everything is built from the clauses of the specification, which comments name (`CHAT-MSG-2`).
//! [`Server`] stands behind one listening socket and holds all connections; a [`Client`] is one
//! connection. [`Packet`] is the wire
//! format, [`LAYOUTS`] its table, [`PACKETS`] names its fields, and [`Deframer`] cuts a stream of
//! octets into packets. A [`Mutant`] makes server or client break one clause, to show that a test can
//! fail.
//!
//! # Choices among what the clauses allow
//!
//! - An unknown packet is answered at its end, a broken one where it breaks (CHAT-FRAME-4, -6).
//! - An empty room is 01 (CHAT-MSG-2), and one's own alias again is 03 (CHAT-ROOM-5).
//! - A repeated message ID is taken like another (CHAT-MSG-8).
//! - Parts of a long message are delivered as S95 whose TP counts down (CHAT-LONG-5), and a good
//!   U99 is answered with S100 before the part (CHAT-LONG-6).
//! - Invitations are passed on, also to the inviter's own endpoints (CHAT-ROOM-6).
//! - A room that was created on joining ends with who leaves it last (CHAT-ROOM-1).

mod account;
mod client;
mod code;
mod config;
mod deframe;
mod dialect;
mod event;
mod layout;
mod mutant;
mod packet;
mod part;
mod server;
mod settings;
mod text;

#[cfg(test)]
mod tests;

pub use account::{Account, Cost, NotAPassword, Password};
pub use client::Client;
pub use config::{ClientConfig, Config, Limits, Room};
pub use deframe::{Deframer, Frame, PACKET_MAX};
pub use dialect::{Codes, Dialect, Endianness};
pub use event::{Action, ClientEvent, ConnectionId, Mail, Request, ServerEvent};
pub use layout::{DecodeError, Ending, Layout, Lead, Part, Presence, Shape, View};
pub use mutant::Mutant;
pub use packet::{LAYOUTS, MESSAGE_MAX, PACKETS, Packet};
pub use part::{IdStart, MessageId, PacketIds, RoomId, ServerId};
pub use server::Server;
