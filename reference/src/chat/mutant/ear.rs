//! What mutants of the client make of what it was told before.

use std::collections::{BTreeMap, BTreeSet};

use crate::chat::mutant::Mutant;
use crate::chat::{Frame, Packet, RoomId, ServerId};
use crate::wire::ByteOrder;

/// What a mutant of the client remembers; it stays empty without a mutant.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Ear {
    /// Rooms that it was let into, the latest last.
    joined: Vec<RoomId>,
    /// Rooms that it was let into, and that it has not been told of yet.
    entering: BTreeSet<RoomId>,
    /// Rooms that it was invited to.
    invited: BTreeSet<RoomId>,
    /// The latest join was refused.
    is_turned_away: bool,
    /// A login was answered with 06.
    is_in_already: bool,
    /// A packet was not supported.
    is_unsupported: bool,
    /// Joins that are not answered.
    asked: u32,
    /// The alias of a user, as S162 has it.
    aliases: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Long messages whose further parts are not acknowledged.
    dropped: BTreeSet<ServerId>,
    /// How often a head was asked for.
    again: u32,
}

impl Ear {
    /// A packet has come; `heard` are the long messages of which parts are missing.
    pub(in crate::chat) fn hears<'a>(
        &mut self,
        mutant: Option<Mutant>,
        packet: &Packet<'_>,
        heard: impl Iterator<Item = &'a ServerId>,
    ) {
        let Some(mutant) = mutant else { return };
        let drops = match packet {
            Packet::S83 { .. } => mutant == Mutant::ClientForgetsLongForShort,
            Packet::S97 { .. } => mutant == Mutant::ClientForgetsLongForAnUnknownReceipt,
            Packet::S164 { .. } => mutant == Mutant::ClientForgetsLongOnLeaving,
            Packet::S3 { user_code: 6, .. } => mutant == Mutant::ClientForgetsLongOnASecondLogin,
            _ => false,
        };
        if drops {
            self.dropped.extend(heard.copied());
        }
        match *packet {
            Packet::S3 { user_code: 6, .. } => self.is_in_already = true,
            Packet::S161 { room, room_code } => {
                self.asked = self.asked.saturating_sub(1);
                self.is_turned_away = room_code != 3;
                if room_code == 3 {
                    self.joined.push(room);
                    self.entering.insert(room);
                }
            }
            Packet::S162 { room, user, alias } => {
                self.entering.remove(&room);
                self.aliases.insert(user.to_vec(), alias.to_vec());
            }
            Packet::S169 { room, .. } => {
                self.invited.insert(room);
            }
            Packet::S251 {} => self.is_unsupported = true,
            _ => {}
        }
    }

    /// The client asks for a room.
    pub(in crate::chat) fn asks(&mut self, mutant: Option<Mutant>) {
        self.asked += u32::from(mutant.is_some());
    }

    /// Whether a short message in this room is not acknowledged.
    pub(in crate::chat) fn is_deaf(&self, mutant: Option<Mutant>, room: RoomId) -> bool {
        let is_for_all = room == *b"00000000" || room == *b"0000ECHO";
        match mutant {
            Some(Mutant::ClientAcknowledgesTheNewestRoom) => {
                !is_for_all && self.joined.last().is_some_and(|newest| *newest != room)
            }
            Some(Mutant::ClientAcknowledgesWhenToldOfItself) => self.entering.contains(&room),
            Some(Mutant::ClientAcknowledgesUntilInvited) => self.invited.contains(&room),
            Some(Mutant::ClientAcknowledgesUntilRefused) => !is_for_all && self.is_turned_away,
            Some(Mutant::ClientAcknowledgesUntilASecondLogin) => self.is_in_already,
            Some(Mutant::ClientAcknowledgesARoomOnce) => {
                self.joined.iter().filter(|joined| **joined == room).count() > 1
            }
            _ => false,
        }
    }

    /// Whether what comes of a long message is not acknowledged any more.
    pub(in crate::chat) fn has_dropped(&self, id: &ServerId) -> bool {
        self.dropped.contains(id)
    }

    /// Whether the client ends without U40.
    pub(in crate::chat) const fn leaves_silently(&self, mutant: Option<Mutant>) -> bool {
        match mutant {
            Some(Mutant::ClientEndsWithoutByeWhileItJoins) => self.asked > 0,
            Some(Mutant::ClientEndsWithoutByeOnceUnsupported) => self.is_unsupported,
            _ => false,
        }
    }

    /// The alias that the application is told of.
    pub(in crate::chat) fn alias(
        &self,
        mutant: Option<Mutant>,
        user: &[u8],
        alias: &[u8],
    ) -> Vec<u8> {
        if mutant == Some(Mutant::ClientTellsTheAliasOfTheUser)
            && let Some(known) = self.aliases.get(user)
        {
            return known.clone();
        }
        alias.to_vec()
    }

    /// The order of the numbers of a head that was asked for.
    pub(in crate::chat) fn order_again(
        &mut self,
        mutant: Option<Mutant>,
        order: ByteOrder,
    ) -> ByteOrder {
        if mutant != Some(Mutant::ClientNumbersTurnWhenAskedAgain) {
            return order;
        }
        self.again += 1;
        match order {
            ByteOrder::Little if self.again.is_multiple_of(2) => ByteOrder::Big,
            ByteOrder::Big if self.again.is_multiple_of(2) => ByteOrder::Little,
            order => order,
        }
    }
}

/// The number of the latest message, once a packet has come.
pub(in crate::chat) const fn number_after(
    mutant: Option<Mutant>,
    packet: &Packet<'_>,
    latest: u32,
) -> u32 {
    match (mutant, packet) {
        (
            Some(Mutant::ClientMessageIdsBeginAgainAtASecondLogin),
            Packet::S3 { user_code: 6, .. },
        ) => 0,
        (
            Some(Mutant::ClientMessageIdsGoBackWithARefusedHead),
            Packet::S88 { parts_code, room_code, .. },
        ) if *parts_code != 3 || *room_code != 3 => latest.saturating_sub(1),
        (Some(Mutant::ClientMessageIdsGoBackWithABrokenMessage), Packet::S82 {}) => {
            latest.saturating_sub(1)
        }
        _ => latest,
    }
}

/// The order in which numbers are read, where a login asks for `wanted`.
pub(in crate::chat) fn order_asked_for(
    mutant: Option<Mutant>,
    order: ByteOrder,
    wanted: ByteOrder,
) -> ByteOrder {
    if mutant == Some(Mutant::ClientReadsTheOrderItAsksFor) { wanted } else { order }
}

/// Whether what is behind a frame in its segment is lost.
pub(in crate::chat) fn loses_the_rest(mutant: Option<Mutant>, frame: &Frame) -> bool {
    match (mutant, frame) {
        (Some(Mutant::ClientLosesWhatFollowsItsLogin), Frame::Packet { octets, .. }) => {
            octets.starts_with(&[3])
        }
        (Some(Mutant::ClientLosesWhatFollowsTheUnknown), frame) => {
            !matches!(frame, Frame::Packet { .. })
        }
        _ => false,
    }
}

/// By what a long message is known.
pub(in crate::chat) fn long_key(mutant: Option<Mutant>, mut id: ServerId) -> ServerId {
    if mutant == Some(Mutant::ClientKnowsLongIdsToTheZero)
        && let Some(end) = id.iter().position(|octet| *octet == 0)
        && let Some(rest) = id.get_mut(end..)
    {
        rest.fill(0);
    }
    id
}

/// Whether a part is not sent.
pub(in crate::chat) fn leaves_part_out(
    mutant: Option<Mutant>,
    parts: &[&[u8]],
    piece: u32,
) -> bool {
    let place = usize::try_from(piece).unwrap_or(usize::MAX);
    let (Some(part), Some(before)) = (parts.get(place), parts.get(place.wrapping_sub(1))) else {
        return false;
    };
    match mutant {
        Some(Mutant::ClientLeavesBlankPartsOut) => part.trim_ascii().is_empty(),
        Some(Mutant::ClientLeavesLikePartsOut) => part == before,
        _ => false,
    }
}
