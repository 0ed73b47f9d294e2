//! What reaches the subject.

use std::time::Duration;

use reference::paperclip::{Body, Flags, Packet};
use simulator::Instant;

use super::overlooked::Overlooked;
use super::session::{PeerAuth, Session};
use super::{ERROR, Frame};

/// The types that count before the session is open.
const ACK: u8 = 1;
const AUTH: u8 = 2;
/// How long the packets of a session are ignored after its end (CLIP-ERR-1).
const IGNORED: Duration = Duration::from_secs(10);
/// How many AUTHs of one address are remembered.
const AUTHS_MAX: usize = 1024;
/// How many datagrams that are no packets are remembered.
const OVERLOOKED_MAX: usize = 256;

impl Session {
    /// A datagram has reached the subject.
    pub(super) fn received(&mut self, frame: &Frame, at: Instant, octets: &[u8]) {
        if self.peer_auths.is_empty() && frame.handshake {
            self.longest = self.longest.max(octets.len());
        }
        let decoded = Packet::decode(octets, frame.widths, frame.flags);
        self.heard = Some(at);
        if octets.first().is_some_and(|first| first & 0xf == ERROR) {
            self.errors += 1;
            self.refused_at = Some(at).filter(|_| !self.owes);
        } else {
            self.questionable |= decoded.is_err();
            self.refused_at = None;
            self.owes = true;
        }
        let packet = match decoded {
            Ok(packet) => packet,
            Err(error) => {
                let overlooked = Overlooked::of(frame, &self.keys, octets, error);
                let kind = octets.first().map(|first| first & 0xf);
                let counts = self.open || matches!(kind, Some(ACK | AUTH));
                if counts && self.overlooked.len() < OVERLOOKED_MAX {
                    self.overlooked.extend(overlooked);
                }
                return;
            }
        };
        if let Body::Auth { key, certificate } = packet.body {
            self.questionable |= self.open || !packet.flags.is_empty();
            self.asked = Some(at);
            self.auth_received(frame, at, &packet, key, certificate);
            return;
        }
        self.questionable |= !self.open && !matches!(packet.body, Body::Ack { .. });
        self.pinged_otherwise |= matches!(packet.body, Body::Heartbeat { .. })
            && (!self.open || packet.fragment.is_some());
        if matches!(packet.body, Body::Ack { .. }) && (!self.open || !packet.data.is_empty()) {
            self.asked = Some(at);
        }
        if !self.open {
            self.opening.insert(packet.sequence);
            self.opening_received(frame, &packet);
            if !self.open {
                self.incoming.note(&packet, frame.widths, &self.keys, true);
            }
            return;
        }
        self.rival_received(frame, at, &packet);
        if !frame.handshake && self.ended.is_some_and(|ended| at - ended > IGNORED) {
            self.renew();
            self.numbers.clear();
        }
        if self.ended.is_some() {
            return;
        }
        self.note_blocks(frame, &packet, true);
        // A capture has no keys: whether such a packet can be decrypted is not known.
        let encrypted = packet.flags.has(Flags::ENCRYPTED);
        let unread = encrypted && frame.handshake && self.keys.is_empty();
        let noted = if unread {
            self.incoming.note_unread(&packet, frame.widths)
        } else {
            self.incoming.note(&packet, frame.widths, &self.keys, false)
        };
        let whole = noted.is_some();
        let good = noted.is_some_and(|receipt| receipt.refused.is_none());
        if good || !whole {
            self.note_owed(frame, at, &packet, good);
        }
        self.questionable |= unread || whole && !good || packet.fragment.is_some();
        match packet.body {
            Body::Heartbeat { value: 2.. } => {
                self.questionable = true;
                self.beats.others += u32::from(good);
            }
            Body::Heartbeat { value: 1 } if good => self.beats.pong_received(at),
            Body::Ack { id, bits } if good => self.ack_received(at, id, bits),
            Body::Heartbeat { value: 0 } => self.pings += 1,
            Body::Error { code } if good && code.major == 2 => {
                let theirs = if frame.server { 2 } else { 1 };
                if code.minor == 0 || code.minor == theirs {
                    self.ended = Some(at);
                    self.ended_by = Some(packet.sequence);
                }
            }
            Body::Default
            | Body::Ack { .. }
            | Body::Auth { .. }
            | Body::Heartbeat { .. }
            | Body::Error { .. } => {}
        }
    }

    /// A datagram from elsewhere has reached a client, which hears its server alone.
    pub(super) fn stranger_received(&mut self, frame: &Frame, octets: &[u8]) {
        if self.open && self.overlooked.len() < OVERLOOKED_MAX {
            self.overlooked.extend(Overlooked::of_stranger(frame, &self.keys, octets));
        }
    }

    fn auth_received(
        &mut self,
        frame: &Frame,
        at: Instant,
        packet: &Packet<'_>,
        key: &[u8],
        certificate: Option<&[u8]>,
    ) {
        let reliable = !packet.flags.is_empty();
        let sequence = packet.sequence;
        self.asked_key = key.to_vec();
        let known = self.peer_auths.iter().any(|auth| auth.key == key && auth.sequence == sequence);
        if self.open && !frame.server && !self.peer_auths.iter().any(|auth| auth.key == key) {
            self.is_foreign = true;
        }
        if !known && self.peer_auths.len() < AUTHS_MAX {
            let certificate = certificate.map(<[u8]>::to_vec);
            self.peer_auths.push(PeerAuth { sequence, key: key.to_vec(), certificate, reliable });
        }
        let is_ignored = known && self.ended.is_some_and(|ended| at - ended <= IGNORED);
        if self.ended.is_some() && !is_ignored {
            self.open = false;
            self.finished = false;
            self.auths_gone = self.own_auths.len();
            self.renew();
        }
        if !frame.server && self.finished {
            self.opened();
        }
    }

    /// A packet while the session is not open: *finished* opens it on the server, and on the client with AUTH.
    fn opening_received(&mut self, frame: &Frame, packet: &Packet<'_>) {
        self.refused |= matches!(packet.body, Body::Error { .. });
        let Body::Ack { id, .. } = packet.body else { return };
        if !self.own_auths.iter().any(|auth| u32::from(auth.sequence) == id) {
            self.unproven |= self.keys.iter().any(|key| key.is_finished(packet.data));
            return;
        }
        if packet.data.is_empty() {
            self.unproven = true;
            return;
        }
        let proves = packet.data.len() == 32;
        let good = self.keys.is_empty() || self.keys.iter().any(|key| key.is_finished(packet.data));
        if proves && (good || !packet.flags.is_empty()) {
            self.finished = true;
            if frame.server {
                self.opened();
                self.forget_keys_before(packet.data);
                self.incoming.note(packet, frame.widths, &self.keys, false);
            }
        } else {
            self.wrong_finished = true;
        }
        if !frame.server && self.finished && !self.peer_auths.is_empty() {
            self.opened();
        }
    }

    /// A *finished* while a session is open replaces it by that of another key.
    fn rival_received(&mut self, frame: &Frame, at: Instant, packet: &Packet<'_>) {
        let (Body::Ack { .. }, true) = (packet.body, frame.server && packet.data.len() == 32)
        else {
            return;
        };
        if self.forget_keys_before(packet.data) {
            self.renew();
            self.opened();
            self.auths_gone = self.own_auths.len().saturating_sub(1);
            self.replaced = Some(at);
        }
    }

    /// The keys before the one of this *finished* are those of handshakes and sessions that are gone. Says whether there were any.
    fn forget_keys_before(&mut self, finished: &[u8]) -> bool {
        let its = self.keys.iter().rposition(|key| key.is_finished(finished));
        let gone = self.keys.drain(..its.unwrap_or(0));
        let before = self.keys_gone.len();
        self.keys_gone.extend(gone);
        self.keys_gone.len() > before
    }

    /// An ACK of the peer, which counts if its ACK ID was ever sent (CLIP-REL-8).
    fn ack_received(&mut self, at: Instant, id: u32, bits: u16) {
        let known = u16::try_from(id)
            .ok()
            .filter(|id| self.numbers.iter().any(|numbers| numbers.was_sent(*id)));
        let Some(id) = known else {
            self.questionable = true;
            return;
        };
        self.acknowledged.entry(id).or_insert((at, "CLIP-REL-3"));
        for back in 1..=16 {
            if bits & (1 << (16 - back)) != 0 {
                let wraps = id < back;
                let by = if wraps { "CLIP-REL-7" } else { "CLIP-REL-3" };
                self.acknowledged.entry(id.wrapping_sub(back)).or_insert((at, by));
            }
        }
    }
}
