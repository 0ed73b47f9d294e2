//! Makes a file of known failures say what a run has shown, with the smallest change: comments, order and layout of what stays
//! are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Entry, Expectations, KnownFailure};
use crate::corpus::Corpus;
use crate::runner::Case;
use crate::verdict::Verdict;

/// A file of known failures, brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The new text.
    pub text: String,
    /// Entries that were added.
    pub added: usize,
    /// Entries that were taken away, or split into others.
    pub removed: usize,
    /// Entries whose verdict was changed.
    pub changed: usize,
}

/// Why a file cannot be brought up to date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{file}` cannot be brought up to date: write each entry on lines of its own, below `expect:`"
)]
pub struct UpdateError {
    file: String,
}

/// What becomes of an entry.
enum Change {
    Keep,
    Verdict(Verdict),
    /// It goes, and these come in its place.
    Replace(Vec<String>),
}

impl Expectations {
    /// The file as it would have to be for these cases; what a run says nothing of is kept.
    ///
    /// # Errors
    ///
    /// When the file's layout does not allow it: a list in brackets.
    pub fn updated(&self, corpus: &Corpus, cases: &[Case]) -> Result<Update, UpdateError> {
        let mut lines: Vec<String> = self.text.lines().map(str::to_owned).collect();
        let mut update = Update { text: String::new(), added: 0, removed: 0, changed: 0 };
        let begins = |entry: &Entry| {
            lines
                .get(dash_line(&lines, entry))
                .is_some_and(|line| line.trim_start().starts_with('-'))
        };
        if !self.entries.iter().all(begins) {
            return Err(UpdateError { file: self.file.clone() });
        }
        let (dash, keys) = self.indents(&lines);
        let known: BTreeSet<&str> = corpus.files().map(|(id, _)| id.as_str()).collect();
        for (index, entry) in self.entries.iter().enumerate().rev() {
            let about: Vec<&Case> = cases
                .iter()
                .filter(|case| self.covering(case).is_some_and(|first| first.place == entry.place))
                .collect();
            let change = if known.contains(entry.known.scenario.value.as_str()) {
                change(&entry.known, &about, &dash, &keys)
            } else {
                Change::Replace(Vec::new())
            };
            match change {
                Change::Keep => {}
                Change::Verdict(verdict) => {
                    update.changed += 1;
                    replace_verdict(&mut lines, entry, verdict);
                }
                Change::Replace(others) => {
                    update.removed += 1;
                    update.added += others.len();
                    let (first, end) = self.extent(&lines, index);
                    lines.splice(
                        first..end,
                        others.iter().flat_map(|text| text.lines()).map(str::to_owned),
                    );
                }
            }
        }
        let fresh: Vec<&Case> = cases
            .iter()
            .filter(|case| {
                is_worth_an_entry(case.judgement.verdict) && self.covering(case).is_none()
            })
            .collect();
        let mut scenarios: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
        for case in fresh {
            scenarios.entry(&case.scenario).or_default().push(case);
        }
        let mut new = Vec::new();
        for (scenario, failing) in scenarios {
            let all: Vec<&Case> = cases.iter().filter(|case| case.scenario == scenario).collect();
            let uncovered = all.iter().all(|case| self.covering(case).is_none());
            let whole = uncovered && all.len() == failing.len();
            new.extend(entries(&failing, &all, whole, None, &dash, &keys));
        }
        update.added += new.len();
        if !new.is_empty() {
            append(&mut lines, &new);
        }
        update.text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
        // What was written is read again: a layout that was not understood must not cost anybody their file.
        let reread = Self::parse(&self.file, &update.text);
        let is_true = reread.is_ok_and(|reread| {
            reread.unmet(cases).is_empty()
                && cases.iter().all(|case| {
                    !is_worth_an_entry(case.judgement.verdict) || reread.known(case).is_some()
                })
        });
        if is_true { Ok(update) } else { Err(UpdateError { file: self.file.clone() }) }
    }

    /// The white space before the dash of an entry, and before the keys below it.
    fn indents(&self, lines: &[String]) -> (String, String) {
        let first = self.entries.first().map(|entry| dash_line(lines, entry));
        let line = first.and_then(|index| lines.get(index));
        let dash = line.map_or("  ", |line| {
            line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
        });
        (dash.to_owned(), format!("{dash}  "))
    }

    /// The lines of an entry: from its dash up to the next entry, without comments and empty lines behind it.
    fn extent(&self, lines: &[String], index: usize) -> (usize, usize) {
        let first = self.entries.get(index).map_or(0, |entry| dash_line(lines, entry));
        let dash = lines.get(first).map_or(0, |line| line.len() - line.trim_start().len());
        let mut end = first + 1;
        for (number, line) in lines.iter().enumerate().skip(first + 1) {
            let trimmed = line.trim_start();
            let indent = line.len() - trimmed.len();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if indent <= dash {
                break;
            }
            end = number + 1;
        }
        (first, end)
    }
}

/// Puts new entries behind the last one.
fn append(lines: &mut Vec<String>, new: &[String]) {
    let key = lines.iter().position(|line| line.starts_with("expect:"));
    let at = if let Some(key) = key {
        if let Some(line) = lines.get_mut(key)
            && ["[]", "null", "~"].contains(&line.trim_start_matches("expect:").trim())
        {
            "expect:".clone_into(line);
        }
        let is_inside = |line: &String| {
            !line.trim().is_empty() && !line.starts_with('#') && (line.starts_with([' ', '-']))
        };
        let inside = lines.iter().enumerate().skip(key + 1);
        inside
            .take_while(|(_, line)| {
                is_inside(line) || line.trim().is_empty() || line.starts_with('#')
            })
            .filter(|(_, line)| is_inside(line))
            .last()
            .map_or(key + 1, |(index, _)| index + 1)
    } else {
        lines.push("expect:".to_owned());
        lines.len()
    };
    lines.splice(at..at, new.iter().flat_map(|text| text.lines()).map(str::to_owned));
}

/// Errors say nothing about a subject, and warnings do not fail a run.
const fn is_worth_an_entry(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Inconclusive | Verdict::Flaky)
}

fn change(known: &KnownFailure, about: &[&Case], dash: &str, keys: &str) -> Change {
    let Some(first) = about.first() else { return Change::Keep };
    if about.iter().all(|case| case.judgement.verdict == known.verdict.value) {
        return Change::Keep;
    }
    let verdict = first.judgement.verdict;
    let same = about.iter().all(|case| case.judgement.verdict == verdict);
    if same && is_worth_an_entry(verdict) {
        return Change::Verdict(verdict);
    }
    let failing: Vec<&Case> = about
        .iter()
        .copied()
        .filter(|case| {
            let verdict = case.judgement.verdict;
            is_worth_an_entry(verdict) || verdict == known.verdict.value
        })
        .collect();
    Change::Replace(entries(&failing, about, false, Some(known), dash, keys))
}

/// Entries for failing cases of one scenario: as few as are true among all of its cases.
fn entries(
    failing: &[&Case],
    all: &[&Case],
    whole: bool,
    like: Option<&KnownFailure>,
    dash: &str,
    keys: &str,
) -> Vec<String> {
    let verdicts = |cases: &[&Case]| -> BTreeSet<Verdict> {
        cases.iter().map(|case| case.judgement.verdict).collect()
    };
    if whole && verdicts(failing).len() == 1 {
        return failing
            .first()
            .map(|case| written(case, false, false, like, dash, keys))
            .into_iter()
            .collect();
    }
    let mut roles: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in failing {
        roles.entry(&case.role).or_default().push(case);
    }
    let mut texts = Vec::new();
    for (role, cases) in roles {
        let of_role = all.iter().filter(|case| case.role == role).count();
        if cases.len() == of_role && verdicts(&cases).len() == 1 {
            texts.extend(cases.first().map(|case| written(case, true, false, like, dash, keys)));
        } else {
            texts.extend(cases.iter().map(|case| written(case, true, true, like, dash, keys)));
        }
    }
    texts
}

/// One entry as text.
fn written(
    case: &Case,
    role: bool,
    dialect: bool,
    like: Option<&KnownFailure>,
    dash: &str,
    keys: &str,
) -> String {
    let mut text = format!("{dash}- scenario: {}\n", scalar(&case.scenario));
    let mut add = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _infallible = writeln!(text, "{keys}{key}: {value}");
    };
    add("verdict", case.judgement.verdict.word());
    if role {
        add("role", &scalar(&case.role));
    }
    if dialect {
        let options: Vec<String> = case
            .dialect
            .iter()
            .map(|(option, value)| format!("{}: {}", scalar(option), scalar(value)))
            .collect();
        add("dialect", &format!("{{ {} }}", options.join(", ")));
    }
    let reason = like.and_then(|like| like.reason.as_ref());
    // Why it is known is for people to say; without it the next run fails.
    add("reason", &reason.map_or_else(|| "''".to_owned(), |reason| scalar(reason)));
    if let Some(link) = like.and_then(|like| like.link.as_ref()) {
        add("link", &scalar(link));
    }
    if let Some(expires) = like.and_then(|like| like.expires.as_ref()) {
        add("expires", &scalar(&expires.value.to_string()));
    }
    text
}

/// A text as YAML, on one line.
fn scalar(text: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_word =
        matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if starts && !is_word && text.chars().all(is_plain) {
        return text.to_owned();
    }
    // A JSON string is a YAML scalar in double quotes.
    serde_json::Value::from(text).to_string()
}

/// The line with the dash of an entry.
fn dash_line(lines: &[String], entry: &Entry) -> usize {
    let mut index = entry.place.line.saturating_sub(1);
    while index > 0 && !lines.get(index).is_some_and(|line| line.trim_start().starts_with('-')) {
        index -= 1;
    }
    index
}

fn replace_verdict(lines: &mut [String], entry: &Entry, verdict: Verdict) {
    let place = entry.known.verdict.place();
    let Some(line) = place.line.checked_sub(1).and_then(|index| lines.get_mut(index)) else {
        return;
    };
    let characters: Vec<char> = line.chars().collect();
    let start = place.column.saturating_sub(1).min(characters.len());
    let end = (start + place.length).min(characters.len());
    *line = characters
        .get(..start)
        .into_iter()
        .flatten()
        .copied()
        .chain(verdict.word().chars())
        .chain(characters.get(end..).into_iter().flatten().copied())
        .collect();
}
