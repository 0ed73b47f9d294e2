//! Short messages, rooms and aliases: what is answered, and who hears what.

use rstest::rstest;

use super::*;

fn say(room: RoomId, message: &[u8]) -> Packet<'_> {
    Packet::U80 { message_id: *b"m\0\xFF1", room, message }
}

fn join(stage: &mut Stage, id: ConnectionId, room: RoomId) {
    let answer = stage.ask(id, &Packet::U160 { room, password: b"" });
    assert!(answer.contains("S161") && answer.contains(" 3; S162"), "{answer}");
}

#[rstest]
#[case(ROOM, "aGk=", "S81 3 3")]
#[case(ROOM, "", "S81 3 1")]
#[case(ROOM, "IAkNCg==", "S81 3 11")]
#[case(ROOM, "Cw==", "S81 3 3")]
#[case(ROOM, "aGk", "S81 3 4")]
#[case(*b"ROOM0002", "aGk=", "S81 9 3")]
#[case(*b"SECRET01", "aGk", "S81 9 4")]
#[case(*b"ROOM0009", "", "S81 2 1")]
#[case([0; 8], "IA==", "S81 1 11")]
fn a_message_is_answered_code_by_code(
    #[case] room: RoomId,
    #[case] message: &str,
    #[case] expected: &str,
) {
    let mut stage = Stage::new(world());
    let alice = stage.alice();
    join(&mut stage, alice, ROOM);
    assert_eq!(stage.ask(alice, &say(room, message.as_bytes())), expected);
}

#[test]
fn a_message_of_4000_octets_is_taken_and_a_longer_one_is_too_long_whatever_it_holds() {
    let mut stage = Stage::new(world());
    let alice = stage.alice();
    join(&mut stage, alice, ROOM);
    assert_eq!(stage.ask(alice, &say(ROOM, &[b'A'; 4000])), "S81 3 3");
    assert_eq!(stage.ask(alice, &say(ROOM, &[b'A'; 4004])), "S81 3 12");
    assert_eq!(stage.ask(alice, &say(ROOM, &[b'!'; 4001])), "S81 3 12");
    assert_eq!(stage.ask(alice, &say(ROOM, &[b'A'; 8300])), "S82");
}

#[test]
fn codes_above_nine_travel_in_the_dialect() {
    let dialect = Dialect { codes: Codes::Hex, ..Dialect::default() };
    let mut stage = Stage::new(Config { dialect, ..world() });
    let alice = stage.alice();
    join(&mut stage, alice, ROOM);
    assert_eq!(stage.ask(alice, &say(ROOM, b"IA==")), "S81 3 17");
    let again = stage.ask(alice, &Packet::U160 { room: ROOM, password: b"" });
    assert_eq!(again, "S161 room=ROOM0001 16");
}

#[test]
fn a_room_hears_its_members_and_nobody_else_does() {
    let mut stage = Stage::new(world());
    let (alice, bob) = (stage.alice(), stage.bob());
    let carol = stage.user("carol", "christmas");
    join(&mut stage, alice, ROOM);
    join(&mut stage, bob, ROOM);
    assert_eq!(stage.heard(alice), "S162 room=ROOM0001 user=bob alias=");
    assert_eq!(stage.ask(alice, &say(ROOM, b"aGk=")), "S81 3 3");
    assert_eq!(stage.heard(bob), "S83 room=ROOM0001 user=alice alias= message=aGk=");
    assert_eq!(stage.heard(carol), "");
    assert_eq!(stage.ask(alice, &say(*b"00000000", b"aGk=")), "S81 3 3");
    assert_eq!(stage.heard(carol), "S83 room=00000000 user=alice alias= message=aGk=");
    stage.heard(bob);
    let echo = stage.ask(alice, &say(*b"0000ECHO", b"aGk="));
    assert_eq!(echo, "S81 3 3; S83 room=0000ECHO user=alice alias= message=aGk=");
    assert_eq!(stage.heard(bob), "");
}

#[test]
fn identifiers_count_up_and_carry_the_time() {
    let mut stage = Stage::new(world());
    let alice = stage.alice();
    let mut identifiers = Vec::new();
    for _ in 0..3 {
        let octets = say(*b"0000ECHO", b"aGk=").to_octets(ByteOrder::Little);
        stage.server.handle_octets(stage.now, alice, &octets);
        stage.drain();
        let inbox = stage.inboxes.remove(&alice).unwrap();
        let place = inbox.iter().position(|octet| *octet == 0x53).unwrap();
        identifiers.push(ServerId::try_from(&inbox[place + 2..place + 18]).unwrap());
    }
    for (counter, id) in (1..).zip(identifiers) {
        assert_eq!(u64::from_be_bytes(id[..8].try_into().unwrap()), counter);
        assert_eq!(u64::from_be_bytes(id[8..].try_into().unwrap()), 1_700_000_000_000);
        assert_eq!(stage.ask(alice, &Packet::U84 { id }), "");
        assert_eq!(stage.ask(alice, &Packet::U84 { id }), "S85");
        assert_eq!(stage.ask(alice, &Packet::U96 { id }), "S97");
    }
}

#[rstest]
#[case(*b"ROOM0001", "", "S161 room=ROOM0001 3; S162 room=ROOM0001 user=alice alias=")]
#[case(*b"ROOM0001", "!", "S161 room=ROOM0001 8")]
#[case(*b"ROOM0009", "", "S161 room=ROOM0009 2")]
#[case(*b"SECRET01", "", "S161 room=SECRET01 8")]
#[case(*b"SECRET01", "c2VzYW1l", "S161 room=SECRET01 3; S162 room=SECRET01 user=alice alias=")]
#[case(*b"SECRET01", "c2VzYW0=", "S161 room=SECRET01 8")]
fn joining_is_answered(#[case] room: RoomId, #[case] password: &str, #[case] expected: &str) {
    let mut stage = Stage::new(world());
    let alice = stage.alice();
    let password = password.as_bytes();
    assert_eq!(stage.ask(alice, &Packet::U160 { room, password }), expected);
}

#[test]
fn an_unknown_room_is_created_where_that_is_configured() {
    let mut stage = Stage::new(Config { creates_rooms: true, ..world() });
    let alice = stage.alice();
    join(&mut stage, alice, *b"NEWROOM1");
    assert_eq!(stage.ask(alice, &say(*b"NEWROOM1", b"aGk=")), "S81 3 3");
    let left = stage.ask(alice, &Packet::U163 { room: *b"NEWROOM1", message: None });
    assert_eq!(left, "S164 room=NEWROOM1 3; S165 room=NEWROOM1 user=alice alias=");
    assert_eq!(stage.ask(alice, &say(*b"NEWROOM1", b"aGk=")), "S81 2 3");
}

#[test]
fn leaving_is_answered_and_told() {
    let mut stage = Stage::new(world());
    let (alice, bob) = (stage.alice(), stage.bob());
    join(&mut stage, alice, ROOM);
    join(&mut stage, bob, ROOM);
    stage.heard(alice);
    let leave = Packet::U163 { room: ROOM, message: Some(b"bye") };
    let parted = "S165 room=ROOM0001 user=alice alias=";
    assert_eq!(stage.ask(alice, &leave), format!("S164 room=ROOM0001 3; {parted}"));
    assert_eq!(stage.heard(bob), parted);
    assert_eq!(stage.ask(alice, &leave), "S164 room=ROOM0001 9");
    let unknown = Packet::U163 { room: *b"ROOM0009", message: None };
    assert_eq!(stage.ask(alice, &unknown), "S164 room=ROOM0009 2");
}

#[test]
fn a_connection_that_ends_leaves_its_rooms_however_it_ends() {
    for ending in 0..3 {
        let mut stage = Stage::new(world());
        let (alice, bob) = (stage.alice(), stage.bob());
        join(&mut stage, alice, ROOM);
        join(&mut stage, bob, ROOM);
        match ending {
            0 => stage.server.handle_reset(alice),
            1 => stage.server.handle_finished(stage.now, alice),
            _ => drop(stage.ask(alice, &Packet::U40 {})),
        }
        stage.drain();
        let heard = stage.heard(bob);
        assert!(heard.ends_with("S165 room=ROOM0001 user=alice alias="), "{heard}");
        assert_eq!(stage.ask(bob, &say(ROOM, b"aGk=")), "S81 3 3");
    }
}

#[test]
fn an_alias_is_answered_told_and_shown() {
    let mut stage = Stage::new(world());
    let (alice, bob) = (stage.alice(), stage.bob());
    let told = stage.ask(alice, &Packet::U166 { alias: b"al" });
    assert_eq!(told, "S167 3; S168 user=alice old= new=al");
    assert_eq!(stage.heard(bob), "S168 user=alice old= new=al");
    assert_eq!(stage.ask(bob, &Packet::U166 { alias: b"al" }), "S167 7");
    assert_eq!(stage.ask(bob, &Packet::U166 { alias: b"" }), "S167 1");
    assert_eq!(stage.ask(bob, &Packet::U166 { alias: b"b\x7F" }), "S167 2");
    assert_eq!(stage.ask(bob, &Packet::U166 { alias: &[b'b'; 33] }), "S167 2");
    let renamed = stage.ask(alice, &Packet::U166 { alias: b"a2" });
    assert_eq!(renamed, "S167 3; S168 user=alice old=al new=a2");
    stage.heard(bob);
    let taken = stage.ask(bob, &Packet::U166 { alias: b"al" });
    assert_eq!(taken, "S167 3; S168 user=bob old= new=al");
    let invite = Packet::U169 { room: ROOM, user: b"alice", alias: b"" };
    stage.heard(alice);
    assert_eq!(stage.ask(bob, &invite), "");
    assert_eq!(stage.heard(alice), "S169 room=ROOM0001 user=bob alias=al");
}
