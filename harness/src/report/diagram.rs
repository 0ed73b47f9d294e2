//! A journal as a sequence diagram in text: one line for each datagram, time downwards, a column for each party.
//!
//! The subject's column is the last one. A datagram stands where it was sent, and what became of it beside it: when it
//! arrived, or the fault that it met. So a reordering shows in the times of arrival.

use std::net::SocketAddr;

use simulator::{Fate, Instant};

use super::layout::{columns, shorten};
use super::packet::{one_line, payload};
use super::paint::{BAD, DOUBTFUL, FAINT, STRONG, paint};
use crate::conversation::show_event;
use crate::journal::{Entry, Journal, Party, Received, Sent, What};
use crate::protocol::Message;
use crate::script::{AppEvent, Command};

/// What is shown of a subject that was killed and started again.
pub(super) const RESTARTED: &str = "started again";

/// How many datagrams are shown: the last ones before the moment in question.
pub const DATAGRAMS_MAX: usize = 12;
/// How many lines are shown, events of applications included.
const ROWS_MAX: usize = 24;
/// Columns of a time.
const TIME: usize = 12;
/// Columns between the lifelines of two peers.
const PEER: usize = 10;
/// Columns of what stands to the right of the subject.
const SIDE: usize = 30;
/// The least that an arrow needs.
const ARROW_MIN: usize = 30;

/// The moment that a diagram leads up to.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// When it was.
    pub at: Instant,
    /// The journal entry that shows it, if one does.
    pub entry: Option<usize>,
}

/// Draws what led up to a moment, in lines of at most `width` columns; `decode` makes packets of octets.
pub fn diagram(
    journal: &Journal,
    decode: &dyn Fn(&[u8]) -> Message,
    moment: Moment,
    width: usize,
) -> Vec<String> {
    let canvas = Canvas::new(journal, width);
    // What the suite sends at the very moment of a finding comes of it: it says farewell.
    let comes_after = |entry: &Entry| match &entry.what {
        What::Sent(sent) if sent.by != Party::Subject => entry.at >= moment.at,
        _ => entry.at > moment.at,
    };
    let before = |(index, entry): &(usize, &Entry)| {
        moment.entry.map_or_else(|| !comes_after(entry), |last| *index <= last)
    };
    let shown: Vec<(usize, &Entry)> = journal
        .entries
        .iter()
        .enumerate()
        .take_while(before)
        .filter(|(_, entry)| is_shown(&entry.what))
        .collect();
    // The entry that decides may be the arrival of a datagram, which is drawn where it was sent.
    let arrival = moment.entry.and_then(|index| match &journal.entries.get(index)?.what {
        What::Received(received) => Some(received.number),
        _ => None,
    });
    let decides = |index: usize, entry: &Entry| match &entry.what {
        What::Sent(sent) if arrival == Some(sent.number) => true,
        _ => moment.entry == Some(index),
    };
    let begin = begin(&shown);
    let left_out = shown.iter().take(begin).filter(|(_, entry)| is_datagram(entry)).count();
    let rows: Vec<Row> = shown
        .iter()
        .skip(begin)
        .filter_map(|(index, entry)| canvas.row(journal, decode, entry, decides(*index, entry)))
        .collect();
    let mut lines = vec![paint(STRONG, canvas.header(journal))];
    if left_out > 0 {
        let what = if left_out == 1 { "datagram" } else { "datagrams" };
        lines.push(paint(FAINT, format!("{:TIME$}  … {left_out} {what} before", "")));
    }
    lines.extend(rows.iter().flat_map(Row::lines));
    if !rows.iter().any(|row| row.decisive) {
        lines.push(paint(BAD, format!("{:>TIME$}  ▲ here", short(moment.at))));
    }
    lines
}

/// The first entry that is shown, when only the last ones are.
fn begin(shown: &[(usize, &Entry)]) -> usize {
    let mut datagrams = 0;
    let rows = shown
        .iter()
        .rev()
        .take(ROWS_MAX)
        .take_while(|(_, entry)| {
            datagrams += usize::from(is_datagram(entry));
            datagrams <= DATAGRAMS_MAX
        })
        .count();
    shown.len().saturating_sub(rows)
}

const fn is_datagram(entry: &Entry) -> bool {
    matches!(entry.what, What::Sent(_))
}

/// Whether an entry has a line of its own: an arrival is shown where the datagram was sent.
const fn is_shown(what: &What) -> bool {
    match what {
        What::Sent(_)
        | What::Event(_)
        | What::Told(_)
        | What::Restarted
        | What::Ended(_)
        | What::Limit(_) => true,
        What::StreamSent(_) => true,
        What::Start
        | What::Received(_)
        | What::StreamReceived(_)
        | What::Secret(_)
        | What::Step(_)
        | What::Timeout
        | What::Note(_) => false,
    }
}

/// One thing that happened, drawn.
struct Row {
    /// It is what the verdict rests on.
    decisive: bool,
    /// Something went wrong on the way, or with the subject.
    trouble: bool,
    /// The line, and what the line below says more.
    text: Vec<String>,
}

impl Row {
    fn lines(&self) -> Vec<String> {
        let style = match (self.decisive, self.trouble) {
            (true, _) => Some(BAD),
            (false, true) => Some(DOUBTFUL),
            (false, false) => None,
        };
        let mark = |line: &String| {
            if self.decisive {
                format!("{} ◀ here", line.trim_end())
            } else {
                line.trim_end().to_owned()
            }
        };
        self.text
            .iter()
            .enumerate()
            .map(|(index, line)| if index == 0 { mark(line) } else { line.trim_end().to_owned() })
            .map(|line| style.map_or_else(|| line.clone(), |style| paint(style, &line)))
            .collect()
    }
}

/// Where the lifelines stand.
struct Canvas {
    /// The columns of the peers' lifelines, in the order of the header.
    peers: Vec<usize>,
    /// The column of the subject's.
    subject: usize,
}

impl Canvas {
    fn new(journal: &Journal, width: usize) -> Self {
        let peers: Vec<usize> =
            (0..journal.header.peers.len().max(1)).map(|index| index * PEER).collect();
        let last = peers.last().copied().unwrap_or(0);
        let room = width.saturating_sub(TIME + 2 + SIDE);
        Self { subject: room.max(last + ARROW_MIN), peers }
    }

    /// The lifelines of a line where nothing crosses them.
    fn blank(&self) -> Vec<char> {
        let mut line = vec![' '; self.subject + 1];
        for lane in self.peers.iter().chain([&self.subject]) {
            put(&mut line, *lane, "│");
        }
        line
    }

    fn header(&self, journal: &Journal) -> String {
        let mut line = vec![' '; self.subject + 1];
        for (lane, (name, _)) in self.peers.iter().zip(&journal.header.peers) {
            put(&mut line, *lane, &shorten(name, PEER - 1));
        }
        let subject = format!("subject ({})", journal.header.role);
        put(&mut line, (self.subject + 1).saturating_sub(columns(&subject)), &subject);
        format!("{:>TIME$}  {}  {:>TIME$}", "sent", line.iter().collect::<String>(), "arrived")
    }

    fn line(at: Instant, middle: &[char], side: &str) -> String {
        let middle: String = middle.iter().collect();
        format!("{:>TIME$}  {middle}  {}", short(at), shorten(side, SIDE - 2))
    }

    /// What an entry looks like, if it is shown at all.
    fn row(
        &self,
        journal: &Journal,
        decode: &dyn Fn(&[u8]) -> Message,
        entry: &Entry,
        decisive: bool,
    ) -> Option<Row> {
        let row = |trouble, text| Row { decisive, trouble, text: vec![text] };
        let at_subject = |text: &str| Self::line(entry.at, &self.blank(), text);
        match &entry.what {
            What::Sent(sent) => Some(self.datagram(journal, decode, entry.at, sent, decisive)),
            What::Event(told) => match told.by {
                Party::Subject => {
                    Some(row(false, at_subject(&format!("◆ {}", event(&told.event)))))
                }
                Party::Peer(index) => {
                    let mut line = self.blank();
                    let text = shorten(&format!("◆ {}", event(&told.event)), ARROW_MIN - 4);
                    put(&mut line, self.lane(Party::Peer(index)) + 2, &text);
                    Some(row(false, Self::line(entry.at, &line, "")))
                }
            },
            What::Told(command) => Some(row(false, at_subject(&format!("◇ {}", order(command))))),
            What::Ended(ending) => Some(row(true, at_subject(&format!("■ {ending}")))),
            What::Restarted => Some(row(false, at_subject(&format!("■ {RESTARTED}")))),
            What::Limit(limit) => Some(row(true, at_subject(&format!("■ {limit}")))),
            What::StreamSent(_) => None,
            What::Start
            | What::Received(_)
            | What::StreamReceived(_)
            | What::Secret(_)
            | What::Step(_)
            | What::Timeout
            | What::Note(_) => None,
        }
    }

    fn lane(&self, party: Party) -> usize {
        match party {
            Party::Subject => self.subject,
            Party::Peer(index) => self.peers.get(index).copied().unwrap_or(0),
        }
    }

    fn datagram(
        &self,
        journal: &Journal,
        decode: &dyn Fn(&[u8]) -> Message,
        at: Instant,
        sent: &Sent,
        decisive: bool,
    ) -> Row {
        let arrivals = arrivals(journal, sent.number);
        let peer = match sent.by {
            Party::Peer(_) => self.lane(sent.by),
            Party::Subject => self.lane(receiver(journal, &arrivals, sent.to)),
        };
        let to_subject = sent.by != Party::Subject;
        let room = self.subject.saturating_sub(peer + 8);
        let label = one_line(&decode(&sent.octets), room);
        let mut line = self.blank();
        let shaft = "─".repeat(self.subject.saturating_sub(peer + 1));
        put(&mut line, peer + 1, &shaft);
        put(&mut line, peer + 4, &format!(" {label} "));
        let lost = arrivals.is_empty();
        match (to_subject, lost) {
            (true, false) => put(&mut line, self.subject.saturating_sub(1), "▶"),
            (true, true) => put(&mut line, self.subject.saturating_sub(3), "X  "),
            (false, false) => put(&mut line, peer + 1, "◀"),
            (false, true) => put(&mut line, peer + 1, " X"),
        }
        let side = beside(journal, sent, &arrivals);
        let mut text = vec![Self::line(at, &line, &side)];
        if let Some(octets) = arrivals.iter().find_map(|(_, received)| received.octets.as_ref()) {
            let mut line = self.blank();
            let seen = one_line(&decode(octets), room.saturating_sub(4));
            put(&mut line, peer + 4, &format!(" as: {seen}"));
            text.push(format!("{:TIME$}  {}", "", line.iter().collect::<String>()));
        }
        Row { decisive, trouble: lost || !sent.fate.is_usual(), text }
    }
}

/// When and by whom a datagram was received.
fn arrivals(journal: &Journal, number: u64) -> Vec<(Instant, &Received)> {
    journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Received(received) if received.number == number => Some((entry.at, received)),
            _ => None,
        })
        .collect()
}

/// The peer that a datagram of the subject is for: who received it, or whose address it bears; else the first.
fn receiver(journal: &Journal, arrivals: &[(Instant, &Received)], to: SocketAddr) -> Party {
    let by_address =
        || journal.header.peers.iter().position(|(_, address)| *address == to).map(Party::Peer);
    arrivals.first().map(|(_, received)| received.by).or_else(by_address).unwrap_or(Party::Peer(0))
}

/// What stands beside a datagram: when it arrived, and the faults that it met.
fn beside(journal: &Journal, sent: &Sent, arrivals: &[(Instant, &Received)]) -> String {
    let first = arrivals.first().map_or_else(String::new, |(at, _)| short(*at));
    let mut marks = Vec::new();
    let Fate { lose, repeat, hold, delay: _, flip, cut, .. } = sent.fate;
    if lose {
        marks.push("lost".to_owned());
    } else if arrivals.is_empty() {
        let known = journal.header.peers.iter().any(|(_, address)| *address == sent.to);
        let stray = sent.by == Party::Subject && !known;
        marks.push(if stray { format!("to {}: nobody", sent.to) } else { "not arrived".into() });
    }
    if arrivals.len() > 1 || repeat > 0 {
        marks.push(format!("×{}", arrivals.len().max(usize::from(repeat) + 1)));
    }
    if hold > 0 {
        marks.push("held".into());
    }
    if flip.is_some() {
        marks.push("damaged".into());
    }
    if cut.is_some() {
        marks.push("cut".into());
    }
    format!("{first:>TIME$}  {}", marks.join(", "))
}

/// What an application was told.
pub(super) fn event(event: &AppEvent) -> String {
    match event {
        AppEvent::Opened => "opened".into(),
        AppEvent::Delivered(octets) => format!("delivered {}", payload(octets)),
        AppEvent::Closed => "closed".into(),
        AppEvent::Failed(why) => format!("failed: {why}"),
        told @ AppEvent::Told(_) => show_event(told),
    }
}

/// What an application was told to do.
pub(super) fn order(command: &Command) -> String {
    match command {
        Command::Open(to) => format!("told to open {to}"),
        Command::Write(octets) => format!("told to write {}", payload(octets)),
        Command::Close => "told to close".into(),
        Command::Abort => "told to abort".into(),
        Command::Do(request) => format!("told to {}", request.verb),
    }
}

/// A moment in whole microseconds: real time is measured in finer steps than anybody reads.
fn short(at: Instant) -> String {
    Instant::from_nanos(at.as_nanos() / 1_000 * 1_000).to_string()
}

/// Writes text over what is there; what would stand beyond the last column is left out.
fn put(line: &mut [char], column: usize, text: &str) {
    for (place, character) in line.iter_mut().skip(column).zip(text.chars()) {
        *place = character;
    }
}

#[cfg(test)]
mod tests;
