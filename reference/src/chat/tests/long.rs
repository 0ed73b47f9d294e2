//! Long messages, what is kept of them, and bounds.

use super::*;

fn head(parts: u32, message: &[u8]) -> Packet<'_> {
    Packet::U87 { parts, message_id: *b"long", room: ROOM, message }
}

fn part(part: u32, message: &[u8]) -> Packet<'_> {
    Packet::U91 { part, message_id: *b"long", message }
}

/// Alice and Bob in a room, Bob in the other byte order.
fn pair() -> (Stage, ConnectionId, ConnectionId) {
    let mut stage = Stage::new(world());
    let alice = stage.alice();
    let bob = stage.connect();
    stage.heard(bob);
    assert_eq!(stage.login(bob, "bob", "builder", Some(b'B')), "S3 3 3 3");
    for id in [alice, bob] {
        stage.ask(id, &Packet::U160 { room: ROOM, password: b"" });
    }
    stage.heard(alice);
    (stage, alice, bob)
}

#[test]
fn a_long_message_is_delivered_in_order_when_all_its_parts_are_there() {
    let (mut stage, alice, bob) = pair();
    assert_eq!(stage.ask(alice, &head(3, b"aGVhZA==")), "S88 3 3 3");
    assert_eq!(stage.ask(alice, &part(3, b"Yw==")), "S92 3 3 3");
    assert_eq!(stage.ask(alice, &part(1, b"YQ==")), "S92 3 3 3");
    assert_eq!(stage.ask(alice, &part(1, b"eA==")), "S92 3 3 3");
    assert_eq!(stage.ask(alice, &head(3, b"aGVhZA==")), "S88 3 3 3");
    assert_eq!(stage.heard(bob), "");
    assert_eq!(stage.ask(alice, &part(2, b"IA==")), "S92 3 3 3");
    assert_eq!(
        stage.heard(bob),
        "S95 parts=3 room=ROOM0001 message=aGVhZA==; S95 parts=2 room=ROOM0001 message=YQ==; \
         S95 parts=1 room=ROOM0001 message=IA==; S95 parts=0 room=ROOM0001 message=Yw=="
    );
    // It is whole, so its number is free again.
    assert_eq!(stage.ask(alice, &part(2, b"IA==")), "S92 2 2 3");
}

#[test]
fn heads_and_parts_are_answered_code_by_code() {
    let (mut stage, alice, _) = pair();
    assert_eq!(stage.ask(alice, &head(0, b"")), "S88 2 3 1");
    assert_eq!(stage.ask(alice, &head(0x7FFF_FFFF, b"IA==")), "S88 2 3 5");
    assert_eq!(stage.ask(alice, &head(1, &[b'A'; 4004])), "S88 3 3 2");
    assert_eq!(stage.ask(alice, &head(1, b"!")), "S88 3 3 4");
    for (room, code) in [([0; 8], 1), (*b"ROOM0009", 2), (*b"ROOM0002", 4), (*b"00000000", 3)] {
        let packet = Packet::U87 { parts: 1, message_id: [0; 4], room, message: b"aGk=" };
        assert_eq!(stage.ask(alice, &packet), format!("S88 3 {code} 3"));
    }
    assert_eq!(stage.ask(alice, &part(1, b"aGk=")), "S92 2 2 3");
    assert_eq!(stage.ask(alice, &head(2, b"aGk=")), "S88 3 3 3");
    assert_eq!(stage.ask(alice, &part(0, b"")), "S92 2 3 1");
    assert_eq!(stage.ask(alice, &part(3, b"!")), "S92 2 3 4");
    assert_eq!(stage.ask(alice, &part(2, &[b'A'; 4004])), "S92 3 3 2");
    stage.ask(alice, &Packet::U163 { room: ROOM, message: None });
    assert_eq!(stage.ask(alice, &part(1, b"aGk=")), "S92 3 4 3");
}

#[test]
fn a_part_may_be_asked_for_again_by_who_heard_the_message() {
    let (mut stage, alice, bob) = pair();
    stage.ask(alice, &head(1, b"aGVhZA=="));
    stage.ask(alice, &part(1, b"YQ=="));
    stage.heard(bob);
    let id_start = 1_u64.to_be_bytes();
    let again = |part| Packet::U99 { part, id_start };
    let good =
        |parts, message| format!("S100 3 3 3 1; S95 parts={parts} room=ROOM0001 message={message}");
    assert_eq!(stage.ask(bob, &again(0)), good(1, "aGVhZA=="));
    assert_eq!(stage.ask(bob, &again(1)), good(0, "YQ=="));
    assert_eq!(stage.ask(bob, &again(2)), "S100 2 3 3 1");
    assert_eq!(stage.ask(alice, &again(1)), "S100 3 3 3 0");
    let unknown = Packet::U99 { part: 0, id_start: [9; 8] };
    assert_eq!(stage.ask(bob, &unknown), "S100 2 2 2 0");
    let mut id = [0; 16];
    id[..8].copy_from_slice(&id_start);
    id[8..].copy_from_slice(&1_700_000_000_000_u64.to_be_bytes());
    assert_eq!(stage.ask(bob, &Packet::U96 { id }), "");
    assert_eq!(stage.ask(bob, &Packet::U96 { id }), "");
    assert_eq!(stage.ask(alice, &Packet::U96 { id }), "S97");
}

#[test]
fn four_heads_of_64_full_parts_are_taken_and_no_client_may_fill_more() {
    let (mut stage, alice, bob) = pair();
    let full = [b'A'; 4000];
    for message_id in (0..4_u32).map(u32::to_be_bytes) {
        let head = Packet::U87 { parts: 64, message_id, room: ROOM, message: &full };
        assert_eq!(stage.ask(alice, &head), "S88 3 3 3");
        for part in 1..64 {
            let part = Packet::U91 { part, message_id, message: &full };
            assert_eq!(stage.ask(alice, &part), "S92 3 3 3");
        }
    }
    let mut refused = 0;
    for message_id in (100..1000_u32).map(u32::to_be_bytes) {
        let head = Packet::U87 { parts: 1000, message_id, room: ROOM, message: &full };
        refused += u32::from(stage.ask(alice, &head) == "S88 2 3 3");
        for part in 1..3 {
            stage.ask(alice, &Packet::U91 { part, message_id, message: &full });
        }
    }
    assert_eq!(refused, 896);
    stage.ask(alice, &Packet::U91 { part: 64, message_id: [0; 4], message: &full });
    assert_eq!(stage.heard(bob).split("; ").count(), 65);
}

#[test]
fn who_does_not_read_is_let_go_and_the_others_hear_only_of_that() {
    let (mut stage, alice, bob) = pair();
    stage.server.handle_blocked(bob);
    let message = [b'A'; 4000];
    let say = Packet::U80 { message_id: [1; 4], room: ROOM, message: &message };
    let mut said = 0;
    while !stage.ends.contains_key(&bob) {
        let answer = stage.ask(alice, &say);
        said += message.len();
        assert!(answer.starts_with("S81 3 3"), "{answer}");
        assert!(stage.server.octets_waiting() <= Limits::default().output + 5000);
        assert!(said < 4 << 20, "it is never let go");
        let is_last = answer != "S81 3 3";
        assert_eq!(answer.ends_with("; S165 room=ROOM0001 user=bob alias="), is_last);
    }
    assert!(said >= 1 << 20);
    assert_eq!(stage.ends[&bob], Action::Abort);
    assert_eq!((stage.server.connections(), stage.server.octets_waiting()), (1, 0));
}

#[test]
fn what_waited_goes_out_when_there_is_room_again_and_fin_behind_it() {
    let (mut stage, alice, bob) = pair();
    stage.server.handle_blocked(bob);
    stage.ask(alice, &Packet::U80 { message_id: [1; 4], room: ROOM, message: b"aGk=" });
    assert_eq!(stage.ask(bob, &Packet::U40 {}), "");
    assert_eq!(stage.ends.get(&bob), None);
    stage.server.handle_writable(bob);
    stage.drain();
    assert_eq!(stage.heard(bob), "S83 room=ROOM0001 user=alice alias= message=aGk=");
    assert_eq!(stage.ends.get(&bob), Some(&Action::Finish));
}

#[test]
fn a_server_says_which_packets_there_are() {
    let (mut stage, alice, _) = pair();
    assert_eq!(stage.ask(alice, &Packet::U252 {}), "S253");
    let packets = PacketIds::from_octets(&[83, 0xFF, 95]).unwrap();
    assert_eq!(packets.iter().collect::<Vec<_>>(), [83, 95]);
    assert_eq!(stage.ask(alice, &Packet::U254 { packets }), "");
    assert_eq!(stage.put(alice, b"\xFC\xFFSQ\0\x0A\0\xA0\0\x50\0"), "S251; S251; S251; S82");
}

#[test]
fn garbage_in_any_pieces_is_answered_alike_and_fills_nothing() {
    arbtest::arbtest(|chance| {
        let mut stream = Vec::new();
        while !chance.is_empty() && stream.len() < 4000 {
            if chance.ratio(1, 3)? {
                stream.push(chance.arbitrary()?);
            } else {
                let (layout, octets, _) = packets::any_packet(chance)?;
                if layout.sender == Role::Connector && layout.spec.code != 40 {
                    stream.extend(octets);
                }
            }
        }
        let run = |pieces: &[&[u8]]| {
            let (mut stage, alice, bob) = pair();
            for piece in pieces {
                stage.server.handle_octets(stage.now, alice, piece);
                stage.drain();
            }
            (stage.inboxes.remove(&alice), stage.inboxes.remove(&bob), stage.ends)
        };
        let whole = run(&[&stream]);
        assert_eq!(run(&stream.chunks(1).collect::<Vec<_>>()), whole);
        let cut = chance.choose_index(stream.len().max(1)).unwrap_or(0);
        assert_eq!(run(&[&stream[..cut], &stream[cut..]]), whole);
        Ok(())
    })
    .budget_ms(500);
}
