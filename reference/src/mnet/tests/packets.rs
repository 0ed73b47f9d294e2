//! The wire format: vectors for every packet, errors, round trips.

use arbitrary::{Arbitrary as _, Unstructured};
use rstest::rstest;

use crate::mnet::{ByteOrder, DecodeError, Dialect, MAGIC, PACKETS, Packet, Tags};
use crate::wire::{Kind, PacketSpec, Width};

const TAG: [u8; 3] = [0xa1, 0xa2, 0xa3];

fn dialect(byte_order: ByteOrder) -> Dialect {
    Dialect { byte_order, tags: Tags::Sender }
}

fn hex(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap();
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 15)]).collect()
}

#[rstest]
#[case(Packet::Init { magic: MAGIC, version: 1, tag: TAG },
    "014d4e455401a1a2a3", "014d4e455401a1a2a3")]
#[case(Packet::Cookie { tag: TAG, peer_tag: [1, 2, 3], version: 1, expiration: 0x0102_0304,
        hmac: [0xee; 20] },
    "02a1a2a30102030104030201eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
    "02a1a2a30102030101020304eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee")]
#[case(Packet::CookieEcho { tag: TAG, peer_tag: [1, 2, 3], version: 1, expiration: 0x0102_0304,
        hmac: [0xee; 20] },
    "03a1a2a30102030104030201eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
    "03a1a2a30102030101020304eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee")]
#[case(Packet::CookieAck { tag: TAG }, "04a1a2a3", "04a1a2a3")]
#[case(Packet::Data { tag: TAG, sequence: 0x1122_3344, acknowledged: 5, data: b"hello" },
    "00a1a2a344332211050000000500 68656c6c6f", "00a1a2a311223344000000050005 68656c6c6f")]
#[case(Packet::Shutdown { tag: TAG, acknowledged: 0x0a0b }, "05a1a2a30b0a0000", "05a1a2a300000a0b")]
#[case(Packet::ShutdownAck { tag: TAG }, "06a1a2a3", "06a1a2a3")]
#[case(Packet::ShutdownComplete { tag: TAG }, "07a1a2a3", "07a1a2a3")]
#[case(Packet::Abort { tag: TAG }, "08a1a2a3", "08a1a2a3")]
fn a_packet_has_these_octets(
    #[case] packet: Packet<'static>,
    #[case] little: &str,
    #[case] big: &str,
) {
    for (order, expected) in [(ByteOrder::Little, little), (ByteOrder::Big, big)] {
        let octets = packet.to_octets(dialect(order));
        assert_eq!(hex(&octets), expected.replace(' ', ""), "{order}");
        assert_eq!(Packet::decode(&octets, dialect(order)), Ok(packet), "{order}");
    }
}

#[rstest]
#[case(b"", DecodeError::Empty)]
#[case(b"\x09abc", DecodeError::UnknownType { code: 9 })]
#[case(b"\x01MNET\x01ab", DecodeError::Truncated { packet: "INIT", needed: 9, found: 8 })]
#[case(b"\x00abc", DecodeError::Truncated { packet: "DATA", needed: 14, found: 4 })]
#[case(b"\x04abcd", DecodeError::Trailing { packet: "COOKIE-ACK", expected: 4, found: 5 })]
#[case(b"\x00abcssssaaaa\x02\x00x", DecodeError::LengthMismatch { announced: 2, found: 1 })]
#[case(b"\x00abcssssaaaa\x00\x00x", DecodeError::LengthMismatch { announced: 0, found: 1 })]
fn what_is_no_packet_is_an_error_that_says_why(
    #[case] octets: &[u8],
    #[case] expected: DecodeError,
) {
    assert_eq!(Packet::decode(octets, Dialect::default()), Err(expected));
}

/// Octets of a packet without its payload.
fn fixed_length(spec: &PacketSpec) -> usize {
    let start = spec.start.unwrap();
    start + spec.fields.iter().filter_map(|field| field.width.octets_max()).sum::<usize>()
}

#[test]
fn the_table_has_the_lengths_of_the_specification() {
    let lengths: Vec<_> =
        PACKETS.iter().map(|spec| (spec.name, spec.code, fixed_length(spec))).collect();
    assert_eq!(
        lengths,
        [
            ("INIT", 1, 9),
            ("COOKIE", 2, 32),
            ("COOKIE-ECHO", 3, 32),
            ("COOKIE-ACK", 4, 4),
            ("DATA", 0, 14),
            ("SHUTDOWN", 5, 8),
            ("SHUTDOWN-ACK", 6, 4),
            ("SHUTDOWN-COMPLETE", 7, 4),
            ("ABORT", 8, 4),
        ]
    );
    let data = PACKETS.iter().find(|spec| spec.name == "DATA").unwrap();
    assert_eq!(data.field("length").unwrap().kind, Kind::Length);
    assert_eq!(data.field("data").unwrap().width, Width::Rest);
    assert_eq!(data.field("acknowledged").unwrap().source_name, "AcknowledgedBytes");
    assert_eq!(data.field("nonsense"), None);
}

#[test]
fn any_packet_comes_back_from_its_octets() {
    arbtest::arbtest(|chance: &mut Unstructured<'_>| {
        let packet = Packet::arbitrary(chance)?;
        for dialect in Dialect::ALL {
            let octets = packet.to_octets(dialect);
            assert_eq!(Packet::decode(&octets, dialect), Ok(packet));
            assert_eq!(octets[0], packet.code());
            assert_eq!(packet.spec().name, packet.name());
        }
        Ok(())
    });
}

#[test]
fn octets_that_decode_are_what_the_packet_encodes() {
    arbtest::arbtest(|chance: &mut Unstructured<'_>| {
        let mut octets: Vec<u8> = chance.arbitrary()?;
        if let Some(code) = octets.first_mut() {
            *code %= 10;
        }
        for dialect in Dialect::ALL {
            if let Ok(packet) = Packet::decode(&octets, dialect) {
                assert_eq!(packet.to_octets(dialect), octets);
            }
        }
        Ok(())
    });
}

#[test]
fn a_dialect_reads_and_prints_its_words() {
    for dialect in Dialect::ALL {
        assert_eq!(dialect.to_string().parse(), Ok(dialect));
    }
    assert_eq!(Dialect::default().to_string(), "little/sender");
    let error = "middle/sender".parse::<Dialect>().unwrap_err();
    assert_eq!(error.to_string(), "`middle` is none of: little, big");
}
