"""Every break of a connector, and every one that only control lines show, can be seen."""

import random
import unittest
from unittest import mock

from connector_for_tests import Stage
from mnet.application import Application
from mnet.breaks import BREAKS, Broken
from mnet.wire import MODULUS, TAG_RULES, Dialect
from packets_for_tests import (
    ABORT, COMPLETE, COOKIE_ACK, DATA, SHUTDOWN, SHUTDOWN_ACK,
)
from scenes_for_tests import IN_SESSION, OTHER_PORT
from test_mnet_breaks import Stage as ListenerStage
from world_for_tests import LISTENER


class Lenient(Stage):
    """Takes any INIT: a broken connector's has another magic or version."""

    def take_init(self, init):
        self.x = init[6:9]


def unanswered(stage):
    """Nobody answers INIT."""
    stage.begin()
    stage.wait(5)


def without_cookie_ack(stage):
    """Nobody answers COOKIE-ECHO."""
    stage.begin()
    stage.send(stage.bake())
    stage.wait(5)


def wrong_cookie(change, address=LISTENER):
    """A scene in which a COOKIE comes that does not count."""
    def scene(stage):
        stage.begin()
        stage.send(stage.bake(**change), address)
    return scene


def more_cookies(stage):
    """COOKIE while COOKIE-ACK is awaited, and within the session."""
    stage.begin()
    stage.send(stage.bake())
    stage.send(stage.bake(y=b"new"))
    stage.send(stage.short(COOKIE_ACK))
    stage.send(stage.bake())


def wrong_cookie_ack(stage):
    """COOKIE-ACK with another tag and from another port, then DATA."""
    stage.begin()
    stage.send(stage.bake())
    stage.send(stage.short(COOKIE_ACK, b"no!"))
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.short(COOKIE_ACK), OTHER_PORT)
    stage.send(stage.data(3, 0, b"abc"))
    stage.wait(1)


def late_cookie_ack(stage):
    """COOKIE-ACK within the session."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.data(3, 3))
    stage.send(stage.short(COOKIE_ACK))
    stage.send(stage.data(5, 3, b"de"))


def aborted_opening(stage):
    """ABORT instead of COOKIE-ACK."""
    stage.begin()
    stage.send(stage.bake())
    stage.send(stage.short(ABORT))
    stage.wait(1)


OPENING = (
    unanswered, without_cookie_ack, wrong_cookie({"version": 2}), wrong_cookie({"x": b"no!"}),
    wrong_cookie({}, OTHER_PORT), more_cookies, wrong_cookie_ack, late_cookie_ack, aborted_opening,
)


def heard(stage):
    """DATA and no answer from the application."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.wait(1)


def written(stage):
    """Octets that are acknowledged late, then a close that is answered."""
    stage.open()
    stage.tell("write", b"abcdef")
    stage.tell("close")
    stage.send(stage.data(3, 6, b"abc"))
    stage.send(stage.data(4, 6, b"d"))
    stage.send(stage.short(SHUTDOWN_ACK))


def slow_peer(stage):
    """A peer that speaks and acknowledges nothing."""
    stage.open()
    stage.tell("write", b"abc")
    for _ in range(60):
        stage.wait(1)
        stage.send(stage.data(0, 0))


def given_up(stage):
    """A peer that says nothing any more."""
    stage.open()
    stage.tell("write", b"abc")
    stage.wait(60)


def lonely_close(stage):
    """A SHUTDOWN that nobody answers."""
    stage.open()
    stage.tell("close")
    stage.wait(60)


def closed_by_peer(stage):
    """A SHUTDOWN-ACK that nobody answers."""
    stage.open()
    stage.send(stage.shutdown(0))
    stage.wait(60)


def crossing_close(stage):
    """SHUTDOWN from both sides."""
    stage.open()
    stage.tell("close")
    stage.send(stage.shutdown(0))
    stage.send(stage.short(COMPLETE))


def aborted(stage):
    """The application aborts."""
    stage.open()
    stage.tell("abort")
    stage.send(stage.data(3, 0, b"abc"))


def aborted_by_peer(stage):
    """The peer aborts."""
    stage.open()
    stage.send(stage.short(ABORT))


def second_session(stage):
    """Two sessions, one after the other."""
    stage.open()
    stage.send(stage.short(ABORT))
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))


def wrapping(stage):
    """Both counters pass 2^32; the stage starts just before."""
    stage.open()
    stage.tell("write", b"abcdef")
    stage.send(stage.data(2, 2, b"abcdef"))


TOLD = (
    unanswered, without_cookie_ack, late_cookie_ack, heard, written, slow_peer, given_up,
    lonely_close, closed_by_peer, crossing_close, aborted, aborted_by_peer, second_session,
)

# With one tag for both sides a reflected ABORT is like any other.
UNSEEN = {("reflected-abort-ignored", "init")}
# A listener shows it: see `test_a_repeated_echo`.
LISTENERS = {"repeated-echo-told"}


def transcript(scene, name, tags, echo):
    """What the connector sends in a scene, and what its application is told unless it echoes."""
    start = MODULUS - 4 if scene is wrapping else 0
    with mock.patch("secrets.token_bytes", random.Random(7).randbytes):
        stage = Lenient(Dialect("little", tags), name, echo, start)
        scene(stage)
    return stage.transcript, None if echo else stage.events


class Breaks(unittest.TestCase):
    """The tables of breaks but for the listener's."""

    def compare(self, groups, scenes, echo):
        """Each break of the groups changes a scene's transcript in every dialect."""
        for tags in TAG_RULES:
            whole = [transcript(scene, None, tags, echo) for scene in scenes]
            for name, entry in BREAKS.items():
                if entry.seen not in groups or name in LISTENERS:
                    continue
                with self.subTest(name=name, tags=tags):
                    seen = any(transcript(scene, name, tags, echo) != other
                               for scene, other in zip(scenes, whole))
                    self.assertEqual(seen, (name, tags) not in UNSEEN)

    def test_every_break_shows_to_a_peer(self):
        self.compare(("connector", "either"), OPENING + IN_SESSION, echo=True)

    def test_every_break_shows_with_control(self):
        self.compare(("control",), TOLD + (wrapping,), echo=False)

    def test_a_repeated_echo(self):
        counts = []
        for name in (None, "repeated-echo-told"):
            stage = ListenerStage(name)
            events = []
            stage.listener.application = Application(Broken(name), tell=events.append)
            stage.open()
            stage.send(stage.echo())
            counts.append(len(events))
        self.assertEqual(counts, [1, 2])

    def test_the_unbroken_scenes_are_what_they_should_be(self):
        for scene, sent, told in (
                (written, [DATA, DATA, SHUTDOWN, SHUTDOWN, COMPLETE], ["closed"]),
                (given_up, [DATA] * 12 + [ABORT], ["failed"]),
                (lonely_close, [SHUTDOWN] * 6 + [ABORT], ["failed"]),
                (closed_by_peer, [SHUTDOWN_ACK] * 6, ["closed"]),
                (crossing_close, [SHUTDOWN, SHUTDOWN_ACK], ["closed"]),
                (aborted, [ABORT], []),
                (wrapping, [DATA, DATA], [])):
            with self.subTest(scene=scene.__name__):
                datagrams, events = transcript(scene, None, "sender", False)
                kinds = [event["type"] for event in events if event["type"] != "delivered"]
                self.assertEqual(kinds, ["opened"] + told)
                # The first two are INIT and COOKIE-ECHO.
                self.assertEqual([datagram[0] for _, _, datagram in datagrams[2:]], sent)


if __name__ == "__main__":
    unittest.main()
