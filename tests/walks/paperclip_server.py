"""Walks of several clients through what a server of PaperClip must keep apart, drawn from a seed.

A packet is outstanding, another is half there, a handshake waits, one has failed, a session has replaced another: what happens to one of
these must leave the others as they are, of this client and of its neighbours. This model of the clauses says after each what must come.
"""

import paperclip
from paperclip import BROKEN, PATIENCE, acknowledgement, flagged

# How often each action of a client is drawn: before its session is open; while a packet of the server may be outstanding; while none is.
OPENING = {"finish": 12, "finish_wrongly": 4, "auth_again": 5, "too_early": 3, "half_too_early": 3, "no_finished": 3, "other_side": 2}
QUIETLY = {
    "again": 8, "half": 8, "refused_fragment": 3, "void_acknowledgement": 4, "refused": 6, "unknown": 3, "its_own_auth": 6,
    "finished_again": 3, "rival": 8, "settle_rival": 14, "wait_for_the_repeat": 10, "acknowledge": 10,
}
LOUDLY = {"say": 14, "say_reliably": 8, "leave_outstanding": 14, "ping": 5, "say_again": 4, "whole": 14, "broken": 5, "end": 2}

NOTHING_NEW = "[AUTH, ACK, { ERROR: { major: 1 } }]"


class Client:
    """One address and what the server must know of it."""

    def __init__(self, name):
        self.name = name
        self.stage, self.answer = "new", None
        self.forget()

    def forget(self):
        self.outstanding, self.waits, self.reliable, self.plain, self.halves = None, 0, [], [], []
        self.rival, self.failed, self.auth, self.finished, self.early = None, 0, None, None, None


class Walk(paperclip.Walk):
    def __init__(self, seed, actions, capacity):
        super().__init__(seed)
        self.capacity = capacity
        self.clients = [Client(name) for name in ("peer", "second", "third")]
        self.ends = 0
        first = self.clients[0]
        first.stage, first.auth, first.answer = "open", "own-auth", "auth"
        for _ in range(actions):
            self.act(self.draw.choice(self.clients))
            for client in self.clients:
                client.waits += 1
                if client.waits > PATIENCE:
                    self.acknowledge(client)
        for client in self.clients:
            self.acknowledge(client)
        self.step("wait", "1 s")
        self.step("silence", "2500 ms", allow="[AUTH, ACK, ERROR, { HEARTBEAT: { heartbeat: 0 } }]")

    def act(self, client):
        if client.stage in ("new", "gone"):
            return self.knock(client)
        if client.stage == "begun":
            drawn = OPENING
        else:
            drawn = QUIETLY if client.outstanding else QUIETLY | LOUDLY
        return self.drawn(drawn)(client)

    # What steps look like.

    def step(self, verb, what, client=None, **more):
        super().step(verb, what, client and client.name, **more)

    def send(self, client, packet, **more):
        self.step("send", packet, client, **more)

    def expect(self, client, packet, clause, allow=NOTHING_NEW, **more):
        self.step("expect", packet, client, **more, allow=allow, clauses=f"[{clause}]")

    def quiet(self, clause, allow=NOTHING_NEW):
        self.step("quiet", "250 ms", None, allow=allow, clauses=f"[{clause}]")

    # Handshakes.

    def room(self):
        taken = sum(client.stage in ("begun", "open") for client in self.clients)
        return not self.capacity or taken < self.capacity

    def knock(self, client):
        """A client asks for a session, and may leave it there."""
        fresh = client.stage == "gone"
        before = client.answer
        client.auth, client.answer = self.label(), self.label()
        self.send(client, "{ AUTH: { key: fresh, sequence: 0 } }" if fresh else "AUTH", **{"as": client.auth})
        if not self.room():
            self.expect(client, "{ ERROR: { major: 1, minor: 1 } }", "CLIP-AUTH-5")
            client.stage, client.answer = "gone", before
            return
        clause = "CLIP-AUTH-5" if self.capacity else "CLIP-AUTH-1"
        self.expect(client, self.another_key(before), clause, **{"as": client.answer})
        self.expect(client, acknowledgement(client.auth, "finished"), "CLIP-AUTH-1")
        client.stage = "begun"

    @staticmethod
    def another_key(before):
        """What was sent before may come once more."""
        return f"{{ AUTH: {{ key: {{ not: {{ of: {before}, field: key }} }} }} }}" if before else "AUTH"

    def finish(self, client):
        client.finished = self.label()
        self.prove(client, client.answer, "finished", client.finished)
        client.stage = "open"
        if client.early:
            self.other_half(client, client.early)
            self.quiet("CLIP-AUTH-6")
            client.early = None

    def prove(self, client, answer, proof, label):
        self.send(client, acknowledgement(answer, proof, ack_bits=0), **{"as": label})
        # What has just opened may say its AUTH once more.
        self.step("wait", "40 ms")

    def finish_wrongly(self, client):
        self.prove_wrongly(client, client.answer)
        client.stage = "gone"

    def prove_wrongly(self, client, answer):
        self.send(client, acknowledgement(answer, "wrong-finished", ack_bits=0))
        self.expect(client, "{ ERROR: { major: 1, minor: 3 } }", "CLIP-AUTH-5")

    def auth_again(self, client):
        self.step("repeat", client.auth, client)
        self.same_answer(client)
        self.expect(client, acknowledgement(client.auth, "finished"), "CLIP-AUTH-4")

    def same_answer(self, client, clause="CLIP-AUTH-4"):
        same = f"key: {{ of: {client.answer}, field: key }}, sequence: {{ of: {client.answer}, field: sequence }}"
        self.expect(client, f"{{ AUTH: {{ {same} }} }}", clause)

    def too_early(self, client):
        self.send(client, "{ DEFAULT: { data: evil } }")
        self.quiet("CLIP-AUTH-6")

    def half_too_early(self, client):
        if not client.early:
            self.half(client)
            client.early = client.halves.pop()

    def other_side(self, client):
        self.send(client, "{ ERROR: { major: 2, minor: 1 } }")
        self.quiet("CLIP-ERR-1")
        self.step("repeat", client.auth, client)
        self.same_answer(client, "CLIP-ERR-1")

    def no_finished(self, client):
        self.send(client, acknowledgement(client.answer, ack_bits=0))
        self.too_early(client)

    # The session's own handshake, later.

    def its_own_auth(self, client):
        if not (client.rival and client.failed):
            self.step("repeat", client.auth, client)
            self.same_answer(client)

    def finished_again(self, client):
        if client.finished and not client.rival:
            self.step("repeat", client.finished, client)
            self.quiet("CLIP-AUTH-4", "[AUTH, ACK]")

    # Handshakes beside an open session.

    def rival(self, client):
        if client.rival or not self.room():
            return
        client.rival, client.rival_answer = self.label(), self.label()
        self.send(client, "{ AUTH: { key: fresh, sequence: 0 } }", **{"as": client.rival})
        self.expect(client, self.another_key(client.answer), "CLIP-AUTH-4", **{"as": client.rival_answer})
        self.expect(client, acknowledgement(client.rival, "finished"), "CLIP-AUTH-4")
        if self.capacity:
            self.settle_rival(client)

    def settle_rival(self, client):
        if not client.rival:
            return
        if self.draw.random() < 0.6:
            self.prove_wrongly(client, client.rival_answer)
            client.rival, client.failed = None, client.failed + 1
            return
        finished, auth, answer = self.label(), client.rival, client.rival_answer
        self.prove(client, answer, "finished", finished)
        client.forget()
        client.auth, client.answer, client.finished = auth, answer, finished
        self.say(client)

    # What is said, and said again.

    def say(self, client, *always, clause="CLIP-HEAD-7"):
        label, text, flags = self.label(), self.text(), self.some_flags(*always)
        self.send(client, f"{{ DEFAULT: {{ data: {text}{flagged(flags)} }} }}", **{"as": label})
        if always:
            self.expect(client, acknowledgement(label), "CLIP-REL-1")
        echo = self.label()
        self.expect(client, f"{{ DEFAULT: {{ data: {text}{flagged(flags)} }} }}", clause, **{"as": echo})
        (client.reliable if always else client.plain).append(label)
        return echo

    def say_reliably(self, client):
        self.leave_outstanding(client)
        self.acknowledge(client)

    def leave_outstanding(self, client):
        client.outstanding, client.waits = self.say(client, "reliable"), 0

    def acknowledge(self, client):
        if client.outstanding:
            self.send(client, acknowledgement(client.outstanding, ack_bits=0))
            client.outstanding = None

    def wait_for_the_repeat(self, client):
        """Not where a handshake waits, which may be given up meanwhile."""
        waits = any(other.rival or other.stage == "begun" for other in self.clients)
        if client.outstanding and not waits:
            client.waits += 3
            again = f"{{ DEFAULT: {{ sequence: {{ of: {client.outstanding}, field: sequence }} }} }}"
            self.step("wait", "1 ms")
            self.expect(client, again, "CLIP-REL-3", within="3 s or reliable-again")
            self.later()

    def later(self):
        for half in (half for client in self.clients for half in client.halves):
            half.waited += 1

    def again(self, client):
        if client.reliable:
            label = self.draw.choice(client.reliable)
            self.step("repeat", label, client)
            self.expect(client, acknowledgement(label), "CLIP-REL-4")
            self.quiet("CLIP-REL-4")

    def say_again(self, client):
        if client.plain:
            self.step("repeat", client.plain[-1], client)
            self.quiet("CLIP-REL-5")

    def ping(self, client):
        pong = self.label()
        self.send(client, "HEARTBEAT")
        self.expect(client, "{ HEARTBEAT: { heartbeat: 1 } }", "CLIP-BEAT-1", **{"as": pong})
        self.answered(client, pong)

    def answered(self, client, label):
        """An answer may be RELIABLE."""
        self.send(client, acknowledgement(label, ack_bits=0))

    # Fragments.

    def half(self, client):
        if len(client.halves) >= 4:
            return
        half, packet = self.half_a_packet()
        self.send(client, packet, **{"as": half.label}, datagrams=f"[{half.there}]")
        client.halves.append(half)

    def whole(self, client):
        client.halves = [half for half in client.halves if not half.is_old]
        if not client.halves:
            return
        half = client.halves.pop(self.draw.randrange(len(client.halves)))
        if self.draw.random() < 0.7:
            self.other_half(client, half)
        else:
            self.step("repeat", half.label, client)
        if half.reliable:
            echo_first = f"[AUTH, ACK, {{ DEFAULT: {{ data: {half.data} }} }}]"
            self.expect(client, acknowledgement(half.label), "CLIP-FRAG-4", echo_first)
            client.reliable.append(half.label)
        echo = self.label()
        self.expect(client, f"{{ DEFAULT: {{ data: {half.data} }} }}", "CLIP-FRAG-2", **{"as": echo})
        if half.reliable:
            client.outstanding = echo
            self.acknowledge(client)

    def other_half(self, client, half):
        self.step("repeat", half.label, client, datagrams=f"[{3 - half.there}]")

    def refused_fragment(self, client):
        """A fragment that says another number than those before it."""
        if client.halves:
            half = self.draw.choice(client.halves)
            fields = f"flags: [frag], fragment: 0, fragments: 3, wire: {{ octet: 0x7a, times: 988 }}, sequence: {{ of: {half.label} }}"
            self.send(client, f"{{ DEFAULT: {{ {fields} }} }}")
            self.quiet("CLIP-FRAG-3", "[AUTH, ACK, ERROR]")

    # What changes nothing.

    def changes_nothing(self, client, clause):
        """Nothing comes of it but ERROR 3.4 perhaps, and the session is there as before."""
        self.quiet(clause, "[AUTH, ACK, ERROR]")
        if not client.outstanding:
            self.say(client, clause=clause)

    def void_acknowledgement(self, client):
        self.send(client, "{ ACK: { ack: 60000, ack-bits: 0xffff } }")
        self.changes_nothing(client, "CLIP-REL-8")

    def refused(self, client):
        """1.x beside a handshake that waits would end it."""
        if not client.rival:
            self.send(client, f"{{ ERROR: {{ major: 1, minor: {self.draw.randrange(4)} }} }}")
            self.changes_nothing(client, "CLIP-ERR-1")

    def unknown(self, client):
        major, minor = self.draw.choice(((2, 1), (3, 4), (4, 0), (9, 9), (3, 15)))
        self.send(client, f"{{ ERROR: {{ major: {major}, minor: {minor} }} }}")
        self.changes_nothing(client, "CLIP-ERR-1" if major == 2 else "CLIP-ERR-2")

    def broken(self, client):
        packet, code, clause = self.draw.choice(BROKEN)
        error = self.label()
        self.send(client, packet)
        self.expect(client, f"{{ ERROR: {code} }}", clause, **{"as": error})
        self.answered(client, error)

    # The end.

    def end(self, client):
        """Not where anything is under way, which the long wait would end."""
        under_way = any(other.rival or other.outstanding or other.stage == "begun" for other in self.clients)
        if self.ends == 2 or under_way:
            return
        self.ends += 1
        self.send(client, "{ ERROR: { major: 2, minor: 2 } }")
        self.step("wait", "100 ms")
        self.step("repeat", client.auth, client)
        self.send(client, "{ DEFAULT: { data: evil } }")
        self.step("silence", "200 ms", client, allow="[ERROR]", clauses="[CLIP-ERR-1]")
        client.stage = "ended"
        self.step("wait", "11 s")
        self.later()
        self.later()
        client.forget()
        client.stage = "new"
        for other in self.clients:
            if other.stage == "open":
                self.ping(other)

    def yaml(self, number):
        what = "a server with little room keeps" if self.capacity else "a server keeps"
        flags = ", ".join(("reliable", "frag", *self.flags))
        given = ("needs: [given]", f"given: {{ capacity: {self.capacity} }}") if self.capacity else ()
        return "\n".join((
            f"title: {what} three clients and all their packets apart, in an order drawn by lot, number {number}",
            "clauses: [CLIP-HEAD-7]",
            "grade: edition",
            "subject: server",
            *given,
            f"when: {{ handshake: true, flags: [{flags}] }}",
            "peers: { second: other-port, third: other-port }",
            "acknowledges: false",
            "begin: open",
            "probe: never",
            "steps:",
            *self.steps,
        )) + "\n"
