//! Octets to fields and back, by the table in which a protocol declares its packets; malformed ones included.

use reference::wire::{ByteOrder, FieldSpec, Kind, Layout, PacketSpec, Presence, Width};

use super::{Field, Message, Value};

/// Shows octets as this packet, field by field: what is there of each field is shown, also of a packet that is cut short.
///
/// The caller fills in [`Message::problem`].
pub fn decode_by_table(
    spec: Option<&'static PacketSpec>,
    layout: Layout,
    octets: &[u8],
) -> Message {
    let mut fields = Vec::with_capacity(spec.map_or(0, |spec| spec.fields.len()));
    let mut cut_short = None;
    for place in spec.into_iter().flat_map(|spec| spec.places(layout, octets)) {
        if !place.is_whole {
            cut_short = Some(place.field);
            break;
        }
        let value = if place.field.kind.is_number() {
            Value::Number(place.number())
        } else {
            Value::Octets(place.octets().to_vec())
        };
        fields.push(Field { name: place.field.name, range: place.range, value });
    }
    Message { spec, fields, cut_short, problem: None, octets: octets.to_vec() }
}

/// Builds a packet: fields that are not given are zero, lengths that are not given are counted.
///
/// A field that needs a flag is there when the flags that are given have it, and one that may be left out when it, or what it
/// counts, is given.
pub fn encode_by_table(spec: &PacketSpec, layout: Layout, given: &[(String, Value)]) -> Vec<u8> {
    let value_of =
        |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let flags = spec
        .fields
        .iter()
        .filter(|field| matches!(field.kind, Kind::Flags(_)))
        .find_map(|field| value_of(field.name))
        .map_or(0, low_octet);
    let mut octets = Vec::new();
    if let Some(start) = spec.start {
        put_number(&mut octets, layout.order, spec.code.into(), start);
    }
    let (mut shared, mut bits_taken) = (0, 0);
    let mut fields = spec.fields;
    while let [field, rest @ ..] = fields {
        fields = rest;
        let given = value_of(field.name);
        let counted = (field.kind == Kind::Length).then(|| counted_by(rest)).flatten();
        let counted = counted.and_then(|counted| value_of(counted.name));
        let is_present = match field.presence {
            Presence::Always => true,
            Presence::Flag(bit) => flags & bit != 0,
            Presence::IfMore => given.is_some() || counted.is_some(),
        };
        if !is_present {
            continue;
        }
        let not_given = match (field.kind, counted) {
            (Kind::Length, Some(Value::Octets(counted))) => Value::Number(counted.len() as u64),
            (Kind::Code, _) => Value::Number(spec.code.into()),
            (Kind::Octets, _) => Value::Octets(Vec::new()),
            _ => Value::Number(0),
        };
        let value = given.unwrap_or(&not_given);
        match field.width {
            Width::Bits(bits) => {
                shared = shared << bits | u64::from(low_octet(value)) & ((1 << bits) - 1);
                bits_taken += bits;
                if bits_taken >= 8 {
                    put_number(&mut octets, layout.order, shared, 1);
                    (shared, bits_taken) = (0, 0);
                }
            }
            Width::Fixed(width) => put(&mut octets, layout.order, value, width),
            Width::ByLayout(widths) => {
                let width = widths.get(layout.widths).copied().unwrap_or(0);
                put(&mut octets, layout.order, value, width);
            }
            Width::Counted | Width::Rest | Width::Delimited => {
                if let Value::Octets(value) = value {
                    octets.extend(value);
                }
            }
        }
    }
    octets
}

/// The field whose octets are counted by a field that these follow.
fn counted_by(rest: &'static [FieldSpec]) -> Option<&'static FieldSpec> {
    rest.iter().find(|field| matches!(field.width, Width::Counted | Width::Rest))
}

/// The low eight bits of a number.
fn low_octet(value: &Value) -> u8 {
    match value {
        Value::Number(number) => number.to_le_bytes().first().copied().unwrap_or(0),
        Value::Octets(octets) => octets.last().copied().unwrap_or(0),
    }
}

/// A value in so many octets: numbers by their low octets, octets cut off or filled up with zeros.
fn put(octets: &mut Vec<u8>, order: ByteOrder, value: &Value, width: usize) {
    match value {
        Value::Number(number) => put_number(octets, order, *number, width),
        Value::Octets(value) => {
            octets.extend(value.iter().copied().chain(std::iter::repeat(0)).take(width));
        }
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
