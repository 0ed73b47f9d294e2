//! What this program's corpus changes for the results of an earlier one: which cases still stand, which must be run again.
//!
//! A verdict is a function of scenario, profile and journal. So where a scenario is the same, nothing need be run: its journals are
//! judged again by the monitors of now. Where it has changed, or is new, only a run can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::corpus::{Corpus, Entry};
use crate::diagnostic::Diagnostic;
use crate::journal::Journal;
use crate::profile::{DialectChoice, Grade, Profile};
use crate::protocol::{self, Protocol, Role};
use crate::runner::{self, Case, GradeResult, Results};
use crate::spec::{Catalogue, ClauseId, EDITION};
use crate::verdict::{Judgement, Verdict};

/// What changes for the results of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Upgrade {
    /// The subject's name.
    pub subject: String,
    /// Version and edition of the old results.
    pub old: Version,
    /// Version and edition of this program.
    pub new: Version,
    /// Whether the scenarios are the very same.
    pub same_corpus: bool,
    /// Whether the old results say which scenarios and clauses they are of; those of early versions do not.
    pub recorded: bool,
    /// Scenarios that were left out of the old run: they count as new.
    pub left_out: usize,
    /// What changes, protocol by protocol.
    pub protocols: Vec<OfProtocol>,
}

/// What made results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Version {
    /// The version of wireproof.
    pub wireproof: String,
    /// The edition of the specification.
    pub edition: String,
}

/// What changes for one protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OfProtocol {
    /// Its name.
    pub protocol: String,
    /// Scenarios without a case in the old results, for the roles that these are of.
    pub new: Vec<String>,
    /// Scenarios that are gone.
    pub removed: Vec<String>,
    /// Scenarios that say something else; all of them, when the old results do not say what they said.
    pub changed: Vec<String>,
    /// Clauses that were not there.
    pub new_clauses: Vec<ClauseId>,
    /// Clauses that are gone.
    pub removed_clauses: Vec<ClauseId>,
    /// Clauses that have other words, another level, source or role.
    pub changed_clauses: Vec<ClauseId>,
    /// Cases whose journal, judged again, has the same verdict; and those that the profile did not offer and still would not.
    pub standing: usize,
    /// Cases that are judged otherwise now.
    pub judged_otherwise: Vec<Otherwise>,
    /// Cases that must be run: those of new scenarios, and those whose journal no longer says it.
    pub to_run: Vec<ToRun>,
    /// The two grades.
    pub grades: Vec<OfGrade>,
}

/// A case with another verdict than it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Otherwise {
    /// The scenario.
    pub scenario: String,
    /// The role of the subject.
    pub role: String,
    /// The verdict that it had.
    pub old: Verdict,
    /// The verdict that its journal has now.
    pub new: Verdict,
    /// The clause that decides now.
    pub clause: Option<ClauseId>,
    /// What decides now, or decided then.
    pub what: String,
}

/// A case that must be run before anything is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ToRun {
    /// The scenario.
    pub scenario: String,
    /// The role of the subject.
    pub role: String,
    /// The dialect.
    pub dialect: DialectChoice,
    /// Why.
    pub why: Why,
}

/// Why a case must be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Its scenario has no case in the old results.
    New,
    /// Its scenario says something else than it did.
    Changed,
    /// Its scenario is the same, and the suite's part in it is played otherwise than was recorded.
    Diverges,
    /// Its journal is not there, or cannot be read.
    NoJournal,
    /// Nothing was judged: it was `error`, `inconclusive` or `flaky`.
    NotJudged,
}

/// What becomes of a grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OfGrade {
    /// The grade.
    pub grade: Grade,
    /// New, removed and changed scenarios that cite a clause which it demands.
    pub scenarios: [usize; 3],
    /// Cases to run that do.
    pub to_run: usize,
    /// Clauses that are new or have other words, and that it demands.
    pub clauses: usize,
    /// Clauses that the old journals, judged again, show to be broken.
    pub broken: Vec<ClauseId>,
    /// Whether it was reached.
    pub was_reached: bool,
    /// What becomes of that.
    pub claim: Claim,
}

/// What becomes of a grade that was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// It was not reached: there is nothing that could stand.
    NotReached,
    /// It stands by this corpus, too.
    Stands,
    /// It stands for the old edition and corpus alone, until the cases that are named have been run.
    Open,
    /// The old journals themselves show a clause that is broken.
    Falls,
}

impl Upgrade {
    /// Whether every grade that was reached is reached by this corpus, too.
    pub fn stands(&self) -> bool {
        let grades = self.protocols.iter().flat_map(|protocol| &protocol.grades);
        grades.clone().all(|grade| matches!(grade.claim, Claim::NotReached | Claim::Stands))
    }
}

/// What this program's corpus changes for results, whose journals lie in this folder.
///
/// # Errors
///
/// What is wrong in the scenarios of the corpus.
pub fn upgrade(
    results: &Results,
    folder: &Path,
    corpus: &Corpus,
) -> Result<Upgrade, Vec<Diagnostic>> {
    let version = |wireproof: &str, edition: &str| Version {
        wireproof: wireproof.to_owned(),
        edition: edition.to_owned(),
    };
    let known = results.protocols.iter().filter_map(|name| protocol::by_name(name));
    let same_corpus = results.basis.corpus == corpus.digest();
    let protocols = known.map(|protocol| {
        let entries = corpus.of_protocol(protocol)?;
        Ok(Old { results, folder, protocol, entries: &entries, same_corpus }.of_protocol())
    });
    Ok(Upgrade {
        subject: results.subject.clone(),
        old: version(&results.wireproof, &results.edition),
        new: version(env!("CARGO_PKG_VERSION"), EDITION),
        same_corpus,
        recorded: !results.basis.scenarios.is_empty(),
        left_out: results.deselected,
        protocols: protocols.collect::<Result<_, Vec<Diagnostic>>>()?,
    })
}

/// Old results with the scenarios of now, of one protocol.
struct Old<'a> {
    results: &'a Results,
    folder: &'a Path,
    protocol: &'static dyn Protocol,
    entries: &'a [Entry],
    same_corpus: bool,
}

/// What an old case is now.
enum Now {
    Same(Box<Judgement>),
    Other(Box<Judgement>),
    ToRun(Why),
}

impl Old<'_> {
    fn of_protocol(&self) -> OfProtocol {
        let catalogue = Catalogue::of(self.protocol);
        let old: BTreeSet<&str> = self.cases().map(|case| case.scenario.as_str()).collect();
        let (roles, dialects) = (self.roles(), self.dialects());
        let mut to_run = Vec::new();
        let mut new = Vec::new();
        for entry in self.entries.iter().filter(|entry| !old.contains(entry.id.as_str())) {
            let cases = self.of_new(entry, &roles, &dialects);
            if !cases.is_empty() {
                new.push(entry.id.to_string());
                to_run.extend(cases);
            }
        }
        let removed: Vec<String> =
            old.iter().filter(|id| self.entry(id).is_none()).map(|&id| id.to_owned()).collect();
        let has_changed = |id: &&&str| self.entry(id).is_some_and(|entry| self.has_changed(entry));
        let changed: Vec<String> =
            old.iter().filter(has_changed).map(|&id| id.to_owned()).collect();
        let mut standing: Vec<Case> = Vec::new();
        let mut judged_otherwise = Vec::new();
        for case in self.cases() {
            let Some(entry) = self.entry(&case.scenario) else { continue };
            match self.now(case, entry) {
                Now::Same(judgement) => {
                    standing.push(Case { judgement: *judgement, ..case.clone() });
                }
                Now::Other(judgement) => {
                    judged_otherwise.push(otherwise(case, &judgement));
                    standing.push(Case { judgement: *judgement, ..case.clone() });
                }
                Now::ToRun(why) => to_run.push(ToRun {
                    scenario: case.scenario.clone(),
                    role: case.role.clone(),
                    dialect: case.dialect.clone(),
                    why,
                }),
            }
        }
        let mut change = OfProtocol {
            protocol: self.protocol.name().to_owned(),
            new,
            removed,
            changed,
            standing: standing.len() - judged_otherwise.len(),
            judged_otherwise,
            to_run,
            grades: Vec::new(),
            ..self.clauses(catalogue)
        };
        let profile = Profile { roles, ..Profile::reference(self.protocol) };
        let grades = runner::grades(self.protocol, &profile, None, &standing);
        change.grades = grades.iter().map(|grade| self.grade(grade, &change, catalogue)).collect();
        change
    }

    /// The old cases of the protocol.
    fn cases(&self) -> impl Iterator<Item = &Case> {
        let name = self.protocol.name();
        let is_its = move |case: &&Case| case.scenario.split('/').next() == Some(name);
        self.results.cases.iter().filter(is_its)
    }

    /// The roles that the old results are of.
    fn roles(&self) -> Vec<Role> {
        let was_run = |case: &&Case| case.judgement.verdict != Verdict::Unsupported;
        let words: BTreeSet<&str> =
            self.cases().filter(was_run).map(|case| case.role.as_str()).collect();
        words.into_iter().filter_map(|word| self.protocol.role(word)).collect()
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id.as_str() == id)
    }

    /// Whether a scenario says something else than it did for the old results. One of which they do not say what it said, does.
    fn has_changed(&self, entry: &Entry) -> bool {
        let old = self.results.basis.scenarios.get(entry.id.as_str());
        !self.same_corpus && old != Some(&entry.mark())
    }

    /// The dialects that the old results are of, without those that only scenarios for one dialect were run in.
    fn dialects(&self) -> Vec<DialectChoice> {
        let mut dialects = DialectChoice::all(self.protocol);
        let known = dialects.clone();
        let is_for_all = |case: &&Case| {
            let scenario = self.entry(&case.scenario).map(|entry| &entry.scenario);
            scenario.is_some_and(|scenario| known.iter().all(|one| scenario.is_for_dialect(one)))
        };
        let were_run: Vec<&DialectChoice> =
            self.cases().filter(is_for_all).map(|case| &case.dialect).collect();
        dialects.retain(|dialect| were_run.contains(&dialect));
        dialects
    }

    /// The cases of a scenario that the old results have none of.
    fn of_new(&self, entry: &Entry, roles: &[Role], dialects: &[DialectChoice]) -> Vec<ToRun> {
        let scenario = &entry.scenario;
        let of_role = |role: Role| {
            let fits = dialects.iter().filter(|dialect| scenario.is_for_dialect(dialect));
            fits.map(move |dialect| ToRun {
                scenario: entry.id.to_string(),
                role: self.protocol.word(role).to_owned(),
                dialect: dialect.clone(),
                why: Why::New,
            })
        };
        let own = scenario.roles(self.protocol);
        own.into_iter().filter(|role| roles.contains(role)).flat_map(of_role).collect()
    }

    /// Judges an old case by what this program holds.
    fn now(&self, case: &Case, entry: &Entry) -> Now {
        if self.has_changed(entry) {
            return Now::ToRun(Why::Changed);
        }
        match case.judgement.verdict {
            Verdict::Error | Verdict::Inconclusive | Verdict::Flaky => {
                return Now::ToRun(Why::NotJudged);
            }
            Verdict::Unsupported => return Now::Same(Box::new(case.judgement.clone())),
            Verdict::Pass | Verdict::Warn | Verdict::Fail => {}
        }
        let journal = case.journal.as_ref().and_then(|file| fs::read(self.folder.join(file)).ok());
        let journal = journal.and_then(|octets| Journal::read(&*octets).ok());
        let Some(journal) = journal else { return Now::ToRun(Why::NoJournal) };
        let profile = Profile::reference(self.protocol);
        let again = runner::judge_again(entry, &profile, self.results.claims, &journal);
        let Ok(again) = again else { return Now::ToRun(Why::NoJournal) };
        if again.verdict == Verdict::Inconclusive {
            return Now::ToRun(Why::Diverges);
        }
        let is_same = again.verdict == case.judgement.verdict;
        if is_same { Now::Same(Box::new(again)) } else { Now::Other(Box::new(again)) }
    }

    /// What became of the clauses, as far as the old results say which there were.
    fn clauses(&self, catalogue: &Catalogue) -> OfProtocol {
        let mut change = OfProtocol::default();
        let prefix = catalogue.iter().next().map(|clause| clause.id.protocol().to_owned());
        let is_its = |id: &&ClauseId| Some(id.protocol()) == prefix.as_deref();
        let old: BTreeMap<&ClauseId, &String> =
            self.results.basis.clauses.iter().filter(|(id, _)| is_its(id)).collect();
        if old.is_empty() {
            return change;
        }
        for clause in catalogue.iter() {
            match old.get(&clause.id) {
                None => change.new_clauses.push(clause.id.clone()),
                Some(mark) if **mark != clause.mark() => {
                    change.changed_clauses.push(clause.id.clone());
                }
                Some(_) => {}
            }
        }
        let gone = old.keys().filter(|id| catalogue.get(id).is_none());
        change.removed_clauses = gone.map(|&id| id.clone()).collect();
        change
    }

    fn grade(&self, now: &GradeResult, change: &OfProtocol, catalogue: &Catalogue) -> OfGrade {
        let grade = now.grade;
        let demanded =
            |id: &ClauseId| catalogue.get(id).is_some_and(|clause| grade.demands(clause));
        // A scenario that is gone has its clauses in its old cases.
        let cited = |id: &str| -> bool {
            let mut old = self.cases().filter(|case| case.scenario == id);
            self.entry(id).map_or_else(
                || old.any(|case| case.cites.iter().any(demanded)),
                |entry| entry.scenario.cites().into_iter().any(demanded),
            )
        };
        let number = |ids: &[String]| ids.iter().filter(|id| cited(id)).count();
        let to_run = change.to_run.iter().filter(|case| cited(&case.scenario)).count();
        let clauses = change.new_clauses.iter().chain(&change.changed_clauses);
        let clauses = clauses.filter(|id| demanded(id)).count();
        let (name, old) = (self.protocol.name(), &self.results.grades);
        let was_reached =
            old.iter().any(|old| old.protocol == name && old.grade == grade && old.reached);
        let claim = if !was_reached {
            Claim::NotReached
        } else if !now.broken.is_empty() {
            Claim::Falls
        } else if to_run == 0 && clauses == 0 && now.reached {
            Claim::Stands
        } else {
            Claim::Open
        };
        let scenarios = [number(&change.new), number(&change.removed), number(&change.changed)];
        let broken = now.broken.clone();
        OfGrade { grade, scenarios, to_run, clauses, broken, was_reached, claim }
    }
}

fn otherwise(case: &Case, now: &Judgement) -> Otherwise {
    let decisive = now.decisive().or_else(|| case.judgement.decisive());
    Otherwise {
        scenario: case.scenario.clone(),
        role: case.role.clone(),
        old: case.judgement.verdict,
        new: now.verdict,
        clause: decisive.and_then(|finding| finding.clause.clone()),
        what: decisive.map_or_else(String::new, |finding| finding.what.clone()),
    }
}
