"""A chat client without sockets: it is told what comes and what to do, and says what goes out.

By itself it logs in, joins a room, greets it and says back what it hears there; with control it
does only what it is told, but for receipts.
"""

from dataclasses import dataclass

from . import text
from .breaks import Broken
from .messages import ECHO, EVERYBODY
from .wire import FROM_SERVER, OKAY, Dialect, Faulty, Fixed, Reader, build

HOME = b"ROOM0001"
GREETING = b"hello"
# Heads whose parts may be asked for again.
MAX_SENT = 16
# Long messages of which parts have come and others are to come.
MAX_HEARD = 64

# What the answers are to, by ID: the name in an event and the number of the field with the codes.
ANSWERS = {
    0x03: ("login", 0), 0x07: ("register", 0), 0x51: ("say", 1), 0x58: ("say-long", 1),
    0x5C: ("say-long", 1), 0xA1: ("join", 1), 0xA4: ("part", 1), 0xA7: ("alias", 0),
}
REFUSALS = {0x04: "login", 0x05: "login", 0x08: "register"}

# The breaks of the reader, by the name that it asks for.
READER_BREAKS = {
    "fixed-field-ends-at-zero": "client-ids-end-at-zero",
    "fixed-field-ends-at-mark": "client-ids-end-at-mark",
    "partial-packet-dropped": "client-drops-partial",
}


@dataclass(frozen=True)
class Identity:
    """As whom a client that acts by itself logs in, and in which byte order."""

    user: bytes = b"alice"
    password: bytes = b"wonderland"
    order: str = "little"


class Client:
    """One connection of a client; `tell` takes an event, a dictionary without its session."""

    def __init__(self, dialect=None, broken=None, identity=None, tell=lambda event: None):
        self.outgoing = bytearray()
        self.over = False
        self._dialect = dialect or Dialect()
        self._broken = broken or Broken()
        # None where control lines say what to do.
        self._identity = identity
        self._tell = tell
        layouts = dict(FROM_SERVER)
        if self._broken("client-registration-codes-separated"):
            layouts[0x07] = (Fixed(2), Fixed(1))
        self._reader = Reader(layouts, self._reader_broken)
        self._order = "big"
        self._wanted_order = "big"
        self._cids = 0
        self._receipts = 0
        self._last_identifier = bytes(16)
        # Long messages that were sent, by cid: the packets of head and parts.
        self._sent = {}
        # Long messages that are coming, by ID: room, how many parts follow the head, what has come.
        self._heard_of = {}

    def _reader_broken(self, name):
        return name in READER_BREAKS and self._broken(READER_BREAKS[name])

    # ---- what the shell calls ----

    def received(self, octets):
        """Octets have come from the server."""
        self._reader.feed(octets)
        start = len(self.outgoing)
        for packet in self._reader.packets():
            before = len(self.outgoing)
            if not isinstance(packet, Faulty):
                self._take(packet.identifier, packet.fields)
            if self._broken("client-receipts-in-reverse"):
                reply = bytes(self.outgoing[before:])
                del self.outgoing[before:]
                self.outgoing[start:start] = reply
            if self._broken("client-takes-one-of-a-segment"):
                self._reader.clear()

    # ---- what an application may do ----

    def login(self, user, password, order):
        """Sends U2."""
        self._wanted_order = order
        octet = self._dialect.endianness_octet(order)
        if self._broken("client-endianness-otherwise"):
            other = "number" if self._dialect.endianness == "letter" else "letter"
            octet = Dialect(other).endianness_octet(order)
        if self._broken("client-endianness-small"):
            octet = ord("l" if order == "little" else "b")
        secret = password if self._broken("client-password-as-it-is") else self._encode(password)
        if self._broken("client-login-without-mark"):
            self._send(0x02, user, secret + bytes([octet]))
        else:
            self._send(0x02, user, secret, bytes([octet]))

    def register(self, user, password, email):
        """Sends U6."""
        self._wanted_order = "big"
        self._send(0x06, user, self._encode(password), email)

    def join(self, room, password=b""):
        """Sends U160."""
        self._send(0xA0, room, self._encode(password))

    def part(self, room, message=b""):
        """Sends U163."""
        self._send(0xA3, room, message)

    def say(self, room, message):
        """Sends U80."""
        self._say(room, self._encode(message), message)

    def _say(self, room, message, of):
        if self._broken("client-message-as-it-is"):
            message = text.decode(message) or message
        cid = self._cid(of)
        if self._broken("client-fields-side-by-side"):
            self._send(0x50, cid + room, message)
        else:
            self._send(0x50, cid, room, message)

    def say_long(self, room, parts):
        """Sends U87 with the first of the parts, and U91 with the others."""
        broken = self._broken
        if broken("client-long-cid-constant"):
            cid = b"LONG"
        elif broken("client-long-cid-apart"):
            cid = (len(self._sent) + 1).to_bytes(4, "big")
        else:
            cid = self._cid(parts[0])
        head, *rest = (self._encode(part) for part in parts)
        packets = [build(0x57, self._number(len(rest)), cid, room, head)]
        packets += [build(0x5B, self._number(number), cid, part)
                    for number, part in enumerate(rest, 1)]
        self._sent[cid] = packets
        while len(self._sent) > MAX_SENT:
            self._sent.pop(next(iter(self._sent)))
        for packet in packets:
            self.outgoing += packet

    def alias(self, alias):
        """Sends U166."""
        self._send(0xA6, alias)

    def invite(self, room, user, alias=b""):
        """Sends U169."""
        self._send(0xA9, room, user, alias)

    def end(self, broken="client-ends-without-goodbye"):
        """Sends U40, unless it was sent; the break of this name does not."""
        if self.over:
            return
        self.over = True
        if self._broken(broken):
            return
        spelled = b"bye" if self._broken("client-goodbye-spelled-otherwise") else b"BYE"
        self._send(0x28, spelled)
        if self._broken("client-goodbye-last-but-one"):
            self.say(HOME, b"one thing more")

    # ---- what is sent ----

    def _send(self, identifier, *fields):
        self.outgoing += build(identifier, *fields)

    def _encode(self, octets):
        field = text.encode(octets)
        if self._broken("client-base64-for-addresses"):
            field = field.replace(b"+", b"-").replace(b"/", b"_")
        if self._broken("client-without-padding"):
            field = field.rstrip(b"=")
        if self._broken("client-breaks-lines"):
            field = b"\n".join(field[start:start + 76] for start in range(0, len(field), 76))
        return field

    def _cid(self, message):
        broken = self._broken
        self._cids += 1
        number = self._cids
        if broken("client-cid-constant"):
            number = 1
        if broken("client-cid-of-four"):
            number = (number - 1) % 4
        if broken("client-cid-of-message"):
            number = sum(message)
        return number.to_bytes(4, "big")

    def _number(self, number):
        order = self._order
        if self._broken("client-numbers-otherwise"):
            order = "big" if order == "little" else "little"
        if self._broken("client-numbers-little"):
            order = "little"
        if self._broken("client-numbers-big"):
            order = "big"
        return number.to_bytes(4, order)

    # ---- what comes ----

    def _take(self, identifier, fields):
        if identifier == 0x01:
            self._tell({"type": "opened"})
            if self._identity is not None:
                self.login(self._identity.user, self._identity.password, self._identity.order)
        elif identifier in ANSWERS:
            self._answered(*ANSWERS[identifier], fields)
        elif identifier in REFUSALS:
            self._tell({"type": "replied", "to": REFUSALS[identifier], "codes": [identifier]})
        elif identifier == 0x53:
            self._heard(*fields)
        elif identifier in (0x5F, 0x5B):
            self._heard_long(identifier, *fields)
        elif identifier in (0x5A, 0x5E):
            self._send_again(*fields)
        elif identifier in (0xA2, 0xA5):
            room, user, alias = (field.decode("latin-1") for field in fields)
            self._tell({"type": "joined" if identifier == 0xA2 else "parted",
                        "room": room, "user": user, "alias": alias})
        elif identifier == 0xA8:
            user, old, new = (field.decode("latin-1") for field in fields)
            self._tell({"type": "renamed", "user": user, "old": old, "new": new})

    def _answered(self, what, position, fields):
        answer = b"".join(fields[position:])
        okay = set(answer) == {OKAY}
        if what in ("login", "register") and okay:
            self._order = self._wanted_order
        self._tell({"type": "replied", "to": what, "codes": [self._dialect.number(octet) for octet in answer]})
        if self._identity is None or not okay:
            return
        if what == "login":
            self.join(HOME)
        elif what == "join":
            self.say(HOME, GREETING)

    def _heard(self, identifier, room, user, alias, message):
        self._receipt(identifier, room)
        octets = text.decode(message) or b""
        self._tell({"type": "message", "room": room.decode("latin-1"),
                    "user": user.decode("latin-1"), "alias": alias.decode("latin-1"),
                    "text": octets.decode("utf-8", "replace")})
        if self._identity is not None:
            self._say(room, self._encode(octets), octets)

    def _receipt(self, identifier, room):
        broken = self._broken
        self._receipts += 1
        last, self._last_identifier = self._last_identifier, identifier
        if broken("client-no-receipts") or (self._receipts > 1 and broken("client-one-receipt")):
            return
        if (room == EVERYBODY and broken("client-receipts-not-for-everybody")) or (
                room == ECHO and broken("client-receipts-not-for-itself")):
            return
        if broken("client-receipt-of-half"):
            identifier = identifier[:8] + bytes(8)
        if broken("client-receipt-of-the-last"):
            identifier = last
        if broken("client-receipt-turned-round"):
            identifier = identifier[::-1]
        if broken("client-receipt-without-end"):
            self.outgoing += build(0x54, identifier)[:-1]
        else:
            self._send(0x60 if broken("client-receipt-as-long") else 0x54, identifier)

    def _heard_long(self, packet, number, identifier, *rest):
        broken = self._broken
        read = int.from_bytes(number, self._order)
        # An S95 says how many are left; in the layout of U91 the number is the part's own.
        left = read if packet == 0x5F else None
        first, self._last_identifier = self._last_identifier != identifier, identifier
        self._gather(identifier, left, read, rest)
        if broken("client-no-long-receipts"):
            return
        if (not first and broken("client-receipt-for-heads")) or (
                left != 0 and broken("client-receipt-for-last")):
            return
        if broken("client-long-receipt-of-half"):
            identifier = identifier[:8] + bytes(8)
        self._send(0x54 if broken("client-long-receipt-as-short") else 0x60, identifier)

    def _gather(self, identifier, left, part, rest):
        """Puts head or part to what has come of its message, and tells the whole."""
        *room, message = rest
        octets = text.decode(message) or b""
        if identifier not in self._heard_of:
            if left is None:
                return
            self._heard_of[identifier] = room[0], left, {}
            while len(self._heard_of) > MAX_HEARD:
                self._heard_of.pop(next(iter(self._heard_of)))
        room, total, pieces = self._heard_of[identifier]
        pieces.setdefault(total - left if left is not None else part, octets)
        if len(pieces) == total + 1:
            del self._heard_of[identifier]
            whole = b"".join(pieces[place] for place in sorted(pieces))
            self._tell({"type": "message", "room": room.decode("latin-1"), "user": "",
                        "alias": "", "text": whole.decode("utf-8", "replace")})

    def _send_again(self, *fields):
        """S90 asks for a head, S94 for a part."""
        *number, cid = fields
        packets = self._sent.get(cid, ())
        wanted = int.from_bytes(number[0], self._order) if number else 0
        if wanted < len(packets):
            self.outgoing += packets[wanted]
