"""Rooms: joining, parting, leaving with the connection; aliases and invitations."""

from . import text
from .login import viewable_loosely
from .messages import NO_ROOM
from .wire import (
    BAD_BASE64, EMPTY, IN_USE, INVALID, NOT_AUTHORIZED, NOT_IN_ROOM, OKAY, codes,
)

JOINED, PARTED = 0xA2, 0xA5


class Rooms:
    """Answers U160, U163, U166 and U169."""

    def __init__(self, server):
        self._server = server
        self._broken = server.broken
        # Aliases that outlive their connections, by a break.
        self._remembered = set()
        self.handlers = {0xA0: self._join, 0xA3: self._part, 0xA6: self._rename,
                         0xA9: self._invite}

    # ---- U160 ----

    def _join(self, connection, room, password):
        broken, server = self._broken, self._server
        code = self._join_code(connection, room, password)
        if broken("told-before-joined") and code == OKAY:
            connection.rooms.add(room)
            self._tell(JOINED, connection, room)
        if not broken("join-unanswered"):
            self._answer(connection, 0xA1, room, code)
        if code != OKAY:
            if broken("told-of-failed-join") and room in server.world.rooms:
                self._tell(JOINED, connection, room)
            return
        if broken("one-room-at-a-time"):
            connection.rooms.clear()
        connection.rooms.add(room)
        if broken("membership-of-user"):
            for each in server.authenticated():
                if each.user == connection.user:
                    each.rooms.add(room)
        if not broken("told-before-joined"):
            self._tell(JOINED, connection, room)

    def _answer(self, connection, identifier, room, code):
        if self._broken("room-answer-without-code"):
            self._server.send(connection, identifier, room)
        elif self._broken("room-answer-names-another"):
            self._server.send(connection, identifier, room[::-1], codes(code))
        else:
            self._server.send(connection, identifier, room, codes(code))

    def _join_code(self, connection, room, password):
        broken, server = self._broken, self._server
        rooms = server.world.rooms
        if broken("room-ids-without-case"):
            room = next((each for each in rooms if each.lower() == room.lower()), room)
        if room == NO_ROOM:
            return EMPTY
        if room not in rooms:
            creates = server.world.option("unknown-room", "created")
            if broken("unknown-rooms-otherwise"):
                creates = not creates
            if not creates:
                return NOT_AUTHORIZED if broken("unknown-room-not-opened") else INVALID
            rooms[room] = None
        wanted = rooms[room]
        fits = wanted is None or self._fits(wanted, password)
        if room in connection.rooms:
            if not fits and broken("password-before-membership"):
                return NOT_AUTHORIZED
            if broken("joined-again-okay"):
                return OKAY
            return NOT_IN_ROOM if broken("joined-again-not-in-room") \
                else server.code(10, "joined-code-otherwise")
        if password and text.decode_loosely(password, broken) is None and not (
                broken("room-passwords-unchecked")):
            return BAD_BASE64 if broken("bad-base64-for-room-told") else NOT_AUTHORIZED
        if fits:
            return OKAY
        return INVALID if broken("wrong-room-password-invalid") else NOT_AUTHORIZED

    def _fits(self, wanted, password):
        broken = self._broken
        if broken("room-passwords-unchecked"):
            return True
        if not password:
            return broken("missing-room-password-taken")
        octets = text.decode_loosely(password, broken)
        if octets is None:
            return False
        if broken("room-password-begins-right") and octets.startswith(wanted):
            return True
        if broken("room-password-without-case"):
            octets = octets.lower()
        return octets == wanted

    def _tell(self, identifier, connection, room, leaving=False):
        """S162 or S165 to everybody in the room, and to the one who is about to leave it."""
        broken, server = self._broken, self._server
        hearers = server.members(room)
        kind = "join" if identifier == JOINED else "part"
        if leaving and connection not in hearers:
            hearers.append(connection)
        if broken(f"{kind}-not-told-to-oneself"):
            hearers = [each for each in hearers if each is not connection]
        if broken(f"{kind}-told-to-oneself-only"):
            hearers = [connection]
        if broken(f"{kind}-told-to-all"):
            hearers = server.authenticated()
        name, alias = connection.user, connection.alias
        if broken(f"{kind}-without-alias"):
            alias = b""
        if broken(f"{kind}-names-exchanged"):
            name, alias = alias, name
        if identifier == PARTED and broken("parted-told-as-joined"):
            identifier = JOINED
        for each in hearers:
            if not each.over or each is not connection:
                server.send(each, identifier, room, name, alias)

    # ---- U163 ----

    def _part(self, connection, room, _text):
        broken, server = self._broken, self._server
        code = self._part_code(connection, room)
        member = room in connection.rooms
        if broken("told-before-parted") and code == OKAY and member:
            self._tell(PARTED, connection, room)
        if not broken("part-request-unanswered"):
            self._answer(connection, 0xA4, room, code)
        if code != OKAY or not member:
            return
        if not broken("parted-stays"):
            connection.rooms.discard(room)
        if broken("parts-from-all-rooms"):
            connection.rooms.clear()
        if broken("part-text-as-alias") and _text:
            kept, connection.alias = connection.alias, _text
            self._tell(PARTED, connection, room, leaving=True)
            connection.alias = kept
        elif not broken("told-before-parted") and not broken("part-not-told"):
            self._tell(PARTED, connection, room, leaving=True)
        if broken("empty-rooms-vanish") and not server.members(room):
            server.world.rooms.pop(room)

    def _part_code(self, connection, room):
        broken = self._broken
        if room == NO_ROOM:
            return EMPTY
        if room not in self._server.world.rooms:
            return INVALID
        if room in connection.rooms or broken("anybody-may-part"):
            return OKAY
        return INVALID if broken("part-not-in-room-invalid") else NOT_IN_ROOM

    def leave_all(self, connection, goodbye):
        """A connection that ends leaves its rooms."""
        broken = self._broken
        rooms = sorted(connection.rooms)
        connection.rooms.clear()
        if broken("alias-outlives-connection") and connection.alias:
            self._remembered.add(connection.alias)
        if broken("end-not-told") or (not goodbye and broken("lost-connection-not-told")) or (
                goodbye and broken("goodbye-not-told")):
            return
        if broken("end-told-for-one-room"):
            rooms = rooms[:1]
        for room in rooms:
            for _ in range(2 if broken("end-told-twice") else 1):
                self._tell(PARTED, connection, room)

    # ---- U166 ----

    def _rename(self, connection, alias):
        broken, server = self._broken, self._server
        code = self._alias_code(connection, alias)
        old = connection.alias
        if code == OKAY and broken("told-before-renamed"):
            self._tell_alias(connection, old, alias)
        if not broken("rename-unanswered"):
            server.send(connection, 0xA7, codes(code))
        if code != OKAY and not (code == IN_USE and broken("used-alias-set-anyway")):
            return
        connection.alias = alias
        if broken("alias-of-user"):
            for each in server.authenticated():
                if each.user == connection.user:
                    each.alias = alias
        if code == OKAY and not broken("told-before-renamed"):
            self._tell_alias(connection, old, alias)

    def _alias_code(self, connection, alias):
        broken, server = self._broken, self._server
        if not alias:
            if broken("empty-alias-invalid"):
                return INVALID
            return OKAY if broken("empty-alias-taken") else EMPTY
        if not viewable_loosely(alias, broken, "alias"):
            return EMPTY if broken("invalid-alias-empty") else INVALID
        others = [each for each in server.authenticated() if each is not connection]
        if broken("alias-in-use-per-room"):
            others = [each for each in others if each.rooms & connection.rooms]
        if broken("alias-shared-by-endpoints"):
            others = [each for each in others if each.user != connection.user]
        used = alias in self._remembered or any(each.alias == alias for each in others)
        if used and not broken("used-alias-taken"):
            return INVALID if broken("used-alias-invalid") else IN_USE
        return OKAY

    def _tell_alias(self, connection, old, new):
        broken, server = self._broken, self._server
        hearers = server.authenticated()
        if broken("rename-told-to-rooms-only"):
            hearers = [each for each in hearers
                       if each is connection or each.rooms & connection.rooms]
        if broken("rename-not-told-to-oneself"):
            hearers = [each for each in hearers if each is not connection]
        if broken("rename-told-to-oneself-only"):
            hearers = [connection]
        if broken("rename-told-to-guests"):
            hearers = [each for each in server.connections.values() if not each.closing]
        if broken("aliases-exchanged"):
            old, new = new, old
        if broken("old-alias-not-told"):
            old = b""
        name = old if broken("rename-without-name") else connection.user
        for each in hearers:
            server.send(each, 0xA8, name, old, new)

    # ---- U169 ----

    def _invite(self, connection, room, user, alias):
        broken, server = self._broken, self._server
        if broken("invitation-answered"):
            server.send(connection, 0xA1, room, codes(OKAY))
        hearers = [each for each in server.authenticated() if each.user == user]
        if alias and not broken("invitation-ignores-alias"):
            hearers = [each for each in hearers if each.alias == alias]
        if broken("invitation-to-one-endpoint"):
            hearers = hearers[:1]
        if broken("invitation-to-all"):
            hearers = server.authenticated()
        names = connection.user, connection.alias
        if broken("invitation-names-invited"):
            names = user, alias
        for each in hearers:
            server.send(each, 0xA9, room, *names)
