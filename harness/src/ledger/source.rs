//! The source document of a protocol, line by line: which clauses each became, or why it demands nothing.

use serde::{Deserialize, Deserializer, de};

use crate::diagnostic::{Diagnostic, Source as File};
use crate::protocol::Protocol;
use crate::spec::{Catalogue, ClauseId};
use crate::yaml::{self, Located};

/// The files that are part of the program: name in `docs/spec`, text; sorted.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// A source document with what became of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDocument {
    /// The parts in order; together they are the whole document.
    pub parts: Vec<Part>,
}

/// Some lines of a source document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number of the first line, from 1.
    pub first: usize,
    /// The lines.
    pub text: Vec<String>,
    /// What they became.
    pub clauses: Vec<ClauseId>,
    /// Why they demand nothing; or beside clauses, a remark.
    pub because: Option<String>,
}

impl Part {
    /// The number of its last line.
    pub const fn last(&self) -> usize {
        self.first + self.text.len().saturating_sub(1)
    }
}

/// The file `<protocol>-source.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Map {
    lines: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    lines: Located<Range>,
    #[serde(default)]
    clauses: Vec<Located<ClauseId>>,
    because: Option<String>,
}

/// Numbers of lines: `12..18`, or one alone.
#[derive(Clone, Copy, Debug)]
struct Range {
    first: usize,
    last: usize,
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (first, last) = text.split_once("..").unwrap_or((&text, &text));
        let range = first.parse().ok().zip(last.parse().ok());
        range
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| Self { first, last })
            .ok_or_else(|| de::Error::custom("line numbers are written like `12` or `12..18`"))
    }
}

impl SourceDocument {
    /// The source document of a protocol; none when the program does not hold it.
    ///
    /// # Errors
    ///
    /// What is wrong in the map of its lines.
    pub fn of(protocol: &dyn Protocol) -> Result<Option<Self>, Vec<Diagnostic>> {
        let file = |extension: &str| {
            let name = format!("{}-source.{extension}", protocol.name());
            EMBEDDED.iter().find(|(known, _)| *known == name).map(|(_, text)| (name, *text))
        };
        let (Some((name, map)), Some((_, text))) = (file("yaml"), file("txt")) else {
            return Ok(None);
        };
        Self::parse(&format!("docs/spec/{name}"), map, text, Catalogue::of(protocol)).map(Some)
    }

    /// Reads the map of the lines of a text.
    ///
    /// # Errors
    ///
    /// Lines that are left out or stand twice, clauses that there are not, and lines that became nothing without a reason.
    pub fn parse(
        file: &str,
        map: &str,
        text: &str,
        catalogue: &Catalogue,
    ) -> Result<Self, Vec<Diagnostic>> {
        let source = File { file, text: map };
        let rows = yaml::read::<Map>(file, map).map_err(|error| vec![error])?.lines;
        let lines: Vec<&str> = text.lines().collect();
        let mut errors = Vec::new();
        let mut parts = Vec::new();
        let mut due = 1;
        for row in rows {
            let Range { first, last } = row.lines.value;
            if first != due {
                let what = if first > due {
                    format!("what became of line {due} is not said")
                } else {
                    format!("line {first} stands here twice")
                };
                errors.push(source.error(row.lines.place(), what));
            }
            due = last.saturating_add(1);
            if row.clauses.is_empty() && row.because.is_none() {
                let what = "lines that became no clause need a `because`";
                errors.push(source.error(row.lines.place(), what));
            }
            for clause in &row.clauses {
                if catalogue.get(clause).is_none() {
                    let what = format!("there is no clause {}", clause.value);
                    errors.push(source.error(clause.place(), what));
                }
            }
            let text = lines
                .get(first.saturating_sub(1)..last)
                .map(|lines| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<String>>());
            if let Some(text) = text {
                let clauses = row.clauses.into_iter().map(|clause| clause.value).collect();
                parts.push(Part { first, text, clauses, because: row.because });
            } else {
                let what = format!("the document has {} lines", lines.len());
                errors.push(source.error(row.lines.place(), what));
            }
        }
        if errors.is_empty() && due <= lines.len() {
            let what = format!("what became of line {due} is not said");
            errors.push(Diagnostic::of_file(file, what));
        }
        if errors.is_empty() { Ok(Self { parts }) } else { Err(errors) }
    }

    /// The parts that became this clause.
    pub fn became<'a>(&'a self, clause: &'a ClauseId) -> impl Iterator<Item = &'a Part> {
        self.parts.iter().filter(move |part| part.clauses.contains(clause))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const CLAUSES: &str = "| ID | Level | Src | Role | Clause |\n|---|---|---|---|---|\n| X-A-1 | MUST | T | B | One. |\n";

    fn read(map: &str) -> Result<SourceDocument, Vec<String>> {
        let catalogue = Catalogue::parse("x.md", CLAUSES).unwrap();
        let said = |errors: Vec<Diagnostic>| {
            errors.iter().map(|error| format!("{}: {}", error.line, error.message)).collect()
        };
        SourceDocument::parse("x.yaml", map, "one\ntwo\nthree\n", &catalogue).map_err(said)
    }

    #[test]
    fn every_line_has_its_place() {
        let map =
            "lines:\n  - { lines: 1, because: a title }\n  - { lines: 2..3, clauses: [X-A-1] }\n";
        let document = read(map).unwrap();
        let parts: Vec<(usize, usize)> =
            document.parts.iter().map(|part| (part.first, part.last())).collect();
        assert_eq!(parts, [(1, 1), (2, 3)]);
        assert_eq!(document.parts[1].text, ["two", "three"]);
        assert_eq!(document.became(&"X-A-1".parse().unwrap()).count(), 1);
    }

    #[rstest]
    #[case::a_gap(
        "lines:\n  - { lines: 1, because: b }\n  - { lines: 3, because: b }\n",
        "3: what became of line 2 is not said"
    )]
    #[case::twice(
        "lines:\n  - { lines: 1..3, because: b }\n  - { lines: 3, because: b }\n",
        "3: line 3 stands here twice"
    )]
    #[case::the_end(
        "lines:\n  - { lines: 1..2, because: b }\n",
        "0: what became of line 3 is not said"
    )]
    #[case::too_many("lines:\n  - { lines: 1..4, because: b }\n", "2: the document has 3 lines")]
    #[case::no_reason(
        "lines:\n  - { lines: 1..3 }\n",
        "2: lines that became no clause need a `because`"
    )]
    #[case::no_clause(
        "lines:\n  - { lines: 1..3, clauses: [X-A-2] }\n",
        "2: there is no clause X-A-2"
    )]
    fn what_is_wrong_in_a_map_is_said_with_its_line(#[case] map: &str, #[case] what: &str) {
        assert_eq!(read(map).unwrap_err(), [what]);
    }
}
