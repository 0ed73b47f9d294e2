"""The breaks of MNET by name, and the switch that the code asks."""

from common import breaks
from common.breaks import UnknownBreak

from . import break_table

__all__ = ["BREAKS", "Broken", "UnknownBreak"]

BREAKS = breaks.table(
    "MNET",
    listener=break_table.LISTENER,
    connector=break_table.CONNECTOR,
    either=break_table.EITHER,
    control=break_table.CONTROL,
)


class Broken(breaks.Broken):
    """Answers whether a break of MNET is switched on."""

    TABLE = BREAKS
