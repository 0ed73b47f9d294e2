//! The client: one connection, what its application asks for, what comes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Role;
use crate::chat::mutant::{self, Mutant};
use crate::chat::text::encode_base64;
use crate::chat::{
    Action, ClientConfig, ClientEvent, Codes, Deframer, Frame, MESSAGE_MAX, MessageId, Packet,
    Request, RoomId, ServerId,
};
use crate::wire::ByteOrder;

/// Octets of text in a message, whose base64 is a third longer.
const TEXT_MAX: usize = MESSAGE_MAX / 4 * 3;

/// Long messages that may be asked for again; the oldest of more is forgotten.
const SENT_MAX: usize = 16;

/// Long messages that are under way at once; the oldest of more is forgotten.
const HEARD_MAX: usize = 64;

/// Octets of the long messages that are under way.
const HEARD_OCTETS_MAX: usize = 16 << 20;

/// One connection of a chat client.
///
/// Its inputs: [`handle_octets`](Self::handle_octets), [`handle_finished`](Self::handle_finished),
/// [`handle_reset`](Self::handle_reset), and what the application asks for: [`login`](Self::login),
/// [`register`](Self::register), [`join`](Self::join), [`part`](Self::part), [`say`](Self::say),
/// [`say_long`](Self::say_long), [`alias`](Self::alias), [`invite`](Self::invite),
/// [`close`](Self::close). Its outputs, to be drained after each input:
/// [`poll_transmit`](Self::poll_transmit), [`poll_event`](Self::poll_event). It acknowledges and
/// sends again by itself.
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) config: ClientConfig,
    deframer: Deframer,
    queue: Vec<u8>,
    events: VecDeque<ClientEvent>,
    stage: Stage,
    /// The order of numbers (CHAT-NUM-2).
    order: ByteOrder,
    /// The order that the newest login or registration asks for.
    wanted: ByteOrder,
    /// The orders that are asked for by those that are not answered, in their order.
    asked: VecDeque<ByteOrder>,
    messages: u32,
    /// Long messages that were sent: the head and the parts, in base64.
    sent: VecDeque<(MessageId, RoomId, Vec<Vec<u8>>)>,
    heard: BTreeMap<ServerId, Heard>,
    heard_octets: usize,
    receipts: u64,
    /// The IDs of messages that have come, as a mutant needs them.
    named: BTreeSet<ServerId>,
    /// The password of the latest room that had one, as a mutant needs it.
    room_password: Vec<u8>,
    /// What a mutant remembers.
    memory: mutant::ClientMemory,
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// U40 was asked for; FIN goes after it.
    Closing,
    /// FIN has gone.
    Closed,
    /// The connection has ended.
    Over,
}

/// A long message of which parts have come.
#[derive(Clone, Debug)]
struct Heard {
    room: RoomId,
    total: u32,
    pieces: BTreeMap<u32, Vec<u8>>,
}

impl Client {
    /// A client whose connection has just been made.
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            deframer: Deframer::new(Role::Listener),
            queue: Vec::new(),
            events: VecDeque::new(),
            stage: Stage::Open,
            order: ByteOrder::Big,
            wanted: ByteOrder::Big,
            asked: VecDeque::new(),
            messages: 0,
            sent: VecDeque::new(),
            heard: BTreeMap::new(),
            heard_octets: 0,
            receipts: 0,
            named: BTreeSet::new(),
            room_password: Vec::new(),
            memory: mutant::ClientMemory::default(),
        }
    }

    /// Logs in: U2.
    pub fn login(&mut self, user: &[u8], password: &[u8], order: ByteOrder) {
        self.wanted = mutant::wanted_order(self.config.mutant, &mut self.memory, order);
        self.asked.push_back(self.wanted);
        self.messages = mutant::after_asking_to_log_in(self.config.mutant, self.messages);
        let endianness = Some(mutant::endianness_octet(self.config, order));
        let password = mutant::password_field(self.config.mutant, password);
        self.send(&Packet::U2 { user: &plain(user), password: &password, endianness });
    }

    /// Registers: U6.
    pub fn register(&mut self, user: &[u8], password: &[u8], email: &[u8]) {
        self.wanted = mutant::order_of_registration(self.config.mutant, self.wanted);
        self.asked.push_back(self.wanted);
        let password = mutant::password_field(self.config.mutant, password);
        self.send(&Packet::U6 { user: &plain(user), password: &password, email: &plain(email) });
    }

    /// Joins a room: U160. An empty password is none.
    pub fn join(&mut self, room: RoomId, password: &[u8]) {
        self.memory.ear.asks(self.config.mutant);
        self.messages = mutant::after_joining(self.config.mutant, self.messages);
        let password = mutant::room_password(self.config.mutant, &mut self.room_password, password);
        self.send(&Packet::U160 { room, password: &encode_base64(&password) });
    }

    /// Leaves a room: U163.
    pub fn part(&mut self, room: RoomId, text: &[u8]) {
        self.receipts = mutant::client_left(self.config.mutant, self.receipts);
        self.send(&Packet::U163 { room, message: Some(&plain(text)) });
    }

    /// Says something in a room, and returns the message's number.
    ///
    /// That is U80, or a long message ([`say_long`](Self::say_long)) for a text of more than 3,000
    /// octets, whose base64 does not fit into one (CHAT-TEXT-2).
    pub fn say(&mut self, room: RoomId, text: &[u8]) -> MessageId {
        if text.len() > TEXT_MAX {
            return self.say_long(room, &text.chunks(TEXT_MAX).collect::<Vec<_>>());
        }
        let message_id = self.next_message_id();
        let message = mutant::message_field(self.config.mutant, text);
        self.send(&Packet::U80 { message_id, room, message: &message });
        message_id
    }

    /// Says a long message: U87 with the first part, U91 with the others (CHAT-LONG-1, -2).
    ///
    /// It may be asked for again (CHAT-LONG-3) until sixteen others have followed.
    pub fn say_long(&mut self, room: RoomId, parts: &[&[u8]]) -> MessageId {
        let message_id = mutant::long_number(self.config.mutant, self.sent.len())
            .map_or_else(|| self.next_message_id(), u32::to_be_bytes);
        let fields = parts.iter().map(|part| mutant::message_field(self.config.mutant, part));
        self.sent.push_back((message_id, room, fields.collect()));
        if self.sent.len() > SENT_MAX {
            self.sent.pop_front();
        }
        for piece in (0..).take(parts.len()) {
            if !mutant::leaves_part_out(self.config.mutant, parts, piece) {
                self.send_piece(message_id, piece);
            }
        }
        message_id
    }

    /// Takes an alias: U166.
    pub fn alias(&mut self, alias: &[u8]) {
        self.send(&Packet::U166 { alias: &plain(alias) });
    }

    /// Invites into a room, U169: who has this alias, or with an empty one all endpoints of the
    /// user.
    pub fn invite(&mut self, room: RoomId, user: &[u8], alias: &[u8]) {
        self.send(&Packet::U169 { room, user: &plain(user), alias: &plain(alias) });
    }

    /// Logs off, U40, and closes the connection (CHAT-AUTH-12).
    pub fn close(&mut self) {
        if self.stage == Stage::Open {
            if mutant::says_bye(self.config.mutant, &self.memory) {
                self.send(&Packet::U40 {});
            }
            if let Some(words) = mutant::last_words(self.config.mutant) {
                self.send(&words);
            }
            self.stage = Stage::Closing;
        }
    }

    /// Takes octets that came from the server, however they are cut.
    pub fn handle_octets(&mut self, octets: &[u8]) {
        let (mutant, mut input, queued) = (self.config.mutant, octets, self.queue.len());
        while matches!(self.stage, Stage::Open | Stage::Closing) {
            mutant::place_in_stream(mutant, &mut self.deframer, &mut input);
            let Some(frame) = self.deframer.next_frame(&mut input) else { break };
            let is_last = mutant::loses_the_rest(mutant, &frame);
            if let Frame::Packet { octets, .. } = frame {
                self.on_packet(&octets);
            }
            if is_last || mutant == Some(Mutant::ClientTakesOneOfASegment) {
                break;
            }
        }
        mutant::client_segment(mutant, &mut self.queue, queued);
        let is_unknown = self.deframer.is_passing_over();
        if mutant == Some(Mutant::ClientDropsWhatIsCut)
            || is_unknown && mutant::forgets_the_unknown(mutant)
        {
            self.deframer.drop_unfinished();
        }
    }

    /// The server has closed its side.
    pub fn handle_finished(&mut self) {
        if self.stage != Stage::Over {
            self.stage = if self.stage == Stage::Closed { Stage::Over } else { Stage::Closing };
            self.events.push_back(ClientEvent::Closed);
        }
    }

    /// The connection has broken.
    pub fn handle_reset(&mut self) {
        if self.stage != Stage::Over {
            self.stage = Stage::Over;
            self.queue.clear();
            self.events.push_back(ClientEvent::Failed);
        }
    }

    /// The next thing to do with the connection.
    pub fn poll_transmit(&mut self) -> Option<Action> {
        if self.stage == Stage::Over {
            return None;
        }
        if !self.queue.is_empty() {
            return Some(Action::Send(core::mem::take(&mut self.queue)));
        }
        (self.stage == Stage::Closing).then(|| {
            self.stage = Stage::Closed;
            Action::Finish
        })
    }

    /// The next thing that the application is told.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    fn send(&mut self, packet: &Packet<'_>) {
        if self.stage == Stage::Open {
            let octets = packet.to_octets(mutant::client_order(self.config.mutant, self.order));
            self.queue.extend(mutant::client_octets(self.config.mutant, packet, octets));
        }
    }

    /// Differs from message to message (CHAT-MSG-8).
    fn next_message_id(&mut self) -> MessageId {
        self.messages = self.messages.wrapping_add(1);
        mutant::message_number(self.config.mutant, self.messages).to_be_bytes()
    }

    /// Sends the head, 0, or a part of a long message.
    fn send_piece(&mut self, wanted: MessageId, piece: u32) {
        let is_it = |sent: &&(MessageId, RoomId, Vec<Vec<u8>>)| sent.0 == wanted;
        let Some((message_id, room, pieces)) = self.sent.iter().rev().find(is_it) else { return };
        let (message_id, room) = (*message_id, *room);
        let parts = u32::try_from(pieces.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let place = usize::try_from(piece).unwrap_or(usize::MAX);
        let Some(message) = pieces.get(place).cloned() else { return };
        let message = message.as_slice();
        self.send(&match piece {
            0 => Packet::U87 { parts, message_id, room, message },
            part => Packet::U91 { part, message_id, message },
        });
    }

    /// Sends a piece that the server asks for again (CHAT-LONG-3).
    fn send_again(&mut self, wanted: MessageId, piece: u32) {
        let order = self.order;
        self.order = mutant::order_again(self.config.mutant, &mut self.memory, order, piece);
        self.send_piece(wanted, piece);
        self.order = order;
    }

    /// The order that was asked for by the login or registration which a packet answers (CHAT-NUM-2).
    fn order_answered(&mut self, packet: &Packet<'_>) -> Option<ByteOrder> {
        match packet {
            Packet::S5 { .. } if mutant::passes_over_s5(self.config.mutant) => None,
            Packet::S3 { .. }
            | Packet::S4 {}
            | Packet::S5 { .. }
            | Packet::S7 { .. }
            | Packet::S8 {} => self.asked.pop_front(),
            _ => None,
        }
    }

    fn on_packet(&mut self, octets: &[u8]) {
        // A deframer lets through what decodes, and nothing from the wire is worth a panic.
        let order = mutant::reading_order_of_client(self.config.mutant, self.order);
        let order = mutant::order_asked_for(self.config.mutant, order, self.wanted);
        let Ok(packet) = Packet::decode(Role::Listener, order, octets) else { return };
        if mutant::client_misses(self.config.mutant, octets) {
            return;
        }
        let answered = self.order_answered(&packet);
        self.memory.ear.hears(self.config.mutant, &packet, self.heard.keys());
        self.messages = mutant::number_after(self.config.mutant, &packet, self.messages);
        let event = match packet {
            Packet::S1 { user } => ClientEvent::Opened { guest: user.to_vec() },
            Packet::S83 { id, room, user, alias, message } => {
                let mutant = self.config.mutant;
                let text = crate::chat::text::decode_base64(message).unwrap_or_default();
                let is_left_out = mutant == Some(Mutant::ClientAcknowledgesAnIdOnce)
                    && !self.named.insert(id)
                    || self.memory.ear.is_deaf(mutant, room)
                    || mutant::passes_over_blank(mutant, &text);
                let count = mutant::acknowledgements(mutant, self.receipts, room);
                for _ in 0..if is_left_out { 0 } else { count } {
                    self.acknowledge(id, false);
                }
                self.receipts += 1;
                let alias = self.memory.ear.alias(mutant, user, alias);
                ClientEvent::Message { id, room, user: user.to_vec(), alias, text }
            }
            Packet::S95 { parts, id, room, message } => {
                return self.on_piece(id, Some((room, parts)), None, message);
            }
            Packet::S91 { part, id, message } => {
                return self.on_piece(id, None, Some(part), message);
            }
            Packet::S90 { message_id } => return self.send_again(message_id, 0),
            Packet::S94 { part, message_id } => return self.send_again(message_id, part),
            Packet::S162 { room, user, alias } => {
                ClientEvent::Joined { room, user: user.to_vec(), alias: alias.to_vec() }
            }
            Packet::S165 { room, user, alias } => {
                ClientEvent::Parted { room, user: user.to_vec(), alias: alias.to_vec() }
            }
            Packet::S168 { user, old, new } => {
                ClientEvent::Renamed { user: user.to_vec(), old: old.to_vec(), new: new.to_vec() }
            }
            Packet::S169 { room, user, alias } => {
                ClientEvent::Invited { room, user: user.to_vec(), alias: alias.to_vec() }
            }
            _ => {
                let Some((to, mut codes)) = reply(&packet) else { return };
                for code in &mut codes {
                    *code = self.told(*code);
                }
                let is_login = matches!(to, Request::Login | Request::Register);
                if is_login
                    && mutant::sets_client_order(self.config.mutant, &codes)
                    && let Some(order) = answered
                {
                    self.order = order;
                }
                self.order = mutant::order_after(self.config.mutant, to, &codes, self.order);
                mutant::client_replied(self.config.mutant, &mut self.memory, to, &codes);
                ClientEvent::Replied { to, codes }
            }
        };
        self.events.push_back(event);
    }

    /// The number of the source's list for a code that came (CHAT-NUM-1).
    fn told(&self, octet: u8) -> u8 {
        let number = self.config.dialect.codes.number(octet).unwrap_or(octet);
        if self.config.mutant == Some(Mutant::ClientTellsCodesInHex) {
            return Codes::Hex.octet(number);
        }
        number
    }

    /// Sends the receipt of a message (CHAT-MSG-7), or of a head or part (CHAT-LONG-8).
    fn acknowledge(&mut self, id: ServerId, is_long: bool) {
        let id = if is_long { id } else { mutant::receipt_id(self.config.mutant, id) };
        let otherwise = mutant::receipt_is_of_the_other_kind(self.config.mutant, is_long);
        if is_long == otherwise {
            self.send(&Packet::U84 { id });
        } else {
            self.send(&Packet::U96 { id });
        }
    }

    /// A head or part has come: `place` of an S95 (its room, how many follow it), `part` of an S91.
    fn on_piece(
        &mut self,
        id: ServerId,
        place: Option<(RoomId, u32)>,
        part: Option<u32>,
        message: &[u8],
    ) {
        let key = mutant::long_key(self.config.mutant, id);
        let is_head = !self.heard.contains_key(&key);
        let left = place.map(|(_, left)| left);
        let is_left_out = mutant::after_the_whole(self.config.mutant) && self.named.contains(&id)
            || self.memory.ear.has_dropped(&key);
        if !is_left_out && mutant::acknowledges_piece(self.config.mutant, is_head, left) {
            self.acknowledge(id, true);
        }
        if let Some((room, total)) = place.filter(|_| is_head) {
            while self.heard.len() >= HEARD_MAX || self.heard_octets > HEARD_OCTETS_MAX {
                let Some((_, oldest)) = self.heard.pop_first() else { break };
                self.heard_octets -= oldest.pieces.values().map(Vec::len).sum::<usize>();
            }
            self.heard.insert(key, Heard { room, total, pieces: BTreeMap::new() });
        }
        let Some(heard) = self.heard.get_mut(&key) else { return };
        let number = part.or_else(|| heard.total.checked_sub(left?));
        let Some(number) = number.filter(|number| *number <= heard.total) else { return };
        let text = mutant::part_text(self.config.mutant, message);
        heard.pieces.entry(number).or_insert_with(|| {
            self.heard_octets += text.len();
            text
        });
        if heard.pieces.len() > heard.total as usize
            && let Some(whole) = self.heard.remove(&key)
        {
            let text: Vec<u8> = whole.pieces.into_values().flatten().collect();
            self.heard_octets -= text.len();
            let text = mutant::whole_text(self.config.mutant, text);
            if mutant::after_the_whole(self.config.mutant) {
                self.named.insert(id);
            }
            self.events.push_back(ClientEvent::LongMessage { id, room: whole.room, text });
        }
    }
}

/// What a packet answers, and its codes; one that only says BAD has its own number for a code.
fn reply(packet: &Packet<'_>) -> Option<(Request, Vec<u8>)> {
    Some(match *packet {
        Packet::S3 { user_code, password_code, endianness_code } => {
            (Request::Login, vec![user_code, password_code, endianness_code])
        }
        Packet::S4 {} => (Request::Login, vec![4]),
        Packet::S5 { .. } => (Request::Login, vec![5]),
        Packet::S7 { user_code, password_code, email_code } => {
            (Request::Register, vec![user_code, password_code, email_code])
        }
        Packet::S8 {} => (Request::Register, vec![8]),
        Packet::S81 { room_code, message_code, .. } => {
            (Request::Say, vec![room_code, message_code])
        }
        Packet::S88 { parts_code, room_code, message_code, .. } => {
            (Request::SayLong, vec![parts_code, room_code, message_code])
        }
        Packet::S92 { part_code, room_code, message_code, .. } => {
            (Request::SayLong, vec![part_code, room_code, message_code])
        }
        Packet::S161 { room_code, .. } => (Request::Join, vec![room_code]),
        Packet::S164 { room_code, .. } => (Request::Part, vec![room_code]),
        Packet::S167 { code } => (Request::Alias, vec![code]),
        _ => return None,
    })
}

/// A text without the octets that no field of free length may hold.
fn plain(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|octet| !matches!(octet, 0 | 0xFF)).collect()
}
