//! The peer that the suite plays in PaperClip: what a conforming one would send next, and what may come at any time.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use reference::entropy::Entropy;
use reference::paperclip::{Flags, KeyPair, SessionKey, Widths};
use reference::wire::PacketSpec;
use simulator::Instant;

use super::{SESSION_KEY, SHARED_SECRET, first_sequence, flags_of, has_handshake, keys, widths_of};
use crate::journal::HexOctets;
use crate::profile::{DialectChoice, Grade};
use crate::protocol::{Message, Peer, PeerSetup, Reception, Role, Value};
use crate::scenario::Application;
use crate::script::Secret;

mod compose;
mod incoming;

/// Packets that are remembered for each purpose; no scenario has more.
const REMEMBERED_MAX: usize = 70_000;

/// A peer of the suite.
pub(super) struct ClipPeer {
    choice: DialectChoice,
    widths: Widths,
    /// The role that the peer plays.
    role: Role,
    handshake: bool,
    /// The grade that the subject claims.
    claims: Grade,
    supported: Flags,
    echo: bool,
    acknowledges: bool,
    first: u16,
    entropy: Entropy,
    keys: Arc<KeyPair>,
    stage: Stage,
    /// The subject's public key.
    its_key: Option<Vec<u8>>,
    /// The subject's public key in the session that another handshake of this peer's is to replace.
    replaced_key: Option<Vec<u8>>,
    /// The key that the handshake under way agrees on.
    offered: Option<SessionKey>,
    /// The key of the open session.
    key: Option<SessionKey>,
    /// The subject's public key in the open session.
    opened_with: Option<Vec<u8>>,
    secrets: VecDeque<Secret>,
    /// The Sequence ID of the next packet.
    next: u16,
    /// The Sequence ID of the AUTH that nobody has answered yet.
    auth: Option<u16>,
    /// How many Init Vectors of its range were used (`table`).
    vectors: u16,
    /// Sequence IDs of the reliable packets, and of AUTHs, that this peer has sent.
    reliable: BTreeSet<u16>,
    /// PINGs that are not answered yet.
    pings: u64,
    /// Packets that were sent, as far as their fragments were.
    outgoing: incoming::Assembly,
    /// Sequence IDs of the packets that were sent whole.
    whole: BTreeSet<u16>,
    /// What the echo has still to bring back.
    unechoed: VecDeque<(Vec<u8>, Flags)>,
    incoming: incoming::Incoming,
    echoed: Vec<u8>,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing was sent.
    New,
    /// Something was sent, and the session is not open.
    Begun,
    /// The session is open.
    Open,
    /// The peer has ended it.
    Over,
}

impl ClipPeer {
    pub(super) fn new(setup: &PeerSetup<'_>) -> Self {
        let mut entropy = Entropy::from_seed(setup.seed);
        let first = first_sequence(setup.given);
        Self {
            choice: setup.dialect.clone(),
            widths: widths_of(setup.dialect),
            role: setup.subject.peer(),
            handshake: has_handshake(setup.options),
            claims: setup.claims,
            supported: flags_of(setup.options),
            echo: setup.application == Application::Echo,
            acknowledges: setup.acknowledges,
            first,
            keys: keys::generate(&mut entropy),
            entropy,
            stage: Stage::New,
            its_key: None,
            replaced_key: None,
            offered: None,
            key: None,
            opened_with: None,
            secrets: VecDeque::new(),
            next: first,
            auth: None,
            vectors: 0,
            reliable: BTreeSet::new(),
            pings: 0,
            outgoing: incoming::Assembly::default(),
            whole: BTreeSet::new(),
            unechoed: VecDeque::new(),
            incoming: incoming::Incoming::default(),
            echoed: Vec::new(),
        }
    }

    /// Begins anew, as after a session that has ended.
    fn renew(&mut self) {
        self.keys = keys::generate(&mut self.entropy);
        self.stage = Stage::New;
        self.its_key = None;
        self.replaced_key = None;
        self.offered = None;
        self.key = None;
        self.opened_with = None;
        self.next = self.first;
        self.auth = None;
        self.vectors = 0;
        self.reliable.clear();
        self.pings = 0;
        self.outgoing = incoming::Assembly::default();
        self.whole.clear();
        self.unechoed.clear();
        self.incoming = incoming::Incoming::default();
    }

    /// Agrees on a key with the subject's public key, if there is one that is on the curve.
    fn agree(&mut self) {
        let Some(shared) = self.its_key.as_ref().and_then(|key| keys::shared(&self.keys, key))
        else {
            return;
        };
        let key = SessionKey::of_shared(&shared);
        if self.offered != Some(key) {
            for (name, octets) in [(SHARED_SECRET, &shared[..]), (SESSION_KEY, &key.0)] {
                let octets = HexOctets(octets.to_vec());
                self.secrets.push_back(Secret { name: name.to_owned(), octets });
            }
        }
        self.offered = Some(key);
    }

    /// The key that packets are encrypted with.
    const fn sealing(&self) -> Option<SessionKey> {
        match self.key {
            Some(key) => Some(key),
            None => self.offered,
        }
    }
}

impl Peer for ClipPeer {
    fn compose(
        &mut self,
        _now: Instant,
        spec: &PacketSpec,
        given: &[(String, Value)],
    ) -> Vec<Vec<u8>> {
        self.composed(spec, given)
    }

    fn sent(&mut self, _now: Instant, message: &Message) {
        self.note_sent(message);
    }

    fn received(&mut self, _now: Instant, octets: &[u8]) -> (Message, Reception) {
        self.take(octets)
    }

    fn reads_now(&self, octets: &[u8]) -> Option<Message> {
        self.reread(octets)
    }

    fn secret(&mut self) -> Option<Secret> {
        self.secrets.pop_front()
    }

    fn free_flags(&self) -> u64 {
        // Nothing keeps a sender from sending what would fit as one fragment (CLIP-HEAD-5).
        Flags::FRAG.bits().into()
    }

    fn relative(&self, _packet: &str, _field: &str, wire: u64) -> u64 {
        wire
    }

    fn absolute(&self, _packet: &str, _field: &str, relative: u64) -> u64 {
        relative
    }

    fn echoed(&self) -> &[u8] {
        &self.echoed
    }

    fn farewell(&mut self) -> Vec<(String, Vec<(String, Value)>)> {
        let number = |name: &str, number: u64| (name.to_owned(), Value::Number(number));
        let own = match self.role {
            Role::Connector => 2,
            Role::Listener => 1,
        };
        let (major, minor) = match self.stage {
            Stage::Open => (2, own),
            Stage::Begun if self.handshake && self.claims == Grade::Edition => (1, 0),
            Stage::Begun => (2, own),
            Stage::New | Stage::Over => return Vec::new(),
        };
        vec![("ERROR".to_owned(), vec![number("major", major), number("minor", minor)])]
    }
}
