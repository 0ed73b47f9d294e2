"""Cuts standard input into control lines."""

import os

MAX_LINE = 1 << 20
CHUNK = 1 << 16


class Lines:
    """Lines of a file descriptor; each goes to `take(line, now)`, without its end.

    In the place of a line that is too long goes None.
    """

    def __init__(self, descriptor, take):
        self.ended = False
        self._descriptor = descriptor
        self._take = take
        self._rest = b""
        # The line under way is too long: the rest of it is dropped.
        self._skipping = False

    def fileno(self):
        """What to wait for."""
        return self._descriptor

    def read_ready(self, now):
        """Reads what is there; call it when something is."""
        octets = os.read(self._descriptor, CHUNK)
        self.ended = not octets
        *lines, self._rest = (self._rest + octets).split(b"\n")
        for line in lines:
            too_long = self._skipping or len(line) > MAX_LINE
            self._take(None if too_long else line, now)
            self._skipping = False
        if self._skipping or len(self._rest) > MAX_LINE:
            self._rest = b""
            self._skipping = True
