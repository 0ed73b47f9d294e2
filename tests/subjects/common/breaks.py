"""Switches that break a subject on purpose, one at a time.

Each violates one clause in a way that can be watched from outside. The code asks for a break by
name at the very place where it departs from the clause.
"""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """One way to break it: its name, the clause that it violates, what it does, who shows it.

    `seen` is a role when that role alone shows it to a peer, "either" when both do, "control" when
    it takes the control lines.
    """

    name: str
    clause: str
    sentence: str
    seen: str


def table(protocol, **groups):
    """The breaks of a protocol by name: rows of name, clause and sentence, by who shows them."""
    return {name: Break(name, f"{protocol}-{clause}", sentence, seen)
            for seen, rows in groups.items() for name, clause, sentence in rows}


class UnknownBreak(ValueError):
    """A name that is in no table."""


class Broken:
    """Answers `broken("name")`: whether the break of that name is the one switched on.

    Each protocol has a class of its own, with its table.
    """

    TABLE = {}

    def __init__(self, name=None):
        if name is not None and name not in self.TABLE:
            near = ", ".join(difflib.get_close_matches(name, self.TABLE)) or "see --list-breaks"
            raise UnknownBreak(f"no break is named {name!r} ({near})")
        self._name = name

    def __call__(self, name):
        assert name in self.TABLE, f"the code asks for a break that no table names: {name}"
        return name == self._name
