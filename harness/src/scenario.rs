//! A scenario: one YAML file, a conversation or a transfer, and what must be seen.
//!
//! These types are the file format: what they accept is what a file may say, and the JSON Schema is made from them. Every value
//! that can be wrong later (a clause that does not exist, a field that a packet does not have) is [`Located`], so that the
//! error names its line and column. `docs/scenario-format.md` describes the format for people.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Diagnostic, Source};
use crate::profile::{DialectChoice, Grade, OptionChoice};
use crate::protocol::{Protocol, Role};
use crate::spec::{Catalogue, ClauseId};
use crate::yaml::{self, Located, Pairs};

mod call;
mod check;
mod network;
mod packet;
mod peer;
mod step;
mod transfer;
mod value;
mod words;

pub use call::{Call, Parameters};
pub use network::{Change, Direction, Network, SeedRange};
pub use packet::{OneOrMany, PacketPattern, PacketTemplate};
pub use peer::{NOTHING, PeerPlace, PeerSpec};
pub use simulator::Span;
pub use step::{Damage, EndPattern, Pieces, PiecesRule, Step, Within};
pub use transfer::{Closer, Packets, Size, Transfer};
pub use value::{FRESH_LETTERS, FieldPattern, FieldValue};

/// A conversation or a transfer, with the clauses that it shows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// What is seen, as a sentence.
    pub title: Located<String>,
    /// Why it matters, when the title does not say so.
    #[serde(default)]
    pub why: Option<String>,
    /// The clauses that a failing step names, unless it names its own.
    pub clauses: Vec<Located<ClauseId>>,
    /// `edition` if what is seen is a ruling, though the clauses are the text's: a subject that claims the text is warned.
    #[serde(default)]
    pub grade: Option<Grade>,
    /// `should` if what is seen is a SHOULD within a clause that is a MUST: a subject is warned.
    #[serde(default)]
    pub level: Option<ShownLevel>,
    /// The role that the subject plays, in the protocol's words; `either` is one run for each role.
    #[serde(default)]
    pub subject: Option<Located<String>>,
    /// Options of the profile as the scenario needs them.
    #[serde(default)]
    pub when: Pairs<Located<Words>>,
    /// `long` scenarios need real minutes over sockets.
    #[serde(default)]
    pub class: Class,
    /// What the subject must offer beyond a bare address.
    #[serde(default)]
    pub needs: Vec<Located<Need>>,
    /// What the application on top of the subject does.
    #[serde(default)]
    pub application: Application,
    /// Whether the suite's peers acknowledge by themselves what the subject writes or echoes.
    #[serde(default = "acknowledges")]
    pub acknowledges: bool,
    /// What must be there before the subject starts; handed to it as a JSON file.
    #[serde(default)]
    pub given: BTreeMap<String, serde_json::Value>,
    /// Further peers, beside the one that is always there and is called `peer`.
    #[serde(default)]
    pub peers: Pairs<Located<PeerSpec>>,
    /// How far the session has come before the first step.
    #[serde(default)]
    pub begin: Option<Located<String>>,
    /// Whether liveness is probed before the first and after the last step.
    #[serde(default)]
    pub probe: Probe,
    /// The conversation, in order.
    #[serde(default)]
    pub steps: Vec<Located<Step>>,
    /// A stream of octets instead of steps.
    #[serde(default)]
    pub transfer: Option<Located<Transfer>>,
    /// The weather, in both directions unless a direction is named.
    #[serde(default)]
    pub network: Option<Located<Network>>,
    /// The seeds to run with, first and last; one run each.
    #[serde(default)]
    pub seeds: Option<Located<SeedRange>>,
    /// Mutants that this scenario is there to kill, by name.
    #[serde(default)]
    pub kills: Vec<Located<String>>,
}

/// Peers acknowledge by themselves unless a scenario says otherwise.
const fn acknowledges() -> bool {
    true
}

/// The word for a subject of either role.
const EITHER: &str = "either";

/// A word, or a list of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor)
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Words;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word, or a list of words")
    }

    fn visit_bool<E: de::Error>(self, word: bool) -> Result<Self::Value, E> {
        Ok(Words(vec![word.to_string()]))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
        Ok(Words(vec![word.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        Ok(Words(words))
    }
}

impl JsonSchema for Words {
    fn schema_name() -> Cow<'static, str> {
        "Words".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A word, or a list of words.",
            "anyOf": [
                { "type": ["string", "boolean"] },
                { "type": "array", "items": { "type": "string" } },
            ],
        })
    }
}

/// The level of what a scenario shows, where it is not that of its clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShownLevel {
    /// Who does otherwise is warned.
    Should,
}

/// How much real time a scenario needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Seconds at most.
    #[default]
    Ordinary,
    /// Real minutes over sockets; instant in virtual time.
    Long,
}

/// Something that not every way to plug in a subject offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The suite can tell the subject's application what to do and hears of its events.
    Control,
    /// A peer at a second IP address that the subject can reach.
    SecondAddress,
    /// What is under `given:` can be handed to the subject.
    Given,
}

/// What the application on top of the subject does by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Application {
    /// Writes back whatever it receives, and closes when its peer has closed.
    #[default]
    Echo,
    /// Does nothing that `tell:` does not ask for.
    Control,
}

/// When liveness is probed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// Before the first step and after the last one.
    #[default]
    Both,
    /// After the last step: the first steps are themselves what a probe would ask.
    After,
    /// Never: the scenario itself shows that the subject lives.
    Never,
}

impl Scenario {
    /// Whether the subject is killed and started again in it.
    pub fn restarts(&self) -> bool {
        self.steps.iter().any(|step| step.value.restart.is_some())
    }

    /// Reads and checks a scenario's text. The file's name is for errors.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the file.
    pub fn parse(
        file: &str,
        text: &str,
        protocol: &dyn Protocol,
        catalogue: &Catalogue,
    ) -> Result<Self, Vec<Diagnostic>> {
        let scenario = yaml::read(file, text).map_err(|error| vec![error])?;
        let errors = check::scenario(&scenario, Source { file, text }, protocol, catalogue);
        if errors.is_empty() { Ok(scenario) } else { Err(errors) }
    }

    /// Whether the subject may play either role.
    pub fn is_for_either(&self) -> bool {
        self.subject.as_ref().is_none_or(|word| word.value == EITHER)
    }

    /// The roles that the subject plays, one run each, those that answer first.
    pub fn roles(&self, protocol: &dyn Protocol) -> Vec<Role> {
        match self.subject.as_ref().filter(|_| !self.is_for_either()) {
            None => vec![Role::Listener, Role::Connector],
            Some(word) => protocol.role(&word.value).into_iter().collect(),
        }
    }

    /// Options as the scenario wants them, as near to these as can be.
    pub fn wanted(&self, protocol: &dyn Protocol, options: &OptionChoice) -> OptionChoice {
        let mut wanted = options.clone();
        for (name, words) in self.when.iter() {
            if let Some(spec) = protocol.options().iter().find(|spec| spec.name == name.value) {
                wanted = wanted.adapted(spec, &words.0);
            }
        }
        wanted
    }

    /// Whether it is for subjects of this dialect.
    pub fn is_for_dialect(&self, dialect: &DialectChoice) -> bool {
        self.when.iter().all(|(name, words)| {
            dialect.value(&name.value).is_none_or(|value| words.0.iter().any(|word| word == value))
        })
    }

    /// Who a peer is, when that is said.
    pub fn user_of(&self, peer: &str) -> Option<&str> {
        let named = self.peers.iter().find(|(name, _)| name.value == peer);
        named.and_then(|(_, spec)| spec.value.user())
    }

    /// All clauses that it cites, in its head, its steps and its transfer.
    pub fn cites(&self) -> BTreeSet<&ClauseId> {
        let transfer = self.transfer.as_ref();
        self.clauses
            .iter()
            .chain(self.steps.iter().flat_map(|step| &step.clauses))
            .chain(transfer.into_iter().flat_map(|transfer| &transfer.opened))
            .chain(transfer.into_iter().flat_map(|transfer| &transfer.delivered))
            .chain(transfer.into_iter().flat_map(|transfer| &transfer.closed))
            .map(|id| &id.value)
            .collect()
    }
}

/// The JSON Schema of a scenario's file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Scenario).to_value()
}

#[cfg(test)]
mod tests;
