//! Packets from a capture (pcapng or pcap) that anybody may have recorded.

use std::collections::VecDeque;
use std::io::Cursor;
use std::net::{IpAddr, SocketAddr};

use etherparse::{LaxNetSlice, LaxSlicedPacket, NetSlice, SlicedPacket, TcpSlice, TransportSlice};
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

/// What a capture holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The datagrams of UDP, in the order of the file.
    pub frames: Vec<Frame>,
    /// The segments of TCP, in the order in which they were seen.
    pub segments: Vec<Segment>,
    /// Packets that are neither, or of which too little was captured.
    pub others: usize,
}

/// A datagram, or what a segment carries.
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

/// A segment of TCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What it carries, as far as it was captured.
    pub frame: Frame,
    /// Its sequence number.
    pub sequence: u32,
    /// What it acknowledges, if it does.
    pub acknowledged: Option<u32>,
    /// Octets that it carried; more than are there when the capture keeps only the beginnings of packets.
    pub length: usize,
    /// It begins what its sender sends.
    pub syn: bool,
    /// It ends it.
    pub fin: bool,
    /// It breaks the connection.
    pub rst: bool,
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
                match recorded.packet(number) {
                    Some(Packet::Datagram(frame)) => capture.frames.push(frame),
                    Some(Packet::Segment(segment)) => capture.segments.push(segment),
                    None => capture.others += 1,
                }
                reader.consume(length);
                if number > FRAMES_MAX {
                    return Err(CaptureError::TooLong);
                }
            }
            Err(PcapError::Eof) => {
                // Packets of several interfaces, or queues of one, need not stand in the order in which they were seen.
                capture.segments.sort_by_key(|segment| segment.frame.at);
                return Ok(capture);
            }
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

    /// What the packet is.
    fn packet(self, number: usize) -> Option<Packet> {
        let header = match self.link {
            Linktype::ETHERNET | Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => 0,
            Linktype::LINUX_SLL => SLL_HEADER,
            LINUX_SLL2 => SLL2_HEADER,
            // Loopback of BSD: four octets that name the family.
            Linktype::NULL | Linktype::LOOP => 4,
            _ => return None,
        };
        let octets = self.octets.get(header..)?;
        let is_ethernet = self.link == Linktype::ETHERNET;
        let sliced = if is_ethernet {
            SlicedPacket::from_ethernet(octets)
        } else {
            SlicedPacket::from_ip(octets)
        };
        let Ok(sliced) = sliced else { return self.beginning(number, octets, is_ethernet) };
        let (from, to): (IpAddr, IpAddr) = match sliced.net? {
            NetSlice::Ipv4(packet) => {
                (packet.header().source_addr().into(), packet.header().destination_addr().into())
            }
            NetSlice::Ipv6(packet) => {
                (packet.header().source_addr().into(), packet.header().destination_addr().into())
            }
            NetSlice::Arp(_) => return None,
        };
        match sliced.transport? {
            TransportSlice::Udp(datagram) => {
                let ports = [datagram.source_port(), datagram.destination_port()];
                Some(Packet::Datagram(self.frame(number, [from, to], ports, datagram.payload())))
            }
            TransportSlice::Tcp(segment) => {
                Some(Packet::Segment(self.segment(number, [from, to], &segment, 0)))
            }
            _ => None,
        }
    }

    /// A segment of which only the beginning was captured, or whose length does not say how long it is.
    fn beginning(self, number: usize, octets: &[u8], is_ethernet: bool) -> Option<Packet> {
        let sliced = if is_ethernet {
            LaxSlicedPacket::from_ethernet(octets).ok()?
        } else {
            LaxSlicedPacket::from_ip(octets).ok()?
        };
        let (from, to, said, there): (IpAddr, IpAddr, usize, usize) = match sliced.net? {
            LaxNetSlice::Ipv4(packet) => {
                let header = packet.header();
                let there = header.slice().len() + packet.payload().payload.len();
                let (from, to) = (header.source_addr(), header.destination_addr());
                (from.into(), to.into(), header.total_len().into(), there)
            }
            LaxNetSlice::Ipv6(packet) => {
                let header = packet.header();
                let there = packet.extensions().slice().len() + packet.payload().payload.len();
                let (from, to) = (header.source_addr(), header.destination_addr());
                (from.into(), to.into(), header.payload_length().into(), there)
            }
            LaxNetSlice::Arp(_) => return None,
        };
        let TransportSlice::Tcp(segment) = sliced.transport? else { return None };
        let missing = said.saturating_sub(there);
        Some(Packet::Segment(self.segment(number, [from, to], &segment, missing)))
    }

    fn segment(
        self,
        number: usize,
        addresses: [IpAddr; 2],
        segment: &TcpSlice<'_>,
        missing: usize,
    ) -> Segment {
        let ports = [segment.source_port(), segment.destination_port()];
        let payload = segment.payload();
        Segment {
            sequence: segment.sequence_number(),
            acknowledged: segment.ack().then(|| segment.acknowledgment_number()),
            length: payload.len() + missing,
            syn: segment.syn(),
            fin: segment.fin(),
            rst: segment.rst(),
            frame: self.frame(number, addresses, ports, payload),
        }
    }

    fn frame(self, number: usize, ips: [IpAddr; 2], ports: [u16; 2], payload: &[u8]) -> Frame {
        let ([from, to], [from_port, to_port]) = (ips, ports);
        Frame {
            number,
            at: self.at,
            interface: self.interface,
            from: (from, from_port).into(),
            to: (to, to_port).into(),
            payload: payload.to_vec(),
            comment: self.comment,
        }
    }
}

/// What a packet is.
enum Packet {
    Datagram(Frame),
    Segment(Segment),
}
