//! Tests of PaperClip: two endpoints joined by a network that a test scripts.

mod fragments;
mod handshakes;
mod packets;
mod robustness;
mod sessions;
mod transforms;
mod windows;

use core::net::SocketAddr;
use core::time::Duration;

use crate::Role::{self, Connector, Listener};
use crate::entropy::Entropy;
use crate::pair_for_tests::{
    EPOCH, LATENCY, LISTENER, Party, address, by_its_own_methods, millis, silence, storm,
};
use crate::paperclip::{
    Body, Config, Endpoint, Event, Failure, Flags, Mutant, Packet, SessionId, Transmit,
};
use crate::time::Instant;

/// Octets as hexadecimal digits.
fn hex(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap();
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 15)]).collect()
}

/// Octets from hexadecimal digits.
fn unhex(digits: &str) -> Vec<u8> {
    let nibble = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
    digits.as_bytes().chunks(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])).collect()
}

/// What one application has seen.
#[derive(Debug, Default)]
pub(crate) struct Application {
    opened: u32,
    heard: Vec<(Vec<u8>, Flags)>,
    end: Option<Result<(), Failure>>,
}

impl Party for Endpoint {
    type Config = Config;
    type Event = Event;
    type Application = Application;

    by_its_own_methods!();

    fn tell(application: &mut Application, event: Event) {
        assert_eq!(application.end, None, "{event:?} after the end");
        match event {
            Event::Opened { .. } => application.opened += 1,
            Event::Delivered { data, flags } => application.heard.push((data, flags)),
            Event::Closed => application.end = Some(Ok(())),
            Event::Failed(failure) => application.end = Some(Err(failure)),
        }
    }

    fn go_on(&mut self, _: Instant, _: SessionId, _: &mut Application) {
        while self.poll_secret().is_some() {}
    }
}

type Pair = crate::pair_for_tests::Pair<Endpoint>;

impl Pair {
    /// A pair whose session is open on both sides.
    fn open(config: &Config) -> Self {
        let mut pair = Self::new(config);
        pair.run_for(millis(100));
        assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1));
        pair
    }

    fn write(&mut self, end: Role, data: &[u8], flags: Flags) {
        let (now, id) = (self.now, self.id(end).unwrap());
        self.endpoint(end).write(now, id, data, flags).unwrap();
        self.settle(end);
    }

    fn close(&mut self, end: Role) {
        let (now, id) = (self.now, self.id(end).unwrap());
        self.endpoint(end).close(now, id).unwrap();
        self.settle(end);
    }

    /// Hands octets of `from` to the other end, and returns the packets that this brings.
    fn inject(&mut self, from: Role, octets: &[u8]) -> Vec<String> {
        let before = self.log.len();
        self.deliver(from, octets);
        self.names(before)
    }

    /// Hands a packet of `from` to the other end, and returns the packets that this brings.
    fn inject_packet(&mut self, from: Role, packet: &Packet<'_>) -> Vec<String> {
        self.inject(from, &packet.to_octets(self.config.widths))
    }

    /// The packets sent since the log had `before` entries, in a word each.
    fn names(&self, before: usize) -> Vec<String> {
        let name = |octets: &Vec<u8>| {
            let packet = Packet::decode(octets, self.config.widths, Flags::ALL).unwrap();
            match packet.body {
                Body::Default => format!("DEFAULT {}", packet.data.len()),
                Body::Ack { id, bits } => format!("ACK {id} {bits:04x}"),
                Body::Auth { .. } => "AUTH".to_owned(),
                Body::Heartbeat { value } => format!("HEARTBEAT {value}"),
                Body::Error { code } => format!("ERROR {}.{}", code.major, code.minor),
            }
        };
        self.log[before..].iter().map(|(_, _, octets)| name(octets)).collect()
    }
}

fn mutated(mutant: Mutant) -> Config {
    Config { mutant: Some(mutant), ..Config::default() }
}

/// A configuration without handshake.
fn bare() -> Config {
    Config { handshake: false, ..Config::default() }
}
