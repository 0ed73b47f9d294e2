//! Control lines through the pipes of a program, neither of which keeps the suite waiting.
//!
//! What the suite says is kept until the program reads it, within bounds. What the program says is read no faster than it is
//! taken, so that a flood stays in the pipe.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::ops::Range;

use tokio::net::unix::pipe;

use super::error::quote;
use super::{ControlError, FromSubject, LINE_MAX, ToSubject};
use crate::protocol::EventSpec;

/// Octets that wait to be read by the program, at most: far more than any scenario has to say.
const WAITING_MAX: usize = 64 * 1024 * 1024;

/// Octets that are read at once.
const CHUNK: usize = 64 * 1024;

/// Both pipes of a program.
#[derive(Debug)]
pub(crate) struct Lines {
    /// The protocol's own events.
    events: &'static [EventSpec],
    /// To its standard input; nothing once that is closed.
    to: Option<pipe::Sender>,
    /// From its standard output.
    from: pipe::Receiver,
    /// What it has not read yet; the first `written` octets of it are gone already.
    outgoing: Vec<u8>,
    written: usize,
    /// What was read; the first `taken` octets of it were lines that are done with.
    incoming: Vec<u8>,
    taken: usize,
    /// How far the unfinished line was searched for its end.
    searched: usize,
    /// Where the line that was cut off last stands in `incoming`, until more is read.
    last: Range<usize>,
    count: u64,
    /// Its standard input is to be closed once it was told all.
    closing: bool,
    /// Its standard output is closed.
    ended: bool,
}

impl Lines {
    /// The suite's ends of the two pipes of a program that tells of these events, beside those of every application.
    pub(crate) const fn new(
        to: pipe::Sender,
        from: pipe::Receiver,
        events: &'static [EventSpec],
    ) -> Self {
        Self {
            events,
            to: Some(to),
            from,
            outgoing: Vec::new(),
            written: 0,
            incoming: Vec::new(),
            taken: 0,
            searched: 0,
            last: 0..0,
            count: 0,
            closing: false,
            ended: false,
        }
    }

    /// Lines that came so far.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Says something. A program whose standard input is closed does not hear it.
    ///
    /// # Errors
    ///
    /// [`ControlError::Deaf`] when too much is waiting already.
    pub(crate) fn say(&mut self, message: &ToSubject<'_>) -> Result<(), ControlError> {
        if self.to.is_none() {
            return Ok(());
        }
        let waiting = self.outgoing.len() - self.written;
        if waiting > WAITING_MAX {
            return Err(ControlError::Deaf { waiting });
        }
        self.outgoing.extend(message.line());
        self.flush();
        Ok(())
    }

    /// Waits for the next line. Nothing is lost when it is given up.
    ///
    /// # Errors
    ///
    /// When a line is not what it should be, and, again and again, when no more can come.
    pub(crate) async fn next(&mut self) -> Result<FromSubject, ControlError> {
        loop {
            if let Some(line) = self.cut() {
                return line;
            }
            if self.ended {
                return Err(ControlError::Closed { lines: self.count });
            }
            self.moved().await;
            self.flush();
            self.read();
        }
    }

    /// The next line, if it is here.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next), but not when no more can come.
    pub(crate) fn try_next(&mut self) -> Option<Result<FromSubject, ControlError>> {
        if let Some(line) = self.cut() {
            return Some(line);
        }
        self.read();
        self.cut()
    }

    /// Says something for the last time: behind it, standard input ends.
    pub(crate) fn say_last(&mut self, message: &ToSubject<'_>) {
        self.outgoing.extend(message.line());
        self.closing = true;
        self.flush();
    }

    /// Goes on saying what is waiting, and forgets whatever comes, for ever: a program that is to end must not be kept from it
    /// by a full pipe.
    pub(crate) async fn drain(&mut self) -> Infallible {
        loop {
            self.incoming.clear();
            (self.taken, self.searched) = (0, 0);
            if self.ended {
                return pending().await;
            }
            self.moved().await;
            self.flush();
            self.read();
        }
    }

    /// The error that the line which came last deserves.
    pub(crate) fn wrong(&self, problem: String) -> ControlError {
        let line = self.incoming.get(self.last.clone()).unwrap_or_default();
        ControlError::Line { number: self.count, problem, quoted: quote(line) }
    }

    /// Waits until something can be read or written.
    async fn moved(&self) {
        let writable = async {
            match &self.to {
                // An error shows when it is written to.
                Some(to) if self.written < self.outgoing.len() => drop(to.writable().await),
                _ => pending().await,
            }
        };
        tokio::select! {
            biased;
            () = writable => {}
            // An error shows when it is read from.
            _readable = self.from.readable() => {}
        }
    }

    fn flush(&mut self) {
        while let (Some(to), Some(rest @ [_, ..])) = (&self.to, self.outgoing.get(self.written..)) {
            match to.try_write(rest) {
                Ok(length) => self.written += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // It has closed its standard input or is gone; what becomes of it, its own end shows.
                Err(_) => self.to = None,
            }
        }
        if self.to.is_none() || self.written == self.outgoing.len() {
            self.outgoing.clear();
            self.written = 0;
            if self.closing {
                self.to = None;
            }
        }
    }

    /// Takes what is in the pipe, up to a chunk.
    fn read(&mut self) {
        self.incoming.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        self.last = 0..0;
        let length = self.incoming.len();
        self.incoming.resize(length + CHUNK, 0);
        let room = self.incoming.get_mut(length..).unwrap_or_default();
        let read = match self.from.try_read(room) {
            Ok(read) => {
                self.ended |= read == 0;
                read
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.ended = true;
                0
            }
        };
        self.incoming.truncate(length + read);
    }

    /// Cuts the next line off what was read. What comes behind the last line's end is no line.
    fn cut(&mut self) -> Option<Result<FromSubject, ControlError>> {
        let fresh = self.incoming.get(self.searched..).unwrap_or_default();
        let Some(length) = fresh.iter().position(|&octet| octet == b'\n') else {
            self.searched = self.incoming.len();
            let unfinished = self.incoming.get(self.taken..).unwrap_or_default();
            return (unfinished.len() >= LINE_MAX).then(|| {
                Err(ControlError::TooLong { number: self.count + 1, quoted: quote(unfinished) })
            });
        };
        let end = self.searched + length;
        let line = self.incoming.get(self.taken..end).unwrap_or_default();
        self.last = self.taken..end;
        (self.taken, self.searched) = (end + 1, end + 1);
        self.count += 1;
        if line.len() >= LINE_MAX {
            return Some(Err(ControlError::TooLong { number: self.count, quoted: quote(line) }));
        }
        Some(FromSubject::parse(line, self.events).map_err(|problem| self.wrong(problem)))
    }
}
