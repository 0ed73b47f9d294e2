"""Virtual time: a suite says what time it is and what comes; every line is answered with one line.

The endpoint is the same as behind a socket, and so is what the lines of the application do.
"""

import json
import sys

from . import chance
from .address import show_address
from .udp import socket_address

SECOND = 1_000_000_000


class Network:
    """Stands where sockets are otherwise: has an endpoint, and takes every address."""

    def __init__(self):
        self.endpoint = None

    def bind(self, address):
        """The address that is bound."""
        return address

    def bind_towards(self, _address):
        """Nothing is needed to send from here."""


class Run:
    """One run; `make(say, network)` gives the control of the protocol."""

    def __init__(self, message, make):
        chance.seed(bytes.fromhex(message["seed"]))
        self._epoch_ms = message["epoch-ms"]
        self._said = []
        self._network = Network()
        self._control = make(self._said.append, self._network)
        self._control.do({**message, "type": "hello", "version": 1}, 0.0)
        self.refusal = next((said for said in self._said if said["type"] == "unsupported"), None)
        self._said.clear()

    def answer(self, message):
        """What comes of a line."""
        at, kind = message.get("now", 0), message["type"]
        now, endpoint = at / SECOND, self._network.endpoint
        if kind == "datagram":
            octets, sender = bytes.fromhex(message["octets"]), socket_address(message["from"])
            endpoint.receive(octets, sender, now, self._epoch_ms + at // 1_000_000)
        elif kind == "timeout":
            endpoint.fire(now)
        elif kind != "begin":
            self._control.do(message, now)
        datagrams = [{"to": show_address(address), "octets": datagram.hex()}
                     for datagram, address in endpoint.outgoing]
        endpoint.outgoing.clear()
        unknown = next((said for said in self._said if said["type"] == "unknown"), None)
        events = [said for said in self._said if "session" in said]
        self._said.clear()
        deadline = endpoint.deadline()
        # A microsecond later the time is past the deadline, however both are rounded.
        timer = None if deadline is None else max(at, int(deadline * SECOND) + 1_000)
        return unknown or {"datagrams": datagrams, "events": events, "timer": timer}


def serve(make):
    """Answers the lines of standard input until its end."""
    run = None
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "begin":
            run = Run(message, make)
        answer = run.refusal or run.answer(message)
        print(json.dumps(answer, separators=(",", ":")), flush=True)
