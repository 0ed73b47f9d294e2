"""Scenes in which every break of the chat server shows: each is played on a stage."""

from chat.text import encode
from chat.wire import build
from chat_for_tests import ECHO, EVERYBODY, OTHER_ROOM, PASSWORDS, ROOM, SECRET

HI = encode(b"hi")


def log_in(guest, name, password, endianness):
    """Sends U2 with a password that is base64 already."""
    return guest.say(0x02, name, password, endianness)


def framing(stage):
    """Zeros, marks, unknown and broken packets, before and after a login."""
    for octets in (b"\x00", b"\xff\x00", b"\x67\xff\x00", b"\x28\xffbye\x00", build(0xFC, b"SP"),
                   build(0x50, b"1234", ROOM, HI)):
        stage.guest().send(octets)
    guest = stage.guest()
    for octets in (b"\x02\x00", b"\x06\xffx\x00", b"\x02\xffalice\xff\xff\x00\x00"):
        guest.send(octets)
    alice = stage.user()
    alice.send(b"\x00\x00")
    for octets in (b"\xff\xa6\xffx\x00", b"\x67\xff\x28\xffBYE\x00", b"\x03\xff\x03\x03\x03\x00"):
        alice.send(octets + build(0xA6, b"queen"))
    for identifier in (0x02, 0x06, 0x50, 0x54, 0x57, 0x5B, 0x60, 0x63, 0xA0, 0xA6):
        alice.send(bytes([identifier]) + b"\x00" + build(0x50, b"1234", ECHO, HI))
        alice.send(bytes([identifier]) + b"\xfc\xffSP\xff\x00")
    alice.say(0xFC, b"SP")
    alice.say(0xFE, b"\x53")


def streams(stage):
    """Packets cut, joined and longer than others."""
    alice = stage.user()
    packet = build(0x50, b"\0\xff\0\xff", ECHO, HI)
    alice.send(packet[:9])
    alice.send(packet[9:] + packet + build(0xA6, b"queen"))
    for length in (4100, 5000, 8192, 8193):
        alice.say(0x50, b"1234", ECHO, b"A" * (length - 17))
    alice.send(build(0x50, b"1234", ECHO, b"A" * 9000 + build(0xA6, b"knight")))


def logins(stage):
    """U2 with everything right and wrong."""
    guest = stage.guest()
    right = encode(PASSWORDS[b"alice"])
    for name in (b"", b"alice", b"ALICE", b"nobody-else", b"al\x07ce"):
        for password in (b"", right, right.rstrip(b"="), encode(b"x"), b"wonderland", b"?",
                         encode(b"Wonderland"), encode(b"wonderland!"), encode(b"~?~?~?")):
            for endianness in (b"", b"L", b"l", b"\x01", b"?"):
                if (name, password, endianness) in (
                        (b"alice", right, b"L"), (b"alice", right, b"\x01")):
                    continue
                log_in(guest, name, password, endianness)
    other = stage.dialect.endianness_octet("little")
    log_in(guest, b"alice", right, bytes([other]))
    for name in (b"alice", b"", b"nobody"):
        log_in(guest, name, right, b"L")
        log_in(guest, name, b"", b"")
    guest.say(0x06, b"zoe", HI, b"zoe@example.org")
    for password in (HI, right):
        stranger = stage.guest()
        log_in(stranger, b"alice", password, bytes([other]))
        stranger.say(0xA6, b"stranger")
    guest.leave()
    late = stage.guest()
    log_in(late, b"alice", right, bytes([other]))
    late.say(0x57, b"\1\0\0\0", b"1234", ECHO, HI)


def registrations(stage):
    """U6 with everything right and wrong."""
    guest = stage.guest()
    for name in (b"", b"alice", b"a\x07", b"a\x7f", b"a\xc3", b"a" * 33, b"zoe"):
        for password in (b"", HI, b"?", b"aGk"):
            for address in (b"", b"zoe@example", b"zoe.org", b"z@o@e.org", b"z oe@e.org", b"?",
                            b"zoe@example.org"):
                if name not in (b"", b"alice") and (password == HI) == (address[-4:] == b".org"):
                    continue
                guest.say(0x06, name, password, address)
    for name in (b"a" * 32, b"~zoe", b"a\x07", b"a\x7f", b"a\xc3", b"a" * 33, b"zoe"):
        visitor = stage.guest()
        log_in(visitor, b"alice", HI, bytes([stage.dialect.endianness_octet("little")]))
        visitor.say(0x06, name, HI, b"zoe@example.org")
        visitor.say(0x06, b"other", HI, b"zoe@example.org")
        visitor.say(0x57, b"\0\0\0\1", b"1234", ECHO, HI)
        visitor.say(0x5B, b"\0\0\0\1", b"1234", HI)
        visitor.leave()
        again = stage.guest()
        log_in(again, name, HI, b"L")
        again.leave()


def goodbyes(stage):
    """U40 before and after a login, and connections that end without."""
    stage.guest().say(0x28, b"BYE")
    bob = stage.user(b"bob", room=ROOM)
    for way in ("goodbye", "together", "close", "loss"):
        alice = stage.user(room=ROOM)
        alice.say(0xA0, OTHER_ROOM, b"")
        alice.say(0xA6, b"queen")
        bob.say(0xA0, OTHER_ROOM, b"")
        if way == "goodbye":
            alice.say(0x28, b"BYE")
        elif way == "together":
            alice.send(build(0xA6, b"king") + build(0x28, b"BYE") + build(0xFC, b"SP"))
        if way != "close":
            alice.leave(cleanly=False)
        else:
            alice.leave()
        bob.say(0xA6, b"queen")
        bob.say(0xA6, b"bishop")


def messages(stage):
    """U80 to rooms of all kinds, with texts of all kinds."""
    alice, bob = stage.user(room=ROOM), stage.user(b"bob")
    carol, _ = stage.user(b"carol", room=ROOM), stage.guest()
    carol.say(0xA6, b"duchess")
    for each in (alice, bob, carol):
        for room in (ROOM, OTHER_ROOM, SECRET, b"ROOM9999", bytes(8), EVERYBODY, ECHO):
            each.say(0x50, b"1234", room, HI)
            each.say(0x50, b"1235", room, b"?")
    bob.say(0xA0, ROOM, b"")
    bob.say(0xA6, b"builder")
    for message in (b"", b"?", b"aGk", b"_-8=", b"aG k=", b"A" * 4000, b"A" * 4004, b"?" * 4001,
                    *map(encode, (b" ", b"\t\r\n", b"\x0b", b"\0", b" hi ", b"hi!", b"h"))):
        bob.say(0x50, b"\1\2\3\4", ROOM, message)


def receipts(stage):
    """U84 for messages that were delivered, or were not."""
    alice, bob = stage.user(room=ROOM), stage.user(b"bob", room=ROOM)
    for _ in range(3):
        alice.say(0x50, b"1234", ROOM, HI)
    identifiers = [packet[1] for packet in bob.heard()]
    for identifier in identifiers[:2]:
        alice.say(0x54, identifier)
        bob.say(0x54, identifier[:8] + bytes(8))
        bob.say(0x54, identifier)
        bob.say(0x54, identifier)
    for _ in range(600):
        alice.say(0x50, b"1234", ROOM, HI)
    for identifier in identifiers[2:]:
        bob.say(0x54, identifier)


def heads(stage):
    """U87 with everything right and wrong."""
    alice, bob = stage.user(room=ROOM), stage.user(b"bob", room=ROOM)
    for total in (0, 1, 33, 64, 0x7FFFFFFF):
        for room in (ROOM, OTHER_ROOM, b"ROOM9999", bytes(8), EVERYBODY, ECHO):
            for message in (HI, b"", b"?", encode(b" "), b"A" * 4004):
                alice.say(0x57, total.to_bytes(4, "big"), b"\1\2\3\4", room, message)
    for cid in (b"0001", b"0002", b"0003", b"0004"):
        bob.say(0x57, b"\0\0\0\1", cid, ROOM, HI)


def parts(stage):
    """U91 with everything right and wrong, and what is heard."""
    alice, bob = stage.user(order="little", room=ROOM), stage.user(b"bob", room=ROOM)
    stage.user(b"carol")

    def head(cid, total, room=ROOM, message=HI):
        alice.say(0x57, total.to_bytes(4, "little"), cid, room, message)

    def part(cid, number, message=HI, by=alice):
        order = by.connection.order
        by.say(0x5B, number.to_bytes(4, order), cid, message)

    head(b"\1\2\3\4", 3)
    for number, message in ((0, HI), (3, HI), (9, HI), (1, encode(b" ")), (1, encode(b"?!")),
                            (1, b"?"), (1, b""), (1, b"A" * 4004), (2, HI), (2, HI)):
        part(b"\1\2\3\4", number, message)
    part(b"none", 1)
    head(b"0002", 2)
    part(b"0002", 1)
    part(b"0002", 1)
    head(b"0002", 2)
    part(b"0009", 1)
    part(b"0002", 2)
    head(b"0003", 3)
    part(b"0003", 1)
    head(b"0003", 2, ROOM, encode(b"other"))
    part(b"0003", 1, encode(b"one"), bob)
    part(b"0003", 2, encode(b"two"))
    part(b"0003", 1, encode(b"one"))
    for cid, room in ((b"0004", EVERYBODY), (b"0005", ECHO)):
        head(cid, 1, room)
        part(cid, 1)
    head(b"0006", 1)
    alice.leave()
    again = stage.user(room=ROOM)
    part(b"0006", 1, by=again)


def resending(stage):
    """U96 and U99 for messages that were delivered, or were not."""
    alice, bob = stage.user(room=ROOM), stage.user(b"bob", order="little", room=ROOM)
    carol = stage.user(b"carol")
    alice.say(0x57, b"\0\0\0\2", b"1234", ROOM, HI)
    alice.say(0x5B, b"\0\0\0\1", b"1234", encode(b"one"))
    alice.say(0x5B, b"\0\0\0\2", b"1234", encode(b"two"))
    identifier = bob.heard()[0][2]
    for each in (bob, carol):
        each.say(0x60, identifier)
        each.say(0x60, identifier)
        each.say(0x60, b"?" * 16)
        for number in (0, 1, 2, 3):
            each.say(0x63, number.to_bytes(4, each.connection.order), identifier[:8])
            each.say(0x63, number.to_bytes(4, each.connection.order), b"?" * 8)


def rooms(stage):
    """U160 and U163 with everything right and wrong."""
    alice, bob = stage.user(), stage.user(b"bob", room=ROOM)
    alice.say(0xA6, b"queen")
    stage.user(b"carol")
    for room in (ROOM, OTHER_ROOM, SECRET, b"room0002", b"ROOM9999", bytes(8)):
        for password in (b"", b"?", encode(b"sesam"), encode(b"Sesame"), encode(b"sesame!"),
                         encode(b"sesame"), b""):
            alice.say(0xA0, room, password)
    bob.say(0x50, b"1234", ROOM, HI)
    for room in (ROOM, ROOM, SECRET, b"ROOM9999", bytes(8)):
        alice.say(0xA3, room, b"good night")
        bob.say(0xA3, room, b"")
        bob.say(0x50, b"1234", OTHER_ROOM, HI)
    alice.send(b"\xa3\xffROOM0002\x00")
    alice.say(0xA0, ROOM, b"")


def aliases(stage):
    """U166 and U169 with everything right and wrong."""
    alice, bob = stage.user(room=ROOM), stage.user(b"bob")
    stage.guest()
    for alias in (b"", b"a\x07", b"a\x7f", b"a\xc3", b"a" * 33, b"a" * 32, b"~", b"a b", b"queen"):
        alice.say(0xA6, alias)
    bob.say(0xA6, b"queen")
    bob.say(0xA6, b"king")
    stage.user(b"carol").say(0xA6, b"duchess")
    for alias in (b"", b"queen", b"king"):
        bob.say(0xA9, ROOM, b"alice", alias)


def endpoints(stage):
    """Two endpoints of one user; what they share shows where several are allowed."""
    first, second = stage.user(room=ROOM), stage.user(room=OTHER_ROOM)
    bob = stage.user(b"bob", room=ROOM)
    second.say(0x50, b"1234", ROOM, HI)
    second.say(0xA0, ROOM, b"")
    first.say(0x50, b"1234", ROOM, HI)
    first.say(0xA6, b"queen")
    second.say(0xA6, b"queen")
    second.say(0xA0, b"ROOM0003", b"")
    bob.say(0xA9, ROOM, b"alice", b"")


def slow(stage):
    """A client that does not read."""
    alice, bob = stage.user(room=ROOM), stage.user(b"bob", room=ROOM)
    hearing, bob.collect = bob.collect, lambda: None
    for _ in range(40):
        alice.say(0x50, b"1234", ROOM, b"A" * 4000)
    hearing()
    for _ in range(1100):
        alice.say(0x50, b"1234", ROOM, b"A" * 4000)
    hearing()


SCENES = (framing, streams, logins, registrations, goodbyes, messages, receipts, heads, parts,
          resending, rooms, aliases, endpoints)
