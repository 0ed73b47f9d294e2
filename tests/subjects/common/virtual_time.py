"""Virtual time: a suite says what time it is and what comes; every line is answered with one line.

The endpoint is the same as behind a socket, and so is what the lines of the application do.
"""

import json
import sys

from . import chance
from .address import show_address
from .udp import socket_address

SECOND = 1_000_000_000


class Datagrams:
    """Stands where a socket is otherwise: has an endpoint, and takes every address."""

    def __init__(self):
        self.endpoint = None

    def bind(self, address):
        """The address that is bound."""
        return address

    def bind_towards(self, _address):
        """Nothing is needed to send from here."""

    def take(self, message, now, unix_ms):
        """Does what a line of the network says; whether it is one."""
        kind = message["type"]
        if kind == "datagram":
            octets, sender = bytes.fromhex(message["octets"]), socket_address(message["from"])
            self.endpoint.receive(octets, sender, now, unix_ms)
        elif kind == "timeout":
            self.endpoint.fire(now)
        return kind in ("datagram", "timeout")

    def answer(self):
        """What goes out, as a key of the answer, and the next time that something is due."""
        datagrams = [{"to": show_address(address), "octets": datagram.hex()}
                     for datagram, address in self.endpoint.outgoing]
        self.endpoint.outgoing.clear()
        return {"datagrams": datagrams}, self.endpoint.deadline()


class Run:
    """One run; `make(say, network)` gives the control of the protocol."""

    def __init__(self, message, make, network):
        chance.seed(bytes.fromhex(message["seed"]))
        self._epoch_ms = message["epoch-ms"]
        self._said = []
        self._network = network
        self._control = make(self._said.append, network)
        self._control.do({**message, "type": "hello", "version": 1}, 0.0)
        self.refusal = next((said for said in self._said if said["type"] == "unsupported"), None)
        self._said.clear()

    def answer(self, message):
        """What comes of a line."""
        at = message.get("now", 0)
        now, unix_ms = at / SECOND, self._epoch_ms + at // 1_000_000
        if message["type"] != "begin" and not self._network.take(message, now, unix_ms):
            self._control.do(message, now)
        sent, due = self._network.answer()
        unknown = next((said for said in self._said if said["type"] == "unknown"), None)
        events = [said for said in self._said if "session" in said]
        self._said.clear()
        # A microsecond later the time is past what is due, however both are rounded.
        timer = None if due is None else max(at, int(due * SECOND) + 1_000)
        return unknown or {**sent, "events": events, "timer": timer}


def serve(make, network=Datagrams):
    """Answers the lines of standard input until its end; `network` makes that of a run."""
    run = None
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "begin":
            run = Run(message, make, network())
        answer = run.refusal or run.answer(message)
        print(json.dumps(answer, separators=(",", ":")), flush=True)
