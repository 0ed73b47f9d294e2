//! What mutants let a refusal, a failure, another message or another endpoint do to what it should not touch.

use std::collections::{BTreeMap, BTreeSet};

use crate::chat::code::{INVALID, OKAY};
use crate::chat::dialect::Endianness;
use crate::chat::mutant::Mutant;
use crate::chat::server::{Connection, Receipts};
use crate::chat::settings::Settings;
use crate::chat::{ConnectionId, Packet, Password, Server};
use crate::time::Instant;

/// How many refused heads leave no room for another one.
const REFUSED_HEADS: u32 = 6;

/// How often parts are sent again to one who asks.
const SENT_AGAIN: u32 = 4;

/// How many registrations are kept.
const REGISTRATIONS: usize = 3;

/// How many hear a message for everybody.
const HEARERS: usize = 4;

/// The longest head or part of a long message, and the longest login or registration, in octets.
const LONG: usize = 5000;
const LOGIN: usize = 1024;

/// Octets after which a packet that is too long is not skipped any more, those of the segment that breaks it included.
const SKIPPED: usize = 16_384;

/// What these mutants remember; it stays empty without one of them.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Beside {
    /// The users that there were at first.
    configured: BTreeSet<Vec<u8>>,
    /// Those that have registered, in their order.
    registered: Vec<Vec<u8>>,
    /// Guests whose login was refused.
    failed: BTreeSet<ConnectionId>,
    /// How often a connection that was logged in has asked to log in.
    logins: BTreeMap<ConnectionId, u32>,
    /// How many heads of a connection were refused.
    heads: BTreeMap<ConnectionId, u32>,
    /// How often a connection has asked for a part.
    asked: BTreeMap<ConnectionId, u32>,
    /// Octets that were skipped of a packet that is too long.
    skipped: BTreeMap<ConnectionId, usize>,
}

/// A packet that keeps its layout; `true`: a mutant has dealt with it.
pub(super) fn intercept(
    server: &mut Server,
    now: Instant,
    id: ConnectionId,
    octets: &[u8],
    packet: &Packet<'_>,
) -> bool {
    let Some(mutant) = server.settings.mutant else { return false };
    let logged_in = server.connections.get(&id).is_some_and(|connection| connection.user.is_some());
    note_registrations(server, mutant);
    let is_too_long = match mutant {
        Mutant::LongMessagesOver5000Break => octets.len() > LONG && matches!(octets, [87 | 91, ..]),
        Mutant::LoginsOver1024Break => octets.len() > LOGIN && matches!(octets, [2 | 6, ..]),
        _ => false,
    };
    if is_too_long {
        server.on_broken(now, id, octets.first().copied().unwrap_or_default(), logged_in);
        return true;
    }
    match *packet {
        Packet::U2 { .. } if logged_in => {
            logs_in_again(server, mutant, id);
            false
        }
        Packet::U2 { user, password, endianness } => {
            logs_in(server, mutant, id, (user, password, endianness))
        }
        Packet::U6 { user, password, .. } => {
            registers(server, mutant, id, logged_in, (user, password));
            false
        }
        Packet::U40 {} => {
            let is_refused = mutant == Mutant::ByeIsRefusedAfterAFailure
                && !logged_in
                && server.memory.beside.failed.contains(&id);
            if is_refused {
                server.send(id, &Packet::S9 {});
            }
            false
        }
        _ if logged_in => long_message(server, mutant, now, id, packet),
        _ => false,
    }
}

/// Sees who has registered, and changes what is kept of it.
fn note_registrations(server: &mut Server, mutant: Mutant) {
    if server.memory.beside.configured.is_empty() {
        server.memory.beside.configured = server.accounts.keys().cloned().collect();
    }
    let beside = &mut server.memory.beside;
    for name in server.accounts.keys() {
        if !beside.configured.contains(name) && !beside.registered.contains(name) {
            beside.registered.push(name.clone());
        }
    }
    match mutant {
        Mutant::ThreeRegistrationsAreKept => {
            for name in beside.registered.iter().skip(REGISTRATIONS) {
                server.accounts.remove(name);
            }
        }
        Mutant::RegistrationsShareAPassword => {
            let first = beside.registered.first().and_then(|name| server.accounts.get(name));
            if let Some(first) = first.cloned() {
                for name in &beside.registered {
                    server.accounts.insert(name.clone(), first.clone());
                }
            }
        }
        _ => {}
    }
}

/// U2 comes on a connection that is logged in.
fn logs_in_again(server: &mut Server, mutant: Mutant, id: ConnectionId) {
    let times = server.memory.beside.logins.entry(id).or_default();
    *times += 1;
    let is_further = *times > 1;
    let Some(connection) = server.connections.get_mut(&id) else { return };
    match mutant {
        Mutant::SecondLoginClearsTheAlias => {
            let alias = core::mem::take(&mut connection.alias);
            server.aliases.remove(&alias);
        }
        Mutant::ThirdLoginLeavesRooms if is_further => {
            for room in core::mem::take(&mut connection.rooms) {
                server.rooms.leave(room, id);
            }
        }
        _ => {}
    }
}

/// U2 of a guest.
fn logs_in(
    server: &mut Server,
    mutant: Mutant,
    id: ConnectionId,
    (user, password, endianness): (&[u8], &[u8], Option<u8>),
) -> bool {
    let plain = server.settings.decode_base64(password).unwrap_or_default();
    let is_right = server.accounts.get(user).is_some_and(|stored| stored.is(&plain));
    if !is_right {
        server.memory.beside.failed.insert(id);
    }
    match mutant {
        Mutant::WrongPasswordFreesItsPlace if !is_right => {
            server.online.remove(user);
            false
        }
        Mutant::BadEndiannessElsewhereIsS5 => {
            let is_bad = endianness.is_some_and(|octet| Endianness::order(octet).is_none());
            let is_elsewhere = is_right && server.online.contains_key(user);
            let is_told = is_bad && is_elsewhere && !server.settings.several_endpoints;
            if is_told {
                server.send(id, &Packet::S5 { text: b"BAD" });
            }
            is_told
        }
        _ => false,
    }
}

/// U6 comes.
fn registers(
    server: &mut Server,
    mutant: Mutant,
    id: ConnectionId,
    logged_in: bool,
    (user, password): (&[u8], &[u8]),
) {
    let is_own = server.who(id).is_some_and(|(own, _)| own == user);
    match mutant {
        Mutant::AuthenticatedRegistrationSetsThePassword if is_own => {
            let plain = server.settings.decode_base64(password).unwrap_or_default();
            let stored = Password::new(&plain, server.entropy.octets(), server.settings.cost);
            server.accounts.insert(user.to_vec(), stored);
        }
        Mutant::NamesOfWhoHasGoneAreFree
            if !logged_in
                && !server.online.contains_key(user)
                && server.memory.beside.registered.iter().any(|name| name == user) =>
        {
            server.accounts.remove(user);
        }
        _ => {}
    }
}

/// What belongs to long messages, or is taken for it.
fn long_message(
    server: &mut Server,
    mutant: Mutant,
    now: Instant,
    id: ConnectionId,
    packet: &Packet<'_>,
) -> bool {
    let Some(connection) = server.connections.get_mut(&id) else { return false };
    match (mutant, *packet) {
        (Mutant::ShortIdsAreLongReceipts, Packet::U96 { id: named }) => {
            connection.short.has(&named)
        }
        (Mutant::ShortReceiptsForgetLongMessages, Packet::U84 { id: named }) => {
            if connection.short.has(&named) {
                connection.long = Receipts::default();
            }
            false
        }
        (Mutant::PartsAreSentAgainFourTimes, Packet::U99 { id_start, .. }) => {
            let times = server.memory.beside.asked.entry(id).or_default();
            *times += 1;
            *times > SENT_AGAIN && is_not_allowed(server, id, id_start)
        }
        (Mutant::UnknownAskedAgainIsAnsweredOnlyFirst, Packet::U99 { id_start, .. }) => {
            let times = server.memory.beside.asked.entry(id).or_default();
            *times += 1;
            *times > 1 && !connection.long.begins(id_start)
        }
        (Mutant::HeadWithAnotherRoomIsTheSame, Packet::U87 { parts, message_id, room, .. }) => {
            let draft = connection.drafts.get_mut(message_id);
            let is_same = draft.is_some_and(|draft| draft.parts == parts && draft.room != room);
            if is_same {
                let [parts_code, room_code, message_code] = [OKAY; 3];
                let answer = Packet::S88 { message_id, parts_code, room_code, message_code };
                server.send(id, &answer);
            }
            is_same
        }
        (Mutant::NewHeadsDropBegunMessages, Packet::U87 { message_id, room, .. }) => {
            for other in connection.drafts.ids() {
                let draft = connection.drafts.get_mut(other);
                if other != message_id
                    && draft.is_some_and(|draft| draft.room == room && draft.count() > 0)
                {
                    connection.drafts.remove(other);
                }
            }
            false
        }
        (
            Mutant::RefusedHeadsCountAsUnfinished,
            Packet::U87 { parts, message_id, room, message },
        ) => {
            let is_text = server.settings.decode_base64(message).is_some();
            let is_good = parts > 0 && is_text && server.rooms.has(room, id);
            let refused = server.memory.beside.heads.entry(id).or_default();
            *refused += u32::from(!is_good);
            let is_over = is_good && *refused > REFUSED_HEADS;
            if is_over {
                let [parts_code, room_code, message_code] = [INVALID, OKAY, OKAY];
                let answer = Packet::S88 { message_id, parts_code, room_code, message_code };
                server.send(id, &answer);
            }
            is_over
        }
        (Mutant::PartNumbersAreTriedInBothOrders, Packet::U91 { part, message_id, message }) => {
            let total = connection.drafts.get_mut(message_id).map_or(0, |draft| draft.parts);
            let turned = part.swap_bytes();
            let is_turned = !(1..=total).contains(&part) && (1..=total).contains(&turned);
            if is_turned {
                let packet = Packet::U91 { part: turned, message_id, message };
                server.on_packet(now, id, &packet, true);
            }
            is_turned
        }
        _ => false,
    }
}

/// Answers that a part may not be asked for.
fn is_not_allowed(server: &mut Server, id: ConnectionId, id_start: crate::chat::IdStart) -> bool {
    let [part_code, room_code, message_code] = [OKAY; 3];
    let answer = Packet::S100 { id_start, part_code, room_code, message_code, allowed: 0 };
    server.send(id, &answer);
    true
}

/// Whether a broken U2 or U6 is refused, as a guest has failed to log in before.
pub(in crate::chat) fn refuses_broken(server: &Server, id: ConnectionId, logged_in: bool) -> bool {
    !logged_in
        && server.settings.is(Mutant::BrokenLoginAfterAFailureIsRefused)
        && server.memory.beside.failed.contains(&id)
}

/// A segment has been taken: what is skipped behind it may be taken for packets.
pub(super) fn taken(server: &mut Server, id: ConnectionId, segment: usize) {
    if !server.settings.is(Mutant::SkippingEndsAfter8192Octets) {
        return;
    }
    let Some(connection) = server.connections.get_mut(&id) else { return };
    let skipped = server.memory.beside.skipped.entry(id).or_default();
    *skipped = if connection.deframer.is_skipping() { *skipped + segment } else { 0 };
    if *skipped > SKIPPED {
        connection.deframer.drop_unfinished();
    }
}

/// Whether a mutant does not notice that a client has closed its side.
pub(super) fn ignores_finish(mutant: Mutant, connection: &Connection) -> bool {
    mutant == Mutant::FinishWhileSkippingIgnored && connection.deframer.is_skipping()
}

/// A connection ends.
pub(super) fn before_leaving(server: &mut Server, id: ConnectionId) {
    if server.settings.is(Mutant::ResetWhileSkippingKeepsRooms)
        && let Some(connection) = server.connections.get_mut(&id)
        && connection.deframer.is_skipping()
    {
        connection.user = None;
    }
}

/// Who hears a message for everybody in place of those who should.
pub(super) fn hearers(
    mutant: Mutant,
    server: &Server,
    from: ConnectionId,
) -> Option<Vec<ConnectionId>> {
    (mutant == Mutant::GlobalReachesFour).then(|| {
        server.authenticated().into_iter().filter(|id| *id != from).take(HEARERS).collect()
    })
}

/// How many long messages an endpoint is known to have heard.
pub(in crate::chat) const fn long_receipts_kept(settings: &Settings) -> usize {
    match settings.mutant {
        Some(Mutant::OnlyTheLastLongMessageIsKnown) => 1,
        Some(Mutant::TwoLongMessagesAreKnown) => 2,
        _ => settings.limits.receipts,
    }
}

/// Whether a client takes S5 for no answer to a login.
pub(in crate::chat) fn passes_over_s5(mutant: Option<Mutant>) -> bool {
    mutant == Some(Mutant::ClientOrderOfS5OutlivesARegistration)
}

/// Whether a client does not acknowledge a text in which nothing is to be seen.
pub(in crate::chat) fn passes_over_blank(mutant: Option<Mutant>, text: &[u8]) -> bool {
    mutant == Some(Mutant::ClientAcknowledgesNoBlanks) && text.iter().all(|octet| *octet <= b' ')
}

/// Whether a client takes what follows a segment for packets, though an unknown one is not at its end.
pub(in crate::chat) fn forgets_the_unknown(mutant: Option<Mutant>) -> bool {
    mutant == Some(Mutant::ClientPassesOverOneSegment)
}
