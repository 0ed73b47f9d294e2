//! Whether a verb or an event is the protocol's, and its parameters are what it takes.

use super::Check;
use crate::diagnostic::{Place, suggest};
use crate::protocol::{ParameterKind, ParameterSpec};
use crate::scenario::{Call, FieldValue, Parameters};
use crate::yaml::Located;

impl Check<'_> {
    /// What the application is told to do.
    pub(super) fn verb_of(&mut self, call: &Call) {
        let protocol = self.protocol;
        if let Some(verb) = protocol.verb(&call.name) {
            self.parameters(call, verb.parameters, true);
            return;
        }
        let message = format!("{} has no verb `{}`", protocol.name(), call.name.value);
        let help = suggest(&call.name, protocol.verbs().iter().map(|verb| verb.name));
        self.error_with_help(call.name.place(), message, help);
    }

    /// What the application tells of.
    pub(super) fn event_of(&mut self, call: &Call) {
        let protocol = self.protocol;
        if let Some(event) = protocol.event(&call.name) {
            self.parameters(call, event.fields, false);
            return;
        }
        let own = protocol.events().iter().map(|event| event.name);
        let message = format!("{} has no event `{}`", protocol.name(), call.name.value);
        let help = suggest(&call.name, own.chain(["opened", "closed", "failed"]));
        self.error_with_help(call.name.place(), message, help);
    }

    fn parameters(&mut self, call: &Call, specs: &'static [ParameterSpec], complete: bool) {
        let name = &call.name.value;
        match &call.parameters {
            Parameters::None => {}
            Parameters::First(value) => match specs.first() {
                Some(spec) => self.parameter(value, value.place(), spec),
                None => self.error(value.place(), format!("`{name}` takes nothing")),
            },
            Parameters::Named(named) => {
                for (known, value) in named {
                    if let Some(spec) = specs.iter().find(|spec| spec.name == known.value) {
                        self.parameter(value, value.place(), spec);
                    } else {
                        let message = format!("`{name}` has no `{}`", known.value);
                        let help = suggest(known, specs.iter().map(|spec| spec.name));
                        self.error_with_help(known.place(), message, help);
                    }
                }
            }
        }
        let first = specs.first().map(|spec| spec.name);
        let missing = specs
            .iter()
            .find(|spec| complete && spec.required && call.value(spec.name, first).is_none());
        if let Some(missing) = missing {
            let message = format!("`{name}` needs `{}`", missing.name);
            self.error(call.place(), message);
        }
    }

    fn parameter(&mut self, value: &Located<FieldValue>, place: Place, spec: &ParameterSpec) {
        let name = spec.name;
        let of_words = |words: &'static [&'static str]| {
            let texts = value.texts();
            texts
                .as_ref()
                .map(|texts| texts.iter().find(|text| !words.contains(*text)).copied())
                .map(|wrong| wrong.map(str::to_owned))
        };
        let (fits, what) = match spec.kind {
            ParameterKind::Octets => {
                self.octets(value, place, name);
                return;
            }
            ParameterKind::Text => {
                (is_text(&value.value), "a text, or one character over and over")
            }
            ParameterKind::Texts => (each(&value.value, is_text), "a list of texts"),
            ParameterKind::Number => (matches!(value.value, FieldValue::Number(_)), "a number"),
            ParameterKind::Numbers => {
                let is_number = |value: &FieldValue| matches!(value, FieldValue::Number(_));
                (each(&value.value, is_number), "a list of numbers")
            }
            ParameterKind::Word(words) | ParameterKind::Words(words) => match of_words(words) {
                Some(Some(wrong)) => {
                    let message = format!("`{name}` has no word `{wrong}`");
                    let help = suggest(&wrong, words.iter().copied());
                    self.error_with_help(place, message, help);
                    return;
                }
                found => (found.is_some(), "a word, or a list of words"),
            },
        };
        if !fits {
            self.error(place, format!("`{name}` takes {what}"));
        }
    }
}

/// Whether a value can be a text: one octet over and over can, if it is a character.
fn is_text(value: &FieldValue) -> bool {
    match value {
        FieldValue::Text(_) => true,
        FieldValue::Repeat { octet, .. } => octet.is_ascii(),
        _ => false,
    }
}

/// Whether each of several values, or the one, is as it should be.
fn each(value: &FieldValue, fits: impl Fn(&FieldValue) -> bool) -> bool {
    match value {
        FieldValue::List(values) => values.iter().all(fits),
        one => fits(one),
    }
}
