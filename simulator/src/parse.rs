//! Numbers with a unit, as people write them: read and printed without floating point.

use core::fmt;

/// Why a text is not a time span, a range of delays or a probability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseError {
    /// What was read, cut off after [`TEXT_MAX`] characters.
    text: String,
    /// What it should have been, with examples.
    expected: &'static str,
}

/// Most characters of the offending text that an error repeats.
const TEXT_MAX: usize = 60;

impl ParseError {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(TEXT_MAX).collect(), expected }
    }
}

/// Splits `12.5 ms` into its number and its unit; both may be empty.
pub(crate) fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

/// The value of a decimal number in parts of one `scale`th; `scale` is a power of ten or a multiple
/// of one.
///
/// None if it is not a number, has more digits than can be kept exactly, or is too large.
pub(crate) fn decimal(number: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (number, ""),
    };
    let digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut value = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    let mut unit = scale;
    for digit in fraction.bytes() {
        let digit = u64::from(digit - b'0');
        // Past the smallest unit only zeros say nothing.
        if !unit.is_multiple_of(10) {
            if digit == 0 {
                continue;
            }
            return None;
        }
        unit /= 10;
        value = value.checked_add(digit.checked_mul(unit)?)?;
    }
    Some(value)
}

/// Prints `value` parts of one `scale`th as a decimal number, without zeros at its end.
///
/// `scale` must be a power of ten.
pub(crate) fn print_decimal(f: &mut fmt::Formatter<'_>, value: u64, scale: u64) -> fmt::Result {
    write!(f, "{}", value / scale)?;
    let mut rest = value % scale;
    if rest > 0 {
        f.write_str(".")?;
    }
    let mut unit = scale;
    while rest > 0 {
        unit /= 10;
        write!(f, "{}", rest / unit)?;
        rest %= unit;
    }
    Ok(())
}

/// Implements serde and schemars for a type that is written as a string.
macro_rules! written_as_string {
    ($type:ident, $pattern:expr, $description:expr) => {
        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }

        impl ::schemars::JsonSchema for $type {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({
                    "type": "string",
                    "pattern": $pattern,
                    "description": $description,
                })
            }
        }
    };
}
pub(crate) use written_as_string;
