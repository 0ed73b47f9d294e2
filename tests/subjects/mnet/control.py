"""Control lines: JSON objects, one a line, by which a suite plays the application."""

import json

from common.address import parse_address
from common.lines import MAX_LINE
from common.setting import SettingError

from .application import Application, show_address
from .breaks import Broken
from .connector import Connector
from .cookie import DEFAULT_LIFETIME_MS
from .listener import Listener
from .loop import bind, bind_towards, socket_address
from .setting import read_dialect, read_lifetime_ms, read_start

NAME = "python-mnet 1.0"
VERSION = 1


class Control:
    """The subject's side of the control lines.

    `say` takes an object for the suite; `loop` gets endpoint and socket once hello has come.
    """

    def __init__(self, broken_name, say, loop):
        self.stopped = False
        self._broken = Broken(broken_name)
        self._say = say
        self._loop = loop
        self._application = None
        self._commands = {
            "hello": self._hello, "open": self._open, "write": self._write,
            "close": self._close, "abort": self._abort, "stop": self._stop,
        }

    def take(self, line, now):
        """Does what one line says; raises `OSError` when there is no socket to be had."""
        if line is None:
            self._log("a line is longer than", str(MAX_LINE))
            return
        try:
            message = json.loads(line)
            kind = message["type"]
        except (ValueError, TypeError, KeyError, RecursionError):
            self._log("no object with a type", line[:200].decode(errors="replace"))
            return
        command = self._commands.get(kind) if isinstance(kind, str) else None
        if command is None:
            self._say({"type": "unknown", "got": kind})
            return
        ready = self._application is not None
        if ready == (kind == "hello") and kind != "stop":
            self._log("hello must come once, first:", kind)
            return
        try:
            command(message, now)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._log(f"{kind} cannot be done:", repr(error))

    # ---- lines from the suite ----

    def _hello(self, message, _now):
        what = self._lacking(message)
        if what is not None:
            self._say({"type": "unsupported", "what": what})
            return
        try:
            dialect = message.get("dialect", {})
            dialect = read_dialect(dialect.get("byte_order"), dialect.get("tags"))
            given = message.get("given") or {}
            start = read_start(given)
            lifetime_ms = read_lifetime_ms(given, DEFAULT_LIFETIME_MS)
        except SettingError as error:
            self._say({"type": "unsupported", "what": str(error)})
            return
        application = Application(self._broken, message.get("application") == "echo", self._say)
        ready = {"type": "ready", "name": NAME}
        if address := message.get("address"):
            self._loop.sock = bind(*parse_address(address))
            ready["address"] = show_address(self._loop.sock.getsockname())
        if message["role"] == "listener":
            port = self._loop.sock.getsockname()[1]
            endpoint = Listener(dialect, port, self._broken, lifetime_ms, application, start)
        else:
            endpoint = Connector(dialect, self._broken, application, start)
        self._application = application
        self._loop.endpoint = endpoint
        self._say(ready)

    @staticmethod
    def _lacking(message):
        """What hello asks for and is not here, or None."""
        known = {"version": (VERSION,), "protocol": ("mnet",), "role": ("listener", "connector"),
                 "application": ("echo", "control")}
        for key, here in known.items():
            if message.get(key, here[0]) not in here:
                return f"{key} {message[key]}"
        if message.get("role", "listener") == "listener" and not message.get("address"):
            return "a listener without an address"
        return None

    def _open(self, message, now):
        if not isinstance(self._loop.endpoint, Connector):
            raise ValueError("a listener opens nothing")
        address = socket_address(message["peer"])
        if self._loop.sock is None:
            self._loop.sock = bind_towards(address)
        self._loop.endpoint.open(address, now)

    def _write(self, message, now):
        octets = bytes.fromhex(message["octets"])
        number = message["session"]
        if not self._application.write(number, octets):
            self._log("not written:", f"session {number} takes no octets")
        self._loop.endpoint.prod(number, now)

    def _close(self, message, now):
        self._application.close(message["session"])
        self._loop.endpoint.prod(message["session"], now)

    def _abort(self, message, now):
        self._loop.endpoint.abort(message["session"], now)

    def _stop(self, _message, _now):
        self.stopped = True

    def _log(self, *words):
        self._say({"type": "log", "text": " ".join(words)})
