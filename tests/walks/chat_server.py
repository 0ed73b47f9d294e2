"""Walks of several clients through everything that a chat server offers, drawn from a seed.

What a server keeps for one request shows in a later one, of the same client or of another. A walk asks many things in an order that
nobody would think of, and says after each what must come of it, to whom: this model of the clauses is small enough to be read.
"""

import base64

from steps import Steps

PASSWORDS = {"alice": "wonderland", "bob": "builder", "carol": "christmas"}
ROOMS = ("ROOM0001", "ROOM0002", "SECRET01")
EVERYBODY, ECHO = "00000000", "0000ECHO"
ALIASES = ("fox", "owl", "elk", "bee", "cat")
WORDS = ("hi", "hello there", "one", "good day", "?", "~?~?~?", "x" * 20)

# Broken at its first octet, with what answers it.
BROKEN = {
    "02 00": ("S4", "CHAT-FRAME-4"),
    "06 00": ("S8", "CHAT-FRAME-4"),
    "50 00": ("S82", "CHAT-FRAME-4"),
    "54 00": ("S86", "CHAT-FRAME-4"),
    "57 00": ("S89", "CHAT-FRAME-4"),
    "5b 00": ("S93", "CHAT-FRAME-4"),
    "60 00": ("S98", "CHAT-FRAME-4"),
    "63 00": ("S102", "CHAT-FRAME-4"),
    "a0 00": ("S251", "CHAT-FRAME-4"),
    "a3 00": ("S251", "CHAT-FRAME-4"),
    "a6 00": ("S251", "CHAT-FRAME-4"),
}
UNKNOWN = ("ee 61 00", ("S251", "CHAT-FRAME-6"))

# How often each action is drawn.
ACTIONS = {
    "join": 18, "part": 12, "say": 20, "say_nothing": 4, "say_several": 3, "say_in_halves": 3, "alias": 12, "head": 8,
    "head_again": 4, "head_refused": 2, "go_on": 18, "part_refused": 3, "ask_again": 4, "acknowledge": 10,
    "wrong_password": 5, "part_elsewhere": 2, "second_login": 2, "break_one": 5, "pause": 1, "invite": 2, "leave": 5,
}


def octets(number, width):
    return number.to_bytes(width, "big").hex(" ")


class Client:
    """One connection and what the server must know of it."""

    def __init__(self, name, user):
        self.name, self.user = name, user
        self.said = 0
        self.connected(True)

    def connected(self, is_in):
        self.is_in = is_in
        self.rooms, self.alias, self.heads, self.lost_heads = [], "", {}, 0
        self.heard_long = []


class Long:
    """A long message that is not whole."""

    def __init__(self, room, parts, text):
        self.room, self.parts, self.text, self.there = room, parts, text, {}


class Walk(Steps):
    words = WORDS

    def __init__(self, seed, actions, twins):
        super().__init__(seed)
        users = {"bob": "bob", "carol": "carol", "twin": "alice"} if twins else {user: user for user in list(PASSWORDS)[1:]}
        self.clients = [Client("peer", "alice"), *(Client(name, user) for name, user in users.items())]
        self.twins = twins
        for _ in range(actions):
            client = self.draw.choice(self.clients)
            if client.is_in:
                self.drawn(ACTIONS)(client)
            else:
                self.at_the_door(client)
        self.steps.append("  - quiet: 200 ms")

    # What steps look like.

    def step(self, verb, what, client=None, **more):
        super().step(verb, what, client and client.name, **more)

    def send(self, client, packet, **more):
        self.step("send", packet if ":" not in packet else f"{{ {packet} }}", client, **more)

    def expect(self, client, packet, clause, **more):
        self.step("expect", packet if ":" not in packet else f"{{ {packet} }}", client, **more, clauses=f"[{clause}]")

    def expect_one_of(self, client, packets, clause, **more):
        self.steps.append("  - expect:")
        self.steps.extend(f"      - {packet}" for packet in packets)
        if client is not self.clients[0]:
            self.steps.append(f"    by: {client.name}")
        self.steps.extend(f"    {key}: {value}" for key, value in more.items())
        self.steps.append(f"    clauses: [{clause}]")

    def message_id(self, client):
        client.said += 1
        return f'{{ hex: "{octets(client.name.encode()[0], 1)} {octets(client.said, 3)}" }}'

    # Who is where.

    def inside(self, room):
        return [client for client in self.clients if client.is_in and room in client.rooms]

    def hearers(self, by, room):
        if room == ECHO:
            return [by]
        here = [client for client in self.clients if client.is_in] if room == EVERYBODY else self.inside(room)
        return [client for client in here if client is not by]

    def where(self, client):
        return self.draw.choice([*client.rooms, *client.rooms, EVERYBODY, ECHO])

    def tell(self, clients, packet, clause):
        for client in clients:
            self.expect(client, packet, clause)

    # Rooms and aliases.

    def join(self, client):
        room = self.draw.choice(ROOMS)
        password = "{ base64: sesame }" if room == "SECRET01" else '""'
        self.send(client, f"U160: {{ room: {room}, password: {password} }}")
        if room in client.rooms:
            return self.expect(client, f"S161: {{ room: {room}, room-code: 10 }}", "CHAT-ROOM-1")
        self.expect(client, f"S161: {{ room: {room}, room-code: 3 }}", "CHAT-ROOM-1")
        client.rooms.append(room)
        what = f'S162: {{ room: {room}, user: {client.user}, alias: "{client.alias}" }}'
        self.tell(self.inside(room), what, "CHAT-ROOM-2")

    def wrong_password(self, client):
        code = 10 if "SECRET01" in client.rooms else 8
        self.send(client, "U160: { room: SECRET01, password: { base64: wrong } }")
        self.expect(client, f"S161: {{ room: SECRET01, room-code: {code} }}", "CHAT-ROOM-1")

    def part(self, client):
        room = self.draw.choice(client.rooms or ROOMS)
        message = self.draw.choice(("", ", message: bye", ', message: ""'))
        self.send(client, f"U163: {{ room: {room}{message} }}")
        if room not in client.rooms:
            return self.expect(client, f"S164: {{ room: {room}, room-code: 9 }}", "CHAT-ROOM-3")
        self.expect(client, f"S164: {{ room: {room}, room-code: 3 }}", "CHAT-ROOM-3")
        what = f'S165: {{ room: {room}, user: {client.user}, alias: "{client.alias}" }}'
        self.tell(self.inside(room), what, "CHAT-ROOM-3")
        client.rooms.remove(room)
        # Whether what was begun in a room can be finished after a time outside of it is not said.
        for key in [key for key, head in client.heads.items() if head.room == room]:
            del client.heads[key]
            client.lost_heads += 1

    def part_elsewhere(self, client):
        self.send(client, "U163: { room: ROOM0003 }")
        self.expect(client, "S164: { room: ROOM0003, room-code: 9 }", "CHAT-ROOM-3")

    def alias(self, client):
        alias = self.draw.choice(ALIASES)
        if alias == client.alias:
            return
        self.send(client, f"U166: {{ alias: {alias} }}")
        if any(other.is_in and other.alias == alias for other in self.clients):
            return self.expect(client, "S167: { code: 7 }", "CHAT-ROOM-5")
        self.expect(client, "S167: { code: 3 }", "CHAT-ROOM-5")
        what = f'S168: {{ user: {client.user}, old: "{client.alias}", new: {alias} }}'
        self.tell([other for other in self.clients if other.is_in], what, "CHAT-ROOM-5")
        client.alias = alias

    def invite(self, client):
        if client.rooms:
            room, other = self.draw.choice(client.rooms), self.draw.choice(self.clients)
            self.send(client, f'U169: {{ room: {room}, user: {other.user}, alias: "{other.alias}" }}')
            # A server that knows no invitations answers as to any unknown packet.
            self.step("quiet", "100 ms", client, allow="[S251]")

    # Short messages.

    def say(self, client):
        self.say_in(client, self.where(client), pieces=self.draw.choice((None, None, None, None, "each-octet", "[1]", "[5]")))

    def say_in(self, client, room, pieces=None):
        text, key = self.text(), self.message_id(client)
        more = {} if pieces is None else {"pieces": pieces}
        self.send(client, f'U80: {{ message-id: {key}, room: "{room}", message: {{ base64: "{text}" }} }}', **more)
        self.said(client, room, text, key)

    def said(self, client, room, text, key, clause_of_answer="CHAT-MSG-1"):
        clause = "CHAT-MSG-4" if room in (EVERYBODY, ECHO) else "CHAT-MSG-3"
        self.expect(client, f"S81: {{ message-id: {key}, room-code: 3, message-code: 3 }}", clause_of_answer)
        message = f'room: "{room}", user: {client.user}, alias: "{client.alias}", message: {{ base64: "{text}" }}'
        for hearer in self.hearers(client, room):
            self.expect(hearer, f"S83: {{ {message} }}", clause)

    def say_nothing(self, client):
        """What is refused is heard by nobody."""
        key, elsewhere = self.message_id(client), [room for room in ROOMS if room not in client.rooms]
        is_there = not elsewhere or self.draw.random() < 0.5
        room = self.where(client) if is_there else self.draw.choice(elsewhere)
        message, code = ('"===="', 4) if is_there else (f'{{ base64: "{self.text()}" }}', 3)
        self.send(client, f'U80: {{ message-id: {key}, room: "{room}", message: {message} }}')
        what = f"S81: {{ message-id: {key}, room-code: {3 if is_there else '[8, 9]'}, message-code: {code} }}"
        self.expect(client, what, "CHAT-MSG-1")

    def say_several(self, client):
        """Several packets in one segment."""
        room = self.draw.choice([*client.rooms, EVERYBODY])
        each = [(self.text(), self.message_id(client)) for _ in range(3)]
        for number, (text, key) in enumerate(each):
            more = {"joined": "true"} if number < len(each) - 1 else {}
            self.send(client, f'U80: {{ message-id: {key}, room: "{room}", message: {{ base64: "{text}" }} }}', **more)
        for number, (text, key) in enumerate(each):
            self.said(client, room, text, key, "CHAT-FRAME-3" if number > 0 else "CHAT-MSG-1")

    def say_in_halves(self, client):
        """A packet in two halves, between which somebody else says something."""
        key, room, text = self.message_id(client), self.where(client), self.text()
        whole = bytes.fromhex(f"50 ff {key.split(chr(34))[1]} ff") + room.encode() + b"\xff"
        whole += base64.b64encode(text.encode()) + b"\x00"
        cut = self.draw.randrange(1, len(whole))
        self.send(client, f'octets: "{whole[:cut].hex(" ")}"')
        others = [other for other in self.clients if other.is_in and other is not client]
        if others:
            self.say_in(self.draw.choice(others), ECHO)
        self.send(client, f'octets: "{whole[cut:].hex(" ")}"')
        self.said(client, room, text, key)

    def acknowledge(self, client):
        """Receipts for short messages are advice; those for long ones are not."""
        if client.heard_long:
            label = client.heard_long.pop(self.draw.randrange(len(client.heard_long)))[0]
            self.send(client, f"U96: {{ id: {{ of: {label}, field: id }} }}")

    # Long messages.

    def head(self, client):
        if len(client.heads) + client.lost_heads >= 3:
            return
        room = self.draw.choice([*client.rooms, EVERYBODY])
        key, long = self.message_id(client), Long(room, self.draw.choice((1, 2, 2, 3)), self.text())
        client.heads[key] = long
        self.say_head(client, key, long)

    def head_again(self, client):
        if client.heads:
            key = self.draw.choice(list(client.heads))
            self.say_head(client, key, client.heads[key])

    def say_head(self, client, key, long):
        message = f'room: "{long.room}", message: {{ base64: "{long.text}" }}'
        self.send(client, f"U87: {{ parts: {long.parts}, message-id: {key}, {message} }}")
        self.expect(client, f"S88: {{ message-id: {key}, parts-code: 3, room-code: 3, message-code: 3 }}", "CHAT-LONG-1")

    def head_refused(self, client):
        parts, clause = self.draw.choice(((0, "CHAT-LONG-1"), (0x7FFFFFFF, "CHAT-LONG-7")))
        key = self.message_id(client)
        message = f'room: "{EVERYBODY}", message: {{ base64: "{self.text()}" }}'
        self.send(client, f"U87: {{ parts: {parts}, message-id: {key}, {message} }}")
        self.expect(client, f"S88: {{ message-id: {key}, parts-code: 2, room-code: 3, message-code: 3 }}", clause)

    def go_on(self, client):
        if not client.heads:
            return
        key = self.draw.choice(list(client.heads))
        long = client.heads[key]
        part = self.draw.randrange(1, long.parts + 1)
        text = long.there.setdefault(part, self.text())
        self.send(client, f'U91: {{ part: {part}, message-id: {key}, message: {{ base64: "{text}" }} }}')
        self.expect(client, f"S92: {{ message-id: {key}, part-code: 3, room-code: 3, message-code: 3 }}", "CHAT-LONG-2")
        if len(long.there) < long.parts:
            return
        del client.heads[key]
        for hearer in self.hearers(client, long.room):
            label = self.label()
            what = f'S95: {{ parts: {long.parts}, room: "{long.room}", message: {{ base64: "{long.text}" }} }}'
            self.expect(hearer, what, "CHAT-LONG-4", **{"as": label})
            for part in range(1, long.parts + 1):
                self.expect_part(hearer, label, part, long, "CHAT-LONG-5")
            hearer.heard_long.append((label, long))

    def expect_part(self, client, label, part, long, clause, **more):
        text = f'id: {{ of: {label}, field: id }}, message: {{ base64: "{long.there[part]}" }}'
        packets = (f"{{ S95: {{ parts: {long.parts - part}, {text} }} }}", f"{{ S91: {{ part: {part}, {text} }} }}")
        self.expect_one_of(client, packets, clause, **more)

    def part_refused(self, client):
        message = f'message: {{ base64: "{self.text()}" }}'
        if client.heads and self.draw.random() < 0.7:
            key = self.draw.choice(list(client.heads))
            part = self.draw.choice((0, client.heads[key].parts + 1))
        else:
            key, part = self.message_id(client), 1
        self.send(client, f"U91: {{ part: {part}, message-id: {key}, {message} }}")
        self.expect(client, f"S92: {{ message-id: {key}, part-code: 2 }}", "CHAT-LONG-2")

    def ask_again(self, client):
        if client.heard_long:
            label, long = self.draw.choice(client.heard_long)
            part = self.draw.randrange(1, long.parts + 1)
            self.send(client, f"U99: {{ part: {part}, id-start: {{ of: {label}, field: id, slice: 0..8 }} }}")
            self.expect_part(client, label, part, long, "CHAT-LONG-6", allow="[{ S100: { part-code: 3, allowed: 1 } }]")

    # What is asked in vain.

    def second_login(self, client):
        self.send(client, f"U2: {{ user: {client.user}, password: {{ base64: {PASSWORDS[client.user]} }} }}")
        self.expect(client, "S3: { user-code: 6, password-code: 5, endianness-code: 5 }", "CHAT-AUTH-3")

    def break_one(self, client):
        packet, (answer, clause) = self.draw.choice([*BROKEN.items(), *[UNKNOWN] * 4])
        self.send(client, f'octets: "{packet}"')
        self.expect(client, answer, clause)

    def pause(self, _):
        """A while passes."""
        self.step("wait", "10 ms")

    # Coming and going.

    def leave(self, client):
        how = self.draw.choice(("U40", "finish", "reset"))
        if how == "U40":
            self.send(client, "U40")
            self.step("ended", "finished", client, clauses="[CHAT-AUTH-10]")
        else:
            self.step(how, client.name)
            if how == "finish":
                self.step("ended", "finished", client, clauses="[CHAT-FRAME-3]")
        rooms, alias = client.rooms, client.alias
        client.connected(False)
        for other in self.clients:
            # They may be left in any order.
            shared = [room for room in rooms if other.is_in and room in other.rooms]
            parted = [f'{{ S165: {{ room: {room}, user: {client.user}, alias: "{alias}" }} }}' for room in shared]
            for _ in shared:
                self.expect_one_of(other, parted, "CHAT-ROOM-4")
        self.come_back(client)

    def come_back(self, client):
        # That it has gone may be noticed a little later.
        self.step("wait", "100 ms")
        self.step("connect", client.name)
        self.expect(client, "S1", "CHAT-AUTH-1")

    def at_the_door(self, client):
        what = self.draw.choice(("in", "in", "in", "login", "login", "registration", "too early", "elsewhere"))
        user, password = client.user, f"{{ base64: {PASSWORDS[client.user]} }}"
        order = self.draw.choice(("little", "big"))
        if what == "in":
            self.send(client, f"U2: {{ user: {user}, password: {password}, endianness: {order} }}")
            self.expect(client, "S3: { user-code: 3, password-code: 3, endianness-code: 3 }", "CHAT-AUTH-2")
            client.connected(True)
        elif what == "login":
            user, password, codes = self.draw.choice((
                (user, "{ base64: wrong }", "user-code: 3, password-code: 2, endianness-code: 3"),
                (user, '"===="', "user-code: 3, password-code: 2, endianness-code: 3"),
                (user, '""', "user-code: 3, password-code: 1, endianness-code: 3"),
                ("nobody-here", password, "user-code: 2, password-code: 5, endianness-code: 3"),
                ('""', password, "user-code: 1, password-code: 5, endianness-code: 3"),
            ))
            self.send(client, f"U2: {{ user: {user}, password: {password}, endianness: {order} }}")
            self.expect(client, f"S3: {{ {codes} }}", "CHAT-AUTH-3")
        elif what == "registration":
            user, password, codes = self.draw.choice((
                (user, "{ base64: marigold }", "user-code: 7, password-code: 5, email-code: 5"),
                ("{ fresh: zoe }", '"===="', "user-code: 3, password-code: 4, email-code: 3"),
            ))
            self.send(client, f"U6: {{ user: {user}, password: {password}, email: zoe@example.org }}")
            self.expect(client, f"S7: {{ {codes} }}", "CHAT-AUTH-6")
        elif what == "elsewhere" and not self.twins:
            there = [other.user for other in self.clients if other.is_in]
            if there:
                user = self.draw.choice(there)
                self.send(client, f"U2: {{ user: {user}, password: {{ base64: {PASSWORDS[user]} }} }}")
                self.expect(client, "S5", "CHAT-AUTH-5")
        elif what == "too early":
            packet = self.draw.choice((
                f'U80: {{ room: "{EVERYBODY}", message: {{ base64: early }} }}',
                'U160: { room: ROOM0001, password: "" }',
                "U166: { alias: early }",
            ))
            self.send(client, packet)
            self.expect(client, "S9", "CHAT-AUTH-9")
            self.step("ended", "finished", client, clauses="[CHAT-AUTH-9]")
            self.come_back(client)

    def yaml(self, number):
        who = "two endpoints of one user and two others" if self.twins else "three users"
        peers = ", ".join(
            f"{client.name}: {{ user: alice }}" if client.name == "twin" else f"{client.name}: connection"
            for client in self.clients[1:]
        )
        return "\n".join((
            f"title: {who} ask for all that there is, in an order drawn by lot, number {number}",
            "clauses: [CHAT-MSG-3]",
            "grade: edition",
            "subject: server",
            f"when: {{ endpoints: {'several' if self.twins else 'one'} }}",
            f"peers: {{ {peers} }}",
            "begin: authenticated",
            "steps:",
            *self.steps,
        )) + "\n"
