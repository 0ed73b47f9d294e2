//! What mutants do to data on its way through the flags.

use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{
    Array, BlockCipherEncrypt as _, BlockModeDecrypt as _, BlockModeEncrypt as _, KeyInit as _,
    KeyIvInit as _,
};
use flate2::{Compress, Compression, FlushCompress};

use crate::paperclip::cipher::{BLOCK, encrypt, iv, padded};
use crate::paperclip::coding::{self, carried};
use crate::paperclip::compression::{
    INFLATED_MAX, InflateError, checksum, deflate, inflate_within,
};
use crate::paperclip::mutant::Mutant;
use crate::paperclip::{
    Body, DATA_MAX, Encoded, ErrorCode, Flags, Packet, SessionKey, Widths, decrypt,
};

/// What even a mutant without bounds does not exceed.
const BOUNDLESS_MAX: usize = 1 << 26;

/// Takes data through the flags as a mutant would.
pub(in crate::paperclip) fn encode(
    mutant: Mutant,
    flags: Flags,
    widths: Widths,
    sealing: Option<(&SessionKey, &[u8])>,
    data: &[u8],
) -> Encoded {
    let right = coding::encode(flags, widths, sealing, data);
    let compressed = match mutant {
        _ if !flags.has(Flags::COMPRESSED) => data.to_vec(),
        Mutant::CompressesNothing => data.to_vec(),
        Mutant::DeflatesInZlibForm => zlib(data),
        Mutant::DeflateWithoutEnd => {
            let mut deflated = deflate(data);
            if let Some(first) = deflated.first_mut() {
                *first &= !1;
            }
            deflated
        }
        _ => deflate(data),
    };
    let encrypted = match sealing.filter(|_| flags.has(Flags::ENCRYPTED)) {
        Some((key, init_vector)) => sealed(mutant, key, widths, init_vector, &compressed),
        None => compressed.clone(),
    };
    let sum = match mutant {
        Mutant::ChecksumNotInverted => !checksum(data),
        Mutant::ChecksumHighBits => checksum(data).rotate_left(16),
        Mutant::ChecksumAfterCompression => checksum(&compressed),
        Mutant::ChecksumAfterEncryption => checksum(&encrypted),
        Mutant::ChecksumOfFirstFragment => checksum(data.get(..DATA_MAX).unwrap_or(data)),
        _ => checksum(data),
    };
    Encoded { data: encrypted, checksum: right.checksum.map(|_| carried(sum, widths)) }
}

/// Data in the form of zlib: with a header and a checksum of its own.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = Compress::new(Compression::default(), true);
    let mut octets = Vec::with_capacity(data.len() + DATA_MAX);
    match stream.compress_vec(data, &mut octets, FlushCompress::Finish) {
        Ok(_) => octets,
        Err(_) => data.to_vec(),
    }
}

/// Encrypts as a mutant would.
fn sealed(
    mutant: Mutant,
    key: &SessionKey,
    widths: Widths,
    init_vector: &[u8],
    data: &[u8],
) -> Vec<u8> {
    let right = iv(key, widths, init_vector);
    let with = |iv: [u8; BLOCK], data: &[u8]| {
        let mut padded = data.to_vec();
        padded.resize(data.len().next_multiple_of(BLOCK), 0);
        let cipher = cbc::Encryptor::<Aes256>::new(&key.0.into(), &iv.into());
        cipher.encrypt_padded_vec::<NoPadding>(&padded)
    };
    let pkcs = |data: &[u8]| {
        let missing = BLOCK - data.len() % BLOCK;
        let octet = u8::try_from(missing).unwrap_or(0);
        [data, &vec![octet; missing]].concat()
    };
    match mutant {
        Mutant::PadsWithZeros => with(right, data),
        Mutant::PadsOnlyWhenNeeded if data.len().is_multiple_of(BLOCK) => with(right, data),
        Mutant::VectorUnencrypted => with(padded(init_vector), &pkcs(data)),
        Mutant::VectorPaddedRight if widths == Widths::Table => {
            let mut block = [0; BLOCK];
            for (to, from) in block.iter_mut().zip(init_vector) {
                *to = *from;
            }
            let mut encrypted = Array::from(block);
            Aes256::new(&key.0.into()).encrypt_block(&mut encrypted);
            with(encrypted.into(), &pkcs(data))
        }
        _ => encrypt(key, widths, init_vector, data),
    }
}

/// The pieces of a packet in the order of their Fragment IDs as text.
pub(in crate::paperclip) fn sorted_as_text(whole: &[u8]) -> Vec<u8> {
    let mut pieces: Vec<_> = whole.chunks(DATA_MAX).enumerate().collect();
    pieces.sort_by_key(|(id, _)| id.to_string());
    pieces.into_iter().flat_map(|(_, piece)| piece).copied().collect()
}

/// Takes what came back through the flags as a mutant would.
pub(in crate::paperclip) fn decode(
    mutant: Mutant,
    packet: &Packet<'_>,
    widths: Widths,
    key: Option<&SessionKey>,
    whole: &[u8],
) -> Result<Vec<u8>, ErrorCode> {
    let mut data = whole.to_vec();
    if packet.flags.has(Flags::ENCRYPTED) {
        let sealing = key.zip(packet.init_vector);
        let opened = if mutant == Mutant::PaddingHalfChecked { opened } else { decrypt };
        let decrypted =
            sealing.and_then(|(key, init_vector)| opened(key, widths, init_vector, &data));
        data = match decrypted {
            Some(decrypted) => decrypted,
            None if mutant == Mutant::OtherTypesNotDecrypted && packet.body != Body::Default => {
                data
            }
            None if mutant == Mutant::UndecryptableDelivered => data,
            None if mutant == Mutant::CompressedDecryptionError38
                && packet.flags.has(Flags::COMPRESSED) =>
            {
                return Err(ErrorCode::COMPRESSION);
            }
            None => return Err(ErrorCode::INIT_VECTOR),
        };
    }
    if packet.flags.has(Flags::COMPRESSED) {
        let bent = match mutant {
            Mutant::SummedDeflateTailTaken if packet.checksum.is_some() => {
                Mutant::OctetsAfterDeflateTaken
            }
            other => other,
        };
        data = match inflated(bent, &data) {
            Err(_) if mutant == Mutant::OtherTypesNotInflated && packet.body != Body::Default => {
                data
            }
            inflated => inflated?,
        };
    }
    let Some(seen) = packet.checksum else { return Ok(data) };
    let right = carried(checksum(&data), widths);
    let is_right = match mutant {
        Mutant::ChecksumUnchecked => true,
        Mutant::ChecksumHalfChecked => seen & 0xff == right & 0xff,
        Mutant::ChecksumOfNothingUnchecked => data.is_empty() || seen == right,
        Mutant::ChecksumOfCompressedUnchecked if packet.flags.has(Flags::COMPRESSED) => true,
        Mutant::ChecksumOfEncryptedUnchecked if packet.flags.has(Flags::ENCRYPTED) => true,
        Mutant::ChecksumOfPingsUnchecked if packet.body.code() == 3 => true,
        Mutant::LateChecksumsUnchecked if packet.sequence > 7 => true,
        Mutant::ChecksumZeroUnchecked if seen == 0 => true,
        Mutant::ChecksumZeroRefused if seen == 0 => false,
        Mutant::ChecksumOfEitherOrderTaken => seen == right || seen == reversed(right, widths),
        _ => seen == right,
    };
    if is_right { Ok(data) } else { Err(ErrorCode::CHECKSUM) }
}

/// Decrypts what has any padding of which the last octet tells the length.
fn opened(key: &SessionKey, widths: Widths, init_vector: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let iv = iv(key, widths, init_vector);
    let cipher = cbc::Decryptor::<Aes256>::new(&key.0.into(), &iv.into());
    let mut plain = cipher.decrypt_padded_vec::<NoPadding>(data).ok()?;
    let padding = usize::from(*plain.last()?);
    plain.truncate(plain.len().checked_sub(padding)?);
    (1..=BLOCK).contains(&padding).then_some(plain)
}

/// A checksum in the other order of its octets.
const fn reversed(checksum: u32, widths: Widths) -> u32 {
    match widths {
        Widths::Table => checksum.swap_bytes() >> 16,
        Widths::Deployed => checksum.swap_bytes(),
    }
}

fn inflated(mutant: Mutant, data: &[u8]) -> Result<Vec<u8>, ErrorCode> {
    // The lowest bit of a block says whether it is the last.
    if mutant == Mutant::InflatesOneBlock && data.first().is_some_and(|first| first & 1 == 0) {
        return Err(ErrorCode::COMPRESSION);
    }
    let bound = match mutant {
        Mutant::InflatesLittle => 65_536,
        Mutant::InflatesWithoutBound | Mutant::InflatedCutAtBound => BOUNDLESS_MAX,
        _ => INFLATED_MAX,
    };
    match (mutant, inflate_within(data, bound)) {
        (Mutant::InflatedCutAtBound, Ok((mut inflated, _))) => {
            inflated.truncate(INFLATED_MAX);
            Ok(inflated)
        }
        (Mutant::OctetsAfterDeflateTaken, Ok((inflated, _))) => Ok(inflated),
        (_, Ok((inflated, taken))) if taken == data.len() => Ok(inflated),
        (Mutant::UninflatableDelivered, _) => Ok(data.to_vec()),
        (Mutant::CutDeflateTaken, Err(InflateError::Unfinished)) => Ok(Vec::new()),
        _ => Err(ErrorCode::COMPRESSION),
    }
}
