//! Checks a profile before a run: whether the subject can be reached as it says, what is wrong, and what each further way in
//! would add.
//!
//! Each role and each way in that the profile states is tried with one scenario of the protocol
//! ([`Protocol::first_look`]); what went wrong is told with what to do about it.

use crate::corpus::{Corpus, Selection};
use crate::engine::{EngineError, socket};
use crate::profile::{CommandLine, DialectChoice, Profile, WayIn};
use crate::protocol::{Protocol, Role};
use crate::runner::{self, EngineChoice, Look, RunError, RunOptions, SubjectChoice};
use crate::subject::control::ControlError;
use crate::subject::process::last_lines;
use crate::verdict::{Ending, FoundBy, Judgement, Verdict};

mod cures;
mod reach;

pub use reach::{Reach, Rung, reach};

/// Lines of what a subject printed that are shown.
const LINES_SHOWN: usize = 8;

/// How well something is; the worst comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// It works.
    Well,
    /// It could not be judged.
    Doubtful,
    /// The subject could not be started or reached.
    Unreachable,
    /// It is there, and something is wrong with it.
    Ill,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked: a way in and a role.
    pub name: String,
    /// How well it is.
    pub health: Health,
    /// What was seen, as a sentence without a full stop.
    pub what: String,
    /// What to do, one thing each.
    pub cures: Vec<String>,
    /// The last lines that the subject printed, indented, or nothing.
    pub printed: String,
}

/// Tries every way in and every role that a profile states.
///
/// # Errors
///
/// When the corpus has no scenario to try them with.
pub fn examine(
    profile: &Profile,
    protocol: &'static dyn Protocol,
    corpus: &Corpus,
    shown: &str,
) -> Result<Vec<Check>, RunError> {
    let mut checks = Vec::new();
    for (engine, rung) in ways(profile) {
        for role in &profile.roles {
            let visit = Visit { profile, protocol, corpus, engine, rung, role: *role, shown };
            checks.extend(visit.checks()?);
        }
    }
    Ok(checks)
}

/// The ways in that a profile states. A command that can do without a network need not have one.
fn ways(profile: &Profile) -> Vec<(EngineChoice, Rung)> {
    match &profile.way {
        WayIn::Reference => Vec::new(),
        WayIn::Address(_) => vec![(EngineChoice::Socket, Rung::Address)],
        WayIn::Command(line) | WayIn::VirtualTime(line) if line.virtual_time => {
            vec![(EngineChoice::Sim, Rung::VirtualTime)]
        }
        WayIn::Command(line) | WayIn::VirtualTime(line) if line.control => {
            vec![(EngineChoice::Socket, Rung::Control)]
        }
        WayIn::Command(_) | WayIn::VirtualTime(_) => vec![(EngineChoice::Socket, Rung::Command)],
    }
}

/// One role over one way in.
struct Visit<'a> {
    profile: &'a Profile,
    protocol: &'static dyn Protocol,
    corpus: &'a Corpus,
    engine: EngineChoice,
    rung: Rung,
    role: Role,
    /// The profile's file.
    shown: &'a str,
}

impl Visit<'_> {
    fn checks(&self) -> Result<Vec<Check>, RunError> {
        let looks = self.look(Vec::new())?;
        if looks.is_empty() {
            let what = "no scenario of this role can be tried with this profile".to_owned();
            return Ok(vec![self.check(Health::Doubtful, what, Vec::new(), "")]);
        }
        let mut checks = Vec::new();
        for look in &looks {
            checks.extend(self.of(look)?);
        }
        Ok(checks)
    }

    /// Runs the scenario in these dialects, or in that of the profile; all at once, where the suite starts a program for each.
    fn look(&self, dialects: Vec<DialectChoice>) -> Result<Vec<Look>, RunError> {
        let id = self.protocol.first_look(self.role).to_owned();
        let selection = self.corpus.select(&[id]);
        let selection = selection.map_err(|error| RunError::Nothing(error.to_string()))?;
        runner::look(&self.options(&selection, dialects))
    }

    fn options<'b>(
        &'b self,
        selection: &'b Selection,
        dialects: Vec<DialectChoice>,
    ) -> RunOptions<'b> {
        RunOptions {
            jobs: if self.line().is_some() { dialects.len().max(1) } else { 1 },
            dialects,
            role: Some(self.role),
            ..RunOptions::of(
                self.corpus,
                selection,
                SubjectChoice::Profile(Box::new(self.profile.clone())),
                self.engine,
            )
        }
    }

    fn check(&self, health: Health, what: String, cures: Vec<String>, printed: &str) -> Check {
        let role = self.protocol.word(self.role);
        let name = format!("{}, {role}", self.rung.title());
        Check { name, health, what, cures, printed: printed.to_owned() }
    }

    /// What a look shows: an error of the run, or a verdict and an ending.
    fn of(&self, look: &Look) -> Result<Vec<Check>, RunError> {
        if let Some(error) = &look.error {
            let unflushed = self.is_unflushed(error);
            let cures = cures::of_error(error, unflushed, self.line(), self.role, self.shown);
            return Ok(vec![self.check(Health::Unreachable, error.to_string(), cures, "")]);
        }
        let judgement = &look.case.judgement;
        let printed = last_lines(&look.printed, LINES_SHOWN);
        let mut checks = vec![match judgement.verdict {
            Verdict::Pass | Verdict::Unsupported => {
                let took = look.case.took.as_millis();
                let what = format!("works: {} ({took} ms)", look.case.title);
                self.check(Health::Well, what, Vec::new(), "")
            }
            Verdict::Warn if self.better_dialects(judgement)?.is_empty() => {
                self.of_warning(judgement)
            }
            verdict => self.of_judgement(verdict, look, &printed)?,
        }];
        let endings = std::iter::once(&judgement.ending).chain(&judgement.also_ended);
        for ending in endings {
            if let Some((what, cures)) = cures::of_ending(ending, self.line()) {
                checks.push(self.check(Health::Ill, what, cures, &printed));
            }
        }
        Ok(checks)
    }

    /// What was found is beyond what the subject claims, or no MUST.
    fn of_warning(&self, judgement: &Judgement) -> Check {
        let Some(finding) = judgement.decisive() else {
            return self.check(Health::Well, "works, with a warning".to_owned(), Vec::new(), "");
        };
        let clause = finding.clause.as_ref();
        let read = |clause| format!("read what the edition says: wireproof explain {clause}");
        let cures = clause.map(read).into_iter().collect();
        let clause = clause.map(|clause| format!(" ({clause})")).unwrap_or_default();
        // A step that was not met is the last one; a monitor only watches.
        let (health, word) = if finding.by == FoundBy::Monitor {
            (Health::Well, "works, with a warning")
        } else {
            (Health::Doubtful, "goes its own way, as its claim lets it, and shows no more")
        };
        self.check(health, format!("{word}: {}{clause}", finding.what), cures, "")
    }

    /// The scenario did not pass.
    fn of_judgement(
        &self,
        verdict: Verdict,
        look: &Look,
        printed: &str,
    ) -> Result<Check, RunError> {
        let judgement = &look.case.judgement;
        let found = judgement.decisive();
        let what = found.map_or_else(|| verdict.to_string(), |finding| finding.what.clone());
        let clause = found.and_then(|finding| finding.clause.as_ref());
        let clause = clause.map(|clause| format!(" ({clause})")).unwrap_or_default();
        let mut cures = Vec::new();
        let fits = self.better_dialects(judgement)?;
        if fits.is_empty() && matches!(judgement.ending, Ending::Silent | Ending::Reset) {
            cures.extend(cures::of_silence(&self.profile.way, self.protocol, self.role));
        }
        if !fits.is_empty() {
            let changes = crate::fit::changes(&self.profile.dialect, &fits);
            let changes = changes.replace('=', ": ");
            cures.push(format!("it speaks another dialect: `dialect: {{ {changes} }}`"));
        }
        let (scenario, role) = (&look.case.scenario, self.protocol.word(self.role));
        cures.push(format!(
            "see the conversation: wireproof run {scenario} --subject {} --role {role}",
            self.shown
        ));
        let health = if verdict == Verdict::Inconclusive { Health::Doubtful } else { Health::Ill };
        let health = if verdict == Verdict::Error { Health::Unreachable } else { health };
        Ok(self.check(health, format!("does not work: {what}{clause}"), cures, printed))
    }

    /// Dialects that fit what the subject sent, or in which it passes.
    fn better_dialects(&self, judgement: &Judgement) -> Result<Vec<DialectChoice>, RunError> {
        if !judgement.fits.is_empty() {
            return Ok(judgement.fits.clone());
        }
        if matches!(judgement.ending, Ending::Crashed { .. }) {
            // Where it lives on by luck says nothing of what it speaks.
            return Ok(Vec::new());
        }
        let others: Vec<DialectChoice> = DialectChoice::all(self.protocol)
            .into_iter()
            .filter(|dialect| *dialect != self.profile.dialect)
            .collect();
        if others.is_empty() {
            return Ok(others);
        }
        let passed = |look: &Look| look.case.judgement.verdict == Verdict::Pass;
        let looks = self.look(others)?;
        Ok(looks.into_iter().filter(passed).map(|look| look.case.dialect).collect())
    }

    /// Whether a program that does not answer `hello` only does not flush.
    fn is_unflushed(&self, error: &EngineError) -> bool {
        let silent =
            matches!(error, EngineError::Control { error: ControlError::Silent { .. }, .. });
        let line = self.line().filter(|line| silent && !line.virtual_time);
        line.is_some_and(|line| {
            socket::answers_at_its_end(self.profile, line, self.protocol, self.role)
        })
    }

    const fn line(&self) -> Option<&CommandLine> {
        match &self.profile.way {
            WayIn::Command(line) | WayIn::VirtualTime(line) => Some(line),
            WayIn::Reference | WayIn::Address(_) => None,
        }
    }
}
