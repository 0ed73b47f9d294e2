"""Joins a server to TCP, by asyncio."""

import asyncio
import socket
import struct
import time

# How long a connection that the server has ended may stay half open, in seconds.
LINGER = 2.0
# By a break: how long an answer is put off, in seconds.
PUT_OFF = 0.05
RESET = struct.pack("ii", 1, 0)


def listen(host, port):
    """A listening TCP socket; port 0 lets the system choose."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def now_ms():
    """The time of IDs."""
    return time.time_ns() // 1_000_000


class Port(asyncio.Protocol):
    """One connection of the server's, as asyncio sees it."""

    def __init__(self, hub):
        self._hub = hub
        self._server = hub.server
        self.connection = None
        self.transport = None
        self.paused = False
        self._ended_by_client = False
        self._ended = False
        self._put_off = bytearray()

    def connection_made(self, transport):
        self.transport = transport
        self.connection = self._server.connect(now_ms())
        self._hub.ports.add(self)
        self._hub.flush()

    def data_received(self, data):
        if self._server.broken("half-closed-unanswered"):
            self._put_off += data
            asyncio.get_running_loop().call_later(PUT_OFF, self._take_put_off)
            return
        self._server.receive(self.connection, data, now_ms())
        self._hub.flush()

    def _take_put_off(self):
        if self._put_off and not self._ended_by_client:
            octets = bytes(self._put_off)
            self._put_off.clear()
            self._server.receive(self.connection, octets, now_ms())
            self._hub.flush()

    def eof_received(self):
        self._ended_by_client = True
        self._server.finish(self.connection)
        self._hub.flush()
        if self._ended:
            self.transport.close()
        # The server ends its side itself.
        return True

    def connection_lost(self, exc):
        self._hub.ports.discard(self)
        self._server.gone(self.connection)
        self._hub.flush()

    def pause_writing(self):
        self.paused = True

    def resume_writing(self):
        self.paused = False
        self._hub.flush()

    def flush(self):
        """Sends what the server has left for this connection, and ends it as the server says."""
        connection = self.connection
        if connection.lost:
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()
            return
        if self.paused:
            return
        if connection.outgoing and not self._ended:
            self.transport.write(bytes(connection.outgoing))
            connection.outgoing.clear()
        if connection.closing and not self._ended:
            self._end()

    def _end(self):
        self._ended = True
        if self._ended_by_client:
            self.transport.close()
            return
        # What the client still sends is read, so that nothing but FIN follows what it was sent.
        self.transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER, self.transport.close)


class Hub:
    """All connections of a server."""

    def __init__(self, server):
        self.server = server
        self.ports = set()

    def flush(self):
        """Sends what there is for anybody."""
        stuck = any(port.paused for port in self.ports)
        if stuck and self.server.broken("others-wait-for-slow"):
            return
        for port in list(self.ports):
            port.flush()

    async def serve(self, sock):
        """Accepts connections until it is cancelled."""
        loop = asyncio.get_running_loop()
        async with await loop.create_server(lambda: Port(self), sock=sock, backlog=1024) as serving:
            await serving.serve_forever()
