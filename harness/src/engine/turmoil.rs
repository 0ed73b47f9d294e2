//! The engine `turmoil`: asynchronous code on simulated hosts, through sockets like tokio's, in virtual time.
//!
//! The subject runs on a host of its own: the reference behind the driver that also serves it on real sockets, or somebody's
//! asynchronous code. Its peers have hosts, too, with a socket each; their script stays outside and acts between two ticks.
//! Turmoil gives hosts, clocks and sockets, and brings datagrams from one to the other in one tick; faults are those of the
//! simulator's links, done where a datagram arrives.
//!
//! A tick is a millisecond, because tokio's timers know nothing finer and turmoil's order of events holds with no longer one. So
//! everything happens at whole milliseconds: what is due in between happens up to a tick later than in `sim`.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use ::turmoil::Sim;
use simulator::{DRAINED_MAX, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::sim::streams::Run;
use super::{EngineError, Limits, MakeScript, Plan, Recording, sim};
use crate::journal::{Header, Journal, Known, Party, Told, What};
use crate::protocol::{Role, SubjectSetup, Transport};
use crate::scenario::Application;
use crate::script::{Action, AppEvent, Command, Input, Script};
use crate::serve::{Attendant, Order, Seen, datagrams};
use crate::subject::Subject;

mod socket;
mod streams;
mod wire;

pub use socket::Socket;
use wire::{Heard, Shared, Wire};

/// The name of this engine in journals.
pub const NAME: &str = "turmoil";

/// The time of one step, and what turmoil takes to bring a datagram to its host.
const TICK: Duration = Duration::from_millis(1);

/// How much later than in `sim` something may be seen: a command, a timer, and the way there and back are a tick late each.
pub const LATENESS: Duration = Duration::from_millis(4);

/// Why a run ends in which the subject leaves time no room to pass.
const ENDLESS: &str = "the subject does not come to an end";

/// Datagrams that wait for a host at most: more than a run may have, so that none is lost but by its fate.
const WAITING_MAX: usize = 1 << 20;

/// Asynchronous code that is the subject of one run: what it does on its host until it ends or the run is over.
pub type Software = Box<dyn FnOnce(Host) -> Pin<Box<dyn Future<Output = io::Result<()>>>>>;

/// Makes the subject's code once its address is known.
pub type MakeSoftware<'a> = dyn Fn(&SubjectSetup<'_>) -> Software + 'a;

/// What runs on the subject's host.
#[derive(Clone, Copy)]
pub enum Code<'a> {
    /// An implementation without sockets, behind the driver that runs it on real ones.
    Driven(&'a sim::MakeSubject<'a>),
    /// Code with a socket of its own, over UDP.
    Own(&'a MakeSoftware<'a>),
}

/// What the subject's code finds on its host.
#[derive(Debug)]
pub struct Host {
    /// Its socket, already bound to its address.
    pub socket: Socket,
    /// Its application, which the suite plays.
    pub control: Control,
}

/// The side of the subject's application: it says what is to be done, and is told what happens.
#[derive(Debug)]
pub struct Control {
    commands: mpsc::UnboundedReceiver<Command>,
    wire: Shared,
}

impl Control {
    /// Waits for the next thing to do; may be given up while it waits, without harm.
    pub async fn command(&mut self) -> Command {
        match self.commands.recv().await {
            Some(command) => command,
            None => std::future::pending().await,
        }
    }

    /// Tells the application something, in one of its sessions.
    pub fn tell(&mut self, session: u64, event: AppEvent) {
        let mut wire = self.wire.lock();
        if wire.may_go_on(now()) {
            wire.told(now(), session, event);
        }
    }
}

impl Attendant for Control {
    async fn order(&mut self) -> Order {
        Order::Do(self.command().await)
    }

    fn seen(&mut self, _: Instant, seen: Seen<'_>) -> io::Result<()> {
        if let Seen::Event { session, event } = seen {
            self.tell(session, event.clone());
        }
        let endless = self.wire.lock().endless;
        if endless { Err(io::Error::other(ENDLESS)) } else { Ok(()) }
    }
}

/// An implementation without sockets behind the driver that runs it on real ones.
fn driven(mut subject: Box<dyn Subject>) -> Software {
    Box::new(|Host { socket, mut control }| {
        Box::pin(async move { datagrams::drive(&socket, &mut *subject, &mut control).await })
    })
}

/// The time on the host that runs now.
fn now() -> Instant {
    Instant::START + ::turmoil::sim_elapsed().unwrap_or_default()
}

/// Runs a plan; `header` is filled in with addresses.
///
/// # Errors
///
/// When the schedule cannot be obeyed, or the subject's code panics.
///
/// # Panics
///
/// Never: nothing of a run is left when its hosts are gone.
pub fn run(
    plan: &Plan<'_>,
    mut header: Header,
    code: Code<'_>,
    mutant: Option<&str>,
    script: &MakeScript<'_>,
) -> Result<Recording, EngineError> {
    let stage = sim::set(plan, &mut header);
    let setup = sim::setup(plan, mutant);
    if plan.protocol.transport() == Transport::Stream {
        let Code::Driven(make) = code else {
            let why = "it has a UDP socket, and the protocol is on TCP";
            return Err(EngineError::Asynchronous { subject: header.subject, why });
        };
        let subject = streams::behind_gateway(plan, network(plan), make(&setup));
        let (script, journal) = (script(&stage), Journal::new(header));
        return Ok(Run::new(plan, &stage, script, subject, journal).conduct(&with_ticks(plan)));
    }
    let subject = sim::subject_address();
    let stopped = |error: &dyn std::fmt::Display| EngineError::Simulation(error.to_string());
    let wire = Wire::new(plan, Journal::new(header), subject, &stage.peers);
    let wire = Shared::new(wire.map_err(|error| stopped(&error))?);
    let mut network = network(plan);
    let make = |life| {
        let setup = SubjectSetup { seed: sim::subject_seed(plan.seed, life), ..setup };
        match code {
            Code::Driven(make) => driven(make(&setup)),
            Code::Own(make) => make(&setup),
        }
    };
    let lives = Lives { sender: host_subject(&mut network, &wire), make: &make, before: 0 };
    let outgoing = host_peers(&mut network, &wire, &stage.peers);
    let mut suite = Suite {
        script: script(&stage),
        wire: Shared::clone(&wire),
        addresses: &stage.peers,
        outgoing,
        commands: mpsc::unbounded_channel().0,
        lives,
    };
    suite.commands = suite.lives.begin();
    let limit = conduct(plan, &mut network, &mut suite).map_err(|error| stopped(&error))?;
    drop((network, suite));
    let wire = wire.into_inner().expect("hosts and suite are gone");
    let (mut journal, (schedule, unbitten)) = (wire.journal, wire.network.into_schedules());
    if let Some((at, limit)) = limit {
        journal.push(at, What::Limit(limit));
    }
    Ok(Recording {
        journal,
        schedule,
        unbitten,
        streams: Vec::new(),
        unbitten_streams: Vec::new(),
        starved: None,
        printed: Vec::new(),
        reached: true,
    })
}

/// Hosts without a fault of turmoil's own: it takes one tick for each datagram, and loses none.
fn network(plan: &Plan<'_>) -> Sim<'static> {
    ::turmoil::Builder::new()
        .tick_duration(TICK)
        .min_message_latency(TICK)
        .max_message_latency(TICK)
        .fail_rate(0.0)
        .udp_capacity(WAITING_MAX)
        .tcp_capacity(streams::WAITING_MAX)
        .epoch(SystemTime::UNIX_EPOCH + sim::EPOCH)
        .rng_seed(plan.seed)
        // The run has its own limit.
        .simulation_duration(Duration::MAX)
        .build()
}

/// The plan with a limit that leaves room for the ticks, which are events, too, where connections are.
fn with_ticks<'a>(plan: &Plan<'a>) -> Plan<'a> {
    let ticks = plan.limits.time.as_millis() / TICK.as_millis();
    let datagrams = plan.limits.datagrams.saturating_add(u64::try_from(ticks).unwrap_or(u64::MAX));
    Plan { limits: Limits { datagrams, ..plan.limits }, ..*plan }
}

/// What runs on the subject's host from one start to the next, and what its application is told.
type Life = (Software, mpsc::UnboundedReceiver<Command>);

/// The subject's starts.
struct Lives<'a> {
    sender: mpsc::UnboundedSender<Life>,
    make: &'a dyn Fn(u8) -> Software,
    before: u8,
}

impl Lives<'_> {
    /// Starts the subject, in the next tick; what ran before on its host is gone then. Gives where its application is told.
    fn begin(&mut self) -> mpsc::UnboundedSender<Command> {
        let (sender, commands) = mpsc::unbounded_channel();
        // The host lives as long as the run.
        let _gone = self.sender.send(((self.make)(self.before), commands));
        self.before += 1;
        sender
    }
}

/// Gives the subject its host, the first in each tick.
fn host_subject(network: &mut Sim<'_>, wire: &Shared) -> mpsc::UnboundedSender<Life> {
    let (sender, mut lives) = mpsc::unbounded_channel::<Life>();
    let wire = Shared::clone(wire);
    let address = sim::subject_address();
    network.client(address.ip(), async move {
        let mut life = lives.recv().await;
        while let Some((software, commands)) = life {
            let socket = Socket::bind(Shared::clone(&wire), Party::Subject, address).await?;
            let control = Control { commands, wire: Shared::clone(&wire) };
            let ended = tokio::select! {
                biased;
                next = lives.recv() => {
                    life = next;
                    continue;
                }
                ended = software(Host { socket, control }) => ended,
            };
            let status = match ended {
                Ok(()) => "it came to its end".to_owned(),
                Err(error) => error.to_string(),
            };
            wire.lock().ended(now(), status);
            life = lives.recv().await;
        }
        Ok(())
    });
    sender
}

/// A datagram of a peer whose fate is decided.
type Outgoing = (SocketAddr, Vec<u8>);

/// Gives the peers their hosts, one for each of their addresses, and a socket each.
fn host_peers(
    network: &mut Sim<'_>,
    wire: &Shared,
    addresses: &[SocketAddr],
) -> Vec<mpsc::UnboundedSender<Outgoing>> {
    let mut senders = Vec::with_capacity(addresses.len());
    let mut hosts: BTreeMap<IpAddr, Vec<_>> = BTreeMap::new();
    for (peer, address) in addresses.iter().enumerate() {
        let (sender, outgoing) = mpsc::unbounded_channel();
        senders.push(sender);
        hosts.entry(address.ip()).or_default().push((peer, *address, outgoing));
    }
    for (ip, peers) in hosts {
        let wire = Shared::clone(wire);
        network.client(ip, async move {
            let mut all = JoinSet::new();
            for (peer, address, outgoing) in peers {
                let socket = Socket::bind(Shared::clone(&wire), Party::Peer(peer), address).await?;
                all.spawn_local(carry(Shared::clone(&wire), peer, socket, outgoing));
            }
            while let Some(ended) = all.join_next().await {
                ended??;
            }
            Ok(())
        });
    }
    senders
}

/// Carries what a peer sends, and what it receives.
async fn carry(
    wire: Shared,
    peer: usize,
    socket: Socket,
    mut outgoing: mpsc::UnboundedReceiver<Outgoing>,
) -> io::Result<()> {
    loop {
        tokio::select! {
            biased;
            Some((to, octets)) = outgoing.recv() => {
                // To an address that nobody has it is lost, which the journal says already.
                let _nobody = socket.carry(&octets, to).await;
            }
            arrival = socket.arrival() => {
                let arrival = arrival?;
                let (from, octets) = (arrival.ticket.from, arrival.octets);
                wire.lock().heard.push_back(Heard::Datagram { peer, from, octets });
            }
        }
    }
}

/// The script, with what it needs to act.
struct Suite<'a> {
    script: Box<dyn Script + 'a>,
    wire: Shared,
    addresses: &'a [SocketAddr],
    outgoing: Vec<mpsc::UnboundedSender<Outgoing>>,
    commands: mpsc::UnboundedSender<Command>,
    lives: Lives<'a>,
}

/// Runs tick by tick to the end of the script, or to a limit.
fn conduct(
    plan: &Plan<'_>,
    network: &mut Sim<'_>,
    suite: &mut Suite<'_>,
) -> Result<Option<(Instant, String)>, Box<dyn std::error::Error>> {
    let mut now = Instant::START;
    let end = Instant::START + plan.limits.time;
    suite.record(now, What::Start);
    suite.hand_in(now, Input::Start);
    if plan.role == Role::Connector && plan.application == Application::Echo {
        // A connector without control opens its one connection by itself.
        suite.tell(now, suite.addresses.first().map(|peer| Command::Open(*peer)));
    }
    loop {
        let settled = suite.settle(now);
        if suite.script.is_finished() {
            return Ok(None);
        }
        let next = Instant::START + network.elapsed();
        let (endless, datagrams) = {
            let wire = suite.wire.lock();
            (wire.endless, wire.network.datagrams())
        };
        let limit = if endless {
            Some(ENDLESS.to_owned())
        } else if !settled {
            Some("too many events at one moment".to_owned())
        } else if datagrams > plan.limits.datagrams {
            Some(format!("{} datagrams", plan.limits.datagrams))
        } else {
            (next > end).then(|| format!("{} s of virtual time", plan.limits.time.as_secs()))
        };
        if let Some(limit) = limit {
            return Ok(Some((now, limit)));
        }
        now = next;
        network.step()?;
    }
}

impl Suite<'_> {
    fn record(&self, now: Instant, what: What) {
        self.wire.lock().journal.push(now, what);
    }

    /// Hands in what was heard in a tick, and then the timer, when that is due; false when that never ends.
    fn settle(&mut self, now: Instant) -> bool {
        for _ in 0..DRAINED_MAX {
            let heard = self.wire.lock().heard.pop_front();
            match heard {
                Some(Heard::Datagram { peer, from, octets }) => {
                    self.hand_in(now, Input::Datagram { peer, from, octets: &octets });
                }
                Some(Heard::Event { session, event }) => {
                    self.hand_in(now, Input::Event { session, event: &event });
                }
                Some(Heard::Restarted) => self.hand_in(now, Input::Restarted),
                Some(Heard::Ended(ending)) => self.hand_in(now, Input::SubjectEnded(&ending)),
                None if self.script.poll_timeout().is_some_and(|due| due <= now) => {
                    self.record(now, What::Timeout);
                    self.hand_in(now, Input::Timeout);
                }
                None => return true,
            }
        }
        false
    }

    fn hand_in(&mut self, now: Instant, input: Input<'_>) {
        self.script.handle(now, input);
        while let Some(action) = self.script.poll() {
            match action {
                Action::Send { peer, to, octets } => self.send(now, peer, to, octets),
                Action::Tell(command) => self.tell(now, Some(command)),
                Action::Restart => {
                    self.commands = self.lives.begin();
                    self.record(now, What::Restarted);
                    self.wire.lock().heard.push_back(Heard::Restarted);
                }
                Action::Step(place) => self.record(now, What::Step(place)),
                Action::Secret { peer, secret } => {
                    self.record(now, What::Secret(Known { by: Party::Peer(peer), secret }));
                }
                Action::PeerEvent { session, event } => {
                    let by = Party::Peer(0);
                    self.record(now, What::Event(Told { by, session, event }));
                }
                Action::Stream { .. } | Action::Read { .. } => {}
            }
        }
    }

    /// Lets a peer send, in the next tick; what becomes of it is decided now.
    fn send(&self, now: Instant, peer: usize, to: SocketAddr, octets: Vec<u8>) {
        let place = self.addresses.get(peer).zip(self.outgoing.get(peer));
        let Some((from, outgoing)) = place else { return };
        self.wire.lock().send(now, Party::Peer(peer), (*from, to), &octets);
        // The host of a peer lives as long as the run.
        let _gone = outgoing.send((to, octets));
    }

    /// Lets the subject's application do something, in the next tick.
    fn tell(&self, now: Instant, command: Option<Command>) {
        let Some(command) = command else { return };
        self.record(now, What::Told(command.clone()));
        // Software that has ended is told nothing more; that it has ended is in the journal.
        let _ended = self.commands.send(command);
    }
}
