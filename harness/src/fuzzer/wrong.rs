//! What is wrong: a packet with a field that it should not have, damaged octets, a packet where none of its type is due, octets
//! that are no packet.

use reference::wire::{FieldSpec, Kind, PacketSpec, Width};
use serde_yaml::{Mapping, Value};

use super::input::one;
use crate::chance::Chance;
use crate::journal::HexOctets;
use crate::protocol::Protocol;

/// Lengths that programs get wrong, in octets; the last is longer than a packet may be.
const LENGTHS: [usize; 9] = [0, 1, 2, 16, 255, 256, 1000, 1459, 4000];

/// Octets at random that are shown one by one; longer values are one octet over and over.
const SHOWN_MAX: usize = 64;

/// Most changes to the octets of one packet.
const CHANGES_MAX: u32 = 3;

/// How far from the front an octet is changed, or a packet cut.
const FRONT: u32 = 64;

/// Most octets behind the end of a packet.
const BEHIND_MAX: u32 = 1_200;

/// The keys of a step that do not go with being sent at once.
const DROPPED: [&str; 3] = ["joined", "clauses", "note"];

/// A step that sends something wrong, and what that is; `own` is what the conversation would have gone on with. Nothing if that
/// does not go with what was drawn.
pub(super) fn step(
    protocol: &'static dyn Protocol,
    own: Option<&Value>,
    chance: &mut Chance,
) -> Option<(Value, String)> {
    let mut drawing = Drawing { protocol, chance };
    let own = own.and_then(Value::as_mapping).filter(|step| step.contains_key("send"));
    match (drawing.chance.below(8), own) {
        (0 | 1, Some(own)) => drawing.damaged(own.clone()),
        (2 | 3, Some(own)) => drawing.with_a_field(own.clone()),
        (0 | 4, _) => {
            let (step, name) = drawing.any_packet()?;
            Some((step.into(), format!("{name} where none is due")))
        }
        (1 | 5, _) => {
            let (step, _) = drawing.any_packet()?;
            drawing.damaged(step)
        }
        (2 | 3 | 6, _) => {
            let (step, _) = drawing.any_packet()?;
            drawing.with_a_field(step)
        }
        _ if drawing.chance.one_in(2) => {
            let mut step = Mapping::new();
            step.insert("repeat".into(), "last".into());
            step.insert("damage".into(), drawing.changes(None).into());
            Some((step.into(), "the packet before once more, damaged".to_owned()))
        }
        _ => Some((drawing.octets(), "octets that are no packet".to_owned())),
    }
}

struct Drawing<'c> {
    protocol: &'static dyn Protocol,
    chance: &'c mut Chance,
}

impl Drawing<'_> {
    fn up_to(&mut self, most: u32) -> usize {
        usize::try_from(self.chance.below(most + 1)).unwrap_or(0)
    }

    /// A packet as a conforming peer would send it.
    fn any_packet(&mut self) -> Option<(Mapping, &'static str)> {
        let spec = self.chance.pick(self.protocol.packets())?;
        let mut step = Mapping::new();
        step.insert("send".into(), spec.name.into());
        Some((step, spec.name))
    }

    fn spec(&self, name: &str) -> Option<&'static PacketSpec> {
        self.protocol.packets().iter().find(|spec| spec.name == name)
    }

    /// The packet of a step with some of its octets changed.
    fn damaged(&mut self, mut step: Mapping) -> Option<(Value, String)> {
        for key in DROPPED {
            step.remove(key);
        }
        let name = packet(&step)?.0;
        let spec = self.spec(&name);
        step.insert("damage".into(), self.changes(spec).into());
        Some((step.into(), format!("{} with damaged octets", spec.map_or("octets", |it| it.name))))
    }

    /// The packet of a step with a field that it should not have.
    fn with_a_field(&mut self, mut step: Mapping) -> Option<(Value, String)> {
        for key in DROPPED {
            step.remove(key);
        }
        let (name, mut fields) = packet(&step)?;
        let spec = self.spec(&name)?;
        let field = self.chance.pick(spec.fields)?;
        let (value, shown) = self.value(field);
        fields.insert(field.name.into(), value);
        step.insert("send".into(), one(&name, fields));
        Some((step.into(), format!("{name} with {} = {shown}", field.name)))
    }

    /// A value that is seldom right, and how it is shown.
    fn value(&mut self, field: &FieldSpec) -> (Value, String) {
        if let Kind::Flags(names) = field.kind {
            let mut words = Vec::new();
            for (name, _) in names {
                if self.chance.one_in(2) {
                    words.push(name.to_ascii_lowercase());
                }
            }
            let shown = format!("[{}]", words.join(", "));
            return (words.into_iter().map(Value::from).collect::<Vec<_>>().into(), shown);
        }
        if field.kind.is_number() {
            let bits = u32::try_from(field.width.bits_max()).unwrap_or(u64::BITS);
            let most = u64::MAX >> u64::BITS.saturating_sub(bits).min(u64::BITS - 1);
            let odd = [0, 1, most, most - 1, most / 2, most / 2 + 1, self.chance.number() & most];
            let number = self.chance.pick(&odd).copied().unwrap_or(most);
            return (number.into(), number.to_string());
        }
        let length = match field.width {
            Width::Fixed(octets) => octets,
            _ => self.chance.pick(&LENGTHS).copied().unwrap_or(0),
        };
        (self.some_octets(length), format!("{length} octets"))
    }

    /// So many octets, as a value.
    fn some_octets(&mut self, length: usize) -> Value {
        if length <= SHOWN_MAX {
            return one("hex", HexOctets(self.chance.octets(length)).to_string());
        }
        let mut value = Mapping::new();
        value.insert("octet".into(), self.chance.below(256).into());
        value.insert("times".into(), length.into());
        value.into()
    }

    /// Changes to the octets of a packet.
    fn changes(&mut self, spec: Option<&'static PacketSpec>) -> Vec<Value> {
        let changes = 1 + self.chance.below(CHANGES_MAX);
        (0..changes).map(|_| self.change(spec)).collect()
    }

    fn change(&mut self, spec: Option<&'static PacketSpec>) -> Value {
        let field = spec.and_then(|spec| self.chance.pick(spec.fields));
        match (self.chance.below(4), field) {
            (0, _) => one("cut", self.up_to(FRONT)),
            (1, _) => {
                let length = if self.chance.one_in(4) { BEHIND_MAX } else { 8 };
                let length = 1 + self.up_to(length);
                one("append", self.some_octets(length))
            }
            (2, Some(field)) => {
                let widest = field.width.octets_max().unwrap_or(4).saturating_sub(1);
                let mut flip = Mapping::new();
                flip.insert("field".into(), field.name.into());
                let octet = self.up_to(u32::try_from(widest).unwrap_or(0));
                flip.insert("octet".into(), octet.into());
                flip.insert("bit".into(), self.chance.below(8).into());
                one("flip", flip)
            }
            _ => {
                let mut set = Mapping::new();
                set.insert("offset".into(), self.up_to(FRONT).into());
                set.insert("value".into(), self.chance.below(256).into());
                one("set", set)
            }
        }
    }

    /// Octets at random, often behind the type of a packet.
    fn octets(&mut self) -> Value {
        let most = if self.chance.one_in(8) { BEHIND_MAX } else { FRONT };
        let length = 1 + self.up_to(most);
        let mut octets = self.chance.octets(length);
        if self.chance.one_in(2)
            && let (Some(first), Some(spec)) =
                (octets.first_mut(), self.chance.pick(self.protocol.packets()))
        {
            *first = spec.code;
        }
        one("send", one("octets", HexOctets(octets).to_string()))
    }
}

/// The name of the packet that a step sends, and its fields.
fn packet(step: &Mapping) -> Option<(String, Mapping)> {
    match step.get("send")? {
        Value::String(name) => Some((name.clone(), Mapping::new())),
        Value::Mapping(packet) => {
            let (name, fields) = packet.iter().next()?;
            let fields = fields.as_mapping().cloned().unwrap_or_default();
            Some((name.as_str()?.to_owned(), fields))
        }
        _ => None,
    }
}
