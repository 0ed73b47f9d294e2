//! Packets and values in the words of a scenario, for sentences about what was allowed.

use std::fmt;

use super::{FieldPattern, FieldValue, PacketPattern};
use crate::conversation::show_octets;

impl fmt::Display for PacketPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any packet"),
            Self::Octets(octets) => f.write_str(&show_octets(octets)),
            Self::Packet { name, fields } => {
                f.write_str(&name.value)?;
                let mut separator = " { ";
                for (field, pattern) in fields {
                    write!(f, "{separator}{}: {}", field.value, pattern.value)?;
                    separator = ", ";
                }
                if fields.is_empty() { Ok(()) } else { f.write_str(" }") }
            }
        }
    }
}

impl fmt::Display for FieldPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(value) => value.fmt(f),
            Self::Not(value) => write!(f, "not {value}"),
            Self::Between(from, to) => write!(f, "{from} to {to}"),
            Self::OneOf(values) => {
                let mut separator = "";
                for value in values {
                    write!(f, "{separator}{value}")?;
                    separator = " or ";
                }
                Ok(())
            }
            Self::Length { min, max } if min == max => write!(f, "{min} octets"),
            Self::Length { min, max } => write!(f, "{min} to {max} octets"),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&show_octets(text.as_bytes())),
            Self::Hex(octets) => f.write_str(&show_octets(octets)),
            Self::Of { label, field, plus, octets } => {
                if let Some((from, to)) = octets {
                    write!(f, "octets {from} to {to} of ")?;
                }
                f.write_str("that of ")?;
                if let Some(field) = field {
                    write!(f, "{} in ", field.value)?;
                }
                f.write_str(&label.value)?;
                if *plus == 0 { Ok(()) } else { write!(f, " {plus:+}") }
            }
            Self::Repeat { octet, times } => write!(f, "{times} times {octet:02x}"),
            Self::List(values) => {
                let words: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", words.join(", "))
            }
            Self::Base64(octets) => write!(f, "the base64 of {}", show_octets(octets)),
            Self::Fresh { text, .. } => write!(f, "{text}… of this run"),
            Self::Random(length) => write!(f, "{length} octets drawn from the seed"),
        }
    }
}
