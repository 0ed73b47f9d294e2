//! What mutants mix up between connections, and between what comes earlier and later on one.

use crate::chat::code::{INVALID, OKAY};
use crate::chat::mutant::Mutant;
use crate::chat::text::decode_base64;
use crate::chat::{ConnectionId, MessageId, Packet, Request, RoomId, Server, ServerId};
use crate::time::Instant;
use crate::wire::ByteOrder;

/// How many unfinished messages a mutant allows all connections together.
const DRAFTS_OF_ALL: usize = 8;

/// How many unfinished messages of connections that have ended leave no room for others.
const DRAFTS_OF_THE_GONE: usize = 6;

/// How often a head may come again before it counts.
const HEADS_AGAIN: u32 = 8;

/// How many guests there are, as far as no login of theirs has failed.
pub(super) fn guests_without_failure(server: &Server) -> u64 {
    let has_failed = |id: &&ConnectionId| server.memory.failures.contains_key(id);
    let failed = server.connections.keys().filter(has_failed).count();
    u64::try_from(server.connections.len() - failed).unwrap_or(u64::MAX)
}

/// What a mutant finds of a password that was judged.
pub(in crate::chat) fn judged_again(
    server: &Server,
    id: ConnectionId,
    user: &[u8],
    code: u8,
) -> u8 {
    let was_right = server.memory.proven.get(&id).is_some_and(|name| name == user);
    if was_right && code == INVALID { OKAY } else { code }
}

/// A login was refused, and its password had this code.
pub(in crate::chat) fn after_a_password(
    server: &mut Server,
    id: ConnectionId,
    user: &[u8],
    code: u8,
) {
    if code == OKAY && server.settings.is(Mutant::RightPasswordStaysRight) {
        server.memory.proven.insert(id, user.to_vec());
    }
}

/// A packet that a mutant deals with, or that reminds it of something; `true`: it is done with.
pub(super) fn overtaken(
    server: &mut Server,
    now: Instant,
    id: ConnectionId,
    packet: &Packet<'_>,
    logged_in: bool,
) -> bool {
    match (server.settings.mutant, packet) {
        (Some(Mutant::RefusedMessagesAreDelivered), Packet::U80 { room, message, .. })
            if !logged_in && room == b"00000000" =>
        {
            deliver(server, now, id, *room, message);
            false
        }
        (Some(Mutant::EndiannessOfOneKindOnly), Packet::U2 { user, password, endianness })
            if !logged_in =>
        {
            let Some(octet) = *endianness else { return false };
            let is_letter = octet.is_ascii_alphabetic();
            let is_other = *server.memory.kinds.entry(id).or_insert(is_letter) != is_letter;
            if is_other {
                let endianness = Some(b'?');
                server.on_packet(now, id, &Packet::U2 { user, password, endianness }, logged_in);
            }
            is_other
        }
        (Some(mutant), Packet::U87 { message_id, .. }) if logged_in => {
            refuses_head(server, mutant, id, *message_id)
        }
        (Some(Mutant::LongReceiptCountsForAll), Packet::U96 { id: named }) => {
            forget_for_others(server, id, named);
            false
        }
        _ => false,
    }
}

/// Brings what was refused to everybody.
fn deliver(server: &mut Server, now: Instant, from: ConnectionId, room: RoomId, message: &[u8]) {
    let user = format!("guest-{}", from.0).into_bytes();
    server.counter += 1;
    let mut id = [0; 16];
    let (first, second) = id.split_at_mut(8);
    first.copy_from_slice(&server.counter.to_be_bytes());
    second.copy_from_slice(&server.unix_millis(now).to_be_bytes());
    for hearer in server.authenticated() {
        server.send(hearer, &Packet::S83 { id, room, user: &user, alias: b"", message });
    }
}

/// Whether a mutant refuses a head for how many there are; it is answered then.
fn refuses_head(
    server: &mut Server,
    mutant: Mutant,
    id: ConnectionId,
    message_id: MessageId,
) -> bool {
    let Some(connection) = server.connections.get_mut(&id) else { return false };
    let is_again = connection.drafts.get_mut(message_id).is_some();
    let is_refused = match mutant {
        Mutant::HeadAgainCounts if is_again => {
            *server.memory.heads.entry(id).or_default() += 1;
            false
        }
        Mutant::HeadAgainCounts => {
            server.memory.heads.get(&id).is_some_and(|heads| *heads >= HEADS_AGAIN)
        }
        Mutant::HeadsOfAllCount if !is_again => {
            let heads = server.connections.values().map(|other| other.drafts.count());
            heads.sum::<usize>() >= DRAFTS_OF_ALL
        }
        Mutant::UnfinishedMessagesOfTheGoneCount if !is_again => {
            server.memory.state.leaked >= DRAFTS_OF_THE_GONE
        }
        _ => false,
    };
    if is_refused {
        let [parts_code, room_code, message_code] =
            [INVALID, OKAY, OKAY].map(|code| server.settings.octet(code));
        server.send(id, &Packet::S88 { message_id, parts_code, room_code, message_code });
    }
    is_refused
}

/// A receipt for a long message makes a mutant forget it for the others, and what else they got.
fn forget_for_others(server: &mut Server, id: ConnectionId, named: &ServerId) {
    let is_known = |connection: &ConnectionId| {
        server.connections.get(connection).is_some_and(|connection| connection.long.has(named))
    };
    if is_known(&id) {
        for (_, other) in server.connections.iter_mut().filter(|(other, _)| **other != id) {
            core::mem::take(&mut other.long);
        }
    }
}

/// What another connection has sent of a packet is lost.
pub(super) fn drop_unfinished_of_others(server: &mut Server, id: ConnectionId) {
    for (_, other) in server.connections.iter_mut().filter(|(other, _)| **other != id) {
        other.deframer.drop_unfinished();
    }
}

/// Whether a mutant passes an unknown packet over in silence.
pub(in crate::chat) fn passes_over(server: &mut Server, id: ConnectionId, code: u8) -> bool {
    let logged_in = server.connections.get(&id).is_some_and(|connection| connection.user.is_some());
    logged_in
        && server.settings.is(Mutant::UnsupportedIsToldOnce)
        && server.memory.unknown.insert(id, code) == Some(code)
}

/// What mutants of the client remember; it stays empty without a mutant.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct ClientMemory {
    /// The byte order that an earlier login has asked for.
    asked: Option<ByteOrder>,
    /// A login was refused.
    is_refused: bool,
    /// A registration was okay.
    is_registered: bool,
    /// What it has heard.
    pub(in crate::chat) ear: super::ear::Ear,
}

/// The byte order that is wanted once a login asks for `order`.
pub(in crate::chat) fn wanted_order(
    mutant: Option<Mutant>,
    memory: &mut ClientMemory,
    order: ByteOrder,
) -> ByteOrder {
    match mutant {
        Some(Mutant::ClientOrderOfTheFirstLogin | Mutant::ClientOrderWaitsForCodes) => {
            *memory.asked.get_or_insert(order)
        }
        _ => order,
    }
}

/// How many messages a client that logs in has numbered.
pub(in crate::chat) fn after_asking_to_log_in(mutant: Option<Mutant>, before: u32) -> u32 {
    if mutant == Some(Mutant::ClientMessageIdsBeginAgainWithALogin) { 0 } else { before }
}

/// The order of numbers in what is sent again.
pub(in crate::chat) fn order_again(
    mutant: Option<Mutant>,
    memory: &mut ClientMemory,
    order: ByteOrder,
    piece: u32,
) -> ByteOrder {
    match mutant {
        Some(Mutant::ClientSendsAgainInBigEndian) => ByteOrder::Big,
        Some(Mutant::ClientSendsAgainInLittleEndian) => ByteOrder::Little,
        mutant if piece == 0 => memory.ear.order_again(mutant, order),
        _ => order,
    }
}

/// A reply with codes has come.
pub(in crate::chat) fn client_replied(
    mutant: Option<Mutant>,
    memory: &mut ClientMemory,
    to: Request,
    codes: &[u8],
) {
    let is_okay = codes == [OKAY; 3];
    match (mutant, to) {
        (Some(Mutant::ClientOrderWaitsForCodes), Request::Login) if codes.len() == 3 => {
            memory.asked = None;
        }
        (Some(Mutant::ClientRefusedEndsWithoutBye), Request::Login) => {
            memory.is_refused |= !is_okay;
        }
        (Some(Mutant::ClientRegisteredEndsWithoutBye), Request::Register) => {
            memory.is_registered |= is_okay;
        }
        _ => {}
    }
}

/// Whether a client that ends says so.
pub(in crate::chat) fn says_bye(mutant: Option<Mutant>, memory: &ClientMemory) -> bool {
    mutant != Some(Mutant::ClientEndsWithoutBye)
        && !memory.is_refused
        && !memory.is_registered
        && !memory.ear.leaves_silently(mutant)
}

/// The text of a head or part that a client has got, as a mutant keeps it.
pub(in crate::chat) fn part_text(mutant: Option<Mutant>, message: &[u8]) -> Vec<u8> {
    if mutant == Some(Mutant::ClientDecodesPartsTogether) {
        return message.to_vec();
    }
    decode_base64(message).unwrap_or_default()
}

/// The text of a whole message, put together from what was kept of its parts.
pub(in crate::chat) fn whole_text(mutant: Option<Mutant>, kept: Vec<u8>) -> Vec<u8> {
    if mutant == Some(Mutant::ClientDecodesPartsTogether) {
        return decode_base64(&kept).unwrap_or_default();
    }
    kept
}
