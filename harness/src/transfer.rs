//! A transfer: octets that cross the network while the weather is bad, between the reference and a subject.
//!
//! The suite's end is the reference in the other role. What it and the subject put on the wire is judged by the monitors; this
//! script adds what must hold of the whole: everything written was delivered, once, and the session ended cleanly. What is
//! carried, a stream or packets, is its cargo; all else is the same.

use std::collections::VecDeque;
use std::time::Duration;

use reference::entropy::Entropy;
use simulator::Instant;

use crate::conversation::show_duration;
use crate::profile::Grade;
use crate::protocol::Role;
use crate::scenario::{Application, Closer, Size, Transfer as Spec};
use crate::script::{Action, AppEvent, Command, FindingKind, Input, Script, ScriptFinding, Stage};
use crate::spec::ClauseId;
use crate::subject::Subject;
use crate::verdict::{Ending, FoundBy, Reason};
use crate::yaml::Located;

mod packets;
mod stream;

use packets::Pieces;
use stream::Stream;

/// A side may end a close whose octets are not through after this long: no clause says how long it takes, and 3 s are known.
const DRAIN_MIN: Duration = Duration::from_millis(2900);

/// What is brought through moves again within this time, however slowly.
const MOVES_AGAIN_MAX: Duration = Duration::from_secs(1);

/// How long nothing new may come through; more than the worst weather of the corpus brings about between two correct ends.
const STALLED_MAX: Duration = Duration::from_secs(30);

/// A transfer that has not begun, as a script; `end` is the suite's end of it.
pub fn script<'a>(
    spec: &'a Located<Spec>,
    application: Application,
    events: bool,
    subject: Role,
    seed: u64,
    stage: &Stage,
    end: Box<dyn Subject>,
) -> Box<dyn Script + 'a> {
    let written = |size: &Option<Located<Size>>, purpose: u8| {
        let octets = size.as_ref().map_or(0, |size| size.value.0);
        let mut written = vec![0; usize::try_from(octets).unwrap_or(usize::MAX)];
        let mut key = [purpose; 32];
        for (place, octet) in key.iter_mut().zip(seed.to_le_bytes()) {
            *place = octet;
        }
        Entropy::from_seed(key).fill(&mut written);
        written
    };
    let ours = written(&spec.value.peer_writes, 0xaa);
    let its = written(&spec.value.subject_writes, 0x55);
    let course = Course {
        line: spec.line,
        spec: &spec.value,
        stage: stage.clone(),
        end,
        echo: application == Application::Echo,
        events,
        subject,
        due: None,
        actions: VecDeque::new(),
        findings: Vec::new(),
        closing: false,
        closed_at_once: None,
        moved_at: None,
        bounded: None,
        heard: false,
        finished: false,
    };
    match &spec.value.packets {
        Some(packets) => {
            let cargo = Pieces::new(packets, &ours, &its, &course);
            Box::new(Transfer { course, cargo })
        }
        None => Box::new(Transfer { course, cargo: Stream::new(ours, its) }),
    }
}

/// What a transfer carries, and what must become of it.
trait Cargo {
    /// The suite's application is told something.
    fn own_event(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent);

    /// The subject's application reports something.
    fn its_event(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent);

    /// Whether something more was written, which the suite's end has now to send.
    fn write(&mut self, course: &mut Course<'_>, now: Instant) -> bool;

    /// Whether everything has come through, as far as it can be seen.
    fn is_through(&self, course: &Course<'_>) -> bool;

    /// Whether both ends have ended, as far as it can be seen.
    fn is_over(&self, course: &Course<'_>) -> bool;

    /// The run is over, or nothing moves any more: says what is missing.
    fn conclude(&mut self, course: &mut Course<'_>);

    /// What the applications have seen, line by line.
    fn transcript(&self, course: &Course<'_>) -> Vec<String>;
}

/// How a transfer goes on, whatever it carries.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
struct Course<'a> {
    spec: &'a Spec,
    line: usize,
    stage: Stage,
    /// The suite's end: the reference.
    end: Box<dyn Subject>,
    echo: bool,
    /// The subject's events are seen.
    events: bool,
    subject: Role,
    /// When it counts as stalled.
    due: Option<Instant>,
    actions: VecDeque<Action>,
    findings: Vec<ScriptFinding>,
    closing: bool,
    /// When one side was told to close before everything had come through.
    closed_at_once: Option<Instant>,
    /// When something new last came through.
    moved_at: Option<Instant>,
    /// The subject has ended the session before everything had come through, as late as it may.
    bounded: Option<Duration>,
    /// Something has come from the subject, whatever it was.
    heard: bool,
    finished: bool,
}

impl Course<'_> {
    /// Opens the session, where it is not the subject that does so by itself.
    fn begin(&mut self, now: Instant) {
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

    /// Closes, as soon as everything has come through.
    fn close(&mut self, now: Instant) {
        self.closing = true;
        self.moved(now);
        if matches!(self.spec.closes, Closer::Peer | Closer::Both) {
            self.end.handle_command(now, &Command::Close);
        }
        // A subject may go on after the peer's close until its own application closes, too.
        if matches!(self.spec.closes, Closer::Subject | Closer::PeerAtOnce | Closer::Both) {
            self.actions.push_back(Action::Tell(Command::Close));
        }
    }

    /// How long a session that failed then was being closed, if that is so long that a side may end it (see [`DRAIN_MIN`]).
    fn bound(&self, failed_at: Option<Instant>) -> Option<Duration> {
        let since = |began: Option<Instant>| began.zip(failed_at).map(|(began, at)| at - began);
        let moves = since(self.moved_at).is_some_and(|still| still < MOVES_AGAIN_MAX);
        since(self.closed_at_once).filter(|long| moves && *long >= DRAIN_MIN)
    }

    /// Something new has come through.
    fn moved(&mut self, now: Instant) {
        self.due = Some(now + STALLED_MAX);
        self.moved_at = Some(now);
    }

    /// The clauses of a subject that goes away now.
    fn clauses_of_an_end(&self) -> &[Located<ClauseId>] {
        if self.closing && !self.spec.closed.is_empty() {
            &self.spec.closed
        } else {
            &self.spec.delivered
        }
    }

    /// There was no session. What kept it from opening is for scenarios of the opening to say, unless this one names clauses.
    fn unopened(&mut self, kind: FindingKind, what: String) {
        if !self.heard || self.spec.opened.is_empty() {
            return self.not_judged(what);
        }
        self.note(kind, &self.spec.opened, what, vec!["a session".to_owned()], None);
    }

    /// The transfer could not begin.
    fn not_judged(&mut self, what: String) {
        let (reason, ending) = if self.heard {
            (Reason::PreconditionNotMet, None)
        } else {
            (Reason::PeerUnreachable, Some(Ending::Silent))
        };
        let kind = FindingKind::Inconclusive(reason);
        self.note(kind, &[], what, vec!["a session".to_owned()], ending);
    }

    /// An application was given what was not due, which was this.
    fn foreign(&mut self, whose: &str, what: &str, due: String) {
        let what = format!("the {whose} application received {what}");
        self.note(FindingKind::Broken, &self.spec.delivered, what, vec![due], None);
    }

    /// Notes what was found; nothing that comes afterwards counts.
    fn note(
        &mut self,
        kind: FindingKind,
        clauses: &[Located<ClauseId>],
        what: String,
        allowed: Vec<String>,
        ending: Option<Ending>,
    ) {
        self.findings.push(ScriptFinding {
            kind,
            clauses: clauses.iter().map(|clause| clause.value.clone()).collect(),
            grade: Grade::Text,
            by: FoundBy::Step { number: 0, line: self.line },
            what,
            allowed,
            ending,
            place: None,
        });
        self.finished = true;
    }
}

/// A transfer as it goes on.
struct Transfer<'a, C> {
    course: Course<'a>,
    cargo: C,
}

impl<C: Cargo> Transfer<'_, C> {
    /// Brings what the suite's end wants done to the engine, and its events to its application.
    fn settle(&mut self, now: Instant) {
        loop {
            while let Some(secret) = self.course.end.poll_secret() {
                self.course.actions.push_back(Action::Secret { peer: 0, secret });
            }
            while let Some(transmit) = self.course.end.poll_transmit() {
                let (to, octets) = (transmit.to, transmit.octets);
                self.course.actions.push_back(Action::Send { peer: 0, to, octets });
            }
            if let Some((session, event)) = self.course.end.poll_event() {
                self.cargo.own_event(&mut self.course, now, &event);
                self.course.actions.push_back(Action::PeerEvent { session, event });
            } else if !self.go_on(now) {
                break;
            }
        }
        if !self.course.finished && self.cargo.is_over(&self.course) {
            self.conclude();
        }
    }

    /// Writes or closes, if it is time to. The answer is whether anything was done.
    fn go_on(&mut self, now: Instant) -> bool {
        if self.course.closing || self.course.finished {
            return false;
        }
        if self.cargo.write(&mut self.course, now) {
            return true;
        }
        let is_through = self.cargo.is_through(&self.course);
        if is_through {
            self.course.close(now);
        }
        is_through
    }

    fn conclude(&mut self) {
        self.course.finished = true;
        if self.course.findings.is_empty() {
            self.cargo.conclude(&mut self.course);
        }
    }

    fn subject_ended(&mut self, ending: &Ending) {
        let course = &mut self.course;
        let what = format!("the subject ended: {ending}");
        if *ending == Ending::Reset && !course.heard {
            // A port that was never its own says nothing about the subject.
            course.not_judged(what);
        } else if !(course.closing && *ending == Ending::Clean) {
            let clauses = course.clauses_of_an_end().to_vec();
            course.note(FindingKind::Broken, &clauses, what, Vec::new(), Some(ending.clone()));
        }
    }
}

impl<C: Cargo> Script for Transfer<'_, C> {
    fn handle(&mut self, now: Instant, input: Input<'_>) {
        if self.course.finished {
            return;
        }
        self.course.due.get_or_insert(now + STALLED_MAX);
        match input {
            // A transfer is for protocols on datagrams.
            Input::Stream { .. } | Input::Restarted => {}
            Input::Start => self.course.begin(now),
            Input::Datagram { from, octets, .. } => {
                self.course.heard = true;
                self.course.end.handle_datagram(now, from, octets);
            }
            Input::Event { event, .. } => {
                if self.course.events {
                    self.cargo.its_event(&mut self.course, now, event);
                }
            }
            Input::Timeout => {
                if self.course.due.is_some_and(|due| due <= now) {
                    return self.conclude();
                }
                if self.course.end.poll_timeout().is_some_and(|at| at <= now) {
                    self.course.end.handle_timeout(now);
                }
            }
            Input::SubjectEnded(ending) => self.subject_ended(ending),
        }
        self.settle(now);
    }

    fn poll(&mut self) -> Option<Action> {
        self.course.actions.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        [self.course.due, self.course.end.poll_timeout()].into_iter().flatten().min()
    }

    fn is_finished(&self) -> bool {
        self.course.finished
    }

    fn findings(&self) -> &[ScriptFinding] {
        &self.course.findings
    }

    fn finish(&mut self, now: Instant) {
        if self.course.finished {
            return;
        }
        self.course.finished = true;
        let waited = show_duration(now - Instant::START);
        self.course.findings.push(ScriptFinding {
            kind: FindingKind::Inconclusive(Reason::OutOfBudget),
            clauses: Vec::new(),
            grade: Grade::Text,
            by: FoundBy::Runner,
            what: format!("the run was ended after {waited}, before the transfer was over"),
            allowed: Vec::new(),
            ending: None,
            place: None,
        });
    }

    fn shown(&self) -> Vec<ClauseId> {
        let course = &self.course;
        if !course.finished || !course.findings.is_empty() || course.bounded.is_some() {
            return Vec::new();
        }
        let own = self.course.spec;
        let clauses = own.opened.iter().chain(&own.delivered).chain(&own.closed);
        clauses.map(|clause| clause.value.clone()).collect()
    }

    fn transcript(&self) -> Vec<String> {
        let mut lines = self.cargo.transcript(&self.course);
        lines.extend(self.course.bounded.map(|after| {
            let after = show_duration(after);
            format!("the session was ended {after} after its close had begun, which is long enough")
        }));
        lines
    }
}
