//! `wireproof explain-upgrade`: what the scenarios of this program change for old results or an old certificate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, compare, verify};
use crate::corpus::Corpus;
use crate::report::folder::RESULTS;
use crate::report::layout::{count, labelled};
use crate::report::paint::{BAD, DOUBTFUL, GOOD, STRONG, paint};
use crate::seal::{SEAL, Seal, verify::changed};
use crate::spec::ClauseId;
use crate::upgrade::{Claim, OfGrade, OfProtocol, Upgrade, Why, upgrade};

/// How many scenarios of one kind are named unless all are asked for.
const NAMED_MAX: usize = 5;
/// Columns before what is said of a protocol.
const INDENT: usize = 12;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The old results folder, sealed or not (or its `results.json`)
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Names all scenarios
    #[arg(long, short)]
    verbose: bool,
    /// Prints JSON in the place of lines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let folder = folder(&arguments.old)?;
    let results = compare::read(&folder)?;
    let seal = if folder.join(SEAL).is_file() {
        let seal = Seal::read(&folder).map_err(|error| verify::usage(&error))?;
        let broken = changed(&folder, &seal).map_err(|error| verify::usage(&error))?;
        Some((seal, broken))
    } else {
        None
    };
    let upgrade = upgrade(&results, &folder, &Corpus::embedded())
        .map_err(|errors| CommandError::files(&errors))?;
    if arguments.json {
        let mut value = serde_json::to_value(&upgrade).map_err(std::io::Error::from)?;
        if let (Some((seal, broken)), Some(object)) = (&seal, value.as_object_mut()) {
            object.insert("seal".to_owned(), json!({ "root": seal.root, "broken": broken }));
        }
        writeln!(console.out, "{value:#}")?;
    } else {
        let shown = Shown { upgrade: &upgrade, verbose: arguments.verbose, width: console.width };
        console.lines(&shown.lines(seal.as_ref()))?;
    }
    let is_whole = seal.is_none_or(|(_, broken)| broken.is_empty());
    Ok(if is_whole && upgrade.stands() { Exit::Success } else { Exit::Failure })
}

/// The folder of what was named: itself, or that of the results or the seal in it.
fn folder(old: &Path) -> Result<PathBuf, CommandError> {
    let is_inside = old.file_name().is_some_and(|name| name == RESULTS || name == SEAL);
    let folder = match old.parent() {
        Some(parent) if is_inside && old.is_file() => parent,
        _ => old,
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if folder.join(RESULTS).is_file() {
        return Ok(folder.to_owned());
    }
    Err(CommandError::usage_with_help(
        &format!("`{}` holds no results: there is no {RESULTS}", old.display()),
        Some("name the folder that `wireproof run --out DIR` has written".to_owned()),
    ))
}

/// What is shown of an upgrade.
struct Shown<'a> {
    upgrade: &'a Upgrade,
    verbose: bool,
    width: usize,
}

impl Shown<'_> {
    fn lines(&self, seal: Option<&(Seal, Vec<String>)>) -> Vec<String> {
        let Upgrade { subject, old, new, .. } = self.upgrade;
        let mut lines = vec![paint(
            STRONG,
            format!(
                "{subject}: from wireproof {}, edition {}, to wireproof {}, edition {}",
                old.wireproof, old.edition, new.wireproof, new.edition
            ),
        )];
        match seal {
            Some((seal, broken)) if broken.is_empty() => {
                lines.push(format!("sealed, and nothing was changed since: root {}", seal.root));
            }
            Some((_, broken)) => {
                lines.extend(broken.iter().map(|what| format!("{} {what}", paint(BAD, "broken:"))));
            }
            None => {}
        }
        if self.upgrade.same_corpus {
            lines.push("the scenarios are the very same".to_owned());
        } else if !self.upgrade.recorded {
            let text = "the old results do not say which scenarios and clauses they are of, so that all count as changed";
            lines.push(paint(DOUBTFUL, text));
        }
        if self.upgrade.left_out > 0 {
            let left_out = count(self.upgrade.left_out, "scenario was", "scenarios were");
            let text = format!("the old run was partial: {left_out} left out, and count as new");
            lines.push(paint(DOUBTFUL, text));
        }
        for protocol in &self.upgrade.protocols {
            lines.push(paint(STRONG, &protocol.protocol));
            lines.extend(self.of_protocol(protocol));
        }
        lines.push(if self.upgrade.stands() {
            paint(GOOD, "what was reached stands")
        } else {
            paint(BAD, "what was reached stands for the old scenarios alone")
        });
        lines
    }

    fn of_protocol(&self, of: &OfProtocol) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |label: &str, text: &str| {
            lines.extend(labelled(&format!("  {label}"), INDENT, text, self.width));
        };
        let (new, gone, changed) = (of.new.len(), of.removed.len(), of.changed.len());
        say("scenarios", &format!("{new} new, {gone} gone, {changed} changed"));
        if gone > 0 {
            say("", &format!("gone: {}", self.named(&of.removed)));
        }
        for (what, clauses) in [
            ("new", &of.new_clauses),
            ("gone", &of.removed_clauses),
            ("with other words", &of.changed_clauses),
        ] {
            if !clauses.is_empty() {
                let names: Vec<String> = clauses.iter().map(ClauseId::to_string).collect();
                say("clauses", &format!("{what}: {}", names.join(", ")));
            }
        }
        let cases = count(of.standing, "case stands", "cases stand");
        say("cases", &format!("{cases}, {} to run", of.to_run.len()));
        for other in &of.judged_otherwise {
            let clause = other.clause.as_ref().map_or_else(String::new, |id| format!("{id}: "));
            let (old, new) = (other.old, other.new);
            let text = format!(
                "{}: {} ({}) was {old}, and its journal is {new} now: {clause}{}",
                paint(BAD, "judged otherwise"),
                other.scenario,
                other.role,
                other.what
            );
            say("", &text);
        }
        let mut to_run: BTreeMap<Why, BTreeSet<&str>> = BTreeMap::new();
        for case in &of.to_run {
            to_run.entry(case.why).or_default().insert(&case.scenario);
        }
        for (why, scenarios) in to_run {
            let scenarios: Vec<String> = scenarios.into_iter().map(str::to_owned).collect();
            say("", &format!("to run, {}: {}", reason(why), self.named(&scenarios)));
        }
        for grade in &of.grades {
            let (scenarios, claim) = of_grade(grade);
            say(grade.grade.word(), &claim);
            say("", &scenarios);
        }
        lines
    }

    /// The first of some names, or all.
    fn named(&self, names: &[String]) -> String {
        let most = if self.verbose { names.len() } else { NAMED_MAX };
        let more = names.len().saturating_sub(most);
        let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
        let and_more =
            if more > 0 { format!(", and {more} more (`--verbose`)") } else { String::new() };
        format!("{}{and_more}", shown.join(", "))
    }
}

const fn reason(why: Why) -> &'static str {
    match why {
        Why::New => "new",
        Why::Changed => "changed",
        Why::Diverges => "the same, but played otherwise now",
        Why::NoJournal => "without a journal that can be read",
        Why::NotJudged => "not judged then",
    }
}

/// The scenarios that concern a grade, and what becomes of its claim.
fn of_grade(of: &OfGrade) -> (String, String) {
    let [new, gone, changed] = of.scenarios;
    let scenarios = format!("its scenarios: {new} new, {gone} gone, {changed} changed");
    let claim = match of.claim {
        Claim::NotReached => "was not reached".to_owned(),
        Claim::Stands => paint(GOOD, "was reached, and stands"),
        Claim::Falls => {
            let broken: Vec<String> = of.broken.iter().map(ClauseId::to_string).collect();
            paint(
                BAD,
                format!("was reached, and its own journals show as broken {}", broken.join(", ")),
            )
        }
        Claim::Open => {
            let cases = count(of.to_run, "case", "cases");
            let clauses = match of.clauses {
                0 => String::new(),
                clauses => {
                    format!(" and {} new or with other words", count(clauses, "clause", "clauses"))
                }
            };
            paint(
                DOUBTFUL,
                format!(
                    "was reached, and stands for the old scenarios alone: {cases} to run{clauses}"
                ),
            )
        }
    };
    (scenarios, claim)
}
