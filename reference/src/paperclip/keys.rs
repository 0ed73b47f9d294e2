//! Keys of a session: ECDH on P-384, the key that follows from it, and *finished* (CLIP-AUTH-2).

use std::sync::{Arc, OnceLock};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p384::elliptic_curve::point::AffineCoordinates as _;
use p384::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use p384::{NonZeroScalar, PublicKey, Scalar, SecretKey};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use crate::entropy::Entropy;

/// Octets of a public key: a DER `SubjectPublicKeyInfo` of an uncompressed point.
pub const PUBLIC_KEY: usize = 120;

/// What the session key is derived for.
const INFO: &[u8] = b"handshake data";
/// What *finished* is the proof of; the digest of [`DIGESTED`] follows.
const LABEL: &[u8] = b"node finished";
/// The octet whose digest is in *finished*.
const DIGESTED: [u8; 1] = [0x13];
/// How often a secret is drawn anew because it is no scalar of the curve; each draw fails with a
/// chance below 2^-190.
const DRAWS_MAX: u32 = 8;
/// How many pairs are looked at for one with a short secret; so many are not enough once in 2^46.
const SHORT_DRAWS_MAX: u32 = 8192;

/// How an endpoint comes by its key pairs, and by the secrets that they share with a peer's key.
///
/// The arithmetic of the curve is most of what a handshake costs. A simulation that plays the same handshakes again and again
/// can remember what came of them; an endpoint that has secrets must not, and does not by default.
#[derive(Clone, Copy, Debug)]
pub struct KeyAgreement {
    /// The next pair, as [`KeyPair::generate`] gives it.
    pub generate: fn(&mut Entropy) -> Arc<KeyPair>,
    /// The secret that a pair shares with the owner of a public key, as [`KeyPair::shared`] gives it.
    pub shared: fn(&KeyPair, &[u8]) -> Option<[u8; 48]>,
}

impl Default for KeyAgreement {
    fn default() -> Self {
        Self { generate: |entropy| Arc::new(KeyPair::generate(entropy)), shared: KeyPair::shared }
    }
}

/// A key pair for one session.
///
/// The public key is worked out when it is first asked for: most endpoints of a test open no session.
#[derive(Clone)]
pub struct KeyPair {
    secret: SecretKey,
    public: OnceLock<Vec<u8>>,
}

impl KeyPair {
    /// A new pair.
    ///
    /// # Panics
    ///
    /// Never: no entropy gives eight numbers in a row that are no scalars.
    #[must_use]
    pub fn generate(entropy: &mut Entropy) -> Self {
        let secret = (0..DRAWS_MAX)
            .find_map(|_| SecretKey::from_slice(&entropy.octets::<48>()).ok())
            .expect("a random number is a scalar");
        Self { secret, public: OnceLock::new() }
    }

    /// A new pair whose secret shared with the owner of `peer` begins with a zero octet, as that of one pair in 256 does;
    /// `None` when `peer` is no key on the curve. For whoever tests that a peer takes such a secret whole.
    #[must_use]
    pub fn with_short_secret(entropy: &mut Entropy, peer: &[u8]) -> Option<Self> {
        let peer = PublicKey::from_public_key_der(peer).ok()?.to_projective();
        let mut scalar: Scalar = *Self::generate(entropy).secret.to_nonzero_scalar();
        let mut common = peer * scalar;
        // The next pair is one addition away, where another one would be two multiplications.
        for _ in 0..SHORT_DRAWS_MAX {
            if common.to_affine().x().first() == Some(&0) {
                let secret = Option::<NonZeroScalar>::from(NonZeroScalar::new(scalar))?;
                return Some(Self { secret: secret.into(), public: OnceLock::new() });
            }
            scalar += Scalar::ONE;
            common += peer;
        }
        None
    }

    /// The public key as AUTH carries it.
    ///
    /// # Panics
    ///
    /// Never: each point of the curve can be written.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        self.public.get_or_init(|| {
            let public = self.secret.public_key().to_public_key_der();
            public.expect("a point can be written").into_vec()
        })
    }

    /// The session key that both sides have when the other's public key is `peer`; `None` when
    /// that is no key on the curve.
    #[must_use]
    pub fn agree(&self, peer: &[u8]) -> Option<SessionKey> {
        Some(SessionKey::of_shared(&self.shared(peer)?))
    }

    /// The shared secret itself: the abscissa of the common point. `None` when `peer` is no key on
    /// the curve.
    #[must_use]
    pub fn shared(&self, peer: &[u8]) -> Option<[u8; 48]> {
        let peer = PublicKey::from_public_key_der(peer).ok()?;
        let scalar = self.secret.to_nonzero_scalar();
        let shared = p384::ecdh::diffie_hellman(scalar, peer.as_affine());
        Some((*shared.raw_secret_bytes()).into())
    }
}

impl core::fmt::Debug for KeyPair {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_struct("KeyPair").finish_non_exhaustive()
    }
}

/// The key of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionKey(pub [u8; 32]);

impl SessionKey {
    /// The session key that follows from a shared secret (CLIP-AUTH-2).
    #[must_use]
    pub fn of_shared(shared: &[u8; 48]) -> Self {
        Self::derive(shared, INFO)
    }

    /// The key that follows from a shared secret, for this purpose.
    pub(super) fn derive(shared: &[u8], info: &[u8]) -> Self {
        let mut key = [0; 32];
        let derived = Hkdf::<Sha256>::new(None, shared).expand(info, &mut key);
        derived.expect("32 octets are not too many");
        Self(key)
    }

    /// Keys that follow from a shared secret by likely mistakes: other infos, another hash, a salt,
    /// the secret hashed or as it is. They tell a wrong derivation from a wrong *finished*.
    #[must_use]
    pub fn misderived(shared: &[u8]) -> Vec<Self> {
        let filled = |expand: &dyn Fn(&mut [u8]) -> Result<(), hkdf::InvalidLength>| {
            let mut key = [0; 32];
            expand(&mut key).is_ok().then_some(Self(key))
        };
        let plain = |salt: Option<&[u8]>, secret: &[u8], info: &[u8]| {
            filled(&|key| Hkdf::<Sha256>::new(salt, secret).expand(info, key))
        };
        let infos: [&[u8]; 6] =
            [b"", b"handshake", b"handshake data\0", b"handshake data\n", b"Handshake data", LABEL];
        let digests: [&[u8]; 3] =
            [&Sha256::digest(shared), &Sha384::digest(shared), &Sha512::digest(shared)];
        let start = |octets: &[u8]| octets.first_chunk::<32>().copied().map(SessionKey);
        let mut keys: Vec<_> = infos.iter().map(|info| plain(None, shared, info)).collect();
        keys.extend([
            filled(&|key| Hkdf::<Sha384>::new(None, shared).expand(INFO, key)),
            filled(&|key| Hkdf::<Sha512>::new(None, shared).expand(INFO, key)),
            plain(Some(INFO), shared, INFO),
            plain(Some(INFO), shared, b""),
            plain(Some(LABEL), shared, INFO),
            plain(Some(b"paperclip"), shared, INFO),
            start(shared),
            shared.last_chunk::<32>().copied().map(SessionKey),
        ]);
        keys.extend(digests.iter().map(|digest| start(digest)));
        keys.extend(digests.iter().map(|digest| plain(None, digest, INFO)));
        keys.into_iter().flatten().collect()
    }

    /// *Finished*: what each side proves with that it has the key (CLIP-AUTH-3).
    #[must_use]
    pub fn finished(&self) -> [u8; 32] {
        self.proof(LABEL, &DIGESTED)
    }

    /// Whether this is *finished*; takes the same time whatever it is.
    #[must_use]
    pub fn is_finished(&self, proof: &[u8]) -> bool {
        self.finished().ct_eq(proof).into()
    }

    /// The proof of a label and the digest of something.
    pub(super) fn proof(&self, label: &[u8], digested: &[u8]) -> [u8; 32] {
        self.mac(&[label, &Sha256::digest(digested)])
    }

    /// The HMAC-SHA256 under this key.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any key will do");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}
