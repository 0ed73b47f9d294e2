"""The programs that are no implementation do what they are for."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

from packets_for_tests import COOKIE_ACK, Packets

HERE = pathlib.Path(__file__).parent
# How long a program may take to start.
START = 5.0


def free_port():
    """A UDP port that nobody has bound."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class NullSubjects(unittest.TestCase):
    """Each kind by its own."""

    def start(self, kind):
        """Starts a program in a process group of its own."""
        port = free_port()
        environment = {**os.environ, "WIREPROOF_ADDRESS": f"127.0.0.1:{port}"}
        process = subprocess.Popen([sys.executable, str(HERE / "null_subjects.py"), kind],
                                   env=environment, start_new_session=True,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.sock.close)
        self.sock.connect(("127.0.0.1", port))
        self.sock.settimeout(0.3)
        return process

    def end(self, process):
        """Ends the program and what it has started."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def ask(self, datagram):
        """The answer to a datagram, or None; waits until the program has bound its port."""
        end = time.monotonic() + START
        while time.monotonic() < end:
            try:
                self.sock.send(datagram)
                return self.sock.recv(65_535)
            except ConnectionRefusedError:
                time.sleep(0.02)
            except TimeoutError:
                return None
        self.fail("the program has not bound its port")

    def test_silent(self):
        process = self.start("silent")
        self.assertIsNone(self.ask(b"hello"))
        self.assertIsNone(process.poll())

    def test_echo(self):
        self.start("echo")
        self.assertEqual(self.ask(b"hello"), b"hello")

    def test_random(self):
        self.start("random")
        self.assertGreater(len({self.ask(b"hello") for _ in range(5)}), 1)

    def test_those_that_end(self):
        self.assertEqual(self.start("crash").wait(START), 3)
        self.assertEqual(self.start("exit-zero").wait(START), 0)

    def test_crash_later(self):
        process = self.start("crash-later")
        self.assertIsNone(process.poll())
        end = time.monotonic() + START
        while process.poll() is None and time.monotonic() < end:
            try:
                self.sock.send(b"hello")
            except ConnectionRefusedError:
                pass
            time.sleep(0.02)
        self.assertEqual(process.poll(), -signal.SIGABRT)

    def handshake(self):
        """Opens a session and returns the peer's packets."""
        packets = Packets()
        packets.take_cookie(self.ask(packets.init()))
        self.assertEqual(self.ask(packets.echo()), packets.short(COOKIE_ACK, packets.theirs))
        return packets

    def ignores_sigterm(self, process):
        """SIGTERM does not end the program."""
        process.send_signal(signal.SIGTERM)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.3)

    def test_hang(self):
        process = self.start("hang")
        packets = self.handshake()
        self.assertIsNone(self.ask(packets.data(3, 0, b"abc")))
        self.ignores_sigterm(process)

    def test_orphan(self):
        process = self.start("orphan")
        packets = self.handshake()
        self.assertEqual(packets.fields(self.ask(packets.data(3, 0, b"abc")))[3], b"abc")
        self.ignores_sigterm(process)

    def test_flood(self):
        self.start("flood")
        self.assertIsNotNone(self.ask(b"hello"))
        end = time.monotonic() + 0.5
        count = 0
        while time.monotonic() < end:
            self.sock.recv(65_535)
            count += 1
        self.assertGreater(count, 1_000)


if __name__ == "__main__":
    unittest.main()
