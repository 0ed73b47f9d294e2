"""All sessions on one socket: each packet to its session, timers, the end of sessions.

Sans I/O: datagrams and times in, datagrams out. Addresses are socket addresses, host first.
"""

from .handshake import ClientOpening, ServerOpening, certificate_problem
from .keys import BadKey, KeyPair
from .session import Outcome, Session, State
from .wire import PING, Code, Codec, Kind, Packet, Problem

# For how long what still comes of an ended session is ignored (CLIP-ERR-1).
LINGER = 10.0


class Endpoint:
    """What both roles share."""

    SERVER = False

    def __init__(self, setting, broken, application):
        self.setting = setting
        self.broken = broken
        self.application = application
        self.codec = Codec(setting.dialect, broken, setting.flags)
        # Address to session, ended ones among them until they are forgotten.
        self.sessions = {}
        # Session to its handshake.
        self.openings = {}
        # Pairs (datagram, address) to send, in order; the owner takes them away.
        self.outgoing = []
        if broken("keys-kept"):
            setting.shared_pair = setting.shared_pair or KeyPair(broken)

    # ---- the loop's side ----

    def receive(self, datagram, address, now, wall_ms):
        """Takes a datagram; `now` is monotonic in seconds, `wall_ms` since 1970 in ms."""
        try:
            packet = self.codec.decode(datagram)
        except Problem:
            packet = None
        session = self.sessions.get(address)
        if packet is not None and packet.kind is Kind.AUTH:
            if self.setting.handshake or self.broken("auth-taken-without-handshake"):
                self._receive_auth(packet, address, session, now, wall_ms)
        elif session is None:
            self.receive_stranger(datagram, packet, address, now)
        elif session.state is State.OPEN:
            self.receive_open(datagram, packet, address, session, now)
        elif session.state is State.OPENING and packet is not None:
            self.receive_opening(datagram, packet, session, now, wall_ms)
        elif session.told and self.broken("ended-session-answers"):
            session.receive(datagram, now)
        self.settle(now)

    def _receive_auth(self, packet, address, session, now, wall_ms):
        """An AUTH whose layout is right."""
        raise NotImplementedError

    def receive_stranger(self, datagram, packet, address, now):
        """A datagram of an address without session; `packet` is None when it is malformed."""

    def receive_opening(self, datagram, packet, session, now, wall_ms):
        """A packet while the session is not open: only AUTH, ACK and ERROR are heeded."""
        raise NotImplementedError

    def receive_open(self, datagram, packet, address, session, now):
        """A datagram while the session is open."""
        session.receive(datagram, now)

    def deadline(self):
        """When `fire` must be called next, or None."""
        times = [self.session_deadline(session) for session in self.sessions.values()]
        return min((time for time in times if time is not None), default=None)

    def session_deadline(self, session):
        """When something of this session is due, or None."""
        if session.state is State.ENDED:
            return session.ended_at + LINGER
        times = [session.deadline()]
        if session in self.openings:
            times.append(self.openings[session].deadline())
        return min((time for time in times if time is not None), default=None)

    def fire(self, now):
        """Runs the timers that are due."""
        for session in list(self.sessions.values()):
            if session.state is not State.ENDED:
                session.fire(now)
                if session in self.openings:
                    self.openings[session].fire(now)
        self.settle(now)

    def abort_all(self, now):
        """Ends every session, as a program that ends does."""
        for session in self.sessions.values():
            session.close(now)
        self.sessions.clear()

    # ---- the application's side ----

    def find(self, number):
        """The open session of that number, or None."""
        for session in self.sessions.values():
            if session.number == number and session.state is State.OPEN:
                return session
        return None

    def write(self, number, data, flags, now):
        """Sends a packet of the application; False when the session takes none."""
        session = self.find(number)
        return session is not None and session.outbound.write(data, flags, now)

    def close(self, number, now):
        """Ends the session of that number, if it lives."""
        session = self.find(number)
        if session is not None:
            session.close(now)
            self.settle(now)

    # ---- sessions ----

    def begin(self, address, now):
        """A new session with this address."""
        def send(datagram):
            self.outgoing.append((datagram, address))

        session = Session(self.codec, self.SERVER, self.broken, send, now, self.setting.sequence)
        session.address = address
        return session

    def settle(self, now):
        """Tells the application what has happened, and forgets what is long over."""
        for address, session in list(self.sessions.items()):
            self.tell(session, now)
            if session.state is State.ENDED and session.ended_at + LINGER <= now:
                del self.sessions[address]
                self.openings.pop(session, None)

    def tell(self, session, now):
        """Tells the application what has happened to one session."""
        if session.state is State.OPEN and not session.told:
            session.told = True
            session.number = session.number or self.application.begin()
            self.application.opened(session.number, session.address)
        while session.delivered:
            data, flags = session.delivered.pop(0)
            echo = self.application.deliver(session.number, data, flags)
            if echo is not None and session.state is State.OPEN:
                session.outbound.write(*echo, now)
        if session.state is State.ENDED and session.outcome is not None:
            if session.number:
                self.application.ended(session.number, session.outcome)
            session.outcome = None


class Server(Endpoint):
    """Answers handshakes and serves many sessions."""

    SERVER = True

    def __init__(self, setting, broken, application):
        super().__init__(setting, broken, application)
        # Address to a session whose handshake may replace the open one.
        self._rivals = {}

    def receive_stranger(self, datagram, packet, address, now):
        """Without a handshake the first packet of an address opens its session (CLIP-AUTH-6)."""
        if self.broken("strangers-answered-at-length") and datagram and datagram[0] & 15 != 4:
            self._refuse(address, Code.CONNECTION, now, b"there is no session with this address")
            return
        if self.setting.handshake:
            if self.broken("ping-of-stranger-answered") and packet is not None \
                    and packet.kind is Kind.HEARTBEAT:
                self.begin(address, now).receive(datagram, now)
            return
        if packet is None or packet.kind is Kind.ERROR:
            return
        if self._full():
            self._refuse(address, Code.NO_SPACE, now)
            return
        session = self.sessions[address] = self.begin(address, now)
        session.state = State.OPEN
        session.receive(datagram, now)

    def receive_opening(self, datagram, packet, session, now, wall_ms):
        """The client's ACK, mostly."""
        self.openings[session].receive(datagram, packet, now)

    def receive_open(self, datagram, packet, address, session, now):
        """A packet of the session, or the *finished* of the handshake that replaces it."""
        rival = self._rivals.get(address)
        if rival is not None and packet is not None and self.openings[rival].wants(packet):
            self.openings[rival].take_finished(packet, now)
            if rival.state is State.OPEN:
                self._replace(address, session, rival, now)
                return
            if rival.state is State.ENDED:
                self._forget_rival(address)
                if self.broken("bad-rival-ends-session"):
                    session.end(Outcome.REPLACED, now)
                return
        session.receive(datagram, now)

    def _receive_auth(self, packet, address, session, now, wall_ms):
        broken = self.broken
        if session is not None and session in self.openings \
                and self.openings[session].peer_key == packet.key:
            if session.state is not State.ENDED:
                self.openings[session].repeat(packet, now)
            return
        if session is not None and session.state is State.OPEN:
            rival = self._rivals.get(address)
            if rival is not None and self.openings[rival].peer_key == packet.key:
                self.openings[rival].repeat(packet, now)
            elif not broken("new-key-unanswered"):
                self._begin_rival(packet, address, session, now, wall_ms)
            return
        if session is not None and session.state is State.OPENING:
            del self.openings[session], self.sessions[address]
        if self._full():
            self._refuse(address, Code.NO_SPACE, now)
            return
        opened = self._open(packet, address, now, wall_ms)
        if opened is not None:
            self.sessions[address] = opened

    def _open(self, packet, address, now, wall_ms):
        """A session that answers this AUTH, or None when it is refused."""
        session = self.begin(address, now)
        opening = ServerOpening(session, self.setting, self.broken)
        if certificate_problem(packet, self.setting, wall_ms, self.broken):
            session.send_error(Code.CERTIFICATE_INVALID, now)
            return None
        try:
            opening.begin(packet, now)
        except BadKey:
            session.send_error(Code.CONNECTION, now)
            return None
        self.openings[session] = opening
        return session

    def _begin_rival(self, packet, address, session, now, wall_ms):
        self._forget_rival(address)
        rival = self._open(packet, address, now, wall_ms)
        if rival is None:
            return
        self._rivals[address] = rival
        if self.broken("new-key-replaces-at-once"):
            self._replace(address, session, rival, now)

    def _replace(self, address, session, rival, now):
        session.end(Outcome.REPLACED, now)
        self.tell(session, now)
        self.openings.pop(session, None)
        del self._rivals[address]
        self.sessions[address] = rival

    def _forget_rival(self, address):
        rival = self._rivals.pop(address, None)
        self.openings.pop(rival, None)

    def _full(self):
        if self.setting.capacity is None or self.broken("capacity-ignored"):
            return False
        capacity = self.setting.capacity
        if self.broken("capacity-one-more"):
            capacity += 1
        live = sum(session.state is not State.ENDED for session in self.sessions.values())
        return live >= capacity

    def _refuse(self, address, code, now, text=b""):
        """An ERROR to an address without session."""
        session = self.begin(address, now)
        if text:
            session.outbound.transmit(Packet(Kind.ERROR, error=code.value), text, now=now)
        else:
            session.send_error(code, now)

    def session_deadline(self, session):
        """Also when a silent client is pinged or dropped (CLIP-BEAT-3)."""
        times = [super().session_deadline(session)]
        rival = self._rivals.get(session.address)
        if rival is not None:
            times.append(super().session_deadline(rival))
        if session.state is State.OPEN:
            times += [self._ping_at(session), session.last_heard + self._drop_after]
        return min((time for time in times if time is not None), default=None)

    @property
    def _drop_after(self):
        if self.broken("never-drops"):
            return float("inf")
        if self.broken("drops-with-the-ping"):
            return self.setting.ping_after
        return self.setting.drop_after

    def _ping_at(self, session):
        since = max(session.last_heard, session.pinged_at or 0.0)
        if self.broken("pings-whoever-speaks"):
            since = session.pinged_at or session.began
        return float("inf") if self.broken("never-pings") else since + self.setting.ping_after

    def fire(self, now):
        """Runs the timers that are due."""
        for session in self.sessions.values():
            if session.state is not State.OPEN:
                continue
            if session.last_heard + self._drop_after <= now:
                session.send_error(Code.DISCONNECT, now)
                session.end(Outcome.SILENT, now)
            elif self._ping_at(session) <= now:
                session.pinged_at = now
                session.outbound.transmit(Packet(Kind.HEARTBEAT, beat=PING), now=now)
        for address, rival in list(self._rivals.items()):
            self.openings[rival].fire(now)
            if rival.state is State.ENDED:
                self._forget_rival(address)
        super().fire(now)


class Client(Endpoint):
    """Opens sessions with servers."""

    def open(self, address, now):
        """Opens a session with a server; one that lives already is kept."""
        session = self.sessions.get(address)
        if session is not None and session.state is not State.ENDED:
            return
        session = self.sessions[address] = self.begin(address, now)
        session.number = self.application.begin()
        if self.setting.handshake:
            opening = self.openings[session] = ClientOpening(session, self.setting, self.broken)
            opening.send_auth(now)
            return
        # The session is open; the application is told once the server has spoken.
        session.state = State.OPEN
        session.told = True
        session.unheard = True
        session.outbound.transmit(Packet(Kind.HEARTBEAT, beat=PING), now=now)

    def receive_open(self, datagram, packet, address, session, now):
        """A packet of the session; without a handshake the first one tells that it is open."""
        if session.unheard:
            session.unheard = session.told = False
            self.tell(session, now)
        super().receive_open(datagram, packet, address, session, now)

    def receive_opening(self, datagram, packet, session, now, wall_ms):
        """The server's ACK, mostly."""
        self.openings[session].receive(datagram, packet, now, wall_ms)

    def _receive_auth(self, packet, address, session, now, wall_ms):
        if session is None or session.state is State.ENDED:
            return
        if session.state is State.OPENING:
            self.openings[session].receive(b"", packet, now, wall_ms)
        elif session in self.openings:
            self.openings[session].repeat(packet, now)

    @property
    def idle(self):
        """Whether every session is over."""
        return all(session.state is State.ENDED for session in self.sessions.values())
