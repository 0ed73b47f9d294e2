//! The nine packets of MNET, each declared once.
//!
//! The table below is the wire format. From it come [`Packet`] with its encoding and decoding, and
//! [`PACKETS`], by which others name fields. Offsets in the table are checked when it is compiled.

use crate::mnet::{Dialect, Tag};
use crate::wire::{Field, FieldSpec, Kind, PacketSpec, Presence, Reader, Width, Writer};

/// Octet 1 to 4 of INIT (MNET-WIRE-6).
pub const MAGIC: [u8; 4] = *b"MNET";

/// The version that INIT and COOKIE carry (MNET-WIRE-6).
pub const VERSION: u8 = 1;

/// Octets of DATA before its payload.
pub const DATA_HEADER: usize = 14;

/// The longest datagram that is sent, and that every side accepts (MNET-WIRE-11).
pub const DATAGRAM_MAX: usize = 1472;

/// Declares the packets of a protocol whose octet 0 is the type.
///
/// A packet has fields of fixed width (name, type, YAML name, name in the source, offset), and
/// may end with a number that counts the octets after it.
macro_rules! packets {
    ($(
        $(#[$packet_doc:meta])*
        $code:literal $name:literal $variant:ident {
            $(
                $(#[$doc:meta])*
                $field:ident: $type:ty = $yaml:literal $source:literal at $offset:literal,
            )*
            $([
                $(#[$rest_doc:meta])*
                $rest:ident = $rest_yaml:literal $rest_source:literal at $rest_offset:literal,
                counted by $length_type:ty = $length_yaml:literal $length_source:literal
                    at $length_offset:literal
            ])?
        }
    )*) => {
        /// A packet; the payload of DATA is borrowed from the datagram.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(any(test, feature = "arbitrary"), derive(arbitrary::Arbitrary))]
        pub enum Packet<'a> {
            $(
                $(#[$packet_doc])*
                $variant {
                    $($(#[$doc])* $field: $type,)*
                    $($(#[$rest_doc])* $rest: &'a [u8],)?
                },
            )*
        }

        /// The fields of every packet, in the order of the specification's table.
        pub static PACKETS: &[PacketSpec] = &[$(
            const {
                let spec = PacketSpec {
                    code: $code,
                    name: $name,
                    start: Some(1),
                    fields: &[
                        $(FieldSpec {
                            name: $yaml,
                            source_name: $source,
                            presence: Presence::Always,
                            width: Width::Fixed(<$type as Field>::OCTETS),
                            kind: <$type as Field>::KIND,
                        },)*
                        $(
                            FieldSpec {
                                name: $length_yaml,
                                source_name: $length_source,
                                presence: Presence::Always,
                                width: Width::Fixed(<$length_type as Field>::OCTETS),
                                kind: Kind::Length,
                            },
                            FieldSpec {
                                name: $rest_yaml,
                                source_name: $rest_source,
                                presence: Presence::Always,
                                width: Width::Rest,
                                kind: Kind::Octets,
                            },
                        )?
                    ],
                };
                let offsets = &[$($offset,)* $($length_offset, $rest_offset)?];
                assert!(spec.has_offsets(offsets), "the offsets of a packet leave a gap or overlap");
                spec
            },
        )*];

        impl<'a> Packet<'a> {
            /// The packet that a whole datagram holds.
            ///
            /// Only the form is judged: any magic, version and tag will do.
            pub fn decode(octets: &'a [u8], dialect: Dialect) -> Result<Self, DecodeError> {
                let (&code, body) = octets.split_first().ok_or(DecodeError::Empty)?;
                let mut reader = Reader::new(body, dialect.byte_order);
                match code {
                    $($code => {
                        const FIXED: usize = 1
                            $(+ <$type as Field>::OCTETS)*
                            $(+ <$length_type as Field>::OCTETS)?;
                        let found = octets.len();
                        let truncated =
                            DecodeError::Truncated { packet: $name, needed: FIXED, found };
                        $(let $field = Field::read(&mut reader).ok_or(truncated)?;)*
                        $(
                            let announced = <$length_type>::read(&mut reader).ok_or(truncated)?;
                            let announced = usize::from(announced);
                            let $rest = reader.rest();
                            if announced != $rest.len() {
                                let found = $rest.len();
                                return Err(DecodeError::LengthMismatch { announced, found });
                            }
                        )?
                        if !reader.is_empty() {
                            let expected = FIXED;
                            return Err(DecodeError::Trailing { packet: $name, expected, found });
                        }
                        Ok(Self::$variant { $($field,)* $($rest,)? })
                    })*
                    code => Err(DecodeError::UnknownType { code }),
                }
            }

            /// Puts the packet's octets at the end of `octets`.
            ///
            /// # Panics
            ///
            /// If the payload of DATA is longer than its 16-bit length can say.
            pub fn encode(&self, dialect: Dialect, octets: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($field,)* $($rest,)? } => {
                        const FIXED: usize = 1
                            $(+ <$type as Field>::OCTETS)*
                            $(+ <$length_type as Field>::OCTETS)?;
                        let mut fixed = [0; FIXED];
                        let mut writer = Writer::new(&mut fixed, dialect.byte_order);
                        <u8 as Field>::write(&$code, &mut writer);
                        $($field.write(&mut writer);)*
                        $(
                            let length = <$length_type>::try_from($rest.len())
                                .expect("a payload fits its length field");
                            length.write(&mut writer);
                        )?
                        octets.extend_from_slice(&fixed);
                        $(octets.extend_from_slice($rest);)?
                    })*
                }
            }

            /// The packet's type: octet 0.
            #[must_use]
            pub const fn code(&self) -> u8 {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }

            /// The packet's name in the specification: `COOKIE-ECHO`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }
        }
    };
}

packets! {
    /// Asks for a session (connector to listener).
    1 "INIT" Init {
        /// [`MAGIC`].
        magic: [u8; 4] = "magic" "ProtocolMagic" at 1,
        /// [`VERSION`].
        version: u8 = "version" "Version" at 5,
        /// X, the connector's tag.
        tag: Tag = "tag" "ConnectionTag" at 6,
    }
    /// Answers INIT, so that nothing need be kept until it comes back (listener to connector).
    2 "COOKIE" Cookie {
        /// Y, the listener's tag.
        tag: Tag = "tag" "ConnectionTag" at 1,
        /// X, the connector's tag.
        peer_tag: Tag = "peer-tag" "PeerConnectionTag" at 4,
        /// [`VERSION`].
        version: u8 = "version" "Version" at 7,
        /// Seconds since 1970-01-01 UTC after which the cookie is void (MNET-COOKIE-3).
        expiration: u32 = "expiration" "Expiration" at 8,
        /// HMAC-SHA1 of what the listener must recognise (MNET-COOKIE-2).
        hmac: [u8; 20] = "hmac" "HMAC" at 12,
    }
    /// Brings the cookie back, octet for octet (connector to listener).
    3 "COOKIE-ECHO" CookieEcho {
        /// Y, the listener's tag.
        tag: Tag = "tag" "ConnectionTag" at 1,
        /// X, the connector's tag.
        peer_tag: Tag = "peer-tag" "PeerConnectionTag" at 4,
        /// The version of the cookie.
        version: u8 = "version" "Version" at 7,
        /// The expiration of the cookie.
        expiration: u32 = "expiration" "Expiration" at 8,
        /// The HMAC of the cookie.
        hmac: [u8; 20] = "hmac" "HMAC" at 12,
    }
    /// Opens the session (listener to connector).
    4 "COOKIE-ACK" CookieAck {
        /// The session's tag, as the dialect says.
        tag: Tag = "tag" "PeerConnectionTag" at 1,
    }
    /// Carries octets of the stream, an acknowledgement, or both.
    0 "DATA" Data {
        /// The session's tag, as the dialect says.
        tag: Tag = "tag" "PeerConnectionTag" at 1,
        /// Octets sent in this direction, this payload included, modulo 2^32 (MNET-DATA-1).
        sequence: u32 = "sequence" "OutgoingSequence" at 4,
        /// Octets received without a gap, modulo 2^32 (MNET-DATA-2).
        acknowledged: u32 = "acknowledged" "AcknowledgedBytes" at 8,
        [
            /// The payload; empty in a bare acknowledgement (MNET-DATA-5).
            data = "data" "ApplicationData" at 14,
            counted by u16 = "length" "DataLength" at 12
        ]
    }
    /// Says that this side sends nothing more.
    5 "SHUTDOWN" Shutdown {
        /// The session's tag, as the dialect says.
        tag: Tag = "tag" "PeerConnectionTag" at 1,
        /// Octets received without a gap, modulo 2^32 (MNET-SHUT-3).
        acknowledged: u32 = "acknowledged" "AcknowledgedBytes" at 4,
    }
    /// Says that the other side has nothing more to send either.
    6 "SHUTDOWN-ACK" ShutdownAck {
        /// The session's tag, as the dialect says.
        tag: Tag = "tag" "PeerConnectionTag" at 1,
    }
    /// Ends the session.
    7 "SHUTDOWN-COMPLETE" ShutdownComplete {
        /// The session's tag, as the dialect says.
        tag: Tag = "tag" "PeerConnectionTag" at 1,
    }
    /// Ends the session at once, whatever is under way.
    8 "ABORT" Abort {
        /// The session's tag, as the dialect says.
        tag: Tag = "tag" "PeerConnectionTag" at 1,
    }
}

impl Packet<'_> {
    /// The declaration of this packet.
    ///
    /// # Panics
    ///
    /// Never: every packet is in [`PACKETS`].
    #[must_use]
    pub fn spec(&self) -> &'static PacketSpec {
        let spec = PACKETS.iter().find(|spec| spec.code == self.code());
        spec.expect("every packet is in the table")
    }

    /// The packet as a datagram of its own.
    #[must_use]
    pub fn to_octets(&self, dialect: Dialect) -> Vec<u8> {
        let capacity = match self {
            Self::Data { data, .. } => DATA_HEADER + data.len(),
            Self::Cookie { .. } | Self::CookieEcho { .. } => 32,
            _ => 9,
        };
        let mut octets = Vec::with_capacity(capacity);
        self.encode(dialect, &mut octets);
        octets
    }
}

/// Why a datagram holds no packet (MNET-WIRE-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There is no octet, so no type.
    #[error("an empty datagram")]
    Empty,
    /// Octet 0 is no packet's type.
    #[error("unknown type {code}")]
    UnknownType {
        /// Octet 0.
        code: u8,
    },
    /// The octets end inside the fixed part.
    #[error("{packet} of {found} octets, needs {needed}")]
    Truncated {
        /// The packet's name.
        packet: &'static str,
        /// Octets of the fixed part, octet 0 included.
        needed: usize,
        /// Octets there are.
        found: usize,
    },
    /// Octets follow a packet that is complete.
    #[error("{packet} of {found} octets, has {expected}")]
    Trailing {
        /// The packet's name.
        packet: &'static str,
        /// Octets of the packet.
        expected: usize,
        /// Octets there are.
        found: usize,
    },
    /// The length field does not count what follows it.
    #[error("a length of {announced} before {found} octets")]
    LengthMismatch {
        /// What the field says.
        announced: usize,
        /// Octets that follow it.
        found: usize,
    },
}
