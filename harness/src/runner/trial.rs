//! One run of one scenario after the other: what sweeps, fuzzing and reductions do thousands of times.

use std::time::Duration;

use simulator::Fate;

use super::case::Job;
use super::execute::{RunError, jobs, profiles};
use super::{Case, EngineChoice, RunOptions, SubjectChoice};
use crate::corpus::Entry;
use crate::engine::EngineError;
use crate::journal::Journal;
use crate::profile::{DialectChoice, Profile};
use crate::protocol::Protocol;
use crate::shrink::Confirm;
use crate::verdict::Judgement;

/// What was chosen to be tried, with the profiles that it needs.
pub struct Ground<'a> {
    options: &'a RunOptions<'a>,
    profiles: Vec<(&'static dyn Protocol, Profile)>,
}

/// A scenario in one role and dialect, to be run under many networks and seeds.
#[derive(Clone)]
pub struct Setting<'g> {
    options: &'g RunOptions<'g>,
    job: Job<'g>,
    confirm: Confirm,
}

/// What one run was, and what is said of it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What is said of it.
    pub judgement: Judgement,
    /// What happened.
    pub journal: Journal,
}

impl<'a> Ground<'a> {
    /// The ground of these options.
    ///
    /// # Errors
    ///
    /// When a scenario is of no protocol of this program.
    pub fn new(options: &'a RunOptions<'a>) -> Result<Self, RunError> {
        Ok(Self { options, profiles: profiles(options)? })
    }

    /// Everything that the subject supports, in the order of the selection.
    pub fn settings(&self) -> Vec<Setting<'_>> {
        jobs(self.options, &self.profiles)
            .all
            .into_iter()
            .filter(|job| job.unsupported.is_none())
            .map(|job| Setting { options: self.options, job, confirm: Confirm::ONCE })
            .collect()
    }
}

impl Setting<'_> {
    /// The scenario as it was selected.
    pub const fn entry(&self) -> &Entry {
        self.job.entry
    }

    /// The same, where a failure counts when it comes up so often.
    pub fn confirmed(&self, confirm: Confirm) -> Setting<'_> {
        Setting { options: self.options, job: self.job.clone(), confirm }
    }

    /// How often a failure has to come up.
    pub const fn confirm(&self) -> Confirm {
        self.confirm
    }

    /// Whether the subject is met over sockets, in real time.
    pub const fn is_live(&self) -> bool {
        !self.options.engine.is_virtual()
    }

    /// The role of the subject, in the protocol's word.
    pub fn role(&self) -> &'static str {
        self.job.protocol.word(self.job.role)
    }

    /// The dialect.
    pub const fn dialect(&self) -> &DialectChoice {
        &self.job.dialect
    }

    /// Runs a variant of the scenario once, and judges it.
    ///
    /// # Errors
    ///
    /// When the run could not take place.
    pub fn trial(&self, variant: &Entry, seed: u64) -> Result<Trial, EngineError> {
        self.trial_under(variant, seed, Vec::new())
    }

    /// The same with these fates for the first datagrams that are sent, whoever sends them.
    ///
    /// # Errors
    ///
    /// When the run could not take place.
    pub fn trial_under(
        &self,
        variant: &Entry,
        seed: u64,
        decreed: Vec<Fate>,
    ) -> Result<Trial, EngineError> {
        let job = Job { entry: variant, decreed, ..self.job.clone() };
        let (judgement, _, recording) = job.attempt(self.options, seed, job.start_within())?;
        Ok(Trial { judgement, journal: recording.journal })
    }

    /// The same role and dialect with another scenario.
    pub fn with<'s>(&'s self, entry: &'s Entry) -> Setting<'s> {
        let job = Job { entry, ..self.job.clone() };
        Setting { options: self.options, job, confirm: self.confirm }
    }

    /// Runs a variant of the scenario once against the reference, in virtual time, whatever the subject is.
    ///
    /// # Errors
    ///
    /// When the run could not take place.
    pub fn of_the_reference(&self, variant: &Entry, seed: u64) -> Result<Trial, EngineError> {
        let subject = SubjectChoice::Reference { mutant: None };
        let engine = EngineChoice::Sim;
        let options = RunOptions { subject, engine, ..self.options.clone() };
        let confirm = Confirm::ONCE;
        Setting { options: &options, job: self.job.clone(), confirm }.trial(variant, seed)
    }

    /// Judges a journal of the scenario as it was selected.
    pub fn judge(&self, journal: &Journal) -> Judgement {
        self.job.judge(self.options.grade.unwrap_or(self.job.profile.claims), journal)
    }

    /// The trial as a case, to be shown like every other.
    pub fn case(&self, variant: &Entry, seed: u64, trial: &Trial) -> Case {
        let job = Job { entry: variant, ..self.job.clone() };
        job.case(vec![seed], seed, trial.judgement.clone(), Duration::ZERO)
    }
}
