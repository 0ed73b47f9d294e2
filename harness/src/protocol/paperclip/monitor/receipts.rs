//! What has reached the subject in one session: packets, put together and decoded, and what became of each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reference::paperclip::{
    DATA_MAX, ErrorCode, Flags, Fragment, Packet, SessionKey, Widths, decode,
};

/// How many packets are remembered.
const RECEIPTS_MAX: usize = 4096;
/// How many unfinished packets are put together at once.
const UNFINISHED_MAX: usize = 64;
/// Half the range of Sequence IDs.
const HALF: u16 = 1 << 15;

/// One packet that has reached the subject.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    pub(super) sequence: u16,
    pub(super) kind: u8,
    pub(super) flags: Flags,
    /// The data as it was; `None` where nobody here can decode it.
    pub(super) data: Option<Vec<u8>>,
    /// Why the subject must not take it, as the clause.
    pub(super) refused: Option<&'static str>,
    /// It came before the session was open.
    pub(super) early: bool,
    /// How often it came.
    pub(super) times: u32,

    /// How often its data was delivered, or came back.
    pub(super) delivered: u32,
    /// Whether the subject has acknowledged it, and how often.
    pub(super) acknowledged: bool,
    pub(super) acks: u32,
}

impl Receipt {
    /// Whether it has more data than anything that is not compressed on the wire of one datagram.
    pub(super) fn is_large(&self) -> bool {
        !self.flags.has(Flags::FRAG) && self.data.as_ref().is_some_and(|data| data.len() > DATA_MAX)
    }

    /// Whether it was RELIABLE.
    pub(super) fn is_reliable(&self) -> bool {
        self.flags.has(Flags::RELIABLE)
    }
}

/// A packet of which some fragments have come.
#[derive(Clone, Debug)]
struct Unfinished {
    head: Vec<u8>,
    total: u8,
    parts: BTreeMap<u8, Vec<u8>>,
}

/// All of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipts {
    list: VecDeque<Receipt>,
    /// How many of the list have each Sequence ID: most packets are the first with theirs, which need no search.
    numbered: BTreeMap<u16, usize>,
    /// So many at the front of the list are delivered, or never will be.
    settled: usize,
    /// Numbers under which packets with different headers have come: which of them counts depends on what came first.
    shared: BTreeSet<u16>,
    /// The newest Sequence ID.
    newest: Option<u16>,
    /// The Sequence IDs of reliable packets that were forgotten: they came before the numbers wrapped, or too many have since.
    wrapped: BTreeSet<u16>,
    unfinished: BTreeMap<u16, Unfinished>,
}

/// The octets before the data that all fragments of a packet share.
pub(super) fn head(packet: &Packet<'_>, widths: Widths) -> Vec<u8> {
    let fragment = packet.fragment.map(|_| Fragment { id: 0, total: 1 });
    Packet { fragment, data: &[], ..*packet }.to_octets(widths)
}

/// The clause of packets that fail with this code.
fn clause_of(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::INIT_VECTOR => "CLIP-ENC-2",
        ErrorCode::COMPRESSION => "CLIP-ZIP-2",
        _ => "CLIP-SUM-2",
    }
}

impl Receipts {
    /// Every packet, oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Receipt> {
        self.list.iter()
    }

    /// The packets whose numbers are up to so many before this one, newest first.
    pub(super) fn before(&self, sequence: u16, count: u16) -> Vec<&Receipt> {
        let numbers = (1..=count).map(|back| sequence.wrapping_sub(back));
        let mut left: usize = numbers.filter_map(|number| self.numbered.get(&number)).sum();
        let mut found = Vec::with_capacity(left);
        let mut newest = self.list.iter().rev();
        while left > 0
            && let Some(receipt) = newest.next()
        {
            if (1..=count).contains(&sequence.wrapping_sub(receipt.sequence)) {
                found.push(receipt);
                left -= 1;
            }
        }
        found
    }

    /// Every packet, oldest first, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Receipt> {
        self.list.iter_mut()
    }

    /// Whether so many numbers or more have come since this one.
    pub(super) fn is_behind(&self, sequence: u16, count: u16) -> bool {
        self.newest.is_some_and(|newest| (count..HALF).contains(&newest.wrapping_sub(sequence)))
    }

    /// Whether a reliable packet had this Sequence ID before the numbers wrapped, or so long ago that it is remembered no more.
    pub(super) fn was_forgotten(&self, sequence: u16) -> bool {
        self.wrapped.contains(&sequence)
    }

    /// Whether packets with different headers have come under this Sequence ID.
    pub(super) fn is_shared(&self, sequence: u16) -> bool {
        self.shared.contains(&sequence)
    }

    /// Whether fragments of this packet have come, and not all.
    pub(super) fn is_unfinished(&self, sequence: u16) -> bool {
        self.unfinished.contains_key(&sequence)
    }

    /// Notes a packet; `early` when the session was not open. Gives what is now whole and was not there before.
    pub(super) fn note(
        &mut self,
        packet: &Packet<'_>,
        widths: Widths,
        keys: &[SessionKey],
        early: bool,
    ) -> Option<&Receipt> {
        self.take(packet, widths, Some(keys), early)
    }

    /// Notes a packet of an open session that is encrypted under a key that nobody tells: what is in it is not looked into.
    pub(super) fn note_unread(&mut self, packet: &Packet<'_>, widths: Widths) -> Option<&Receipt> {
        self.take(packet, widths, None, false)
    }

    /// Notes a packet; without keys it is taken unread.
    fn take(
        &mut self,
        packet: &Packet<'_>,
        widths: Widths,
        keys: Option<&[SessionKey]>,
        early: bool,
    ) -> Option<&Receipt> {
        let known = self.numbered.contains_key(&packet.sequence);
        let is_like =
            |receipt: &Receipt| receipt.flags == packet.flags && receipt.kind == packet.body.code();
        let mut alike = self.list.iter().filter(|receipt| receipt.sequence == packet.sequence);
        if known && !alike.all(is_like) {
            self.shared.insert(packet.sequence);
        }
        let repeats = |receipt: &&mut Receipt| {
            receipt.sequence == packet.sequence
                && receipt.refused.is_none()
                && receipt.early == early
                && receipt.kind == packet.body.code()
        };
        let repeat = if known { self.list.iter_mut().rev().find(repeats) } else { None };
        if let (Some(receipt), true) = (repeat, packet.fragment.is_some() || !early) {
            let fits = receipt_fits(receipt, packet, widths, keys);
            if fits {
                receipt.times += 1;
                return None;
            }
        }
        self.forget(packet.sequence);
        let octets = self.whole(packet, widths)?;
        let (data, refused) = keys.map_or((None, None), |keys| read(packet, widths, keys, octets));
        self.list.push_back(Receipt {
            sequence: packet.sequence,
            kind: packet.body.code(),
            flags: packet.flags,
            data,
            refused,
            early,
            times: 1,
            delivered: 0,
            acknowledged: false,
            acks: 0,
        });
        *self.numbered.entry(packet.sequence).or_default() += 1;
        if self.list.len() > RECEIPTS_MAX {
            self.forget_oldest();
        }
        self.list.back()
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.list.pop_front() else { return };
        if oldest.is_reliable() {
            self.wrapped.insert(oldest.sequence);
        }
        self.settled = self.settled.saturating_sub(1);
        if let Some(count) = self.numbered.get_mut(&oldest.sequence) {
            *count -= 1;
            if *count == 0 {
                self.shared.remove(&oldest.sequence);
                self.numbered.remove(&oldest.sequence);
            }
        }
    }

    /// The oldest that may be delivered, was not, and is what is looked for.
    pub(super) fn undelivered(&mut self, fits: impl Fn(&Receipt) -> bool) -> Option<&mut Receipt> {
        let is_open = |receipt: &Receipt| {
            receipt.refused.is_none() && !receipt.early && receipt.delivered == 0
        };
        let rest = self.list.iter().skip(self.settled);
        self.settled += rest.take_while(|receipt| receipt.kind != 0 || !is_open(receipt)).count();
        let mut rest = self.list.iter_mut().skip(self.settled);
        rest.find(|receipt| is_open(receipt) && fits(receipt))
    }

    /// Forgets packets whose numbers are new again, as they lie half the range behind the newest (CLIP-REL-7).
    fn forget(&mut self, sequence: u16) {
        let behind = |newest: u16, sequence: u16| newest.wrapping_sub(sequence) < HALF;
        let newest = self.newest.filter(|newest| behind(*newest, sequence)).unwrap_or(sequence);
        self.newest = Some(newest);
        while self.list.front().is_some_and(|receipt| !behind(newest, receipt.sequence)) {
            self.forget_oldest();
        }
    }

    /// The data on the wire of a whole packet; `None` while fragments are missing, or are none that count.
    fn whole(&mut self, packet: &Packet<'_>, widths: Widths) -> Option<Vec<u8>> {
        let Some(fragment) = packet.fragment else { return Some(packet.data.to_vec()) };
        let last = fragment.id + 1 == fragment.total;
        let head = head(packet, widths);
        let sequence = packet.sequence;
        if let Some(known) = self.unfinished.get(&sequence)
            && (known.total != fragment.total || known.head != head)
        {
            return None;
        }
        if packet.data.len() < DATA_MAX && !last {
            return None;
        }
        if self.unfinished.len() >= UNFINISHED_MAX && !self.unfinished.contains_key(&sequence) {
            self.unfinished.pop_first();
        }
        let unfinished = self.unfinished.entry(sequence).or_insert_with(|| Unfinished {
            head,
            total: fragment.total,
            parts: BTreeMap::new(),
        });
        unfinished.parts.entry(fragment.id).or_insert_with(|| packet.data.to_vec());
        if unfinished.parts.len() < usize::from(unfinished.total) {
            return None;
        }
        let whole = self.unfinished.remove(&sequence)?;
        Some(whole.parts.into_values().flatten().collect())
    }
}

/// The data of a whole packet, and the clause by which it is refused when it does not decode; then the data is as it was.
fn read(
    packet: &Packet<'_>,
    widths: Widths,
    keys: &[SessionKey],
    octets: Vec<u8>,
) -> (Option<Vec<u8>>, Option<&'static str>) {
    let keys = if keys.is_empty() { vec![None] } else { keys.iter().map(Some).collect() };
    let mut failed = ErrorCode::INIT_VECTOR;
    for key in keys {
        match decode(packet.flags, widths, key, packet.init_vector, packet.checksum, &octets) {
            Ok(data) => return (Some(data), None),
            Err(code) => failed = code,
        }
    }
    (Some(octets), Some(clause_of(failed)))
}

/// Whether a packet is a repeat of one that came before, and not another under its number.
fn receipt_fits(
    receipt: &Receipt,
    packet: &Packet<'_>,
    widths: Widths,
    keys: Option<&[SessionKey]>,
) -> bool {
    let Some(keys) = keys.filter(|_| packet.fragment.is_none()) else {
        return receipt.flags == packet.flags;
    };
    let reads = |key: Option<&SessionKey>| {
        decode(packet.flags, widths, key, packet.init_vector, packet.checksum, packet.data).is_ok()
    };
    // A key of a handshake beside the session is there as well.
    if keys.is_empty() { reads(None) } else { keys.iter().any(|key| reads(Some(key))) }
}
