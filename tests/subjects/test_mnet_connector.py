"""The connector: its handshake against a peer by hand, and whole sessions with the listener."""

import random
import unittest

from connector_for_tests import Stage
from mnet.connector import MAX_OPEN_TRIES
from mnet.wire import BYTE_ORDERS, MODULUS, TAG_RULES, Dialect
from packets_for_tests import ABORT, COOKIE_ACK, ECHO, INIT, SHUTDOWN_ACK
from world_for_tests import LISTENER, World

OTHER = ("127.0.0.1", 4001)
DIALECTS = [Dialect(order, tags) for order in BYTE_ORDERS for tags in TAG_RULES]


class Handshake(unittest.TestCase):
    """INIT, COOKIE, COOKIE-ECHO, COOKIE-ACK."""

    def setUp(self):
        self.stage = Stage()

    def test_init_is_repeated_as_it_was_and_given_up(self):
        stage = self.stage
        stage.begin()
        init = bytes([INIT]) + b"MNET\x01" + stage.x
        self.assertEqual(stage.wait(10), [init] * (MAX_OPEN_TRIES - 1))
        self.assertEqual(stage.told(), ["failed"])
        self.assertTrue(stage.connector.idle)

    def test_only_the_right_cookie_counts(self):
        stage = self.stage
        stage.begin()
        wrong = ((stage.bake(version=2), LISTENER), (stage.bake(x=b"no!"), LISTENER),
                 (stage.bake(), OTHER), (stage.bake()[:-1], LISTENER))
        for datagram, address in wrong:
            self.assertEqual(stage.send(datagram, address), [])
        cookie = stage.bake()
        self.assertEqual(stage.send(cookie), [bytes([ECHO]) + cookie[1:]])
        self.assertEqual(stage.send(stage.bake(y=b"new")), [])

    def test_echo_is_repeated_as_it_was_and_given_up_with_abort(self):
        stage = self.stage
        stage.begin()
        echo, = stage.send(stage.bake())
        abort = stage.short(ABORT, stage.theirs)
        self.assertEqual(stage.wait(10), [echo] * (MAX_OPEN_TRIES - 1) + [abort])
        self.assertEqual(stage.told(), ["failed"])

    def test_only_the_right_cookie_ack_opens(self):
        stage = self.stage
        stage.begin()
        stage.send(stage.short(COOKIE_ACK))
        stage.send(stage.bake())
        stage.send(stage.short(COOKIE_ACK, b"no!"))
        stage.send(stage.short(COOKIE_ACK), OTHER)
        stage.send(stage.data(3, 0, b"abc"))
        self.assertEqual(stage.told(), [])
        stage.send(stage.short(COOKIE_ACK))
        self.assertEqual(stage.told(), ["opened"])
        answer, = stage.send(stage.data(3, 0, b"abc"))
        self.assertEqual(stage.fields(answer), (stage.theirs, 3, 3, b"abc"))
        self.assertEqual(stage.send(stage.short(COOKIE_ACK)), [])
        self.assertEqual(stage.told(), ["opened", "delivered"])

    def test_abort_ends_an_opening(self):
        for known in ("x", "own", "theirs"):
            with self.subTest(stamp=known):
                stage = Stage()
                stage.begin()
                if known != "x":
                    stage.send(stage.bake())
                stage.send(stage.short(ABORT, b"no!"))
                self.assertEqual(stage.told(), [])
                stage.send(stage.short(ABORT, getattr(stage, known)))
                self.assertEqual(stage.told(), ["failed"])
                self.assertEqual(stage.wait(10), [])

    def test_an_application_may_speak_and_abort_before_it_is_open(self):
        stage = self.stage
        stage.begin()
        stage.application.write(1, b"abc")
        stage.application.close(1)
        stage.send(stage.bake())
        answer, = stage.send(stage.short(COOKIE_ACK))
        self.assertEqual(stage.fields(answer), (stage.theirs, 3, 0, b"abc"))
        stage = Stage()
        stage.begin()
        stage.send(stage.bake())
        stage.connector.abort(1, stage.now)
        self.assertEqual(stage.collect(), [stage.short(ABORT, stage.theirs)])
        self.assertEqual((stage.wait(10), stage.told()), ([], []))

    def test_sessions_are_numbered_and_their_tags_differ(self):
        stage = self.stage
        tags = set()
        for number in range(1, 17):
            self.assertEqual(stage.connector.open(LISTENER, 0.0), number)
            tags |= {datagram[6:9] for datagram in stage.collect()}
        self.assertEqual(len(tags), 16)

    def test_octets_at_random_are_no_trouble(self):
        chance = random.Random(8)
        stage = self.stage
        stage.open()
        stage.begin()
        for _ in range(20_000):
            octets = bytes([chance.randrange(10)]) + chance.randbytes(chance.choice((3, 7, 13, 31)))
            stage.send(octets)
            stage.send(stage.theirs.join((octets[:1], octets[4:])))


class Sessions(unittest.TestCase):
    """Both roles against each other."""

    def test_echo_in_every_dialect_through_bad_links(self):
        for number, dialect in enumerate(DIALECTS):
            for loss in (0, 5, 15, 25):
                with self.subTest(dialect=dialect, loss=loss):
                    self.echo(World(dialect, number, loss))

    def test_past_the_wrap(self):
        for loss in (0, 15):
            self.echo(World(seed=9, loss=loss, start=MODULUS - 5_000))

    def echo(self, world):
        """The connector writes, hears all of it again, closes; both sides end well."""
        octets = random.Random(3).randbytes(40_000)
        world.connector.open(LISTENER, world.now)
        world.applications["connector"].write(1, octets)
        world.run()
        self.assertEqual(world.heard["connector", 1], octets)
        world.applications["connector"].close(1)
        world.connector.prod(1, world.now)
        world.run(2 * world.now + 100)
        for role in ("listener", "connector"):
            self.assertEqual(world.heard[role, 1], octets)
            self.assertEqual(world.kinds(role), ["opened", "closed"])

    def test_many_sessions_close_from_both_sides_at_once(self):
        for seed in range(4):
            with self.subTest(seed=seed):
                world = World(DIALECTS[seed], seed, 5 * seed, echo=())
                for number in range(1, 9):
                    world.connector.open(LISTENER, world.now)
                    world.applications["connector"].write(number, b"from connector" * 1_000)
                world.run()
                for number in range(1, 9):
                    world.applications["listener"].write(number, b"from listener" * 1_000)
                    for role, endpoint in (("listener", world.listener),
                                           ("connector", world.connector)):
                        world.applications[role].close(number)
                        endpoint.prod(number, world.now)
                world.run()
                for role in ("listener", "connector"):
                    self.assertEqual(sorted(world.kinds(role)), ["closed"] * 8 + ["opened"] * 8)
                for number in range(1, 9):
                    self.assertEqual(world.heard["connector", number], b"from listener" * 1_000)
                    self.assertEqual(world.heard["listener", number], b"from connector" * 1_000)

    def test_abort_is_told_to_the_other_side_alone(self):
        world = World()
        world.connector.open(LISTENER, world.now)
        world.run()
        world.connector.abort(1, world.now)
        world.run()
        self.assertEqual(world.kinds("connector"), ["opened"])
        self.assertEqual(world.kinds("listener"), ["opened", "failed"])
        self.assertTrue(world.connector.idle)
        self.assertFalse(world.listener.seats)

    def test_a_close_before_anything_was_written(self):
        world = World()
        world.connector.open(LISTENER, world.now)
        world.applications["connector"].close(1)
        world.run()
        self.assertEqual(world.kinds("connector"), ["opened", "closed"])
        self.assertEqual(world.kinds("listener"), ["opened", "closed"])

    def test_shutdown_ack_of_the_peer_is_answered_after_the_end(self):
        stage = Stage()
        stage.open()
        stage.send(stage.shutdown(0))
        complete = stage.send(stage.short(SHUTDOWN_ACK))
        self.assertTrue(stage.connector.idle)
        self.assertTrue(stage.connector.lingers(stage.now))
        self.assertEqual(stage.send(stage.short(SHUTDOWN_ACK)), complete)


if __name__ == "__main__":
    unittest.main()
