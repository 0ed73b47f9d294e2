//! Fields: what a request or a notice says, by name.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::journal::{HexOctets, parse_hex};

/// A few names, each once, in alphabetical order, with their values as JSON.
///
/// A run may be told tens of thousands of notices, and the least node of a `BTreeMap` takes a kilobyte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The value under this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing is said.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Octets under this name.
    pub fn octets(&self, name: &str) -> Option<HexOctets> {
        parse_hex(self.get(name)?.as_str()?).ok().map(HexOctets)
    }

    /// The words of a list under this name.
    pub fn words(&self, name: &str) -> Vec<&str> {
        let list = self.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// Of a name that stands several times the last value counts.
impl<N: Into<String>> FromIterator<(N, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(fields: I) -> Self {
        let mut fields: Vec<_> =
            fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
        // Sorting leaves equals in their order, and the first of them is kept.
        fields.reverse();
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        fields.dedup_by(|(later, _), (first, _)| later == first);
        Self(fields)
    }
}

impl<N: Into<String>, const COUNT: usize> From<[(N, Value); COUNT]> for Fields {
    fn from(fields: [(N, Value); COUNT]) -> Self {
        fields.into_iter().collect()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::<String, Value>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_stand_once_and_in_order_and_come_back_from_json() {
        let fields =
            Fields::from([("b", json!(1)), ("a", json!(["x", "y"])), ("b", json!("0aff"))]);
        let text = serde_json::to_string(&fields).unwrap();
        assert_eq!(text, r#"{"a":["x","y"],"b":"0aff"}"#);
        assert_eq!(serde_json::from_str::<Fields>(&text).unwrap(), fields);
        assert_eq!(fields.words("a"), ["x", "y"]);
        assert_eq!(fields.octets("b"), Some(HexOctets::from(&[10, 255][..])));
        assert_eq!((fields.get("c"), fields.octets("a"), fields.words("b")), (None, None, vec![]));
    }
}
