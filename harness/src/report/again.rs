//! The command line that runs one case again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::runner::Case;

/// What the user's command line said beside the selection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Again {
    /// Options that choose subject, engine and corpus, as they were given.
    pub options: Vec<String>,
    /// The dialect was chosen on the command line, so that it must be named again.
    pub dialect: bool,
}

impl Again {
    /// The command line for this case, ready to be pasted into a shell.
    pub fn line(&self, case: &Case) -> String {
        let mut words = vec!["wireproof".to_owned(), "run".to_owned(), case.scenario.clone()];
        words.extend(self.options.iter().cloned());
        words.extend(["--role".to_owned(), case.role.clone()]);
        if self.dialect {
            for choice in case.dialect.to_string().split_whitespace() {
                words.extend(["--dialect".to_owned(), choice.to_owned()]);
            }
        }
        words.extend(["--seed".to_owned(), case.seed.to_string()]);
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./=:,+@%".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn the_line_names_all_that_the_case_depends_on() {
        let options = vec!["--subject".to_owned(), "my server.yaml".to_owned()];
        let again = Again { options, dialect: true };
        assert_eq!(
            again.line(&samples::failed_case()),
            "wireproof run mnet/data/a-repeat-is-acknowledged-again --subject 'my server.yaml' --role listener \
             --dialect byte_order=little --dialect tags=sender --seed 1"
        );
    }
}
