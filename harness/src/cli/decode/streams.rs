//! `wireproof decode --capture` of a protocol on streams: connections, packet by packet.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::{Arguments, FIELD_ROWS_MAX, Place, and_others, head, is_chosen, nothing, said, shown};
use crate::capture::{Capture, Connection, Segment, connections};
use crate::cli::CommandError;
use crate::cli::console::Console;
use crate::cli::exit::Exit;
use crate::journal::HexOctets;
use crate::profile::DialectChoice;
use crate::protocol::{Protocol, Role};
use crate::recorded::{Read, Seen, connector, read};
use crate::report::layout::count;
use crate::report::packet::table;
use crate::report::paint::{BAD, DOUBTFUL, FAINT, paint};

/// How many octets of an unfinished packet are shown.
const UNFINISHED_SHOWN_MAX: usize = 16;

/// What there is in a capture.
#[derive(Default)]
struct Sum {
    packets: usize,
    malformed: usize,
    /// Connections whose beginning is not in the capture.
    in_the_middle: usize,
    missing: u64,
}

/// The connections of a capture, a line for each packet and for what else happens on them.
pub(super) fn decode(
    arguments: &Arguments,
    capture: &Capture,
    protocol: &'static dyn Protocol,
    dialect: &DialectChoice,
    console: &mut Console<'_>,
) -> Result<Exit, CommandError> {
    let segments: Vec<Segment> = capture
        .segments
        .iter()
        .filter(|segment| is_chosen(arguments, &segment.frame))
        .cloned()
        .collect();
    let Some(first) = segments.first().map(|segment| segment.frame.at) else {
        let datagrams = capture.frames.len();
        let there = (datagrams > 0).then(|| count(datagrams, "UDP datagram", "UDP datagrams"));
        return Err(nothing(arguments, "connection of TCP", there));
    };
    let connections = connections(&segments);
    let listeners: BTreeSet<SocketAddr> = connections.iter().filter_map(listener).collect();
    let mut sum = Sum::default();
    let mut all: Vec<(&Connection, SocketAddr, Read)> = Vec::new();
    for connection in &connections {
        let connector = connector(protocol, dialect, connection, &listeners);
        sum.in_the_middle += usize::from(connection.connector.is_none());
        let read = read(protocol, dialect, connection, connector);
        all.extend(read.into_iter().map(|read| (connection, connector, read)));
    }
    // As they were seen; what one packet of the capture shows stays in its order.
    all.sort_by_key(|(_, _, read)| read.number);
    for (connection, connector, read) in &all {
        let listener = other(connection, *connector);
        let (from, to) = match read.by {
            Role::Connector => (*connector, listener),
            Role::Listener => (listener, *connector),
        };
        let interface = connection.interface.as_deref();
        let place = Place { number: read.number, at: read.at, interface, from, to };
        let head = head(first, &place);
        sum.add(&read.what);
        let line = in_words(&read.what, &head, console.width);
        writeln!(console.out, "{head}{line}{}", said(read.comment.as_ref()))?;
        if let Seen::Packet(message) = &read.what
            && arguments.fields
        {
            console.lines(&table(message, FIELD_ROWS_MAX))?;
        }
    }
    let others = and_others(capture.others + capture.frames.len());
    let Sum { packets, malformed, in_the_middle, missing } = sum;
    let packets = count(packets, "packet", "packets");
    let connections = count(connections.len(), "connection", "connections");
    let middle = (in_the_middle > 0)
        .then(|| format!(", {in_the_middle} from the middle: what passed before is not known"));
    let missing = (missing > 0).then(|| format!(", {missing} octets missing"));
    writeln!(
        console.out,
        "{connections}, {packets}, {malformed} malformed{}{}{others}",
        missing.unwrap_or_default(),
        middle.unwrap_or_default()
    )?;
    Ok(if malformed == 0 { Exit::Success } else { Exit::Failure })
}

/// The side of a connection that is not this one.
fn other(connection: &Connection, end: SocketAddr) -> SocketAddr {
    let [first, second] = connection.ends;
    if first == end { second } else { first }
}

/// The side that took a connection, where that was seen.
fn listener(connection: &Connection) -> Option<SocketAddr> {
    connection.connector.map(|connector| other(connection, connector))
}

impl Sum {
    fn add(&mut self, seen: &Seen) {
        match seen {
            Seen::Packet(message) => {
                self.packets += 1;
                self.malformed += usize::from(message.problem.is_some());
            }
            Seen::Missing(octets) => self.missing += octets,
            _ => {}
        }
    }
}

/// What was seen, behind the head of its line.
fn in_words(seen: &Seen, head: &str, width: usize) -> String {
    match seen {
        Seen::Packet(message) => shown(message, head, width),
        Seen::Opened => paint(FAINT, "opens"),
        Seen::Finished => paint(FAINT, "ends (FIN)"),
        Seen::Reset => paint(DOUBTFUL, "breaks the connection (RST)"),
        Seen::Middle => {
            paint(DOUBTFUL, "begins in the middle: what came before is not in the capture")
        }
        Seen::Missing(octets) => {
            let octets = count(usize::try_from(*octets).unwrap_or(usize::MAX), "octet", "octets");
            paint(BAD, format!("{octets} not in the capture"))
        }
        Seen::PassedOver(octets) => {
            let octets = count(usize::try_from(*octets).unwrap_or(usize::MAX), "octet", "octets");
            paint(DOUBTFUL, format!("{octets} before the first whole packet"))
        }
        Seen::Unfinished(octets) => {
            let few = octets.get(..UNFINISHED_SHOWN_MAX).unwrap_or(octets);
            let more = if few.len() < octets.len() { " …" } else { "" };
            let number = count(octets.len(), "octet", "octets");
            let few = HexOctets(few.to_vec());
            paint(DOUBTFUL, format!("{number} of an unfinished packet: {few}{more}"))
        }
    }
}
