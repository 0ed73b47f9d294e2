"""Packets of MNET to octets and back, in every dialect.

The layouts are the table of packets in the clauses (MNET-WIRE-1 to -3, MNET-WIRE-8).
"""

import enum
from dataclasses import dataclass

MAGIC = b"MNET"
VERSION = 1
TAG_LENGTH = 3
HMAC_LENGTH = 20
DATA_HEADER_LENGTH = 14
# The largest packet that every receiver takes (MNET-WIRE-11).
MAX_PACKET_LENGTH = 1472
MODULUS = 1 << 32

BYTE_ORDERS = ("little", "big")
TAG_RULES = ("sender", "receiver", "init")


class Kind(enum.IntEnum):
    """Octet 0 of a packet."""

    DATA = 0
    INIT = 1
    COOKIE = 2
    COOKIE_ECHO = 3
    COOKIE_ACK = 4
    SHUTDOWN = 5
    SHUTDOWN_ACK = 6
    SHUTDOWN_COMPLETE = 7
    ABORT = 8


LENGTHS = {
    Kind.INIT: 9,
    Kind.COOKIE: 32,
    Kind.COOKIE_ECHO: 32,
    Kind.COOKIE_ACK: 4,
    Kind.SHUTDOWN: 8,
    Kind.SHUTDOWN_ACK: 4,
    Kind.SHUTDOWN_COMPLETE: 4,
    Kind.ABORT: 4,
}


class Malformed(ValueError):
    """A datagram that is no packet: empty, too short, too long or of an unknown type."""


@dataclass(frozen=True)
class Dialect:
    """The two choices of encoding: byte order and which tag a side stamps."""

    byte_order: str = "little"
    tags: str = "sender"

    def __post_init__(self):
        if self.byte_order not in BYTE_ORDERS:
            raise ValueError(f"unknown byte order {self.byte_order!r}")
        if self.tags not in TAG_RULES:
            raise ValueError(f"unknown rule of tags {self.tags!r}")

    def listener_stamp(self, x, y):
        """The tag in the listener's packets; `x` is the connector's tag, `y` the listener's."""
        return y if self.tags == "sender" else x

    def connector_stamp(self, x, y):
        """The tag in the connector's packets."""
        return y if self.tags == "receiver" else x


@dataclass(frozen=True)
class Init:
    """INIT, the connector's first packet."""

    magic: bytes
    version: int
    tag: bytes
    kind: Kind = Kind.INIT


@dataclass(frozen=True)
class Cookie:
    """COOKIE, and COOKIE-ECHO, which carries the same octets 1..31."""

    kind: Kind
    tag: bytes
    peer_tag: bytes
    version: int
    expiration: int
    hmac: bytes


@dataclass(frozen=True)
class Data:
    """DATA; `sequence` and `acknowledged` are modulo 2^32."""

    tag: bytes
    sequence: int
    acknowledged: int
    payload: bytes
    kind: Kind = Kind.DATA


@dataclass(frozen=True)
class Shutdown:
    """SHUTDOWN; `acknowledged` is modulo 2^32."""

    tag: bytes
    acknowledged: int
    kind: Kind = Kind.SHUTDOWN


@dataclass(frozen=True)
class Short:
    """The packets that are a type and a tag: COOKIE-ACK, SHUTDOWN-ACK, -COMPLETE and ABORT."""

    kind: Kind
    tag: bytes


class Codec:
    """Encodes and decodes packets in one dialect."""

    def __init__(self, dialect, broken):
        self.dialect = dialect
        self.broken = broken

    def integer(self, value, width=4):
        """The octets of an integer in the dialect's byte order, modulo its width."""
        return (value % (1 << 8 * width)).to_bytes(width, self.dialect.byte_order)

    def swapped(self, value, width, name):
        """As `integer`, but in the other byte order when the break `name` is on."""
        octets = self.integer(value, width)
        return octets[::-1] if self.broken(name) else octets

    def init(self, tag):
        """Encodes an INIT."""
        magic = MAGIC.lower() if self.broken("init-other-magic") else MAGIC
        version = VERSION + 1 if self.broken("init-version-2") else VERSION
        return bytes([Kind.INIT]) + magic + bytes([version]) + tag

    def cookie(self, cookie):
        """Encodes a COOKIE or COOKIE-ECHO."""
        octets = bytes([cookie.kind]) + cookie.tag + cookie.peer_tag + bytes([cookie.version])
        octets += self.swapped(cookie.expiration, 4, "expiration-byte-order") + cookie.hmac
        if self.broken("cookie-trailing-octet"):
            octets += b"\0"
        return octets

    def data(self, tag, sequence, acknowledged, payload=b""):
        """Encodes a DATA; the counters may be larger than 2^32."""
        length = len(payload)
        if self.broken("data-length-long"):
            length += 1
        if self.broken("data-length-short") and length:
            length -= 1
        octets = bytes([Kind.DATA]) + tag + self.swapped(sequence, 4, "sequence-byte-order")
        octets += self.swapped(acknowledged, 4, "acknowledged-byte-order")
        octets += self.swapped(length, 2, "data-length-byte-order") + payload
        if self.broken("data-trailing-octet"):
            octets += b"\0"
        return octets

    def shutdown(self, tag, acknowledged):
        """Encodes a SHUTDOWN."""
        octets = bytes([Kind.SHUTDOWN]) + tag
        octets += self.swapped(acknowledged, 4, "shutdown-byte-order")
        if self.broken("shutdown-trailing-octet"):
            octets += b"\0"
        return octets

    def short(self, kind, tag):
        """Encodes a packet that is a type and a tag."""
        return bytes([kind]) + tag

    def decode(self, datagram):
        """The packet in a datagram; raises `Malformed` when it is none (MNET-WIRE-4)."""
        try:
            kind = Kind(datagram[0])
        except (IndexError, ValueError) as error:
            raise Malformed("empty or of an unknown type") from error
        if kind is Kind.DATA:
            return self._decode_data(datagram)
        if len(datagram) != LENGTHS[kind]:
            raise Malformed(f"{kind.name} of {len(datagram)} octets")
        if kind is Kind.INIT:
            return Init(datagram[1:5], datagram[5], datagram[6:9])
        if kind in (Kind.COOKIE, Kind.COOKIE_ECHO):
            octets = datagram[8:12]
            if self.broken("expiration-byte-order"):
                octets = octets[::-1]
            return Cookie(kind, datagram[1:4], datagram[4:7], datagram[7],
                          self._read(octets), datagram[12:32])
        if kind is Kind.SHUTDOWN:
            return Shutdown(datagram[1:4], self._read(datagram[4:8]))
        return Short(kind, datagram[1:4])

    def _decode_data(self, datagram):
        if len(datagram) < DATA_HEADER_LENGTH:
            raise Malformed("DATA shorter than its header")
        length = self._read(datagram[12:14])
        payload = datagram[DATA_HEADER_LENGTH:]
        if len(payload) < length and not self.broken("delivers-cut-data"):
            raise Malformed("DATA shorter than its DataLength")
        if len(payload) > length and not self.broken("delivers-long-data"):
            raise Malformed("DATA longer than its DataLength")
        return Data(datagram[1:4], self._read(datagram[4:8]), self._read(datagram[8:12]), payload)

    def _read(self, octets):
        return int.from_bytes(octets, self.dialect.byte_order)


def nearest(value, reference):
    """The offset that `value`, known modulo 2^32, stands for near `reference` (MNET-DATA-12).

    May be negative: no such offset exists, and callers treat it as what it is.
    """
    half = MODULUS // 2
    return reference + (value - reference + half) % MODULUS - half
