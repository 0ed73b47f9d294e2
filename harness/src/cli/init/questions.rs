//! What `init` asks somebody at a terminal.

use std::io::{BufRead, Write};

use crate::cli::CommandError;

/// Asks, one question on a line each, until the answer is one.
pub(super) struct Questions<'a> {
    /// Where answers come from.
    pub(super) answers: &'a mut dyn BufRead,
    /// Where questions go.
    pub(super) out: &'a mut dyn Write,
}

impl Questions<'_> {
    /// Asks for one thing. No answer is the default; one that is not understood is asked for again, with the reason.
    ///
    /// # Errors
    ///
    /// When the input ends, or cannot be read.
    pub(super) fn ask<T>(
        &mut self,
        question: &str,
        default: &str,
        understand: impl Fn(&str) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        loop {
            write!(self.out, "{question} [{default}]: ")?;
            self.out.flush()?;
            let mut line = String::new();
            let read = self.answers.read_line(&mut line);
            let read = read.map_err(|error| {
                CommandError::usage(&format!("the answer cannot be read: {error}"))
            })?;
            if read == 0 {
                writeln!(self.out)?;
                return Err(CommandError::usage_with_help(
                    &"the input ended before the last answer; nothing was written",
                    Some("options say everything, too: `wireproof init --help`".to_owned()),
                ));
            }
            let answer = line.trim();
            match understand(if answer.is_empty() { default } else { answer }) {
                Ok(understood) => return Ok(understood),
                Err(why) => writeln!(self.out, "{why}")?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(mut answers: &[u8]) -> (Result<u8, CommandError>, String) {
        let mut out = Vec::new();
        let mut questions = Questions { answers: &mut answers, out: &mut out };
        let wrong = |answer: &str| CommandError::usage(&format!("`{answer}` is no number"));
        let answer = questions.ask("How many?", "7", |it| it.parse().map_err(|_| wrong(it)));
        (answer, String::from_utf8(out).unwrap())
    }

    #[test]
    fn an_answer_is_taken_and_none_is_the_default() {
        assert!(matches!(asked(b"  3 \nmore"), (Ok(3), asked) if asked == "How many? [7]: "));
        assert!(matches!(asked(b"\n"), (Ok(7), _)));
        // The last line of a terminal may end without one.
        assert!(matches!(asked(b"3"), (Ok(3), _)));
    }

    #[test]
    fn what_is_not_understood_is_asked_again_until_the_input_ends() {
        let (answer, said) = asked(b"many\n300\n4\n");
        assert!(matches!(answer, Ok(4)));
        let again = "How many? [7]: ";
        assert_eq!(said, format!("{again}`many` is no number\n{again}`300` is no number\n{again}"));
        for end in [&b""[..], b"many\n"] {
            let why = asked(end).0.unwrap_err().to_string();
            assert!(why.starts_with("the input ended before the last answer"), "{why}");
        }
        let why = asked(b"\xff\n").0.unwrap_err().to_string();
        assert!(why.starts_with("the answer cannot be read: "), "{why}");
    }
}
