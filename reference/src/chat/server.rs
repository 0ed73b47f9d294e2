//! The server: many connections, what comes on each, what goes out.

mod connection;
mod login;
mod long;
mod receipts;
mod rooms;
mod short;

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Role;
use crate::chat::mutant;
use crate::chat::settings::Settings;
use crate::chat::{
    Account, Action, Config, ConnectionId, Frame, Mutant, PACKET_MAX, Packet, Password, RoomId,
    ServerEvent,
};
use crate::entropy::Entropy;
use crate::time::Instant;

pub(super) use connection::{Connection, Phase};
pub(super) use long::Drafts;
use long::Kept;
pub(super) use receipts::Receipts;
use rooms::Rooms;

/// A chat server: all its connections, users and rooms.
///
/// Its inputs, with the time where it counts: [`connected`](Self::connected),
/// [`handle_octets`](Self::handle_octets), [`handle_finished`](Self::handle_finished),
/// [`handle_reset`](Self::handle_reset), [`handle_blocked`](Self::handle_blocked),
/// [`handle_writable`](Self::handle_writable), [`handle_timeout`](Self::handle_timeout). Its
/// outputs, to be drained after each input: [`poll_transmit`](Self::poll_transmit),
/// [`poll_event`](Self::poll_event), then [`poll_timeout`](Self::poll_timeout).
#[derive(Clone, Debug)]
pub struct Server {
    pub(super) settings: Settings,
    /// Unix time at [`Instant::START`].
    epoch: Duration,
    pub(super) entropy: Entropy,
    pub(super) accounts: BTreeMap<Vec<u8>, Password>,
    pub(super) rooms: Rooms,
    pub(super) connections: BTreeMap<ConnectionId, Connection>,
    /// The connections on which each user is logged in.
    pub(super) online: BTreeMap<Vec<u8>, BTreeSet<ConnectionId>>,
    /// Who has each alias.
    pub(super) aliases: BTreeMap<Vec<u8>, ConnectionId>,
    pub(super) kept: Kept,
    /// The counter of the newest message (CHAT-MSG-5).
    pub(super) counter: u64,
    connections_begun: u64,
    /// Connections with something to send, in the order in which they have had it.
    ready: VecDeque<ConnectionId>,
    /// Connections that have more output waiting than is allowed (CHAT-OUT-1).
    overflowing: BTreeSet<ConnectionId>,
    aborted: VecDeque<ConnectionId>,
    pub(super) events: VecDeque<ServerEvent>,
    /// When ended connections are let go.
    deadlines: BTreeSet<(Instant, ConnectionId)>,
    pub(super) memory: mutant::Memory,
}

impl Server {
    /// A server without connections, where `epoch` is the Unix time at [`Instant::START`].
    #[must_use]
    pub fn new(config: Config, epoch: Duration, entropy: Entropy) -> Self {
        let settings = Settings::new(&config);
        let stored =
            |account: Account| (account.name().as_bytes().to_vec(), account.password().clone());
        Self {
            settings,
            epoch,
            entropy,
            accounts: config.accounts.into_iter().map(stored).collect(),
            rooms: Rooms::new(config.rooms),
            connections: BTreeMap::new(),
            online: BTreeMap::new(),
            aliases: BTreeMap::new(),
            kept: Kept::default(),
            counter: 0,
            connections_begun: 0,
            ready: VecDeque::new(),
            overflowing: BTreeSet::new(),
            aborted: VecDeque::new(),
            events: VecDeque::new(),
            deadlines: BTreeSet::new(),
            memory: mutant::Memory::default(),
        }
    }

    /// A client has connected: it is greeted (CHAT-AUTH-1).
    pub fn connected(&mut self) -> ConnectionId {
        let id = ConnectionId(self.connections_begun);
        self.connections_begun += 1;
        if self.connections.len() >= self.settings.limits.connections {
            self.aborted.push_back(id);
            return id;
        }
        let guest = format!("guest-{}", mutant::guest_number(self, id));
        let deframer = mutant::deframer(self.settings.mutant);
        self.connections.insert(id, Connection::new(deframer));
        if self.connections.len() <= 3 || !self.settings.is(Mutant::OnlyThreeAreGreeted) {
            self.send(id, &Packet::S1 { user: guest.as_bytes() });
        }
        self.settle();
        id
    }

    /// Takes octets that came from a client, however they are cut.
    pub fn handle_octets(&mut self, now: Instant, id: ConnectionId, octets: &[u8]) {
        mutant::awakes(self, now, id);
        let changed = mutant::arriving(self, id, octets);
        let mut input = changed.as_deref().unwrap_or(octets);
        while let Some(connection) = self.connections.get_mut(&id)
            && connection.phase == Phase::Open
            && let Some(frame) = connection.deframer.next_frame(&mut input)
        {
            let waiting = connection.queue.len();
            self.on_frame(now, id, &frame);
            if mutant::framed(self, id, waiting) {
                break;
            }
        }
        mutant::taken(self, now, id, octets.len());
        self.settle();
    }

    /// The client has closed its side: it is answered what it sent before, then the server closes
    /// (CHAT-FRAME-3).
    pub fn handle_finished(&mut self, now: Instant, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.peer_finished = true;
            if connection.phase == Phase::Finished {
                self.forget(id);
            } else if !mutant::ignores_finish(self, id) {
                self.finish(now, id);
            }
        }
        self.settle();
    }

    /// The connection has broken.
    pub fn handle_reset(&mut self, id: ConnectionId) {
        if self.connections.contains_key(&id) {
            let alias = mutant::alias_kept(self, id);
            self.leave_all(id);
            self.aliases.extend(alias.map(|alias| (alias, id)));
            self.forget(id);
        }
        self.settle();
    }

    /// Nothing more can be sent on a connection for now; what is for it waits here, up to a bound.
    pub fn handle_blocked(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.blocked = true;
        }
    }

    /// There is room again to send on a connection.
    pub fn handle_writable(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.blocked = false;
            self.make_ready(id);
        }
        self.settle();
    }

    /// Does what is due by now: ended connections that are not through are let go.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((due, id)) = self.deadlines.first().copied()
            && due <= now
        {
            self.forget(id);
            self.aborted.push_back(id);
        }
        self.settle();
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called next, unless an input comes
    /// before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.first().map(|(due, _)| *due)
    }

    /// The next thing to do with a connection. All that waits for one connection comes at once.
    pub fn poll_transmit(&mut self) -> Option<(ConnectionId, Action)> {
        while let Some(id) = self.ready.pop_front() {
            let Some(connection) = self.connections.get_mut(&id) else { continue };
            connection.is_ready = false;
            if connection.blocked {
                continue;
            }
            if !connection.queue.is_empty() {
                let octets = core::mem::take(&mut connection.queue);
                self.make_ready(id);
                return Some((id, Action::Send(octets)));
            }
            if connection.phase == Phase::Finishing {
                connection.phase = Phase::Finished;
                let connection_finished = connection.peer_finished;
                if connection_finished {
                    self.forget(id);
                }
                let ending = mutant::ending(&self.settings, &self.memory, id, connection_finished);
                return Some((id, ending));
            }
        }
        Some((self.aborted.pop_front()?, Action::Abort))
    }

    /// The next thing that whoever runs the server is told.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        self.events.pop_front()
    }

    /// How many connections there are, ended ones that are not through included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Octets that wait to be sent, on all connections together.
    #[must_use]
    pub fn octets_waiting(&self) -> usize {
        self.connections.values().map(|connection| connection.queue.len()).sum()
    }

    fn on_frame(&mut self, now: Instant, id: ConnectionId, frame: &Frame) {
        let Some(connection) = self.connections.get(&id) else { return };
        let (order, logged_in) = (connection.order, connection.user.is_some());
        match frame {
            Frame::Packet { octets, .. } => {
                let order = mutant::reading_order(self.settings.mutant, octets, order);
                let packet = Packet::decode(Role::Connector, order, octets);
                let packet = packet.expect("a deframer lets through what decodes");
                if !mutant::intercept(self, now, id, octets, &packet) {
                    self.on_packet(now, id, &packet, logged_in);
                }
            }
            Frame::Broken { layout, octets } => {
                let is_long = octets.len() >= PACKET_MAX;
                if !(is_long && self.settings.is(Mutant::LongPacketsAreSkipped)) {
                    self.on_broken(now, id, layout.spec.code, logged_in);
                }
                mutant::after_broken(self, now, id, layout.spec.code, octets.len());
            }
            Frame::Unknown { code } if mutant::passes_over(self, id, *code) => {}
            Frame::Unknown { .. } if logged_in => {
                self.send(id, &Packet::S251 {});
                mutant::after_unknown(self, now, id);
            }
            Frame::Unknown { .. } => self.refuse(now, id),
        }
    }

    pub(super) fn on_packet(
        &mut self,
        now: Instant,
        id: ConnectionId,
        packet: &Packet<'_>,
        logged_in: bool,
    ) {
        match *packet {
            Packet::U2 { user, password, endianness } => {
                self.on_login(now, id, user, password, endianness);
            }
            Packet::U6 { user, password, email } => self.on_register(id, user, password, email),
            Packet::U40 {} => self.finish(now, id),
            _ if !logged_in => self.refuse(now, id),
            Packet::U80 { message_id, room, message } => {
                self.on_short(now, id, message_id, room, message);
            }
            Packet::U84 { id: acknowledged } => self.on_short_receipt(id, acknowledged),
            Packet::U87 { parts, message_id, room, message } => {
                self.on_head(id, parts, message_id, room, message);
            }
            Packet::U91 { part, message_id, message } => {
                self.on_part(now, id, part, message_id, message);
            }
            Packet::U96 { id: acknowledged } => self.on_long_receipt(id, acknowledged),
            Packet::U99 { part, id_start } => self.on_again(id, part, id_start),
            Packet::U160 { room, password } => self.on_join(id, room, password),
            Packet::U163 { room, .. } => self.on_leave(id, room),
            Packet::U166 { alias } => self.on_alias(id, alias),
            Packet::U169 { room, user, alias } => self.on_invite(id, room, user, alias),
            Packet::U252 {} => self.on_capabilities(id),
            // What the client supports changes nothing: a server sends what it is asked for.
            Packet::U254 { .. } => {}
            _ => unreachable!("{} is no client's packet", packet.name()),
        }
    }

    /// A known packet that breaks its layout (CHAT-FRAME-4, CHAT-AUTH-9).
    pub(super) fn on_broken(&mut self, now: Instant, id: ConnectionId, code: u8, logged_in: bool) {
        let answer = match code {
            2 | 6 if mutant::refuses_broken(self, id, logged_in) => return self.refuse(now, id),
            2 => Packet::S4 {},
            6 => Packet::S8 {},
            40 if self.settings.is(Mutant::BrokenByeBeforeLoginIsUnsupported)
                || mutant::forgives_bye(self, id) =>
            {
                Packet::S251 {}
            }
            _ if !logged_in => return self.refuse(now, id),
            80 => Packet::S82 {},
            84 => Packet::S86 {},
            87 => Packet::S89 {},
            91 => Packet::S93 {},
            96 => Packet::S98 {},
            99 => Packet::S102 {},
            _ => Packet::S251 {},
        };
        self.send(id, &answer);
    }

    /// Answers what may not come before login (CHAT-AUTH-9).
    pub(super) fn refuse(&mut self, now: Instant, id: ConnectionId) {
        let has_failed = self.memory.failures.contains_key(&id);
        if has_failed && self.settings.is(Mutant::UnsupportedAfterAFailure) {
            return self.send(id, &Packet::S251 {});
        }
        if self.settings.is(Mutant::RefusalLosesReplies)
            && let Some(connection) = self.connections.get_mut(&id)
        {
            connection.queue.clear();
        }
        self.send(id, &Packet::S9 {});
        if self.settings.is(Mutant::ResetsAfterS9) {
            self.memory.refused.insert(id);
        }
        if !self.settings.is(Mutant::StaysOpenAfterS9) {
            self.finish(now, id);
        }
    }

    /// Says which packets there are (CHAT-CAP-1).
    pub(super) fn on_capabilities(&mut self, id: ConnectionId) {
        let codes: BTreeSet<u8> =
            crate::chat::LAYOUTS.iter().map(|layout| layout.spec.code).collect();
        let mut list = Vec::new();
        for code in codes {
            list.extend([code, 0xFF]);
        }
        list.pop();
        if let Some(packets) = crate::chat::PacketIds::from_octets(&list) {
            self.send(id, &Packet::S253 { packets });
        }
    }

    /// Puts a packet behind what waits for a connection.
    pub(super) fn send(&mut self, to: ConnectionId, packet: &Packet<'_>) {
        let Some(connection) = self.connections.get_mut(&to) else { return };
        if connection.phase != Phase::Open {
            return;
        }
        let waiting = connection.queue.len();
        match self.settings.mutant {
            None => packet.encode(connection.order, &mut connection.queue),
            Some(mutant) => mutant::outgoing(mutant, connection, packet),
        }
        if connection.queue.len() > self.settings.limits.output {
            if self.settings.is(Mutant::OutputPastTheBoundIsDropped) {
                connection.queue.truncate(waiting);
            } else {
                self.overflowing.insert(to);
            }
        }
        let added = connection.queue.len().saturating_sub(waiting);
        if mutant::holds_too_much(self, to, added) {
            self.overflowing.insert(to);
        }
        self.make_ready(to);
    }

    fn make_ready(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let has_work = !connection.queue.is_empty() || connection.phase == Phase::Finishing;
        if has_work && !connection.blocked && !connection.is_ready {
            connection.is_ready = true;
            self.ready.push_back(id);
        }
    }

    /// Ends a connection once what waits for it is sent (CHAT-AUTH-10).
    pub(super) fn finish(&mut self, now: Instant, id: ConnectionId) {
        let deadline = now + self.settings.linger;
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if connection.phase != Phase::Open {
            return;
        }
        connection.phase = Phase::Finishing;
        connection.deadline = Some(deadline);
        connection.release();
        self.deadlines.insert((deadline, id));
        self.make_ready(id);
        self.leave_all(id);
    }

    /// Drops all that is known of a connection.
    fn forget(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.remove(&id)
            && let Some(deadline) = connection.deadline
        {
            self.deadlines.remove(&(deadline, id));
        }
    }

    /// Ends a login, an alias and memberships at once (CHAT-AUTH-10, CHAT-ROOM-4).
    fn leave_all(&mut self, id: ConnectionId) {
        mutant::before_leaving(self, id);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let Some(user) = connection.user.take() else { return };
        let alias = core::mem::take(&mut connection.alias);
        let rooms = core::mem::take(&mut connection.rooms);
        if self.settings.is(Mutant::NothingEndsWithAConnection) {
            return;
        }
        self.log_out(id, &user);
        self.aliases.remove(&alias);
        let left = if self.settings.is(Mutant::OnlyOneRoomIsLeft) { 1 } else { rooms.len() };
        for room in rooms.iter().take(left) {
            self.rooms.leave(*room, id);
            self.tell_parted(*room, &user, &alias);
        }
        mutant::after_leaving(self, id, &user, &alias);
    }

    fn log_out(&mut self, id: ConnectionId, user: &[u8]) {
        if let Some(endpoints) = self.online.get_mut(user) {
            endpoints.remove(&id);
            if endpoints.is_empty() {
                self.online.remove(user);
            }
        }
    }

    /// Ends an input: who reads too slowly is let go, and others hear of it (CHAT-OUT-1).
    fn settle(&mut self) {
        while let Some(id) = self.overflowing.pop_first() {
            if self.connections.contains_key(&id) {
                mutant::before_letting_go(self, id);
                if !self.settings.is(Mutant::LetGoStaysLoggedIn) {
                    self.leave_all(id);
                }
                self.forget(id);
                self.aborted.push_back(id);
            }
        }
    }

    /// Milliseconds since the Unix epoch (CHAT-MSG-5).
    pub(super) fn unix_millis(&self, now: Instant) -> u64 {
        let millis = self.epoch.saturating_add(now.since_start()).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    /// Everybody who is logged in.
    pub(super) fn authenticated(&self) -> Vec<ConnectionId> {
        self.online.values().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Who a connection is: user and alias; `None` if it is not logged in.
    pub(in crate::chat) fn who(&self, id: ConnectionId) -> Option<(Vec<u8>, Vec<u8>)> {
        let connection = self.connections.get(&id)?;
        Some((connection.user.clone()?, connection.alias.clone()))
    }

    /// Who hears a message that is for `room`: everybody there but its sender (CHAT-MSG-3,
    /// CHAT-MSG-4).
    pub(super) fn hearers(
        &self,
        from: ConnectionId,
        room: RoomId,
        is_long: bool,
    ) -> Vec<ConnectionId> {
        if let Some(mutant) = self.settings.mutant
            && let Some(hearers) = mutant::hearers(mutant, self, from, room, is_long)
        {
            return hearers;
        }
        match room {
            rooms::ECHO => vec![from],
            rooms::GLOBAL => self.authenticated().into_iter().filter(|id| *id != from).collect(),
            _ => self.rooms.members(room).into_iter().filter(|id| *id != from).collect(),
        }
    }
}
