"""A connector in virtual time that meets a peer by hand."""

from mnet.application import Application
from mnet.breaks import Broken
from mnet.connector import Connector
from mnet.wire import Dialect
from packets_for_tests import COOKIE_ACK, ListenerPackets
from world_for_tests import LISTENER


class Stage(ListenerPackets):
    """A connector that opens one session, a peer and a clock."""

    def __init__(self, dialect=Dialect(), broken=None, echo=True, start=0):
        super().__init__(dialect.byte_order, dialect.tags)
        self.now = 0.0
        self.events = []
        self.transcript = []
        self.application = Application(Broken(broken), echo, self.events.append)
        self.connector = Connector(dialect, Broken(broken), self.application, start)

    def begin(self):
        """Tells the connector to open a session and takes its INIT."""
        self.connector.open(LISTENER, self.now)
        for datagram in self.collect():
            self.take_init(datagram)

    def open(self):
        """The whole handshake."""
        self.begin()
        self.send(self.bake())
        return self.send(self.short(COOKIE_ACK))

    def send(self, datagram, address=LISTENER):
        """Sends a datagram and returns the answers to it."""
        self.connector.receive(datagram, address, self.now, 0)
        return self.collect()

    def wait(self, seconds):
        """Lets time pass; returns what the connector sends meanwhile."""
        end = self.now + seconds
        sent = []
        while (deadline := self.connector.deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.connector.fire(self.now)
            sent += self.collect()
        self.now = end
        return sent

    def collect(self):
        """Takes what the connector sends."""
        datagrams = [datagram for datagram, _ in self.connector.outgoing]
        self.transcript += [(round(self.now, 6), address, datagram)
                            for datagram, address in self.connector.outgoing]
        self.connector.outgoing.clear()
        return datagrams

    def tell(self, what, *arguments):
        """Tells the connector's application to write or to close its first session, or to abort."""
        if what == "abort":
            self.connector.abort(1, self.now)
        else:
            getattr(self.application, what)(1, *arguments)
            self.connector.prod(1, self.now)
        return self.collect()

    def told(self):
        """The types of the events so far."""
        return [event["type"] for event in self.events]
