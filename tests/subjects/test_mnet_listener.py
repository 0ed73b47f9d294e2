"""The MNET listener as a program, met over a socket by a minimal peer.

Run with `python3 -m unittest` in this folder.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from packets_for_tests import (
    ABORT, COMPLETE, COOKIE_ACK, DATA, SHUTDOWN_ACK, X, Packets,
)

HERE = pathlib.Path(__file__).parent
SILENCE = 0.15


class Peer(Packets):
    """A connector on a socket of its own."""

    def __init__(self, address, byte_order="little", tags="sender", x=X, local="127.0.0.1"):
        super().__init__(byte_order, tags, x)
        self.address = address
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind(("::1" if family == socket.AF_INET6 else local, 0))

    def send(self, datagram):
        """Sends one datagram."""
        self.sock.sendto(datagram, self.address)

    def receive(self, timeout=2.0):
        """The next datagram, or None."""
        self.sock.settimeout(timeout)
        try:
            return self.sock.recv(65_535)
        except TimeoutError:
            return None

    def ask(self, datagram):
        """Sends a datagram and returns the next one that comes."""
        self.send(datagram)
        return self.receive()

    def open(self):
        """The handshake; returns itself."""
        self.take_cookie(self.ask(self.init()))
        assert self.ask(self.echo()) == self.short(COOKIE_ACK, self.theirs)
        return self


class ListenerCase(unittest.TestCase):
    """Starts listeners and peers and ends them."""

    def start(self, *arguments, host="127.0.0.1", **environment):
        """Starts the program on a free port and returns its address."""
        program = str(HERE / "mnet_listener.py")
        listen = f"[{host}]:0" if ":" in host else f"{host}:0"
        self.process = subprocess.Popen(
            [sys.executable, program, "--listen", listen, *arguments],
            stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
        self.addCleanup(self.stop, self.process)
        line = self.process.stderr.readline()
        return host, int(line.split()[-1])

    def stop(self, process):
        """Ends the program; it must end cleanly."""
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(5), 0)
        self.assertEqual(process.stderr.read(), "")
        process.stderr.close()

    def peer(self, address, *arguments, **options):
        """A peer whose socket is closed in the end."""
        peer = Peer(address, *arguments, **options)
        self.addCleanup(peer.sock.close)
        return peer

    def silent(self, peer):
        """Nothing comes."""
        self.assertIsNone(peer.receive(SILENCE))


class Dialects(ListenerCase):
    """Handshake, echo and close in every dialect."""

    def converse(self, peer):
        """One session from INIT to SHUTDOWN-COMPLETE."""
        answer = peer.open().ask(peer.data(5, 0, b"hello"))
        self.assertEqual(peer.fields(answer), (peer.theirs, 5, 5, b"hello"))
        self.assertEqual(peer.ask(peer.shutdown(5)), peer.short(SHUTDOWN_ACK, peer.theirs))
        peer.send(peer.short(COMPLETE))
        self.silent(peer)

    def test_every_dialect(self):
        for byte_order in ("little", "big"):
            for tags in ("sender", "receiver", "init"):
                with self.subTest(byte_order=byte_order, tags=tags):
                    address = self.start("--byte-order", byte_order, "--tags", tags)
                    self.converse(self.peer(address, byte_order, tags))

    def test_environment_chooses_the_dialect(self):
        address = self.start(WIREPROOF_BYTE_ORDER="big", WIREPROOF_TAGS="receiver",
                             WIREPROOF_PROTOCOL="mnet", WIREPROOF_ROLE="listener")
        self.converse(self.peer(address, "big", "receiver"))

    def test_ipv6(self):
        self.converse(self.peer(self.start(host="::1")))


class Handshake(ListenerCase):
    """INIT, COOKIE and COOKIE-ECHO."""

    def test_cookie_names_both_tags_and_expires_in_a_minute(self):
        peer = self.peer(self.start())
        cookie = peer.ask(peer.init())
        self.assertEqual((len(cookie), cookie[4:7], cookie[7]), (32, peer.x, 1))
        self.assertAlmostEqual(peer.value(cookie[8:12]), time.time() + 60, delta=2)

    def test_wrong_magic_and_version_get_nothing(self):
        peer = self.peer(self.start())
        peer.send(peer.init(magic=b"MNEt"))
        peer.send(peer.init(version=2))
        self.silent(peer)

    def test_any_bit_changed_gets_nothing(self):
        peer = self.peer(self.start())
        peer.take_cookie(peer.ask(peer.init()))
        for octet in range(1, 32):
            peer.send(peer.echo(flip=octet))
        self.silent(peer)
        self.assertEqual(peer.ask(peer.echo()), peer.short(COOKIE_ACK, peer.theirs))

    def test_echo_from_another_address_gets_nothing(self):
        address = self.start(host="0.0.0.0")
        peer = self.peer(("127.0.0.1", address[1]))
        other = self.peer(("127.0.0.1", address[1]), local="127.0.0.2")
        peer.take_cookie(peer.ask(peer.init()))
        other.send(peer.echo())
        self.silent(other)

    def test_lifetime_comes_from_the_given_file(self):
        with tempfile.TemporaryDirectory() as folder:
            given = pathlib.Path(folder, "given.json")
            given.write_text(json.dumps({"cookie-lifetime-ms": 1000}), encoding="utf-8")
            peer = self.peer(self.start(WIREPROOF_GIVEN=str(given)))
            peer.take_cookie(peer.ask(peer.init()))
            late = self.peer(peer.address, x=b"lat")
            late.take_cookie(late.ask(late.init()))
            acknowledged = peer.short(COOKIE_ACK, peer.theirs)
            self.assertEqual(peer.ask(peer.echo()), acknowledged)
            time.sleep(2.1)
            late.send(late.echo())
            self.silent(late)
            self.assertEqual(peer.ask(peer.echo()), acknowledged)

    def test_many_unused_cookies_keep_nobody_out(self):
        address = self.start()
        crowd = self.peer(address)
        for number in range(10_000):
            crowd.send(Packets(x=number.to_bytes(3, "big")).init())
            if number % 50 == 0:
                while crowd.receive(0.001):
                    pass
        time.sleep(0.3)
        self.peer(address, x=b"new").open()

    def test_a_vanished_peer_harms_nobody(self):
        address = self.start()
        gone = self.peer(address).open()
        gone.send(gone.data(4, 0, b"gone"))
        gone.sock.close()
        peer = self.peer(address, x=b"new").open()
        time.sleep(0.5)
        self.assertEqual(peer.fields(peer.ask(peer.data(2, 0, b"hi")))[3], b"hi")


class Stream(ListenerCase):
    """DATA in both directions."""

    def setUp(self):
        self.subject = self.peer(self.start()).open()

    def exchange(self, datagram):
        """(sequence, acknowledged, payload) of the answer to a datagram."""
        return self.subject.fields(self.subject.ask(datagram))[1:]

    def test_a_lost_acknowledgement_brings_the_octets_again(self):
        peer = self.subject
        first = self.exchange(peer.data(3, 0, b"abc"))
        self.assertEqual(first, (3, 3, b"abc"))
        self.assertEqual(peer.fields(peer.receive())[1:], first)
        peer.send(peer.data(3, 3))
        self.silent(peer)

    def test_out_of_order_waits_and_comes_out_in_order(self):
        peer = self.subject
        self.assertEqual(self.exchange(peer.data(6, 0, b"def")), (0, 0, b""))
        self.assertEqual(self.exchange(peer.data(3, 0, b"abc")), (6, 6, b"abcdef"))

    def test_a_repeat_is_acknowledged_and_not_delivered(self):
        peer = self.subject
        self.exchange(peer.data(3, 0, b"abc"))
        self.assertEqual(self.exchange(peer.data(3, 3, b"abc")), (3, 3, b""))

    def test_an_overlap_delivers_what_is_new(self):
        peer = self.subject
        self.exchange(peer.data(3, 0, b"abc"))
        self.assertEqual(self.exchange(peer.data(5, 3, b"bcde")), (5, 5, b"de"))

    def test_impossible_packets_change_nothing(self):
        peer = self.subject
        for datagram in (peer.data(3, 1, b"abc"), peer.data(2, 0, b"abc"), b"", b"\x00", b"\x09abc",
                         peer.data(3, 0, b"abc", length=4), peer.data(3, 0, b"abc", length=2),
                         peer.data(3, 0, b"abc", tag=b"no!"), peer.shutdown(1)):
            peer.send(datagram)
        self.silent(peer)
        self.assertEqual(self.exchange(peer.data(3, 0, b"xyz")), (3, 3, b"xyz"))

    def test_another_port_is_another_peer(self):
        other = self.peer(self.subject.address)
        other.send(self.subject.data(3, 0, b"abc"))
        other.send(self.subject.short(ABORT))
        self.silent(other)
        self.assertEqual(self.exchange(self.subject.data(3, 0, b"xyz")), (3, 3, b"xyz"))

    def test_handshake_repeated_within_a_session_disturbs_nothing(self):
        peer = self.subject
        self.exchange(peer.data(3, 0, b"abc"))
        peer.send(peer.data(3, 3))
        self.assertEqual(peer.ask(peer.echo()), peer.short(COOKIE_ACK, peer.theirs))
        self.assertEqual(len(peer.ask(peer.init())), 32)
        self.assertEqual(self.exchange(peer.data(4, 3, b"d")), (4, 4, b"d"))

    def test_the_largest_data(self):
        payload = bytes(range(256)) * 5 + bytes(178)
        self.assertEqual(len(payload), 1458)
        peer = self.subject
        echoed = self.exchange(peer.data(1458, 0, payload))[2]
        echoed += peer.fields(peer.receive())[3]
        self.assertEqual(echoed, payload)


class Close(ListenerCase):
    """SHUTDOWN and ABORT."""

    def setUp(self):
        self.subject = self.peer(self.start()).open()

    def test_the_echo_comes_through_before_the_answer(self):
        peer = self.subject
        peer.ask(peer.data(3, 0, b"abc"))
        answer = peer.ask(peer.shutdown(0))
        self.assertEqual(answer[0], DATA)
        peer.send(peer.shutdown(3))
        while answer[0] == DATA:
            answer = peer.receive()
        self.assertEqual(answer, peer.short(SHUTDOWN_ACK, peer.theirs))

    def test_the_answer_is_repeated(self):
        peer = self.subject
        answer = peer.ask(peer.shutdown(0))
        self.assertEqual(answer, peer.short(SHUTDOWN_ACK, peer.theirs))
        self.assertEqual(peer.receive(0.6), answer)
        self.assertEqual(peer.ask(peer.shutdown(0)), answer)
        peer.send(peer.data(3, 0, b"abc"))
        self.silent(peer)

    def test_a_gap_is_closed_first(self):
        peer = self.subject
        peer.ask(peer.data(6, 0, b"def"))
        peer.send(peer.shutdown(0))
        self.silent(peer)
        self.assertEqual(peer.fields(peer.ask(peer.data(3, 0, b"abc")))[3], b"abcdef")
        self.assertEqual(peer.ask(peer.shutdown(6)), peer.short(SHUTDOWN_ACK, peer.theirs))

    def test_crossing_answers_complete(self):
        peer = self.subject
        peer.ask(peer.shutdown(0))
        complete = peer.short(COMPLETE, peer.theirs)
        self.assertEqual(peer.ask(peer.short(SHUTDOWN_ACK)), complete)
        self.assertEqual(peer.ask(peer.short(SHUTDOWN_ACK)), complete)

    def test_an_ended_session_is_not_opened_again(self):
        peer = self.subject
        peer.ask(peer.shutdown(0))
        peer.send(peer.short(COMPLETE))
        peer.send(peer.echo())
        peer.send(peer.data(3, 0, b"abc"))
        peer.send(peer.short(COMPLETE))
        self.silent(peer)

    def test_abort_ends_it_whichever_stamp_it_carries(self):
        for stamp in ("own", "theirs"):
            with self.subTest(stamp=stamp):
                peer = self.peer(self.subject.address, x=stamp.encode()[:3]).open()
                peer.ask(peer.data(3, 0, b"abc"))
                peer.send(peer.short(ABORT, getattr(peer, stamp)))
                peer.send(peer.data(6, 3, b"def"))
                self.assertIsNone(peer.receive(0.5))


class Broken(ListenerCase):
    """Breaks over a socket; `test_mnet_breaks` has all of them."""

    def test_by_option_and_by_environment(self):
        for arguments, environment in ((("--break", "cookie-trailing-octet"), {}),
                                       ((), {"MNET_BREAK": "cookie-trailing-octet"})):
            peer = self.peer(self.start(*arguments, **environment))
            self.assertEqual(len(peer.ask(peer.init())), 33)

    def test_late_acknowledgement(self):
        peer = self.peer(self.start("--break", "late-acknowledgement")).open()
        start = time.monotonic()
        answer = peer.ask(peer.data(3, 0, b"abc"))
        while peer.fields(answer)[2] == 0:
            answer = peer.receive()
        self.assertGreater(time.monotonic() - start, 0.8)


class Program(unittest.TestCase):
    """The command line."""

    def run_program(self, *arguments, **environment):
        """Runs to the end; returns the status and what it said."""
        done = subprocess.run([sys.executable, str(HERE / "mnet_listener.py"), *arguments],
                              capture_output=True, text=True, timeout=10, check=False,
                              env={**os.environ, **environment})
        return done.returncode, done.stdout, done.stderr

    def test_what_it_does_not_have(self):
        listen = ("--listen", "127.0.0.1:0")
        for arguments, environment in (
                (listen, {"WIREPROOF_ROLE": "connector"}),
                (listen, {"WIREPROOF_PROTOCOL": "chat"}),
                (listen, {"WIREPROOF_TAGS": "both"}),
                (listen, {"MNET_BREAK": "no-such-break"}),
                (("--listen", "here"), {})):
            with self.subTest(environment=environment):
                status, _, message = self.run_program(*arguments, **environment)
                self.assertEqual(status, 2)
                self.assertTrue(message)

    def test_breaks_are_listed(self):
        status, table, _ = self.run_program("--list-breaks")
        rows = [line.split("\t") for line in table.splitlines()]
        self.assertEqual(status, 0)
        self.assertGreaterEqual(len(rows), 25)
        self.assertTrue(all(len(row) == 3 and row[1].startswith("MNET-") for row in rows))


if __name__ == "__main__":
    unittest.main()
