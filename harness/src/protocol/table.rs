//! Octets to fields and back, by the table in which a protocol declares its packets; malformed ones included.

use reference::wire::{ByteOrder, FieldSpec, Kind, PacketSpec, Width};

use super::{Field, Message, Value};

/// Shows octets field by field: what is there of each field is shown, also of a packet that is cut short.
///
/// The caller fills in [`Message::problem`].
pub fn decode_by_table(packets: &'static [PacketSpec], order: ByteOrder, octets: &[u8]) -> Message {
    let spec = octets.first().and_then(|code| packets.iter().find(|spec| spec.code == *code));
    let mut fields = Vec::new();
    for field in spec.map_or(&[][..], |spec| spec.fields) {
        let end = match field.width {
            Width::Fixed(width) => field.offset + width,
            Width::Rest => octets.len().max(field.offset),
        };
        let Some(raw) = octets.get(field.offset..end) else { break };
        let value = match field.kind {
            Kind::Number | Kind::Length => Value::Number(number(order, raw)),
            Kind::Octets => Value::Octets(raw.to_vec()),
        };
        fields.push(Field { name: field.name, range: field.offset..end, value });
    }
    Message { spec, fields, problem: None, octets: octets.to_vec() }
}

/// Builds a packet: fields that are not given are zero, lengths that are not given are counted.
pub fn encode_by_table(spec: &PacketSpec, order: ByteOrder, given: &[(String, Value)]) -> Vec<u8> {
    let value_of = |field: &FieldSpec| {
        given.iter().find(|(name, _)| name == field.name).map(|(_, value)| value)
    };
    let rest =
        spec.fields.iter().filter(|field| field.width == Width::Rest).find_map(value_of).map_or(
            0,
            |value| match value {
                Value::Octets(octets) => octets.len(),
                Value::Number(_) => 0,
            },
        );
    let mut octets = vec![spec.code];
    for field in spec.fields {
        match (field.width, value_of(field)) {
            (Width::Fixed(width), Some(Value::Number(number))) => {
                put_number(&mut octets, order, *number, width);
            }
            (Width::Fixed(width), Some(Value::Octets(value))) => {
                octets.extend(value.iter().copied().chain(std::iter::repeat(0)).take(width));
            }
            (Width::Fixed(width), None) if field.kind == Kind::Length => {
                put_number(&mut octets, order, rest as u64, width);
            }
            (Width::Fixed(width), None) => octets.extend(std::iter::repeat_n(0, width)),
            (Width::Rest, Some(Value::Octets(value))) => octets.extend(value),
            (Width::Rest, Some(Value::Number(_)) | None) => {}
        }
    }
    octets
}

fn number(order: ByteOrder, raw: &[u8]) -> u64 {
    let fold = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
    match order {
        ByteOrder::Big => raw.iter().fold(0, fold),
        ByteOrder::Little => raw.iter().rev().fold(0, fold),
    }
}

/// The low octets of a number: what does not fit is cut off, as a wrong implementation would.
fn put_number(octets: &mut Vec<u8>, order: ByteOrder, number: u64, width: usize) {
    let raw = number.to_be_bytes();
    let low = raw.get(raw.len().saturating_sub(width)..).unwrap_or(&raw);
    match order {
        ByteOrder::Big => octets.extend(low),
        ByteOrder::Little => octets.extend(low.iter().rev()),
    }
}
