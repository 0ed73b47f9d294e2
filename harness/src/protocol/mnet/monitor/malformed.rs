//! Watching datagrams that are no packets: what the subject sends, and what reaches it.

use std::net::SocketAddr;

use reference::mnet::{Dialect, Packet, Tag};
use reference::wire::ByteOrder;
use simulator::Instant;

use super::{MnetMonitor, violation};
use crate::protocol::{Message, Role, Violation};

/// The octets of COOKIE and COOKIE-ECHO.
const COOKIE: usize = 32;

/// The octets of INIT.
const INIT: usize = 9;

/// The types of COOKIE, COOKIE-ECHO and COOKIE-ACK.
const COOKIE_TYPE: u8 = 2;
const COOKIE_ECHO_TYPE: u8 = 3;
const COOKIE_ACK: u8 = 4;

/// So many COOKIEs of another length, and of an unknown type, are remembered.
const ODD_COOKIES_MAX: usize = 64;

impl MnetMonitor {
    /// A datagram of the subject that is no packet.
    pub(super) fn malformed_sent(&self, message: &Message, problem: &str) -> Violation {
        let other = Dialect {
            byte_order: match self.dialect.byte_order {
                ByteOrder::Little => ByteOrder::Big,
                ByteOrder::Big => ByteOrder::Little,
            },
            ..self.dialect
        };
        let sequence = message.number("sequence").and_then(|number| u32::try_from(number).ok());
        if Packet::decode(&message.octets, other).is_ok()
            && sequence.is_some_and(|sequence| sequence <= sequence.swap_bytes())
        {
            let what = format!("DataLength alone has the other byte order: {problem}");
            let allowed = vec![format!("byte_order={} in all numbers", self.dialect.byte_order)];
            return violation("MNET-WIRE-2", what, allowed);
        }
        if Packet::decode(&message.octets, other).is_ok() {
            let what = format!(
                "{} fits only byte_order={}, the dialect says {}: {problem}",
                message.name(),
                other.byte_order,
                self.dialect.byte_order
            );
            let allowed = vec![format!("byte_order={} in all numbers", self.dialect.byte_order)];
            return violation("MNET-WIRE-2", what, allowed);
        }
        if self.is_two_packets(&message.octets) {
            let what = "a datagram carries two packets".to_owned();
            return violation("MNET-WIRE-1", what, vec!["one packet".to_owned()]);
        }
        let clause = if message.spec.is_some() { "MNET-WIRE-3" } else { "MNET-WIRE-1" };
        let what = format!("a datagram is sent that is no packet: {problem}");
        violation(clause, what, vec!["packets of exactly the lengths of the table".to_owned()])
    }

    /// Whether octets are one packet behind another.
    fn is_two_packets(&self, octets: &[u8]) -> bool {
        (4..octets.len()).any(|place| {
            octets.split_at_checked(place).is_some_and(|(first, second)| {
                Packet::decode(first, self.dialect).is_ok()
                    && Packet::decode(second, self.dialect).is_ok()
            })
        })
    }

    /// Something malformed that seems to belong to a session may end it (MNET-WIRE-5), which shows as an ABORT.
    pub(super) fn malformed_received(&mut self, at: Instant, from: SocketAddr, message: &Message) {
        if message.name() == "INIT"
            && let Some(tag) = message.octets_of("tag").and_then(|tag| Tag::try_from(tag).ok())
        {
            // To answer it all the same is lenient, and no more.
            self.refused.insert((from, tag), "MNET-WIRE-5");
        }
        if message.spec.is_none()
            && message.octets.len() == INIT
            && let Some(tag) = message.octets.get(6..).and_then(|tag| Tag::try_from(tag).ok())
        {
            // Only part of its type makes an INIT of it.
            self.refused.insert((from, tag), "MNET-WIRE-4");
        }
        if let Some(tag) = message.octets.get(1..4).and_then(|tag| Tag::try_from(tag).ok()) {
            *self.reflectable.entry((from, tag)).or_default() += 1;
            if let Some(index) = self.find(from, tag, |session| self.peer_stamp(session))
                && let Some(session) = self.sessions.get_mut(index)
            {
                session.hit();
                // It may have been taken for a packet that ends or closes the session.
                if message.spec.is_some_and(|spec| spec.name != "DATA") {
                    session.doubt();
                }
            }
        }
        if message.octets.first() == Some(&COOKIE_ACK) {
            self.doubtful_opens += 1;
        }
        if let Some((&COOKIE_TYPE, rest)) = message.octets.split_first()
            && rest.len() + 1 != COOKIE
            && self.odd_cookies.len() < ODD_COOKIES_MAX
        {
            self.odd_cookies.push(rest.to_vec());
        }
        if let Some((_, rest)) = message.octets.split_first()
            && message.spec.is_none()
            && rest.len() + 1 == COOKIE
            && self.of_unknown_type.len() < ODD_COOKIES_MAX
        {
            self.of_unknown_type.push((from, rest.to_vec()));
        }
        self.taken_in_part(at, from, message);
    }

    /// Whether octets are the echo of a COOKIE that had another length than a COOKIE's: the text wants a copy, octet by octet,
    /// and that such a COOKIE is discarded is a ruling (MNET-WIRE-5).
    pub(super) fn is_odd_echo(&self, octets: &[u8]) -> bool {
        let Some((&COOKIE_ECHO_TYPE, rest)) = octets.split_first() else { return false };
        self.odd_cookies.iter().any(|cookie| cookie == rest)
    }

    /// A COOKIE-ECHO that returns what came with an unknown type.
    pub(super) fn echo_of_unknown_type(&self, body: &[u8]) -> Option<Violation> {
        self.of_unknown_type.iter().any(|(_, came)| came == body).then(|| {
            let what = "COOKIE-ECHO answers a packet of an unknown type".to_owned();
            violation("MNET-WIRE-4", what, vec!["silence, or an ABORT".to_owned()])
        })
    }

    /// A COOKIE-ACK in no session, behind what would be an echo but for its type.
    pub(super) fn ack_of_unknown_type(&self, to: SocketAddr) -> Option<Violation> {
        let came = self.of_unknown_type.iter().any(|(from, _)| *from == to);
        (came && self.subject == Role::Listener).then(|| {
            let what = "COOKIE-ACK answers a packet of an unknown type".to_owned();
            violation("MNET-WIRE-4", what, vec!["silence, or an ABORT".to_owned()])
        })
    }

    /// A cookie with octets behind its last one may be taken for what it would be without them, which is no worse.
    fn taken_in_part(&mut self, at: Instant, from: SocketAddr, message: &Message) {
        let mut part = message.clone();
        part.octets.truncate(COOKIE);
        match Packet::decode(&part.octets, self.dialect) {
            Ok(packet @ Packet::Cookie { .. }) if self.subject == Role::Connector => {
                self.cookie_received(at, from, &packet, &part);
            }
            Ok(packet @ Packet::CookieEcho { .. }) => self.echo_received(at, from, &packet, &part),
            Ok(_) | Err(_) => {}
        }
    }
}
