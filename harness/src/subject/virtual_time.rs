//! A subject that is a program without a network: it is told the time and what comes, and answers with what it sends.
//!
//! Each line of the suite is one input with its time; the program answers each with one line, which holds all outputs. So a
//! program in any language is a [`Subject`] like the reference, in virtual time, and one process serves many runs.
//! `docs/testing-your-implementation.md` describes the lines for the author of a subject.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use simulator::{Instant, Part, Transmit};

use crate::engine::EngineError;
use crate::journal::HexOctets;
use crate::profile::{CommandLine, DialectChoice, OptionChoice};
use crate::protocol::{EventSpec, Protocol, Role, SubjectSetup};
use crate::script::{AppEvent, Command, Fields, Request};
use crate::subject::Subject;
use crate::subject::control::{ControlError, FromSubject, Sessions, null_is_empty};
use crate::subject::process::application;
use crate::verdict::Ending;

mod program;
#[cfg(test)]
mod tests;

use program::{Failure, Program};

/// The version of these lines, as the first one names it.
pub const VERSION: u32 = 1;

/// The variable that tells a program that it is to speak these lines.
pub const VARIABLE: &str = "WIREPROOF_TIME";

thread_local! {
    /// The program of this thread's last run, to serve the next.
    static IDLE: RefCell<Option<Program>> = const { RefCell::new(None) };
}

/// A line of the suite. Times are nanoseconds since the run began.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Begin(Begin<'a>),
    Datagram {
        now: u64,
        from: SocketAddr,
        octets: HexOctets,
    },
    Stream {
        now: u64,
        connection: u64,
        part: &'a str,
        octets: HexOctets,
    },
    Blocked {
        now: u64,
        connection: u64,
        blocked: bool,
    },
    Timeout {
        now: u64,
    },
    Open {
        now: u64,
        peer: SocketAddr,
    },
    Write {
        now: u64,
        session: u64,
        octets: &'a HexOctets,
    },
    Close {
        now: u64,
        session: u64,
    },
    Abort {
        now: u64,
        session: u64,
    },
    #[serde(untagged)]
    Do(Do<'a>),
}

/// What a run begins with: whatever was before is forgotten.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Begin<'a> {
    version: u32,
    protocol: &'a str,
    role: &'a str,
    dialect: &'a DialectChoice,
    #[serde(skip_serializing_if = "OptionChoice::is_empty")]
    options: &'a OptionChoice,
    address: SocketAddr,
    application: &'a str,
    given: &'a std::collections::BTreeMap<String, serde_json::Value>,
    scenario: &'a str,
    epoch_ms: u64,
    seed: HexOctets,
}

/// A verb of a protocol with its parameters.
#[derive(Serialize)]
struct Do<'a> {
    r#type: &'a str,
    now: u64,
    session: u64,
    #[serde(flatten)]
    parameters: &'a Fields,
}

/// The answer to a line: everything that comes of it.
#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "null_is_empty")]
    datagrams: Vec<Datagram>,
    #[serde(default, deserialize_with = "null_is_empty")]
    streams: Vec<StreamPart>,
    #[serde(default, deserialize_with = "null_is_empty")]
    events: Vec<serde_json::Value>,
    #[serde(default)]
    timer: Option<u64>,
}

#[derive(Deserialize)]
struct Datagram {
    to: SocketAddr,
    octets: HexOctets,
}

#[derive(Deserialize)]
struct StreamPart {
    connection: u64,
    part: String,
    #[serde(default, deserialize_with = "null_is_empty")]
    octets: HexOctets,
}

/// What went wrong with a program, so that the run says nothing; shared with whoever started the run.
pub type Trouble = Rc<RefCell<Option<EngineError>>>;

/// A program as a subject of one run.
pub struct VirtualSubject {
    /// Nothing once it has failed.
    program: Option<Program>,
    trouble: Trouble,
    ending: Option<Ending>,
    local: SocketAddr,
    role: Role,
    events: &'static [EventSpec],
    sessions: Sessions,
    /// Commands for a session that the program has not told of yet.
    held: VecDeque<Command>,
    timer: Option<Instant>,
    transmits: VecDeque<Transmit>,
    streams: VecDeque<(u64, Part)>,
    told: VecDeque<(u64, AppEvent)>,
}

impl VirtualSubject {
    /// Begins a run with the program of this command line, which is started unless it idles from the run before.
    pub fn begin(
        line: &CommandLine,
        protocol: &'static dyn Protocol,
        scenario: &str,
        setup: &SubjectSetup<'_>,
        trouble: Trouble,
    ) -> Self {
        let idle = IDLE.take().filter(|program| program.is_of(line));
        let program = idle.map_or_else(|| Program::start(line), Ok);
        let mut subject = Self {
            program: None,
            trouble,
            ending: None,
            local: setup.local,
            role: setup.role,
            events: protocol.events(),
            sessions: Sessions::new(setup.role),
            held: VecDeque::new(),
            timer: None,
            transmits: VecDeque::new(),
            streams: VecDeque::new(),
            told: VecDeque::new(),
        };
        match program {
            Ok(program) => subject.program = Some(program),
            Err(error) => {
                subject.trouble.replace(Some(error));
                return subject;
            }
        }
        let begin = Begin {
            version: VERSION,
            protocol: protocol.name(),
            role: protocol.word(setup.role),
            dialect: setup.dialect,
            options: setup.options,
            address: setup.local,
            application: application(setup.application),
            given: setup.given,
            scenario,
            epoch_ms: u64::try_from(setup.epoch.as_millis()).unwrap_or(u64::MAX),
            seed: HexOctets::from(&setup.seed[..]),
        };
        subject.say(Instant::START, &Line::Begin(begin));
        // A program that does not live to answer its first line breaks no clause: it was never there.
        if let Some(Ending::Crashed { status }) = &subject.ending {
            let (status, printed) = (status.clone(), String::new());
            subject.trouble.replace(Some(EngineError::Died { status, printed }));
        }
        subject
    }

    /// Says a line, and takes what comes of it.
    fn say(&mut self, now: Instant, line: &Line<'_>) {
        let Some(program) = &mut self.program else { return };
        let octets = serde_json::to_vec(line).expect("numbers, text and maps can be written");
        let taken = match program.ask(octets) {
            Ok(answer) => self.take(now, &answer).map_err(|problem| program_line(&answer, problem)),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Ended(ending)) => {
                self.program = None;
                self.ending = Some(ending);
                return;
            }
        };
        if let Err(error) = taken {
            self.program = None;
            let begun = now > Instant::START;
            let printed = String::new();
            self.trouble.replace(Some(EngineError::Control { error, printed, begun }));
        }
    }

    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as part of a sentence.
    fn take(&mut self, now: Instant, answer: &[u8]) -> Result<(), String> {
        let value: serde_json::Value = serde_json::from_slice(answer)
            .map_err(|error| format!("this is not JSON ({error})"))?;
        match value.get("type").and_then(serde_json::Value::as_str) {
            None => {}
            Some("unknown") => return Err("the program must know every line of the table".into()),
            Some("unsupported") => return Err("the program cannot do what its profile says".into()),
            Some(kind) => return Err(format!("an answer has no `type`, and not `{kind}`")),
        }
        let answer: Answer = serde_json::from_value(value).map_err(|error| error.to_string())?;
        for Datagram { to, octets: HexOctets(octets) } in answer.datagrams {
            self.transmits.push_back(Transmit { from: self.local, to, octets });
        }
        for StreamPart { connection, part, octets: HexOctets(octets) } in answer.streams {
            let part = match part.as_str() {
                "opened" => Part::Opened,
                "octets" => Part::Octets(octets),
                "finished" => Part::Finished,
                "reset" => Part::Reset,
                other => return Err(format!("`{other}` is no part of a stream")),
            };
            self.streams.push_back((connection, part));
        }
        for event in &answer.events {
            let told = FromSubject::of_value(event, self.events)?
                .event()
                .map_err(|_| "an event that is none".to_owned())?;
            self.sessions.event(told.0, &told.1)?;
            self.told.push_back(told);
        }
        self.timer = answer.timer.map(|at| Instant::from_nanos(at).max(now));
        Ok(())
    }
}

impl VirtualSubject {
    /// Tells the program what had to wait for a session.
    fn release(&mut self, now: Instant) {
        while self.sessions.current().is_some()
            && let Some(command) = self.held.pop_front()
        {
            self.handle_command(now, &command);
        }
    }
}

/// The error for an answer that is wrong.
fn program_line(answer: &[u8], problem: String) -> ControlError {
    ControlError::answer(answer, problem)
}

impl Drop for VirtualSubject {
    fn drop(&mut self) {
        // A program that has done well serves the next run.
        if let Some(program) = self.program.take() {
            IDLE.set(Some(program));
        }
    }
}

impl Subject for VirtualSubject {
    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
        let octets = HexOctets::from(octets);
        self.say(now, &Line::Datagram { now: now.as_nanos(), from, octets });
        self.release(now);
    }

    fn handle_stream(&mut self, now: Instant, connection: u64, part: &Part) {
        let (part, octets) = match part {
            Part::Opened => ("opened", HexOctets::default()),
            Part::Octets(octets) => ("octets", HexOctets(octets.clone())),
            Part::Finished => ("finished", HexOctets::default()),
            Part::Reset => ("reset", HexOctets::default()),
        };
        self.say(now, &Line::Stream { now: now.as_nanos(), connection, part, octets });
        self.release(now);
    }

    fn handle_blocked(&mut self, now: Instant, connection: u64, blocked: bool) {
        self.say(now, &Line::Blocked { now: now.as_nanos(), connection, blocked });
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.timer = None;
        self.say(now, &Line::Timeout { now: now.as_nanos() });
        self.release(now);
    }

    fn handle_command(&mut self, at: Instant, command: &Command) {
        let now = at.as_nanos();
        if let Command::Open(peer) = command {
            if self.role == Role::Connector {
                self.sessions.open();
            }
            return self.say(at, &Line::Open { now, peer: *peer });
        }
        let Some(session) = self.sessions.current() else {
            self.held.push_back(command.clone());
            return;
        };
        match command {
            Command::Open(_) => {}
            Command::Write(octets) => self.say(at, &Line::Write { now, session, octets }),
            Command::Close => self.say(at, &Line::Close { now, session }),
            Command::Abort => self.say(at, &Line::Abort { now, session }),
            Command::Do(Request { verb, parameters }) => {
                self.say(at, &Line::Do(Do { r#type: verb, now, session, parameters }));
            }
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.timer
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    fn poll_stream(&mut self) -> Option<(u64, Part)> {
        self.streams.pop_front()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.told.pop_front()
    }

    fn poll_ending(&mut self) -> Option<Ending> {
        self.ending.take()
    }
}
