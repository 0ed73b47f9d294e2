//! What a transfer carries where packets are each delivered on their own, in whatever order: pieces.
//!
//! Only so many pieces are under way at a time. Each must come back, or come, exactly once and as it was written.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value as Json;
use simulator::Instant;

use super::{Cargo, Course};
use crate::conversation::show_octets;
use crate::journal::HexOctets;
use crate::report::layout::count;
use crate::scenario::Packets as Spec;
use crate::script::{Action, AppEvent, Command, FindingKind, Request};

/// How many pieces that have not come back may be under way.
const WINDOW: usize = 8;

/// The pieces of a transfer.
pub(super) struct Pieces {
    /// The flags with which each is written.
    flags: Vec<String>,
    /// Pieces that the suite's application has still to write.
    unwritten: VecDeque<Vec<u8>>,
    /// Pieces that the subject's application writes when it is told to.
    its: Vec<Vec<u8>>,
    /// Pieces that have still to come to the suite's application.
    due_here: Due,
    /// Pieces that have still to come to the subject's application.
    due_there: Due,
    opened: bool,
    closed: bool,
    failed: Option<String>,
}

/// Pieces that have still to come to an application, with how many of each.
#[derive(Default)]
struct Due(BTreeMap<Vec<u8>, usize>);

impl Due {
    fn of(pieces: &[Vec<u8>]) -> Self {
        let mut due = BTreeMap::new();
        for piece in pieces {
            *due.entry(piece.clone()).or_insert(0) += 1;
        }
        Self(due)
    }

    fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// A piece has come; whether it was due.
    fn arrived(&mut self, piece: &[u8]) -> bool {
        match self.0.get_mut(piece) {
            Some(1) => self.0.remove(piece).is_some(),
            Some(more) => {
                *more -= 1;
                true
            }
            None => false,
        }
    }

    fn in_words(&self) -> String {
        match self.count() {
            0 => "every piece".to_owned(),
            left => format!("all but {}", count(left, "piece", "pieces")),
        }
    }
}

impl Pieces {
    /// Cuts what the suite's application writes, and what the subject's does.
    pub(super) fn new(spec: &Spec, ours: &[u8], its: &[u8], course: &Course<'_>) -> Self {
        let cut = |octets: &[u8]| -> Vec<Vec<u8>> {
            octets.chunks(spec.octets.max(1)).map(<[u8]>::to_vec).collect()
        };
        let (ours, its) = (cut(ours), cut(its));
        Self {
            flags: spec.flags.clone(),
            due_here: Due::of(if course.echo { &ours } else { &its }),
            due_there: if course.events { Due::of(&ours) } else { Due::default() },
            unwritten: ours.into(),
            its,
            opened: false,
            closed: false,
            failed: None,
        }
    }

    fn command(&self, piece: &[u8]) -> Command {
        let parameters = [
            ("octets", Json::String(HexOctets::from(piece).to_string())),
            ("flags", Json::from(self.flags.clone())),
        ];
        Command::Do(Request { verb: "write".to_owned(), parameters: parameters.into() })
    }
}

impl Cargo for Pieces {
    fn own_event(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent) {
        match event {
            AppEvent::Opened => {
                self.opened = true;
                let commands = self.its.iter().map(|piece| Action::Tell(self.command(piece)));
                course.actions.extend(commands);
            }
            AppEvent::Closed => self.closed = true,
            AppEvent::Failed(why) => self.failed = Some(why.clone()),
            _ => {}
        }
        if let Some(octets) = event.octets() {
            course.moved(now);
            if !self.due_here.arrived(&octets) {
                foreign(course, "suite's", &octets);
            }
        }
    }

    fn its_event(&mut self, course: &mut Course<'_>, now: Instant, event: &AppEvent) {
        if let AppEvent::Failed(why) = event {
            self.failed = Some(why.clone());
        }
        if let Some(octets) = event.octets() {
            course.moved(now);
            if !self.due_there.arrived(&octets) {
                foreign(course, "subject's", &octets);
            }
        }
    }

    fn write(&mut self, course: &mut Course<'_>, now: Instant) -> bool {
        // Pieces that nobody wrote may have come; that is found where they came.
        let under_way = self.due_here.count().saturating_sub(self.unwritten.len());
        if !self.opened || (course.echo && under_way >= WINDOW) {
            return false;
        }
        let Some(piece) = self.unwritten.pop_front() else { return false };
        let command = self.command(&piece);
        course.end.handle_command(now, &command);
        true
    }

    fn is_through(&self, _: &Course<'_>) -> bool {
        let waiting = self.unwritten.len() + self.due_here.count() + self.due_there.count();
        self.opened && waiting == 0
    }

    fn is_over(&self, _: &Course<'_>) -> bool {
        self.closed || self.failed.is_some()
    }

    fn conclude(&mut self, course: &mut Course<'_>) {
        if !self.opened {
            return course.unopened(FindingKind::Broken, "the session was not opened".to_owned());
        }
        let missing = self.due_here.count() + self.due_there.count();
        let (what, allowed) = if missing > 0 {
            let what = format!("{missing} pieces had not come through at the end");
            (what, "each piece once, as it was written")
        } else if self.closed || (course.closing && self.failed.is_some()) {
            return;
        } else if let Some(why) = &self.failed {
            (format!("the session failed: {why}"), "a session that goes on")
        } else {
            ("the session did not end".to_owned(), "a session with an end")
        };
        let clauses = &course.spec.delivered;
        course.note(FindingKind::Broken, clauses, what, vec![allowed.to_owned()], None);
    }

    fn transcript(&self, course: &Course<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        if self.opened {
            lines.push("the suite's application: opened".to_owned());
            lines.push(format!("the suite's application: received {}", self.due_here.in_words()));
            if course.events {
                let received = self.due_there.in_words();
                lines.push(format!("the subject's application: received {received}"));
            }
        }
        if self.closed {
            lines.push("the suite's application: closed".to_owned());
        }
        lines
    }
}

/// An application received a piece that was not due.
fn foreign(course: &mut Course<'_>, whose: &str, piece: &[u8]) {
    let due = "each piece once, as it was written".to_owned();
    course.foreign(whose, &show_octets(piece), due);
}
