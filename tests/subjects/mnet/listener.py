"""The listener: handshake without memory, then every packet to its session.

The application is an echo: what comes on a session is written back, and a session whose peer has
closed is closed. Sans I/O: datagrams and times in, datagrams out.
"""

import heapq
import secrets
from dataclasses import dataclass

from .cookie import DEFAULT_LIFETIME_MS, Bakery
from .session import Session, State
from .wire import MAGIC, TAG_LENGTH, VERSION, Codec, Kind, Malformed

# Sessions at once; a valid echo beyond it is not answered and may come again.
MAX_SESSIONS = 16_384
# Ended sessions that still answer a repeated SHUTDOWN-ACK, and for how many seconds.
MAX_LINGERING = 4_096
LINGER = 15.0
# Limits of breaks.
BROKEN_HALF_OPEN = 100
BROKEN_LARGEST_DATA = 1_400
BROKEN_REPEAT_AFTER = 0.3


@dataclass
class Seat:
    """A session with its two tags, its peer's address and the time its timer is set to."""

    session: Session
    address: tuple
    x: bytes
    y: bytes
    armed: float | None = None


class Listener:
    """All sessions on one local port. Addresses are socket addresses, host first."""

    def __init__(self, dialect, local_port, broken, lifetime_ms=DEFAULT_LIFETIME_MS):
        self.dialect = dialect
        self.broken = broken
        self.codec = Codec(dialect, broken)
        self.bakery = Bakery(self.codec, local_port, lifetime_ms, broken)
        # (address, tag that the connector stamps) to Seat.
        self.seats = {}
        # Pairs (datagram, address) to send, in order; the owner takes them away.
        self.outgoing = []
        # (address, tag that the connector stamps) to (own stamp, end), oldest first.
        self._lingering = {}
        # Heap of (time, serial number, key of a seat).
        self._timers = []
        self._serial = 0
        # What only breaks keep.
        self._deaf = False
        self._inits = {}
        self._early = set()
        self._half_open = 0
        self._last_y = 0
        self._later = []

    # ---- the loop's side ----

    def receive(self, datagram, address, now, wall_ms):
        """Takes a datagram; `now` is monotonic in seconds, `wall_ms` since 1970 in ms."""
        if self._deaf:
            return
        try:
            packet = self.codec.decode(datagram)
        except Malformed:
            self._receive_malformed(datagram, address)
            return
        if packet.kind is Kind.INIT:
            self._receive_init(packet, address, now, wall_ms)
        elif packet.kind is Kind.COOKIE_ECHO:
            self._receive_echo(packet, address, now, wall_ms)
        elif packet.kind is Kind.COOKIE:
            if self.broken("cookie-answered"):
                self._send(self.codec.short(Kind.ABORT, packet.tag), address)
        else:
            self._receive_in_session(packet, datagram, address, now)

    def deadline(self):
        """When `fire` must be called next, or None."""
        times = [heap[0][0] for heap in (self._timers, self._later) if heap]
        return min(times, default=None)

    def fire(self, now):
        """Runs the timers that are due."""
        while self._later and self._later[0][0] <= now:
            _, datagram, address = heapq.heappop(self._later)
            self._send(datagram, address)
        while self._timers and self._timers[0][0] <= now:
            time, _, key = heapq.heappop(self._timers)
            seat = self.seats.get(key)
            if seat is not None and seat.armed == time:
                seat.armed = None
                self._serve(key, seat, now)

    def abort_all(self):
        """Ends every session, as a listener that ends does."""
        for seat in self.seats.values():
            seat.session.abort()
            self._collect(seat)
        self.seats.clear()

    # ---- handshake ----

    def _receive_malformed(self, datagram, address):
        """Drops what is no packet (MNET-WIRE-4, -5)."""
        if self.broken("deaf-after-empty"):
            self._deaf = not datagram
        if self.broken("deaf-after-unknown-type"):
            self._deaf = bool(datagram) and datagram[0] > Kind.ABORT
        if self.broken("deaf-after-short-datagram"):
            self._deaf = len(datagram) in (1, 2, 3)
        if self.broken("malformed-ends-session"):
            seat = self.seats.get((address, datagram[1:1 + TAG_LENGTH]))
            if seat is not None:
                seat.session.abort()
                self._collect(seat)
                self.seats.pop((address, datagram[1:1 + TAG_LENGTH]))

    def _receive_init(self, init, address, now, wall_ms):
        if init.magic != MAGIC and not self.broken("wrong-magic-answered"):
            return
        if init.version != VERSION and not self.broken("wrong-version-answered"):
            return
        self._break_sessions_by_init(init, address)
        if self._init_refused_by_break(init, address):
            return
        y = self._draw_tag()
        cookie = self.bakery.bake(y, init.tag, address[0], wall_ms)
        datagram = self.codec.cookie(cookie)
        # Nothing is kept: all that the session needs travels in the cookie (MNET-INIT-2).
        self._send(datagram, address)
        if self.broken("init-voids-cookies"):
            self._inits[address] = y
        if self.broken("cookie-repeated-unasked"):
            heapq.heappush(self._later, (now + BROKEN_REPEAT_AFTER, datagram, address))

    def _break_sessions_by_init(self, init, address):
        if self.broken("init-from-address-resets"):
            self._forget(lambda seat: seat.address == address)
        if self.broken("init-with-tag-resets"):
            self._forget(lambda seat: seat.x == init.tag)

    def _init_refused_by_break(self, init, address):
        if self.broken("init-of-live-session-ignored"):
            return any(seat.address == address for seat in self.seats.values())
        if self.broken("repeated-init-ignored"):
            known = (address, init.tag) in self._inits
            self._inits[address, init.tag] = None
            return known
        if self.broken("half-open-limit"):
            self._half_open += 1
            return self._half_open > BROKEN_HALF_OPEN
        return False

    def _draw_tag(self):
        """A listener's tag, at random (MNET-WIRE-9)."""
        if self.broken("tags-in-steps"):
            self._last_y += 1
            return self._last_y.to_bytes(TAG_LENGTH, "big")
        if self.broken("tags-repeated"):
            return b"tag"
        return secrets.token_bytes(TAG_LENGTH)

    def _receive_echo(self, cookie, address, now, wall_ms):
        if not self.bakery.genuine(cookie, address[0]):
            return
        if self._echo_refused_by_break(cookie, address):
            return
        x, y = cookie.peer_tag, cookie.tag
        key = (address, self.dialect.connector_stamp(x, y))
        expired = self.bakery.expired(cookie, wall_ms) and not self.broken("expiration-unchecked")
        seat = self.seats.get(key)
        if seat is not None and (seat.x, seat.y) == (x, y):
            if self.broken("repeated-echo-unanswered"):
                return
            if expired and self.broken("expired-repeat-unanswered"):
                return
            if self.broken("repeated-echo-resets"):
                self._open(cookie, key, now)
            self._acknowledge_cookie(x, y, address)
            return
        if seat is not None and not self.broken("echo-of-other-tag-replaces"):
            # It could not be told from the live session (MNET-ECHO-6).
            return
        if expired or self._used_up(cookie) or len(self.seats) >= MAX_SESSIONS:
            return
        if not self.bakery.mark_used(cookie, key, wall_ms):
            return
        if self.broken("data-before-cookie-ack"):
            self._send(self.codec.data(self.dialect.listener_stamp(x, y), 0, 0), address)
        self._open(cookie, key, now)
        self._acknowledge_cookie(x, y, address)

    def _echo_refused_by_break(self, cookie, address):
        if self.broken("early-data-bars-echo") and address in self._early:
            return True
        return self.broken("init-voids-cookies") and self._inits.get(address) != cookie.tag

    def _used_up(self, cookie):
        """Whether the cookie has opened a session before (MNET-ECHO-4, MNET-ECHO-8)."""
        key = self.bakery.used_for(cookie)
        if key is None:
            return False
        if key in self.seats:
            return not self.broken("cookie-opens-twice")
        return not self.broken("echo-reopens-ended")

    def _open(self, cookie, key, now):
        x, y = cookie.peer_tag, cookie.tag
        stamp = self.dialect.listener_stamp(x, y)
        other = x if stamp == y else y
        session = Session(self.codec, stamp, other, self.broken)
        self.seats[key] = Seat(session, key[0], x, y)
        self._lingering.pop(key, None)
        self._half_open -= 1
        self._serve(key, self.seats[key], now)

    def _acknowledge_cookie(self, x, y, address):
        if self.broken("no-cookie-ack"):
            return
        stamp = self.dialect.listener_stamp(x, y)
        if self.broken("cookie-ack-other-tag"):
            stamp = x if stamp == y else y
        self._send(self.codec.short(Kind.COOKIE_ACK, stamp), address)

    # ---- sessions ----

    def _receive_in_session(self, packet, datagram, address, now):
        if self.broken("large-data-dropped") and len(datagram) > BROKEN_LARGEST_DATA:
            return
        key = self._find(packet, address)
        seat = self.seats.get(key)
        if seat is not None:
            seat.session.receive(packet, now)
            self._serve(key, seat, now)
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
        keys = [key for key, seat in self.seats.items() if seat.address == address
                and self.dialect.listener_stamp(seat.x, seat.y) == abort.tag]
        for key in keys:
            seat = self.seats[key]
            seat.session.receive(abort, now)
            self._serve(key, seat, now)
        if not keys and self.broken("stray-abort-answered"):
            self._send(self.codec.short(Kind.ABORT, abort.tag), address)

    def _receive_stray(self, packet, address):
        """A packet of no known session: nothing is sent, which is always right (MNET-WIRE-10)."""
        complete = packet.kind is Kind.SHUTDOWN_COMPLETE
        if complete and self.broken("stray-shutdown-complete-answered"):
            self._send(self.codec.short(Kind.ABORT, packet.tag), address)
        if packet.kind is Kind.DATA and self.broken("stray-data-acknowledged"):
            self._send(self.codec.data(packet.tag, 0, packet.sequence), address)
        if packet.kind is Kind.DATA and self.broken("early-data-bars-echo"):
            self._early.add(address)

    def _serve(self, key, seat, now):
        """Lets application and session do what they can, and sends what comes of it."""
        session = seat.session
        if session.state is not State.ENDED:
            session.write(session.read(session.room))
            if session.at_end:
                session.close()
            session.pump(now)
        self._collect(seat)
        if session.state is State.ENDED:
            del self.seats[key]
            if session.completed:
                self._linger(key, seat, now)
        else:
            self._arm(key, seat)

    def _collect(self, seat):
        for datagram in seat.session.outgoing:
            self._send(datagram, seat.address)
        seat.session.outgoing.clear()

    def _arm(self, key, seat):
        """Sets the timer, unless it rings early enough: then the time is looked at again."""
        deadline = seat.session.deadline()
        if deadline is not None and (seat.armed is None or deadline < seat.armed):
            seat.armed = deadline
            self._serial += 1
            heapq.heappush(self._timers, (deadline, self._serial, key))

    def _linger(self, key, seat, now):
        """Remembers to answer a repeated SHUTDOWN-ACK (MNET-SHUT-7)."""
        if self.broken("shutdown-complete-not-repeated"):
            return
        while len(self._lingering) >= MAX_LINGERING:
            del self._lingering[next(iter(self._lingering))]
        stamp = self.dialect.listener_stamp(seat.x, seat.y)
        self._lingering[key] = (stamp, now + LINGER)

    def _answer_lingering(self, key, address, now):
        stamp, end = self._lingering.pop(key)
        if now <= end:
            self._lingering[key] = (stamp, now + LINGER)
            self._send(self.codec.short(Kind.SHUTDOWN_COMPLETE, stamp), address)

    def _forget(self, chosen):
        """Drops sessions without a word; only breaks do."""
        self.seats = {key: seat for key, seat in self.seats.items() if not chosen(seat)}

    def _send(self, datagram, address):
        self.outgoing.append((datagram, address))
