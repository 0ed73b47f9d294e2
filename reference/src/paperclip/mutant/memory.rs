//! What mutants remember between packets; it stays empty without a mutant.

use core::net::SocketAddr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::entropy::Entropy;
use crate::paperclip::mutant::Mutant;
use crate::paperclip::mutant::lasting::Lasting;
use crate::paperclip::mutant::room::Seen;
use crate::paperclip::{Body, Config, Flags, Fragment, KeyPair, Packet, Reassembly, SessionId};
use crate::time::Instant;

/// No memory of a mutant holds more entries.
const ENTRIES_MAX: usize = 65_536;

/// A mutant's memory.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub(in crate::paperclip) struct Memory {
    /// Nothing is heard any more.
    pub(super) deaf: bool,
    /// What is left of handshakes and sessions that are over.
    pub(super) lasting: Lasting,
    /// What was seen of the packets of sessions.
    pub(in crate::paperclip) seen: Seen,
    /// Handshakes that have ended without a session.
    pub(in crate::paperclip) unfinished: usize,
    /// A client was told that there is no room.
    pub(in crate::paperclip) refused: bool,
    /// A silent client was dropped.
    pub(in crate::paperclip) dropped: bool,
    /// ACKs so far.
    pub(super) acks: u64,
    /// How often a reliable packet has come.
    pub(super) came_again: BTreeMap<(SocketAddr, u16), u32>,
    /// Addresses whose AUTH was refused, and the keys of such AUTHs.
    pub(super) refused_addresses: BTreeSet<SocketAddr>,
    pub(super) refused_keys: BTreeSet<Vec<u8>>,
    /// Handshakes whose finished was wrong.
    pub(in crate::paperclip) disproven: BTreeSet<SessionId>,
    /// A good certificate has come.
    pub(in crate::paperclip) certified: bool,
    /// The Sequence ID that the session of an address would have used next, and what every session begins with.
    pub(super) next: BTreeMap<SocketAddr, u16>,
    pub(super) first_sequence: Option<u16>,
    /// The handshake that an ACK has come for.
    pub(super) shaking: Option<SessionId>,
    /// Sequence IDs that were sent before.
    sent: BTreeSet<(SocketAddr, u16)>,
    /// The Fragment ID that is due, by Sequence ID.
    due: BTreeMap<(SocketAddr, u16), u8>,
    /// What the first fragment of a packet is, by Sequence ID.
    bodies: BTreeMap<(SocketAddr, u16), Body<'static>>,
    /// The flags of the first fragment of a packet, by Sequence ID.
    flags: BTreeMap<(SocketAddr, u16), Flags>,
    /// The first address with each port.
    ports: BTreeMap<u16, SocketAddr>,
    /// The ACK Bits that each ACK ID had first.
    pub(super) bits: BTreeMap<(SessionId, u16), u16>,
    /// Sessions whose peer has acknowledged something.
    pub(super) acknowledging: BTreeSet<SessionId>,
    /// A void ACK was answered.
    pub(super) void: bool,
    /// When packets, whole or of fragments, had come, by session and Sequence ID.
    pub(super) finished: BTreeMap<(SessionId, u16), Instant>,
    /// The Sequence IDs of what a session had not put together before the packet that is taken now.
    pub(super) unfinished_before: Vec<u16>,
    /// A packet of which fragments were missing was given up.
    pub(super) given_up: bool,
    /// The first peer that something was sent again to.
    pub(super) repeats_to: Option<SocketAddr>,
    /// What a session had not put together when an ERROR came.
    pub(super) reassembly: Option<(SessionId, Reassembly)>,
    /// The data that was delivered last.
    data: Option<Vec<u8>>,
    /// What went out under COMPRESSED last.
    compressed: Vec<u8>,
    /// The certificate that came last.
    pub(super) certificate: Option<Vec<u8>>,
    /// Init Vectors so far.
    vectors: u128,
    pair: Option<Arc<KeyPair>>,
    /// Key pairs so far.
    pairs: u8,
    vector: Option<[u8; 16]>,
    /// The Init Vector that came last.
    pub(super) came: Option<[u8; 16]>,
}

impl Memory {
    /// Whether this is the first packet with this Sequence ID.
    pub(in crate::paperclip) fn is_first(&mut self, to: SocketAddr, sequence: u16) -> bool {
        self.sent.len() < ENTRIES_MAX && self.sent.insert((to, sequence))
    }

    /// Whether this fragment is the one that is due in order.
    pub(super) fn is_due(&mut self, from: SocketAddr, sequence: u16, id: u8) -> bool {
        if self.due.len() >= ENTRIES_MAX {
            self.due.clear();
        }
        let due = self.due.entry((from, sequence)).or_default();
        if *due != id {
            return false;
        }
        *due = due.wrapping_add(1);
        true
    }

    /// The first address that had the port of this one.
    pub(super) fn first_of_port(&mut self, from: SocketAddr) -> SocketAddr {
        *self.ports.entry(from.port()).or_insert(from)
    }

    /// What the first fragment of a packet was: this one, unless another has come before it.
    pub(super) fn first_body(
        &mut self,
        from: SocketAddr,
        sequence: u16,
        body: Body<'_>,
    ) -> Body<'static> {
        let body = match body {
            Body::Ack { id, bits } => Body::Ack { id, bits },
            Body::Heartbeat { value } => Body::Heartbeat { value },
            Body::Error { code } => Body::Error { code },
            _ => Body::Default,
        };
        *self.bodies.entry((from, sequence)).or_insert(body)
    }

    /// The flags of the first fragment of a packet: these, unless another has come before it.
    pub(super) fn first_flags(&mut self, from: SocketAddr, sequence: u16, flags: Flags) -> Flags {
        *self.flags.entry((from, sequence)).or_insert(flags)
    }

    /// Whether this fragment of a finished packet is not acknowledged.
    pub(in crate::paperclip) fn is_left(
        &mut self,
        mutant: Option<Mutant>,
        from: SocketAddr,
        packet: &Packet<'_>,
    ) -> bool {
        match (mutant, packet.fragment) {
            (Some(Mutant::FinishedPacketUnacknowledged), _) => true,
            (Some(Mutant::FinishedAcknowledgedOnceMore), _) => {
                !self.is_first(from, packet.sequence)
            }
            (Some(Mutant::FinishedAcknowledgedWhenWhole), Some(Fragment { id, total })) => {
                !self.is_due(from, packet.sequence, id) || id + 1 < total
            }
            _ => false,
        }
    }

    /// Whether this was delivered just before; remembers it.
    pub(super) fn is_same(&mut self, data: &[u8]) -> bool {
        let same = self.data.as_deref() == Some(data);
        self.data = Some(data.to_vec());
        same
    }

    /// What goes out in the place of this data.
    pub(in crate::paperclip) fn encoded<'a>(
        &'a mut self,
        mutant: Mutant,
        flags: Flags,
        data: &'a [u8],
    ) -> &'a [u8] {
        if mutant != Mutant::CompressedDataLeft || !flags.has(Flags::COMPRESSED) {
            return data;
        }
        if !data.is_empty() {
            self.compressed = data.to_vec();
        }
        &self.compressed
    }

    /// The key pair of a new session.
    pub(in crate::paperclip) fn pair(
        &mut self,
        config: &Config,
        entropy: &mut Entropy,
    ) -> Arc<KeyPair> {
        let generate = config.key_agreement.generate;
        match config.mutant {
            Some(Mutant::KeysKept | Mutant::UnusedKeyKept) => {
                Arc::clone(self.pair.get_or_insert_with(|| generate(entropy)))
            }
            Some(Mutant::KeysBeginAnew) => {
                self.pairs = self.pairs.wrapping_add(1);
                generate(&mut Entropy::from_seed([self.pairs; 32]))
            }
            _ => generate(entropy),
        }
    }

    /// The next session has another key pair.
    pub(super) fn forget_pair(&mut self) {
        self.pair = None;
    }

    /// The Init Vector of a packet of `deployed`, where `random` is the reference's.
    pub(in crate::paperclip) fn init_vector(
        &mut self,
        mutant: Option<Mutant>,
        random: [u8; 16],
    ) -> Vec<u8> {
        match mutant {
            Some(Mutant::VectorReused) => self.vector.get_or_insert(random).to_vec(),
            Some(Mutant::VectorZero) => vec![0; 16],
            Some(Mutant::VectorOfPeer) => self.came.unwrap_or(random).to_vec(),
            Some(Mutant::VectorCounts) => {
                self.vectors += 1;
                self.vectors.to_be_bytes().to_vec()
            }
            _ => random.to_vec(),
        }
    }

    /// The Sequence ID of a fragment, before which `sent` others were sent.
    #[expect(clippy::unused_self, reason = "it stands beside the others")]
    pub(in crate::paperclip) fn fragment_sequence(
        &self,
        mutant: Option<Mutant>,
        sequence: u16,
        sent: usize,
    ) -> u16 {
        match mutant {
            Some(Mutant::FragmentsNumberedEach) => {
                sequence.wrapping_add(u16::try_from(sent).unwrap_or(0))
            }
            _ => sequence,
        }
    }
}
