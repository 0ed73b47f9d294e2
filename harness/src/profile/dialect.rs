//! The dialect of a run: one value for each option of the protocol.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::suggest;
use crate::protocol::Protocol;

/// One value for each option of a protocol's dialects, by the names of both.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct DialectChoice(BTreeMap<String, String>);

/// An option or a value that a protocol does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnknownDialect {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl DialectChoice {
    /// The first value of each option.
    pub fn default_for(protocol: &dyn Protocol) -> Self {
        let first = |values: &[&str]| (*values.first().unwrap_or(&"")).to_owned();
        Self(
            protocol
                .dialect_options()
                .iter()
                .map(|option| (option.name.to_owned(), first(option.values)))
                .collect(),
        )
    }

    /// Every combination of values, the default first; the last option changes fastest.
    pub fn all(protocol: &dyn Protocol) -> Vec<Self> {
        let mut all = vec![Self::default()];
        for option in protocol.dialect_options() {
            let with = |choice: &Self, value: &str| {
                let mut choice = choice.clone();
                choice.0.insert(option.name.to_owned(), value.to_owned());
                choice
            };
            all = all
                .iter()
                .flat_map(|choice| option.values.iter().map(move |value| with(choice, value)))
                .collect();
        }
        all
    }

    /// Changes one option.
    ///
    /// # Errors
    ///
    /// When the protocol has no such option, or the option no such value.
    pub fn with(
        mut self,
        protocol: &dyn Protocol,
        option: &str,
        value: &str,
    ) -> Result<Self, UnknownDialect> {
        let options = protocol.dialect_options();
        let Some(known) = options.iter().find(|known| known.name == option) else {
            return Err(UnknownDialect {
                message: format!("{} has no dialect option `{option}`", protocol.name()),
                help: suggest(option, options.iter().map(|known| known.name)),
            });
        };
        if !known.values.contains(&value) {
            return Err(UnknownDialect {
                message: format!("the dialect option `{option}` has no value `{value}`"),
                help: suggest(value, known.values.iter().copied()),
            });
        }
        self.0.insert(option.to_owned(), value.to_owned());
        Ok(self)
    }

    /// The value of an option; none if the protocol has no such option.
    pub fn value(&self, option: &str) -> Option<&str> {
        self.0.get(option).map(String::as_str)
    }

    /// The options with their values, in the order of the options' names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(option, value)| (option.as_str(), value.as_str()))
    }
}

/// `byte_order=little tags=sender`.
impl fmt::Display for DialectChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> =
            self.iter().map(|(option, value)| format!("{option}={value}")).collect();
        f.pad(&pairs.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::mnet::Mnet;

    #[test]
    fn the_default_is_the_first_value_of_each_option() {
        assert_eq!(DialectChoice::default_for(&Mnet).to_string(), "byte_order=little tags=sender");
        assert_eq!(DialectChoice::all(&Mnet)[0], DialectChoice::default_for(&Mnet));
    }

    #[test]
    fn all_are_all_combinations_each_once() {
        let all: Vec<String> = DialectChoice::all(&Mnet).iter().map(ToString::to_string).collect();
        assert_eq!(
            all,
            [
                "byte_order=little tags=sender",
                "byte_order=little tags=receiver",
                "byte_order=little tags=init",
                "byte_order=big tags=sender",
                "byte_order=big tags=receiver",
                "byte_order=big tags=init",
            ]
        );
    }

    #[test]
    fn an_unknown_option_or_value_names_what_was_meant() {
        let choice = DialectChoice::default_for(&Mnet);
        let option = choice.clone().with(&Mnet, "byteorder", "big").unwrap_err();
        assert_eq!(option.to_string(), "mnet has no dialect option `byteorder`");
        assert_eq!(option.help.as_deref(), Some("did you mean `byte_order`?"));
        let value = choice.clone().with(&Mnet, "byte_order", "network").unwrap_err();
        assert_eq!(value.to_string(), "the dialect option `byte_order` has no value `network`");
        assert_eq!(value.help.as_deref(), Some("one of: little, big"));
        let big = choice.with(&Mnet, "byte_order", "big").unwrap();
        assert_eq!(big.value("byte_order"), Some("big"));
        assert_eq!(big.value("width"), None);
    }

    #[test]
    fn json_holds_it_as_one_object() {
        let choice = DialectChoice::default_for(&Mnet);
        let json = serde_json::to_string(&choice).unwrap();
        assert_eq!(json, r#"{"byte_order":"little","tags":"sender"}"#);
        assert_eq!(serde_json::from_str::<DialectChoice>(&json).unwrap(), choice);
    }
}
