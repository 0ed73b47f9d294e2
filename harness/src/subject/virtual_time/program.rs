//! The program itself: a process that is asked one line at a time.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use rustix::process::Signal;

use super::VARIABLE;
use crate::engine::EngineError;
use crate::profile::CommandLine;
use crate::subject::control::{ControlError, LINE_MAX};
use crate::subject::process::{Group, PREFIX, in_words};
use crate::verdict::Ending;

/// How long a program may take to answer a line, in real time; virtual time does not pass.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How often a program is given that time once more when the machine let it run for less than half of it.
const STARVED_MAX: u32 = 6;

/// How long the status of a program is waited for that has closed its output.
const STATUS_WITHIN: Duration = Duration::from_millis(500);

/// Longest answer: some thousands of datagrams.
const ANSWER_MAX: usize = 16 * LINE_MAX;

/// A running program. Dropping it kills its whole process group.
pub(super) struct Program {
    line: CommandLine,
    child: Child,
    input: ChildStdin,
    answers: Receiver<Vec<u8>>,
    group: Option<Group>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The program has ended, or hangs.
    Ended(Ending),
    /// It does not keep to the rules.
    Broken(ControlError),
}

impl Program {
    /// Starts a program; it is told in its environment that it is to answer lines.
    pub(super) fn start(line: &CommandLine) -> Result<Self, EngineError> {
        let mut command = Command::new(&line.program);
        command.args(&line.arguments).current_dir(&line.folder).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(PREFIX) {
                command.env_remove(name);
            }
        }
        command.envs(&line.environment).env(VARIABLE, "virtual");
        let error = |error| EngineError::Start { command: line.to_string(), error };
        let mut child = command.spawn().map_err(error)?;
        let group = Group::led_by(child.id());
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both are pipes");
        };
        let (sender, answers) = mpsc::channel();
        // Ends with the program, whose output it reads, or with the first line that nobody wants.
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut line = Vec::new();
                let limit = u64::try_from(ANSWER_MAX).unwrap_or(u64::MAX);
                let read = output.by_ref().take(limit).read_until(b'\n', &mut line);
                if !matches!(read, Ok(1..)) || sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { line: line.clone(), child, input, answers, group })
    }

    /// Whether this is the program of that command line.
    pub(super) fn is_of(&self, line: &CommandLine) -> bool {
        self.line == *line
    }

    /// Says a line and waits for the answer.
    pub(super) fn ask(&mut self, mut line: Vec<u8>) -> Result<Vec<u8>, Failure> {
        line.push(b'\n');
        if self.input.write_all(&line).and_then(|()| self.input.flush()).is_err() {
            return Err(self.gone());
        }
        match self.answer() {
            Ok(answer) if answer.ends_with(b"\n") => Ok(answer),
            Ok(answer) if answer.len() >= ANSWER_MAX => {
                let problem = format!("it is longer than {ANSWER_MAX} octets");
                Err(Failure::Broken(ControlError::answer(&answer, problem)))
            }
            Ok(_) | Err(RecvTimeoutError::Disconnected) => Err(self.gone()),
            Err(RecvTimeoutError::Timeout) => Err(Failure::Ended(Ending::Hung)),
        }
    }

    /// Waits for an answer. A program that is kept waiting for a processor does not hang.
    fn answer(&self) -> Result<Vec<u8>, RecvTimeoutError> {
        let waited = || self.group.map(Group::waited).unwrap_or_default();
        let mut answer = self.answers.recv_timeout(ANSWER_WITHIN);
        for _ in 0..STARVED_MAX {
            if answer != Err(RecvTimeoutError::Timeout) {
                break;
            }
            let before = waited();
            answer = self.answers.recv_timeout(ANSWER_WITHIN);
            if waited().since(before).most < ANSWER_WITHIN / 2 {
                break;
            }
        }
        answer
    }

    /// How the program has ended.
    fn gone(&mut self) -> Failure {
        // The output of a process is closed a moment before its status is known.
        let (sender, waiting) = mpsc::channel::<()>();
        let mut status = self.child.try_wait().ok().flatten();
        for _ in 0..10 {
            if status.is_some() {
                break;
            }
            let _nobody_says_anything = waiting.recv_timeout(STATUS_WITHIN / 10);
            status = self.child.try_wait().ok().flatten();
        }
        drop(sender);
        match status {
            Some(status) => Failure::Ended(Ending::Crashed { status: in_words(status) }),
            None => Failure::Broken(ControlError::Closed { lines: 0 }),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            group.signal(Signal::KILL);
        }
        // It is killed: its status is there at once.
        let _status = self.child.wait();
    }
}
