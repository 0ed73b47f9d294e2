//! `results.json`: all results for programs, and the file from which every other report is made.

use std::io::{self, Read, Write};

use crate::runner::{RESULTS_VERSION, Results};

/// Why a file holds no results.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It could not be read, or is not what the schema says.
    #[error("no results: {0}")]
    Malformed(serde_json::Error),
    /// It ends within a value.
    #[error(
        "the results were cut short, within line {line}: they are lost, but the journals are not (`wireproof replay --judge JOURNAL`)"
    )]
    CutShort {
        /// The line where they end.
        line: usize,
    },
    /// It is of another version.
    #[error("the results have format {found}, this program reads format {RESULTS_VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// Its last key does not count its cases.
    #[error("the results are not whole: {found} cases of {expected}")]
    Truncated {
        /// The cases found.
        found: usize,
        /// The cases that there should be.
        expected: usize,
    },
}

/// Writes results, indented, with a line break at the end.
///
/// # Errors
///
/// What the writer says.
pub fn write(results: &Results, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, results)?;
    writeln!(out)
}

/// Reads results back, and refuses those that are not whole.
///
/// # Errors
///
/// [`JsonError`]: malformed, of another version, or cut short.
pub fn read(input: impl Read) -> Result<Results, JsonError> {
    let results: Results = serde_json::from_reader(input).map_err(|error| {
        let line = error.line();
        if error.is_eof() && line > 0 {
            JsonError::CutShort { line }
        } else {
            JsonError::Malformed(error)
        }
    })?;
    if results.results != RESULTS_VERSION {
        return Err(JsonError::Version { found: results.results });
    }
    let found = results.cases.len();
    if results.complete != found {
        return Err(JsonError::Truncated { found, expected: results.complete });
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn written(results: &Results) -> Vec<u8> {
        let mut octets = Vec::new();
        write(results, &mut octets).unwrap();
        octets
    }

    #[test]
    fn results_come_back_as_they_were_written() {
        let results = samples::results();
        assert_eq!(read(&*written(&results)).unwrap(), results);
    }

    #[test]
    fn the_number_of_cases_is_the_last_key() {
        let text = String::from_utf8(written(&samples::results())).unwrap();
        assert!(text.ends_with("\"complete\": 4\n}\n"), "{text}");
    }

    #[test]
    fn results_that_are_cut_short_or_of_another_version_are_refused() {
        let mut results = samples::results();
        let octets = written(&results);
        assert!(matches!(read(&octets[..octets.len() - 20]), Err(JsonError::CutShort { .. })));
        results.cases.pop();
        assert!(matches!(
            read(&*written(&results)),
            Err(JsonError::Truncated { found: 3, expected: 4 })
        ));
        results.results = 2;
        assert!(matches!(read(&*written(&results)), Err(JsonError::Version { found: 2 })));
    }
}
