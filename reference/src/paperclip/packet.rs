//! The five packets of PaperClip: their fields, declared once, and reading and writing them.
//!
//! [`PACKETS`] names the fields, with presence and widths; [`Packet`] is the same with types. Both
//! take their widths from the constants below, and a test compares them octet by octet.

use crate::paperclip::flags::NAMES;
use crate::paperclip::{DecodeError, ErrorCode, Flags, Widths};
use crate::wire::Presence::{self, Always, Flag, IfMore};
use crate::wire::{FieldSpec, Kind, PacketSpec, Width};

/// The version of every packet (CLIP-HEAD-2).
pub const VERSION: u8 = 0;

/// The most data that one datagram carries (CLIP-HEAD-10).
pub const DATA_MAX: usize = 988;

/// Octets of Sequence ID, `table` and `deployed`.
const SEQUENCE: [usize; 2] = [2, 4];
/// Octets of Init Vector.
const INIT_VECTOR: [usize; 2] = [2, 16];
/// Octets of the checksum.
const CHECKSUM: [usize; 2] = [2, 4];
/// Octets of ACK ID, and of ACK Bits.
const ACK: [usize; 2] = [2, 4];
/// Octets of what AUTH reserves.
const RESERVED: [usize; 2] = [1, 0];

/// Octets of Version and Type together, and of Flags.
const FIXED: usize = 2;
/// Octets of the longest header without the fields of AUTH.
const HEADER_MAX: usize = FIXED + 4 + 2 + 16 + 4 + 8;

/// With ENCRYPTED.
const ENCRYPTED: Presence = Flag(Flags::ENCRYPTED.bits());
/// With CHECKSUM.
const CHECKED: Presence = Flag(Flags::CHECKSUM.bits());
/// With FRAG.
const FRAGMENTED: Presence = Flag(Flags::FRAG.bits());

/// Declares a field: name, name in the source document, presence, width, kind.
const fn field(
    name: &'static str,
    source_name: &'static str,
    presence: Presence,
    width: Width,
    kind: Kind,
) -> FieldSpec {
    FieldSpec { name, source_name, presence, width, kind }
}

/// The fields before those of a packet's type, then these.
macro_rules! fields {
    ($($field:expr),* $(,)?) => {
        &[
            field("version", "Version", Always, Width::Bits(4), Kind::Number),
            field("type", "Type", Always, Width::Bits(4), Kind::Code),
            field("flags", "Flags", Always, Width::Fixed(1), Kind::Flags(NAMES)),
            field("sequence", "Sequence ID", Always, Width::ByLayout(SEQUENCE), Kind::Number),
            field("fragment", "Fragment ID", FRAGMENTED, Width::Fixed(1), Kind::Number),
            field("fragments", "Fragment Number", FRAGMENTED, Width::Fixed(1), Kind::Number),
            field("init-vector", "Init Vector", ENCRYPTED, Width::ByLayout(INIT_VECTOR), Kind::Octets),
            field("checksum", "Checksum Hash", CHECKED, Width::ByLayout(CHECKSUM), Kind::Number),
            $($field,)*
        ]
    };
}

/// The data of a packet, up to the end of the datagram.
const DATA: FieldSpec = field("data", "Data", Always, Width::Rest, Kind::Octets);

/// The fields of every packet, in the order of their types.
pub static PACKETS: &[PacketSpec] = &[
    PacketSpec { code: 0, name: "DEFAULT", start: Some(0), fields: fields![DATA] },
    PacketSpec {
        code: 1,
        name: "ACK",
        start: Some(0),
        fields: fields![
            field("ack", "ACK ID", Always, Width::ByLayout(ACK), Kind::Number),
            field("ack-bits", "ACK Bits", Always, Width::ByLayout(ACK), Kind::Number),
            DATA,
        ],
    },
    PacketSpec {
        code: 2,
        name: "AUTH",
        start: Some(0),
        fields: fields![
            field("reserved", "Reserved", Always, Width::ByLayout(RESERVED), Kind::Number),
            field("key-size", "EC Public Key Size", Always, Width::Fixed(1), Kind::Length),
            field("key", "EC Public Key", Always, Width::Counted, Kind::Octets),
            field("certificate-size", "Certificate Size", IfMore, Width::Fixed(2), Kind::Length),
            field("certificate", "Certificate", Always, Width::Counted, Kind::Octets),
        ],
    },
    PacketSpec {
        code: 3,
        name: "HEARTBEAT",
        start: Some(0),
        fields: fields![
            field("heartbeat", "Heartbeat", Always, Width::Fixed(1), Kind::Number),
            DATA,
        ],
    },
    PacketSpec {
        code: 4,
        name: "ERROR",
        start: Some(0),
        fields: fields![
            field("major", "Error Major", Always, Width::Bits(4), Kind::Number),
            field("minor", "Error Minor", Always, Width::Bits(4), Kind::Number),
            DATA,
        ],
    },
];

/// The declaration of the packet whose first octet this is, whatever its version.
#[must_use]
pub fn spec_of(first: u8) -> Option<&'static PacketSpec> {
    PACKETS.get(usize::from(first & 0x0f))
}

/// Which fragment of how many (CLIP-FRAG-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(any(test, feature = "arbitrary"), derive(arbitrary::Arbitrary))]
pub struct Fragment {
    /// Fragment ID, from 0.
    pub id: u8,
    /// Fragment Number: how many there are.
    pub total: u8,
}

/// A packet; what it carries is borrowed from the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The flags that are set.
    pub flags: Flags,
    /// Sequence ID.
    pub sequence: u16,
    /// Fragment ID and Fragment Number, with FRAG.
    pub fragment: Option<Fragment>,
    /// Init Vector, with ENCRYPTED: as long as the dialect says.
    pub init_vector: Option<&'a [u8]>,
    /// The checksum, with CHECKSUM; of `table` the low 16 bits.
    pub checksum: Option<u32>,
    /// What its type makes of it.
    pub body: Body<'a>,
    /// The data, as it is on the wire. AUTH has none.
    pub data: &'a [u8],
}

/// The fields of a packet's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "arbitrary"), derive(arbitrary::Arbitrary))]
pub enum Body<'a> {
    /// DEFAULT: carries data.
    Default,
    /// ACK: says what has come.
    Ack {
        /// The Sequence ID that is acknowledged. A higher one than 65,535 was never sent.
        id: u32,
        /// Which of the sixteen before it have come; the most significant bit is the nearest.
        bits: u16,
    },
    /// AUTH: opens a session.
    Auth {
        /// The sender's public key.
        key: &'a [u8],
        /// The sender's certificate.
        certificate: Option<&'a [u8]>,
    },
    /// HEARTBEAT: asks, or says, whether somebody is there.
    Heartbeat {
        /// 0: PING, 1: PONG.
        value: u8,
    },
    /// ERROR: says what was wrong, or ends a session.
    Error {
        /// What it is.
        code: ErrorCode,
    },
}

impl Body<'_> {
    /// The packet's type.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::Ack { .. } => 1,
            Self::Auth { .. } => 2,
            Self::Heartbeat { .. } => 3,
            Self::Error { .. } => 4,
        }
    }
}

impl<'a> Packet<'a> {
    /// A packet without flags and data.
    #[must_use]
    pub const fn new(sequence: u16, body: Body<'a>) -> Self {
        Self {
            flags: Flags::NONE,
            sequence,
            fragment: None,
            init_vector: None,
            checksum: None,
            body,
            data: &[],
        }
    }

    /// The packet that a whole datagram holds, where `supported` are the flags that are no
    /// reserved ones (CLIP-HEAD-6).
    ///
    /// Only the form is judged, in the order of CLIP-HEAD-8 and as far as one datagram shows it.
    pub fn decode(octets: &'a [u8], widths: Widths, supported: Flags) -> Result<Self, DecodeError> {
        let packet = Self::read(octets, widths, supported)?;
        match packet.fragment {
            Some(Fragment { total: 0, .. }) => Err(DecodeError::NoFragments),
            Some(Fragment { id, total }) if id >= total => {
                Err(DecodeError::FragmentBeyond { id, total })
            }
            _ => Ok(packet),
        }
    }

    /// As [`decode`](Self::decode), with any Fragment ID and Fragment Number: what the second is
    /// compared with may be known from fragments before (CLIP-FRAG-3).
    #[expect(clippy::inline_always, reason = "handing the result back would copy it in pieces")]
    #[inline(always)]
    pub(super) fn read(
        octets: &'a [u8],
        widths: Widths,
        supported: Flags,
    ) -> Result<Self, DecodeError> {
        let (&first, rest) = octets.split_first().ok_or(DecodeError::Empty)?;
        if first >> 4 != VERSION {
            return Err(DecodeError::OtherVersion { version: first >> 4 });
        }
        let spec = spec_of(first).ok_or(DecodeError::UnknownType { code: first & 0x0f })?;
        let cut = || DecodeError::Truncated { packet: spec.name, found: octets.len() };
        let (&flags, rest) = rest.split_first().ok_or_else(cut)?;
        let flags = Flags::from_bits(flags);
        if !supported.has(flags) {
            return Err(DecodeError::ReservedFlags { flags: flags & !supported });
        }
        let mut fields = Fields { rest };
        let sequence = fields.number(widths.of(SEQUENCE)).ok_or_else(cut)?;
        let fragment = if flags.has(Flags::FRAG) {
            let [id, total] = fields.array().ok_or_else(cut)?;
            Some(Fragment { id, total })
        } else {
            None
        };
        let init_vector = if flags.has(Flags::ENCRYPTED) {
            Some(fields.take(widths.of(INIT_VECTOR)).ok_or_else(cut)?)
        } else {
            None
        };
        let checksum = if flags.has(Flags::CHECKSUM) {
            Some(fields.number(widths.of(CHECKSUM)).ok_or_else(cut)?)
        } else {
            None
        };
        let body = fields.body(spec.code, widths).ok_or_else(cut)?;
        let data = fields.rest;
        if let Body::Auth { certificate, .. } = body {
            if certificate == Some(&[]) {
                return Err(DecodeError::EmptyCertificate);
            }
            if !data.is_empty() {
                return Err(DecodeError::Trailing { octets: data.len() });
            }
        }
        if data.len() > DATA_MAX {
            return Err(DecodeError::TooLong { data: data.len() });
        }
        let sequence =
            u16::try_from(sequence).map_err(|_| DecodeError::SequenceBeyond { sequence })?;
        Ok(Self { flags, sequence, fragment, init_vector, checksum, body, data })
    }

    /// Puts the packet's octets at the end of `octets`. A field is there when its flag is set.
    ///
    /// # Panics
    ///
    /// If a flag is set and its field is missing, or a part is longer than its length can say.
    pub fn encode(&self, widths: Widths, octets: &mut Vec<u8>) {
        octets.reserve(HEADER_MAX + self.data.len());
        octets.extend_from_slice(&[VERSION << 4 | self.body.code(), self.flags.bits()]);
        put_number(octets, self.sequence.into(), widths.of(SEQUENCE));
        if self.flags.has(Flags::FRAG) {
            let Fragment { id, total } = self.fragment.expect("FRAG says which fragment it is");
            octets.extend_from_slice(&[id, total]);
        }
        if self.flags.has(Flags::ENCRYPTED) {
            let init_vector = self.init_vector.expect("ENCRYPTED has an Init Vector");
            assert_eq!(init_vector.len(), widths.of(INIT_VECTOR), "an Init Vector's length");
            octets.extend_from_slice(init_vector);
        }
        if self.flags.has(Flags::CHECKSUM) {
            let checksum = self.checksum.expect("CHECKSUM has a checksum");
            put_number(octets, checksum, widths.of(CHECKSUM));
        }
        match self.body {
            Body::Default => {}
            Body::Ack { id, bits } => {
                put_number(octets, id, widths.of(ACK));
                put_number(octets, bits.into(), widths.of(ACK));
            }
            Body::Auth { key, certificate } => {
                octets.extend(core::iter::repeat_n(0, widths.of(RESERVED)));
                octets.push(u8::try_from(key.len()).expect("a key has at most 255 octets"));
                octets.extend_from_slice(key);
                if let Some(certificate) = certificate {
                    let size = u16::try_from(certificate.len());
                    let size = size.expect("a certificate has at most 65,535 octets");
                    octets.extend_from_slice(&size.to_be_bytes());
                    octets.extend_from_slice(certificate);
                }
            }
            Body::Heartbeat { value } => octets.push(value),
            Body::Error { code } => octets.push(code.major << 4 | code.minor & 0x0f),
        }
        octets.extend_from_slice(self.data);
    }

    /// The packet as a datagram of its own.
    #[must_use]
    pub fn to_octets(&self, widths: Widths) -> Vec<u8> {
        let body = match self.body {
            Body::Auth { key, certificate } => {
                key.len() + certificate.map_or(0, |certificate| certificate.len() + 2)
            }
            _ => self.data.len(),
        };
        let mut octets = Vec::with_capacity(HEADER_MAX + body);
        self.encode(widths, &mut octets);
        octets
    }

    /// The declaration of this packet.
    ///
    /// # Panics
    ///
    /// Never: every packet is in [`PACKETS`].
    #[must_use]
    pub fn spec(&self) -> &'static PacketSpec {
        spec_of(self.body.code()).expect("every packet is in the table")
    }
}

/// Puts the low octets of a number at the end of `octets`: as many as one of the dialects has.
fn put_number(octets: &mut Vec<u8>, number: u32, width: usize) {
    // Widths that are known make one store of what would be a copy of unknown length.
    let [_, _, high, low] = number.to_be_bytes();
    match width {
        2 => octets.extend_from_slice(&[high, low]),
        4 => octets.extend_from_slice(&number.to_be_bytes()),
        _ => unreachable!("no dialect has numbers of {width} octets"),
    }
}

/// Takes fields off the front of a datagram; nothing, when the octets end inside the field.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn take(&mut self, octets: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(octets)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn number(&mut self, octets: usize) -> Option<u32> {
        Some(match octets {
            2 => u16::from_be_bytes(self.array()?).into(),
            4 => u32::from_be_bytes(self.array()?),
            _ => unreachable!("no dialect has numbers of {octets} octets"),
        })
    }

    /// The fields of a packet's type. A certificate may have no octets.
    #[expect(clippy::inline_always, reason = "handing the result back would copy it in pieces")]
    #[inline(always)]
    fn body(&mut self, code: u8, widths: Widths) -> Option<Body<'a>> {
        Some(match code {
            0 => Body::Default,
            1 => {
                let id = self.number(widths.of(ACK))?;
                // The bits are in the low 16.
                let [.., high, low] = self.number(widths.of(ACK))?.to_be_bytes();
                Body::Ack { id, bits: u16::from_be_bytes([high, low]) }
            }
            2 => {
                self.take(widths.of(RESERVED))?;
                let [size] = self.array()?;
                let key = self.take(size.into())?;
                let certificate = if self.rest.is_empty() {
                    None
                } else {
                    let size = u16::from_be_bytes(self.array()?);
                    Some(self.take(size.into())?)
                };
                Body::Auth { key, certificate }
            }
            3 => {
                let [value] = self.array()?;
                Body::Heartbeat { value }
            }
            _ => {
                let [code] = self.array()?;
                Body::Error { code: ErrorCode { major: code >> 4, minor: code & 0x0f } }
            }
        })
    }
}
