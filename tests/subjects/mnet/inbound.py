"""The receiving half of a stream: puts the peer's octets in order, each once."""

import bisect
import enum

from .wire import nearest

# Octets that may wait for the application, and how far ahead of the next octet DATA may lie.
MAX_READY = 1 << 20
MAX_AHEAD = 1 << 20
# Pieces that may wait beyond a gap.
MAX_PIECES = 1024


class Arrival(enum.Enum):
    """What a payload was."""

    # It begins before the first octet (MNET-DATA-1): dropped.
    IMPOSSIBLE = enum.auto()
    # It brought new octets in order.
    NEW = enum.auto()
    # All of it had come before (MNET-DATA-6).
    REPEAT = enum.auto()
    # It lies beyond a gap, or there is no room for it (MNET-DATA-8).
    WAITS = enum.auto()


class Inbound:
    """Octets received: those ready for the application and those that wait beyond a gap."""

    def __init__(self, broken, start=0):
        self.broken = broken
        # Where counting starts.
        self.start = start
        # The number of octets received in order without a gap (MNET-DATA-2).
        self.next = start
        # The end of the furthest DATA seen; beyond `next` while a gap is known.
        self.furthest = start
        self._pieces = []
        self._ready = bytearray()

    @property
    def readable(self):
        """The number of octets that the application can read."""
        return len(self._ready)

    @property
    def gap(self):
        """Whether octets are known to be missing."""
        return self.furthest > self.next

    def read(self, limit):
        """Takes up to `limit` octets, in order."""
        octets = bytes(self._ready[:limit])
        del self._ready[:limit]
        return octets

    def clear(self):
        """Throws away what the application has not read."""
        self._ready.clear()
        self._pieces.clear()

    def take(self, sequence, payload):
        """Takes a payload that ends at `sequence` (modulo 2^32) and tells what it was."""
        end = sequence if self.broken("no-wrap") else nearest(sequence, self.next)
        start = end - len(payload)
        if start < self.start and not self.broken("takes-data-before-zero"):
            return Arrival.IMPOSSIBLE
        if end <= self.next:
            if self.broken("delivers-repeats"):
                self._ready += payload
            return Arrival.REPEAT
        if end > self.next + MAX_AHEAD:
            return Arrival.WAITS
        self.furthest = max(self.furthest, end)
        if start > self.next:
            self._keep(start, payload)
            return Arrival.WAITS
        if len(self._ready) + len(payload) > MAX_READY:
            return Arrival.WAITS
        if start < self.next and self.broken("delivers-overlap-twice"):
            self._ready += payload
        else:
            self._ready += payload[self.next - start:]
        self.next = end
        self._join()
        return Arrival.NEW

    def _keep(self, start, payload):
        """Keeps a piece beyond a gap, once; when there are too many, the peer sends it again."""
        index = bisect.bisect_left(self._pieces, (start, payload))
        known = self._pieces[index:index + 1] == [(start, payload)]
        if known or len(self._pieces) >= MAX_PIECES:
            return
        self._pieces.insert(index, (start, payload))
        if self.broken("delivers-out-of-order"):
            self._ready += payload

    def _join(self):
        """Moves the pieces that the gap no longer holds back."""
        while self._pieces and self._pieces[0][0] <= self.next:
            start, payload = self._pieces.pop(0)
            fresh = payload[self.next - start:]
            self.next += len(fresh)
            if not self.broken("delivers-out-of-order"):
                self._ready += fresh
