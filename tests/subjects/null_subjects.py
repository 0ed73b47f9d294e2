#!/usr/bin/env python3
"""Programs that are no implementation of any protocol, to show that a suite tells so.

`null_subjects.py KIND` binds WIREPROOF_ADDRESS (or `--listen`) where its kind needs a socket.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time

from common.address import parse_address
from common.udp import MAX_DATAGRAM, Terminated, bind, serve
from mnet.breaks import Broken
from mnet.listener import Listener
from mnet.setting import read_dialect

CRASH_STATUS = 3
FLOOD_RATE = 20_000
FLOOD_SECONDS = 60
FLOOD_LENGTH = 100
# Datagrams sent between two looks at the clock.
FLOOD_BURST = 200
GRANDCHILD_SECONDS = 600


def _bound(address, blocking=True):
    sock = bind(*parse_address(address))
    sock.setblocking(blocking)
    return sock


def _received(sock):
    """Yields datagrams and their senders for ever."""
    while True:
        try:
            yield sock.recvfrom(MAX_DATAGRAM)
        except OSError:
            # An ICMP error for something sent before.
            continue


def _send(sock, datagram, address):
    try:
        sock.sendto(datagram, address)
    except OSError:
        # Lost, as any datagram may be.
        pass


def silent(address):
    """Binds and never answers."""
    with _bound(address) as sock:
        for _ in _received(sock):
            pass


def echo(address):
    """Sends each datagram back as it came."""
    with _bound(address) as sock:
        for datagram, sender in _received(sock):
            _send(sock, datagram, sender)


def random_octets(address):
    """Answers each datagram with random octets of random length."""
    with _bound(address) as sock:
        for _, sender in _received(sock):
            _send(sock, random.randbytes(random.randrange(1473)), sender)


def crash(_address):
    """Dies at once."""
    sys.exit(CRASH_STATUS)


def crash_later(address):
    """Dies by a signal on the first datagram."""
    with _bound(address) as sock:
        next(_received(sock))
        os.abort()


def hang(address):
    """Opens one MNET session properly, then does nothing for ever; SIGTERM does not end it."""
    terminated = Terminated()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with _bound(address, blocking=False) as sock:
        listener = Listener(read_dialect(), sock.getsockname()[1], Broken())
        serve(sock, listener, terminated, enough=lambda: bool(listener.seats))
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        while True:
            signal.pause()


def flood(address):
    """On the first datagram sends garbage to its sender, 20,000 datagrams a second for 60 s."""
    with _bound(address) as sock:
        _, sender = next(_received(sock))
        start = time.monotonic()
        sent = 0
        while time.monotonic() - start < FLOOD_SECONDS:
            for _ in range(FLOOD_BURST):
                _send(sock, random.randbytes(FLOOD_LENGTH), sender)
            sent += FLOOD_BURST
            time.sleep(max(start + sent / FLOOD_RATE - time.monotonic(), 0))
        for _ in _received(sock):
            pass


def orphan(address):
    """A whole MNET listener that leaves a grandchild behind and does not end on SIGTERM."""
    terminated = Terminated()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["sleep", str(GRANDCHILD_SECONDS)])
    with _bound(address, blocking=False) as sock:
        listener = Listener(read_dialect(), sock.getsockname()[1], Broken())
        serve(sock, listener, terminated)


def exit_zero(_address):
    """Ends at once, as if all were well."""
    sys.exit(0)


KINDS = {
    "silent": silent,
    "echo": echo,
    "random": random_octets,
    "crash": crash,
    "crash-later": crash_later,
    "hang": hang,
    "flood": flood,
    "orphan": orphan,
    "exit-zero": exit_zero,
}


def main():
    """Runs the program of the kind asked for."""
    parser = argparse.ArgumentParser(description="Programs that are no implementation.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--listen", metavar="ADDRESS",
                        default=os.environ.get("WIREPROOF_ADDRESS", "127.0.0.1:0"))
    arguments = parser.parse_args()
    KINDS[arguments.kind](arguments.listen)


if __name__ == "__main__":
    main()
