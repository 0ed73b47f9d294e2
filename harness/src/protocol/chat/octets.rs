//! Packets of chat to fields and back; malformed ones included.

use reference::chat::{Codes, Dialect, Endianness, Ending, Layout, View};
use reference::wire::{ByteOrder, FieldSpec, PacketSpec, Width};

use super::word;
use crate::protocol::{Field, Message, Role, Value};

/// Whether a field holds a code of the source's list, which travels as the dialect says.
fn is_code(field: &FieldSpec) -> bool {
    field.name == "code" || field.name.ends_with("-code")
}

/// Shows the octets of a packet that `sender` has sent, where 4-octet numbers have this order.
pub(super) fn message_of(
    dialect: Dialect,
    sender: Role,
    order: ByteOrder,
    octets: &[u8],
) -> Message {
    let view = View::of(sender, octets);
    let name = view.layout.map_or("?", |layout| layout.spec.name);
    let mut problem = match view.ending {
        Ending::Whole => None,
        Ending::Unfinished => Some(format!("{name} is not finished after {} octets", octets.len())),
        Ending::Broken(place) => Some(format!("{name} is broken at octet {place}")),
        Ending::Unknown => {
            let code = octets.first().copied().unwrap_or(0);
            Some(format!("no packet of a {} has the ID {code:02x}", word(sender)))
        }
    };
    let mut fields = Vec::with_capacity(view.fields.len());
    for (field, range) in view.fields {
        let raw = octets.get(range.clone()).unwrap_or_default();
        let value = if !field.kind.is_number() {
            Value::Octets(raw.to_vec())
        } else if is_code(field) {
            let octet = raw.first().copied().unwrap_or(0);
            let number = dialect.codes.number(octet);
            if number.is_none() && problem.is_none() {
                problem = Some(format!("{octet:02x} is no code of this dialect"));
            }
            Value::Number(number.unwrap_or(octet).into())
        } else {
            Value::Number(number(order, raw))
        };
        fields.push(Field { name: field.name, range, value });
    }
    let spec = view.layout.map(|layout| &layout.spec);
    Message { spec, fields, problem, cut_short: None, octets: octets.to_vec() }
}

/// Builds a packet from the values of its fields, whatever they are.
pub(super) fn build(
    dialect: Dialect,
    order: ByteOrder,
    spec: &PacketSpec,
    fields: &[(String, Value)],
) -> Vec<u8> {
    let Some(layout) = Layout::by_name(spec.name) else { return Vec::new() };
    layout.build(|field| {
        let (_, value) = fields.iter().find(|(name, _)| name == field.name)?;
        Some(match value {
            Value::Octets(octets) => octets.clone(),
            Value::Number(number) if is_code(field) => {
                vec![code_octet(dialect.codes, *number)]
            }
            // Nothing in its place: the end of the packet stands there.
            Value::Number(0) if field.name == "endianness" => return None,
            Value::Number(number) => in_octets(order, *number, field.width),
        })
    })
}

/// The octet of a code; what is no code is as it is.
fn code_octet(codes: Codes, number: u64) -> u8 {
    let number = u8::try_from(number).unwrap_or(u8::MAX);
    if number <= 12 { codes.octet(number) } else { number }
}

fn number(order: ByteOrder, raw: &[u8]) -> u64 {
    let fold = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
    match order {
        ByteOrder::Big => raw.iter().fold(0, fold),
        ByteOrder::Little => raw.iter().rev().fold(0, fold),
    }
}

fn in_octets(order: ByteOrder, number: u64, width: Width) -> Vec<u8> {
    let width = width.octets_max().unwrap_or(1);
    let all = number.to_be_bytes();
    let low = all.get(all.len().saturating_sub(width)..).unwrap_or(&all);
    match order {
        ByteOrder::Big => low.to_vec(),
        ByteOrder::Little => low.iter().rev().copied().collect(),
    }
}

/// The octet that a word of a scenario stands for: `little`, `big`, and nothing for none.
pub(super) fn number_of(dialect: Dialect, field: &str, word: &str) -> Option<u64> {
    if field != "endianness" {
        return None;
    }
    match word {
        "" => Some(0),
        "little" => Some(dialect.endianness.octet(ByteOrder::Little).into()),
        "big" => Some(dialect.endianness.octet(ByteOrder::Big).into()),
        _ => None,
    }
}

/// The byte order that an octet of U2 asks for.
pub(super) fn order_of(octet: u64) -> Option<ByteOrder> {
    u8::try_from(octet).ok().and_then(Endianness::order)
}
