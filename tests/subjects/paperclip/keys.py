"""Keys of a session: the exchange, the session key, *finished*, the cipher (CLIP-AUTH-2, -3, CLIP-ENC-1)."""

import hashlib
import hmac

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher as Transform
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from common import chance

KEY_LENGTH = 120
BLOCK = 16
FINISHED_LENGTH = 32
# The first Init Vector of `table` that is the server's.
SERVER_VECTORS = 1 << 15


class BadKey(ValueError):
    """A public key that is none, or none of this curve."""


class Exhausted(ValueError):
    """Every Init Vector of this side has been used."""


def generate(curve):
    """A new private key."""
    # Sixty-four bits more than the order has: as good as evenly drawn.
    drawn = int.from_bytes(chance.octets(curve.key_size // 8 + 8), "big")
    return ec.derive_private_key(1 + drawn % (2**(curve.key_size - 1)), curve)


class KeyPair:
    """The own half of an exchange."""

    def __init__(self, broken):
        self._broken = broken
        curve = ec.SECP256R1() if broken("key-on-p256") else ec.SECP384R1()
        self._private = generate(curve)

    @property
    def public(self):
        """The public key as DER SubjectPublicKeyInfo."""
        encoding = serialization.Encoding
        form = serialization.PublicFormat
        key = self._private.public_key()
        if self._broken("key-as-raw-point"):
            return key.public_bytes(encoding.X962, form.UncompressedPoint)
        return key.public_bytes(encoding.DER, form.SubjectPublicKeyInfo)

    def session_key(self, peer):
        """The session key with the owner of public key `peer`; raises `BadKey`."""
        try:
            key = serialization.load_der_public_key(peer)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadKey(str(error)) from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp384r1" \
                or len(peer) != KEY_LENGTH:
            raise BadKey("no key of 120 octets on P-384")
        if self._private.curve.name != key.curve.name:
            return bytes(32)
        secret = self._private.exchange(ec.ECDH(), key)
        info = b"handshake data"
        if self._broken("derives-with-other-info"):
            info = b"handshake"
        if self._broken("derives-without-info"):
            info = b""
        if self._broken("derives-by-hash"):
            return hashlib.sha256(secret).digest()
        algorithm = hashes.SHA384() if self._broken("derives-with-sha384") else hashes.SHA256()
        salt = b"paperclip" if self._broken("derives-with-salt") else None
        return HKDF(algorithm=algorithm, length=32, salt=salt, info=info).derive(secret)


def finished(key, broken):
    """The proof of the session key."""
    label = b"node finished"
    if broken("finished-with-other-label"):
        label = b"finished"
    number = b"13" if broken("finished-of-text-13") else b"\x13"
    if broken("finished-of-decimal-13"):
        number = b"\x0d"
    digest = hashlib.sha256(number).digest()
    if broken("finished-without-hash"):
        digest = number
    algorithm = "sha384" if broken("finished-with-sha384") else "sha256"
    proof = hmac.new(key, label + digest, algorithm).digest()
    return proof[:16] if broken("finished-cut") else proof


def proves(octets, key, broken):
    """Whether `octets` are the *finished* of `key`."""
    proof = finished(key, broken)
    if broken("finished-unchecked"):
        return True
    if broken("finished-half-checked"):
        return octets[:16] == proof[:16]
    if broken("finished-prefix-taken"):
        return proof.startswith(octets)
    return hmac.compare_digest(octets, proof)


class Cipher:
    """AES-256-CBC under the session key with the IV rule of the dialect."""

    def __init__(self, key, dialect, server, broken):
        self._key = key[:16] if broken("encrypts-with-128-bits") else key
        self._dialect = dialect
        self._broken = broken
        low = server != broken("vectors-of-other-side")
        self._next = SERVER_VECTORS if low else 0
        self._end = self._next + SERVER_VECTORS
        self._fixed = chance.octets(BLOCK)

    def new_vector(self):
        """An Init Vector that was not used before; raises `Exhausted`."""
        if self._dialect.deployed:
            if self._broken("vector-reused"):
                return self._fixed
            return bytes(BLOCK) if self._broken("vector-zero") else chance.octets(BLOCK)
        if self._next == self._end:
            raise Exhausted("no Init Vector is left")
        vector = 0 if self._broken("vector-zero") else self._next
        if not self._broken("vector-reused"):
            self._next += 1
        return vector.to_bytes(2, "big")

    def encrypt(self, vector, data):
        """The data, padded and encrypted."""
        padder = padding.PKCS7(8 * BLOCK).padder()
        data = padder.update(data) + padder.finalize()
        if self._broken("pads-with-zeros"):
            data = data[:-data[-1]] + bytes(data[-1])
        if self._broken("pads-only-when-needed") and data[-1] == BLOCK and len(data) > BLOCK:
            data = data[:-BLOCK]
        encryptor = self._transform(vector).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, vector, data):
        """The data as it was; raises `ValueError` when it cannot be (CLIP-ENC-2)."""
        if self._broken("cut-ciphertext-taken"):
            data = data[:len(data) // BLOCK * BLOCK]
        if not data or len(data) % BLOCK:
            raise ValueError("no whole blocks")
        decryptor = self._transform(vector).decryptor()
        data = decryptor.update(data) + decryptor.finalize()
        unpadder = padding.PKCS7(8 * BLOCK).unpadder()
        return unpadder.update(data) + unpadder.finalize()

    def _transform(self, vector):
        if not self._dialect.deployed:
            vector = bytes(BLOCK - len(vector)) + vector
            if self._broken("vector-padded-right"):
                vector = vector[-2:] + vector[:-2]
            if not self._broken("vector-unencrypted"):
                encryptor = Transform(algorithms.AES(self._key), modes.ECB()).encryptor()
                vector = encryptor.update(vector) + encryptor.finalize()
        mode = modes.CTR if self._broken("encrypts-in-counter-mode") else modes.CBC
        return Transform(algorithms.AES(self._key), mode(vector))
