//! Lines that tell of an event of the protocol's own: checked against the table in which the protocol declares them.

use serde_json::{Map, Value};

use super::FromSubject;
use crate::journal::{HexOctets, parse_hex};
use crate::protocol::{EventSpec, ParameterKind};
use crate::script::Notice;

/// Reads what a line says of an event. Fields that the protocol does not know are passed over.
///
/// # Errors
///
/// What is wrong with it, as part of a sentence.
pub(super) fn parse(spec: &EventSpec, line: &Map<String, Value>) -> Result<FromSubject, String> {
    let session = line.get("session").and_then(Value::as_u64);
    let session = session.ok_or("`session` is missing, or is no number")?;
    let mut fields = Vec::new();
    for field in spec.fields {
        match line.get(field.name).filter(|value| !value.is_null()) {
            Some(value) => {
                let value = checked(field.kind, value)
                    .map_err(|problem| format!("`{}` is {problem}", field.name))?;
                fields.push((field.name, value));
            }
            // A set of words that is left out is empty.
            None if field.required && matches!(field.kind, ParameterKind::Words(_)) => {
                fields.push((field.name, Value::Array(Vec::new())));
            }
            None if field.required => return Err(format!("`{}` is missing", field.name)),
            None => {}
        }
    }
    let fields = fields.into_iter().collect();
    Ok(FromSubject::Told { session, notice: Notice { event: spec.name.to_owned(), fields } })
}

/// A value as it is kept, octets in lower case.
fn checked(kind: ParameterKind, value: &Value) -> Result<Value, String> {
    let list = |fits: &dyn Fn(&Value) -> bool, what: &str| match value.as_array() {
        Some(values) if values.iter().all(fits) => Ok(value.clone()),
        _ => Err(format!("not {what}")),
    };
    let is_word =
        |words: &[&str], value: &Value| value.as_str().is_some_and(|word| words.contains(&word));
    match kind {
        ParameterKind::Octets => {
            let text = value.as_str().ok_or("not a text of hexadecimal digits")?;
            parse_hex(text).map(|octets| Value::String(HexOctets(octets).to_string()))
        }
        ParameterKind::Text if value.is_string() => Ok(value.clone()),
        ParameterKind::Text => Err("not a text".to_owned()),
        ParameterKind::Number if value.is_u64() => Ok(value.clone()),
        ParameterKind::Number => Err("not a number".to_owned()),
        ParameterKind::Texts => list(&Value::is_string, "a list of texts"),
        ParameterKind::Numbers => list(&Value::is_u64, "a list of numbers"),
        ParameterKind::Word(words) if is_word(words, value) => Ok(value.clone()),
        ParameterKind::Word(words) => Err(format!("none of {}", words.join(", "))),
        ParameterKind::Words(words) => list(
            &|value| is_word(words, value),
            &format!("a list of these words: {}", words.join(", ")),
        ),
    }
}
