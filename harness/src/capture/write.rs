//! A journal as a pcapng file: <https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/>.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use etherparse::{IpHeaders, PacketBuilder, PacketBuilderStep};
use simulator::{Fate, Instant};

use super::segments::{Segment, Segments};
use super::{BETWEEN_REMARKS, said_secret};
use crate::journal::{Entry, Header, Journal, Party, Received, Sent, What};

/// The block that begins a section.
const SECTION: u32 = 0x0a0d_0d0a;
/// The block of an interface.
const INTERFACE: u32 = 1;
/// The block of a packet.
const PACKET: u32 = 6;
/// Tells the byte order of a section.
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
/// What packets begin with: an IP header, nothing before it.
const LINK_RAW: u16 = 101;

/// Options of blocks.
const OPTION_END: u16 = 0;
const OPTION_COMMENT: u16 = 1;
const OPTION_APPLICATION: u16 = 4;
const OPTION_NAME: u16 = 2;
const OPTION_RESOLUTION: u16 = 9;
const OPTION_FLAGS: u16 = 2;

/// Times are counted in units of 10^-9 s.
const NANOSECONDS: u8 = 9;
/// The packet came in, or went out, at its interface.
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;

/// How many routers a packet may pass: what operating systems begin with.
const HOPS: u8 = 64;
/// The longest payload of one datagram that its headers can count.
const PAYLOAD_MAX: usize = 65_507;

/// The interfaces, in order.
const INTERFACES: [&str; 2] = ["subject", "suite"];

/// Writes what passed in a journal as a capture; with `secrets`, what a peer of the suite comes to know stands as a comment at its
/// next packet, so that whoever has the capture can decrypt it.
///
/// # Errors
///
/// What the writer says.
pub fn write(journal: &Journal, secrets: bool, out: &mut impl Write) -> io::Result<()> {
    let mut writer = Writer::new(out, &journal.header, secrets)?;
    journal.entries.iter().try_for_each(|entry| writer.push(entry))
}

/// Writes a capture, entry by entry of its journal.
pub struct Writer<W> {
    out: W,
    epoch: Duration,
    secrets: bool,
    /// Datagrams that are under way, by their numbers.
    under_way: BTreeMap<u64, Travelling>,
    segments: Segments,
    /// What the parties have come to know and no comment tells yet.
    known: BTreeMap<Party, Vec<String>>,
}

/// A datagram on its way.
struct Travelling {
    octets: Vec<u8>,
    /// How often it has arrived, and how often it will.
    arrivals: u32,
    expected: u32,
}

impl<W: Write> Writer<W> {
    /// Begins a capture of a run with this header.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn new(mut out: W, header: &Header, secrets: bool) -> io::Result<Self> {
        begin(&mut out, header)?;
        Ok(Self {
            out,
            epoch: header.epoch,
            secrets,
            under_way: BTreeMap::new(),
            segments: Segments::new(header),
            known: BTreeMap::new(),
        })
    }

    /// A peer has come that the header does not name: the next of them.
    pub fn welcome(&mut self, address: SocketAddr) {
        self.segments.welcome(address);
    }

    /// Writes what an entry shows of the network, if it shows anything.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        match &entry.what {
            What::Secret(secret) if self.secrets => {
                self.known.entry(secret.by).or_default().push(said_secret(&secret.secret));
                Ok(())
            }
            What::Sent(sent) => self.sent(entry.at, sent),
            What::Received(received) => self.received(entry.at, received),
            What::StreamSent(streamed) => {
                let shown = self.segments.sent(streamed);
                self.show_all(entry.at, streamed.by, OUTBOUND, shown)
            }
            What::StreamReceived(streamed) => {
                let (came, answer) = self.segments.received(streamed);
                self.show_all(entry.at, streamed.by, INBOUND, came)?;
                self.show_all(entry.at, streamed.by, OUTBOUND, answer)
            }
            _ => Ok(()),
        }
    }

    /// Hands on what was written so far.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn sent(&mut self, at: Instant, sent: &Sent) -> io::Result<()> {
        let octets = datagram(sent.from, sent.to, &sent.octets)?;
        let comment = said_of(&sent.message, sent.occurrence, &sent.fate);
        let expected = if sent.fate.lose { 0 } else { u32::from(sent.fate.repeat) + 1 };
        if expected > 0 {
            let travelling = Travelling { octets: sent.octets.to_vec(), arrivals: 0, expected };
            self.under_way.insert(sent.number, travelling);
        }
        self.show(at, sent.by, OUTBOUND, &octets, comment)
    }

    fn received(&mut self, at: Instant, received: &Received) -> io::Result<()> {
        let travelling = self.under_way.get_mut(&received.number);
        let arrival = travelling.map_or(1, |travelling| {
            travelling.arrivals += 1;
            travelling.arrivals
        });
        let original = || self.under_way.get(&received.number).map(|sent| &*sent.octets);
        let payload = received.octets.as_deref().or_else(original).unwrap_or_default();
        let octets = datagram(received.from, received.to, payload)?;
        if self.under_way.get(&received.number).is_some_and(|sent| sent.arrivals >= sent.expected) {
            self.under_way.remove(&received.number);
        }
        let comment = arrived(arrival, received.octets.is_some());
        self.show(at, received.by, INBOUND, &octets, comment)
    }

    fn show_all(
        &mut self,
        at: Instant,
        by: Party,
        direction: u32,
        all: impl IntoIterator<Item = Segment>,
    ) -> io::Result<()> {
        for segment in all {
            self.show(at, by, direction, &segment.octets()?, segment.comment)?;
        }
        Ok(())
    }

    /// One packet, with the headers that it travels behind, at the interface of this party.
    fn show(
        &mut self,
        at: Instant,
        by: Party,
        direction: u32,
        octets: &[u8],
        comment: Option<String>,
    ) -> io::Result<()> {
        let known = self.known.remove(&by).unwrap_or_default();
        let comment = joined(comment.into_iter().chain(known));
        let time = u64::try_from((self.epoch + at.duration_since(Instant::START)).as_nanos());
        let time = time.unwrap_or(u64::MAX).to_le_bytes();
        let (low, high) = time.split_at(4);
        let length = u32::try_from(octets.len()).map_err(io::Error::other)?;
        let mut body = Vec::new();
        body.extend(side(by).to_le_bytes());
        body.extend(high);
        body.extend(low);
        body.extend(length.to_le_bytes());
        body.extend(length.to_le_bytes());
        body.extend(octets);
        pad(&mut body);
        if let Some(comment) = &comment {
            option(&mut body, OPTION_COMMENT, comment.as_bytes());
        }
        option(&mut body, OPTION_FLAGS, &direction.to_le_bytes());
        option(&mut body, OPTION_END, &[]);
        block(&mut self.out, PACKET, &body)
    }
}

/// The section and its interfaces.
fn begin(out: &mut impl Write, header: &Header) -> io::Result<()> {
    let about = format!(
        "{}, {}, {}, {} engine, seed {}",
        header.scenario, header.role, header.dialect, header.engine, header.seed
    );
    let application = format!("wireproof {}", env!("CARGO_PKG_VERSION"));
    let mut section = Vec::new();
    section.extend(BYTE_ORDER.to_le_bytes());
    section.extend(1_u16.to_le_bytes());
    section.extend(0_u16.to_le_bytes());
    // The length of the section is not said.
    section.extend(u64::MAX.to_le_bytes());
    option(&mut section, OPTION_COMMENT, about.as_bytes());
    option(&mut section, OPTION_APPLICATION, application.as_bytes());
    option(&mut section, OPTION_END, &[]);
    block(out, SECTION, &section)?;
    for name in INTERFACES {
        let mut interface = Vec::new();
        interface.extend(LINK_RAW.to_le_bytes());
        interface.extend(0_u16.to_le_bytes());
        // No packet is cut.
        interface.extend(0_u32.to_le_bytes());
        option(&mut interface, OPTION_NAME, name.as_bytes());
        option(&mut interface, OPTION_RESOLUTION, &[NANOSECONDS]);
        option(&mut interface, OPTION_END, &[]);
        block(out, INTERFACE, &interface)?;
    }
    Ok(())
}

/// A datagram with the headers that it travels behind.
fn datagram(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> io::Result<Vec<u8>> {
    let payload = payload.get(..PAYLOAD_MAX).unwrap_or(payload);
    let builder = between(from, to).udp(from.port(), to.port());
    let mut octets = Vec::with_capacity(builder.size(payload.len()));
    builder.write(&mut octets, payload).map_err(io::Error::other)?;
    Ok(octets)
}

/// The IP header of a packet between two addresses.
pub(super) fn between(from: SocketAddr, to: SocketAddr) -> PacketBuilderStep<IpHeaders> {
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), HOPS),
        (from, to) => PacketBuilder::ipv6(sixteen(from), sixteen(to), HOPS),
    }
}

fn sixteen(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

const fn side(party: Party) -> u32 {
    match party {
        Party::Subject => 0,
        Party::Peer(_) => 1,
    }
}

/// What the network does with a datagram; nothing when it is delivered as usual.
fn said_of(message: &str, occurrence: u64, fate: &Fate) -> Option<String> {
    if fate.is_usual() {
        return None;
    }
    Some(format!("{message}, number {occurrence}: {fate}"))
}

/// What happened to a datagram on its way.
fn arrived(arrival: u32, changed: bool) -> Option<String> {
    let repeated = (arrival > 1).then(|| format!("arrival number {arrival} of this datagram"));
    let changed = changed.then(|| "changed on its way".to_owned());
    joined(repeated.into_iter().chain(changed))
}

/// Several remarks as one comment.
fn joined(remarks: impl Iterator<Item = String>) -> Option<String> {
    let said: Vec<String> = remarks.collect();
    (!said.is_empty()).then(|| said.join(BETWEEN_REMARKS))
}

fn block(out: &mut impl Write, kind: u32, body: &[u8]) -> io::Result<()> {
    const AROUND: usize = 12;
    let length = u32::try_from(body.len() + AROUND).map_err(io::Error::other)?.to_le_bytes();
    out.write_all(&kind.to_le_bytes())?;
    out.write_all(&length)?;
    out.write_all(body)?;
    out.write_all(&length)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    // A comment that is longer than an option can say is cut.
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    body.extend(code.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(value);
    pad(body);
}

/// Blocks and options are filled up to whole words of four octets.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}
