"""Joins a listener to a UDP socket and the clocks."""

import contextlib
import selectors
import signal
import socket
import time

# Datagrams taken in a row before the timers are looked at again.
BATCH = 64
MAX_DATAGRAM = 65_535
RECEIVE_BUFFER = 4 << 20
# The longest sleep; it bounds the harm of a clock that is set while the loop waits.
MAX_WAIT = 1.0


def parse_address(text):
    """Splits `127.0.0.1:4000` or `[::1]:4000`; raises `ValueError` for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit():
        raise ValueError(f"no address with a port: {text!r}")
    if not 0 <= int(port) < 1 << 16:
        raise ValueError(f"no port: {port}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def bind(host, port):
    """A non-blocking UDP socket bound to the address; port 0 lets the system choose."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    sock.setblocking(False)
    sock.bind((host, port))
    return sock


class Terminated:
    """Notes SIGTERM and SIGINT and wakes a selector up; must be made in the main thread."""

    def __init__(self):
        self.flag = False
        self.receiver, self._sender = socket.socketpair()
        self.receiver.setblocking(False)
        self._sender.setblocking(False)
        signal.set_wakeup_fd(self._sender.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number, _frame):
        self.flag = True


def serve(sock, listener, terminated, enough=lambda: False):
    """Serves until SIGTERM or until `enough()`; ends every session in the first case."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        selector.register(terminated.receiver, selectors.EVENT_READ)
        while not terminated.flag and not enough():
            selector.select(_wait(listener))
            _receive_batch(sock, listener)
            listener.fire(time.monotonic())
            _send_all(sock, listener)
    if terminated.flag:
        listener.abort_all()
        _send_all(sock, listener)


def _wait(listener):
    deadline = listener.deadline()
    if deadline is None:
        return MAX_WAIT
    return min(max(deadline - time.monotonic(), 0.0), MAX_WAIT)


def _receive_batch(sock, listener):
    for _ in range(BATCH):
        try:
            datagram, address = sock.recvfrom(MAX_DATAGRAM)
        except BlockingIOError:
            return
        except OSError:
            # An ICMP error for something sent before: it concerns a peer, not this socket.
            continue
        listener.receive(datagram, address, time.monotonic(), time.time_ns() // 1_000_000)
        _send_all(sock, listener)


def _send_all(sock, listener):
    for datagram, address in listener.outgoing:
        # What cannot be sent is lost, as any datagram may be; retransmission covers it.
        with contextlib.suppress(OSError):
            sock.sendto(datagram, address)
    listener.outgoing.clear()
