"""Switches that break the subject on purpose, one at a time.

Each violates one clause in a way that can be watched from outside. The code asks for a break by
name at the very place where it departs from the clause.
"""

import difflib
from dataclasses import dataclass

from . import break_table


@dataclass(frozen=True)
class Break:
    """One way to break it: its name, the clause that it violates, what it does, who shows it.

    `seen` is "listener" or "connector" when that role shows it to a peer alone, "either" when both
    do, "control" when it takes the control lines.
    """

    name: str
    clause: str
    sentence: str
    seen: str


def _table(**groups):
    return {name: Break(name, f"MNET-{clause}", sentence, seen)
            for seen, rows in groups.items() for name, clause, sentence in rows}


BREAKS = _table(
    listener=break_table.LISTENER,
    connector=break_table.CONNECTOR,
    either=break_table.EITHER,
    control=break_table.CONTROL,
)


class UnknownBreak(ValueError):
    """A name that is in no table."""


class Broken:
    """Answers `broken("name")`: whether the break of that name is the one switched on."""

    def __init__(self, name=None):
        if name is not None and name not in BREAKS:
            near = ", ".join(difflib.get_close_matches(name, BREAKS)) or "see --list-breaks"
            raise UnknownBreak(f"no break is named {name!r} ({near})")
        self._name = name

    def __call__(self, name):
        assert name in BREAKS, f"the code asks for a break that no table names: {name}"
        return name == self._name
