"""The chat client without sockets, and its breaks."""

import unittest

from chat.breaks import BREAKS, Broken
from chat.client import Client, Identity
from chat.text import encode
from chat.wire import FROM_CLIENT, Dialect, Faulty, Reader, build
from chat_for_tests import ECHO, EVERYBODY, OKAY, ROOM

IDS = [bytes([0, 0, 0, 0, 0, 0, 0xFF, number]) + bytes([1, 0xFF] * 4) for number in range(1, 9)]
HI = encode(b"hi")
GREETED = build(0x01, b"guest-1")
WELCOMED = GREETED + build(0x03, OKAY)
JOINED = build(0xA1, ROOM, b"\x03") + build(0xA2, ROOM, b"alice", b"")


def said(identifier, room=ROOM, message=HI):
    """S83."""
    return build(0x53, identifier, room, b"bob", b"builder", message)


class Stage:
    """A client and what it has sent and told."""

    def __init__(self, broken=None, dialect=Dialect(), identity=Identity()):
        self.events = []
        self.client = Client(dialect, Broken(broken), identity, self.events.append)
        self.transcript = []
        self._reader = Reader(FROM_CLIENT)

    def hear(self, *pieces):
        """Octets come from the server; returns the packets that the client sends."""
        for piece in pieces:
            self.client.received(piece)
        return self.sent()

    def sent(self):
        """The packets that have been sent: tuples of ID and fields."""
        octets = bytes(self.client.outgoing)
        self.transcript.append(octets)
        self.client.outgoing.clear()
        self._reader.feed(octets)
        return [(packet.identifier, *(() if isinstance(packet, Faulty) else packet.fields))
                for packet in self._reader.packets()]


class ByItself(unittest.TestCase):
    """A client that acts by itself."""

    def test_it_logs_in_joins_and_greets(self):
        stage = Stage()
        self.assertEqual(stage.hear(GREETED), [(0x02, b"alice", encode(b"wonderland"), b"L")])
        self.assertEqual(stage.hear(build(0x03, OKAY)), [(0xA0, ROOM, b"")])
        self.assertEqual(stage.hear(JOINED),
                         [(0x50, b"\0\0\0\1", ROOM, encode(b"hello"))])

    def test_it_goes_no_further_than_it_may(self):
        stage = Stage()
        stage.hear(GREETED)
        self.assertEqual(stage.hear(build(0x03, b"\3\2\3")), [])
        self.assertEqual(stage.hear(build(0x05, b"BAD")), [])

    def test_it_says_back_what_it_hears_and_gives_receipts(self):
        stage = Stage()
        stage.hear(WELCOMED, JOINED)
        self.assertEqual(stage.hear(said(IDS[0]) + said(IDS[1], EVERYBODY)),
                         [(0x54, IDS[0]), (0x50, b"\0\0\0\2", ROOM, HI),
                          (0x54, IDS[1]), (0x50, b"\0\0\0\3", EVERYBODY, HI)])
        self.assertEqual(stage.hear(build(0x5F, b"\0\0\0\0", IDS[2], ROOM, HI)), [(0x60, IDS[2])])
        self.assertEqual(stage.hear(build(0x5B, b"\0\0\0\1", IDS[2], HI)), [(0x60, IDS[2])])

    def test_all_that_comes_may_be_cut_at_every_position(self):
        stream = (WELCOMED + JOINED + said(IDS[0]) + build(0x5F, b"\0\xff\0\0", IDS[1], ROOM, HI)
                  + build(0xFB, b"PNS") + said(IDS[2]))
        whole = Stage().hear(stream)
        self.assertEqual(len(whole), 8)
        for position in range(1, len(stream)):
            self.assertEqual(Stage().hear(stream[:position], stream[position:]), whole, position)
        self.assertEqual(Stage().hear(*(bytes([octet]) for octet in stream)), whole)

    def test_what_it_does_not_know_changes_nothing(self):
        stage = Stage()
        stage.hear(WELCOMED)
        noise = b"\x99\xff\x00\xa7\x00\xff\xff\x00"
        self.assertEqual(stage.hear(noise + JOINED + said(IDS[0]))[1:],
                         [(0x54, IDS[0]), (0x50, b"\0\0\0\2", ROOM, HI)])

    def test_it_says_goodbye_once(self):
        stage = Stage()
        stage.client.end()
        stage.client.end()
        self.assertEqual(stage.sent(), [(0x28, b"BYE")])


class Told(unittest.TestCase):
    """A client that is told what to do."""

    def setUp(self):
        self.stage = Stage(identity=None)
        self.stage.hear(GREETED)
        self.client = self.stage.client

    def test_everything_that_it_may_be_told(self):
        self.client.login(b"alice", b"wonderland", "little")
        self.client.register(b"zoe", b"zoe", b"zoe@example.org")
        self.client.join(ROOM, b"sesame")
        self.client.say(ROOM, b"hi")
        self.client.part(ROOM, b"good night")
        self.client.alias(b"queen")
        self.client.invite(ROOM, b"bob")
        self.assertEqual(self.stage.sent(), [
            (0x02, b"alice", encode(b"wonderland"), b"L"),
            (0x06, b"zoe", encode(b"zoe"), b"zoe@example.org"),
            (0xA0, ROOM, encode(b"sesame")), (0x50, b"\0\0\0\1", ROOM, HI),
            (0xA3, ROOM, b"good night"), (0xA6, b"queen"), (0xA9, ROOM, b"bob", b"")])

    def test_long_messages_have_the_byte_order_of_the_login(self):
        for order, octets in (("little", b"\2\0\0\0"), ("big", b"\0\0\0\2")):
            self.client.login(b"alice", b"wonderland", order)
            self.stage.hear(build(0x03, OKAY))
            self.client.say_long(ROOM, [b"hi", b"one", b"two"])
            head, first, second = self.stage.sent()
            self.assertEqual(head, (0x57, octets, head[2], ROOM, HI))
            self.assertEqual(second, (0x5B, octets, head[2], encode(b"two")))
            self.assertEqual(self.stage.hear(build(0x5A, head[2])), [head])
            self.assertEqual(self.stage.hear(build(0x5E, first[1], head[2])), [first])
            self.assertEqual(self.stage.hear(build(0x5A, b"????")), [])

    def test_what_comes_is_told(self):
        del self.stage.events[:]
        self.client.register(b"zoe", b"zoe", b"zoe@example.org")
        self.stage.hear(build(0x07, OKAY), build(0x07, b"\6\5", b"\5"), build(0x05, b"BAD"),
                        build(0xA1, ROOM, b"\x0a"), build(0x51, b"1234", b"\3\4"), said(IDS[0]),
                        build(0xA2, ROOM, b"bob", b""), build(0xA5, ROOM, b"bob", b""),
                        build(0xA8, b"bob", b"", b"king"))
        told = [tuple(event.values()) for event in self.stage.events]
        self.assertEqual(told, [
            ("replied", "register", [3, 3, 3]), ("replied", "register", [6, 5, 5]),
            ("replied", "login", [5]), ("replied", "join", [10]), ("replied", "say", [3, 4]),
            ("message", "ROOM0001", "bob", "builder", "hi"), ("joined", "ROOM0001", "bob", ""),
            ("parted", "ROOM0001", "bob", ""), ("renamed", "bob", "", "king")])


def by_itself(stage):
    """A client that acts by itself meets everything that concerns it."""
    stage.hear(WELCOMED, JOINED)
    stage.hear(said(IDS[0])[:9], said(IDS[0])[9:])
    for identifier, room in zip(IDS, (ROOM, EVERYBODY, ECHO, ROOM, ROOM)):
        stage.hear(said(identifier, room, encode(b"~?~?~?" + b"x" * 80)))
    stage.hear(said(IDS[6]) + said(IDS[7]))
    for left in (2, 1, 0):
        stage.hear(build(0x5F, bytes([left, 0, 0, 0]), IDS[5], ROOM, HI))
    stage.client.end()
    stage.sent()


def told(stage):
    """A client that is told says long messages in both byte orders."""
    stage.hear(GREETED)
    for order in ("little", "big"):
        stage.client.login(b"alice", b"wonderland", order)
        stage.hear(build(0x03, OKAY))
        stage.client.say(ROOM, b"hi")
        for _ in range(2):
            stage.client.say_long(ROOM, [b"hi", b"one"])
        stage.sent()
    stage.hear(build(0x07, OKAY))
    stage.client.end("client-close-without-goodbye")
    stage.sent()


def transcript(scene, name, identity):
    """What a client sends and tells in a scene."""
    stage = Stage(name, identity=identity)
    scene(stage)
    return stage.transcript, stage.events


class Breaks(unittest.TestCase):
    """The tables of a client's breaks."""

    def test_every_break_shows(self):
        for group, scene, identity in (("client", by_itself, Identity()), ("control", told, None)):
            whole = transcript(scene, None, identity)
            for name, entry in BREAKS.items():
                if entry.seen == group:
                    with self.subTest(name=name):
                        self.assertNotEqual(transcript(scene, name, identity), whole)


if __name__ == "__main__":
    unittest.main()
