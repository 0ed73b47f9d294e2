//! Selectors: which datagrams a rule is for, by direction, packet, field and number.

use simulator::Fate;

use super::Heading;
use crate::diagnostic::suggest;
use crate::journal::parse_hex;
use crate::profile::DialectChoice;
use crate::protocol::{Message, Protocol, Value};

/// The word for every packet.
const ANY: &str = "any";

/// Chooses datagrams: `DATA#2`, `to-client COOKIE`, `DATA[acknowledged=5]#1`, `any#7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    heading: Option<Heading>,
    /// The packet's name; none is every datagram.
    packet: Option<String>,
    fields: Vec<(String, String)>,
    /// Which of those that fit, counted from 1 for each client and direction; none is all.
    nth: Option<u64>,
}

/// A fate for what a selector chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is for.
    pub selector: Selector,
    /// What happens to it.
    pub fate: Fate,
    /// How it was written, which is the reason that a journal gives.
    pub text: String,
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SelectorError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl SelectorError {
    fn new(message: String, help: Option<String>) -> Self {
        Self { message, help }
    }
}

/// Splits the direction off, if one is named: `to-server `, `to-client `.
pub fn direction(text: &str) -> (Option<Heading>, &str) {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("to-server ") {
        (Some(Heading::ToServer), rest.trim())
    } else if let Some(rest) = text.strip_prefix("to-client ") {
        (Some(Heading::ToClient), rest.trim())
    } else {
        (None, text)
    }
}

impl Selector {
    /// Reads a selector; names of packets and fields are those of the protocol, and without one there is only `any`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    pub fn parse(text: &str, protocol: Option<&dyn Protocol>) -> Result<Self, SelectorError> {
        let (heading, rest) = direction(text);
        let (rest, nth) = match rest.split_once('#') {
            None => (rest, None),
            Some((rest, number)) => {
                let nth = number.parse().ok().filter(|&nth: &u64| nth > 0).ok_or_else(|| {
                    let help = "`DATA#2` is the second DATA".to_owned();
                    SelectorError::new(format!("`{number}` in `{text}` counts nothing"), Some(help))
                })?;
                (rest, Some(nth))
            }
        };
        let (name, fields) = match rest.split_once('[') {
            None => (rest, ""),
            Some((name, fields)) => (
                name,
                fields
                    .strip_suffix(']')
                    .ok_or_else(|| SelectorError::new(format!("`{text}` lacks a `]`"), None))?,
            ),
        };
        let fields = fields
            .split(',')
            .filter(|field| !field.is_empty())
            .map(|field| {
                let (name, value) = field.split_once('=').ok_or_else(|| {
                    let help = "fields are written like `DATA[acknowledged=5]`".to_owned();
                    SelectorError::new(format!("`{field}` in `{text}` is no field"), Some(help))
                })?;
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            })
            .collect::<Result<Vec<_>, SelectorError>>()?;
        let packet = (!name.is_empty() && name != ANY).then(|| name.to_owned());
        check(packet.as_deref(), &fields, protocol)?;
        Ok(Self { heading, packet, fields, nth })
    }

    /// The same, of what goes to the server; none if it chooses what goes to clients.
    pub fn to_server(self) -> Option<Self> {
        (self.heading != Some(Heading::ToClient))
            .then_some(Self { heading: Some(Heading::ToServer), ..self })
    }

    /// Whether it could be for this datagram, its number aside.
    pub(super) fn fits(
        &self,
        heading: Heading,
        octets: &[u8],
        protocol: Option<&dyn Protocol>,
        dialect: &DialectChoice,
    ) -> bool {
        if self.heading.is_some_and(|own| own != heading) {
            return false;
        }
        let (Some(name), Some(protocol)) = (&self.packet, protocol) else { return true };
        let message = protocol.decode(dialect, octets);
        message.name() == name
            && self.fields.iter().all(|(field, text)| {
                holds(&message, field, text, |word| protocol.number_of(dialect, field, word))
            })
    }

    /// Which of those that fit.
    pub(super) const fn nth(&self) -> Option<u64> {
        self.nth
    }
}

/// Whether a field has the value that a text stands for: a number, a word, a text or `hex:` with digits.
fn holds(
    message: &Message,
    field: &str,
    text: &str,
    number_of: impl Fn(&str) -> Option<u64>,
) -> bool {
    match message.field(field) {
        None => false,
        Some(Value::Number(number)) => {
            let digits = text.strip_prefix("0x");
            let wanted = match digits {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok().or_else(|| number_of(text)),
            };
            wanted == Some(*number)
        }
        Some(Value::Octets(octets)) => match text.strip_prefix("hex:") {
            Some(digits) => parse_hex(digits).is_ok_and(|wanted| wanted == *octets),
            None => octets == text.as_bytes(),
        },
    }
}

fn check(
    packet: Option<&str>,
    fields: &[(String, String)],
    protocol: Option<&dyn Protocol>,
) -> Result<(), SelectorError> {
    let Some(protocol) = protocol else {
        if packet.is_none() && fields.is_empty() {
            return Ok(());
        }
        let help =
            "`any#5` is the fifth datagram; name the protocol to name its packets".to_owned();
        return Err(SelectorError::new("`raw` knows no packets".to_owned(), Some(help)));
    };
    let Some(name) = packet else {
        if fields.is_empty() {
            return Ok(());
        }
        return Err(SelectorError::new("fields need a packet, such as `DATA[…]`".to_owned(), None));
    };
    let Some(spec) = protocol.packets().iter().find(|spec| spec.name == name) else {
        let names = protocol.packets().iter().map(|spec| spec.name);
        let message = format!("{} has no packet `{name}`", protocol.name());
        return Err(SelectorError::new(message, suggest(name, names)));
    };
    for (field, _) in fields {
        let names = spec.fields.iter().map(|field| field.name);
        if !names.clone().any(|known| known == field) {
            let message = format!("{name} has no field `{field}`");
            return Err(SelectorError::new(message, suggest(field, names)));
        }
    }
    Ok(())
}
