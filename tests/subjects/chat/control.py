"""The control lines of chat: a suite plays the user of a client, or just starts a server."""

from common import control
from common.setting import SettingError

from .breaks import Broken
from .client import Client, Identity
from .server import Server
from .setting import read_dialect
from .world import OPTIONS, read_world

NAME = "python-chat 1.0"


class Control(control.Control):
    """The subject's side of the control lines of chat.

    `network` connects what is served and what calls: `sockets.Sockets` or `virtual_time.Streams`.
    """

    PROTOCOL = "chat"
    ROLES = ("server", "client")

    def __init__(self, broken_name, say, network):
        super().__init__(say)
        self._network = network
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

    def begin(self, message):
        dialect = message.get("dialect") or {}
        self._dialect = read_dialect(dialect.get("endianness"), dialect.get("codes"))
        self._role = message.get("role", "server")
        self._echo = message.get("application", "echo") == "echo"
        if self._role == "client":
            return {"name": NAME}
        # Every option is a list of words.
        stated = message.get("options") or {}
        options = {name: stated[name][0] for name in OPTIONS if stated.get(name)}
        world = read_world(message.get("given") or {}, options)
        server = Server(self._dialect, world, self._broken)
        return {"name": NAME, "address": self._network.listen(server, message["address"])}

    def end(self):
        """Ends every session."""
        for client in filter(None, self._clients):
            client.end()

    # ---- sessions ----

    def _open(self, message, _now):
        if self._role != "client":
            raise SettingError("a server opens nothing")
        number = len(self._clients) + 1
        identity = Identity() if self._echo else None
        client = Client(self._dialect, self._broken, identity,
                        lambda event: self._tell(number, event))
        self._clients.append(client)
        self._network.connect(number, message["peer"], client,
                              lambda reason=None: self._ended(number, reason))

    def _tell(self, number, event):
        self._say({**event, "session": number})

    def _ended(self, number, reason):
        """A session is over: it has ended well, or there is a reason."""
        if self._clients[number - 1] is not None:
            self._clients[number - 1] = None
            self._tell(number, {"type": "closed"} if reason is None else
                       {"type": "failed", "reason": reason})

    def _with(self, message, act):
        """Lets the client of a session do something, unless it is over."""
        number = message["session"]
        client = self._clients[number - 1] if 1 <= number <= len(self._clients) else None
        if client is None:
            return
        act(client)
        self._network.flush(number)

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
        self._network.finish(number)


def octets(message, key):
    """The octets of a text in a line; none where it is not there."""
    return (message.get(key) or "").encode()
