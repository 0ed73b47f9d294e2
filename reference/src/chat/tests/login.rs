//! Login, registration, and the ends of connections.

use rstest::rstest;

use super::*;

#[rstest]
#[case("alice", "wonderland", Some(b'L'), "S3 3 3 3")]
#[case("alice", "wonderland", Some(2), "S3 3 3 3")]
#[case("", "wonderland", Some(b'L'), "S3 1 5 3")]
#[case("nobody", "wonderland", Some(b'x'), "S3 2 5 2")]
#[case("Alice", "wonderland", None, "S3 2 5 1")]
#[case("alice", "", Some(b'B'), "S3 3 1 3")]
#[case("alice", "wonder", Some(b'B'), "S3 3 2 3")]
#[case("alice", "wonder", None, "S3 3 2 1")]
#[case("alice", "wonderland", Some(b'l'), "S3 3 3 2")]
fn a_login_is_answered_code_by_code(
    #[case] user: &str,
    #[case] password: &str,
    #[case] endianness: Option<u8>,
    #[case] expected: &str,
) {
    let mut stage = Stage::new(world());
    let id = stage.connect();
    stage.heard(id);
    assert_eq!(stage.login(id, user, password, endianness), expected);
    // Who is not logged in may try again; who is may not.
    let again = stage.login(id, "alice", "wonderland", Some(b'L'));
    assert_eq!(again, if expected == "S3 3 3 3" { "S3 6 5 5" } else { "S3 3 3 3" });
}

#[rstest]
#[case("zoe", "cGFzcw==", "zoe@example.org", "S7 3 3 3")]
#[case("", "cGFzcw==", "zoe@example.org", "S7 1 5 3")]
#[case("z\u{e9}", "cGFzcw==", "zoe@example", "S7 2 5 2")]
#[case("alice", "cGFzcw==", "zoe@example.org", "S7 7 5 5")]
#[case("zoe", "", "zoe@example.org", "S7 3 1 3")]
#[case("zoe", "cGFzcw", "", "S7 3 4 1")]
#[case("zoe", "cGFzcw==", "zoe@@example.org", "S7 3 3 2")]
fn a_registration_is_answered_code_by_code(
    #[case] user: &str,
    #[case] password: &str,
    #[case] email: &str,
    #[case] expected: &str,
) {
    let mut stage = Stage::new(world());
    let id = stage.connect();
    stage.heard(id);
    let [user, password, email] = [user, password, email].map(str::as_bytes);
    assert_eq!(stage.ask(id, &Packet::U6 { user, password, email }), expected);
    let registered = expected == "S7 3 3 3";
    assert_eq!(stage.events.len(), if registered { 2 } else { 0 });
    if registered {
        let ServerEvent::Registered(account) = &stage.events[0] else { panic!() };
        assert!(account.password().is(b"pass"));
        let ServerEvent::Mail(mail) = &stage.events[1] else { panic!() };
        assert_eq!((mail.to.as_str(), mail.token.len()), ("zoe@example.org", 32));
        assert_eq!(stage.login(id, "zoe", "pass", Some(1)), "S3 6 5 5");
    }
}

#[test]
fn the_later_revision_registers_without_logging_in() {
    let mut stage = Stage::new(Config { registration_authenticates: false, ..world() });
    let id = stage.connect();
    stage.heard(id);
    let packet = Packet::U6 { user: b"zoe", password: b"cGFzcw==", email: b"z@example.org" };
    assert_eq!(stage.ask(id, &packet), "S7 3 3 3");
    assert_eq!(stage.login(id, "zoe", "pass", Some(b'L')), "S3 3 3 3");
}

#[test]
fn a_second_endpoint_is_refused_or_let_in_as_configured() {
    let mut stage = Stage::new(world());
    stage.alice();
    let second = stage.connect();
    stage.heard(second);
    assert_eq!(stage.login(second, "alice", "wrong", Some(b'L')), "S3 3 2 3");
    assert_eq!(stage.login(second, "alice", "wonderland", Some(b'L')), "S5 text=BAD");
    assert_eq!(stage.login(second, "bob", "builder", Some(b'L')), "S3 3 3 3");

    let mut stage = Stage::new(Config { several_endpoints: true, ..world() });
    stage.alice();
    stage.alice();
}

#[test]
fn a_login_ends_with_its_connection() {
    let mut stage = Stage::new(world());
    let first = stage.alice();
    stage.ask(first, &Packet::U40 {});
    let second = stage.alice();
    stage.server.handle_reset(second);
    let third = stage.alice();
    stage.server.handle_finished(stage.now, third);
    stage.alice();
}

#[test]
fn before_login_anything_else_is_answered_with_s9_and_the_end() {
    let refused: [&[u8]; 5] = [
        &Packet::U80 { message_id: [1; 4], room: ROOM, message: b"aGk=" }.to_octets(ByteOrder::Big),
        b"\x0A\xFFx\0",
        b"\x51\xFF1234\xFF\x03\x03\0",
        b"\x28\xFFBAD\0",
        b"\xA0\0",
    ];
    for octets in refused {
        let mut stage = Stage::new(world());
        let id = stage.connect();
        stage.heard(id);
        assert_eq!(stage.put(id, octets), "S9");
        assert_eq!(stage.ends.get(&id), Some(&Action::Finish));
        assert_eq!(stage.put(id, b"\x02\xFFa\xFFb\xFFL\0"), "");
    }
}

#[test]
fn a_broken_login_or_registration_leaves_the_connection_open() {
    let mut stage = Stage::new(world());
    let id = stage.connect();
    stage.heard(id);
    assert_eq!(stage.put(id, b"\x02\xFFalice\0"), "S4");
    assert_eq!(stage.put(id, b"\x06\xFFzoe\xFFx\xFFy\xFFz\0"), "S8");
    assert_eq!(stage.login(id, "alice", "wonderland", Some(b'B')), "S3 3 3 3");
}

#[test]
fn bye_ends_at_once_and_what_follows_is_not_answered() {
    let mut stage = Stage::new(world());
    let id = stage.alice();
    assert_eq!(stage.put(id, b"\xFC\xFFSP\0\x28\xFFBYE\0\xFC\xFFSP\0"), "S253");
    assert_eq!(stage.ends.get(&id), Some(&Action::Finish));
    assert_eq!(stage.server.connections(), 1);
    stage.server.handle_finished(stage.now, id);
    assert_eq!(stage.server.connections(), 0);
}

#[test]
fn an_ended_connection_that_does_not_close_is_let_go_after_a_while() {
    let mut stage = Stage::new(world());
    let id = stage.alice();
    stage.ask(id, &Packet::U40 {});
    stage.ends.clear();
    stage.now = stage.server.poll_timeout().unwrap();
    stage.server.handle_timeout(stage.now);
    stage.drain();
    assert_eq!(stage.ends.get(&id), Some(&Action::Abort));
    assert_eq!((stage.server.connections(), stage.server.poll_timeout()), (0, None));
}
