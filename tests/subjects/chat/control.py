"""The control lines of chat: a suite plays the user of a client, or just starts a server."""

import asyncio

from common import control
from common.address import parse_address
from common.setting import SettingError

from . import calling
from .breaks import Broken
from .client import Client, Identity
from .server import Server
from .serving import Hub, listen
from .setting import read_dialect
from .world import OPTIONS, read_world

NAME = "python-chat 1.0"


class Control(control.Control):
    """The subject's side of the control lines of chat, inside a running event loop."""

    PROTOCOL = "chat"
    ROLES = ("server", "client")

    def __init__(self, broken_name, say):
        super().__init__(say)
        self.commands.update({
            "open": self._open, "login": self._login, "register": self._register,
            "join": self._join, "part": self._part, "say": self._speak,
            "say-long": self._speak_long, "alias": self._alias, "invite": self._invite,
            "close": self._close,
        })
        self._broken = Broken(broken_name)
        self._dialect = None
        self._role = None
        # Whether clients act by themselves.
        self._echo = False
        # Sessions by number from 1; None when one is over.
        self._clients = []
        self._calls = {}
        self._tasks = set()

    def begin(self, message):
        dialect = message.get("dialect") or {}
        self._dialect = read_dialect(dialect.get("endianness"), dialect.get("codes"))
        self._role = message.get("role", "server")
        self._echo = message.get("application", "echo") == "echo"
        if self._role == "client":
            return {"name": NAME}
        stated = message.get("options") or {}
        options = {name: stated[name] for name in OPTIONS if name in stated}
        world = read_world(message.get("given") or {}, options)
        sock = listen(*parse_address(message["address"]))
        self._begin_task(Hub(Server(self._dialect, world, self._broken)).serve(sock))
        host, port = sock.getsockname()[:2]
        return {"name": NAME, "address": f"[{host}]:{port}" if ":" in host else f"{host}:{port}"}

    async def end(self):
        """Ends every session and the server."""
        for client in filter(None, self._clients):
            client.end()
        await asyncio.gather(*(call.finish() for call in list(self._calls.values())))
        for task in list(self._tasks):
            task.cancel()

    def _begin_task(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- sessions ----

    def _open(self, message, _now):
        if self._role != "client":
            raise SettingError("a server opens nothing")
        address = parse_address(message["peer"])
        number = len(self._clients) + 1
        identity = Identity() if self._echo else None
        client = Client(self._dialect, self._broken, identity,
                        lambda event: self._tell(number, event))
        self._clients.append(client)
        self._begin_task(self._connect(number, address, client))

    async def _connect(self, number, address, client):
        try:
            self._calls[number] = await calling.connect(address, client,
                                                        lambda: self._ended(number))
        except OSError as error:
            self._clients[number - 1] = None
            self._tell(number, {"type": "failed", "reason": str(error)})

    def _tell(self, number, event):
        self._say({**event, "session": number})

    def _ended(self, number):
        self._calls.pop(number, None)
        if self._clients[number - 1] is not None:
            self._clients[number - 1] = None
            self._tell(number, {"type": "closed"})

    def _with(self, message, act):
        """Lets the client of a session do something, unless it is over."""
        number = message["session"]
        client = self._clients[number - 1] if 1 <= number <= len(self._clients) else None
        if client is None:
            return
        act(client)
        if number in self._calls:
            self._calls[number].flush()

    # ---- what the user does ----

    def _login(self, message, _now):
        self._with(message, lambda client: client.login(
            octets(message, "user"), octets(message, "password"),
            message.get("endianness", "little")))

    def _register(self, message, _now):
        self._with(message, lambda client: client.register(
            octets(message, "user"), octets(message, "password"), octets(message, "email")))

    def _join(self, message, _now):
        self._with(message, lambda client: client.join(
            octets(message, "room"), octets(message, "password")))

    def _part(self, message, _now):
        self._with(message, lambda client: client.part(
            octets(message, "room"), octets(message, "text")))

    def _speak(self, message, _now):
        self._with(message, lambda client: client.say(
            octets(message, "room"), octets(message, "text")))

    def _speak_long(self, message, _now):
        parts = [part.encode() for part in message["parts"]]
        self._with(message, lambda client: client.say_long(octets(message, "room"), parts))

    def _alias(self, message, _now):
        self._with(message, lambda client: client.alias(octets(message, "alias")))

    def _invite(self, message, _now):
        self._with(message, lambda client: client.invite(
            octets(message, "room"), octets(message, "user"), octets(message, "alias")))

    def _close(self, message, _now):
        number = message["session"]
        self._with(message, lambda client: client.end("client-close-without-goodbye"))
        if number in self._calls:
            self._begin_task(self._calls[number].finish())


def octets(message, key):
    """The octets of a text in a line; none where it is not there."""
    return (message.get(key) or "").encode()
