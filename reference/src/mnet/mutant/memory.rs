//! What mutants remember between packets; it stays empty without a mutant.

use core::net::{IpAddr, SocketAddr};
use std::collections::{BTreeMap, BTreeSet};

use crate::mnet::ended::Key;
use crate::mnet::mutant::Mutant;
use crate::mnet::{Packet, SessionId, Tag};

/// No memory of a mutant holds more entries.
const ENTRIES_MAX: usize = 65_536;

/// A mutant's memory.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each belongs to another mutant")]
pub(in crate::mnet) struct Memory {
    /// Nothing is heard any more.
    pub(super) deaf: bool,
    /// The Unix time of the last INIT.
    pub(in crate::mnet) asked: u32,
    /// `OutgoingSequence` of what came last, by address.
    pub(in crate::mnet) counted: BTreeMap<SocketAddr, u32>,
    /// A session was open.
    pub(in crate::mnet) had_session: bool,
    /// Nothing is sent again any more.
    pub(in crate::mnet) stopped: bool,
    /// DATA beyond a gap: where from, where it begins, what it holds.
    kept: Option<(SocketAddr, u32, Vec<u8>)>,
    /// DATA sent so far.
    pub(super) data_sent: u64,
    /// Packets that came or went before, by address, tag and type.
    seen: BTreeSet<(SocketAddr, Tag, u8)>,
    /// The tag of the first INIT from each address.
    tag: BTreeMap<SocketAddr, Tag>,
    /// How many sessions had been opened when cookies were given, by address and Y, and how many have been by now.
    given: BTreeMap<(SocketAddr, Tag), u32>,
    opened: u32,
    /// The newest Y that a connector at an address was given.
    newest: BTreeMap<SocketAddr, Tag>,
    /// DATA that came before its echo.
    early: BTreeMap<SocketAddr, Vec<u8>>,
    /// DATA that was sent, by its sequence: how often, and what it acknowledged at first.
    sent: BTreeMap<u32, (u32, u32)>,
    /// Who has echoed a cookie first, by its HMAC.
    echoed: BTreeMap<[u8; 20], IpAddr>,
    tags_drawn: u32,
    /// The highest sequence that was sent.
    highest: u32,
    /// Sessions to which SHUTDOWN-ACK came that nobody asked for.
    acks: BTreeSet<SessionId>,
    /// The first COOKIE-ECHO to each address.
    echo: BTreeMap<SocketAddr, Vec<u8>>,
    /// Something came that is remembered though it was refused.
    pub(super) noted: bool,
    /// The peer has sent SHUTDOWN.
    pub(super) shutdown: bool,
    /// The latest `AcknowledgedBytes` that was sent before.
    acknowledged: u32,
    /// What is still answered in sessions that have ended.
    last_words: BTreeMap<Key, Vec<u8>>,
}

impl Memory {
    /// Whether this is the first packet of its type with this address and tag.
    pub(super) fn is_first(&mut self, address: SocketAddr, tag: Tag, packet: &Packet<'_>) -> bool {
        self.seen.len() < ENTRIES_MAX && self.seen.insert((address, tag, packet.code()))
    }

    /// Packets that [`is_first`](Self::is_first) has noted.
    pub(super) fn seen(&self) -> usize {
        self.seen.len()
    }

    /// Takes back what [`is_first`](Self::is_first) has noted of INIT.
    pub(super) fn forget_init(&mut self, address: SocketAddr, tag: Tag) {
        self.seen.remove(&(address, tag, 1));
    }

    /// What the first DATA with this sequence acknowledged; `now` is what this one would.
    pub(super) fn first_acknowledged(&mut self, sequence: u32, now: u32) -> u32 {
        self.sent.entry(sequence).or_insert((0, now)).1
    }

    /// The highest sequence that was sent, where counting starts at `base`; `now` is that of this DATA.
    pub(super) fn highest(&mut self, now: u32, base: u32) -> u32 {
        self.highest = self.highest.max(now.wrapping_sub(base));
        base.wrapping_add(self.highest)
    }

    /// How often DATA with this sequence was sent, this time included.
    pub(super) fn times_sent(&mut self, sequence: u32) -> u32 {
        let (times, _) = self.sent.entry(sequence).or_default();
        *times += 1;
        *times
    }

    /// Whether DATA with this sequence was sent before, and others with a higher one since.
    pub(super) fn is_an_older_repeat(&mut self, sequence: u32, base: u32) -> bool {
        let highest = self.highest(sequence, base);
        self.times_sent(sequence) > 1 && sequence != highest
    }

    /// The first COOKIE-ECHO to this address; `now` is the one that is due.
    pub(super) fn first_echo(&mut self, address: SocketAddr, now: &[u8]) -> Vec<u8> {
        if self.echo.len() >= ENTRIES_MAX {
            self.echo.clear();
        }
        self.echo.entry(address).or_insert_with(|| now.to_vec()).clone()
    }

    /// `AcknowledgedBytes` as it stands still once SHUTDOWN has come; `now` is what it would be.
    pub(super) const fn still(&mut self, now: u32) -> u32 {
        if !self.shutdown {
            self.acknowledged = now;
        }
        self.acknowledged
    }

    /// Takes note of what is still answered in a session that has ended.
    pub(super) fn note_last_word(&mut self, key: Key, octets: Vec<u8>) {
        if self.last_words.len() >= ENTRIES_MAX {
            self.last_words.clear();
        }
        self.last_words.insert(key, octets);
    }

    /// What is still answered in a session that has ended.
    pub(super) fn last_word(&self, key: Key) -> Option<Vec<u8>> {
        self.last_words.get(&key).cloned()
    }

    /// The tag of the first INIT from this address; `now` is that of this one.
    pub(super) fn first_tag(&mut self, address: SocketAddr, now: Tag) -> Tag {
        if self.tag.len() >= ENTRIES_MAX {
            self.tag.clear();
        }
        *self.tag.entry(address).or_insert(now)
    }

    /// A cookie with this Y is given.
    pub(super) fn note_given(&mut self, address: SocketAddr, y: Tag) {
        if self.given.len() < ENTRIES_MAX {
            self.given.insert((address, y), self.opened);
        }
    }

    /// A session has opened.
    pub(super) const fn note_opened(&mut self) {
        self.opened = self.opened.wrapping_add(1);
    }

    /// Whether no session has opened since a cookie with this Y was given.
    pub(super) fn is_current(&self, address: SocketAddr, y: Tag) -> bool {
        self.given.get(&(address, y)).is_none_or(|opened| *opened == self.opened)
    }

    /// A SHUTDOWN-ACK has come that nobody asked for.
    pub(in crate::mnet) fn note_ack(&mut self, id: SessionId) {
        if self.acks.len() < ENTRIES_MAX {
            self.acks.insert(id);
        }
    }

    /// Whether one had come to this session.
    pub(in crate::mnet) fn has_ack(&self, id: SessionId) -> bool {
        self.acks.contains(&id)
    }

    pub(super) fn note_newest(&mut self, address: SocketAddr, y: Tag) {
        if self.newest.len() < ENTRIES_MAX {
            self.newest.insert(address, y);
        }
    }

    pub(super) fn is_newest(&self, address: SocketAddr, y: Tag) -> bool {
        self.newest.get(&address).is_none_or(|newest| *newest == y)
    }

    /// Whether nobody at another address has echoed the cookie with this HMAC before.
    pub(super) fn echoes_first(&mut self, hmac: [u8; 20], address: IpAddr) -> bool {
        if self.echoed.len() >= ENTRIES_MAX {
            self.echoed.clear();
        }
        *self.echoed.entry(hmac).or_insert(address) == address
    }

    pub(in crate::mnet) fn note_early(&mut self, address: SocketAddr, octets: &[u8]) {
        if self.early.len() < ENTRIES_MAX {
            self.early.insert(address, octets.to_vec());
        }
    }

    /// What was outstanding when ABORT came from this address.
    pub(in crate::mnet) fn outlived(&mut self, address: SocketAddr) -> Option<Vec<u8>> {
        self.early.remove(&address)
    }

    /// Keeps DATA that lies beyond a gap; gives what another session has kept from the end of this one on.
    pub(super) fn shared(
        &mut self,
        from: SocketAddr,
        end: u32,
        gap: Option<(u32, &[u8])>,
    ) -> Option<(u32, Vec<u8>)> {
        if let Some((start, octets)) = gap {
            self.kept = Some((from, start, octets.to_vec()));
            return None;
        }
        let (of, start, octets) = self.kept.as_ref()?;
        (*of != from && *start == end).then(|| {
            let length = u32::try_from(octets.len()).unwrap_or(0);
            (end.wrapping_add(length), octets.clone())
        })
    }

    pub(super) fn was_early(&self, address: SocketAddr) -> bool {
        self.early.contains_key(&address)
    }

    /// DATA from this address that came before its echo and was kept.
    pub(in crate::mnet) fn early(
        &mut self,
        mutant: Option<Mutant>,
        address: SocketAddr,
    ) -> Option<Vec<u8>> {
        let keeps = matches!(
            mutant,
            Some(Mutant::EarlyDataKeptUnacknowledged | Mutant::EarlyDataKeptInPart)
        );
        keeps.then(|| self.early.remove(&address)).flatten()
    }

    /// The next tag of a mutant, where `random` is that of the reference.
    pub(in crate::mnet) fn tag(&mut self, mutant: Mutant, random: Tag) -> Tag {
        self.tags_drawn = self.tags_drawn.wrapping_add(1);
        let [low, middle, high, _] = self.tags_drawn.to_le_bytes();
        match mutant {
            Mutant::TagsCountUp => [high, middle, low],
            Mutant::TagsRepeat => [0x5a, 0xa5, low % 4],
            Mutant::TagsOfSixteenBits => {
                let [one, two, _] = random;
                [one, two, 0]
            }
            Mutant::TagsBeginAnew => {
                let square = self.tags_drawn.wrapping_mul(self.tags_drawn);
                let [one, two, three, _] = square.wrapping_mul(0x9e37_79b9).to_be_bytes();
                [one, two, three]
            }
            _ => random,
        }
    }
}
