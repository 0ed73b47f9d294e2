"""The subject as a program, told by control lines what to do, and by its environment."""

import json
import os
import pathlib
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from common.lines import MAX_LINE, Lines
from packets_for_tests import COOKIE_ACK, INIT, ListenerPackets

PROGRAM = str(pathlib.Path(__file__).parent / "mnet_subject.py")
PATIENCE = 5.0


class Program:
    """A subject with control lines."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [sys.executable, PROGRAM, "--control", *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment})
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def tell(self, kind, **rest):
        """Says one line."""
        self.say(json.dumps({"type": kind, **rest}).encode() + b"\n")

    def say(self, octets):
        """Writes octets to its standard input."""
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def hello(self, role, application="control", host="127.0.0.1", **rest):
        """Says hello and returns the address that the subject has bound."""
        message = {"version": 1, "protocol": "mnet", "role": role, "application": application,
                   "dialect": {"byte_order": "big", "tags": "receiver"}, "given": {}, **rest}
        if role == "listener":
            message["address"] = f"{host}:0"
        self.tell("hello", **message)
        return self.hear("ready").get("address")

    def hear(self, kind, **rest):
        """The next line; it must be of this type and say the rest."""
        message = self._lines.get(timeout=PATIENCE)
        assert message["type"] == kind, message
        assert all(message[key] == value for key, value in rest.items()), message
        return message

    def delivered(self, session, length):
        """Octets delivered in order until there are so many."""
        octets = b""
        while len(octets) < length:
            octets += bytes.fromhex(self.hear("delivered", session=session)["octets"])
        return octets

    def silent(self):
        """Whether it says nothing for a while."""
        try:
            return self._lines.get(timeout=0.2) is None
        except queue.Empty:
            return True


class ControlCase(unittest.TestCase):
    """Starts programs and ends them."""

    def start(self, *arguments, **environment):
        """Starts a program."""
        program = Program(*arguments, **environment)
        self.addCleanup(self.end, program)
        return program

    def end(self, program):
        """Tells it to stop, if it still runs; it must end cleanly and quietly."""
        process = program.process
        if process.poll() is None:
            program.tell("stop")
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(process.stderr.read(), b"")
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def pair(self, application="control", **rest):
        """A listener and a connector with an open session."""
        listener, connector = self.start(), self.start()
        self.address = listener.hello("listener", application, **rest)
        connector.hello("connector", **rest)
        connector.tell("open", peer=self.address)
        connector.hear("opened", session=1, peer=self.address)
        listener.hear("opened", session=1)
        return listener, connector


class Sessions(ControlCase):
    """Two programs with each other."""

    def test_write_and_close(self):
        listener, connector = self.pair()
        octets = bytes(range(256)) * 1_000
        connector.tell("write", session=1, octets=octets.hex())
        listener.tell("write", session=1, octets=b"hello".hex())
        self.assertEqual(listener.delivered(1, len(octets)), octets)
        self.assertEqual(connector.delivered(1, 5), b"hello")
        listener.tell("close", session=1)
        listener.hear("closed", session=1)
        connector.hear("closed", session=1)

    def test_abort(self):
        listener, connector = self.pair()
        connector.tell("abort", session=1)
        listener.hear("failed", session=1)
        self.assertTrue(connector.silent())

    def test_echo(self):
        listener, connector = self.pair("echo")
        connector.tell("write", session=1, octets="616263")
        self.assertEqual(connector.delivered(1, 3), b"abc")
        self.assertEqual(listener.delivered(1, 3), b"abc")
        connector.tell("close", session=1)
        connector.hear("closed", session=1)
        listener.hear("closed", session=1)

    def test_ipv6(self):
        listener, connector = self.pair("echo", host="[::1]")
        connector.tell("write", session=1, octets="616263")
        self.assertEqual(connector.delivered(1, 3), b"abc")
        self.assertEqual(listener.delivered(1, 3), b"abc")

    def test_several_sessions(self):
        listener, connector = self.pair()
        for number in (2, 3):
            connector.tell("open", peer=self.address)
            connector.hear("opened", session=number)
            listener.hear("opened", session=number)
            connector.tell("write", session=number, octets=bytes([number]).hex())
            self.assertEqual(listener.delivered(number, 1), bytes([number]))
        connector.tell("close", session=2)
        connector.hear("closed", session=2)
        listener.hear("closed", session=2)
        connector.tell("write", session=3, octets="33")
        self.assertEqual(listener.delivered(3, 1), b"3")

    def test_past_the_wrap(self):
        listener, connector = self.pair(given={"start-offset": 2**32 - 3})
        connector.tell("write", session=1, octets=b"past the wrap".hex())
        self.assertEqual(listener.delivered(1, 13), b"past the wrap")
        connector.tell("close", session=1)
        connector.hear("closed", session=1)

    def test_a_listener_that_is_not_there(self):
        connector = self.start()
        connector.hello("connector")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            connector.tell("open", peer=f"127.0.0.1:{sock.getsockname()[1]}")
            connector.hear("failed", session=1, reason="no COOKIE came")

    def test_a_stop_aborts_what_is_open(self):
        listener, connector = self.pair()
        connector.tell("stop")
        listener.hear("failed", session=1)


class LinesOfControl(ControlCase):
    """What is said before, besides and instead of the expected."""

    def test_what_is_not_understood(self):
        program = self.start()
        program.tell("frobnicate")
        program.hear("unknown", got="frobnicate")
        program.tell("write", session=1, octets="00")
        program.hear("log")
        program.hello("listener")
        for line in (b"no JSON", b"[1]", b"{}", b"\xff", b"[" * 9_999,
                     b'{"type":"write","session":[],"octets":""}',
                     b'{"type":"write","session":9,"octets":"00"}', b'{"type":"write"}',
                     b'{"type":"open","peer":"127.0.0.1:1"}', b'{"type":"hello"}'):
            program.say(line + b"\n")
            program.hear("log")
        program.say(b"x" * (MAX_LINE + 9) + b'\n{"type":7}\n')
        program.hear("log")
        program.hear("unknown", got=7)
        program.tell("close", session=9)
        program.tell("abort", session=9)
        self.assertTrue(program.silent())

    def test_what_it_does_not_have(self):
        for change in ({"role": "server"}, {"protocol": "chat"}, {"version": 2},
                       {"application": "chess"}, {"dialect": {"tags": "both"}},
                       {"given": {"start-offset": -1}}, {"given": {"cookie-lifetime-ms": "1"}}):
            with self.subTest(change=change):
                program = self.start()
                program.tell("hello", **{"version": 1, "protocol": "mnet", "role": "listener",
                                         "address": "127.0.0.1:0", **change})
                program.hear("unsupported")

    def test_the_end_of_standard_input_is_a_stop(self):
        program = self.start()
        program.hello("listener")
        program.process.stdin.close()
        self.assertEqual(program.process.wait(PATIENCE), 0)

    def test_sigterm_ends_it(self):
        program = self.start()
        program.hello("connector")
        program.process.send_signal(signal.SIGTERM)
        self.assertEqual(program.process.wait(PATIENCE), 0)

    def test_lines_come_out_whole_however_they_are_cut(self):
        taken = []
        reader, writer = os.pipe()
        lines = Lines(reader, lambda line, now: taken.append(line))
        for piece in (b"ab", b"c\nd\n\n", b"e" * 20_000, b"\nf"):
            os.write(writer, piece)
            lines.read_ready(0.0)
        os.close(writer)
        lines.read_ready(0.0)
        os.close(reader)
        self.assertEqual(taken, [b"abc", b"d", b"", b"e" * 20_000])
        self.assertTrue(lines.ended)

    def test_a_break_by_environment(self):
        listener, connector = self.start(MNET_BREAK="end-not-told"), self.start()
        address = listener.hello("listener")
        connector.hello("connector")
        connector.tell("open", peer=address)
        connector.hear("opened")
        connector.tell("close", session=1)
        connector.hear("closed")
        listener.hear("opened")
        self.assertTrue(listener.silent())


class Connector(unittest.TestCase):
    """The connector without control lines."""

    def start(self, *arguments, **environment):
        """A connector that calls a socket; returns it with the socket and INIT's sender."""
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.sock.close)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(PATIENCE)
        peer = f"127.0.0.1:{self.sock.getsockname()[1]}"
        if not arguments:
            environment = {"WIREPROOF_ROLE": "connector", "WIREPROOF_PEER": peer, **environment}
        process = subprocess.Popen(
            [sys.executable, PROGRAM, *(peer if word == "PEER" else word for word in arguments)],
            env={**os.environ, **environment}, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        init, self.address = self.sock.recvfrom(99)
        self.assertEqual(init[0], INIT)
        self.packets = ListenerPackets()
        self.packets.take_init(init)
        return process

    def ask(self, datagram):
        """Sends a datagram and returns the answer to it."""
        self.sock.sendto(datagram, self.address)
        return self.sock.recv(2_000)

    def test_it_echoes_and_ends_with_its_session(self):
        with tempfile.TemporaryDirectory() as folder:
            given = pathlib.Path(folder, "given.json")
            given.write_text(json.dumps({"start-offset": 7}), encoding="utf-8")
            process = self.start(WIREPROOF_GIVEN=str(given))
            packets = self.packets
            self.ask(packets.bake())
            self.sock.sendto(packets.short(COOKIE_ACK), self.address)
            answer = packets.fields(self.ask(packets.data(10, 7, b"abc")))
            self.assertEqual(answer, (packets.theirs, 10, 10, b"abc"))
            self.ask(packets.shutdown(10))
            self.sock.sendto(packets.short(7), self.address)
            self.assertEqual(process.wait(PATIENCE), 0)

    def test_init_comes_at_once(self):
        process = self.start()
        start = time.monotonic()
        self.sock.recv(99)
        self.assertGreater(time.monotonic() - start, 0.2)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_nobody_answers(self):
        self.assertEqual(self.start("--connect", "PEER").wait(PATIENCE), 1)
        self.assertEqual(self.start().wait(PATIENCE), 0)

    def test_every_break_is_listed(self):
        table = subprocess.run([sys.executable, PROGRAM, "--list-breaks"], capture_output=True,
                               text=True, timeout=PATIENCE, check=True).stdout
        rows = [line.split("\t") for line in table.splitlines()]
        self.assertEqual({row[3] for row in rows}, {"listener", "connector", "either", "control"})
        self.assertEqual(len({row[0] for row in rows}), len(rows))


if __name__ == "__main__":
    unittest.main()
