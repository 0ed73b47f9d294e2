"""What one session sends: Sequence IDs, reliable packets until they are acknowledged, pacing."""

from collections import deque
from dataclasses import dataclass, field

from .window import ACK_BITS
from .wire import FRAG, MODULUS, RELIABLE, Kind, Packet

# Sequence IDs given out past the oldest unacknowledged one (CLIP-REL-7).
MAX_SPAN = 1 << 14
# Octets of the application that wait for room.
MAX_WAITING = 1 << 24

# Estimating the round trip as RFC 6298 does, with other bounds.
FIRST_TIMEOUT = 0.1
MIN_TIMEOUT = 0.05
MAX_TIMEOUT = 2.0
MAX_TRIES = 12

# Fragments that go out together, and the seconds between two such groups (CLIP-FRAG-4).
GROUP = 8
PAUSE = 0.003


@dataclass
class Sent:
    """A reliable packet that no ACK has named yet."""

    packets: tuple
    tries: int = 0
    sent_at: float = 0.0
    # When it is sent again; None while fragments of it wait.
    due: float | None = None
    acknowledged: bool = False


@dataclass
class Outbound:
    """Numbers and sends packets; `send` takes the octets of one datagram."""

    codec: object
    coder: object
    broken: object
    send: object
    next: int = 0
    cipher: object = None
    # Packets numbered so far.
    count: int = 0
    gave_up: bool = False
    _unacknowledged: dict = field(default_factory=dict)
    # Data and flags of the application's packets that wait for a Sequence ID.
    _waiting: deque = field(default_factory=deque)
    _waiting_octets: int = 0
    # Fragments that wait for their turn: packet, the Sent that it belongs to or None, whether last.
    _paced: deque = field(default_factory=deque)
    _next_group: float = 0.0
    _smoothed: float | None = None
    _variation: float = 0.0
    _timeout: float = FIRST_TIMEOUT

    # ---- sending ----

    def number(self):
        """The next Sequence ID (CLIP-HEAD-5)."""
        broken, sequence = self.broken, self.next
        self.count += 1
        step = 2 if broken("sequence-in-twos") else 1
        self.next = (sequence + step) % MODULUS
        if broken("sequence-wraps-at-32768"):
            self.next %= MODULUS // 2
        if broken("sequence-zero-skipped-at-wrap") and self.next == 0:
            self.next = 1
        if broken("sequence-stays-at-the-end") and self.next == 0:
            self.next = MODULUS - 1
        return sequence

    def transmit(self, packet, data=b"", flags=0, now=0.0):
        """Sends a packet of any kind but AUTH; raises as `Coder.encode` does."""
        if self._full():
            return
        coded = self.coder.encode(data, flags, self.cipher)
        if self.broken("acks-do-not-count") and packet.kind is Kind.ACK:
            packet.sequence = (self.next - 1) % MODULUS
        elif self.broken("errors-number-zero") and packet.kind is Kind.ERROR:
            packet.sequence = 0
        else:
            packet.sequence = self.number()
        packet.flags, packet.vector, packet.checksum = coded.flags, coded.vector, coded.checksum
        packets = self._fragments(packet, coded)
        reliable = packet.has(RELIABLE)
        if not reliable and self.broken("unreliable-sent-again") and packet.kind is Kind.DEFAULT:
            reliable = True
        sent = Sent(packets) if reliable and not self.broken("never-sent-again") else None
        if sent is not None:
            self._unacknowledged[packet.sequence] = sent
        self._emit(packets, sent, now)

    def write(self, data, flags, now):
        """Sends the application's packet, at once or as soon as there is room; False if it never can."""
        if self._waiting_octets + len(data) > MAX_WAITING:
            return False
        self._waiting.append((data, flags))
        self._waiting_octets += len(data)
        self._pump(now)
        return True

    def send_auth(self, packet):
        """Sends an AUTH, which has no flags and is repeated by the handshake alone."""
        self.send(self.codec.encode(packet))

    def _fragments(self, packet, coded):
        chunks, broken = coded.chunks, self.broken
        if not packet.has(FRAG):
            packet.data = chunks[0]
            return (packet,)
        number = len(chunks)
        if broken("fragment-number-is-last-id"):
            number -= 1
        start = 1 if broken("fragment-ids-from-one") else 0
        packets = []
        for at, chunk in enumerate(chunks):
            copy = Packet(**{**vars(packet), "fragment_id": at + start, "fragment_number": number,
                             "data": chunk})
            if at and broken("fragments-numbered-each"):
                copy.sequence = self.number()
            if at and broken("fragments-differ-in-flags"):
                copy.flags &= ~RELIABLE
            if at and broken("fragments-differ-in-vector") and copy.vector:
                copy.vector = self.cipher.new_vector()
            if at and broken("fragments-differ-in-checksum"):
                copy.checksum ^= 1
            packets.append(copy)
        return tuple(packets)

    def _emit(self, packets, sent, now):
        if sent is not None:
            sent.tries += 1
            sent.due = None
        if len(packets) == 1:
            self._launch(packets[0], sent, True, now)
            return
        if self.broken("fragments-repeated-in-part") and sent is not None and sent.tries > 1:
            packets = packets[:1]
        last = len(packets) - 1
        for at, packet in enumerate(packets):
            self._paced.append((packet, sent, at == last))
        self._pace(now)

    def _launch(self, packet, sent, last, now):
        octets = self.codec.encode(packet)
        self.send(octets)
        if sent is not None and last:
            sent.sent_at = now
            wait = min(self._timeout * (1 << min(sent.tries - 1, MAX_TRIES)), MAX_TIMEOUT)
            sent.due = now + wait

    def _pace(self, now):
        if now < self._next_group:
            return
        group = GROUP
        while self._paced and group:
            packet, sent, last = self._paced.popleft()
            if sent is None or not sent.acknowledged:
                self._launch(packet, sent, last, now)
                group -= 1
        self._next_group = now + PAUSE

    def _full(self):
        """Whether the next Sequence ID would be too far past the oldest unacknowledged one."""
        if not self._unacknowledged:
            return False
        oldest = next(iter(self._unacknowledged))
        return (self.next - oldest) % MODULUS > MAX_SPAN

    def _pump(self, now):
        """Sends what waits; half of the span is left to what is not the application's."""
        while self._waiting:
            if self._unacknowledged:
                oldest = next(iter(self._unacknowledged))
                if (self.next - oldest) % MODULUS > MAX_SPAN // 2:
                    return
            data, flags = self._waiting.popleft()
            self._waiting_octets -= len(data)
            try:
                self.transmit(Packet(Kind.DEFAULT), data, flags, now)
            except ValueError:
                # It fits into no packet, or the Init Vectors are used up: nothing can send it.
                continue

    # ---- acknowledgements ----

    def was_sent(self, sequence):
        """Whether a packet of this Sequence ID was ever sent."""
        return (self.next - 1 - sequence) % MODULUS < self.count

    def acknowledge(self, ack_id, bits, now):
        """Takes an ACK of a packet that was sent."""
        broken = self.broken
        if not broken("ack-ids-ignored"):
            self._settle(ack_id, now)
        for back in range(1, ACK_BITS + 1):
            at = back - 1 if broken("ack-bits-read-reversed") else ACK_BITS - back
            if bits >> at & 1 and not broken("ack-bits-ignored"):
                sequence = ack_id - back
                if sequence >= 0 or not broken("ack-bits-read-without-wrap"):
                    self._settle(sequence % MODULUS, now)
        if broken("acks-taken-as-cumulative"):
            for sequence in list(self._unacknowledged):
                if (ack_id - sequence) % MODULUS < MODULUS // 2:
                    self._settle(sequence, now)
        self._pump(now)

    def _settle(self, sequence, now):
        if self.broken("acknowledged-sent-again"):
            return
        sent = self._unacknowledged.pop(sequence, None)
        if sent is None:
            return
        sent.acknowledged = True
        if sent.tries == 1 and sent.due is not None:
            self._measure(now - sent.sent_at)

    def _measure(self, round_trip):
        if self._smoothed is None:
            self._smoothed, self._variation = round_trip, round_trip / 2
        else:
            difference = abs(self._smoothed - round_trip)
            self._variation = 0.75 * self._variation + 0.25 * difference
            self._smoothed = 0.875 * self._smoothed + 0.125 * round_trip
        timeout = self._smoothed + 4 * self._variation
        self._timeout = min(max(timeout, MIN_TIMEOUT), MAX_TIMEOUT)

    # ---- time ----

    def deadline(self):
        """When `fire` must be called next, or None."""
        times = [sent.due for sent in self._unacknowledged.values() if sent.due is not None]
        if self._paced:
            times.append(self._next_group)
        return min(times, default=None)

    def fire(self, now):
        """Sends what is due again; sets `gave_up` when a packet was sent often enough."""
        if self._paced:
            self._pace(now)
        for sequence, sent in list(self._unacknowledged.items()):
            if sent.due is None or sent.due > now:
                continue
            if sent.tries >= self._most_tries():
                if self.broken("sent-again-twice") or self.broken("unreliable-sent-again"):
                    sent.due = None
                    continue
                self.gave_up = True
                return
            if self.broken("sent-again-with-new-number"):
                self._renumber(sequence, sent)
            if self.broken("sent-again-without-reliable"):
                for packet in sent.packets:
                    packet.flags &= ~RELIABLE
            self._emit(sent.packets, sent, now)

    def _most_tries(self):
        return 3 if self.broken("sent-again-twice") else MAX_TRIES

    def _renumber(self, sequence, sent):
        del self._unacknowledged[sequence]
        for packet in sent.packets:
            packet.sequence = self.next
        self._unacknowledged[self.number()] = sent
