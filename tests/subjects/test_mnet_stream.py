"""Two MNET sessions over a link that loses, repeats and reorders, in virtual time."""

import heapq
import random
import unittest

from mnet.breaks import Broken
from mnet.inbound import MAX_AHEAD, MAX_PIECES, Arrival, Inbound
from mnet.outbound import MAX_BUFFERED, Outbound, Verdict
from mnet.session import Outcome, Session, State
from mnet.wire import MODULUS, Codec, Dialect, Malformed, nearest

X, Y = b"x..", b"y.."
DELAY = 0.02
# Virtual seconds within which everything must have ended.
PATIENCE = 600


class Link:
    """Two sessions and the way between them; `loss` is out of 100."""

    def __init__(self, seed, loss):
        self.chance = random.Random(seed)
        self.loss = loss
        self.now = 0.0
        self.codec = Codec(Dialect(), Broken())
        self.left = Session(self.codec, X, Y, Broken())
        self.right = Session(self.codec, Y, X, Broken())
        self.heard = {self.left: b"", self.right: b""}
        self._under_way = []
        self._serial = 0
        self.sent = 0

    def other(self, session):
        """The session at the other end."""
        return self.right if session is self.left else self.left

    def run(self, act):
        """Lets time pass until both have ended; `act(session)` is the application's turn."""
        while self.now < PATIENCE:
            for session in (self.left, self.right):
                if session.state is not State.ENDED:
                    act(session)
                    session.pump(self.now)
                self._carry(session)
            times = [time for time in (self.left.deadline(), self.right.deadline())
                     if time is not None]
            times += [entry[0] for entry in self._under_way[:1]]
            if not times:
                return
            self.now = max(self.now, min(times))
            while self._under_way and self._under_way[0][0] <= self.now:
                _, _, session, datagram = heapq.heappop(self._under_way)
                session.receive(self.codec.decode(datagram), self.now)

    def _carry(self, sender):
        for datagram in sender.outgoing:
            self.sent += 1
            copies = 0 if self.chance.randrange(100) < self.loss else 1
            if copies and self.chance.randrange(100) < self.loss:
                copies = 2
            for _ in range(copies):
                self._serial += 1
                delay = DELAY * (1 + self.chance.random() if self.loss else 1)
                entry = (self.now + delay, self._serial, self.other(sender), datagram)
                heapq.heappush(self._under_way, entry)
        sender.outgoing.clear()


class Streams(unittest.TestCase):
    """Everything arrives, once and in order, and both sides end cleanly."""

    def test_echo_through_a_bad_link(self):
        for seed, loss in ((1, 0), (2, 5), (3, 20), (4, 30)):
            with self.subTest(loss=loss):
                self.echo(Link(seed, loss), random.Random(seed).randbytes(150_000))

    def echo(self, link, octets):
        """The left side writes and closes once all came back; the right side echoes."""
        remaining = [octets]

        def act(session):
            if session is link.right:
                session.write(session.read(session.room))
                if session.at_end:
                    session.close()
                return
            link.heard[session] += session.read(MAX_BUFFERED)
            room = session.room
            session.write(remaining[0][:room])
            remaining[0] = remaining[0][room:]
            if len(link.heard[session]) == len(octets):
                session.close()

        link.run(act)
        self.assertEqual(link.heard[link.left], octets)
        self.ended_cleanly(link)

    def test_both_close_at_once(self):
        for seed in range(8):
            with self.subTest(seed=seed):
                link = Link(seed, 10 * (seed % 3))
                link.left.write(b"left" * 5000)
                link.right.write(b"right" * 5000)
                link.left.close()
                link.right.close()

                def act(session, link=link):
                    link.heard[session] += session.read(MAX_BUFFERED)

                link.run(act)
                self.assertEqual(link.heard[link.right], b"left" * 5000)
                self.assertEqual(link.heard[link.left], b"right" * 5000)
                self.ended_cleanly(link)

    def test_a_dead_link_is_given_up(self):
        link = Link(1, 100)
        link.left.write(b"abc")
        link.run(lambda session: None)
        self.assertIs(link.left.outcome, Outcome.GAVE_UP)
        self.assertEqual(link.sent, 13)

    def ended_cleanly(self, link):
        """Both sessions ended, neither by giving up."""
        self.assertIs(link.left.outcome, Outcome.CLEAN)
        self.assertIs(link.right.outcome, Outcome.CLEAN)


class Halves(unittest.TestCase):
    """The two directions by themselves."""

    def test_counters_wrap(self):
        self.assertEqual(nearest(2, MODULUS - 3), MODULUS + 2)
        self.assertEqual(nearest(MODULUS - 3, MODULUS + 2), MODULUS - 3)
        inbound = Inbound(Broken())
        inbound.next = inbound.furthest = MODULUS - 2
        self.assertIs(inbound.take(2, b"abcd"), Arrival.NEW)
        self.assertEqual((inbound.next, inbound.read(9)), (MODULUS + 2, b"abcd"))

    def test_any_order_of_any_cut(self):
        chance = random.Random(5)
        octets = chance.randbytes(3_000)
        for _ in range(50):
            inbound = Inbound(Broken())
            while inbound.next < len(octets):
                start = chance.randrange(len(octets))
                end = min(start + chance.randrange(1, 400), len(octets))
                inbound.take(end, octets[start:end])
            self.assertEqual(inbound.read(len(octets)), octets)
            self.assertFalse(inbound.gap)

    def test_what_waits_is_bounded(self):
        inbound = Inbound(Broken())
        for start in range(2, 2 * MAX_PIECES + 20, 2):
            self.assertIs(inbound.take(start + 1, b"a"), Arrival.WAITS)
        self.assertIs(inbound.take(MAX_AHEAD + 1, b"a"), Arrival.WAITS)
        self.assertEqual(inbound.furthest, 2 * MAX_PIECES + 19)

    def test_acknowledgements_are_told_apart(self):
        outbound = Outbound(Broken())
        outbound.write(b"abcdef")
        self.assertIs(outbound.judge(1), Verdict.IMPOSSIBLE)
        outbound.segment(0.0)
        outbound.take(3, True, 0.1)
        verdicts = [outbound.judge(value) for value in (2, 3, 6, 7, MODULUS - 1)]
        self.assertEqual(verdicts, [Verdict.STALE, Verdict.SAME, Verdict.NEW,
                                    Verdict.IMPOSSIBLE, Verdict.IMPOSSIBLE])

    def test_octets_at_random_are_no_trouble(self):
        chance = random.Random(6)
        codec = Codec(Dialect(), Broken())
        session = Session(codec, X, Y, Broken())
        for _ in range(20_000):
            try:
                packet = codec.decode(bytes([chance.randrange(10)])
                                      + chance.randbytes(chance.choice((3, 7, 13))))
            except Malformed:
                continue
            session.receive(packet, 0.0)
            session.pump(0.0)
            session.outgoing.clear()
            if session.state is State.ENDED:
                session = Session(codec, X, Y, Broken())


if __name__ == "__main__":
    unittest.main()
