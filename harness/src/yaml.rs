//! Reads YAML that people write; the only module that knows the YAML library.
//!
//! Files are read strictly: unknown and repeated keys, merge keys, a second document and the loose booleans of YAML 1.1 are
//! errors, and so is a file that would take more memory or time than any real one does.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{DuplicateKeyPolicy, Error, MergeKeyPolicy, MessageFormatter, Options, Spanned};

use crate::diagnostic::{Diagnostic, Place, Source};

/// Aliases and anchors of one file.
const ALIASES_MAX: usize = 64;

/// Nodes that aliases may stand for, all together.
const REPLAYED_MAX: usize = 10_000;

/// Values of one file, keys included.
const NODES_MAX: usize = 50_000;

/// How deep values may be nested.
const DEPTH_MAX: usize = 32;

/// Octets of all scalars of one file.
const SCALARS_MAX: usize = 4 << 20;

/// Octets of one file.
const FILE_MAX: usize = 8 << 20;

/// What is said of a file with several documents.
const ONE_DOCUMENT: &str = "a file holds one document, this one has more";

/// A value with its place in the file that it was read from.
///
/// The place is lost inside flattened, untagged and internally tagged types: formats avoid these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The line, from 1; 0 when it was not read from a file.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The length in characters; 0 for mappings and lists, of which only the beginning is known.
    pub length: usize,
}

impl<T> Located<T> {
    /// A value that was not read from a file.
    pub const fn nowhere(value: T) -> Self {
        Self { value, line: 0, column: 0, length: 0 }
    }

    /// A value at a place.
    pub fn at(value: T, place: Place) -> Self {
        Self { value, line: place.line, column: place.column, length: place.length }
    }

    /// Where it stands.
    pub const fn place(&self) -> Place {
        Place { line: self.line, column: self.column, length: self.length }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: change(self.value),
            line: self.line,
            column: self.column,
            length: self.length,
        }
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> From<T> for Located<T> {
    fn from(value: T) -> Self {
        Self::nowhere(value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        let place = place(spanned.referenced);
        Ok(Self {
            value: spanned.value,
            line: place.line,
            column: place.column,
            length: place.length,
        })
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A mapping whose keys have places, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs<T>(pub Vec<(Located<String>, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Pairs<T> {
    type Target = [(Located<String>, T)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

impl<T: JsonSchema> JsonSchema for Pairs<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <BTreeMap<String, T>>::json_schema(generator)
    }
}

/// Reads one value from the text of a file; the file's name is for the error.
///
/// # Errors
///
/// The first thing that is wrong, with its place.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Diagnostic> {
    if text.len() > FILE_MAX {
        let message = format!("the file has {} octets, at most {FILE_MAX} are read", text.len());
        return Err(Diagnostic::of_file(file, message));
    }
    serde_saphyr::from_str_with_options(text, options())
        .map_err(|error| diagnostic(Source { file, text }, &error))
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: ALIASES_MAX,
            max_anchors: ALIASES_MAX,
            max_nodes: NODES_MAX,
            max_events: NODES_MAX * 2,
            max_depth: DEPTH_MAX,
            max_documents: 1,
            max_merge_keys: 0,
            max_total_scalar_bytes: SCALARS_MAX,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: REPLAYED_MAX },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn diagnostic(source: Source<'_>, error: &Error) -> Diagnostic {
    let error = error.without_snippet();
    let place = error.location().map_or(Place::FILE, place);
    let at = |message: String| source.error(place, message);
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            at(format!("unknown key `{field}`")).suggesting(field, expected.iter().copied())
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            at(format!("unknown word `{variant}`")).suggesting(variant, expected.iter().copied())
        }
        Error::SerdeMissingField { field, .. } => at(format!("the key `{field}` is missing")),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            at(format!("expected {expected}, found {unexpected}"))
        }
        Error::Eof { .. } => at("the file is empty or ends too early".into()),
        Error::MultipleDocuments { .. } => at(ONE_DOCUMENT.into()),
        Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => at(ONE_DOCUMENT.into()),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            at(format!("the key `{key}` stands here twice"))
        }
        // The library says `u8`; people who write YAML need not know what that is.
        Error::InvalidScalar { ty, .. } => match unsigned_max(ty) {
            Some(max) => at(format!("expected a whole number from 0 to {max}")),
            None => at(format!("expected a value of another kind ({ty})")),
        },
        Error::Unexpected { expected: "string scalar", .. } => at("expected a text".into()),
        Error::InvalidBooleanStrict { .. } => at("expected `true` or `false`".into()),
        _ => at(serde_saphyr::UserMessageFormatter.format_message(error).into_owned()),
    }
}

/// The largest number of a type of the library's errors.
fn unsigned_max(name: &str) -> Option<u64> {
    match name {
        "u8" => Some(u8::MAX.into()),
        "u16" => Some(u16::MAX.into()),
        "u32" => Some(u32::MAX.into()),
        "u64" | "usize" => Some(u64::MAX),
        _ => None,
    }
}

fn place(location: serde_saphyr::Location) -> Place {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    Place {
        line: number(location.line()),
        column: number(location.column()),
        length: number(location.span().len()),
    }
}

#[cfg(test)]
mod tests;
