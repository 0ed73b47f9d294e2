"""What listener and connector share: every packet to its session, timers, the end of sessions.

Sans I/O: datagrams and times in, datagrams out. Addresses are socket addresses, host first.
"""

import heapq
from dataclasses import dataclass

from .application import Application
from .session import Session, State
from .wire import TAG_LENGTH, Codec, Kind, Malformed

# Ended sessions that still answer a repeated SHUTDOWN-ACK, and for how many seconds.
MAX_LINGERING = 4_096
LINGER = 15.0
# A limit of a break.
BROKEN_LARGEST_DATA = 1_400


@dataclass
class Seat:
    """A session with its number, its peer's address and its tags.

    `stamp` is the tag in the packets from here; `armed` the time that the timer is set to.
    """

    number: int
    session: Session
    address: tuple
    x: bytes
    y: bytes
    stamp: bytes
    armed: float | None = None


class Endpoint:
    """All sessions on one socket. Both counters of each start at `start`."""

    def __init__(self, dialect, broken, application=None, start=0):
        self.dialect = dialect
        self.broken = broken
        self.application = application or Application(broken)
        self.codec = Codec(dialect, broken)
        # (address, tag that the peer stamps) to Seat.
        self.seats = {}
        # Pairs (datagram, address) to send, in order; the owner takes them away.
        self.outgoing = []
        self._start = start
        # (address, tag that the peer stamps) to (own stamp, end), oldest first.
        self._lingering = {}
        # Heap of (time, serial number, key of a seat).
        self._timers = []
        self._serial = 0
        # Only a break sets it.
        self._deaf = False

    # ---- what a role adds ----

    def own_stamp(self, x, y):
        """The tag in the packets that this role sends."""
        raise NotImplementedError

    def peer_stamp(self, x, y):
        """The tag in the packets that this role receives."""
        raise NotImplementedError

    def receive_opening(self, packet, datagram, address, now, wall_ms):
        """Takes a packet of a handshake; False when it is none of this role's."""
        raise NotImplementedError

    def note_stray(self, packet, address):
        """Sees a packet of no session, before it is dropped."""

    # ---- the loop's side ----

    def receive(self, datagram, address, now, wall_ms):
        """Takes a datagram; `now` is monotonic in seconds, `wall_ms` since 1970 in ms."""
        if self._deaf:
            return
        try:
            packet = self.codec.decode(datagram)
        except Malformed:
            self._receive_malformed(datagram, address, now)
            return
        if not self.receive_opening(packet, datagram, address, now, wall_ms):
            self._receive_in_session(packet, datagram, address, now)

    def deadline(self):
        """When `fire` must be called next, or None."""
        return self._timers[0][0] if self._timers else None

    def fire(self, now):
        """Runs the timers that are due."""
        while self._timers and self._timers[0][0] <= now:
            time, _, key = heapq.heappop(self._timers)
            seat = self.seats.get(key)
            if seat is not None and seat.armed == time:
                seat.armed = None
                self.serve(key, seat, now)

    def abort_all(self, now):
        """Ends every session, as a program that ends does."""
        for key, seat in list(self.seats.items()):
            seat.session.abort()
            self.serve(key, seat, now)
        self.seats.clear()

    # ---- the user's side ----

    def abort(self, number, now):
        """Aborts the session of that number, if it lives."""
        for key, seat in list(self.seats.items()):
            if seat.number == number:
                seat.session.abort()
                self.serve(key, seat, now)

    def prod(self, number, now):
        """The application has something new for the session of that number."""
        for key, seat in list(self.seats.items()):
            if seat.number == number:
                self.serve(key, seat, now)

    # ---- sessions ----

    def open_session(self, number, key, x, y, now):
        """Puts a session into its seat; the application can use it from now on."""
        stamp = self.own_stamp(x, y)
        session = Session(self.codec, stamp, x if stamp == y else y, self.broken, self._start)
        self.seats[key] = Seat(number, session, key[0], x, y, stamp)
        self._lingering.pop(key, None)
        self.application.opened(number, key[0])

    def serve(self, key, seat, now):
        """Lets application and session do what they can, and sends what comes of it."""
        session = seat.session
        if session.state is not State.ENDED:
            self.application.serve(seat.number, session)
            session.pump(now)
        for datagram in session.outgoing:
            self.send(datagram, seat.address)
        session.outgoing.clear()
        if session.state is not State.ENDED:
            self._arm(key, seat)
            return
        del self.seats[key]
        self.application.ended(seat.number, session.outcome)
        if session.completed and not self.broken("shutdown-complete-not-repeated"):
            self._linger(key, seat.stamp, now)

    def lingers(self, now):
        """Whether a peer may still repeat a SHUTDOWN-ACK (MNET-SHUT-7)."""
        return any(now <= end for _, end in self._lingering.values())

    def send(self, datagram, address):
        """Queues a datagram."""
        self.outgoing.append((datagram, address))

    def _receive_malformed(self, datagram, address, now):
        """Drops what is no packet (MNET-WIRE-4, -5)."""
        if self.broken("deaf-after-empty"):
            self._deaf = not datagram
        if self.broken("deaf-after-unknown-type"):
            self._deaf = bool(datagram) and datagram[0] > Kind.ABORT
        if self.broken("deaf-after-short-datagram"):
            self._deaf = len(datagram) in (1, 2, 3)
        if self.broken("malformed-ends-session"):
            key = (address, datagram[1:1 + TAG_LENGTH])
            if key in self.seats:
                self.seats[key].session.abort()
                self.serve(key, self.seats[key], now)

    def _receive_in_session(self, packet, datagram, address, now):
        if self.broken("large-data-dropped") and len(datagram) > BROKEN_LARGEST_DATA:
            return
        key = self._find(packet, address)
        seat = self.seats.get(key)
        if seat is not None:
            seat.session.receive(packet, now)
            self.serve(key, seat, now)
        elif packet.kind is Kind.ABORT:
            self._receive_reflected_abort(packet, address, now)
        elif packet.kind is Kind.SHUTDOWN_ACK and key in self._lingering:
            self._answer_lingering(key, address, now)
        else:
            self._receive_stray(packet, address)

    def _find(self, packet, address):
        """The key of the packet's session: its address and its tag (MNET-WIRE-12)."""
        key = (address, packet.tag)
        if key in self.seats:
            return key
        mistaken = {
            Kind.DATA: ("data-from-any-port", "data-with-any-tag"),
            Kind.SHUTDOWN: ("shutdown-from-any-port", "shutdown-with-any-tag"),
            Kind.ABORT: ("abort-from-any-port", "abort-with-any-tag"),
        }
        from_any_port, with_any_tag = mistaken.get(packet.kind, (None, None))
        if from_any_port and self.broken(from_any_port):
            return next((other for other in self.seats if other[1] == packet.tag), key)
        if with_any_tag and self.broken(with_any_tag):
            return next((other for other in self.seats if other[0] == address), key)
        return key

    def _receive_reflected_abort(self, abort, address, now):
        """ABORT with the tag that this side stamps (MNET-ABORT-1)."""
        if self.broken("reflected-abort-ignored"):
            return
        keys = [key for key, seat in self.seats.items()
                if seat.address == address and seat.stamp == abort.tag]
        for key in keys:
            seat = self.seats[key]
            seat.session.receive(abort, now)
            self.serve(key, seat, now)
        if not keys and self.broken("stray-abort-answered"):
            self.send(self.codec.short(Kind.ABORT, abort.tag), address)

    def _receive_stray(self, packet, address):
        """A packet of no known session: nothing is sent, which is always right (MNET-WIRE-10)."""
        complete = packet.kind is Kind.SHUTDOWN_COMPLETE
        if complete and self.broken("stray-shutdown-complete-answered"):
            self.send(self.codec.short(Kind.ABORT, packet.tag), address)
        if packet.kind is Kind.DATA and self.broken("stray-data-acknowledged"):
            self.send(self.codec.data(packet.tag, 0, packet.sequence), address)
        self.note_stray(packet, address)

    def _arm(self, key, seat):
        """Sets the timer, unless it rings early enough: then the time is looked at again."""
        deadline = seat.session.deadline()
        if deadline is not None and (seat.armed is None or deadline < seat.armed):
            seat.armed = deadline
            self._serial += 1
            heapq.heappush(self._timers, (deadline, self._serial, key))

    def _linger(self, key, stamp, now):
        """Remembers to answer a repeated SHUTDOWN-ACK (MNET-SHUT-7)."""
        while len(self._lingering) >= MAX_LINGERING:
            del self._lingering[next(iter(self._lingering))]
        self._lingering[key] = (stamp, now + LINGER)

    def _answer_lingering(self, key, address, now):
        stamp, end = self._lingering.pop(key)
        if now <= end:
            self._lingering[key] = (stamp, now + LINGER)
            self.send(self.codec.short(Kind.SHUTDOWN_COMPLETE, stamp), address)
