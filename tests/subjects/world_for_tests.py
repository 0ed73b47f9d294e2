"""A listener and a connector in virtual time, joined by a link that loses, repeats and reorders."""

import heapq
import random

from mnet.application import Application
from mnet.breaks import Broken
from mnet.connector import Connector
from mnet.listener import Listener
from mnet.wire import Dialect

LISTENER = ("127.0.0.1", 4000)
CONNECTOR = ("127.0.0.1", 5000)
WALL_MS = 1_700_000_000_000
DELAY = 0.02
# Virtual seconds within which everything must have ended.
PATIENCE = 600
# Datagrams of one direction and kind that a link loses in a row at most.
MAX_LOST = 3


class World:
    """Both endpoints and the way between them; `loss` is out of 100.

    The events of a side are in `events[role]`, what was delivered in `heard[role, session]`.
    """

    def __init__(self, dialect=Dialect(), seed=0, loss=0, start=0, echo=("listener",), broken=None):
        self.now = 0.0
        self.loss = loss
        self.chance = random.Random(seed)
        self.events = {"listener": [], "connector": []}
        self.heard = {}
        self.sent = {"listener": [], "connector": []}
        self.applications = {
            role: Application(Broken(broken), role in echo, self._tell(role))
            for role in ("listener", "connector")}
        self.listener = Listener(dialect, LISTENER[1], Broken(broken), start=start,
                                 application=self.applications["listener"])
        self.connector = Connector(dialect, Broken(broken), self.applications["connector"], start)
        self._way = []
        self._serial = 0
        self._lost = {}

    def run(self, until=PATIENCE):
        """Lets time pass until nothing is under way and no timer runs."""
        while True:
            self._carry("listener", self.listener, self.connector, CONNECTOR)
            self._carry("connector", self.connector, self.listener, LISTENER)
            times = [self.listener.deadline(), self.connector.deadline()]
            times += [entry[0] for entry in self._way[:1]]
            times = [time for time in times if time is not None]
            if not times or max(self.now, min(times)) > until:
                return
            self.now = max(self.now, min(times))
            while self._way and self._way[0][0] <= self.now:
                _, _, endpoint, datagram, sender = heapq.heappop(self._way)
                wall_ms = WALL_MS + round(self.now * 1000)
                endpoint.receive(datagram, sender, self.now, wall_ms)
            self.listener.fire(self.now)
            self.connector.fire(self.now)

    def kinds(self, role):
        """The types of a side's events, without deliveries."""
        return [event["type"] for event in self.events[role] if event["type"] != "delivered"]

    def _tell(self, role):
        def tell(event):
            self.events[role].append(event)
            if event["type"] == "delivered":
                key = (role, event["session"])
                self.heard[key] = self.heard.get(key, b"") + bytes.fromhex(event["octets"])
        return tell

    def _carry(self, role, sender, receiver, destination):
        own = CONNECTOR if role == "connector" else LISTENER
        for datagram, address in sender.outgoing:
            assert address == destination, address
            self.sent[role].append(datagram)
            for _ in range(self._copies((role, datagram[0]))):
                self._serial += 1
                delay = DELAY * (1 + self.chance.random() if self.loss else 1)
                heapq.heappush(self._way, (self.now + delay, self._serial, receiver, datagram, own))
        sender.outgoing.clear()

    def _copies(self, key):
        lost = self._lost.get(key, 0)
        if self.chance.randrange(100) < self.loss and lost < MAX_LOST:
            self._lost[key] = lost + 1
            return 0
        self._lost[key] = 0
        return 2 if self.chance.randrange(100) < self.loss else 1
