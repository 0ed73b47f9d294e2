"""One MNET session, after its handshake: data in both directions, close and abort.

Both sides of a session follow the same clauses from here on, so nothing in this file knows which
side it is. Packets go in by `receive`, out by `outgoing`; the time is handed in, in seconds.
"""

import enum

from .inbound import Arrival, Inbound
from .outbound import Outbound, Verdict
from .wire import Kind

# SHUTDOWN and SHUTDOWN-ACK are repeated after 0.4 s, twice as long each time, 6 sends in all.
CLOSE_INTERVAL = 0.4
MAX_CLOSE_INTERVAL = 4.0
MAX_CLOSE_TRIES = 6
# The delay of the break "late-acknowledgement"; the clause allows 0.5 s.
LATE = 0.9


class State(enum.Enum):
    """Where a session stands."""

    OPEN = enum.auto()
    # SHUTDOWN was sent and awaits its answer.
    SHUTDOWN_SENT = enum.auto()
    # SHUTDOWN-ACK was sent and awaits SHUTDOWN-COMPLETE.
    SHUTDOWN_ACK_SENT = enum.auto()
    ENDED = enum.auto()


class Outcome(enum.Enum):
    """How a session ended."""

    CLEAN = "clean"
    ABORTED_BY_PEER = "aborted by peer"
    ABORTED_HERE = "aborted here"
    GAVE_UP = "gave up"
    NO_COOKIE = "no COOKIE came"
    NO_COOKIE_ACK = "no COOKIE-ACK came"
    NO_ROOM = "too many sessions"


class Session:
    """The two streams of a session and its close; both count from offset `start`.

    `stamp` is the tag in the packets that this side sends, `other_tag` the one that a mistaken
    side would take; breaks use it.
    """

    def __init__(self, codec, stamp, other_tag, broken, start=0):
        self.codec = codec
        self.broken = broken
        self.state = State.OPEN
        # Set once the state is ENDED.
        self.outcome = None
        # Whether a repeated SHUTDOWN-ACK must still be answered after the end (MNET-SHUT-7).
        self.completed = False
        # Datagrams to send to the peer, in order; the owner takes them away.
        self.outgoing = []
        self._stamp = stamp
        self._other_tag = other_tag
        self._inbound = Inbound(broken, start)
        self._outbound = Outbound(broken, start)
        self._closing = False
        self._peer_shutdown = False
        # When an acknowledgement is due that no other packet has carried.
        self._acknowledge_at = None
        self._announced = start
        self._close_at = None
        self._close_interval = CLOSE_INTERVAL
        self._close_tries = 0

    # ---- the application's side ----

    @property
    def room(self):
        """The number of octets that `write` takes now."""
        return 0 if self._closing or self.state is not State.OPEN else self._outbound.room

    @property
    def readable(self):
        """The number of octets that `read` gives now."""
        return self._inbound.readable

    @property
    def at_end(self):
        """Whether the peer has closed and the application has read everything."""
        return self._peer_shutdown and not self._gap and not self.readable

    def read(self, limit):
        """Takes up to `limit` octets of the peer's stream."""
        return self._inbound.read(limit)

    def write(self, octets):
        """Queues octets for the peer; no more than `room`."""
        assert len(octets) <= self.room, "written beyond the room"
        self._outbound.write(octets)

    def close(self):
        """The application writes nothing more; the session ends when all is through."""
        if not self._peer_shutdown and self.broken("close-aborts"):
            self._emit_short(Kind.ABORT)
            self._end(Outcome.CLEAN)
        if not self._peer_shutdown and self.broken("close-without-shutdown"):
            self._end(Outcome.CLEAN)
        self._closing = True

    def abort(self):
        """Ends the session at once and tells the peer (MNET-ABORT-3)."""
        if self.state is State.ENDED:
            return
        if not self.broken("abort-without-packet"):
            self._emit_short(Kind.ABORT, "abort-other-tag")
        if self.broken("abort-sent-twice"):
            self._emit_short(Kind.ABORT)
        if not self.broken("abort-goes-on"):
            self._end(Outcome.ABORTED_HERE)

    # ---- the network's side ----

    def receive(self, packet, now):
        """Takes a packet of this session: right tag, right address."""
        if self.state is State.ENDED:
            return
        if packet.kind is Kind.DATA:
            self._receive_data(packet, now)
        elif packet.kind is Kind.SHUTDOWN:
            self._receive_shutdown(packet, now)
        elif packet.kind is Kind.SHUTDOWN_ACK:
            self._receive_shutdown_ack()
        elif packet.kind is Kind.SHUTDOWN_COMPLETE:
            self._receive_shutdown_complete()
        elif packet.kind is Kind.ABORT:
            self._receive_abort()

    def deadline(self):
        """When `pump` must be called next, or None."""
        if self.state is State.ENDED:
            return None
        times = (self._outbound.deadline if self.state is State.OPEN else None,
                 self._acknowledge_at, self._close_at)
        return min((time for time in times if time is not None), default=None)

    def pump(self, now):
        """Sends whatever is due: data, an acknowledgement, the steps of the close."""
        if self.state is State.OPEN and self._outbound.expire(now):
            self._give_up()
        if self.state is State.OPEN:
            self._send_segments(now)
        if self._acknowledge_at is not None and now >= self._acknowledge_at:
            self._send_acknowledgement()
        if self.state is not State.ENDED:
            self._step_close(now)

    def _receive_data(self, packet, now):
        if self.state is State.SHUTDOWN_ACK_SENT:
            # All octets are through: a repeat, and its sender may be gone (MNET-SHUT-10).
            if self.broken("data-after-shutdown-ack-answered"):
                self._send_acknowledgement()
            return
        if self._peer_shutdown and self.broken("shutdown-drops-missing"):
            return
        if self.state is State.SHUTDOWN_SENT and self.broken("deaf-after-shutdown"):
            return
        if not self._take_acknowledgement(packet, not packet.payload, now):
            return
        if not packet.payload:
            if self.broken("bare-acknowledgement-answered"):
                self._acknowledge_at = now
            return
        arrival = self._inbound.take(packet.sequence, packet.payload)
        if arrival is Arrival.IMPOSSIBLE or self.broken("no-acknowledgement"):
            return
        if self.state is State.SHUTDOWN_SENT and self.broken("late-data-undelivered"):
            self._inbound.read(len(packet.payload))
        if self.broken("late-acknowledgement"):
            self._acknowledge_at = self._acknowledge_at or now + LATE
        elif arrival is Arrival.NEW:
            if not self.broken("acknowledges-only-with-data"):
                self._acknowledge_at = now
        elif arrival is Arrival.REPEAT:
            self._answer_repeat(packet)
        elif not self.broken("gap-unanswered"):
            # Bare, so that the peer can count it as a sign of loss (MNET-DATA-13).
            self._send_acknowledgement()

    def _answer_repeat(self, packet):
        if self.broken("repeat-unacknowledged"):
            return
        if self.broken("acknowledgement-follows-repeat"):
            self._emit(self.codec.data(self._stamp, self._outbound.highest, packet.sequence))
            return
        self._send_acknowledgement()

    def _take_acknowledgement(self, packet, bare, now):
        """Takes AcknowledgedBytes; False when nothing of the packet may be taken."""
        verdict = self._outbound.judge(packet.acknowledged)
        if verdict is Verdict.IMPOSSIBLE:
            return self.broken("future-acknowledgement-taken")
        if verdict is Verdict.STALE and self.broken("stale-acknowledgement-aborts"):
            self.abort()
            return False
        if verdict is Verdict.STALE and self.broken("stale-acknowledgement-drops-payload"):
            return False
        self._outbound.take(packet.acknowledged, bare, now)
        if not self.broken("slow-peer-given-up"):
            self._outbound.restart_tries()
        self._close_tries = min(self._close_tries, 1)
        return True

    def _receive_shutdown(self, packet, now):
        if not self.broken("shutdown-acknowledgement-ignored"):
            if not self._take_acknowledgement(packet, True, now):
                return
        if self.broken("shutdown-complete-for-shutdown"):
            self._emit_short(Kind.SHUTDOWN_COMPLETE)
            self._end(Outcome.CLEAN)
            return
        if self.state is State.SHUTDOWN_SENT and self._mistake_crossing():
            return
        self._peer_shutdown = True
        if self.state is State.SHUTDOWN_ACK_SENT:
            if not self.broken("repeated-shutdown-unanswered"):
                self._emit_shutdown_ack()

    def _mistake_crossing(self):
        """What breaks make of SHUTDOWN that meets SHUTDOWN; False when none is on."""
        if self.broken("crossing-shutdown-aborts"):
            self._give_up()
            return True
        if self.broken("crossing-shutdown-completes"):
            self._emit_short(Kind.SHUTDOWN_COMPLETE)
            self._end(Outcome.CLEAN)
            return True
        return self.broken("crossing-shutdown-ignored")

    def _receive_shutdown_ack(self):
        if self.state is State.OPEN:
            if self.broken("unasked-shutdown-ack-answered"):
                self._emit_short(Kind.SHUTDOWN_COMPLETE)
            return
        crossing = self.state is State.SHUTDOWN_ACK_SENT
        if crossing and self.broken("crossing-shutdown-ack-unanswered"):
            return
        if crossing or not self.broken("no-shutdown-complete"):
            self._emit_short(Kind.SHUTDOWN_COMPLETE, "shutdown-complete-other-tag")
            self.completed = True
        self._end(Outcome.CLEAN)

    def _receive_shutdown_complete(self):
        if self.state is State.SHUTDOWN_ACK_SENT:
            if not self.broken("shutdown-complete-ignored"):
                self._end(Outcome.CLEAN)
        elif self.broken("unasked-shutdown-complete-ends"):
            self._end(Outcome.CLEAN)

    def _receive_abort(self):
        if self.broken("abort-ignored"):
            return
        self._end(Outcome.ABORTED_BY_PEER)
        if self.broken("abort-answered"):
            self._emit_short(Kind.ABORT)

    # ---- sending ----

    @property
    def _gap(self):
        return self._inbound.gap and not self.broken("shutdown-ack-over-gap")

    def _acknowledged(self):
        """The AcknowledgedBytes of a packet sent now."""
        if self.broken("no-acknowledgement"):
            return self._inbound.start
        if self.broken("late-acknowledgement"):
            return self._announced
        if self.broken("acknowledgement-beyond-gap"):
            return self._inbound.furthest
        if self.broken("acknowledgement-octet-short"):
            return max(self._inbound.next - 1, self._inbound.start)
        return self._inbound.next

    def _send_segments(self, now):
        while (segment := self._outbound.segment(now)) is not None:
            sequence, payload = segment
            if self.broken("sequence-without-payload"):
                sequence -= len(payload)
            if self.broken("sequence-from-one"):
                sequence += 1
            tag = self._tag("data-other-tag")
            self._emit(self.codec.data(tag, sequence, self._acknowledged(), payload))
            if not self.broken("late-acknowledgement"):
                self._acknowledge_at = None

    def _send_acknowledgement(self):
        """Sends a bare acknowledgement: DATA without payload, after SHUTDOWN a SHUTDOWN."""
        self._acknowledge_at = None
        self._announced = self._inbound.next
        if self.state is State.SHUTDOWN_SENT:
            # MNET-SHUT-2.
            if not self.broken("late-data-unacknowledged"):
                self._emit_shutdown()
            return
        sequence = 0 if self.broken("bare-sequence-zero") else self._outbound.highest
        self._emit(self.codec.data(self._stamp, sequence, self._acknowledged()))

    def _step_close(self, now):
        through = self._closing and self._outbound.drained
        if self._peer_shutdown and not self._gap and self._may_answer_shutdown(through):
            if self.state is not State.SHUTDOWN_ACK_SENT:
                self._enter(State.SHUTDOWN_ACK_SENT, now)
        elif self.state is State.OPEN and (through or self._hurried):
            self._enter(State.SHUTDOWN_SENT, now)
        if self._close_at is not None and now >= self._close_at:
            self._repeat_close(now)

    @property
    def _hurried(self):
        return (self._closing and not self._peer_shutdown
                and self.broken("shutdown-before-acknowledged"))

    def _may_answer_shutdown(self, through):
        if self.broken("no-shutdown-ack"):
            return False
        # What the application has given is brought through first (MNET-SHUT-4).
        return through or self.broken("early-shutdown-ack")

    def _enter(self, state, now):
        self.state = state
        self._close_at = now
        self._close_interval = CLOSE_INTERVAL
        self._close_tries = 0

    def _repeat_close(self, now):
        if self._close_tries >= MAX_CLOSE_TRIES:
            self._give_up_close()
            return
        if self._close_tries:
            self._close_interval = min(2 * self._close_interval, MAX_CLOSE_INTERVAL)
        self._close_tries += 1
        self._close_at = now + self._close_interval
        if self.state is State.SHUTDOWN_SENT:
            self._emit_shutdown()
            if self._close_tries == 1 and self.broken("data-after-shutdown"):
                highest = self._outbound.highest + 1
                self._emit(self.codec.data(self._stamp, highest, self._acknowledged(), b"!"))
            if self.broken("shutdown-sent-once"):
                self._close_at = None
        else:
            self._emit_shutdown_ack()
            if self.broken("shutdown-ack-sent-once"):
                self._close_at = None

    def _give_up_close(self):
        if self.state is State.SHUTDOWN_SENT:
            if self.broken("shutdown-given-up-is-clean"):
                self._end(Outcome.CLEAN)
            else:
                self._give_up()
        elif self.broken("shutdown-ack-given-up-is-failure"):
            self._end(Outcome.GAVE_UP)
        else:
            # All octets are through both ways (MNET-SHUT-6).
            self._end(Outcome.CLEAN)

    def _emit_shutdown(self):
        acknowledged = self._acknowledged()
        if self.broken("shutdown-acknowledges-nothing"):
            acknowledged = 0
        tag = self._tag("shutdown-other-tag")
        self._emit(self.codec.shutdown(tag, acknowledged))

    def _emit_shutdown_ack(self):
        self._emit_short(Kind.SHUTDOWN_ACK, "shutdown-ack-other-tag")

    def _emit_short(self, kind, name_of_break=None):
        self._emit(self.codec.short(kind, self._tag(name_of_break)))

    def _tag(self, name_of_break):
        """The stamp, but for a break that puts the other side's tag in its place."""
        return self._other_tag if name_of_break and self.broken(name_of_break) else self._stamp

    def _emit(self, datagram):
        self.outgoing.append(datagram)

    def _give_up(self):
        if not self.broken("gives-up-silently"):
            self._emit_short(Kind.ABORT)
        self._end(Outcome.GAVE_UP)

    def _end(self, outcome):
        self.state = State.ENDED
        self.outcome = outcome
        self._inbound.clear()
        self._acknowledge_at = None
        self._close_at = None
