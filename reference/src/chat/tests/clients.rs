//! Clients and a server, joined by streams that are cut at will.

use super::*;

/// Clients that are connected to one server.
struct Hall {
    stage: Stage,
    clients: Vec<(ConnectionId, Client)>,
    /// Octets that a stream carries at a time.
    piece: usize,
}

impl Hall {
    fn new(piece: usize, mutant: Option<Mutant>) -> Self {
        let mut stage = Stage::new(world());
        let clients = (0..2).map(|_| {
            (
                stage.server.connected(),
                Client::new(ClientConfig { mutant, ..ClientConfig::default() }),
            )
        });
        let clients = clients.collect();
        Self { stage, clients, piece }
    }

    /// Carries octets until nothing is under way, and says what the clients were told.
    fn run(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            let mut is_quiet = true;
            for (id, client) in &mut self.clients {
                while let Some(action) = client.poll_transmit() {
                    is_quiet = false;
                    match action {
                        Action::Send(octets) => {
                            for piece in octets.chunks(self.piece) {
                                self.stage.server.handle_octets(self.stage.now, *id, piece);
                            }
                        }
                        _ => self.stage.server.handle_finished(self.stage.now, *id),
                    }
                }
            }
            while let Some((to, action)) = self.stage.server.poll_transmit() {
                is_quiet = false;
                let place = self.clients.iter().position(|(id, _)| *id == to).unwrap();
                let client = &mut self.clients[place].1;
                match action {
                    Action::Send(octets) => {
                        octets.chunks(self.piece).for_each(|piece| client.handle_octets(piece));
                    }
                    Action::Finish => client.handle_finished(),
                    Action::Abort => client.handle_reset(),
                }
                while let Some(event) = client.poll_event() {
                    told.push(format!("{place}: {}", line(&event)));
                }
            }
            if is_quiet {
                // Streams of two clients have no order between them.
                told.sort_by_key(|line| line.as_bytes().first().copied());
                return told;
            }
        }
    }
}

fn line(event: &ClientEvent) -> String {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    match event {
        ClientEvent::Opened { guest } => format!("opened as {}", text(guest)),
        ClientEvent::Replied { to, codes } => format!("{} {codes:?}", to.word()),
        ClientEvent::Message { user, alias, text: said, .. } => {
            format!("{} ({}) says {}", text(user), text(alias), text(said))
        }
        ClientEvent::LongMessage { text: said, .. } => format!("somebody says {}", text(said)),
        ClientEvent::Joined { user, .. } => format!("{} joined", text(user)),
        ClientEvent::Parted { user, .. } => format!("{} parted", text(user)),
        ClientEvent::Renamed { user, old, new } => {
            format!("{} is {} and was {:?}", text(user), text(new), text(old))
        }
        ClientEvent::Invited { user, .. } => format!("{} invites", text(user)),
        ClientEvent::Closed => "closed".to_owned(),
        ClientEvent::Failed => "failed".to_owned(),
    }
}

#[test]
fn two_clients_meet_talk_and_part_however_their_streams_are_cut() {
    for piece in [1, 3, 10_000] {
        let mut hall = Hall::new(piece, None);
        assert_eq!(hall.run(), ["0: opened as guest-0", "1: opened as guest-1"]);
        hall.clients[0].1.login(b"alice", b"wonderland", ByteOrder::Little);
        hall.clients[1].1.register(b"zoe", b"secret", b"zoe@example.org");
        assert_eq!(hall.run(), ["0: login [3, 3, 3]", "1: register [3, 3, 3]"]);
        hall.clients[0].1.join(ROOM, b"");
        hall.run();
        hall.clients[1].1.join(ROOM, b"");
        assert_eq!(hall.run(), ["0: zoe joined", "1: join [3]", "1: zoe joined"]);
        hall.clients[1].1.alias(b"z");
        hall.run();
        hall.clients[1].1.say(ROOM, b"hello");
        assert_eq!(hall.run(), ["0: zoe (z) says hello", "1: say [3, 3]"]);
        hall.clients[0].1.say_long(ROOM, &[b"one ", b"two ", b"three"]);
        let told = hall.run();
        assert_eq!(told[..3], ["0: say-long [3, 3, 3]"; 3]);
        assert_eq!(told[3..], ["1: somebody says one two three"]);
        hall.clients[1].1.say(ROOM, &[b'a'; 3000]);
        assert_eq!(
            hall.run(),
            [format!("0: zoe (z) says {}", "a".repeat(3000)), "1: say [3, 3]".into()]
        );
        hall.clients[1].1.say(ROOM, &[b'a'; 3001]);
        let told = hall.run();
        assert_eq!(told[0], format!("0: somebody says {}", "a".repeat(3001)));
        assert_eq!(told[1..], ["1: say-long [3, 3, 3]"; 2]);
        hall.clients[0].1.invite(ROOM, b"zoe", b"z");
        assert_eq!(hall.run(), ["1: alice invites"]);
        hall.clients[0].1.part(ROOM, b"bye");
        assert_eq!(hall.run(), ["0: part [3]", "0: alice parted", "1: alice parted"]);
        hall.clients[1].1.close();
        assert_eq!(hall.run(), ["1: closed"]);
        assert_eq!(hall.stage.server.connections(), 1);
    }
}

/// What a client sends for octets that come from a server.
fn answers(client: &mut Client, octets: &[u8]) -> Vec<u8> {
    client.handle_octets(octets);
    match client.poll_transmit() {
        Some(Action::Send(octets)) => octets,
        None => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_acknowledges_what_it_hears_and_sends_again_what_it_is_asked_for() {
    let mut client = Client::new(ClientConfig::default());
    let big = ByteOrder::Big;
    let id = *b"\0\xFF\0\x0112345678\0\0\0\0";
    let short = Packet::S83 { id, room: ROOM, user: b"bob", alias: b"", message: b"aGk=" };
    let receipt = Packet::U84 { id }.to_octets(big);
    assert_eq!(answers(&mut client, &short.to_octets(big)), receipt);
    let long = Packet::S95 { parts: 1, id, room: ROOM, message: b"aGk=" };
    assert_eq!(answers(&mut client, &long.to_octets(big)), Packet::U96 { id }.to_octets(big));
    let part = Packet::S91 { part: 1, id, message: b"aGk=" };
    assert_eq!(answers(&mut client, &part.to_octets(big)), Packet::U96 { id }.to_octets(big));
    let events: Vec<_> = core::iter::from_fn(|| client.poll_event()).collect();
    assert_eq!(
        events.iter().map(line).collect::<Vec<_>>(),
        ["bob () says hi", "somebody says hihi"]
    );

    let message_id = client.say_long(ROOM, &[b"head", b"part"]);
    let Some(Action::Send(sent)) = client.poll_transmit() else { panic!() };
    let head = answers(&mut client, &Packet::S90 { message_id }.to_octets(big));
    let tail = answers(&mut client, &Packet::S94 { part: 1, message_id }.to_octets(big));
    assert_eq!([head, tail].concat(), sent);
    assert_eq!(answers(&mut client, &Packet::S94 { part: 2, message_id }.to_octets(big)), b"");
}

#[test]
fn whatever_comes_a_client_does_not_panic() {
    arbtest::arbtest(|chance| {
        let mut client = Client::new(ClientConfig::default());
        client.say_long(ROOM, &[b"a", b"b"]);
        while !chance.is_empty() {
            let (_, octets, _) = packets::any_packet(chance)?;
            let cut = chance.choose_index(octets.len())?;
            client.handle_octets(&octets[cut / 4..]);
            client.handle_octets(chance.arbitrary::<&[u8]>()?);
        }
        Ok(())
    })
    .budget_ms(300);
}
