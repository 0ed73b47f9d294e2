//! `wireproof decode`: hexadecimal digits to fields.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::console::Console;
use super::exit::Exit;
use super::{CommandError, dialects};
use crate::capture::{self, Capture, Frame};
use crate::journal::parse_hex;
use crate::profile::DialectChoice;
use crate::protocol::{Message, Protocol, Transport};
use crate::report::layout::{columns, count};
use crate::report::packet::{one_line, payload, table};
use crate::report::paint::{BAD, DOUBTFUL, STRONG, paint};

mod streams;

/// The longest dump that is read, in octets of text: a datagram of 64 KiB with offsets and ASCII beside it.
const DUMP_MAX: u64 = 1 << 20;
/// The fewest digits of an offset at the beginning of a line.
const OFFSET_DIGITS_MIN: usize = 3;
/// The longest capture that is read, in octets.
const CAPTURE_MAX: u64 = 256 << 20;
/// How many columns a packet of a capture has at least, however long its addresses are.
const CAPTURE_COLUMNS_MIN: usize = 60;
/// How many rows one field may take.
const FIELD_ROWS_MAX: usize = 200;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The protocol, such as `mnet`
    #[arg(value_name = "PROTOCOL")]
    protocol: String,
    /// The octets of one packet in hexadecimal digits; white space, colons, `0x` and the offsets and texts of dumps are passed
    /// over. `-` or nothing reads standard input
    #[arg(value_name = "HEX")]
    hex: Vec<String>,
    /// Reads a capture (pcapng or pcap) in the place of digits: its UDP datagrams, or its connections of TCP
    #[arg(long, value_name = "FILE", conflicts_with = "hex")]
    capture: Option<PathBuf>,
    /// Of a capture, only packets from or to this port
    #[arg(long, value_name = "PORT", requires = "capture")]
    port: Option<u16>,
    /// Of a capture, shows every packet field by field
    #[arg(long, requires = "capture")]
    fields: bool,
    /// A key of a session of the capture, in hexadecimal digits; may be repeated. Keys that a capture tells in its comments need
    /// not be named
    #[arg(long = "key", value_name = "HEX", requires = "capture", value_parser = parse_hex)]
    keys: Vec<Key>,
    /// An option of the dialect, such as `byte_order=big`; may be repeated
    #[arg(long = "dialect", value_name = "OPTION=VALUE")]
    dialect: Vec<String>,
}

/// Octets of a key.
type Key = Vec<u8>;

/// The keys of a capture: those that were named, and those that its comments tell, for the two addresses of the packet.
struct Keys {
    named: Vec<Key>,
    told: BTreeMap<[SocketAddr; 2], Vec<Key>>,
}

impl Keys {
    /// The keys that may open a packet, which may tell one itself; newest last.
    fn of(&mut self, frame: &Frame) -> Vec<Key> {
        let mut ends = [frame.from, frame.to];
        ends.sort_unstable();
        let told = self.told.entry(ends).or_default();
        let comment = frame.comment.as_deref().unwrap_or_default();
        told.extend(capture::secrets(comment).map(|secret| secret.octets.0));
        self.named.iter().chain(&*told).cloned().collect()
    }
}

pub(super) fn run(
    arguments: &Arguments,
    input: &mut dyn Read,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let protocol = dialects::protocol(&arguments.protocol)?;
    let default = DialectChoice::default_for(protocol);
    let dialect = dialects::changed(protocol, default, &arguments.dialect)?;
    if let Some(path) = &arguments.capture {
        let capture = capture(path)?;
        return match protocol.transport() {
            Transport::Datagrams => {
                decode_datagrams(arguments, &capture, protocol, &dialect, console)
            }
            Transport::Stream => streams::decode(arguments, &capture, protocol, &dialect, console),
        };
    }
    let from_input = arguments.hex.is_empty() || matches!(&*arguments.hex, [only] if only == "-");
    let text = if from_input { read(input)? } else { arguments.hex.join(" ") };
    let octets = octets(&text).map_err(|error| CommandError::usage(&error))?;
    if octets.is_empty() {
        return Err(CommandError::usage(&"there are no octets to decode"));
    }
    let (lines, exit) = decode(protocol, &dialect, &octets, console.width);
    console.lines(&lines)?;
    Ok(exit)
}

fn read(input: &mut dyn Read) -> Result<String, CommandError> {
    let mut text = String::new();
    input
        .take(DUMP_MAX)
        .read_to_string(&mut text)
        .map_err(|error| CommandError::usage(&format!("cannot read standard input: {error}")))?;
    Ok(text)
}

/// The octets of a dump: digits in any grouping, with the offsets and texts that `tcpdump -x` and `xxd` put beside them.
fn octets(text: &str) -> Result<Vec<u8>, String> {
    let mut digits = String::new();
    for line in text.lines() {
        for word in without_sides(line).split([' ', '\t', ':', ',']) {
            digits.push_str(
                word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word),
            );
        }
    }
    parse_hex(&digits)
}

/// A line without an offset (`0010:`) before and a text (after two spaces) behind its digits.
fn without_sides(line: &str) -> &str {
    let line = line.trim();
    let Some((offset, rest)) = line.split_once(": ") else { return line };
    let offset = offset.strip_prefix("0x").unwrap_or(offset);
    let is_offset =
        offset.len() >= OFFSET_DIGITS_MIN && offset.chars().all(|digit| digit.is_ascii_hexdigit());
    if !is_offset {
        return line;
    }
    let digits = rest.trim_start();
    digits.split_once("  ").map_or(digits, |(digits, _text)| digits)
}

/// The packet field by field, what is wrong with it, and which dialect would fit better.
fn decode(
    protocol: &dyn Protocol,
    dialect: &DialectChoice,
    octets: &[u8],
    width: usize,
) -> (Vec<String>, Exit) {
    let message = protocol.decode(dialect, octets);
    let name = if message.spec.is_some() { message.name() } else { "no known packet" };
    let number = octets.len();
    let unit = if number == 1 { "octet" } else { "octets" };
    let mut lines = vec![format!("{}  {number} {unit}, {dialect}", paint(STRONG, name))];
    lines.extend(table(&message, FIELD_ROWS_MAX));
    let Some(problem) = message.problem else { return (lines, Exit::Success) };
    lines.push(format!("{} {problem}", paint(BAD, "malformed:")));
    if let Some((other, changes)) = better(protocol, dialect, octets) {
        let seen = one_line(&protocol.decode(&other, octets), width / 2);
        let options: Vec<String> =
            changes.iter().map(|change| format!("--dialect {change}")).collect();
        lines.push(format!("{} with {} it is {seen}", paint(DOUBTFUL, "but:"), options.join(" ")));
    }
    (lines, Exit::Failure)
}

/// The capture in a file.
pub(super) fn capture(path: &Path) -> Result<Capture, CommandError> {
    let shown = path.display();
    let unreadable =
        |error: std::io::Error| CommandError::usage(&format!("cannot read `{shown}`: {error}"));
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > CAPTURE_MAX {
        let what = format!("`{shown}` has {length} octets, at most {CAPTURE_MAX} are read");
        return Err(CommandError::usage(&what));
    }
    let octets = fs::read(path).map_err(unreadable)?;
    capture::read(&octets).map_err(|error| CommandError::usage(&format!("`{shown}`: {error}")))
}

/// Whether a packet of a capture is from or to the port that was asked for.
fn is_chosen(arguments: &Arguments, frame: &Frame) -> bool {
    arguments.port.is_none_or(|port| [frame.from.port(), frame.to.port()].contains(&port))
}

/// What is said of a capture in which nothing is to be shown; `there` is what it holds instead.
fn nothing(arguments: &Arguments, what: &str, there: Option<String>) -> CommandError {
    let path = arguments.capture.as_ref().map(|path| path.display().to_string());
    let path = path.unwrap_or_default();
    let what = format!("`{path}` holds no {what} that was asked for");
    let help =
        there.map(|there| format!("it holds {there}: is it a capture of {}?", arguments.protocol));
    CommandError::usage_with_help(&what, help)
}

/// What the line of a packet begins with.
fn head(first: u128, frame: &Place<'_>) -> String {
    let microseconds = frame.at.saturating_sub(first) / 1_000;
    let interface = frame.interface.map(|name| format!("  at {name}"));
    format!(
        "{:>5} {:>6}.{:03} ms  {} → {}{}  ",
        frame.number,
        microseconds / 1_000,
        microseconds % 1_000,
        frame.from,
        frame.to,
        interface.unwrap_or_default()
    )
}

/// Where and when a packet was seen.
struct Place<'a> {
    number: usize,
    at: u128,
    interface: Option<&'a str>,
    from: SocketAddr,
    to: SocketAddr,
}

/// A packet in one line behind its head, with what is wrong with it.
fn shown(message: &Message, head: &str, width: usize) -> String {
    let room = width.saturating_sub(columns(head)).max(CAPTURE_COLUMNS_MIN);
    let problem = message.problem.as_ref().map(|what| paint(BAD, format!(" malformed: {what}")));
    format!("{}{}", one_line(message, room), problem.unwrap_or_default())
}

/// A comment of a capture, behind what it is about.
fn said(comment: Option<&String>) -> String {
    comment.map(|text| paint(DOUBTFUL, format!("  ({text})"))).unwrap_or_default()
}

/// Packets that are of no use here, in the sum.
fn and_others(others: usize) -> String {
    match others {
        0 => String::new(),
        others => format!(", {} of something else", count(others, "packet", "packets")),
    }
}

/// The datagrams of a capture, a line for each.
fn decode_datagrams(
    arguments: &Arguments,
    capture: &Capture,
    protocol: &dyn Protocol,
    dialect: &DialectChoice,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let frames: Vec<&Frame> =
        capture.frames.iter().filter(|frame| is_chosen(arguments, frame)).collect();
    let Some(first) = frames.first().map(|frame| frame.at) else {
        let segments = capture.segments.len();
        let there = (segments > 0).then(|| count(segments, "segment of TCP", "segments of TCP"));
        return Err(nothing(arguments, "UDP datagram", there));
    };
    let mut malformed = 0;
    let mut keys = Keys { named: arguments.keys.clone(), told: BTreeMap::new() };
    for frame in &frames {
        let opened = protocol.opened(dialect, &frame.payload, &keys.of(frame));
        let opened = opened.map(|data| paint(STRONG, format!("  decrypted {}", payload(&data))));
        let message = protocol.decode(dialect, &frame.payload);
        malformed += usize::from(message.problem.is_some());
        let head = head(
            first,
            &Place {
                number: frame.number,
                at: frame.at,
                interface: frame.interface.as_deref(),
                from: frame.from,
                to: frame.to,
            },
        );
        writeln!(
            console.out,
            "{head}{}{}{}",
            shown(&message, &head, console.width),
            opened.unwrap_or_default(),
            said(frame.comment.as_ref())
        )?;
        if arguments.fields {
            console.lines(&table(&message, FIELD_ROWS_MAX))?;
        }
    }
    let others = and_others(capture.others + capture.segments.len());
    let datagrams = count(frames.len(), "datagram", "datagrams");
    writeln!(console.out, "{datagrams}, {malformed} malformed{others}")?;
    Ok(if malformed == 0 { Exit::Success } else { Exit::Failure })
}

/// The nearest dialect in which the octets are a packet, with the options that differ.
fn better(
    protocol: &dyn Protocol,
    dialect: &DialectChoice,
    octets: &[u8],
) -> Option<(DialectChoice, Vec<String>)> {
    DialectChoice::all(protocol)
        .into_iter()
        .filter(|other| protocol.decode(other, octets).problem.is_none())
        .map(|other| {
            let changes = other
                .iter()
                .filter(|(option, value)| dialect.value(option) != Some(*value))
                .map(|(option, value)| format!("{option}={value}"))
                .collect::<Vec<_>>();
            (other, changes)
        })
        .min_by_key(|(_, changes)| changes.len())
}

#[cfg(test)]
mod tests;
