"""A subject of PaperClip on a stage: one scripted peer, virtual time, repeatable chance.

The peer speaks with the whole package, whatever is broken in the subject.
"""

import contextlib
import random
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec

from paperclip import keys
from paperclip.application import Application
from paperclip.breaks import Broken
from paperclip.coding import Coder
from paperclip.endpoint import Client, Server
from paperclip.setting import Setting
from paperclip.wire import ENCRYPTED, FRAG, Codec, Dialect, Kind, Packet, Problem

HERE = ("127.0.0.1", 5000)
WALL_MS = 1_700_000_000_000
WHOLE = Broken()


@contextlib.contextmanager
def repeatable(seed=7):
    """Chance that comes the same way every time."""
    chance = random.Random(seed)
    numbers = iter(range(1_000, 1_000_000))
    with mock.patch("secrets.token_bytes", chance.randbytes), \
            mock.patch.object(keys, "generate",
                              lambda curve: ec.derive_private_key(next(numbers), curve)):
        yield


class Stage:
    """A subject in one role, and its peer."""

    def __init__(self, role, name=None, **setting):
        setting.setdefault("dialect", Dialect())
        self.role = role
        self.now = 0.0
        self.transcript = []
        self.events = []
        self.setting = Setting(**setting)
        broken = Broken(name)
        kind = Server if role == "server" else Client
        self.subject = kind(self.setting, broken, Application(broken, True, self.events.append))
        self.codec = Codec(self.setting.dialect, WHOLE)
        self.coder = Coder(self.setting.dialect, WHOLE)
        self.renew()

    def renew(self):
        """The peer begins a new session."""
        self.pair = keys.KeyPair(WHOLE)
        self.key = self.cipher = None
        self.sequence = 0
        # The Sequence ID of the subject's AUTH, and its public key.
        self.subject_auth = 0
        self.subject_key = b""

    # ---- the subject's side ----

    def give(self, datagram, address=HERE):
        """The subject receives a datagram; gives what it sends."""
        self.subject.receive(datagram, address, self.now, WALL_MS)
        return self.collect()

    def wait(self, seconds):
        """Lets time pass; gives what the subject sends."""
        end, sent = self.now + seconds, []
        while (deadline := self.subject.deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.subject.fire(self.now)
            sent += self.collect()
        self.now = end
        return sent

    def collect(self):
        """Takes what the subject has sent into the transcript."""
        sent = list(self.subject.outgoing)
        self.subject.outgoing.clear()
        self.transcript += [(round(self.now, 6), address, datagram) for datagram, address in sent]
        for datagram, _ in sent:
            with contextlib.suppress(Problem):
                packet = self.codec.decode(datagram)
                if packet.kind is Kind.AUTH:
                    self.subject_auth, self.subject_key = packet.sequence, packet.key
        return [datagram for datagram, _ in sent]

    # ---- the peer's side ----

    def number(self):
        """The peer's next Sequence ID."""
        sequence = self.sequence
        self.sequence = (sequence + 1) % 65_536
        return sequence

    def packet(self, kind=Kind.DEFAULT, data=b"", flags=0, **fields):
        """The datagrams of one packet of the peer."""
        coded = self.coder.encode(data, flags, self.cipher)
        sequence = fields.pop("sequence", None)
        packet = Packet(kind, coded.flags | flags & FRAG, vector=coded.vector,
                        checksum=coded.checksum,
                        sequence=self.number() if sequence is None else sequence,
                        fragment_number=len(coded.chunks))
        datagrams = []
        for at, chunk in enumerate(coded.chunks):
            packet.fragment_id, packet.data = at, chunk
            for name, value in fields.items():
                setattr(packet, name, value)
            datagrams.append(self.codec.encode(packet))
        return datagrams

    def send(self, kind=Kind.DEFAULT, data=b"", flags=0, **fields):
        """Sends one packet of the peer; gives what the subject sends."""
        sent = []
        for datagram in self.packet(kind, data, flags, **fields):
            sent += self.give(datagram)
        return sent

    def raw(self, data=b"", flags=0, kind=Kind.DEFAULT, **fields):
        """Sends one datagram with exactly this data on the wire."""
        fields.setdefault("sequence", self.sequence)
        self.sequence = (fields["sequence"] + 1) % 65_536
        packet = Packet(kind, flags, data=data, **fields)
        packet.vector = packet.vector or (bytes(self.setting.dialect.vector_width)
                                          if flags & ENCRYPTED else b"")
        return self.give(self.codec.encode(packet))

    def auth(self, **fields):
        """The peer's AUTH."""
        return self.packet(Kind.AUTH, key=self.pair.public, **fields)[0]

    def derive(self):
        """Learns the session key from the subject's AUTH; False when it sent none of use."""
        try:
            self.key = self.pair.session_key(self.subject_key)
        except keys.BadKey:
            return False
        self.cipher = keys.Cipher(self.key, self.setting.dialect, self.role == "client", WHOLE)
        return True

    def finish(self, **fields):
        """The peer's ACK with finished."""
        fields.setdefault("ack_id", self.subject_auth)
        fields.setdefault("data", keys.finished(self.key, WHOLE))
        data = fields.pop("data")
        return self.packet(Kind.ACK, data, **fields)[0]

    def open(self, order=("auth", "ack"), **auth):
        """The handshake; with `handshake` off, a PING."""
        if self.role == "client":
            self.subject.open(HERE, self.now)
            self.collect()
        if not self.setting.handshake:
            self.send(Kind.HEARTBEAT)
            return
        if self.role == "server":
            self.give(self.auth(**auth))
            if self.derive():
                self.give(self.finish())
        elif self.derive():
            datagrams = {"auth": self.auth(**auth)}
            datagrams["ack"] = self.finish()
            for name in order:
                self.give(datagrams[name])
