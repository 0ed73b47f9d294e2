//! Packets from a capture (pcapng or pcap) that anybody may have recorded.

use std::collections::VecDeque;
use std::io::Cursor;
use std::net::{IpAddr, SocketAddr};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_parser::{Block, Linktype, PcapBlockOwned, PcapError, create_reader};

/// How many packets of one capture are read.
pub const FRAMES_MAX: usize = 1_000_000;
/// The longest block that is read, in octets.
const BLOCK_MAX: usize = 1 << 20;
/// Linux cooked captures of today, which `tcpdump -i any` writes: <https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html>.
const LINUX_SLL2: Linktype = Linktype(276);
/// Octets before the IP header, in those of old and of today.
const SLL_HEADER: usize = 16;
const SLL2_HEADER: usize = 20;
/// Where cooked captures say which way a packet went, and what they say of one that leaves.
const SLL_TYPE: usize = 1;
const SLL2_TYPE: usize = 10;
const OUTGOING: u8 = 4;
/// A packet that is seen as it leaves and as it comes is seen the second time within this, in nanoseconds.
const TWICE_WITHIN: u128 = 100_000_000;
/// How many packets that have left are remembered.
const LEFT_MAX: usize = 256;

/// The option of a packet that holds a comment.
const OPTION_COMMENT: u16 = 1;
/// The option of an interface that holds its name.
const OPTION_NAME: u16 = 2;
/// Nanoseconds of a second.
const SECOND: u128 = 1_000_000_000;

/// What a capture holds of UDP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The datagrams, in the order of the file.
    pub frames: Vec<Frame>,
    /// Packets that are no whole UDP datagram.
    pub others: usize,
}

/// A datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its number in the file, from 1, as Wireshark counts.
    pub number: usize,
    /// When, in nanoseconds since 1970.
    pub at: u128,
    /// The name of its interface, when it has one.
    pub interface: Option<String>,
    /// Its source.
    pub from: SocketAddr,
    /// Its destination.
    pub to: SocketAddr,
    /// What it carries.
    pub payload: Vec<u8>,
    /// What is said of it.
    pub comment: Option<String>,
}

/// Why a file is no capture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// It does not begin like one.
    #[error("it is no pcapng or pcap file")]
    Foreign,
    /// It is broken from here on.
    #[error("it is broken behind its packet number {0}")]
    Broken(usize),
    /// It is too long.
    #[error("it has more than {FRAMES_MAX} packets")]
    TooLong,
}

/// An interface that packets were recorded at.
struct Interface {
    link: Linktype,
    name: Option<String>,
    /// Units of time in a second, and the time that they are counted from.
    units: u64,
    offset: i64,
}

/// Reads a capture.
///
/// # Errors
///
/// When the octets are no capture, or one that is cut short or broken.
pub fn read(octets: &[u8]) -> Result<Capture, CaptureError> {
    let mut reader =
        create_reader(BLOCK_MAX, Cursor::new(octets)).map_err(|_| CaptureError::Foreign)?;
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut capture = Capture::default();
    let mut number = 0;
    let mut stuck = 0;
    let mut twice = Twice::default();
    loop {
        match reader.next() {
            Ok((length, block)) => {
                stuck = 0;
                let recorded = match take(block, &mut interfaces) {
                    Taken::Packet(recorded) => recorded,
                    Taken::Unreadable => Recorded::NOTHING,
                    Taken::Nothing => {
                        reader.consume(length);
                        continue;
                    }
                };
                number += 1;
                if twice.is_known(&recorded) {
                    reader.consume(length);
                    continue;
                }
                match recorded.frame(number) {
                    Some(frame) => capture.frames.push(frame),
                    None => capture.others += 1,
                }
                reader.consume(length);
                if number > FRAMES_MAX {
                    return Err(CaptureError::TooLong);
                }
            }
            Err(PcapError::Eof) => return Ok(capture),
            Err(PcapError::Incomplete(_)) if stuck < 2 => {
                stuck += 1;
                reader.refill().map_err(|_| CaptureError::Broken(number))?;
            }
            Err(_) => return Err(CaptureError::Broken(number)),
        }
    }
}

/// Packets of a cooked capture that have left: one to the same host is seen again as it comes, and is still one packet.
#[derive(Default)]
struct Twice(VecDeque<(u128, Vec<u8>)>);

impl Twice {
    /// Whether a packet was seen before, as it left; one that leaves is kept in mind.
    fn is_known(&mut self, recorded: &Recorded<'_>) -> bool {
        let (header, place) = match recorded.link {
            Linktype::LINUX_SLL => (SLL_HEADER, SLL_TYPE),
            LINUX_SLL2 => (SLL2_HEADER, SLL2_TYPE),
            _ => return false,
        };
        let Some(octets) = recorded.octets.get(header..) else { return false };
        if recorded.octets.get(place) == Some(&OUTGOING) {
            self.0.push_back((recorded.at, octets.to_vec()));
            if self.0.len() > LEFT_MAX {
                self.0.pop_front();
            }
            return false;
        }
        let is_same = |(at, left): &(u128, Vec<u8>)| {
            left == octets && recorded.at.abs_diff(*at) <= TWICE_WITHIN
        };
        let place = self.0.iter().position(is_same);
        place.is_some_and(|place| self.0.remove(place).is_some())
    }
}

/// A packet as it was recorded.
struct Recorded<'a> {
    link: Linktype,
    at: u128,
    interface: Option<String>,
    comment: Option<String>,
    octets: &'a [u8],
}

/// What a block holds.
enum Taken<'a> {
    /// A packet.
    Packet(Recorded<'a>),
    /// A packet of an interface that was not named before, or of a wrong length.
    Unreadable,
    /// Something else.
    Nothing,
}

impl<'a> From<Option<Recorded<'a>>> for Taken<'a> {
    fn from(recorded: Option<Recorded<'a>>) -> Self {
        recorded.map_or(Self::Unreadable, Self::Packet)
    }
}

/// What a block holds; interfaces are kept in mind.
fn take<'a>(block: PcapBlockOwned<'a>, interfaces: &mut Vec<Interface>) -> Taken<'a> {
    match block {
        PcapBlockOwned::NG(Block::SectionHeader(_)) => {
            interfaces.clear();
            Taken::Nothing
        }
        PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
            let name = interface
                .options
                .iter()
                .find(|option| option.code.0 == OPTION_NAME)
                .map(|option| text(&option.value, option.len));
            interfaces.push(Interface {
                link: interface.linktype,
                name,
                units: interface.ts_resolution().unwrap_or(1_000_000).max(1),
                offset: interface.ts_offset(),
            });
            Taken::Nothing
        }
        PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
            let interface =
                usize::try_from(packet.if_id).ok().and_then(|index| interfaces.get(index));
            let Some(interface) = interface else { return Taken::Unreadable };
            let units = u128::from(packet.ts_high) << 32 | u128::from(packet.ts_low);
            let offset = u128::try_from(interface.offset).unwrap_or(0) * SECOND;
            let captured = usize::try_from(packet.caplen).unwrap_or(usize::MAX);
            let comment = packet
                .options
                .iter()
                .find(|option| option.code.0 == OPTION_COMMENT)
                .map(|option| text(&option.value, option.len));
            let recorded = packet.data.get(..captured).map(|octets| Recorded {
                link: interface.link,
                at: units * SECOND / u128::from(interface.units) + offset,
                interface: interface.name.clone(),
                comment,
                octets,
            });
            recorded.into()
        }
        PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
            let link = interfaces.first().map(|interface| interface.link);
            let octets = packet.data;
            link.map(|link| Recorded { link, octets, ..Recorded::NOTHING }).into()
        }
        PcapBlockOwned::LegacyHeader(header) => {
            let units = if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
            *interfaces = vec![Interface { link: header.network, name: None, units, offset: 0 }];
            Taken::Nothing
        }
        PcapBlockOwned::Legacy(packet) => {
            let Some(interface) = interfaces.first() else { return Taken::Unreadable };
            let part = u128::from(packet.ts_usec) * SECOND / u128::from(interface.units);
            Taken::Packet(Recorded {
                link: interface.link,
                at: u128::from(packet.ts_sec) * SECOND + part,
                interface: None,
                comment: None,
                octets: packet.data,
            })
        }
        PcapBlockOwned::NG(_) => Taken::Nothing,
    }
}

/// The text of an option, without what fills it up.
fn text(value: &[u8], length: u16) -> String {
    let value = value.get(..usize::from(length)).unwrap_or(value);
    String::from_utf8_lossy(value).into_owned()
}

impl Recorded<'_> {
    /// A packet of which nothing can be read.
    const NOTHING: Self =
        Recorded { link: Linktype(-1), at: 0, interface: None, comment: None, octets: &[] };

    /// The UDP datagram that the packet is, if it is one.
    fn frame(self, number: usize) -> Option<Frame> {
        let sliced = match self.link {
            Linktype::ETHERNET => SlicedPacket::from_ethernet(self.octets),
            Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => SlicedPacket::from_ip(self.octets),
            Linktype::LINUX_SLL => SlicedPacket::from_ip(self.octets.get(SLL_HEADER..)?),
            LINUX_SLL2 => SlicedPacket::from_ip(self.octets.get(SLL2_HEADER..)?),
            // Loopback of BSD: four octets that name the family.
            Linktype::NULL | Linktype::LOOP => SlicedPacket::from_ip(self.octets.get(4..)?),
            _ => return None,
        };
        let sliced = sliced.ok()?;
        let (from, to): (IpAddr, IpAddr) = match sliced.net? {
            NetSlice::Ipv4(packet) => {
                (packet.header().source_addr().into(), packet.header().destination_addr().into())
            }
            NetSlice::Ipv6(packet) => {
                (packet.header().source_addr().into(), packet.header().destination_addr().into())
            }
            NetSlice::Arp(_) => return None,
        };
        let TransportSlice::Udp(datagram) = sliced.transport? else { return None };
        Some(Frame {
            number,
            at: self.at,
            interface: self.interface,
            from: (from, datagram.source_port()).into(),
            to: (to, datagram.destination_port()).into(),
            payload: datagram.payload().to_vec(),
            comment: self.comment,
        })
    }
}
