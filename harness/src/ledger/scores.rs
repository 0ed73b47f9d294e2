//! The ledgers of all protocols in figures, as they stand in `docs/ledger/scores.md`.

use std::collections::BTreeMap;

use super::markdown::link;
use super::{Ledger, Row};
use crate::kills::Tried;
use crate::spec::{EDITION, Level};

/// The figures as Markdown, with a line break at its end.
pub fn scores(ledgers: &[Ledger]) -> String {
    let mut blocks = vec![
        format!("# The suite in figures, edition {EDITION}"),
        "Made by `wireproof ledger --write docs/ledger`, which tries every mutant for it; not written by hand. \
         [How good the suite is](../quality.md) says what the figures mean."
            .to_owned(),
        overview(ledgers),
        clauses_by_level(ledgers),
        "## Mutants that survive".to_owned(),
        survivors(ledgers),
        "## Clauses that are not tested like others".to_owned(),
        untested(ledgers),
    ];
    for ledger in ledgers {
        blocks.push(format!("## What kills what: {}", ledger.protocol.name()));
        blocks.push(killers(ledger));
    }
    blocks.join("\n\n") + "\n"
}

/// A table of Markdown.
fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let mut lines = vec![line(&head), format!("|{}", "---|".repeat(head.len()))];
    lines.extend(rows.into_iter().map(|row| line(&row)));
    lines.join("\n")
}

/// The mutants of a ledger.
fn mutants(ledger: &Ledger) -> impl Iterator<Item = &Tried> {
    ledger.rows.iter().flat_map(|row| &row.mutants)
}

fn overview(ledgers: &[Ledger]) -> String {
    let row = |ledger: &Ledger| {
        let all = mutants(ledger).count();
        let killed = mutants(ledger).filter(|one| !one.survives()).count();
        let by_one = mutants(ledger).filter(|one| one.scenarios().len() == 1).count();
        let watched = ledger.rows.iter().filter(|row| row.monitor).count();
        vec![
            ledger.protocol.name().to_owned(),
            ledger.rows.len().to_string(),
            watched.to_string(),
            ledger.scenarios.to_string(),
            ledger.cases.to_string(),
            all.to_string(),
            format!("{killed} ({})", percent(killed, all)),
            by_one.to_string(),
        ]
    };
    let head = [
        "protocol",
        "clauses",
        "with a monitor",
        "scenarios",
        "cases of the reference",
        "mutants",
        "killed",
        "by one scenario alone",
    ];
    table(&head, ledgers.iter().map(row).collect())
}

/// A fraction in whole percent, rounded down, so that only all are 100 %.
fn percent(part: usize, all: usize) -> String {
    format!("{} %", (part * 100).checked_div(all).unwrap_or(0))
}

fn clauses_by_level(ledgers: &[Ledger]) -> String {
    let mut rows = Vec::new();
    for ledger in ledgers {
        for level in [Level::Must, Level::Should, Level::May] {
            let of_level: Vec<&Row> =
                ledger.rows.iter().filter(|row| row.clause.level == level).collect();
            let tested = of_level.iter().filter(|row| row.exception.is_none()).count();
            let mutants: Vec<&Tried> = of_level.iter().flat_map(|row| &row.mutants).collect();
            let killed = mutants.iter().filter(|one| !one.survives()).count();
            rows.push(vec![
                ledger.protocol.name().to_owned(),
                level.to_string(),
                of_level.len().to_string(),
                tested.to_string(),
                format!("{killed} of {}", mutants.len()),
            ]);
        }
    }
    table(&["protocol", "level", "clauses", "tested", "mutants killed"], rows)
}

fn survivors(ledgers: &[Ledger]) -> String {
    let mut rows = Vec::new();
    for ledger in ledgers {
        for row in &ledger.rows {
            for (name, reason) in &row.survivors {
                let what = row.mutants.iter().find(|one| one.mutant.name == name);
                rows.push(vec![
                    ledger.protocol.name().to_owned(),
                    row.clause.id.to_string(),
                    format!("`{name}`: {}", what.map_or("", |one| one.mutant.what)),
                    reason.clone().unwrap_or_else(|| "**without a reason**".to_owned()),
                ]);
            }
        }
    }
    table(&["protocol", "clause", "mutant", "why it lives"], rows)
}

fn untested(ledgers: &[Ledger]) -> String {
    let rows = ledgers.iter().flat_map(|ledger| &ledger.rows).filter_map(|row| {
        let reason = row.exception.clone()?;
        Some(vec![row.clause.id.to_string(), row.clause.level.to_string(), reason])
    });
    table(&["clause", "level", "why"], rows.collect())
}

fn killers(ledger: &Ledger) -> String {
    let row = |row: &Row| {
        let killed = row.mutants.iter().filter(|one| !one.survives()).count();
        vec![
            format!("[{}]({}.md#{})", row.clause.id, ledger.protocol.name(), anchor(row)),
            row.clause.level.to_string(),
            row.scenarios.len().to_string(),
            if row.monitor { "yes" } else { "" }.to_owned(),
            format!("{killed} of {}", row.mutants.len()),
            strongest(row)
                .map_or_else(String::new, |(id, number)| format!("{} ({number})", link(id))),
        ]
    };
    let head = ["clause", "level", "scenarios", "monitor", "killed", "by this scenario most"];
    table(&head, ledger.rows.iter().map(row).collect())
}

/// Where a clause stands in the page of its protocol.
fn anchor(row: &Row) -> String {
    row.clause.id.to_string().to_lowercase()
}

/// The scenario that kills most mutants of a clause, with how many; the first in the order of the corpus among equals.
fn strongest(row: &Row) -> Option<(&str, usize)> {
    let mut kills: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in row.mutants.iter().flat_map(Tried::scenarios) {
        *kills.entry(scenario).or_default() += 1;
    }
    kills.into_iter().rev().max_by_key(|(_, number)| *number)
}
