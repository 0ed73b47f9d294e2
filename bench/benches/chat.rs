//! What `wireproof serve chat` bears on loopback: a hundred clients that talk, alone and beside a thousand that only stay.
//!
//! Each client that talks has one message under way. First each speaks in the echo room and hears itself; then all are in one room,
//! where each message goes to all the others: one of them talks, then all do at once. Whatever is delivered is acknowledged, as
//! clients do. Everything said must arrive, and at the end those who only stayed must still be served.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

/// Clients that are logged in and say nothing.
const IDLE: usize = 1_000;
/// Clients that talk.
const ACTIVE: usize = 100;
/// What each of them says in the echo room.
const ECHOES: usize = 300;
/// What one of them says in the room, to all the others.
const SAID_BY_ONE: usize = 300;
/// What each of them says there.
const SAID: usize = 20;
/// The measurement goes wrong rather than waiting longer for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs; it ends with this.
struct Server {
    process: Child,
    at: SocketAddr,
    accounts: PathBuf,
}

impl Server {
    fn start() -> Self {
        let program = std::env::var_os("WIREPROOF").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/wireproof")),
            PathBuf::from,
        );
        let name = format!("wireproof-bench-{}.yaml", std::process::id());
        let accounts = std::env::temp_dir().join(name);
        let user = |number| format!("  - {{ name: u{number}, password: zoe }}\n");
        let users: String = (0..IDLE + ACTIVE).map(user).collect();
        std::fs::write(&accounts, format!("users:\n{users}rooms:\n  - {{ id: ROOM0001 }}\n"))
            .expect("the folder of temporary files can be written");
        let mut process = Command::new(&program)
            .args(["serve", "chat", "--listen", "127.0.0.1:0", "--accounts"])
            .arg(&accounts)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{}: {error}; run `cargo build --release` first", program.display())
            });
        let mut said = BufReader::new(process.stdout.take().expect("it is a pipe"));
        let mut first = String::new();
        said.read_line(&mut first).expect("the server says where it listens");
        let at = first.split(' ').nth(2).and_then(|at| at.parse().ok());
        let at = at.unwrap_or_else(|| panic!("the server says {first:?}"));
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { process, at, accounts }
    }

    /// The memory of the server that is in use, in KiB.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("the system says it in Linux's way");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        kib.expect("the server runs")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _ended = self.process.wait();
        let _removed = std::fs::remove_file(&self.accounts);
    }
}

/// A client, logged in.
struct Client {
    stream: TcpStream,
    /// What has come and is no whole packet yet.
    came: Vec<u8>,
    taken: usize,
}

/// A packet that a client counts.
enum Heard {
    /// S81: what was said is accepted.
    Accepted,
    /// S83: somebody has said something, at this time of the bench.
    Said(u64),
    Other,
}

impl Client {
    fn login(at: SocketAddr, number: usize) -> Self {
        let stream = TcpStream::connect(at).unwrap_or_else(|error| {
            panic!("client {number}: {error}; does `ulimit -n` allow {} files?", IDLE + ACTIVE)
        });
        stream.set_nodelay(true).expect("it is a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("it is a connection");
        let mut client = Self { stream, came: Vec::new(), taken: 0 };
        client.write(format!("\u{2}:u{number}:em9l:L\0").as_bytes());
        let _greeting = client.packet();
        assert_eq!(client.packet(), b"\x03\xff\x03\x03\x03\0", "client {number} is logged in");
        client
    }

    /// Writes packets, with a colon for each FF.
    fn write(&mut self, packets: &[u8]) {
        let octets: Vec<u8> =
            packets.iter().map(|octet| if *octet == b':' { 0xff } else { *octet }).collect();
        self.stream.write_all(&octets).expect("the server takes it");
    }

    /// The next packet: to its 00, but for what stands in fields of fixed width.
    fn packet(&mut self) -> Vec<u8> {
        loop {
            let rest = &self.came[self.taken..];
            let fixed = match rest.first() {
                Some(0x51) => 9,
                Some(0x53) => 28,
                Some(0xa1) => 12,
                Some(0xa2) => 11,
                _ => 0,
            };
            let end = rest.iter().skip(fixed).position(|octet| *octet == 0);
            if let Some(end) = end {
                let packet = rest[..=fixed + end].to_vec();
                self.taken += packet.len();
                return packet;
            }
            self.came.drain(..self.taken);
            self.taken = 0;
            let mut piece = [0; 16 * 1024];
            let length = self.stream.read(&mut piece).expect("the server answers in time");
            assert_ne!(length, 0, "the server stays");
            self.came.extend_from_slice(&piece[..length]);
        }
    }

    /// Says the time of the bench in a room.
    fn say(&mut self, room: &str, began: Instant) {
        // Sixteen digits are base64, of twelve octets.
        let now = u64::try_from(began.elapsed().as_nanos()).expect("the bench is short");
        self.write(format!("P:aaaa:{room}:{now:016}\0").as_bytes());
    }

    /// Takes the next packet, and acknowledges what was said.
    fn hear(&mut self) -> Heard {
        let packet = self.packet();
        match packet[0] {
            0x51 => {
                assert_eq!(packet[7..], *b"\x03\x03\0", "it is accepted");
                Heard::Accepted
            }
            0x53 => {
                let mut receipt = b"\x54\xff".to_vec();
                receipt.extend_from_slice(&packet[2..18]);
                receipt.push(0);
                self.stream.write_all(&receipt).expect("the server takes it");
                let digits = &packet[packet.len() - 17..packet.len() - 1];
                let digits = std::str::from_utf8(digits).expect("they are digits");
                Heard::Said(digits.parse().expect("it is a time"))
            }
            _ => Heard::Other,
        }
    }

    /// Speaks in the echo room and waits until it hears itself; gives how long each took.
    fn echoes(&mut self, count: usize, began: Instant) -> Vec<u64> {
        let mut took = Vec::new();
        while took.len() < count {
            self.say("0000ECHO", began);
            took.push(loop {
                if let Heard::Said(at) = self.hear() {
                    break since(began, at);
                }
            });
        }
        took
    }

    /// Says this much in the room, each once the one before is accepted, until this much of the others is there; gives how long
    /// each of theirs took.
    fn talks(&mut self, says: usize, hears: usize, began: Instant) -> Vec<u64> {
        let (mut took, mut accepted) = (Vec::new(), 0);
        if says > 0 {
            self.say("ROOM0001", began);
        }
        while accepted < says || took.len() < hears {
            match self.hear() {
                Heard::Accepted => {
                    accepted += 1;
                    if accepted < says {
                        self.say("ROOM0001", began);
                    }
                }
                Heard::Said(at) => took.push(since(began, at)),
                Heard::Other => {}
            }
        }
        took
    }
}

fn since(began: Instant, at: u64) -> u64 {
    u64::try_from(began.elapsed().as_nanos()).expect("the bench is short").saturating_sub(at)
}

/// What one kind of talk came to.
struct Figures {
    /// Messages that arrived in a second.
    rate: f64,
    /// How long a message was under way: half of them less, 99 of 100 less, in milliseconds.
    half: f64,
    most: f64,
}

/// Lets all clients do something at once, each by its place, and measures it.
fn measure(
    clients: &mut Vec<Client>,
    talk: fn(usize, &mut Client, Instant) -> Vec<u64>,
) -> Figures {
    let start = Arc::new(Barrier::new(clients.len() + 1));
    let began = Instant::now();
    let threads: Vec<_> = clients
        .drain(..)
        .enumerate()
        .map(|(place, mut client)| {
            let start = Arc::clone(&start);
            std::thread::spawn(move || {
                start.wait();
                let took = talk(place, &mut client, began);
                (client, took)
            })
        })
        .collect();
    start.wait();
    let talking = Instant::now();
    let ended = threads.into_iter().map(|thread| thread.join().expect("all goes well"));
    let (same, took): (Vec<Client>, Vec<Vec<u64>>) = ended.unzip();
    *clients = same;
    let seconds = talking.elapsed().as_secs_f64();
    let mut took: Vec<u64> = took.concat();
    took.sort_unstable();
    let millis = |part: usize| took[(took.len() - 1) * part / 100] as f64 / 1e6;
    Figures { rate: took.len() as f64 / seconds, half: millis(50), most: millis(99) }
}

/// Measures a server with this many clients that only stay.
fn round(idle: usize) -> [Figures; 3] {
    let server = Server::start();
    let empty = server.resident();
    let mut staying: Vec<Client> =
        (0..idle).map(|number| Client::login(server.at, number)).collect();
    let stayed = server.resident();
    let mut talking: Vec<Client> =
        (idle..idle + ACTIVE).map(|number| Client::login(server.at, number)).collect();
    let echo = measure(&mut talking, |_, client, began| client.echoes(ECHOES, began));
    for client in &mut talking {
        client.write(b"\xa0:ROOM0001:\0");
        while client.packet()[0] != 0xa1 {}
    }
    let one = measure(&mut talking, |place, client, began| {
        let (says, hears) = if place == 0 { (SAID_BY_ONE, 0) } else { (0, SAID_BY_ONE) };
        client.talks(says, hears, began)
    });
    let all =
        measure(&mut talking, |_, client, began| client.talks(SAID, (ACTIVE - 1) * SAID, began));
    let ended = server.resident();
    let began = Instant::now();
    for client in &mut staying {
        client.echoes(1, began);
    }
    let each = (stayed.saturating_sub(empty)).checked_div(idle as u64);
    let each = each.map_or(String::new(), |kib| format!(", {kib} KiB for each that stays"));
    println!("{idle} clients that stay, {ACTIVE} that talk");
    println!(
        "  {empty} KiB resident without clients, {stayed} with those that stay, {ended} at the end{each}"
    );
    let rows = [("echo", &echo), ("room, one talks", &one), ("room, all talk", &all)];
    for (what, Figures { rate, half, most }) in rows {
        println!(
            "  {what}: {rate:.0} messages a second arrive, half within {half:.1} ms, 99 % within {most:.1} ms"
        );
    }
    [echo, one, all]
}

fn main() {
    let alone = round(0);
    let beside = round(IDLE);
    let [echo, one, all] = std::array::from_fn(|row| beside[row].rate / alone[row].rate);
    println!(
        "beside {IDLE} clients that stay, messages arrive {echo:.2} times as fast in the echo room, {one:.2} in the room where one \
         talks, {all:.2} where all do"
    );
}
