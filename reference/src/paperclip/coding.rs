//! The data of a packet through its flags: in their order when it is sent, in reverse when it came.
//!
//! CHECKSUM, then COMPRESSED, then ENCRYPTED; the fragments that come after are in `fragments`
//! (CLIP-HEAD-9).

use crate::paperclip::cipher::{decrypt, encrypt};
use crate::paperclip::compression::{checksum, deflate, inflate};
use crate::paperclip::{ErrorCode, Flags, SessionKey, Widths};

/// The checksum as this dialect carries it (CLIP-SUM-1).
#[must_use]
pub const fn carried(checksum: u32, widths: Widths) -> u32 {
    match widths {
        Widths::Table => checksum & 0xffff,
        Widths::Deployed => checksum,
    }
}

/// Data as it goes on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The data, before it is cut into fragments.
    pub data: Vec<u8>,
    /// The checksum, with CHECKSUM, as the dialect carries it.
    pub checksum: Option<u32>,
}

/// Takes data through CHECKSUM, COMPRESSED and ENCRYPTED; the last one by this key and Init Vector.
#[must_use]
pub fn encode(
    flags: Flags,
    widths: Widths,
    sealing: Option<(&SessionKey, &[u8])>,
    data: &[u8],
) -> Encoded {
    let checksum = flags.has(Flags::CHECKSUM).then(|| carried(checksum(data), widths));
    let mut data = if flags.has(Flags::COMPRESSED) { deflate(data) } else { data.to_vec() };
    if flags.has(Flags::ENCRYPTED)
        && let Some((key, init_vector)) = sealing
    {
        data = encrypt(key, widths, init_vector, &data);
    }
    Encoded { data, checksum }
}

/// Takes data that came through ENCRYPTED, COMPRESSED and CHECKSUM; the error is the code of the
/// ERROR that answers it. Without a key, nothing can be decrypted.
pub fn decode(
    flags: Flags,
    widths: Widths,
    key: Option<&SessionKey>,
    init_vector: Option<&[u8]>,
    checksum_seen: Option<u32>,
    data: &[u8],
) -> Result<Vec<u8>, ErrorCode> {
    let mut decoded = data.to_vec();
    if flags.has(Flags::ENCRYPTED) {
        let sealing = key.zip(init_vector);
        decoded = sealing
            .and_then(|(key, init_vector)| decrypt(key, widths, init_vector, &decoded))
            .ok_or(ErrorCode::INIT_VECTOR)?;
    }
    if flags.has(Flags::COMPRESSED) {
        decoded = inflate(&decoded).map_err(|_| ErrorCode::COMPRESSION)?;
    }
    if let Some(seen) = checksum_seen
        && seen != carried(checksum(&decoded), widths)
    {
        return Err(ErrorCode::CHECKSUM);
    }
    Ok(decoded)
}
