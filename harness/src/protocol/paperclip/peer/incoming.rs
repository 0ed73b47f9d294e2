//! What comes for the peer: fragments together, data back through its flags, and what may come between any two steps.

use std::collections::{BTreeMap, BTreeSet};

use reference::paperclip::{Body, Flags, Fragment, Packet, SessionKey, decode};

use super::{ClipPeer, REMEMBERED_MAX, Stage};
use crate::protocol::paperclip::PaperClip;
use crate::protocol::{Message, Protocol as _, Reception, Role, Value};

/// The flags that an echo has in common with what it brings back.
const ECHOED: [Flags; 4] = [Flags::RELIABLE, Flags::CHECKSUM, Flags::COMPRESSED, Flags::ENCRYPTED];

/// What has come so far.
#[derive(Default)]
pub(super) struct Incoming {
    /// Sequence IDs with the type of their packet, of which all has come. A handshake beside the session has numbers of its own.
    seen: BTreeSet<(u16, u8)>,
    /// Sequence IDs that are acknowledged: those of reliable packets and of AUTH.
    acknowledged: BTreeSet<u16>,
    /// Those of them that set bits: reliable packets.
    reliable: BTreeSet<u16>,
    newest: u16,
    assembly: Assembly,
}

/// Fragments of packets, which stay when they are whole: a repeat is seen to be one.
#[derive(Default)]
pub(super) struct Assembly(BTreeMap<u16, BTreeMap<u8, Vec<u8>>>);

impl Assembly {
    /// The data on the wire of a packet, once all its fragments are there.
    pub(super) fn whole(&mut self, packet: &Packet<'_>) -> Option<Vec<u8>> {
        let Some(Fragment { id, total }) = packet.fragment else {
            return Some(packet.data.to_vec());
        };
        let parts = self.0.entry(packet.sequence).or_default();
        parts.insert(id, packet.data.to_vec());
        if parts.len() < usize::from(total) {
            return None;
        }
        let whole = parts.values().flatten().copied().collect();
        if self.0.len() > REMEMBERED_MAX {
            self.0.pop_first();
        }
        Some(whole)
    }
}

impl Incoming {
    /// What a bare ACK would acknowledge.
    pub(super) const fn newest_acknowledged(&self) -> u16 {
        self.newest
    }

    /// ACK Bits of an ACK ID.
    pub(super) fn bits(&self, ack: u16) -> u16 {
        (1..=16).fold(0, |bits, distance| {
            let seen = self.reliable.contains(&ack.wrapping_sub(distance));
            bits << 1 | u16::from(seen)
        })
    }

    /// Another session has begun, whose fragments have the numbers of the one before again.
    pub(super) fn begin_anew(&mut self) {
        self.assembly = Assembly::default();
    }

    fn acknowledge(&mut self, sequence: u16) {
        self.newest = sequence;
        if self.acknowledged.len() < REMEMBERED_MAX {
            self.acknowledged.insert(sequence);
        }
    }
}

impl ClipPeer {
    /// Takes a datagram that has come.
    pub(super) fn take(&mut self, octets: &[u8]) -> (Message, Reception) {
        let mut message = PaperClip.decode(&self.choice, octets);
        let Ok(packet) = Packet::decode(octets, self.widths, Flags::ALL) else {
            return (message, Reception::default());
        };
        if let Body::Auth { key, .. } = packet.body
            && self.opens_another(key)
        {
            self.renew();
        }
        let known = self.incoming.seen.contains(&(packet.sequence, packet.body.code()));
        let Some(wire) = self.incoming.assembly.whole(&packet) else {
            // A fragment of a packet that is not whole yet; what is still due shows by the whole.
            return (message, Reception { background: true, answers: Vec::new() });
        };
        let data = match self.plain(&packet, &wire) {
            Ok(data) => data,
            Err(problem) => {
                message.problem = Some(problem);
                return (message, Reception::default());
            }
        };
        self.show(&mut message, &packet, &data);
        let reception = self.handle(&packet, &data, known);
        (message, reception)
    }

    /// Whether a client's AUTH is that of another session than the one that has ended.
    fn opens_another(&self, key: &[u8]) -> bool {
        self.role == Role::Listener
            && self.stage == Stage::Over
            && self.its_key.as_deref() != Some(key)
    }

    /// Puts the data as scenarios have it into a message: plain, and *finished* by its name.
    fn show(&self, message: &mut Message, packet: &Packet<'_>, data: &[u8]) {
        let shown = match (packet.body, self.offered.or(self.key)) {
            (Body::Ack { .. }, Some(key)) if key.is_finished(data) => b"finished".to_vec(),
            _ => data.to_vec(),
        };
        if let Some(field) = message.fields.iter_mut().find(|field| field.name == "data") {
            field.value = Value::Octets(shown);
        }
    }

    /// An ACK that came before the AUTH that it goes with: by now it may be known to carry *finished*.
    pub(super) fn reread(&self, octets: &[u8]) -> Option<Message> {
        let packet = Packet::decode(octets, self.widths, Flags::ALL).ok()?;
        let is_ack = matches!(packet.body, Body::Ack { .. }) && packet.fragment.is_none();
        let data = self.plain(&packet, packet.data).ok().filter(|_| is_ack)?;
        let mut message = PaperClip.decode(&self.choice, octets);
        self.show(&mut message, &packet, &data);
        Some(message)
    }

    /// The data as the sender's application gave it. The error says why there is none.
    pub(super) fn plain(&self, packet: &Packet<'_>, wire: &[u8]) -> Result<Vec<u8>, String> {
        let missing = packet.flags & !self.supported;
        if !missing.is_empty() {
            return Err(format!("it has the flag {missing}, which the profile does not declare"));
        }
        let mut last = None;
        let keys: [Option<SessionKey>; 2] = [self.sealing(), self.offered];
        for key in keys {
            let (vector, sum) = (packet.init_vector, packet.checksum);
            match decode(packet.flags, self.widths, key.as_ref(), vector, sum, wire) {
                Ok(data) => return Ok(data),
                Err(code) => last = Some(code),
            }
        }
        Err(last.map_or_else(String::new, |code| format!("its data earns the error {code}")))
    }

    /// Whether a whole packet is background, and what it is answered with.
    fn handle(&mut self, packet: &Packet<'_>, data: &[u8], known: bool) -> Reception {
        let mut reception = Reception { background: known, answers: Vec::new() };
        if self.stage == Stage::New && !self.handshake {
            self.stage = Stage::Open;
        }
        if self.incoming.seen.len() < REMEMBERED_MAX {
            self.incoming.seen.insert((packet.sequence, packet.body.code()));
        }
        if packet.flags.has(Flags::RELIABLE) {
            self.incoming.acknowledge(packet.sequence);
            self.incoming.reliable.insert(packet.sequence);
            if self.acknowledges && self.stage == Stage::Open {
                let ack = ("ack".to_owned(), Value::Number(packet.sequence.into()));
                reception.answers.push(("ACK".to_owned(), vec![ack]));
            }
        }
        match packet.body {
            Body::Auth { key, .. } => {
                self.incoming.acknowledge(packet.sequence);
                // A repetition of the session that is to be replaced answers no other AUTH.
                let is_late = known && self.replaced_key.as_deref() == Some(key);
                // Another session of this address begins with the same Sequence ID.
                if !is_late && (!known || self.its_key.as_deref() != Some(key)) {
                    self.its_key = Some(key.to_vec());
                    if self.role == Role::Connector || self.auth.is_some() {
                        self.agree();
                    }
                }
            }
            Body::Ack { id, .. } => {
                let sent = u16::try_from(id).is_ok_and(|id| self.reliable.contains(&id));
                reception.background |= sent;
                // A client whose session is open proves no other key unless it has begun anew with one of its own.
                let begins = self.stage != Stage::Open || self.opened_with != self.its_key;
                if self.role == Role::Listener
                    && begins
                    && self.offered.is_some_and(|key| key.is_finished(data))
                {
                    self.opened_with.clone_from(&self.its_key);
                    self.key = self.offered;
                    self.stage = Stage::Open;
                }
            }
            Body::Heartbeat { value: 0 } => {
                reception.background = true;
                if self.stage != Stage::Over && self.acknowledges {
                    let fields = vec![
                        ("heartbeat".to_owned(), Value::Number(1)),
                        ("data".to_owned(), Value::Octets(data.to_vec())),
                    ];
                    reception.answers.push(("HEARTBEAT".to_owned(), fields));
                }
            }
            Body::Heartbeat { .. } => {
                reception.background |= self.pings > 0;
                self.pings = self.pings.saturating_sub(1);
            }
            Body::Default if !known => {
                self.echoed.extend(data);
                reception.background |= self.is_echo(packet.flags, data);
            }
            Body::Error { code } => {
                let ends = match code.major {
                    1 => self.stage == Stage::Begun,
                    major => major == 2,
                };
                if ends {
                    self.stage = Stage::Over;
                }
            }
            Body::Default => {}
        }
        reception
    }

    /// Whether a packet brings back what was sent, which it then has done.
    fn is_echo(&mut self, flags: Flags, data: &[u8]) -> bool {
        let alike = |sent: Flags| ECHOED.iter().all(|flag| flags.has(*flag) == sent.has(*flag));
        let found = self.unechoed.iter().position(|(sent, of)| sent == data && alike(*of));
        if let Some(index) = found {
            self.unechoed.remove(index);
        }
        found.is_some()
    }
}
