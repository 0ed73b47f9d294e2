//! Packets as scenarios write them: `COOKIE-ACK`, `{ DATA: { data: hello } }`, `{ octets: "de ad" }`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::value::{FieldPattern, FieldValue, OCTETS_MAX};
use crate::journal::parse_hex;
use crate::yaml::{Located, Pairs};

/// The name that matches every packet.
const ANY: &str = "any";

/// The key of raw octets.
const OCTETS: &str = "octets";

/// Most alternatives of one step.
const ALTERNATIVES_MAX: usize = 64;

/// A packet that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketTemplate {
    /// A packet of the protocol.
    Packet {
        /// Its name.
        name: Located<String>,
        /// The fields that the scenario states; the rest is what a conforming peer would send.
        fields: Vec<(Located<String>, Located<FieldValue>)>,
    },
    /// A datagram of these octets.
    Octets(Vec<u8>),
}

/// The packets that may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketPattern {
    /// Every datagram.
    Any,
    /// Packets of the protocol.
    Packet {
        /// Their name.
        name: Located<String>,
        /// The fields that matter; the rest is not looked at.
        fields: Vec<(Located<String>, Located<FieldPattern>)>,
    },
    /// A datagram of these octets.
    Octets(Vec<u8>),
}

/// One value, or a list of alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// One packet as it is written, before the place of a bare name is known.
#[derive(Clone)]
enum Written<F> {
    Name(String),
    Fields(Located<String>, Pairs<Located<F>>),
    Octets(Vec<u8>),
}

/// One packet, or a list of them.
enum WrittenMany<F> {
    One(Written<F>),
    Many(Vec<Located<Written<F>>>),
}

impl Located<Written<FieldValue>> {
    fn template(self) -> PacketTemplate {
        let place = self.place();
        match self.value {
            Written::Octets(octets) => PacketTemplate::Octets(octets),
            Written::Fields(name, fields) => PacketTemplate::Packet { name, fields: fields.0 },
            Written::Name(name) => {
                PacketTemplate::Packet { name: Located::at(name, place), fields: Vec::new() }
            }
        }
    }
}

impl Located<Written<FieldPattern>> {
    fn pattern(self) -> PacketPattern {
        let place = self.place();
        match self.value {
            Written::Octets(octets) => PacketPattern::Octets(octets),
            Written::Fields(name, fields) => PacketPattern::Packet { name, fields: fields.0 },
            Written::Name(name) if name == ANY => PacketPattern::Any,
            Written::Name(name) => {
                PacketPattern::Packet { name: Located::at(name, place), fields: Vec::new() }
            }
        }
    }
}

impl<'de> Deserialize<'de> for PacketTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Located::<Written<FieldValue>>::deserialize(deserializer).map(Located::template)
    }
}

impl<'de> Deserialize<'de> for PacketPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Located::<Written<FieldPattern>>::deserialize(deserializer).map(Located::pattern)
    }
}

impl<'de> Deserialize<'de> for OneOrMany<PacketPattern> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Located::<WrittenMany<FieldPattern>>::deserialize(deserializer)?;
        let place = written.place();
        Ok(Self(match written.value {
            WrittenMany::One(one) => vec![Located::at(one, place).pattern()],
            WrittenMany::Many(many) => many.into_iter().map(Located::pattern).collect(),
        }))
    }
}

impl<'de, F: Deserialize<'de>> Deserialize<'de> for Written<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor(PhantomData))
    }
}

impl<'de, F: Deserialize<'de>> Deserialize<'de> for WrittenMany<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenManyVisitor(PhantomData))
    }
}

struct WrittenVisitor<F>(PhantomData<F>);

impl<'de, F: Deserialize<'de>> Visitor<'de> for WrittenVisitor<F> {
    type Value = Written<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a packet, such as `COOKIE-ACK`, `{ DATA: { data: hello } }` or `{ octets: de ad }`",
        )
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Written::Name(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(name) = map.next_key::<Located<String>>()? else {
            return Err(de::Error::custom("a packet has a name"));
        };
        let written = if name.value == OCTETS {
            let octets = parse_hex(&map.next_value::<String>()?).map_err(de::Error::custom)?;
            if octets.len() > OCTETS_MAX {
                return Err(de::Error::custom(format!("more than {OCTETS_MAX} octets")));
            }
            Written::Octets(octets)
        } else {
            Written::Fields(name, map.next_value::<Option<_>>()?.unwrap_or_default())
        };
        match map.next_key::<Located<String>>()? {
            None => Ok(written),
            Some(second) => Err(de::Error::custom(format!(
                "`{}` beside the packet: fields stand inside of it, as in `{{ DATA: {{ data: hello }} }}`",
                second.value
            ))),
        }
    }
}

struct WrittenManyVisitor<F>(PhantomData<F>);

impl<'de, F: Deserialize<'de>> Visitor<'de> for WrittenManyVisitor<F> {
    type Value = WrittenMany<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        WrittenVisitor::<F>(PhantomData).expecting(f)?;
        f.write_str(", or a list of these")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        WrittenVisitor(PhantomData).visit_str(name).map(WrittenMany::One)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        WrittenVisitor(PhantomData).visit_map(map).map(WrittenMany::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut many = Vec::new();
        while let Some(one) = list.next_element()? {
            many.push(one);
        }
        match many.len() {
            0 => Err(de::Error::custom("a list of alternatives holds at least one")),
            1..=ALTERNATIVES_MAX => Ok(WrittenMany::Many(many)),
            _ => Err(de::Error::custom(format!("more than {ALTERNATIVES_MAX} alternatives"))),
        }
    }
}

/// The schema of a packet whose fields have this schema.
fn packet_schema(fields: &Schema, description: &str) -> Schema {
    json_schema!({
        "description": description,
        "anyOf": [
            { "type": "string" },
            {
                "type": "object",
                "properties": { OCTETS: { "type": "string" } },
                "additionalProperties": {
                    "type": ["object", "null"],
                    "additionalProperties": fields,
                },
                "minProperties": 1,
                "maxProperties": 1,
            },
        ],
    })
}

impl JsonSchema for PacketTemplate {
    fn schema_name() -> Cow<'static, str> {
        "PacketTemplate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<FieldValue>();
        packet_schema(
            &fields,
            "A packet by name, with the fields that are not a conforming peer's.",
        )
    }
}

impl JsonSchema for PacketPattern {
    fn schema_name() -> Cow<'static, str> {
        "PacketPattern".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<FieldPattern>();
        packet_schema(
            &fields,
            "Packets by name, with the fields that matter; `any` is every packet.",
        )
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

#[cfg(test)]
mod tests;
