"""What `wireproof init` writes builds and runs as it is, in every language: it binds, hands on what comes, and the doctor finds it.

Needs python3, node, go, cc and rustc: a language whose tool is missing fails. The program is named by WIREPROOF.
"""

import functools
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIREPROOF = os.environ.get("WIREPROOF", str(ROOT / "target/release/wireproof"))
# How the doctor ends with a starter of each protocol: 3, nobody can say more of one that is silent; 1, a server of chat speaks first.
CODES = {"mnet": 3, "paperclip": 3, "chat": 1}
LANGUAGES = ("python", "node", "go", "c", "rust")
HELLO = b"hello, starter"
# How long anything here may take on a busy machine, in seconds.
SOON = 60


class Starter:
    """What `init` has written for a protocol in a language, built as its last lines say."""

    def __init__(self, folder, protocol, language):
        self.folder = pathlib.Path(folder)
        wrote = run(self.folder, WIREPROOF, "init", protocol, "--language", language)
        build = re.search(r"1\. (.*adapter.*)$", wrote.stdout, re.MULTILINE).group(1)
        if not build.startswith("put your implementation"):
            built = run(self.folder, *shlex.split(build))
            if built.stdout or built.stderr:
                raise AssertionError(f"{build} says: {built.stdout}{built.stderr}")
        command = re.search(r"^command: \[(.*)\]$", (self.folder / "profile.yaml").read_text(), re.MULTILINE)
        self.command = command.group(1).split(", ")

    def start(self, **variables):
        """Starts the adapter with these variables of the suite."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("WIREPROOF_")}
        environment.update({f"WIREPROOF_{key.upper()}": value for key, value in variables.items()})
        return Running(subprocess.Popen(self.command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))


class Running:
    """An adapter that runs; whatever it prints is read all the time."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(iter(process.stdout.readline, "")), daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join(SOON)
        self.process.stdout.close()

    def until(self, text, again=lambda: None):
        """Waits until the adapter has printed this, and does something again and again meanwhile."""
        def printed():
            again()
            return any(text in line for line in self.lines)

        self.wait(printed, text)

    def connected(self, host, port):
        """A connection to the adapter, once it listens."""
        def connect():
            try:
                return socket.create_connection((host, port), SOON)
            except ConnectionRefusedError:
                return None

        return self.wait(connect, f"a connection to {host}")

    def wait(self, found, what):
        """Waits until something is found, as long as the adapter runs."""
        end = time.monotonic() + SOON
        while not (result := found()):
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"not seen: {what}, of {self.lines}; exit status {self.process.poll()}")
            time.sleep(0.02)
        return result

    def end(self):
        """Asks it to end; gives its exit status, negative for a signal."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SOON)


def run(folder, *words):
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=2 * SOON)
    if result.returncode:
        raise AssertionError(f"{' '.join(words)}: exit status {result.returncode}: {result.stdout}{result.stderr}")
    return result


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def free(kind, host):
    with socket.socket(family(host), kind) as found:
        found.bind((host, 0))
        return found.getsockname()[1]


def shown(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Starters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.starters = {}
        for protocol in CODES:
            for language in LANGUAGES:
                place = folder / f"{protocol}-{language}"
                place.mkdir()
                cls.starters[protocol, language] = Starter(place, protocol, language)

    def starters_of(self, *protocols):
        """The starters of these protocols in every language, each in a subtest."""
        for language in LANGUAGES:
            for protocol in protocols:
                subtest = functools.partial(self.subTest, protocol=protocol, language=language)
                yield subtest, self.starters[protocol, language]

    def test_a_udp_listener_hands_on_what_comes_to_its_address_and_ends_when_asked(self):
        for subtest, starter in self.starters_of("mnet"):
            for host in ("127.0.0.1", "::1"):
                with subtest(host=host), socket.socket(family(host), socket.SOCK_DGRAM) as udp:
                    port = free(socket.SOCK_DGRAM, host)
                    with starter.start(role="listener", address=shown(host, port)) as adapter:
                        # Until it is bound, a datagram finds nobody.
                        adapter.until("14 octets from", lambda: udp.sendto(HELLO, (host, port)))
                        self.assertIn(adapter.end(), (0, -signal.SIGTERM))

    def test_a_tcp_server_hands_on_what_comes_on_every_connection_and_ends_when_asked(self):
        for subtest, starter in self.starters_of("chat"):
            for host in ("127.0.0.1", "::1"):
                port = free(socket.SOCK_STREAM, host)
                with subtest(host=host), starter.start(role="server", address=shown(host, port)) as adapter:
                    first = adapter.connected(host, port)
                    first.sendall(HELLO)
                    adapter.until("14 octets")
                    with adapter.connected(host, port) as second:
                        second.sendall(HELLO + b"!")
                        adapter.until("15 octets")
                    first.sendall(HELLO + b"!!")
                    adapter.until("16 octets")
                    first.close()
                    self.assertIn(adapter.end(), (0, -signal.SIGTERM))

    def test_a_tcp_client_connects_to_its_peer_and_ends_with_the_connection(self):
        for subtest, starter in self.starters_of("chat"):
            with subtest(), socket.create_server(("127.0.0.1", 0)) as server:
                server.settimeout(SOON)
                peer = shown("127.0.0.1", server.getsockname()[1])
                with starter.start(role="client", peer=peer) as adapter:
                    connection, _ = server.accept()
                    with connection:
                        connection.sendall(HELLO)
                        adapter.until("14 octets")
                    self.assertEqual(adapter.process.wait(SOON), 0)

    def test_a_udp_connector_stays_until_it_is_asked_to_end(self):
        for subtest, starter in self.starters_of("paperclip"):
            with subtest(), starter.start(role="client", peer="127.0.0.1:9") as adapter:
                # It has nothing to say yet, so that only its end could be seen.
                with self.assertRaises(subprocess.TimeoutExpired, msg=adapter.lines):
                    adapter.process.wait(0.3)
                self.assertIn(adapter.end(), (0, -signal.SIGTERM))

    def test_by_hand_it_says_who_starts_it(self):
        for subtest, starter in self.starters_of("mnet", "chat"):
            with subtest(), starter.start() as adapter:
                self.assertGreater(adapter.process.wait(SOON), 0)
                adapter.reader.join(SOON)
                self.assertIn("this program is started by wireproof: wireproof doctor profile.yaml\n", adapter.lines)

    def test_the_doctor_starts_it_and_finds_that_nothing_comes(self):
        # The doctor waits for what never comes: one language is enough for it.
        for protocol, code in CODES.items():
            for subtest, starter in self.starters_of(protocol):
                if starter is not self.starters[protocol, "c"]:
                    continue
                with subtest():
                    result = subprocess.run([WIREPROOF, "doctor", "profile.yaml"], cwd=starter.folder, timeout=2 * SOON,
                                            capture_output=True, text=True, check=False)
                    self.assertEqual(result.returncode, code, result.stdout + result.stderr)
                    self.assertIn("does not work: nothing came within", result.stdout)


if __name__ == "__main__":
    unittest.main()
