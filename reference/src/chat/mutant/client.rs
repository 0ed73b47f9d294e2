//! How mutants of the client break its clauses.

use crate::Role;
use crate::chat::mutant::Mutant;
use crate::chat::text::encode_base64;
use crate::chat::{ClientConfig, Deframer, Endianness, Packet, RoomId, ServerId, View};
use crate::wire::ByteOrder;

/// The octet that names a byte order in U2.
pub(in crate::chat) fn endianness_octet(config: ClientConfig, order: ByteOrder) -> u8 {
    let way = config.dialect.endianness;
    match (config.mutant, way) {
        (Some(Mutant::ClientNamesOrdersOtherwise), Endianness::Letter) => {
            Endianness::Number.octet(order)
        }
        (Some(Mutant::ClientNamesOrdersOtherwise), Endianness::Number) => {
            Endianness::Letter.octet(order)
        }
        (Some(Mutant::ClientNamesOrdersInSmallLetters), _) => way.octet(order) | 0x20,
        _ => way.octet(order),
    }
}

/// A password as a field.
pub(in crate::chat) fn password_field(mutant: Option<Mutant>, plain: &[u8]) -> Vec<u8> {
    match mutant {
        Some(Mutant::ClientPasswordNotEncoded) => unencoded(plain),
        _ => encode_base64(plain),
    }
}

/// The password of a room; `memory` is the one of the join before.
pub(in crate::chat) fn room_password(
    mutant: Option<Mutant>,
    memory: &mut Vec<u8>,
    password: &[u8],
) -> Vec<u8> {
    if mutant == Some(Mutant::ClientRepeatsItsPassword) {
        if !password.is_empty() {
            password.clone_into(memory);
        }
        return memory.clone();
    }
    password.to_vec()
}

/// A message as a field.
pub(in crate::chat) fn message_field(mutant: Option<Mutant>, plain: &[u8]) -> Vec<u8> {
    let mut field = encode_base64(plain);
    match mutant {
        Some(Mutant::ClientMessageNotEncoded) => field = unencoded(plain),
        Some(Mutant::ClientLeavesPaddingOut) => field.retain(|octet| *octet != b'='),
        Some(Mutant::ClientTakesAnotherAlphabet) => {
            let other = |octet: u8| match octet {
                b'+' => b'-',
                b'/' => b'_',
                octet => octet,
            };
            field = field.into_iter().map(other).collect();
        }
        Some(Mutant::ClientBreaksLines) => {
            field = field.chunks(76).collect::<Vec<_>>().join(&b'\n');
        }
        _ => {}
    }
    field
}

/// Whether the answer to a login makes the order that it asked for that of the client's numbers.
pub(in crate::chat) fn sets_client_order(mutant: Option<Mutant>, codes: &[u8]) -> bool {
    codes == [3; 3] || codes == [6, 5, 5] && mutant == Some(Mutant::ClientOrderChangesWithAnyLogin)
}

/// A text as it is, without the octets that no field of free length may hold.
fn unencoded(plain: &[u8]) -> Vec<u8> {
    plain.iter().copied().filter(|octet| !matches!(octet, 0 | 0xFF)).collect()
}

/// The order in which numbers are sent.
pub(in crate::chat) fn client_order(mutant: Option<Mutant>, order: ByteOrder) -> ByteOrder {
    match (mutant, order) {
        (Some(Mutant::ClientNumbersAreBig), _)
        | (Some(Mutant::ClientNumbersInTheOtherOrder), ByteOrder::Little) => ByteOrder::Big,
        (Some(Mutant::ClientNumbersInTheOtherOrder), ByteOrder::Big) => ByteOrder::Little,
        _ => order,
    }
}

/// A packet's octets as they go out.
pub(in crate::chat) fn client_octets(
    mutant: Option<Mutant>,
    packet: &Packet<'_>,
    mut octets: Vec<u8>,
) -> Vec<u8> {
    match (mutant, packet) {
        (Some(Mutant::ClientFieldsTouch), Packet::U80 { .. }) => {
            let room = View::of(Role::Connector, &octets).range("room").unwrap_or_default();
            octets.remove(room.start.saturating_sub(1));
        }
        (Some(Mutant::ClientReceiptsHaveNoEnd), Packet::U84 { .. }) => {
            octets.pop();
        }
        (Some(Mutant::ClientByeIsSpelledOtherwise), Packet::U40 {}) => {
            octets.make_ascii_lowercase();
        }
        (Some(Mutant::ClientLoginFieldsTouch), Packet::U2 { .. }) => {
            let place = View::of(Role::Connector, &octets).range("endianness").unwrap_or_default();
            octets.remove(place.start.saturating_sub(1));
        }
        _ => {}
    }
    octets
}

/// The number of a message.
pub(in crate::chat) const fn message_number(mutant: Option<Mutant>, number: u32) -> u32 {
    match mutant {
        Some(Mutant::ClientMessageIdsStand) => 1,
        Some(Mutant::ClientMessageIdsOfTwo) => number % 2,
        Some(Mutant::ClientMessageIdsOfOneOctet) => number % 256,
        _ => number,
    }
}

/// The number of a long message after `before` others, where they have numbers of their own.
pub(in crate::chat) fn long_number(mutant: Option<Mutant>, before: usize) -> Option<u32> {
    let apart = mutant == Some(Mutant::ClientLongIdsApart);
    apart.then(|| u32::try_from(before + 1).unwrap_or(u32::MAX))
}

/// Whether a packet is lost on the client.
pub(in crate::chat) fn client_misses(mutant: Option<Mutant>, octets: &[u8]) -> bool {
    let view = View::of(Role::Listener, octets);
    let holds = |field: &str, octet: u8| {
        view.range(field).and_then(|range| octets.get(range)).is_some_and(|it| it.contains(&octet))
    };
    match mutant {
        Some(Mutant::ClientIdsEndAtZero) => holds("id", 0),
        Some(Mutant::ClientIdsEndAtSeparator) => holds("id", 0xFF),
        Some(Mutant::ClientRoomsEndAtZero) => holds("room", 0),
        Some(Mutant::ClientNumbersEndAtSeparator) => holds("parts", 0xFF),
        Some(Mutant::ClientWantsS7Separated) => octets.first() == Some(&7) && !view.is_variant,
        _ => false,
    }
}

/// Where the client takes its stream to be, before the next frame.
pub(in crate::chat) fn place_in_stream(
    mutant: Option<Mutant>,
    deframer: &mut Deframer,
    input: &mut &[u8],
) {
    if mutant == Some(Mutant::ClientTakesAnEndForAPacket)
        && deframer.is_between()
        && let Some((0, rest)) = input.split_first()
    {
        *input = rest;
        deframer.skip();
    }
}

/// The order in which numbers are read.
pub(in crate::chat) const fn reading_order_of_client(
    mutant: Option<Mutant>,
    order: ByteOrder,
) -> ByteOrder {
    match (mutant, order) {
        (Some(Mutant::ClientReadsBigEndian), _)
        | (Some(Mutant::ClientReadsTheOtherOrder), ByteOrder::Little) => ByteOrder::Big,
        (Some(Mutant::ClientReadsTheOtherOrder), ByteOrder::Big) => ByteOrder::Little,
        _ => order,
    }
}

/// The order after a registration, where U2 asked for `wanted`.
pub(in crate::chat) fn order_of_registration(
    mutant: Option<Mutant>,
    wanted: ByteOrder,
) -> ByteOrder {
    if mutant == Some(Mutant::ClientKeepsItsOrderWhenRegistered) { wanted } else { ByteOrder::Big }
}

/// More messages than a client ever counts: how many it has acknowledged, once it has left a room.
const LEFT: u64 = 1 << 48;

/// How many messages a client that leaves a room has acknowledged.
pub(in crate::chat) fn client_left(mutant: Option<Mutant>, before: u64) -> u64 {
    if mutant == Some(Mutant::ClientAcknowledgesUntilItLeaves) { LEFT } else { before }
}

/// How many messages a client that joins a room has numbered.
pub(in crate::chat) fn after_joining(mutant: Option<Mutant>, before: u32) -> u32 {
    if mutant == Some(Mutant::ClientMessageIdsBeginAgainOnJoining) { 0 } else { before }
}

/// Whether what comes again of a whole message is not acknowledged.
pub(in crate::chat) fn after_the_whole(mutant: Option<Mutant>) -> bool {
    mutant == Some(Mutant::ClientAcknowledgesUntilTheWhole)
}

/// How often an S83 is acknowledged, after `before` others.
pub(in crate::chat) fn acknowledgements(
    mutant: Option<Mutant>,
    before: u64,
    room: RoomId,
) -> usize {
    let is_said = match mutant {
        Some(Mutant::ClientAcknowledgesNothing) => false,
        Some(Mutant::ClientAcknowledgesOnce) => before == 0,
        Some(Mutant::ClientAcknowledgesAHundred) => before < 100,
        Some(Mutant::ClientAcknowledgesUntilItLeaves) => before < LEFT,
        Some(Mutant::ClientAcknowledgesRoomsOnly) => room != *b"00000000" && room != *b"0000ECHO",
        Some(Mutant::ClientAcknowledgesTwice) => return 2,
        _ => true,
    };
    usize::from(is_said)
}

/// The identifier in an acknowledgement.
pub(in crate::chat) fn receipt_id(mutant: Option<Mutant>, mut id: ServerId) -> ServerId {
    if mutant == Some(Mutant::ClientAcknowledgesHalf) {
        let (_, second) = id.split_at_mut(8);
        second.fill(0);
    }
    id
}

/// Whether a head or part is acknowledged; `left` is how many follow.
pub(in crate::chat) fn acknowledges_piece(
    mutant: Option<Mutant>,
    is_head: bool,
    left: Option<u32>,
) -> bool {
    match mutant {
        Some(Mutant::ClientAcknowledgesNothingLong) => false,
        Some(Mutant::ClientAcknowledgesHeadsOnly) => is_head,
        Some(Mutant::ClientAcknowledgesLastPartsOnly) => left == Some(0),
        _ => true,
    }
}

/// Whether a message of this kind gets the receipt of the other kind.
pub(in crate::chat) fn receipt_is_of_the_other_kind(mutant: Option<Mutant>, is_long: bool) -> bool {
    let wrong =
        if is_long { Mutant::ClientAcknowledgesAsShort } else { Mutant::ClientAcknowledgesAsLong };
    mutant == Some(wrong)
}

/// Octets of an acknowledgement.
const RECEIPT_LENGTH: usize = 19;

/// What a segment has brought about, from `start` on in what is to be sent.
pub(in crate::chat) fn client_segment(mutant: Option<Mutant>, queue: &mut [u8], start: usize) {
    if mutant == Some(Mutant::ClientReceiptsBackwards)
        && let Some(receipts) = queue.get_mut(start..)
        && receipts.len().is_multiple_of(RECEIPT_LENGTH)
    {
        let backwards: Vec<u8> = receipts.chunks(RECEIPT_LENGTH).rev().flatten().copied().collect();
        receipts.copy_from_slice(&backwards);
    }
}

/// What a client says after U40.
pub(in crate::chat) fn last_words(mutant: Option<Mutant>) -> Option<Packet<'static>> {
    let speaks = mutant == Some(Mutant::ClientSpeaksAfterBye);
    speaks.then_some(Packet::U166 { alias: b"gone" })
}
