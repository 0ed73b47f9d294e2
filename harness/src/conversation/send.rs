//! Sending: datagrams a burst at a time.

use std::net::SocketAddr;
use std::time::Duration;

use simulator::{Instant, Part};

use super::plan::Planned;
use super::{Conversation, Setup, Waiting};
use crate::protocol::Message;
use crate::scenario::PacketTemplate;
use crate::script::Action;

/// Datagrams of one step that are sent in one go; then the conversation pauses, as no receive buffer holds thousands.
const BURST: u32 = 32;
/// The pause between two bursts.
const BURST_PAUSE: Duration = Duration::from_millis(2);

/// Fragments of one packet, of a thousand octets each, that are sent in one go.
const FRAGMENTS: usize = 8;
/// The pause after them: a program that the machine holds up for 50 ms has room for what comes meanwhile.
const FRAGMENTS_PAUSE: Duration = Duration::from_millis(5);

/// What a step sends.
pub(super) enum Sendable<'a> {
    /// A packet that is built.
    New(&'a PacketTemplate),
    /// Datagrams that were sent before.
    Again(Vec<Vec<u8>>),
}

impl<'a> Conversation<'a> {
    /// Sends what is left of a `send`, a burst at a time.
    pub(super) fn send(&mut self, now: Instant, planned: Planned<'a>, what: &Sendable<'_>) -> bool {
        let step = planned.step;
        if self.is_on_streams() {
            return self.send_on_stream(now, planned, what);
        }
        let times = step.times.as_ref().map_or(1, |times| times.value);
        let by = self.by(planned);
        let session = step.session.as_ref().map_or(by, |of| self.party(Some(&of.value)));
        let every = step.every.as_ref().map(|every| Duration::from(every.value));
        let most = if every.is_some() { 1 } else { BURST };
        let left = times - self.sent.min(times);
        let burst = if self.unsent.is_empty() { left.min(most) } else { 0 };
        for _ in 0..burst {
            let built = match what {
                Sendable::New(template) => self.build(now, session, template),
                Sendable::Again(datagrams) => datagrams.clone(),
            };
            let Setup { protocol, dialect, .. } = self.setup;
            let damaged = built.into_iter().map(|octets| self.damaged(octets, &step.damage));
            let messages: Vec<Message> =
                damaged.map(|octets| protocol.decode(dialect, &octets)).collect();
            let own = by == session && step.damage.is_empty() && step.repeat.is_none();
            let all: Vec<usize> = (1..=messages.len()).collect();
            let chosen = step.datagrams.as_ref().map_or(&all, |datagrams| &datagrams.value);
            for number in chosen {
                if let Some(message) = number.checked_sub(1).and_then(|index| messages.get(index)) {
                    if own {
                        self.with_peer(by, |peer| peer.sent(now, message));
                    }
                    self.unsent.push_back(message.octets.clone());
                }
            }
            if let Some(label) = planned.label() {
                self.labels.insert(label, messages.clone());
            }
            self.labels.insert("last".to_owned(), messages);
        }
        self.sent += burst;
        if !self.send_rest(now, by) {
            return false;
        }
        if self.sent < times {
            let pause = every.unwrap_or(BURST_PAUSE);
            self.waiting = Some(Waiting { since: now, until: now + pause });
            return false;
        }
        true
    }

    /// Sends datagrams that are built, the fragments of a large packet a few at a time. The answer is whether all are out.
    fn send_rest(&mut self, now: Instant, by: usize) -> bool {
        let few = if self.unsent.len() > BURST as usize { FRAGMENTS } else { self.unsent.len() };
        for octets in self.unsent.drain(..few).collect::<Vec<_>>() {
            self.transmit(by, octets);
        }
        if self.unsent.is_empty() {
            return true;
        }
        self.waiting = Some(Waiting { since: now, until: now + FRAGMENTS_PAUSE });
        false
    }

    /// Where a peer is, as an index in [`Stage::peers`].
    pub(super) fn place_of(&self, peer: usize) -> usize {
        self.places.get(peer).copied().unwrap_or(peer)
    }

    /// The peer that is at a place.
    pub(super) fn peer_at(&self, place: usize) -> usize {
        self.places.iter().position(|of| *of == place).unwrap_or(place)
    }

    pub(super) fn transmit(&mut self, peer: usize, octets: Vec<u8>) {
        if self.is_on_streams() {
            self.actions.push_back(Action::Stream { peer, part: Part::Octets(octets) });
            return;
        }
        if let Some(to) = self.home_of(&octets) {
            let peer = self.place_of(peer);
            self.actions.push_back(Action::Send { peer, to, octets });
        }
    }

    /// Where in the subject a datagram goes: a connector may have a port for each of its sessions.
    fn home_of(&self, octets: &[u8]) -> Option<SocketAddr> {
        if !self.homes.are_several() {
            return self.stage.subject;
        }
        let message = self.setup.protocol.decode(self.setup.dialect, octets);
        self.homes.to(&self.setup.protocol.marks(&message))
    }
}
