"""The chat subject as a program, over TCP and by control lines."""

import json
import os
import pathlib
import queue
import signal
import socket
import subprocess
import sys
import threading
import unittest

from chat.text import encode
from chat.wire import FROM_SERVER, Reader, build
from chat_for_tests import ECHO, EVERYBODY, OKAY, PASSWORDS, ROOM

PROGRAM = str(pathlib.Path(__file__).parent / "chat_subject.py")
PATIENCE = 5.0
HI = encode(b"hi")


class Visitor:
    """A client by hand, over TCP."""

    def __init__(self, address):
        self.sock = socket.create_connection(address, timeout=PATIENCE)
        self._reader = Reader(FROM_SERVER)
        self._packets = []

    def send(self, octets):
        """Sends octets."""
        self.sock.sendall(octets)

    def hear(self):
        """The next packet; None when the server has closed."""
        while not self._packets:
            octets = self.sock.recv(65_536)
            if not octets:
                return None
            self._reader.feed(octets)
            self._packets += self._reader.packets()
        packet = self._packets.pop(0)
        return packet.identifier, *packet.fields

    def log_in(self, user=b"alice"):
        """S1, U2 and S3."""
        assert self.hear()[0] == 0x01
        self.send(build(0x02, user, encode(PASSWORDS[user]), b"L"))
        assert self.hear() == (0x03, OKAY)


class ProgramCase(unittest.TestCase):
    """Starts programs and ends them."""

    def start(self, *arguments, status=0, **environment):
        """Starts the program; it must end with this status."""
        process = subprocess.Popen(
            [sys.executable, PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, **environment})
        self.addCleanup(self.end, process, status)
        return process

    def end(self, process, status):
        """Ends the program by SIGTERM unless it has ended."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), status)
        self.assertNotIn(b"Traceback", process.stderr.read())
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def serve(self, *arguments, host="127.0.0.1", **environment):
        """Starts a server; returns its address."""
        bracketed = f"[{host}]" if ":" in host else host
        process = self.start("--listen", f"{bracketed}:0", *arguments, **environment)
        line = process.stderr.readline().split()
        return host, int(line[-1])

    def visit(self, address, user=None):
        """Connects, and logs in where a user is named."""
        visitor = Visitor(address)
        self.addCleanup(visitor.sock.close)
        if user is not None:
            visitor.log_in(user)
        return visitor


class Serving(ProgramCase):
    """The server over TCP."""

    def test_octet_by_octet_and_all_at_once(self):
        for host in ("127.0.0.1", "::1"):
            visitor = self.visit(self.serve(host=host), b"alice")
            visitor.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            packet = build(0x50, b"\0\xff\0\xff", ECHO, HI)
            for octet in packet:
                visitor.send(bytes([octet]))
            visitor.send(packet * 3)
            heard = [visitor.hear() for _ in range(8)]
            self.assertEqual([packet[0] for packet in heard], [0x51, 0x53] * 4)

    def test_a_half_closed_connection_is_answered_and_closed(self):
        address = self.serve()
        for _ in range(20):
            visitor = self.visit(address, b"alice")
            visitor.send(build(0x50, b"1234", ECHO, HI) * 9)
            visitor.sock.shutdown(socket.SHUT_WR)
            heard = [packet[0] for packet in iter(visitor.hear, None)]
            self.assertEqual(heard, [0x51, 0x53] * 9)

    def test_goodbye_closes_after_what_was_to_be_sent(self):
        visitor = self.visit(self.serve(), b"alice")
        # More than the server reads at once: a reset would show.
        visitor.send(build(0x50, b"1234", ECHO, b"A" * 4000) * 20 + build(0x28, b"BYE")
                     + b"\xa6\xffx\x00" * 1000)
        heard = [packet[0] for packet in iter(visitor.hear, None)]
        self.assertEqual(heard, [0x51, 0x53] * 20)

    def test_guests_are_refused_and_closed(self):
        visitor = self.visit(self.serve())
        visitor.send(b"\xfc\xffSP\x00" * 1000)
        self.assertEqual([packet[0] for packet in iter(visitor.hear, None)], [0x01, 0x09])

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        address = self.serve()
        slow, speaker = self.visit(address, b"alice"), self.visit(address, b"bob")
        slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        speaker.send(build(0xA0, ROOM, b""))
        speaker.hear(), speaker.hear()
        for number in range(6000):
            cid = number.to_bytes(4, "big")
            speaker.send(build(0x50, cid, EVERYBODY, b"A" * 4000))
            self.assertEqual(speaker.hear(), (0x51, cid, b"\3\3"))
        again = self.visit(address, b"alice")
        again.send(build(0x50, b"1234", ECHO, HI))
        self.assertEqual(again.hear()[0], 0x51)

    def test_breaks_of_sockets(self):
        visitor = self.visit(self.serve("--break", "half-closed-unanswered"), b"alice")
        visitor.send(build(0x50, b"1234", ECHO, HI))
        visitor.sock.shutdown(socket.SHUT_WR)
        self.assertIsNone(visitor.hear())
        address = self.serve(CHAT_BREAK="others-wait-for-slow")
        slow, speaker = self.visit(address, b"alice"), self.visit(address, b"bob")
        slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        speaker.sock.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            for _ in range(6000):
                speaker.send(build(0x50, b"1234", EVERYBODY, b"A" * 4000))
                speaker.hear()

    def test_the_environment_of_a_suite(self):
        with socket.create_server(("127.0.0.1", 0)) as sock:
            address = sock.getsockname()
        process = self.start(
            WIREPROOF_PROTOCOL="chat", WIREPROOF_ROLE="server", WIREPROOF_CODES="hex",
            WIREPROOF_ADDRESS="%s:%d" % address, WIREPROOF_ENDPOINTS="several",
            WIREPROOF_UNKNOWN_ROOM="created")
        process.stderr.readline()
        self.visit(address, b"alice")
        visitor = self.visit(address, b"alice")
        visitor.send(build(0xA0, b"NEWROOM1", b"") * 2)
        self.assertEqual([visitor.hear()[0] for _ in range(2)], [0xA1, 0xA2])
        self.assertEqual(visitor.hear(), (0xA1, b"NEWROOM1", b"\x10"))

    def test_what_it_does_not_have(self):
        for environment in ({"WIREPROOF_PROTOCOL": "mnet"}, {"WIREPROOF_ROLE": "listener"}, {},
                            {"CHAT_BREAK": "everything"}, {"WIREPROOF_ENDPOINTS": "three"}):
            address = {"WIREPROOF_ADDRESS": "127.0.0.1:0"} if environment else {}
            self.start(status=2, **environment, **address).wait(PATIENCE)


class Clients(ProgramCase):
    """The client over TCP, with the server that is here, too."""

    def test_it_says_back_what_it_hears(self):
        address = self.serve()
        visitor = self.visit(address, b"bob")
        visitor.send(build(0xA0, ROOM, b""))
        visitor.hear(), visitor.hear()
        client = self.start(WIREPROOF_ROLE="client", WIREPROOF_PEER="%s:%d" % address)
        self.assertEqual(visitor.hear(), (0xA2, ROOM, b"alice", b""))
        self.assertEqual(visitor.hear()[2:], (ROOM, b"alice", b"", encode(b"hello")))
        visitor.send(build(0x50, b"1234", ROOM, HI))
        self.assertEqual(visitor.hear(), (0x51, b"1234", b"\3\3"))
        self.assertEqual(visitor.hear()[2:], (ROOM, b"alice", b"", HI))
        client.send_signal(signal.SIGTERM)
        self.assertEqual(visitor.hear(), (0xA5, ROOM, b"alice", b""))
        # A second signal would meet a program that is ending already.
        self.assertEqual(client.wait(PATIENCE), 0)


class Controlled(ProgramCase):
    """Both roles by control lines."""

    def told(self, role, **rest):
        """A program that has been told hello; returns `tell` and `hear`."""
        process = self.start("--control")
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(json.loads(line)) for line in process.stdout],
                         daemon=True).start()

        def tell(kind, **keys):
            process.stdin.write(json.dumps({"type": kind, **keys}).encode() + b"\n")
            process.stdin.flush()

        def hear(kind=None, **keys):
            message = lines.get(timeout=PATIENCE)
            self.assertIn(kind, (message["type"], None))
            self.assertEqual({**message, **keys}, message)
            return message

        tell("hello", version=1, protocol="chat", role=role, application="control",
             dialect={"endianness": "letter", "codes": "decimal"}, **rest)
        tell("canary")
        ready = hear("ready")
        hear("unknown", got="canary")
        return tell, hear, ready

    def test_a_conversation(self):
        given = {"users": [{"name": "zoe", "password": "zoe"}], "rooms": [{"id": "ROOM7777"}]}
        *_, ready = self.told("server", address="127.0.0.1:0", given=given,
                              options={"endpoints": ["several"]})
        tell, hear, _ = self.told("client")
        for number, name in ((1, "zoe"), (2, "zoe")):
            tell("open", peer=ready["address"])
            hear("opened", session=number)
            tell("login", session=number, user=name, password="zoe", endianness="big")
            hear("replied", session=number, to="login", codes=[3, 3, 3])
            tell("join", session=number, room="ROOM7777")
            hear("replied", session=number, to="join", codes=[3])
            for session in range(1, number + 1):
                hear("joined", room="ROOM7777", user="zoe")
        tell("say", session=1, room="ROOM7777", text="grüß dich")
        self.heard(hear, {"type": "message", "session": 2, "text": "grüß dich"},
                   {"type": "replied", "session": 1, "to": "say", "codes": [3, 3]})
        tell("close", session=1)
        self.heard(hear, {"type": "closed", "session": 1}, {"type": "parted", "session": 2})

    def heard(self, hear, *expected):
        """Two connections tell what they hear in any order."""
        told = sorted((hear() for _ in expected), key=lambda message: message["type"])
        for message, keys in zip(told, expected):
            self.assertEqual({**message, **keys}, message)

    def test_nobody_listens(self):
        tell, hear, _ = self.told("client")
        with socket.create_server(("127.0.0.1", 0)) as sock:
            port = sock.getsockname()[1]
        tell("open", peer=f"127.0.0.1:{port}")
        hear("failed", session=1)
        tell("say", session=1, room="ROOM0001", text="hi")
        tell("stop")


if __name__ == "__main__":
    unittest.main()
