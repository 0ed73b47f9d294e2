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
from packets_for_tests import ABORT, COOKIE, Packets
from scenes_for_tests import IN_SESSION, OTHER_PORT

HOST = ("127.0.0.1", 5000)
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


SCENES = (handshake, inits, altered_echoes, cookies, ended, early_data) + IN_SESSION

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
