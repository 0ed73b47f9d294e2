"""Packets of the chat protocol: dialects, layouts, the reader that cuts a stream, and building."""

import re
from dataclasses import dataclass

END = 0x00
MARK = 0xFF
# The longest packet that a reader takes, in octets.
MAX_PACKET = 8192
BAD = b"BAD"
NOT_SUPPORTED = b"PNS"

ENDIANNESS_DIALECTS = ("letter", "number")
CODE_DIALECTS = ("decimal", "hex")
LETTERS = {0x4C: "little", 0x42: "big"}
NUMBERS = {0x01: "little", 0x02: "big"}

EMPTY, INVALID, OKAY, BAD_BASE64, UNCHECKED, LOGGED_IN, IN_USE = range(1, 8)
NOT_AUTHORIZED, NOT_IN_ROOM = 8, 9


@dataclass(frozen=True)
class Dialect:
    """How E in U2 and the codes from ten on are written; raises `ValueError` for unknown names."""

    endianness: str = "letter"
    codes: str = "decimal"

    def __post_init__(self):
        if self.endianness not in ENDIANNESS_DIALECTS:
            raise ValueError(f"no endianness is called {self.endianness!r}")
        if self.codes not in CODE_DIALECTS:
            raise ValueError(f"no way to write codes is called {self.codes!r}")

    def code(self, number):
        """The octet of the code that the text writes with these decimal digits."""
        return int(str(number), 16) if self.codes == "hex" else number

    def number(self, octet):
        """What the text writes with decimal digits for the code of this octet."""
        return int(f"{octet:x}") if self.codes == "hex" and octet in range(0x10, 0x13) else octet

    def byte_order(self, octet):
        """The byte order that an octet E asks for, or None: both ways to write it are taken."""
        return LETTERS.get(octet) or NUMBERS.get(octet)

    def endianness_octet(self, order):
        """E for a byte order."""
        known = LETTERS if self.endianness == "letter" else NUMBERS
        return next(octet for octet, name in known.items() if name == order)


@dataclass(frozen=True)
class Fixed:
    """A field of so many octets, whatever they are."""

    length: int


@dataclass(frozen=True)
class Literal:
    """A field that always holds these octets."""

    octets: bytes


FREE = "free"
# E of U2: one octet, or 00 in its place, which ends the packet.
CODE_OR_END = "code or end"
# A last field of free length whose FF may be missing with it.
FREE_OR_NOTHING = "free or nothing"
# One octet that is neither 00 nor FF, then any number of them.
IDENTIFIERS = "identifiers"
# Three codes, with or without FF before the third.
REGISTRATION_CODES = "registration codes"

CID, NUMBER, ROOM, UNIQUE, FIRST_HALF = Fixed(4), Fixed(4), Fixed(8), Fixed(16), Fixed(8)

FROM_CLIENT = {
    0x02: (FREE, FREE, CODE_OR_END),
    0x06: (FREE, FREE, FREE),
    0x28: (Literal(b"BYE"),),
    0x50: (CID, ROOM, FREE),
    0x54: (UNIQUE,),
    0x57: (NUMBER, CID, ROOM, FREE),
    0x5B: (NUMBER, CID, FREE),
    0x60: (UNIQUE,),
    0x63: (NUMBER, FIRST_HALF),
    0xA0: (ROOM, FREE),
    0xA3: (ROOM, FREE_OR_NOTHING),
    0xA6: (FREE,),
    0xA9: (ROOM, FREE, FREE),
    0xFC: (Literal(b"SP"),),
    0xFE: (IDENTIFIERS,),
}

FROM_SERVER = {
    0x01: (FREE,),
    0x03: (Fixed(3),),
    0x05: (Literal(BAD),),
    0x07: (REGISTRATION_CODES,),
    0x51: (CID, Fixed(2)),
    0x53: (UNIQUE, ROOM, FREE, FREE, FREE),
    0x55: (UNIQUE,),
    0x58: (CID, Fixed(3)),
    0x5A: (CID,),
    # A part of a long message in the layout of U91, as some servers send it.
    0x5B: (NUMBER, UNIQUE, FREE),
    0x5C: (CID, Fixed(3)),
    0x5E: (NUMBER, CID),
    0x5F: (NUMBER, UNIQUE, ROOM, FREE),
    0x61: (FIRST_HALF,),
    0x64: (FIRST_HALF, Fixed(4)),
    0x65: (NUMBER, UNIQUE),
    0xA1: (ROOM, Fixed(1)),
    0xA2: (ROOM, FREE, FREE),
    0xA4: (ROOM, Fixed(1)),
    0xA5: (ROOM, FREE, FREE),
    0xA7: (Fixed(1),),
    0xA8: (FREE, FREE, FREE),
    0xA9: (ROOM, FREE, FREE),
    0xFB: (Literal(NOT_SUPPORTED),),
    0xFD: (IDENTIFIERS,),
    **{identifier: (Literal(BAD),)
       for identifier in (0x04, 0x08, 0x09, 0x52, 0x56, 0x59, 0x5D, 0x62, 0x66)},
}

# The answer to a broken packet, by its ID; any other is answered with S251.
BAD_FORMAT = {0x02: 0x04, 0x06: 0x08, 0x50: 0x52, 0x54: 0x56,
              0x57: 0x59, 0x5B: 0x5D, 0x60: 0x62, 0x63: 0x66}


@dataclass(frozen=True)
class Packet:
    """A whole packet."""

    identifier: int
    fields: tuple


@dataclass(frozen=True)
class Faulty:
    """A packet that breaks its layout, or whose ID nobody knows."""

    identifier: int
    known: bool


_END_OF_FIELD = re.compile(b"[\x00\xff]")


class _More(Exception):
    """The packet is not whole yet."""


class _Wrong(Exception):
    """The octet at this offset cannot stand there."""


def _none(_name):
    """No break is switched on."""
    return False


class Reader:
    """Cuts a stream into packets by their layouts; keeps no more than one unfinished packet."""

    def __init__(self, layouts, broken=_none):
        self._layouts = layouts
        self._broken = broken
        self._octets = bytearray()
        self._skipping = False
        # The packet before ended where its E was due: one 00 more belongs to it.
        self._spare_end = False

    def feed(self, octets):
        """Takes octets as TCP brings them."""
        if self._broken("partial-packet-dropped") and not self._skipping:
            self._octets.clear()
        self._octets += octets

    def clear(self):
        """Forgets what is not read yet."""
        self._octets.clear()

    def packets(self):
        """Gives each packet that is whole, and each faulty one as soon as that is known."""
        while (found := self._next()) is not None:
            yield found

    def _next(self):
        while self._octets:
            if self._skipping:
                end = self._octets.find(END)
                del self._octets[:end + 1 if end >= 0 else len(self._octets)]
                self._skipping = end < 0
                continue
            identifier = self._octets[0]
            if identifier == END:
                del self._octets[0]
                spare, self._spare_end = self._spare_end, False
                if self._broken("zero-at-id-answered") or (
                        spare and self._broken("spare-zero-answered")):
                    return Faulty(END, False)
                continue
            self._spare_end = False
            if identifier not in self._layouts:
                return self._unknown(identifier)
            try:
                fields, length = self._parse(self._layouts[identifier])
            except _More:
                limit = self._limit()
                if len(self._octets) <= limit:
                    return None
                return self._faulty(identifier, limit)
            except _Wrong as wrong:
                return self._faulty(identifier, min(wrong.args[0], self._limit()))
            if length > self._limit():
                return self._faulty(identifier, self._limit())
            del self._octets[:length]
            return Packet(identifier, tuple(fields))
        return None

    def _limit(self):
        if self._broken("packets-of-4096-only"):
            return 4096
        if self._broken("longer-packets-taken"):
            return 4 * MAX_PACKET
        return MAX_PACKET

    def _unknown(self, identifier):
        if identifier == MARK and self._broken("mark-at-id-ignored"):
            del self._octets[0]
            return self._next()
        if self._broken("unknown-not-skipped"):
            del self._octets[:2]
            return Faulty(identifier, False)
        self._skipping = True
        return Faulty(identifier, False)

    def _faulty(self, identifier, offset):
        if self._broken("faulty-swallows-next") and self._octets[offset] == END:
            offset += 1
        del self._octets[:offset]
        self._skipping = True
        if self._broken("faulty-not-skipped") or (
                offset == self._limit() and self._broken("longer-not-skipped")):
            self._skipping = False
            del self._octets[:1]
        return Faulty(identifier, True)

    # ---- one packet ----

    def _parse(self, layout):
        """The fields and the length of the packet at the beginning."""
        position, fields = 1, []
        for item in layout:
            if item == FREE_OR_NOTHING and self._at(position) == END:
                if self._broken("part-message-required"):
                    raise _Wrong(position)
                fields.append(b"")
                continue
            if self._at(position) != MARK:
                raise _Wrong(position)
            position += 1
            if item == CODE_OR_END and self._at(position) == END:
                fields.append(b"")
                self._missing_code(position)
                return fields, position + 1
            field, position = self._field(item, position)
            fields.append(field)
        if self._at(position) != END:
            raise _Wrong(position)
        return fields, position + 1

    def _missing_code(self, position):
        if self._broken("missing-code-waits"):
            self._at(position + 1)
        self._spare_end = True

    def _at(self, position):
        if position >= len(self._octets):
            raise _More
        return self._octets[position]

    def _take(self, position, length):
        if position + length > len(self._octets):
            raise _More
        return bytes(self._octets[position:position + length])

    def _field(self, item, position):
        """One field and the position behind it."""
        if isinstance(item, Fixed):
            return self._fixed(item, position)
        if isinstance(item, Literal):
            for offset, octet in enumerate(item.octets):
                if self._at(position + offset) != octet:
                    raise _Wrong(position + offset)
            return item.octets, position + len(item.octets)
        if item == CODE_OR_END:
            return self._take(position, 1), position + 1
        if item == REGISTRATION_CODES:
            codes = self._take(position, 2)
            position += 2 + (self._at(position + 2) == MARK)
            return codes + self._take(position, 1), position + 1
        if item == IDENTIFIERS:
            return self._identifiers(position)
        found = _END_OF_FIELD.search(self._octets, position)
        if found is None:
            raise _More
        return bytes(self._octets[position:found.start()]), found.start()

    def _fixed(self, item, position):
        for octet, name in ((END, "fixed-field-ends-at-zero"), (MARK, "fixed-field-ends-at-mark")):
            if item.length in (4, 16) and self._broken(name):
                available = bytes(self._octets[position:position + item.length])
                if octet in available:
                    raise _Wrong(position + available.index(octet))
        return self._take(position, item.length), position + item.length

    def _identifiers(self, position):
        found = bytearray()
        while True:
            octet = self._at(position)
            if octet in (END, MARK):
                raise _Wrong(position)
            found.append(octet)
            position += 1
            if self._at(position) != MARK:
                return bytes(found), position
            position += 1


def build(identifier, *fields):
    """A packet of these fields."""
    return bytes([identifier, MARK]) + bytes([MARK]).join(fields) + bytes([END])


def codes(*numbers):
    """Codes side by side."""
    return bytes(numbers)
