//! What the benches share: a toy protocol that needs no simulator, so that each can be given the same one.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use simulator::{ByOrdinal, Fates, Limits, Node, Simulation, Weather};

/// One way through the network.
pub const DELAY: Duration = Duration::from_millis(20);
/// How long a pinger waits for its answer before it asks again.
pub const PATIENCE: Duration = Duration::from_millis(130);

/// The address of the node with this number.
pub fn address(node: u8) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(10, 0, 0, node), 7))
}

/// The weather: 5 % lost, 5 % repeated.
pub fn weather() -> Weather {
    let parse = |text: &str| text.parse().expect("it is a probability");
    Weather {
        delay: "20 ms".parse().expect("it is a delay"),
        lose: parse("5 %"),
        repeat: parse("5 %"),
        ..Weather::CALM
    }
}

/// Two nodes joined by two links in that weather.
pub fn network(seed: u64) -> Simulation {
    let limits = Limits { events: u64::MAX, ..Limits::default() };
    let mut network = Simulation::new(2, limits);
    let [near, far] = [simulator::NodeId(0), simulator::NodeId(1)];
    for (node, number) in [(near, 0), (far, 1)] {
        network.attach(node, address(number)).expect("there is such a node");
    }
    for (from, to, name) in [(near, far, "near>far"), (far, near, "far>near")] {
        let fates = Fates::Weather { seed, weather: weather() };
        network
            .connect(from, to, name, fates, std::sync::Arc::new(ByOrdinal))
            .expect("the link is new");
    }
    network
}

/// Runs a simulation until nothing more happens.
pub fn run<N: Node>(mut network: Simulation, nodes: &mut [N]) {
    let end = simulator::Instant::START + Duration::from_secs(1_000_000);
    network.run_until(end, nodes, &mut ()).expect("no limit is exceeded");
}

/// The same faults without a simulator: one word of `ChaCha8` for each kind of fault.
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// Chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// How often the next datagram arrives.
    pub fn copies(&mut self) -> u8 {
        let below = |word: u32| u64::from(word) * 1_000_000 < (50_000u64 << 32);
        let (lost, repeated) = (below(self.0.next_u32()), below(self.0.next_u32()));
        if lost { 0 } else { 1 + u8::from(repeated) }
    }
}
