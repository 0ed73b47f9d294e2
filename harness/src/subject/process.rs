//! A subject that is a program: started for one run, in a process group of its own, and stopped so that nothing of it stays.
//!
//! The program is told its part in environment variables ([`Part`]); `docs/testing-your-implementation.md` describes them for
//! its author. What it prints is kept within bounds; with control lines ([`control`](super::control)) its standard output belongs
//! to them. However a run ends, by its own end, by an error or by a panic, the whole
//! group is killed at the latest when [`Process`] is dropped.

use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::engine::EngineError;
use crate::profile::CommandLine;
use crate::protocol::EventSpec;
use crate::subject::control::ToSubject;
use crate::subject::control::lines::Lines;
use crate::verdict::Ending;

mod environment;
mod group;
pub mod guard;
mod output;
#[cfg(test)]
mod tests;

use environment::GivenFile;
pub(crate) use environment::application;
pub use environment::{PREFIX, Part};
pub(crate) use group::Group;
pub use group::Waited;
pub use output::PRINTED_MAX;
use output::Printed;
pub(crate) use output::last_lines;

/// How long processes may take to go once they were killed, or once the program that started them has ended.
const GONE_WITHIN: Duration = Duration::from_millis(200);

/// How long the end of what was printed is waited for: somebody outside the group may hold it open.
const PRINTED_WITHIN: Duration = Duration::from_millis(100);
/// How often a program that has no processor is given more time to end.
const STARVED_MAX: u32 = 4;

/// What is said behind the exit status of a program that has ended when it was told to, and not well.
pub(crate) const AFTER_STOP: &str = " after `stop`";

/// A running program. Dropping it kills its whole process group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Nothing once nobody is left in it: its number may then belong to somebody else.
    group: Option<Group>,
    status: Option<ExitStatus>,
    printed: Arc<Mutex<Printed>>,
    reader: JoinHandle<()>,
    /// With control lines, until somebody takes them.
    lines: Option<Lines>,
    /// Goes with the process.
    _given: Option<GivenFile>,
}

/// How a program came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// What there is to say against it: [`Ending::Crashed`] when it had ended before it was asked to, [`Ending::Hung`],
    /// [`Ending::LeftProcesses`].
    pub endings: Vec<Ending>,
    /// How it ended, in words: `exit status 0`, `signal 15 (SIGTERM)`.
    pub status: String,
    /// What it printed, at most [`PRINTED_MAX`] octets.
    pub printed: Vec<u8>,
}

impl Process {
    /// Starts a program. Must be called in a runtime of tokio.
    ///
    /// With control lines its standard input and its standard output are theirs; without, its standard input is empty. Whatever
    /// else it prints is one stream, which is read all the time.
    ///
    /// # Errors
    ///
    /// [`EngineError::Start`] if there is no such program, and [`EngineError::Io`] if the system has no room for it.
    pub fn start(line: &CommandLine, part: &Part<'_>) -> Result<Self, EngineError> {
        let io = |doing: &str| {
            let doing = doing.to_owned();
            move |error| EngineError::Io { doing, error }
        };
        let given = GivenFile::write(part.given).map_err(io("writing what the scenario gives"))?;
        let (reader, writer) = std::io::pipe().map_err(io("opening a pipe"))?;
        let reader =
            pipe::Receiver::from_owned_fd(OwnedFd::from(reader)).map_err(io("opening a pipe"))?;

        let mut command = Command::new(&line.program);
        command.args(&line.arguments).current_dir(&line.folder);
        command.process_group(0).kill_on_drop(true);
        let lines = if line.control {
            Some(control_lines(&mut command, part.events).map_err(io("opening a pipe"))?)
        } else {
            let writer_too = writer.try_clone().map_err(io("opening a pipe"))?;
            command.stdin(Stdio::null()).stdout(writer_too);
            None
        };
        command.stderr(writer);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(PREFIX) {
                command.env_remove(name);
            }
        }
        command.envs(&line.environment).envs(part.variables(given.as_ref().map(GivenFile::path)));
        let child = command
            .spawn()
            .map_err(|error| EngineError::Start { command: line.to_string(), error })?;
        let group = child.id().and_then(Group::led_by);
        if let Some(group) = group {
            guard::watch(group);
        }

        let printed = Arc::new(Mutex::new(Printed::default()));
        let reader = tokio::spawn(read(reader, Arc::clone(&printed)));
        Ok(Self { child, group, status: None, printed, reader, lines, _given: given })
    }

    /// The control lines, once, of a program that was started with them.
    pub(crate) const fn take_lines(&mut self) -> Option<Lines> {
        self.lines.take()
    }

    /// Waits until the program has ended, by whatever; says how. May be given up and called again.
    pub async fn ended(&mut self) -> ExitStatus {
        if let Some(status) = self.status {
            return status;
        }
        // Nobody else asks for the status of this child; if the system should not know it, the child is gone all the same.
        let status = self.child.wait().await.unwrap_or_default();
        self.status = Some(status);
        status
    }

    /// Waits until it has ended, at most so long. A program that is kept waiting for a processor is given as long again.
    async fn ended_within(&mut self, within: Duration) -> Option<ExitStatus> {
        for _ in 0..=STARVED_MAX {
            let before = self.waited();
            if let Ok(status) = timeout(within, self.ended()).await {
                return Some(status);
            }
            if self.waited().since(before).most < within / 2 {
                break;
            }
        }
        None
    }

    /// How the program has ended, if it has.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.status = self.status.or_else(|| self.child.try_wait().ok().flatten());
        self.status
    }

    /// How long it was ready to run and had no processor, since it began.
    pub fn waited(&self) -> Waited {
        self.group.map(Group::waited).unwrap_or_default()
    }

    /// The group of it and all that it has started.
    pub(crate) const fn group(&self) -> Option<Group> {
        self.group
    }

    /// What it has printed so far.
    pub fn printed(&self) -> Vec<u8> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).octets()
    }

    /// Ends it: asks the group to end (SIGTERM), waits, and kills what is left (SIGKILL).
    pub async fn stop(mut self, within: Duration) -> Stopped {
        let mut endings = Vec::new();
        if let Some(status) = self.status() {
            endings.push(Ending::Crashed { status: in_words(status) });
        } else if !self.terminate(within).await {
            endings.push(Ending::Hung);
        }
        self.tidy(endings).await
    }

    /// Ends it with a control line: says `stop`, waits, and goes on as [`stop`](Self::stop) does when that is not enough. A
    /// program that does not end when it is told to, or with another status than 0, has not ended well.
    pub(crate) async fn dismiss(mut self, mut lines: Lines, within: Duration) -> Stopped {
        if self.status().is_some() {
            return self.stop(within).await;
        }
        lines.say_last(&ToSubject::Stop);
        let ended = async {
            if let Some(status) = self.ended_within(within).await {
                let well = status.success();
                let status = format!("{}{AFTER_STOP}", in_words(status));
                return (!well).then_some(Ending::Crashed { status });
            }
            self.terminate(within).await;
            Some(Ending::Hung)
        };
        let ending = tokio::select! {
            ending = ended => ending,
            never = lines.drain() => match never {},
        };
        self.tidy(ending.into_iter().collect()).await
    }

    /// Kills the group, as a crash would; gives what it printed.
    pub async fn kill(self) -> Vec<u8> {
        self.signal(Signal::KILL);
        self.tidy(Vec::new()).await.printed
    }

    /// Asks the group to end and kills it when it does not; says whether asking was enough.
    async fn terminate(&mut self, within: Duration) -> bool {
        self.signal(Signal::TERM);
        if self.ended_within(within).await.is_some() {
            return true;
        }
        self.signal(Signal::KILL);
        self.ended().await;
        false
    }

    /// Sees to it that nothing is left of a program that has ended.
    async fn tidy(mut self, mut endings: Vec<Ending>) -> Stopped {
        let status = self.ended().await;
        if let Some(group) = self.group {
            if !group.ends_within(GONE_WITHIN).await {
                endings.push(Ending::LeftProcesses);
                group.signal(Signal::KILL);
                group.ends_within(GONE_WITHIN).await;
            }
            self.group = None;
            guard::release(group);
        }
        // The last lines of a program that has just ended may still be in the pipe.
        let _held_open = timeout(PRINTED_WITHIN, &mut self.reader).await;
        Stopped { endings, status: in_words(status), printed: self.printed() }
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            group.signal(signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        if let Some(group) = self.group {
            guard::release(group);
        }
        self.reader.abort();
    }
}

/// Gives a program pipes for control lines; the suite's ends of them.
fn control_lines(command: &mut Command, events: &'static [EventSpec]) -> std::io::Result<Lines> {
    let (its_input, ours) = std::io::pipe()?;
    let to = pipe::Sender::from_owned_fd(OwnedFd::from(ours))?;
    let (ours, its_output) = std::io::pipe()?;
    let from = pipe::Receiver::from_owned_fd(OwnedFd::from(ours))?;
    command.stdin(its_input).stdout(its_output);
    Ok(Lines::new(to, from, events))
}

/// Takes all that is printed until nobody can print any more.
async fn read(mut from: pipe::Receiver, into: Arc<Mutex<Printed>>) {
    let mut buffer = [0; 8 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let octets = buffer.get(..length).unwrap_or_default();
        into.lock().unwrap_or_else(PoisonError::into_inner).push(octets);
    }
}

/// How a program ended: `exit status 3`, `signal 11 (SIGSEGV)`.
pub fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => match SIGNALS.iter().find(|(known, _)| known.as_raw() == signal) {
            Some((_, name)) => format!("signal {signal} ({name})"),
            None => format!("signal {signal}"),
        },
        (None, None) => "an unknown status".to_owned(),
    }
}

/// The signals that end programs, with their names.
const SIGNALS: [(Signal, &str); 15] = [
    (Signal::HUP, "SIGHUP"),
    (Signal::INT, "SIGINT"),
    (Signal::QUIT, "SIGQUIT"),
    (Signal::ILL, "SIGILL"),
    (Signal::TRAP, "SIGTRAP"),
    (Signal::ABORT, "SIGABRT"),
    (Signal::BUS, "SIGBUS"),
    (Signal::FPE, "SIGFPE"),
    (Signal::KILL, "SIGKILL"),
    (Signal::SEGV, "SIGSEGV"),
    (Signal::PIPE, "SIGPIPE"),
    (Signal::ALARM, "SIGALRM"),
    (Signal::TERM, "SIGTERM"),
    (Signal::XCPU, "SIGXCPU"),
    (Signal::SYS, "SIGSYS"),
];
