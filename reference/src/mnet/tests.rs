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
use std::collections::BTreeMap;

use crate::entropy::Entropy;
use crate::mnet::{
    Config, Dialect, Endpoint, Event, Failure, Mutant, Packet, SessionId, StateName, Tag, Transmit,
};
use crate::time::Instant;

const CONNECTOR: &str = "192.0.2.1:4000";
const LISTENER: &str = "192.0.2.2:5000";
const EPOCH: Duration = Duration::from_secs(1_700_000_000);
/// One way through the network.
const LATENCY: Duration = Duration::from_millis(10);
/// A test that needs more is stuck.
const STEPS_MAX: usize = 1_000_000;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Which end of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Connector,
    Listener,
}

use End::{Connector, Listener};

/// What the network does with a datagram: one delay for each copy that arrives.
type Fate = Vec<Duration>;

/// Decides a datagram's fate, from its sender, its number in all, and its octets.
type Network = Box<dyn FnMut(End, u64, &[u8]) -> Fate>;

/// What one application has seen and will do.
#[derive(Debug, Default)]
struct Application {
    opened: u32,
    heard: Vec<u8>,
    to_write: Vec<u8>,
    closes: bool,
    end: Option<Result<(), Failure>>,
}

/// Two endpoints, a network, a clock that jumps.
struct Pair {
    now: Instant,
    dialect: Dialect,
    connector: Endpoint,
    listener: Endpoint,
    network: Network,
    /// Datagrams under way, by arrival and number.
    under_way: BTreeMap<(Instant, u64), (End, Vec<u8>)>,
    sent: u64,
    session: SessionId,
    listener_session: Option<SessionId>,
    at_connector: Application,
    at_listener: Application,
    /// Events of other sessions than the first.
    elsewhere: Vec<(End, SessionId, Event)>,
    /// Every datagram that was sent: when, by whom, its octets.
    log: Vec<(Instant, End, Vec<u8>)>,
}

impl Pair {
    fn new(config: &Config) -> Self {
        Self::with(config, config)
    }

    /// A pair that has not exchanged anything; the connector's INIT waits.
    fn with(connector: &Config, listener: &Config) -> Self {
        let endpoint = |config: &Config, at, seed| {
            Endpoint::new(config.clone(), address(at), EPOCH, Entropy::from_seed([seed; 32]))
        };
        let mut pair = Self {
            now: Instant::START,
            dialect: connector.dialect,
            connector: endpoint(connector, CONNECTOR, 1),
            listener: endpoint(listener, LISTENER, 2),
            network: Box::new(|_, _, _| vec![LATENCY]),
            under_way: BTreeMap::new(),
            sent: 0,
            session: SessionId(0),
            listener_session: None,
            at_connector: Application::default(),
            at_listener: Application::default(),
            elsewhere: Vec::new(),
            log: Vec::new(),
        };
        pair.session = pair.connector.open(pair.now, address(LISTENER)).unwrap();
        pair
    }

    /// A pair whose session is open on both sides.
    fn established(config: &Config) -> Self {
        let mut pair = Self::new(config);
        pair.run_for(millis(100));
        assert_eq!((pair.at_connector.opened, pair.at_listener.opened), (1, 1));
        pair
    }

    fn endpoint(&mut self, end: End) -> &mut Endpoint {
        match end {
            Connector => &mut self.connector,
            Listener => &mut self.listener,
        }
    }

    fn application(&mut self, end: End) -> &mut Application {
        match end {
            Connector => &mut self.at_connector,
            Listener => &mut self.at_listener,
        }
    }

    fn id(&self, end: End) -> Option<SessionId> {
        match end {
            Connector => Some(self.session),
            Listener => self.listener_session,
        }
    }

    fn state(&mut self, end: End) -> Option<StateName> {
        let id = self.id(end)?;
        self.endpoint(end).state(id)
    }

    /// Lets an application write all of `octets`, as room comes.
    fn write(&mut self, end: End, octets: &[u8]) {
        self.application(end).to_write.extend_from_slice(octets);
        self.settle(end);
    }

    /// Lets an application close when it has written everything.
    fn close(&mut self, end: End) {
        self.application(end).closes = true;
        self.settle(end);
    }

    /// Drains an endpoint, and lets its application go on.
    fn settle(&mut self, end: End) {
        loop {
            while let Some((id, event)) = self.endpoint(end).poll_event() {
                self.tell(end, id, event);
            }
            let now = self.now;
            if let Some(id) = self.id(end) {
                let octets = core::mem::take(&mut self.application(end).to_write);
                let written = self.endpoint(end).write(now, id, &octets).unwrap_or(0);
                self.application(end).to_write = octets[written..].to_vec();
                if self.application(end).closes && self.application(end).to_write.is_empty() {
                    self.endpoint(end).close(now, id).unwrap_or_default();
                    self.application(end).closes = false;
                }
            }
            let Some(transmit) = self.endpoint(end).poll_transmit() else { break };
            self.carry(end, &transmit);
        }
    }

    fn carry(&mut self, end: End, transmit: &Transmit) {
        self.log.push((self.now, end, transmit.octets.clone()));
        let fate = (self.network)(end, self.sent, &transmit.octets);
        for delay in fate {
            self.under_way.insert((self.now + delay, self.sent), (end, transmit.octets.clone()));
            self.sent += 1;
        }
        self.sent += 1;
    }

    fn tell(&mut self, end: End, id: SessionId, event: Event) {
        if end == Listener && self.listener_session.is_none() {
            self.listener_session = Some(id);
        }
        if self.id(end) != Some(id) {
            return self.elsewhere.push((end, id, event));
        }
        let application = self.application(end);
        assert_eq!(application.end, None, "{event:?} after the end");
        match event {
            Event::Opened { .. } => application.opened += 1,
            Event::Delivered(octets) => application.heard.extend(octets),
            Event::Writable => {}
            Event::Closed => application.end = Some(Ok(())),
            Event::Failed(failure) => application.end = Some(Err(failure)),
        }
    }

    /// Runs until nothing is due before `until`.
    fn run_until(&mut self, until: Instant) {
        self.settle(Connector);
        self.settle(Listener);
        for _ in 0..STEPS_MAX {
            let arrival = self.under_way.first_key_value().map(|((at, _), _)| *at);
            let connector = self.connector.poll_timeout();
            let listener = self.listener.poll_timeout();
            let next = [arrival, connector, listener].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else {
                self.now = until;
                return;
            };
            self.now = self.now.max(next);
            let now = self.now;
            if arrival == Some(next) {
                let (_, (from, octets)) = self.under_way.pop_first().unwrap();
                self.deliver(from, &octets);
            } else if connector == Some(next) {
                self.connector.handle_timeout(now);
                self.settle(Connector);
            } else {
                self.listener.handle_timeout(now);
                self.settle(Listener);
            }
        }
        panic!("the pair does not come to rest");
    }

    fn run_for(&mut self, span: Duration) {
        self.run_until(self.now + span);
    }

    /// Hands `octets` to the other end of `from`, at once.
    fn deliver(&mut self, from: End, octets: &[u8]) {
        let now = self.now;
        match from {
            Connector => self.listener.handle_datagram(now, address(CONNECTOR), octets),
            Listener => self.connector.handle_datagram(now, address(LISTENER), octets),
        }
        self.settle(if from == Connector { Listener } else { Connector });
    }

    /// Hands a packet of `from` to the other end, and returns the packets that this brings.
    fn inject(&mut self, from: End, packet: &Packet<'_>) -> Vec<String> {
        let before = self.log.len();
        self.deliver(from, &packet.to_octets(self.dialect));
        self.names(before)
    }

    /// The names of the packets sent since the log had `before` entries.
    fn names(&self, before: usize) -> Vec<String> {
        let name = |octets: &Vec<u8>| match Packet::decode(octets, self.dialect).unwrap() {
            Packet::Data { sequence, acknowledged, data, .. } => {
                format!("DATA {sequence} {acknowledged} {}", data.len())
            }
            Packet::Shutdown { acknowledged, .. } => format!("SHUTDOWN {acknowledged}"),
            packet => packet.name().to_owned(),
        };
        self.log[before..].iter().map(|(_, _, octets)| name(octets)).collect()
    }

    /// The tag on packets of this end.
    fn stamp(&self, end: End) -> Tag {
        let session = match end {
            Connector => self.connector.sessions.get(&self.session),
            Listener => self.listener.sessions.get(&self.listener_session.unwrap()),
        };
        let settings = &self.connector.settings;
        session.unwrap().stamp(settings)
    }

    /// DATA of this end, as a test writes it.
    fn data<'a>(&self, end: End, sequence: u32, acknowledged: u32, data: &'a [u8]) -> Packet<'a> {
        Packet::Data { tag: self.stamp(end), sequence, acknowledged, data }
    }

    /// When packets of this name were sent by `end`.
    fn times_of(&self, end: End, name: &str) -> Vec<Duration> {
        let is_it = |octets: &[u8]| {
            Packet::decode(octets, self.dialect).is_ok_and(|packet| packet.name() == name)
        };
        self.log
            .iter()
            .filter(|(_, by, octets)| *by == end && is_it(octets))
            .map(|(at, _, _)| at.since_start())
            .collect()
    }
}

/// A network that loses everything.
fn silence() -> Network {
    Box::new(|_, _, _| Vec::new())
}

/// A network that loses, repeats and delays by chance, but the same message never more than
/// three times in a row.
fn storm(seed: u8) -> Network {
    let mut entropy = Entropy::from_seed([seed; 32]);
    let mut lost_in_a_row = 0;
    Box::new(move |_, _, _| {
        let draw = entropy.next_u32();
        let delay = millis(u64::from(5 + draw % 40));
        match entropy.next_u32() % 100 {
            0..20 if lost_in_a_row < 3 => {
                lost_in_a_row += 1;
                Vec::new()
            }
            20..40 => {
                lost_in_a_row = 0;
                vec![delay, delay + millis(u64::from(draw % 17))]
            }
            _ => {
                lost_in_a_row = 0;
                vec![delay]
            }
        }
    })
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
