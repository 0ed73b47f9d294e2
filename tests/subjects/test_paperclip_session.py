"""Server and client of PaperClip in virtual time, over a link that loses, repeats and reorders."""

import heapq
import random
import unittest

from paperclip.application import Application
from paperclip.breaks import Broken
from paperclip.endpoint import Client, Server
from paperclip.setting import Setting
from paperclip.wire import ENCRYPTED, WIDTHS, Dialect

SERVER, CLIENT = ("127.0.0.1", 4000), ("127.0.0.1", 5000)
WALL_MS = 1_700_000_000_000
SIZES = (0, 1, 988, 989, 100_000)


class World:
    """A client, a server that echoes, and the way between them; `loss` is out of 100."""

    def __init__(self, widths, loss=0, **setting):
        broken = Broken()
        self.now, self.loss, self.chance = 0.0, loss, random.Random(3)
        self.events = {"server": [], "client": []}
        self.server = Server(Setting(Dialect(widths), **setting), broken,
                             Application(broken, True, self.events["server"].append))
        self.client = Client(Setting(Dialect(widths), **setting), broken,
                             Application(broken, False, self.events["client"].append))
        self.client.open(SERVER, 0.0)
        self._way = []
        self._serial = 0

    def run(self, seconds):
        """Lets time pass."""
        end = self.now + seconds
        while True:
            self._carry(self.client, self.server, CLIENT)
            self._carry(self.server, self.client, SERVER)
            times = [self.client.deadline(), self.server.deadline()]
            times += [entry[0] for entry in self._way[:1]]
            due = min((time for time in times if time is not None), default=end)
            if due > end:
                self.now = end
                return
            self.now = max(self.now, due)
            while self._way and self._way[0][0] <= self.now:
                _, _, receiver, datagram, address = heapq.heappop(self._way)
                receiver.receive(datagram, address, self.now, WALL_MS)
            self.client.fire(self.now)
            self.server.fire(self.now)
            if due >= end:
                return

    def told(self, role, kind):
        """The events of one kind, as pairs of octets and flags."""
        return [(event.get("octets"), event.get("flags")) for event in self.events[role]
                if event["type"] == kind]

    def _carry(self, sender, receiver, address):
        for datagram, _ in sender.outgoing:
            lost = self.chance.randrange(100) < self.loss
            for _ in range(0 if lost else 1 + (self.chance.randrange(100) < self.loss)):
                self._serial += 1
                delay = 0.01 * (1 + bool(self.loss) * self.chance.random())
                heapq.heappush(self._way, (self.now + delay, self._serial, receiver, datagram,
                                           address))
        sender.outgoing.clear()


class Sessions(unittest.TestCase):
    """Whole sessions."""

    def test_every_combination_of_flags_and_size_comes_back(self):
        for widths in WIDTHS:
            for handshake in (True, False):
                world = World(widths, handshake=handshake)
                world.run(1)
                written = []
                for flags in range(0, 256, 16):
                    if flags & ENCRYPTED and not handshake:
                        continue
                    for size in SIZES:
                        data = random.Random(size).randbytes(size // 2) + bytes(size - size // 2)
                        world.client.write(1, data, flags, world.now)
                        written.append((data.hex(), flags))
                        world.run(0.5)
                with self.subTest(widths=widths, handshake=handshake):
                    there, back = world.told("server", "delivered"), world.told("client", "delivered")
                    self.assertEqual([octets for octets, _ in there],
                                     [octets for octets, _ in written])
                    self.assertEqual(there, back)

    def test_reliable_packets_come_through_loss_once_each(self):
        for widths in WIDTHS:
            world = World(widths, loss=20)
            world.run(10)
            written = [bytes([at]) * (at * 100) for at in range(60)]
            for data in written:
                world.client.write(1, data, 0xF0, world.now)
                world.run(0.05)
            world.run(60)
            with self.subTest(widths=widths):
                back = world.told("client", "delivered")
                self.assertEqual(sorted(octets for octets, _ in back),
                                 sorted(data.hex() for data in written))

    def test_a_close_is_told_to_both(self):
        world = World("table")
        world.run(1)
        world.client.close(1, world.now)
        world.run(20)
        self.assertEqual([event["type"] for event in world.events["server"]], ["opened", "closed"])
        self.assertEqual([event["type"] for event in world.events["client"]], ["opened", "closed"])
        self.assertEqual(world.server.sessions, {})

    def test_a_server_that_is_not_there_is_given_up(self):
        world = World("table", loss=100)
        world.run(60)
        self.assertEqual([event["type"] for event in world.events["client"]], ["failed"])

    def test_sequence_numbers_wrap(self):
        world = World("table", sequence=65_500)
        world.run(1)
        for at in range(100):
            world.client.write(1, bytes([at]), 0x80, world.now)
            world.run(0.1)
        back = [bytes.fromhex(octets)[0] for octets, _ in world.told("client", "delivered")]
        self.assertEqual(back, list(range(100)))


if __name__ == "__main__":
    unittest.main()
