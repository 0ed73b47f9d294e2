"""The listener: a handshake without memory (MNET-INIT-2), then sessions."""

import heapq

from common import chance

from .cookie import DEFAULT_LIFETIME_MS, Bakery
from .endpoint import Endpoint
from .wire import MAGIC, TAG_LENGTH, VERSION, Kind

# Sessions at once; a valid echo beyond it is not answered and may come again.
MAX_SESSIONS = 16_384
# Limits of breaks.
BROKEN_HALF_OPEN = 100
BROKEN_REPEAT_AFTER = 0.3


class Listener(Endpoint):
    """All sessions that connectors open on one local port; by default it echoes."""

    def __init__(self, dialect, local_port, broken, lifetime_ms=DEFAULT_LIFETIME_MS,
                 application=None, start=0):
        super().__init__(dialect, broken, application, start)
        self.bakery = Bakery(self.codec, local_port, lifetime_ms, broken)
        # What only breaks keep.
        self._inits = {}
        self._early = set()
        self._half_open = 0
        self._last_y = 0
        self._later = []

    def own_stamp(self, x, y):
        return self.dialect.listener_stamp(x, y)

    def peer_stamp(self, x, y):
        return self.dialect.connector_stamp(x, y)

    def receive_opening(self, packet, datagram, address, now, wall_ms):
        if packet.kind is Kind.INIT:
            self._receive_init(packet, address, now, wall_ms)
        elif packet.kind is Kind.COOKIE_ECHO:
            self._receive_echo(packet, address, now, wall_ms)
        elif packet.kind is Kind.COOKIE:
            if self.broken("cookie-answered"):
                self.send(self.codec.short(Kind.ABORT, packet.tag), address)
        else:
            return False
        return True

    def note_stray(self, packet, address):
        if packet.kind is Kind.DATA and self.broken("early-data-bars-echo"):
            self._early.add(address)

    def deadline(self):
        """As of any endpoint; only a break has a timer of its own."""
        times = [super().deadline(), self._later[0][0] if self._later else None]
        return min((time for time in times if time is not None), default=None)

    def fire(self, now):
        while self._later and self._later[0][0] <= now:
            _, datagram, address = heapq.heappop(self._later)
            self.send(datagram, address)
        super().fire(now)

    # ---- INIT ----

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
        self.send(datagram, address)
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
        return chance.octets(TAG_LENGTH)

    # ---- COOKIE-ECHO ----

    def _receive_echo(self, cookie, address, now, wall_ms):
        if not self.bakery.genuine(cookie, address[0]):
            return
        if self._echo_refused_by_break(cookie, address):
            return
        x, y = cookie.peer_tag, cookie.tag
        key = (address, self.peer_stamp(x, y))
        expired = self.bakery.expired(cookie, wall_ms) and not self.broken("expiration-unchecked")
        seat = self.seats.get(key)
        if seat is not None and (seat.x, seat.y) == (x, y):
            self._receive_repeated_echo(key, expired, now)
            return
        if seat is not None and not self.broken("echo-of-other-tag-replaces"):
            # It could not be told from the live session (MNET-ECHO-6).
            return
        if expired or self._used_up(cookie) or len(self.seats) >= MAX_SESSIONS:
            return
        if not self.bakery.mark_used(cookie, key, wall_ms):
            return
        if self.broken("data-before-cookie-ack"):
            self.send(self.codec.data(self.own_stamp(x, y), 0, 0), address)
        self._open(self.application.begin(), key, x, y, now)

    def _receive_repeated_echo(self, key, expired, now):
        """An echo of a live session (MNET-ECHO-6)."""
        seat = self.seats[key]
        if self.broken("repeated-echo-unanswered"):
            return
        if expired and self.broken("expired-repeat-unanswered"):
            return
        if self.broken("repeated-echo-told"):
            self.application.opened(self.application.begin(), seat.address)
        if self.broken("repeated-echo-resets"):
            self._open(seat.number, key, seat.x, seat.y, now)
        else:
            self._acknowledge_cookie(seat)

    def _open(self, number, key, x, y, now):
        self.open_session(number, key, x, y, now)
        self._half_open -= 1
        seat = self.seats[key]
        self._acknowledge_cookie(seat)
        self.serve(key, seat, now)

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

    def _acknowledge_cookie(self, seat):
        if self.broken("no-cookie-ack"):
            return
        stamp = seat.stamp
        if self.broken("cookie-ack-other-tag"):
            stamp = seat.x if stamp == seat.y else seat.y
        self.send(self.codec.short(Kind.COOKIE_ACK, stamp), seat.address)

    def _forget(self, chosen):
        """Drops sessions without a word; only breaks do."""
        self.seats = {key: seat for key, seat in self.seats.items() if not chosen(seat)}
