//! Watching one session: what is known of it, from either side.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reference::paperclip::{BLOCK, Body, ErrorCode, Flags, Packet, SessionKey, Widths};
use simulator::Instant;

use super::beats::Beats;
use super::numbers::Numbers;
use super::overlooked::Overlooked;
use super::owed::Owed;
use super::receipts::Receipts;
use super::{Frame, violation};
use crate::protocol::Violation;

/// How many blocks are remembered.
const BLOCKS_MAX: usize = 8192;

/// An AUTH that has reached the subject.
#[derive(Clone, Debug)]
pub(super) struct PeerAuth {
    pub(super) sequence: u16,
    pub(super) key: Vec<u8>,
    pub(super) certificate: Option<Vec<u8>>,
    pub(super) reliable: bool,
}

/// An AUTH that the subject has sent.
#[derive(Clone, Debug)]
pub(super) struct OwnAuth {
    pub(super) sequence: u16,
    pub(super) key: Vec<u8>,
    pub(super) certificate: Option<Vec<u8>>,
    /// The key that had reached the subject last.
    pub(super) answers: Vec<u8>,
}

/// One address, and the sessions that it has had.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub(super) struct Session {
    pub(super) open: bool,
    /// The keys of the address, newest last.
    pub(super) keys: Vec<SessionKey>,
    /// Those of sessions and handshakes that another one has outlived.
    pub(super) keys_gone: Vec<SessionKey>,
    /// The secrets that they are derived from.
    pub(super) shared: Vec<Vec<u8>>,
    pub(super) peer_auths: Vec<PeerAuth>,
    /// The key of the AUTH of the peer that came last.
    pub(super) asked_key: Vec<u8>,
    pub(super) own_auths: Vec<OwnAuth>,
    /// So many of them are of sessions that are gone: the same key is answered as any other.
    pub(super) auths_gone: usize,
    /// From which of them on they are of handshakes beside the open session.
    pub(super) rivals_from: usize,
    /// When an AUTH of the peer came last, or an ACK that may carry *finished*: what an AUTH may still answer, or cross.
    pub(super) asked: Option<Instant>,
    pub(super) numbers: Vec<Numbers>,
    /// What has reached the subject, and what it has sent, both whole and decoded.
    pub(super) incoming: Receipts,
    pub(super) outgoing: Receipts,
    /// Data of the subject's ACKs of AUTH that no key was there for yet.
    pub(super) proofs: Vec<Vec<u8>>,
    /// Whether a *finished* of the peer has come, and whether an ACK that proves nothing has: without data, or with *finished*
    /// and another ACK ID.
    pub(super) finished: bool,
    pub(super) unproven: bool,
    /// Whether an ACK of AUTH has come whose data is no *finished*.
    pub(super) wrong_finished: bool,
    /// The subject has sent an ERROR that ends the session: whatever follows may be outside of it.
    pub(super) left: bool,
    /// The subject has sent its own *finished*.
    pub(super) has_proved: bool,
    /// The subject has ended the handshake with an ERROR.
    pub(super) refuses: bool,
    /// The same, of a handshake beside an open session.
    pub(super) refuses_rival: bool,
    /// An AUTH with another key has come to a client whose session was open.
    pub(super) is_foreign: bool,
    /// An ERROR of the peer has come while the session was not open.
    pub(super) refused: bool,
    /// What ACKs of the peer have named, when, and by which clause.
    pub(super) acknowledged: BTreeMap<u16, (Instant, &'static str)>,
    /// When a packet that an ACK had named was sent again for the first time.
    pub(super) sent_late: BTreeMap<u16, Instant>,
    /// Something has come that may earn an ERROR in some reading of the clauses.
    pub(super) questionable: bool,
    /// How many ERRORs have come, whole or not.
    pub(super) errors: u32,
    /// The Sequence IDs of what has come while the session was not open.
    pub(super) opening: BTreeSet<u16>,
    pub(super) pings: u32,
    /// A PING has come that the source document lets a subject answer or not: in fragments, or before the session was open.
    pub(super) pinged_otherwise: bool,
    pub(super) pongs: u32,
    /// The PINGs of the subject, and what has come beside PINGs.
    pub(super) beats: Beats,
    /// What is still to be answered.
    pub(super) owed: Owed,
    /// When something came last.
    pub(super) heard: Option<Instant>,
    /// When an ERROR came, to a subject that had answered all before it; nothing has come since.
    pub(super) refused_at: Option<Instant>,
    /// Whether something that is no ERROR has come since the subject sent something.
    pub(super) owes: bool,
    /// Whether a reliable packet of the subject waits for its ACK.
    pub(super) waits: bool,
    /// The peer has ended the session.
    pub(super) ended: Option<Instant>,
    /// The Sequence ID of what has ended it.
    pub(super) ended_by: Option<u16>,
    /// Another session has replaced the one that was open.
    pub(super) replaced: Option<Instant>,
    /// The longest datagram that came while there was no session.
    pub(super) longest: usize,
    /// The Init Vectors of the subject, with their packet.
    pub(super) vectors: BTreeMap<Vec<u8>, u16>,
    /// Blocks that have passed in either direction and are no chance (`deployed`): Init Vectors of the peer, the last block of
    /// encrypted data.
    pub(super) blocks: BTreeSet<Vec<u8>>,
    /// The headers of the subject's packets of fragments.
    pub(super) heads: BTreeMap<u16, Vec<u8>>,
    /// What has come that an endpoint must not take for a packet.
    pub(super) overlooked: Vec<Overlooked>,
    /// What was said already.
    pub(super) told: BTreeSet<&'static str>,
}

impl Session {
    pub(super) fn new(frame: &Frame) -> Self {
        Self {
            open: !frame.handshake,
            keys: Vec::new(),
            keys_gone: Vec::new(),
            shared: Vec::new(),
            peer_auths: Vec::new(),
            asked_key: Vec::new(),
            own_auths: Vec::new(),
            auths_gone: 0,
            rivals_from: 0,
            asked: None,
            numbers: Vec::new(),
            incoming: Receipts::default(),
            outgoing: Receipts::default(),
            proofs: Vec::new(),
            finished: false,
            unproven: false,
            has_proved: false,
            wrong_finished: false,
            left: false,
            refuses: false,
            refuses_rival: false,
            is_foreign: false,
            refused: false,
            acknowledged: BTreeMap::new(),
            sent_late: BTreeMap::new(),
            questionable: false,
            errors: 0,
            opening: BTreeSet::new(),
            pings: 0,
            pinged_otherwise: false,
            pongs: 0,
            beats: Beats::default(),
            owed: Owed::default(),
            heard: None,
            refused_at: None,
            owes: false,
            waits: false,
            ended: None,
            ended_by: None,
            replaced: None,
            longest: 0,
            vectors: BTreeMap::new(),
            blocks: BTreeSet::new(),
            heads: BTreeMap::new(),
            overlooked: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// The session whose handshake came last is open; those before it are gone.
    pub(super) fn opened(&mut self) {
        self.open = true;
        self.rivals_from = self.own_auths.len();
        let last = self.numbers.len().saturating_sub(1);
        for (index, numbers) in self.numbers.iter_mut().enumerate() {
            numbers.open = index == last;
        }
    }

    /// Another session begins at this address, of which only the handshake has been seen.
    pub(super) fn renew(&mut self) {
        self.incoming = Receipts::default();
        self.outgoing = Receipts::default();
        self.acknowledged.clear();
        self.sent_late.clear();
        self.vectors.clear();
        self.blocks.clear();
        self.heads.clear();
        self.errors = 0;
        self.pings = 0;
        self.pongs = 0;
        self.beats = Beats::default();
        self.owed = Owed::default();
        self.waits = false;
        self.ended = None;
        self.left = false;
        self.unproven = false;
        self.has_proved = false;
        self.refuses = false;
        self.refuses_rival = false;
        self.is_foreign = false;
        self.wrong_finished = false;
    }

    /// Notes blocks of an encrypted packet that no random Init Vector is (CLIP-ENC-1).
    pub(super) fn note_blocks(&mut self, frame: &Frame, packet: &Packet<'_>, is_peers: bool) {
        let Some(vector) = packet.init_vector.filter(|_| frame.widths == Widths::Deployed) else {
            return;
        };
        let vector = Some(vector).filter(|vector| is_peers && !self.vectors.contains_key(*vector));
        let blocks = [vector, packet.data.last_chunk::<BLOCK>().map(|block| &block[..])];
        if self.blocks.len() < BLOCKS_MAX {
            self.blocks.extend(blocks.into_iter().flatten().map(<[u8]>::to_vec));
        }
    }

    /// The subject sends an ERROR: whether it ends something.
    pub(super) fn note_error(&mut self, code: ErrorCode) {
        let refuses = code.major == 1 && !self.open;
        self.refuses |= refuses;
        self.refuses_rival |= code.major == 1 && self.open && self.peer_auths.len() > 1;
        self.left |= code.major == 2 || refuses;
    }

    /// Whether an ERROR has ended a handshake: the same AUTH may have another answer then.
    pub(super) const fn may_begin_anew(&self) -> bool {
        self.refuses || self.refused || self.refuses_rival
    }

    /// Whether a packet may be none of the session: an ERROR for the address, or for the AUTH of another session.
    pub(super) fn is_outside(&self, packet: &Packet<'_>) -> bool {
        let Body::Error { code } = packet.body else { return false };
        !self.open
            || self.is_unborn()
            || self.left
            || self.may_begin_anew()
            || code.major == 1 && self.peer_auths.len() > 1
    }

    /// Whether nothing has come that is a packet, so that an address without handshake may have no session yet.
    fn is_unborn(&self) -> bool {
        self.peer_auths.is_empty() && self.incoming.iter().next().is_none()
    }

    /// Which numbers a packet has: those of the open session, or of another handshake of its address.
    pub(super) fn numbers_of(
        &self,
        packet: &Packet<'_>,
        octets: &[u8],
        proof: Option<&[u8]>,
    ) -> usize {
        let fits = |numbers: &Numbers| numbers.fits(packet);
        // A session may go on sending again until another one has replaced it, which has numbers of its own already.
        let is_due = self.numbers.last().is_some_and(|numbers| numbers.next() == packet.sequence);
        // An ACK is not sent again: what seems to be one is the next packet of a handshake beside the session.
        let is_ack = matches!(packet.body, Body::Ack { .. }) && proof.is_none();
        let was_used = |numbers: &Numbers| numbers.open && numbers.was_sent(packet.sequence);
        if is_ack
            && is_due
            && !packet.flags.has(Flags::RELIABLE)
            && let Some(last) = self.numbers.len().checked_sub(1)
            && self.numbers.get(last).is_some_and(|numbers| !numbers.open)
            && self.numbers.iter().any(was_used)
        {
            return last;
        }
        let is_same = |numbers: &Numbers| !is_due && numbers.has_sent(packet, octets);
        let is_next = |numbers: &Numbers| numbers.next() == packet.sequence;
        let is_its = |numbers: &Numbers| match packet.body {
            // Each handshake has its key.
            Body::Ack { .. } if proof.is_some() => numbers.finished.as_deref() == proof,
            Body::Auth { .. } => is_next(numbers),
            Body::Error { code } if code.major == 1 => is_next(numbers),
            _ => numbers.open && fits(numbers),
        };
        let index = self.numbers.iter().rposition(is_same);
        let index = index.or_else(|| self.numbers.iter().rposition(is_its));
        let index = index.or_else(|| self.numbers.iter().rposition(fits));
        index.unwrap_or_else(|| self.numbers.len().saturating_sub(1))
    }

    /// Whether a packet is a retransmission.
    pub(super) fn is_sent_again(&self, packet: &Packet<'_>) -> bool {
        self.numbers.iter().any(|numbers| numbers.is_repeat(packet))
    }

    /// Whether a packet was sent again by the session before, which did not know yet that it was replaced.
    pub(super) fn is_of_before(
        &self,
        frame: &Frame,
        at: Instant,
        packet: &Packet<'_>,
        octets: &[u8],
    ) -> bool {
        let is_fresh = |replaced| at - replaced <= frame.unread + frame.tolerance;
        let Some((newest, before)) = self.numbers.split_last() else { return false };
        // In virtual time nothing is under way: what is the next packet of the new session is that.
        let is_next = frame.unread.is_zero() && newest.next() == packet.sequence;
        let repeats = || before.iter().any(|it| it.may_repeat(packet, octets));
        self.replaced.is_some_and(is_fresh) && !is_next && repeats()
    }

    /// A number that has been left out for too long.
    pub(super) fn overdue(&mut self, at: Instant, tolerance: Duration) -> Option<Violation> {
        if self.own_auths.is_empty() && !self.open {
            return None;
        }
        let latest = self.numbers.len().checked_sub(1)?;
        let mut counted = self.numbers.iter_mut().enumerate();
        let late = counted.find_map(|(index, numbers)| {
            let counts = numbers.open || index == latest;
            counts.then(|| numbers.overdue(at, tolerance)).flatten()
        })?;
        Some(violation("CLIP-HEAD-5", late, "the next Sequence ID for each new packet"))
    }
}
