//! Message keys of PaperClip: type, Sequence ID and fragment; for an ACK what it acknowledges.
//!
//! Init Vectors, checksums and ACK Bits leave the key as it is.

use reference::paperclip::{Body, Flags, PACKETS, Packet, Widths};
use simulator::{Classifier, MessageKey};

/// Keys by packet.
#[derive(Debug)]
pub(super) struct ByPacket(pub(super) Widths);

/// The kind of a fragment is its type and this.
const FRAGMENT: u16 = 0x100;
/// The kind of what is no packet.
const MALFORMED: u16 = 0x200;

impl Classifier for ByPacket {
    fn key(&self, octets: &[u8], _number: u64) -> MessageKey {
        let Ok(packet) = Packet::decode(octets, self.0, Flags::ALL) else {
            return MessageKey { kind: MALFORMED, id: octets.len() as u64 };
        };
        let kind = u16::from(packet.body.code());
        match (packet.body, packet.fragment) {
            (_, Some(fragment)) => {
                let id = u64::from(packet.sequence) << 8 | u64::from(fragment.id);
                MessageKey { kind: kind | FRAGMENT, id }
            }
            (Body::Ack { id, .. }, None) => MessageKey { kind, id: id.into() },
            (_, None) => MessageKey { kind, id: packet.sequence.into() },
        }
    }

    fn name(&self, key: MessageKey) -> String {
        if key.kind == MALFORMED {
            return format!("malformed {}", key.id);
        }
        let code = key.kind & 0xff;
        let name = PACKETS.iter().find(|spec| u16::from(spec.code) == code);
        let name = name.map_or_else(|| format!("type {code}"), |spec| spec.name.to_owned());
        if key.kind & FRAGMENT != 0 {
            format!("{name} {}/{}", key.id >> 8, key.id & 0xff)
        } else {
            format!("{name} {}", key.id)
        }
    }

    fn parse(&self, name: &str) -> Option<MessageKey> {
        let (name, id) = name.rsplit_once(' ')?;
        if name == "malformed" {
            return Some(MessageKey { kind: MALFORMED, id: id.parse().ok()? });
        }
        let kind = u16::from(PACKETS.iter().find(|spec| spec.name == name)?.code);
        match id.split_once('/') {
            Some((sequence, fragment)) => {
                let (sequence, fragment): (u64, u8) =
                    (sequence.parse().ok()?, fragment.parse().ok()?);
                let id = sequence << 8 | u64::from(fragment);
                Some(MessageKey { kind: kind | FRAGMENT, id })
            }
            None => Some(MessageKey { kind, id: id.parse().ok()? }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_keys_and_back() {
        let classifier = ByPacket(Widths::Table);
        for name in ["DEFAULT 5", "DEFAULT 5/3", "ACK 65535", "AUTH 0", "malformed 7"] {
            let key = classifier.parse(name).unwrap();
            assert_eq!(classifier.name(key), name);
        }
        assert_eq!(classifier.parse("DATA 5"), None);
        assert_eq!(classifier.parse("DEFAULT"), None);
    }

    #[test]
    fn a_retransmission_has_the_key_of_what_it_repeats() {
        let classifier = ByPacket(Widths::Table);
        let mut packet = Packet::new(7, Body::Default);
        packet.data = b"hello";
        let octets = packet.to_octets(Widths::Table);
        let key = classifier.key(&octets, 0);
        assert_eq!(classifier.name(key), "DEFAULT 7");
        assert_eq!(classifier.key(&octets, 9), key);
        let ack = Packet::new(8, Body::Ack { id: 7, bits: 0x8000 }).to_octets(Widths::Table);
        assert_eq!(classifier.name(classifier.key(&ack, 0)), "ACK 7");
        assert_eq!(classifier.name(classifier.key(&[0x10], 0)), "malformed 1");
    }
}
