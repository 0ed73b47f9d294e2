//! Live subjects of every kind, good and bad. The programs among them are this very test program, asked to play a part.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use simulator::{Entry, Fate, Fates, Instant, Schedule, Span, StreamFates};

use super::*;
use crate::engine::Limits;
use crate::journal::{Party, What};
use crate::profile::{DialectChoice, Grade, OptionChoice, Timers};
use crate::protocol::{Protocol, Question, mnet::Mnet};
use crate::scenario::{Application, PeerPlace};
use crate::script::{Action, Input, Script, ScriptFinding};
use crate::spec::ClauseId;
use crate::verdict::Ending;

const SOON: Duration = Duration::from_secs(20);

mod control;

/// Tells and sends at the beginning, waits, and is finished when so many have come or nothing has come for long enough.
struct Exchange {
    subject: Option<SocketAddr>,
    tells: Vec<Command>,
    sends: Vec<(usize, Vec<u8>)>,
    answers: usize,
    until: Instant,
    finished: bool,
}

impl Script for Exchange {
    fn handle(&mut self, _: Instant, input: Input<'_>) {
        match input {
            Input::Stream { .. } => {}
            Input::Datagram { .. } => self.answers = self.answers.saturating_sub(1),
            Input::Timeout | Input::SubjectEnded(_) => self.finished = true,
            Input::Start | Input::Restarted | Input::Event { .. } => {}
        }
        self.finished |= self.answers == 0;
    }

    fn poll(&mut self) -> Option<Action> {
        if !self.tells.is_empty() {
            return Some(Action::Tell(self.tells.remove(0)));
        }
        let to = self.subject?;
        let (peer, octets) = (!self.sends.is_empty()).then(|| self.sends.remove(0))?;
        Some(Action::Send { peer, to, octets })
    }

    fn poll_timeout(&self) -> Option<Instant> {
        Some(self.until)
    }

    fn is_finished(&self) -> bool {
        self.finished
    }

    fn findings(&self) -> &[ScriptFinding] {
        &[]
    }

    fn finish(&mut self, _: Instant) {}

    fn shown(&self) -> Vec<ClauseId> {
        Vec::new()
    }

    fn transcript(&self) -> Vec<String> {
        Vec::new()
    }
}

/// One run, with what tests change about it.
struct Scene {
    way: WayIn,
    host: IpAddr,
    role: Role,
    peers: Vec<(String, PeerPlace)>,
    to_subject: Fates,
    to_peer: Fates,
    limits: Limits,
    tells: Vec<Command>,
    sends: Vec<(usize, Vec<u8>)>,
    answers: usize,
    wait: Duration,
    start_within: Duration,
}

impl Scene {
    fn new(way: WayIn) -> Self {
        let host = match &way {
            WayIn::Address(address) => address.ip(),
            WayIn::Command(_) | WayIn::VirtualTime(_) | WayIn::Reference => {
                Ipv4Addr::LOCALHOST.into()
            }
        };
        Self {
            way,
            host,
            role: Role::Listener,
            peers: vec![("peer".to_owned(), PeerPlace::OtherPort)],
            to_subject: Fates::usual(Span::ZERO),
            to_peer: Fates::usual(Span::ZERO),
            limits: Limits::default(),
            tells: Vec::new(),
            sends: vec![(0, b"hello".to_vec())],
            answers: 1,
            wait: SOON,
            start_within: SOON,
        }
    }

    fn run(self) -> Result<Recording, EngineError> {
        let dialect = DialectChoice::default_for(&Mnet);
        let profile = Profile {
            name: "a program".to_owned(),
            protocol: "mnet".to_owned(),
            roles: vec![self.role],
            dialect: dialect.clone(),
            options: OptionChoice::default(),
            claims: Grade::Edition,
            way: self.way,
            host: self.host,
            reply: Duration::from_secs(1),
            settle: Duration::ZERO,
            timers: Timers::defaults(&Mnet),
            capabilities: [].into(),
            application: Application::Echo,
            digest: None,
        };
        let plan = Plan {
            protocol: &Mnet,
            scenario: "mnet/a",
            dialect: &dialect,
            role: self.role,
            options: &OptionChoice::default(),
            application: Application::Echo,
            given: &BTreeMap::new(),
            peers: &self.peers,
            to_subject: &self.to_subject,
            to_peer: &self.to_peer,
            streams: &(StreamFates::usual(Span::ZERO), StreamFates::usual(Span::ZERO)),
            decreed: &[],
            seed: 1,
            limits: self.limits,
        };
        let live = Live {
            profile: &profile,
            start_within: self.start_within,
            question: &|| Question { packet: b"up?".to_vec(), thanks: None },
        };
        let (tells, sends, answers, wait) = (self.tells, self.sends, self.answers, self.wait);
        let make = |stage: &Stage| -> Box<dyn Script> {
            assert!(!stage.peers.is_empty());
            let (tells, sends) = (tells.clone(), sends.clone());
            let (subject, until) = (stage.subject, Instant::START + wait);
            Box::new(Exchange { subject, tells, sends, answers, until, finished: false })
        };
        run(&plan, &live, &make)
    }
}

/// What a journal says, one word or two an entry; datagrams by their numbers.
fn story(recording: &Recording) -> Vec<String> {
    let who = |party: &Party| party.to_string();
    let entries = recording.journal.entries.iter();
    entries
        .filter(|entry| entry.what != What::Start)
        .map(|entry| match &entry.what {
            What::Sent(it) => format!("{} sends {}", who(&it.by), it.number),
            What::Received(it) => format!("{} receives {}", who(&it.by), it.number),
            What::Ended(ending) => ending.to_string(),
            What::Limit(limit) => format!("limit: {limit}"),
            What::Note(note) => note.clone(),
            What::Told(command) => format!("told: {command:?}"),
            What::Event(it) => {
                format!("{}: {:?} in {}", who(&it.by), it.event, it.session).to_lowercase()
            }
            other => format!("{other:?}").to_lowercase(),
        })
        .collect()
}

const EXCHANGE: [&str; 4] =
    ["peer sends 0", "subject receives 0", "subject sends 1", "peer receives 1"];

/// A subject at an address: sends back whatever comes, until this test program ends.
fn echo(ip: &str) -> WayIn {
    let socket = UdpSocket::bind((ip, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || send_back(&socket));
    WayIn::Address(address)
}

fn send_back(socket: &UdpSocket) {
    let mut buffer = vec![0; 70_000];
    while let Ok((length, from)) = socket.recv_from(&mut buffer) {
        // Whoever is gone does not want an answer.
        let _gone = socket.send_to(&buffer[..length], from);
    }
}

/// A subject that is a program: this one, with [`plays_a_part`].
fn program(part: &str) -> WayIn {
    let test = "engine::socket::tests::plays_a_part";
    command(
        std::env::current_exe().unwrap().to_str().unwrap(),
        &["--exact", test, "--nocapture"],
        part,
    )
}

fn command(program: &str, arguments: &[&str], part: &str) -> WayIn {
    WayIn::Command(CommandLine {
        program: program.to_owned(),
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        environment: BTreeMap::from([("PART".to_owned(), part.to_owned())]),
        folder: PathBuf::from("/"),
        control: false,
        virtual_time: false,
        start: SOON,
        stop: SOON,
    })
}

#[test]
fn plays_a_part() {
    let Ok(part) = std::env::var("PART") else { return };
    let address = |name: &str| std::env::var(name).unwrap().parse::<SocketAddr>().unwrap();
    if part == "connects" {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(address("WIREPROOF_PEER")).unwrap();
        socket.send(b"first").unwrap();
        socket.recv(&mut [0; 100]).unwrap();
        return;
    }
    let socket = UdpSocket::bind(address("WIREPROOF_ADDRESS")).unwrap();
    let mut buffer = vec![0; 70_000];
    if part == "echoes" {
        send_back(&socket);
    }
    loop {
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        let is_question = &buffer[..length] == b"up?";
        socket.send_to(&buffer[..length], from).unwrap();
        match part.as_str() {
            _ if is_question => {}
            "crashes" => panic!("this is too much"),
            "closes" => break,
            "floods" => while socket.send_to(&[0; 100], from).is_ok() {},
            _ => panic!("no such part"),
        }
    }
    drop(socket);
    thread::park_timeout(SOON);
}

#[test]
fn a_datagram_goes_to_an_address_and_comes_back_and_no_question_is_in_the_journal() {
    for ip in ["127.0.0.1", "::1"] {
        let recording = Scene::new(echo(ip)).run().unwrap();
        assert_eq!(story(&recording), EXCHANGE);
        assert!(recording.reached);
        let header = &recording.journal.header;
        assert_eq!((header.engine.as_str(), header.role.as_str()), (NAME, "listener"));
        assert_eq!(header.peers[0].1.ip(), header.address.unwrap().ip());
        assert_eq!(recording.journal.octets(1).unwrap(), b"hello");
    }
}

#[test]
fn peers_sit_where_the_scenario_says() {
    let mut scene = Scene::new(echo("127.0.0.1"));
    scene.peers.push(("neighbour".to_owned(), PeerPlace::OtherPort));
    scene.peers.push(("stranger".to_owned(), PeerPlace::OtherAddress));
    scene.sends = (0..3).map(|peer| (peer, vec![0])).collect();
    scene.answers = 3;
    let recording = scene.run().unwrap();
    let addresses: Vec<SocketAddr> =
        recording.journal.header.peers.iter().map(|peer| peer.1).collect();
    assert_eq!(addresses[0].ip(), addresses[1].ip());
    assert_ne!(addresses[0].port(), addresses[1].port());
    assert_eq!(addresses[2].ip().to_string(), "127.0.0.2");
    assert!(story(&recording).iter().any(|line| line.starts_with("peer 2 receives")));

    let mut scene = Scene::new(echo("::1"));
    scene.peers.push(("stranger".to_owned(), PeerPlace::OtherAddress));
    assert!(matches!(scene.run(), Err(EngineError::Socket { .. })));
}

#[test]
fn the_largest_datagram_comes_through_whole() {
    let mut scene = Scene::new(echo("127.0.0.1"));
    scene.sends = vec![(0, vec![7; 65_507])];
    let recording = scene.run().unwrap();
    assert_eq!(recording.journal.octets(1).unwrap().len(), 65_507);
}

#[test]
fn faults_happen_at_the_suites_own_end_and_are_written_down() {
    let mut scene = Scene::new(echo("127.0.0.1"));
    let entry =
        |link: &str, message: &str, fate| Entry::new(link.to_owned(), message.to_owned(), 1, fate);
    let classifier = Mnet.classifier(&DialectChoice::default_for(&Mnet));
    let name = |octets: &[u8], ordinal| classifier.name(classifier.key(octets, ordinal));
    let (lost, late) = (vec![1, b'x'], vec![2, b'y']);
    let delay = Span::from_millis(60);
    let fates = |entries| Fates::Schedule {
        latency: Span::from_millis(5),
        hold_max: Span::from_millis(100),
        schedule: Schedule(entries),
    };
    scene.to_subject = fates(vec![entry("peer>subject", &name(&lost, 1), Fate::LOST)]);
    scene.to_peer = fates(vec![
        entry("subject>peer", &name(&late, 1), Fate { delay, ..Fate::USUAL }),
        entry("subject>peer", &name(&[3], 9), Fate::LOST),
    ]);
    scene.sends = vec![(0, lost), (0, late)];
    let recording = scene.run().unwrap();
    assert_eq!(
        story(&recording),
        [
            "peer sends 0",
            "peer sends 1",
            "subject receives 1",
            "subject sends 2",
            "peer receives 2"
        ]
    );
    // The first entry is the start.
    let at = |index: usize| recording.journal.entries[index + 1].at;
    assert!(at(2) - at(1) >= Duration::from_millis(5));
    assert!(at(4) - at(3) >= Duration::from_millis(65));
    assert_eq!(recording.schedule.0.len(), 2);
    assert_eq!(recording.unbitten.len(), 1);
}

#[test]
fn a_closed_port_is_an_error_that_names_the_address() {
    let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = Scene::new(WayIn::Address(address)).run().unwrap_err();
    assert!(
        matches!(error, EngineError::Closed { address: closed } if closed == address),
        "{error}"
    );
}

#[test]
fn silence_is_no_error_and_the_script_is_run_all_the_same() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut scene = Scene::new(WayIn::Address(silent.local_addr().unwrap()));
    scene.start_within = Duration::from_millis(100);
    scene.wait = Duration::from_millis(100);
    let recording = scene.run().unwrap();
    assert_eq!(story(&recording), ["peer sends 0", "subject receives 0", "timeout"]);
    assert!(!recording.reached);
}

#[test]
fn a_program_is_started_waited_for_and_stopped() {
    let recording = Scene::new(program("echoes")).run().unwrap();
    assert_eq!(story(&recording), EXCHANGE);
    assert!(String::from_utf8(recording.printed).unwrap().contains("running 1 test"));
}

#[test]
fn a_program_that_dies_before_it_is_up_is_an_error_that_shows_its_last_words() {
    let way = command("sh", &["-c", "echo no configuration >&2; exit 3"], "");
    let error = Scene::new(way).run().unwrap_err().to_string();
    assert_eq!(
        error,
        "the subject ended before the scenario began (exit status 3)\n  no configuration"
    );
}

#[test]
fn a_crash_is_written_down_after_the_last_datagram() {
    let mut scene = Scene::new(program("crashes"));
    scene.answers = 2;
    let recording = scene.run().unwrap();
    let mut expected = EXCHANGE.to_vec();
    expected.push("crashed (exit status 101)");
    assert_eq!(story(&recording), expected);
    assert!(String::from_utf8_lossy(&recording.printed).contains("this is too much"));
}

#[test]
fn a_socket_that_is_closed_in_a_run_is_written_down_once() {
    let mut scene = Scene::new(program("closes"));
    scene.answers = 2;
    // What is late comes when the socket is closed, twice.
    scene.peers.push(("late".to_owned(), PeerPlace::OtherPort));
    scene.sends.push((1, b"anybody?".to_vec()));
    let fate = Fate { delay: Span::from_millis(300), repeat: 1, ..Fate::USUAL };
    let classifier = Mnet.classifier(&DialectChoice::default_for(&Mnet));
    let message = classifier.name(classifier.key(b"anybody?", 1));
    scene.to_subject = scene.to_subject.replaying(Schedule(vec![Entry::new(
        "late>subject".into(),
        message,
        1,
        fate,
    )]));
    let recording = scene.run().unwrap();
    let story = story(&recording);
    assert_eq!(
        story.iter().filter(|line| *line == &Ending::Reset.to_string()).count(),
        1,
        "{story:?}"
    );
}

#[test]
fn a_flood_keeps_no_timer_waiting_and_comes_to_an_end() {
    let mut scene = Scene::new(program("floods"));
    scene.answers = usize::MAX;
    scene.wait = Duration::from_millis(300);
    let recording = scene.run().unwrap();
    let timeout =
        recording.journal.entries.iter().find(|entry| entry.what == What::Timeout).unwrap();
    assert!(
        timeout.at < Instant::START + Duration::from_millis(300) + tolerance(),
        "{}",
        timeout.at
    );

    let mut scene = Scene::new(program("floods"));
    scene.answers = usize::MAX;
    scene.limits.datagrams = 500;
    let recording = scene.run().unwrap();
    assert_eq!(story(&recording).last().unwrap(), "limit: 500 datagrams");
    assert!(recording.journal.entries.len() < 1100);
}

#[test]
fn a_run_that_takes_too_long_is_ended() {
    let mut scene = Scene::new(echo("127.0.0.1"));
    scene.answers = 2;
    scene.limits.time = Duration::from_millis(100);
    assert_eq!(story(&scene.run().unwrap()).last().unwrap(), "limit: 100ms of time");
}

#[test]
fn a_connector_speaks_first_and_may_end_when_its_session_is_over() {
    let mut scene = Scene::new(program("connects"));
    scene.role = Role::Connector;
    scene.sends = vec![(0, b"answer".to_vec())];
    scene.answers = 2;
    let recording = scene.run().unwrap();
    let mut story = story(&recording);
    // The answer to what is in the socket already may leave before that is taken out.
    story[..4].sort();
    assert_eq!(
        story,
        [
            "peer receives 1",
            "peer sends 0",
            "subject receives 0",
            "subject sends 1",
            "the subject has ended: exit status 0",
            "clean"
        ]
    );
    assert!(recording.journal.header.address.is_some());

    let mut scene = Scene::new(command("sh", &["-c", "exit 0"], ""));
    scene.role = Role::Connector;
    assert!(matches!(scene.run(), Err(EngineError::Died { .. })));
}
