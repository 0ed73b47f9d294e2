//! The judge: makes a judgement from scenario, profile and journal, and from nothing else.
//!
//! The scenario's script is played again over the journal, on the suite's side of the network; the monitors watch the subject's
//! side. What both find is put in order, and the worst counts. So the same code judges a run that has just ended, a saved
//! journal, and a journal that somebody else has made.

use std::collections::{BTreeMap, BTreeSet};

use simulator::{Fate, Instant, Part};

use crate::journal::{Entry, Journal, Party, StreamPart, UNROUTABLE, What};
use crate::profile::Grade;
use crate::protocol::{Monitor, Protocol, Violation};
use crate::scenario::{Scenario, ShownLevel};
use crate::script::{Action, FindingKind, Input, Script, StreamPlace};
use crate::spec::{Catalogue, ClauseId};
use crate::verdict::{Ending, Finding, FoundBy, Judgement, Reason, Verdict};

mod consequences;
mod lines;
mod sends;
mod starved;
mod watch;
mod weight;

use sends::Sends;
pub(crate) use starved::is_starved;
use watch::Watch;
pub use watch::watch;
use weight::Weight;

/// How many findings of one case are kept; a subject that is wrong in every packet is not wronger for it.
const FINDINGS_MAX: usize = 100;

/// What a judge knows beside the journal.
pub struct Bench<'a> {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The grade that the subject claims.
    pub claims: Grade,
    /// The script, not begun, made as for the run.
    pub script: Box<dyn Script + 'a>,
    /// The monitors, not begun.
    pub monitor: Box<dyn Monitor>,
}

/// Judges a journal.
pub fn judge(bench: &mut Bench<'_>, journal: &Journal) -> Judgement {
    let mut hearing = Hearing {
        protocol: bench.protocol,
        catalogue: Catalogue::of(bench.protocol),
        claims: bench.claims,
        grade: bench.scenario.grade.unwrap_or(Grade::Text),
        level: bench.scenario.level,
        findings: Vec::new(),
        more: 0,
        ending: Ending::Clean,
        also_ended: Vec::new(),
        heard: 0,
        warned: Vec::new(),
        has_strayed: false,
        explained: Vec::new(),
    };
    let Bench { script, monitor, scenario, protocol, .. } = bench;
    let (protocol, scenario) = (*protocol, *scenario);
    let mut sends = Sends::default();
    let mut watch = Watch::new(protocol, &journal.header);
    let mut last = Instant::START;
    for (number, entry) in journal.entries.iter().enumerate() {
        let (at, number) = (entry.at, number as u64);
        last = last.max(at);
        let violations = watch.see(at, &entry.what, &mut **monitor);
        let before = hearing.findings.len();
        let progress = if violations.is_empty() { None } else { script.progress() };
        hearing.violations(at, Some(number), violations, progress);
        hearing.note_warnings(before, &entry.what);
        match &entry.what {
            What::Start => script.handle(at, Input::Start),
            What::Timeout => script.handle(at, Input::Timeout),
            What::Restarted => script.handle(at, Input::Restarted),
            What::Sent(sent) => {
                if let Party::Peer(peer) = sent.by {
                    sends.recorded((peer, &sent.octets));
                }
            }
            What::Received(received) => {
                if let Party::Peer(peer) = received.by {
                    hearing.arrived(received.number, script.progress());
                    let (from, octets) = (received.from, watch.octets(received));
                    script.handle(at, Input::Datagram { peer, from, octets });
                }
            }
            What::StreamSent(streamed) => {
                if let (Party::Peer(peer), StreamPart::Octets(octets)) =
                    (streamed.by, &streamed.part)
                {
                    sends.recorded((peer, octets));
                }
            }
            What::StreamReceived(streamed) => {
                if let Party::Peer(peer) = streamed.by {
                    let part = &Part::from(&streamed.part);
                    script.handle(at, Input::Stream { peer, part });
                }
            }
            What::Event(told) => {
                if told.by == Party::Subject {
                    let (session, event) = (told.session, &told.event);
                    script.handle(at, Input::Event { session, event });
                }
            }
            What::Ended(ending) => {
                hearing.ended(ending);
                script.handle(at, Input::SubjectEnded(ending));
            }
            What::Told(_) | What::Secret(_) | What::Step(_) | What::Limit(_) | What::Note(_) => {}
        }
        hearing.script(at, Some((number, &entry.what)), &**script, journal);
        while let Some(action) = script.poll() {
            match action {
                Action::Send { peer, octets, .. }
                | Action::Stream { peer, part: Part::Octets(octets) } => {
                    sends.expected(peer, octets);
                }
                _ => {}
            }
        }
    }
    script.finish(last);
    hearing.script(last, None, &**script, journal);
    let violations = monitor.finish(last);
    hearing.violations(last, None, violations, None);
    if sends.differ() {
        hearing.diverged(last);
    }
    for entry in unbitten(scenario, journal) {
        hearing.unbitten(last, &entry);
    }
    hearing.conclude(scenario, &**script, &**monitor)
}

/// Whether the network did anything to a datagram but deliver it, sooner or later.
pub fn was_bitten(journal: &Journal) -> bool {
    journal.entries.iter().any(|entry| match &entry.what {
        What::Sent(sent) => {
            let late = Fate { delay: sent.fate.delay, ..Fate::USUAL };
            sent.message != UNROUTABLE && sent.fate != late
        }
        What::StreamSent(sent) => !sent.fates.is_empty(),
        _ => false,
    })
}

/// Entries of the scenario's schedule that never happened.
fn unbitten(scenario: &Scenario, journal: &Journal) -> Vec<simulator::Entry> {
    let schedule = scenario.network.as_ref().and_then(|network| network.value.schedule());
    let happened = |entry: &simulator::Entry| {
        journal.entries.iter().any(|line| match &line.what {
            What::Sent(sent) => {
                let peer = match sent.by {
                    Party::Subject => 0,
                    Party::Peer(peer) => peer,
                };
                let peer = journal.header.peers.get(peer).map_or("", |(name, _)| name.as_str());
                let link = match sent.by {
                    Party::Subject => format!("subject>{peer}"),
                    Party::Peer(_) => format!("{peer}>subject"),
                };
                link == entry.link
                    && sent.message == entry.message
                    && sent.occurrence == entry.occurrence
                    && !sent.fate.is_usual()
            }
            _ => false,
        })
    };
    let entries = schedule.map(|schedule| schedule.0).unwrap_or_default();
    entries.into_iter().filter(|entry| !happened(entry)).collect()
}

/// A judgement in the making.
struct Hearing {
    protocol: &'static dyn Protocol,
    catalogue: &'static Catalogue,
    claims: Grade,
    /// The grade that the scenario is about, when a clause of the text is cited for what a ruling says.
    grade: Grade,
    /// The level that the scenario is about, when that is not the clause's.
    level: Option<ShownLevel>,
    findings: Vec<Heard>,
    /// Findings beyond the limit.
    more: usize,
    ending: Ending,
    /// The endings that were not the worst.
    also_ended: Vec<Ending>,
    /// How many of the script's findings have been taken over.
    heard: usize,
    /// Datagrams of which the monitors have warned.
    warned: Vec<u64>,
    /// The monitors have warned of a MUST that is not claimed, on a stream: what steps wait for may not come as they have it.
    has_strayed: bool,
    /// Findings of the script that warnings of the monitors explain.
    explained: Vec<String>,
}

/// A finding with what the judge knows of it.
struct Heard {
    finding: Finding,
    weight: Weight,
    /// How much of what was due had come, where the script counts it.
    progress: Option<usize>,
    /// The datagram that a monitor has warned of.
    datagram: Option<u64>,
}

impl Heard {
    /// Whether it is a warning of what may lead to other findings.
    fn is_leading_warning(&self, protocol: &dyn Protocol) -> bool {
        let clause = self.finding.clause.as_ref();
        let is_bystander = clause.is_some_and(|clause| protocol.is_bystander(clause));
        self.finding.verdict == Verdict::Warn && !is_bystander
    }
}

impl Hearing {
    fn violations(
        &mut self,
        at: Instant,
        entry: Option<u64>,
        violations: Vec<Violation>,
        progress: Option<usize>,
    ) {
        for violation in violations {
            if self.findings.len() >= FINDINGS_MAX {
                self.more += 1;
                continue;
            }
            let weight = self.weight(Some(&violation.clause), violation.grade);
            let finding = Finding {
                verdict: weight.verdict(),
                reason: None,
                clause: Some(violation.clause),
                by: FoundBy::Monitor,
                at,
                entry,
                what: violation.what,
                allowed: violation.allowed,
            };
            self.findings.push(Heard { finding, weight, progress, datagram: None });
        }
    }

    /// Notes of which datagram the findings from this place on are, or that a stream has left the course of the steps.
    fn note_warnings(&mut self, from: usize, what: &What) {
        let protocol = self.protocol;
        let found = self.findings.get_mut(from..).unwrap_or_default();
        if let What::Sent(sent) = what {
            let mut warnings =
                found.iter_mut().filter(|heard| heard.is_leading_warning(protocol)).peekable();
            if warnings.peek().is_some() {
                self.warned.push(sent.number);
            }
            warnings.for_each(|heard| heard.datagram = Some(sent.number));
        }
        // Octets of a stream that a step did not take are there for every later one.
        self.has_strayed |= matches!(what, What::StreamSent(_))
            && found.iter().any(|heard| heard.weight.is_unclaimed());
    }

    /// A datagram has reached the suite: only from now on can it lead the steps astray.
    fn arrived(&mut self, number: u64, progress: Option<usize>) {
        if self.warned.contains(&number) {
            let warnings = self.findings.iter_mut();
            let warnings = warnings.filter(|heard| heard.datagram == Some(number));
            warnings.for_each(|heard| heard.progress = progress);
        }
    }

    /// Whether a monitor has warned of the packet that this entry is about: that is why a step was not met, and a warning stays one.
    fn is_warned(&self, entry: u64, what: &What) -> bool {
        let is_here = |heard: &Heard| {
            let by_monitor = heard.finding.by == FoundBy::Monitor;
            let here = heard.finding.entry == Some(entry);
            by_monitor && here && heard.is_leading_warning(self.protocol)
        };
        match what {
            What::Received(received) => self.warned.contains(&received.number),
            _ => self.findings.iter().any(is_here),
        }
    }

    /// Takes over what the script has found since the last time.
    fn script(
        &mut self,
        at: Instant,
        place: Option<(u64, &What)>,
        script: &dyn Script,
        journal: &Journal,
    ) {
        let findings = script.findings();
        let entry = place.map(|(entry, _)| entry);
        let until = entry.and_then(|entry| usize::try_from(entry).ok());
        let so_far = until.and_then(|until| journal.entries.get(..=until));
        let starved = || is_starved(so_far.unwrap_or(&journal.entries));
        for finding in findings.get(self.heard..).unwrap_or(&[]) {
            let clause = finding.clauses.first().cloned();
            let weight = self.weight(clause.as_ref(), finding.grade);
            let (verdict, reason) = match finding.kind {
                FindingKind::GivenUp if starved() => {
                    (Verdict::Inconclusive, Some(Reason::NothingGotThrough))
                }
                FindingKind::Broken | FindingKind::GivenUp => (weight.verdict(), None),
                FindingKind::Inconclusive(reason) => (Verdict::Inconclusive, Some(reason)),
                FindingKind::Left => {
                    self.explained.push(finding.what.clone());
                    continue;
                }
            };
            if let Some(ending) = &finding.ending {
                self.ended(ending);
            }
            let is_explained = || place.is_some_and(|(entry, what)| self.is_warned(entry, what));
            if verdict == Verdict::Fail && (self.has_strayed || is_explained()) {
                self.explained.push(format!("for which a step was not met: {}", finding.what));
                continue;
            }
            let finding = Finding {
                verdict,
                reason,
                clause,
                by: finding.by.clone(),
                at,
                entry: finding.place.and_then(|it| brought(so_far?, it)).or(entry),
                what: finding.what.clone(),
                allowed: finding.allowed.clone(),
            };
            let progress = script.progress();
            self.findings.push(Heard { finding, weight, progress, datagram: None });
        }
        self.heard = findings.len();
    }

    /// The worst ending counts, the first of its kind.
    fn ended(&mut self, ending: &Ending) {
        if *ending == self.ending || self.also_ended.contains(ending) {
            return;
        }
        let other = if ending.rank() > self.ending.rank() {
            std::mem::replace(&mut self.ending, ending.clone())
        } else {
            ending.clone()
        };
        if !matches!(other, Ending::Clean | Ending::Silent) {
            self.also_ended.push(other);
        }
    }

    /// Whether the steps were given up because the subject did what it may do, so that those which follow show nothing.
    fn was_left(&self) -> bool {
        let left = |Heard { finding, weight, .. }: &Heard| {
            finding.by != FoundBy::Monitor && weight.is_unclaimed()
        };
        !self.explained.is_empty() || self.findings.iter().any(left)
    }

    fn add(&mut self, finding: Finding) {
        let weight = Weight::Full;
        self.findings.push(Heard { finding, weight, progress: None, datagram: None });
    }

    /// The journal says nothing of this scenario, whatever else was found.
    fn diverged(&mut self, at: Instant) {
        self.findings.clear();
        self.add(Finding {
            verdict: Verdict::Inconclusive,
            reason: Some(Reason::ReplayDiverged),
            clause: None,
            by: FoundBy::Runner,
            at,
            entry: None,
            what: "the journal is of another scenario, or of another version of it: the suite \
                   would have sent something else"
                .to_owned(),
            allowed: Vec::new(),
        });
    }

    fn unbitten(&mut self, at: Instant, entry: &simulator::Entry) {
        self.add(Finding {
            verdict: Verdict::Inconclusive,
            reason: Some(Reason::FaultDidNotBite),
            clause: None,
            by: FoundBy::Runner,
            at,
            entry: None,
            what: format!(
                "{} number {} never came on {}",
                entry.message, entry.occurrence, entry.link
            ),
            allowed: Vec::new(),
        });
    }

    fn conclude(
        mut self,
        scenario: &Scenario,
        script: &dyn Script,
        monitor: &dyn Monitor,
    ) -> Judgement {
        // A subject that hung or left processes behind has not ended its part well, whatever it said on the wire.
        if self.findings.is_empty() && matches!(self.ending, Ending::Crashed { .. }) {
            self.add(Finding {
                verdict: Verdict::Fail,
                reason: None,
                clause: scenario.clauses.first().map(|clause| clause.value.clone()),
                by: FoundBy::Runner,
                at: Instant::START,
                entry: None,
                what: format!("the subject {}", self.ending),
                allowed: vec!["a subject that lives on".to_owned()],
            });
        }
        let derailed = self.set_derailed_apart();
        let verdicts = self.findings.iter().map(|heard| heard.finding.verdict);
        let verdict = verdicts.max().unwrap_or(Verdict::Pass);
        let mut clauses: BTreeMap<ClauseId, Verdict> = BTreeMap::new();
        let conclusive = !matches!(verdict, Verdict::Inconclusive | Verdict::Error);
        let cited = scenario.clauses.iter().map(|clause| clause.value.clone());
        let came_through = derailed.is_empty() && !self.was_left();
        if matches!(verdict, Verdict::Pass | Verdict::Warn) && came_through {
            clauses.extend(cited.map(|clause| (clause, Verdict::Pass)));
        }
        if conclusive {
            let shown = script.shown().into_iter().chain(monitor.exercised());
            clauses.extend(shown.map(|clause| (clause, Verdict::Pass)));
        }
        let consequences = self.set_consequences_apart();
        let mut rulings = BTreeSet::new();
        for Heard { finding, weight, .. } in &self.findings {
            let Some(clause) = &finding.clause else { continue };
            if weight.is_of_the_clause() {
                let known = clauses.entry(clause.clone()).or_insert(finding.verdict);
                *known = finding.verdict.max(*known);
            } else if weight.is_unclaimed() {
                rulings.insert(clause.clone());
            }
        }
        let more = (self.more > 0).then(|| format!("{} findings more of the monitors", self.more));
        Judgement {
            verdict,
            ending: self.ending,
            also_ended: self.also_ended,
            findings: self.findings.into_iter().map(|heard| heard.finding).collect(),
            clauses,
            rulings,
            info: monitor
                .remarks()
                .into_iter()
                .chain(self.explained)
                .chain(derailed)
                .chain(consequences)
                .chain(more)
                .collect(),
            fits: Vec::new(),
        }
    }
}

/// The entry that brought what begins at this place of a connection.
fn brought(entries: &[Entry], place: StreamPlace) -> Option<u64> {
    let is_it = |entry: &Entry| match &entry.what {
        What::StreamReceived(it) if it.by == Party::Peer(place.peer) => match &it.part {
            StreamPart::Octets(octets) => place
                .offset
                .checked_sub(it.offset)
                .is_some_and(|within| within < octets.len() as u64),
            _ => false,
        },
        _ => false,
    };
    entries.iter().rposition(is_it).and_then(|number| number.try_into().ok())
}
