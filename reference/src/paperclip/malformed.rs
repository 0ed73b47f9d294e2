//! What keeps a datagram from being a packet, and the ERROR that says so.

use crate::paperclip::{DATA_MAX, ErrorCode, Flags};

/// Why a datagram holds no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There is no octet.
    #[error("an empty datagram")]
    Empty,
    /// The version is not 0.
    #[error("version {version}")]
    OtherVersion {
        /// The version.
        version: u8,
    },
    /// No packet has this type.
    #[error("unknown type {code}")]
    UnknownType {
        /// The type.
        code: u8,
    },
    /// Reserved flags are set, or flags that the profile does not declare.
    #[error("reserved flags {flags}")]
    ReservedFlags {
        /// Those flags.
        flags: Flags,
    },
    /// The octets end inside a field.
    #[error("{packet} of {found} octets ends inside its fields")]
    Truncated {
        /// The packet's name.
        packet: &'static str,
        /// Octets there are.
        found: usize,
    },
    /// The certificate has no octets.
    #[error("a certificate of size 0")]
    EmptyCertificate,
    /// Octets follow AUTH.
    #[error("{octets} octets after the end of AUTH")]
    Trailing {
        /// How many.
        octets: usize,
    },
    /// There is more data than a packet carries.
    #[error("{data} octets of data, at most {DATA_MAX}")]
    TooLong {
        /// How many.
        data: usize,
    },
    /// The Sequence ID has more than 16 bits.
    #[error("Sequence ID {sequence}, at most 65535")]
    SequenceBeyond {
        /// The Sequence ID.
        sequence: u32,
    },
    /// Fragment Number is 0.
    #[error("Fragment Number 0")]
    NoFragments,
    /// Fragment ID is not below Fragment Number.
    #[error("Fragment ID {id} of {total}")]
    FragmentBeyond {
        /// Fragment ID.
        id: u8,
        /// Fragment Number.
        total: u8,
    },
}

impl DecodeError {
    /// The code of the ERROR that answers such a datagram (CLIP-HEAD-8).
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::OtherVersion { .. } => ErrorCode::VERSION,
            Self::UnknownType { .. } => ErrorCode::PACKET_TYPE,
            Self::ReservedFlags { .. } => ErrorCode::FLAGS,
            Self::Empty
            | Self::Truncated { .. }
            | Self::EmptyCertificate
            | Self::Trailing { .. }
            | Self::TooLong { .. } => ErrorCode::PACKET,
            Self::SequenceBeyond { .. } => ErrorCode::SEQUENCE_ID,
            Self::NoFragments => ErrorCode::FRAGMENT_NUMBER,
            Self::FragmentBeyond { .. } => ErrorCode::FRAGMENT_ID,
        }
    }
}
