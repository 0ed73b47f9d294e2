//! A look at a subject: some scenarios, each run once, with everything that they leave; and how many a subject can be given.

use std::collections::BTreeSet;
use std::convert::Infallible;

use super::execute::{RunError, jobs, profiles, run_all};
use super::{Case, RunOptions};
use crate::engine::EngineError;

/// What one scenario shows of a subject.
#[derive(Debug)]
pub struct Look {
    /// What is said of it.
    pub case: Case,
    /// What the subject printed.
    pub printed: Vec<u8>,
    /// Why the run could not take place, if it could not.
    pub error: Option<EngineError>,
}

/// Runs what was selected, on as many threads as asked for, whatever becomes of other cases.
///
/// # Errors
///
/// When a scenario is of no protocol of this program.
pub fn look(options: &RunOptions<'_>) -> Result<Vec<Look>, RunError> {
    let profiles = profiles(options)?;
    let mut jobs = jobs(options, &profiles).all;
    jobs.retain(|job| job.unsupported.is_none());
    let mut looks = Vec::with_capacity(jobs.len());
    let Ok(()) = run_all::<Infallible>(&jobs, options, None, &mut |done| {
        looks.push(Look { case: done.case, printed: done.printed, error: done.error });
        Ok(())
    });
    Ok(looks)
}

/// How many of the selected scenarios the subject can be given, in one role at least.
///
/// # Errors
///
/// When a scenario is of no protocol of this program.
pub fn reach(options: &RunOptions<'_>) -> Result<usize, RunError> {
    let profiles = profiles(options)?;
    let jobs = jobs(options, &profiles).all;
    let reached: BTreeSet<&str> = jobs
        .iter()
        .filter(|job| job.unsupported.is_none())
        .map(|job| job.entry.id.as_str())
        .collect();
    Ok(reached.len())
}
