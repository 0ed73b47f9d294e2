//! Octet vectors of MNET: the reference's codec and the decoded view agree with files that any program can read.

use std::fs;

use harness::profile::DialectChoice;
use harness::protocol::{self, Value};
use reference::mnet::{Dialect, Packet, Tags};
use reference::wire::ByteOrder;
use rstest::rstest;

use crate::support::root;

/// The vectors of one byte order; tags are opaque, so they are the same in all dialects of tags.
fn vectors(order: &str) -> serde_json::Value {
    let path = root().join(format!("scenarios/mnet/vectors/{order}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{order}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{order}: {error}"))
}

fn octets(value: &serde_json::Value) -> Vec<u8> {
    let digits = value.as_str().expect("octets are hexadecimal digits");
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).expect("a digit"))
        .collect()
}

/// The dialects of this byte order, for the program and for the reference.
fn dialects(order: &str) -> Vec<(DialectChoice, Dialect)> {
    let mnet = protocol::by_name("mnet").unwrap();
    let byte_order = if order == "little" { ByteOrder::Little } else { ByteOrder::Big };
    let all = DialectChoice::all(mnet).into_iter();
    let of_order = all.filter(|choice| choice.value("byte_order") == Some(order));
    of_order
        .map(|choice| {
            let tags = match choice.value("tags") {
                Some("sender") => Tags::Sender,
                Some("receiver") => Tags::Receiver,
                _ => Tags::Init,
            };
            (choice, Dialect { byte_order, tags })
        })
        .collect()
}

#[rstest]
fn what_is_valid_decodes_to_its_fields_and_encodes_to_its_octets(
    #[values("little", "big")] order: &str,
) {
    let mnet = protocol::by_name("mnet").unwrap();
    let vectors = vectors(order);
    let valid = vectors["valid"].as_array().unwrap();
    for packet in mnet.packets() {
        assert!(valid.iter().any(|vector| vector["packet"] == packet.name), "{}", packet.name);
    }
    for (choice, dialect) in dialects(order) {
        for vector in valid {
            let octets = octets(&vector["octets"]);
            let message = mnet.decode(&choice, &octets);
            assert_eq!(message.problem, None, "{vector}");
            assert_eq!(message.name(), vector["packet"], "{vector}");
            for (name, expected) in vector["fields"].as_object().unwrap() {
                let value = match expected.as_u64() {
                    Some(number) => Value::Number(number),
                    None => Value::Octets(self::octets(expected)),
                };
                assert_eq!(message.field(name), Some(&value), "{name} of {vector}");
            }
            let packet =
                Packet::decode(&octets, dialect).unwrap_or_else(|e| panic!("{e}: {vector}"));
            assert_eq!(packet.to_octets(dialect), octets, "{vector}");
        }
    }
}

#[rstest]
fn what_is_invalid_is_no_packet(#[values("little", "big")] order: &str) {
    let mnet = protocol::by_name("mnet").unwrap();
    for (choice, dialect) in dialects(order) {
        for vector in vectors(order)["invalid"].as_array().unwrap() {
            let octets = octets(&vector["octets"]);
            assert!(mnet.decode(&choice, &octets).problem.is_some(), "{vector}");
            assert!(Packet::decode(&octets, dialect).is_err(), "{vector}");
        }
    }
}
