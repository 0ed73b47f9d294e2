//! Before the script begins, with control lines: `hello`, and the subject's answer to it.
//!
//! A subject is up when it says so and has shown that it bears with lines that it does not know. Nothing is sent to its socket
//! before the scenario begins.

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::timeout;

use super::conductor::EXIT_WITHIN;
use super::interrupt;
use super::patience::Patience;
use super::ready::ended;
use crate::subject::control::lines::Lines;
use crate::subject::control::{CANARY, ControlError, FromSubject, Hello, ToSubject};
use crate::subject::process::Process;

/// Most texts that are kept of what a subject says before it is ready.
const NOTES_MAX: usize = 100;

/// How a greeting ended.
#[derive(Debug)]
pub(super) enum Greeting {
    /// It is up; what it said of itself meanwhile.
    Up(Vec<String>),
    /// Its process has ended.
    Died(ExitStatus),
    /// Somebody asked the suite to end.
    Interrupted,
}

/// How far a greeting has come.
#[derive(Debug, Default)]
struct Progress {
    ready: bool,
    canary: bool,
    notes: Vec<String>,
}

/// Says `hello` and waits until the subject is ready.
///
/// # Errors
///
/// Everything that is not as it should be, a subject that does not answer in time included.
pub(super) async fn greet(
    lines: &mut Lines,
    process: &mut Process,
    hello: Hello<'_>,
    within: Duration,
) -> Result<Greeting, ControlError> {
    let patience = Patience::new(within, Some(&*process));
    let address = hello.address;
    lines.say(&ToSubject::Hello(hello))?;
    lines.say(&ToSubject::Canary)?;
    let mut progress = Progress::default();
    while !(progress.ready && progress.canary) {
        let line = tokio::select! {
            biased;
            () = interrupt::requested() => return Ok(Greeting::Interrupted),
            // Before the lines: a flood of them is no answer.
            () = patience.over() => {
                let silent = ControlError::Silent { within };
                return Err(if progress.ready { ControlError::NoCanary { within } } else { silent });
            }
            line = lines.next() => line,
            status = ended(Some(process)) => return Ok(Greeting::Died(status)),
        };
        match line {
            // A program that has ended closes its standard output a little before its status is known.
            Err(error @ ControlError::Closed { .. }) => {
                let status = timeout(EXIT_WITHIN, process.ended()).await;
                return status.map(Greeting::Died).map_err(|_| error);
            }
            line => progress.take(line?, address, lines)?,
        }
    }
    Ok(Greeting::Up(progress.notes))
}

impl Progress {
    fn take(
        &mut self,
        line: FromSubject,
        address: Option<SocketAddr>,
        lines: &Lines,
    ) -> Result<(), ControlError> {
        match line {
            FromSubject::Ready { .. } if self.ready => {
                return Err(lines.wrong("`ready` comes a second time".to_owned()));
            }
            FromSubject::Ready { name, address: bound } => {
                if let Some(asked) = address.filter(|_| bound != address) {
                    return Err(ControlError::Address { bound, asked });
                }
                self.ready = true;
                self.note(name.map(|name| format!("the subject is ready: {name}")));
            }
            FromSubject::Unsupported { what } => return Err(ControlError::Unsupported { what }),
            FromSubject::Unknown { got } if got == CANARY => self.canary = true,
            FromSubject::Unknown { got } => {
                return Err(lines.wrong(format!("the subject must know `{got}`")));
            }
            FromSubject::Log { text } => self.note(Some(format!("the subject says: {text}"))),
            FromSubject::Opened { .. }
            | FromSubject::Delivered { .. }
            | FromSubject::Closed { .. }
            | FromSubject::Failed { .. }
            | FromSubject::Told { .. } => {
                return Err(lines.wrong("an event comes before the scenario begins".to_owned()));
            }
        }
        Ok(())
    }

    fn note(&mut self, note: Option<String>) {
        self.notes.extend(note.filter(|_| self.notes.len() < NOTES_MAX));
    }
}
