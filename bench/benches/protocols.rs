//! What the reference costs: packets encoded and decoded, and whole sessions in `sim` under loss.

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

use bench::{address, network, run};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use reference::entropy::Entropy;
use reference::mnet::{Config, Dialect, Endpoint, Event, SessionId};
use reference::{mnet, paperclip};
use simulator::{Instant, Node, Transmit};

/// Messages that each side sends in a session.
const MESSAGES: u32 = 10;

fn packets(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode and decode");
    let data = [7; 64];
    let dialect = Dialect::default();
    let mut octets = Vec::with_capacity(2_048);
    let mnet = [0, 0xaa, 0xbb, 0xcc, 1, 0, 0, 0, 2, 0, 0, 0, 64, 0];
    let sent: Vec<u8> = mnet.into_iter().chain(data).collect();
    group.bench_function("MNET DATA", |bencher| {
        bencher.iter(|| {
            let packet =
                mnet::Packet::decode(black_box(&sent), dialect).expect("it is well-formed");
            octets.clear();
            packet.encode(dialect, &mut octets);
            black_box(octets.len())
        });
    });
    let mut plain = paperclip::Packet::new(7, paperclip::Body::Default);
    plain.data = &data;
    let sent = plain.to_octets(paperclip::Widths::Table);
    group.bench_function("PaperClip DEFAULT", |bencher| {
        bencher.iter(|| {
            let packet = paperclip::Packet::decode(
                black_box(&sent),
                paperclip::Widths::Table,
                paperclip::Flags::ALL,
            );
            octets.clear();
            packet.expect("it is well-formed").encode(paperclip::Widths::Table, &mut octets);
            black_box(octets.len())
        });
    });
    group.finish();
}

/// An endpoint whose application sends its messages and then closes.
struct Peer {
    endpoint: Endpoint,
    session: Option<SessionId>,
    left: u32,
    heard: usize,
    ended: bool,
}

impl Peer {
    fn pair(seed: u8) -> [Self; 2] {
        let epoch = Duration::from_secs(1_767_225_600);
        [0u8, 1].map(|number| {
            let config = Config { listen: number == 1, ..Config::default() };
            let entropy = Entropy::from_seed([seed.wrapping_mul(2).wrapping_add(number); 32]);
            let mut endpoint = Endpoint::new(config, address(number), epoch, entropy);
            if number == 0 {
                endpoint.open(time(Instant::START), address(1)).expect("there is room");
            }
            Self { endpoint, session: None, left: MESSAGES, heard: 0, ended: false }
        })
    }

    /// Every message is answered by the next one, as in a conversation; who has heard all closes.
    fn act(&mut self, now: Instant) {
        while let Some((id, event)) = self.endpoint.poll_event() {
            match event {
                Event::Opened { .. } => {
                    self.session = Some(id);
                    self.say(now);
                }
                Event::Delivered(octets) => {
                    self.heard += octets.len();
                    self.say(now);
                    if self.heard == MESSAGES as usize * 5 && self.left == 0 {
                        // The other side may have closed already.
                        let _ = self.endpoint.close(time(now), id);
                    }
                }
                Event::Writable => {}
                Event::Closed | Event::Failed(_) => self.ended = true,
            }
        }
    }

    fn say(&mut self, now: Instant) {
        if let (Some(id), true) = (self.session, self.left > 0) {
            self.left -= 1;
            self.endpoint.write(time(now), id, b"hello").expect("the session is open");
        }
    }
}

fn time(now: Instant) -> reference::time::Instant {
    reference::time::Instant::from_nanos(now.as_nanos())
}

impl Node for Peer {
    type Event = ();

    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, _: SocketAddr, octets: &[u8]) {
        self.endpoint.handle_datagram(time(now), from, octets);
        self.act(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.endpoint.handle_timeout(time(now));
        self.act(now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let at = self.endpoint.poll_timeout()?;
        Some(Instant::START + Duration::from_nanos(at.as_nanos()))
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        let transmit = self.endpoint.poll_transmit()?;
        Some(Transmit { from: self.endpoint.local(), to: transmit.to, octets: transmit.octets })
    }

    fn poll_event(&mut self) -> Option<()> {
        None
    }
}

fn sessions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session");
    group.throughput(Throughput::Elements(1));
    let mut seed = 0u64;
    group.bench_function("MNET in sim under loss", |bencher| {
        bencher.iter(|| {
            seed += 1;
            let mut peers = Peer::pair(seed.to_le_bytes()[0]);
            run(network(seed), &mut peers);
            black_box(peers.iter().all(|peer| peer.ended))
        });
    });
    group.finish();
}

criterion_group!(benches, packets, sessions);
criterion_main!(benches);
