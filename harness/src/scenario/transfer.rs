//! A transfer: a stream of octets instead of steps.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::spec::ClauseId;
use crate::yaml::Located;

/// Octets that cross the network, written by the suite's peer and echoed by the subject, or the other way round.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Transfer {
    /// How much the suite's peer writes.
    #[serde(default)]
    pub peer_writes: Option<Located<Size>>,
    /// How much the subject's application writes when told to (needs `control`, with `application: control`).
    #[serde(default)]
    pub subject_writes: Option<Located<Size>>,
    /// The packets that carry what is written, of protocols that deliver each on its own.
    #[serde(default)]
    pub packets: Option<Packets>,
    /// Who closes once everything has come through; nobody closes before.
    #[serde(default)]
    pub closes: Closer,
    /// The clauses of *a session was opened*; left out, a transfer that cannot begin is inconclusive.
    #[serde(default)]
    pub opened: Vec<Located<ClauseId>>,
    /// The clauses of *everything written was delivered, in order, once*: the first is blamed for octets that are wrong, the last
    /// for octets that do not come.
    pub delivered: Vec<Located<ClauseId>>,
    /// The clauses of *the session ended cleanly*; none of packets, whose end nobody acknowledges. The first is blamed for a close
    /// that does not come about, the last for an end that the subject's application is not told of.
    #[serde(default)]
    pub closed: Vec<Located<ClauseId>>,
}

/// How what is written is cut into packets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Packets {
    /// The octets of each; the last one may have fewer.
    pub octets: usize,
    /// The flags with which each is written.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// Who closes a transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Closer {
    /// The suite's peer.
    #[default]
    Peer,
    /// The subject's application (needs `control`).
    Subject,
    /// The subject's application, right after it has written: all of that still comes through (needs `control`).
    SubjectAtOnce,
    /// The suite's peer, as soon as anything has come: all that the subject's application has written still comes through (needs
    /// `control`).
    PeerAtOnce,
    /// Both at once (needs `control`).
    Both,
}

/// A number of octets, such as `64 KiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

/// The units of sizes, largest first, each with its octets.
const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// A text that is no size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a size such as `64 KiB`, `1 MiB` or `1458`")]
pub struct ParseSizeError {
    text: String,
}

impl FromStr for Size {
    type Err = ParseSizeError;

    fn from_str(text: &str) -> Result<Self, ParseSizeError> {
        let trimmed = text.trim();
        let with_unit = UNITS
            .into_iter()
            .find_map(|(unit, octets)| Some((trimmed.strip_suffix(unit)?.trim_end(), octets)));
        let (number, octets) = with_unit.unwrap_or((trimmed, 1));
        let is_number = number.bytes().all(|octet| octet.is_ascii_digit());
        let size = || number.parse::<u64>().ok()?.checked_mul(octets);
        size()
            .filter(|_| is_number)
            .map(Self)
            .ok_or_else(|| ParseSizeError { text: text.chars().take(60).collect() })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS
            .into_iter()
            .find(|&(_, octets)| self.0 >= octets && self.0.is_multiple_of(octets));
        match unit {
            Some((unit, octets)) => write!(f, "{} {unit}", self.0 / octets),
            None => write!(f, "{} octets", self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "pattern": "^\\s*[0-9]+\\s*([KMG]iB)?\\s*$",
            "minimum": 0,
            "description": "A number of octets, such as `64 KiB` or `1458`.",
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1458", 1458, "1458 octets")]
    #[case("64 KiB", 65_536, "64 KiB")]
    #[case("1MiB", 1 << 20, "1 MiB")]
    #[case("4 GiB", 1 << 32, "4 GiB")]
    #[case("1024", 1024, "1 KiB")]
    fn a_size_is_a_number_with_or_without_a_unit(
        #[case] text: &str,
        #[case] octets: u64,
        #[case] shown: &str,
    ) {
        let size: Size = text.parse().unwrap();
        assert_eq!(size, Size(octets));
        assert_eq!(size.to_string(), shown);
    }

    #[rstest]
    #[case("")]
    #[case("KiB")]
    #[case("64 KB")]
    #[case("-1")]
    #[case("+1")]
    #[case("1.5 KiB")]
    #[case("99999999999999999999")]
    #[case("99999999999999999 KiB")]
    #[case("1 KiBKiB")]
    fn anything_else_is_not_a_size(#[case] text: &str) {
        assert!(text.parse::<Size>().is_err());
    }
}
