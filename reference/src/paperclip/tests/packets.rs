//! The wire format: vectors for every packet, errors, round trips, and the table beside the types.

use arbitrary::{Arbitrary as _, Unstructured};
use rstest::rstest;

use super::hex;
use crate::paperclip::{
    Body, DATA_MAX, DecodeError, ErrorCode, Flags, Fragment, PACKETS, Packet, Widths, spec_of,
};
use crate::wire::Place;

const CODE: ErrorCode = ErrorCode::CHECKSUM;

#[rstest]
#[case::default(
    Packet { data: b"hi", ..Packet::new(0x0102, Body::Default) },
    "0000 0102 6869", "0000 00000102 6869")]
#[case::reliable(
    Packet { flags: Flags::RELIABLE, ..Packet::new(1, Body::Default) },
    "0080 0001", "0080 00000001")]
#[case::checked(
    Packet { flags: Flags::CHECKSUM, checksum: Some(0x3610), data: b"hello",
        ..Packet::new(0, Body::Default) },
    "0040 0000 3610 68656c6c6f", "0040 00000000 00003610 68656c6c6f")]
#[case::fragmented(
    Packet { flags: Flags::FRAG, fragment: Some(Fragment { id: 1, total: 2 }), data: b"x",
        ..Packet::new(9, Body::Default) },
    "0008 0009 01 02 78", "0008 00000009 01 02 78")]
#[case::ack(
    Packet { data: b"f", ..Packet::new(3, Body::Ack { id: 0xfffe, bits: 0x8001 }) },
    "0100 0003 fffe 8001 66", "0100 00000003 0000fffe 00008001 66")]
#[case::auth(
    Packet::new(0, Body::Auth { key: b"key", certificate: None }),
    "0200 0000 00 03 6b6579", "0200 00000000 03 6b6579")]
#[case::auth_with_certificate(
    Packet::new(0, Body::Auth { key: b"k", certificate: Some(b"cert") }),
    "0200 0000 00 01 6b 0004 63657274", "0200 00000000 01 6b 0004 63657274")]
#[case::heartbeat(
    Packet { data: b"?", ..Packet::new(7, Body::Heartbeat { value: 1 }) },
    "0300 0007 01 3f", "0300 00000007 01 3f")]
#[case::error(
    Packet { data: b"no", ..Packet::new(7, Body::Error { code: CODE }) },
    "0400 0007 39 6e6f", "0400 00000007 39 6e6f")]
fn a_packet_has_these_octets(
    #[case] packet: Packet<'static>,
    #[case] table: &str,
    #[case] deployed: &str,
) {
    for (widths, expected) in [(Widths::Table, table), (Widths::Deployed, deployed)] {
        let octets = packet.to_octets(widths);
        assert_eq!(hex(&octets), expected.replace(' ', ""), "{widths}");
        assert_eq!(Packet::decode(&octets, widths, Flags::ALL), Ok(packet), "{widths}");
    }
}

#[test]
fn an_init_vector_is_as_long_as_the_dialect_says() {
    for (widths, length) in [(Widths::Table, 2), (Widths::Deployed, 16)] {
        let init_vector = vec![7; length];
        let flags = Flags::ENCRYPTED | Flags::CHECKSUM;
        let packet = Packet {
            flags,
            init_vector: Some(&init_vector),
            checksum: Some(0x0809),
            data: b"d",
            ..Packet::new(1, Body::Default)
        };
        let octets = packet.to_octets(widths);
        assert_eq!(Packet::decode(&octets, widths, Flags::ALL), Ok(packet));
        let spec = spec_of(octets[0]).unwrap();
        let place = spec
            .places(widths.layout(), &octets)
            .find(|place| place.field.kind == spec.field("init-vector").unwrap().kind);
        assert_eq!(place.unwrap().octets(), init_vector);
    }
}

#[rstest]
#[case::empty(b"", DecodeError::Empty, ErrorCode::PACKET)]
#[case::version(b"\x1f\xff", DecodeError::OtherVersion { version: 1 }, ErrorCode::VERSION)]
#[case::code(b"\x05\xff", DecodeError::UnknownType { code: 5 }, ErrorCode::PACKET_TYPE)]
#[case::flags(b"\x00\x07", DecodeError::ReservedFlags { flags: Flags::from_bits(7) },
    ErrorCode::FLAGS)]
#[case::no_flags(b"\x00", DecodeError::Truncated { packet: "DEFAULT", found: 1 },
    ErrorCode::PACKET)]
#[case::no_sequence(b"\x00\x00\x00", DecodeError::Truncated { packet: "DEFAULT", found: 3 },
    ErrorCode::PACKET)]
#[case::no_beat(b"\x03\x00\x00\x01", DecodeError::Truncated { packet: "HEARTBEAT", found: 4 },
    ErrorCode::PACKET)]
#[case::short_key(b"\x02\x00\x00\x01\x00\x02k", DecodeError::Truncated { packet: "AUTH", found: 7 },
    ErrorCode::PACKET)]
#[case::half_a_size(b"\x02\x00\x00\x01\x00\x01k\x00",
    DecodeError::Truncated { packet: "AUTH", found: 8 }, ErrorCode::PACKET)]
#[case::no_certificate(
    b"\x02\x00\x00\x01\x00\x01k\x00\x00",
    DecodeError::EmptyCertificate,
    ErrorCode::PACKET
)]
#[case::after_the_certificate(b"\x02\x00\x00\x01\x00\x01k\x00\x01cx",
    DecodeError::Trailing { octets: 1 }, ErrorCode::PACKET)]
#[case::no_fragments(
    b"\x00\x08\x00\x01\x00\x00",
    DecodeError::NoFragments,
    ErrorCode::FRAGMENT_NUMBER
)]
#[case::a_fragment_too_many(b"\x00\x08\x00\x01\x02\x02",
    DecodeError::FragmentBeyond { id: 2, total: 2 }, ErrorCode::FRAGMENT_ID)]
fn what_is_no_packet_is_an_error_that_says_why(
    #[case] octets: &[u8],
    #[case] expected: DecodeError,
    #[case] code: ErrorCode,
) {
    assert_eq!(Packet::decode(octets, Widths::Table, Flags::ALL), Err(expected));
    assert_eq!(expected.code(), code);
}

#[test]
fn the_first_check_that_fails_names_the_error() {
    fn deployed(octets: &[u8]) -> Result<Packet<'_>, DecodeError> {
        Packet::decode(octets, Widths::Deployed, Flags::ALL)
    }
    let beyond = [0, 0, 0, 1, 0, 0];
    assert_eq!(deployed(&beyond), Err(DecodeError::SequenceBeyond { sequence: 65_536 }));
    let long = [&beyond[..], &[0; DATA_MAX + 1]].concat();
    assert_eq!(deployed(&long), Err(DecodeError::TooLong { data: DATA_MAX + 1 }));
    let no_fragments = [0, 8, 0, 1, 0, 0, 0, 0];
    assert_eq!(deployed(&no_fragments), Err(DecodeError::SequenceBeyond { sequence: 65_536 }));
}

#[test]
fn a_flag_that_is_not_declared_is_a_reserved_one() {
    let octets = [0, 0x40, 0, 1, 0, 0];
    let found = Packet::decode(&octets, Widths::Table, !Flags::CHECKSUM & Flags::ALL);
    assert_eq!(found, Err(DecodeError::ReservedFlags { flags: Flags::CHECKSUM }));
}

/// A well-formed packet.
fn packet<'a>(chance: &mut Unstructured<'a>, widths: Widths) -> arbitrary::Result<Packet<'a>> {
    let mut body = Body::arbitrary(chance)?;
    let flags = Flags::from_bits(u8::arbitrary(chance)? & 0xf8);
    let narrow = widths == Widths::Table;
    match &mut body {
        Body::Ack { id, .. } if narrow => *id &= 0xffff,
        Body::Auth { key, certificate } => {
            *key = &key[..key.len().min(255)];
            *certificate = certificate.filter(|certificate| !certificate.is_empty());
        }
        Body::Error { code } => {
            (code.major, code.minor) = (code.major & 15, code.minor & 15);
        }
        _ => {}
    }
    let is_auth = matches!(body, Body::Auth { .. });
    let total = chance.int_in_range(1..=255)?;
    let id = chance.int_in_range(0..=total - 1)?;
    let init_vector = chance.bytes(if narrow { 2 } else { 16 })?;
    let checksum = u32::arbitrary(chance)? & if narrow { 0xffff } else { u32::MAX };
    let data: &[u8] = chance.arbitrary()?;
    Ok(Packet {
        flags,
        sequence: chance.arbitrary()?,
        fragment: flags.has(Flags::FRAG).then_some(Fragment { id, total }),
        init_vector: flags.has(Flags::ENCRYPTED).then_some(init_vector),
        checksum: flags.has(Flags::CHECKSUM).then_some(checksum),
        body,
        data: if is_auth { &[] } else { &data[..data.len().min(DATA_MAX)] },
    })
}

#[test]
fn any_packet_comes_back_from_its_octets() {
    arbtest::arbtest(|chance| {
        for widths in Widths::ALL {
            let packet = packet(chance, widths)?;
            let octets = packet.to_octets(widths);
            assert_eq!(Packet::decode(&octets, widths, Flags::ALL), Ok(packet));
        }
        Ok(())
    });
}

#[test]
fn the_table_finds_each_field_where_the_packet_has_it() {
    arbtest::arbtest(|chance| {
        for widths in Widths::ALL {
            let packet = packet(chance, widths)?;
            let octets = packet.to_octets(widths);
            let places: Vec<_> = packet.spec().places(widths.layout(), &octets).collect();
            assert!(places.iter().all(|place| place.is_whole));
            assert_eq!(places.last().unwrap().range.end, octets.len(), "{places:?}");
            let number = |name: &str| {
                let place = places.iter().find(|place| place.field.name == name)?;
                Some(place.number())
            };
            let found = |name: &str| {
                places.iter().find(|place| place.field.name == name).map(Place::octets)
            };
            assert_eq!(number("version"), Some(0));
            assert_eq!(number("type"), Some(packet.body.code().into()));
            assert_eq!(number("flags"), Some(packet.flags.bits().into()));
            assert_eq!(number("sequence"), Some(packet.sequence.into()));
            assert_eq!(number("fragment"), packet.fragment.map(|fragment| fragment.id.into()));
            assert_eq!(number("fragments"), packet.fragment.map(|fragment| fragment.total.into()));
            assert_eq!(found("init-vector"), packet.init_vector);
            assert_eq!(number("checksum"), packet.checksum.map(u64::from));
            match packet.body {
                Body::Ack { id, bits } => {
                    assert_eq!(number("ack"), Some(id.into()));
                    assert_eq!(number("ack-bits"), Some(bits.into()));
                }
                Body::Auth { key, certificate } => {
                    assert_eq!(found("key"), Some(key));
                    assert_eq!(found("certificate"), certificate);
                }
                Body::Heartbeat { value } => assert_eq!(number("heartbeat"), Some(value.into())),
                Body::Error { code } => {
                    assert_eq!(number("major"), Some(code.major.into()));
                    assert_eq!(number("minor"), Some(code.minor.into()));
                }
                Body::Default => {}
            }
        }
        Ok(())
    });
}

#[test]
fn octets_that_decode_are_what_the_packet_encodes() {
    arbtest::arbtest(|chance| {
        let mut octets: Vec<u8> = chance.arbitrary()?;
        if let [first, flags, ..] = &mut octets[..] {
            *first %= 6;
            *flags &= 0xf8;
        }
        for widths in Widths::ALL {
            if let Ok(packet) = Packet::decode(&octets, widths, Flags::ALL) {
                let again = packet.to_octets(widths);
                assert_eq!(Packet::decode(&again, widths, Flags::ALL), Ok(packet));
                assert_eq!(again.len(), octets.len());
            }
        }
        Ok(())
    });
}

#[test]
fn a_packet_that_is_cut_short_is_shown_as_far_as_it_goes() {
    let octets = [0x01, 0x40, 0x00, 0x05, 0x12];
    let places: Vec<_> = PACKETS[1].places(Widths::Table.layout(), &octets).collect();
    let names: Vec<_> = places.iter().map(|place| (place.field.name, place.is_whole)).collect();
    assert_eq!(
        names,
        [
            ("version", true),
            ("type", true),
            ("flags", true),
            ("sequence", true),
            ("checksum", false)
        ]
    );
}

#[test]
fn flags_and_codes_have_words() {
    assert_eq!((Flags::RELIABLE | Flags::FRAG).to_string(), "RELIABLE+FRAG");
    assert_eq!(Flags::from_bits(0x41).to_string(), "CHECKSUM+0x01");
    assert_eq!(Flags::NONE.to_string(), "0x00");
    assert_eq!("compressed".parse(), Ok(Flags::COMPRESSED));
    assert!("reserved".parse::<Flags>().is_err());
    let words: Vec<_> = Flags::ALL.words().collect();
    assert_eq!(words, ["reliable", "checksum", "compressed", "encrypted", "frag"]);
    assert_eq!(ErrorCode::NO_SPACE.to_string(), "1.1 NO SPACE");
    assert_eq!(ErrorCode { major: 4, minor: 2 }.to_string(), "4.2");
    assert_eq!(Widths::Deployed.to_string().parse(), Ok(Widths::Deployed));
}
