//! `wireproof judge`: a recorded conversation of two programs against every clause that has a monitor.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, decode, dialects};
use crate::capture::{Capture, Frame, connections};
use crate::journal::What;
use crate::profile::{DialectChoice, Grade};
use crate::protocol::{Message, Protocol, Role, Transport, Violation};
use crate::recorded::{Found, Seen, Side, Sides, assume, connector, dialect, read, sides};
use crate::report::layout::{count, labelled};
use crate::report::packet::one_line;
use crate::report::paint::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, paint};
use crate::spec::Catalogue;

/// How many findings of one program are shown.
const SHOWN_MAX: usize = 20;
/// Columns before what was found.
const INDENT: usize = 11;

/// How many packets of one segment are shown.
const OF_ONE_SEGMENT_MAX: usize = 4;

/// What no capture shows.
const LIMITS: [&str; 4] = [
    "a program that is far from where the capture was made is judged by what passed there: capture at both ends, or at loopback",
    "only clauses that a passive observer can judge were judged: nothing was asked of either program, and no fault was made",
    "what the capture does not hold (packets that it missed, packets that were lost behind it) may make a program look wrong, or right",
    "what an application did or was told is not known",
];

/// What no capture of datagrams shows, and none of connections.
const LIMIT_OF_DATAGRAMS: &str = "what is encrypted is not looked into";
const LIMIT_OF_STREAMS: &str = "what a program was given, and who speaks with it on connections that the capture does not hold, is not \
     known: the first that it says of it is believed";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The capture (pcapng or pcap), such as tcpdump and Wireshark write it
    #[arg(value_name = "CAPTURE")]
    capture: PathBuf,
    /// The protocol
    #[arg(long, value_name = "PROTOCOL")]
    protocol: String,
    /// The side that answers; by default the side that does not begin
    #[arg(long, value_name = "ADDRESS")]
    listener: Option<SocketAddr>,
    /// Only packets that were recorded at the interface of this name
    #[arg(long, value_name = "NAME")]
    interface: Option<String>,
    /// An option of the dialect, such as `byte_order=big`; may be repeated. By default the dialect is found that fits best
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
    /// The grade that is claimed for both
    #[arg(long, value_name = "GRADE", default_value = "edition",
          value_parser = PossibleValuesParser::new(["text", "edition"]).map(|word| grade(&word)))]
    grade: Grade,
}

fn grade(word: &str) -> Grade {
    if word == "text" { Grade::Text } else { Grade::Edition }
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let mut capture = decode::capture(&arguments.capture)?;
    let is_chosen =
        |frame: &Frame| arguments.interface.is_none() || frame.interface == arguments.interface;
    capture.frames.retain(is_chosen);
    capture.segments.retain(|segment| is_chosen(&segment.frame));
    let mut sides = sides(protocol, &capture, arguments.listener);
    if sides.all.is_empty() {
        return Err(nothing(arguments, protocol, &sides));
    }
    let given = if arguments.dialect.is_empty() {
        None
    } else {
        let default = DialectChoice::default_for(protocol);
        Some(dialects::changed(protocol, default, &arguments.dialect)?)
    };
    let dialect = match (protocol.transport(), given) {
        (Transport::Datagrams, Some(given)) => given,
        (Transport::Datagrams, None) => dialect(protocol, &sides),
        (Transport::Stream, given) => assume(protocol, &mut sides, given.as_ref()),
    };
    let fitted = if arguments.dialect.is_empty() { " (it fits best)" } else { "" };
    writeln!(console.out, "{}, {dialect}{fitted}", protocol.name())?;
    let catalogue = Catalogue::of(protocol);
    let packets = packets(protocol, &dialect, &capture);
    let report = Report { protocol, catalogue, grade: arguments.grade, packets: &packets };
    let (mut failed, mut tested) = (false, false);
    for side in &mut sides.all {
        let found = side.judge(protocol, &dialect);
        console.lines(&report.lines(side, &found, console.width))?;
        failed |= found.violations.iter().any(|(_, _, violation)| report.is_failure(violation));
        tested |= !found.exercised.is_empty();
    }
    if sides.others > 0 {
        writeln!(console.out, "{}", others(protocol, &sides))?;
    }
    let limit = match protocol.transport() {
        Transport::Datagrams => LIMIT_OF_DATAGRAMS,
        Transport::Stream => LIMIT_OF_STREAMS,
    };
    for limit in LIMITS.into_iter().chain([limit]) {
        let lines = labelled("limit", INDENT, limit, console.width);
        console.lines(&lines.into_iter().map(|line| paint(FAINT, line)).collect::<Vec<_>>())?;
    }
    Ok(if failed {
        Exit::Failure
    } else if tested {
        Exit::Success
    } else {
        Exit::Inconclusive
    })
}

/// What is not judged.
fn others(protocol: &dyn Protocol, sides: &Sides) -> String {
    match protocol.transport() {
        Transport::Datagrams => {
            let others = count(sides.others, "datagram", "datagrams");
            format!("{others} of other conversations, or of some whose beginning is missing")
        }
        Transport::Stream => {
            let others = count(sides.others, "connection", "connections");
            format!(
                "{others} of something else, or whose beginning is not in the capture: not judged"
            )
        }
    }
}

/// What is said of a capture in which nobody can be judged.
fn nothing(arguments: &Arguments, protocol: &dyn Protocol, sides: &Sides) -> CommandError {
    let shown = arguments.capture.display();
    let what = format!("`{shown}` holds no conversation of {} from its beginning", protocol.name());
    let help = if sides.others > 0 {
        format!(
            "it holds {}; `--listener ADDRESS` names the side that answers",
            others(protocol, sides)
        )
    } else {
        "`--listener ADDRESS` names the side that answers".to_owned()
    };
    CommandError::usage_with_help(&what, Some(help))
}

/// The packets of a capture, each with its number and its sender.
fn packets(
    protocol: &'static dyn Protocol,
    dialect: &DialectChoice,
    capture: &Capture,
) -> Vec<(usize, SocketAddr, Message)> {
    if protocol.transport() == Transport::Datagrams {
        let decoded =
            |frame: &Frame| (frame.number, frame.from, protocol.decode(dialect, &frame.payload));
        return capture.frames.iter().map(decoded).collect();
    }
    let mut packets = Vec::new();
    for connection in connections(&capture.segments) {
        let maker = connector(protocol, dialect, &connection, &BTreeSet::new());
        let taker = connection.ends.into_iter().find(|end| *end != maker).unwrap_or(maker);
        for read in read(protocol, dialect, &connection, maker) {
            let from = if read.by == Role::Connector { maker } else { taker };
            if let Seen::Packet(message) = read.what {
                packets.push((read.number, from, message));
            }
        }
    }
    packets
}

/// How many connections a program has.
fn connections_of(side: &Side) -> usize {
    let numbers = side.journal.entries.iter().filter_map(|entry| match &entry.what {
        What::StreamSent(streamed) | What::StreamReceived(streamed) => Some(streamed.connection),
        _ => None,
    });
    numbers.collect::<BTreeSet<_>>().len()
}

/// How findings are shown.
struct Report<'a> {
    protocol: &'static dyn Protocol,
    catalogue: &'a Catalogue,
    grade: Grade,
    packets: &'a [(usize, SocketAddr, Message)],
}

impl Report<'_> {
    fn is_failure(&self, violation: &Violation) -> bool {
        let is_ruling = self.grade == Grade::Text && violation.grade == Grade::Edition;
        let clause = self.catalogue.get(&violation.clause);
        !is_ruling && clause.is_none_or(|clause| self.grade.demands(clause))
    }

    fn lines(&self, side: &Side, found: &Found, width: usize) -> Vec<String> {
        let role = self.protocol.word(side.role);
        let packets = match self.protocol.transport() {
            Transport::Datagrams => count(side.journal.entries.len(), "datagram", "datagrams"),
            Transport::Stream => count(connections_of(side), "connection", "connections"),
        };
        let peers = match side.peers.first().filter(|_| side.peers.len() == 1) {
            Some(peer) => peer.to_string(),
            None => format!("{} others", side.peers.len()),
        };
        let mut lines =
            vec![format!("{} {}, {packets} with {peers}", paint(STRONG, role), side.address)];
        // A datagram is a packet, whoever sent it; a segment may show packets of both.
        let is_whole = self.protocol.transport() == Transport::Datagrams;
        for (at, number, violation) in found.violations.iter().take(SHOWN_MAX) {
            let (word, style) =
                if self.is_failure(violation) { ("fail", BAD) } else { ("warn", DOUBTFUL) };
            let clause = &violation.clause;
            let place = number.map_or_else(String::new, |number| format!("packet {number}, "));
            let milliseconds = at.duration_since(simulator::Instant::START).as_millis();
            lines.push(format!("  {} {clause} ({place}{milliseconds} ms)", paint(style, word)));
            if let Some(clause) = self.catalogue.get(clause) {
                lines.extend(labelled("", INDENT, &clause.sentence, width));
            }
            lines.extend(labelled("  happened ", INDENT, &violation.what, width));
            for allowed in &violation.allowed {
                lines.extend(labelled("  allowed  ", INDENT, allowed, width));
            }
            let own = self.packets.iter().filter(|(packet, from, _)| {
                Some(*packet) == *number && (is_whole || *from == side.address)
            });
            for (_, _, message) in own.take(OF_ONE_SEGMENT_MAX) {
                lines.push(format!(
                    "  packet   {}",
                    one_line(message, width.saturating_sub(INDENT))
                ));
            }
        }
        if let Some(more @ 1..) = found.violations.len().checked_sub(SHOWN_MAX) {
            lines.push(format!("  and {more} more"));
        }
        let broken: BTreeSet<_> =
            found.violations.iter().map(|(_, _, violation)| &violation.clause).collect();
        let tested = count(found.exercised.len(), "clause", "clauses");
        let style = if broken.is_empty() { GOOD } else { BAD };
        let sum = format!("  {tested} put to the test, {} broken", broken.len());
        lines.push(paint(style, sum));
        lines
    }
}
