//! What a peer, a monitor and the reference as a subject are made from: what each of them is told of a run.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::profile::{DialectChoice, Grade, OptionChoice, Timers};
use crate::protocol::Role;
use crate::scenario::Application;

/// What a peer is made from.
#[derive(Clone, Copy, Debug)]
pub struct PeerSetup<'a> {
    /// The dialect of the run.
    pub dialect: &'a DialectChoice,
    /// The role of the subject; the peer plays the other.
    pub subject: Role,
    /// What the profile says of the subject.
    pub options: &'a OptionChoice,
    /// The grade that the profile claims.
    pub claims: Grade,
    /// What the subject's application does.
    pub application: Application,
    /// Whether the peer acknowledges by itself what it receives.
    pub acknowledges: bool,
    /// What the scenario gives.
    pub given: &'a BTreeMap<String, serde_json::Value>,
    /// Its name in the scenario.
    pub name: &'a str,
    /// Who it is, when the scenario says so.
    pub user: Option<&'a str>,
    /// Its place among the peers, from 0.
    pub place: usize,
    /// Where this peer's chance comes from; differs for each peer of a run.
    pub seed: [u8; 32],
}

/// What monitors are made from.
#[derive(Clone, Copy, Debug)]
pub struct MonitorSetup<'a> {
    /// The dialect of the run.
    pub dialect: &'a DialectChoice,
    /// The role of the subject.
    pub subject: Role,
    /// What the profile says of the subject.
    pub options: &'a OptionChoice,
    /// What the subject's application does, when that is known.
    pub application: Option<Application>,
    /// How much later than due something may be seen.
    pub tolerance: Duration,
    /// How long a datagram may have reached the subject's socket and not been read yet.
    pub unread: Duration,
    /// What the scenario gives.
    pub given: &'a BTreeMap<String, serde_json::Value>,
    /// Unix time when the run began.
    pub epoch: Duration,
    /// The timers of the profile.
    pub timers: &'a Timers,
    /// It is a recorded conversation: neither what the subject was given is known, nor who else speaks with it.
    pub overheard: bool,
}

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
