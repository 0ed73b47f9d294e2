"""What control lines do to an endpoint of PaperClip."""

from common import control
from common.udp import socket_address

from .application import Application
from .breaks import Broken
from .endpoint import Client, Server
from .setting import read_flags, read_setting

NAME = "python-paperclip 1.0"


class Control(control.Control):
    """The lines of PaperClip; `loop` gets endpoint and socket once hello has come."""

    PROTOCOL = "paperclip"
    ROLES = ("server", "client")

    def __init__(self, broken_name, say, loop):
        super().__init__(say)
        self._broken = Broken(broken_name)
        self._loop = loop
        self.commands |= {"open": self._open, "write": self._write, "close": self._close}

    def begin(self, message):
        """Binds a server's socket and makes the endpoint."""
        widths = (message.get("dialect") or {}).get("widths")
        setting = read_setting(message.get("given") or {}, widths, message.get("options"))
        application = Application(self._broken, message.get("application") == "echo", self._say)
        ready = {"name": NAME}
        if address := message.get("address"):
            ready["address"] = self._loop.bind(address)
        role = Server if message.get("role", self.ROLES[0]) == "server" else Client
        self._loop.endpoint = role(setting, self._broken, application)
        return ready

    def _open(self, message, now):
        if not isinstance(self._loop.endpoint, Client):
            raise ValueError("a server opens nothing")
        address = socket_address(message["peer"])
        self._loop.bind_towards(address)
        self._loop.endpoint.open(address, now)

    def _write(self, message, now):
        number, flags = message["session"], read_flags(message.get("flags") or [])
        octets = bytes.fromhex(message["octets"])
        if not self._loop.endpoint.write(number, octets, flags, now):
            self.log("not written:", f"session {number} takes no packet")

    def _close(self, message, now):
        self._loop.endpoint.close(message["session"], now)
