//! Where two journals of the same run part: the first line and field that are not the same.

use std::fmt;

use serde_json::Value;

use crate::journal::Journal;

/// Longest value that is shown, in characters.
const SHOWN_MAX: usize = 120;

/// The first difference of two journals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The line of both files, from 1.
    pub line: usize,
    /// The field, such as `sent.octets`; empty for the line as a whole.
    pub field: String,
    /// What the first journal has there.
    pub old: String,
    /// What the second journal has there.
    pub new: String,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, old, new } = self;
        let field = if field.is_empty() { String::new() } else { format!(", `{field}`") };
        write!(f, "line {line}{field}: was {old}, is {new}")
    }
}

/// The first difference of two journals; none when they are the same, octet for octet.
pub fn divergence(old: &Journal, new: &Journal) -> Option<Divergence> {
    let header = |journal: &Journal| value(&journal.header);
    if let Some(divergence) = of_line(1, &header(old), &header(new)) {
        return Some(divergence);
    }
    let entries = old.entries.iter().zip(&new.entries).enumerate();
    for (index, (left, right)) in entries {
        if left != right
            && let Some(divergence) = of_line(index + 2, &value(left), &value(right))
        {
            return Some(divergence);
        }
    }
    let shorter = old.entries.len().min(new.entries.len());
    let rest = |journal: &Journal| {
        let next = journal.entries.get(shorter).map(|entry| shown(&value(entry)));
        next.unwrap_or_else(|| "the end".to_owned())
    };
    (old.entries.len() != new.entries.len()).then(|| Divergence {
        line: shorter + 2,
        field: String::new(),
        old: rest(old),
        new: rest(new),
    })
}

fn value(line: &impl serde::Serialize) -> Value {
    serde_json::to_value(line).unwrap_or_default()
}

fn of_line(line: usize, old: &Value, new: &Value) -> Option<Divergence> {
    let (field, old, new) = first_field(String::new(), old, new)?;
    Some(Divergence { line, field, old, new })
}

/// The path of the first value that differs, with both values.
fn first_field(path: String, old: &Value, new: &Value) -> Option<(String, String, String)> {
    if old == new {
        return None;
    }
    if let (Value::Object(left), Value::Object(right)) = (old, new) {
        let joined = |key: &str| {
            if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
        };
        for key in left.keys().chain(right.keys()) {
            let of = |object: &serde_json::Map<String, Value>| object.get(key).cloned();
            match (of(left), of(right)) {
                (Some(old), Some(new)) => {
                    if let Some(found) = first_field(joined(key), &old, &new) {
                        return Some(found);
                    }
                }
                (old, new) => {
                    let said = |value: Option<Value>| {
                        value.map_or_else(|| "absent".to_owned(), |value| shown(&value))
                    };
                    return Some((joined(key), said(old), said(new)));
                }
            }
        }
    }
    Some((path, shown(old), shown(new)))
}

fn shown(value: &Value) -> String {
    crate::report::layout::shorten(&value.to_string(), SHOWN_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Entry, What};
    use crate::report::samples;

    fn said(change: impl FnOnce(&mut Journal)) -> Option<String> {
        let old = samples::journal();
        let mut new = old.clone();
        change(&mut new);
        divergence(&old, &new).map(|divergence| divergence.to_string())
    }

    #[test]
    fn the_same_journal_does_not_diverge() {
        assert_eq!(said(|_| ()), None);
    }

    #[test]
    fn the_first_line_and_field_that_differ_are_named() {
        let octets = said(|journal| {
            for entry in &mut journal.entries {
                if let What::Sent(sent) = &mut entry.what {
                    sent.octets.0[1] ^= 1;
                }
            }
        });
        assert_eq!(
            octets.as_deref(),
            Some("line 2, `sent.octets`: was \"014d4e455401aaaaaa\", is \"014c4e455401aaaaaa\"")
        );
        assert_eq!(
            said(|journal| journal.header.seed = 2).as_deref(),
            Some("line 1, `seed`: was 1, is 2")
        );
    }

    #[test]
    fn a_journal_that_ends_earlier_or_goes_on_says_so() {
        let lines = samples::journal().entries.len();
        let cut = said(|journal| journal.entries.truncate(1)).unwrap();
        assert!(cut.starts_with("line 3: was {") && cut.ends_with("is the end"), "{cut}");
        let longer = said(|journal| {
            journal.entries.push(Entry { at: samples::at(9_000), what: What::Timeout });
        });
        let expected =
            format!("line {}: was the end, is {{\"t\":9000000000,\"timeout\":null}}", lines + 2);
        assert_eq!(longer, Some(expected));
    }
}
