"""Which Sequence IDs of the peer were received (CLIP-REL-2, -4, -5, -7)."""

from .wire import MODULUS, newer

HALF = MODULUS // 2
# How far back an unreliable packet is remembered.
UNRELIABLE = 256
ACK_BITS = 16

RECEIVED, RELIABLE_RECEIVED = 1, 3


class Window:
    """The half of the range that ends with the newest Sequence ID."""

    def __init__(self, broken):
        self._broken = broken
        self._newest = self._first = None
        # One entry for each Sequence ID; those newer than the newest are always empty.
        self._seen = bytearray(MODULUS)

    def note(self, sequence, reliable):
        """A packet was received."""
        if self._newest is None:
            self._newest = self._first = sequence
        elif self._is_newer(sequence):
            for step in range((sequence - self._newest) % MODULUS):
                self._seen[(self._newest + 1 + step + HALF) % MODULUS] = 0
            self._newest = sequence
        elif (self._newest - sequence) % MODULUS >= HALF:
            return
        self._seen[sequence] |= RELIABLE_RECEIVED if reliable else RECEIVED

    def has(self, sequence, reliable):
        """Whether a packet with this number is a repeat."""
        broken = self._broken
        if self._newest is None:
            return False
        if broken("older-packets-dropped") and newer(self._newest, sequence):
            return True
        if broken("no-wrap") and sequence < self._newest:
            return True
        age = (self._newest - sequence) % MODULUS
        if age >= HALF or not self._seen[sequence]:
            return False
        if reliable:
            if broken("repeats-delivered") or broken("newest-alone-remembered") and age:
                return False
            return not (broken("repeats-forgotten-after-64") and age > 64)
        if broken("unreliable-repeats-delivered"):
            return False
        return age <= (16 if broken("unreliable-repeats-forgotten-after-16") else UNRELIABLE)

    def follows(self, sequence):
        """Whether the packet before this one was received, or this is the first (for a break)."""
        return self._first == sequence or bool(self._seen[(sequence - 1) % MODULUS])

    def bits(self, ack_id):
        """ACK Bits for an ACK with this ACK ID."""
        broken, bits = self._broken, 0
        wanted = RECEIVED if broken("ack-bits-of-unreliable") else RELIABLE_RECEIVED
        base = self._newest if broken("ack-bits-from-newest") else ack_id
        if broken("ack-bits-include-ack-id"):
            base += 1
        if broken("ack-bits-one-late"):
            base -= 1
        for back in range(1, ACK_BITS + 1):
            sequence = (base - back) % MODULUS
            known = self._seen[sequence] & wanted == wanted
            if broken("ack-bits-all-set"):
                known = True
            if broken("ack-bits-of-fifteen") and back == ACK_BITS:
                known = False
            if broken("ack-bits-stop-at-wrap") and base - back < 0:
                known = False
            if known:
                at = back - 1 if broken("ack-bits-reversed") else ACK_BITS - back
                bits |= 1 << at
        if broken("ack-bits-empty"):
            return 0
        return bits

    def _is_newer(self, sequence):
        if self._broken("no-wrap"):
            return sequence > self._newest
        return newer(sequence, self._newest)
