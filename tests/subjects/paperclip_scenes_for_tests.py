"""Scenes that a peer of PaperClip plays, in either role: together they show every break."""

import datetime
import functools
import zlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from paperclip.keys import KeyPair, finished
from paperclip.wire import (
    CHECKSUM, COMPRESSED, ENCRYPTED, FRAG, MAX_DATA, PING, PONG, RELIABLE, Kind, Packet,
)
from paperclip_stage_for_tests import WHOLE

OTHER = ("127.0.0.1", 5001)
TEXT = b"an octet, and another octet, " * 3
LARGE = bytes(range(256)) * 10


def deflated(data):
    """Raw DEFLATE of the data."""
    deflate = zlib.compressobj(wbits=-15)
    return deflate.compress(data) + deflate.flush()


def newest(stage):
    """The newest Sequence ID of the subject."""
    sessions = list(stage.subject.sessions.values())
    return (sessions[0].outbound.next - 1) % 65_536 if sessions else 0


# ---- an open session ----

def plain(stage):
    """Packets of every kind, repeated, beyond gaps, empty."""
    stage.open()
    for flags in (0, RELIABLE):
        stage.send(data=b"hello", flags=flags)
        stage.send(data=b"", flags=flags)
        late = stage.packet(data=b"late", flags=flags)
        for datagram in stage.packet(data=b"later", flags=flags) + late + late:
            stage.give(datagram)
    old = stage.packet(data=b"old", flags=RELIABLE)[0]
    older = stage.packet(data=b"old", flags=0)[0]
    stage.give(old)
    stage.give(older)
    for _ in range(70):
        stage.send(data=b"x", flags=RELIABLE)
    stage.give(old)
    stage.give(older)
    for beat in (PING, PONG):
        for flags in (0, RELIABLE):
            stage.send(Kind.HEARTBEAT, b"heart", flags, beat=beat)
    stage.send(Kind.HEARTBEAT)
    stage.send(Kind.ACK, ack_id=0)
    stage.send(Kind.ACK, flags=RELIABLE, ack_id=0)


def acknowledged(stage):
    """What the subject sends reliably, acknowledged by ID, by bits, by void ACKs."""
    stage.open()
    stage.send(data=b"void", flags=RELIABLE)
    stage.send(Kind.ACK, ack_id=(newest(stage) + 5) % 65_536, ack_bits=0x0800)
    stage.wait(0.15)
    stage.send(Kind.ACK, ack_id=newest(stage))
    stage.wait(1)
    for bits in (0x8000, 0x4000, 0x0001):
        stage.send(data=b"one", flags=RELIABLE)
        stage.send(data=b"two")
        stage.send(Kind.ACK, ack_id=newest(stage), ack_bits=bits)
        stage.wait(1)
        stage.send(Kind.ACK, ack_id=newest(stage) - 1)
    stage.wait(30)


def given_up(stage):
    """Nothing is ever acknowledged, whole or in fragments."""
    stage.open()
    stage.send(data=LARGE, flags=RELIABLE)
    stage.wait(60)


def coded(stage):
    """Data under every flag, small and large."""
    stage.open()
    cipher = ENCRYPTED if stage.cipher else 0
    for flags in (CHECKSUM, COMPRESSED, cipher, CHECKSUM | COMPRESSED | cipher, RELIABLE | cipher,
                  RELIABLE | CHECKSUM | cipher):
        for data in (b"", TEXT, bytes(16), bytes(MAX_DATA), bytes(MAX_DATA + 1), LARGE):
            stage.send(data=data, flags=flags)
            stage.wait(0.02)
    stage.send(data=LARGE * 60)
    stage.wait(0.5)


def damaged(stage):
    """Data that does not decode."""
    stage.open()
    for reliable in (0, RELIABLE):
        for data in (b"", TEXT):
            for wrong in (1, 0x100):
                stage.send(data=data, flags=CHECKSUM | reliable,
                           checksum=stage.coder.encode(data, CHECKSUM, None).checksum ^ wrong)
        for data in (b"\xff\xff\xff", b"", deflated(TEXT)[:-2], deflated(TEXT) + b"!",
                     deflated(bytes(251_941)), deflated(bytes(70_000))):
            stage.raw(data, COMPRESSED | reliable)
        if not stage.cipher:
            continue
        vector = stage.cipher.new_vector()
        whole = stage.cipher.encrypt(vector, TEXT)
        for data in (whole[:-1], b"", whole + b"x"):
            stage.raw(data, ENCRYPTED | reliable, vector=vector)
        stage.send(data=b"alive", flags=ENCRYPTED)


def malformed(stage):
    """Headers that no packet has; the session goes on."""
    stage.open()
    width = stage.setting.dialect.number_width
    number = bytes(width)
    for datagram in (
            b"", b"\x00", b"\x10", b"\x15", b"\x05", b"\x04", b"\x14", b"\x00\x00",
            b"\x10\x00" + number, b"\x80\x00" + number + b"version", b"\x35\x01" + number,
            b"\x05\x00" + number + b"type", b"\x0f\x00" + number + b"type", b"\x05\x01" + number,
            b"\x00\x01" + number + b"flag", b"\x00\x02" + number, b"\x00\x04" + number + b"flag",
            b"\x00\x08" + number, b"\x00\x10" + number, b"\x00\x40" + number, b"\x01\x00" + number,
            b"\x03\x00" + number, b"\x04\x00" + number, b"\x04\x01" + number + b"\x30",
            b"\x74\x00" + number + b"\x30", b"\x00\x01"):
        stage.give(datagram)
        stage.send(data=b"alive")
    stage.raw(bytes(MAX_DATA))
    stage.raw(bytes(MAX_DATA + 1))
    if stage.setting.dialect.deployed:
        stage.give(b"\x00\x80\x00\x01\x01\x00wide")
    stage.send(data=b"alive")


def errors(stage):
    """Every ERROR that ends nothing."""
    stage.open()
    own = (2, 1) if stage.role == "client" else (2, 2)
    for major in range(16):
        for minor in range(16):
            if (major, minor) not in ((2, 0), own):
                stage.send(Kind.ERROR, error=(major, minor))
    stage.send(data=b"alive")


def ended_by_either(stage):
    """ERROR 2.0."""
    stage.open()
    stage.send(Kind.ERROR, error=(2, 0))
    stage.send(data=b"dead", flags=RELIABLE)
    stage.wait(11)


def ended(stage):
    """The peer's own disconnect."""
    stage.open()
    stage.send(Kind.ERROR, error=(2, 1) if stage.role == "client" else (2, 2))
    stage.send(data=b"dead", flags=RELIABLE)
    stage.send(Kind.HEARTBEAT)


# ---- fragments ----

def fragmented(stage):
    """Fragments in order, out of order, repeated, again and again."""
    stage.open()
    for flags in (0, RELIABLE):
        parts = stage.packet(data=LARGE, flags=flags)
        for order in ((0, 1, 2), (0, 1, 2), (2,)):
            for at in order:
                stage.give(parts[at])
        for order in ((2, 0, 1), (0, 0, 0, 1, 2), (1, 1, 2, 0)):
            parts = stage.packet(data=LARGE, flags=flags)
            for at in order:
                stage.give(parts[at])
    stage.raw(b"", FRAG | RELIABLE, fragment_number=1)
    stage.wait(0.05)


def mistaken_fragments(stage):
    """Fragments that cannot be."""
    stage.open()
    stage.raw(b"x", FRAG, fragment_id=0, fragment_number=0)
    stage.raw(b"x", FRAG, fragment_id=3, fragment_number=2)
    stage.raw(b"x", FRAG, fragment_id=2, fragment_number=2)
    stage.raw(bytes(MAX_DATA), FRAG, fragment_id=127, fragment_number=128)
    for change in ({"fragment_number": 4}, {"flags": FRAG | RELIABLE}, {"kind": Kind.HEARTBEAT},
                   {"data": b"short"}):
        sequence = stage.number()
        fields = {"data": bytes(MAX_DATA), "flags": FRAG, "fragment_number": 3,
                  "sequence": sequence}
        stage.raw(**fields)
        stage.raw(**{**fields, "fragment_id": 1, **change})
        for at in (1, 2):
            stage.raw(**{**fields, "fragment_id": at})


def unfinished(stage):
    """Packets that wait for their last fragment: many, and for long."""
    stage.open()
    packets = [stage.packet(data=LARGE + bytes([at])) for at in range(40)]
    for parts in packets:
        stage.give(parts[0])
    for parts in packets[8:] + packets[:8]:
        stage.give(parts[1])
        stage.give(parts[2])
    for pauses in ((3, 3), (6, 6), (11, 0)):
        parts = stage.packet(data=LARGE)
        for at, pause in enumerate(pauses):
            stage.give(parts[at])
            stage.wait(pause)
        stage.give(parts[2])
    stage.wait(1)


# ---- the wrap ----

def wrapped(stage):
    """Both sides cross 65535."""
    stage.sequence = 65_530
    stage.setting.sequence = 65_530
    stage.open()
    for at in range(12):
        repeated = stage.packet(data=b"wrap", flags=RELIABLE)[0]
        stage.give(repeated)
        if at == 6:
            stage.give(repeated)
    stage.send(Kind.ACK, ack_id=3, ack_bits=0xFFFF)
    stage.wait(5)


def half_wrapped(stage):
    """The subject crosses 32767."""
    stage.setting.sequence = 32_765
    stage.open()
    for _ in range(4):
        stage.send(data=b"half")


# ---- the handshake ----

def begun(stage):
    """The subject begins, or hears an AUTH: nothing more comes."""
    if stage.role == "client":
        stage.subject.open(("127.0.0.1", 5000), stage.now)
        stage.collect()
    else:
        stage.give(stage.auth())
        stage.give(stage.auth(sequence=0))
    stage.wait(60)


def begun_without_finished(stage):
    """Everything but finished, then finished: repeated, wrong, early."""
    wrong = bytes(32)
    for data in (b"", wrong, None, "half", "cut"):
        stage.renew()
        stage.wait(100)
        if stage.role == "client":
            stage.subject.open(("127.0.0.1", 5000), stage.now)
            stage.collect()
        else:
            stage.give(stage.auth())
        if not stage.derive():
            return
        auth = stage.auth(sequence=0)
        if stage.role == "client":
            stage.give(auth)
        early(stage)
        good = finished(stage.key, WHOLE)
        data = {"half": good[:16] + wrong[:16], "cut": good[:8], None: good}.get(data, data)
        stage.give(stage.finish(data=data))
        stage.send(data=b"open?")
        stage.give(stage.finish())
        stage.give(stage.finish(sequence=1))
        stage.give(auth)
        stage.send(data=b"open?")
        stage.send(Kind.ERROR, error=(2, 0))


def early(stage):
    """Packets that are not heeded before the session is open."""
    stage.send(data=b"early", flags=RELIABLE)
    stage.send(Kind.HEARTBEAT)
    stage.send(data=b"early")


def strangers(stage):
    """Packets of an address that has no session."""
    stage.give(stage.packet(Kind.HEARTBEAT)[0], OTHER)
    stage.give(b"\x00", OTHER)
    stage.give(stage.packet(data=b"stranger")[0], OTHER)


def in_other_order(stage):
    """At a client finished comes before AUTH."""
    stage.open(order=("ack", "auth"))
    stage.send(data=b"hello")


def refused(stage):
    """ERROR in the handshake."""
    if stage.role == "client":
        stage.subject.open(("127.0.0.1", 5000), stage.now)
        stage.collect()
    else:
        stage.give(stage.auth())
    stage.send(Kind.ERROR, error=(1, 1))
    stage.wait(5)


def bad_keys(stage):
    """Keys that are none, and an AUTH that is none."""
    for key in (b"", b"key", bytes(120), stage.pair.public[:-1] + b"\0"):
        stage.wait(60)
        if stage.role == "client":
            stage.subject.open(("127.0.0.1", 5000), stage.now)
            stage.collect()
        stage.give(stage.packet(Kind.AUTH, key=key)[0])


def other_keys(stage):
    """An AUTH with another key on an open session: never finished, wrongly finished, finished."""
    stage.open()
    old = (stage.key, stage.cipher, stage.sequence)
    for data in (bytes(32), None):
        stage.pair = KeyPair(WHOLE)
        stage.give(stage.auth(sequence=0))
        stage.key, stage.cipher, stage.sequence = old
        stage.send(data=b"old", flags=ENCRYPTED if stage.cipher else 0)
        old = (stage.key, stage.cipher, stage.sequence)
        if stage.role == "client" or not stage.derive():
            return
        stage.give(stage.finish(**({} if data is None else {"data": data}), sequence=1))
        stage.sequence = 40
        stage.send(data=b"new", flags=ENCRYPTED)
        stage.send(data=b"new")


def several(stage):
    """Two peers at a server that has room for one."""
    stage.setting.capacity = 1
    stage.open()
    stage.renew()
    for port in (5001, 5002):
        stage.give(stage.auth(sequence=0), ("127.0.0.1", port))
    stage.wait(5)


def two_sessions(stage):
    """Two sessions, one after the other."""
    for _ in range(2):
        stage.renew()
        stage.open()
        stage.send(Kind.ERROR, error=(2, 0))


def silent(stage):
    """A peer that speaks, and then is silent."""
    stage.open()
    for _ in range(4):
        stage.wait(20)
        stage.send(data=b"tick")
    stage.wait(150)


def exposed(stage):
    """AUTH where there is no handshake, and flags that are not declared."""
    stage.open()
    stage.give(stage.auth())
    stage.give(stage.codec.encode(Packet(Kind.DEFAULT, COMPRESSED, data=b"\x03\x00")))


# ---- certificates ----

NOW = datetime.datetime(2023, 11, 14, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


@functools.cache
def anchors():
    """Private keys and certificates of the trust anchors, by name."""
    owners = {"p384": ec.generate_private_key(ec.SECP384R1()),
              "p256": ec.generate_private_key(ec.SECP256R1()),
              "rsa": rsa.generate_private_key(65537, 2048)}
    return {name: (owner, certificate(owner, owner)) for name, owner in owners.items()}


def certificate(signer, owner, name="anchor", begins=-1, ends=400):
    """A certificate in DER, valid between days from now."""
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anchor")])
    made = x509.CertificateBuilder(issuer, named, owner.public_key(), 1_000,
                                   NOW + begins * DAY, NOW + ends * DAY)
    return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@functools.cache
def certificates():
    """What peers show: good ones and bad ones, and none."""
    owner, made = ec.generate_private_key(ec.SECP256R1()), anchors()
    good = {name: certificate(key, owner, "peer") for name, (key, _) in made.items()}
    key = made["p384"][0]
    return (*good.values(), made["p384"][1], None, b"none",
            certificate(owner, owner, "peer"), certificate(key, owner, "peer", -9, -2),
            certificate(key, owner, "peer", 2, 9))


def certified(stage):
    """Handshakes with every certificate, at a subject with anchors and a certificate."""
    stage.setting.anchors = [made for _, made in anchors().values()]
    stage.setting.certificate = certificates()[0]
    for shown in certificates():
        stage.renew()
        stage.open(certificate=shown)
        stage.send(data=b"open?")
        stage.send(Kind.ERROR, error=(2, 0))
        stage.wait(60)


def badly_certified(stage):
    """A certificate of size 0, and octets after the certificate."""
    for tail in (b"\0\0", b"\0\1xy", b"\0\2x", b"\0"):
        stage.wait(60)
        if stage.role == "client":
            stage.subject.open(("127.0.0.1", 5000), stage.now)
            stage.collect()
        stage.give(stage.auth(sequence=0) + tail)
        if stage.derive():
            stage.give(stage.finish())
