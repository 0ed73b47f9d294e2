//! How the octets of a step go out on a connection: all at once, or in pieces.

use std::time::Duration;

use simulator::Instant;

use crate::conversation::plan::Planned;
use crate::conversation::send::Sendable;
use crate::conversation::{Conversation, Waiting};
use crate::scenario::{Pieces, PiecesRule};

/// The pause between two pieces, so that nobody reads them as one.
const PIECE_PAUSE: Duration = Duration::from_millis(2);

impl<'a> Conversation<'a> {
    /// Sends on a connection: everything at once, or piece by piece.
    pub(in crate::conversation) fn send_on_stream(
        &mut self,
        now: Instant,
        planned: Planned<'a>,
        what: &Sendable<'_>,
    ) -> bool {
        let by = self.by(planned);
        if self.sent == 0 {
            self.sent = 1;
            let packets = self.packets(now, planned, what);
            self.put(by, planned, &packets);
        }
        if let Some(piece) = self.pieces.pop_front() {
            self.transmit(by, piece);
        }
        if self.pieces.is_empty() {
            return true;
        }
        let pause = planned.step.every.as_ref().map_or(PIECE_PAUSE, |every| every.value.into());
        self.waiting = Some(Waiting { since: now, until: now + pause });
        false
    }

    /// The packets of a step.
    fn packets(&mut self, now: Instant, planned: Planned<'a>, what: &Sendable<'_>) -> Vec<Vec<u8>> {
        let step = planned.step;
        let by = self.by(planned);
        let mut packets = Vec::new();
        for _ in 0..step.times.as_ref().map_or(1, |times| times.value) {
            let built = match what {
                Sendable::New(template) => self.build(now, by, template),
                Sendable::Again(packets) => packets.clone(),
            };
            for octets in built {
                let octets = self.damaged(octets, &step.damage);
                let message = self.own(by, &octets);
                if step.damage.is_empty() {
                    self.with_peer(by, |peer| peer.sent(now, &message));
                }
                if let Some(label) = planned.label() {
                    self.labels.insert(label, vec![message.clone()]);
                }
                self.labels.insert("last".to_owned(), vec![message]);
                packets.push(octets);
            }
        }
        packets
    }

    /// Cuts packets into the pieces that are sent.
    fn put(&mut self, by: usize, planned: Planned<'a>, packets: &[Vec<u8>]) {
        let step = planned.step;
        let Some(party) = self.peers.get_mut(by) else { return };
        let mut octets = std::mem::take(&mut party.line.joined);
        let mut cuts = Vec::new();
        let start = octets.len();
        for (turn, packet) in packets.iter().enumerate() {
            match step.pieces.as_ref().map(|pieces| &pieces.value) {
                Some(Pieces::Rule(PiecesRule::EachOctet)) => {
                    cuts.extend(octets.len()..octets.len() + packet.len());
                }
                Some(Pieces::Rule(PiecesRule::ByTurns)) => {
                    let inner = packet.len().saturating_sub(1).max(1);
                    cuts.extend([octets.len(), octets.len() + 1 + turn % inner]);
                }
                None if step.every.is_some() => cuts.push(octets.len()),
                Some(Pieces::At(_)) | None => {}
            }
            octets.extend(packet);
        }
        if let Some(Pieces::At(offsets)) = step.pieces.as_ref().map(|pieces| &pieces.value) {
            cuts.extend(offsets.iter().map(|offset| start + offset));
        }
        if step.joined.as_ref().is_some_and(|joined| joined.value) {
            party.line.joined = octets;
            return;
        }
        let mut from = 0;
        cuts.push(octets.len());
        for cut in cuts {
            if let Some(piece) = octets.get(from..cut).filter(|piece| !piece.is_empty()) {
                self.pieces.push_back(piece.to_vec());
                from = cut;
            }
        }
    }
}
