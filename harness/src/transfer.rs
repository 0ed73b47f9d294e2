//! A transfer: octets that cross the network while the weather is bad, between the reference and a subject.
//!
//! The suite's end is the reference in the other role. What it and the subject put on the wire is judged by the monitors; this
//! script adds what must hold of the whole: everything written was delivered, in order, once, and the session ended cleanly.

use std::collections::VecDeque;
use std::time::Duration;

use reference::entropy::Entropy;
use simulator::Instant;

use crate::conversation::{show_duration, show_octets};
use crate::journal::HexOctets;
use crate::protocol::Role;
use crate::scenario::{Application, Closer, Transfer as Spec};
use crate::script::{Action, AppEvent, Command, FindingKind, Input, Script, ScriptFinding, Stage};
use crate::spec::ClauseId;
use crate::subject::Subject;
use crate::verdict::{Ending, FoundBy, Reason};
use crate::yaml::Located;

mod packets;

pub use packets::PacketsTransfer;

/// How long nothing new may come through; more than the worst weather of the corpus brings about between two correct ends.
const STALLED_MAX: Duration = Duration::from_secs(30);

/// A transfer as it goes on.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub struct Transfer<'a> {
    spec: &'a Spec,
    line: usize,
    stage: Stage,
    /// The suite's end: the reference.
    end: Box<dyn Subject>,
    echo: bool,
    /// The subject's events are seen.
    events: bool,
    subject: Role,
    ours: Side,
    its: Side,
    /// What had come through, and whether the close had begun, when it last changed.
    progress: Option<(usize, usize, bool)>,
    /// When it counts as stalled.
    due: Option<Instant>,
    actions: VecDeque<Action>,
    findings: Vec<ScriptFinding>,
    closing: bool,
    /// Something has come from the subject, whatever it was.
    heard: bool,
    finished: bool,
}

/// What one side has written, received and been told.
#[derive(Debug, Default)]
struct Side {
    /// What its application writes.
    writes: Vec<u8>,
    /// How much its application has received; what was received is compared as it comes.
    received: usize,
    opened: bool,
    closed: bool,
    failed: Option<String>,
}

impl<'a> Transfer<'a> {
    /// A transfer that has not begun; `end` is the suite's end of it.
    pub fn new(
        spec: &'a Located<Spec>,
        application: Application,
        events: bool,
        subject: Role,
        seed: u64,
        stage: &Stage,
        end: Box<dyn Subject>,
    ) -> Self {
        let size = |size: &Option<Located<crate::scenario::Size>>| {
            size.as_ref().map_or(0, |size| usize::try_from(size.value.0).unwrap_or(usize::MAX))
        };
        let octets = |length: usize, purpose: u8| {
            let mut key = [purpose; 32];
            for (place, octet) in key.iter_mut().zip(seed.to_le_bytes()) {
                *place = octet;
            }
            let mut octets = vec![0; length];
            Entropy::from_seed(key).fill(&mut octets);
            octets
        };
        Self {
            ours: Side { writes: octets(size(&spec.value.peer_writes), 0xaa), ..Side::default() },
            its: Side { writes: octets(size(&spec.value.subject_writes), 0x55), ..Side::default() },
            line: spec.line,
            spec: &spec.value,
            stage: stage.clone(),
            end,
            echo: application == Application::Echo,
            events,
            subject,
            progress: None,
            due: None,
            actions: VecDeque::new(),
            findings: Vec::new(),
            closing: false,
            heard: false,
            finished: false,
        }
    }

    /// What the suite's application must receive: the echo of what it writes, or what the subject's writes.
    fn expected(&self) -> &[u8] {
        if self.echo { &self.ours.writes } else { &self.its.writes }
    }

    /// Everything has come through, as far as it can be seen.
    fn is_through(&self) -> bool {
        let subject_has_all = !self.events || self.its.received == self.ours.writes.len();
        self.ours.opened && self.ours.received == self.expected().len() && subject_has_all
    }

    /// Brings what the suite's end wants done to the engine, and its events to its application.
    fn settle(&mut self, now: Instant) {
        loop {
            while let Some(secret) = self.end.poll_secret() {
                self.actions.push_back(Action::Secret { peer: 0, secret });
            }
            while let Some(transmit) = self.end.poll_transmit() {
                let (to, octets) = (transmit.to, transmit.octets);
                self.actions.push_back(Action::Send { peer: 0, to, octets });
            }
            let Some((session, event)) = self.end.poll_event() else { break };
            self.own_event(now, &event);
            self.actions.push_back(Action::PeerEvent { session, event });
        }
        if self.is_through() && !self.closing {
            self.closing = true;
            if matches!(self.spec.closes, Closer::Peer | Closer::Both) {
                self.end.handle_command(now, &Command::Close);
            }
            if matches!(self.spec.closes, Closer::Subject | Closer::Both) {
                self.actions.push_back(Action::Tell(Command::Close));
            }
            self.settle(now);
        }
        let its_end = !self.events || self.its.closed || self.its.failed.is_some();
        let over = (self.ours.closed && its_end) || self.ours.failed.is_some();
        if over && !self.finished {
            self.conclude();
        }
    }

    fn own_event(&mut self, now: Instant, event: &AppEvent) {
        match event {
            AppEvent::Opened => {
                self.ours.opened = true;
                let octets = HexOctets(self.ours.writes.clone());
                self.end.handle_command(now, &Command::Write(octets));
                if !self.its.writes.is_empty() {
                    let octets = HexOctets(self.its.writes.clone());
                    self.actions.push_back(Action::Tell(Command::Write(octets)));
                }
                if self.spec.closes == Closer::SubjectAtOnce {
                    self.closing = true;
                    self.actions.push_back(Action::Tell(Command::Close));
                }
            }
            AppEvent::Delivered(octets) => {
                let start = self.ours.received;
                let rest = self.expected().get(start..).unwrap_or(&[]);
                if !rest.starts_with(octets) {
                    let what = format!(
                        "the suite's application received {} at offset {start}",
                        show_octets(octets)
                    );
                    let due = show_octets(rest.get(..octets.len()).unwrap_or(rest));
                    self.found(&self.spec.delivered, what, vec![due], None);
                }
                self.ours.received += octets.len();
            }
            AppEvent::Closed => self.ours.closed = true,
            AppEvent::Failed(why) => self.ours.failed = Some(why.clone()),
            AppEvent::Told(_) => {}
        }
    }

    fn its_event(&mut self, event: &AppEvent) {
        match event {
            AppEvent::Opened => self.its.opened = true,
            AppEvent::Delivered(octets) => {
                let start = self.its.received;
                let rest = self.ours.writes.get(start..).unwrap_or(&[]);
                if !rest.starts_with(octets) {
                    let what = format!(
                        "the subject's application received {} at offset {start}",
                        show_octets(octets)
                    );
                    let due = show_octets(rest.get(..octets.len()).unwrap_or(rest));
                    self.found(&self.spec.delivered, what, vec![due], None);
                }
                self.its.received += octets.len();
            }
            AppEvent::Closed => self.its.closed = true,
            AppEvent::Failed(why) => self.its.failed = Some(why.clone()),
            AppEvent::Told(_) => {}
        }
    }

    /// The run is over: says what is missing.
    fn conclude(&mut self) {
        self.finished = true;
        if !self.findings.is_empty() {
            return;
        }
        let (received, all) = (self.ours.received, self.expected().len());
        let failed = |side: &Side| side.failed.clone();
        // What reaches the subject after its end may be answered as of no session.
        let ended = self.events && self.its.closed && self.is_through();
        if !self.ours.opened {
            // No octet was under way: what kept the session from opening is for scenarios of the opening to say.
            let why = failed(&self.ours).unwrap_or_else(|| "it was not opened".to_owned());
            let what = format!("there was no session: {why}");
            if self.heard && !self.spec.opened.is_empty() {
                self.given_up(&self.spec.opened, what, "a session");
            } else {
                self.not_judged(what);
            }
        } else if let Some(why) =
            failed(&self.ours).filter(|_| !ended).or_else(|| failed(&self.its))
        {
            let clauses = if !self.is_through() {
                last(&self.spec.delivered)
            } else if self.ours.closed {
                last(&self.spec.closed)
            } else {
                &self.spec.closed
            };
            let what = format!("the session failed after {received} of {all} octets: {why}");
            self.given_up(clauses, what, "a clean end");
        } else if !self.is_through() {
            let what = format!("{received} of {all} octets had come through at the end");
            self.found(last(&self.spec.delivered), what, vec![format!("{all} octets")], None);
        } else if !(self.ours.closed || ended) || (self.events && !self.its.closed) {
            let what = "the session had not ended on both sides".to_owned();
            let clauses =
                if self.ours.closed { last(&self.spec.closed) } else { &self.spec.closed };
            self.found(clauses, what, vec!["a clean end".to_owned()], None);
        }
    }

    /// The transfer could not begin.
    fn not_judged(&mut self, what: String) {
        let (reason, ending) = if self.heard {
            (Reason::PreconditionNotMet, None)
        } else {
            (Reason::PeerUnreachable, Some(Ending::Silent))
        };
        self.findings.push(ScriptFinding {
            kind: FindingKind::Inconclusive(reason),
            clauses: Vec::new(),
            by: FoundBy::Step { number: 0, line: self.line },
            what,
            allowed: vec!["a session".to_owned()],
            ending,
        });
    }

    /// An end has given up.
    fn given_up(&mut self, clauses: &[Located<ClauseId>], what: String, allowed: &str) {
        self.found(clauses, what, vec![allowed.to_owned()], None);
        if let Some(finding) = self.findings.last_mut() {
            finding.kind = FindingKind::GivenUp;
        }
    }

    fn found(
        &mut self,
        clauses: &[Located<ClauseId>],
        what: String,
        allowed: Vec<String>,
        ending: Option<Ending>,
    ) {
        self.findings.push(ScriptFinding {
            kind: FindingKind::Broken,
            clauses: clauses.iter().map(|clause| clause.value.clone()).collect(),
            by: FoundBy::Step { number: 0, line: self.line },
            what,
            allowed,
            ending,
        });
        self.finished = true;
    }
}

impl Script for Transfer<'_> {
    fn handle(&mut self, now: Instant, input: Input<'_>) {
        if self.finished {
            return;
        }
        match input {
            // A transfer is for protocols on datagrams.
            Input::Stream { .. } => {}
            Input::Start => {
                match self.subject {
                    Role::Listener => {
                        if let Some(subject) = self.stage.subject {
                            self.end.handle_command(now, &Command::Open(subject));
                        }
                    }
                    // With the echo the connector opens its one session by itself.
                    Role::Connector if self.echo => {}
                    Role::Connector => {
                        let peer = self.stage.peers.first();
                        self.actions.extend(peer.map(|peer| Action::Tell(Command::Open(*peer))));
                    }
                }
            }
            Input::Datagram { from, octets, .. } => {
                self.heard = true;
                self.end.handle_datagram(now, from, octets);
            }
            Input::Event { event, .. } => self.its_event(event),
            Input::Timeout => {
                if self.due.is_some_and(|due| due <= now) {
                    return self.conclude();
                }
                if self.end.poll_timeout().is_some_and(|at| at <= now) {
                    self.end.handle_timeout(now);
                }
            }
            Input::SubjectEnded(ending) => {
                let over = self.closing && *ending == Ending::Clean;
                if *ending == Ending::Reset && !self.heard {
                    // A port that was never its own says nothing about the subject.
                    self.not_judged(format!("the subject ended: {ending}"));
                    self.finished = true;
                } else if !over {
                    let clauses =
                        if self.closing { &self.spec.closed } else { &self.spec.delivered };
                    let what = format!("the subject ended: {ending}");
                    self.found(clauses, what, Vec::new(), Some(ending.clone()));
                }
            }
        }
        self.settle(now);
        let progress = (self.ours.received, self.its.received, self.closing);
        if self.progress != Some(progress) {
            self.progress = Some(progress);
            self.due = Some(now + STALLED_MAX);
        }
    }

    fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        [self.due, self.end.poll_timeout()].into_iter().flatten().min()
    }

    fn is_finished(&self) -> bool {
        self.finished
    }

    fn findings(&self) -> &[ScriptFinding] {
        &self.findings
    }

    fn finish(&mut self, now: Instant) {
        if self.finished {
            return;
        }
        self.finished = true;
        let waited = show_duration(now - Instant::START);
        self.findings.push(ScriptFinding {
            kind: FindingKind::Inconclusive(Reason::OutOfBudget),
            clauses: Vec::new(),
            by: FoundBy::Runner,
            what: format!("the run was ended after {waited}, before the transfer was over"),
            allowed: Vec::new(),
            ending: None,
        });
    }

    fn shown(&self) -> Vec<ClauseId> {
        if self.finished && self.findings.is_empty() {
            let own = &self.spec;
            let clauses = own.opened.iter().chain(&own.delivered).chain(&own.closed);
            clauses.map(|clause| clause.value.clone()).collect()
        } else {
            Vec::new()
        }
    }

    fn transcript(&self) -> Vec<String> {
        let mut lines = self.ours.in_words("the suite's application");
        if self.events {
            lines.extend(self.its.in_words("the subject's application"));
        }
        lines
    }
}

/// The last of some clauses.
fn last<T>(clauses: &[T]) -> &[T] {
    clauses.get(clauses.len().saturating_sub(1)..).unwrap_or(&[])
}

impl Side {
    /// What its application has seen, in the order in which that comes.
    fn in_words(&self, whose: &str) -> Vec<String> {
        let mut seen = Vec::new();
        if self.opened {
            seen.push("opened".to_owned());
            seen.push(format!("received {} octets", self.received));
        }
        if self.closed {
            seen.push("closed".to_owned());
        }
        if let Some(why) = &self.failed {
            seen.push(format!("failed: {}", why.escape_debug()));
        }
        seen.iter().map(|what| format!("{whose}: {what}")).collect()
    }
}
