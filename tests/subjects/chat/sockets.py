"""The network of control lines over TCP, inside a running event loop."""

import asyncio

from common.address import parse_address

from . import calling
from .serving import Hub, listen


class Sockets:
    """Serves a server, and has the connections of clients by the number of their session."""

    def __init__(self):
        self._calls = {}
        self._tasks = set()

    def listen(self, server, address):
        """Serves at an address; returns the one that is bound."""
        sock = listen(*parse_address(address))
        self._begin_task(Hub(server).serve(sock))
        host, port = sock.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def connect(self, number, peer, client, ended):
        """Opens the connection of a client; `ended` takes the reason of a failure."""
        self._begin_task(self._connect(number, parse_address(peer), client, ended))

    async def _connect(self, number, address, client, ended):
        def over():
            self._calls.pop(number, None)
            ended()

        try:
            self._calls[number] = await calling.connect(address, client, over)
        except OSError as error:
            ended(str(error))

    def flush(self, number):
        """Sends what the client of a session has left."""
        if number in self._calls:
            self._calls[number].flush()

    def finish(self, number):
        """Closes the connection of a session after what is left."""
        if number in self._calls:
            self._begin_task(self._calls[number].finish())

    async def end(self):
        """Ends every connection and the server."""
        await asyncio.gather(*(call.finish() for call in list(self._calls.values())))
        for task in list(self._tasks):
            task.cancel()

    def _begin_task(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
