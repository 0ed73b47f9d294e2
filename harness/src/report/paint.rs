//! Colours: which style says what. Whether they are shown is decided by the writer behind.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use crate::verdict::Verdict;

/// Something is broken.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Something could not be judged, or is not as it should be.
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
/// All is well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What the eye looks for first.
pub const STRONG: Style = Style::new().bold();
/// What the eye may pass over.
pub const FAINT: Style = Style::new().dimmed();

/// The style of a verdict.
pub const fn of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => GOOD,
        Verdict::Unsupported => FAINT,
        Verdict::Warn | Verdict::Flaky | Verdict::Inconclusive => DOUBTFUL,
        Verdict::Error | Verdict::Fail => BAD,
    }
}

/// The text in a style; nothing is added to it but the style's codes.
pub fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
