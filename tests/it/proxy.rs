//! The proxy gives a seed's fates to what passes between any two programs, writes down what it did, and does it again.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use harness::capture;
use harness::journal::{Journal, What};
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use simulator::{ByOrdinal, Entry, Fates, Instant, Link, Weather};

use crate::support::{Output, Scratch, program, wireproof_in};

/// Longer than anything here takes, even on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// A proxy that runs.
struct Proxy {
    child: Child,
    out: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Proxy {
    /// Starts it in a folder, before this server.
    fn start(folder: &Path, protocol: &str, to: SocketAddr, options: &[&str]) -> Self {
        let mut child = program(folder)
            .args(["proxy", protocol, "--listen", "127.0.0.1:0", "--to", &to.to_string()])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening at ").and_then(|rest| rest.split(',').next());
        let address = address.and_then(|address| address.parse().ok());
        Self { child, out, address: address.unwrap_or_else(|| panic!("it said `{line}`")) }
    }

    /// Asks it to end, as Ctrl-C does.
    fn interrupt(mut self) -> Output {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = self.child.wait().unwrap().code();
        Output { code, out, err }
    }
}

/// A socket that does not wait for ever.
fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// Sends datagrams of one octet, and gives what has come to the server until `last` has.
fn numbers(client: &UdpSocket, server: &UdpSocket, proxy: &Proxy, last: u8) -> Vec<u8> {
    for number in 1..=last {
        client.send_to(&[number], proxy.address).unwrap();
    }
    let mut seen = Vec::new();
    let mut buffer = [0; 16];
    while !seen.contains(&last) {
        let (length, _) = server.recv_from(&mut buffer).unwrap();
        assert_eq!(length, 1);
        seen.push(buffer[0]);
    }
    seen
}

/// The faults that a journal records.
fn faults(path: &Path) -> Vec<Entry> {
    Journal::read(BufReader::new(fs::File::open(path).unwrap())).unwrap().faults()
}

#[test]
fn what_is_selected_is_lost_or_comes_twice_and_the_journal_says_why() {
    let scratch = Scratch::new("proxy-selectors");
    let (server, client) = (socket(), socket());
    let options = [
        "--drop",
        "to-server any#2",
        "--fault",
        "any#4: { repeat: 1 }",
        "--drop",
        "any#99",
        "--journal",
        "j.jsonl",
    ];
    let proxy = Proxy::start(scratch.path(), "raw", server.local_addr().unwrap(), &options);
    assert_eq!(numbers(&client, &server, &proxy, 5), [1, 3, 4, 4, 5]);
    let output = proxy.interrupt();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    for line in ["to server: 5 datagrams: 1 lost, 1 repeated", "not matched: --drop 'any#99'"] {
        assert!(output.out.contains(line), "{}", output.shown());
    }
    let lost = "peer, to server  #2, number 1: lost (--drop 'to-server any#2')";
    assert!(output.err.contains(lost), "{}", output.shown());

    let file = fs::File::open(scratch.path().join("j.jsonl")).unwrap();
    let journal = Journal::read(BufReader::new(file)).unwrap();
    let count = |wanted: fn(&What) -> bool| {
        journal.entries.iter().filter(|entry| wanted(&entry.what)).count()
    };
    assert_eq!(count(|what| matches!(what, What::Sent(_))), 5);
    assert_eq!(count(|what| matches!(what, What::Received(_))), 5);
    let reasons: Vec<&str> = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Sent(sent) => sent.reason.as_deref(),
            _ => None,
        })
        .collect();
    assert_eq!(reasons, ["--drop 'to-server any#2'", "--fault 'any#4: { repeat: 1 }'"]);
}

#[test]
fn packets_are_selected_by_name_and_field() {
    let scratch = Scratch::new("proxy-fields");
    let (server, client) = (socket(), socket());
    let options = ["--drop", "INIT#2", "--drop", "DATA[data=hello]"];
    let proxy = Proxy::start(scratch.path(), "mnet", server.local_addr().unwrap(), &options);
    // Three INITs, and a DATA that carries `hello`; then one that carries `world`.
    let init = [1, 1, 0, 0, 0, 1, 7, 8, 9];
    let data = |text: &[u8; 5]| {
        let head = [0, 7, 8, 9, 5, 0, 0, 0, 0, 0, 0, 0, 5, 0];
        [&head[..], text].concat()
    };
    let lines = [init.to_vec(), init.to_vec(), init.to_vec(), data(b"hello"), data(b"world")];
    let expected = [init.to_vec(), init.to_vec(), data(b"world")];
    for line in &lines {
        client.send_to(line, proxy.address).unwrap();
    }
    let mut buffer = [0; 64];
    for octets in &expected {
        let (length, _) = server.recv_from(&mut buffer).unwrap();
        assert_eq!(&buffer[..length], octets);
    }
    let output = proxy.interrupt();
    assert!(output.out.contains("5 datagrams: 2 lost"), "{}", output.shown());
}

#[test]
fn a_seed_means_the_fates_of_the_engines_links() {
    let scratch = Scratch::new("proxy-seed");
    let (server, client) = (socket(), socket());
    let last = 60;
    let options =
        ["--lose", "30%", "--repeat", "20%", "--seed", "7", "--journal", "j.jsonl", "--quiet"];
    let proxy = Proxy::start(scratch.path(), "raw", server.local_addr().unwrap(), &options);
    let weather =
        Weather { lose: "30 %".parse().unwrap(), repeat: "20 %".parse().unwrap(), ..Weather::CALM };
    let fates = Fates::Weather { seed: 7, weather };
    let mut link = Link::new("peer>subject", fates, Arc::new(ByOrdinal)).unwrap();
    let (mut deliveries, mut expected) = (Vec::new(), Vec::new());
    for number in 1..=last {
        let decision = link.send(Instant::START, vec![number], (), &mut deliveries);
        expected.extend(link.entry(&decision));
    }
    let arrives: Vec<u8> = deliveries.iter().map(|delivery| delivery.octets[0]).collect();
    assert!(arrives.len() > 40 && arrives.len() != usize::from(last), "a seed with faults");
    for number in 1..=last {
        client.send_to(&[number], proxy.address).unwrap();
        // No faster than the sockets' buffers.
        thread::yield_now();
    }
    let mut buffer = [0; 16];
    let seen: Vec<u8> = arrives
        .iter()
        .map(|_| {
            server.recv_from(&mut buffer).unwrap();
            buffer[0]
        })
        .collect();
    assert_eq!(seen, arrives);
    let output = proxy.interrupt();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert_eq!(output.err, "");
    assert_eq!(faults(&scratch.path().join("j.jsonl")), expected);
}

#[test]
fn a_journal_is_replayed_and_what_does_not_come_is_named() {
    let scratch = Scratch::new("proxy-replay");
    let (server, client) = (socket(), socket());
    let to = server.local_addr().unwrap();
    let first = ["--lose", "40%", "--seed", "3", "--journal", "first.jsonl"];
    let proxy = Proxy::start(scratch.path(), "raw", to, &first);
    for number in 1..=40 {
        client.send_to(&[number], proxy.address).unwrap();
    }
    let mut buffer = [0; 16];
    // The last that arrives shows that all have been looked at.
    let recorded = loop {
        server.recv_from(&mut buffer).unwrap();
        if buffer[0] >= 38 {
            break proxy.interrupt();
        }
    };
    assert_eq!(recorded.code, Some(0), "{}", recorded.shown());
    let schedule = faults(&scratch.path().join("first.jsonl"));
    assert!(schedule.len() > 5, "{schedule:?}");

    let second = ["--replay", "first.jsonl", "--journal", "second.jsonl"];
    let proxy = Proxy::start(scratch.path(), "raw", to, &second);
    let half = schedule.len() / 2;
    let until: u8 = schedule[half].message.trim_start_matches('#').parse().unwrap();
    let client = socket();
    let passes = until + 1..=40;
    let next = passes
        .clone()
        .find(|number| schedule.iter().all(|entry| entry.message != format!("#{number}")));
    numbers(&client, &server, &proxy, next.unwrap());
    let output = proxy.interrupt();
    let replayed = faults(&scratch.path().join("second.jsonl"));
    assert_eq!(replayed, schedule[..replayed.len()]);
    assert!(replayed.len() > half, "{replayed:?}");
    let unmatched = output.out.matches("not matched: peer>subject").count();
    assert_eq!(unmatched, schedule.len() - replayed.len(), "{}", output.shown());
}

#[test]
fn each_client_is_somebody_else_to_the_server_and_gets_its_own_answers() {
    let scratch = Scratch::new("proxy-clients");
    let (server, clients) = (socket(), [socket(), socket(), socket()]);
    let proxy = Proxy::start(scratch.path(), "raw", server.local_addr().unwrap(), &[]);
    let mut buffer = [0; 16];
    let mut sources = Vec::new();
    for (number, client) in (1..).zip(&clients) {
        client.send_to(&[number], proxy.address).unwrap();
        let (_, from) = server.recv_from(&mut buffer).unwrap();
        sources.push(from);
    }
    for (source, answer) in sources.iter().zip([11u8, 12, 13]).rev() {
        server.send_to(&[answer], source).unwrap();
    }
    for (client, answer) in clients.iter().zip([11, 12, 13]) {
        let (_, from) = client.recv_from(&mut buffer).unwrap();
        assert_eq!((buffer[0], from), (answer, proxy.address));
    }
    sources.dedup();
    assert_eq!(sources.len(), 3);
    let output = proxy.interrupt();
    assert!(output.out.contains("clients: 3"), "{}", output.shown());
}

#[test]
fn a_stream_comes_in_pieces_and_is_broken_where_it_is_wanted() {
    let scratch = Scratch::new("proxy-stream");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut octets = [0; 5];
        stream.read_exact(&mut octets).unwrap();
        stream.write_all(b"0123456789").unwrap();
        // It waits for the end, so that the proxy and not the server is who breaks the connection.
        let end = stream.read(&mut octets);
        (octets, end.map_err(|error| error.kind()))
    });
    let fault = "to-client 4: { end: reset }";
    let options =
        ["--over", "tcp", "--fault", fault, "--journal", "j.jsonl", "--capture", "c.pcapng"];
    let proxy = Proxy::start(scratch.path(), "raw", to, &options);
    let mut client = TcpStream::connect(proxy.address).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client.write_all(b"hello").unwrap();
    let mut answer = Vec::new();
    let end = client.read_to_end(&mut answer).map_err(|error| error.kind());
    assert_eq!(end, Err(ErrorKind::ConnectionReset));
    assert!(b"0123".starts_with(&answer), "{answer:?}");
    let (received, end) = server.join().unwrap();
    assert_eq!((&received, end), (b"hello", Err(ErrorKind::ConnectionReset)));
    let output = proxy.interrupt();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(output.out.contains("connections: 1"), "{}", output.shown());
    assert!(output.err.contains("octet 4: reset"), "{}", output.shown());
    assert!(output.out.contains("0 stalls, 1 ended"), "{}", output.shown());
    let capture = capture::read(&fs::read(scratch.path().join("c.pcapng")).unwrap()).unwrap();
    let [connection] = capture::connections(&capture.segments).try_into().unwrap();
    let client = client.local_addr().unwrap();
    assert_eq!((connection.connector, connection.ends), (Some(client), [client, to]));
    let comments: Vec<_> = connection.events.iter().flat_map(|it| &it.comment).collect();
    assert_eq!(comments, ["octet 4: reset"]);
}

#[test]
fn nobody_at_the_other_end_and_a_taken_port_are_errors() {
    let scratch = Scratch::new("proxy-errors");
    let nobody = socket().local_addr().unwrap();
    let client = socket();
    let proxy = Proxy::start(scratch.path(), "raw", nobody, &["--journal", "j.jsonl"]);
    let journal = scratch.path().join("j.jsonl");
    // The operating system tells of it in its own time.
    while !fs::read_to_string(&journal).unwrap().contains("nobody listens") {
        client.send_to(&[1], proxy.address).unwrap();
        thread::yield_now();
    }
    let output = proxy.interrupt();
    assert_eq!(output.code, Some(4), "{}", output.shown());
    assert!(output.err.contains("start the server"), "{}", output.shown());

    let taken = socket().local_addr().map(|_| socket()).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let words = ["proxy", "mnet", "--listen", &address, "--to", "127.0.0.1:9"];
    let output = wireproof_in(scratch.path(), words);
    assert_eq!(output.code, Some(4), "{}", output.shown());
    assert!(output.err.contains("takes a free port"), "{}", output.shown());
}

#[rstest]
#[case::no_protocol(&["mnat"], "mnet")]
#[case::no_packet(&["mnet", "--drop", "DATE#2"], "DATA")]
#[case::no_field(&["mnet", "--drop", "DATA[sequnce=2]"], "sequence")]
#[case::counts_nothing(&["mnet", "--drop", "DATA#0"], "the second DATA")]
#[case::raw_knows_no_packets(&["raw", "--drop", "DATA#1"], "any#5")]
#[case::no_fate(&["mnet", "--fault", "DATA#1: { loose: true }"], "loose")]
#[case::no_weather(&["mnet", "--to-server", "loose: 5 %"], "loose")]
#[case::no_file(&["mnet", "--network", "nowhere.yaml"], "cannot read")]
#[case::no_journal(&["mnet", "--replay", "nowhere.jsonl"], "cannot open")]
#[case::both(&["mnet", "--network", "schedule.yaml", "--lose", "5%"], "it would do nothing")]
#[case::no_message(&["mnet", "--network", "message.yaml"], "no message")]
#[case::streams_lose_nothing(&["chat", "--lose", "5%"], "TCP sees to that")]
#[case::streams_have_octets(&["chat", "--fault", "x: { cut: true }"], "no octet")]
#[case::datagrams_do_not_stall(&["mnet", "--stall", "5%"], "for streams")]
fn wrong_options_end_with_2_and_say_what_to_do(#[case] words: &[&str], #[case] says: &str) {
    let scratch = Scratch::new("proxy-usage");
    let schedule = |message: &str| {
        format!(
            "network:\n  schedule: [ {{ link: peer>subject, message: {message}, lose: true }} ]\n"
        )
    };
    scratch.write("schedule.yaml", schedule("DATA @0"));
    scratch.write("message.yaml", schedule("DATE @0"));
    let words = ["proxy"].iter().chain(words).chain(&["--to", "127.0.0.1:9"]);
    let output = wireproof_in(scratch.path(), words.chain(&["--listen", "127.0.0.1:0"]));
    assert_eq!(output.code, Some(2), "{}", output.shown());
    assert!(output.err.contains(says), "{}", output.shown());
}

/// The place of each source among those that there were, for each datagram.
fn sources(client: &UdpSocket, server: &UdpSocket, proxy: &Proxy) -> (Vec<usize>, SocketAddr) {
    let mut seen: Vec<SocketAddr> = Vec::new();
    let mut places = Vec::new();
    let mut buffer = [0; 16];
    for number in 1..=5 {
        client.send_to(&[number], proxy.address).unwrap();
        let (_, from) = server.recv_from(&mut buffer).unwrap();
        assert_eq!(buffer[0], number);
        places.push(seen.iter().position(|known| *known == from).unwrap_or_else(|| {
            seen.push(from);
            seen.len() - 1
        }));
    }
    // What the server says to the first port reaches nobody, what it says to the last comes through.
    server.send_to(&[90], seen[0]).unwrap();
    server.send_to(&[91], seen[seen.len() - 1]).unwrap();
    let (_, from) = client.recv_from(&mut buffer).unwrap();
    assert_eq!(buffer[0], 91);
    (places, from)
}

#[test]
fn from_a_chosen_datagram_on_a_client_has_another_port_in_a_replay_too() {
    let scratch = Scratch::new("proxy-rebind");
    let to = |server: &UdpSocket| server.local_addr().unwrap();
    let (server, client) = (socket(), socket());
    let options = ["--rebind", "any#3", "--rebind", "any#5", "--journal", "first.jsonl"];
    let proxy = Proxy::start(scratch.path(), "raw", to(&server), &options);
    let (places, from) = sources(&client, &server, &proxy);
    assert_eq!((places, from), (vec![0, 0, 1, 1, 2], proxy.address));
    let output = proxy.interrupt();
    assert!(output.out.contains("2 changes of port"), "{}", output.shown());
    let line = "peer, to server  #3, number 1: from another port (--rebind 'any#3')";
    assert!(output.err.contains(line), "{}", output.shown());

    let (server, client) = (socket(), socket());
    let options = ["--replay", "first.jsonl", "--journal", "second.jsonl"];
    let proxy = Proxy::start(scratch.path(), "raw", to(&server), &options);
    let (places, _) = sources(&client, &server, &proxy);
    assert_eq!(places, [0, 0, 1, 1, 2]);
    let output = proxy.interrupt();
    assert!(!output.out.contains("not matched"), "{}", output.shown());
    let [first, second] =
        ["first.jsonl", "second.jsonl"].map(|name| faults(&scratch.path().join(name)));
    assert_eq!(first, second);
}

#[test]
fn only_what_a_client_sends_comes_from_another_port() {
    let scratch = Scratch::new("proxy-rebind-wrong");
    for (protocol, options, what) in [
        ("mnet", ["--rebind", "to-client DATA#2"], "only what a client sends"),
        ("mnet", ["--fault", "to-client DATA#2: { rebind: true }"], "only what a client sends"),
        ("chat", ["--rebind", "any#2"], "a connection is bound to its port"),
    ] {
        let words = ["proxy", protocol, "--to", "127.0.0.1:9"].into_iter().chain(options);
        let output = wireproof_in(scratch.path(), words);
        assert_eq!(output.code, Some(2), "{}", output.shown());
        assert!(output.err.contains(what), "{}", output.shown());
    }
}
