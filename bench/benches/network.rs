//! What the network itself costs: a ping and its pong at 20 ms one way, 5 % lost, 5 % repeated, asked again after 130 ms.
//!
//! The same toy in a bare loop (a heap of events, chance from ChaCha8), in `sim`, and as two asynchronous hosts in turmoil.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bench::{Chance, DELAY, PATIENCE, address, network, run};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use simulator::{Instant, Node, Transmit};

/// Questions of one run.
const QUESTIONS: u32 = 1_000;

/// The toy's state, whoever drives it: the number of the question, and when it is asked again.
#[derive(Clone, Copy, Default)]
struct Pinger {
    id: u32,
    retry_at: Option<u64>,
}

impl Pinger {
    fn is_done(&self) -> bool {
        self.id == QUESTIONS
    }

    /// Asks, unless all is answered.
    fn ask(&mut self, now: u64) -> Option<[u8; 4]> {
        self.retry_at = (!self.is_done()).then(|| now + nanos(PATIENCE));
        self.retry_at.map(|_| self.id.to_be_bytes())
    }

    /// Takes an answer; whether it was the one that is waited for.
    fn take(&mut self, octets: &[u8]) -> bool {
        let right = !self.is_done() && octets == self.id.to_be_bytes();
        self.id += u32::from(right);
        right
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("it is short")
}

/// The least that a simulation can be.
fn bare_loop(seed: u64) {
    let mut chance = Chance::new(seed);
    let mut pinger = Pinger::default();
    let mut agenda = BinaryHeap::new();
    let mut number = 0u64;
    let mut now = 0;
    let mut send = |now: u64, to_far: bool, octets: Vec<u8>, agenda: &mut BinaryHeap<_>| {
        for _ in 0..chance.copies() {
            number += 1;
            agenda.push(Reverse((now + nanos(DELAY), number, to_far, octets.clone())));
        }
    };
    if let Some(question) = pinger.ask(now) {
        send(now, true, question.to_vec(), &mut agenda);
    }
    loop {
        let arrival = agenda.peek().map_or(u64::MAX, |Reverse((at, ..))| *at);
        let retry = pinger.retry_at.unwrap_or(u64::MAX);
        let question = if arrival <= retry {
            let Some(Reverse((at, _, to_far, octets))) = agenda.pop() else { break };
            now = at;
            if to_far {
                send(now, false, octets, &mut agenda);
                continue;
            }
            if !pinger.take(&octets) {
                continue;
            }
            pinger.ask(now)
        } else {
            now = retry;
            pinger.ask(now)
        };
        if let Some(question) = question {
            send(now, true, question.to_vec(), &mut agenda);
        }
    }
    assert!(pinger.is_done());
}

/// The toy as nodes of `sim`.
enum Toy {
    Pinger(Pinger, VecDeque<Transmit>),
    Echo(VecDeque<Transmit>),
}

impl Toy {
    fn pair() -> [Self; 2] {
        let mut toy = Self::Pinger(Pinger::default(), VecDeque::new());
        toy.ask(Instant::START);
        [toy, Self::Echo(VecDeque::new())]
    }

    fn ask(&mut self, now: Instant) {
        if let Self::Pinger(pinger, out) = self
            && let Some(question) = pinger.ask(now.as_nanos())
        {
            out.push_back(Transmit { from: address(0), to: address(1), octets: question.to_vec() });
        }
    }
}

impl Node for Toy {
    type Event = ();

    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        match self {
            Self::Echo(out) => {
                out.push_back(Transmit { from: to, to: from, octets: octets.to_vec() });
            }
            Self::Pinger(pinger, _) => {
                if pinger.take(octets) {
                    self.ask(now);
                }
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.ask(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Pinger(pinger, _) => {
                pinger.retry_at.map(|at| Instant::START + Duration::from_nanos(at))
            }
            Self::Echo(_) => None,
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        match self {
            Self::Pinger(_, out) | Self::Echo(out) => out.pop_front(),
        }
    }

    fn poll_event(&mut self) -> Option<()> {
        None
    }
}

fn sim(seed: u64) {
    let mut nodes = Toy::pair();
    run(network(seed), &mut nodes);
    assert!(matches!(&nodes[0], Toy::Pinger(pinger, _) if pinger.is_done()));
}

/// Two asynchronous hosts; turmoil has no faults of single datagrams, so each throws away what it receives by chance.
fn turmoil_hosts(seed: u64) -> turmoil::Result {
    let mut sim = turmoil::Builder::new()
        .tick_duration(Duration::from_millis(1))
        .min_message_latency(DELAY)
        .max_message_latency(DELAY)
        .fail_rate(0.0)
        .udp_capacity(1_024)
        .simulation_duration(Duration::from_secs(1_000_000))
        .rng_seed(seed)
        .build();
    sim.host("far", move || async move {
        let socket = turmoil::net::UdpSocket::bind("0.0.0.0:7").await?;
        let mut chance = Chance::new(seed);
        let mut octets = [0; 64];
        loop {
            let (length, from) = socket.recv_from(&mut octets).await?;
            for _ in 0..chance.copies() {
                socket.send_to(&octets[..length], from).await?;
            }
        }
    });
    sim.client("near", async move {
        let socket = turmoil::net::UdpSocket::bind("0.0.0.0:7").await?;
        let mut chance = Chance::new(seed + 1);
        let mut pinger = Pinger::default();
        let mut octets = [0; 64];
        'asked: while let Some(question) = pinger.ask(0) {
            socket.send_to(&question, ("far", 7)).await?;
            loop {
                let answer = tokio::time::timeout(PATIENCE, socket.recv_from(&mut octets)).await;
                let Ok(answer) = answer else { continue 'asked };
                let (length, _) = answer?;
                if (0..chance.copies()).any(|_| pinger.take(&octets[..length])) {
                    continue 'asked;
                }
            }
        }
        Ok(())
    });
    sim.run()
}

fn ping_pong(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ping-pong");
    group.throughput(Throughput::Elements(u64::from(QUESTIONS)));
    let mut seed = 0;
    group.bench_function("bare loop", |bencher| {
        bencher.iter(|| {
            seed += 1;
            bare_loop(seed);
        });
    });
    group.bench_function("sim", |bencher| {
        bencher.iter(|| {
            seed += 1;
            sim(seed);
        });
    });
    group.sample_size(10);
    group.bench_function("turmoil", |bencher| {
        bencher.iter(|| {
            seed += 1;
            turmoil_hosts(seed).expect("all is answered");
        });
    });
    group.finish();
}

criterion_group!(benches, ping_pong);
criterion_main!(benches);
