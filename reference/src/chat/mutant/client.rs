//! How mutants of the client break its clauses.

use crate::chat::mutant::Mutant;
use crate::chat::text::encode_base64;
use crate::chat::{ClientConfig, Endianness, Packet, Role, ServerId, View};
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
        _ => {}
    }
    field
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
            let room = View::of(Role::Client, &octets).range("room").unwrap_or_default();
            octets.remove(room.start.saturating_sub(1));
        }
        (Some(Mutant::ClientReceiptsHaveNoEnd), Packet::U84 { .. }) => {
            octets.pop();
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
        _ => number,
    }
}

/// Whether a packet is lost on the client.
pub(in crate::chat) fn client_misses(mutant: Option<Mutant>, octets: &[u8]) -> bool {
    let id = View::of(Role::Server, octets).range("id").and_then(|range| octets.get(range));
    match mutant {
        Some(Mutant::ClientIdsEndAtZero) => id.is_some_and(|id| id.contains(&0)),
        _ => false,
    }
}

/// Whether an S83 is acknowledged, after `before` others.
pub(in crate::chat) const fn acknowledges(mutant: Option<Mutant>, before: u64) -> bool {
    match mutant {
        Some(Mutant::ClientAcknowledgesNothing) => false,
        Some(Mutant::ClientAcknowledgesOnce) => before == 0,
        _ => true,
    }
}

/// The identifier in an acknowledgement.
pub(in crate::chat) fn receipt_id(mutant: Option<Mutant>, mut id: ServerId) -> ServerId {
    if mutant == Some(Mutant::ClientAcknowledgesHalf) {
        let (_, second) = id.split_at_mut(8);
        second.fill(0);
    }
    id
}

/// Whether a head or part is acknowledged.
pub(in crate::chat) const fn acknowledges_piece(mutant: Option<Mutant>, is_head: bool) -> bool {
    match mutant {
        Some(Mutant::ClientAcknowledgesNothingLong) => false,
        Some(Mutant::ClientAcknowledgesHeadsOnly) => is_head,
        _ => true,
    }
}
