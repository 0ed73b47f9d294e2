//! Mutants of which a packet shows nothing by itself: what they do depends on what has come before.

use std::collections::{BTreeMap, BTreeSet};

use crate::chat::code::{
    ALREADY_IN_ROOM, IN_USE, INVALID, LONG_NOT_AUTHORIZED, NOT_AUTHORIZED, OKAY,
};
use crate::chat::mutant::Mutant;
use crate::chat::server::{Connection, Drafts, Receipts};
use crate::chat::{ConnectionId, MessageId, Packet, RoomId, Server, text};
use crate::time::Instant;
use crate::wire::ByteOrder;

/// What these mutants remember.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct State {
    /// How often one has joined a room besides that one is in it.
    joins: BTreeMap<(RoomId, ConnectionId), u32>,
    /// The rooms of users whose connections were reset.
    lost: BTreeSet<(Vec<u8>, RoomId)>,
    /// How often a connection has failed to join a room.
    wrong_passwords: BTreeMap<ConnectionId, u32>,
    /// Who was invited where.
    invited: BTreeSet<(Vec<u8>, RoomId)>,
    /// Who has left which room.
    parted: BTreeSet<(RoomId, ConnectionId)>,
    /// The long messages that are not whole.
    unfinished: BTreeSet<(ConnectionId, MessageId)>,
    /// Those of them whose room was left.
    stale: BTreeSet<(ConnectionId, MessageId)>,
    /// How many of them ended with their connections.
    pub(super) leaked: usize,
    /// TP and the room of the newest head of a connection.
    newest: BTreeMap<ConnectionId, (u32, RoomId)>,
    /// The order of numbers of who sent the newest part.
    sender_order: Option<ByteOrder>,
    /// The aliases that a connection has had.
    aliases: BTreeSet<(Vec<u8>, ConnectionId)>,
    /// The first alias of a connection.
    first_aliases: BTreeMap<ConnectionId, Vec<u8>>,
    /// As whom a connection has failed to log in.
    failed: BTreeMap<ConnectionId, Vec<u8>>,
    /// P of the newest S3 of a connection that looked at the password.
    passwords: BTreeMap<ConnectionId, u8>,
    /// The password of the first registration of each name.
    first_tries: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The order of numbers that each user's first login has named.
    orders: BTreeMap<Vec<u8>, ByteOrder>,
    /// What was delivered to the connection that each user had last.
    short: BTreeMap<Vec<u8>, Receipts>,
    long: BTreeMap<Vec<u8>, Receipts>,
    /// Connections whose last packet was broken.
    pub(super) broken: BTreeSet<ConnectionId>,
    /// Connections that were told which packets there are.
    listed: BTreeSet<ConnectionId>,
}

/// Deals with a packet that keeps its layout, if no other mutant has; `true`: it is done.
pub(super) fn intercept(
    server: &mut Server,
    now: Instant,
    id: ConnectionId,
    octets: &[u8],
    packet: &Packet<'_>,
) -> bool {
    let Some(mutant) = server.settings.mutant else { return false };
    let logged_in = server.who(id).is_some();
    let is_done = logged_in
        && (on_rooms(server, mutant, now, id, packet)
            || on_messages(server, mutant, id, packet)
            || on_the_rest(server, mutant, now, id, octets, packet));
    if !is_done {
        let first_try = first_try(server, packet);
        let packet = match (packet, &first_try) {
            (Packet::U6 { user, email, .. }, Some(password)) => {
                &Packet::U6 { user, password, email }
            }
            (Packet::U2 { .. }, _) => {
                server.memory.state.failed.remove(&id);
                packet
            }
            _ => packet,
        };
        server.on_packet(now, id, packet, logged_in);
        match packet {
            Packet::U2 { user, .. } if !logged_in => after_login(server, mutant, id, user),
            _ => after(server, mutant, id, packet),
        }
    }
    true
}

/// Rooms, invitations and aliases.
fn on_rooms(
    server: &mut Server,
    mutant: Mutant,
    now: Instant,
    id: ConnectionId,
    packet: &Packet<'_>,
) -> bool {
    let Some((own, own_alias)) = server.who(id) else { return false };
    match (mutant, packet) {
        (Mutant::RefusedJoinCounts, Packet::U160 { room, .. }) if server.rooms.has(*room, id) => {
            *server.memory.state.joins.entry((*room, id)).or_default() += 1;
        }
        (Mutant::LostMembershipIsHeld, Packet::U160 { room, .. })
            if server.memory.state.lost.contains(&(own.clone(), *room)) =>
        {
            let room_code = server.settings.octet(ALREADY_IN_ROOM);
            server.send(id, &Packet::S161 { room: *room, room_code });
            return true;
        }
        (Mutant::WrongRoomPasswordsLock, Packet::U160 { room, .. })
            if server.memory.state.wrong_passwords.get(&id).is_some_and(|wrong| *wrong >= 3)
                && server.rooms.password(*room).is_some() =>
        {
            let room_code = server.settings.octet(NOT_AUTHORIZED);
            server.send(id, &Packet::S161 { room: *room, room_code });
            return true;
        }
        (Mutant::InvitationsOpenRooms, Packet::U169 { room, user, .. }) => {
            server.memory.state.invited.insert((user.to_vec(), *room));
        }
        (Mutant::InvitationsOpenRooms, Packet::U160 { room, .. })
            if server.memory.state.invited.contains(&(own.clone(), *room)) =>
        {
            let plain = server.rooms.password(*room).unwrap_or_default();
            let password = text::encode_base64(plain.as_bytes());
            server.on_packet(now, id, &Packet::U160 { room: *room, password: &password }, true);
            return true;
        }
        (Mutant::RefusedPartLeavesAnotherRoom, Packet::U163 { room, .. })
            if !server.rooms.has(*room, id) =>
        {
            server.on_packet(now, id, packet, true);
            if let Some(connection) = server.connections.get_mut(&id)
                && let Some(other) = connection.rooms.pop_first()
            {
                server.rooms.leave(other, id);
            }
            return true;
        }
        (Mutant::ReturnerHearsTwice, Packet::U163 { room, .. }) => {
            server.memory.state.parted.insert((*room, id));
        }
        (Mutant::OldAliasOfOnesOwnIsInUse, Packet::U166 { alias })
            if own_alias != *alias
                && server.memory.state.aliases.contains(&(alias.to_vec(), id)) =>
        {
            let code = server.settings.octet(IN_USE);
            server.send(id, &Packet::S167 { code });
            return true;
        }
        (Mutant::InvitationsGoByTheFirstAlias, Packet::U169 { room, alias, .. })
            if !alias.is_empty() =>
        {
            let firsts = server.memory.state.first_aliases.clone();
            for (endpoint, _) in firsts.into_iter().filter(|(_, first)| first == alias) {
                server.send(endpoint, &Packet::S169 { room: *room, user: &own, alias: &own_alias });
            }
            return true;
        }
        _ => {}
    }
    false
}

/// Long messages.
fn on_messages(server: &mut Server, mutant: Mutant, id: ConnectionId, packet: &Packet<'_>) -> bool {
    let Some(connection) = server.connections.get_mut(&id) else { return false };
    let state = &server.memory.state;
    let newest = state.newest.get(&id).copied();
    match (mutant, packet) {
        (Mutant::PartsHeldAgainstTheNewestTotal, Packet::U91 { part, message_id, .. })
            if connection.drafts.get_mut(*message_id).is_some()
                && newest.is_some_and(|(total, _)| *part > total) =>
        {
            answer_part(server, id, *message_id, [INVALID, OKAY, OKAY]);
            return true;
        }
        (Mutant::ReturnerMayNotFinish, Packet::U91 { message_id, .. })
            if state.stale.contains(&(id, *message_id)) =>
        {
            answer_part(server, id, *message_id, [OKAY, LONG_NOT_AUTHORIZED, OKAY]);
            return true;
        }
        (Mutant::ReturnerMayNotFinish, Packet::U163 { room, .. }) => {
            for (who, message_id) in state.unfinished.clone() {
                let draft = connection.drafts.get_mut(message_id).filter(|_| who == id);
                if draft.is_some_and(|draft| draft.room == *room) {
                    server.memory.state.stale.insert((id, message_id));
                }
            }
        }
        (Mutant::LongGoesToTheRoomOfTheNewestHead, Packet::U91 { message_id, .. }) => {
            if let Some(draft) = connection.drafts.get_mut(*message_id)
                && let Some((_, room)) = newest
            {
                draft.room = room;
            }
        }
        _ => {}
    }
    false
}

fn answer_part(server: &mut Server, id: ConnectionId, message_id: MessageId, codes: [u8; 3]) {
    let [part_code, room_code, message_code] = codes.map(|code| server.settings.octet(code));
    server.send(id, &Packet::S92 { message_id, part_code, room_code, message_code });
}

/// What there is besides.
fn on_the_rest(
    server: &mut Server,
    mutant: Mutant,
    now: Instant,
    id: ConnectionId,
    octets: &[u8],
    packet: &Packet<'_>,
) -> bool {
    let order = server.connections.get(&id).map(|connection| connection.order);
    match (mutant, packet) {
        (Mutant::AskedPartsHaveTheirSendersOrder, Packet::U99 { part, id_start })
            if server.memory.state.sender_order.is_some()
                && server.memory.state.sender_order != order =>
        {
            let asked = Packet::U99 { part: part.swap_bytes(), id_start: *id_start };
            server.on_packet(now, id, &asked, true);
            true
        }
        (Mutant::BrokenPacketsLowerTheLimit, _)
            if server.memory.state.broken.remove(&id) && octets.len() > 4000 =>
        {
            server.on_broken(now, id, octets.first().copied().unwrap_or_default(), true);
            true
        }
        (Mutant::CapabilitiesToldOnce, Packet::U252 {}) => !server.memory.state.listed.insert(id),
        (_, Packet::U40 {}) => {
            keep_receipts(server, id);
            false
        }
        _ => false,
    }
}

/// The password with which a name was to be registered first.
fn first_try(server: &mut Server, packet: &Packet<'_>) -> Option<Vec<u8>> {
    match packet {
        Packet::U6 { user, password, .. }
            if !password.is_empty() && server.settings.is(Mutant::FirstPasswordTriedIsStored) =>
        {
            let first = server.memory.state.first_tries.entry(user.to_vec());
            Some(first.or_insert_with(|| password.to_vec()).clone())
        }
        _ => None,
    }
}

/// A packet was dealt with as it should be.
fn after(server: &mut Server, mutant: Mutant, id: ConnectionId, packet: &Packet<'_>) {
    let receipts = server.settings.limits.receipts;
    let own = server.who(id);
    let Some(connection) = server.connections.get_mut(&id) else { return };
    let state = &mut server.memory.state;
    match (mutant, packet) {
        (Mutant::RefusedJoinCounts, Packet::U163 { room, .. }) => {
            let joins = state.joins.entry((*room, id)).or_default();
            if *joins > 0 {
                *joins -= 1;
                connection.rooms.insert(*room);
                server.rooms.join(*room, id);
            }
        }
        (Mutant::WrongRoomPasswordsLock, Packet::U160 { room, .. })
            if !connection.rooms.contains(room) =>
        {
            *state.wrong_passwords.entry(id).or_default() += 1;
        }
        (Mutant::OldAliasOfOnesOwnIsInUse, Packet::U166 { alias })
            if connection.alias == *alias =>
        {
            state.aliases.insert((alias.to_vec(), id));
        }
        (Mutant::InvitationsGoByTheFirstAlias, Packet::U166 { alias })
            if connection.alias == *alias =>
        {
            state.first_aliases.entry(id).or_insert_with(|| alias.to_vec());
        }
        (Mutant::RefusedAliasFreesTheOwn, Packet::U166 { alias })
            if server.aliases.get(*alias).is_some_and(|holder| *holder != id) =>
        {
            server.aliases.remove(&connection.alias);
        }
        (Mutant::InvitationsReachWhoWasRefused, Packet::U169 { room, user, alias: [] }) => {
            let Some((inviter, inviter_alias)) = own else { return };
            let failed = state.failed.clone();
            for (endpoint, _) in failed.into_iter().filter(|(_, wanted)| wanted == user) {
                let (user, alias) = (&inviter, &inviter_alias);
                server.send(endpoint, &Packet::S169 { room: *room, user, alias });
            }
        }
        (Mutant::ShortMessageDropsUnfinished, Packet::U80 { .. }) => {
            connection.drafts = Drafts::default();
        }
        (_, Packet::U87 { parts, message_id, room, .. })
            if connection.drafts.get_mut(*message_id).is_some() =>
        {
            state.unfinished.insert((id, *message_id));
            state.stale.remove(&(id, *message_id));
            state.newest.insert(id, (*parts, *room));
        }
        (_, Packet::U91 { message_id, .. }) => {
            state.sender_order = Some(connection.order);
            if connection.drafts.get_mut(*message_id).is_none() {
                state.unfinished.remove(&(id, *message_id));
            }
        }
        (Mutant::AnsweredReceiptIsLearned, Packet::U84 { id: acknowledged })
            if !connection.short.has(acknowledged) =>
        {
            connection.short.delivered(*acknowledged, receipts);
        }
        _ => {}
    }
}

/// U2 of a guest was answered.
fn after_login(server: &mut Server, mutant: Mutant, id: ConnectionId, user: &[u8]) {
    let is_known = server.accounts.contains_key(user);
    let is_held = server.online.contains_key(user);
    let Some(connection) = server.connections.get_mut(&id) else { return };
    let state = &mut server.memory.state;
    if connection.user.is_none() && is_known {
        let counts = mutant == Mutant::InvitationsReachWhoWasRefused
            || mutant == Mutant::FailedLoginHoldsAPlace && !is_held;
        state.failed.extend(counts.then(|| (id, user.to_vec())));
    }
    match mutant {
        Mutant::UncheckedPasswordStays => {
            if let [.., 3, 0xFF, user_code, password_code, _, 0] = connection.queue.as_mut_slice() {
                match (*user_code, state.passwords.get(&id)) {
                    (OKAY, _) => {
                        state.passwords.insert(id, *password_code);
                    }
                    (1 | INVALID, Some(before)) => *password_code = *before,
                    _ => {}
                }
            }
        }
        Mutant::OrderIsKeptForTheUser => {
            if let Some(user) = connection.user.clone() {
                connection.order = *state.orders.entry(user).or_insert(connection.order);
            }
        }
        Mutant::ReceiptsAreTheUsers => {
            let user = connection.user.as_deref().unwrap_or_default();
            connection.short = state.short.remove(user).unwrap_or_default();
        }
        Mutant::LongMessagesAreTheUsers => {
            let user = connection.user.as_deref().unwrap_or_default();
            connection.long = state.long.remove(user).unwrap_or_default();
        }
        _ => {}
    }
}

/// Keeps for a user what was delivered to a connection that ends.
fn keep_receipts(server: &mut Server, id: ConnectionId) {
    let Some(connection) = server.connections.get(&id) else { return };
    let Some(user) = connection.user.clone() else { return };
    let state = &mut server.memory.state;
    state.short.entry(user.clone()).or_insert_with(|| connection.short.clone());
    state.long.entry(user).or_insert_with(|| connection.long.clone());
}

/// A connection ends.
pub(super) fn before_leaving(server: &mut Server, id: ConnectionId) {
    if server.settings.mutant.is_none() {
        return;
    }
    keep_receipts(server, id);
    if server.settings.is(Mutant::IdsBeginAgainWhenEverybodyHasGone)
        && server.authenticated().iter().all(|other| *other == id)
    {
        server.counter = 0;
    }
    let state = &mut server.memory.state;
    state.failed.remove(&id);
    let unfinished = state.unfinished.len();
    state.unfinished.retain(|(who, _)| *who != id);
    let ended = unfinished - state.unfinished.len();
    state.leaked += ended;
    if ended > 0
        && server.settings.is(Mutant::EndingAmidAMessageKeepsRooms)
        && let Some(connection) = server.connections.get_mut(&id)
    {
        connection.rooms.clear();
    }
}

/// A connection has broken.
pub(super) fn before_reset(server: &mut Server, id: ConnectionId) {
    if !server.settings.is(Mutant::LostMembershipIsHeld) {
        return;
    }
    let Some(connection) = server.connections.get(&id) else { return };
    let user = connection.user.clone().unwrap_or_default();
    let rooms = connection.rooms.iter().map(|room| (user.clone(), *room));
    server.memory.state.lost.extend(rooms);
}

/// Those of a room's members who have left it before.
pub(super) fn returned(
    server: &Server,
    room: RoomId,
    members: &[ConnectionId],
) -> Vec<ConnectionId> {
    let came_back = |id: &ConnectionId| server.memory.state.parted.contains(&(room, *id));
    members.iter().copied().filter(came_back).collect()
}

/// Whether a failed login of another connection holds the one place that a user has.
pub(in crate::chat) fn holds_a_place(server: &Server, user: &[u8]) -> bool {
    server.settings.is(Mutant::FailedLoginHoldsAPlace)
        && server.memory.state.failed.values().any(|wanted| wanted == user)
}

/// Whether a mutant does not notice that a client has closed its side.
pub(in crate::chat) fn ignores_finish(server: &Server, id: ConnectionId) -> bool {
    let is_amid =
        |connection: &Connection| connection.user.is_some() && connection.deframer.held() > 0;
    match server.settings.mutant {
        Some(Mutant::FinishIgnored) => true,
        Some(Mutant::FinishAmidAPacketIgnored) => server.connections.get(&id).is_some_and(is_amid),
        Some(mutant) => {
            let ignores = |connection| super::beside::ignores_finish(mutant, connection);
            server.connections.get(&id).is_some_and(ignores)
        }
        None => false,
    }
}

/// Whether a packet is dropped for a client that does not read.
pub(super) fn is_dropped(mutant: Mutant, connection: &Connection, packet: &Packet<'_>) -> bool {
    mutant == Mutant::LeavingNotKeptForTheSlow
        && connection.blocked
        && matches!(packet, Packet::S165 { .. })
        || super::later::is_dropped(mutant, connection, packet)
}

/// How many messages are remembered for an endpoint.
pub(in crate::chat) fn receipts_kept(server: &Server) -> usize {
    let receipts = server.settings.limits.receipts;
    if server.settings.is(Mutant::ReceiptsShareTheirRoom) {
        return receipts / server.connections.len().max(1);
    }
    receipts
}

/// TP of a part that was asked for, as a mutant counts.
pub(in crate::chat) fn left_again(server: &Server, id: ConnectionId, left: u32) -> u32 {
    let order = server.connections.get(&id).map(|connection| connection.order);
    let is_foreign = server.memory.state.sender_order != order;
    if is_foreign && server.settings.is(Mutant::PartsAgainInTheSendersOrder) {
        return left.swap_bytes();
    }
    left
}
