//! The `sim` engine: script and subject in one discrete-event loop, in virtual time.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use simulator::{
    Fates, Instant, LinkId, Node, NodeId, Observed, Observer, Simulation, Step, Transmit,
};

use super::{EngineError, MakeScript, Plan, Recording};
use crate::journal::{
    Entry, Header, HexOctets, Journal, Known, Party, Received, Sent, Told, UNROUTABLE, What,
};
use crate::protocol::{Role, SubjectSetup, Transport};
use crate::scenario::{Application, PeerPlace};
use crate::script::{Action, AppEvent, Command, Input, Script, Stage};
use crate::subject::Subject;

pub(super) mod streams;

/// Unix time when every simulated run begins: 2026-01-01.
pub const EPOCH: Duration = Duration::from_hours(490_896);

/// The suite's node and the subject's.
const SUITE: NodeId = NodeId(0);
const SUBJECT: NodeId = NodeId(1);

/// The links' names, as schedules know them.
pub const TO_SUBJECT: &str = "peer>subject";
/// The link from the subject to the suite.
pub const TO_PEER: &str = "subject>peer";

/// Makes the subject once its addresses are known.
pub type MakeSubject<'a> = dyn Fn(&SubjectSetup<'_>) -> Box<dyn Subject> + 'a;

/// Runs a plan; `header` is filled in with addresses.
pub fn run(
    plan: &Plan<'_>,
    mut header: Header,
    subject: &MakeSubject<'_>,
    mutant: Option<&str>,
    script: &MakeScript<'_>,
) -> Result<Recording, EngineError> {
    let stage = set(plan, &mut header);
    let address = subject_address();
    let lives = |life| {
        subject(&SubjectSetup { seed: subject_seed(plan.seed, life), ..setup(plan, mutant) })
    };
    let subject = lives(0);
    if plan.protocol.transport() == Transport::Stream {
        let script = script(&stage);
        let run = streams::Run::new(plan, &stage, script, subject, Journal::new(header));
        return Ok(run.conduct(plan));
    }
    let mut nodes = [
        Actor::Suite(Suite::new(script(&stage), stage.peers.clone())),
        Actor::Subject(InProcess { subject, events: VecDeque::new() }),
    ];
    let mut network = network(plan, address, &stage)?;
    let mut scribe = Scribe {
        journal: Journal::new(header),
        inbox: VecDeque::new(),
        names: [classify(plan), classify(plan)],
    };
    run_to_end(plan, &mut network, &mut nodes, &mut scribe, (&stage, &lives))?;
    Ok(Recording {
        journal: scribe.journal,
        schedule: network.recorded(),
        unbitten: network.unbitten().cloned().collect(),
        streams: Vec::new(),
        unbitten_streams: Vec::new(),
        starved: None,
        printed: Vec::new(),
        reached: true,
    })
}

fn run_to_end(
    plan: &Plan<'_>,
    network: &mut Simulation,
    nodes: &mut [Actor<'_>; 2],
    scribe: &mut Scribe,
    (stage, lives): (&Stage, &dyn Fn(u8) -> Box<dyn Subject>),
) -> Result<(), EngineError> {
    let mut life = 0;
    let stopped = |exceeded: simulator::Exceeded| EngineError::Simulation(exceeded.to_string());
    let end = Instant::START + plan.limits.time;
    if let [Actor::Suite(suite), _] = nodes {
        suite.handle(Instant::START, Input::Start);
        suite.records.push_front(Record::Start);
        if plan.role == Role::Connector && plan.application == Application::Echo {
            // A connector without control opens its one connection by itself.
            suite.commands.extend(stage.peers.first().map(|peer| Command::Open(*peer)));
        }
    }
    network.wake(SUITE, nodes, scribe).map_err(stopped)?;
    loop {
        let now = network.now();
        while let [Actor::Suite(suite), Actor::Subject(subject)] = &mut *nodes {
            if let Some(command) = suite.commands.pop_front() {
                scribe.journal.push(now, What::Told(command.clone()));
                subject.subject.handle_command(now, &command);
                network.wake(SUBJECT, nodes, scribe).map_err(stopped)?;
            } else if std::mem::take(&mut suite.restarts) {
                life += 1;
                *subject = InProcess { subject: lives(life), events: VecDeque::new() };
                scribe.inbox.clear();
                scribe.journal.push(now, What::Restarted);
                suite.handle(now, Input::Restarted);
                network.wake(SUBJECT, nodes, scribe).map_err(stopped)?;
                network.wake(SUITE, nodes, scribe).map_err(stopped)?;
            } else if let Some(ending) = subject.subject.poll_ending() {
                scribe.journal.push(now, What::Ended(ending.clone()));
                suite.handle(now, Input::SubjectEnded(&ending));
                network.wake(SUITE, nodes, scribe).map_err(stopped)?;
            } else if let Some(Told { session, event, .. }) = scribe.told() {
                suite.handle(now, Input::Event { session: *session, event });
                network.wake(SUITE, nodes, scribe).map_err(stopped)?;
            } else {
                break;
            }
        }
        if let [Actor::Suite(suite), _] = &*nodes
            && suite.script.is_finished()
        {
            return Ok(());
        }
        if network.next_time().is_none_or(|next| next > end) {
            let reason = if network.next_time().is_none() {
                "nothing more would ever happen".to_owned()
            } else {
                format!("{} s of virtual time", plan.limits.time.as_secs())
            };
            scribe.journal.push(now, What::Limit(reason));
            return Ok(());
        }
        match network.step(nodes, scribe) {
            Ok(Step::Advanced) => {}
            Ok(Step::Quiet) => return Ok(()),
            Err(exceeded) => {
                scribe.journal.push(network.now(), What::Limit(exceeded.to_string()));
                return Ok(());
            }
        }
    }
}

/// Gives every party its address, and writes them into the journal's header.
pub(super) fn set(plan: &Plan<'_>, header: &mut Header) -> Stage {
    let stage = stage(plan);
    let names = plan.peers.iter().map(|(name, _)| name.clone());
    header.address = Some(subject_address());
    header.peers = names.zip(stage.peers.iter().copied()).collect();
    stage
}

/// What a subject in this process is made of.
pub(super) fn setup<'a>(plan: &Plan<'a>, mutant: Option<&'a str>) -> SubjectSetup<'a> {
    SubjectSetup {
        dialect: plan.dialect,
        role: plan.role,
        options: plan.options,
        application: plan.application,
        given: plan.given,
        local: subject_address(),
        epoch: EPOCH,
        seed: subject_seed(plan.seed, 0),
        mutant,
    }
}

/// The subject's address.
pub(super) fn subject_address() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 4000)
}

/// Addresses out of the block for documentation (RFC 5737).
fn stage(plan: &Plan<'_>) -> Stage {
    let peers = (0u8..)
        .zip(plan.peers)
        .map(|(index, (_, place))| {
            let host = match place {
                PeerPlace::OtherPort => 2,
                PeerPlace::OtherAddress => 3 + index,
            };
            // Another address has the port of the first peer: only the address tells them apart.
            let port = match place {
                PeerPlace::OtherPort => 5000 + u16::from(index),
                PeerPlace::OtherAddress => 5000,
            };
            SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, host)), port)
        })
        .collect();
    let subject = (plan.role == Role::Listener).then(subject_address);
    Stage { subject, peers, epoch: EPOCH }
}

fn network(plan: &Plan<'_>, subject: SocketAddr, stage: &Stage) -> Result<Simulation, EngineError> {
    let refused = |error: simulator::TopologyError| EngineError::Simulation(error.to_string());
    let limits =
        simulator::Limits { events: plan.limits.datagrams, ..simulator::Limits::default() };
    let mut network = Simulation::new(2, limits);
    network.attach(SUBJECT, subject).map_err(refused)?;
    for peer in &stage.peers {
        network.attach(SUITE, *peer).map_err(refused)?;
    }
    let classifier = || plan.protocol.classifier(plan.dialect);
    let fates = |fates: &Fates| fates.clone();
    network
        .connect(SUITE, SUBJECT, TO_SUBJECT, fates(plan.to_subject), classifier())
        .map_err(refused)?;
    network.connect(SUBJECT, SUITE, TO_PEER, fates(plan.to_peer), classifier()).map_err(refused)?;
    network.record(true);
    network.decree(plan.decreed.iter().copied());
    Ok(network)
}

fn classify(plan: &Plan<'_>) -> std::sync::Arc<dyn simulator::Classifier> {
    plan.protocol.classifier(plan.dialect)
}

/// The chance of a subject that was started so many times before: each start has its own.
pub(super) fn subject_seed(seed: u64, life: u8) -> [u8; 32] {
    let mut octets = *b"the subject's own chance........";
    if let Some(first) = octets.first_mut() {
        *first ^= life;
    }
    for (place, octet) in octets.iter_mut().rev().zip(seed.to_le_bytes()) {
        *place = octet;
    }
    octets
}

/// A node of the simulation.
enum Actor<'a> {
    Suite(Suite<'a>),
    Subject(InProcess),
}

/// What the nodes tell the observer besides datagrams, for the journal.
enum Record {
    Start,
    Timeout,
    Step(usize),
    Secret(Known),
    Event(Party, u64, AppEvent),
}

/// The script, as a node with the addresses of all peers.
struct Suite<'a> {
    script: Box<dyn Script + 'a>,
    addresses: Vec<SocketAddr>,
    outgoing: VecDeque<Transmit>,
    commands: VecDeque<Command>,
    restarts: bool,
    records: VecDeque<Record>,
}

impl<'a> Suite<'a> {
    fn new(script: Box<dyn Script + 'a>, addresses: Vec<SocketAddr>) -> Self {
        Self {
            script,
            addresses,
            outgoing: VecDeque::new(),
            commands: VecDeque::new(),
            restarts: false,
            records: VecDeque::new(),
        }
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.script.handle(now, input);
        while let Some(action) = self.script.poll() {
            match action {
                Action::Send { peer, to, octets } => {
                    if let Some(from) = self.addresses.get(peer) {
                        self.outgoing.push_back(Transmit { from: *from, to, octets });
                    }
                }
                Action::Stream { .. } | Action::Read { .. } => {}
                Action::Tell(command) => self.commands.push_back(command),
                Action::Restart => self.restarts = true,
                Action::Step(place) => self.records.push_back(Record::Step(place)),
                Action::Secret { peer, secret } => {
                    self.records.push_back(Record::Secret(Known { by: Party::Peer(peer), secret }));
                }
                Action::PeerEvent { session, event } => {
                    self.records.push_back(Record::Event(Party::Peer(0), session, event));
                }
            }
        }
    }
}

/// A subject in this process, as a node.
struct InProcess {
    subject: Box<dyn Subject>,
    events: VecDeque<Record>,
}

impl Node for Actor<'_> {
    type Event = Record;

    fn handle_datagram(&mut self, now: Instant, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        match self {
            Self::Suite(suite) => {
                if let Some(peer) = suite.addresses.iter().position(|address| *address == to) {
                    suite.handle(now, Input::Datagram { peer, from, octets });
                }
            }
            Self::Subject(subject) => subject.subject.handle_datagram(now, from, octets),
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Suite(suite) => {
                suite.records.push_back(Record::Timeout);
                suite.handle(now, Input::Timeout);
            }
            Self::Subject(subject) => subject.subject.handle_timeout(now),
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Suite(suite) => suite.script.poll_timeout(),
            Self::Subject(subject) => subject.subject.poll_timeout(),
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        match self {
            Self::Suite(suite) => suite.outgoing.pop_front(),
            Self::Subject(subject) => subject.subject.poll_transmit(),
        }
    }

    fn poll_event(&mut self) -> Option<Record> {
        match self {
            Self::Suite(suite) => suite.records.pop_front(),
            Self::Subject(subject) => {
                while let Some((session, event)) = subject.subject.poll_event() {
                    subject.events.push_back(Record::Event(Party::Subject, session, event));
                }
                subject.events.pop_front()
            }
        }
    }
}

/// Writes the journal, and keeps what the script has to hear of.
struct Scribe {
    journal: Journal,
    /// Places in the journal of what the subject's application was told.
    inbox: VecDeque<usize>,
    names: [std::sync::Arc<dyn simulator::Classifier>; 2],
}

const fn party(node: NodeId, peer: usize) -> Party {
    if node.0 == SUBJECT.0 { Party::Subject } else { Party::Peer(peer) }
}

impl Scribe {
    fn peer(&self, address: SocketAddr) -> usize {
        self.journal.header.peers.iter().position(|(_, peer)| *peer == address).unwrap_or(0)
    }

    /// What the script has to hear of next.
    fn told(&mut self) -> Option<&Told> {
        let place = self.inbox.pop_front()?;
        match self.journal.entries.get(place) {
            Some(Entry { what: What::Event(told), .. }) => Some(told),
            _ => None,
        }
    }

    fn name(&self, link: LinkId, key: simulator::MessageKey) -> String {
        self.names.get(link.0).map_or_else(String::new, |names| names.name(key))
    }
}

impl Observer<Record> for Scribe {
    fn observe(&mut self, now: Instant, what: Observed<'_, Record>) {
        let what = match what {
            Observed::Sent { node, number, from, to, octets, link, key, occurrence, fate } => {
                What::Sent(Box::new(Sent {
                    number,
                    by: party(node, self.peer(from)),
                    from,
                    to,
                    message: self.name(link, key),
                    occurrence,
                    fate: *fate,
                    reason: None,
                    octets: HexOctets::from(octets),
                }))
            }
            Observed::Received { node, number, from, to, octets, altered, .. } => {
                What::Received(Received {
                    number,
                    by: party(node, self.peer(to)),
                    from,
                    to,
                    octets: altered.then(|| HexOctets::from(octets)),
                })
            }
            Observed::Unroutable { node, number, from, to, octets } => What::Sent(Box::new(Sent {
                number,
                by: party(node, self.peer(from)),
                from,
                to,
                message: UNROUTABLE.to_owned(),
                occurrence: 1,
                fate: simulator::Fate::LOST,
                reason: None,
                octets: HexOctets::from(octets),
            })),
            Observed::Event { event, .. } => match event {
                Record::Start => What::Start,
                Record::Timeout => What::Timeout,
                Record::Step(place) => What::Step(place),
                Record::Secret(known) => What::Secret(known),
                Record::Event(by, session, event) => {
                    if by == Party::Subject {
                        self.inbox.push_back(self.journal.entries.len());
                    }
                    What::Event(Told { by, session, event })
                }
            },
        };
        self.journal.push(now, what);
    }
}
