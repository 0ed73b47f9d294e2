"""The connector: INIT until a COOKIE comes, COOKIE-ECHO until COOKIE-ACK comes, then sessions.

It sends no DATA before COOKIE-ACK (MNET-ACK-2 leaves that to it) and keeps none that overtakes it.
"""

from dataclasses import dataclass

from common import chance

from .endpoint import Endpoint
from .session import Outcome
from .wire import TAG_LENGTH, VERSION, Kind

# Sessions at once, those being opened included.
MAX_SESSIONS = 1_024
# INIT and COOKIE-ECHO are sent again after this many seconds, this many times in all.
OPEN_INTERVAL = 0.3
MAX_OPEN_TRIES = 5


@dataclass
class Opening:
    """A handshake under way: it waits for COOKIE while `y` is None, then for COOKIE-ACK."""

    number: int
    address: tuple
    x: bytes
    # What is repeated, how often it was sent, and when it is sent again.
    datagram: bytes
    at: float
    tries: int = 0
    y: bytes | None = None


class Connector(Endpoint):
    """All sessions that are opened from one socket."""

    def __init__(self, dialect, broken, application=None, start=0):
        super().__init__(dialect, broken, application, start)
        self._openings = []

    def own_stamp(self, x, y):
        return self.dialect.connector_stamp(x, y)

    def peer_stamp(self, x, y):
        return self.dialect.listener_stamp(x, y)

    @property
    def idle(self):
        """Whether there is no session and none is being opened."""
        return not self.seats and not self._openings

    # ---- the user's side ----

    def open(self, address, now):
        """Opens a session to a listener and returns its number; what comes of it is told."""
        number = self.application.begin()
        if len(self.seats) + len(self._openings) >= MAX_SESSIONS:
            self.application.ended(number, Outcome.NO_ROOM)
            return number
        x = self._draw_tag(address)
        self._openings.append(Opening(number, address, x, self.codec.init(x), now))
        self.fire(now)
        return number

    def abort(self, number, now):
        for opening in list(self._openings):
            if opening.number == number:
                self._abort_opening(opening)
        super().abort(number, now)

    def abort_all(self, now):
        for opening in list(self._openings):
            self._abort_opening(opening)
        super().abort_all(now)

    # ---- the loop's side ----

    def deadline(self):
        times = [super().deadline(), *(opening.at for opening in self._openings)]
        return min((time for time in times if time is not None), default=None)

    def fire(self, now):
        for opening in list(self._openings):
            if opening.at <= now:
                self._try_again(opening, now)
        super().fire(now)

    def receive_opening(self, packet, datagram, address, now, wall_ms):
        if packet.kind in (Kind.INIT, Kind.COOKIE_ECHO):
            # This side listens to nobody.
            return True
        if packet.kind is Kind.COOKIE:
            self._receive_cookie(packet, datagram, address, now)
            return True
        if packet.kind is Kind.COOKIE_ACK:
            self._receive_cookie_ack(packet, address, now)
            return True
        if packet.kind is Kind.ABORT:
            return self._receive_abort(packet, address)
        if packet.kind is Kind.DATA:
            self._mistake_early_data(packet, address, now)
        return False

    # ---- the handshake ----

    def _try_again(self, opening, now):
        """Sends INIT or COOKIE-ECHO, or gives up (MNET-INIT-4, MNET-ECHO-7)."""
        if opening.tries >= MAX_OPEN_TRIES and not self.broken("opening-never-given-up"):
            self._give_up(opening)
            return
        waits_for_cookie = opening.y is None
        if waits_for_cookie and opening.tries and self.broken("init-new-tag"):
            opening.x = self._draw_tag(opening.address)
            opening.datagram = self.codec.init(opening.x)
        if not waits_for_cookie and opening.tries and self.broken("init-in-place-of-echo"):
            opening.datagram = self.codec.init(opening.x)
        opening.tries += 1
        opening.at = now + OPEN_INTERVAL
        self.send(opening.datagram, opening.address)
        if not waits_for_cookie and self.broken("speaks-before-cookie-ack"):
            stamp = self.own_stamp(opening.x, opening.y)
            self.send(self.codec.short(Kind.COOKIE_ACK, stamp), opening.address)
        if self.broken("init-sent-once" if waits_for_cookie else "echo-sent-once"):
            opening.at += OPEN_INTERVAL * (MAX_OPEN_TRIES - opening.tries)
            opening.tries = MAX_OPEN_TRIES

    def _receive_cookie(self, cookie, datagram, address, now):
        opening = self._waiting_for(cookie, address)
        if opening is None:
            self._mistake_cookie(cookie, datagram, address)
            return
        key = (opening.address, self.peer_stamp(opening.x, cookie.tag))
        if key in self.seats or any(key == self._key(other) for other in self._openings
                                    if other is not opening):
            # Packets of the two sessions could not be told apart: another COOKIE is asked for.
            return
        opening.y = cookie.tag
        opening.datagram = self._echo(datagram)
        opening.tries = 0
        opening.at = now
        if self.broken("opened-before-cookie-ack"):
            self._open(opening, now)
        else:
            self.fire(now)

    def _waiting_for(self, cookie, address):
        """The opening that the COOKIE is for (MNET-COOKIE-1), or None."""
        if cookie.version != VERSION and not self.broken("cookie-of-other-version-taken"):
            return None
        for opening in self._openings:
            if opening.y is not None and not self.broken("later-cookie-taken"):
                continue
            here = address == opening.address or self.broken("cookie-from-other-address-taken")
            if here and self.broken("cookie-with-other-tag-taken"):
                return opening
            if here and cookie.peer_tag == opening.x:
                return opening
        return None

    def _echo(self, cookie):
        """COOKIE-ECHO: the COOKIE as received, but for its type (MNET-ECHO-1)."""
        octets = cookie[1:]
        if self.broken("echo-hmac-changed"):
            octets = octets[:-1] + bytes([octets[-1] ^ 1])
        if self.broken("echo-expiration-changed"):
            octets = octets[:7] + octets[7:11][::-1] + octets[11:]
        if self.broken("echo-tags-exchanged"):
            octets = octets[3:6] + octets[:3] + octets[6:]
        if self.broken("echo-cut"):
            octets = octets[:-1]
        return bytes([Kind.COOKIE_ECHO]) + octets

    def _receive_cookie_ack(self, packet, address, now):
        for opening in self._openings:
            if opening.y is None:
                continue
            here = address == opening.address or self.broken("cookie-ack-from-other-address-taken")
            right = packet.tag == self.peer_stamp(opening.x, opening.y)
            if here and (right or self.broken("cookie-ack-with-any-tag-taken")):
                self._open(opening, now)
                return
        if (address, packet.tag) in self.seats:
            self._mistake_late_cookie_ack(self.seats[address, packet.tag], now)

    def _open(self, opening, now):
        self._openings.remove(opening)
        key = self._key(opening)
        self.open_session(opening.number, key, opening.x, opening.y, now)
        if self.broken("opened-before-cookie-ack"):
            self.send(opening.datagram, opening.address)
        self.serve(key, self.seats[key], now)

    def _receive_abort(self, abort, address):
        """ABORT of a session that is being opened (MNET-ABORT-1); False when it is another's."""
        if self.broken("opening-abort-ignored"):
            return False
        for opening in self._openings:
            x, y = opening.x, opening.y
            right = (x,) if y is None else (self.own_stamp(x, y), self.peer_stamp(x, y))
            if address == opening.address and abort.tag in right:
                self._openings.remove(opening)
                self.application.ended(opening.number, Outcome.ABORTED_BY_PEER)
                return True
        return False

    def _give_up(self, opening):
        self._openings.remove(opening)
        if opening.y is None:
            self.application.ended(opening.number, Outcome.NO_COOKIE)
            return
        # The listener may hold the session open (MNET-ECHO-7).
        if not self.broken("opening-given-up-silently"):
            self._send_abort(opening)
        self.application.ended(opening.number, Outcome.NO_COOKIE_ACK)

    def _abort_opening(self, opening):
        self._openings.remove(opening)
        if opening.y is not None:
            self._send_abort(opening)
        self.application.ended(opening.number, Outcome.ABORTED_HERE)

    def _send_abort(self, opening):
        stamp = self.own_stamp(opening.x, opening.y)
        self.send(self.codec.short(Kind.ABORT, stamp), opening.address)

    def _key(self, opening):
        """Where the session will sit; None while its COOKIE has not come."""
        if opening.y is None:
            return None
        return opening.address, self.peer_stamp(opening.x, opening.y)

    def _draw_tag(self, address):
        """A connector's tag, at random (MNET-WIRE-9), that no other session to there has."""
        if self.broken("connector-tags-repeated"):
            return b"tag"
        taken = {opening.x for opening in self._openings if opening.address == address}
        taken |= {seat.x for seat in self.seats.values() if seat.address == address}
        # MAX_SESSIONS is far below 2^24: this ends.
        while (tag := chance.octets(TAG_LENGTH)) in taken:
            pass
        return tag

    # ---- what only breaks do ----

    def _mistake_cookie(self, cookie, datagram, address):
        if self.broken("cookie-answered"):
            self.send(self.codec.short(Kind.ABORT, cookie.tag), address)
        if self.broken("cookie-in-session-echoed"):
            if any(seat.address == address for seat in self.seats.values()):
                self.send(self._echo(datagram), address)

    def _mistake_late_cookie_ack(self, seat, now):
        key = (seat.address, self.peer_stamp(seat.x, seat.y))
        if self.broken("late-cookie-ack-resets"):
            self.open_session(seat.number, key, seat.x, seat.y, now)
        if self.broken("late-cookie-ack-answered"):
            self.send(self.codec.short(Kind.COOKIE_ACK, seat.stamp), seat.address)
        if self.broken("late-cookie-ack-told"):
            self.application.opened(self.application.begin(), seat.address)

    def _mistake_early_data(self, packet, address, now):
        for opening in list(self._openings):
            if self._key(opening) != (address, packet.tag):
                continue
            if self.broken("early-data-opens"):
                self._open(opening, now)
            elif self.broken("early-data-ends-opening"):
                self._give_up(opening)
