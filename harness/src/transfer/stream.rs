//! What a transfer carries where a session is a stream: octets in their order.

use simulator::Instant;

use super::{Cargo, Course};
use crate::conversation::show_octets;
use crate::journal::HexOctets;
use crate::scenario::Closer;
use crate::script::{Action, AppEvent, Command, FindingKind};

/// The two streams of a session.
pub(super) struct Stream {
    ours: Side,
    its: Side,
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
    failed_at: Option<Instant>,
}

impl Stream {
    /// The streams of what the suite's application writes and of what the subject's does.
    pub(super) fn new(ours: Vec<u8>, its: Vec<u8>) -> Self {
        let side = |writes| Side { writes, ..Side::default() };
        Self { ours: side(ours), its: side(its) }
    }

    /// What the suite's application must receive: the echo of what it writes, or what the subject's writes.
    fn expected(&self, echo: bool) -> &[u8] {
        if echo { &self.ours.writes } else { &self.its.writes }
    }
}

impl Cargo for Stream {
    fn own_event(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent) {
        match event {
            AppEvent::Opened => {
                let octets = HexOctets(self.ours.writes.clone());
                course.end.handle_command(now, &Command::Write(octets));
                if !self.its.writes.is_empty() {
                    let octets = HexOctets(self.its.writes.clone());
                    course.actions.push_back(Action::Tell(Command::Write(octets)));
                }
                if course.spec.closes == Closer::SubjectAtOnce {
                    course.closing = true;
                    course.closed_at_once = Some(now);
                    course.actions.push_back(Action::Tell(Command::Close));
                }
            }
            AppEvent::Delivered(octets) => {
                compare(course, "suite's", self.expected(course.echo), self.ours.received, octets);
                if course.spec.closes == Closer::PeerAtOnce && self.ours.received == 0 {
                    course.closed_at_once = Some(now);
                    course.end.handle_command(now, &Command::Close);
                }
            }
            _ => {}
        }
        self.ours.note(course, now, event);
    }

    fn its_event(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent) {
        if let AppEvent::Delivered(octets) = event {
            compare(course, "subject's", &self.ours.writes, self.its.received, octets);
        }
        self.its.note(course, now, event);
    }

    fn write(&mut self, _: &mut Course<'_>, _: Instant) -> bool {
        false
    }

    fn is_through(&self, course: &Course<'_>) -> bool {
        let subject_has_all = !course.events || self.its.received == self.ours.writes.len();
        let all = self.expected(course.echo).len();
        self.ours.opened && self.ours.received == all && subject_has_all
    }

    fn is_over(&self, course: &Course<'_>) -> bool {
        let its_end = !course.events || self.its.closed || self.its.failed.is_some();
        (self.ours.closed && its_end) || self.ours.failed.is_some()
    }

    fn conclude(&mut self, course: &mut Course<'_>) {
        let (received, all) = (self.ours.received, self.expected(course.echo).len());
        let failed = |side: &Side| side.failed.clone();
        let is_through = self.is_through(course);
        // What reaches the subject after its end may be answered as of no session.
        let ended = course.events && self.its.closed && is_through;
        let spec = course.spec;
        let closed = if self.ours.closed { last(&spec.closed) } else { &spec.closed };
        if !self.ours.opened {
            let why = failed(&self.ours).unwrap_or_else(|| "it was not opened".to_owned());
            course.unopened(FindingKind::GivenUp, format!("there was no session: {why}"));
        } else if let Some(why) =
            failed(&self.ours).filter(|_| !ended).or_else(|| failed(&self.its))
        {
            course.bounded = course.bound(self.ours.failed_at).filter(|_| !is_through);
            if course.bounded.is_some() {
                return;
            }
            let clauses = if is_through { closed } else { last(&spec.delivered) };
            let what = format!("the session failed after {received} of {all} octets: {why}");
            let allowed = vec!["a clean end".to_owned()];
            course.note(FindingKind::GivenUp, clauses, what, allowed, None);
        } else if !is_through {
            let what = format!("{received} of {all} octets had come through at the end");
            let allowed = vec![format!("{all} octets")];
            course.note(FindingKind::Broken, last(&spec.delivered), what, allowed, None);
        } else if !(self.ours.closed || ended) || (course.events && !self.its.closed) {
            let what = "the session had not ended on both sides".to_owned();
            let allowed = vec!["a clean end".to_owned()];
            course.note(FindingKind::Broken, closed, what, allowed, None);
        }
    }

    fn transcript(&self, course: &Course<'_>) -> Vec<String> {
        let mut lines = self.ours.in_words("the suite's application");
        if course.events {
            lines.extend(self.its.in_words("the subject's application"));
        }
        lines
    }
}

/// Compares octets that an application received from `start` on with those that were written.
fn compare(course: &mut Course<'_>, whose: &str, written: &[u8], start: usize, octets: &[u8]) {
    let rest = written.get(start..).unwrap_or(&[]);
    if !rest.starts_with(octets) {
        let due = show_octets(rest.get(..octets.len()).unwrap_or(rest));
        course.foreign(whose, &format!("{} at offset {start}", show_octets(octets)), due);
    }
}

/// The last of some clauses.
fn last<T>(clauses: &[T]) -> &[T] {
    clauses.get(clauses.len().saturating_sub(1)..).unwrap_or(&[])
}

impl Side {
    /// Notes what its application is told.
    fn note(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent) {
        match event {
            AppEvent::Opened => self.opened = true,
            AppEvent::Delivered(octets) => {
                self.received += octets.len();
                course.moved(now);
            }
            AppEvent::Closed => self.closed = true,
            AppEvent::Failed(why) => {
                self.failed = Some(why.clone());
                self.failed_at = Some(now);
            }
            AppEvent::Told(_) => {}
        }
    }

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
