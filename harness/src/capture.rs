//! Captures: a journal as a file for Wireshark and tshark, and recorded packets from such a file.
//!
//! A journal has two sides of a network, and so has its capture: the interface `subject` shows what the subject sent and what
//! reached it, the interface `suite` what the suite's peers sent and what reached them. What the network did to a datagram
//! stands as a comment at its sender's packet.

mod read;
mod write;

pub use read::{Capture, CaptureError, FRAMES_MAX, Frame, read};
pub use write::write;

/// What a capture's file name ends with.
pub const EXTENSION: &str = "pcapng";

#[cfg(test)]
mod tests;
