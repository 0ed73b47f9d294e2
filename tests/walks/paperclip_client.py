"""Walks of a client of PaperClip through several sessions with a server that the suite plays, drawn from a seed.

Each session is opened, filled and ended in another way. What the client keeps from the one before, or from a handshake that has failed,
shows in the next: this model of the clauses says after each action what must come, and what the application must be told.
"""

import paperclip
from paperclip import BROKEN, PATIENCE, acknowledgement, flagged

NOTHING_NEW = "[AUTH, ACK]"
SESSIONS = 5

# How often each action is drawn: while a packet of the client may be outstanding; while none is.
QUIETLY = {
    "hear": 12, "hear_again": 8, "half": 8, "whole": 14, "void_acknowledgement": 4, "refused": 5, "unknown": 4, "auth_again": 6,
    "finished_again": 3, "wait_for_the_repeat": 10, "acknowledge": 10,
}
LOUDLY = {"say": 14, "leave_outstanding": 12, "ping": 5, "broken": 4, "end": 5, "close": 3}
# What a server's handshake has in it beside what it needs.
OPENING = {"unanswered": 6, "too_early": 3, "half_too_early": 3, "other_side": 3, "fails": 5, "nothing": 10}


class Walk(paperclip.Walk):
    def __init__(self, seed, actions):
        super().__init__(seed)
        self.auth, self.sessions = None, 0
        self.begin()
        for _ in range(actions):
            if not self.is_open:
                self.begin()
            self.drawn(QUIETLY if self.outstanding else QUIETLY | LOUDLY)()
            self.waits += 1
            if self.waits > PATIENCE:
                self.acknowledge()
        self.acknowledge()
        self.step("wait", "1 s")
        self.step("silence", "2500 ms", allow="[AUTH, ACK, ERROR, { HEARTBEAT: { heartbeat: 0 } }]")

    def send(self, packet, **more):
        self.step("send", packet, **more)

    def expect(self, packet, clause, allow=NOTHING_NEW, **more):
        self.step("expect", packet, **more, allow=allow, clauses=f"[{clause}]")

    def quiet(self, clause, allow=NOTHING_NEW):
        self.step("quiet", "250 ms", allow=allow, clauses=f"[{clause}]")

    def told(self, event, clause):
        self.step("event", event, clauses=f"[{clause}]")

    # Handshakes.

    def begin(self):
        """The client opens a session; the server may fail it, and is asked for another one then."""
        self.is_open = False
        while not self.is_open:
            self.outstanding, self.waits, self.reliable, self.halves, self.early = None, 0, [], [], None
            self.sessions += 1
            before, self.auth, self.own_auth = self.auth, self.label(), self.label()
            self.step("tell", "open")
            fields = f"{{ AUTH: {{ key: {{ not: {{ of: {before}, field: key }} }} }} }}" if before else "AUTH"
            more = {} if before else {"within": "start"}
            self.expect(fields, "CLIP-AUTH-2" if before else "CLIP-AUTH-1", "[ACK]", **{"as": self.auth}, **more)
            for _ in range(2):
                if self.drawn(OPENING)():
                    break
            else:
                self.open()

    def nothing(self):
        pass

    def pause(self):
        """Long enough for a client to send again what it repeats."""
        self.step("wait", "500 ms")

    def unanswered(self):
        same = f"{{ AUTH: {{ key: {{ of: {self.auth}, field: key }}, sequence: {{ of: {self.auth}, field: sequence }} }} }}"
        self.step("wait", "1 ms")
        self.expect(same, "CLIP-AUTH-4", within="3 s or auth-again")

    def too_early(self):
        self.send("{ DEFAULT: { data: evil } }")
        self.quiet("CLIP-AUTH-6")

    def half_too_early(self):
        if not self.early:
            self.half()
            self.early = self.halves.pop()

    def other_side(self):
        self.send("{ ERROR: { major: 2, minor: 2 } }")
        self.quiet("CLIP-ERR-1")

    def fails(self):
        """Says whether the handshake has failed."""
        if self.sessions >= SESSIONS:
            return False
        if self.draw.random() < 0.5:
            major, minor = self.draw.choice(((1, 0), (1, 1), (1, 2), (1, 3)))
            self.send(f"{{ ERROR: {{ major: {major}, minor: {minor} }} }}")
            self.told("failed", "CLIP-ERR-1")
        else:
            self.send("AUTH", **{"as": self.own_auth})
            self.prove("wrong-finished", self.label())
            self.expect("{ ERROR: { major: 1, minor: 3 } }", "CLIP-AUTH-5")
            self.told("failed", "CLIP-AUTH-5")
        self.step("wait", "300 ms")
        return True

    def prove(self, proof, label):
        self.send(acknowledgement(self.auth, proof, ack_bits=0), **{"as": label})

    def open(self):
        self.finished = self.label()
        steps = [lambda: self.send("AUTH", **{"as": self.own_auth}), lambda: self.prove("finished", self.finished)]
        steps = steps if self.draw.random() < 0.6 else steps[::-1]
        for step in (*steps[:1], self.draw.choice((self.nothing, self.pause)), *steps[1:]):
            step()
        self.acknowledges_auth("CLIP-AUTH-1")
        self.told("opened", "CLIP-AUTH-1")
        self.step("wait", "40 ms")
        self.is_open = True
        if self.early:
            self.other_half(self.early)
            self.quiet("CLIP-AUTH-6")

    def acknowledges_auth(self, clause):
        self.expect(acknowledgement(self.own_auth, "finished"), clause, "[AUTH]")

    def auth_again(self):
        self.step("repeat", self.own_auth)
        self.acknowledges_auth("CLIP-AUTH-4")

    def finished_again(self):
        self.step("repeat", self.finished)
        self.quiet("CLIP-AUTH-4")

    # What the application says.

    def say(self, *always, clause="CLIP-HEAD-7"):
        text, flags, label = self.text(), self.some_flags(*always), self.label()
        self.step("tell", f"{{ write: {{ octets: {text}, flags: [{', '.join(flags)}] }} }}")
        self.expect(f"{{ DEFAULT: {{ data: {text}{flagged(flags)} }} }}", clause, **{"as": label})
        return label

    def leave_outstanding(self):
        self.outstanding, self.waits = self.say("reliable"), 0

    def acknowledge(self):
        if self.outstanding:
            self.send(acknowledgement(self.outstanding, ack_bits=0))
            self.outstanding = None

    def wait_for_the_repeat(self):
        if self.outstanding:
            self.waits += 3
            self.step("wait", "1 ms")
            again = f"{{ DEFAULT: {{ sequence: {{ of: {self.outstanding}, field: sequence }} }} }}"
            self.expect(again, "CLIP-REL-3", within="3 s or reliable-again")
            for half in self.halves:
                half.waited += 1

    # What it hears.

    def hear(self):
        always = ("reliable",) if self.draw.random() < 0.6 else ()
        label, text, flags = self.label(), self.text(), self.some_flags(*always)
        self.send(f"{{ DEFAULT: {{ data: {text}{flagged(flags)} }} }}", **{"as": label})
        if always:
            self.acknowledges(label, "CLIP-REL-1")
            self.reliable.append(label)
        self.delivers(f"octets: {text}", "CLIP-REL-6")

    def acknowledges(self, label, clause):
        self.expect(acknowledgement(label), clause)

    def delivers(self, what, clause):
        self.told(f"{{ delivered: {{ {what} }} }}", clause)

    def hear_again(self):
        if self.reliable:
            label = self.draw.choice(self.reliable)
            self.step("repeat", label)
            self.acknowledges(label, "CLIP-REL-4")

    def ping(self):
        pong = self.label()
        self.send("HEARTBEAT")
        self.expect("{ HEARTBEAT: { heartbeat: 1 } }", "CLIP-BEAT-1", **{"as": pong})
        self.answered(pong)

    def answered(self, label):
        """An answer may be RELIABLE."""
        self.send(acknowledgement(label, ack_bits=0))

    def half(self):
        if len(self.halves) >= 4:
            return
        half, packet = self.half_a_packet()
        self.send(packet, **{"as": half.label}, datagrams=f"[{half.there}]")
        self.halves.append(half)

    def other_half(self, half):
        self.step("repeat", half.label, datagrams=f"[{3 - half.there}]")

    def whole(self):
        self.halves = [half for half in self.halves if not half.is_old]
        if self.halves:
            half = self.halves.pop(self.draw.randrange(len(self.halves)))
            self.other_half(half)
            if half.reliable:
                self.acknowledges(half.label, "CLIP-FRAG-4")
                self.reliable.append(half.label)
            self.delivers(f"octets: {half.data}", "CLIP-FRAG-2")

    # What changes nothing.

    def changes_nothing(self, clause):
        """Nothing comes of it but ERROR 3.4 perhaps, and the session is there as before."""
        self.quiet(clause, "[AUTH, ACK, ERROR]")
        if not self.outstanding:
            self.say(clause=clause)

    def void_acknowledgement(self):
        self.send("{ ACK: { ack: 60000, ack-bits: 0xffff } }")
        self.changes_nothing("CLIP-REL-8")

    def refused(self):
        self.send(f"{{ ERROR: {{ major: 1, minor: {self.draw.randrange(4)} }} }}")
        self.changes_nothing("CLIP-ERR-1")

    def unknown(self):
        major, minor = self.draw.choice(((2, 2), (3, 4), (4, 0), (9, 9), (3, 15)))
        self.send(f"{{ ERROR: {{ major: {major}, minor: {minor} }} }}")
        self.changes_nothing("CLIP-ERR-1" if major == 2 else "CLIP-ERR-2")

    def broken(self):
        packet, code, clause = self.draw.choice(BROKEN)
        error = self.label()
        self.send(packet)
        self.expect(f"{{ ERROR: {code} }}", clause, **{"as": error})
        self.answered(error)

    # The end.

    def end(self):
        if self.sessions < SESSIONS:
            self.send(f"{{ ERROR: {{ major: 2, minor: {self.draw.choice((0, 1))} }} }}", **{"as": "the-end"})
            self.told("closed", "CLIP-ERR-1")
            self.step("repeat", "the-end")
            self.send("{ DEFAULT: { data: evil } }")
            self.step("silence", "200 ms", clauses="[CLIP-ERR-1]")
            self.is_open = False

    def close(self):
        if self.sessions < SESSIONS:
            self.step("tell", "close")
            self.expect("{ ERROR: { major: 2, minor: [0, 2] } }", "CLIP-ERR-1")
            self.told("closed", "CLIP-ERR-1")
            self.step("wait", "300 ms")
            self.is_open = False

    def yaml(self, number):
        flags = ", ".join(("reliable", "frag", *self.flags))
        return "\n".join((
            f"title: a client keeps its sessions and all their packets apart, in an order drawn by lot, number {number}",
            "clauses: [CLIP-HEAD-7]",
            "grade: edition",
            "subject: client",
            "needs: [control]",
            "application: control",
            f"when: {{ handshake: true, flags: [{flags}] }}",
            "acknowledges: false",
            "probe: never",
            "steps:",
            *self.steps,
        )) + "\n"
