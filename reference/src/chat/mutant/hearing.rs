//! What mutants make of endpoints that came in another way, and of output that waits.

use std::collections::BTreeSet;

use crate::chat::mutant::Mutant;
use crate::chat::{ConnectionId, Server};

/// Of several endpoints of a user the first.
pub(super) fn first_of_each_user(server: &Server, ids: Vec<ConnectionId>) -> Vec<ConnectionId> {
    let mut users = BTreeSet::new();
    let is_first = |id: &ConnectionId| server.who(*id).is_some_and(|(user, _)| users.insert(user));
    ids.into_iter().filter(is_first).collect()
}

/// All but those whom a registration has logged in.
pub(super) fn without_registered(server: &Server, ids: Vec<ConnectionId>) -> Vec<ConnectionId> {
    ids.into_iter().filter(|id| !server.memory.registered.contains(id)).collect()
}

/// A registration has logged in a connection.
pub(in crate::chat) fn after_registration(server: &mut Server, id: ConnectionId) {
    if server.settings.mutant.is_some() {
        server.memory.registered.insert(id);
    }
}

/// Gives an endpoint the alias of another one of its user.
pub(super) fn share_alias(server: &mut Server, id: ConnectionId) {
    let Some((user, _)) = server.who(id) else { return };
    let endpoints = server.online.get(&user).into_iter().flatten();
    let alias = endpoints.filter(|twin| **twin != id).find_map(|twin| server.who(*twin));
    if let Some((_, alias)) = alias
        && let Some(connection) = server.connections.get_mut(&id)
    {
        connection.alias = alias;
    }
}

/// Whether a mutant finds that too much waits for a connection, for which `added` octets more wait.
pub(in crate::chat) fn holds_too_much(server: &mut Server, to: ConnectionId, added: usize) -> bool {
    let Some(mutant) = server.settings.mutant else { return false };
    let is_blocked = server.connections.get(&to).is_some_and(|connection| connection.blocked);
    let held = match mutant {
        Mutant::WhatWasHeldCounts | Mutant::OutputBoundCountsPackets if is_blocked => {
            let held = server.memory.held.entry(to).or_default();
            *held += super::later::counted(mutant, added);
            *held
        }
        Mutant::OutputBoundIsShared if is_blocked => server.octets_waiting(),
        _ => 0,
    };
    held > server.settings.limits.output
}

/// A connection is let go for what it did not read.
pub(in crate::chat) fn before_letting_go(server: &mut Server, id: ConnectionId) {
    if server.settings.is(Mutant::LettingGoIsSilent)
        && let Some(connection) = server.connections.get_mut(&id)
    {
        for room in core::mem::take(&mut connection.rooms) {
            server.rooms.leave(room, id);
        }
    }
}
