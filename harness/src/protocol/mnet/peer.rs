//! The peer that the suite plays in MNET: what a conforming one would send next, and what may come at any time.

use std::collections::{BTreeMap, BTreeSet};

use reference::entropy::Entropy;
use reference::mnet::{MAGIC, Packet, Tag, VERSION};
use reference::wire::PacketSpec;
use simulator::Instant;

use super::stream::{Stream, unwrap, wrap};
use super::{Mnet, dialect_of, start_offset};
use crate::profile::DialectChoice;
use crate::protocol::{Message, Peer, PeerSetup, Protocol as _, Reception, Role, Value};
use crate::scenario::Application;

/// A peer of the suite.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each fact on its own")]
pub(super) struct MnetPeer {
    choice: DialectChoice,
    dialect: reference::mnet::Dialect,
    role: Role,
    echo: bool,
    acknowledges: bool,
    base: u32,
    entropy: Entropy,
    /// The connector's tag.
    x: Tag,
    /// The listener's tag.
    y: Tag,
    /// What the last COOKIE said, for the echo of it.
    cookie: Vec<(String, Value)>,
    /// What this peer has sent, where it counts.
    outgoing: Stream,
    /// What the subject has sent.
    incoming: Stream,
    /// How much of it this peer has acknowledged.
    acknowledged: u64,
    /// How much of `outgoing` the subject has acknowledged.
    confirmed: u64,
    /// Datagrams that the subject repeats by its timers: a second one like them is background.
    repeatable: BTreeSet<Vec<u8>>,
    /// What the listener has sent in sessions that its later COOKIEs may have opened, by their tags.
    later: BTreeMap<Tag, Stream>,
    established: bool,
    shutdown_sent: bool,
    shutdown_received: bool,
    /// The session is over; the tag of what the subject sent in it.
    over: Option<Tag>,
}

impl MnetPeer {
    pub(super) fn new(setup: &PeerSetup<'_>) -> Self {
        let mut entropy = Entropy::from_seed(setup.seed);
        Self {
            choice: setup.dialect.clone(),
            dialect: dialect_of(setup.dialect),
            role: setup.subject.peer(),
            echo: setup.application == Application::Echo,
            acknowledges: setup.acknowledges,
            base: start_offset(setup.given),
            x: entropy.octets(),
            y: entropy.octets(),
            entropy,
            cookie: Vec::new(),
            outgoing: Stream::default(),
            incoming: Stream::default(),
            acknowledged: 0,
            confirmed: 0,
            repeatable: BTreeSet::new(),
            later: BTreeMap::new(),
            established: false,
            shutdown_sent: false,
            shutdown_received: false,
            over: None,
        }
    }

    /// The tag that this peer stamps.
    fn own_stamp(&self) -> Tag {
        self.dialect.tags.stamp(self.role, self.x, self.y)
    }

    /// The tag that the subject stamps.
    fn its_stamp(&self) -> Tag {
        self.dialect.tags.stamp(self.role.peer(), self.x, self.y)
    }

    fn take_data(&mut self, sequence: u32, acknowledged: u32, data: &[u8]) -> Reception {
        let own = self.outgoing.end();
        self.confirmed =
            self.confirmed.max(unwrap(self.base, own, acknowledged).unwrap_or(0).min(own));
        let end = unwrap(self.base, self.incoming.end(), sequence);
        let Some(offset) = end.and_then(|end| end.checked_sub(data.len() as u64)) else {
            return Reception::default();
        };
        if data.is_empty() {
            return Reception { background: true, answers: Vec::new() };
        }
        let known = self.incoming.holds(offset, data);
        let echoes = self.echo && self.outgoing.holds(offset, data);
        let agrees = self.incoming.agrees(offset, data);
        let answered_before = offset + data.len() as u64 <= self.acknowledged;
        self.incoming.insert(offset, data);
        let answers = if agrees && self.acknowledges && (echoes || answered_before) {
            let packet = if self.shutdown_sent { "SHUTDOWN" } else { "DATA" };
            vec![(packet.to_owned(), Vec::new())]
        } else {
            Vec::new()
        };
        Reception { background: agrees && (known || echoes), answers }
    }
}

impl MnetPeer {
    /// The fields of a packet that the scenario left out, as a conforming peer would fill them.
    fn complete(&mut self, spec: &PacketSpec, given: &[(String, Value)]) -> Vec<(String, Value)> {
        let mut fields = given.to_vec();
        let mut fill = |name: &str, value: Value| {
            if !fields.iter().any(|(given, _)| given == name) {
                fields.push((name.to_owned(), value));
            }
        };
        let octets = |octets: &[u8]| Value::Octets(octets.to_vec());
        match spec.name {
            "INIT" => {
                fill("magic", octets(&MAGIC));
                fill("version", Value::Number(VERSION.into()));
                fill("tag", octets(&self.x));
            }
            "COOKIE" => {
                fill("tag", octets(&self.y));
                fill("peer-tag", octets(&self.x));
                fill("version", Value::Number(VERSION.into()));
                // A connector does not read the two (MNET-COOKIE-3).
                fill("expiration", Value::Number(self.entropy.next_u32().into()));
                fill("hmac", Value::Octets(self.entropy.octets::<20>().to_vec()));
            }
            "COOKIE-ECHO" => {
                for (name, value) in self.cookie.clone() {
                    fill(&name, value);
                }
            }
            "DATA" => {
                let length = given.iter().find(|(name, _)| name == "data").map_or(
                    0,
                    |(_, data)| match data {
                        Value::Octets(data) => data.len() as u64,
                        Value::Number(_) => 0,
                    },
                );
                fill("tag", octets(&self.own_stamp()));
                let sequence = wrap(self.base, self.outgoing.end() + length);
                fill("sequence", Value::Number(sequence.into()));
                let acknowledged = wrap(self.base, self.incoming.whole_len());
                fill("acknowledged", Value::Number(acknowledged.into()));
            }
            "SHUTDOWN" => {
                fill("tag", octets(&self.own_stamp()));
                let acknowledged = wrap(self.base, self.incoming.whole_len());
                fill("acknowledged", Value::Number(acknowledged.into()));
            }
            _ => fill("tag", octets(&self.own_stamp())),
        }
        fields
    }
}

impl Peer for MnetPeer {
    fn compose(
        &mut self,
        _now: Instant,
        spec: &PacketSpec,
        given: &[(String, Value)],
    ) -> Vec<Vec<u8>> {
        let fields = self.complete(spec, given);
        vec![Mnet.encode(&self.choice, spec, &fields)]
    }

    fn sent(&mut self, _now: Instant, message: &Message) {
        let Ok(packet) = Packet::decode(&message.octets, self.dialect) else { return };
        match packet {
            Packet::Init { tag, .. } => self.x = tag,
            Packet::Cookie { tag, peer_tag, .. } => {
                if peer_tag == self.x {
                    self.y = tag;
                }
            }
            Packet::CookieEcho { tag, peer_tag, .. } => {
                if !self.established {
                    self.y = tag;
                    self.x = peer_tag;
                }
            }
            Packet::CookieAck { tag } => self.established |= tag == self.own_stamp(),
            Packet::Data { tag, sequence, acknowledged, data } if tag == self.own_stamp() => {
                let end = unwrap(self.base, self.outgoing.end(), sequence);
                let offset = end.and_then(|end| end.checked_sub(data.len() as u64));
                let known = self.incoming.end();
                let of_what_was_sent = unwrap(self.base, known, acknowledged);
                if let (Some(offset), Some(acknowledged)) = (offset, of_what_was_sent)
                    && acknowledged <= known
                {
                    self.outgoing.insert(offset, data);
                    self.acknowledged = self.acknowledged.max(acknowledged);
                }
            }
            Packet::Shutdown { tag, acknowledged } if tag == self.own_stamp() => {
                self.shutdown_sent = true;
                let known = self.incoming.end();
                if let Some(acknowledged) = unwrap(self.base, known, acknowledged) {
                    self.acknowledged = self.acknowledged.max(acknowledged.min(known));
                }
            }
            Packet::ShutdownComplete { tag } | Packet::Abort { tag } => {
                self.ends(tag == self.own_stamp());
            }
            Packet::Data { .. } | Packet::Shutdown { .. } | Packet::ShutdownAck { .. } => {}
        }
    }

    fn received(&mut self, _now: Instant, octets: &[u8]) -> (Message, Reception) {
        let message = Mnet.decode(&self.choice, octets);
        let reception = self.take(&message);
        (message, reception)
    }

    fn relative(&self, _packet: &str, field: &str, wire: u64) -> u64 {
        let wire = u32::try_from(wire).unwrap_or(u32::MAX);
        let near = match field {
            "sequence" => self.incoming.end(),
            "acknowledged" => self.outgoing.end(),
            _ => return wire.into(),
        };
        unwrap(self.base, near, wire).unwrap_or_else(|| wire.wrapping_sub(self.base).into())
    }

    fn absolute(&self, _packet: &str, field: &str, relative: u64) -> u64 {
        match field {
            "sequence" | "acknowledged" => wrap(self.base, relative).into(),
            _ => relative,
        }
    }

    fn echoed(&self) -> &[u8] {
        self.incoming.whole()
    }

    fn farewell(&mut self) -> Vec<(String, Vec<(String, Value)>)> {
        if self.established && self.over.is_none() {
            vec![("ABORT".to_owned(), Vec::new())]
        } else {
            Vec::new()
        }
    }
}

impl MnetPeer {
    /// Takes note of a packet. The answer says whether it is background, and what the peer answers by itself.
    fn take(&mut self, message: &Message) -> Reception {
        let Ok(packet) = Packet::decode(&message.octets, self.dialect) else {
            return Reception::default();
        };
        let its_stamp = self.its_stamp();
        match packet {
            Packet::Init { tag, .. } => {
                self.x = tag;
                self.repeated(message)
            }
            Packet::Cookie { tag, peer_tag, .. } => {
                if peer_tag == self.x {
                    if self.established {
                        self.later.entry(tag).or_default();
                    } else {
                        self.y = tag;
                    }
                    self.cookie = message
                        .fields
                        .iter()
                        .map(|field| (field.name.to_owned(), field.value.clone()))
                        .collect();
                }
                Reception::default()
            }
            Packet::CookieEcho { .. } => self.repeated(message),
            Packet::CookieAck { tag } => {
                self.established |= tag == its_stamp;
                let Reception { background, answers } = self.repeated(message);
                // Behind the end of its session it is no repeat: the session was opened once more.
                Reception { background: background && self.over != Some(tag), answers }
            }
            Packet::Data { tag, sequence, acknowledged, data } if tag == its_stamp => {
                let mut reception = self.take_data(sequence, acknowledged, data);
                if self.over == Some(tag) {
                    // Nothing follows the end (MNET-ABORT-3).
                    reception.answers.clear();
                }
                reception
            }
            Packet::Shutdown { tag, .. } if tag == its_stamp => {
                // A SHUTDOWN after the first acknowledges (MNET-SHUT-2).
                let background = self.shutdown_received;
                self.shutdown_received = true;
                Reception { background, answers: Vec::new() }
            }
            Packet::ShutdownAck { .. } => self.repeated(message),
            Packet::ShutdownComplete { tag } => {
                self.ends(tag == its_stamp);
                self.repeated(message)
            }
            Packet::Abort { tag } => {
                self.ends(tag == its_stamp || tag == self.own_stamp());
                Reception::default()
            }
            Packet::Data { tag, sequence, data, .. } => self.take_later(tag, sequence, data),
            Packet::Shutdown { tag, .. } if self.later.contains_key(&tag) => self.repeated(message),
            Packet::Shutdown { .. } => Reception::default(),
        }
    }

    /// DATA of a session that a later COOKIE may have opened: bare ones and repeats are background there, too.
    fn take_later(&mut self, tag: Tag, sequence: u32, data: &[u8]) -> Reception {
        let base = self.base;
        let background = self.later.get_mut(&tag).is_some_and(|incoming| {
            let end = unwrap(base, incoming.end(), sequence);
            let offset = end.and_then(|end| end.checked_sub(data.len() as u64));
            let known = offset.is_some_and(|offset| incoming.holds(offset, data));
            if let Some(offset) = offset {
                incoming.insert(offset, data);
            }
            data.is_empty() || known
        });
        Reception { background, answers: Vec::new() }
    }

    /// The session is over, if a packet that ends one was of this one.
    fn ends(&mut self, of_this: bool) {
        if of_this && self.over.is_none() {
            self.over = Some(self.its_stamp());
        }
    }

    /// A packet that is repeated by a timer: the second one like it is background.
    fn repeated(&mut self, message: &Message) -> Reception {
        Reception {
            background: !self.repeatable.insert(message.octets.clone()),
            answers: Vec::new(),
        }
    }
}
