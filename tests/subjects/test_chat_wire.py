"""The chat reader: every packet cut at every position, and what breaks a layout."""

import unittest

from chat import text
from chat.wire import FROM_CLIENT, FROM_SERVER, Dialect, Faulty, Packet, Reader, build

EMPTY_ID = bytes(range(0xF0, 0x100))
FROM_A_CLIENT = [
    build(0x02, b"alice", b"d29uZGVybGFuZA==", b"L"),
    build(0x02, b"alice", b"", b""),
    build(0x06, b"zoe", b"em9l", b"zoe@example.org"),
    build(0x28, b"BYE"),
    build(0x50, b"\0\xff\0\xff", b"ROOM0001", b"aGk="),
    build(0x54, bytes(8) + b"\xff" * 8),
    build(0x57, b"\0\0\0\1", b"\0\0\0\0", b"ROOM0001", b"aGk="),
    build(0x5B, b"\xff\0\0\0", b"\0\0\0\0", b"aGk="),
    build(0x60, EMPTY_ID),
    build(0x63, b"\0\0\0\0", bytes(8)),
    build(0xA0, b"ROOM0001", b""),
    build(0xA0, b"\0\xff\0\xff\0\xff\0\xff", b"c2VzYW1l"),
    build(0xA3, b"ROOM0001"),
    build(0xA3, b"ROOM0001", b"good night"),
    build(0xA6, b"queen"),
    build(0xA9, b"ROOM0001", b"bob", b""),
    build(0xFC, b"SP"),
    build(0xFE, b"\x53", b"\x5f"),
]
FROM_A_SERVER = [
    build(0x01, b"guest-1"),
    build(0x03, b"\3\3\3"),
    build(0x07, b"\3\3\3"),
    build(0x07, b"\3\3", b"\3"),
    build(0x51, b"\0\0\0\0", b"\3\3"),
    build(0x53, EMPTY_ID, b"ROOM0001", b"alice", b"", b"aGk="),
    build(0x5B, b"\0\0\0\1", EMPTY_ID, b"aGk="),
    build(0x5F, b"\0\0\0\1", EMPTY_ID, b"ROOM0001", b"aGk="),
    build(0x64, bytes(8), b"\3\3\3\0"),
    build(0xA1, b"ROOM0001", b"\0"),
    build(0xA8, b"alice", b"", b"queen"),
    build(0xFD, b"\1", b"\2"),
]


def read(layouts, *pieces):
    """What a reader makes of octets in pieces."""
    reader, found = Reader(layouts), []
    for piece in pieces:
        reader.feed(piece)
        found += reader.packets()
    return found


class Cutting(unittest.TestCase):
    """TCP cuts and joins at will."""

    def test_every_packet_is_read(self):
        for layouts, packets in ((FROM_CLIENT, FROM_A_CLIENT), (FROM_SERVER, FROM_A_SERVER)):
            for packet in packets:
                with self.subTest(packet=packet):
                    found, = read(layouts, packet)
                    self.assertIsInstance(found, Packet)
                    self.assertEqual(found.identifier, packet[0])

    def test_every_packet_cut_at_every_position_is_the_same(self):
        for layouts, packets in ((FROM_CLIENT, FROM_A_CLIENT), (FROM_SERVER, FROM_A_SERVER)):
            for packet in packets:
                whole = read(layouts, packet)
                for position in range(1, len(packet)):
                    with self.subTest(packet=packet, position=position):
                        self.assertEqual(read(layouts, packet[:position], packet[position:]), whole)

    def test_nothing_is_read_before_the_last_octet(self):
        for packet in FROM_A_CLIENT:
            for position in range(1, len(packet)):
                # U2 without E, and U163 without a message, end where they might go on.
                with self.subTest(packet=packet, position=position):
                    self.assertEqual(read(FROM_CLIENT, packet[:position]), [])

    def test_octet_by_octet_and_all_at_once_are_the_same(self):
        for layouts, packets in ((FROM_CLIENT, FROM_A_CLIENT), (FROM_SERVER, FROM_A_SERVER)):
            stream = b"".join(packets)
            whole = read(layouts, stream)
            self.assertEqual([found.identifier for found in whole],
                             [packet[0] for packet in packets])
            self.assertEqual(read(layouts, *(bytes([octet]) for octet in stream)), whole)


class Breaking(unittest.TestCase):
    """Octets that cannot stand where they are."""

    def check(self, octets, *identifiers):
        """Each is an ID, negative for a faulty packet; the last packet must be whole."""
        for pieces in ((octets,), [bytes([octet]) for octet in octets]):
            found = read(FROM_CLIENT, *pieces)
            self.assertEqual([-each.identifier if isinstance(each, Faulty) else each.identifier
                              for each in found], list(identifiers))

    def test_a_broken_packet_ends_at_the_first_zero(self):
        alias = build(0xA6, b"queen")
        self.check(b"\x50\x00" + alias, -0x50, 0xA6)
        self.check(b"\x50\xff1234?ROOM0001\xffaGk=\x00" + alias, -0x50, 0xA6)
        self.check(b"\x50\xff1234\xffROOM0001\xffaGk=\xff\x00" + alias, -0x50, 0xA6)
        self.check(b"\x50\xff1234\xffROOM0001\x00" + alias, -0x50, 0xA6)
        self.check(b"\x02\xffalice\x00" + alias, -0x02, 0xA6)
        self.check(b"\x02\xffalice\xff\xffLL\x00" + alias, -0x02, 0xA6)
        self.check(b"\x28\xffBYEBYE\x00" + alias, -0x28, 0xA6)
        self.check(b"\x28\xffBye\x00" + alias, -0x28, 0xA6)
        self.check(b"\xfe\xff\xff\x00" + alias, -0xFE, 0xA6)

    def test_unknown_packets_end_at_the_first_zero(self):
        alias = build(0xA6, b"queen")
        self.check(b"\xff\x50\xff\x00" + alias, -0xFF, 0xA6)
        self.check(b"\x07\xff\x03\x03\x03\x00" + alias, -0x07, 0xA6)
        self.check(b"\x67\x00" + alias, -0x67, 0xA6)

    def test_zeros_between_packets_are_ignored(self):
        self.check(b"\x00\x00" + build(0xA6, b"queen") + b"\x00" + build(0x28, b"BYE"), 0xA6, 0x28)

    def test_a_missing_code_ends_the_packet(self):
        self.check(b"\x02\xffalice\xff\xff\x00" + build(0xA6, b"queen"), 0x02, 0xA6)
        self.check(b"\x02\xffalice\xff\xff\x00\x00" + build(0xA6, b"queen"), 0x02, 0xA6)

    def test_the_limit(self):
        head = b"\x50\xff1234\xffROOM0001\xff"
        for length, identifier in ((8192, 0x50), (8193, -0x50)):
            packet = head + b"A" * (length - len(head) - 1) + b"\x00"
            found = read(FROM_CLIENT, packet[:5000], packet[5000:] + build(0xA6, b"queen"))
            signed = [-each.identifier if isinstance(each, Faulty) else each.identifier
                      for each in found]
            self.assertEqual(signed, [identifier, 0xA6])

    def test_what_never_ends_is_not_kept(self):
        reader = Reader(FROM_CLIENT)
        found = []
        for _ in range(100):
            reader.feed(b"\xa6\xff" + b"x" * 1000)
            found += reader.packets()
            self.assertLess(len(reader._octets), 8193)
        self.assertEqual(found, [Faulty(0xA6, True)])


class Texts(unittest.TestCase):
    """What fields may hold."""

    def test_base64_is_strict(self):
        for field in (b"QQ==", b"QUI=", b"QUJD", b"", b"+/+/"):
            self.assertIsNotNone(text.decode(field), field)
        for field in (b"QQ", b"QQ=", b"QUJD=", b"QQ==QQ==", b"QU JD", b"-_-_", b"QUJ\n", b"===="):
            self.assertIsNone(text.decode(field), field)

    def test_names_and_addresses(self):
        for name, good in ((b"!~", True), (b"x" * 32, True), (b"x" * 33, False), (b"a b", False),
                           (b"\x7f", False), (b"\x80", False), (b"\x1f", False)):
            self.assertEqual(text.viewable(name), good, name)
        for address, good in ((b"a@b.c", True), (b"a@b", False), (b"@b.c", False), (b"a@", False),
                              (b"a@b@c.d", False), (b"a b@c.d", False), (b"a@b.c.d", True)):
            self.assertEqual(text.email(address), good, address)

    def test_codes_and_endianness_have_dialects(self):
        self.assertEqual([Dialect().code(number) for number in (10, 11, 12)], [10, 11, 12])
        self.assertEqual([Dialect(codes="hex").code(number) for number in (9, 10, 12)],
                         [9, 0x10, 0x12])
        self.assertEqual(Dialect().endianness_octet("little"), 0x4C)
        self.assertEqual(Dialect("number").endianness_octet("big"), 2)
        self.assertEqual([Dialect().byte_order(octet) for octet in (0x4C, 0x42, 1, 2, 3)],
                         ["little", "big", "little", "big", None])


if __name__ == "__main__":
    unittest.main()
