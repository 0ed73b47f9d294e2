//! Values of fields: those that are sent, and those that are allowed to come.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::journal::parse_hex;
use crate::yaml::Located;

/// Most octets of one value: what a UDP datagram can carry.
pub(super) const OCTETS_MAX: usize = 1 << 20;

/// Most alternatives of one value.
const ALTERNATIVES_MAX: usize = 256;

/// Letters behind a text that is fresh.
pub const FRESH_LETTERS: usize = 8;

/// The value of a field that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// An integer: `5`.
    Number(u64),
    /// Octets as UTF-8 text: `hello`.
    Text(String),
    /// Octets: `{ hex: "00 ff" }`.
    Hex(Vec<u8>),
    /// What a packet carried that a step before has named by `as`: `{ of: cookie }`.
    Of {
        /// The label of the packet.
        label: Located<String>,
        /// The field; the same field when none is given.
        field: Option<Located<String>>,
        /// What is added to a number, modulo the field's width.
        plus: i64,
        /// Which of its octets: from the first to before the second.
        octets: Option<(usize, usize)>,
    },
    /// One octet over and over: `{ octet: 0x61, times: 1458 }`.
    Repeat {
        /// The octet.
        octet: u8,
        /// How many of it.
        times: usize,
    },
    /// That many octets, drawn from the seed of the run: `{ random: 3 }`.
    Random(usize),
    /// The base64 of octets: `{ base64: hello }`, `{ base64: { hex: 0a } }`, `{ base64: { octet: 0x61, times: 2999 } }`.
    Base64(Vec<u8>),
    /// A text with some letters behind it that are new in every run, and the same within one: `{ fresh: zoe }`.
    Fresh {
        /// The text before the letters.
        text: String,
        /// How long it is with them.
        length: usize,
    },
    /// Several values, of what has several: `[reliable, checksum]`.
    List(Vec<Self>),
}

/// The keys of the mapping forms of a value.
const FORM_KEYS: [&str; 10] =
    ["hex", "of", "field", "plus", "slice", "octet", "times", "random", "base64", "fresh"];

/// Whether a mapping with this key is a value.
pub(super) fn is_form_key(key: &str) -> bool {
    FORM_KEYS.contains(&key)
}

impl FieldValue {
    /// Several values.
    pub(super) fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            if values.len() == ALTERNATIVES_MAX {
                return Err(de::Error::custom(format!("more than {ALTERNATIVES_MAX} values")));
            }
            values.push(value);
        }
        Ok(Self::List(values))
    }

    /// The texts that it lists, or that it is; none if it is something else.
    pub fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Text(text) => Some(vec![text]),
            Self::List(values) => values
                .iter()
                .map(|value| match value {
                    Self::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

/// The values of a field that may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldPattern {
    /// This one.
    Is(FieldValue),
    /// Any but this one: `{ not: 5 }`.
    Not(FieldValue),
    /// A number from the first to the last, both included: `{ from: 0, to: 5 }`.
    Between(u64, u64),
    /// One of these: `[1, 2]`.
    OneOf(Vec<FieldValue>),
    /// That many octets: `{ length: 20 }`, `{ length: 1..20 }`.
    Length {
        /// The fewest.
        min: usize,
        /// The most, included.
        max: usize,
    },
}

/// The mapping forms of a value, all keys at once; which go together is checked by hand.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ValueForm {
    /// Octets as hexadecimal digits.
    hex: Option<HexText>,
    /// The label of a packet that an earlier step has named by `as`.
    of: Option<Located<String>>,
    /// The field of that packet; the same field when left out.
    field: Option<Located<String>>,
    /// What is added to the number.
    plus: Option<i64>,
    /// An octet that is repeated.
    octet: Option<u8>,
    /// How many times the octet is repeated.
    times: Option<usize>,
    /// A number of octets, drawn from the seed of the run.
    random: Option<usize>,
    /// Which octets of the field, such as `0..8`.
    slice: Option<Lengths>,
    /// A text, or octets, in base64.
    base64: Option<PlainOctets>,
    /// A text that gets some new letters in every run.
    fresh: Option<String>,
    /// How long the fresh text is.
    length: Option<usize>,
}

/// The mapping forms of a pattern: those of a value, and more.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct PatternForm {
    /// Octets as hexadecimal digits.
    hex: Option<HexText>,
    /// The label of a packet that an earlier step has named by `as`.
    of: Option<Located<String>>,
    /// The field of that packet; the same field when left out.
    field: Option<Located<String>>,
    /// What is added to the number.
    plus: Option<i64>,
    /// An octet that is repeated.
    octet: Option<u8>,
    /// How many times the octet is repeated.
    times: Option<usize>,
    /// Which octets of the field, such as `0..8`.
    slice: Option<Lengths>,
    /// A text, or octets, in base64.
    base64: Option<PlainOctets>,
    /// A text that gets some new letters in every run.
    fresh: Option<String>,
    /// A value that may not come.
    not: Option<FieldValue>,
    /// The smallest number that may come.
    from: Option<u64>,
    /// The largest number that may come.
    to: Option<u64>,
    /// How many octets may come, such as `20` or `1..20`.
    length: Option<Lengths>,
}

impl ValueForm {
    fn value(self) -> Result<FieldValue, &'static str> {
        const ONE: &str = "a value is one of `{ hex: … }`, `{ of: …, field: …, plus: …, slice: … }`, \
                           `{ octet: …, times: … }`, `{ random: … }`, `{ base64: … }`, \
                           `{ fresh: …, length: … }`";
        let Self { hex, of, field, plus, slice, octet, times, random, base64, fresh, length } =
            self;
        if of.is_none() && (field.is_some() || plus.is_some() || slice.is_some())
            || fresh.is_none() && length.is_some()
        {
            return Err(ONE);
        }
        match (hex, of, (octet, times), random, base64, fresh) {
            (Some(hex), None, (None, None), None, None, None) => Ok(FieldValue::Hex(hex.0)),
            (None, Some(label), (None, None), None, None, None) => {
                let octets = slice.map(|Lengths { min, max }| (min, max));
                Ok(FieldValue::Of { label, field, plus: plus.unwrap_or(0), octets })
            }
            (None, None, (Some(octet), Some(times)), None, None, None) => {
                at_most(times).map(|times| FieldValue::Repeat { octet, times })
            }
            (None, None, (None, None), Some(count), None, None) => {
                at_most(count).map(FieldValue::Random)
            }
            (None, None, (None, None), None, Some(of), None) => of.octets().map(FieldValue::Base64),
            (None, None, (None, None), None, None, Some(text)) => {
                let least = text.len() + FRESH_LETTERS;
                let length = length.unwrap_or(least);
                if length < least {
                    return Err("a fresh text has 8 letters more than what stands before them");
                }
                at_most(length).map(|length| FieldValue::Fresh { text, length })
            }
            _ => Err(ONE),
        }
    }
}

impl PatternForm {
    fn pattern(self) -> Result<FieldPattern, &'static str> {
        const ONE: &str = "a pattern is a value, a list of values, or one of `{ not: … }`, \
                           `{ from: …, to: … }`, `{ length: … }`";
        let Self {
            hex,
            of,
            field,
            plus,
            slice,
            octet,
            times,
            base64,
            fresh,
            not,
            from,
            to,
            length,
        } = self;
        let is_value = hex.is_some()
            || of.is_some()
            || field.is_some()
            || plus.is_some()
            || octet.is_some()
            || times.is_some()
            || slice.is_some()
            || base64.is_some()
            || fresh.is_some();
        match (is_value, not, from, to, length) {
            (true, None, None, None, length) => {
                let random = None;
                let length = length.map(|lengths| lengths.max);
                let form = ValueForm {
                    hex,
                    of,
                    field,
                    plus,
                    octet,
                    times,
                    random,
                    slice,
                    base64,
                    fresh,
                    length,
                };
                form.value().map(FieldPattern::Is)
            }
            (false, Some(value), None, None, None) => Ok(FieldPattern::Not(value)),
            (false, None, Some(from), Some(to), None) if from <= to => {
                Ok(FieldPattern::Between(from, to))
            }
            (false, None, Some(_), Some(_), None) => Err("`from` is more than `to`"),
            (false, None, None, None, Some(Lengths { min, max })) => {
                Ok(FieldPattern::Length { min, max })
            }
            _ => Err(ONE),
        }
    }
}

fn at_most(count: usize) -> Result<usize, &'static str> {
    if count <= OCTETS_MAX { Ok(count) } else { Err("a field holds at most 1 MiB of octets") }
}

/// A text, octets as hexadecimal digits, or one octet over and over.
#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "`base64` takes a text, `{ hex: … }` or `{ octet: …, times: … }` of an octet from 0 to 255"
)]
enum PlainOctets {
    Text(String),
    Hex { hex: HexText },
    Repeat { octet: u8, times: usize },
}

impl PlainOctets {
    fn octets(self) -> Result<Vec<u8>, &'static str> {
        match self {
            Self::Text(text) => Ok(text.into_bytes()),
            Self::Hex { hex } => Ok(hex.0),
            Self::Repeat { octet, times } => at_most(times).map(|times| vec![octet; times]),
        }
    }
}

/// Octets as a string of hexadecimal digits.
struct HexText(Vec<u8>);

impl<'de> Deserialize<'de> for HexText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let octets = parse_hex(&text).map_err(de::Error::custom)?;
        at_most(octets.len()).map_err(de::Error::custom)?;
        Ok(Self(octets))
    }
}

impl JsonSchema for HexText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Hex".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "pattern": "^\\s*([0-9A-Fa-f]{2}\\s*)*$",
            "description": "Octets, two hexadecimal digits each.",
        })
    }
}

/// How many octets: `20`, `1..20`.
struct Lengths {
    min: usize,
    max: usize,
}

impl<'de> Deserialize<'de> for Lengths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (min, max) = text.split_once("..").unwrap_or((&text, &text));
        match (min.trim().parse(), max.trim().parse()) {
            (Ok(min), Ok(max)) if min <= max => Ok(Self { min, max }),
            _ => {
                Err(de::Error::custom(format!("`{text}` is not a length such as `20` or `1..20`")))
            }
        }
    }
}

impl JsonSchema for Lengths {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Lengths".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "pattern": "^\\s*[0-9]+\\s*(\\.\\.\\s*[0-9]+\\s*)?$",
            "minimum": 0,
        })
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Deserialize<'de> for FieldPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PatternVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = FieldValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, a list of these, or a mapping such as `{ hex: 00 ff }`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        FieldValue::of_list(list)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(FieldValue::Number(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        u64::try_from(number)
            .map(FieldValue::Number)
            .map_err(|_| E::custom(format!("{number} is negative; no field is")))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        at_most(text.len()).map_err(E::custom)?;
        Ok(FieldValue::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let form = ValueForm::deserialize(MapAccessDeserializer::new(map))?;
        form.value().map_err(de::Error::custom)
    }
}

struct PatternVisitor;

impl<'de> Visitor<'de> for PatternVisitor {
    type Value = FieldPattern;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, a list of these, or a mapping such as `{ not: 5 }`")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        ValueVisitor.visit_u64(number).map(FieldPattern::Is)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        ValueVisitor.visit_i64(number).map(FieldPattern::Is)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        ValueVisitor.visit_str(text).map(FieldPattern::Is)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        match values.len() {
            0 => Err(de::Error::custom("a list of alternatives holds at least one")),
            1..=ALTERNATIVES_MAX => Ok(FieldPattern::OneOf(values)),
            _ => Err(de::Error::custom(format!("more than {ALTERNATIVES_MAX} alternatives"))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let form = PatternForm::deserialize(MapAccessDeserializer::new(map))?;
        form.pattern().map_err(de::Error::custom)
    }
}

impl JsonSchema for FieldValue {
    fn schema_name() -> Cow<'static, str> {
        "FieldValue".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The value of a field: a number, a text, or one of the mappings.",
            "anyOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string" },
                { "type": "array", "items": generator.subschema_for::<Self>() },
                generator.subschema_for::<ValueForm>(),
            ],
        })
    }
}

impl JsonSchema for FieldPattern {
    fn schema_name() -> Cow<'static, str> {
        "FieldPattern".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The values that may come: one, a list of alternatives, or one of the mappings.",
            "anyOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string" },
                { "type": "array", "items": generator.subschema_for::<FieldValue>(), "minItems": 1 },
                generator.subschema_for::<PatternForm>(),
            ],
        })
    }
}

#[cfg(test)]
mod tests;
