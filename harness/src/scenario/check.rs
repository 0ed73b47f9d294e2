//! Finds everything that is wrong with a scenario that could be read.
//!
//! What a file may say is in the types; here is what it may mean: names that must exist, keys that go together, values that a
//! field can hold. Nothing stops at the first error.

use std::collections::BTreeSet;

use simulator::Span;

use super::{
    Application, Closer, EITHER, NOTHING, Need, Network, PeerPlace, Scenario, SeedRange, Size,
    Transfer,
};
use crate::diagnostic::{Diagnostic, Place, Source, suggest};
use crate::profile::{OptionChoice, wanted_word};
use crate::protocol::{Protocol, Transport};
use crate::spec::{Catalogue, ClauseId, Side};
use crate::yaml::Located;

mod call;
mod field;
mod packet;
mod step;

use packet::Labels;

/// Longest title, in characters.
const TITLE_MAX: usize = 120;

/// Most steps of a scenario.
const STEPS_MAX: usize = 1_000;

/// Most peers beside `peer`.
const PEERS_MAX: usize = 15;

/// Most octets that one side writes in a transfer: twice around a counter of 32 bits.
const SIZE_MAX: Size = Size(8 << 30);

/// Longest time that a scenario may name for anything.
const TIME_MAX: Span = Span::from_secs(3_600);

/// The peer that every scenario has.
const PEER: &str = "peer";

/// Names that no further peer can have.
const TAKEN: [&str; 2] = [PEER, "subject"];

/// All errors of a scenario, in the order of the file.
pub(super) fn scenario(
    scenario: &Scenario,
    source: Source<'_>,
    protocol: &dyn Protocol,
    catalogue: &Catalogue,
) -> Vec<Diagnostic> {
    let mut check = Check {
        scenario,
        source,
        protocol,
        catalogue,
        labels: Labels::default(),
        errors: Vec::new(),
    };
    check.head();
    check.subject();
    check.when();
    check.peers();
    check.beginning();
    check.body();
    check.network();
    check.needs();
    check.kills();
    check.errors.sort_by_key(|error| (error.line, error.column));
    check.errors
}

/// A check under way.
struct Check<'a> {
    scenario: &'a Scenario,
    source: Source<'a>,
    protocol: &'a dyn Protocol,
    catalogue: &'a Catalogue,
    labels: Labels,
    errors: Vec<Diagnostic>,
}

impl Check<'_> {
    fn error(&mut self, place: Place, message: impl Into<String>) {
        self.errors.push(self.source.error(place, message));
    }

    fn error_with_help(&mut self, place: Place, message: String, help: impl Into<Option<String>>) {
        let mut error = self.source.error(place, message);
        error.help = help.into();
        self.errors.push(error);
    }

    /// The place of errors that no single value is to blame for.
    fn head_place(&self) -> Place {
        self.scenario.title.place()
    }

    fn head(&mut self) {
        let title = &self.scenario.title;
        let length = title.chars().count();
        if title.trim().is_empty() {
            self.error(title.place(), "`title` is empty");
        } else if title.contains('\n') || length > TITLE_MAX {
            let message = format!("`title` is one line of at most {TITLE_MAX} characters");
            self.error_with_help(title.place(), message, "say more under `why`".to_owned());
        }
        if self.scenario.clauses.is_empty() {
            self.error(self.head_place(), "`clauses` names no clause");
        }
        self.clauses(&self.scenario.clauses);
    }

    /// The word for the subject's role is one of the protocol's.
    fn subject(&mut self) {
        let Some(word) = &self.scenario.subject else { return };
        if !self.scenario.is_for_either() && self.protocol.role(&word.value).is_none() {
            let words = self.protocol.role_words();
            let message = format!("{} has no role `{}`", self.protocol.name(), word.value);
            let help = suggest(word, words.into_iter().chain([EITHER]));
            self.error_with_help(word.place(), message, help);
        }
    }

    /// What is wanted of the options exists.
    fn when(&mut self) {
        for (name, wanted) in self.scenario.when.iter() {
            let options = self.protocol.options();
            let of_dialect = self.protocol.dialect_options();
            let named = options.iter().map(|spec| (spec.name, spec.words));
            let mut named = named.chain(of_dialect.iter().map(|spec| (spec.name, spec.values)));
            let Some((option, words)) = named.find(|(option, _)| *option == name.value) else {
                let message = format!("{} has no option `{}`", self.protocol.name(), name.value);
                let of_dialect = of_dialect.iter().map(|spec| spec.name);
                let help = suggest(name, options.iter().map(|spec| spec.name).chain(of_dialect));
                self.error_with_help(name.place(), message, help);
                continue;
            };
            for word in &wanted.0 {
                let bare = wanted_word(word);
                if !words.contains(&bare) {
                    let message = format!("the option `{option}` has no word `{bare}`");
                    let help = suggest(bare, words.iter().copied());
                    self.error_with_help(wanted.place(), message, help);
                }
            }
        }
    }

    fn clauses(&mut self, cited: &[Located<ClauseId>]) {
        let mut seen = BTreeSet::new();
        for id in cited {
            if !seen.insert(&id.value) {
                self.error(id.place(), format!("{} is named twice", id.value));
            }
            self.clause(id);
        }
    }

    fn clause(&mut self, id: &Located<ClauseId>) {
        let catalogue = self.catalogue;
        if id.protocol() != catalogue.prefix() {
            let message = format!(
                "{} is a clause of another protocol: those of {} begin with {}",
                id.value,
                self.protocol.name(),
                catalogue.prefix()
            );
            self.error(id.place(), message);
            return;
        }
        let Some(clause) = catalogue.get(id) else {
            let area = catalogue.iter().filter(|clause| clause.id.area() == id.area());
            let near: Vec<String> = if area.clone().next().is_some() {
                area.map(|clause| clause.id.to_string()).collect()
            } else {
                catalogue.iter().map(|clause| clause.id.to_string()).collect()
            };
            let help = suggest(&id.value.to_string(), near.iter().map(String::as_str));
            self.error_with_help(id.place(), format!("there is no clause {}", id.value), help);
            return;
        };
        let roles = self.scenario.roles(self.protocol);
        if clause.side != Side::Both && roles.iter().any(|&role| !clause.applies_to(role)) {
            let side = clause.side.word(self.protocol);
            let message = format!(
                "{} binds the {side} only, and the subject of this scenario is not only that",
                clause.id
            );
            let help = format!("say `subject: {side}`");
            self.error_with_help(id.place(), message, help);
        }
    }

    fn peers(&mut self) {
        let peers = &self.scenario.peers;
        if peers.len() > PEERS_MAX {
            self.error(self.head_place(), format!("more than {PEERS_MAX} further peers"));
        }
        let streams = self.protocol.transport() == Transport::Stream;
        for (name, peer) in peers.iter() {
            if peer.value.is_connection() != streams {
                let help = if streams { "`connection`" } else { "`other-port` or `other-address`" };
                let message =
                    format!("`{}` is no such peer of {}", name.value, self.protocol.name());
                self.error_with_help(peer.place(), message, format!("say {help}"));
            }
            if let Some(begin) = peer.value.begin().filter(|begin| begin.value != NOTHING) {
                self.beginning_name(begin);
            }
            let is_word = name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if TAKEN.contains(&name.as_str()) {
                self.error(name.place(), format!("`{}` is always there", name.value));
            } else if !is_word {
                let message =
                    format!("`{}` is not a name: lower case letters, digits, `-`", name.value);
                self.error(name.place(), message);
            }
        }
    }

    /// Whether a step may name this peer; says so if not.
    fn peer(&mut self, name: &Located<String>) {
        let known = || self.scenario.peers.iter().map(|(name, _)| name.as_str()).chain([PEER]);
        if !known().any(|known| known == name.value) {
            let help = suggest(name, known().collect::<Vec<_>>());
            let message = format!("`{}` is not declared under `peers`", name.value);
            self.error_with_help(name.place(), message, help);
        }
    }

    fn beginning(&mut self) {
        let Some(name) = &self.scenario.begin else { return };
        let protocol = self.protocol;
        if !self.beginning_name(name) {
            return;
        }
        let mut labels: Option<Labels> = None;
        let options = self.scenario.wanted(protocol, &OptionChoice::default_for(protocol));
        for role in self.scenario.roles(protocol) {
            let Some(steps) = protocol.beginning(name, role, &options) else {
                let role = protocol.word(role);
                let message =
                    format!("`{}` is no beginning for a subject that is the {role}", name.value);
                self.error(name.place(), message);
                continue;
            };
            let given = Labels::of_beginning(steps, protocol);
            labels = Some(labels.map_or_else(|| given.clone(), |others| others.in_common(&given)));
        }
        self.labels = labels.unwrap_or_default();
        if protocol.transport() == Transport::Stream {
            self.labels.of_further_peers(self.scenario.peers.iter().map(|(name, _)| name.as_str()));
        }
    }

    /// Whether a beginning has this name; says so if not.
    fn beginning_name(&mut self, name: &Located<String>) -> bool {
        let names = self.protocol.beginnings(&OptionChoice::default_for(self.protocol)).names();
        let known = names.contains(&name.as_str());
        if !known {
            let message = format!("{} has no beginning `{}`", self.protocol.name(), name.value);
            let help = suggest(name, names.iter().copied());
            self.error_with_help(name.place(), message, help);
        }
        known
    }

    fn body(&mut self) {
        let scenario = self.scenario;
        match &scenario.transfer {
            Some(transfer) if !scenario.steps.is_empty() => {
                self.error(transfer.place(), "a scenario has `steps` or a `transfer`, not both");
            }
            None if scenario.steps.is_empty() => {
                self.error(self.head_place(), "a scenario has `steps` or a `transfer`");
            }
            Some(_) | None => {}
        }
        if let Some(transfer) = &scenario.transfer {
            self.transfer(transfer);
        }
        if let Some(first_left_out) = scenario.steps.get(STEPS_MAX) {
            self.error(first_left_out.place(), format!("more than {STEPS_MAX} steps"));
        }
        for step in scenario.steps.iter().take(STEPS_MAX) {
            self.step(step);
        }
    }

    fn transfer(&mut self, transfer: &Located<Transfer>) {
        let scenario = self.scenario;
        if let Some(begin) = &scenario.begin {
            self.error(begin.place(), "a transfer begins by itself: `begin` means nothing here");
        }
        if let Some((name, _)) = scenario.peers.first() {
            self.error(name.place(), "a transfer has one peer: `peers` means nothing here");
        }
        let sizes = [&transfer.peer_writes, &transfer.subject_writes];
        if sizes.iter().all(|size| size.as_ref().is_none_or(|size| size.0 == 0)) {
            let message = "nobody writes anything".to_owned();
            let help = "say how much, as in `peer-writes: 64 KiB`".to_owned();
            self.error_with_help(transfer.place(), message, help);
        }
        for size in sizes.into_iter().flatten().filter(|size| size.value > SIZE_MAX) {
            self.error(size.place(), format!("{} is more than {SIZE_MAX}", size.value));
        }
        if let Some(size) = &transfer.subject_writes
            && scenario.application == Application::Echo
        {
            let message = "an echoing application writes nothing of its own".to_owned();
            let help = "say `application: control`".to_owned();
            self.error_with_help(size.place(), message, help);
        }
        for (key, cited) in [("delivered", &transfer.delivered), ("closed", &transfer.closed)] {
            if cited.is_empty() && (key == "delivered" || transfer.packets.is_none()) {
                self.error(transfer.place(), format!("`{key}` names no clause"));
            }
            self.clauses(cited);
        }
        self.clauses(&transfer.opened);
    }

    fn network(&mut self) {
        let scenario = self.scenario;
        if let Some(network) = &scenario.network {
            self.schedule(network);
        }
        if let Some(seeds) = &scenario.seeds
            && scenario.network.is_none()
            && scenario.transfer.is_none()
        {
            let SeedRange { first, last } = seeds.value;
            let message = format!("seeds {first}..{last} without a `network` or a `transfer`");
            let help = "without faults every seed is the same conversation".to_owned();
            self.error_with_help(seeds.place(), message, help);
        }
    }

    fn schedule(&mut self, network: &Located<Network>) {
        if !network.is_in_order() {
            self.error(network.place(), "the changes under `later` are not in the order of time");
        }
        let Some(schedule) = &network.schedule else { return };
        if schedule.is_empty() {
            self.error(schedule.place(), "the schedule is empty");
        }
        if schedule.iter().any(|entry| entry.rebind) {
            let message = "`rebind` in a schedule is what the proxy does".to_owned();
            let help = "a step `rebind: elsewhere` lets a peer go on from another port".to_owned();
            self.error_with_help(schedule.place(), message, help);
        }
        if network.states_weather() {
            let message = "a schedule stands instead of weather, not beside it".to_owned();
            let help = "beside `schedule` there is only `delay` and `hold-max`".to_owned();
            self.error_with_help(schedule.place(), message, help);
        }
        if network.delay.is_some_and(|delay| delay.min() != delay.max()) {
            self.error(schedule.place(), "with a schedule `delay` is one time, not a range");
        }
    }

    fn needs(&mut self) {
        let scenario = self.scenario;
        let mut stated = BTreeSet::new();
        for need in &scenario.needs {
            if !stated.insert(need.value) {
                self.error(need.place(), "`needs` names this twice");
            }
        }
        let mut demand = |need: Need, word: &str, place: Option<Place>, what: &str| {
            if let Some(place) = place.filter(|_| !stated.contains(&need)) {
                let help = format!("add `{word}` to `needs`");
                let message = format!("{what} needs `{word}`");
                self.error_with_help(place, message, help);
            }
        };
        let tells = scenario.steps.iter().find_map(|step| {
            step.tell.as_ref().map(Located::place).or(step.event.as_ref().map(Located::place))
        });
        demand(
            Need::Control,
            "control",
            tells,
            "telling the subject's application, or hearing from it,",
        );
        let head = scenario.title.place();
        let controlled = (scenario.application == Application::Control).then_some(head);
        demand(Need::Control, "control", controlled, "`application: control`");
        let transfer = scenario.transfer.as_ref();
        let closes =
            transfer.filter(|transfer| transfer.closes != Closer::Peer).map(Located::place);
        demand(Need::Control, "control", closes, "a subject that closes by itself");
        let elsewhere = scenario
            .peers
            .iter()
            .find(|(_, peer)| peer.value.place() == PeerPlace::OtherAddress)
            .map(|(_, place)| place.place());
        demand(Need::SecondAddress, "second-address", elsewhere, "a peer at another address");
        let given = (!scenario.given.is_empty()).then_some(head);
        demand(Need::Given, "given", given, "what is under `given`");
    }

    fn kills(&mut self) {
        let scenario = self.scenario;
        if scenario.kills.is_empty() {
            return;
        }
        let mutants = self.protocol.mutants();
        let cited = scenario.cites();
        for name in &scenario.kills {
            let Some(mutant) = mutants.iter().find(|mutant| mutant.name == name.value) else {
                let help = suggest(name, mutants.iter().map(|mutant| mutant.name));
                let message = format!("there is no mutant `{}`", name.value);
                self.error_with_help(name.place(), message, help);
                continue;
            };
            if !cited.contains(&mutant.clause) {
                let message = format!(
                    "`{}` breaks {}, which this scenario does not cite",
                    mutant.name, mutant.clause
                );
                self.error(name.place(), message);
            }
        }
    }
}

#[cfg(test)]
mod tests;
