//! Control lines in a run: what the script tells the subject goes out, what the subject says comes in.

use std::collections::VecDeque;
use std::future::pending;

use simulator::Instant;
use tokio::time::timeout;

use super::{Conductor, LAST_MAX, LAST_WITHIN, ROUND_MAX};
use crate::engine::EngineError;
use crate::journal::{Party, Told, What};
use crate::protocol::Role;
use crate::script::{AppEvent, Command, Input};
use crate::subject::control::lines::Lines;
use crate::subject::control::{ControlError, FromSubject, Sessions, ToSubject};

/// Commands that may wait for a session: more than any scenario has.
const HELD_MAX: usize = 10_000;

/// The control lines of a run.
#[derive(Debug)]
pub(in crate::engine::socket) struct Control {
    pub(in crate::engine::socket) lines: Lines,
    sessions: Sessions,
    /// Commands for a session that the subject has not told of yet: its line may be slower than its datagram.
    held: VecDeque<Command>,
    /// What the subject said before the run.
    notes: Vec<String>,
}

impl Control {
    /// The lines of a subject that is up.
    pub(in crate::engine::socket) const fn new(
        lines: Lines,
        role: Role,
        notes: Vec<String>,
    ) -> Self {
        Self { lines, sessions: Sessions::new(role), held: VecDeque::new(), notes }
    }

    /// Waits for a line, or for ever when there are none.
    pub(in crate::engine::socket) async fn said(
        control: Option<&mut Self>,
    ) -> Result<FromSubject, ControlError> {
        match control {
            Some(control) => control.lines.next().await,
            None => pending().await,
        }
    }

    /// Tells the subject something, when there is a session for it; says whether there is.
    pub(in crate::engine::socket) fn tell(
        &mut self,
        command: &Command,
    ) -> Result<bool, ControlError> {
        let session = match command {
            Command::Open(_) => Some(self.sessions.open()),
            _ => self.sessions.current(),
        };
        let Some(session) = session else { return Ok(false) };
        for line in ToSubject::of_command(command, session) {
            self.lines.say(&line)?;
        }
        Ok(true)
    }

    /// Takes a line of the subject.
    pub(in crate::engine::socket) fn hear(
        &mut self,
        line: FromSubject,
    ) -> Result<Heard, ControlError> {
        let (session, event) = match line.event() {
            Ok(told) => told,
            Err(FromSubject::Log { text }) => return Ok(Heard::Log(text)),
            Err(FromSubject::Unknown { got }) => {
                return Err(self.lines.wrong(format!("the subject must know `{got}`")));
            }
            Err(_) => {
                let problem = "this answers `hello`, which was answered before".to_owned();
                return Err(self.lines.wrong(problem));
            }
        };
        match self.sessions.event(session, &event) {
            Ok(()) => Ok(Heard::Event(session, event)),
            Err(problem) => Err(self.lines.wrong(problem)),
        }
    }

    /// What the subject said before the run, once.
    pub(in crate::engine::socket) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

/// What a line of the subject says in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::socket) enum Heard {
    /// Its application was told this, in the session with this number.
    Event(u64, AppEvent),
    /// Something for the evidence.
    Log(String),
}

impl Conductor<'_> {
    /// Writes down what the subject said before the run.
    pub(super) fn note_greeting(&mut self) {
        let notes = self.control.as_mut().map(Control::take_notes);
        for note in notes.unwrap_or_default() {
            let now =
                if self.journal.entries.len() > 1 { self.clock.now() } else { Instant::START };
            self.journal.push(now, What::Note(note));
        }
    }

    /// Tells the subject something; gives what the journal says of it.
    pub(super) fn tell(&mut self, command: Command) -> Result<Option<What>, ControlError> {
        let Some(control) = &mut self.control else {
            // A connector that is a program opens its session by itself; nothing else can be said to it.
            let known = self.role == Role::Connector && matches!(command, Command::Open(_));
            return Ok(Some(if known {
                What::Told(command)
            } else {
                What::Note(format!("the subject cannot be told to do this: {command:?}"))
            }));
        };
        if control.tell(&command)? {
            return Ok(Some(What::Told(command)));
        }
        if control.held.len() == HELD_MAX {
            return Ok(Some(What::Note(format!("no session came to be told: {command:?}"))));
        }
        control.held.push_back(command);
        Ok(None)
    }

    /// Takes the lines that have come, up to a limit.
    pub(super) fn take_lines(&mut self) -> Result<(), EngineError> {
        for _ in 0..ROUND_MAX {
            if self.is_over() {
                break;
            }
            let Some(line) = self.control.as_mut().and_then(|it| it.lines.try_next()) else {
                break;
            };
            self.take_line(line.map_err(broken)?)?;
        }
        Ok(())
    }

    /// Takes the lines that a subject had written before it ended.
    pub(super) async fn last_lines(&mut self) -> Result<(), EngineError> {
        for _ in 0..LAST_MAX {
            if self.is_over() {
                break;
            }
            match timeout(LAST_WITHIN, Control::said(self.control.as_mut())).await {
                Err(_) | Ok(Err(ControlError::Closed { .. })) => break,
                Ok(line) => self.take_line(line.map_err(broken)?)?,
            }
        }
        Ok(())
    }

    /// Takes one line of the subject.
    pub(super) fn take_line(&mut self, line: FromSubject) -> Result<(), EngineError> {
        let Some(control) = &mut self.control else { return Ok(()) };
        let (session, event) = match control.hear(line).map_err(broken)? {
            Heard::Event(session, event) => (session, event),
            Heard::Log(text) => {
                self.state.octets += text.len();
                let now = self.clock.now();
                self.journal.push(now, What::Note(format!("the subject says: {text}")));
                self.watch_limits(now);
                return Ok(());
            }
        };
        let now = self.clock.now();
        self.state.octets += match &event {
            AppEvent::Delivered(octets) => octets.len(),
            AppEvent::Told(notice) => {
                notice.fields.iter().map(|(_, it)| it.to_string().len()).sum()
            }
            AppEvent::Opened | AppEvent::Closed | AppEvent::Failed(_) => 0,
        };
        self.journal
            .push(now, What::Event(Told { by: Party::Subject, session, event: event.clone() }));
        self.release(now).map_err(broken)?;
        self.hand_in(now, Input::Event { session, event: &event })?;
        self.arrive(now)?;
        self.watch_limits(now);
        Ok(())
    }

    /// Tells the subject what had to wait for a session.
    fn release(&mut self, now: Instant) -> Result<(), ControlError> {
        let Some(control) = &mut self.control else { return Ok(()) };
        if control.sessions.current().is_some() {
            for command in std::mem::take(&mut control.held) {
                if let Some(what) = self.tell(command)? {
                    self.journal.push(now, what);
                }
            }
        }
        Ok(())
    }
}

/// The error of a run whose subject does not keep to its control lines.
pub(super) const fn broken(error: ControlError) -> EngineError {
    EngineError::Control { error, printed: String::new(), begun: true }
}
