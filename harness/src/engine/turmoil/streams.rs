//! Connections on hosts of turmoil: the subject's own, and those of a gateway through which the suite's peers reach it.
//!
//! To the suite the hosts together are a [`Subject`] without sockets, run by the same loop as in `sim`: what a peer does goes
//! over its faulty link there, and then through the gateway to the subject's host; what the subject does goes the same way back.
//! Each tick of the hosts is a timer of this subject.
//!
//! Turmoil's connections lose nothing and keep their order. A reset is signalled beside them, because they know none that a program
//! asks for.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::turmoil::Sim;
use ::turmoil::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use ::turmoil::net::{TcpListener, TcpStream};
use simulator::{Instant, Part, Transmit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

use super::{TICK, now};
use crate::engine::{Plan, sim};
use crate::protocol::Role;
use crate::script::{AppEvent, Command};
use crate::serve::streams::{Connection, Making, Net, Reading, Writing, drive};
use crate::serve::{Attendant, Order, Seen};
use crate::subject::Subject;
use crate::verdict::Ending;

/// Where the gateway is, and waits for connections of a subject that makes them.
const GATEWAY: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)), 5000);

/// Octets that are read of a connection at a time.
const PIECE: usize = 64 * 1024;

/// What the subject may do at one moment.
const AT_ONCE_MAX: usize = 1 << 20;

/// Segments that wait on one connection, and connections that wait to be taken: no fewer than can come at one moment, because
/// turmoil forgets an end that finds its queue full.
pub(super) const WAITING_MAX: usize = AT_ONCE_MAX + 1;

/// Gives subject and gateway their hosts, and makes of them one subject without sockets.
pub(super) fn behind_gateway(
    plan: &Plan<'_>,
    mut hosts: Sim<'static>,
    mut subject: Box<dyn Subject>,
) -> Box<dyn Subject> {
    let (commands, orders) = mpsc::unbounded_channel();
    let (dials, dialled) = mpsc::unbounded_channel();
    let cable = Cable::default();
    let (address, role) = (sim::subject_address(), plan.role);
    let lines = cable.clone();
    hosts.client(address.ip(), async move {
        let net = Lines::bind(lines.clone(), role, address).await?;
        let mut desk = Desk { commands: orders, cable: lines.clone() };
        let status = match drive(&net, &mut *subject, &mut desk).await {
            Ok(()) => "it came to its end".to_owned(),
            Err(error) => error.to_string(),
        };
        lines.lock().ended = Some(Ending::Crashed { status });
        Ok(())
    });
    let lines = cable.clone();
    hosts.client(GATEWAY.ip(), async move {
        match role {
            Role::Listener => dial(lines, address, dialled).await,
            Role::Connector => answer(lines).await?,
        }
        Ok(())
    });
    Box::new(Hosts { network: hosts, role, cable, commands, dials })
}

/// All hosts as one subject.
struct Hosts {
    network: Sim<'static>,
    role: Role,
    cable: Cable,
    commands: mpsc::UnboundedSender<Command>,
    dials: mpsc::UnboundedSender<u64>,
}

impl Subject for Hosts {
    fn handle_datagram(&mut self, _: Instant, _: SocketAddr, _: &[u8]) {}

    fn handle_stream(&mut self, _: Instant, connection: u64, part: &Part) {
        let line = self.cable.line(connection);
        let opened = *part == Part::Opened;
        // Whoever takes these lives as long as the run.
        let _gone = match self.role {
            Role::Listener if opened => self.dials.send(connection).is_err(),
            Role::Connector if opened => {
                line.opened.notify_one();
                false
            }
            Role::Listener | Role::Connector => line.orders.send(part.clone()).is_err(),
        };
    }

    fn handle_blocked(&mut self, _: Instant, connection: u64, blocked: bool) {
        let line = self.cable.line(connection);
        *line.blocked.lock().unwrap_or_else(PoisonError::into_inner) = blocked;
        line.unblocked.notify_one();
    }

    fn handle_timeout(&mut self, _: Instant) {
        if let Err(error) = self.network.step() {
            self.cable.lock().ended = Some(Ending::Crashed { status: error.to_string() });
        }
    }

    fn handle_command(&mut self, _: Instant, command: &Command) {
        // One that has ended is told nothing more; that it has ended it has said.
        let _ended = self.commands.send(command.clone());
    }

    fn poll_timeout(&self) -> Option<Instant> {
        Some(Instant::START + self.network.elapsed())
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_stream(&mut self) -> Option<(u64, Part)> {
        self.cable.lock().parts.pop_front()
    }

    fn poll_event(&mut self) -> Option<(u64, AppEvent)> {
        self.cable.lock().events.pop_front()
    }

    fn poll_ending(&mut self) -> Option<Ending> {
        self.cable.lock().ended.take()
    }
}

/// What passes between the hosts and the suite; only one thread ever locks it.
#[derive(Clone, Default)]
struct Cable(Arc<Mutex<Passing>>);

#[derive(Default)]
struct Passing {
    /// What the subject has done on its connections.
    parts: VecDeque<(u64, Part)>,
    events: VecDeque<(u64, AppEvent)>,
    ended: Option<Ending>,
    lines: BTreeMap<u64, Arc<Line>>,
    /// Connections that turmoil is making, in its order.
    making: VecDeque<u64>,
    /// How many connections the subject has made.
    made: u64,
    /// What the subject has done at one moment.
    done: (Instant, usize),
}

/// Beside a connection of turmoil: what that cannot carry.
struct Line {
    /// What the gateway does on it next.
    orders: mpsc::UnboundedSender<Part>,
    ordered: Mutex<Option<mpsc::UnboundedReceiver<Part>>>,
    /// A peer has taken the connection that the subject makes.
    opened: Notify,
    /// A peer has broken it.
    reset: Notify,
    /// The subject has broken it.
    is_cut: Mutex<bool>,
    cut: Notify,
    /// Its peer reads too slowly.
    blocked: Mutex<bool>,
    unblocked: Notify,
}

impl Cable {
    fn lock(&self) -> MutexGuard<'_, Passing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, connection: u64) -> Arc<Line> {
        let new = || {
            let (orders, ordered) = mpsc::unbounded_channel();
            Arc::new(Line {
                orders,
                ordered: Mutex::new(Some(ordered)),
                opened: Notify::new(),
                reset: Notify::new(),
                is_cut: Mutex::new(false),
                cut: Notify::new(),
                blocked: Mutex::new(false),
                unblocked: Notify::new(),
            })
        };
        Arc::clone(self.lock().lines.entry(connection).or_insert_with(new))
    }

    /// The connection that turmoil has made next.
    fn next_made(&self) -> (u64, Arc<Line>) {
        let made = self.lock().making.pop_front();
        let connection = made.expect("no connection is made that nobody asked for");
        (connection, self.line(connection))
    }

    fn push(&self, connection: u64, part: Part) {
        self.lock().parts.push_back((connection, part));
    }

    /// Stops for ever what does not come to an end within one moment: it would never let time pass.
    async fn go_on(&self) {
        let may = {
            let mut passing = self.lock();
            if passing.done.0 != now() {
                passing.done = (now(), 0);
            }
            passing.done.1 += 1;
            passing.done.1 < AT_ONCE_MAX
        };
        if !may {
            std::future::pending::<()>().await;
        }
    }
}

/// The subject's application, which the suite plays.
struct Desk {
    commands: mpsc::UnboundedReceiver<Command>,
    cable: Cable,
}

impl Attendant for Desk {
    async fn order(&mut self) -> Order {
        match self.commands.recv().await {
            Some(command) => Order::Do(command),
            None => std::future::pending().await,
        }
    }

    fn seen(&mut self, _: Instant, seen: Seen<'_>) -> io::Result<()> {
        if let Seen::Event { session, event } = seen {
            self.cable.lock().events.push_back((session, event.clone()));
        }
        Ok(())
    }
}

/// The subject's connections.
struct Lines {
    cable: Cable,
    listener: Option<TcpListener>,
    start: tokio::time::Instant,
}

impl Lines {
    async fn bind(cable: Cable, role: Role, address: SocketAddr) -> io::Result<Self> {
        let any = (Ipv4Addr::UNSPECIFIED, address.port());
        let listener = match role {
            Role::Listener => Some(TcpListener::bind(any).await?),
            Role::Connector => None,
        };
        let start = tokio::time::Instant::now() - now().duration_since(Instant::START);
        Ok(Self { cable, listener, start })
    }
}

impl Net for Lines {
    type Reading = SubjectReads;
    type Writing = SubjectWrites;

    async fn accept(&self) -> Connection<Self> {
        let accepted = match &self.listener {
            Some(listener) => listener.accept().await.ok(),
            None => None,
        };
        let Some((stream, from)) = accepted else { return std::future::pending().await };
        let (_, line) = self.cable.next_made();
        of_turmoil(self.cable.clone(), line, stream, from)
    }

    fn connect(&self) -> Making<Self> {
        let cable = self.cable.clone();
        Box::pin(async move {
            let connection = {
                let mut passing = cable.lock();
                passing.made += 1;
                let made = passing.made;
                passing.making.push_back(made);
                made
            };
            let line = cable.line(connection);
            let stream = TcpStream::connect(GATEWAY).await?;
            tokio::select! {
                biased;
                () = line.opened.notified() => {}
                () = line.reset.notified() => return Err(io::ErrorKind::ConnectionRefused.into()),
            }
            Ok(of_turmoil(cable, line, stream, GATEWAY))
        })
    }

    async fn sleep_until(&self, at: Instant) {
        self.cable.go_on().await;
        match self.start.checked_add(at.duration_since(Instant::START)) {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    fn now(&self) -> Instant {
        now()
    }
}

fn of_turmoil(
    cable: Cable,
    line: Arc<Line>,
    stream: TcpStream,
    from: SocketAddr,
) -> Connection<Lines> {
    let (reading, writing) = stream.into_split();
    Connection {
        from,
        reading: SubjectReads { half: reading, line: Arc::clone(&line) },
        writing: SubjectWrites { half: writing, line, cable },
    }
}

/// The subject's side of a connection, that reads.
struct SubjectReads {
    half: OwnedReadHalf,
    line: Arc<Line>,
}

impl Reading for SubjectReads {
    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        tokio::select! {
            biased;
            () = self.line.reset.notified() => Err(io::ErrorKind::ConnectionReset.into()),
            read = self.half.read(buffer) => read,
        }
    }
}

/// The subject's side of a connection, that writes.
struct SubjectWrites {
    half: OwnedWriteHalf,
    line: Arc<Line>,
    cable: Cable,
}

impl Writing for SubjectWrites {
    async fn write_all(&mut self, octets: &[u8]) -> io::Result<()> {
        self.cable.go_on().await;
        self.half.write_all(octets).await?;
        while *self.line.blocked.lock().unwrap_or_else(PoisonError::into_inner) {
            self.line.unblocked.notified().await;
        }
        Ok(())
    }

    async fn shutdown(&mut self) -> io::Result<()> {
        self.half.shutdown().await
    }

    fn cut(self) {
        *self.line.is_cut.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.line.cut.notify_one();
    }
}

/// At the gateway: makes connections to a subject that listens, as its peers want them.
async fn dial(cable: Cable, subject: SocketAddr, mut dialled: mpsc::UnboundedReceiver<u64>) {
    while let Some(connection) = dialled.recv().await {
        let cable = cable.clone();
        tokio::spawn(async move {
            cable.lock().making.push_back(connection);
            match TcpStream::connect(subject).await {
                Ok(stream) => pass(&cable, connection, stream).await,
                Err(_) => cable.push(connection, Part::Reset),
            }
        });
    }
}

/// At the gateway: takes the connections of a subject that makes them.
async fn answer(cable: Cable) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, GATEWAY.port())).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (connection, _) = cable.next_made();
        cable.push(connection, Part::Opened);
        let cable = cable.clone();
        tokio::spawn(async move { pass(&cable, connection, stream).await });
    }
}

/// At the gateway: does on a connection what the peer wants, and passes on what the subject does, for as long as the run lasts.
async fn pass(cable: &Cable, connection: u64, stream: TcpStream) {
    let line = cable.line(connection);
    let ordered = line.ordered.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut ordered) = ordered else { return };
    let (mut reading, mut writing) = stream.into_split();
    let reads = async {
        let mut buffer = vec![0; PIECE];
        let is_cut = || *line.is_cut.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match reading.read(&mut buffer).await {
                Ok(0) if !is_cut() => break,
                Ok(0) | Err(_) => return cable.push(connection, Part::Reset),
                Ok(length) => {
                    let octets = buffer.get(..length).unwrap_or_default().to_vec();
                    cable.push(connection, Part::Octets(octets));
                }
            }
        }
        cable.push(connection, Part::Finished);
        line.cut.notified().await;
        cable.push(connection, Part::Reset);
    };
    let writes = async {
        while let Some(order) = ordered.recv().await {
            match order {
                Part::Opened => {}
                // Of a connection that is broken reading tells.
                Part::Octets(octets) => drop(writing.write_all(&octets).await),
                Part::Finished => drop(writing.shutdown().await),
                Part::Reset => {
                    // Behind what was written before.
                    tokio::time::sleep(TICK).await;
                    line.reset.notify_one();
                }
            }
        }
    };
    tokio::join!(reads, writes);
}
