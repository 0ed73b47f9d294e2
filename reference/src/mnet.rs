//! MNET version 1: sessions of two octet streams over UDP.
//!
//! Everything is built from the clauses of the specification, which comments name (`MNET-DATA-6`).
//! One [`Endpoint`] stands behind one socket, and holds sessions of both roles. [`Packet`] is the
//! wire format, in any [`Dialect`]; [`PACKETS`] names its fields. A [`Mutant`] makes the endpoint
//! break one clause, to show that a test can fail.
//!
//! # Choices among what the clauses allow
//!
//! - An echo from another port of the same address is accepted (MNET-ECHO-4).
//! - The connector sends no DATA before COOKIE-ACK (MNET-ACK-2), and DATA that overtakes an echo
//!   is dropped (MNET-ACK-4).
//! - Once SHUTDOWN has come, the application can write no more (MNET-SHUT-11): a reply that it
//!   has not yet written is lost.
//! - Malformed datagrams, bad echoes and INITs of another version get no answer.
//! - Packets for unknown sessions are answered with a reflected ABORT (MNET-WIRE-10), but for DATA
//!   to a listener that acknowledges nothing: it may have overtaken its echo, and an ABORT would end
//!   the session that is just opening (MNET-ACK-4).

mod config;
mod congestion;
mod context;
mod cookie;
mod dialect;
mod ended;
mod endpoint;
mod event;
mod handshake;
mod listener;
mod mutant;
mod packet;
mod receive;
mod send;
mod sequence;
mod session;
mod settings;
mod shutdown;
mod transfer;

#[cfg(test)]
mod tests;

pub use crate::sessions::{SessionId, Transmit};
pub use config::{Config, Limits, Timers};
pub use dialect::{ByteOrder, Dialect, Tag, Tags};
pub use endpoint::Endpoint;
pub use event::{Event, Failure, Misuse};
pub use mutant::Mutant;
pub use packet::{DATA_HEADER, DATAGRAM_MAX, DecodeError, MAGIC, PACKETS, Packet, VERSION};
pub use session::StateName;
