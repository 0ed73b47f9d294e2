//! Packets for the eye: in one line for diagrams, field by field for failure screens and `decode`.

use std::ops::Range;

use reference::wire::{FieldSpec, Kind, Width};

use super::layout::{columns, shorten};
use crate::journal::HexOctets;
use crate::protocol::{Field, Message, Value};

/// How many octets stand in one row of a table.
const ROW: usize = 8;
/// The longest opaque field that is still shown octet by octet in one line.
const OPAQUE_SHOWN_MAX: usize = 4;
/// How much of a payload is shown as text, in columns.
const TEXT_SHOWN_MAX: usize = 32;

/// A packet with its fields in at most `room` columns.
///
/// When the fields do not all fit, the least telling ones are left out: first long opaque octets, then short ones (tags), then
/// what is longest, and the rest is cut off.
pub fn one_line(message: &Message, room: usize) -> String {
    let mut parts: Vec<(u8, String)> = message
        .fields
        .iter()
        .filter_map(|field| {
            let spec = spec_of(message, field)?;
            let rank = match (&field.value, spec.width, spec.kind) {
                (_, _, Kind::Length | Kind::Code) => return None,
                (Value::Octets(octets), Width::Rest, _) if octets.is_empty() => return None,
                (Value::Octets(_), Width::Rest, _) => 1,
                (Value::Octets(octets), _, _) => {
                    if octets.len() > OPAQUE_SHOWN_MAX {
                        3
                    } else {
                        2
                    }
                }
                (Value::Number(_), _, _) => 0,
            };
            Some((rank, format!("{}={}", field.name, value(&field.value, spec))))
        })
        .collect();
    let name = message.name();
    let length = |parts: &[(u8, String)]| {
        parts.iter().fold(columns(name), |sum, (_, text)| sum + 1 + columns(text))
    };
    while length(&parts) > room {
        let Some(worst) = parts.iter().map(|(rank, _)| *rank).max().filter(|rank| *rank > 0) else {
            break;
        };
        let Some(last) = parts.iter().rposition(|(rank, _)| *rank == worst) else { break };
        parts.remove(last);
    }
    let mut line = name.to_owned();
    if message.spec.is_none() {
        line = format!("{} octets, no known packet", message.octets.len());
    } else if message.problem.is_some() {
        line.push_str(" (malformed)");
    }
    for (_, text) in parts {
        line.push(' ');
        line.push_str(&text);
    }
    shorten(&line, room)
}

/// A packet field by field: offset, octets, name, value, name in the source document; at most `rows_max` rows for one field.
pub fn table(message: &Message, rows_max: usize) -> Vec<String> {
    let rows = rows(message);
    let widest =
        |column: fn(&Row) -> &str| rows.iter().map(|row| columns(column(row))).max().unwrap_or(0);
    let (name_width, value_width) = (widest(|row| &row.name), widest(|row| &row.value));
    let octets_width = ROW * 3 - 1;
    let mut lines = Vec::new();
    for row in &rows {
        let octets = message.octets.get(row.range.clone()).unwrap_or_default();
        let chunks = octets.chunks(ROW).take(rows_max.max(1));
        let first = chunks.clone().next().map(spaced).unwrap_or_default();
        let line = format!(
            "{:>9}  {first:<octets_width$}  {:<name_width$}  {:<value_width$}  {}",
            row.offsets(),
            row.name,
            row.value,
            row.source
        );
        lines.push(line.trim_end().to_owned());
        lines.extend(chunks.skip(1).map(|chunk| format!("{:>9}  {}", "", spaced(chunk))));
        let left = octets.len().saturating_sub(rows_max.max(1) * ROW);
        if left > 0 {
            lines.push(format!("{:>9}  … and {left} more", ""));
        }
    }
    lines
}

/// One row of a table.
pub(super) struct Row {
    range: Range<usize>,
    /// The field's name.
    pub(super) name: String,
    /// Its value, as people read it.
    pub(super) value: String,
    /// Its name in the source document.
    pub(super) source: &'static str,
}

impl Row {
    /// Where it lies in the packet: the first octet and the last.
    pub(super) fn offsets(&self) -> String {
        let Range { start, end } = self.range;
        if end > start + 1 { format!("{start}..{}", end - 1) } else { start.to_string() }
    }
}

/// The rows of a packet: its type, its fields, and octets that belong to no field.
pub(super) fn rows(message: &Message) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut end = 0;
    let code =
        message.octets.first().filter(|_| message.spec.is_none_or(|spec| spec.start != Some(0)));
    if let Some(code) = code {
        let value = message
            .spec
            .map_or_else(|| format!("{code}: unknown"), |spec| format!("{code}: {}", spec.name));
        rows.push(Row { range: 0..1, name: "type".into(), value, source: "" });
        end = 1;
    }
    for field in &message.fields {
        let Some(spec) = spec_of(message, field) else { continue };
        rows.push(Row {
            range: field.range.clone(),
            name: field.name.into(),
            value: value(&field.value, spec),
            source: spec.source_name,
        });
        end = end.max(field.range.end);
    }
    if end < message.octets.len() {
        let name = match (message.spec, message.cut_short) {
            (_, Some(field)) => format!("{} (cut short)", field.name),
            (Some(_), None) => "(beyond the packet)".into(),
            (None, None) => "(of no known packet)".into(),
        };
        let source = message.cut_short.map_or("", |field| field.source_name);
        rows.push(Row { range: end..message.octets.len(), name, value: String::new(), source });
    }
    rows
}

/// A value as people read it: numbers in decimal, payloads as text where they are text, everything else in hexadecimal.
fn value(value: &Value, spec: &FieldSpec) -> String {
    match value {
        Value::Number(number) => numeral(*number, spec),
        Value::Octets(octets) if matches!(spec.width, Width::Rest | Width::Delimited) => {
            payload(octets)
        }
        Value::Octets(octets) if octets.len() <= OPAQUE_SHOWN_MAX => hex(octets),
        Value::Octets(octets) => {
            format!("{}…", hex(octets.get(..OPAQUE_SHOWN_MAX).unwrap_or_default()))
        }
    }
}

/// A number in decimal; flags by their names, with what has no name in hexadecimal.
pub fn numeral(number: u64, spec: &FieldSpec) -> String {
    let Kind::Flags(flags) = spec.kind else { return number.to_string() };
    let is_set = |bit: u8| number & u64::from(bit) != 0;
    let mut words: Vec<String> =
        flags.iter().filter(|(_, bit)| is_set(*bit)).map(|(name, _)| (*name).to_owned()).collect();
    let named = flags.iter().fold(0, |named, (_, bit)| named | u64::from(*bit));
    if number & !named != 0 || words.is_empty() {
        words.push(format!("{:#04x}", number & !named));
    }
    words.join("+")
}

/// A payload: short text in quotation marks, short octets in hexadecimal, of long ones the beginning and the number.
pub fn payload(octets: &[u8]) -> String {
    let text = str::from_utf8(octets)
        .ok()
        .filter(|text| text.bytes().all(|octet| octet == b' ' || octet.is_ascii_graphic()));
    match text {
        Some(text) if octets.len() <= TEXT_SHOWN_MAX => format!("\"{text}\""),
        Some(text) => {
            format!("\"{}\" ({} octets)", shorten(text, TEXT_SHOWN_MAX / 2), octets.len())
        }
        None if octets.len() <= TEXT_SHOWN_MAX / 2 => hex(octets),
        None => {
            format!("{}… ({} octets)", hex(octets.get(..ROW).unwrap_or_default()), octets.len())
        }
    }
}

fn spec_of(message: &Message, field: &Field) -> Option<&'static FieldSpec> {
    message.spec.and_then(|spec| spec.field(field.name))
}

fn hex(octets: &[u8]) -> String {
    HexOctets::from(octets).to_string()
}

fn spaced(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
