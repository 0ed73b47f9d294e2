"""Cookies: what a listener hands out instead of keeping something (MNET-COOKIE-2, -3)."""

import hashlib
import heapq
import hmac
import ipaddress

from common import chance

from .wire import VERSION, Cookie, Kind

DEFAULT_LIFETIME_MS = 60_000
SECRET_LENGTH = 32
# Cookies remembered because they have opened a session and have not expired.
MAX_USED = 1 << 18
# Seconds from 1970-01-01 to 2000-01-01, for the break "expiration-epoch".
CENTURY = 946_684_800


class Bakery:
    """Makes cookies and tells its own from others; remembers only those that were used."""

    def __init__(self, codec, local_port, lifetime_ms, broken):
        self.codec = codec
        self.broken = broken
        self._secret = chance.octets(SECRET_LENGTH)
        self._local_port = local_port
        self._lifetime_ms = lifetime_ms
        # Used cookie to the key of the session that it opened, and the order of expiration.
        self._used = {}
        self._order = []

    def bake(self, tag, peer_tag, host, wall_ms):
        """A COOKIE from listener's tag `tag` to connector's tag `peer_tag` at `host`."""
        expiration = self._seconds(wall_ms + self._lifetime_ms)
        if self.broken("cookie-other-peer-tag"):
            peer_tag = tag
        version = VERSION + 1 if self.broken("cookie-version-2") else VERSION
        seal = self._seal(expiration, host, tag, peer_tag)
        return Cookie(Kind.COOKIE, tag, peer_tag, version, expiration, seal)

    def genuine(self, cookie, host):
        """Whether the cookie, echoed from `host`, is one of this listener's."""
        version = VERSION + 1 if self.broken("cookie-version-2") else VERSION
        if cookie.version != version and not self.broken("echo-version-unchecked"):
            return False
        if self.broken("echo-hmac-unchecked"):
            return True
        expected = self._seal(cookie.expiration, host, cookie.tag, cookie.peer_tag)
        if self.broken("echo-hmac-half-checked"):
            return hmac.compare_digest(expected[:10], cookie.hmac[:10])
        return hmac.compare_digest(expected, cookie.hmac)

    def expired(self, cookie, wall_ms):
        """Whether the cookie came too late, in whole seconds (MNET-ECHO-2)."""
        return self._seconds(wall_ms) > cookie.expiration

    def mark_used(self, cookie, key, wall_ms):
        """Remembers that the cookie opened session `key`; False when there is no room."""
        now = self._seconds(wall_ms)
        while self._order and self._order[0][0] < now:
            self._used.pop(heapq.heappop(self._order)[1], None)
        if len(self._used) >= MAX_USED:
            return False
        identity = self._identity(cookie)
        if identity not in self._used:
            heapq.heappush(self._order, (cookie.expiration, identity))
        self._used[identity] = key
        return True

    def used_for(self, cookie):
        """The key of the session that the cookie has opened, or None."""
        return self._used.get(self._identity(cookie))

    @staticmethod
    def _identity(cookie):
        return cookie.tag + cookie.peer_tag + cookie.expiration.to_bytes(4, "big") + cookie.hmac

    def _seconds(self, wall_ms):
        seconds = wall_ms // 1000
        return seconds - CENTURY if self.broken("expiration-epoch") else seconds

    def _seal(self, expiration, host, tag, peer_tag):
        covered = []
        if not self.broken("hmac-without-expiration"):
            covered.append(self.codec.integer(expiration))
        if not self.broken("hmac-without-address"):
            covered.append(ipaddress.ip_address(host.partition("%")[0]).packed)
        covered.append(self._local_port.to_bytes(2, "big"))
        if not self.broken("hmac-without-tag"):
            covered.append(tag)
        if not self.broken("hmac-without-peer-tag"):
            covered.append(peer_tag)
        return hmac.new(self._secret, b"".join(covered), hashlib.sha1).digest()
