//! Markdown: a summary for a page or for the job summary of a CI system.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{area, headline};
use crate::runner::{Case, GradeResult, Results};
use crate::verdict::Verdict;

/// How many cases are listed; a job summary is to be read, and `results.json` has all.
const LISTED_MAX: usize = 50;

/// Writes totals, grades, areas, and what is not good.
///
/// # Errors
///
/// What the writer says.
pub fn write(results: &Results, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "# {}\n", text(&results.subject))?;
    let totals: Vec<String> = Verdict::ALL
        .iter()
        .filter_map(|verdict| results.totals.get(verdict).map(|count| format!("{count} {verdict}")))
        .collect();
    let totals =
        if totals.is_empty() { "nothing was judged".to_owned() } else { totals.join(", ") };
    writeln!(
        out,
        "**{totals}** ({} cases, engine {}, edition {})\n",
        results.cases.len(),
        results.engine,
        results.edition
    )?;
    if let Some(stopped) = &results.stopped {
        writeln!(out, "Stopped: {}\n", text(stopped))?;
    }
    for unmet in &results.unmet {
        writeln!(out, "- {}", text(unmet))?;
    }
    writeln!(out, "| grade | judged | broken | |\n|---|---|---|---|")?;
    for grade in &results.grades {
        writeln!(out, "{}", grade_row(grade, results))?;
    }
    writeln!(out, "\n| area | {} |", Verdict::ALL.map(Verdict::word).join(" | "))?;
    writeln!(out, "|---|{}", "---:|".repeat(Verdict::ALL.len()))?;
    let mut areas: BTreeMap<&str, BTreeMap<Verdict, usize>> = BTreeMap::new();
    for case in &results.cases {
        *areas
            .entry(area(&case.scenario))
            .or_default()
            .entry(case.judgement.verdict)
            .or_default() += 1;
    }
    for (area, counts) in areas {
        let cells = Verdict::ALL
            .map(|verdict| counts.get(&verdict).map(ToString::to_string).unwrap_or_default());
        writeln!(out, "| {area} | {} |", cells.join(" | "))?;
    }
    let bad: Vec<&Case> = results.cases.iter().filter(|case| is_listed(case)).collect();
    if !bad.is_empty() {
        writeln!(out, "\n| verdict | scenario | role | what happened |\n|---|---|---|---|")?;
    }
    for case in bad.iter().take(LISTED_MAX) {
        let Case { scenario, role, .. } = case;
        let what = text(&headline(&case.judgement));
        writeln!(out, "| {} | `{scenario}` | {role} | {what} |", case.judgement.verdict)?;
    }
    if bad.len() > LISTED_MAX {
        writeln!(out, "\nand {} more", bad.len() - LISTED_MAX)?;
    }
    Ok(())
}

fn is_listed(case: &Case) -> bool {
    !matches!(case.judgement.verdict, Verdict::Pass | Verdict::Unsupported)
}

fn grade_row(grade: &GradeResult, results: &Results) -> String {
    let claimed = if grade.grade == results.claims { ", claimed" } else { "" };
    let broken: Vec<String> = grade.broken.iter().map(ToString::to_string).collect();
    let outcome = if grade.reached { "reached" } else { "not reached" };
    format!(
        "| {} {}{claimed} | {} of {} | {} | {outcome} |",
        grade.protocol,
        grade.grade,
        grade.judged,
        grade.applicable,
        broken.join(", ")
    )
}

/// Text that stays text in a cell.
pub(super) fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => plain.push(' '),
            '|' | '<' | '*' | '_' | '`' | '[' | '\\' => plain.extend(['\\', character]),
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::samples;

    #[test]
    fn the_summary_has_totals_grades_areas_and_failures() {
        let mut octets = Vec::new();
        write(&samples::results(), &mut octets).unwrap();
        assert_snapshot!(String::from_utf8(octets).unwrap(), @r#"
        # reference

        **1 fail, 1 inconclusive, 1 unsupported, 1 pass** (4 cases, engine sim, edition 1.0)

        | grade | judged | broken | |
        |---|---|---|---|
        | mnet text | 1 of 19 |  | not reached |
        | mnet edition, claimed | 2 of 43 | MNET-DATA-6 | not reached |

        | area | fail | error | inconclusive | flaky | warn | unsupported | pass |
        |---|---:|---:|---:|---:|---:|---:|---:|
        | mnet/close |  |  |  |  |  | 1 |  |
        | mnet/data | 1 |  | 1 |  |  |  |  |
        | mnet/establishment |  |  |  |  |  |  | 1 |

        | verdict | scenario | role | what happened |
        |---|---|---|---|
        | inconclusive | `mnet/data/loss-is-made-good` | listener | MNET-DATA-3: fault did not bite: no datagram was lost |
        | fail | `mnet/data/a-repeat-is-acknowledged-again` | listener | MNET-DATA-6: nothing came within 1 s |
        "#);
    }
}
