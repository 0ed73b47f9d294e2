//! Fragments: cutting data that is longer than a datagram, and putting it together (CLIP-FRAG-1).

use core::time::Duration;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::paperclip::{Body, DATA_MAX, ErrorCode, Flags, Fragment, Packet};
use crate::time::Instant;

/// The most fragments of one packet.
pub const FRAGMENTS_MAX: usize = 255;

/// Cuts encoded data into fragments; `None` if they would be more than [`FRAGMENTS_MAX`]. Empty
/// data is one fragment (CLIP-HEAD-5).
#[must_use]
pub fn fragments(data: &[u8]) -> Option<Vec<(Fragment, &[u8])>> {
    let total = u8::try_from(data.len().div_ceil(DATA_MAX).max(1)).ok()?;
    let mut pieces = data.chunks(DATA_MAX);
    Some((0..total).map(|id| (Fragment { id, total }, pieces.next().unwrap_or_default())).collect())
}

/// Bounds of what waits for more fragments from one peer (CLIP-FRAG-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Packets. Default: 32.
    pub packets: usize,
    /// Octets of data, and of their bookkeeping. Default: 1 MiB.
    pub octets: usize,
    /// How long a packet may stay without a new fragment. Default: 10 s.
    pub patience: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { packets: 32, octets: 1 << 20, patience: Duration::from_secs(10) }
    }
}

/// Packets of one peer of which fragments are missing.
#[derive(Clone, Debug, Default)]
pub struct Reassembly {
    packets: BTreeMap<u16, Unfinished>,
    octets: usize,
    /// How many new fragments have come.
    fragments: u64,
}

/// A packet of which fragments are missing.
#[derive(Clone, Debug)]
struct Unfinished {
    common: Common,
    pieces: BTreeMap<u8, Vec<u8>>,
    total: u8,
    octets: usize,
    /// When the last new fragment came.
    newest: Instant,
    /// Which of all it was: many may come at one instant.
    turn: u64,
}

/// What became of a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Others are missing.
    Waits,
    /// It was the last one: the whole data, still encoded.
    Whole(Vec<u8>),
}

impl Reassembly {
    /// Takes a fragment; the error is the code of the ERROR that answers it, and it is ignored then.
    pub fn take(
        &mut self,
        now: Instant,
        bounds: &Bounds,
        packet: &Packet<'_>,
    ) -> Result<Taken, ErrorCode> {
        self.give_up(now, bounds);
        let Some(fragment) = packet.fragment else {
            return Ok(Taken::Whole(packet.data.to_vec()));
        };
        let known = self.packets.get(&packet.sequence);
        check(fragment, known.map(|unfinished| unfinished.total))?;
        let common = Common::of(packet);
        if known.is_some_and(|unfinished| unfinished.common != common) {
            return Err(ErrorCode::PACKET);
        }
        if fragment.id + 1 < fragment.total && packet.data.len() != DATA_MAX {
            return Err(ErrorCode::PACKET);
        }
        let unfinished = self.packets.entry(packet.sequence).or_insert_with(|| Unfinished {
            common,
            pieces: BTreeMap::new(),
            total: fragment.total,
            octets: 0,
            newest: now,
            turn: 0,
        });
        if let Entry::Vacant(place) = unfinished.pieces.entry(fragment.id) {
            place.insert(packet.data.to_vec());
            self.fragments += 1;
            unfinished.newest = now;
            unfinished.turn = self.fragments;
            let taken = packet.data.len() + size_of::<Unfinished>();
            unfinished.octets += taken;
            self.octets += taken;
        }
        if unfinished.pieces.len() == usize::from(unfinished.total) {
            let whole = unfinished.pieces.values().flatten().copied().collect();
            self.forget(packet.sequence);
            return Ok(Taken::Whole(whole));
        }
        self.make_room(bounds, packet.sequence);
        Ok(Taken::Waits)
    }

    /// How many packets wait.
    #[must_use]
    pub fn packets(&self) -> usize {
        self.packets.len()
    }

    /// Octets that wait, with their bookkeeping.
    #[must_use]
    pub const fn octets(&self) -> usize {
        self.octets
    }

    /// When the next packet is given up.
    #[must_use]
    pub fn due(&self, bounds: &Bounds) -> Option<Instant> {
        self.packets.values().map(|unfinished| unfinished.newest + bounds.patience).min()
    }

    /// Gives up what has waited for too long.
    pub fn give_up(&mut self, now: Instant, bounds: &Bounds) {
        let is_late = |unfinished: &Unfinished| unfinished.newest + bounds.patience <= now;
        let late = self.packets.iter().filter(|(_, unfinished)| is_late(unfinished));
        for sequence in late.map(|(sequence, _)| *sequence).collect::<Vec<_>>() {
            self.forget(sequence);
        }
    }

    /// Gives up the oldest packets, but for this one, until the bounds hold.
    pub(super) fn make_room(&mut self, bounds: &Bounds, keep: u16) {
        while self.packets.len() > bounds.packets || self.octets > bounds.octets {
            let others = self.packets.iter().filter(|(sequence, _)| **sequence != keep);
            let oldest = others.min_by_key(|(_, unfinished)| unfinished.turn);
            let Some(oldest) = oldest.map(|(sequence, _)| *sequence) else { return };
            self.forget(oldest);
        }
    }

    /// The Sequence IDs of the packets that wait.
    pub(super) fn sequences(&self) -> impl Iterator<Item = u16> {
        self.packets.keys().copied()
    }

    /// Every packet has got a new fragment, as a mutant has it.
    pub(super) fn renew(&mut self, now: Instant) {
        for unfinished in self.packets.values_mut() {
            unfinished.newest = now;
        }
    }

    /// No packet is older than one with a lower Sequence ID, as a mutant has it.
    pub(super) fn renew_in_order(&mut self) {
        let mut newest = None;
        for unfinished in self.packets.values_mut() {
            newest = newest.max(Some(unfinished.newest));
            unfinished.newest = newest.unwrap_or(unfinished.newest);
        }
    }

    /// So many octets wait, as a mutant has it.
    pub(super) const fn count(&mut self, octets: usize) {
        self.octets = octets;
    }

    /// Forgets one fragment of a packet.
    pub(super) fn forget_piece(&mut self, sequence: u16, id: u8) {
        let Some(unfinished) = self.packets.get_mut(&sequence) else { return };
        let Some(piece) = unfinished.pieces.remove(&id) else { return };
        let taken = piece.len() + size_of::<Unfinished>();
        unfinished.octets -= taken;
        self.octets -= taken;
    }

    /// Gives up a packet.
    pub(super) fn forget(&mut self, sequence: u16) {
        if let Some(unfinished) = self.packets.remove(&sequence) {
            self.octets -= unfinished.octets;
        }
    }
}

/// Whether Fragment ID and Fragment Number are possible, where others said `known` (CLIP-FRAG-3).
fn check(fragment: Fragment, known: Option<u8>) -> Result<(), ErrorCode> {
    let Fragment { id, total } = fragment;
    if total == 0 || known.is_some_and(|known| known != total) {
        return Err(ErrorCode::FRAGMENT_NUMBER);
    }
    if id >= total {
        return Err(ErrorCode::FRAGMENT_ID);
    }
    Ok(())
}

/// What all fragments of a packet have in common (CLIP-FRAG-1): type, flags, Init Vector, checksum
/// and the fields of the type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Common {
    flags: Flags,
    init_vector: Option<Vec<u8>>,
    checksum: Option<u32>,
    body: (u8, [u32; 2]),
}

impl Common {
    fn of(packet: &Packet<'_>) -> Self {
        let fields = match packet.body {
            Body::Default | Body::Auth { .. } => [0; 2],
            Body::Ack { id, bits } => [id, bits.into()],
            Body::Heartbeat { value } => [value.into(), 0],
            Body::Error { code } => [code.major.into(), code.minor.into()],
        };
        Self {
            flags: packet.flags,
            init_vector: packet.init_vector.map(<[u8]>::to_vec),
            checksum: packet.checksum,
            body: (packet.body.code(), fields),
        }
    }
}
