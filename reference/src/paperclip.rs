//! PaperClip version 0: packets over UDP, which flags make reliable, checked, compressed,
//! encrypted, and longer than a datagram.
//!
//! Everything is built from the clauses of the specification, which comments name (`CLIP-REL-2`).
//! [`Packet`] is the wire format, in both [`Widths`]; [`PACKETS`] names its fields.

mod code;
mod dialect;
mod flags;
mod packet;
#[cfg(test)]
mod tests;

pub use code::ErrorCode;
pub use dialect::{Role, Widths};
pub use flags::Flags;
pub use packet::{Body, DATA_MAX, DecodeError, Fragment, PACKETS, Packet, VERSION, spec_of};
