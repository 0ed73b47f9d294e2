//! Octets that are written as hexadecimal digits.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Octets; in text two hexadecimal digits each, nothing between.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HexOctets(pub Vec<u8>);

/// Reads pairs of hexadecimal digits; white space between octets is passed over.
///
/// # Errors
///
/// A sentence that names the first offending character, or the odd digit at the end.
pub fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    // Journals and events have nothing but digits; whatever else there is takes the longer way.
    base16ct::mixed::decode_vec(text).or_else(|_| parse_spaced_hex(text))
}

fn parse_spaced_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    let mut high: Option<u8> = None;
    for (place, character) in text.char_indices() {
        if character.is_whitespace() && high.is_none() {
            continue;
        }
        let digit = character
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
            .ok_or_else(|| format!("{character:?} at {place} is not a hexadecimal digit"))?;
        high = match high {
            None => Some(digit),
            Some(first) => {
                octets.push(first << 4 | digit);
                None
            }
        };
    }
    match high {
        None => Ok(octets),
        Some(_) => Err("an odd number of hexadecimal digits".into()),
    }
}

/// So many octets are written at once.
const WRITTEN_AT_ONCE: usize = 64;

/// Journals are octets for the most part, so this is where the time goes that it takes to write them.
impl fmt::Display for HexOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 2 * WRITTEN_AT_ONCE];
        self.0.chunks(WRITTEN_AT_ONCE).try_for_each(|octets| {
            let text = base16ct::lower::encode_str(octets, &mut digits).map_err(|_| fmt::Error)?;
            f.write_str(text)
        })
    }
}

impl fmt::Debug for HexOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Deref for HexOctets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for HexOctets {
    fn from(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }
}

impl Serialize for HexOctets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HexOctets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_hex(&text).map(Self).map_err(de::Error::custom)
    }
}
