"""The network of chat in virtual time: what connections bring comes as lines, and goes out as lines."""

from .calling import PATIENCE
from .serving import PUT_OFF
from .world import Password


class Port:
    """A connection of the server's; `part` takes what goes out on it."""

    def __init__(self, server, connection, part):
        self._server = server
        self._connection = connection
        self._part = part
        self._paused = False
        # Who has ended a side.
        self._ended_by_client = self._ended = False
        # By a break: octets that are answered later, and when.
        self._put_off, self.due = bytearray(), None

    def take(self, part, octets, now, unix_ms):
        """The next part of what the client sends."""
        if part == "octets" and self._server.broken("half-closed-unanswered"):
            self._put_off += octets
            self.due = now + PUT_OFF
        elif part == "octets":
            self._server.receive(self._connection, octets, unix_ms)
        elif part == "finished":
            self._ended_by_client = True
            self._server.finish(self._connection)
        else:
            self._ended_by_client = self._ended = True

    def block(self, blocked):
        """The connection takes no octets, or some again."""
        self._paused = blocked

    @property
    def paused(self):
        """Whether what goes out waits."""
        return self._paused

    def fire(self, now, unix_ms):
        """The time has come."""
        if self.due is not None and self.due <= now:
            octets, self.due = bytes(self._put_off), None
            self._put_off.clear()
            if not self._ended_by_client:
                self._server.receive(self._connection, octets, unix_ms)

    def flush(self):
        """Sends what there is; whether the connection is no more."""
        connection = self._connection
        if connection.lost and not self._ended:
            self._part("reset")
            self._ended = self._ended_by_client = True
        if connection.outgoing and not (self._ended or self._paused):
            self._part("octets", bytes(connection.outgoing))
            connection.outgoing.clear()
        if connection.closing and not (self._ended or self._paused):
            self._part("finished")
            self._ended = True
        if not (self._ended and self._ended_by_client):
            return False
        self._server.gone(connection)
        return True


class Call:
    """The connection of a client; `ended` takes the reason of a failure."""

    paused = False

    def __init__(self, client, part, ended):
        self._client = client
        self._part = part
        self._ended = ended
        self._is_open = self._is_over = False
        self.due = None

    def take(self, part, octets, _now, _unix_ms):
        """The next part of what the server sends."""
        if part == "opened":
            self._is_open = True
        elif part == "octets":
            self._client.received(octets)
        elif part == "finished":
            self._end()
        else:
            self._is_over = True
            self._ended("the connection was broken" if self._is_open else "nobody listens")

    def block(self, _blocked):
        """A client lets its octets wait in the network."""

    def finish(self, now):
        """Closes the connection, at the latest after a while."""
        self.due = now + PATIENCE

    def fire(self, now, _unix_ms):
        """The time has come."""
        if self.due is not None and self.due <= now:
            self._end()

    def _end(self):
        self.due = None
        if not self._is_over:
            self._send()
            self._is_over = True
            self._part("finished")
            self._ended()

    def _send(self):
        if self._client.outgoing:
            self._part("octets", bytes(self._client.outgoing))
            self._client.outgoing.clear()

    def flush(self):
        """Sends what there is; whether the connection is no more."""
        if not self._is_over:
            self._send()
        return self._is_over


class Streams:
    """All connections of a server or a client, by number."""

    def __init__(self):
        Password.COST = 2
        self._server = None
        self._lines = {}
        self._calls = {}
        self._made = 0
        self._parts = []
        self._now = 0.0

    # ---- what control asks for ----

    def listen(self, server, address):
        """Serves at an address."""
        self._server = server
        return address

    def connect(self, number, _peer, client, ended):
        """Opens the connection of a client."""
        self._made += 1
        part = self._sender(self._made)
        part("opened")
        self._lines[self._made] = self._calls[number] = Call(client, part, ended)

    def flush(self, _number):
        """What is left goes out with the answer."""

    def finish(self, number):
        """Closes the connection of a session after what is left."""
        if number in self._calls:
            self._calls[number].finish(self._now)

    def _sender(self, connection):
        def part(kind, octets=None):
            keys = {} if octets is None else {"octets": octets.hex()}
            self._parts.append({"connection": connection, "part": kind, **keys})

        return part

    # ---- what comes ----

    def take(self, message, now, unix_ms):
        """Does what a line of the network says; whether it is one."""
        self._now, kind = now, message["type"]
        if kind == "stream":
            self._take_part(message, now, unix_ms)
        elif kind == "blocked":
            if line := self._lines.get(message["connection"]):
                line.block(message["blocked"])
        elif kind == "timeout":
            for line in list(self._lines.values()):
                line.fire(now, unix_ms)
        else:
            return False
        return True

    def _take_part(self, message, now, unix_ms):
        number, part = message["connection"], message["part"]
        if part == "opened" and self._server is not None:
            connection = self._server.connect(unix_ms)
            self._lines[number] = Port(self._server, connection, self._sender(number))
        elif line := self._lines.get(number):
            line.take(part, bytes.fromhex(message.get("octets", "")), now, unix_ms)

    def answer(self):
        """What goes out, as keys of the answer, and the next time that something is due."""
        stuck = self._server is not None and self._server.broken("others-wait-for-slow") and any(
            line.paused for line in self._lines.values())
        over = True
        # One that is no more may leave something for the others.
        while over and not stuck:
            over = [number for number, line in self._lines.items() if line.flush()]
            for number in over:
                del self._lines[number]
        parts, self._parts = self._parts, []
        due = [line.due for line in self._lines.values() if line.due is not None]
        return {"streams": parts}, min(due, default=None)

