//! Where output goes: two writers, their width, and whether somebody watches.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::report::layout::WIDTH;
use crate::report::paint::{BAD, paint};

/// The narrowest terminal that is taken at its word, in columns.
const NARROWEST: usize = 60;
/// The widest line that is still read with ease, in columns.
const WIDEST: usize = 140;

/// Where a command writes.
pub struct Console<'a> {
    /// Results.
    pub out: Box<dyn Write + 'a>,
    /// Errors and progress.
    pub err: Box<dyn Write + 'a>,
    /// Columns of a line of results.
    pub width: usize,
    /// Somebody watches: a line may be rewritten while something takes its time.
    pub progress: bool,
}

impl Console<'_> {
    /// The program's own standard output and error.
    pub fn standard(choice: ColorChoice) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let width = columns(&out).map_or(WIDTH, |width| width.clamp(NARROWEST, WIDEST));
        let progress = err.is_terminal();
        Self {
            out: Box::new(UntilClosed::new(AutoStream::new(out, choice))),
            err: Box::new(UntilClosed::new(AutoStream::new(err, choice))),
            width,
            progress,
        }
    }

    /// Writes lines of results.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn lines<'b>(&mut self, lines: impl IntoIterator<Item = &'b String>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }

    /// Says what is wrong.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn error(&mut self, what: impl Display) -> io::Result<()> {
        writeln!(self.err, "{} {what}", paint(BAD, "error:"))
    }
}

/// The width of a terminal; none of what is no terminal.
fn columns(out: &io::Stdout) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(out).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// A writer whose reader may go away (`| head`): what comes later is then dropped, so that the program still ends as it would
/// have ended, with the same exit code.
struct UntilClosed<W> {
    inner: W,
    closed: bool,
}

impl<W> UntilClosed<W> {
    const fn new(inner: W) -> Self {
        Self { inner, closed: false }
    }

    /// Passes a result on, unless it says that nobody reads any more.
    fn tolerate<T>(&mut self, result: io::Result<T>, dropped: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(octets.len());
        }
        let result = self.inner.write(octets);
        self.tolerate(result, octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.tolerate(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer whose reader went away after some octets.
    struct Pipe(usize);

    impl Write for Pipe {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(octets.len()).ok_or(ErrorKind::BrokenPipe)?;
            Ok(octets.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_reader_that_goes_away_ends_nothing() {
        let mut out = UntilClosed::new(Pipe(4));
        for _ in 0..3 {
            out.write_all(b"abc").unwrap();
        }
        out.flush().unwrap();
        assert!(out.closed);
    }
}
