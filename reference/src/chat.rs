//! The chat packet protocol: a server and its clients, over TCP.
//!
//! Everything is built from the clauses of the specification, which comments name (`CHAT-MSG-2`).
//! [`Packet`] is the wire format, [`LAYOUTS`] its table, [`PACKETS`] names its fields, and
//! [`Deframer`] cuts a stream of octets into packets.

mod deframe;
mod dialect;
mod layout;
mod packet;
mod part;

#[cfg(test)]
mod tests;

pub use deframe::{Deframer, Frame, PACKET_MAX};
pub use dialect::{Codes, Dialect, Endianness, Role};
pub use layout::{DecodeError, Ending, Layout, View};
pub use packet::{LAYOUTS, MESSAGE_MAX, PACKETS, Packet};
pub use part::{IdStart, MessageId, PacketIds, RoomId, ServerId};
