//! Encryption of data: AES-256 in CBC mode with PKCS#7 padding (CLIP-ENC-1).

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt as _, BlockModeDecrypt as _, BlockModeEncrypt as _};
use aes::cipher::{InnerIvInit as _, KeyInit as _, block_padding::Pkcs7};

use crate::paperclip::{SessionKey, Widths};

/// Octets of a block of the cipher.
pub const BLOCK: usize = 16;

/// Encrypts data under the Init Vector of its packet.
#[must_use]
pub fn encrypt(key: &SessionKey, widths: Widths, init_vector: &[u8], data: &[u8]) -> Vec<u8> {
    let (cipher, iv) = cipher(key, widths, init_vector);
    cbc::Encryptor::inner_iv_init(cipher, &iv.into()).encrypt_padded_vec::<Pkcs7>(data)
}

/// Decrypts what [`encrypt`] made; `None` when it cannot have done so (CLIP-ENC-2).
#[must_use]
pub fn decrypt(
    key: &SessionKey,
    widths: Widths,
    init_vector: &[u8],
    data: &[u8],
) -> Option<Vec<u8>> {
    let (cipher, iv) = cipher(key, widths, init_vector);
    cbc::Decryptor::inner_iv_init(cipher, &iv.into()).decrypt_padded_vec::<Pkcs7>(data).ok()
}

/// The IV of CBC for the Init Vector of a packet.
///
/// `deployed` carries the whole IV. `table` carries a number, whose encryption under the same key is
/// the IV (NIST SP 800-38A, appendix C): so it cannot be foretold.
pub(super) fn iv(key: &SessionKey, widths: Widths, init_vector: &[u8]) -> [u8; BLOCK] {
    cipher(key, widths, init_vector).1
}

/// The cipher under the key, and the IV: making a cipher of the key costs more than a block.
fn cipher(key: &SessionKey, widths: Widths, init_vector: &[u8]) -> (Aes256, [u8; BLOCK]) {
    let cipher = Aes256::new(&key.0.into());
    let mut block = padded(init_vector);
    if widths == Widths::Table {
        let mut encrypted = Array::from(block);
        cipher.encrypt_block(&mut encrypted);
        block = encrypted.into();
    }
    (cipher, block)
}

/// An Init Vector with zeros before it.
pub(super) fn padded(init_vector: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().rev().zip(init_vector.iter().rev()) {
        *to = *from;
    }
    block
}
