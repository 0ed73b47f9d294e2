//! Errors of files that people write: message, place, the line itself, and what was probably meant.
//!
//! Everything that reads such a file, or a word from the command line, says its errors through this module, so that all of
//! them look alike.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Message, Renderer, Snippet};

/// Words that a help lists before it leaves the rest out.
const LISTED_MAX: usize = 40;

/// Longest line of a file that is shown, in octets; a longer one is named by its place alone.
const SHOWN_MAX: usize = 400;

/// Longest message, in octets: a file may hold a scalar of any length, and errors repeat it.
const MESSAGE_MAX: usize = 600;

/// Longest word, in characters, for which a near one is looked for.
const WORD_MAX: usize = 64;

/// Where a value stands in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The length in characters, cut at the end of the line; 0 when only the beginning is known.
    pub length: usize,
}

impl Place {
    /// The file as a whole.
    pub const FILE: Self = Self { line: 0, column: 0, length: 0 };
}

/// A file with its name, to make diagnostics from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name to show.
    pub file: &'a str,
    /// All its text.
    pub text: &'a str,
}

impl Source<'_> {
    /// An error at a place of the file.
    pub fn error(&self, place: Place, message: impl Into<String>) -> Diagnostic {
        let shown = place.line.checked_sub(1).and_then(|index| self.text.lines().nth(index));
        Diagnostic {
            file: self.file.to_owned(),
            line: place.line,
            column: place.column,
            message: printable(message.into()),
            help: None,
            length: place.length,
            shown: shown.filter(|line| line.len() <= SHOWN_MAX).map(str::to_owned),
        }
    }
}

/// Something that is wrong in a file that people write.
///
/// `Display` renders it in full without colours; [`render`](Self::render) can add them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, without a capital or a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Characters that are marked from the column on.
    length: usize,
    /// The line's text.
    shown: Option<String>,
}

impl Diagnostic {
    /// An error of a whole file.
    pub fn of_file(file: &str, message: impl Into<String>) -> Self {
        Source { file, text: "" }.error(Place::FILE, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(help.into()));
        self
    }

    /// Adds the near word among the candidates, or all of them: see [`suggest`].
    #[must_use]
    pub fn suggesting<'a>(
        self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Self {
        match suggest(word, candidates) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// The error as rustc would show it, with colours or without.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let Some(line) = &self.shown else {
            let place = if self.line == 0 {
                String::new()
            } else {
                format!(":{}:{}", self.line, self.column)
            };
            let title = format!("{}{place}: {}", self.file, self.message);
            return renderer
                .render(&[self.with_help(Group::with_title(Level::ERROR.primary_title(title)))]);
        };
        let marked = AnnotationKind::Primary.span(self.marked(line));
        let snippet = Snippet::source(line.as_str())
            .line_start(self.line)
            .path(&self.file)
            .annotation(marked);
        let group = Level::ERROR.primary_title(self.message.as_str()).element(snippet);
        renderer.render(&[self.with_help(group)])
    }

    fn with_help<'a>(&'a self, group: Group<'a>) -> Group<'a> {
        let help: Option<Message<'a>> =
            self.help.as_deref().map(|help| Level::HELP.message(Cow::Borrowed(help)));
        match help {
            Some(help) => group.element(help),
            None => group,
        }
    }

    /// The octets of the line that are marked: at least one character, at most up to the end of its text.
    fn marked(&self, line: &str) -> Range<usize> {
        let skipped = self.column.saturating_sub(1);
        let place = |count: usize| line.char_indices().nth(count).map_or(line.len(), |(at, _)| at);
        let start = place(skipped);
        let end =
            if self.length == 0 { line.trim_end().len() } else { place(skipped + self.length) };
        start..end.max(start)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostic {}

/// Several diagnostics, one below the other, without colours.
pub fn render_all(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

/// The candidate that was probably meant, if one is near enough: a third of the letters may differ.
///
/// Letters are compared without case, so that `data` finds `DATA`.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = folded(word)?;
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let letters = folded(candidate)?;
            let allowed = word.len().max(letters.len()).div_ceil(3);
            let distance = edit_distance(&word, &letters);
            (distance <= allowed && distance < letters.len()).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// A help for a word that is none of the candidates: the near one, or else all of them.
pub fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = did_you_mean(word, candidates.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let all: Vec<&str> = candidates.into_iter().collect();
    let (first, left_out) =
        (all.get(..LISTED_MAX).unwrap_or(&all), all.len().saturating_sub(LISTED_MAX));
    let list = first.join(", ");
    match (all.len(), left_out) {
        (0, _) => None,
        (1, _) => Some(format!("the only one is `{list}`")),
        (_, 0) => Some(format!("one of: {list}")),
        (..) => Some(format!("one of: {list}, and others")),
    }
}

/// The letters of a word in lower case; none if it is too long to be compared.
fn folded(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().take(WORD_MAX + 1).flat_map(char::to_lowercase).collect();
    (!letters.is_empty() && letters.len() <= WORD_MAX).then_some(letters)
}

/// Fewest insertions, deletions, replacements and swaps of neighbours that make one word the other.
fn edit_distance(left: &[char], right: &[char]) -> usize {
    // Three rows of the usual table; a swap looks two rows back.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut above: Option<char> = None;
    for (row, &letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut beside: Option<char> = None;
        for (column, &other) in right.iter().enumerate() {
            let at =
                |table: &[usize], index: usize| table.get(index).copied().unwrap_or(usize::MAX);
            let replaced = at(&last, column).saturating_add(usize::from(letter != other));
            let dropped = at(&last, column + 1).saturating_add(1);
            let added = at(&current, column).saturating_add(1);
            let mut least = replaced.min(dropped).min(added);
            if above == Some(other) && beside == Some(letter) {
                least = least.min(at(&before_last, column.wrapping_sub(1)).saturating_add(1));
            }
            current.push(least);
            beside = Some(other);
        }
        above = Some(letter);
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(left.len())
}

/// The text without control characters, and not longer than a screen.
fn printable(text: String) -> String {
    let clean = |character: char| character.is_control() && character != '\n';
    let text = if text.contains(clean) { text.replace(clean, "\u{fffd}") } else { text };
    match text.char_indices().find(|&(at, _)| at >= MESSAGE_MAX) {
        Some((end, _)) => text.get(..end).map_or_else(String::new, |kept| format!("{kept}…")),
        None => text,
    }
}

#[cfg(test)]
mod tests;
