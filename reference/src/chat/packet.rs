//! The packets of chat, each declared once.
//!
//! The table below is the wire format. From it come [`Packet`] with its encoding and decoding,
//! [`LAYOUTS`], by which streams are cut, and [`PACKETS`], by which others name fields. Offsets in
//! the table are checked when it is compiled; they count fields of free length as empty.

use crate::Role;
use crate::chat::layout::{END, Ending, Layout, Lead, Part, Presence, SEPARATOR, Shape, View};
use crate::chat::part::PartOf;
use crate::chat::{DecodeError, IdStart, MessageId, PacketIds, RoomId, ServerId};
use crate::wire::{self, ByteOrder, FieldSpec, Kind, PacketSpec, Width};

/// The most octets of base64 in a message (CHAT-TEXT-2).
pub const MESSAGE_MAX: usize = 4000;

/// Declares the packets: code, sender, name, variant; a fixed word; the fields, each with what
/// stands before it, name, type, YAML name, name in the source, least offset.
macro_rules! packets {
    ($(
        $(#[$packet_doc:meta])*
        $code:literal $sender:ident $name:literal $variant:ident $(says $word:literal)? {
            $(
                $(#[$doc:meta])*
                $lead:ident $field:ident: $type:ty = $yaml:literal $source:literal at $offset:literal,
            )*
        }
    )*) => {
        /// A packet; its fields of free length are borrowed from the octets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Packet<'a> {
            $($(#[$packet_doc])* $variant { $($(#[$doc])* $field: $type,)* },)*
        }

        /// How every packet lies in a stream, in the order of the specification.
        pub static LAYOUTS: &[Layout] = &Packet::TABLE;

        impl<'a> Packet<'a> {
            const TABLE: [Layout; [$($code,)*].len()] = [$({
                let layout = Layout {
                    sender: Role::$sender,
                    spec: PacketSpec {
                        code: $code,
                        name: $name,
                        start: None,
                        fields: const { &[
                            $(FieldSpec {
                                name: "word",
                                source_name: $word,
                                presence: wire::Presence::Always,
                                width: Width::Fixed($word.len()),
                                kind: Kind::Octets,
                            },)?
                            $(FieldSpec {
                                name: $yaml,
                                source_name: $source,
                                presence: wire::Presence::Always,
                                width: <$type as PartOf<'_>>::WIDTH,
                                kind: <$type as PartOf<'_>>::KIND,
                            },)*
                        ] },
                    },
                    parts: const { &[
                        $(Part {
                            shape: Shape::Word($word.as_bytes()),
                            lead: Lead::Separated,
                            presence: Presence::Required,
                        },)?
                        $(Part {
                            shape: <$type as PartOf<'_>>::SHAPE,
                            lead: Lead::$lead,
                            presence: <$type as PartOf<'_>>::PRESENCE,
                        },)*
                    ] },
                };
                let offsets = &[$({ let _ = $word; 2 },)? $($offset,)*];
                assert!(layout.offsets_hold(offsets), "the offsets of a packet leave a gap or overlap");
                layout
            },)*];
        }

        /// The fields of every packet, in the order of the specification.
        pub static PACKETS: &[PacketSpec] = &{
            let [first, ..] = &Packet::TABLE;
            let mut packets = [first.spec; Packet::TABLE.len()];
            let (mut to, mut from) = (packets.as_mut_slice(), Packet::TABLE.as_slice());
            while let ([packet, to_rest @ ..], [layout, from_rest @ ..]) = (to, from) {
                *packet = layout.spec;
                (to, from) = (to_rest, from_rest);
            }
            packets
        };

        impl<'a> Packet<'a> {
            /// The one packet that `octets` are, as `sender` sends it, where numbers have this
            /// `order`.
            ///
            /// Only the form is judged: any code, text and number will do.
            pub fn decode(
                sender: Role,
                order: ByteOrder,
                octets: &'a [u8],
            ) -> Result<Self, DecodeError> {
                let view = View::of(sender, octets);
                let Some(layout) = view.layout else {
                    return Err(match octets.first() {
                        Some(&code) => DecodeError::UnknownCode { code },
                        None => DecodeError::Empty,
                    });
                };
                let packet = layout.spec.name;
                match view.ending {
                    Ending::Whole => {}
                    Ending::Broken(place) => return Err(DecodeError::Broken { packet, place }),
                    Ending::Unfinished | Ending::Unknown => {
                        return Err(DecodeError::Unfinished { packet, found: octets.len() });
                    }
                }
                let part = |name: &str| octets.get(view.range(name)?);
                let unfinished = DecodeError::Unfinished { packet, found: octets.len() };
                match (layout.sender, layout.spec.code) {
                    $((Role::$sender, $code) => Ok(Self::$variant { $(
                        $field: PartOf::of(part($yaml), order).ok_or(unfinished)?,
                    )* }),)*
                    (_, code) => Err(DecodeError::UnknownCode { code }),
                }
            }

            /// Puts the packet's octets at the end of `octets`.
            ///
            /// # Panics
            ///
            /// If a field of free length holds 00 or FF.
            pub fn encode(&self, order: ByteOrder, octets: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($field,)* } => {
                        octets.push($code);
                        $(octets.push(SEPARATOR); octets.extend_from_slice($word.as_bytes());)?
                        $(PartOf::put($field, order, Lead::$lead, octets);)*
                        let _ = order;
                    })*
                }
                octets.push(END);
            }

            /// The packet's name in the specification: `U80`.
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
    /// Greets a connection with a guest's name.
    1 Listener "S1" S1 {
        /// The guest's name.
        Separated user: &'a [u8] = "user" "GUEST/TEMPORARY USERNAME" at 2,
    }
    /// Logs in.
    2 Connector "U2" U2 {
        /// The user's name.
        Separated user: &'a [u8] = "user" "USERNAME" at 2,
        /// The password, in base64.
        Separated password: &'a [u8] = "password" "BASE64ENCODED PASSWORD" at 3,
        /// The byte order that the client wants (CHAT-NUM-3); may be missing.
        Separated endianness: Option<u8> = "endianness" "E" at 4,
    }
    /// Answers U2.
    3 Listener "S3" S3 {
        /// About the user.
        Separated user_code: u8 = "user-code" "U" at 2,
        /// About the password.
        Joined password_code: u8 = "password-code" "P" at 3,
        /// About the endianness.
        Joined endianness_code: u8 = "endianness-code" "E" at 4,
    }
    /// Answers a broken U2.
    4 Listener "S4" S4 says "BAD" {}
    /// The user is logged in elsewhere.
    5 Listener "S5" S5 {
        /// `BAD` in the source document; no clause says so, and nobody depends on it.
        Separated text: &'a [u8] = "text" "BAD" at 2,
    }
    /// Registers.
    6 Connector "U6" U6 {
        /// The new user's name.
        Separated user: &'a [u8] = "user" "USERNAME" at 2,
        /// The password, in base64.
        Separated password: &'a [u8] = "password" "BASE64ENCODED PASSWORD" at 3,
        /// Where the validation goes.
        Separated email: &'a [u8] = "email" "EMAIL" at 4,
    }
    /// Answers U6.
    7 Listener "S7" S7 {
        /// About the user.
        Separated user_code: u8 = "user-code" "U" at 2,
        /// About the password.
        Joined password_code: u8 = "password-code" "P" at 3,
        /// About the email; some servers put a separator before it (CHAT-AUTH-7).
        Either email_code: u8 = "email-code" "E" at 4,
    }
    /// Answers a broken U6.
    8 Listener "S8" S8 says "BAD" {}
    /// Answers anything else before login.
    9 Listener "S9" S9 says "BAD" {}
    /// Logs off.
    40 Connector "U40" U40 says "BYE" {}
    /// Says something in a room.
    80 Connector "U80" U80 {
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "CLIENT MESSAGE ID" at 2,
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 7,
        /// The message, in base64.
        Separated message: &'a [u8] = "message" "MESSAGE BASE64ENCODED" at 16,
    }
    /// Answers U80.
    81 Listener "S81" S81 {
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "CLIENT MESSAGE ID" at 2,
        /// About the room.
        Separated room_code: u8 = "room-code" "RID" at 7,
        /// About the message.
        Joined message_code: u8 = "message-code" "M" at 8,
    }
    /// Answers a broken U80.
    82 Listener "S82" S82 says "BAD" {}
    /// Brings what somebody said in a room.
    83 Listener "S83" S83 {
        /// The server's identifier of the message.
        Separated id: ServerId = "id" "UNIQUE ID" at 2,
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 19,
        /// Who said it.
        Separated user: &'a [u8] = "user" "USERNAME" at 28,
        /// His alias; may be empty.
        Separated alias: &'a [u8] = "alias" "ALIAS" at 29,
        /// The message, in base64.
        Separated message: &'a [u8] = "message" "MESSAGE BASE64ENCODED" at 30,
    }
    /// Acknowledges S83.
    84 Connector "U84" U84 {
        /// The server's identifier of the message.
        Separated id: ServerId = "id" "UNIQUE ID" at 2,
    }
    /// Answers U84 with an unknown identifier.
    85 Listener "S85" S85 {
        /// The identifier in question.
        Separated id: ServerId = "id" "UNIQUE ID" at 2,
    }
    /// Answers a broken U84.
    86 Listener "S86" S86 says "BAD" {}
    /// Begins a long message.
    87 Connector "U87" U87 {
        /// How many parts follow.
        Separated parts: u32 = "parts" "TP" at 2,
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "CLIENT MESSAGE ID" at 7,
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 12,
        /// The head, in base64.
        Separated message: &'a [u8] = "message" "BASE64ENCODED" at 21,
    }
    /// Answers U87.
    88 Listener "S88" S88 {
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "CLIENT MESSAGE ID" at 2,
        /// About the number of parts.
        Separated parts_code: u8 = "parts-code" "TP" at 7,
        /// About the room.
        Joined room_code: u8 = "room-code" "RID" at 8,
        /// About the head.
        Joined message_code: u8 = "message-code" "M" at 9,
    }
    /// Answers a broken U87.
    89 Listener "S89" S89 says "BAD" {}
    /// Asks for a head again.
    90 Listener "S90" S90 {
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "CLIENT MESSAGE ID" at 2,
    }
    /// Carries a part of a long message.
    91 Connector "U91" U91 {
        /// Which part.
        Separated part: u32 = "part" "PN" at 2,
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "HEAD CLIENT MESSAGE ID" at 7,
        /// The part, in base64.
        Separated message: &'a [u8] = "message" "MESSAGE BASE64ENCODED" at 12,
    }
    /// Brings a part of a long message, as some servers do (CHAT-LONG-5).
    91 Listener "S91" S91 {
        /// Which part.
        Separated part: u32 = "part" "PN" at 2,
        /// The server's identifier of the message.
        Separated id: ServerId = "id" "UNIQUE ID" at 7,
        /// The part, in base64.
        Separated message: &'a [u8] = "message" "MESSAGE BASE64ENCODED" at 24,
    }
    /// Answers U91.
    92 Listener "S92" S92 {
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "HEAD CLIENT MESSAGE ID" at 2,
        /// About the number of the part.
        Separated part_code: u8 = "part-code" "PN" at 7,
        /// About the room.
        Joined room_code: u8 = "room-code" "RID" at 8,
        /// About the part.
        Joined message_code: u8 = "message-code" "M" at 9,
    }
    /// Answers a broken U91.
    93 Listener "S93" S93 says "BAD" {}
    /// Asks for a part again.
    94 Listener "S94" S94 {
        /// Which part.
        Separated part: u32 = "part" "PN" at 2,
        /// The client's number of the message.
        Separated message_id: MessageId = "message-id" "CLIENT MESSAGE ID" at 7,
    }
    /// Brings a head or a part of a long message; the source calls it U95.
    95 Listener "S95" S95 {
        /// How many parts follow this one.
        Separated parts: u32 = "parts" "TP" at 2,
        /// The server's identifier of the message.
        Separated id: ServerId = "id" "UNIQUE ID" at 7,
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 24,
        /// The head or part, in base64.
        Separated message: &'a [u8] = "message" "MESSAGE BASE64ENCODED" at 33,
    }
    /// Acknowledges S95.
    96 Connector "U96" U96 {
        /// The server's identifier of the message.
        Separated id: ServerId = "id" "UNIQUE ID" at 2,
    }
    /// Answers U96 with an unknown identifier.
    97 Listener "S97" S97 {
        /// The first half of the identifier in question.
        Separated id_start: IdStart = "id-start" "FIRST 8-BYTES OF UNIQUE ID" at 2,
    }
    /// Answers a broken U96.
    98 Listener "S98" S98 says "BAD" {}
    /// Asks for a part again.
    99 Connector "U99" U99 {
        /// Which part; 0 is the head.
        Separated part: u32 = "part" "PN" at 2,
        /// The first half of the server's identifier.
        Separated id_start: IdStart = "id-start" "FIRST 8-BYTES OF UNIQUE ID" at 7,
    }
    /// Answers U99.
    100 Listener "S100" S100 {
        /// The first half of the server's identifier.
        Separated id_start: IdStart = "id-start" "FIRST 8-BYTES OF UNIQUE ID" at 2,
        /// About the number of the part.
        Separated part_code: u8 = "part-code" "PN" at 11,
        /// About the room.
        Joined room_code: u8 = "room-code" "RID" at 12,
        /// About the message.
        Joined message_code: u8 = "message-code" "M" at 13,
        /// Whether the client may ask: 01 yes, 00 no.
        Joined allowed: u8 = "allowed" "A" at 14,
    }
    /// Answers U99 about a message that is unknown.
    101 Listener "S101" S101 {
        /// Which part.
        Separated part: u32 = "part" "PN" at 2,
        /// The identifier in question.
        Separated id: ServerId = "id" "UNIQUE ID" at 7,
    }
    /// Answers a broken U99.
    102 Listener "S102" S102 says "BAD" {}
    /// Joins a room.
    160 Connector "U160" U160 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// The room's password, in base64; empty where there is none.
        Separated password: &'a [u8] = "password" "BASE64ENCODED PASSWORD" at 11,
    }
    /// Answers U160.
    161 Listener "S161" S161 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// About the room.
        Separated room_code: u8 = "room-code" "RID" at 11,
    }
    /// Somebody has joined a room.
    162 Listener "S162" S162 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// Who.
        Separated user: &'a [u8] = "user" "USERNAME" at 11,
        /// His alias; may be empty.
        Separated alias: &'a [u8] = "alias" "ALIAS" at 12,
    }
    /// Leaves a room.
    163 Connector "U163" U163 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// What to say about it; may be missing.
        Separated message: Option<&'a [u8]> = "message" "PART MESSAGE" at 11,
    }
    /// Answers U163.
    164 Listener "S164" S164 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// About the room.
        Separated room_code: u8 = "room-code" "RID" at 11,
    }
    /// Somebody has left a room.
    165 Listener "S165" S165 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// Who.
        Separated user: &'a [u8] = "user" "USERNAME" at 11,
        /// His alias; may be empty.
        Separated alias: &'a [u8] = "alias" "ALIAS" at 12,
    }
    /// Takes another alias.
    166 Connector "U166" U166 {
        /// The new alias.
        Separated alias: &'a [u8] = "alias" "NEW ALIAS" at 2,
    }
    /// Answers U166.
    167 Listener "S167" S167 {
        /// About the alias.
        Separated code: u8 = "code" "ALIAS" at 2,
    }
    /// Somebody has taken another alias.
    168 Listener "S168" S168 {
        /// Who.
        Separated user: &'a [u8] = "user" "USERNAME" at 2,
        /// The alias before; may be empty.
        Separated old: &'a [u8] = "old" "OLD ALIAS" at 3,
        /// The alias from now on.
        Separated new: &'a [u8] = "new" "NEW ALIAS" at 4,
    }
    /// Invites somebody into a room.
    169 Connector "U169" U169 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// Whom.
        Separated user: &'a [u8] = "user" "USERNAME" at 11,
        /// His alias; empty for everybody who is this user.
        Separated alias: &'a [u8] = "alias" "ALIAS" at 12,
    }
    /// An invitation that is passed on (CHAT-ROOM-6).
    169 Listener "S169" S169 {
        /// The room.
        Separated room: RoomId = "room" "UNIQUE ROOM ID" at 2,
        /// Who invites.
        Separated user: &'a [u8] = "user" "USERNAME" at 11,
        /// The alias of who invites; may be empty.
        Separated alias: &'a [u8] = "alias" "ALIAS" at 12,
    }
    /// Answers what the server does not support.
    251 Listener "S251" S251 says "PNS" {}
    /// Asks what the server supports.
    252 Connector "U252" U252 says "SP" {}
    /// Says what the server supports.
    253 Listener "S253" S253 {
        /// Codes of packets.
        Separated packets: PacketIds<'a> = "packets" "XX" at 2,
    }
    /// Says what the client supports.
    254 Connector "U254" U254 {
        /// Codes of packets.
        Separated packets: PacketIds<'a> = "packets" "XX" at 2,
    }
}

impl Packet<'_> {
    /// The packet as octets of their own.
    #[must_use]
    pub fn to_octets(&self, order: ByteOrder) -> Vec<u8> {
        let mut octets = Vec::new();
        self.encode(order, &mut octets);
        octets
    }
}
