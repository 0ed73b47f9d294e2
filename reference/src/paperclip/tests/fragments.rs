//! Cutting data into fragments and putting it together.

use core::time::Duration;

use rstest::rstest;

use crate::entropy::Entropy;
use crate::paperclip::{
    Body, Bounds, DATA_MAX, ErrorCode, Flags, Fragment, Packet, Reassembly, Taken, fragments,
};
use crate::time::Instant;

/// Octets that differ from place to place.
pub(super) fn pattern(length: usize) -> Vec<u8> {
    let mut octets = vec![0; length];
    Entropy::from_seed([7; 32]).fill(&mut octets);
    octets
}

fn packet(sequence: u16, (fragment, data): (Fragment, &[u8])) -> Packet<'_> {
    Packet {
        flags: Flags::FRAG,
        fragment: Some(fragment),
        data,
        ..Packet::new(sequence, Body::Default)
    }
}

fn take(reassembly: &mut Reassembly, packet: &Packet<'_>) -> Result<Taken, ErrorCode> {
    reassembly.take(Instant::START, &Bounds::default(), packet)
}

#[rstest]
#[case(0, &[0])]
#[case(1, &[1])]
#[case(988, &[988])]
#[case(989, &[988, 1])]
#[case(1976, &[988, 988])]
fn data_is_cut_into_full_fragments_and_a_rest(#[case] length: usize, #[case] expected: &[usize]) {
    let data = pattern(length);
    let lengths: Vec<_> = fragments(&data).unwrap().iter().map(|(_, piece)| piece.len()).collect();
    assert_eq!(lengths, expected);
}

#[test]
fn more_than_255_fragments_are_refused() {
    assert_eq!(fragments(&vec![0; 255 * DATA_MAX]).unwrap().len(), 255);
    assert_eq!(fragments(&vec![0; 255 * DATA_MAX + 1]), None);
}

#[test]
fn fragments_are_put_together_in_any_order_and_repeated_ones_change_nothing() {
    let data = pattern(100_000);
    let pieces = fragments(&data).unwrap();
    let mut reassembly = Reassembly::default();
    let (first, others) = pieces.split_first().unwrap();
    for piece in others.iter().rev().chain(others) {
        assert_eq!(take(&mut reassembly, &packet(5, *piece)), Ok(Taken::Waits));
    }
    assert_eq!(take(&mut reassembly, &packet(5, *first)), Ok(Taken::Whole(data.clone())));
    assert_eq!((reassembly.packets(), reassembly.octets()), (0, 0));
}

#[test]
fn impossible_fragments_are_refused_in_the_order_of_the_checks() {
    let mut reassembly = Reassembly::default();
    let data = [0; DATA_MAX];
    let mut refused = |id, total, change: fn(&mut Packet<'_>)| {
        let mut packet = packet(5, (Fragment { id, total }, &data));
        change(&mut packet);
        take(&mut reassembly, &packet)
    };
    assert_eq!(refused(3, 0, |_| {}), Err(ErrorCode::FRAGMENT_NUMBER));
    assert_eq!(refused(3, 3, |_| {}), Err(ErrorCode::FRAGMENT_ID));
    assert_eq!(refused(0, 3, |packet| packet.data = b"short"), Err(ErrorCode::PACKET));
    assert_eq!(refused(0, 3, |_| {}), Ok(Taken::Waits));
    assert_eq!(refused(9, 4, |_| {}), Err(ErrorCode::FRAGMENT_NUMBER));
    assert_eq!(
        refused(1, 3, |packet| packet.body = Body::Heartbeat { value: 0 }),
        Err(ErrorCode::PACKET)
    );
    assert_eq!(
        refused(1, 3, |packet| packet.flags = Flags::FRAG | Flags::RELIABLE),
        Err(ErrorCode::PACKET)
    );
    assert_eq!(refused(1, 3, |packet| packet.checksum = Some(1)), Err(ErrorCode::PACKET));
    assert_eq!(refused(1, 3, |packet| packet.init_vector = Some(b"iv")), Err(ErrorCode::PACKET));
    assert_eq!(refused(1, 3, |_| {}), Ok(Taken::Waits));
}

#[test]
fn what_waits_is_bounded_and_given_up_after_a_while() {
    let bounds = Bounds::default();
    let mut reassembly = Reassembly::default();
    let data = [0; DATA_MAX];
    for sequence in 0..100 {
        let now = Instant::START + Duration::from_millis(sequence.into());
        for id in 0..250 {
            let piece = (Fragment { id, total: 251 }, &data[..]);
            let taken = reassembly.take(now, &bounds, &packet(sequence, piece));
            assert_eq!(taken, Ok(Taken::Waits));
            assert!(reassembly.packets() <= bounds.packets);
            assert!(reassembly.octets() <= bounds.octets);
        }
    }
    // The oldest have gone, the newest are there.
    let last = packet(99, (Fragment { id: 250, total: 251 }, b"!"));
    let now = Instant::START + Duration::from_secs(1);
    assert!(matches!(reassembly.take(now, &bounds, &last), Ok(Taken::Whole(_))));
    let due = reassembly.due(&bounds).unwrap();
    reassembly.give_up(due + Duration::from_secs(1), &bounds);
    assert_eq!((reassembly.packets(), reassembly.octets()), (0, 0));
    assert_eq!(reassembly.due(&bounds), None);
}

#[test]
fn of_packets_that_came_at_one_instant_the_first_one_goes_first() {
    let bounds = Bounds { packets: 2, ..Bounds::default() };
    let mut reassembly = Reassembly::default();
    let data = [0; DATA_MAX];
    for sequence in [9, 5, 7] {
        let piece = (Fragment { id: 0, total: 2 }, &data[..]);
        let taken = reassembly.take(Instant::START, &bounds, &packet(sequence, piece));
        assert_eq!(taken, Ok(Taken::Waits));
    }
    assert_eq!(reassembly.sequences().collect::<Vec<_>>(), [5, 7]);
}
