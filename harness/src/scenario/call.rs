//! A verb or an event of an application with its parameters: `close`, `{ write: hello }`, `{ say: { room: A, text: hello } }`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::FieldValue;
use super::value::is_form_key;
use crate::diagnostic::Place;
use crate::yaml::{Located, Pairs};

/// A name with what goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The verb or the event.
    pub name: Located<String>,
    /// What goes with it.
    pub parameters: Parameters,
}

/// What goes with a verb or an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// Nothing.
    None,
    /// The first parameter alone.
    First(Located<FieldValue>),
    /// Parameters by name.
    Named(Vec<(Located<String>, Located<FieldValue>)>),
}

/// A call as it is written, before the place of a bare name is known.
enum Written {
    Name(String),
    Call(Call),
}

impl Call {
    /// The value of a parameter; `first` is the name of the one that may be written in the place of all.
    pub fn value(&self, name: &str, first: Option<&str>) -> Option<&Located<FieldValue>> {
        match &self.parameters {
            Parameters::None => None,
            Parameters::First(value) => Some(value).filter(|_| first == Some(name)),
            Parameters::Named(named) => {
                named.iter().find(|(known, _)| known.value == name).map(|(_, value)| value)
            }
        }
    }

    /// Where its parameters stand.
    pub fn place(&self) -> Place {
        match &self.parameters {
            Parameters::First(value) => value.place(),
            Parameters::None | Parameters::Named(_) => self.name.place(),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name.value)?;
        match &self.parameters {
            Parameters::None => Ok(()),
            Parameters::First(value) => write!(f, " {}", value.value),
            Parameters::Named(named) => {
                let mut separator = " { ";
                for (name, value) in named {
                    write!(f, "{separator}{}: {}", name.value, value.value)?;
                    separator = ", ";
                }
                f.write_str(if named.is_empty() { "" } else { " }" })
            }
        }
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Located::<Written>::deserialize(deserializer)?;
        let place = written.place();
        Ok(match written.value {
            Written::Name(name) => {
                Self { name: Located::at(name, place), parameters: Parameters::None }
            }
            Written::Call(call) => call,
        })
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word, such as `close`, or one with parameters, such as `{ write: hello }`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Written::Name(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(name) = map.next_key::<Located<String>>()? else {
            return Err(de::Error::custom("a word is missing, such as `{ write: hello }`"));
        };
        let written: Located<WrittenParameters> = map.next_value()?;
        let place = written.place();
        let parameters = match written.value {
            WrittenParameters::None => Parameters::None,
            WrittenParameters::First(value) => Parameters::First(Located::at(value, place)),
            WrittenParameters::Named(named) => Parameters::Named(named),
        };
        match map.next_key::<Located<String>>()? {
            None => Ok(Written::Call(Call { name, parameters })),
            Some(second) => Err(de::Error::custom(format!(
                "`{}` beside `{}`: parameters stand inside of it",
                second.value, name.value
            ))),
        }
    }
}

/// What stands behind a name.
enum WrittenParameters {
    None,
    First(FieldValue),
    Named(Vec<(Located<String>, Located<FieldValue>)>),
}

impl<'de> Deserialize<'de> for WrittenParameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ParametersVisitor)
    }
}

struct ParametersVisitor;

impl<'de> Visitor<'de> for ParametersVisitor {
    type Value = WrittenParameters;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a list of values, or parameters such as `{ octets: hello }`")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(WrittenParameters::None)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(WrittenParameters::First(FieldValue::Number(number)))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        FieldValue::deserialize(number.into_deserializer()).map(WrittenParameters::First)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        FieldValue::deserialize(text.into_deserializer()).map(WrittenParameters::First)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        FieldValue::of_list(list).map(WrittenParameters::First)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(first) = map.next_key::<Located<String>>()? else {
            return Ok(WrittenParameters::Named(Vec::new()));
        };
        if is_form_key(&first) {
            let whole = Begun { first: Some(first.value), rest: map };
            return FieldValue::deserialize(MapAccessDeserializer::new(whole))
                .map(WrittenParameters::First);
        }
        let mut named = vec![(first, map.next_value()?)];
        while let Some(pair) = map.next_entry()? {
            named.push(pair);
        }
        Ok(WrittenParameters::Named(named))
    }
}

/// A mapping whose first key was taken already.
struct Begun<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

impl JsonSchema for Call {
    fn schema_name() -> Cow<'static, str> {
        "Call".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<FieldValue>();
        let named = <Pairs<FieldValue>>::json_schema(generator);
        json_schema!({
            "description": "A verb or an event of the protocol's applications, with its parameters.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "additionalProperties": { "anyOf": [value, named, { "type": "null" }] },
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        })
    }
}
