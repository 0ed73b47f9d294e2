"""Short messages: U80 and its answer, S83 to those who hear it, and the receipts of U84."""

from common import chance

from . import text
from .wire import BAD_BASE64, EMPTY, INVALID, NOT_AUTHORIZED, NOT_IN_ROOM, OKAY, codes

EVERYBODY = b"00000000"
ECHO = b"0000ECHO"
NO_ROOM = bytes(8)
# How many IDs of an endpoint are remembered until they are acknowledged.
MAX_UNACKNOWLEDGED = 4096


class Identifiers:
    """The 16-octet IDs of messages: a counter and the time in milliseconds."""

    def __init__(self, server):
        self._server = server
        self._counter = 0

    def next(self):
        """A new ID."""
        broken, now_ms = self._server.broken, self._server.now_ms
        self._counter += 1
        counter = self._counter
        if broken("counter-stands-still"):
            counter = 1
        if broken("counter-falls"):
            counter = (1 << 63) - self._counter
        if broken("counter-at-random"):
            counter = int.from_bytes(chance.octets(8), "big") >> 1
        if broken("time-in-seconds"):
            now_ms //= 1000
        if broken("time-missing"):
            now_ms = 0
        if broken("time-since-2000"):
            now_ms -= 946_684_800_000
        halves = counter.to_bytes(8, "big"), now_ms.to_bytes(8, "big")
        if broken("time-before-counter"):
            halves = halves[::-1]
        return b"".join(halves)


class Messages:
    """Answers U80 and U84."""

    def __init__(self, server):
        self._server = server
        self._broken = server.broken
        self.handlers = {0x50: self._say, 0x54: self._acknowledge}

    # ---- U80 ----

    def _say(self, connection, cid, room, message):
        broken, server = self._broken, self._server
        room_code = self._room_code(connection, room)
        message_code = self._message_code(message)
        if broken("message-unchecked-elsewhere") and room_code != OKAY:
            message_code = OKAY
        if broken("room-unchecked-for-bad-message") and message_code != OKAY:
            room_code = OKAY
        okay = room_code == OKAY and message_code == OKAY
        okay = okay or (room_code == OKAY and message and broken("bad-messages-delivered"))
        okay = okay or (message_code == OKAY and broken("outsiders-heard")
                        and room_code == NOT_IN_ROOM)
        identifier = server.identifiers.next() if okay else None
        if okay and broken("answer-after-delivery"):
            self._deliver(connection, identifier, room, message)
        self._answer(connection, cid, room_code, message_code)
        if okay and not broken("answer-after-delivery"):
            self._deliver(connection, identifier, room, message)

    def _answer(self, connection, cid, room_code, message_code):
        broken = self._broken
        if broken("message-unanswered"):
            return
        if broken("answer-without-cid"):
            cid = bytes(4)
        if broken("cid-turned-round"):
            cid = cid[::-1]
        answer = codes(room_code, message_code)
        if broken("message-codes-exchanged"):
            answer = answer[::-1]
        if broken("message-codes-separated"):
            self._server.send(connection, 0x51, cid, answer[:1], answer[1:])
        else:
            self._server.send(connection, 0x51, cid, answer)

    def _room_code(self, connection, room):
        broken, world = self._broken, self._server.world
        if room == EVERYBODY and not broken("everybody-must-be-joined"):
            return OKAY
        if room == ECHO and not broken("echo-must-be-joined"):
            return OKAY
        if room == NO_ROOM:
            return NOT_IN_ROOM if broken("zero-room-not-joined") else EMPTY
        if room not in world.rooms and room not in (EVERYBODY, ECHO):
            if broken("unknown-room-not-joined"):
                return NOT_IN_ROOM
            return NOT_AUTHORIZED if broken("unknown-room-not-authorized") else INVALID
        if room in connection.rooms:
            return OKAY
        if world.rooms.get(room) and broken("speaking-wants-password"):
            return NOT_AUTHORIZED
        if broken("speaking-needs-no-room"):
            return OKAY
        return INVALID if broken("room-not-joined-invalid") else NOT_IN_ROOM

    def _message_code(self, message):
        broken, server = self._broken, self._server
        if not message:
            return server.code(11, "long-code-otherwise") if broken("empty-field-as-message") \
                else EMPTY
        limit = text.MAX_MESSAGE
        if broken("message-of-4000-refused"):
            limit -= 4
        if broken("message-of-4004-taken"):
            limit += 4
        if broken("decoded-message-of-4000-taken"):
            limit = limit * 4 // 3 + 4
        octets = text.decode_loosely(message, broken)
        if octets is None and broken("base64-before-length"):
            return BAD_BASE64
        if len(message) > limit:
            return INVALID if broken("long-message-invalid") \
                else server.code(12, "long-code-otherwise")
        if octets is None:
            if broken("any-base64"):
                return OKAY
            return INVALID if broken("bad-base64-invalid") else BAD_BASE64
        if self._blank(octets):
            if broken("blank-as-empty-field"):
                return EMPTY
            return server.code(11, "blank-code-otherwise")
        return OKAY

    def _blank(self, octets):
        broken = self._broken
        if broken("blank-messages-taken"):
            return False
        if broken("only-spaces-are-blank"):
            return not octets.strip(b" ")
        if broken("more-octets-are-blank"):
            return not octets.strip()
        if broken("zeros-are-blank"):
            return not octets.strip(text.BLANK + b"\0")
        if broken("leading-blank-is-empty"):
            return octets[:1] in (b" ", b"\t", b"\n", b"\r")
        return text.blank(octets)

    def _deliver(self, connection, identifier, room, message):
        broken, server = self._broken, self._server
        for each in self.hearers(connection, room):
            if broken("id-for-each-receiver"):
                identifier = server.identifiers.next()
            name, alias = connection.user, connection.alias
            if broken("alias-before-name"):
                name, alias = alias, name
            if broken("alias-not-in-messages"):
                alias = b""
            if broken("name-stands-for-alias"):
                alias = alias or name
            if broken("alias-of-receiver"):
                alias = each.alias
            if broken("messages-trimmed") and (octets := text.decode(message)):
                message = text.encode(octets.strip(text.BLANK))
            if broken("padding-lost"):
                message = message.rstrip(b"=")
            told = EVERYBODY if broken("room-not-told") else room
            self._remember(each, identifier)
            server.send(each, 0x53, identifier, told, name, alias, message)

    def hearers(self, connection, room):
        """The endpoints that hear a message."""
        broken, server = self._broken, self._server
        if room == ECHO:
            if broken("echo-heard-by-all"):
                return server.authenticated()
            return [] if broken("echo-silent") else [connection]
        if room == EVERYBODY:
            hearers = server.authenticated()
            if broken("everybody-in-some-room"):
                hearers = [each for each in hearers if each.rooms]
            if broken("everybody-in-same-room"):
                hearers = [each for each in hearers if each.rooms & connection.rooms]
            if broken("guests-hear-everything"):
                hearers = [each for each in server.connections.values() if not each.closing]
            if broken("everybody-and-oneself"):
                return hearers
        else:
            hearers = server.members(room)
            if broken("outsiders-hear"):
                hearers = server.authenticated()
        if not broken("speaker-hears"):
            hearers = [each for each in hearers if each is not connection]
        if broken("own-endpoints-hear-nothing"):
            hearers = [each for each in hearers if each.user != connection.user]
        if broken("only-one-hears"):
            return hearers[:1]
        return [] if broken("nobody-hears") else hearers

    def _remember(self, endpoint, identifier):
        waiting = endpoint.unacknowledged
        waiting[identifier] = True
        most = 1 if self._broken("one-id-remembered") else MAX_UNACKNOWLEDGED
        most = 512 if self._broken("512-ids-remembered") else most
        while len(waiting) > most:
            waiting.pop(next(iter(waiting)))

    # ---- U84 ----

    def _acknowledge(self, connection, identifier):
        broken = self._broken
        known = connection.unacknowledged.get(identifier, False)
        if not broken("acknowledged-again-silently"):
            connection.unacknowledged.pop(identifier, None)
        if broken("receipts-of-others-taken"):
            known = known or any(identifier in each.unacknowledged
                                 for each in self._server.connections.values())
        if broken("half-of-id-compared"):
            known = known or any(identifier[:8] == each[:8]
                                 for each in connection.unacknowledged)
        if broken("receipts-answered"):
            known = False
        if known or broken("wrong-receipts-taken"):
            return
        if broken("receipt-answered-with-zeros"):
            identifier = bytes(16)
        if broken("wrong-receipt-bad-format"):
            self._server.send(connection, 0x56, b"BAD")
        else:
            self._server.send(connection, 0x55, identifier)
