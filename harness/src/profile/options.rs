//! The options of a run: what a profile says of the parts of its protocol that a subject may have or lack.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::protocol::{OptionSpec, Protocol};

/// What stands before a word that is not to be there.
const NOT: &str = "not ";

/// The words of each option of a protocol, by the option's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OptionChoice(BTreeMap<String, Vec<String>>);

impl OptionChoice {
    /// What a profile means that states no options.
    pub fn default_for(protocol: &dyn Protocol) -> Self {
        let words = |spec: &OptionSpec| {
            let count = if spec.several { spec.words.len() } else { 1 };
            spec.words.iter().take(count).map(|word| (*word).to_owned()).collect()
        };
        let options = protocol.options().iter();
        Self(options.map(|spec| (spec.name.to_owned(), words(spec))).collect())
    }

    /// Whether there is none, so that nothing need be said of them.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// States one option; the caller knows that the protocol has it, with these words.
    pub(crate) fn state(&mut self, name: &str, words: Vec<String>) {
        self.0.insert(name.to_owned(), words);
    }

    /// Whether an option has this word.
    pub fn has(&self, name: &str, word: &str) -> bool {
        self.0.get(name).is_some_and(|words| words.iter().any(|known| known == word))
    }

    /// The options with their words, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, words)| (name.as_str(), words.as_slice()))
    }

    /// Whether an option is as a scenario wants it: one of the words, or of a list all of them.
    pub fn fits(&self, spec: &OptionSpec, wanted: &[String]) -> bool {
        let fits = |word: &String| match word.strip_prefix(NOT) {
            Some(word) => !self.has(spec.name, word),
            None => self.has(spec.name, word),
        };
        if spec.several { wanted.iter().all(fits) } else { wanted.iter().any(fits) }
    }

    /// The nearest choice that is as a scenario wants it.
    pub(crate) fn adapted(&self, spec: &OptionSpec, wanted: &[String]) -> Self {
        if self.fits(spec, wanted) {
            return self.clone();
        }
        let mut words = if spec.several {
            self.0.get(spec.name).cloned().unwrap_or_default()
        } else {
            Vec::new()
        };
        for word in wanted {
            match word.strip_prefix(NOT) {
                Some(word) => words.retain(|known| known != word),
                None if words.contains(word) => {}
                None => words.push(word.clone()),
            }
        }
        if !spec.several {
            words.truncate(1);
        }
        let mut choice = self.clone();
        choice.state(spec.name, words);
        choice
    }
}

/// The word that a scenario's wish is about, with or without `not` before it.
pub(crate) fn wanted_word(word: &str) -> &str {
    word.strip_prefix(NOT).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: OptionSpec = OptionSpec {
        name: "flags",
        what: "",
        words: &["a", "b", "c"],
        several: true,
        shared: false,
    };
    const SHAKES: OptionSpec = OptionSpec {
        name: "shakes",
        what: "",
        words: &["true", "false"],
        several: false,
        shared: true,
    };

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn choice() -> OptionChoice {
        let mut choice = OptionChoice::default();
        choice.state("flags", words(&["a", "b"]));
        choice.state("shakes", words(&["true"]));
        choice
    }

    #[test]
    fn of_one_word_any_of_those_wanted_will_do_and_of_several_all_are_wanted() {
        let choice = choice();
        assert!(choice.fits(&SHAKES, &words(&["false", "true"])));
        assert!(!choice.fits(&SHAKES, &words(&["false"])));
        assert!(choice.fits(&FLAGS, &words(&["a", "not c"])));
        assert!(!choice.fits(&FLAGS, &words(&["a", "c"])));
        assert!(!choice.fits(&FLAGS, &words(&["not b"])));
    }

    #[test]
    fn whoever_can_do_everything_takes_on_what_is_wanted() {
        let adapted = choice().adapted(&FLAGS, &words(&["c", "not b"]));
        let adapted = adapted.adapted(&SHAKES, &words(&["false"]));
        let all: Vec<_> = adapted.iter().map(|(name, words)| (name, words.join(","))).collect();
        assert_eq!(all, [("flags", "a,c".to_owned()), ("shakes", "false".to_owned())]);
    }
}
