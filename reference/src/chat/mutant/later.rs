//! What mutants forget in time, lose for who does not read, or tell apart too little.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use crate::chat::code::OKAY;
use crate::chat::mutant::Mutant;
use crate::chat::server::{Connection, Drafts, Receipts};
use crate::chat::{ConnectionId, MessageId, Packet, Password, Request, RoomId, Server};
use crate::time::Instant;
use crate::wire::ByteOrder;

const GLOBAL: RoomId = *b"00000000";
const ECHO: RoomId = *b"0000ECHO";

/// How long a connection may say nothing before something of it is forgotten.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a packet counts for where packets are counted.
const PACKET: usize = 4096;

/// What these mutants remember.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Later {
    /// When octets came last on a connection.
    heard: BTreeMap<ConnectionId, Instant>,
    /// Connections whose login was broken.
    broken_logins: BTreeSet<ConnectionId>,
    /// Connections that have registered somebody.
    registrars: BTreeSet<ConnectionId>,
    /// Who has joined a room that he was in.
    joined_again: BTreeSet<(RoomId, ConnectionId)>,
}

/// Octets come on a connection, perhaps after a long time.
pub(in crate::chat) fn awakes(server: &mut Server, now: Instant, id: ConnectionId) {
    let Some(mutant) = server.settings.mutant else { return };
    let before = server.memory.later.heard.insert(id, now).unwrap_or(now);
    if now < before + PATIENCE {
        return;
    }
    let Some(connection) = server.connections.get_mut(&id) else { return };
    match mutant {
        Mutant::UnfinishedMessagesExpire => connection.drafts = Drafts::default(),
        Mutant::LongMessagesAreForgottenInTime => connection.long = Receipts::default(),
        Mutant::HalvesExpire if connection.deframer.held() > 0 => {
            connection.deframer.drop_unfinished();
        }
        Mutant::SkippingExpires if connection.deframer.is_skipping() => {
            connection.deframer.drop_unfinished();
        }
        Mutant::MembershipsExpire => {
            for room in core::mem::take(&mut connection.rooms) {
                server.rooms.leave(room, id);
            }
        }
        Mutant::AliasesExpire => {
            let alias = core::mem::take(&mut connection.alias);
            server.aliases.remove(&alias);
        }
        _ => {}
    }
}

/// A broken packet with this code was answered, or an unknown one.
pub(super) fn after_bad(server: &mut Server, id: ConnectionId, code: u8) {
    if code == 2 {
        server.memory.later.broken_logins.insert(id);
    }
    if server.settings.is(Mutant::BrokenPacketsForgetLongMessages)
        && let Some(connection) = server.connections.get_mut(&id)
    {
        connection.long = Receipts::default();
    }
}

/// Whether a broken U40 of a guest is answered as if somebody was logged in.
pub(in crate::chat) fn forgives_bye(server: &Server, id: ConnectionId) -> bool {
    server.settings.is(Mutant::BrokenByeIsForgivenAfterABrokenLogin)
        && server.memory.later.broken_logins.contains(&id)
}

/// Whether a packet under way is too long for a mutant that adds up those of all connections.
pub(super) fn is_too_long(server: &Server, id: ConnectionId) -> bool {
    let held = |connection: &Connection| connection.deframer.held();
    server.settings.is(Mutant::LengthsOfAllCount)
        && server.connections.get(&id).is_some_and(|connection| held(connection) > 0)
        && server.connections.values().map(held).sum::<usize>() > crate::chat::PACKET_MAX
}

/// A connection ends.
pub(super) fn before_leaving(server: &mut Server, id: ConnectionId) {
    super::beside::before_leaving(server, id);
    if server.settings.is(Mutant::LongMessagesGoWithTheirSender) {
        drop(core::mem::take(&mut server.kept));
    }
    if server.settings.is(Mutant::EndOfTheSlowIsSilent)
        && let Some(connection) = server.connections.get_mut(&id)
        && connection.blocked
    {
        for room in core::mem::take(&mut connection.rooms) {
            server.rooms.leave(room, id);
        }
    }
}

/// A connection has ended.
pub(super) fn after_leaving(server: &mut Server, id: ConnectionId, user: &[u8]) {
    let is_slow = server.connections.get(&id).is_some_and(|connection| connection.blocked);
    if is_slow && server.settings.is(Mutant::LoginOfTheSlowLasts) {
        server.online.entry(user.to_vec()).or_default().insert(id);
    }
}

/// How much more waits for who does not read, as a mutant counts packets.
pub(super) const fn counted(mutant: Mutant, added: usize) -> usize {
    match mutant {
        Mutant::OutputBoundCountsPackets => PACKET,
        _ => added,
    }
}

/// Whether a packet is dropped for a client that does not read.
pub(super) const fn is_dropped(
    mutant: Mutant,
    connection: &Connection,
    packet: &Packet<'_>,
) -> bool {
    matches!((mutant, packet), (Mutant::LongMessagesNotKeptForTheSlow, Packet::S95 { .. }))
        && connection.blocked
}

/// By what an unfinished message is known.
pub(in crate::chat) fn draft_key(mutant: Option<Mutant>, message_id: MessageId) -> MessageId {
    let [_, second, third, fourth] = message_id;
    match mutant {
        Some(Mutant::MessageIdsAreKnownFromTheirSecondOctet) => [0, second, third, fourth],
        Some(Mutant::MessageIdsAreText) => {
            message_id.map(|octet| if octet.is_ascii() { octet } else { 0xFF })
        }
        _ => message_id,
    }
}

/// Who hears a long message in place of those who should.
pub(super) fn long_hearers(
    mutant: Mutant,
    server: &Server,
    from: ConnectionId,
    room: RoomId,
) -> Option<Vec<ConnectionId>> {
    let own = server.who(from).map(|(user, _)| user);
    let is_own = |id: &ConnectionId| server.who(*id).map(|(user, _)| user) == own;
    let has_alias = |id: &ConnectionId| server.who(*id).is_some_and(|(_, alias)| !alias.is_empty());
    let others = match room {
        ECHO => vec![from],
        GLOBAL => server.authenticated(),
        _ => server.rooms.members(room),
    };
    let others = others.into_iter().filter(|id| *id != from);
    Some(match mutant {
        Mutant::LongEchoReachesTheWholeUser if room == ECHO => {
            server.authenticated().into_iter().filter(is_own).collect()
        }
        Mutant::LongMissesTheSendersEndpoints if room != ECHO => {
            others.filter(|id| !is_own(id)).collect()
        }
        Mutant::LongMissesWhoHasAnAlias if room != ECHO => {
            others.filter(|id| !has_alias(id)).collect()
        }
        Mutant::LongIsLostBehindAPassword if server.rooms.password(room).is_some() => Vec::new(),
        _ => return None,
    })
}

/// Who hears a short message in place of those who should.
pub(super) fn hearers(
    mutant: Mutant,
    server: &Server,
    from: ConnectionId,
    room: RoomId,
) -> Option<Vec<ConnectionId>> {
    if room == GLOBAL {
        return super::beside::hearers(mutant, server, from);
    }
    if mutant != Mutant::JoiningAgainDoublesMessages || room == ECHO {
        return None;
    }
    let mut all = server.rooms.members(room);
    let twice = |id: &ConnectionId| server.memory.later.joined_again.contains(&(room, *id));
    let again: Vec<ConnectionId> = all.iter().copied().filter(twice).collect();
    all.extend(again);
    all.retain(|id| *id != from);
    Some(all)
}

/// Somebody asks to join a room.
pub(in crate::chat) fn asks_to_join(server: &mut Server, room: RoomId, id: ConnectionId) {
    if server.settings.mutant.is_some() && server.rooms.has(room, id) {
        server.memory.later.joined_again.insert((room, id));
    }
}

/// Whether a mutant finds an alias in use because another one is like it.
pub(in crate::chat) fn is_like_anothers(server: &Server, id: ConnectionId, alias: &[u8]) -> bool {
    let is_like = |other: &[u8]| match server.settings.mutant {
        Some(Mutant::AliasesAreComparedBy31Octets) => {
            other.get(..31).is_some_and(|start| alias.get(..31) == Some(start))
        }
        Some(Mutant::AliasesAreComparedByTheirBeginning) => other.starts_with(alias),
        Some(Mutant::CaseOfAliasesIgnored) => other.eq_ignore_ascii_case(alias),
        _ => false,
    };
    server.aliases.iter().any(|(other, holder)| *holder != id && is_like(other))
}

/// The account that a mutant finds for a name that has none.
pub(super) fn account<'a>(
    mutant: Option<Mutant>,
    accounts: &'a BTreeMap<Vec<u8>, Password>,
    user: &[u8],
) -> Option<&'a Password> {
    match mutant {
        Some(Mutant::NamesAreComparedBy31Octets) => {}
        Some(Mutant::NamesAreCutAt32Octets) => return accounts.get(user.get(..32)?),
        _ => return None,
    }
    let start = user.get(..31)?;
    let is_like = |(name, _): &(&Vec<u8>, _)| name.get(..31) == Some(start);
    accounts.iter().find(is_like).map(|(_, password)| password)
}

/// A connection has registered somebody.
pub(in crate::chat) fn has_registered(server: &mut Server, id: ConnectionId) {
    if server.settings.is(Mutant::GuestRegistersOnce) {
        server.memory.later.registrars.insert(id);
    }
}

/// Whether a connection may register nobody more.
pub(in crate::chat) fn may_not_register(server: &Server, id: ConnectionId) -> bool {
    server.memory.later.registrars.contains(&id)
}

/// The number of a part that is asked for, as it is read.
pub(in crate::chat) const fn part_asked_for(mutant: Option<Mutant>, part: u32) -> u32 {
    match mutant {
        Some(Mutant::PartAskedForIsSigned) if part > u32::MAX / 2 => 0,
        Some(Mutant::PartAskedForHasTwoOctets) => part & 0xFFFF,
        _ => part,
    }
}

/// Whether the answer behind `waiting` octets makes a mutant drop the rest of the segment.
pub(super) fn loses_what_follows(server: &Server, id: ConnectionId, waiting: usize) -> bool {
    let queue = server.connections.get(&id).and_then(|connection| connection.queue.get(waiting..));
    match (server.settings.mutant, queue) {
        (Some(Mutant::RefusedHeadsLoseWhatFollows), Some([88, .., parts, room, message, 0])) => {
            [parts, room, message] != [&OKAY; 3]
        }
        (Some(Mutant::RefusedEndpointLosesWhatFollows), Some([5, ..])) => true,
        (Some(Mutant::LastPartLosesWhatFollows), Some([92, .., OKAY, OKAY, OKAY, 0])) => {
            server.connections.get(&id).is_some_and(|connection| connection.drafts.count() == 0)
        }
        _ => false,
    }
}

/// The order of a client's numbers when an answer has come.
pub(in crate::chat) fn order_after(
    mutant: Option<Mutant>,
    to: Request,
    codes: &[u8],
    order: ByteOrder,
) -> ByteOrder {
    let is_refused = to == Request::Register && codes.iter().any(|code| *code != OKAY);
    if is_refused && mutant == Some(Mutant::ClientOrderEndsWithARefusedRegistration) {
        return ByteOrder::Big;
    }
    order
}

/// Whether a new name is in use because another one is but for its case.
pub(in crate::chat) fn is_like_a_user(server: &Server, user: &[u8]) -> bool {
    server.settings.is(Mutant::CaseOfNewUsersIgnored)
        && server.accounts.keys().any(|name| name.eq_ignore_ascii_case(user))
}

/// The order of numbers after a registration.
pub(in crate::chat) fn order_of_the_registered(server: &Server, order: ByteOrder) -> ByteOrder {
    let is_first = server.memory.registered.is_empty();
    if server.settings.is(Mutant::OnlyTheFirstRegistrationIsBigEndian) && !is_first {
        return ByteOrder::Little;
    }
    order
}
