//! What mutants make of users, rooms and messages.

use std::collections::{BTreeMap, BTreeSet};

use crate::chat::mutant::Mutant;
use crate::chat::server::Connection;
use crate::chat::{ConnectionId, MessageId, Packet, Password, RoomId, Server, ServerId};
use crate::time::Instant;
use crate::wire::ByteOrder;

const GLOBAL: RoomId = *b"00000000";
const ECHO: RoomId = *b"0000ECHO";

/// Who hears a message in place of those who should.
pub(in crate::chat) fn hearers(
    mutant: Mutant,
    server: &Server,
    from: ConnectionId,
    room: RoomId,
    is_long: bool,
) -> Option<Vec<ConnectionId>> {
    let others = |mut ids: Vec<ConnectionId>| {
        ids.retain(|id| *id != from);
        ids
    };
    let members = server.rooms.members(room);
    let is_special = room == GLOBAL || room == ECHO;
    if is_long {
        return Some(match mutant {
            Mutant::LongReachesThoseOfItsHead => server.memory.audiences.get(&from).cloned()?,
            Mutant::LongReachesItsSender if !is_special => members,
            Mutant::LongReachesOutsiders if !is_special => others(server.authenticated()),
            Mutant::LongReachesNobody if !is_special => Vec::new(),
            Mutant::LongReachesOneOnly if !is_special => {
                others(members).into_iter().take(1).collect()
            }
            Mutant::LongGlobalReachesNobody if room == GLOBAL => Vec::new(),
            Mutant::LongEchoReachesNobody if room == ECHO => Vec::new(),
            Mutant::LongEchoReachesEverybody if room == ECHO => server.authenticated(),
            _ => return super::later::long_hearers(mutant, server, from, room),
        });
    }
    Some(match mutant {
        Mutant::SenderHearsHimself if !is_special => members,
        Mutant::OutsidersHear if !is_special => others(server.authenticated()),
        Mutant::OneHearerMissed if !is_special => others(members).into_iter().skip(1).collect(),
        Mutant::OnlyOneHears if !is_special => others(members).into_iter().take(1).collect(),
        Mutant::OnlyTwoHear if !is_special => others(members).into_iter().take(2).collect(),
        Mutant::OnlyFourHear if !is_special => others(members).into_iter().take(4).collect(),
        Mutant::OneEndpointOfAUserHears if !is_special => {
            super::hearing::first_of_each_user(server, others(members))
        }
        Mutant::GlobalMissesWhoHasRegistered if room == GLOBAL => {
            super::hearing::without_registered(server, others(server.authenticated()))
        }
        Mutant::AllRoomsOfTheSenderHear if !is_special => {
            let rooms = server.connections.get(&from).map(|sender| sender.rooms.clone());
            let all: BTreeSet<ConnectionId> =
                rooms.into_iter().flatten().flat_map(|room| server.rooms.members(room)).collect();
            others(all.into_iter().collect())
        }
        Mutant::FormerMembersHear if !is_special => {
            let former = server.memory.former.iter().filter(|(left, _)| *left == room);
            let all: BTreeSet<ConnectionId> =
                members.into_iter().chain(former.map(|(_, id)| *id)).collect();
            others(all.into_iter().collect())
        }
        Mutant::ReturnerHearsTwice if !is_special => {
            let mut all = others(members);
            let again = super::server_state::returned(server, room, &all);
            all.extend(again);
            all
        }
        Mutant::NobodyHears if !is_special => Vec::new(),
        Mutant::LeavingEndsTheRoomOfAll if room == GLOBAL => {
            let has_left = |id| server.memory.former.iter().any(|(_, who)| *who == id);
            server.authenticated().into_iter().filter(|id| *id != from && !has_left(*id)).collect()
        }
        Mutant::GlobalReachesItsSender if room == GLOBAL => server.authenticated(),
        Mutant::GlobalReachesWhoIsInARoom if room == GLOBAL => {
            others(server.rooms.everybody().into_iter().collect())
        }
        Mutant::GlobalReachesGuests if room == GLOBAL => {
            others(server.connections.keys().copied().collect())
        }
        Mutant::GlobalReachesNobody if room == GLOBAL => Vec::new(),
        Mutant::EchoReachesEverybody if room == ECHO => server.authenticated(),
        Mutant::EchoReachesTheOthers if room == ECHO => others(server.authenticated()),
        Mutant::EchoReachesNobody if room == ECHO => Vec::new(),
        _ => return super::later::hearers(mutant, server, from, room),
    })
}

/// Whether a mutant waits for those who hear a message before it answers it.
pub(in crate::chat) fn answer_waits(server: &Server, from: ConnectionId, room: RoomId) -> bool {
    let is_blocked = |id| server.connections.get(id).is_some_and(|hearer| hearer.blocked);
    server.settings.is(Mutant::AnswerWaitsForTheHearers)
        && server.hearers(from, room, false).iter().any(is_blocked)
}

/// The account that a mutant finds for a name.
pub(in crate::chat) fn account<'a>(
    mutant: Option<Mutant>,
    accounts: &'a BTreeMap<Vec<u8>, Password>,
    user: &[u8],
) -> Option<&'a Password> {
    let found = accounts.get(user);
    match mutant {
        Some(Mutant::CaseOfUsersIgnored) => found.or_else(|| {
            let same = |(name, _): &(&Vec<u8>, _)| name.eq_ignore_ascii_case(user);
            accounts.iter().find(same).map(|(_, password)| password)
        }),
        Some(Mutant::OtherOctetsAreDropped) => found.or_else(|| {
            let viewable = user.iter().copied().filter(u8::is_ascii_graphic);
            accounts.get(&viewable.collect::<Vec<u8>>())
        }),
        _ => found.or_else(|| super::later::account(mutant, accounts, user)),
    }
}

/// Whether a password is the stored one.
pub(in crate::chat) fn password(mutant: Option<Mutant>, stored: &Password, plain: &[u8]) -> bool {
    match mutant {
        Some(Mutant::PasswordsComparedByTheirBeginning) => (1..=plain.len())
            .any(|length| plain.get(..length).is_some_and(|start| stored.is(start))),
        _ => stored.is(plain),
    }
}

/// The number in the name of a guest.
pub(in crate::chat) fn guest_number(server: &Server, id: ConnectionId) -> u64 {
    match server.settings.mutant {
        Some(Mutant::GuestNamesRepeat) => 0,
        Some(Mutant::GuestsAreCounted) => {
            u64::try_from(server.connections.len()).unwrap_or(u64::MAX)
        }
        Some(Mutant::FailedGuestsAreNotCounted) => super::between::guests_without_failure(server),
        _ => id.0,
    }
}

/// Whether a second endpoint is let in where it should not.
pub(in crate::chat) fn lets_in(server: &mut Server, now: Instant, user: &[u8]) -> bool {
    match server.settings.mutant {
        Some(Mutant::SecondEndpointIsRefusedOnce) => {
            return core::mem::replace(&mut server.memory.has_refused_an_endpoint, true);
        }
        Some(Mutant::FirstEndpointIsClosed) => {}
        _ => return false,
    }
    for endpoint in server.online.get(user).cloned().unwrap_or_default() {
        server.finish(now, endpoint);
    }
    true
}

/// A second endpoint was answered with S5.
pub(in crate::chat) fn after_s5(server: &mut Server, now: Instant, id: ConnectionId, user: &[u8]) {
    match server.settings.mutant {
        Some(Mutant::SecondEndpointCloses) => server.finish(now, id),
        Some(Mutant::RefusedEndpointEndsTheLogin) => {
            server.memory.turned_away.insert(id, user.to_vec());
        }
        Some(Mutant::SecondEndpointLogsIn) => server.authenticate(id, user, ByteOrder::Big),
        _ => {}
    }
}

/// A login was refused.
pub(in crate::chat) fn after_a_bad_login(
    server: &mut Server,
    id: ConnectionId,
    user: &[u8],
    is_known: bool,
    order: Option<ByteOrder>,
) {
    let Some(connection) = server.connections.get_mut(&id) else { return };
    let logged_in = connection.user.is_some();
    if server.settings.mutant.is_none() {
        return;
    }
    let failures = server.memory.failures.entry(id).or_default();
    *failures += 1;
    match server.settings.mutant {
        Some(Mutant::SecondFailureLogsIn) if !logged_in && is_known && *failures == 2 => {
            server.authenticate(id, user, order.unwrap_or(ByteOrder::Big));
        }
        Some(Mutant::FirstNameTriedStays) => {
            server.memory.tried.entry(id).or_insert_with(|| user.to_vec());
        }
        Some(Mutant::RefusedLoginTakesItsUser) if logged_in && is_known => {
            connection.user = Some(user.to_vec());
        }
        Some(Mutant::SecondLoginLeavesRooms) if logged_in => {
            for room in std::mem::take(&mut connection.rooms) {
                server.rooms.leave(room, id);
            }
        }
        Some(Mutant::FailedLoginSetsTheOrder) => {
            connection.order = order.unwrap_or(connection.order);
        }
        Some(Mutant::FailedLoginKeepsItsOrder) => {
            server.memory.orders.extend(order.map(|order| (id, order)));
        }
        Some(Mutant::BadLoginLogsIn) if !logged_in && is_known => {
            server.authenticate(id, user, order.unwrap_or(ByteOrder::Big));
        }
        Some(Mutant::BadEndiannessLogsIn) if !logged_in && is_known && order.is_none() => {
            server.authenticate(id, user, ByteOrder::Big);
        }
        _ => {}
    }
}

/// The name under which somebody goes who has registered.
pub(in crate::chat) fn registered_name(server: &Server, id: ConnectionId, user: &[u8]) -> Vec<u8> {
    if server.settings.is(Mutant::RegistrationKeepsTheGuest) {
        return format!("guest-{}", guest_number(server, id)).into_bytes();
    }
    user.to_vec()
}

/// A login was granted.
pub(in crate::chat) fn after_login(server: &mut Server, id: ConnectionId) {
    let Some(mutant) = server.settings.mutant else { return };
    if mutant == Mutant::AliasIsSharedAtFirst {
        return super::hearing::share_alias(server, id);
    }
    let Some(connection) = server.connections.get_mut(&id) else { return };
    match mutant {
        Mutant::FailedLoginKeepsItsOrder => {
            connection.order = server.memory.orders.remove(&id).unwrap_or(connection.order);
        }
        Mutant::OrderIsAlwaysBig => connection.order = ByteOrder::Big,
        Mutant::OrderIsAlwaysLittle => connection.order = ByteOrder::Little,
        Mutant::OrdersAreSwapped => {
            connection.order = match connection.order {
                ByteOrder::Little => ByteOrder::Big,
                ByteOrder::Big => ByteOrder::Little,
            };
        }
        Mutant::NewestOrderIsEverybodys => {
            let order = connection.order;
            for connection in server.connections.values_mut() {
                connection.order = order;
            }
        }
        Mutant::LoginIsForgotten => connection.user = None,
        Mutant::AliasIsUserAtFirst => {
            connection.alias = connection.user.clone().unwrap_or_default();
        }
        Mutant::LoginJoinsARoom => {
            let room = *b"ROOM0001";
            server.rooms.join(room, id);
            connection.rooms.insert(room);
        }
        _ => {}
    }
}

/// The counter and the time in an identifier.
pub(in crate::chat) fn numbers(mutant: Option<Mutant>, counter: u64, millis: u64) -> (u64, u64) {
    match mutant {
        Some(Mutant::CounterGoesDown) => (u64::MAX - counter, millis),
        Some(Mutant::CounterOfOneOctet) => (counter % 256, millis),
        Some(Mutant::CounterStands) => (1, millis),
        Some(Mutant::CounterStandsEverySecondTime) => (counter / 2, millis),
        Some(Mutant::CounterIsTime) => (millis, millis),
        Some(Mutant::TimeInSeconds) => (counter, millis / 1000),
        Some(Mutant::TimeIsZero) => (counter, 0),
        Some(Mutant::TimeInWholeHours) => (counter, millis - millis % 3_600_000),
        Some(Mutant::TimeOfAnotherZone) => (counter, millis + 3_600_000),
        Some(Mutant::TimeFirst) => (millis, counter),
        _ => (counter, millis),
    }
}

/// Whether a mutant takes an acknowledgement that should be answered; `is_own`: for a message that
/// was delivered there and acknowledged before.
pub(in crate::chat) fn takes_receipt(server: &Server, id: ServerId, is_own: bool) -> bool {
    match server.settings.mutant {
        Some(Mutant::SecondReceiptNotAnswered) => is_own,
        Some(Mutant::AnyReceiptOfAnybodyTaken) => {
            !is_own && server.connections.values().any(|other| other.short.has(&id))
        }
        _ => false,
    }
}

/// Whether a head is taken.
pub(in crate::chat) fn begins(
    mutant: Option<Mutant>,
    connection: &mut Connection,
    message_id: MessageId,
) -> bool {
    let is_known = connection.drafts.get_mut(message_id).is_some();
    match mutant {
        Some(Mutant::HeadAgainBeginsAnew) => {
            connection.drafts.remove(message_id);
            true
        }
        Some(Mutant::AnotherHeadIsIgnored) => !is_known,
        _ => true,
    }
}

/// Whether a connection has had as many heads as it is given.
pub(in crate::chat) fn has_had_its_heads(server: &Server, from: ConnectionId) -> bool {
    server.memory.heads.get(&from).is_some_and(|heads| *heads >= 16)
}

/// A head was okay.
pub(in crate::chat) fn after_a_good_head(server: &mut Server, from: ConnectionId, room: RoomId) {
    if server.settings.is(Mutant::CompleteHeadsCount) {
        *server.memory.heads.entry(from).or_default() += 1;
    }
    if server.settings.is(Mutant::LongReachesThoseOfItsHead) {
        server.memory.audiences.remove(&from);
        let audience = server.hearers(from, room, true);
        server.memory.audiences.insert(from, audience);
    }
}

/// A head was not okay.
pub(in crate::chat) fn after_a_bad_head(
    mutant: Option<Mutant>,
    connection: &mut Connection,
    message_id: MessageId,
) {
    if mutant == Some(Mutant::RefusedHeadDropsItsMessage) {
        connection.drafts.remove(message_id);
    }
}

/// The number of a part as it is read.
pub(in crate::chat) const fn part_number(mutant: Option<Mutant>, part: u32) -> u32 {
    match mutant {
        Some(Mutant::PartsAreNumberedFromZero) => part.wrapping_add(1),
        Some(Mutant::PartNumbersOfOneOctet) => part & 0xFF,
        _ => part,
    }
}

/// Whether a part is taken.
pub(in crate::chat) fn takes_part(
    mutant: Option<Mutant>,
    connection: &mut Connection,
    message_id: MessageId,
    part: u32,
) -> bool {
    let Some(draft) = connection.drafts.get_mut(message_id) else { return true };
    match mutant {
        Some(Mutant::PartsOnlyInOrder) => part <= draft.highest() + 1,
        Some(Mutant::LastPartEndsTheMessage) => {
            if part == draft.parts {
                draft.parts = draft.count() + u32::from(!draft.has(part));
            }
            true
        }
        Some(Mutant::RepeatedPartReplaces) => {
            draft.forget(part);
            true
        }
        Some(Mutant::DeliversLongWhenIncomplete) => {
            if draft.count() + 2 == draft.parts {
                draft.parts -= 1;
            }
            true
        }
        Some(Mutant::RepeatedPartCounts) => {
            if draft.has(part) {
                draft.parts = draft.parts.saturating_sub(1).max(1);
            }
            true
        }
        _ => true,
    }
}

/// TP of an S95, as a mutant counts.
pub(in crate::chat) fn total(
    server: &Server,
    from: ConnectionId,
    hearer: ConnectionId,
    parts: u32,
) -> u32 {
    let order = |id| server.connections.get(&id).map(|connection| connection.order);
    let is_foreign = order(from) != order(hearer);
    if is_foreign && server.settings.is(Mutant::TotalInTheOrderOfItsSender) {
        return parts.swap_bytes();
    }
    parts
}

/// The head and the parts as they are delivered.
pub(in crate::chat) fn pieces(mutant: Option<Mutant>, mut pieces: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    match mutant {
        Some(Mutant::PartsDeliveredBackwards) => {
            if let Some((_, parts)) = pieces.split_first_mut() {
                parts.reverse();
            }
        }
        Some(Mutant::HeadDeliveredOnly) => pieces.truncate(1),
        Some(Mutant::LastPartLost) => {
            pieces.pop();
        }
        Some(Mutant::HeadLost) => {
            pieces.remove(0);
        }
        _ => {}
    }
    pieces
}

/// The connections that join with one.
pub(in crate::chat) fn joining(
    server: &Server,
    id: ConnectionId,
    user: &[u8],
) -> Vec<ConnectionId> {
    if server.settings.is(Mutant::MembershipIsTheUsers) {
        return server.online.get(user).into_iter().flatten().copied().collect();
    }
    vec![id]
}

/// Who hears that somebody has joined.
pub(in crate::chat) fn told_of_joining(
    server: &Server,
    room: RoomId,
    id: ConnectionId,
) -> Vec<ConnectionId> {
    let members = server.rooms.members(room);
    match server.settings.mutant {
        Some(Mutant::JoinerNotTold) => members.into_iter().filter(|member| *member != id).collect(),
        Some(Mutant::OnlyTheJoinerIsTold) => vec![id],
        Some(Mutant::ProtectedRoomsTellTheJoinerAlone) if server.rooms.password(room).is_some() => {
            vec![id]
        }
        Some(Mutant::ComingBackIsNotTold) if server.memory.former.contains(&(room, id)) => vec![id],
        Some(Mutant::JoiningToldToEverybody) => server.authenticated(),
        _ => members,
    }
}

/// Tells the others in a room that somebody has joined who was there before.
pub(in crate::chat) fn tell_joined_again(server: &mut Server, room: RoomId, id: ConnectionId) {
    let Some((user, alias)) = server.who(id) else { return };
    for member in server.rooms.members(room).into_iter().filter(|member| *member != id) {
        server.send(member, &Packet::S162 { room, user: &user, alias: &alias });
    }
}

/// Of whose presence, with which alias, somebody hears who has joined.
pub(in crate::chat) fn there_before(
    server: &Server,
    room: RoomId,
    id: ConnectionId,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    if !server.settings.is(Mutant::JoinerToldWhoIsThere) {
        return Vec::new();
    }
    let others = server.rooms.members(room).into_iter().filter(|member| *member != id);
    others.filter_map(|member| server.who(member)).collect()
}

/// Who hears of another alias.
pub(in crate::chat) fn told_of_alias(server: &Server, id: ConnectionId) -> Vec<ConnectionId> {
    let mut everybody = server.authenticated();
    match server.settings.mutant {
        Some(Mutant::AliasNotToldToItsHolder) => everybody.retain(|hearer| *hearer != id),
        Some(Mutant::AliasToldToItsHolderOnly) => everybody.retain(|hearer| *hearer == id),
        Some(Mutant::AliasToldToRoomsOnly) => {
            let rooms = server.rooms.everybody();
            everybody.retain(|hearer| rooms.contains(hearer) || *hearer == id);
        }
        Some(Mutant::AliasNotToldToWhoHasRegistered) => {
            everybody = super::hearing::without_registered(server, everybody);
        }
        Some(Mutant::AliasToldToGuests) => everybody = server.connections.keys().copied().collect(),
        _ => {}
    }
    everybody
}

/// The connections that have another alias from now on.
pub(in crate::chat) fn renamed(
    server: &Server,
    id: ConnectionId,
    user: &[u8],
) -> Vec<ConnectionId> {
    match server.settings.mutant {
        Some(Mutant::AliasOfAllEndpoints) => {
            server.online.get(user).into_iter().flatten().copied().collect()
        }
        Some(Mutant::AliasNotTaken) => Vec::new(),
        _ => vec![id],
    }
}
