"""What control lines do to an endpoint of MNET."""

from common import control
from common.address import parse_address
from common.udp import socket_address

from .application import Application
from .breaks import Broken
from .connector import Connector
from .cookie import DEFAULT_LIFETIME_MS
from .listener import Listener
from .setting import read_dialect, read_lifetime_ms, read_start

NAME = "python-mnet 1.0"


class Control(control.Control):
    """The lines of MNET; `loop` gets endpoint and socket once hello has come."""

    PROTOCOL = "mnet"
    ROLES = ("listener", "connector")

    def __init__(self, broken_name, say, loop):
        super().__init__(say)
        self._broken = Broken(broken_name)
        self._loop = loop
        self._application = None
        self.commands |= {"open": self._open, "write": self._write, "close": self._close,
                          "abort": self._abort}

    def begin(self, message):
        """Binds a listener's socket and makes the endpoint."""
        dialect = message.get("dialect", {})
        dialect = read_dialect(dialect.get("byte_order"), dialect.get("tags"))
        given = message.get("given") or {}
        start = read_start(given)
        lifetime_ms = read_lifetime_ms(given, DEFAULT_LIFETIME_MS)
        application = Application(self._broken, message.get("application") == "echo", self._say)
        ready = {"name": NAME}
        if address := message.get("address"):
            ready["address"] = self._loop.bind(address)
        if message.get("role", self.ROLES[0]) == "listener":
            _, port = parse_address(ready["address"])
            endpoint = Listener(dialect, port, self._broken, lifetime_ms, application, start)
        else:
            endpoint = Connector(dialect, self._broken, application, start)
        self._application = application
        self._loop.endpoint = endpoint
        return ready

    def _open(self, message, now):
        if not isinstance(self._loop.endpoint, Connector):
            raise ValueError("a listener opens nothing")
        address = socket_address(message["peer"])
        self._loop.bind_towards(address)
        self._loop.endpoint.open(address, now)

    def _write(self, message, now):
        octets = bytes.fromhex(message["octets"])
        number = message["session"]
        if not self._application.write(number, octets):
            self.log("not written:", f"session {number} takes no octets")
        self._loop.endpoint.prod(number, now)

    def _close(self, message, now):
        self._application.close(message["session"])
        self._loop.endpoint.prod(message["session"], now)

    def _abort(self, message, now):
        self._loop.endpoint.abort(message["session"], now)
