//! Rooms, aliases and invitations (CHAT-ROOM-1 to -6).

use std::collections::{BTreeMap, BTreeSet};

use subtle::ConstantTimeEq as _;

use crate::chat::code::{
    ALREADY_IN_ROOM, Asked, EMPTY, IN_USE, INVALID, NOT_AUTHORIZED, NOT_IN_ROOM, OKAY,
};
use crate::chat::mutant;
use crate::chat::{ConnectionId, Mutant, Packet, RoomId, Server};

/// Counts as no room at all.
pub(in crate::chat) const NONE: RoomId = [0; 8];
/// Reaches everybody (CHAT-MSG-4).
pub(in crate::chat) const GLOBAL: RoomId = *b"00000000";
/// Gives back to the sender (CHAT-MSG-4).
pub(in crate::chat) const ECHO: RoomId = *b"0000ECHO";

/// The rooms of a server.
#[derive(Clone, Debug, Default)]
pub(in crate::chat) struct Rooms(BTreeMap<RoomId, Place>);

/// One room.
#[derive(Clone, Debug)]
struct Place {
    password: Option<String>,
    members: BTreeSet<ConnectionId>,
    /// It was created by who joined first, and ends with who leaves last.
    is_passing: bool,
}

impl Rooms {
    pub(super) fn new(rooms: Vec<crate::chat::Room>) -> Self {
        let place = |room: crate::chat::Room| {
            let members = BTreeSet::new();
            (room.id, Place { password: room.password, members, is_passing: false })
        };
        Self(rooms.into_iter().map(place).collect())
    }

    pub(in crate::chat) fn is_known(&self, room: RoomId) -> bool {
        self.0.contains_key(&room)
    }

    pub(in crate::chat) fn has(&self, room: RoomId, id: ConnectionId) -> bool {
        self.0.get(&room).is_some_and(|place| place.members.contains(&id))
    }

    pub(in crate::chat) fn members(&self, room: RoomId) -> Vec<ConnectionId> {
        self.0.get(&room).map_or_else(Vec::new, |place| place.members.iter().copied().collect())
    }

    /// Everybody who is in any room.
    pub(in crate::chat) fn everybody(&self) -> BTreeSet<ConnectionId> {
        self.0.values().flat_map(|place| place.members.iter().copied()).collect()
    }

    pub(in crate::chat) fn join(&mut self, room: RoomId, id: ConnectionId) {
        let passing = || Place { password: None, members: BTreeSet::new(), is_passing: true };
        self.0.entry(room).or_insert_with(passing).members.insert(id);
    }

    pub(in crate::chat) fn leave(&mut self, room: RoomId, id: ConnectionId) {
        if let Some(place) = self.0.get_mut(&room) {
            place.members.remove(&id);
            if place.is_passing && place.members.is_empty() {
                self.0.remove(&room);
            }
        }
    }

    pub(in crate::chat) fn password(&self, room: RoomId) -> Option<&str> {
        self.0.get(&room)?.password.as_deref()
    }
}

impl Server {
    /// U160 is answered with S161, and everybody in the room hears of it (CHAT-ROOM-1, -2).
    pub(super) fn on_join(&mut self, id: ConnectionId, room: RoomId, password: &[u8]) {
        mutant::asks_to_join(self, room, id);
        let is_known = self.rooms.is_known(room);
        let may_create = self.settings.creates_rooms
            && self.rooms.0.len() < self.settings.limits.rooms
            && room != GLOBAL
            && room != ECHO;
        let code = match room {
            NONE => EMPTY,
            _ if !is_known && !may_create => INVALID,
            _ if !self.opens(room, password)
                && self.settings.is(Mutant::AlreadyInRoomIsJudgedLast) =>
            {
                NOT_AUTHORIZED
            }
            _ if self.rooms.has(room, id) => ALREADY_IN_ROOM,
            _ if !self.opens(room, password) => NOT_AUTHORIZED,
            _ => OKAY,
        };
        let code = self.settings.code(Asked::JoinRoom, code);
        let reply = Packet::S161 { room, room_code: self.settings.octet(code) };
        let late = self.settings.is(Mutant::JoiningAnsweredLast);
        if !late {
            self.send(id, &reply);
        }
        if code == ALREADY_IN_ROOM && self.settings.is(Mutant::JoiningAgainIsTold) {
            mutant::tell_joined_again(self, room, id);
        }
        if code == OKAY
            && let Some((user, alias)) = self.who(id)
        {
            for endpoint in mutant::joining(self, id, &user) {
                self.rooms.join(room, endpoint);
                if let Some(connection) = self.connections.get_mut(&endpoint) {
                    connection.rooms.insert(room);
                }
            }
            for (user, alias) in mutant::there_before(self, room, id) {
                self.send(id, &Packet::S162 { room, user: &user, alias: &alias });
            }
            for member in mutant::told_of_joining(self, room, id) {
                self.send(member, &Packet::S162 { room, user: &user, alias: &alias });
            }
        }
        if late {
            self.send(id, &reply);
        }
    }

    /// Whether this password opens a room.
    fn opens(&self, room: RoomId, password: &[u8]) -> bool {
        let needed = self.rooms.password(room);
        match (self.settings.mutant, self.settings.decode_base64(password), needed) {
            (Some(Mutant::RoomPasswordIsNotDecoded), _, Some(needed)) => {
                password == needed.as_bytes()
            }
            (Some(Mutant::MissingRoomPasswordIsOkay), _, Some(_)) if password.is_empty() => true,
            (Some(Mutant::BadBase64RoomPasswordIsOkay), None, _) => true,
            (_, None, _) => false,
            (_, Some(plain), Some(needed)) => plain.ct_eq(needed.as_bytes()).into(),
            (_, Some(_), None) => true,
        }
    }

    /// U163 is answered with S164, and everybody who was in the room hears of it (CHAT-ROOM-3).
    pub(super) fn on_leave(&mut self, id: ConnectionId, room: RoomId) {
        let code = match room {
            NONE => EMPTY,
            _ if !self.rooms.is_known(room) => INVALID,
            _ if !self.rooms.has(room, id) => NOT_IN_ROOM,
            _ => OKAY,
        };
        let code = self.settings.code(Asked::LeaveRoom, code);
        let reply = Packet::S164 { room, room_code: self.settings.octet(code) };
        let late = self.settings.is(Mutant::LeavingAnsweredLast);
        if !late {
            self.send(id, &reply);
        }
        if code == OKAY
            && let Some((user, alias)) = self.who(id)
        {
            if !self.settings.is(Mutant::LeaverNotTold) {
                self.send(id, &Packet::S165 { room, user: &user, alias: &alias });
            }
            if !self.settings.is(Mutant::LeaverStays) {
                self.rooms.leave(room, id);
                if let Some(connection) = self.connections.get_mut(&id) {
                    connection.rooms.remove(&room);
                }
                mutant::after_parting(self, room, id);
            }
            if !self.settings.is(Mutant::LeavingNotTold) {
                self.tell_parted_but(room, &user, &alias, Some(id));
            }
        }
        if late {
            self.send(id, &reply);
        }
    }

    /// Tells who remain in a room that somebody has left.
    pub(in crate::chat) fn tell_parted(&mut self, room: RoomId, user: &[u8], alias: &[u8]) {
        if !mutant::is_told_of_the_end(self, room) {
            return;
        }
        self.tell_parted_but(room, user, alias, None);
    }

    fn tell_parted_but(
        &mut self,
        room: RoomId,
        user: &[u8],
        alias: &[u8],
        but: Option<ConnectionId>,
    ) {
        for member in self.rooms.members(room) {
            if Some(member) != but && !mutant::misses_leaving(self, member, but) {
                self.send(member, &Packet::S165 { room, user, alias });
            }
        }
    }

    /// U166 is answered with S167, and everybody hears of it (CHAT-ROOM-5).
    pub(super) fn on_alias(&mut self, id: ConnectionId, alias: &[u8]) {
        let code = match alias {
            [] => EMPTY,
            _ if self.aliases.get(alias) == Some(&id)
                && self.settings.is(Mutant::OwnAliasIsInvalid) =>
            {
                INVALID
            }
            _ if !mutant::is_name(self.settings.mutant, alias) => INVALID,
            _ if self.aliases.get(alias).is_some_and(|holder| *holder != id)
                || mutant::is_like_anothers(self, id, alias) =>
            {
                IN_USE
            }
            _ => OKAY,
        };
        let code = self.settings.code(Asked::Alias, code);
        let reply = Packet::S167 { code: self.settings.octet(code) };
        let late = self.settings.is(Mutant::AliasAnsweredLast);
        if !late {
            self.send(id, &reply);
        }
        if code == OKAY
            && let Some((user, old)) = self.who(id)
        {
            self.take_alias(id, &user, &old, alias);
            for hearer in mutant::told_of_alias(self, id) {
                self.send(hearer, &Packet::S168 { user: &user, old: &old, new: alias });
            }
        }
        if code != OKAY
            && self.settings.is(Mutant::RefusedAliasClears)
            && let Some(connection) = self.connections.get_mut(&id)
        {
            connection.alias.clear();
        }
        if late {
            self.send(id, &reply);
        }
    }

    fn take_alias(&mut self, id: ConnectionId, user: &[u8], old: &[u8], alias: &[u8]) {
        if !self.settings.is(Mutant::OldAliasStaysInUse) {
            self.aliases.remove(old);
        }
        self.aliases.insert(alias.to_vec(), id);
        for endpoint in mutant::renamed(self, id, user) {
            if let Some(connection) = self.connections.get_mut(&endpoint) {
                connection.alias = alias.to_vec();
            }
        }
    }

    /// U169 is passed on; there is no reply (CHAT-ROOM-6).
    pub(super) fn on_invite(&mut self, id: ConnectionId, room: RoomId, user: &[u8], alias: &[u8]) {
        let Some((inviter, inviter_alias)) = self.who(id) else { return };
        let named =
            |endpoint: &ConnectionId| alias.is_empty() || self.aliases.get(alias) == Some(endpoint);
        let endpoints = self.online.get(user).into_iter().flatten().copied();
        let most =
            if self.settings.is(Mutant::InvitationReachesOneEndpoint) { 1 } else { usize::MAX };
        let endpoints = endpoints.filter(named).take(most).collect::<Vec<_>>();
        if endpoints.is_empty() && self.settings.is(Mutant::InvitationToNobodyIsUnsupported) {
            self.send(id, &Packet::S251 {});
        }
        for endpoint in endpoints {
            if self.settings.is(Mutant::InvitationsJoin) {
                self.rooms.join(room, endpoint);
            }
            self.send(endpoint, &Packet::S169 { room, user: &inviter, alias: &inviter_alias });
        }
    }
}
