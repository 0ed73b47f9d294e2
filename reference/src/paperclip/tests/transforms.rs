//! The transforms of data, against values that other programs computed.

use core::time::Duration;

use p384::pkcs8::EncodePublicKey as _;
use rstest::rstest;

use super::{hex, unhex};
use crate::entropy::Entropy;
use crate::paperclip::{
    CertificateError, ErrorCode, Flags, INFLATED_MAX, InflateError, KeyPair, PUBLIC_KEY,
    SessionKey, Widths, checksum, decode, decrypt, deflate, encode, encrypt, inflate,
    verify_certificate,
};

/// The key of octets 0 to 31.
fn key() -> SessionKey {
    SessionKey(core::array::from_fn(|index| u8::try_from(index).unwrap()))
}

#[test]
fn the_checksum_is_the_crc_32_of_zip() {
    assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    assert_eq!(checksum(b""), 0);
}

#[test]
fn finished_is_what_another_program_computes() {
    let expected = "6c21bc7d4fc10f700f2fd3389d0a1ecb275d52eca28a89319720c1139eae8aa1";
    assert_eq!(hex(&key().finished()), expected);
    assert!(key().is_finished(&unhex(expected)));
    assert!(!key().is_finished(&unhex(expected)[..31]));
    assert!(!key().is_finished(b""));
}

#[rstest]
#[case(Widths::Deployed, "000102030405060708090a0b0c0d0e0f", "7fd12dafb7e9599d0b849ad8c2e3c21f")]
#[case(Widths::Table, "8001", "2f4db4fb41962d5cbdbed12f3da961ac")]
fn ciphertext_is_what_another_program_computes(
    #[case] widths: Widths,
    #[case] init_vector: &str,
    #[case] expected: &str,
) {
    let init_vector = unhex(init_vector);
    let encrypted = encrypt(&key(), widths, &init_vector, b"hello");
    assert_eq!(hex(&encrypted), expected);
    assert_eq!(decrypt(&key(), widths, &init_vector, &encrypted).unwrap(), b"hello");
    assert_eq!(decrypt(&key(), widths, &init_vector, &encrypted[..15]), None);
    assert_eq!(decrypt(&key(), widths, &init_vector, b""), None);
}

#[test]
fn both_sides_agree_on_a_key() {
    let mut entropy = Entropy::from_seed([3; 32]);
    let [one, other] = [KeyPair::generate(&mut entropy), KeyPair::generate(&mut entropy)];
    assert_ne!(one.public(), other.public());
    assert_eq!(one.public().len(), PUBLIC_KEY);
    let agreed = one.agree(other.public());
    assert!(agreed.is_some());
    assert_eq!(agreed, other.agree(one.public()));
}

#[test]
fn the_session_key_is_what_another_program_derives() {
    let shared = unhex(
        "e9405c6938cea4a2d7c67f9b944fc349ab1620d1e248720978cb5ea86591847ae074512e2dc7787f3e412cc8\
         bb4b724c",
    );
    let expected = "52cd0b75e0924fe87c30ace497a424b92911d2340854e35cbc62d3d8f8db2796";
    assert_eq!(hex(&SessionKey::derive(&shared, b"handshake data").0), expected);
}

#[test]
fn a_key_that_is_not_on_the_curve_gives_nothing() {
    let mut entropy = Entropy::from_seed([3; 32]);
    let pair = KeyPair::generate(&mut entropy);
    let mut public = pair.public().to_vec();
    *public.last_mut().unwrap() ^= 1;
    assert_eq!(pair.agree(&public), None);
    assert_eq!(pair.agree(&pair.public()[..119]), None);
    assert_eq!(pair.agree(b""), None);
    let other_curve = p256::SecretKey::from_slice(&[1; 32]).unwrap().public_key();
    assert_eq!(pair.agree(other_curve.to_public_key_der().unwrap().as_bytes()), None);
}

#[test]
fn data_comes_back_from_deflate() {
    for data in [&b""[..], b"a", &vec![7; INFLATED_MAX], &super::fragments::pattern(INFLATED_MAX)] {
        assert_eq!(inflate(&deflate(data)).unwrap(), data);
    }
    assert_eq!(inflate(&unhex("cb48cdc9c957c8409000")).unwrap(), b"hello hello hello");
}

#[test]
fn what_does_not_inflate_is_an_error() {
    let good = deflate(b"hello hello hello");
    assert_eq!(inflate(b""), Err(InflateError::Unfinished));
    assert_eq!(inflate(&good[..good.len() - 1]), Err(InflateError::Unfinished));
    assert_eq!(inflate(&[&good[..], b"x"].concat()), Err(InflateError::Trailing));
    assert_eq!(inflate(b"\xff\xff"), Err(InflateError::Invalid));
    assert_eq!(inflate(&deflate(&vec![7; INFLATED_MAX + 1])), Err(InflateError::TooLong));
    assert_eq!(inflate(&deflate(&vec![7; 50_000_000])), Err(InflateError::TooLong));
}

#[test]
fn every_combination_of_flags_brings_data_back() {
    for bits in 0..32_u8 {
        let flags = Flags::from_bits(bits << 3);
        for widths in Widths::ALL {
            let init_vector = vec![9; if widths == Widths::Table { 2 } else { 16 }];
            let key = key();
            for data in [&b""[..], b"x", &vec![5; 100_000]] {
                let encoded = encode(flags, widths, Some((&key, &init_vector)), data);
                let decoded = decode(
                    flags,
                    widths,
                    Some(&key),
                    Some(&init_vector),
                    encoded.checksum,
                    &encoded.data,
                );
                assert_eq!(decoded.as_deref(), Ok(data), "{flags}");
            }
        }
    }
}

#[test]
fn each_transform_fails_with_its_code() {
    let decode = |flags, checksum, data: &[u8]| {
        decode(flags, Widths::Table, Some(&key()), Some(&[0, 1]), checksum, data).unwrap_err()
    };
    assert_eq!(decode(Flags::CHECKSUM, Some(1), b"x"), ErrorCode::CHECKSUM);
    assert_eq!(decode(Flags::COMPRESSED, None, b"\xff"), ErrorCode::COMPRESSION);
    assert_eq!(decode(Flags::ENCRYPTED, None, b"x"), ErrorCode::INIT_VECTOR);
}

/// The certificates of this folder; their validity is 2020 to 2120 unless their name says otherwise.
macro_rules! certificate {
    ($name:literal) => {
        include_bytes!(concat!("certificates/", $name, ".der")).as_slice()
    };
}

#[rstest]
#[case::p256_sha256(certificate!("leaf-p256-sha256"), Ok(()))]
#[case::p256_sha384(certificate!("leaf-p256-sha384"), Ok(()))]
#[case::p256_sha512(certificate!("leaf-p256-sha512"), Err(CertificateError::Untrusted))]
#[case::p384_sha256(certificate!("leaf-p384-sha256"), Ok(()))]
#[case::p384_sha384(certificate!("leaf-p384-sha384"), Ok(()))]
#[case::rsa(certificate!("leaf-rsa"), Ok(()))]
#[case::a_short_rsa_key(certificate!("leaf-rsa-1024"), Err(CertificateError::Untrusted))]
#[case::expired(certificate!("leaf-expired"), Err(CertificateError::OutOfDate))]
#[case::not_yet(certificate!("leaf-early"), Err(CertificateError::OutOfDate))]
#[case::a_chain(certificate!("leaf-by-intermediate"), Err(CertificateError::Untrusted))]
#[case::the_intermediate(certificate!("intermediate"), Ok(()))]
#[case::the_anchor_itself(certificate!("anchor-p256"), Ok(()))]
#[case::another_anchor_of_the_same_name(certificate!("anchor-other"),
    Err(CertificateError::Untrusted))]
#[case::no_certificate(b"cert", Err(CertificateError::Malformed))]
fn a_certificate_is_judged_by_its_signature_and_its_dates(
    #[case] certificate: &[u8],
    #[case] expected: Result<(), CertificateError>,
) {
    let anchors = [
        certificate!("anchor-rsa-1024").to_vec(),
        b"no certificate".to_vec(),
        certificate!("anchor-p256").to_vec(),
        certificate!("anchor-p384").to_vec(),
        certificate!("anchor-rsa").to_vec(),
    ];
    let now = Duration::from_secs(1_700_000_000);
    assert_eq!(verify_certificate(certificate, &anchors, now), expected);
    if expected.is_ok() {
        let error = verify_certificate(certificate, &[], now).unwrap_err();
        assert_eq!(error, CertificateError::Untrusted);
        let mut forged = certificate.to_vec();
        *forged.last_mut().unwrap() ^= 1;
        assert!(verify_certificate(&forged, &anchors, now).is_err());
    }
}
