"""What sits above the sessions: an application that echoes, or one that does what it is told."""

from common.address import show_address

from .session import ECHOED, Outcome
from .setting import show_flags


class Application:
    """Numbers the sessions from 1 and tells what happens to them.

    `tell` is called with each event, an object of the control lines; None when nobody listens.
    """

    def __init__(self, broken, echo=True, tell=None):
        self.broken = broken
        self.echo = echo
        # How many sessions ended otherwise than by a side that leaves.
        self.failures = 0
        self._tell = tell
        self._count = 0

    def begin(self):
        """The number of a new session."""
        self._count += 1
        return self._count

    def opened(self, number, address):
        """The session is open."""
        self._event("opened", number, peer=show_address(address))

    def deliver(self, number, data, flags):
        """Takes a packet's data; gives data and flags to send back, or None."""
        self._event("delivered", number, octets=data.hex(), flags=show_flags(flags))
        return (data, flags & ECHOED) if self.echo else None

    def ended(self, number, outcome):
        """The session has ended, or could not be opened."""
        if outcome is Outcome.CLOSED:
            if self.broken("end-told-as-failure"):
                self._event("failed", number, reason=outcome.value)
            elif not self.broken("end-not-told"):
                self._event("closed", number)
            return
        self.failures += 1
        if self.broken("giving-up-not-told") and outcome is Outcome.GAVE_UP:
            return
        if self.broken("silence-not-told") and outcome is Outcome.SILENT:
            return
        if self.broken("bad-handshake-not-told") and outcome in (Outcome.HANDSHAKE, Outcome.REFUSED):
            return
        self._event("failed", number, reason=outcome.value)

    def _event(self, kind, number, **rest):
        if self._tell is not None:
            self._tell({"type": kind, "session": number, **rest})
