//! A transfer of packets, which are each delivered on their own, in whatever order, and not as a stream.
//!
//! Only so many pieces are under way at a time. Each must come back, or come, exactly once and as it was written.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use reference::entropy::Entropy;
use serde_json::Value as Json;
use simulator::Instant;

use crate::conversation::{show_duration, show_octets};
use crate::journal::HexOctets;
use crate::protocol::Role;
use crate::scenario::{Application, Closer, Packets as Spec, Transfer};
use crate::script::{
    Action, AppEvent, Command, FindingKind, Input, Request, Script, ScriptFinding, Stage,
};
use crate::spec::ClauseId;
use crate::subject::Subject;
use crate::verdict::{Ending, FoundBy, Reason};
use crate::yaml::Located;

/// How many pieces that have not come back may be under way.
const WINDOW: usize = 8;

/// How long nothing new may come through.
const STALLED_MAX: Duration = Duration::from_secs(30);

/// A transfer of pieces as it goes on.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub struct PacketsTransfer<'a> {
    transfer: &'a Transfer,
    spec: &'a Spec,
    line: usize,
    stage: Stage,
    /// The suite's end: the reference.
    end: Box<dyn Subject>,
    echo: bool,
    subject: Role,
    /// Pieces that the suite's application has still to write.
    unwritten: VecDeque<Vec<u8>>,
    /// Pieces that the subject's application writes when it is told to.
    its: Vec<Vec<u8>>,
    /// Pieces that have still to come to the suite's application, with how many of each.
    due_here: BTreeMap<Vec<u8>, usize>,
    /// Pieces that have still to come to the subject's application.
    due_there: BTreeMap<Vec<u8>, usize>,
    /// The subject's events are seen.
    events: bool,
    /// Something has come from the subject, whatever it was.
    heard: bool,
    opened: bool,
    closing: bool,
    closed: bool,
    finished: bool,
    /// When it counts as stalled.
    due: Option<Instant>,
    actions: VecDeque<Action>,
    findings: Vec<ScriptFinding>,
}

/// Whose application was given something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Suite,
    Subject,
}

impl<'a> PacketsTransfer<'a> {
    /// A transfer that has not begun; `end` is the suite's end of it.
    #[expect(clippy::too_many_arguments, reason = "what a transfer is made from, each once")]
    pub fn new(
        transfer: &'a Located<Transfer>,
        spec: &'a Spec,
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
        let cut = |length: usize, purpose: u8| -> Vec<Vec<u8>> {
            let mut key = [purpose; 32];
            for (place, octet) in key.iter_mut().zip(seed.to_le_bytes()) {
                *place = octet;
            }
            let mut octets = vec![0; length];
            Entropy::from_seed(key).fill(&mut octets);
            octets.chunks(spec.octets.max(1)).map(<[u8]>::to_vec).collect()
        };
        let ours = cut(size(&transfer.value.peer_writes), 0xaa);
        let its = cut(size(&transfer.value.subject_writes), 0x55);
        let echo = application == Application::Echo;
        let count = |pieces: &[Vec<u8>]| {
            let mut counts = BTreeMap::new();
            for piece in pieces {
                *counts.entry(piece.clone()).or_insert(0) += 1;
            }
            counts
        };
        Self {
            due_here: count(if echo { &ours } else { &its }),
            due_there: if events { count(&ours) } else { BTreeMap::new() },
            unwritten: ours.into(),
            its,
            line: transfer.line,
            transfer: &transfer.value,
            spec,
            stage: stage.clone(),
            end,
            echo,
            subject,
            events,
            heard: false,
            opened: false,
            closing: false,
            closed: false,
            finished: false,
            due: None,
            actions: VecDeque::new(),
            findings: Vec::new(),
        }
    }

    fn write(&self, piece: &[u8]) -> Command {
        let mut parameters: BTreeMap<String, Json> = BTreeMap::new();
        parameters.insert("octets".to_owned(), Json::String(HexOctets::from(piece).to_string()));
        let flags = self.spec.flags.iter().map(|flag| Json::from(flag.as_str()));
        parameters.insert("flags".to_owned(), flags.collect());
        Command::Do(Request { verb: "write".to_owned(), parameters })
    }

    /// Brings what the suite's end does to the engine, and its events to its application.
    fn settle(&mut self, now: Instant) {
        loop {
            while let Some(secret) = self.end.poll_secret() {
                self.actions.push_back(Action::Secret { peer: 0, secret });
            }
            while let Some(transmit) = self.end.poll_transmit() {
                let (to, octets) = (transmit.to, transmit.octets);
                self.actions.push_back(Action::Send { peer: 0, to, octets });
            }
            if let Some((session, event)) = self.end.poll_event() {
                self.told(now, At::Suite, &event);
                self.actions.push_back(Action::PeerEvent { session, event });
            } else if !self.go_on(now) {
                break;
            }
        }
        if self.closed && !self.finished {
            self.finished = true;
        }
    }

    /// Writes the next piece or closes, if it is time to. The answer is whether anything was done.
    fn go_on(&mut self, now: Instant) -> bool {
        if !self.opened || self.closing || !self.findings.is_empty() {
            return false;
        }
        // Pieces that nobody wrote may have come; that is found where they came.
        let under_way = self.due_here.values().sum::<usize>().saturating_sub(if self.echo {
            self.unwritten.len()
        } else {
            0
        });
        let there: usize = self.due_there.values().sum();
        if (!self.echo || under_way < WINDOW)
            && let Some(piece) = self.unwritten.pop_front()
        {
            let command = self.write(&piece);
            self.end.handle_command(now, &command);
            return true;
        }
        if !self.unwritten.is_empty() || under_way > 0 || there > 0 {
            return false;
        }
        self.closing = true;
        if matches!(self.transfer.closes, Closer::Subject | Closer::Both) {
            self.actions.push_back(Action::Tell(Command::Close));
        }
        if matches!(self.transfer.closes, Closer::Peer | Closer::Both) {
            self.end.handle_command(now, &Command::Close);
        }
        true
    }

    /// An application was told something.
    fn told(&mut self, now: Instant, at: At, event: &AppEvent) {
        match event {
            AppEvent::Opened if at == At::Suite => {
                self.opened = true;
                let commands: Vec<Command> =
                    self.its.iter().map(|piece| self.write(piece)).collect();
                self.actions.extend(commands.into_iter().map(Action::Tell));
            }
            AppEvent::Closed if at == At::Suite => {
                self.closed = true;
                self.lack();
            }
            AppEvent::Failed(why) => {
                self.lack();
                if !self.closing && self.findings.is_empty() {
                    let what = format!("the session failed: {why}");
                    self.found(what, vec!["a session that goes on".to_owned()], None);
                }
                self.finished = true;
            }
            _ => {}
        }
        if let Some(octets) = event.octets() {
            self.due = Some(now + STALLED_MAX);
            self.arrived(at, &octets);
        }
    }

    /// A piece has come.
    fn arrived(&mut self, at: At, piece: &[u8]) {
        let (due, whose) = match at {
            At::Suite => (&mut self.due_here, "suite's"),
            At::Subject => (&mut self.due_there, "subject's"),
        };
        match due.get_mut(piece) {
            Some(1) => {
                due.remove(piece);
            }
            Some(count) => *count -= 1,
            None => {
                let what = format!("the {whose} application received {}", show_octets(piece));
                self.found(what, vec!["each piece once, as it was written".to_owned()], None);
            }
        }
    }

    /// Says what has not come, when the end is there.
    fn lack(&mut self) {
        if !self.opened {
            return self.unopened();
        }
        let missing: usize = self.due_here.values().chain(self.due_there.values()).sum();
        if missing > 0 && self.findings.is_empty() {
            let what = format!("{missing} pieces had not come through at the end");
            self.found(what, vec!["each piece once, as it was written".to_owned()], None);
        }
    }

    /// The transfer could not begin.
    fn unopened(&mut self) {
        if !self.findings.is_empty() {
            return;
        }
        let clauses = &self.transfer.opened;
        let (kind, ending) = match (self.heard, clauses.is_empty()) {
            (true, false) => (FindingKind::Broken, None),
            (true, true) => (FindingKind::Inconclusive(Reason::PreconditionNotMet), None),
            (false, _) => {
                (FindingKind::Inconclusive(Reason::PeerUnreachable), Some(Ending::Silent))
            }
        };
        self.findings.push(ScriptFinding {
            kind,
            clauses: clauses.iter().map(|clause| clause.value.clone()).collect(),
            by: FoundBy::Step { number: 0, line: self.line },
            what: "the session was not opened".to_owned(),
            allowed: vec!["a session".to_owned()],
            ending,
        });
        self.finished = true;
    }

    fn found(&mut self, what: String, allowed: Vec<String>, ending: Option<Ending>) {
        self.findings.push(ScriptFinding {
            kind: FindingKind::Broken,
            clauses: self.transfer.delivered.iter().map(|clause| clause.value.clone()).collect(),
            by: FoundBy::Step { number: 0, line: self.line },
            what,
            allowed,
            ending,
        });
        self.finished = true;
    }
}

impl Script for PacketsTransfer<'_> {
    fn handle(&mut self, now: Instant, input: Input<'_>) {
        if self.finished {
            return;
        }
        self.due.get_or_insert(now + STALLED_MAX);
        match input {
            Input::Start => {
                match self.subject {
                    Role::Listener => {
                        if let Some(subject) = self.stage.subject {
                            self.end.handle_command(now, &Command::Open(subject));
                        }
                    }
                    // With the echo the client opens its one session by itself.
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
            Input::Event { event, .. } if self.events => self.told(now, At::Subject, event),
            Input::Timeout => {
                if self.due.is_some_and(|due| due <= now) {
                    self.lack();
                    if self.findings.is_empty() {
                        let what = "the session did not open, or did not end".to_owned();
                        self.found(what, vec!["a session with an end".to_owned()], None);
                    }
                    return;
                }
                if self.end.poll_timeout().is_some_and(|at| at <= now) {
                    self.end.handle_timeout(now);
                }
            }
            Input::SubjectEnded(ending) if !(self.closing && *ending == Ending::Clean) => {
                let what = format!("the subject ended: {ending}");
                self.found(what, Vec::new(), Some(ending.clone()));
            }
            _ => {}
        }
        self.settle(now);
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
            let clauses = self.transfer.delivered.iter().chain(&self.transfer.closed);
            clauses.map(|clause| clause.value.clone()).collect()
        } else {
            Vec::new()
        }
    }

    fn transcript(&self) -> Vec<String> {
        let left = |due: &BTreeMap<Vec<u8>, usize>| match due.values().sum() {
            0 => "every piece".to_owned(),
            left => format!("all but {}", crate::report::layout::count(left, "piece", "pieces")),
        };
        let mut lines = Vec::new();
        if self.opened {
            lines.push("the suite's application: opened".to_owned());
            lines.push(format!("the suite's application: received {}", left(&self.due_here)));
            if self.events {
                let received = left(&self.due_there);
                lines.push(format!("the subject's application: received {received}"));
            }
        }
        if self.closed {
            lines.push("the suite's application: closed".to_owned());
        }
        lines
    }
}
