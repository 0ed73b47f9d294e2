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
use std::collections::BTreeMap;

use crate::entropy::Entropy;
use crate::paperclip::{
    Body, Config, Endpoint, Event, Failure, Flags, Mutant, Packet, SessionId, Transmit,
};
use crate::time::Instant;

const CLIENT: &str = "192.0.2.1:4000";
const SERVER: &str = "192.0.2.2:5000";
const EPOCH: Duration = Duration::from_secs(1_700_000_000);
/// One way through the network.
const LATENCY: Duration = Duration::from_millis(10);
/// A test that needs more is stuck.
const STEPS_MAX: usize = 1_000_000;

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

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Which end of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Client,
    Server,
}

use End::{Client, Server};

/// What the network does with a datagram: one delay for each copy that arrives.
type Fate = Vec<Duration>;

/// Decides a datagram's fate, from its sender, its number in all, and its octets.
type Network = Box<dyn FnMut(End, u64, &[u8]) -> Fate>;

/// What one application has seen.
#[derive(Debug, Default)]
struct Application {
    opened: u32,
    heard: Vec<(Vec<u8>, Flags)>,
    end: Option<Result<(), Failure>>,
}

/// Two endpoints, a network, a clock that jumps.
struct Pair {
    now: Instant,
    config: Config,
    client: Endpoint,
    server: Endpoint,
    network: Network,
    /// Datagrams under way, by arrival and number.
    under_way: BTreeMap<(Instant, u64), (End, Vec<u8>)>,
    sent: u64,
    session: SessionId,
    server_session: Option<SessionId>,
    at_client: Application,
    at_server: Application,
    /// Events of other sessions than the first.
    elsewhere: Vec<(End, SessionId, Event)>,
    /// Every datagram that was sent: when, by whom, its octets.
    log: Vec<(Instant, End, Vec<u8>)>,
}

impl Pair {
    fn new(config: &Config) -> Self {
        Self::with(config, config)
    }

    /// A pair that has not exchanged anything; the client's first packet waits.
    fn with(client: &Config, server: &Config) -> Self {
        let endpoint = |config: &Config, at, seed| {
            Endpoint::new(config.clone(), address(at), EPOCH, Entropy::from_seed([seed; 32]))
        };
        let mut pair = Self {
            now: Instant::START,
            config: client.clone(),
            client: endpoint(client, CLIENT, 1),
            server: endpoint(server, SERVER, 2),
            network: Box::new(|_, _, _| vec![LATENCY]),
            under_way: BTreeMap::new(),
            sent: 0,
            session: SessionId(0),
            server_session: None,
            at_client: Application::default(),
            at_server: Application::default(),
            elsewhere: Vec::new(),
            log: Vec::new(),
        };
        pair.session = pair.client.open(pair.now, address(SERVER)).unwrap();
        pair
    }

    /// A pair whose session is open on both sides.
    fn open(config: &Config) -> Self {
        let mut pair = Self::new(config);
        pair.run_for(millis(100));
        assert_eq!((pair.at_client.opened, pair.at_server.opened), (1, 1));
        pair
    }

    fn endpoint(&mut self, end: End) -> &mut Endpoint {
        match end {
            Client => &mut self.client,
            Server => &mut self.server,
        }
    }

    fn application(&mut self, end: End) -> &mut Application {
        match end {
            Client => &mut self.at_client,
            Server => &mut self.at_server,
        }
    }

    fn id(&self, end: End) -> Option<SessionId> {
        match end {
            Client => Some(self.session),
            Server => self.server_session,
        }
    }

    fn write(&mut self, end: End, data: &[u8], flags: Flags) {
        let (now, id) = (self.now, self.id(end).unwrap());
        self.endpoint(end).write(now, id, data, flags).unwrap();
        self.settle(end);
    }

    fn close(&mut self, end: End) {
        let (now, id) = (self.now, self.id(end).unwrap());
        self.endpoint(end).close(now, id).unwrap();
        self.settle(end);
    }

    /// Drains an endpoint.
    fn settle(&mut self, end: End) {
        while let Some((id, event)) = self.endpoint(end).poll_event() {
            self.tell(end, id, event);
        }
        while let Some(transmit) = self.endpoint(end).poll_transmit() {
            self.carry(end, &transmit);
        }
        while self.endpoint(end).poll_secret().is_some() {}
    }

    fn carry(&mut self, end: End, transmit: &Transmit) {
        self.log.push((self.now, end, transmit.octets.clone()));
        for delay in (self.network)(end, self.sent, &transmit.octets) {
            self.under_way.insert((self.now + delay, self.sent), (end, transmit.octets.clone()));
            self.sent += 1;
        }
        self.sent += 1;
    }

    fn tell(&mut self, end: End, id: SessionId, event: Event) {
        if end == Server && self.server_session.is_none() {
            self.server_session = Some(id);
        }
        if self.id(end) != Some(id) {
            return self.elsewhere.push((end, id, event));
        }
        let application = self.application(end);
        assert_eq!(application.end, None, "{event:?} after the end");
        match event {
            Event::Opened { .. } => application.opened += 1,
            Event::Delivered { data, flags } => application.heard.push((data, flags)),
            Event::Closed => application.end = Some(Ok(())),
            Event::Failed(failure) => application.end = Some(Err(failure)),
        }
    }

    /// Runs until nothing is due before `until`.
    fn run_until(&mut self, until: Instant) {
        self.settle(Client);
        self.settle(Server);
        for _ in 0..STEPS_MAX {
            let arrival = self.under_way.first_key_value().map(|((at, _), _)| *at);
            let timeouts = [self.client.poll_timeout(), self.server.poll_timeout()];
            let next = [arrival, timeouts[0], timeouts[1]].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else {
                self.now = until;
                return;
            };
            self.now = self.now.max(next);
            let now = self.now;
            if arrival == Some(next) {
                let (_, (from, octets)) = self.under_way.pop_first().unwrap();
                self.deliver(from, &octets);
            } else {
                let end = if timeouts[0] == Some(next) { Client } else { Server };
                self.endpoint(end).handle_timeout(now);
                self.settle(end);
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
            Client => self.server.handle_datagram(now, address(CLIENT), octets),
            Server => self.client.handle_datagram(now, address(SERVER), octets),
        }
        self.settle(if from == Client { Server } else { Client });
    }

    /// Hands octets of `from` to the other end, and returns the packets that this brings.
    fn inject(&mut self, from: End, octets: &[u8]) -> Vec<String> {
        let before = self.log.len();
        self.deliver(from, octets);
        self.names(before)
    }

    /// Hands a packet of `from` to the other end, and returns the packets that this brings.
    fn inject_packet(&mut self, from: End, packet: &Packet<'_>) -> Vec<String> {
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

/// A network that loses everything.
fn silence() -> Network {
    Box::new(|_, _, _| Vec::new())
}

/// A network that loses, repeats and delays by chance, but never more than three in a row.
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

fn mutated(mutant: Mutant) -> Config {
    Config { mutant: Some(mutant), ..Config::default() }
}

/// A configuration without handshake.
fn bare() -> Config {
    Config { handshake: false, ..Config::default() }
}
