//! From a scenario's words to octets: templates, values, damage.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reference::wire::{FieldSpec, Kind, PacketSpec};
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
    ) -> Vec<Vec<u8>> {
        let (name, fields) = match template {
            PacketTemplate::Octets(octets) => return vec![octets.clone()],
            PacketTemplate::Packet { name, fields } => (name, fields),
        };
        let packets = self.setup.protocol.packets();
        let Some(spec) = packets.iter().find(|spec| spec.name == name.value) else {
            return Vec::new();
        };
        let mut given = Vec::with_capacity(fields.len());
        for (field, value) in fields {
            if let Some(field) = self.setup.protocol.field(spec, &field.value) {
                let value = self.value(session, spec.name, field, value);
                given.push((field.name.to_owned(), value));
            }
        }
        self.composed(now, session, spec, &given)
    }

    fn composed(
        &mut self,
        now: Instant,
        peer: usize,
        spec: &PacketSpec,
        given: &[(String, Value)],
    ) -> Vec<Vec<u8>> {
        let datagrams = self.with_peer(peer, |peer| peer.compose(now, spec, given));
        self.learn(peer);
        datagrams.unwrap_or_default()
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
        for octets in self.composed(now, peer, spec, fields) {
            let message = self.own(peer, &octets);
            self.with_peer(peer, |peer| peer.sent(now, &message));
            let is_amid = |planned| self.by(planned) == peer && !self.pieces.is_empty();
            if self.current().is_some_and(is_amid) {
                // Behind the packet that goes out in pieces.
                self.pieces.push_back(octets);
            } else {
                self.transmit(peer, octets);
            }
        }
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
            FieldValue::Text(word)
                if let Some(number) =
                    self.setup.protocol.number_of(self.setup.dialect, field.name, word) =>
            {
                Value::Number(number)
            }
            FieldValue::Of { label, field: other, plus, octets } => {
                let name = other.as_ref().map_or(field.name, |other| other.value.as_str());
                if name == "data"
                    && octets.is_none()
                    && let Some(whole) = self.whole(&label.value)
                {
                    return whole;
                }
                let known = self.labelled(&label.value).and_then(|message| message.field(name));
                match (known, octets) {
                    (Some(Value::Octets(all)), Some((from, to))) => {
                        Value::Octets(all.get(*from..*to).unwrap_or_default().to_vec())
                    }
                    _ => shifted(known, *plus, field),
                }
            }
            FieldValue::Text(_) | FieldValue::List(_) if flags_by_name(field, value).is_some() => {
                Value::Number(flags_by_name(field, value).unwrap_or(0))
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
            FieldValue::List(values) => {
                values.iter().flat_map(|value| self.octets_of(value)).collect()
            }
            FieldValue::Base64(text) => STANDARD.encode(text).into_bytes(),
            FieldValue::Fresh { text, length } => {
                let letters = self.fresh.bytes().cycle().take(length.saturating_sub(text.len()));
                text.bytes().chain(letters).collect()
            }
            FieldValue::Random(length) => {
                let mut octets = vec![0; *length];
                self.entropy.fill(&mut octets);
                octets
            }
            FieldValue::Of { label, field, .. } => {
                let name = field.as_ref().map_or("data", |field| field.value.as_str());
                match self.labelled(&label.value).and_then(|message| message.field(name)) {
                    Some(Value::Octets(octets)) => octets.clone(),
                    Some(Value::Number(_)) | None => Vec::new(),
                }
            }
        }
    }

    /// The data of a packet that became several datagrams, put together.
    fn whole(&self, label: &str) -> Option<Value> {
        let messages = self.labels.get(label).filter(|messages| messages.len() > 1)?;
        let data = messages.iter().filter_map(|message| match message.field("data") {
            Some(Value::Octets(octets)) => Some(octets.as_slice()),
            _ => None,
        });
        Some(Value::Octets(data.flatten().copied().collect()))
    }

    /// The packet of a label; of one that became several datagrams, the first.
    fn labelled(&self, label: &str) -> Option<&Message> {
        self.labels.get(label).and_then(|messages| messages.first())
    }

    pub(super) fn damaged(&mut self, mut octets: Vec<u8>, damage: &[Located<Damage>]) -> Vec<u8> {
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

/// The number of flags that are given by their names.
pub(super) fn flags_by_name(field: &FieldSpec, value: &FieldValue) -> Option<u64> {
    let Kind::Flags(names) = field.kind else { return None };
    value.texts()?.into_iter().try_fold(0, |flags, word| {
        let named = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        named.map(|(_, bit)| flags | u64::from(*bit))
    })
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
