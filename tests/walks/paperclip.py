"""What walks of servers and of clients of PaperClip have in common: the flags, what is broken, and packets of which a half is there."""

from steps import Steps

# What packets of every third walk may have, beside RELIABLE and FRAG.
FLAGS = ("checksum", "compressed", "encrypted")
# After so many actions a packet is acknowledged, before who sent it gives its peer up.
PATIENCE = 6

# Broken, with the ERROR that answers it.
BROKEN = (
    ('{ octets: "10 00 00 00" }', "{ major: 3, minor: 1 }", "CLIP-HEAD-2"),
    ('{ octets: "05 00 00 00" }', "{ major: 3, minor: 2 }", "CLIP-HEAD-3"),
    ('{ octets: "00 01 00 00 00 00" }', "{ major: 3, minor: 3 }", "CLIP-HEAD-4"),
    ('{ octets: "00 00" }', "{ major: 3, minor: 0 }", "CLIP-HEAD-6"),
)


class Half:
    """A packet of two fragments, one of which is there."""

    def __init__(self, label, data, reliable, there):
        self.label, self.data, self.reliable, self.there, self.waited = label, data, reliable, there, 0

    @property
    def is_old(self):
        """It may have been given up (CLIP-FRAG-5)."""
        return self.waited > 1


def flagged(flags):
    return f", flags: [{', '.join(flags)}]" if flags else ""


def acknowledgement(label, data="", **more):
    """An ACK of the packet with this label."""
    fields = [f"ack: {{ of: {label}, field: sequence }}", *(f"{key.replace('_', '-')}: {value}" for key, value in more.items())]
    return f"{{ ACK: {{ {', '.join(fields + ([f'data: {data}'] if data else []))} }} }}"


class Walk(Steps):
    words = ("hello", "one", "two", "good day", "x" * 20)

    def __init__(self, seed):
        super().__init__(seed)
        self.flags = FLAGS if seed % 3 == 0 else ()

    def some_flags(self, *always):
        return [*always, *(flag for flag in self.flags if self.draw.random() < 0.4)]

    def half_a_packet(self):
        """The half, and how its packet is sent."""
        label, reliable, there = self.label(), self.draw.random() < 0.4, self.draw.choice((1, 2))
        always = ("reliable",) if reliable else ()
        flags = [flag for flag in self.some_flags(*always) if flag != "compressed"] + ["frag"]
        data = f"{{ octet: 0x{self.draw.randrange(0x61, 0x7b):x}, times: {self.draw.randrange(1000, 1900)} }}"
        return Half(label, data, reliable, there), f"{{ DEFAULT: {{ data: {data}{flagged(flags)} }} }}"
