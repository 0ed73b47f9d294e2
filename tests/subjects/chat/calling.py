"""Joins a client to TCP, by asyncio."""

import asyncio

# How long a client that has said goodbye waits for the server to close, in seconds.
PATIENCE = 0.5


class Call(asyncio.Protocol):
    """The connection of a client, as asyncio sees it; `ended` is called when it is no more."""

    def __init__(self, client, ended=lambda: None):
        self.client = client
        self.lost = asyncio.get_running_loop().create_future()
        self._ended = ended
        self._transport = None

    def connection_made(self, transport):
        self._transport = transport
        self.flush()

    def data_received(self, data):
        self.client.received(data)
        self.flush()

    def connection_lost(self, exc):
        self._transport = None
        if not self.lost.done():
            self.lost.set_result(None)
        self._ended()

    def flush(self):
        """Sends what the client has left."""
        if self._transport is not None and self.client.outgoing:
            self._transport.write(bytes(self.client.outgoing))
            self.client.outgoing.clear()

    async def finish(self):
        """Sends what is left and closes, at the latest after a while."""
        self.flush()
        if self._transport is None:
            return
        await asyncio.wait([self.lost], timeout=PATIENCE)
        if self._transport is not None:
            self._transport.close()
            await asyncio.wait([self.lost], timeout=PATIENCE)


async def connect(address, client, ended=lambda: None):
    """Opens the connection of a client; raises `OSError` when nobody listens."""
    loop = asyncio.get_running_loop()
    _, call = await loop.create_connection(lambda: Call(client, ended), *address)
    return call
