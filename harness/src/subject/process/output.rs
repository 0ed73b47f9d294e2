//! What a program prints, kept within bounds: its first octets, its last ones, and how many were between.

use std::collections::VecDeque;

/// Most octets kept of what a program prints. One half is for the beginning and one for the end, where the reason of a crash stands.
pub const PRINTED_MAX: usize = 256 * 1024;

const HALF: usize = PRINTED_MAX / 2;

/// What was printed so far.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    first: Vec<u8>,
    last: VecDeque<u8>,
    left_out: u64,
}

impl Printed {
    /// Takes what was printed next.
    pub(crate) fn push(&mut self, octets: &[u8]) {
        let room = HALF.saturating_sub(self.first.len()).min(octets.len());
        let (head, tail) = octets.split_at(room);
        self.first.extend_from_slice(head);
        self.last.extend(tail);
        let excess = self.last.len().saturating_sub(HALF);
        self.last.drain(..excess);
        self.left_out = self.left_out.saturating_add(u64::try_from(excess).unwrap_or(u64::MAX));
        assert!(
            self.first.len() + self.last.len() <= PRINTED_MAX,
            "what is printed stays within bounds"
        );
    }

    /// All that was kept, with a line in the middle when something was left out.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut octets = self.first.clone();
        if self.left_out > 0 {
            octets.extend_from_slice(format!("\n[{} octets left out]\n", self.left_out).as_bytes());
        }
        let (front, back) = self.last.as_slices();
        octets.extend_from_slice(front);
        octets.extend_from_slice(back);
        octets
    }
}

/// The last lines of what was printed, each on a line of its own and indented, with a line break before; nothing for nothing.
pub(crate) fn last_lines(printed: &[u8], count: usize) -> String {
    let text = String::from_utf8_lossy(printed);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let skipped = lines.len().saturating_sub(count);
    lines.iter().skip(skipped).fold(String::new(), |mut text, line| {
        text.push_str("\n  ");
        // A line without an end must not make an error without an end.
        text.extend(line.chars().filter(|character| !character.is_control()).take(LINE_MAX));
        text
    })
}

/// Most characters of a line in an error.
const LINE_MAX: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_kept_whole() {
        let mut printed = Printed::default();
        printed.push(b"one\n");
        printed.push(b"two\n");
        assert_eq!(printed.octets(), b"one\ntwo\n");
    }

    #[test]
    fn of_much_the_beginning_and_the_end_are_kept_and_the_rest_is_counted() {
        let mut printed = Printed::default();
        printed.push(b"begin");
        for _ in 0..100 {
            printed.push(&[b'.'; 10_000]);
        }
        printed.push(b"end");
        let octets = printed.octets();
        assert!(octets.starts_with(b"begin.") && octets.ends_with(b".end"));
        let left_out = 1_000_008 - PRINTED_MAX;
        assert!(
            String::from_utf8(octets).unwrap().contains(&format!("[{left_out} octets left out]"))
        );
    }

    #[test]
    fn last_lines_are_shown_without_control_characters() {
        assert_eq!(last_lines(b"", 3), "");
        assert_eq!(last_lines(b"a\nb\n\n\x1b[1mc\nd\n", 2), "\n  [1mc\n  d");
    }
}
