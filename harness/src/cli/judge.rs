//! `wireproof judge`: a recorded conversation of two programs against every clause that has a monitor.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, decode, dialects};
use crate::capture::Frame;
use crate::profile::{DialectChoice, Grade};
use crate::protocol::{Protocol, Transport, Violation};
use crate::recorded::{Found, Side, dialect, sides};
use crate::report::layout::{count, labelled};
use crate::report::packet::one_line;
use crate::report::paint::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, paint};
use crate::spec::Catalogue;

/// How many findings of one program are shown.
const SHOWN_MAX: usize = 20;
/// Columns before what was found.
const INDENT: usize = 11;

/// What no capture shows.
const LIMITS: [&str; 5] = [
    "a program that is far from where the capture was made is judged by what passed there: capture at both ends, or at loopback",
    "only clauses that a passive observer can judge were judged: nothing was asked of either program, and no fault was made",
    "what the capture does not hold (packets that it missed, packets that were lost behind it) may make a program look wrong, or right",
    "what is encrypted is not looked into",
    "what an application did or was told is not known",
];

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
    if protocol.transport() == Transport::Stream {
        let what = format!("captures of {} cannot be judged: only datagrams can", protocol.name());
        return Err(CommandError::usage(&what));
    }
    let capture = decode::capture(&arguments.capture)?;
    let is_chosen =
        |frame: &Frame| arguments.interface.is_none() || frame.interface == arguments.interface;
    let frames: Vec<Frame> = capture.frames.into_iter().filter(is_chosen).collect();
    let mut sides = sides(protocol, &frames, arguments.listener);
    if sides.all.is_empty() {
        let shown = arguments.capture.display();
        let what =
            format!("`{shown}` holds no conversation of {} from its beginning", protocol.name());
        let help = "`--listener ADDRESS` names the side that answers".to_owned();
        return Err(CommandError::usage_with_help(&what, Some(help)));
    }
    let dialect = if arguments.dialect.is_empty() {
        dialect(protocol, &sides)
    } else {
        dialects::changed(protocol, DialectChoice::default_for(protocol), &arguments.dialect)?
    };
    let fitted = if arguments.dialect.is_empty() { " (it fits best)" } else { "" };
    writeln!(console.out, "{}, {dialect}{fitted}", protocol.name())?;
    let catalogue = Catalogue::of(protocol);
    let (mut failed, mut tested) = (false, false);
    for side in &mut sides.all {
        let found = side.judge(protocol, &dialect);
        let report =
            Report { protocol, catalogue: &catalogue, grade: arguments.grade, frames: &frames };
        console.lines(&report.lines(side, &found, console.width))?;
        failed |= found.violations.iter().any(|(_, _, violation)| report.is_failure(violation));
        tested |= !found.exercised.is_empty();
    }
    if sides.others > 0 {
        let others = count(sides.others, "datagram", "datagrams");
        writeln!(
            console.out,
            "{others} of other conversations, or of some whose beginning is missing"
        )?;
    }
    for limit in LIMITS {
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

/// How findings are shown.
struct Report<'a> {
    protocol: &'static dyn Protocol,
    catalogue: &'a Catalogue,
    grade: Grade,
    frames: &'a [Frame],
}

impl Report<'_> {
    fn is_failure(&self, violation: &Violation) -> bool {
        let clause = self.catalogue.get(&violation.clause);
        clause.is_none_or(|clause| self.grade.demands(clause))
    }

    fn lines(&self, side: &Side, found: &Found, width: usize) -> Vec<String> {
        let role = self.protocol.word(side.role);
        let packets = count(side.journal.entries.len(), "datagram", "datagrams");
        let peers = match side.peers.first().filter(|_| side.peers.len() == 1) {
            Some(peer) => peer.to_string(),
            None => format!("{} others", side.peers.len()),
        };
        let mut lines =
            vec![format!("{} {}, {packets} with {peers}", paint(STRONG, role), side.address)];
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
            let frame = self.frames.iter().find(|frame| Some(frame.number) == *number);
            if let Some(frame) = frame {
                let message = self.protocol.decode(&side.journal.header.dialect, &frame.payload);
                lines.push(format!(
                    "  packet   {}",
                    one_line(&message, width.saturating_sub(INDENT))
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
