//! The subject's program in a run: how long it waited, how it is stopped, how it is killed in the middle and started again.

use std::time::Duration;

use super::{Conductor, Control, Presence};
use crate::engine::EngineError;
use crate::journal::What;
use crate::script::Input;
use crate::subject::process::{Process, Waited};
use crate::verdict::Ending;

/// A program that is up.
pub(in crate::engine::socket) struct Started {
    pub(in crate::engine::socket) process: Process,
    /// Its control lines, when it speaks them.
    pub(in crate::engine::socket) control: Option<Control>,
}

impl Conductor<'_> {
    /// Kills the subject's program, and takes what it has sent before.
    pub(super) async fn crash(&mut self, buffer: &mut [u8]) -> Result<(), EngineError> {
        if let Some(process) = self.process.take() {
            self.printed.extend(process.kill().await);
        }
        self.last_words(buffer).await?;
        self.control = None;
        Ok(())
    }

    /// Goes on with a program that was started again.
    pub(super) fn resume(&mut self, started: Started) -> Result<(), EngineError> {
        let Started { process, control } = started;
        (self.process, self.control) = (Some(process), control);
        self.state.subject = Presence::Whole;
        let now = self.clock.now();
        self.journal.push(now, What::Restarted);
        self.note_greeting();
        self.hand_in(now, Input::Restarted)
    }

    /// How long the subject's program was ready to run and had no processor, since it began.
    pub(in crate::engine::socket) fn waited(&self) -> Waited {
        self.process.as_ref().map(Process::waited).unwrap_or_default()
    }

    /// Stops the process; gives what it printed.
    pub(in crate::engine::socket) async fn stop(&mut self, within: Duration) -> Vec<u8> {
        let mut printed = std::mem::take(&mut self.printed);
        let Some(process) = self.process.take() else { return printed };
        let stopped = match self.control.take() {
            Some(control) => process.dismiss(control.lines, within).await,
            None => process.stop(within).await,
        };
        let now = self.clock.now();
        for ending in stopped.endings {
            match ending {
                Ending::Crashed { .. } if self.state.subject == Presence::Ended => {}
                Ending::Crashed { status } => {
                    let ending = self.ending(now, status);
                    self.journal.push(now, What::Ended(ending));
                }
                other => self.journal.push(now, What::Ended(other)),
            }
        }
        printed.extend(stopped.printed);
        printed
    }
}
