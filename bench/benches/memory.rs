//! What ten thousand PaperClip sessions leave behind: a server's state, and the memory of the process, after each thousand.
//!
//! Each session is opened, brings packets both ways through loss, and ends in one of four ways: its client closes it, or its
//! server does, or its client is gone in the middle and is given up, or it falls silent behind its last packet and is dropped.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bench::{address, network};
use reference::entropy::Entropy;
use reference::paperclip::{Config, Endpoint, Event, Flags, SessionId};
use reference::time::Instant as Time;
use simulator::{Instant, Node, NodeId, Transmit};

/// Sessions between two lines of the table.
const SESSIONS: u32 = 1_000;
/// Lines of the table.
const ROUNDS: u32 = 10;
/// Sessions that are under way at once.
const AT_ONCE: usize = 50;
/// Packets that a client writes, each of which comes back.
const PACKETS: [(usize, Flags); 4] = [
    (1, Flags::RELIABLE),
    (988, Flags::from_bits(0xd0)),
    (3_000, Flags::RELIABLE),
    (20_000, Flags::from_bits(0xf0)),
];
/// A client leaves after this long, whatever has come: the ERROR of a server that has closed may be lost.
const STAY: Duration = Duration::from_secs(60);
/// A round takes far less; one that goes on is a bug.
const ROUND_MAX: Duration = Duration::from_secs(100_000);
const EPOCH: Duration = Duration::from_secs(1_767_225_600);

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    ClientCloses,
    ServerCloses,
    ClientGoneMidway,
    ClientSilent,
}

impl End {
    fn of(number: u32) -> Self {
        match number % 4 {
            0 => Self::ClientCloses,
            1 => Self::ServerCloses,
            2 => Self::ClientGoneMidway,
            _ => Self::ClientSilent,
        }
    }
}

/// The client of one session.
struct Client {
    endpoint: Endpoint,
    session: SessionId,
    end: End,
    heard: usize,
    leaves_at: Instant,
    is_over: bool,
}

impl Client {
    /// When something is to be done.
    fn due(&self) -> Instant {
        let timer = self.endpoint.poll_timeout().map(|at| after(at, Time::START));
        timer.unwrap_or(self.leaves_at).min(self.leaves_at)
    }
}

/// Both sides; a thousand clients come one behind the other.
enum Side {
    Server(Server),
    Clients(Clients),
}

struct Server {
    endpoint: Endpoint,
    /// When the simulation of this round began, by the server's clock.
    began: Time,
    /// What has come back in each session.
    heard: BTreeMap<SessionId, (SocketAddr, usize)>,
    opened: u64,
    most: usize,
}

struct Clients {
    coming: VecDeque<u32>,
    present: BTreeMap<SocketAddr, Client>,
    out: VecDeque<Transmit>,
}

/// The address of the client with this number.
fn client_address(number: u32) -> SocketAddr {
    let [_, high, mid, low] = number.to_be_bytes();
    SocketAddr::from((Ipv4Addr::new(11, high, mid, low), 7))
}

fn number_of(peer: SocketAddr) -> u32 {
    match peer {
        SocketAddr::V4(peer) => u32::from(*peer.ip()) & 0x00ff_ffff,
        SocketAddr::V6(_) => 0,
    }
}

impl Server {
    fn time(&self, now: Instant) -> Time {
        self.began + Duration::from_nanos(now.as_nanos())
    }

    /// Sends back what comes, and closes where that is how the session ends.
    fn act(&mut self, now: Instant) {
        let time = self.time(now);
        while let Some((id, event)) = self.endpoint.poll_event() {
            match event {
                Event::Opened { peer, .. } => {
                    self.opened += 1;
                    self.heard.insert(id, (peer, 0));
                }
                Event::Delivered { data, flags } => {
                    let echo = flags & !Flags::FRAG;
                    self.endpoint.write(time, id, &data, echo).expect("the session is open");
                    let Some((peer, heard)) = self.heard.get_mut(&id) else { continue };
                    *heard += 1;
                    if *heard == PACKETS.len() && End::of(number_of(*peer)) == End::ServerCloses {
                        self.endpoint.close(time, id).expect("the session is open");
                    }
                }
                Event::Closed | Event::Failed(_) => {
                    self.heard.remove(&id);
                }
            }
        }
        while self.endpoint.poll_secret().is_some() {}
        self.most = self.most.max(self.endpoint.sessions());
    }
}

impl Clients {
    /// Lets the next clients come.
    fn fill(&mut self, now: Instant) {
        while self.present.len() < AT_ONCE
            && let Some(number) = self.coming.pop_front()
        {
            let local = client_address(number);
            let mut seed = [0; 32];
            seed[..4].copy_from_slice(&number.to_be_bytes());
            let config = Config { listen: false, ..Config::default() };
            let entropy = Entropy::from_seed(seed);
            let mut endpoint = Endpoint::new(config, local, EPOCH, entropy);
            let session = endpoint.open(time(now), address(1)).expect("there is room");
            for (octets, flags) in PACKETS {
                let data = vec![b'x'; octets];
                endpoint.write(time(now), session, &data, flags).expect("it is queued");
            }
            let end = End::of(number);
            let leaves_at = now + STAY;
            let client = Client { endpoint, session, end, heard: 0, leaves_at, is_over: false };
            self.present.insert(local, client);
            self.act(now, local);
        }
    }

    fn act(&mut self, now: Instant, local: SocketAddr) {
        let Some(client) = self.present.get_mut(&local) else { return };
        while let Some((_, event)) = client.endpoint.poll_event() {
            match event {
                Event::Opened { .. } => {}
                Event::Delivered { .. } => {
                    client.heard += 1;
                    let all = client.heard == PACKETS.len();
                    match client.end {
                        End::ClientCloses if all => {
                            let closed = client.endpoint.close(time(now), client.session);
                            closed.expect("the session is open");
                        }
                        End::ClientGoneMidway if client.heard == 2 => client.is_over = true,
                        End::ClientSilent if all => client.is_over = true,
                        _ => {}
                    }
                }
                Event::Closed | Event::Failed(_) => client.is_over = true,
            }
        }
        while let Some(transmit) = client.endpoint.poll_transmit() {
            let (to, octets) = (transmit.to, transmit.octets);
            self.out.push_back(Transmit { from: local, to, octets });
        }
        if client.is_over {
            self.present.remove(&local);
        }
    }
}

/// A client's clock begins with the simulation.
fn time(now: Instant) -> Time {
    Time::START + Duration::from_nanos(now.as_nanos())
}

/// The simulation's time of a clock that began with it at `began`.
fn after(at: Time, began: Time) -> Instant {
    Instant::START + at.saturating_duration_since(began)
}

impl Node for Side {
    type Event = ();

    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        match self {
            Self::Server(server) => {
                let time = server.time(now);
                server.endpoint.handle_datagram(time, from, octets);
                server.act(now);
            }
            Self::Clients(clients) => {
                if let Some(client) = clients.present.get_mut(&to) {
                    client.endpoint.handle_datagram(time(now), from, octets);
                    clients.act(now, to);
                    clients.fill(now);
                }
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Server(server) => {
                let time = server.time(now);
                server.endpoint.handle_timeout(time);
                server.act(now);
            }
            Self::Clients(clients) => {
                let due = clients.present.iter().filter(|(_, client)| client.due() <= now);
                for local in due.map(|(local, _)| *local).collect::<Vec<_>>() {
                    if let Some(client) = clients.present.get_mut(&local) {
                        client.endpoint.handle_timeout(time(now));
                        client.is_over |= client.leaves_at <= now;
                    }
                    clients.act(now, local);
                }
                clients.fill(now);
            }
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Server(server) => {
                server.endpoint.poll_timeout().map(|at| after(at, server.began))
            }
            Self::Clients(clients) => {
                let first = clients.present.values().map(Client::due).min();
                let is_to_come = clients.present.is_empty() && !clients.coming.is_empty();
                first.or(is_to_come.then_some(Instant::START))
            }
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        match self {
            Self::Server(server) => {
                let transmit = server.endpoint.poll_transmit()?;
                let (from, to) = (server.endpoint.local(), transmit.to);
                Some(Transmit { from, to, octets: transmit.octets })
            }
            Self::Clients(clients) => clients.out.pop_front(),
        }
    }

    fn poll_event(&mut self) -> Option<()> {
        None
    }
}

/// The memory of the process that is in use, in KiB; none where the system does not say so in Linux's way.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn main() {
    let config = Config::default();
    let memory = config.timers.ended_memory;
    let entropy = Entropy::from_seed([7; 32]);
    let endpoint = Endpoint::new(config, address(1), EPOCH, entropy);
    let mut server =
        Server { endpoint, began: Time::START, heard: BTreeMap::new(), opened: 0, most: 0 };
    println!("begun   opened   at once   left   empty   resident");
    for round in 0..ROUNDS {
        let numbers = round * SESSIONS..(round + 1) * SESSIONS;
        let mut network = network(round.into());
        for number in numbers.clone() {
            network.attach(NodeId(0), client_address(number)).expect("the address is new");
        }
        let clients =
            Clients { coming: numbers.collect(), present: BTreeMap::new(), out: VecDeque::new() };
        let mut sides = [Side::Clients(clients), Side::Server(server)];
        let end = Instant::START + ROUND_MAX;
        network.run_until(end, &mut sides, &mut ()).expect("no limit is exceeded");
        let [Side::Clients(clients), Side::Server(after)] = sides else {
            unreachable!("sides stay what they are");
        };
        assert!(clients.present.is_empty() && clients.coming.is_empty(), "sessions go on");
        server = after;
        server.began = server.time(network.now()) + memory;
        let left = server.endpoint.sessions();
        server.endpoint.forget_ended(server.began);
        let empty = server.endpoint.is_empty() && server.heard.is_empty();
        let resident = resident().map_or("unknown".to_owned(), |kib| format!("{kib} KiB"));
        println!(
            "{:>5}   {:>6}   {:>7}   {left:>4}   {empty:>5}   {resident}",
            (round + 1) * SESSIONS,
            server.opened,
            server.most,
        );
        assert!(left == 0 && empty, "ended sessions leave something behind");
    }
}
