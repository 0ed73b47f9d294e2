"""A chat server without sockets, and clients by hand: what the tests of chat share."""

from chat.breaks import Broken
from chat.server import Server
from chat.text import encode
from chat.wire import FROM_SERVER, Dialect, Reader, build
from chat.world import World

NOW_MS = 1_700_000_000_000
ROOM, OTHER_ROOM, SECRET = b"ROOM0001", b"ROOM0002", b"SECRET01"
EVERYBODY, ECHO = b"00000000", b"0000ECHO"
PASSWORDS = {b"alice": b"wonderland", b"bob": b"builder", b"carol": b"christmas"}
OKAY = bytes([3, 3, 3])
# One world for all stages: stretching passwords is slow on purpose.
WORLD = World()


def world(**options):
    """A fresh world whose passwords were stretched before."""
    fresh = World({b"nobody": b""}, **options)
    fresh.users = dict(WORLD.users)
    return fresh


class Stage:
    """A server, its clock and its transcript."""

    def __init__(self, dialect=Dialect(), broken=None, **options):
        self.server = Server(dialect, world(**options), Broken(broken))
        self.dialect = dialect
        self.now_ms = NOW_MS
        self.guests = []

    def guest(self):
        """A client that has connected and was greeted."""
        self.guests.append(Guest(self))
        return self.guests[-1]

    def user(self, name=b"alice", order="big", room=None):
        """A client that is logged in, and in a room; nobody else has what that gave."""
        guest = self.guest()
        octet = self.dialect.endianness_octet(order)
        guest.say(0x02, name, encode(PASSWORDS[name]), bytes([octet]))
        if room is not None:
            guest.say(0xA0, room, b"")
        for each in self.guests:
            each.heard()
        return guest

    def transcript(self):
        """All that went to each client, and how each connection stands."""
        return [(guest.everything, guest.connection.closing, guest.connection.lost)
                for guest in self.guests]


class Guest:
    """One client by hand."""

    def __init__(self, stage):
        self._stage = stage
        self.connection = stage.server.connect(stage.now_ms)
        self.everything = []
        self._reader = Reader(FROM_SERVER)
        self.heard()

    def say(self, identifier, *fields):
        """Sends a packet and returns what comes to this client."""
        return self.send(build(identifier, *fields))

    def send(self, octets):
        """Sends octets and returns the packets that come to this client."""
        self._stage.now_ms += 1
        self._stage.server.receive(self.connection, octets, self._stage.now_ms)
        for guest in self._stage.guests:
            guest.collect()
        return self.heard()

    def collect(self):
        """Takes octets from the server."""
        octets = bytes(self.connection.outgoing)
        self.connection.outgoing.clear()
        self._reader.feed(octets)
        if octets:
            self.everything.append(octets)

    def heard(self):
        """The packets that have come: tuples of ID and fields."""
        self.collect()
        return [(packet.identifier, *getattr(packet, "fields", ("faulty",)))
                for packet in self._reader.packets()]

    def leave(self, cleanly=True):
        """Closes the connection, after closing its side if it does so cleanly."""
        if cleanly:
            self._stage.server.finish(self.connection)
        self._stage.server.gone(self.connection)
        for guest in self._stage.guests:
            guest.collect()
