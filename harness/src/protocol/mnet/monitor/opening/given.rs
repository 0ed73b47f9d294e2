//! Watching the cookies that a listener gives: for which INIT, until when, with which tags.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use reference::mnet::{Packet, Tag, VERSION};
use simulator::Instant;

use super::super::{MnetMonitor, hex, violation};
use super::{Cookie, TAGS};
use crate::protocol::{Message, Role, Violation};

/// How far a cookie's expiration may lie from now; clocks differ, units do not by so much.
const EXPIRATION_MAX: Duration = Duration::from_hours(48);

/// How far it may lie from when it was told to lie, where there is one clock: seconds are rounded up or down.
const EXPIRATION_SLACK: Duration = Duration::from_secs(2);

/// The bits of a tag.
const TAG_BITS: u32 = 24;

/// More bits than these are the same in all of them once in ten thousand million times.
const SAME_BITS_MAX: u32 = 2;

impl MnetMonitor {
    pub(in super::super) fn cookie_sent(
        &mut self,
        at: Instant,
        to: SocketAddr,
        packet: &Packet<'_>,
        message: &Message,
    ) -> Vec<Violation> {
        let Packet::Cookie { tag: y, peer_tag: x, version, expiration, .. } = *packet else {
            return Vec::new();
        };
        if self.subject == Role::Connector {
            let what = "COOKIE is sent by the connector".to_owned();
            return vec![violation("MNET-ECHO-1", what, vec!["COOKIE-ECHO".to_owned()])];
        }
        let mut violations = Vec::new();
        self.exercised.extend(["MNET-INIT-1", "MNET-INIT-2", "MNET-COOKIE-3"]);
        let body = message.octets.get(1..).unwrap_or(&[]).to_vec();
        let now = self.unix_time(at);
        let due = now + self.cookie_lifetime.unwrap_or_default().as_secs();
        let far = |expiration: u32| due.abs_diff(expiration.into()) > EXPIRATION_MAX.as_secs();
        let unix = Some(expiration).filter(|expiration| !far(*expiration));
        self.cookies.push(Cookie {
            peer: to,
            x,
            y,
            body,
            valid: true,
            expiration: unix,
            expired: unix.is_some_and(|expiration| u64::from(expiration) < now),
            given: Some((at, self.turns())),
            echoed: Cell::new(false),
        });
        let is_due = self.inits.get_mut(&(to, x)).map(|asked| {
            let is_due = asked.answered < asked.received;
            if is_due {
                asked.answered += 1;
                asked.since = None;
            }
            is_due
        });
        match is_due {
            Some(true) => {}
            Some(false) if self.another_waits(to, x) => {
                let what =
                    "a COOKIE answers another INIT than the one that waits for it".to_owned();
                let allowed = vec!["the INIT's tag, to where the INIT came from".to_owned()];
                violations.push(violation("MNET-INIT-1", what, allowed));
            }
            Some(false) if !self.refused.contains_key(&(to, x)) => {
                let what = "a COOKIE is sent that no INIT asked for".to_owned();
                violations.push(violation(
                    "MNET-INIT-2",
                    what,
                    vec!["one COOKIE for each INIT".to_owned()],
                ));
            }
            _ => violations.push(self.cookie_for_nobody(to, x)),
        }
        if version != VERSION {
            let what = format!("COOKIE carries version {version}");
            violations.push(violation("MNET-INIT-1", what, vec!["version 1".to_owned()]));
        }
        if !self.tags.iter().any(|(known, _)| *known == x) && self.tags.len() < TAGS {
            self.tags.push((x, y));
            violations.extend(self.tags_are_random());
        }
        if unix.is_none() {
            let (id, what) = if far(expiration.swap_bytes()) {
                ("MNET-COOKIE-3", format!("COOKIE expires at {expiration}, the Unix time is {now}"))
            } else {
                ("MNET-WIRE-2", "COOKIE's expiration has the other byte order".to_owned())
            };
            violations.push(violation(id, what, vec!["seconds since 1970-01-01 UTC".to_owned()]));
        } else {
            violations.extend(self.expires_otherwise(at, expiration));
        }
        violations
    }

    /// A COOKIE that does not expire when it was told to, where there is one clock.
    fn expires_otherwise(&self, at: Instant, expiration: u32) -> Option<Violation> {
        let lifetime = self.cookie_lifetime.filter(|_| self.unread.is_zero())?;
        let due = (self.epoch + (at - Instant::START) + lifetime).as_secs();
        (due.abs_diff(expiration.into()) > EXPIRATION_SLACK.as_secs()).then(|| {
            let what = format!("COOKIE expires at {expiration}");
            let lifetime = lifetime.as_secs();
            let allowed = format!("{due}: the Unix time and {lifetime} s");
            violation("MNET-COOKIE-3", what, vec![allowed])
        })
    }

    /// Whether an INIT with another tag from there, or with this tag from elsewhere, waits for its COOKIE.
    fn another_waits(&self, to: SocketAddr, x: Tag) -> bool {
        self.inits.iter().any(|((from, tag), asked)| {
            (*from == to) != (*tag == x) && asked.answered < asked.received && asked.since.is_some()
        })
    }

    /// The tags of so many connections in a row neither repeat nor follow in steps (MNET-WIRE-9).
    pub(super) fn tags_are_random(&mut self) -> Option<Violation> {
        if self.tags.len() < TAGS {
            return None;
        }
        self.exercised.insert("MNET-WIRE-9");
        let repeat = self.tags.iter().enumerate().any(|(index, (_, tag))| {
            self.tags.iter().skip(index + 1).any(|(_, other)| other == tag)
        });
        let steps = |number: fn(&Tag) -> u32| {
            let mut steps = self.tags.windows(2).filter_map(|pair| match pair {
                [(_, first), (_, second)] => {
                    Some(number(second).wrapping_sub(number(first)) & 0xff_ffff)
                }
                _ => None,
            });
            let first = steps.next();
            steps.all(|step| Some(step) == first)
        };
        let big = |tag: &Tag| tag.iter().fold(0, |number, octet| number << 8 | u32::from(*octet));
        let little =
            |tag: &Tag| tag.iter().rev().fold(0, |number, octet| number << 8 | u32::from(*octet));
        let set = self.tags.iter().fold(0, |bits, (_, tag)| bits | big(tag));
        let clear = self.tags.iter().fold(0, |bits, (_, tag)| bits | !big(tag));
        let same = TAG_BITS - (set & clear).count_ones();
        let what = if self.subject == Role::Listener && self.tags.iter().all(|(x, y)| x == y) {
            "each tag is the connector's own"
        } else if repeat {
            "a tag repeats"
        } else if steps(big) || steps(little) {
            "the tags follow in steps"
        } else if same > SAME_BITS_MAX {
            "bits of the tags never change"
        } else {
            return None;
        };
        let what = format!("{what} within {TAGS} connections in a row");
        Some(violation("MNET-WIRE-9", what, vec!["random tags".to_owned()]))
    }

    /// A COOKIE for which there is no INIT of that address and tag that may have one.
    fn cookie_for_nobody(&self, to: SocketAddr, x: Tag) -> Violation {
        if let Some(id) = self.refused.get(&(to, x)) {
            let what = "COOKIE answers an INIT that must get none".to_owned();
            let found = violation(id, what, vec!["silence".to_owned()]);
            // The text does not say what becomes of versions after its own.
            return if self.newer.contains(&(to, x)) { found.by_ruling() } else { found };
        }
        let from_here = self.inits.keys().rfind(|(from, _)| *from == to);
        let what = match from_here {
            Some((_, tag)) => format!(
                "COOKIE carries the PeerConnectionTag {}, the INIT's tag is {}",
                hex(&x),
                hex(tag)
            ),
            None => format!("COOKIE goes to {to}, from where no INIT came"),
        };
        violation(
            "MNET-INIT-1",
            what,
            vec!["the INIT's tag, to where the INIT came from".to_owned()],
        )
    }
}
