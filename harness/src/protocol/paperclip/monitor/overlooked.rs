//! Datagrams that an endpoint must answer with an ERROR and ignore, and what they would be to one that overlooks what is wrong
//! with them: what it makes of them is then blamed on the clause that it has not looked at.

use reference::paperclip::{
    Body, DATA_MAX, DecodeError, Flags, Packet, SessionKey, Widths, decode,
};

use super::{Frame, violation};
use crate::protocol::Violation;

/// The type of ACK.
const ACK: u8 = 1;
/// How many things are wrong with one datagram at most.
const WRONGS_MAX: usize = 4;
/// No header but that of AUTH has more octets.
const HEADER_MAX: usize = 40;

/// A datagram with something wrong in its header.
#[derive(Clone, Debug)]
pub(super) struct Overlooked {
    pub(super) sequence: u16,
    pub(super) kind: u8,
    pub(super) data: Vec<u8>,
    /// Whether it would be a PING.
    pub(super) ping: bool,
    clause: &'static str,
    wrong: String,
}

impl Overlooked {
    /// What a datagram would be without what is wrong with it; `None` when it would still be nothing.
    pub(super) fn of(
        frame: &Frame,
        keys: &[SessionKey],
        octets: &[u8],
        error: DecodeError,
    ) -> Option<Self> {
        let clause = match error {
            DecodeError::OtherVersion { .. } => "CLIP-HEAD-2",
            DecodeError::UnknownType { .. } => "CLIP-HEAD-3",
            DecodeError::ReservedFlags { flags } if (flags & Flags::ALL).is_empty() => {
                "CLIP-HEAD-4"
            }
            // One octet behind the key is no size of a certificate.
            DecodeError::Truncated { packet: "AUTH", .. } if octets.len() > HEADER_MAX => {
                "CLIP-AUTH-7"
            }
            DecodeError::ReservedFlags { .. }
            | DecodeError::TooLong { .. }
            | DecodeError::Truncated { .. } => "CLIP-HEAD-6",
            DecodeError::SequenceBeyond { .. } => "CLIP-REL-9",
            DecodeError::EmptyCertificate | DecodeError::Trailing { .. } => "CLIP-AUTH-7",
            DecodeError::NoFragments | DecodeError::FragmentBeyond { .. } => "CLIP-FRAG-3",
            DecodeError::Empty => return None,
        };
        let wrong = error.to_string();
        let mut octets = octets.to_vec();
        let mut next = Some(error);
        for _ in 0..WRONGS_MAX {
            let Some(error) = next else { break };
            forgive(frame, &mut octets, error)?;
            next = Packet::decode(&octets, frame.widths, frame.flags).err();
        }
        Self::read(frame, keys, &octets, clause, wrong)
    }

    /// What a client's session would make of a packet from elsewhere than its server.
    pub(super) fn of_stranger(frame: &Frame, keys: &[SessionKey], octets: &[u8]) -> Option<Self> {
        Self::read(frame, keys, octets, "CLIP-HEAD-7", "it is not from the server".to_owned())
    }

    fn read(
        frame: &Frame,
        keys: &[SessionKey],
        octets: &[u8],
        clause: &'static str,
        wrong: String,
    ) -> Option<Self> {
        let packet = Packet::decode(octets, frame.widths, frame.flags).ok()?;
        let (flags, vector, sum) = (packet.flags, packet.init_vector, packet.checksum);
        let data = keys
            .iter()
            .map(Some)
            .chain([None])
            .find_map(|key| decode(flags, frame.widths, key, vector, sum, packet.data).ok());
        Some(Self {
            sequence: packet.sequence,
            kind: packet.body.code(),
            data: data.unwrap_or_else(|| packet.data.to_vec()),
            ping: packet.body == Body::Heartbeat { value: 0 },
            clause,
            wrong,
        })
    }

    /// Whether it would be an ACK with *finished* under one of these keys.
    pub(super) fn is_finished(&self, keys: &[SessionKey]) -> bool {
        self.kind == ACK && keys.iter().any(|key| key.is_finished(&self.data))
    }

    /// The subject did this, and should have ignored the datagram.
    pub(super) fn violation(&self, what: &str) -> Violation {
        let what = format!("{what} that is none to be taken: {}", self.wrong);
        violation(self.clause, what, "an ERROR, and nothing else")
    }
}

/// Takes away what is wrong with a datagram; `None` when that cannot be.
fn forgive(frame: &Frame, octets: &mut Vec<u8>, error: DecodeError) -> Option<()> {
    match error {
        DecodeError::OtherVersion { .. } => *octets.first_mut()? &= 0x0f,
        DecodeError::UnknownType { .. } => *octets.first_mut()? = 0,
        DecodeError::ReservedFlags { .. } => *octets.get_mut(1)? &= frame.flags.bits(),
        DecodeError::TooLong { data } => {
            let kept = octets.len() - data.saturating_sub(DATA_MAX);
            octets.truncate(kept);
        }
        DecodeError::Truncated { packet: "AUTH", .. } if octets.len() > HEADER_MAX => {
            octets.pop();
        }
        DecodeError::Truncated { .. } => {
            // Whoever does not count the octets reads what is missing as 0.
            let is_cut = |octets: &[u8]| {
                let decoded = Packet::decode(octets, frame.widths, frame.flags);
                matches!(decoded, Err(DecodeError::Truncated { .. }))
            };
            while octets.len() < HEADER_MAX && is_cut(octets) {
                octets.push(0);
            }
        }
        DecodeError::EmptyCertificate => octets.truncate(octets.len().checked_sub(2)?),
        DecodeError::Trailing { octets: count } => {
            octets.truncate(octets.len().checked_sub(count)?);
        }
        DecodeError::SequenceBeyond { .. } if frame.widths == Widths::Deployed => {
            octets.get_mut(2..4)?.fill(0);
        }
        DecodeError::NoFragments | DecodeError::FragmentBeyond { .. } => {
            // Whoever compares neither takes it for the whole packet.
            let at = 2 + frame.sequence_width();
            octets.get_mut(at..at + 2)?.copy_from_slice(&[0, 1]);
        }
        _ => return None,
    }
    Some(())
}
