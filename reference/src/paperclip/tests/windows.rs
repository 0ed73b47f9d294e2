//! Which Sequence IDs have come.

use std::collections::BTreeSet;

use crate::entropy::Entropy;
use crate::paperclip::{Window, is_newer};

#[test]
fn newer_is_judged_by_half_the_range() {
    assert!(is_newer(1, 0));
    assert!(is_newer(0, 65_535));
    assert!(is_newer(32_767, 0));
    assert!(!is_newer(32_768, 0));
    assert!(!is_newer(5, 5));
}

#[test]
fn the_most_significant_bit_is_the_one_before() {
    let mut window = Window::default();
    for sequence in [65_534, 65_535, 0, 3] {
        window.note(sequence, true);
    }
    window.note(2, false);
    assert_eq!(window.bits(3), 0b0010_0000_0000_0000 | 0b0001_1000_0000_0000);
    assert_eq!(window.bits(0), 0b1100_0000_0000_0000);
    assert!(window.has(2));
    assert!(!window.has(1));
    assert_eq!(window.newest(), Some(3));
    window.note(19, true);
    assert_eq!(window.bits(19), 1);
    assert_eq!(window.bits(20), 1 << 15);
}

#[test]
fn the_window_forgets_nothing_within_half_the_range_and_all_of_the_round_before() {
    let mut window = Window::default();
    let mut chance = Entropy::from_seed([9; 32]);
    let mut position: u32 = 60_000;
    let mut came = BTreeSet::new();
    for _ in 0..20_000 {
        position += chance.next_u32() % 40;
        let late = position - chance.next_u32() % 300;
        let sequence = u16::try_from(late % 65_536).unwrap();
        assert_eq!(window.has(sequence), came.contains(&late), "{late}");
        window.note(sequence, true);
        came.insert(late);
        while came.first().is_some_and(|first| first + 30_000 < position) {
            came.pop_first();
        }
    }
}
