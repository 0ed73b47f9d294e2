"""Headers of PaperClip to octets and back, in both dialects.

The layout is the table of widths in the clauses (CLIP-HEAD-1).
"""

import enum
from dataclasses import dataclass, field

MODULUS = 1 << 16
# Octets of data that a packet carries at most on the wire (CLIP-HEAD-10).
MAX_DATA = 988
MAX_FRAGMENTS = 255

WIDTHS = ("table", "deployed")

RELIABLE, CHECKSUM, COMPRESSED, ENCRYPTED, FRAG = 0x80, 0x40, 0x20, 0x10, 0x08
FLAG_NAMES = {"reliable": RELIABLE, "checksum": CHECKSUM, "compressed": COMPRESSED,
              "encrypted": ENCRYPTED, "frag": FRAG}
ALL_FLAGS = RELIABLE | CHECKSUM | COMPRESSED | ENCRYPTED | FRAG

PING, PONG = 0, 1


class Kind(enum.IntEnum):
    """The low nibble of octet 0."""

    DEFAULT = 0
    ACK = 1
    AUTH = 2
    HEARTBEAT = 3
    ERROR = 4


class Code(enum.Enum):
    """The codes of ERROR: major, minor."""

    CONNECTION = (1, 0)
    NO_SPACE = (1, 1)
    CERTIFICATE_INVALID = (1, 2)
    FINISH_INVALID = (1, 3)
    DISCONNECT = (2, 0)
    SERVER_DISCONNECT = (2, 1)
    CLIENT_DISCONNECT = (2, 2)
    PACKET = (3, 0)
    VERSION = (3, 1)
    PACKET_TYPE = (3, 2)
    FLAGS = (3, 3)
    SEQUENCE_ID = (3, 4)
    FRAGMENT_ID = (3, 5)
    FRAGMENT_NUMBER = (3, 6)
    INIT_VECTOR = (3, 7)
    COMPRESSION = (3, 8)
    CHECKSUM = (3, 9)


class Problem(ValueError):
    """A packet that cannot be taken, and the code that says why."""

    def __init__(self, code):
        super().__init__(code.name)
        self.code = code


@dataclass(frozen=True)
class Dialect:
    """How wide the fields are whose width the source and its author's code disagree on."""

    widths: str = "table"

    def __post_init__(self):
        if self.widths not in WIDTHS:
            raise ValueError(f"unknown widths {self.widths!r}")

    @property
    def deployed(self):
        """Whether these are the widths of the author's code."""
        return self.widths == "deployed"

    @property
    def number_width(self):
        """Octets of Sequence ID, ACK ID and ACK Bits."""
        return 4 if self.deployed else 2

    @property
    def vector_width(self):
        """Octets of Init Vector."""
        return 16 if self.deployed else 2

    @property
    def checksum_width(self):
        """Octets of Checksum."""
        return 4 if self.deployed else 2


@dataclass
class Packet:
    """One datagram's worth: the header, the type's own fields, the data on the wire."""

    kind: Kind
    flags: int = 0
    sequence: int = 0
    fragment_id: int = 0
    fragment_number: int = 0
    vector: bytes = b""
    checksum: int = 0
    ack_id: int = 0
    ack_bits: int = 0
    key: bytes = b""
    certificate: bytes | None = None
    beat: int = 0
    error: tuple = (0, 0)
    data: bytes = b""
    # All octets before the data but the fragment's own number in its packet.
    head: bytes = field(default=b"", repr=False)

    def has(self, flag):
        """Whether the flag is set."""
        return bool(self.flags & flag)


class Codec:
    """Encodes and decodes headers; `flags` are those that this implementation has."""

    def __init__(self, dialect, broken, flags=ALL_FLAGS):
        self.dialect = dialect
        self.broken = broken
        self.flags = flags

    # ---- to octets ----

    def encode(self, packet):
        """The octets of a packet."""
        return self._header(packet) + self._own_fields(packet) + packet.data

    def _header(self, packet):
        broken, dialect = self.broken, self.dialect
        version = 1 if broken("sends-version-1") and packet.kind is Kind.DEFAULT else 0
        first = version << 4 | packet.kind
        if broken("type-before-version"):
            first = packet.kind << 4 | version
        flags = packet.flags
        if broken("sets-reserved-flag") and packet.kind is Kind.DEFAULT:
            flags |= 0x01
        octets = bytes([first, flags])
        octets += self._number(packet.sequence, "sequence-little-endian")
        fragment = b""
        if packet.has(FRAG):
            fragment = bytes([packet.fragment_id, packet.fragment_number])
            if broken("fragment-fields-exchanged"):
                fragment = fragment[::-1]
        checksum = b""
        if packet.has(CHECKSUM):
            checksum = packet.checksum.to_bytes(dialect.checksum_width, "big")
            if broken("checksum-little-endian"):
                checksum = checksum[::-1]
        vector = packet.vector
        if broken("checksum-before-vector"):
            vector, checksum = checksum, vector
        if broken("fragment-fields-last"):
            return octets + vector + checksum + fragment
        return octets + fragment + vector + checksum

    def _own_fields(self, packet):
        broken = self.broken
        if packet.kind is Kind.ACK:
            ack_id = self._number(packet.ack_id, "ack-id-little-endian")
            bits = self._number(packet.ack_bits, "ack-bits-little-endian")
            return bits + ack_id if broken("ack-bits-before-id") else ack_id + bits
        if packet.kind is Kind.AUTH:
            reserved = not self.dialect.deployed
            if broken("auth-reserved-mistaken"):
                reserved = not reserved
            octets = b"\0" if reserved else b""
            octets += bytes([len(packet.key)]) + packet.key
            if packet.certificate is not None:
                octets += len(packet.certificate).to_bytes(2, "big") + packet.certificate
            elif broken("sends-certificate-of-size-zero"):
                octets += b"\0\0"
            return octets
        if packet.kind is Kind.HEARTBEAT:
            return bytes([packet.beat])
        if packet.kind is Kind.ERROR:
            major, minor = packet.error
            if broken("error-nibbles-exchanged"):
                major, minor = minor, major
            return bytes([major << 4 | minor])
        return b""

    def _number(self, value, name):
        octets = value.to_bytes(self.dialect.number_width, "big")
        return octets[::-1] if self.broken(name) else octets

    # ---- from octets ----

    def decode(self, datagram):
        """The packet in a datagram; raises `Problem` at the first check that fails (CLIP-HEAD-8)."""
        broken = self.broken
        if not datagram:
            raise Problem(Code.PACKET)
        checks = [self._check_version, self._check_type, self._check_flags]
        if broken("type-checked-before-version"):
            checks = [self._check_type, self._check_version, self._check_flags]
        if broken("flags-checked-before-type"):
            checks = [self._check_version, self._check_flags, self._check_type]
        if broken("length-checked-first") and len(datagram) < 2 + self.dialect.number_width:
            raise Problem(Code.PACKET)
        for check in checks:
            check(datagram)
        if len(datagram) < 2:
            raise Problem(Code.PACKET)
        kind = datagram[0] & 0x0F
        packet = Packet(Kind(kind) if kind <= Kind.ERROR else Kind.DEFAULT, datagram[1])
        self._read(packet, Reader(datagram, 2))
        if packet.sequence >= MODULUS:
            if not broken("wide-sequence-taken"):
                raise Problem(Code.SEQUENCE_ID)
            packet.sequence %= MODULUS
        return packet

    def _check_version(self, datagram):
        version = datagram[0] >> 4
        if self.broken("version-half-checked"):
            version &= 0x07
        if version and not self.broken("version-unchecked"):
            raise Problem(Code.VERSION)

    def _check_type(self, datagram):
        kind = datagram[0] & 0x0F
        if kind <= Kind.ERROR or self.broken("unknown-type-as-default"):
            return
        if self.broken("type-15-as-default") and kind == 15:
            return
        raise Problem(Code.PACKET_TYPE)

    def _check_flags(self, datagram):
        if len(datagram) < 2 or self.broken("reserved-flags-unchecked"):
            return
        allowed = self.flags
        if self.broken("lowest-reserved-flag-unchecked"):
            allowed |= 0x01
        if self.broken("highest-reserved-flag-unchecked"):
            allowed |= 0x04
        if self.broken("undeclared-flags-taken"):
            allowed = ALL_FLAGS
        if datagram[1] & ~allowed & 0xFF:
            raise Problem(Code.FLAGS)

    def _read(self, packet, reader):
        dialect = self.dialect
        packet.sequence = reader.number(dialect.number_width)
        fragment_from = reader.at
        if packet.has(FRAG):
            packet.fragment_id = reader.number(1)
            packet.fragment_number = reader.number(1)
        fragment_to = reader.at
        if packet.has(ENCRYPTED):
            packet.vector = reader.take(dialect.vector_width)
        if packet.has(CHECKSUM):
            packet.checksum = reader.number(dialect.checksum_width)
        if packet.kind is Kind.AUTH:
            self._read_auth(packet, reader)
            return
        if packet.kind is Kind.ACK:
            packet.ack_id = reader.number(dialect.number_width)
            packet.ack_bits = reader.number(dialect.number_width) % MODULUS
        elif packet.kind is Kind.HEARTBEAT:
            packet.beat = reader.number(1)
        elif packet.kind is Kind.ERROR:
            octet = reader.number(1)
            packet.error = (octet >> 4, octet & 0x0F)
        packet.head = reader.octets[:fragment_from] + reader.octets[fragment_to:reader.at]
        packet.data = reader.rest()
        longest = MAX_DATA - 1 if self.broken("data-of-988-refused") else MAX_DATA
        if len(packet.data) > longest and not self.broken("long-data-taken"):
            if not self.broken("long-data-cut"):
                raise Problem(Code.PACKET)
            packet.data = packet.data[:MAX_DATA]

    def _read_auth(self, packet, reader):
        if not self.dialect.deployed:
            reader.take(1)
        packet.key = reader.take(reader.number(1))
        if reader.at == len(reader.octets):
            return
        size = reader.number(2)
        if not size and not self.broken("certificate-of-size-zero-taken"):
            raise Problem(Code.PACKET)
        packet.certificate = reader.take(size) or None
        if reader.at != len(reader.octets) and not self.broken("octets-after-certificate-taken"):
            raise Problem(Code.PACKET)


class Reader:
    """Takes fields off a datagram; raises `Problem` when it is too short (CLIP-HEAD-6)."""

    def __init__(self, octets, at):
        self.octets = octets
        self.at = at

    def take(self, width):
        """The next octets."""
        if self.at + width > len(self.octets):
            raise Problem(Code.PACKET)
        self.at += width
        return self.octets[self.at - width:self.at]

    def number(self, width):
        """The next octets as an integer."""
        return int.from_bytes(self.take(width), "big")

    def rest(self):
        """All octets that are left."""
        return self.octets[self.at:]


def newer(one, other):
    """Whether Sequence ID `one` is newer than `other`, by half the range (CLIP-REL-7)."""
    return 0 < (one - other) % MODULUS < MODULUS // 2
