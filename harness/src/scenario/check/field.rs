//! Whether a field can hold a value.

use reference::wire::{FieldSpec, Kind, Width};

use super::Check;
use crate::diagnostic::{Place, suggest};
use crate::profile::DialectChoice;
use crate::scenario::{FieldPattern, FieldValue};
use crate::yaml::Located;

impl Check<'_> {
    /// A value that is sent in a field.
    pub(super) fn value(&mut self, value: &FieldValue, place: Place, field: &FieldSpec) {
        if let FieldValue::Of { label, field: named, plus, octets } = value {
            self.of(label, named.as_ref(), (*plus, *octets), place, field);
            return;
        }
        if let Kind::Flags(names) = field.kind
            && let Some(words) = value.texts()
        {
            self.flags(&words, place, names);
            return;
        }
        let length = match value {
            FieldValue::Number(number) => {
                self.number(*number, place, field);
                return;
            }
            FieldValue::Text(word) if self.is_word(field.name, word) => return,
            FieldValue::Text(text) => text.len(),
            FieldValue::Hex(octets) => octets.len(),
            FieldValue::Repeat { times, .. } => *times,
            FieldValue::Random(count) => *count,
            FieldValue::Base64(octets) => octets.len().div_ceil(3) * 4,
            FieldValue::Fresh { length, .. } => *length,
            FieldValue::List(_) => {
                self.error(place, format!("the field `{}` takes one value", field.name));
                return;
            }
            FieldValue::Of { .. } => return,
        };
        if field.kind.is_number() {
            // The octets of a number as they are.
            if matches!(value, FieldValue::Hex(_)) && field.width.octets_max() == Some(length) {
                return;
            }
            self.error(place, format!("the field `{}` is a number", field.name));
            return;
        }
        if let Width::Fixed(width) = field.width
            && width != length
        {
            let message = format!("the field `{}` has {}, not {length}", field.name, octets(width));
            let help = "a packet with a wrong length is made by `damage` or `octets`".to_owned();
            self.error_with_help(place, message, help);
        }
    }

    /// Whether a word stands for a number of this field, in any dialect.
    fn is_word(&self, field: &str, word: &str) -> bool {
        let dialect = DialectChoice::default_for(self.protocol);
        self.protocol.number_of(&dialect, field, word).is_some()
    }

    /// The values that may come in a field.
    pub(super) fn allowed(&mut self, allowed: &FieldPattern, place: Place, field: &FieldSpec) {
        match allowed {
            FieldPattern::Is(value) | FieldPattern::Not(value) => {
                self.expected(value, place, field);
            }
            FieldPattern::OneOf(values) => {
                // A list of flags is all of them; of anything else, one of these.
                for value in values {
                    self.expected(value, place, field);
                }
            }
            FieldPattern::Between(_, to) => self.number(*to, place, field),
            FieldPattern::Length { min, max } => {
                if field.kind.is_number() {
                    let help = "compare the number itself".to_owned();
                    let message =
                        format!("the field `{}` is a number: it has no `length`", field.name);
                    self.error_with_help(place, message, help);
                } else if let Width::Fixed(width) = field.width
                    && !(*min..=*max).contains(&width)
                {
                    let message =
                        format!("the field `{}` always has {}", field.name, octets(width));
                    self.error(place, message);
                }
            }
        }
    }

    /// Flags by their names.
    fn flags(&mut self, words: &[&str], place: Place, names: &[(&'static str, u8)]) {
        for word in words {
            if !names.iter().any(|(name, _)| name.eq_ignore_ascii_case(word)) {
                let names: Vec<String> =
                    names.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
                let help = suggest(word, names.iter().map(String::as_str));
                self.error_with_help(place, format!("there is no flag `{word}`"), help);
            }
        }
    }

    fn expected(&mut self, value: &FieldValue, place: Place, field: &FieldSpec) {
        if matches!(value, FieldValue::Random(_)) {
            self.error(place, "what is drawn from the seed can be sent, not expected");
        } else {
            self.value(value, place, field);
        }
    }

    fn number(&mut self, number: u64, place: Place, field: &FieldSpec) {
        if !field.kind.is_number() {
            let message = format!("the field `{}` is octets, not a number", field.name);
            let help = format!("write `\"{number}\"` for the text, or `{{ hex: … }}`");
            self.error_with_help(place, message, help);
            return;
        }
        let largest = largest(field.width);
        if number > largest {
            let width = match (field.width, field.width.octets_max()) {
                (Width::Bits(bits), _) => format!("it has {bits} bits, "),
                (_, Some(width)) => format!("it has {}, ", octets(width)),
                (_, None) => String::new(),
            };
            let message = format!(
                "{number} does not fit into the field `{}`: {width}at most {largest}",
                field.name,
            );
            self.error(place, message);
        }
    }

    /// A value that was in a packet before.
    fn of(
        &mut self,
        label: &Located<String>,
        named: Option<&Located<String>>,
        (plus, slice): (i64, Option<(usize, usize)>),
        place: Place,
        field: &FieldSpec,
    ) {
        let name = named.cloned().unwrap_or_else(|| Located::at(field.name.to_owned(), place));
        let Some(source) = self.field_of(label, &name) else { return };
        let is_octets = |field: &FieldSpec| !field.kind.is_number();
        if is_octets(source) != is_octets(field) {
            let what = |field| if is_octets(field) { "octets" } else { "a number" };
            let message = format!(
                "the field `{}` is {}, and `{}` is {}",
                field.name,
                what(field),
                source.name,
                what(source)
            );
            self.error(place, message);
        } else if is_octets(field)
            && slice.is_none()
            && source.width != field.width
            && field.width.octets_max().is_some()
        {
            let message = format!("`{}` does not fit into the field `{}`", source.name, field.name);
            self.error(place, message);
        }
        if plus != 0 && is_octets(field) {
            self.error(
                place,
                format!("the field `{}` is octets: `plus` is for numbers", field.name),
            );
        }
    }

    /// Octets that are no field: what an application writes or receives, what is put behind a packet.
    pub(super) fn octets(&mut self, value: &FieldValue, place: Place, key: &str) {
        match value {
            FieldValue::Number(number) => {
                let message = format!("`{key}` takes octets, not a number");
                let help = format!("write `\"{number}\"` for the text, or `{{ hex: … }}`");
                self.error_with_help(place, message, help);
            }
            FieldValue::List(_) => {
                self.error(place, format!("`{key}` takes octets, not a list"));
            }
            FieldValue::Random(_) if key != "append" => {
                self.error(place, format!("`{key}` takes octets that are known beforehand"));
            }
            FieldValue::Of { label, field: None, .. } => {
                self.error(
                    label.place(),
                    format!("`{key}` needs to know which `field` of the packet"),
                );
            }
            FieldValue::Of { label, field: Some(field), plus, .. } => {
                let source = self.field_of(label, field);
                if source.is_some_and(|source| source.kind.is_number()) || *plus != 0 {
                    self.error(field.place(), format!("`{key}` takes octets, not a number"));
                }
            }
            FieldValue::Text(_)
            | FieldValue::Hex(_)
            | FieldValue::Repeat { .. }
            | FieldValue::Base64(_)
            | FieldValue::Fresh { .. }
            | FieldValue::Random(_) => {}
        }
    }

    pub(super) fn flip(&mut self, place: Place, field: &FieldSpec, octet: usize, bit: u8) {
        if bit > 7 {
            self.error(place, format!("an octet has the bits 0 to 7, not {bit}"));
        }
        if let Some(width) = field.width.octets_max()
            && octet >= width
        {
            let message =
                format!("the field `{}` has {}, counted from 0", field.name, octets(width));
            self.error(place, message);
        }
    }
}

/// The largest number that a field of this width holds.
const fn largest(width: Width) -> u64 {
    u64::MAX >> (64 - width.bits_max())
}

fn octets(count: usize) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}
