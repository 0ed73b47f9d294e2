//! The failure screen: all that a stranger needs to file a correct bug.

use crate::journal::{Journal, What};
use crate::protocol::Protocol;
use crate::report::diagram::{Moment, diagram};
use crate::report::layout::{labelled, wrap};
use crate::report::packet::table;
use crate::report::packets::in_packets;
use crate::report::paint::{self, FAINT, STRONG, paint};
use crate::report::{Again, ended};
use crate::runner::Case;
use crate::spec::{Catalogue, ClauseId};
use crate::verdict::{Ending, Finding, FoundBy};

/// Columns before the text of a labelled line.
const LABEL: usize = 18;
/// Columns before the lines of a clause's sentence after its first.
const HANGING: usize = 4;
/// How many rows one field of the packet in question may take.
const FIELD_ROWS_MAX: usize = 3;
/// How many further findings are named.
const FURTHER_MAX: usize = 4;

/// What a screen needs beside the case.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The protocol of the case.
    pub protocol: &'static dyn Protocol,
    /// Its clauses.
    pub catalogue: &'a Catalogue,
    /// The scenario's file, as the reader would open it.
    pub file: &'a str,
    /// The results folder, when there is one.
    pub folder: Option<&'a str>,
    /// How the run was begun.
    pub again: &'a Again,
    /// The width in columns.
    pub width: usize,
}

/// A case in one line: verdict, scenario, role, dialect, seed.
pub fn case_line(case: &Case) -> String {
    let verdict = case.judgement.verdict;
    let word = paint(paint::of(verdict), verdict.word().to_uppercase());
    let scenario = paint(STRONG, &case.scenario);
    let known = case.known.as_ref().map(|known| format!("   known: {known}")).unwrap_or_default();
    let repeats = case
        .repeats
        .map(|repeats| format!(", {} of {} runs passed", repeats.passed, repeats.runs))
        .unwrap_or_default();
    let Case { role, dialect, seed, .. } = case;
    format!("{word} {scenario}   {role}, {dialect}, seed {seed}{repeats}{known}")
}

/// The dialect that the profile may better have named.
fn fits(case: &Case, width: usize) -> Vec<String> {
    if case.judgement.fits.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "what the subject sent fits the dialect {} better: is the profile's dialect right?",
        crate::fit::changes(&case.dialect, &case.judgement.fits)
    );
    labelled("  dialect", LABEL, &text, width)
}

/// All about one case that did not pass, as lines.
pub fn screen(case: &Case, journal: &Journal, context: &Context<'_>) -> Vec<String> {
    let mut lines = vec![case_line(case)];
    lines.extend(
        wrap(&case.title, context.width - 2).iter().map(|line| paint(FAINT, format!("  {line}"))),
    );
    let decisive = case.judgement.decisive();
    if let Some(finding) = decisive {
        lines.extend(of_finding(finding, journal, context));
    }
    lines.extend(further(case, decisive, context.width));
    lines.extend(fits(case, context.width));
    if case.judgement.ending != Ending::Clean {
        lines.push(line("ended", &ended(&case.judgement)));
    }
    if let (Some(folder), Some(file)) = (context.folder, &case.journal) {
        lines.push(line("journal", &format!("{folder}/{file}")));
    }
    lines.push(line("again", &context.again.line(case)));
    lines
}

/// One finding: its clause, what happened, the packet that shows it, and what led up to it.
pub fn of_finding(finding: &Finding, journal: &Journal, context: &Context<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(clause) = &finding.clause {
        lines.extend(clause_lines(clause, context.catalogue, context.width));
    }
    lines.extend(what_happened(finding, context));
    let entry = finding.entry.and_then(|entry| usize::try_from(entry).ok());
    let (journal, entry) = in_packets(journal, context.protocol, entry);
    let journal = &*journal;
    lines.extend(the_packet(entry, journal, context));
    lines.push("  sequence".into());
    let decode = |octets: &[u8]| context.protocol.decode(&journal.header.dialect, octets);
    let moment = Moment { at: finding.at, entry };
    lines.extend(diagram(journal, &decode, moment, context.width));
    lines
}

/// A clause with level, source and sentence.
pub(super) fn clause_lines(id: &ClauseId, catalogue: &Catalogue, width: usize) -> Vec<String> {
    let Some(clause) = catalogue.get(id) else { return vec![format!("  {id}")] };
    let text = format!("{id} ({}, {})  {}", clause.level, clause.source, clause.sentence);
    let mut lines = wrap(&text, width.saturating_sub(HANGING)).into_iter();
    let first = lines.next().unwrap_or_default().replacen(&id.to_string(), &paint(STRONG, id), 1);
    std::iter::once(format!("  {first}"))
        .chain(lines.map(|line| format!("{:HANGING$}{line}", "")))
        .collect()
}

fn what_happened(finding: &Finding, context: &Context<'_>) -> Vec<String> {
    let place = match &finding.by {
        FoundBy::Step { number: 0, line } if *line > 0 => format!("{}:{line}", context.file),
        FoundBy::Step { number: 0, .. } => "while the session was begun".to_owned(),
        FoundBy::Step { number, line } => format!("step {number}, {}:{line}", context.file),
        FoundBy::Monitor => "seen by the clause's monitor".to_owned(),
        FoundBy::Probe => "seen by the probe for liveness".to_owned(),
        FoundBy::Runner => "said by the runner".to_owned(),
    };
    let reason = finding.reason.map(|reason| format!("{reason}: ")).unwrap_or_default();
    let text = format!("{reason}{} ({place})", finding.what);
    let mut lines = labelled("  what happened", LABEL, &text, context.width);
    for (index, allowed) in finding.allowed.iter().enumerate() {
        let label = if index == 0 { "  allowed were" } else { "" };
        lines.extend(labelled(label, LABEL, allowed, context.width));
    }
    lines
}

/// The packet that shows the finding, field by field.
fn the_packet(entry: Option<usize>, journal: &Journal, context: &Context<'_>) -> Vec<String> {
    let (octets, by) =
        match entry.and_then(|entry| journal.entries.get(entry)).map(|entry| &entry.what) {
            Some(What::Sent(sent)) => (Some(&*sent.octets), format!("sent by the {}", sent.by)),
            Some(What::Received(received)) => (
                received.octets.as_deref().or_else(|| journal.octets(received.number)),
                format!("received by the {}", received.by),
            ),
            _ => (None, String::new()),
        };
    let Some(octets) = octets else { return Vec::new() };
    let message = context.protocol.decode(&journal.header.dialect, octets);
    let problem =
        message.problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default();
    let head = format!("{}, {} octets, {by}{problem}", message.name(), octets.len());
    let mut lines = labelled("  the packet", LABEL, &head, context.width);
    lines.extend(table(&message, FIELD_ROWS_MAX).iter().map(|row| format!("{:9}{row}", "")));
    lines
}

/// What else was found, in short.
fn further(case: &Case, decisive: Option<&Finding>, width: usize) -> Vec<String> {
    let others: Vec<&Finding> = case
        .judgement
        .findings
        .iter()
        .filter(|finding| decisive.is_none_or(|decisive| !std::ptr::eq(*finding, decisive)))
        .collect();
    let mut lines = Vec::new();
    for finding in others.iter().take(FURTHER_MAX) {
        let clause = finding.clause.as_ref().map(|clause| format!(" {clause}")).unwrap_or_default();
        let text = format!("{}{clause}: {}", finding.verdict, finding.what);
        lines.extend(labelled(if lines.is_empty() { "  also" } else { "" }, LABEL, &text, width));
    }
    if others.len() > FURTHER_MAX {
        lines.push(format!("{:LABEL$}and {} more", "", others.len() - FURTHER_MAX));
    }
    lines
}

fn line(label: &str, text: &str) -> String {
    let label = format!("  {label}");
    format!("{label:<LABEL$}{text}")
}

#[cfg(test)]
mod tests;
