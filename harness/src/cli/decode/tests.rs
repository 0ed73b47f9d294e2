//! Dumps of packets, well-formed and not.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;
use crate::protocol::by_name;
use crate::report::samples::{DATA_HELLO, plain};

fn decoded(hex: &str, changes: &[&str]) -> (String, Exit) {
    let protocol = by_name("mnet").unwrap();
    let changes: Vec<String> = changes.iter().map(|&change| change.to_owned()).collect();
    let dialect =
        dialects::changed(protocol, DialectChoice::default_for(protocol), &changes).unwrap();
    let (lines, exit) = decode(protocol, &dialect, &octets(hex).unwrap(), 100);
    (plain(&lines), exit)
}

#[test]
fn a_packet_is_shown_field_by_field() {
    let (text, exit) = decoded(DATA_HELLO, &[]);
    assert_snapshot!(text, @r#"
    DATA  19 octets, byte_order=little tags=sender
            0  00                       type          0: DATA
         1..3  aa aa aa                 tag           aaaaaa   PeerConnectionTag
         4..7  05 00 00 00              sequence      5        OutgoingSequence
        8..11  00 00 00 00              acknowledged  0        AcknowledgedBytes
       12..13  05 00                    length        5        DataLength
       14..18  68 65 6c 6c 6f           data          "hello"  ApplicationData
    "#);
    assert_eq!(exit, Exit::Success);
}

#[test]
fn a_dialect_that_fits_better_is_named() {
    let (text, exit) = decoded(DATA_HELLO, &["byte_order=big", "tags=init"]);
    assert_snapshot!(text, @r#"
    DATA  19 octets, byte_order=big tags=init
            0  00                       type          0: DATA
         1..3  aa aa aa                 tag           aaaaaa    PeerConnectionTag
         4..7  05 00 00 00              sequence      83886080  OutgoingSequence
        8..11  00 00 00 00              acknowledged  0         AcknowledgedBytes
       12..13  05 00                    length        1280      DataLength
       14..18  68 65 6c 6c 6f           data          "hello"   ApplicationData
    malformed: a length of 1280 before 5 octets
    but: with --dialect byte_order=little it is DATA sequence=5 acknowledged=0 data="hello"
    "#);
    assert_eq!(exit, Exit::Failure);
}

#[test]
fn what_fits_no_dialect_says_only_what_is_wrong() {
    let (text, exit) = decoded("04 aa", &[]);
    assert_snapshot!(text, @"
    COOKIE-ACK  2 octets, byte_order=little tags=sender
            0  04                       type             4: COOKIE-ACK
            1  aa                       tag (cut short)                 PeerConnectionTag
    malformed: COOKIE-ACK of 2 octets, needs 4
    ");
    assert_eq!(exit, Exit::Failure);
    assert_eq!(decoded("63", &[]).1, Exit::Failure);
}

#[rstest]
#[case::digits("00aabbcc")]
#[case::groups("00aa bbcc")]
#[case::colons("00:aa:bb:cc")]
#[case::prefixes("0x00, 0xaa, 0xbb, 0xcc")]
#[case::lines("00 aa\n\nbb cc\n")]
#[case::tcpdump("\t0x0000:  00aa bb\n\t0x0003:  cc")]
#[case::xxd("00000000: 00aa bbcc                                ....")]
fn dumps_are_read_in_the_usual_forms(#[case] text: &str) {
    assert_eq!(octets(text).unwrap(), [0x00, 0xaa, 0xbb, 0xcc]);
}

#[test]
fn what_is_no_hexadecimal_digit_is_named() {
    assert_eq!(octets("00 zz").unwrap_err(), "'z' at 2 is not a hexadecimal digit");
    assert!(octets("0").is_err());
}
