//! Packets, their fields, and the labels by which steps speak of packets before.

use std::collections::BTreeMap;

use reference::wire::{FieldSpec, PacketSpec};

use super::Check;
use crate::diagnostic::{Place, suggest};
use crate::protocol::Protocol;
use crate::scenario::step::Kind;
use crate::scenario::{Damage, PacketPattern, PacketTemplate, Step};
use crate::yaml::Located;

/// The label of what was sent last.
const LAST: &str = "last";

/// A datagram that a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Labelled {
    /// Its packet, when the file says which.
    spec: Option<&'static PacketSpec>,
    /// The suite has sent it; otherwise it came from the subject.
    sent: bool,
}

/// The labels that steps have given so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    by_name: BTreeMap<String, Labelled>,
    /// Something was sent, so that `last` is something.
    sent: bool,
}

impl Labels {
    /// The labels that the steps of a beginning give.
    pub(super) fn of_beginning(steps: &[Located<Step>], protocol: &dyn Protocol) -> Self {
        let mut labels = Self::default();
        for step in steps {
            if let Some(label) = &step.label {
                labels.by_name.insert(label.value.clone(), labelled(step, protocol));
            }
            step.verbs().iter().for_each(|&(verb, _)| labels.note_sending(verb));
        }
        labels
    }

    /// Each further peer gives the same labels, with its name before them.
    pub(super) fn of_further_peers<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let own = self.by_name.clone();
        for name in names {
            let further = own.iter().map(|(label, it)| (format!("{name}-{label}"), *it));
            self.by_name.extend(further);
        }
    }

    /// The labels that both give alike.
    pub(super) fn in_common(&self, other: &Self) -> Self {
        let alike = |&(name, labelled): &(&String, &Labelled)| {
            other.by_name.get(name).is_some_and(|found| found.sent == labelled.sent)
        };
        let by_name = self.by_name.iter().filter(alike).map(|(name, labelled)| {
            let same = other.by_name.get(name) == Some(labelled);
            let spec = labelled.spec.filter(|_| same);
            (name.clone(), Labelled { spec, ..*labelled })
        });
        Self { by_name: by_name.collect(), sent: self.sent && other.sent }
    }

    /// A step with this verb is done.
    pub(super) fn note_sending(&mut self, verb: Kind) {
        self.sent |= matches!(verb, Kind::Send | Kind::Repeat);
    }
}

/// What the packet of a step is, as far as the file says.
fn labelled(step: &Step, protocol: &dyn Protocol) -> Labelled {
    let by_name = |name: &str| protocol.packets().iter().find(|spec| spec.name == name);
    let spec = match (&step.send, &step.expect) {
        (Some(template), _) => match &template.value {
            PacketTemplate::Packet { name, .. } => by_name(name),
            PacketTemplate::Octets(_) => None,
        },
        (None, Some(patterns)) => match &*patterns.value {
            [PacketPattern::Packet { name, .. }] => by_name(name),
            _ => None,
        },
        (None, None) => None,
    };
    Labelled { spec, sent: step.send.is_some() }
}

impl Check<'_> {
    /// Takes note of the label that a step gives; given again, it stands for the later packet.
    pub(super) fn label(&mut self, step: &Step, label: &Located<String>) {
        if label.value == LAST || label.trim().is_empty() {
            self.error(label.place(), format!("`{}` cannot be a label", label.value));
        }
        let labelled = labelled(step, self.protocol);
        self.labels.by_name.insert(label.value.clone(), labelled);
    }

    /// The datagram of a label that some step before has given.
    pub(super) fn used(&mut self, label: &Located<String>) -> Option<Labelled> {
        let found = self.labels.by_name.get(&label.value).copied();
        if found.is_none() {
            let given_later =
                self.scenario.steps.iter().any(|step| {
                    step.label.as_ref().is_some_and(|given| given.value == label.value)
                });
            let message = if given_later {
                format!("the label `{}` is used before a step gives it", label.value)
            } else {
                format!("no step before gives the label `{}`", label.value)
            };
            let help = suggest(label, self.labels.by_name.keys().map(String::as_str));
            self.error_with_help(label.place(), message, help.filter(|_| !given_later));
        }
        found
    }

    /// The packet that `repeat` sends again, if the file says which.
    pub(super) fn repeated(&mut self, label: &Located<String>) -> Option<&'static PacketSpec> {
        if label.value == LAST {
            if !self.labels.sent {
                self.error(label.place(), "nothing was sent before that could be repeated");
            }
            return None;
        }
        let labelled = self.used(label)?;
        if !labelled.sent {
            let message =
                format!("`{}` came from the subject; `repeat` is for what was sent", label.value);
            self.error(label.place(), message);
        }
        labelled.spec
    }

    pub(super) fn template(
        &mut self,
        template: &Located<PacketTemplate>,
    ) -> Option<&'static PacketSpec> {
        let PacketTemplate::Packet { name, fields } = &template.value else { return None };
        let spec = self.packet(name, template.place())?;
        for (field, value) in fields {
            if let Some(field_spec) = self.field(spec, field) {
                self.value(value, value.place(), field_spec);
            }
        }
        Some(spec)
    }

    pub(super) fn pattern(&mut self, pattern: &PacketPattern, place: Place) {
        let PacketPattern::Packet { name, fields } = pattern else { return };
        let Some(spec) = self.packet(name, place) else { return };
        for (field, allowed) in fields {
            if let Some(field_spec) = self.field(spec, field) {
                self.allowed(allowed, allowed.place(), field_spec);
            }
        }
    }

    fn packet(&mut self, name: &Located<String>, around: Place) -> Option<&'static PacketSpec> {
        let packets = self.protocol.packets();
        let found = packets.iter().find(|spec| spec.name == name.value);
        if found.is_none() {
            let place = if name.line == 0 { around } else { name.place() };
            let message = format!("{} has no packet `{}`", self.protocol.name(), name.value);
            let help = suggest(name, packets.iter().map(|spec| spec.name));
            self.error_with_help(place, message, help);
        }
        found
    }

    fn field(
        &mut self,
        spec: &'static PacketSpec,
        name: &Located<String>,
    ) -> Option<&'static FieldSpec> {
        let found = self.protocol.field(spec, &name.value);
        if found.is_none() {
            let message = format!("{} has no field `{}`", spec.name, name.value);
            let help = suggest(name, spec.fields.iter().map(|field| field.name));
            self.error_with_help(name.place(), message, help);
        }
        found
    }

    /// The field of a labelled packet; anything goes when the file does not say which packet it is.
    pub(super) fn field_of(
        &mut self,
        label: &Located<String>,
        name: &Located<String>,
    ) -> Option<&'static FieldSpec> {
        let spec = self.used(label)?.spec?;
        self.field(spec, name)
    }

    pub(super) fn damage(&mut self, damage: &Located<Damage>, sent: Option<&'static PacketSpec>) {
        match &damage.value {
            Damage::Cut(_) => {}
            Damage::Append(value) => self.octets(value, damage.place(), "append"),
            Damage::Flip { field, octet, bit } => {
                let Some(spec) = sent else {
                    self.error_with_help(
                        damage.place(),
                        "`flip` needs a packet whose fields are known".into(),
                        "use `set` with an offset".to_owned(),
                    );
                    return;
                };
                if let Some(field_spec) = self.field(spec, field) {
                    self.flip(damage.place(), field_spec, *octet, *bit);
                }
            }
            Damage::Set { offset, .. } => {
                if *offset >= crate::scenario::value::OCTETS_MAX {
                    self.error(damage.place(), format!("no datagram has an octet {offset}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
