"""The sending half of a stream: what is outstanding, when it is sent again, how much at once.

Retransmission timer: RFC 6298. Congestion window and fast retransmission: RFC 5681 with the
recovery of RFC 6582. All times are in seconds.
"""

import enum

from .wire import DATA_HEADER_LENGTH, nearest

# Octets that the application may have written and the peer has not acknowledged.
MAX_BUFFERED = 1 << 20
# A packet of 1200 octets fits every path that carries IPv6.
SEGMENT_LENGTH = 1200 - DATA_HEADER_LENGTH
INITIAL_WINDOW = 10 * SEGMENT_LENGTH
MAX_WINDOW = 256 * SEGMENT_LENGTH
INITIAL_INTERVAL = 0.2
MIN_INTERVAL = 0.1
MAX_INTERVAL = 4.0
# Sends of the same octets without a word from the peer, the first included.
MAX_TRIES = 12
# Repeated acknowledgements that bring a retransmission before the timer.
REPEATS_FOR_LOSS = 3


class Verdict(enum.Enum):
    """What an AcknowledgedBytes is."""

    # Beyond what was sent or before the first octet: no peer that counts right says it
    # (MNET-DATA-10).
    IMPOSSIBLE = enum.auto()
    # Older than the newest seen (MNET-DATA-11).
    STALE = enum.auto()
    # The newest seen, again.
    SAME = enum.auto()
    # It acknowledges more.
    NEW = enum.auto()


class Outbound:
    """Octets written: those acknowledged, those outstanding, those not yet sent."""

    def __init__(self, broken, start=0):
        self.broken = broken
        self._start = start
        # The number of octets that the peer has acknowledged.
        self.acknowledged = start
        # The highest number of octets sent so far, and from where sending goes on.
        self.highest = start
        self._next = start
        self._buffer = bytearray()
        self._window = INITIAL_WINDOW
        self._threshold = MAX_WINDOW
        self._repeats = 0
        # Where a recovery ends, and whether one is under way.
        self._recover = start
        self._recovering = False
        self._resend_first = False
        self._smoothed = None
        self._variation = 0.0
        self._interval = INITIAL_INTERVAL
        self._timed = None
        self._tries = 1
        # When the oldest outstanding octets are sent again.
        self.deadline = None

    @property
    def room(self):
        """The number of octets that the application may write now."""
        return MAX_BUFFERED - len(self._buffer)

    @property
    def drained(self):
        """Whether everything written is acknowledged."""
        return not self._buffer

    def write(self, octets):
        """Queues octets; no more than `room`."""
        assert len(octets) <= self.room, "written beyond the room"
        self._buffer += octets

    def restart_tries(self):
        """The peer was heard: the count of tries starts again (MNET-DATA-9)."""
        self._tries = 1

    def judge(self, acknowledged):
        """Tells what an AcknowledgedBytes (modulo 2^32) is, and changes nothing."""
        offset = self._offset(acknowledged)
        if offset > self.highest or offset < self._start:
            return Verdict.IMPOSSIBLE
        if offset < self.acknowledged:
            return Verdict.STALE
        return Verdict.SAME if offset == self.acknowledged else Verdict.NEW

    def _offset(self, acknowledged):
        if self.broken("no-wrap"):
            return acknowledged
        return nearest(acknowledged, self.acknowledged)

    def take(self, acknowledged, bare, now):
        """Takes an AcknowledgedBytes; `bare` when its packet brings no octets (MNET-DATA-13)."""
        verdict = self.judge(acknowledged)
        if verdict is Verdict.NEW:
            self._advance(self._offset(acknowledged), now)
        elif verdict is Verdict.SAME and bare and self.highest > self.acknowledged:
            self._count_repeat()

    def segment(self, now):
        """The next payload to send now with the count after it, or None."""
        if self._resend_first:
            self._resend_first = False
            # Karn: an acknowledgement no longer tells which of the sends it answers.
            self._timed = None
            return self._cut(self.acknowledged, self.highest, now)
        if self.broken("one-data-outstanding") and self._next > self.acknowledged:
            return None
        end = min(self.acknowledged + len(self._buffer), self.acknowledged + self._window)
        if self._next >= end:
            return None
        result = self._cut(self._next, end, now)
        start, self._next = self._next, result[0]
        if start >= self.highest and self._timed is None:
            self._timed = (self._next, now)
        self.highest = max(self.highest, self._next)
        return result

    def expire(self, now):
        """Acts on the timer; True when it gives up."""
        if self.deadline is None or now < self.deadline:
            return False
        self._tries += 1
        if self._tries > MAX_TRIES:
            return True
        if not self.broken("constant-interval"):
            self._interval = min(2 * self._interval, MAX_INTERVAL)
        self.deadline = now + self._interval
        if self.broken("never-retransmits"):
            return False
        self._threshold = self._half_flight()
        self._window = SEGMENT_LENGTH
        self._next = self.acknowledged
        self._recover = self.highest
        self._recovering = False
        self._repeats = 0
        self._timed = None
        return False

    def _cut(self, start, end, now):
        end = min(end, start + SEGMENT_LENGTH)
        first = start - self.acknowledged
        if self.deadline is None:
            self.deadline = now + self._interval
        return end, bytes(self._buffer[first:first + end - start])

    def _half_flight(self):
        return max((self.highest - self.acknowledged) // 2, 2 * SEGMENT_LENGTH)

    def _advance(self, offset, now):
        fresh = offset - self.acknowledged
        del self._buffer[:fresh]
        self.acknowledged = offset
        self._next = max(self._next, offset)
        self._tries = 1
        self._repeats = 0
        if self._timed and offset >= self._timed[0]:
            self._measure(now - self._timed[1])
            self._timed = None
        if self._recovering and offset < self._recover:
            self._resend_first = True
            self._window = max(self._window - fresh + SEGMENT_LENGTH, SEGMENT_LENGTH)
        elif self._recovering:
            self._recovering = False
            self._window = self._threshold
        elif self._window < self._threshold:
            self._window += min(fresh, SEGMENT_LENGTH)
        else:
            self._window += max(SEGMENT_LENGTH * SEGMENT_LENGTH // self._window, 1)
        self._window = min(self._window, MAX_WINDOW)
        self.deadline = now + self._interval if self.highest > offset else None

    def _count_repeat(self):
        self._repeats += 1
        if self.broken("no-fast-retransmission") or self.broken("never-retransmits"):
            return
        if self._recovering:
            self._window = min(self._window + SEGMENT_LENGTH, MAX_WINDOW)
        elif self._repeats == REPEATS_FOR_LOSS and self.acknowledged >= self._recover:
            self._threshold = self._half_flight()
            self._window = self._threshold + REPEATS_FOR_LOSS * SEGMENT_LENGTH
            self._recover = self.highest
            self._recovering = True
            self._resend_first = True

    def _measure(self, sample):
        if self._smoothed is None:
            self._smoothed, self._variation = sample, sample / 2
        else:
            self._variation += (abs(self._smoothed - sample) - self._variation) / 4
            self._smoothed += (sample - self._smoothed) / 8
        interval = self._smoothed + 4 * self._variation
        self._interval = min(max(interval, MIN_INTERVAL), MAX_INTERVAL)
