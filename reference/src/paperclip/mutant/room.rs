//! What mutants make of a packet by what its session has, and has had: unfinished packets, keys, ACKs and bad packets.

use core::net::SocketAddr;
use std::collections::BTreeSet;

use crate::paperclip::coding::decode;
use crate::paperclip::endpoint::Endpoint;
use crate::paperclip::inbound::{is_auth, is_error};
use crate::paperclip::mutant::Mutant;
use crate::paperclip::session::State;
use crate::paperclip::{Body, ErrorCode, Failure, Flags, Packet, SessionId, SessionKey};
use crate::time::Instant;

/// How many bad packets, or void ACKs, a mutant puts up with.
const PATIENCE: u32 = 20;

/// An ERROR of `table` has as many octets.
const ERROR_LENGTH: usize = 5;

/// What a mutant has seen of sessions.
#[derive(Clone, Debug, Default)]
pub(in crate::paperclip) struct Seen {
    /// Octets that were unfinished before the packet that is taken now.
    room: usize,
    /// AUTHs that have come in open sessions.
    auths: BTreeSet<SocketAddr>,
    /// The keys of all sessions, and which session has another than its own just now.
    keys: Vec<(SocketAddr, SessionKey)>,
    lent: Option<(SessionId, Option<SessionKey>)>,
    /// Bad packets so far.
    bad: u32,
}

impl Seen {
    /// Whether there was one bad packet too many.
    pub(in crate::paperclip) const fn is_enough(&mut self) -> bool {
        self.bad += 1;
        self.bad > PATIENCE
    }
}

impl Endpoint {
    /// What a mutant does before a datagram is taken; `true`: it is not taken then.
    pub(super) fn anticipates(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) -> bool {
        let config = &self.settings.config;
        let error = Packet::read(octets, config.widths, config.flags).err();
        let id = self.session_with(from);
        match (mutant, error) {
            (Mutant::ShortAuthAnswered, _)
                if id.is_none() && is_auth(octets) && octets.len() < ERROR_LENGTH =>
            {
                self.answer_stranger(now, from, ErrorCode::PACKET);
                return true;
            }
            (Mutant::ErrorsOutOfRangeAnswered, Some(error))
                if is_error(octets) && error.code() == ErrorCode::SEQUENCE_ID =>
            {
                self.answer(now, id, ErrorCode::SEQUENCE_ID);
                return true;
            }
            (Mutant::ManyBadPacketsEndTheSession, Some(_)) if !is_error(octets) => {
                if let Some(id) = id
                    && self.output.memory.seen.is_enough()
                {
                    self.with_session(now, id, |session, context| {
                        session.fail(context, Failure::GivenUp);
                    });
                    return true;
                }
            }
            _ => {}
        }
        let Ok(packet) = Packet::decode(octets, config.widths, config.flags) else { return false };
        let Some(id) = id else { return false };
        self.borrow_key(mutant, now, from, id, &packet);
        self.anticipates_in(mutant, now, from, id, &packet)
    }

    /// The same for a packet of a session.
    fn anticipates_in(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        id: SessionId,
        packet: &Packet<'_>,
    ) -> bool {
        let most = self.settings.config.limits.fragments.packets;
        let Some(session) = self.sessions.get_mut(&id) else { return false };
        let seen = &mut self.output.memory.seen;
        let is_open = session.state == State::Open;
        let sequence = packet.sequence;
        let reliable = packet.flags.has(Flags::RELIABLE);
        let is_known = session.window.has(sequence);
        let is_begun = session.reassembly.sequences().any(|it| it == sequence);
        seen.room = session.reassembly.octets();
        match (mutant, packet.body, packet.fragment) {
            (Mutant::LowestUnfinishedGoesFirst, _, Some(_))
                if !is_known && !is_begun && session.reassembly.packets() >= most =>
            {
                if let Some(lowest) = session.reassembly.sequences().min() {
                    session.reassembly.forget(lowest);
                }
            }
            (Mutant::OldFinishedPacketUnacknowledged, _, Some(_)) => {
                let newest = session.window.newest().unwrap_or(sequence);
                return is_known && super::is_behind(newest, sequence, 256);
            }
            (Mutant::HalfAPacketSwallowsOthers, Body::Default, None)
                if reliable && session.reassembly.packets() > 0 =>
            {
                self.with_session(now, id, |session, context| {
                    session.window.note(sequence, true);
                    session.send_ack(context, sequence);
                });
                return true;
            }
            (Mutant::SecondServerAuthUnanswered, Body::Auth { .. }, _) => {
                return is_open && !seen.auths.insert(from);
            }
            _ => {}
        }
        false
    }

    /// What a mutant does with the room of unfinished packets once a datagram was taken.
    pub(super) fn keeps_room(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        octets: &[u8],
    ) {
        if let Some((id, key)) = self.output.memory.seen.lent.take() {
            self.with_session(now, id, |session, _| session.key = key);
        }
        let config = &self.settings.config;
        let Ok(packet) = Packet::read(octets, config.widths, config.flags) else { return };
        let Some(id) = self.session_with(from) else { return };
        self.with_session(now, id, |session, context| {
            let room = context.output.memory.seen.room;
            let reassembly = &mut session.reassembly;
            match mutant {
                Mutant::FinishedPacketsKeepTheirRoom => {
                    reassembly.count(room.max(reassembly.octets()));
                }
                Mutant::RepeatedFragmentsTakeRoom
                    if reassembly.octets() == room
                        && reassembly.sequences().any(|it| it == packet.sequence) =>
                {
                    reassembly.count(room + packet.data.len());
                }
                Mutant::UnfinishedGivenUpInTheirOrder => reassembly.renew_in_order(),
                _ => {}
            }
        });
    }

    /// A session has the key for one packet that decrypts it, though it is that of another session.
    fn borrow_key(
        &mut self,
        mutant: Mutant,
        now: Instant,
        from: SocketAddr,
        id: SessionId,
        packet: &Packet<'_>,
    ) {
        if !matches!(mutant, Mutant::ReplacedKeyStillTaken | Mutant::KeysOfAllSessionsTried) {
            return;
        }
        let is_same = mutant == Mutant::ReplacedKeyStillTaken;
        let widths = self.settings.config.widths;
        let seen = &mut self.output.memory.seen;
        for session in self.sessions.values() {
            let key = session.key.map(|key| (session.peer, key));
            seen.keys.extend(key.filter(|key| !seen.keys.contains(key)));
        }
        let Some(own) = self.sessions.get(&id).map(|session| session.key) else { return };
        let decrypts = |key: &SessionKey| {
            let (vector, checksum) = (packet.init_vector, packet.checksum);
            decode(packet.flags, widths, Some(key), vector, checksum, packet.data).is_ok()
        };
        if packet.flags.has(Flags::ENCRYPTED)
            && packet.fragment.is_none()
            && !own.as_ref().is_some_and(decrypts)
            && let Some((_, key)) =
                seen.keys.iter().find(|(of, key)| (*of == from) == is_same && decrypts(key))
        {
            let key = *key;
            seen.lent = Some((id, own));
            self.with_session(now, id, |session, _| session.key = Some(key));
        }
    }
}
