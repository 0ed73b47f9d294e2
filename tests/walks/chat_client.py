"""Walks of a client through everything that its application can ask and its server can say, drawn from a seed.

The suite is the server. After each thing that is told, refused, heard or overheard the client must still acknowledge what comes, say
what it is told, and count on.
"""

from steps import Steps

ROOMS = ("ROOM0001", "ROOM0002", "SECRET01")
EVERYBODY = "00000000"
OTHERS = (("bob", ""), ("carol", "fox"), ("dave", "owl"), ("alice", "twin"))
WORDS = ("hi", "hello there", "one", "good day", "?", "~?~?~?", "x" * 20, "grüße", "zażółć")

# How often each action is drawn.
ACTIONS = {
    "join": 14, "part": 8, "say": 14, "say_long": 4, "alias": 5, "invite": 2, "second_login": 3,
    "hear": 22, "hear_several": 3, "hear_amid": 6, "notice": 8, "zero": 3,
}
# What is answered, or done, by who follows advice.
ADVISED = {"begin_long": 8, "go_on": 20, "again": 2}


class Walk(Steps):
    words = WORDS

    def __init__(self, seed, actions):
        super().__init__(seed)
        drawn = ACTIONS | (ADVISED if seed % 2 else {})
        self.session, self.is_little = 0, False
        self.begin()
        for _ in range(actions):
            self.drawn(drawn)()

    # What steps look like.

    def step(self, verb, what, by=True, **more):
        super().step(verb, what, f"session-{self.session}" if by and self.session > 1 else None, **more)

    def tell(self, what):
        self.step("tell", what, by=False)

    def send(self, packet, **more):
        self.step("send", f"{{ {packet} }}", **more)

    def expect(self, packet, clause, **more):
        self.step("expect", f"{{ {packet} }}" if ":" in packet else packet, **more, clauses=f"[{clause}]")

    def event(self, what, clause="CHAT-FRAME-1"):
        self.step("event", f"{{ {what} }}", by=False, clauses=f"[{clause}]")

    def replied(self):
        """The client reads the reply. What it tells of it is shown elsewhere: the parts of a long message may be reported or not."""
        self.step("wait", "50 ms", by=False)

    # Coming and going.

    def begin(self):
        self.session += 1
        self.rooms, self.user_alias, self.longs = [], "", []
        self.tell("open")
        self.step("connect", "peer" if self.session == 1 else f"session-{self.session}", by=False)
        self.send(f"S1: {{ user: guest-{self.session} }}")
        self.step("event", "opened", by=False, clauses="[CHAT-FRAME-1]")
        if self.draw.random() < 0.4:
            self.log_in(self.draw.choice(((3, 2, 3), (2, 5, 3))))
        if self.draw.random() < 0.3:
            self.tell("{ register: { user: alice, password: wonderland, email: me@example.org } }")
            self.expect("U6: { user: alice, password: { base64: wonderland }, email: me@example.org }", "CHAT-FRAME-1")
            self.send("S7: { user-code: 7, password-code: 5, email-code: 5 }")
            self.replied()
        self.log_in((3, 3, 3))

    def log_in(self, codes):
        order = self.draw.choice(("little", "big"))
        self.tell(f"{{ login: {{ user: alice, password: wonderland, endianness: {order} }} }}")
        may_know = codes[0] == 6
        excuse = {"otherwise": "a client may know by itself that it is logged in, and ask no more"} if may_know else {}
        self.expect(f"U2: {{ user: alice, password: {{ base64: wonderland }}, endianness: {order} }}", "CHAT-NUM-3", **excuse)
        if codes[0] == 6:
            self.amid()
        behind = codes == (3, 3, 3) and self.draw.random() < 0.3
        more = {"joined": "true"} if behind else {}
        self.send("S3: {{ user-code: {}, password-code: {}, endianness-code: {} }}".format(*codes), **more)
        if behind:
            self.hear()
        if codes == (3, 3, 3):
            self.is_little = order == "little"
            # What it says from now on is in its byte order: a client that reads late must have read this.
            self.step("wait", "1 s", by=False)
        else:
            self.replied()

    def again(self):
        """The session ends, and another one begins."""
        if self.session < 3:
            self.tell("close")
            self.expect("U40", "CHAT-AUTH-12")
            self.step("finish", "peer" if self.session == 1 else f"session-{self.session}", by=False)
            # Who speaks after its goodbye leaves advice aside, and no more.
            self.step("ended", "either", allow="[any]", clauses="[CHAT-AUTH-12]")
            self.step("event", "closed", by=False, clauses="[CHAT-FRAME-1]")
            self.begin()

    def second_login(self):
        self.log_in((6, 5, 5))

    # What the application asks.

    def join(self):
        room = self.draw.choice(ROOMS)
        code = 10 if room in self.rooms else self.draw.choice((3, 3, 3, 8, 2))
        password, octets = (", password: sesame", "{ base64: sesame }") if room == "SECRET01" else ("", '""')
        self.tell(f"{{ join: {{ room: {room}{password} }} }}")
        self.expect(f"U160: {{ room: {room}, password: {octets} }}", "CHAT-FRAME-1")
        self.amid()
        self.send(f"S161: {{ room: {room}, room-code: {code} }}")
        self.replied()
        if code == 3:
            self.rooms.append(room)
            self.amid()
            self.send(f'S162: {{ room: {room}, user: alice, alias: "{self.user_alias}" }}')

    def part(self):
        room = self.draw.choice(self.rooms or ROOMS)
        code = 3 if room in self.rooms else 9
        self.tell(f"{{ part: {{ room: {room} }} }}")
        self.expect(f"U163: {{ room: {room} }}", "CHAT-FRAME-1")
        self.send(f"S164: {{ room: {room}, room-code: {code} }}")
        self.replied()
        if code == 3:
            self.rooms.remove(room)
            self.send(f'S165: {{ room: {room}, user: alice, alias: "{self.user_alias}" }}')

    def say(self):
        room, text, label = self.where(), f'"{self.text()}"', self.label()
        if self.draw.random() < 0.1:
            text = f"{{ octet: 0x78, times: {self.draw.choice((999, 1500, 2048, 2999, 3000))} }}"
        codes = self.draw.choice(((3, 3), (3, 3), (9, 3), (3, 4)))
        self.tell(f'{{ say: {{ room: "{room}", text: {text} }} }}')
        self.expect(f'U80: {{ room: "{room}", message: {{ base64: {text} }} }}', "CHAT-TEXT-2", **{"as": label})
        self.amid()
        self.send(f"S81: {{ message-id: {{ of: {label} }}, room-code: {codes[0]}, message-code: {codes[1]} }}")
        self.replied()

    def say_long(self):
        room, label = self.where(), self.label()
        texts = [self.text() for _ in range(self.draw.choice((2, 3, 4)))]
        if self.draw.random() < 0.3:
            texts[1] = texts[-1]
        quoted = ", ".join(f'"{text}"' for text in texts)
        self.tell(f'{{ say-long: {{ room: "{room}", parts: [{quoted}] }} }}')
        head = f'parts: {len(texts) - 1}, room: "{room}", message: {{ base64: "{texts[0]}" }}'
        self.expect(f"U87: {{ {head} }}", "CHAT-TEXT-2", **{"as": label})
        key = f"message-id: {{ of: {label}, field: message-id }}"
        self.send(f"S88: {{ {key}, parts-code: 3, room-code: 3, message-code: 3 }}")
        for part, text in enumerate(texts[1:], 1):
            self.expect(f'U91: {{ part: {part}, {key}, message: {{ base64: "{text}" }} }}', "CHAT-TEXT-2")
            self.amid()
            self.send(f"S92: {{ {key}, part-code: 3, room-code: 3, message-code: 3 }}")

    def alias(self):
        alias, code = self.draw.choice(("elk", "bee", "cat")), self.draw.choice((3, 3, 7))
        self.tell(f"{{ alias: {{ alias: {alias} }} }}")
        self.expect(f"U166: {{ alias: {alias} }}", "CHAT-FRAME-1")
        self.send(f"S167: {{ code: {code} }}")
        self.replied()
        if code == 3:
            self.send(f'S168: {{ user: alice, old: "{self.user_alias}", new: {alias} }}')
            self.user_alias = alias

    def invite(self):
        if self.rooms:
            room = self.draw.choice(self.rooms)
            self.tell(f'{{ invite: {{ room: {room}, user: bob, alias: "" }} }}')
            self.expect(f"U169: {{ room: {room}, user: bob }}", "CHAT-FRAME-1")

    # What the server says.

    def where(self):
        return self.draw.choice([*self.rooms, *self.rooms, EVERYBODY])

    def said(self):
        (user, alias), label = self.draw.choice(OTHERS), self.label()
        return label, f'room: "{self.where()}", user: {user}, alias: "{alias}"', self.text()

    def hear(self):
        self.heard([self.said()])

    def hear_several(self):
        self.heard([self.said() for _ in range(3)])

    def heard(self, messages):
        """They come in one segment."""
        for number, (label, what, text) in enumerate(messages):
            more = {"joined": "true"} if number < len(messages) - 1 else {}
            self.send(f'S83: {{ {what}, message: {{ base64: "{text}" }} }}', **{"as": label}, **more)
        for label, what, text in messages:
            self.expect(f"U84: {{ id: {{ of: {label} }} }}", "CHAT-MSG-7")
            self.event(f'message: {{ {what}, text: "{text}" }}')

    def hear_amid(self):
        """Something is heard while an answer is due."""
        self.draw.choice((self.join, self.say, self.say_long))()

    def amid(self):
        if self.draw.random() < 0.4:
            self.hear()

    def begin_long(self):
        if len(self.longs) < 3:
            parts, label, room = self.draw.choice((1, 2, 3)), self.label(), self.where()
            texts = [self.text() for _ in range(parts + 1)]
            self.send(f'S95: {{ parts: {parts}, room: "{room}", message: {{ base64: "{texts[0]}" }} }}', **{"as": label})
            self.expect(f"U96: {{ id: {{ of: {label} }} }}", "CHAT-LONG-8")
            self.longs.append((label, room, texts, 1))

    def go_on(self):
        if not self.longs:
            return
        label, room, texts, there = self.longs.pop(self.draw.randrange(len(self.longs)))
        left = len(texts) - 1 - there
        what = f'parts: {left}, id: {{ of: {label} }}, room: "{room}", message: {{ base64: "{texts[there]}" }}'
        self.send(f"S95: {{ {what} }}")
        self.expect(f"U96: {{ id: {{ of: {label} }} }}", "CHAT-LONG-8")
        if left:
            self.longs.append((label, room, texts, there + 1))
        else:
            self.event(f'message: {{ room: "{room}", user: "", alias: "", text: "{"".join(texts)}" }}',
                       "CHAT-NUM-2" if self.is_little else "CHAT-TEXT-2")

    def notice(self):
        (user, alias), room = self.draw.choice(OTHERS), self.draw.choice(self.rooms or [None])
        notices = [f'S168: {{ user: {user}, old: "{alias}", new: emu }}']
        if room is not None:
            who = f'room: {room}, user: {user}, alias: "{alias}"'
            notices += [f"S162: {{ {who} }}", f"S165: {{ {who} }}", f"S169: {{ {who} }}"]
        self.send(self.draw.choice(notices))

    def zero(self):
        """A 00 where an ID is due is ignored."""
        more = {"joined": "true"} if self.draw.random() < 0.5 else {}
        self.send('octets: "00"', **more)
        if more:
            self.hear()

    def yaml(self, number):
        peers = [f"session-{session}: connection" for session in range(2, self.session + 1)]
        return "\n".join((
            f"title: a client is told, refused and sent all that there is, in an order drawn by lot, number {number}",
            "clauses: [CHAT-MSG-7]",
            "grade: edition",
            "subject: client",
            "needs: [control]",
            "application: control",
            *([f"peers: {{ {', '.join(peers)} }}"] if peers else []),
            "steps:",
            *self.steps,
            "  - quiet: 100 ms",
        )) + "\n"
