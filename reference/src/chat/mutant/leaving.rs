//! What mutants make of leaving a room, or the server.

use crate::chat::mutant::Mutant;
use crate::chat::{ConnectionId, RoomId, Server};

/// A connection ends.
pub(in crate::chat) fn before_leaving(server: &mut Server, id: ConnectionId) {
    super::server_state::before_leaving(server, id);
    super::later::before_leaving(server, id);
    if let Some(user) = server.memory.turned_away.remove(&id) {
        server.online.remove(&user);
    }
    if server.settings.is(Mutant::RoomsLeftBeforeAreTold)
        && let Some((user, alias)) = server.who(id)
    {
        let former = server.memory.former.clone();
        for (room, _) in former.into_iter().filter(|(_, who)| *who == id) {
            server.tell_parted(room, &user, &alias);
        }
    }
}

/// A connection has ended.
pub(in crate::chat) fn after_leaving(
    server: &mut Server,
    id: ConnectionId,
    user: &[u8],
    alias: &[u8],
) {
    super::later::after_leaving(server, id, user);
    match server.settings.mutant {
        Some(Mutant::EndingTakesTheWholeUser) => {
            let endpoints = server.online.get(user).cloned().unwrap_or_default();
            for connection in endpoints {
                let Some(it) = server.connections.get_mut(&connection) else { continue };
                for room in core::mem::take(&mut it.rooms) {
                    server.rooms.leave(room, connection);
                }
            }
        }
        Some(Mutant::LoginOutlivesItsConnection) => {
            server.online.entry(user.to_vec()).or_default().insert(id);
        }
        Some(Mutant::AliasOutlivesItsConnection) if !alias.is_empty() => {
            server.aliases.insert(alias.to_vec(), id);
        }
        _ => {}
    }
}

/// Whether those who remain in a room hear of a connection that has ended.
pub(in crate::chat) fn is_told_of_the_end(server: &Server, room: RoomId) -> bool {
    match server.settings.mutant {
        Some(Mutant::DisconnectingNotTold) => false,
        Some(Mutant::EndingInAProtectedRoomIsSilent) => server.rooms.password(room).is_none(),
        _ => true,
    }
}

/// The alias that a connection keeps although it was reset.
pub(in crate::chat) fn alias_kept(server: &mut Server, id: ConnectionId) -> Option<Vec<u8>> {
    super::server_state::before_reset(server, id);
    let alias = server.connections.get(&id).map(|connection| connection.alias.clone());
    let is_kept = server.settings.is(Mutant::AliasOutlivesAReset);
    alias.filter(|alias| is_kept && !alias.is_empty())
}

/// The other endpoints of a connection's user.
fn twins(server: &Server, id: ConnectionId) -> Vec<ConnectionId> {
    let Some((user, _)) = server.who(id) else { return Vec::new() };
    let endpoints = server.online.get(&user).into_iter().flatten();
    endpoints.copied().filter(|twin| *twin != id).collect()
}

/// Whether a member of a room hears nothing of who has left it.
pub(in crate::chat) fn misses_leaving(
    server: &Server,
    member: ConnectionId,
    left: Option<ConnectionId>,
) -> bool {
    server.settings.is(Mutant::LeavingNotToldToOwnUser)
        && left.is_some_and(|left| twins(server, left).contains(&member))
}

/// A connection has left a room, and stays.
pub(in crate::chat) fn after_parting(server: &mut Server, room: RoomId, id: ConnectionId) {
    match server.settings.mutant {
        Some(
            Mutant::FormerMembersHear
            | Mutant::ComingBackIsNotTold
            | Mutant::LeavingEndsTheRoomOfAll
            | Mutant::RoomsLeftBeforeAreTold,
        ) => {
            server.memory.former.insert((room, id));
        }
        Some(Mutant::LeavingForgetsReceipts) => {
            if let Some(connection) = server.connections.get_mut(&id) {
                core::mem::take(&mut connection.short);
            }
        }
        Some(Mutant::LeavingForgetsLongMessages) => {
            if let Some(connection) = server.connections.get_mut(&id) {
                core::mem::take(&mut connection.long);
            }
        }
        Some(Mutant::LeavingDropsUnfinishedMessages) => {
            if let Some(connection) = server.connections.get_mut(&id) {
                core::mem::take(&mut connection.drafts);
            }
        }
        Some(Mutant::LeavingTakesTheWholeUser) => {
            for twin in twins(server, id) {
                server.rooms.leave(room, twin);
                if let Some(connection) = server.connections.get_mut(&twin) {
                    connection.rooms.remove(&room);
                }
            }
        }
        Some(Mutant::LeavingLogsOff) => {
            if let Some(connection) = server.connections.get_mut(&id) {
                connection.user = None;
            }
        }
        _ => {}
    }
}
