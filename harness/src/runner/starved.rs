//! Runs that say nothing of the subject, because the machine kept it waiting.

use std::time::Duration;

use super::RunOptions;
use super::case::Job;
use crate::engine::{EngineError, Recording};
use crate::verdict::{Judgement, Verdict};

/// How often a case is run again because the machine was too busy to judge times.
const STARVED_MAX: usize = 2;

impl Job<'_> {
    /// Runs one seed and judges it. A run in which the machine kept the subject waiting for a processor says nothing bad of the
    /// subject: it is run again, a few times at most, and the judgement says so.
    pub(super) fn attempt(
        &self,
        options: &RunOptions<'_>,
        seed: u64,
        start_within: Duration,
    ) -> Result<(Judgement, Vec<String>, Recording), EngineError> {
        let claims = options.grade.unwrap_or(self.profile.claims);
        let mut starved = Vec::new();
        loop {
            let recording = self.record(options, seed, start_within)?;
            let (mut judgement, transcript) = self.hear(claims, &recording.journal);
            match recording.starved {
                Some(waited)
                    if judgement.verdict > Verdict::Pass && starved.len() < STARVED_MAX =>
                {
                    starved.push(waited);
                }
                _ => {
                    judgement.info.extend(starved.iter().map(|waited| {
                        format!(
                            "run again: the machine had kept the subject waiting for {waited:.0?}"
                        )
                    }));
                    return Ok((judgement, transcript, recording));
                }
            }
        }
    }
}
