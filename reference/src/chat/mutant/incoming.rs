//! How mutants take what comes in.

use crate::Role;
use crate::chat::layout::{END, SEPARATOR};
use crate::chat::mutant::Mutant;
use crate::chat::server::Drafts;
use crate::chat::{ConnectionId, PACKET_MAX, Packet, Server, View};
use crate::time::Instant;
use crate::wire::{ByteOrder, Kind, Width};

/// Octets that arrive, as a mutant changes them.
pub(in crate::chat) fn arriving(
    server: &mut Server,
    id: ConnectionId,
    octets: &[u8],
) -> Option<Vec<u8>> {
    let mutant = server.settings.mutant?;
    let connection = server.connections.get(&id)?;
    let (is_between, logged_in) = (connection.deframer.is_between(), connection.user.is_some());
    match (mutant, octets) {
        (Mutant::SeparatorForACodeStandsAlone, [SEPARATOR, rest @ ..])
            if is_between && logged_in =>
        {
            server.send(id, &Packet::S251 {});
            Some(rest.to_vec())
        }
        (Mutant::EndOfASegmentWaits, [first @ .., last]) => {
            let before = server.memory.last_octets.insert(id, *last);
            Some(before.into_iter().chain(first.iter().copied()).collect())
        }
        (Mutant::EndBetweenPacketsIsUnsupported, [END, ..]) if is_between => {
            server.send(id, &Packet::S251 {});
            None
        }
        (Mutant::SeparatorForACodeIsIgnored, [SEPARATOR, rest @ ..]) if is_between => {
            Some(rest.to_vec())
        }
        (Mutant::LoneOctetsLost, [_]) => Some(Vec::new()),
        (Mutant::EndAtTheFrontLost, [END, rest @ ..]) => Some(rest.to_vec()),
        _ => None,
    }
}

/// A frame has been dealt with, before which `waiting` octets were waiting to be sent; `true`: the
/// rest of the segment is dropped.
pub(in crate::chat) fn framed(server: &mut Server, id: ConnectionId, waiting: usize) -> bool {
    if server.settings.is(Mutant::RepliesBackwards)
        && let Some(connection) = server.connections.get_mut(&id)
        && waiting <= connection.queue.len()
    {
        connection.queue.rotate_left(waiting);
    }
    server.settings.is(Mutant::OnePacketInASegment)
        || super::later::loses_what_follows(server, id, waiting)
}

/// All octets of a segment have been taken; a packet may be under way.
pub(in crate::chat) fn taken(server: &mut Server, now: Instant, id: ConnectionId, segment: usize) {
    let Some(mutant) = server.settings.mutant else { return };
    if server.memory.leaving.remove(&id) {
        server.finish(now, id);
    }
    if mutant == Mutant::HalvesOfOthersLost {
        super::between::drop_unfinished_of_others(server, id);
    }
    if server.memory.asking.remove(&id) {
        server.on_capabilities(id);
    }
    super::beside::taken(server, id, segment);
    let is_too_long = super::later::is_too_long(server, id);
    let Some(connection) = server.connections.get_mut(&id) else { return };
    if mutant == Mutant::SkippingEndsWithItsSegment && connection.deframer.is_skipping() {
        connection.deframer.drop_unfinished();
    }
    let breaks = match (mutant, connection.deframer.held()) {
        (_, 0) => false,
        (Mutant::LongPacketsInPiecesForgotten, 65..) if segment == 1 => {
            connection.deframer.drop_unfinished();
            false
        }
        (Mutant::HalfBehindAPacketLost, held) if held < segment => {
            connection.deframer.drop_unfinished();
            false
        }
        (Mutant::SegmentsAreTakenForPackets, _)
        | (Mutant::CutAfterTheCodeBreaks, 1)
        | (Mutant::CutAfterTheFirstSeparatorBreaks, 2)
        | (Mutant::CutInsideTheFirstFieldBreaks, 3..=5)
        | (Mutant::CutLateBreaks, 6..) => true,
        _ => is_too_long,
    };
    if breaks {
        let logged_in = connection.user.is_some();
        let code = connection.deframer.drop_unfinished().unwrap_or_default();
        server.on_broken(now, id, code, logged_in);
    }
}

/// A packet that keeps its layout; `true`: a mutant has dealt with it.
pub(in crate::chat) fn intercept(
    server: &mut Server,
    now: Instant,
    id: ConnectionId,
    octets: &[u8],
    packet: &Packet<'_>,
) -> bool {
    let Some(mutant) = server.settings.mutant else { return false };
    let logged_in = server.connections.get(&id).is_some_and(|connection| connection.user.is_some());
    let holds = |octet: u8, is_it: fn(Kind, Width, &str) -> bool| {
        let view = View::of(Role::Connector, octets);
        view.fields.into_iter().any(|(field, range)| {
            is_it(field.kind, field.width, field.name)
                && octets.get(range).is_some_and(|octets| octets.contains(&octet))
        })
    };
    let number =
        |kind: Kind, width: Width, _: &str| kind == Kind::Number && width == Width::Fixed(4);
    let message_id = |_: Kind, _: Width, name: &str| name == "message-id";
    let room = |_: Kind, _: Width, name: &str| name == "room";
    let server_id = |_: Kind, _: Width, name: &str| matches!(name, "id" | "id-start");
    let is_broken = match mutant {
        Mutant::ZeroInANumberEndsThePacket => holds(END, number),
        Mutant::SeparatorInANumberSeparates => holds(SEPARATOR, number),
        Mutant::ZeroInAMessageIdEndsThePacket => holds(END, message_id),
        Mutant::SeparatorInAMessageIdSeparates => holds(SEPARATOR, message_id),
        Mutant::ZeroInARoomEndsThePacket => holds(END, room),
        Mutant::SeparatorInARoomSeparates => holds(SEPARATOR, room),
        Mutant::ZeroInAnIdEndsThePacket => holds(END, server_id),
        Mutant::SeparatorInAnIdSeparates => holds(SEPARATOR, server_id),
        Mutant::MissingEndiannessBreaks => matches!(packet, Packet::U2 { endianness: None, .. }),
        Mutant::SeparatorForEndiannessBreaks => {
            matches!(packet, Packet::U2 { endianness: Some(SEPARATOR), .. })
        }
        Mutant::PacketsOver4096Break => octets.len() > 4096,
        Mutant::RoomPacketsOver4096Break => {
            octets.len() > 4096 && octets.first().is_some_and(|code| *code >= 160)
        }
        Mutant::PacketsOf8192Break => octets.len() >= 8192,
        Mutant::LeavingWithoutASeparatorBreaks => {
            matches!(packet, Packet::U163 { message: None, .. })
        }
        Mutant::LeavingWithoutAMessageBreaks => {
            matches!(packet, Packet::U163 { message: Some([]), .. })
        }
        _ => false,
    };
    if is_broken {
        let code = octets.first().copied().unwrap_or_default();
        server.on_broken(now, id, code, logged_in);
        return true;
    }
    match (mutant, packet) {
        (Mutant::MissingEndiannessNotAnswered, Packet::U2 { endianness: None, .. })
        | (Mutant::ByeIgnored, Packet::U40 {}) => true,
        (Mutant::ByeBeforeLoginRefused, Packet::U40 {}) if !logged_in => {
            server.refuse(now, id);
            true
        }
        (Mutant::ByeAnswered, Packet::U40 {}) => {
            server.send(id, &Packet::S9 {});
            false
        }
        (Mutant::RegistrationRefused, Packet::U6 { .. }) if !logged_in => {
            server.refuse(now, id);
            true
        }
        (Mutant::GuestsMaySpeak, Packet::U80 { message_id, .. }) if !logged_in => {
            let message_id = *message_id;
            server.send(id, &Packet::S81 { message_id, room_code: 9, message_code: 3 });
            true
        }
        (Mutant::GuestsAreIgnored, Packet::U80 { .. } | Packet::U160 { .. }) if !logged_in => true,
        (Mutant::GuestsMayAskForCapabilities, Packet::U252 {}) if !logged_in => {
            server.on_capabilities(id);
            true
        }
        (Mutant::CapabilitiesComeLast, Packet::U252 {}) if logged_in => {
            server.memory.asking.insert(id)
        }
        (Mutant::ByeIsNotTheEnd, Packet::U40 {}) => server.memory.leaving.insert(id),
        (Mutant::ByeLosesReplies, Packet::U40 {}) => {
            if let Some(connection) = server.connections.get_mut(&id) {
                connection.queue.clear();
            }
            false
        }
        _ => {
            super::between::overtaken(server, now, id, packet, logged_in)
                || super::beside::intercept(server, now, id, octets, packet)
                || super::server_state::intercept(server, now, id, octets, packet)
        }
    }
}

/// The order in which the numbers of a packet are read.
pub(in crate::chat) fn reading_order(
    mutant: Option<Mutant>,
    octets: &[u8],
    order: ByteOrder,
) -> ByteOrder {
    match (mutant, octets) {
        (Some(Mutant::PartsReadBigEndian), [87, ..])
        | (Some(Mutant::PartNumbersReadBigEndian), [91, ..])
        | (Some(Mutant::AskedPartsReadBigEndian), [99, ..]) => ByteOrder::Big,
        _ => order,
    }
}

/// An unknown packet was answered.
pub(in crate::chat) fn after_unknown(server: &mut Server, now: Instant, id: ConnectionId) {
    super::later::after_bad(server, id, 0);
    match server.settings.mutant {
        Some(Mutant::UnsupportedCloses) => server.finish(now, id),
        Some(Mutant::UnsupportedDropsMessages) => {
            if let Some(connection) = server.connections.get_mut(&id) {
                connection.drafts = Drafts::default();
            }
        }
        _ => {}
    }
}

/// A broken packet was answered.
pub(in crate::chat) fn after_broken(
    server: &mut Server,
    now: Instant,
    id: ConnectionId,
    code: u8,
    octets: usize,
) {
    let Some(mutant) = server.settings.mutant else { return };
    super::later::after_bad(server, id, code);
    let Some(connection) = server.connections.get_mut(&id) else { return };
    let logged_in = connection.user.is_some();
    match mutant {
        Mutant::BrokenPacketsLowerTheLimit => {
            server.memory.state.broken.insert(id);
        }
        Mutant::BrokenSkipsOneMore => connection.deframer.skip(),
        Mutant::BrokenHeadDropsMessages if code == 87 => connection.drafts = Drafts::default(),
        Mutant::BrokenPartLeaves if code == 163 => {
            for room in core::mem::take(&mut connection.rooms) {
                server.rooms.leave(room, id);
            }
        }
        Mutant::BrokenAliasClearsTheAlias if code == 166 => connection.alias.clear(),
        Mutant::RestOfALongPacketIsTaken if octets >= PACKET_MAX => {
            connection.deframer.drop_unfinished();
        }
        Mutant::LongPacketsClose if octets >= PACKET_MAX => server.finish(now, id),
        Mutant::BrokenClosesAfterLogin if logged_in => server.finish(now, id),
        Mutant::BrokenClosesBeforeLogin if !logged_in => server.finish(now, id),
        _ => {}
    }
}
