//! From a scenario's words to octets: templates, values, damage.

use reference::wire::FieldSpec;
use simulator::Instant;

use super::Conversation;
use crate::protocol::{Message, Value};
use crate::scenario::{Damage, FieldValue, PacketTemplate};
use crate::yaml::Located;

impl Conversation<'_> {
    /// Builds what a `send` says, as the peer of `session` would send it.
    pub(super) fn build(
        &mut self,
        now: Instant,
        session: usize,
        template: &PacketTemplate,
        damage: &[Located<Damage>],
    ) -> Message {
        let octets = match template {
            PacketTemplate::Octets(octets) => octets.clone(),
            PacketTemplate::Packet { name, fields } => {
                let packets = self.setup.protocol.packets();
                let Some(spec) = packets.iter().find(|spec| spec.name == name.value) else {
                    return self.setup.protocol.decode(self.setup.dialect, &[]);
                };
                let mut given = Vec::with_capacity(fields.len());
                for (field, value) in fields {
                    if let Some(field) = spec.field(&field.value) {
                        let value = self.value(session, spec.name, field, value);
                        given.push((field.name.to_owned(), value));
                    }
                }
                let all = self
                    .with_peer(session, |peer| peer.complete(now, spec, &given))
                    .unwrap_or(given);
                self.setup.protocol.encode(self.setup.dialect, spec, &all)
            }
        };
        let octets = self.damaged(octets, damage);
        self.setup.protocol.decode(self.setup.dialect, &octets)
    }

    /// Sends a packet that the peer sends by itself.
    pub(super) fn answer(
        &mut self,
        now: Instant,
        peer: usize,
        name: &str,
        fields: &[(String, Value)],
    ) {
        let packets = self.setup.protocol.packets();
        let Some(spec) = packets.iter().find(|spec| spec.name == name) else { return };
        let all = self.with_peer(peer, |peer| peer.complete(now, spec, fields)).unwrap_or_default();
        let octets = self.setup.protocol.encode(self.setup.dialect, spec, &all);
        let message = self.setup.protocol.decode(self.setup.dialect, &octets);
        self.with_peer(peer, |peer| peer.sent(now, &message));
        self.transmit(peer, octets);
    }

    /// A field's value on the wire.
    pub(super) fn value(
        &mut self,
        peer: usize,
        packet: &str,
        field: &FieldSpec,
        value: &FieldValue,
    ) -> Value {
        match value {
            FieldValue::Number(number) => {
                let absolute = self
                    .peers
                    .get(peer)
                    .map_or(*number, |party| party.peer.absolute(packet, field.name, *number));
                Value::Number(absolute)
            }
            FieldValue::Of { label, field: other, plus } => {
                let name = other.as_ref().map_or(field.name, |other| other.value.as_str());
                let known = self.labels.get(&label.value).and_then(|message| message.field(name));
                shifted(known, *plus, field)
            }
            _ => {
                let octets = self.octets_of(value);
                if field.kind.is_number() {
                    let fold = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
                    Value::Number(octets.iter().fold(0, fold))
                } else {
                    Value::Octets(octets)
                }
            }
        }
    }

    /// The octets that a value stands for.
    pub(super) fn octets_of(&mut self, value: &FieldValue) -> Vec<u8> {
        match value {
            FieldValue::Number(number) => number.to_string().into_bytes(),
            FieldValue::Text(text) => text.clone().into_bytes(),
            FieldValue::Hex(octets) => octets.clone(),
            FieldValue::Repeat { octet, times } => vec![*octet; *times],
            FieldValue::Random(length) => {
                let mut octets = vec![0; *length];
                self.entropy.fill(&mut octets);
                octets
            }
            FieldValue::Of { label, field, .. } => {
                let name = field.as_ref().map_or("data", |field| field.value.as_str());
                match self.labels.get(&label.value).and_then(|message| message.field(name)) {
                    Some(Value::Octets(octets)) => octets.clone(),
                    Some(Value::Number(_)) | None => Vec::new(),
                }
            }
        }
    }

    fn damaged(&mut self, mut octets: Vec<u8>, damage: &[Located<Damage>]) -> Vec<u8> {
        for change in damage {
            match &change.value {
                Damage::Cut(length) => octets.truncate(*length),
                Damage::Append(value) => octets.extend(self.octets_of(value)),
                Damage::Set { offset, value } => {
                    if let Some(octet) = octets.get_mut(*offset) {
                        *octet = *value;
                    }
                }
                Damage::Flip { field, octet, bit } => {
                    let message = self.setup.protocol.decode(self.setup.dialect, &octets);
                    let range = message
                        .fields
                        .iter()
                        .find(|known| known.name == field.value)
                        .map(|known| known.range.clone());
                    if let Some(place) = range.and_then(|range| range.clone().nth(*octet))
                        && let Some(octet) = octets.get_mut(place)
                    {
                        *octet ^= 1 << (bit & 7);
                    }
                }
            }
        }
        octets
    }
}

/// A labelled value, plus a number: numbers wrap in the field's width, octets count in their last one.
fn shifted(known: Option<&Value>, plus: i64, field: &FieldSpec) -> Value {
    match known {
        Some(Value::Number(number)) => {
            let mask = u64::MAX >> (64 - field.width.bits_max().max(1));
            Value::Number(number.wrapping_add_signed(plus) & mask)
        }
        Some(Value::Octets(octets)) => {
            let mut octets = octets.clone();
            if let Some(last) = octets.last_mut() {
                let sum = u64::from(*last).wrapping_add_signed(plus);
                *last = sum.to_le_bytes().first().copied().unwrap_or(0);
            }
            Value::Octets(octets)
        }
        None => Value::Number(0),
    }
}
