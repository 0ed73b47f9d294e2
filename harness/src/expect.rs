//! Known failures: a file that says which verdict is expected of which scenario, and why; it polices itself.
//!
//! A case whose verdict is the one that is expected does not make a run fail. An entry that is not true any more does: one
//! whose case passes, that names no scenario, that has expired, or that gives no reason.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::runner::Case;
use crate::verdict::Verdict;
use crate::yaml::{self, Located};

mod date;
mod update;

pub use date::Date;
pub use update::{Update, UpdateError};

/// The verdicts that can be expected: all that are not good.
const VERDICTS: [Verdict; 5] =
    [Verdict::Fail, Verdict::Error, Verdict::Inconclusive, Verdict::Flaky, Verdict::Warn];

/// A file of known failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectations {
    file: String,
    text: String,
    entries: Vec<Entry>,
}

/// One known failure.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// Where it begins.
    place: Place,
    known: KnownFailure,
}

/// The file's contents.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "known failures")]
struct Document {
    /// The known failures.
    #[serde(default)]
    expect: Option<Vec<Located<KnownFailure>>>,
}

/// One known failure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KnownFailure {
    /// The scenario's identity.
    scenario: Located<String>,
    /// The verdict that it has: `fail`, `error`, `inconclusive`, `flaky` or `warn`.
    verdict: Located<Verdict>,
    /// Only in this role of the subject.
    role: Option<Located<String>>,
    /// Only in dialects with these options.
    dialect: Option<BTreeMap<String, Located<String>>>,
    /// Why it is known and not mended yet.
    reason: Option<Located<String>>,
    /// Where more is said of it: an issue, a message.
    link: Option<String>,
    /// The last day on which it counts: `2026-12-31`.
    expires: Option<Located<Date>>,
}

/// What a run says of a case whose failure is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Known {
    /// Why it is known and not mended yet.
    pub reason: String,
    /// Where more is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Expectations {
    /// Reads a file of known failures.
    ///
    /// # Errors
    ///
    /// What is wrong in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostic> {
        // A file that holds nothing but comments knows of no failure.
        let is_empty = text.lines().all(|line| {
            let line = line.trim();
            line.is_empty() || line.starts_with('#')
        });
        let document =
            if is_empty { Document { expect: None } } else { yaml::read::<Document>(file, text)? };
        let entries: Vec<Entry> = document
            .expect
            .unwrap_or_default()
            .into_iter()
            .map(|entry| Entry { place: entry.place(), known: entry.value })
            .collect();
        let source = Source { file, text };
        for entry in &entries {
            let verdict = &entry.known.verdict;
            if !VERDICTS.contains(&verdict.value) {
                let words: Vec<&str> = VERDICTS.into_iter().map(Verdict::word).collect();
                let what = format!("`{}` is no verdict of a known failure", verdict.value);
                return Err(source
                    .error(verdict.place(), what)
                    .help(format!("one of: {}", words.join(", "))));
            }
        }
        Ok(Self { file: file.to_owned(), text: text.to_owned(), entries })
    }

    /// A file that is not there yet.
    pub fn none(file: &str) -> Self {
        Self { file: file.to_owned(), text: String::new(), entries: Vec::new() }
    }

    /// What is known of a case, when its verdict is the one that is expected.
    pub fn known(&self, case: &Case) -> Option<Known> {
        let entry = self.covering(case)?;
        (entry.known.verdict.value == case.judgement.verdict).then(|| Known {
            reason: entry.known.reason.as_ref().map(|text| text.value.clone()).unwrap_or_default(),
            link: entry.known.link.clone(),
        })
    }

    /// The first entry that is about a case.
    fn covering(&self, case: &Case) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.known.covers(case))
    }

    /// What is wrong with the entries, whatever a run says: no scenario, expired, no reason, said before.
    pub fn faults(&self, corpus: &Corpus, today: Date) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let known = &entry.known;
            let scenario = &known.scenario;
            if !corpus.files().any(|(id, _)| id.as_str() == scenario.value) {
                let what = format!("there is no scenario `{}`", scenario.value);
                let ids = corpus.files().map(|(id, _)| id.as_str());
                let near = crate::diagnostic::did_you_mean(&scenario.value, ids);
                let fault = self.error(scenario.place(), what);
                faults.push(match near {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help("remove the entry".to_owned()),
                });
            }
            if known.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
                let place = known.reason.as_ref().map_or(entry.place, Located::place);
                let what = format!("no reason is given for the failure of `{}`", scenario.value);
                faults.push(self.error(place, what).help("say why it is known: `reason: …`"));
            }
            if let Some(expires) = known.expires.as_ref().filter(|date| date.value < today) {
                let what = format!("the expectation expired on {}", expires.value);
                faults.push(
                    self.error(expires.place(), what)
                        .help("mend the failure, or say why it may stay until a later day"),
                );
            }
            let before = self.entries.iter().take(index);
            if let Some(same) = before.into_iter().find(|before| before.known.is_about(known)) {
                let what = format!("line {} already speaks of this case", same.place.line);
                faults.push(self.error(entry.place, what).help("remove one of them"));
            }
        }
        faults
    }

    /// What a run says against the entries: of a case that passes now, or has another verdict.
    pub fn unmet(&self, cases: &[Case]) -> Vec<Diagnostic> {
        let mut unmet = Vec::new();
        for entry in &self.entries {
            let expected = &entry.known.verdict;
            let about = cases
                .iter()
                .filter(|case| self.covering(case).is_some_and(|first| first.place == entry.place));
            let others: Vec<&Case> =
                about.filter(|case| case.judgement.verdict != expected.value).collect();
            let mut said: Vec<Verdict> = Vec::new();
            for case in &others {
                let verdict = case.judgement.verdict;
                if said.contains(&verdict) {
                    continue;
                }
                said.push(verdict);
                let number = others.iter().filter(|case| case.judgement.verdict == verdict).count();
                let more =
                    if number > 1 { format!(" and {} more", number - 1) } else { String::new() };
                let now = match verdict {
                    Verdict::Pass => "passes now".to_owned(),
                    verdict => format!("is {verdict} now, expected was {}", expected.value),
                };
                let what =
                    format!("`{}` {now} ({}, {}{more})", case.scenario, case.role, case.dialect);
                let help = if verdict == Verdict::Pass {
                    "remove the entry, or narrow it with `role` or `dialect`; `--update-expect` does"
                } else {
                    "`--update-expect` writes what is true now"
                };
                unmet.push(self.error(expected.place(), what).help(help));
            }
        }
        unmet
    }

    fn error(&self, place: Place, what: impl Into<String>) -> Diagnostic {
        Source { file: &self.file, text: &self.text }.error(place, what)
    }
}

impl KnownFailure {
    fn covers(&self, case: &Case) -> bool {
        self.scenario.value == case.scenario
            && self.role.as_ref().is_none_or(|role| role.value == case.role)
            && self
                .dialect
                .iter()
                .flatten()
                .all(|(option, value)| case.dialect.value(option) == Some(value.value.as_str()))
    }

    /// Whether it covers exactly the same cases as another.
    fn is_about(&self, other: &Self) -> bool {
        let dialect = |known: &Self| -> BTreeMap<String, String> {
            let options = known.dialect.iter().flatten();
            options.map(|(option, value)| (option.clone(), value.value.clone())).collect()
        };
        let role = |known: &Self| known.role.as_ref().map(|role| role.value.clone());
        self.scenario.value == other.scenario.value
            && role(self) == role(other)
            && dialect(self) == dialect(other)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match &self.link {
            Some(link) => write!(f, " ({link})"),
            None => Ok(()),
        }
    }
}

/// The JSON Schema of a file of known failures.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}

#[cfg(test)]
mod tests;
