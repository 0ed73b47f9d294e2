//! Captures: a journal as a file for Wireshark and tshark, and recorded packets from such a file.
//!
//! A journal has two sides of a network, and so has its capture: the interface `subject` shows what the subject sent and what
//! reached it, the interface `suite` what the suite's peers sent and what reached them. What the network did to a datagram
//! stands as a comment at its sender's packet. Connections are shown at the subject's side alone; what the network did to a
//! stream stands there at the packet with the octet that it was done to.

use crate::journal::{HexOctets, parse_hex};
use crate::script::Secret;

mod read;
mod segments;
mod streams;
mod write;

pub use read::{Capture, CaptureError, FRAMES_MAX, Frame, Segment, read};
pub use streams::{Connection, Happened, connections};
pub use write::{Writer, write};

/// What a capture's file name ends with.
pub const EXTENSION: &str = "pcapng";

/// What stands between two remarks of one comment.
pub(crate) const BETWEEN_REMARKS: &str = "; ";

/// A secret as a remark.
fn said_secret(secret: &Secret) -> String {
    format!("{}: {}", secret.name, secret.octets)
}

/// The secrets that a comment tells, in their order.
pub fn secrets(comment: &str) -> impl Iterator<Item = Secret> {
    comment.split(BETWEEN_REMARKS).filter_map(|remark| {
        let (name, digits) = remark.split_once(": ")?;
        let octets = HexOctets(parse_hex(digits).ok()?);
        Some(Secret { name: name.to_owned(), octets })
    })
}

#[cfg(test)]
mod tests;
