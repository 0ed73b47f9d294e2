"""Whether a certificate is signed by a trust anchor and valid now (CLIP-AUTH-7)."""

import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

MIN_RSA_BITS = 2048


def verifies(octets, anchors, wall_ms, broken):
    """Whether the DER certificate verifies by one of the DER `anchors`."""
    try:
        certificate = x509.load_der_x509_certificate(octets)
        now = datetime.datetime.fromtimestamp(wall_ms / 1000, datetime.timezone.utc)
        early = now < certificate.not_valid_before_utc
        late = now > certificate.not_valid_after_utc
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm):
        return False
    if late and not broken("expired-certificate-taken"):
        return False
    if early and not broken("future-certificate-taken"):
        return False
    if broken("signature-unchecked"):
        return True
    if broken("last-anchor-forgotten"):
        anchors = anchors[:-1] or anchors
    return any(_signed(certificate, anchor, broken) for anchor in anchors)


def _signed(certificate, anchor, broken):
    """Whether the anchor's key made the certificate's signature."""
    try:
        anchor = x509.load_der_x509_certificate(anchor)
        if broken("issuer-name-suffices"):
            return certificate.issuer == anchor.subject
        if broken("anchor-itself-alone-taken"):
            return certificate == anchor
        key, algorithm = anchor.public_key(), certificate.signature_hash_algorithm
        signature, signed = certificate.signature, certificate.tbs_certificate_bytes
        if isinstance(key, ec.EllipticCurvePublicKey):
            known = isinstance(algorithm, (hashes.SHA256, hashes.SHA384)) \
                and key.curve.name in ("secp256r1", "secp384r1")
            if not known or broken("ecdsa-refused"):
                return False
            if broken("p256-refused") and key.curve.name == "secp256r1":
                return False
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            if broken("rsa-refused") or not isinstance(algorithm, hashes.SHA256) \
                    or key.key_size < MIN_RSA_BITS:
                return False
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        else:
            return False
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        return False
    return True
