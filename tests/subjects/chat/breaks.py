"""The breaks of chat by name, and the switch that the code asks."""

from common import breaks
from common.breaks import UnknownBreak

from .break_tables import client, framing, login, long_messages, messages, rooms

__all__ = ["BREAKS", "Broken", "UnknownBreak"]

SERVER_AREAS = (framing, login, messages, long_messages, rooms)

BREAKS = breaks.table(
    "CHAT",
    server=[row for area in SERVER_AREAS for row in area.SERVER],
    several=[row for area in (messages, rooms) for row in area.SEVERAL],
    client=client.CLIENT,
    control=client.CONTROL,
)


class Broken(breaks.Broken):
    """Answers whether a break of chat is switched on."""

    TABLE = BREAKS
