"""The chat server without sockets: who gets which answer, and who hears what."""

import unittest

from chat.text import encode
from chat.wire import Dialect, build
from chat_for_tests import (
    ECHO, EVERYBODY, NOW_MS, OKAY, OTHER_ROOM, PASSWORDS, ROOM, SECRET, Stage,
)

HI = encode(b"hi")
RIGHT = encode(PASSWORDS[b"alice"])
BAD = b"BAD"


class ServerCase(unittest.TestCase):
    """A stage for each test."""

    def setUp(self):
        self.stage = Stage()

    def answers(self, guest, *rows):
        """Each row is the fields of a packet with its ID first, and the one packet that answers."""
        for row, answer in rows:
            with self.subTest(row=row):
                self.assertEqual(guest.say(*row), [answer])


class Logins(ServerCase):
    """Before and at a login."""

    def test_the_codes_of_a_login(self):
        self.answers(
            self.stage.guest(),
            ((0x02, b"", b"", b""), (0x03, bytes([1, 5, 1]))),
            ((0x02, b"", RIGHT, b"L"), (0x03, bytes([1, 5, 3]))),
            ((0x02, b"zoe", RIGHT, b"?"), (0x03, bytes([2, 5, 2]))),
            ((0x02, b"Alice", RIGHT, b"B"), (0x03, bytes([2, 5, 3]))),
            ((0x02, b"alice", b"", b"B"), (0x03, bytes([3, 1, 3]))),
            ((0x02, b"alice", b"?", b"B"), (0x03, bytes([3, 2, 3]))),
            ((0x02, b"alice", RIGHT[:-1], b"B"), (0x03, bytes([3, 2, 3]))),
            ((0x02, b"alice", RIGHT, b""), (0x03, bytes([3, 3, 1]))),
            ((0x02, b"alice", RIGHT, b"\x03"), (0x03, bytes([3, 3, 2]))),
            ((0x02, b"alice", RIGHT, b"\x01"), (0x03, OKAY)),
            ((0x02, b"", b"", b""), (0x03, bytes([6, 5, 5]))),
            ((0x06, b"", b"", b""), (0x07, bytes([6, 5, 5]))))

    def test_the_codes_of_a_registration(self):
        guest = self.stage.guest()
        self.answers(
            guest,
            ((0x06, b"", b"", b""), (0x07, bytes([1, 5, 1]))),
            ((0x06, b"a b", HI, b"zoe@example"), (0x07, bytes([2, 5, 2]))),
            ((0x06, b"alice", HI, b"zoe@example.org"), (0x07, bytes([7, 5, 5]))),
            ((0x06, b"zoe", b"", b"zoe@example.org"), (0x07, bytes([3, 1, 3]))),
            ((0x06, b"zoe", b"?", b"zoe@example.org"), (0x07, bytes([3, 4, 3]))))
        self.assertEqual(guest.say(0x06, b"zoe", HI, b"zoe@example.org"), [(0x07, OKAY)])
        self.assertEqual(self.stage.guest().say(0x02, b"zoe", HI, b"L"), [(0x05, BAD)])
        guest.leave()
        self.assertEqual(self.stage.guest().say(0x02, b"zoe", HI, b"L"), [(0x03, OKAY)])

    def test_the_later_revision_registers_and_does_not_authenticate(self):
        guest = Stage(registration="registers").guest()
        self.assertEqual(guest.say(0x06, b"zoe", HI, b"zoe@example.org"), [(0x07, OKAY)])
        self.assertEqual(guest.say(0x02, b"zoe", HI, b"L"), [(0x03, OKAY)])

    def test_nothing_else_comes_before(self):
        for octets in (build(0x50, b"1234", ROOM, HI), build(0xFC, b"SP"), b"\xff", b"\x67",
                       b"\x28\x00", b"\x03\xff\x03\x03\x03\x00"):
            with self.subTest(octets=octets):
                guest = self.stage.guest()
                self.assertEqual(guest.send(octets), [(0x09, BAD)])
                self.assertTrue(guest.connection.closing)
        guest = self.stage.guest()
        self.assertEqual(guest.send(b"\x00\x02\x00\x06\xff\x00"), [(0x04, BAD), (0x08, BAD)])
        self.assertFalse(guest.connection.closing)

    def test_endpoints(self):
        self.stage.user()
        guest = self.stage.guest()
        self.assertEqual(guest.say(0x02, b"alice", HI, b"L"), [(0x03, bytes([3, 2, 3]))])
        self.assertEqual(guest.say(0x02, b"alice", RIGHT, b"L"), [(0x05, BAD)])
        self.assertEqual(guest.say(0x02, b"bob", encode(b"builder"), b"L"), [(0x03, OKAY)])
        stage = Stage(endpoints="several")
        stage.user()
        self.assertEqual(stage.guest().say(0x02, b"alice", RIGHT, b"L"), [(0x03, OKAY)])

    def test_goodbye(self):
        alice = self.stage.user()
        heard = alice.send(build(0xFC, b"SP") + build(0x28, b"BYE") + build(0xFC, b"SP"))
        self.assertEqual([packet[0] for packet in heard], [0xFD])
        self.assertTrue(alice.connection.closing)
        self.stage.user()

    def test_greetings_differ(self):
        stage = Stage()
        names = {stage.guest().everything[0] for _ in range(9)}
        self.assertEqual(len(names), 9)


class Messages(ServerCase):
    """Short messages."""

    def test_the_codes(self):
        alice = self.stage.user(room=ROOM)

        def row(room, message, codes):
            return (0x50, b"\0\xff\0\xff", room, message), (0x51, b"\0\xff\0\xff", bytes(codes))
        self.answers(
            alice, row(ROOM, HI, [3, 3]), row(ROOM, b"", [3, 1]), row(ROOM, b"?", [3, 4]),
            row(ROOM, encode(b" \t\r\n"), [3, 11]), row(ROOM, encode(b"\x0b"), [3, 3]),
            row(ROOM, b"A" * 4000, [3, 3]), row(ROOM, b"?" * 4001, [3, 12]),
            row(OTHER_ROOM, HI, [9, 3]), row(SECRET, b"?", [9, 4]), row(b"ROOM9999", HI, [2, 3]),
            row(bytes(8), b"", [1, 1]), row(EVERYBODY, HI, [3, 3]))

    def test_codes_from_ten_on_have_two_forms(self):
        alice = Stage(Dialect(codes="hex")).user(room=ROOM)
        self.answers(
            alice, ((0x50, b"1234", ROOM, encode(b" ")), (0x51, b"1234", b"\x03\x11")),
            ((0x50, b"1234", ROOM, b"A" * 4001), (0x51, b"1234", b"\x03\x12")),
            ((0xA0, ROOM, b""), (0xA1, ROOM, b"\x10")))

    def test_who_hears(self):
        alice, bob = self.stage.user(room=ROOM), self.stage.user(b"bob", room=ROOM)
        carol, guest = self.stage.user(b"carol"), self.stage.guest()
        alice.say(0xA6, b"queen")
        bob.heard(), carol.heard()
        self.assertEqual(len(alice.say(0x50, b"0001", ROOM, HI)), 1)
        (_, identifier, *rest), = bob.heard()
        self.assertEqual(rest, [ROOM, b"alice", b"queen", HI])
        self.assertEqual(identifier[:8], (1).to_bytes(8, "big"))
        self.assertEqual(identifier[8:], self.stage.now_ms.to_bytes(8, "big"))
        self.assertGreater(self.stage.now_ms, NOW_MS)
        self.assertEqual(carol.heard(), [])
        carol.say(0x50, b"0001", EVERYBODY, HI)
        self.assertEqual([len(each.heard()) for each in (alice, bob, guest)], [1, 1, 0])
        self.assertEqual([packet[0] for packet in carol.say(0x50, b"0001", ECHO, HI)],
                         [0x51, 0x53])
        self.assertEqual([each.heard() for each in (alice, bob, guest)], [[], [], []])

    def test_receipts(self):
        alice, bob = self.stage.user(room=ROOM), self.stage.user(b"bob", room=ROOM)
        alice.say(0x50, b"0001", ROOM, HI)
        identifier = bob.heard()[0][1]
        self.assertEqual(alice.say(0x54, identifier), [(0x55, identifier)])
        self.assertEqual(bob.say(0x54, identifier), [])
        self.assertEqual(bob.say(0x54, identifier), [(0x55, identifier)])


class LongMessages(ServerCase):
    """Long messages."""

    def test_the_codes_of_a_head(self):
        alice = self.stage.user(room=ROOM)

        def row(total, room, message, codes):
            return ((0x57, total.to_bytes(4, "big"), b"0001", room, message),
                    (0x58, b"0001", bytes(codes)))
        self.answers(
            alice, row(1, ROOM, HI, [3, 3, 3]), row(0, OTHER_ROOM, b"?", [2, 4, 4]),
            row(0x7FFFFFFF, b"ROOM9999", b"A" * 4004, [2, 2, 2]),
            row(64, bytes(8), encode(b" "), [3, 1, 5]), row(1, ECHO, b"", [3, 3, 1]))

    def test_parts_in_any_order_are_heard_in_order(self):
        alice, bob = self.stage.user(order="little", room=ROOM), self.stage.user(b"bob", room=ROOM)
        carol = self.stage.user(b"carol")
        alice.say(0x57, b"\3\0\0\0", b"0001", ROOM, HI)
        for number, codes in ((3, OKAY), (1, OKAY), (1, OKAY), (0, b"\2\3\3"), (4, b"\2\3\3")):
            part = bytes([number, 0, 0, 0]), b"0001", encode(b"%d" % number)
            self.assertEqual(alice.say(0x5B, *part), [(0x5C, b"0001", codes)])
        self.assertEqual(bob.heard(), [])
        alice.say(0x57, b"\3\0\0\0", b"0001", ROOM, HI)
        self.assertEqual(alice.say(0x5B, b"\2\0\0\0", b"0001", encode(b" ")),
                         [(0x5C, b"0001", OKAY)])
        heard = bob.heard()
        self.assertEqual([(packet[0], packet[1][3], packet[4]) for packet in heard],
                         [(0x5F, 3, HI), (0x5F, 2, encode(b"1")), (0x5F, 1, encode(b" ")),
                          (0x5F, 0, encode(b"3"))])
        identifier, = {packet[2] for packet in heard}
        self.assertEqual((alice.heard(), carol.heard()), ([], []))
        self.assertEqual(bob.say(0x60, identifier), [])
        self.assertEqual(carol.say(0x60, identifier), [(0x61, identifier[:8])])
        self.assertEqual(bob.say(0x63, b"\0\0\0\2", identifier[:8]),
                         [(0x64, identifier[:8], b"\3\3\3\1"), heard[2]])
        self.assertEqual(bob.say(0x63, b"\0\0\0\4", identifier[:8]),
                         [(0x64, identifier[:8], b"\2\3\3\1")])
        self.assertEqual(carol.say(0x63, b"\0\0\0\1", identifier[:8]),
                         [(0x64, identifier[:8], b"\3\3\3\0")])

    def test_another_head_replaces_an_unfinished_one(self):
        alice = self.stage.user()
        alice.say(0x57, b"\0\0\0\2", b"0001", ECHO, HI)
        alice.say(0x5B, b"\0\0\0\1", b"0001", HI)
        alice.say(0x57, b"\0\0\0\1", b"0001", ECHO, HI)
        self.assertEqual([packet[0] for packet in alice.say(0x5B, b"\0\0\0\1", b"0001", HI)],
                         [0x5C, 0x5F, 0x5F])
        self.assertEqual(alice.say(0x5B, b"\0\0\0\2", b"0001", HI), [(0x5C, b"0001", b"\2\2\3")])

    def test_unfinished_messages_are_bounded(self):
        alice = self.stage.user()
        codes = [alice.say(0x57, b"\0\0\0\x40", b"%04d" % number, ECHO, HI)[0][2]
                 for number in range(20)]
        self.assertEqual(codes, [OKAY] * 16 + [b"\2\3\3"] * 4)


class Rooms(ServerCase):
    """Rooms, aliases and invitations."""

    def test_the_codes_of_joining_and_parting(self):
        alice = self.stage.user(room=ROOM)
        self.answers(
            alice, ((0xA0, ROOM, b""), (0xA1, ROOM, b"\x0a")),
            ((0xA0, b"ROOM9999", b""), (0xA1, b"ROOM9999", b"\x02")),
            ((0xA0, bytes(8), b""), (0xA1, bytes(8), b"\x01")),
            ((0xA0, SECRET, b""), (0xA1, SECRET, b"\x08")),
            ((0xA0, SECRET, b"?"), (0xA1, SECRET, b"\x08")),
            ((0xA0, SECRET, encode(b"Sesame")), (0xA1, SECRET, b"\x08")),
            ((0xA3, SECRET, b""), (0xA4, SECRET, b"\x09")),
            ((0xA3, b"ROOM9999", b""), (0xA4, b"ROOM9999", b"\x02")),
            ((0xA3, bytes(8)), (0xA4, bytes(8), b"\x01")))
        joined = (0xA2, SECRET, b"alice", b"")
        self.assertEqual(alice.say(0xA0, SECRET, encode(b"sesame")),
                         [(0xA1, SECRET, b"\x03"), joined])
        self.assertEqual(alice.say(0xA0, SECRET, b""), [(0xA1, SECRET, b"\x0a")])
        self.assertEqual(alice.say(0xA3, SECRET),
                         [(0xA4, SECRET, b"\x03"), (0xA5, *joined[1:])])

    def test_a_room_may_be_created(self):
        alice = Stage(unknown_room="created").user()
        self.assertEqual(alice.say(0xA0, b"ROOM9999", b"")[0], (0xA1, b"ROOM9999", b"\x03"))

    def test_those_in_the_room_are_told(self):
        alice, bob = self.stage.user(room=ROOM), self.stage.user(b"bob")
        bob.say(0xA0, ROOM, b"")
        self.assertEqual(alice.heard(), [(0xA2, ROOM, b"bob", b"")])
        bob.leave(cleanly=False)
        self.assertEqual(alice.heard(), [(0xA5, ROOM, b"bob", b"")])

    def test_aliases(self):
        alice, bob = self.stage.user(), self.stage.user(b"bob")
        self.answers(alice, ((0xA6, b""), (0xA7, b"\x01")), ((0xA6, b"a b"), (0xA7, b"\x02")))
        self.assertEqual(alice.say(0xA6, b"queen"),
                         [(0xA7, b"\x03"), (0xA8, b"alice", b"", b"queen")])
        self.assertEqual(bob.heard(), [(0xA8, b"alice", b"", b"queen")])
        self.answers(bob, ((0xA6, b"queen"), (0xA7, b"\x07")))
        alice.leave()
        self.assertEqual(bob.say(0xA6, b"queen")[0], (0xA7, b"\x03"))

    def test_invitations(self):
        stage = Stage(endpoints="several")
        first, second, bob = stage.user(), stage.user(), stage.user(b"bob")
        second.say(0xA6, b"queen")
        bob.say(0xA6, b"king")
        first.heard(), second.heard()
        for alias, hearing in ((b"", (1, 1)), (b"queen", (0, 1)), (b"pawn", (0, 0))):
            self.assertEqual(bob.say(0xA9, ROOM, b"alice", alias), [])
            self.assertEqual((first.heard(), second.heard()),
                             tuple([(0xA9, ROOM, b"bob", b"king")] * times for times in hearing))


class Refusals(ServerCase):
    """What is no request."""

    def test_broken_packets(self):
        alice = self.stage.user()
        for identifier, answer in ((0x02, 0x04), (0x06, 0x08), (0x50, 0x52), (0x54, 0x56),
                                   (0x57, 0x59), (0x5B, 0x5D), (0x60, 0x62), (0x63, 0x66)):
            self.assertEqual(alice.send(bytes([identifier, 0])), [(answer, BAD)])
        for identifier in (0x28, 0xA0, 0xA3, 0xA6, 0xA9, 0xFC, 0xFE, 0x01, 0x99, 0xFF):
            self.assertEqual(alice.send(bytes([identifier, 0])), [(0xFB, b"PNS")])

    def test_a_client_that_does_not_read_is_cut_off(self):
        alice, bob = self.stage.user(room=ROOM), self.stage.user(b"bob", room=ROOM)
        bob.collect = lambda: None
        sent, heard = 0, []
        while not bob.connection.lost:
            heard = alice.say(0x50, b"1234", ROOM, b"A" * 4000)
            sent += 4000
        self.assertGreater(sent, 1 << 20)
        self.assertLess(sent, 8 << 20)
        self.assertEqual(heard, [(0x51, b"1234", b"\3\3"), (0xA5, ROOM, b"bob", b"")])


if __name__ == "__main__":
    unittest.main()
