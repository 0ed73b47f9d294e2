"""Control lines: JSON objects, one a line, by which a suite plays the application.

What every protocol's subject does with them; a protocol adds its commands.
"""

import json
import os
import sys

from .lines import MAX_LINE, Lines
from .setting import SettingError

VERSION = 1


class Control:
    """The subject's side of the control lines; `say` takes an object for the suite.

    A protocol's class names itself and its roles, and adds what its lines do to `commands`.
    """

    PROTOCOL = ""
    # The role that binds the address of hello comes first.
    ROLES = ()

    def __init__(self, say):
        self.stopped = False
        self.commands = {"hello": self._hello, "stop": self._stop}
        self._say = say
        self._begun = False

    def begin(self, message):
        """Makes ready for what hello says; returns what else belongs into the answer.

        Raises `SettingError` for what is not here.
        """
        raise NotImplementedError

    def take(self, line, now):
        """Does what one line says; raises `OSError` when there is no socket to be had."""
        if line is None:
            self.log("a line is longer than", str(MAX_LINE))
            return
        try:
            message = json.loads(line)
            message["type"]
        except (ValueError, TypeError, KeyError, RecursionError):
            self.log("no object with a type", line[:200].decode(errors="replace"))
            return
        self.do(message, now)

    def do(self, message, now):
        """Does what an object with a type says."""
        kind = message["type"]
        command = self.commands.get(kind) if isinstance(kind, str) else None
        if command is None:
            self._say({"type": "unknown", "got": kind})
            return
        if self._begun == (kind == "hello") and kind != "stop":
            self.log("hello must come once, first:", kind)
            return
        try:
            command(message, now)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.log(f"{kind} cannot be done:", repr(error))

    def log(self, *words):
        """Leaves a remark for whoever reads the evidence."""
        self._say({"type": "log", "text": " ".join(words)})

    def _hello(self, message, _now):
        try:
            self._check(message)
            ready = self.begin(message)
        except SettingError as error:
            self._say({"type": "unsupported", "what": str(error)})
            return
        self._begun = True
        self._say({"type": "ready", **ready})

    def _check(self, message):
        """Raises for what hello asks for and is not here."""
        known = {"version": (VERSION,), "protocol": (self.PROTOCOL,), "role": self.ROLES,
                 "application": ("echo", "control")}
        for key, here in known.items():
            if message.get(key, here[0]) not in here:
                raise SettingError(f"{key} {message[key]}")
        listener = self.ROLES[0]
        if message.get("role", listener) == listener and not message.get("address"):
            raise SettingError(f"a {listener} without an address")

    def _stop(self, _message, _now):
        self.stopped = True


def serve_lines(loop, make):
    """Runs `loop` with the control that `make(say, loop)` gives, until stop or the lines' end."""
    def say(message):
        print(json.dumps(message), flush=True)

    control = make(say, loop)
    lines = Lines(sys.stdin.fileno(), control.take)
    loop.lines = lines
    try:
        loop.run(lambda: control.stopped or lines.ended)
    except BrokenPipeError:
        # The suite is gone; what is left in the buffer of standard output goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    loop.end()
