//! The driver over connections of TCP: many of them at once, none of which holds up another.
//!
//! Each connection has a task that reads and a task that writes. What is read comes in pieces through one queue in which every
//! connection has its turn; who sends for ever waits for the others. What is written is one piece at a time for each connection:
//! while it is under way the subject is told that the connection is blocked, keeps what else is for it, and lets go of whoever
//! never reads. So nothing here grows with what a client does or leaves undone.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
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

/// Where connections come from.
#[derive(Debug)]
pub enum Source {
    /// They are made to this listener.
    Accepts(TcpListener),
    /// The subject makes them, to this address.
    Makes(SocketAddr),
}

/// What the tasks of connections tell the driver.
enum Input {
    /// Something has come.
    Part(u64, Part),
    /// What was to be written is written, or never will be.
    Written(u64),
    /// What was written is out, and behind it the end.
    Shut(u64),
    /// A connection that the subject makes is there, or not.
    Made(u64, io::Result<TcpStream>),
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
pub async fn drive(
    source: &Source,
    clock: &Clock,
    subject: &mut dyn Subject,
    attendant: &mut impl Attendant,
) -> io::Result<()> {
    let (sender, mut inputs) = mpsc::channel(INPUTS_MAX);
    let mut lines = Lines { source, all: BTreeMap::new(), made: 0, inputs: sender };
    loop {
        while let Some((connection, part)) = subject.poll_stream() {
            attendant.seen(clock.now(), Seen::PartSent { connection, part: &part })?;
            lines.perform(clock.now(), connection, part, subject);
        }
        while let Some((session, event)) = subject.poll_event() {
            attendant.seen(clock.now(), Seen::Event { session, event: &event })?;
        }
        if attendant.is_done() {
            lines.flush().await;
            return Ok(());
        }
        let due = subject.poll_timeout();
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(clock.deadline(due).into()).await,
                None => std::future::pending().await,
            }
        };
        // A timer that is due goes before what comes: that may come without end.
        tokio::select! {
            biased;
            order = attendant.order() => match order {
                Order::End => return Ok(()),
                Order::Do(command) => subject.handle_command(clock.now(), &command),
            },
            () = timer => subject.handle_timeout(clock.now()),
            Some(input) = inputs.recv() => {
                lines.take(clock.now(), input, subject, attendant)?;
            }
            (stream, from) = accept(source) => {
                let connection = lines.begin(stream);
                attendant.seen(clock.now(), Seen::Connected { connection, from })?;
                subject.handle_stream(clock.now(), connection, &Part::Opened);
            }
        }
    }
}

/// The next connection; one that cannot be taken is its client's misfortune.
async fn accept(source: &Source) -> (TcpStream, SocketAddr) {
    let Source::Accepts(listener) = source else { return std::future::pending().await };
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// All connections.
struct Lines<'a> {
    source: &'a Source,
    all: BTreeMap<u64, Line>,
    made: u64,
    inputs: mpsc::Sender<Input>,
}

impl Lines<'_> {
    /// Begins a connection that was made to us.
    fn begin(&mut self, stream: TcpStream) -> u64 {
        self.made += 1;
        self.serve(self.made, stream);
        self.made
    }

    /// Gives a connection its tasks.
    fn serve(&mut self, connection: u64, stream: TcpStream) {
        // Packets are short and go at once; a connection that cannot be told so works as well.
        let _slower = stream.set_nodelay(true);
        let (reading, writing) = stream.into_split();
        let (orders, queue) = mpsc::channel(ORDERS_MAX);
        let breaks = Arc::new(Notify::new());
        let reader = tokio::spawn(read(connection, reading, self.inputs.clone())).abort_handle();
        tokio::spawn(write(connection, writing, queue, Arc::clone(&breaks), self.inputs.clone()));
        let (finished, ended) = (false, false);
        self.all.insert(connection, Line { orders, breaks, reader, finished, ended });
    }

    /// Does on a connection what the subject wants.
    fn perform(&mut self, now: Instant, connection: u64, part: Part, subject: &mut dyn Subject) {
        if let (Part::Opened, Source::Makes(to)) = (&part, self.source) {
            let (to, inputs) = (*to, self.inputs.clone());
            tokio::spawn(async move {
                let made = tokio::time::timeout(CONNECT_MAX, TcpStream::connect(to)).await;
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
        input: Input,
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
            Input::Made(connection, Ok(stream)) => {
                if let Ok(from) = stream.peer_addr() {
                    attendant.seen(now, Seen::Connected { connection, from })?;
                }
                self.serve(connection, stream);
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
async fn read(connection: u64, mut half: OwnedReadHalf, inputs: mpsc::Sender<Input>) {
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
async fn write(
    connection: u64,
    mut half: OwnedWriteHalf,
    mut orders: mpsc::Receiver<Part>,
    breaks: Arc<Notify>,
    inputs: mpsc::Sender<Input>,
) {
    loop {
        let order = tokio::select! {
            biased;
            () = breaks.notified() => return cut(half),
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
                () = breaks.notified() => return cut(half),
                // Of a connection that is broken reading tells; what is left for it goes nowhere.
                _ = half.write_all(&octets) => Input::Written(connection),
            },
        };
        if inputs.send(done).await.is_err() {
            return;
        }
    }
}

/// Breaks a connection: the other side gets a RST.
fn cut(half: OwnedWriteHalf) {
    // Without it the connection ends all the same, in good order.
    let _orderly = half.as_ref().set_zero_linger();
    half.forget();
}
