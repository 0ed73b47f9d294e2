"""MNET packets written by hand for the tests: nothing here is shared with the subject."""

DATA, INIT, COOKIE, ECHO, COOKIE_ACK, SHUTDOWN, SHUTDOWN_ACK, COMPLETE, ABORT = range(9)
X = b"\x58\x01\xfe"
Y = b"\x59\xff\x02"


class Packets:
    """Builds the packets of one side of one session, the connector's, and reads the other's."""

    def __init__(self, byte_order="little", tags="sender", x=X):
        self.byte_order = byte_order
        self.tags = tags
        self.x = x
        self.y = None
        self.cookie = None

    @property
    def own(self):
        """The tag that the connector stamps."""
        return self.y if self.tags == "receiver" else self.x

    @property
    def theirs(self):
        """The tag that the listener stamps."""
        return self.y if self.tags == "sender" else self.x

    def number(self, value, width=4):
        """An integer in the dialect's byte order."""
        return (value % 2 ** (8 * width)).to_bytes(width, self.byte_order)

    def value(self, octets):
        """The integer in octets."""
        return int.from_bytes(octets, self.byte_order)

    def init(self, magic=b"MNET", version=1):
        """INIT."""
        return bytes([INIT]) + magic + bytes([version]) + self.x

    def take_cookie(self, cookie):
        """Learns Y from a COOKIE."""
        assert cookie[0] == COOKIE and len(cookie) == 32, cookie
        self.cookie, self.y = cookie, cookie[1:4]

    def echo(self, flip=None):
        """COOKIE-ECHO, with the lowest bit of octet `flip` changed."""
        octets = bytearray(self.cookie)
        octets[0] = ECHO
        if flip is not None:
            octets[flip] ^= 1
        return bytes(octets)

    def data(self, end, acknowledged, payload=b"", tag=None, length=None):
        """DATA whose OutgoingSequence is `end`."""
        length = len(payload) if length is None else length
        head = bytes([DATA]) + (tag or self.own) + self.number(end) + self.number(acknowledged)
        return head + self.number(length, 2) + payload

    def shutdown(self, acknowledged, tag=None):
        """SHUTDOWN."""
        return bytes([SHUTDOWN]) + (tag or self.own) + self.number(acknowledged)

    def short(self, kind, tag=None):
        """COOKIE-ACK, SHUTDOWN-ACK, SHUTDOWN-COMPLETE or ABORT."""
        return bytes([kind]) + (tag or self.own)

    def fields(self, data):
        """(tag, sequence, acknowledged, payload) of a DATA, whose length must be right."""
        assert data[0] == DATA and self.value(data[12:14]) == len(data) - 14, data
        return data[1:4], self.value(data[4:8]), self.value(data[8:12]), data[14:]


class ListenerPackets(Packets):
    """Builds the listener's packets of one session and reads the connector's."""

    def __init__(self, byte_order="little", tags="sender", y=Y):
        super().__init__(byte_order, tags, None)
        self.y = y

    @property
    def own(self):
        return self.y if self.tags == "sender" else self.x

    @property
    def theirs(self):
        return self.y if self.tags == "receiver" else self.x

    def take_init(self, init):
        """Learns X from an INIT."""
        assert init[0] == INIT and len(init) == 9, init
        self.x = init[6:9]

    def bake(self, version=1, x=None, y=None):
        """A COOKIE; expiration and HMAC are a listener's own affair."""
        octets = bytes([COOKIE]) + (y or self.y) + (x or self.x) + bytes([version])
        return octets + bytes(range(100, 124))
