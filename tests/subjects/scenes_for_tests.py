"""Plays of a peer within a session, for either role; `stage.open()` is the whole handshake."""

from packets_for_tests import ABORT, COMPLETE, COOKIE, COOKIE_ACK, SHUTDOWN_ACK

OTHER_PORT = ("127.0.0.1", 5001)


def malformed(datagram):
    """A scene in which a datagram that is no packet comes between two that are."""
    def scene(stage):
        stage.open()
        stage.send(datagram(stage))
        stage.send(stage.data(3, 0, b"abc"))
    return scene


def strays(stage):
    """Packets of no session."""
    for kind in (COOKIE_ACK, SHUTDOWN_ACK, COMPLETE, ABORT):
        stage.send(stage.short(kind, b"no!"))
    stage.send(stage.data(3, 0, b"abc", tag=b"no!"))
    stage.send(bytes([COOKIE]) + bytes(31))


def strangers(kind):
    """A scene in which a packet comes with a wrong tag or from a wrong port."""
    def scene(stage):
        stage.open()
        builders = {"data": lambda tag: stage.data(3, 0, b"abc", tag=tag),
                    "shutdown": lambda tag: stage.shutdown(0, tag=tag),
                    "abort": lambda tag: stage.short(ABORT, tag)}
        stage.send(builders[kind](b"no!"))
        stage.send(builders[kind](stage.own), OTHER_PORT)
        stage.send(stage.data(3, 0, b"xyz"))
    return scene


def receiving(stage):
    """In order, beyond a gap, filled, repeated, overlapping, large."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.data(9, 3, b"ghi"))
    stage.send(stage.data(6, 3, b"def"))
    stage.send(stage.data(9, 9))
    stage.send(stage.data(6, 9, b"def"))
    stage.send(stage.data(11, 9, b"hijk"))
    stage.send(stage.data(11, 11))
    stage.send(stage.data(11 + 1458, 11, bytes(1458)))
    stage.wait(1)


def before_zero(stage):
    """DATA that would begin before offset 0."""
    stage.open()
    stage.send(stage.data(3, 0, b"abcdef"))


def wrong_acknowledgements(stage):
    """AcknowledgedBytes from the future and from the past."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.data(6, 4, b"def"))
    stage.send(stage.data(6, 3, b"def"))
    stage.send(stage.data(9, 0, b"ghi"))


def outstanding(stage):
    """Much to echo, and repeated acknowledgements."""
    stage.open()
    for end in range(1000, 9000, 1000):
        stage.send(stage.data(end, 0, bytes(1000)))
    for _ in range(5):
        stage.send(stage.data(8000, 1000))


def deserted(stage):
    """Octets that nobody acknowledges."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.wait(60)


def closing(stage):
    """SHUTDOWN before the echo is through, repeated, then COMPLETE."""
    stage.open()
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.shutdown(0))
    stage.send(stage.shutdown(3))
    stage.send(stage.shutdown(3))
    stage.send(stage.data(3, 3, b"abc"))
    stage.wait(2)
    stage.send(stage.short(COMPLETE))
    stage.wait(10)


def closing_over_gap(stage):
    """SHUTDOWN while octets are missing."""
    stage.open()
    stage.send(stage.data(6, 0, b"def"))
    stage.send(stage.shutdown(0))
    stage.send(stage.data(3, 0, b"abc"))
    stage.send(stage.shutdown(6))


def crossing(stage):
    """SHUTDOWN-ACK in answer to SHUTDOWN-ACK, twice."""
    stage.open()
    stage.send(stage.shutdown(0))
    stage.send(stage.short(SHUTDOWN_ACK))
    stage.send(stage.short(SHUTDOWN_ACK))


def unasked(stage):
    """Answers to nothing, within a session."""
    stage.open()
    for kind in (COOKIE_ACK, SHUTDOWN_ACK, COMPLETE):
        stage.send(stage.short(kind))
    stage.send(stage.data(3, 0, b"abc"))


def aborting(stamp):
    """A scene with ABORT that carries one of the two stamps, and DATA after it."""
    def scene(stage):
        stage.open()
        stage.send(stage.short(ABORT, getattr(stage, stamp)))
        stage.send(stage.data(3, 0, b"abc"))
    return scene


IN_SESSION = (
    strays, receiving, before_zero, wrong_acknowledgements, outstanding, deserted, closing,
    closing_over_gap, crossing, unasked,
    malformed(lambda stage: b""),
    malformed(lambda stage: b"\0\0"),
    malformed(lambda stage: b"\x09" + stage.own),
    malformed(lambda stage: stage.shutdown(0) + b"\0"),
    malformed(lambda stage: stage.data(3, 0, b"abc", length=4)),
    malformed(lambda stage: stage.data(3, 0, b"abc", length=2)),
    strangers("data"), strangers("shutdown"), strangers("abort"),
    aborting("own"), aborting("theirs"),
)
