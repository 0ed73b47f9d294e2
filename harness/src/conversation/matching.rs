//! Whether a packet is what a step expects, and both in words.

use std::fmt::Write as _;

use reference::wire::{FieldSpec, Kind, Width};

use super::build::flags_by_name;
use super::plan::Planned;
use super::{Conversation, show_octets};
use crate::journal::HexOctets;
use crate::protocol::{Message, Value};
use crate::scenario::{FieldPattern, FieldValue, PacketPattern, Step};

impl Conversation<'_> {
    /// Whether a packet that came before its turn is what a step expects, which it then is.
    pub(super) fn has_passed(&mut self, planned: Planned<'_>) -> bool {
        let Some(patterns) = &planned.step.expect else { return false };
        let by = self.by(planned);
        for index in 0..self.passed.len() {
            let Some((peer, message)) = self.passed.get(index).cloned() else { break };
            if peer != by {
                continue;
            }
            let read = self.with_peer(peer, |peer| peer.reads_now(&message.octets)).flatten();
            let message = read.unwrap_or(message);
            if patterns.value.0.iter().any(|pattern| self.matches(peer, pattern, &message)) {
                self.passed.remove(index);
                if let Some(label) = planned.label() {
                    self.labels.insert(label, vec![message]);
                }
                return true;
            }
        }
        false
    }

    /// Whether a packet that came for this peer fits a pattern. Malformed packets fit none.
    pub(super) fn matches(
        &mut self,
        peer: usize,
        pattern: &PacketPattern,
        message: &Message,
    ) -> bool {
        if message.problem.is_some() {
            return false;
        }
        match pattern {
            PacketPattern::Any => true,
            PacketPattern::Octets(octets) => *octets == message.octets,
            PacketPattern::Packet { name, fields } => {
                name.value == message.name()
                    && fields.iter().all(|(field, pattern)| {
                        self.field_fits(peer, message, &field.value, &pattern.value)
                    })
            }
        }
    }

    fn field_fits(
        &mut self,
        peer: usize,
        message: &Message,
        field: &str,
        pattern: &FieldPattern,
    ) -> bool {
        let Some(seen) = message.field(field).cloned() else { return false };
        match pattern {
            FieldPattern::Is(value) => self.equals(peer, message, field, &seen, value),
            FieldPattern::Not(value) => !self.equals(peer, message, field, &seen, value),
            FieldPattern::OneOf(values) if Self::are_flags(message, field, values) => {
                self.flags_fit(peer, message, field, &seen, values)
            }
            FieldPattern::OneOf(values) => {
                values.iter().any(|value| self.equals(peer, message, field, &seen, value))
            }
            FieldPattern::Between(from, to) => match seen {
                Value::Number(number) => {
                    (*from..=*to).contains(&self.relative(peer, message, field, number))
                }
                Value::Octets(_) => false,
            },
            FieldPattern::Length { min, max } => match seen {
                Value::Octets(octets) => (*min..=*max).contains(&octets.len()),
                Value::Number(_) => false,
            },
        }
    }

    /// Whether a list is one of flags, which are all set, rather than one of alternatives.
    fn are_flags(message: &Message, field: &str, values: &[FieldValue]) -> bool {
        let spec = message.spec.and_then(|spec| spec.field(field));
        let texts = values.iter().all(|value| matches!(value, FieldValue::Text(_)));
        texts && spec.is_some_and(|spec| matches!(spec.kind, Kind::Flags(_)))
    }

    fn flags_fit(
        &mut self,
        peer: usize,
        message: &Message,
        field: &str,
        seen: &Value,
        values: &[FieldValue],
    ) -> bool {
        let wanted = FieldValue::List(values.to_vec());
        let spec = message.spec.and_then(|spec| spec.field(field));
        let named = spec.and_then(|spec| flags_by_name(spec, &wanted));
        match (named, seen) {
            (Some(named), Value::Number(seen)) => {
                let free = self.peers.get(peer).map_or(0, |party| party.peer.free_flags());
                seen & !(free & !named) == named
            }
            _ => self.equals(peer, message, field, seen, &wanted),
        }
    }

    fn equals(
        &mut self,
        peer: usize,
        message: &Message,
        field: &str,
        seen: &Value,
        value: &FieldValue,
    ) -> bool {
        if let (Value::Number(seen), FieldValue::Number(number)) = (seen, value) {
            return self.relative(peer, message, field, *seen) == *number;
        }
        let spec = message.spec.and_then(|spec| spec.field(field));
        spec.is_some_and(|spec| self.value(peer, message.name(), spec, value) == *seen)
    }

    fn relative(&self, peer: usize, message: &Message, field: &str, number: u64) -> u64 {
        self.peers
            .get(peer)
            .map_or(number, |party| party.peer.relative(message.name(), field, number))
    }

    /// Whether a packet answers a probe that was sent more than once: each sending has its answer, at any time.
    pub(super) fn is_late_answer(&mut self, peer: usize, message: &Message) -> bool {
        if self.tries == 0 {
            return false;
        }
        let probes = self.steps.iter().copied().filter(|planned| planned.phase.is_probe());
        let its: Vec<_> = probes.filter(|planned| self.by(*planned) == peer).collect();
        its.iter().filter_map(|planned| planned.step.expect.as_ref()).any(|patterns| {
            patterns.value.0.iter().any(|pattern| self.matches(peer, pattern, message))
        })
    }

    /// A packet in a scenario's words.
    pub(super) fn describe(&self, peer: usize, message: &Message) -> String {
        self.describe_by(peer, message, &mut |_, _, shown| shown)
    }

    /// A packet in a scenario's words, the value of each field as `say` wants it, which is handed what it usually reads like.
    pub(super) fn describe_by(
        &self,
        peer: usize,
        message: &Message,
        say: &mut dyn FnMut(&'static FieldSpec, &Value, String) -> String,
    ) -> String {
        let Some(spec) = message.spec else {
            return format!(
                "a datagram that is no packet ({})",
                message.problem.as_deref().unwrap_or("of an unknown type")
            );
        };
        let mut fields = Vec::new();
        let is_told = |field: &&FieldSpec| !matches!(field.kind, Kind::Length | Kind::Code);
        for field in spec.fields.iter().filter(is_told) {
            let Some(value) = message.field(field.name) else { continue };
            let shown = match value {
                Value::Number(number) => {
                    self.relative(peer, message, field.name, *number).to_string()
                }
                Value::Octets(octets) if matches!(field.width, Width::Rest | Width::Delimited) => {
                    show_octets(octets)
                }
                Value::Octets(octets) => HexOctets::from(&octets[..]).to_string(),
            };
            fields.push(format!("{}: {}", field.name, say(field, value, shown)));
        }
        let mut text = spec.name.to_owned();
        if !fields.is_empty() {
            let _ = write!(text, " {{ {} }}", fields.join(", "));
        }
        if let Some(problem) = &message.problem {
            let _ = write!(text, " which is malformed ({problem})");
        }
        text
    }

    /// What a step allows, one reaction each.
    pub(super) fn allowed(step: &Step) -> Vec<String> {
        let mut allowed: Vec<String> = Vec::new();
        if let Some(patterns) = &step.expect {
            allowed.extend(patterns.value.0.iter().map(ToString::to_string));
        }
        if let Some(value) = &step.delivered {
            allowed.push(format!("the application receives exactly {}", value.value));
        }
        if let Some(pattern) = &step.event {
            allowed.push(format!("the application is told: {}", pattern.value));
        }
        if let Some(end) = &step.ended {
            allowed.push(super::stream::show_end(end.value).to_owned());
        }
        if step.connect.is_some() {
            allowed.push("the connection is made".to_owned());
        }
        if step.quiet.is_some() {
            allowed.push("silence".to_owned());
        }
        allowed.extend(step.allow.iter().map(|pattern| pattern.value.to_string()));
        if step.silence.is_some() {
            allowed.push("nothing at all".to_owned());
        } else if step.wait.is_none() {
            allowed
                .push("background (retransmissions, bare acknowledgements, the echo)".to_owned());
        }
        allowed
    }
}
