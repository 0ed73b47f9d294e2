//! A ledger as Markdown, as it stands in `docs/ledger`.

use super::{Ledger, Part, Row, SourceDocument};
use crate::kills::Tried;
use crate::report::layout::count;
use crate::spec::{EDITION, Level};

/// The ledger as Markdown, with a line break at its end.
pub fn markdown(ledger: &Ledger) -> String {
    let name = ledger.protocol.name();
    let mut blocks = vec![
        format!("# The ledger of {name}, edition {EDITION}"),
        format!(
            "Made by `wireproof ledger {name}`, which tries every mutant for it; not written by hand. \
             [The ledger](../ledger.md) says how to read it."
        ),
        overview(ledger),
    ];
    blocks.push("## Clauses".to_owned());
    blocks.extend(ledger.rows.iter().map(|row| clause(ledger, row)));
    if let Some(source) = &ledger.source {
        blocks.push("## The source document, line by line".to_owned());
        blocks.extend(source.parts.iter().map(part));
    }
    blocks.join("\n\n") + "\n"
}

/// How much there is of everything.
fn overview(ledger: &Ledger) -> String {
    let rows = &ledger.rows;
    let of_level = |level| rows.iter().filter(|row| row.clause.level == level).count();
    let mutants: Vec<&Tried> = rows.iter().flat_map(|row| &row.mutants).collect();
    let killed = mutants.iter().filter(|one| !one.survives()).count();
    let shown = rows.iter().filter(|row| row.exception.is_none()).count();
    let gaps = ledger.gaps();
    let mut lines = vec![
        format!(
            "- {}: {} MUST, {} SHOULD, {} MAY",
            count(rows.len(), "clause", "clauses"),
            of_level(Level::Must),
            of_level(Level::Should),
            of_level(Level::May)
        ),
        format!("- {shown} of them are tested, {} with a reason why not", rows.len() - shown),
        format!("- {killed} of {} killed", count(mutants.len(), "mutant", "mutants")),
    ];
    if let Some(source) = &ledger.source {
        let lines_in = |parts: &[&Part]| parts.iter().map(|part| part.text.len()).sum::<usize>();
        let all: Vec<&Part> = source.parts.iter().collect();
        let normative: Vec<&Part> =
            all.iter().copied().filter(|part| !part.clauses.is_empty()).collect();
        lines.push(format!(
            "- {} of the source document, {} of them became clauses",
            count(lines_in(&all), "line", "lines"),
            lines_in(&normative)
        ));
    }
    lines.push(match gaps.as_slice() {
        [] => "- no gap without a reason".to_owned(),
        gaps => format!("- **{}**: {}", count(gaps.len(), "gap", "gaps"), gaps.join("; ")),
    });
    lines.join("\n")
}

fn clause(ledger: &Ledger, row: &Row) -> String {
    let clause = &row.clause;
    let mut lines = vec![
        format!("### {}", clause.id),
        String::new(),
        format!(
            "{}, {}, {}: {}",
            clause.level,
            clause.source,
            clause.side.word(ledger.protocol),
            clause.sentence
        ),
        String::new(),
    ];
    if !row.scenarios.is_empty() {
        let links: Vec<String> = row.scenarios.iter().map(|id| link(id)).collect();
        lines.push(format!("- scenarios: {}", links.join(", ")));
    }
    if row.monitor {
        lines.push("- a monitor of it watches every run".to_owned());
    }
    for one in &row.mutants {
        let fate = if one.survives() {
            let known = row.survivors.iter().find(|(name, _)| name == one.mutant.name);
            let reason = known.and_then(|(_, reason)| reason.as_deref());
            format!("survives: {}", reason.unwrap_or("**without a reason**"))
        } else {
            let scenarios: Vec<&str> = one.scenarios().into_iter().map(short).collect();
            format!("killed by {}", scenarios.join(", "))
        };
        lines.push(format!("- mutant `{}`: {} *{fate}*", one.mutant.name, one.mutant.what));
    }
    if let Some(reason) = &row.exception {
        lines.push(format!("- not tested like others: {reason}"));
    }
    lines.extend(row.gaps().into_iter().map(|gap| format!("- **gap**: {gap}")));
    let became: Vec<String> =
        ledger.source.iter().flat_map(|source| source.became(&clause.id)).map(numbers).collect();
    if !became.is_empty() {
        lines.push(format!("- lines of the source document: {}", became.join(", ")));
    }
    lines.join("\n")
}

fn part(part: &Part) -> String {
    let mut lines = vec!["```text".to_owned()];
    let width = part.last().to_string().len().max(3);
    for (index, line) in part.text.iter().enumerate() {
        let number = part.first + index;
        lines.push(format!("{number:>width$}  {line}").trim_end().to_owned());
    }
    lines.push("```".to_owned());
    lines.push(String::new());
    let clauses: Vec<String> = part.clauses.iter().map(ToString::to_string).collect();
    let text = match (clauses.is_empty(), &part.because) {
        (true, because) => {
            format!("not normative: {}", because.as_deref().unwrap_or_default())
        }
        (false, None) => clauses.join(", "),
        (false, Some(because)) => format!("{}; {because}", clauses.join(", ")),
    };
    lines.push(text);
    lines.join("\n")
}

/// The numbers of its lines.
fn numbers(part: &Part) -> String {
    if part.first == part.last() {
        part.first.to_string()
    } else {
        format!("{}..{}", part.first, part.last())
    }
}

/// A scenario without its protocol, which the reader knows.
fn short(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, rest)| rest)
}

pub(super) fn link(id: &str) -> String {
    format!("[{}](../../scenarios/{id}.yaml)", short(id))
}

impl SourceDocument {
    /// Its number of lines.
    pub fn lines(&self) -> usize {
        self.parts.iter().map(|part| part.text.len()).sum()
    }
}
