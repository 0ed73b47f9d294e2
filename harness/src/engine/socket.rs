//! The engine of real sockets: a script against a program on UDP, in real time.
//!
//! The subject is an address where somebody listens already, or a command line that is started and stopped for each run. Faults
//! are applied at the suite's own end, by the same links as in the simulation. In the journal the subject's side of a
//! link is the suite's socket: what comes out of it the subject has sent, what goes into it the subject has received.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::runtime;

use crate::clock::Clock;
use crate::engine::network::Network;
use crate::engine::{EngineError, MakeScript, Plan, Recording};
use crate::journal::{Header, Journal, VERSION};
use crate::profile::{CommandLine, Profile, WayIn};
use crate::protocol::{Question, Role, Transport};
use crate::scenario::Application;
use crate::script::{Command, Stage};
use crate::subject::control::Hello;
use crate::subject::process::{Part, Process};

mod conductor;
pub mod encounter;
mod given;
mod greeting;
mod interrupt;
mod lines;
mod patience;
mod peers;
mod ports;
mod ready;
#[cfg(test)]
mod tests;
mod tolerance;
mod unflushed;

use conductor::{Conductor, Control, Started, State};
use given::Port;
use greeting::{Greeting, greet};
use lines::Lines;
use peers::Peers;
use ready::Readiness;
pub use tolerance::tolerance;
pub use unflushed::answers_at_its_end;

/// The name of this engine in journals.
pub const NAME: &str = "socket";

/// How often a program is started that ends before it is up: another may have taken its port in between.
const STARTS_MAX: usize = 2;

/// A live subject, and how it is met.
#[derive(Clone, Copy)]
pub struct Live<'a> {
    /// What is known of it; its way in is an address or a command.
    pub profile: &'a Profile,
    /// How long it may take to be up: less than the profile grants, when it was silent before.
    pub start_within: Duration,
    /// The octets of a packet that a listener answers, fresh at each call: asks whether it is up.
    pub question: &'a dyn Fn() -> Question,
}

/// Brings a script and a live subject together.
///
/// Silence is not an error: a subject that never answers is run against all the same, and [`Recording::reached`] is false.
/// The caller must not be within a runtime of tokio.
///
/// # Errors
///
/// When the run could not take place or was interrupted; see [`EngineError`]. Nothing of the subject's program is left then either.
pub fn run(
    plan: &Plan<'_>,
    live: &Live<'_>,
    make: &MakeScript<'_>,
) -> Result<Recording, EngineError> {
    let io = |error| EngineError::Io { doing: "starting the run".to_owned(), error };
    // Before the first run, and not within one: measuring takes its time.
    tolerance();
    if matches!(live.profile.way, WayIn::Command(_)) {
        interrupt::listen();
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(io)?;
    runtime.block_on(async {
        let ready = get_ready(plan, live).await?;
        play(plan, live, make, ready).await
    })
}

/// A subject that is up, or had the time to be.
struct Ready {
    subject: Option<SocketAddr>,
    host: IpAddr,
    peers: Peers,
    lines: Lines,
    process: Option<Process>,
    control: Option<Control>,
    reached: bool,
    /// Late answers go here, and no other subject is given the port, until the run is over.
    _kept: (Option<UdpSocket>, Option<Port>),
}

async fn get_ready(plan: &Plan<'_>, live: &Live<'_>) -> Result<Ready, EngineError> {
    let line = match (&live.profile.way, plan.role) {
        (WayIn::Command(line) | WayIn::VirtualTime(line), _) => line,
        (WayIn::Address(subject), Role::Listener) => return address(plan, live, *subject).await,
        (WayIn::Address(_), Role::Connector) => return Err(no_way("a connector is a command")),
        (WayIn::Reference, _) => return Err(no_way("the reference has no socket of its own")),
    };
    let mut tries = 1;
    loop {
        let ready = match plan.role {
            Role::Listener => listener(plan, live, line).await,
            Role::Connector if line.control => controlled(plan, live, line).await,
            Role::Connector => connector(plan, live, line).await,
        };
        match ready {
            Err(EngineError::Died { .. }) if tries < STARTS_MAX => tries += 1,
            ready => return ready,
        }
    }
}

fn no_way(reason: &str) -> EngineError {
    let error = io::Error::new(io::ErrorKind::Unsupported, reason);
    EngineError::Io { doing: "looking for a way to the subject".to_owned(), error }
}

/// Reaches a subject that listens already.
async fn address(
    plan: &Plan<'_>,
    live: &Live<'_>,
    subject: SocketAddr,
) -> Result<Ready, EngineError> {
    let host = live.profile.host;
    let (readiness, asking) = ask(plan.protocol.transport(), live, subject).await?;
    let peers = open_peers(plan, host, Some(subject)).await?;
    let lines = Lines::new(plan, Some(subject), None);
    let reached = matches!(readiness, Readiness::Up(_));
    let kept = (asking, None);
    let subject = Some(subject);
    Ok(Ready { subject, host, peers, lines, process: None, control: None, reached, _kept: kept })
}

/// Asks a listener that the suite has not started whether it is up.
async fn ask(
    transport: Transport,
    live: &Live<'_>,
    subject: SocketAddr,
) -> Result<(Readiness, Option<UdpSocket>), EngineError> {
    match transport {
        Transport::Datagrams => {
            let asking = ready::asking_socket(live.profile.host, subject).await?;
            let (question, within) = (live.question, live.start_within);
            let readiness = ready::listener(&asking, subject, None, question, within).await?;
            Ok((readiness, Some(asking)))
        }
        Transport::Stream => {
            Ok((ready::stream_listener(subject, None, live.start_within).await?, None))
        }
    }
}

/// Starts a listener.
async fn listener(
    plan: &Plan<'_>,
    live: &Live<'_>,
    line: &CommandLine,
) -> Result<Ready, EngineError> {
    let host = live.profile.host;
    let mut port = Port::free(host, plan.protocol.transport())?;
    let subject = Some(port.address);
    let peers = open_peers(plan, host, subject).await?;
    let lines = Lines::new(plan, subject, None);
    let (part, transport) = (part(plan, subject, None), plan.protocol.transport());
    let Up { started, reached, asking } =
        start_listener(transport, live, line, &part, Some(&mut port)).await?;
    let Started { process, control } = started;
    let (process, kept) = (Some(process), (asking, Some(port)));
    Ok(Ready { subject, host, peers, lines, process, control, reached, _kept: kept })
}

/// Starts a connector, which finds the first peer waiting for it.
async fn connector(
    plan: &Plan<'_>,
    live: &Live<'_>,
    line: &CommandLine,
) -> Result<Ready, EngineError> {
    let host = live.profile.host;
    let (peers, mut lines) = servers(plan, host).await?;
    let peer = peers.addresses.first().copied();
    let mut process = Process::start(line, &part(plan, None, peer))?;
    let (running, within) = (Some(&mut process), live.start_within);
    let readiness = match plan.protocol.transport() {
        Transport::Datagrams => ready::connector(&peers, running, within).await?,
        Transport::Stream => ready::stream_connector(&mut lines, running, within).await?,
    };
    let subject = match readiness {
        Readiness::Died(status) => return Err(ready::died(process, status).await),
        Readiness::Silent => None,
        Readiness::Up(from) => Some(from),
    };
    let (reached, process) = (subject.is_some(), Some(process));
    Ok(Ready { subject, host, peers, lines, process, control: None, reached, _kept: (None, None) })
}

/// Starts a connector that speaks control lines, and waits until it says that it is ready.
async fn controlled(
    plan: &Plan<'_>,
    live: &Live<'_>,
    line: &CommandLine,
) -> Result<Ready, EngineError> {
    let host = live.profile.host;
    let (peers, lines) = servers(plan, host).await?;
    let part = part(plan, None, peers.addresses.first().copied());
    let Started { process, control } = greeted(plan.role, live, line, &part).await?;
    let (process, kept) = (Some(process), (None, None));
    let (subject, reached) = (None, true);
    Ok(Ready { subject, host, peers, lines, process, control, reached, _kept: kept })
}

/// Starts a program that speaks control lines, and waits until it says that it is ready.
async fn greeted(
    role: Role,
    live: &Live<'_>,
    line: &CommandLine,
    part: &Part<'_>,
) -> Result<Started, EngineError> {
    let mut process = Process::start(line, part)?;
    let Some(mut lines) = process.take_lines() else {
        unreachable!("a program that is started with control lines has them");
    };
    match greet(&mut lines, &mut process, Hello::of(part), live.start_within).await {
        Err(error) => Err(ready::broken(Some(process), error, false).await),
        Ok(Greeting::Interrupted) => Err(EngineError::Interrupted),
        Ok(Greeting::Died(status)) => Err(ready::died(process, status).await),
        Ok(Greeting::Up(notes)) => {
            Ok(Started { process, control: Some(Control::new(lines, role, notes)) })
        }
    }
}

/// A listener that is up, or had the time to be.
struct Up {
    started: Started,
    reached: bool,
    /// Late answers to the question whether it is up go here.
    asking: Option<UdpSocket>,
}

/// Starts a listener at the address of its part, and waits until it is up. Its port is kept from all others until then.
async fn start_listener(
    transport: Transport,
    live: &Live<'_>,
    line: &CommandLine,
    part: &Part<'_>,
    port: Option<&mut Port>,
) -> Result<Up, EngineError> {
    let Some(subject) = part.address else { return Err(no_way("a listener has an address")) };
    let asking = match transport {
        Transport::Datagrams if !line.control => {
            Some(ready::asking_socket(live.profile.host, subject).await?)
        }
        Transport::Datagrams | Transport::Stream => None,
    };
    if let Some(port) = port {
        port.let_go();
    }
    if line.control {
        let started = greeted(Role::Listener, live, line, part).await?;
        return Ok(Up { started, reached: true, asking });
    }
    let mut process = Process::start(line, part)?;
    let (running, within) = (Some(&mut process), live.start_within);
    let readiness = match &asking {
        Some(asking) => ready::listener(asking, subject, running, live.question, within).await?,
        None => ready::stream_listener(subject, running, within).await?,
    };
    if let Readiness::Died(status) = readiness {
        return Err(ready::died(process, status).await);
    }
    let reached = matches!(readiness, Readiness::Up(_));
    Ok(Up { started: Started { process, control: None }, reached, asking })
}

/// Starts a listener again at its address, and waits until it is up. One that is silent now will show it in the scenario.
async fn start_again(
    plan: &Plan<'_>,
    live: &Live<'_>,
    subject: Option<SocketAddr>,
    kept: &mut Vec<UdpSocket>,
) -> Result<Started, EngineError> {
    let (WayIn::Command(line), Some(_)) = (&live.profile.way, subject) else {
        return Err(no_way("only a listener that the suite has started is started again"));
    };
    let part = part(plan, subject, None);
    let up = start_listener(plan.protocol.transport(), live, line, &part, None).await?;
    kept.extend(up.asking);
    Ok(up.started)
}

/// The sockets of the peers of a subject that listens.
async fn open_peers(
    plan: &Plan<'_>,
    host: IpAddr,
    subject: Option<SocketAddr>,
) -> Result<Peers, EngineError> {
    match plan.protocol.transport() {
        Transport::Datagrams => Peers::open(plan.peers, host, subject).await,
        // Each has another port for each of its connections.
        Transport::Stream => Ok(Peers::of_streams(vec![(host, 0).into(); plan.peers.len()])),
    }
}

/// The sockets where a subject that connects finds the peers.
async fn servers(plan: &Plan<'_>, host: IpAddr) -> Result<(Peers, Lines), EngineError> {
    match plan.protocol.transport() {
        Transport::Datagrams => {
            let peers = Peers::open(plan.peers, host, None).await?;
            Ok((peers, Lines::new(plan, None, None)))
        }
        Transport::Stream => {
            let refused = |error| EngineError::Socket { address: host, error };
            let listener = TcpListener::bind((host, 0)).await.map_err(refused)?;
            let address = listener.local_addr().map_err(refused)?;
            let peers = Peers::of_streams(vec![address; plan.peers.len()]);
            Ok((peers, Lines::new(plan, None, Some(listener))))
        }
    }
}

/// Runs the script against a subject that is up.
async fn play(
    plan: &Plan<'_>,
    live: &Live<'_>,
    make: &MakeScript<'_>,
    ready: Ready,
) -> Result<Recording, EngineError> {
    let Ready { subject, host, peers, lines, process, control, reached, _kept } = ready;
    let network = Network::new(plan).map_err(|error| EngineError::Io {
        doing: "reading the schedule".to_owned(),
        error: io::Error::other(error),
    })?;
    let clock = Clock::start();
    let script = make(&Stage { subject, peers: peers.addresses.clone(), epoch: clock.epoch() });
    let journal = Journal::new(Header {
        events: control.is_some(),
        ..header(plan, live, &clock, subject, &peers)
    });
    let mut conductor = Conductor {
        clock,
        role: plan.role,
        limits: plan.limits,
        subject,
        host,
        peers: &peers,
        lines,
        process,
        control,
        script,
        network,
        journal,
        reached,
        state: State::default(),
        printed: Vec::new(),
    };
    let waited_before = conductor.waited();
    // A connector with the echo is told to open its one session as soon as the scenario begins.
    let opens = plan.role == Role::Connector && plan.application == Application::Echo;
    let opening = peers.addresses.first().filter(|_| opens && conductor.control.is_some());
    // Late answers to the question whether it is up again go there.
    let mut kept_too = Vec::new();
    let start = async || start_again(plan, live, subject, &mut kept_too).await;
    match conductor.conduct(opening.copied().map(Command::Open), start).await {
        Ok(()) => {}
        Err(error) => {
            let error = match error {
                EngineError::Control { error, begun, .. } => {
                    ready::broken(conductor.process.take(), error, begun).await
                }
                error => error,
            };
            let journal = Box::new(conductor.journal);
            return Err(EngineError::Halfway { error: Box::new(error), journal });
        }
    }
    let waited = conductor.waited().since(waited_before).or_at_least(conductor.state.latest);
    let starved = (waited.together > tolerance()).then_some(waited);
    let printed = match &live.profile.way {
        WayIn::Command(line) | WayIn::VirtualTime(line) => conductor.stop(line.stop).await,
        WayIn::Address(_) | WayIn::Reference => Vec::new(),
    };
    let (journal, reached) = (conductor.journal, conductor.reached);
    let (streams, unbitten_streams) = conductor.lines.schedules();
    let (schedule, unbitten) = conductor.network.into_schedules();
    Ok(Recording {
        journal,
        schedule,
        unbitten,
        streams,
        unbitten_streams,
        starved,
        printed,
        reached,
    })
}

fn part<'a>(plan: &Plan<'a>, address: Option<SocketAddr>, peer: Option<SocketAddr>) -> Part<'a> {
    Part {
        protocol: plan.protocol.name(),
        events: plan.protocol.events(),
        scenario: plan.scenario,
        role: plan.protocol.word(plan.role),
        dialect: plan.dialect,
        options: plan.options,
        application: plan.application,
        given: plan.given,
        address,
        peer,
    }
}

fn header(
    plan: &Plan<'_>,
    live: &Live<'_>,
    clock: &Clock,
    subject: Option<SocketAddr>,
    peers: &Peers,
) -> Header {
    let names = plan.peers.iter().map(|(name, _)| name.clone());
    Header {
        journal: VERSION,
        scenario: plan.scenario.to_owned(),
        protocol: plan.protocol.name().to_owned(),
        role: plan.protocol.word(plan.role).to_owned(),
        dialect: plan.dialect.clone(),
        options: plan.options.clone(),
        engine: NAME.to_owned(),
        seed: plan.seed,
        epoch: clock.epoch(),
        subject: live.profile.name.clone(),
        address: subject,
        peers: names.zip(peers.addresses.iter().copied()).collect(),
        events: false,
        tolerance: tolerance(),
        reply: live.profile.reply,
        timers: live.profile.timers.clone(),
    }
}
