//! Certificates: X.509 in DER, signed by a trust anchor itself (CLIP-AUTH-7).

use core::time::Duration;

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256, Sha384};
use x509_cert::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::spki::DecodePublicKey as _;

/// ecdsa-with-SHA256 (RFC 5758 §3.2).
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// ecdsa-with-SHA384 (RFC 5758 §3.2).
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
/// sha256WithRSAEncryption (RFC 4055 §5).
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// The shortest RSA modulus that is taken, in bits.
const RSA_BITS_MIN: u32 = 2_048;

/// Why a certificate does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is no X.509 certificate in DER.
    #[error("no X.509 certificate")]
    Malformed,
    /// The time is before or after its validity.
    #[error("outside of its validity")]
    OutOfDate,
    /// No anchor has signed it, with an algorithm that counts.
    #[error("signed by no trust anchor")]
    Untrusted,
}

/// Whether the certificate is signed by one of the anchors, which are certificates in DER too, and
/// valid at this Unix time. No name is checked.
pub fn verify_certificate(
    certificate: &[u8],
    anchors: &[Vec<u8>],
    unix_time: Duration,
) -> Result<(), CertificateError> {
    verify_with(certificate, Some(anchors), Some(unix_time))
}

/// As [`verify_certificate`]; without anchors its signature does not count, without a time its
/// validity.
pub(super) fn verify_with(
    certificate: &[u8],
    anchors: Option<&[Vec<u8>]>,
    unix_time: Option<Duration>,
) -> Result<(), CertificateError> {
    let certificate =
        Certificate::from_der(certificate).map_err(|_| CertificateError::Malformed)?;
    let validity = certificate.tbs_certificate().validity();
    let first = validity.not_before.to_unix_duration();
    let last = validity.not_after.to_unix_duration();
    // The last second is wholly inside.
    let is_valid = |now: Duration| first <= now && Duration::from_secs(now.as_secs()) <= last;
    if !unix_time.is_none_or(is_valid) {
        return Err(CertificateError::OutOfDate);
    }
    let is_signed_by = |anchor: &Vec<u8>| {
        Certificate::from_der(anchor).is_ok_and(|anchor| is_signed(&certificate, &anchor))
    };
    match anchors {
        Some(anchors) if !anchors.iter().any(is_signed_by) => Err(CertificateError::Untrusted),
        _ => Ok(()),
    }
}

/// Whether the key of `anchor` has signed `certificate`.
fn is_signed(certificate: &Certificate, anchor: &Certificate) -> bool {
    let signed = certificate.tbs_certificate().to_der();
    let key = anchor.tbs_certificate().subject_public_key_info().to_der();
    let (Ok(signed), Ok(key), Some(signature)) = (signed, key, certificate.signature().as_bytes())
    else {
        return false;
    };
    let algorithm = certificate.signature_algorithm();
    if algorithm.oid != certificate.tbs_certificate().signature().oid {
        return false;
    }
    match algorithm.oid {
        ECDSA_SHA256 => is_ecdsa(&key, &Sha256::digest(&signed), signature),
        ECDSA_SHA384 => is_ecdsa(&key, &Sha384::digest(&signed), signature),
        RSA_SHA256 => is_rsa(&key, &Sha256::digest(&signed), signature),
        _ => false,
    }
}

/// Whether this is an ECDSA signature of the digest, on P-256 or P-384.
fn is_ecdsa(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(key) {
        return p256::ecdsa::DerSignature::try_from(signature)
            .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok());
    }
    if let Ok(key) = p384::ecdsa::VerifyingKey::from_public_key_der(key) {
        return p384::ecdsa::DerSignature::try_from(signature)
            .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok());
    }
    false
}

/// Whether this is an RSA signature (PKCS#1 v1.5, SHA-256) of the digest.
fn is_rsa(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    rsa::PublicKey::from_public_key_der(key).is_ok_and(|key| {
        key.n().bit_width() >= RSA_BITS_MIN
            && key.verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature).is_ok()
    })
}
