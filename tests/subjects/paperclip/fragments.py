"""Fragments of one peer, put together again in any order of arrival (CLIP-FRAG-1 to -5)."""

from dataclasses import dataclass, field, replace

from .wire import MAX_DATA, Code, Problem

MAX_PACKETS = 32
MAX_OCTETS = 1 << 20
PATIENCE = 10.0


@dataclass
class Assembly:
    """A packet of which some fragments are there."""

    first: object
    started: float
    last_new: float
    parts: dict = field(default_factory=dict)
    arrived: list = field(default_factory=list)


class Fragments:
    """The unfinished packets of one peer by Sequence ID, oldest first."""

    def __init__(self, broken):
        self._broken = broken
        self._assemblies = {}

    def deadline(self):
        """When the next one is given up, or None."""
        if self._broken("unfinished-kept-for-ever"):
            return None
        return min((self._end(assembly) for assembly in self._assemblies.values()), default=None)

    def fire(self, now):
        """Gives up what got nothing new for too long."""
        if self._broken("unfinished-kept-for-ever"):
            return
        for sequence, assembly in list(self._assemblies.items()):
            if self._end(assembly) <= now:
                del self._assemblies[sequence]

    def check(self, packet):
        """Raises `Problem` for numbers that cannot be (CLIP-FRAG-3)."""
        broken = self._broken
        number = packet.fragment_number
        assembly = self._assemblies.get(packet.sequence)
        if broken("fragment-id-checked-first") and packet.fragment_id >= number:
            raise Problem(Code.FRAGMENT_ID)
        if number == 0 and not broken("fragment-number-zero-taken"):
            raise Problem(Code.FRAGMENT_NUMBER)
        if broken("many-fragments-refused") and number > 127:
            raise Problem(Code.FRAGMENT_NUMBER)
        if assembly and number != assembly.first.fragment_number:
            if broken("other-fragment-number-restarts"):
                del self._assemblies[packet.sequence]
            elif not broken("other-fragment-number-taken"):
                raise Problem(Code.FRAGMENT_NUMBER)
        if packet.fragment_id >= number and not broken("high-fragment-id-taken"):
            raise Problem(Code.FRAGMENT_ID)

    def add(self, packet, now):
        """Takes a fragment that was checked; the whole packet when it is the last one, else None."""
        broken = self._broken
        self.fire(now)
        assembly = self._assemblies.get(packet.sequence)
        last = packet.fragment_id == packet.fragment_number - 1
        short = len(packet.data) < MAX_DATA and not last
        if short and not broken("short-fragment-taken"):
            raise Problem(Code.PACKET)
        if assembly and assembly.first.head != packet.head:
            if broken("differing-fragment-ends-packet"):
                del self._assemblies[packet.sequence]
            if not broken("differing-fragment-taken"):
                raise Problem(Code.PACKET)
        if assembly is None:
            assembly = Assembly(packet, now, now)
            self._assemblies[packet.sequence] = assembly
            if broken("one-unfinished-packet"):
                self._assemblies = {packet.sequence: assembly}
        if packet.fragment_id in assembly.parts:
            if not broken("repeated-fragment-counts"):
                return None
            assembly.arrived.append(packet.data)
        elif broken("fragments-out-of-order-dropped") and packet.fragment_id != len(assembly.parts):
            return None
        else:
            assembly.parts[packet.fragment_id] = packet.data
            assembly.arrived.append(packet.data)
            assembly.last_new = now
        self._bound()
        count = len(assembly.arrived if broken("repeated-fragment-counts") else assembly.parts)
        if count < assembly.first.fragment_number:
            return None
        self._assemblies.pop(packet.sequence, None)
        parts = [assembly.parts[at] for at in sorted(assembly.parts)]
        if broken("fragments-joined-as-they-came"):
            parts = assembly.arrived
        return replace(assembly.first, data=b"".join(parts))

    def _end(self, assembly):
        if self._broken("unfinished-given-up-early"):
            return assembly.last_new + 2.0
        if self._broken("unfinished-given-up-by-age"):
            return assembly.started + PATIENCE
        return assembly.last_new + PATIENCE

    def _bound(self):
        """Lets the oldest go until the rest is within bounds."""
        if self._broken("unfinished-unbounded"):
            return
        held = sum(sum(map(len, a.parts.values())) for a in self._assemblies.values())
        while len(self._assemblies) > MAX_PACKETS or held > MAX_OCTETS:
            keys = list(self._assemblies)
            at = -1 if self._broken("newest-unfinished-goes-first") else 0
            gone = self._assemblies.pop(keys[at])
            held -= sum(map(len, gone.parts.values()))
