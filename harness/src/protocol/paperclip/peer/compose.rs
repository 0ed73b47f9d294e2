//! From a scenario's fields to datagrams: what a conforming peer would fill in, the data through its flags, fragments.

use reference::paperclip::{
    DATA_MAX, Flags, Packet, SessionKey, Widths, carried, checksum, encode,
};
use reference::wire::PacketSpec;

use super::{ClipPeer, REMEMBERED_MAX, Stage};
use crate::protocol::paperclip::PaperClip;
use crate::protocol::paperclip::keys;
use crate::protocol::{Message, Protocol as _, Role, Value};

/// The most fragments of one packet.
const FRAGMENTS_MAX: usize = 255;

/// Where the server's Init Vectors begin in `table`.
const SERVER_VECTORS: u16 = 0x8000;

/// Fields by name.
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn number(&self, name: &str) -> Option<u64> {
        match self.value(name) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn octets(&self, name: &str) -> Option<&[u8]> {
        match self.value(name) {
            Some(Value::Octets(octets)) => Some(octets),
            _ => None,
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Fills in what is not given.
    fn fill(&mut self, name: &str, value: Value) {
        if self.value(name).is_none() {
            self.set(name, value);
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value));
    }
}

impl ClipPeer {
    /// The datagrams of a packet with these fields.
    pub(super) fn composed(
        &mut self,
        spec: &PacketSpec,
        given: &[(String, Value)],
    ) -> Vec<Vec<u8>> {
        let mut fields = Fields(given.to_vec());
        match spec.name {
            "AUTH" => self.fill_auth(&mut fields),
            "ACK" => self.fill_ack(&mut fields),
            _ => {}
        }
        fields.fill("sequence", Value::Number(self.next.into()));
        let flags = low_octet(fields.number("flags").unwrap_or(0));
        let flags = Flags::from_bits(flags);
        let raw = fields.octets("wire").map(<[u8]>::to_vec);
        let written = raw.is_some();
        let wire = match raw {
            Some(wire) => wire,
            None => self.encoded(flags, &mut fields),
        };
        fields.0.retain(|(name, _)| name != "wire");
        let written =
            written || fields.value("fragment").is_some() || fields.value("fragments").is_some();
        let cut = !written
            && (flags.has(Flags::FRAG) || (wire.len() > DATA_MAX && spec.name == "DEFAULT"));
        if flags.has(Flags::ENCRYPTED) {
            let vector = self.vector();
            fields.fill("init-vector", Value::Octets(vector));
        }
        if !cut {
            if spec.field("data").is_some() {
                fields.set("data", Value::Octets(wire));
            }
            return vec![PaperClip.encode(&self.choice, spec, &fields.0)];
        }
        let flags = flags | Flags::FRAG;
        fields.set("flags", Value::Number(flags.bits().into()));
        let mut pieces: Vec<&[u8]> = wire.chunks(DATA_MAX).take(FRAGMENTS_MAX).collect();
        if pieces.is_empty() {
            pieces.push(&[]);
        }
        let total = pieces.len() as u64;
        let mut datagrams = Vec::with_capacity(pieces.len());
        for (number, piece) in (0..).zip(pieces) {
            fields.set("fragment", Value::Number(number));
            fields.set("fragments", Value::Number(total));
            fields.set("data", Value::Octets(piece.to_vec()));
            datagrams.push(PaperClip.encode(&self.choice, spec, &fields.0));
        }
        datagrams
    }

    /// The data through its flags; fills in checksum and Init Vector.
    fn encoded(&mut self, flags: Flags, fields: &mut Fields) -> Vec<u8> {
        let plain = fields.octets("data").unwrap_or_default().to_vec();
        if flags.has(Flags::ENCRYPTED) && fields.value("init-vector").is_none() {
            let vector = self.vector();
            fields.fill("init-vector", Value::Octets(vector));
        }
        // Without a key, what is sent is encrypted all the same, by a key that nobody else has.
        let key = self.sealing().unwrap_or(SessionKey([0x5a; 32]));
        let vector = fields.octets("init-vector").unwrap_or_default().to_vec();
        let sealing = Some((&key, vector.as_slice()));
        let data = encode(flags, self.widths, sealing, &plain).data;
        if flags.has(Flags::CHECKSUM) {
            let checksum = carried(checksum(&plain), self.widths);
            fields.fill("checksum", Value::Number(checksum.into()));
        }
        data
    }

    /// The next Init Vector of the peer's own range; in `deployed` a random one.
    fn vector(&mut self) -> Vec<u8> {
        match self.widths {
            Widths::Deployed => self.entropy.octets::<16>().to_vec(),
            Widths::Table => {
                let start = match self.role {
                    Role::Connector => 0,
                    Role::Listener => SERVER_VECTORS,
                };
                let vector = start + (self.vectors & (SERVER_VECTORS - 1));
                self.vectors = self.vectors.wrapping_add(1);
                vector.to_be_bytes().to_vec()
            }
        }
    }

    fn fill_auth(&mut self, fields: &mut Fields) {
        if self.stage == Stage::Over {
            self.renew();
        }
        match fields.octets("key") {
            Some(name @ (b"fresh" | b"short-secret")) => {
                self.keys = match &self.its_key {
                    Some(its) if name == b"short-secret" => {
                        keys::with_short_secret(&mut self.entropy, its)
                    }
                    _ => keys::generate(&mut self.entropy),
                };
                let key = self.keys.public().to_vec();
                fields.set("key", Value::Octets(key));
                self.auth = None;
                if self.role == Role::Connector {
                    self.replaced_key = self.its_key.take().or(self.replaced_key.take());
                }
            }
            Some(b"off-curve") => {
                let mut key = self.keys.public().to_vec();
                if let Some(last) = key.last_mut() {
                    *last ^= 1;
                }
                fields.set("key", Value::Octets(key));
            }
            Some(_) => {}
            None => {
                let key = self.keys.public().to_vec();
                fields.set("key", Value::Octets(key));
                // The same AUTH again has its Sequence ID again (CLIP-AUTH-4).
                if let Some(sequence) = self.auth {
                    fields.fill("sequence", Value::Number(sequence.into()));
                }
            }
        }
        self.agree();
    }

    fn fill_ack(&mut self, fields: &mut Fields) {
        let newest = self.incoming.newest_acknowledged();
        fields.fill("ack", Value::Number(newest.into()));
        let acknowledged = fields.number("ack").and_then(|ack| u16::try_from(ack).ok());
        let bits = acknowledged.map_or(0, |ack| self.incoming.bits(ack));
        fields.fill("ack-bits", Value::Number(bits.into()));
        if self.offered.is_none() {
            // A server's ACK may come before its AUTH.
            self.agree();
        }
        let proof = self.offered.or(self.key).map_or([0; 32], |key| key.finished());
        match fields.octets("data") {
            Some(b"finished") => fields.set("data", Value::Octets(proof.to_vec())),
            Some(b"wrong-finished") => {
                let mut wrong = proof.to_vec();
                if let Some(last) = wrong.last_mut() {
                    *last ^= 1;
                }
                fields.set("data", Value::Octets(wrong));
            }
            _ => {}
        }
    }

    /// Takes note of a datagram that was sent.
    pub(super) fn note_sent(&mut self, message: &Message) {
        let Some(sequence) = message.number("sequence").and_then(|it| u16::try_from(it).ok())
        else {
            return;
        };
        // What lies before the next one is sent again.
        if sequence.wrapping_sub(self.next) < 0x8000 {
            self.next = sequence.wrapping_add(1);
        }
        if matches!(self.stage, Stage::New) {
            self.stage = if self.handshake { Stage::Begun } else { Stage::Open };
        }
        let flags = Flags::from_bits(low_octet(message.number("flags").unwrap_or(0)));
        if flags.has(Flags::RELIABLE) && self.reliable.len() < REMEMBERED_MAX {
            self.reliable.insert(sequence);
        }
        match message.name() {
            "AUTH" => {
                self.auth = Some(sequence);
                self.reliable.insert(sequence);
            }
            "ACK" if self.stage != Stage::Over && self.proves(&message.octets) => {
                if self.key != self.offered {
                    self.incoming.begin_anew();
                }
                self.key = self.offered;
                self.stage = Stage::Open;
            }
            "HEARTBEAT" if self.stage == Stage::Open && message.problem.is_none() => {
                self.pings += u64::from(message.number("heartbeat") == Some(0));
            }
            "ERROR" => {
                let own = match self.role {
                    Role::Connector => 2,
                    Role::Listener => 1,
                };
                let ends = match (message.number("major"), message.number("minor")) {
                    (Some(1), Some(0..=3)) => self.stage != Stage::Open,
                    (Some(2), minor) => minor == Some(0) || minor == Some(own),
                    _ => false,
                };
                if ends && message.problem.is_none() {
                    self.stage = Stage::Over;
                }
            }
            "DEFAULT" => self.note_data(&message.octets),
            _ => {}
        }
    }

    /// Whether a datagram is an ACK with *finished*, and nothing is wrong with it.
    fn proves(&self, octets: &[u8]) -> bool {
        let (Ok(packet), Some(key)) =
            (Packet::decode(octets, self.widths, self.supported), self.offered)
        else {
            return false;
        };
        self.plain(&packet, packet.data).is_ok_and(|data| key.is_finished(&data))
    }

    /// Data was sent, which the echo will bring back when nothing is wrong with it.
    fn note_data(&mut self, octets: &[u8]) {
        let Ok(packet) = Packet::decode(octets, self.widths, self.supported) else { return };
        if !self.echo || self.stage != Stage::Open || self.whole.len() >= REMEMBERED_MAX {
            return;
        }
        if let Some(wire) = self.outgoing.whole(&packet)
            && let Ok(data) = self.plain(&packet, &wire)
            && self.whole.insert(packet.sequence)
        {
            self.unechoed.push_back((data, packet.flags));
        }
    }
}

fn low_octet(number: u64) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}
