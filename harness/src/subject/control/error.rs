//! What can go wrong between suite and subject on control lines. None of it says anything about the protocol that is judged.

use std::net::SocketAddr;
use std::time::Duration;

use super::{CANARY, LINE_MAX};
use crate::conversation::show_duration;

/// A subject that does not keep to the control lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// Nothing answers `hello`.
    #[error(
        "`control: true`: no `ready` came within {} of `hello`; does the subject read its standard input, \
         and does it flush its standard output after each line?",
        show_duration(*.within)
    )]
    Silent {
        /// How long it was waited for.
        within: Duration,
    },
    /// A line of a type that it cannot know was not answered.
    #[error(
        "`control: true`: the subject did not answer {{\"type\":\"{CANARY}\"}} within {}; it must answer every line of a type \
         that it does not know with {{\"type\":\"unknown\",\"got\":\"<the type>\"}}",
        show_duration(*.within)
    )]
    NoCanary {
        /// How long it was waited for.
        within: Duration,
    },
    /// It cannot do what its profile promises.
    #[error(
        "the subject answered `hello` with `unsupported`: {what}; its profile says otherwise: \
         see `roles`, `dialect`, `capabilities` and `control` there"
    )]
    Unsupported {
        /// What it cannot do, in its words.
        what: String,
    },
    /// It has bound something else than it was told to, or does not say what.
    #[error("the subject is `ready` at {}, but `hello` told it to bind {asked}", show_address(*.bound))]
    Address {
        /// Where it says that it is.
        bound: Option<SocketAddr>,
        /// What it was told to bind.
        asked: SocketAddr,
    },
    /// A line is not what it should be.
    #[error("control line {number}: {problem}: {quoted}")]
    Line {
        /// The number of the line on the subject's standard output, from 1.
        number: u64,
        /// What is wrong with it.
        problem: String,
        /// The line, shortened where it is long.
        quoted: String,
    },
    /// A line has no end.
    #[error("control line {number} is longer than {LINE_MAX} octets: {quoted}")]
    TooLong {
        /// The number of the line, from 1.
        number: u64,
        /// Its beginning.
        quoted: String,
    },
    /// An answer in virtual time is not what it should be.
    #[error("the answer of the subject is wrong: {problem}: {quoted}")]
    Answer {
        /// What is wrong with it.
        problem: String,
        /// The line, shortened where it is long.
        quoted: String,
    },
    /// Its standard output is closed, and it lives on.
    #[error("the subject closed its standard output after control line {lines}, and did not end")]
    Closed {
        /// Lines that came before.
        lines: u64,
    },
    /// What is said to it stays unread.
    #[error(
        "the subject does not read its standard input: {waiting} octets of control lines are waiting for it"
    )]
    Deaf {
        /// Octets that wait.
        waiting: usize,
    },
}

impl ControlError {
    /// The error for an answer that is wrong.
    pub(crate) fn answer(line: &[u8], problem: String) -> Self {
        Self::Answer { problem, quoted: quote(line.trim_ascii_end()) }
    }

    /// Before the scenario has begun: another one would fare no better. What is unsupported may be one role or one dialect.
    pub const fn concerns_every_run(&self) -> bool {
        !matches!(self, Self::Unsupported { .. })
    }
}

fn show_address(address: Option<SocketAddr>) -> String {
    address.map_or_else(|| "an address that it does not name".to_owned(), |at| at.to_string())
}

/// A line in an error: without control characters, and shortened.
pub(super) fn quote(line: &[u8]) -> String {
    const SHOWN: usize = 160;
    let shown = String::from_utf8_lossy(line.get(..SHOWN).unwrap_or(line));
    let text: String = shown.chars().filter(|character| !character.is_control()).collect();
    let more = if line.len() > SHOWN { " …" } else { "" };
    format!("`{text}`{more}")
}
