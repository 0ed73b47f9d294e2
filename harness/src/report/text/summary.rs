//! The summary: what was judged, what was not, and what follows from it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::profile::Grade;
use crate::report::area;
use crate::report::layout::{count, labelled};
use crate::report::paint::{self, BAD, DOUBTFUL, GOOD, STRONG, paint};
use crate::runner::{Case, GradeResult, Results, broken_clauses};
use crate::verdict::{Ending, Judgement, Verdict};

/// Columns before the text of a labelled line.
const LABEL: usize = 16;
/// How many different reasons are given for one verdict.
const REASONS_MAX: usize = 6;
/// One of how many failures must fit another dialect better before the summary says so.
const FITTING_MIN: usize = 4;
/// How many clauses or scenarios are named in one line.
const NAMED_MAX: usize = 6;

/// The summary of a run that took this long, as lines of at most `width` columns.
pub fn summary(results: &Results, took: Duration, width: usize) -> Vec<String> {
    let mut lines = vec![String::new(), head(results, took)];
    if let Some(stopped) = &results.stopped {
        let text = labelled("  stopped", LABEL, stopped, width);
        lines.extend(text.iter().map(|line| paint(BAD, line)));
        if results.cases.is_empty() {
            return lines;
        }
    }
    lines.extend(by_area(results));
    lines.extend(results.grades.iter().flat_map(|grade| grade_lines(grade, results, width)));
    lines.extend(clauses_broken(results, width));
    lines.extend(endings(results, width));
    for verdict in
        [Verdict::Error, Verdict::Inconclusive, Verdict::Flaky, Verdict::Warn, Verdict::Unsupported]
    {
        lines.extend(reasons(results, verdict, width));
    }
    lines.extend(known(results, width));
    lines.extend(changed(results, width));
    lines.extend(fits(results, width));
    if results.deselected > 0 {
        let selected = scenarios(&results.cases);
        let all = selected + results.deselected;
        let minutes = match results.long {
            0 => String::new(),
            long => format!("; {} take real minutes (--long)", count(long, "other", "others")),
        };
        lines.push(paint(
            DOUBTFUL,
            format!("  partial: {selected} of {all} scenarios were selected{minutes}"),
        ));
    }
    lines
}

/// Transcripts that are not what they were.
fn changed(results: &Results, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if results.changed.is_empty() {
        return lines;
    }
    let number = count(results.changed.len(), "transcript", "transcripts");
    let text = format!("{number} not as accepted; `cargo insta review` shows and accepts them");
    lines.extend(labelled("  changed", LABEL, &text, width).iter().map(|line| paint(BAD, line)));
    for changed in results.changed.iter().take(NAMED_MAX) {
        lines.extend(labelled("", LABEL, changed, width));
    }
    if results.changed.len() > NAMED_MAX {
        lines.push(format!("{:LABEL$}and {} more", "", results.changed.len() - NAMED_MAX));
    }
    lines
}

fn head(results: &Results, took: Duration) -> String {
    let verdicts = if results.cases.is_empty() {
        paint(BAD, "nothing was judged")
    } else {
        Verdict::ALL
            .into_iter()
            .filter_map(|verdict| {
                let number = results.totals.get(&verdict).copied().filter(|number| *number > 0)?;
                Some(paint(paint::of(verdict), format!("{number} {verdict}")))
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!(
        "{}: {verdicts}  ({} of {}, engine {}, edition {}, {})",
        paint(STRONG, &results.subject),
        count(results.cases.len(), "case", "cases"),
        count(scenarios(&results.cases), "scenario", "scenarios"),
        results.engine,
        results.edition,
        seconds(took)
    )
}

/// One line for each area: how many cases have which verdict.
fn by_area(results: &Results) -> Vec<String> {
    let mut areas: BTreeMap<&str, BTreeMap<Verdict, usize>> = BTreeMap::new();
    for case in &results.cases {
        let counts = areas.entry(area(&case.scenario)).or_default();
        *counts.entry(case.judgement.verdict).or_default() += 1;
    }
    let width = areas.keys().map(|area| area.len()).max().unwrap_or(0);
    areas
        .iter()
        .map(|(area, counts)| {
            let pass = counts.get(&Verdict::Pass).copied().unwrap_or(0);
            let all: usize = counts.values().sum();
            let share = format!("{pass:>4} of {all:>3} pass");
            let share = if pass == all { paint(GOOD, share) } else { share };
            let others = Verdict::ALL
                .into_iter()
                .filter(|verdict| *verdict != Verdict::Pass)
                .filter_map(|verdict| counts.get(&verdict).map(|number| (verdict, number)))
                .map(|(verdict, number)| {
                    paint(paint::of(verdict), format!("   {number} {verdict}"))
                });
            format!("  {area:<width$}  {share}{}", others.collect::<String>())
        })
        .collect()
}

fn grade_lines(grade: &GradeResult, results: &Results, width: usize) -> Vec<String> {
    let name = match grade.grade {
        Grade::Text => "text",
        Grade::Edition => "edition",
    };
    let outcome = if grade.reached { "reached" } else { "not reached" };
    let claimed = if grade.grade == results.claims { ", claimed" } else { "" };
    let mut text = format!(
        "{} of {} judged, {} broken: {outcome}{claimed}",
        grade.judged,
        grade.applicable,
        grade.broken.len()
    );
    if !grade.broken.is_empty() {
        text = format!("{text}; broken {}", named(&grade.broken));
    }
    if !grade.unjudged.is_empty() {
        text = format!("{text}; without evidence {}", named(&grade.unjudged));
    }
    let style = if grade.reached {
        GOOD
    } else if grade.broken.is_empty() {
        DOUBTFUL
    } else {
        BAD
    };
    let label = format!("  {} {name}", grade.protocol);
    // A label that is as long as the column moves its text.
    let column = LABEL.max(label.len() + 1);
    let lines = labelled(&label, column, &text, width);
    lines.iter().map(|line| line.replacen(outcome, &paint(style, outcome), 1)).collect()
}

/// Why cases have this verdict: each reason once, with the scenarios that it concerns, first the one that concerns most.
fn reasons(results: &Results, verdict: Verdict, width: usize) -> Vec<String> {
    let mut reasons: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for case in results.cases.iter().filter(|case| case.judgement.verdict == verdict) {
        reasons.entry(reason(case)).or_default().insert(&case.scenario);
    }
    if reasons.len() > REASONS_MAX {
        reasons = alike(reasons);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, scenarios)| Reverse(scenarios.len()));
    let mut lines = Vec::new();
    for (reason, scenarios) in reasons.iter().take(REASONS_MAX) {
        let label = if lines.is_empty() { format!("  {verdict}") } else { String::new() };
        let scenarios: Vec<&&str> = scenarios.iter().collect();
        // What the profile rules out needs no names: `--verbose` has a line for each.
        let which = if verdict == Verdict::Unsupported {
            count(scenarios.len(), "scenario", "scenarios")
        } else {
            named(&scenarios)
        };
        let text = format!("{reason}: {which}");
        lines.extend(labelled(&label, LABEL, &text, width));
    }
    if reasons.len() > REASONS_MAX {
        lines.push(format!("{:LABEL$}and {} more reasons", "", reasons.len() - REASONS_MAX));
    }
    lines
}

/// Takes reasons that differ in nothing but numbers for one, in the words of the first.
fn alike(reasons: BTreeMap<String, BTreeSet<&str>>) -> BTreeMap<String, BTreeSet<&str>> {
    let mut alike: BTreeMap<String, (String, BTreeSet<&str>)> = BTreeMap::new();
    for (reason, scenarios) in reasons {
        let (_, all) = alike.entry(shape(&reason)).or_insert_with(|| (reason, BTreeSet::new()));
        all.extend(scenarios);
    }
    alike.into_values().collect()
}

/// A reason without its numbers.
fn shape(reason: &str) -> String {
    let has_digit = |word: &str| word.contains(|it: char| it.is_ascii_digit());
    // The clause stays as it is.
    let (clause, what) = reason.split_once(": ").unwrap_or(("", reason));
    let words = what.split_inclusive(|it: char| !it.is_ascii_alphanumeric());
    let words = words.map(|word| if has_digit(word) { "#" } else { word });
    format!("{clause}: {}", words.collect::<String>())
}

fn reason(case: &Case) -> String {
    let Some(finding) = case.judgement.decisive() else {
        return case
            .judgement
            .info
            .first()
            .cloned()
            .unwrap_or_else(|| "no reason was given".into());
    };
    let reason = finding.reason.map(|reason| format!("{reason}: ")).unwrap_or_default();
    let clause = finding.clause.as_ref().map(|clause| format!("{clause}: ")).unwrap_or_default();
    format!("{clause}{reason}{}", finding.what)
}

/// How many of the cases that are not good are known.
fn known(results: &Results, width: usize) -> Vec<String> {
    let known = results.cases.iter().filter(|case| case.known.is_some()).count();
    if known == 0 {
        return Vec::new();
    }
    let text = format!("{} as expected, which fails nothing", count(known, "case is", "cases are"));
    labelled("  known", LABEL, &text, width)
}

/// The dialect that the profile may better have named, when most of what failed fits it better.
fn fits(results: &Results, width: usize) -> Vec<String> {
    let mut dialects: BTreeMap<String, usize> = BTreeMap::new();
    for case in &results.cases {
        let fits = &case.judgement.fits;
        if !fits.is_empty() {
            *dialects.entry(crate::fit::changes(&case.dialect, fits)).or_default() += 1;
        }
    }
    let failed = results.totals.get(&Verdict::Fail).copied().unwrap_or(0);
    dialects
        .iter()
        .filter(|(_, cases)| **cases * FITTING_MIN >= failed)
        .flat_map(|(dialect, cases)| {
            let text = format!(
                "what the subject sent fits {dialect} better ({}): is the dialect right?",
                count(*cases, "case", "cases")
            );
            labelled("  dialect", LABEL, &text, width)
        })
        .collect()
}

/// The clauses that failed, with the number of cases that show it.
/// How exchanges ended that did not end cleanly, whatever their verdicts.
fn endings(results: &Results, width: usize) -> Vec<String> {
    let mut ended: BTreeMap<String, usize> = BTreeMap::new();
    for case in &results.cases {
        let Judgement { ending, also_ended, .. } = &case.judgement;
        for ending in std::iter::once(ending).chain(also_ended) {
            if *ending != Ending::Clean {
                *ended.entry(ending.to_string()).or_default() += 1;
            }
        }
    }
    let text: Vec<String> = ended
        .iter()
        .map(|(ending, cases)| format!("{ending} ({})", count(*cases, "case", "cases")))
        .collect();
    labelled("  ended", LABEL, &text.join(", "), width)
}

/// The clauses that are broken, first what most cases show.
fn clauses_broken(results: &Results, width: usize) -> Vec<String> {
    let text: Vec<String> = broken_clauses(&results.cases)
        .iter()
        .map(|(clause, cases)| format!("{clause} ({})", count(*cases, "case", "cases")))
        .collect();
    labelled("  fail", LABEL, &text.join(", "), width)
}

fn scenarios(cases: &[Case]) -> usize {
    cases.iter().map(|case| &case.scenario).collect::<BTreeSet<_>>().len()
}

/// The first few, and how many more there are.
fn named(items: &[impl std::fmt::Display]) -> String {
    let mut names: Vec<String> = items.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    if items.len() > NAMED_MAX {
        names.push(format!("and {} more", items.len() - NAMED_MAX));
    }
    names.join(", ")
}

/// A time in seconds with tenths, or in milliseconds below one second.
fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{}.{} s", took.as_secs(), took.subsec_millis() / 100)
    }
}

#[cfg(test)]
mod tests;
