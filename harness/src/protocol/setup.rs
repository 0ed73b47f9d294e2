//! What a subject is made from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::profile::{DialectChoice, OptionChoice};
use crate::protocol::Role;
use crate::scenario::Application;

/// What the reference as a subject is made from.
#[derive(Clone, Copy, Debug)]
pub struct SubjectSetup<'a> {
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// Its role.
    pub role: Role,
    /// The options that it takes on.
    pub options: &'a OptionChoice,
    /// What its application does.
    pub application: Application,
    /// What the scenario gives.
    pub given: &'a BTreeMap<String, serde_json::Value>,
    /// Its own address.
    pub local: SocketAddr,
    /// Unix time when the run begins.
    pub epoch: Duration,
    /// Where its chance comes from.
    pub seed: [u8; 32],
    /// The mutant that it is, or none.
    pub mutant: Option<&'a str>,
}
