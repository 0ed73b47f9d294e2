"""The breaks of PaperClip by name, and the switch that the code asks."""

from common import breaks
from common.breaks import UnknownBreak

from . import break_table

__all__ = ["BREAKS", "Broken", "UnknownBreak"]

BREAKS = breaks.table(
    "CLIP",
    server=break_table.SERVER,
    client=break_table.CLIENT,
    either=break_table.EITHER,
    control=break_table.CONTROL,
)


class Broken(breaks.Broken):
    """Answers whether a break of PaperClip is switched on."""

    TABLE = BREAKS
