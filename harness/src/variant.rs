//! A scenario with another network, other seeds or less to write: the document of a file, changed, and what it then says.
//!
//! Sweeps put weather into it, fuzzing a wrong packet, reductions a schedule. Whatever comes out is a scenario file that can be written and run again.

use std::sync::Arc;

use serde_yaml::{Mapping, Value};
use simulator::{Entry as Fault, Span};

use crate::corpus::Entry;
use crate::diagnostic::Diagnostic;
use crate::protocol;
use crate::scenario::Scenario;
use crate::spec::Catalogue;

/// Keys of the head that a variant settles anew.
const SETTLED_ANEW: [&str; 4] = ["network", "seeds", "kills", "why"];

/// A scenario's document that is being changed.
#[derive(Clone, Debug)]
pub struct Variant<'a> {
    base: &'a Entry,
    catalogue: &'a Catalogue,
    document: Mapping,
}

impl<'a> Variant<'a> {
    /// The scenario of an entry, without its network and its seeds.
    ///
    /// # Panics
    ///
    /// Never: what was read as a scenario is a mapping.
    pub fn of(base: &'a Entry, catalogue: &'a Catalogue) -> Self {
        let mut document: Mapping =
            serde_yaml::from_str(&base.text).expect("a scenario that was read is a mapping");
        for key in SETTLED_ANEW {
            document.remove(key);
        }
        Self { base, catalogue, document }
    }

    /// Says why the scenario is there.
    pub fn why(&mut self, why: String) {
        self.head("why", why);
    }

    /// Names the seed.
    pub fn seed(&mut self, seed: u64) {
        self.head("seeds", seed.to_string());
    }

    /// Puts weather, as a scenario says it, in the place of the network.
    pub fn weather(&mut self, weather: Mapping) {
        self.head("network", weather);
    }

    /// Puts exactly these faults in the place of the network, on links that take this long; without a fault, no network.
    ///
    /// # Panics
    ///
    /// Never: faults are numbers and text, which can be written.
    pub fn faults(&mut self, latency: Span, faults: &[Fault]) {
        if faults.is_empty() {
            self.document.remove("network");
            return;
        }
        let faults = serde_yaml::to_value(faults).expect("faults are numbers and text");
        let mut network = Mapping::new();
        if !latency.is_zero() {
            network.insert("delay".into(), latency.to_string().into());
        }
        network.insert("schedule".into(), faults);
        self.head("network", network);
    }

    /// The steps as they stand in the document; none for a transfer.
    pub fn steps(&self) -> Vec<Value> {
        self.document.get("steps").and_then(Value::as_sequence).cloned().unwrap_or_default()
    }

    /// Whatever is broken weighs what its clause says, not what the scenario was about.
    pub fn weighs_fully(&mut self) {
        for key in ["grade", "level"] {
            self.document.remove(key);
        }
    }

    /// How many octets the peer or the subject of a transfer writes, by its key; nothing where there are none.
    pub fn writes(&mut self, key: &str, octets: u64) {
        if octets > 0 {
            self.transfer(key, octets);
        } else if let Some(transfer) = self.transfer_mut() {
            transfer.remove(key);
        }
    }

    /// Puts this value at a key of the transfer.
    pub fn transfer(&mut self, key: &str, value: impl Into<Value>) {
        if let Some(transfer) = self.transfer_mut() {
            transfer.insert(key.into(), value.into());
        }
    }

    fn transfer_mut(&mut self) -> Option<&mut Mapping> {
        self.document.get_mut("transfer").and_then(Value::as_mapping_mut)
    }

    /// The text of the file.
    ///
    /// # Panics
    ///
    /// Never: what was read can be written.
    pub fn text(&self) -> String {
        serde_yaml::to_string(&self.document).expect("a document that was read can be written")
    }

    /// The scenario, read as strictly as every other.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    ///
    /// # Panics
    ///
    /// Never: an entry of the corpus is of a protocol.
    pub fn entry(&self) -> Result<Entry, Vec<Diagnostic>> {
        let text = self.text();
        let protocol = protocol::by_name(self.base.id.protocol())
            .expect("an entry of the corpus is of a protocol");
        let scenario = Scenario::parse(&self.base.file, &text, protocol, self.catalogue)?;
        let (scenario, text) = (Arc::new(scenario), text.into());
        Ok(Entry { id: self.base.id.clone(), scenario, file: self.base.file.clone(), text })
    }

    /// Puts this value at a key of the head.
    pub fn head(&mut self, key: &str, value: impl Into<Value>) {
        self.document.insert(key.into(), value.into());
    }
}
