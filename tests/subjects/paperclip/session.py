"""One session with one peer: every packet of it, once it is open."""

import enum

from .coding import Coder
from .fragments import Fragments
from .outbound import Outbound
from .window import Window
from .wire import (
    CHECKSUM, COMPRESSED, ENCRYPTED, FRAG, MAX_DATA, PING, PONG, RELIABLE, Code, Kind, Packet,
    Problem,
)

ECHOED = RELIABLE | CHECKSUM | COMPRESSED | ENCRYPTED

# The breaks by which an error is not sent, or another one in its place.
SILENT = {
    Code.PACKET: "unreadable-packet-unanswered", Code.VERSION: "version-unanswered",
    Code.PACKET_TYPE: "type-unanswered", Code.FLAGS: "flags-unanswered",
    Code.SEQUENCE_ID: "sequence-unanswered", Code.FRAGMENT_ID: "fragment-id-unanswered",
    Code.FRAGMENT_NUMBER: "fragment-number-unanswered", Code.INIT_VECTOR: "decryption-unanswered",
    Code.COMPRESSION: "inflation-unanswered", Code.CHECKSUM: "checksum-unanswered",
    Code.NO_SPACE: "no-space-unanswered", Code.CERTIFICATE_INVALID: "certificate-unanswered",
    Code.FINISH_INVALID: "finish-unanswered", Code.CONNECTION: "bad-handshake-unanswered",
}
MISTAKEN = {
    Code.PACKET: ("unreadable-packet-error-3-4", Code.SEQUENCE_ID),
    Code.VERSION: ("version-error-3-0", Code.PACKET),
    Code.PACKET_TYPE: ("type-error-3-0", Code.PACKET),
    Code.FLAGS: ("flags-error-3-0", Code.PACKET),
    Code.FRAGMENT_ID: ("fragment-id-error-3-6", Code.FRAGMENT_NUMBER),
    Code.FRAGMENT_NUMBER: ("fragment-number-error-3-5", Code.FRAGMENT_ID),
    Code.INIT_VECTOR: ("decryption-error-3-0", Code.PACKET),
    Code.COMPRESSION: ("inflation-error-3-0", Code.PACKET),
    Code.CHECKSUM: ("checksum-error-3-0", Code.PACKET),
    Code.NO_SPACE: ("no-space-error-1-0", Code.CONNECTION),
    Code.CERTIFICATE_INVALID: ("certificate-error-1-0", Code.CONNECTION),
    Code.FINISH_INVALID: ("finish-error-1-0", Code.CONNECTION),
    Code.CONNECTION: ("bad-handshake-error-1-3", Code.FINISH_INVALID),
}
# The breaks by which a packet that fails is acknowledged all the same.
ACKNOWLEDGED = {
    Code.CHECKSUM: "bad-checksum-acknowledged", Code.COMPRESSION: "uninflatable-acknowledged",
    Code.INIT_VECTOR: "undecryptable-acknowledged",
}


class State(enum.Enum):
    """Where a session is."""

    OPENING = "opening"
    OPEN = "open"
    ENDED = "ended"


class Outcome(enum.Enum):
    """How a session ended."""

    CLOSED = "closed"
    REPLACED = "replaced by a new handshake"
    HANDSHAKE = "the handshake failed"
    REFUSED = "the peer ended the handshake"
    GAVE_UP = "a packet was never acknowledged"
    SILENT = "the peer was silent"


class Session:
    """A session that is open unless a handshake says otherwise; `server` is the own role."""

    def __init__(self, codec, server, broken, send, now, first=0):
        self.codec = codec
        self.server = server
        self.broken = broken
        self.state = State.OPENING
        self.outcome = None
        self.number = 0
        self.address = None
        self.ended_at = None
        self.pinged_at = None
        # Whether the application knows of it; whether the peer has not spoken yet.
        self.told = False
        self.unheard = False
        self.began = self.last_heard = now
        self.outbound = Outbound(codec, Coder(codec.dialect, broken), broken, send,
                                 next=self._first(first))
        # Pairs (data, flags) for the application.
        self.delivered = []
        # The session key, once there is one.
        self.key = None
        self._window = Window(broken)
        self._fragments = Fragments(broken)
        self._deaf = False
        # Only breaks use these: packets that wait for an older one; ACKs that were held back.
        self._held = {}
        self._acks = 0

    def _first(self, first):
        return (first + 1) % 65_536 if self.broken("sequence-from-one") else first

    # ---- what comes ----

    def receive(self, datagram, now):
        """Takes a datagram of the open session."""
        if self._deaf:
            return
        self.last_heard = now
        packet = None
        try:
            packet = self.codec.decode(datagram)
            packet = self._whole(packet, now)
            if packet is not None:
                data = self.outbound.coder.decode(packet, self.outbound.cipher)
                self._handle(packet, data, now)
        except Problem as problem:
            self._receive_bad(datagram, packet, problem.code, now)

    def note(self, packet, now):
        """The packet that has opened the session counts as received."""
        self._window.note(packet.sequence, packet.has(RELIABLE))
        if packet.has(RELIABLE):
            self._acknowledge(packet.sequence, now)

    def _receive_bad(self, datagram, packet, code, now):
        """Answers what could not be taken (CLIP-HEAD-8)."""
        broken = self.broken
        if broken("deaf-after-empty") and not datagram:
            self._deaf = True
        if broken("deaf-after-short") and len(datagram) == 1:
            self._deaf = True
        if broken("deaf-after-unknown-type") and code is Code.PACKET_TYPE:
            self._deaf = True
        if broken("deaf-after-undecryptable") and code is Code.INIT_VECTOR:
            self._deaf = True
        if packet is not None and packet.has(RELIABLE):
            always = broken("acknowledges-before-decoding")
            if always or code in ACKNOWLEDGED and broken(ACKNOWLEDGED[code]):
                self._acknowledge(packet.sequence, now)
        self.answer_problem(datagram, code, now)
        if broken("bad-packet-ends-session"):
            self.end(Outcome.GAVE_UP, now)

    def answer_problem(self, datagram, code, now):
        """Sends an ERROR in answer, unless the packet was one itself."""
        broken = self.broken
        if datagram and datagram[0] & 0x0F == Kind.ERROR:
            version = datagram[0] >> 4
            if not (broken("bad-errors-answered") or version and broken("other-errors-answered")):
                return
        self.send_error(code, now)

    def send_error(self, code, now):
        """Sends an ERROR of this code."""
        if code in SILENT and self.broken(SILENT[code]):
            return
        if code in MISTAKEN:
            name, other = MISTAKEN[code]
            code = other if self.broken(name) else code
        self.outbound.transmit(Packet(Kind.ERROR, error=code.value), now=now)

    def _whole(self, packet, now):
        """The packet, put together if it is one of fragments; None when there is nothing to handle."""
        broken = self.broken
        if packet.kind is Kind.AUTH or not packet.has(FRAG):
            return packet
        self._fragments.check(packet)
        reliable = packet.has(RELIABLE)
        if self._window.has(packet.sequence, reliable) and not broken("finished-packet-begun-again"):
            # A repeat of a finished packet (CLIP-FRAG-4).
            if reliable and not broken("finished-packet-unacknowledged"):
                self._acknowledge(packet.sequence, now)
            return None
        if reliable and broken("each-fragment-acknowledged"):
            self._acknowledge(packet.sequence, now)
        return self._fragments.add(packet, now)

    def _handle(self, packet, data, now):
        broken, reliable = self.broken, packet.has(RELIABLE)
        if packet.kind is Kind.AUTH:
            return
        repeat = self._window.has(packet.sequence, reliable)
        self._window.note(packet.sequence, reliable)
        if reliable and self._acknowledges(packet, repeat):
            self._acknowledge(packet.sequence, now)
        elif not reliable and broken("unreliable-acknowledged") and packet.kind is Kind.DEFAULT:
            self._acknowledge(packet.sequence, now)
        elif broken("acks-acknowledged") and packet.kind is Kind.ACK:
            self._acknowledge(packet.sequence, now)
        elif broken("pings-acknowledged") and packet.kind is Kind.HEARTBEAT and not packet.beat:
            self._acknowledge(packet.sequence, now)
        if not repeat or broken("finished-packet-begun-again") and packet.has(FRAG):
            self._take(packet, data, now)

    def _acknowledges(self, packet, repeat):
        broken = self.broken
        self._acks += 1
        if repeat and broken("repeats-unacknowledged"):
            return False
        if broken("every-second-acknowledged") and self._acks % 2 == 0 and not repeat:
            return False
        if broken("only-data-acknowledged") and packet.kind is not Kind.DEFAULT:
            return False
        if broken("reliable-acks-unacknowledged") and packet.kind is Kind.ACK:
            return False
        if broken("empty-packets-unacknowledged") and not packet.data:
            return False
        return not broken("nothing-acknowledged")

    def _acknowledge(self, sequence, now):
        ack_id, broken = sequence, self.broken
        if broken("ack-id-next-expected"):
            ack_id = (sequence + 1) % 65_536
        if broken("ack-id-of-first"):
            ack_id = 0
        flags = RELIABLE if broken("acks-reliable") else 0
        packet = Packet(Kind.ACK, ack_id=ack_id, ack_bits=self._window.bits(sequence))
        self.outbound.transmit(packet, flags=flags, now=now)

    def _take(self, packet, data, now):
        """Does what a packet says that is neither bad nor a repeat."""
        if packet.kind is Kind.DEFAULT:
            self._deliver(packet, data)
        elif packet.kind is Kind.ACK:
            self._take_ack(packet, now)
        elif packet.kind is Kind.HEARTBEAT:
            self._take_heartbeat(packet, data, now)
        elif packet.kind is Kind.ERROR:
            self._take_error(packet.error, now)

    def _deliver(self, packet, data):
        broken = self.broken
        if broken("delivered-in-sequence"):
            self._held[packet.sequence] = (data, packet.flags)
            for sequence in sorted(self._held):
                if self._window.follows(sequence):
                    self.delivered.append(self._held.pop(sequence))
            return
        if broken("delivered-cut-to-one-fragment"):
            data = data[:MAX_DATA]
        self.delivered.append((data, packet.flags))

    def _take_ack(self, packet, now):
        broken = self.broken
        if not self.outbound.was_sent(packet.ack_id) or packet.ack_id > 65_535:
            if not broken("void-ack-unanswered"):
                self.send_error(Code.SEQUENCE_ID, now)
            if broken("void-ack-bits-taken"):
                self.outbound.acknowledge(packet.ack_id % 65_536, packet.ack_bits, now)
            if broken("void-ack-ends-session"):
                self.end(Outcome.GAVE_UP, now)
            return
        self.outbound.acknowledge(packet.ack_id, packet.ack_bits, now)

    def _take_heartbeat(self, packet, data, now):
        broken = self.broken
        if packet.beat != PING:
            if broken("pong-answered"):
                self.outbound.transmit(Packet(Kind.HEARTBEAT, beat=PONG), now=now)
            return
        if broken("ping-unanswered") or broken("ping-with-data-unanswered") and data:
            return
        beat = PONG
        if broken("ping-answered-with-ping"):
            beat = PING
        if broken("pong-is-255"):
            beat = 255
        if broken("pong-without-data"):
            data = b""
        if broken("pong-data-cut"):
            data = data[:-1]
        flags = packet.flags & (CHECKSUM | COMPRESSED | ENCRYPTED)
        self.outbound.transmit(Packet(Kind.HEARTBEAT, beat=beat), data, flags, now)

    def _take_error(self, error, now):
        """An ERROR of the peer; what ends no session changes nothing (CLIP-ERR-1, -2)."""
        broken = self.broken
        ours, theirs = Code.CLIENT_DISCONNECT.value, Code.SERVER_DISCONNECT.value
        if self.server:
            ours, theirs = theirs, ours
        ends = error in (theirs, Code.DISCONNECT.value)
        if error == theirs and broken("disconnect-ignored"):
            ends = False
        if error == Code.DISCONNECT.value and broken("disconnect-2-0-ignored"):
            ends = False
        if error == ours and broken("own-disconnect-taken"):
            ends = True
        if error[0] == 1 and broken("late-handshake-error-ends"):
            ends = True
        if error[0] == 3 and broken("packet-error-ends"):
            ends = True
        if error[0] > 3 and broken("reserved-error-ends"):
            ends = True
        if error[0] == 2 and error[1] > 2 and broken("unknown-disconnect-ends"):
            ends = True
        if broken("errors-answered"):
            self.send_error(Code.PACKET, now)
        if error[0] > 3 and broken("reserved-errors-answered"):
            self.send_error(Code.PACKET, now)
        if ends:
            self.end(Outcome.CLOSED, now)

    # ---- what the application does ----

    def close(self, now):
        """Ends the session (CLIP-ERR-1)."""
        if self.state is State.OPEN:
            code = Code.SERVER_DISCONNECT if self.server else Code.CLIENT_DISCONNECT
            if self.broken("closes-as-other-side"):
                code = Code.CLIENT_DISCONNECT if self.server else Code.SERVER_DISCONNECT
            if not self.broken("closes-silently"):
                self.send_error(code, now)
            self.end(Outcome.CLOSED, now)

    # ---- time and the end ----

    def end(self, outcome, now):
        """The session is over."""
        if self.state is not State.ENDED:
            self.state, self.outcome, self.ended_at = State.ENDED, outcome, now

    def deadline(self):
        """When `fire` must be called next, or None."""
        times = (self.outbound.deadline(), self._fragments.deadline())
        return min((time for time in times if time is not None), default=None)

    def fire(self, now):
        """Does what is due."""
        self._fragments.fire(now)
        self.outbound.fire(now)
        if self.outbound.gave_up and self.state is State.OPEN:
            self.send_error(Code.DISCONNECT, now)
            self.end(Outcome.GAVE_UP, now)
