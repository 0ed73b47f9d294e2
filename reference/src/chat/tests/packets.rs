//! The wire format: packets to octets and back, in both byte orders.

use arbtest::arbitrary::{self, Unstructured};

use crate::Role;
use crate::chat::*;
use crate::wire::{ByteOrder, FieldSpec, Width};

/// Octets of a field that may stand where the field does.
fn any_field(chance: &mut Unstructured<'_>, field: &FieldSpec) -> arbitrary::Result<Vec<u8>> {
    if field.name == "word" {
        return Ok(field.source_name.into());
    }
    if field.name == "packets" {
        let mut list = Vec::new();
        for _ in 0..chance.int_in_range(0..=5)? {
            list.extend([chance.int_in_range(1..=254)?, 0xFF]);
        }
        list.push(chance.int_in_range(1..=254)?);
        return Ok(list);
    }
    if let Width::Fixed(width) = field.width {
        return Ok(chance.bytes(width)?.to_vec());
    }
    let octets = chance.arbitrary::<Vec<u8>>()?;
    Ok(octets.into_iter().filter(|octet| !matches!(octet, 0 | 0xFF)).collect())
}

/// Fields by name.
pub(super) type Values = Vec<(&'static str, Vec<u8>)>;

/// Any packet, with the values of its fields.
pub(super) fn any_packet(
    chance: &mut Unstructured<'_>,
) -> arbitrary::Result<(&'static Layout, Vec<u8>, Values)> {
    let layout = chance.choose(LAYOUTS)?;
    let mut values = Vec::new();
    for field in layout.spec.fields {
        values.push((field.name, any_field(chance, field)?));
    }
    // No E of U2 is 00: that means that it is missing.
    for (name, value) in &mut values {
        if *name == "endianness" && *value == [0] {
            *value = vec![1];
        }
        // No first code of these is FF: it would be taken for the variant's separator.
        if *name == "email-code" && *value == [0xFF] {
            *value = vec![3];
        }
    }
    let value_of = |field: &FieldSpec| {
        values.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone())
    };
    let octets = layout.build(value_of);
    Ok((layout, octets, values))
}

#[test]
fn any_packet_comes_back_from_its_octets() {
    arbtest::arbtest(|chance| {
        let (layout, octets, values) = any_packet(chance)?;
        let view = View::of(layout.sender, &octets);
        assert_eq!((view.layout, view.ending), (Some(layout), Ending::Whole));
        for (name, value) in values {
            assert_eq!(octets[view.range(name).unwrap()], value, "{name}");
        }
        for order in ByteOrder::ALL {
            let packet = Packet::decode(layout.sender, order, &octets).unwrap();
            assert_eq!(packet.name(), layout.spec.name);
            assert_eq!(packet.to_octets(order), octets);
        }
        Ok(())
    });
}

#[test]
fn a_packet_cut_short_is_unfinished_and_one_with_more_is_broken() {
    arbtest::arbtest(|chance| {
        let (layout, mut octets, _) = any_packet(chance)?;
        let cut = chance.choose_index(octets.len())?;
        let ending = View::of(layout.sender, &octets[..cut]).ending;
        assert_eq!(ending, Ending::Unfinished);
        octets.push(chance.arbitrary()?);
        let ending = View::of(layout.sender, &octets).ending;
        assert_eq!(ending, Ending::Broken(octets.len() - 1));
        Ok(())
    });
}

#[test]
fn whatever_octets_come_decoding_does_not_panic_and_what_decodes_encodes_the_same() {
    arbtest::arbtest(|chance| {
        let sender = *chance.choose(&[Role::Connector, Role::Listener])?;
        let octets: Vec<u8> = chance.arbitrary()?;
        if let Ok(packet) = Packet::decode(sender, ByteOrder::Big, &octets)
            && !View::of(sender, &octets).is_variant
        {
            assert_eq!(packet.to_octets(ByteOrder::Big), octets);
        }
        Ok(())
    });
}

#[track_caller]
fn check(packet: Packet<'_>, order: ByteOrder, hex: &str) {
    let octets: Vec<u8> =
        hex.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect();
    assert_eq!(packet.to_octets(order), octets);
    let sender = Layout::by_name(packet.name()).unwrap().sender;
    assert_eq!(Packet::decode(sender, order, &octets), Ok(packet));
}

#[test]
fn packets_lie_in_the_stream_as_the_source_says() {
    let big = ByteOrder::Big;
    check(Packet::S1 { user: b"guest" }, big, "01 FF 67 75 65 73 74 00");
    check(
        Packet::U2 { user: b"al", password: b"cHc=", endianness: Some(b'L') },
        big,
        "02 FF 61 6C FF 63 48 63 3D FF 4C 00",
    );
    check(Packet::U2 { user: b"", password: b"", endianness: None }, big, "02 FF FF FF 00");
    let answer = Packet::S3 { user_code: 1, password_code: 5, endianness_code: 3 };
    check(answer, big, "03 FF 01 05 03 00");
    check(Packet::S4 {}, big, "04 FF 42 41 44 00");
    check(Packet::S9 {}, big, "09 FF 42 41 44 00");
    check(Packet::U40 {}, big, "28 FF 42 59 45 00");
    check(Packet::S251 {}, big, "FB FF 50 4E 53 00");
    check(Packet::U252 {}, big, "FC FF 53 50 00");
    let room = *b"ROOM0001";
    check(
        Packet::U80 { message_id: [0, 0xFF, 0, 1], room, message: b"aGk=" },
        big,
        "50 FF 00 FF 00 01 FF 52 4F 4F 4D 30 30 30 31 FF 61 47 6B 3D 00",
    );
    let head = Packet::U87 { parts: 2, message_id: [1, 2, 3, 4], room, message: b"" };
    check(head, big, "57 FF 00 00 00 02 FF 01 02 03 04 FF 52 4F 4F 4D 30 30 30 31 FF 00");
    let little = ByteOrder::Little;
    check(head, little, "57 FF 02 00 00 00 FF 01 02 03 04 FF 52 4F 4F 4D 30 30 30 31 FF 00");
    check(Packet::U163 { room, message: None }, big, "A3 FF 52 4F 4F 4D 30 30 30 31 00");
    check(Packet::U163 { room, message: Some(b"") }, big, "A3 FF 52 4F 4F 4D 30 30 30 31 FF 00");
    let packets = PacketIds::from_octets(&[1, 0xFF, 0xFE]).unwrap();
    check(Packet::S253 { packets }, big, "FD FF 01 FF FE 00");
    let id_start = [0, 0, 0, 0, 0, 0, 0, 9];
    check(
        Packet::S100 { id_start, part_code: 3, room_code: 3, message_code: 3, allowed: 0 },
        big,
        "64 FF 00 00 00 00 00 00 00 09 FF 03 03 03 00 00",
    );
}

#[test]
fn a_separator_before_the_email_code_of_s7_is_accepted_and_seen() {
    let canonical = Packet::S7 { user_code: 3, password_code: 4, email_code: 2 };
    let octets = [0x07, 0xFF, 3, 4, 0xFF, 2, 0];
    let decoded = Packet::decode(Role::Listener, ByteOrder::Big, &octets);
    assert_eq!(decoded, Ok(canonical));
    assert!(View::of(Role::Listener, &octets).is_variant);
    assert!(!View::of(Role::Listener, &canonical.to_octets(ByteOrder::Big)).is_variant);
    // Without E, as in its bytes line, it is none (CHAT-AUTH-7).
    let without = Packet::decode(Role::Listener, ByteOrder::Big, &[0x07, 0xFF, 3, 4, 0]);
    assert!(without.is_err());
}

#[test]
fn one_code_may_be_two_packets_by_its_sender() {
    let of = |sender, code| Layout::of(sender, code).map(|layout| layout.spec.name);
    assert_eq!((of(Role::Connector, 91), of(Role::Listener, 91)), (Some("U91"), Some("S91")));
    assert_eq!((of(Role::Connector, 169), of(Role::Listener, 169)), (Some("U169"), Some("S169")));
    assert_eq!((of(Role::Connector, 83), of(Role::Listener, 80)), (None, None));
}

#[test]
fn names_are_those_of_the_table_and_begin_with_their_sender() {
    assert_eq!(PACKETS.len(), LAYOUTS.len());
    for (packet, layout) in PACKETS.iter().zip(LAYOUTS) {
        assert_eq!(*packet, layout.spec);
        let (letter, number) = packet.name.split_at(1);
        assert_eq!(number.parse(), Ok(packet.code));
        assert_eq!(letter, if layout.sender == Role::Connector { "U" } else { "S" });
        assert_eq!(Layout::by_name(packet.name), Some(layout));
    }
}

#[test]
fn dialects_read_and_print_their_words() {
    for dialect in Dialect::ALL {
        assert_eq!(dialect.to_string().parse(), Ok(dialect));
    }
    assert_eq!(Dialect::default().to_string(), "letter/decimal");
    let error = "letter/octal".parse::<Dialect>().unwrap_err();
    assert_eq!(error.to_string(), "`octal` is none of: decimal, hex");
}

#[test]
fn codes_above_nine_travel_as_the_dialect_says() {
    let octets = |codes: Codes| [3, 9, 10, 11, 12].map(|number| codes.octet(number));
    assert_eq!(octets(Codes::Decimal), [3, 9, 0x0A, 0x0B, 0x0C]);
    assert_eq!(octets(Codes::Hex), [3, 9, 0x10, 0x11, 0x12]);
    for codes in Codes::ALL {
        for number in 0..=12 {
            assert_eq!(codes.number(codes.octet(number)), Some(number));
        }
    }
    assert_eq!((Codes::Decimal.number(0x10), Codes::Hex.number(0x0A)), (None, None));
}

#[test]
fn a_byte_order_is_named_in_either_way() {
    let orders = [b'L', b'B', 1, 2, 3, b'l'].map(Endianness::order);
    let (little, big) = (Some(ByteOrder::Little), Some(ByteOrder::Big));
    assert_eq!(orders, [little, big, little, big, None, None]);
}

#[test]
fn s253_with_the_code_of_its_bytes_line_is_accepted_and_seen() {
    let octets = [0xFE, 0xFF, 2, 0xFF, 6, 0];
    let canonical = [0xFD, 0xFF, 2, 0xFF, 6, 0];
    let decoded = |octets| Packet::decode(Role::Listener, ByteOrder::Big, octets).unwrap();
    assert_eq!(decoded(&octets), decoded(&canonical));
    assert!(View::of(Role::Listener, &octets).is_variant);
}
