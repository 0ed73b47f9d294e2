//! Streams: packets are found however octets arrive, and what is broken is skipped.

use super::packets::any_packet;
use crate::Role;
use crate::chat::*;

/// All frames of `octets` that arrive in `pieces`.
fn frames<'a>(sender: Role, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Frame> {
    let mut deframer = Deframer::new(sender);
    let mut frames = Vec::new();
    for mut piece in pieces {
        while let Some(frame) = deframer.next_frame(&mut piece) {
            frames.push(frame);
        }
        assert!(deframer.held() <= PACKET_MAX);
    }
    frames
}

/// What a server finds in a stream: names, `!` before the broken, `?` before the unknown.
#[track_caller]
fn check(stream: &[u8], expected: &str) {
    let mut found = Vec::new();
    for frame in frames(Role::Connector, [stream]) {
        found.push(match frame {
            Frame::Packet { layout, .. } => layout.spec.name.to_owned(),
            Frame::Broken { layout, .. } => format!("!{}", layout.spec.name),
            Frame::Unknown { code } => format!("?{code}"),
        });
    }
    assert_eq!(found.join(" "), expected);
    assert_eq!(frames(Role::Connector, stream.chunks(1)), frames(Role::Connector, [stream]));
}

#[test]
fn a_stream_cut_anywhere_gives_the_same_frames() {
    arbtest::arbtest(|chance| {
        let sender = *chance.choose(&[Role::Connector, Role::Listener])?;
        let mut stream = Vec::new();
        for _ in 0..chance.int_in_range(1..=8)? {
            let (_, mut octets, _) = any_packet(chance)?;
            if chance.ratio(1, 4)? {
                let place = chance.choose_index(octets.len())?;
                octets[place] = chance.arbitrary()?;
            }
            stream.extend(octets);
        }
        let whole = frames(sender, [stream.as_slice()]);
        assert_eq!(frames(sender, stream.chunks(1)), whole);
        let cut = chance.choose_index(stream.len())?;
        assert_eq!(frames(sender, [&stream[..cut], &stream[cut..]]), whole);
        Ok(())
    });
}

#[test]
fn packets_of_a_side_come_out_as_they_went_in() {
    arbtest::arbtest(|chance| {
        let (layout, first, _) = any_packet(chance)?;
        let stream = [first.as_slice(), first.as_slice()].concat();
        let expected = Frame::Packet { layout, octets: first };
        assert_eq!(frames(layout.sender, [stream.as_slice()]), [expected.clone(), expected]);
        Ok(())
    });
}

#[test]
fn octets_of_fixed_width_are_taken_by_length() {
    check(b"\x50\xFF\0\0\xFF\0\xFF\0\0\0\0\0\0\0\0\xFFaGk=\0\x28\xFFBYE\0", "U80 U40");
    check(b"\x02\xFFal\xFFcHc=\xFF\xFF\0\x28\xFFBYE\0", "U2 U40");
}

#[test]
fn a_missing_endianness_ends_its_packet_and_one_more_end_is_ignored() {
    check(b"\x02\xFFal\xFFcHc=\xFF\0\x28\xFFBYE\0", "U2 U40");
    check(b"\x02\xFFal\xFFcHc=\xFF\0\0\x28\xFFBYE\0", "U2 U40");
    check(b"\x02\xFFal\xFFcHc=\0\x28\xFFBYE\0", "!U2 U40");
}

#[test]
fn the_part_message_may_be_missing_with_its_separator() {
    check(b"\xA3\xFFROOM0001\0\x28\xFFBYE\0", "U163 U40");
    check(b"\xA3\xFFROOM0001\xFF\0\x28\xFFBYE\0", "U163 U40");
    check(b"\xA3\xFFROOM0001\xFFbye\xFF\0\x28\xFFBYE\0", "!U163 U40");
}

#[test]
fn what_is_broken_is_skipped_to_the_next_end_which_may_be_the_octet_that_breaks() {
    check(b"\x28\0\x28\xFFBYE\0", "!U40 U40");
    check(b"\x28\xFFBYF\xFF\x28\xFF\0\x28\xFFBYE\0", "!U40 U40");
    check(b"\x28\xFFBYEE\0\x28\xFFBYE\0", "!U40 U40");
    check(b"\x02\xFFal\xFFcHc=\xFFLL\0\x28\xFFBYE\0", "!U2 U40");
    check(b"\xFE\xFF\x01\x02\0\xFE\xFF\x01\xFF\0\xFE\xFF\0\x28\xFFBYE\0", "!U254 !U254 !U254 U40");
}

#[test]
fn an_end_where_a_code_is_due_is_ignored_and_a_separator_is_an_unknown_packet() {
    check(b"\0\0\x28\xFFBYE\0\0", "U40");
    check(b"\xFF\0\x28\xFFBYE\0", "?255 U40");
    check(b"\x0A\xFFnews\xFF\x28\0\x51\xFF1234\xFF\x03\x03\0\x28\xFFBYE\0", "?10 ?81 U40");
}

#[test]
fn a_packet_of_8192_octets_is_taken_and_a_longer_one_is_broken() {
    let packet = |length: usize| {
        let mut octets = b"\x50\xFF1234\xFFROOM0001\xFF".to_vec();
        octets.resize(length - 1, b'A');
        octets.extend(b"\0\x28\xFFBYE\0");
        octets
    };
    check(&packet(PACKET_MAX), "U80 U40");
    check(&packet(PACKET_MAX + 1), "!U80 U40");
    check(&packet(3 * PACKET_MAX), "!U80 U40");
}
