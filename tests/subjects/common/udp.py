"""Joins an endpoint to a UDP socket, the clocks and, where there are any, control lines."""

import contextlib
import select
import signal
import socket
import time

from .address import parse_address, show_address

# Datagrams taken in a row before the timers are looked at again.
BATCH = 64
MAX_DATAGRAM = 65_535
RECEIVE_BUFFER = 4 << 20
# The longest sleep; it bounds the harm of a clock that is set while the loop waits.
MAX_WAIT = 1.0


def bind(host, port):
    """A non-blocking UDP socket bound to the address; port 0 lets the system choose."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    sock.setblocking(False)
    sock.bind((host, port))
    return sock


def bind_towards(address):
    """A socket for a connector: at the peer's own address if it is here, else anywhere."""
    try:
        return bind(address[0], 0)
    except OSError:
        return bind("::" if ":" in address[0] else "0.0.0.0", 0)


def socket_address(text):
    """The socket address of `127.0.0.1:4000` or `[::1]:4000`, as `recvfrom` tells it."""
    host, port = parse_address(text)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)
    except OSError as error:
        raise ValueError(f"no address: {text!r}") from error
    return found[0][4]


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


class Loop:
    """Runs an endpoint until it is told to end; the socket may come later.

    `lines`, where there are control lines, has a `fileno` and `read_ready(now)`; None where not.
    """

    def __init__(self, terminated):
        self.endpoint = None
        self.sock = None
        self.lines = None
        self._terminated = terminated

    def bind(self, address):
        """Binds the socket; the address that it has then, as text."""
        self.sock = bind(*parse_address(address))
        return show_address(self.sock.getsockname())

    def bind_towards(self, address):
        """Sees to it that there is a socket from which this address can be reached."""
        if self.sock is None:
            self.sock = bind_towards(address)

    def run(self, enough=lambda: False):
        """Serves until SIGTERM or `enough()`."""
        while not self._terminated.flag and not enough():
            self._send_all()
            ready = self._wait()
            if self.lines is not None and self.lines.fileno() in ready:
                self.lines.read_ready(time.monotonic())
            if self.sock is not None:
                self._receive_batch(enough)
            if self.endpoint is not None:
                self.endpoint.fire(time.monotonic())
        self._send_all()

    def end(self):
        """Ends every session."""
        if self.endpoint is not None:
            self.endpoint.abort_all(time.monotonic())
            self._send_all()

    def _wait(self):
        """Sleeps until something comes or a timer is due; returns what can be read.

        By `select`, which takes files and terminals for standard input, too.
        """
        sources = [self._terminated.receiver]
        if self.sock is not None:
            sources.append(self.sock)
        if self.lines is not None:
            sources.append(self.lines.fileno())
        deadline = self.endpoint.deadline() if self.endpoint is not None else None
        wait = MAX_WAIT
        if deadline is not None:
            wait = min(max(deadline - time.monotonic(), 0.0), MAX_WAIT)
        return select.select(sources, (), (), wait)[0]

    def _receive_batch(self, enough):
        for _ in range(BATCH):
            try:
                datagram, address = self.sock.recvfrom(MAX_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                # An ICMP error for something sent before: it concerns a peer, not this socket.
                continue
            wall_ms = time.time_ns() // 1_000_000
            self.endpoint.receive(datagram, address, time.monotonic(), wall_ms)
            self._send_all()
            if enough():
                return

    def _send_all(self):
        if self.endpoint is None or self.sock is None:
            return
        for datagram, address in self.endpoint.outgoing:
            # What cannot be sent is lost, as any datagram may be; retransmission covers it.
            with contextlib.suppress(OSError):
                self.sock.sendto(datagram, address)
        self.endpoint.outgoing.clear()


def serve(sock, endpoint, terminated, enough=lambda: False):
    """Serves until SIGTERM or until `enough()`; ends every session in the first case."""
    loop = Loop(terminated)
    loop.sock, loop.endpoint = sock, endpoint
    loop.run(enough)
    if terminated.flag:
        loop.end()
