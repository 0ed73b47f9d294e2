"""A chat server without sockets: it is told what comes, and says what goes out and who is closed.

The parts that answer packets are handed the server: `login`, `refusals`, `messages`,
`long_messages`, `rooms`.
"""

from .breaks import Broken
from .login import Login
from .long_messages import LongMessages
from .messages import Identifiers, Messages
from .refusals import Refusals
from .rooms import Rooms
from .wire import FROM_CLIENT, NOT_SUPPORTED, Dialect, Faulty, Reader, build
from .world import World

# The most output that waits for a client that does not read, in octets.
MAX_OUTPUT = 4 << 20
SMALL_OUTPUT = 64 << 10


class Connection:
    """One endpoint of a client.

    The shell around the server takes what is in `outgoing` and sends it. With `closing` it then
    ends its side; with `lost` it cuts the connection off at once.
    """

    def __init__(self, number, reader, guest):
        self.number = number
        self.reader = reader
        self.guest = guest
        self.greeted = False
        self.user = None
        self.alias = b""
        self.order = "big"
        self.rooms = set()
        self.outgoing = bytearray()
        self.closing = False
        self.lost = False
        self.over = False
        # Short messages that were delivered here and are not acknowledged, oldest first.
        self.unacknowledged = {}
        # Long messages that were delivered here, by the first half of their IDs, oldest first.
        self.received = {}
        # Unfinished long messages from here, by the client's message ID.
        self.heads = {}


class Server:
    """Takes octets of connections and leaves octets for connections."""

    def __init__(self, dialect=None, world=None, broken=None):
        self.dialect = dialect or Dialect()
        self.world = world or World()
        self.broken = broken or Broken()
        self.connections = {}
        self.now_ms = 0
        self._numbers = 0
        self.login = Login(self)
        self.rooms = Rooms(self)
        self.identifiers = Identifiers(self)
        self._refusals = Refusals(self)
        messages = Messages(self)
        self._handlers = {
            0x28: self._bye, 0xFC: self._capabilities, 0xFE: self._capabilities_of_client,
            **self.login.handlers, **self.rooms.handlers,
            **messages.handlers, **LongMessages(self, messages.hearers).handlers,
        }

    # ---- what the shell calls ----

    def connect(self, now_ms):
        """A client has connected."""
        self.now_ms = now_ms
        self._numbers += 1
        number = 1 if self.broken("guest-names-alike") else self._numbers
        reader = Reader(FROM_CLIENT, self.broken)
        connection = Connection(self._numbers, reader, b"guest-%d" % number)
        self.connections[connection.number] = connection
        if not self.broken("greeting-awaits-client"):
            self._greet(connection)
        return connection

    def receive(self, connection, octets, now_ms):
        """Octets have come from a client."""
        self.now_ms = now_ms
        if connection.closing:
            return
        if not connection.greeted:
            self._greet(connection)
        connection.reader.feed(octets)
        start = len(connection.outgoing)
        for packet in connection.reader.packets():
            before = len(connection.outgoing)
            self._take(connection, packet)
            if self.broken("replies-in-reverse"):
                reply = bytes(connection.outgoing[before:])
                del connection.outgoing[before:]
                connection.outgoing[start:start] = reply
            if self.broken("one-packet-of-a-segment"):
                connection.reader.clear()
            if connection.closing and not self.broken("answers-after-goodbye"):
                return

    def finish(self, connection):
        """The client has ended its side; what came before has been answered."""
        if self.broken("half-closed-stays-open"):
            return
        self.close(connection)

    def gone(self, connection):
        """The connection is no more."""
        self._leave(connection, goodbye=False)
        self.connections.pop(connection.number, None)

    # ---- what the parts use ----

    def send(self, connection, identifier, *fields):
        """Leaves a packet for a connection; one that lets too much wait is cut off."""
        self.send_octets(connection, build(identifier, *fields))

    def send_octets(self, connection, octets):
        """As `send`, for a packet that is built."""
        if connection.lost:
            return
        connection.outgoing += octets
        limit = SMALL_OUTPUT if self.broken("output-of-64-kib-only") else MAX_OUTPUT
        if len(connection.outgoing) > limit and not self.broken("output-unbounded"):
            connection.lost = True
            connection.outgoing.clear()
            self._leave(connection)

    def authenticated(self):
        """The endpoints that have a user, in the order in which they came."""
        return [each for each in self.connections.values() if each.user is not None]

    def members(self, room):
        """The endpoints in a room."""
        return [each for each in self.authenticated() if room in each.rooms]

    def code(self, number, name):
        """The octet of a code from ten on; the break of this name takes the other dialect."""
        dialect = self.dialect
        if self.broken(name):
            dialect = Dialect(codes="decimal" if dialect.codes == "hex" else "hex")
        return dialect.code(number)

    def close(self, connection):
        """Ends a connection after what it is still to be sent."""
        self._leave(connection)
        connection.closing = True

    # ---- packets ----

    def _greet(self, connection):
        connection.greeted = True
        for _ in range(2 if self.broken("greeting-twice") else 1):
            self.send(connection, 0x01, connection.guest)

    def _take(self, connection, packet):
        if connection.user is None and self._refusals.before_login(connection, packet):
            return
        if isinstance(packet, Faulty):
            self._refusals.faulty(connection, packet)
        else:
            self._handlers[packet.identifier](connection, *packet.fields)

    def _bye(self, connection, _text):
        broken = self.broken
        if broken("goodbye-ignored") or (
                connection.user is None and broken("goodbye-of-guest-ignored")):
            return
        if broken("goodbye-answered"):
            self.send(connection, 0x28, b"BYE")
        if broken("goodbye-loses-output"):
            connection.outgoing.clear()
        connection.closing = True
        if not broken("answers-after-goodbye") and not broken("rooms-outlive-goodbye"):
            self._leave(connection)
        connection.lost = broken("goodbye-resets")

    def _capabilities(self, connection, _text):
        mark = b"" if self.broken("capabilities-unmarked") else b"\xff"
        listed = mark.join(bytes([identifier]) for identifier in sorted(FROM_CLIENT))
        self.send(connection, 0xFE if self.broken("capabilities-as-254") else 0xFD, listed)

    def _capabilities_of_client(self, connection, _identifiers):
        if self.broken("client-capabilities-answered"):
            self.send(connection, 0xFB, NOT_SUPPORTED)

    def _leave(self, connection, goodbye=True):
        """Login, rooms and unfinished messages end with a connection."""
        if connection.over:
            return
        connection.over = True
        self.rooms.leave_all(connection, goodbye)
        self.login.end(connection)
        connection.heads.clear()
