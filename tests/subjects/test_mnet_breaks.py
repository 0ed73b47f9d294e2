"""Every break of a listener can be seen: it changes what the listener answers in some scene.

The listener runs here without socket, in virtual time and with repeatable chance; a scene is a
fixed play of a peer, its transcript all that the listener sent and when.
"""

import random
import unittest
from unittest import mock

from mnet.breaks import BREAKS, Broken, UnknownBreak
from mnet.listener import Listener
from mnet.wire import Dialect
from packets_for_tests import (
    ABORT, COMPLETE, COOKIE, COOKIE_ACK, SHUTDOWN_ACK, Packets,
)

HOST = ("127.0.0.1", 5000)
OTHER_PORT = ("127.0.0.1", 5001)
OTHER_HOST = ("127.0.0.2", 5000)
WALL_MS = 1_700_000_000_000


class Stage(Packets):
    """A listener, a peer and a clock."""

    def __init__(self, name=None, tags="sender"):
        super().__init__(tags=tags)
        self.now = 0.0
        self.transcript = []
        self.listener = Listener(Dialect("little", tags), 40_001, Broken(name))

    def send(self, datagram, address=HOST):
        """Sends a datagram and returns the answers to it."""
        wall_ms = WALL_MS + round(self.now * 1000)
        self.listener.receive(datagram, address, self.now, wall_ms)
        return self.collect()

    def wait(self, seconds):
        """Lets time pass."""
        end = self.now + seconds
        while (deadline := self.listener.deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.listener.fire(self.now)
            self.collect()
        self.now = end

    def collect(self):
        """Takes what the listener sends into the transcript, but for the HMAC, which is its own."""
        answers = [datagram for datagram, _ in self.listener.outgoing]
        for datagram, address in self.listener.outgoing:
            shown = datagram[:12] + datagram[32:] if datagram[0] == COOKIE else datagram
            self.transcript.append((round(self.now, 6), address, shown))
        self.listener.outgoing.clear()
        return answers

    def ask_cookie(self):
        """Sends INIT and learns the cookie."""
        for answer in self.send(self.init()):
            self.take_cookie(answer[:32])

    def open(self):
        """The handshake."""
        self.ask_cookie()
        self.send(self.echo())


def handshake(stage):
    """INIT, a second, echo, a repeated echo, INIT from the address and with the tag."""
    stage.ask_cookie()
    stage.wait(1)
    stage.send(stage.echo())
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.data(3, 3))
    stage.send(stage.echo())
    stage.send(Packets(x=b"new").init())
    stage.send(stage.data(4, 3, b"d"))
    stage.send(stage.init(), OTHER_PORT)
    stage.send(stage.data(5, 4, b"e"))
    stage.send(stage.data(5, 5))
    stage.wait(62)
    stage.send(stage.echo())


def inits(stage):
    """INITs that are wrong, repeated, and many."""
    stage.send(stage.init(magic=b"mnet"))
    stage.send(stage.init(version=0))
    for _ in range(150):
        stage.send(stage.init())
    stage.ask_cookie()


def altered_echoes(stage):
    """Echoes with one bit changed, from another host, late."""
    stage.ask_cookie()
    for octet in range(1, 32):
        stage.send(stage.echo(flip=octet))
    stage.send(stage.echo(), OTHER_HOST)
    stage.wait(62)
    stage.send(stage.echo())


def cookies(stage):
    """Two cookies for one address, and one cookie from two ports."""
    stage.ask_cookie()
    first = stage.echo()
    stage.ask_cookie()
    stage.send(first)
    stage.send(first, OTHER_PORT)
    stage.send(stage.echo())
    stage.send(stage.data(3, 0, b"abc"))


def ended(stage):
    """The echo of a session that has ended."""
    stage.open()
    stage.send(stage.short(ABORT))
    stage.send(stage.echo())


def early_data(stage):
    """DATA before the echo."""
    stage.ask_cookie()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.echo())
    stage.send(stage.data(3, 0, b"abc"))


def malformed(datagram):
    """A scene in which a datagram that is no packet comes between two that are."""
    def scene(stage):
        stage.open()
        stage.send(datagram(stage))
        stage.send(stage.data(3, 0, b"abc"))
    return scene


def strays(stage):
    """Packets of no session."""
    for kind in (COOKIE_ACK, SHUTDOWN_ACK, COMPLETE, ABORT):
        stage.send(stage.short(kind, b"no!"))
    stage.send(stage.data(3, 0, b"abc", tag=b"no!"))
    stage.send(bytes([COOKIE]) + bytes(31))


def strangers(kind):
    """A scene in which a packet comes with a wrong tag or from a wrong port."""
    def scene(stage):
        stage.open()
        builders = {"data": lambda tag: stage.data(3, 0, b"abc", tag=tag),
                    "shutdown": lambda tag: stage.shutdown(0, tag=tag),
                    "abort": lambda tag: stage.short(ABORT, tag)}
        stage.send(builders[kind](b"no!"))
        stage.send(builders[kind](stage.own), OTHER_PORT)
        stage.send(stage.data(3, 0, b"xyz"))
    return scene


def receiving(stage):
    """In order, beyond a gap, filled, repeated, overlapping, large."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.data(9, 3, b"ghi"))
    stage.send(stage.data(6, 3, b"def"))
    stage.send(stage.data(9, 9))
    stage.send(stage.data(6, 9, b"def"))
    stage.send(stage.data(11, 9, b"hijk"))
    stage.send(stage.data(11, 11))
    stage.send(stage.data(11 + 1458, 11, bytes(1458)))
    stage.wait(1)


def before_zero(stage):
    """DATA that would begin before offset 0."""
    stage.open()
    stage.send(stage.data(3, 0, b"abcdef"))


def wrong_acknowledgements(stage):
    """AcknowledgedBytes from the future and from the past."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.data(6, 4, b"def"))
    stage.send(stage.data(6, 3, b"def"))
    stage.send(stage.data(9, 0, b"ghi"))


def outstanding(stage):
    """Much to echo, and repeated acknowledgements."""
    stage.open()
    for end in range(1000, 9000, 1000):
        stage.send(stage.data(end, 0, bytes(1000)))
    for _ in range(5):
        stage.send(stage.data(8000, 1000))


def deserted(stage):
    """Octets that nobody acknowledges."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.wait(60)


def closing(stage):
    """SHUTDOWN before the echo is through, repeated, then COMPLETE."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.shutdown(0))
    stage.send(stage.shutdown(3))
    stage.send(stage.shutdown(3))
    stage.send(stage.data(3, 3, b"abc"))
    stage.wait(2)
    stage.send(stage.short(COMPLETE))
    stage.wait(10)


def closing_over_gap(stage):
    """SHUTDOWN while octets are missing."""
    stage.open()
    stage.send(stage.data(6, 0, b"def"))
    stage.send(stage.shutdown(0))
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.shutdown(6))


def crossing(stage):
    """SHUTDOWN-ACK in answer to SHUTDOWN-ACK, twice."""
    stage.open()
    stage.send(stage.shutdown(0))
    stage.send(stage.short(SHUTDOWN_ACK))
    stage.send(stage.short(SHUTDOWN_ACK))


def unasked(stage):
    """Answers to nothing, within a session."""
    stage.open()
    for kind in (COOKIE_ACK, SHUTDOWN_ACK, COMPLETE):
        stage.send(stage.short(kind))
    stage.send(stage.data(3, 0, b"abc"))


def aborting(stamp):
    """A scene with ABORT that carries one of the two stamps, and DATA after it."""
    def scene(stage):
        stage.open()
        stage.send(stage.short(ABORT, getattr(stage, stamp)))
        stage.send(stage.data(3, 0, b"abc"))
    return scene


SCENES = (
    handshake, inits, altered_echoes, cookies, ended, early_data, strays, receiving,
    before_zero, wrong_acknowledgements, outstanding, deserted, closing, closing_over_gap, crossing,
    unasked,
    malformed(lambda stage: b""),
    malformed(lambda stage: b"\0\0"),
    malformed(lambda stage: b"\x09" + stage.own),
    malformed(lambda stage: stage.shutdown(0) + b"\0"),
    malformed(lambda stage: stage.data(3, 0, b"abc", length=4)),
    malformed(lambda stage: stage.data(3, 0, b"abc", length=2)),
    strangers("data"), strangers("shutdown"), strangers("abort"),
    aborting("own"), aborting("theirs"),
)

LISTENER_BREAKS = [name for name, entry in BREAKS.items() if entry.seen in ("listener", "either")]

# Where a dialect leaves nothing to see: with the listener's tag in its packets a second echo is
# another session's, and with one tag for both sides a reflected ABORT is like any other.
UNSEEN = {("echo-of-other-tag-replaces", "receiver"), ("reflected-abort-ignored", "init")}


def transcript(scene, name=None, tags="sender"):
    """What the listener sends in a scene."""
    chance = random.Random(7)
    with mock.patch("secrets.token_bytes", chance.randbytes):
        stage = Stage(name, tags)
        scene(stage)
    return stage.transcript


class Breaks(unittest.TestCase):
    """The table of breaks."""

    def test_every_break_changes_something_in_every_dialect(self):
        for tags in ("sender", "receiver", "init"):
            whole = [transcript(scene, tags=tags) for scene in SCENES]
            for name in LISTENER_BREAKS:
                with self.subTest(name=name, tags=tags):
                    broken = (transcript(scene, name, tags) for scene in SCENES)
                    seen = any(one != other for one, other in zip(broken, whole))
                    self.assertEqual(seen, (name, tags) not in UNSEEN)

    def test_scenes_repeat(self):
        for scene in SCENES:
            self.assertEqual(transcript(scene), transcript(scene))

    def test_unknown_names_are_refused(self):
        with self.assertRaises(UnknownBreak):
            Broken("no-such-break")


if __name__ == "__main__":
    unittest.main()
