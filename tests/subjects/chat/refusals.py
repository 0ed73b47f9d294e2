"""What is no request: packets before a login, packets that break their layout, unknown packets."""

from .wire import BAD, BAD_FORMAT, FROM_SERVER, NOT_SUPPORTED, Faulty

LOGIN, REGISTRATION, GOODBYE = 0x02, 0x06, 0x28
# What may come before a login.
ALWAYS = (LOGIN, REGISTRATION, GOODBYE)


class Refusals:
    """Answers with S9, with a bad-format packet or with S251."""

    def __init__(self, server):
        self._server = server
        self._broken = server.broken

    def before_login(self, connection, packet):
        """Refuses what may not come before a login; says whether it has."""
        if self._may_come(packet) or self._wrongly_taken(packet):
            return False
        broken, server = self._broken, self._server
        if broken("guests-may-speak") and packet.identifier == 0x50:
            server.send(connection, 0x52, BAD)
            return True
        if not broken("refusal-silent"):
            server.send(connection, 0x09, BAD)
        if broken("refusal-stays-open"):
            return True
        server.close(connection)
        connection.lost = broken("refusal-resets")
        return True

    @staticmethod
    def _may_come(packet):
        faulty_goodbye = packet.identifier == GOODBYE and isinstance(packet, Faulty)
        return packet.identifier in ALWAYS and not faulty_goodbye

    def _wrongly_taken(self, packet):
        """Whether a break takes a packet before a login."""
        broken = self._broken
        if isinstance(packet, Faulty):
            return (broken("unknown-before-login-stays") and not packet.known) or (
                broken("faulty-goodbye-before-login-stays") and packet.identifier == GOODBYE)
        return broken("capabilities-before-login") and packet.identifier == 0xFC

    def faulty(self, connection, packet):
        """Answers a packet that breaks its layout or is unknown."""
        broken, server = self._broken, self._server
        identifier = packet.identifier
        if not packet.known:
            self._unknown(connection, identifier)
            return
        answer = self._bad_format(identifier)
        if answer == 0:
            return
        for _ in range(2 if broken("faulty-answered-twice") else 1):
            server.send(connection, answer, NOT_SUPPORTED if answer == 0xFB else BAD)
        logged_in = connection.user is not None
        if broken("faulty-login-closes" if not logged_in else "faulty-closes"):
            server.close(connection)

    def _bad_format(self, identifier):
        """The ID of the answer to a packet that breaks its layout, or 0 for none."""
        broken = self._broken
        if identifier not in BAD_FORMAT:
            if broken("faulty-join-ignored") and identifier == 0xA0:
                return 0
            if broken("faulty-alias-as-refused") and identifier == 0xA6:
                return 0x09
            return 0xFB
        if broken("faulty-ignored"):
            return 0
        if broken(f"faulty-{identifier}-not-supported"):
            return 0xFB
        if broken("faulty-as-message"):
            return 0x52
        return BAD_FORMAT[identifier]

    def _unknown(self, connection, identifier):
        broken, server = self._broken, self._server
        if broken("unknown-ignored"):
            return
        if broken("server-packets-ignored") and identifier in FROM_SERVER:
            return
        if broken("unknown-as-refused"):
            server.send(connection, 0x09, BAD)
            return
        server.send(connection, 0xFB, b"SNP" if broken("not-supported-spelled-otherwise")
                    else NOT_SUPPORTED)
        if broken("unknown-closes"):
            server.close(connection)
