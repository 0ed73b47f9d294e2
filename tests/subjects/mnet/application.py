"""What sits above the sessions: an application that echoes, or one that does what it is told.

Endpoints tell an application what happens to its sessions, by number: the sessions of a program are
numbered from 1 in the order in which they come into being.
"""

from common.address import show_address

from .session import Outcome

# Octets in one event; a line of the control lines has at most 1 MiB.
MAX_DELIVERED = 1 << 18
# Octets that may wait per session until the session has room for them.
MAX_PENDING = 1 << 26


class Application:
    """Keeps for each session what it is to do next; `echo` writes back whatever comes.

    `tell` is called with each event, an object of the control lines; None when nobody listens.
    """

    def __init__(self, broken, echo=True, tell=None):
        self.broken = broken
        self.echo = echo
        # How many sessions ended otherwise than cleanly.
        self.failures = 0
        self._tell = tell
        self._count = 0
        # Number of a session to the octets that wait for room.
        self._pending = {}
        self._closing = set()

    # ---- the user's side: what the application is told to do ----

    def write(self, number, octets):
        """Queues octets; False when the session takes none any more."""
        pending = self._pending.get(number)
        if pending is None or number in self._closing:
            return False
        if len(pending) + len(octets) > MAX_PENDING:
            return False
        if self.broken("halves-exchanged"):
            half = len(octets) // 2
            octets = octets[half:] + octets[:half]
        pending += octets
        return True

    def close(self, number):
        """Ends the session's writing; what is queued goes first."""
        if number in self._pending:
            self._closing.add(number)

    # ---- the endpoint's side: what happens ----

    def begin(self):
        """The number of a new session."""
        self._count += 1
        self._pending[self._count] = bytearray()
        return self._count

    def opened(self, number, address):
        """The session is open."""
        self._event("opened", number, peer=show_address(address))

    def serve(self, number, session):
        """Takes what the session has received and gives it what it may send."""
        while session.readable:
            octets = session.read(self._limit(number, session))
            if not octets:
                break
            told = 1 if self.broken("delivers-to-first-session") else number
            self._event("delivered", told, octets=octets.hex())
            if self.echo:
                self.write(number, octets)
            self._flush(number, session)
        self._flush(number, session)
        if session.at_end:
            # A session whose peer has closed is closed (MNET-SHUT-11).
            self._closing.add(number)
        if number in self._closing and not self._pending[number]:
            session.close()

    def ended(self, number, outcome):
        """The session has ended, or could not be opened."""
        self._pending.pop(number, None)
        self._closing.discard(number)
        if outcome is Outcome.CLEAN:
            if not self.broken("end-not-told"):
                self._event("closed", number)
            return
        self.failures += 1
        if outcome is not Outcome.ABORTED_HERE and not self._untold(outcome):
            if self.broken("failure-told-as-close"):
                self._event("closed", number)
            else:
                self._event("failed", number, reason=outcome.value)

    def _untold(self, outcome):
        names = {
            Outcome.ABORTED_BY_PEER: "abort-not-told",
            Outcome.GAVE_UP: "giving-up-not-told",
            Outcome.NO_COOKIE: "missing-cookie-not-told",
            Outcome.NO_COOKIE_ACK: "missing-cookie-ack-not-told",
        }
        return outcome in names and self.broken(names[outcome])

    def _limit(self, number, session):
        """An echo reads no more than it can write: a slow reader slows its peer down."""
        if not self.echo or number in self._closing:
            return MAX_DELIVERED
        return min(max(session.room - len(self._pending[number]), 0), MAX_DELIVERED)

    def _flush(self, number, session):
        pending = self._pending[number]
        room = session.room
        if pending and room:
            session.write(bytes(pending[:room]))
            del pending[:room]

    def _event(self, kind, number, **rest):
        if self._tell is not None:
            self._tell({"type": kind, "session": number, **rest})
