//! The driver over connections of TCP: many of them at once, none of which holds up another. It knows a [`Subject`] and a [`Net`],
//! and neither a protocol nor whose connections they are. What is tested over one network is what runs over another.
//!
//! Each connection has a task that reads and a task that writes. What is read comes in pieces through one queue in which every
//! connection has its turn; who sends for ever waits for the others. What is written is one piece at a time for each connection:
//! while it is under way the subject is told that the connection is blocked, keeps what else is for it, and lets go of whoever
//! never reads. So nothing here grows with what a client does or leaves undone.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use simulator::{Instant, Part};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

use super::{Attendant, Order, Seen};
use crate::clock::Clock;
use crate::subject::Subject;

/// Octets that are read from a connection at a time: what one can put before the others in one turn.
const PIECE: usize = 1024;
/// Pieces that wait for their turn, of all connections together.
const INPUTS_MAX: usize = 64;
/// Things that wait to be done on one connection: a piece, its end, and what a subject does that does not heed a blocked one.
const ORDERS_MAX: usize = 64;
/// How long making a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// How long what was written before the end may take to go out.
const LINGER: Duration = Duration::from_secs(10);
/// The pause after a connection that could not be taken: most often there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A network as the driver sees it: where connections come from, and one clock.
///
/// What waits may be given up, without harm; but a connection that is being made is then never made.
pub trait Net {
    /// The half of a connection that reads.
    type Reading: Reading;
    /// The half that writes.
    type Writing: Writing;
    /// The next connection that is made to us; waits for ever where none can be.
    fn accept(&self) -> impl Future<Output = Connection<Self>>;
    /// Makes a connection.
    fn connect(&self) -> Making<Self>;
    /// Waits until a moment has come.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()>;
    /// The time.
    fn now(&self) -> Instant;
}

/// A connection that is being made.
pub type Making<N> = Pin<Box<dyn Future<Output = io::Result<Connection<N>>> + Send>>;

/// A connection.
pub struct Connection<N: Net + ?Sized> {
    /// The other side.
    pub from: SocketAddr,
    /// What reads from it.
    pub reading: N::Reading,
    /// What writes to it.
    pub writing: N::Writing,
}

/// Reads from a connection.
pub trait Reading: Send + 'static {
    /// Waits for octets; none at the other side's end.
    fn read(&mut self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send;
}

/// Writes to a connection.
pub trait Writing: Send + 'static {
    /// Writes all of it.
    fn write_all(&mut self, octets: &[u8]) -> impl Future<Output = io::Result<()>> + Send;
    /// Ends this side, behind what was written.
    fn shutdown(&mut self) -> impl Future<Output = io::Result<()>> + Send;
    /// Breaks the connection: the other side gets a RST.
    fn cut(self);
}

/// What the tasks of connections tell the driver.
enum Input<N: Net> {
    /// Something has come.
    Part(u64, Part),
    /// What was to be written is written, or never will be.
    Written(u64),
    /// What was written is out, and behind it the end.
    Shut(u64),
    /// A connection that the subject makes is there, or not.
    Made(u64, io::Result<Connection<N>>),
}

/// One connection.
struct Line {
    orders: mpsc::Sender<Part>,
    /// Breaks it.
    breaks: Arc<Notify>,
    reader: AbortHandle,
    /// The subject has ended its side.
    finished: bool,
    /// The other side has ended its own.
    ended: bool,
}

/// Runs an implementation over connections until the attendant has enough.
///
/// # Errors
///
/// When the attendant fails. A connection that breaks concerns nobody but its own client.
pub async fn drive<N: Net + 'static>(
    net: &N,
    subject: &mut dyn Subject,
    attendant: &mut impl Attendant,
) -> io::Result<()> {
    let (sender, mut inputs) = mpsc::channel(INPUTS_MAX);
    let mut lines = Lines { net, all: BTreeMap::new(), made: 0, inputs: sender };
    loop {
        while let Some((connection, part)) = subject.poll_stream() {
            attendant.seen(net.now(), Seen::PartSent { connection, part: &part })?;
            lines.perform(net.now(), connection, part, subject);
        }
        while let Some((session, event)) = subject.poll_event() {
            attendant.seen(net.now(), Seen::Event { session, event: &event })?;
        }
        if attendant.is_done() {
            lines.flush().await;
            return Ok(());
        }
        attendant.behind(subject.is_behind());
        let due = subject.poll_timeout();
        let timer = async {
            match due {
                Some(due) => net.sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        // A timer that is due goes before what comes: that may come without end.
        tokio::select! {
            biased;
            order = attendant.order() => match order {
                Order::End => return Ok(()),
                Order::Do(command) => subject.handle_command(net.now(), &command),
            },
            () = timer => subject.handle_timeout(net.now()),
            Some(input) = inputs.recv() => {
                lines.take(net.now(), input, subject, attendant)?;
            }
            accepted = net.accept() => {
                let from = accepted.from;
                let connection = lines.begin(accepted);
                attendant.seen(net.now(), Seen::Connected { connection, from })?;
                subject.handle_stream(net.now(), connection, &Part::Opened);
            }
        }
    }
}

/// All connections.
struct Lines<'a, N: Net> {
    net: &'a N,
    all: BTreeMap<u64, Line>,
    made: u64,
    inputs: mpsc::Sender<Input<N>>,
}

impl<N: Net + 'static> Lines<'_, N> {
    /// Begins a connection that was made to us.
    fn begin(&mut self, accepted: Connection<N>) -> u64 {
        self.made += 1;
        self.serve(self.made, accepted);
        self.made
    }

    /// Gives a connection its tasks.
    fn serve(&mut self, connection: u64, made: Connection<N>) {
        let Connection { reading, writing, .. } = made;
        let (orders, queue) = mpsc::channel(ORDERS_MAX);
        let breaks = Arc::new(Notify::new());
        let reader = tokio::spawn(read(connection, reading, self.inputs.clone())).abort_handle();
        tokio::spawn(write(connection, writing, queue, Arc::clone(&breaks), self.inputs.clone()));
        let (finished, ended) = (false, false);
        self.all.insert(connection, Line { orders, breaks, reader, finished, ended });
    }

    /// Does on a connection what the subject wants.
    fn perform(&mut self, now: Instant, connection: u64, part: Part, subject: &mut dyn Subject) {
        if part == Part::Opened {
            let (making, inputs) = (self.net.connect(), self.inputs.clone());
            tokio::spawn(async move {
                let made = tokio::time::timeout(CONNECT_MAX, making).await;
                let made = made.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                // Without a driver nobody waits for it.
                let _nobody = inputs.send(Input::Made(connection, made)).await;
            });
            return;
        }
        let Some(line) = self.all.get_mut(&connection) else { return };
        let (is_octets, resets) = (matches!(part, Part::Octets(_)), part == Part::Reset);
        if part == Part::Finished {
            let breaks = Arc::clone(&line.breaks);
            tokio::spawn(async move {
                tokio::time::sleep(LINGER).await;
                breaks.notify_one();
            });
        }
        if resets || line.orders.try_send(part).is_err() {
            self.cut(connection);
            if !resets {
                subject.handle_stream(now, connection, &Part::Reset);
            }
        } else if is_octets {
            subject.handle_blocked(now, connection, true);
        }
    }

    /// Breaks a connection, whatever is under way.
    fn cut(&mut self, connection: u64) {
        if let Some(line) = self.all.remove(&connection) {
            line.reader.abort();
            line.breaks.notify_one();
        }
    }

    /// Takes what the tasks tell.
    fn take(
        &mut self,
        now: Instant,
        input: Input<N>,
        subject: &mut dyn Subject,
        attendant: &mut impl Attendant,
    ) -> io::Result<()> {
        match input {
            Input::Written(connection) if self.all.contains_key(&connection) => {
                subject.handle_blocked(now, connection, false);
            }
            Input::Written(_) => {}
            Input::Shut(connection) => {
                let over = self.all.get_mut(&connection).is_some_and(|line| {
                    line.finished = true;
                    line.ended
                });
                if over {
                    self.all.remove(&connection);
                }
            }
            Input::Made(connection, Ok(made)) => {
                attendant.seen(now, Seen::Connected { connection, from: made.from })?;
                self.serve(connection, made);
                subject.handle_stream(now, connection, &Part::Opened);
            }
            Input::Made(connection, Err(error)) => {
                attendant.seen(now, Seen::NotConnected { error: &error })?;
                subject.handle_stream(now, connection, &Part::Reset);
            }
            Input::Part(connection, part) => {
                let Some(line) = self.all.get_mut(&connection) else { return Ok(()) };
                line.ended |= part == Part::Finished;
                let over = line.ended && line.finished;
                attendant.seen(now, Seen::PartReceived { connection, part: &part })?;
                if part == Part::Reset {
                    self.cut(connection);
                } else if over {
                    self.all.remove(&connection);
                }
                subject.handle_stream(now, connection, &part);
            }
        }
        Ok(())
    }

    /// Lets what is under way go out before the end.
    async fn flush(&mut self) {
        for line in self.all.values() {
            // The writer ends after what waits for it.
            let closed = line.orders.closed();
            let _late = line.orders.try_send(Part::Finished);
            let _too_late = tokio::time::timeout(ACCEPT_PAUSE, closed).await;
        }
    }
}

/// Reads until the end.
async fn read<N: Net>(connection: u64, mut half: N::Reading, inputs: mpsc::Sender<Input<N>>) {
    let mut buffer = [0; PIECE];
    loop {
        let part = match half.read(&mut buffer).await {
            Ok(0) => Part::Finished,
            Ok(length) => Part::Octets(buffer.get(..length).unwrap_or_default().to_vec()),
            Err(_) => Part::Reset,
        };
        let last = !matches!(part, Part::Octets(_));
        if inputs.send(Input::Part(connection, part)).await.is_err() || last {
            return;
        }
    }
}

/// Writes what is ordered, until the end or until the connection is to be broken.
async fn write<N: Net>(
    connection: u64,
    mut half: N::Writing,
    mut orders: mpsc::Receiver<Part>,
    breaks: Arc<Notify>,
    inputs: mpsc::Sender<Input<N>>,
) {
    loop {
        let order = tokio::select! {
            biased;
            () = breaks.notified() => return half.cut(),
            order = orders.recv() => order,
        };
        let done = match order {
            // The line was let go: there is nothing more to come.
            None | Some(Part::Opened | Part::Reset) => return,
            Some(Part::Finished) => {
                // Of a connection that is broken reading tells.
                let _done = half.shutdown().await;
                Input::Shut(connection)
            }
            Some(Part::Octets(octets)) => tokio::select! {
                biased;
                () = breaks.notified() => return half.cut(),
                // Of a connection that is broken reading tells; what is left for it goes nowhere.
                _ = half.write_all(&octets) => Input::Written(connection),
            },
        };
        if inputs.send(done).await.is_err() {
            return;
        }
    }
}

/// Connections of the operating system and its clock, by way of tokio.
#[derive(Debug)]
pub struct Real {
    /// Where connections come from.
    pub source: Source,
    /// The clock.
    pub clock: Clock,
}

/// Where connections come from.
#[derive(Debug)]
pub enum Source {
    /// They are made to this listener.
    Accepts(TcpListener),
    /// The subject makes them, to this address.
    Makes(SocketAddr),
}

impl Net for Real {
    type Reading = OwnedReadHalf;
    type Writing = OwnedWriteHalf;

    /// A connection that cannot be taken is its client's misfortune.
    async fn accept(&self) -> Connection<Self> {
        let Source::Accepts(listener) = &self.source else { return std::future::pending().await };
        loop {
            match listener.accept().await {
                Ok((stream, from)) => return of_tcp(stream, from),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    fn connect(&self) -> Making<Self> {
        let to: io::Result<SocketAddr> = match &self.source {
            Source::Makes(to) => Ok(*to),
            Source::Accepts(_) => Err(io::ErrorKind::Unsupported.into()),
        };
        Box::pin(async move {
            let to = to?;
            Ok(of_tcp(TcpStream::connect(to).await?, to))
        })
    }

    async fn sleep_until(&self, at: Instant) {
        tokio::time::sleep_until(self.clock.deadline(at).into()).await;
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

fn of_tcp(stream: TcpStream, from: SocketAddr) -> Connection<Real> {
    // Packets are short and go at once; a connection that cannot be told so works as well.
    let _slower = stream.set_nodelay(true);
    let (reading, writing) = stream.into_split();
    Connection { from, reading, writing }
}

impl Reading for OwnedReadHalf {
    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        AsyncReadExt::read(self, buffer).await
    }
}

impl Writing for OwnedWriteHalf {
    async fn write_all(&mut self, octets: &[u8]) -> io::Result<()> {
        AsyncWriteExt::write_all(self, octets).await
    }

    async fn shutdown(&mut self) -> io::Result<()> {
        AsyncWriteExt::shutdown(self).await
    }

    fn cut(self) {
        // Without it the connection ends all the same, in good order.
        let _orderly = self.as_ref().set_zero_linger();
        self.forget();
    }
}
