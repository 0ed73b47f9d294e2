//! An SVG badge: how far the claimed grade is reached.

use std::io::{self, Write};

use crate::runner::Results;

/// Columns of pixels that one character takes, about.
const CHARACTER: usize = 7;
/// Space around a text.
const MARGIN: usize = 10;

/// Writes the badge.
///
/// # Errors
///
/// What the writer says.
pub fn write(results: &Results, mut out: impl Write) -> io::Result<()> {
    let claimed: Vec<_> =
        results.grades.iter().filter(|grade| grade.grade == results.claims).collect();
    let protocols: Vec<&str> = claimed.iter().map(|grade| grade.protocol.as_str()).collect();
    let judged: usize = claimed.iter().map(|grade| grade.judged).sum();
    let applicable: usize = claimed.iter().map(|grade| grade.applicable).sum();
    let broken: usize = claimed.iter().map(|grade| grade.broken.len()).sum();
    let reached = !claimed.is_empty() && claimed.iter().all(|grade| grade.reached);
    let label = format!("{} {}", protocols.join(", "), results.claims);
    let (text, colour) = match (reached, broken) {
        (true, _) => (format!("{judged} of {applicable}"), "#1a7f37"),
        (false, 0) => (format!("{judged} of {applicable} judged"), "#9a6700"),
        (false, _) => (format!("{broken} of {applicable} broken"), "#c1121f"),
    };
    let (left, right) = (width(&label), width(&text));
    let all = left + right;
    write!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{label}: {text}">
<title>{label}: {text}</title>
<rect width="{all}" height="20" rx="3" fill="{colour}"/>
<path d="M3 0h{}v20h-{}a3 3 0 0 1-3-3v-14a3 3 0 0 1 3-3z" fill="#3b4252"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{}" y="14">{label}</text>
<text x="{}" y="14">{text}</text>
</g>
</svg>
"##,
        left - 3,
        left - 3,
        left / 2,
        left + right / 2
    )
}

fn width(text: &str) -> usize {
    text.chars().count() * CHARACTER + MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn the_badge_tells_what_is_broken() {
        let mut octets = Vec::new();
        write(&samples::results(), &mut octets).unwrap();
        let text = String::from_utf8(octets).unwrap();
        assert!(text.contains("<title>mnet edition: 1 of 43 broken</title>"), "{text}");
    }
}
