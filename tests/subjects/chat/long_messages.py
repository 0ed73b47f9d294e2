"""Long messages: heads and parts from clients, S95 to those who hear them, receipts, resending."""

from dataclasses import dataclass, field

from . import text
from .messages import ECHO, EVERYBODY, NO_ROOM
from .wire import BAD_BASE64, EMPTY, INVALID, OKAY, build, codes

NOT_AUTHORIZED = 4
BLANK = 5
# How much a connection may have begun, and how long a message may be, in heads and parts.
MAX_HEADS = 16
MAX_PARTS = 256
# How many long messages an endpoint may ask for again.
MAX_RECEIVED = 64


@dataclass
class Head:
    """A long message under way or whole: what its head says, and its parts by number from 1."""

    total: int
    room: bytes
    message: bytes
    parts: dict = field(default_factory=dict)
    # Numbers in the order of arrival, with repeats.
    arrived: list = field(default_factory=list)

    def whole(self, broken):
        """Whether no part is missing."""
        if broken("repeats-count-as-parts"):
            return len(self.arrived) >= self.total
        if broken("last-part-is-the-end"):
            return self.total in self.parts
        if broken("whole-without-last-part"):
            return len(self.parts) >= max(self.total - 1, 1)
        return len(self.parts) == self.total

    def same(self, other):
        """Whether another head says the same."""
        return (self.total, self.room, self.message) == (other.total, other.room, other.message)


class LongMessages:
    """Answers U87, U91, U96 and U99."""

    def __init__(self, server, hearers):
        self._server = server
        self._broken = server.broken
        # Heads by user and cid, by a break.
        self._shared = {}
        self.handlers = {0x57: self._head, 0x5B: self._part, 0x60: self._acknowledge,
                         0x63: self._resend}
        self._hearers = hearers

    def _heads(self, connection):
        if self._broken("heads-outlive-connection"):
            return self._shared.setdefault(connection.user, {})
        if self._broken("heads-of-all-together"):
            return self._shared
        return connection.heads

    def _number(self, octets, connection):
        return int.from_bytes(octets, connection.order)

    # ---- U87 ----

    def _head(self, connection, total, cid, room, message):
        broken, server = self._broken, self._server
        head = Head(self._number(total, connection), room, message)
        heads = self._heads(connection)
        answer = [self._total_code(heads, cid, head.total), self._room_code(connection, room),
                  self._message_code(message, part=False)]
        okay = answer == [OKAY] * 3
        if broken("head-checked-to-first-fault"):
            for index in (1, 2):
                if answer[index - 1] != OKAY:
                    answer[index] = OKAY
        if broken("head-codes-exchanged"):
            answer[1:] = answer[:0:-1]
        if not broken("head-unanswered"):
            self._answer(connection, 0x58, cid, answer)
        if not okay:
            return
        before = heads.get(cid)
        if before is not None and (broken("other-head-ignored") or (
                before.same(head) and not broken("same-head-begins-again"))):
            return
        if before is not None and broken("other-head-keeps-parts"):
            head.parts, head.arrived = before.parts, before.arrived
        heads[cid] = head
        if broken("head-delivered-at-once"):
            self._deliver(connection, head)

    def _answer(self, connection, identifier, cid, answer):
        broken = self._broken
        if broken("long-answer-cid-turned-round"):
            cid = cid[::-1]
        if broken("long-codes-separated"):
            self._server.send(connection, identifier, cid, *(codes(code) for code in answer))
        elif broken("part-answered-as-head"):
            self._server.send(connection, 0x58, cid, codes(*answer))
        else:
            self._server.send(connection, identifier, cid, codes(*answer))

    def _total_code(self, heads, cid, total):
        broken = self._broken
        if total == 0:
            if broken("total-zero-missing"):
                return EMPTY
            return OKAY if broken("total-zero-taken") else INVALID
        most = MAX_PARTS
        if broken("parts-unbounded"):
            most = 1 << 32
        if broken("32-parts-only"):
            most = 32
        if total > most:
            return INVALID
        most = 2 if broken("two-heads-only") else MAX_HEADS
        return INVALID if cid not in heads and len(heads) >= most else OKAY

    def _room_code(self, connection, room):
        broken, server = self._broken, self._server
        if room in (EVERYBODY, ECHO):
            return NOT_AUTHORIZED if broken("long-messages-in-rooms-only") else OKAY
        if room == NO_ROOM:
            return EMPTY
        if room not in server.world.rooms:
            return NOT_AUTHORIZED if broken("long-unknown-room-not-authorized") else INVALID
        if room in connection.rooms or broken("long-needs-no-room"):
            return OKAY
        return 9 if broken("long-codes-of-short") else NOT_AUTHORIZED

    def _message_code(self, message, part):
        broken, server = self._broken, self._server
        kind = "part" if part else "head"
        if not message:
            return OKAY if broken(f"empty-{kind}-taken") else EMPTY
        if len(message) > text.MAX_MESSAGE and not broken(f"long-{kind}-taken"):
            return server.dialect.code(12) if broken("long-codes-of-short") else INVALID
        octets = text.decode_loosely(message, broken)
        if octets is None:
            if broken(f"bad-base64-in-{kind}-taken"):
                return OKAY
            return INVALID if broken("long-bad-base64-invalid") else BAD_BASE64
        if text.blank(octets) and (broken("blank-part-refused") if part
                                   else not broken("blank-head-taken")):
            return server.dialect.code(11) if broken("long-codes-of-short") else BLANK
        return OKAY

    # ---- U91 ----

    def _part(self, connection, number, cid, message):
        broken = self._broken
        number = self._number(number, connection)
        heads = self._heads(connection)
        head = heads.get(cid)
        if head is None and heads and broken("part-for-any-head"):
            head = next(reversed(heads.values()))
        if head is None:
            code = OKAY if broken("part-of-nothing-taken") else INVALID
            message_code = self._message_code(message, part=True)
            self._answer(connection, 0x5C, cid, [code, code, message_code])
            return
        answer = [self._number_code(head, number), self._room_code(connection, head.room),
                  self._message_code(message, part=True)]
        if not broken("part-unanswered"):
            self._answer(connection, 0x5C, cid, answer)
        if answer == [OKAY] * 3 and 1 <= number <= head.total:
            self._keep(head, number, message)
        if head.whole(broken):
            if not broken("delivered-again-on-repeat"):
                heads.pop(cid, None)
            self._deliver(connection, head)

    def _number_code(self, head, number):
        broken = self._broken
        if number == 0 and not broken("part-zero-taken"):
            return EMPTY if broken("part-zero-missing") else INVALID
        if number > head.total and not broken("parts-above-total-taken"):
            return INVALID
        if number in head.parts and broken("repeated-part-invalid"):
            return INVALID
        if broken("parts-in-order-only") and number > len(head.parts) + 1:
            return INVALID
        if broken("first-part-is-number-zero") and number == head.total:
            return INVALID
        return OKAY

    def _keep(self, head, number, message):
        broken = self._broken
        head.arrived.append(number)
        if number in head.parts and not broken("repeated-part-replaces"):
            return
        if broken("blank-part-lost") and text.blank(text.decode(message)):
            message = text.encode(b"?")
        head.parts[number] = message

    # ---- S95 ----

    def _deliver(self, connection, head):
        broken, server = self._broken, self._server
        identifier = server.identifiers.next()
        for each in self._long_hearers(connection, head.room):
            each.received[identifier[:8]] = (identifier, head)
            while len(each.received) > MAX_RECEIVED:
                each.received.pop(next(iter(each.received)))
            numbers = [0, *sorted(head.parts)]
            if broken("parts-as-they-came"):
                numbers = [0, *dict.fromkeys(head.arrived)]
            if broken("only-head-delivered"):
                numbers = [0]
            if broken("last-part-not-delivered"):
                numbers.pop()
            if broken("parts-before-head"):
                numbers = [*numbers[1:], 0]
            for number in numbers:
                if number and broken("id-for-each-part"):
                    identifier = server.identifiers.next()
                order = connection.order if broken("total-in-order-of-sender") else each.order
                server.send_octets(each, self._packet(order, identifier, head, number))

    def _long_hearers(self, connection, room):
        broken, server = self._broken, self._server
        if broken("long-messages-unheard"):
            return []
        hearers = self._hearers(connection, room)
        if broken("long-heard-by-speaker") and connection not in hearers:
            hearers = [*hearers, connection]
        if broken("long-heard-by-outsiders") and room != ECHO:
            return [each for each in server.authenticated() if each is not connection]
        if broken("long-echo-silent") and room == ECHO:
            return []
        if broken("long-not-for-everybody") and room == EVERYBODY:
            return []
        return hearers

    def _packet(self, order, identifier, head, number):
        """S95 for a head, number 0, or for a part."""
        broken = self._broken
        left = head.total - number
        if broken("total-counts-itself"):
            left += 1
        if broken("total-counts-up") and number:
            left = number
        if broken("total-the-same-in-all"):
            left = head.total
        if broken("long-total-otherwise"):
            order = "big" if order == "little" else "little"
        message = head.parts[number] if number else head.message
        room = EVERYBODY if broken("long-room-not-told") else head.room
        fields = [left.to_bytes(4, order), identifier, room, message]
        if broken("id-before-total"):
            fields[:2] = fields[1::-1]
        return build(0x5F, *fields)

    # ---- U96 and U99 ----

    def _acknowledge(self, connection, identifier):
        broken = self._broken
        known = connection.received.get(identifier[:8], (None,))[0] == identifier
        if known and broken("second-long-receipt-answered"):
            connection.received.pop(identifier[:8])
        if known and broken("long-receipts-answered"):
            known = False
        if broken("long-receipts-of-others-taken"):
            known = known or any(identifier[:8] in each.received
                                 for each in self._server.connections.values())
        if known or broken("wrong-long-receipts-taken"):
            return
        if broken("whole-id-in-97"):
            self._server.send(connection, 0x61, identifier)
        elif broken("bad-in-97"):
            self._server.send(connection, 0x61, b"BAD")
        elif broken("second-half-in-97"):
            self._server.send(connection, 0x61, identifier[8:])
        else:
            self._server.send(connection, 0x61, identifier[:8])

    def _resend(self, connection, number_octets, first):
        broken, server = self._broken, self._server
        number = self._number(number_octets, connection)
        found = connection.received.get(first)
        if found is None and broken("resent-to-anybody"):
            found = next((each.received[first] for each in server.connections.values()
                          if first in each.received), None)
        allowed = found is not None
        number_code = OKAY
        if allowed and (number > found[1].total or (number == 0 and broken("head-not-resent"))):
            number_code = OKAY if broken("resends-above-total") else INVALID
        okay = allowed and number_code == OKAY
        permission = int(allowed or broken("resending-always-authorized"))
        answer = [codes(number_code, OKAY, OKAY, permission)]
        if broken("resend-without-permission"):
            answer = [codes(number_code, OKAY, OKAY)]
        if broken("resend-refusal-silent") and not okay:
            return
        if not broken("resend-unanswered"):
            server.send(connection, 0x64, first, *answer)
        if not okay or broken("part-not-resent") or number > found[1].total:
            return
        identifier, head = found
        if broken("other-part-resent"):
            number = number - 1 if number else head.total
        server.send_octets(connection, self._packet(connection.order, identifier, head, number))
