//! Toys: small nodes for this crate's own tests.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};

use crate::{Classifier, Instant, MessageKey, Node, Span, Transmit};

/// The address of the node with this number.
pub(crate) fn address(node: u8) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(10, 0, 0, node), 7))
}

/// How long a pinger waits for its answer before it asks again.
const PATIENCE: Span = Span::from_millis(130);

/// A toy message: its kind, a sequence number, and how often it was sent before.
///
/// The last octet is no part of the key, as an acknowledgement would not be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ToyMessages;

const PING: u8 = 1;
const PONG: u8 = 2;

impl Classifier for ToyMessages {
    fn key(&self, octets: &[u8], _: u64) -> MessageKey {
        let mut id = [0; 8];
        for (place, octet) in id.iter_mut().skip(4).zip(octets.iter().skip(1)) {
            *place = *octet;
        }
        let kind = octets.first().copied().unwrap_or_default();
        MessageKey { kind: u16::from(kind), id: u64::from_be_bytes(id) }
    }

    fn name(&self, key: MessageKey) -> String {
        match key.kind {
            1 => format!("PING {}", key.id),
            2 => format!("PONG {}", key.id),
            kind => format!("{kind} {}", key.id),
        }
    }

    fn parse(&self, name: &str) -> Option<MessageKey> {
        let (kind, id) = name.split_once(' ')?;
        let kind = match kind {
            "PING" => 1,
            "PONG" => 2,
            other => other.parse().ok()?,
        };
        Some(MessageKey { kind, id: id.parse().ok()? })
    }
}

fn message(kind: u8, id: u32, attempt: u8) -> Vec<u8> {
    let [a, b, c, d] = id.to_be_bytes();
    vec![kind, a, b, c, d, attempt]
}

/// What the toys do.
#[derive(Clone, Debug)]
pub(crate) enum Toy {
    /// Asks `left` questions, one after the other, each until it is answered.
    Pinger { id: u32, left: u32, attempt: u8, retry_at: Option<Instant>, out: VecDeque<Transmit> },
    /// Answers every question.
    Echo { out: VecDeque<Transmit> },
    /// Sends so many datagrams at once.
    Flood { id: u32, left: u32 },
    /// Takes what comes, and tells the sequence numbers.
    Sink { events: VecDeque<u32> },
    /// Wants to be called again at once, for ever.
    Restless { calls: u64 },
    /// Has to tell something, for ever.
    Chatterbox,
}

impl Toy {
    pub(crate) fn pinger(left: u32) -> Self {
        let mut toy = Self::Pinger { id: 0, left, attempt: 0, retry_at: None, out: [].into() };
        toy.ask(Instant::START);
        toy
    }

    pub(crate) const fn echo() -> Self {
        Self::Echo { out: VecDeque::new() }
    }

    pub(crate) const fn flood(left: u32) -> Self {
        Self::Flood { id: 0, left }
    }

    pub(crate) const fn sink() -> Self {
        Self::Sink { events: VecDeque::new() }
    }

    fn ask(&mut self, now: Instant) {
        let Self::Pinger { id, left, attempt, retry_at, out } = self else { return };
        if *left == 0 {
            *retry_at = None;
            return;
        }
        let octets = message(PING, *id, *attempt);
        out.push_back(Transmit { from: address(0), to: address(1), octets });
        *attempt = attempt.wrapping_add(1);
        *retry_at = Some(now + PATIENCE);
    }
}

impl Node for Toy {
    type Event = u32;

    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        let key = ToyMessages.key(octets, 1);
        let number = u32::try_from(key.id).unwrap();
        match self {
            Self::Pinger { id, left, attempt, .. } => {
                if key.kind == u16::from(PONG) && number == *id && *left > 0 && octets.len() == 6 {
                    (*id, *left, *attempt) = (*id + 1, *left - 1, 0);
                    self.ask(now);
                }
            }
            Self::Echo { out } => {
                if key.kind == u16::from(PING) && octets.len() == 6 {
                    let octets = message(PONG, number, octets[5]);
                    out.push_back(Transmit { from: to, to: from, octets });
                }
            }
            Self::Sink { events } => events.push_back(number),
            Self::Flood { .. } | Self::Restless { .. } | Self::Chatterbox => {}
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        if let Self::Restless { calls } = self {
            *calls += 1;
        }
        self.ask(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Pinger { retry_at, .. } => *retry_at,
            Self::Restless { .. } => Some(Instant::START),
            Self::Echo { .. } | Self::Flood { .. } | Self::Sink { .. } | Self::Chatterbox => None,
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        match self {
            Self::Pinger { out, .. } | Self::Echo { out } => out.pop_front(),
            Self::Flood { id, left } => {
                *left = left.checked_sub(1)?;
                *id += 1;
                let octets = message(PING, *id, 0);
                Some(Transmit { from: address(0), to: address(1), octets })
            }
            Self::Sink { .. } | Self::Restless { .. } | Self::Chatterbox => None,
        }
    }

    fn poll_event(&mut self) -> Option<u32> {
        match self {
            Self::Sink { events } => events.pop_front(),
            Self::Chatterbox => Some(0),
            Self::Pinger { .. }
            | Self::Echo { .. }
            | Self::Flood { .. }
            | Self::Restless { .. } => None,
        }
    }
}
