"""How a session is opened: AUTH both ways, *finished* both ways (CLIP-AUTH-1 to -6).

`Opening` is what both roles share; a handshake drives its session and stays with it, as an AUTH may
be repeated after the session is open.
"""

from .certificates import verifies
from .keys import BadKey, Cipher, KeyPair, finished, proves
from .session import Outcome, State
from .wire import RELIABLE, Code, Kind, Packet, Problem

FIRST_PAUSE = 0.3
MAX_TRIES = 6


class Opening:
    """The handshake of one session with one peer; `setting` has certificate, anchors and the rest."""

    def __init__(self, session, setting, broken):
        self.session = session
        self.peer_key = None
        # The Sequence ID of the own AUTH.
        self.sequence = None
        self._setting = setting
        self._broken = broken
        self._auth = None
        self._tries = 0
        self._due = None
        self._pair = setting.shared_pair if broken("keys-kept") else KeyPair(broken)

    # ---- the own AUTH ----

    def send_auth(self, now):
        """Sends the own AUTH, for the first time or again."""
        broken, outbound = self._broken, self.session.outbound
        certificate = self._setting.certificate
        if broken("certificate-not-sent"):
            certificate = None
        if self._auth is None:
            self.sequence = outbound.number()
            flags = RELIABLE if broken("auth-reliable") else 0
            self._auth = Packet(Kind.AUTH, flags=flags, sequence=self.sequence,
                                key=self._pair.public, certificate=certificate)
        elif broken("auth-repeated-with-new-number"):
            self.sequence = self._auth.sequence = outbound.number()
        elif broken("auth-repeated-with-new-key"):
            self._pair = KeyPair(broken)
            self._auth.key = self._pair.public
        outbound.send_auth(self._auth)
        self._tries += 1
        self._due = now + FIRST_PAUSE * (1 << self._tries - 1)

    def send_finished(self, ack_id, now, empty=False):
        """Acknowledges the peer's AUTH, with the own *finished*."""
        data = b"" if empty else finished(self.session.key, self._broken)
        bits = 0x8000 if self._broken("auth-sets-ack-bit") else 0
        if self._broken("finished-names-own-auth"):
            ack_id = (ack_id + 1) % 65_536
        packet = Packet(Kind.ACK, ack_id=ack_id, ack_bits=bits)
        self.session.outbound.transmit(packet, data, now=now)

    def deadline(self):
        """When `fire` must be called next, or None."""
        return self._due if self.session.state is State.OPENING else None

    def fire(self, now):
        """Repeats the AUTH, or gives up."""
        if self.session.state is not State.OPENING or self._due is None or self._due > now:
            return
        if self._broken("auth-sent-once"):
            self._due = None
        elif self._tries < MAX_TRIES or self._broken("auth-repeated-for-ever"):
            self._tries = min(self._tries, 3) if self._broken("auth-repeated-for-ever") \
                else self._tries
            self.send_auth(now)
        else:
            code = None if self._broken("handshake-given-up-silently") else Code.CONNECTION
            self.fail(code, now)

    # ---- what both check ----

    def fail(self, code, now, outcome=Outcome.HANDSHAKE):
        """The handshake ends here, with an ERROR of this code if there is one."""
        if code is not None:
            self.session.send_error(code, now)
        if self._broken("session-survives-bad-handshake") and code is Code.FINISH_INVALID:
            return
        self.session.end(outcome, now)

    def derive(self, packet):
        """The session key with the sender of this AUTH; raises `BadKey`."""
        self.session.key = self._pair.session_key(packet.key)
        self.peer_key = packet.key
        session = self.session
        session.outbound.cipher = Cipher(session.key, session.codec.dialect, session.server,
                                         self._broken)

    def open(self, now):
        """The session is open."""
        self._due = None
        self.session.state = State.OPEN
        self.session.last_heard = now


def certificate_problem(packet, setting, wall_ms, broken):
    """Whether the peer's certificate, or that it has none, ends the handshake."""
    if not setting.anchors or broken("certificates-unchecked"):
        return False
    if packet.certificate is None:
        return not broken("missing-certificate-taken")
    return not verifies(packet.certificate, setting.anchors, wall_ms, broken)


class ServerOpening(Opening):
    """The handshake at the server, from the client's AUTH on."""

    def begin(self, packet, now):
        """Answers the first AUTH; raises `BadKey` before anything is sent."""
        self.derive(packet)
        self._answer(packet, now)

    def repeat(self, packet, now):
        """The same AUTH again gets the same AUTH and a new ACK."""
        broken = self._broken
        if broken("repeated-auth-unanswered"):
            return
        if self.session.state is State.OPEN and broken("late-repeated-auth-unanswered"):
            return
        tries, due = self._tries, self._due
        if broken("repeated-auth-gets-new-key"):
            self._pair = KeyPair(broken)
            self._auth.key = self._pair.public
            self.derive(packet)
        self._answer(packet, now)
        self._tries, self._due = tries, due

    def _answer(self, packet, now):
        broken = self._broken
        if self._tries and broken("repeated-auth-gets-ack-alone"):
            self.send_finished(packet.sequence, now)
            return
        self.send_auth(now)
        if self._tries > 1 and broken("repeated-auth-gets-auth-alone"):
            return
        if broken("server-sends-no-finished"):
            return
        self.send_finished(packet.sequence, now, broken("server-finished-empty"))
        if broken("open-without-finished"):
            self.open(now)

    def receive(self, datagram, packet, now):
        """Takes a packet while the session is not open; AUTH has been taken already."""
        broken, session = self._broken, self.session
        if broken("early-packets-taken") and packet.kind is Kind.DEFAULT:
            self.open(now)
            session.receive(datagram, now)
        elif broken("early-ping-answered") and packet.kind is Kind.HEARTBEAT:
            session.receive(datagram, now)
        elif broken("early-packets-acknowledged") and packet.has(RELIABLE):
            ack = Packet(Kind.ACK, ack_id=packet.sequence)
            session.outbound.transmit(ack, now=now)
        elif broken("early-packets-refused") and packet.kind in (Kind.DEFAULT, Kind.HEARTBEAT):
            session.send_error(Code.CONNECTION, now)
        elif packet.kind is Kind.ACK and packet.ack_id == self.sequence:
            self.take_finished(packet, now)
        elif packet.kind is Kind.ERROR:
            self._take_error(packet.error, now)

    def wants(self, packet):
        """Whether this is an ACK of the own AUTH with data."""
        return packet.kind is Kind.ACK and packet.ack_id == self.sequence and bool(packet.data)

    def take_finished(self, packet, now):
        """The client's ACK of the own AUTH; without data it is no *finished*."""
        if not packet.data and not self._broken("empty-finished-taken"):
            return
        data = self._decoded(packet)
        if data is None:
            return
        if not packet.data or proves(data, self.session.key, self._broken):
            self.session.note(packet, now)
            self.open(now)
        else:
            self.fail(Code.FINISH_INVALID, now)

    def _decoded(self, packet):
        try:
            return self.session.outbound.coder.decode(packet, self.session.outbound.cipher)
        except Problem:
            return None

    def _take_error(self, error, now):
        if error[0] == 1 or error in (Code.DISCONNECT.value, Code.CLIENT_DISCONNECT.value):
            self.session.end(Outcome.REFUSED, now)


class ClientOpening(Opening):
    """The handshake at the client."""

    def __init__(self, session, setting, broken):
        super().__init__(session, setting, broken)
        self._server_auth = None
        self._finished = None

    def receive(self, _datagram, packet, now, wall_ms):
        """Takes a packet while the session is not open."""
        if packet.kind is Kind.AUTH:
            self._take_auth(packet, now, wall_ms)
        elif packet.kind is Kind.ACK and packet.ack_id == self.sequence:
            self._take_ack(packet, now)
        elif packet.kind is Kind.ERROR:
            self._take_error(packet.error, now)

    def repeat(self, packet, now):
        """An AUTH while the session is open: the server has missed the ACK if it is the same."""
        if packet.key == self.peer_key and not self._broken("repeated-server-auth-unanswered"):
            self.send_finished(packet.sequence, now)

    def _take_auth(self, packet, now, wall_ms):
        broken = self._broken
        if self._server_auth is not None and packet.key == self.peer_key:
            return
        try:
            self.derive(packet)
        except BadKey:
            if not broken("bad-key-ignored"):
                self.fail(Code.CONNECTION, now)
            return
        if certificate_problem(packet, self._setting, wall_ms, broken):
            self.fail(Code.CERTIFICATE_INVALID, now)
            return
        self._server_auth = packet
        if broken("early-finished-dropped"):
            self._finished = None
        self._check(now)

    def _take_ack(self, packet, now):
        if packet.data or self._broken("empty-finished-taken"):
            self._finished = packet
            self._check(now)

    def _check(self, now):
        """Opens the session once AUTH and *finished* are both there and good."""
        auth, ack, broken = self._server_auth, self._finished, self._broken
        if auth is not None and broken("open-without-finished"):
            self.send_finished(auth.sequence, now)
            self.open(now)
            return
        if auth is None or ack is None:
            return
        session = self.session
        try:
            data = session.outbound.coder.decode(ack, session.outbound.cipher)
        except Problem:
            self._finished = None
            return
        if ack.data and not proves(data, session.key, broken):
            self._finished = None
            self.fail(Code.FINISH_INVALID, now)
            return
        if not broken("client-sends-no-finished"):
            self.send_finished(auth.sequence, now, broken("client-finished-empty"))
        session.note(ack, now)
        self.open(now)

    def _take_error(self, error, now):
        if self._broken("handshake-error-ignored"):
            return
        if error[0] == 1 or error in (Code.DISCONNECT.value, Code.SERVER_DISCONNECT.value):
            self.session.end(Outcome.REFUSED, now)
