//! PaperClip version 0: packets over UDP, which flags make reliable, checked, compressed,
//! encrypted, and longer than a datagram.
//!
//! Everything is built from the clauses of the specification, which comments name (`CLIP-REL-2`).
//! One [`Endpoint`] stands behind one socket, and holds sessions of both roles. [`Packet`] is the wire format, in both [`Widths`]; [`PACKETS`] names its fields. What
//! flags do to data are functions of their own ([`encode`], [`decode`], [`fragments`]). A [`Mutant`]
//! makes the endpoint break one clause, to show that a test can fail.

mod certificate;
mod cipher;
mod code;
mod coding;
mod compression;
mod config;
mod context;
mod dialect;
mod ended;
mod endpoint;
mod event;
mod flags;
mod fragments;
mod handshake;
mod inbound;
mod keys;
mod malformed;
mod mutant;
mod outbound;
mod packet;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod window;

pub use crate::sessions::{SessionId, Transmit};
pub use certificate::{CertificateError, verify_certificate};
pub use cipher::{BLOCK, decrypt, encrypt};
pub use code::ErrorCode;
pub use coding::{Encoded, carried, decode, encode};
pub use compression::{INFLATED_MAX, InflateError, checksum, deflate, inflate};
pub use config::{Config, Limits, Timers};
pub use dialect::Widths;
pub use endpoint::Endpoint;
pub use event::{Event, Failure, Misuse};
pub use flags::Flags;
pub use fragments::{Bounds, FRAGMENTS_MAX, Reassembly, Taken, fragments};
pub use keys::{KeyAgreement, KeyPair, PUBLIC_KEY, SessionKey};
pub use malformed::DecodeError;
pub use mutant::Mutant;
pub use packet::{Body, DATA_MAX, Fragment, PACKETS, Packet, VERSION, spec_of};
pub use window::{Window, is_newer};
