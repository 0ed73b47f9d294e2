//! Tests of MNET: two endpoints joined by a network that a test scripts.

mod closing;
mod data;
mod establishment;
mod long_stream;
mod mutants;
mod packets;
mod robustness;
mod transfers;

use core::net::SocketAddr;
use core::time::Duration;

use crate::Role::{self, Connector, Listener};
use crate::entropy::Entropy;
use crate::mnet::{
    Config, Dialect, Endpoint, Event, Failure, Mutant, Packet, SessionId, StateName, Tag, Transmit,
};
use crate::pair_for_tests::{
    CONNECTOR, EPOCH, LATENCY, LISTENER, Network, Party, address, by_its_own_methods, millis,
    silence, storm,
};
use crate::time::Instant;

/// What one application has seen and will do.
#[derive(Debug, Default)]
pub(crate) struct Application {
    opened: u32,
    heard: Vec<u8>,
    to_write: Vec<u8>,
    closes: bool,
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
            Event::Delivered(octets) => application.heard.extend(octets),
            Event::Writable => {}
            Event::Closed => application.end = Some(Ok(())),
            Event::Failed(failure) => application.end = Some(Err(failure)),
        }
    }

    fn go_on(&mut self, now: Instant, id: SessionId, application: &mut Application) {
        let written = self.write(now, id, &application.to_write).unwrap_or(0);
        application.to_write.drain(..written);
        if application.closes && application.to_write.is_empty() {
            self.close(now, id).unwrap_or_default();
            application.closes = false;
        }
    }
}

type Pair = crate::pair_for_tests::Pair<Endpoint>;

impl Pair {
    /// A pair whose session is open on both sides.
    fn established(config: &Config) -> Self {
        let mut pair = Self::new(config);
        pair.run_for(millis(100));
        assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1));
        pair
    }

    fn state(&mut self, end: Role) -> Option<StateName> {
        let id = self.id(end)?;
        self.endpoint(end).state(id)
    }

    /// Lets an application write all of `octets`, as room comes.
    fn write(&mut self, end: Role, octets: &[u8]) {
        self.application(end).to_write.extend_from_slice(octets);
        self.settle(end);
    }

    /// Lets an application close when it has written everything.
    fn close(&mut self, end: Role) {
        self.application(end).closes = true;
        self.settle(end);
    }

    /// Hands a packet of `from` to the other end, and returns the packets that this brings.
    fn inject(&mut self, from: Role, packet: &Packet<'_>) -> Vec<String> {
        let before = self.log.len();
        self.deliver(from, &packet.to_octets(self.config.dialect));
        self.names(before)
    }

    /// The names of the packets sent since the log had `before` entries.
    fn names(&self, before: usize) -> Vec<String> {
        let name = |octets: &Vec<u8>| match Packet::decode(octets, self.config.dialect).unwrap() {
            Packet::Data { sequence, acknowledged, data, .. } => {
                format!("DATA {sequence} {acknowledged} {}", data.len())
            }
            Packet::Shutdown { acknowledged, .. } => format!("SHUTDOWN {acknowledged}"),
            packet => packet.name().to_owned(),
        };
        self.log[before..].iter().map(|(_, _, octets)| name(octets)).collect()
    }

    /// The tag on packets of this end.
    fn stamp(&self, end: Role) -> Tag {
        let session = match end {
            Connector => self.connector.sessions.get(&self.session),
            Listener => self.listener.sessions.get(&self.listener_session.unwrap()),
        };
        let settings = &self.connector.settings;
        session.unwrap().stamp(settings)
    }

    /// DATA of this end, as a test writes it.
    fn data<'a>(&self, end: Role, sequence: u32, acknowledged: u32, data: &'a [u8]) -> Packet<'a> {
        Packet::Data { tag: self.stamp(end), sequence, acknowledged, data }
    }

    /// When packets of this name were sent by `end`.
    fn times_of(&self, end: Role, name: &str) -> Vec<Duration> {
        let is_it = |octets: &[u8]| {
            Packet::decode(octets, self.config.dialect).is_ok_and(|packet| packet.name() == name)
        };
        self.log
            .iter()
            .filter(|(_, by, octets)| *by == end && is_it(octets))
            .map(|(at, _, _)| at.since_start())
            .collect()
    }
}

/// Octets that differ from place to place.
fn pattern(length: usize, seed: u8) -> Vec<u8> {
    let mut octets = vec![0; length];
    Entropy::from_seed([seed; 32]).fill(&mut octets);
    octets
}

fn mutated(mutant: Mutant) -> Config {
    Config { mutant: Some(mutant), ..Config::default() }
}
