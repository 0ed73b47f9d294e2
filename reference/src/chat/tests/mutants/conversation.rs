//! Conversations with a server, and of a client, in which most mutants show.

use core::hash::{Hash as _, Hasher as _};
use std::hash::DefaultHasher;

use crate::chat::mutant::Mutant;
use crate::chat::tests::*;

/// A conversation, and a digest of all that is seen of it.
struct Talk {
    stage: Stage,
    seen: DefaultHasher,
}

impl Talk {
    fn put(&mut self, id: ConnectionId, octets: &[u8]) {
        self.stage.server.handle_octets(self.stage.now, id, octets);
        self.stage.drain();
        self.note();
    }

    fn note(&mut self) {
        let Stage { inboxes, ends, .. } = &mut self.stage;
        core::mem::take(inboxes).hash(&mut self.seen);
        let aborted = ends.values().filter(|end| **end == Action::Abort).count();
        (ends.len(), aborted).hash(&mut self.seen);
    }

    fn say(&mut self, id: ConnectionId, packet: &Packet<'_>) {
        self.put(id, &packet.to_octets(self.stage.orders[&id]));
    }

    fn connect(&mut self) -> ConnectionId {
        let id = self.stage.connect();
        self.note();
        id
    }

    fn login(&mut self, user: &[u8], password: &[u8], order: ByteOrder) -> ConnectionId {
        let id = self.connect();
        let password = encode_base64(password);
        let endianness = Some(Endianness::Letter.octet(order));
        self.say(id, &Packet::U2 { user, password: &password, endianness });
        self.stage.orders.insert(id, order);
        id
    }
}

/// A conversation in which everything comes up, as a digest of all that is seen of it.
pub(super) fn conversation(config: Config) -> u64 {
    let mut talk = Talk { stage: Stage::new(config), seen: DefaultHasher::new() };
    before_login(&mut talk);
    let alice = talk.login(b"alice", b"wonderland", ByteOrder::Little);
    let bob = talk.login(b"bob", b"builder", ByteOrder::Big);
    let carol = talk.login(b"carol", b"christmas", ByteOrder::Little);
    talk.login(b"alice", b"wonder", ByteOrder::Big);
    let twin = talk.login(b"alice", b"wonderland", ByteOrder::Big);
    talk.connect();
    rooms(&mut talk, alice, bob, carol);
    short(&mut talk, alice, bob, carol);
    long(&mut talk, alice, bob, carol);
    framing(&mut talk, alice, bob);
    talk.say(twin, &Packet::U160 { room: ROOM, password: b"" });
    endings(&mut talk, alice, bob, carol);
    talk.seen.finish()
}

fn before_login(talk: &mut Talk) {
    let words: [(&[u8], &[u8], Option<u8>); 16] = [
        (b"", b"", None),
        (b"nobody", b"cHc=", None),
        (b"nobody", b"cHc=", Some(b'x')),
        (b"ALICE", b"d29uZGVybGFuZA==", Some(b'L')),
        (b"alice", b"", Some(b'B')),
        (b"alice", b"d29u", Some(b'L')),
        (b"alice", b"d29u", None),
        (b"alice", b"!", Some(b'B')),
        (b"alice", b"d29uZGVybGFuZGxhbmQ=", Some(b'B')),
        (b"alice", b"d29uZGVybGFuZA==", None),
        (b"alice", b"d29uZGVybGFuZA==", Some(b'l')),
        (b"alice", b"d29uZGVybGFuZA==", Some(9)),
        (b"alice", b"d29uZGVybGFuZA==", Some(0xFF)),
        (b"bob", b"YnVpbGRlcg==", Some(1)),
        (b"bob", b"YnVpbGRlcg==", Some(b'B')),
        (b"", b"", Some(b'L')),
    ];
    for (user, password, endianness) in words {
        let id = talk.connect();
        talk.say(id, &Packet::U2 { user, password, endianness });
        talk.say(id, &Packet::U2 { user: b"bob", password: b"YnVpbGRlcg==", endianness: Some(2) });
        talk.say(id, &Packet::U2 { user: b"nobody", password: b"", endianness: None });
        talk.say(id, &Packet::U6 { user: b"", password: b"", email: b"" });
        let room = *b"0000ECHO";
        let head = Packet::U87 { parts: 1, message_id: [1; 4], room, message: b"aGk=" };
        talk.say(id, &head);
        talk.say(id, &Packet::U40 {});
        talk.stage.server.handle_finished(talk.stage.now, id);
        talk.stage.drain();
    }
    let registrations: [(&[u8], &[u8], &[u8]); 13] = [
        (b"", b"cHc=", b"z@example.org"),
        (b"z e", b"cHc=", b""),
        (&[b'z'; 33], b"cHc=", b"z@example.org"),
        (&[b'z'; 32], b"cHc=", b"z@example.org"),
        (b"z\xC3\xA9", b"cHc=", b"z"),
        (b"z\x7F", b"cHc=", b"z@example.org"),
        (b"z~", b"cHc=", b"z@example.org"),
        (b"alice", b"", b""),
        (b"new1", b"", b"z@example"),
        (b"new2", b"cHc", b"z@z@example.org"),
        (b"new3", b"cHc=", b""),
        (b"new4", b"c Hc=", b"z@example"),
        (b"new5", b"cHc=", b"z@example.org"),
    ];
    for (user, password, email) in registrations {
        let id = talk.connect();
        talk.say(id, &Packet::U6 { user, password, email });
        let room = *b"0000ECHO";
        talk.say(id, &Packet::U87 { parts: 1, message_id: [1; 4], room, message: b"aGk=" });
        talk.stage.server.handle_reset(id);
        let id = talk.connect();
        talk.say(id, &Packet::U2 { user, password: b"cHc=", endianness: Some(b'L') });
        talk.stage.server.handle_reset(id);
    }
    let early: [&[u8]; 11] = [
        &Packet::U80 { message_id: [1; 4], room: ROOM, message: b"aGk=" }.to_octets(ByteOrder::Big),
        b"\xFC\xFFSP\0",
        b"\x0A\xFF\0",
        b"\x28\xFFBYF\0",
        b"\x28\xFFBYE\0",
        b"\x02\0",
        b"\x06\0\x02\xFF\0",
        b"\xFF\0",
        b"\0\0",
        b"\xFC\xFFSP\0\x02\xFFalice\xFFd29uZGVybGFuZA==\xFFL\0",
        b"\x02\xFFalice\xFFd29uZGVybGFuZA==\xFFL\0",
    ];
    for octets in early {
        let id = talk.connect();
        talk.put(id, octets);
        talk.put(id, b"\x02\xFF\xFF\xFF\0");
        talk.stage.server.handle_finished(talk.stage.now, id);
        talk.stage.drain();
        talk.put(id, b"");
    }
}

fn rooms(talk: &mut Talk, alice: ConnectionId, bob: ConnectionId, carol: ConnectionId) {
    let secret = *b"SECRET01";
    let passwords: [&[u8]; 6] = [b"", b"!", b"c2VzYW0=", b"sesame", b"c2VzYW1l", b"!"];
    for password in passwords {
        talk.say(alice, &Packet::U160 { room: secret, password });
    }
    for room in [[0; 8], *b"NOROOM01", ROOM, ROOM, *b"ROOM0002"] {
        for id in [alice, bob] {
            talk.say(id, &Packet::U160 { room, password: b"" });
        }
    }
    talk.say(bob, &Packet::U160 { room: ROOM, password: b"!" });
    let aliases: [&[u8]; 9] =
        [b"", b"al", b"\xC3\xA9", b"\x7F", b"~", &[b'a'; 32], &[b'a'; 33], b"al", b"al2"];
    for alias in aliases {
        talk.say(alice, &Packet::U166 { alias });
        talk.say(bob, &Packet::U166 { alias });
    }
    talk.say(bob, &Packet::U166 { alias: b"al" });
    for (id, room) in [(carol, ROOM), (alice, [0; 8]), (alice, *b"NOROOM01"), (alice, *b"ROOM0002")]
    {
        talk.say(id, &Packet::U163 { room, message: None });
        talk.say(id, &Packet::U163 { room, message: Some(b"") });
    }
    talk.say(alice, &Packet::U80 { message_id: [9; 4], room: *b"ROOM0002", message: b"aGk=" });
    talk.say(alice, &Packet::U160 { room: *b"ROOM0002", password: b"" });
}

fn short(talk: &mut Talk, alice: ConnectionId, bob: ConnectionId, carol: ConnectionId) {
    let long = [b'A'; 4004];
    let messages: [&[u8]; 15] = [
        b"aGk=",
        b"",
        b"IA==",
        b"CQ==",
        b"Cw==",
        b"aGk",
        b"-_8=",
        b"aG k=",
        b"!",
        &[b'A'; 4000],
        &long,
        &[b'!'; 4001],
        &[b'A'; 5000],
        b"aGk=",
        b"AGEA",
    ];
    for room in [ROOM, [0; 8], *b"NOROOM01", *b"ROOM0003", *b"00000000", *b"0000ECHO"] {
        for message in messages {
            talk.say(alice, &Packet::U80 { message_id: *b"m\x01\xFE1", room, message });
        }
    }
    talk.stage.now = talk.stage.now + Duration::from_secs(3);
    for (message_id, room) in
        [(*b"m\0m\0", ROOM), (*b"m\xFFm\xFF", *b"R\0R\0R\0R\0"), ([1; 4], [0xFF; 8])]
    {
        for id in [bob, carol] {
            talk.say(id, &Packet::U80 { message_id, room, message: b"aGk=" });
        }
    }
    let octets = Packet::U80 { message_id: [7; 4], room: ROOM, message: b"aGk=" };
    for _ in 0..530 {
        talk.say(alice, &octets);
    }
    let newest = talk.stage.server.counter;
    for counter in newest.saturating_sub(540)..newest + 2 {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&counter.to_be_bytes());
        id[8..].copy_from_slice(&1_700_000_003_000_u64.to_be_bytes());
        talk.say(bob, &Packet::U84 { id });
        talk.say(bob, &Packet::U84 { id });
        talk.say(carol, &Packet::U84 { id });
    }
}

fn long(talk: &mut Talk, alice: ConnectionId, bob: ConnectionId, carol: ConnectionId) {
    talk.say(carol, &Packet::U160 { room: ROOM, password: b"" });
    let message_id = *b"long";
    let pieces: [&[u8]; 6] = [b"", b"IA==", b"aGk", &[b'A'; 4004], b"eA==", b"aGk="];
    for room in [[0; 8], *b"NOROOM01", *b"ROOM0003", *b"00000000", *b"0000ECHO", ROOM] {
        for (parts, message) in
            [0, 0x7FFF_FFFF, 64, 2].into_iter().zip([&b""[..], b"IA==", b"x", b"aGk="])
        {
            talk.say(alice, &Packet::U87 { parts, message_id, room, message });
        }
        for message in pieces {
            talk.say(alice, &Packet::U87 { parts: 3, message_id, room, message });
        }
        for part in [0, 4, 3, 3] {
            for message in pieces {
                talk.say(alice, &Packet::U91 { part, message_id, message });
            }
            talk.say(alice, &Packet::U87 { parts: 3, message_id, room, message: b"aGk=" });
        }
        for part in [1, 2, 2] {
            talk.say(alice, &Packet::U91 { part, message_id, message: b"eHg=" });
        }
    }
    for message_id in [[1; 4], [2; 4], [3; 4], [4; 4]] {
        talk.say(bob, &Packet::U87 { parts: 64, message_id, room: ROOM, message: b"aGk=" });
    }
    talk.say(bob, &Packet::U91 { part: 1, message_id: [1; 4], message: b"aGk=" });
    let newest = talk.stage.server.counter;
    for counter in newest.saturating_sub(8)..newest + 2 {
        let id_start = counter.to_be_bytes();
        let mut id = [0; 16];
        id[..8].copy_from_slice(&id_start);
        id[8..].copy_from_slice(&1_700_000_003_000_u64.to_be_bytes());
        for hearer in [alice, bob, carol] {
            talk.say(hearer, &Packet::U96 { id });
            for part in [0, 1, 9] {
                talk.say(hearer, &Packet::U99 { part, id_start });
            }
        }
    }
    talk.say(alice, &Packet::U87 { parts: 1, message_id, room: *b"ROOM0002", message: b"aGk=" });
    talk.say(alice, &Packet::U163 { room: *b"ROOM0002", message: Some(b"x") });
    talk.say(alice, &Packet::U91 { part: 1, message_id, message: b"aGk=" });
}

fn framing(talk: &mut Talk, alice: ConnectionId, bob: ConnectionId) {
    let echo = |message: &[u8]| {
        Packet::U80 { message_id: [5; 4], room: *b"0000ECHO", message }.to_octets(ByteOrder::Big)
    };
    let say = echo(b"aGk=");
    for cut in 1..say.len() {
        talk.put(alice, &say[..cut]);
        talk.put(alice, &say[cut..]);
    }
    talk.put(alice, &[say.as_slice(), &say, b"\xFC\xFFSP\0\x0A\0"].concat());
    let broken: [&[u8]; 17] = [
        b"\0\xFF\x28\0",
        b"\x50\0",
        b"\x54\0",
        b"\x57\0",
        b"\x5B\0",
        b"\x60\0",
        b"\x63\0",
        b"\xA0\0",
        b"\xA3\0",
        b"\xA6\0",
        b"\xA9\0",
        b"\x28\0",
        b"\xFE\xFF\0",
        b"\x51\xFF1\0",
        b"\xFC\xFFSPP\xFC\xFFSP\0",
        b"\x02\0",
        b"\xFF\xFC\xFFSP\0\xFC\xFFSP\0",
    ];
    for octets in broken {
        talk.put(bob, &[octets, b"\xFC\xFFSP\0\xFC\xFFSP\0"].concat());
    }
    for length in [4050, 5000, 8192, 8193, 9000] {
        let mut packet = echo(b"");
        packet.pop();
        packet.resize(length - 1, b'A');
        packet.push(0);
        talk.put(bob, &packet);
        packet.splice(8100.min(length - 20).., b"\0\x28\0\x28\0".iter().copied());
        talk.put(bob, &packet);
    }
    let mut packet = echo(b"");
    packet.pop();
    packet.resize(8192, b'A');
    packet.extend(b"\xFC\xFFSP\0\xFC\xFFSP\0");
    talk.put(bob, &packet);
    for id in [[0; 16], [0xFF; 16], [7; 16]] {
        talk.say(bob, &Packet::U84 { id });
        talk.say(bob, &Packet::U96 { id });
    }
    for (parts, message_id) in [(0x0101_0101, [7; 4]), (0x01FF_FFFF, [7; 4]), (2, [7; 4])] {
        talk.say(bob, &Packet::U87 { parts, message_id, room: ROOM, message: b"aGk=" });
    }
}

fn endings(talk: &mut Talk, alice: ConnectionId, bob: ConnectionId, carol: ConnectionId) {
    for room in [ROOM, *b"ROOM0002"] {
        talk.say(carol, &Packet::U160 { room, password: b"" });
    }
    talk.stage.server.handle_blocked(carol);
    let message = [b'A'; 4000];
    let say = Packet::U80 { message_id: [1; 4], room: ROOM, message: &message };
    for _ in 0..700 {
        talk.say(alice, &say);
    }
    talk.put(alice, b"\xFC\xFFSP\0\x28\xFFBYE\0\xFC\xFFSP\0");
    talk.put(alice, b"\xFC\xFFSP\0");
    talk.login(b"alice", b"wonderland", ByteOrder::Little);
    let carol = talk.login(b"carol", b"christmas", ByteOrder::Little);
    talk.say(carol, &Packet::U166 { alias: b"al2" });
    talk.say(bob, &Packet::U80 { message_id: [2; 4], room: ROOM, message: b"aGk=" });
    talk.say(bob, &Packet::U80 { message_id: [2; 4], room: *b"ROOM0002", message: b"aGk=" });
    talk.stage.server.handle_finished(talk.stage.now, bob);
    talk.put(carol, b"");
    format!("{:?}", talk.stage.events).hash(&mut talk.seen);
}

/// What clients send under a mutant.
pub(super) fn client(mutant: Option<Mutant>) -> String {
    let mut client = Client::new(ClientConfig { mutant, ..ClientConfig::default() });
    client.login(b"alice", b"wonderland", ByteOrder::Little);
    let big = ByteOrder::Big;
    let good = Packet::S3 { user_code: 3, password_code: 3, endianness_code: 3 };
    client.handle_octets(&good.to_octets(big));
    for text in [&b"hello"[..], b"\xFB\xEF\xFF?", b"x", &[b'x'; 300]] {
        client.say(ROOM, text);
    }
    client.say_long(ROOM, &[b"a", b"b"]);
    // Places between packets, rooms and numbers that hold ends and separators, many messages, the room of all.
    let told = Packet::S162 { room: [0, 0xFF, 0, 0xFF, 0, 0, 0, 0], user: b"b", alias: b"" };
    client.handle_octets(&[vec![0], told.to_octets(big)].concat());
    let long = Packet::S95 { parts: 255, id: [9; 16], room: ROOM, message: b"aGk=" };
    client.handle_octets(&long.to_octets(ByteOrder::Little));
    for number in 0..300_u16 {
        let mut id = [5; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        let room = if number == 0 { *b"00000000" } else { ROOM };
        let short = Packet::S83 { id, room, user: b"b", alias: b"", message: b"aGk=" };
        client.handle_octets(&short.to_octets(big));
        client.say(ROOM, b"again");
    }
    for id in [[0xFF; 16], [0xFE; 16]] {
        let short = Packet::S83 { id, room: ROOM, user: b"b", alias: b"", message: b"aGk=" };
        let mut two = short.to_octets(big);
        two.extend(
            Packet::S83 { id: [7; 16], room: ROOM, user: b"", alias: b"", message: b"aGk=" }
                .to_octets(big),
        );
        client.handle_octets(&two);
    }
    client.register(b"zoe", b"zoe", b"zoe@example.org");
    client.handle_octets(
        &Packet::S7 { user_code: 3, password_code: 3, email_code: 3 }.to_octets(big),
    );
    client.say_long(ROOM, &[b"a", b"b"]);
    client.login(b"alice", b"wonderland", ByteOrder::Little);
    client.handle_octets(&good.to_octets(big));
    for id in [[1; 16], *b"1234567890123456", [0; 16]] {
        let short = Packet::S83 { id, room: ROOM, user: b"b", alias: b"", message: b"aGk=" };
        let octets = short.to_octets(big).repeat(2);
        client.handle_octets(&octets);
        octets.chunks(20).for_each(|piece| client.handle_octets(piece));
        for parts in [1_u32, 0] {
            let long = Packet::S95 { parts, id, room: ROOM, message: b"aGk=" };
            client.handle_octets(&long.to_octets(ByteOrder::Little));
        }
    }
    client.close();
    let actions: Vec<_> = core::iter::from_fn(|| client.poll_transmit()).collect();
    let events: Vec<_> = core::iter::from_fn(|| client.poll_event()).collect();
    format!("{actions:02X?} {events:02X?}")
}
