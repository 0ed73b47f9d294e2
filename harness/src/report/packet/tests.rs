//! Packets in one line and field by field.

use insta::assert_snapshot;

use super::*;
use crate::journal::parse_hex;
use crate::protocol::by_name;
use crate::report::samples::{COOKIE, DATA_HELLO, dialect};

fn message(hex: &str) -> Message {
    by_name("mnet").unwrap().decode(&dialect(), &parse_hex(hex).unwrap())
}

#[test]
fn a_packet_is_shown_field_by_field_with_offsets_and_both_names() {
    assert_snapshot!(table(&message(DATA_HELLO), 4).join("\n"), @r#"
         0  00                       type          0: DATA
      1..3  aa aa aa                 tag           aaaaaa   PeerConnectionTag
      4..7  05 00 00 00              sequence      5        OutgoingSequence
     8..11  00 00 00 00              acknowledged  0        AcknowledgedBytes
    12..13  05 00                    length        5        DataLength
    14..18  68 65 6c 6c 6f           data          "hello"  ApplicationData
    "#);
}

#[test]
fn long_fields_are_broken_and_then_cut() {
    assert_snapshot!(table(&message(COOKIE), 2).join("\n"), @"
         0  02                       type        2: COOKIE
      1..3  bb bb bb                 tag         bbbbbb     ConnectionTag
      4..6  aa aa aa                 peer-tag    aaaaaa     PeerConnectionTag
         7  01                       version     1          Version
     8..11  3c 00 00 00              expiration  60         Expiration
    12..31  00 01 02 03 04 05 06 07  hmac        00010203…  HMAC
            08 09 0a 0b 0c 0d 0e 0f
            … and 4 more
    ");
}

#[test]
fn a_packet_that_is_cut_short_shows_what_is_there() {
    assert_snapshot!(table(&message("00 aaaaaa 0500"), 4).join("\n"), @"
       0  00                       type                  0: DATA
    1..3  aa aa aa                 tag                   aaaaaa   PeerConnectionTag
    4..5  05 00                    sequence (cut short)           OutgoingSequence
    ");
}

#[test]
fn octets_beyond_a_packet_and_of_no_packet_are_shown_too() {
    assert_snapshot!(table(&message("04 aaaaaa ff"), 4).join("\n"), @"
       0  04                       type                 4: COOKIE-ACK
    1..3  aa aa aa                 tag                  aaaaaa         PeerConnectionTag
       4  ff                       (beyond the packet)
    ");
    assert_snapshot!(table(&message("63 01 02"), 4).join("\n"), @"
       0  63                       type                  99: unknown
    1..2  01 02                    (of no known packet)
    ");
    assert!(table(&message(""), 4).is_empty());
}

#[test]
fn one_line_leaves_out_what_tells_least_before_it_is_cut() {
    let line = |room| one_line(&message(DATA_HELLO), room);
    assert_eq!(line(80), "DATA tag=aaaaaa sequence=5 acknowledged=0 data=\"hello\"");
    assert_eq!(line(50), "DATA sequence=5 acknowledged=0 data=\"hello\"");
    assert_eq!(line(32), "DATA sequence=5 acknowledged=0");
    assert_eq!(line(10), "DATA sequ…");
    assert_eq!(one_line(&message("63 01"), 80), "2 octets, no known packet");
}

#[test]
fn payloads_are_text_where_they_are_text() {
    assert_eq!(payload(b"hello"), "\"hello\"");
    assert_eq!(payload(&[0, 255]), "00ff");
    assert_eq!(payload(&[b'a'; 1_000]), "\"aaaaaaaaaaaaaaa…\" (1000 octets)");
    assert_eq!(payload(&[0; 1_000]), "0000000000000000… (1000 octets)");
    assert_eq!(payload("\u{1b}[31m".as_bytes()), "1b5b33316d");
}
