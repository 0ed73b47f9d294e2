//! What `report.html` shows, as data: results, clauses, and each case with what happened on the network.
//!
//! Everything is worked out here, so that the page itself only draws.

use std::collections::BTreeMap;

use serde::Serialize;
use simulator::{Fate, Instant};

use super::diagram::{RESTARTED, event, order};
use super::packet::{Row, one_line, rows};
use super::packets::in_packets;
use super::{ended, folder};
use crate::journal::{HexOctets, Journal, Party, Received, Sent, What};
use crate::profile::DialectChoice;
use crate::protocol::{self, Message, PlotFields, Protocol};
use crate::runner::{Case, GradeResult, Results};
use crate::spec::{Catalogue, ClauseId};
use crate::verdict::{Finding, FoundBy, Verdict};

/// How many lines of one case are shown; of a longer one the last before what decided.
const EVENTS_MAX: usize = 160;
/// How many octets of one packet are shown.
const OCTETS_MAX: usize = 256;
/// How many columns the line of a packet may take.
const LABEL_MAX: usize = 60;
/// From how many packets with octets of a stream on a case has a plot.
const PLOT_MIN: usize = 16;
/// How many points a plot has at most.
const POINTS_MAX: usize = 4_000;

/// A whole report.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View<'a> {
    wireproof: &'a str,
    edition: &'a str,
    subject: &'a str,
    engine: &'a str,
    claims: String,
    totals: &'a BTreeMap<Verdict, usize>,
    deselected: usize,
    stopped: Option<&'a str>,
    unmet: &'a [String],
    grades: Vec<GradeView<'a>>,
    clauses: Vec<ClauseView>,
    cases: Vec<CaseView<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GradeView<'a> {
    claimed: bool,
    #[serde(flatten)]
    result: &'a GradeResult,
}

#[derive(Debug, Serialize)]
struct ClauseView {
    id: String,
    level: &'static str,
    source: &'static str,
    side: &'static str,
    area: String,
    sentence: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CaseView<'a> {
    scenario: &'a str,
    title: &'a str,
    role: &'a str,
    dialect: String,
    seed: u64,
    verdict: Verdict,
    known: Option<String>,
    passed: Option<String>,
    ended: String,
    cites: &'a [ClauseId],
    clauses: &'a BTreeMap<ClauseId, Verdict>,
    findings: Vec<FindingView<'a>>,
    info: &'a [String],
    fits: Option<String>,
    again: String,
    journal: Option<&'a str>,
    capture: Option<String>,
    /// Names of the lifelines: the peers in their order, the subject last.
    lanes: Vec<String>,
    /// How many lines come before those that are shown, and how many after.
    left_out: [usize; 2],
    events: Vec<Event>,
    plot: Vec<Point>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingView<'a> {
    verdict: Verdict,
    clause: Option<&'a ClauseId>,
    by: String,
    at: String,
    what: String,
    allowed: &'a [String],
    /// The event that shows it, by its place among those shown.
    event: Option<usize>,
}

/// One line of a diagram.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum Event {
    /// A datagram, or a packet of a stream.
    Packet(PacketEvent),
    /// Something at one lifeline.
    Mark { at: Nanos, lane: usize, text: String, bad: bool },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PacketEvent {
    at: Nanos,
    from: usize,
    to: usize,
    label: String,
    /// When it arrived, once for each copy.
    arrivals: Vec<Nanos>,
    /// Faults, in words.
    faults: Vec<&'static str>,
    /// How it read when it arrived, when that was otherwise.
    changed: Option<String>,
    hex: String,
    /// Field by field; of cases that passed only where it is asked for.
    fields: Vec<FieldView>,
}

#[derive(Debug, Serialize)]
struct FieldView {
    offsets: String,
    name: String,
    value: String,
    source: &'static str,
}

/// A point of a time–sequence plot.
#[derive(Debug, Serialize)]
struct Point {
    at: Nanos,
    lane: usize,
    kind: PointKind,
    position: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum PointKind {
    Sent,
    Lost,
    Acknowledged,
}

/// A time in nanoseconds since the run began; JavaScript's numbers hold 104 days of them exactly.
type Nanos = u64;

/// Makes the view of results; `drawn` gives what is drawn of a case, when it has a journal.
pub(super) fn view<'a>(results: &'a Results, drawn: &dyn Fn(&Case) -> Option<Drawn>) -> View<'a> {
    let protocols = || results.protocols.iter().filter_map(|name| protocol::by_name(name));
    let clauses = protocols().flat_map(|protocol| {
        let catalogue = Catalogue::of(protocol);
        let clauses: Vec<ClauseView> = catalogue
            .iter()
            .map(|clause| ClauseView {
                id: clause.id.to_string(),
                level: clause.level.word(),
                source: clause.source.word(),
                side: clause.side.word(protocol),
                area: clause.area.clone(),
                sentence: clause.sentence.clone(),
            })
            .collect();
        clauses
    });
    View {
        wireproof: &results.wireproof,
        edition: &results.edition,
        subject: &results.subject,
        engine: &results.engine,
        claims: results.claims.to_string(),
        totals: &results.totals,
        deselected: results.deselected,
        stopped: results.stopped.as_deref(),
        unmet: &results.unmet,
        grades: results
            .grades
            .iter()
            .map(|result| GradeView { claimed: result.grade == results.claims, result })
            .collect(),
        clauses: clauses.collect(),
        cases: results.cases.iter().map(|case| case_view(results, case, drawn(case))).collect(),
    }
}

fn case_view<'a>(results: &'a Results, case: &'a Case, drawn: Option<Drawn>) -> CaseView<'a> {
    let judgement = &case.judgement;
    let Drawn { lanes, left_out, events, places, plot } = drawn.unwrap_or_default();
    let findings = judgement.findings.iter().zip(places.into_iter().chain(std::iter::repeat(None)));
    CaseView {
        scenario: &case.scenario,
        title: &case.title,
        role: &case.role,
        dialect: case.dialect.to_string(),
        seed: case.seed,
        verdict: judgement.verdict,
        known: case.known.as_ref().map(ToString::to_string),
        passed: case.repeats.map(|runs| format!("{} of {} runs", runs.passed, runs.runs)),
        ended: ended(judgement),
        cites: &case.cites,
        clauses: &judgement.clauses,
        findings: findings.map(|(finding, event)| finding_view(finding, event)).collect(),
        info: &judgement.info,
        fits: (!judgement.fits.is_empty())
            .then(|| crate::fit::changes(&case.dialect, &judgement.fits)),
        again: results.again.line(case),
        journal: case.journal.as_deref(),
        capture: case.journal.as_deref().map(folder::capture_of),
        lanes,
        left_out,
        events,
        plot,
    }
}

fn finding_view(finding: &Finding, event: Option<usize>) -> FindingView<'_> {
    let by = match &finding.by {
        FoundBy::Step { number: 0, .. } => "while the session was begun".to_owned(),
        FoundBy::Step { number, line } => format!("step {number}, line {line} of the scenario"),
        FoundBy::Monitor => "the clause's monitor".to_owned(),
        FoundBy::Probe => "the probe for liveness".to_owned(),
        FoundBy::Runner => "the runner".to_owned(),
    };
    let reason = finding.reason.map(|reason| format!("{reason}: ")).unwrap_or_default();
    FindingView {
        verdict: finding.verdict,
        clause: finding.clause.as_ref(),
        by,
        at: finding.at.to_string(),
        what: format!("{reason}{}", finding.what),
        allowed: &finding.allowed,
        event,
    }
}

/// What of a journal is drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    lanes: Vec<String>,
    left_out: [usize; 2],
    events: Vec<Event>,
    /// For each finding the event that shows it.
    places: Vec<Option<usize>>,
    plot: Vec<Point>,
}

impl Drawn {
    /// What is drawn of this case; nothing where the journal is of a protocol that this program does not know.
    pub(super) fn of(case: &Case, journal: &Journal) -> Option<Self> {
        let protocol = protocol::by_name(&journal.header.protocol)?;
        Some(Self::new(case, journal, protocol))
    }

    fn new(case: &Case, journal: &Journal, protocol: &'static dyn Protocol) -> Self {
        let findings = &case.judgement.findings;
        let entry = |finding: &Finding| finding.entry.and_then(|entry| usize::try_from(entry).ok());
        let decisive = case.judgement.decisive();
        let (packets, _) = in_packets(journal, protocol, None);
        let journal_of_packets = &*packets;
        let lanes = Lanes { peers: journal.header.peers.len().max(1) };
        let with_fields = case.judgement.verdict != Verdict::Pass;
        let drawer = Drawer {
            journal: journal_of_packets,
            protocol,
            dialect: &case.dialect,
            lanes,
            with_fields,
        };
        let arrivals = arrivals(journal_of_packets);
        // Which event an entry became.
        let mut became: BTreeMap<usize, usize> = BTreeMap::new();
        let mut by_number: BTreeMap<u64, usize> = BTreeMap::new();
        let mut events = Vec::new();
        for (index, entry) in journal_of_packets.entries.iter().enumerate() {
            match &entry.what {
                What::Received(received) => {
                    became.extend(by_number.get(&received.number).map(|event| (index, *event)));
                    continue;
                }
                What::Sent(sent) => {
                    by_number.insert(sent.number, events.len());
                }
                _ => {}
            }
            if let Some(event) = drawer.event(entry.at, &entry.what, &arrivals) {
                became.insert(index, events.len());
                events.push(event);
            }
        }
        let place = |finding: &Finding| {
            let (_, entry) = in_packets(journal, protocol, entry(finding));
            became.get(&entry?).copied()
        };
        let places: Vec<Option<usize>> = findings.iter().map(place).collect();
        let decides = decisive
            .and_then(|decisive| {
                findings.iter().position(|finding| std::ptr::eq(finding, decisive))
            })
            .and_then(|index| places.get(index).copied().flatten());
        let end = decides.map_or(events.len(), |event| (event + EVENTS_MAX / 8).min(events.len()));
        let begin = end.saturating_sub(EVENTS_MAX);
        let end = (begin + EVENTS_MAX).min(events.len());
        let left_out = [begin, events.len() - end];
        let events = events.into_iter().skip(begin).take(end - begin).collect();
        let places = places.into_iter().map(|place| place?.checked_sub(begin)).collect();
        let plot = drawer.plot();
        Self { lanes: names(journal), left_out, events, places, plot }
    }
}

/// Which lifeline is whose.
#[derive(Clone, Copy)]
struct Lanes {
    peers: usize,
}

impl Lanes {
    fn of(self, party: Party) -> usize {
        match party {
            Party::Subject => self.peers,
            Party::Peer(index) => index.min(self.peers - 1),
        }
    }
}

/// The names of the lifelines.
fn names(journal: &Journal) -> Vec<String> {
    let header = &journal.header;
    let mut names: Vec<String> = header.peers.iter().map(|(name, _)| name.clone()).collect();
    if names.is_empty() {
        names.push("peer".to_owned());
    }
    names.push(format!("subject ({})", header.role));
    names
}

/// Arrivals of each datagram, by its number.
type Arrivals<'a> = BTreeMap<u64, Vec<(Instant, &'a Received)>>;

fn arrivals(journal: &Journal) -> Arrivals<'_> {
    let mut arrivals = Arrivals::new();
    for entry in &journal.entries {
        if let What::Received(received) = &entry.what {
            arrivals.entry(received.number).or_default().push((entry.at, received));
        }
    }
    arrivals
}

struct Drawer<'a> {
    journal: &'a Journal,
    protocol: &'static dyn Protocol,
    dialect: &'a DialectChoice,
    lanes: Lanes,
    with_fields: bool,
}

impl Drawer<'_> {
    fn decode(&self, by: Party, octets: &[u8]) -> Message {
        let role = self.protocol.role(&self.journal.header.role);
        let sender = role.map(|role| if by == Party::Subject { role } else { role.peer() });
        match sender {
            Some(sender) => self.protocol.decode_from(self.dialect, sender, octets),
            None => self.protocol.decode(self.dialect, octets),
        }
    }

    fn event(&self, at: Instant, what: &What, arrivals: &Arrivals<'_>) -> Option<Event> {
        let subject = self.lanes.of(Party::Subject);
        let mark = |lane, text, bad| Some(Event::Mark { at: at.as_nanos(), lane, text, bad });
        match what {
            What::Sent(sent) => Some(Event::Packet(self.packet(at, sent, arrivals))),
            What::Event(told) => mark(self.lanes.of(told.by), event(&told.event), false),
            What::Told(command) => mark(subject, order(command), false),
            What::Ended(ending) => mark(subject, ending.to_string(), true),
            What::Restarted => mark(subject, RESTARTED.to_owned(), false),
            What::Limit(limit) => mark(subject, limit.clone(), true),
            _ => None,
        }
    }

    fn packet(&self, at: Instant, sent: &Sent, arrivals: &Arrivals<'_>) -> PacketEvent {
        let arrived = arrivals.get(&sent.number).map(Vec::as_slice).unwrap_or_default();
        let header = &self.journal.header;
        let addressed = || header.peers.iter().position(|(_, address)| *address == sent.to);
        let to = match sent.by {
            Party::Peer(_) => Party::Subject,
            Party::Subject => arrived
                .first()
                .map(|(_, received)| received.by)
                .or_else(|| addressed().map(Party::Peer))
                .unwrap_or(Party::Peer(0)),
        };
        let message = self.decode(sent.by, &sent.octets);
        let changed = arrived.iter().find_map(|(_, received)| received.octets.as_ref());
        let fields = if self.with_fields { rows(&message) } else { Vec::new() };
        PacketEvent {
            at: at.as_nanos(),
            from: self.lanes.of(sent.by),
            to: self.lanes.of(to),
            label: one_line(&message, LABEL_MAX),
            arrivals: arrived.iter().map(|(at, _)| at.as_nanos()).collect(),
            faults: faults(&sent.fate, arrived.len()),
            changed: changed.map(|octets| one_line(&self.decode(sent.by, octets), LABEL_MAX)),
            hex: hex(&message.octets),
            fields: fields.into_iter().map(field).collect(),
        }
    }

    /// Positions in the streams of both sides over time, when there are enough of them.
    fn plot(&self) -> Vec<Point> {
        let Some(PlotFields { packet, end, acknowledged }) = self.protocol.plot() else {
            return Vec::new();
        };
        let mut points = Vec::new();
        for entry in &self.journal.entries {
            let What::Sent(sent) = &entry.what else { continue };
            let message = self.decode(sent.by, &sent.octets);
            let lane = self.lanes.of(sent.by);
            let mut add = |kind, position: Option<u64>| {
                let at = entry.at.as_nanos();
                points.extend(position.map(|position| Point { at, lane, kind, position }));
            };
            if message.name() == packet {
                let kind = if sent.fate.lose { PointKind::Lost } else { PointKind::Sent };
                add(kind, message.number(end));
            }
            add(PointKind::Acknowledged, message.number(acknowledged));
        }
        let sent = points.iter().filter(|point| !matches!(point.kind, PointKind::Acknowledged));
        if sent.count() < PLOT_MIN {
            return Vec::new();
        }
        points.truncate(POINTS_MAX);
        points
    }
}

fn field(row: Row) -> FieldView {
    FieldView { offsets: row.offsets(), name: row.name, value: row.value, source: row.source }
}

/// The first octets in hexadecimal digits, two for each, and how many more there are.
fn hex(octets: &[u8]) -> String {
    let shown = octets.get(..OCTETS_MAX).unwrap_or(octets);
    let digits = HexOctets::from(shown).to_string();
    match octets.len() - shown.len() {
        0 => digits,
        more => format!("{digits} and {more} more"),
    }
}

/// The faults that a datagram met, in words.
fn faults(fate: &Fate, arrivals: usize) -> Vec<&'static str> {
    let Fate { lose, repeat, hold, flip, cut, .. } = *fate;
    let met = [
        (lose, "lost"),
        (!lose && arrivals == 0, "not arrived"),
        (repeat > 0, "repeated"),
        (hold > 0, "held"),
        (flip.is_some(), "damaged"),
        (cut.is_some(), "cut"),
    ];
    met.into_iter().filter_map(|(met, word)| met.then_some(word)).collect()
}
