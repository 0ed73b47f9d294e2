//! The clauses of the specification, as the tables of `docs/spec` hold them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::diagnostic::{Diagnostic, Place, Source as File};
use crate::protocol::{self, Protocol, Role};
use crate::seal;

/// The edition of the specification; every report names it.
pub const EDITION: &str = "1.0";

/// The clauses of MNET, as Markdown.
pub const MNET: &str = include_str!("../../docs/spec/mnet.md");

/// The clauses of PaperClip, as Markdown.
pub const PAPERCLIP: &str = include_str!("../../docs/spec/paperclip.md");

/// The clauses of chat, as Markdown.
pub const CHAT: &str = include_str!("../../docs/spec/chat.md");

/// The columns of a table of clauses.
const COLUMNS: [&str; 5] = ["ID", "Level", "Src", "Role", "Clause"];

/// The identity of a clause: `MNET-DATA-6`.
///
/// Ordered by protocol, area and number, the number as a number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId {
    protocol: String,
    area: String,
    number: u32,
}

impl ClauseId {
    /// The protocol's prefix: `MNET`.
    pub fn protocol(&self) -> &str {
        &self.protocol
    }

    /// The area: `DATA`.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// The number within the area, from 1.
    pub const fn number(&self) -> u32 {
        self.number
    }
}

/// A text that is no identity of a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a clause; a clause is written like `MNET-DATA-6`")]
pub struct ParseClauseIdError {
    /// The text.
    pub text: String,
}

impl FromStr for ClauseId {
    type Err = ParseClauseIdError;

    fn from_str(text: &str) -> Result<Self, ParseClauseIdError> {
        let is_word = |word: &str| {
            word.starts_with(|first: char| first.is_ascii_uppercase())
                && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        };
        let parts = || {
            let (protocol, rest) = text.split_once('-')?;
            let (area, digits) = rest.rsplit_once('-')?;
            let words = is_word(protocol) && area.split('-').all(is_word);
            let canonical = digits.starts_with(|first: char| matches!(first, '1'..='9'));
            let number = digits.parse().ok().filter(|_| words && canonical)?;
            Some(Self { protocol: protocol.to_owned(), area: area.to_owned(), number })
        };
        parts().ok_or_else(|| ParseClauseIdError { text: text.chars().take(60).collect() })
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}-{}", self.protocol, self.area, self.number))
    }
}

impl fmt::Debug for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ClauseId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClauseId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for ClauseId {
    fn schema_name() -> Cow<'static, str> {
        "ClauseId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[A-Z][A-Z0-9]*(-[A-Z][A-Z0-9]*)+-[1-9][0-9]*$",
            "description": "A clause of the specification, such as `MNET-DATA-6`.",
        })
    }
}

/// How binding a clause is (RFC 2119).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// Breaking it is a failure.
    Must,
    /// Breaking it is a warning.
    Should,
    /// Every behaviour that it names passes.
    May,
}

impl Level {
    const ALL: [Self; 3] = [Self::Must, Self::Should, Self::May];

    /// The word of the tables: `MUST`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Where a clause comes from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The text of the source document says so (`T`).
    Text,
    /// The code of the protocol's author, or a later wording (`A`).
    Author,
    /// A ruling of this edition (`R`).
    Ruling,
}

impl Source {
    const ALL: [Self; 3] = [Self::Text, Self::Author, Self::Ruling];

    /// The word for it: `text`, `author`, `ruling`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Author => "author",
            Self::Ruling => "ruling",
        }
    }

    /// The letter of the tables: `T`, `A`, `R`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Text => "T",
            Self::Author => "A",
            Self::Ruling => "R",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Who can break a clause.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The side that begins (`C`).
    Connector,
    /// The side that answers (`L`).
    Listener,
    /// Either side (`B`).
    Both,
}

impl Side {
    const ALL: [Self; 3] = [Self::Connector, Self::Listener, Self::Both];

    /// The letter of the tables: `C`, `L`, `B`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Connector => "C",
            Self::Listener => "L",
            Self::Both => "B",
        }
    }

    /// The protocol's word for it.
    pub fn word(self, protocol: &dyn Protocol) -> &'static str {
        match self {
            Self::Connector => protocol.word(Role::Connector),
            Self::Listener => protocol.word(Role::Listener),
            Self::Both => "both",
        }
    }

    /// Whether a subject of this role can break it.
    pub const fn applies_to(self, role: Role) -> bool {
        match self {
            Self::Both => true,
            Self::Connector => matches!(role, Role::Connector),
            Self::Listener => matches!(role, Role::Listener),
        }
    }
}

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its identity, for ever.
    pub id: ClauseId,
    /// How binding it is.
    pub level: Level,
    /// Where it comes from.
    pub source: Source,
    /// Who can break it.
    pub side: Side,
    /// What it demands.
    pub sentence: String,
    /// The heading under which it stands: `Establishment`.
    pub area: String,
}

impl Clause {
    /// The mark of everything that it says, which shows whether it has changed.
    pub fn mark(&self) -> String {
        let Self { level, source, side, sentence, .. } = self;
        seal::mark(&format!("{level} {source} {} {sentence}", side.letter()))
    }

    /// Whether a subject of this role can break it.
    pub const fn applies_to(&self, role: Role) -> bool {
        self.side.applies_to(role)
    }
}

/// All clauses of one protocol, in the order of their identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    clauses: BTreeMap<ClauseId, Clause>,
}

impl Catalogue {
    /// The clauses of a protocol.
    ///
    /// # Panics
    ///
    /// When the tables of a protocol's document are wrong, which are part of this program, or it is not in [`protocol::ALL`].
    pub fn of(protocol: &dyn Protocol) -> &'static Self {
        // Every case asks for them.
        static READ: LazyLock<BTreeMap<&str, Catalogue>> = LazyLock::new(|| {
            let read = |protocol: &dyn Protocol| {
                let file = format!("docs/spec/{}.md", protocol.name());
                Catalogue::parse(&file, protocol.clauses()).unwrap_or_else(|diagnostics| {
                    panic!("{}", crate::diagnostic::render_all(&diagnostics))
                })
            };
            protocol::ALL.into_iter().map(|protocol| (protocol.name(), read(protocol))).collect()
        });
        READ.get(protocol.name()).expect("every protocol is in the list of all")
    }

    /// Reads the tables of a Markdown document; the file's name is for the errors.
    ///
    /// # Errors
    ///
    /// Every row that is not a clause, every identity that is used twice, a document without clauses.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let source = File { file, text };
        let mut clauses = BTreeMap::new();
        let mut errors = Vec::new();
        let mut heading = String::new();
        let mut inside = false;
        for (index, line) in text.lines().enumerate() {
            let place = Place { line: index + 1, column: 1, length: 0 };
            if let Some(title) = line.strip_prefix("## ") {
                title.trim().clone_into(&mut heading);
            }
            let Some(cells) = cells(line) else {
                inside = false;
                continue;
            };
            if cells == COLUMNS {
                inside = true;
                continue;
            }
            if !inside || cells.iter().all(|cell| cell.chars().all(|c| c == '-' || c == ':')) {
                continue;
            }
            match clause(&cells, &heading) {
                Err(message) => errors.push(source.error(place, message)),
                Ok(clause) if clauses.contains_key(&clause.id) => {
                    errors.push(source.error(place, format!("{} stands here twice", clause.id)));
                }
                Ok(clause) => {
                    clauses.insert(clause.id.clone(), clause);
                }
            }
        }
        if clauses.is_empty() && errors.is_empty() {
            errors.push(source.error(Place::FILE, "no table of clauses in this file"));
        }
        if errors.is_empty() { Ok(Self { clauses }) } else { Err(errors) }
    }

    /// The clause with this identity.
    pub fn get(&self, id: &ClauseId) -> Option<&Clause> {
        self.clauses.get(id)
    }

    /// All clauses in order.
    pub fn iter(&self) -> impl Iterator<Item = &Clause> + Clone {
        self.clauses.values()
    }

    /// The clauses that a subject of this role can break.
    pub fn applies_to(&self, role: Role) -> impl Iterator<Item = &Clause> + Clone {
        self.iter().filter(move |clause| clause.applies_to(role))
    }

    /// The number of clauses.
    pub fn len(&self) -> usize {
        self.clauses.len()
    }

    /// Whether there is no clause; never true of a catalogue that was read.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// The prefix of its identities: `MNET`.
    pub fn prefix(&self) -> &str {
        self.clauses.keys().next().map_or("", ClauseId::protocol)
    }
}

/// The cells of a row, trimmed; none if the line is no row of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    // The last cell is a sentence: a bar within it is its own.
    Some(row.splitn(COLUMNS.len(), '|').map(str::trim).collect())
}

fn clause(cells: &[&str], heading: &str) -> Result<Clause, String> {
    let &[id, level, source, side, sentence] = cells else {
        return Err(format!("a clause has {} columns: {}", COLUMNS.len(), COLUMNS.join(", ")));
    };
    if sentence.is_empty() {
        return Err(format!("{id} has no sentence"));
    }
    Ok(Clause {
        id: id.parse().map_err(|error: ParseClauseIdError| error.to_string())?,
        level: among(Level::ALL, Level::word, level, "a level")?,
        source: among(Source::ALL, Source::letter, source, "a source")?,
        side: side_of(side)?,
        sentence: sentence.to_owned(),
        area: heading.to_owned(),
    })
}

/// The side of a letter; protocols with servers may say `S`, and `U` for who uses them.
fn side_of(letter: &str) -> Result<Side, String> {
    match letter {
        "S" => Ok(Side::Listener),
        "U" => Ok(Side::Connector),
        _ => among(Side::ALL, Side::letter, letter, "a role"),
    }
}

/// The value whose word this is.
fn among<T: Copy, const N: usize>(
    all: [T; N],
    word_of: impl Fn(T) -> &'static str,
    word: &str,
    what: &str,
) -> Result<T, String> {
    all.into_iter().find(|&value| word_of(value) == word).ok_or_else(|| {
        let words: Vec<&str> = all.into_iter().map(&word_of).collect();
        format!("`{word}` is not {what}: {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests;
