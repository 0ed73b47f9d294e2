//! Several subjects, each as client and as server against each other: whether they get on, and which leaves the specification
//! first.
//!
//! The engine of real sockets brings two together ([`encounter`](crate::engine::socket::encounter)); what each sent is then shown
//! to its monitors, as in a recorded conversation. A cell of the matrix is one client with one server.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use simulator::{Fates, Instant, StreamFates};

use crate::clock::{self, Clock};
use crate::engine::EngineError;
use crate::engine::socket::encounter::{Meeting, Met, NotMet, meet, of};
use crate::engine::socket::tolerance;
use crate::journal::{Journal, What};
use crate::judge::{is_starved, was_bitten};
use crate::profile::{DialectChoice, Grade, Profile, WayIn};
use crate::protocol::{self, Protocol, Role, Violation, clause};
use crate::recorded::Side;
use crate::spec::{Catalogue, ClauseId, EDITION};
use crate::verdict::{Ending, Finding, FoundBy, Reason, Verdict};

/// The version of `matrix.json`.
pub const VERSION: u32 = 1;

/// How often a cell is tried again because the machine was too busy to judge times.
const BUSY_MAX: usize = 2;

/// All cells of one matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Matrix {
    /// The version of this format.
    pub matrix: u32,
    /// The version of wireproof.
    pub wireproof: String,
    /// The edition of the specification.
    pub edition: String,
    /// What all faults were drawn from.
    pub seed: u64,
    /// The weather, as it was asked for; nothing when there was none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weather: Vec<String>,
    /// The subjects, in the order in which they were named.
    pub subjects: Vec<Subject>,
    /// The cells: for each client in that order, each server in that order.
    pub cells: Vec<Cell>,
    /// Cells of each verdict.
    pub totals: BTreeMap<Verdict, usize>,
    /// The number of cells again: the last key, so that a file that was cut short shows.
    pub complete: usize,
}

/// One of the subjects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Subject {
    /// Its name here; no two have the same.
    pub name: String,
    /// Its protocol.
    pub protocol: String,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its dialect.
    pub dialect: DialectChoice,
    /// The SHA-256 digest of its profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// One client with one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Cell {
    /// The client's name.
    pub client: String,
    /// The server's name.
    pub server: String,
    /// Whether they get on.
    pub verdict: Verdict,
    /// Why no judgement was possible, when it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// How far they came, or why they did not meet, as a sentence without a full stop.
    pub what: String,
    /// Who left the specification first, and how, as far as one who watches can tell: a hint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
    /// What is said of the client, and of the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<Seen>,
    /// The journal's file in the folder, when one was written; its subject is the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<String>,
    /// Wall time.
    #[schemars(with = "u64")]
    pub took: Duration,
}

/// Who left the specification first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct First {
    /// Its role.
    pub role: String,
    /// Its name.
    pub name: String,
    /// By what.
    pub finding: Finding,
}

/// What is said of one side of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Seen {
    /// Its role.
    pub role: String,
    /// What was found, in the order in which it happened.
    pub findings: Vec<Finding>,
    /// The clauses that were put to the test.
    pub exercised: Vec<ClauseId>,
}

/// What is to be brought together, and how.
pub struct Options<'a> {
    /// The subjects, by names that differ.
    pub subjects: &'a [(String, Profile)],
    /// What the network does to datagrams to a server, and to a client.
    pub datagrams: [Fates; 2],
    /// The same for streams.
    pub streams: [StreamFates; 2],
    /// The weather in words.
    pub weather: Vec<String>,
    /// What all faults are drawn from.
    pub seed: u64,
    /// How long two may take for all that they have to do.
    pub within: Duration,
}

/// What a cell rests on: the journals and what was printed, of the client first.
pub struct Evidence {
    /// What happened, as each side saw it.
    pub journals: [Journal; 2],
    /// What each has printed.
    pub printed: [Vec<u8>; 2],
}

/// Is shown each cell, and what it rests on.
type Observer<'a, E> = dyn FnMut(&mut Cell, Option<&Evidence>) -> Result<(), E> + 'a;

/// Brings each client together with each server; the observer sees each cell as soon as it is judged, and may note where its
/// evidence is.
///
/// # Errors
///
/// [`EngineError::Interrupted`], and what the observer says. Whatever else goes wrong is that cell's verdict.
pub fn run<E: From<EngineError>>(
    options: &Options<'_>,
    observer: &mut Observer<'_, E>,
) -> Result<Matrix, E> {
    let mut cells = Vec::new();
    for client in options.subjects {
        for server in options.subjects {
            let (mut cell, evidence) = pair(options, [client, server])?;
            observer(&mut cell, evidence.as_ref())?;
            cells.push(cell);
        }
    }
    let mut totals: BTreeMap<Verdict, usize> = BTreeMap::new();
    for cell in &cells {
        *totals.entry(cell.verdict).or_default() += 1;
    }
    Ok(Matrix {
        matrix: VERSION,
        wireproof: env!("CARGO_PKG_VERSION").to_owned(),
        edition: EDITION.to_owned(),
        seed: options.seed,
        weather: options.weather.clone(),
        subjects: options.subjects.iter().map(subject).collect(),
        totals,
        complete: cells.len(),
        cells,
    })
}

fn subject((name, profile): &(String, Profile)) -> Subject {
    let protocol = protocol::by_name(&profile.protocol);
    let word = |role: &Role| protocol.map_or("", |protocol| protocol.word(*role)).to_owned();
    Subject {
        name: name.clone(),
        protocol: profile.protocol.clone(),
        roles: profile.roles.iter().map(word).collect(),
        dialect: profile.dialect.clone(),
        profile: profile.digest.clone(),
    }
}

/// Why two cannot meet, if they cannot: what their profiles say.
fn parted([client, server]: [&(String, Profile); 2]) -> Option<String> {
    let ((client_name, client), (server_name, server)) = (client, server);
    if client.protocol != server.protocol {
        return Some(format!(
            "{client_name} speaks {}, {server_name} {}",
            client.protocol, server.protocol
        ));
    }
    let protocol = protocol::by_name(&client.protocol)?;
    for (name, profile, role) in
        [(client_name, client, Role::Connector), (server_name, server, Role::Listener)]
    {
        if !profile.roles.contains(&role) {
            return Some(format!("{name} is no {}", protocol.word(role)));
        }
        if profile.way == WayIn::Reference {
            return Some(format!("{name} has no socket"));
        }
    }
    if client.dialect != server.dialect {
        return Some(format!(
            "{client_name} speaks {}, {server_name} {}",
            client.dialect, server.dialect
        ));
    }
    let words = |profile: &Profile, name: &str| {
        let options = profile.options.iter().filter(|(option, _)| *option == name);
        options.flat_map(|(_, words)| words.to_vec()).collect::<Vec<_>>().join(", ")
    };
    let shared = protocol.options().iter().filter(|option| option.shared);
    shared
        .map(|option| (option.name, words(client, option.name), words(server, option.name)))
        .find(|(_, clients, servers)| clients != servers)
        .map(|(name, clients, servers)| {
            format!("`{name}` is {clients} at {client_name}, and {servers} at {server_name}")
        })
}

/// One cell with its evidence, if they met.
fn pair(
    options: &Options<'_>,
    pair: [&(String, Profile); 2],
) -> Result<(Cell, Option<Evidence>), EngineError> {
    let clock = Clock::start();
    let names = pair.map(|(name, _)| name.as_str());
    let profiles = pair.map(|(_, profile)| profile);
    let cell = |verdict, what: String| Cell {
        client: names[0].to_owned(),
        server: names[1].to_owned(),
        verdict,
        reason: None,
        what,
        first: None,
        sides: Vec::new(),
        journal: None,
        took: clock.now().duration_since(Instant::START),
    };
    if let Some(why) = parted(pair) {
        return Ok((cell(Verdict::Unsupported, why), None));
    }
    let Some(protocol) = protocol::by_name(&profiles[0].protocol) else {
        return Ok((cell(Verdict::Error, "there is no such protocol".to_owned()), None));
    };
    let io = |error| EngineError::Io { doing: "drawing a seed".to_owned(), error };
    let chance = clock::fresh_seed().map_err(io)?;
    let dialect = &profiles[0].dialect;
    let listener = &profiles[1];
    let question = || protocol.opening(dialect, &listener.options, listener.claims, chance);
    let meeting = Meeting {
        protocol,
        dialect,
        profiles,
        datagrams: options.datagrams.clone(),
        streams: options.streams.clone(),
        seed: options.seed,
        within: options.within,
        question: &question,
    };
    let mut tries = 0;
    loop {
        let met = match meet(&meeting) {
            Ok(met) => met,
            Err(NotMet { error: EngineError::Interrupted, .. }) => {
                return Err(EngineError::Interrupted);
            }
            Err(NotMet { side, error }) => {
                let whose =
                    side.map(|role| format!("{} ({}): ", of(role, names), protocol.word(role)));
                let what = format!("{}{error}", whose.unwrap_or_default());
                return Ok((cell(Verdict::Error, what), None));
            }
        };
        let judged = judge(&meeting, names, &met);
        let is_busy = judged.verdict > Verdict::Pass && met.waited > tolerance();
        if is_busy && tries < BUSY_MAX {
            tries += 1;
            continue;
        }
        let Met { journals, printed, .. } = met;
        let mut whole = cell(judged.verdict, judged.what);
        (whole.reason, whole.first, whole.sides) = (judged.reason, judged.first, judged.sides);
        return Ok((whole, Some(Evidence { journals, printed })));
    }
}

/// What is said of an encounter.
struct Judged {
    verdict: Verdict,
    reason: Option<Reason>,
    what: String,
    first: Option<First>,
    sides: Vec<Seen>,
}

/// Judges an encounter: by how far the two came, and by what monitors say of each.
fn judge(meeting: &Meeting<'_>, names: [&str; 2], met: &Met) -> Judged {
    let protocol = meeting.protocol;
    let catalogue = Catalogue::of(protocol);
    let sides = Role::ALL.map(|role| side(meeting, catalogue, role, met));
    let findings = || {
        let of_side =
            |role| of(role, [&sides[0], &sides[1]]).findings.iter().map(move |it| (role, it));
        Role::ALL.into_iter().flat_map(of_side)
    };
    let worst = findings().map(|(_, finding)| finding.verdict).max().unwrap_or(Verdict::Pass);
    // Of two at one moment the client's comes first, which the server may only have answered.
    let first =
        findings().filter(|(_, finding)| finding.verdict == worst).min_by_key(|(_, it)| it.at);
    let first = first.map(|(role, finding)| First {
        role: protocol.word(role).to_owned(),
        name: of(role, names).to_owned(),
        finding: finding.clone(),
    });
    let [_, journal] = &met.journals;
    let (verdict, reason) = match &met.stopped {
        Some(_) if worst != Verdict::Fail => match excuse(met, journal) {
            Some(reason) => (Verdict::Inconclusive, Some(reason)),
            None => (Verdict::Fail, None),
        },
        _ => (worst, None),
    };
    let what = match &met.stopped {
        None => met.came.clone(),
        Some((_, why)) => why.clone(),
    };
    Judged { verdict, reason, what, first, sides: sides.into() }
}

/// Why it says nothing of either that they came no further, if it does.
fn excuse(met: &Met, journal: &Journal) -> Option<Reason> {
    let lost = is_starved(&journal.entries) || (!met.resent && was_bitten(journal));
    if lost {
        Some(Reason::NothingGotThrough)
    } else {
        (met.waited > tolerance()).then_some(Reason::MachineBusy)
    }
}

/// What is said of one side.
fn side(meeting: &Meeting<'_>, catalogue: &Catalogue, role: Role, met: &Met) -> Seen {
    let (protocol, profile) = (meeting.protocol, of(role, meeting.profiles));
    let journal = of(role, [&met.journals[0], &met.journals[1]]);
    let found = Side::of(role, journal.clone()).judge(protocol, meeting.dialect);
    let weight = |violation: &Violation| {
        let is_ruling = profile.claims == Grade::Text && violation.grade == Grade::Edition;
        match catalogue.get(&violation.clause) {
            Some(clause) if is_ruling || !profile.claims.demands(clause) => Verdict::Warn,
            _ => Verdict::Fail,
        }
    };
    let violations = found.violations.into_iter().map(|(at, entry, violation)| Finding {
        verdict: weight(&violation),
        reason: None,
        clause: Some(violation.clause),
        by: FoundBy::Monitor,
        at,
        entry: entry.map(|entry| entry as u64),
        what: violation.what,
        allowed: violation.allowed,
    });
    let mut findings: Vec<Finding> = violations.chain(endings(protocol, journal)).collect();
    findings.sort_by_key(|finding| finding.at);
    Seen { role: protocol.word(role).to_owned(), findings, exercised: found.exercised }
}

/// What there is to say against the end of a program.
fn endings(protocol: &'static dyn Protocol, journal: &Journal) -> Vec<Finding> {
    let entries = journal.entries.iter().enumerate();
    let ended = entries.filter_map(|(number, entry)| match &entry.what {
        What::Ended(ending) if *ending != Ending::Clean => Some((number as u64, entry.at, ending)),
        _ => None,
    });
    ended
        .map(|(number, at, ending)| {
            let crashed = matches!(ending, Ending::Crashed { .. });
            Finding {
                verdict: if crashed { Verdict::Fail } else { Verdict::Warn },
                reason: None,
                clause: protocol.survival().filter(|_| crashed).map(clause),
                by: FoundBy::Runner,
                at,
                entry: Some(number),
                what: format!("its program: {ending}"),
                allowed: Vec::new(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
