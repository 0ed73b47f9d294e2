//! Two endpoints joined by a network that a test scripts, with a clock that jumps.

use core::fmt::Debug;
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::BTreeMap;

use crate::Role;
use crate::entropy::Entropy;
use crate::sessions::{SessionId, Transmit};
use crate::time::Instant;
use Role::{Connector, Listener};

pub(crate) const CONNECTOR: &str = "192.0.2.1:4000";
pub(crate) const LISTENER: &str = "192.0.2.2:5000";
pub(crate) const EPOCH: Duration = Duration::from_secs(1_700_000_000);
/// One way through the network.
pub(crate) const LATENCY: Duration = Duration::from_millis(10);
/// A test that needs more is stuck.
const STEPS_MAX: usize = 1_000_000;

pub(crate) fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Decides what becomes of a datagram, from its sender, its number in all, and its octets: one delay for each copy that
/// arrives.
pub(crate) type Network = Box<dyn FnMut(Role, u64, &[u8]) -> Vec<Duration>>;

/// An endpoint of a protocol, as a pair needs it.
pub(crate) trait Party {
    type Config: Clone;
    type Event: Debug;
    /// What one application has seen and will do.
    type Application: Default;

    fn begin(config: &Self::Config, local: SocketAddr, entropy: Entropy) -> Self;
    fn open(&mut self, now: Instant, peer: SocketAddr) -> SessionId;
    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]);
    fn handle_timeout(&mut self, now: Instant);
    fn poll_timeout(&self) -> Option<Instant>;
    fn poll_transmit(&mut self) -> Option<Transmit>;
    fn poll_event(&mut self) -> Option<(SessionId, Self::Event)>;
    /// The application of the first session is told this.
    fn tell(application: &mut Self::Application, event: Self::Event);
    /// The application of the first session goes on with what it has to do.
    fn go_on(&mut self, _now: Instant, _id: SessionId, _application: &mut Self::Application) {}
}

/// What a party has methods of the same names for.
macro_rules! by_its_own_methods {
    () => {
        fn begin(config: &Config, local: SocketAddr, entropy: Entropy) -> Self {
            Self::new(config.clone(), local, $crate::pair_for_tests::EPOCH, entropy)
        }

        fn open(&mut self, now: Instant, peer: SocketAddr) -> SessionId {
            self.open(now, peer).unwrap()
        }

        fn handle_datagram(&mut self, now: Instant, from: SocketAddr, octets: &[u8]) {
            self.handle_datagram(now, from, octets);
        }

        fn handle_timeout(&mut self, now: Instant) {
            self.handle_timeout(now);
        }

        fn poll_timeout(&self) -> Option<Instant> {
            self.poll_timeout()
        }

        fn poll_transmit(&mut self) -> Option<Transmit> {
            self.poll_transmit()
        }

        fn poll_event(&mut self) -> Option<(SessionId, Event)> {
            self.poll_event()
        }
    };
}

pub(crate) use by_its_own_methods;

/// Two endpoints, a network, a clock that jumps.
pub(crate) struct Pair<P: Party> {
    pub(crate) now: Instant,
    pub(crate) config: P::Config,
    pub(crate) connector: P,
    pub(crate) listener: P,
    pub(crate) network: Network,
    /// Datagrams under way, by arrival and number.
    under_way: BTreeMap<(Instant, u64), (Role, Vec<u8>)>,
    sent: u64,
    pub(crate) session: SessionId,
    pub(crate) listener_session: Option<SessionId>,
    pub(crate) at_connector: P::Application,
    pub(crate) at_listener: P::Application,
    /// Events of other sessions than the first.
    pub(crate) elsewhere: Vec<(Role, SessionId, P::Event)>,
    /// Every datagram that was sent: when, by whom, its octets.
    pub(crate) log: Vec<(Instant, Role, Vec<u8>)>,
}

impl<P: Party> Pair<P> {
    pub(crate) fn new(config: &P::Config) -> Self {
        Self::with(config, config)
    }

    /// A pair that has not exchanged anything; the connector's first packet waits.
    pub(crate) fn with(connector: &P::Config, listener: &P::Config) -> Self {
        let party = |config: &P::Config, at, seed| {
            P::begin(config, address(at), Entropy::from_seed([seed; 32]))
        };
        let mut pair = Self {
            now: Instant::START,
            config: connector.clone(),
            connector: party(connector, CONNECTOR, 1),
            listener: party(listener, LISTENER, 2),
            network: Box::new(|_, _, _| vec![LATENCY]),
            under_way: BTreeMap::new(),
            sent: 0,
            session: SessionId(0),
            listener_session: None,
            at_connector: P::Application::default(),
            at_listener: P::Application::default(),
            elsewhere: Vec::new(),
            log: Vec::new(),
        };
        pair.session = pair.connector.open(pair.now, address(LISTENER));
        pair
    }

    pub(crate) fn endpoint(&mut self, end: Role) -> &mut P {
        match end {
            Connector => &mut self.connector,
            Listener => &mut self.listener,
        }
    }

    pub(crate) fn application(&mut self, end: Role) -> &mut P::Application {
        match end {
            Connector => &mut self.at_connector,
            Listener => &mut self.at_listener,
        }
    }

    pub(crate) fn id(&self, end: Role) -> Option<SessionId> {
        match end {
            Connector => Some(self.session),
            Listener => self.listener_session,
        }
    }

    /// Drains an endpoint, and lets its application go on.
    pub(crate) fn settle(&mut self, end: Role) {
        loop {
            while let Some((id, event)) = self.endpoint(end).poll_event() {
                self.tell(end, id, event);
            }
            match (end, self.id(end)) {
                (Connector, Some(id)) => {
                    self.connector.go_on(self.now, id, &mut self.at_connector);
                }
                (Listener, Some(id)) => self.listener.go_on(self.now, id, &mut self.at_listener),
                (_, None) => {}
            }
            let Some(transmit) = self.endpoint(end).poll_transmit() else { break };
            self.carry(end, &transmit);
        }
    }

    pub(crate) fn carry(&mut self, end: Role, transmit: &Transmit) {
        self.log.push((self.now, end, transmit.octets.clone()));
        for delay in (self.network)(end, self.sent, &transmit.octets) {
            self.under_way.insert((self.now + delay, self.sent), (end, transmit.octets.clone()));
            self.sent += 1;
        }
        self.sent += 1;
    }

    fn tell(&mut self, end: Role, id: SessionId, event: P::Event) {
        if end == Listener && self.listener_session.is_none() {
            self.listener_session = Some(id);
        }
        if self.id(end) == Some(id) {
            P::tell(self.application(end), event);
        } else {
            self.elsewhere.push((end, id, event));
        }
    }

    /// Runs until nothing is due before `until`.
    pub(crate) fn run_until(&mut self, until: Instant) {
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
            if arrival == Some(next) {
                let (_, (from, octets)) = self.under_way.pop_first().unwrap();
                self.deliver(from, &octets);
            } else {
                let end = if connector == Some(next) { Connector } else { Listener };
                let now = self.now;
                self.endpoint(end).handle_timeout(now);
                self.settle(end);
            }
        }
        panic!("the pair does not come to rest");
    }

    pub(crate) fn run_for(&mut self, span: Duration) {
        self.run_until(self.now + span);
    }

    /// Hands `octets` to the other end of `from`, at once.
    pub(crate) fn deliver(&mut self, from: Role, octets: &[u8]) {
        let (now, sender) = match from {
            Connector => (self.now, CONNECTOR),
            Listener => (self.now, LISTENER),
        };
        self.endpoint(from.peer()).handle_datagram(now, address(sender), octets);
        self.settle(from.peer());
    }
}

/// A network that loses everything.
pub(crate) fn silence() -> Network {
    Box::new(|_, _, _| Vec::new())
}

/// A network that loses, repeats and delays by chance, but never loses more than three in a row.
pub(crate) fn storm(seed: u8) -> Network {
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
