//! Which profiles can meet.

use std::path::Path;

use super::*;

fn subject(name: &str, text: &str) -> (String, Profile) {
    let text = format!("name: {name}\n{text}\n");
    let profile = Profile::parse("profile.yaml", &text, Path::new("."));
    (name.to_owned(), profile.unwrap_or_else(|errors| panic!("{}", errors[0].render(false))))
}

fn why(client: &(String, Profile), server: &(String, Profile)) -> String {
    parted([client, server]).unwrap_or_else(|| "they meet".to_owned())
}

#[test]
fn profiles_that_cannot_meet_say_why() {
    let both = "protocol: mnet\nroles: [listener, connector]\ncommand: [a]";
    let a = subject("a", both);
    let b = subject("b", both);
    assert_eq!(why(&a, &b), "they meet");
    assert_eq!(why(&a, &a), "they meet");
    let server = subject("s", "protocol: mnet\naddress: 127.0.0.1:4000");
    assert_eq!(why(&a, &server), "they meet");
    assert_eq!(why(&server, &a), "s is no connector");
    let client = subject("c", "protocol: mnet\nroles: [connector]\ncommand: [a]");
    assert_eq!(why(&a, &client), "c is no listener");
    let chat = subject("d", "protocol: chat\ncommand: [a]");
    assert_eq!(why(&a, &chat), "a speaks mnet, d chat");
    let big = subject("e", &format!("{both}\ndialect: {{ byte_order: big }}"));
    assert_eq!(
        why(&a, &big),
        "a speaks byte_order=little tags=sender, e byte_order=big tags=sender"
    );
}

#[test]
fn what_both_sides_must_have_is_compared_and_what_one_may_lack_is_not() {
    let both = "protocol: paperclip\nroles: [server, client]\ncommand: [a]";
    let all = subject("a", both);
    let few = subject("b", &format!("{both}\nflags: [reliable]"));
    assert_eq!(why(&all, &few), "they meet");
    let open = subject("c", &format!("{both}\nhandshake: false"));
    assert_eq!(why(&all, &open), "`handshake` is true at a, and false at c");
}
