//! The Sequence IDs that the subject gives out, seen from outside (CLIP-HEAD-5).
//!
//! Packets may leave in another order than they were numbered in: fragments are paced, a program may have several threads. So
//! a number left out is held against the subject only when it has not come for a while.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use reference::paperclip::{Body, Flags, Packet};
use simulator::Instant;

/// How many packets of a session are remembered.
const SENT_MAX: usize = 8192;
/// How far a number may be ahead of the next one.
const AHEAD_MAX: u16 = 1024;
/// How long a number may be missing.
const PATIENCE: Duration = Duration::from_millis(600);
/// So many datagrams in [`BUSY`] may have overflowed the suite's own buffer: what is missing says nothing then.
const BURST: usize = 100;
/// A packet of so many fragments takes longer to go out than a number may be missing.
const PACED: u8 = 8;
const BUSY: Duration = Duration::from_secs(2);
/// The flags under which the same data may be other octets.
const CODED: Flags =
    Flags::from_bits(Flags::ENCRYPTED.bits() | Flags::COMPRESSED.bits() | Flags::FRAG.bits());

/// One packet that the subject has sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) kind: u8,
    pub(super) flags: Flags,
    /// The whole datagram, as it was first sent.
    octets: Vec<u8>,
    fragments: BTreeSet<u8>,
    total: u8,
    /// When it was sent first, and last.
    pub(super) first: Instant,
    pub(super) last: Instant,
}

/// What a packet is, by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Its number is the next one, or one that was missing.
    New,
    /// Another fragment of a packet.
    Fragment,
    /// A packet that was sent before, octet for octet or not.
    Again {
        /// Whether it is the same datagram.
        same: bool,
        /// Whether it was RELIABLE the first time.
        reliable: bool,
        /// Whether it is an AUTH both times.
        auth: bool,
        /// Whether the type is another one.
        other_kind: bool,
    },
    /// Its number is none that can be: what it is, and what it should be.
    Impossible(String, String),
}

/// How much of a packet is otherwise when its number comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// It can be told that it is the same packet.
    InPart,
    /// It is another packet.
    Wholly,
}

/// The numbers of one session, from its first packet on.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    base: u16,
    next: u16,
    count: u64,
    missing: BTreeMap<u16, Instant>,
    sent: BTreeMap<u16, Sent>,
    order: VecDeque<u16>,
    /// Reliable packets that no ACK is known to have named, oldest first.
    waiting: VecDeque<u16>,
    recent: VecDeque<Instant>,
    /// How many of what is remembered take long to go out.
    paced: usize,
    told: bool,
    pub(super) auth: bool,
    /// They are those of the session that is open: others are of handshakes beside it, or of sessions that are gone.
    pub(super) open: bool,
    /// The data of the first ACK of AUTH under them.
    pub(super) finished: Option<Vec<u8>>,
}

impl Numbers {
    pub(super) fn new(base: u16) -> Self {
        Self {
            base,
            next: base,
            count: 0,
            missing: BTreeMap::new(),
            sent: BTreeMap::new(),
            order: VecDeque::new(),
            waiting: VecDeque::new(),
            recent: VecDeque::new(),
            paced: 0,
            told: false,
            auth: false,
            open: false,
            finished: None,
        }
    }

    /// The next number.
    pub(super) fn next(&self) -> u16 {
        self.next
    }

    /// What was sent under this number.
    pub(super) fn get(&self, sequence: u16) -> Option<&Sent> {
        self.sent.get(&sequence)
    }

    /// Whether a packet of this number was ever sent.
    pub(super) fn was_sent(&self, sequence: u16) -> bool {
        u64::from(self.next.wrapping_sub(1).wrapping_sub(sequence)) < self.count
    }

    /// Whether its numbers have gone past 65535.
    pub(super) fn has_wrapped(&self) -> bool {
        u64::from(self.base) + self.count > 1 << 16
    }

    /// Whether a packet with this number can be one of this session.
    pub(super) fn fits(&self, packet: &Packet<'_>) -> bool {
        !matches!(
            self.look(packet, &[]),
            Place::Impossible(..) | Place::Again { other_kind: true, .. }
        )
    }

    /// Whether a reliable packet of this type was sent under this number before.
    pub(super) fn is_repeat(&self, packet: &Packet<'_>) -> bool {
        self.sent
            .get(&packet.sequence)
            .is_some_and(|sent| sent.kind == packet.body.code() && sent.flags.has(Flags::RELIABLE))
    }

    /// Whether a reliable packet is the very one that was sent under this number before.
    pub(super) fn has_sent(&self, packet: &Packet<'_>, octets: &[u8]) -> bool {
        self.is_repeat(packet)
            && self.sent.get(&packet.sequence).is_some_and(|sent| sent.octets == octets)
    }

    /// Whether a packet can be a repeat of what was sent under this number: the same octets, but for what coding makes of them.
    pub(super) fn may_repeat(&self, packet: &Packet<'_>, octets: &[u8]) -> bool {
        let same_flags = self.get(packet.sequence).is_some_and(|sent| sent.flags == packet.flags);
        let is_coded = !(packet.flags & CODED).is_empty();
        same_flags && self.is_repeat(packet) && (is_coded || self.has_sent(packet, octets))
    }

    /// How a reliable packet differs from the one that was sent under this number before, where no coding makes it differ.
    pub(super) fn changed(&self, packet: &Packet<'_>, octets: &[u8]) -> Option<Changed> {
        let is_plain = (packet.flags & CODED).is_empty()
            && matches!(packet.body, Body::Default | Body::Heartbeat { .. });
        let before =
            self.sent.get(&packet.sequence).filter(|_| is_plain && self.is_repeat(packet))?;
        let (one, other) = (&before.octets[..], octets);
        let alike = one.iter().zip(other).filter(|(one, other)| one == other).count();
        let longer = one.len().max(other.len());
        (one != other && before.flags == packet.flags).then_some(if 2 * alike > longer {
            Changed::InPart
        } else {
            Changed::Wholly
        })
    }

    /// What the packet is by its number, without noting it.
    fn look(&self, packet: &Packet<'_>, octets: &[u8]) -> Place {
        let sequence = packet.sequence;
        if let Some(sent) = self.sent.get(&sequence) {
            let kind = packet.body.code();
            if let Some(fragment) = packet.fragment
                && sent.kind == kind
                && !sent.fragments.contains(&fragment.id)
            {
                return Place::Fragment;
            }
            return Place::Again {
                same: sent.octets == octets || packet.fragment.is_some(),
                reliable: sent.flags.has(Flags::RELIABLE),
                auth: sent.kind == kind && matches!(packet.body, Body::Auth { .. }),
                other_kind: sent.kind != kind,
            };
        }
        let ahead = sequence.wrapping_sub(self.next);
        if self.missing.contains_key(&sequence) || ahead < AHEAD_MAX {
            return Place::New;
        }
        if self.was_sent(sequence) {
            // Too long ago to remember.
            return Place::Again { same: true, reliable: true, auth: false, other_kind: false };
        }
        let found = format!("{} has the Sequence ID {sequence}", packet.spec().name);
        Place::Impossible(found, format!("Sequence ID {}", self.next))
    }

    /// Notes a packet that was sent.
    pub(super) fn note(&mut self, at: Instant, packet: &Packet<'_>, octets: &[u8]) -> Place {
        self.recent.push_back(at);
        while self.recent.front().is_some_and(|first| at - *first > BUSY) {
            self.recent.pop_front();
        }
        let place = self.look(packet, octets);
        let fragment = packet.fragment;
        match place {
            Place::New => {
                let sequence = packet.sequence;
                if self.missing.remove(&sequence).is_none() {
                    while self.next != sequence {
                        self.missing.insert(self.next, at);
                        self.next = self.next.wrapping_add(1);
                        self.count += 1;
                    }
                    self.next = self.next.wrapping_add(1);
                    self.count += 1;
                }
                self.auth |= matches!(packet.body, Body::Auth { .. });
                let sent = Sent {
                    kind: packet.body.code(),
                    flags: packet.flags,
                    octets: octets.to_vec(),
                    fragments: fragment.iter().map(|fragment| fragment.id).collect(),
                    total: fragment.map_or(1, |fragment| fragment.total),
                    first: at,
                    last: at,
                };
                if packet.flags.has(Flags::RELIABLE) {
                    self.waiting.push_back(sequence);
                }
                self.paced += usize::from(sent.total > PACED);
                self.sent.insert(sequence, sent);
                self.order.push_back(sequence);
                if self.order.len() > SENT_MAX
                    && let Some(oldest) = self.order.pop_front()
                    && let Some(oldest) = self.sent.remove(&oldest)
                {
                    self.paced -= usize::from(oldest.total > PACED);
                }
            }
            Place::Fragment => {
                if let (Some(sent), Some(fragment)) =
                    (self.sent.get_mut(&packet.sequence), fragment)
                {
                    sent.fragments.insert(fragment.id);
                    sent.last = at;
                }
            }
            Place::Again { .. } => {
                if let Some(sent) = self.sent.get_mut(&packet.sequence) {
                    sent.last = at;
                }
            }
            Place::Impossible(..) => {}
        }
        place
    }

    /// The oldest reliable packet that no ACK has named, and when it was sent last.
    pub(super) fn oldest_waiting(
        &mut self,
        is_named: impl Fn(u16) -> bool,
    ) -> Option<(u16, Option<Instant>)> {
        while self.waiting.front().is_some_and(|sequence| is_named(*sequence)) {
            self.waiting.pop_front();
        }
        let oldest = *self.waiting.front()?;
        Some((oldest, self.sent.get(&oldest).map(|sent| sent.last)))
    }

    /// Whether this fragment has a number of its own, where it should have that of the packet before it.
    pub(super) fn is_split(&self, packet: &Packet<'_>) -> bool {
        let Some(fragment) = packet.fragment.filter(|fragment| fragment.id > 0) else {
            return false;
        };
        self.sent.get(&packet.sequence.wrapping_sub(1)).is_some_and(|before| {
            before.total == fragment.total
                && before.fragments.len() == 1
                && before.fragments.contains(&(fragment.id - 1))
        })
    }

    /// A number that has been left out for too long, once.
    pub(super) fn overdue(&mut self, at: Instant, tolerance: Duration) -> Option<String> {
        if self.told || self.recent.len() > BURST || self.paced > 0 {
            return None;
        }
        let first_is_missing = self.missing.contains_key(&self.base) && self.sent.len() > 1;
        let late = |since: &Instant| at - *since > PATIENCE + tolerance;
        let (sequence, _) = self
            .missing
            .iter()
            .find(|(sequence, since)| late(since) || first_is_missing && **sequence == self.base)?;
        self.told = true;
        Some(if *sequence == self.base {
            format!("no packet has the first Sequence ID {sequence}")
        } else {
            format!("no packet has the Sequence ID {sequence}, later ones have been used")
        })
    }
}
