//! PaperClip version 0: packets over UDP, which flags make reliable, checked, compressed,
//! encrypted, and longer than a datagram.
//!
//! Everything is built from the clauses of the specification, which comments name (`CLIP-REL-2`).
//! [`Packet`] is the wire format, in both [`Widths`]; [`PACKETS`] names its fields.

mod certificate;
mod cipher;
mod code;
mod coding;
mod compression;
mod dialect;
mod flags;
mod fragments;
mod keys;
mod packet;
#[cfg(test)]
mod tests;
mod window;

pub use certificate::{CertificateError, verify_certificate};
pub use cipher::{BLOCK, decrypt, encrypt};
pub use code::ErrorCode;
pub use coding::{Encoded, carried, decode, encode};
pub use compression::{INFLATED_MAX, InflateError, checksum, deflate, inflate};
pub use dialect::{Role, Widths};
pub use flags::Flags;
pub use fragments::{Bounds, FRAGMENTS_MAX, Reassembly, Taken, fragments};
pub use keys::{KeyPair, PUBLIC_KEY, SessionKey};
pub use packet::{Body, DATA_MAX, DecodeError, Fragment, PACKETS, Packet, VERSION, spec_of};
pub use window::{Window, is_newer};
