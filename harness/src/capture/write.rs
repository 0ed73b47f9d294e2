//! A journal as a pcapng file: <https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/>.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use etherparse::PacketBuilder;
use simulator::{Fate, Instant};

use super::{BETWEEN_REMARKS, said_secret};
use crate::journal::{Journal, Party, What};

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

/// Writes the datagrams of a journal as a capture; with `secrets`, what a peer of the suite comes to know stands as a comment at
/// its next packet, so that whoever has the capture can decrypt it.
///
/// # Errors
///
/// What the writer says.
pub fn write(journal: &Journal, secrets: bool, out: &mut impl Write) -> io::Result<()> {
    let header = &journal.header;
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
    let mut sent: BTreeMap<u64, &[u8]> = BTreeMap::new();
    let mut arrivals: BTreeMap<u64, u64> = BTreeMap::new();
    let mut known: BTreeMap<Party, Vec<String>> = BTreeMap::new();
    for entry in &journal.entries {
        let mut packet = match &entry.what {
            What::Secret(secret) if secrets => {
                known.entry(secret.by).or_default().push(said_secret(&secret.secret));
                continue;
            }
            What::Sent(datagram) => {
                sent.insert(datagram.number, &datagram.octets);
                Packet {
                    by: datagram.by,
                    direction: OUTBOUND,
                    from: datagram.from,
                    to: datagram.to,
                    payload: &datagram.octets,
                    comment: said_of(&datagram.message, datagram.occurrence, &datagram.fate),
                }
            }
            What::Received(datagram) => {
                let number = datagram.number;
                let arrival = arrivals.entry(number).or_default();
                *arrival += 1;
                let original = || sent.get(&number).copied().unwrap_or_default();
                let changed = datagram.octets.is_some();
                Packet {
                    by: datagram.by,
                    direction: INBOUND,
                    from: datagram.from,
                    to: datagram.to,
                    payload: datagram.octets.as_deref().unwrap_or_else(original),
                    comment: arrived(*arrival, changed),
                }
            }
            _ => continue,
        };
        let known = known.remove(&packet.by).unwrap_or_default();
        packet.comment = joined(packet.comment.into_iter().chain(known));
        packet.write(entry.at, header.epoch, out)?;
    }
    Ok(())
}

/// One packet at one interface.
struct Packet<'a> {
    by: Party,
    direction: u32,
    from: SocketAddr,
    to: SocketAddr,
    payload: &'a [u8],
    comment: Option<String>,
}

impl Packet<'_> {
    fn write(&self, at: Instant, epoch: Duration, out: &mut impl Write) -> io::Result<()> {
        let octets = self.octets()?;
        let time = u64::try_from((epoch + at.duration_since(Instant::START)).as_nanos());
        let time = time.unwrap_or(u64::MAX).to_le_bytes();
        let (low, high) = time.split_at(4);
        let length = u32::try_from(octets.len()).map_err(io::Error::other)?;
        let mut body = Vec::new();
        body.extend(side(self.by).to_le_bytes());
        body.extend(high);
        body.extend(low);
        body.extend(length.to_le_bytes());
        body.extend(length.to_le_bytes());
        body.extend(&octets);
        pad(&mut body);
        if let Some(comment) = &self.comment {
            option(&mut body, OPTION_COMMENT, comment.as_bytes());
        }
        option(&mut body, OPTION_FLAGS, &self.direction.to_le_bytes());
        option(&mut body, OPTION_END, &[]);
        block(out, PACKET, &body)
    }

    /// The datagram with the headers that it travels behind.
    fn octets(&self) -> io::Result<Vec<u8>> {
        let payload = self.payload.get(..PAYLOAD_MAX).unwrap_or(self.payload);
        let builder = match (self.from.ip(), self.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                PacketBuilder::ipv4(from.octets(), to.octets(), HOPS)
            }
            (from, to) => PacketBuilder::ipv6(sixteen(from), sixteen(to), HOPS),
        };
        let builder = builder.udp(self.from.port(), self.to.port());
        let mut octets = Vec::with_capacity(builder.size(payload.len()));
        builder.write(&mut octets, payload).map_err(io::Error::other)?;
        Ok(octets)
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
fn arrived(arrival: u64, changed: bool) -> Option<String> {
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
