"""Data to what goes on the wire and back: checksum, compression, encryption, in this order.

Fragments are cut here; `fragments` puts them together again.
"""

import zlib
from dataclasses import dataclass

from .wire import (
    CHECKSUM, COMPRESSED, ENCRYPTED, FRAG, MAX_DATA, MAX_FRAGMENTS, Code, Problem,
)

# Octets of data at most, before compression (CLIP-ZIP-2).
MAX_INFLATED = MAX_FRAGMENTS * MAX_DATA
RAW_DEFLATE = -15


class TooLarge(ValueError):
    """Data that does not fit into the fragments of one packet."""


@dataclass(frozen=True)
class Coded:
    """A packet's data as it travels: one chunk for each fragment."""

    flags: int
    vector: bytes
    checksum: int
    chunks: tuple


class Coder:
    """Encodes and decodes data in one dialect."""

    def __init__(self, dialect, broken):
        self._dialect = dialect
        self._broken = broken

    def encode(self, data, flags, cipher):
        """Applies the flags; FRAG is added when it is needed. Raises `TooLarge` or `Exhausted`."""
        broken = self._broken
        plain, vector = data, b""
        if flags & COMPRESSED:
            data = self._deflate(data)
        compressed = data
        if flags & ENCRYPTED:
            vector = cipher.new_vector()
            data = cipher.encrypt(vector, data)
        summed = plain
        if broken("checksum-after-compression"):
            summed = compressed
        if broken("checksum-after-encryption"):
            summed = data
        if broken("checksum-of-first-fragment"):
            summed = plain[:MAX_DATA]
        checksum = self._checksum(summed) if flags & CHECKSUM else 0
        flags &= ~FRAG
        longest = MAX_DATA
        if broken("sends-989-octets-whole"):
            longest = MAX_DATA + 1
        if broken("sends-large-packets-whole"):
            longest = 60_000
        if len(data) <= longest:
            return Coded(flags, vector, checksum, (data,))
        size = 900 if broken("fragments-of-900-octets") else MAX_DATA
        chunks = [data[at:at + size] for at in range(0, len(data), size)]
        if broken("short-fragment-first"):
            first = len(data) % size or size
            chunks = [data[:first]] + [data[at:at + size] for at in range(first, len(data), size)]
        if broken("empty-last-fragment"):
            chunks.append(b"")
        if len(chunks) > MAX_FRAGMENTS:
            raise TooLarge(f"{len(data)} octets on the wire")
        return Coded(flags | FRAG, vector, checksum, tuple(chunks))

    def decode(self, packet, cipher):
        """The data of a whole packet as it was; raises `Problem` (CLIP-HEAD-8)."""
        broken, data = self._broken, packet.data
        if packet.has(ENCRYPTED):
            try:
                if cipher is None:
                    raise ValueError("no key")
                data = cipher.decrypt(packet.vector, data)
            except ValueError as error:
                if not broken("undecryptable-delivered"):
                    raise Problem(Code.INIT_VECTOR) from error
        if packet.has(COMPRESSED):
            data = self._inflate(data)
        if packet.has(CHECKSUM) and not self._sum_matches(packet.checksum, data):
            raise Problem(Code.CHECKSUM)
        return data

    def _sum_matches(self, checksum, data):
        broken = self._broken
        if broken("checksum-unchecked") or not data and broken("checksum-of-nothing-unchecked"):
            return True
        mask = 0xFF if broken("checksum-half-checked") else 0xFFFF_FFFF
        return not (checksum ^ self._narrow(zlib.crc32(data))) & mask

    def _checksum(self, data):
        broken = self._broken
        value = zlib.crc32(data)
        if broken("checksum-not-inverted"):
            value ^= 0xFFFF_FFFF
        if broken("checksum-adler"):
            value = zlib.adler32(data)
        if broken("checksum-started-at-zero"):
            value = zlib.crc32(data, 0xFFFF_FFFF)
        if broken("checksum-high-bits"):
            value = value >> 16 | (value & 0xFFFF) << 16
        return self._narrow(value)

    def _narrow(self, value):
        return value if self._dialect.deployed else value & 0xFFFF

    def _deflate(self, data):
        broken = self._broken
        if broken("compresses-nothing"):
            return data
        wrap = RAW_DEFLATE
        if broken("deflates-in-zlib-form"):
            wrap = 15
        if broken("deflates-in-gzip-form"):
            wrap = 31
        deflate = zlib.compressobj(wbits=wrap)
        end = zlib.Z_SYNC_FLUSH if broken("deflate-without-end") else zlib.Z_FINISH
        return deflate.compress(data) + deflate.flush(end)

    def _inflate(self, data):
        broken = self._broken
        inflate = zlib.decompressobj(wbits=RAW_DEFLATE)
        most = MAX_INFLATED
        if broken("inflates-without-bound"):
            most = 64 * MAX_INFLATED
        if broken("inflates-little"):
            most = 65_535
        try:
            plain = inflate.decompress(data, most)
            if not inflate.eof:
                # One octet more would be too much; the end of the stream may still be to come.
                plain += inflate.decompress(inflate.unconsumed_tail, 1)
        except zlib.error as error:
            if broken("uninflatable-delivered"):
                return data
            raise Problem(Code.COMPRESSION) from error
        if broken("inflated-cut-at-bound") and len(plain) > most:
            return plain[:most]
        whole = inflate.eof or broken("cut-deflate-taken")
        trailing = inflate.unused_data and not broken("octets-after-deflate-taken")
        if len(plain) > most or not whole or trailing:
            raise Problem(Code.COMPRESSION)
        return plain
