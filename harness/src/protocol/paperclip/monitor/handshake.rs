//! The handshake as the subject plays it: AUTH, keys, *finished* (CLIP-AUTH-1 to -4).

use reference::paperclip::{Body, PUBLIC_KEY, Packet, SessionKey, Widths};
use simulator::Instant;
use std::net::SocketAddr;

use super::sent::ANSWER;
use super::session::{OwnAuth, Session};
use super::{ClipMonitor, Frame, violation};
use crate::protocol::Violation;

/// What a P-384 `SubjectPublicKeyInfo` of an uncompressed point begins with.
const KEY_START: [u8; 24] = [
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
    0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
];
/// Octets of *finished*.
pub(super) const FINISHED: usize = 32;
/// How many AUTHs and keys are remembered.
const AUTHS_MAX: usize = 1024;

impl ClipMonitor {
    /// The subject has sent an AUTH.
    pub(super) fn auth_sent(
        &mut self,
        at: Instant,
        to: SocketAddr,
        packet: &Packet<'_>,
        octets: &[u8],
    ) -> Vec<Violation> {
        let Body::Auth { key, certificate } = packet.body else { return Vec::new() };
        self.exercised.extend(["CLIP-AUTH-2", "CLIP-AUTH-4"]);
        let mut violations = Vec::new();
        let reserved = octets.get(2 + self.frame.sequence_width()).copied().unwrap_or(0);
        if self.frame.widths == Widths::Table && packet.flags.is_empty() && reserved != 0 {
            let what = format!("Reserved of AUTH is {reserved:#04x}");
            // The source document gives padding no value.
            violations.push(violation("CLIP-HEAD-1", what, "Reserved 0").by_ruling());
        }
        if !self.frame.handshake {
            let what = "AUTH is sent, the profile has no handshake";
            violations.push(violation("CLIP-AUTH-6", what, "silence"));
        }
        if !packet.flags.is_empty() {
            let what = format!("AUTH has the flags {}", packet.flags);
            violations.push(violation("CLIP-AUTH-4", what, "AUTH without flags"));
        }
        if key.len() != PUBLIC_KEY || !key.starts_with(&KEY_START) {
            let what = format!("the public key of {} octets is none on P-384", key.len());
            let allowed = "a DER SubjectPublicKeyInfo of 120 octets, on P-384";
            violations.push(violation("CLIP-AUTH-2", what, allowed));
        }
        violations.extend(self.certificate_sent(to, key, certificate));
        if self.keys.iter().any(|(peer, known)| *peer != to && known == key) {
            let what = "the public key is that of another session";
            violations.push(violation("CLIP-AUTH-2", what, "a new key for every session"));
        }
        if self.keys.len() < AUTHS_MAX {
            self.keys.push((to, key.to_vec()));
        }
        let frame = self.frame;
        violations.extend(self.session(to).own_auth(
            &frame,
            at,
            packet.sequence,
            (key, certificate),
        ));
        violations
    }

    /// The certificate of a new AUTH, or that there is none, when one was given to the subject.
    fn certificate_sent(
        &self,
        to: SocketAddr,
        key: &[u8],
        certificate: Option<&[u8]>,
    ) -> Option<Violation> {
        let given = self.certificate.as_deref()?;
        let is_again = |session: &Session| session.own_auths.iter().any(|auth| auth.key == key);
        if self.sessions.get(&to).is_some_and(is_again) {
            return None;
        }
        let of_peer = |session: &Session| {
            session.peer_auths.iter().any(|auth| auth.certificate.as_deref() == certificate)
        };
        let what = match certificate {
            None => "AUTH has no certificate",
            Some(sent) if sent == given => return None,
            Some(_) if self.sessions.get(&to).is_some_and(of_peer) => {
                "AUTH has the certificate of the peer"
            }
            Some(_) => "AUTH has another certificate",
        };
        Some(violation("CLIP-AUTH-1", what, "the certificate that was given"))
    }
}

impl Session {
    /// Compares an AUTH of the subject with those before it.
    fn own_auth(
        &mut self,
        frame: &Frame,
        at: Instant,
        sequence: u16,
        (key, certificate): (&[u8], Option<&[u8]>),
    ) -> Option<Violation> {
        let answers = self.asked_key.clone();
        if frame.server && self.peer_auths.is_empty() {
            let what = "AUTH is sent to an address that has sent none";
            return Some(violation("CLIP-AUTH-1", what, "AUTH in answer to AUTH"));
        }
        let same_key = self.own_auths.iter().position(|auth| auth.key == key);
        if let Some((index, before)) = same_key.and_then(|it| Some((it, self.own_auths.get(it)?))) {
            let reused = || {
                let what = "the public key is that of an earlier session";
                violation("CLIP-AUTH-2", what, "a new key for every session")
            };
            let is_reused = frame.server && before.answers != answers;
            // Over sockets the AUTH of a handshake that the peer has just refused may still be under way.
            let has_gone = index < self.auths_gone || self.refused && frame.unread.is_zero();
            if is_reused && has_gone {
                return Some(reused());
            }
            if before.certificate.as_deref() != certificate {
                let what = "AUTH is repeated without its certificate, or with another";
                return Some(violation("CLIP-AUTH-4", what, "the same AUTH again"));
            }
            if before.sequence == sequence {
                let grace = ANSWER + frame.unread + frame.tolerance;
                let late = self.asked.is_none_or(|asked| at - asked > grace);
                // With two keys of the peer at this address, one of them may still wait.
                // A subject that has not taken *finished* has another fault.
                let lives = self.pongs > 0 || self.outgoing.iter().any(|sent| sent.kind == 0);
                let alone = self.own_auths.len() == 1 && self.peer_auths.len() == 1;
                let answered = self.open && lives && alone;
                return (late && answered && self.told.insert("answered AUTH")).then(|| {
                    if is_reused {
                        return reused();
                    }
                    let what = "AUTH is repeated though it was answered";
                    violation(
                        "CLIP-AUTH-4",
                        what,
                        "AUTH until it is answered, or in answer to AUTH",
                    )
                });
            }
            if is_reused {
                return Some(reused());
            }
            let what = format!("AUTH is repeated with the Sequence ID {sequence}");
            let allowed = format!("the Sequence ID {}", before.sequence);
            return Some(violation("CLIP-AUTH-4", what, &allowed));
        }
        let before = self.own_auths.last();
        let repeat = match before {
            Some(_) if frame.server => {
                let mut lasting = self.own_auths.iter().skip(self.auths_gone);
                !self.left && lasting.any(|auth| auth.answers == answers)
            }
            // A client that was told to open another session does so with another key.
            Some(_) => !self.open && self.ended.is_none() && !self.left && !self.refused,
            None => false,
        };
        if !frame.server && before.is_some() {
            // The client opens another session.
            self.open = false;
            self.finished = false;
            self.peer_auths.clear();
            self.renew();
        }
        if self.own_auths.len() < AUTHS_MAX {
            let certificate = certificate.map(<[u8]>::to_vec);
            let key = key.to_vec();
            self.own_auths.push(OwnAuth { sequence, key, certificate, answers });
        }
        (repeat && !self.may_begin_anew()).then(|| {
            violation("CLIP-AUTH-4", "AUTH is repeated with another key", "the same AUTH again")
        })
    }

    /// The server's ACK of an AUTH, when it comes before the server's own AUTH.
    pub(super) fn hasty_sent(&self, frame: &Frame, packet: &Packet<'_>) -> Option<Violation> {
        let hasty = frame.server && frame.handshake && self.own_auths.is_empty();
        self.proof(frame, packet).filter(|_| hasty).map(|_| {
            let what = "the ACK of the client's AUTH is sent before the server's own AUTH";
            violation("CLIP-AUTH-1", what, "AUTH, then the ACK")
        })
    }

    /// The subject's ACK of the peer's AUTH.
    pub(super) fn proof_sent(&mut self, frame: &Frame, proof: Vec<u8>) -> Option<Violation> {
        self.has_proved = true;
        let client = self.client_proves(&proof).filter(|_| !frame.server);
        if client.is_some() {
            return client;
        }
        if proof.len() != FINISHED {
            let what = format!("finished has {} octets", proof.len());
            return Some(violation("CLIP-AUTH-3", what, "32 octets"));
        }
        let newest = self.peer_auths.last().map(|auth| &auth.key);
        if self.auths_gone > 0 && newest != Some(&self.asked_key) {
            // The AUTH of a session that is gone has come again: nobody here has its key any more.
            return None;
        }
        self.proofs.push(proof);
        self.judge_proofs()
    }

    /// What is wrong with it that a client sends *finished* now.
    fn client_proves(&self, proof: &[u8]) -> Option<Violation> {
        if self.refuses {
            let what = "finished is sent in a handshake that the client has ended with an ERROR";
            return Some(violation("CLIP-AUTH-5", what, "nothing more of this handshake"));
        }
        let came = self.finished || self.unproven || self.wrong_finished;
        // One that it should not have taken is another fault.
        let is_overlooked = self.overlooked.iter().any(|one| one.is_finished(&self.keys));
        if !(self.open || came || is_overlooked) {
            let what = "the client sends finished before that of the server has come";
            return Some(violation("CLIP-AUTH-1", what, "an ACK once both are checked"));
        }
        // The other key is the last that was agreed on; where there is none but the session's, nobody can have agreed.
        let other = self.keys.split_first().and_then(|(_, others)| others.last());
        if self.is_foreign && other.is_some_and(|key| key.is_finished(proof)) {
            let what = "an open client sends finished for another key of the server";
            return Some(violation("CLIP-AUTH-4", what, "the session as it is"));
        }
        None
    }

    /// A peer tells its key.
    pub(super) fn learn(&mut self, key: SessionKey) -> Vec<Violation> {
        if self.keys.contains(&key) {
            return Vec::new();
        }
        self.keys.push(key);
        self.judge_proofs().into_iter().collect()
    }

    /// Whether each *finished* is that of one of the keys, once no key is to come any more.
    fn judge_proofs(&mut self) -> Option<Violation> {
        let keys = self.keys_gone.iter().chain(&self.keys);
        self.proofs.retain(|proof| !keys.clone().any(|key| key.is_finished(proof)));
        let learned = keys.count();
        let own = self.own_auths.len();
        let exchanges = if self.may_begin_anew() { own } else { own.min(self.peer_auths.len()) };
        if self.proofs.is_empty() || learned < exchanges.max(1) {
            return None;
        }
        let proofs = std::mem::take(&mut self.proofs);
        if !self.told.insert("finished") {
            return None;
        }
        let mut otherwise = self.shared.iter().flat_map(|shared| SessionKey::misderived(shared));
        if otherwise.any(|key| proofs.iter().any(|proof| key.is_finished(proof))) {
            let what = "finished is that of another key, which follows from the same secret";
            let allowed = "HKDF-SHA256 of the shared secret, no salt, info `handshake data`";
            return Some(violation("CLIP-AUTH-2", what, allowed));
        }
        let allowed = "HMAC-SHA256 under the session key of `node finished` and the SHA-256 of 13";
        Some(violation("CLIP-AUTH-3", "finished is not that of the session key", allowed))
    }
}
