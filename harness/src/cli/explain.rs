//! `wireproof explain`: one clause, one scenario or one packet, with all that belongs to it.

use super::CommandError;
use super::console::Console;
use super::exit::Exit;
use super::scenarios::{read, role};
use crate::corpus::{Corpus, Entry};
use crate::diagnostic::did_you_mean;
use crate::protocol::{self, Protocol};
use crate::report::layout::{labelled, wrap};
use crate::report::paint::{FAINT, STRONG, paint};
use crate::scenario::Need;
use crate::spec::{Catalogue, Clause, ClauseId};
use reference::wire::{Kind, PacketSpec, Presence, Width};

/// Columns before the text of a labelled line.
const LABEL: usize = 12;

/// How many scenarios of a clause are shown: the list of a MUST fills pages.
const SCENARIOS_SHOWN: usize = 12;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A clause (`MNET-DATA-6`), a scenario (`mnet/data/…`) or a packet (`COOKIE-ECHO`)
    #[arg(value_name = "ID")]
    id: String,
    /// Takes scenarios from this folder, in the place of those within the program
    #[arg(long, value_name = "DIR")]
    scenarios: Option<std::path::PathBuf>,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let corpus = match &arguments.scenarios {
        Some(folder) => read(folder)?,
        None => Corpus::embedded(),
    };
    let lines = explain(&arguments.id, &corpus, console.width)?;
    console.lines(&lines)?;
    Ok(Exit::Success)
}

/// What there is to say of an identity.
fn explain(id: &str, corpus: &Corpus, width: usize) -> Result<Vec<String>, CommandError> {
    let protocols = protocol::ALL.into_iter();
    for protocol in protocols.clone() {
        let by_id = |id: ClauseId| Catalogue::of(protocol).get(&id);
        if let Some(found) = id.to_uppercase().parse().ok().and_then(by_id) {
            let citing = corpus.citing(&found.id);
            let citing = citing.map_err(|errors| CommandError::files(&errors))?;
            return Ok(clause(found, protocol, &citing, width));
        }
        if let Some(spec) =
            protocol.packets().iter().find(|spec| spec.name.eq_ignore_ascii_case(id))
        {
            return Ok(packet(spec, protocol));
        }
    }
    if corpus.files().any(|(known, _)| known.as_str() == id) {
        let selection = corpus.select(&[id.to_owned()]).map_err(CommandError::selection)?;
        let lines = |entry| {
            scenario(entry, protocol::by_name(entry.id.protocol()).map(Catalogue::of), width)
        };
        return Ok(selection.scenarios.iter().flat_map(lines).collect());
    }
    let clauses = protocols.clone().map(Catalogue::of).flat_map(Catalogue::iter);
    let clauses: Vec<String> = clauses.map(|clause| clause.id.to_string()).collect();
    let packets = protocols.flat_map(Protocol::packets).map(|spec| spec.name);
    let scenarios = corpus.files().map(|(id, _)| id.as_str());
    let near = did_you_mean(id, clauses.iter().map(String::as_str).chain(packets).chain(scenarios));
    let help = near.map_or_else(
        || "`wireproof list` shows the scenarios; clauses are in docs/spec".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let what = format!("`{id}` is no clause, no scenario and no packet");
    Err(CommandError::usage_with_help(&what, Some(help)))
}

fn clause(clause: &Clause, protocol: &dyn Protocol, citing: &[Entry], width: usize) -> Vec<String> {
    let mut lines = vec![format!(
        "{}  {}, source: {}, can be broken by: {}  {}",
        paint(STRONG, &clause.id),
        clause.level,
        clause.source,
        clause.side.word(protocol),
        paint(FAINT, format!("({})", clause.area))
    )];
    lines.extend(
        wrap(&clause.sentence, width.saturating_sub(2)).iter().map(|line| format!("  {line}")),
    );
    // Those that are about it, before those that cite it at a step.
    let (about, others): (Vec<&Entry>, Vec<&Entry>) = citing.iter().partition(|entry| {
        entry.scenario.clauses.first().is_some_and(|first| first.value == clause.id)
    });
    let mut scenarios: Vec<String> = about
        .into_iter()
        .chain(others)
        .take(SCENARIOS_SHOWN)
        .map(|entry| format!("{}: {}", entry.id, entry.scenario.title.value))
        .collect();
    if let Some(more @ 1..) = citing.len().checked_sub(SCENARIOS_SHOWN) {
        scenarios.push(format!("and {more} more: `wireproof list {}`", clause.id));
    }
    lines.extend(list("scenarios", &scenarios, width));
    let mutants: Vec<String> = protocol
        .mutants()
        .iter()
        .filter(|mutant| mutant.clause == clause.id)
        .map(|mutant| format!("{}: {}", mutant.name, mutant.what))
        .collect();
    lines.extend(list("mutants", &mutants, width));
    lines
}

fn scenario(entry: &Entry, catalogue: Option<&Catalogue>, width: usize) -> Vec<String> {
    let scenario = &entry.scenario;
    let mut lines = vec![format!("{}  subject: {}", paint(STRONG, &entry.id), role(entry))];
    let text = |text: &str| wrap(text, width.saturating_sub(2));
    lines.extend(text(&scenario.title).iter().map(|line| format!("  {line}")));
    lines.extend(
        scenario.why.iter().flat_map(|why| text(why)).map(|line| paint(FAINT, format!("  {line}"))),
    );
    let clauses: Vec<String> = scenario
        .cites()
        .iter()
        .map(|id| match catalogue.and_then(|catalogue| catalogue.get(id)) {
            Some(clause) => {
                format!("{id} ({}, {}): {}", clause.level, clause.source, clause.sentence)
            }
            None => id.to_string(),
        })
        .collect();
    lines.extend(list("clauses", &clauses, width));
    let needs: Vec<String> =
        scenario.needs.iter().map(|need| word(need.value).to_owned()).collect();
    if !needs.is_empty() {
        lines.extend(list("needs", &needs, width));
    }
    let kills: Vec<String> = scenario.kills.iter().map(|mutant| mutant.value.clone()).collect();
    if !kills.is_empty() {
        lines.extend(list("kills", &[kills.join(", ")], width));
    }
    lines.push(format!("  {:<width$}{}", "file", entry.file, width = LABEL - 2));
    lines.push(String::new());
    lines.extend(entry.text.lines().map(str::to_owned));
    lines
}

fn packet(spec: &PacketSpec, protocol: &dyn Protocol) -> Vec<String> {
    let head = format!("{}  {}, type {}", paint(STRONG, spec.name), protocol.name(), spec.code);
    let names = spec.fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    let mut lines = vec![head];
    if spec.start != Some(0) {
        lines.push(format!("  {:>8}  {:names$}  the type, {}", 0, "", spec.code));
    }
    for field in spec.fields {
        let offset = spec.offset(field.name);
        let offsets = match (offset, field.width) {
            (None, _) => String::new(),
            (Some(offset), Width::Fixed(octets @ 2..)) => {
                format!("{offset}..{}", offset + octets - 1)
            }
            (Some(offset), Width::Fixed(_) | Width::Bits(_)) => offset.to_string(),
            (Some(offset), _) => format!("{offset}.."),
        };
        let width = match field.width {
            Width::Bits(bits) => format!("{bits} bits"),
            Width::Fixed(1) => "1 octet".to_owned(),
            Width::Fixed(octets) => format!("{octets} octets"),
            Width::ByLayout([one, other]) => format!("{one} or {other} octets, by dialect"),
            Width::Counted => "as long as the length says".to_owned(),
            Width::Rest => "all that are left".to_owned(),
            Width::Delimited => "up to a separator".to_owned(),
        };
        let kind = match field.kind {
            Kind::Number => "a number",
            Kind::Octets => "octets",
            Kind::Length => "the length of what follows",
            Kind::Code => "the type",
            Kind::Flags(_) => "flags",
        };
        let presence = match field.presence {
            Presence::Always => String::new(),
            Presence::Flag(bit) => format!(", with {}", flag(spec, bit)),
            Presence::IfMore => ", may be left out".to_owned(),
        };
        lines.push(format!(
            "  {offsets:>8}  {:names$}  {} ({kind}, {width}{presence})",
            field.name, field.source_name
        ));
    }
    lines
}

/// The name of a flag.
fn flag(spec: &PacketSpec, bit: u8) -> String {
    let flags = spec.fields.iter().find_map(|field| match field.kind {
        Kind::Flags(flags) => Some(flags),
        _ => None,
    });
    let named = flags.unwrap_or_default().iter().find(|(_, named)| *named == bit);
    named.map_or_else(|| format!("the flag {bit:#04x}"), |(name, _)| (*name).to_owned())
}

/// A label with an entry for each item, or `none`.
fn list(label: &str, items: &[String], width: usize) -> Vec<String> {
    let none = ["none".to_owned()];
    let items = if items.is_empty() { &none } else { items };
    items
        .iter()
        .enumerate()
        .flat_map(|(index, item)| {
            let label = if index == 0 { format!("  {label}") } else { String::new() };
            labelled(&label, LABEL, item, width)
        })
        .collect()
}

const fn word(need: Need) -> &'static str {
    match need {
        Need::Control => "control: the suite tells the subject's application what to do",
        Need::SecondAddress => "second-address: a peer at a second IP address",
        Need::Given => "given: what is under `given:` is handed to the subject",
    }
}
