//! Text in columns and lines: breaking, indenting, shortening. Every character counts as one column.

/// The width of what does not go to a terminal, in columns.
pub const WIDTH: usize = 100;

/// Breaks text at white space into lines of at most `width` columns; a longer word has a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Text with a label before its first line, broken so that every line begins in column `indent`.
pub fn labelled(label: &str, indent: usize, text: &str, width: usize) -> Vec<String> {
    let room = width.saturating_sub(indent).max(20);
    wrap(text, room)
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let label = if index == 0 { label } else { "" };
            format!("{label:<indent$}{line}")
        })
        .collect()
}

/// The text, cut to `width` columns with an ellipsis when it is longer.
pub fn shorten(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// How many columns a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().count()
}

/// `1 case`, `2 cases`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_white_space_and_long_words_stand_alone() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("a incomprehensible b", 5), ["a", "incomprehensible", "b"]);
        assert!(wrap(" ", 5).is_empty());
    }

    #[test]
    fn a_label_stands_before_the_first_line_only() {
        let lines = labelled("  label", 10, "some words that do not fit in one line", 32);
        assert_eq!(lines, ["  label   some words that do not", "          fit in one line"]);
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdefg", 6), "abcde…");
    }
}
