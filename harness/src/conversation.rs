//! A conversation: the steps of a scenario, played against a subject, as a machine without sockets or a clock.
//!
//! It is driven by an engine while a run goes on, and again by the judge from the journal of that run: the same inputs at the
//! same times give the same findings. Chance (tags, random fields) comes from the seed.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use reference::entropy::Entropy;
use simulator::Instant;

use crate::profile::{DialectChoice, Grade, OptionChoice, Timers};
use crate::protocol::{Message, Peer, PeerSetup, Protocol, Role};
use crate::scenario::{Application, Scenario};
use crate::script::{Action, AppEvent, DELIVERED, FindingKind, ScriptFinding, Stage};
use crate::verdict::{Ending, FoundBy, Reason};

mod application;
mod build;
mod ending;
mod homes;
mod matching;
mod plan;
mod reception;
mod script;
mod seeds;
mod send;
mod stream;
mod times;
mod transcript;
mod words;

use homes::Homes;
use plan::{Phase, Planned};
use seeds::seed_of;
use send::Sendable;
use stream::Line;
use transcript::Transcript;
pub(crate) use words::{show_duration, show_event, show_octets};

/// The name of the peer that probes for liveness.
pub const PROBE: &str = "probe";
/// The beginning with the steps of a probe for who claims the text alone, where that differs.
const TEXT_PROBE: &str = "text-probe";
/// The name of the peer that is always there.
pub const PEER: &str = "peer";

/// How many times a probe is sent before the subject counts as silent: a datagram may be lost.
const PROBE_TRIES: u32 = 4;

/// How much of what came as background is kept for later steps.
const PASSED_MAX: usize = 256;

/// What a conversation is made from.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// The dialect.
    pub dialect: &'a DialectChoice,
    /// The role of the subject.
    pub role: Role,
    /// What the profile says of the subject.
    pub options: &'a OptionChoice,
    /// The grade that the profile claims.
    pub claims: Grade,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The peers by name, in the order of [`Stage::peers`].
    pub peers: &'a [String],
    /// The subject's application events are seen.
    pub events: bool,
    /// How much later than due something may be seen.
    pub tolerance: Duration,
    /// How long a reply may take that no clause times.
    pub reply: Duration,
    /// The timers of the profile.
    pub timers: &'a Timers,
    /// The seed of the run.
    pub seed: u64,
    /// Somebody wants to read how it went: [`Script::transcript`](crate::script::Script::transcript).
    pub transcribes: bool,
}

/// A scenario's steps as they are played.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Conversation<'a> {
    setup: Setup<'a>,
    stage: Stage,
    /// Where the sessions of a connector are.
    homes: Homes,
    steps: Vec<Planned<'a>>,
    /// The suite plays the application of the subject, which does what it is told.
    played: bool,
    peers: Vec<Party>,
    /// Where each of them is, as an index in [`Stage::peers`]: a peer may go on from the place of another.
    places: Vec<usize>,
    /// What steps have named: of a packet that became several datagrams, each.
    labels: BTreeMap<String, Vec<Message>>,
    entropy: Entropy,
    /// What is behind every fresh text of this run.
    fresh: String,
    /// Pieces of a `send` on a connection that are not out yet.
    pieces: VecDeque<Vec<u8>>,
    /// How many packets of an `expect` with `times` have come.
    matched: u32,
    /// The step that is being played.
    place: usize,
    waiting: Option<Waiting>,
    /// What came as background while `expect` after `expect` waited: of answers that come in another order than the steps name
    /// them, the later step's. With the peer, and the datagram, which may read otherwise by now.
    passed: VecDeque<(usize, Message)>,
    /// How many packets of a `send` are built already, and the datagrams of them that are not out yet.
    sent: u32,
    unsent: VecDeque<Vec<u8>>,
    tries: u32,
    /// Something has come from the subject, whatever it was.
    heard: bool,
    /// What the subject's application has received, and how much of it the steps have asked for.
    delivered: Vec<u8>,
    asked: usize,
    /// Events of the subject's application that no step has asked for yet.
    events: VecDeque<AppEvent>,
    /// Steps ask for what was delivered piece by piece.
    asks_for_deliveries: bool,
    actions: VecDeque<Action>,
    transcript: Transcript,
    findings: Vec<ScriptFinding>,
    /// Some of the scenario's steps are not played with this subject.
    has_left: bool,
    /// The application was told to abort.
    aborted: bool,
    finished: bool,
}

/// A peer with what the conversation knows of it.
struct Party {
    name: String,
    peer: Box<dyn Peer>,
    line: Line,
}

/// A step that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    since: Instant,
    until: Instant,
}

impl<'a> Conversation<'a> {
    /// A conversation that has not begun.
    pub fn new(setup: Setup<'a>, stage: &Stage) -> Self {
        let played = setup.events
            && setup.scenario.application == Application::Echo
            && setup.protocol.is_played(setup.role);
        let peers: Vec<Party> = setup
            .peers
            .iter()
            .enumerate()
            .map(|(index, name)| Party {
                name: name.clone(),
                line: Line::default(),
                peer: setup.protocol.peer(&PeerSetup {
                    dialect: setup.dialect,
                    subject: setup.role,
                    options: setup.options,
                    claims: setup.claims,
                    application: setup.scenario.application,
                    acknowledges: setup.scenario.acknowledges,
                    given: &setup.scenario.given,
                    name,
                    user: setup.scenario.user_of(name),
                    place: index,
                    seed: seed_of(setup.seed, index as u64 + 1),
                }),
            })
            .collect();
        Self {
            steps: plan::plan(&setup, played),
            played,
            stage: stage.clone(),
            homes: Homes::default(),
            places: (0..peers.len()).collect(),
            peers,
            labels: BTreeMap::new(),
            entropy: Entropy::from_seed(seed_of(setup.seed, 0)),
            fresh: stream::fresh(setup.seed, stage),
            pieces: VecDeque::new(),
            matched: 0,
            place: 0,
            waiting: None,
            passed: VecDeque::new(),
            sent: 0,
            unsent: VecDeque::new(),
            tries: 0,
            heard: false,
            delivered: Vec::new(),
            asked: 0,
            events: VecDeque::new(),
            asks_for_deliveries: setup
                .scenario
                .steps
                .iter()
                .any(|step| step.event.as_ref().is_some_and(|call| call.name.value == DELIVERED)),
            actions: VecDeque::new(),
            transcript: Transcript::default(),
            findings: Vec::new(),
            has_left: false,
            aborted: false,
            finished: false,
            setup,
        }
    }

    fn current(&self) -> Option<Planned<'a>> {
        self.steps.get(self.place).copied()
    }

    /// Plays steps until one has to wait or none is left.
    fn advance(&mut self, now: Instant) {
        while !self.finished && self.waiting.is_none() {
            let Some(planned) = self.current() else {
                self.end(now);
                return;
            };
            if self.sent == 0 {
                self.actions.push_back(Action::Step(self.place));
            }
            if self.begin(now, planned) {
                self.next();
            }
        }
    }

    fn next(&mut self) {
        self.write_down();
        self.place += 1;
        self.waiting = None;
        self.sent = 0;
        self.matched = 0;
    }

    /// Begins a step. The answer is whether it is done at once.
    fn begin(&mut self, now: Instant, planned: Planned<'a>) -> bool {
        let step = planned.step;
        if step.expect.is_none() {
            // The rest of a packet that goes out in bursts is the same step again.
            if self.sent == 0 {
                self.passed.clear();
            }
        } else if self.has_passed(planned) {
            return true;
        }
        if let Some(template) = &step.send {
            return self.send(now, planned, &Sendable::New(template));
        }
        if let Some(label) = &step.repeat {
            let known = self.labels.get(label.value.as_str());
            let datagrams = known.into_iter().flatten().map(|message| message.octets.clone());
            let datagrams = datagrams.collect();
            return self.send(now, planned, &Sendable::Again(datagrams));
        }
        if let Some(call) = &step.tell {
            let command = self.command(&call.value);
            self.actions.extend(command.map(Action::Tell));
            return true;
        }
        if let Some(other) = &step.rebind {
            let (by, other) = (self.by(planned), self.party(Some(&other.value)));
            self.places.swap(by, other);
            return true;
        }
        if self.is_on_streams() && self.begin_on_stream(planned) {
            return true;
        }
        let wait = if let Some(span) = &step.quiet {
            span.value.into()
        } else if step.restart.is_some() {
            self.actions.push_back(Action::Restart);
            times::RESTART_MAX
        } else if let Some(within) = &step.wait {
            self.time(&within.value)
        } else if let Some(span) = &step.silence {
            // What was under way when the step began may still come.
            Duration::from(span.value) + self.setup.tolerance
        } else {
            self.budget(step)
        };
        self.waiting = Some(Waiting { since: now, until: now + wait });
        self.look(now);
        false
    }

    /// Tells what a peer has come to know.
    fn learn(&mut self, peer: usize) {
        while let Some(secret) = self.with_peer(peer, |peer| peer.secret()).flatten() {
            let peer = self.place_of(peer);
            self.actions.push_back(Action::Secret { peer, secret });
        }
    }

    /// The peer that a step is about.
    fn by(&self, planned: Planned<'_>) -> usize {
        let named = planned.step.by.as_ref().map(|by| by.value.as_str());
        planned.peer.unwrap_or_else(|| self.party(named))
    }

    fn party(&self, name: Option<&str>) -> usize {
        let name = name.unwrap_or(PEER);
        self.peers.iter().position(|party| party.name == name).unwrap_or(0)
    }

    fn with_peer<T>(&mut self, index: usize, act: impl FnOnce(&mut dyn Peer) -> T) -> Option<T> {
        self.peers.get_mut(index).map(|party| act(&mut *party.peer))
    }

    /// Looks whether a step that waits for the application, or for a connection, is satisfied.
    fn look(&mut self, now: Instant) {
        let Some(planned) = self.current() else { return };
        if self.is_on_streams() {
            let before = self.matched;
            self.look_at_lines(planned);
            let wait = self.budget(planned.step);
            if let Some(waiting) = self.waiting.as_mut().filter(|_| self.matched > before) {
                // Of several each may come as long after the one before it.
                waiting.until = now + wait;
            }
        } else if let Some(expected) = &planned.step.delivered {
            let expected = self.octets_of(&expected.value);
            let by = self.by(planned);
            let echoed = self.peers.get(by).map_or(&[][..], |party| party.peer.echoed());
            let seen = if self.setup.events { &self.delivered[..] } else { echoed };
            let new = seen.get(self.asked..).unwrap_or(&[]);
            let common = new.len().min(expected.len());
            if new.get(..common) != expected.get(..common) || new.len() > expected.len() {
                let what = format!("the application received {}", show_octets(new));
                let allowed = vec![format!("exactly {}", show_octets(&expected))];
                self.broken(planned, what, allowed, None);
            } else if new.len() == expected.len() {
                self.asked += expected.len();
                self.saw(format!("the application has received {}", self.without_fresh(&expected)));
                self.next();
            }
        }
        if self.waiting.is_some()
            && let Some(pattern) = &planned.step.event
            && let Some(event) = self.next_event(&pattern.value)
        {
            if self.is_event(&pattern.value, &event) {
                self.saw(format!("the application is told: {}", show_event(&event)));
                self.next();
            } else {
                let what = format!("the application was told: {}", show_event(&event));
                self.broken(planned, what, vec![pattern.value.to_string()], None);
            }
        }
        if self.waiting.is_none() {
            self.advance(now);
        }
    }

    /// The time of the waiting step is over.
    fn timeout(&mut self, now: Instant) {
        let Some(planned) = self.current() else { return };
        let step = planned.step;
        if step.send.is_some() || step.repeat.is_some() {
            // What is left of it.
            self.waiting = None;
            return self.advance(now);
        }
        if step.quiet.is_some() || step.silence.is_some() || step.wait.is_some() {
            self.next();
            return self.advance(now);
        }
        if planned.phase.is_probe() && self.tries + 1 < PROBE_TRIES {
            // The probe's own packet or its answer may have been lost.
            self.tries += 1;
            self.place = self.first_of_probe(planned.phase);
            self.waiting = None;
            self.sent = 0;
            return self.advance(now);
        }
        if let Some(why) = &step.otherwise {
            return self.leave(now, planned, &why.value);
        }
        let waited = self.waiting.map_or(Duration::ZERO, |waiting| waiting.until - waiting.since);
        let waited = waited.saturating_sub(self.setup.tolerance);
        let mut what = format!("nothing came within {}", show_duration(waited));
        what.push_str(&self.unfinished(planned));
        // Who takes a connection and says nothing is there.
        let unreachable = !self.is_connected(planned)
            && (planned.phase == Phase::ProbeBefore
                || (!self.heard
                    && (planned.phase == Phase::Begin || self.setup.role == Role::Connector)));
        if unreachable {
            let kind = FindingKind::Inconclusive(Reason::PeerUnreachable);
            let allowed = Self::allowed(step);
            self.found(planned, kind, what, allowed, Some(Ending::Silent));
        } else {
            let what = match (planned.phase, &step.delivered) {
                (Phase::ProbeAfter, _) => {
                    format!("after the last step, an opening packet was not answered: {what}")
                }
                (_, Some(_)) => format!(
                    "the application had received {} after {}",
                    show_octets(self.delivered.get(self.asked..).unwrap_or(&[])),
                    show_duration(waited)
                ),
                _ => what,
            };
            let allowed = Self::allowed(step);
            self.broken(planned, what, allowed, Some(Ending::Silent));
            self.blame_what_is_broken_off(planned);
            if self.awaits_a_repeat(step) {
                self.weigh_as_ruling();
            }
        }
    }

    fn broken(
        &mut self,
        planned: Planned<'a>,
        what: String,
        allowed: Vec<String>,
        ending: Option<Ending>,
    ) {
        self.found(planned, FindingKind::Broken, what, allowed, ending);
    }

    fn found(
        &mut self,
        planned: Planned<'a>,
        kind: FindingKind,
        what: String,
        allowed: Vec<String>,
        ending: Option<Ending>,
    ) {
        let by = if planned.phase.is_probe() {
            FoundBy::Probe
        } else {
            FoundBy::Step { number: planned.number, line: planned.line }
        };
        let clauses = planned.clauses().cloned().collect();
        let grade = planned.step.grade.as_ref().map_or(Grade::Text, |grade| grade.value);
        let place = None;
        self.findings.push(ScriptFinding {
            kind,
            clauses,
            grade,
            by,
            what,
            allowed,
            ending,
            place,
        });
        self.close();
    }
}
